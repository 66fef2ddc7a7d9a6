//! A mailbox that is imported: it is read twice.

use std::{
    io::Read,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{ImportError, Runner};
use crate::exchange::{
    bytes::Input,
    mbox::{self, Mails},
    sniff::no_mail,
};

/// A mailbox that can be read twice: standard input is kept in memory.
pub enum Spool {
    /// A file or folder.
    At(PathBuf),
    /// Standard input.
    Kept(Arc<[u8]>),
}

impl Spool {
    /// The mailbox at a path; `-`: standard input.
    ///
    /// # Errors
    /// Where it cannot be opened, or is no mail.
    pub fn of(run: &mut Runner, path: &Path) -> Result<Spool, ImportError> {
        let name = path.display().to_string();
        let packed =
            |why: String| ImportError::Format { file: name.clone(), why: format!("this is {why}: no mail") };
        if path.as_os_str() != "-" {
            let input = (!path.is_dir()).then(|| Input::open(path).ok()).flatten();
            return match input.and_then(|i| no_mail(i.head())) {
                Some(why) => Err(packed(why)),
                None => Ok(Spool::At(path.to_owned())),
            };
        }
        let input = run.open(path)?;
        if let Some(why) = no_mail(input.head()) {
            return Err(packed(why));
        }
        let mut bytes = Vec::new();
        input
            .into_bytes()
            .read_to_end(&mut bytes)
            .map_err(|e| ImportError::Read { file: "-".into(), what: e.to_string() })?;
        Ok(Spool::Kept(Arc::from(bytes)))
    }

    /// Its mails, from the first one.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub fn open(&self) -> Result<Mails, ImportError> {
        Ok(match self {
            Spool::At(path) => mbox::open(path)?,
            Spool::Kept(bytes) => {
                mbox::from_reader(Box::new(std::io::Cursor::new(Arc::clone(bytes))), Path::new("-"))
            }
        })
    }
}
