//! A ticket's thread: messages and what happened between them, by time.

use super::{Line, body};
use crate::{
    model::limits::{self, SHOWN_ATTACHMENTS},
    model::{
        Category, Channel, EventKind, Id, Message, OutboxState, Stamp, TicketEvent, Visibility,
        message::Attachment,
    },
    term::safe::Safe,
    tui::{
        data::{Info, TicketPage},
        look::{Ink, Signs},
        model::Kinds,
    },
};

/// Something in a thread.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Item<'a> {
    /// Something written.
    Message(&'a Message),
    /// Something that happened.
    Event(&'a TicketEvent),
}

impl Item<'_> {
    /// When.
    #[must_use]
    pub fn at(&self) -> Stamp {
        match self {
            Item::Message(m) => m.at,
            Item::Event(e) => e.at,
        }
    }

    /// The message that began its side thread; `None`: it is part of the customer's thread.
    #[must_use]
    pub fn side_thread(&self) -> Option<Id> {
        match self {
            Item::Message(m) => m.side_thread(),
            Item::Event(_) => None,
        }
    }
}

/// What lines are made with.
#[derive(Debug, Clone, Copy)]
pub struct Made<'a> {
    /// The desk.
    pub info: &'a Info,
    /// The glyphs.
    pub signs: &'static Signs,
    /// Columns.
    pub width: u16,
    /// The time.
    pub now: Stamp,
    /// The agent who reads.
    pub me: Id,
}

/// Messages and events by time. Events of a message are shown as the message.
#[must_use]
pub fn items(page: &TicketPage, kinds: Kinds) -> Vec<Item<'_>> {
    let messages = page.messages.iter().filter(|m| match kinds {
        Kinds::All => true,
        Kinds::Messages => m.visibility != Visibility::Internal,
        Kinds::Notes => m.visibility == Visibility::Internal,
        _ => false,
    });
    let events = page
        .events
        .iter()
        .filter(|e| {
            !matches!(
                e.kind,
                EventKind::Received
                    | EventKind::Replied
                    | EventKind::Noted
                    | EventKind::Automatic
                    | EventKind::Created
            )
        })
        .filter(|_| matches!(kinds, Kinds::All | Kinds::Changes));
    let mut all: Vec<Item<'_>> = messages.map(Item::Message).chain(events.map(Item::Event)).collect();
    // A side thread is one block, placed by its last message.
    let last = |side: Id| {
        let of = page.messages.iter().filter(|m| m.side_thread() == Some(side));
        of.map(|m| m.at).max().unwrap_or_default()
    };
    let block = |i: &Item<'_>| i.side_thread().map_or_else(|| i.at(), last);
    all.sort_by_key(|i| (block(i), i.side_thread(), i.at(), matches!(i, Item::Event(_))));
    all
}

/// The place of the first item that is new since the agent looked.
#[must_use]
pub fn first_new(page: &TicketPage, kinds: Kinds, me: Id) -> Option<usize> {
    let since = page.looked_at?;
    items(page, kinds).iter().position(|i| is_new(i, since, me))
}

/// The place of a message among the items.
#[must_use]
pub fn place_of(page: &TicketPage, kinds: Kinds, message: Id) -> Option<usize> {
    items(page, kinds).iter().position(|i| matches!(i, Item::Message(m) if m.id == message))
}

fn is_new(item: &Item<'_>, since: Stamp, me: Id) -> bool {
    let by = match item {
        Item::Message(m) => m.agent,
        Item::Event(e) => e.actor,
    };
    item.at() > since && by != Some(me)
}

/// A line for each item and nothing else: what a cursor moves on where items are said and not drawn.
#[must_use]
pub fn outline(page: &TicketPage, kinds: Kinds) -> Vec<Line> {
    let items = items(page, kinds).len();
    (0..items).map(|i| Line { head: true, ..Line::default().of_item(i) }).collect()
}

