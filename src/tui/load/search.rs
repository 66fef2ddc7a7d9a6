//! What was written anywhere, while one types: out of the postings in the store.

use crate::{
    desk::search::{Ask, FoundText, SearchError, Words, search},
    model::{Kind, number},
    store::{StoreError, View},
    tui::data::{Answer, TextFound},
};

/// How it is asked: as many as one looks through, pieces as long as a wide screen has room for.
const ASK: Ask = Ask { limit: 50, width: 120, once: true };

/// Texts with these words, the best fit first.
pub fn texts(view: &dyn View, text: &str) -> Result<Answer, StoreError> {
    if text.trim().is_empty() {
        return Ok(Answer::Texts(String::new(), Vec::new()));
    }
    let words = match Words::parse(text) {
        Ok(words) => words,
        Err(why) => return Ok(Answer::Texts(why.message, Vec::new())),
    };
    Ok(match search(view, &words, ASK)? {
        Ok(found) => Answer::Texts(String::new(), found.into_iter().filter_map(row).collect()),
        Err(SearchError::NotKept) => {
            Answer::Texts("not gathered yet: that goes on in the background".to_owned(), Vec::new())
        }
        Err(SearchError::Query(why)) => Answer::Texts(why.message, Vec::new()),
    })
}

fn row(f: FoundText) -> Option<TextFound> {
    let record = match (f.ticket, f.customer) {
        (Some((ticket, _)), _) => (Kind::Ticket, ticket),
        (None, Some(customer)) => (Kind::Customer, customer),
        // An organisation has no separate page: its note is read here.
        (None, None) => (f.kind, f.id),
    };
    let mut marks = Vec::new();
    let mut at = 0;
    for (part, hit) in f.snippet.parts() {
        let chars = part.chars().count();
        marks.extend((at..at + chars).filter(|_| hit));
        at += chars;
    }
    let number = f.ticket.map_or(f.number, |(_, n)| number::show(Kind::Ticket, n));
    Some(TextFound {
        record,
        message: (f.kind == Kind::Message).then_some(f.id),
        number,
        who: if f.who.is_empty() { f.about } else { f.who },
        text: f.snippet.text,
        marks,
    })
}
