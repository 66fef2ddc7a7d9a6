//! What others changed since the asker looked: different fields merge, and for the same field both values are shown.

use std::collections::BTreeMap;

use super::{Command, changes, read, sensitive, undo, work::Job};
use crate::{
    model::{
        Id, Kind, Refusal,
        log::{Change, ChangeKind, FieldChange},
        refusal::Clash,
    },
    store::{Reject, StoreError, View, feed, records},
};

/// Fields by their names on disk, with what they held.
type Before = BTreeMap<String, Option<rmpv::Value>>;

/// A record that others changed since the asker looked at it.
pub struct Behind {
    /// Its kind.
    kind: Kind,
    /// Its id.
    id: Id,
    /// Its version now.
    version: u64,
    /// The fields that were changed, with what they held when the asker looked.
    before: Before,
}

impl Job<'_> {
    /// The records that were looked at are still as they were seen. Where a command changes fields, others may have changed
    /// other ones.
    ///
    /// # Errors
    /// [`Refusal::Stale`], [`Refusal::NotFound`].
    pub fn check_versions(&mut self) -> Result<(), Reject> {
        use Command::{Edit, TicketSet};
        let command = &self.request.command;
        let by_field = matches!(command, Edit(..) | TicketSet(..));
        for (kind, id, version) in &self.request.seen {
            let Some(bytes) = self.view().get(kind.table(), id.bytes())? else {
                return Err(Refusal::NotFound { kind: *kind, what: id.to_string() }.into());
            };
            let now = records::version_of(*kind, &bytes)?;
            if now == *version {
                continue;
            }
            let before = match now.checked_sub(*version).filter(|_| by_field) {
                Some(changes) => changed_since(self.view(), *id, changes)?,
                None => None,
            };
            if let Some(before) = before {
                self.behind.push(Behind { kind: *kind, id: *id, version: now, before });
            } else {
                return Err(Refusal::Stale { what: self.name_of(*kind, *id)? }.into());
            }
        }
        Ok(())
    }

    /// That the fields that change were not changed by others since they were looked at.
    ///
    /// # Errors
    /// [`Refusal::Conflict`] with both values.
    pub fn conflicts(&self, changes: &[Change]) -> Result<(), Reject> {
        for Behind { kind, id, version, before } in &self.behind {
            let Some(change) = changes.iter().find(|c| c.id == *id) else { continue };
            let ChangeKind::Updated(fields) = &change.what else { continue };
            let theirs = |f: &FieldChange| {
                !undo::is_bookkeeping(*kind, &f.field)
                    && before.get(&f.field).is_some_and(|then| *then != f.before)
            };
            let own: Vec<FieldChange> = fields.iter().filter(|f| theirs(f)).cloned().collect();
            if own.is_empty() {
                continue;
            }
            let change = Change { what: ChangeKind::Updated(own), ..change.clone() };
            let view = self.view();
            let (_, lines) = changes::lines(&self.zone(), &change, &|id| changes::name_of(view, id))?;
            let record = self.name_of(*kind, *id)?;
            let value = |v: Option<String>| v.filter(|v| !v.is_empty()).unwrap_or_else(|| "–".to_owned());
            let clash = |(field, found, expected)| Clash {
                record: record.clone(),
                field,
                expected: value(expected),
                found: value(found),
            };
            let mut clashes: Vec<Clash> = lines.into_iter().map(clash).collect();
            sensitive::conceal(self, &mut clashes);
            return Err(Refusal::Conflict { clashes, version: *version }.into());
        }
        Ok(())
    }
}

/// What the fields of a record held before its last `changes` changes, from the log; `None` where the log does not go back that far.
fn changed_since(view: &dyn View, id: Id, mut changes: u64) -> Result<Option<Before>, StoreError> {
    let mut out = Before::new();
    for seq in read::history_rows(view, id)?.into_iter().rev() {
        if changes == 0 {
            break;
        }
        let Some(body) = feed::at(view, seq)?.and_then(|i| i.body) else { return Ok(None) };
        match body.changes.into_iter().find(|c| c.id == id).map(|c| c.what) {
            // Something about it that changed nothing in it.
            Some(ChangeKind::Updated(fields)) if fields.is_empty() => {}
            Some(ChangeKind::Updated(fields)) => {
                out.extend(fields.into_iter().map(|f| (f.field, f.before)));
                changes -= 1;
            }
            _ => return Ok(None),
        }
    }
    Ok((changes == 0).then_some(out))
}
