//! Whether an incoming mail gets an automatic reply, and which: one pure rule.
//!
//! Two programs that answer each other must stop (RFC 3834 §2): what a machine wrote, what asks for no answer, what names
//! no one who reads, and a sender who had one within a day gets none.

use std::fmt;

use super::address;
use crate::model::Stamp;

/// A sender gets at most one automatic reply in this time, in milliseconds: a day.
pub const PAUSE: Stamp = 86_400_000;

/// Mail that came longer ago is answered by people only, in milliseconds: a day.
pub const TOO_LATE: Stamp = 86_400_000;

/// An automatic reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    /// The message opened a ticket.
    Acknowledgement,
    /// The message came outside of the mailbox's hours.
    OutOfHours,
}

impl Reply {
    /// In words for people.
    pub fn label(self) -> &'static str {
        match self {
            Reply::Acknowledgement => "acknowledgement",
            Reply::OutOfHours => "out-of-hours reply",
        }
    }
}

/// Why a mail gets no automatic reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NoReply {
    /// The mailbox has no text for it.
    NoText,
    /// It came on a ticket that was there.
    Follows,
    /// The mailbox does not send.
    DoesNotSend,
    /// A machine wrote it.
    Robot,
    /// It came by a list, or asks for no automatic answer.
    AsksForNone,
    /// Its sender has no address.
    NoAddress,
    /// Its sender's address is read by no one.
    NoReader,
    /// It is from one of our own addresses.
    Ours,
    /// Its sender is blocked.
    Blocked,
    /// Its sender waits in the screener.
    Screened,
    /// It is one of too many.
    Storm,
    /// It came before the mailbox was added.
    History,
    /// It came too long ago.
    Late,
    /// Its sender had one within a day.
    Answered,
}

impl fmt::Display for NoReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NoReply::NoText => "the mailbox has no text for it",
            NoReply::Follows => "it follows a ticket",
            NoReply::DoesNotSend => "the mailbox does not send",
            NoReply::Robot => "a machine wrote it",
            NoReply::AsksForNone => "it came by a list or asks for no automatic reply",
            NoReply::NoAddress => "its sender has no address",
            NoReply::NoReader => "no one reads the sender's address",
            NoReply::Ours => "it is from one of our own addresses",
            NoReply::Blocked => "its sender is blocked",
            NoReply::Screened => "its sender waits in the screener",
            NoReply::Storm => "it is part of a mail storm",
            NoReply::History => "it came before the mailbox was added",
            NoReply::Late => "it came more than a day ago",
            NoReply::Answered => "its sender had an automatic reply within a day",
        })
    }
}

/// What the rule looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "each is one fact of the rule")]
pub struct Facts<'a> {
    /// Who gets the reply.
    pub sender: &'a str,
    /// Whether a machine wrote the mail: an automatic answer, a bounce, our own mail come back.
    pub robot: bool,
    /// Whether it is a list's, or asks for no automatic answer.
    pub asks_for_none: bool,
    /// Whether the sender's address is one of ours.
    pub ours: bool,
    /// Whether the sender is blocked.
    pub blocked: bool,
    /// Whether the ticket waits in the screener.
    pub screened: bool,
    /// Whether it is one of too many.
    pub storm: bool,
    /// Whether it opens a ticket.
    pub opens: bool,
    /// Whether it came within the mailbox's hours.
    pub in_hours: bool,
    /// Whether the mailbox has an acknowledgement.
    pub acknowledgement: bool,
    /// Whether the mailbox has a text for messages outside of its hours.
    pub out_of_hours: bool,
    /// Whether the mailbox sends.
    pub sends: bool,
    /// Whether it came before the mailbox was added.
    pub history: bool,
    /// How long ago it came, in milliseconds.
    pub age: Stamp,
    /// Whether its sender had an automatic reply within [`PAUSE`].
    pub answered: bool,
}

/// Which automatic reply a mail gets.
///
/// # Errors
/// Why it gets none.
pub fn decide(f: &Facts<'_>) -> Result<Reply, NoReply> {
    let reply = if !f.in_hours && f.out_of_hours {
        Reply::OutOfHours
    } else if !f.acknowledgement {
        return Err(NoReply::NoText);
    } else if f.opens {
        Reply::Acknowledgement
    } else {
        return Err(NoReply::Follows);
    };
    let against = [
        (f.robot, NoReply::Robot),
        (f.asks_for_none, NoReply::AsksForNone),
        (f.ours, NoReply::Ours),
        (f.blocked, NoReply::Blocked),
        (address::normalise(f.sender).is_none(), NoReply::NoAddress),
        (!is_read(f.sender), NoReply::NoReader),
        (f.storm, NoReply::Storm),
        (f.screened, NoReply::Screened),
        (f.history, NoReply::History),
        (f.age > TOO_LATE, NoReply::Late),
        (!f.sends, NoReply::DoesNotSend),
        (f.answered, NoReply::Answered),
    ];
    match against.into_iter().find(|(is, _)| *is) {
        Some((_, why)) => Err(why),
        None => Ok(reply),
    }
}

