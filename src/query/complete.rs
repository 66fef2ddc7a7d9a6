//! What may be written at the cursor: fields, their values, saved views.

use super::{
    Schema, Span,
    ast::Op,
    print::value_text,
    schema::{FieldDef, FieldKind, HAS_FIELD},
};
use crate::model::{fold::fold, phrase::Lean};

/// What a desk has that queries may name: its tags, its agents, its records.
pub trait Source {
    /// Values of a field that begin with a text, the likeliest first: what is written, and what it is.
    ///
    /// `field` is as [`Row::values`](super::Row::values) takes it; `starts` is folded.
    fn values(&self, schema: &Schema, field: &str, starts: &str, most: usize) -> Vec<Offer>;

    /// The house's own fields of a kind of record.
    fn custom(&self, schema: &Schema) -> Vec<String>;

    /// Whether sensitive fields may be named.
    fn sensitive(&self) -> bool {
        false
    }

    /// The saved views of a kind of record: name and query.
    fn views(&self, schema: &Schema) -> Vec<(String, String)>;

    /// What `in:` may name: the same and those that were frozen, with what each is.
    fn segments(&self, schema: &Schema) -> Vec<(String, String)> {
        self.views(schema)
    }
}

/// A value that there is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Offer {
    /// The value, without quotes.
    pub value: String,
    /// What it is, where the value does not say so.
    pub about: String,
}

/// Nothing but the language itself: no tags, no names.
#[derive(Debug, Clone, Copy, Default)]
pub struct Nothing;

impl Source for Nothing {
    fn values(&self, _: &Schema, _: &str, _: &str, _: usize) -> Vec<Offer> {
        Vec::new()
    }
    fn custom(&self, _: &Schema) -> Vec<String> {
        Vec::new()
    }
    fn views(&self, _: &Schema) -> Vec<(String, String)> {
        Vec::new()
    }
}

/// What can be written at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// What it takes the place of, in bytes of the query.
    pub span: Span,
    /// What is written there.
    pub text: String,
    /// What it is, for people.
    pub about: String,
    /// Whether something follows right behind it: the value of a field.
    pub goes_on: bool,
}

impl Completion {
    /// The query with this written in its place, and where the cursor stands then. Where nothing belongs right behind,
    /// a space is written too.
    pub fn apply(&self, text: &str) -> (String, usize) {
        let before = text.get(..self.span.start).unwrap_or_default();
        let after = text.get(self.span.end..).unwrap_or_default();
        let space = if self.goes_on || after.starts_with([' ', ')', '|', ',', '.']) { "" } else { " " };
        let out = format!("{before}{}{space}{after}", self.text);
        let cursor = before.len() + self.text.len() + space.len();
        (out, cursor)
    }
}

/// This many are offered at most.
const MOST: usize = 50;

/// Words of the grammar itself.
const WORDS: &[(&str, &str)] = &[
    ("or", "either side"),
    ("not", "what does not meet it"),
    ("sort:", "the order"),
    ("limit:", "the most rows"),
    ("in:", "who is in a view, or was in a snapshot"),
];

/// What may be written where the cursor is, the likeliest first. Any text will do, whole or not: it never fails, and a
/// cursor inside a character or behind the end is put where it can be.
///
/// ```
/// use frontdesk::query::{complete, complete::Nothing, schema::TICKETS};
/// let offers = complete("is:open prio", 12, &TICKETS, &Nothing);
/// assert_eq!(offers[0].apply("is:open prio").0, "is:open priority:");
/// ```
pub fn complete(text: &str, cursor: usize, schema: &Schema, source: &dyn Source) -> Vec<Completion> {
    let cursor = text.floor_char_boundary(cursor);
    let piece = Piece::at(text, cursor);
    let mut out = match &piece.value {
        Some(value) => values(&piece, value, schema, source),
        None => names(&piece, schema, source),
    };
    let mut seen = std::collections::HashSet::new();
    out.retain(|c| seen.insert(c.text.clone()));
    out.truncate(MOST);
    out
}

