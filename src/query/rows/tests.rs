//! Rows against their schemas, and what is asked of them.

use super::*;
use crate::{
    model::{
        Category, Channel, Day, Interaction, Mailbox, Message, Order, OrderStatus, Organisation, Outbox,
        OutboxState, Priority, Recipient, RecipientState, Response, Task, Ticket, Visibility,
        customer::{Email, Handle, OrganisationRole, Phone},
        log::{Change, ChangeKind, LogBody, LogRow},
        message::Attachment,
        order::{Line, OrderRefund},
        timers::{Solve, Timers},
        zone::Zone,
    },
    query::{Bound, Context, Row, Schema, compile, matches, schema, select},
};

mod desk;
mod order;
mod predicates;

use desk::*;

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
    let (c, o, t, r, l) = (customer(), organisation(), ticket(), roster(), linked());
    let facts = CustomerFacts {
        contacted: Some(NOW),
        open: Some(1),
        orders: Some(2),
        revenue: vec![(1, "EUR".into())],
        ordered: Some(Day(9)),
    };
    let row = CustomerRow { customer: &c, organisations: vec![&o], roster: &r, facts, links: &l };
    knows_all(&row, &schema::CUSTOMERS, &[]);
    knows_all(
        &OrganisationRow { organisation: &o, customers: Some(1), links: &l },
        &schema::ORGANISATIONS,
        &[],
    );
    let row = TicketRow {
        ticket: &t,
        requester: Some(&c),
        organisation: Some(&o),
        roster: &r,
        now: NOW,
        unread: true,
        held: true,
        text: None,
        links: &l,
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
        body: "About the invoice".into(),
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
    let recipients = vec![Recipient { state: RecipientState::Rejected, ..Recipient::default() }];
    let outbox = Outbox {
        agent: DANA,
        state: OutboxState::Deferred,
        problem: "mailbox full".into(),
        attempts: 1,
        next_try_at: Some(NOW),
        tried_at: Some(NOW),
        sent_at: Some(NOW),
        recipients,
        ..Outbox::default()
    };
    let mailbox = Mailbox { address: "help@desk.example".into(), ..Mailbox::default() };
    let row = OutboxRow {
        outbox: &outbox,
        message: Some(&message),
        ticket: Some(&t),
        mailbox: Some(&mailbox),
        roster: &r,
        now: NOW,
    };
    knows_all(&row, &schema::OUTBOX, &[]);
    let change = Change {
        kind: crate::model::Kind::Ticket.code(),
        id: Id([4; 16]),
        what: ChangeKind::Updated(Vec::new()),
    };
    let body = LogBody { summary: "T-104 solved".into(), changes: vec![change], erased: None };
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
        via: Some(crate::model::Via::Agent),
        unix_user: None,
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
        links: &[],
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
        "created:\"2 days ago\"",
        "created:2-days-ago",
        "created:\"60 hours ago\"",
        "number:2-10423",
        "number:900-901,10400-10500",
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
        "created:\"3 days ago\"",
        "created:\"1 day ago\"",
        "number:900-901",
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
    let row = CustomerRow { customer: &c, organisations: vec![&o], roster: &r, facts, links: &[] };
    for yes in [
        "C-104",
        "name:hopper",
        "name=\"GRACE BREWSTER HOPPER\"",
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
