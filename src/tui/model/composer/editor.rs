//! A message as a text with headers, as mutt has it, for the agent's own editor; and how it is read again. Nothing that
//! was saved there is lost: what is no header is text.

use super::{Composer, ComposerFile, Field};

/// The header that names a file; it may be repeated.
const ATTACH: &str = "Attach";

/// What came back from an editor.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Edited {
    /// The headers, in their order; those that are missing are emptied.
    pub fields: Vec<(Field, String)>,
    /// The files that are named; `None` where all headers are gone.
    pub attach: Option<Vec<String>>,
    /// The text.
    pub body: String,
    /// What could not be read as a header.
    pub trouble: Option<String>,
}

impl Composer {
    /// Its text for an editor, with the headers above it.
    #[must_use]
    pub fn for_editor(&self) -> String {
        let fields = self.fields().iter().filter(|f| **f != Field::Body);
        let files: Vec<String> = self.files.iter().map(ComposerFile::written).collect();
        with_headers(fields.map(|f| (*f, self.text(*f).as_str())), &files, self.body.as_str())
    }
}

/// A text with these fields above it, and its files after the subject.
#[must_use]
pub fn with_headers<'a>(
    fields: impl IntoIterator<Item = (Field, &'a str)>,
    files: &[String],
    body: &str,
) -> String {
    let mut text = String::new();
    for (field, value) in fields {
        text.push_str(&format!("{}: {}\n", field.label(), value.replace('\n', " ")));
        if field == Field::Subject {
            for file in files {
                text.push_str(&format!("{ATTACH}: {}\n", file.replace('\n', " ")));
            }
            if files.is_empty() {
                text.push_str(&format!("{ATTACH}: \n"));
            }
        }
    }
    text.push('\n');
    text.push_str(body);
    text
}

/// A line that is a header: its field, or [`ATTACH`] as `None`; and its value.
fn header(line: &str) -> Option<(Option<Field>, &str)> {
    let (name, value) = line.split_once(':')?;
    let name = name.trim_end();
    if name.eq_ignore_ascii_case(ATTACH) {
        return Some((None, value.trim()));
    }
    let field = Field::PUBLIC.iter().find(|f| !f.label().is_empty() && f.label().eq_ignore_ascii_case(name));
    field.map(|f| (Some(*f), value.trim()))
}

/// What came back from an editor: headers up to the first empty line, then the text. Where the first line is no header, all
/// is text; where a later one is none, it and all below it is.
#[must_use]
pub fn parse_edited(text: &str) -> Edited {
    let all = text.replace("\r\n", "\n");
    let mut out = Edited::default();
    let mut rest = all.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        let begun = out.attach.is_some();
        if line.is_empty() && begun {
            rest = after;
            break;
        }
        match header(line) {
            Some((None, value)) => {
                out.attach.get_or_insert_default().extend((!value.is_empty()).then(|| value.to_owned()));
            }
            Some((Some(field), value)) => {
                out.attach.get_or_insert_default();
                match out.fields.iter_mut().find(|(f, _)| *f == field) {
                    // A header that is there twice, as some programs write long ones.
                    Some((_, first)) if !value.is_empty() => {
                        first.push_str(if first.is_empty() { "" } else { ", " });
                        first.push_str(value);
                    }
                    Some(_) => {}
                    None => out.fields.push((field, value.to_owned())),
                }
            }
            None => {
                if begun {
                    let shown: String = line.chars().take(30).collect();
                    out.trouble = Some(format!("“{shown}” is no header: it and what follows is text."));
                }
                break;
            }
        }
        rest = after;
    }
    out.body = rest.to_owned();
    out
}
