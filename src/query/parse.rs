//! Tokens into a [`Query`], by recursive descent.

use super::{
    Expr, Query, QueryError, Span,
    ast::{Field, Number, Op, Operand, OperandKind, Scalar, Sort, Text},
    lex::{Token, TokenKind, lex},
};
use crate::model::Kind;

/// How deep parentheses and negations may nest: deeper than anyone reads, far from the end of the stack.
const DEEPEST: usize = 64;

/// Understands a query. White space alone is the query that everything meets.
///
/// # Errors
/// With the place, what is wrong there, and where it can be told what was meant.
pub fn parse(text: &str) -> Result<Query, QueryError> {
    let run = || {
        let tokens = lex(text)?;
        let mut parser = Parser { tokens: &tokens, at: 0, end: text.len(), query: Query::default() };
        let expr = parser.or(0)?;
        match parser.peek() {
            None => Ok(Query { expr, ..parser.query }),
            Some(t) => Err(QueryError::new(t.span, "this parenthesis closes nothing")),
        }
    };
    run().map_err(|e: QueryError| e.within(text))
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
    /// The length of the text: where missing things are missing.
    end: usize,
    /// Takes `sort:` and `limit:` as they come.
    query: Query,
}

/// Whether a word is one of the grammar's own.
fn is_keyword(word: &str, keyword: &str) -> bool {
    word.eq_ignore_ascii_case(keyword)
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a Token> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Option<&'a Token> {
        let t = self.peek();
        self.at += usize::from(t.is_some());
        t
    }

    fn here(&self) -> Span {
        self.peek().map_or(Span::new(self.end, self.end), |t| t.span)
    }

    fn at_keyword(&self, keyword: &str) -> bool {
        matches!(self.peek(), Some(Token { kind: TokenKind::Word(w), .. }) if is_keyword(w, keyword))
    }

    fn at_or(&self) -> bool {
        self.at_keyword("or") || matches!(self.peek(), Some(Token { kind: TokenKind::Bar, .. }))
    }

    /// `a b or c`; `None` where there is nothing but `sort:` and `limit:`.
    fn or(&mut self, depth: usize) -> Result<Option<Expr>, QueryError> {
        let mut any = Vec::new();
        let first = self.and(depth)?;
        if !self.at_or() {
            return Ok(first);
        }
        let alone = |span| QueryError::new(span, "`or` stands between two conditions").unfinished();
        any.push(first.ok_or_else(|| alone(self.here()))?);
        while self.at_or() {
            let or = self.here();
            self.at += 1;
            any.push(self.and(depth)?.ok_or_else(|| alone(or))?);
        }
        Ok(Some(Expr::Or(any)))
    }

    fn and(&mut self, depth: usize) -> Result<Option<Expr>, QueryError> {
        let mut all = Vec::new();
        while let Some(token) = self.peek() {
            if self.at_or() || token.kind == TokenKind::Close {
                break;
            }
            if self.at_keyword("and") {
                let and = token.span;
                self.at += 1;
                let next_is_missing = self.peek().is_none_or(|t| t.kind == TokenKind::Close) || self.at_or();
                if all.is_empty() || next_is_missing || self.at_keyword("and") {
                    return Err(QueryError::new(and, "`and` stands between two conditions").unfinished());
                }
                continue;
            }
            if let TokenKind::Name(name) = &token.kind
                && matches!(name.as_str(), "sort" | "limit")
            {
                self.order(name, depth)?;
                continue;
            }
            all.push(self.unary(depth)?);
        }
        Ok(if all.len() > 1 { Some(Expr::And(all)) } else { all.pop() })
    }

    fn unary(&mut self, depth: usize) -> Result<Expr, QueryError> {
        let span = self.here();
        if depth > DEEPEST {
            return Err(QueryError::new(span, "too many parentheses and negations in each other"));
        }
        let Some(token) = self.next() else {
            return Err(QueryError::new(span, "a condition is missing here").unfinished());
        };
        match &token.kind {
            TokenKind::Minus => {
                // `-` belongs to what it touches; alone it is a dash in a text.
                if self.peek().is_none_or(|t| t.span.start != span.end) {
                    return Err(QueryError::new(span, "`-` stands right before what it excludes")
                        .suggest("put it in quotes to find a dash".to_owned())
                        .unfinished());
                }
                self.negated(depth)
            }
            TokenKind::Word(w) if is_keyword(w, "not") => self.negated(depth),
            TokenKind::Open => {
                let inner = self.or(depth + 1)?;
                match self.next() {
                    Some(Token { kind: TokenKind::Close, .. }) => {}
                    _ => return Err(QueryError::new(span, "this parenthesis is never closed").unfinished()),
                }
                inner.ok_or_else(|| {
                    QueryError::new(span, "there is nothing in these parentheses").unfinished()
                })
            }
            TokenKind::Name(name) => self.field(name, span),
            TokenKind::Word(w) => Ok(match id(w) {
                Some((kind, number)) => Expr::Number(Number { kind: Some(kind), number, span }),
                None => Expr::Text(Text { text: w.clone(), phrase: false, span }),
            }),
            TokenKind::Phrase(p) if p.trim().is_empty() => {
                Err(QueryError::new(span, "there is nothing in these quotes").unfinished())
            }
            TokenKind::Phrase(p) => Ok(Expr::Text(Text { text: p.clone(), phrase: true, span })),
            TokenKind::Number(number) => Ok(Expr::Number(Number { kind: None, number: *number, span })),
            _ => Err(QueryError::new(span, "a condition is missing here").unfinished()),
        }
    }

    fn negated(&mut self, depth: usize) -> Result<Expr, QueryError> {
        let here = self.here();
        let nothing = self.peek().is_none_or(|t| t.kind == TokenKind::Close);
        if nothing || self.at_or() || self.at_keyword("and") {
            return Err(QueryError::new(here, "there is nothing to exclude here").unfinished());
        }
        if let Some(Token { kind: TokenKind::Name(name), span }) = self.peek()
            && matches!(name.as_str(), "sort" | "limit")
        {
            let e = QueryError::new(*span, format!("`{name}:` cannot be excluded"));
            return Err(
                e.suggest((name == "sort").then(|| "write `sort:-field` for the other order".to_owned()))
            );
        }
        Ok(Expr::Not(Box::new(self.unary(depth + 1)?)))
    }

    fn field(&mut self, name: &str, name_span: Span) -> Result<Expr, QueryError> {
        let (op, op_span) = match self.next() {
            Some(Token { kind: TokenKind::Op(op), span }) => (*op, *span),
            _ => return Err(QueryError::new(name_span, "an operator is missing behind this name")),
        };
        let mut values = vec![self.operand(op_span)?];
        while let Some(Token { kind: TokenKind::Comma, span }) = self.peek() {
            self.at += 1;
            values.push(self.operand(*span)?);
        }
        let span = name_span.to(values.last().map_or(op_span, |v| v.span));
        Ok(Expr::Field(Field { name: name.to_owned(), name_span, op, values, span }))
    }

    /// One value; `before` is the operator or the comma that it follows.
    fn operand(&mut self, before: Span) -> Result<Operand, QueryError> {
        let missing = |at| QueryError::new(at, "a value is missing here").unfinished();
        let (low, start) = match self.peek() {
            Some(Token { kind: TokenKind::Dots, span }) => (None, *span),
            Some(t) if matches!(t.kind, TokenKind::Bare(_) | TokenKind::Quoted(_) | TokenKind::Regex(_)) => {
                self.at += 1;
                (Some(t), t.span)
            }
            _ => {
                let e = missing(Span::new(before.end, before.end));
                if matches!(self.peek(), Some(Token { kind: TokenKind::Open, span }) if span.start == before.end)
                {
                    return Err(e.suggest(
                        "several values stand with commas between them: `tag:vip,late`".to_owned(),
                    ));
                }
                return Err(e.suggest("write it without a space; `none` and `any` are values too".to_owned()));
            }
        };
        let Some(Token { kind: TokenKind::Dots, span: dots }) = self.peek() else {
            let Some(token) = low else { return Err(missing(start)) };
            return Ok(Operand { kind: single(token), span: token.span });
        };
        self.at += 1;
        let high = match self.peek() {
            Some(t) if matches!(t.kind, TokenKind::Bare(_) | TokenKind::Quoted(_) | TokenKind::Regex(_)) => {
                self.at += 1;
                Some(t)
            }
            _ => None,
        };
        if let Some(Token { kind: TokenKind::Dots, span }) = self.peek() {
            return Err(QueryError::new(*span, "a range has two ends"));
        }
        let span = start.to(high.map_or(*dots, |t| t.span));
        match (low.map(end).transpose()?, high.map(end).transpose()?) {
            (None, None) => Err(QueryError::new(span, "a range has at least one end")
                .suggest("write `any` for any value".to_owned())
                .unfinished()),
            (low, high) => Ok(Operand { kind: OperandKind::Range(low, high), span }),
        }
    }

    /// `sort:-priority,due`, `limit:20`.
    fn order(&mut self, name: &str, depth: usize) -> Result<(), QueryError> {
        let span = self.here();
        if name == "limit" && self.query.limit.is_some() {
            return Err(QueryError::new(span, "`limit:` is there twice"));
        }
        if depth > 0 {
            return Err(QueryError::new(span, format!("`{name}:` stands outside of parentheses")));
        }
        self.at += 1;
        let Expr::Field(field) = self.field(name, span)? else { return Ok(()) };
        let scalars = field.values.iter().map(|v| match &v.kind {
            OperandKind::Scalar(s) if field.op == Op::Has => Some(s),
            _ => None,
        });
        let values: Option<Vec<&Scalar>> = scalars.collect();
        if name == "limit" {
            let [value] = *values.as_deref().unwrap_or_default() else {
                return Err(QueryError::new(field.span, "`limit:` takes one value"));
            };
            let limit = value.text.parse().map_err(|_| {
                QueryError::new(value.span, format!("`{}` is not a number of rows", value.text))
            })?;
            self.query.limit = Some(limit);
            return Ok(());
        }
        let values = values.ok_or_else(|| {
            QueryError::new(field.span, "`sort:` takes names of fields, with commas between them")
        })?;
        values.into_iter().try_for_each(|value| self.sort(value))
    }

    /// One field of the order, behind those before it.
    fn sort(&mut self, value: &Scalar) -> Result<(), QueryError> {
        let (descending, field) = match value.text.strip_prefix('-') {
            Some(field) => (true, field),
            None => (false, value.text.as_str()),
        };
        if field.is_empty() || !field.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.')) {
            return Err(QueryError::new(value.span, "`sort:` takes the name of a field"));
        }
        let span = Span::new(value.span.start + usize::from(descending), value.span.end);
        let sort = Sort { field: field.to_lowercase(), descending, span, then: Vec::new() };
        match &mut self.query.sort {
            None => self.query.sort = Some(sort),
            Some(first) => {
                if first.field == sort.field || first.then.iter().any(|s| s.field == sort.field) {
                    return Err(QueryError::new(span, format!("`{}` orders already", sort.field)));
                }
                first.then.push(sort);
            }
        }
        Ok(())
    }
}

