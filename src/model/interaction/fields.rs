//! The fields of interactions: see [`field`](crate::model::field).

use super::{Channel, Direction, Interaction};
use crate::model::{
    Kind,
    field::{
        Columns, Datum as D, FieldKind as K, FieldSpec,
        Fit::{Aside, Fixed, Text},
        Merge::Own,
        Privacy::{Clear, Keep, Redact},
    },
    phrase::Lean::Past,
};

type F = FieldSpec<Interaction>;

/// Why nothing of an interaction is edited: said once for all of its fields.
const LOGGED: &str = "what was said is logged once; undo takes it back";

/// The columns of `frontdesk list`, in this order.
pub const LIST: Columns =
    Columns { usual: &["number", "at", "channel", "direction", "customer", "author", "text"], more: &[] };

/// Every field.
#[rustfmt::skip] // a row per field
pub const FIELDS: &[F] = &[
    F::stored("customer", Keep, Own).also(&["name"]).titled("Customer").query(K::Ref(Kind::Customer))
        .help("the customer, by number or name").column("customer", Text, (12, 22)),
    F::stored("channel", Keep, Own).titled("Channel").words(K::Enum, Channel::WORDS).help("how").column("channel", Fixed, (8, 9))
        .reads(|i, out| out(D::Text(i.channel.as_str()))).unless(LOGGED),
    F::stored("direction", Keep, Own).titled("Direction").words(K::Enum, Direction::WORDS)
        .help("in: from the customer; out: from us").column("direction", Fixed, (9, 10)).reads(|i, out| out(D::Text(i.direction.as_str()))).unless(LOGGED),
    F::stored("at", Keep, Own).also(&["date", "created"]).titled("When").query(K::Date(Past)).help("when it happened").column("at", Fixed, (16, 16))
        .reads(|i, out| out(D::At(i.at))).unless(LOGGED),
    F::stored("author", Keep, Own).also(&["agent"]).titled("Who").query(K::Person).help("the agent on our side").column("author", Aside, (8, 16))
        .reads(|i, out| i.author.into_iter().for_each(|id| out(D::Link(Kind::Agent, id)))),
    F::stored("subject", Redact, Own).titled("Subject").query(K::Text).help("the subject")
        .reads(|i, out| out(D::Text(&i.subject))).unless(LOGGED),
    F::stored("body", Redact, Own).titled("Said").query(K::Text).help("in full").column("text", Text, (16, 200)).reads(|i, out| out(D::Text(&i.body)))
        .unless(LOGGED),
    F::stored("ticket", Keep, Own).titled("Ticket").query(K::Ref(Kind::Ticket)).help("about which ticket"),
    F::stored("organisation", Clear, Own).named("org").also(&["organisation", "organization", "company"])
        .titled("Organisation").query(K::Text).help("for which organisation"),
    F::stored("seconds", Keep, Own).named("length").also(&["duration"]).titled("Took").query(K::Duration)
        .help("how long it took")
        .reads(|i, out| i.seconds.into_iter().for_each(|s| out(D::Duration(i64::from(s) * 1000)))).unless(LOGGED),
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
    F::stored("message_id", Clear, Own),
];
