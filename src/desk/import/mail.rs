//! Mail: threads become tickets with their messages at their own dates, people become customers.

use super::{
    Fate,
    placing::{self, Same},
    report, side,
};
use crate::{
    desk::{
        command::NewMail,
        incoming::{self, Arrival, Decided, bounce},
        mailboxes, silence,
        work::{Job, email_owner},
    },
    mail::{
        parse::content_id,
        robot::Bounce,
        thread::{By, Decision},
    },
    model::{
        Agent, Channel, Customer, Delivery, EventKind, ExternalId, Id, Kind, Mailbox, Message, Stage, Stamp,
        Ticket, Visibility, customer::Email, fold, person_name, transitions,
    },
    store::{Reject, raw, records},
};

/// The sender, according to the mail.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sender {
    /// The display name.
    pub name: String,
    /// The address; empty where there is none.
    pub email: String,
}

/// One mail with its thread.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ImportMail {
    /// What the mail says, as a message without ids.
    pub message: Message,
    /// The mail as it came.
    pub raw: Vec<u8>,
    /// Who wrote it.
    pub sender: Sender,
    /// Whether the writer acts for us in this thread.
    pub by_agent: bool,
    /// Whether a robot wrote it: no clock runs by it, nothing reopens.
    pub robot: bool,
    /// Whether it came by a list, or asks for no automatic reply.
    pub asks_for_no_reply: bool,
    /// What it reports of mail that was not delivered.
    pub bounce: Option<Bounce>,
    /// Whether its date is its own: one without is dated by its arrival.
    pub dated: bool,
    /// Its thread, for a ticket that has to be opened: the same for all mails of one.
    pub thread: Id,
    /// Who brought the matter.
    pub requester: Sender,
    /// The ticket on which the desk has mail of the thread already.
    pub joins: Option<Id>,
    /// Whether we answered it later, by a mail of the same import.
    pub answered: bool,
    /// The thread's subject.
    pub subject: String,
    /// When it began.
    pub began_at: Stamp,
}

/// Adds mails.
pub fn apply(job: &mut Job, mails: &[ImportMail]) -> Result<(), Reject> {
    for mail in mails {
        let fate = take(job, mail, None)?;
        job.done.tally.count(fate);
    }
    let t = job.done.tally;
    job.say(format!("{} mails imported: {} new", t.read, t.created));
    Ok(())
}

/// Takes in a mail that came by a mailbox, and notes where the mailbox stands after it.
pub fn receive(job: &mut Job, new: &NewMail) -> Result<(), Reject> {
    let mailbox: Mailbox = job.need(new.mailbox)?;
    let by = Arrival { mailbox: &mailbox, at: new.received_at, now: job.now() };
    let fate = take(job, &new.mail, Some(&by))?;
    job.done.tally.count(fate);
    let mut state = mailboxes::state(job.view(), mailbox.id)?;
    mailboxes::answered(&mut state, job.now());
    silence::received(&mut state, new.received_at);
    // Where the mailbox was edited meanwhile to read another folder, this UID says nothing of that one.
    if let Some((validity, uid)) = new.uid.filter(|_| new.from == mailbox.receive) {
        mailboxes::took(&mut state, validity, uid);
    }
    mailboxes::put_state(job.work.tx, mailbox.id, &state)?;
    job.say(format!("mail from {} to {}", new.mail.sender.email, mailbox.address));
    Ok(())
}

