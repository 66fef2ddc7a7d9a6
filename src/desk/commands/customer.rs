//! Customers: add, edit, put away, tag.

use crate::{
    desk::{
        Edit,
        edit::{self, How},
        read, sensitive,
        work::Job,
    },
    model::{
        Customer, Day, ExternalId, Id, Key, KeyReader, Kind, Organisation, Refusal, Stage, Table,
        customer::{Email, Handle, OrganisationRole, Phone, StageChange},
        fold, person_name, phone,
    },
    store::{Range, Reject, Scan, View},
};

/// Adds a customer.
pub fn add(job: &mut Job, edits: &[Edit]) -> Result<(), Reject> {
    sensitive::may_edit(job, Kind::Customer, edits)?;
    let id = job.make(Kind::Customer);
    let mut c = Customer {
        id,
        created_at: job.now(),
        updated_at: job.now(),
        stage: Stage::Customer,
        ..Default::default()
    };
    apply(job, &mut c, edits)?;
    if c.display_name() == "C-0" {
        return Err(Refusal::Invalid {
            field: "name",
            why: "a customer needs a name, an e-mail or a phone".into(),
        }
        .into());
    }
    c.number = job.next_number(Kind::Customer)?;
    job.put(&c)?;
    job.say(format!("{} added as C-{}", c.display_name(), c.number));
    Ok(())
}

/// Changes a customer.
pub fn edit(job: &mut Job, id: Id, edits: &[Edit]) -> Result<(), Reject> {
    sensitive::may_edit(job, Kind::Customer, edits)?;
    let before: Customer = job.need(id)?;
    let mut c = before.clone();
    apply(job, &mut c, edits)?;
    if c != before {
        c.updated_at = job.now();
        job.put(&c)?;
        job.say(format!("{} changed", c.display_name()));
    }
    Ok(())
}

/// Puts customers away, or brings them back.
pub fn archive(job: &mut Job, ids: &[Id], away: bool) -> Result<(), Reject> {
    let mut names = Vec::new();
    for id in ids {
        let mut c: Customer = job.need(*id)?;
        if c.archived_at.is_some() == away {
            job.done.skipped.push((*id, format!("{} is so already", c.display_name())));
            continue;
        }
        c.archived_at = away.then_some(job.now());
        c.updated_at = job.now();
        job.put(&c)?;
        names.push(c.display_name());
    }
    say_of(job, &names, "customer", if away { "archived" } else { "brought back" });
    Ok(())
}

/// `Ada Lovelace`, or `7 customers`.
fn count(names: &[String], noun: &str) -> String {
    match names {
        [one] => one.clone(),
        more => format!("{} {noun}s", more.len()),
    }
}

/// Says what became of records, by their names; and how many they were, where they are some of many.
pub fn say_of(job: &mut Job, names: &[String], noun: &str, what: &str) {
    job.done.changed = names.len();
    job.done.rest = format!("{noun}s {what}");
    job.say(format!("{} {what}", count(names, noun)));
}

/// Adds and removes tags.
pub fn tag(job: &mut Job, ids: &[Id], add: &[String], remove: &[String]) -> Result<(), Reject> {
    let mut names = Vec::new();
    for id in ids {
        let mut c: Customer = job.need(*id)?;
        let before = c.tags.clone();
        edit::tags(&mut c.tags, &Edit::add("tag", add.join(",")));
        edit::tags(&mut c.tags, &Edit::remove("tag", remove.join(",")));
        if c.tags != before {
            c.updated_at = job.now();
            job.put(&c)?;
            names.push(c.display_name());
        }
    }
    say_of(job, &names, "customer", "tagged");
    Ok(())
}

/// Says that two customers who look alike are two people.
pub fn distinct(job: &mut Job, a: Id, b: Id) -> Result<(), Reject> {
    let other: Customer = job.need(b)?;
    let mut c: Customer = job.need(a)?;
    if a != b && !c.distinct_from.contains(&b) && !other.distinct_from.contains(&a) {
        c.distinct_from.push(b);
        c.updated_at = job.now();
        job.put(&c)?;
    }
    job.say(format!("{} and {} are not duplicates", c.display_name(), other.display_name()));
    Ok(())
}

