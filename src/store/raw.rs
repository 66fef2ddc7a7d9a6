//! Long bytes: mail as it came, attachments. In chunks, so that no page and no read has to contain all of one.
//!
//! They are no records: the log does not carry them, and a record that names them keeps them.

use super::{Range, Scan, StoreError, Tx, View};
use crate::model::{Id, Key, Table};

/// The most bytes in one row.
pub const CHUNK: usize = 64 * 1024;

fn all(id: Id) -> Range {
    Range::prefix(Key::new().id(id))
}

/// Keeps bytes under an id, in place of what was there.
///
/// # Errors
/// Where the file cannot be read.
pub fn put(tx: &mut dyn Tx, id: Id, bytes: &[u8]) -> Result<(), StoreError> {
    del(tx, id)?;
    // Nothing is kept as one empty row: it is there, unlike what was never put.
    let chunks = bytes.chunks(CHUNK).chain(bytes.is_empty().then_some(&[] as &[u8]));
    for (n, chunk) in (0u64..).zip(chunks) {
        tx.put(Table::Raw, Key::new().id(id).u64(n).as_bytes(), chunk);
    }
    Ok(())
}

/// The bytes kept under an id; `None` where there are none.
///
/// # Errors
/// Where the file cannot be read.
pub fn get(view: &dyn View, id: Id) -> Result<Option<Vec<u8>>, StoreError> {
    let mut out = None;
    each(view, id, &mut |chunk| {
        out.get_or_insert_with(Vec::new).extend_from_slice(chunk);
        true
    })?;
    Ok(out)
}

/// Gives the bytes of an id to `f`, chunk by chunk, until it answers `false`.
///
/// # Errors
/// Where the file cannot be read.
pub fn each(view: &dyn View, id: Id, f: &mut dyn FnMut(&[u8]) -> bool) -> Result<(), StoreError> {
    view.scan(Table::Raw, &all(id), Scan::Forward, &mut |_, chunk| f(chunk))
}

/// Takes the bytes of an id away.
///
/// # Errors
/// Where the file cannot be read.
pub fn del(tx: &mut dyn Tx, id: Id) -> Result<(), StoreError> {
    let mut keys = Vec::new();
    tx.scan(Table::Raw, &all(id), Scan::Forward, &mut |key, _| {
        keys.push(key.to_vec());
        true
    })?;
    for key in keys {
        tx.del(Table::Raw, &key);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{MemStore, Store, ViewExt, overlay::Overlay};

    #[test]
    fn long_bytes_come_back_whole_and_leave_nothing_behind() {
        let store = MemStore::new();
        let store: &dyn Store = &store;
        store
            .view(|v| {
                let mut tx = Overlay::over(v);
                let (id, other) = (Id([1; 16]), Id([2; 16]));
                for len in [3 * CHUNK + 5, CHUNK, CHUNK + 1, 1, 0] {
                    let bytes: Vec<u8> = (0..len).map(|i| (i % 251) as u8).collect();
                    put(&mut tx, id, &bytes)?;
                    put(&mut tx, other, b"another")?;
                    assert_eq!(get(&tx, id)?, Some(bytes), "{len}");
                    let rows = tx.count(Table::Raw, &all(id))? as usize;
                    assert_eq!(rows, len.div_ceil(CHUNK).max(1));
                }
                del(&mut tx, id)?;
                assert_eq!(get(&tx, id)?, None);
                assert_eq!(get(&tx, other)?.as_deref(), Some(&b"another"[..]));
                Ok(())
            })
            .unwrap();
    }
}
