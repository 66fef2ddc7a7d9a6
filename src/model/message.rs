//! Messages of tickets.

mod fields;

pub use fields::{FIELDS, LIST};

use super::{Derive, Entries, Id, Key, Kind, Stamp, Table, shape::fields, shape::record, words::words};

words! {
    /// Who may read a message.
    Visibility {
        /// The customer and we.
        Public = "public",
        /// We alone: it never leaves by mail.
        Internal = "internal",
        /// We and a third party.
        Side = "side",
    }
}

words! {
    /// How far a message is on its way.
    Delivery {
        /// It came to us, or it is a note.
        Received = "received",
        /// Ours, and can still be taken back.
        Held = "held",
        /// Ours, and waits to be sent.
        Queued = "queued",
        /// Ours, and was handed to the mail system.
        Sent = "sent",
        /// Ours, and could not be sent.
        Failed = "failed",
    }
}

fields! {
    /// A file that came with a message.
    Attachment {
        /// Its name, as the sender wrote it.
        name = "n": String,
        /// Its media type, as the sender wrote it.
        content_type = "t": String,
        /// Bytes.
        size = "s": u64,
        /// Where its bytes are, in the `raw` table.
        raw = "r": Id,
    }
}

record! {
    /// A message of a ticket: mail, a chat line, a note.
    Message {
        /// The number people see, after `M-`.
        number = "n": u64,
        /// Of which ticket.
        ticket = "t": Id,
        /// On whose timeline it stands: the ticket's requester.
        customer = "c": Id,
        /// When it was written.
        at = "a": Stamp,
        /// The agent who wrote it.
        agent = "ag": Option<Id>,
        /// The customer who wrote it.
        author = "au": Option<Id>,
        /// The writer's name as it stood in the message.
        from_name = "fn": String,
        /// The writer's address.
        from = "f": String,
        /// To.
        to = "to": Vec<String>,
        /// Copies.
        cc = "cc": Vec<String>,
        /// Hidden copies.
        bcc = "bc": Vec<String>,
        /// Who may read it.
        visibility = "v_": Visibility,
        /// How it came or goes: `email`, `chat`, `web` …
        channel = "ch": super::Channel,
        /// Its subject.
        subject = "s": String,
        /// Its text.
        body = "b": String,
        /// Where the mail as it came is, in the `raw` table.
        raw = "r": Option<Id>,
        /// Files that came with it.
        attachments = "at": Vec<Attachment>,
        /// Message-ID, without brackets.
        message_id = "mi": String,
        /// In-Reply-To.
        in_reply_to = "ir": Vec<String>,
        /// References.
        references = "re": Vec<String>,
        /// How far it is on its way.
        delivery = "d": Delivery,
        /// Which robot sent it, and how that was seen; empty for people.
        robot = "ro": String,
        /// What was wrong with it, for people to see.
        problems = "pb": Vec<String>,
        /// The mailbox that it came to or leaves from.
        mailbox = "mb": Option<Id>,
        /// When it came in here, which is not when it was written.
        received_at = "ra": Option<Stamp>,
        /// By which way it came.
        via = "vi": Option<super::Via>,
        /// Where answers to it go, where not to the writer's address.
        reply_to = "rt": Vec<String>,
        /// What follows the text of ours in the mail: the signature and the quoted history. None in messages of older
        /// versions, which leave with the signature of their mailbox.
        below = "bl": Option<String>,
        /// The message that began its side thread, which may be itself.
        side = "sd": Option<Id>,
    }
}

impl Message {
    /// Whether it came from the customer's side.
    pub fn is_inbound(&self) -> bool {
        self.agent.is_none() && self.delivery == Delivery::Received
    }

    /// Its whole text, as it leaves or left: with the signature and the quoted history.
    pub fn whole_text(&self) -> std::borrow::Cow<'_, str> {
        match self.below.as_deref() {
            None | Some("") => self.body.as_str().into(),
            Some(below) => format!("{}{below}", self.body).into(),
        }
    }

    /// The message that began its side thread; `None` where it is in none.
    pub fn side_thread(&self) -> Option<Id> {
        (self.visibility == Visibility::Side).then(|| self.side.unwrap_or(self.id))
    }
}

impl Derive for Message {
    fn derive(&self, out: &mut Entries) {
        let me = (Kind::Message, self.id);
        out.number(Kind::Message, self.number, self.id);
        out.external(Kind::Message, &self.external_ids, self.id);
        out.row(Table::IxThread, Key::new().id(self.ticket).at(self.at).id(self.id), []);
        out.timeline(self.customer, self.at, Kind::Message, self.id);
        if !self.message_id.is_empty() {
            out.row(
                Table::IxMessageId,
                Key::new().text(&self.message_id).id(self.id),
                self.ticket.bytes().to_vec(),
            );
        }
        out.refer((Kind::Ticket, self.ticket), me);
        out.refer((Kind::Customer, self.customer), me);
        if let Some(m) = self.mailbox {
            out.refer((Kind::Mailbox, m), me);
        }
        if let Some(c) = self.author {
            out.refer((Kind::Customer, c), me);
        }
        if let Some(a) = self.agent {
            out.refer((Kind::Agent, a), me);
        }
    }
}
