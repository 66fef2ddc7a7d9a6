//! The fields of survey answers: see [`field`](crate::model::field).

use super::{Preset, Response};
use crate::model::{
    Kind,
    field::{
        Columns, Datum as D, FieldKind as K, FieldSpec,
        Fit::{Fixed, Right, Text},
        Merge::Own,
        Privacy::{Clear, Keep, Redact},
    },
    phrase::Lean::Past,
};

type F = FieldSpec<Response>;

/// Why nothing of an answer is edited: said once for all of its fields.
const RECORDED: &str = "an answer is recorded once; undo takes it back";

/// The columns of `frontdesk list`, in this order.
pub const LIST: Columns =
    Columns { usual: &["number", "at", "survey", "score", "customer", "ticket", "comment"], more: &[] };

/// Every field.
#[rustfmt::skip] // a row per field
pub const FIELDS: &[F] = &[
    F::stored("preset", Keep, Own).also(&["survey"]).titled("Survey").words(K::Enum, Preset::WORDS).help("what was asked").column("survey", Fixed, (7, 8))
        .reads(|r, out| out(D::Text(r.preset.as_str()))).unless(RECORDED),
    F::stored("score", Keep, Own).titled("Answer").query(K::Number).help("the answer").column("score", Right, (6, 6))
        .reads(|r, out| out(D::Number(r.score))).unless(RECORDED),
    F::stored("customer", Keep, Own).also(&["name"]).titled("Customer").query(K::Ref(Kind::Customer))
        .help("who answered, by number or name").column("customer", Text, (12, 22)),
    F::stored("ticket", Keep, Own).titled("Ticket").query(K::Ref(Kind::Ticket)).help("about which ticket").column("ticket", Fixed, (7, 8)),
    F::stored("at", Keep, Own).also(&["date", "created"]).titled("When").query(K::Date(Past)).help("when they answered").column("at", Fixed, (16, 16))
        .reads(|r, out| out(D::At(r.at))).unless(RECORDED),
    F::stored("comment", Redact, Own).titled("Said").query(K::Text).help("in their words").column("comment", Text, (16, 200))
        .reads(|r, out| out(D::Text(&r.comment))).unless(RECORDED),
    F::stored("number", Keep, Own).also(&["id"]).query(K::Id).help("its number").column("number", Fixed, (7, 8))
        .reads(|r, out| out(D::Number(i64::try_from(r.number).unwrap_or(i64::MAX)))),
    F::stored("external_ids", Clear, Own).named("external").also(&["xid"]).query(K::Text)
        .help("its names in other systems").reads(|r, out| {
            for x in &r.external_ids {
                out(D::Text(&x.id));
                out(D::Owned(format!("{}:{}", x.source, x.id)));
            }
        }),
    F::stored("id", Keep, Own),
    F::stored("version", Keep, Own),
];
