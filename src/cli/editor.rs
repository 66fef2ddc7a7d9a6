//! A reply or a forwarded thread in the agent's own editor: its headers above its text, as the composer on the screen has
//! them.

use super::{
    fail::Fail,
    text::{self, TextArgs},
};
use crate::tui::model::{ComposerField as Field, addresses, parse_edited, with_headers};

/// What an editor shows of a message above its text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers {
    /// To.
    pub to: Vec<String>,
    /// Copies.
    pub cc: Vec<String>,
    /// Hidden copies.
    pub bcc: Vec<String>,
    /// The subject.
    pub subject: String,
    /// Its files, as a header names them.
    pub files: Vec<String>,
}

/// A message as it came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    /// Its headers.
    pub headers: Headers,
    /// Its text.
    pub body: String,
    /// What was saved in the editor; `None`: none was used.
    saved: Option<String>,
}

impl Edited {
    /// The result of sending it. Where it was not sent, what was saved in the editor is kept in a file that is named.
    ///
    /// # Errors
    /// Those of the result.
    pub fn or_kept<T>(&self, result: Result<T, Fail>) -> Result<T, Fail> {
        result.map_err(|e| match &self.saved {
            Some(saved) => text::kept(saved, e),
            None => e,
        })
    }
}

/// Has a message edited, where it is not given as text: with `first` as its text so far.
///
/// # Errors
/// Where there is no text, or a header cannot be read: what was saved is kept in a file.
pub fn edit(headers: Headers, args: &TextArgs, what: &str, first: &str) -> Result<Edited, Fail> {
    if !args.is_edited() || args.is_piped() {
        return Ok(Edited { headers, body: args.read(what, first)?, saved: None });
    }
    let given = args.body.clone().unwrap_or_else(|| args.text.join(" "));
    let first = if given.is_empty() { first } else { &given };
    let (to, cc, bcc) = (headers.to.join(", "), headers.cc.join(", "), headers.bcc.join(", "));
    let fields = [
        (Field::To, to.as_str()),
        (Field::Cc, cc.as_str()),
        (Field::Bcc, bcc.as_str()),
        (Field::Subject, headers.subject.as_str()),
    ];
    let saved = text::of(&[], args.editor, what, &with_headers(fields, &headers.files, first))?;
    let new = parse_edited(&saved);
    let mut out = Edited { headers, body: new.body.clone(), saved: Some(saved.clone()) };
    let value = |field: Field| new.fields.iter().find(|(f, _)| *f == field).map_or("", |(_, v)| v.trim());
    let problem = if out.body.trim().is_empty() {
        // There is nothing to keep but the headers.
        out.saved = None;
        Some(format!("the {what} is empty; nothing was changed"))
    } else if let Some(why) = &new.trouble {
        Some(format!("{why} Nothing was changed"))
    } else if !value(Field::Status).is_empty() || !value(Field::Tags).is_empty() {
        Some(
            "the status and tags are flags here: --solve, --pending, --hold, --tag; nothing was changed"
                .into(),
        )
    } else if new.attach.is_some() && value(Field::To).is_empty() {
        Some("the field To is empty; nothing was changed".into())
    } else {
        None
    };
    if let Some(why) = problem {
        return out.or_kept(Err(Fail::failed(why)));
    }
    // Where all headers are gone, they are as they were.
    if let Some(files) = new.attach {
        out.headers = Headers {
            to: addresses(value(Field::To)),
            cc: addresses(value(Field::Cc)),
            bcc: addresses(value(Field::Bcc)),
            subject: value(Field::Subject).to_owned(),
            files,
        };
    }
    Ok(out)
}
