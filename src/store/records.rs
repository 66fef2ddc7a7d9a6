//! Typed records over the waist: their envelope, and puts that write what is derived and note what changed.

use rmpv::Value;

use super::{Range, SCHEMA, Scan, StoreError, Tx, View};
use crate::model::{
    Entries, Entry, Id, Kind, Record, Shape, Table, for_kind,
    log::{Change, FieldChange, What},
    shape::Field,
};

/// The format byte of MessagePack with named keys.
const FORMAT: u8 = 1;

/// The bytes of a record: `[format u8][schema u16]`, then MessagePack.
pub fn encode<T: Record>(r: &T) -> Vec<u8> {
    let mut out = vec![FORMAT];
    out.extend(SCHEMA.to_be_bytes());
    // Records are plain values: they always encode.
    let _ = rmp_serde::encode::write_named(&mut out, r);
    out
}

/// The MessagePack inside an envelope.
///
/// # Errors
/// Where the envelope is of an unknown format.
pub fn payload(bytes: &[u8]) -> Result<&[u8], StoreError> {
    match bytes {
        [FORMAT, _, _, rest @ ..] => Ok(rest),
        _ => Err(StoreError::Corrupt("a record in an unknown format".into())),
    }
}

/// The record of bytes.
///
/// # Errors
/// Where they are damaged.
pub fn decode<T: Record>(bytes: &[u8]) -> Result<T, StoreError> {
    rmp_serde::from_slice(payload(bytes)?)
        .map_err(|e| StoreError::Corrupt(format!("a {} that cannot be read: {e}", T::KIND.word())))
}

/// The record of an id.
///
/// # Errors
/// Where the file cannot be read, or the record is damaged.
pub fn get<T: Record>(view: &dyn View, id: Id) -> Result<Option<T>, StoreError> {
    view.get(T::KIND.table(), id.bytes())?.map(|b| decode(&b)).transpose()
}

/// Gives every record of a kind to `f`, in the order of their ids, until it answers `false`.
///
/// # Errors
/// Where the file cannot be read, or a record is damaged.
pub fn each<T: Record>(view: &dyn View, mut f: impl FnMut(T) -> bool) -> Result<(), StoreError> {
    let mut failed = None;
    view.scan(T::KIND.table(), &Range::all(), Scan::Forward, &mut |_, v| match decode(v) {
        Ok(r) => f(r),
        Err(e) => {
            failed = Some(e);
            false
        }
    })?;
    failed.map_or(Ok(()), Err)
}

/// The id that a number or an external name stands for.
///
/// # Errors
/// Where the file cannot be read.
pub fn by_number(view: &dyn View, kind: Kind, number: u64) -> Result<Option<Id>, StoreError> {
    let key = crate::model::Key::new().u8(kind.code()).u64(number);
    Ok(view.get(Table::IxNumber, key.as_bytes())?.and_then(|v| v.try_into().ok()).map(Id))
}

/// The id of the record that another system calls so.
///
/// # Errors
/// Where the file cannot be read.
pub fn by_external(view: &dyn View, kind: Kind, source: &str, id: &str) -> Result<Option<Id>, StoreError> {
    let key = crate::model::Key::new().text(source).text(id).u8(kind.code());
    Ok(view.get(Table::IxExternal, key.as_bytes())?.and_then(|v| v.try_into().ok()).map(Id))
}

fn sorted(derive: impl FnOnce(&mut Entries)) -> Entries {
    let mut out = Entries::default();
    derive(&mut out);
    out.0.sort_unstable();
    out
}

/// The rows that a record's bytes derive, sorted.
///
/// # Errors
/// Where the bytes are damaged.
pub fn derived(kind: Kind, bytes: &[u8]) -> Result<Entries, StoreError> {
    Ok(for_kind!(kind, T => { let r = decode::<T>(bytes)?; sorted(|out| r.entries(out)) }))
}

/// The fields that this version knows of a kind.
pub fn fields(kind: Kind) -> &'static [Field] {
    for_kind!(kind, T => <T as Shape>::FIELDS)
}

/// The fields of a record's bytes that this version does not know.
fn unknown_fields(kind: Kind, bytes: &[u8]) -> Result<Vec<(String, Value)>, StoreError> {
    let known = |k: &str| fields(kind).iter().any(|f| f.short == k);
    let Names(names) = rmp_serde::from_slice(payload(bytes)?)
        .map_err(|_| StoreError::Corrupt("a record that is no map".into()))?;
    // Hardly ever is there one: the values are read only then.
    if names.into_iter().all(known) {
        return Ok(Vec::new());
    }
    Ok(to_fields(bytes)?.into_iter().filter(|(k, _)| !known(k)).collect())
}

/// The names of a record's fields, their values passed over.
struct Names<'a>(Vec<&'a str>);

