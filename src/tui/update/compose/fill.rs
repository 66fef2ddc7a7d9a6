//! What a message begins with: recipients, what follows its text, what is known of who reads it.

use crate::{
    desk::answering::{self, Recipients},
    model::{Channel, Customer, Id, fold},
    tui::{
        data::{Info, TicketPage},
        model::{Basis, Below, Composer, ComposerKind, Model},
    },
};

/// The page of the ticket is there: what the message does not know yet is filled in.
pub fn arrived(m: &mut Model) {
    let Some(view) = &m.page.ticket else { return };
    let Some(c) = m.composer.as_mut().filter(|c| c.ticket == view.page.ticket.id) else { return };
    fill(c, &view.page, &m.info, m.me);
}

/// Fills in what is not known yet; what was typed or restored stays.
pub fn fill(c: &mut Composer, page: &TicketPage, info: &Info, me: Id) {
    c.number = page.ticket.number;
    if c.newest.is_none() {
        c.newest = page.messages.last().map(|m| m.id);
    }
    if c.basis.known || !c.leaves() {
        return;
    }
    let (who, below, basis) = begun(c.kind, page, info, me);
    c.basis = basis;
    c.below = match c.restored_below.take() {
        Some(text) => Below::restored(&below, &text),
        None => Below::usual(&below),
    };
    c.basis.below = below;
    if c.subject.is_empty() {
        c.subject.set(&c.basis.subject);
    }
    if c.to.is_empty() {
        c.to.set(&who.to.join(", "));
        if c.cc.is_empty() {
            c.cc.set(&who.cc.join(", "));
        }
    }
    if c.kind == ComposerKind::Forward && c.writing.from.is_empty() {
        c.files = super::files::of_thread(page, false);
    }
}

fn begun(
    kind: ComposerKind,
    page: &TicketPage,
    info: &Info,
    me: Id,
) -> (Recipients, answering::Below, Basis) {
    let mailbox = page.sending.mailbox.as_ref();
    let (agent, zone, own) = (info.agent(me), &info.zone, page.sending.own.as_slice());
    let outsider = Customer::default();
    let (who, below, channel, subject, reader) = match kind {
        ComposerKind::Note => Default::default(),
        ComposerKind::Reply => {
            let answered = answering::answered(&page.messages, &page.events);
            let channel = answering::channel(&page.ticket, answered);
            let below = match channel {
                Channel::Email => answering::below_answer(mailbox, agent, &page.customer, answered, zone),
                _ => answering::Below::default(),
            };
            let who = answering::recipients(answered, &page.customer, own);
            (who, below, channel, format!("Re: {}", page.ticket.subject), Some(&page.customer))
        }
        ComposerKind::Side(side) => {
            let answered = answering::answered_aside(&page.messages, side);
            let below = answering::below_answer(mailbox, agent, &outsider, answered, zone);
            let who = answering::recipients_aside(&page.messages, side, own);
            let first = page.messages.iter().find(|m| m.side_thread() == Some(side));
            let subject = first.map_or(String::new(), |m| answering::side_subject(&m.subject));
            (who, below, Channel::Email, subject, None)
        }
        ComposerKind::Forward => {
            let below = answering::below_forward(mailbox, agent, &page.messages, zone);
            (Recipients::default(), below, Channel::Email, format!("Fwd: {}", page.ticket.subject), None)
        }
    };
    let prefers = reader.map_or("", |c| c.preferred_channel.trim());
    let basis = Basis {
        known: true,
        subject,
        prefers: if prefers == channel.as_str() { String::new() } else { prefers.to_owned() },
        channel,
        language: reader.map_or_else(String::new, |c| c.language.clone()),
        zone: reader.map_or_else(String::new, |c| c.zone.clone()),
        customer: page.customer.display_name(),
        limit: page.sending.limit,
        names: names(page),
        bounced: bounced(page),
        ..Basis::default()
    };
    (who, below, basis)
}

/// The customer's addresses from which mail came back, each by its key.
fn bounced(page: &TicketPage) -> Vec<String> {
    let bounced = page.customer.emails.iter().filter(|e| e.bounced);
    bounced.filter_map(|e| fold::email_key(&e.address)).collect()
}

/// The names of people on a ticket, by the key of their address.
fn names(page: &TicketPage) -> Vec<(String, String)> {
    let own = page.customer.emails.iter().map(|e| (e.address.as_str(), page.customer.display_name()));
    let wrote = page.messages.iter().map(|m| (m.from.as_str(), m.from_name.trim().to_owned()));
    let named = own.chain(wrote).filter(|(_, name)| !name.is_empty());
    named.filter_map(|(address, name)| Some((fold::email_key(address)?, name))).collect()
}
