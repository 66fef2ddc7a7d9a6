//! The inverse of one change of one record, field by field and, for lists, element by element.

use rmpv::Value;

use super::{Mode, is_bookkeeping, shown_of};
use crate::{
    desk::{drafts, work::Job},
    model::{
        Clash, Id, KeyReader, Kind, Message, Outbox, OutboxState, Refusal, Table,
        log::{Change, ChangeKind, FieldChange},
        shape::Field,
    },
    store::{Range, Reject, Scan, StoreError, View, raw, records},
};

/// Applies the inverse of one change; conflicts are added to `clashes`.
///
/// # Errors
/// What cannot be undone at all; where the file cannot be read.
pub(super) fn invert(
    job: &mut Job,
    kind: Kind,
    change: &Change,
    mode: Mode,
    clashes: &mut Vec<Clash>,
) -> Result<(), Reject> {
    let id = change.id;
    let now = job.view().get(kind.table(), id.bytes())?;
    match (&change.what, now) {
        (ChangeKind::Created(_), None) => Ok(()),
        (ChangeKind::Created(made), Some(now)) => {
            if kind == Kind::Outbox && records::decode::<Outbox>(&now)?.state != OutboxState::Held {
                return Err(Refusal::Final("the reply".into()).into());
            }
            let changed: Vec<FieldChange> = records::differ(made, &now)?
                .into_iter()
                .filter(|f| !is_bookkeeping(kind, &f.field))
                .collect();
            if !changed.is_empty() {
                let name = job.name_of(kind, id)?;
                clashes.extend(
                    changed.iter().map(|f| clash(kind, &name, f, f.before.as_ref(), f.after.as_ref())),
                );
                return Ok(());
            }
            if let Some(by) = referrer(job.view(), kind, id)? {
                let what = job.name_of(kind, id)?;
                let by = job.name_of(by.0, by.1)?;
                if mode == Mode::Refuse {
                    return Err(Refusal::InUse { what, by }.into());
                }
                clashes.push(Clash {
                    record: what,
                    field: "record".into(),
                    expected: "unused".into(),
                    found: format!("used by {by}"),
                });
                return Ok(());
            }
            if kind == Kind::Message {
                let m: Message = records::decode(&now)?;
                if m.delivery == crate::model::Delivery::Held {
                    job.done.draft = Some(drafts::of_message(&m));
                }
            }
            if kind == Kind::Message && mode == Mode::Keep {
                raw::del(job.work.tx, id)?;
            }
            job.work.del(kind, id)?;
            Ok(())
        }
        (ChangeKind::Deleted(was), None) => {
            let mut bytes = was.clone();
            if kind == Kind::Outbox {
                // A reply that is done again is held again, from now.
                let mut out: Outbox = records::decode(was)?;
                out.hold_until = job.now() + job.workspace.hold_ms();
                bytes = records::encode(&out);
            }
            job.work.put_bytes(kind, id, bytes)?;
            Ok(())
        }
        (ChangeKind::Deleted(_), Some(_)) => {
            let record = job.name_of(kind, id)?;
            clashes.push(Clash {
                record,
                field: "record".into(),
                expected: "gone".into(),
                found: "there".into(),
            });
            Ok(())
        }
        (ChangeKind::Updated(_), None) => {
            let record = format!("{} {id}", kind.word());
            clashes.push(Clash {
                record,
                field: "record".into(),
                expected: "there".into(),
                found: "gone".into(),
            });
            Ok(())
        }
        (ChangeKind::Updated(fields), Some(now)) => {
            if kind == Kind::Outbox && leaves(fields) {
                return Err(Refusal::Final("a message that is on its way".into()).into());
            }
            let name = job.name_of(kind, id)?;
            let mut all = records::to_fields(&now)?;
            for f in fields {
                restore(kind, &name, &mut all, f, clashes);
            }
            job.work.put_bytes(kind, id, records::from_fields(in_order(kind, all)))?;
            Ok(())
        }
    }
}

