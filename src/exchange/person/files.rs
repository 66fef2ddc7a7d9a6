//! Other files that may still contain an erased person: stores kept aside, copies, exports beside the store.

use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
};

use crate::{
    desk::{
        Desk,
        drafts::rescue,
        person::{self, Erasing},
    },
    model::{Id, Marks},
    store::{
        StoreError,
        files::{Access, open_here},
        lock::Places,
    },
};

/// Bytes per read.
const BLOCK: usize = 1 << 20;

/// Files beside a store.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Copies {
    /// Old stores that restores put aside.
    pub aside: Vec<PathBuf>,
    /// Other files in which the person was found, as they lie.
    pub holding: Vec<PathBuf>,
}

/// Looks at the files beside a store. Compressed and encrypted files cannot be searched.
///
/// # Errors
/// Where the folder cannot be read.
pub fn copies(store: &Path, marks: &Marks) -> io::Result<Copies> {
    let places = Places::of(store);
    // What was saved of the store goes with it.
    let beside = places.saved();
    let own = [&places.store, &places.lock, &places.swap, &places.turn, &places.bell, &places.new];
    let name = places.store.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let needles = needles(marks);
    let mut out = Copies::default();
    for file in fs::read_dir(places.folder())?.filter_map(Result::ok) {
        let path = file.path();
        if own.iter().chain(&beside).any(|o| **o == path) || !file.file_type().is_ok_and(|t| t.is_file()) {
            continue;
        }
        if path.file_name().is_some_and(|f| f.to_string_lossy().starts_with(&format!("{name}.before-"))) {
            out.aside.push(path);
        } else if mentions(&path, &needles).unwrap_or(false) {
            out.holding.push(path);
        }
    }
    out.aside.sort();
    out.holding.sort();
    Ok(out)
}

/// Files of drafts that no store could take yet, in the agent's own state folder, that are about a person or name them:
/// the next start stores them, and after that they can be erased.
///
/// # Errors
/// Where the store cannot be read.
pub fn unsaved(desk: &Desk, folder: &Path, erasing: &Erasing) -> Result<Vec<PathBuf>, StoreError> {
    let theirs = desk.view(|v| person::held(v, &erasing.cluster))?;
    let needles = needles(&erasing.marks);
    let is_theirs = |id: Id| erasing.cluster.contains(&id) || theirs.iter().any(|(_, t)| *t == id);
    let about = rescue::all(folder).into_iter().filter(|r| {
        is_theirs(r.draft.subject)
            || r.draft.about.is_some_and(is_theirs)
            || r.draft.texts().any(|t| erasing.marks.finds(t))
    });
    let mut out: Vec<PathBuf> = about.map(|r| r.path).collect();
    for file in rescue::files(folder) {
        if !out.contains(&file) && mentions(&file, &needles).unwrap_or(false) {
            out.push(file);
        }
    }
    out.sort();
    Ok(out)
}

/// What is looked for in files as they lie, in lower case: addresses, numbers, full names with a space.
fn needles(marks: &Marks) -> Vec<Vec<u8>> {
    let texts = marks.emails.iter().chain(&marks.phones).chain(&marks.pages).cloned();
    let mut out: Vec<Vec<u8>> = texts.map(String::into_bytes).collect();
    out.extend(marks.names.iter().map(|n| n.join(" ").into_bytes()));
    out.extend(marks.joined.iter().map(|n| n.clone().into_bytes()));
    out.retain(|n| n.len() > 4);
    out
}

fn mentions(path: &Path, needles: &[Vec<u8>]) -> io::Result<bool> {
    let longest = needles.iter().map(Vec::len).max().unwrap_or(0);
    let mut file = open_here(path, Access::Read)?;
    let mut block: Vec<u8> = Vec::new();
    loop {
        // The end of the last block, in case something stands across.
        block.drain(..block.len().saturating_sub(longest));
        let n = Read::by_ref(&mut file).take(BLOCK as u64).read_to_end(&mut block)?;
        if n == 0 {
            return Ok(false);
        }
        let lower = block.to_ascii_lowercase();
        if needles.iter().any(|n| lower.windows(n.len()).any(|w| w == n.as_slice())) {
            return Ok(true);
        }
    }
}
