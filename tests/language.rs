//! The query language over a whole desk: sentences over every field of every list are understood, printed and read back
//! with the same meaning; every quick way to answer them says what asking one record after the other says; and no
//! garbage breaks anything.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

use frontdesk::{
    desk::{
        Command, Edit, TicketChange,
        command::NewTicket,
        list::{self, Live, QueryContext, plan::plan},
    },
    find::{Follower, LiveState},
    lists::{Directory, PageRequest},
    model::{Category, Id, Kind, Priority, phrase::Lean, zone::Zone},
    query::{
        self, Schema,
        bind::Pred,
        complete::Nothing,
        eval, parse,
        schema::{FieldDef, FieldKind, Join, Link},
    },
};
use proptest::prelude::*;

#[path = "support/dice.rs"]
mod dice;
mod support;

use dice::Dice;
use support::tiny::{NOW, Tiny};

const DAY: i64 = 86_400_000;

/// One of them.
fn of<'a>(d: &mut Dice, all: &[&'a str]) -> &'a str {
    all[d.place(all.len())]
}

/// A value that a field may take, as written.
fn value(d: &mut Dice, def: &FieldDef) -> String {
    let texts = [
        "gra",
        "grace",
        "hop*",
        "\"ace h\"",
        "invoice",
        "blank",
        "x",
        "/^gr.c/",
        "*a*",
        "harbour",
        "Ödön",
        "\"Ege A.Ş.\"",
        "example",
        "440",
        "vip",
        "none",
        "any",
        "陽葵",
        "berlin",
        "\"quo\\\"te\"",
        "loom-3",
        "=",
    ];
    let texts = &texts[..texts.len() - 1];
    let past = [
        "today",
        "yesterday",
        "2w",
        "1w..",
        "2w..1d",
        "\"last month\"",
        "2026-11",
        "2026-11-01..",
        "..2d",
        "any",
        "none",
    ];
    let future = ["today", "tomorrow", "2h", "2d", "\"next week\"", "..tomorrow", "2026-12", "any", "none"];
    match def.kind {
        FieldKind::Enum | FieldKind::States => of(d, def.values).to_owned(),
        FieldKind::Number => of(d, &["0", "1", "2", "1..", "..3", "1..5", "none", "any"]).to_owned(),
        FieldKind::Money => of(d, &["0", "100", "15..900", "€20..", "..49.90", "any", "none"]).to_owned(),
        FieldKind::Date(Lean::Future) | FieldKind::Day(Lean::Future) => of(d, &future).to_owned(),
        FieldKind::Date(_) | FieldKind::Day(_) => of(d, &past).to_owned(),
        FieldKind::Duration => of(d, &["30m", "2h", "1h..3d", "1h30m..", "any", "none"]).to_owned(),
        FieldKind::Person => of(d, &["@me", "@dana", "sam", "dana", "none", "any", "@missing"]).to_owned(),
        FieldKind::Ref(kind) => {
            let letter = kind.letter();
            match d.below(4) {
                0 => format!("{letter}-{}", d.below(6) + 1),
                1 => (d.below(6) + 1).to_string(),
                _ => of(d, &["grace", "invoice", "none", "any"]).to_owned(),
            }
        }
        FieldKind::Id => of(d, &["1", "2", "1..3", "4..", "1,3", "99"]).to_owned(),
        FieldKind::Phone => of(d, &["7946", "+44", "0018", "none", "any"]).to_owned(),
        FieldKind::Text | FieldKind::Set | FieldKind::Custom => of(d, texts).to_owned(),
    }
}

/// A condition on records that those of a list reach; `None` where they reach none.
fn joined(d: &mut Dice, schema: &Schema) -> Option<String> {
    let joins: Vec<&Join> = schema.joins().collect();
    let words: Vec<&str> = schema.has().map(|(word, ..)| word).collect();
    if joins.is_empty() {
        return None;
    }
    if !words.is_empty() && d.below(3) == 0 {
        return Some(format!("has:{}", of(d, &words)));
    }
    let join = joins[d.place(joins.len())];
    let reached = Schema::of_kind(join.to)?;
    loop {
        let condition = condition(d, reached);
        let name = condition.split([':', '<', '>', '=']).next()?;
        if name != condition && reached.field(name).is_some() {
            return Some(format!("{}.{condition}", join.name));
        }
    }
}

