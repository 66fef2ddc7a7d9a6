//! Undo: a log row's inverse, run as a new command, refused only where its own fields have changed since.
//!
//! A field that is a list is taken back element by element, so that a tag added since stays. Records that the command
//! made go, unless something newer refers to them; what it took away comes back. Bookkeeping (version, time of the last
//! change, clocks worked out of events) follow and never block.
//!
//! A change of many was made in steps, which are rows of one batch: they are taken back, and made again, in steps, too.
//!
//! What has left the desk, was erased or never changed a record cannot be undone ([`Never`]): undo passes it over and says
//! so. Where something newer blocks the agent's last undoable change, it says so and which change it
//! was, so that the next undo can go past it: no one gets stuck.
//!
//! Undo and redo walk the asker's own rows. A row that undoes or redoes names the row that it is about (its *root*); the
//! newest such row says whether the root stands. A new command ends what can be redone.

mod history;
mod invert;
mod never;
mod walk;

use rmpv::Value;

use super::{
    command::RevertStep,
    permissions::{self, Permission},
    sensitive,
    work::Job,
};
use crate::{
    model::{
        Clash, Day, Id, Kind, Refusal, Seq, TicketEvent, for_kind,
        log::{Change, ChangeKind, LogRow},
        shape::Field,
    },
    store::{
        Reject, StoreError, View,
        feed::{self, FeedItem},
        records,
    },
};
pub use history::{Entry, Place, PreviewLine, Whose};
pub use invert::in_order;
use invert::{invert, leaves};
use never::START;
pub use never::{Never, never};
pub use walk::steps;
use walk::{Target, last_done, last_undone, state_of, undone_already};

/// What to do about a field that was changed since.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Refuse the whole.
    Refuse,
    /// Leave it unchanged, and say so.
    Keep,
}

/// Fields that follow by themselves: version, time of the last change, clocks.
pub fn is_bookkeeping(kind: Kind, field: &str) -> bool {
    field == "v"
        || (field == "ua" && matches!(kind, Kind::Customer | Kind::Organisation | Kind::Ticket))
        || (field == "ti" && kind == Kind::Ticket)
}

/// Undoes the row named.
pub fn undo(job: &mut Job, seq: Seq) -> Result<(), Reject> {
    let item = named(job.view(), seq)?;
    let target = match state_of(job.view(), &item)? {
        Some((true, _)) => return Err(undone_already()),
        Some((false, redone)) => Target { seq: redone, root: Some(seq) },
        None => Target { seq, root: None },
    };
    let summary = undo_row(job, &target)?;
    job.say(summary);
    Ok(())
}

/// Undoes the asker's last change that can be undone; `before` a place in the log where one is given.
pub fn undo_last(job: &mut Job, before: Option<Seq>) -> Result<(), Reject> {
    let found = last_done(job.view(), job.request.actor, before)?;
    let told = found.skipped.told();
    let Some(target) = found.target else {
        return Err(match told {
            Some(told) => Refusal::NoUndo(format!("nothing to undo: {told}")),
            None => Refusal::NothingTo("undo"),
        }
        .into());
    };
    let seq = target.root.unwrap_or(target.seq);
    let what = named(job.view(), seq)?.body.map(|b| b.summary).unwrap_or_default();
    let undoing = Some((seq, what));
    let summary = undo_row(job, &target).map_err(|e| in_the_way(undoing.clone(), e))?;
    job.undoing = undoing;
    job.say(match told {
        Some(told) => format!("{summary} ({told})"),
        None => summary,
    });
    Ok(())
}

/// A rejection of an undo, with the change that it is about: the next undo can go past that.
pub fn in_the_way(undoing: Option<(Seq, String)>, e: Reject) -> Reject {
    match (undoing, e) {
        (Some((seq, what)), Reject::Refused(why)) => {
            Refusal::InTheWay { seq, what, why: Box::new(why) }.into()
        }
        (_, e) => e,
    }
}

