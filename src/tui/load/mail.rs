//! Outgoing messages and mailboxes, as rows of the screen.

use super::LoadContext;
use crate::{
    desk::{
        list::{self, Item},
        mail_health::Health,
        outbox,
    },
    lists::PageRequest,
    mail::endpoint,
    model::{Id, Message, Outbox, OutboxState, RecipientState, Stamp, Ticket, fold::fold},
    query::{
        Bound,
        bind::{Pred, Test},
        schema,
    },
    store::{StoreError, View, records},
    tui::{
        data::{Answer, MailboxRow, OutboxRow},
        model::{ListPage, RowNotes},
    },
};

/// What was sent or cancelled within this time, in milliseconds, is still listed: its row says what became of it.
const RECENT: Stamp = 10 * 60_000;

/// Outgoing messages of a query: what needs a person first, or as the query says. Without a query those that have not
/// left, and those that did a moment ago. Only the rows asked for are read where the index of states can tell the rest.
pub fn outbox(
    view: &dyn View,
    seat: &LoadContext,
    text: &str,
    wanted: PageRequest,
) -> Result<Answer, StoreError> {
    let ids = match ids(view, seat, text)? {
        Ok(ids) => ids,
        Err(why) => return Ok(Answer::BadQuery(why)),
    };
    let total = ids.len();
    let around = wanted.around.and_then(|id| ids.iter().position(|i| *i == id));
    let from = around.map_or(wanted.from, |at| at.saturating_sub(wanted.most / 2));
    let from = from.min(total.saturating_sub(wanted.most));
    let mut rows = Vec::with_capacity(total.min(wanted.most));
    for id in ids.into_iter().skip(from).take(wanted.most) {
        if let Some(out) = records::get::<Outbox>(view, id)? {
            rows.push(row(view, seat, out)?);
        }
    }
    Ok(Answer::Outbox(ListPage { rows, from, total, told: RowNotes::default() }))
}

/// All outgoing messages of a query, in their order.
pub fn ids(view: &dyn View, seat: &LoadContext, text: &str) -> Result<Result<Vec<Id>, String>, StoreError> {
    let bound = match list::compile(view, &seat.asker, text, &schema::OUTBOX)? {
        Ok(bound) => bound,
        Err(why) => return Ok(Err(why.line())),
    };
    if let Some(states) = states(&bound) {
        let mut ids = outbox::in_order(view, &states)?;
        if bound.pred.is_none() {
            ids.extend(outbox::over_since(view, seat.now.saturating_sub(RECENT))?);
        }
        return Ok(Ok(ids));
    }
    let items = list::list(view, &seat.asker, &bound)?.into_iter();
    let mut all: Vec<Outbox> = items
        .filter_map(|i| match i {
            Item::Outbox(i) => Some(i.outbox),
            _ => None,
        })
        .collect();
    if bound.sort.is_none() && !bound.relevance {
        all.sort_by_cached_key(|o| (outbox::rank(&o.state), time(o)));
    }
    Ok(Ok(all.into_iter().map(|o| o.id).collect()))
}

/// The states that a query asks for, where it asks for nothing else.
fn states(bound: &Bound) -> Option<Vec<OutboxState>> {
    if bound.is_ordered() || bound.limit.is_some() {
        return None;
    }
    match &bound.pred {
        None => Some(outbox::waiting()),
        Some(Pred::Field { name, tests, .. }) if name == "state" => match tests.as_slice() {
            [Test::OneOf(words)] => Some(words.iter().map(|w| OutboxState::from(*w)).collect()),
            _ => None,
        },
        Some(_) => None,
    }
}

/// The order among messages of one state: what waits by its time, what is over with the newest first.
fn time(o: &Outbox) -> Stamp {
    match o.state {
        OutboxState::Failed | OutboxState::Unsure | OutboxState::Sent | OutboxState::Cancelled => {
            when(o).unwrap_or_default().saturating_neg()
        }
        _ => when(o).unwrap_or(Stamp::MAX),
    }
}

/// When something happens to it, or happened.
fn when(o: &Outbox) -> Option<Stamp> {
    match o.state {
        OutboxState::Held if outbox::state::is_until_let_go(o) => None,
        OutboxState::Held | OutboxState::Ready => Some(o.due_at()),
        OutboxState::Deferred => o.next_try_at,
        OutboxState::Sent => o.sent_at.or(o.since),
        OutboxState::Sending | OutboxState::Failed | OutboxState::Unsure => o.tried_at,
        _ => o.since,
    }
}

fn row(view: &dyn View, seat: &LoadContext, out: Outbox) -> Result<OutboxRow, StoreError> {
    let message = records::get::<Message>(view, out.id)?.unwrap_or_default();
    let ticket = records::get::<Ticket>(view, out.ticket)?.unwrap_or_default();
    let all: Vec<&String> = message.to.iter().chain(&message.cc).chain(&message.bcc).collect();
    let to = all.first().map(|a| (*a).clone()).unwrap_or_default();
    let has = |state| out.recipients.iter().any(|r| r.state == state);
    // Whose address stands next to it need not be said again.
    let problem = match out.problem.split_once(": ") {
        Some((address, said)) if address == to && all.len() == 1 => said.to_owned(),
        _ => out.problem.clone(),
    };
    Ok(OutboxRow {
        id: out.id,
        number: message.number,
        ticket: out.ticket,
        ticket_number: ticket.number,
        when: when(&out),
        to,
        others: all.len().saturating_sub(1),
        subject: message.subject,
        problem,
        author: seat.first_name(Some(out.agent)),
        attempts: out.attempts,
        partly: has(RecipientState::Accepted)
            && out.recipients.iter().any(|r| r.state != RecipientState::Accepted),
        state: out.state,
    })
}

/// The mailboxes in whose addresses or names all words stand.
pub fn mailboxes(view: &dyn View, seat: &LoadContext, text: &str) -> Result<Answer, StoreError> {
    let words: Vec<String> = text.split_whitespace().map(fold).collect();
    let mut rows = Vec::new();
    for health in Health::load(view, seat.now)?.mailboxes {
        let m = &health.mailbox;
        let all = fold(&format!("{} {} {}", m.address, m.aliases.join(" "), m.name));
        if words.iter().all(|w| all.contains(w.as_str())) {
            let team = m.team.and_then(|t| seat.asker.roster.team(t)).map(|t| t.name.clone());
            let (receive, send) = (endpoint::show_receive(&m.receive), endpoint::show_send(&m.send));
            rows.push(MailboxRow { team: team.unwrap_or_default(), receive, send, health });
        }
    }
    Ok(Answer::Mailboxes(rows))
}