/// The word under the cursor.
struct Piece<'t> {
    /// What is typed of it, without a `-` in front.
    typed: &'t str,
    span: Span,
    value: Option<Value<'t>>,
}

/// A value being typed.
#[derive(Clone)]
struct Value<'t> {
    field: String,
    op: Op,
    typed: &'t str,
    span: Span,
    quoted: bool,
    /// Behind `..`: the other end of a range.
    range: bool,
}

impl<'t> Piece<'t> {
    fn at(text: &'t str, cursor: usize) -> Piece<'t> {
        // A word ends at white space, parentheses and bars outside of quotes.
        let (mut start, mut quote) = (0, None);
        let mut chars = text.get(..cursor).unwrap_or_default().char_indices();
        while let Some((i, c)) = chars.next() {
            match (c, quote) {
                ('\\', Some(_)) => {
                    chars.next();
                }
                ('"', Some(_)) => quote = None,
                ('"', None) => quote = Some(i),
                (c, None) if c.is_whitespace() || matches!(c, '(' | ')' | '|') => start = i + c.len_utf8(),
                _ => {}
            }
        }
        let word = text.get(start..cursor).unwrap_or_default();
        let minus = word.len() - word.trim_start_matches('-').len();
        let (start, word) = (start + minus, word.get(minus..).unwrap_or_default());
        let rest = text.get(cursor..).unwrap_or_default();
        let ends = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | '"' | '|' | ',');
        let name = word.find([':', '<', '>', '=']).filter(|at| {
            let name = word.get(..*at).unwrap_or_default();
            name.starts_with(char::is_alphabetic)
                && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
        });
        let Some(at) = name else {
            let more =
                rest.find(|c: char| ends(c) || matches!(c, ':' | '<' | '>' | '=')).unwrap_or(rest.len());
            // The operator is written with the name: one that is there already is not written twice.
            let more = more + usize::from(rest.get(more..).is_some_and(|r| r.starts_with(':')));
            return Piece { typed: word, span: Span::new(start, cursor + more), value: None };
        };
        let field = word.get(..at).unwrap_or_default().to_lowercase();
        let ops = word.get(at..).unwrap_or_default();
        let len = ops.find(|c| !matches!(c, ':' | '<' | '>' | '=')).unwrap_or(ops.len());
        let op = match ops.get(..len).unwrap_or_default().trim_start_matches(':') {
            "<" => Op::Less,
            "<=" => Op::AtMost,
            ">" => Op::More,
            ">=" => Op::AtLeast,
            "=" => Op::Equal,
            _ => Op::Has,
        };
        // The last of several values, and of a range the last end.
        let (mut from, mut quoted, mut range) = (start + at + len, false, false);
        let values = text.get(from..cursor).unwrap_or_default();
        let base = from;
        let mut chars = values.char_indices().peekable();
        while let Some((i, c)) = chars.next() {
            match c {
                '\\' if quoted => {
                    chars.next();
                }
                '"' => {
                    quoted = !quoted;
                    if quoted {
                        from = base + i;
                    }
                }
                ',' if !quoted => (from, range) = (base + i + 1, false),
                '.' if !quoted && chars.peek().is_some_and(|(_, c)| *c == '.') => {
                    chars.next();
                    (from, range) = (base + i + 2, true);
                }
                _ => {}
            }
        }
        let typed = text.get(from + usize::from(quoted)..cursor).unwrap_or_default();
        let more = match quoted {
            true => rest.find('"').map_or(0, |q| q + 1),
            false => rest.find(ends).unwrap_or(rest.len()).min(rest.find("..").unwrap_or(rest.len())),
        };
        let span = Span::new(from, cursor + more);
        Piece { typed: word, span, value: Some(Value { field, op, typed, span, quoted, range }) }
    }
}