fn condition(d: &mut Dice, schema: &Schema) -> String {
    match d.below(14) {
        4 | 5 => joined(d, schema).unwrap_or_else(|| "#1".to_owned()),
        0 => of(d, &["grac", "invoice", "hello", "\"the page\"", "*rac", "wind", "陽"]).to_owned(),
        1 => format!("#{}", d.below(9) + 1),
        2 => of(d, &["T-1", "C-2", "T-3"]).to_owned(),
        3 if matches!(schema.entity, "customers" | "tickets") => {
            of(d, &["in:Special", "in:\"Of late\"", "in:special,\"of late\""]).to_owned()
        }
        _ => {
            let def = &schema.fields[d.place(schema.fields.len())];
            let name = match (def.kind, def.aliases.is_empty()) {
                (FieldKind::Custom, _) => of(d, &["custom.seats", "custom.colour", "field.nothing"]),
                (_, false) if d.below(3) == 0 => def.aliases[d.place(def.aliases.len())],
                _ => def.name,
            };
            let ordered = !matches!(def.kind, FieldKind::States | FieldKind::Set | FieldKind::Text);
            let op = if ordered && d.below(3) == 0 {
                of(d, &["<", "<=", ">", ">="])
            } else {
                of(d, &[":", ":", ":", "="])
            };
            let mut values = value(d, def);
            if op == ":" && d.below(4) == 0 {
                values = format!("{values},{}", value(d, def));
            }
            format!("{name}{op}{values}")
        }
    }
}

fn sentence(d: &mut Dice, schema: &Schema, depth: u64) -> String {
    if depth == 0 || d.below(3) == 0 {
        let not = of(d, &["", "", "", "-", "not "]);
        return format!("{not}{}", condition(d, schema));
    }
    let (a, b) = (sentence(d, schema, depth - 1), sentence(d, schema, depth - 1));
    match d.below(4) {
        0 => format!("{a} {b}"),
        1 => format!("({a} or {b})"),
        2 => format!("-({a} | {b})"),
        _ => format!("({a}) and ({b})"),
    }
}

/// A whole sentence, with an order and a limit at times.
fn whole(d: &mut Dice, schema: &Schema) -> String {
    let mut out = sentence(d, schema, 2);
    if d.below(3) == 0 {
        let mut names: Vec<&str> = Vec::new();
        for _ in 0..=d.below(3) {
            let def = &schema.fields[d.place(schema.fields.len())];
            let name = match def.kind {
                FieldKind::States => continue,
                FieldKind::Custom => of(d, &["custom.seats", "custom.colour"]),
                _ => def.name,
            };
            if !names.contains(&name) {
                names.push(name);
                out = format!("{out} sort:{}{name}", of(d, &["", "-"]));
            }
        }
    }
    if d.below(4) == 0 {
        out = format!("{out} limit:{}", d.below(5));
    }
    out
}

