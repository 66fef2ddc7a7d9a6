//! The fields of imports: see [`field`](crate::model::field).

use super::ImportBatch;
use crate::model::field::{FieldSpec, Merge::Own, Privacy::Keep};

type F = FieldSpec<ImportBatch>;

/// Every field. An import writes them; no one enters them.
#[rustfmt::skip] // a row per field
pub const FIELDS: &[F] = &[
    F::stored("id", Keep, Own),
    F::stored("version", Keep, Own),
    F::stored("external_ids", Keep, Own),
    F::stored("number", Keep, Own),
    F::stored("files", Keep, Own),
    F::stored("format", Keep, Own),
    F::stored("source", Keep, Own),
    F::stored("mapping", Keep, Own),
    F::stored("state", Keep, Own),
    F::stored("started_at", Keep, Own),
    F::stored("finished_at", Keep, Own),
    F::stored("read", Keep, Own),
    F::stored("created", Keep, Own),
    F::stored("updated", Keep, Own),
    F::stored("unchanged", Keep, Own),
    F::stored("rejected", Keep, Own),
];
