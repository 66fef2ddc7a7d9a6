//! The desk's own settings, and saved views.

mod fields;

pub use fields::{FIELDS, VIEW_FIELDS, VIEW_LIST};

use super::{Currency, Derive, Entries, Id, Kind, Stamp, custom_field::CustomField, fold, shape::record};

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
        /// Senders whose mail is not taken by any mailbox: addresses, or `@domain`.
        blocked = "bl": Vec<String>,
        /// Messages of one sender or of one subject within ten minutes from which on they go to one ticket; 0: any number.
        storm_limit = "sl": Option<u32>,
        /// Its sales pipelines, each as [`Pipeline`](super::pipeline::Pipeline) is written.
        pipelines = "pl": Vec<String>,
        /// The custom fields that it declared.
        custom_fields = "cf": Vec<CustomField>,
    }
}

/// The longest automatic send delay that can be set, in milliseconds: an hour.
pub const LONGEST_HOLD_MS: i64 = 3_600_000;

impl Workspace {
    /// The currency of amounts that name none: euros unless one is set.
    pub fn usual_currency(&self) -> Currency {
        Currency::new(&self.currency).unwrap_or(Currency::EUR)
    }

    /// How long a public reply is held before it is queued, in milliseconds: ten seconds unless set.
    pub fn hold_ms(&self) -> i64 {
        (i64::from(self.hold_seconds.unwrap_or(10)) * 1000).min(LONGEST_HOLD_MS)
    }

    /// How many messages of one sender or of one subject within ten minutes get separate tickets: 20 unless set; 0:
    /// any number.
    pub fn storm_limit(&self) -> usize {
        usize::try_from(self.storm_limit.unwrap_or(20)).unwrap_or(usize::MAX)
    }

    /// Whether a sender's mail is not taken by any mailbox.
    pub fn blocks(&self, address: &str) -> bool {
        is_blocked(&self.blocked, address)
    }
}

/// A blocked sender in the form that is kept: an address in lower case, or `@domain`; `None` where a text is neither.
pub fn blocked_sender(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    let domain = text
        .strip_prefix("*@")
        .or(text.strip_prefix('@'))
        .or((!text.contains('@') && text.contains('.')).then_some(&text));
    match domain {
        Some(d) => fold::email_key(&format!("x@{d}")).map(|_| format!("@{d}")),
        None => fold::email_key(&text),
    }
}

/// Whether an address is one of these senders: addresses, or `@domain`.
pub fn is_blocked(senders: &[String], address: &str) -> bool {
    let Some(key) = fold::email_key(address) else { return false };
    let domain = key.rsplit_once('@').map_or("", |(_, d)| d);
    senders.iter().any(|b| match b.trim().strip_prefix('@') {
        Some(d) => d.eq_ignore_ascii_case(domain),
        None => fold::email_key(b).as_deref() == Some(&key),
    })
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
        /// Its owner; none: shared with everyone.
        owner = "o": Option<Id>,
        /// Its place among the others.
        rank = "r": u32,
        /// When it was made.
        created_at = "ca": Stamp,
        /// When its members were frozen; `None`: its members are the current matches of the query.
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
