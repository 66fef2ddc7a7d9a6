//! Imports: read → plan → show → apply → revert, one path for every format.
//!
//! Files are read as streams of neutral rows; every row goes through the desk in steps of one batch, each step a commit
//! of its own. A dry run sends the same steps through [`Desk::rehearse`], whose writes are dropped. A row that cannot be
//! taken lands in a reject file with its reason, and the rest goes on.

mod ahead;
mod contacts;
mod mail;
mod orders;
mod pace;
mod revert;

use std::path::{Path, PathBuf};

use pace::Pace;

pub use mail::Agents;
pub use revert::{Reverted, revert};

use super::{
    bytes::{Input, OpenError},
    dialect::Map,
    mbox::MailboxError,
    order::OrderField,
    reject::RejectFile,
    sniff::{What, no_table},
    when::DateFormat,
};
use crate::{
    desk::{
        Command, Desk, Request,
        import::{ImportStep, Tally},
    },
    model::{BatchState, Currency, Id, Ids, ImportBatch, Kind, OpId, Refusal, Stamp, number},
    store::{Reject, StoreError, records, rehearsal::Rehearsal},
};

/// Rows of a step: of one row in the log. Few, for whoever looks at the history of one of them reads them all.
const STEP: usize = 100;

/// Memory for pages that serves a large import, in bytes: addresses, numbers and names come in no order, so that every
/// page of their indexes is wanted again and again.
pub const CACHE_BYTES: usize = 256 << 20;

