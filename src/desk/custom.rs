//! Custom fields where records are written: a value is kept in the form of its type, and one that does not fit is
//! rejected. `custom.NAME` names one; the bare name does too, where no other field has it.

use std::{borrow::Cow, collections::BTreeMap};

use super::{Command, Edit, Request, TicketChange, edit::How, read};
use crate::{
    model::{
        Id, Kind, Refusal, Workspace,
        custom_field::{self, CustomField},
        field::{self, FieldKind},
        fold::fold_name,
    },
    store::{Range, Reject, Scan, StoreError, View, records},
};

/// The fields that the desk declared for a kind, in the order in which they were declared.
pub fn of_kind(workspace: &Workspace, kind: Kind) -> impl Iterator<Item = &CustomField> {
    workspace.custom_fields.iter().filter(move |f| f.kind == kind.word())
}

/// A value in the form of a field; `me` is the agent whom `@me` means.
///
/// # Errors
/// What the field takes instead.
pub fn value(
    view: &dyn View,
    workspace: &Workspace,
    f: &CustomField,
    typed: &str,
    me: Option<Id>,
) -> Result<String, String> {
    let find = |kind: Kind, text: &str| {
        let id = match kind {
            Kind::Agent => read::agent_named(view, text, me).ok()?,
            _ => read::resolve(view, kind, text).ok()?,
        };
        read::number_of(view, kind, id).ok()
    };
    f.value(typed, workspace.usual_currency(), &find)
}

/// A request with the values of custom fields in the form of their types.
///
/// # Errors
/// [`Refusal::Invalid`] for a value that does not fit; where the file cannot be read.
pub fn typed<'r>(view: &dyn View, request: &'r Request) -> Result<Cow<'r, Request>, Reject> {
    let kind = match &request.command {
        Command::Create(kind, edits) | Command::Edit(kind, _, edits)
            if custom_field::KINDS.contains(kind) && edits.iter().any(|e| may_be_custom(*kind, e)) =>
        {
            *kind
        }
        Command::TicketSet(_, changes) if changes.iter().any(is_field) => Kind::Ticket,
        _ => return Ok(Cow::Borrowed(request)),
    };
    let workspace: Workspace = records::get(view, Id::NIL)?.unwrap_or_default();
    let mut request = request.clone();
    let me = Some(request.actor).filter(|id| !id.is_nil());
    let fit = |e: &mut Edit| fitted(view, &workspace, kind, e, me);
    match &mut request.command {
        Command::Create(_, edits) | Command::Edit(_, _, edits) => edits.iter_mut().try_for_each(fit)?,
        Command::TicketSet(_, changes) => {
            for change in changes {
                if let TicketChange::Field(e) = change {
                    fit(e)?;
                }
            }
        }
        _ => {}
    }
    Ok(Cow::Owned(request))
}

fn is_field(change: &TicketChange) -> bool {
    matches!(change, TicketChange::Field(e) if may_be_custom(Kind::Ticket, e))
}

fn may_be_custom(kind: Kind, e: &Edit) -> bool {
    e.field.starts_with("custom.") || !field::of(kind).iter().any(|d| d.is_called(&e.field))
}

fn fitted(
    view: &dyn View,
    workspace: &Workspace,
    kind: Kind,
    e: &mut Edit,
    me: Option<Id>,
) -> Result<(), Reject> {
    if !may_be_custom(kind, e) {
        return Ok(());
    }
    let name = e.field.strip_prefix("custom.").unwrap_or(&e.field);
    let Some(f) = of_kind(workspace, kind).find(|f| f.is_called(name)) else { return Ok(()) };
    if e.how == How::Set || e.how == How::Add {
        e.value = value(view, workspace, f, &e.value, me)
            .map_err(|why| Refusal::Invalid { field: "custom", why: format!("{}: {why}", f.name) })?;
    }
    e.field = format!("custom.{}", f.name);
    Ok(())
}

/// What queries mean by words before a colon that are no field.
const WORDS: &[&str] = &["custom", "field", "has", "in", "sort", "limit"];

/// The name and the value of a custom field out of a file: in the form of its type where it is declared. What does not fit
/// is given as it came, with what is to be said of it: nothing of a file is lost.
pub fn imported(
    view: &dyn View,
    workspace: &Workspace,
    kind: Kind,
    (name, v): (&str, &str),
    me: Option<Id>,
) -> (String, String, Option<String>) {
    let Some(f) = of_kind(workspace, kind).find(|f| f.is_called(name)) else {
        return (name.to_owned(), v.to_owned(), None);
    };
    match value(view, workspace, f, v, me) {
        Ok(v) => (f.name.clone(), v, None),
        Err(why) => (f.name.clone(), v.to_owned(), Some(format!("{}: {why}: kept as text", f.name))),
    }
}

