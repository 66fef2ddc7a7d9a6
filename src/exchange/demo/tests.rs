use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::*;
use crate::{
    model::{
        Agent, Category, Channel, Customer, Day, Delivery, Interaction, Message, Order, OrderStatus,
        Organisation, Outbox, OutboxState, Preset, Priority, Record, Response, Table, Task, Ticket,
        TicketType,
    },
    store::{MemStore, Scan, check},
};

fn desk(options: &Options) -> (Desk, Summary) {
    let desk = Desk::new(Arc::new(MemStore::new()));
    let made = fill(&desk, options, &mut |_| ()).unwrap();
    (desk, made)
}

/// A Wednesday at noon in November 2026, and the desk of `n` customers at that time.
fn wednesday(customers: usize) -> Options {
    let zone = Zone::named("Europe/Dublin").unwrap();
    let now = zone.at(Day::new(2026, 11, 18).unwrap(), 12, 10);
    Options { customers, zone: "Europe/Dublin".into(), ..Options::new("Dana Doe", "dana", now) }
}

fn all<T: Record>(desk: &Desk) -> Vec<T> {
    let read = |v: &dyn View| {
        let mut out = Vec::new();
        records::each::<T>(v, |r| {
            out.push(r);
            true
        })?;
        Ok(out)
    };
    desk.view(read).unwrap()
}

/// Every row of the store.
fn rows(desk: &Desk) -> BTreeMap<(Table, Vec<u8>), Vec<u8>> {
    let mut out = BTreeMap::new();
    let mut read = |v: &dyn View| {
        for table in Table::ALL.iter().copied() {
            v.scan(table, &Range::all(), Scan::Forward, &mut |k, row| {
                out.insert((table, k.to_vec()), row.to_vec());
                true
            })?;
        }
        Ok(())
    };
    desk.view(&mut read).unwrap();
    out
}

#[test]
fn the_same_seed_size_and_time_give_the_same_desk() {
    let (one, made) = desk(&wednesday(40));
    let (two, again) = desk(&wednesday(40));
    assert_eq!(made, again);
    assert!(rows(&one) == rows(&two), "the rows differ");
    let (other, _) = desk(&Options { seed: 5, ..wednesday(40) });
    assert!(rows(&one) != rows(&other), "another seed gives another desk");
}

#[test]
fn the_check_of_a_demo_is_clean() {
    let (desk, made) = desk(&wednesday(150));
    let report = desk.view(|v| check::check(v, &mut |_| ())).unwrap();
    assert!(report.is_clean(), "{:#?}", report.findings);
    assert_eq!(report.log_rows, made.log_rows);
    assert_eq!(made.customers, 150);
}

/// What every practice desk must have, whatever its size and whenever it is made.
fn is_lively(options: &Options) {
    let (desk, made) = desk(options);
    let now = options.now;
    let tickets: Vec<Ticket> = all(&desk);
    let some = |what: &str, least: usize, f: &dyn Fn(&Ticket) -> bool| {
        let n = tickets.iter().filter(|t| f(t)).count();
        assert!(n >= least, "{what}: {n} of {}", tickets.len());
    };
    let live = |t: &Ticket| t.category.is_unsolved() && !t.spam && !t.is_snoozed(now);
    for category in [
        Category::New,
        Category::Open,
        Category::Pending,
        Category::OnHold,
        Category::Solved,
        Category::Closed,
    ] {
        some(category.as_str(), 1, &|t| t.category == category && !t.spam);
    }
    for priority in [Priority::Low, Priority::Normal, Priority::High, Priority::Urgent] {
        some(priority.as_str(), 1, &|t| t.priority == priority);
    }
    use TicketType::{Complaint, Incident, Problem, Question, Request, Task as Chore};
    for kind in [Question, Incident, Problem, Chore, Complaint, Request] {
        some(kind.as_str(), 1, &|t| t.ticket_type == kind);
    }
    for channel in [Channel::Email, Channel::Phone, Channel::Chat, Channel::Web, Channel::Social] {
        some(channel.as_str(), 1, &|t| t.channel == channel);
    }
    let minute = 60_000;
    some("spam", 1, &|t| t.spam);
    some("snoozed", 1, &|t| t.is_snoozed(now));
    some("mine", 5, &|t| t.assignee == Some(made.owner) && live(t));
    some("unassigned", 5, &|t| t.assignee.is_none() && live(t));
    some("due within half an hour", 3, &|t| t.due().is_some_and(|d| d > now && d < now + 30 * minute));
    some("due within hours", 2, &|t| {
        t.due().is_some_and(|d| d > now + 30 * minute && d < now + 360 * minute)
    });
    some("overdue", 2, &|t| live(t) && t.due().is_some_and(|d| d < now));
    some("silent", 1, &|t| live(t) && t.timers.unanswered_since.is_some_and(|at| at < now - 2880 * minute));
    some("waiting for us", 3, &|t| t.category == Category::Open && t.timers.unanswered_since.is_some());
    some("recall", 12, &|t| t.tags.iter().any(|tag| tag == "recall-0417"));
    assert!(tickets.iter().all(|t| t.updated_at <= now && t.created_at > now - 95 * 1440 * minute));
    let overdue = tickets.iter().filter(|t| live(t) && t.due().is_some_and(|d| d < now)).count();
    assert!(overdue <= 4 + tickets.len() / 100, "{overdue} overdue of {}", tickets.len());

    let tasks: Vec<Task> = all(&desk);
    assert!(tasks.iter().any(|t| t.done_at.is_none() && t.due.is_some_and(|d| d < now)));
    assert!(tasks.iter().any(|t| t.done_at.is_none() && t.due.is_some_and(|d| d > now)));
    assert!(tasks.iter().any(|t| t.done_at.is_some()) || options.customers < 100);
    let agents: Vec<Agent> = all(&desk);
    assert_eq!(agents.iter().filter(|a| a.archived_at.is_none()).count(), 6);
    assert!(all::<Outbox>(&desk).iter().all(|o| o.state == OutboxState::Sent), "all history was sent");
    let messages: Vec<Message> = all(&desk);
    assert!(messages.iter().all(|m| matches!(m.delivery, Delivery::Received | Delivery::Sent)));
    assert!(
        messages.iter().all(|m| !m.body.contains("{") && !m.subject.contains("{")),
        "a gap was left unfilled"
    );
}

