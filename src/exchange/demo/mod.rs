//! The practice desk: *Lantern & Burr*, a small maker of coffee grinders by a harbour, which does not exist.
//!
//! Three weeks ago a screw in one batch of its electric grinder turned out to work loose; the letters about it stand among
//! half a year of orders, calls and thanks. All of it is done through the desk's own commands, each at its own moment, so
//! that the log, the numbers and undo are as real as those of any desk. The same seed, size and time give the same records.
//!
//! - [`fill`]: makes it on an empty store
//! - `staff`, `people`, `trade`, `tickets` and `life`, `cast`, `history`: who works here, who there is, what they buy, what they write, the tickets that one
//!   meets first, and what is said and done beside them; each plans requests
//! - `grow`: more tickets and orders, for a desk of any size to measure on
//! - `plan`: runs what is planned in the order of its time; `calendar`, `rng`: when, and chance
//! - `texts`: the words

mod calendar;
mod cast;
mod grow;
mod history;
mod life;
mod people;
mod plan;
mod rng;
mod staff;
mod talk;
#[cfg(test)]
mod tests;
mod texts;
mod tickets;
mod trade;

use crate::{
    desk::Desk,
    model::{Id, Kind, Refusal, Stamp, Table, Workspace, zone::Zone},
    store::{Range, Reject, StoreError, View, ViewExt, records},
};

/// The name of the practice desk, which distinguishes it from real ones.
pub const NAME: &str = "Lantern & Burr";

/// How many days ago the desk was opened.
const BACK: i32 = 190;

/// What is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// How many customers; everything else goes with it.
    pub customers: usize,
    /// At least so many tickets and orders.
    pub at_least: (u64, u64),
    /// Which of the many possible desks.
    pub seed: u64,
    /// Now: all dates go with it.
    pub now: Stamp,
    /// The Unix user of who opens it.
    pub unix_user: String,
    /// The name of who opens it: the desk's owner, and one of its agents.
    pub name: String,
    /// The zone of the desk (IANA).
    pub zone: String,
    /// The currency of the desk (ISO 4217).
    pub currency: String,
}

impl Options {
    /// The usual practice desk of 1,200 customers, in UTC and euros, for an agent at a time.
    pub fn new(name: &str, unix_user: &str, now: Stamp) -> Options {
        Options {
            customers: 1200,
            at_least: (0, 0),
            seed: 417,
            now,
            unix_user: unix_user.to_owned(),
            name: name.to_owned(),
            zone: "UTC".to_owned(),
            currency: "EUR".to_owned(),
        }
    }
}

/// How far it is: requests done, of all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Done.
    pub done: usize,
    /// Of this many.
    pub total: usize,
}

/// What was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    /// Who opened it.
    pub owner: Id,
    /// Agents.
    pub agents: u64,
    /// Customers.
    pub customers: u64,
    /// Organisations.
    pub organisations: u64,
    /// Tickets.
    pub tickets: u64,
    /// Messages of tickets.
    pub messages: u64,
    /// Calls, chats, visits …
    pub interactions: u64,
    /// Orders.
    pub orders: u64,
    /// Tasks.
    pub tasks: u64,
    /// Survey answers.
    pub responses: u64,
    /// Rows of the log.
    pub log_rows: u64,
}

/// Makes the practice desk on a store that has no desk yet. Without customers asked for there is one.
///
/// # Errors
/// [`Refusal::Taken`] where there is a desk already; a zone or currency that there is not;
/// what the store could not. What was made up to then stays.
pub fn fill(desk: &Desk, options: &Options, progress: &mut dyn FnMut(Progress)) -> Result<Summary, Reject> {
    if desk.view(|v| records::get::<Workspace>(v, Id::NIL))?.is_some() {
        return Err(Refusal::Taken { what: "this store".into(), owner: "a desk".into() }.into());
    }
    let zone = Zone::named(&options.zone).unwrap_or_default();
    let calendar = calendar::Calendar::new(options.now, &zone, BACK + 5);
    let chance = rng::Rng::new(options.seed);
    let mut plan = plan::Plan::new(chance.fork(0), calendar);
    let mut town = people::town(&mut plan, options, chance.fork(1));
    trade::orders(&mut plan, &mut town, options, chance.fork(2));
    tickets::daily(&mut plan, &mut town, chance.fork(3));
    tickets::recall(&mut plan, &mut town, chance.fork(4));
    cast::scenes(&mut plan, &mut town, chance.fork(5));
    history::talks(&mut plan, &town, chance.fork(6));
    history::tasks(&mut plan, &town, chance.fork(7));
    history::answers(&mut plan, &town, chance.fork(8));
    history::stages(&mut plan, &town, chance.fork(9));
    history::closing(&mut plan, &town);
    let owner = town.me();
    let mut log_rows = plan.run(desk, progress)?;
    grow::grow(desk, options, owner, options.at_least, progress)?;
    if options.at_least != (0, 0) {
        log_rows = desk.view(|v| v.count(Table::Log, &Range::all()))?;
    }
    Ok(desk.view(|v| summary(v, owner, log_rows))?)
}

fn summary(view: &dyn View, owner: Id, log_rows: u64) -> Result<Summary, StoreError> {
    let count = |kind: Kind| view.count(kind.table(), &Range::all());
    Ok(Summary {
        owner,
        agents: count(Kind::Agent)?,
        customers: count(Kind::Customer)?,
        organisations: count(Kind::Organisation)?,
        tickets: count(Kind::Ticket)?,
        messages: count(Kind::Message)?,
        interactions: count(Kind::Interaction)?,
        orders: count(Kind::Order)?,
        tasks: count(Kind::Task)?,
        responses: count(Kind::Response)?,
        log_rows,
    })
}
