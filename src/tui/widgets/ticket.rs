//! A ticket's row, from the narrowest list to the widest: mark, due or age, who, what.

use super::{
    DUE_WIDTH, Pen, age,
    columns::{self, Sorted},
    due,
};
use crate::{
    desk::list::columns::Pick,
    model::{Category, Kind, Priority, Stamp, number},
    term::safe::Safe,
    tui::{
        data::{TicketMark, TicketRow},
        look::Ink,
    },
};

/// A row of this many columns names the status in one word; a narrower one has a letter for it.
const WITH_STATUS: usize = 70;

/// The letters for the status in narrow rows, and what they represent.
pub const STATUS_LETTERS: [(&str, &str); 3] = [
    ("n o p h", "new, open, pending, on hold"),
    ("z s c m", "asleep, solved, closed, merged"),
    ("? x", "in the screener, spam"),
];

/// Whether no work is left on it.
pub fn is_done(t: &TicketRow) -> bool {
    matches!(t.category, Category::Solved | Category::Closed | Category::Merged) || t.spam
}

/// What leads a row: whether it is marked or new, and how it stands, each a sign. The ink of the row.
fn lead(pen: &mut Pen<'_>, t: &TicketRow, marked: bool, now: Stamp) -> Ink {
    let signs = pen.look().signs;
    let width = pen.room();
    let done = is_done(t);
    let text = match (done, t.new) {
        (true, _) => Ink::Dim,
        (_, true) => Ink::New,
        _ => Ink::Text,
    };
    let (ink, mark) = match (marked, t.new) {
        (true, _) => (Ink::Marked, signs.marked),
        (_, true) => (Ink::New, signs.new),
        _ => (Ink::Text, " "),
    };
    pen.text(ink, Safe::fixed(mark));
    let asleep = t.asleep_until.filter(|until| *until > now);
    let (ink, sign) = match (&t.priority, &t.category) {
        (_, Category::Solved | Category::Closed) => (Ink::Good, signs.done),
        (_, Category::Merged) => (Ink::Dim, signs.arrow),
        _ if t.spam => (Ink::Bad, signs.failed),
        _ if asleep.is_some() => (Ink::Dim, signs.asleep),
        (Priority::Urgent, _) => (Ink::Bad, signs.urgent),
        (Priority::High, _) => (Ink::Soon, signs.high),
        (Priority::Low, _) => (Ink::Dim, signs.low),
        _ => (Ink::Text, " "),
    };
    pen.text(ink, Safe::fixed(sign));
    match t.mark {
        _ if width < 30 => pen,
        Some(TicketMark::Failed) => pen.text(Ink::Bad, Safe::fixed(signs.failed)),
        Some(TicketMark::Held) => pen.text(Ink::Soon, Safe::fixed(signs.arrow)),
        Some(TicketMark::Draft) => pen.text(Ink::Accent, Safe::fixed(signs.draft)),
        None => pen.gap(1),
    };
    text
}

/// Draws a row in columns chosen by the agent.
pub fn row_in(pen: &mut Pen<'_>, picks: &[Pick], t: &TicketRow, marked: bool, now: Stamp) {
    let look = pen.look();
    let text = lead(pen, t, marked, now);
    let asleep = t.asleep_until.is_some_and(|until| until > now);
    columns::cells(pen, picks, &t.cells, text, now, &|pen, pick, width| {
        let (ink, word) = match (pick.column.name, t.due) {
            ("status", _) => standing(t, asleep),
            ("priority", _) => {
                let ink = match &t.priority {
                    Priority::Urgent => Ink::Bad,
                    Priority::High => Ink::Soon,
                    _ => Ink::Dim,
                };
                (ink, t.priority.as_str().to_owned())
            }
            ("due", Some(at)) if !is_done(t) => {
                let (ink, time) = due(at, now, look);
                pen.cell_right(ink, time, width);
                return true;
            }
            _ => return false,
        };
        pen.cell(ink, Safe::line(word), width);
        true
    });
}

