//! One state machine, run on every engine: a plain map, the model engine and the file must never differ.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use frontdesk::{
    model::{Refusal, Table},
    store::{MemStore, Pending, Range, Reject, Scan, Store, View, ViewExt, Weight},
};
use proptest::prelude::*;

use super::help::{Place, draft, dump, op};

/// Tables whose neighbours in the file are also written, so that a scan that runs over shows.
const TABLES: [Table; 3] = [Table::Seen, Table::Draft, Table::IxTimeline];

#[derive(Debug, Clone)]
enum Step {
    Put(usize, Vec<u8>, u8),
    Del(usize, Vec<u8>),
    Add(u8, u64),
    Log(i64),
    Get(usize, Vec<u8>),
    Page(usize, Vec<u8>, Option<Vec<u8>>, bool, usize),
}

#[derive(Debug, Clone)]
struct Command {
    op: u64,
    alone: bool,
    refused: bool,
    steps: Vec<Step>,
}

fn key() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(prop_oneof![Just(0u8), Just(1), Just(127), Just(255)], 0..3)
}

fn step() -> impl Strategy<Value = Step> {
    let t = 0..TABLES.len();
    prop_oneof![
        4 => (t.clone(), key(), any::<u8>()).prop_map(|(t, k, v)| Step::Put(t, k, v)),
        2 => (t.clone(), key()).prop_map(|(t, k)| Step::Del(t, k)),
        1 => (0u8..3, 0u64..5).prop_map(|(c, d)| Step::Add(c, d)),
        1 => (1i64..1000).prop_map(Step::Log),
        2 => (t.clone(), key()).prop_map(|(t, k)| Step::Get(t, k)),
        3 => (t, key(), proptest::option::of(key()), any::<bool>(), 0usize..6)
            .prop_map(|(t, a, b, back, n)| Step::Page(t, a, b, back, n)),
    ]
}

fn command() -> impl Strategy<Value = Command> {
    // Few ops, so that many are sent twice.
    let steps = proptest::collection::vec(step(), 0..8);
    (0u64..40, any::<bool>(), proptest::bool::weighted(0.2), steps)
        .prop_map(|(op, alone, refused, steps)| Command { op, alone, refused, steps })
}

/// What a command read, and how it ended.
type Seen = Vec<String>;

fn read(view: &dyn View, step: &Step, seen: &mut Seen) {
    match step {
        Step::Get(t, k) => seen.push(format!("{:?}", view.get(TABLES[*t], k).unwrap())),
        Step::Page(t, from, to, back, limit) => {
            let range = Range { start: from.clone(), end: to.clone() };
            let way = if *back { Scan::Backward } else { Scan::Forward };
            seen.push(format!("{:?}", view.page(TABLES[*t], &range, way, *limit).unwrap()));
        }
        _ => {}
    }
}

/// A command that was handed over.
struct Sent {
    pending: Pending,
    seen: Arc<Mutex<Seen>>,
}

fn send(store: &dyn Store, c: &Command) -> Sent {
    let seen = Arc::new(Mutex::new(Seen::new()));
    let (inner, c2) = (Arc::clone(&seen), c.clone());
    let weight = if c.alone { Weight::Heavy } else { Weight::Light };
    let pending = store.submit(
        op(c.op),
        weight,
        Box::new(move |tx| {
            let mut seen = Seen::new();
            for s in &c2.steps {
                match s {
                    Step::Put(t, k, v) => tx.put(TABLES[*t], k, &[*v]),
                    Step::Del(t, k) => tx.del(TABLES[*t], k),
                    Step::Add(n, by) => {
                        seen.push(tx.add(&format!("c{n}"), *by)?.to_string());
                    }
                    Step::Log(at) => tx.log(draft(c2.op, *at)),
                    s => read(tx.view(), s, &mut seen),
                }
            }
            *inner.lock().unwrap() = seen;
            if c2.refused { Err(Refusal::NothingTo("do").into()) } else { Ok(()) }
        }),
    );
    Sent { pending, seen }
}

impl Sent {
    fn wait(self) -> (String, Seen) {
        let ended = match self.pending.wait() {
            Ok(o) => format!("{o:?}"),
            Err(Reject::Refused(r)) => r.to_string(),
            Err(Reject::Store(e)) => panic!("{e}"),
        };
        let seen = self.seen.lock().unwrap().clone();
        (ended, seen)
    }
}

/// The same on a plain map: what is in the tables afterwards.
fn model(rows: &mut BTreeMap<(Table, Vec<u8>), Vec<u8>>, applied: &mut Vec<u64>, c: &Command) {
    if c.refused || applied.contains(&c.op) {
        return;
    }
    applied.push(c.op);
    for s in &c.steps {
        match s {
            Step::Put(t, k, v) => {
                rows.insert((TABLES[*t], k.clone()), vec![*v]);
            }
            Step::Del(t, k) => {
                rows.remove(&(TABLES[*t], k.clone()));
            }
            Step::Add(n, by) => {
                let key = (Table::Counter, format!("c{n}").into_bytes());
                let old = rows.get(&key).map_or(0, |v| u64::from_be_bytes(v.clone().try_into().unwrap()));
                rows.insert(key, (old + by).to_be_bytes().to_vec());
            }
            _ => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn every_engine_does_as_the_model(commands in proptest::collection::vec(command(), 1..25), reopen in 0usize..25) {
        let place = Place::new();
        let mut file = place.create();
        let mem = MemStore::new();
        let (mut rows, mut applied) = (BTreeMap::new(), Vec::new());
        let mut sent = Vec::new();
        for (i, c) in commands.iter().enumerate() {
            if i == reopen {
                drop(file);
                file = place.open();
            }
            sent.push((send(&mem, c), send(&file, c)));
            model(&mut rows, &mut applied, c);
            // Heavy ones follow each other before the first is durable.
            if c.alone && i + 1 != reopen && i + 1 < commands.len() {
                continue;
            }
            for (of_mem, of_file) in sent.drain(..) {
                prop_assert_eq!(of_mem.wait(), of_file.wait());
            }
            let head = Store::head(&mem).unwrap();
            prop_assert_eq!(head, file.head().unwrap());
        }
        let (of_mem, of_file) = (dump(&mem), dump(&file));
        prop_assert_eq!(&of_mem, &of_file);
        let stored: BTreeMap<_, _> = of_file
            .into_iter()
            .filter(|(t, ..)| TABLES.contains(t) || *t == Table::Counter)
            .map(|(t, k, v)| ((t, k), v))
            .collect();
        prop_assert_eq!(stored, rows);
    }
}
