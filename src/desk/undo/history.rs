//! The history of undoable changes: whose they are, whether each can be undone and why not, and what undoing one would do.
//!
//! It is read page by page from the end of the log; of a change only its row is read until it is shown.

use std::collections::BTreeSet;

use super::{
    never::{Never, never},
    walk::{self, States},
};
use crate::{
    desk::{
        Command, Desk, Request, changes, read,
        sensitive::{self, is_sensitive},
    },
    model::{
        Agent, Id, Kind, Refusal, Seq, Stamp,
        log::{Change, ChangeKind, FieldChange, LogRow},
        zone::Zone,
    },
    store::{
        Reject, StoreError, View,
        feed::{self, FeedItem},
        records,
        rehearsal::Rehearsal,
    },
};

/// Rows of the log that are looked at for one page, at most: where an agent has few changes among many of others, the page
/// is short and the next one goes on.
const REACH: usize = 5_000;

/// A change of more records than this is not tried before it is shown.
const TRIED: usize = 100;

/// Lines of a preview, at most.
const LINES: usize = 200;

/// Fields that follow by themselves and say nothing to people.
const BOOKKEEPING: &[&str] = &["id", "version", "timers", "updated_at"];

/// Whose changes are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Whose {
    /// The asker's own.
    #[default]
    Mine,
    /// Those of all agents.
    Everyone,
    /// What no agent asked for: timers, mail, imports.
    Automatic,
}

/// A change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its place in the log.
    pub seq: Seq,
    /// When it was made.
    pub at: Stamp,
    /// Who made it.
    pub actor: Id,
    /// What it was: `T-104 solved`.
    pub what: String,
    /// Why it cannot be undone; `None` where it can.
    pub why_not: Option<String>,
}

/// Where the next page begins: what was read of the log so far.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Place {
    before: Option<Seq>,
    states: States,
    batches: BTreeSet<Id>,
}

/// One field that an undo would change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewLine {
    /// The record: `T-104`.
    pub record: String,
    /// The field; empty where the whole record comes or goes.
    pub field: String,
    /// What is there now.
    pub now: String,
    /// What will be there.
    pub then: String,
}

impl Desk {
    /// A page of the history, newest first, and where the next one begins; `None` at the beginning of the log.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn history(
        &self,
        (actor, now): (Id, Stamp),
        whose: Whose,
        mut place: Place,
        want: usize,
    ) -> Result<(Vec<Entry>, Option<Place>), StoreError> {
        let (found, more) = self.view(|v| {
            let mut found: Vec<(FeedItem, bool)> = Vec::new();
            let mut looked = 0;
            let mut more = false;
            let mut rows: Vec<LogRow> = Vec::new();
            let set_up = super::never::set_up(v)?;
            walk::back(v, place.before, |row| {
                if row.seq <= set_up {
                    return false;
                }
                if rows.len() >= want || looked >= REACH {
                    more = true;
                    return false;
                }
                looked += 1;
                place.before = Some(row.seq);
                if !walk::note(&mut place.states, row) {
                    return true;
                }
                // The steps of a change of many are one change.
                let shown = row.batch.is_none_or(|b| place.batches.insert(b));
                if shown && belongs(v, row, actor, whose) {
                    rows.push(row.clone());
                }
                true
            })?;
            for row in rows {
                let Some(item) = feed::at(v, row.seq)? else { continue };
                let undone = matches!(place.states.get(&row.seq), Some((true, _)));
                found.push((item, undone));
            }
            Ok((found, more))
        })?;
        let mut out = Vec::with_capacity(found.len());
        for (item, undone) in found {
            if let Some(entry) = self.entry((actor, now), &item, undone)? {
                out.push(entry);
            }
        }
        Ok((out, more.then_some(place)))
    }

    /// A row as shown; `None` for the set-up of the desk.
    fn entry(
        &self,
        (actor, now): (Id, Stamp),
        item: &FeedItem,
        undone: bool,
    ) -> Result<Option<Entry>, StoreError> {
        let row = &item.row;
        let changes = item.body.as_ref().map_or(0, |b| b.changes.len());
        let why_not = match self.view(|v| never(v, item))? {
            Some(Never::SetUp) => return Ok(None),
            Some(why) => Some(why.why().to_owned()),
            None if undone => Some("it was undone already".to_owned()),
            // A change of many is undone as far as it can be.
            None if row.batch.is_some() || changes > TRIED => None,
            None => match self.try_undo((actor, now), row.seq) {
                Ok(()) => None,
                Err(Reject::Refused(why)) => Some(why.to_string()),
                Err(Reject::Store(e)) => return Err(e),
            },
        };
        let steps = match row.batch {
            Some(batch) => self.view(|v| read::batch_rows(v, batch))?.len(),
            None => 1,
        };
        let said = item.body.as_ref().map_or_else(|| row.command.clone(), |b| b.summary.clone());
        let what = if steps > 1 { format!("{said}, in {steps} steps") } else { said };
        Ok(Some(Entry { seq: row.seq, at: row.logged_at, actor: row.actor, what, why_not }))
    }

    /// Whether a change could be undone now, without doing it.
    fn try_undo(&self, (actor, now): (Id, Stamp), seq: Seq) -> Result<(), Reject> {
        let request = Request::new(Id::NIL, actor, now, Command::Undo(Some(seq)));
        self.rehearse(&mut Rehearsal::new(None), &request).map(|_| ())
    }

    /// What undoing a change would do: each field in its current state and as it will be.
    ///
    /// # Errors
    /// Why it cannot be undone; where the file cannot be read.
    pub fn preview_undo(&self, (actor, now): (Id, Stamp), seq: Seq) -> Result<Vec<PreviewLine>, Reject> {
        let none = || Refusal::NoUndo(format!("there is no log row {seq}"));
        let item = self.view(|v| feed::at(v, seq))?.ok_or_else(none)?;
        if item.row.batch.is_none() {
            self.try_undo((actor, now), seq)?;
        } else if let Some(why) = self.view(|v| never(v, &item))? {
            return Err(why.refusal(&item.row.command).into());
        }
        let zone = Zone::named(&self.workspace()?.zone).unwrap_or_default();
        Ok(self.view(|v| preview(v, &zone, &item, sensitive::sees(v, Some(actor))?))?)
    }
}

