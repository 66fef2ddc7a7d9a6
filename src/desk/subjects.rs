//! The customers, organisations and tickets that a command names, and what becomes of it where one was merged or erased
//! since it was looked at: what is written to a merged record follows to the survivor and says so; what is written to or
//! about an erased one is rejected, so that the typed text is kept.
//!
//! Every command is here: a new one does not compile until it says what it names.

use super::{Command, Request, TicketChange, merge, read};
use crate::{
    model::{Customer, Id, Kind, Refusal, Ticket},
    store::{Reject, View, records},
};

/// What a command names.
pub enum Subject<'a> {
    /// One record.
    One(Kind, &'a mut Id),
    /// Several, of which some may be left out.
    Many(Kind, &'a mut Vec<Id>),
}

impl Command {
    /// Calls `f` with everything that the command writes to or about. What takes records apart, erases or exports them
    /// names merged and erased ones on purpose, and looks after that itself.
    ///
    /// # Errors
    /// What `f` gives.
    pub fn subjects(&mut self, f: &mut dyn FnMut(Subject<'_>) -> Result<(), Reject>) -> Result<(), Reject> {
        use Kind::{Customer as C, Organisation as G, Ticket as T};
        use Subject::{Many, One};
        match self {
            Command::Edit(kind @ (C | G), id, _) => f(One(*kind, id)),
            Command::Archive(kind @ (C | G), ids, _) | Command::Tag(kind @ (C | G), ids, ..) => {
                f(Many(*kind, ids))
            }
            Command::CustomerDistinct(a, b) => f(One(C, a)).and_then(|()| f(One(C, b))),
            Command::InteractionLog(new) => {
                f(One(C, &mut new.customer))?;
                new.ticket.as_mut().map_or(Ok(()), |t| f(One(T, t)))
            }
            Command::TicketCreate(new) => f(One(C, &mut new.requester)),
            Command::TicketReply(new) => f(One(T, &mut new.ticket)),
            Command::TicketReceive(new) => {
                f(One(T, &mut new.ticket))?;
                new.author.as_mut().map_or(Ok(()), |c| f(One(C, c)))
            }
            Command::TicketNote(id, _) => f(One(T, id)),
            Command::TicketForward(new) => f(One(T, &mut new.ticket)),
            Command::TicketBlock(ids, _) => f(Many(T, ids)),
            Command::TicketSet(ids, changes) => {
                for change in changes.iter_mut() {
                    if let TicketChange::Requester(id) = change {
                        f(One(C, id))?;
                    }
                }
                // Moving and assigning the tickets of an erased customer says nothing of them.
                if changes.iter().any(TicketChange::is_text) { f(Many(T, ids)) } else { Ok(()) }
            }
            Command::OrderAdd(new) => f(One(C, &mut new.customer)),
            Command::ResponseRecord(new) => {
                f(One(C, &mut new.customer))?;
                new.ticket.as_mut().map_or(Ok(()), |t| f(One(T, t)))
            }
            // They name nothing of these, or by words that are looked up when they run.
            Command::Start { .. }
            | Command::AgentAdd(_)
            | Command::AgentAway(..)
            | Command::TeamAdd(_)
            | Command::Create(..)
            | Command::Edit(..)
            | Command::Archive(..)
            | Command::Tag(..)
            | Command::OrderRefund(..)
            | Command::TaskDone(..)
            | Command::ViewSave(_)
            | Command::ViewDelete(_)
            | Command::ViewFreeze(..)
            | Command::Import(_)
            | Command::Undo(_)
            | Command::UndoBefore(_)
            | Command::Redo
            | Command::RevertStep(..)
            | Command::Tick
            | Command::OutboxSent(_)
            | Command::Outbox(..)
            | Command::OutboxClaim { .. }
            | Command::OutboxSettle { .. }
            | Command::OutboxCopied(..)
            | Command::MailReceive(_)
            | Command::MailboxPause(..)
            | Command::MailboxRemove(..)
            // They look after it themselves.
            | Command::Merge { .. }
            | Command::Unmerge(..)
            | Command::CustomerExport(_)
            | Command::CustomerErase(_) => Ok(()),
        }
    }
}

impl TicketChange {
    /// Whether it writes typed words.
    fn is_text(&self) -> bool {
        matches!(self, TicketChange::Field(_) | TicketChange::Tag(_) | TicketChange::Subject(_))
    }
}

/// A request whose records were merged or erased meanwhile.
pub struct Followed {
    /// The request as run.
    pub request: Request,
    /// What is to be said of it.
    pub told: Vec<String>,
    /// Records that were left out, and why.
    pub skipped: Vec<(Id, String)>,
}

/// The request with survivors in the place of what was merged; `None` where nothing of it was.
///
/// # Errors
/// [`Refusal::Gone`] where it is about an erased record; where the file cannot be read.
pub fn follow(view: &dyn View, request: &Request) -> Result<Option<Followed>, Reject> {
    if matches!(request.command, Command::Import(_) | Command::CustomerErase(_) | Command::RevertStep(..)) {
        // They name nothing here, and are large.
        return Ok(None);
    }
    let mut out = Followed { request: request.clone(), told: Vec::new(), skipped: Vec::new() };
    let Followed { request, told, skipped } = &mut out;
    let mut moved: Vec<Id> = Vec::new();
    request.command.subjects(&mut |subject: Subject<'_>| -> Result<(), Reject> {
        let mut one = |kind: Kind, id: &mut Id| -> Result<(), Reject> {
            let survivor = merge::survivor(view, kind, *id)?;
            if survivor != *id {
                let (from, to) = (read::number_of(view, kind, *id)?, read::number_of(view, kind, survivor)?);
                told.push(format!("{from} was merged into {to}: the change is there"));
                moved.push(*id);
                *id = survivor;
            }
            writable(view, kind, *id)
        };
        match subject {
            Subject::One(kind, id) => one(kind, id),
            Subject::Many(kind, ids) => {
                let few = ids.len() == 1;
                let mut kept = Vec::with_capacity(ids.len());
                for mut id in std::mem::take(ids) {
                    match one(kind, &mut id) {
                        Ok(()) if kept.last() == Some(&id) => {}
                        Ok(()) => kept.push(id),
                        Err(Reject::Refused(why)) if !few => skipped.push((id, why.to_string())),
                        Err(e) => return Err(e),
                    }
                }
                *ids = kept;
                Ok(())
            }
        }
    })?;
    if moved.is_empty() && skipped.is_empty() {
        return Ok(None);
    }
    // What was looked at was the merged record; the survivor was not.
    request.seen.retain(|(_, id, _)| !moved.contains(id));
    Ok(Some(out))
}

/// That a record may be written to or about: it was not erased, and a ticket's requester was not.
///
/// # Errors
/// [`Refusal::Gone`]; where the file cannot be read.
pub fn writable(view: &dyn View, kind: Kind, id: Id) -> Result<(), Reject> {
    let customer = match kind {
        Kind::Customer => Some(id),
        Kind::Ticket => records::get::<Ticket>(view, id)?.map(|t| t.requester),
        _ => None,
    };
    let erased = match customer {
        Some(id) => records::get::<Customer>(view, id)?.is_some_and(|c| c.erased_at.is_some()),
        None => false,
    };
    if !erased {
        return Ok(());
    }
    let what = read::number_of(view, kind, id)?;
    let what = if kind == Kind::Ticket { format!("the customer of {what}") } else { what };
    Err(Refusal::Gone { what }.into())
}
