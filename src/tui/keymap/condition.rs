//! The `when` of a binding: a condition on the snapshot, as in `ticket-list && !has-selection`.
//!
//! ```text
//! or    = and { "||" and }
//! and   = unary { "&&" unary }
//! unary = "!" unary | "(" or ")" | word
//! ```
//! A word is the name of a [`Condition`], a [`Scope`] in force, a row's kind (`order-row`) or `in-` and a workspace.

use std::collections::BTreeSet;

use crate::tui::command::{Condition, RowKind, Scope, Snapshot, Workspace};

/// One word of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flag {
    /// A question about the snapshot.
    Condition(Condition),
    /// A scope in force.
    Scope(Scope),
    /// The kind of the row under the cursor.
    Row(RowKind),
    /// The workspace shown.
    Workspace(Workspace),
}

impl Flag {
    /// The flag of a word.
    #[must_use]
    pub fn from_name(word: &str) -> Option<Flag> {
        Condition::from_name(word)
            .map(Flag::Condition)
            .or_else(|| Scope::from_name(word).map(Flag::Scope))
            .or_else(|| RowKind::from_name(word).map(Flag::Row))
            .or_else(|| word.strip_prefix("in-").and_then(Workspace::from_name).map(Flag::Workspace))
    }

    /// Every word that may be in a condition.
    pub fn words() -> impl Iterator<Item = String> {
        let plain = Condition::ALL.iter().map(|c| c.name());
        let plain =
            plain.chain(Scope::ALL.iter().map(|s| s.name())).chain(RowKind::ALL.iter().map(|r| r.name()));
        plain.map(str::to_owned).chain(Workspace::ALL.iter().map(|w| format!("in-{}", w.name())))
    }

    fn is_met(self, snapshot: &Snapshot) -> bool {
        match self {
            Flag::Condition(condition) => condition.is_met(snapshot),
            Flag::Scope(scope) => snapshot.scopes().contains(&scope),
            Flag::Row(row) => snapshot.row == Some(row),
            Flag::Workspace(workspace) => snapshot.workspace == workspace,
        }
    }
}

/// A condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum When {
    /// Always true.
    Always,
    /// True where the flag is.
    Is(Flag),
    /// True where the other is not.
    Not(Box<When>),
    /// True where all are.
    All(Vec<When>),
    /// True where one is.
    Any(Vec<When>),
}

/// Why a text is no condition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WhenError {
    /// A word that is no flag; the nearest that is.
    #[error("“{word}” is not a condition{}", nearest.as_ref().map(|n| format!(": did you mean “{n}”?")).unwrap_or_default())]
    Unknown {
        /// The word.
        word: String,
        /// The nearest flag, where one is near.
        nearest: Option<String>,
    },
    /// Something that cannot stand here.
    #[error("“{0}” cannot stand here in a condition")]
    Unexpected(String),
    /// The text ends too early.
    #[error("the condition ends too early")]
    End,
    /// Parentheses or `!` in each other deeper than anyone writes.
    #[error("the condition is nested too deeply")]
    Deep,
}

/// How deep conditions may nest: guards the stack against a hostile file.
const DEPTH: usize = 32;

impl When {
    /// Reads a condition; an empty text is always true.
    ///
    /// # Errors
    /// [`WhenError`], where the text is no condition.
    pub fn parse(text: &str) -> Result<When, WhenError> {
        let mut parser = Parser { rest: text };
        if parser.peek().is_none() {
            return Ok(When::Always);
        }
        let when = parser.any(0)?;
        match parser.peek() {
            None => Ok(when),
            Some(token) => Err(WhenError::Unexpected(token.to_owned())),
        }
    }

    /// Whether it is true now.
    #[must_use]
    pub fn is_met(&self, snapshot: &Snapshot) -> bool {
        self.eval(&|flag| flag.is_met(snapshot))
    }

    /// Both conditions.
    #[must_use]
    pub fn and(self, other: When) -> When {
        match (self, other) {
            (When::Always, when) | (when, When::Always) => when,
            (one, two) => When::All(vec![one, two]),
        }
    }

    /// Whether the flag is named in it.
    #[must_use]
    pub fn mentions(&self, flag: Flag) -> bool {
        let mut flags = BTreeSet::new();
        self.collect(&mut flags);
        flags.contains(&flag)
    }