/// A mail, and by which mailbox it came and when.
fn take(job: &mut Job, mail: &ImportMail, by: Option<&Arrival<'_>>) -> Result<Fate, Reject> {
    let mut message = mail.message.clone();
    let dated = by.is_none() && mail.dated;
    let mut same = placing::same(job.view(), &message, dated)?;
    if same == Same::Other {
        // It is kept by what it says, so that reading it again finds it again.
        message.message_id = content_id(&mail.raw);
        message.problems.push("its Message-ID belongs to another mail".into());
        same = placing::same(job.view(), &message, dated)?;
    }
    if same == Same::Here {
        return report::belated(job, mail, &message.message_id);
    }
    let reported = bounce::report(job.view(), mail)?;
    let mut placed = the_ticket(job, mail, &message, by.is_none())?;
    if let Some(report) = &reported {
        match (bounce::ticket(job.view(), report)?, &placed) {
            // It is about that ticket, a closed one too.
            (Some(t), _) => placed = Placed::On(Box::new(t)),
            (None, Placed::New(_)) => return report::without_ticket(job, mail, by, report, message),
            (None, Placed::On(_)) => {}
        }
    }
    let follows = matches!(placed, Placed::On(_));
    let decided = match by {
        Some(by) => Some(incoming::decide(job.view(), &job.workspace, mail, by, placed.ticket())?),
        None => None,
    };
    let collected = decided.as_ref().and_then(|d| d.storm.as_ref()).filter(|_| !follows);
    let ticket = match (placed, collected.and_then(|s| s.ticket)) {
        (Placed::On(t), _) => *t,
        (Placed::New(_), Some(storm)) => job.need(storm)?,
        (Placed::New(continues), None) => open(job, mail, by, decided.as_ref(), continues)?,
    };
    // What no one waits for moves no ticket and starts no clock.
    let quiet = mail.robot || collected.is_some() || decided.as_ref().is_some_and(|d| d.blocked);
    let side = if mail.by_agent { None } else { side::of_mail(job.view(), &ticket, &message)? };
    let id = job.make(Kind::Message);
    let agent = match (mail.by_agent, by) {
        (false, _) => None,
        (true, None) => Some(agent(job, &mail.sender)?),
        // Mail that arrives makes no one an agent: from another address of ours it is no one's reply.
        (true, Some(_)) => agent_of(job, &mail.sender)?,
    };
    // A mail system is no one's customer.
    let author = if mail.by_agent || reported.is_some() {
        None
    } else {
        Some(customer(job, &mail.sender, mail.thread)?)
    };
    let message = Message {
        id,
        number: job.next_number(Kind::Message)?,
        ticket: ticket.id,
        customer: ticket.requester,
        agent,
        author,
        visibility: if side.is_some() { Visibility::Side } else { Visibility::Public },
        side,
        channel: Channel::Email,
        raw: Some(id),
        delivery: if mail.by_agent { Delivery::Sent } else { Delivery::Received },
        mailbox: by.map(|by| by.mailbox.id),
        received_at: by.map(|by| by.at),
        via: Some(job.request.via()),
        ..message
    };
    job.put(&message)?;
    raw::put(job.work.tx, id, &mail.raw)?;
    if side.is_some() && !quiet {
        side::arrived(job, ticket.id, id, message.at)?;
        bounce::unmark(job, &mail.sender.email)?;
        return Ok(Fate::Created);
    }
    let kind = match (quiet || (mail.by_agent && agent.is_none()), mail.by_agent) {
        (true, _) => EventKind::Automatic,
        (false, true) => EventKind::Replied,
        (false, false) => EventKind::Received,
    };
    job.event_at(ticket.id, message.at, agent, kind, "", id.to_string())?;
    let mut ticket = live(job, mail, quiet, ticket.id, message.at)?;
    if let (Some(by), Some(decided)) = (by, &decided) {
        incoming::after(job, by, decided, (&mut ticket, follows), &message)?;
        if !quiet && !mail.by_agent {
            // Where mail comes from, mail can go to.
            bounce::unmark(job, &mail.sender.email)?;
        }
    }
    if let Some(report) = &reported {
        bounce::apply(job, report, message.at, by.is_none_or(Arrival::is_history))?;
        if by.is_none() && ticket.id != mail.thread {
            report::came_back(job, report, message.at)?;
        }
    }
    Ok(Fate::Created)
}

/// The agent whose address it is.
fn agent_of(job: &Job, who: &Sender) -> Result<Option<Id>, Reject> {
    let Some(key) = fold::email_key(&who.email) else { return Ok(None) };
    let agents = crate::desk::read::agents(job.view())?;
    let has = |a: &Agent| a.emails.iter().any(|e| fold::email_key(e).as_deref() == Some(&key));
    Ok(agents.into_iter().find(has).map(|a| a.id))
}

/// A mail on a ticket that was there before this import moves it as any customer's reply does.
fn live(job: &mut Job, mail: &ImportMail, quiet: bool, ticket: Id, at: Stamp) -> Result<Ticket, Reject> {
    let mut t: Ticket = job.need(ticket)?;
    t.updated_at = t.updated_at.max(at);
    let moves = t.id != mail.thread && !quiet && !mail.by_agent && !mail.answered;
    if moves && t.timers.last_event_at.is_none_or(|last| at >= last) {
        t.snoozed_until = None;
        if let Some(to) = transitions::on_customer_reply(&t.category) {
            let from = std::mem::replace(&mut t.category, to.clone());
            job.event_at(t.id, at, None, EventKind::Category, from.as_str(), to.as_str())?;
        }
    }
    job.put(&t)?;
    Ok(t)
}

/// Where a mail goes.
enum Placed {
    /// On this ticket.
    On(Box<Ticket>),
    /// On a new one, which may continue a closed one.
    New(Option<Id>),
}

impl Placed {
    fn ticket(&self) -> Option<&Ticket> {
        match self {
            Placed::On(t) => Some(t),
            Placed::New(_) => None,
        }
    }
}

/// The ticket that the mail belongs on: its thread's, or the one that the rules of threading find. A closed ticket takes
/// no more: another is opened that is linked to it.
fn the_ticket(job: &Job, mail: &ImportMail, message: &Message, import: bool) -> Result<Placed, Reject> {
    if let Some(t) = job.work.get::<Ticket>(mail.thread)? {
        let live = match t.merged_into {
            Some(_) => placing::live(job.view(), t.id)?,
            None => Some(t),
        };
        if let Some(t) = live {
            return Ok(Placed::On(Box::new(t)));
        }
    }
    let joins = match mail.joins {
        Some(id) => placing::live(job.view(), id)?,
        None => None,
    };
    if let Some(t) = joins {
        return Ok(if placing::is_over(&t) { Placed::New(Some(t.id)) } else { Placed::On(Box::new(t)) });
    }
    Ok(match placing::place(job.view(), message)? {
        // A number that the desk had before the import is in `joins`: any other is one that the import gave out.
        Decision::Follows(_, By::Plus(_) | By::Hook(_)) if import => Placed::New(None),
        Decision::Known(t) | Decision::Follows(t, _) if placing::is_over(&t) => Placed::New(Some(t.id)),
        Decision::Known(t) | Decision::Follows(t, _) => Placed::On(Box::new(t)),
        Decision::New => Placed::New(None),
    })
}

