//! What a change would do: the same code over writes that are never committed, with each field before and after.

use super::{Desk, Done, Request, changes, fields, read, work};
use crate::{
    model::{
        Id, Kind, Table,
        field::{Declared, FieldDef},
        for_kind,
        log::{Change, LogDraft},
        zone::Zone,
    },
    store::{Range, Reject, Scan, StoreError, Tx, View, records, rehearsal::Rehearsal},
};

/// A record that a change would touch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Previewed {
    /// Its kind.
    pub kind: Kind,
    /// The number or name under which it would be known.
    pub name: String,
    /// `created`, `updated` or `deleted`.
    pub what: &'static str,
    /// Its fields before and after, as people read them.
    pub fields: Vec<changes::Line>,
}

/// What every change writes, and no one asks for.
const BOOKKEEPING: &[&str] = &["id", "version", "created_at", "updated_at", "timers"];

impl Desk {
    /// What a change would do. Nothing is written; it is rejected for what the change would be rejected for.
    ///
    /// # Errors
    /// As [`Desk::run`].
    pub fn preview(&self, request: &Request, zone: &Zone) -> Result<Done, Reject> {
        self.store.view(|view| {
            Ok(Rehearsal::new(None).run(view, request.op, |tx| {
                let mut recorded = Recorded { tx, drafts: Vec::new() };
                let mut done = work::run(&mut recorded, request, self.user.as_deref())?;
                let after = recorded.tx.view();
                let sensitive = self.viewer.sees(after)?;
                let mut all = Vec::new();
                for change in recorded.drafts.iter().flat_map(|d| &d.body.changes) {
                    all.extend(previewed(view, after, zone, change, sensitive)?);
                }
                done.preview = Some(all);
                Ok(done)
            }))
        })?
    }
}

/// What becomes of a record; `None` for what only keeps its history.
fn previewed(
    before: &dyn View,
    after: &dyn View,
    zone: &Zone,
    change: &Change,
    sensitive: bool,
) -> Result<Option<Previewed>, StoreError> {
    let Some(kind) = change.kind().filter(|k| *k != Kind::TicketEvent) else { return Ok(None) };
    let (what, mut fields) = changes::lines(zone, change, &|id| changes::name_of(after, id))?;
    let hidden = |name: &str| records::fields(kind).iter().any(|f| f.long == name && f.sensitive);
    fields.retain(|(name, ..)| !BOOKKEEPING.contains(&name.as_str()) && (sensitive || !hidden(name)));
    if fields.is_empty() && what == "updated" {
        return Ok(None);
    }
    let fields = for_kind!(kind, T => entered::<T>((before, after), zone, change.id, fields)?);
    let view = if what == "deleted" { before } else { after };
    Ok(Some(Previewed { kind, name: read::number_of(view, kind, change.id)?, what, fields }))
}

/// The fields of a record under the names by which they are entered. One that is entered in parts is read by its parts.
fn entered<T: Declared>(
    (before, after): (&dyn View, &dyn View),
    zone: &Zone,
    id: Id,
    fields: Vec<changes::Line>,
) -> Result<Vec<changes::Line>, StoreError> {
    let (old, new) = (records::get::<T>(before, id)?, records::get::<T>(after, id)?);
    let read = |view: &dyn View, record: &Option<T>, place: usize| -> Result<_, StoreError> {
        record.as_ref().map_or(Ok(String::new()), |r| fields::read(view, zone, r, place))
    };
    let text = |text: String| Some(text).filter(|t| !t.is_empty());
    let mut out = Vec::new();
    for line in fields {
        let parts: Vec<(usize, &FieldDef)> =
            T::DEFS.iter().enumerate().filter(|(_, d)| d.edit && d.record == line.0).collect();
        if let [(_, one)] = parts.as_slice() {
            out.push((one.name.to_owned(), line.1, line.2));
            continue;
        }
        let mut all = Vec::new();
        for (place, def) in parts {
            let (old, new) = (read(before, &old, place)?, read(after, &new, place)?);
            if old != new {
                all.push((def.name.to_owned(), text(old), text(new)));
            }
        }
        if all.is_empty() {
            all.push(line);
        }
        out.extend(all);
    }
    Ok(out)
}

/// A transaction that keeps what is logged.
struct Recorded<'a> {
    tx: &'a mut dyn Tx,
    drafts: Vec<LogDraft>,
}

impl View for Recorded<'_> {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.tx.get(table, key)
    }

    fn scan(
        &self,
        table: Table,
        range: &Range,
        scan: Scan,
        f: &mut dyn FnMut(&[u8], &[u8]) -> bool,
    ) -> Result<(), StoreError> {
        self.tx.scan(table, range, scan, f)
    }
}

impl Tx for Recorded<'_> {
    fn put(&mut self, table: Table, key: &[u8], value: &[u8]) {
        self.tx.put(table, key, value);
    }

    fn del(&mut self, table: Table, key: &[u8]) {
        self.tx.del(table, key);
    }

    fn add(&mut self, counter: &str, delta: u64) -> Result<u64, StoreError> {
        self.tx.add(counter, delta)
    }

    fn log(&mut self, row: LogDraft) {
        self.drafts.push(row.clone());
        self.tx.log(row);
    }

    fn view(&self) -> &dyn View {
        self.tx.view()
    }
}
