//! Agents and teams: who works at the desk.

mod fields;

pub use fields::{FIELDS, LIST, TEAM_FIELDS, TEAM_LIST};

use super::{Derive, Entries, Id, Key, Kind, Stamp, Table, fold, shape::record, words::words};

words! {
    /// What an agent may do: `desk::permissions` says which role has which permission.
    Role {
        /// Works on customers and tickets.
        Agent = "agent",
        /// May also change the desk itself, make bulk changes, export, erase and maintain.
        Admin = "admin",
        /// Everything.
        Owner = "owner",
        /// Reads, writes internal notes and logs interactions; sends nothing and changes no other record.
        Light = "light",
        /// Reads only.
        ReadOnly = "read_only",
    }
}

record! {
    /// Someone who works at the desk.
    Agent {
        /// The number people see, after `A-`.
        number = "n": u64,
        /// The name that customers see.
        name = "na": String,
        /// The short name typed in queries and on the command line (`@dana`).
        handle = "h": String,
        /// The Unix user.
        unix_user = "u": String,
        /// Own addresses: mail from them is ours.
        emails = "e": Vec<String>,
        /// What they may do.
        role = "r": Role,
        /// Their teams.
        teams = "te": Vec<Id>,
        /// How many open tickets they take; 0: no limit.
        capacity = "c": u32,
        /// Since when they are away.
        away_since = "aw": Option<Stamp>,
        /// What stands under their mail.
        signature = "si": String,
        /// When they left.
        archived_at = "ar": Option<Stamp>,
        /// When the record was made.
        created_at = "ca": Stamp,
    }
}

record! {
    /// Agents who share a queue.
    Team {
        /// Its name.
        name = "na": String,
        /// What it does.
        about = "a": String,
        /// When the record was made.
        created_at = "ca": Stamp,
    }
}

impl Derive for Agent {
    fn derive(&self, out: &mut Entries) {
        out.number(Kind::Agent, self.number, self.id);
        out.external(Kind::Agent, &self.external_ids, self.id);
        out.row(
            Table::IxName,
            Key::new().u8(Kind::Agent.code()).text(&fold::fold(&self.handle)).id(self.id),
            [],
        );
        for t in &self.teams {
            out.refer((Kind::Team, *t), (Kind::Agent, self.id));
        }
    }
}

impl Derive for Team {
    fn derive(&self, out: &mut Entries) {
        out.row(
            Table::IxName,
            Key::new().u8(Kind::Team.code()).text(&fold::fold(&self.name)).id(self.id),
            [],
        );
    }
}
