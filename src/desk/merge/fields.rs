//! Two records of a kind become one, field by field: what is ours stays, what is missing comes from theirs, lists are
//! joined. What is asked for comes from theirs though we have it.

use rmpv::Value;

use crate::{
    desk::undo,
    model::{
        Kind,
        field::{self, Merge, Same},
        fold, phone,
        shape::Field,
    },
    store::records,
};

/// Where a merged field comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// From the record that stays.
    Ours,
    /// From the record that goes.
    Theirs,
    /// A list with what both have.
    Both,
}

/// A field of two records side by side, where they differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its name, as asked for; `name` represents all parts of a person's name.
    pub field: String,
    /// What the record that stays has.
    pub ours: String,
    /// What the record that goes has.
    pub theirs: String,
    /// Which is kept.
    pub side: Side,
    /// Whether the other side may be asked for.
    pub can_choose: bool,
}

/// A record's fields, as they stand on disk.
pub type Fields = Vec<(String, Value)>;

/// The record that stays with what the other one brings, and the rows where they differ. `take` names the fields to come
/// from the other one.
pub fn combine(kind: Kind, ours: &Fields, theirs: &Fields, take: &[String]) -> (Fields, Vec<Row>) {
    let mut out = ours.clone();
    let mut rows = Vec::new();
    let asked = |name: &str| take.iter().any(|t| t == name);
    let policy = |short: &str| field::row(kind, short).map_or(Merge::First, |d| d.merge);
    // The parts of a person's name go together: half of one and half of the other is neither.
    let parts = records::fields(kind).iter().map(|f| f.short).filter(|short| policy(short) == Merge::Name);
    let names: Vec<&str> = parts.collect();
    if !names.is_empty() {
        let full = |f: &Fields| {
            let parts = ["np", "g", "mi", "f", "ns"].iter().filter_map(|k| get(f, k));
            parts.map(|v| undo::shown(Some(v))).collect::<Vec<_>>().join(" ")
        };
        let (a, b) = (full(ours), full(theirs));
        if a != b && !b.is_empty() {
            let theirs_wins = a.is_empty() || asked("name");
            if theirs_wins {
                names.iter().for_each(|k| set(&mut out, k, get(theirs, k).cloned()));
            }
            rows.push(row("name", a, b, if theirs_wins { Side::Theirs } else { Side::Ours }));
        }
    }
    for field in records::fields(kind) {
        let (short, name) = (field.short, field.long);
        let policy = policy(short);
        if matches!(policy, Merge::Own | Merge::Name) {
            continue;
        }
        let (a, b) = (get(ours, short), get(theirs, short));
        let Some(b) = b.filter(|b| Some(*b) != a) else { continue };
        match (a, b) {
            (Some(Value::Array(a)), Value::Array(b)) => {
                let same = if let Merge::Join(same) = policy { same } else { Same::Whole };
                let (all, new) = joined(same, a, b);
                if new > 0 {
                    let (a, b) = (undo::shown(get(ours, short)), undo::shown(get(theirs, short)));
                    rows.push(Row { can_choose: false, ..row(name, a, b, Side::Both) });
                }
                set(&mut out, short, Some(Value::Array(all)));
            }
            (Some(Value::Map(a)), Value::Map(b)) if field.inner.is_empty() => {
                let mut all = a.clone();
                for (k, theirs) in b {
                    let at = a.iter().position(|(mine, _)| mine == k);
                    let mine = at.and_then(|i| a.get(i)).map(|(_, v)| v);
                    if mine == Some(theirs) {
                        continue;
                    }
                    let name = format!("{name}.{}", undo::shown(Some(k)));
                    let wins = mine.is_none() || asked(&name);
                    let texts =
                        (mine.map_or_else(String::new, |v| undo::shown(Some(v))), undo::shown(Some(theirs)));
                    rows.push(row(&name, texts.0, texts.1, if wins { Side::Theirs } else { Side::Ours }));
                    match (wins, at.and_then(|i| all.get_mut(i))) {
                        (true, Some(slot)) => slot.1 = theirs.clone(),
                        (true, None) => all.push((k.clone(), theirs.clone())),
                        (false, _) => {}
                    }
                }
                set(&mut out, short, Some(Value::Map(all)));
            }
            (a, b) => {
                let wins = a.is_none() || asked(name);
                if wins {
                    set(&mut out, short, Some(b.clone()));
                }
                let mine = a.map_or_else(String::new, |v| undo::shown_of(Some(field), Some(v)));
                let side = if wins { Side::Theirs } else { Side::Ours };
                let can_choose = a.is_some() && !matches!(b, Value::Array(_) | Value::Map(_));
                rows.push(Row { can_choose, ..row(name, mine, undo::shown_of(Some(field), Some(b)), side) });
            }
        }
    }
    (undo::in_order(kind, out), rows)
}

fn row(field: &str, ours: String, theirs: String, side: Side) -> Row {
    let can_choose = !ours.is_empty() && !theirs.is_empty();
    Row { field: field.to_owned(), ours, theirs, side, can_choose }
}

/// A field's value.
pub fn get<'a>(fields: &'a Fields, short: &str) -> Option<&'a Value> {
    fields.iter().find(|(k, _)| k == short).map(|(_, v)| v)
}

/// Gives a field a value, or takes it away.
pub fn set(fields: &mut Fields, short: &str, value: Option<Value>) {
    match (fields.iter_mut().find(|(k, _)| k == short), value) {
        (Some(slot), Some(v)) => slot.1 = v,
        (None, Some(v)) => fields.push((short.to_owned(), v)),
        (_, None) => fields.retain(|(k, _)| k != short),
    }
}

/// Our elements, then theirs that we do not have; and how many those are. An added element is never the primary one.
fn joined(same: Same, ours: &[Value], theirs: &[Value]) -> (Vec<Value>, usize) {
    let mut all = ours.to_vec();
    let mut keys: Vec<Value> = ours.iter().map(|v| key(same, v)).collect();
    for v in theirs {
        let key = key(same, v);
        if keys.contains(&key) {
            continue;
        }
        keys.push(key);
        let mut v = v.clone();
        if let Value::Map(m) = &mut v
            && matches!(same, Same::Email | Same::Phone)
        {
            m.retain(|(k, _)| k.as_str() != Some("p"));
        }
        all.push(v);
    }
    if same == Same::Moment {
        all.sort_by_key(|v| inner(v, "a").and_then(Value::as_i64).unwrap_or_default());
    }
    let new = all.len() - ours.len();
    (all, new)
}

fn inner<'a>(v: &'a Value, short: &str) -> Option<&'a Value> {
    v.as_map()?.iter().find(|(k, _)| k.as_str() == Some(short)).map(|(_, v)| v)
}

/// What makes two elements of a list the same one: an address by its key, a number by its digits, a post by its organisation.
pub fn key_of(kind: Kind, field: &Field, v: &Value) -> Value {
    match field::row(kind, field.short).map(|d| d.merge) {
        Some(Merge::Join(same)) => key(same, v),
        _ => v.clone(),
    }
}

fn key(same: Same, v: &Value) -> Value {
    let text = |short| inner(v, short).and_then(Value::as_str).unwrap_or_default();
    let key = match same {
        Same::Email => fold::email_key(text("a")),
        Same::Phone => phone::key(if text("e").is_empty() { text("r") } else { text("e") }),
        Same::Organisation => return inner(v, "o").cloned().unwrap_or(Value::Nil),
        Same::Folded => Some(fold::fold(v.as_str().unwrap_or_default())),
        Same::Whole | Same::Moment => None,
    };
    key.map_or_else(|| v.clone(), Value::from)
}
