//! A desk with an owner over the engine in memory, for tests of the commands.

use std::{collections::BTreeMap, sync::Arc};

use frontdesk::{
    desk::{
        Command, Desk, Done, Edit, Request,
        command::{NewAgent, NewTicket},
    },
    model::{Id, Kind, Refusal},
    store::{MemStore, Range, Reject, Scan, check, records},
};

/// Every record by its key: its fields in words.
pub type Everything = BTreeMap<(Kind, Vec<u8>), Vec<(String, String)>>;

/// A desk with an owner, a clock that goes on by a second a command, and ops in order.
pub struct Bench {
    pub desk: Desk,
    pub owner: Id,
    pub now: i64,
    ops: u8,
}

impl Bench {
    pub fn new() -> Bench {
        Bench::over(MemStore::new())
    }

    /// A desk over a store that is empty but for its own rows.
    pub fn over(store: MemStore) -> Bench {
        let desk = Desk::new(Arc::new(store));
        let mut b = Bench { desk, owner: Id::NIL, now: 1_790_000_000_000, ops: 0 };
        let owner = NewAgent { name: "Dana Doe".into(), unix_user: "dana".into(), ..Default::default() };
        let workspace = vec![Edit::set("zone", "Europe/Dublin"), Edit::set("address", "help@desk.example")];
        let done = b.run(Command::Start { workspace, owner });
        b.owner = done.created[0].1;
        b
    }

    pub fn request(&mut self, command: Command) -> Request {
        self.now += 1000;
        self.ops = self.ops.wrapping_add(1);
        // Timers are no agent's.
        let actor = if command == Command::Tick { Id::NIL } else { self.owner };
        Request::new(Id::v7(self.now, [self.ops; 10]), actor, self.now, command)
    }

    pub fn attempt(&mut self, command: Command) -> Result<Done, Reject> {
        let r = self.request(command);
        self.desk.run(r)
    }

    pub fn run(&mut self, command: Command) -> Done {
        self.attempt(command).unwrap()
    }

    pub fn refused(&mut self, command: Command) -> Refusal {
        match self.attempt(command) {
            Err(Reject::Refused(r)) => r,
            other => panic!("expected a refusal, not {other:?}"),
        }
    }

    pub fn customer(&mut self, name: &str, email: &str) -> Id {
        self.run(Command::Create(Kind::Customer, vec![Edit::set("name", name), Edit::set("email", email)]))
            .created[0]
            .1
    }

    pub fn ticket(&mut self, requester: Id, subject: &str) -> Id {
        let new = NewTicket {
            requester,
            subject: subject.into(),
            body: "It is broken.".into(),
            ..Default::default()
        };
        self.run(Command::TicketCreate(Box::new(new))).created[0].1
    }

    pub fn get<T: frontdesk::model::Record>(&self, id: Id) -> T {
        self.desk.view(|v| records::get(v, id)).unwrap().unwrap()
    }

    pub fn records(&self) -> Everything {
        records(&self.desk)
    }

    pub fn assert_clean(&self) {
        assert_clean(&self.desk);
    }
}

/// Every record, without its version.
pub fn records(desk: &Desk) -> Everything {
    let mut out = BTreeMap::new();
    desk.view(|v| {
        for kind in Kind::ALL.iter().copied() {
            v.scan(kind.table(), &Range::all(), Scan::Forward, &mut |k, bytes| {
                let fields = records::to_fields(bytes).unwrap();
                let kept = fields.into_iter().filter(|(f, _)| f != "v").map(|(f, v)| (f, v.to_string()));
                out.insert((kind, k.to_vec()), kept.collect());
                true
            })?;
        }
        Ok(())
    })
    .unwrap();
    out
}

/// That the check finds nothing.
pub fn assert_clean(desk: &Desk) {
    let report = desk.view(|v| check::check(v, &mut |_| ())).unwrap();
    assert!(report.is_clean(), "{:#?}", report.findings);
}
