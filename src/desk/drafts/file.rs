//! A file that is to go with a message: where it is, not its bytes, but for what was attached to a message that was
//! cancelled.

use crate::{
    desk::command::FileOf,
    model::{Id, draft::DraftFile, message::Attachment},
};

impl DraftFile {
    /// A file of a message that was cancelled.
    pub(super) fn of_message(a: &Attachment) -> DraftFile {
        DraftFile {
            name: a.name.clone(),
            content_type: a.content_type.clone(),
            size: a.size,
            raw: Some(a.raw),
            added: true,
            ..DraftFile::default()
        }
    }

    /// A file on the agent's disk that was not looked at yet.
    #[must_use]
    pub fn on_disk(path: &str) -> DraftFile {
        let name = path.rsplit('/').next().unwrap_or(path).to_owned();
        DraftFile { name, path: path.to_owned(), added: true, ..DraftFile::default() }
    }

    /// Whether it is on the agent's disk.
    pub fn is_on_disk(&self) -> bool {
        !self.path.is_empty()
    }

    /// The file of the store that it is; `None`: it is on the agent's disk.
    pub fn in_store(&self) -> Option<FileOf> {
        (!self.is_on_disk()).then(|| FileOf {
            message: self.message.unwrap_or(Id::NIL),
            number: usize::try_from(self.number).unwrap_or(usize::MAX),
            kept: self.raw.map(|raw| Attachment {
                name: self.name.clone(),
                content_type: self.content_type.clone(),
                size: self.size,
                raw,
            }),
        })
    }
}
