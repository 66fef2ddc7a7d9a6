//! Files of the agent's disk that go with messages: how their paths go on, what they are, and their bytes. Only where the
//! session runs as the agent.

use std::{
    fs::{self, Metadata},
    io::{self, Read as _},
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
};

use crate::{
    desk::drafts::DraftFile,
    mail::compose::{self, File},
    model::{Refusal, Stamp},
    query::{Span, complete::Completion},
    store::Reject,
    tui::{effect::FileAsk, event::FilesFound, model::ComposerFile},
};

/// The most bytes of one file.
pub const LARGEST: u64 = 50 << 20;

/// The most entries of a folder that are looked at, and that are offered.
const ENTRIES: usize = 20_000;
const OFFERED: usize = 50;

/// Answers what is asked of the disk. `home` is what `~` means.
#[must_use]
pub fn answer(ask: &FileAsk, home: Option<&Path>) -> FilesFound {
    match ask {
        FileAsk::Complete(text) => FilesFound::Paths(text.clone(), complete(text, home)),
        FileAsk::Attach(paths, keep_bad) => {
            FilesFound::Files(paths.iter().map(|p| attach(p, home)).collect(), *keep_bad)
        }
        FileAsk::Check(all) => FilesFound::Files(all.iter().map(check).collect(), true),
    }
}

/// A path as typed: `~` is the agent's home.
pub(super) fn expanded(text: &str, home: Option<&Path>) -> PathBuf {
    let text = text.trim();
    match (text.strip_prefix('~'), home) {
        (Some(""), Some(home)) => home.to_owned(),
        (Some(rest), Some(home)) if rest.starts_with('/') => home.join(rest.trim_start_matches('/')),
        _ => PathBuf::from(text),
    }
}

/// How a path may go on: folders end in `/`.
fn complete(text: &str, home: Option<&Path>) -> Vec<Completion> {
    let (folder, begun) = text.rsplit_once('/').map_or(("", text), |(f, b)| (f, b));
    let at = match (folder, text.starts_with('/')) {
        ("", true) => PathBuf::from("/"),
        ("", false) => PathBuf::from("."),
        (folder, _) => expanded(folder, home),
    };
    let lead = if text.contains('/') { format!("{folder}/") } else { String::new() };
    let Ok(entries) = fs::read_dir(at) else { return Vec::new() };
    let mut found: Vec<(bool, String, u64)> = Vec::new();
    for entry in entries.take(ENTRIES).flatten() {
        let Ok(name) = entry.file_name().into_string() else { continue };
        let hidden = name.starts_with('.') && !begun.starts_with('.');
        if hidden || !name.to_lowercase().starts_with(&begun.to_lowercase()) {
            continue;
        }
        // Through links: what is attached is what they name.
        let Ok(is) = fs::metadata(entry.path()) else { continue };
        if is.is_dir() || is.is_file() {
            found.push((is.is_file(), name, is.len()));
        }
    }
    found.sort();
    let one = |(is_file, name, size): (bool, String, u64)| Completion {
        span: Span { start: 0, end: text.len() },
        text: format!("{lead}{name}{}", if is_file { "" } else { "/" }),
        about: if is_file { crate::tui::pages::thread::size(size) } else { "folder".to_owned() },
        goes_on: true,
    };
    found.into_iter().take(OFFERED).map(one).collect()
}

/// A file that is to be attached, or why it cannot be.
fn attach(text: &str, home: Option<&Path>) -> ComposerFile {
    let path = expanded(text, home);
    // A draft may be opened from another folder.
    let path = fs::canonicalize(&path).unwrap_or(path);
    let shown = path.to_string_lossy().into_owned();
    let mut file = DraftFile::on_disk(&shown);
    file.content_type = compose::type_of(&file.name).to_owned();
    let problem = match look(&path) {
        Ok(is) => {
            file.size = is.len();
            file.changed_at = Some(changed(&is));
            None
        }
        Err(why) => Some(why),
    };
    ComposerFile { file, problem }
}

/// A file that was attached before, and why it cannot go any more.
fn check(file: &DraftFile) -> ComposerFile {
    if file.changed_at.is_none() {
        // It stood in a text that an editor left behind.
        return attach(&file.path, None);
    }
    let problem = match look(Path::new(&file.path)) {
        Ok(is) if file.size == is.len() && file.changed_at == Some(changed(&is)) => None,
        Ok(_) => Some("it changed since it was attached: attach it again".to_owned()),
        Err(why) => Some(why),
    };
    ComposerFile { file: file.clone(), problem }
}

fn look(path: &Path) -> Result<Metadata, String> {
    let is = fs::metadata(path).map_err(|e| said(&e))?;
    match () {
        () if is.is_dir() => Err("that is a folder".to_owned()),
        () if !is.is_file() => Err("that is no file".to_owned()),
        () if is.len() > LARGEST => Err(format!("it has more than {} MB", LARGEST >> 20)),
        () => Ok(is),
    }
}

fn said(e: &io::Error) -> String {
    match e.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "you have no permission to read it".to_owned(),
        _ => e.to_string(),
    }
}

fn changed(is: &Metadata) -> Stamp {
    is.mtime().saturating_mul(1_000).saturating_add(is.mtime_nsec() / 1_000_000)
}

/// The bytes of files that were attached, as they were then.
///
/// # Errors
/// The first one that is gone, changed or cannot be read.
pub fn read(all: &[DraftFile]) -> Result<Vec<File>, Reject> {
    let mut out = Vec::new();
    for file in all {
        let failed = |why: String| {
            Reject::from(Refusal::Invalid { field: "attach", why: format!("{}: {why}", file.path) })
        };
        if let Some(why) = check(file).problem {
            return Err(failed(why));
        }
        let mut bytes = Vec::new();
        let opened = fs::File::open(&file.path).map_err(|e| failed(said(&e)))?;
        opened.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|e| failed(said(&e)))?;
        if bytes.len() as u64 != file.size {
            return Err(failed("it changed while it was read: attach it again".to_owned()));
        }
        out.push(File { name: file.name.clone(), content_type: file.content_type.clone(), bytes });
    }
    Ok(out)
}
