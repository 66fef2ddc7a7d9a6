//! The other records that were merged into the one that stayed. What it has of them stays with it; what an unmerge left
//! with it for their sake goes when they go.

use std::collections::HashSet;

use rmpv::Value;

use super::{children, fields, fields::Fields, merged_into, survivor};
use crate::{
    desk::work::Job,
    model::{
        Id, Kind, Seq,
        log::{ChangeKind, FieldChange},
        shape::Field,
    },
    store::{Reject, feed::FeedItem, records},
};

/// What other merges have to do with the fields of the one that stayed, while one is taken apart.
pub struct Others {
    /// The kind of all of them.
    kind: Kind,
    /// The record that leaves.
    leaves: Fields,
    /// Those that stay merged into it, the first first.
    here: Vec<Fields>,
    /// What merges before this one, taken apart since, did to it; the newest first.
    gone: Vec<Vec<FieldChange>>,
    /// Records that those fields name, with their survivors.
    lives_in: Vec<(Value, Value)>,
}

/// Fields that name a record of the same kind, which may be merged itself.
const ABOVE: &[&str] = &["rb", "pa"];

/// Fields that are not filled from another: a name is one thing, and who stands above is for people to say.
const NOT_FILLED: &[&str] = &["g", "mi", "f", "np", "ns", "rb", "pa"];

impl Others {
    /// Reads them. `seq` is the row of the merge that is taken apart, `history` what happened to the one that stayed, the
    /// newest first.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn of(
        job: &Job,
        kind: Kind,
        id: Id,
        into: Id,
        seq: Seq,
        history: &[FeedItem],
    ) -> Result<Others, Reject> {
        let read = |id: Id| -> Result<Fields, Reject> {
            let bytes = job.view().get(kind.table(), id.bytes())?;
            Ok(bytes.map(|b| records::to_fields(&b)).transpose()?.unwrap_or_default())
        };
        let mut here = Vec::new();
        for (child, other) in children(job.view(), kind, into, id)? {
            if child == kind && merged_into(job.view(), kind, other)? == Some(into) {
                here.push(read(other)?);
            }
        }
        let target = Some(Value::Binary(into.0.to_vec()));
        let (mut left, mut gone) = (HashSet::new(), Vec::new());
        for item in history {
            for change in item.body.iter().flat_map(|b| &b.changes).filter(|c| c.id != id) {
                let ChangeKind::Updated(fields) = &change.what else { continue };
                let Some(f) = fields.iter().find(|f| f.field == "mg") else { continue };
                if f.before == target && item.row.seq > seq {
                    left.insert(change.id);
                } else if f.after == target && item.row.seq < seq && left.remove(&change.id) {
                    gone.extend(of_record(item, into).map(<[FieldChange]>::to_vec));
                }
            }
        }
        let mut lives_in = Vec::new();
        let own = history.iter().filter(|i| i.row.seq == seq).filter_map(|i| of_record(i, into)).flatten();
        for f in own.chain(gone.iter().flatten()).filter(|f| ABOVE.contains(&f.field.as_str())) {
            for v in [&f.before, &f.after].into_iter().flatten() {
                if let Some(named) = v.as_slice().and_then(|b| b.try_into().ok()).map(Id) {
                    let lives = survivor(job.view(), kind, named)?;
                    lives_in.push((v.clone(), Value::Binary(lives.0.to_vec())));
                }
            }
        }
        Ok(Others { kind, leaves: read(id)?, here, gone, lives_in })
    }

    /// Whether two values are the same, or name one record that was merged into another since.
    pub fn same(&self, short: &str, a: Option<&Value>, b: Option<&Value>) -> bool {
        let lives = |v: Option<&Value>| {
            let known = self.lives_in.iter().filter(|_| ABOVE.contains(&short));
            known
                .into_iter()
                .find(|(from, _)| Some(from) == v)
                .map(|(_, to)| to.clone())
                .or_else(|| v.cloned())
        };
        a == b || lives(a) == lives(b)
    }

    /// What others that left since did to a field, the newest first.
    fn gone(&self, short: &str) -> impl Iterator<Item = &FieldChange> {
        self.gone.iter().flatten().filter(move |f| f.field == short)
    }

    /// The fields that others changed who left since.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.gone.iter().flatten().map(|f| f.field.as_str())
    }

    /// What a single value becomes that stood there before a merge: not what came from who left since, and where it is
    /// empty what one of those who stay brings.
    pub fn settled(&self, short: &str, part: Option<&Value>, before: Option<Value>) -> Option<Value> {
        let mut value = before;
        for f in self.gone(short) {
            // Where it took a value away, none is what it left.
            if self.same(short, at(f.after.as_ref(), part), value.as_ref()) {
                value = at(f.before.as_ref(), part).cloned();
            }
        }
        if value.is_some() || NOT_FILLED.contains(&short) {
            return value;
        }
        self.here.iter().find_map(|f| at(fields::get(f, short), part)).cloned()
    }

    /// The change that gave the one that stayed a value which the one that leaves has too: by who left earlier.
    pub fn inherited(&self, short: &str, part: Option<&Value>, now: Option<&Value>) -> Option<FieldChange> {
        let mine = at(fields::get(&self.leaves, short), part);
        now.filter(|now| mine == Some(*now))?;
        self.gone(short)
            .find(|f| at(f.after.as_ref(), part) == now && at(f.before.as_ref(), part) != now)
            .cloned()
    }

    /// Whether one of those who stay has this value: then it is no change of people's.
    pub fn have(&self, short: &str, value: Option<&Value>) -> bool {
        value.is_some() && self.here.iter().any(|f| fields::get(f, short) == value)
    }

    /// Keys of elements of a list that stay for the sake of others.
    pub fn kept(&self, field: &Field) -> Vec<Value> {
        let lists = self.here.iter().filter_map(|f| fields::get(f, field.short)?.as_array());
        lists.flatten().map(|v| fields::key_of(self.kind, field, v)).collect()
    }

    /// Keys of elements of a list that were left for the sake of the one that leaves now.
    pub fn left(&self, field: &Field) -> Vec<Value> {
        let keys = |v: Option<&Value>| -> Vec<Value> {
            v.and_then(Value::as_array)
                .into_iter()
                .flatten()
                .map(|v| fields::key_of(self.kind, field, v))
                .collect()
        };
        let mine = keys(fields::get(&self.leaves, field.short));
        let added = self.gone(field.short).flat_map(|f| {
            let had = keys(f.before.as_ref());
            keys(f.after.as_ref()).into_iter().filter(move |k| !had.contains(k))
        });
        added.filter(|k| mine.contains(k)).collect()
    }
}

/// A value, or of a map the one of a key.
pub fn at<'v>(value: Option<&'v Value>, part: Option<&Value>) -> Option<&'v Value> {
    match part {
        None => value,
        Some(key) => value?.as_map()?.iter().find(|(k, _)| k == key).map(|(_, v)| v),
    }
}

/// What a row of the log did to a record.
pub fn of_record(item: &FeedItem, id: Id) -> Option<&[FieldChange]> {
    item.body.as_ref()?.changes.iter().filter(|c| c.id == id).find_map(|c| match &c.what {
        ChangeKind::Updated(fields) => Some(fields.as_slice()),
        _ => None,
    })
}
