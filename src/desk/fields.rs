//! What the fields of a record contain, as its kind declares them: as one types them, and as one reads them.

use super::read::{name_of, number_of};
use crate::{
    model::{
        Agent, Currency, Id, Kind, Money, Organisation, Stamp, Team,
        field::{Datum, Declared, FieldDef, FieldKind, FieldSpec},
        zone::{self, Zone},
    },
    store::{StoreError, View, records},
};

/// The fields that forms ask for, by their names: each as it is typed.
///
/// # Errors
/// Where the file cannot be read.
pub fn typed<T: Declared>(
    view: &dyn View,
    zone: &Zone,
    record: &T,
) -> Result<Vec<(&'static str, String)>, StoreError> {
    let asked = T::TABLE.iter().filter(|s| s.def.form.is_some());
    asked.map(|s| Ok((s.def.name, text(view, zone, record, s, &link_typed)?))).collect()
}

/// The fields that can be entered and that pages have no place of their own for, by their labels: those that say something.
///
/// # Errors
/// Where the file cannot be read.
pub fn others<T: Declared>(
    view: &dyn View,
    zone: &Zone,
    record: &T,
) -> Result<Vec<(&'static str, String)>, StoreError> {
    let mut out = Vec::new();
    for s in T::TABLE.iter().filter(|s| s.def.edit && !s.def.placed) {
        let value = text(view, zone, record, s, &link_read)?;
        if !value.trim().is_empty() {
            out.push((s.def.title, value));
        }
    }
    Ok(out)
}

/// A field of a record as it is read.
///
/// # Errors
/// Where the file cannot be read.
pub fn read<T: Declared>(
    view: &dyn View,
    zone: &Zone,
    record: &T,
    spec: &FieldSpec<T>,
) -> Result<String, StoreError> {
    text(view, zone, record, spec, &link_read)
}

type Link = dyn Fn(&dyn View, &FieldDef, Kind, Id) -> Result<String, StoreError>;

fn text<T: Declared>(
    view: &dyn View,
    zone: &Zone,
    record: &T,
    spec: &FieldSpec<T>,
    link: &Link,
) -> Result<String, StoreError> {
    let failed = std::cell::Cell::new(None);
    let show = |d: Datum<'_>| match d {
        Datum::Text(t) => t.to_owned(),
        Datum::Owned(t) => t,
        Datum::Number(n) => n.to_string(),
        Datum::Money(minor, code) => money(minor, code),
        Datum::At(at) => moment(zone, at),
        Datum::Day(day) => day.to_string(),
        Datum::Duration(ms) => zone::short(ms),
        Datum::Link(kind, id) => link(view, &spec.def, kind, id).unwrap_or_else(|e| {
            failed.set(Some(e));
            String::new()
        }),
    };
    let text = spec.read.text(record, &show);
    failed.into_inner().map_or(Ok(text), Err)
}

fn money(minor: i64, code: &str) -> String {
    Currency::new(code)
        .map_or_else(|| minor.to_string(), |c| format!("{} {code}", Money::new(minor, c).plain()))
}

fn moment(zone: &Zone, at: Stamp) -> String {
    zone.date_time(at)
}

/// Another record as it is typed: an agent by handle, a record that is asked for by its number, all others by name.
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

/// Another record as it is read.
fn link_read(view: &dyn View, _: &FieldDef, kind: Kind, id: Id) -> Result<String, StoreError> {
    let name = name_of(view, kind, id)?;
    Ok(match kind {
        Kind::Customer | Kind::Organisation => format!("{} {name}", number_of(view, kind, id)?),
        _ => name,
    })
}
