//! The rows of a customer's history: one line each, newest first.

use super::thread::channel_word;
use crate::{
    desk::read::TimelineEntry,
    model::{
        Currency, Direction, Kind, Message, Money, Order, OrderStatus, Stage, Stamp, Visibility,
        field::{AnyRecord, Datum, FieldKind},
        number,
    },
    term::safe::Safe,
    tui::{
        command::RowKind,
        data::{Entry, Info},
        look::{Ink, Signs},
        model::Kinds,
    },
};

/// Whether an entry is of some kinds.
#[must_use]
pub fn is_of(entry: &Entry, kinds: Kinds) -> bool {
    match (&entry.entry, kinds) {
        (_, Kinds::All) => true,
        (TimelineEntry::Message(m, ..), Kinds::Messages) => m.visibility != Visibility::Internal,
        (TimelineEntry::Message(m, ..), Kinds::Notes) => m.visibility == Visibility::Internal,
        (TimelineEntry::Interaction(_), Kinds::Calls)
        | (TimelineEntry::Ticket(_), Kinds::Tickets)
        | (TimelineEntry::Order(_), Kinds::Orders)
        | (TimelineEntry::Response(_), Kinds::Answers)
        | (TimelineEntry::Task(_), Kinds::Tasks)
        | (TimelineEntry::Stage(_), Kinds::Changes) => true,
        _ => false,
    }
}

/// What the row is, for the keymap.
#[must_use]
pub fn row_kind(entry: &Entry) -> RowKind {
    match &entry.entry {
        TimelineEntry::Interaction(_) => RowKind::Interaction,
        TimelineEntry::Message(..) => RowKind::Message,
        TimelineEntry::Ticket(_) => RowKind::Ticket,
        TimelineEntry::Order(_) => RowKind::Order,
        TimelineEntry::Response(_) => RowKind::Answer,
        TimelineEntry::Task(_) => RowKind::Task,
        TimelineEntry::Plain(_) => RowKind::Record,
        TimelineEntry::Stage(_) => RowKind::Event,
    }
}

/// A row: what it is, and in a line what it says.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// The meaning of its word.
    pub ink: Ink,
    /// What it is, in one word.
    pub word: Safe<'static>,
    /// What it says.
    pub text: Safe<'static>,
    /// Its number, dim.
    pub tail: Safe<'static>,
}

/// An entry as a row.
#[must_use]
pub fn shown(entry: &Entry, info: &Info, signs: &Signs) -> Shown {
    let row = |ink, word: &str, text: String, tail: String| Shown {
        ink,
        word: Safe::line(word.to_owned()),
        text: Safe::line(text),
        tail: Safe::line(tail),
    };
    match &entry.entry {
        TimelineEntry::Interaction(i) => {
            let text = if i.subject.trim().is_empty() { first_line(&i.body) } else { i.subject.clone() };
            let way = if i.direction == Direction::Out { "from us" } else { "" };
            let long = i.seconds.map(|s| format!("{} min", s.div_ceil(60))).unwrap_or_default();
            let text =
                [text.as_str(), way, &long].iter().filter(|t| !t.is_empty()).copied().collect::<Vec<_>>();
            let text = text.join(&format!(" {} ", signs.dot));
            row(Ink::Text, channel_word(&i.channel), text, number::show(Kind::Interaction, i.number))
        }
        TimelineEntry::Message(m, ticket, subject) => {
            let (ink, word) = message_word(m);
            let text = first_line(&m.body);
            let text = if text.is_empty() { subject.clone() } else { text };
            row(ink, word, text, number::show(Kind::Ticket, *ticket))
        }
        TimelineEntry::Ticket(t) => {
            let text = format!("{} {} {}", t.subject, signs.dot, t.category.label());
            row(Ink::Head, "ticket", text, number::show(Kind::Ticket, t.number))
        }
        TimelineEntry::Order(o) => {
            row(Ink::Good, "order", order(o, signs), number::show(Kind::Order, o.number))
        }
        TimelineEntry::Response(r) => {
            let (word, of) = match r.preset.scale() {
                Some((_, high)) => (r.preset.as_str().to_uppercase(), format!(" of {high}")),
                None => (r.preset.as_str().to_owned(), String::new()),
            };
            let word = word.trim_end_matches(['1', '2']).to_owned();
            let said = if r.comment.trim().is_empty() {
                String::new()
            } else {
                format!("  {}{}{}", signs.open_quote, r.comment.trim(), signs.close_quote)
            };
            let text = format!("{}{of}{said}", r.score);
            row(Ink::Text, &word, text, number::show(Kind::Response, r.number))
        }
        TimelineEntry::Task(t) => {
            let sign = if t.done_at.is_some() { signs.done } else { signs.todo };
            let owner = t.owner.map(|o| info.first_name(o).to_owned()).unwrap_or_default();
            let owner = if owner.is_empty() { owner } else { format!(" {} {owner}", signs.dot) };
            let text = format!("{sign} {}{owner}", t.title);
            row(Ink::Text, "task", text, number::show(Kind::Task, t.number))
        }
        TimelineEntry::Plain(i) => {
            let r = &i.record;
            let text = record_line(&**r, entry.at, signs);
            row(Ink::Good, r.kind().word(), text, number::show(r.kind(), r.number()))
        }
        TimelineEntry::Stage(s) => row(Ink::Dim, "stage", format!("became {}", stage_word(s)), String::new()),
    }
}

