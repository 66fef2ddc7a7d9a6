//! Lists, views and segments: what is held in memory and what is counted is what the records say, whoever changed them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

use std::sync::Arc;

use frontdesk::{
    desk::{
        Command, Desk, Edit, TicketChange,
        command::NewOrder,
        list::{self, Asker, Live, queue_counts, queues, segment},
    },
    index::{Directory, Follower, Held, Wanted},
    model::{Category, Customer, Day, Id, Kind, Priority, SavedView, order::Line, zone::Zone},
    query::{self, schema},
};

mod support;

use support::bench::Bench;

fn asker(desk: &Desk, now: i64, me: Id) -> Asker {
    desk.view(|v| Asker::new(v, now, Zone::utc(), Some(me))).unwrap()
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
    // The counts are kept by a desk of its own on the same store, as another process has it.
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
    b.run(Command::CustomerEdit(people[7], vec![Edit::set("name", "Somebody Else")]));
    agree(&mut live, b.now, "another name of the requester");
    b.run(Command::Undo(None));
    agree(&mut live, b.now, "that undone");
    let views = 11;
    assert!(live.evaluated() - begun < views * 40 * 4, "{} records were asked", live.evaluated() - begun);
}

#[test]
fn a_segment_is_counted_frozen_and_laid_over_another() {
    let mut b = Bench::new();
    let people: Vec<Id> =
        (0..10).map(|i| b.customer(&format!("Person {i}"), &format!("p{i}@x.test"))).collect();
    b.run(Command::CustomerTag(people[..6].to_vec(), vec!["vip".into()], vec![]));
    b.run(Command::CustomerTag(people[4..].to_vec(), vec!["late".into()], vec![]));
    let vip = save(&mut b, "Good ones", "customers", "tag:vip");
    save(&mut b, "Late ones", "customers", "tag:late sort:name");
    b.run(Command::ViewFreeze(vip, "Good ones, spring".into()));
    b.run(Command::CustomerTag(people[..2].to_vec(), vec![], vec!["vip".into()]));
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
    // What is frozen stands in no queue, and is not frozen again under its name.
    b.refused(Command::ViewFreeze(vip, "Good ones, spring".into()));
    b.refused(Command::ViewFreeze(vip, " ".into()));
    b.run(Command::Undo(None));
    b.assert_clean();
}

#[test]
fn the_columns_list_whom_the_records_say_while_others_change_them() {
    let mut b = Bench::new();
    let people: Vec<Id> =
        (0..30).map(|i| b.customer(&format!("Person {i:02}"), &format!("p{i}@x.test"))).collect();
    let store = b.desk.shared_store();
    let directory = Arc::new(Directory::new(store.clone()));
    let follower = Follower::start_with(store, vec![Arc::clone(&directory) as Arc<dyn Held>]);
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
            let all = Wanted { from: 0, most: usize::MAX, around: None };
            let held = b.desk.view(|v| directory.select(v, &asker.roster, &bound, all)).unwrap().unwrap();
            assert_eq!((held.count, &held.ids), (naive.len(), &naive), "{text} after {step}");
            if let Some(id) = naive.last() {
                let around = Wanted { from: 0, most: 3, around: Some(*id) };
                let part =
                    b.desk.view(|v| directory.select(v, &asker.roster, &bound, around)).unwrap().unwrap();
                assert_eq!(part.place, Some(naive.len() - 1), "{text}");
                assert!(part.ids.contains(id), "{text}");
            }
        }
    };
    agree(&b, "loading");
    b.run(Command::CustomerTag(people[3..9].to_vec(), vec!["vip".into()], vec![]));
    agree(&b, "tags");
    b.run(Command::CustomerEdit(people[4], vec![Edit::set("organisation", "Harbour Ltd")]));
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
    b.run(Command::CustomerArchive(people[10..20].to_vec(), true));
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
    let done = b.run(Command::CustomerTag(people.clone(), vec!["spring".into()], vec![]));
    assert_eq!(done.touched.iter().filter(|(k, _)| *k == Kind::Customer).count(), 80);
    assert!(people.iter().all(|id| b.get::<Customer>(*id).tags == ["spring"]));
    b.run(Command::Undo(None));
    let after = b.records();
    let tags = |all: &support::bench::Everything| {
        all.iter().map(|(k, f)| (k.clone(), f.iter().find(|(n, _)| n == "t").cloned())).collect::<Vec<_>>()
    };
    assert_eq!(tags(&before), tags(&after));
}
