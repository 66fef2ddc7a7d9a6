//! The desk's own settings, and saved views.

use super::{Derive, Entries, Id, Kind, Stamp, shape::record};

record! {
    /// The desk's own settings: one record, under [`Id::NIL`].
    Workspace {
        /// Its name.
        name = "na": String,
        /// Its time zone (IANA); empty: UTC.
        zone = "z": String,
        /// Its currency (ISO 4217).
        currency = "cu": String,
        /// The address that its mail comes from.
        address = "a": String,
        /// Other own addresses: mail from them never makes a customer.
        own_addresses = "oa": Vec<String>,
        /// The calling code of telephone numbers that name none (`44`).
        calling_code = "cc": String,
        /// Seconds that a public reply is held before it is queued.
        hold_seconds = "hs": Option<u32>,
        /// When it was made.
        created_at = "ca": Stamp,
    }
}

/// The longest automatic hold that can be set, in milliseconds: an hour.
pub const LONGEST_HOLD_MS: i64 = 3_600_000;

impl Workspace {
    /// How long a public reply is held before it is queued, in milliseconds: ten seconds unless set.
    pub fn hold_ms(&self) -> i64 {
        (i64::from(self.hold_seconds.unwrap_or(10)) * 1000).min(LONGEST_HOLD_MS)
    }
}

record! {
    /// A saved query over one kind of record.
    SavedView {
        /// Its name.
        name = "na": String,
        /// What it lists: `tickets`, `customers` …
        entity = "en": String,
        /// The query.
        query = "q": String,
        /// The columns, in order; empty: the usual ones.
        columns = "co": Vec<String>,
        /// Whose it is; nobody's: everybody's.
        owner = "o": Option<Id>,
        /// Its place among the others.
        rank = "r": u32,
        /// When it was made.
        created_at = "ca": Stamp,
        /// When its members were frozen; `None`: it is whoever meets the query now.
        frozen_at = "fz": Option<Stamp>,
        /// Who met the query then.
        members = "me": Vec<Id>,
    }
}

impl Derive for Workspace {
    fn derive(&self, _out: &mut Entries) {}
}

impl Derive for SavedView {
    fn derive(&self, out: &mut Entries) {
        if let Some(owner) = self.owner {
            out.refer((Kind::Agent, owner), (Kind::SavedView, self.id));
        }
    }
}
