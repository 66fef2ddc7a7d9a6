//! Full text through the desk: bare words of queries, as the naive evaluator would answer, and immediately visible.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

use std::sync::Arc;

use frontdesk::{
    desk::{
        Command, Desk, Done, Edit, Request, TicketChange,
        command::{NewAgent, NewInteraction, NewReceived, NewTicket},
        list::{self, Item, QueryContext},
    },
    model::{Id, Kind, number, zone::Zone},
    query::{self, Bound, Schema, bind::Pred, schema},
    store::{MemStore, text},
};
use proptest::prelude::*;

mod support;

struct Bench {
    desk: Desk,
    owner: Id,
    now: i64,
    ops: u16,
}

impl Bench {
    fn new() -> Bench {
        let desk = Desk::new(Arc::new(MemStore::new()));
        let mut b = Bench { desk, owner: Id::NIL, now: 1_790_000_000_000, ops: 0 };
        let owner = NewAgent { name: "Dana Doe".into(), unix_user: "dana".into(), ..Default::default() };
        let workspace = vec![Edit::set("zone", "Europe/Dublin"), Edit::set("address", "help@desk.example")];
        let done = b.run(Command::Start { workspace, owner });
        b.owner = done.created[0].1;
        b
    }

    fn run(&mut self, command: Command) -> Done {
        self.now += 1000;
        self.ops += 1;
        let [a, b] = self.ops.to_be_bytes();
        let op = Id::v7(self.now, [a, b, a, b, a, b, a, b, a, b]);
        self.desk.run(Request::new(op, self.owner, self.now, command)).unwrap()
    }

    fn customer(&mut self, name: &str, email: &str) -> Id {
        let fields = vec![Edit::set("name", name), Edit::set("email", email)];
        self.run(Command::Create(Kind::Customer, fields)).created[0].1
    }

    fn ticket(&mut self, customer: Id, subject: &str, body: &str) -> Id {
        let new = NewTicket {
            subject: subject.into(),
            requester: customer,
            body: body.into(),
            ..Default::default()
        };
        let done = self.run(Command::TicketCreate(Box::new(new)));
        done.created.iter().find(|(k, _)| *k == Kind::Ticket).unwrap().1
    }

    fn asker(&self) -> QueryContext {
        self.desk.view(|v| QueryContext::new(v, self.now, Zone::utc(), Some(self.owner))).unwrap()
    }

    fn bound(&self, query: &str, schema: &'static Schema) -> Bound {
        query::compile(query, schema, &self.asker().context()).unwrap()
    }

    fn ids(&self, bound: &Bound) -> Vec<Id> {
        let asker = self.asker();
        let items = self.desk.view(|v| list::list(v, &asker, bound)).unwrap();
        items.iter().filter_map(Item::id).collect()
    }

    /// As `list` answers, and as reading every record answers: twice not is the same, but narrows nothing.
    fn both(&self, query: &str, schema: &'static Schema) -> (Vec<Id>, Vec<Id>) {
        let bound = self.bound(query, schema);
        let pred = bound.pred.clone().map(|p| Pred::Not(Box::new(Pred::Not(Box::new(p)))));
        (self.ids(&bound), self.ids(&Bound { pred, ..bound }))
    }

    fn tickets(&self, query: &str) -> Vec<String> {
        let asker = self.asker();
        let bound = self.bound(query, &schema::TICKETS);
        let items = self.desk.view(|v| list::list(v, &asker, &bound)).unwrap();
        let name = |i: &Item| match i {
            Item::Ticket(t) => number::show(Kind::Ticket, t.ticket.number),
            other => panic!("{other:?}"),
        };
        items.iter().map(name).collect()
    }

    fn is_sound(&self) {
        support::bench::assert_clean(&self.desk);
    }
}

#[test]
fn a_message_is_found_within_its_own_commit() {
    let mut b = Bench::new();
    let grace = b.customer("Grace Hopper", "grace@example.org");
    b.ticket(grace, "Invoice", "It comes out blank since Monday.");
    assert_eq!(b.tickets("blank"), ["T-1"]);
    assert_eq!(b.tickets("blank grace"), ["T-1"], "words of the ticket and of its messages together");
    assert_eq!(b.tickets("\"since mon\" invoice hop"), ["T-1"]);
    assert!(b.tickets("lank").is_empty());
    assert_eq!(b.tickets("*lank"), ["T-1"]);
    b.is_sound();
}

#[test]
fn who_is_called_otherwise_is_found_by_the_new_name_alone() {
    let mut b = Bench::new();
    let grace = b.customer("Grace Hopper", "grace@example.org");
    b.ticket(grace, "Invoice", "It comes out blank.");
    let call = NewInteraction { customer: grace, body: "She asks again.".into(), ..Default::default() };
    b.run(Command::InteractionLog(call));
    b.run(Command::Edit(Kind::Customer, grace, vec![Edit::set("name", "Grace Murray")]));
    assert_eq!(b.tickets("murray"), ["T-1"]);
    assert!(b.tickets("hopper").is_empty());
    assert_eq!(b.ids(&b.bound("murray", &schema::INTERACTIONS)).len(), 1);
    let words = b
        .desk
        .view(|v| Ok(text::find(v, &query::looks::TermLookup::Begins("hopper".into()))?.unwrap().count));
    assert_eq!(words.unwrap(), 1, "nothing of the old name is left but what the message itself says");
    b.is_sound();
}

