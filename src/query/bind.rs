//! A query against the fields of one kind of record: names are found, dates and words resolved, so that every error
//! is reported before the first record is read.

mod operand;
mod text;

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

use super::{
    Expr, Query, QueryError, Schema, Span,
    ast::{Field, Number, Op, Operand, OperandKind, Scalar, Sort, Text},
    parse,
    schema::{FieldDef, FieldKind, HAS_FIELD, Join, NamedField},
};
use crate::model::{
    Currency, Id, Kind, Stamp,
    custom_field::{CustomField, CustomType},
    fold::fold,
    phrase::Lean,
    zone::Zone,
};

pub use text::{Glob, TextTest};

/// What a query is understood by.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The time at which it is asked.
    pub now: Stamp,
    /// Where `today` is.
    pub zone: &'a Zone,
    /// Who asks: `@me`.
    pub me: Option<Id>,
    /// The views that `in:` may name, by their folded names: the condition of each, or why it has none.
    pub views: Option<&'a Views>,
    /// Whether sensitive fields may be asked for. A filter or a sort would reveal their values.
    pub sensitive: bool,
    /// The custom fields that the desk declared.
    pub custom: &'a [CustomField],
}

/// Views by their folded names: the condition of each, or why it has none.
pub type Views = BTreeMap<String, Result<Pred, String>>;

/// Who helps where a field is sensitive.
pub const SENSITIVE: &str = "an owner or admin can grant the permission *see sensitive fields*";

/// The field that names a view: `in:"Good ones"`.
pub const IN: &str = "in";

/// A query that is ready to be asked of records.
#[derive(Debug, Clone)]
pub struct Bound {
    /// The fields that it speaks of.
    pub schema: &'static Schema,
    /// What a record must meet; `None` is everything.
    pub pred: Option<Pred>,
    /// By what the rows are ordered.
    pub sort: Option<BoundSort>,
    /// Whether the rows are ordered by how well their texts fit, the best first: `sort:relevance`.
    pub relevance: bool,
    /// How many rows at most.
    pub limit: Option<usize>,
    /// Whether it is asked of records that others reach: those that were put away count too.
    pub joined: bool,
}

/// The order of texts by how well they fit.
pub const RELEVANCE: &str = "relevance";

impl Bound {
    /// Whether it asks for those put away or merged: `is:archived`, `is:merged`, `-is:live`.
    pub fn asks_for_gone(&self) -> bool {
        fn asks(p: &Pred, not: bool) -> bool {
            let gone: &[&str] = if not { &["live"] } else { &["archived", "merged"] };
            let names = |t: &Test| matches!(t, Test::OneOf(words) if words.iter().any(|w| gone.contains(w)));
            match p {
                Pred::All(some) | Pred::Any(some) => some.iter().any(|p| asks(p, not)),
                Pred::Not(p) => asks(p, !not),
                Pred::Field { name, tests, .. } => name == "is" && tests.iter().any(names),
                Pred::Number(_) | Pred::Text(_) | Pred::Members(_) | Pred::Joined(_) => false,
            }
        }
        self.pred.as_ref().is_some_and(|p| asks(p, false))
    }

    /// Whether the rows have another order than that of their table.
    pub fn is_ordered(&self) -> bool {
        self.sort.is_some() || self.relevance
    }
}

/// By what rows are ordered.
#[derive(Debug, Clone)]
pub struct BoundSort {
    /// The field's name, as [`Row::values`](super::Row::values) takes it.
    pub field: Cow<'static, str>,
    /// Its definition.
    pub def: &'static FieldDef,
    /// Largest first.
    pub descending: bool,
    /// By what those are ordered that are alike in it, one after the other.
    pub then: Vec<BoundSort>,
}

impl BoundSort {
    /// This and what comes behind it.
    pub fn all(&self) -> impl Iterator<Item = &BoundSort> {
        std::iter::once(self).chain(&self.then)
    }
}

