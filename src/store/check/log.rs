//! The log: its chain, its indexes, and that it replays to the records.

use std::{
    collections::{HashMap, HashSet},
    hash::{BuildHasher, RandomState},
};

use sha2::Digest;

use rmpv::Value;

use super::{Report, Scope, named};
use crate::{
    model::{
        Id, Key, KeyReader, Kind, Seq, Table,
        log::{self, Change, ChangeKind, FieldChange, LogBody, LogRow},
    },
    store::{Range, Scan, StoreError, View, ViewExt, meta, records},
};

/// The command whose rows say which records were erased, and not what was in them.
const ERASE: &str = "customer erase-me";

/// A place at which the chain breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    /// The row.
    pub seq: Seq,
    /// What is wrong with it.
    pub what: &'static str,
}

/// What verifying the chain found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chain {
    /// Rows verified.
    pub rows: u64,
    /// Rows whose body was erased: their digest stands, and the chain runs over it.
    pub erased: u64,
    /// The hash of the last row: anyone who recorded it elsewhere can prove that no row before it was changed or dropped.
    pub head: Option<(Seq, [u8; 32])>,
    /// Where it breaks.
    pub breaks: Vec<Break>,
}

/// Sees a row of the log, with its body where that stands and is the one that was written.
pub type Each<'a> = &'a mut dyn FnMut(&LogRow, Option<&LogBody>) -> Result<(), StoreError>;

/// Verifies the log: gap-free, each row carrying the hash of the previous one, each body that of its digest. `each` sees
/// every row that can be read.
///
/// # Errors
/// Where the file cannot be read, or what `each` gives.
pub fn verify(view: &dyn View, each: Each) -> Result<Chain, StoreError> {
    let mut chain = Chain::default();
    let mut expected: Seq = 1;
    // `None` after a row that cannot be read: what the next should carry is not known.
    let mut prev: Option<[u8; 32]> = Some([0; 32]);
    let mut failed = None;
    let mut erased = Erased::default();
    view.scan(Table::Log, &Range::all(), Scan::Forward, &mut |k, v| {
        chain.rows += 1;
        let at = KeyReader(k).u64().unwrap_or_default();
        let mut broken = |what| chain.breaks.push(Break { seq: at, what });
        if at != expected {
            broken("is not the next one: rows before it are missing");
            prev = None;
        }
        expected = at.saturating_add(1);
        let Some(row) = LogRow::decode(v) else {
            broken("cannot be read");
            prev = None;
            return true;
        };
        if log::key(row.seq) != k {
            broken("is in the place of another");
        }
        if prev.is_some_and(|p| p != row.prev_hash) {
            broken("does not carry the hash of the row before it");
        }
        let hash = row.hash();
        prev = Some(hash);
        let body = match view.get(Table::LogBody, k) {
            Ok(None) => {
                chain.erased += 1;
                erased.missing.push(at);
                None
            }
            Ok(Some(b)) if <[u8; 32]>::from(sha2::Sha256::digest(&b)) != row.digest => {
                broken("its body is not the one that was written");
                None
            }
            Ok(Some(b)) => {
                let body = LogBody::decode(&b);
                if body.is_none() {
                    broken("its body cannot be read");
                }
                body
            }
            Err(e) => {
                failed = Some(e);
                return false;
            }
        };
        erased.named_by(&row, body.as_ref());
        chain.head = Some((row.seq, hash));
        failed = each(&row, body.as_ref()).err();
        failed.is_none()
    })?;
    chain.breaks.extend(erased.unexplained().map(|seq| Break { seq, what: MISSING }));
    failed.map_or(Ok(chain), Err)
}

/// What is said of a body that is missing though no erasure removed it.
const MISSING: &str = "lost its body, and no step of an erasure names it";

/// The bodies that are missing, and those that erasures removed.
#[derive(Default)]
struct Erased {
    missing: Vec<Seq>,
    named: HashSet<Seq>,
    /// The last step of an erasure by a version that did not note the rows: what is missing before it may be its doing.
    unnoted: Seq,
}

impl Erased {
    fn named_by(&mut self, row: &LogRow, body: Option<&LogBody>) {
        let Some(body) = body.filter(|_| row.command == ERASE) else { return };
        match &body.erased {
            Some(rows) => self.named.extend(rows.iter().filter(|seq| **seq < row.seq)),
            None => self.unnoted = row.seq,
        }
    }

