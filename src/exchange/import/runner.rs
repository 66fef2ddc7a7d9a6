//! The steps of one batch on their way through the desk, for real or as a rehearsal.

use std::path::Path;

use super::{
    FileReport, ImportError, ImportKind, Options, Progress, STEP, contacts,
    flight::{Flight, IN_FLIGHT},
    late::Late,
    mail, orders, records as of_kind, stem,
};
use crate::{
    desk::{
        Command, Desk, Request,
        import::{self, ImportStep, Tally},
    },
    exchange::{bytes::Input, sniff::no_table},
    model::{BatchState, Id, Ids, ImportBatch, Kind, Stamp, number},
    store::{records, rehearsal::Rehearsal},
};

/// Steps of one batch.
pub struct Runner<'a> {
    /// The desk.
    pub desk: &'a Desk,
    /// What was asked for.
    pub options: &'a Options,
    /// When it began.
    pub now: Stamp,
    /// The batch's own record.
    pub batch: ImportBatch,
    /// What became of the rows of files that are done.
    pub done: Tally,
    /// Whether it is to stop.
    pub cancelled: bool,
    /// Standard input, where its first lines were looked at already.
    pub stdin: Option<Input>,
    /// What all its mailboxes have, by the first reading of them.
    pub mail: mail::Plan,
    /// Reports of mail that did not arrive: they are taken last.
    pub late: Late,
    actor: Id,
    /// Ids for what is sent.
    pub ops: Ids,
    /// Whether the step that opens the batch was sent, and whether it stands.
    begun: bool,
    stands: bool,
    /// Steps that wait for their commit.
    waiting: Vec<Request>,
    flight: Flight,
    /// What became of rows since that was last counted for a file.
    landed: Tally,
    /// Rows that the desk did not take: their lines, and why.
    left: Vec<(u64, String)>,
    /// What could not be taken of rows that were.
    remarks: Vec<(u64, String)>,
    rehearsal: Rehearsal,
    progress: &'a mut dyn FnMut(Progress) -> bool,
}

impl<'a> Runner<'a> {
    /// Of a batch of which nothing was sent yet; who acts, and when.
    pub fn new(
        desk: &'a Desk,
        options: &'a Options,
        (actor, now): (Id, Stamp),
        ops: Ids,
        batch: ImportBatch,
        progress: &'a mut dyn FnMut(Progress) -> bool,
    ) -> Runner<'a> {
        Runner {
            desk,
            options,
            now,
            batch,
            done: Tally::default(),
            cancelled: false,
            stdin: None,
            mail: mail::Plan::default(),
            late: Late::default(),
            actor,
            ops,
            begun: false,
            stands: false,
            waiting: Vec::new(),
            flight: Flight::default(),
            landed: Tally::default(),
            left: Vec::new(),
            remarks: Vec::new(),
            rehearsal: Rehearsal::new(options.scratch.clone()),
            progress,
        }
    }
}

