//! Records in a few words, for a line of a list: who wrote a message, what an order is of.

use crate::model::{Interaction, Message, Order, Visibility};

/// Who wrote a message: name, else address.
pub fn from(m: &Message) -> String {
    let who = if m.from_name.is_empty() { &m.from } else { &m.from_name };
    match m.visibility {
        Visibility::Internal => format!("{who} (note)"),
        Visibility::Side => format!("{who} (side thread)"),
        _ => who.clone(),
    }
}

/// What an order is of, in a line.
pub fn items(o: &Order) -> String {
    let lines = o.lines.iter().map(|l| {
        let what = if l.title.is_empty() { &l.sku } else { &l.title };
        match (what.is_empty(), l.quantity) {
            (true, n) => format!("{n} ×"),
            (false, 1) => what.clone(),
            (false, n) => format!("{n} × {what}"),
        }
    });
    lines.collect::<Vec<_>>().join(", ")
}

/// What was said in an interaction: its subject, else its first line.
pub fn said(i: &Interaction) -> String {
    if i.subject.is_empty() { first_line(&i.body) } else { i.subject.clone() }
}

/// The first line of a text that says something.
pub fn first_line(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|l| !l.is_empty()).unwrap_or_default();
    line.chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_a_text_is_its_first_that_says_something() {
        assert_eq!(first_line("\n  \n hello \nworld"), "hello");
        assert_eq!(first_line(""), "");
    }
}
