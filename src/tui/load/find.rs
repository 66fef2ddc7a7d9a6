//! Who might be meant, while one types: out of the index in memory.

use std::collections::HashMap;

use crate::{
    index::{self, FieldKind, Finder, Hit, Houses, Unfit, places},
    mail::address::{Address, normalise},
    model::{Customer, Id, Kind},
    store::{StoreError, View, records},
    tui::data::{Answer, Found},
};

/// How many are shown.
const MOST: usize = 50;

/// Who might be meant, the likeliest first; `anew`: why what was saved of them was of no use.
pub fn find(
    view: &dyn View,
    index: &dyn Finder,
    text: &str,
    me: Id,
    anew: Option<Unfit>,
) -> Result<Answer, StoreError> {
    let found = index.find(text, me, MOST);
    let note = match (said(&found), found.is_loading()) {
        (note, true) if note.is_empty() => {
            let why = anew.map(|why| format!("; made anew, for what was saved: {why}")).unwrap_or_default();
            format!("{} of {} looked through{why}", found.loaded.0, found.loaded.1)
        }
        (note, _) => note,
    };
    let mut rows: Vec<Found> = found.hits.into_iter().map(row).collect();
    tell_apart(view, &mut rows)?;
    Ok(Answer::Found(note, rows))
}

/// Addresses of customers who might be meant, the likeliest first.
pub fn addresses(view: &dyn View, index: &dyn Finder, text: &str, me: Id) -> Result<Answer, StoreError> {
    let mut out: Vec<Address> = Vec::new();
    let begun = text.to_lowercase();
    for hit in index.find(text, me, 8).hits {
        let Some(c) = records::get::<Customer>(view, hit.id)?.filter(|c| c.archived_at.is_none()) else {
            continue;
        };
        // The one that is being typed, else the one that is written to.
        let typed =
            c.emails.iter().map(|e| e.address.as_str()).find(|a| a.to_lowercase().starts_with(&begun));
        let email = typed.or(c.email()).and_then(normalise);
        out.extend(email.map(|email| Address { name: c.display_name(), email }));
    }
    Ok(Answer::Addresses(text.to_owned(), out))
}

/// Where two stand there under one name and say nothing else of themselves, their address, or their number, does.
fn tell_apart(view: &dyn View, rows: &mut [Found]) -> Result<(), StoreError> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let silent = |f: &Found| f.beside.is_empty() && f.by.is_none();
    for f in rows.iter() {
        *seen.entry(f.name.clone()).or_default() += 1;
    }
    for f in rows.iter_mut().filter(|f| silent(f) && seen.get(&f.name).is_some_and(|n| *n > 1)) {
        if let Some(c) = records::get::<Customer>(view, f.id)? {
            f.beside = c.email().or(c.phone()).unwrap_or_default().to_owned();
        }
    }
    Ok(())
}

/// What is shown instead of what was typed.
pub fn said(found: &index::Found) -> String {
    found.correction.as_ref().map_or_else(String::new, |read| format!("showing {read}"))
}

/// What matched, where that is not the name: the field, its text, and the places of its letters.
pub fn by(hit: &Hit) -> Option<(&'static str, String, Vec<usize>)> {
    // The organisation stands beside the name anyway: of what matched it goes last.
    let other = hit.fields.iter().find(|f| f.kind != FieldKind::Organisation).or(hit.fields.first());
    other.map(|f| (f.kind.word(), f.text.clone(), places(&f.text, &f.marks)))
}

/// Which organisation might be meant.
pub fn houses(index: &Houses, text: &str) -> Answer {
    let hits =
        index.find(text, MOST).hits.into_iter().map(|hit| Found { kind: Kind::Organisation, ..row(hit) });
    let domain = |f: Found| match f.by {
        // The mail domain of a house stands where the address of a person does.
        Some(("e-mail", text, marks)) => Found { by: Some(("domain", text, marks)), ..f },
        _ => f,
    };
    Answer::Houses(text.to_owned(), hits.map(domain).collect())
}

fn row(hit: Hit) -> Found {
    let by = by(&hit);
    Found {
        kind: Kind::Customer,
        id: hit.id,
        number: hit.number,
        marks: places(&hit.name, &hit.marks),
        name: hit.name,
        beside: hit.organisation,
        by,
    }
}
