//! Mail that comes in by a mailbox: one message at a time, as it arrives.

use super::import::mail::single;
use crate::{
    desk::{
        Command, Desk, Request,
        command::NewMail,
        import::{ImportMail, Shown, Tally, bare_key, decision},
        incoming::{
            self, Arrival, Decided,
            bounce::{self, Report},
        },
        mailboxes,
        outbox::letter::desk_mark,
        own_addresses::OwnAddresses,
        read,
    },
    mail::{parse, robot},
    model::{Id, Kind, MailState, Mailbox, OpId, Stamp, Ticket, Workspace, number, transitions},
    store::{Reject, StoreError, View, records},
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

/// The most messages that a source gives at a time.
pub const MANY: usize = 50;

/// The most bytes of messages that a source gives at a time; a larger message comes alone.
pub const MUCH: u64 = 8 * 1024 * 1024;

/// Takes messages, and answers whether to go on.
pub type Take<'a> = &'a mut dyn FnMut(Vec<Incoming>) -> Result<bool, Reject>;

/// Where mail comes from. The host implements it; nothing here knows a network.
pub trait Source {
    /// Gives what came since `state`, in the order of the UIDs and some messages at a time, to `take`, until it answers
    /// `false`. What `take` was given is durable when it comes back: only then may the source move or flag it. `now` says
    /// whether the clock was put back. Gives how far it was read, where that is known: messages without which it would be
    /// read again may have been passed over.
    ///
    /// # Errors
    /// Why the server cannot be read, in its own words where it has some.
    fn fetch(
        &mut self,
        state: &MailState,
        now: Stamp,
        take: Take<'_>,
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
    let request = request(&desk.view(Own::of)?, op, mailbox, mail, now);
    Ok(desk.run(request)?.tally)
}

/// How the desk knows itself: read once for many messages.
struct Own {
    addresses: OwnAddresses,
    mark: String,
}

impl Own {
    fn of(view: &dyn View) -> Result<Own, StoreError> {
        Ok(Own { addresses: OwnAddresses::of(view)?, mark: desk_mark(view)? })
    }

    /// Reads an incoming message.
    fn read(&self, raw: Vec<u8>, received_at: Stamp, ticket: Id) -> ImportMail {
        let ours = robot::Ours { x_loop: self.mark.clone(), ..robot::Ours::default() };
        let hints = parse::Hints { now: Some(received_at), ours, ..parse::Hints::default() };
        let parsed = parse::parse_with(&raw, &hints);
        single(parsed, raw, &self.addresses, received_at, ticket)
    }
}

fn request(own: &Own, op: OpId, mailbox: &Mailbox, mail: Incoming, now: Stamp) -> Request {
    let received_at = mail.received_at.min(now);
    let mail = Incoming { received_at, ..mail };
    let import = own.read(mail.raw, received_at, Id::v7(now, ten(op)));
    let new = NewMail {
        mailbox: mailbox.id,
        mail: import,
        received_at,
        uid: mail.uid,
        from: mailbox.receive.clone(),
    };
    Request::new(op, Id::NIL, now, Command::MailReceive(Box::new(new)))
}

/// Makes several requests in one commit, which takes as long as one. Where one of them is rejected, each is made by
/// itself, so that the others are not. Gives how many messages were new.
fn take(desk: &Desk, requests: Vec<Request>) -> Result<u64, Reject> {
    if requests.len() > 1 {
        match desk.run_all(requests.clone()) {
            Ok(all) => return Ok(all.iter().map(|d| d.tally.created).sum()),
            Err(Reject::Refused(_)) => {}
            Err(e) => return Err(e),
        }
    }
    requests.into_iter().try_fold(0, |n, r| Ok(n + desk.run(r)?.tally.created))
}

/// The decision on a message, in words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Explained {
    /// Its Message-ID.
    pub message_id: String,
    /// The mailboxes that it is addressed to.
    pub mailboxes: Vec<String>,
    /// The mailbox that it comes by; empty where the desk has none.
    pub by: String,
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
    /// Which automatic reply is sent, or why none.
    pub automatic: String,
    /// The name of the customer for whose record the sender's address is offered.
    pub offered_to: Option<String>,
    /// What is wrong with the message, or had to be assumed.
    pub problems: Vec<String>,
}

/// Says what would become of a message if it came in now: by the mailbox `into`, else by one that it is addressed to.
/// Changes nothing; the decision is that of [`receive`].
///
/// # Errors
/// Where the store cannot be read.
pub fn explain(desk: &Desk, raw: &[u8], into: Option<&Mailbox>, now: Stamp) -> Result<Explained, StoreError> {
    let mail = desk.view(Own::of)?.read(raw.to_vec(), now, Id::NIL);
    let all = desk.view(mailboxes::all)?;
    let addressed: Vec<String> =
        mail.message.to.iter().chain(&mail.message.cc).filter_map(|a| bare_key(a)).collect();
    let addressed = |m: &&Mailbox| addressed.iter().any(|a| m.is_own(a));
    let to_mailboxes = all.iter().filter(addressed).map(|m| m.address.clone()).collect();
    // A message that names none of them came as a hidden copy.
    let by = into.or_else(|| all.iter().find(addressed)).or(all.first());
    let mailbox = by.cloned().unwrap_or_default();
    desk.view(|v| {
        let workspace: Workspace = records::get(v, Id::NIL)?.unwrap_or_default();
        let placed = decision(v, &mail.message)?;
        let by = Arrival { mailbox: &mailbox, at: now, now };
        let decided = incoming::decide(v, &workspace, &mail, &by, placed.follows())?;
        let customer = match read::customer_by_email(v, &mail.sender.email)? {
            Some(id) => Some(read::name_of(v, Kind::Customer, id)?),
            None => None,
        };
        let sender = match mail.sender.name.as_str() {
            "" => mail.sender.email.clone(),
            name => format!("{name} <{}>", mail.sender.email),
        };
        let reopens = placed.ticket.as_ref().and_then(|t| transitions::on_customer_reply(&t.category));
        let quiet = mail.robot || mail.by_agent || decided.blocked;
        let then = match (placed.decision, quiet, reopens) {
            ("known", ..) => "nothing".to_owned(),
            ("follows", true, _) => "the message is added; the ticket is unchanged".to_owned(),
            ("follows", _, Some(to)) => format!("the ticket becomes {}", to.label()),
            ("follows", ..) => "the message is added".to_owned(),
            _ => opens(&decided, &placed),
        };
        let report = bounce::report(v, &mail)?;
        let then = match &report {
            Some(report) if placed.decision != "known" => match (report, placed.follows()) {
                (Report::Unknown(_), Some(_)) => then,
                _ => report.shown(),
            },
            _ => then,
        };
        let automatic = match (placed.decision, decided.reply) {
            ("known", _) => "none: the desk has it already".to_owned(),
            (_, Ok(reply)) => reply.label().to_owned(),
            (_, Err(why)) => format!("none: {why}"),
        };
        let shown = |t: &Ticket| number::show(Kind::Ticket, t.number);
        Ok(Explained {
            message_id: mail.message.message_id.clone(),
            mailboxes: to_mailboxes,
            by: mailbox.address.clone(),
            sender,
            customer,
            by_us: mail.by_agent,
            robot: mail.message.robot.clone(),
            decision: placed.decision,
            ticket: placed.ticket.as_ref().map(shown),
            because: placed.because,
            then,
            automatic,
            offered_to: decided.offer.map(|c| read::name_of(v, Kind::Customer, c)).transpose()?,
            problems: mail.message.problems.clone(),
        })
    })
}

/// What a message that follows no ticket opens, or where it is collected.
fn opens(decided: &Decided, placed: &Shown) -> String {
    let ticket = match (decided.blocked, decided.screened, placed.continues.is_some()) {
        (true, ..) => "a new ticket, kept as spam: the sender is blocked",
        (_, true, _) => "a new ticket that waits in the screener: the sender writes for the first time",
        (.., true) => "a new ticket, linked to the closed one",
        _ => "a new ticket",
    };
    match &decided.storm {
        Some(storm) if storm.ticket.is_some() => {
            format!("the message is collected on a ticket that is there: {}", storm.what)
        }
        Some(storm) => format!("{ticket}: {}", storm.what),
        None => ticket.to_owned(),
    }
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
    let own = desk.view(Own::of)?;
    let mut new = 0;
    let read = source.fetch(&state, now(), &mut |mails| {
        let at = now();
        let requests = mails.into_iter().map(|mail| request(&own, op(), mailbox, mail, at)).collect();
        new += take(desk, requests)?;
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