/// Undoes one row, and says what that was.
fn undo_row(job: &mut Job, target: &Target) -> Result<String, Reject> {
    let item = named(job.view(), target.seq)?;
    let row = &item.row;
    if let Some(why) = never(job.view(), &item)? {
        return Err(why.refusal(&row.command).into());
    }
    // To undo an undo is to do the change again.
    let again = row.undo_of.is_some() && target.root.is_none();
    let root = target.root.or(row.undo_of).or(row.redo_of).unwrap_or(row.seq);
    if again {
        job.redo_of = Some(root);
    } else {
        job.undo_of = Some(root);
    }
    take_back(job, &item, Mode::Refuse)?;
    let said = named(job.view(), root)?.body.map(|b| b.summary).unwrap_or_default();
    if job.work.touched().next().is_none() {
        return Ok("nothing to change".to_owned());
    }
    Ok(format!("{}: {said}", if again { "done again" } else { "undone" }))
}

/// Takes back one row of a change of many, or makes it again; what was changed since stays, and is counted.
///
/// # Errors
/// Where the store cannot, or there is no such row.
pub fn revert_step(job: &mut Job, seq: Seq, step: RevertStep) -> Result<(), Reject> {
    let again = step == RevertStep::Redo;
    let item = named(job.view(), seq)?;
    let row = &item.row;
    let root = row.redo_of.or(row.undo_of).unwrap_or(row.seq);
    if again {
        job.redo_of = Some(root);
    } else {
        job.undo_of = Some(root);
    }
    take_back(job, &item, Mode::Keep)?;
    let said = named(job.view(), root)?.body.map(|b| b.summary).unwrap_or_default();
    job.done.changed = job.work.touched().filter(|(kind, _)| *kind != Kind::TicketEvent).count();
    job.done.rest = said.trim_start_matches(|c: char| c.is_ascii_digit()).trim().to_owned();
    job.say(format!("{}: {said}", if again { "done again" } else { "undone" }));
    Ok(())
}

/// Does the asker's last undone change again.
pub fn redo(job: &mut Job) -> Result<(), Reject> {
    let target = last_undone(job.view(), job.request.actor)?.ok_or(Refusal::NothingTo("redo"))?;
    job.redo_of = target.root;
    let root = match target.root {
        Some(root) => feed::at(job.view(), root)?.and_then(|r| r.body).map(|b| b.summary),
        None => None,
    };
    let item = named(job.view(), target.seq)?;
    take_back(job, &item, Mode::Refuse)?;
    job.say(format!("done again: {}", root.unwrap_or_default()));
    Ok(())
}

/// Takes back one row of a batch, keeping what was changed since.
///
/// # Errors
/// Where the store cannot, or there is no such row.
pub fn revert_row(job: &mut Job, seq: Seq) -> Result<(), Reject> {
    let row = named(job.view(), seq)?;
    job.undo_of = Some(seq);
    take_back(job, &row, Mode::Keep)
}

fn named(view: &dyn View, seq: Seq) -> Result<FeedItem, Reject> {
    let none = || Refusal::NotFound { kind: Kind::ImportBatch, what: format!("log row {seq}") };
    Ok(feed::at(view, seq)?.ok_or_else(none)?)
}

/// Applies the inverse of a row, last change first.
fn take_back(job: &mut Job, item: &FeedItem, mode: Mode) -> Result<(), Reject> {
    let Some(body) = item.body.clone() else {
        if mode == Mode::Keep {
            // The rest of the batch is taken back all the same.
            job.done.kept.push(Clash {
                record: format!("log row {}", item.row.seq),
                field: "change".into(),
                expected: "there".into(),
                found: "erased".into(),
            });
            return Ok(());
        }
        return Err(Refusal::Erased(format!("what {} changed", item.row.command)).into());
    };
    permitted(job, &item.row, &body.changes)?;
    job.moves_sensitive = moves_sensitive(job.view(), item)?;
    // Before anything is compared: what would be said of a conflict are values.
    sensitive::may_write(job, &body.changes)?;
    let (mut clashes, mut back) = (Vec::new(), Vec::new());
    for change in body.changes.iter().rev() {
        let Some(kind) = change.kind() else { continue };
        note_tickets(job, kind, change)?;
        let before = clashes.len();
        invert(job, kind, change, mode, &mut clashes)?;
        if clashes.len() == before && matches!(kind, Kind::Agent | Kind::Customer | Kind::Organisation) {
            back.push((kind, change.id));
        }
    }
    // Only when all is back: on the way two may have what one gives up and the other gets again.
    for (kind, id) in back {
        job.check_invariants(kind, id)?;
    }
    sensitive::conceal(job, &mut clashes);
    if mode == Mode::Refuse && !clashes.is_empty() {
        return Err(Refusal::ChangedSince(clashes).into());
    }
    job.done.kept = clashes;
    Ok(())
}

