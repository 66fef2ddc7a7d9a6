//! One widget for each thing: the same thing looks the same everywhere.
//!
//! - `pen`: [`Pen`], draws a row from the left, cell by cell, from safe text alone.
//! - `due`: how long until something is due, or how old it is, in a column of five cells.
//! - `spark`: a course in a few cells.
//! - `frame`: the border of a pane with its titles.
//! - `columns`: the chosen columns of a list.
//! - `ticket`, `customer`, `task`, `outbox`, `mailbox`: a row of each.
//! - `input`: a line being typed.
//! - `lists`: a list with its heads: only the rows in sight are made.

pub mod columns;
pub mod customer;
mod due;
pub mod frame;
pub mod input;
pub mod lists;
pub mod mailbox;
pub mod outbox;
mod pen;
mod spark;
pub mod task;
pub mod ticket;

pub use due::{DUE_WIDTH, age, due};
pub use pen::Pen;
pub use spark::{course, spark};