/// A record in a line: its title, what it is worth, and the stage that it reached at that time or is in.
fn record_line(r: &dyn AnyRecord, at: Stamp, signs: &Signs) -> String {
    let mut parts = vec![r.title().to_owned()];
    parts.extend(r.history_at(at).map(str::to_owned));
    for (place, def) in r.defs().iter().enumerate() {
        if def.kind == FieldKind::Money {
            r.each_at(place, &mut |d| {
                if let Datum::Money(minor, code) = d {
                    let money = code.parse::<Currency>().map(|c| Money::new(minor, c).short());
                    parts.push(money.unwrap_or_else(|_| format!("{minor} {code}")));
                }
            });
        }
    }
    parts.retain(|p| !p.is_empty());
    parts.join(&format!(" {} ", signs.dot))
}

/// How far a customer has come, in words.
#[must_use]
pub fn stage_word(stage: &Stage) -> String {
    stage.as_str().replace('_', " ")
}

fn message_word(m: &Message) -> (Ink, &'static str) {
    match (&m.visibility, m.agent) {
        (Visibility::Internal, _) => (Ink::Internal, "note"),
        // With others about this customer: the customer wrote and reads none of it.
        (Visibility::Side, _) => (Ink::Internal, "side"),
        (_, Some(_)) => (Ink::Public, "reply"),
        (_, None) if !m.is_inbound() => (Ink::Dim, "auto"),
        (_, None) => (Ink::Text, "wrote"),
    }
}

/// An order in a line: its money, what was bought, what came back.
#[must_use]
pub fn order(o: &Order, signs: &Signs) -> String {
    let currency = o.currency.parse::<Currency>().ok();
    let money = |minor: i64| match currency {
        Some(c) => Money::new(minor, c).short(),
        None => format!("{minor} {}", o.currency),
    };
    let mut parts = vec![money(o.total)];
    let what: Vec<&str> = o
        .lines
        .iter()
        .map(|l| if l.title.is_empty() { l.sku.as_str() } else { l.title.as_str() })
        .filter(|t| !t.is_empty())
        .collect();
    match what.as_slice() {
        [] => {}
        [one] => parts.push((*one).to_owned()),
        [one, rest @ ..] => parts.push(format!("{one} and {} more", rest.len())),
    }
    match o.status {
        OrderStatus::Refunded => parts.push("refunded".to_owned()),
        OrderStatus::RefundedPart => parts.push(format!("{} refunded", money(o.refunded()))),
        OrderStatus::Cancelled => parts.push("cancelled".to_owned()),
        _ => {}
    }
    parts.join(&format!(" {} ", signs.dot))
}

/// The first line of a text that says something: no quote, no blank.
fn first_line(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|l| !l.is_empty() && !l.starts_with('>'));
    line.unwrap_or_default().chars().take(300).collect()
}
