//! The service: commands, rules, undo, outbox. The only writer; everyone above speaks to it.
//!
//! - [`Desk`]: runs a [`Request`] and gives what was [`Done`]; gives [`read`]ers; [`Begun`]: many, on their way
//! - [`Command`]: every change that can be asked for, as data
//! - [`answering`]: what an answer begins with: recipients, signature, quoted history, size
//! - [`attachments`]: the files of messages
//! - [`bulk`]: changes of many records, in steps
//! - [`changes`]: a change of the log in words
//! - [`undo`]: a log row's inverse as a new command
//! - [`fields`]: what the fields of a record contain, as one types and reads them
//! - [`duplicates`]: customers who may be the same person
//! - [`merge`]: two records that are one become one, and two again
//! - [`clock`]: what happens by itself: held replies are queued, snoozes end
//! - [`mailboxes`]: which mailbox mail belongs to; [`outbox`]: outgoing messages on their way
//! - [`silence`]: whether a mailbox has received nothing for far longer than usual
//! - [`own_addresses`]: which addresses are ours
//! - [`incoming`]: what is decided on mail that arrives: automatic replies, storms, bounces, blocked senders
//! - [`send_delay`]: whether the send delay of a reply has ended, despite wrong clocks
//! - [`subjects`]: the records that a command names, and what becomes of it where one was merged or erased
//! - [`read`]: what the screen and the CLI look at: names, threads, timelines
//! - [`list`]: lists by query, and the queues
//! - [`lookup`]: records by any number they go by, tickets by subject, what an agent had last in hand
//! - [`permissions`]: who may do what: the one table, and its checks
//! - [`maintenance`]: who may back up, restore, compact, repair, and the log row of that
//! - [`preview`]: what a change would do, for dry runs
//! - [`person`]: the data of a customer, and its erasure
//! - [`sensitive`]: who sees sensitive fields
//! - [`search`]: full text over everything, with snippets
//! - [`seen`] and [`drafts`]: what each agent looked at and has not sent yet; kept beside the log

pub mod answering;
pub mod attachments;
mod behind;
pub mod bulk;
pub mod changes;
pub mod clock;
pub mod command;
mod commands;
pub mod custom;
pub mod drafts;
pub mod duplicates;
pub mod edit;
pub mod fields;
pub mod import;
pub mod incoming;
pub mod joined;
pub mod list;
pub mod lookup;
pub mod mail_health;
pub mod mailboxes;
pub mod maintenance;
pub mod merge;
pub mod outbox;
pub mod own_addresses;
pub mod permissions;
pub mod person;
pub mod preview;
pub mod read;
pub mod search;
pub mod seen;
pub mod send_delay;
pub mod sensitive;
pub mod silence;
pub mod subjects;
pub mod undo;

mod work;

use std::sync::{Arc, Mutex, PoisonError};

pub use command::{Command, Done, Request, TicketChange};
pub use edit::Edit;
pub use sensitive::Viewer;

use crate::{
    model::{Id, OpId, Refusal, Seq, Stamp, Workspace},
    store::{Pending, Reject, Store, StoreError, View, Weight, masked::Masked, meta, overlay, records},
};

/// The desk of one store. Cheap to clone.
#[derive(Clone)]
pub struct Desk {
    store: Arc<dyn Store>,
    viewer: Viewer,
    /// The Unix user that it acts for, kept in the log.
    user: Option<Arc<str>>,
}

impl Desk {
    /// The desk of a store, read on behalf of the system: use [`seen_by`](Desk::seen_by) before showing anything.
    pub fn new(store: Arc<dyn Store>) -> Desk {
        Desk { store, viewer: Viewer::System, user: None }
    }

    /// The same desk as an agent sees it: without the permission, sensitive fields are absent from all that is read.
    #[must_use]
    pub fn seen_by(&self, who: Option<Id>) -> Desk {
        Desk { viewer: Viewer::Agent(who), ..self.clone() }
    }

    /// The same desk, which records in the log who really asks where that is not the agent's own Unix user.
    #[must_use]
    pub fn for_user(self, login: &str) -> Desk {
        Desk { user: Some(login.into()), ..self }
    }

    /// The store beneath.
    pub fn store(&self) -> &dyn Store {
        &*self.store
    }

    /// The store beneath, to keep: for what follows its feed.
    pub fn shared_store(&self) -> Arc<dyn Store> {
        self.store.clone()
    }

    /// Reads the store, as the viewer sees it: of one state where that takes less than a page, and else of several, none
    /// held for long.
    ///
    /// # Errors
    /// Where the file cannot be read, or what `f` gives.
    pub fn view<R>(&self, f: impl FnOnce(&dyn View) -> Result<R, StoreError>) -> Result<R, StoreError> {
        self.store.view(|v| if self.viewer.sees(v)? { f(v) } else { f(&Masked(v)) })
    }

    /// As [`view`](Desk::view), and again where the log moved meanwhile: for numbers that have to agree.
    ///
    /// # Errors
    /// Where the file cannot be read, or what `f` gives.
    pub fn read_consistent<R>(
        &self,
        mut f: impl FnMut(&dyn View) -> Result<R, StoreError>,
    ) -> Result<R, StoreError> {
        self.store.read_consistent(|v| if self.viewer.sees(v)? { f(v) } else { f(&Masked(v)) })
    }

    /// The desk's own settings; empty ones before [`Command::Start`].
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn workspace(&self) -> Result<Workspace, StoreError> {
        self.view(|v| Ok(records::get::<Workspace>(v, Id::NIL)?.unwrap_or_default()))
    }

