//! The log, played again.

use std::collections::{BTreeMap, HashMap, HashSet};

use rmpv::Value;
use sha2::{Digest, Sha256};

use super::{Hurt, Known, Origin};
use crate::{
    model::{
        Id, KeyReader, Kind, Seq, Table,
        log::{ChangeKind, LogBody, LogRow},
    },
    store::{pages::Survivors, records},
};

/// What is known of the log.
pub struct Log {
    digests: BTreeMap<Seq, [u8; 32]>,
    known: Known,
    broken: u64,
}

/// Rows of a table, hurt or whole.
fn each(from: &Survivors, hurt: &BTreeMap<Table, Hurt>, table: Table, f: &mut dyn FnMut(&[u8], &[u8])) {
    match hurt.get(&table) {
        Some(rows) => rows.iter().for_each(|(k, (v, _))| f(k, v)),
        None => from.each(table, &mut |row| {
            f(row.key, row.value);
            true
        }),
    }
}

impl Log {
    /// Reads what is there; altered bodies are taken out of a damaged table.
    pub fn read(from: &Survivors, hurt: &mut BTreeMap<Table, Hurt>, before_loose: bool) -> Log {
        let mut log = Log { digests: BTreeMap::new(), known: HashMap::new(), broken: 0 };
        let (mut expected, mut prev): (Seq, Option<[u8; 32]>) = (1, Some([0; 32]));
        each(from, hurt, Table::Log, &mut |_, v| {
            let Some(row) = LogRow::decode(v) else { return };
            let missing = row.seq.saturating_sub(expected);
            if missing > 0 {
                prev = None;
            }
            log.broken += missing + u64::from(prev.is_some_and(|p| p != row.prev_hash));
            (expected, prev) = (row.seq + 1, Some(row.hash()));
            log.digests.insert(row.seq, row.digest);
        });
        if let Some(bodies) = hurt.get_mut(&Table::LogBody) {
            bodies.retain(|k, (v, origin)| match origin {
                Origin::Sound => log.proves(k, v) || !log.says(k),
                // Its row of the log may yet be found.
                _ => log.proves(k, v) || (before_loose && !log.says(k)),
            });
        }
        let mut known = Known::new();
        each(from, hurt, Table::LogBody, &mut |k, v| {
            if !log.proves(k, v) {
                return;
            }
            for c in LogBody::decode(v).into_iter().flat_map(|b| b.changes) {
                if let Some(kind) = c.kind() {
                    known.insert((kind, c.id), !matches!(c.what, ChangeKind::Deleted(_)));
                }
            }
        });
        log.known = known;
        log
    }

    fn says(&self, key: &[u8]) -> bool {
        KeyReader(key).u64().is_some_and(|seq| self.digests.contains_key(&seq))
    }

    /// Whether a body is the one that was written there.
    pub fn proves(&self, key: &[u8], body: &[u8]) -> bool {
        let digest = KeyReader(key).u64().and_then(|seq| self.digests.get(&seq));
        digest.is_some_and(|d| *d == <[u8; 32]>::from(Sha256::digest(body)))
    }

    /// The records that it names, and whether they are still there.
    pub fn known(&self) -> &Known {
        &self.known
    }

    /// Rows that are missing, or do not follow the previous one.
    pub fn gaps(&self) -> u64 {
        self.broken
    }

    /// Gives hurt tables the records that the log knows, and takes away those that it says are gone; gives how many are lost
    /// for good.
    pub fn fill(&self, from: &Survivors, hurt: &mut BTreeMap<Table, Hurt>) -> BTreeMap<Kind, u64> {
        let mut wanted: HashSet<(Kind, Id)> = HashSet::new();
        for ((kind, id), lives) in &self.known {
            let Some(rows) = hurt.get_mut(&kind.table()) else { continue };
            match rows.get(id.bytes().as_slice()) {
                Some((_, Origin::Sound)) => {}
                Some(_) if !lives => {
                    rows.remove(id.bytes().as_slice());
                }
                // With gaps in the log, what is in a page may be the later state.
                Some(_) if self.broken > 0 => {}
                _ if *lives => {
                    wanted.insert((*kind, *id));
                }
                _ => {}
            }
        }
        let made = self.replay(from, hurt, &wanted);
        let mut missing: BTreeMap<Kind, u64> = BTreeMap::new();
        for (kind, id) in wanted {
            let Some(rows) = hurt.get_mut(&kind.table()) else { continue };
            let is_right = |bytes: &&Vec<u8>| records::id_of(kind, bytes).is_ok_and(|i| i == id);
            match made.get(&(kind, id)).filter(is_right) {
                Some(bytes) => {
                    rows.insert(id.bytes().to_vec(), (bytes.clone(), Origin::Log));
                }
                None if !rows.contains_key(id.bytes().as_slice()) => *missing.entry(kind).or_default() += 1,
                None => {}
            }
        }
        missing
    }

    /// Plays the changes of some records, from when they were made.
    fn replay(
        &self,
        from: &Survivors,
        hurt: &BTreeMap<Table, Hurt>,
        wanted: &HashSet<(Kind, Id)>,
    ) -> HashMap<(Kind, Id), Vec<u8>> {
        let mut made: HashMap<(Kind, Id), Vec<u8>> = HashMap::new();
        each(from, hurt, Table::LogBody, &mut |k, v| {
            if !self.proves(k, v) {
                return;
            }
            for c in LogBody::decode(v).into_iter().flat_map(|b| b.changes) {
                let Some(of) = c.kind().map(|kind| (kind, c.id)).filter(|of| wanted.contains(of)) else {
                    continue;
                };
                match c.what {
                    ChangeKind::Created(bytes) => {
                        made.insert(of, bytes);
                    }
                    ChangeKind::Deleted(_) => {
                        made.remove(&of);
                    }
                    ChangeKind::Updated(changes) => {
                        let Some(fields) = made.get(&of).and_then(|b| records::to_fields(b).ok()) else {
                            continue;
                        };
                        let mut fields: Vec<(String, Value)> = fields
                            .into_iter()
                            .filter(|(name, _)| !changes.iter().any(|c| c.field == *name))
                            .map(|(name, v)| match v.as_u64() {
                                // How often it was written, at least.
                                Some(n) if name == "v" => (name, Value::from(n + 1)),
                                _ => (name, v),
                            })
                            .collect();
                        fields.extend(changes.into_iter().filter_map(|c| Some((c.field, c.after?))));
                        let shape = records::fields(of.0);
                        fields.sort_by_key(|(name, _)| {
                            shape.iter().position(|f| f.short == name).unwrap_or(usize::MAX)
                        });
                        made.insert(of, records::from_fields(fields));
                    }
                }
            }
        });
        made
    }
}
