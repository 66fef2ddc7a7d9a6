//! Who may do what: the one table of permission × role, for agents and for the system actors.
//!
//! - [`Permission`] and [`TABLE`]: what can be allowed, and to which roles
//! - [`of_command`], [`of_word`]: what a command needs, and what undoing its log row needs
//! - [`to_write`]: what writing a field needs, whatever command, undo or redo writes it
//! - [`require`]: the check, with an answer that names the permission and who can grant it
//!
//! The desk checks twice: the command before it runs, and every field that it wrote before the commit.

mod check;
mod commands;
mod fields;

pub use commands::{BULK, bulk_kind, of_command, of_word, record_count};
pub use fields::{is_owner, to_write, was_owner};

use Holder::{Admin, Agent as Worker, Import, Light, Mail, Owner, ReadOnly, Timers};

use crate::model::{Agent, Refusal, Role};

/// Who can have a permission: a role, or one of the system actors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Holder {
    /// The role `owner`.
    Owner,
    /// The role `admin`.
    Admin,
    /// The role `agent`.
    Agent,
    /// The role `light`.
    Light,
    /// The role `read_only`, and any role that this version does not know.
    ReadOnly,
    /// Timers: held replies, snoozes.
    Timers,
    /// Mail coming in and going out with no agent at the keys.
    Mail,
    /// The rows of an import, no matter who started it.
    Import,
}

impl Holder {
    /// All, in the order of the table's columns.
    pub const ALL: [Holder; 8] = [Owner, Admin, Worker, Light, ReadOnly, Timers, Mail, Import];

    /// The holder that a role is.
    pub fn of(role: &Role) -> Holder {
        match role {
            Role::Owner => Owner,
            Role::Admin => Admin,
            Role::Agent => Worker,
            Role::Light => Light,
            Role::ReadOnly | Role::Unknown(_) => ReadOnly,
        }
    }

    /// Its word, which for a role is the role's.
    pub fn word(self) -> &'static str {
        match self {
            Owner => "owner",
            Admin => "admin",
            Worker => "agent",
            Light => "light",
            ReadOnly => "read_only",
            Timers => "timers",
            Mail => "mail",
            Import => "import",
        }
    }

    /// Whether it has a permission.
    pub fn has(self, permission: Permission) -> bool {
        permission.holders().contains(&self)
    }
}

/// Declares the permissions with their words, what they allow and who has them: the table.
macro_rules! permissions {
    ($($name:ident = $word:literal, $about:literal, $holders:expr;)+) => {
        /// What can be allowed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Permission {
            $(#[doc = $about] $name,)+
        }

        /// Every permission, in the order of the table's rows.
        pub const TABLE: &[Permission] = &[$(Permission::$name),+];

        impl Permission {
            /// What it is called in messages and in the documentation.
            pub const fn word(self) -> &'static str {
                match self { $(Permission::$name => $word),+ }
            }

            /// What it allows, in a sentence part.
            pub const fn about(self) -> &'static str {
                match self { $(Permission::$name => $about),+ }
            }

            /// Who has it.
            pub const fn holders(self) -> &'static [Holder] {
                match self { $(Permission::$name => $holders),+ }
            }
        }
    };
}

/// All who change anything.
const WRITERS: &[Holder] = &[Owner, Admin, Worker, Light, Timers, Mail, Import];
/// The two roles that run the desk.
const LEADS: &[Holder] = &[Owner, Admin];

