//! The Insight workspace: every number of a window by section, what each means, and the rows behind it.
//!
//! - `page`: [`Page`], the numbers made for reading, section by section, and [`Insight`], where one is in it
//! - `make`: the page of a window and the rows behind a number, read on a worker
//! - `place`: which line stands where, in one column or two
//! - `act`: moving about, opening, choosing the window
//! - `draw`: how it looks; `line`, `bars`, `chart`: numbers, bars and bands, courses and intervals

pub mod act;
mod bars;
mod chart;
mod draw;
mod line;
pub mod make;
mod page;
mod place;
#[cfg(test)]
mod tests;

pub use draw::{draw, titles};
pub use page::{Bar, Behind, Chart, Insight, Line, Page, Row, Section};
