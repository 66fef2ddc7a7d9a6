//! Rows against their schemas, and the evaluator against predicates written by hand.

use proptest::prelude::*;

use super::*;
use crate::{
    model::{
        Category, Channel, Day, Interaction, Message, Order, OrderStatus, Organisation, Priority, Response,
        Task, Ticket, Visibility,
        customer::{Email, Handle, OrganisationRole, Phone},
        log::{Change, LogBody, LogRow, What},
        message::Attachment,
        order::{Line, OrderRefund},
        timers::{Solve, Timers},
        zone::Zone,
    },
    query::{Bound, Context, Row, Schema, compile, matches, schema, select},
};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
/// Wednesday 2026-11-18, 10:30 UTC.
const NOW: i64 = 20_775 * DAY + 10 * HOUR + HOUR / 2;

const DANA: Id = Id([1; 16]);
const OMAR: Id = Id([2; 16]);

fn roster() -> Roster {
    let agent = |id, name: &str, handle: &str| Agent {
        id,
        name: name.into(),
        handle: handle.into(),
        ..Agent::default()
    };
    let team = Team { id: Id([9; 16]), name: "Billing".into(), ..Team::default() };
    Roster::new([agent(DANA, "Dana Scully", "dana"), agent(OMAR, "Omar Üzüm", "omar")], [team])
}

fn bound(text: &str, schema: &'static Schema) -> Bound {
    let zone = Zone::utc();
    compile(text, schema, &Context { now: NOW, zone: &zone, me: Some(DANA) })
        .unwrap_or_else(|e| panic!("{e}"))
}

fn external() -> Vec<ExternalId> {
    vec![ExternalId { source: "shop".into(), id: "77".into() }]
}

fn address() -> Address {
    Address { city: "Łódź".into(), region: "LD".into(), country: "Poland".into(), ..Address::default() }
}

fn custom() -> BTreeMap<String, String> {
    BTreeMap::from([
        ("Favourite Colour".to_owned(), "Teal".to_owned()),
        ("Seats".to_owned(), "12".to_owned()),
    ])
}

fn customer() -> Customer {
    Customer {
        number: 104,
        given: "Grace".into(),
        family: "Hopper".into(),
        emails: vec![Email { address: "Grace@Example.org".into(), shared: true, ..Email::default() }],
        phones: vec![Phone { raw: "030 123-4567".into(), e164: "+49301234567".into(), ..Phone::default() }],
        addresses: vec![address()],
        roles: vec![OrganisationRole { title: "Admiral".into(), ..OrganisationRole::default() }],
        handles: vec![Handle { network: "x".into(), handle: "amazing".into() }],
        language: "en".into(),
        owner: Some(DANA),
        tags: vec!["vip".into(), "vip-old".into()],
        custom: custom(),
        notes: vec!["likes ships".into()],
        source: "fair".into(),
        created_at: NOW - 10 * DAY,
        updated_at: NOW - DAY,
        external_ids: external(),
        ..Customer::default()
    }
}

fn organisation() -> Organisation {
    Organisation {
        number: 3,
        name: "Harbour Ltd".into(),
        domains: vec!["harbour.example".into()],
        addresses: vec![address()],
        tags: vec!["partner".into()],
        custom: custom(),
        notes: vec!["pays late".into()],
        external_ids: external(),
        ..Organisation::default()
    }
}

fn ticket() -> Ticket {
    Ticket {
        number: 10423,
        subject: "Invoice PDF comes out blank".into(),
        category: Category::Open,
        priority: Priority::High,
        channel: Channel::Email,
        assignee: Some(DANA),
        team: Some(Id([9; 16])),
        tags: vec!["billing".into()],
        followers: vec![OMAR],
        status: "with printer".into(),
        custom: custom(),
        snoozed_until: Some(NOW + DAY),
        promised_by: Some(NOW + HOUR),
        timers: Timers {
            first_reply_at: Some(NOW - DAY),
            solves: vec![Solve { at: NOW - HOUR, by: None }],
            reopens: vec![NOW - HOUR / 2],
            last_customer_at: Some(NOW - HOUR / 2),
            last_agent_at: Some(NOW - DAY),
            unanswered_since: Some(NOW - HOUR / 2),
            ..Timers::default()
        },
        created_at: NOW - 2 * DAY,
        updated_at: NOW - HOUR / 2,
        external_ids: external(),
        ..Ticket::default()
    }
}

