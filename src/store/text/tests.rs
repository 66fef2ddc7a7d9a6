use proptest::prelude::*;

use super::*;
use crate::{
    model::{
        Customer, Id, Interaction, Message, Organisation, Table, Ticket, customer::Email, fold::fold_text,
    },
    query::{Expr, bind::TextTest, parse},
    store::{MemStore, Range, Reject, Scan, Store, ViewExt, Weight, records::Work},
};

/// What a test does to the records of a store.
#[derive(Debug, Clone)]
enum Act {
    Message(u8, u8, String),
    Ticket(u8, u8, String),
    Interaction(u8, u8, String),
    Customer(u8, String, String),
    Organisation(u8, String, String),
    Gone(Kind, u8),
}

fn id(kind: Kind, n: u8) -> Id {
    let mut id = [kind.code(); 16];
    id[15] = n;
    Id(id)
}

/// Words that meet each other inside, at their ends and across scripts.
fn a_text() -> impl Strategy<Value = String> {
    let long = "abcdefgh".repeat(6);
    let word = prop_oneof![
        4 => prop::sample::select(vec!["re", "refund", "refunded", "fund", "under", "Ünder", "inv-12", "the", "x@re.org"]),
        1 => prop::sample::select(vec!["北京", "北京市手机", "iphone手机", "京", "Юлия", "ⅷ", "€", "--"]),
    ];
    let word =
        prop_oneof![12 => word.prop_map(str::to_owned), 1 => Just(long.clone() + "x"), 1 => Just(long)];
    let gap = prop::sample::select(vec![" ", "\n", "-", "", ", "]);
    prop::collection::vec((word, gap), 0..9)
        .prop_map(|all| all.into_iter().flat_map(|(w, g)| [w, g.to_owned()]).collect())
}

fn an_act() -> impl Strategy<Value = Act> {
    let n = 0u8..4;
    prop_oneof![
        4 => (0u8..9, n.clone(), a_text()).prop_map(|(n, t, s)| Act::Message(n, t, s)),
        2 => (n.clone(), n.clone(), a_text()).prop_map(|(n, c, s)| Act::Ticket(n, c, s)),
        2 => (n.clone(), n.clone(), a_text()).prop_map(|(n, c, s)| Act::Interaction(n, c, s)),
        2 => (n.clone(), a_text(), a_text()).prop_map(|(n, a, b)| Act::Customer(n, a, b)),
        1 => (n.clone(), a_text(), a_text()).prop_map(|(n, a, b)| Act::Organisation(n, a, b)),
        2 => (prop::sample::select(KINDS.to_vec()), 0u8..9).prop_map(|(k, n)| Act::Gone(k, n)),
    ]
}

fn act(w: &mut Work<'_>, act: &Act) {
    match act.clone() {
        Act::Message(n, t, body) => {
            let m =
                Message { id: id(Kind::Message, n), ticket: id(Kind::Ticket, t), body, ..Default::default() };
            w.put(&m).unwrap();
        }
        Act::Ticket(n, c, subject) => {
            let (requester, organisation) = (id(Kind::Customer, c), Some(id(Kind::Organisation, c)));
            let t =
                Ticket { id: id(Kind::Ticket, n), requester, organisation, subject, ..Default::default() };
            w.put(&t).unwrap();
        }
        Act::Interaction(n, c, body) => {
            let (customer, organisation) = (id(Kind::Customer, c), Some(id(Kind::Organisation, 3 - c)));
            let i = Interaction {
                id: id(Kind::Interaction, n),
                customer,
                organisation,
                body,
                ..Default::default()
            };
            w.put(&i).unwrap();
        }
        Act::Customer(n, given, note) => {
            let emails = vec![Email { address: format!("{given}@a.b"), ..Default::default() }];
            let notes = if note.len() > 9 { vec![note] } else { Vec::new() };
            let c = Customer { id: id(Kind::Customer, n), given, emails, notes, ..Default::default() };
            w.put(&c).unwrap();
        }
        Act::Organisation(n, name, note) => {
            let o =
                Organisation { id: id(Kind::Organisation, n), name, notes: vec![note], ..Default::default() };
            w.put(&o).unwrap();
        }
        Act::Gone(kind, n) => {
            w.del(kind, id(kind, n)).unwrap();
        }
    }
}

