//! What an answer begins with: the recipients, the mailbox, in which language, what follows its text, and how large
//! it may be. Asked by the composer, which shows it, and by the commands, for what their caller left open.

use super::{drafts::DraftFile, mailboxes, own_addresses::OwnAddresses};
use crate::{
    mail::{address::typed, quote::write, subject},
    model::{
        Agent, Channel, Customer, Delivery, EventKind, Id, Mailbox, Message, Ticket, TicketEvent, Visibility,
        fold, zone::Zone,
    },
    store::{StoreError, View, raw},
};

/// Where a ticket is answered from.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sending {
    /// The mailbox that sends; `None`: replies wait until there is one.
    pub mailbox: Option<Mailbox>,
    /// The keys of our own addresses: no answer goes to them.
    pub own: Vec<String>,
    /// The most bytes that a message may have on its way, as far as that is known.
    pub limit: Option<u64>,
}

/// Where a ticket is answered from.
///
/// # Errors
/// Where the file cannot be read.
pub fn sending(view: &dyn View, ticket: &Ticket) -> Result<Sending, StoreError> {
    let mailbox = mailboxes::answering(view, ticket)?;
    let own = OwnAddresses::of(view)?.all.into_iter().collect();
    let limit = match &mailbox {
        Some(m) => [m.size_limit, mailboxes::state(view, m.id)?.size_limit].into_iter().flatten().min(),
        None => None,
    };
    Ok(Sending { mailbox, own, limit })
}

/// The recipients of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recipients {
    /// To.
    pub to: Vec<String>,
    /// Everyone else who had what is answered.
    pub cc: Vec<String>,
}

/// An answer that is to be written: to the customer, or in a side thread.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    ticket: &'a Ticket,
    customer: &'a Customer,
    messages: &'a [Message],
    sending: &'a Sending,
    side: Option<Id>,
    /// The message that it answers.
    pub answered: Option<&'a Message>,
}

impl<'a> Answer<'a> {
    /// Of a ticket with its customer, messages and events; `side`: in that side thread.
    pub fn new(
        ticket: &'a Ticket,
        customer: &'a Customer,
        (messages, events): (&'a [Message], &[TicketEvent]),
        sending: &'a Sending,
        side: Option<Id>,
    ) -> Answer<'a> {
        let answered = match side {
            Some(side) => answered_aside(messages, side),
            None => answered(messages, events),
        };
        Answer { ticket, customer, messages, sending, side, answered }
    }

    /// Who it goes to.
    pub fn recipients(&self) -> Recipients {
        match self.side {
            Some(side) => recipients_aside(self.messages, side, &self.sending.own),
            None => recipients(self.answered, self.customer, &self.sending.own),
        }
    }

    /// The channel that it goes out by. Side threads are mail.
    pub fn channel(&self) -> Channel {
        if self.side.is_some() { Channel::Email } else { channel(self.ticket, self.answered) }
    }

    /// Its subject; empty where there is no such side thread.
    pub fn subject(&self) -> String {
        match self.side {
            Some(side) => {
                let first = self.messages.iter().find(|m| m.side_thread() == Some(side));
                first.map_or(String::new(), |m| side_subject(&m.subject))
            }
            None => format!("Re: {}", self.ticket.subject),
        }
    }

    /// What usually follows its text: nothing where it is no mail, or no mailbox sends.
    pub fn below(&self, agent: Option<&Agent>, zone: &Zone) -> Below {
        if self.channel() != Channel::Email {
            return Below::default();
        }
        let outsider = Customer::default();
        let reader = if self.side.is_some() { &outsider } else { self.customer };
        below_answer(self.sending.mailbox.as_ref(), agent, reader, self.answered, zone)
    }
}

/// The message that a public answer answers: the last one that a person wrote to us; none where the ticket was given to
/// another customer since.
fn answered<'m>(messages: &'m [Message], events: &[TicketEvent]) -> Option<&'m Message> {
    let given = events.iter().filter(|e| e.kind == EventKind::Requester).map(|e| e.at).max();
    last_of(
        messages.iter().filter(|m| m.visibility == Visibility::Public && given.is_none_or(|at| m.at > at)),
    )
}

/// The message that an answer in a side thread answers.
fn answered_aside(messages: &[Message], side: Id) -> Option<&Message> {
    last_of(messages.iter().filter(|m| m.side_thread() == Some(side)))
}

