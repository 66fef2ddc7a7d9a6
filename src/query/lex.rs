//! Text into tokens. What follows an operator is read as a value, all else as words.

use super::{QueryError, Span, ast::Op};

/// A token and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub kind: TokenKind,
    pub span: Span,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TokenKind {
    Open,
    Close,
    Bar,
    /// `-` before what it excludes.
    Minus,
    Word(String),
    Phrase(String),
    /// `#42`
    Number(u64),
    /// A field's name, in lower case; the operator follows.
    Name(String),
    Op(Op),
    /// A value without quotes.
    Bare(String),
    /// A value in quotes.
    Quoted(String),
    Regex(String),
    Dots,
    Comma,
}

/// The longest query, in bytes: far above what people write, low enough that nothing takes long.
const LONGEST: usize = 64 * 1024;

/// Takes a query apart. Linear in its length.
pub(super) fn lex(text: &str) -> Result<Vec<Token>, QueryError> {
    if text.len() > LONGEST {
        return Err(QueryError::new(Span::new(0, 0), "the query is longer than 64 KiB"));
    }
    let mut lexer = Lexer { text, at: 0, out: Vec::new() };
    while let Some(c) = lexer.peek() {
        lexer.next(c)?;
    }
    Ok(lexer.out)
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    out: Vec<Token>,
}

/// Whether a character ends a word and a value.
fn ends(c: char) -> bool {
    c.is_whitespace() || matches!(c, '(' | ')' | '"' | '|')
}

/// Whether a character may be in a field's name.
fn in_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.')
}

/// The operator at the start of a text, and its length. `:<` is `<`, as other systems write it.
fn op(rest: &str) -> Option<(Op, usize)> {
    const OPS: [(&str, Op); 10] = [
        (":<=", Op::AtMost),
        (":>=", Op::AtLeast),
        (":<", Op::Less),
        (":>", Op::More),
        (":", Op::Has),
        ("<=", Op::AtMost),
        (">=", Op::AtLeast),
        ("<", Op::Less),
        (">", Op::More),
        ("=", Op::Equal),
    ];
    OPS.iter().find(|(s, _)| rest.starts_with(s)).map(|(s, op)| (*op, s.len()))
}

