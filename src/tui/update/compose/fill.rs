//! What a message begins with: recipients, what follows its text, what is known of who reads it.

use crate::{
    desk::answering::{self, Answer, Recipients},
    model::{Channel, Id, fold},
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
    let (agent, zone) = (info.agent(me), &info.zone);
    let answer = |side: Option<Id>| {
        let said = (page.messages.as_slice(), page.events.as_slice());
        Answer::new(&page.ticket, &page.customer, said, &page.sending, side)
    };
    let begun = |a: Answer<'_>| (a.recipients(), a.below(agent, zone), a.channel(), a.subject());
    let ((who, below, channel, subject), reader) = match kind {
        ComposerKind::Note => Default::default(),
        ComposerKind::Reply => (begun(answer(None)), Some(&page.customer)),
        ComposerKind::Side(side) => (begun(answer(Some(side))), None),
        ComposerKind::Forward => {
            let mailbox = page.sending.mailbox.as_ref();
            let below = answering::below_forward(mailbox, agent, &page.messages, zone);
            let subject = answering::forward_subject(&page.ticket.subject);
            ((Recipients::default(), below, Channel::Email, subject), None)
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
