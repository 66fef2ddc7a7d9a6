//! Which mails belong together, and to which ticket.
//!
//! # One mail and what is known: [`decide`]
//!
//! The first that matches:
//! 1. its Message-ID is known: it is there already;
//! 2. a mail that it answers (`In-Reply-To`) is on a ticket;
//! 3. a mail of its thread (`References`, the newest first) is on a ticket;
//! 4. a mail on a ticket refers to it: the answer came before the question;
//! 5. it went to a plus address of ours, `help+T-10423@…`, and its sender is on that ticket;
//! 6. its subject names a ticket, `[T-10423]`, and its sender is on that ticket;
//! 7. for imports only: it is marked as a reply, refers to nothing, and a mail of the same bare subject not more
//!    than 14 days older is on a ticket that its sender is on;
//! 8. else it begins a ticket.
//!
//! # A whole mailbox: [`Threads`]
//!
//! Mails are one thread where a chain of references joins them: each mail is joined with every id in its
//! `In-Reply-To` and `References`, whether or not a mail of that id is there. So two answers to a mail that is
//! missing are one thread, answers may stand before their question, and neither a mail that refers to itself
//! nor a ring of references needs care: joining sets knows no direction. Ids that are some sender's address (old
//! mailers wrote `Message from Ann <ann@...>` into `In-Reply-To`) join nothing. After that, where asked
//! ([`SubjectRule::Replies`]), rule 7 joins threads without references.
//!
//! Within a thread a mail stands after those it refers to, else by date, else by place in the file: a wrong clock
//! does not make the answer the question. Threads stand by the date of their first mail, then by place.
//!
//! This is the set-building half of Jamie Zawinski's threading (<https://www.jwz.org/doc/threading.html>). It differs:
//! no tree is built, so nothing is pruned, promoted, or cut out of a ring; all ids of `In-Reply-To` count, not
//! the first only; and subjects join replies of people who already take part, within 14 days, not all roots of
//! one subject.

mod decide;

pub use decide::{By, Decision, Known, decide};

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};

use super::parse::Parsed;
use super::subject;
use crate::model::Stamp;

/// How long after a thread's newest mail a reply may join it by its subject, in milliseconds: 14 days.
pub const SUBJECT_WINDOW: i64 = 14 * 24 * 60 * 60 * 1000;

/// What threading needs of a mail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Its Message-ID, without `<>`.
    pub id: String,
    /// The ids it answers.
    pub in_reply_to: Vec<String>,
    /// The ids of its thread, the newest last.
    pub references: Vec<String>,
    /// When, milliseconds since 1970 UTC.
    pub date: Option<Stamp>,
    /// Its subject as written.
    pub subject: String,
    /// Its sender's address in lower case; empty where there is none.
    pub sender: String,
    /// The addresses it went to, in lower case.
    pub recipients: Vec<String>,
    /// The ticket numbers in plus addresses of ours that it went to.
    pub plus: Vec<u64>,
}

impl From<&Parsed> for Summary {
    fn from(mail: &Parsed) -> Self {
        Summary {
            id: mail.message_id.clone(),
            in_reply_to: mail.in_reply_to.clone(),
            references: mail.references.clone(),
            date: mail.date,
            subject: mail.subject.clone(),
            sender: mail.from.as_ref().map(|a| a.key()).unwrap_or_default(),
            recipients: mail.to.iter().chain(&mail.cc).map(|a| a.key()).collect(),
            plus: Vec::new(),
        }
    }
}

impl Summary {
    fn parents(&self) -> impl Iterator<Item = &String> {
        self.in_reply_to.iter().chain(&self.references).filter(|id| **id != self.id)
    }

    fn refers(&self) -> bool {
        self.parents().next().is_some()
    }
}

/// The bare subject and date of a mail that its subject may join: a reply that refers to nothing.
fn by_subject(mail: &Summary) -> Option<(String, Stamp)> {
    let base = subject::base(&mail.subject);
    let may = base.reply && !base.text.is_empty() && !mail.refers() && !mail.sender.is_empty();
    may.then_some((base.text, mail.date?))
}

/// Whether subjects join threads without references.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubjectRule {
    /// References alone.
    Never,
    /// Replies that refer to nothing join by subject, within 14 days, where their sender takes part.
    Replies,
}

/// What became of a mail added to [`Threads`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// It is the mail of this number.
    Mail(usize),
    /// It is the same mail (id, sender and date) as the one of this number, once more: not added.
    Duplicate(usize),
    /// Another mail has its id: it is the mail of this number, known by its place alone. Store it under
    /// [`super::parse::content_id`].
    ReusedId(usize),
}

