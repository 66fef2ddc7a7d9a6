//! What customers write on tickets that are there.

use super::ticket::move_to;
use crate::{
    desk::{
        command::NewReceived,
        work::{Job, ticket_name},
    },
    model::{
        Category, Customer, Delivery, EventKind, Kind, Message, Refusal, Ticket, Visibility, transitions,
    },
    store::Reject,
};

/// Takes in what a customer wrote: it wakes the ticket and opens it again where it waited or was solved.
pub fn receive(job: &mut Job, new: &NewReceived) -> Result<(), Reject> {
    let mut ticket: Ticket = job.need(new.ticket)?;
    let author: Customer = job.need(new.author.unwrap_or(ticket.requester))?;
    if new.body.trim().is_empty() {
        return Err(Refusal::Invalid { field: "message", why: "there is nothing written".into() }.into());
    }
    if matches!(ticket.category, Category::Merged | Category::Closed) {
        let why =
            format!("{} is {}: open a new ticket for it", ticket_name(&ticket), ticket.category.label());
        return Err(Refusal::Invalid { field: "ticket", why }.into());
    }
    let id = job.make(Kind::Message);
    let message = Message {
        id,
        number: job.next_number(Kind::Message)?,
        ticket: ticket.id,
        customer: ticket.requester,
        at: job.at(),
        author: Some(author.id),
        from_name: author.display_name(),
        from: author.email().unwrap_or_default().to_owned(),
        visibility: Visibility::Public,
        channel: new.channel.clone().unwrap_or_else(|| ticket.channel.clone()),
        subject: format!("Re: {} [{}]", ticket.subject, ticket_name(&ticket)),
        body: new.body.trim_end().to_owned(),
        delivery: Delivery::Received,
        ..Default::default()
    };
    job.put(&message)?;
    job.event_at(ticket.id, job.at(), None, EventKind::Received, "", id.to_string())?;
    if let Some(until) = ticket.snoozed_until.take() {
        job.event_at(ticket.id, job.at(), None, EventKind::Snooze, until.to_string(), "")?;
    }
    if let Some(to) = transitions::on_customer_reply(&ticket.category) {
        move_to(job, &mut ticket, &to)?;
    }
    ticket.updated_at = job.at();
    job.put(&ticket)?;
    job.say(format!("{} wrote on {}", author.display_name(), ticket_name(&ticket)));
    Ok(())
}
