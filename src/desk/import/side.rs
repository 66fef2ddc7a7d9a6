//! Side threads: what an outside person answers to a thread that was forwarded to them. It stands apart from the customer's
//! thread, and none of the customer's clocks run by it.

use super::placing::bare_key;
use crate::{
    desk::{read, work::Job},
    model::{Category, Customer, EventKind, Id, Key, Message, Stamp, Table, Ticket, fold},
    store::{Range, Reject, Scan, StoreError, View, ViewExt, records},
};

/// The side thread of a ticket that a mail belongs to: it answers a message of one, or it names the ticket alone and its
/// writer was only ever written to in one. `None`: it is part of the customer's thread.
pub(super) fn of_mail(view: &dyn View, ticket: &Ticket, mail: &Message) -> Result<Option<Id>, StoreError> {
    for id in mail.in_reply_to.iter().chain(mail.references.iter().rev()) {
        let prefix = Range::prefix(Key::new().text(id));
        for (key, _) in view.page(Table::IxMessageId, &prefix, Scan::Forward, 20)? {
            let Some(id) = key.last_chunk::<16>().map(|b| Id(*b)) else { continue };
            if let Some(m) = records::get::<Message>(view, id)?.filter(|m| m.ticket == ticket.id) {
                return Ok(m.side_thread());
            }
        }
    }
    let Some(sender) = fold::email_key(&mail.from) else { return Ok(None) };
    let is = |a: &String| bare_key(a).as_deref() == Some(sender.as_str());
    let requester: Customer = records::get(view, ticket.requester)?.unwrap_or_default();
    if requester.emails.iter().any(|e| is(&e.address)) {
        return Ok(None);
    }
    let thread = read::thread(view, ticket.id)?;
    let has = |m: &Message| [&m.from].into_iter().chain(&m.to).chain(&m.cc).any(is);
    if thread.iter().any(|m| m.side_thread().is_none() && has(m)) {
        return Ok(None);
    }
    Ok(thread.iter().rev().filter(|m| has(m)).find_map(Message::side_thread))
}

/// A mail came in a side thread: the ticket wakes, and is open again where it waited for a third party.
pub(super) fn arrived(job: &mut Job, ticket: Id, message: Id, at: Stamp) -> Result<(), Reject> {
    job.event_at(ticket, at, None, EventKind::Noted, "", message.to_string())?;
    let mut t: Ticket = job.need(ticket)?;
    t.updated_at = t.updated_at.max(at);
    t.snoozed_until = None;
    if t.category == Category::OnHold {
        t.category = Category::Open;
        job.event_at(
            ticket,
            at,
            None,
            EventKind::Category,
            Category::OnHold.as_str(),
            Category::Open.as_str(),
        )?;
    }
    job.put(&t)?;
    Ok(())
}
