//! Pages: a ticket with its thread, a customer with the whole history.

use super::LoadContext;
use crate::{
    desk::{
        answering, fields,
        incoming::address,
        read::{self, TimelineEntry},
        seen,
    },
    model::{
        Customer, Delivery, Direction, EventKind, Id, Kind, OrderStatus, Organisation, Outbox, Preset,
        Response, Stamp, Ticket, Visibility,
    },
    store::{StoreError, View, records},
    tui::data::{Answer, CustomerPage, Facts, TicketPage},
};

/// Entries of a history that a page shows.
const MOST: usize = 2_000;
/// The months that a course shows.
const MONTHS: usize = 12;
const MONTH: Stamp = 365 * 86_400_000 / 12;

/// A ticket's page.
pub fn ticket(view: &dyn View, seat: &LoadContext, id: Id) -> Result<Answer, StoreError> {
    let Some(ticket) = records::get::<Ticket>(view, id)? else { return Ok(Answer::Ticket(None)) };
    let customer = records::get::<Customer>(view, ticket.requester)?.unwrap_or_default();
    let organisation = match ticket.organisation.or_else(|| customer.organisation()) {
        Some(o) => records::get::<Organisation>(view, o)?.map(|o| o.name).unwrap_or_default(),
        None => String::new(),
    };
    let events = read::events(view, id)?;
    let messages = read::thread(view, id)?;
    let given = events.iter().filter(|e| e.kind == EventKind::Requester);
    let named = given.flat_map(|e| [&e.from, &e.to]).filter_map(|who| who.parse::<Id>().ok());
    let wrote = messages.iter().map(|m| m.customer).filter(|who| *who != ticket.requester);
    let mut people: Vec<(Id, String)> = Vec::new();
    let offers = address::offers(view, id)?;
    for who in named.chain(wrote).chain(offers.iter().map(|o| o.customer)) {
        if !people.iter().any(|(known, _)| *known == who)
            && let Some(c) = records::get::<Customer>(view, who)?
        {
            people.push((who, c.display_name()));
        }
    }
    let mut outbox = Vec::new();
    let on_its_way = |d: &Delivery| !matches!(d, Delivery::Received | Delivery::Sent);
    for m in messages.iter().filter(|m| on_its_way(&m.delivery)) {
        outbox.extend(records::get::<Outbox>(view, m.id)?.map(|o| (m.id, o.state, o.send_at)));
    }
    Ok(Answer::Ticket(Some(Box::new(TicketPage {
        messages,
        outbox,
        sending: answering::sending(view, &ticket)?,
        events,
        people,
        offers,
        looked_at: seen::last_look(view, seat.me, id)?,
        ticket,
        customer,
        organisation,
    }))))
}

/// A customer's page.
pub fn customer(view: &dyn View, seat: &LoadContext, id: Id) -> Result<Answer, StoreError> {
    let Some(customer) = records::get::<Customer>(view, id)? else { return Ok(Answer::Customer(None)) };
    let organisation = match customer.organisation() {
        Some(o) => records::get::<Organisation>(view, o)?,
        None => None,
    };
    let (timeline, next) = read::timeline(view, id, &seat.asker.zone, None, MOST)?;
    let mut facts = facts(view, id)?;
    let from = seat.now.saturating_sub(MONTH * 12);
    facts.months = vec![0; MONTHS];
    for e in &timeline {
        let month = usize::try_from(e.at.saturating_sub(from).div_euclid(MONTH)).unwrap_or(usize::MAX);
        if let Some(n) = facts.months.get_mut(month) {
            *n += 1;
        }
        // The newest first: the first one of the customer's own is the last that they did.
        let theirs = match &e.entry {
            TimelineEntry::Message(m, ..) => m.is_inbound() && m.visibility == Visibility::Public,
            TimelineEntry::Interaction(i) => i.direction == Direction::In,
            TimelineEntry::Order(_) | TimelineEntry::Response(_) => true,
            _ => false,
        };
        if theirs && facts.seen_at.is_none() {
            facts.seen_at = Some(e.at);
        }
    }
    let fields = fields::others(view, &seat.asker.zone, &customer)?;
    Ok(Answer::Customer(Some(Box::new(CustomerPage {
        customer,
        organisation,
        fields,
        facts,
        timeline,
        more: next.is_some(),
    }))))
}

fn facts(view: &dyn View, id: Id) -> Result<Facts, StoreError> {
    let mut f = Facts::default();
    for o in read::orders_of(view, id)?.iter().filter(|o| o.status != OrderStatus::Cancelled) {
        f.orders += 1;
        let net = o.total.saturating_sub(o.refunded());
        match f.revenue.iter_mut().find(|(code, _)| *code == o.currency) {
            Some((_, sum)) => *sum = sum.saturating_add(net),
            None => f.revenue.push((o.currency.clone(), net)),
        }
    }
    for t in read::tickets_of(view, id)?.iter().filter(|t| !t.spam) {
        f.tickets += 1;
        f.open += usize::from(t.category.is_unsolved());
    }
    let mut nps: Option<(Stamp, i64)> = None;
    for r in records::referring::<Response>(view, (Kind::Customer, id))? {
        match r.preset {
            Preset::Csat => f.csat = (f.csat.0.saturating_add(r.score), f.csat.1 + 1),
            Preset::Nps if nps.is_none_or(|(at, _)| at < r.at) => nps = Some((r.at, r.score)),
            _ => {}
        }
    }
    f.nps = nps.map(|(_, score)| score);
    Ok(f)
}
