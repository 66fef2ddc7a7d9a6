//! What is in a cell, and what a spreadsheet would make of it.

use std::borrow::Cow;

/// The form of a cell that no spreadsheet runs: an apostrophe before each part of it that would be a formula were the file
/// split there, unless all of the part is a negative number. Parts end at `;`, tabs and line ends. One more apostrophe
/// where some already begin such a part, so that [`unguard`] gives back exactly what was.
pub fn guard(cell: &str) -> Cow<'_, str> {
    each_part(cell, |part, runs| if runs { ("'", part) } else { ("", part) })
}

/// A cell without the apostrophes of [`guard`].
pub fn unguard(cell: &str) -> Cow<'_, str> {
    each_part(cell, |part, runs| ("", part.strip_prefix('\'').filter(|_| runs).unwrap_or(part)))
}

/// The cell with each part as `change` has it, given whether it would run (apostrophes at its start aside). Neither adding
/// nor removing an apostrophe changes where the parts are or which would run.
fn each_part<'c>(cell: &'c str, change: impl Fn(&'c str, bool) -> (&'static str, &'c str)) -> Cow<'c, str> {
    let mut out = String::with_capacity(cell.len() + 1);
    let mut rest = cell;
    loop {
        let end = rest.find(SEPARATORS).unwrap_or(rest.len());
        let (part, more) = rest.split_at(end);
        let bare = part.trim_start_matches('\'');
        // Some programs drop a tab or CR at the start of a cell, and run what follows.
        let dropped = rest.len() == cell.len() && bare.is_empty() && more.starts_with(['\t', '\r']);
        let (before, part) = change(part, dropped || runs(bare));
        out.push_str(before);
        out.push_str(part);
        let Some(separator) = more.chars().next() else { break };
        out.push(separator);
        rest = more.get(separator.len_utf8()..).unwrap_or_default();
    }
    if out == cell { Cow::Borrowed(cell) } else { Cow::Owned(out) }
}

/// Where a spreadsheet may split a line, whatever the file was written with.
const SEPARATORS: [char; 4] = [';', '\t', '\n', '\r'];

/// Whether a part begins a formula, also in fullwidth and behind what spreadsheets skip or no one sees.
fn runs(part: &str) -> bool {
    let skipped = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '"' | '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    let first = part.trim_start_matches(skipped);
    first.starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'])
        && !is_negative_number(part)
}

fn is_negative_number(cell: &str) -> bool {
    let Some(rest) = cell.strip_prefix('-') else { return false };
    let (whole, decimals) = rest.split_once('.').unwrap_or((rest, "0"));
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    digits(whole) && digits(decimals)
}

/// A value that belongs on one line: trimmed, with single spaces.
pub fn one_line(cell: &str) -> String {
    cell.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A value that may have lines: trimmed, with `\n` between them.
pub fn lines(cell: &str) -> String {
    cell.trim().replace("\r\n", "\n").replace('\r', "\n")
}

/// What stands between several values of one cell, as Google writes them.
pub const SEVERAL: &str = " ::: ";

/// The values of a cell in which Google put several.
pub fn several(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(SEVERAL).map(str::trim).filter(|v| !v.is_empty())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_is_guarded() {
        for cell in ["=1+1", "+49 30 1", "-2+3", "@SUM(A1)", "\tx", "\rx", "-", "-1.", "'=1"] {
            assert_eq!(guard(cell), format!("'{cell}"), "{cell:?}");
        }
        for cell in ["", "Ann", "-12.50", "-3", "'quoted'", "a=b"] {
            assert_eq!(guard(cell), cell);
        }
        for (cell, guarded) in [
            ("x;=1+1", "x;'=1+1"),
            ("x\t@a;-5;-a", "x\t'@a;-5;'-a"),
            ("hello\n=1+1\r\n+1", "hello\n'=1+1\r\n'+1"),
            ("\u{ff1d}1+1", "'\u{ff1d}1+1"),
            ("\u{ff0b}1;\u{ff0d}1;\u{ff20}a", "'\u{ff0b}1;'\u{ff0d}1;'\u{ff20}a"),
            ("\u{200b}=1", "'\u{200b}=1"),
            ("\u{feff} \u{a0}=1", "'\u{feff} \u{a0}=1"),
            ("a; \u{2060}=1", "a;' \u{2060}=1"),
            ("a;\"=1", "a;'\"=1"),
        ] {
            assert_eq!(guard(cell), guarded, "{cell:?}");
            assert_eq!(unguard(guarded), cell, "{guarded:?}");
        }
        assert_eq!(unguard("'+49 30 1"), "+49 30 1");
        assert_eq!(unguard("'tis"), "'tis");
    }

    proptest! {
        #[test]
        fn a_guarded_cell_runs_nowhere_and_comes_back(cell in "['=+@\\-a1.\t\r\n; \"\u{ff1d}\u{ff20}\u{200b}\u{feff}\u{a0}]{0,12}") {
            let guarded = guard(&cell);
            for part in guarded.split(SEPARATORS) {
                prop_assert!(!runs(part), "{:?} of {:?}", part, guarded);
            }
            prop_assert!(!guarded.starts_with(['\t', '\r']));
            prop_assert_eq!(unguard(&guarded), cell.as_str());
        }

        #[test]
        fn any_cell_comes_back(cell in any::<String>()) {
            let guarded = guard(&cell);
            prop_assert_eq!(unguard(&guarded), cell.as_str());
        }
    }
}
