//! Mailboxes: the addresses at which customers reach the desk, how their mail comes in and how replies leave.
//!
//! No secret and no command line is in a mailbox: those are in the configuration of the Unix user who approved
//! them. So writing a mailbox, or handing over a store, runs nothing as another user.

mod fields;

pub use fields::{FIELDS, LIST};

use super::{
    Derive, Entries, Id, Key, Kind, Stamp, Table, fold, shape::fields, shape::record, words::words, workspace,
};

words! {
    /// How mail comes in.
    ReceiveKind {
        /// Not at all.
        None = "none",
        /// IMAP, TLS from the first byte.
        Imaps = "imaps",
        /// IMAP with STARTTLS.
        Imap = "imap",
        /// A Maildir that another program fills.
        Maildir = "maildir",
        /// Another program hands it over: `frontdesk mail deliver`.
        Deliver = "deliver",
    }
}

fields! {
    /// How the mail of a mailbox comes in.
    Receive {
        /// By what.
        kind = "k": ReceiveKind,
        /// The server's name.
        host = "h": String,
        /// The server's port; 0: the usual one.
        port = "p": u16,
        /// The user at the server.
        user = "u": String,
        /// The folder at the server, or the path of the Maildir.
        folder = "f": String,
    }
}

words! {
    /// How mail leaves.
    SendKind {
        /// Not at all.
        None = "none",
        /// SMTP, TLS from the first byte.
        Smtps = "smtps",
        /// SMTP with STARTTLS.
        Smtp = "smtp",
        /// A command such as sendmail, which is in the configuration of the Unix user who approved it.
        Command = "command",
    }
}

fields! {
    /// How the mail of a mailbox leaves.
    Send {
        /// By what.
        kind = "k": SendKind,
        /// The server's name.
        host = "h": String,
        /// The server's port; 0: the usual one.
        port = "p": u16,
        /// The user at the server.
        user = "u": String,
    }
}

words! {
    /// What becomes of a message at the server once it was fetched.
    AfterFetch {
        /// It stays unchanged.
        Leave = "leave",
        /// It moves to another folder.
        Move = "move",
        /// It is flagged as seen.
        Flag = "flag",
    }
}

record! {
    /// An address at which customers reach the desk.
    Mailbox {
        /// The number people see, after `E-`.
        number = "n": u64,
        /// Its address.
        address = "a": String,
        /// Other addresses whose mail it gets.
        aliases = "al": Vec<String>,
        /// The name that customers see before the address.
        name = "na": String,
        /// The team whose queue its tickets go to.
        team = "te": Option<Id>,
        /// What stands under its mail.
        signature = "si": String,
        /// The answer to a first message; empty: none.
        acknowledgement = "ak": String,
        /// The answer outside of its hours; empty: none.
        out_of_hours = "oo": String,
        /// Its hours, such as `Mon-Fri 09:00-17:00`; empty: always.
        hours = "oh": String,
        /// How its mail comes in.
        receive = "rc": Receive,
        /// How its mail leaves.
        send = "se": Send,
        /// What becomes of fetched mail at the server.
        after_fetch = "af": AfterFetch,
        /// The folder for fetched mail, where it moves.
        move_to = "mv": String,
        /// The folder that gets a copy of sent mail; empty: none.
        sent_folder = "sf": String,
        /// The most messages that may leave in an hour.
        hourly_cap = "hc": Option<u32>,
        /// The most bytes that a message may have on its way; what the server says counts too.
        size_limit = "sl": Option<u64>,
        /// Whether replies also carry an HTML part, made of their text as Markdown.
        markdown = "md": bool,
        /// Whether subjects go without the ticket's number.
        no_subject_hook = "nh": bool,
        /// Whether first messages of unknown senders wait to be let in.
        screener = "sc": bool,
        /// Senders whose mail is not taken: addresses, or `@domain`.
        blocked = "bl": Vec<String>,
        /// Since when it neither fetches nor sends.
        paused_at = "pa": Option<Stamp>,
        /// When it was removed.
        archived_at = "ar": Option<Stamp>,
        /// When the record was made.
        created_at = "ca": Stamp,
    }
}

