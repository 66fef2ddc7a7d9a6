//! What is wrong with a query, and where.

use std::fmt;

use super::Span;

/// A query that cannot be understood: what is wrong, where, and what was perhaps meant.
///
/// `Display` shows the text with a line under it that points at the place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct QueryError {
    /// Where, in bytes of the text; at its end where something is missing.
    pub span: Span,
    /// What is wrong, in words for people.
    pub message: String,
    /// What to write instead.
    pub suggestion: Option<String>,
    /// Whether it may be right once more is typed: something is missing, or not closed yet.
    pub unfinished: bool,
    /// The query it was found in; empty until [`QueryError::within`] gives it.
    pub text: String,
}

impl QueryError {
    /// An error at a place.
    pub fn new(span: Span, message: impl Into<String>) -> QueryError {
        QueryError { span, message: message.into(), suggestion: None, unfinished: false, text: String::new() }
    }

    /// With a proposal of what to write instead.
    #[must_use]
    pub fn suggest(mut self, suggestion: impl Into<Option<String>>) -> QueryError {
        self.suggestion = suggestion.into();
        self
    }

    /// More may be typed.
    #[must_use]
    pub fn unfinished(mut self) -> QueryError {
        self.unfinished = true;
        self
    }

    /// With the text of the query, so that it can be shown.
    #[must_use]
    pub fn within(mut self, text: &str) -> QueryError {
        text.clone_into(&mut self.text);
        self
    }

    /// The message and the suggestion in one line, without the text.
    pub fn line(&self) -> String {
        match &self.suggestion {
            Some(s) => format!("{}: {s}", self.message),
            None => self.message.clone(),
        }
    }
}

/// How many columns of the text are shown around the place.
const AROUND: usize = 72;

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line())?;
        if self.text.is_empty() {
            return Ok(());
        }
        // The text in one line of cells: no control character may move the caret from its place.
        let mut shown = String::new();
        let (mut column, mut from, mut to) = (0, None, None);
        for (at, c) in self.text.char_indices() {
            if at >= self.span.start && from.is_none() {
                from = Some(column);
            }
            if at >= self.span.end && to.is_none() {
                to = Some(column);
            }
            let c = if c.is_control() { ' ' } else { c };
            column += unicode_width::UnicodeWidthChar::width(c).unwrap_or(0);
            shown.push(c);
        }
        let from = from.unwrap_or(column);
        let to = to.unwrap_or(column).max(from + 1);
        // A long query is shown around the place alone.
        let skip = if column > AROUND { from.saturating_sub(AROUND / 2) } else { 0 };
        let (mut line, mut at) = (String::new(), 0);
        for c in shown.chars() {
            let w = unicode_width::UnicodeWidthChar::width(c).unwrap_or(0);
            if at >= skip && at + w <= skip + AROUND {
                line.push(c);
            }
            at += w;
        }
        let carets = (to - from).min(AROUND.saturating_sub(from - skip)).max(1);
        write!(f, "\n  {}\n  {}{}", line.trim_end(), " ".repeat(from - skip), "^".repeat(carets))
    }
}
