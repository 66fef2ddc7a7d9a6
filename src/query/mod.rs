//! The query language: one grammar for search, lists, saved views, segments, policies, rules and bulk edits.
//!
//! ```text
//! query := or { "sort:" ["-"] NAME | "limit:" INT }
//! or    := and { ("or"|"|") and }          and := unary { ["and"] unary }
//! unary := ("-"|"not") unary | "(" or ")" | field | text | "#"INT | "T-"INT
//! field := NAME (":"|"<"|"<="|">"|">="|"=") value { "," value }     comma = any of
//! value := scalar | [scalar]".."[scalar] | "none" | "any" | glob* | "/re/"
//! text  := word | "exact phrase"            full text, folded
//! ```
//!
//! Text becomes an [`ast::Query`] by [`parse()`], which knows no fields; [`bind()`] checks it against the
//! [`schema::Schema`] of an entity, resolves dates and names, and gives a [`Bound`] that [`matches()`] asks of any [`Row`].
//! What may be written at the cursor is said by [`complete()`].
//! Every error is a [`QueryError`] that points at its place.

pub mod ast;
pub mod bind;
pub mod complete;
mod error;
pub mod eval;
mod lex;
pub mod looks;
mod parse;
mod print;
pub mod rows;
pub mod schema;
pub mod snippet;
mod suggest;
pub mod value;
mod words;

pub use ast::{Expr, Query, Span};
pub use bind::{Bound, Context, Views, bind, compile, sensitive, views_named};
pub use complete::complete;
pub use error::QueryError;
pub use eval::{compare, matches, select, sort_key};
pub use parse::parse;
pub use print::value_text;
pub use schema::Schema;
pub use suggest::{edits, nearest};
pub use value::{Row, Value};
pub use words::bare_words;

#[cfg(test)]
mod tests;
