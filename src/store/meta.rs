//! What a store says of itself: rows of [`Table::Meta`].

use super::{SCHEMA, StoreError, View};
use crate::model::{Id, Key, KeyReader, Stamp, Table};

/// The schema of the rows, big-endian `u16`.
pub const SCHEMA_KEY: &str = "schema";
/// The id of the store, sixteen bytes: which one it is, wherever it is copied to.
pub const STORE_ID: &str = "store_id";
/// When it was made, as stamps are in keys.
pub const CREATED_AT: &str = "created_at";

/// The rows of a new store.
pub fn first(store_id: Id, created_at: Stamp) -> [(&'static str, Vec<u8>); 3] {
    [
        (SCHEMA_KEY, SCHEMA.to_be_bytes().to_vec()),
        (STORE_ID, store_id.bytes().to_vec()),
        (CREATED_AT, Key::new().at(created_at).into_bytes()),
    ]
}

/// The schema of the store; `None` where it says none: it is not ours.
///
/// # Errors
/// Where the file cannot be read.
pub fn schema(view: &dyn View) -> Result<Option<u16>, StoreError> {
    let row = view.get(Table::Meta, SCHEMA_KEY.as_bytes())?;
    Ok(row.and_then(|v| v.try_into().ok()).map(u16::from_be_bytes))
}

/// The id of the store; nil where it has none.
///
/// # Errors
/// Where the file cannot be read.
pub fn store_id(view: &dyn View) -> Result<Id, StoreError> {
    let row = view.get(Table::Meta, STORE_ID.as_bytes())?;
    Ok(row.and_then(|v| v.try_into().ok()).map_or(Id::NIL, Id))
}

/// When the store was made; 0 where it does not say.
///
/// # Errors
/// Where the file cannot be read.
pub fn created_at(view: &dyn View) -> Result<Stamp, StoreError> {
    let row = view.get(Table::Meta, CREATED_AT.as_bytes())?;
    Ok(row.and_then(|v| KeyReader(&v).at()).unwrap_or(0))
}