impl<'de> serde::Deserialize<'de> for Names<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Visit;
        impl<'de> serde::de::Visitor<'de> for Visit {
            type Value = Names<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a map")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Names<'de>, A::Error> {
                let mut names = Vec::with_capacity(map.size_hint().unwrap_or(0).min(64));
                while let Some((name, serde::de::IgnoredAny)) = map.next_entry()? {
                    names.push(name);
                }
                Ok(Names(names))
            }
        }
        d.deserialize_map(Visit)
    }
}

/// The version that stands in a record's bytes.
///
/// # Errors
/// Where they are damaged.
pub fn version_of(kind: Kind, bytes: &[u8]) -> Result<u64, StoreError> {
    Ok(for_kind!(kind, T => decode::<T>(bytes)?.version()))
}

/// A record's bytes as its fields, in the order written.
///
/// # Errors
/// Where they are damaged.
pub fn to_fields(bytes: &[u8]) -> Result<Vec<(String, Value)>, StoreError> {
    let damaged = || StoreError::Corrupt("a record that is no map".into());
    let v = rmpv::decode::read_value(&mut payload(bytes)?).map_err(|_| damaged())?;
    let Value::Map(map) = v else { return Err(damaged()) };
    map.into_iter().map(|(k, v)| Ok((k.as_str().ok_or_else(damaged)?.to_owned(), v))).collect()
}

/// Fields as a record's bytes.
pub fn from_fields(fields: Vec<(String, Value)>) -> Vec<u8> {
    let mut out = vec![FORMAT];
    out.extend(SCHEMA.to_be_bytes());
    let map = Value::Map(fields.into_iter().map(|(k, v)| (Value::from(k), v)).collect());
    // Writing into memory does not fail.
    let _ = rmpv::encode::write_value(&mut out, &map);
    out
}

/// The fields that differ between two records' bytes, the version aside.
///
/// # Errors
/// Where they are damaged.
pub fn differ(before: &[u8], after: &[u8]) -> Result<Vec<FieldChange>, StoreError> {
    let mut new = to_fields(after)?;
    let mut out = Vec::new();
    for (field, before) in to_fields(before)? {
        let at = new.iter().position(|(f, _)| *f == field);
        let after = at.map(|i| new.remove(i).1);
        if field != "v" && after.as_ref() != Some(&before) {
            out.push(FieldChange { field, before: Some(before), after });
        }
    }
    // What is left was not there before.
    let come = new.into_iter().filter(|(field, _)| field != "v");
    out.extend(come.map(|(field, after)| FieldChange { field, before: None, after: Some(after) }));
    Ok(out)
}

/// Writes of records within one command, noted for the log.
pub struct Work<'a> {
    /// The transaction.
    pub tx: &'a mut dyn Tx,
    /// The records as they stood before the command, in the order first touched.
    before: Vec<(Kind, Id, Option<Vec<u8>>)>,
    seen: std::collections::HashMap<(Kind, Id), ()>,
}

impl<'a> Work<'a> {
    /// Nothing touched yet.
    pub fn new(tx: &'a mut dyn Tx) -> Work<'a> {
        Work { tx, before: Vec::new(), seen: std::collections::HashMap::new() }
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
        let mut unknown = Vec::new();
        let mut version = 0;
        if let Some(bytes) = &old {
            let before: T = decode(bytes)?;
            version = before.version();
            new.set_version(version);
            if new == before {
                return Ok(false);
            }
            old_entries = sorted(|out| before.entries(out));
            unknown = unknown_fields(T::KIND, bytes)?;
        }
        new.set_version(version + 1);
        let new_entries = sorted(|out| new.entries(out));
        let mut bytes = encode(&new);
        if !unknown.is_empty() {
            let mut all = to_fields(&bytes)?;
            all.extend(unknown);
            bytes = from_fields(all);
        }
        self.replace(T::KIND, id, old, bytes, &old_entries, &new_entries)?;
        Ok(true)
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
            let unknown = unknown_fields(kind, old)?;
            if !unknown.is_empty() {
                let mut all = to_fields(&bytes)?;
                all.retain(|(k, _)| !unknown.iter().any(|(u, _)| u == k));
                all.extend(unknown);
                bytes = from_fields(all);
            }
            if differ(old, &bytes)?.is_empty() {
                return Ok(false);
            }
            version = version_of(kind, old)? + 1;
            old_entries = derived(kind, old)?;
        }
        let bytes = with_version(kind, bytes, version)?;
        let new_entries = derived(kind, &bytes)?;
        self.replace(kind, id, old, bytes, &old_entries, &new_entries)?;
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

    fn note(&mut self, kind: Kind, id: Id, old: Option<Vec<u8>>) {
        if self.seen.insert((kind, id), ()).is_none() {
            self.before.push((kind, id, old));
        }
    }

    /// The records touched so far.
    pub fn touched(&self) -> impl Iterator<Item = (Kind, Id)> + '_ {
        self.before.iter().map(|(k, i, _)| (*k, *i))
    }