#[test]
fn a_desk_has_something_in_every_queue_at_any_hour() {
    is_lively(&wednesday(300));
    is_lively(&wednesday(50));
    // A Sunday night, elsewhere, in another year.
    let zone = Zone::named("Pacific/Auckland").unwrap();
    let now = zone.at(Day::new(2031, 4, 6).unwrap(), 2, 40);
    let night =
        Options { zone: "Pacific/Auckland".into(), currency: "JPY".into(), ..Options::new("", "", now) };
    is_lively(&Options { customers: 200, ..night });
}

#[test]
fn a_desk_of_one_customer_can_be_made_and_a_second_one_is_refused() {
    let (desk, made) = desk(&Options { customers: 0, ..wednesday(0) });
    assert_eq!(made.customers, 1);
    let report = desk.view(|v| check::check(v, &mut |_| ())).unwrap();
    assert!(report.is_clean(), "{:#?}", report.findings);
    assert!(fill(&desk, &wednesday(1), &mut |_| ()).is_err());
}

#[test]
fn numbers_look_like_those_of_a_good_desk_in_a_bad_month() {
    let (desk, made) = desk(&wednesday(1200));
    let o = wednesday(1200);
    assert!(made.tickets > 700 && made.orders > 1200 && made.interactions > 400, "{made:?}");
    let tickets: Vec<Ticket> = all(&desk);
    let mut first: Vec<i64> =
        tickets.iter().filter_map(|t| t.timers.first_reply_at.map(|at| at - t.created_at)).collect();
    first.sort_unstable();
    let median = first[first.len() / 2] / 60_000;
    assert!((20..240).contains(&median), "median first reply {median} min");
    let backlog = tickets.iter().filter(|t| t.category.is_unsolved() && !t.spam).count();
    assert!((25..160).contains(&backlog), "backlog {backlog} of {}", tickets.len());
    let answers: Vec<Response> = all(&desk);
    let csat: Vec<&Response> = answers.iter().filter(|r| r.preset == Preset::Csat).collect();
    let happy = csat.iter().filter(|r| r.score >= 4).count() * 100 / csat.len();
    assert!((70..96).contains(&happy), "CSAT {happy} % of {}", csat.len());
    let nps: Vec<&Response> = answers.iter().filter(|r| r.preset == Preset::Nps).collect();
    let share =
        |f: &dyn Fn(i64) -> bool| (nps.iter().filter(|r| f(r.score)).count() * 100 / nps.len()) as i64;
    let score = share(&|s| s >= 9) - share(&|s| s <= 6);
    assert!((15..60).contains(&score), "NPS {score} of {}", nps.len());
    let orders: Vec<Order> = all(&desk);
    let buyers: BTreeSet<_> = orders.iter().map(|o| o.customer).collect();
    let repeat = orders.len() as f64 / buyers.len() as f64;
    assert!((1.3..3.5).contains(&repeat), "{repeat} orders a buyer");
    assert!(orders.iter().any(|o| o.status == OrderStatus::Refunded));
    assert!(orders.iter().any(|o| o.status == OrderStatus::RefundedPart));
    let day = 86_400_000;
    let in_days = |from: i64, to: i64| {
        tickets
            .iter()
            .filter(|t| t.tags.iter().any(|t| t == "recall-0417"))
            .filter(|t| (o.now - from * day..o.now - to * day).contains(&t.created_at))
            .count()
    };
    assert!(in_days(22, 17) > 3 * in_days(10, 5), "the recall is a burst");
    let threads = all::<Message>(&desk).into_iter().fold(BTreeMap::new(), |mut m: BTreeMap<Id, usize>, x| {
        *m.entry(x.ticket).or_default() += 1;
        m
    });
    assert!(threads.values().any(|n| *n >= 7) && threads.values().any(|n| *n == 1));
}

