//! Imports: each is one batch, reverted in one step.

mod fields;

pub use fields::{FIELDS, LIST};

use super::{Derive, Entries, Kind, Stamp, shape::record, words::words};

words! {
    /// How far an import is.
    BatchState {
        /// Being applied, or cut off: run it again to go on.
        Applying = "applying",
        /// All of it stands.
        Applied = "applied",
        /// Taken back.
        Reverted = "reverted",
        /// Stopped by hand; what was applied stands.
        Cancelled = "cancelled",
    }
}

record! {
    /// One import.
    ImportBatch {
        /// The number people see, after `B-`.
        number = "n": u64,
        /// The files, as they were named.
        files = "f": Vec<String>,
        /// What they were read as.
        format = "fo": String,
        /// The name that external ids stand under.
        source = "s": String,
        /// How columns were read.
        mapping = "m": String,
        /// How far it is.
        state = "st": BatchState,
        /// When it began.
        started_at = "sa": Stamp,
        /// When it ended.
        finished_at = "fa": Option<Stamp>,
        /// Rows read.
        read = "r": u64,
        /// Rows that made a record.
        created = "c": u64,
        /// Rows that changed one.
        updated = "u": u64,
        /// Rows that said nothing new.
        unchanged = "un": u64,
        /// Rows that could not be taken.
        rejected = "re": u64,
    }
}

impl ImportBatch {
    /// Its state, in one word. One that an error ended is not under way any more.
    #[must_use]
    pub fn status(&self) -> &str {
        match (&self.state, self.finished_at) {
            (BatchState::Applying, Some(_)) => "failed",
            (state, _) => state.as_str(),
        }
    }
}

impl Derive for ImportBatch {
    fn derive(&self, out: &mut Entries) {
        out.number(Kind::ImportBatch, self.number, self.id);
    }
}
