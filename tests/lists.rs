//! Lists, views and segments: what is held in memory and what is counted is what the records say, whatever process changed them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

use std::sync::Arc;

use frontdesk::{
    desk::{
        Command, Desk, Edit, Request, TicketChange,
        bulk::Bulk,
        command::NewOrder,
        list::{self, Item, Live, QueryContext, Walk, queue_counts, queues, segment},
    },
    find::{Follower, LiveState},
    lists::{Directory, PageRequest},
    model::{Category, Customer, Day, Id, Kind, Priority, Refusal, SavedView, order::Line, zone::Zone},
    query::{self, schema},
};

mod support;

use support::bench::Bench;

fn asker(desk: &Desk, now: i64, me: Id) -> QueryContext {
    desk.view(|v| QueryContext::new(v, now, Zone::utc(), Some(me))).unwrap()
}

fn save(b: &mut Bench, name: &str, entity: &str, query: &str) -> Id {
    let edits = vec![Edit::set("name", name), Edit::set("entity", entity), Edit::set("query", query)];
    b.run(Command::ViewSave(edits)).created[0].1
}

#[test]
fn counts_follow_what_another_program_does_and_ask_only_what_it_touched() {
    let mut b = Bench::new();
    let people: Vec<Id> =
        (0..12).map(|i| b.customer(&format!("Person {i}"), &format!("p{i}@x.test"))).collect();
    let tickets: Vec<Id> = (0..40)
        .map(|i| {
            b.ticket(people[i % 12], &format!("Subject {}", if i % 3 == 0 { "printer" } else { "bill" }))
        })
        .collect();
    save(&mut b, "Printers", "tickets", "is:open printer");
    save(&mut b, "Of seven", "tickets", "requester:\"person 7\" or tag:seven");
    save(&mut b, "High", "tickets", "priority>=high -status:solved");
    // The counts are kept by another desk on the same store, as another process has it.
    let other = Desk::new(b.desk.shared_store());
    let mut live = Live::default();
    let owner = b.owner;
    let agree = |live: &mut Live, now: i64, step: &str| {
        let asker = asker(&other, now, owner);
        let all = other.view(|v| queues(v, Some(owner))).unwrap();
        let naive = other.view(|v| queue_counts(v, &asker, &all)).unwrap();
        let kept = other.view(|v| live.queue_counts(v, &asker, &all)).unwrap();
        for ((q, n), k) in all.iter().zip(naive).zip(kept) {
            assert_eq!((k.tickets, k.overdue), (n.tickets, n.overdue), "{} after {step}", q.name);
        }
    };
    agree(&mut live, b.now, "the beginning");
    let begun = live.evaluated();
    for (i, t) in tickets.iter().enumerate() {
        let change = match i % 6 {
            0 => TicketChange::Category(Category::Solved),
            1 => TicketChange::Priority(Priority::Urgent),
            2 => TicketChange::Tag("seven".into()),
            3 => TicketChange::Assignee(Some(b.owner)),
            4 => TicketChange::Subject("printer".into()),
            _ => TicketChange::Category(Category::Pending),
        };
        b.run(Command::TicketSet(vec![*t], vec![change]));
        agree(&mut live, b.now, "a ticket changed");
    }
    b.run(Command::Edit(Kind::Customer, people[7], vec![Edit::set("name", "Somebody Else")]));
    agree(&mut live, b.now, "another name of the requester");
    b.run(Command::Undo(None));
    agree(&mut live, b.now, "that undone");
    let views = 11;
    assert!(live.evaluated() - begun < views * 40 * 4, "{} records were asked", live.evaluated() - begun);
}

