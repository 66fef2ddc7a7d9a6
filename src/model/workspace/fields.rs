//! The fields of the desk's settings and of saved views: see [`field`](crate::model::field).

use super::{SavedView, Workspace};
use crate::model::field::{
    Columns, Datum as D, FieldKind as K, FieldSpec,
    Fit::{Fixed, Text},
    Merge::Own,
    Privacy::Keep,
};

type F = FieldSpec<Workspace>;
type V = FieldSpec<SavedView>;

/// Why no list has them: said once for all settings.
const ONE: &str = "there is one record of settings: `frontdesk settings` shows and changes it";

/// Every field of the settings.
#[rustfmt::skip] // a row per field
pub const FIELDS: &[F] = &[
    F::stored("name", Keep, Own).titled("Name").help("the desk's name").text(|w| &w.name, |w| &mut w.name).unless(ONE),
    F::stored("zone", Keep, Own).titled("Time zone").edits().help("its time zone")
        .reads(|w, out| out(D::Text(&w.zone))).unless(ONE),
    F::stored("currency", Keep, Own).titled("Currency").edits().help("its currency (ISO 4217)")
        .reads(|w, out| out(D::Text(&w.currency))).unless(ONE),
    F::stored("address", Keep, Own).titled("Address").edits().help("the address that its mail comes from")
        .reads(|w, out| out(D::Text(&w.address))).unless(ONE),
    F::stored("own_addresses", Keep, Own).named("own_address").titled("Own addresses")
        .help("other own addresses: mail from them never makes a customer")
        .texts(|w| &w.own_addresses, |w| &mut w.own_addresses).unless(ONE),
    F::stored("calling_code", Keep, Own).titled("Calling code").edits()
        .help("the calling code of telephone numbers that name none")
        .reads(|w, out| out(D::Text(&w.calling_code))).unless(ONE),
    F::stored("hold_seconds", Keep, Own).titled("Hold").of(K::Number).edits()
        .help("seconds that a public reply is held before it is queued")
        .reads(|w, out| w.hold_seconds.into_iter().for_each(|n| out(D::Number(i64::from(n))))).unless(ONE),
    F::stored("storm_limit", Keep, Own).titled("Storm limit").of(K::Number).edits()
        .help("messages within ten minutes from which on they go to one ticket")
        .reads(|w, out| w.storm_limit.into_iter().for_each(|n| out(D::Number(i64::from(n))))).unless(ONE),
    F::stored("blocked", Keep, Own).titled("Blocked senders").edits()
        .help("senders whose mail no mailbox takes: addresses, or @domain")
        .reads(|w, out| w.blocked.iter().for_each(|a| out(D::Text(a)))).unless(ONE),
    F::stored("pipelines", Keep, Own).named("pipeline").also(&["pipelines"]).titled("Pipelines").edits()
        .help("its sales pipelines: \"Sales: Qualified 20%, Proposal 50%, Won 100%, Lost 0%\"")
        .reads(|w, out| w.pipelines.iter().for_each(|p| out(D::Text(p)))).unless(ONE),
    F::stored("custom_fields", Keep, Own).named("custom_field").titled("Custom fields").edits()
        .help("the custom fields that it declared: `frontdesk field`")
        .reads(|w, out| w.custom_fields.iter().for_each(|f| out(D::Owned(format!("{} {}: {}", f.kind, f.name, f.of))))).unless(ONE),
    F::stored("external_ids", Keep, Own),
    F::stored("id", Keep, Own),
    F::stored("version", Keep, Own),
    F::stored("created_at", Keep, Own),
];

/// The columns of `frontdesk list`, in this order.
pub const VIEW_LIST: Columns = Columns { usual: &["name", "entity", "query"], more: &[] };

/// Every field of a saved view.
#[rustfmt::skip] // a row per field
pub const VIEW_FIELDS: &[V] = &[
    V::stored("name", Keep, Own).titled("Name").help("its name").column("name", Text, (14, 26)).reads(|v, out| out(D::Text(&v.name))),
    V::stored("entity", Keep, Own).titled("Lists").help("what it lists").column("entity", Fixed, (8, 14)).reads(|v, out| out(D::Text(&v.entity))),
    V::stored("query", Keep, Own).titled("Query").help("its query").column("query", Text, (16, 200)).reads(|v, out| out(D::Text(&v.query))),
    V::stored("columns", Keep, Own).titled("Columns").help("the columns of its table")
        .reads(|v, out| v.columns.iter().for_each(|c| out(D::Text(c)))),
    V::stored("owner", Keep, Own),
    V::stored("rank", Keep, Own),
    V::stored("frozen_at", Keep, Own),
    V::stored("members", Keep, Own),
    V::stored("external_ids", Keep, Own),
    V::stored("id", Keep, Own),
    V::stored("version", Keep, Own),
    V::stored("created_at", Keep, Own),
];
