//! Imports: read → plan → show → apply → revert, one path for every format.
//!
//! Files are read as streams of neutral rows; every row goes through the desk in steps of one batch, each step a commit
//! for each. A dry run sends the same steps through [`Desk::rehearse`], whose writes are dropped. A row that cannot be
//! taken lands in a reject file with its reason, and the rest goes on.

mod ahead;
mod contacts;
mod flight;
mod late;
pub(in crate::exchange) mod mail;
mod orders;
mod pace;
mod records;
mod revert;
mod runner;
mod spool;
mod summary;

use std::path::{Path, PathBuf};

use runner::Runner;

pub use mail::Agents;
pub use revert::{Extent, Reverted, extent, revert};

use super::{
    bytes::{Input, OpenError},
    dialect::Map,
    mbox::{self, MailboxError},
    order::OrderField,
    regular,
    reject::RejectFile,
    sniff::FileKind,
    vcard,
    when::DateFormat,
};
use crate::{
    desk::{Desk, import::Tally},
    model::{Currency, Id, Ids, ImportBatch, Kind, OpId, Stamp, money::DecimalMark},
    store::{Reject, StoreError},
};

/// Rows of a step: of one row in the log. Few, since reading the history of one of them reads them all.
const STEP: usize = 100;

/// Memory for pages that serves a large import, in bytes: addresses, numbers and names come in no order, so that every
/// page of their indexes is wanted again and again.
pub const CACHE_BYTES: usize = 160 << 20;

/// What to import, and how.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Files, folders, `-`.
    pub files: Vec<PathBuf>,
    /// What they are; `None`: found out.
    pub what: Option<ImportKind>,
    /// How headers are read.
    pub map: Map,
    /// The columns of whitespace-separated orders.
    pub columns: Option<Vec<OrderField>>,
    /// Who of a mailbox works for us.
    pub agents: Agents,
    /// The name that external ids stand under; `None`: each file's stem.
    pub source: Option<String>,
    /// The currency of amounts that name none; `None`: the workspace's.
    pub currency: Option<Currency>,
    /// The order of day, month and year.
    pub date_format: Option<DateFormat>,
    /// The sign that parts decimals; `None`: found out.
    pub decimal: Option<DecimalMark>,
    /// Write over what is there.
    pub overwrite: bool,
    /// Show what would happen, and change nothing.
    pub dry_run: bool,
    /// Where rejected rows go; `None`: beside the file.
    pub rejects: Option<PathBuf>,
    /// The folder in which a dry run may keep what is too much for memory; `None`: all stays in memory.
    pub scratch: Option<PathBuf>,
}

/// What a file is said to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportKind {
    /// People.
    Contacts,
    /// Mail.
    Mail,
    /// Orders.
    Orders,
    /// Records of a kind that is declared in one table.
    Records(Kind),
}

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// What became of the rows so far.
    pub tally: Tally,
    /// Bytes read.
    pub bytes: u64,
    /// Bytes in all, where that is known.
    pub of: Option<u64>,
}

/// What an import came to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    /// The batch's number, `B-3`; `None`: nothing was changed, or it was a dry run.
    pub batch: Option<String>,
    /// What became of the rows.
    pub tally: Tally,
    /// Each file with what it was read as and how.
    pub files: Vec<FileReport>,
    /// Whether it was cancelled on the way: what was applied stands.
    pub cancelled: bool,
    /// Files that could not be taken, or not to their end, and why. The others were.
    pub failed: Vec<String>,
}

/// What one file came to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FileReport {
    /// The file, as it was named.
    pub file: String,
    /// What it was read as.
    pub format: String,
    /// How columns were read, a line each.
    pub mapping: Vec<String>,
    /// What became of its rows.
    pub tally: Tally,
    /// The first rows that could not be taken, or not as meant: line and reason.
    pub problems: Vec<(u64, String)>,
    /// How many such there were.
    pub problem_count: u64,
    /// Where rejected rows went.
    pub rejects: Option<PathBuf>,
    /// Rows that the desk did not take, on their way to the reject file: their lines, and why.
    rejected: Vec<(u64, String)>,
}

impl FileReport {
    fn problem(&mut self, line: u64, what: impl Into<String>) {
        self.problem_count += 1;
        if self.problems.len() < 20 {
            self.problems.push((line, what.into()));
        }
    }
}