/// One thread: the numbers of its mails, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thread {
    /// The mails' numbers as [`Threads::add`] gave them; never empty, the first is the question.
    pub mails: Vec<usize>,
}

/// Collects the mails of a mailbox and finds its threads.
#[derive(Debug, Default)]
pub struct Threads {
    mails: Vec<Summary>,
    /// Each id's node; ids that are only referred to have one too.
    nodes: HashMap<String, usize>,
    /// Each mail's node.
    node_of: Vec<usize>,
    /// Each id's mail.
    mail_of: HashMap<String, usize>,
    parent: Vec<usize>,
}

impl Threads {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a mail; mails are numbered from 0 as they come.
    pub fn add(&mut self, mail: Summary) -> Added {
        let number = self.mails.len();
        if let Some(&first) = self.mail_of.get(&mail.id) {
            let same = self.mails.get(first).is_some_and(|f| f.sender == mail.sender && f.date == mail.date);
            if same {
                return Added::Duplicate(first);
            }
            let node = self.fresh_node();
            self.node_of.push(node);
            self.mails.push(mail);
            return Added::ReusedId(number);
        }
        let node = self.node(&mail.id);
        self.node_of.push(node);
        self.mail_of.insert(mail.id.clone(), number);
        self.mails.push(mail);
        Added::Mail(number)
    }

    /// A mail that was added.
    pub fn mail(&self, number: usize) -> Option<&Summary> {
        self.mails.get(number)
    }

    /// How many mails were added.
    pub fn len(&self) -> usize {
        self.mails.len()
    }

    /// Whether none was.
    pub fn is_empty(&self) -> bool {
        self.mails.is_empty()
    }

    fn fresh_node(&mut self) -> usize {
        self.parent.push(self.parent.len());
        self.parent.len() - 1
    }

    fn node(&mut self, id: &str) -> usize {
        if let Some(&node) = self.nodes.get(id) {
            return node;
        }
        let node = self.fresh_node();
        self.nodes.insert(id.to_owned(), node);
        node
    }

    fn root(&mut self, mut node: usize) -> usize {
        while let Some(&up) = self.parent.get(node)
            && up != node
        {
            // Halve the path on the way.
            let above = self.parent.get(up).copied().unwrap_or(up);
            if let Some(slot) = self.parent.get_mut(node) {
                *slot = above;
            }
            node = above;
        }
        node
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        if let Some(slot) = self.parent.get_mut(a.max(b)) {
            *slot = a.min(b);
        }
    }

    /// Finds the threads. The same mails in the same order give the same threads, and another order gives the same
    /// sets.
    pub fn group(&mut self, rule: SubjectRule) -> Vec<Thread> {
        let mails = std::mem::take(&mut self.mails);
        let people: HashSet<&str> = mails.iter().map(|m| m.sender.as_str()).collect();
        for (number, mail) in mails.iter().enumerate() {
            for id in mail.parents() {
                if people.contains(id.to_lowercase().as_str()) {
                    continue;
                }
                let other = self.node(id);
                if let Some(&own) = self.node_of.get(number) {
                    self.join(own, other);
                }
            }
        }
        let dates = filled_dates(&mails);
        let mut sets = self.sets(mails.len());
        if rule == SubjectRule::Replies {
            self.join_by_subject(&mails, &dates, &sets);
            sets = self.sets(mails.len());
        }
        let mut threads: Vec<Thread> =
            sets.into_iter().map(|set| Thread { mails: self.ordered(&set, &mails, &dates) }).collect();
        threads.sort_by_key(|t| t.mails.first().map(|&n| (dates.get(n).copied(), n)));
        self.mails = mails;
        threads
    }

    /// The mails of each set, by number, sets by their first.
    fn sets(&mut self, mails: usize) -> Vec<Vec<usize>> {
        let mut at: HashMap<usize, usize> = HashMap::new();
        let mut sets: Vec<Vec<usize>> = Vec::new();
        for number in 0..mails {
            let Some(&node) = self.node_of.get(number) else { continue };
            let root = self.root(node);
            let slot = *at.entry(root).or_insert_with(|| {
                sets.push(Vec::new());
                sets.len() - 1
            });
            if let Some(set) = sets.get_mut(slot) {
                set.push(number);
            }
        }
        sets
    }