/// A condition with everything resolved.
#[derive(Debug, Clone)]
pub enum Pred {
    /// All of them.
    All(Vec<Pred>),
    /// At least one of them.
    Any(Vec<Pred>),
    /// What does not meet it.
    Not(Box<Pred>),
    /// The record's own number.
    Number(u64),
    /// In the text of the record.
    Text(TextTest),
    /// One of these records: the members of a segment as they were frozen.
    Members(Arc<HashSet<Id>>),
    /// A record that it reaches meets a condition.
    Joined(Box<Reached>),
    /// One of the tests holds for a field.
    Field {
        /// The field's name, as [`Row::values`](super::Row::values) takes it.
        name: Cow<'static, str>,
        /// Its definition.
        def: &'static FieldDef,
        /// One of these must be true.
        tests: Vec<Test>,
    },
}

/// A condition on records that others reach: `customer.tag:vip`.
#[derive(Debug, Clone)]
pub struct Reached {
    /// How they are reached.
    pub join: &'static Join,
    /// What they must meet.
    pub of: Bound,
    /// Of a join whose records are named: those that meet it. Of one whose records name others: the ones that they name.
    /// `None` until someone with a store has looked (`desk::list::bind`): then nothing meets it.
    pub ids: Option<Arc<HashSet<Id>>>,
}

/// A test of the values of a field. All but [`Test::Missing`] hold where they hold for one of its values.
#[derive(Debug, Clone)]
pub enum Test {
    /// There is no value.
    Missing,
    /// There is a value.
    Present,
    /// A number, moment (ms), date (days since 1970) or length (ms) from the first to the last, both included.
    Between(i64, i64),
    /// An amount, or a text that reads as a number, in ten-thousandths, both ends included; of one currency where one
    /// is named.
    Amount(i64, i64, Option<Currency>),
    /// One of these words, to the letter.
    OneOf(Vec<&'static str>),
    /// A text.
    Text(TextTest),
    /// This agent.
    Agent(Id),
    /// The agent of this short name, folded.
    Handle(String),
}

/// Understands a text as a query over a kind of record.
///
/// # Errors
/// As [`parse()`] and [`bind()`]; with the text, so that the error can be shown.
pub fn compile(text: &str, schema: &'static Schema, context: &Context<'_>) -> Result<Bound, QueryError> {
    bind(&parse(text)?, schema, context).map_err(|e| e.within(text))
}

/// Binds a query to the fields of a kind of record.
///
/// # Errors
/// A field that there is not (with the near one), a value that the field does not take, an order that it does not have.
pub fn bind(query: &Query, schema: &'static Schema, context: &Context<'_>) -> Result<Bound, QueryError> {
    let binder = Binder { schema, context, depth: 0 };
    let pred = query.expr.as_ref().map(|e| binder.expr(e)).transpose()?;
    let texts = matches!(schema.kind, Some(Kind::Ticket | Kind::Message | Kind::Interaction));
    let relevance = texts && query.sort.as_ref().is_some_and(|s| s.field == RELEVANCE && !s.descending);
    let sort = match &query.sort {
        None => None,
        Some(s) if relevance => {
            if let Some(more) = s.then.first() {
                return Err(QueryError::new(more.span, "what fits best has no order behind it"));
            }
            if pred.as_ref().is_none_or(|p| super::looks::texts(p).0.is_empty()) {
                let e = QueryError::new(s.span, "only what words are looked for in has a relevance");
                return Err(e.suggest("add a word or a \"phrase\"".to_owned()));
            }
            None
        }
        Some(s) => Some(binder.sort(s)?),
    };
    Ok(Bound { schema, pred, sort, relevance, limit: query.limit, joined: false })
}

/// The test of a bare word or phrase.
///
/// # Errors
/// Where there is nothing in it to look for.
pub fn text_test(text: &Text) -> Result<TextTest, QueryError> {
    text::bare(text)
}

/// The dates of custom fields: they are compared as dates.
static CUSTOM_DATE: FieldDef =
    FieldDef { name: "custom", kind: FieldKind::Day(Lean::Future), query: true, ..FieldDef::NONE };

/// Amounts of custom fields, as conditions compare them. Sorts take the texts as they are.
static CUSTOM_MONEY: FieldDef =
    FieldDef { name: "custom", kind: FieldKind::Money, query: true, ..FieldDef::NONE };

/// What the values of a custom field are compared as.
fn typed(f: &CustomField, def: &'static FieldDef) -> &'static FieldDef {
    if f.of == CustomType::Date { &CUSTOM_DATE } else { def }
}

struct Binder<'a> {
    schema: &'static Schema,
    context: &'a Context<'a>,
    /// How many joins led here.
    depth: u8,
}

/// Joins behind joins, so many at most: `customer.org.tag`.
const MOST_JOINS: u8 = 2;

impl Binder<'_> {
    fn sort(&self, s: &Sort) -> Result<BoundSort, QueryError> {
        let (field, def) = self.field(&s.field, s.span)?;
        if def.kind == FieldKind::States {
            return Err(QueryError::new(s.span, format!("`{}` has no order", s.field)));
        }
        let then = s.then.iter().map(|s| self.sort(s)).collect::<Result<_, _>>()?;
        Ok(BoundSort { field, def, descending: s.descending, then })
    }