fn ask(row: &dyn Row, schema: &'static Schema, text: &str) -> bool {
    matches(&bound(text, schema), row)
}

/// Asks a row for every field of its schema but some, and expects a value.
fn knows_all(row: &dyn Row, schema: &'static Schema, but: &[&str]) {
    for f in schema.fields {
        let name = if f.name == "custom" { "custom.seats" } else { f.name };
        let mut out = Vec::new();
        row.values(name, &mut out);
        assert_eq!(out.is_empty(), but.contains(&f.name), "{} {}", schema.entity, f.name);
        if f.kind == schema::FieldKind::Enum || f.kind == schema::FieldKind::States {
            for v in out {
                assert!(matches!(&v, Value::Text(t) if f.values.contains(&t.as_ref())), "{} {v:?}", f.name);
            }
        }
    }
    assert!(row.number().is_some() && !row.text().is_empty());
}

#[test]
fn every_field_of_a_schema_is_one_that_its_row_knows() {
    let (c, o, t, r) = (customer(), organisation(), ticket(), roster());
    let facts = CustomerFacts {
        contacted: Some(NOW),
        open: Some(1),
        orders: Some(2),
        revenue: vec![(1, "EUR".into())],
        ordered: Some(Day(9)),
    };
    let row = CustomerRow { customer: &c, organisations: vec![&o], roster: &r, facts };
    knows_all(&row, &schema::CUSTOMERS, &[]);
    knows_all(&OrganisationRow { organisation: &o, customers: Some(1) }, &schema::ORGANISATIONS, &[]);
    let row = TicketRow {
        ticket: &t,
        requester: Some(&c),
        organisation: Some(&o),
        roster: &r,
        now: NOW,
        unread: true,
        held: true,
        text: None,
    };
    knows_all(&row, &schema::TICKETS, &["solved"]);
    let mut message = Message {
        number: 1,
        agent: Some(DANA),
        to: vec!["grace@example.org".into()],
        subject: "Re: Invoice".into(),
        body: "Which browser?".into(),
        attachments: vec![Attachment { name: "shot.png".into(), ..Attachment::default() }],
        message_id: "a@b".into(),
        visibility: Visibility::Internal,
        external_ids: external(),
        ..Message::default()
    };
    let all = |message: &Message, but: &[&str]| {
        let row = MessageRow { message, ticket: Some(&t), customer: Some(&c), roster: &r };
        knows_all(&row, &schema::MESSAGES, but);
    };
    all(&message, &["direction"]);
    message.visibility = Visibility::Public;
    all(&message, &[]);
    let i = Interaction {
        number: 1,
        author: Some(OMAR),
        subject: "Call".into(),
        body: "Asked for a quote".into(),
        seconds: Some(90),
        external_ids: external(),
        ..Interaction::default()
    };
    let row = InteractionRow {
        interaction: &i,
        customer: Some(&c),
        organisation: Some(&o),
        ticket: Some(&t),
        roster: &r,
    };
    knows_all(&row, &schema::INTERACTIONS, &[]);
    let order = Order {
        number: 1,
        date: Day(20_000),
        currency: "EUR".into(),
        lines: vec![Line {
            sku: "AB-1".into(),
            title: "Rope".into(),
            quantity: 2,
            amount: 1999,
            ..Line::default()
        }],
        total: 1999,
        refunds: vec![OrderRefund { at: NOW, amount: 500, reason: String::new() }],
        status: OrderStatus::RefundedPart,
        source: "shop".into(),
        author: Some(DANA),
        external_ids: external(),
        ..Order::default()
    };
    knows_all(&OrderRow { order: &order, customer: Some(&c), roster: &r }, &schema::ORDERS, &[]);
    let task = Task {
        number: 1,
        title: "Call back".into(),
        due: Some(NOW - 1),
        owner: Some(DANA),
        done_at: Some(NOW),
        external_ids: external(),
        ..Task::default()
    };
    let row = TaskRow { task: &task, customer: Some(&c), ticket: Some(&t), roster: &r, now: NOW };
    knows_all(&row, &schema::TASKS, &[]);
    let response = Response {
        number: 1,
        score: 5,
        comment: "fast".into(),
        external_ids: external(),
        ..Response::default()
    };
    let row = ResponseRow { response: &response, customer: Some(&c), ticket: Some(&t) };
    knows_all(&row, &schema::RESPONSES, &[]);
    let change =
        Change { kind: crate::model::Kind::Ticket.code(), id: Id([4; 16]), what: What::Updated(Vec::new()) };
    let body = LogBody { summary: "T-104 solved".into(), changes: vec![change] };
    let logged = LogRow {
        seq: 7,
        actor: DANA,
        logged_at: NOW,
        effective_at: NOW,
        command: "ticket done".into(),
        op: Id([3; 16]),
        batch: None,
        undo_of: Some(6),
        redo_of: None,
        prev_hash: [0; 32],
        digest: [0; 32],
    };
    let records = ["T-104".to_owned()];
    let row = LoggedRow { row: &logged, body: Some(&body), roster: &r, records: &records, batch: Some(2) };
    knows_all(&row, &schema::LOG, &[]);
    for text in
        ["#7", "T-104", "solved", "agent:@me is:undo", "kind:ticket", "batch:B-2", "record:t-104", "seq:5..7"]
    {
        assert!(ask(&row, &schema::LOG, text), "{text}");
    }
    for text in ["kind:customer", "batch:3", "seq>7", "is:redo"] {
        assert!(!ask(&row, &schema::LOG, text), "{text}");
    }
}

