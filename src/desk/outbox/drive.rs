//! Sends what is due. Pure of I/O but for the store and the transport that it is given.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    letter, order, standing,
    transport::{Down, Outcome, Transport},
};
use crate::{
    desk::{Command, Desk, Request, mailboxes},
    model::{Id, Key, Mailbox, Message, OpId, Outbox, OutboxState, Stamp, Ticket},
    store::{Range, Reject, Scan, StoreError, View, records},
};

/// Makes the transport of a mailbox; why not, where this process has none.
pub type Open<'a> = &'a mut dyn FnMut(&Mailbox) -> Result<Box<dyn Transport>, String>;

/// Who sends, and with what.
pub struct Sender<'a> {
    /// This process.
    pub holder: Id,
    /// Names for attempts to write.
    pub op: &'a mut dyn FnMut() -> OpId,
    /// The time now.
    pub now: &'a mut dyn FnMut() -> Stamp,
    /// The transport of a mailbox.
    pub open: Open<'a>,
    /// Whether to go on with the next message.
    pub go_on: &'a mut dyn FnMut() -> bool,
}

/// What was sent and what was not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sent {
    /// Messages that were handed over.
    pub sent: usize,
    /// Messages that are tried again later.
    pub deferred: usize,
    /// Messages that cannot be sent.
    pub failed: usize,
    /// Messages of which no answer came.
    pub unsure: usize,
    /// Mailboxes for which nothing could be sent from here, and why.
    pub skipped: BTreeMap<String, String>,
}

/// Messages looked at in one step.
const STEP: usize = 500;

/// One hour, in milliseconds.
const HOUR: Stamp = 3_600_000;

/// The messages that may be sent now, those that wait longest first.
///
/// # Errors
/// Where the file cannot be read.
pub fn due(view: &dyn View, now: Stamp) -> Result<Vec<Id>, StoreError> {
    let ready = Range::prefix(Key::new().u8(OutboxState::Ready.code()));
    let mut out = order::listed(view, &ready, Scan::Forward)?;
    out.extend(order::due_under(view, OutboxState::Deferred.code(), now)?);
    Ok(out)
}

/// The mailboxes that have something to send now.
///
/// # Errors
/// Where the file cannot be read.
pub fn due_mailboxes(view: &dyn View, now: Stamp) -> Result<Vec<Mailbox>, StoreError> {
    let mut open = mailboxes::all(view)?;
    open.retain(Mailbox::sends);
    let mut out: Vec<Mailbox> = Vec::new();
    for id in due(view, now)? {
        if out.len() == open.len() {
            break;
        }
        let Some(one) = records::get::<Outbox>(view, id)? else { continue };
        let is_found = |id: Id| out.iter().any(|m| m.id == id);
        if one.mailbox.is_some_and(is_found) {
            continue;
        }
        let Some((_, mailbox)) = of(view, one)? else { continue };
        if !is_found(mailbox.id) {
            out.push(mailbox);
        }
    }
    Ok(out)
}

/// Sends what is due: of all mailboxes, or of one. `forced`: also where its server failed a moment ago.
///
/// Each attempt is in the store before the network is touched, and its result after. Of several processes one makes it:
/// who comes second finds that it is taken.
///
/// # Errors
/// Where the store cannot. A message whose result could not be written is found as unsure when its lease runs out.
pub fn send_due(desk: &Desk, by: &mut Sender, only: Option<Id>, forced: bool) -> Result<Sent, Reject> {
    let mut run = Run { desk, sent: Sent::default(), open: BTreeMap::new(), over: BTreeSet::new(), forced };
    let now = (by.now)();
    for ids in desk.view(|v| due(v, now))?.chunks(STEP) {
        // Those of mailboxes that cannot send now are passed over in one look.
        let all = desk.view(|v| {
            let outs = ids.iter().map(|id| records::get::<Outbox>(v, *id)).filter_map(Result::transpose);
            outs.map(|out| of(v, out?)).collect::<Result<Vec<_>, _>>()
        })?;
        for (message, mailbox) in all.into_iter().flatten() {
            if only.is_some_and(|only| only != mailbox.id) || run.over.contains(&mailbox.id) {
                continue;
            }
            if !(by.go_on)() {
                return Ok(run.sent);
            }
            if run.may(&mailbox, by)? {
                run.one(&message, &mailbox, by)?;
            }
        }
    }
    Ok(run.sent)
}

/// A message with the mailbox that sends it.
fn of(view: &dyn View, out: Outbox) -> Result<Option<(Message, Mailbox)>, StoreError> {
    let Some(message) = records::get::<Message>(view, out.id)? else { return Ok(None) };
    let chosen = out.mailbox.or(message.mailbox).map(|m| records::get::<Mailbox>(view, m)).transpose()?;
    let mailbox = match chosen.flatten().filter(Mailbox::sends) {
        Some(m) => Some(m),
        None => {
            let ticket: Ticket = records::get(view, out.ticket)?.unwrap_or_default();
            mailboxes::answering(view, &ticket)?
        }
    };
    Ok(mailbox.map(|m| (message, m)))
}

