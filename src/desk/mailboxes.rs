//! The mailboxes of the desk: which one an address, a ticket or a reply belongs to, and the state of each at its servers.

use std::sync::{Arc, Mutex, PoisonError};

use super::Desk;
use crate::{
    model::{Id, Key, MailState, Mailbox, OpId, Stamp, Table, Ticket, fold},
    store::{Range, Reject, Scan, StoreError, Tx, View, lease, records},
};

/// The name of the lease of the mail: apart from that of the timers, as not every process may run the commands.
pub const MAIL: &str = "mail";

/// How long the mail is kept by a process that does not renew it, in milliseconds.
pub const LEASE: Stamp = 120_000;

/// Every mailbox that was not removed, the oldest first.
///
/// # Errors
/// Where the file cannot be read.
pub fn all(view: &dyn View) -> Result<Vec<Mailbox>, StoreError> {
    let mut out = Vec::new();
    records::each::<Mailbox>(view, |m| {
        if m.archived_at.is_none() {
            out.push(m);
        }
        true
    })?;
    out.sort_by_key(|m| m.number);
    Ok(out)
}

/// The mailbox whose address or alias it is.
///
/// # Errors
/// Where the file cannot be read.
pub fn by_address(view: &dyn View, address: &str) -> Result<Option<Mailbox>, StoreError> {
    let Some(key) = fold::email_key(address) else { return Ok(None) };
    let mut found = None;
    view.scan(Table::IxMailbox, &Range::prefix(Key::new().text(&key)), Scan::Forward, &mut |k, _| {
        found = k.last_chunk::<16>().map(|b| Id(*b));
        false
    })?;
    found.map_or(Ok(None), |id| records::get(view, id))
}

/// The mailbox from which a ticket is answered: the one that it came to, else its team's, else the first one. `None`: no
/// mailbox sends.
///
/// # Errors
/// Where the file cannot be read.
pub fn answering(view: &dyn View, ticket: &Ticket) -> Result<Option<Mailbox>, StoreError> {
    let all: Vec<Mailbox> = all(view)?.into_iter().filter(Mailbox::sends).collect();
    let of = |f: &dyn Fn(&Mailbox) -> bool| all.iter().find(|m| f(m)).cloned();
    Ok(of(&|m| ticket.mailbox == Some(m.id))
        .or_else(|| of(&|m| m.team.is_some() && m.team == ticket.team))
        .or_else(|| all.first().cloned()))
}

/// The state of a mailbox at its servers.
///
/// # Errors
/// Where the file cannot be read.
pub fn state(view: &dyn View, mailbox: Id) -> Result<MailState, StoreError> {
    let row = view.get(Table::MailState, mailbox.bytes())?;
    Ok(row.and_then(|b| rmp_serde::from_slice(&b).ok()).unwrap_or_default())
}

/// Writes how a mailbox stands: in the transaction of the messages that it speaks of.
///
/// # Errors
/// Where the row cannot be made.
pub fn put_state(tx: &mut dyn Tx, mailbox: Id, state: &MailState) -> Result<(), StoreError> {
    let bytes = rmp_serde::to_vec_named(state).map_err(|e| StoreError::Io(e.to_string()))?;
    tx.put(Table::MailState, mailbox.bytes(), &bytes);
    Ok(())
}

/// How the problem begins of a mailbox from whose folder another desk fetches.
pub const OTHER_DESK: &str = "another desk (";

/// The longest wait before a server that failed is tried again, in milliseconds.
const LONGEST_PAUSE: Stamp = 15 * 60_000;

/// When a server that has failed since then is tried again: after a minute at first, and later each time.
fn retry(since: Stamp, now: Stamp) -> Stamp {
    now + (now - since).clamp(60_000, LONGEST_PAUSE)
}

/// Whether a server that failed is to be left alone for now. A time that lies further ahead than it ever may was written
/// while the clock was wrong, and is none.
pub fn waits(next_retry: Option<Stamp>, now: Stamp) -> bool {
    next_retry.is_some_and(|at| at > now && at <= now.saturating_add(LONGEST_PAUSE))
}

/// How a mailbox stands after its server could not be read.
pub fn failed(state: &mut MailState, why: &str, now: Stamp) {
    let since = *state.failing_since.get_or_insert(now);
    why.clone_into(&mut state.problem);
    state.next_retry = Some(retry(since, now));
}

/// How a mailbox stands after its server answered.
pub fn answered(state: &mut MailState, now: Stamp) {
    state.last_contact = Some(now);
    state.failing_since = None;
    state.next_retry = None;
    state.problem.clear();
}

/// How a mailbox stands after the message with that UID was taken in.
pub fn took(state: &mut MailState, validity: u32, uid: u32) {
    if state.uid_validity != validity {
        // With another UIDVALIDITY, earlier UIDs mean nothing.
        (state.uid_validity, state.last_uid) = (validity, 0);
        state.settled_uid = Some(uid.saturating_sub(1));
    }
    state.settled_uid.get_or_insert(state.last_uid);
    state.last_uid = state.last_uid.max(uid);
}