/// A value that is not a range.
fn single(token: &Token) -> OperandKind {
    match &token.kind {
        TokenKind::Bare(v) if v.eq_ignore_ascii_case("none") => OperandKind::None,
        TokenKind::Bare(v) if v.eq_ignore_ascii_case("any") || v.bytes().all(|b| b == b'*') => {
            OperandKind::Any
        }
        TokenKind::Bare(v) if v.contains('*') => OperandKind::Glob(v.clone()),
        TokenKind::Regex(r) => OperandKind::Regex(r.clone()),
        TokenKind::Quoted(v) => {
            OperandKind::Scalar(Scalar { text: v.clone(), quoted: true, span: token.span })
        }
        TokenKind::Bare(v) => {
            OperandKind::Scalar(Scalar { text: v.clone(), quoted: false, span: token.span })
        }
        // Only the three kinds above come here.
        _ => OperandKind::Any,
    }
}

/// One end of a range.
fn end(token: &Token) -> Result<Scalar, QueryError> {
    match &token.kind {
        TokenKind::Bare(v) if !v.contains('*') => {
            Ok(Scalar { text: v.clone(), quoted: false, span: token.span })
        }
        TokenKind::Quoted(v) => Ok(Scalar { text: v.clone(), quoted: true, span: token.span }),
        _ => Err(QueryError::new(token.span, "the end of a range is a single value")),
    }
}

/// `T-42` as its kind and number.
fn id(word: &str) -> Option<(Kind, u64)> {
    let (letter, digits) = word.split_once('-')?;
    let good = digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0');
    Some((Kind::of_letter(letter)?, digits.parse().ok().filter(|_| good)?))
}
