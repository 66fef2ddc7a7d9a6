//! The two checks of the desk: a command before it runs, and what it wrote before that is committed.

use std::collections::BTreeSet;

use super::{Holder, Permission, is_owner, of_command, record_count, require, to_write, unknown, was_owner};
use crate::{
    desk::{Command, work::Job},
    model::{Agent, Id, Kind, Refusal, log::Change},
    store::{Reject, StoreError, records},
};

impl Job<'_> {
    /// That the caller may run this command.
    ///
    /// # Errors
    /// [`Refusal::Denied`].
    pub fn check_rights(&self) -> Result<(), Refusal> {
        let command = &self.request.command;
        // There is no agent yet: the command itself is rejected where the desk has begun.
        if matches!(command, Command::Start { .. }) {
            return Ok(());
        }
        self.require(of_command(command))?;
        if record_count(command) > super::BULK {
            self.require(Permission::Bulk)?;
        }
        Ok(())
    }

    /// That the caller has a permission: an agent by their role, and what acts by itself by what it is.
    ///
    /// # Errors
    /// [`Refusal::Denied`], which names the permission.
    pub fn require(&self, permission: Permission) -> Result<(), Refusal> {
        match (&self.agent, self.system()) {
            (Some(agent), _) => require(agent, permission),
            (None, Some(holder)) if holder.has(permission) => Ok(()),
            (None, _) => Err(unknown(permission)),
        }
    }

    /// What acts by itself, where no agent asks.
    fn system(&self) -> Option<Holder> {
        match self.request.command {
            _ if self.request.actor != Id::NIL => None,
            Command::Tick => Some(Holder::Timers),
            Command::OutboxSent(_)
            | Command::OutboxClaim { .. }
            | Command::OutboxSettle { .. }
            | Command::OutboxCopied(..)
            | Command::MailReceive(_)
            | Command::Import(_) => Some(Holder::Mail),
            _ => None,
        }
    }

    /// That every field that was written may be written by the caller, and that an owner is left. This applies to undo
    /// and redo as for any other command; the rows of an import write what imports may, no matter who started it.
    ///
    /// # Errors
    /// [`Refusal::Denied`]; [`Refusal::Invalid`] where no owner would be left.
    pub fn written(&self, changes: &[Change]) -> Result<(), Reject> {
        if matches!(self.request.command, Command::Start { .. }) {
            return Ok(());
        }
        let mut needs = BTreeSet::new();
        for change in changes {
            needs.extend(to_write(self.view(), change)?);
        }
        let import = matches!(self.request.command, Command::Import(_));
        for permission in needs {
            if import && Holder::Import.has(permission) {
                continue;
            }
            // Where no owner is left, an admin can name one.
            if permission == Permission::ManageOwners && self.was_ownerless(changes)? {
                self.require(Permission::ManageAgents)?;
                continue;
            }
            self.require(permission)?;
        }
        if changes.iter().any(|c| c.kind() == Some(Kind::Agent))
            && self.owners()? == 0
            && !self.was_ownerless(changes)?
        {
            let why = "a desk keeps at least one owner: make another agent an owner first".to_owned();
            return Err(Refusal::Invalid { field: "role", why }.into());
        }
        Ok(())
    }

    fn owners(&self) -> Result<usize, StoreError> {
        let mut owners = 0;
        records::each::<Agent>(self.view(), |a| {
            owners += usize::from(is_owner(&a));
            true
        })?;
        Ok(owners)
    }

    /// Whether there was no owner before these changes.
    fn was_ownerless(&self, changes: &[Change]) -> Result<bool, StoreError> {
        let mut owners = 0;
        for change in changes.iter().filter(|c| c.kind() == Some(Kind::Agent)) {
            owners += usize::from(was_owner(self.view(), change)?);
        }
        records::each::<Agent>(self.view(), |a| {
            owners += usize::from(is_owner(&a) && !changes.iter().any(|c| c.id == a.id));
            owners == 0
        })?;
        Ok(owners == 0)
    }
}
