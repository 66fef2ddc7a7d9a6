//! Mail that comes in by a mailbox: one message at a time, as it arrives.

use super::import::mail::{our_addresses, single};
use crate::{
    desk::{
        Command, Desk, Request,
        command::NewMail,
        import::{Tally, decision},
        mailboxes, read,
    },
    mail::parse,
    model::{Id, Kind, MailState, Mailbox, OpId, Stamp, Ticket, number, transitions},
    store::{Reject, StoreError},
};

/// A message as a source gives it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Incoming {
    /// The message as it came.
    pub raw: Vec<u8>,
    /// When it came to the mailbox: INTERNALDATE over IMAP, now where it is delivered. Never later than now, whatever a
    /// server says.
    pub received_at: Stamp,
    /// Where it is at the server: UIDVALIDITY and UID.
    pub uid: Option<(u32, u32)>,
}

/// How far a source was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// UIDVALIDITY.
    pub validity: u32,
    /// The highest UID that need not be read again.
    pub last_uid: u32,
}

/// Where mail comes from. The host implements it; nothing here knows a network.
pub trait Source {
    /// Gives what came since `state`, in the order of the UIDs, to `take`, until it answers `false`. What `take` was given
    /// is durable when it comes back: only then may the source move or flag it. `now` says whether the clock was put back. Gives how far it was read, where that is
    /// known: messages without which it would be read again may have been passed over.
    ///
    /// # Errors
    /// Why the server cannot be read, in its own words where it has some.
    fn fetch(
        &mut self,
        state: &MailState,
        now: Stamp,
        take: &mut dyn FnMut(Incoming) -> Result<bool, Reject>,
    ) -> Result<Option<Position>, SourceError>;
}

/// Why nothing more comes from a source.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The server cannot be reached or read.
    #[error("{0}")]
    Down(String),
    /// The desk could not take a message.
    #[error(transparent)]
    Reject(#[from] Reject),
}

/// Takes a message in: the message and where the mailbox stands after it are written together, or neither is. One that the
/// desk has already changes nothing but where the mailbox stands.
///
/// # Errors
/// Where the desk or the store cannot: the message is to be given again.
pub fn receive(
    desk: &Desk,
    op: OpId,
    mailbox: &Mailbox,
    mail: Incoming,
    now: Stamp,
) -> Result<Tally, Reject> {
    let mail = Incoming { received_at: mail.received_at.min(now), ..mail };
    let ours = desk.view(our_addresses)?;
    let hints = parse::Hints { now: Some(mail.received_at), ..parse::Hints::default() };
    let parsed = parse::parse_with(&mail.raw, &hints);
    let import = single(parsed, mail.raw, &ours, mail.received_at, Id::v7(now, ten(op)));
    let new = NewMail {
        mailbox: mailbox.id,
        mail: import,
        received_at: mail.received_at,
        uid: mail.uid,
        from: mailbox.receive.clone(),
    };
    let request = Request::new(op, Id::NIL, now, Command::MailReceive(Box::new(new)));
    Ok(desk.run(request)?.tally)
}

/// The decision on a message, in words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Explained {
    /// Its Message-ID.
    pub message_id: String,
    /// The mailboxes that it is addressed to.
    pub mailboxes: Vec<String>,
    /// Who wrote it: name and address.
    pub sender: String,
    /// The customer of that address, `C-7 Ada Lovelace`; `None`: a new one.
    pub customer: Option<String>,
    /// Whether one of our own addresses wrote it.
    pub by_us: bool,
    /// Which robot wrote it, and how that was seen; empty for people.
    pub robot: String,
    /// `known`, `follows` or `new`.
    pub decision: &'static str,
    /// The ticket, `T-12`; `None`: a new one.
    pub ticket: Option<String>,
    /// Which rule decided.
    pub because: String,
    /// What happens to the ticket.
    pub then: String,
    /// What is wrong with the message, or had to be assumed.
    pub problems: Vec<String>,
}

