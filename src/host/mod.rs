//! Sessions and links: this terminal today, a socket and SSH later.
//!
//! - [`link`]: what a session needs of whatever carries its bytes
//! - [`local`]: this process's own terminal
//! - [`session`]: bytes in, events, frames, bytes out; `workers` read and write for it
//! - `tries`: tests of mailboxes
//! - [`attach`]: files of the agent's disk that go with messages
//! - `edits`: what an editor saved when its session was killed
//! - [`files`]: the files of messages, read and saved for a session
//! - `plain`: a session that is said line by line
//! - [`pipe`]: a link in memory, for tests and measurements

pub mod attach;
mod edits;
pub mod files;
pub mod import;
pub mod link;
pub mod local;
pub mod mail;
mod owed;
mod person;
pub mod pipe;
mod plain;
pub mod session;
mod tries;
mod workers;
