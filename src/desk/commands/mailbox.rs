//! Mailboxes: add, edit, pause, remove.

use super::people;
use crate::{
    desk::{
        Edit,
        edit::{self, How},
        incoming::screener,
        mailboxes, read,
        work::Job,
    },
    mail::{endpoint, template},
    model::{AfterFetch, Hours, Id, Kind, Mailbox, ReceiveKind, Refusal, fold, mailbox::Receive},
    store::Reject,
};

/// Adds a mailbox.
pub fn add(job: &mut Job, edits: &[Edit]) -> Result<(), Reject> {
    let id = job.make(Kind::Mailbox);
    let mut m = Mailbox { id, created_at: job.at(), ..Mailbox::default() };
    apply(job, &mut m, edits)?;
    if m.address.is_empty() {
        return Err(bad("address", "a mailbox needs an address"));
    }
    m.number = job.next_number(Kind::Mailbox)?;
    sound(job, &m, None)?;
    job.put(&m)?;
    with_history(job, &m, edits)?;
    job.say(format!("mailbox {} added", m.address));
    Ok(())
}

/// Changes a mailbox.
pub fn edit(job: &mut Job, id: Id, edits: &[Edit]) -> Result<(), Reject> {
    let mut m: Mailbox = job.need(id)?;
    let before = m.clone();
    apply(job, &mut m, edits)?;
    sound(job, &m, Some(&before))?;
    job.put(&m)?;
    if before.screener && !m.screener {
        // No one looks into a screener that is not there.
        screener::accept_all(job, id)?;
    }
    with_history(job, &m, edits)?;
    job.say(format!("mailbox {} changed", m.address));
    Ok(())
}

/// What follows from another address or server of a mailbox, by whatever command it came: an undo, too.
pub fn settle(job: &mut Job, id: Id) -> Result<(), Reject> {
    let (Some(before), Some(m)) = (job.work.before::<Mailbox>(id)?, job.work.get::<Mailbox>(id)?) else {
        return Ok(());
    };
    if m.receive != before.receive {
        let mut state = mailboxes::state(job.view(), id)?;
        mailboxes::answered(&mut state, job.now());
        let was = &before.receive;
        let same_server = Receive { folder: was.folder.clone(), ..m.receive.clone() } == *was;
        if same_server && m.receive.kind != ReceiveKind::Maildir {
            // A folder that was renamed keeps its UIDs, by which it is known.
            state.renamed = true;
        } else {
            // The UIDs of another folder say nothing about this one.
            (state.uid_validity, state.last_uid, state.settled_uid) = (0, 0, None);
            state.last_contact = None;
        }
        mailboxes::put_state(job.work.tx, id, &state)?;
    }
    if m.send != before.send {
        // What the other server said, or failed with, says nothing of this one.
        let mut state = mailboxes::state(job.view(), id)?;
        state.size_limit = None;
        mailboxes::send_changed(&mut state);
        mailboxes::put_state(job.work.tx, id, &state)?;
    }
    if m.address != before.address {
        job.done.moved.push((before.address, m.address));
    }
    Ok(())
}

/// Notes whether what is in the folder already is read too; kept with how the mailbox stands.
fn with_history(job: &mut Job, m: &Mailbox, edits: &[Edit]) -> Result<(), Reject> {
    let Some(e) = edits.iter().rev().find(|e| e.field == "history") else { return Ok(()) };
    let mut state = mailboxes::state(job.view(), m.id)?;
    state.history = yes("history", e.value.trim())?;
    Ok(mailboxes::put_state(job.work.tx, m.id, &state)?)
}

/// Pauses a mailbox, or lets it go on.
pub fn pause(job: &mut Job, id: Id, paused: bool) -> Result<(), Reject> {
    let mut m: Mailbox = job.need(id)?;
    if m.paused_at.is_some() != paused {
        m.paused_at = paused.then_some(job.now());
    }
    job.put(&m)?;
    if !paused {
        // Tried again now, and in place of another desk that fetches from the same folder.
        let mut state = mailboxes::state(job.view(), id)?;
        state.take_over = state.problem.starts_with(mailboxes::OTHER_DESK);
        (state.next_retry, state.send_next_retry) = (None, None);
        mailboxes::put_state(job.work.tx, id, &state)?;
    }
    job.say(format!("mailbox {} {}", m.address, if paused { "paused" } else { "resumed" }));
    Ok(())
}

/// Removes a mailbox, or brings it back. Its messages and tickets stay.
pub fn remove(job: &mut Job, id: Id, gone: bool) -> Result<(), Reject> {
    let mut m: Mailbox = job.need(id)?;
    if m.archived_at.is_some() != gone {
        m.archived_at = gone.then_some(job.now());
    }
    sound(job, &m, None)?;
    job.put(&m)?;
    job.say(format!("mailbox {} {}", m.address, if gone { "removed" } else { "is back" }));
    Ok(())
}

