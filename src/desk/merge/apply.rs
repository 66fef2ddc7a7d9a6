//! The merge itself, inside its transaction.

use std::collections::BTreeMap;

use rmpv::Value;

use super::{children, counted, fields, mergeable, missing, named};
use crate::{
    desk::{Edit, commands::one_primary, drafts, sensitive, work::Job},
    model::{Customer, Id, Kind, Organisation, Record},
    store::{Reject, records},
};

/// Merges `from` into `into`; `take` names the fields to come from the one that goes.
///
/// # Errors
/// Where one is not there or merged already, or the store cannot.
pub fn merge(job: &mut Job, kind: Kind, into: Id, from: Id, take: &[String]) -> Result<(), Reject> {
    mergeable(job.view(), kind, into, from)?;
    // What one of them has and the other lacks moves over unseen; to choose between two values one has to see them.
    let chosen: Vec<Edit> = take.iter().map(|field| Edit::set(field, "")).collect();
    sensitive::may_edit(job, kind, &chosen)?;
    job.moves_sensitive = true;
    match kind {
        Kind::Customer => {
            let names = (named(job.view(), kind, into)?, named(job.view(), kind, from)?);
            let mut ours: Customer = combined(job, into, from, take)?;
            one_primary(&mut ours.emails, |e| &mut e.primary);
            one_primary(&mut ours.phones, |p| &mut p.primary);
            let mut gone: Customer = job.need(from)?;
            (gone.merged_into, gone.updated_at) = (Some(into), job.now());
            job.put(&gone)?;
            let moved = relink(job, kind, from, into)?;
            drafts::merged::follow(job.work.tx, from, into)?;
            // A referral of the merged customer by themselves is dropped.
            if ours.referred_by == Some(from) || job.leads_to(kind, ours.referred_by, into)? {
                ours.referred_by = None;
            }
            ours.updated_at = job.now();
            job.put(&ours)?;
            tell(job, &names, &moved);
        }
        _ => {
            let names = (named(job.view(), kind, into)?, named(job.view(), kind, from)?);
            let mut ours: Organisation = combined(job, into, from, take)?;
            let mut gone: Organisation = job.need(from)?;
            if ours.parent == Some(from) {
                ours.parent = gone.parent;
            }
            (gone.merged_into, gone.updated_at) = (Some(into), job.now());
            job.put(&gone)?;
            let moved = relink(job, kind, from, into)?;
            drafts::merged::follow(job.work.tx, from, into)?;
            if job.leads_to(kind, ours.parent, into)? {
                ours.parent = None;
            }
            ours.updated_at = job.now();
            job.put(&ours)?;
            tell(job, &names, &moved);
        }
    }
    Ok(())
}

fn tell(job: &mut Job, (into, from): &(String, String), moved: &BTreeMap<Kind, usize>) {
    let moved = if moved.is_empty() { String::new() } else { format!(": {} moved", counted(moved)) };
    job.say(format!("{from} merged into {into}{moved}"));
}

/// The record that stays, with what the other brings.
fn combined<T: Record>(job: &Job, into: Id, from: Id, take: &[String]) -> Result<T, Reject> {
    let of = |id: Id| -> Result<fields::Fields, Reject> {
        let bytes = job.view().get(T::KIND.table(), id.bytes())?.ok_or_else(|| missing(T::KIND, id))?;
        Ok(records::to_fields(&bytes)?)
    };
    let (all, _) = fields::combine(T::KIND, &of(into)?, &of(from)?, take);
    Ok(records::decode(&records::from_fields(all))?)
}

/// Lets everything that refers to one refer to the other. What was merged into it earlier still says so.
fn relink(job: &mut Job, kind: Kind, from: Id, into: Id) -> Result<BTreeMap<Kind, usize>, Reject> {
    let mut moved = BTreeMap::new();
    for (child, id) in children(job.view(), kind, from, into)? {
        let Some(bytes) = job.view().get(child.table(), id.bytes())? else { continue };
        let mut all = records::to_fields(&bytes)?;
        let shape = records::fields(child);
        for (name, value) in all.iter_mut().filter(|(k, _)| k != "id" && !(child == kind && k == "mg")) {
            swap(value, &Value::Binary(from.0.to_vec()), &Value::Binary(into.0.to_vec()));
            if let (Some(field), Value::Array(list)) =
                (shape.iter().find(|f| f.short == name.as_str()), value)
            {
                let mut keys = Vec::new();
                list.retain(|v| {
                    let key = fields::key_of(child, field, v);
                    let new = !keys.contains(&key);
                    keys.push(key);
                    new
                });
            }
        }
        if job.work.put_bytes(child, id, records::from_fields(all))? {
            *moved.entry(child).or_insert(0) += 1;
        }
    }
    Ok(moved)
}

/// Puts one value for another wherever it stands.
fn swap(v: &mut Value, from: &Value, to: &Value) {
    match v {
        v if v == from => *v = to.clone(),
        Value::Array(all) => all.iter_mut().for_each(|v| swap(v, from, to)),
        Value::Map(all) => all.iter_mut().for_each(|(_, v)| swap(v, from, to)),
        _ => {}
    }
}