/// How a mailbox stands after nothing could be handed to its mail system.
pub fn send_failed(state: &mut MailState, why: &str, now: Stamp) {
    let since = *state.send_failing_since.get_or_insert(now);
    why.clone_into(&mut state.send_problem);
    state.send_next_retry = Some(retry(since, now));
}

/// How a mailbox stands after its mail system took part in an attempt, whatever it said.
pub fn sent(state: &mut MailState, now: Stamp) {
    state.last_sent = Some(now);
    send_changed(state);
}

/// How a mailbox stands after it was told to send another way: earlier failures no longer count.
pub fn send_changed(state: &mut MailState) {
    state.send_failing_since = None;
    state.send_next_retry = None;
    state.send_problem.clear();
}

/// The row of [`Table::Meta`] that names the Unix users who fetched and sent before.
const USERS: &[u8] = b"mail_users";

/// How many of them are remembered.
const MOST_USERS: usize = 4;

/// The Unix users who fetched and sent before, the latest first.
///
/// # Errors
/// Where the file cannot be read.
pub fn users(view: &dyn View) -> Result<Vec<String>, StoreError> {
    let row = view.get(Table::Meta, USERS)?.unwrap_or_default();
    Ok(String::from_utf8_lossy(&row).lines().map(str::to_owned).collect())
}

/// Notes that a Unix user fetches and sends.
fn note_user(tx: &mut dyn Tx, user: &str) -> Result<(), StoreError> {
    let mut all = users(tx.view())?;
    if all.first().is_none_or(|first| first != user) {
        all.retain(|u| u != user);
        all.insert(0, user.to_owned());
        all.truncate(MOST_USERS);
        tx.put(Table::Meta, USERS, all.join("\n").as_bytes());
    }
    Ok(())
}

impl Desk {
    /// Notes that a mailbox was read to its end, with UIDVALIDITY and the last UID where those are known, or why it could
    /// not be. Beside the log: it is no change of the desk.
    ///
    /// # Errors
    /// Where the store cannot.
    pub fn note_contact(
        &self,
        op: OpId,
        mailbox: &Mailbox,
        contact: Result<Option<(u32, u32)>, String>,
        now: Stamp,
    ) -> Result<(), Reject> {
        let (id, from) = (mailbox.id, mailbox.receive.clone());
        self.aside(op, move |tx| {
            // Edited meanwhile to read another folder: this position says nothing of that one.
            if records::get::<Mailbox>(tx.view(), id)?.is_none_or(|m| m.receive != from) {
                return Ok(());
            }
            let mut state = state(tx.view(), id)?;
            match &contact {
                Err(why) => failed(&mut state, why, now),
                Ok(position) => {
                    answered(&mut state, now);
                    (state.take_over, state.renamed) = (false, false);
                    if let Some(position) = position {
                        (state.uid_validity, state.last_uid) = *position;
                        state.settled_uid = Some(state.last_uid);
                    }
                }
            }
            Ok(put_state(tx, id, &state)?)
        })
    }

    /// Notes the most bytes of a message that a mailbox's server takes, as it said.
    ///
    /// # Errors
    /// Where the store cannot.
    pub fn note_size_limit(&self, op: OpId, mailbox: Id, limit: Option<u64>) -> Result<(), Reject> {
        self.aside(op, move |tx| {
            let mut state = state(tx.view(), mailbox)?;
            state.size_limit = limit;
            Ok(put_state(tx, mailbox, &state)?)
        })
    }

    /// Keeps the mail of this store for a process from now on, where no other does: it fetches and sends for all. Gives
    /// until when another one keeps it.
    ///
    /// # Errors
    /// Where the store cannot.
    pub fn keep_mail(&self, op: OpId, holder: Id, now: Stamp) -> Result<Option<Stamp>, Reject> {
        let other = |v: &dyn View| lease::against(v, MAIL, holder, now, LEASE);
        if let Some(other) = self.view(other)? {
            return Ok(Some(other.until));
        }
        // An own lease that is valid for long is not renewed.
        let mine = self.view(|v| lease::of(v, MAIL))?.filter(|l| l.holder == holder);
        if mine.is_some_and(|l| (now + LEASE / 2..=now + LEASE).contains(&l.until)) {
            return Ok(None);
        }
        let told = Arc::new(Mutex::new(None));
        let (out, user) = (told.clone(), self.user.clone());
        self.aside(op, move |tx| {
            let other = lease::against(tx.view(), MAIL, holder, now, LEASE)?;
            if other.is_none() {
                lease::take(tx, MAIL, holder, now.saturating_add(LEASE));
                user.as_deref().map_or(Ok(()), |user| note_user(tx, user))?;
            }
            *out.lock().unwrap_or_else(PoisonError::into_inner) = other.map(|o| o.until);
            Ok(())
        })?;
        Ok(*told.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Releases the mail lease, where `holder` has it.
    ///
    /// # Errors
    /// Where the store cannot.
    pub fn leave_mail(&self, op: OpId, holder: Id) -> Result<(), Reject> {
        if self.view(|v| lease::of(v, MAIL))?.is_none_or(|l| l.holder != holder) {
            return Ok(());
        }
        self.aside(op, move |tx| Ok(lease::give_back(tx, MAIL, holder)?))
    }
}
