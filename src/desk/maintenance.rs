//! Maintenance verbs, which work on the file and not on records: who may run them, and the one log row that each leaves.
//!
//! The shell and the screen ask for a [`Permit`] before they touch anything. Its row goes into the file that is in place
//! afterwards.

use super::permissions::{self, Permission};
use crate::{
    model::{
        Agent, Id, Ids, OpId, Refusal, Stamp, Via,
        log::{LogBody, LogDraft},
    },
    store::{Reject, Store, Weight},
};

/// What can be done with the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Copy it.
    Backup,
    /// Put a backup in its place.
    Restore,
    /// Rewrite it without what was deleted.
    Compact,
    /// Make again what is derived.
    Repair,
    /// Save what survives of a damaged one.
    Salvage,
    /// Write all of it as lines of text.
    ExportAll,
}

impl Verb {
    /// Its word in the log.
    pub fn word(self) -> &'static str {
        match self {
            Verb::Backup => "backup",
            Verb::Restore => "restore",
            Verb::Compact => "compact",
            Verb::Repair => "check repair",
            Verb::Salvage => "salvage",
            Verb::ExportAll => "export all",
        }
    }

    /// What it needs.
    pub fn permission(self) -> Permission {
        match self {
            Verb::Backup => Permission::Backup,
            Verb::Restore => Permission::Restore,
            Verb::Compact => Permission::Compact,
            Verb::Repair => Permission::Repair,
            Verb::Salvage => Permission::Salvage,
            Verb::ExportAll => Permission::ExportAll,
        }
    }
}

/// Who runs a maintenance verb, after it was checked that they may.
#[derive(Debug, Clone)]
pub struct Permit {
    verb: Verb,
    agent: Option<Agent>,
    user: String,
}

impl Permit {
    /// Lets an agent run a verb, for a Unix user.
    ///
    /// # Errors
    /// [`Refusal::Denied`], which names the permission and who can grant it.
    pub fn of(agent: &Agent, user: &str, verb: Verb) -> Result<Permit, Refusal> {
        permissions::require(agent, verb.permission())?;
        Ok(Permit { verb, agent: Some(agent.clone()), user: user.to_owned() })
    }

    /// Lets the owner of a file run a verb where no agent can be read from it.
    pub fn of_file_owner(user: &str, verb: Verb) -> Permit {
        Permit { verb, agent: None, user: user.to_owned() }
    }

    /// The agent who runs it; nil where none can be read.
    pub fn actor(&self) -> Id {
        self.agent.as_ref().map_or(Id::NIL, |a| a.id)
    }

    /// Who runs it, by name.
    pub fn name(&self) -> &str {
        self.agent.as_ref().map_or(&self.user, |a| &a.name)
    }

    /// The Unix user, where it is not the agent's own. A restored file cannot know the agent: there it is always recorded.
    pub fn unix_user(&self) -> Option<String> {
        let own = self.agent.as_ref().is_some_and(|a| a.unix_user == self.user);
        (!own || self.verb == Verb::Restore).then(|| self.user.clone())
    }

    /// The log row that says what was done.
    pub fn row(&self, op: OpId, now: Stamp, what: &str) -> LogDraft {
        LogDraft {
            actor: self.actor(),
            logged_at: now,
            effective_at: now,
            command: self.verb.word().to_owned(),
            op,
            batch: None,
            undo_of: None,
            redo_of: None,
            via: Some(Via::Agent),
            unix_user: self.unix_user(),
            salt: Ids::new(op, now).salt(),
            body: LogBody {
                summary: format!("{what} by {}", self.name()),
                changes: Vec::new(),
                erased: None,
            },
        }
    }

    /// Writes that row into an open store.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn note(&self, store: &dyn Store, op: OpId, now: Stamp, what: &str) -> Result<(), Reject> {
        let row = self.row(op, now, what);
        store.write(
            op,
            Weight::Light,
            Box::new(move |tx| {
                tx.log(row.clone());
                Ok(())
            }),
        )?;
        Ok(())
    }
}
