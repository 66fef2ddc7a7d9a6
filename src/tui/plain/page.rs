//! What is said of a page: a ticket with its messages, a customer with the history. Messages are said in full.

use super::{
    rows::{self, RowContext},
    scene::{At, Utterance, When, times},
    words::{self, Time},
};
use crate::{
    model::{Kind, Stamp, number},
    term::safe::Safe,
    tui::{
        command::CommandId,
        look::WORDS,
        model::{Kinds, Model, TicketView},
        pages::{
            Line, card,
            thread::{self, Item, Made},
        },
        panes,
    },
};

/// Lines of text are not wrapped: the terminal does that, and speech needs none.
const WIDTH: u16 = 4_000;

fn made(m: &Model, now: Stamp) -> Made<'_> {
    Made { info: &m.info, signs: &WORDS, width: WIDTH, now, me: m.me }
}

/// The ticket being read: who and what, then the message or event that one is at.
#[must_use]
pub fn ticket(m: &Model) -> Vec<Utterance> {
    // Until the page of another ticket has come there is nothing to say of it.
    let Some(v) = m.page.ticket_shown().filter(|v| m.page.showing == super::showing(v)) else {
        return Vec::new();
    };
    let t = &v.page.ticket;
    let state = |span: &dyn Fn(i64) -> String| {
        words::list(panes::thread::state(m, v, span).into_iter().map(|(_, text)| text))
    };
    let number = number::show(Kind::Ticket, t.number);
    let said = words::list([number.as_str(), t.subject.as_str(), &state(&words::span)]);
    let c = &v.page.customer;
    let mail = c.email().map(|e| Safe::addr(e).as_str().to_owned()).unwrap_or_default();
    let tagged =
        |tags: &[String]| if tags.is_empty() { String::new() } else { format!("tagged {}", tags.join(" ")) };
    let who = words::list([
        format!("From {}", c.display_name()),
        mail,
        v.page.organisation.clone(),
        tagged(&c.tags),
    ]);
    // Times pass without being news, and so does the end of a wait.
    let key =
        format!("{} {} {:?}", t.subject, state(&|_| String::new()).replace("due in", "overdue by"), t.tags);
    let mut out = vec![Utterance::new(
        At::Title,
        When::Arriving,
        format!("{number} {key}"),
        vec![words::ended(&words::list([said, tagged(&t.tags)])), words::ended(&who)],
    )];
    let items = thread::items(&v.page, m.page.kinds);
    // What someone else added is in the thread, and not under the cursor.
    let last = items.len().checked_sub(1).filter(|last| *last != v.item);
    let more = last.map(|last| format!("Added to {number}: {}", item(m, v, last, false).join(" ")));
    out.push(Utterance::new(
        At::News,
        When::HereSince,
        format!("{number} {}", items.len()),
        more.into_iter().collect(),
    ));
    let Some(at) = items.get(v.item) else {
        let none = thread::lines(&v.page, m.page.kinds, &[], made(m, m.now));
        out.push(Utterance::line(At::Selection, When::Here, none.iter().map(Line::text).collect::<String>()));
        return out;
    };
    let (id, unfolded) = match at {
        Item::Message(m) => (m.id.to_string(), v.unfolded.contains(&m.id)),
        Item::Event(e) => (format!("{:?} {} {}", e.kind, e.from, e.to), false),
    };
    let place = format!("{} of {}", v.item + 1, items.len());
    let key = format!("{number} {} {id} {unfolded} {:?}", at.at(), outbox(v, at));
    let with_place = |mut lines: Vec<String>| {
        if let Some(first) = lines.first_mut() {
            *first = words::list([place.clone() + ":", first.clone()]);
        }
        lines
    };
    let brief = with_place(item(m, v, v.item, false));
    out.push(
        Utterance::new(At::Selection, When::Here, key, with_place(item(m, v, v.item, true))).again(brief),
    );
    out
}

/// How far the sending of a message is.
fn outbox(v: &TicketView, item: &Item<'_>) -> Option<String> {
    let Item::Message(m) = item else { return None };
    v.page.outbox.iter().find(|(id, ..)| *id == m.id).map(|(_, state, _)| format!("{state:?}"))
}

