//! One message: MAIL, RCPT for each recipient, DATA.

use std::time::{Duration, Instant};

use super::{connect::Session, reply::Fault};
use crate::desk::outbox::{Envelope, Outcome};

/// The longest time for all recipients together: what follows still ends within the lease of an attempt.
const RECIPIENTS: Duration = Duration::from_secs(300);

/// Sends a message, and tells for each recipient what became of it.
///
/// # Errors
/// Where the server took nothing of this message and no other would fare better: the connection is gone, or it wants a
/// login first.
pub fn send(session: &mut Session, envelope: &Envelope, bytes: &[u8]) -> Result<Vec<Outcome>, String> {
    let mut all: Vec<Option<Outcome>> = envelope.to.iter().map(|a| unsayable(session, a)).collect();
    let result = run(session, envelope, bytes, &mut all);
    if let Err(fault) = result {
        return Err(format!("{}: {}", session.host, fault.words()));
    }
    let none = || Outcome::Deferred("it was not tried".into());
    Ok(all.into_iter().map(|o| o.unwrap_or_else(none)).collect())
}

/// Why an address cannot be said to this server.
fn unsayable(session: &Session, address: &str) -> Option<Outcome> {
    let bad = |c: char| c.is_control() || c.is_whitespace() || matches!(c, '<' | '>');
    if address.is_empty() || address.chars().any(bad) {
        return Some(Outcome::Rejected(format!("{address} is no address for SMTP")));
    }
    let why = || format!("{} takes no addresses with letters beyond ASCII (SMTPUTF8)", session.host);
    (!address.is_ascii() && !session.offers.utf8).then(|| Outcome::Rejected(why()))
}

/// Why this server cannot take a message at all.
fn unfit(session: &Session, bytes: &[u8]) -> Option<String> {
    let host = &session.host;
    let size = bytes.len() as u64;
    if let Some(most) = session.offers.most.filter(|most| size > *most) {
        return Some(format!("the message has {}; {host} takes at most {}", shown(size), shown(most)));
    }
    let eight = !bytes.is_ascii() && !session.offers.eight_bit;
    eight.then(|| format!("{host} takes no message with bytes above 127 (8BITMIME)"))
}