/// Why an import could not be.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A file cannot be opened.
    #[error("{file}: {error}")]
    Open {
        /// The file.
        file: String,
        /// Why.
        error: OpenError,
    },
    /// A file cannot be read on: what was applied stands and can be reverted.
    #[error("{file}: {what}")]
    Read {
        /// The file.
        file: String,
        /// Why.
        what: String,
    },
    /// A file's type is unknown, or it cannot be imported.
    #[error("{file}: {why}")]
    Format {
        /// The file.
        file: String,
        /// Why.
        why: String,
    },
    /// A mailbox cannot be opened.
    #[error(transparent)]
    Mailbox(#[from] MailboxError),
    /// The desk refused, or the store could not.
    #[error(transparent)]
    Reject(#[from] Reject),
    /// It ended early, and what was applied before stands.
    #[error("{error}; what is in stays: take it back with `frontdesk import revert {batch}`")]
    Stopped {
        /// Why.
        error: Box<ImportError>,
        /// The batch, `B-3`.
        batch: String,
    },
}

impl From<StoreError> for ImportError {
    fn from(e: StoreError) -> Self {
        ImportError::Reject(e.into())
    }
}

/// Imports. `progress` hears of each step and answers whether to go on. One file of several that cannot be taken stops
/// none of the others.
///
/// # Errors
/// Where no file can be opened or told, or the desk refuses. What was applied before stands, and can be reverted by its
/// batch.
pub fn run(
    desk: &Desk,
    actor: Id,
    seed: OpId,
    now: Stamp,
    options: &Options,
    progress: &mut dyn FnMut(Progress) -> bool,
) -> Result<Report, ImportError> {
    let mut ops = Ids::new(seed, now);
    let files: Vec<String> = options.files.iter().map(|f| f.display().to_string()).collect();
    let batch = ImportBatch { id: ops.id(), files, started_at: now, ..ImportBatch::default() };
    let mut run = Runner::new(desk, options, (actor, now), ops, batch, progress);
    let mut report = Report::default();
    let mut failed = None;
    let mut skipped = Vec::new();
    let files = told(options, &mut run.stdin, &mut skipped)?;
    let several = files.len() + skipped.len() > 1;
    let mailboxes: Vec<&Path> =
        files.iter().filter(|(_, what)| *what == ImportKind::Mail).map(|(path, _)| path.as_path()).collect();
    run.mail = mail::Plan::read(&mut run, &mailboxes)?;
    for (path, why) in skipped {
        let mut file = FileReport { file: path.display().to_string(), ..FileReport::default() };
        file.problem(0, why.clone());
        report.failed.push(why);
        report.files.push(file);
    }
    for (path, what) in files {
        let mut file = FileReport { file: path.display().to_string(), ..FileReport::default() };
        let done = run.file(&path, what, &mut file);
        // What was applied before a failure counts: the batch contains it.
        run.done.add(file.tally);
        match done {
            Ok(()) => report.files.push(file),
            Err(e @ ImportError::Reject(_)) => {
                failed = Some(e);
                break;
            }
            Err(e) if several => {
                report.failed.push(e.to_string());
                file.problem(0, e.to_string());
                report.files.push(file);
                failed = failed.or(Some(e));
            }
            Err(e) => failed = Some(e),
        }
        if run.cancelled {
            break;
        }
    }
    if !run.cancelled && !matches!(failed, Some(ImportError::Reject(_))) {
        failed = run.late(&mut report.files).err().or(failed);
    }
    report.tally = run.done;
    report.cancelled = run.cancelled;
    let stopped = matches!(failed, Some(ImportError::Reject(_)));
    report.batch = run.end(failed.is_some())?;
    match failed {
        // Of several files some were taken: the report names the others.
        Some(_) if !stopped && report.files.len() > report.failed.len() => Ok(report),
        Some(e) => Err(match report.batch {
            Some(batch) => ImportError::Stopped { error: Box::new(e), batch },
            None => e,
        }),
        None => Ok(report),
    }
}

/// Each file with what it is, folders of files opened up.
fn told(
    options: &Options,
    stdin: &mut Option<Input>,
    skipped: &mut Vec<Skipped>,
) -> Result<Vec<(PathBuf, ImportKind)>, ImportError> {
    let mut out = Vec::new();
    for path in &options.files {
        if path.as_os_str() != "-" {
            tell(path, options, &mut out, skipped, 0)?;
            continue;
        }
        let wanted = match options.what {
            Some(wanted) => wanted,
            // It can be read once: what was read is kept for the reader.
            None => {
                let open = |error| ImportError::Open { file: "-".into(), error };
                let input = Input::open(path).map_err(open)?;
                let wanted = wanted("-", FileKind::of(&input))?;
                *stdin = Some(input);
                wanted
            }
        };
        out.push((path.clone(), wanted));
    }
    Ok(out)
}

/// What a folder contains that cannot be imported, and why.
type Skipped = (PathBuf, String);

/// What is imported as what.
fn wanted(file: &str, what: FileKind) -> Result<ImportKind, ImportError> {
    let why = match what {
        FileKind::Contacts(_) | FileKind::Cards => return Ok(ImportKind::Contacts),
        FileKind::Orders | FileKind::SpacedOrders => return Ok(ImportKind::Orders),
        FileKind::Mbox | FileKind::Eml | FileKind::Maildir => return Ok(ImportKind::Mail),
        FileKind::Folder => "this is a folder".into(),
        FileKind::Unsupported(what) => {
            format!("this is {what}, which cannot be imported yet: nothing was changed")
        }
        FileKind::Unknown(why) => {
            format!("{why}; say what it is with `frontdesk import contacts|mail|orders`: nothing was changed")
        }
    };
    Err(ImportError::Format { file: file.to_owned(), why })
}

fn tell(
    path: &Path,
    options: &Options,
    out: &mut Vec<(PathBuf, ImportKind)>,
    skipped: &mut Vec<Skipped>,
    depth: usize,
) -> Result<(), ImportError> {
    let file = path.display().to_string();
    if let Some(wanted) = options.what
        && (!path.is_dir() || wanted == ImportKind::Mail)
    {
        out.push((path.to_owned(), wanted));
        return Ok(());
    }
    let what = FileKind::of_path(path).map_err(|error| ImportError::Open { file: file.clone(), error })?;
    match what {
        FileKind::Folder if depth < 4 => {
            let cannot = |e: std::io::Error| ImportError::Read { file: file.clone(), what: e.to_string() };
            let mut inside: Vec<PathBuf> =
                std::fs::read_dir(path).map_err(cannot)?.filter_map(|e| e.ok().map(|e| e.path())).collect();
            inside.sort();
            let before = out.len() + skipped.len();
            // Cards of one folder are one address book, as vdirsyncer keeps them; of what else is in it, only what
            // was not said to be people is looked at.
            let (cards, inside): (Vec<_>, Vec<_>) =
                inside.into_iter().partition(|p| vcard::folder::is_card(p));
            let book = !cards.is_empty() && options.what.is_none_or(|w| w == ImportKind::Contacts);
            if book {
                out.push((path.to_owned(), ImportKind::Contacts));
            }
            let inside = if book && options.what.is_some() { Vec::new() } else { inside };
            let mut mails = false;
            for one in inside {
                // Mail files of one folder are one mailbox: an answer may stand before its question.
                if mbox::is_mail_file(&one) {
                    if !std::mem::replace(&mut mails, true) {
                        out.push((path.to_owned(), ImportKind::Mail));
                    }
                    continue;
                }
                // A folder may contain other things beside what can be imported: those are passed over.
                // One that cannot be read stops none of the others.
                let taken = match regular::found(&one) {
                    Ok(()) => tell(&one, options, out, skipped, depth + 1),
                    Err(e) => Err(ImportError::Read { file: one.display().to_string(), what: e.to_string() }),
                };
                match taken {
                    Ok(()) | Err(ImportError::Format { .. }) => {}
                    Err(e) => skipped.push((one, e.to_string())),
                }
            }
            if out.len() + skipped.len() == before && depth == 0 {
                return Err(ImportError::Format {
                    file,
                    why: "there is nothing in it that can be imported".into(),
                });
            }
        }
        FileKind::Folder => {}
        told => out.push((path.to_owned(), wanted(&file, told)?)),
    }
    Ok(())
}

/// The file's name without its ending: the source that external ids stand under.
fn stem(path: &Path) -> String {
    let stem = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    if stem.is_empty() || stem == "-" { "import".to_owned() } else { stem }
}

/// Where rejected rows of a file go.
fn reject_file(options: &Options, path: &Path, headers: &[String]) -> RejectFile {
    match &options.rejects {
        Some(at) => RejectFile::at(at.clone(), headers),
        None if path.as_os_str() == "-" => RejectFile::at(PathBuf::from("stdin.rejects.csv"), headers),
        None => RejectFile::beside(path, headers),
    }
}

/// Writes one rejected row and says why it was rejected.
fn reject(file: &mut FileReport, rejects: &mut RejectFile, row: &super::reject::Reject) {
    file.problem(row.line, row.reason.clone());
    write_reject(file, rejects, row);
}

/// Writes one rejected row; where the reject file cannot be written the report says so.
fn write_reject(file: &mut FileReport, rejects: &mut RejectFile, row: &super::reject::Reject) {
    if let Err(e) = rejects.write(row) {
        file.problem(row.line, format!("{} cannot be written: {e}", rejects.path().display()));
    }
}

/// When the file was last written: what `days since contact` counts from.
fn modified(path: &Path, now: Stamp) -> Stamp {
    let time = std::fs::metadata(path).and_then(|m| m.modified()).ok();
    let since = time.and_then(|t| t.duration_since(std::time::UNIX_EPOCH).ok());
    since.and_then(|d| i64::try_from(d.as_millis()).ok()).unwrap_or(now)
}
