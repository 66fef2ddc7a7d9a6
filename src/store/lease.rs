//! Leases: what one process at a time does for all, kept in the store. A holder that dies loses it when it runs out.

use super::{StoreError, Tx, View};
use crate::model::{Id, Key, KeyReader, Stamp, Table};

/// Who has a lease, and until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// The process, or session, that has it.
    pub holder: Id,
    /// When it runs out, unless it is renewed.
    pub until: Stamp,
}

fn key(name: &str) -> Vec<u8> {
    format!("lease.{name}").into_bytes()
}

/// The lease of a name, whether it is still valid or not.
///
/// # Errors
/// Where the file cannot be read.
pub fn of(view: &dyn View, name: &str) -> Result<Option<Lease>, StoreError> {
    let row = view.get(Table::Meta, &key(name))?;
    Ok(row.and_then(|v| {
        let mut r = KeyReader(&v);
        Some(Lease { holder: r.id()?, until: r.at()? })
    }))
}

/// The lease that keeps `me` from a work just now: another's, not yet run out. One that ends later than any given now
/// could was given under a clock that was wrong, and blocks no one.
///
/// # Errors
/// Where the file cannot be read.
pub fn against(
    view: &dyn View,
    name: &str,
    me: Id,
    now: Stamp,
    length: Stamp,
) -> Result<Option<Lease>, StoreError> {
    let valid = |l: &Lease| l.holder != me && l.until > now && l.until <= now.saturating_add(length);
    Ok(of(view, name)?.filter(valid))
}

/// Takes a lease, or renews one's own. Look first whether another's is [`against`] it.
pub fn take(tx: &mut dyn Tx, name: &str, me: Id, until: Stamp) {
    tx.put(Table::Meta, &key(name), Key::new().id(me).at(until).as_bytes());
}

/// Gives one's own lease back before it runs out.
///
/// # Errors
/// Where the file cannot be read.
pub fn give_back(tx: &mut dyn Tx, name: &str, me: Id) -> Result<(), StoreError> {
    if of(tx.view(), name)?.is_some_and(|l| l.holder == me) {
        tx.del(Table::Meta, &key(name));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{MemStore, Reject, Store, Weight};

    #[test]
    fn a_lease_keeps_others_until_it_runs_out_or_is_given_back() {
        let store = MemStore::new();
        let (a, b) = (Id([1; 16]), Id([2; 16]));
        let write = |n: u8, f: fn(&mut dyn Tx) -> Result<(), Reject>| {
            store.write(Id([n; 16]), Weight::Light, Box::new(f)).unwrap();
        };
        let held = |me, now| (&store as &dyn Store).view(|v| against(v, "x", me, now, 100)).unwrap();
        assert_eq!(held(b, 1000), None);
        write(1, |tx| {
            take(tx, "x", Id([1; 16]), 1100);
            Ok(())
        });
        assert_eq!(held(a, 1050), None, "one's own");
        assert_eq!(held(b, 1050), Some(Lease { holder: a, until: 1100 }));
        assert_eq!(held(b, 1100), None, "run out");
        assert_eq!(held(b, 500), None, "given under a clock that was wrong");
        write(2, |tx| Ok(give_back(tx, "x", Id([2; 16]))?));
        assert!(held(b, 1050).is_some(), "not another's to give");
        write(3, |tx| Ok(give_back(tx, "x", Id([1; 16]))?));
        assert_eq!(held(b, 1050), None);
    }
}
