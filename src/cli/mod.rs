//! The same verbs for the shell: one file a group.
//!
//! - [`main`]: the command line; every verb is in its file: [`list`], [`log`], [`show`], [`find`], [`customer`], [`person`]
//!   (handed out, erased), [`organisation`],
//!   [`ticket`], [`attachment`], [`order`], [`task`], [`agent`] (agents, teams, settings), [`response`] (surveys, views), [`undo`], [`merge`],
//!   [`segment`], [`complete`] (words of queries for the shell),
//!   [`import`], [`export`], [`archive`] (everything, and files put in place), [`seal`], [`report`], [`check`], [`salvage`],
//!   [`config`], [`demo`], [`keys`]; [`unfinished`]: what `check`, `log` and `stats` remind of; [`screen`] is what `frontdesk` alone opens
//! - [`ctx`]: which store, who acts; [`pick`]: which records are meant; [`edits`], [`text`], [`when`]: what is typed
//! - [`out`], [`table`], [`json`], [`changed`]: what is printed, and to where
//! - [`fail`]: exit codes; [`mod@env`]: the clock, randomness and who runs this

pub mod agent;
mod app;
pub mod archive;
pub mod attachment;
pub mod backup;
pub mod changed;
pub mod check;
pub mod complete;
pub mod config;
pub mod ctx;
pub mod customer;
pub mod demo;
pub mod dry_run;
mod editor;
pub mod edits;
pub mod env;
pub mod export;
pub mod fail;
mod field;
mod fields;
pub mod find;
pub mod import;
pub mod json;
pub mod keys;
mod letter;
pub mod list;
pub mod log;
pub mod mail;
pub mod mailbox;
pub mod merge;
mod negation;
pub mod order;
pub mod organisation;
pub mod out;
pub mod outbox;
pub mod person;
pub mod pick;
pub mod record;
pub mod report;
pub mod response;
pub mod salvage;
pub mod screen;
pub mod seal;
mod search;
pub mod segment;
mod sender;
pub mod show;
pub mod table;
pub mod task;
pub mod text;
pub mod ticket;
pub mod undo;
pub mod unfinished;
pub mod when;

pub use app::main;
