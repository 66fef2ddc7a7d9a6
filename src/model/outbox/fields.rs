//! The fields of outgoing messages: see [`field`](crate::model::field).

use super::{Outbox, OutboxKind, OutboxState};
use crate::model::{
    Kind,
    field::{
        Columns, Datum as D, FieldKind as K, FieldSpec,
        Fit::{Fixed, Right, Text},
        Merge::Own,
        Privacy::{Clear, Keep, Redact, Rule},
    },
    phrase::Lean::{Future, Past},
};

type F = FieldSpec<Outbox>;

/// The columns of `frontdesk list`, in this order.
pub const LIST: Columns = Columns {
    usual: &["number", "state", "ticket", "to", "subject", "next", "attempts", "problem"],
    more: &[],
};

/// Every field. They change by the verbs of the outbox alone.
#[rustfmt::skip] // a row per field
pub const FIELDS: &[F] = &[
    F::stored("state", Rule, Own).also(&["status", "delivery"]).words(K::Enum, OutboxState::WORDS).help("how far it is").column("state", Fixed, (8, 9))
        .reads(|o, out| out(D::Text(o.state.as_str()))),
    F::derived("is").words(K::States, &["waiting", "rejected"]).help("its states"),
    F::stored("kind", Keep, Own).words(K::Enum, OutboxKind::WORDS).help("what it is")
        .reads(|o, out| out(D::Text(o.kind.as_str()))),
    F::stored("recipients", Clear, Own).named("to").also(&["cc", "recipient"]).query(K::Text)
        .help("who it goes to, copies too").column("to", Text, (14, 30)),
    F::derived("subject").query(K::Text).help("its subject").column("subject", Text, (16, 200)),
    F::stored("ticket", Keep, Own).query(K::Ref(Kind::Ticket)).help("of which ticket, by number or subject").column("ticket", Fixed, (7, 8)),
    F::stored("mailbox", Keep, Own).also(&["from"]).query(K::Text).help("the mailbox that sends it"),
    F::stored("agent", Keep, Own).named("author").also(&["agent"]).query(K::Person).help("the agent who wrote it"),
    F::stored("problem", Redact, Own).query(K::Text).help("what the mail system said").column("problem", Text, (14, 200))
        .reads(|o, out| out(D::Text(&o.problem))),
    F::stored("attempts", Keep, Own).query(K::Number).help("how often it was tried").column("attempts", Right, (9, 9))
        .reads(|o, out| out(D::Number(i64::from(o.attempts)))),
    F::derived("written").also(&["at", "date", "created"]).query(K::Date(Past)).help("when it was written"),
    F::stored("send_at", Keep, Own).named("due").also(&["send_at", "next"]).query(K::Date(Future))
        .help("when it is let go, or tried again").column("next", Fixed, (16, 16)),
    F::stored("tried_at", Keep, Own).named("tried").query(K::Date(Past)).help("when it was last tried")
        .reads(|o, out| o.tried_at.into_iter().for_each(|at| out(D::At(at)))),
    F::stored("sent_at", Keep, Own).named("sent").query(K::Date(Past)).help("when it was sent")
        .reads(|o, out| o.sent_at.into_iter().for_each(|at| out(D::At(at)))),
    F::derived("message_id").query(K::Text).help("its Message-ID"),
    F::derived("number").also(&["id"]).query(K::Id).help("the number of its message").column("number", Fixed, (7, 8)),
    F::stored("external_ids", Clear, Own),
    F::stored("id", Keep, Own),
    F::stored("version", Keep, Own),
    F::stored("hold_until", Keep, Own),
    F::stored("first_try_at", Keep, Own),
    F::stored("next_try_at", Keep, Own),
    F::stored("sender", Keep, Own),
    F::stored("lease_until", Keep, Own),
    F::stored("copy", Keep, Own),
    F::stored("copy_at", Keep, Own),
    F::stored("copy_tries", Keep, Own),
    F::stored("copy_problem", Redact, Own),
    F::stored("since", Keep, Own),
];