    fn expr(&self, e: &Expr) -> Result<Pred, QueryError> {
        let all = |list: &[Expr]| list.iter().map(|e| self.expr(e)).collect::<Result<Vec<_>, _>>();
        Ok(match e {
            Expr::And(list) => Pred::All(all(list)?),
            Expr::Or(list) => Pred::Any(all(list)?),
            Expr::Not(e) => Pred::Not(Box::new(self.expr(e)?)),
            Expr::Field(f) => self.condition(f)?,
            Expr::Text(t) => Pred::Text(text::bare(t)?),
            Expr::Number(n) => self.number(n)?,
        })
    }

    /// `T-42` among tickets is the ticket; among messages, those of the ticket; where tickets play no part, a word.
    fn number(&self, n: &Number) -> Result<Pred, QueryError> {
        let Some(kind) = n.kind.filter(|k| self.schema.kind != Some(*k)) else {
            return Ok(Pred::Number(n.number));
        };
        if let Some(def) = self.schema.fields.iter().find(|f| f.kind == FieldKind::Ref(kind)) {
            let number = i64::try_from(n.number).unwrap_or(i64::MAX);
            return Ok(Pred::Field {
                name: def.name.into(),
                def,
                tests: vec![Test::Between(number, number)],
            });
        }
        let text = crate::model::number::show(kind, n.number);
        Ok(Pred::Text(text::bare(&Text { text, phrase: false, span: n.span })?))
    }

    /// The field of a name, and the name as rows take it.
    fn field(&self, name: &str, span: Span) -> Result<(Cow<'static, str>, &'static FieldDef), QueryError> {
        match self.schema.field(name) {
            Some(NamedField { def, .. }) if def.sensitive && !self.context.sensitive => {
                Err(not_for_you(name, span))
            }
            Some(NamedField { def, custom_from: None }) => Ok((def.name.into(), def)),
            Some(NamedField { def, custom_from: Some(at) }) => {
                let own = name.get(at..).unwrap_or_default();
                let def = self.declared(own).map_or(def, |f| typed(f, def));
                Ok((format!("custom.{own}").into(), def))
            }
            None if self.declared(name).is_some() => self.field(&format!("custom.{name}"), span),
            None => {
                let own = |f: &&FieldDef| {
                    f.kind == FieldKind::Custom && (f.name == name || f.aliases.contains(&name))
                };
                if let Some(def) = self.schema.fields.iter().find(own) {
                    let why = format!("`{name}` needs the name of a custom field");
                    return Err(
                        QueryError::new(span, why).suggest(format!("write for example `{}.plan`", def.name))
                    );
                }
                let e = QueryError::new(span, format!("{} have no field `{name}`", self.plural()));
                let near =
                    self.schema.nearest(name, self.context.sensitive).map(|n| format!("did you mean `{n}`?"));
                Err(e.suggest(near.unwrap_or_else(|| {
                    let fields = self.schema.fields_for(self.context.sensitive);
                    let names: Vec<&str> = fields.map(|f| f.name).take(8).collect();
                    format!("there are {} …; in quotes it is a text", names.join(", "))
                })))
            }
        }
    }