#[test]
fn a_queue_is_its_query_however_it_is_written() {
    let mut b = Bench::new();
    let ada = b.customer("Ada", "ada@x.test");
    let tickets: Vec<Id> = (0..6).map(|i| b.ticket(ada, &format!("Subject {i}"))).collect();
    b.run(Command::TicketSet(tickets[..2].to_vec(), vec![TicketChange::Category(Category::Solved)]));
    b.run(Command::TicketSet(tickets[2..3].to_vec(), vec![TicketChange::Spam(true)]));
    let asker = asker(&b.desk, b.now, b.owner);
    let texts =
        ["not is:open", "-is:open", "not (is:open)", "is:open", "is:unassigned", "is:new", "-is:unassigned"];
    let named = |query: &str| list::Queue { query: query.into(), ..queues_of(&b.desk).remove(0) };
    let all: Vec<list::Queue> = texts.iter().map(|t| named(t)).collect();
    let counts = b.desk.view(|v| queue_counts(v, &asker, &all)).unwrap();
    let kept = b.desk.view(|v| Live::default().queue_counts(v, &asker, &all)).unwrap();
    for ((text, count), kept) in texts.iter().zip(&counts).zip(&kept) {
        let bound = query::compile(text, &schema::TICKETS, &asker.context()).unwrap();
        let everything = query::compile("", &schema::TICKETS, &asker.context()).unwrap();
        let items = b.desk.view(|v| list::list(v, &asker, &everything)).unwrap();
        let naive = items.iter().filter(|i| list::meets(&asker, &bound, i)).count();
        let shown = b.desk.view(|v| list::in_queue_order(v, &asker, text)).unwrap().unwrap().len();
        assert_eq!((count.tickets, kept.tickets, shown), (naive, naive, naive), "{text}");
    }
    assert_eq!(
        counts.iter().map(|c| c.tickets).collect::<Vec<_>>(),
        [3, 3, 3, 3, 3, 4, 3],
        "spam needs no work"
    );
}

fn queues_of(desk: &Desk) -> Vec<list::Queue> {
    desk.view(|v| queues(v, None)).unwrap()
}

#[test]
fn conditions_reach_other_records_and_counts_follow_them() {
    let mut b = Bench::new();
    let people: Vec<Id> =
        (0..6).map(|i| b.customer(&format!("Person {i}"), &format!("p{i}@x.test"))).collect();
    for (i, who) in people.iter().enumerate() {
        b.ticket(*who, &format!("Subject {i}"));
    }
    b.run(Command::Tag(Kind::Customer, people[..3].to_vec(), vec!["vip".into()], vec![]));
    let line =
        Line { sku: "LOOM-3".into(), title: "Loom".into(), quantity: 1, amount: 70_000, ..Line::default() };
    let order = NewOrder {
        customer: people[4],
        currency: "EUR".into(),
        date: Day(20_000),
        lines: vec![line],
        ..NewOrder::default()
    };
    b.run(Command::OrderAdd(order));
    save(&mut b, "Good ones", "customers", "tag:vip");
    let mut live = Live::default();
    let mut counted = |b: &Bench, schema: &'static query::Schema, text: &str| {
        let asker = asker(&b.desk, b.now, b.owner);
        let bound = b.desk.view(|v| list::compile(v, &asker, text, schema)).unwrap().unwrap();
        let listed = b.desk.view(|v| list::list(v, &asker, &bound)).unwrap().len();
        let kept = b.desk.view(|v| live.count(v, &asker, schema, text, |_| Ok(None))).unwrap();
        assert_eq!(kept, Some(listed), "{text}");
        listed
    };
    let tickets = &schema::TICKETS;
    assert_eq!(counted(&b, tickets, "customer.tag:vip"), 3);
    assert_eq!(counted(&b, tickets, "-customer.tag:vip"), 3);
    assert_eq!(counted(&b, tickets, "in:\"Good ones\""), 3, "a view of customers, asked of tickets");
    assert_eq!(counted(&b, tickets, "customer.tag:vip requester:\"person 1\""), 1);
    assert_eq!(counted(&b, tickets, "customer.revenue>500"), 1);
    assert_eq!(counted(&b, &schema::ORDERS, "customer.name:\"person 4\""), 1);
    assert_eq!(counted(&b, &schema::CUSTOMERS, "orders.sku:LOOM-3"), 1);
    assert_eq!(counted(&b, &schema::CUSTOMERS, "has:order,open-ticket"), 6);
    assert_eq!(counted(&b, &schema::CUSTOMERS, "-has:order"), 5);
    assert_eq!(counted(&b, &schema::MESSAGES, "ticket.status:solved"), 0);
    b.run(Command::Tag(Kind::Customer, people[..1].to_vec(), vec![], vec!["vip".into()]));
    assert_eq!(counted(&b, tickets, "customer.tag:vip"), 2, "a tag of the customer was taken away");
    b.run(Command::Archive(Kind::Customer, people[1..2].to_vec(), true));
    assert_eq!(counted(&b, tickets, "customer.tag:vip"), 2, "a customer who was archived still has tickets");
    assert_eq!(counted(&b, tickets, "in:\"Good ones\""), 1, "and is in no view");
    let asker = asker(&b.desk, b.now, b.owner);
    let wrong =
        |text: &str| b.desk.view(|v| list::compile(v, &asker, text, tickets)).unwrap().unwrap_err().line();
    assert!(wrong("customer.taag:vip").contains("did you mean `tag`"), "{}", wrong("customer.taag:vip"));
    assert!(wrong("customer.in:x").contains("no record in front"), "{}", wrong("customer.in:x"));
    assert!(wrong("customer.tickets.customer.tag:x").contains("too far"));
}

