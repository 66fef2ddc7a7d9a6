//! What stands in a cell, and what a spreadsheet would make of it.

use std::borrow::Cow;

/// The form of a cell that no spreadsheet runs: an apostrophe before `=`, `+`, `-`, `@`, tab and CR at the start, unless
/// all of it is a negative number. One more where apostrophes already stand there, so that [`unguard`] gives back exactly
/// what was.
pub fn guard(cell: &str) -> Cow<'_, str> {
    if runs(cell.trim_start_matches('\'')) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

/// A cell without the apostrophe of [`guard`], which spreadsheets hide too.
pub fn unguard(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if runs(rest.trim_start_matches('\'')) => rest,
        _ => cell,
    }
}

fn runs(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_negative_number(cell)
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

/// The values of a cell in which Google put several.
pub fn several(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(" ::: ").map(str::trim).filter(|v| !v.is_empty())
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
        assert_eq!(unguard("'+49 30 1"), "+49 30 1");
        assert_eq!(unguard("'tis"), "'tis");
    }

    proptest! {
        #[test]
        fn a_guarded_cell_comes_back(cell in "['=+@\\-a1.\t\r]{0,8}") {
            let guarded = guard(&cell);
            prop_assert!(!runs(&guarded));
            prop_assert_eq!(unguard(&guarded), cell.as_str());
        }
    }
}
