//! Messages as they come from the server: in pieces, so that no answer is larger than was asked for, whatever size the
//! server gave before.

use std::collections::BTreeMap;

use async_imap::imap_proto::{AttributeValue, MessageSection, Response, SectionPath};

use super::{
    fetch::{ABOUT, set, uid},
    large::{self, Parts},
    session::{LARGE, Open},
};

/// How much of a message one command asks for, in bytes.
pub const PIECE: u32 = 1024 * 1024;

/// What came of one message so far.
#[derive(Default)]
struct Got {
    raw: Vec<u8>,
    /// Whether that is all of it.
    whole: bool,
}

/// Messages by their UIDs. Of one that is too large, its headers and the beginning of its text.
///
/// # Errors
/// Why the server does not give them.
pub async fn all(open: &mut Open, uids: &[u32]) -> Result<BTreeMap<u32, Vec<u8>>, String> {
    let mut out = BTreeMap::new();
    for (uid, mut got) in pieces(open, uids, 0).await? {
        while !got.whole && got.raw.len() <= LARGE as usize {
            let from = u32::try_from(got.raw.len()).unwrap_or(u32::MAX);
            let Some(next) = pieces(open, &[uid], from).await?.remove(&uid) else { break };
            got.raw.extend_from_slice(&next.raw);
            got.whole = next.whole;
        }
        let size = u32::try_from(got.raw.len()).unwrap_or(u32::MAX);
        match got.whole {
            true => out.extend([(uid, got.raw)]),
            false => out.extend(head(open, uid, size).await?.map(|raw| (uid, raw))),
        }
    }
    Ok(out)
}

/// A message of which the server says that it is too large: what is taken of it; or all of it, where that was not true.
///
/// # Errors
/// As [`all`].
pub async fn one_large(open: &mut Open, wanted: u32, size: u32) -> Result<BTreeMap<u32, Vec<u8>>, String> {
    let end = pieces(open, &[wanted], LARGE).await?.remove(&wanted);
    if end.is_some_and(|e| e.raw.is_empty()) {
        return all(open, &[wanted]).await;
    }
    Ok(head(open, wanted, size).await?.map(|raw| (wanted, raw)).into_iter().collect())
}

/// The piece of each message that begins at a byte.
async fn pieces(open: &mut Open, uids: &[u32], from: u32) -> Result<BTreeMap<u32, Got>, String> {
    let mut out = BTreeMap::new();
    let most = (u64::from(PIECE) + ABOUT) * uids.len() as u64;
    let command = format!("UID FETCH {} (UID BODY.PEEK[]<{from}.{PIECE}>)", set(uids.iter().copied()));
    open.ask(&command, most, &mut |r| {
        let Response::Fetch(_, values) = r else { return };
        let Some(uid) = uid(r).filter(|u| uids.contains(u)) else { return };
        for value in values {
            if let AttributeValue::BodySection { section: None, index, data } = value {
                let raw = data.as_deref().unwrap_or_default().to_vec();
                // A server that knows no pieces gives all of it.
                let whole = raw.len() < PIECE as usize || (index.is_none() && from == 0);
                out.insert(uid, Got { raw, whole });
            }
        }
    })
    .await?;
    Ok(out)
}

/// What is taken of a message that is too large.
async fn head(open: &mut Open, wanted: u32, size: u32) -> Result<Option<Vec<u8>>, String> {
    let mut parts = None;
    let text = large::TEXT;
    let command =
        format!("UID FETCH {wanted} (UID BODY.PEEK[HEADER] BODY.PEEK[1.MIME] BODY.PEEK[1]<0.{text}>)");
    open.ask(&command, u64::from(text), &mut |r| {
        let Response::Fetch(_, values) = r else { return };
        if uid(r) != Some(wanted) {
            return;
        }
        let parts: &mut Parts = parts.get_or_insert_default();
        for value in values {
            let AttributeValue::BodySection { section: Some(section), data: Some(data), .. } = value else {
                continue;
            };
            match section {
                SectionPath::Full(MessageSection::Header) => parts.header = data.to_vec(),
                SectionPath::Part(_, Some(MessageSection::Mime)) => parts.mime = data.to_vec(),
                SectionPath::Part(_, None) => parts.text = data.to_vec(),
                _ => {}
            }
        }
    })
    .await?;
    Ok(parts.filter(|p| !p.header.is_empty()).map(|p| large::message(&p, size)))
}
