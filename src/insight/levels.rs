//! The backlog through time: how many tickets were unsolved at any instant, and which.

use std::collections::HashMap;

use serde::Deserialize;

use super::rows::{Row, row};
use crate::{
    model::{Id, Key, KeyReader, Kind, Metric, Stamp, Table},
    store::{Range, Scan, StoreError, View},
};

/// One change of the backlog.
#[derive(Debug, Clone, Copy)]
struct Step {
    at: Stamp,
    id: Id,
    delta: i64,
}

/// All changes of the backlog up to an instant, in the order of their time.
#[derive(Debug, Default)]
pub(super) struct Levels {
    steps: Vec<Step>,
}

/// As much of a fact as is needed here: decoding all of each would take twice as long.
#[derive(Deserialize)]
struct Delta {
    #[serde(rename = "v", default)]
    value: i64,
}

impl Levels {
    /// Reads all changes before `to`.
    pub fn load(view: &dyn View, to: Stamp) -> Result<Levels, StoreError> {
        let key = |at: Stamp| Key::new().u8(Metric::Backlog.code()).at(at).into_bytes();
        let mut steps = Vec::new();
        view.scan(Table::Fact, &Range::between(key(Stamp::MIN), key(to)), Scan::Forward, &mut |k, v| {
            let mut r = KeyReader(k);
            let (_, at, id) = (r.u8(), r.at(), r.id());
            if let (Some(at), Some(id), Ok(d)) = (at, id, rmp_serde::from_slice::<Delta>(v)) {
                steps.push(Step { at, id, delta: d.value });
            }
            true
        })?;
        Ok(Levels { steps })
    }

    /// How many tickets were unsolved at each instant, before what happened at it. The instants must ascend.
    pub fn counts(&self, instants: &[Stamp]) -> Vec<u64> {
        let mut sums: HashMap<Id, i64> = HashMap::with_capacity(self.steps.len() / 2);
        let mut open = 0u64;
        let mut steps = self.steps.iter().peekable();
        let mut out = Vec::with_capacity(instants.len());
        for at in instants {
            while let Some(s) = steps.next_if(|s| s.at < *at) {
                let sum = sums.entry(s.id).or_default();
                let was = *sum > 0;
                *sum += s.delta;
                match (was, *sum > 0) {
                    (false, true) => open += 1,
                    (true, false) => open = open.saturating_sub(1),
                    _ => {}
                }
            }
            out.push(open);
        }
        out
    }

    /// The tickets that were unsolved at an instant, with their age, the oldest first.
    pub fn open(&self, at: Stamp) -> Vec<Row<'static>> {
        let mut all: HashMap<Id, (Stamp, i64)> = HashMap::with_capacity(self.steps.len() / 2);
        for s in self.steps.iter().take_while(|s| s.at < at) {
            all.entry(s.id).or_insert((s.at, 0)).1 += s.delta;
        }
        let mut out: Vec<Row<'static>> = all
            .into_iter()
            .filter(|(_, (_, sum))| *sum > 0)
            .map(|(id, (since, _))| {
                // The instant itself is past the last millisecond that counts.
                let age = at.saturating_sub(1).saturating_sub(since);
                Row { row: row(Kind::Ticket, id, since, age), fact: None }
            })
            .collect();
        out.sort_by_key(|r| (r.row.at, r.row.id));
        out
    }
}