    /// Whether both can be true at the same time, by trying every answer to the flags they name. Where these
    /// are many the answer is yes.
    #[must_use]
    pub fn meets(&self, other: &When) -> bool {
        let mut flags = BTreeSet::new();
        self.collect(&mut flags);
        other.collect(&mut flags);
        let flags: Vec<Flag> = flags.into_iter().collect();
        if flags.len() > 10 {
            return true;
        }
        (0..1_u32 << flags.len()).any(|answers| {
            let ask =
                |flag: Flag| flags.iter().position(|f| *f == flag).is_some_and(|i| answers >> i & 1 == 1);
            possible(&flags, &ask) && self.eval(&ask) && other.eval(&ask)
        })
    }

    fn eval(&self, ask: &impl Fn(Flag) -> bool) -> bool {
        match self {
            When::Always => true,
            When::Is(flag) => ask(*flag),
            When::Not(when) => !when.eval(ask),
            When::All(all) => all.iter().all(|when| when.eval(ask)),
            When::Any(any) => any.iter().any(|when| when.eval(ask)),
        }
    }

    fn collect(&self, flags: &mut BTreeSet<Flag>) {
        match self {
            When::Always => {}
            When::Is(flag) => {
                flags.insert(*flag);
            }
            When::Not(when) => when.collect(flags),
            When::All(all) | When::Any(all) => all.iter().for_each(|when| when.collect(flags)),
        }
    }
}

/// A row is of one kind, and one workspace is shown.
fn possible(flags: &[Flag], ask: &impl Fn(Flag) -> bool) -> bool {
    let rows = flags.iter().filter(|f| matches!(f, Flag::Row(_)) && ask(**f)).count();
    let workspaces = flags.iter().filter(|f| matches!(f, Flag::Workspace(_)) && ask(**f)).count();
    rows <= 1 && workspaces <= 1
}

struct Parser<'a> {
    rest: &'a str,
}

impl<'a> Parser<'a> {
    /// The next token, left in place.
    fn peek(&self) -> Option<&'a str> {
        let text = self.rest.trim_start();
        let first = text.chars().next()?;
        let length = match first {
            _ if text.starts_with("&&") || text.starts_with("||") => 2,
            c if is_word(c) => text.find(|c| !is_word(c)).unwrap_or(text.len()),
            c => c.len_utf8(),
        };
        text.get(..length)
    }

    fn next(&mut self) -> Option<&'a str> {
        let token = self.peek()?;
        self.rest = self.rest.trim_start().strip_prefix(token)?;
        Some(token)
    }

    fn any(&mut self, depth: usize) -> Result<When, WhenError> {
        let first = self.all(depth)?;
        let mut parts = vec![first];
        while self.peek() == Some("||") {
            self.next();
            parts.push(self.all(depth)?);
        }
        Ok(one_or(parts, When::Any))
    }

    fn all(&mut self, depth: usize) -> Result<When, WhenError> {
        let first = self.unary(depth)?;
        let mut parts = vec![first];
        while self.peek() == Some("&&") {
            self.next();
            parts.push(self.unary(depth)?);
        }
        Ok(one_or(parts, When::All))
    }

    fn unary(&mut self, depth: usize) -> Result<When, WhenError> {
        if depth > DEPTH {
            return Err(WhenError::Deep);
        }
        match self.next().ok_or(WhenError::End)? {
            "!" => Ok(When::Not(Box::new(self.unary(depth + 1)?))),
            "(" => {
                let when = self.any(depth + 1)?;
                match self.next() {
                    Some(")") => Ok(when),
                    Some(token) => Err(WhenError::Unexpected(token.to_owned())),
                    None => Err(WhenError::End),
                }
            }
            token if token.starts_with(is_word) => Flag::from_name(token).map(When::Is).ok_or_else(|| {
                WhenError::Unknown { word: token.to_owned(), nearest: nearest(token, Flag::words()) }
            }),
            token => Err(WhenError::Unexpected(token.to_owned())),
        }
    }
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

fn one_or(mut parts: Vec<When>, many: fn(Vec<When>) -> When) -> When {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            many(parts)
        }
        None => When::Always,
    }
}

/// The word that takes the fewest edits to become, where that is at most a third of its letters.
pub(super) fn nearest(word: &str, words: impl Iterator<Item = String>) -> Option<String> {
    let most = (word.chars().count() / 3).max(1);
    words
        .map(|candidate| (distance(word, &candidate), candidate))
        .filter(|(edits, _)| *edits <= most)
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's distance, over the first 64 characters.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().take(64).enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        let mut next = vec![left];
        for (to, above) in b.iter().zip(row.iter().skip(1)) {
            left = (diagonal + usize::from(from != *to)).min(left + 1).min(above + 1);
            diagonal = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}
