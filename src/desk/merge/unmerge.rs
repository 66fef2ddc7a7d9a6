//! The unmerge: puts back what the merge did, leaves what came since with the record that stayed.

use std::collections::BTreeMap;

use rmpv::Value;

use super::{children, counted, fields, merged_into, named, others, others::Others};
use crate::{
    desk::{read, undo, work::Job},
    model::{
        Clash, Customer, Id, Kind, Organisation, Record, Refusal, Stamp, field,
        log::{ChangeKind, FieldChange},
        shape::Field,
    },
    store::{Reject, feed::FeedItem, records},
};

/// How many rows of a record's history are looked through for its merge.
const REACH: usize = 10_000;

/// Puts a merged record on its own feet again.
///
/// # Errors
/// Where it is not merged, what it was merged into is merged itself, the merge was erased, or an address that is its own
/// was given to someone else meanwhile.
pub fn unmerge(job: &mut Job, kind: Kind, id: Id) -> Result<(), Reject> {
    let name = named(job.view(), kind, id)?;
    let no = |why: String| Reject::from(Refusal::Invalid { field: "unmerge", why });
    job.moves_sensitive = true;
    let into = merged_into(job.view(), kind, id)?.ok_or_else(|| no(format!("{name} is not merged")))?;
    let stays = job.name_of(kind, into)?;
    if let Some(next) = merged_into(job.view(), kind, into)? {
        let next = job.name_of(kind, next)?;
        return Err(no(format!("{stays} was itself merged into {next}: unmerge {stays} first")));
    }
    let item = merge_row(job, id, into)?;
    let (seq, logged_at) = (item.row.seq, item.row.logged_at);
    let Some(body) = item.body else { return Err(Refusal::Final("that merge was erased: it".into()).into()) };
    let others = Others::of(job, kind, id, into, seq, &read::history(job.view(), into, REACH)?)?;
    let mut back = BTreeMap::new();
    // The one that stays first: what it gives up, the other one takes.
    for change in body.changes.iter().rev().filter(|c| c.id != id) {
        let (Some(child), ChangeKind::Updated(changes)) = (change.kind(), &change.what) else { continue };
        if change.id != into && restore(job, child, change.id, changes, None)? {
            *back.entry(child).or_insert(0) += 1;
        }
    }
    let changes = body.changes.iter().filter(|c| c.id == into).find_map(|c| match &c.what {
        ChangeKind::Updated(changes) => Some(changes.clone()),
        _ => None,
    });
    restore(job, kind, into, &changes.unwrap_or_default(), Some(&others))?;
    match kind {
        Kind::Customer => free::<Customer>(job, id, |c, now| (c.merged_into, c.updated_at) = (None, now))?,
        _ => free::<Organisation>(job, id, |o, now| (o.merged_into, o.updated_at) = (None, now))?,
    }
    job.check_invariants(kind, id)?;
    let since = since(job, kind, into, logged_at)?;
    let mut say = format!("{name} is on its own again");
    if !back.is_empty() {
        say.push_str(&format!(", with {}", counted(&back)));
    }
    if !since.is_empty() {
        say.push_str(&format!("; what came since stays with {stays}: {}", counted(&since)));
    }
    job.say(say);
    Ok(())
}

/// The row of the log that merged one into the other, the newest.
fn merge_row(job: &Job, id: Id, into: Id) -> Result<FeedItem, Reject> {
    let target = Value::Binary(into.0.to_vec());
    let merges = |item: &FeedItem| {
        item.body.as_ref().is_some_and(|b| {
            b.changes.iter().filter(|c| c.id == id).any(|c| match &c.what {
                ChangeKind::Updated(fields) => {
                    fields.iter().any(|f| f.field == "mg" && f.after.as_ref() == Some(&target))
                }
                _ => false,
            })
        })
    };
    let history = read::history(job.view(), id, REACH)?;
    let gone = || Refusal::Final("the log of that merge was erased: it".into()).into();
    history.into_iter().find(merges).ok_or_else(gone)
}

fn free<T: Record>(job: &mut Job, id: Id, f: impl FnOnce(&mut T, Stamp)) -> Result<(), Reject> {
    let mut record: T = job.need(id)?;
    f(&mut record, job.now());
    job.work.put(&record)?;
    Ok(())
}

