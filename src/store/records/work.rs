//! Writes of records with all that is derived from them.

use super::{decode, derived, differ, encode, fields::with_version, get, sorted, unknown, version_of};
use crate::{
    model::{
        Entries, Entry, Id, KeyReader, Kind, Record, Table,
        log::{Change, ChangeKind},
    },
    store::{StoreError, Tx, View, text},
};

/// Writes of records within one command, noted for the log.
pub struct Work<'a> {
    /// The transaction.
    pub tx: &'a mut dyn Tx,
    /// The records as they stood before the command, in the order first touched.
    before: Vec<(Kind, Id, Option<Vec<u8>>)>,
    seen: std::collections::HashMap<(Kind, Id), ()>,
    /// Rows of external ids that one record took over from another: the row, whose it was and whose it became.
    taken_over: Vec<(Vec<u8>, Id, Id)>,
}

/// A name in another system that two records have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contested {
    /// Of this kind.
    pub kind: Kind,
    /// Whose it was before.
    pub owner: Id,
    /// The source and the id.
    pub what: String,
}

impl<'a> Work<'a> {
    /// Nothing touched yet.
    pub fn new(tx: &'a mut dyn Tx) -> Work<'a> {
        Work { tx, before: Vec::new(), seen: std::collections::HashMap::new(), taken_over: Vec::new() }
    }

    /// The view of the transaction.
    pub fn view(&self) -> &dyn View {
        self.tx.view()
    }

    /// The record of an id.
    ///
    /// # Errors
    /// As [`get`].
    pub fn get<T: Record>(&self, id: Id) -> Result<Option<T>, StoreError> {
        get(self.view(), id)
    }

    /// Writes a record with all that is derived from it; its version goes up by one.
    /// Gives whether anything but the version changed: a put that changes nothing writes nothing.
    ///
    /// # Errors
    /// Where the file cannot be read, or the old record is damaged.
    pub fn put<T: Record>(&mut self, record: &T) -> Result<bool, StoreError> {
        let id = record.id();
        let old = self.tx.get(T::KIND.table(), id.bytes())?;
        let mut new = record.clone();
        let mut old_entries = Entries::default();
        let mut version = 0;
        if let Some(bytes) = &old {
            let before: T = decode(bytes)?;
            version = before.version();
            new.set_version(version);
            if new == before {
                return Ok(false);
            }
            old_entries = sorted(|out| before.entries(out));
        }
        new.set_version(version + self.step(T::KIND, id));
        let new_entries = sorted(|out| new.entries(out));
        let mut bytes = encode(&new);
        if let Some(old) = &old {
            bytes = unknown::keep(T::KIND, old, bytes)?;
        }
        self.replace(T::KIND, id, old, bytes, &old_entries, &new_entries)?;
        Ok(true)
    }

    /// Writes a record whose id was drawn by this command, so that nothing can be there: saves looking.
    pub fn add<T: Record>(&mut self, mut record: T) {
        let id = record.id();
        record.set_version(1);
        for come in sorted(|out| record.entries(out)).0 {
            self.tx.put(come.table, &come.key, &come.value);
        }
        self.note(T::KIND, id, None);
        self.tx.put(T::KIND.table(), id.bytes(), &encode(&record));
    }

    /// As [`Work::put`], of a record's bytes. Fields that this version does not know stay as they were.
    ///
    /// # Errors
    /// Where the file cannot be read, or a record is damaged.
    pub fn put_bytes(&mut self, kind: Kind, id: Id, bytes: Vec<u8>) -> Result<bool, StoreError> {
        let old = self.tx.get(kind.table(), id.bytes())?;
        let mut version = 1;
        let mut bytes = bytes;
        let mut old_entries = Entries::default();
        if let Some(old) = &old {
            bytes = unknown::keep(kind, old, bytes)?;
            if differ(old, &bytes)?.is_empty() {
                return Ok(false);
            }
            version = version_of(kind, old)? + self.step(kind, id);
            old_entries = derived(kind, old)?;
        }
        let bytes = with_version(kind, bytes, version)?;
        let new_entries = derived(kind, &bytes)?;
        self.replace(kind, id, old, bytes, &old_entries, &new_entries)?;
        Ok(true)
    }

    /// Writes a record's bytes as they are, fields that this version does not know included: for what has to reach them
    /// all. The version goes up by one. Gives whether there was such a record and anything changed.
    ///
    /// # Errors
    /// Where the file cannot be read, or a record is damaged.
    pub fn put_whole(&mut self, kind: Kind, id: Id, bytes: Vec<u8>) -> Result<bool, StoreError> {
        let Some(old) = self.tx.get(kind.table(), id.bytes())? else { return Ok(false) };
        if differ(&old, &bytes)?.is_empty() {
            return Ok(false);
        }
        let bytes = with_version(kind, bytes, version_of(kind, &old)? + self.step(kind, id))?;
        let (old_entries, new_entries) = (derived(kind, &old)?, derived(kind, &bytes)?);
        self.replace(kind, id, Some(old), bytes, &old_entries, &new_entries)?;
        Ok(true)
    }

    fn replace(
        &mut self,
        kind: Kind,
        id: Id,
        old: Option<Vec<u8>>,
        bytes: Vec<u8>,
        old_entries: &Entries,
        new_entries: &Entries,
    ) -> Result<(), StoreError> {
        for gone in old_entries.0.iter().filter(|e| new_entries.0.binary_search(e).is_err()) {
            self.take_away(gone)?;
        }
        for come in new_entries.0.iter().filter(|e| old_entries.0.binary_search(e).is_err()) {
            if come.table == Table::IxExternal
                && let Some(owner) = self.tx.get(come.table, &come.key)?.and_then(|v| v.try_into().ok())
                && Id(owner) != id
            {
                self.taken_over.push((come.key.clone(), Id(owner), id));
            }
            self.tx.put(come.table, &come.key, &come.value);
        }
        self.note(kind, id, old);
        self.tx.put(kind.table(), id.bytes(), &bytes);
        Ok(())
    }

    /// Takes a derived row away, but for one that another record took over within this command (an external id that
    /// moved, say): there the value is the other's.
    fn take_away(&mut self, gone: &Entry) -> Result<(), StoreError> {
        if gone.value.is_empty() || self.tx.get(gone.table, &gone.key)?.as_ref() == Some(&gone.value) {
            self.tx.del(gone.table, &gone.key);
        }
        Ok(())
    }

    /// An external id that the command leaves with two records. On the way it may: it moves from one to the other.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn contested(&self) -> Result<Option<Contested>, StoreError> {
        for (key, ..) in &self.taken_over {
            let mut r = KeyReader(key);
            let (source, name, kind) = (r.text(), r.text(), r.u8().and_then(Kind::of_code));
            let (Some(source), Some(name), Some(kind)) = (source, name, kind) else { continue };
            let mut has = Vec::new();
            for id in self.taken_over.iter().filter(|t| t.0 == *key).flat_map(|t| [t.1, t.2]) {
                if has.contains(&id) {
                    continue;
                }
                let Some(bytes) = self.tx.get(kind.table(), id.bytes())? else { continue };
                let rows = derived(kind, &bytes)?;
                if rows.0.iter().any(|e| e.table == Table::IxExternal && e.key == *key) {
                    has.push(id);
                }
            }
            if let [owner, _, ..] = has.as_slice() {
                return Ok(Some(Contested { kind, owner: *owner, what: format!("{source} {name}") }));
            }
        }
        Ok(None)
    }

