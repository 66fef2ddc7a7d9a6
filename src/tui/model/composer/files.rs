//! Files that go with a message.

use super::Composer;
use crate::{
    desk::{answering, drafts::DraftFile},
    tui::pages::thread::size,
};

/// A file that goes with a message.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ComposerFile {
    /// The file.
    pub file: DraftFile,
    /// Why it cannot go; `None`: it can, as far as is known.
    pub problem: Option<String>,
}

impl From<DraftFile> for ComposerFile {
    fn from(file: DraftFile) -> ComposerFile {
        ComposerFile { file, problem: None }
    }
}

impl ComposerFile {
    /// As a header of a text has it: its path, or its name where it is in the store.
    #[must_use]
    pub fn written(&self) -> String {
        match self.file.is_on_disk() {
            true => self.file.path.clone(),
            false => format!("{} (in the ticket)", self.file.name),
        }
    }
}

impl Composer {
    /// Puts a file to the others, in place of the same one.
    pub fn attach(&mut self, file: ComposerFile) {
        let place = |f: &DraftFile| (f.path.clone(), f.message, f.number, f.raw);
        match self.files.iter_mut().find(|f| place(&f.file) == place(&file.file)) {
            Some(same) => *same = file,
            None => self.files.push(file),
        }
    }

    /// Why it cannot be sent yet: a file that cannot go, or too many bytes. `None`: it can.
    #[must_use]
    pub fn file_problem(&self) -> Option<String> {
        let bad = self.files.iter().find_map(|f| Some(format!("{}: {}", f.file.name, f.problem.as_ref()?)));
        bad.or_else(|| {
            answering::too_large(self.size(), self.basis.limit.filter(|_| self.leaves())).map(|why| {
                let mut chars = why.chars();
                let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
                format!("{first}{}: take a file away", chars.as_str())
            })
        })
    }

    /// How large all of it is: `3 files, 12.4 MB of 25.0 MB`.
    #[must_use]
    pub fn size_shown(&self) -> String {
        let n = self.files.len();
        let files = if n == 1 { "1 file".to_owned() } else { format!("{n} files") };
        match self.basis.limit {
            Some(limit) => format!("{files}, {} of {}", size(self.size()), size(limit)),
            None => format!("{files}, {}", size(self.files.iter().map(|f| f.file.size).sum())),
        }
    }
}