/// Whether someone may read what is sent to an address: not `noreply@…`, daemons, owners and request addresses of lists
/// (RFC 3834 §2), and return paths made for one message.
pub fn is_read(address: &str) -> bool {
    let key = address.trim().to_lowercase();
    let local = key.rsplit_once('@').map_or(key.as_str(), |(local, _)| local);
    let letters: String = local.chars().filter(char::is_ascii_alphanumeric).collect();
    let whole =
        ["mailerdaemon", "postmaster", "bounce", "bounces", "nobody", "listserv", "majordomo", "devnull"];
    let within =
        ["noreply", "donotreply", "notreply", "noanswer", "neantworten", "nichtantworten", "mailerdaemon"];
    let split =
        ["prvs=", "srs0=", "srs1=", "bounce+", "bounces+", "bounce-", "bounces-", "owner-", "msprvs1="];
    !(whole.contains(&letters.as_str())
        || within.iter().any(|w| letters.contains(w))
        || split.iter().any(|s| local.starts_with(s))
        || local.ends_with("-request")
        || local.ends_with("-bounces")
        || local.ends_with("-owner"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn person() -> Facts<'static> {
        Facts {
            sender: "ada@example.org",
            robot: false,
            asks_for_none: false,
            ours: false,
            blocked: false,
            screened: false,
            storm: false,
            opens: true,
            in_hours: true,
            acknowledgement: true,
            out_of_hours: true,
            sends: true,
            history: false,
            age: 0,
            answered: false,
        }
    }

    #[test]
    fn a_persons_first_message_is_acknowledged_and_one_outside_of_hours_gets_that_text_instead() {
        assert_eq!(decide(&person()), Ok(Reply::Acknowledgement));
        assert_eq!(decide(&Facts { in_hours: false, ..person() }), Ok(Reply::OutOfHours));
        assert_eq!(decide(&Facts { in_hours: false, opens: false, ..person() }), Ok(Reply::OutOfHours));
        assert_eq!(decide(&Facts { opens: false, ..person() }), Err(NoReply::Follows));
        let no_text = Facts { in_hours: false, out_of_hours: false, ..person() };
        assert_eq!(decide(&no_text), Ok(Reply::Acknowledgement));
        assert_eq!(decide(&Facts { acknowledgement: false, ..no_text }), Err(NoReply::NoText));
    }

    #[test]
    fn addresses_that_no_one_reads_are_known() {
        for address in [
            "noreply@shop.example",
            "no-reply+abc@shop.example",
            "Do_Not_Reply@shop.example",
            "MAILER-DAEMON@mx.example",
            "postmaster@mx.example",
            "bounces+12-ada=example.org@mx.example",
            "help-request@lists.example",
            "owner-help@lists.example",
            "notifications-noreply@shop.example",
        ] {
            assert!(!is_read(address), "{address}");
        }
        for address in
            ["ada@example.org", "reply@example.org", "norbert.reply@example.org", "bouncer@club.example"]
        {
            assert!(is_read(address), "{address}");
        }
    }

    proptest! {
        #[test]
        fn one_reason_against_is_enough(bits in 0u16..2048, opens: bool, in_hours: bool, late: bool) {
            let bit = |n: u16| bits & (1 << n) != 0;
            let f = Facts {
                robot: bit(0), asks_for_none: bit(1), ours: bit(2), blocked: bit(3), screened: bit(4), storm: bit(5),
                sends: !bit(6), history: bit(7), answered: bit(8), acknowledgement: bit(9), out_of_hours: bit(10),
                opens, in_hours, age: if late { TOO_LATE + 1 } else { TOO_LATE }, sender: "ada@example.org",
            };
            let against = bits & 0x1ff != 0 || late;
            let text = if !in_hours && bit(10) { true } else { bit(9) && opens };
            prop_assert_eq!(decide(&f).is_ok(), text && !against);
        }
    }
}