permissions! {
    Read = "read", "see records, except sensitive fields", &Holder::ALL;
    SeeSensitive = "see sensitive fields", "see, filter, sort and export fields marked as sensitive", LEADS;
    Note = "note", "write internal notes", WRITERS;
    LogInteraction = "log interaction", "log calls, visits and chats", &[Owner, Admin, Worker, Light, Mail, Import];
    Undo = "undo", "undo and redo, within the permissions for every field that this writes", &[Owner, Admin, Worker, Light];
    Work = "work", "change customers, organisations, tickets, orders, tasks, survey answers and views", &[Owner, Admin, Worker, Timers, Mail, Import];
    Send = "send", "send public replies", &[Owner, Admin, Worker, Timers, Mail];
    Deliver = "deliver", "hand messages to the mail system, and record what it said", &[Mail];
    Merge = "merge", "merge and unmerge records", &[Owner, Admin, Worker];
    ReceiveMail = "receive mail", "take mail in", &[Owner, Admin, Worker, Mail, Import];
    Import = "import", "import contacts and orders, and revert imports", &[Owner, Admin, Import];
    Bulk = "bulk", "change more than 50 records in one command", LEADS;
    ExportPerson = "export one person", "export everything held on one customer", LEADS;
    ExportAll = "export everything", "export the whole desk", LEADS;
    Erase = "erase", "erase a customer for good", LEADS;
    ManageAgents = "manage agents", "add and change agents and teams", LEADS;
    ManageOwners = "manage owners", "change owners, and grant or take away the role owner", &[Owner];
    ManageWorkspace = "manage workspace", "change the desk's settings", LEADS;
    Backup = "backup", "make backups", LEADS;
    Restore = "restore", "put a backup in the place of the store", LEADS;
    Compact = "compact", "rewrite the file without what was deleted", LEADS;
    Repair = "repair", "repair the store", LEADS;
    Salvage = "salvage", "save what survives of a damaged store", LEADS;
    RunTimers = "run timers", "queue held replies and end snoozes when they are due", &[Timers];
    Begin = "begin", "create the workspace and its first owner, once", &[];
}

/// Whether an agent has a permission. One who has left has none.
pub fn may(agent: &Agent, permission: Permission) -> bool {
    agent.archived_at.is_none() && Holder::of(&agent.role).has(permission)
}

/// Requires that an agent has a permission.
///
/// # Errors
/// [`Refusal::Denied`] with the permission's name and who can grant it.
pub fn require(agent: &Agent, permission: Permission) -> Result<(), Refusal> {
    if may(agent, permission) { Ok(()) } else { Err(denied(agent, permission)) }
}

fn denied(agent: &Agent, permission: Permission) -> Refusal {
    let who = format!("@{}", agent.handle);
    if agent.archived_at.is_some() {
        let grant =
            format!("an owner or admin can bring them back with `frontdesk agent edit {who} archived=no`");
        return Refusal::Denied {
            who: format!("{who} has left the desk and"),
            permission: permission.word(),
            grant,
        };
    }
    Refusal::Denied { grant: grant(&who, permission), who, permission: permission.word() }
}

/// Who can grant a permission to an agent, and with which command: the least of the roles that have it.
fn grant(who: &str, permission: Permission) -> String {
    let roles = [Light, Worker, Admin, Owner];
    match roles.into_iter().find(|r| r.has(permission)) {
        None => "no role has it".to_owned(),
        Some(role) => {
            let by = if role == Owner { "an owner" } else { "an owner or admin" };
            format!("{by} can grant it with `frontdesk agent edit {who} role={}`", role.word())
        }
    }
}

/// That a request without an agent is rejected.
pub fn unknown(permission: Permission) -> Refusal {
    Refusal::Denied {
        who: "a user who is no agent of this desk".to_owned(),
        permission: permission.word(),
        grant: "an owner or admin can add them with `frontdesk agent add NAME --user LOGIN`".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_has_what_the_lower_one_has() {
        for p in TABLE {
            for pair in [ReadOnly, Light, Worker, Admin, Owner].windows(2) {
                assert!(!pair[0].has(*p) || pair[1].has(*p), "{p:?} {pair:?}");
            }
        }
    }

    #[test]
    fn a_denied_permission_is_named_with_the_role_that_has_it() {
        let mut m = Agent { handle: "m".into(), role: Role::ReadOnly, ..Agent::default() };
        let said = require(&m, Permission::Merge).unwrap_err().to_string();
        assert_eq!(
            said,
            "@m lacks the permission *merge*; an owner or admin can grant it with `frontdesk agent edit @m role=agent`"
        );
        m.role = Role::Admin;
        assert!(require(&m, Permission::Merge).is_ok());
        let said = require(&m, Permission::ManageOwners).unwrap_err().to_string();
        assert!(said.contains("an owner can grant it with `frontdesk agent edit @m role=owner`"), "{said}");
        m.archived_at = Some(1);
        assert!(TABLE.iter().all(|p| require(&m, *p).is_err()), "one who has left may nothing");
        m = Agent { role: Role::from("wizard"), ..Agent::default() };
        assert!(!may(&m, Permission::Note) && may(&m, Permission::Read), "an unknown role only reads");
    }
}
