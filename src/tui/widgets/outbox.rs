//! An outgoing message's row.

use super::{DUE_WIDTH, Pen, age, columns::Sorted, due};
use crate::{
    model::{Kind, OutboxState, Stamp, number},
    term::safe::Safe,
    tui::{data::OutboxRow, look::Ink},
};

/// The width of the word for the state.
const STATE: usize = 9;

/// Which columns have room.
struct Widths {
    to: usize,
    /// The subject has a column next to that of the reason.
    subject: usize,
    author: bool,
    ticket: bool,
}

fn widths(room: usize) -> Widths {
    Widths {
        to: match room {
            0..52 => 0,
            52..100 => 18,
            _ => 26,
        },
        subject: if room >= 108 { 34 } else { 0 },
        author: room >= 140,
        ticket: room >= 60,
    }
}

/// The sign and the word for how far it is.
fn standing(o: &OutboxRow, pen: &Pen<'_>) -> (Ink, &'static str, &'static str) {
    let signs = pen.look().signs;
    let (ink, sign) = match o.state {
        OutboxState::Failed => (Ink::Bad, signs.failed),
        OutboxState::Unsure => (Ink::Bad, signs.urgent),
        OutboxState::Deferred => (Ink::Soon, signs.due),
        OutboxState::Queued => (Ink::Soon, signs.todo),
        OutboxState::Held => (Ink::Soon, signs.asleep),
        OutboxState::Ready | OutboxState::Sending => (Ink::Text, signs.arrow),
        OutboxState::Sent if o.partly => (Ink::Soon, signs.done),
        OutboxState::Sent => (Ink::Good, signs.done),
        OutboxState::Cancelled => (Ink::Dim, signs.none),
        OutboxState::Unknown(_) => (Ink::Dim, " "),
    };
    (ink, sign, state_word(o))
}

/// The word for how far it is.
#[must_use]
pub fn state_word(o: &OutboxRow) -> &'static str {
    match o.state {
        OutboxState::Failed => "not sent",
        OutboxState::Unsure => "unsure",
        OutboxState::Deferred => "deferred",
        OutboxState::Queued => "queued",
        OutboxState::Held => "held",
        OutboxState::Ready => "ready",
        OutboxState::Sending => "sending",
        OutboxState::Sent if o.partly => "partly",
        OutboxState::Sent => "sent",
        OutboxState::Cancelled => "cancelled",
        OutboxState::Unknown(_) => "",
    }
}

/// When something happens to it, or happened.
fn time(o: &OutboxRow, pen: &Pen<'_>, now: Stamp) -> (Ink, Safe<'static>) {
    match (o.when, &o.state) {
        (None, _) => (Ink::Dim, Safe::fixed("")),
        (Some(at), OutboxState::Held | OutboxState::Deferred) if at > now => due(at, now, pen.look()),
        (Some(_), OutboxState::Held | OutboxState::Deferred | OutboxState::Ready) => {
            (Ink::Dim, Safe::fixed("now"))
        }
        (Some(at), _) => age(at, now),
    }
}

/// Draws the row of an outgoing message.
pub fn row(pen: &mut Pen<'_>, o: &OutboxRow, marked: bool, now: Stamp) {
    let signs = pen.look().signs;
    let w = widths(pen.room());
    let over = matches!(o.state, OutboxState::Sent | OutboxState::Cancelled);
    let text = if over { Ink::Dim } else { Ink::Text };
    let (ink, mark) = if marked { (Ink::Marked, signs.marked) } else { (Ink::Text, " ") };
    pen.text(ink, Safe::fixed(mark));
    let (ink, sign, word) = standing(o, pen);
    pen.text(ink, Safe::fixed(sign)).gap(1).cell(ink, Safe::fixed(word), STATE);
    let (when, at) = time(o, pen, now);
    pen.cell_right(when, at, DUE_WIDTH).gap(2);
    if w.to > 0 {
        let others = if o.others > 0 { format!(" +{}", o.others) } else { String::new() };
        let room = w.to.saturating_sub(others.len());
        let to = Safe::addr(o.to.as_str()).truncate_with(room, pen.look().cut()).into_owned();
        pen.cell(text, Safe::concat([to, Safe::line(others)]), w.to).gap(2);
    }
    if w.subject > 0 {
        pen.cell(text, Safe::line(o.subject.as_str()), w.subject).gap(2);
    }
    let mut tail: Vec<(Ink, Safe<'_>, usize)> = Vec::new();
    if w.author {
        tail.push((Ink::Dim, Safe::line(o.author.as_str()), 10));
    }
    if w.ticket {
        tail.push((Ink::Dim, Safe::line(number::show(Kind::Ticket, o.ticket_number)), 8));
    }
    let keep: usize = tail.iter().map(|(_, _, w)| w + 1).sum();
    // Where there is one column for both, the reason says more than the subject.
    let (ink, last) = match (o.problem.as_str(), w.subject) {
        ("", 0) => (text, o.subject.as_str()),
        ("", _) => (Ink::Text, ""),
        (problem, _) => (ink, problem),
    };
    pen.rest(ink, Safe::line(last), keep);
    for (ink, text, width) in tail {
        pen.gap(1).cell(ink, text, width);
    }
}

/// The headers of the columns.
pub fn head(pen: &mut Pen<'_>, sorted: Option<Sorted<'_>>) {
    let w = widths(pen.room());
    let named = |name: &str, pen: &Pen<'_>| Sorted::head(sorted, name, pen);
    let (state, when) = (named("state", pen), named("when", pen));
    pen.gap(3).cell(Ink::Dim, state, STATE).cell_right(Ink::Dim, when, DUE_WIDTH).gap(2);
    if w.to > 0 {
        let to = named("to", pen);
        pen.cell(Ink::Dim, to, w.to).gap(2);
    }
    let subject = named("subject", pen);
    let last = if w.subject > 0 {
        pen.cell(Ink::Dim, subject, w.subject).gap(2);
        Safe::fixed("reason")
    } else {
        subject
    };
    let mut tail: Vec<(&'static str, usize)> = Vec::new();
    if w.author {
        tail.push(("author", 10));
    }
    if w.ticket {
        tail.push(("ticket", 8));
    }
    let keep: usize = tail.iter().map(|(_, w)| w + 1).sum();
    pen.rest(Ink::Dim, last, keep);
    for (name, width) in tail {
        let name = named(name, pen);
        pen.gap(1).cell(Ink::Dim, name, width);
    }
}
