//! The saved view that a list shows: its filter began as the view's query, and its columns are the view's.

use crate::desk::list::columns::Pick;

/// A saved view that is shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shown {
    /// Its name.
    pub name: String,
    /// Its query.
    pub query: String,
    /// Its columns; empty: the usual ones.
    pub columns: Vec<Pick>,
}
