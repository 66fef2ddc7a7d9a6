//! The fields of imports: see [`field`](crate::model::field).

use super::ImportBatch;
use crate::model::field::{
    Columns, Datum as D, FieldKind as K, FieldSpec,
    Fit::{Fixed, Right, Text},
    Merge::Own,
    Privacy::Keep,
};

type F = FieldSpec<ImportBatch>;

/// The columns of `frontdesk list`, in this order.
pub const LIST: Columns = Columns {
    usual: &[
        "number",
        "started",
        "format",
        "state",
        "read",
        "created",
        "updated",
        "unchanged",
        "rejected",
        "files",
    ],
    more: &[],
};

/// Every field. An import writes them; no one enters them.
#[rustfmt::skip] // a row per field
pub const FIELDS: &[F] = &[
    F::stored("id", Keep, Own),
    F::stored("version", Keep, Own),
    F::stored("external_ids", Keep, Own),
    F::stored("number", Keep, Own).of(K::Id).column("number", Fixed, (7, 8))
        .reads(|b, out| out(D::Number(i64::try_from(b.number).unwrap_or(i64::MAX)))),
    F::stored("files", Keep, Own).column("files", Text, (14, 40)).reads(|b, out| b.files.iter().for_each(|f| out(D::Text(f)))),
    F::stored("format", Keep, Own).column("format", Fixed, (8, 10)).reads(|b, out| out(D::Text(&b.format))),
    F::stored("source", Keep, Own),
    F::stored("mapping", Keep, Own),
    F::stored("state", Keep, Own).column("state", Fixed, (8, 10)).reads(|b, out| out(D::Text(b.status()))),
    F::stored("started_at", Keep, Own).column("started", Fixed, (16, 16)).reads(|b, out| out(D::At(b.started_at))),
    F::stored("finished_at", Keep, Own),
    F::stored("read", Keep, Own).of(K::Number).column("read", Right, (5, 5))
        .reads(|b, out| out(D::Number(i64::try_from(b.read).unwrap_or(i64::MAX)))),
    F::stored("created", Keep, Own).of(K::Number).column("created", Right, (8, 8))
        .reads(|b, out| out(D::Number(i64::try_from(b.created).unwrap_or(i64::MAX)))),
    F::stored("updated", Keep, Own).of(K::Number).column("updated", Right, (8, 8))
        .reads(|b, out| out(D::Number(i64::try_from(b.updated).unwrap_or(i64::MAX)))),
    F::stored("unchanged", Keep, Own).of(K::Number).column("unchanged", Right, (10, 10))
        .reads(|b, out| out(D::Number(i64::try_from(b.unchanged).unwrap_or(i64::MAX)))),
    F::stored("rejected", Keep, Own).of(K::Number).column("rejected", Right, (9, 9))
        .reads(|b, out| out(D::Number(i64::try_from(b.rejected).unwrap_or(i64::MAX)))),
];
