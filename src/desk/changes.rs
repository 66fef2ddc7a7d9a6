//! A change of the log in words: each field before and after, as people read it.

use super::{read, undo};
use crate::{
    model::{
        Id, Kind,
        log::{Change, ChangeKind},
        shape::Field,
        zone::Zone,
    },
    store::{StoreError, View, records},
};

/// A field, before and after.
pub type Line = (String, Option<String>, Option<String>);

/// What became of a record, and its fields before and after, as people read them; `name` says what an id is called.
///
/// # Errors
/// Where it is damaged.
pub fn lines(
    zone: &Zone,
    change: &Change,
    name: &dyn Fn(Id) -> Option<String>,
) -> Result<(&'static str, Vec<Line>), StoreError> {
    let Some(kind) = change.kind() else { return Ok(("changed", Vec::new())) };
    let shape = records::fields(kind);
    let shown = |short: &str, v: Option<&rmpv::Value>| v.map(|v| shown(zone, shape, short, v, name));
    let long = |short: &str| {
        shape.iter().find(|f| f.short == short).map_or_else(|| short.to_owned(), |f| f.long.to_owned())
    };
    let whole = |bytes: &[u8], before: bool| -> Result<Vec<Line>, StoreError> {
        let all = records::to_fields(bytes)?.into_iter().map(|(f, v)| {
            let value = shown(&f, Some(&v));
            if before { (long(&f), value, None) } else { (long(&f), None, value) }
        });
        Ok(all.collect())
    };
    Ok(match &change.what {
        ChangeKind::Created(bytes) => ("created", whole(bytes, false)?),
        ChangeKind::Deleted(bytes) => ("deleted", whole(bytes, true)?),
        ChangeKind::Updated(fields) => {
            let all = fields.iter().filter(|f| f.field != "v").map(|f| {
                (long(&f.field), shown(&f.field, f.before.as_ref()), shown(&f.field, f.after.as_ref()))
            });
            ("updated", all.collect())
        }
    })
}

/// A value of a field: times in their zone, ids by name.
fn shown(
    zone: &Zone,
    shape: &[Field],
    short: &str,
    v: &rmpv::Value,
    name: &dyn Fn(Id) -> Option<String>,
) -> String {
    let field = shape.iter().find(|f| f.short == short);
    match v {
        rmpv::Value::Integer(n) if field.is_some_and(|f| f.ty.contains("Stamp")) => {
            n.as_i64().map_or_else(|| n.to_string(), |at| zone.iso(at))
        }
        rmpv::Value::Binary(b) => {
            let id = <[u8; 16]>::try_from(b.as_slice()).map(Id).ok();
            id.and_then(name).unwrap_or_else(|| undo::shown(Some(v)))
        }
        rmpv::Value::Array(all) => {
            all.iter().map(|v| shown(zone, shape, short, v, name)).collect::<Vec<_>>().join(", ")
        }
        rmpv::Value::Map(all) => {
            let inner = field.map_or(&[] as &[Field], |f| f.inner);
            let one =
                |(k, v): &(rmpv::Value, rmpv::Value)| shown(zone, inner, k.as_str().unwrap_or(""), v, name);
            all.iter().map(one).collect::<Vec<_>>().join(" ")
        }
        v => undo::shown_of(field, Some(v)),
    }
}

/// What an id is called, whatever it is of; `None` where nothing is called so.
pub fn name_of(view: &dyn View, id: Id) -> Option<String> {
    let named = [Kind::Customer, Kind::Agent, Kind::Ticket, Kind::Organisation, Kind::Team, Kind::Message];
    let kind = named.into_iter().find(|k| view.get(k.table(), id.bytes()).is_ok_and(|v| v.is_some()))?;
    read::name_of(view, kind, id).ok()
}
