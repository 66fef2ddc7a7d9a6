//! Reports of mail that did not arrive, kept until all other mail of an import is in: they may stand before the mail that
//! they are about, in the same file or in one that is read earlier.

use crate::desk::import::ImportMail;

/// The most bytes of reports that are kept in memory.
const MOST_BYTES: usize = 32 << 20;

/// Reports, each with the file that it is in.
#[derive(Default)]
pub struct Late {
    all: Vec<(String, Vec<ImportMail>)>,
    bytes: usize,
}

impl Late {
    /// Keeps a report, or gives it back: there are too many, and it is taken in its place in the file.
    pub fn defer(&mut self, file: &str, mail: ImportMail) -> Option<ImportMail> {
        if self.bytes.saturating_add(mail.raw.len()) > MOST_BYTES {
            return Some(mail);
        }
        self.bytes += mail.raw.len();
        match self.all.last_mut().filter(|(f, _)| f == file) {
            Some((_, mails)) => mails.push(mail),
            None => self.all.push((file.to_owned(), vec![mail])),
        }
        None
    }

    /// The reports of each file.
    pub fn take(&mut self) -> Vec<(String, Vec<ImportMail>)> {
        std::mem::take(self).all
    }
}
