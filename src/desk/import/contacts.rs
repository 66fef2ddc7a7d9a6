//! People of an address book.

use std::{collections::HashSet, hash::Hash};

use super::{Fate, known};
use std::collections::BTreeMap;

use crate::{
    desk::{
        commands::{one_primary, organisation_named},
        custom, edit,
        work::{Job, email_owner},
    },
    model::{
        Customer, ExternalId, Id, ImportBatch, Key, KeyReader, Kind, Shape, Stage, Stamp, Table,
        customer::{Email, OrganisationRole, Phone},
        field::{Declared, Write},
        fold, limits,
        log::ChangeKind,
        number, steps,
    },
    store::{Range, Reject, Scan, records},
};

/// A person of a file, as a customer without an id.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ImportContact {
    /// The line of the file.
    pub line: u64,
    /// What the file says; empty fields say nothing.
    pub customer: Customer,
    /// The organisation's name.
    pub organisation: String,
    /// The post held.
    pub title: String,
    /// The part of the organisation.
    pub department: String,
    /// Further posts: organisation, post, department.
    pub more_roles: Vec<[String; 3]>,
    /// The source's name for the person.
    pub external_id: Option<ExternalId>,
    /// The agent who looks after them, as the file names them.
    pub owner: String,
    /// Whether an earlier row of the file spoke of the same person: then only what is empty is filled.
    pub repeated: bool,
    /// Write over whatever is there.
    pub overwrite: bool,
    /// How far they have come, for someone new; `None`: a customer.
    pub stage: Option<Stage>,
    /// When they were first written down, for someone new; `None`: now.
    pub created_at: Option<Stamp>,
}

/// Adds or merges people.
pub fn apply(job: &mut Job, source: &str, rows: &[ImportContact]) -> Result<(), Reject> {
    for row in rows {
        let fate = take(job, source, row)?;
        job.done.tally.count(fate);
    }
    let t = job.done.tally;
    job.say(format!("{} people imported: {} new, {} changed", t.read, t.created, t.updated));
    Ok(())
}

fn take(job: &mut Job, source: &str, row: &ImportContact) -> Result<Fate, Reject> {
    // Each address that is one, with its owner.
    let mut owners = Vec::with_capacity(row.customer.emails.len());
    for e in &row.customer.emails {
        let owner = fold::email_key(&e.address).map(|key| email_owner(job.view(), &key, None)).transpose()?;
        owners.push((e, owner));
    }
    let found = find(job, row, &owners)?;
    // An address that someone else owns stays with them.
    let mut emails = Vec::with_capacity(owners.len());
    for (e, owner) in owners {
        let Some(owner) = owner else { continue };
        let key = || fold::email_key(&e.address).unwrap_or_default();
        if owner.is_none() || (owner == found && email_owner(job.view(), &key(), found)?.is_none()) {
            emails.push(e.clone());
        }
    }
    let custom = custom_of(job, row);
    let says = Customer { emails, custom, ..row.customer.clone() };
    let first = [&row.organisation, &row.title, &row.department].map(String::as_str);
    let more = row.more_roles.iter().map(|r| r.each_ref().map(String::as_str));
    let mut roles: Vec<OrganisationRole> = Vec::new();
    for said in std::iter::once(first).chain(more) {
        if let Some(role) = role_of(job, said)?
            && !roles.iter().any(|r| r.organisation == role.organisation)
        {
            roles.push(role);
        }
    }
    let owner = owner(job, &row.owner)?;
    match found {
        Some(id) => merge(job, source, id, row, says, roles, owner),
        None => {
            let mut c = says;
            c.id = job.make(Kind::Customer);
            c.number = job.next_number(Kind::Customer)?;
            c.roles = roles;
            c.external_ids = row.external_id.iter().cloned().collect();
            c.owner = owner;
            if c.source.is_empty() {
                source.clone_into(&mut c.source);
            }
            c.stage = row.stage.clone().unwrap_or(Stage::Customer);
            c.created_at = row.created_at.filter(|at| *at <= job.now()).unwrap_or(job.now());
            c.updated_at = job.now();
            one_primary(&mut c.emails, |e| &mut e.primary);
            one_primary(&mut c.phones, |p| &mut p.primary);
            // Its addresses and external id are new: that was just checked.
            job.work.add(c);
            Ok(Fate::Created)
        }
    }
}

/// The custom fields of a row in the form of their types. What does not fit is kept as it came and said: nothing of a file
/// is lost.
fn custom_of(job: &mut Job, row: &ImportContact) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    for (name, v) in &row.customer.custom {
        let (name, v, remark) =
            custom::imported(job.view(), &job.workspace, Kind::Customer, (name, v), job.actor());
        job.done.remarks.extend(remark.map(|r| (row.line, r)));
        out.insert(name, v);
    }
    out
}

