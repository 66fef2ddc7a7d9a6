//! read → plan → show → apply → revert for every format; export.
//!
//! Reading is pure of the store: [`bytes`] → [`table`] → a dialect → neutral rows (contact, order), one at a
//! time, with line numbers; what cannot be read goes to the reject file. Sniffing says what a file is.

pub mod bytes;
pub mod cell;
pub mod charset;
pub mod contact;
pub mod dialect;
pub mod name;
pub mod table;
pub mod when;