    /// What the command changed, each record once, whatever it was put through in between.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn changes(&self) -> Result<Vec<Change>, StoreError> {
        let mut out = Vec::with_capacity(self.before.len());
        for (kind, id, before) in &self.before {
            let after = self.tx.get(kind.table(), id.bytes())?;
            let what = match (before, after) {
                (None, Some(after)) => What::Created(after),
                (Some(before), None) => What::Deleted(before.clone()),
                (Some(before), Some(after)) => {
                    let fields = differ(before, &after)?;
                    if fields.is_empty() {
                        continue;
                    }
                    What::Updated(fields)
                }
                (None, None) => continue,
            };
            out.push(Change { kind: kind.code(), id: *id, what });
        }
        Ok(out)
    }
}

fn with_version(kind: Kind, bytes: Vec<u8>, version: u64) -> Result<Vec<u8>, StoreError> {
    if version_of(kind, &bytes)? == version {
        return Ok(bytes);
    }
    let mut fields = to_fields(&bytes)?;
    match fields.iter_mut().find(|(k, _)| k == "v") {
        Some((_, v)) => *v = Value::from(version),
        None => fields.insert(1.min(fields.len()), ("v".into(), Value::from(version))),
    }
    Ok(from_fields(fields))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::Customer,
        store::{MemStore, Store, overlay::Overlay},
    };

    fn in_tx<R>(f: impl Fn(&mut Work) -> R) -> R {
        let store = MemStore::new();
        let store: &dyn Store = &store;
        store.view(|v| Ok(f(&mut Work::new(&mut Overlay::over(v))))).unwrap()
    }

    #[test]
    fn a_put_writes_what_is_derived_and_takes_away_what_is_not_any_more() {
        in_tx(|w| {
            let mut c =
                Customer { id: Id([1; 16]), number: 7, tags: vec!["vip".into()], ..Default::default() };
            assert!(w.put(&c).unwrap());
            assert_eq!(by_number(w.view(), Kind::Customer, 7).unwrap(), Some(c.id));
            c.tags = vec!["gold".into()];
            c.number = 8;
            assert!(w.put(&c).unwrap());
            assert!(!w.put(&c).unwrap(), "the same again writes nothing");
            assert_eq!(by_number(w.view(), Kind::Customer, 7).unwrap(), None);
            let back: Customer = w.get(c.id).unwrap().unwrap();
            assert_eq!((back.version, back.tags), (2, c.tags.clone()));
            let tags = crate::store::ViewExt::count(w.view(), Table::IxTag, &Range::all()).unwrap();
            assert_eq!(tags, 1);
            assert!(w.del(Kind::Customer, c.id).unwrap());
            assert!(w.changes().unwrap().is_empty(), "made and taken away is no change");
        });
    }

    #[test]
    fn a_typed_put_writes_what_its_bytes_would() {
        in_tx(|w| {
            let old = Customer { id: Id([1; 16]), number: 7, given: "Ada".into(), ..Default::default() };
            let mut new = old.clone();
            new.given = String::new();
            new.tags = vec!["vip".into()];
            let read = |w: &Work, id: Id| w.view().get(Table::Customer, id.bytes()).unwrap().unwrap();
            w.put(&old).unwrap();
            w.put(&new).unwrap();
            let typed = read(w, old.id);
            w.del(Kind::Customer, old.id).unwrap();
            w.put_bytes(Kind::Customer, old.id, encode(&old)).unwrap();
            w.put_bytes(Kind::Customer, old.id, encode(&new)).unwrap();
            assert_eq!(typed, read(w, old.id));
        });
    }

    #[test]
    fn an_external_id_that_moves_keeps_its_row() {
        in_tx(|w| {
            let x = vec![crate::model::ExternalId { source: "shop".into(), id: "9".into() }];
            let mut a = Customer { id: Id([1; 16]), external_ids: x.clone(), ..Default::default() };
            w.put(&a).unwrap();
            let b = Customer { id: Id([2; 16]), external_ids: x, ..Default::default() };
            w.put(&b).unwrap();
            a.external_ids.clear();
            w.put(&a).unwrap();
            assert_eq!(by_external(w.view(), Kind::Customer, "shop", "9").unwrap(), Some(b.id));
            w.del(Kind::Customer, b.id).unwrap();
            assert_eq!(by_external(w.view(), Kind::Customer, "shop", "9").unwrap(), None);
        });
    }

    #[test]
    fn fields_of_a_later_version_survive_an_edit() {
        in_tx(|w| {
            let c = Customer { id: Id([1; 16]), given: "Ada".into(), ..Default::default() };
            let mut fields = to_fields(&encode(&c)).unwrap();
            fields.push(("zz".into(), Value::from("from the future")));
            w.put_bytes(Kind::Customer, c.id, from_fields(fields)).unwrap();
            let mut back: Customer = w.get(c.id).unwrap().unwrap();
            back.given = "Grace".into();
            w.put(&back).unwrap();
            let now = to_fields(&w.view().get(Table::Customer, c.id.bytes()).unwrap().unwrap()).unwrap();
            assert!(now.contains(&("zz".into(), Value::from("from the future"))));
            assert!(now.contains(&("g".into(), Value::from("Grace"))));
        });
    }
}