impl Runner<'_> {
    /// Opens a file, or goes on with standard input where that was looked at.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub fn open(&mut self, path: &Path) -> Result<Input, ImportError> {
        let looked_at = if path.as_os_str() == "-" { self.stdin.take() } else { None };
        let file = || path.display().to_string();
        looked_at
            .map_or_else(|| Input::open(path), Ok)
            .map_err(|error| ImportError::Open { file: file(), error })
    }

    /// Opens a table; what is plainly none is refused, whatever it was said to be.
    ///
    /// # Errors
    /// Where it cannot be opened, or is none.
    pub fn table(&mut self, path: &Path) -> Result<Input, ImportError> {
        let input = self.open(path)?;
        Self::is_table(path, input)
    }

    /// An opened source, where it is not plainly no table.
    ///
    /// # Errors
    /// Where it is none.
    pub fn is_table(path: &Path, input: Input) -> Result<Input, ImportError> {
        match no_table(&input) {
            Some(what) => Err(ImportError::Format {
                file: path.display().to_string(),
                why: format!("this is {what}: no table of rows"),
            }),
            None => Ok(input),
        }
    }

    /// Takes a file in, and comes back when all of it that was taken is durable.
    ///
    /// # Errors
    /// Where it cannot be taken, or not to its end: what was taken before is counted.
    pub fn file(&mut self, path: &Path, what: ImportKind, file: &mut FileReport) -> Result<(), ImportError> {
        let source = self.options.source.clone().unwrap_or_else(|| stem(path));
        self.batch.source.clone_from(&source);
        let read = match what {
            ImportKind::Contacts => contacts::import(self, path, &source, file),
            ImportKind::Orders => orders::import(self, path, &source, file),
            ImportKind::Records(kind) => of_kind::import(self, path, kind, &source, file),
            ImportKind::Mail => {
                let mut plan = std::mem::take(&mut self.mail);
                let taken = mail::import(self, &mut plan, file);
                self.mail = plan;
                taken
            }
        };
        // What was read before a failure is taken, but where the desk itself rejects.
        let settled = self.settle(file, !matches!(read, Err(ImportError::Reject(_))));
        file.rejected.clear();
        read.and(settled)
    }

    /// Brings threads to rest, now that all mail is in, and takes the reports of mail that did not arrive: those of this
    /// import, and those that the desk has kept because nothing was known of what they are about.
    ///
    /// # Errors
    /// Where a step was refused.
    pub fn late(&mut self, files: &mut [FileReport]) -> Result<(), ImportError> {
        if self.done.created > 0 {
            for some in self.mail.at_rest(self.now).chunks(500) {
                self.step(ImportStep::Settle(some.to_vec()))?;
            }
        }
        for (name, mails) in self.late.take() {
            for some in mails.chunks(STEP) {
                let tally = self.step(ImportStep::Mails(some.to_vec()))?;
                self.done.add(tally);
                if let Some(file) = files.iter_mut().find(|f| f.file == name) {
                    file.tally.add(tally);
                }
            }
        }
        if self.done.created > 0 && self.mail.has_ours() && !self.options.dry_run {
            self.kept_reports()?;
        }
        Ok(())
    }

    /// Takes the reports again that the desk has kept without a ticket: one may be about a message that is here by now.
    fn kept_reports(&mut self) -> Result<(), ImportError> {
        let mut after = None;
        loop {
            let kept = self.desk.view(|v| import::kept_reports(v, after))?;
            let Some((last, _)) = kept.last() else { return Ok(()) };
            after = Some(last.clone());
            let mails: Vec<_> = kept.into_iter().filter_map(|(_, raw)| mail::report(self, raw)).collect();
            if !mails.is_empty() {
                self.step(ImportStep::Reports(mails))?;
            }
        }
    }

    /// Sends a step through the desk, with others in one commit; the first one opens the batch. `bytes` of the file are
    /// read, `of` this many; `false`: stop.
    ///
    /// # Errors
    /// Where a step before it was refused.
    pub fn queue(
        &mut self,
        step: ImportStep,
        file: &mut FileReport,
        bytes: u64,
        of: Option<u64>,
    ) -> Result<bool, ImportError> {
        let request = self.request(step);
        self.waiting.push(request);
        if self.waiting.len() >= self.flight.steps() || self.options.dry_run {
            let sent = self.send();
            if self.count(file) {
                self.tell(file, bytes, of);
            }
            sent?;
        }
        Ok(!self.cancelled)
    }

    /// Sends a step through the desk, with those that wait, and comes back when it is durable.
    ///
    /// # Errors
    /// What it was refused for.
    pub fn step(&mut self, step: ImportStep) -> Result<Tally, ImportError> {
        let request = self.request(step);
        self.waiting.push(request);
        self.send()?;
        self.land(0)?;
        Ok(std::mem::take(&mut self.landed))
    }

    /// Comes back when all that was sent is durable and counted for a file; sends the steps that wait first, unless the import
    /// was cancelled.
    ///
    /// # Errors
    /// What a step was rejected for.
    pub fn settle(&mut self, file: &mut FileReport, send: bool) -> Result<(), ImportError> {
        let sent = if send && !self.cancelled { self.send() } else { Ok(()) };
        let landed = self.land(0);
        self.count(file);
        sent.and(landed)
    }

    /// Sends the steps that wait as one commit.
    fn send(&mut self) -> Result<(), ImportError> {
        let mut requests = std::mem::take(&mut self.waiting);
        if requests.is_empty() {
            return Ok(());
        }
        if !self.begun {
            let begin = ImportStep::Begin(self.batch.clone());
            requests.insert(0, self.request(begin));
        }
        self.begun = true;
        if self.options.dry_run {
            for request in &requests {
                let done = self.desk.rehearse(&mut self.rehearsal, request)?;
                self.landed.add(done.tally);
                self.left.extend(done.lines);
                self.remarks.extend(done.remarks);
            }
            return Ok(());
        }
        self.flight.send(self.desk, requests, 0);
        self.land(IN_FLIGHT)
    }

    /// Waits until no more than this many commits are on their way.
    fn land(&mut self, most: usize) -> Result<(), ImportError> {
        let (landed, stands, left, remarks) =
            (&mut self.landed, &mut self.stands, &mut self.left, &mut self.remarks);
        self.flight.land(most, &mut |_, done| {
            *stands = true;
            for d in done {
                landed.add(d.tally);
                left.extend(d.lines);
                remarks.extend(d.remarks);
            }
        })?;
        Ok(())
    }

    /// Counts what has landed for a file; `false`: nothing has.
    fn count(&mut self, file: &mut FileReport) -> bool {
        let landed = std::mem::take(&mut self.landed);
        let mut rejected = std::mem::take(&mut self.left);
        let mut all: Vec<(u64, String)> = std::mem::take(&mut self.remarks);
        all.extend(rejected.iter().cloned());
        all.sort_by_key(|(line, _)| *line);
        for (line, why) in all {
            file.problem(line, why);
        }
        file.rejected.append(&mut rejected);
        file.tally.add(landed);
        landed != Tally::default()
    }

    fn request(&mut self, step: ImportStep) -> Request {
        let mut request = Request::new(self.ops.id(), self.actor, self.now, Command::Import(Box::new(step)));
        request.batch = Some(self.batch.id);
        request
    }

    /// Tells how far the file is; `false`: stop.
    pub fn tell(&mut self, file: &FileReport, bytes: u64, of: Option<u64>) -> bool {
        let mut tally = self.done;
        tally.add(file.tally);
        if !(self.progress)(Progress { tally, bytes, of }) {
            self.cancelled = true;
        }
        !self.cancelled
    }

    /// Closes the batch. Of a batch that changed nothing, nothing is left.
    ///
    /// # Errors
    /// Where the store cannot.
    pub fn end(&mut self, failed: bool) -> Result<Option<String>, ImportError> {
        // Steps that wait after a failure are let go of: they would be in no one's count.
        self.waiting.clear();
        if !self.stands {
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
