//! The numbers, held against records counted by hand, over random desks.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

#[path = "support/skip.rs"]
mod skip;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use frontdesk::{
    desk::{
        Command, Desk, Edit, Request, TicketChange,
        command::{NewAgent, NewOrder, NewReply, NewResponse, NewTicket},
        outbox::Outcome,
        read,
    },
    insight::{self, By, Measure, Period, RowSplit, Value, Window, stats},
    model::{
        Category, Channel, Day, EventKind, Id, Kind, Money, Order, OrderStatus, Preset, Priority, Record,
        Response, Ticket, money::Currency, order::Line, zone::Zone,
    },
    store::{MemStore, check, records},
};
use proptest::prelude::*;

const HOUR: i64 = 3_600_000;
const START: i64 = 1_790_000_000_000;

struct Bench {
    desk: Desk,
    owner: Id,
    now: i64,
    ops: u64,
}

impl Bench {
    fn new(zone: &str) -> Bench {
        let desk = Desk::new(Arc::new(MemStore::new()));
        let mut b = Bench { desk, owner: Id::NIL, now: START, ops: 0 };
        let owner = NewAgent { name: "Dana Doe".into(), unix_user: "dana".into(), ..Default::default() };
        let workspace = vec![
            Edit::set("zone", zone),
            Edit::set("currency", "EUR"),
            Edit::set("address", "help@desk.example"),
        ];
        b.owner = b.run(Command::Start { workspace, owner }).unwrap();
        b
    }

    /// Runs a command and gives the id of what it made.
    fn run(&mut self, command: Command) -> Option<Id> {
        self.ops += 1;
        let mut random = [0u8; 10];
        random[..8].copy_from_slice(&self.ops.to_be_bytes());
        let r = Request::new(Id::v7(self.now, random), self.owner, self.now, command);
        self.desk.run(r).ok().and_then(|d| d.created.first().map(|c| c.1))
    }

    fn all<T: Record>(&self) -> Vec<T> {
        let mut out = Vec::new();
        self.desk
            .view(|v| {
                records::each::<T>(v, |r| {
                    out.push(r);
                    true
                })
            })
            .unwrap();
        out
    }

    fn customer(&mut self, name: &str) -> Id {
        let email = format!("{name}@example.org");
        self.run(Command::Create(Kind::Customer, vec![Edit::set("name", name), Edit::set("email", email)]))
            .unwrap()
    }

    fn ticket(&mut self, requester: Id, channel: Channel, tags: &[&str]) -> Option<Id> {
        let new = NewTicket {
            requester,
            subject: "Help".into(),
            channel,
            tags: tags.iter().map(|t| (*t).to_owned()).collect(),
            ..Default::default()
        };
        self.run(Command::TicketCreate(Box::new(new)))
    }

    fn rate(&mut self, customer: Id, preset: Preset, score: i64) {
        self.run(Command::ResponseRecord(NewResponse { customer, preset, score, ..Default::default() }))
            .unwrap();
    }

    fn buy(&mut self, customer: Id, date: Day, amount: i64, currency: &str) -> Option<Id> {
        let lines = vec![Line { amount, quantity: 1, ..Default::default() }];
        let currency = currency.into();
        self.run(Command::OrderAdd(NewOrder { customer, date, lines, currency, ..Default::default() }))
    }

    fn window(&self, period: &str) -> Window {
        let zone = Zone::named(&self.desk.workspace().unwrap().zone).unwrap();
        Window::of(period.parse().unwrap(), self.now, &zone)
    }

    fn number(&self, m: Measure, w: &Window) -> insight::Number {
        self.desk.view(|v| insight::number(v, m, w)).unwrap()
    }

    fn rows(&self, m: Measure, w: &Window) -> Vec<insight::RowRef> {
        self.desk.view(|v| insight::rows(v, m, w)).unwrap()
    }
}

