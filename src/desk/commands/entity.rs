//! The commands that all kinds share, for kinds that are declared as an [`Entity`]: add, edit, archive, tag.

use super::customer::say_of;
use crate::{
    desk::{Command, Edit, edit, read, subjects, work::Job},
    model::{
        Currency, Id, Kind, Money, Refusal,
        field::{AnyRecord, Declared, Entity, Occasion, Write},
        money::DecimalMark,
        number,
        phrase::{self, Lean},
    },
    store::Reject,
};

/// Adds a record with these fields.
pub fn add<T: Declared>(job: &mut Job, entity: &Entity<T>, edits: &[Edit]) -> Result<(), Reject> {
    let mut record = T::default();
    record.set_id(job.make(T::KIND));
    for e in edits {
        apply(job, &mut record, e)?;
    }
    settle(job, entity, &mut record, None)?;
    *(entity.number)(&mut record) = job.next_number(T::KIND)?;
    job.put(&record)?;
    job.say(format!("{} {} added", T::KIND.word(), named(entity, &record)));
    Ok(())
}

/// Changes fields of a record.
pub fn edit<T: Declared>(job: &mut Job, entity: &Entity<T>, id: Id, edits: &[Edit]) -> Result<(), Reject> {
    let before: T = job.need(id)?;
    let mut record = before.clone();
    for e in edits {
        apply(job, &mut record, e)?;
    }
    settle(job, entity, &mut record, Some(&before))?;
    if record != before {
        job.put(&record)?;
    }
    job.say(format!("{} {} changed", T::KIND.word(), named(entity, &record)));
    Ok(())
}

/// Archives records, or brings them back.
pub fn archive<T: Declared>(job: &mut Job, entity: &Entity<T>, ids: &[Id], away: bool) -> Result<(), Reject> {
    let mut names = Vec::new();
    for id in ids {
        let mut record: T = job.need(*id)?;
        let at = (entity.archive)(&mut record);
        if at.is_some() != away {
            *at = away.then_some(job.now());
            job.put(&record)?;
            names.push(named(entity, &record));
        }
    }
    say_of(job, &names, T::KIND.word(), if away { "archived" } else { "restored" });
    Ok(())
}

/// Adds and removes tags of records whose kind has them.
pub fn tag<T: Declared>(
    job: &mut Job,
    entity: &Entity<T>,
    ids: &[Id],
    add: &[String],
    remove: &[String],
) -> Result<(), Reject> {
    let tags = T::TABLE.iter().find_map(|s| if let Write::Tags(set) = s.write { Some(set) } else { None });
    let Some(tags) = tags else {
        let why = format!("a {} has no tags", T::KIND.word());
        return Err(Refusal::Invalid { field: "tag", why }.into());
    };
    let mut names = Vec::new();
    for id in ids {
        let before: T = job.need(*id)?;
        let mut record = before.clone();
        edit::tags(tags(&mut record), &Edit::add("tag", add.join(",")));
        edit::tags(tags(&mut record), &Edit::remove("tag", remove.join(",")));
        if record != before {
            settle(job, entity, &mut record, Some(&before))?;
            job.put(&record)?;
            names.push(named(entity, &record));
        }
    }
    say_of(job, &names, T::KIND.word(), "tagged");
    Ok(())
}

/// `D-4 Annual plan`.
fn named<T: Declared>(entity: &Entity<T>, record: &T) -> String {
    let any: &dyn AnyRecord = record;
    format!("{} {}", number::show(T::KIND, any.number()), (entity.title)(record)).trim_end().to_owned()
}

/// Completes a record by the rules of its kind: required fields, dates, history.
pub fn settle<T: Declared>(
    job: &Job,
    entity: &Entity<T>,
    record: &mut T,
    before: Option<&T>,
) -> Result<(), Reject> {
    for spec in T::TABLE.iter().filter(|s| s.def.form.is_some_and(|f| f.required)) {
        let mut is_empty = true;
        spec.read.each(record, &mut |_| is_empty = false);
        if is_empty {
            let why = format!("a {} needs a {}", T::KIND.word(), spec.def.name);
            return Err(Refusal::Invalid { field: spec.def.name, why }.into());
        }
    }
    let imported = matches!(job.request.command, Command::Import(_));
    let occasion = Occasion { actor: job.actor(), at: job.at(), imported, workspace: &job.workspace };
    Ok((entity.settle)(record, before, &occasion)?)
}

/// Makes one edit of a record.
pub fn apply<T: Declared>(job: &Job, record: &mut T, e: &Edit) -> Result<(), Reject> {
    let custom =
        T::TABLE.iter().find_map(|s| if let Write::Custom(set) = s.write { Some(set) } else { None });
    if let Some(custom) = custom
        && edit::custom(custom(record), e).is_some()
    {
        return Ok(());
    }
    let spec = T::TABLE.iter().find(|s| s.def.edit && s.def.is_called(&e.field));
    let v = e.value.trim();
    let Some(spec) = spec else { return Ok(edit::declared(record, e, &edit::known::<T>())?) };
    let field = spec.def.name;
    let invalid = |why: String| Reject::from(Refusal::Invalid { field, why });
    match spec.write {
        Write::Money(set) => {
            let (amount, code) = set(record);
            if v.is_empty() {
                *amount = None;
                return Ok(());
            }
            // A record that has a currency keeps it unless the edit names another.
            let usual = Currency::new(code).unwrap_or_else(|| job.workspace.usual_currency());
            let money = Money::parse(v, usual, DecimalMark::Auto).map_err(|e| invalid(e.to_string()))?;
            *amount = Some(money.minor);
            *code = money.currency.to_string();
        }
        Write::Count(set) => {
            let number = v.trim_end_matches('%').trim();
            *set(record) = if number.is_empty() {
                0
            } else {
                number.parse().map_err(|_| invalid(format!("{v} is not a whole number")))?
            };
        }
        Write::Day(set) => {
            *set(record) = if v.is_empty() {
                None
            } else {
                let zone = job.zone();
                let when = phrase::parse(v, job.now(), &zone, Lean::Future);
                Some(when.map_err(|e| invalid(e.to_string()))?.days(job.now(), &zone).0)
            };
        }
        Write::Link(kind, set) => {
            *set(record) = if v.is_empty() || v.eq_ignore_ascii_case("none") {
                None
            } else if kind == Kind::Agent {
                Some(read::agent_named(job.view(), v, job.actor())?)
            } else {
                let id = read::resolve(job.view(), kind, v)?;
                subjects::writable(job.view(), kind, id)?;
                Some(id)
            };
        }
        _ => edit::declared(record, e, &edit::known::<T>())?,
    }
    Ok(())
}