#[test]
fn no_real_person_can_be_reached() {
    let (desk, _) = desk(&wednesday(400));
    let mut addresses: Vec<String> = Vec::new();
    for c in all::<Customer>(&desk) {
        addresses.extend(c.emails.iter().map(|e| e.address.clone()));
        for p in &c.phones {
            let kept = super::texts::names::PEOPLE.iter().flat_map(|p| p.phones);
            assert!(kept.clone().any(|(begin, _)| p.raw.starts_with(begin)), "{}", p.raw);
        }
    }
    addresses.extend(all::<Agent>(&desk).into_iter().flat_map(|a| a.emails));
    for m in all::<Message>(&desk) {
        addresses.extend(m.to.iter().chain(&m.cc).chain(&m.bcc).chain([&m.from]).cloned());
    }
    addresses
        .extend(all::<Organisation>(&desk).into_iter().flat_map(|o| o.domains).map(|d| format!("x@{d}")));
    assert!(addresses.len() > 800);
    for a in addresses.iter().filter(|a| !a.is_empty()) {
        let domain = a.rsplit_once('@').map_or("", |(_, d)| d);
        let reserved = ["example.com", "example.org", "example.net"].contains(&domain)
            || [".example", ".test"].iter().any(|end| domain.ends_with(end));
        assert!(reserved && domain.is_ascii(), "{a}");
    }
}

#[test]
fn people_write_their_names_in_many_scripts_and_share_addresses() {
    let (desk, _) = desk(&wednesday(50));
    let people: Vec<Customer> = all(&desk);
    let names: String = people.iter().map(|c| c.display_name()).collect();
    for (script, from, to) in [
        ("Latin with marks", 'À', 'ž'),
        ("Greek", 'Α', 'ώ'),
        ("Cyrillic", 'А', 'я'),
        ("Hebrew", 'א', 'ת'),
        ("Arabic", 'ا', 'ي'),
        ("Devanagari", 'अ', 'ह'),
        ("Thai", 'ก', 'ฮ'),
        ("kana or kanji", '一', '龥'),
        ("Hangul", '가', '힣'),
    ] {
        assert!(names.chars().any(|c| (from..=to).contains(&c)), "{script}");
    }
    assert!(people.iter().any(|c| c.emails.iter().any(|e| e.shared)));
    assert!(people.iter().any(|c| !c.stages.is_empty()) && people.iter().any(|c| c.owner.is_some()));
    assert!(people.iter().any(|c| c.tags.iter().any(|t| t == "wholesale")));
    let said: String = all::<Message>(&desk).iter().map(|m| m.body.clone()).collect();
    assert!(said.contains('☕') && said.contains("\n> "), "emoji and quotes");
    assert!(all::<Interaction>(&desk).iter().any(|i| i.channel == Channel::Phone));
}

#[test]
fn a_desk_grows_to_any_number_of_tickets_and_orders_and_stays_sound() {
    let options = Options { at_least: (2500, 1200), ..wednesday(40) };
    let (one, made) = desk(&options);
    assert_eq!((made.tickets, made.orders), (2500, 1200));
    let (two, _) = desk(&options);
    assert!(rows(&one) == rows(&two), "the same seed gives the same desk");
    let report = one.view(|v| check::check(v, &mut |_| ())).unwrap();
    assert!(report.findings.is_empty(), "{:?}", report.findings);
    let solved = all::<Ticket>(&one).iter().filter(|t| t.category == Category::Solved).count();
    assert!((1500..2500).contains(&solved), "{solved}");
    // Fewer than its life brings add nothing.
    let (small, plain) = (desk(&Options { at_least: (1, 1), ..wednesday(40) }).1, desk(&wednesday(40)).1);
    assert_eq!((small.tickets, small.orders), (plain.tickets, plain.orders));
}
