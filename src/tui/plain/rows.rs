//! Rows of lists as sentences. What one looks for first comes first: what is special about the row, then what it is.

use super::words::{self, Time};
use crate::{
    desk::list::columns::{Cell, Pick},
    model::{Category, Currency, Kind, Money, OutboxState, Priority, number},
    term::safe::Safe,
    tui::{
        data::{CustomerRow, Info, MailboxRow, OutboxRow, QueueRow, TaskRow, TicketMark, TicketRow},
        look::WORDS,
        pages::thread::size,
        widgets::{outbox, ticket},
    },
};

/// What rows are said with.
#[derive(Debug, Clone, Copy)]
pub struct RowContext<'a> {
    /// The desk.
    pub info: &'a Info,
    /// The time, or none to compare.
    pub time: Time,
    /// Whether the row is marked.
    pub marked: bool,
    /// The columns that were chosen.
    pub picks: &'a [Pick],
}

impl RowContext<'_> {
    fn mark(&self) -> &'static str {
        if self.marked { "selected" } else { "" }
    }

    /// Whether something has happened since an agent looked is said, but its end is no news.
    fn news(&self, new: bool) -> &'static str {
        if new && self.time.0.is_some() { "new to you" } else { "" }
    }

    fn at(&self, at: i64) -> String {
        self.time.of(at, |now| words::time(&self.info.zone.when_exactly(at, now)))
    }
}

/// A queue: `Mine, 12 tickets, 2 overdue`.
pub fn queue(q: &QueueRow) -> String {
    let late = if q.overdue > 0 { format!("{} overdue", q.overdue) } else { String::new() };
    words::list([q.name.clone(), words::count(q.count, "ticket"), late])
}

/// A ticket: `T-104, open, high, due in 42 minutes, Invoice is blank, from Grace Hopper, assigned to Dana`.
pub fn ticket(t: &TicketRow, told: &RowContext<'_>) -> String {
    let mark = match t.mark {
        Some(TicketMark::Failed) => "a reply was not sent",
        Some(TicketMark::Held) => "a reply is held",
        Some(TicketMark::Draft) => "you have a draft",
        None => "",
    };
    let number = number::show(Kind::Ticket, t.number);
    let first = [told.mark().to_owned(), told.news(t.new).to_owned(), number];
    if !told.picks.is_empty() && t.cells.len() == told.picks.len() {
        let cells = cells(told, &t.cells, &["number"]);
        return words::list(first.into_iter().chain([mark.to_owned()]).chain(cells));
    }
    let asleep = told.time.0.and_then(|now| t.asleep_until.filter(|until| *until > now));
    let done = ticket::is_done(t);
    let state = match asleep {
        Some(until) => format!("asleep until {}", told.at(until)),
        None => ticket::standing(t, false).1,
    };
    let priority = match t.priority {
        Priority::Normal => String::new(),
        ref p => p.as_str().to_owned(),
    };
    let due = match t.due {
        Some(at) if !done && asleep.is_none() => told.time.due(at),
        _ => String::new(),
    };
    let who = if t.who.is_empty() { String::new() } else { format!("from {}", t.who) };
    let owner = match t.assignee_name.as_str() {
        "" if t.category == Category::Merged => String::new(),
        "" => "unassigned".to_owned(),
        name => format!("assigned to {name}"),
    };
    let tags = if t.tags.is_empty() { String::new() } else { format!("tagged {}", t.tags.join(" ")) };
    words::list(first.into_iter().chain([
        mark.to_owned(),
        state,
        priority,
        due,
        t.subject.clone(),
        who,
        owner,
        tags,
    ]))
}

/// A customer: `Grace Hopper, Harbour Ltd, C-12, 2 open tickets, last seen 3 days ago`.
pub fn customer(c: &CustomerRow, told: &RowContext<'_>) -> String {
    let number = number::show(Kind::Customer, c.number);
    let by = c.by.as_ref().map(|(field, text, _)| format!("{} {text}", field.replace('_', " ")));
    let first = [told.mark().to_owned(), c.name.clone(), by.unwrap_or_default()];
    if !told.picks.is_empty() && c.cells.len() == told.picks.len() {
        return words::list(first.into_iter().chain(cells(told, &c.cells, &["name"])));
    }
    let open = if c.open == 0 { String::new() } else { words::count(c.open, "open ticket") };
    let seen = c.seen_at.map(|at| format!("last seen {}", told.time.ago(at))).unwrap_or_default();
    let archived = if c.archived { "archived" } else { "" };
    let tags = if c.tags.is_empty() { String::new() } else { format!("tagged {}", c.tags.join(" ")) };
    let mail = Safe::addr(c.email.as_str()).as_str().to_owned();
    words::list(first.into_iter().chain([
        archived.to_owned(),
        c.organisation.clone(),
        number,
        open,
        seen,
        mail,
        tags,
    ]))
}