/// The lines of a thread. The first line of an item begins with two parts: whether it is new, and when it was.
#[must_use]
pub fn lines(page: &TicketPage, kinds: Kinds, unfolded: &[Id], made: Made<'_>) -> Vec<Line> {
    let mut out: Vec<Line> = Vec::new();
    let mut ruled = false;
    let mut after_event = true;
    let mut before = None;
    for (i, item) in items(page, kinds).iter().enumerate() {
        let new = page.looked_at.is_some_and(|since| is_new(item, since, made.me));
        let is_event = matches!(item, Item::Event(_));
        if i > 0 && !(is_event && after_event) {
            out.push(Line::default().of_item(i - 1));
        }
        if new && !ruled && i > 0 {
            ruled = true;
            let text = Safe::fixed(" new since you looked ");
            out.push(Line { rule: true, ..Line::of(Ink::Accent, text) });
        }
        let side = item.side_thread();
        if side.is_some() && side != before {
            let with = Safe::line(format!(" side thread with {} ", outsider(page, side)));
            out.push(Line { rule: true, ..Line::of(Ink::Internal, with) });
        } else if side.is_none() && before.is_some() {
            out.push(Line { rule: true, ..Line::default() });
        }
        before = side;
        after_event = is_event;
        match item {
            Item::Message(m) => message(m, i, new, unfolded.contains(&m.id), page, made, &mut out),
            Item::Event(e) => out.push(event(e, i, new, page, made)),
        }
    }
    if out.is_empty() {
        let text = match kinds {
            Kinds::All => "Nothing was written yet.",
            _ => "Nothing of this kind: / chooses another.",
        };
        out.push(Line::of(Ink::Dim, Safe::fixed(text)));
    }
    out
}

