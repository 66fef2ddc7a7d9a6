//! Answers what the screen asks, out of the desk. Reads only; runs on a worker, never on the thread of the screen.
//!
//! - `lists`: tickets, customers, tasks by query; queues with their counts
//! - `pages`: a ticket with its thread, a customer with the whole history
//! - `numbers`: the strip; the Insight page has its own folder
//! - `find`: who might be meant
//! - `merge`: what merging would do, who was merged, who may be one
//! - `record`: fields for a form, who set what, the most urgent ticket

mod find;
mod lists;
mod merge;
mod numbers;
mod pages;
mod record;

use std::sync::Arc;

use super::{
    data::{Answer, Ask, Info},
    insight,
};
use crate::{
    desk::{Desk, clock, list::Asker, read},
    index::Follower,
    model::{Id, Stamp, Table, Workspace, zone::Zone},
    store::{Range, Scan, StoreError, View, ViewExt, records},
};

/// Who asks, of what, and when.
#[derive(Clone)]
pub struct Loader {
    desk: Desk,
    find: Arc<Follower>,
}

impl Loader {
    /// A loader of a desk. People to find are loaded on a thread of their own.
    #[must_use]
    pub fn new(desk: Desk) -> Loader {
        let find = Arc::new(Follower::start(desk.shared_store()));
        Loader { desk, find }
    }

    /// Waits until everybody can be found: for tests and measurements.
    pub fn ready(&self) {
        let Ok(head) = self.desk.store().head() else { return };
        while self.find.cursor().is_none_or(|at| at < head) && self.find.trouble().is_none() {
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
    }

    /// Answers a question of an agent at a time.
    #[must_use]
    pub fn answer(&self, ask: &Ask, me: Id, now: Stamp) -> Answer {
        // In many short looks at the store instead of one.
        if *ask == Ask::Duplicates {
            return merge::duplicates(&self.desk);
        }
        let answered = self.desk.view(|view| {
            let seat = Seat::new(view, me, now)?;
            match ask {
                Ask::Info => info(view, &seat),
                Ask::Queues => lists::queues(view, &seat),
                Ask::Tickets(slot, query) => lists::tickets(view, &seat, *slot, query),
                Ask::Customers(_, query) => lists::customers(view, &seat, query),
                Ask::Tasks(query) => lists::tasks(view, &seat, query),
                Ask::Ticket(id) => pages::ticket(view, &seat, *id),
                Ask::Customer(id) => pages::customer(view, &seat, *id),
                Ask::Numbers => numbers::strip(view, &seat),
                Ask::Insight(period) => {
                    let page = insight::make::page(view, *period, now, &seat.asker.zone)?;
                    Ok(Answer::Insight(Box::new(page)))
                }
                Ask::Behind(b) => {
                    let (title, rows) = insight::make::behind(view, b, now, &seat.asker.zone)?;
                    Ok(Answer::Behind(title, rows))
                }
                Ask::Find(text) => Ok(find::find(&*self.find, text, me)),
                Ask::Blame(kind, id) => record::blame(view, &seat, *kind, *id),
                Ask::Fields(kind, id) => record::fields(view, &seat, *kind, *id),
                Ask::Claim => record::claim(view, &seat),
                Ask::Plan(into, from, take) => merge::plan(view, *into, *from, take),
                Ask::Merged(into) => merge::merged(view, *into),
                Ask::Duplicates => Ok(Answer::Duplicates(Vec::new())),
            }
        });
        answered.unwrap_or_else(|e| Answer::Failed(e.to_string()))
    }
}

/// The agent who asks, with what every answer needs.
struct Seat {
    me: Id,
    now: Stamp,
    workspace: Workspace,
    asker: Asker,
}

impl Seat {
    fn new(view: &dyn View, me: Id, now: Stamp) -> Result<Seat, StoreError> {
        let workspace = records::get::<Workspace>(view, Id::NIL)?.unwrap_or_default();
        let zone = Zone::named(&workspace.zone).unwrap_or_default();
        let asker = Asker::new(view, now, zone, Some(me))?;
        Ok(Seat { me, now, workspace, asker })
    }

    fn first_name(&self, agent: Option<Id>) -> String {
        let name = agent.and_then(|a| self.asker.roster.agent(a)).map_or("", |a| a.name.as_str());
        name.split_whitespace().next().unwrap_or_default().to_owned()
    }
}

fn info(view: &dyn View, seat: &Seat) -> Result<Answer, StoreError> {
    let any = |table| Ok::<bool, StoreError>(view.first(table, &Range::all(), Scan::Forward)?.is_some());
    Ok(Answer::Info(Box::new(Info {
        begun: records::get::<Workspace>(view, Id::NIL)?.is_some(),
        workspace: seat.workspace.clone(),
        zone: seat.asker.zone.clone(),
        agents: read::agents(view)?,
        teams: read::teams(view)?,
        customers: any(Table::Customer)?,
        tickets: any(Table::Ticket)?,
        orders: any(Table::Order)?,
        timer: clock::next(view)?,
        head: view.log_head()?,
    })))
}