/// A desk with all kinds of records, and more that a seed gives.
fn desk(d: &mut Dice) -> Tiny {
    let mut t = Tiny::full();
    let mut who = Vec::new();
    for n in 0..12 {
        let given = of(d, &["Grace", "Gracie", "Ödön", "Mehmet", "陽葵", "Ada", "Jean-Luc"]);
        let family = of(d, &["Hopper", "Allen", "Gracık", "豆田", "O'Neil", "Lovelace"]);
        let name = format!("{given} {family}");
        let mail =
            format!("{}{n}@{}.example", given.to_lowercase().replace('ö', "o"), of(d, &["harbour", "ege"]));
        let mail = if mail.is_ascii() { mail } else { format!("p{n}@ege.example") };
        let fields = [
            ("name", name.as_str()),
            ("email", mail.as_str()),
            ("city", of(d, &["", "Berlin", "Bern", "Łódź"])),
            ("tag", of(d, &["", "vip", "vip, new", "newsletter"])),
            ("stage", of(d, &["lead", "customer", "churned"])),
            ("organisation", of(d, &["", "Harbour Ltd", "Ege A.Ş."])),
            ("custom.seats", of(d, &["", "3", "12", "2.5", "many"])),
            ("custom.colour", of(d, &["", "Teal", "red-ish"])),
        ];
        let fields: Vec<(&str, &str)> = fields.into_iter().filter(|(_, v)| !v.is_empty()).collect();
        let ago = d.below(60) as i64 * DAY + d.below(1000) as i64;
        who.push(t.customer(ago, &fields));
    }
    for n in 0..14 {
        let requester = who[d.place(who.len())];
        let subject = format!("{} {n}", of(d, &["Invoice blank", "Loom", "Window broken", "請求書"]));
        let new = NewTicket {
            requester,
            subject,
            body: of(d, &["Hello, the page is blank.", "It broke.", "Grace said so: example.", "窓"])
                .to_owned(),
            priority: Priority::from(of(d, &["low", "normal", "high", "urgent"])),
            assignee: [None, Some(t.dana), Some(t.sam)][d.place(3)],
            tags: if d.below(2) == 0 { vec![of(d, &["vip", "x", "loom-3"]).to_owned()] } else { Vec::new() },
            promised_by: (d.below(2) == 0).then(|| NOW + d.below(5) as i64 * DAY - DAY),
            ..NewTicket::default()
        };
        let ticket = t.ticket(d.below(20) as i64 * DAY, new);
        if d.below(3) == 0 {
            t.run(NOW, Command::TicketSet(vec![ticket], vec![TicketChange::Category(Category::Solved)]));
        }
    }
    // Some are put away or merged: no list has them unless it is asked for them.
    t.run(NOW, Command::Archive(Kind::Customer, who[..2].to_vec(), true));
    t.run(NOW, Command::Merge { kind: Kind::Customer, into: who[2], from: who[3], take: Vec::new() });
    // Views of views, with orders and their own limits, which are no part of who is in them.
    for (entity, query) in
        [("customers", "tag:vip or custom.seats>=3"), ("tickets", "priority>=high sort:-due")]
    {
        for (name, query) in [("Special", query), ("Of late", "in:special created:3w.. limit:2")] {
            let fields = [("name", name), ("entity", entity), ("query", query)];
            t.run(NOW, Command::ViewSave(fields.map(|(f, v)| Edit::set(f, v)).to_vec()));
        }
    }
    t
}

fn asker(t: &Tiny) -> QueryContext {
    t.desk.view(|v| QueryContext::new(v, NOW, Zone::named("Europe/Berlin").unwrap(), Some(t.dana))).unwrap()
}

/// A query with the views that it names.
fn compiled(t: &Tiny, asker: &QueryContext, schema: &'static Schema, text: &str) -> Option<query::Bound> {
    t.desk.view(|v| list::compile(v, asker, text, schema)).unwrap().ok()
}

/// The records that the joins of a condition reach, found again by asking every record.
fn reach(t: &Tiny, asker: &QueryContext, pred: &mut Pred) {
    match pred {
        Pred::All(some) | Pred::Any(some) => some.iter_mut().for_each(|p| reach(t, asker, p)),
        Pred::Not(p) => reach(t, asker, p),
        Pred::Joined(j) => {
            if let Some(pred) = &mut j.of.pred {
                reach(t, asker, pred);
            }
            // What meets it or does not: no index says so.
            let all = j.of.pred.clone().map(|p| Pred::Any(vec![p.clone(), Pred::Not(Box::new(p))]));
            let all = query::Bound { pred: all, ..j.of.clone() };
            let items = t.desk.view(|v| list::list(v, asker, &all)).unwrap();
            let mut ids = std::collections::HashSet::new();
            for item in items.iter().filter(|i| list::meets(asker, &j.of, i)) {
                match j.join.by {
                    Link::Names => ids.extend(item.id()),
                    Link::NamedBy(back) => {
                        let mut named = Vec::new();
                        item.with_row(asker, |row| row.links(back, &mut named));
                        ids.extend(named);
                    }
                }
            }
            j.ids = Some(std::sync::Arc::new(ids));
        }
        _ => {}
    }
}

/// Every record that the naive evaluator accepts, in the order of the query: no index, no posting, nothing kept.
fn naive(t: &Tiny, asker: &QueryContext, schema: &'static Schema, text: &str) -> Vec<Option<Id>> {
    let mut bound = compiled(t, asker, schema, text).unwrap();
    bound.pred.iter_mut().for_each(|p| reach(t, asker, p));
    // All records, with whatever the query needs to know of them: either it matches or it does not.
    let bare = query::Query { sort: None, limit: None, ..parse(text).unwrap() };
    let all = if bare.expr.is_none() { String::new() } else { format!("({bare}) or -({bare})") };
    let sorts = bound.sort.iter().flat_map(|s| s.all());
    let sort: String = sorts.map(|s| format!(" sort:{}", s.field)).collect();
    // The order's field is loaded as well.
    let sorted = compiled(t, asker, schema, &format!("{all}{sort}")).unwrap();
    let items = t.desk.view(|v| list::list(v, asker, &sorted)).unwrap();
    let mut items: Vec<_> = items.into_iter().filter(|i| list::meets(asker, &bound, i)).collect();
    items.sort_by_key(list::Item::id);
    if let Some(sort) = &bound.sort {
        items.sort_by_cached_key(|i| i.with_row(asker, |row| eval::sort_key(sort, row)));
    }
    items.truncate(bound.limit.unwrap_or(usize::MAX));
    items.iter().map(list::Item::id).collect()
}