/// A task: `K-4, due in 2 hours, Call back, for Grace Hopper, owner Dana`.
pub fn task(t: &TaskRow, told: &RowContext<'_>) -> String {
    let state = match (t.done_at, t.due) {
        (Some(_), _) => "done".to_owned(),
        (None, Some(at)) => told.time.due(at),
        (None, None) => String::new(),
    };
    let with = |word: &str, text: &str| {
        if text.is_empty() { String::new() } else { format!("{word} {text}") }
    };
    words::list([
        told.mark().to_owned(),
        number::show(Kind::Task, t.number),
        state,
        t.title.clone(),
        with("for", &t.who),
        with("owner", &t.owner_name),
    ])
}

/// An outgoing message: `held, leaves in 8 minutes, to grace@harbour.example, Invoice is blank, T-2`.
pub fn outgoing(o: &OutboxRow, told: &RowContext<'_>) -> String {
    let state = outbox::state_word(o);
    let when = match (o.when, &o.state) {
        (Some(at), OutboxState::Held | OutboxState::Deferred) => told
            .time
            .of(at, |now| if at > now { format!("goes out {}", told.at(at)) } else { "goes out now".into() }),
        (Some(at), OutboxState::Sent | OutboxState::Failed | OutboxState::Cancelled) => told.time.ago(at),
        _ => String::new(),
    };
    let to = Safe::addr(o.to.as_str());
    let others = if o.others > 0 { format!(" and {} more", o.others) } else { String::new() };
    let by = if o.author.is_empty() { String::new() } else { format!("by {}", o.author) };
    words::list([
        told.mark().to_owned(),
        state.to_owned(),
        o.problem.clone(),
        when,
        format!("to {to}{others}"),
        o.subject.clone(),
        number::show(Kind::Ticket, o.ticket_number),
        by,
    ])
}

/// A mailbox: `help@desk.example, ok, last mail 3 minutes ago, 2 waiting`.
pub fn mailbox(r: &MailboxRow, told: &RowContext<'_>) -> String {
    // The words for how it stands have times in them.
    let now = told.time.0.unwrap_or_default();
    let (_, state) = r.standing(now);
    let at = |word: &str, at: Option<i64>| {
        at.map(|at| format!("{word} {}", told.time.ago(at))).unwrap_or_default()
    };
    let o = r.health.standing;
    let waiting = o.waiting + o.deferred;
    let waiting = if waiting > 0 { format!("{waiting} waiting to be sent") } else { String::new() };
    words::list([
        told.mark().to_owned(),
        Safe::addr(r.health.mailbox.address.as_str()).as_str().to_owned(),
        if told.time.0.is_some() { state } else { String::new() },
        at("last mail", r.health.state.last_mail),
        at("last sent", r.health.state.last_sent),
        waiting,
        r.team.clone(),
    ])
}

/// The values of the columns that were chosen: `city: Berlin`. Those that lead the row already are left out.
fn cells(told: &RowContext<'_>, cells: &[Cell], led_by: &[&str]) -> Vec<String> {
    let all = told.picks.iter().zip(cells).filter(|(pick, _)| !led_by.contains(&pick.column.name));
    all.filter_map(|(pick, cell)| {
        let text = match cell {
            Cell::Nothing => return None,
            Cell::At(at) if pick.column.name == "due" => return Some(told.time.due(*at)),
            Cell::At(at) => told.time.ago(*at),
            Cell::Sums(sums) => sums.iter().map(money).collect::<Vec<_>>().join(" and "),
            Cell::Text(text) if text.is_empty() => return None,
            Cell::Text(text) => text.replace('_', " "),
        };
        Some(format!("{} {text}", pick.head()))
    })
    .collect()
}

fn money((minor, code): &(i64, String)) -> String {
    Currency::new(code).map_or_else(|| minor.to_string(), |c| Money::new(*minor, c).short())
}

/// A file: `invoice.pdf, 120 kB, PDF, Tue 09:12`.
pub fn file(f: &crate::tui::model::FileRow, told: &RowContext<'_>) -> String {
    let what = if f.about.is_empty() { f.content_type.as_str() } else { f.about };
    words::list([f.name.clone(), f.size.map(size).unwrap_or_default(), what.to_owned(), told.at(f.at)])
}

/// An entry of a customer's history: `order, €20, 3 Mar`.
pub fn entry(e: &crate::tui::data::Entry, told: &RowContext<'_>) -> String {
    let shown = crate::tui::pages::timeline::shown(e, told.info, &WORDS);
    let zone = &told.info.zone;
    let when = told.time.of(e.at, |now| match e.date() {
        Some(day) => words::time(&zone.when_day(day, now)),
        None => words::time(&zone.when(e.at, now)),
    });
    words::list([shown.word.as_str(), shown.text.as_str(), when.as_str(), shown.tail.as_str()])
}
