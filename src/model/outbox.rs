//! What is to leave the desk: how far each outgoing message is.
//!
//! ```text
//! held → ready → sending → sent
//!                   │  ↘ deferred → sending …   the server said: later
//!                   │  ↘ failed                 the server said: never
//!                   ↘ unsure                    may have been sent: never sent again by itself
//! ```

mod fields;

pub use fields::{FIELDS, LIST};

use super::{
    Delivery, Derive, Entries, Id, Key, Kind, Stamp, Table, shape::fields, shape::record, words::words,
};

words! {
    /// How far an outgoing message is.
    OutboxState {
        /// Not yet to be sent: its delay, or the time chosen for it, has not passed.
        Held = "held",
        /// Waits for an agent to say that it is to be sent: it was written when there was no mailbox to send it.
        Queued = "queued",
        /// To be sent by the next free sender.
        Ready = "ready",
        /// A sender has it now.
        Sending = "sending",
        /// Handed to the mail system.
        Sent = "sent",
        /// The server asked to try again later.
        Deferred = "deferred",
        /// It cannot be sent.
        Failed = "failed",
        /// It may have been sent or not: it is sent again only when an agent says so.
        Unsure = "unsure",
        /// Cancelled: never sends.
        Cancelled = "cancelled",
    }
}

impl OutboxState {
    /// The byte in the keys of [`Table::IxOutbox`].
    pub fn code(&self) -> u8 {
        match self {
            OutboxState::Held => 1,
            OutboxState::Queued => 2,
            OutboxState::Ready => 3,
            OutboxState::Sending => 4,
            OutboxState::Sent => 5,
            OutboxState::Deferred => 6,
            OutboxState::Failed => 7,
            OutboxState::Unsure => 8,
            OutboxState::Cancelled => 9,
            OutboxState::Unknown(_) => 255,
        }
    }

    /// What people are shown.
    pub fn label(&self) -> &str {
        match self {
            OutboxState::Queued => "waits for `outbox now`",
            OutboxState::Failed => "not sent",
            state => state.as_str(),
        }
    }

    /// Whether nothing has been handed over and nothing is being: it can still be cancelled or changed.
    pub fn is_here(&self) -> bool {
        matches!(self, OutboxState::Held | OutboxState::Queued | OutboxState::Ready)
    }

    /// How far its message is, as far as the message says.
    pub fn delivery(&self) -> Delivery {
        match self {
            OutboxState::Held => Delivery::Held,
            OutboxState::Sent => Delivery::Sent,
            OutboxState::Failed | OutboxState::Cancelled => Delivery::Failed,
            _ => Delivery::Queued,
        }
    }
}

words! {
    /// What an outgoing message is.
    OutboxKind {
        /// An agent's reply.
        Reply = "reply",
        /// A thread sent on to an outside person.
        Forward = "forward",
        /// Written by the desk itself: an acknowledgement, an answer out of hours.
        Automatic = "automatic",
    }
}

words! {
    /// What became of a message for one recipient.
    RecipientState {
        /// Not tried yet, or not known.
        Waiting = "waiting",
        /// The server took it.
        Accepted = "accepted",
        /// The server said: later.
        Deferred = "deferred",
        /// The server said: never.
        Rejected = "rejected",
    }
}

fields! {
    /// One recipient of an outgoing message.
    Recipient {
        /// The address.
        address = "a": String,
        /// What became of it.
        state = "s": RecipientState,
        /// What the server said.
        said = "t": String,
    }
}

words! {
    /// Whether a copy of a sent message is put into the folder for those at the server.
    CopyState {
        /// None is wanted.
        None = "none",
        /// It is still to be put there.
        Wanted = "wanted",
        /// It is there.
        Done = "done",
        /// It could not be put there, and that is not tried any more.
        Failed = "failed",
    }
}

/// The byte in the keys of [`Table::IxOutbox`] of messages whose copy is wanted.
pub const COPY_CODE: u8 = 32;

record! {
    /// A message that is to leave the desk. Has the id of its message.
    Outbox {
        /// Of which ticket.
        ticket = "t": Id,
        /// Who sends it; nil: the desk itself.
        agent = "ag": Id,
        /// Held until then: the automatic delay.
        hold_until = "h": Stamp,
        /// How far it is.
        state = "s": OutboxState,
        /// How often it was tried.
        attempts = "n": u32,
        /// What the last try said.
        problem = "p": String,
        /// What it is.
        kind = "k": OutboxKind,
        /// The mailbox that sends it; none: chosen when it is sent.
        mailbox = "mb": Option<Id>,
        /// The time that was chosen for it.
        send_at = "sa": Option<Stamp>,
        /// When it was first tried.
        first_try_at = "ft": Option<Stamp>,
        /// When it was last tried.
        tried_at = "ta": Option<Stamp>,
        /// When it is tried again.
        next_try_at = "nt": Option<Stamp>,
        /// Which process has it now.
        sender = "sn": Option<Id>,
        /// Until when that process has it.
        lease_until = "lu": Option<Stamp>,
        /// When it was sent.
        sent_at = "st": Option<Stamp>,
        /// Its recipients, once it was tried.
        recipients = "rc": Vec<Recipient>,
        /// Whether a copy of it is put into the folder for sent mail at the server.
        copy = "cs": CopyState,
        /// When that is tried.
        copy_at = "cw": Option<Stamp>,
        /// How often it was tried.
        copy_tries = "cn": u32,
        /// What the last try said.
        copy_problem = "cp": String,
        /// Since when it is in this state; none in stores of versions that did not record it.
        since = "si": Option<Stamp>,
    }
}