/// The lines of a row; without those of sensitive fields where the asker does not see them.
fn preview(
    view: &dyn View,
    zone: &Zone,
    item: &FeedItem,
    sees: bool,
) -> Result<Vec<PreviewLine>, StoreError> {
    let mut out = Vec::new();
    for change in item.body.iter().flat_map(|b| b.changes.iter().rev()) {
        // Events and the outbox follow their ticket and their message.
        let Some(kind) = change.kind().filter(|k| !matches!(k, Kind::TicketEvent | Kind::Outbox)) else {
            continue;
        };
        let record = read::number_of(view, kind, change.id)?;
        let whole = |now: &str, then: &str| PreviewLine {
            record: record.clone(),
            field: String::new(),
            now: now.to_owned(),
            then: then.to_owned(),
        };
        match &change.what {
            ChangeKind::Created(_) => out.push(whole("there", "removed")),
            ChangeKind::Deleted(_) => out.push(whole("removed", "there")),
            ChangeKind::Updated(fields) => {
                let hidden = |f: &FieldChange| !sees && is_sensitive(records::fields(kind), &f.field);
                let fields = fields.iter().filter(|f| !hidden(f)).cloned().collect();
                let change = Change { what: ChangeKind::Updated(fields), ..change.clone() };
                let (_, lines) = changes::lines(zone, &change, &|id| changes::name_of(view, id))?;
                let told = lines.into_iter().filter(|(f, ..)| !BOOKKEEPING.contains(&f.as_str()));
                out.extend(told.map(|(field, before, after)| PreviewLine {
                    record: record.clone(),
                    field,
                    now: after.unwrap_or_default(),
                    then: before.unwrap_or_default(),
                }));
            }
        }
        if out.len() >= LINES {
            break;
        }
    }
    out.truncate(LINES);
    Ok(out)
}

/// Whether a row is among those that are shown.
fn belongs(view: &dyn View, row: &LogRow, actor: Id, whose: Whose) -> bool {
    let import = row.command == super::never::IMPORT;
    let agent = || matches!(records::get::<Agent>(view, row.actor), Ok(Some(_)));
    match whose {
        Whose::Mine => row.actor == actor,
        Whose::Everyone => !import && agent(),
        Whose::Automatic => import || !agent(),
    }
}
