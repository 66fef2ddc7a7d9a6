//! The bytes of an outgoing message, and who they go to.

use super::{state, transport::Envelope};
use crate::{
    desk::answering::Below,
    mail::{
        address::{self, Address},
        compose::{self, File, Outgoing},
    },
    model::{Mailbox, Message, Outbox, OutboxKind, fold},
    store::{StoreError, View, meta, raw},
};

/// A message as it leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Who it goes to and comes from.
    pub envelope: Envelope,
    /// Its text with its headers, lines ended by CRLF.
    pub bytes: Vec<u8>,
}

/// The addresses that a message goes to, hidden ones among them, each once.
pub fn recipients(message: &Message) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for a in message.to.iter().chain(&message.cc).chain(&message.bcc).flat_map(|a| parsed(a)) {
        if !out.iter().any(|o| fold::email_key(o) == fold::email_key(&a.email)) {
            out.push(a.email);
        }
    }
    out
}

fn parsed(text: &str) -> Vec<Address> {
    let all = address::parse_list(text.as_bytes());
    // An invalid address is kept unchanged, so that composing reports it.
    if all.is_empty() { vec![Address { name: String::new(), email: text.trim().to_owned() }] } else { all }
}

/// The value by which the desk knows its own mail.
///
/// # Errors
/// Where the file cannot be read.
pub fn desk_mark(view: &dyn View) -> Result<String, StoreError> {
    Ok(format!("frontdesk-{}", meta::store_id(view)?))
}

/// The message as it leaves from a mailbox, to those who do not have it yet; or why it cannot be made.
///
/// # Errors
/// Where the file cannot be read.
pub fn letter(
    view: &dyn View,
    mailbox: &Mailbox,
    out: &Outbox,
    message: &Message,
) -> Result<Result<Letter, String>, StoreError> {
    let mut files = Vec::new();
    for a in &message.attachments {
        let Some(bytes) = raw::get(view, a.raw)? else {
            return Ok(Err(format!("the file {} is not there any more", a.name)));
        };
        files.push(File { name: a.name.clone(), content_type: a.content_type.clone(), bytes });
    }
    let name = if mailbox.name.is_empty() { &message.from_name } else { &mailbox.name };
    let mut body = message.whole_text().into_owned();
    // Written before what follows the text was kept with it.
    if message.below.is_none() && !mailbox.signature.trim().is_empty() {
        let signature = mailbox.signature.trim_end().to_owned();
        body.push_str(&Below { signature, ..Below::default() }.text());
    }
    let open: Vec<String> = state::open(out).map(|r| r.address.clone()).collect();
    let envelope = Envelope {
        from: mailbox.address.clone(),
        as_headers: message.bcc.is_empty() && open.len() == out.recipients.len(),
        to: open,
    };
    let all = |list: &[String]| list.iter().flat_map(|a| parsed(a)).collect::<Vec<Address>>();
    let mail = Outgoing {
        from: Address { name: name.clone(), email: mailbox.address.clone() },
        reply_to: Some(Address { name: name.clone(), email: mailbox.address.clone() }),
        to: all(&message.to),
        cc: all(&message.cc),
        subject: message.subject.clone(),
        date: out.first_try_at.unwrap_or(message.at),
        message_id: message.message_id.clone(),
        in_reply_to: message.in_reply_to.clone(),
        references: message.references.clone(),
        body,
        markdown: mailbox.markdown,
        x_loop: desk_mark(view)?,
        automatic: out.kind == OutboxKind::Automatic,
        files,
    };
    Ok(compose::compose(&mail).map(|bytes| Letter { envelope, bytes }).map_err(|e| e.to_string()))
}
