//! Tickets: open, move, change.

use crate::{
    desk::{
        Edit, TicketChange,
        command::NewTicket,
        edit, incoming, merge,
        work::{Job, ticket_name},
    },
    model::{
        Agent, Category, Customer, Delivery, EventKind, Id, Kind, Message, Refusal, Team, Ticket, Visibility,
        field::Declared, transitions,
    },
    store::{Reject, records},
};

/// Opens a ticket; what the customer said becomes its first message.
pub fn create(job: &mut Job, new: &NewTicket) -> Result<(), Reject> {
    let customer: Customer = job.need(new.requester)?;
    if new.subject.trim().is_empty() {
        return Err(Refusal::Invalid { field: "subject", why: "a ticket needs a subject".into() }.into());
    }
    if let Some(a) = new.assignee {
        job.need::<Agent>(a)?;
    }
    if let Some(t) = new.team {
        job.need::<Team>(t)?;
    }
    // A tag given twice is one tag.
    let mut tags: Vec<String> = Vec::new();
    for tag in new.tags.iter().map(|t| edit::tag(t)).filter(|t| !t.is_empty()) {
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    let id = job.make(Kind::Ticket);
    let ticket = Ticket {
        id,
        number: job.next_number(Kind::Ticket)?,
        subject: new.subject.trim().to_owned(),
        requester: customer.id,
        organisation: customer.organisation(),
        ticket_type: new.ticket_type.clone(),
        category: Category::New,
        priority: new.priority.clone(),
        channel: new.channel.clone(),
        assignee: new.assignee,
        team: new.team,
        tags,
        promised_by: new.promised_by,
        created_at: job.at(),
        updated_at: job.at(),
        ..Default::default()
    };
    job.put(&ticket)?;
    job.event(id, EventKind::Created, "", "new")?;
    if !new.body.trim().is_empty() {
        let message = Message {
            id: job.make(Kind::Message),
            number: job.next_number(Kind::Message)?,
            ticket: id,
            customer: customer.id,
            at: job.at(),
            author: Some(customer.id),
            from_name: customer.display_name(),
            from: customer.email().unwrap_or_default().to_owned(),
            visibility: Visibility::Public,
            channel: new.channel.clone(),
            subject: ticket.subject.clone(),
            body: new.body.trim_end().to_owned(),
            delivery: Delivery::Received,
            ..Default::default()
        };
        job.put(&message)?;
        job.event_at(id, job.at(), None, EventKind::Received, "", message.id.to_string())?;
    }
    job.say(format!("{} opened for {}", ticket_name(&ticket), customer.display_name()));
    Ok(())
}

/// Changes tickets: one that does not allow it refuses; of several, those that do not are skipped and said.
pub fn set(job: &mut Job, ids: &[Id], changes: &[TicketChange]) -> Result<(), Reject> {
    let mut names = Vec::new();
    for id in ids {
        let before: Ticket = job.need(*id)?;
        if ids.len() > 1
            && let Err(Reject::Refused(why)) = may(&before, changes)
        {
            job.done.skipped.push((*id, why.to_string()));
            continue;
        }
        may(&before, changes)?;
        let mut ticket = before.clone();
        for change in changes {
            apply(job, &mut ticket, change)?;
        }
        if ticket != before {
            ticket.updated_at = job.at();
            job.put(&ticket)?;
            names.push(ticket_name(&ticket));
        }
    }
    let what = if names.is_empty() {
        "nothing to change".to_owned()
    } else {
        let words = words(job, changes)?;
        job.done.changed = names.len();
        job.done.rest = format!("tickets {words}");
        match names.as_slice() {
            [one] => format!("{one} {words}"),
            more => format!("{} tickets {words}", more.len()),
        }
    };
    let skipped = job.done.skipped.len();
    job.say(if skipped > 0 { format!("{what}, {skipped} skipped") } else { what });
    Ok(())
}

fn may(ticket: &Ticket, changes: &[TicketChange]) -> Result<(), Reject> {
    for change in changes {
        if let TicketChange::Category(to) = change {
            transitions::allowed(&ticket.category, to).map_err(|why| Refusal::Transition {
                what: ticket_name(ticket),
                from: ticket.category.label(),
                to: to.label(),
                why,
            })?;
        }
        if ticket.category == Category::Merged {
            let why = "it became part of another ticket: change that one".to_owned();
            return Err(Refusal::Invalid { field: "ticket", why }.into());
        }
    }
    Ok(())
}

/// Moves a ticket by the table of transitions, noting the event. Solving an unassigned ticket assigns the solver.
///
/// # Errors
/// [`Refusal::Transition`].
pub fn move_to(job: &mut Job, ticket: &mut Ticket, to: &Category) -> Result<(), Reject> {
    may(ticket, &[TicketChange::Category(to.clone())])?;
    if *to == Category::Solved && ticket.assignee.is_none() {
        assign(job, ticket, job.actor())?;
    }
    let from = std::mem::replace(&mut ticket.category, to.clone());
    ticket.status.clear();
    job.event(ticket.id, EventKind::Category, from.as_str(), to.as_str())
}

fn assign(job: &mut Job, ticket: &mut Ticket, to: Option<Id>) -> Result<(), Reject> {
    if ticket.assignee == to {
        return Ok(());
    }
    let from = std::mem::replace(&mut ticket.assignee, to);
    let word = |id: Option<Id>| id.map(|i| i.to_string()).unwrap_or_default();
    job.event(ticket.id, EventKind::Assignee, word(from), word(to))
}

/// Gives a ticket to another customer, with what belongs to a requester: the organisation, where it was theirs.
/// What was said stays with who said it.
fn requester(job: &mut Job, t: &mut Ticket, to: Id) -> Result<(), Reject> {
    let to: Customer = job.need(merge::survivor(job.view(), Kind::Customer, to)?)?;
    if t.requester == to.id {
        return Ok(());
    }
    let before: Option<Customer> = job.work.get(t.requester)?;
    if t.organisation.is_none() || t.organisation == before.and_then(|c| c.organisation()) {
        t.organisation = to.organisation();
    }
    let from = std::mem::replace(&mut t.requester, to.id);
    job.event(t.id, EventKind::Requester, from.to_string(), to.id.to_string())
}

/// Makes one change of a ticket in memory, noting its event.
pub fn apply(job: &mut Job, t: &mut Ticket, change: &TicketChange) -> Result<(), Reject> {
    let id = t.id;
    match change {
        TicketChange::Category(to) => move_to(job, t, to),
        TicketChange::Field(e) if edit::custom(&mut t.custom, e).is_some() => Ok(()),
        TicketChange::Field(e) => Ok(edit::declared(t, e, &edit::known::<Ticket>())?),
        TicketChange::Priority(p) if t.priority != *p => {
            let from = std::mem::replace(&mut t.priority, p.clone());
            job.event(id, EventKind::Priority, from.as_str(), p.as_str())
        }
        TicketChange::Assignee(to) => {
            if let Some(a) = to {
                job.need::<Agent>(*a)?;
            }
            if to.is_some() && t.category == Category::New {
                assign(job, t, *to)?;
                return move_to(job, t, &Category::Open);
            }
            assign(job, t, *to)
        }
        TicketChange::Team(to) if t.team != *to => {
            if let Some(team) = to {
                job.need::<Team>(*team)?;
            }
            let word = |id: Option<Id>| id.map(|i| i.to_string()).unwrap_or_default();
            let from = std::mem::replace(&mut t.team, *to);
            job.event(id, EventKind::Team, word(from), word(*to))
        }
        TicketChange::Type(ty) if t.ticket_type != *ty => {
            let from = std::mem::replace(&mut t.ticket_type, ty.clone());
            job.event(id, EventKind::Type, from.as_str(), ty.as_str())
        }
        TicketChange::Tag(tag) => {
            let tag = edit::tag(tag);
            if tag.is_empty() || t.tags.contains(&tag) {
                return Ok(());
            }
            t.tags.push(tag.clone());
            job.event(id, EventKind::Tags, "", tag)
        }
        TicketChange::Untag(tag) => {
            let tag = edit::tag(tag);
            if !t.tags.contains(&tag) {
                return Ok(());
            }
            t.tags.retain(|x| *x != tag);
            job.event(id, EventKind::Tags, tag, "")
        }
        TicketChange::Follow(agent) => {
            job.need::<Agent>(*agent)?;
            if !t.followers.contains(agent) {
                t.followers.push(*agent);
            }
            Ok(())
        }
        TicketChange::Unfollow(agent) => {
            t.followers.retain(|a| a != agent);
            Ok(())
        }
        TicketChange::Spam(spam) if t.spam != *spam => {
            t.spam = *spam;
            job.event(id, EventKind::Spam, (!spam).to_string(), spam.to_string())
        }
        TicketChange::Accept => incoming::screener::accept(job, t),
        TicketChange::Snooze(until) if t.snoozed_until != *until => {
            if until.is_some_and(|u| u <= job.now()) {
                let why = "that time has passed: name one to come".to_owned();
                return Err(Refusal::Invalid { field: "snooze", why }.into());
            }
            let word = |s: Option<i64>| s.map(|s| s.to_string()).unwrap_or_default();
            let from = std::mem::replace(&mut t.snoozed_until, *until);
            job.event(id, EventKind::Snooze, word(from), word(*until))
        }
        TicketChange::Subject(s) if t.subject != s.trim() => {
            if s.trim().is_empty() {
                return Err(
                    Refusal::Invalid { field: "subject", why: "a ticket needs a subject".into() }.into()
                );
            }
            let from = std::mem::replace(&mut t.subject, s.trim().to_owned());
            job.event(id, EventKind::Subject, from, s.trim())
        }
        TicketChange::Requester(to) => requester(job, t, *to),
        TicketChange::Promise(by) if t.promised_by != *by => {
            let word = |s: Option<i64>| s.map(|s| s.to_string()).unwrap_or_default();
            let from = std::mem::replace(&mut t.promised_by, *by);
            job.event(id, EventKind::Promise, word(from), word(*by))
        }
        _ => Ok(()),
    }
}

/// What an edit of a declared field makes of a ticket, in words.
fn changed_to(e: &Edit) -> String {
    let name = edit::name_of::<Ticket>(e);
    let title = Ticket::DEFS.iter().find(|d| d.name == name).map_or(name, |d| d.title).to_lowercase();
    match e.value.trim() {
        "" => format!("without {title}"),
        value => format!("{title} {value}"),
    }
}

/// What changes make of a ticket, in words.
fn words(job: &Job, changes: &[TicketChange]) -> Result<String, Reject> {
    let mut words = Vec::new();
    for c in changes {
        words.push(match c {
            TicketChange::Category(c) => c.label(),
            TicketChange::Field(e) => changed_to(e),
            TicketChange::Priority(p) => format!("priority {p}"),
            TicketChange::Assignee(None) | TicketChange::Team(None) => "unassigned".into(),
            TicketChange::Assignee(Some(a)) => {
                let away = records::get::<Agent>(job.view(), *a)?.is_some_and(|a| a.away_since.is_some());
                let away = if away { ", who is away" } else { "" };
                format!("assigned to {}{away}", job.name_of(Kind::Agent, *a)?)
            }
            TicketChange::Team(Some(t)) => format!("given to {}", job.name_of(Kind::Team, *t)?),
            TicketChange::Type(t) => format!("now a {t}"),
            TicketChange::Tag(t) => format!("tagged {t}"),
            TicketChange::Untag(t) => format!("no longer tagged {t}"),
            TicketChange::Follow(_) => "followed".into(),
            TicketChange::Unfollow(_) => "no longer followed".into(),
            TicketChange::Spam(true) => "marked as spam".into(),
            TicketChange::Spam(false) => "not spam".into(),
            TicketChange::Accept => "let in".into(),
            TicketChange::Snooze(Some(until)) => {
                format!("snoozed until {}", job.zone().when(*until, job.now()))
            }
            TicketChange::Snooze(None) => "awake".into(),
            TicketChange::Subject(_) => "renamed".into(),
            TicketChange::Requester(c) => format!("now of {}", job.name_of(Kind::Customer, *c)?),
            TicketChange::Promise(Some(by)) => format!("promised by {}", job.zone().when(*by, job.now())),
            TicketChange::Promise(None) => "no longer promised".into(),
        });
    }
    Ok(words.join(", "))
}
