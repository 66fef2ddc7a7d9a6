//! Answers what the screen asks, out of the desk. Reads only, by looks that are short; runs on a worker, never on the
//! thread of the screen.
//!
//! - `lists`: tickets, customers, tasks by query; queues with their counts
//! - `pages`: a ticket with its thread, a customer with the whole history
//! - `numbers`: the strip; the Insight page has its own folder
//! - `find`: what might be meant
//! - `mail`: outgoing messages and mailboxes
//! - `marks`: what rows of tickets say of texts on their way
//! - `merge`: what merging would do, who was merged, who may be one
//! - `search`: what was written
//! - `record`: fields for a form, who set what, the most urgent ticket

mod find;
mod lists;
mod mail;
mod marks;
mod merge;
mod numbers;
mod pages;
mod record;
mod search;

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use super::{
    data::{Answer, Ask, Info, Slot},
    insight,
};
use crate::{
    desk::{
        Desk,
        bulk::Progress,
        clock, drafts,
        list::{Live, QueryContext},
        lookup,
        mail_health::Health,
        read,
        undo::Place,
    },
    exchange::import::extent,
    find::{Follower, LiveState, OrganisationIndex},
    lists::Directory,
    model::{Id, Stamp, Table, Workspace, zone::Zone},
    store::{Range, Scan, StoreError, View, ViewExt, records},
};

/// Changes on a page of the history.
const HISTORY: usize = 50;

/// The longest that a list waits for the columns to take in what was just changed, in milliseconds.
const PATIENCE_MS: u32 = 200;

/// Who asks, of what, and when.
#[derive(Clone)]
pub struct Loader {
    desk: Desk,
    find: Arc<Follower>,
    directory: Arc<Directory>,
    houses: Arc<OrganisationIndex>,
    /// Counts of queues and views, kept as things change.
    live: Arc<Mutex<(Id, Live)>>,
    /// Whether a list was answered in part because the customers were not loaded yet.
    short: Arc<AtomicBool>,
}

impl Loader {
    /// A loader of a desk. People to find are loaded on their own thread.
    #[must_use]
    pub fn new(desk: Desk) -> Loader {
        let directory = Arc::new(Directory::new(desk.shared_store()));
        let houses = Arc::new(OrganisationIndex::new(desk.shared_store()));
        let held =
            vec![Arc::clone(&directory) as Arc<dyn LiveState>, Arc::clone(&houses) as Arc<dyn LiveState>];
        let find = Arc::new(Follower::start_with(desk.shared_store(), held));
        Loader { desk, find, directory, houses, live: Arc::default(), short: Arc::default() }
    }

    /// Waits until all customers are loaded: for tests and measurements.
    pub fn ready(&self) {
        let Ok(head) = self.desk.store().head() else { return };
        let behind = || self.find.cursor().is_none_or(|at| at < head) || !self.houses.is_ready();
        while behind() && self.find.trouble().is_none() {
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
    }

    /// Whether all customers are in memory.
    #[must_use]
    pub fn is_loaded(&self) -> bool {
        self.directory.is_ready()
    }

    /// Whether they are all in memory as they are in the store now.
    #[must_use]
    pub fn is_current(&self) -> bool {
        // A fault is reported by the next question.
        let follows = || match self.desk.store().head() {
            Ok(head) => self.find.cursor().is_some_and(|at| at >= head),
            Err(_) => true,
        };
        self.is_loaded() && (follows() || self.find.trouble().is_some())
    }

    /// Whether a list was answered in part because they were not, since this was last asked.
    #[must_use]
    pub fn was_short(&self) -> bool {
        self.short.swap(false, Ordering::AcqRel)
    }

    /// The counts kept for an agent.
    fn live(&self, me: Id) -> MappedLive<'_> {
        let mut live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        if live.0 != me {
            *live = (me, Live::default());
        }
        MappedLive(live)
    }