    /// The custom field of a name that the desk declared for these records.
    fn declared(&self, name: &str) -> Option<&CustomField> {
        let kind = self.schema.kind?.word();
        self.context.custom.iter().find(|f| f.kind == kind && f.is_called(name))
    }

    /// The declared custom field that a condition asks for: by `custom.NAME`, or by its name where no other field has it.
    fn own(&self, name: &str) -> Option<&CustomField> {
        match self.schema.field(name) {
            Some(NamedField { custom_from, .. }) => self.declared(name.get(custom_from?..)?),
            None => self.declared(name),
        }
    }

    fn plural(&self) -> &'static str {
        if self.schema.kind.is_some() { self.schema.entity } else { "log rows" }
    }

    fn condition(&self, f: &Field) -> Result<Pred, QueryError> {
        if is_in(f) && self.schema.field(IN).is_none() {
            return self.members(f);
        }
        if self.schema.field(&f.name).is_none() {
            if f.name == HAS_FIELD && self.schema.has().next().is_some() {
                return self.has(f);
            }
            if let Some((join, schema, rest)) = self.schema.join(&f.name) {
                return self.joined(f, join, schema, rest);
            }
        }
        let (name, def) = self.field(&f.name, f.name_span)?;
        let own = self.own(&f.name);
        let def = if own.is_some_and(|o| o.of == CustomType::Money) { &CUSTOM_MONEY } else { def };
        let test = |v| own.and_then(|o| self.own_test(f, o, v)).unwrap_or_else(|| self.test(f, def, v));
        let tests = f.values.iter().map(test).collect::<Result<Vec<_>, _>>()?;
        Ok(Pred::Field { name, def, tests })
    }
}

/// A condition on what a join reaches.
fn reached(join: &'static Join, schema: &'static Schema, pred: Option<Pred>) -> Pred {
    let of = Bound { schema, pred, sort: None, relevance: false, limit: None, joined: true };
    Pred::Joined(Box::new(Reached { join, of, ids: None }))
}

/// Whether a condition names views.
fn is_in(f: &Field) -> bool {
    f.name.eq_ignore_ascii_case(IN)
}

impl Binder<'_> {
    /// `customer.tag:vip`: a condition on another kind of record.
    fn joined(
        &self,
        f: &Field,
        join: &'static Join,
        schema: &'static Schema,
        rest: &str,
    ) -> Result<Pred, QueryError> {
        if self.depth >= MOST_JOINS {
            let why = format!("`{}` reaches too far: at most {MOST_JOINS} records lie between", f.name);
            return Err(QueryError::new(f.name_span, why));
        }
        let behind = f.name.len() - rest.len();
        let name_span = Span::new(f.name_span.start + behind, f.name_span.end);
        let field = Field { name: rest.to_owned(), name_span, ..f.clone() };
        let pred = Binder { schema, context: self.context, depth: self.depth + 1 }.condition(&field)?;
        Ok(reached(join, schema, Some(pred)))
    }

    /// `has:open-ticket`: whether there is such a record.
    fn has(&self, f: &Field) -> Result<Pred, QueryError> {
        let known = || self.schema.has().map(|(word, ..)| word).collect::<Vec<_>>().join(", ");
        let one = |v: &Operand| {
            let wrong =
                |why: String| Err(QueryError::new(v.span, why).suggest(format!("it takes {}", known())));
            let OperandKind::Scalar(s) = &v.kind else {
                return wrong("`has:` takes a word".to_owned());
            };
            let asked = fold(&s.text).replace([' ', '_'], "-");
            let Some((_, join, query)) = self.schema.has().find(|(word, ..)| *word == asked) else {
                return wrong(format!("`{}` is nothing that {} have", s.text, self.plural()));
            };
            let schema = Schema::of_kind(join.to).unwrap_or(self.schema);
            let expr = parse(query)?.expr;
            let binder = Binder { schema, context: self.context, depth: self.depth + 1 };
            Ok(reached(join, schema, expr.as_ref().map(|e| binder.expr(e)).transpose()?))
        };
        if f.op.is_order() {
            return Err(QueryError::new(f.span, "`has` is followed by `:` and a word"));
        }
        let mut any = f.values.iter().map(one).collect::<Result<Vec<_>, _>>()?;
        Ok(if any.len() == 1 { any.remove(0) } else { Pred::Any(any) })
    }

    /// `in:"Good ones"`: whoever meets the view now, or met it when it was frozen.
    fn members(&self, f: &Field) -> Result<Pred, QueryError> {
        if self.depth > 0 {
            let e = QueryError::new(f.span, "`in` has no record in front of it");
            return Err(e.suggest("write `in:\"a view\"`: views of what it reaches are found too".to_owned()));
        }
        let one = |v: &Operand| {
            let OperandKind::Scalar(s) = &v.kind else {
                return Err(QueryError::new(v.span, "`in:` takes the name of a view"));
            };
            match self.context.views.and_then(|views| views.get(&fold(&s.text))) {
                Some(Ok(pred)) => Ok(pred.clone()),
                Some(Err(why)) => Err(QueryError::new(v.span, why.as_str())),
                None => {
                    let why = format!("there is no view of {} called `{}`", self.plural(), s.text);
                    Err(QueryError::new(v.span, why))
                }
            }
        };
        if f.op.is_order() {
            return Err(QueryError::new(f.span, "`in` is followed by `:` and the name of a view"));
        }
        let mut any = f.values.iter().map(one).collect::<Result<Vec<_>, _>>()?;
        Ok(if any.len() == 1 { any.remove(0) } else { Pred::Any(any) })
    }
}