    fn join_by_subject(&mut self, mails: &[Summary], dates: &[i64], sets: &[Vec<usize>]) {
        /// How many threads of one subject are looked at, the newest first.
        const LOOKED_AT: usize = 50;
        let date = |n: usize| dates.get(n).copied().unwrap_or_default();
        let mut order: Vec<(i64, usize, &Vec<usize>)> = sets
            .iter()
            .filter_map(|set| {
                let first = set.iter().copied().min_by_key(|&n| (date(n), n))?;
                Some((date(first), first, set))
            })
            .collect();
        order.sort_by_key(|&(d, n, _)| (d, n));
        // A thread that others joined: its first mail, the date of its newest, who takes part.
        struct Open<'a> {
            first: usize,
            newest: i64,
            people: HashSet<&'a str>,
        }
        let mut open: HashMap<String, Vec<Open<'_>>> = HashMap::new();
        for (_, first, set) in order {
            let Some(mail) = mails.get(first) else { continue };
            let base = subject::base(&mail.subject).text;
            if base.is_empty() {
                continue;
            }
            let members = || set.iter().filter_map(|&n| mails.get(n));
            let people: HashSet<&str> = members()
                .flat_map(|m| std::iter::once(&m.sender).chain(&m.recipients))
                .map(String::as_str)
                .filter(|p| !p.is_empty())
                .collect();
            let newest = set.iter().map(|&n| date(n)).max().unwrap_or_default();
            let list = open.entry(base).or_default();
            let host = by_subject(mail).and_then(|(_, at)| {
                list.iter_mut()
                    .rev()
                    .take(LOOKED_AT)
                    .filter(|o| at - o.newest <= SUBJECT_WINDOW && o.people.contains(mail.sender.as_str()))
                    .max_by_key(|o| o.newest)
            });
            match host {
                Some(host) => {
                    host.newest = host.newest.max(newest);
                    host.people.extend(people);
                    let nodes = (self.node_of.get(host.first).copied(), self.node_of.get(first).copied());
                    if let (Some(a), Some(b)) = nodes {
                        self.join(a, b);
                    }
                }
                None => list.push(Open { first, newest, people }),
            }
        }
    }

    /// A set in order: parents before children, else by date, else by number. Where rings leave none without a parent,
    /// the oldest goes first.
    fn ordered(&self, set: &[usize], mails: &[Summary], dates: &[i64]) -> Vec<usize> {
        let key = |n: usize| (dates.get(n).copied().unwrap_or_default(), n);
        let members: HashSet<usize> = set.iter().copied().collect();
        let mut waits: HashMap<usize, usize> = HashMap::new();
        let mut children: HashMap<usize, Vec<usize>> = HashMap::new();
        for &n in set {
            let parents: HashSet<usize> = mails
                .get(n)
                .into_iter()
                .flat_map(Summary::parents)
                .filter_map(|id| self.mail_of.get(id).copied())
                .filter(|p| *p != n && members.contains(p))
                .collect();
            waits.insert(n, parents.len());
            for p in parents {
                children.entry(p).or_default().push(n);
            }
        }
        let mut by_date = set.to_vec();
        by_date.sort_by_key(|&n| key(n));
        let mut ready: BinaryHeap<Reverse<(i64, usize)>> =
            by_date.iter().filter(|n| waits.get(n) == Some(&0)).map(|&n| Reverse(key(n))).collect();
        let mut out = Vec::with_capacity(set.len());
        let mut placed: HashSet<usize> = HashSet::new();
        let mut oldest = by_date.into_iter();
        loop {
            let next = match ready.pop() {
                Some(Reverse((_, n))) => n,
                // Only rings are left.
                None => match oldest.find(|n| !placed.contains(n)) {
                    Some(n) => n,
                    None => break,
                },
            };
            if !placed.insert(next) {
                continue;
            }
            out.push(next);
            for &child in children.get(&next).into_iter().flatten() {
                if let Some(left) = waits.get_mut(&child) {
                    *left = left.saturating_sub(1);
                    if *left == 0 {
                        ready.push(Reverse(key(child)));
                    }
                }
            }
        }
        out
    }
}

/// Each mail's date; a mail without one has that of the mail before it in the file.
fn filled_dates(mails: &[Summary]) -> Vec<i64> {
    let mut last = mails.iter().find_map(|m| m.date).unwrap_or_default();
    mails
        .iter()
        .map(|m| {
            last = m.date.unwrap_or(last);
            last
        })
        .collect()
}

#[cfg(test)]
mod tests;
