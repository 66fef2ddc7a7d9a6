//! The first reading of the mailboxes of an import: which mails are one thread, and on which ticket it is already.

use std::{
    collections::{HashSet, VecDeque},
    path::Path,
};

use super::{FoundThread, Head, head, hints, named_addresses, rest, settled};
use crate::{
    desk::{
        import::{self, ImportThread},
        own_addresses::OwnAddresses,
    },
    exchange::import::{ImportError, Runner, spool::Spool},
    mail::{
        parse,
        thread::{Added, SubjectRule, Summary, Threads},
    },
    model::{Ids, Stamp},
};

/// A mail as the first reading found it, until the threads are known.
struct Read {
    summary: Summary,
    head: Head,
}

/// A mailbox, and the numbers of its mails; `None` where something in it is no mail.
pub(super) struct Mailbox {
    pub spool: Spool,
    pub numbers: Vec<Option<usize>>,
}

/// What the first reading found in the mailboxes of an import.
#[derive(Default)]
pub struct Plan {
    /// The mailboxes in the order in which they are taken; or why one could not be read.
    pub(super) files: VecDeque<Result<Mailbox, ImportError>>,
    pub(super) heads: Vec<Head>,
    /// The thread of each mail.
    threads: Vec<usize>,
    /// Mails under a Message-ID that another mail has.
    pub(super) reused: HashSet<usize>,
    pub(super) found: Vec<FoundThread>,
    pub(super) ours: OwnAddresses,
}

impl Plan {
    /// Reads mailboxes for their threads, which do not depend on the files in which their mails stand, nor on the order of
    /// those.
    ///
    /// # Errors
    /// Where the store cannot. An unreadable mailbox is reported when it is imported.
    pub fn read(run: &mut Runner, paths: &[&Path]) -> Result<Plan, ImportError> {
        let ours = named_addresses(run)?;
        let mut plan = Plan { ours, ..Plan::default() };
        let mut read: Vec<Read> = Vec::new();
        for path in paths {
            let file = plan.mailbox(run, path, &mut read);
            plan.files.push_back(file);
        }
        let mut order: Vec<usize> = (0..read.len()).collect();
        let key = |n: &usize| {
            read.get(*n).map(|r| (r.summary.date.is_none(), r.summary.date, &r.summary.sender, &r.summary.id))
        };
        order.sort_by(|a, b| key(a).cmp(&key(b)));
        plan.group(run, read, &order)?;
        Ok(plan)
    }

    fn mailbox(
        &mut self,
        run: &mut Runner,
        path: &Path,
        read: &mut Vec<Read>,
    ) -> Result<Mailbox, ImportError> {
        let spool = Spool::of(run, path)?;
        let mut numbers = Vec::new();
        for mail in spool.open()? {
            let Ok(mail) = mail else {
                numbers.push(None);
                continue;
            };
            let parsed = parse::parse_with(&mail.bytes, &hints(mail.envelope_date, run.now));
            let mut summary = Summary::from(&parsed);
            // A report belongs to the mail that it returns.
            summary.references.extend(parsed.robot.bounce.as_ref().and_then(|b| b.original_id.clone()));
            numbers.push(Some(read.len()));
            read.push(Read { summary, head: head(&parsed, run.now, &self.ours.desk) });
        }
        Ok(Mailbox { spool, numbers })
    }

    fn group(&mut self, run: &mut Runner, read: Vec<Read>, order: &[usize]) -> Result<(), ImportError> {
        let mut threads = Threads::new();
        // Of each mail its number in `threads`, and the other way round; copies have that of the first.
        let mut numbers = vec![0; read.len()];
        let mut of_number: Vec<usize> = Vec::new();
        let mut summaries: Vec<Option<Summary>> = Vec::with_capacity(read.len());
        for r in read {
            summaries.push(Some(r.summary));
            self.heads.push(r.head);
        }
        for at in order {
            let Some(summary) = summaries.get_mut(*at).and_then(Option::take) else { continue };
            let number = match threads.add(summary) {
                Added::Mail(n) => n,
                // The desk finds out whether the two say the same.
                Added::Duplicate(n) => n,
                // Another mail under an id that is taken: it is kept by what it says.
                Added::ReusedId(n) => {
                    self.reused.insert(*at);
                    n
                }
            };
            if let Some(slot) = numbers.get_mut(*at) {
                *slot = number;
            }
            if number == of_number.len() {
                of_number.push(*at);
            }
        }
        let groups = threads.group(SubjectRule::Never);
        let mut ids = Ids::new(run.ops.id(), run.now);
        let mut thread_of = vec![0; of_number.len()];
        for group in &groups {
            let members = group.mails.iter().filter_map(|n| self.heads.get(*of_number.get(*n)?));
            let Some(mut found) = rest(&run.options.agents, &self.ours.all, members.collect(), ids.id())
            else {
                continue;
            };
            let mails: Vec<&Summary> = group.mails.iter().filter_map(|n| threads.mail(*n)).collect();
            let first = group.mails.first().and_then(|n| self.heads.get(*of_number.get(*n)?));
            let writer = first.map_or("", |h| h.sender.email.as_str());
            found.joins = run.desk.view(|v| import::joins(v, &mails, writer))?;
            for n in &group.mails {
                if let Some(slot) = thread_of.get_mut(*n) {
                    *slot = self.found.len();
                }
            }
            self.found.push(found);
        }
        self.threads = numbers.iter().map(|n| thread_of.get(*n).copied().unwrap_or_default()).collect();
        Ok(())
    }

    /// The thread of a mail.
    pub(super) fn thread_of(&self, number: usize) -> Option<&FoundThread> {
        self.found.get(*self.threads.get(number)?)
    }

    /// Where the threads came to rest.
    pub fn at_rest(&self, now: Stamp) -> Vec<ImportThread> {
        self.found.iter().filter_map(|f| settled(f, now)).collect()
    }

    /// Whether any mail of these is ours.
    pub fn has_ours(&self) -> bool {
        self.found.iter().any(|f| f.answered.is_some())
    }
}
