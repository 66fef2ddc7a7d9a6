//! The state machine of an outgoing message: pure functions of its record.

use super::transport::{Outcome, brief};
use crate::model::{Id, Outbox, OutboxState, Recipient, RecipientState, Stamp};

/// How long a sender has a message, in milliseconds: longer than a server may take for an answer (RFC 5321 §4.5.3.2).
pub const LEASE: Stamp = 15 * 60_000;

/// How long a message is tried, in milliseconds (RFC 5321 §4.5.4.1: four to five days).
pub const GIVE_UP: Stamp = 5 * 86_400_000;

/// The furthest that a chosen time may lie ahead, in milliseconds.
pub const FURTHEST: Stamp = 366 * 86_400_000;

/// The first wait before a message is tried again, in milliseconds; each next one is twice as long.
const FIRST_WAIT: Stamp = 60_000;

/// The longest such wait.
pub const LONGEST_WAIT: Stamp = 4 * 3_600_000;

/// Whether it is held until an agent lets it go, and not until a time.
pub fn is_until_let_go(out: &Outbox) -> bool {
    let long = |at: Stamp| out.since.is_some_and(|since| at.saturating_sub(since) >= FURTHEST);
    out.state == OutboxState::Held && out.send_at.is_some_and(long)
}

/// Whether it may be handed to a sender now.
pub fn is_due(out: &Outbox, now: Stamp) -> bool {
    match out.state {
        OutboxState::Ready => true,
        // Further ahead than it ever may, it was written while the clock was wrong.
        OutboxState::Deferred => {
            out.next_try_at.is_none_or(|at| at <= now || at > now.saturating_add(LONGEST_WAIT))
        }
        _ => false,
    }
}

/// A sender takes it, for exactly one attempt. `recipients` are those of its message, for the first attempt.
pub fn claim(out: &mut Outbox, holder: Id, recipients: &[String], now: Stamp) {
    if out.recipients.is_empty() {
        out.recipients =
            recipients.iter().map(|a| Recipient { address: a.clone(), ..Recipient::default() }).collect();
    }
    out.state = OutboxState::Sending;
    out.attempts = out.attempts.saturating_add(1);
    out.first_try_at.get_or_insert(now);
    out.tried_at = Some(now);
    out.next_try_at = None;
    out.sender = Some(holder);
    out.lease_until = Some(now.saturating_add(LEASE));
}

/// The recipients that do not have it yet.
pub fn open(out: &Outbox) -> impl Iterator<Item = &Recipient> {
    out.recipients.iter().filter(|r| matches!(r.state, RecipientState::Waiting | RecipientState::Deferred))
}

/// Whether a result is that of the attempt which this message is at: a late one of an earlier attempt says nothing of
/// this one. A sender that comes back after its lease ran out still knows what happened.
pub fn is_of(out: &Outbox, holder: Id, attempt: u32) -> bool {
    matches!(out.state, OutboxState::Sending | OutboxState::Unsure)
        && out.sender == Some(holder)
        && out.attempts == attempt
}

/// What an attempt came to: one outcome per recipient that was open, in their order.
pub fn settle(out: &mut Outbox, outcomes: &[Outcome], now: Stamp) {
    let mut outcomes = outcomes.iter();
    let mut unsure = None;
    let open = |r: &&mut Recipient| matches!(r.state, RecipientState::Waiting | RecipientState::Deferred);
    for r in out.recipients.iter_mut().filter(open) {
        let (state, said) = match outcomes.next() {
            Some(Outcome::Accepted) => (RecipientState::Accepted, String::new()),
            Some(Outcome::Deferred(said)) => (RecipientState::Deferred, brief(said)),
            Some(Outcome::Rejected(said)) => (RecipientState::Rejected, brief(said)),
            Some(Outcome::Unsure(said)) => {
                unsure = Some(brief(said));
                (RecipientState::Waiting, brief(said))
            }
            None => {
                unsure = Some("the sender did not say what became of it".to_owned());
                (RecipientState::Waiting, String::new())
            }
        };
        (r.state, r.said) = (state, said);
    }
    out.lease_until = None;
    let over = out.first_try_at.is_some_and(|first| now - first >= GIVE_UP);
    if over && unsure.is_none() {
        for r in out.recipients.iter_mut().filter(|r| r.state == RecipientState::Deferred) {
            r.state = RecipientState::Rejected;
            r.said = brief(&format!("tried for five days: {}", r.said));
        }
    }
    out.problem = problem(out);
    let has = |state| out.recipients.iter().any(|r| r.state == state);
    out.state = if let Some(why) = unsure {
        out.problem = why;
        OutboxState::Unsure
    } else if has(RecipientState::Deferred) {
        out.next_try_at = Some(now.saturating_add(wait(out.attempts)));
        OutboxState::Deferred
    } else if has(RecipientState::Accepted) {
        out.sent_at = Some(now);
        OutboxState::Sent
    } else {
        OutboxState::Failed
    };
}