/// How well a candidate fits what is typed: it begins so, a word of it does, it has it anywhere.
fn fits(candidate: &str, typed: &str) -> Option<u8> {
    let candidate = fold(candidate);
    let at = candidate.find(typed)?;
    let before = candidate.get(..at).and_then(|t| t.chars().next_back());
    Some(match before {
        None => 0,
        Some(c) if !c.is_alphanumeric() => 1,
        Some(_) => 2,
    })
}

/// The matching fields of a schema, custom ones too; then words of the grammar, then saved views.
fn names(piece: &Piece<'_>, schema: &Schema, source: &dyn Source) -> Vec<Completion> {
    let typed = fold(piece.typed);
    if let Some(joined) = joined_names(piece, schema, source) {
        return joined;
    }
    let mut ranked: Vec<(u8, Completion)> = Vec::new();
    let offer = |text: String, about: &str, goes_on| Completion {
        span: piece.span,
        text,
        about: about.to_owned(),
        goes_on,
    };
    for f in schema.fields_for(source.sensitive()).filter(|f| f.kind != FieldKind::Custom) {
        let by_name = fits(f.name, &typed);
        let by_alias = f.aliases.iter().filter_map(|a| fits(a, &typed)).min().map(|n| n.saturating_add(1));
        if let Some(rank) = by_name.into_iter().chain(by_alias).min() {
            ranked.push((rank, offer(format!("{}:", f.name), f.help, true)));
        }
    }
    if let Some(def) = schema.fields.iter().find(|f| f.kind == FieldKind::Custom) {
        for name in source.custom(schema) {
            let plain: String = name
                .chars()
                .map(|c| if c.is_alphanumeric() { c } else { '_' })
                .collect::<String>()
                .to_lowercase();
            let whole = format!("{}.{plain}", def.name);
            if let Some(rank) = fits(&whole, &typed).or(fits(&name, &typed)) {
                ranked.push((rank.saturating_add(1), offer(format!("{whole}:"), &name, true)));
            }
        }
    }
    // Of the records themselves, by number: what `T-4` may become.
    if let (Some(kind), Some((letter, digits))) = (schema.kind, piece.typed.split_once('-'))
        && crate::model::Kind::of_letter(letter) == Some(kind)
        && digits.bytes().all(|b| b.is_ascii_digit())
        && let Some(field) = schema.fields.iter().find(|f| f.kind == FieldKind::Id)
    {
        let live = source.values(schema, field.name, &typed, MOST);
        ranked.extend(live.into_iter().map(|o| (0, offer(o.value, &o.about, false))));
    }
    // Other records are offered behind the fields of these.
    for join in schema.joins().filter(|_| !typed.is_empty()) {
        if fits(join.name, &typed) == Some(0) {
            ranked.push((3, offer(format!("{}.", join.name), join.help, true)));
        }
    }
    if schema.has().next().is_some() && !typed.is_empty() && fits(HAS_FIELD, &typed) == Some(0) {
        ranked
            .push((3, offer(format!("{HAS_FIELD}:"), "what there is of it: an order, an open ticket", true)));
    }
    for (word, about) in WORDS {
        if !typed.is_empty() && fits(word, &typed) == Some(0) {
            ranked.push((3, offer((*word).to_owned(), about, word.ends_with(':'))));
        }
    }
    for (name, query) in source.views(schema) {
        if let Some(rank) = fits(&name, &typed).filter(|_| !query.trim().is_empty()) {
            // What a view means is written out: it is in parentheses where it has several conditions.
            let text = match super::parse(&query) {
                Ok(q) if q.sort.is_none() && q.limit.is_none() => format!("({query})"),
                Ok(q) => match q.expr {
                    Some(e) => format!("({})", super::Query { expr: Some(e), sort: None, limit: None }),
                    None => continue,
                },
                Err(_) => continue,
            };
            ranked.push((rank.saturating_add(4), offer(text, &format!("the view {name}"), false)));
        }
    }
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, c)| c).collect()
}