/// Texts that reached new branches when the language was fuzzed.
#[test]
fn odd_texts_that_reach_every_branch_break_nothing() {
    let zone = Zone::utc();
    let context =
        query::Context { now: NOW, zone: &zone, me: None, views: None, sensitive: true, custom: &[] };
    let (mut read, mut refused) = (0, 0);
    for line in include_str!("fixtures/odd_queries.jsonl").lines() {
        let text: String = serde_json::from_str(line).unwrap();
        match parse(&text) {
            Ok(q) => {
                read += 1;
                assert_eq!(parse(&q.to_string()).map_err(|e| e.to_string()), Ok(q), "{text:?}");
            }
            Err(e) => {
                refused += 1;
                assert!(text.get(e.span.start..e.span.end).is_some(), "{text:?}");
            }
        }
        for schema in Schema::all() {
            let _ = query::compile(&text, schema, &context);
            for at in (0..=text.len()).step_by(3) {
                for o in query::complete(&text, at, schema, &Nothing) {
                    let (written, cursor) = o.apply(&text);
                    assert!(written.is_char_boundary(cursor), "{text:?} at {at}");
                }
            }
        }
    }
    assert!(read > 50 && refused > 50, "{read} and {refused}: one kind alone says little");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Every sentence that is understood prints as one that means the same, of every list.
    #[test]
    fn a_sentence_over_any_field_prints_as_one_that_means_the_same(seed: u64) {
        let mut d = Dice(seed);
        let zone = Zone::utc();
        let context = query::Context { now: NOW, zone: &zone, me: None, views: None, sensitive: true, custom: &[] };
        for schema in Schema::all() {
            for _ in 0..60 {
                let text = whole(&mut d, schema);
                let Ok(q) = parse(&text) else { prop_assert!(false, "{text}"); continue };
                let printed = q.to_string();
                prop_assert_eq!(parse(&printed).map_err(|e| e.to_string()), Ok(q), "{} as {}", text, printed);
                let (a, b) = (query::compile(&text, schema, &context), query::compile(&printed, schema, &context));
                prop_assert_eq!(a.map(|b| format!("{b:?}")).map_err(|e| e.line()), b.map(|b| format!("{b:?}")).map_err(|e| e.line()), "{}", text);
            }
        }
    }

    /// Lists out of postings and indexes, counts that are kept, and the columns in memory say what every record says.
    #[test]
    fn every_quick_answer_is_that_of_the_naive_evaluator(seed: u64) {
        let mut d = Dice(seed);
        let mut t = desk(&mut d);
        let columns = std::sync::Arc::new(Directory::new(t.desk.shared_store()));
        let follower = Follower::start_with(t.desk.shared_store(), vec![columns.clone() as std::sync::Arc<dyn LiveState>]);
        let mut live = Live::default();
        let mut kept: Vec<(&'static Schema, String)> = Vec::new();
        let (mut asked, mut met) = (0, 0);
        for round in 0..2 {
            let head = t.desk.store().head().unwrap();
            while follower.cursor().is_none_or(|at| at < head) {
                std::thread::yield_now();
            }
            let asker = asker(&t);
            for schema in Schema::all().filter(|s| s.kind.is_some()) {
                for _ in 0..12 {
                    let text = whole(&mut d, schema);
                    let Some(bound) = compiled(&t, &asker, schema, &text) else { continue };
                    let wanted = naive(&t, &asker, schema, &text);
                    asked += 1;
                    met += usize::from(!wanted.is_empty());
                    let listed = t.desk.view(|v| list::list(v, &asker, &bound)).unwrap();
                    let listed: Vec<_> = listed.iter().map(list::Item::id).collect();
                    prop_assert_eq!(&listed, &wanted, "{} {}", schema.entity, text);
                    if schema.kind == Some(Kind::Customer) {
                        let all = PageRequest { from: 0, most: usize::MAX, around: None };
                        let chosen = t.desk.view(|v| columns.select(v, &asker.roster, &bound, all)).unwrap();
                        if let Some(chosen) = chosen {
                            let chosen: Vec<_> = chosen.ids.into_iter().map(Some).collect();
                            prop_assert_eq!(&chosen, &wanted, "columns: {}", text);
                        }
                    }
                    let counted = t.desk.view(|v| list::count(v, &asker, &bound, plan(v, &asker, &bound, None)?));
                    prop_assert_eq!(counted.unwrap(), wanted.len(), "count: {} {}", schema.entity, text);
                    if schema.kind == Some(Kind::Ticket) {
                        let queue = t.desk.view(|v| list::in_queue_order(v, &asker, &text)).unwrap().unwrap();
                        let mut queue: Vec<_> = queue.iter().map(|i| Some(i.ticket.id)).collect();
                        let mut wanted = wanted.clone();
                        if bound.limit.is_none() {
                            queue.sort_unstable();
                            wanted.sort_unstable();
                            prop_assert_eq!(queue, wanted, "queue: {}", text);
                        }
                    }
                    kept.push((schema, text));
                }
            }
            // What is kept from the round before was brought up to date by what changed since.
            for (schema, text) in &kept {
                let wanted = naive(&t, &asker, schema, text).len();
                let count = t.desk.view(|v| live.count(v, &asker, schema, text, |_| Ok(None))).unwrap();
                prop_assert_eq!(count, Some(wanted), "round {}, kept: {} {}", round, schema.entity, text);
            }
            let tickets: Vec<Id> = t.desk.view(|v| list::list(v, &asker, &query::compile("", &query::schema::TICKETS, &asker.context()).unwrap()))
                .unwrap().iter().filter_map(list::Item::id).collect();
            for _ in 0..4 {
                let ticket = tickets[d.place(tickets.len())];
                let tag = of(&mut d, &["vip", "x", "new"]).to_owned();
                t.run(NOW, Command::TicketSet(vec![ticket], vec![TicketChange::Tag(tag)]));
            }
            t.customer(0, &[("name", "Grace New"), ("tag", "vip"), ("custom.seats", "4")]);
        }
        prop_assert!(asked > 60 && met > 15, "{asked} sentences, {met} with rows: they say little");
    }

    /// Ten thousand bytes of anything end soon, wherever they are given.
    #[test]
    fn garbage_breaks_neither_parser_nor_completion(bytes in proptest::collection::vec(any::<u8>(), 0..10_240), cut in 0usize..10_240) {
        let text = String::from_utf8_lossy(&bytes);
        let zone = Zone::utc();
        let context = query::Context { now: NOW, zone: &zone, me: None, views: None, sensitive: true, custom: &[] };
        for schema in Schema::all() {
            if let Err(e) = query::compile(&text, schema, &context) {
                prop_assert!(e.to_string().contains('^'));
            }
            for o in query::complete(&text, cut, schema, &Nothing) {
                let (written, at) = o.apply(&text);
                prop_assert!(written.is_char_boundary(at));
            }
        }
    }

    /// The same of what nearly is a query: the words of the language, in any order.
    #[test]
    fn words_of_the_language_in_any_order_break_nothing(seed: u64) {
        let mut d = Dice(seed);
        let zone = Zone::utc();
        let context = query::Context { now: NOW, zone: &zone, me: None, views: None, sensitive: true, custom: &[] };
        let pieces = ["is:", "open", " ", " or ", "not ", "-", "(", ")", "\"", "/", "..", ",", "*", ":", "<=", "sort:", "limit:", "@me", "none", "2w", "custom.", "in:", "#4", "T-1", "é", "陽", "\\"];
        for schema in Schema::all() {
            let mut text = String::new();
            for _ in 0..d.below(60) {
                text.push_str(of(&mut d, &pieces));
            }
            if let Ok(q) = parse(&text) {
                prop_assert_eq!(parse(&q.to_string()).map_err(|e| e.to_string()), Ok(q), "{}", text);
            }
            let _ = query::compile(&text, schema, &context);
            let at = d.below(text.len() as u64 + 3) as usize;
            let _ = query::complete(&text, at, schema, &Nothing);
        }
    }
}
