//! A desk with one agent of each role.

use std::sync::Arc;

use frontdesk::{
    desk::{
        Command, Desk, Done, Edit, Request,
        command::{NewAgent, NewTicket},
    },
    model::{Agent, Id, Kind, Refusal, Role, Stamp, Ticket},
    store::{MemStore, Reject, records},
};

/// A desk in memory whose agents are named after their roles.
pub struct Staffed {
    pub desk: Desk,
    pub owner: Id,
    pub admin: Id,
    pub agent: Id,
    pub light: Id,
    pub read_only: Id,
    pub now: Stamp,
    ops: u32,
}

impl Staffed {
    pub fn new() -> Staffed {
        let mut s = Staffed {
            desk: Desk::new(Arc::new(MemStore::new())),
            owner: Id::NIL,
            admin: Id::NIL,
            agent: Id::NIL,
            light: Id::NIL,
            read_only: Id::NIL,
            now: 1_790_000_000_000,
            ops: 0,
        };
        let owner = NewAgent { name: "owner".into(), unix_user: "olga".into(), ..NewAgent::default() };
        let workspace = vec![Edit::set("zone", "UTC"), Edit::set("address", "help@desk.example")];
        s.owner = s.run(Id::NIL, Command::Start { workspace, owner }).created[0].1;
        s.admin = s.hire(Role::Admin);
        s.agent = s.hire(Role::Agent);
        s.light = s.hire(Role::Light);
        s.read_only = s.hire(Role::ReadOnly);
        s
    }

    fn hire(&mut self, role: Role) -> Id {
        let new = NewAgent { name: role.as_str().into(), role, ..NewAgent::default() };
        self.run(self.owner, Command::AgentAdd(new)).created[0].1
    }

    pub fn request(&mut self, actor: Id, command: Command) -> Request {
        self.now += 1_000;
        self.ops += 1;
        let [a, b, c, d] = self.ops.to_be_bytes();
        Request::new(Id::v7(self.now, [1, 1, 1, 1, 1, 1, a, b, c, d]), actor, self.now, command)
    }

    pub fn attempt(&mut self, actor: Id, command: Command) -> Result<Done, Reject> {
        let request = self.request(actor, command);
        self.desk.run(request)
    }

    pub fn run(&mut self, actor: Id, command: Command) -> Done {
        let word = command.word();
        self.attempt(actor, command).unwrap_or_else(|e| panic!("{word}: {e}"))
    }

    /// What a command is rejected for.
    pub fn rejected(&mut self, actor: Id, command: Command) -> Refusal {
        match self.attempt(actor, command) {
            // Of an undo of one's last change: why it cannot be undone.
            Err(Reject::Refused(Refusal::InTheWay { why, .. })) => *why,
            Err(Reject::Refused(r)) => r,
            other => panic!("expected a rejection, not {other:?}"),
        }
    }

    /// The permission that a command is denied for.
    pub fn denied(&mut self, actor: Id, command: Command) -> &'static str {
        match self.rejected(actor, command) {
            Refusal::Denied { permission, .. } => permission,
            other => panic!("expected a missing permission, not: {other}"),
        }
    }

    pub fn role(&mut self, by: Id, who: Id, role: &Role) -> Done {
        self.run(by, Command::Edit(Kind::Agent, who, vec![Edit::set("role", role.as_str())]))
    }

    pub fn role_of(&self, who: Id) -> Role {
        self.desk.view(|v| records::get::<Agent>(v, who)).unwrap().unwrap().role
    }

    pub fn customer(&mut self, name: &str) -> Id {
        self.run(self.owner, Command::Create(Kind::Customer, vec![Edit::set("name", name)])).created[0].1
    }

    pub fn ticket(&mut self, requester: Id) -> Id {
        let new = NewTicket { requester, subject: "It is broken".into(), ..NewTicket::default() };
        let done = self.run(self.owner, Command::TicketCreate(Box::new(new)));
        done.created.iter().find(|(k, _)| *k == Kind::Ticket).unwrap().1
    }

    pub fn tags(&self, ticket: Id) -> Vec<String> {
        self.desk.view(|v| records::get::<Ticket>(v, ticket)).unwrap().unwrap().tags
    }
}