#[test]
fn what_is_asked_of_a_ticket() {
    let (c, o, t, r) = (customer(), organisation(), ticket(), roster());
    let row = TicketRow {
        ticket: &t,
        requester: Some(&c),
        organisation: Some(&o),
        roster: &r,
        now: NOW,
        unread: false,
        held: false,
        text: Some("The printer stays dark"),
    };
    for yes in [
        "",
        "T-10423",
        "#10423",
        "C-104",
        "customer:C-104",
        "customer:104",
        "customer:grace",
        "requester:hop",
        "is:open",
        "is:OPEN",
        "is:waiting,unread",
        "-is:unread",
        "-is:overdue is:snoozed",
        "status:open",
        "category=open",
        "status<pending",
        "status:open..solved",
        "status:*e*",
        "priority>=high",
        "prio:high,urgent",
        "priority>normal",
        "assignee:@me",
        "assignee:@dana",
        "assignee:scul",
        "assignee:any",
        "-assignee:@omar",
        "follower:uzum",
        "team:bill",
        "org:harbour*",
        "org:*LTD",
        "org:\"our ltd\"",
        "email:grace",
        "email:example.org",
        "email=grace@example.org",
        "tag:Billing",
        "tag:bill*",
        "tag:/^bil+ing$/",
        "subject:pdf",
        "subject:\"pdf comes\"",
        "due<2h",
        "due<2d",
        "due:today",
        "due:2d",
        "due<=\"tomorrow 9am\"",
        "due:any",
        "created:2w..",
        "created:3d",
        "created:3d..1d",
        "created:1d..3d",
        "created:..1d",
        "created:2026-11",
        "created:2026-11-16",
        "created<yesterday",
        "created:monday",
        "snoozed:tomorrow",
        "type:question",
        "channel:email,phone",
        "waiting>20m",
        "waiting:1h",
        "first_reply:1d",
        "first_reply>=24h",
        "resolution<2d",
        "reopens>0",
        "solved:none",
        "custom_status:printer",
        "external:shop:77",
        "external:77",
        "custom.favourite-colour:teal",
        "custom.seats>=12",
        "custom.seats:10..20",
        "field.Seats=12",
        "invoice",
        "INVOICE blank",
        "\"comes out\"",
        "dark",
        "print*",
        "harbour",
        "(nothing or pdf) -other",
    ] {
        assert!(ask(&row, &schema::TICKETS, yes), "{yes}");
    }
    for no in [
        "T-1",
        "#1",
        "C-1",
        "is:new",
        "is:spam,held",
        "status:new",
        "status>open",
        "priority<high",
        "assignee:none",
        "assignee:@omar",
        "email:race",
        "email=grace",
        "tag:bill",
        "subject:lank",
        "due<1h",
        "due:yesterday",
        "due:none",
        "created:1w..3d",
        "created>2d",
        "created:2025",
        "team:none",
        "waiting>30m",
        "reopens:0",
        "custom.seats<12",
        "custom.other:x",
        "custom.favourite_colour>1",
        "rinter",
        "\"pdf out\"",
        "invoice nothing",
        "-invoice",
        "K-9",
    ] {
        assert!(!ask(&row, &schema::TICKETS, no), "{no}");
    }
}

