//! Tickets and what happens to them.

mod fields;

pub use fields::{CATEGORIES, EVENT_FIELDS, FIELDS, FORM, LIST, PRIORITIES, SEVERITIES};

use std::collections::BTreeMap;

use super::{
    Channel, Derive, Entries, Fact, Id, Key, Kind, Metric, Stamp, Table, shape::record, timers::Timers,
    words::words,
};

words! {
    /// Where a ticket stands; the custom status of a house lies under one of these.
    Category {
        /// Not taken yet.
        New = "new",
        /// We are at it.
        Open = "open",
        /// The customer is asked.
        Pending = "pending",
        /// A third party is asked.
        OnHold = "on_hold",
        /// Done; a reply opens it again.
        Solved = "solved",
        /// Done for good; a reply opens another.
        Closed = "closed",
        /// Became part of another.
        Merged = "merged",
    }
}

impl Category {
    /// Whether it still needs work: new, open, pending or on hold.
    pub fn is_unsolved(&self) -> bool {
        matches!(self, Category::New | Category::Open | Category::Pending | Category::OnHold)
    }

    /// Its byte in keys, in the order of the table above.
    pub fn code(&self) -> u8 {
        match self {
            Category::New => 0,
            Category::Open => 1,
            Category::Pending => 2,
            Category::OnHold => 3,
            Category::Solved => 4,
            Category::Closed => 5,
            Category::Merged => 6,
            Category::Unknown(_) => 7,
        }
    }

    /// The words for people: `on hold`.
    pub fn label(&self) -> String {
        self.as_str().replace('_', " ")
    }
}

words! {
    /// The priority of a ticket.
    Priority {
        /// As usual.
        Normal = "normal",
        /// When there is time.
        Low = "low",
        /// Soon.
        High = "high",
        /// Now.
        Urgent = "urgent",
    }
}

impl Priority {
    /// Low 1, normal 2, high 3, urgent 4.
    pub fn rank(&self) -> u8 {
        match self {
            Priority::Low => 1,
            Priority::Normal | Priority::Unknown(_) => 2,
            Priority::High => 3,
            Priority::Urgent => 4,
        }
    }
}

words! {
    /// What it is.
    TicketType {
        /// A question.
        Question = "question",
        /// Something is broken for one.
        Incident = "incident",
        /// Something is broken for many.
        Problem = "problem",
        /// Something to do.
        Task = "task",
        /// A customer is unhappy.
        Complaint = "complaint",
        /// A customer asks for something.
        Request = "request",
    }
}

record! {
    /// A matter that a customer brought, until it is solved.
    Ticket {
        /// The number people see, after `T-`.
        number = "n": u64,
        /// What it is about.
        subject = "s": String,
        /// Who brought it.
        requester = "r": Id,
        /// For which organisation.
        organisation = "o": Option<Id>,
        /// What it is.
        ticket_type = "ty": TicketType,
        /// Where it stands.
        category = "c": Category,
        /// The house's own word for where it stands.
        status = "cs": String,
        /// The priority.
        priority = "p": Priority,
        /// How bad it is for the customer: one of `SEVERITIES`, or nothing.
        severity = "sv": String,
        /// How it came.
        channel = "ch": Channel,
        /// Who works on it.
        assignee = "a": Option<Id>,
        /// Whose queue it is in.
        team = "te": Option<Id>,
        /// Tags.
        tags = "t": Vec<String>,
        /// Agents who want to know.
        followers = "f": Vec<Id>,
        /// Custom fields.
        custom = "cu": BTreeMap<String, String>,
        /// Out of sight until then.
        snoozed_until = "sn": Option<Stamp>,
        /// The problem that it is an incident of.
        problem = "pb": Option<Id>,
        /// The ticket that it is a part of.
        parent = "pa": Option<Id>,
        /// The ticket that it became part of.
        merged_into = "mg": Option<Id>,
        /// What the customer was promised.
        promised_by = "pr": Option<Stamp>,
        /// Whether it is rubbish: out of queues and numbers.
        spam = "sp": bool,
        /// Whether it waits in the screener: its sender wrote for the first time, and no one let them in yet.
        screened = "sr": bool,
        /// The mailbox that it came to, from which it is answered.
        mailbox = "mb": Option<Id>,
        /// Worked out of its events: replies, solves, waits.
        timers = "ti": Timers,
        /// When it was opened.
        created_at = "ca": Stamp,
        /// When anything last happened to it.
        updated_at = "ua": Stamp,
    }
}

impl Ticket {
    /// Whether it still needs work, and is neither spam nor waits in the screener.
    pub fn needs_work(&self) -> bool {
        self.category.is_unsolved() && !self.spam && !self.screened
    }

    /// When it is due: what was promised, for tickets that still need work.
    pub fn due(&self) -> Option<Stamp> {
        self.promised_by.filter(|_| self.needs_work())
    }

    /// Whether it is out of sight at that time.
    pub fn is_snoozed(&self, now: Stamp) -> bool {
        self.snoozed_until.is_some_and(|until| until > now)
    }
}

