//! Tasks: add, edit, tick off.

use super::customer::say_of;
use crate::{
    desk::{Edit, edit, read, subjects, work::Job},
    model::{Id, Kind, Refusal, Task, phrase},
    store::Reject,
};

/// Adds a task; its owner is who adds it, unless said.
pub fn add(job: &mut Job, edits: &[Edit]) -> Result<(), Reject> {
    let id = job.make(Kind::Task);
    let mut t = Task { id, owner: job.actor(), created_at: job.at(), ..Default::default() };
    apply(job, &mut t, edits)?;
    if t.title.is_empty() {
        return Err(Refusal::Invalid { field: "title", why: "a task needs a title".into() }.into());
    }
    t.number = job.next_number(Kind::Task)?;
    job.put(&t)?;
    job.say(format!("task K-{} added", t.number));
    Ok(())
}

/// Changes a task.
pub fn edit(job: &mut Job, id: Id, edits: &[Edit]) -> Result<(), Reject> {
    let mut t: Task = job.need(id)?;
    apply(job, &mut t, edits)?;
    job.put(&t)?;
    job.say(format!("task K-{} changed", t.number));
    Ok(())
}

/// Ticks tasks off, or back on.
pub fn done(job: &mut Job, ids: &[Id], done: bool) -> Result<(), Reject> {
    let mut names = Vec::new();
    for id in ids {
        let mut t: Task = job.need(*id)?;
        if t.done_at.is_some() != done {
            t.done_at = done.then_some(job.at());
            t.done_by = job.actor().filter(|_| done);
            job.put(&t)?;
            names.push(format!("K-{}", t.number));
        }
    }
    say_of(job, &names, "task", if done { "done" } else { "to do again" });
    Ok(())
}

fn apply(job: &Job, t: &mut Task, edits: &[Edit]) -> Result<(), Reject> {
    for e in edits {
        let v = e.value.trim();
        match edit::name_of::<Task>(e) {
            "body" => e.value.trim_end().clone_into(&mut t.body),
            "due" if v.is_empty() => t.due = None,
            "due" => {
                let bad = |e: phrase::PhraseError| Refusal::Invalid { field: "due", why: e.to_string() };
                t.due = Some(phrase::moment(v, job.now(), &job.zone()).map_err(bad)?);
            }
            "owner" => {
                t.owner =
                    if v.is_empty() { None } else { Some(read::agent_named(job.view(), v, job.actor())?) }
            }
            "customer" => t.customer = some(v, |v| named(job, Kind::Customer, v))?,
            "ticket" => t.ticket = some(v, |v| named(job, Kind::Ticket, v))?,
            _ => edit::declared(t, e, &edit::known::<Task>())?,
        }
    }
    Ok(())
}

/// The record that is meant, which was not erased.
fn named(job: &Job, kind: Kind, v: &str) -> Result<Id, Reject> {
    let id = read::resolve(job.view(), kind, v)?;
    subjects::writable(job.view(), kind, id)?;
    Ok(id)
}

fn some(v: &str, f: impl Fn(&str) -> Result<Id, Reject>) -> Result<Option<Id>, Reject> {
    if v.is_empty() { Ok(None) } else { f(v).map(Some) }
}
