//! What came into a folder since the last time.

use std::collections::{BTreeMap, BTreeSet};

use async_imap::imap_proto::{AttributeValue, Response};
use chrono::DateTime;

use super::{
    Account, bodies, marks,
    session::{Folder, LARGE, Open},
    settle::settle,
};
use crate::{
    exchange::receive::{Incoming, MANY, MUCH, Position, SourceError, Take},
    model::{MailState, Stamp},
};

/// How many messages are fetched per command.
const BATCH: usize = 100;

/// How many UIDs are kept; the others have their turn in the next fetch.
const LISTED: usize = 200_000;

/// How much a server may say about one message besides its content, in bytes.
pub const ABOUT: u64 = 4096;

/// How much older than the last contact a message may be that is fetched where a folder is new: two days.
const OVERLAP: Stamp = 2 * 86_400_000;

/// What a server says about a message.
#[derive(Debug, Clone, Copy, Default)]
struct About {
    size: u32,
    at: Option<Stamp>,
    /// Whether it is deleted or a draft: then it is not mail.
    is_no_mail: bool,
}

/// Gives what came since `state` to `take`.
///
/// # Errors
/// Why the server cannot be read, or the desk cannot take a message.
pub async fn all(
    open: &mut Open,
    account: &Account,
    state: &MailState,
    take: Take<'_>,
) -> Result<Option<Position>, SourceError> {
    let folder = open.select(&account.folder).await.map_err(SourceError::Down)?;
    let validity = folder.validity.ok_or_else(|| {
        SourceError::Down("the server gives no UIDVALIDITY: no message could be told from another".into())
    })?;
    marks::check(open, account, &folder, state.take_over).await.map_err(SourceError::Down)?;
    // Where the folder of the new name is another one, it is met for the first time.
    let first = state.uid_validity == 0 || (state.renamed && validity != state.uid_validity);
    if first && !state.history {
        // First contact: from now on.
        let (last_uid, newest) = before_next(open, &folder).await.map_err(SourceError::Down)?;
        marks::leave(open, account, &folder, newest).await;
        return Ok(Some(Position { validity, last_uid }));
    }
    // Where the next UID is one that was taken, the folder was set back.
    let same = validity == state.uid_validity && folder.next.is_none_or(|next| next > state.last_uid);
    let last = if same { state.last_uid } else { 0 };
    let since = match state.last_contact {
        Some(at) if !same && !first && !state.history => at.saturating_sub(OVERLAP),
        _ => Stamp::MIN,
    };
    // What a process took that ended before it could flag or move it is dealt with first.
    let settled = if same { state.settled_uid.unwrap_or(last).min(last) } else { last };
    let mut uids = listed(open, settled, folder.exists).await.map_err(SourceError::Down)?;
    let left: Vec<u32> = uids.extract_if(.., |uid| *uid <= last).collect();
    let mut problem = settle(open, account, &left).await.err();
    let mut reached = last;
    let newest = uids.last().copied();
    for batch in uids.chunks(BATCH) {
        let about = about(open, batch).await.map_err(SourceError::Down)?;
        let wanted: Vec<(u32, About)> =
            about.into_iter().filter(|(_, a)| !a.is_no_mail && a.at.is_none_or(|at| at >= since)).collect();
        let mut rest = wanted.as_slice();
        while !rest.is_empty() {
            let (load, after) = rest.split_at(load(rest));
            rest = after;
            let taken = one_load(open, load, validity, take).await?;
            if rest.is_empty()
                && batch.last().copied() == newest
                && let Some(last) = taken.uids.last()
            {
                marks::leave(open, account, &folder, *last).await;
            }
            if let Err(why) = settle(open, account, &taken.uids).await {
                problem.get_or_insert(why);
            }
            if taken.stopped {
                return Ok(None);
            }
        }
        reached = batch.last().copied().unwrap_or(reached);
    }
    match problem {
        Some(why) => Err(SourceError::Down(why)),
        None => Ok(Some(Position { validity, last_uid: reached })),
    }
}

/// How many of the next messages one command fetches. Their number is bounded too, as servers give wrong sizes.
fn load(rest: &[(u32, About)]) -> usize {
    let mut bytes = 0u64;
    let fits = rest.iter().take(MANY).take_while(|(_, a)| {
        bytes += u64::from(a.size);
        bytes <= MUCH
    });
    fits.count().max(1)
}

