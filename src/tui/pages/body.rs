//! The text of a message: wrapped, quotes and signatures folded unless asked for.

use crate::{
    term::safe::Safe,
    tui::look::{Ink, Signs},
};

/// Quotes of fewer lines than this stay as they are.
const FOLD_FROM: usize = 4;
/// Rows made of one message at most: a log file pasted into a mail must not fill the memory of every screen.
const MOST_ROWS: usize = 4_000;

/// The rows of a text in so many columns.
pub fn rows(text: &str, width: usize, signs: &Signs, unfolded: bool) -> Vec<(Ink, Safe<'static>)> {
    let safe = Safe::block(text.trim_end());
    let lines: Vec<Safe<'_>> = safe.lines().collect();
    let mut out: Vec<(Ink, Safe<'static>)> = Vec::new();
    let mut rest = lines.as_slice();
    let mut blank = true;
    while let Some((line, tail)) = rest.split_first() {
        if out.len() >= MOST_ROWS {
            out.push((Ink::Dim, Safe::line(format!("{} {} more lines", signs.folded, rest.len()))));
            break;
        }
        let quoted = rest.iter().take_while(|l| is_quote(l)).count();
        if quoted >= FOLD_FROM && !unfolded {
            out.push((Ink::Dim, Safe::line(format!("{} {quoted} quoted lines", signs.folded))));
            rest = rest.get(quoted..).unwrap_or_default();
            blank = false;
            continue;
        }
        // The mark of a signature, RFC 3676 section 4.3.
        if line.as_str() == "-- " && !unfolded && !tail.is_empty() {
            out.push((Ink::Dim, Safe::line(format!("{} signature", signs.folded))));
            break;
        }
        // Two empty lines say no more than one.
        let empty = line.as_str().trim().is_empty();
        if !(empty && blank) {
            let ink = if is_quote(line) { Ink::Dim } else { Ink::Text };
            out.extend(line.wrap(width).into_iter().map(|row| (ink, row.into_owned())));
        }
        blank = empty;
        rest = tail;
    }
    out
}

fn is_quote(line: &Safe<'_>) -> bool {
    line.as_str().starts_with('>')
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
