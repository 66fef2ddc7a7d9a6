//! Reads mailboxes one message at a time, with bounded memory: mbox (mboxrd and mboxo), one `.eml`, a
//! Maildir, a folder of `.eml` files, or the standard input (`-`).
//!
//! A line is a separator when it begins with `From ` and
//! * it is the first line with text of the mailbox, or
//! * it ends in an asctime date (`From ann@example.org  Fri Jul 19 18:33:25 2002`), or
//! * the line before it is empty and it has a time of day, a month's name and a year, or
//! * the line before it is empty, it is `From` and one word, and the next line is a header.
//!
//! Anything else that begins with `From ` is text, so that an unquoted "From now on ..." does not cut a
//! message in two. A `Content-Length` that leads exactly to the next separator, or to the end, is believed over
//! separators within it. Apple Mail's `.emlx` and MMDF mailboxes are read too; the folder data that UW IMAP and Pine
//! keep in a mailbox is no message and is passed over. A message above the cap is a [`Reject`] with its first bytes; the rest of the mailbox
//! goes on. What a cut file still contains is delivered and marked [`RawMail::truncated`].

mod pushback;
mod reader;
mod separator;

use std::collections::VecDeque;
use std::fs;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::regular::{self, Origin};
use crate::model::Stamp;
use reader::Reader;

/// The greatest message taken, in bytes, unless [`Mails::with_cap`] says otherwise: 50 MiB.
pub const MESSAGE_CAP: usize = 50 * 1024 * 1024;
/// How much of a rejected message is kept for the reject file, in bytes.
const REJECT_HEAD: usize = 4 * 1024;

/// Where a message begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file, or `-` for the standard input.
    pub file: PathBuf,
    /// The first line of the message (its `From ` line in an mbox), counted from 1.
    pub line: u64,
    /// The same place in bytes from the start of the file.
    pub offset: u64,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.file.display(), self.line)
    }
}

/// One message as it lies in the mailbox, `From ` quoting undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawMail {
    /// The message: headers, an empty line, body.
    pub bytes: Vec<u8>,
    /// Where it begins.
    pub place: Place,
    /// The date of its `From ` line, milliseconds since 1970 UTC.
    pub envelope_date: Option<Stamp>,
    /// The sender of its `From ` line, as written.
    pub envelope_sender: Option<String>,
    /// The mailbox ends within this message: its last line has no end.
    pub truncated: bool,
}

/// Why a message could not be taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RejectReason {
    /// The message is larger than the cap.
    #[error("the message has {bytes} bytes, more than the {cap} a message may have")]
    TooLarge {
        /// Its length in bytes.
        bytes: u64,
        /// The most a message may have, in bytes.
        cap: usize,
    },
    /// There is nothing in it.
    #[error("the message is empty")]
    Empty,
    /// Reading failed on the way.
    #[error("reading failed: {0}")]
    Unreadable(String),
}

/// A message that could not be taken: where, why, and its first bytes for the reject file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{place}: {reason}")]
pub struct Reject {
    /// Where it begins.
    pub place: Place,
    /// Why.
    pub reason: RejectReason,
    /// Its first bytes (at most 4 KiB).
    pub head: Vec<u8>,
}

/// Why a mailbox could not be opened.
#[derive(Debug, Error)]
pub enum MailboxError {
    /// There is no such file or folder, or it cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// What was asked for.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A folder that is no Maildir and contains no mail.
    #[error("{} is a folder without mail: expected a Maildir (cur, new) or files named *.eml or *.mbox", path.display())]
    NoMail {
        /// The folder.
        path: PathBuf,
    },
}

/// How `>From ` lines are quoted in an mbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Quoting {
    /// Every `>*From ` line carries one more `>`: undone exactly.
    #[default]
    Mboxrd,
    /// Only `From ` lines carry one: `>>From ` stays.
    Mboxo,
}

/// What is read, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A mailbox: begins with a `From ` line.
    Mbox,
    /// One message: begins with a header.
    Message,
    /// Apple Mail's: the count of bytes on a line, the message, a property list.
    Emlx,
    /// MMDF: messages between lines of four `^A`.
    Mmdf,
}

impl Kind {
    fn of(head: &[u8]) -> Kind {
        let head = skip_blank(head);
        let count = head.iter().take_while(|b| b.is_ascii_digit()).count();
        let (_, after) = head.split_at_checked(count).unwrap_or_default();
        let line_end = after.iter().position(|b| !matches!(b, b' ' | b'\t' | b'\r'));
        match head {
            _ if head.starts_with(b"From ") => Kind::Mbox,
            _ if head.starts_with(separator::MMDF) => Kind::Mmdf,
            _ if (1..=12).contains(&count) && line_end.and_then(|at| after.get(at)) == Some(&b'\n') => {
                Kind::Emlx
            }
            _ => Kind::Message,
        }
    }
}

/// The bytes after a byte order mark and empty lines.
fn skip_blank(mut head: &[u8]) -> &[u8] {
    head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    while let Some((b'\n' | b'\r', rest)) = head.split_first() {
        head = rest;
    }
    head
}

