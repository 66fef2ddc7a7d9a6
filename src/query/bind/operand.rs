//! Values against what a field contains.

use super::{
    Binder, Field, FieldDef, FieldKind, Glob, Op, Operand, OperandKind, QueryError, Scalar, Span, Test,
    TextTest, text,
};
use crate::{
    model::{
        Currency, Day, Kind, Money, Stamp,
        custom_field::{self, CustomField, CustomType},
        fold,
        money::{Decimal, DecimalMark},
        number, phone,
        phrase::{self, Lean, When},
        zone::Zone,
    },
    query::suggest::nearest,
};

/// What one value covers in the numbers of its field: a day is from its first to its last millisecond.
struct Extent {
    first: i64,
    last: i64,
    /// What `:` alone asks for, where that is more: `created:2w` is anything since.
    within: Option<(i64, i64)>,
    currency: Option<Currency>,
    /// A distance from now: ranges of two may be written either way round.
    away: bool,
}

impl Extent {
    fn point(at: i64) -> Extent {
        Extent { first: at, last: at, within: None, currency: None, away: false }
    }
}

impl Binder<'_> {
    /// The test of one value.
    pub(super) fn test(&self, f: &Field, def: &'static FieldDef, v: &Operand) -> Result<Test, QueryError> {
        let refuse = |what: &str| {
            let e = QueryError::new(v.span, format!("`{}` takes no {what}", f.name));
            e.suggest(format!("it takes {}", self.expects(def)))
        };
        let texts = matches!(
            def.kind,
            FieldKind::Text
                | FieldKind::Set
                | FieldKind::Person
                | FieldKind::Ref(_)
                | FieldKind::Custom
                | FieldKind::Phone
        );
        let words = matches!(def.kind, FieldKind::Enum | FieldKind::States);
        if f.op.is_order() && !matches!(v.kind, OperandKind::Scalar(_)) {
            return Err(QueryError::new(v.span, format!("`{}` is followed by a single value", f.op)));
        }
        match &v.kind {
            OperandKind::None | OperandKind::Any if def.kind == FieldKind::States => {
                Err(refuse("`none` and `any`"))
            }
            OperandKind::None => Ok(Test::Missing),
            OperandKind::Any => Ok(Test::Present),
            OperandKind::Glob(g) if words => {
                let glob = Glob::new(g);
                let some: Vec<_> = def.values.iter().copied().filter(|w| glob.matches(w)).collect();
                if some.is_empty() { Err(refuse(&format!("word `{g}`"))) } else { Ok(Test::OneOf(some)) }
            }
            OperandKind::Glob(g) if texts => Ok(Test::Text(TextTest::Glob(Glob::new(g)))),
            OperandKind::Glob(_) => Err(refuse("`*`")),
            OperandKind::Regex(r) if texts => text::regex(r, v.span).map(Test::Text),
            OperandKind::Regex(_) => Err(refuse("regular expression")),
            OperandKind::Scalar(s) => self.scalar(f, def, s),
            OperandKind::Range(low, high) => self.range(f, def, low.as_ref(), high.as_ref(), v.span),
        }
    }

    /// The test of one value of a declared custom field, where its type says more than that it is a text: `seats:5` is not
    /// 50, and `partner:C-2` is not C-21. In quotes it is a text, so that values that do not fit the type are found too.
    pub(super) fn own_test(
        &self,
        f: &Field,
        own: &CustomField,
        v: &Operand,
    ) -> Option<Result<Test, QueryError>> {
        let OperandKind::Scalar(s) = &v.kind else { return None };
        if s.quoted || f.op.is_order() || s.text.trim().is_empty() {
            return None;
        }
        let whole = |text: &str| Some(Ok(Test::Text(TextTest::Whole(fold::fold(text)))));
        let wrong = |takes: &str| {
            let e = QueryError::new(s.span, format!("`{}` is no value of `{}`", s.text, f.name));
            Some(Err(e.suggest(format!("it takes {takes}; in quotes it is a text"))))
        };
        match &own.of {
            CustomType::Number => match decimal(&s.text) {
                Some(n) => Some(Ok(Test::Amount(n, n, None))),
                None => wrong("a number"),
            },
            CustomType::YesNo => match custom_field::yes_no(&s.text) {
                Some(word) => whole(word),
                None => wrong("yes or no"),
            },
            CustomType::Choice => whole(&s.text),
            CustomType::Customer | CustomType::Agent => {
                let kind = if own.of == CustomType::Agent { Kind::Agent } else { Kind::Customer };
                match number::parse(&s.text).filter(|(of, _)| of.is_none_or(|k| k == kind)) {
                    Some((_, n)) => whole(&number::show(kind, n)),
                    None => wrong(&format!("a number such as {}", number::show(kind, 2))),
                }
            }
            CustomType::Text | CustomType::Money | CustomType::Date | CustomType::Unknown(_) => None,
        }
    }

    fn scalar(&self, f: &Field, def: &'static FieldDef, s: &Scalar) -> Result<Test, QueryError> {
        let exact = || Ok(Test::Text(TextTest::Exact(s.text.to_lowercase())));
        let blank = || {
            Err(QueryError::new(s.span, "there is nothing in these quotes")
                .suggest("write `none` for an empty field".to_owned()))
        };
        if s.text.trim().is_empty() {
            return blank();
        }
        match (def.kind, f.op) {
            // As ids are written on the command line: `1-5`.
            (FieldKind::Id, Op::Has) if !s.quoted && numbers(&s.text).is_some() => {
                let (from, to) = numbers(&s.text).unwrap_or_default();
                Ok(Test::Between(from, to))
            }
            (FieldKind::States, Op::Has | Op::Equal) => Ok(Test::OneOf(vec![self.word(def, s)?])),
            (FieldKind::Set, Op::Has) => Ok(Test::Text(TextTest::Whole(fold::fold(&s.text)))),
            (FieldKind::Text | FieldKind::Set | FieldKind::Custom, Op::Equal) => exact(),
            (FieldKind::Phone, Op::Has | Op::Equal) => {
                // A calling code is left out: many numbers are stored without one.
                let international = phone::international(&s.text);
                let national = international.as_deref().and_then(phone::behind_code).map(str::to_owned);
                let digits = || s.text.chars().filter(char::is_ascii_digit).collect::<String>();
                let digits = national.unwrap_or_else(digits);
                let digits = digits.trim_start_matches('0');
                if digits.is_empty() {
                    return Err(self.not_a(def, s));
                }
                Ok(Test::Text(TextTest::Digits(digits.to_owned())))
            }
            (FieldKind::Person, Op::Has | Op::Equal) => self.person(f.op, s),
            (FieldKind::Ref(kind), op) => match id(&s.text, Some(kind)).filter(|_| !s.quoted) {
                Some(n) => Ok(between(&Extent::point(n), op)),
                None if op == Op::Has => text::scalar(s).map(Test::Text),
                None if op == Op::Equal => exact(),
                None => Err(self.not_a(def, s)),
            },
            (FieldKind::Text | FieldKind::Custom, Op::Has) => text::scalar(s).map(Test::Text),
            (
                FieldKind::Text | FieldKind::Set | FieldKind::Phone | FieldKind::Person | FieldKind::States,
                op,
            ) => {
                let e =
                    QueryError::new(f.span, format!("`{}` has no order that `{op}` could ask for", f.name));
                Err(e.suggest(format!("write `{}:{}`", f.name, s)))
            }
            (FieldKind::Enum, op) => {
                let extent = self.extent(def, s)?;
                let Test::Between(from, to) = between(&extent, op) else { return Err(self.not_a(def, s)) };
                Ok(one_of(def, from, to))
            }
            (FieldKind::Money | FieldKind::Custom, op) => {
                let extent = self.extent(def, s)?;
                let Test::Between(from, to) = between(&extent, op) else { return Err(self.not_a(def, s)) };
                Ok(Test::Amount(from, to, extent.currency))
            }
            (_, op) => Ok(between(&self.extent(def, s)?, op)),
        }
    }

    fn range(
        &self,
        f: &Field,
        def: &'static FieldDef,
        low: Option<&Scalar>,
        high: Option<&Scalar>,
        span: Span,
    ) -> Result<Test, QueryError> {
        if matches!(
            def.kind,
            FieldKind::Text | FieldKind::Set | FieldKind::Phone | FieldKind::Person | FieldKind::States
        ) {
            return Err(QueryError::new(span, format!("`{}` has no order, so it takes no range", f.name))
                .suggest("put the value in quotes if the dots belong to it".to_owned()));
        }
        let low = low.map(|s| self.extent(def, s)).transpose()?;
        let high = high.map(|s| self.extent(def, s)).transpose()?;
        let currency = match (low.as_ref().and_then(|e| e.currency), high.as_ref().and_then(|e| e.currency)) {
            (Some(a), Some(b)) if a != b => {
                return Err(QueryError::new(span, format!("{a} and {b} cannot be compared")));
            }
            (a, b) => a.or(b),
        };
        let (low, high) = match (low, high) {
            // `1w..2w` reads as well as `2w..1w`.
            (Some(a), Some(b)) if a.away && b.away && a.first > b.last => (Some(b), Some(a)),
            ends => ends,
        };
        let (from, to) = (low.map_or(i64::MIN, |e| e.first), high.map_or(i64::MAX, |e| e.last));
        if from > to {
            return Err(QueryError::new(span, "this range ends before it begins"));
        }
        Ok(match def.kind {
            FieldKind::Enum => one_of(def, from, to),
            FieldKind::Money | FieldKind::Custom => Test::Amount(from, to, currency),
            _ => Test::Between(from, to),
        })
    }

    /// What a value covers, for the kinds that have an order.
    fn extent(&self, def: &'static FieldDef, s: &Scalar) -> Result<Extent, QueryError> {
        let not = || self.not_a(def, s);
        match def.kind {
            FieldKind::Enum => {
                let word = self.word(def, s)?;
                let at = def.values.iter().position(|v| *v == word).ok_or_else(not)?;
                i64::try_from(at).map(Extent::point).map_err(|_| not())
            }
            FieldKind::Number => {
                let n = decimal(&s.text).filter(|n| n % UNIT == 0).ok_or_else(not)?;
                Ok(Extent::point(n / UNIT))
            }
            FieldKind::Money => {
                let (amount, currency) = amount(&s.text).ok_or_else(not)?;
                Ok(Extent { currency, ..Extent::point(amount) })
            }
            FieldKind::Custom => decimal(&s.text).map(Extent::point).ok_or_else(not),
            FieldKind::Id => id(&s.text, self.schema.kind).map(Extent::point).ok_or_else(not),
            FieldKind::Ref(kind) => id(&s.text, Some(kind)).map(Extent::point).ok_or_else(not),
            FieldKind::Duration => {
                let length = phrase::length(&s.text).ok_or_else(not)?.rough_ms();
                Ok(Extent { within: Some((0, length)), ..Extent::point(length) })
            }
            FieldKind::Date(lean) => {
                let (now, zone) = (self.context.now, self.context.zone);
                let when = self.when(s, lean)?;
                let range = when.range(now, zone);
                let whole = (range.start, range.end.saturating_sub(1));
                Ok(match when {
                    When::Away(at) => {
                        let within = match that_day(&s.text, at, now, zone) {
                            Some(day) => {
                                (zone.days(day, day).start, zone.days(day, day).end.saturating_sub(1))
                            }
                            None => whole,
                        };
                        Extent { within: Some(within), away: true, ..Extent::point(at) }
                    }
                    _ => Extent { first: whole.0, last: whole.1, ..Extent::point(0) },
                })
            }
            FieldKind::Day(lean) => {
                let (now, zone) = (self.context.now, self.context.zone);
                let when = self.when(s, lean)?;
                let (first, last) = when.days(now, zone);
                let (first, last) = (i64::from(first.0), i64::from(last.0));
                Ok(match when {
                    When::Away(at) => {
                        let day = i64::from(zone.day(at).0);
                        let within = that_day(&s.text, at, now, zone).map_or((first, last), |_| (day, day));
                        Extent { within: Some(within), away: true, ..Extent::point(day) }
                    }
                    _ => Extent { first, last, ..Extent::point(0) },
                })
            }
            FieldKind::Text | FieldKind::Phone | FieldKind::States | FieldKind::Set | FieldKind::Person => {
                Err(not())
            }
        }
    }

    fn when(&self, s: &Scalar, lean: Lean) -> Result<When, QueryError> {
        phrase::parse(&s.text, self.context.now, self.context.zone, lean)
            .map_err(|e| QueryError::new(s.span, e.to_string()))
    }

    /// The word of an enum or a state that was meant: case, spaces, hyphens and underscores do not matter.
    fn word(&self, def: &'static FieldDef, s: &Scalar) -> Result<&'static str, QueryError> {
        let plain = |w: &str| w.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
        let asked = plain(&fold::fold(&s.text));
        if let Some(w) = def.values.iter().copied().find(|w| plain(w) == asked) {
            return Ok(w);
        }
        let e = QueryError::new(s.span, format!("`{}` is no `{}`", s.text, def.name));
        let near = nearest(&s.text, def.values.iter().copied()).map(|w| format!("did you mean `{w}`?"));
        Err(e.suggest(near.unwrap_or_else(|| format!("it is one of {}", def.values.join(", ")))))
    }

    fn person(&self, op: Op, s: &Scalar) -> Result<Test, QueryError> {
        if let Some(handle) = s.text.strip_prefix('@').filter(|h| !s.quoted && !h.is_empty()) {
            if !handle.eq_ignore_ascii_case("me") {
                return Ok(Test::Handle(fold::fold(handle)));
            }
            let unknown = || QueryError::new(s.span, "no agent is signed in here, so there is no `@me`");
            return self.context.me.map(Test::Agent).ok_or_else(unknown);
        }
        if op == Op::Equal {
            return Ok(Test::Text(TextTest::Exact(s.text.to_lowercase())));
        }
        text::scalar(s).map(Test::Text)
    }

    fn expects(&self, def: &FieldDef) -> String {
        match def.kind {
            FieldKind::Enum | FieldKind::States => def.values.join(", "),
            kind => kind.expects().to_owned(),
        }
    }

    fn not_a(&self, def: &FieldDef, s: &Scalar) -> QueryError {
        let e = QueryError::new(s.span, format!("`{}` is no value of `{}`", s.text, def.name));
        e.suggest(format!("it takes {}", self.expects(def)))
    }
}