/// The value of the rows behind a measure, computed here from the rows alone.
fn of_rows(m: Measure, rows: &[insight::RowRef]) -> Option<Value> {
    let mut values: Vec<i64> = rows.iter().map(|r| r.value).collect();
    values.sort_unstable();
    let n = rows.iter().filter(|r| r.counts).count();
    let share = |f: &dyn Fn(i64) -> bool| {
        (n > 0).then(|| 100.0 * values.iter().filter(|v| f(**v)).count() as f64 / n as f64)
    };
    let sum: i64 = values.iter().sum();
    let mean = (n > 0).then(|| sum as f64 / n as f64);
    match m {
        Measure::Open
        | Measure::Backlog
        | Measure::New
        | Measure::Solved
        | Measure::Orders
        | Measure::Buyers => Some(Value::Count(rows.len() as u64)),
        Measure::FirstReply | Measure::FirstResolution | Measure::Resolution => {
            let (a, b) = (values.get(n.saturating_sub(1) / 2), values.get(n / 2));
            a.zip(b).map(|(a, b)| Value::Duration(((*a as f64 + *b as f64) / 2.0).round() as i64))
        }
        Measure::Csat => share(&|v| v >= 4).map(Value::Percent),
        Measure::Reopened => share(&|v| v == 1).map(Value::Percent),
        Measure::Repeat => share(&|v| v >= 2).map(Value::Percent),
        Measure::Nps => share(&|v| v >= 9).zip(share(&|v| v <= 6)).map(|(p, d)| Value::Score(p - d)),
        Measure::Ces1 | Measure::Ces2 => mean.map(Value::Mean),
        Measure::Revenue(c) => Some(Value::Money(Money::new(sum, c))),
        Measure::OrderValue(c) | Measure::CustomerValue(c) => {
            mean.map(|m| Value::Money(Money::new(m.round() as i64, c)))
        }
        Measure::MailWaiting | Measure::MailFailed => Some(Value::Count(rows.len() as u64)),
        Measure::MailOldest | Measure::MailContact | Measure::MailReceived => {
            values.last().copied().map(Value::Duration)
        }
    }
}

fn close(a: Option<Value>, b: Option<Value>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => {
            std::mem::discriminant(&a) == std::mem::discriminant(&b) && (a.plain() - b.plain()).abs() < 1e-6
        }
        (None, None) => true,
        _ => false,
    }
}

fn measures() -> Vec<Measure> {
    let money = [Currency::EUR, Currency::USD].into_iter().flat_map(Measure::money);
    Measure::plain().chain(money).collect()
}

/// A random desk: commands with hours between them.
fn random_desk(steps: &[(u8, usize, usize, i64)]) -> Bench {
    let mut b = Bench::new("America/New_York");
    let people = [b.customer("ada"), b.customer("bob"), b.customer("cleo")];
    let mut tickets = Vec::new();
    let mut orders = Vec::new();
    for (which, x, y, hours) in steps.iter().copied() {
        b.now += hours * HOUR + 1;
        let who = people[x % 3];
        let ticket = (!tickets.is_empty()).then(|| tickets[x % tickets.len()]);
        match (which % 12, ticket) {
            (0..=2, _) => {
                let channel = Channel::ALL[y % 3].clone();
                tickets.extend(b.ticket(who, channel, &[["a", "b", "c"][y % 3], ["x", "b"][x % 2]]));
            }
            (3 | 4, Some(ticket)) => {
                let then = [None, Some(Category::Solved), Some(Category::Pending)][y % 3].clone();
                let reply = NewReply { ticket, body: "Hello".into(), then, ..Default::default() };
                b.run(Command::TicketReply(Box::new(reply)));
            }
            (5 | 6, Some(t)) => {
                let to =
                    [Category::Open, Category::Solved, Category::Solved, Category::Closed][y % 4].clone();
                b.run(Command::TicketSet(vec![t], vec![TicketChange::Category(to)]));
            }
            (7, Some(t)) => {
                let change = match y % 3 {
                    0 => TicketChange::Spam(x % 3 == 0),
                    1 => TicketChange::Priority(Priority::Urgent),
                    _ => TicketChange::Tag("late".into()),
                };
                b.run(Command::TicketSet(vec![t], vec![change]));
            }
            (8, _) => {
                let day = Day::of_utc_ms(b.now - (y as i64 % 4) * 24 * HOUR);
                orders.extend(b.buy(who, day, 500 + y as i64, ["EUR", "USD", ""][y % 3]));
            }
            (9, _) if !orders.is_empty() => {
                let order = orders[x % orders.len()];
                b.run(Command::OrderRefund(order, 1 + y as i64, String::new()));
            }
            (10, _) => {
                let preset = Preset::ALL[y % 4].clone();
                let (low, high) = preset.scale().unwrap();
                let new = NewResponse {
                    customer: who,
                    ticket,
                    preset,
                    score: low + x as i64 % (high - low + 1),
                    ..Default::default()
                };
                b.run(Command::ResponseRecord(new));
            }
            // Never so far back that the customers are gone.
            (11, Some(_)) if y % 4 == 0 => {
                b.run(Command::Undo(None));
            }
            _ => {}
        }
    }
    b
}

