//! Automatic replies: acknowledgements, and answers to mail outside of a mailbox's hours.

use super::{
    Arrival, Decided,
    recent::{self, RecentKind},
};
use crate::{
    desk::{
        answering::Sending,
        commands::{Leaving, leave},
        import::ImportMail,
        work::{Job, ticket_name},
    },
    mail::{
        automatic::{self, Facts, NoReply, Reply},
        parse::is_content_id,
        template,
    },
    model::{
        Customer, EventKind, Hours, Mailbox, Message, OutboxKind, Ticket, Visibility, Workspace, fold,
        zone::Zone,
    },
    store::{Reject, StoreError, View, records},
};

/// Which automatic reply a message gets; or why none.
///
/// # Errors
/// Where the file cannot be read.
pub(super) fn which(
    view: &dyn View,
    workspace: &Workspace,
    mail: &ImportMail,
    by: &Arrival<'_>,
    decided: &Decided,
    follows: bool,
) -> Result<Result<Reply, NoReply>, StoreError> {
    let m = by.mailbox;
    let sender = fold::email_key(&mail.sender.email).unwrap_or_default();
    let since = (by.now - automatic::PAUSE, by.now.saturating_add(automatic::PAUSE));
    let answered = !recent::newest(view, (RecentKind::Answered, &sender), since, 1)?.is_empty();
    Ok(automatic::decide(&Facts {
        sender: &mail.sender.email,
        robot: mail.robot,
        asks_for_none: mail.asks_for_no_reply,
        ours: mail.by_agent,
        blocked: decided.blocked,
        screened: decided.screened,
        storm: decided.storm.is_some(),
        opens: !follows,
        in_hours: in_hours(workspace, m, by),
        acknowledgement: !m.acknowledgement.trim().is_empty(),
        out_of_hours: !m.out_of_hours.trim().is_empty(),
        sends: m.sends(),
        history: by.is_history(),
        age: by.now - by.at,
        answered,
    }))
}

/// Whether a message came within the hours of its mailbox, by the clocks of the desk. Hours that this version cannot read
/// are no hours.
fn in_hours(workspace: &Workspace, mailbox: &Mailbox, by: &Arrival<'_>) -> bool {
    let zone = Zone::named(&workspace.zone).unwrap_or_else(|_| Zone::utc());
    match Hours::parse(&mailbox.hours) {
        Ok(Some(hours)) => hours.contains(&zone.civil(by.at)),
        _ => true,
    }
}

/// Writes an automatic reply to a message, and puts it on its way.
///
/// # Errors
/// Where the store cannot.
pub(super) fn send(
    job: &mut Job,
    ticket: &Ticket,
    mailbox: &Mailbox,
    answered: &Message,
    reply: Reply,
) -> Result<(), Reject> {
    let text = match reply {
        Reply::Acknowledgement => &mailbox.acknowledgement,
        Reply::OutOfHours => &mailbox.out_of_hours,
    };
    let author = match answered.author {
        Some(id) => records::get::<Customer>(job.view(), id)?,
        None => None,
    };
    let name = author.as_ref().map(Customer::display_name).filter(|n| !n.contains('@')).unwrap_or_default();
    let given = author.map(|c| c.given).filter(|g| !g.trim().is_empty());
    let first =
        given.unwrap_or_else(|| name.clone()).split_whitespace().next().unwrap_or_default().to_owned();
    let from = if mailbox.name.is_empty() { mailbox.address.clone() } else { mailbox.name.clone() };
    let number = ticket_name(ticket);
    let body = template::fill(text, &|place| match place {
        "first_name" => first.clone(),
        "name" => name.clone(),
        "ticket" => number.clone(),
        "subject" => ticket.subject.clone(),
        "mailbox" => from.clone(),
        _ => String::new(),
    });
    // An id that we made ourselves is known to no one else.
    let id = Some(answered.message_id.clone()).filter(|id| !is_content_id(id));
    let message = Message {
        id: job.make(crate::model::Kind::Message),
        at: job.now().max(answered.at),
        from_name: mailbox.name.clone(),
        to: vec![answered.from.clone()],
        visibility: Visibility::Public,
        channel: crate::model::Channel::Email,
        subject: format!("Re: {}", ticket.subject),
        body: body.trim_end().to_owned(),
        in_reply_to: id.iter().cloned().collect(),
        references: answered.references.iter().cloned().chain(id).collect(),
        robot: reply.label().to_owned(),
        ..Message::default()
    };
    let (id, at) = (message.id, message.at);
    let leaving = Leaving { kind: OutboxKind::Automatic, files: Vec::new(), send_at: None, now: true };
    let sending = Sending { mailbox: Some(mailbox.clone()), ..Sending::default() };
    leave(job, ticket, &sending, message, leaving)?;
    job.event_at(ticket.id, at, None, EventKind::Automatic, "", id.to_string())?;
    let sender = fold::email_key(&answered.from).unwrap_or_default();
    Ok(recent::note(job.work.tx, (RecentKind::Answered, &sender), job.request.now, id, ticket.id)?)
}
