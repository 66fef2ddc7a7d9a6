//! The evaluator against predicates written by hand, on random tickets.

use proptest::prelude::*;

use super::*;

fn some_ticket() -> impl Strategy<Value = Ticket> {
    use proptest::{collection::vec, option, sample::select};
    (
        (1u64..20, select(Category::ALL.to_vec()), select(Priority::ALL.to_vec()), any::<bool>()),
        option::of(select(vec![DANA, OMAR])),
        vec(select(vec!["spam", "vip", "late"]), 0..3),
        option::of(-3i64..4),
        -20i64..=0,
        select(vec!["Blank invoice", "No sound", "Łost päckage", ""]),
        option::of(-3i64..4),
    )
        .prop_map(
            |((number, category, priority, spam), assignee, tags, due, created, subject, snooze)| Ticket {
                number,
                category,
                priority,
                spam,
                assignee,
                tags: tags.into_iter().map(str::to_owned).collect(),
                promised_by: due.map(|d| NOW + d * DAY),
                snoozed_until: snooze.map(|d| NOW + d * DAY),
                created_at: NOW + created * DAY,
                subject: subject.into(),
                ..Ticket::default()
            },
        )
}

/// A condition as text, and the same in Rust.
type Pair = (&'static str, fn(&Ticket) -> bool);

const PAIRS: &[Pair] = &[
    ("is:open", |t| {
        matches!(t.category, Category::New | Category::Open | Category::Pending | Category::OnHold)
            && !t.spam
            && !t.screened
    }),
    ("is:solved,closed", |t| matches!(t.category, Category::Solved | Category::Closed)),
    ("is:spam", |t| t.spam),
    ("is:screened", |t| t.screened && !t.spam),
    ("is:snoozed", |t| t.snoozed_until.is_some_and(|s| s > NOW)),
    ("is:overdue", |t| t.due().is_some_and(|d| d < NOW)),
    ("status<=pending", |t| matches!(t.category, Category::New | Category::Open | Category::Pending)),
    ("priority>=high", |t| matches!(t.priority, Priority::High | Priority::Urgent)),
    ("priority<normal", |t| t.priority == Priority::Low),
    ("assignee:@me,none", |t| t.assignee.is_none_or(|a| a == DANA)),
    ("assignee:any", |t| t.assignee.is_some()),
    ("tag:vip", |t| t.tags.iter().any(|t| t == "vip")),
    ("tag:none", |t| t.tags.is_empty()),
    ("tag:*a*", |t| t.tags.iter().any(|t| t.contains('a'))),
    ("due<2d", |t| t.due().is_some_and(|d| d < NOW + 2 * DAY)),
    ("due:none", |t| t.due().is_none()),
    ("due:tomorrow..", |t| t.due().is_some_and(|d| d.div_euclid(DAY) > NOW.div_euclid(DAY))),
    ("created:1w..", |t| t.created_at >= NOW - 7 * DAY),
    ("created<1w", |t| t.created_at < NOW - 7 * DAY),
    ("created:\"last week\"", |t| (20_766..20_773).contains(&t.created_at.div_euclid(DAY))),
    ("subject:lost", |t| t.subject.contains("Łost")),
    ("invoice", |t| t.subject.contains("invoice")),
    ("\"o sou\"", |t| t.subject.contains("o sou")),
    ("ackage", |_| false),
    ("#7", |t| t.number == 7),
    ("T-3", |t| t.number == 3),
    ("number:5..10", |t| (5..=10).contains(&t.number)),
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_evaluator_says_what_the_predicates_say(
        t in some_ticket(),
        (i, j, k) in (0..PAIRS.len(), 0..PAIRS.len(), 0..PAIRS.len()),
    ) {
        let r = roster();
        let row = TicketRow {
            ticket: &t, requester: None, organisation: None, roster: &r, now: NOW, unread: false, held: false, text: None, links: &[],
        };
        let ((a, fa), (b, fb), (c, fc)) = (PAIRS[i], PAIRS[j], PAIRS[k]);
        let (fa, fb, fc) = (fa(&t), fb(&t), fc(&t));
        prop_assert_eq!(ask(&row, &schema::TICKETS, a), fa, "{}", a);
        for (text, expected) in [
            (format!("{a} {b} or {c}"), fa && fb || fc),
            (format!("{a} ({b} or {c})"), fa && (fb || fc)),
            (format!("-({a} | {b}) not {c}"), !(fa || fb || fc)),
        ] {
            prop_assert_eq!(ask(&row, &schema::TICKETS, &text), expected, "{}", text);
        }
    }

    #[test]
    fn an_order_puts_neighbours_in_their_places(tickets in proptest::collection::vec(some_ticket(), 0..20), descending: bool) {
        let r = roster();
        let rows = tickets.iter().map(|ticket| TicketRow {
            ticket, requester: None, organisation: None, roster: &r, now: NOW, unread: false, held: false, text: None, links: &[],
        });
        let b = bound(if descending { "sort:-due" } else { "sort:due" }, &schema::TICKETS);
        let out = select(&b, rows);
        prop_assert_eq!(out.len(), tickets.len());
        for pair in out.windows(2) {
            match (pair[0].ticket.due(), pair[1].ticket.due()) {
                (Some(a), Some(b)) => prop_assert!(a == b || (a > b) == descending),
                (None, Some(_)) => prop_assert!(false, "an empty one before another"),
                _ => {}
            }
        }
    }

    #[test]
    fn no_query_panics(text in r#"((is|status|due|tag|created|customer|assignee|custom\.x|reopens|subject|waiting|number)[:=<>]{1}([a-z0-9*./"-]{0,6}|none|any|@me|2w\.\.|\.\.3),?[ |()-]?){1,4}"#) {
        let (t, r, zone) = (ticket(), roster(), Zone::utc());
        let row = TicketRow {
            ticket: &t, requester: None, organisation: None, roster: &r, now: NOW, unread: false, held: false, text: None, links: &[],
        };
        match compile(&text, &schema::TICKETS, &Context { now: NOW, zone: &zone, me: Some(DANA), views: None, sensitive: true, custom: &[] }) {
            Ok(b) => { matches(&b, &row); }
            Err(e) => prop_assert!(e.to_string().contains('^')),
        }
    }
}