impl Mailbox {
    /// Whether an address is one of the mailbox's: the address, an alias, or either with a tag after a plus.
    pub fn is_own(&self, address: &str) -> bool {
        let Some(key) = fold::email_key(address) else { return false };
        let base = fold::without_plus(&key).map(|(base, _)| base);
        let is =
            |own: &str| fold::email_key(own).is_some_and(|own| own == key || Some(&own) == base.as_ref());
        self.own().any(is)
    }

    /// Its addresses, aliases among them.
    pub fn own(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.address.as_str()).chain(self.aliases.iter().map(String::as_str))
    }

    /// Whether it is in use: neither removed nor paused.
    pub fn is_live(&self) -> bool {
        self.archived_at.is_none() && self.paused_at.is_none()
    }

    /// Whether its replies leave by themselves.
    pub fn sends(&self) -> bool {
        self.archived_at.is_none() && self.send.kind != SendKind::None
    }

    /// Whether a sender's mail is not taken.
    pub fn blocks(&self, address: &str) -> bool {
        workspace::is_blocked(&self.blocked, address)
    }
}

impl Derive for Mailbox {
    fn derive(&self, out: &mut Entries) {
        let me = (Kind::Mailbox, self.id);
        out.number(Kind::Mailbox, self.number, self.id);
        out.external(Kind::Mailbox, &self.external_ids, self.id);
        if self.archived_at.is_none() {
            for key in self.own().filter_map(fold::email_key) {
                out.row(Table::IxMailbox, Key::new().text(&key).id(self.id), []);
            }
        }
        if let Some(t) = self.team {
            out.refer((Kind::Team, t), me);
        }
    }
}

fields! {
    /// How evenly a mailbox receives mail: of one week.
    Pauses {
        /// The week, counted from 1970.
        week = "w": i64,
        /// The longest pause before a message of that week, in milliseconds.
        longest = "l": Stamp,
        /// How many messages came.
        messages = "n": u32,
    }
}

fields! {
    /// The state of a mailbox at its servers. Kept beside the log, so that a fetch of nothing new is no change; written in
    /// the transaction of the messages that it speaks of.
    MailState {
        /// UIDVALIDITY of the folder when it was last read.
        uid_validity = "uv": u32,
        /// The highest UID that was taken in.
        last_uid = "lu": u32,
        /// Whether what was in the folder before first contact is read too.
        history = "hi": bool,
        /// When a server last answered.
        last_contact = "lc": Option<Stamp>,
        /// When mail last came in.
        last_mail = "lm": Option<Stamp>,
        /// Since when receiving fails.
        failing_since = "fs": Option<Stamp>,
        /// What the last failure of receiving said.
        problem = "p": String,
        /// When receiving is tried again.
        next_retry = "nr": Option<Stamp>,
        /// When mail last left.
        last_sent = "ls": Option<Stamp>,
        /// Since when sending fails.
        send_failing_since = "sf": Option<Stamp>,
        /// What the last failure of sending said.
        send_problem = "sp": String,
        /// When sending is tried again.
        send_next_retry = "sr": Option<Stamp>,
        /// The highest UID that was also flagged or moved, where the mailbox says so; none: all that were taken.
        settled_uid = "su": Option<u32>,
        /// Whether the folder has another name since it was last read.
        renamed = "rn": bool,
        /// Why copies cannot be put into the folder for sent mail.
        copy_problem = "cp": String,
        /// Whether mail is fetched even where another desk did: an agent said so.
        take_over = "to": bool,
        /// The most bytes of a message that the server took when it was last asked (SMTP SIZE, RFC 1870).
        size_limit = "zl": Option<u64>,
        /// The pauses between messages in the last weeks with mail: what is usual.
        pauses = "ps": Vec<Pauses>,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mailbox_knows_its_addresses_and_blocked_senders() {
        let m = Mailbox {
            address: "help@example.com".into(),
            aliases: vec!["Support@Example.com".into()],
            blocked: vec!["ann@spam.example".into(), "@junk.example".into()],
            ..Mailbox::default()
        };
        assert!(m.is_own("HELP@example.com") && m.is_own("support@example.com"));
        assert!(m.is_own("help+T-12@example.com") && m.is_own("SUPPORT+x+y@example.com"));
        assert!(!m.is_own("other@example.com") && !m.is_own("nothing") && !m.is_own("+help@example.com"));
        assert!(m.blocks("Ann@spam.example") && m.blocks("x@JUNK.example"));
        assert!(!m.blocks("bob@spam.example") && !m.blocks("x@sub.junk.example"));
    }
}
