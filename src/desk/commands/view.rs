//! Saved views.

use crate::{
    desk::{
        Edit,
        edit::{self, unknown_field},
        work::Job,
    },
    model::{Id, Kind, Refusal, SavedView},
    store::{Reject, records},
};

const KNOWN: &[&str] = &["name", "entity", "query", "columns", "mine", "rank"];

/// Saves a view; one of the same name and owner is written over.
pub fn save(job: &mut Job, edits: &[Edit]) -> Result<(), Reject> {
    let mut v = SavedView { entity: "tickets".into(), created_at: job.now(), ..Default::default() };
    for e in edits {
        match e.field.as_str() {
            "name" => edit::text(&mut v.name, e),
            "entity" => edit::text(&mut v.entity, e),
            "query" => edit::text(&mut v.query, e),
            "columns" => edit::list(&mut v.columns, e),
            "mine" => v.owner = (e.value.trim() == "yes").then_some(job.actor()).flatten(),
            "rank" => v.rank = e.value.trim().parse().unwrap_or(0),
            f => return Err(unknown_field(f, KNOWN).into()),
        }
    }
    if v.name.is_empty() {
        return Err(Refusal::Invalid { field: "name", why: "a view needs a name".into() }.into());
    }
    if let Err(e) = crate::query::parse(&v.query) {
        return Err(Refusal::Invalid { field: "query", why: e.to_string() }.into());
    }
    let mut old = None;
    records::each::<SavedView>(job.view(), |o| {
        if o.name == v.name && o.entity == v.entity && o.owner == v.owner {
            old = Some((o.id, o.created_at));
        }
        old.is_none()
    })?;
    (v.id, v.created_at) = match old {
        Some(old) => old,
        None => (job.make(Kind::SavedView), job.now()),
    };
    job.put(&v)?;
    job.say(format!("view {} saved", v.name));
    Ok(())
}

/// Forgets a view.
pub fn delete(job: &mut Job, id: Id) -> Result<(), Reject> {
    let v: SavedView = job.need(id)?;
    job.work.del(Kind::SavedView, id)?;
    job.say(format!("view {} forgotten", v.name));
    Ok(())
}
