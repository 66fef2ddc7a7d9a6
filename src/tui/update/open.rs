//! What is being read: following the selection, opening rows, going from ticket to ticket.

use super::{Cx, focus, moves};
use crate::{
    desk::read::TimelineEntry,
    model::{Id, Kind, Stamp},
    tui::{
        command::Workspace,
        data::Ask,
        effect::Effect,
        insight, layout,
        model::{Model, Pane, Seek, Showing, Tone, with_list},
        pages::thread::{self, Item},
        popups,
    },
};

/// The page follows the selection after so long a rest, in milliseconds.
const REST: Stamp = 60;
/// A ticket that was in sight for so long was looked at, in milliseconds.
const LOOK: Stamp = 2_000;

/// How many lines of a thread are in sight.
pub fn page_rows(m: &Model) -> usize {
    layout::of(m).height(Pane::Page).saturating_sub(layout::HEAD).max(1)
}

/// The page is to follow the selection, when it rests.
pub fn follow(m: &mut Model) {
    m.follow_at = Some(m.now.saturating_add(REST));
}

/// The page follows the selection immediately.
pub fn follow_now(m: &mut Model, cx: &mut Cx) {
    m.follow_at = None;
    let showing = match m.leader() {
        Pane::Queue => m.queue.current_id().map(Showing::Ticket),
        Pane::AllTickets => m.all_tickets.current_id().map(Showing::Ticket),
        Pane::Customers => m.customers.current_id().map(Showing::Customer),
        Pane::AllCustomers => m.all_customers.current_id().map(Showing::Customer),
        Pane::Tasks => m.tasks.current().map(|t| match (t.ticket, t.customer) {
            (Some(ticket), _) => Showing::Ticket(ticket),
            (None, Some(customer)) => Showing::Customer(customer),
            (None, None) => Showing::Nothing,
        }),
        Pane::Outbox => return follow_message(m, cx),
        _ => return,
    };
    let showing = showing.unwrap_or_default();
    if showing != m.page.showing {
        show(m, cx, showing);
    }
}

/// The page shows the ticket of the outgoing message under the cursor, at that message.
fn follow_message(m: &mut Model, cx: &mut Cx) {
    let Some((ticket, message)) = m.outbox.current().map(|o| (o.ticket, o.id)) else {
        return show(m, cx, Showing::Nothing);
    };
    m.page.hit = Some(message);
    let kinds = m.page.kinds;
    if m.page.showing != Showing::Ticket(ticket) {
        return show(m, cx, Showing::Ticket(ticket));
    }
    // It is here already, or it is on its way and takes the place with it.
    if let Some(v) = m.page.ticket.as_mut().filter(|v| v.page.ticket.id == ticket) {
        m.page.hit = None;
        v.seek = thread::place_of(&v.page, kinds, message).map(Seek::Item);
    }
}

/// Shows a ticket or a customer.
pub fn show(m: &mut Model, cx: &mut Cx, showing: Showing) {
    m.follow_at = None;
    m.look_at = None;
    if m.page.showing != showing {
        m.page.kinds = Default::default();
    }
    m.page.showing = showing;
    match showing {
        Showing::Ticket(id) => {
            m.look_at = Some(m.now.saturating_add(LOOK));
            cx.ask(m, Ask::Ticket(id));
        }
        Showing::Customer(id) => cx.ask(m, Ask::Customer(id)),
        Showing::Nothing => {}
    }
}

/// Notes that this agent looked at the ticket being read.
pub fn looked(m: &mut Model, cx: &mut Cx) {
    m.look_at = None;
    let Showing::Ticket(id) = m.page.showing else { return };
    let Some(view) = m.page.ticket.as_ref().filter(|v| v.page.ticket.id == id) else {
        // Not here yet: when it comes, it counts.
        m.look_at = Some(m.now);
        return;
    };
    let t = &view.page.ticket;
    let last = t.timers.last_event_at.unwrap_or(t.created_at).max(t.updated_at);
    if view.page.looked_at.is_some_and(|at| at >= last) && !row_is_new(m, id) {
        return;
    }
    // The clock of another machine may be ahead: what happened is seen, whatever it says.
    let at = m.now.max(last);
    let op = cx.op();
    cx.push(Effect::MarkSeen(op, id, at));
    m.queue.renew(id, |row| row.new = false);
    m.all_tickets.renew(id, |row| row.new = false);
}

fn row_is_new(m: &Model, id: Id) -> bool {
    let lists = [&m.queue, &m.all_tickets];
    lists.iter().flat_map(|l| l.rows()).any(|r| r.id == id && r.new)
}