#[test]
fn a_list_in_portions_is_the_list_at_once() {
    let mut b = Bench::new();
    let mut people: Vec<(String, u64)> = Vec::new();
    for i in 0..150_u64 {
        let name = format!("{} {}", ["Zoe", "ada", "Émile", "Bo"][(i * 7 % 4) as usize], i * 31 % 50);
        b.customer(&name, &format!("p{i}@x.test"));
        people.push((frontdesk::model::fold::fold(&name), i));
    }
    // The order of a table is that of coming, and of equals the first stays the first.
    let mut by_name = people.clone();
    by_name.sort();
    let asker = asker(&b.desk, b.now, b.owner);
    let walked = |text: &str, portion: usize| {
        let bound = query::compile(text, &schema::CUSTOMERS, &asker.context()).unwrap();
        let mut walk = b.desk.view(|v| Walk::new(v, &asker, &bound)).unwrap();
        let mut out = Vec::new();
        loop {
            let some = b.desk.view(|v| walk.next(v, portion)).unwrap();
            assert!(some.len() <= portion);
            if some.is_empty() {
                return out;
            }
            out.extend(some.into_iter().map(|i| match i {
                Item::Customer(c) => c.customer.emails[0].address.clone(),
                _ => unreachable!(),
            }));
        }
    };
    let mail = |all: &[(String, u64)]| all.iter().map(|(_, i)| format!("p{i}@x.test")).collect::<Vec<_>>();
    for limit in [0, 1, 2, 9, 149, 150, 500] {
        for portion in [1, 7, 1000] {
            assert_eq!(walked(&format!("limit:{limit}"), portion), mail(&people[..limit.min(150)]));
            let sorted = walked(&format!("sort:name limit:{limit}"), portion);
            assert_eq!(sorted, mail(&by_name[..limit.min(150)]));
        }
    }
    let zoe: Vec<_> = by_name.iter().filter(|(n, _)| n.starts_with("zoe")).cloned().collect();
    assert_eq!(walked("zoe sort:name", 10), mail(&zoe));
    // Rows of the log have no id: their place is their number.
    let bound = query::compile("sort:-seq limit:5", &schema::LOG, &asker.context()).unwrap();
    let rows = b.desk.view(|v| list::list(v, &asker, &bound)).unwrap();
    let seq = |i: &Item| if let Item::Log(l) = i { l.item.row.seq } else { 0 };
    let head = b.desk.store().head().unwrap();
    assert_eq!(rows.iter().map(seq).collect::<Vec<_>>(), (head - 4..=head).rev().collect::<Vec<_>>());
}

