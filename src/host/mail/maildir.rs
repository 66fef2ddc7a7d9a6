//! A Maildir that another program fills, such as mbsync or an MTA.

use std::{
    fs, io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use notify::Watcher;

use super::{Inbox, stop::Stop};
use crate::{
    exchange::{
        mbox::MESSAGE_CAP,
        receive::{Incoming, MANY, MUCH, Position, Source, SourceError, Take},
    },
    model::{AfterFetch, MailState, Mailbox, Stamp},
    store::files::{self, Access},
};

/// The substitute for UIDVALIDITY: a Maildir has none.
const VALIDITY: u32 = 1;

/// How far back is read again after the clock of this machine was put back, in seconds.
const CLOCK_PUT_BACK: u64 = 86_400;

/// Reads a Maildir.
pub struct Maildir {
    path: PathBuf,
    after: AfterFetch,
    move_to: String,
    /// When its folders were last changed, as it was last read.
    seen: Vec<i128>,
    /// Tells of changes.
    watch: Option<notify::RecommendedWatcher>,
}

/// A message file.
struct Item {
    path: PathBuf,
    name: String,
    is_new: bool,
    /// When it came to its place, in seconds: a file that is moved here keeps its other times.
    arrived: u64,
    written: Stamp,
}

impl Maildir {
    /// Of a mailbox.
    pub fn new(mailbox: &Mailbox) -> Maildir {
        let path = PathBuf::from(&mailbox.receive.folder);
        Maildir {
            path,
            after: mailbox.after_fetch.clone(),
            move_to: mailbox.move_to.clone(),
            seen: Vec::new(),
            watch: None,
        }
    }

    /// When its folders were last changed.
    fn changed(&self) -> Vec<i128> {
        let of = |part: &str| {
            let meta = fs::metadata(self.path.join(part)).ok()?;
            Some(i128::from(meta.mtime()) * 1_000_000_000 + i128::from(meta.mtime_nsec()))
        };
        ["new", "cur"].map(|part| of(part).unwrap_or_default()).to_vec()
    }

    /// How many messages it has.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn count(&self) -> Result<usize, String> {
        self.items().map(|all| all.len())
    }

    /// Its messages, in the order in which they came.
    fn items(&self) -> Result<Vec<Item>, String> {
        let mut out = Vec::new();
        for (folder, is_new) in [("new", true), ("cur", false)] {
            let folder = self.path.join(folder);
            let failed = |e: io::Error| format!("{}: {e}", folder.display());
            for entry in fs::read_dir(&folder).map_err(failed)? {
                let entry = entry.map_err(failed)?;
                let Some(name) = entry.file_name().to_str().map(str::to_owned) else { continue };
                // Of the name itself: links are not followed.
                let Ok(meta) = entry.metadata() else { continue };
                if name.starts_with('.') || !meta.is_file() || is_no_mail(&name) {
                    continue;
                }
                let arrived = u64::try_from(meta.ctime()).unwrap_or_default();
                let written = meta.mtime().saturating_mul(1000);
                out.push(Item { path: entry.path(), name, is_new, arrived, written });
            }
        }
        out.sort_by(|a, b| (a.arrived, &a.name).cmp(&(b.arrived, &b.name)));
        Ok(out)
    }

    /// Does with a message that was taken what the mailbox says.
    fn settle(&self, item: &Item) -> Result<(), String> {
        let base = item.name.split(":2,").next().unwrap_or(&item.name);
        let flags = item.name.split_once(":2,").map_or("", |(_, f)| f);
        let seen = if flags.contains('S') { flags.to_owned() } else { format!("{flags}S") };
        let to = match self.after {
            AfterFetch::Move => self.subfolder()?.join("cur").join(format!("{base}:2,{flags}")),
            AfterFetch::Flag => self.path.join("cur").join(format!("{base}:2,{seen}")),
            _ if item.is_new => self.path.join("cur").join(format!("{base}:2,")),
            _ => return Ok(()),
        };
        match fs::rename(&item.path, &to) {
            // Another program was faster.
            Err(e) if e.kind() == io::ErrorKind::NotFound && !item.path.exists() => Ok(()),
            other => {
                other.map_err(|e| format!("{} cannot be moved to {}: {e}", item.path.display(), to.display()))
            }
        }
    }

    /// The folder for fetched mail, beside the others as Maildir++ has them.
    fn subfolder(&self) -> Result<PathBuf, String> {
        if self.move_to.contains(['/', '\0']) || self.move_to.is_empty() {
            return Err(format!("{:?} cannot be the name of a folder", self.move_to));
        }
        let folder = self.path.join(format!(".{}", self.move_to));
        if folder.join("cur").is_dir() {
            return Ok(folder);
        }
        Err(format!("there is no folder {}: make it with `maildirmake`", folder.display()))
    }
}

/// Whether it is flagged as trashed or as a draft.
fn is_no_mail(name: &str) -> bool {
    name.split_once(":2,").is_some_and(|(_, flags)| flags.contains(['T', 'D']))
}