/// Whether a change of an outgoing message is about what happened outside: that it was handed over, or may have been.
pub(super) fn leaves(fields: &[FieldChange]) -> bool {
    let outside = |v: &Option<Value>| {
        let state = v.as_ref().and_then(Value::as_str).map(OutboxState::from);
        matches!(state, Some(OutboxState::Sending | OutboxState::Sent | OutboxState::Unsure))
    };
    fields.iter().any(|f| f.field == "s" && (outside(&f.before) || outside(&f.after)))
}

/// Fields in the order in which the kind writes them, so that a record taken back has the bytes that it had.
pub fn in_order(kind: Kind, mut fields: Vec<(String, Value)>) -> Vec<(String, Value)> {
    let shape: &'static [Field] = records::fields(kind);
    let rank = |k: &str| shape.iter().position(|f| f.short == k).unwrap_or(usize::MAX);
    fields.sort_by_key(|(k, _)| rank(k));
    fields
}

/// Puts one field back to what it was.
fn restore(
    kind: Kind,
    name: &str,
    all: &mut Vec<(String, Value)>,
    f: &FieldChange,
    clashes: &mut Vec<Clash>,
) {
    let at = all.iter().position(|(k, _)| *k == f.field);
    let now = at.and_then(|i| all.get(i)).map(|(_, v)| v.clone());
    let back = if now == f.after {
        f.before.clone()
    } else if is_bookkeeping(kind, &f.field) {
        now
    } else if let Some(list) = list_back(f, now.as_ref()) {
        if list.is_empty() { None } else { Some(Value::Array(list)) }
    } else {
        clashes.push(clash(kind, name, f, f.after.as_ref(), now.as_ref()));
        return;
    };
    match (at.and_then(|i| all.get_mut(i)), back) {
        (Some(slot), Some(v)) => slot.1 = v,
        (None, Some(v)) => all.push((f.field.clone(), v)),
        (_, None) => all.retain(|(k, _)| *k != f.field),
    }
}

/// A list with the change's own elements taken back, where those it added are all still there.
fn list_back(f: &FieldChange, now: Option<&Value>) -> Option<Vec<Value>> {
    let list = |v: Option<&Value>| match v {
        None => Some(Vec::new()),
        Some(Value::Array(a)) => Some(a.clone()),
        Some(_) => None,
    };
    let (before, after, mut now) = (list(f.before.as_ref())?, list(f.after.as_ref())?, list(now)?);
    for added in after.iter().filter(|v| !before.contains(v)) {
        let i = now.iter().position(|v| v == added)?;
        now.remove(i);
    }
    for removed in before.into_iter().filter(|v| !after.contains(v)) {
        if !now.contains(&removed) {
            now.push(removed);
        }
    }
    Some(now)
}

fn clash(kind: Kind, name: &str, f: &FieldChange, expected: Option<&Value>, found: Option<&Value>) -> Clash {
    let field = records::fields(kind).iter().find(|s| s.short == f.field);
    Clash {
        record: name.to_owned(),
        field: field.map_or(f.field.as_str(), |s| s.long).to_owned(),
        expected: shown_of(field, expected),
        found: shown_of(field, found),
    }
}

/// A record that refers to this one.
fn referrer(view: &dyn View, kind: Kind, id: Id) -> Result<Option<(Kind, Id)>, StoreError> {
    let prefix = crate::model::Key::new().u8(kind.code()).id(id);
    let mut by = None;
    view.scan(Table::IxRef, &Range::prefix(prefix), Scan::Forward, &mut |k, _| {
        let mut r = KeyReader(k);
        let (_, _, from, from_id) = (r.u8(), r.id(), r.u8().and_then(Kind::of_code), r.id());
        by = from.zip(from_id);
        by.is_none()
    })?;
    Ok(by)
}