    fn held(&self) -> lists::InMemory<'_> {
        lists::InMemory { directory: &self.directory, finder: &*self.find }
    }

    /// Lets the columns come up with the log: what was just changed is in the list that is asked for next. Whether they
    /// did; while they load there is no wait.
    fn catch_up(&self) -> bool {
        let Ok(head) = self.desk.store().head() else { return true };
        for _ in 0..PATIENCE_MS {
            if self.find.cursor().is_none_or(|at| at >= head) || self.find.trouble().is_some() {
                return true;
            }
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        false
    }

    /// Answers what is asked of the history of changes, which tries each undo; `None` where something else is.
    fn undoable(&self, ask: &Ask, me: Id, now: Stamp) -> Option<Answer> {
        Some(match ask {
            Ask::History(whose, place) => {
                let first = *place == Place::default();
                match self.desk.seen_by(Some(me)).history((me, now), *whose, place.clone(), HISTORY) {
                    Ok((entries, older)) => Answer::History(*whose, first, entries, older),
                    Err(e) => Answer::Failed(e.to_string()),
                }
            }
            Ask::UndoPreview(seq, what) => {
                let lines =
                    self.desk.seen_by(Some(me)).preview_undo((me, now), *seq).map_err(|e| e.to_string());
                Answer::UndoPreview(*seq, what.clone(), lines)
            }
            Ask::Extent(batch) => Answer::Extent(extent(&self.desk, batch).map_err(|e| e.to_string())),
            _ => return None,
        })
    }

    /// Whether all organisations can be found, after a moment of patience.
    fn houses_ready(&self) -> bool {
        for _ in 0..PATIENCE_MS {
            if self.houses.is_ready() {
                return true;
            }
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        false
    }

    /// Answers a question of an agent at a time.
    #[must_use]
    pub fn answer(&self, ask: &Ask, me: Id, now: Stamp) -> Answer {
        self.answer_telling(ask, me, now, &mut |_| ())
    }

    /// The same, telling how far it is where that takes long.
    pub fn answer_telling(&self, ask: &Ask, me: Id, now: Stamp, tell: &mut dyn FnMut(Progress)) -> Answer {
        // In many short looks at the store instead of one.
        if *ask == Ask::Duplicates {
            return merge::duplicates(&self.desk.seen_by(Some(me)), tell);
        }
        if let Some(answer) = self.undoable(ask, me, now) {
            return answer;
        }
        // Before the look begins: a state that is held while one waits pins what others free.
        let caught_up = !matches!(ask, Ask::Customers(..)) || self.catch_up();
        if let Ask::OrganisationIndex(_) = ask
            && !self.houses_ready()
        {
            // What is found of some only is asked for again when all are there.
            self.short.store(true, Ordering::Release);
        }
        let look = |view: &dyn View| {
            let seat = LoadContext::new(view, me, now)?;
            match ask {
                Ask::Info => info(view, &seat),
                Ask::Drafts(subject, kind) => {
                    Ok(Answer::Drafts(*subject, kind.clone(), drafts::about(view, me, *subject)?))
                }
                Ask::Queues => lists::queues(view, &seat, &mut self.live(me)),
                Ask::Views(entity, command, args) => {
                    let rows = lists::views(view, &seat, &self.directory, &mut self.live(me), entity)?;
                    Ok(Answer::Views(*command, args.clone(), rows))
                }
                Ask::Counts(entity, title, parts) => {
                    let mut out = Vec::with_capacity(parts.len());
                    for (name, text) in parts {
                        let live = &mut self.live(me);
                        let count = lists::count(view, &seat, &self.directory, live, entity, text)?;
                        out.push((name.clone(), text.clone(), count));
                    }
                    Ok(Answer::Counts(title.clone(), out))
                }
                Ask::Tickets(slot, query, picks) => lists::tickets(view, &seat, *slot, query, picks),
                Ask::Customers(_, query, wanted, picks) => {
                    let ready = self.is_loaded();
                    let mut answer = lists::customers(view, &seat, &self.held(), query, *wanted, picks)?;
                    if let Answer::Customers(part) = &mut answer
                        && (!caught_up || !ready && part.told.partial)
                    {
                        // Columns that were saved before an import lack everyone who came with it.
                        part.told.partial = true;
                        self.short.store(true, Ordering::Release);
                        // Loaded meanwhile: a report of that may date from before it was short.
                        if self.is_current() {
                            return lists::customers(view, &seat, &self.held(), query, *wanted, picks);
                        }
                    }
                    Ok(answer)
                }
                Ask::Every(Slot::Outbox, query) => Ok(match mail::ids(view, &seat, query)? {
                    Ok(ids) => Answer::Every(Slot::Outbox, ids),
                    Err(why) => Answer::BadQuery(why),
                }),
                Ask::Every(slot, query) => lists::every(view, &seat, &self.held(), *slot, query),
                Ask::Complete(entity, text, at) => {
                    Ok(lists::complete(view, &seat, &self.directory, entity, text, *at))
                }
                Ask::Tasks(query) => lists::tasks(view, &seat, query),
                Ask::Outbox(query, wanted) => mail::outbox(view, &seat, query, *wanted),
                Ask::Mailboxes(words) => mail::mailboxes(view, &seat, words),
                Ask::Mail => Ok(Answer::Mail(Box::new(Health::load(view, now)?))),
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
                Ask::Find(asked) => {
                    if !asked.customers && !self.houses.is_ready() {
                        // Asked again when all organisations are there.
                        self.short.store(true, Ordering::Release);
                    }
                    find::find(view, (&*self.find, &self.houses), asked, &seat, self.find.rebuilt())
                }
                Ask::Subjects(text) => find::subjects(view, &seat, text),
                Ask::Entry(kind, id) => Ok(Answer::Entry(lookup::entry(view, *kind, *id)?.map(Box::new))),
                Ask::Addresses(text) => find::addresses(view, &*self.find, text, me),
                Ask::OrganisationIndex(text) => Ok(find::houses(&self.houses, text)),
                Ask::Search(text) => search::texts(view, text),
                Ask::Blame(kind, id) => record::blame(view, &seat, *kind, *id),
                Ask::Fields(kind, id) => record::form(view, &seat, *kind, *id),
                Ask::Claim => record::claim(view, &seat),
                Ask::Plan(kind, into, from, take) => merge::plan(view, *kind, (*into, *from), take),
                Ask::Merged(kind, into) => merge::merged(view, *kind, *into),
                Ask::Imports => record::imports(view),
                Ask::Records(kind) => record::all(view, *kind),
                Ask::Duplicates | Ask::History(..) | Ask::UndoPreview(..) | Ask::Extent(_) => {
                    Ok(Answer::Duplicates(Vec::new()))
                }
            }
        };
        let desk = self.desk.seen_by(Some(me));
        let answered = match ask {
            // Numbers and the rows behind them agree.
            Ask::Numbers | Ask::Insight(_) | Ask::Behind(_) => desk.read_consistent(look),
            _ => desk.view(look),
        };
        answered.unwrap_or_else(|e| Answer::Failed(e.to_string()))
    }
}

/// The counts while another thread updates them.
struct MappedLive<'l>(MutexGuard<'l, (Id, Live)>);