fn open(
    job: &mut Job,
    mail: &ImportMail,
    by: Option<&Arrival<'_>>,
    decided: Option<&Decided>,
    continues: Option<Id>,
) -> Result<Ticket, Reject> {
    let mailbox = by.map(|by| by.mailbox);
    let requester = customer(job, &mail.requester, mail.thread)?;
    let organisation = job.need::<Customer>(requester)?.organisation();
    job.done.created.push((Kind::Ticket, mail.thread));
    let subject = if mail.subject.trim().is_empty() { "(no subject)" } else { mail.subject.trim() };
    let ticket = Ticket {
        id: mail.thread,
        number: job.next_number(Kind::Ticket)?,
        subject: subject.to_owned(),
        requester,
        organisation,
        parent: continues,
        channel: Channel::Email,
        mailbox: mailbox.map(|m| m.id),
        team: mailbox.and_then(|m| m.team),
        spam: decided.is_some_and(|d| d.blocked),
        screened: decided.is_some_and(|d| d.screened),
        created_at: mail.began_at,
        updated_at: mail.began_at,
        ..Default::default()
    };
    job.put(&ticket)?;
    job.event_at(ticket.id, mail.began_at, None, EventKind::Created, "", "new")?;
    for (is, kind) in [(ticket.spam, EventKind::Spam), (ticket.screened, EventKind::Screened)] {
        if is {
            job.event_at(ticket.id, mail.began_at, None, kind, "false", "true")?;
        }
    }
    Ok(ticket)
}

/// The customer of an address, made where there is none. One without an address is known by name within the thread
/// alone: a name makes no two people one.
fn customer(job: &mut Job, who: &Sender, thread: Id) -> Result<Id, Reject> {
    let key = fold::email_key(&who.email);
    if let Some(key) = &key
        && let Some(id) = email_owner(job.view(), key, None)?
    {
        return Ok(id);
    }
    let name = if who.name.trim().is_empty() && key.is_none() { "Unknown sender" } else { who.name.trim() };
    let by_name = || ExternalId { source: "mail".into(), id: format!("{} in {thread}", fold::fold(name)) };
    if key.is_none()
        && let Some(id) = super::known(job.view(), Kind::Customer, &by_name())?
    {
        return Ok(id);
    }
    let (given, family) =
        if name.contains('@') { (String::new(), String::new()) } else { person_name::split(name) };
    let external_ids = match &key {
        Some(_) => Vec::new(),
        None => vec![by_name()],
    };
    let emails =
        key.iter().map(|_| Email { address: who.email.trim().to_owned(), primary: true, ..Email::default() });
    let c = Customer {
        id: job.make(Kind::Customer),
        number: job.next_number(Kind::Customer)?,
        given,
        family,
        emails: emails.collect(),
        external_ids,
        source: "mail".into(),
        stage: Stage::Customer,
        created_at: job.now(),
        updated_at: job.now(),
        ..Default::default()
    };
    job.put(&c)?;
    Ok(c.id)
}

/// The agent of an address, made where there is none: without a Unix user, so that it gives no access.
pub(super) fn agent(job: &mut Job, who: &Sender) -> Result<Id, Reject> {
    let key = fold::email_key(&who.email).unwrap_or_default();
    let mut found = None;
    let mut handles = Vec::new();
    records::each::<Agent>(job.view(), |a| {
        if !key.is_empty() && a.emails.iter().any(|e| fold::email_key(e).as_deref() == Some(&key)) {
            found = Some(a.id);
        }
        handles.push(a.handle);
        found.is_none()
    })?;
    if let Some(id) = found {
        return Ok(id);
    }
    let name = if who.name.trim().is_empty() { key.clone() } else { who.name.trim().to_owned() };
    let local = key.split('@').next().filter(|l| !l.is_empty()).unwrap_or("agent").to_owned();
    let handle = (1u32..)
        .map(|n| if n == 1 { local.clone() } else { format!("{local}{n}") })
        .find(|h| !handles.contains(h))
        .unwrap_or(local.clone());
    let a = Agent {
        id: job.make(Kind::Agent),
        number: job.next_number(Kind::Agent)?,
        name,
        handle,
        emails: if key.is_empty() { Vec::new() } else { vec![who.email.trim().to_owned()] },
        away_since: Some(job.now()),
        created_at: job.now(),
        ..Default::default()
    };
    job.put(&a)?;
    Ok(a.id)
}
