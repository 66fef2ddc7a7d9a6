//! A query as text again: what it prints parses to the same query.

use std::fmt::{self, Display, Formatter, Write};

use super::{
    Expr, Query,
    ast::{Field, Number, Op, Operand, OperandKind, Scalar, Sort, Text},
    lex::{self, Token, TokenKind},
};
use crate::model::number;

impl Display for Query {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut gap = "";
        if let Some(e) = &self.expr {
            e.fmt(f)?;
            gap = " ";
        }
        if let Some(s) = &self.sort {
            write!(f, "{gap}sort:{s}")?;
            gap = " ";
        }
        if let Some(n) = self.limit {
            write!(f, "{gap}limit:{n}")?;
        }
        Ok(())
    }
}

impl Display for Sort {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.descending { "-" } else { "" }, self.field)?;
        self.then.iter().try_for_each(|s| write!(f, ",{s}"))
    }
}

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Expr::And(all) => list(f, all, " ", |e| matches!(e, Expr::And(_) | Expr::Or(_))),
            Expr::Or(any) => list(f, any, " or ", |e| matches!(e, Expr::Or(_))),
            Expr::Not(e) => {
                f.write_char('-')?;
                within(f, e, matches!(**e, Expr::And(_) | Expr::Or(_)))
            }
            Expr::Field(field) => field.fmt(f),
            Expr::Text(text) => text.fmt(f),
            Expr::Number(n) => n.fmt(f),
        }
    }
}

fn list(f: &mut Formatter<'_>, items: &[Expr], gap: &str, inside: fn(&Expr) -> bool) -> fmt::Result {
    for (i, e) in items.iter().enumerate() {
        if i > 0 {
            f.write_str(gap)?;
        }
        within(f, e, inside(e))?;
    }
    Ok(())
}

fn within(f: &mut Formatter<'_>, e: &Expr, parentheses: bool) -> fmt::Result {
    if parentheses { write!(f, "({e})") } else { e.fmt(f) }
}

impl Display for Number {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.kind {
            Some(kind) => f.write_str(&number::show(kind, self.number)),
            None => write!(f, "#{}", self.number),
        }
    }
}

impl Display for Text {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.phrase || !is_word(&self.text) { quoted(f, &self.text) } else { f.write_str(&self.text) }
    }
}

impl Display for Field {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.name, self.op.as_str())?;
        for (i, v) in self.values.iter().enumerate() {
            if i > 0 {
                f.write_char(',')?;
            }
            v.fmt(f)?;
        }
        Ok(())
    }
}

impl Display for Op {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Display for Operand {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.kind {
            OperandKind::Scalar(s) => s.fmt(f),
            OperandKind::Range(low, high) => {
                if let Some(s) = low {
                    s.fmt(f)?;
                }
                f.write_str("..")?;
                if let Some(s) = high {
                    s.fmt(f)?;
                }
                Ok(())
            }
            OperandKind::None => f.write_str("none"),
            OperandKind::Any => f.write_str("any"),
            OperandKind::Glob(g) => f.write_str(g),
            OperandKind::Regex(r) => regex(f, r),
        }
    }
}

impl Display for Scalar {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.quoted || !is_bare(&self.text) { quoted(f, &self.text) } else { f.write_str(&self.text) }
    }
}

/// Whether a character cannot be seen: controls, marks of direction, spaces without width, line and paragraph
/// separators.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Whether a word can stand without quotes: nothing in it ends it or makes it something else.
fn is_word(text: &str) -> bool {
    matches!(lex::lex(text).as_deref(), Ok([Token { kind: TokenKind::Word(w), .. }]) if w == text)
        && !["and", "or", "not"].iter().any(|k| text.eq_ignore_ascii_case(k))
}

/// Whether a value can stand without quotes.
fn is_bare(text: &str) -> bool {
    let first = text.chars().next();
    first.is_some_and(|c| !matches!(c, '/' | '<' | '>' | '=' | ':'))
        && !text.contains("..")
        && !text.chars().any(|c| c.is_whitespace() || matches!(c, '(' | ')' | '"' | '|' | ',' | '*'))
}

/// A value as written in a query: bare where it can be, in quotes where it must.
///
/// ```
/// use frontdesk::query::value_text;
/// assert_eq!(value_text("vip"), "vip");
/// assert_eq!(value_text("Acme Ltd"), "\"Acme Ltd\"");
/// assert_eq!(value_text("none"), "\"none\"");
/// ```
pub fn value_text(text: &str) -> String {
    let word = text.eq_ignore_ascii_case("none") || text.eq_ignore_ascii_case("any") || text.starts_with('@');
    let unseen = text.chars().any(is_unseen);
    let quoted = word || unseen || !is_bare(text);
    Scalar { text: text.to_owned(), quoted, span: super::Span::default() }.to_string()
}

fn quoted(f: &mut Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    for c in text.chars() {
        // No one could see or type these, and a terminal would act on some.
        if is_unseen(c) {
            write!(f, "\\u{{{:x}}}", u32::from(c))?;
            continue;
        }
        if matches!(c, '"' | '\\') {
            f.write_char('\\')?;
        }
        f.write_char(c)?;
    }
    f.write_char('"')
}

fn regex(f: &mut Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('/')?;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '/' => f.write_str("\\/")?,
            '\\' => {
                f.write_char('\\')?;
                if let Some(next) = chars.next() {
                    f.write_char(next)?;
                }
            }
            c => f.write_char(c)?,
        }
    }
    f.write_char('/')
}