#[test]
fn what_is_asked_of_customers_and_orders() {
    let (c, o, r) = (customer(), organisation(), roster());
    let facts = CustomerFacts {
        revenue: vec![(999, "EUR".into()), (50_000, "JPY".into())],
        ordered: Some(Day(20_774)),
        ..CustomerFacts::default()
    };
    let row = CustomerRow { customer: &c, organisations: vec![&o], roster: &r, facts };
    for yes in [
        "C-104",
        "name:hopper",
        "name=\"GRACE HOPPER\"",
        "phone:1234567",
        "phone:0301234567",
        "phone:+49-30-123",
        "city:lodz",
        "city:Łódź",
        "tag:vip",
        "is:live",
        "is:shared",
        "owner:@me",
        "revenue>=9.99",
        "revenue:9.99",
        "revenue:9..10",
        "revenue>40k",
        "revenue:50000JPY",
        "revenue<€10",
        "ordered:yesterday",
        "ordered:1w",
        "ordered<today",
        "ordered:2026-11",
        "orders:none",
        "contacted:none",
        "title:admiral",
        "note:ship",
        "given:gr family:ho",
        "lodz",
        "ships",
        "handle:amazing",
    ] {
        assert!(ask(&row, &schema::CUSTOMERS, yes), "{yes}");
    }
    for no in [
        "name:race",
        "phone:999",
        "tag:vip-*er",
        "tag:vi",
        "is:archived",
        "revenue>50k",
        "revenue>100EUR",
        "ordered:today",
        "ordered>yesterday",
        "orders:0",
        "orders>=0",
        "city:ódź",
    ] {
        assert!(!ask(&row, &schema::CUSTOMERS, no), "{no}");
    }
}

#[test]
fn rows_are_ordered_with_the_empty_ones_last() {
    let r = roster();
    let make = |n, priority, assignee, promised_by| Ticket {
        number: n,
        priority,
        assignee,
        promised_by,
        ..Ticket::default()
    };
    let tickets = [
        make(1, Priority::Low, None, None),
        make(2, Priority::Urgent, Some(OMAR), Some(5)),
        make(3, Priority::Normal, Some(DANA), Some(3)),
        make(4, Priority::High, None, Some(4)),
    ];
    let row = |ticket| TicketRow {
        ticket,
        requester: None,
        organisation: None,
        roster: &r,
        now: NOW,
        unread: false,
        held: false,
        text: None,
    };
    let order = |text: &str| -> Vec<u64> {
        let all = tickets.iter().map(row);
        select(&bound(text, &schema::TICKETS), all).iter().map(|t| t.ticket.number).collect()
    };
    assert_eq!(order("sort:priority"), [1, 3, 4, 2]);
    assert_eq!(order("sort:-priority"), [2, 4, 3, 1]);
    assert_eq!(order("sort:due"), [3, 4, 2, 1]);
    assert_eq!(order("sort:-due"), [2, 4, 3, 1]);
    assert_eq!(order("sort:assignee"), [3, 2, 1, 4]);
    assert_eq!(order("sort:-assignee limit:3"), [2, 3, 1]);
    assert_eq!(order("due:any limit:2"), [2, 3]);
}