/// Opens the selected row.
pub fn open(m: &mut Model, cx: &mut Cx) {
    match m.focus {
        Pane::Queues => focus::focus(m, cx, Pane::Queue),
        Pane::Queue | Pane::AllTickets | Pane::Customers | Pane::AllCustomers | Pane::Outbox => {
            follow_now(m, cx);
            focus::focus(m, cx, Pane::Page);
            note(m);
        }
        Pane::Mailboxes => popups::mailbox::open(m, cx),
        Pane::Tasks => {
            follow_now(m, cx);
            if m.page.showing == Showing::Nothing {
                popups::record::task(m);
            } else {
                focus::focus(m, cx, Pane::Page);
            }
        }
        Pane::Page if matches!(m.page.showing, Showing::Ticket(_)) => unfold(m),
        Pane::Page | Pane::Card => entry(m, cx),
        Pane::Today => focus::go(m, cx, Workspace::Insight),
        Pane::Insight => insight::act::open(m, cx),
    }
}

/// Unfolds the quotes of the message under the cursor, or folds them.
fn unfold(m: &mut Model) {
    let Some(v) = &mut m.page.ticket else { return };
    let Some(Item::Message(message)) = v.current() else { return };
    let id = message.id;
    match v.unfolded.iter().position(|u| *u == id) {
        Some(i) => {
            v.unfolded.remove(i);
        }
        None => v.unfolded.push(id),
    }
    v.made_for = Default::default();
}

/// Opens the entry of a history under the cursor.
fn entry(m: &mut Model, cx: &mut Cx) {
    let Some(entry) = m.entry_at_hand().cloned() else {
        // The card has no history to open: its customer has a page.
        if let (Pane::Card, Some(id)) = (m.focus, m.customer_at_hand()) {
            record(m, cx, Kind::Customer, id);
        }
        return;
    };
    match &entry.entry {
        TimelineEntry::Ticket(_) => record(m, cx, Kind::Ticket, entry.id),
        TimelineEntry::Message(message, ..) => record(m, cx, Kind::Ticket, message.ticket),
        _ => popups::record::entry(m, &entry),
    }
}

/// Opens a record from anywhere, with the way back remembered.
pub fn record(m: &mut Model, cx: &mut Cx, kind: Kind, id: Id) {
    let showing = match kind {
        Kind::Ticket => Showing::Ticket(id),
        Kind::Customer => Showing::Customer(id),
        Kind::Mailbox => {
            focus::go(m, cx, Workspace::Settings);
            return m.mailboxes.want(id);
        }
        _ => return,
    };
    focus::remember(m);
    if !Pane::of(m.workspace).contains(&Pane::Page) {
        m.workspace = Workspace::Desk;
    }
    if m.page.showing != showing {
        show(m, cx, showing);
    }
    m.focus = Pane::Page;
    looked(m, cx);
    note(m);
}

/// The most records of a session that are offered again.
const OPENED: usize = 20;

/// Notes that what is shown was opened.
fn note(m: &mut Model) {
    let record = match m.page.showing {
        Showing::Ticket(id) => (Kind::Ticket, id),
        Showing::Customer(id) => (Kind::Customer, id),
        Showing::Nothing => return,
    };
    m.opened.retain(|r| *r != record);
    m.opened.push(record);
    if m.opened.len() > OPENED {
        m.opened.remove(0);
    }
}

/// Reads the next ticket of the list, or one before.
pub fn neighbour(m: &mut Model, cx: &mut Cx, by: isize) {
    let pane = m.leader();
    if !with_list!(m, pane, list => list.step(by), false) {
        let end = if by > 0 { "last" } else { "first" };
        m.say(Tone::Plain, format!("This is the {end} one of the list."));
        return;
    }
    follow_now(m, cx);
    if m.focus == Pane::Page {
        looked(m, cx);
    }
}

/// One page down; at the end the next unread ticket.
pub fn read_on(m: &mut Model, cx: &mut Cx) {
    if m.focus == Pane::Customers || m.focus == Pane::AllCustomers || m.focus == Pane::Card {
        return moves::page(m, cx, 2);
    }
    let height = page_rows(m);
    if matches!(m.page.showing, Showing::Ticket(_))
        && let Some(v) = &mut m.page.ticket
        && moves::scroll(v, height, height.saturating_sub(1).max(1).cast_signed())
    {
        return;
    }
    looked(m, cx);
    let pane = m.leader();
    let Some(list) = m.tickets(pane) else { return moves::page(m, cx, 2) };
    let after = list.rows().iter().enumerate().skip(list.cursor() + 1);
    let Some((i, _)) = after.clone().find(|(_, r)| r.new) else {
        m.say(Tone::Plain, "Nothing unread below.");
        return;
    };
    with_list!(m, pane, list => list.go(i), false);
    follow_now(m, cx);
    if m.focus == Pane::Page {
        looked(m, cx);
    }
}
