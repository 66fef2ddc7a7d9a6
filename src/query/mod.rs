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
//! Text becomes an [`ast::Query`] by [`parse`], which knows no fields; `bind` holds it against the
//! `Schema` of an entity, resolves dates and names, and gives a `Bound` that `eval` asks of any `Row`.
//! Every error is a [`QueryError`] that points at its place.

pub mod ast;
mod error;
mod lex;
mod parse;
mod print;
mod suggest;

pub use ast::{Expr, Query, Span};
pub use error::QueryError;
pub use parse::parse;
pub use print::value_text;
pub use suggest::nearest;

#[cfg(test)]
mod tests;
