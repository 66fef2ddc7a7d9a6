//! Texts in the agent's editor when the process that opened it was killed: what the editor saved becomes a draft at the
//! next start.
//!
//! Each text is in a separate folder in `$XDG_STATE_HOME/frontdesk`, with a note that says which draft it is, and a
//! file that is locked as long as frontdesk or the editor lives.

use std::{
    fs::{self, File},
    io::Read as _,
    path::Path,
    time::SystemTime,
};

use rustix::fs::{FlockOperation, flock};

use crate::{
    desk::{
        Desk,
        drafts::{
            Draft,
            rescue::{Rescue, Rescued},
        },
    },
    model::{Id, OpId, Stamp},
    store::{
        Reject,
        files::{Access, open_here},
    },
    tui::{model::edited, text::MOST},
};

/// How the names of the folders begin.
pub(super) const PREFIX: &str = "edit-";
/// The text.
pub(super) const MESSAGE: &str = "message.eml";
/// Which draft it is.
pub(super) const NOTE: &str = "draft.json";
/// Locked while the text is in use.
pub(super) const LOCK: &str = "lock";

/// Moves what editors saved into the store, and gives the drafts. A folder goes once its text is stored; one that is
/// still in use stays.
pub(super) fn take_in(rescue: &Rescue, desk: &Desk, agent: Id, op: &mut dyn FnMut() -> OpId) -> Vec<Draft> {
    let mut taken = Vec::new();
    for entry in fs::read_dir(rescue.folder()).into_iter().flatten().filter_map(Result::ok) {
        let folder = entry.path();
        let is_ours = entry.file_name().to_string_lossy().starts_with(PREFIX)
            && entry.file_type().is_ok_and(|t| t.is_dir());
        let Some(_lock) = Some(&folder).filter(|_| is_ours).and_then(|f| lock(&f.join(LOCK))) else {
            continue;
        };
        let Some(note) = rescue.read_note(&folder.join(NOTE), agent) else { continue };
        let Some((text, at)) = text(&folder.join(MESSAGE)) else { continue };
        if let Some(draft) = saved(&note, &text, at, op()) {
            match desk.save_draft(op(), agent, draft.clone()) {
                Ok(()) => taken.push(draft),
                Err(Reject::Refused(_)) => {}
                Err(Reject::Store(_)) => continue,
            }
        }
        let _ = fs::remove_dir_all(folder);
    }
    taken
}

/// The draft of what was saved; `None` where it is what the editor was given.
fn saved(note: &Rescued, text: &str, at: Stamp, id: Id) -> Option<Draft> {
    let new = edited(&note.draft, text);
    if new == note.draft {
        return None;
    }
    let mut from = note.draft.from.clone();
    from.push(note.draft.version());
    Some(Draft { id, at: at.max(note.draft.at.saturating_add(1)), from, open: false, ..new })
}

fn lock(path: &Path) -> Option<File> {
    let file = open_here(path, Access::Read).ok()?;
    flock(&file, FlockOperation::NonBlockingLockExclusive).ok()?;
    Some(file)
}

fn text(path: &Path) -> Option<(String, Stamp)> {
    let file = open_here(path, Access::Read).ok()?;
    let meta = file.metadata().ok()?;
    let since = meta.modified().ok()?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    let mut bytes = Vec::new();
    file.take(MOST as u64 + 1).read_to_end(&mut bytes).ok()?;
    // What is too long or not UTF-8 stays in its file.
    let text = String::from_utf8(bytes).ok().filter(|t| t.len() <= MOST)?;
    Some((text, Stamp::try_from(since.as_millis()).ok()?))
}
