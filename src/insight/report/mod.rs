//! The report: the whole Insight page written down. The same data gives the same bytes.

mod csv;
mod json;
mod markdown;
mod text;

use std::str::FromStr;

use super::{Page, Window, page};
use crate::{
    model::{Id, Workspace},
    store::{StoreError, View, records},
};

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Format {
    /// Columns and bars of 80 cells, for terminals and mail.
    #[default]
    Text,
    /// The same in ASCII alone.
    Ascii,
    /// Tables of GitHub's Markdown.
    Markdown,
    /// One row a number, one a group, one a band.
    Csv,
    /// One object.
    Json,
}

/// A word that is no format of a report.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no format of a report; write text, ascii, markdown, csv or json")]
pub struct NotAFormat(pub String);

impl FromStr for Format {
    type Err = NotAFormat;

    fn from_str(s: &str) -> Result<Format, NotAFormat> {
        match s.trim().to_lowercase().as_str() {
            "text" | "txt" => Ok(Format::Text),
            "ascii" => Ok(Format::Ascii),
            "markdown" | "md" => Ok(Format::Markdown),
            "csv" => Ok(Format::Csv),
            "json" => Ok(Format::Json),
            _ => Err(NotAFormat(s.to_owned())),
        }
    }
}

/// A report: a page and whose it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The workspace's name; may be empty.
    pub name: String,
    /// The numbers.
    pub page: Page,
}

/// The report of a window, written in a format.
///
/// # Errors
/// Where the file cannot be read.
pub fn write(view: &dyn View, window: &Window, format: Format) -> Result<String, StoreError> {
    Ok(Report::of(view, window)?.written(format))
}

impl Report {
    /// The report of a window.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn of(view: &dyn View, window: &Window) -> Result<Report, StoreError> {
        let name = records::get::<Workspace>(view, Id::NIL)?.map(|w| w.name).unwrap_or_default();
        Ok(Report { name: clean(&name), page: page(view, window)? })
    }

    /// Its text in a format, with a line end at its end.
    pub fn written(&self, format: Format) -> String {
        match format {
            Format::Text => text::write(self, false),
            Format::Ascii => text::write(self, true),
            Format::Markdown => markdown::write(self),
            Format::Csv => csv::write(self),
            Format::Json => json::write(self),
        }
    }

    /// `Harbour Ltd · 30 days: 2026-10-24 … 2026-11-22 (Europe/Berlin)`.
    fn title(&self) -> String {
        let window = self.page.window.title();
        if self.name.is_empty() { window } else { format!("{} · {window}", self.name) }
    }

    /// `against 2026-09-24 … 2026-10-23 14:02`.
    fn against(&self) -> String {
        let w = &self.page.window;
        let (from, to) = w.previous;
        let last = to.saturating_sub(1).max(from);
        let (first, last) = if w.is_running() {
            (w.zone.date(from), w.zone.date_time(last))
        } else {
            (w.zone.date(from), w.zone.date(last))
        };
        format!("against {first} … {last}")
    }
}

/// Names of people and tags as one line without signs that steer a terminal: they come from outside.
fn clean(label: &str) -> String {
    let steers = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    label.chars().map(|c| if steers(c) { ' ' } else { c }).collect::<String>().trim().to_owned()
}

/// The note on small samples at the end of a report.
const FEW_NOTE: &str = "A change in parentheses rests on fewer than 30 rows. Intervals are of 95 %.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_cannot_steer_a_terminal() {
        assert_eq!(clean("a\u{1b}[2Jb\nc\u{202e}d "), "a [2Jb c d");
        assert_eq!("md".parse(), Ok(Format::Markdown));
        assert!("pdf".parse::<Format>().is_err());
    }
}
