//! The list of a ticket's or message's files.

use crate::{
    desk::attachments::AttachmentPart,
    mail::file_kind,
    model::{Id, Kind, Message, Stamp, limits, number},
};

/// A file in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRow {
    /// Of which message.
    pub message: Id,
    /// Which part of it.
    pub part: AttachmentPart,
    /// Its name.
    pub name: String,
    /// Its type.
    pub content_type: String,
    /// Bytes; `None` where that is known only once it is read.
    pub size: Option<u64>,
    /// What it is, where that says more than its type.
    pub about: &'static str,
    /// When its message was written.
    pub at: Stamp,
}

/// The list of files over the panes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FileList {
    /// Its title.
    pub title: String,
    /// The files, then the mails as they came.
    pub rows: Vec<FileRow>,
    /// The row under the cursor.
    pub cursor: usize,
    /// The first row shown.
    pub top: usize,
}

impl FileList {
    /// The files of messages: what was attached in the order of the thread, then the mails as they came.
    #[must_use]
    pub fn of<'m>(title: impl Into<String>, messages: impl Iterator<Item = &'m Message> + Clone) -> FileList {
        let attached = messages.clone().flat_map(|m| {
            m.attachments.iter().take(limits::ATTACHMENTS).enumerate().map(|(at, a)| FileRow {
                message: m.id,
                part: AttachmentPart::File(at),
                name: if a.name.trim().is_empty() { "file".to_owned() } else { a.name.clone() },
                content_type: a.content_type.clone(),
                size: Some(a.size),
                about: file_kind::about(&a.name, &a.content_type),
                at: m.at,
            })
        });
        let mails = messages.filter(|m| m.raw.is_some()).map(|m| FileRow {
            message: m.id,
            part: AttachmentPart::Mail,
            name: format!("{}.eml", number::show(Kind::Message, m.number)),
            content_type: "message/rfc822".to_owned(),
            size: None,
            about: "the mail as received",
            at: m.at,
        });
        FileList { title: title.into(), rows: attached.chain(mails).collect(), cursor: 0, top: 0 }
    }

    /// The row under the cursor.
    #[must_use]
    pub fn current(&self) -> Option<&FileRow> {
        self.rows.get(self.cursor)
    }

    /// Goes some rows down, or up where negative.
    pub fn step(&mut self, by: isize) {
        self.cursor = self.cursor.saturating_add_signed(by).min(self.rows.len().saturating_sub(1));
    }

    /// What was attached, without the mails as they came.
    pub fn attached(&self) -> impl Iterator<Item = &FileRow> {
        self.rows.iter().filter(|r| r.part != AttachmentPart::Mail)
    }
}
