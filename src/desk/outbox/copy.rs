//! Copies of sent messages in a folder at the server, where a mailbox wants them. Whether a copy could be made says nothing
//! of the message: it was sent, and is not sent again.

use super::{letter, order, put, state};
use crate::{
    desk::{Command, Desk, Request, mailboxes, work::Job},
    model::{
        CopyState, Id, Kind, Mailbox, Message, OpId, Outbox, OutboxState, ReceiveKind, Stamp, number,
        outbox::COPY_CODE,
    },
    store::{Reject, StoreError, View, records},
};

/// Puts copies into the folder for sent mail. The host implements it.
pub trait Copier {
    /// Puts a message there, unless one of that Message-ID is there already.
    ///
    /// # Errors
    /// Why it cannot, in the server's words where it has some.
    fn copy(&mut self, message_id: &str, bytes: &[u8]) -> Result<(), String>;
}

/// How long it is tried, in milliseconds.
const GIVE_UP: Stamp = 5 * 86_400_000;

/// Whether a mailbox wants copies: it names a folder, and fetches from a server that has folders.
fn wants(mailbox: &Mailbox) -> bool {
    !mailbox.sent_folder.is_empty() && matches!(mailbox.receive.kind, ReceiveKind::Imap | ReceiveKind::Imaps)
}

/// Notes with a message that was sent just now that a copy is wanted.
pub(super) fn want(job: &Job, out: &mut Outbox) -> Result<(), Reject> {
    let mailbox = match out.mailbox {
        Some(id) if out.state == OutboxState::Sent && out.copy == CopyState::None => {
            job.work.get::<Mailbox>(id)?
        }
        _ => None,
    };
    if mailbox.is_some_and(|m| wants(&m)) {
        out.copy = CopyState::Wanted;
        out.copy_at = Some(job.now());
    }
    Ok(())
}

/// Notes what an attempt to make a copy came to.
///
/// # Errors
/// Where the store cannot.
pub fn note(job: &mut Job, id: Id, problem: Option<&str>) -> Result<(), Reject> {
    let mut out: Outbox = job.need(id)?;
    let message: Message = job.need(id)?;
    let name = number::show(Kind::Message, message.number);
    if out.copy != CopyState::Wanted {
        job.say(format!("the copy of {name} was made already"));
        return Ok(());
    }
    if let Some(mailbox) = out.mailbox {
        let mut stands = mailboxes::state(job.view(), mailbox)?;
        problem.unwrap_or_default().clone_into(&mut stands.copy_problem);
        mailboxes::put_state(job.work.tx, mailbox, &stands)?;
    }
    problem.unwrap_or_default().clone_into(&mut out.copy_problem);
    out.copy_tries = out.copy_tries.saturating_add(1);
    let over = out.sent_at.is_none_or(|at| job.now().saturating_sub(at) >= GIVE_UP);
    (out.copy, out.copy_at) = match problem {
        None => (CopyState::Done, None),
        Some(_) if over => (CopyState::Failed, None),
        Some(_) => (CopyState::Wanted, Some(job.now().saturating_add(state::wait(out.copy_tries)))),
    };
    put(job, &out)?;
    job.say(match problem {
        None => format!("a copy of {name} is in the folder for sent mail"),
        Some(why) => format!("no copy of {name} could be made: {why}"),
    });
    Ok(())
}

/// The messages whose copies are to be made now.
fn due(view: &dyn View, now: Stamp) -> Result<Vec<Outbox>, StoreError> {
    let ids = order::due_under(view, COPY_CODE, now)?;
    let all: Vec<Option<Outbox>> =
        ids.into_iter().map(|id| records::get(view, id)).collect::<Result<_, _>>()?;
    Ok(all.into_iter().flatten().collect())
}

/// The mailboxes that have copies to make now.
///
/// # Errors
/// Where the file cannot be read.
pub fn copy_mailboxes(view: &dyn View, now: Stamp) -> Result<Vec<Mailbox>, StoreError> {
    let mut ids: Vec<Id> = due(view, now)?.into_iter().filter_map(|o| o.mailbox).collect();
    ids.sort_unstable();
    ids.dedup();
    let all: Vec<Option<Mailbox>> =
        ids.into_iter().map(|id| records::get(view, id)).collect::<Result<_, _>>()?;
    Ok(all.into_iter().flatten().collect())
}

/// Makes the copies of a mailbox that are due. Gives why not all could be made.
///
/// # Errors
/// Where the store cannot.
pub fn copy_due(
    desk: &Desk,
    mailbox: &Mailbox,
    copier: &mut dyn Copier,
    op: &mut dyn FnMut() -> OpId,
    now: &mut dyn FnMut() -> Stamp,
    go_on: &mut dyn FnMut() -> bool,
) -> Result<Option<String>, Reject> {
    let at = now();
    let mut problem = None;
    for out in desk.view(|v| due(v, at))?.into_iter().filter(|o| o.mailbox == Some(mailbox.id)) {
        if !go_on() {
            break;
        }
        let letter = desk.view(|v| {
            let Some(message) = records::get::<Message>(v, out.id)? else { return Ok(None) };
            Ok(Some((letter::letter(v, mailbox, &out, &message)?, message.message_id)))
        })?;
        let Some((letter, message_id)) = letter else { continue };
        let why = match (&problem, letter) {
            // The next one would fare no better.
            (Some(why), _) => Some(String::clone(why)),
            (None, Ok(letter)) => copier.copy(&message_id, &letter.bytes).err(),
            (None, Err(why)) => Some(why),
        };
        let note = Command::OutboxCopied(out.id, why.clone());
        desk.run(Request::new(op(), Id::NIL, now(), note))?;
        problem = problem.or(why);
    }
    Ok(problem)
}