/// How many tickets were unsolved before an instant, by playing their events.
fn unsolved_at(b: &Bench, at: i64) -> (usize, usize, usize, usize) {
    let (mut open, mut created, mut solves, mut reopens) = (0, 0, 0, 0);
    for t in b.all::<Ticket>().iter().filter(|t| !t.spam && t.category != Category::Merged) {
        if t.created_at >= at {
            continue;
        }
        created += 1;
        let mut is = true;
        for e in b.desk.view(|v| read::events(v, t.id)).unwrap().iter().filter(|e| e.at < at) {
            if e.kind == EventKind::Category {
                let next = Category::from(e.to.as_str()).is_unsolved();
                solves += usize::from(is && !next);
                reopens += usize::from(!is && next);
                is = next;
            }
        }
        open += usize::from(is);
    }
    (open, created, solves, reopens)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn every_number_is_made_of_its_rows_and_of_the_records(
        steps in proptest::collection::vec((any::<u8>(), 0usize..40, 0usize..40, 0i64..40), 1..60),
        period in 0usize..10,
    ) {
        let b = random_desk(&steps);
        let findings = b.desk.view(|v| check::check(v, &mut |_| ())).unwrap().findings;
        prop_assert!(findings.is_empty(), "{findings:#?}");
        let periods = ["today", "yesterday", "7d", "30d", "90d", "week", "month", "quarter", "year", "last week"];
        let w = b.window(periods[period]);

        for m in measures() {
            let (number, rows) = (b.number(m, &w), b.rows(m, &w));
            prop_assert!(close(number.value, of_rows(m, &rows)), "{m}: {number:?} {rows:?}");
            prop_assert_eq!(number.n, rows.iter().filter(|r| r.counts).count() as u64);
            prop_assert!(rows.windows(2).all(|r| r[0].at >= r[1].at), "newest first");
            if let (Some((low, high)), Some(Value::Percent(v) | Value::Mean(v))) = (number.interval, number.value) {
                prop_assert!(low <= v && v <= high, "{number:?}");
            }
            // What happened in the slices is what happened in the window.
            if matches!(m, Measure::New | Measure::Solved | Measure::Orders | Measure::Revenue(_)) {
                let sum: f64 = number.spark.iter().flatten().sum();
                prop_assert!((sum - number.value.unwrap().plain()).abs() < 1e-6, "{m} {number:?}");
            }
        }

        // The strip and the page say the same as each number by itself.
        let page = b.desk.view(|v| insight::page(v, &w)).unwrap();
        prop_assert_eq!(&page.strip, &b.desk.view(|v| insight::strip(v, &w)).unwrap());
        for n in page.strip.iter().chain(page.sections.iter().flat_map(|s| &s.numbers)) {
            prop_assert_eq!(n, &b.number(n.id, &w));
        }

        // This many in each band.
        for bands in page.sections.iter().filter_map(|s| s.bands.as_ref()) {
            for band in &bands.bands {
                let part = RowSplit::Band(band.from, band.to);
                let rows = b.desk.view(|v| insight::rows_of(v, bands.measure, &w, &part)).unwrap();
                prop_assert_eq!(rows.len() as u64, band.count);
            }
            prop_assert_eq!(bands.total(), b.number(bands.measure, &w).n);
        }

        // Counted by hand.
        let within = |at: i64| w.from <= at && at < w.to;
        let tickets: Vec<Ticket> = b.all::<Ticket>().into_iter().filter(|t| !t.spam).collect();
        let count = |m| match b.number(m, &w).value { Some(Value::Count(n)) => n as usize, other => panic!("{other:?}") };
        prop_assert_eq!(count(Measure::New), tickets.iter().filter(|t| within(t.created_at)).count());
        prop_assert_eq!(count(Measure::Open), tickets.iter().filter(|t| t.category.is_unsolved()).count());
        let solved = |t: &&Ticket| !t.category.is_unsolved() && t.timers.solves.last().is_some_and(|s| within(s.at));
        prop_assert_eq!(count(Measure::Solved), tickets.iter().filter(solved).count());
        let mut replies: Vec<i64> = tickets.iter()
            .filter_map(|t| t.timers.first_reply_at.filter(|at| within(*at)).map(|at| at - t.created_at)).collect();
        replies.sort_unstable();
        let median = stats::quantile(&replies, 0.5).map(|v| Value::Duration(v.round() as i64));
        prop_assert!(close(b.number(Measure::FirstReply, &w).value, median));
        let csat: Vec<i64> = b.all::<Response>().iter()
            .filter(|r| r.preset == Preset::Csat && within(r.at)).map(|r| r.score).collect();
        let good = csat.iter().filter(|s| **s >= 4).count();
        let share = (!csat.is_empty()).then(|| Value::Percent(100.0 * good as f64 / csat.len() as f64));
        prop_assert!(close(b.number(Measure::Csat, &w).value, share));

        // Orders have dates: a date belongs to the window's dates, whatever the zone.
        let (first, last) = w.dates();
        let orders: Vec<Order> = b.all::<Order>().into_iter().filter(|o| o.status != OrderStatus::Cancelled).collect();
        let of_window = |o: &&Order| {
            first <= o.date && o.date <= last && w.zone.start_of_day(o.date) < w.to
        };
        prop_assert_eq!(count(Measure::Orders), orders.iter().filter(of_window).count());
        for c in [Currency::EUR, Currency::USD] {
            let mine = || orders.iter().filter(|o| o.currency == c.as_str());
            let taken: i64 = mine().filter(of_window).map(|o| o.total).sum();
            let back: i64 = mine().flat_map(|o| &o.refunds).filter(|r| within(r.at)).map(|r| r.amount).sum();
            prop_assert_eq!(b.number(Measure::Revenue(c), &w).value, Some(Value::Money(Money::new(taken - back, c))));
        }
        let mut days: BTreeMap<Id, BTreeSet<Day>> = BTreeMap::new();
        for o in orders.iter().filter(of_window) {
            days.entry(o.customer).or_default().insert(o.date);
        }
        let twice = days.values().filter(|d| d.len() > 1).count();
        let repeat = (!days.is_empty()).then(|| Value::Percent(100.0 * twice as f64 / days.len() as f64));
        prop_assert!(close(b.number(Measure::Repeat, &w).value, repeat));
    }

    #[test]
    fn the_backlog_is_what_was_there_and_came_less_what_went(
        steps in proptest::collection::vec((0u8..8, 0usize..40, 0usize..40, 0i64..40), 1..60),
        at in 0usize..60,
    ) {
        let b = random_desk(&steps);
        let last = Window::of(Period::Days(1), b.now, &Zone::utc());
        let day = Day::of_utc_ms(START + (at as i64) * 24 * HOUR / 2);
        let w = Window::of(Period::Between(day, Day(day.0 + 3)), b.now, &Zone::utc());
        let (b0, c0, s0, r0) = unsolved_at(&b, w.from);
        let (b1, c1, s1, r1) = unsolved_at(&b, w.to);
        let number = b.number(Measure::Backlog, &w);
        prop_assert_eq!(number.value, Some(Value::Count(b1 as u64)));
        prop_assert_eq!(number.n as usize, b.rows(Measure::Backlog, &w).len());
        prop_assert_eq!(b1, b0 + (c1 - c0) + (r1 - r0) - (s1 - s0));
        let created = b.number(Measure::New, &w).value;
        prop_assert_eq!(created, Some(Value::Count((c1 - c0) as u64)));
        let open = b.number(Measure::Open, &w);
        prop_assert_eq!(open.previous, Some(Value::Count(unsolved_at(&b, w.from).0 as u64)));
        prop_assert_eq!(open.value, b.number(Measure::Backlog, &last).value, "open is the backlog now");
    }

    #[test]
    fn groups_hold_the_rows_of_the_whole(
        steps in proptest::collection::vec((any::<u8>(), 0usize..40, 0usize..40, 0i64..10), 1..60),
    ) {
        let b = random_desk(&steps);
        let w = b.window("30d");
        for m in measures() {
            let whole = b.number(m, &w);
            for by in [By::Agent, By::Channel, By::Priority, By::Tag] {
                let groups = b.desk.view(|v| insight::split(v, m, &w, by)).unwrap();
                let n: u64 = groups.iter().map(|(_, g)| g.n).sum();
                for (label, g) in &groups {
                    let part = RowSplit::Group(by, label.clone());
                    let rows = b.desk.view(|v| insight::rows_of(v, m, &w, &part)).unwrap();
                    prop_assert!(close(g.value, of_rows(m, &rows)), "{m} {label}");
                }
                match (m, by) {
                    (Measure::Buyers | Measure::Repeat | Measure::CustomerValue(_), _) => prop_assert!(groups.is_empty()),
                    // A ticket with two tags counts in both.
                    (_, By::Tag) => prop_assert!(n >= whole.n && groups.len() <= 9),
                    _ => prop_assert_eq!(n, whole.n),
                }
            }
        }
    }
}