/// The fields of what a join reaches, behind `customer.`; `None` where no join is typed.
fn joined_names(piece: &Piece<'_>, schema: &Schema, source: &dyn Source) -> Option<Vec<Completion>> {
    let (prefix, rest) = piece.typed.split_once('.')?;
    let prefix = prefix.to_lowercase();
    let (_, reached, _) = schema.join(&format!("{prefix}.x"))?;
    let rest = fold(rest);
    let fields = reached.fields_for(source.sensitive()).filter(|f| f.kind != FieldKind::Custom);
    let mut fit: Vec<(u8, &FieldDef)> = fields.filter_map(|f| Some((fits(f.name, &rest)?, f))).collect();
    fit.sort_by_key(|(rank, _)| *rank);
    let offer = |f: &FieldDef| Completion {
        span: piece.span,
        text: format!("{prefix}.{}:", f.name),
        about: f.help.to_owned(),
        goes_on: true,
    };
    Some(fit.into_iter().map(|(_, f)| offer(f)).collect())
}

fn values(piece: &Piece<'_>, value: &Value<'_>, schema: &Schema, source: &dyn Source) -> Vec<Completion> {
    let offer = |text: String, about: &str| Completion {
        span: value.span,
        text,
        about: about.to_owned(),
        goes_on: false,
    };
    let _ = piece;
    match value.field.as_str() {
        super::bind::IN if schema.field(super::bind::IN).is_none() => {
            let typed = fold(value.typed);
            let all = source.segments(schema).into_iter();
            let mut fit: Vec<_> = all.filter_map(|s| Some((fits(&s.0, &typed)?, s))).collect();
            fit.sort_by_key(|(rank, _)| *rank);
            let offers = fit.into_iter().map(|(_, (name, about))| offer(quoted(&name, value.quoted), &about));
            return offers.collect();
        }
        "sort" => {
            let (minus, typed) = match value.typed.strip_prefix('-') {
                Some(rest) => ("-", rest),
                None => ("", value.typed),
            };
            let typed = fold(typed);
            let fields = schema
                .fields_for(source.sensitive())
                .filter(|f| !matches!(f.kind, FieldKind::States | FieldKind::Custom));
            let mut ranked: Vec<_> = fields.filter_map(|f| Some((fits(f.name, &typed)?, f))).collect();
            ranked.sort_by_key(|(rank, _)| *rank);
            return ranked.into_iter().map(|(_, f)| offer(format!("{minus}{}", f.name), f.help)).collect();
        }
        "limit" => {
            return ["10", "50", "200"]
                .iter()
                .filter(|n| n.starts_with(value.typed))
                .map(|n| offer((*n).into(), ""))
                .collect();
        }
        _ => {}
    }
    if schema.field(&value.field).is_none() {
        if value.field == HAS_FIELD {
            let typed = fold(value.typed);
            let words = schema.has().filter(|(word, ..)| word.starts_with(typed.as_str()));
            return words.map(|(word, join, _)| offer(word.to_owned(), join.help)).collect();
        }
        if let Some((_, reached, rest)) = schema.join(&value.field) {
            let value = Value { field: rest.to_owned(), ..value.clone() };
            return values(piece, &value, reached, source);
        }
    }
    let Some(found) = schema.field(&value.field) else { return Vec::new() };
    let def = found.def;
    if def.sensitive && !source.sensitive() {
        return Vec::new();
    }
    let name = match found.custom_from {
        Some(at) => format!("{}.{}", def.name, value.field.get(at..).unwrap_or_default()),
        None => def.name.to_owned(),
    };
    let typed = fold(value.typed);
    let mut all: Vec<(u8, Completion)> = Vec::new();
    let mut add = |text: &str, about: &str, bare: bool| {
        if let Some(rank) = fits(text, &typed) {
            let text = if bare && !value.quoted { text.to_owned() } else { quoted(text, value.quoted) };
            all.push((rank, offer(text, about)));
        }
    };
    for word in def.values {
        add(word, "", true);
    }
    for (phrase, about) in phrases(def) {
        add(phrase, about, false);
    }
    if def.kind == FieldKind::Person && !value.op.is_order() {
        add("@me", "who is asking", true);
    }
    let live = source.values(schema, &name, typed.trim_start_matches('@'), MOST);
    for o in &live {
        let rank = fits(&o.value, &typed).or(fits(&o.about, &typed)).unwrap_or(2);
        let bare = o.value.starts_with('@') || matches!(def.kind, FieldKind::Ref(_) | FieldKind::Id);
        let text = if bare && !value.quoted { o.value.clone() } else { quoted(&o.value, value.quoted) };
        all.push((rank, offer(text, &o.about)));
    }
    if def.kind != FieldKind::States && !value.op.is_order() && !value.range && !value.quoted {
        for (word, about) in [("none", "where it is empty"), ("any", "where it is not")] {
            if fits(word, &typed) == Some(0) {
                all.push((3, offer(word.to_owned(), about)));
            }
        }
    }
    all.sort_by_key(|(rank, _)| *rank);
    all.into_iter().map(|(_, c)| c).collect()
}

