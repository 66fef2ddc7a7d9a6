//! Fields as people read them beside each other.

use rmpv::Value;

use super::fields::{Fields, get};
use crate::{
    desk::{read, undo},
    model::{Id, Kind},
    store::{Reject, View, records},
};

/// A field of a record in words; `None` where [`undo::shown`] says it well enough.
pub fn field(view: &dyn View, kind: Kind, all: &Fields, name: &str) -> Result<Option<String>, Reject> {
    let short = records::fields(kind).iter().find(|f| f.long == name).map(|f| f.short);
    let Some(short) = short else { return Ok(None) };
    let value = get(all, short);
    let of = match name {
        "owner" => Kind::Agent,
        "referred_by" => Kind::Customer,
        "parent" | "roles" => Kind::Organisation,
        "emails" => return Ok(Some(list(value, &["a"], " "))),
        "phones" => return Ok(Some(list(value, &["r"], " "))),
        "handles" => return Ok(Some(list(value, &["n", "h"], ":"))),
        "addresses" => return Ok(Some(list(value, &["s", "x", "b", "p", "c", "r", "n"], ", "))),
        "stages" => return Ok(Some(list(value, &["t"], " "))),
        "external_ids" => return Ok(Some(list(value, &["s", "i"], " "))),
        _ => return Ok(None),
    };
    let ids: Vec<Id> = match value {
        Some(Value::Array(all)) => all.iter().filter_map(|v| id_of(part(v, "o")?)).collect(),
        Some(v) => id_of(v).into_iter().collect(),
        None => Vec::new(),
    };
    let names = ids.into_iter().map(|id| read::name_of(view, of, id)).collect::<Result<Vec<_>, _>>()?;
    Ok(Some(names.join("; ")))
}

fn part<'a>(v: &'a Value, short: &str) -> Option<&'a Value> {
    v.as_map()?.iter().find(|(k, _)| k.as_str() == Some(short)).map(|(_, v)| v)
}

fn id_of(v: &Value) -> Option<Id> {
    <[u8; 16]>::try_from(v.as_slice()?).ok().map(Id)
}

/// Elements by some of their parts.
fn list(v: Option<&Value>, parts: &[&str], between: &str) -> String {
    let one = |v: &Value| {
        let texts = parts.iter().filter_map(|p| part(v, p)).map(|v| undo::shown(Some(v)));
        texts.collect::<Vec<_>>().join(between)
    };
    v.and_then(Value::as_array).into_iter().flatten().map(one).collect::<Vec<_>>().join("; ")
}