#[test]
fn what_is_unknown_is_no_zero_and_few_rows_grey_the_change() {
    let mut b = Bench::new("UTC");
    let w = b.window("30d");
    for m in
        [Measure::FirstReply, Measure::Csat, Measure::Nps, Measure::Repeat, Measure::Reopened, Measure::Ces2]
    {
        let n = b.number(m, &w);
        assert_eq!((n.value, n.interval, n.change, n.n), (None, None, None, 0), "{m}");
        assert_eq!(insight::show::maybe(n.value), "–");
    }
    let ada = b.customer("ada");
    for score in [10, 10, 9, 9, 9, 7, 8, 8, 0, 6] {
        b.rate(ada, Preset::Nps, score);
    }
    let n = b.number(Measure::Nps, &w);
    assert_eq!(insight::show::line(&n, false), "NPS +30 (-19…65) n 10");
    b.now += 40 * 24 * HOUR;
    b.rate(ada, Preset::Nps, 10);
    let n = b.number(Measure::Nps, &b.window("30d"));
    assert_eq!((n.previous, n.value), (Some(Value::Score(30.0)), Some(Value::Score(100.0))));
    let change = n.change.unwrap();
    assert!(change.small && change.better == Some(true));
}

#[test]
fn a_refund_lowers_the_revenue_of_its_own_window() {
    let mut b = Bench::new("UTC");
    let ada = b.customer("ada");
    let o = b.buy(ada, Day::of_utc_ms(b.now), 10_000, "EUR").unwrap();
    b.now += 40 * 24 * HOUR;
    b.run(Command::OrderRefund(o, 2_500, String::new()));
    b.buy(ada, Day::of_utc_ms(b.now), 10_000, "EUR");
    let n = b.number(Measure::Revenue(Currency::EUR), &b.window("30d"));
    assert_eq!(insight::show::line(&n, false), "Revenue EUR €75 ▼25 % n 1");
    assert_eq!(b.rows(Measure::Revenue(Currency::EUR), &b.window("30d")).len(), 2);
}