    fn unexplained(&self) -> impl Iterator<Item = Seq> {
        self.missing.iter().copied().filter(|seq| *seq > self.unnoted && !self.named.contains(seq))
    }
}

pub(super) fn check(scope: &Scope, report: &mut Report, _: &mut dyn FnMut(u64)) -> Result<(), StoreError> {
    if !scope.may_all(&[Table::Log, Table::LogBody]) {
        return Ok(());
    }
    let view = scope.view;
    let mut last = Replay::of(view)?;
    let (mut history, mut batches) = (0u64, 0u64);
    let (may_history, may_batch) = (scope.may(Table::IxHistory), scope.may(Table::IxBatch));
    let mut lacks = Vec::new();
    let chain = verify(view, &mut |row, body| {
        let mut look = |table: Table, key: Key| -> Result<(), StoreError> {
            if view.get(table, key.as_bytes())?.is_none() {
                lacks.push((format!("log row {}", row.seq), format!("{} lacks its row", table.name())));
            }
            Ok(())
        };
        let mut ids: Vec<Id> = Vec::new();
        for c in body.iter().flat_map(|b| &b.changes) {
            last.take(row, c)?;
            ids.push(c.id);
        }
        ids.sort_unstable();
        ids.dedup();
        history += ids.len() as u64;
        if may_history {
            ids.into_iter().try_for_each(|id| look(Table::IxHistory, Key::new().id(id).u64(row.seq)))?;
        }
        if let Some(batch) = row.batch {
            batches += 1;
            if may_batch {
                look(Table::IxBatch, Key::new().id(batch).u64(row.seq))?;
            }
        }
        Ok(())
    })?;
    report.log_rows = chain.rows;
    for b in &chain.breaks {
        report.add(format!("log row {}", b.seq), b.what);
    }
    for (place, what) in lacks {
        report.add(place, what);
    }
    // An erased body does not say any more which records its rows are of.
    let whole = chain.breaks.is_empty() && chain.erased == 0;
    for (table, expected, may) in [
        (Table::IxHistory, history, may_history && whole),
        (Table::IxBatch, batches, may_batch && chain.breaks.is_empty()),
    ] {
        if may {
            let stored = view.count(table, &Range::all())?;
            if stored != expected {
                report.add(table.name(), format!("has {stored} rows where the log derives {expected}"));
            }
        }
    }
    replay(scope, report, last)
}

/// The finding for a record whose content differs from the log.
const CHANGED: &str = "was changed behind the log: a field is not what its last change left there";

/// As [`verify`], and that each record contains what its last change in the log left there: a record that was changed behind
/// the log is a break of that change.
///
/// # Errors
/// Where the file cannot be read.
pub fn verify_records(view: &dyn View, each: Each) -> Result<Chain, StoreError> {
    let mut log = Replay::of(view)?;
    let mut chain = verify(view, &mut |row, body| {
        body.iter().flat_map(|b| &b.changes).try_for_each(|c| log.take(row, c))?;
        each(row, body)
    })?;
    for (&(kind, id), left) in &log.records {
        let Some(kind) = Kind::of_code(kind) else { continue };
        if let Some(bytes) = view.get(kind.table(), id.bytes())?
            && left.lives
            && !log.agrees(view, (kind, id), left, &bytes)?
        {
            chain.breaks.push(Break { seq: left.seq, what: CHANGED });
        }
    }
    Ok(chain)
}

/// What the log leaves of each record, read from its beginning: not the fields themselves, which would be everything there
/// is, but a sum over them.
struct Replay {
    /// The last row before a migration changed records: earlier ones are not compared.
    migrated: Seq,
    records: HashMap<(u8, Id), Left>,
    // Keyed with a new random key each time: no one can construct two values with the same hash.
    hasher: RandomState,
}

/// Fields that follow from others and are checked with these: the version, and the clocks of a ticket, which are worked
/// out of its events.
fn is_derived(kind: Option<Kind>, field: &str) -> bool {
    field == "v" || (field == "ti" && kind == Some(Kind::Ticket))
}