/// The character of a code like `{1b}` at the start of a text, and the length of the code.
fn code(rest: &str) -> Option<(char, usize)> {
    let digits = rest.strip_prefix('{')?.split_once('}')?.0;
    let hex = (1..=6).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_hexdigit());
    let c = char::from_u32(u32::from_str_radix(digits, 16).ok().filter(|_| hex)?)?;
    Some((c, digits.len() + 2))
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn push(&mut self, kind: TokenKind, start: usize) {
        self.out.push(Token { kind, span: Span::new(start, self.at) });
    }

    /// Takes characters while `keep` is true, and gives them.
    fn take(&mut self, keep: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let len = rest.find(|c| !keep(c)).unwrap_or(rest.len());
        self.at += len;
        rest.get(..len).unwrap_or_default()
    }

    fn next(&mut self, c: char) -> Result<(), QueryError> {
        let start = self.at;
        let single = match c {
            c if c.is_whitespace() => {
                self.at += c.len_utf8();
                return Ok(());
            }
            '(' => Some(TokenKind::Open),
            ')' => Some(TokenKind::Close),
            '|' => Some(TokenKind::Bar),
            '-' => Some(TokenKind::Minus),
            _ => None,
        };
        if let Some(kind) = single {
            self.at += 1;
            self.push(kind, start);
            return Ok(());
        }
        if c == '"' {
            let phrase = self.quoted()?;
            self.push(TokenKind::Phrase(phrase), start);
            return Ok(());
        }
        // A name with an operator right behind it begins a condition on a field.
        if c.is_alphabetic() {
            let name = self.take(in_name);
            if let Some((op, len)) = op(self.rest()) {
                self.push(TokenKind::Name(name.to_lowercase()), start);
                let start = self.at;
                self.at += len;
                self.push(TokenKind::Op(op), start);
                return self.values();
            }
            if self.rest().starts_with("!=") {
                self.at += 2;
                let e = QueryError::new(Span::new(start, self.at), "`!=` says nothing here");
                return Err(e.suggest(format!("write `-{name}:` to exclude a value")));
            }
            self.at = start;
        }
        if c == '!' && self.excludes() {
            let e = QueryError::new(Span::new(start, start + 1), "`!` excludes nothing here");
            return Err(e.suggest("write `-`, or put it in quotes to find it".to_owned()));
        }
        let word = self.take(|c| !ends(c));
        let kind = match word.strip_prefix('#') {
            Some(digits) if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) => {
                let span = Span::new(start, self.at);
                TokenKind::Number(
                    digits.parse().map_err(|_| QueryError::new(span, "the number is too large"))?,
                )
            }
            _ => TokenKind::Word(word.to_owned()),
        };
        self.push(kind, start);
        Ok(())
    }

    /// Whether a condition stands right behind an exclamation mark, which other languages take for *not*.
    fn excludes(&self) -> bool {
        let rest = self.rest().get(1..).unwrap_or_default();
        let name = rest.trim_start_matches(in_name);
        rest.starts_with(['(', '"']) || (rest.starts_with(char::is_alphabetic) && op(name).is_some())
    }

    /// The values behind an operator, up to white space, a parenthesis or a bar. What is missing between them is the
    /// parser's to say.
    fn values(&mut self) -> Result<(), QueryError> {
        while let Some(c) = self.peek() {
            let start = self.at;
            let glued = !matches!(
                self.out.last().map(|t| &t.kind),
                Some(TokenKind::Op(_) | TokenKind::Dots | TokenKind::Comma)
            );
            if c == ',' {
                self.at += 1;
                self.push(TokenKind::Comma, start);
            } else if self.rest().starts_with("..") {
                self.at += 2;
                self.push(TokenKind::Dots, start);
            } else if c != '"' && ends(c) {
                break;
            } else if glued {
                return Err(QueryError::new(
                    Span::new(start, start + c.len_utf8()),
                    "a space is missing here",
                ));
            } else if c == '"' {
                let text = self.quoted()?;
                self.push(TokenKind::Quoted(text), start);
            } else if c == '/' {
                let regex = self.regex()?;
                self.push(TokenKind::Regex(regex), start);
            } else {
                let rest = self.rest();
                let mut len = rest.find(|c| ends(c) || c == ',').unwrap_or(rest.len());
                if let Some(dots) = rest.get(..len).and_then(|v| v.find("..")) {
                    len = dots;
                }
                self.at += len;
                if matches!(c, '<' | '>' | '=' | ':') {
                    return Err(QueryError::new(
                        Span::new(start, self.at),
                        "a value cannot begin like an operator",
                    )
                    .suggest("put it in quotes".to_owned()));
                }
                self.push(TokenKind::Bare(rest.get(..len).unwrap_or_default().to_owned()), start);
            }
        }
        Ok(())
    }

    /// A text in quotes; `\"` and `\\` are literal, `\u{1b}` is a character that cannot be typed.
    fn quoted(&mut self) -> Result<String, QueryError> {
        let start = self.at;
        let mut out = String::new();
        let mut chars = self.rest().char_indices().skip(1);
        while let Some((i, c)) = chars.next() {
            match c {
                '"' => {
                    self.at = start + i + 1;
                    return Ok(out);
                }
                '\\' => match chars.next() {
                    Some((_, c @ ('"' | '\\'))) => out.push(c),
                    Some((at, 'u')) => match code(self.rest().get(at + 1..).unwrap_or_default()) {
                        Some((c, len)) => {
                            out.push(c);
                            // All of the code is ASCII.
                            chars.by_ref().nth(len - 1);
                        }
                        None => out.push_str("\\u"),
                    },
                    Some((_, c)) => out.extend(['\\', c]),
                    None => {}
                },
                c => out.push(c),
            }
        }
        let span = Span::new(start, start + 1);
        Err(QueryError::new(span, "this quote is never closed")
            .suggest("add a \" at the end".to_owned())
            .unfinished())
    }

    /// A regular expression between slashes; `\/` is a slash inside it.
    fn regex(&mut self) -> Result<String, QueryError> {
        let start = self.at;
        let mut out = String::new();
        let mut chars = self.rest().char_indices().skip(1);
        while let Some((i, c)) = chars.next() {
            match c {
                '/' => {
                    self.at = start + i + 1;
                    return Ok(out);
                }
                '\\' => match chars.next() {
                    Some((_, '/')) => out.push('/'),
                    Some((_, c)) => out.extend(['\\', c]),
                    None => {}
                },
                c => out.push(c),
            }
        }
        let span = Span::new(start, start + 1);
        Err(QueryError::new(span, "this regular expression is never closed")
            .suggest("end it with a /, or put the value in quotes".to_owned())
            .unfinished())
    }
}
