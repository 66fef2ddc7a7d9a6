//! The numbers, as views over facts: what they are, the rows behind each, how they are split and written down.
//!
//! - [`Window`]: a half-open stretch of time in the workspace's zone, and the equal one before it ([`Period`] by word)
//! - [`Measure`]: every number there is, each a row of one table: its word, label, formula, rows and which way is good
//! - [`strip`], [`page()`], [`number()`]: numbers as they stand; [`rows`]: exactly the rows that a number is made of, [`rows_of`] a [`RowSplit`] of it
//! - [`split()`]: a number by agent, channel, tag or priority; [`bands`]: ages of the backlog, times to the first reply
//! - [`show`]: numbers as text, for the screen and the shell; [`report`]: all of it as text, Markdown, CSV and JSON
//! - [`stats`]: medians, intervals
//!
//! Everything is read from one [`View`] and pure: the time is in the window. A number is always worked
//! out of the rows that [`rows`] gives, so that the two cannot differ.

pub mod bands;
mod facts;
mod levels;
mod mail;
mod measure;
mod number;
mod page;
pub mod report;
mod rows;
pub mod show;
mod split;
pub mod stats;
mod table;
mod window;

pub use bands::{Band, Bands};
pub use measure::{Good, Measure};
pub use number::{Change, Delta, FEW, Number, Value};
pub use page::{Bars, Page, Section, Topic, page};
pub use rows::RowRef;
pub use split::By;
pub use window::{NotAPeriod, Period, Unit, Window};

use crate::store::{StoreError, View};
use facts::Facts;

/// The numbers of the desk's strip, the most telling first.
///
/// # Errors
/// Where the file cannot be read.
pub fn strip(view: &dyn View, window: &Window) -> Result<Vec<Number>, StoreError> {
    Ok(page::strip(&Facts::load(view, window, &page::strip_measures(None))?))
}

/// One number.
///
/// # Errors
/// Where the file cannot be read.
pub fn number(view: &dyn View, measure: Measure, window: &Window) -> Result<Number, StoreError> {
    Ok(Facts::load(view, window, &[measure])?.number(measure))
}

/// A part of the rows behind a number.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum RowSplit {
    /// All of them.
    #[default]
    All,
    /// Those of a group, by the label that [`split()`] gives it.
    Group(By, String),
    /// Those whose value lies in a band: from, and before to.
    Band(i64, Option<i64>),
}

/// The rows behind a number, newest first: its value is their count, their sum, their share or their median.
///
/// # Errors
/// Where the file cannot be read.
pub fn rows(view: &dyn View, measure: Measure, window: &Window) -> Result<Vec<RowRef>, StoreError> {
    rows_of(view, measure, window, &RowSplit::All)
}

/// The rows behind a part of a number, newest first: of a group of its split, of a band of times.
///
/// # Errors
/// Where the file cannot be read.
pub fn rows_of(
    view: &dyn View,
    measure: Measure,
    window: &Window,
    part: &RowSplit,
) -> Result<Vec<RowRef>, StoreError> {
    let facts = Facts::load(view, window, &[measure])?;
    let all = || facts.rows(measure, window.span()).into_iter().map(|r| r.row);
    let mut out: Vec<RowRef> = match part {
        RowSplit::All => all().collect(),
        RowSplit::Group(by, label) => split::of_group(view, &facts, measure, (*by, label))?,
        RowSplit::Band(from, to) => {
            all().filter(|r| *from <= r.value && to.is_none_or(|to| r.value < to)).collect()
        }
    };
    out.sort_by_key(|r| (std::cmp::Reverse(r.at), r.id));
    Ok(out)
}

/// A number for each agent, channel, tag or priority, the largest first; past eight the rest is one line, last.
///
/// # Errors
/// Where the file cannot be read.
pub fn split(
    view: &dyn View,
    measure: Measure,
    window: &Window,
    by: By,
) -> Result<Vec<(String, Number)>, StoreError> {
    split::split(view, &Facts::load(view, window, &[measure])?, measure, by)
}
