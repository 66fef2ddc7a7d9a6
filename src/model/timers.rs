//! The clocks of a ticket, worked out of its events and never typed in.

use super::{Category, EventKind, Id, Stamp, TicketEvent, shape::fields};

fields! {
    /// A solve.
    Solve {
        /// When.
        at = "a": Stamp,
        /// Who did it.
        by = "b": Option<Id>,
    }
}

fields! {
    /// Totals of a ticket's events. Cached on the ticket; `check` works it out again.
    Timers {
        /// The first public human reply.
        first_reply_at = "f": Option<Stamp>,
        /// Who gave it.
        first_reply_by = "fb": Option<Id>,
        /// Each time that it was solved.
        solves = "s": Vec<Solve>,
        /// Each time that it was opened again.
        reopens = "r": Vec<Stamp>,
        /// When the customer last wrote.
        last_customer_at = "c": Option<Stamp>,
        /// When we last answered in public.
        last_agent_at = "a": Option<Stamp>,
        /// The first message of the customer without an answer.
        unanswered_since = "u": Option<Stamp>,
        /// When anything last happened.
        last_event_at = "e": Option<Stamp>,
    }
}

/// The clocks of the events of one ticket, given in the order of their time.
///
/// A reply that did not arrive is none: the customer still waits.
pub fn of_events<'a>(events: impl IntoIterator<Item = &'a TicketEvent>) -> Timers {
    let mut t = Timers::default();
    let events: Vec<&TicketEvent> = events.into_iter().collect();
    let lost: Vec<&str> =
        events.iter().filter(|e| e.kind == EventKind::Undelivered).map(|e| e.to.as_str()).collect();
    for e in events {
        t.last_event_at = Some(e.at);
        match e.kind {
            EventKind::Received => {
                t.last_customer_at = Some(e.at);
                t.unanswered_since.get_or_insert(e.at);
            }
            EventKind::Replied if lost.contains(&e.to.as_str()) => {}
            EventKind::Replied => {
                if t.first_reply_at.is_none() {
                    t.first_reply_at = Some(e.at);
                    t.first_reply_by = e.actor;
                }
                t.last_agent_at = Some(e.at);
                t.unanswered_since = None;
            }
            EventKind::Category => {
                let was = Category::from(e.from.as_str()).is_unsolved();
                let is = Category::from(e.to.as_str()).is_unsolved();
                if was && !is {
                    t.solves.push(Solve { at: e.at, by: e.actor });
                } else if !was && is {
                    t.reopens.push(e.at);
                }
            }
            _ => {}
        }
    }
    t
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(at: Stamp, kind: EventKind, from: &str, to: &str) -> TicketEvent {
        TicketEvent {
            at,
            kind,
            from: from.into(),
            to: to.into(),
            actor: Some(Id([1; 16])),
            ..Default::default()
        }
    }

    #[test]
    fn a_reply_that_did_not_arrive_answers_nothing() {
        let mut events = vec![
            event(1, EventKind::Created, "", "new"),
            event(1, EventKind::Received, "", ""),
            event(9, EventKind::Replied, "", "m1"),
        ];
        assert_eq!(of_events(&events).unanswered_since, None);
        events.push(event(10, EventKind::Undelivered, "no such user", "m1"));
        let t = of_events(&events);
        assert_eq!((t.first_reply_at, t.unanswered_since), (None, Some(1)));
        events.push(event(12, EventKind::Replied, "", "m2"));
        assert_eq!(of_events(&events).first_reply_at, Some(12), "another reply does");
    }

    #[test]
    fn clocks_follow_the_events() {
        let t = of_events(&[
            event(1, EventKind::Created, "", "new"),
            event(1, EventKind::Received, "", ""),
            event(4, EventKind::Received, "", ""),
            event(9, EventKind::Replied, "", ""),
            event(10, EventKind::Category, "open", "pending"),
            event(11, EventKind::Category, "pending", "solved"),
            event(20, EventKind::Category, "solved", "open"),
            event(21, EventKind::Received, "", ""),
        ]);
        assert_eq!((t.first_reply_at, t.last_customer_at, t.unanswered_since), (Some(9), Some(21), Some(21)));
        assert_eq!(t.solves.iter().map(|s| s.at).collect::<Vec<_>>(), [11]);
        assert_eq!(t.reopens, [20]);
    }
}