/// The messages of a mailbox, one at a time.
pub struct Mails {
    files: VecDeque<PathBuf>,
    open: Option<Reader<Box<dyn BufRead + Send>>>,
    cap: usize,
    quoting: Quoting,
    done: u64,
    total: Option<u64>,
}

/// Opens a mailbox: an mbox file, an `.eml` file, a Maildir, a folder of such files, or `-`.
///
/// # Errors
/// [`MailboxError`] when it cannot be read or is a folder without mail.
pub fn open(path: &Path) -> Result<Mails, MailboxError> {
    if path == Path::new("-") {
        return Ok(from_reader(Box::new(BufReader::new(io::stdin())), path));
    }
    let fail = |source| MailboxError::Unreadable { path: path.to_path_buf(), source };
    let meta = fs::metadata(path).map_err(fail)?;
    let files = if meta.is_dir() { folder(path).map_err(fail)? } else { vec![path.to_path_buf()] };
    if files.is_empty() && !is_maildir(path) {
        return Err(MailboxError::NoMail { path: path.to_path_buf() });
    }
    let total = match meta.is_dir() {
        true => files.iter().map(|f| fs::symlink_metadata(f).map_or(0, |m| m.len())).sum(),
        false => meta.len(),
    };
    let mut mails = Mails {
        files: files.into(),
        open: None,
        cap: MESSAGE_CAP,
        quoting: Quoting::default(),
        done: 0,
        total: Some(total),
    };
    // A single file that cannot be opened is an immediate error, not a later reject.
    if !meta.is_dir() {
        let file = regular::open(path, Origin::Named).map_err(fail)?;
        mails.files.clear();
        mails.open = Some(Reader::new(Box::new(BufReader::new(file)), path));
    }
    Ok(mails)
}

/// Reads the messages of anything that can be read; `name` is in their [`Place`].
pub fn from_reader(input: Box<dyn BufRead + Send>, name: &Path) -> Mails {
    Mails {
        files: VecDeque::new(),
        open: Some(Reader::new(input, name)),
        cap: MESSAGE_CAP,
        quoting: Quoting::default(),
        done: 0,
        total: None,
    }
}

fn is_maildir(path: &Path) -> bool {
    regular::is_folder(&path.join("cur")) || regular::is_folder(&path.join("new"))
}

/// The mail files of a folder in reading order: a Maildir's `cur` and `new`, else `.eml`, `.mbox` and MH's
/// numbered files.
fn folder(path: &Path) -> io::Result<Vec<PathBuf>> {
    let inside = |dir: &Path| -> io::Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        for entry in fs::read_dir(dir)? {
            let entry = entry?;
            let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
            // A link or a pipe is listed too: opening it says why it is not taken.
            if !hidden && !entry.file_type()?.is_dir() {
                files.push(entry.path());
            }
        }
        files.sort();
        Ok(files)
    };
    if is_maildir(path) {
        let mut files = Vec::new();
        for dir in [path.join("cur"), path.join("new")] {
            if regular::is_folder(&dir) {
                files.extend(inside(&dir)?);
            }
        }
        return Ok(files);
    }
    let mut files = inside(path)?;
    files.retain(|f| is_mail_file(f));
    files.sort_by_key(|f| mh_number(f));
    Ok(files)
}

/// The number that MH and its kind name a mail by.
fn mh_number(file: &Path) -> Option<u64> {
    file.file_name().and_then(|n| n.to_str()).and_then(|n| n.parse().ok())
}

/// Whether a file's name says that it contains mail.
pub fn is_mail_file(file: &Path) -> bool {
    let kind = file.extension().map(|e| e.to_ascii_lowercase());
    kind.is_some_and(|e| e == "eml" || e == "emlx" || e == "mbox" || e == "mbx") || mh_number(file).is_some()
}

impl Mails {
    /// Sets the most bytes a message may have.
    pub fn with_cap(mut self, cap: usize) -> Self {
        self.cap = cap;
        self
    }

    /// Sets how `From ` lines were quoted.
    pub fn with_quoting(mut self, quoting: Quoting) -> Self {
        self.quoting = quoting;
        self
    }

    /// Bytes read so far, for progress.
    pub fn bytes_read(&self) -> u64 {
        self.done + self.open.as_ref().map_or(0, |r| r.offset)
    }

    /// Bytes there are in all; `None` for the standard input.
    pub fn bytes_total(&self) -> Option<u64> {
        self.total
    }
}

impl Iterator for Mails {
    type Item = Result<RawMail, Reject>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(reader) = &mut self.open {
                if let Some(item) = reader.next_mail(self.cap, self.quoting) {
                    return Some(item);
                }
                self.done += reader.offset;
                self.open = None;
            }
            let file = self.files.pop_front()?;
            match regular::open(&file, Origin::Found) {
                Ok(input) => self.open = Some(Reader::new(Box::new(BufReader::new(input)), &file)),
                Err(e) => {
                    let place = Place { file, line: 1, offset: 0 };
                    return Some(Err(Reject {
                        place,
                        reason: RejectReason::Unreadable(e.to_string()),
                        head: Vec::new(),
                    }));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