/// An address belongs to one mailbox, and to no customer when it is given to the mailbox: mail to it may have added one
/// from there since.
fn sound(job: &Job, m: &Mailbox, before: Option<&Mailbox>) -> Result<(), Reject> {
    if m.archived_at.is_some() {
        return Ok(());
    }
    for address in m.own() {
        if let Some(other) = mailboxes::by_address(job.view(), address)?.filter(|o| o.id != m.id) {
            return Err(Refusal::Taken { what: address.to_owned(), owner: other.address }.into());
        }
        let is_new = before.is_none_or(|b| !b.own().any(|had| had == address));
        if let Some(customer) = read::customer_by_email(job.view(), address)?.filter(|_| is_new) {
            let owner = job.name_of(Kind::Customer, customer)?;
            return Err(Refusal::Taken { what: address.to_owned(), owner }.into());
        }
    }
    Ok(())
}

fn bad(field: &'static str, why: impl Into<String>) -> Reject {
    Refusal::Invalid { field, why: why.into() }.into()
}

fn yes(field: &'static str, v: &str) -> Result<bool, Reject> {
    match v {
        "yes" | "true" | "on" => Ok(true),
        "no" | "false" | "off" | "" => Ok(false),
        _ => Err(bad(field, "say yes or no")),
    }
}

/// A text with places that are filled in.
fn template(field: &'static str, text: &str) -> Result<String, Reject> {
    if let Some(name) = template::unknown(text) {
        let known: Vec<String> = template::PLACES.iter().map(|(name, _)| format!("{{{name}}}")).collect();
        return Err(bad(field, format!("there is no {{{name}}}; there are {}", known.join(", "))));
    }
    Ok(text.trim_end().to_owned())
}

fn apply(job: &Job, m: &mut Mailbox, edits: &[Edit]) -> Result<(), Reject> {
    for e in edits {
        let v = e.value.trim();
        match edit::name_of::<Mailbox>(e) {
            "address" => {
                let address = crate::mail::address::normalise(v);
                m.address = address.ok_or_else(|| bad("address", "that is no e-mail address"))?;
            }
            "alias" => {
                edit::list(&mut m.aliases, e);
                if m.aliases.iter().any(|a| fold::email_key(a).is_none()) {
                    return Err(bad("alias", "that is no e-mail address"));
                }
            }
            "team" if v.is_empty() || v == "none" || e.how == How::Remove => m.team = None,
            "team" => m.team = Some(read::resolve(job.view(), Kind::Team, v)?),
            "signature" => e.value.trim_end().clone_into(&mut m.signature),
            "acknowledgement" => m.acknowledgement = template("acknowledgement", &e.value)?,
            "out_of_hours" => m.out_of_hours = template("out_of_hours", &e.value)?,
            "hours" => {
                edit::text(&mut m.hours, e);
                Hours::parse(&m.hours).map_err(|why| bad("hours", why.to_string()))?;
            }
            "receive" => m.receive = endpoint::receive(v).map_err(|why| bad("receive", why))?,
            "send" => m.send = endpoint::send(v).map_err(|why| bad("send", why))?,
            "after_fetch" => {
                m.after_fetch = AfterFetch::known(v).ok_or_else(|| {
                    bad("after_fetch", format!("give one of {}", AfterFetch::WORDS.join(", ")))
                })?;
            }
            "hourly_cap" if v.is_empty() || v == "none" => m.hourly_cap = None,
            "hourly_cap" => {
                let n = v.parse().ok().filter(|n| *n > 0);
                m.hourly_cap = Some(n.ok_or_else(|| bad("hourly_cap", "give a number of messages"))?);
            }
            "size_limit" if v.is_empty() || v == "none" => m.size_limit = None,
            "size_limit" => {
                let n =
                    v.trim_end_matches("MB").trim().parse::<u64>().ok().filter(|n| (1..=1_000).contains(n));
                let n = n.ok_or_else(|| bad("size_limit", "give a number of megabytes, such as 25"))?;
                m.size_limit = Some(n * 1_000_000);
            }
            "markdown" => m.markdown = yes("markdown", v)?,
            "subject_hook" => m.no_subject_hook = !yes("subject_hook", v)?,
            "screener" => m.screener = yes("screener", v)?,
            "blocked" => people::blocked(&mut m.blocked, e)?,
            "history" => {
                yes("history", v)?;
            }
            _ => edit::declared(m, e, &edit::known::<Mailbox>())?,
        }
    }
    if m.after_fetch == AfterFetch::Move && m.move_to.is_empty() {
        return Err(bad("move_to", "name the folder to which fetched mail moves"));
    }
    Ok(())
}
