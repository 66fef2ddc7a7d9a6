//! Tests of mailboxes for a screen, each direction on a separate thread: servers take their time.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread,
};

use crossbeam_channel::Sender;

use super::{mail::setup::Setup, workers::Back};
use crate::{
    model::{Mailbox, OpId},
    tui::{
        event::TuiEventKind,
        model::{MailCommands, Way},
    },
};

/// Tries both directions; each result is sent back when it is known.
pub(super) fn both(
    setup: Option<&Arc<Setup>>,
    back: &Sender<Back>,
    op: OpId,
    mailbox: &Mailbox,
    commands: &MailCommands,
) {
    for way in [Way::Receive, Way::Send] {
        let tell = {
            let back = back.clone();
            move |result| {
                let _ = back.send(Back::What(Box::new(TuiEventKind::MailTried(op, way, result))));
            }
        };
        let Some(setup) = setup.cloned() else {
            tell(Err("mail is neither received nor sent from here".to_owned()));
            continue;
        };
        let (mailbox, commands, failed) = (mailbox.clone(), commands.clone(), tell.clone());
        let work = move || {
            let result = catch_unwind(AssertUnwindSafe(|| match way {
                Way::Receive => setup.try_receive(&mailbox, &commands),
                Way::Send => setup.try_send(&mailbox, &commands),
            }));
            tell(result.unwrap_or_else(|_| Err("the test met a fault of the program".to_owned())));
        };
        if let Err(e) = thread::Builder::new().name("frontdesk-test".into()).spawn(work) {
            failed(Err(e.to_string()));
        }
    }
}

/// Keeps the commands of a mailbox in the user's file, and fetches and sends with them.
pub(super) fn keep(setup: Option<&Arc<Setup>>, back: &Sender<Back>, address: String, commands: MailCommands) {
    let tell = {
        let back = back.clone();
        move |result| {
            let _ = back.send(Back::What(Box::new(TuiEventKind::MailKept(result))));
        }
    };
    let Some(setup) = setup.cloned() else {
        // Nothing is received or sent from here: what needs no command needs no file.
        return tell(if commands.typed.is_empty() {
            Ok(String::new())
        } else {
            Err("there is no file for them here".to_owned())
        });
    };
    let failed = tell.clone();
    let work = move || tell(setup.keep(&address, &commands));
    if let Err(e) = thread::Builder::new().name("frontdesk-keep".into()).spawn(work) {
        failed(Err(e.to_string()));
    }
}
