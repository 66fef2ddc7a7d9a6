//! Saved views.

use crate::{
    desk::{
        Edit,
        edit::{self, unknown_field},
        list::{QueryContext, columns, segment},
        work::Job,
    },
    model::{Id, Kind, Refusal, SavedView},
    query::{self, Schema},
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
    let query =
        query::parse(&v.query).map_err(|e| Refusal::Invalid { field: "query", why: e.to_string() })?;
    let schema = Schema::of(&v.entity);
    if let Some(why) = schema.and_then(|s| query::sensitive(&query, s)).filter(|_| !job.sees_sensitive()) {
        return Err(Refusal::Invalid { field: "query", why: why.to_string() }.into());
    }
    let picks = columns::pick(&v.entity, &v.columns, job.sees_sensitive())
        .map_err(|why| Refusal::Invalid { field: "columns", why })?;
    v.columns = picks.iter().map(columns::Pick::name).collect();
    let mut old = None;
    records::each::<SavedView>(job.view(), |o| {
        if o.name == v.name && o.entity == v.entity && o.owner == v.owner && o.frozen_at.is_none() {
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

/// Freezes the current members of a saved query: a separate view, which keeps its members whatever happens to them.
pub fn freeze(job: &mut Job, id: Id, name: &str) -> Result<(), Reject> {
    let of: SavedView = job.need(id)?;
    let name = name.trim();
    if name.is_empty() || name == of.name {
        let why = "a snapshot needs a unique name".into();
        return Err(Refusal::Invalid { field: "name", why }.into());
    }
    if of.frozen_at.is_some() {
        return Err(Refusal::Invalid { field: "name", why: format!("{} is frozen already", of.name) }.into());
    }
    let mut taken = false;
    records::each::<SavedView>(job.view(), |o| {
        taken |= o.name == name && o.owner == of.owner && o.entity == of.entity;
        !taken
    })?;
    if taken {
        return Err(Refusal::Invalid { field: "name", why: format!("there is a view {name} already") }.into());
    }
    let asker = QueryContext::new(job.view(), job.now(), job.zone(), job.actor())?;
    let members = segment::members(job.view(), &asker, &of)?
        .map_err(|e| Refusal::Invalid { field: "query", why: e.to_string() })?;
    let count = members.len();
    let frozen = SavedView {
        id: job.make(Kind::SavedView),
        name: name.to_owned(),
        frozen_at: Some(job.now()),
        members: members.into_iter().collect(),
        created_at: job.now(),
        version: 0,
        ..of
    };
    job.put(&frozen)?;
    job.say(format!("{count} members frozen as {name}"));
    Ok(())
}

/// Forgets a view.
pub fn delete(job: &mut Job, id: Id) -> Result<(), Reject> {
    let v: SavedView = job.need(id)?;
    job.work.del(Kind::SavedView, id)?;
    job.say(format!("view {} forgotten", v.name));
    Ok(())
}
