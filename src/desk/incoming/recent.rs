//! Who wrote lately, and who had an automatic reply: rows beside the log, which the next ones clear away. Addresses and
//! subjects are kept as hashes: what is only counted need not name anyone.

use sha2::{Digest, Sha256};

use crate::{
    mail::automatic,
    model::{Id, Key, KeyReader, Stamp, Table},
    store::{Range, Scan, StoreError, Tx, View, ViewExt, meta},
};

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecentKind {
    /// Messages of a sender.
    Sender,
    /// Messages of a subject that belong to no ticket.
    Subject,
    /// Automatic replies to an address.
    Answered,
}

impl RecentKind {
    fn code(self) -> u8 {
        match self {
            RecentKind::Sender => 1,
            RecentKind::Subject => 2,
            RecentKind::Answered => 3,
        }
    }
}

/// How long rows are kept at least, in milliseconds. A clock that was ahead by more has its rows cleared away too.
const KEPT: Stamp = 2 * automatic::PAUSE;

/// How many other rows each new one looks at, to clear away what is old.
const SWEPT: usize = 8;

fn key(view: &dyn View, what: RecentKind, text: &str) -> Result<Key, StoreError> {
    let mut hash = Sha256::new();
    hash.update(meta::store_id(view)?.bytes());
    hash.update([what.code()]);
    hash.update(text.as_bytes());
    let hash: [u8; 32] = hash.finalize().into();
    let (head, _) = hash.split_first_chunk::<16>().unwrap_or((&[0; 16], &[]));
    Ok(Key::new().u8(what.code()).id(Id(*head)))
}

/// The tickets of the newest `most` rows of a text from `since` to `until`, the newest first.
///
/// # Errors
/// Where the file cannot be read.
pub fn newest(
    view: &dyn View,
    (what, text): (RecentKind, &str),
    (since, until): (Stamp, Stamp),
    most: usize,
) -> Result<Vec<Id>, StoreError> {
    let from = key(view, what, text)?.at(since);
    let to = key(view, what, text)?.at(until.saturating_add(1));
    let rows = view.page(Table::Recent, &Range::between(from, to), Scan::Backward, most)?;
    Ok(rows.into_iter().filter_map(|(_, v)| v.try_into().ok().map(Id)).collect())
}

/// Notes that a message of a text came or went, on a ticket; and clears some old rows away.
///
/// # Errors
/// Where the file cannot be read.
pub fn note(
    tx: &mut dyn Tx,
    (what, text): (RecentKind, &str),
    at: Stamp,
    message: Id,
    ticket: Id,
) -> Result<(), StoreError> {
    let row = key(tx.view(), what, text)?.at(at).id(message).into_bytes();
    tx.put(Table::Recent, &row, ticket.bytes());
    // Hashes lie evenly: whatever is behind the new row, every row is looked at sooner or later.
    let mut old = tx.view().page(Table::Recent, &Range::from(row.as_slice()), Scan::Forward, SWEPT)?;
    old.extend(tx.view().page(Table::Recent, &Range::all(), Scan::Forward, 2)?);
    for (k, _) in old {
        let mut r = KeyReader(&k);
        let (_, _, noted) = (r.u8(), r.id(), r.at());
        if noted.is_none_or(|noted| (at - noted).abs() > KEPT) {
            tx.del(Table::Recent, &k);
        }
    }
    Ok(())
}
