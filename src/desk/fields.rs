//! What the fields of a record contain, as its kind declares them: as one types them, and as one reads them.

use super::read::{name_of, number_of};
use crate::{
    model::{
        Agent, Currency, Id, Kind, Money, Organisation, Stamp, Team,
        field::{AnyRecord, Datum, FieldDef, FieldKind},
        zone::{self, Zone},
    },
    store::{StoreError, View, records},
};

/// The fields that forms ask for, by their names: each as typed.
///
/// # Errors
/// Where the file cannot be read.
pub fn typed(
    view: &dyn View,
    zone: &Zone,
    record: &dyn AnyRecord,
) -> Result<Vec<(&'static str, String)>, StoreError> {
    let asked = record.defs().iter().enumerate().filter(|(_, d)| d.form.is_some());
    asked.map(|(place, d)| Ok((d.name, text(view, zone, record, place, &link_typed)?))).collect()
}

/// The field at a place of a record's table as typed, for tables: agents by name.
///
/// # Errors
/// Where the file cannot be read.
pub fn typed_at(
    view: &dyn View,
    zone: &Zone,
    record: &dyn AnyRecord,
    place: usize,
) -> Result<String, StoreError> {
    text(view, zone, record, place, &|view, def, kind, id| match kind {
        // A spreadsheet would read `@dana` as a formula.
        Kind::Agent => name_of(view, kind, id),
        _ => link_typed(view, def, kind, id),
    })
}

/// The fields that can be entered and that pages have no place of their own for, by their labels: those that say something.
///
/// # Errors
/// Where the file cannot be read.
pub fn others(
    view: &dyn View,
    zone: &Zone,
    record: &dyn AnyRecord,
) -> Result<Vec<(&'static str, String)>, StoreError> {
    labelled(view, zone, record, &|d| d.edit && !d.placed)
}

/// All fields with a label, those that say something: a page without a drawing for the kind.
///
/// # Errors
/// Where the file cannot be read.
pub fn all(
    view: &dyn View,
    zone: &Zone,
    record: &dyn AnyRecord,
    sensitive: bool,
) -> Result<Vec<(&'static str, String)>, StoreError> {
    labelled(view, zone, record, &|d| {
        d.is_known() && !matches!(d.name, "number" | "external") && (sensitive || !d.sensitive)
    })
}

fn labelled(
    view: &dyn View,
    zone: &Zone,
    record: &dyn AnyRecord,
    wanted: &dyn Fn(&FieldDef) -> bool,
) -> Result<Vec<(&'static str, String)>, StoreError> {
    let mut out = Vec::new();
    for (place, d) in record.defs().iter().enumerate().filter(|(_, d)| wanted(d)) {
        let value = text(view, zone, record, place, &link_read)?;
        if !value.trim().is_empty() {
            out.push((d.title, value));
        }
    }
    Ok(out)
}

/// The field at a place of a record's table as read.
///
/// # Errors
/// Where the file cannot be read.
pub fn read(
    view: &dyn View,
    zone: &Zone,
    record: &dyn AnyRecord,
    place: usize,
) -> Result<String, StoreError> {
    text(view, zone, record, place, &link_read)
}

/// The same without times: other records by their names.
///
/// # Errors
/// Where the file cannot be read.
pub fn named(view: &dyn View, record: &dyn AnyRecord, place: usize) -> Result<String, StoreError> {
    text(view, &Zone::utc(), record, place, &|view, _, kind, id| name_of(view, kind, id))
}

type Link = dyn Fn(&dyn View, &FieldDef, Kind, Id) -> Result<String, StoreError>;

fn text(
    view: &dyn View,
    zone: &Zone,
    record: &dyn AnyRecord,
    place: usize,
    link: &Link,
) -> Result<String, StoreError> {
    let Some(def) = record.defs().get(place) else { return Ok(String::new()) };
    let failed = std::cell::Cell::new(None);
    let show = |d: Datum<'_>| match d {
        Datum::Text(t) => t.to_owned(),
        Datum::Owned(t) => t,
        Datum::Number(n) => n.to_string(),
        Datum::Money(minor, code) => money(minor, code),
        Datum::At(at) => moment(zone, at),
        Datum::Day(day) => day.to_string(),
        Datum::Duration(ms) => zone::short(ms),
        Datum::Link(kind, id) => link(view, def, kind, id).unwrap_or_else(|e| {
            failed.set(Some(e));
            String::new()
        }),
    };
    let text = record.text_at(place, &show);
    failed.into_inner().map_or(Ok(text), Err)
}

fn money(minor: i64, code: &str) -> String {
    Currency::new(code)
        .map_or_else(|| minor.to_string(), |c| format!("{} {code}", Money::new(minor, c).plain()))
}

fn moment(zone: &Zone, at: Stamp) -> String {
    zone.date_time(at)
}

/// Another record as typed: an agent by handle, a record that is asked for by its number, all others by name.
fn link_typed(view: &dyn View, def: &FieldDef, kind: Kind, id: Id) -> Result<String, StoreError> {
    Ok(match kind {
        Kind::Agent => records::get::<Agent>(view, id)?.map(|a| format!("@{}", a.handle)).unwrap_or_default(),
        Kind::Team => records::get::<Team>(view, id)?.map(|t| t.name).unwrap_or_default(),
        Kind::Organisation if !matches!(def.kind, FieldKind::Ref(_)) => {
            records::get::<Organisation>(view, id)?.map(|o| o.name).unwrap_or_default()
        }
        _ => number_of(view, kind, id)?,
    })
}

/// Another record as read.
fn link_read(view: &dyn View, _: &FieldDef, kind: Kind, id: Id) -> Result<String, StoreError> {
    let name = name_of(view, kind, id)?;
    Ok(match kind {
        Kind::Customer | Kind::Organisation => format!("{} {name}", number_of(view, kind, id)?),
        _ => name,
    })
}
