//! What is asked of the desk, and what came of it.

use super::{Cx, compose, drafts, lists, open, tickets};
use crate::{
    desk::list::MINE,
    model::{Kind, Seq, Stamp},
    tui::{
        command::Workspace,
        data::{Answer, Ask, Slot},
        insight,
        model::{CustomerView, Layer, Model, Pane, Picker, PickerFor, Seek, Showing, TicketView, Tone},
        pages::thread,
        popups,
    },
};

/// The session begins.
pub fn start(m: &mut Model, cx: &mut Cx) {
    cx.ask(m, Ask::Info);
    // The tickets of the first queue do not wait until all queues are counted.
    cx.ask(m, Ask::Tickets(Slot::Queue, MINE.to_owned(), Vec::new()));
    cx.ask(m, Ask::Queues);
    lists(m, cx);
    cx.ask(m, Ask::Numbers);
    cx.ask(m, Ask::Mail);
}

/// Whether all is there that a first frame should show.
pub fn is_first_frame_ready(m: &Model) -> bool {
    let waits = [Slot::Info, Slot::Queue, Slot::Queues, Slot::Ticket, Slot::Customer];
    m.known && !waits.iter().any(|slot| m.waiting.contains_key(slot))
}

/// Asks for the lists of the workspace shown.
pub fn lists(m: &mut Model, cx: &mut Cx) {
    for pane in Pane::of(m.workspace) {
        if let Some(ask) = pane.slot().and_then(|slot| lists::query_of(m, slot)) {
            cx.ask(m, ask);
        }
    }
    if m.workspace == Workspace::Insight {
        insight::act::ask(m, cx);
    }
}

/// More customers are loaded, or all: the lists of them that were cut short are asked for again.
pub fn loaded(m: &mut Model, cx: &mut Cx) {
    // Who has not chosen yet is shown who came.
    let first = |p: &Picker| p.cursor == 0 && matches!(p.purpose, PickerFor::House(..) | PickerFor::Find(_));
    if matches!(m.layers.last(), Some(Layer::Picker(p)) if first(p)) {
        super::layers::typed(m, cx);
    }
    for pane in Pane::of(m.workspace) {
        let partial = m.customers_of(*pane).is_some_and(|l| l.told.partial || !l.is_settled());
        if partial && let Some(ask) = pane.slot().and_then(|slot| lists::query_of(m, slot)) {
            cx.ask(m, ask);
        }
    }
}

/// Asks again for all that is shown: something changed.
pub fn refresh(m: &mut Model, cx: &mut Cx) {
    cx.ask(m, Ask::Info);
    cx.ask(m, Ask::Queues);
    lists(m, cx);
    match m.page.showing {
        Showing::Ticket(id) => cx.ask(m, Ask::Ticket(id)),
        Showing::Customer(id) => cx.ask(m, Ask::Customer(id)),
        Showing::Nothing => {}
    }
    cx.ask(m, Ask::Numbers);
    cx.ask(m, Ask::Mail);
}

/// Takes in what waits, and asks again for all that is shown.
pub fn refresh_all(m: &mut Model, cx: &mut Cx) {
    for pane in Pane::LISTS {
        crate::tui::model::with_list!(m, pane, list => list.refresh(), ());
    }
    refresh(m, cx);
}

/// After a refresh for what others did, the next one waits so long, in milliseconds: an import commits many times a
/// second.
const REFRESH_EVERY: Stamp = 400;

/// The log went on: by this agent's own change it is asked already.
pub fn moved(m: &mut Model, cx: &mut Cx, seq: Seq) {
    if seq <= m.head {
        return;
    }
    m.head = seq;
    if m.refresh_at.is_none_or(|at| at <= m.now) {
        refresh_for_others(m, cx);
    } else {
        m.stale = true;
    }
}

/// The store was replaced: nothing shown need exist in it.
pub fn replaced(m: &mut Model, cx: &mut Cx, seq: Seq) {
    m.head = seq;
    if !std::mem::take(&mut m.rewriting) {
        m.say(
            Tone::Plain,
            "The store was replaced (restored, compacted, customer erased): everything was reloaded.",
        );
    }
    refresh_all(m, cx);
}

