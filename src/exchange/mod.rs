//! read → plan → show → apply → revert for every format; export.
//!
//! Reading knows nothing of the store. [`sniff`] says what a file is; [`bytes`] opens it and gives its text whatever the
//! [`charset`]; [`table`] parts that into rows with line numbers; a [`dialect`] says what the columns of a file of people
//! mean. Out come neutral rows, one at a time: [`contact::Contacts`] gives people, [`order::Orders`] gives orders. What
//! cannot be read goes to the [`reject`] file and never stops the rest. [`vcard`] reads and writes cards. [`csv_out`] writes tables. [`demo`] invents a desk. [`person`]
//! answers who asks what is held on them, or to be forgotten. [`save`] writes files that others sent.

pub mod bytes;
pub mod cell;
pub mod charset;
pub mod contact;
pub mod csv_out;
pub mod demo;
pub mod dialect;
pub mod import;
pub mod mbox;
pub mod order;
pub mod person;
pub mod receive;
pub mod regular;
pub mod reject;
pub mod save;
pub mod sniff;
pub mod table;
pub mod vcard;
pub mod when;
