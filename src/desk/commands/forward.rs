//! Forwarding: a ticket's thread goes to an outside person, whose answer comes back as a side thread.

use super::reply::{Leaving, addresses, leave, writer};
use crate::{
    desk::{
        command::NewForward,
        mailboxes, read,
        work::{Job, ticket_name},
    },
    mail::{compose::File, parse},
    model::{Channel, Delivery, EventKind, Kind, Message, OutboxKind, Refusal, Ticket, Visibility},
    store::{Reject, raw},
};

/// The most bytes of files that go with a forwarded thread.
const MOST: u64 = 20 << 20;

/// Sends a ticket's thread on, with its files. Notes and other side threads stay here.
pub fn forward(job: &mut Job, new: &NewForward) -> Result<(), Reject> {
    let ticket: Ticket = job.need(new.ticket)?;
    let agent = writer(job)?;
    addresses(&new.to)?;
    if new.to.is_empty() {
        return Err(Refusal::Invalid { field: "to", why: "name a recipient".into() }.into());
    }
    let thread: Vec<Message> = read::thread(job.view(), ticket.id)?
        .into_iter()
        .filter(|m| m.visibility == Visibility::Public)
        .collect();
    let files = files(job, &thread)?;
    let mut body = new.body.trim_end().to_owned();
    for m in &thread {
        body.push_str(&forwarded(job, m));
    }
    let mailbox = mailboxes::answering(job.view(), &ticket)?;
    let id = job.make(Kind::Message);
    let subject = format!("Fwd: {}", ticket.subject);
    let message = Message {
        id,
        at: job.at(),
        agent: Some(agent.id),
        from_name: agent.name.clone(),
        to: new.to.clone(),
        visibility: Visibility::Side,
        channel: Channel::Email,
        subject,
        body,
        references: thread.iter().map(|m| m.message_id.clone()).filter(|i| !i.is_empty()).collect(),
        delivery: Delivery::Held,
        ..Message::default()
    };
    let leaving = Leaving { kind: OutboxKind::Forward, files, send_at: None, now: new.now };
    leave(job, &ticket, mailbox.as_ref(), message, leaving)?;
    job.event(ticket.id, EventKind::Noted, "", id.to_string())?;
    let mut ticket: Ticket = job.need(ticket.id)?;
    ticket.updated_at = job.at();
    job.put(&ticket)?;
    job.say(format!("{} forwarded to {}", ticket_name(&ticket), new.to.join(", ")));
    Ok(())
}

fn forwarded(job: &Job, m: &Message) -> String {
    let from = match (m.from_name.trim(), m.from.trim()) {
        ("", from) => from.to_owned(),
        (name, "") => name.to_owned(),
        (name, from) => format!("{name} <{from}>"),
    };
    format!(
        "\n\n---------- Forwarded message ----------\nFrom: {from}\nDate: {}\nSubject: {}\n\n{}",
        job.zone().date_time(m.at),
        m.subject,
        m.body.trim_end()
    )
}

/// The files of a thread. Those of mail that came in are in the mail as it came.
fn files(job: &Job, thread: &[Message]) -> Result<Vec<File>, Reject> {
    let mut out = Vec::new();
    let sum: u64 = thread.iter().flat_map(|m| &m.attachments).map(|a| a.size).sum();
    if sum > MOST {
        let why = format!("its files have {} MB, and {} may go with it", sum >> 20, MOST >> 20);
        return Err(Refusal::Invalid { field: "files", why }.into());
    }
    for m in thread.iter().filter(|m| !m.attachments.is_empty()) {
        let came = match m.raw {
            Some(id) => raw::get(job.view(), id)?.map(|bytes| parse::parse(&bytes).attachments),
            None => None,
        };
        for (n, a) in m.attachments.iter().enumerate() {
            let bytes = match came.as_ref().and_then(|c| c.get(n)) {
                Some(a) => Some(a.bytes.clone()),
                None => raw::get(job.view(), a.raw)?,
            };
            // A file that was erased does not go.
            out.extend(bytes.map(|bytes| File {
                name: a.name.clone(),
                content_type: a.content_type.clone(),
                bytes,
            }));
        }
    }
    Ok(out)
}