/// The wait after n attempts: one minute, two, four … up to four hours.
pub fn wait(attempts: u32) -> Stamp {
    FIRST_WAIT.saturating_mul(1 << attempts.saturating_sub(1).min(20)).min(LONGEST_WAIT)
}

/// What servers said, in one line: `ann@example.org: mailbox full`.
fn problem(out: &Outbox) -> String {
    let of = |state| out.recipients.iter().find(|r| r.state == state);
    let first = of(RecipientState::Rejected).or_else(|| of(RecipientState::Deferred));
    first.map_or_else(String::new, |r| format!("{}: {}", r.address, r.said))
}

/// The recipients that were rejected by the last attempt's end.
pub fn rejected(out: &Outbox) -> Vec<&str> {
    let rejected = out.recipients.iter().filter(|r| r.state == RecipientState::Rejected);
    rejected.map(|r| r.address.as_str()).collect()
}

/// A server that took it could not hand it on to some of its recipients, `gone`. Whether anything changed by that.
/// `recipients` are those of its message, where no attempt of ours is known.
pub fn bounced(out: &mut Outbox, recipients: &[String], gone: &[String], said: &str) -> bool {
    if out.recipients.is_empty() {
        let accepted = |a: &String| Recipient {
            address: a.clone(),
            state: RecipientState::Accepted,
            ..Recipient::default()
        };
        out.recipients = recipients.iter().map(accepted).collect();
    }
    let mut changed = false;
    for r in out.recipients.iter_mut().filter(|r| gone.contains(&r.address)) {
        changed |= r.state != RecipientState::Rejected;
        r.state = RecipientState::Rejected;
        r.said = brief(said);
    }
    if changed {
        out.problem = problem(out);
        if out.recipients.iter().all(|r| r.state == RecipientState::Rejected) {
            out.state = OutboxState::Failed;
            out.tried_at = out.tried_at.or(out.sent_at);
            out.lease_until = None;
        }
    }
    changed
}

