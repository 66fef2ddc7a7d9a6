//! A folder with a card a file, as vdirsyncer and khard keep them: `UID.vcf`. Files of others are never written over.

use std::{
    collections::HashMap,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use super::Cards;
use crate::{
    exchange::regular,
    store::{
        files::{Draft, Owner, make_folders},
        hash,
    },
};

/// Whether it is the file of a card: what is hidden is another program's, or not complete yet.
pub fn is_card(path: &Path) -> bool {
    let hidden = path.file_name().is_some_and(|n| n.as_encoded_bytes().starts_with(b"."));
    !hidden
        && path.extension().is_some_and(|e| e.eq_ignore_ascii_case("vcf") || e.eq_ignore_ascii_case("vcard"))
}

/// The files of cards in a folder, by name.
///
/// # Errors
/// Where it cannot be read.
pub fn cards(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if is_card(&path) && regular::found(&path).is_ok() && path.is_file() {
            out.push(path);
        }
    }
    out.sort();
    Ok(out)
}

/// What became of a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// It is a new file.
    New,
    /// It took the place of the card with its UID.
    Replaced,
    /// The file is what it was.
    Same,
}

/// Writes cards into a folder.
pub struct Folder {
    path: PathBuf,
    /// The file of each UID; `None` where it has several cards, or the UID is in several files.
    files: HashMap<String, Option<PathBuf>>,
}

impl Folder {
    /// Opens a folder and reads the UIDs in it; one that is not there is made, for its owner alone.
    ///
    /// # Errors
    /// Where it cannot be read or made.
    pub fn open(path: &Path) -> io::Result<Folder> {
        if !path.exists() {
            make_folders(path)?;
        }
        let mut files: HashMap<String, Option<PathBuf>> = HashMap::new();
        for file in cards(path)? {
            let uids = uids(&file)?;
            let only = uids.len() == 1;
            for uid in uids.into_iter().filter(|u| !u.is_empty()) {
                let place = only.then(|| file.clone());
                files.entry(uid).and_modify(|p| *p = None).or_insert(place);
            }
        }
        Ok(Folder { path: path.to_owned(), files })
    }

    /// Writes a card: over the file with its UID, else into a new one.
    ///
    /// # Errors
    /// Where it cannot be written, or would have to be written over a file of something else.
    pub fn write(&mut self, uid: &str, card: &str) -> io::Result<Written> {
        let taken = |path: &Path, why: &str| {
            Err(io::Error::new(io::ErrorKind::AlreadyExists, format!("{}: {why}", path.display())))
        };
        let (path, had) = match self.files.get(uid) {
            Some(Some(path)) => (path.clone(), true),
            Some(None) => {
                return taken(&self.path, &format!("several cards have the UID {uid:?}: left as they are"));
            }
            None => (self.path.join(format!("{}.vcf", name(uid))), false),
        };
        if !had && std::fs::symlink_metadata(&path).is_ok() {
            return taken(&path, "there already, and not the card with this UID: left unchanged");
        }
        if had && std::fs::read(&path)? == card.as_bytes() {
            return Ok(Written::Same);
        }
        let draft = Draft::new(&self.path, Owner::me())?;
        draft.file().write_all(card.as_bytes())?;
        if had {
            draft.place_over(&path, 0o600)?;
        } else {
            draft.place_new(&path)?;
        }
        self.files.insert(uid.to_owned(), Some(path));
        Ok(if had { Written::Replaced } else { Written::New })
    }
}

/// The UIDs of a file's cards, an empty one for a card without.
fn uids(file: &Path) -> io::Result<Vec<String>> {
    let mut out = Vec::new();
    let mut cards = Cards::of_files(vec![file.to_owned()]);
    while let Some(card) = cards.next_card()? {
        let uid =
            card.ok().and_then(|c| c.properties.iter().find(|p| p.name == "UID").map(super::Property::text));
        out.push(uid.unwrap_or_default());
    }
    Ok(out)
}

/// The name of a UID's file: the UID itself where that is one everywhere, else its hash, as vdirsyncer does.
fn name(uid: &str) -> String {
    let plain = uid.strip_prefix("urn:uuid:").unwrap_or(uid);
    let safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '+');
    if !plain.is_empty() && plain.len() <= 100 && !plain.starts_with('.') && plain.chars().all(safe) {
        return plain.to_owned();
    }
    hash::shown(&Sha256::digest(uid.as_bytes()).into())
}
