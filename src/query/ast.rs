//! What a query says, before anyone knows which fields there are.

use crate::model::Kind;

/// A position in the text of a query, in bytes.
///
/// Spans say where, not what: two spans are always equal, so that two queries are equal when they say the same.
#[derive(Debug, Clone, Copy, Default)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

impl Span {
    /// From one byte up to another.
    pub fn new(start: usize, end: usize) -> Span {
        Span { start, end }
    }

    /// The span from the start of this one to the end of another.
    pub fn to(self, end: Span) -> Span {
        Span { start: self.start, end: end.end }
    }
}

impl PartialEq for Span {
    fn eq(&self, _: &Span) -> bool {
        true
    }
}

impl Eq for Span {}

/// A whole query.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// What a record must meet; `None` is everything.
    pub expr: Option<Expr>,
    /// By what the rows are ordered.
    pub sort: Option<Sort>,
    /// How many rows at most.
    pub limit: Option<usize>,
}

impl Query {
    /// Both queries combined; the sort and the limit of `other` win where it has them.
    pub fn and(self, other: Query) -> Query {
        let expr = match (self.expr, other.expr) {
            (Some(a), Some(b)) => Some(Expr::And(vec![a, b])),
            (a, b) => a.or(b),
        };
        Query { expr, sort: other.sort.or(self.sort), limit: other.limit.or(self.limit) }
    }
}

/// `sort:-priority,due`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sort {
    /// The name of the field, as written.
    pub field: String,
    /// Largest first.
    pub descending: bool,
    /// Where the name stands.
    pub span: Span,
    /// By what those are ordered that are alike in it, one after the other.
    pub then: Vec<Sort>,
}

/// A condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expr {
    /// All of them; two or more.
    And(Vec<Expr>),
    /// At least one of them; two or more.
    Or(Vec<Expr>),
    /// What does not meet it.
    Not(Box<Expr>),
    /// A condition on one field.
    Field(Field),
    /// Words in the text of the record.
    Text(Text),
    /// The number that people see: `#42`, `T-42`.
    Number(Number),
}

/// `priority>=high`, `assignee:@me,none`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The name, as written.
    pub name: String,
    /// Where the name stands.
    pub name_span: Span,
    /// How the values are compared.
    pub op: Op,
    /// The values, one of which must match; at least one.
    pub values: Vec<Operand>,
    /// The whole condition.
    pub span: Span,
}

/// How a field is compared with its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// `:`, the field has it: for texts a word of it, for dates a time within it.
    Has,
    /// `=`, exactly.
    Equal,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
}

impl Op {
    /// How it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Op::Has => ":",
            Op::Equal => "=",
            Op::Less => "<",
            Op::AtMost => "<=",
            Op::More => ">",
            Op::AtLeast => ">=",
        }
    }

    /// Whether it asks for an order: `<`, `<=`, `>`, `>=`.
    pub fn is_order(self) -> bool {
        !matches!(self, Op::Has | Op::Equal)
    }
}

/// One value of a condition, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operand {
    /// What it is.
    pub kind: OperandKind,
    /// Where it stands.
    pub span: Span,
}

/// What a value may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OperandKind {
    /// `high`, `"two words"`.
    Scalar(Scalar),
    /// `2w..`, `10..20`; at least one end is there, and both belong to it.
    Range(Option<Scalar>, Option<Scalar>),
    /// The field is empty.
    None,
    /// The field is not empty.
    Any,
    /// `acme*`: the whole value, `*` for any text.
    Glob(String),
    /// `/inv-\d+/`: a regular expression found in the value.
    Regex(String),
}

/// A single value as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scalar {
    /// The text, without its quotes.
    pub text: String,
    /// Whether it stood in quotes: then it is taken literally.
    pub quoted: bool,
    /// Where it stands.
    pub span: Span,
}

/// A word or an exact phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The word, or the phrase without its quotes.
    pub text: String,
    /// Whether it stood in quotes.
    pub phrase: bool,
    /// Where it stands.
    pub span: Span,
}

/// The number that people see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    /// The kind of record that its letter names: tickets for `T-42`; `None` for `#42`.
    pub kind: Option<Kind>,
    /// The number.
    pub number: u64,
    /// Where it stands.
    pub span: Span,
}