#[test]
fn errors_are_told_before_any_record_is_read() {
    let zone = Zone::utc();
    for (text, schema, message, suggestion, at) in [
        ("priorty:high", &schema::TICKETS, "no field `priorty`", "`priority`", "priorty"),
        ("re: hello", &schema::TICKETS, "value is missing", "without a space", ""),
        ("xyzzy:1", &schema::LOG, "log rows have no field", "seq", "xyzzy"),
        ("is:opne", &schema::TICKETS, "`opne` is no `is`", "`open`", "opne"),
        ("status:zzz", &schema::TICKETS, "`zzz` is no `status`", "on_hold", "zzz"),
        ("status:z*", &schema::TICKETS, "takes no word", "new, open", "z*"),
        ("is:none", &schema::TICKETS, "takes no", "open", "none"),
        ("is>open", &schema::TICKETS, "has no order", "`is:open`", "is>open"),
        ("subject<b", &schema::TICKETS, "has no order", "`subject:b`", "subject<b"),
        ("subject:a..b", &schema::TICKETS, "takes no range", "quotes", "a..b"),
        ("due>none", &schema::TICKETS, "single value", "", "none"),
        ("due<soon", &schema::TICKETS, "`soon` is not a time", "", "soon"),
        ("due:2*", &schema::TICKETS, "takes no `*`", "next wed", "2*"),
        ("due:/x/", &schema::TICKETS, "takes no regular", "next wed", "/x/"),
        ("created:2026-03..2026-01", &schema::TICKETS, "ends before it begins", "", "2026-03..2026-01"),
        ("reopens:many", &schema::TICKETS, "no value of `reopens`", "number", "many"),
        ("reopens:1.5", &schema::TICKETS, "no value of `reopens`", "number", "1.5"),
        ("customer>grace", &schema::TICKETS, "no value of `customer`", "C-104", "grace"),
        ("subject:/(/", &schema::TICKETS, "no regular expression", "", "/(/"),
        ("assignee:a subject:\"\"", &schema::TICKETS, "nothing in these quotes", "none", "\"\""),
        ("waiting>2", &schema::TICKETS, "no value of `waiting`", "2h", "2"),
        ("custom:x", &schema::TICKETS, "no field `custom`", "", "custom"),
        ("sort:prio,x", &schema::TICKETS, "one value", "", "sort:prio,x"),
        ("a sort:nme", &schema::CUSTOMERS, "no field `nme`", "`name`", "nme"),
        ("sort:-is", &schema::TICKETS, "has no order", "", "is"),
        ("revenue:1EUR..2USD", &schema::CUSTOMERS, "cannot be compared", "", "1EUR..2USD"),
        ("revenue>9.999EUR", &schema::CUSTOMERS, "no value of `revenue`", "99.50", "9.999EUR"),
        ("***", &schema::TICKETS, "nothing to look for", "", "***"),
    ] {
        let nobody = Context { now: NOW, zone: &zone, me: None };
        let e = compile(text, schema, &nobody).expect_err(text);
        assert!(e.message.contains(message), "{text}: {e}");
        assert!(e.suggestion.clone().unwrap_or_default().contains(suggestion), "{text}: {e}");
        assert_eq!(text.get(e.span.start..e.span.end), Some(at), "{text}: {e}");
        assert!(e.to_string().contains('^'));
    }
    let e =
        compile("assignee:@me", &schema::TICKETS, &Context { now: NOW, zone: &zone, me: None }).unwrap_err();
    assert!(e.message.contains("nobody"));
}

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
        matches!(t.category, Category::New | Category::Open | Category::Pending | Category::OnHold) && !t.spam
    }),
    ("is:solved,closed", |t| matches!(t.category, Category::Solved | Category::Closed)),
    ("is:spam", |t| t.spam),
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
            ticket: &t, requester: None, organisation: None, roster: &r, now: NOW, unread: false, held: false, text: None,
        };
        let ((a, fa), (b, fb), (c, fc)) = (PAIRS[i], PAIRS[j], PAIRS[k]);
        let (fa, fb, fc) = (fa(&t), fb(&t), fc(&t));
        prop_assert_eq!(ask(&row, &schema::TICKETS, a), fa, "{}", a);
        for (text, expected) in [
            (format!("{a} {b} or {c}"), fa && fb || fc),
            (format!("{a} ({b} or {c})"), fa && (fb || fc)),
            (format!("-({a} | {b}) not {c}"), !(fa || fb) && !fc),
        ] {
            prop_assert_eq!(ask(&row, &schema::TICKETS, &text), expected, "{}", text);
        }
    }

    #[test]
    fn an_order_puts_neighbours_in_their_places(tickets in proptest::collection::vec(some_ticket(), 0..20), descending: bool) {
        let r = roster();
        let rows = tickets.iter().map(|ticket| TicketRow {
            ticket, requester: None, organisation: None, roster: &r, now: NOW, unread: false, held: false, text: None,
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
            ticket: &t, requester: None, organisation: None, roster: &r, now: NOW, unread: false, held: false, text: None,
        };
        match compile(&text, &schema::TICKETS, &Context { now: NOW, zone: &zone, me: Some(DANA) }) {
            Ok(b) => { matches(&b, &row); }
            Err(e) => prop_assert!(e.to_string().contains('^')),
        }
    }
}