/// The error of a query that filters or sorts by a sensitive field, for callers without the permission; `None` where it
/// names none.
/// Views that it names are not looked into.
pub fn sensitive(query: &Query, schema: &'static Schema) -> Option<QueryError> {
    fn filtered(e: &Expr, found: &mut dyn FnMut(&str, Span) -> bool) -> bool {
        match e {
            Expr::And(all) | Expr::Or(all) => all.iter().any(|e| filtered(e, found)),
            Expr::Not(e) => filtered(e, found),
            Expr::Field(f) => found(&f.name, f.name_span),
            Expr::Text(_) | Expr::Number(_) => false,
        }
    }
    fn sorted(s: &Sort, found: &mut dyn FnMut(&str, Span) -> bool) -> bool {
        found(&s.field, s.span) || s.then.iter().any(|s| sorted(s, found))
    }
    let mut error = None;
    let mut found = |name: &str, span: Span| {
        if is_sensitive(schema, name) {
            error = Some(not_for_you(name, span));
        }
        error.is_some()
    };
    let _ = query.expr.iter().any(|e| filtered(e, &mut found))
        || query.sort.iter().any(|s| sorted(s, &mut found));
    error
}

/// Whether a field, or the one behind a join, is sensitive.
fn is_sensitive(schema: &Schema, name: &str) -> bool {
    match schema.field(name) {
        Some(found) => found.def.sensitive,
        None => schema.join(name).is_some_and(|(_, schema, rest)| is_sensitive(schema, rest)),
    }
}

fn not_for_you(name: &str, span: Span) -> QueryError {
    let why = format!("`{name}` is sensitive: your role cannot filter or sort by it");
    QueryError::new(span, why).suggest(SENSITIVE.to_owned())
}

/// The names of the views that a query asks for by `in:`.
pub fn views_named(query: &Query) -> Vec<String> {
    fn collect(e: &Expr, out: &mut Vec<String>) {
        match e {
            Expr::And(all) | Expr::Or(all) => all.iter().for_each(|e| collect(e, out)),
            Expr::Not(e) => collect(e, out),
            Expr::Field(f) if is_in(f) => out.extend(f.values.iter().filter_map(|v| match &v.kind {
                OperandKind::Scalar(s) => Some(s.text.clone()),
                _ => None,
            })),
            _ => {}
        }
    }
    let mut out = Vec::new();
    query.expr.iter().for_each(|e| collect(e, &mut out));
    out
}

#[cfg(test)]
mod tests;