#[test]
fn a_segment_is_counted_frozen_and_laid_over_another() {
    let mut b = Bench::new();
    let people: Vec<Id> =
        (0..10).map(|i| b.customer(&format!("Person {i}"), &format!("p{i}@x.test"))).collect();
    b.run(Command::Tag(Kind::Customer, people[..6].to_vec(), vec!["vip".into()], vec![]));
    b.run(Command::Tag(Kind::Customer, people[4..].to_vec(), vec!["late".into()], vec![]));
    let vip = save(&mut b, "Good ones", "customers", "tag:vip");
    save(&mut b, "Late ones", "customers", "tag:late sort:name");
    b.run(Command::ViewFreeze(vip, "Good ones, spring".into()));
    b.run(Command::Tag(Kind::Customer, people[..2].to_vec(), vec![], vec!["vip".into()]));
    let asker = asker(&b.desk, b.now, b.owner);
    let members = |name: &str| {
        let of: SavedView = b.desk.view(|v| segment::named(v, Some(b.owner), name)).unwrap().unwrap();
        b.desk.view(|v| segment::members(v, &asker, &of)).unwrap().unwrap()
    };
    let (now, then, late) = (members("good ones"), members("Good ones, spring"), members("late ones"));
    assert_eq!((now.len(), then.len(), late.len()), (4, 6, 6));
    let o = segment::Overlap::of(&then, &late);
    assert_eq!((o.only_first, o.both, o.only_second), (4, 2, 4));
    assert_eq!(o.share(), Some(0.2));
    // What is frozen is in no queue, and is not frozen again under its name.
    b.refused(Command::ViewFreeze(vip, "Good ones, spring".into()));
    b.refused(Command::ViewFreeze(vip, " ".into()));
    b.run(Command::Undo(None));
    b.assert_clean();
}

#[test]
fn who_was_merged_or_put_away_is_in_lists_and_segments_only_where_asked_for() {
    let mut b = Bench::new();
    let people: Vec<Id> =
        (0..5).map(|i| b.customer(&format!("Person {i}"), &format!("p{i}@x.test"))).collect();
    save(&mut b, "Persons", "customers", "name:person");
    let owner = b.owner;
    let numbers = |b: &Bench, text: &str| {
        let asker = asker(&b.desk, b.now, owner);
        let bound = b.desk.view(|v| list::compile(v, &asker, text, &schema::CUSTOMERS)).unwrap().unwrap();
        let items = b.desk.view(|v| list::list(v, &asker, &bound)).unwrap();
        items.iter().map(|i| i.id().unwrap()).collect::<Vec<_>>()
    };
    let mut live = Live::default();
    let mut counted = |b: &Bench| {
        let asker = asker(&b.desk, b.now, owner);
        let count = b.desk.view(|v| live.count(v, &asker, &schema::CUSTOMERS, "name:person", |_| Ok(None)));
        count.unwrap().unwrap()
    };
    assert_eq!((numbers(&b, "name:person").len(), counted(&b)), (5, 5));
    b.run(Command::Merge { kind: Kind::Customer, into: people[0], from: people[1], take: vec![] });
    b.run(Command::Archive(Kind::Customer, vec![people[2]], true));
    let left = [people[0], people[3], people[4]];
    for text in ["", "name:person", "in:persons", "-name:missing"] {
        assert_eq!(numbers(&b, text), left, "{text}");
    }
    assert_eq!(counted(&b), 3);
    assert_eq!(numbers(&b, "is:merged"), [people[1]]);
    assert_eq!(numbers(&b, "is:archived name:person"), [people[2]]);
    assert_eq!(numbers(&b, "-is:live"), people[1..3]);
    assert_eq!(numbers(&b, "-is:archived"), left);
    b.run(Command::Unmerge(Kind::Customer, people[1]));
    b.run(Command::Archive(Kind::Customer, vec![people[2]], false));
    assert_eq!((numbers(&b, "name:person").len(), counted(&b)), (5, 5));
}

