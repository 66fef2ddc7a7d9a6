//! Interactions: what was said on any channel, outside of tickets.

mod fields;

pub use fields::{FIELDS, LIST};

use super::{Derive, Entries, Id, Kind, Stamp, shape::record, words::words};

words! {
    /// How people reach each other.
    Channel {
        /// Electronic mail.
        Email = "email",
        /// A call.
        Phone = "phone",
        /// A chat.
        Chat = "chat",
        /// A text message.
        Sms = "sms",
        /// A social network.
        Social = "social",
        /// A form or page.
        Web = "web",
        /// A visit.
        InPerson = "in_person",
        /// A direct message.
        Direct = "direct",
        /// Our own note.
        Note = "note",
    }
}

words! {
    /// Which way it went.
    Direction {
        /// From the customer to us.
        In = "in",
        /// From us to the customer.
        Out = "out",
    }
}

record! {
    /// Something said or written, on any channel.
    Interaction {
        /// The number people see, after `I-`.
        number = "n": u64,
        /// The customer.
        customer = "c": Id,
        /// For which organisation.
        organisation = "o": Option<Id>,
        /// About which ticket.
        ticket = "t": Option<Id>,
        /// How.
        channel = "ch": Channel,
        /// Which way.
        direction = "d": Direction,
        /// When it happened.
        at = "a": Stamp,
        /// The agent on our side.
        author = "au": Option<Id>,
        /// The subject.
        subject = "s": String,
        /// In full.
        body = "b": String,
        /// Its Message-ID, where it was mail.
        message_id = "mi": String,
        /// How long it took, in seconds.
        seconds = "se": Option<u32>,
    }
}

impl Derive for Interaction {
    fn derive(&self, out: &mut Entries) {
        let me = (Kind::Interaction, self.id);
        out.number(Kind::Interaction, self.number, self.id);
        out.external(Kind::Interaction, &self.external_ids, self.id);
        out.timeline(self.customer, self.at, Kind::Interaction, self.id);
        out.refer((Kind::Customer, self.customer), me);
        if let Some(o) = self.organisation {
            out.refer((Kind::Organisation, o), me);
        }
        if let Some(t) = self.ticket {
            out.refer((Kind::Ticket, t), me);
        }
        if let Some(a) = self.author {
            out.refer((Kind::Agent, a), me);
        }
    }
}