/// The highest UID that a message had so far, and that of the newest message; 0 where there is none.
async fn before_next(open: &mut Open, folder: &Folder) -> Result<(u32, u32), String> {
    let mut newest = 0;
    if folder.exists > 0 {
        open.ask("UID FETCH * (UID)", 0, &mut |r| newest = newest.max(uid(r).unwrap_or_default())).await?;
    }
    Ok((folder.next.map_or(newest, |next| next - 1), newest))
}

/// The UIDs above one, in their order.
async fn listed(open: &mut Open, last: u32, exists: u32) -> Result<Vec<u32>, String> {
    let Some(from) = last.checked_add(1).filter(|_| exists > 0) else { return Ok(Vec::new()) };
    let mut out = BTreeSet::new();
    let most = u64::from(exists).saturating_mul(256);
    // `*` is the last message even where it is below `from`.
    open.ask(&format!("UID FETCH {from}:* (UID)"), most, &mut |r| {
        out.extend(uid(r).filter(|u| *u >= from));
        if out.len() > LISTED {
            out.pop_last();
        }
    })
    .await?;
    Ok(out.into_iter().collect())
}

/// UIDs as a command names them.
pub fn set(uids: impl IntoIterator<Item = u32>) -> String {
    uids.into_iter().map(|u| u.to_string()).collect::<Vec<_>>().join(",")
}

/// What the server says about messages.
async fn about(open: &mut Open, uids: &[u32]) -> Result<BTreeMap<u32, About>, String> {
    let mut out = BTreeMap::new();
    let command = format!("UID FETCH {} (UID RFC822.SIZE INTERNALDATE FLAGS)", set(uids.iter().copied()));
    open.ask(&command, uids.len() as u64 * ABOUT, &mut |r| {
        let Response::Fetch(_, values) = r else { return };
        let Some(uid) = uid(r).filter(|u| uids.binary_search(u).is_ok()) else { return };
        let a: &mut About = out.entry(uid).or_default();
        for value in values {
            match value {
                AttributeValue::Rfc822Size(n) => a.size = *n,
                AttributeValue::InternalDate(at) => a.at = stamp(at),
                AttributeValue::Flags(all) => {
                    a.is_no_mail = all
                        .iter()
                        .any(|f| f.eq_ignore_ascii_case("\\Deleted") || f.eq_ignore_ascii_case("\\Draft"));
                }
                _ => {}
            }
        }
    })
    .await?;
    Ok(out)
}

fn stamp(date: &str) -> Option<Stamp> {
    DateTime::parse_from_str(date.trim(), "%d-%b-%Y %H:%M:%S %z").ok().map(|d| d.timestamp_millis())
}

/// The UID in a FETCH response.
pub fn uid(r: &Response<'_>) -> Option<u32> {
    let Response::Fetch(_, values) = r else { return None };
    values.iter().find_map(|v| match v {
        AttributeValue::Uid(u) if *u > 0 => Some(*u),
        _ => None,
    })
}

/// What became of some messages.
struct Taken {
    uids: Vec<u32>,
    stopped: bool,
}

/// Fetches some messages and gives them to `take` in the order of their UIDs.
async fn one_load(
    open: &mut Open,
    load: &[(u32, About)],
    validity: u32,
    take: Take<'_>,
) -> Result<Taken, SourceError> {
    let large = load.first().filter(|(_, a)| a.size > LARGE);
    let mut bodies = match large {
        Some((uid, a)) => bodies::one_large(open, *uid, a.size).await,
        None => bodies::all(open, &load.iter().map(|(uid, _)| *uid).collect::<Vec<_>>()).await,
    }
    .map_err(SourceError::Down)?;
    let (mut mails, mut uids, mut problem) = (Vec::new(), Vec::new(), None);
    for (uid, a) in load {
        let Some(raw) = bodies.remove(uid) else {
            match about(open, &[*uid]).await {
                // Someone else deleted it meanwhile.
                Ok(there) if there.is_empty() => continue,
                Ok(_) => problem = Some(format!("the server lists message {uid} but does not hand it over")),
                Err(why) => problem = Some(why),
            }
            break;
        };
        // Where the server does not say when, it is now.
        let received_at = a.at.unwrap_or(Stamp::MAX);
        mails.push(Incoming { raw, received_at, uid: Some((validity, *uid)) });
        uids.push(*uid);
    }
    let stopped = !mails.is_empty() && !take(mails)?;
    match problem {
        Some(why) => Err(SourceError::Down(why)),
        None => Ok(Taken { uids, stopped }),
    }
}
