//! Sensitive fields: who sees them, and that no one else writes them.
//!
//! Which fields are sensitive is declared in the records (`[sensitive]` in `model`). A [`Viewer`] without the permission reads
//! the store through [`Masked`](crate::store::masked::Masked), in which they are absent; queries and columns that name
//! one are rejected where they are bound ([`query::Context::sensitive`](crate::query::Context)).

use super::{
    Edit, edit,
    permissions::{self, Permission},
    work::Job,
};
use crate::{
    model::{
        Agent, Clash, Id, Kind, Record, Refusal,
        field::{self, Declared},
        log::{Change, ChangeKind},
        shape::{self, Field},
    },
    store::{StoreError, View, records},
};

/// On whose behalf the desk is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Viewer {
    /// The desk's own: timers, checks, copies. It sees everything.
    #[default]
    System,
    /// An agent; `None`: someone who is no agent here.
    Agent(Option<Id>),
}

impl Viewer {
    /// Whether it sees sensitive fields.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn sees(self, view: &dyn View) -> Result<bool, StoreError> {
        match self {
            Viewer::System => Ok(true),
            Viewer::Agent(who) => sees(view, who),
        }
    }
}

/// Whether an agent sees sensitive fields, by what the store says now.
///
/// # Errors
/// Where the file cannot be read.
pub fn sees(view: &dyn View, who: Option<Id>) -> Result<bool, StoreError> {
    let agent = who.map(|id| records::get::<Agent>(view, id)).transpose()?.flatten();
    Ok(agent.as_ref().is_some_and(may_see))
}

/// Whether an agent has the permission to see sensitive fields.
pub fn may_see(agent: &Agent) -> bool {
    permissions::may(agent, Permission::SeeSensitive)
}

/// Rejects edits of sensitive fields by callers without the permission.
///
/// # Errors
/// [`Refusal::Denied`].
pub fn may_edit(job: &Job, kind: Kind, edits: &[Edit]) -> Result<(), Refusal> {
    let named = |e: &&Edit| field::of(kind).iter().any(|d| d.sensitive && d.is_called(&e.field));
    match edits.iter().find(named) {
        Some(_) if !job.sees_sensitive() => job.require(Permission::SeeSensitive),
        _ => Ok(()),
    }
}

/// The names of the fields that can be entered and that the caller sees.
pub fn known<T: Declared>(job: &Job) -> Vec<&'static str> {
    let hidden = |name: &str| T::DEFS.iter().any(|d| d.sensitive && d.name == name);
    edit::known::<T>().into_iter().filter(|name| job.sees_sensitive() || !hidden(name)).collect()
}

/// Rejects changes of sensitive fields by callers without the permission, however they came about.
///
/// # Errors
/// [`Refusal::Denied`].
pub fn may_write(job: &Job, changes: &[Change]) -> Result<(), Refusal> {
    if !job.moves_sensitive && !job.sees_sensitive() && changes.iter().any(touches) {
        return job.require(Permission::SeeSensitive);
    }
    Ok(())
}

/// Hides names and values of sensitive fields in reported conflicts from callers without the permission.
pub fn conceal(job: &Job, clashes: &mut [Clash]) {
    if job.sees_sensitive() {
        return;
    }
    let hidden = |name: &str| {
        Kind::ALL.iter().flat_map(|k| records::fields(*k)).any(|f| f.sensitive && f.long == name)
    };
    for c in clashes.iter_mut().filter(|c| hidden(&c.field)) {
        c.field = "(sensitive field)".to_owned();
        (c.expected, c.found) = ("(hidden)".to_owned(), "(hidden)".to_owned());
    }
}

/// The sensitive fields of a record that are set: their names and values as people read them. Of a record read by someone
/// without the permission there are none.
pub fn shown<T: Record>(record: &T) -> Vec<(&'static str, String)> {
    let fields = shape::to_json(record);
    let shown = |f: &&Field| f.sensitive;
    let one = |f: &'static Field| {
        let value = fields.get(f.long)?;
        Some((f.long, value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
    };
    T::FIELDS.iter().filter(shown).filter_map(one).collect()
}

/// Whether a change sets, changes or clears a sensitive field.
pub fn touches(change: &Change) -> bool {
    let Some(kind) = change.kind() else { return false };
    let shape = records::fields(kind);
    if !shape.iter().any(|f| f.sensitive) {
        return false;
    }
    match &change.what {
        ChangeKind::Updated(fields) => fields.iter().any(|f| is_sensitive(shape, &f.field)),
        // A record that cannot be read is taken for one that has some.
        ChangeKind::Created(record) | ChangeKind::Deleted(record) => {
            records::to_fields(record).map_or(true, |all| all.iter().any(|(f, _)| is_sensitive(shape, f)))
        }
    }
}

/// Whether the field of a name on disk is sensitive.
pub fn is_sensitive(shape: &[Field], short: &str) -> bool {
    shape.iter().any(|f| f.sensitive && f.short == short)
}