/// Makes it go to the recipients that do not have it, again from the beginning, under the same Message-ID.
pub fn retry(out: &mut Outbox) {
    for r in out.recipients.iter_mut().filter(|r| r.state != RecipientState::Accepted) {
        *r = Recipient { address: std::mem::take(&mut r.address), ..Recipient::default() };
    }
    out.state = OutboxState::Ready;
    out.first_try_at = None;
    out.next_try_at = None;
    out.lease_until = None;
    out.problem.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    const ME: Id = Id([7; 16]);

    fn sending(recipients: &[&str]) -> Outbox {
        let mut out = Outbox { state: OutboxState::Ready, ..Outbox::default() };
        let all: Vec<String> = recipients.iter().map(|r| (*r).to_owned()).collect();
        claim(&mut out, ME, &all, 1000);
        out
    }

    fn later() -> Outcome {
        Outcome::Deferred("451 try later".into())
    }

    fn never() -> Outcome {
        Outcome::Rejected("550 no such user".into())
    }

    #[test]
    fn one_accepted_recipient_makes_it_sent_and_the_rejected_are_named() {
        let mut out = sending(&["a@x", "b@x"]);
        settle(&mut out, &[Outcome::Accepted, never()], 2000);
        assert_eq!((out.state.clone(), out.sent_at), (OutboxState::Sent, Some(2000)));
        assert_eq!((rejected(&out), out.problem.as_str()), (vec!["b@x"], "b@x: 550 no such user"));
    }

    #[test]
    fn a_deferred_recipient_is_tried_again_alone() {
        let mut out = sending(&["a@x", "b@x"]);
        settle(&mut out, &[Outcome::Accepted, later()], 2000);
        assert_eq!((out.state.clone(), out.next_try_at), (OutboxState::Deferred, Some(62_000)));
        assert!(!is_due(&out, 61_999) && is_due(&out, 62_000));
        claim(&mut out, ME, &[], 62_000);
        assert_eq!(open(&out).map(|r| r.address.as_str()).collect::<Vec<_>>(), ["b@x"]);
        settle(&mut out, &[Outcome::Accepted], 63_000);
        assert_eq!((out.state, out.problem.as_str()), (OutboxState::Sent, ""));
    }

    #[test]
    fn a_bounce_rejects_its_recipient_once_and_the_last_one_makes_it_fail() {
        let mut out = sending(&["a@x", "b@x"]);
        settle(&mut out, &[Outcome::Accepted, Outcome::Accepted], 2000);
        let gone = |a: &str| vec![a.to_owned()];
        assert!(bounced(&mut out, &[], &gone("a@x"), "550 no"));
        assert_eq!((out.state.clone(), out.problem.as_str()), (OutboxState::Sent, "a@x: 550 no"));
        assert!(
            !bounced(&mut out, &[], &gone("a@x"), "550 no")
                && !bounced(&mut out, &[], &gone("c@x"), "550 no")
        );
        assert!(bounced(&mut out, &[], &gone("b@x"), "550 no"));
        assert_eq!(out.state, OutboxState::Failed);
        let mut old = Outbox { state: OutboxState::Sent, ..Outbox::default() };
        assert!(bounced(&mut old, &gone("a@x"), &gone("a@x"), "550 no") && old.state == OutboxState::Failed);
    }

    #[test]
    fn waits_grow_and_after_five_days_it_fails() {
        assert_eq!([1, 2, 3, 9, 40].map(wait), [60_000, 120_000, 240_000, LONGEST_WAIT, LONGEST_WAIT]);
        let mut out = sending(&["a@x"]);
        let mut now = 1000;
        let mut tries = 0;
        while out.state == OutboxState::Sending {
            settle(&mut out, &[later()], now);
            let Some(at) = out.next_try_at else { break };
            now = at;
            claim(&mut out, ME, &[], now);
            tries += 1;
        }
        assert_eq!(out.state, OutboxState::Failed);
        assert!((GIVE_UP..GIVE_UP + LONGEST_WAIT + 1000).contains(&now), "{now}");
        assert!(tries > 20 && out.problem.contains("five days: 451"), "{tries} {}", out.problem);
    }

    #[test]
    fn no_answer_is_unsure_and_never_due() {
        for outcomes in [vec![], vec![Outcome::Accepted, Outcome::Unsure("connection lost".into())]] {
            let mut out = sending(&["a@x", "b@x"]);
            settle(&mut out, &outcomes, 2000);
            assert_eq!(out.state, OutboxState::Unsure);
            assert!(!is_due(&out, Stamp::MAX));
        }
    }

    #[test]
    fn a_late_result_counts_for_its_own_attempt_only() {
        let mut out = sending(&["a@x"]);
        assert!(is_of(&out, ME, 1) && !is_of(&out, Id([1; 16]), 1));
        out.state = OutboxState::Unsure;
        assert!(is_of(&out, ME, 1), "its lease ran out, and it knows all the same");
        retry(&mut out);
        claim(&mut out, ME, &[], 5000);
        assert!(!is_of(&out, ME, 1) && is_of(&out, ME, 2));
    }
}