/// What the log leaves of a record.
#[derive(Default)]
struct Left {
    /// Its last row.
    seq: Seq,
    /// Whether it is there.
    lives: bool,
    /// A sum over its fields; `None` where the log does not tell all of them.
    sum: Option<u64>,
    /// How many rows told of it.
    rows: u64,
}

impl Replay {
    fn of(view: &dyn View) -> Result<Replay, StoreError> {
        let migrated = meta::moment_of(view, meta::MIGRATED)?.map_or(0, |(_, seq)| seq);
        Ok(Replay { migrated, records: HashMap::new(), hasher: RandomState::new() })
    }

    /// Takes in a change.
    fn take(&mut self, row: &LogRow, change: &Change) -> Result<(), StoreError> {
        let kind = change.kind();
        let sum = match &change.what {
            _ if row.seq <= self.migrated => None,
            ChangeKind::Created(bytes) => Some(self.sum(kind, bytes)?),
            ChangeKind::Deleted(_) => None,
            // What is erased is not written into the log.
            ChangeKind::Updated(fields) if fields.is_empty() && row.command == ERASE => None,
            ChangeKind::Updated(fields) => {
                let before = self.records.get(&(change.kind, change.id)).and_then(|left| left.sum);
                before.map(|sum| {
                    let field = |sum: u64, f: &FieldChange| {
                        if is_derived(kind, &f.field) {
                            return sum;
                        }
                        let was = f.before.as_ref().map_or(0, |v| self.field(&f.field, v));
                        sum ^ was ^ f.after.as_ref().map_or(0, |v| self.field(&f.field, v))
                    };
                    fields.iter().fold(sum, field)
                })
            }
        };
        let left = self.records.entry((change.kind, change.id)).or_default();
        left.seq = row.seq;
        left.lives = !matches!(change.what, ChangeKind::Deleted(_));
        left.sum = sum;
        left.rows += 1;
        Ok(())
    }

    /// Whether a record contains what the log left; so it is, too, where the log does not tell.
    fn agrees(
        &self,
        view: &dyn View,
        (kind, id): (Kind, Id),
        left: &Left,
        bytes: &[u8],
    ) -> Result<bool, StoreError> {
        let Some(sum) = left.sum else { return Ok(true) };
        if self.sum(Some(kind), bytes)? == sum {
            return Ok(true);
        }
        // A row of it whose body was erased may have said more.
        Ok(view.count(Table::IxHistory, &Range::prefix(Key::new().id(id)))? != left.rows)
    }

    /// A sum over the fields of a record, but for those that follow from others.
    fn sum(&self, kind: Option<Kind>, bytes: &[u8]) -> Result<u64, StoreError> {
        let fields = records::to_fields(bytes)?;
        let own = fields.iter().filter(|(f, _)| !is_derived(kind, f));
        Ok(own.fold(0, |sum, (f, v)| sum ^ self.field(f, v)))
    }

    fn field(&self, name: &str, value: &Value) -> u64 {
        if value.is_nil() {
            return 0;
        }
        let mut bytes = name.as_bytes().to_vec();
        bytes.push(0);
        // Writing into memory does not fail.
        let _ = rmpv::encode::write_value(&mut bytes, value);
        self.hasher.hash_one(&bytes)
    }
}

/// The log replays to the records: the last change of each record in the log left it there, or took it away.
fn replay(scope: &Scope, report: &mut Report, log: Replay) -> Result<(), StoreError> {
    for (&(kind, id), left) in &log.records {
        let Some(kind) = Kind::of_code(kind).filter(|k| scope.may(k.table())) else { continue };
        let now = scope.view.get(kind.table(), id.bytes())?;
        if now.is_some() == left.lives {
            if let Some(bytes) = now
                && scope.may(Table::IxHistory)
                && !log.agrees(scope.view, (kind, id), left, &bytes)?
            {
                report.add(named(kind, id), CHANGED);
            }
            continue;
        }
        let seq = left.seq;
        // A later row of it whose body was erased may have said more.
        let later = Range::between(Key::new().id(id).u64(seq + 1), Key::new().id(id).u64(Seq::MAX));
        if scope.may(Table::IxHistory) && scope.view.first(Table::IxHistory, &later, Scan::Forward)?.is_some()
        {
            continue;
        }
        report.add(named(kind, id), "the log says otherwise");
    }
    Ok(())
}