/// That the caller may take back a row: they have the permission of the command that it is about, which is looked up
/// in the log, and may change others' work where it is not their own. The permission for every field that this writes
/// is checked afterwards, as of any command.
fn permitted(job: &Job, row: &LogRow, changes: &[Change]) -> Result<(), Reject> {
    let root = job.undo_of.or(job.redo_of).unwrap_or(row.seq);
    let about = if root == row.seq { row.clone() } else { named(job.view(), root)?.row };
    if [&row.command, &about.command].into_iter().any(|c| c == START) {
        return Err(Refusal::Final("the start of the desk".into()).into());
    }
    job.require(permissions::of_word(&about.command))?;
    if [row.actor, about.actor].into_iter().any(|by| by != job.request.actor) {
        job.require(Permission::Work)?;
    }
    if let Some(kind) = permissions::bulk_kind(&about.command)
        && changes.iter().filter(|c| c.kind() == Some(kind)).count() > permissions::BULK
    {
        job.require(Permission::Bulk)?;
    }
    Ok(())
}

/// Whether a row merged or unmerged two records, or undid or redid that: sensitive fields then moved without being shown,
/// and may move back the same way.
fn moves_sensitive(view: &dyn View, item: &FeedItem) -> Result<bool, StoreError> {
    let is = |command: &str| matches!(command, "customer merge" | "customer unmerge");
    Ok(match item.row.undo_of.or(item.row.redo_of) {
        Some(root) => feed::at(view, root)?.is_some_and(|r| is(&r.row.command)),
        None => is(&item.row.command),
    })
}

/// Tickets whose events come or go have their clocks worked out again.
fn note_tickets(job: &mut Job, kind: Kind, change: &Change) -> Result<(), StoreError> {
    if kind == Kind::TicketEvent
        && let ChangeKind::Created(bytes) | ChangeKind::Deleted(bytes) = &change.what
    {
        job.restart_timers(records::decode::<TicketEvent>(bytes)?.ticket);
    }
    Ok(())
}

/// A value as people read it in a message.
pub fn shown(v: Option<&Value>) -> String {
    match v {
        None | Some(Value::Nil) => "–".into(),
        Some(Value::String(s)) => s.as_str().unwrap_or("?").to_owned(),
        Some(Value::Array(a)) => a.iter().map(|v| shown(Some(v))).collect::<Vec<_>>().join(", "),
        Some(Value::Map(m)) => m.iter().map(|(_, v)| shown(Some(v))).collect::<Vec<_>>().join(" "),
        Some(Value::Binary(b)) => {
            <[u8; 16]>::try_from(b.as_slice()).map_or_else(|_| "?".into(), |b| Id(b).to_string())
        }
        Some(v) => v.to_string(),
    }
}

/// The same of a field: a civil date, which is stored as a number of days, is a date.
pub fn shown_of(field: Option<&Field>, v: Option<&Value>) -> String {
    let day = || v.and_then(Value::as_i64).and_then(|n| i32::try_from(n).ok()).map(Day);
    match field.filter(|f| f.ty.contains("Day")).and_then(|_| day()) {
        Some(day) => day.to_string(),
        None => shown(v),
    }
}

/// The fields of a record at rest, for showing a change: long names and values as people read them.
pub fn shown_fields(kind: Kind, bytes: &[u8]) -> Result<Vec<(String, String)>, StoreError> {
    let shape: &'static [Field] = for_kind!(kind, T => <T as crate::model::Shape>::FIELDS);
    Ok(records::to_fields(bytes)?
        .into_iter()
        .map(|(k, v)| {
            let field = shape.iter().find(|f| f.short == k);
            (field.map_or(k.as_str(), |f| f.long).to_owned(), shown_of(field, Some(&v)))
        })
        .collect())
}
