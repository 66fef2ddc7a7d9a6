//! What opens over the panes, one file each: what it offers, and what comes of a choice. A new one is a file here
//! and a line in `update::run`.
//!
//! - `palette`: every command; `keys`: those that work here and now; `which`: how a begun sequence goes on
//! - `find`: a customer from anywhere; `house`: an organisation; `texts`: what was written anywhere
//! - `assign`, `tags`: the arguments of verbs
//! - `behind`: the rows behind a number
//! - `attachments`: the files of a ticket or message
//! - `blame`, `record`: things to read
//! - `history`: undoable changes, and what undoing one would do
//! - `forms`: fields to fill in, one list of fields and one command each; `offers`: suggestions for one
//! - `imports`: the imports, to revert one
//! - `mailbox`: adding, testing, pausing, removing a mailbox
//! - `welcome`: the first five minutes
//! - `draw`: how each kind of layer looks

pub mod assign;
pub mod attachments;
pub mod behind;
pub mod blame;
mod draw;
pub mod find;
pub mod forms;
pub mod history;
pub mod house;
pub mod imports;
pub mod keys;
pub mod mailbox;
pub mod merge;
pub mod offers;
pub mod palette;
pub mod person;
pub mod record;
pub mod records;
pub mod tags;
pub mod texts;
pub mod views;
pub mod welcome;

pub use draw::{draw, file_rows, picker_rows, popup_columns, popup_rows, which};
