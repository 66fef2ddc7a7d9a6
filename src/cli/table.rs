//! Rows in columns: a table for a terminal, tab-separated values for a pipe.

use std::borrow::Cow;

use super::{
    fail::Fail,
    out::{Out, tsv_cell},
};
use crate::{
    desk::list::columns::{Fit, Pick},
    term::safe::{Cut, Safe},
};

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its head.
    pub name: Cow<'static, str>,
    /// Whether it contains numbers, which are right-aligned.
    pub right: bool,
    /// Whether it shrinks where the terminal is narrow.
    pub gives: bool,
    /// Whether it shrinks before the others.
    pub first: bool,
}

impl Column {
    /// A column of a list.
    pub fn of(pick: &Pick) -> Column {
        let fit = pick.column.fit;
        Column {
            name: pick.head().to_owned().into(),
            right: pick.is_numeric(),
            gives: matches!(fit, Fit::Text | Fit::Aside),
            first: fit == Fit::Aside,
        }
    }
}

/// A column that keeps its width.
pub const fn fixed(name: &'static str) -> Column {
    Column { name: Cow::Borrowed(name), right: false, gives: false, first: false }
}

/// A column of numbers.
pub const fn right(name: &'static str) -> Column {
    Column { name: Cow::Borrowed(name), right: true, gives: false, first: false }
}

/// A column that shrinks.
pub const fn text(name: &'static str) -> Column {
    Column { name: Cow::Borrowed(name), right: false, gives: true, first: false }
}

/// A column that shrinks before the others: a detail.
pub const fn aside(name: &'static str) -> Column {
    Column { name: Cow::Borrowed(name), right: false, gives: true, first: true }
}

/// The least width of a column that shrinks.
const LEAST: usize = 8;

/// Prints rows: all together for people, with columns as wide as needed.
///
/// # Errors
/// If the reader has gone.
pub fn print(out: &mut Out, columns: &[Column], rows: &[Vec<String>], header: bool) -> Result<(), Fail> {
    match out.width {
        Some(width) => table(out, width, columns, rows),
        None => {
            if header {
                head(out, columns)?;
            }
            rows.iter().try_for_each(|row| tsv(out, row))
        }
    }
}

/// Prints the names of columns, tab-separated.
///
/// # Errors
/// If the reader has gone.
pub fn head(out: &mut Out, columns: &[Column]) -> Result<(), Fail> {
    let names: Vec<&str> = columns.iter().map(|c| c.name.as_ref()).collect();
    out.line(&names.join("\t"))
}

/// Prints a row, tab-separated.
///
/// # Errors
/// If the reader has gone.
pub fn tsv(out: &mut Out, row: &[String]) -> Result<(), Fail> {
    let cells: Vec<String> = row.iter().map(|c| tsv_cell(c)).collect();
    out.line(&cells.join("\t"))
}

fn table(out: &mut Out, width: usize, columns: &[Column], rows: &[Vec<String>]) -> Result<(), Fail> {
    if rows.is_empty() {
        return Ok(());
    }
    let safe: Vec<Vec<Safe<'_>>> =
        rows.iter().map(|r| r.iter().map(|c| Safe::line(c.as_str())).collect()).collect();
    let mut widths: Vec<usize> = columns.iter().map(|c| Safe::line(c.name.as_ref()).width()).collect();
    for row in &safe {
        for (w, cell) in widths.iter_mut().zip(row) {
            *w = (*w).max(cell.width());
        }
    }
    shrink(&mut widths, columns, width);
    let line = |cells: Vec<Safe<'_>>| {
        let cells: Vec<String> = cells
            .into_iter()
            .zip(&widths)
            .zip(columns)
            .map(|((cell, w), column)| {
                let shown = if cell.is_empty() { Safe::fixed("–") } else { cell };
                let cell = if column.right {
                    shown.fit_right(*w, Cut::Ellipsis)
                } else {
                    shown.fit(*w, Cut::Ellipsis)
                };
                cell.as_str().to_owned()
            })
            .collect();
        cells.join("  ").trim_end().to_owned()
    };
    let names = line(columns.iter().map(|c| Safe::line(c.name.as_ref())).collect());
    let names = if out.color { format!("\x1b[2m{names}\x1b[22m") } else { names };
    out.line(&names)?;
    for row in safe {
        let text = line(row);
        out.line(&text)?;
    }
    Ok(())
}

/// Shrinks columns until all fit: details first, then the widest.
fn shrink(widths: &mut [usize], columns: &[Column], width: usize) {
    let gaps = 2 * widths.len().saturating_sub(1);
    for first in [true, false] {
        loop {
            let over = (widths.iter().sum::<usize>() + gaps).saturating_sub(width);
            let mut giving: Vec<&mut usize> = widths
                .iter_mut()
                .zip(columns)
                .filter(|(w, c)| c.gives && c.first == first && **w > LEAST)
                .map(|(w, _)| w)
                .collect();
            giving.sort_by_key(|w| std::cmp::Reverse(**w));
            let next = giving.get(1).map_or(LEAST, |w| **w);
            let Some(widest) = giving.first_mut().filter(|_| over > 0) else { break };
            let take = over.min((**widest).saturating_sub(next).max(1)).min(**widest - LEAST);
            **widest -= take;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_widest_columns_give_way_first_and_all_fits() {
        let columns = [fixed("a"), text("b"), text("c")];
        let mut widths = [6, 50, 20];
        shrink(&mut widths, &columns, 60);
        assert_eq!(widths, [6, 30, 20]);
        shrink(&mut widths, &columns, 40);
        assert_eq!(widths.iter().sum::<usize>() + 4, 40);
        assert!(widths[1].abs_diff(widths[2]) <= 1, "{widths:?}");
        let mut spared = [6, 50, 20];
        shrink(&mut spared, &[fixed("a"), text("b"), aside("c")], 70);
        assert_eq!(spared, [6, 50, 10]);
        let mut narrow = [60, 50, 20];
        shrink(&mut narrow, &columns, 10);
        assert_eq!(narrow, [60, LEAST, LEAST]);
    }
}
