//! A view without sensitive fields: what a role without the permission reads.
//!
//! Sensitive fields are taken out of records and of the changes in the log as they are read, so whatever is shown, printed
//! or exported from such a view cannot contain them. Which fields are sensitive is declared in the records (`[sensitive]`
//! in `model`); nothing here names one.

use std::sync::{Arc, LazyLock};

use rmpv::Value;

use super::{Range, Scan, StoreError, View, records, text};
use crate::{
    model::{
        Kind, Table,
        log::{ChangeKind, LogBody},
        shape::Field,
    },
    query::{self, Schema},
};

/// A view in which sensitive fields are absent.
pub struct Masked<'a>(pub &'a dyn View);

impl View for Masked<'_> {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(value) = self.0.get(table, key)? else { return Ok(None) };
        Ok(Some(mask(table, &value)?.unwrap_or(value)))
    }

    fn scan(
        &self,
        table: Table,
        range: &Range,
        scan: Scan,
        f: &mut dyn FnMut(&[u8], &[u8]) -> bool,
    ) -> Result<(), StoreError> {
        let mut failed = None;
        self.0.scan(table, range, scan, &mut |k, v| match mask(table, v) {
            Ok(masked) => f(k, masked.as_deref().unwrap_or(v)),
            Err(e) => {
                failed = Some(e);
                false
            }
        })?;
        failed.map_or(Ok(()), Err)
    }

    fn memo(&self) -> Option<Arc<text::Memo>> {
        self.0.memo()
    }
}

/// The names on disk of the sensitive fields of each kind that has some, as MessagePack writes them.
static NAMES: LazyLock<Vec<(Kind, Vec<Vec<u8>>)>> = LazyLock::new(|| {
    fn collect(fields: &[Field], out: &mut Vec<Vec<u8>>) {
        for f in fields {
            if f.sensitive {
                out.push(written(f));
            }
            collect(f.inner, out);
        }
    }
    let names = |kind: &Kind| {
        let mut out = Vec::new();
        collect(records::fields(*kind), &mut out);
        (!out.is_empty()).then_some((*kind, out))
    };
    Kind::ALL.iter().filter_map(names).collect()
});

/// The names of the fields of saved views that may tell of sensitive fields.
static OF_VIEWS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let telling = |f: &&Field| matches!(f.long, "query" | "columns" | "members");
    records::fields(Kind::SavedView).iter().filter(telling).map(written).collect()
});

/// A field's name on disk, as MessagePack writes it.
fn written(f: &Field) -> Vec<u8> {
    let mut name = Vec::new();
    // Into a vector: nothing that could fail.
    let _ = rmpv::encode::write_value(&mut name, &Value::from(f.short));
    name
}

/// Whether one of the names may occur in these bytes: most records and rows are passed on as they are.
fn may_hold(names: &[Vec<u8>], bytes: &[u8]) -> bool {
    names.iter().any(|n| bytes.windows(n.len()).any(|w| w == n))
}

/// The value of a row without sensitive fields; `None` where it has none.
fn mask(table: Table, value: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
    if table == Table::LogBody {
        let told =
            NAMES.iter().map(|(_, names)| names).chain([&*OF_VIEWS]).any(|names| may_hold(names, value));
        return Ok(told.then(|| mask_log(value)).flatten());
    }
    match NAMES.iter().find(|(kind, _)| kind.table() == table) {
        Some((kind, names)) if may_hold(names, value) => mask_record(*kind, value).map(Some),
        _ => Ok(None),
    }
}

fn mask_record(kind: Kind, bytes: &[u8]) -> Result<Vec<u8>, StoreError> {
    let shape = records::fields(kind);
    let mut fields = records::to_fields(bytes)?;
    fields.retain(|(name, _)| !is_sensitive(shape, name));
    for (name, value) in &mut fields {
        if let Some(f) = shape.iter().find(|f| f.short == name) {
            strip(f.inner, value);
        }
    }
    Ok(records::from_fields(fields))
}

/// The body of a log row; `None` where its bytes are damaged: decoding them reports that.
fn mask_log(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut body = LogBody::decode(bytes)?;
    for change in &mut body.changes {
        let Some(kind) = change.kind() else { continue };
        let shape = records::fields(kind);
        match &mut change.what {
            ChangeKind::Created(record) | ChangeKind::Deleted(record) => {
                if let Ok(masked) = mask_record(kind, record) {
                    *record = masked;
                }
                if let (Kind::SavedView, Ok(mut fields)) = (kind, records::to_fields(record)) {
                    fields.retain(|(name, value)| !names_sensitive(shape, name, value));
                    *record = records::from_fields(fields);
                }
            }
            ChangeKind::Updated(fields) => {
                fields.retain(|f| !is_sensitive(shape, &f.field));
                if kind == Kind::SavedView {
                    fields.retain(|f| {
                        let mut values = [&f.before, &f.after].into_iter().flatten();
                        !values.any(|v| names_sensitive(shape, &f.field, v))
                    });
                }
                for f in fields {
                    let inner =
                        shape.iter().find(|s| s.short == f.field).map_or(&[] as &[Field], |s| s.inner);
                    [&mut f.before, &mut f.after].into_iter().flatten().for_each(|v| strip(inner, v));
                }
            }
        }
    }
    let mut out = bytes.get(..16)?.to_vec();
    out.extend(rmp_serde::to_vec_named(&body).ok()?);
    Some(out)
}

fn is_sensitive(shape: &[Field], short: &str) -> bool {
    shape.iter().any(|f| f.sensitive && f.short == short)
}

/// Whether a field of a saved view names a sensitive field, or tells whose matched: its query, its columns, its members.
fn names_sensitive(shape: &[Field], short: &str, value: &Value) -> bool {
    let named =
        |name: &str| Schema::all().any(|s| s.field(&name.to_lowercase()).is_some_and(|f| f.def.sensitive));
    match shape.iter().find(|f| f.short == short).map(|f| f.long) {
        Some("query") => {
            let query = value.as_str().and_then(|q| query::parse(q).ok());
            query.is_some_and(|q| Schema::all().any(|s| query::sensitive(&q, s).is_some()))
        }
        Some("columns") => {
            value.as_array().is_some_and(|all| all.iter().filter_map(Value::as_str).any(named))
        }
        Some("members") => true,
        _ => false,
    }
}

/// Takes sensitive fields out of structures inside a record.
fn strip(shape: &[Field], value: &mut Value) {
    match value {
        Value::Array(all) => all.iter_mut().for_each(|v| strip(shape, v)),
        Value::Map(all) => {
            all.retain(|(k, _)| !k.as_str().is_some_and(|k| is_sensitive(shape, k)));
            for (k, v) in all {
                if let Some(f) = shape.iter().find(|f| Some(f.short) == k.as_str()) {
                    strip(f.inner, v);
                }
            }
        }
        _ => {}
    }
}
