//! The desk itself, as the screen needs it.

use crate::{
    desk::permissions::{self, Holder, Permission},
    model::{Agent, Currency, Id, Seq, Stamp, Team, Workspace, zone::Zone},
};

/// Who works here, where and in what money.
#[derive(Debug, Clone, Default)]
pub struct Info {
    /// The desk's settings; empty ones before it was begun.
    pub workspace: Workspace,
    /// Whether it was begun.
    pub begun: bool,
    /// Its zone.
    pub zone: Zone,
    /// Agents, by name.
    pub agents: Vec<Agent>,
    /// Teams, by name.
    pub teams: Vec<Team>,
    /// Whether there are customers.
    pub customers: bool,
    /// Whether there are tickets.
    pub tickets: bool,
    /// Whether there are orders.
    pub orders: bool,
    /// When the clock has work: a held reply, a sleeping ticket.
    pub timer: Option<Stamp>,
    /// Whether the agent at the screen may see sensitive fields.
    pub sensitive: bool,
    /// Where the log stood when this was read.
    pub head: Seq,
}

impl Info {
    /// An agent.
    #[must_use]
    pub fn agent(&self, id: Id) -> Option<&Agent> {
        self.agents.iter().find(|a| a.id == id)
    }

    /// A team.
    #[must_use]
    pub fn team(&self, id: Id) -> Option<&Team> {
        self.teams.iter().find(|t| t.id == id)
    }

    /// The name of an agent as people here say it: the first word; empty where the agent is unknown.
    #[must_use]
    pub fn first_name(&self, id: Id) -> &str {
        self.agent(id).and_then(|a| a.name.split_whitespace().next()).unwrap_or_default()
    }

    /// The role of an agent; one who has left only reads. `None` where no agent is known.
    #[must_use]
    pub fn role(&self, id: Id) -> Option<Holder> {
        let agent = self.agent(id)?;
        Some(if agent.archived_at.is_some() { Holder::ReadOnly } else { Holder::of(&agent.role) })
    }

    /// Whether an agent may change records.
    #[must_use]
    pub fn can_edit(&self, id: Id) -> bool {
        self.agent(id).is_none_or(|a| permissions::may(a, Permission::Undo))
    }

    /// Whether an agent is an admin or the owner.
    #[must_use]
    pub fn is_admin(&self, id: Id) -> bool {
        self.agent(id).is_some_and(|a| permissions::may(a, Permission::Erase))
    }

    /// The desk's currency; euros where none is set.
    #[must_use]
    pub fn currency(&self) -> Currency {
        self.workspace.currency.parse().unwrap_or(Currency::EUR)
    }

    /// How long a send is held.
    #[must_use]
    pub fn send_delay(&self) -> Stamp {
        self.workspace.hold_ms()
    }
}
