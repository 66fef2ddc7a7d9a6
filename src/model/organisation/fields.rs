//! The fields of organisations: see [`field`](crate::model::field).

use super::Organisation;
use crate::model::{
    Kind,
    field::{
        Columns, Datum as D, FieldKind as K, FieldSpec,
        Fit::{Aside, Fixed, Text},
        Input::Line,
        Merge::{First, Join, Own},
        Privacy::Keep,
        Same, say,
    },
    phrase::Lean::Past,
};

type F = FieldSpec<Organisation>;

/// The fields that stand first in forms, in this order; the others follow in the order of the table.
pub const FORM: &[&str] = &["name", "domain", "street", "city", "country", "tag", "note"];

/// The columns of `frontdesk list`, in this order.
pub const LIST: Columns = Columns { usual: &["number", "name", "domains", "tags", "created"], more: &[] };

/// Every field.
#[rustfmt::skip] // a row per field
pub const FIELDS: &[F] = &[
    F::stored("name", Keep, First).titled("Name").query(K::Text).help("the name").column("name", Text, (14, 30)).placed()
        .text(|o| &o.name, |o| &mut o.name).required(Line, ""),
    F::stored("domains", Keep, Join(Same::Folded)).named("domain").also(&["domains"]).titled("Mail domains")
        .query(K::Text).help("mail domains").column("domains", Text, (12, 24)).placed().edits()
        .reads(|o, out| o.domains.iter().for_each(|d| out(D::Text(d))))
        .form(Line, "harbour.example: mail from there is theirs"),
    F::stored("tags", Keep, Join(Same::Folded)).named("tag").also(&["tags"]).titled("Tags").query(K::Set).help("tags").column("tags", Aside, (8, 18))
        .placed().tags(|o| &o.tags, |o| &mut o.tags).form(Line, "with commas"),
    F::derived("is").words(K::States, &["live", "archived", "merged"]).help("its states").reads(|o, out| {
        for (state, is) in
            [("live", o.is_live()), ("archived", o.archived_at.is_some()), ("merged", o.merged_into.is_some())]
        {
            if is {
                out(D::Text(state));
            }
        }
    }),
    F::derived("customers").also(&["people"]).query(K::Number).help("how many people belong to it"),
    F::stored("addresses", Keep, Join(Same::Whole)).named("city").also(&["town"]).titled("City").query(K::Text)
        .help("towns").edits().reads(|o, out| o.addresses.first().into_iter().for_each(|a| say(out, &a.city))).form(Line, ""),
    F::part("addresses", "country").titled("Country").query(K::Text).help("countries").edits()
        .reads(|o, out| o.addresses.first().into_iter().for_each(|a| say(out, &a.country))).form(Line, ""),
    F::part("addresses", "region").titled("Region").query(K::Text).help("states or provinces").edits()
        .reads(|o, out| o.addresses.first().into_iter().for_each(|a| say(out, &a.region))).form(Line, "state or province"),
    F::part("addresses", "street").titled("Street").query(K::Text).help("streets").edits()
        .reads(|o, out| o.addresses.first().into_iter().for_each(|a| say(out, &a.street))).form(Line, ""),
    F::part("addresses", "postal").titled("Postal code").query(K::Text).help("postal codes").edits()
        .reads(|o, out| o.addresses.first().into_iter().for_each(|a| say(out, &a.postal))).form(Line, ""),
    F::stored("parent", Keep, First).titled("Part of").query(K::Ref(Kind::Organisation))
        .help("what it is part of, by number or name").edits()
        .reads(|o, out| o.parent.into_iter().for_each(|id| out(D::Link(Kind::Organisation, id))))
        .form(Line, "a number, a name"),
    F::stored("notes", Keep, Join(Same::Whole)).named("note").also(&["notes"]).titled("Note").query(K::Text)
        .help("pinned notes").placed().paragraphs(|o| &o.notes, |o| &mut o.notes).form(Line, ""),
    F::stored("created_at", Keep, Own).named("created").query(K::Date(Past)).help("when the record was made").column("created", Fixed, (10, 10))
        .reads(|o, out| out(D::At(o.created_at))),
    F::stored("updated_at", Keep, Own).named("updated").query(K::Date(Past)).help("when the record was last written")
        .reads(|o, out| out(D::At(o.updated_at))),
    F::stored("number", Keep, Own).also(&["id"]).query(K::Id).help("the number").column("number", Fixed, (7, 8))
        .reads(|o, out| out(D::Number(i64::try_from(o.number).unwrap_or(i64::MAX)))),
    F::stored("external_ids", Keep, Join(Same::Whole)).named("external").also(&["xid"]).query(K::Text)
        .help("names in other systems").reads(|o, out| {
            for x in &o.external_ids {
                out(D::Text(&x.id));
                out(D::Owned(format!("{}:{}", x.source, x.id)));
            }
        }),
    F::stored("custom", Keep, First).also(&["field"]).titled("Custom fields").query(K::Custom).help("custom fields").placed()
        .custom(|r| &r.custom, |r| &mut r.custom)
        .unless("each custom field is edited as custom.NAME"),
    F::stored("id", Keep, Own),
    F::stored("version", Keep, Own),
    F::stored("merged_into", Keep, Own),
    F::stored("archived_at", Keep, Own),
];
