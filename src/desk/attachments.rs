//! The files of messages: which there are, and their bytes.
//!
//! Files that came with a mail are not stored twice: they are read out of the mail as it came (decision 6). Those that go
//! with a reply are stored by themselves.

use super::permissions::{Permission, require};
use crate::{
    mail::{html::inert, mime, parse},
    model::{Agent, Id, Kind, Message, Refusal, message::Attachment, number},
    store::{Reject, StoreError, View, raw, records},
};

/// A file of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AttachmentPart {
    /// One of the files that the message lists, from 0.
    File(usize),
    /// Its HTML, for a browser: made harmless.
    Html,
    /// The mail as it came.
    Mail,
}

/// Why a file cannot be given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoFile {
    /// The message has none like that.
    #[error("{0} has no such file")]
    NoSuch(String),
    /// The bytes are not in the store, though the message lists the file.
    #[error("the bytes of {file} are not in the store any more; `frontdesk check` says more about {message}")]
    Gone {
        /// The message.
        message: String,
        /// The file.
        file: String,
    },
    /// It came in another way than by mail, or was erased.
    #[error("{0} has no mail as it came")]
    NoMail(String),
    /// Its mail has no HTML.
    #[error("{0} has no HTML part")]
    NoHtml(String),
}

/// That an agent may read messages, and with them their files.
///
/// # Errors
/// Where they lack the permission, or are no agent.
pub fn permitted(view: &dyn View, me: Id) -> Result<(), Reject> {
    let agent: Option<Agent> = records::get(view, me)?;
    match agent {
        Some(agent) => Ok(require(&agent, Permission::Read)?),
        None => Err(super::permissions::unknown(Permission::Read).into()),
    }
}

/// A message with what its files are read from. The mail is read once, however many files are taken.
pub struct Files {
    message: Message,
    /// The mail as it came.
    mail: Option<Vec<u8>>,
    /// The files in it, in the order of the mail.
    came: Vec<mime::Attachment>,
}

impl Files {
    /// The files of a message.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] where there is no such message; where the file of the store cannot be read.
    pub fn of(view: &dyn View, message: Id) -> Result<Files, Reject> {
        let found: Option<Message> = records::get(view, message)?;
        let message =
            found.ok_or_else(|| Refusal::NotFound { kind: Kind::Message, what: message.to_string() })?;
        let mail = match message.raw {
            Some(id) => raw::get(view, id)?,
            None => None,
        };
        let came = match &mail {
            Some(mail) if !message.attachments.is_empty() => parse::parse(mail).attachments,
            _ => Vec::new(),
        };
        Ok(Files { message, mail, came })
    }

    /// The message.
    pub fn message(&self) -> &Message {
        &self.message
    }

    fn name(&self) -> String {
        number::show(Kind::Message, self.message.number)
    }

    /// The bytes of a part.
    ///
    /// # Errors
    /// Where the file of the store cannot be read.
    pub fn bytes(
        &self,
        view: &dyn View,
        part: AttachmentPart,
    ) -> Result<Result<Vec<u8>, NoFile>, StoreError> {
        let at = match part {
            AttachmentPart::Mail => return Ok(self.mail.clone().ok_or_else(|| NoFile::NoMail(self.name()))),
            AttachmentPart::Html => return Ok(self.page().ok_or_else(|| NoFile::NoHtml(self.name()))),
            AttachmentPart::File(at) => at,
        };
        let Some(listed) = self.message.attachments.get(at) else {
            return Ok(Err(NoFile::NoSuch(self.name())));
        };
        let found = match place_of(&self.came, listed, at).and_then(|at| self.came.get(at)) {
            Some(file) => Some(file.bytes.clone()),
            None if listed.raw.is_nil() => None,
            None => raw::get(view, listed.raw)?,
        };
        Ok(found.ok_or_else(|| NoFile::Gone { message: self.name(), file: listed.name.clone() }))
    }

    /// The HTML of the mail with its own images, and without anything that loads or runs.
    fn page(&self) -> Option<Vec<u8>> {
        let html = parse::html(self.mail.as_ref()?)?;
        Some(inert::page(&html.markup, &mut |id| html.image(id)).into_bytes())
    }
}

/// Where a listed file is among those of its mail: at the same place, unless another version of this program listed other
/// files before it.
fn place_of(came: &[mime::Attachment], listed: &Attachment, at: usize) -> Option<usize> {
    let is = |a: &mime::Attachment| a.name == listed.name && a.bytes.len() as u64 == listed.size;
    if came.get(at).is_some_and(is) { Some(at) } else { came.iter().position(is) }
}