/// The last of some messages that came in, those of people first.
fn last_of<'m>(messages: impl DoubleEndedIterator<Item = &'m Message> + Clone) -> Option<&'m Message> {
    // An automatic answer of ours has no agent either.
    let mut inbound = messages.filter(|m| m.is_inbound() && m.delivery == Delivery::Received);
    inbound.clone().rev().find(|m| m.robot.is_empty() || is_list(m)).or_else(|| inbound.next_back())
}

/// A list's mail is written by people, but its Reply-To is the list.
fn is_list(m: &Message) -> bool {
    m.robot.starts_with("list")
}

/// The recipients of a public answer: the Reply-To of what is answered (RFC 5322 §3.6.2), else the writer, else the
/// customer; copies to everyone else who had it. Never to ourselves, and to each address once.
fn recipients(answered: Option<&Message>, customer: &Customer, own: &[String]) -> Recipients {
    let mut seen: Vec<String> = own.to_vec();
    let mut new = |entries: Vec<String>| -> Vec<String> {
        let fresh = |entry: &String| {
            let key = typed::read(entry).map_or_else(String::new, |a| a.key());
            // The address of a ticket, `help+T-12@…`, is ours too.
            let ours = fold::without_plus(&key).is_some_and(|(base, _)| own.contains(&base));
            let is_new = !key.is_empty() && !ours && !seen.contains(&key);
            seen.extend(is_new.then_some(key));
            is_new
        };
        entries.into_iter().map(|e| tidy(&e)).filter(fresh).collect()
    };
    let own_address = || customer.email().map(str::to_owned).into_iter().collect::<Vec<_>>();
    let Some(m) = answered else { return Recipients { to: new(own_address()), cc: Vec::new() } };
    let asked = if m.robot.is_empty() { m.reply_to.clone() } else { Vec::new() };
    let mut to = new(asked);
    if to.is_empty() {
        to = new(vec![m.from.clone()]);
    }
    if to.is_empty() {
        to = new(own_address());
    }
    let cc = new(m.to.iter().chain(&m.cc).cloned().collect());
    Recipients { to, cc }
}

/// The recipients of an answer in a side thread: the last writer in it, else those it was sent to.
fn recipients_aside(messages: &[Message], side: Id, own: &[String]) -> Recipients {
    let thread = || messages.iter().filter(|m| m.side_thread() == Some(side));
    let none = Customer::default();
    match answered_aside(messages, side) {
        Some(m) => Recipients { cc: Vec::new(), ..recipients(Some(m), &none, own) },
        None => {
            let to = thread().next().map(|m| m.to.clone()).unwrap_or_default();
            Recipients { to, cc: Vec::new() }
        }
    }
}

/// An address as mail brought it, as a field has it: with a name that has signs quoted.
fn tidy(entry: &str) -> String {
    typed::read(entry).map_or_else(|| entry.trim().to_owned(), |a| a.to_string())
}

/// The subject of an answer in a side thread, by that of the message that began it.
fn side_subject(first: &str) -> String {
    if subject::base(first).reply { first.to_owned() } else { format!("Re: {first}") }
}

/// What follows the text of a message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Below {
    /// The signature, without the line that begins it.
    pub signature: String,
    /// The quoted message, or the thread that is sent on.
    pub history: String,
}

impl Below {
    /// As placed after the text.
    pub fn text(&self) -> String {
        let mut out = String::new();
        if !self.signature.is_empty() {
            out.push_str("\n\n-- \n");
            out.push_str(&self.signature);
        }
        if !self.history.is_empty() {
            out.push_str("\n\n");
            out.push_str(&self.history);
        }
        out
    }
}

/// The signature of an agent's mail: the agent's own, else the mailbox's. Nothing where no mailbox sends.
pub fn signature(mailbox: Option<&Mailbox>, agent: Option<&Agent>) -> String {
    let Some(mailbox) = mailbox else { return String::new() };
    let own = agent.map_or("", |a| a.signature.trim());
    let lines = if own.is_empty() { mailbox.signature.trim() } else { own };
    lines.replace("\r\n", "\n")
}