/// Puts the fields of one record back where the merge left them; what was changed since stays and is noted. `others` are
/// those of the record that stayed. Gives whether anything went back.
fn restore(
    job: &mut Job,
    kind: Kind,
    id: Id,
    changes: &[FieldChange],
    others: Option<&Others>,
) -> Result<bool, Reject> {
    let Some(bytes) = job.view().get(kind.table(), id.bytes())? else { return Ok(false) };
    let mut all = records::to_fields(&bytes)?;
    let mut went = false;
    // Fields that this merge left alone may have what is there for its sake since another was taken apart.
    let mut changes = changes.to_vec();
    for short in others.into_iter().flat_map(Others::fields) {
        if !changes.iter().any(|f| f.field == short) {
            let now = fields::get(&all, short).cloned();
            changes.push(FieldChange { field: short.to_owned(), before: now.clone(), after: now });
        }
    }
    for f in changes.iter().filter(|f| !undo::is_bookkeeping(kind, &f.field)) {
        let now = fields::get(&all, &f.field).cloned();
        let shape = records::fields(kind).iter().find(|s| s.short == f.field);
        if let Some(v) = shape.and_then(|s| taken_apart(kind, s, f, now.as_ref(), others)) {
            fields::set(&mut all, &f.field, v);
        } else if now == f.after || others.is_some_and(|o| o.same(&f.field, now.as_ref(), f.after.as_ref())) {
            fields::set(&mut all, &f.field, single(f, None, now.as_ref(), others));
        } else if !others.is_some_and(|o| o.have(&f.field, now.as_ref())) {
            let record = job.name_of(kind, id)?;
            let shown = |v: Option<&Value>| undo::shown_of(shape, v);
            job.done.kept.push(Clash {
                record,
                field: shape.map_or(f.field.as_str(), |s| s.long).to_owned(),
                expected: shown(f.before.as_ref()),
                found: shown(now.as_ref()),
            });
            continue;
        }
        went = true;
    }
    if let Some((_, at)) = all.iter_mut().find(|(k, _)| k == "ua" && undo::is_bookkeeping(kind, k)) {
        *at = Value::from(job.now());
    }
    job.work.put_bytes(kind, id, records::from_fields(undo::in_order(kind, all)))?;
    Ok(went)
}

/// The replacement of a single value unchanged since the merge; of a map, that of a key.
fn single(
    f: &FieldChange,
    part: Option<&Value>,
    now: Option<&Value>,
    others: Option<&Others>,
) -> Option<Value> {
    let before = others::at(f.before.as_ref(), part).cloned();
    let Some(others) = others else { return before };
    if before.as_ref() != now {
        return others.settled(&f.field, part, before);
    }
    // This merge changed nothing here.
    match others.inherited(&f.field, part, now) {
        Some(earlier) => others.settled(&f.field, part, others::at(earlier.before.as_ref(), part).cloned()),
        None => before,
    }
}

/// A list or a map without what the merge added to it and is still there; `None` for what is neither. An element is known
/// by its key, even if it was marked as primary since.
fn taken_apart(
    kind: Kind,
    field: &'static Field,
    f: &FieldChange,
    now: Option<&Value>,
    others: Option<&Others>,
) -> Option<Option<Value>> {
    match (f.after.as_ref()?, now) {
        (Value::Array(after), now_is) => {
            let list = |v: Option<&Value>| v.and_then(Value::as_array).cloned().unwrap_or_default();
            let (before, mut now) = (list(f.before.as_ref()), list(now_is));
            let key = |v: &Value| fields::key_of(kind, field, v);
            let had: Vec<Value> = before.iter().map(key).collect();
            let mut added: Vec<Value> = after.iter().map(key).filter(|k| !had.contains(k)).collect();
            added.extend(others.map(|o| o.left(field)).unwrap_or_default());
            let stay = others.map(|o| o.kept(field)).unwrap_or_default();
            added.retain(|k| !stay.contains(k));
            if now_is == f.after.as_ref() && added.iter().all(|k| !had.contains(k)) && stay.is_empty() {
                return Some(f.before.clone());
            }
            now.retain(|v| !added.contains(&key(v)));
            let have: Vec<Value> = now.iter().map(key).collect();
            let left: Vec<Value> = after.iter().map(key).collect();
            let lost = before.into_iter().filter(|v| !left.contains(&key(v)) && !have.contains(&key(v)));
            now.extend(lost);
            Some((!now.is_empty()).then_some(Value::Array(now)))
        }
        (Value::Map(after), Some(Value::Map(now))) => {
            let mut now = now.clone();
            for (k, v) in after {
                if others::at(Some(&Value::Map(now.clone())), Some(k)) == Some(v) {
                    let back = single(f, Some(k), Some(v), others);
                    if back.as_ref() != Some(v) {
                        now.retain(|(a, _)| a != k);
                        now.extend(back.map(|v| (k.clone(), v)));
                    }
                }
            }
            Some((!now.is_empty()).then_some(Value::Map(now)))
        }
        _ => None,
    }
}

/// What came to the record that stayed since then, by kind.
fn since(job: &Job, kind: Kind, into: Id, at: Stamp) -> Result<BTreeMap<Kind, usize>, Reject> {
    let told = [Kind::Ticket, Kind::Interaction, Kind::Order, Kind::Task, Kind::Response, Kind::Customer];
    let after = Id::v7(at + 1, [0; 10]);
    let mut out = BTreeMap::new();
    for (child, id) in children(job.view(), kind, into, into)? {
        if (told.contains(&child) || field::is_entity(child))
            && id >= after
            && merged_into(job.view(), child, id)?.is_none()
        {
            *out.entry(child).or_insert(0) += 1;
        }
    }
    Ok(out)
}