fn apply(job: &mut Job, c: &mut Customer, edits: &[Edit]) -> Result<(), Reject> {
    // The organisation first: a title is one there.
    let joins = |e: &&Edit| edit::name_of::<Customer>(e) == "org";
    for e in edits.iter().filter(joins).chain(edits.iter().filter(|e| !joins(e))) {
        let v = e.value.trim();
        match edit::name_of::<Customer>(e) {
            "name" => (c.given, c.family) = person_name::split(v),
            "email" => email(c, e)?,
            "shared_email" => share(c, e)?,
            "bounced_email" => bounced(c, e)?,
            "phone" => phones(job, c, e),
            "org" => organisation(job, c, v)?,
            "title" => role(c, "title", e, |r| &mut r.title)?,
            "department" => role(c, "department", e, |r| &mut r.department)?,
            "street" | "city" | "region" | "postal" | "country" => edit::address(&mut c.addresses, e),
            "handle" => handle(c, e),
            "birthday" => {
                let why = "give a date such as 1990-02-28".to_owned();
                let bad = |_| Refusal::Invalid { field: "birthday", why };
                c.birthday = if v.is_empty() { None } else { Some(v.parse::<Day>().map_err(bad)?) };
            }
            "stage" => stage(job, c, v)?,
            "owner" => {
                c.owner =
                    if v.is_empty() { None } else { Some(read::agent_named(job.view(), v, job.actor())?) }
            }
            "referred_by" => referred_by(job, c, v)?,
            "external" => {
                let (source, id) = v.split_once(':').unwrap_or(("", v));
                let x = ExternalId { source: source.to_owned(), id: id.to_owned() };
                c.external_ids.retain(|o| *o != x && e.how != How::Set);
                if e.how != How::Remove && !id.is_empty() {
                    c.external_ids.push(x);
                }
            }
            _ if edit::custom(&mut c.custom, e).is_some() => {}
            _ => edit::declared(c, e, &sensitive::known::<Customer>(job))?,
        }
    }
    Ok(())
}

/// A name on another network, as `network:name`.
fn handle(c: &mut Customer, e: &Edit) {
    let one = |v: &str| {
        let (network, handle) = v.split_once(':').unwrap_or(("", v));
        Handle { network: network.trim().to_owned(), handle: handle.trim().to_owned() }
    };
    let named = e.value.split(',').map(str::trim).filter(|v| !v.is_empty()).map(one);
    let named: Vec<Handle> = named.filter(|h| !h.handle.is_empty()).collect();
    match e.how {
        How::Set => c.handles = named,
        How::Add => c.handles.extend(named),
        How::Remove => c.handles.retain(|have| !named.iter().any(|h| h.handle == have.handle)),
    }
}

fn email(c: &mut Customer, e: &Edit) -> Result<(), Refusal> {
    let wanted: Vec<&str> = e.value.split([',', ';']).map(str::trim).filter(|a| !a.is_empty()).collect();
    for a in &wanted {
        if fold::email_key(a).is_none() {
            return Err(Refusal::Invalid { field: "email", why: format!("{a} is no e-mail address") });
        }
    }
    let same = |a: &str, b: &str| fold::email_key(a) == fold::email_key(b);
    match e.how {
        How::Remove => c.emails.retain(|have| !wanted.iter().any(|w| same(w, &have.address))),
        How::Set => {
            let old = std::mem::take(&mut c.emails);
            for w in &wanted {
                let kept = old.iter().find(|o| same(&o.address, w)).cloned();
                let mut mail = kept.unwrap_or_default();
                (*w).clone_into(&mut mail.address);
                c.emails.push(mail);
            }
            first_is_primary(&mut c.emails, |m| &mut m.primary);
        }
        How::Add => {
            for w in wanted {
                if !c.emails.iter().any(|have| same(&have.address, w)) {
                    c.emails.push(Email { address: w.to_owned(), ..Email::default() });
                }
            }
        }
    }
    one_primary(&mut c.emails, |m| &mut m.primary);
    Ok(())
}

/// The first is the primary one where none is; never two.
pub fn one_primary<T>(all: &mut [T], primary: impl Fn(&mut T) -> &mut bool) {
    let mut found = false;
    for one in all.iter_mut() {
        let p = primary(one);
        *p = *p && !found;
        found |= *p;
    }
    if let (false, Some(first)) = (found, all.first_mut()) {
        *primary(first) = true;
    }
}

/// Of a list that was set as a whole the first is the primary one.
fn first_is_primary<T>(all: &mut [T], primary: impl Fn(&mut T) -> &mut bool) {
    for (at, one) in all.iter_mut().enumerate() {
        *primary(one) = at == 0;
    }
}

fn share(c: &mut Customer, e: &Edit) -> Result<(), Refusal> {
    let key = fold::email_key(&e.value);
    match c.emails.iter_mut().find(|m| key.is_some() && fold::email_key(&m.address) == key) {
        Some(m) => {
            m.shared = e.how != How::Remove;
            Ok(())
        }
        None => Err(Refusal::Invalid {
            field: "shared_email",
            why: format!("{} is not one of theirs", e.value.trim()),
        }),
    }
}

