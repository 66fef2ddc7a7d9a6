//! The fields of messages: see [`field`](crate::model::field).

use super::{Delivery, Message, Visibility};
use crate::model::{
    Channel, Direction, Kind,
    field::{
        Columns, Datum as D, FieldKind as K, FieldSpec,
        Fit::{Fixed, Text},
        Merge::Own,
        Privacy::{Clear, Keep, Redact, Rule},
    },
    phrase::Lean::Past,
};

type F = FieldSpec<Message>;

/// The columns of `frontdesk list`, in this order.
pub const LIST: Columns =
    Columns { usual: &["number", "ticket", "at", "kind", "delivery", "from", "text"], more: &[] };

/// Every field. A message is written once: none of them is edited.
#[rustfmt::skip] // a row per field
pub const FIELDS: &[F] = &[
    F::stored("ticket", Keep, Own).query(K::Ref(Kind::Ticket)).help("of which ticket, by number or subject").column("ticket", Fixed, (7, 8)),
    F::stored("from", Rule, Own).also(&["sender"]).query(K::Text).help("who wrote it: name and address").column("from", Text, (12, 24)),
    F::stored("to", Clear, Own).also(&["cc", "recipient"]).query(K::Text).help("who it went to, copies too")
        .reads(|m, out| m.to.iter().chain(&m.cc).chain(&m.bcc).for_each(|a| out(D::Text(a)))),
    F::stored("at", Keep, Own).also(&["date", "created"]).query(K::Date(Past)).help("when it was written").column("at", Fixed, (16, 16))
        .reads(|m, out| out(D::At(m.at))),
    F::stored("visibility", Keep, Own).named("kind").also(&["visibility"]).words(K::Enum, Visibility::WORDS)
        .help("who may read it").column("kind", Fixed, (8, 9)).reads(|m, out| out(D::Text(m.visibility.as_str()))),
    F::derived("direction").words(K::Enum, Direction::WORDS).help("in: from the customer; out: from us"),
    F::stored("delivery", Rule, Own).also(&["status"]).words(K::Enum, Delivery::WORDS)
        .help("how far it is on its way").column("delivery", Fixed, (8, 10)).reads(|m, out| out(D::Text(m.delivery.as_str()))),
    F::stored("channel", Keep, Own).words(K::Enum, Channel::WORDS).help("how it came or goes")
        .reads(|m, out| out(D::Text(m.channel.as_str()))),
    F::stored("subject", Redact, Own).query(K::Text).help("its subject").reads(|m, out| out(D::Text(&m.subject))),
    F::stored("body", Redact, Own).query(K::Text).help("its text").column("text", Text, (16, 200)).reads(|m, out| out(D::Text(&m.body))),
    F::derived("has").words(K::States, &["attachment", "problem", "raw"]).help("what came with it"),
    F::derived("is").words(K::States, &["robot", "public", "internal"]).help("its states"),
    F::stored("attachments", Clear, Own).named("attachment").also(&["file"]).query(K::Text)
        .help("the names of its files").reads(|m, out| m.attachments.iter().for_each(|a| out(D::Text(&a.name)))),
    F::stored("agent", Keep, Own).named("author").also(&["agent"]).query(K::Person).help("the agent who wrote it")
        .reads(|m, out| m.agent.into_iter().for_each(|id| out(D::Link(Kind::Agent, id)))),
    F::stored("customer", Keep, Own).query(K::Ref(Kind::Customer)).help("on whose timeline it stands"),
    F::stored("message_id", Clear, Own).query(K::Text).help("its Message-ID")
        .reads(|m, out| out(D::Text(&m.message_id))),
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
    F::stored("author", Keep, Own).named("author_id"),
    F::stored("from_name", Rule, Own),
    F::stored("cc", Clear, Own).named("copies"),
    F::stored("bcc", Clear, Own).named("hidden_copies"),
    F::stored("raw", Clear, Own),
    F::stored("in_reply_to", Clear, Own),
    F::stored("references", Clear, Own),
    F::stored("robot", Keep, Own),
    F::stored("problems", Clear, Own),
    F::stored("mailbox", Keep, Own),
    F::stored("received_at", Keep, Own),
    F::stored("via", Keep, Own),
    F::stored("reply_to", Clear, Own),
    F::stored("below", Clear, Own),
    F::stored("side", Keep, Own),
];
