//! Records of a kind that is declared in one table: each cell of a row is an edit of the field that its column is.

use super::{Fate, known};
use crate::{
    desk::{Edit, commands::entity, custom, read, subjects, work::Job},
    model::{
        ExternalId, Id, Kind,
        field::{Declared, Entity, Write},
        for_kind, number,
    },
    store::{Reject, records},
};

/// A record of a file: its fields as texts.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ImportRecord {
    /// The line of the file.
    pub line: u64,
    /// The source's name for the record.
    pub external_id: Option<ExternalId>,
    /// Names of fields with what the file says of them; other records by number, address, name, or the source's name for
    /// them, several with `;` between them, of which the first that is known is taken.
    pub fields: Vec<(&'static str, String)>,
    /// Names of custom fields with what the file says of them.
    pub custom: Vec<(String, String)>,
}

/// Adds records; one that is there already changes only where the file now says otherwise. A row that the kind rejects is
/// left out, with its reason.
pub fn apply(job: &mut Job, kind: Kind, source: &str, rows: &[ImportRecord]) -> Result<(), Reject> {
    for_kind!(kind, T => {
        if let Some(of) = T::ENTITY {
            for row in rows {
                let fate = take::<T>(job, of, source, row)?;
                job.done.tally.count(fate);
            }
        }
    });
    let t = job.done.tally;
    job.say(format!("{} {}s imported: {} new, {} changed", t.read, kind.word(), t.created, t.updated));
    Ok(())
}

fn take<T: Declared>(
    job: &mut Job,
    of: &Entity<T>,
    source: &str,
    row: &ImportRecord,
) -> Result<Fate, Reject> {
    let there = match &row.external_id {
        Some(x) => match known(job.view(), T::KIND, x)? {
            Some(id) => Some(id),
            None => own::<T>(job, of, row, x)?,
        },
        None => None,
    };
    let before: Option<T> = there.map(|id| job.need(id)).transpose()?;
    let mut record = before.clone().unwrap_or_default();
    let tried = fill(job, source, row, &mut record)
        .and_then(|()| entity::settle(job, of, &mut record, before.as_ref()));
    match tried {
        Ok(()) => {}
        // What the store says is no fault of the row.
        Err(e @ Reject::Store(_)) => return Err(e),
        Err(e) => {
            job.done.lines.push((row.line, e.to_string()));
            return Ok(Fate::Rejected);
        }
    }
    if before.as_ref() == Some(&record) {
        return Ok(Fate::Unchanged);
    }
    if before.is_none() {
        record.set_id(job.make(T::KIND));
        *(of.number)(&mut record) = job.next_number(T::KIND)?;
        record.external_ids_mut().extend(row.external_id.clone());
    }
    job.put(&record)?;
    Ok(if before.is_some() { Fate::Updated } else { Fate::Created })
}

/// The record of this desk that an export names by its number, where the row has its title too.
fn own<T: Declared>(
    job: &Job,
    of: &Entity<T>,
    row: &ImportRecord,
    named: &ExternalId,
) -> Result<Option<Id>, Reject> {
    let Some((Some(kind), n)) = number::parse(&named.id).filter(|(kind, _)| *kind == Some(T::KIND)) else {
        return Ok(None);
    };
    let Some(id) = records::by_number(job.view(), kind, n)? else { return Ok(None) };
    let title = row.fields.iter().find(|(field, _)| *field == of.main).map(|(_, v)| v.trim());
    let record: T = job.need(id)?;
    Ok((title == Some((of.title)(&record))).then_some(id))
}

/// Puts the fields of a row into a record.
fn fill<T: Declared>(job: &mut Job, source: &str, row: &ImportRecord, record: &mut T) -> Result<(), Reject> {
    for (field, value) in row.fields.iter().filter(|(_, v)| !v.trim().is_empty()) {
        let spec = T::TABLE.iter().find(|s| s.def.name == *field);
        match spec.map(|s| s.write) {
            Some(Write::Link(kind, set)) => match linked(job, kind, source, value)? {
                Some(id) => *set(record) = Some(id),
                None => {
                    let what = format!("{field} {value} is not known here: left empty");
                    job.done.remarks.push((row.line, what));
                }
            },
            _ => entity::apply(job, record, &Edit::set(field, value))?,
        }
    }
    for (name, v) in &row.custom {
        let (name, v, remark) = custom::imported(job.view(), &job.workspace, T::KIND, (name, v), job.actor());
        job.done.remarks.extend(remark.map(|r| (row.line, r)));
        entity::apply(job, record, &Edit::set(&format!("custom.{name}"), v))?;
    }
    Ok(())
}

/// The record that a cell names; the first that is known of several.
fn linked(job: &Job, kind: Kind, source: &str, value: &str) -> Result<Option<Id>, Reject> {
    for name in value.split(';').map(str::trim).filter(|n| !n.is_empty()) {
        let theirs = ExternalId { source: source.to_owned(), id: name.to_owned() };
        if let Some(id) = known(job.view(), kind, &theirs)? {
            return Ok(Some(id));
        }
        let found = match kind {
            Kind::Agent => read::agent_named(job.view(), name, job.actor()),
            _ => read::resolve(job.view(), kind, name),
        };
        match found {
            Ok(id) if subjects::writable(job.view(), kind, id).is_ok() => return Ok(Some(id)),
            Err(e @ Reject::Store(_)) => return Err(e),
            _ => {}
        }
    }
    Ok(None)
}