#[test]
fn an_order_of_today_is_of_today_in_every_zone() {
    for zone in ["Pacific/Kiritimati", "Pacific/Pago_Pago", "America/New_York", "UTC"] {
        let mut b = Bench::new(zone);
        let ada = b.customer("ada");
        let today = Zone::named(zone).unwrap().day(b.now);
        b.buy(ada, today, 100, "EUR");
        assert_eq!(b.number(Measure::Orders, &b.window("today")).n, 1, "{zone}");
        assert_eq!(b.number(Measure::Orders, &b.window("yesterday")).n, 0, "{zone}");
    }
}

#[test]
fn past_eight_groups_the_rest_is_one() {
    let mut b = Bench::new("UTC");
    let ada = b.customer("ada");
    for i in 0..12 {
        for _ in 0..=i {
            b.ticket(ada, Channel::Email, &[&format!("t{i:02}")]);
        }
    }
    let groups = b.desk.view(|v| insight::split(v, Measure::New, &b.window("7d"), By::Tag)).unwrap();
    let shown: Vec<(&str, u64)> = groups.iter().map(|(l, n)| (l.as_str(), n.n)).collect();
    assert_eq!(shown.first(), Some(&("t11", 12)));
    assert_eq!(shown.last(), Some(&("4 others", 1 + 2 + 3 + 4)));
    assert_eq!(shown.len(), 9);
}