/// The declaration that a setting makes: `custom_field` with a [`CustomField`] as JSON. One of the same name is replaced;
/// to remove one, its kind and name are enough.
///
/// # Errors
/// [`Refusal::Invalid`] for a field that is none, or where there are too many.
pub fn declare(all: &mut Vec<CustomField>, e: &Edit) -> Result<(), Refusal> {
    let invalid = |why: String| Refusal::Invalid { field: "custom_field", why };
    let f = declaration(e).map_err(|e| invalid(e.to_string()))?;
    let Some(kind) = custom_field::KINDS.iter().find(|k| k.word() == f.kind) else {
        let kinds: Vec<&str> = custom_field::KINDS.iter().map(|k| k.word()).collect();
        return Err(invalid(format!("{} has no custom fields: there are {}", f.kind, kinds.join(", "))));
    };
    let there = all.iter().position(|d| d.kind == f.kind && d.is_called(&f.name));
    if e.how == How::Remove {
        let at = there.ok_or_else(|| invalid(format!("there is no field {} of {}s", f.name, f.kind)))?;
        all.remove(at);
        return Ok(());
    }
    f.check().map_err(invalid)?;
    let prefixed = ["custom.", "field."].iter().any(|p| f.name.trim().to_lowercase().starts_with(p));
    if prefixed || WORDS.contains(&fold_name(&f.name).as_str()) {
        return Err(invalid(format!("{} means something else in queries: give another name", f.name)));
    }
    if let Some(d) = field::of(*kind).iter().find(|d| {
        d.is_known() && d.kind != FieldKind::Custom && {
            [d.name].iter().chain(d.aliases).any(|n| fold_name(n) == fold_name(&f.name))
        }
    }) {
        return Err(invalid(format!("every {} has a field {} already: {}", f.kind, d.name, d.help)));
    }
    if there.is_none() && all.iter().filter(|d| d.kind == f.kind).count() >= custom_field::MOST {
        return Err(invalid(format!("a kind has at most {} custom fields", custom_field::MOST)));
    }
    match there.and_then(|at| all.get_mut(at)) {
        Some(slot) => *slot = f,
        None => all.push(f),
    }
    Ok(())
}

/// What a setting of a declaration is called in the log: `field Seats of customers declared`.
pub fn said(e: &Edit) -> Option<String> {
    let f = declaration(e).ok().filter(|_| e.field == "custom_field")?;
    let what = if e.how == How::Remove { "removed; its values stay as text" } else { "declared" };
    Some(format!("field {} of {}s {what}", f.name, f.kind))
}

fn declaration(e: &Edit) -> Result<CustomField, serde_json::Error> {
    crate::model::shape::from_json(serde_json::from_str(&e.value)?)
}

/// The values of a declared field that do not fit its type, up to so many, and how many records have a value at all.
///
/// # Errors
/// Where the file cannot be read.
pub fn unfit(
    view: &dyn View,
    workspace: &Workspace,
    f: &CustomField,
    most: usize,
) -> Result<(Vec<(String, String)>, u64), StoreError> {
    let (mut out, mut count) = (Vec::new(), 0);
    let Some(kind) = custom_field::KINDS.iter().copied().find(|k| k.word() == f.kind) else {
        return Ok((out, count));
    };
    let mut found: Vec<(Id, String)> = Vec::new();
    let mut failed = None;
    view.scan(kind.table(), &Range::all(), Scan::Forward, &mut |key, bytes| {
        match values(kind, bytes) {
            Ok(all) => {
                for (_, v) in all.into_iter().filter(|(name, _)| f.is_called(name)) {
                    count += 1;
                    let fits = value(view, workspace, f, &v, None).is_ok_and(|kept| kept == v);
                    if !fits && found.len() < most {
                        found.extend(key.try_into().ok().map(|id| (Id(id), v)));
                    }
                }
            }
            Err(e) => failed = Some(e),
        }
        failed.is_none()
    })?;
    for (id, v) in found {
        out.push((read::number_of(view, kind, id)?, v));
    }
    failed.map_or(Ok((out, count)), Err)
}

/// The custom fields of a record's bytes.
fn values(kind: Kind, bytes: &[u8]) -> Result<BTreeMap<String, String>, StoreError> {
    let record = records::decode_any(kind, bytes)?;
    Ok(record.custom().cloned().unwrap_or_default())
}