/// Draws this part.
pub fn row(pen: &mut Pen<'_>, t: &TicketRow, marked: bool, now: Stamp) {
    let look = pen.look();
    let width = pen.room();
    let done = is_done(t);
    let asleep = t.asleep_until.filter(|until| *until > now);
    let text = lead(pen, t, marked, now);
    let (ink, time) = match (asleep.or(t.due), t.waiting_since) {
        (Some(at), _) if !done => due(at, now, look),
        (_, Some(since)) => age(since, now),
        _ => age(t.updated_at, now),
    };
    pen.cell_right(ink, time, DUE_WIDTH).gap(1);
    if width < WITH_STATUS {
        let ink = if done { text } else { standing(t, asleep.is_some()).0 };
        pen.text(ink, Safe::fixed(letter(t, asleep.is_some()))).gap(1);
    }
    if width >= 52 {
        let who = if width >= 100 { 22 } else { 16 };
        pen.cell(text, Safe::line(t.who.as_str()), who).gap(2);
    }
    let mut tail: Vec<(Ink, Safe<'_>, usize)> = Vec::new();
    if width >= 120 {
        tail.push((Ink::Accent, Safe::line(t.tags.join(" ")), 18));
    }
    if width >= 84 {
        let (ink, word) = standing(t, asleep.is_some());
        tail.push((ink, Safe::line(word), 9));
        tail.push((Ink::Text, Safe::line(t.assignee_name.as_str()), 10));
    } else if width >= WITH_STATUS {
        let (ink, word) = standing(t, asleep.is_some());
        tail.push((ink, Safe::line(word), 8));
    }
    if width >= 64 {
        tail.push((Ink::Dim, Safe::line(number::show(Kind::Ticket, t.number)), 8));
    }
    let keep: usize = tail.iter().map(|(_, _, w)| w + 1).sum();
    pen.rest(text, Safe::line(t.subject.as_str()), keep);
    for (ink, text, width) in tail {
        pen.gap(1).cell(ink, text, width);
    }
}

/// Its status, in one word.
pub fn standing(t: &TicketRow, asleep: bool) -> (Ink, String) {
    match &t.category {
        _ if t.spam => (Ink::Bad, "spam".to_owned()),
        _ if t.screened => (Ink::Soon, "screener".to_owned()),
        _ if asleep => (Ink::Dim, "asleep".to_owned()),
        Category::New => (Ink::New, "new".to_owned()),
        Category::Pending | Category::OnHold => (Ink::Soon, t.category.label()),
        Category::Solved | Category::Closed => (Ink::Good, t.category.label()),
        other => (Ink::Text, other.label()),
    }
}

/// The same as one letter.
fn letter(t: &TicketRow, asleep: bool) -> &'static str {
    match &t.category {
        _ if t.spam => "x",
        _ if t.screened => "?",
        _ if asleep => "z",
        Category::New => "n",
        Category::Open => "o",
        Category::Pending => "p",
        Category::OnHold => "h",
        Category::Solved => "s",
        Category::Closed => "c",
        Category::Merged => "m",
        Category::Unknown(_) => "-",
    }
}

/// The heads of the columns that [`row`] draws in this many columns.
pub fn head(pen: &mut Pen<'_>, sorted: Option<Sorted<'_>>) {
    let width = pen.room();
    let time = Sorted::head(sorted, "due", pen);
    pen.gap(3).cell_right(Ink::Dim, time, DUE_WIDTH).gap(1);
    if width < WITH_STATUS {
        pen.gap(2);
    }
    if width >= 52 {
        let who = Sorted::head(sorted, "customer", pen);
        pen.cell(Ink::Dim, who, if width >= 100 { 22 } else { 16 }).gap(2);
    }
    let mut tail: Vec<(&'static str, usize)> = Vec::new();
    if width >= 120 {
        tail.push(("tags", 18));
    }
    if width >= 84 {
        tail.extend([("status", 9), ("assignee", 10)]);
    } else if width >= WITH_STATUS {
        tail.push(("status", 8));
    }
    if width >= 64 {
        tail.push(("number", 8));
    }
    let keep: usize = tail.iter().map(|(_, w)| w + 1).sum();
    let subject = Sorted::head(sorted, "subject", pen);
    pen.rest(Ink::Dim, subject, keep);
    for (text, width) in tail {
        let text = Sorted::head(sorted, text, pen);
        pen.gap(1).cell(Ink::Dim, text, width);
    }
}
