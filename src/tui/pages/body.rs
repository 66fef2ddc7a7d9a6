//! The text of a message: wrapped, quotes and signatures folded unless asked for.

use crate::{
    mail::quote,
    model::limits::{self, SHOWN_ROWS},
    term::safe::Safe,
    tui::look::{Ink, Signs},
};

/// Quotes of fewer lines than this stay as they are.
const FOLD_FROM: usize = 4;

/// The rows of a text in this many columns.
pub fn rows(text: &str, width: usize, signs: &Signs, unfolded: bool) -> Vec<(Ink, Safe<'static>)> {
    // Text beyond the last row is not read, be it one line of ten megabytes.
    let whole = text.trim_end();
    let text = limits::head(whole, SHOWN_ROWS.saturating_mul(width.max(1)).saturating_mul(4));
    let mut made = Made { out: Vec::new(), blank: true, width };
    let folded = quote::fold(text);
    let last = folded.parts.iter().rposition(|p| p.kind == quote::Kind::Quote);
    let says = |p: &quote::QuotePart| {
        p.kind == quote::Kind::Text && text.get(p.range.clone()).is_some_and(|t| !t.trim().is_empty())
    };
    let text_after = |at: usize| folded.parts.iter().skip(at).any(says);
    for (at, part) in folded.parts.iter().enumerate() {
        let piece = text.get(part.range.clone()).unwrap_or_default();
        let lines = piece.lines().count();
        // A short quote that is answered below stays; one that nothing follows is what was written before.
        let foldable = lines >= FOLD_FROM || (Some(at) == last && at > 0 && !text_after(at + 1));
        match part.kind {
            quote::Kind::Signature if !unfolded => {
                made.mark(format!("{} signature", signs.folded));
            }
            quote::Kind::Quote if foldable && !unfolded => {
                let lines = piece.trim_end().lines().count();
                let s = if lines == 1 { "" } else { "s" };
                made.mark(format!("{} {lines} quoted line{s}", signs.folded));
            }
            kind => {
                let ink = if kind == quote::Kind::Text { Ink::Text } else { Ink::Dim };
                if !made.lines(piece, ink, signs) {
                    break;
                }
            }
        }
    }
    if text.len() < whole.len() {
        let more = limits::thousands(whole.len() - text.len());
        made.mark(format!("{} {more} more bytes", signs.folded));
    }
    made.out
}

/// Rows while they are made.
struct Made {
    out: Vec<(Ink, Safe<'static>)>,
    /// Whether the row before is empty: two empty rows say no more than one.
    blank: bool,
    width: usize,
}

impl Made {
    fn mark(&mut self, text: String) {
        self.out.push((Ink::Dim, Safe::line(text).into_owned()));
        self.blank = false;
    }

    /// Adds the lines of a piece; whether there is room for more.
    fn lines(&mut self, piece: &str, ink: Ink, signs: &Signs) -> bool {
        let safe = Safe::block(piece.strip_suffix('\n').unwrap_or(piece));
        let mut lines = safe.lines();
        while let Some(line) = lines.next() {
            if self.out.len() >= SHOWN_ROWS {
                let left = lines.count() + 1;
                self.mark(format!("{} {left} more lines", signs.folded));
                return false;
            }
            let empty = line.as_str().trim().is_empty();
            if !(empty && self.blank) {
                let ink = if line.as_str().starts_with('>') { Ink::Dim } else { ink };
                let room = SHOWN_ROWS - self.out.len();
                let rows = line.wrap(self.width).into_iter().take(room);
                self.out.extend(rows.map(|row| (ink, row.into_owned())));
            }
            self.blank = empty;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::look::UNICODE;

    fn shown(text: &str, unfolded: bool) -> Vec<String> {
        rows(text, 20, &UNICODE, unfolded).into_iter().map(|(_, t)| t.as_str().to_owned()).collect()
    }

    #[test]
    fn long_quotes_and_signatures_fold_and_unfold() {
        let mail = "Yes.\n\n\n> a\n> b\n> c\n> d\n\n-- \nAnn\nHarbour Ltd";
        assert_eq!(shown(mail, false), ["Yes.", "", "▸ 4 quoted lines", "", "▸ signature"]);
        let outlook = "It works now.\n\nFrom: Sam\nSent: Monday\nTo: Ann\nSubject: Tea\n\nold 1\nold 2\n";
        assert_eq!(shown(outlook, false), ["It works now.", "", "▸ 7 quoted lines"]);
        let phone = "It works.\n\nOn Tue, Sam wrote:\n\n> old\n\nSent from my phone\n";
        assert_eq!(shown(phone, false), ["It works.", "", "▸ 3 quoted lines", "", "▸ signature"]);
        assert_eq!(shown(mail, true).len(), 10);
    }

    #[test]
    fn short_quotes_stay_and_long_lines_wrap() {
        assert_eq!(
            shown("> a\nsome words that need two rows", false),
            ["> a", "some words that need", "two rows"]
        );
    }
}