/// A small desk on which little is left to chance.
fn story() -> Bench {
    let mut b = Bench::new("Europe/Berlin");
    b.run(Command::Edit(Kind::Workspace, Id::NIL, vec![Edit::set("name", "Harbour | Ltd")]));
    let (ada, bob) = (b.customer("ada"), b.customer("bob"));
    for i in 0..40i64 {
        b.now += 31 * HOUR;
        let channel = [Channel::Email, Channel::Phone, Channel::Web][i as usize % 3].clone();
        let t = b.ticket(ada, channel, &[["bug", "=cmd|x", "\u{1b}[2Jbilling"][i as usize % 3]]).unwrap();
        b.now += (1 + i % 7) * HOUR / 4;
        let then = (i % 4 != 0).then_some(Category::Solved);
        let reply = NewReply { ticket: t, body: "Hello".into(), then, ..Default::default() };
        b.run(Command::TicketReply(Box::new(reply)));
        b.rate(ada, Preset::Csat, 2 + i % 4);
        b.rate(bob, Preset::Nps, (i * 7) % 11);
        b.buy(if i % 2 == 0 { ada } else { bob }, Day::of_utc_ms(b.now), 1995 + i * 100, "EUR");
    }
    b
}

#[test]
fn a_report_is_the_same_bytes_and_says_what_the_page_says() {
    use insight::report::{self, Format};
    let b = story();
    let w = b.window("30d");
    let write = |format| b.desk.view(|v| report::write(v, &w, format)).unwrap();
    for format in [Format::Text, Format::Ascii, Format::Markdown, Format::Csv, Format::Json] {
        let text = write(format);
        assert_eq!(text, write(format));
        assert!(text.ends_with('\n') && !text.contains('\u{1b}'), "{text}");
    }
    let text = write(Format::Text);
    println!("{text}");
    assert!(text.lines().all(|l| unicode_width::UnicodeWidthStr::width(l) <= 80), "{text}");
    assert!(write(Format::Ascii).is_ascii());
    assert!(write(Format::Markdown).starts_with("# Harbour \\| Ltd · 30 days: "));
    assert!(write(Format::Csv).contains(",'=cmd|x,"));
    let json: serde_json::Value = serde_json::from_str(&write(Format::Json)).unwrap();
    let first = &json["sections"][0]["numbers"][0];
    let new = b.number(Measure::New, &w);
    assert_eq!((first["measure"].as_str(), first["value"].as_u64()), (Some("new"), Some(new.n)));
    let mut reader = csv::Reader::from_reader(write(Format::Csv).leak().as_bytes());
    assert!(reader.records().all(|r| r.is_ok_and(|r| r.len() == 14)));
}

