//! The service: commands, rules, undo, outbox. The only writer; everyone above speaks to it.
//!
//! - [`Desk`]: runs a [`Request`] and gives what was [`Done`]; gives [`read`]ers
//! - [`Command`]: every change that can be asked for, as data
//! - [`undo`]: a log row's inverse as a new command
//! - [`clock`]: what happens by itself: held replies are queued, snoozes end
//! - [`read`]: what the screen and the CLI look at: threads, timelines, lists, queues
//! - [`seen`] and [`drafts`]: what each agent looked at and has not sent yet; kept beside the log

pub mod clock;
pub mod command;
mod commands;
pub mod drafts;
pub mod edit;
pub mod import;
pub mod read;
pub mod seen;
pub mod undo;

mod work;

use std::sync::{Arc, Mutex, PoisonError};

pub use command::{Command, Done, Request, TicketChange};
pub use edit::Edit;

use crate::{
    model::{Id, OpId, Workspace},
    store::{Reject, Store, StoreError, View, Weight, records},
};

/// The desk of one store. Cheap to clone.
#[derive(Clone)]
pub struct Desk {
    store: Arc<dyn Store>,
}

impl Desk {
    /// The desk of a store.
    pub fn new(store: Arc<dyn Store>) -> Desk {
        Desk { store }
    }

    /// The store beneath.
    pub fn store(&self) -> &dyn Store {
        &*self.store
    }

    /// Reads one consistent state.
    ///
    /// # Errors
    /// Where the file cannot be read, or what `f` gives.
    pub fn view<R>(&self, f: impl FnMut(&dyn View) -> Result<R, StoreError>) -> Result<R, StoreError> {
        self.store.view(f)
    }

    /// The desk's own settings; empty ones before [`Command::Start`].
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn workspace(&self) -> Result<Workspace, StoreError> {
        self.view(|v| Ok(records::get::<Workspace>(v, Id::NIL)?.unwrap_or_default()))
    }

    /// Makes one change, whole or not at all, and comes back when it is durable.
    ///
    /// # Errors
    /// What it was refused for, with nothing changed; or why the store could not.
    pub fn run(&self, request: Request) -> Result<Done, Reject> {
        let weight = request.command.weight();
        let op = request.op;
        let done = Arc::new(Mutex::new(Done::default()));
        let out = done.clone();
        let outcome = self.store.write(
            op,
            weight,
            Box::new(move |tx| {
                let made = work::run(tx, &request)?;
                *out.lock().unwrap_or_else(PoisonError::into_inner) = made;
                Ok(())
            }),
        )?;
        let mut done = std::mem::take(&mut *done.lock().unwrap_or_else(PoisonError::into_inner));
        done.seq = outcome.seq;
        done.replayed = outcome.replayed;
        Ok(done)
    }

    /// Writes rows that stand beside the log: looks and drafts.
    fn aside(
        &self,
        op: OpId,
        f: impl FnMut(&mut dyn crate::store::Tx) -> Result<(), Reject> + Send + 'static,
    ) -> Result<(), Reject> {
        self.store.write(op, Weight::Light, Box::new(f)).map(|_| ())
    }
}