#[test]
fn the_columns_list_whom_the_records_say_while_others_change_them() {
    let mut b = Bench::new();
    let people: Vec<Id> =
        (0..30).map(|i| b.customer(&format!("Person {i:02}"), &format!("p{i}@x.test"))).collect();
    let store = b.desk.shared_store();
    let directory = Arc::new(Directory::new(store.clone()));
    let follower = Follower::start_with(store, vec![Arc::clone(&directory) as Arc<dyn LiveState>]);
    let questions = [
        "sort:name",
        "tag:vip sort:-number",
        "org:harbour",
        "orders>0 sort:-revenue",
        "open>0 sort:-open",
        "person -tag:vip",
        "name:/1$/",
        "contacted:any sort:-contacted",
        "\"person 03\" or email:p4",
    ];
    let agree = |b: &Bench, step: &str| {
        let head = b.desk.store().head().unwrap();
        while follower.cursor().is_none_or(|at| at < head) {
            assert!(follower.trouble().is_none(), "{:?}", follower.trouble());
            std::thread::yield_now();
        }
        let asker = asker(&b.desk, b.now, b.owner);
        for text in questions {
            let bound = query::compile(text, &schema::CUSTOMERS, &asker.context()).unwrap();
            let naive: Vec<Id> = b
                .desk
                .view(|v| list::list(v, &asker, &bound))
                .unwrap()
                .iter()
                .filter_map(|i| match i {
                    list::Item::Customer(c) if c.customer.is_live() => Some(c.customer.id),
                    _ => None,
                })
                .collect();
            let all = PageRequest { from: 0, most: usize::MAX, around: None };
            let held = b.desk.view(|v| directory.select(v, &asker.roster, &bound, all)).unwrap().unwrap();
            assert_eq!((held.count, &held.ids), (naive.len(), &naive), "{text} after {step}");
            if let Some(id) = naive.last() {
                let around = PageRequest { from: 0, most: 3, around: Some(*id) };
                let part =
                    b.desk.view(|v| directory.select(v, &asker.roster, &bound, around)).unwrap().unwrap();
                assert_eq!(part.place, Some(naive.len() - 1), "{text}");
                assert!(part.ids.contains(id), "{text}");
            }
        }
    };
    agree(&b, "loading");
    b.run(Command::Tag(Kind::Customer, people[3..9].to_vec(), vec!["vip".into()], vec![]));
    agree(&b, "tags");
    b.run(Command::Edit(Kind::Customer, people[4], vec![Edit::set("organisation", "Harbour Ltd")]));
    agree(&b, "an organisation");
    let t = b.ticket(people[5], "Broken");
    agree(&b, "a ticket");
    b.run(Command::TicketSet(vec![t], vec![TicketChange::Category(Category::Solved)]));
    agree(&b, "the ticket solved");
    b.run(Command::OrderAdd(NewOrder {
        customer: people[7],
        date: Day(20_500),
        currency: "EUR".into(),
        lines: vec![Line { title: "Pump".into(), quantity: 1, amount: 9_900, ..Line::default() }],
        ..NewOrder::default()
    }));
    agree(&b, "an order");
    b.run(Command::Archive(Kind::Customer, people[10..20].to_vec(), true));
    agree(&b, "some put away");
    b.run(Command::Undo(None));
    agree(&b, "that undone");
    b.customer("Person 99", "p99@x.test");
    agree(&b, "a new one");
}

#[test]
fn a_change_of_many_is_one_change_and_one_undo() {
    let mut b = Bench::new();
    let people: Vec<Id> =
        (0..80).map(|i| b.customer(&format!("Person {i}"), &format!("p{i}@x.test"))).collect();
    let before = b.records();
    let done = b.run(Command::Tag(Kind::Customer, people.clone(), vec!["spring".into()], vec![]));
    assert_eq!(done.touched.iter().filter(|(k, _)| *k == Kind::Customer).count(), 80);
    assert!(people.iter().all(|id| b.get::<Customer>(*id).tags == ["spring"]));
    b.run(Command::Undo(None));
    let after = b.records();
    let tags = |all: &support::bench::Everything| {
        all.iter().map(|(k, f)| (k.clone(), f.iter().find(|(n, _)| n == "t").cloned())).collect::<Vec<_>>()
    };
    assert_eq!(tags(&before), tags(&after));
}

/// People enough for three steps.
fn many(b: &mut Bench) -> Vec<Id> {
    let add = |i: usize| Command::Create(Kind::Customer, vec![Edit::set("name", format!("Person {i}"))]);
    let mut out = Vec::new();
    for part in (0..1_200).collect::<Vec<_>>().chunks(300) {
        let at = b.now;
        let all = part.iter().map(|i| {
            Request::new(
                Id::v7(at, (*i as u128 + 7).to_be_bytes()[6..].try_into().unwrap()),
                b.owner,
                at,
                add(*i),
            )
        });
        out.extend(b.desk.run_all(all.collect()).unwrap().iter().map(|d| d.created[0].1));
    }
    out
}

