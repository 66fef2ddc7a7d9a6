//! What is to be sent now, and by which mailbox.

use std::collections::{BTreeSet, HashMap};

use super::order;
use crate::{
    desk::mailboxes,
    model::{Id, Key, Mailbox, Message, Outbox, OutboxState, Stamp, Ticket, outbox::COPY_CODE},
    store::{Range, Scan, StoreError, View, records},
};

/// The messages that may be sent now, those that wait longest first. Reads keys of the index only.
///
/// # Errors
/// Where the file cannot be read.
pub fn due(view: &dyn View, now: Stamp) -> Result<Vec<Id>, StoreError> {
    let ready = Range::prefix(Key::new().u8(OutboxState::Ready.code()));
    let mut out = order::listed(view, &ready, Scan::Forward)?;
    out.extend(order::due_under(view, OutboxState::Deferred.code(), now)?);
    Ok(out)
}

/// When a message that is put off may be sent, or a copy made, next; `None`: nothing waits for its time.
///
/// # Errors
/// Where the file cannot be read.
pub fn next_due(view: &dyn View, now: Stamp) -> Result<Option<Stamp>, StoreError> {
    let message = order::next_under(view, OutboxState::Deferred.code(), now)?;
    let copy = order::next_under(view, COPY_CODE, now)?;
    Ok(message.into_iter().chain(copy).min())
}

/// How long the mailbox of a message that is due is remembered, in milliseconds.
const REMEMBERED: Stamp = 60_000;

/// Which mailboxes have something to send, for a process that asks again and again: the record of a message is read when it
/// becomes due, and then once a minute; otherwise keys of the index are enough.
#[derive(Debug, Default)]
pub struct DueMailboxes {
    /// The mailboxes that send, as they were when the rest was read, and when that was.
    sending: Vec<Mailbox>,
    read_at: Stamp,
    /// The mailbox of each message that is due; `None`: it has none.
    by: HashMap<Id, Option<Id>>,
}

impl DueMailboxes {
    /// The mailboxes that have something to send now.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn look(&mut self, view: &dyn View, now: Stamp) -> Result<Vec<Mailbox>, StoreError> {
        let mut sending = mailboxes::all(view)?;
        sending.retain(Mailbox::sends);
        if sending != self.sending || !(self.read_at..self.read_at.saturating_add(REMEMBERED)).contains(&now)
        {
            (self.sending, self.read_at) = (sending, now);
            self.by.clear();
        }
        let due = due(view, now)?;
        let mut by = HashMap::with_capacity(due.len());
        for id in due {
            let mailbox = match self.by.get(&id) {
                Some(known) => *known,
                None => match records::get::<Outbox>(view, id)? {
                    Some(out) => mailbox_of(view, &out)?.map(|m| m.id),
                    None => None,
                },
            };
            by.insert(id, mailbox);
        }
        self.by = by;
        let found: BTreeSet<Id> = self.by.values().filter_map(|m| *m).collect();
        Ok(self.sending.iter().filter(|m| found.contains(&m.id)).cloned().collect())
    }
}

/// The mailbox that sends a message: the one that was chosen, else the one from which its ticket is answered.
pub(super) fn mailbox_of(view: &dyn View, out: &Outbox) -> Result<Option<Mailbox>, StoreError> {
    let chosen = match out.mailbox {
        Some(chosen) => Some(chosen),
        None => records::get::<Message>(view, out.id)?.and_then(|m| m.mailbox),
    };
    let chosen = chosen.map(|m| records::get::<Mailbox>(view, m)).transpose()?;
    match chosen.flatten().filter(Mailbox::sends) {
        Some(m) => Ok(Some(m)),
        None => {
            let ticket: Ticket = records::get(view, out.ticket)?.unwrap_or_default();
            mailboxes::answering(view, &ticket)
        }
    }
}