/// What a file says. `None`: it is gone.
fn read(path: &Path) -> Result<Option<Vec<u8>>, String> {
    let failed = |e: io::Error| format!("{}: {e}", path.display());
    let file = match files::open_here(path, Access::Read) {
        Ok(file) => file,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(failed(e)),
    };
    let mut raw = Vec::new();
    let most = u64::try_from(MESSAGE_CAP).unwrap_or(u64::MAX);
    io::Read::read_to_end(&mut io::Read::take(file, most), &mut raw).map_err(failed)?;
    Ok(Some(raw))
}

impl Source for Maildir {
    fn fetch(
        &mut self,
        state: &MailState,
        now: Stamp,
        take: Take<'_>,
    ) -> Result<Option<Position>, SourceError> {
        self.seen = self.changed();
        let items = self.items().map_err(|why| {
            // Folders that are made again are others.
            self.watch = None;
            SourceError::Down(why)
        })?;
        let now = u64::try_from(now / 1000).unwrap_or_default();
        // A file may still come within this second.
        let newest = items.last().map_or(0, |i| i.arrived).min(now.saturating_sub(1));
        let position =
            |at: u64| Some(Position { validity: VALIDITY, last_uid: u32::try_from(at).unwrap_or(u32::MAX) });
        let first = state.uid_validity == 0;
        if first && !state.history {
            return Ok(position(newest));
        }
        let mark = match u64::from(state.last_uid) {
            mark if mark > now => now.saturating_sub(CLOCK_PUT_BACK),
            mark => mark,
        };
        let mut problem = None;
        // What the desk has already changes nothing.
        let mut rest = items.iter().filter(|i| first || i.arrived > mark).peekable();
        while rest.peek().is_some() {
            let (mut mails, mut read_items, mut bytes) = (Vec::new(), Vec::new(), 0);
            while let Some(item) = rest.next_if(|_| mails.len() < MANY && bytes < MUCH) {
                let Some(raw) = read(&item.path).map_err(SourceError::Down)? else { continue };
                bytes += raw.len() as u64;
                mails.push(Incoming { raw, received_at: item.written, uid: None });
                read_items.push(item);
            }
            let go_on = mails.is_empty() || take(mails)?;
            for item in read_items {
                if let Err(why) = self.settle(item) {
                    problem.get_or_insert(why);
                }
            }
            if !go_on {
                return Ok(None);
            }
        }
        match problem {
            Some(why) => Err(SourceError::Down(why)),
            None => Ok(position(newest.max(mark))),
        }
    }
}

/// The longest wait between two looks at all of it, lest a change was missed.
const POLL: Duration = Duration::from_secs(60);

/// How often the folders are checked for changes where nothing tells of them, as in file systems over a network.
const STEP: Duration = Duration::from_secs(1);

impl Inbox for Maildir {
    fn wait(&mut self, stop: &Stop) {
        if self.watch.is_none() {
            self.watch = watch(&self.path);
        }
        let (since, step) = (Instant::now(), if self.watch.is_some() { POLL } else { STEP });
        while !stop.is_over() && since.elapsed() < POLL && self.changed() == self.seen {
            thread::park_timeout(step.min(POLL.saturating_sub(since.elapsed())));
        }
    }
}

/// Unparks this thread when something comes into a Maildir or leaves it; `None` where the system cannot watch folders.
fn watch(path: &Path) -> Option<notify::RecommendedWatcher> {
    let (new, cur) = (path.join("new"), path.join("cur"));
    if !tells_of_changes(&new) || !tells_of_changes(&cur) {
        return None;
    }
    let waits = thread::current();
    let heard = move |event: notify::Result<notify::Event>| {
        if event.is_ok_and(|e| !e.kind.is_access()) {
            waits.unpark();
        }
    };
    let mut watcher = notify::recommended_watcher(heard).ok()?;
    watcher.watch(&new, notify::RecursiveMode::NonRecursive).ok()?;
    watcher.watch(&cur, notify::RecursiveMode::NonRecursive).ok()?;
    Some(watcher)
}

/// Whether a folder is on a file system of which all changes go through this machine, by its number in statfs(2).
#[cfg(target_os = "linux")]
fn tells_of_changes(folder: &Path) -> bool {
    // ext, XFS, Btrfs, tmpfs, overlay, F2FS, ZFS, bcachefs.
    const LOCAL: [u32; 8] =
        [0xEF53, 0x5846_5342, 0x9123_683E, 0x0102_1994, 0x794C_7630, 0xF2F5_2010, 0x2FC1_2FC1, 0xCA45_1A4E];
    rustix::fs::statfs(folder)
        .is_ok_and(|s| LOCAL.iter().any(|local| i128::from(s.f_type) == i128::from(*local)))
}

#[cfg(not(target_os = "linux"))]
fn tells_of_changes(_: &Path) -> bool {
    false
}