/// Asks again because of what others did.
pub fn refresh_for_others(m: &mut Model, cx: &mut Cx) {
    m.stale = false;
    m.refresh_at = Some(m.now.saturating_add(REFRESH_EVERY));
    refresh(m, cx);
}

/// A question was answered.
pub fn answered(m: &mut Model, cx: &mut Cx, slot: Slot, answer: Answer) {
    match answer {
        Answer::Info(info) => {
            m.head = m.head.max(info.head);
            m.info = *info;
            m.known = true;
            if !m.info.begun && m.layers.is_empty() {
                popups::welcome::begin(m);
            }
        }
        Answer::Queues(rows) => {
            let chosen = m.queues.current().map(|q| q.name.clone());
            let first = m.queues.rows.is_empty();
            let at = chosen.and_then(|name| rows.iter().position(|q| q.name == name));
            m.queues.rows = rows;
            if first {
                // An agent with nothing assigned begins with the unassigned tickets.
                let mine = m.queues.rows.first().is_some_and(|q| q.count > 0);
                let at = m.queues.rows.iter().position(|q| q.count > 0).filter(|_| !mine).unwrap_or(0);
                m.queues.cursor = at;
                if at != 0
                    && let Some(ask) = lists::query_of(m, Slot::Queue)
                {
                    cx.ask(m, ask);
                }
            } else {
                m.queues.cursor = at.unwrap_or(0);
            }
        }
        Answer::Tickets(rows) => {
            match slot {
                Slot::Queue => m.queue.receive(rows),
                _ => m.all_tickets.receive(rows),
            }
            settled(m, cx);
        }
        Answer::Customers(rows) => {
            match slot {
                Slot::Customers => m.customers.receive(rows),
                _ => m.all_customers.receive(rows),
            }
            settled(m, cx);
        }
        Answer::Views(command, args, rows) => popups::views::came(m, command, args, rows),
        Answer::Counts(title, parts) => popups::views::counted(m, title, parts),
        Answer::Every(slot, ids) => {
            let count = ids.len();
            match slot {
                Slot::Outbox => m.outbox.mark_these(ids),
                Slot::Customers => m.customers.mark_these(ids),
                _ => m.all_customers.mark_these(ids),
            }
            m.say(Tone::Plain, format!("All {count} that match are marked."));
        }
        Answer::Complete(text, offers) => super::layers::offered(m, &text, offers),
        Answer::Tasks(rows) => {
            m.tasks.receive(rows);
            settled(m, cx);
        }
        Answer::Outbox(rows) => {
            m.outbox.receive(rows);
            settled(m, cx);
        }
        Answer::Mailboxes(rows) => m.mailboxes.receive(rows),
        Answer::Mail(health) => super::mail::came(m, *health),
        Answer::Ticket(Some(page)) => ticket(m, cx, *page),
        Answer::Customer(Some(page)) => customer(m, *page),
        Answer::Ticket(None) | Answer::Customer(None) => {
            m.page.showing = Showing::Nothing;
            m.say(Tone::Refused, "That record no longer exists.");
        }
        Answer::Numbers(numbers) => m.numbers = Some(*numbers),
        Answer::Insight(page) => m.insight.page = Some(page),
        Answer::Found(found) => popups::find::found(m, cx, found),
        Answer::Subjects(text, found) => popups::find::subjects(m, &text, found),
        Answer::Entry(Some(found)) => {
            let (customer, entry) = *found;
            if let Some(customer) = customer {
                super::open_record(m, cx, Kind::Customer, customer);
            }
            popups::record::entry(m, &entry);
        }
        Answer::Entry(None) => m.say(Tone::Refused, "That record no longer exists."),
        Answer::OrganisationIndex(text, found) => {
            if !popups::house::found(m, &text, &found) {
                popups::offers::found(m, &text, found);
            }
        }
        Answer::Addresses(text, found) => compose::addresses_found(m, &text, found),
        Answer::Texts(note, found) => popups::texts::found(m, note, found),
        Answer::Blame(title, rows) => popups::blame::open(m, &title, rows),
        Answer::Fields(kind, id, fields) => popups::forms::edit(m, kind, id, &fields),
        Answer::Drafts(subject, kind, all) => drafts::came(m, cx, subject, &kind, all),
        Answer::Behind(title, rows) => popups::behind::open(m, title, rows),
        Answer::Claim(found) => tickets::claimed(m, cx, found),
        Answer::Plan(plan, take) => popups::merge::planned(m, plan, take),
        Answer::Merged(kind, all) => popups::merge::merged(m, kind, all),
        Answer::Duplicates(pairs) => popups::merge::suggested(m, pairs),
        Answer::History(whose, first, page, older) => popups::history::came(m, whose, first, page, older),
        Answer::UndoPreview(seq, what, lines) => popups::history::preview(m, seq, &what, lines),
        Answer::Records(kind, rows, more) => popups::records::listed(m, kind, rows, more),
        Answer::Imports(all) => popups::imports::listed(m, &all),
        Answer::Extent(extent) => popups::imports::confirm(m, extent),
        Answer::BadQuery(why) => match m.layers.last_mut() {
            Some(Layer::Prompt(p)) => p.error = Some(why),
            _ => m.say(Tone::Refused, why),
        },
        Answer::Failed(why) => {
            if slot == Slot::Merge {
                m.looking = None;
            }
            m.say(Tone::Bad, why);
        }
    }
}