    /// Takes a record away with all that is derived from it. Gives whether there was one.
    ///
    /// # Errors
    /// Where the file cannot be read, or the record is damaged.
    pub fn del(&mut self, kind: Kind, id: Id) -> Result<bool, StoreError> {
        let Some(old) = self.tx.get(kind.table(), id.bytes())? else { return Ok(false) };
        for gone in derived(kind, &old)?.0 {
            self.take_away(&gone)?;
        }
        self.tx.del(kind.table(), id.bytes());
        self.note(kind, id, Some(old));
        Ok(true)
    }

    /// By how much the version of a record goes up with a write: by one a command, however often it writes the record, so
    /// that versions count the rows of the log.
    fn step(&self, kind: Kind, id: Id) -> u64 {
        u64::from(!self.seen.contains_key(&(kind, id)))
    }

    fn note(&mut self, kind: Kind, id: Id, old: Option<Vec<u8>>) {
        if self.seen.insert((kind, id), ()).is_none() {
            self.before.push((kind, id, old));
        }
    }

    /// The records touched so far.
    pub fn touched(&self) -> impl Iterator<Item = (Kind, Id)> + '_ {
        self.before.iter().map(|(k, i, _)| (*k, *i))
    }

    /// A record as it stood before the command; `None` where it was not touched, or was not there.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn before<T: Record>(&self, id: Id) -> Result<Option<T>, StoreError> {
        let was = self.before.iter().find(|(k, i, _)| (*k, *i) == (T::KIND, id));
        was.and_then(|(.., bytes)| bytes.as_deref()).map(decode::<T>).transpose()
    }

    /// What the command changed, each record once, whatever it was put through in between. The last step of a command: with
    /// it the texts that can be searched become those of the records.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn changes(&mut self) -> Result<Vec<Change>, StoreError> {
        text::follow(self.tx, &self.before)?;
        let mut out = Vec::with_capacity(self.before.len());
        for (kind, id, before) in &self.before {
            let after = self.tx.get(kind.table(), id.bytes())?;
            let what = match (before, after) {
                (None, Some(after)) => ChangeKind::Created(after),
                (Some(before), None) => ChangeKind::Deleted(before.clone()),
                (Some(before), Some(after)) => {
                    let fields = differ(before, &after)?;
                    if fields.is_empty() {
                        continue;
                    }
                    ChangeKind::Updated(fields)
                }
                (None, None) => continue,
            };
            out.push(Change { kind: kind.code(), id: *id, what });
        }
        Ok(out)
    }
}