fn commit(store: &dyn Store, n: usize, acts: Vec<Act>) {
    let op = Id([u8::try_from(n).unwrap(); 16]);
    let change = move |tx: &mut dyn crate::store::Tx| -> Result<(), Reject> {
        let mut w = Work::new(tx);
        acts.iter().for_each(|a| act(&mut w, a));
        w.changes()?;
        Ok(())
    };
    store.write(op, Weight::Light, Box::new(change)).unwrap();
}

fn store_of(commits: Vec<Vec<Act>>) -> MemStore {
    let store = MemStore::new();
    commits.into_iter().enumerate().for_each(|(n, acts)| commit(&store, n, acts));
    store
}

/// The texts of a store, read from its records.
fn texts(store: &dyn Store) -> Vec<(Kind, Id, String)> {
    let all = store.view(|v| {
        let mut out = Vec::new();
        for kind in KINDS {
            for (key, _) in v.page(kind.table(), &Range::all(), crate::store::Scan::Forward, 1000)? {
                let id = Id(key.try_into().unwrap());
                out.extend(text_of(v, kind, id)?.map(|t| (kind, id, t)));
            }
        }
        Ok(out)
    });
    all.unwrap()
}

fn store_view<T: Default>(
    store: &dyn Store,
    f: impl Fn(&dyn crate::store::View) -> Result<T, crate::store::StoreError>,
) -> T {
    store.view(f).unwrap()
}

fn compared(store: &dyn Store) -> Vec<String> {
    store.view(|v| Ok(compare(v)?.wrong)).unwrap()
}

/// The tests of a query's bare words.
fn tests(query: &str) -> Vec<TextTest> {
    let texts = parse(query).ok().and_then(|q| q.expr).into_iter().flat_map(|e| match e {
        Expr::And(all) => all,
        e => vec![e],
    });
    let pred = texts.filter_map(|e| match e {
        Expr::Text(t) => crate::query::bind::text_test(&t).ok(),
        _ => None,
    });
    pred.collect()
}

fn found(store: &dyn Store, tests: &[TextTest]) -> Option<Vec<Id>> {
    let tests: Vec<&TextTest> = tests.iter().collect();
    let asked = Asked { tests: &tests, without: &[], whole: 0, limit: 1000 };
    let hits = store.view(|v| rank(v, &asked, &mut |_| true)).unwrap();
    hits.map(|hits| {
        let mut ids: Vec<Id> = hits.iter().map(|h| h.owner.id).collect();
        ids.sort_unstable();
        ids
    })
}

fn read(store: &dyn Store, tests: &[TextTest]) -> Vec<Id> {
    let texts = texts(store).into_iter().filter(|(_, _, text)| {
        let folded = fold_text(text);
        tests.iter().all(|t| t.matches(text, &folded))
    });
    let mut ids: Vec<Id> = texts.map(|t| t.1).collect();
    ids.sort_unstable();
    ids
}

fn a_query() -> impl Strategy<Value = String> {
    let part = || a_text().prop_map(|s| s.replace(['"', '\n'], " "));
    prop_oneof![
        part(),
        part().prop_map(|s| format!("\"{s}\"")),
        (part(), 0usize..6, 1usize..9).prop_map(|(s, from, n)| {
            let cut: String = s.chars().skip(from).take(n).collect();
            format!("\"{cut}\"")
        }),
        prop::sample::select(vec![
            "ref",
            "*fund",
            "un",
            "\"und\"",
            "12",
            "inv-1",
            "京",
            "\"京市\"",
            "iphone",
            "u",
            "\"cde\""
        ])
        .prop_map(str::to_owned),
    ]
}

/// Few words in many texts, one behind itself among them.
fn a_common_text(many: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec!["the", "the", "there", "just", "adjust", "of", "lamp", "thé"]);
    prop::collection::vec(word, many).prop_map(|all| all.join(" "))
}

