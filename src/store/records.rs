//! Typed records over the engine interface: their envelope, and puts that write what is derived and note what changed.
//!
//! - here: bytes to records and back, and records by id, number and external id
//! - [`Work`]: puts with derived rows, noted for the log
//! - [`to_fields`], [`differ`] …: records as fields, without their type

mod fields;
#[cfg(test)]
mod tests;
mod unknown;
mod work;

pub use fields::{differ, fields, from_fields, to_fields, version_of};
pub use work::{Contested, Work};

use std::sync::Arc;

use super::{Range, SCHEMA, Scan, StoreError, View};
use crate::model::{Entries, Id, Kind, Record, Table, field::AnyRecord, for_kind};

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

/// The record of an id, of any kind.
///
/// # Errors
/// Where the file cannot be read, or the record is damaged.
pub fn any(view: &dyn View, kind: Kind, id: Id) -> Result<Option<Arc<dyn AnyRecord>>, StoreError> {
    view.get(kind.table(), id.bytes())?.map(|bytes| decode_any(kind, &bytes)).transpose()
}

/// The record of bytes, of any kind.
///
/// # Errors
/// Where they are damaged.
pub fn decode_any(kind: Kind, bytes: &[u8]) -> Result<Arc<dyn AnyRecord>, StoreError> {
    Ok(for_kind!(kind, T => Arc::new(decode::<T>(bytes)?)))
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

/// The id that a number or an external name represents.
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

/// The records of a kind that refer to a record, in the order of their ids.
///
/// # Errors
/// Where the file cannot be read, or one of them is damaged.
pub fn referring<T: Record>(view: &dyn View, to: (Kind, Id)) -> Result<Vec<T>, StoreError> {
    let prefix = crate::model::Key::new().u8(to.0.code()).id(to.1).u8(T::KIND.code());
    let mut ids = Vec::new();
    view.scan(Table::IxRef, &Range::prefix(prefix), Scan::Forward, &mut |k, _| {
        ids.extend(k.last_chunk::<16>().map(|b| Id(*b)));
        true
    })?;
    ids.into_iter().filter_map(|id| get(view, id).transpose()).collect()
}

fn sorted(derive: impl FnOnce(&mut Entries)) -> Entries {
    let mut out = Entries::default();
    derive(&mut out);
    out.0.sort_unstable();
    // Two changes of one moment are at one place of the timeline.
    out.0.dedup();
    out
}

/// The rows that a record's bytes derive, sorted.
///
/// # Errors
/// Where the bytes are damaged.
pub fn derived(kind: Kind, bytes: &[u8]) -> Result<Entries, StoreError> {
    Ok(for_kind!(kind, T => { let r = decode::<T>(bytes)?; sorted(|out| r.entries(out)) }))
}

/// The id that is in a record's bytes.
///
/// # Errors
/// Where the bytes are damaged.
pub fn id_of(kind: Kind, bytes: &[u8]) -> Result<Id, StoreError> {
    Ok(for_kind!(kind, T => decode::<T>(bytes)?.id()))
}