#[test]
fn the_best_fit_leads_where_relevance_is_the_order() {
    let mut b = Bench::new();
    let grace = b.customer("Grace Hopper", "grace@example.org");
    b.ticket(
        grace,
        "Delivery",
        "Where is it? A refund would do as well, says my neighbour, who knows such things.",
    );
    b.ticket(grace, "Refund", "Refund, please.");
    assert_eq!(b.tickets("refund"), ["T-1", "T-2"]);
    assert_eq!(b.tickets("refund sort:relevance"), ["T-2", "T-1"]);
    assert_eq!(b.tickets("refund sort:relevance limit:1"), ["T-2"]);
    let context = b.asker();
    for (query, schema) in
        [("is:open sort:relevance", &schema::TICKETS), ("ada sort:relevance", &schema::CUSTOMERS)]
    {
        assert!(query::compile(query, schema, &context.context()).is_err(), "{query}");
    }
}

#[test]
fn a_name_without_spaces_is_found_as_written_and_as_spoken() {
    let mut b = Bench::new();
    let wang = b.customer("王伟", "wang@example.org");
    b.ticket(wang, "退款", "我想申请退款,谢谢。The iPhone手机 is broken.");
    for query in ["退款", "申请", "款", "王伟", "wangwei", "iphone", "手机", "\"我想申请退款\""]
    {
        assert_eq!(b.tickets(query), ["T-1"], "{query}");
    }
    assert!(b.tickets("退申").is_empty());
    b.is_sound();
}

const SAID: &[&str] =
    &["refund", "refunded", "the", "fund", "inv-12", "Ünder", "grace", "北京", "手机", "harbour ltd"];

fn a_saying() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(SAID), 1..5).prop_map(|w| w.join(" "))
}

#[derive(Debug, Clone)]
enum Act {
    Ticket(String, String),
    Reply(usize, String),
    Rename(String),
    Subject(usize, String),
    Note(usize, String),
    Call(String),
    Undo,
}

fn an_act() -> impl Strategy<Value = Act> {
    prop_oneof![
        3 => (a_saying(), a_saying()).prop_map(|(a, b)| Act::Ticket(a, b)),
        3 => (0usize..5, a_saying()).prop_map(|(n, s)| Act::Reply(n, s)),
        1 => a_saying().prop_map(Act::Rename),
        2 => (0usize..5, a_saying()).prop_map(|(n, s)| Act::Subject(n, s)),
        1 => (0usize..5, a_saying()).prop_map(|(n, s)| Act::Note(n, s)),
        1 => a_saying().prop_map(Act::Call),
        2 => Just(Act::Undo),
    ]
}

impl Bench {
    fn attempt(&mut self, command: Command) -> Option<Done> {
        self.now += 1000;
        self.ops += 1;
        let [a, b] = self.ops.to_be_bytes();
        let op = Id::v7(self.now, [a, b, a, b, a, b, a, b, a, b]);
        self.desk.run(Request::new(op, self.owner, self.now, command)).ok()
    }

    fn act(&mut self, customer: Id, tickets: &mut Vec<Id>, act: Act) {
        let at = |n: usize| tickets.get(n).copied().unwrap_or_default();
        match act {
            Act::Ticket(subject, body) => {
                let new = NewTicket { subject, requester: customer, body, ..Default::default() };
                // The change that added it may have been undone.
                let done = self.attempt(Command::TicketCreate(Box::new(new))).unwrap_or_default();
                tickets.extend(done.created.iter().filter(|(k, _)| *k == Kind::Ticket).map(|(_, id)| *id));
            }
            Act::Reply(n, body) => {
                let new = NewReceived { ticket: at(n), body, ..Default::default() };
                self.attempt(Command::TicketReceive(Box::new(new)));
            }
            Act::Rename(name) => {
                self.attempt(Command::Edit(Kind::Customer, customer, vec![Edit::set("name", name)]));
            }
            Act::Subject(n, subject) => {
                self.attempt(Command::TicketSet(vec![at(n)], vec![TicketChange::Subject(subject)]));
            }
            Act::Note(n, body) => {
                self.attempt(Command::TicketNote(at(n), body));
            }
            Act::Call(body) => {
                let new = NewInteraction { customer, body, ..Default::default() };
                self.attempt(Command::InteractionLog(new));
            }
            Act::Undo => {
                self.attempt(Command::Undo(None));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn full_text_answers_as_the_naive_evaluator(
        acts in prop::collection::vec(an_act(), 1..25),
        queries in prop::collection::vec((a_saying(), 0usize..5), 1..8),
    ) {
        let mut b = Bench::new();
        let customer = b.customer("Grace Hopper", "grace@example.org");
        let mut tickets = Vec::new();
        for act in acts {
            b.act(customer, &mut tickets, act);
        }
        b.is_sound();
        for (words, form) in queries {
            let half: String = words.chars().skip(2).take(5).collect();
            let query = match form {
                0 => words,
                1 => format!("\"{words}\""),
                2 => format!("\"{half}\""),
                3 => format!("is:open ({} or \"{words}\") -the", words.replace(' ', " or ")),
                _ => format!("{words} sort:-updated limit:3"),
            };
            if half.trim().is_empty() {
                continue;
            }
            for schema in [&schema::TICKETS, &schema::MESSAGES, &schema::INTERACTIONS] {
                let asks = schema.entity == "tickets" || !query.contains(':');
                if asks {
                    let (found, read) = b.both(&query, schema);
                    prop_assert_eq!(found, read, "{} {}", schema.entity, query);
                }
            }
        }
    }
}