fn a_common_act() -> impl Strategy<Value = Act> {
    prop_oneof![
        6 => (0u8..30, a_common_text(0..12)).prop_map(|(n, s)| Act::Message(n, 0, s)),
        1 => (0u8..4, a_common_text(0..4)).prop_map(|(n, s)| Act::Ticket(n, 0, s)),
        1 => (0u8..30).prop_map(|n| Act::Gone(Kind::Message, n)),
    ]
}

fn ranked(store: &dyn Store, tests: &[TextTest], limit: usize) -> Vec<(Id, f32)> {
    let tests: Vec<&TextTest> = tests.iter().collect();
    let asked = Asked { tests: &tests, without: &[], whole: 0, limit };
    let hits = store.view(|v| rank(v, &asked, &mut |_| true)).unwrap().unwrap_or_default();
    hits.iter().map(|h| (h.owner.id, h.score)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn what_is_found_is_what_reading_finds(
        commits in prop::collection::vec(prop::collection::vec(an_act(), 1..6), 1..12),
        queries in prop::collection::vec(a_query(), 1..12),
    ) {
        let store = store_of(commits);
        prop_assert_eq!(compared(&store), Vec::<String>::new());
        for query in queries {
            let tests = tests(&query);
            if let Some(ids) = found(&store, &tests) {
                prop_assert_eq!(ids, read(&store, &tests), "{}", query);
            }
        }
    }

    #[test]
    fn a_phrase_of_words_that_stand_nearly_everywhere_is_found_where_reading_finds_it(
        commits in prop::collection::vec(prop::collection::vec(a_common_act(), 1..7), 2..14),
        queries in prop::collection::vec((a_common_text(1..5), 1usize..30), 1..6),
    ) {
        let store = MemStore::new();
        for (n, acts) in commits.into_iter().enumerate() {
            commit(&store, n, acts);
            // Again after each commit: what was kept of the previous one is no answer.
            for (words, limit) in &queries {
                for query in [format!("\"{words}\""), words.clone(), format!("\"{words}\" the")] {
                    let tests = tests(&query);
                    let all = found(&store, &tests);
                    if let Some(ids) = &all {
                        prop_assert_eq!(ids, &read(&store, &tests), "{}", query);
                    }
                    let (some, most) = (ranked(&store, &tests, *limit), ranked(&store, &tests, 1000));
                    prop_assert_eq!(&some[..], &most[..some.len()], "the best are the best: {}", query);
                    prop_assert!(most.windows(2).all(|w| w[0].1 >= w[1].1), "{}", query);
                }
            }
        }
        prop_assert_eq!(compared(&store), Vec::<String>::new());
    }

    #[test]
    fn what_is_rebuilt_beside_other_writers_is_what_was_kept(
        commits in prop::collection::vec(prop::collection::vec(an_act(), 1..6), 1..8),
        more in prop::collection::vec(an_act(), 0..6),
    ) {
        let n = commits.len();
        let store = store_of(commits);
        prop_assert_eq!(rebuilt(&store), texts(&store).len() as u64);
        prop_assert_eq!(compared(&store), Vec::<String>::new());
        commit(&store, n, more);
        prop_assert_eq!(compared(&store), Vec::<String>::new());
    }
}

#[test]
fn a_rebuild_in_steps_lets_others_write_in_between() {
    let all = (0..9).map(|n| Act::Message(n, 0, format!("refund number {n}"))).collect();
    let store = store_of(vec![all]);
    let step = |n: u8, most: usize| {
        let store: &dyn Store = &store;
        let change = move |tx: &mut dyn crate::store::Tx| -> Result<(), Reject> {
            if n == 50 {
                put_off(tx)?;
            }
            rebuild::step(tx, most)?;
            Ok(())
        };
        store.write(Id([n; 16]), Weight::Light, Box::new(change)).unwrap();
    };
    step(50, 5);
    assert_eq!(found(&store, &tests("refund")), None, "half of it is no answer");
    commit(&store, 60, vec![Act::Message(2, 0, "another".into()), Act::Message(7, 0, "refund later".into())]);
    commit(&store, 61, vec![Act::Gone(Kind::Message, 1), Act::Gone(Kind::Message, 8)]);
    step(51, 2);
    commit(&store, 62, vec![Act::Gone(Kind::Message, 5), Act::Message(9, 0, "no refund".into())]);
    step(52, 100);
    let there = [0, 3, 4, 6, 7, 9].map(|n| id(Kind::Message, n));
    assert_eq!(found(&store, &tests("refund")).unwrap(), there);
    assert_eq!(compared(&store), Vec::<String>::new());
}

fn spoil(store: &dyn Store, n: u8, f: impl Fn(&mut dyn crate::store::Tx) + Send + 'static) {
    let change = move |tx: &mut dyn crate::store::Tx| -> Result<(), Reject> {
        f(tx);
        Ok(())
    };
    store.write(Id([n; 16]), Weight::Light, Box::new(change)).unwrap();
}

fn rebuilt(store: &dyn Store) -> u64 {
    let mut op = 100;
    let mut ops = || {
        op += 1;
        Id([op; 16])
    };
    rebuild(store, &mut ops, &mut |_| {}).unwrap()
}

#[test]
fn the_check_tells_what_is_missing_or_too_much() {
    // So many that they are put into blocks.
    let all: Vec<Act> = (1..=9).map(|n| Act::Message(n, 1, format!("refund under way {n}"))).collect();
    let store = store_of(vec![all[..8].to_vec(), all[8..].to_vec()]);
    let posts = |table| store_view(&store, |v| v.count(table, &Range::all()));
    assert_eq!((posts(Table::PostNew), posts(Table::Post)), (1, 14), "two blocks of each word that all have");
    assert_eq!(compared(&store), Vec::<String>::new());
    spoil(&store, 90, |tx| tx.del(Table::Post, &write::key("5", 5)));
    assert_eq!(compared(&store).len(), 2, "the posting, and the word that is nowhere");
    assert_eq!(rebuilt(&store), 9);
    assert_eq!(compared(&store), Vec::<String>::new());
    spoil(&store, 91, |tx| {
        let ghost = block::Posting { text: 1, weight: block::Weight(1), places: &[0] };
        tx.put(Table::Post, &write::key("ghost", 1), &block::write(&[ghost]));
    });
    assert_eq!(compared(&store).len(), 2);
    rebuilt(&store);
    let moved = |tx: &mut dyn crate::store::Tx| {
        let at = write::key("5", 5);
        let bytes = tx.get(Table::Post, &at).unwrap().unwrap();
        // The word stands elsewhere in its text, by this.
        let mut all = Vec::new();
        block::Block::parse(5, &bytes).unwrap().whole(|p| all.push(p));
        all.last_mut().unwrap().places = &[9];
        tx.put(Table::Post, &at, &block::write(&all));
    };
    spoil(&store, 92, moved);
    assert_eq!(compared(&store).len(), 1, "a place");
}

#[test]
fn places_of_full_blocks_stand_apart_and_are_compared_too() {
    let all: Vec<Act> = (1..=20).map(|n| Act::Message(n, 1, format!("refund under way {n}"))).collect();
    let store = store_of(vec![all]);
    let places = || store_view(&store, |v| v.page(Table::PostPlace, &Range::all(), Scan::Forward, 1000));
    let (key, _) = places().first().cloned().unwrap();
    assert_eq!(places().len(), 15, "five full blocks of each of the three words");
    spoil(&store, 90, move |tx| tx.del(Table::PostPlace, &key));
    assert_eq!(compared(&store).len(), 1);
    rebuilt(&store);
    spoil(&store, 91, |tx| tx.put(Table::PostPlace, &write::key("ghost", 1), &[1, 0]));
    assert_eq!(compared(&store).len(), 1, "of a block that is not there");
    rebuilt(&store);
    assert_eq!(compared(&store), Vec::<String>::new());
    commit(&store, 92, (1..=20).map(|n| Act::Gone(Kind::Message, n)).collect());
    assert_eq!(places(), []);
    assert_eq!(compared(&store), Vec::<String>::new());
}

#[test]
fn what_is_kept_in_memory_is_gone_with_what_was_erased() {
    let all: Vec<Act> = (1..=20).map(|n| Act::Message(n, 1, "just the lamp".into())).collect();
    let store = store_of(vec![all]);
    let memo = store_view(&store, |v| Ok(v.memo())).unwrap();
    assert_eq!(found(&store, &tests("\"just the\"")).unwrap().len(), 20);
    let once = memo.bytes();
    assert!(once > 0);
    assert_eq!(found(&store, &tests("\"just the\"")).unwrap().len(), 20);
    let again = memo.bytes();
    assert!(again > once, "where the words stand, too");
    assert_eq!(found(&store, &tests("\"just the\"")).unwrap().len(), 20);
    assert_eq!(memo.bytes(), again, "and then nothing is read");
    commit(&store, 90, (1..=20).map(|n| Act::Gone(Kind::Message, n)).collect());
    assert_eq!(found(&store, &tests("\"just the\"")).unwrap(), []);
    assert_eq!(memo.bytes(), 0);
}

#[test]
fn the_newest_texts_wait_for_others_and_are_compared_too() {
    let store = store_of(vec![vec![Act::Message(1, 1, "refund under way".into())]]);
    let rows = |table| store_view(&store, |v| v.count(table, &Range::all()));
    assert_eq!((rows(Table::PostNew), rows(Table::Post)), (1, 0));
    assert_eq!(found(&store, &tests("\"fund under\"")).unwrap(), [id(Kind::Message, 1)]);
    spoil(&store, 90, |tx| tx.del(Table::PostNew, &1u32.to_be_bytes()));
    assert_eq!(compared(&store).len(), 2, "the postings, and how many wait");
}

#[test]
fn postings_of_another_form_are_no_answer_and_are_made_again() {
    let all = (0..=220u8).map(|n| Act::Message(n, 1, format!("refund under way {n}"))).collect();
    let store = store_of(vec![all]);
    spoil(&store, 90, |tx| {
        // As the form before this one was written: its number, how far it went, texts and terms.
        let form = crate::model::Key::new().u8(1).u8(u8::MAX).id(Id::NIL).u64(1).u64(3);
        tx.put(Table::Meta, b"text", form.as_bytes());
        tx.put(Table::Post, &write::key("refund", 1), &[0, 0, 0, 1, 0, 1, 0, 0x10]);
    });
    assert_eq!(found(&store, &tests("refund")), None, "who asks reads the records");
    assert_eq!(compared(&store), Vec::<String>::new());
    let mut op = 100;
    let mut ops = || {
        op += 1;
        Id([op; 16])
    };
    assert!(!gather(&store, &mut ops, &mut |_| false).unwrap(), "it can be broken off");
    assert!(gather(&store, &mut ops, &mut |_| true).unwrap());
    assert_eq!(found(&store, &tests("refund")).unwrap().len(), 221);
    assert_eq!(compared(&store), Vec::<String>::new());
}

#[test]
fn a_text_longer_than_what_is_kept_is_found_by_reading_it() {
    let mut body = "lorem ipsum ".repeat(MOST_BYTES / 12 + 1);
    body.push_str("needle");
    let store = store_of(vec![vec![Act::Message(1, 1, body), Act::Message(2, 1, "needle lorem".into())]]);
    assert_eq!(found(&store, &tests("needle")).unwrap(), [1, 2].map(|n| id(Kind::Message, n)));
    assert_eq!(found(&store, &tests("needle ipsum")).unwrap(), [id(Kind::Message, 1)]);
    assert_eq!(found(&store, &tests("nowhere")).unwrap(), []);
}

#[test]
fn the_best_fit_comes_first_and_of_equals_the_newest() {
    let store = store_of(vec![vec![
        Act::Message(1, 1, "about a refund, and many other things that were said at length today".into()),
        Act::Message(2, 1, "refund refund".into()),
        Act::Message(3, 1, "refunded things".into()),
        Act::Message(4, 1, "nothing of it".into()),
        Act::Message(5, 1, "refund refund".into()),
    ]]);
    let test = tests("refund");
    let s: &dyn Store = &store;
    let asked = Asked { tests: &[&test[0]], without: &[], whole: 0, limit: 10 };
    let hits = s.view(|v| rank(v, &asked, &mut |_| true)).unwrap().unwrap();
    let order: Vec<u8> = hits.iter().map(|h| h.owner.id.0[15]).collect();
    assert_eq!(order, [5, 2, 1, 3]);
}