/// A value as written: in quotes where it must be, or where they are open already.
fn quoted(text: &str, open: bool) -> String {
    let written = value_text(text);
    match open && !written.starts_with('"') {
        true => format!("\"{written}\""),
        false => written,
    }
}

/// Times and lengths as they are usually written.
fn phrases(def: &FieldDef) -> &'static [(&'static str, &'static str)] {
    match def.kind {
        FieldKind::Date(Lean::Past) | FieldKind::Day(Lean::Past) => &[
            ("today", ""),
            ("yesterday", ""),
            ("1w", "in the last week; 1w.. is the same"),
            ("2w", "in the last two weeks"),
            ("this week", ""),
            ("last week", ""),
            ("this month", ""),
            ("last month", ""),
            ("this year", ""),
            ("last year", ""),
        ],
        FieldKind::Date(Lean::Future) | FieldKind::Day(Lean::Future) => &[
            ("today", ""),
            ("tomorrow", ""),
            ("2h", "in the next two hours"),
            ("2d", "in the next two days"),
            ("this week", ""),
            ("next week", ""),
        ],
        FieldKind::Duration => &[("30m", ""), ("1h", ""), ("4h", ""), ("1d", ""), ("2d", "")],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        model::{Stamp, zone::Zone},
        query::{Context, compile, schema},
    };

    struct Desk;

    impl Source for Desk {
        fn values(&self, _: &Schema, field: &str, starts: &str, _: usize) -> Vec<Offer> {
            let all: &[(&str, &str)] = match field {
                "tag" => &[("vip", ""), ("Very late", "")],
                "assignee" => &[("@dana", "Dana Weiß"), ("@lee", "Lee")],
                "customer" => &[("C-104", "Ada Lovelace"), ("C-7", "Grace Hopper")],
                _ => &[],
            };
            let fits = |(v, a): &&(&str, &str)| fits(v, starts).or(super::fits(a, starts)).is_some();
            all.iter().filter(fits).map(|(v, a)| Offer { value: (*v).into(), about: (*a).into() }).collect()
        }
        fn custom(&self, _: &Schema) -> Vec<String> {
            vec!["Seats sold".into()]
        }
        fn views(&self, _: &Schema) -> Vec<(String, String)> {
            vec![("Late and loud".into(), "is:overdue or tag:loud sort:-due".into())]
        }
    }

    /// What is offered at `|`, and the text that the first gives.
    fn at(text: &str) -> (Vec<String>, String) {
        let cursor = text.find('|').unwrap();
        let text = text.replacen('|', "", 1);
        let all = complete(&text, cursor, &schema::TICKETS, &Desk);
        let first = all.first().map(|c| c.apply(&text).0).unwrap_or_default();
        (all.into_iter().map(|c| c.text).collect(), first)
    }

    #[test]
    fn fields_are_offered_by_name_and_by_other_names() {
        assert_eq!(at("is:open pri|").1, "is:open priority:");
        assert_eq!(at("-(is:open or comp|").1, "-(is:open or org:");
        assert_eq!(at("-ta|").1, "-tag:");
        assert!(at("|").0.len() > 20);
        assert_eq!(at("seats|").1, "custom.seats_sold:");
        assert_eq!(at("pri|ority:high").1, "priority:high", "what is there already is not written twice");
        assert_eq!(at("sor|").0[0], "sort:");
    }

    #[test]
    fn values_are_offered_by_what_the_field_holds() {
        assert_eq!(at("is:ov|").1, "is:overdue ");
        assert_eq!(at("priority>=h|").1, "priority>=high ");
        assert_eq!(at("tag:vip,ver|").1, "tag:vip,\"Very late\" ");
        assert_eq!(at("tag:\"ver|").1, "tag:\"Very late\" ");
        assert_eq!(at("tag:\"ver|\" is:open").1, "tag:\"Very late\" is:open");
        assert_eq!(at("assignee:weiss|").1, "assignee:@dana ");
        assert_eq!(at("assignee:@|").0, ["@me", "@dana", "@lee"]);
        assert_eq!(at("customer:ada|").1, "customer:C-104 ");
        assert_eq!(at("created:last|").0, ["\"last week\"", "\"last month\"", "\"last year\""]);
        assert_eq!(at("created:2w..tod|").1, "created:2w..today ");
        assert_eq!(at("sort:-upd|").1, "sort:-updated ");
        assert!(at("tag:no|").0.contains(&"none".to_owned()));
        assert!(!at("priority>n|").0.contains(&"none".to_owned()));
        assert!(at("nonsense:a|").0.is_empty());
    }

    #[test]
    fn a_view_is_written_as_what_it_means() {
        assert_eq!(at("late a|").0.len(), at("a|").0.len());
        let (all, _) = at("loud|");
        assert_eq!(all, ["(is:overdue or tag:loud)"]);
    }

    #[test]
    fn every_phrase_that_is_offered_is_understood() {
        let zone = Zone::utc();
        let now: Stamp = 1_800_000_000_000;
        let context = Context { now, zone: &zone, me: None, views: None, sensitive: true, custom: &[] };
        for s in Schema::all() {
            for f in s.fields {
                for (phrase, _) in phrases(f) {
                    let text = format!("{}:{}", f.name, quoted(phrase, false));
                    assert!(compile(&text, s, &context).is_ok(), "{text}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_and_any_cursor_will_do(text in any::<String>(), cursor in 0usize..300) {
            for c in complete(&text, cursor, &schema::TICKETS, &Desk) {
                let (out, cursor) = c.apply(&text);
                prop_assert!(out.is_char_boundary(cursor));
            }
        }

        #[test]
        fn what_is_offered_in_a_query_keeps_it_one(
            before in prop_oneof![Just(""), Just("is:open "), Just("-"), Just("(tag:vip or "), Just("tag:\"a b\" ")],
            part in "(ta|tag:|tag:v|tag:\"v|is:|assignee:@|created:l|customer:|prio|x|late)",
        ) {
            let text = format!("{before}{part}");
            for c in complete(&text, text.len(), &schema::TICKETS, &Desk) {
                let (mut out, _) = c.apply(&text);
                if c.goes_on {
                    out.push_str("none");
                }
                if before.starts_with('(') {
                    out.push(')');
                }
                if !["or ", "not "].iter().any(|w| out.trim_end_matches(')').ends_with(w)) && !out.contains("limit:") && !out.contains("sort:") {
                    prop_assert!(super::super::parse(&out).is_ok(), "{}", out);
                }
            }
        }
    }
}