fn between(e: &Extent, op: Op) -> Test {
    match op {
        Op::Has | Op::Equal => {
            let (from, to) = e.within.unwrap_or((e.first, e.last));
            Test::Between(from, to)
        }
        Op::Less => Test::Between(i64::MIN, e.first.saturating_sub(1)),
        Op::AtMost => Test::Between(i64::MIN, e.last),
        Op::More => Test::Between(e.last.saturating_add(1), i64::MAX),
        Op::AtLeast => Test::Between(e.first, i64::MAX),
    }
}

/// The words of an enum from one place to another.
fn one_of(def: &'static FieldDef, from: i64, to: i64) -> Test {
    let words = def.values.iter().zip(0i64..).filter(|(_, at)| (from..=to).contains(at));
    Test::OneOf(words.map(|(w, _)| *w).collect())
}

/// What a whole is in ten-thousandths: the finest minor unit of any currency.
const UNIT: i64 = 10_000;

/// A number in ten-thousandths: `12`, `99.50`, `10k`, `1.5m`.
fn decimal(text: &str) -> Option<i64> {
    let text = text.trim();
    let (number, times) = match text.strip_suffix(['k', 'K']) {
        Some(n) => (n, 1_000),
        None => text.strip_suffix(['m', 'M']).map_or((text, 1), |n| (n, 1_000_000)),
    };
    number.ends_with(|c: char| c.is_ascii_digit()).then_some(())?;
    Decimal::parse(number, DecimalMark::Point).ok()?.exact(4).ok()?.checked_mul(times)
}