fn tagged(b: &Bench, people: &[Id]) -> usize {
    people.iter().filter(|id| b.get::<Customer>(**id).tags == ["spring"]).count()
}

#[test]
fn a_change_of_very_many_goes_in_steps_and_comes_back_with_one_undo() {
    let mut b = Bench::new();
    let people = many(&mut b);
    let tag = Command::Tag(Kind::Customer, people.clone(), vec!["spring".into()], vec![]);
    let before = b.desk.store().head().unwrap();
    let done = b.run(tag.clone());
    assert_eq!((done.summary.as_str(), tagged(&b, &people)), ("1200 customers tagged", 1200));
    assert_eq!(b.desk.store().head().unwrap() - before, 3, "others had their turn between the steps");
    assert_eq!(b.run(Command::Undo(None)).summary, "undone: 1200 customers tagged");
    assert_eq!(tagged(&b, &people), 0);
    assert_eq!(b.run(Command::Redo).summary, "done again: 1200 customers tagged");
    assert_eq!(tagged(&b, &people), 1200);
    assert!(matches!(b.refused(Command::Redo), Refusal::NothingTo("redo")));
    // What was changed since stays, and is counted; what came before is undone after it.
    b.run(Command::Tag(Kind::Customer, vec![people[700]], vec![], vec!["spring".into()]));
    b.run(Command::Tag(Kind::Customer, vec![people[700]], vec!["autumn".into()], vec![]));
    assert_eq!(b.run(Command::Undo(None)).summary, "undone: Person 700 tagged");
    assert_eq!(b.run(Command::Undo(None)).summary, "undone: Person 700 tagged");
    b.run(Command::Edit(Kind::Customer, people[3], vec![Edit::set("tag", "late")]));
    assert_eq!(b.run(Command::Undo(None)).summary, "undone: Person 3 changed");
    assert_eq!(b.run(Command::Undo(None)).summary, "undone: 1200 customers tagged");
    assert_eq!(tagged(&b, &people), 0);
    b.assert_clean();
}

#[test]
fn a_change_of_very_many_that_was_stopped_stays_as_far_as_it_came() {
    let mut b = Bench::new();
    let people = many(&mut b);
    let request = b.request(Command::Tag(Kind::Customer, people.clone(), vec!["spring".into()], vec![]));
    let mut bulk = Bulk::begin(&b.desk, &request).unwrap().unwrap();
    assert_eq!(bulk.progress().line(), "changing 0 of 1200 customers");
    assert!(bulk.step(&b.desk).unwrap());
    assert!(bulk.step(&b.desk).unwrap());
    assert_eq!(bulk.progress().line(), "changing 1000 of 1200 customers");
    assert_eq!(bulk.finish().summary, "1000 of 1200 customers tagged: stopped");
    assert_eq!(tagged(&b, &people), 1000);
    // Taking back is stopped, too, and goes on where it stopped.
    let undo = b.request(Command::Undo(None));
    let mut back = Bulk::begin(&b.desk, &undo).unwrap().unwrap();
    assert!(back.step(&b.desk).unwrap());
    assert_eq!(back.progress().line(), "taking back 50 %");
    drop(back);
    assert_eq!(tagged(&b, &people), 500);
    b.run(Command::Undo(None));
    assert_eq!(tagged(&b, &people), 0);
    // A step that is refused leaves what was made, and says why.
    let mut ids = people.clone();
    ids.push(Id([5; 16]));
    let done = b.run(Command::Archive(Kind::Customer, ids, true));
    assert!(done.summary.starts_with("1000 of 1201 customers archived; then: "), "{}", done.summary);
    b.run(Command::Undo(None));
    assert!(people.iter().all(|id| b.get::<Customer>(*id).archived_at.is_none()));
    b.assert_clean();
}