/// The person of a row.
fn find(
    job: &Job,
    row: &ImportContact,
    owners: &[(&Email, Option<Option<Id>>)],
) -> Result<Option<Id>, Reject> {
    if let Some(x) = &row.external_id
        && let Some(id) = known(job.view(), Kind::Customer, x)?
    {
        return Ok(Some(id));
    }
    if let Some(id) = row.external_id.as_ref().and_then(own_id)
        && records::get::<Customer>(job.view(), id)?.is_some_and(|c| c.is_live())
    {
        return Ok(Some(id));
    }
    if let Some(id) = owners.iter().filter(|(e, _)| !e.shared).find_map(|(_, owner)| owner.flatten()) {
        return Ok(Some(id));
    }
    for p in &row.customer.phones {
        if let Some(id) = by_phone(job, p, &row.customer)? {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

/// The customer whose card this desk wrote itself.
fn own_id(x: &ExternalId) -> Option<Id> {
    x.id.strip_prefix("urn:uuid:")?.parse().ok()
}

/// Who has the number and the same name.
fn by_phone(job: &Job, phone: &Phone, row: &Customer) -> Result<Option<Id>, Reject> {
    let Some(key) = phone.key() else { return Ok(None) };
    let name = |c: &Customer| fold::fold(&format!("{} {}", c.given, c.family));
    let wanted = name(row);
    if wanted.is_empty() {
        return Ok(None);
    }
    let mut ids = Vec::new();
    job.view().scan(Table::IxPhone, &Range::prefix(Key::new().text(&key)), Scan::Forward, &mut |k, _| {
        let mut r = KeyReader(k);
        let (_, id) = (r.text(), r.id());
        ids.extend(id);
        ids.len() < 20
    })?;
    for id in ids {
        if job.work.get::<Customer>(id)?.is_some_and(|c| name(&c) == wanted) {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

/// A post: organisation, title, department.
fn role_of(job: &mut Job, said: [&str; 3]) -> Result<Option<OrganisationRole>, Reject> {
    let [organisation, title, department] = said;
    if organisation.trim().is_empty() {
        return Ok(None);
    }
    let organisation = organisation_named(job, organisation)?;
    Ok(Some(OrganisationRole { organisation, title: title.to_owned(), department: department.to_owned() }))
}

fn owner(job: &Job, name: &str) -> Result<Option<Id>, Reject> {
    if name.trim().is_empty() {
        return Ok(None);
    }
    // An owner of another system who does not work here is no owner here.
    Ok(crate::desk::read::agent_named(job.view(), name, None).ok())
}

/// Lists grow by what is new; single fields are filled where they are empty, and written over where [`may_write`] says so.
fn merge(
    job: &mut Job,
    source: &str,
    id: Id,
    row: &ImportContact,
    mut r: Customer,
    roles: Vec<OrganisationRole>,
    owner: Option<Id>,
) -> Result<Fate, Reject> {
    let before: Customer = job.need(id)?;
    let mut c = before.clone();
    grow(&mut c.emails, &r.emails, |e| fold::email_key(&e.address));
    grow(&mut c.phones, &r.phones, Phone::key);
    grow(&mut c.addresses, &r.addresses, |a| {
        Some(fold::fold(&format!("{}{}{}", a.street, a.city, a.postal)))
    });
    for spec in Customer::TABLE {
        if let Write::Texts(of) | Write::Paragraphs(of) = spec.write {
            let new = std::mem::take(of(&mut r));
            grow(of(&mut c), &new, |text| Some(text.clone()));
        }
    }
    grow(&mut c.handles, &r.handles, |h| Some((h.network.clone(), h.handle.clone())));
    grow(&mut c.vcard, &r.vcard, |line| Some(line.clone()));
    edit::tags(&mut c.tags, &edit::Edit::add("tag", r.tags.join(",")));
    for e in &mut c.emails {
        e.primary = e.primary
            && (before.emails.is_empty()
                || before.emails.iter().any(|b| b.primary && b.address == e.address));
    }
    for p in &mut c.phones {
        p.primary = p.primary
            && (before.phones.is_empty() || before.phones.iter().any(|b| b.primary && b.raw == p.raw));
    }
    one_primary(&mut c.emails, |e| &mut e.primary);
    one_primary(&mut c.phones, |p| &mut p.primary);
    let have = |k: &String| c.custom.get(&edit::custom_name(&c.custom, k));
    let differs = r.custom.iter().any(|(k, v)| have(k).is_some_and(|have| have != v));
    let renew = differs && (row.overwrite || (!row.repeated && may_write(job, source, id, "cu")?));
    for (k, v) in &r.custom {
        let k = edit::custom_name(&c.custom, k);
        if renew || !c.custom.contains_key(&k) {
            c.custom.insert(k, v.clone());
        }
    }
    for role in roles {
        if !c.roles.iter().any(|have| have.organisation == role.organisation) {
            c.roles.push(role);
        }
    }
    if let Some(x) = &row.external_id
        && !c.external_ids.contains(x)
        && own_id(x) != Some(c.id)
    {
        c.external_ids.push(x.clone());
    }
    c.owner = c.owner.or(owner);
    let renew = r.birthday.is_some()
        && r.birthday != c.birthday
        && (row.overwrite || (!row.repeated && may_write(job, source, id, "bd")?));
    c.birthday = if renew { r.birthday } else { c.birthday.or(r.birthday) };
    if c.contacted_hint.is_none() || (!row.repeated && r.contacted_hint.is_some()) {
        c.contacted_hint = r.contacted_hint.or(c.contacted_hint);
    }
    if c.open_hint.is_none() || (!row.repeated && r.open_hint.is_some()) {
        c.open_hint = r.open_hint.or(c.open_hint);
    }
    let named = !c.given.is_empty() || !c.family.is_empty();
    for spec in Customer::TABLE {
        let Write::Text(field) = spec.write else { continue };
        let Some(short) = Customer::FIELDS.iter().find(|f| f.long == spec.def.record).map(|f| f.short) else {
            continue;
        };
        let new = field(&mut r).trim().to_owned();
        let old = field(&mut c).clone();
        if new.is_empty() || new == old {
            continue;
        }
        // A name is one thing: half of another name is not filled in.
        let fill = old.is_empty() && !(matches!(short, "g" | "mi" | "f") && named);
        if fill || row.overwrite || (!row.repeated && may_write(job, source, id, short)?) {
            *field(&mut c) = new;
        }
    }
    if c == before {
        return Ok(Fate::Unchanged);
    }
    if let Some((what, most)) = beyond(&before, &c) {
        let who = number::show(Kind::Customer, c.number);
        let most = limits::thousands(most);
        let why = format!(
            "{who} would have more than {most} {what}, the most that one person may have: the row was not taken"
        );
        job.done.lines.push((row.line, why));
        return Ok(Fate::Rejected);
    }
    c.updated_at = job.now();
    job.put(&c)?;
    Ok(Fate::Updated)
}

/// What a row would give a person more of than one person may have, however many rows it was gathered from; `None` where
/// nothing grew beyond that.
fn beyond(before: &Customer, c: &Customer) -> Option<(&'static str, usize)> {
    let most = limits::PERSON_VALUES;
    [
        ("e-mail addresses", before.emails.len(), c.emails.len(), most),
        ("phone numbers", before.phones.len(), c.phones.len(), most),
        ("addresses", before.addresses.len(), c.addresses.len(), most),
        ("websites", before.websites.len(), c.websites.len(), most),
        ("names on networks", before.handles.len(), c.handles.len(), most),
        ("properties of vCards", before.vcard.len(), c.vcard.len(), most),
        ("notes", before.notes.len(), c.notes.len(), most),
        ("organisations", before.roles.len(), c.roles.len(), most),
        ("external ids", before.external_ids.len(), c.external_ids.len(), most),
        ("custom fields", before.custom.len(), c.custom.len(), limits::CUSTOM_FIELDS),
        ("tags", before.tags.len(), c.tags.len(), limits::TAGS),
    ]
    .into_iter()
    .find(|(_, had, has, most)| has > had && has > most)
    .map(|(what, _, _, most)| (what, most))
}

fn grow<T: Clone, K: Eq + Hash>(have: &mut Vec<T>, new: &[T], key: impl Fn(&T) -> Option<K>) {
    let mut known: HashSet<Option<K>> = have.iter().map(&key).collect();
    steps::count(have.len() + new.len());
    have.extend(new.iter().filter(|n| known.insert(key(n))).cloned());
}

/// Whether the field was last written by an import of the same source: what an agent typed stays.
fn may_write(job: &Job, source: &str, id: Id, field: &str) -> Result<bool, Reject> {
    for item in crate::desk::read::history(job.view(), id, 50)? {
        let changes = item.body.iter().flat_map(|b| &b.changes);
        let wrote = changes.filter(|c| c.id == id).any(|c| match &c.what {
            ChangeKind::Created(_) => true,
            ChangeKind::Updated(fields) => fields.iter().any(|f| f.field == field),
            ChangeKind::Deleted(_) => false,
        });
        if wrote {
            return Ok(match item.row.batch {
                Some(b) => records::get::<ImportBatch>(job.view(), b)?.is_some_and(|b| b.source == source),
                None => false,
            });
        }
    }
    Ok(false)
}
