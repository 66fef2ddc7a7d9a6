//! Reports of mail that did not arrive, where they are about nothing that the desk has: kept without a ticket, until what
//! they are about is here.

use super::{Fate, ImportMail, placing, settle};
use crate::{
    desk::{
        incoming::{
            Arrival,
            bounce::{self, Report},
        },
        read,
        work::Job,
    },
    mail::parse::content_id,
    model::{
        Category, Channel, Delivery, EventKind, Id, Key, Kind, Message, Stamp, Table, Ticket, Visibility,
    },
    store::{Range, Reject, Scan, StoreError, View, ViewExt, raw, records},
};

/// How many kept reports are looked at in one go.
const PAGE: usize = 50;

/// Keeps a report that is about nothing that we sent: it is no ticket, and no one is its customer.
pub(super) fn without_ticket(
    job: &mut Job,
    mail: &ImportMail,
    by: Option<&Arrival<'_>>,
    report: &Report,
    message: Message,
) -> Result<Fate, Reject> {
    let id = job.make(Kind::Message);
    let mut message = Message {
        id,
        number: job.next_number(Kind::Message)?,
        visibility: Visibility::Public,
        channel: Channel::Email,
        raw: Some(id),
        delivery: Delivery::Received,
        mailbox: by.map(|by| by.mailbox.id),
        received_at: by.map(|by| by.at),
        via: Some(job.request.via()),
        ..message
    };
    message.problems.push(report.shown());
    job.put(&message)?;
    raw::put(job.work.tx, id, &mail.raw)?;
    Ok(Fate::Created)
}

/// A kept report: its key, by which the next ones are asked for, and the mail as it came.
pub type Kept = (Vec<u8>, Vec<u8>);

/// Reports that are kept without a ticket, from the one after `after`; none where there are no more.
///
/// # Errors
/// Where the file cannot be read.
pub fn kept(view: &dyn View, after: Option<Vec<u8>>) -> Result<Vec<Kept>, StoreError> {
    let mut range = Range::prefix(Key::new().id(Id::NIL));
    if let Some(after) = after {
        range.pass(&after);
    }
    let mut out = Vec::new();
    for (key, _) in view.page(Table::IxThread, &range, Scan::Forward, PAGE)? {
        let Some(id) = key.last_chunk::<16>().map(|b| Id(*b)) else { continue };
        let bytes = match records::get::<Message>(view, id)?.and_then(|m| m.raw) {
            Some(raw) => raw::get(view, raw)?.unwrap_or_default(),
            None => Vec::new(),
        };
        out.push((key, bytes));
    }
    Ok(out)
}

/// Takes kept reports again.
pub(super) fn again(job: &mut Job, mails: &[ImportMail]) -> Result<(), Reject> {
    let mut n = 0;
    for mail in mails {
        // One whose Message-ID another mail has is kept by what it says.
        for id in [mail.message.message_id.clone(), content_id(&mail.raw)] {
            n += u32::from(belated(job, mail, &id)? == Fate::Updated);
        }
    }
    job.say(format!("{n} reports found their messages"));
    Ok(())
}

/// A mail that is here already: a report that was kept without a ticket may be about a message that is here by now.
pub(super) fn belated(job: &mut Job, mail: &ImportMail, message_id: &str) -> Result<Fate, Reject> {
    if mail.bounce.is_none() {
        return Ok(Fate::Unchanged);
    }
    let mut placed = false;
    for message in placing::under(job.view(), message_id)? {
        placed |= place(job, mail, message)?;
    }
    Ok(if placed { Fate::Updated } else { Fate::Unchanged })
}

/// Places a report that was kept, where what it is about is here.
fn place(job: &mut Job, mail: &ImportMail, mut message: Message) -> Result<bool, Reject> {
    if message.ticket != Id::NIL {
        return Ok(false);
    }
    let Some(report) = bounce::report(job.view(), mail)? else { return Ok(false) };
    let Some(mut ticket) = bounce::ticket(job.view(), &report)? else { return Ok(false) };
    message.ticket = ticket.id;
    message.customer = ticket.requester;
    message.problems.retain(|p| !bounce::is_kept(p));
    job.put(&message)?;
    ticket.updated_at = ticket.updated_at.max(message.at);
    job.put(&ticket)?;
    job.event_at(ticket.id, message.at, None, EventKind::Automatic, "", message.id.to_string())?;
    bounce::apply(job, &report, message.at, true)?;
    came_back(job, &report, message.at)?;
    Ok(true)
}

/// An answer of ours that came back leaves its ticket open, where it waited for the customer and nothing was said since.
pub(super) fn came_back(job: &mut Job, report: &Report, at: Stamp) -> Result<(), Reject> {
    let Report::Of { message, fate, .. } = report else { return Ok(()) };
    let Some(ticket) = bounce::ticket(job.view(), report)? else { return Ok(()) };
    if *fate == bounce::Fate::Delayed
        || ticket.category != Category::Pending
        || job.now() - at > settle::QUIET
    {
        return Ok(());
    }
    let last = settle::newest(&read::thread(job.view(), ticket.id)?).map(|m| m.id);
    if last == Some(*message) {
        let mut t: Ticket = job.need(ticket.id)?;
        t.category = Category::Open;
        job.put(&t)?;
        let (from, to) = (Category::Pending, Category::Open);
        job.event_at(t.id, at, None, EventKind::Category, from.as_str(), to.as_str())?;
    }
    Ok(())
}