/// Says that mail to one of their addresses comes back, or that it arrives after all.
fn bounced(c: &mut Customer, e: &Edit) -> Result<(), Refusal> {
    let key = fold::email_key(&e.value);
    match c.emails.iter_mut().find(|m| key.is_some() && fold::email_key(&m.address) == key) {
        Some(m) => {
            m.bounced = e.how != How::Remove;
            m.bounce.clear();
            Ok(())
        }
        None => Err(Refusal::Invalid {
            field: "bounced_email",
            why: format!("{} is not one of theirs", e.value.trim()),
        }),
    }
}

fn phones(job: &Job, c: &mut Customer, e: &Edit) {
    let code = job.workspace.calling_code.parse().ok();
    let wanted = e.value.split([',', ';']).map(str::trim).filter(|p| !p.is_empty());
    let wanted: Vec<Phone> = wanted
        .map(|raw| Phone {
            raw: raw.to_owned(),
            e164: phone::e164(raw, code).unwrap_or_default(),
            ..Phone::default()
        })
        .collect();
    let same = |a: &Phone, b: &Phone| phone::key(&a.raw) == phone::key(&b.raw);
    match e.how {
        How::Remove => c.phones.retain(|have| !wanted.iter().any(|w| same(w, have))),
        How::Set => {
            // What is known of a number beside its digits stays.
            let old = std::mem::take(&mut c.phones);
            for w in wanted {
                let kept = old.iter().find(|o| same(o, &w)).cloned().unwrap_or_default();
                c.phones.push(Phone { kind: kept.kind, ..w });
            }
            first_is_primary(&mut c.phones, |p| &mut p.primary);
        }
        How::Add => {
            for w in wanted {
                if !c.phones.iter().any(|have| same(have, &w)) {
                    c.phones.push(w);
                }
            }
        }
    }
    one_primary(&mut c.phones, |p| &mut p.primary);
}

fn organisation(job: &mut Job, c: &mut Customer, name: &str) -> Result<(), Reject> {
    if name.is_empty() {
        // The one that is shown; others stay.
        c.roles = c.roles.split_off(c.roles.len().min(1));
        return Ok(());
    }
    let organisation = organisation_named(job, name)?;
    match c.roles.first_mut() {
        Some(r) => r.organisation = organisation,
        None => c.roles.push(OrganisationRole { organisation, ..OrganisationRole::default() }),
    }
    Ok(())
}

/// Part of what they are to their organisation: without one it has no meaning.
fn role(
    c: &mut Customer,
    field: &'static str,
    e: &Edit,
    part: impl Fn(&mut OrganisationRole) -> &mut String,
) -> Result<(), Refusal> {
    match c.roles.first_mut() {
        Some(r) => edit::text(part(r), e),
        None if e.value.trim().is_empty() || e.how == How::Remove => {}
        None => {
            return Err(Refusal::Invalid { field, why: "say first at which organisation".to_owned() });
        }
    }
    Ok(())
}

/// The organisation of a name, made where there is none.
///
/// # Errors
/// Where the store cannot.
pub fn organisation_named(job: &mut Job, name: &str) -> Result<Id, Reject> {
    if let Some(id) = find_organisation(job.view(), name)? {
        return Ok(id);
    }
    let id = job.make(Kind::Organisation);
    let now = job.now();
    let number = job.next_number(Kind::Organisation)?;
    let o = Organisation {
        id,
        number,
        name: name.trim().to_owned(),
        created_at: now,
        updated_at: now,
        ..Default::default()
    };
    job.put(&o)?;
    Ok(id)
}

fn find_organisation(view: &dyn View, name: &str) -> Result<Option<Id>, Reject> {
    let prefix = Key::new().u8(Kind::Organisation.code()).text(&fold::fold(name));
    let mut found = None;
    view.scan(Table::IxName, &Range::prefix(prefix), Scan::Forward, &mut |k, _| {
        let mut r = KeyReader(k);
        let (_, _, id) = (r.u8(), r.text(), r.id());
        found = id;
        false
    })?;
    Ok(found.map(|id| crate::desk::merge::survivor(view, Kind::Organisation, id)).transpose()?)
}

fn stage(job: &Job, c: &mut Customer, word: &str) -> Result<(), Refusal> {
    let to = Stage::known(&word.to_lowercase().replace([' ', '-'], "_")).ok_or_else(|| Refusal::Invalid {
        field: "stage",
        why: format!("give one of {}", Stage::WORDS.join(", ")),
    })?;
    if to != c.stage {
        c.stages.push(StageChange { at: job.at(), to: to.clone() });
        c.stage = to;
    }
    Ok(())
}

fn referred_by(job: &Job, c: &mut Customer, who: &str) -> Result<(), Reject> {
    if who.is_empty() {
        c.referred_by = None;
        return Ok(());
    }
    c.referred_by = Some(read::resolve(job.view(), Kind::Customer, who)?);
    Ok(())
}