fn data(path: &str) -> Option<std::path::PathBuf> {
    let path = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data")).join(path);
    if path.exists() {
        return Some(path);
    }
    crate::skip::skipped(&format!("there is no {}", path.display()));
    None
}

#[test]
fn intervals_are_those_of_the_reference() {
    let Some(path) = data("reference/kpi_reference.json") else { return };
    let all: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let f = |v: &serde_json::Value, k: &str| v[k].as_f64().unwrap();
    let u = |v: &serde_json::Value, k: &str| v[k].as_u64().unwrap();
    let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-9, "{a} is not {b}");
    for w in all["wilson"].as_array().unwrap() {
        let (low, high) = stats::wilson(u(w, "x"), u(w, "n")).unwrap();
        close(low, f(w, "lo"));
        close(high, f(w, "hi"));
    }
    for w in all["nps"].as_array().unwrap() {
        let (p, n, d) = (u(w, "promoters"), u(w, "passives"), u(w, "detractors"));
        close(stats::nps(p, n, d).unwrap(), f(w, "nps"));
        let (low, high) = stats::nps_interval(p, n, d).unwrap();
        close(low, f(w, "lo"));
        close(high, f(w, "hi"));
    }
    for w in all["mean_t"].as_array().unwrap() {
        let values: Vec<i64> =
            w["values"].as_array().unwrap().iter().map(|v| v.as_f64().unwrap() as i64).collect();
        let (low, high) = stats::mean_interval(&values).unwrap();
        close(stats::mean(&values).unwrap(), f(w, "mean"));
        close(low, f(w, "lo"));
        close(high, f(w, "hi"));
    }
}

/// CDNOW's sample: id, another id, date, CDs, dollars; columns by whitespace.
#[test]
fn cdnow_buys_again_as_often_as_published() {
    use frontdesk::{
        desk::import::{ImportOrder, ImportStep},
        model::ExternalId,
    };
    let Some(path) = data("orders_cdnow/CDNOW_sample.txt") else { return };
    let text = std::fs::read_to_string(path).unwrap();
    let mut b = Bench::new("UTC");
    let mut orders = Vec::new();
    let mut cents = 0;
    for (i, line) in text.lines().enumerate() {
        let cells: Vec<&str> = line.split_whitespace().collect();
        let [_, customer, date, _, amount] = cells[..] else { continue };
        let date = format!("{}-{}-{}", &date[..4], &date[4..6], &date[6..]).parse().unwrap();
        let total = (amount.parse::<f64>().unwrap() * 100.0).round() as i64;
        cents += total;
        let name = |id: String| ExternalId { source: "cdnow".into(), id };
        let order = Order { date, currency: "USD".into(), total, ..Default::default() };
        orders.push(ImportOrder {
            line: i as u64 + 1,
            order,
            external_id: name(format!("line {i}")),
            customer_id: Some(name(customer.into())),
            ..Default::default()
        });
    }
    assert_eq!(orders.len(), 6919);
    for chunk in orders.chunks(1000) {
        b.run(Command::Import(Box::new(ImportStep::Orders("cdnow".into(), chunk.to_vec()))));
    }
    // 78 weeks: 1997-01-01 to 1998-06-30.
    let w = b.window("1997-01-01..1998-06-30");
    let repeat = b.number(Measure::Repeat, &w);
    assert_eq!(repeat.n, 2357);
    assert_eq!(insight::show::value(repeat.value.unwrap()), "48 %");
    assert!((repeat.value.unwrap().plain() - 48.3).abs() < 0.05, "{repeat:?}");
    assert_eq!(b.number(Measure::Orders, &w).n, 6919);
    assert_eq!(b.number(Measure::Buyers, &w).value, Some(Value::Count(2357)));
    let revenue = b.number(Measure::Revenue(Currency::USD), &w);
    assert_eq!(revenue.value, Some(Value::Money(Money::new(cents, Currency::USD))));
    assert_eq!(revenue.n, 6919);
    let rows = b.rows(Measure::Repeat, &w);
    assert!(rows.iter().all(|r| r.kind == Kind::Customer));
    // The fixture merges same-day orders: 6,696 customer-days.
    assert_eq!(rows.iter().map(|r| r.value).sum::<i64>(), 6696);
}

