//! Organisations: add, edit, put away.

use super::customer::say_of;
use crate::{
    desk::{Edit, edit, read, work::Job},
    model::{Id, Kind, Organisation, Refusal},
    store::Reject,
};

/// Adds an organisation.
pub fn add(job: &mut Job, edits: &[Edit]) -> Result<(), Reject> {
    let id = job.make(Kind::Organisation);
    let mut o = Organisation { id, created_at: job.now(), updated_at: job.now(), ..Default::default() };
    apply(job, &mut o, edits)?;
    if o.name.is_empty() {
        return Err(Refusal::Invalid { field: "name", why: "an organisation needs a name".into() }.into());
    }
    o.number = job.next_number(Kind::Organisation)?;
    job.put(&o)?;
    job.say(format!("{} added as G-{}", o.name, o.number));
    Ok(())
}

/// Changes an organisation.
pub fn edit(job: &mut Job, id: Id, edits: &[Edit]) -> Result<(), Reject> {
    let before: Organisation = job.need(id)?;
    let mut o = before.clone();
    apply(job, &mut o, edits)?;
    if o != before {
        o.updated_at = job.now();
        job.put(&o)?;
        job.say(format!("{} changed", o.name));
    }
    Ok(())
}

/// Puts organisations away, or brings them back.
pub fn archive(job: &mut Job, ids: &[Id], away: bool) -> Result<(), Reject> {
    let mut names = Vec::new();
    for id in ids {
        let mut o: Organisation = job.need(*id)?;
        if o.archived_at.is_some() != away {
            o.archived_at = away.then_some(job.now());
            o.updated_at = job.now();
            job.put(&o)?;
            names.push(o.name);
        }
    }
    say_of(job, &names, "organisation", if away { "archived" } else { "brought back" });
    Ok(())
}

fn apply(job: &Job, o: &mut Organisation, edits: &[Edit]) -> Result<(), Reject> {
    for e in edits {
        match edit::name_of::<Organisation>(e) {
            "domain" => {
                edit::list(&mut o.domains, &Edit { value: e.value.to_lowercase(), ..e.clone() });
            }
            "parent" => parent(job, o, e.value.trim())?,
            "street" | "city" | "region" | "postal" | "country" => edit::address(&mut o.addresses, e),
            _ if edit::custom(&mut o.custom, e).is_some() => {}
            _ => edit::declared(o, e, &edit::known::<Organisation>())?,
        }
    }
    Ok(())
}

fn parent(job: &Job, o: &mut Organisation, name: &str) -> Result<(), Reject> {
    if name.is_empty() {
        o.parent = None;
        return Ok(());
    }
    o.parent = Some(read::resolve(job.view(), Kind::Organisation, name)?);
    Ok(())
}