/// Rows came: where the page shows nothing, or the row under the cursor is another, it follows.
fn settled(m: &mut Model, cx: &mut Cx) {
    let reading = matches!(m.focus, Pane::Page | Pane::Card) || m.composer.is_some();
    if m.page.showing == Showing::Nothing || !reading && m.follow_at.is_none() {
        open::follow_now(m, cx);
    }
}

fn ticket(m: &mut Model, cx: &mut Cx, mut page: crate::tui::data::TicketPage) {
    let id = page.ticket.id;
    if m.page.showing != Showing::Ticket(id) {
        return;
    }
    let requester = page.ticket.requester;
    let known = m.page.customer.as_ref().map(|v| v.page.customer.id);
    let same = m.page.ticket.take().filter(|v| v.page.ticket.id == id);
    let hit = m.page.hit.take().and_then(|hit| thread::place_of(&page, m.page.kinds, hit)).map(Seek::Item);
    m.page.ticket = Some(match same {
        Some(old) => {
            // What was new when the page was opened stays marked while it is read.
            page.looked_at = old.page.looked_at;
            let grown = page.messages.len() > old.page.messages.len();
            let at_end = old.item + 1 >= old.items();
            let seek = hit.or(if grown && at_end { Some(Seek::End) } else { old.seek });
            TicketView { page, seek, made_for: Default::default(), ..old }
        }
        None => {
            let new = thread::first_new(&page, m.page.kinds, m.me);
            // Never read: from the beginning. Read before: at what is new, else at the end.
            let seek = match (new, page.looked_at) {
                (Some(new), _) => Seek::Item(new),
                (None, Some(_)) => Seek::End,
                (None, None) => Seek::Item(0),
            };
            TicketView { page, seek: Some(hit.unwrap_or(seek)), ..TicketView::default() }
        }
    });
    cx.ask(m, Ask::Customer(requester));
    if known != Some(requester) {
        m.page.customer = None;
    }
    compose::arrived(m);
}

fn customer(m: &mut Model, page: crate::tui::data::CustomerPage) {
    let id = page.customer.id;
    let wanted = match m.page.showing {
        Showing::Customer(shown) => shown == id,
        Showing::Ticket(_) => m.page.ticket.as_ref().is_some_and(|v| v.page.ticket.requester == id),
        Showing::Nothing => false,
    };
    if !wanted {
        return;
    }
    let same = m.page.customer.take().filter(|v| v.page.customer.id == id);
    let (cursor, top) = same.map_or((0, 0), |v| (v.cursor, v.top));
    m.page.customer = Some(CustomerView { page, cursor, top, ..CustomerView::default() });
}