#[test]
fn how_mail_stands_is_a_number_with_its_rows_and_of_now_alone() {
    let mut b = Bench::new("Europe/Berlin");
    let page = |b: &Bench, period: &str| b.desk.view(|v| insight::page(v, &b.window(period))).unwrap();
    let mail = |p: &insight::Page| p.sections.iter().find(|s| s.title == "Mail").cloned();
    assert!(mail(&page(&b, "30d")).is_none(), "without a mailbox there is nothing to say");
    let edits =
        [("address", "help@desk.example"), ("send", "command"), ("receive", "maildir:/var/mail/help")];
    let edits = edits.map(|(field, value)| Edit::set(field, value)).to_vec();
    let mailbox = b.run(Command::Create(Kind::Mailbox, edits)).unwrap();
    let ada = b.customer("ada");
    let ticket = b.ticket(ada, Channel::Email, &[]).unwrap();
    let mut replies = Vec::new();
    for _ in 0..3 {
        b.now += HOUR;
        let reply = NewReply { ticket, body: "Hello".into(), now: true, ..Default::default() };
        replies.push(b.run(Command::TicketReply(Box::new(reply))).unwrap());
    }
    // The first one failed.
    let holder = Id([9; 16]);
    let system = |b: &mut Bench, command| {
        b.ops += 1;
        let r = Request::new(Id([b.ops as u8; 16]), Id::NIL, b.now, command);
        b.desk.run(r).unwrap();
    };
    system(&mut b, Command::OutboxClaim { message: replies[0], mailbox, holder });
    let outcomes = vec![Outcome::Rejected("550 no".into())];
    let settle = Command::OutboxSettle { message: replies[0], holder, attempt: 1, outcomes, down: None };
    system(&mut b, settle);
    b.now += HOUR;
    let w = b.window("30d");
    let value = |b: &Bench, m: Measure| b.number(m, &w).value;
    assert_eq!(value(&b, Measure::MailWaiting), Some(Value::Count(2)));
    assert_eq!(value(&b, Measure::MailOldest), Some(Value::Duration(2 * HOUR)));
    assert_eq!(value(&b, Measure::MailFailed), Some(Value::Count(1)));
    assert_eq!(value(&b, Measure::MailReceived), None, "no mail came yet");
    let contact = b.number(Measure::MailContact, &w);
    assert_eq!((contact.value, contact.previous), (Some(Value::Duration(4 * HOUR)), None));
    let rows = b.rows(Measure::MailFailed, &w);
    assert_eq!((rows.len(), rows[0].kind, rows[0].id), (1, Kind::Outbox, replies[0]));
    assert_eq!(b.rows(Measure::MailContact, &w)[0].id, mailbox);
    assert_eq!(mail(&page(&b, "30d")).unwrap().numbers.len(), 5);
    assert!(mail(&page(&b, "last week")).is_none(), "a report of the past stays the same bytes");
    assert_eq!("mail_failed".parse(), Ok(Measure::MailFailed));
}
