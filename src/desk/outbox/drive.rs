//! Sends what is due. Pure of I/O but for the store and the transport that it is given.

use std::collections::{BTreeMap, BTreeSet, VecDeque, btree_map::Entry};

use super::{
    due::{due, mailbox_of},
    letter, order, standing,
    transport::{Down, Outcome, Transport},
};
use crate::{
    desk::{Command, Desk, Request, mailboxes},
    model::{Id, Mailbox, Message, OpId, Outbox, OutboxState, Stamp},
    store::{Reject, StoreError, View, records},
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
    /// Mailboxes that have sent as many messages as they may in an hour: that limit, and until when.
    pub capped: BTreeMap<Id, (u32, Stamp)>,
    /// Mailboxes for which nothing could be sent from here, and why.
    pub skipped: BTreeMap<String, String>,
}

/// Messages looked at in one step.
const STEP: usize = 500;

/// One hour, in milliseconds.
const HOUR: Stamp = 3_600_000;

/// The messages that a process is handing over now.
///
/// # Errors
/// Where the file cannot be read.
pub fn sending_by(view: &dyn View, holder: Id) -> Result<Vec<Outbox>, StoreError> {
    let sending = order::in_order(view, &[OutboxState::Sending])?;
    let all = sending.into_iter().map(|id| records::get::<Outbox>(view, id)).filter_map(Result::transpose);
    all.filter(|o| o.as_ref().map_or(true, |o| o.sender == Some(holder))).collect()
}

/// Sends what is due: of all mailboxes, or of one. `forced`: also where its server failed a moment ago.
///
/// Each attempt is in the store before the network is touched, and its result after. Of several processes one makes it:
/// who comes second finds that it is taken.
///
/// # Errors
/// Where the store cannot. A message whose result could not be written is found as unsure when its lease runs out.
pub fn send_due(desk: &Desk, by: &mut Sender, only: Option<Id>, forced: bool) -> Result<Sent, Reject> {
    let mut run = Run {
        desk,
        sent: Sent::default(),
        open: BTreeMap::new(),
        over: BTreeSet::new(),
        left: BTreeMap::new(),
        forced,
    };
    let now = (by.now)();
    for ids in desk.view(|v| due(v, now))?.chunks(STEP) {
        // Those of mailboxes that cannot send now are passed over in one look.
        let all = desk.view(|v| {
            let outs = ids.iter().map(|id| records::get::<Outbox>(v, *id)).filter_map(Result::transpose);
            outs.map(|out| of(v, &out?, only)).collect::<Result<Vec<_>, _>>()
        })?;
        for (message, mailbox) in all.into_iter().flatten() {
            if run.over.contains(&mailbox.id) {
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

/// A message with the mailbox that sends it; `only`: where that is this one.
fn of(view: &dyn View, out: &Outbox, only: Option<Id>) -> Result<Option<(Message, Mailbox)>, StoreError> {
    let mailbox = mailbox_of(view, out)?.filter(|m| only.is_none_or(|only| only == m.id));
    let Some(mailbox) = mailbox else { return Ok(None) };
    Ok(records::get::<Message>(view, out.id)?.map(|message| (message, mailbox)))
}

struct Run<'d> {
    desk: &'d Desk,
    sent: Sent,
    open: BTreeMap<Id, Box<dyn Transport>>,
    /// Mailboxes that this run is done with.
    over: BTreeSet<Id>,
    /// When the latest messages of a mailbox with an hourly limit left, the newest last.
    left: BTreeMap<Id, VecDeque<Stamp>>,
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
            } else {
                None
            })
        })?;
        let why = match (why, mailbox.hourly_cap) {
            (None, Some(cap)) => self.capped_until(mailbox.id, cap, now)?.map(|until| {
                self.sent.capped.insert(mailbox.id, (cap, until));
                format!("it may send {cap} messages an hour")
            }),
            (why, _) => why,
        };
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

    /// Until when a mailbox has sent as many messages as it may in an hour; `None`: it may send another one. What left before
    /// this run is read once.
    fn capped_until(&mut self, mailbox: Id, cap: u32, now: Stamp) -> Result<Option<Stamp>, Reject> {
        let cap = usize::try_from(cap).unwrap_or(usize::MAX);
        let left = match self.left.entry(mailbox) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let left = self.desk.view(|v| standing::left_since(v, mailbox, now - HOUR, cap))?;
                new.insert(left)
            }
        };
        while left.front().is_some_and(|at| *at < now - HOUR) {
            left.pop_front();
        }
        // The one that makes room by being an hour old.
        let first = left.len().checked_sub(cap).and_then(|at| left.get(at));
        Ok(first.map(|at| at.saturating_add(HOUR)))
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
        let (mailbox, at) = now.as_ref().map_or((None, None), |o| (o.mailbox, o.sent_at));
        match now.map(|o| o.state) {
            Some(OutboxState::Sent) => {
                self.sent.sent += 1;
                if let (Some(mailbox), Some(at)) = (mailbox, at) {
                    self.left.entry(mailbox).and_modify(|left| left.push_back(at));
                }
            }
            Some(OutboxState::Deferred) => self.sent.deferred += 1,
            Some(OutboxState::Failed) => self.sent.failed += 1,
            Some(OutboxState::Unsure) => self.sent.unsure += 1,
            _ => {}
        }
        Ok(())
    }
}