impl std::ops::Deref for MappedLive<'_> {
    type Target = Live;
    fn deref(&self) -> &Live {
        &self.0.1
    }
}

impl std::ops::DerefMut for MappedLive<'_> {
    fn deref_mut(&mut self) -> &mut Live {
        &mut self.0.1
    }
}

/// The agent who asks, with what every answer needs.
struct LoadContext {
    me: Id,
    now: Stamp,
    workspace: Workspace,
    asker: QueryContext,
}

impl LoadContext {
    fn new(view: &dyn View, me: Id, now: Stamp) -> Result<LoadContext, StoreError> {
        let workspace = records::get::<Workspace>(view, Id::NIL)?.unwrap_or_default();
        let zone = Zone::named(&workspace.zone).unwrap_or_default();
        let asker = QueryContext::new(view, now, zone, Some(me))?;
        Ok(LoadContext { me, now, workspace, asker })
    }

    fn first_name(&self, agent: Option<Id>) -> String {
        let name = agent.and_then(|a| self.asker.roster.agent(a)).map_or("", |a| a.name.as_str());
        name.split_whitespace().next().unwrap_or_default().to_owned()
    }
}

fn info(view: &dyn View, seat: &LoadContext) -> Result<Answer, StoreError> {
    let any = |table| Ok::<bool, StoreError>(view.first(table, &Range::all(), Scan::Forward)?.is_some());
    // Before the rest is read: later changes are reported.
    let head = view.log_head()?;
    Ok(Answer::Info(Box::new(Info {
        begun: records::get::<Workspace>(view, Id::NIL)?.is_some(),
        workspace: seat.workspace.clone(),
        zone: seat.asker.zone.clone(),
        agents: read::agents(view)?,
        teams: read::teams(view)?,
        customers: any(Table::Customer)?,
        tickets: any(Table::Ticket)?,
        orders: any(Table::Order)?,
        timer: clock::next(view, seat.now)?,
        sensitive: seat.asker.sensitive,
        head,
    })))
}
