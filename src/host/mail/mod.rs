//! Mail on this machine: whose commands may run, what hands messages to the mail system and what brings them.
//!
//! - [`config`]: `mailboxes.toml`, the commands that this Unix user approved
//! - `certificate`: what is wrong with that of a server
//! - [`command`]: sending through sendmail and the like
//! - `imap`: mail from a server
//! - [`maildir`]: mail that another program puts into a folder
//! - [`post`]: sends and fetches, in one go or for as long as the process lives; `crew`: the threads that it has for that
//! - [`setup`]: mail of a screen: tests of mailboxes, and the thread that fetches and sends
//! - [`secret`]: the password or token that a command of the user prints
//! - `smtp`: sending through a server
//! - [`stop`]: tells one of those threads to end
//! - `oauth`: what servers say of tokens

#[cfg(any(feature = "imap", feature = "smtp"))]
mod certificate;
pub mod command;
pub mod config;
mod crew;
#[cfg(feature = "imap")]
pub mod imap;
pub mod maildir;
#[cfg(any(feature = "imap", feature = "smtp"))]
mod oauth;
pub mod post;
pub mod secret;
pub mod setup;
#[cfg(feature = "smtp")]
pub mod smtp;
pub mod stop;

use std::{
    path::Path,
    thread,
    time::{Duration, Instant},
};

use crate::{
    desk::outbox::{Copier, Transport},
    exchange::receive::Source,
    model::{Id, Mailbox, ReceiveKind, SendKind},
};

/// What sends for a mailbox from this process.
///
/// # Errors
/// Why nothing does.
pub fn transport(
    config: &config::Config,
    store: Id,
    mailbox: &Mailbox,
) -> Result<Box<dyn Transport>, String> {
    match &mailbox.send.kind {
        SendKind::Command => Ok(Box::new(command::Sendmail::new(send_command(config, store, mailbox)?))),
        #[cfg(feature = "smtp")]
        SendKind::Smtps | SendKind::Smtp => Ok(Box::new(smtp::Smtp::new(config, store, mailbox)?)),
        SendKind::None => Err("it does not send".into()),
        other => Err(format!("this program cannot send by {other}")),
    }
}

/// Where mail comes from, for a thread that stays with it.
pub trait Inbox: Source {
    /// Waits until there may be something new, some time has passed, or it is to end.
    fn wait(&mut self, stop: &stop::Stop);
}

/// Waits that long, or until `go_on` says no: who makes it say that unparks the thread.
pub(super) fn pause(longest: Duration, go_on: &dyn Fn() -> bool) {
    let since = Instant::now();
    while go_on() && since.elapsed() < longest {
        thread::park_timeout(longest.saturating_sub(since.elapsed()));
    }
}

/// What another program said, in one line that can be shown.
#[cfg(any(feature = "imap", feature = "smtp"))]
pub(super) fn one_line(said: &str) -> String {
    said.chars().map(|c| if c.is_control() { ' ' } else { c }).take(300).collect::<String>().trim().to_owned()
}

/// What brings the mail of a mailbox to this process; `None` where nothing has to: it is delivered, or only sends.
///
/// # Errors
/// Why nothing does.
pub fn source(
    config: &config::Config,
    store: Id,
    mailbox: &Mailbox,
) -> Result<Option<Box<dyn Inbox>>, String> {
    match &mailbox.receive.kind {
        ReceiveKind::None | ReceiveKind::Deliver => Ok(None),
        ReceiveKind::Maildir => Ok(Some(Box::new(maildir::Maildir::new(mailbox)))),
        #[cfg(feature = "imap")]
        ReceiveKind::Imap | ReceiveKind::Imaps => {
            Ok(Some(Box::new(imap::Imap::new(imap::Account::new(config, store, mailbox)?))))
        }
        other => {
            let _ = (config, store);
            Err(format!("this program cannot receive by {other}"))
        }
    }
}

/// What puts copies of sent messages into a folder of the server from which a mailbox fetches.
///
/// # Errors
/// Why nothing does.
pub fn copier(config: &config::Config, store: Id, mailbox: &Mailbox) -> Result<Box<dyn Copier>, String> {
    match &mailbox.receive.kind {
        #[cfg(feature = "imap")]
        ReceiveKind::Imap | ReceiveKind::Imaps => {
            let account = imap::Account::new(config, store, mailbox)?;
            Ok(Box::new(imap::Sent::new(account, mailbox.sent_folder.clone())))
        }
        other => {
            let _ = (config, store);
            Err(format!("this program cannot put copies there by {other}"))
        }
    }
}

/// Tries whether a mailbox can receive, and says how.
///
/// # Errors
/// Why it cannot, in the server's own words where it has some.
pub fn test_receive(config: &config::Config, store: Id, mailbox: &Mailbox) -> Result<String, String> {
    match &mailbox.receive.kind {
        ReceiveKind::None => Ok("it receives nothing".into()),
        ReceiveKind::Deliver => {
            Ok(format!("an MTA runs `frontdesk mail deliver --mailbox {}`", mailbox.address))
        }
        ReceiveKind::Maildir => {
            let messages = maildir::Maildir::new(mailbox).count()?;
            Ok(format!("{} has {messages} messages", mailbox.receive.folder))
        }
        #[cfg(feature = "imap")]
        ReceiveKind::Imap | ReceiveKind::Imaps => imap::Account::new(config, store, mailbox)?.test(),
        _ => source(config, store, mailbox).map(|_| "the source is there".to_owned()),
    }
}

/// What a test of sending found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SendTest {
    /// How it can send, in words.
    pub said: String,
    /// The most bytes of a message that the server takes, where it says so.
    pub size_limit: Option<u64>,
}

impl From<String> for SendTest {
    fn from(said: String) -> SendTest {
        SendTest { said, size_limit: None }
    }
}

/// Tries whether a mailbox can send, without sending anything, and says how. `path` is where programs are looked for.
///
/// # Errors
/// Why it cannot.
pub fn test_send(
    config: &config::Config,
    store: Id,
    mailbox: &Mailbox,
    path: &str,
) -> Result<SendTest, String> {
    match &mailbox.send.kind {
        SendKind::None => Ok("it sends nothing".to_owned().into()),
        SendKind::Command => {
            let run = send_command(config, store, mailbox)?;
            let program = run.words.first().map_or("", String::as_str);
            let there =
                |path: &Path| rustix::fs::access(path, rustix::fs::Access::EXEC_OK).is_ok() && path.is_file();
            let found = if program.contains('/') {
                there(Path::new(program))
            } else {
                path.split(':').any(|p| there(&Path::new(p).join(program)))
            };
            if found {
                Ok(format!("{program} is there").into())
            } else {
                Err(format!("there is no program {program}"))
            }
        }
        #[cfg(feature = "smtp")]
        SendKind::Smtps | SendKind::Smtp => smtp::Smtp::new(config, store, mailbox)?.test(),
        _ => transport(config, store, mailbox).map(|_| "the transport is there".to_owned().into()),
    }
}

fn send_command(config: &config::Config, store: Id, mailbox: &Mailbox) -> Result<config::Run, String> {
    let command = config.of(store, &mailbox.address).and_then(|c| c.send_command.clone());
    command.ok_or_else(|| {
        let section = format!("[\"{store}\".\"{}\"]", mailbox.address);
        format!("{} has no send_command in {section}", config.path.display())
    })
}
