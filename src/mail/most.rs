//! How much of a mail is read: what a record keeps, or all of it.

use crate::model::limits;

/// The most that is read of each part of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Most {
    /// Header fields of one part.
    pub header_lines: usize,
    /// Bytes of one header field.
    pub header_bytes: usize,
    /// Addresses of one field.
    pub recipients: usize,
    /// Message-IDs of one field.
    pub references: usize,
    /// Files.
    pub attachments: usize,
    /// HTML tags of one part.
    pub html_nodes: usize,
    /// Bytes of the text.
    pub body: usize,
    /// Bytes of the subject.
    pub subject: usize,
}

impl Most {
    /// What a record keeps: see [`limits`].
    pub const RECORD: Most = Most {
        header_lines: limits::HEADER_LINES,
        header_bytes: limits::HEADER_BYTES,
        recipients: limits::RECIPIENTS,
        references: limits::REFERENCES,
        attachments: limits::ATTACHMENTS,
        html_nodes: limits::HTML_NODES,
        body: limits::BODY_BYTES,
        subject: limits::SUBJECT_BYTES,
    };
    /// Everything: for callers that must not miss a word, such as an erasure.
    pub const ALL: Most = Most {
        header_lines: usize::MAX,
        header_bytes: usize::MAX,
        recipients: usize::MAX,
        references: usize::MAX,
        attachments: usize::MAX,
        html_nodes: usize::MAX,
        body: usize::MAX,
        subject: usize::MAX,
    };
}

impl Default for Most {
    fn default() -> Most {
        Most::RECORD
    }
}