/// Says what would become of a message if it came in now. Changes nothing; the decision is that of [`receive`].
///
/// # Errors
/// Where the store cannot be read.
pub fn explain(desk: &Desk, raw: &[u8], now: Stamp) -> Result<Explained, StoreError> {
    let ours = desk.view(our_addresses)?;
    let hints = parse::Hints { now: Some(now), ..parse::Hints::default() };
    let parsed = parse::parse_with(raw, &hints);
    let all = desk.view(mailboxes::all)?;
    let addressed: Vec<String> = parsed.to.iter().chain(&parsed.cc).map(|a| a.key()).collect();
    let to_mailboxes =
        all.iter().filter(|m| addressed.iter().any(|a| m.is_own(a))).map(|m| m.address.clone()).collect();
    let mail = single(parsed, raw.to_vec(), &ours, now, Id::NIL);
    desk.view(|v| {
        let placed = decision(v, &mail.message)?;
        let customer = match read::customer_by_email(v, &mail.sender.email)? {
            Some(id) => Some(read::name_of(v, Kind::Customer, id)?),
            None => None,
        };
        let sender = match mail.sender.name.as_str() {
            "" => mail.sender.email.clone(),
            name => format!("{name} <{}>", mail.sender.email),
        };
        let reopens = placed.ticket.as_ref().and_then(|t| transitions::on_customer_reply(&t.category));
        let then = match (placed.decision, mail.robot || mail.by_agent, reopens) {
            ("known", ..) => "nothing".to_owned(),
            (_, true, _) => "the message is added; the ticket stays as it is".to_owned(),
            ("follows", _, Some(to)) => format!("the ticket becomes {}", to.label()),
            ("follows", ..) => "the message is added".to_owned(),
            (_, _, _) if placed.continues.is_some() => "a new ticket, linked to the closed one".to_owned(),
            _ => "a new ticket".to_owned(),
        };
        let shown = |t: &Ticket| number::show(Kind::Ticket, t.number);
        Ok(Explained {
            message_id: mail.message.message_id.clone(),
            mailboxes: to_mailboxes,
            sender,
            customer,
            by_us: mail.by_agent,
            robot: mail.message.robot.clone(),
            decision: placed.decision,
            ticket: placed.ticket.as_ref().map(shown),
            because: placed.because,
            then,
            problems: mail.message.problems.clone(),
        })
    })
}

/// Ten bytes of an op, for the id of the ticket that may have to be opened.
fn ten(op: OpId) -> [u8; 10] {
    let mut out = [0; 10];
    for (to, from) in out.iter_mut().zip(op.bytes().iter().rev()) {
        *to = *from ^ 0x5a;
    }
    out
}

/// Reads a source until nothing more comes, or `go_on`, given the number of new messages, says no; and notes how the
/// mailbox stands. Gives how many messages were new.
///
/// # Errors
/// Where the desk or the store cannot. A server that fails is no error: it is noted with the mailbox.
pub fn fetch(
    desk: &Desk,
    source: &mut dyn Source,
    mailbox: &Mailbox,
    op: &mut dyn FnMut() -> OpId,
    now: &mut dyn FnMut() -> Stamp,
    go_on: &mut dyn FnMut(u64) -> bool,
) -> Result<u64, Reject> {
    let state = desk.view(|v| mailboxes::state(v, mailbox.id))?;
    let mut new = 0;
    let read = source.fetch(&state, now(), &mut |mail| {
        new += receive(desk, op(), mailbox, mail, now())?.created;
        Ok(go_on(new))
    });
    let contact = match read {
        Ok(position) => Ok(position.map(|p| (p.validity, p.last_uid))),
        Err(SourceError::Down(why)) => Err(why),
        Err(SourceError::Reject(why)) => return Err(why),
    };
    desk.note_contact(op(), mailbox, contact, now())?;
    Ok(new)
}