/// A size as people read it.
pub(super) fn shown(bytes: u64) -> String {
    match bytes {
        0..10_000 => format!("{bytes} bytes"),
        10_000..1_000_000 => format!("{} kB", bytes / 1000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
    }
}

/// Gives an outcome to those that have none.
fn rest(all: &mut [Option<Outcome>], outcome: &Outcome) {
    for slot in all.iter_mut().filter(|s| s.is_none()) {
        *slot = Some(outcome.clone());
    }
}

/// What a refusal means.
fn refused(code: u16, words: String) -> Outcome {
    if code >= 500 { Outcome::Rejected(words) } else { Outcome::Deferred(words) }
}

fn run(
    session: &mut Session,
    envelope: &Envelope,
    bytes: &[u8],
    all: &mut [Option<Outcome>],
) -> Result<(), Fault> {
    if let Some(why) = unfit(session, bytes) {
        rest(all, &Outcome::Rejected(why));
    }
    if let Some(Outcome::Rejected(why)) = unsayable(session, &envelope.from) {
        rest(all, &Outcome::Rejected(why));
    }
    if all.iter().all(Option::is_some) {
        return Ok(());
    }
    match session.say(&mail(session, envelope, bytes)) {
        Ok(answer) if positive(answer.code().into()) => {}
        Ok(answer) => return Err(odd(session, "MAIL", answer.code().into())),
        // Without the login that it wants, no message leaves; 421 ends the connection.
        Err(Fault::Refused(code, words)) if !matches!(code, 421 | 530 | 534 | 535 | 538) => {
            rest(all, &refused(code, words));
            return Ok(());
        }
        Err(fault) => return Err(fault),
    }
    let taken = recipients(session, &envelope.to, all);
    if session.broken {
        return Ok(());
    }
    if taken.is_empty() {
        reset(session);
        return Ok(());
    }
    let outcome = data(session, bytes);
    for at in taken {
        if let Some(slot) = all.get_mut(at) {
            *slot = Some(outcome.clone());
        }
    }
    Ok(())
}

fn mail(session: &Session, envelope: &Envelope, bytes: &[u8]) -> String {
    let mut line = format!("MAIL FROM:<{}>", envelope.from);
    if session.offers.size {
        line.push_str(&format!(" SIZE={}", bytes.len()));
    }
    if !bytes.is_ascii() {
        line.push_str(" BODY=8BITMIME");
    }
    if session.offers.utf8 && !(envelope.from.is_ascii() && envelope.to.iter().all(|a| a.is_ascii())) {
        line.push_str(" SMTPUTF8");
    }
    line
}

/// Names the recipients, and returns those that are taken. Where the connection is lost, the open ones are deferred: without
/// DATA no one gets anything.
fn recipients(session: &mut Session, to: &[String], all: &mut [Option<Outcome>]) -> Vec<usize> {
    let until = Instant::now() + RECIPIENTS;
    let mut taken = Vec::new();
    for (at, (address, slot)) in to.iter().zip(all.iter_mut()).enumerate().filter(|(_, (_, s))| s.is_none()) {
        if Instant::now() > until {
            *slot = Some(Outcome::Deferred("the server is too slow for this number of recipients".into()));
            continue;
        }
        match session.say(&format!("RCPT TO:<{address}>")) {
            Ok(answer) if positive(answer.code().into()) => taken.push(at),
            Ok(answer) => {
                odd(session, "RCPT", answer.code().into());
            }
            // Old servers say 552 where they take no more recipients per message (RFC 5321, 4.5.3.1.10).
            Err(Fault::Refused(552, words)) if !taken.is_empty() => *slot = Some(Outcome::Deferred(words)),
            Err(Fault::Refused(code, words)) => *slot = Some(refused(code, words)),
            Err(Fault::Lost(why)) => *slot = Some(Outcome::Deferred(why)),
        }
        if session.broken {
            break;
        }
    }
    if session.broken {
        rest(all, &Outcome::Deferred("the connection was lost before the message was sent".into()));
    }
    taken
}

/// Hands over the text, and tells what became of it for the recipients that the server accepted.
fn data(session: &mut Session, bytes: &[u8]) -> Outcome {
    match session.say("DATA") {
        Ok(answer) if answer.has_code(354) => {}
        Ok(answer) => return Outcome::Deferred(odd(session, "DATA", answer.code().into()).words()),
        Err(Fault::Refused(code, words)) => {
            reset(session);
            return refused(code, words);
        }
        Err(Fault::Lost(why)) => return Outcome::Deferred(why),
    }
    match session.say_message(bytes) {
        (Ok(answer), _) if positive(answer.code().into()) => Outcome::Accepted,
        (Ok(answer), _) => Outcome::Unsure(odd(session, "the message", answer.code().into()).words()),
        (Err(Fault::Refused(code, words)), _) => refused(code, words),
        (Err(Fault::Lost(why)), true) => {
            Outcome::Unsure(format!("the message was handed over, and no answer came: {why}"))
        }
        // A server delivers nothing whose end it has not seen.
        (Err(Fault::Lost(why)), false) => {
            Outcome::Deferred(format!("the connection was lost within the message: {why}"))
        }
    }
}

/// Only 2xx is a yes: 3xx would be one to another command, and then answers and commands do not match.
fn positive(code: u16) -> bool {
    (200..300).contains(&code)
}

/// An answer that does not belong to the command: nothing more is said on this connection.
fn odd(session: &mut Session, command: &str, code: u16) -> Fault {
    session.broken = true;
    Fault::Lost(format!("it answers {command} with {code}"))
}

/// Drops the message that was begun, so that the next one can follow.
fn reset(session: &mut Session) {
    if !session.broken && session.say("RSET").is_err() {
        session.broken = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_shown_as_people_read_them() {
        assert_eq!([900, 20_480, 10_485_760].map(shown), ["900 bytes", "20 kB", "10.4 MB"]);
    }
}