impl Derive for Ticket {
    fn derive(&self, out: &mut Entries) {
        let me = (Kind::Ticket, self.id);
        out.number(Kind::Ticket, self.number, self.id);
        out.external(Kind::Ticket, &self.external_ids, self.id);
        out.tags(Kind::Ticket, &self.tags, self.id);
        out.timeline(self.requester, self.created_at, Kind::Ticket, self.id);
        out.refer((Kind::Customer, self.requester), me);
        if let Some(o) = self.organisation {
            out.refer((Kind::Organisation, o), me);
        }
        for t in [self.problem, self.parent, self.merged_into].into_iter().flatten() {
            out.refer((Kind::Ticket, t), me);
        }
        for a in self.followers.iter().chain(&self.assignee) {
            out.refer((Kind::Agent, *a), me);
        }
        if let Some(t) = self.team {
            out.refer((Kind::Team, t), me);
        }
        if let Some(m) = self.mailbox {
            out.refer((Kind::Mailbox, m), me);
        }
        if self.spam {
            return;
        }
        let due = self.due().unwrap_or(Stamp::MAX);
        let queue = Key::new().u8(self.category.code()).u8(255 - self.priority.rank()).at(due).id(self.id);
        out.row(Table::IxQueue, queue, []);
        if let Some(a) = self.assignee {
            out.row(Table::IxAssignee, Key::new().id(a).u8(self.category.code()).at(due).id(self.id), []);
        }
        if let Some(until) = self.snoozed_until {
            out.row(Table::IxDue, Key::new().at(until).u8(Kind::Ticket.code()).id(self.id), []);
        }
        // What waits in the screener counts once it is let in.
        if self.category != Category::Merged && !self.screened {
            self.derive_facts(out);
        }
    }
}

impl Ticket {
    fn derive_facts(&self, out: &mut Entries) {
        let fact = |value: i64, agent: Option<Id>| Fact {
            value,
            agent,
            customer: Some(self.requester),
            kind: self.channel.as_str().to_owned(),
            tags: self.tags.clone(),
        };
        out.fact(Metric::Created, self.created_at, self.id, &fact(1, self.assignee));
        let mut backlog = vec![(self.created_at, 1)];
        let t = &self.timers;
        if let Some(at) = t.first_reply_at {
            out.fact(Metric::FirstReply, at, self.id, &fact(at - self.created_at, t.first_reply_by));
        }
        if let Some(s) = t.solves.first() {
            out.fact(Metric::FirstSolve, s.at, self.id, &fact(s.at - self.created_at, s.by));
        }
        if let Some(s) = t.solves.last().filter(|_| !self.category.is_unsolved()) {
            out.fact(Metric::Solved, s.at, self.id, &fact(s.at - self.created_at, s.by));
        }
        backlog.extend(t.solves.iter().map(|s| (s.at, -1)));
        let mut reopens = t.reopens.clone();
        reopens.sort_unstable();
        backlog.extend(reopens.iter().map(|at| (*at, 1)));
        reopens.dedup();
        for at in reopens {
            out.fact(Metric::Reopened, at, self.id, &fact(1, self.assignee));
        }
        backlog.sort_unstable();
        let mut sums: Vec<(Stamp, i64)> = Vec::new();
        for (at, delta) in backlog {
            match sums.last_mut() {
                Some((last, sum)) if *last == at => *sum += delta,
                _ => sums.push((at, delta)),
            }
        }
        for (at, delta) in sums.into_iter().filter(|(_, d)| *d != 0) {
            out.fact(Metric::Backlog, at, self.id, &fact(delta, None));
        }
    }
}

words! {
    /// What happened to a ticket.
    EventKind {
        /// It was opened.
        Created = "created",
        /// Its category changed.
        Category = "category",
        /// Its priority changed.
        Priority = "priority",
        /// It went to another agent.
        Assignee = "assignee",
        /// It went to another team.
        Team = "team",
        /// Its type changed.
        Type = "type",
        /// Its tags changed.
        Tags = "tags",
        /// Its subject changed.
        Subject = "subject",
        /// It was marked as spam, or no longer is.
        Spam = "spam",
        /// It was put out of sight, or woke.
        Snooze = "snooze",
        /// The customer wrote.
        Received = "received",
        /// We answered in public.
        Replied = "replied",
        /// We wrote a note.
        Noted = "noted",
        /// A robot wrote, or we did by a robot: no clock runs by it.
        Automatic = "automatic",
        /// The promise changed.
        Promise = "promise",
        /// It is another customer's.
        Requester = "requester",
        /// It became part of another.
        Merged = "merged",
        /// A reply of ours did not arrive: `to` is its id, or the recipients that did not get it; `from` is the reason.
        Undelivered = "undelivered",
        /// A server said of a message of ours, `to`, that it has not arrived yet, or that an automatic one did not; `from` is
        /// what it said.
        Delayed = "delayed",
        /// Too much mail came in a short time and is collected here: `from` says of what.
        Storm = "storm",
        /// Someone on the ticket wrote from an address that is not known: `from` is the address, `to` whose it may be.
        NewAddress = "new_address",
        /// It began to wait in the screener, or was let in.
        Screened = "screened",
    }
}

record! {
    /// One thing that happened to a ticket. Never edited.
    TicketEvent {
        /// To which ticket.
        ticket = "t": Id,
        /// When.
        at = "a": Stamp,
        /// The agent who did it; none: the customer, or the clock.
        actor = "ac": Option<Id>,
        /// What.
        kind = "k": EventKind,
        /// What it was before.
        from = "f": String,
        /// What it was after; for messages, the message's id.
        to = "to": String,
        /// By which way it came; none: it was not kept yet.
        via = "vi": Option<super::Via>,
    }
}

impl Derive for TicketEvent {
    fn derive(&self, out: &mut Entries) {
        out.row(Table::IxEvent, Key::new().id(self.ticket).at(self.at).id(self.id), []);
        let me = (Kind::TicketEvent, self.id);
        out.refer((Kind::Ticket, self.ticket), me);
        if let Some(a) = self.actor {
            out.refer((Kind::Agent, a), me);
        }
    }
}
