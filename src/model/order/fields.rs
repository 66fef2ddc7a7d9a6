//! The fields of orders: see [`field`](crate::model::field).

use super::{Order, OrderStatus};
use crate::model::{
    Kind,
    field::{
        Columns, Datum as D, FieldKind as K, FieldSpec,
        Fit::{Fixed, Right, Text},
        Merge::Own,
        Privacy::{Clear, Keep, Rule},
        say,
    },
    phrase::Lean::Past,
};

type F = FieldSpec<Order>;

/// Why nothing of an order is edited: said once for all of its fields.
const ENTERED: &str = "an order is entered once; a refund takes it back";

/// The columns of `frontdesk list`, in this order.
pub const LIST: Columns =
    Columns { usual: &["number", "date", "customer", "amount", "currency", "status", "items"], more: &[] };

/// Every field.
#[rustfmt::skip] // a row per field
pub const FIELDS: &[F] = &[
    F::stored("customer", Keep, Own).also(&["name"]).titled("Customer").query(K::Ref(Kind::Customer))
        .help("who bought, by number or name").column("customer", Text, (12, 22)).placed(),
    F::derived("email").also(&["mail"]).query(K::Text).help("the customer's addresses"),
    F::stored("date", Keep, Own).also(&["ordered", "at"]).titled("Date").query(K::Day(Past)).help("the date").column("date", Fixed, (10, 10)).placed()
        .reads(|o, out| out(D::Day(o.date))).unless(ENTERED),
    F::stored("total", Keep, Own).named("amount").also(&["total"]).titled("Total").query(K::Money)
        .help("what was to pay").column("amount", Right, (9, 12)).placed().reads(|o, out| out(D::Money(o.total, &o.currency))),
    F::stored("refunds", Rule, Own).named("refunded").also(&["refund"]).titled("Refunded").query(K::Money)
        .help("what was given back").placed().reads(|o, out| {
            if !o.refunds.is_empty() {
                out(D::Money(o.refunded(), &o.currency));
            }
        }),
    F::stored("currency", Keep, Own).titled("Currency").query(K::Set).help("ISO 4217").column("currency", Fixed, (9, 9)).placed()
        .reads(|o, out| out(D::Text(&o.currency))).unless(ENTERED),
    F::stored("status", Keep, Own).also(&["state"]).titled("Status").words(K::Enum, OrderStatus::WORDS)
        .help("how far it is").column("status", Fixed, (8, 10)).placed().reads(|o, out| out(D::Text(o.status.as_str()))),
    F::stored("lines", Keep, Own).named("sku").titled("Lines").query(K::Text).help("codes of what was bought").placed()
        .reads(|o, out| o.lines.iter().for_each(|l| say(out, &l.sku))).unless(ENTERED),
    F::derived("item").also(&["product"]).query(K::Text).help("what was bought, in words").column("items", Text, (16, 200))
        .reads(|o, out| o.lines.iter().for_each(|l| say(out, &l.title))),
    F::derived("quantity").also(&["qty"]).query(K::Number).help("how many pieces in all")
        .reads(|o, out| out(D::Number(o.lines.iter().map(|l| l.quantity).fold(0, i64::saturating_add)))),
    F::stored("tax", Keep, Own).titled("Tax").query(K::Money).help("tax").placed()
        .reads(|o, out| out(D::Money(o.tax, &o.currency))).unless(ENTERED),
    F::stored("shipping", Keep, Own).titled("Shipping").query(K::Money).help("shipping").placed()
        .reads(|o, out| out(D::Money(o.shipping, &o.currency))).unless(ENTERED),
    F::stored("discount", Keep, Own).titled("Discount").query(K::Money).help("discount").placed()
        .reads(|o, out| out(D::Money(o.discount, &o.currency))).unless(ENTERED),
    F::stored("source", Keep, Own).titled("Source").query(K::Text).help("where it came from").placed()
        .reads(|o, out| say(out, &o.source)),
    F::stored("author", Keep, Own).also(&["agent"]).titled("Entered by").query(K::Person).help("who entered it")
        .reads(|o, out| o.author.into_iter().for_each(|id| out(D::Link(Kind::Agent, id)))),
    F::stored("created_at", Keep, Own).named("created").query(K::Date(Past)).help("when the record was made")
        .reads(|o, out| out(D::At(o.created_at))),
    F::stored("number", Keep, Own).also(&["id"]).query(K::Id).help("its number").column("number", Fixed, (7, 8))
        .reads(|o, out| out(D::Number(i64::try_from(o.number).unwrap_or(i64::MAX)))),
    F::stored("external_ids", Clear, Own).named("external").also(&["xid"]).query(K::Text)
        .help("its names in other systems").reads(|o, out| {
            for x in &o.external_ids {
                out(D::Text(&x.id));
                out(D::Owned(format!("{}:{}", x.source, x.id)));
            }
        }),
    F::stored("id", Keep, Own),
    F::stored("version", Keep, Own),
    F::stored("at", Keep, Own),
];