/// A message or event as lines: who and when, then the text, unless only that is wanted.
fn item(m: &Model, v: &TicketView, at: usize, whole: bool) -> Vec<String> {
    let lines = thread::lines(&v.page, m.page.kinds, &v.unfolded, made(m, m.now));
    let mut out = Vec::new();
    // What a rule says stands above the item.
    let first = lines.iter().position(|l| l.item == Some(at)).unwrap_or(0);
    let above = lines.iter().take(first).rev().take_while(|l| l.rule || l.parts.is_empty());
    let ruled: Vec<String> =
        above.filter(|l| l.rule && !l.parts.is_empty()).map(|l| words::ended(&l.text())).collect();
    for line in lines.iter().filter(|l| l.item == Some(at)) {
        if line.head {
            out.push(words::list([ruled.join(" "), head(line)]));
            if !whole {
                return out;
            }
        } else if !line.parts.is_empty() {
            out.push(line.text().trim().to_owned());
        }
    }
    out
}

/// Who and when: `new, Grace to us, Tue 09:12, email:`.
fn head(line: &Line) -> String {
    let part = |at: usize| line.parts.get(at).map(|(_, t)| t.as_str().trim().to_owned()).unwrap_or_default();
    let rest: String = line.parts.iter().skip(2).map(|(_, t)| t.as_str()).collect();
    let right: Vec<String> = line.right.iter().map(|(_, t)| t.as_str().to_owned()).collect();
    // Two blanks stand between what belongs together and what does not.
    let rest = rest.replace("  ", ", ");
    let new = part(0);
    match right.is_empty() {
        // An event is one sentence.
        true => words::list([new, words::time(&part(1)), rest]),
        false => words::list([new, rest, words::time(&part(1))].into_iter().chain(right)) + ":",
    }
}

/// The customer of their own page, or the card of a ticket's: who they are, then the current entry.
#[must_use]
pub fn customer(m: &Model, card: bool) -> Vec<Utterance> {
    let Some(v) = m.page.customer.as_ref().filter(|v| card || m.page.showing == super::showing_customer(v))
    else {
        return Vec::new();
    };
    let c = &v.page.customer;
    let house = v.page.organisation.as_ref().map_or("", |o| o.name.as_str());
    let kinds =
        if m.page.kinds == Kinds::All { String::new() } else { format!("only {}", m.page.kinds.word()) };
    let number = number::show(Kind::Customer, c.number);
    let mut lines = vec![words::ended(&words::list([&c.display_name(), house, &number, &kinds]))];
    let about = if card {
        vec![card::facts(&v.page, made(m, m.now)), card::reach(&v.page, made(m, m.now))]
    } else {
        card::lines(&v.page, made(m, m.now))
    };
    lines.extend(about.iter().filter_map(|l| fact(l, card)));
    // What was last seen when is made for the time: it is compared without.
    let key = format!("{number} {c:?} {kinds} {:?}", v.page.facts.orders);
    let mut out = vec![Utterance::new(At::Title, When::Arriving, key, lines)];
    let entries = v.entries(m.page.kinds);
    let Some(entry) = entries.get(v.cursor) else {
        let key = |c| panes::key(m, c);
        let none = match m.page.kinds {
            Kinds::All => format!(
                "No history yet. {} logs a call, {} opens a ticket.",
                key(CommandId::CustomerLog),
                key(CommandId::TicketNew)
            ),
            _ => "Nothing of this kind.".to_owned(),
        };
        out.push(Utterance::line(At::Selection, When::Here, none));
        return out;
    };
    let told = |time: Time| RowContext { info: &m.info, time, marked: false, picks: &[] };
    let [now, never] = times(m);
    let place = format!("{} of {}:", v.cursor + 1, entries.len());
    let key = format!("{} {} {}", entry.id, v.cursor, rows::entry(entry, &told(never)));
    out.push(Utterance::new(
        At::Selection,
        When::Here,
        key,
        vec![words::list([place, rows::entry(entry, &told(now))])],
    ));
    out
}

/// A line of a card: its label, then what it says.
fn fact(line: &Line, card: bool) -> Option<String> {
    let parts: Vec<&str> =
        line.parts.iter().map(|(_, t)| t.as_str().trim()).filter(|t| !t.is_empty()).collect();
    let (label, rest) = match (parts.split_first(), card) {
        (Some((label, rest)), false) => (format!("{label}:"), rest),
        (_, true) => (String::new(), parts.as_slice()),
        (None, _) => return None,
    };
    let rest = rest.iter().copied().filter(|t| *t != ",");
    // The number of answers behind a mean.
    let said = words::list([label, words::list(rest)]).replace("(n ", "(of ");
    (!said.is_empty()).then(|| words::ended(&said))
}
