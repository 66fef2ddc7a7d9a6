//! The mailboxes of the desk: which one an address, a ticket or a reply belongs to, and how each stands at its servers.

use crate::{
    model::{Id, Key, MailState, Mailbox, Stamp, Table, Ticket, fold},
    store::{Range, Scan, StoreError, Tx, View, records},
};

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

/// How a mailbox stands at its servers.
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

/// The longest wait before a server that failed is tried again, in milliseconds.
const LONGEST_PAUSE: Stamp = 15 * 60_000;

/// How a mailbox stands after its server failed: tried again after a minute at first, and later each time.
pub fn failed(state: &mut MailState, why: &str, now: Stamp) {
    let since = *state.failing_since.get_or_insert(now);
    why.clone_into(&mut state.problem);
    state.next_retry = Some(now + (now - since).clamp(60_000, LONGEST_PAUSE));
}

/// How a mailbox stands after its server answered.
pub fn answered(state: &mut MailState, now: Stamp) {
    state.last_contact = Some(now);
    state.failing_since = None;
    state.next_retry = None;
    state.problem.clear();
}