/// What follows the text of an answer by mail: nothing where no mailbox sends.
fn below_answer(
    mailbox: Option<&Mailbox>,
    agent: Option<&Agent>,
    customer: &Customer,
    answered: Option<&Message>,
    zone: &Zone,
) -> Below {
    let quote = answered.filter(|m| m.channel == Channel::Email && mailbox.is_some()).map(|m| {
        let name = if m.from_name.trim().is_empty() { m.from.trim() } else { m.from_name.trim() };
        let name = if name.is_empty() { customer.display_name() } else { name.to_owned() };
        write::quoted(&write::attribution(&customer.language, &name, zone.civil(m.at)), &m.body)
    });
    Below { signature: signature(mailbox, agent), history: quote.unwrap_or_default() }
}

/// What follows the text of a forwarded thread: the signature, and all that the customer and we wrote. Notes and side
/// threads stay here.
pub fn below_forward(
    mailbox: Option<&Mailbox>,
    agent: Option<&Agent>,
    messages: &[Message],
    zone: &Zone,
) -> Below {
    let history: Vec<String> = forwardable(messages).map(|m| forwarded(m, zone)).collect();
    Below { signature: signature(mailbox, agent), history: history.join("\n\n") }
}

/// The messages of a thread that may be sent on.
pub fn forwardable(messages: &[Message]) -> impl Iterator<Item = &Message> {
    messages.iter().filter(|m| m.visibility == Visibility::Public)
}

/// The files that go with a thread that is sent on: all of those messages, but for what was erased.
///
/// # Errors
/// Where the file cannot be read.
pub fn forwarded_files(view: &dyn View, messages: &[Message]) -> Result<Vec<DraftFile>, StoreError> {
    let mut out = Vec::new();
    for m in forwardable(messages) {
        for (number, a) in (0..).zip(&m.attachments) {
            let mut there = false;
            raw::each(view, m.raw.unwrap_or(a.raw), &mut |_| {
                there = true;
                false
            })?;
            out.extend(there.then(|| DraftFile {
                name: a.name.clone(),
                content_type: a.content_type.clone(),
                size: a.size,
                message: Some(m.id),
                number,
                ..DraftFile::default()
            }));
        }
    }
    Ok(out)
}

fn forwarded(m: &Message, zone: &Zone) -> String {
    let from = match (m.from_name.trim(), m.from.trim()) {
        ("", from) => from.to_owned(),
        (name, "") => name.to_owned(),
        (name, from) => format!("{name} <{from}>"),
    };
    format!(
        "---------- Forwarded message ----------\nFrom: {from}\nDate: {}\nSubject: {}\n\n{}",
        zone.date_time(m.at),
        m.subject,
        m.body.trim_end()
    )
}

/// The channel that a public answer goes out by: that of the customer's last message, or of the ticket; by mail where an
/// answer cannot be typed there.
fn channel(ticket: &Ticket, answered: Option<&Message>) -> Channel {
    let last = answered.map_or(&ticket.channel, |m| &m.channel);
    match last {
        Channel::Chat | Channel::Sms | Channel::Social | Channel::Direct => last.clone(),
        _ => Channel::Email,
    }
}

/// About how many bytes a message has on its way: files grow by a third, and text hardly at all.
pub fn size_on_its_way(text: usize, files: impl Iterator<Item = u64>) -> u64 {
    let headers = 2_000;
    // 57 bytes become a line of 76 with its end (RFC 2045 §6.8), and each file has some lines of headers.
    let grown = |size: u64| size.div_ceil(57).saturating_mul(78).saturating_add(400);
    files.map(grown).fold(headers + text as u64 * 11 / 10, u64::saturating_add)
}

/// The subject of a thread that is sent on.
pub fn forward_subject(subject: &str) -> String {
    format!("Fwd: {subject}")
}

/// Why a message is too large for its server; `None` where it is not, as far as is known.
pub fn too_large(size: u64, limit: Option<u64>) -> Option<String> {
    let limit = limit.filter(|limit| size > *limit)?;
    Some(format!("the message would have {}, and the server takes {}", mb(size), mb(limit)))
}

/// `12.4 MB`: rounded to what is shown of sizes elsewhere.
fn mb(bytes: u64) -> String {
    format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000)
}

/// That all of them are addresses to which mail can go.
///
/// # Errors
/// The first one that is none.
pub fn all_addresses<'a>(all: impl IntoIterator<Item = &'a String>) -> Result<(), String> {
    match all.into_iter().find(|a| typed::read(a).is_none()) {
        Some(bad) => Err(format!("{bad} is no e-mail address")),
        None => Ok(()),
    }
}