/// What to import, and how.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Files, folders, `-`.
    pub files: Vec<PathBuf>,
    /// What they are; `None`: found out.
    pub what: Option<Wanted>,
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
pub enum Wanted {
    /// People.
    Contacts,
    /// Mail.
    Mail,
    /// Orders.
    Orders,
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
    /// Nobody can tell what a file is, or it is nothing that can be imported.
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

/// Steps of one batch, for real or as a rehearsal.
struct Runner<'a> {
    desk: &'a Desk,
    options: &'a Options,
    actor: Id,
    now: Stamp,
    ops: Ids,
    batch: ImportBatch,
    begun: bool,
    /// Steps that wait for their commit.
    waiting: Vec<Request>,
    /// How far the file is read that they come from, and how far there is.
    at: (u64, Option<u64>),
    pace: Pace,
    rehearsal: Rehearsal,
    progress: &'a mut dyn FnMut(Progress) -> bool,
    done: Tally,
    cancelled: bool,
    /// Standard input, where its first lines were looked at already.
    stdin: Option<Input>,
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
    let mut run = Runner {
        desk,
        options,
        actor,
        now,
        ops,
        batch,
        begun: false,
        waiting: Vec::new(),
        at: (0, None),
        pace: Pace::default(),
        rehearsal: Rehearsal::new(options.scratch.clone()),
        progress,
        done: Tally::default(),
        cancelled: false,
        stdin: None,
    };
    let mut report = Report::default();
    let mut failed = None;
    let files = told(options, &mut run.stdin)?;
    let several = files.len() > 1;
    for (path, what) in files {
        let mut file = FileReport { file: path.display().to_string(), ..FileReport::default() };
        let done = run.file(&path, what, &mut file);
        // What was applied before a failure counts: the batch holds it.
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
fn told(options: &Options, stdin: &mut Option<Input>) -> Result<Vec<(PathBuf, Wanted)>, ImportError> {
    let mut out = Vec::new();
    for path in &options.files {
        if path.as_os_str() != "-" {
            tell(path, options, &mut out, 0)?;
            continue;
        }
        let wanted = match options.what {
            Some(wanted) => wanted,
            // It can be read once: what was looked at is kept for whoever reads it.
            None => {
                let open = |error| ImportError::Open { file: "-".into(), error };
                let input = Input::open(path).map_err(open)?;
                let wanted = wanted("-", What::of(&input))?;
                *stdin = Some(input);
                wanted
            }
        };
        out.push((path.clone(), wanted));
    }
    Ok(out)
}

/// What is imported as what.
fn wanted(file: &str, what: What) -> Result<Wanted, ImportError> {
    let why = match what {
        What::Contacts(_) => return Ok(Wanted::Contacts),
        What::Orders | What::SpacedOrders => return Ok(Wanted::Orders),
        What::Mbox | What::Eml | What::Maildir => return Ok(Wanted::Mail),
        What::Folder => "this is a folder".into(),
        What::Unsupported(what) => {
            format!("this is {what}, which cannot be imported yet: nothing was changed")
        }
        What::Unknown(why) => {
            format!("{why}; say what it is with `frontdesk import contacts|mail|orders`: nothing was changed")
        }
    };
    Err(ImportError::Format { file: file.to_owned(), why })
}

fn tell(
    path: &Path,
    options: &Options,
    out: &mut Vec<(PathBuf, Wanted)>,
    depth: usize,
) -> Result<(), ImportError> {
    let file = path.display().to_string();
    if let Some(wanted) = options.what
        && (!path.is_dir() || wanted == Wanted::Mail)
    {
        out.push((path.to_owned(), wanted));
        return Ok(());
    }
    let what = What::of_path(path).map_err(|error| ImportError::Open { file: file.clone(), error })?;
    match what {
        What::Folder if depth < 4 => {
            let cannot = |e: std::io::Error| ImportError::Read { file: file.clone(), what: e.to_string() };
            let mut inside: Vec<PathBuf> =
                std::fs::read_dir(path).map_err(cannot)?.filter_map(|e| e.ok().map(|e| e.path())).collect();
            inside.sort();
            let before = out.len();
            for one in inside {
                // A folder may hold other things beside what can be imported: those are passed over.
                match tell(&one, options, out, depth + 1) {
                    Ok(()) | Err(ImportError::Format { .. }) => {}
                    Err(e) => return Err(e),
                }
            }
            if out.len() == before && depth == 0 {
                return Err(ImportError::Format {
                    file,
                    why: "there is nothing in it that can be imported".into(),
                });
            }
        }
        What::Folder => {}
        told => out.push((path.to_owned(), wanted(&file, told)?)),
    }
    Ok(())
}

impl Runner<'_> {
    /// Opens a file, or goes on with standard input where that was looked at.
    fn open(&mut self, path: &Path) -> Result<Input, ImportError> {
        let looked_at = if path.as_os_str() == "-" { self.stdin.take() } else { None };
        let file = || path.display().to_string();
        looked_at
            .map_or_else(|| Input::open(path), Ok)
            .map_err(|error| ImportError::Open { file: file(), error })
    }

    /// Opens a table; what is plainly none is refused, whatever it was said to be.
    fn table(&mut self, path: &Path) -> Result<Input, ImportError> {
        let input = self.open(path)?;
        match no_table(&input) {
            Some(what) => Err(ImportError::Format {
                file: path.display().to_string(),
                why: format!("this is {what}: no table of rows"),
            }),
            None => Ok(input),
        }
    }

    fn file(&mut self, path: &Path, what: Wanted, file: &mut FileReport) -> Result<(), ImportError> {
        let source = self.options.source.clone().unwrap_or_else(|| stem(path));
        self.batch.source.clone_from(&source);
        let read = match what {
            Wanted::Contacts => contacts::import(self, path, &source, file),
            Wanted::Orders => orders::import(self, path, &source, file),
            Wanted::Mail => mail::import(self, path, file),
        };
        // What was read before a failure is taken, but where the desk itself refuses.
        if !self.cancelled && !matches!(read, Err(ImportError::Reject(_))) {
            self.flush(file)?;
        }
        read
    }

    /// Sends a step through the desk, with others in one commit; the first one opens the batch. `bytes` of the file are
    /// read, `of` so many; `false`: stop.
    fn queue(
        &mut self,
        step: ImportStep,
        file: &mut FileReport,
        bytes: u64,
        of: Option<u64>,
    ) -> Result<bool, ImportError> {
        let request = self.request(step);
        self.waiting.push(request);
        self.at = (bytes, of);
        if self.waiting.len() >= self.pace.steps() || self.options.dry_run {
            self.flush(file)?;
        }
        Ok(!self.cancelled)
    }

    /// Sends a step through the desk at once, with those that wait.
    fn step(&mut self, step: ImportStep) -> Result<Tally, ImportError> {
        let request = self.request(step);
        self.waiting.push(request);
        self.commit()
    }

    /// Commits the steps that wait, counts what became of them, and tells how far the file is.
    fn flush(&mut self, file: &mut FileReport) -> Result<(), ImportError> {
        if !self.waiting.is_empty() {
            file.tally.add(self.commit()?);
            self.tell(file, self.at.0, self.at.1);
        }
        Ok(())
    }

    fn commit(&mut self) -> Result<Tally, ImportError> {
        let mut requests = std::mem::take(&mut self.waiting);
        if !self.begun {
            let begin = ImportStep::Begin(self.batch.clone());
            requests.insert(0, self.request(begin));
        }
        let mut tally = Tally::default();
        if self.options.dry_run {
            for request in &requests {
                tally.add(self.desk.rehearse(&mut self.rehearsal, request)?.tally);
            }
        } else {
            for done in self.pace.time(|| self.desk.run_all(requests)).map_err(whole)? {
                tally.add(done.tally);
            }
        }
        self.begun = true;
        Ok(tally)
    }

    fn request(&mut self, step: ImportStep) -> Request {
        let mut request = Request::new(self.ops.id(), self.actor, self.now, Command::Import(Box::new(step)));
        request.batch = Some(self.batch.id);
        request
    }

    /// Tells how far the file is; `false`: stop.
    fn tell(&mut self, file: &FileReport, bytes: u64, of: Option<u64>) -> bool {
        let mut tally = self.done;
        tally.add(file.tally);
        if !(self.progress)(Progress { tally, bytes, of }) {
            self.cancelled = true;
        }
        !self.cancelled
    }

    /// Closes the batch. Of a batch that changed nothing, nothing is left.
    fn end(&mut self, failed: bool) -> Result<Option<String>, ImportError> {
        // Steps that wait after a failure are let go of: they would be in nobody's count.
        self.waiting.clear();
        if !self.begun || self.options.dry_run {
            return Ok(None);
        }
        let t = self.done;
        if t.created + t.updated == 0 {
            self.step(ImportStep::Drop(self.batch.id))?;
            return Ok(None);
        }
        self.batch.state = match (self.cancelled, failed) {
            (true, _) => BatchState::Cancelled,
            (_, true) => BatchState::Applying,
            _ => BatchState::Applied,
        };
        self.batch.finished_at = Some(self.now);
        (self.batch.read, self.batch.created, self.batch.updated) = (t.read, t.created, t.updated);
        (self.batch.unchanged, self.batch.rejected) = (t.unchanged, t.rejected);
        let end = ImportStep::End(self.batch.clone());
        self.step(end)?;
        let id = self.batch.id;
        let batch = self.desk.view(|v| records::get::<ImportBatch>(v, id))?;
        Ok(batch.map(|b| number::show(Kind::ImportBatch, b.number)))
    }
}

/// Why a commit of several steps was refused, whichever of them it was.
fn whole(e: Reject) -> Reject {
    match e {
        Reject::Refused(Refusal::Part { why, .. }) => Reject::Refused(*why),
        e => e,
    }
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

/// Writes one rejected row, counting it; where the reject file cannot be written the report says so.
fn reject(file: &mut FileReport, rejects: &mut RejectFile, row: &super::reject::Reject) {
    file.problem(row.line, row.reason.clone());
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
