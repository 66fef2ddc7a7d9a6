//! Who might be meant, while one types: out of the index in memory.

use crate::{
    index::{FieldKind, Finder, Hit, places},
    model::{Id, Kind},
    tui::data::{Answer, Found},
};

/// How many are shown.
const MOST: usize = 50;

/// Who might be meant, the likeliest first.
pub fn find(index: &dyn Finder, text: &str, me: Id) -> Answer {
    let found = index.find(text, me, MOST);
    let note = match (&found.correction, found.is_loading()) {
        (Some(read), _) => format!("showing {read}"),
        (None, true) => format!("{} of {} looked through", found.loaded.0, found.loaded.1),
        _ => String::new(),
    };
    Answer::Found(note, found.hits.into_iter().map(row).collect())
}

fn row(hit: Hit) -> Found {
    // The organisation stands beside the name anyway: of what matched it goes last.
    let other = hit.fields.iter().find(|f| f.kind != FieldKind::Organisation).or(hit.fields.first());
    let by = other.map(|f| (f.kind.word(), f.text.clone(), places(&f.text, &f.marks)));
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