/// A time as a column: the date alone where both do not fit.
fn when(at: Stamp, made: Made<'_>) -> Safe<'static> {
    let exactly = Safe::line(made.info.zone.when_exactly(at, made.now));
    let shown = if exactly.width() < 11 { exactly } else { Safe::line(made.info.zone.when(at, made.now)) };
    shown.fit(11, made.signs.cut)
}

fn message(
    m: &Message,
    item: usize,
    new: bool,
    unfolded: bool,
    page: &TicketPage,
    made: Made<'_>,
    out: &mut Vec<Line>,
) {
    let who = Ink::Head;
    let mark = if new { made.signs.new } else { " " };
    let mut head = Line::of(Ink::Accent, Safe::fixed(mark)).and(Ink::Dim, when(m.at, made));
    head.head = true;
    head = match (&m.visibility, m.agent) {
        (Visibility::Internal, agent) => {
            head.and(who, writer(m, agent, made)).and(Ink::Internal, Safe::fixed("  internal note"))
        }
        (_, Some(agent)) => head
            .and(Ink::Public, writer(m, Some(agent), made))
            .and(Ink::Dim, arrow(made))
            .and(Ink::Dim, Safe::line(recipients(m, page))),
        // What the desk wrote itself.
        (_, None) if !m.is_inbound() => head
            .and(Ink::Public, Safe::fixed("the desk"))
            .and(Ink::Dim, arrow(made))
            .and(Ink::Dim, Safe::line(recipients(m, page))),
        (_, None) => {
            head.and(who, writer(m, None, made)).and(Ink::Dim, arrow(made)).and(Ink::Dim, Safe::fixed("us"))
        }
    };
    // The verdict alone: `list`, `bounce`, `automatic answer`; a list's mail is written by people.
    let verdict = m.robot.split(" (").next().unwrap_or_default();
    if !verdict.is_empty() {
        let ink = if verdict == "list" { Ink::Dim } else { Ink::Soon };
        head = head.and(ink, Safe::fixed("  ")).and(ink, Safe::line(verdict.to_owned()));
    }
    let (ink, how) = on_its_way(m, page, made);
    head = head.right(ink, how).right(Ink::Dim, channel(&m.channel));
    out.push(head.of_item(item));
    let indent = || Line::of(Ink::Text, Safe::fixed("  ")).of_item(item);
    let width = usize::from(made.width).saturating_sub(4).min(100);
    for problem in m.problems.iter().take(limits::PROBLEMS) {
        out.push(indent().and(Ink::Soon, Safe::line(problem.as_str())));
    }
    let rows = body::rows(&m.whole_text(), width, made.signs, unfolded);
    if rows.is_empty() && m.attachments.is_empty() {
        out.push(indent().and(Ink::Dim, Safe::fixed("(no text)")));
    }
    out.extend(rows.into_iter().map(|(ink, row)| indent().and(ink, row)));
    if !m.attachments.is_empty() {
        out.push(indent().and(Ink::Dim, attachments(&m.attachments, made.signs)));
    }
}

/// The outside person of a side thread: by name where they wrote.
fn outsider(page: &TicketPage, side: Option<Id>) -> String {
    let thread = || page.messages.iter().filter(|m| m.side_thread() == side);
    let named =
        |m: &Message| if m.from_name.trim().is_empty() { m.from.clone() } else { m.from_name.clone() };
    let wrote = thread().rfind(|m| m.is_inbound()).map(named);
    wrote.or_else(|| thread().next()?.to.first().cloned()).unwrap_or_else(|| "someone outside".to_owned())
}

/// The other side of a message: the requester, the customer whose ticket it was then, or the outside person.
fn recipients(m: &Message, page: &TicketPage) -> String {
    if let Some(side) = m.side_thread() {
        return outsider(page, Some(side));
    }
    let other = page.people.iter().find(|(id, _)| *id == m.customer && m.customer != page.customer.id);
    other.map_or_else(|| page.customer.display_name(), |(_, name)| name.clone())
}

fn arrow(made: Made<'_>) -> Safe<'static> {
    Safe::line(format!(" {} ", made.signs.arrow))
}

fn writer(m: &Message, agent: Option<Id>, made: Made<'_>) -> Safe<'static> {
    let name = match agent {
        Some(id) if !made.info.first_name(id).is_empty() => made.info.first_name(id),
        _ if !m.from_name.trim().is_empty() => m.from_name.trim(),
        _ => m.from.trim(),
    };
    let name = if name.is_empty() { "unknown" } else { name };
    Safe::line(name.to_owned()).truncate_with(32, made.signs.cut)
}

/// How far a message of ours is, in short; nothing where it was sent.
fn on_its_way(m: &Message, page: &TicketPage, made: Made<'_>) -> (Ink, Safe<'static>) {
    let found = page.outbox.iter().find(|(id, ..)| *id == m.id);
    if let Some((_, OutboxState::Held, Some(at))) = found {
        let at = made.info.zone.when_exactly(*at, made.now);
        return (Ink::Soon, Safe::line(format!("leaves {at}  ")));
    }
    let (ink, word) = match found.map(|(_, state, _)| state) {
        Some(OutboxState::Held) => (Ink::Soon, "held  "),
        Some(OutboxState::Queued) => (Ink::Soon, "held until sent  "),
        Some(OutboxState::Ready) => (Ink::Dim, "to be sent  "),
        Some(OutboxState::Sending) => (Ink::Dim, "sending  "),
        Some(OutboxState::Deferred) => (Ink::Soon, "retrying later  "),
        Some(OutboxState::Failed) => (Ink::Bad, "not sent  "),
        Some(OutboxState::Unsure) => (Ink::Bad, "may be undelivered  "),
        Some(OutboxState::Cancelled) => (Ink::Dim, "cancelled  "),
        _ => (Ink::Dim, ""),
    };
    (ink, Safe::fixed(word))
}

/// A channel in one word of a column.
#[must_use]
pub fn channel(channel: &Channel) -> Safe<'static> {
    Safe::line(channel_word(channel).to_owned())
}

/// A channel as people say it.
#[must_use]
pub fn channel_word(channel: &Channel) -> &str {
    match channel {
        Channel::InPerson => "visit",
        Channel::Direct => "direct message",
        Channel::Phone => "call",
        Channel::Sms => "SMS",
        other => other.as_str(),
    }
}

fn attachments(all: &[Attachment], signs: &Signs) -> Safe<'static> {
    let name = |a: &Attachment| if a.name.is_empty() { "file".to_owned() } else { a.name.clone() };
    let named = all.iter().take(SHOWN_ATTACHMENTS).map(|a| format!("{} {}", name(a), size(a.size)));
    let mut each: Vec<String> = named.collect();
    let more = all.len() - each.len();
    each.extend((more > 0).then(|| format!("and {more} more")));
    Safe::line(format!("{} {}", signs.clip, each.join("  ")))
}

/// Bytes in a few cells: `120 kB`.
#[must_use]
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

fn event(e: &TicketEvent, item: usize, new: bool, page: &TicketPage, made: Made<'_>) -> Line {
    let mark = if new { made.signs.new } else { " " };
    let who = match e.actor {
        Some(id) if !made.info.first_name(id).is_empty() => made.info.first_name(id),
        Some(_) => "unknown",
        None => "automatic",
    };
    let ink = if new { Ink::Text } else { Ink::Dim };
    let mut line = Line::of(Ink::Accent, Safe::fixed(mark))
        .and(Ink::Dim, when(e.at, made))
        .and(ink, Safe::line(format!("{who}: ")))
        .and(ink, Safe::line(what(e, page, made)));
    line.head = true;
    line.of_item(item)
}

/// What happened, in a few words.
fn what(e: &TicketEvent, page: &TicketPage, made: Made<'_>) -> String {
    let arrow = made.signs.arrow;
    let none = |t: &str| if t.trim().is_empty() { "nothing".to_owned() } else { t.to_owned() };
    let change = |what: &str| format!("{what} {} {arrow} {}", none(&e.from), none(&e.to));
    let agent = |text: &str| match text.parse::<Id>().ok() {
        Some(id) => {
            let (a, t) = (made.info.agent(id), made.info.team(id));
            a.map(|a| a.name.clone()).or(t.map(|t| t.name.clone())).unwrap_or_else(|| "unknown".to_owned())
        }
        None if text.is_empty() => "unassigned".to_owned(),
        None => text.to_owned(),
    };
    let date = |text: &str| match text.parse::<Stamp>() {
        Ok(at) => made.info.zone.when_exactly(at, made.now),
        Err(_) => none(text),
    };
    match e.kind {
        EventKind::Category => {
            let label = |t: &str| Category::from(t).label();
            format!("{} {arrow} {}", label(&e.from), label(&e.to))
        }
        EventKind::Priority => change("priority"),
        EventKind::Assignee => format!("assigned to {}", agent(&e.to)),
        EventKind::Team => format!("team {}", agent(&e.to)),
        EventKind::Type => change("type"),
        EventKind::Tags => change("tags"),
        EventKind::Subject => change("subject"),
        EventKind::Spam if e.to == "true" || e.to == "spam" => "marked as spam".to_owned(),
        EventKind::Spam => "not spam".to_owned(),
        EventKind::Snooze if e.to.is_empty() => "woke it".to_owned(),
        EventKind::Snooze => format!("asleep until {}", date(&e.to)),
        EventKind::Promise if e.to.is_empty() => "took the promise back".to_owned(),
        EventKind::Promise => format!("promised by {}", date(&e.to)),
        EventKind::Requester => {
            let name = |of: &str| {
                let of = of.parse::<Id>().ok();
                let known = page.people.iter().find(|(id, _)| Some(*id) == of);
                known.map_or_else(|| "unknown".to_owned(), |(_, name)| name.clone())
            };
            format!("ticket of {} {arrow} {}", name(&e.from), name(&e.to))
        }
        EventKind::Merged => "merged".to_owned(),
        EventKind::Undelivered => format!("a reply was not delivered: {}", none(&e.from)),
        EventKind::Delayed => format!("a reply has not arrived yet: {}", none(&e.from)),
        EventKind::Storm => format!("mail storm, collected here: {}", e.from),
        EventKind::NewAddress => match page.offers.iter().find(|o| o.address == e.from) {
            Some(offer) => {
                let known = page.people.iter().find(|(id, _)| *id == offer.customer);
                let whose = known.map_or("the customer", |(_, name)| name);
                format!("{} may be {whose}'s new address: accept or decline it", e.from)
            }
            None => format!("mail from a new address: {}", e.from),
        },
        EventKind::Screened if e.to == "true" => {
            "waits in the screener: the first message of this sender".to_owned()
        }
        EventKind::Screened => "let in from the screener".to_owned(),
        _ => change(e.kind.as_str()),
    }
}