    /// Makes one change, whole or not at all, and comes back when it is durable. One of many records is made in steps:
    /// see [`bulk`].
    ///
    /// # Errors
    /// What it was refused for, with nothing changed; or why the store could not.
    pub fn run(&self, request: Request) -> Result<Done, Reject> {
        let Some(mut many) = bulk::Bulk::begin(self, &request)? else { return self.run_one(request) };
        loop {
            match many.step(self) {
                Ok(true) => {}
                Ok(false) => return Ok(many.finish()),
                Err(why) => return many.failed(why),
            }
        }
    }

    /// Makes one change in one go.
    fn run_one(&self, request: Request) -> Result<Done, Reject> {
        let weight = request.command.weight();
        let op = request.op;
        let done = Arc::new(Mutex::new(Done::default()));
        let (out, user) = (done.clone(), self.user.clone());
        let outcome = self.store.write(
            op,
            weight,
            Box::new(move |tx| {
                let made = work::run(tx, &request, user.as_deref())?;
                *out.lock().unwrap_or_else(PoisonError::into_inner) = made;
                Ok(())
            }),
        )?;
        let mut done = std::mem::take(&mut *done.lock().unwrap_or_else(PoisonError::into_inner));
        done.seq = outcome.seq;
        done.replayed = outcome.replayed;
        Ok(done)
    }

    /// Makes several changes in order, all or none, in one durable write: each has its own row in the log, as if it had
    /// been [`run`](Self::run) alone. For what makes changes by the hundred; a few hundred at a time is a good number.
    ///
    /// The requests are one attempt, known by the ops of all of them: the same requests again change nothing, and what was
    /// made is then not told again. An undo or a redo looks at the log as it was before the first of them.
    ///
    /// # Errors
    /// [`Refusal::Part`] with the request that was refused, and nothing changed; or why the store could not.
    pub fn run_all(&self, requests: Vec<Request>) -> Result<Vec<Done>, Reject> {
        self.begin_all(requests, None).wait()
    }

    /// As [`run_all`](Self::run_all), but returns immediately, so that the next ones can be handed over, and are worked out,
    /// while these are made durable. With `after` they are made only if those were, and otherwise refused as cancelled.
    pub fn begin_all(&self, requests: Vec<Request>, after: Option<OpId>) -> Begun {
        let op = requests.iter().fold(Id::NIL, |all, r| both(all, r.op));
        let of = requests.len();
        let done = Arc::new(Mutex::new(Vec::new()));
        if of == 0 {
            return Begun { op, of, done, pending: None };
        }
        let (out, user) = (done.clone(), self.user.clone());
        let pending = self.store.submit(
            op,
            Weight::Heavy,
            Box::new(move |tx| {
                if let Some(after) = after
                    && overlay::applied(tx.view(), after)?.is_none()
                {
                    return Err(StoreError::Cancelled.into());
                }
                let mut made = Vec::with_capacity(of);
                for (i, request) in requests.iter().enumerate() {
                    made.push(work::run(tx, request, user.as_deref()).map_err(|e| match e {
                        Reject::Refused(why) => {
                            Reject::Refused(Refusal::Part { part: i + 1, of, why: Box::new(why) })
                        }
                        e @ Reject::Store(_) => e,
                    })?);
                }
                *out.lock().unwrap_or_else(PoisonError::into_inner) = made;
                Ok(())
            }),
        );
        Begun { op, of, done, pending: Some(pending) }
    }

    /// Notes that the rows of the log up to here are what the desk began with: which no one can undo.
    ///
    /// # Errors
    /// Where the store cannot write.
    pub fn end_set_up(&self, op: OpId, now: Stamp, seq: Seq) -> Result<(), Reject> {
        self.aside(op, move |tx| {
            meta::note(tx, meta::SET_UP, &meta::moment(now, seq));
            Ok(())
        })
    }

    /// Writes rows that are not in the log: views and drafts.
    fn aside(
        &self,
        op: OpId,
        f: impl FnMut(&mut dyn crate::store::Tx) -> Result<(), Reject> + Send + 'static,
    ) -> Result<(), Reject> {
        self.store.write(op, Weight::Light, Box::new(f)).map(|_| ())
    }
}

/// Changes on their way: see [`Desk::begin_all`].
#[must_use]
pub struct Begun {
    /// One ticket for all of them: others can be made only after these.
    pub op: OpId,
    of: usize,
    done: Arc<Mutex<Vec<Done>>>,
    pending: Option<Pending>,
}

impl Begun {
    /// Comes back when they are durable, or refused.
    ///
    /// # Errors
    /// As [`Desk::run_all`].
    pub fn wait(self) -> Result<Vec<Done>, Reject> {
        let Some(pending) = self.pending else { return Ok(Vec::new()) };
        let outcome = pending.wait()?;
        let mut done = std::mem::take(&mut *self.done.lock().unwrap_or_else(PoisonError::into_inner));
        if outcome.replayed {
            done = vec![Done::default(); self.of];
        }
        // Rows have their places from the last one back; what changed nothing logged nothing.
        let mut seq = outcome.seq;
        for d in done.iter_mut().rev() {
            d.seq = seq;
            d.replayed = outcome.replayed;
            seq -= u64::from(!d.touched.is_empty()).min(seq);
        }
        Ok(done)
    }
}

/// One op for two.
fn both(a: OpId, b: OpId) -> OpId {
    let mut out = a;
    for (to, from) in out.0.iter_mut().zip(b.0) {
        *to ^= from;
    }
    out
}
