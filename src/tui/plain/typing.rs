//! Typed text as echoed: characters as they come, a blank over a deleted one, and else the
//! line once more. Nothing moves the cursor but a backspace.

use unicode_segmentation::UnicodeSegmentation as _;

use super::{composer, layer, words};
use crate::{
    term::safe::{Safe, width_of},
    tui::{
        model::{ComposerField, Input, Layer, Model},
        text::Text,
    },
};

/// Text that is being typed.
#[derive(Debug, Clone)]
pub struct Field<'m> {
    /// The text.
    pub text: &'m Text,
    /// Whether it has several lines.
    pub block: bool,
    /// Its label.
    pub label: &'m str,
    /// What is said when it gets the focus.
    pub about: String,
}

/// What is being typed in, and its name, to know it again.
#[must_use]
pub fn field(m: &Model) -> Option<(Field<'_>, String)> {
    let depth = m.layers.len();
    match m.layers.last() {
        Some(Layer::Picker(p)) => {
            let field = Field { text: &p.input, block: false, label: "Type to search", about: String::new() };
            Some((field, format!("{depth} {}", p.title)))
        }
        Some(Layer::Prompt(p)) => {
            let field = Field { text: &p.input, block: false, label: &p.title, about: p.help.clone() };
            Some((field, format!("{depth} {:?}", p.purpose)))
        }
        Some(Layer::Form(f)) => {
            let field = f.fields.get(f.at)?;
            let block = match field.input {
                Input::OneOf(_) => return None,
                Input::Block => true,
                Input::Line => false,
            };
            let field = Field { text: &field.text, block, label: field.label, about: layer::about(f, field) };
            Some((field, format!("{depth} {:?} {}", f.kind, f.at)))
        }
        Some(Layer::Confirm(_) | Layer::Popup(_) | Layer::MailTest(_) | Layer::Files(_)) => None,
        None => {
            let c = m.composer.as_ref().filter(|c| c.typing)?;
            let block = c.field == ComposerField::Body;
            let about = composer::about(c.field).to_owned();
            let field = Field { text: c.text(c.field), block, label: c.field.label(), about };
            Some((field, format!("{:?} {:?} {}", c.kind, c.field, c.ticket)))
        }
    }
}

/// The line that the cursor is in.
#[must_use]
pub fn current_line(text: &Text) -> &str {
    let start = text.head().rfind('\n').map_or(0, |at| at + 1);
    let end = text.as_str().get(text.head().len()..).and_then(|t| t.find('\n'));
    let end = end.map_or(text.as_str().len(), |at| text.head().len() + at);
    text.as_str().get(start..end).unwrap_or_default()
}

/// What is printed of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Echo {
    /// Nothing changed.
    Nothing,
    /// This is typed at the end; a newline in it begins a line.
    Typed(String),
    /// Columns at the end are deleted.
    Rubbed(usize),
    /// Something else: this line is said.
    Line(String),
}

/// How a text came from another, with the cursor's place before and after.
#[must_use]
pub fn echo(before: &(String, usize), text: &Text) -> Echo {
    let (old, new, at) = (before.0.as_str(), text.as_str(), text.head().len());
    let ends = before.1 == old.len() && at == new.len();
    if old == new {
        return match at == before.1 {
            true => Echo::Nothing,
            false => moved(text, before.1),
        };
    }
    match (new.strip_prefix(old), old.strip_prefix(new)) {
        (Some(typed), _) if ends => Echo::Typed(typed.to_owned()),
        (_, Some(gone)) if ends && gone.graphemes(true).count() == 1 && gone != "\n" => {
            Echo::Rubbed(width_of(gone))
        }
        _ => Echo::Line(current_line(text).to_owned()),
    }
}

/// The cursor moved: the character that it came to, or the line where that is another.
fn moved(text: &Text, before: usize) -> Echo {
    let between = (before.min(text.head().len()), before.max(text.head().len()));
    let crossed = text.as_str().get(between.0..between.1).is_some_and(|t| t.contains('\n'));
    if crossed {
        return Echo::Line(current_line(text).to_owned());
    }
    let rest = text.as_str().get(text.head().len()..).unwrap_or_default();
    Echo::Line(match rest.graphemes(true).next() {
        None => "end of text".to_owned(),
        Some("\n") => "end of line".to_owned(),
        Some(" ") => "blank".to_owned(),
        Some(g) => g.to_owned(),
    })
}

/// Typed characters as they are printed.
#[must_use]
pub fn shown(text: &str) -> String {
    // A blank at the end stays: it is what was typed.
    Safe::line(text).as_str().to_owned()
}

/// The line of a text after its label and its hint; trailing blanks stay.
#[must_use]
pub fn prompt(label: &str, about: &str, line: &str) -> String {
    let lead = words::line(&words::list([label, about.trim_end_matches('.')]));
    let lead = if lead.is_empty() { lead } else { format!("{lead}: ") };
    format!("{lead}{}", shown(line))
}
