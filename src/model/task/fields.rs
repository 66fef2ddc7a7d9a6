//! The fields of tasks: see [`field`](crate::model::field).

use super::Task;
use crate::model::{
    Kind,
    field::{
        Columns, Datum as D, FieldKind as K, FieldSpec,
        Fit::{Fixed, Text},
        Input::{Block, Line},
        Merge::Own,
        Privacy::{Clear, Keep, Redact},
        say,
    },
    phrase::Lean::{Future, Past},
};

type F = FieldSpec<Task>;

/// The fields that stand first in forms, in this order; the others follow in the order of the table.
pub const FORM: &[&str] = &["title", "due", "owner", "body"];

/// The columns of `frontdesk list`, in this order.
pub const LIST: Columns =
    Columns { usual: &["number", "due", "owner", "title", "customer", "ticket", "done"], more: &[] };

/// Every field.
#[rustfmt::skip] // a row per field
pub const FIELDS: &[F] = &[
    F::stored("title", Redact, Own).also(&["subject"]).titled("What").query(K::Text).help("what is to be done").column("title", Text, (16, 200))
        .text(|t| &t.title, |t| &mut t.title).required(Line, ""),
    F::derived("is").words(K::States, &["open", "done", "overdue"]).help("its states"),
    F::stored("due", Keep, Own).titled("Due").query(K::Date(Future)).help("by when").column("due", Fixed, (16, 16)).edits()
        .reads(|t, out| t.due.into_iter().for_each(|at| out(D::At(at))))
        .form(Line, "tomorrow 9am, next wed, in 2h; empty: some day"),
    F::stored("owner", Keep, Own).also(&["assignee", "agent"]).titled("Who").query(K::Person).help("who does it").column("owner", Text, (8, 16)).edits()
        .reads(|t, out| t.owner.into_iter().for_each(|id| out(D::Link(Kind::Agent, id)))).form(Line, "an agent"),
    F::stored("done_at", Keep, Own).named("done").query(K::Date(Past)).help("when it was done").column("done", Fixed, (16, 16))
        .reads(|t, out| t.done_at.into_iter().for_each(|at| out(D::At(at)))),
    F::stored("customer", Keep, Own).also(&["name"]).titled("Customer").query(K::Ref(Kind::Customer))
        .help("the customer, by number or name").column("customer", Text, (12, 22)).edits()
        .reads(|t, out| t.customer.into_iter().for_each(|id| out(D::Link(Kind::Customer, id)))).form(Line, "a number, an address"),
    F::stored("ticket", Keep, Own).titled("Ticket").query(K::Ref(Kind::Ticket)).help("about which ticket").column("ticket", Fixed, (7, 8)).edits()
        .reads(|t, out| t.ticket.into_iter().for_each(|id| out(D::Link(Kind::Ticket, id)))).form(Line, "a number"),
    F::stored("body", Redact, Own).titled("More").query(K::Text).help("more about it").edits()
        .reads(|t, out| say(out, &t.body)).form(Block, ""),
    F::stored("created_at", Keep, Own).named("created").query(K::Date(Past)).help("when it was made")
        .reads(|t, out| out(D::At(t.created_at))),
    F::stored("number", Keep, Own).also(&["id"]).query(K::Id).help("its number").column("number", Fixed, (7, 8))
        .reads(|t, out| out(D::Number(i64::try_from(t.number).unwrap_or(i64::MAX)))),
    F::stored("external_ids", Clear, Own).named("external").also(&["xid"]).query(K::Text)
        .help("its names in other systems").reads(|t, out| {
            for x in &t.external_ids {
                out(D::Text(&x.id));
                out(D::Owned(format!("{}:{}", x.source, x.id)));
            }
        }),
    F::stored("id", Keep, Own),
    F::stored("version", Keep, Own),
    F::stored("done_by", Keep, Own),
];