/// An amount in ten-thousandths, and its currency where it names one.
fn amount(text: &str) -> Option<(i64, Option<Currency>)> {
    if let Some(n) = decimal(text) {
        return Some((n, None));
    }
    // A text that names its currency reads the same whichever is the usual one.
    let read = |usual| Money::parse(text, usual, DecimalMark::Point).ok();
    let money =
        read(Currency::EUR).filter(|m| Some(m.currency) == read(Currency::USD).map(|m| m.currency))?;
    let scale = 10_i64.checked_pow(4_u32.checked_sub(money.currency.exponent())?)?;
    Some((money.minor.checked_mul(scale)?, Some(money.currency)))
}

/// The day that `3 days ago` was: `3 days` is all since, whole days ago are one.
fn that_day(text: &str, at: Stamp, now: Stamp, zone: &Zone) -> Option<Day> {
    let ago = text.trim_end().to_lowercase().ends_with("ago");
    let of_day = |at: Stamp| at.saturating_sub(zone.days(zone.day(at), zone.day(at)).start);
    let day = zone.day(at);
    (ago && day != zone.day(now) && of_day(at) == of_day(now)).then_some(day)
}

/// The numbers from one to another of `1-5`.
fn numbers(text: &str) -> Option<(i64, i64)> {
    let (from, to) = text.split_once('-')?;
    let number = |t: &str| t.bytes().all(|b| b.is_ascii_digit()).then(|| t.parse::<i64>().ok()).flatten();
    let (from, to) = (number(from)?, number(to)?);
    (from <= to).then_some((from, to))
}

/// The number of `42`, `#42` or `T-42`, where the letter is that of the kind.
fn id(text: &str, kind: Option<Kind>) -> Option<i64> {
    let (letter, n) = number::parse(text)?;
    i64::try_from(n).ok().filter(|_| letter.is_none() || letter == kind)
}