struct Run<'d> {
    desk: &'d Desk,
    sent: Sent,
    open: BTreeMap<Id, Box<dyn Transport>>,
    /// Mailboxes that this run is done with.
    over: BTreeSet<Id>,
    forced: bool,
}

impl Run<'_> {
    /// Whether a mailbox may send now; else it is said why, once.
    fn may(&mut self, mailbox: &Mailbox, by: &mut Sender) -> Result<bool, Reject> {
        if self.over.contains(&mailbox.id) {
            return Ok(false);
        }
        let now = (by.now)();
        let why = self.desk.view(|v| {
            let state = mailboxes::state(v, mailbox.id)?;
            Ok(if mailbox.paused_at.is_some() {
                Some("it is paused".to_owned())
            } else if !self.forced && mailboxes::waits(state.send_next_retry, now) {
                Some(state.send_problem)
            } else if let Some(cap) = mailbox.hourly_cap
                && standing::count(v, mailbox.id, &OutboxState::Sent, now - HOUR)? >= cap as usize
            {
                Some(format!("it may send {cap} messages an hour"))
            } else {
                None
            })
        })?;
        let why = match (why, self.open.contains_key(&mailbox.id)) {
            (None, true) => return Ok(true),
            (None, false) => match (by.open)(mailbox) {
                Ok(transport) => {
                    self.open.insert(mailbox.id, transport);
                    return Ok(true);
                }
                Err(why) => why,
            },
            (Some(why), _) => why,
        };
        self.over.insert(mailbox.id);
        self.sent.skipped.insert(mailbox.address.clone(), why);
        Ok(false)
    }

    fn one(&mut self, message: &Message, mailbox: &Mailbox, by: &mut Sender) -> Result<(), Reject> {
        let ready = self.open.get_mut(&mailbox.id).map_or(Ok(()), |t| t.connect());
        if !(by.go_on)() {
            return Ok(());
        }
        let claim = Command::OutboxClaim { message: message.id, mailbox: mailbox.id, holder: by.holder };
        match self.desk.run(Request::new((by.op)(), Id::NIL, (by.now)(), claim)) {
            Ok(_) => {}
            // Another process has it, or it was cancelled in this very moment.
            Err(Reject::Refused(_)) => return Ok(()),
            Err(e) => return Err(e),
        }
        let Some(out) = self.desk.view(|v| records::get::<Outbox>(v, message.id))? else { return Ok(()) };
        let letter = self.desk.view(|v| letter::letter(v, mailbox, &out, message))?;
        let all = |f: &dyn Fn() -> Outcome| out.recipients.iter().map(|_| f()).collect::<Vec<_>>();
        let (outcomes, down) = match (letter, self.open.get_mut(&mailbox.id)) {
            (Err(why), _) => (all(&|| Outcome::Rejected(why.clone())), None),
            (Ok(_), _) if ready.is_err() => {
                let why = ready.err().map_or_else(String::new, |Down(why)| why);
                (all(&|| Outcome::Deferred(why.clone())), Some(why))
            }
            (Ok(letter), Some(transport)) => match transport.deliver(&letter.envelope, &letter.bytes) {
                Ok(outcomes) => (outcomes, None),
                Err(Down(why)) => (all(&|| Outcome::Deferred(why.clone())), Some(why)),
            },
            (Ok(_), None) => (all(&|| Outcome::Deferred("no transport".into())), None),
        };
        let now = (by.now)();
        let settle = Command::OutboxSettle {
            message: message.id,
            holder: by.holder,
            attempt: out.attempts,
            outcomes,
            down: down.clone(),
        };
        self.desk.run(Request::new((by.op)(), Id::NIL, now, settle))?;
        let limit = self.open.get(&mailbox.id).and_then(|t| t.size_limit());
        if limit.is_some() && self.desk.view(|v| mailboxes::state(v, mailbox.id))?.size_limit != limit {
            self.desk.note_size_limit((by.op)(), mailbox.id, limit)?;
        }
        if let Some(why) = down {
            self.over.insert(mailbox.id);
            self.sent.skipped.insert(mailbox.address.clone(), why);
        }
        self.count(message.id)
    }

    fn count(&mut self, id: Id) -> Result<(), Reject> {
        let now = self.desk.view(|v| records::get::<Outbox>(v, id))?;
        match now.map(|o| o.state) {
            Some(OutboxState::Sent) => self.sent.sent += 1,
            Some(OutboxState::Deferred) => self.sent.deferred += 1,
            Some(OutboxState::Failed) => self.sent.failed += 1,
            Some(OutboxState::Unsure) => self.sent.unsure += 1,
            _ => {}
        }
        Ok(())
    }
}