impl Outbox {
    /// When the timer makes a held one ready: after its delay, and not before the time chosen for it.
    pub fn due_at(&self) -> Stamp {
        self.send_at.map_or(self.hold_until, |at| at.max(self.hold_until))
    }

    /// When something is to happen to it next: it is let go, or tried again.
    pub fn next_at(&self) -> Option<Stamp> {
        match self.state {
            OutboxState::Held => Some(self.due_at()),
            OutboxState::Deferred => self.next_try_at,
            _ => None,
        }
    }

    /// Whether it is still to leave.
    pub fn is_waiting(&self) -> bool {
        !matches!(self.state, OutboxState::Sent | OutboxState::Cancelled)
    }

    /// The time by which it is listed among those of its state; `None`: it is not listed.
    /// Messages of older versions, which record no `since`, are listed only while they are being sent, so that older
    /// stores pass the check; the timers record it for them step by step.
    fn listed_at(&self) -> Option<Stamp> {
        match self.state {
            OutboxState::Held => self.since.map(|_| self.due_at()),
            OutboxState::Queued | OutboxState::Cancelled => self.since,
            OutboxState::Ready => Some(self.due_at()),
            OutboxState::Sending => Some(self.lease_until.unwrap_or_default()),
            OutboxState::Deferred => Some(self.next_try_at.unwrap_or_default()),
            OutboxState::Failed | OutboxState::Unsure => Some(self.tried_at.unwrap_or_default()),
            OutboxState::Sent => self.sent_at.or(self.since),
            OutboxState::Unknown(_) => None,
        }
    }
}

impl Derive for Outbox {
    fn derive(&self, out: &mut Entries) {
        let me = (Kind::Outbox, self.id);
        out.refer((Kind::Message, self.id), me);
        if let Some(m) = self.mailbox {
            out.refer((Kind::Mailbox, m), me);
        }
        let wakes = match self.state {
            OutboxState::Held => Some(self.due_at()),
            // A sender that is gone leaves it unsure.
            OutboxState::Sending => Some(self.lease_until.unwrap_or_default()),
            _ => None,
        };
        if let Some(at) = wakes {
            out.row(Table::IxDue, Key::new().at(at).u8(Kind::Outbox.code()).id(self.id), []);
        }
        if self.copy == CopyState::Wanted {
            let at = self.copy_at.unwrap_or_default();
            out.row(Table::IxOutbox, Key::new().u8(COPY_CODE).at(at).id(self.id), []);
        }
        if let Some(at) = self.listed_at() {
            out.row(Table::IxOutbox, Key::new().u8(self.state.code()).at(at).id(self.id), []);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_says_as_much_of_its_delivery_as_it_always_did() {
        let said: Vec<String> = OutboxState::ALL.iter().map(|s| s.delivery().to_string()).collect();
        assert_eq!(
            said,
            ["held", "queued", "queued", "queued", "sent", "queued", "failed", "queued", "failed"]
        );
    }

    #[test]
    fn a_chosen_time_counts_beside_the_hold() {
        let mut o = Outbox { hold_until: 10, ..Outbox::default() };
        assert_eq!(o.due_at(), 10);
        o.send_at = Some(500);
        assert_eq!(o.due_at(), 500);
        o.send_at = Some(5);
        assert_eq!(o.due_at(), 10, "the delay is kept all the same");
    }

    #[test]
    fn rows_of_stores_before_mailboxes_are_those_that_they_were() {
        let rows = |o: Outbox| {
            let mut out = Entries::default();
            o.derive(&mut out);
            out.0.iter().filter(|e| e.table != Table::IxRef).map(|e| e.table).collect::<Vec<_>>()
        };
        let of = |state| Outbox { id: Id([1; 16]), state, ..Outbox::default() };
        assert_eq!(rows(of(OutboxState::Held)), [Table::IxDue]);
        for state in [OutboxState::Queued, OutboxState::Sent, OutboxState::Cancelled] {
            assert_eq!(rows(of(state)), []);
        }
        assert_eq!(rows(of(OutboxState::Sending)), [Table::IxDue, Table::IxOutbox]);
    }

    #[test]
    fn every_message_whose_state_has_a_time_is_listed_under_it() {
        for state in OutboxState::ALL {
            let o = Outbox { id: Id([1; 16]), state: state.clone(), since: Some(7), ..Outbox::default() };
            let mut out = Entries::default();
            o.derive(&mut out);
            let listed = out.0.iter().filter(|e| e.table == Table::IxOutbox);
            assert_eq!(listed.map(|e| e.key[0]).collect::<Vec<_>>(), [state.code()]);
        }
    }
}
