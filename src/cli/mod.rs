//! The same verbs for the shell.
//!
//! - [`keys`]: `frontdesk keys` and `frontdesk keys check`.

pub mod keys;
