//! More tickets and orders than the life of the practice desk brings: a desk of any size to measure on. They are made in
//! steps that are written and forgotten, so that memory does not grow with their number.

use super::{Options, Progress, rng::Rng};
use crate::{
    desk::{
        Command, Desk, Request, TicketChange,
        command::{NewOrder, NewTicket},
    },
    model::{Category, Day, Id, Ids, Kind, Priority, Seq, Stamp, order::Line},
    store::{Range, Reject, Scan, StoreError, View, ViewExt},
};

/// Requests in one write.
const STEP: u64 = 1000;

/// How far back they are spread, in milliseconds: half a year.
const SPREAD: i64 = 182 * 86_400_000;

const THINGS: &[&str] = &[
    "grinder",
    "burr set",
    "hopper",
    "motor",
    "dosing cup",
    "power cord",
    "lid",
    "manual",
    "invoice",
    "order",
];
const TROUBLES: &[&str] = &[
    "does not start",
    "is loud",
    "arrived late",
    "is missing",
    "came twice",
    "smells burnt",
    "is the wrong one",
    "needs a part",
    "leaks grounds",
    "cannot be found",
];
const ASKS: &[&str] = &[
    "Can you help?",
    "Please call me back.",
    "What do I do now?",
    "I need it by Friday.",
    "I would like my money back.",
    "Is there a guide?",
    "Please send another one.",
    "Who can I ask?",
];

/// Brings tickets and orders up to these numbers, from customers who are there. The same seed makes the same ones.
///
/// # Errors
/// Where the store cannot.
pub fn grow(
    desk: &Desk,
    options: &Options,
    owner: Id,
    (tickets, orders): (u64, u64),
    progress: &mut dyn FnMut(Progress),
) -> Result<(), Reject> {
    let have = |kind: Kind| desk.view(|v| v.count(kind.table(), &Range::all()));
    let more = [
        (Kind::Ticket, tickets.saturating_sub(have(Kind::Ticket)?)),
        (Kind::Order, orders.saturating_sub(have(Kind::Order)?)),
    ];
    let people = desk.view(customers)?;
    let total = more.iter().map(|(_, n)| *n).sum::<u64>();
    if total == 0 || people.is_empty() {
        return Ok(());
    }
    let mut maker =
        Maker { rng: Rng::new(options.seed).fork(97), people, owner, now: options.now, out: Vec::new() };
    let (mut done, mut seq): (u64, Seq) = (0, 0);
    for (kind, n) in more {
        for nth in 0..n {
            // The oldest first, as they would have come.
            let back =
                SPREAD / i64::try_from(n).unwrap_or(i64::MAX).max(1) * i64::try_from(n - nth).unwrap_or(0);
            match kind {
                Kind::Ticket => maker.ticket(options.now - back),
                _ => maker.order(options.now - back),
            }
            done += 1;
            if done.is_multiple_of(STEP) || nth + 1 == n {
                let all = desk.run_all(std::mem::take(&mut maker.out))?;
                seq = all.last().map_or(seq, |d| d.seq);
                let part = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
                progress(Progress { done: part(done), total: part(total) });
            }
        }
    }
    desk.end_set_up(maker.op(), options.now, seq)
}

/// The ids of all customers.
fn customers(view: &dyn View) -> Result<Vec<Id>, StoreError> {
    let mut out = Vec::new();
    view.scan(Kind::Customer.table(), &Range::all(), Scan::Forward, &mut |key, _| {
        out.extend(key.try_into().ok().map(Id));
        true
    })?;
    Ok(out)
}

struct Maker {
    rng: Rng,
    people: Vec<Id>,
    owner: Id,
    now: Stamp,
    out: Vec<Request>,
}

impl Maker {
    fn op(&mut self) -> Id {
        let mut random = [0u8; 10];
        let bytes = self.rng.draw().to_be_bytes().into_iter().chain(self.rng.draw().to_be_bytes());
        random.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
        Id::v7(self.now, random)
    }

    fn add(&mut self, at: Stamp, command: Command) -> Id {
        let op = self.op();
        let id = Ids::new(op, self.now).id();
        let request = Request::new(op, self.owner, self.now, command);
        self.out.push(Request { effective_at: Some(at), ..request });
        id
    }

    fn customer(&mut self) -> Id {
        let at = self.rng.below(self.people.len());
        self.people.get(at).copied().unwrap_or_default()
    }

    fn ticket(&mut self, at: Stamp) {
        let (thing, trouble) = (self.rng.pick(THINGS), self.rng.pick(TROUBLES));
        let number = self.rng.below(100_000);
        let new = NewTicket {
            requester: self.customer(),
            subject: format!("The {thing} {trouble} ({number})"),
            body: format!("The {thing} of my order {number} {trouble}. {}", self.rng.pick(ASKS)),
            priority: [Priority::Normal, Priority::Normal, Priority::Low, Priority::High, Priority::Urgent]
                .get(self.rng.below(5))
                .cloned()
                .unwrap_or_default(),
            assignee: self.rng.chance(60).then_some(self.owner),
            tags: vec![thing.replace(' ', "-")],
            ..NewTicket::default()
        };
        let ticket = self.add(at, Command::TicketCreate(Box::new(new)));
        if self.rng.chance(85) {
            let solved = at + self.rng.range(600_000, 3 * 86_400_000).min(self.now - at);
            self.add(
                solved,
                Command::TicketSet(vec![ticket], vec![TicketChange::Category(Category::Solved)]),
            );
        }
    }

    fn order(&mut self, at: Stamp) {
        let (quantity, price) = (self.rng.range(1, 4), self.rng.range(5, 400) * 100);
        let thing = self.rng.pick(THINGS);
        let date = Day(i32::try_from(at.div_euclid(86_400_000)).unwrap_or_default());
        let new = NewOrder {
            customer: self.customer(),
            date,
            lines: vec![Line {
                sku: thing.replace(' ', "-"),
                title: thing.to_owned(),
                quantity,
                unit_price: Some(price),
                amount: quantity * price,
            }],
            ..NewOrder::default()
        };
        self.add(at, Command::OrderAdd(new));
    }
}
