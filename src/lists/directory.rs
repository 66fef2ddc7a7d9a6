//! The live customers in columns, kept by the follower: what the list of customers is filtered and sorted by.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard,
        atomic::{AtomicU64, Ordering},
    },
};

use super::columns::{Bits, Columns, Histories, customer, save};
use crate::{
    find::{Begun, Changes, LiveState, Member, Source, Unfit, follower::tell, saving::SaveSchedule},
    model::{Id, Kind, Organisation, Seq},
    query::{
        Bound, eval,
        rows::{CustomerRow, Roster},
    },
    store::{Store, StoreError, View, feed::FeedItem, records, saved::Spot},
};

/// The columns of a running desk: nothing waits for them. Until they are loaded there is no answer.
pub struct Directory {
    store: Arc<dyn Store>,
    columns: RwLock<Option<Columns>>,
    loading: Mutex<Option<Loading>>,
    /// Counts what changed: earlier row numbers are stale once this changes after a reload.
    epoch: AtomicU64,
    /// How many were loaded so far, and of about how many.
    so_far: (AtomicU64, AtomicU64),
    saves: Mutex<SaveSchedule>,
}

/// What is needed while loading.
#[derive(Default)]
struct Loading {
    columns: Columns,
    histories: Histories,
    organisations: HashMap<Id, Option<Organisation>>,
}

/// The customers that meet a query, and those among them that were asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selection {
    /// How many meet it.
    pub count: usize,
    /// The place of the first of [`Selection::ids`] among them, from nought.
    pub from: usize,
    /// Some of them in the order of the query.
    pub ids: Vec<Id>,
    /// The place of the customer that was asked for, where it is among them.
    pub place: Option<usize>,
}

/// Which of the rows that meet a query are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PageRequest {
    /// The place of the first one, from nought.
    pub from: usize,
    /// How many at most.
    pub most: usize,
    /// Where this customer is among them, those around it instead.
    pub around: Option<Id>,
}

impl Directory {
    /// Of a store; empty until a follower loads it.
    pub fn new(store: Arc<dyn Store>) -> Directory {
        Directory {
            store,
            columns: RwLock::default(),
            loading: Mutex::default(),
            epoch: AtomicU64::new(0),
            so_far: Default::default(),
            saves: Mutex::default(),
        }
    }

    /// The columns that were saved beside a store, brought up to date, for a single use; `None` where all customers
    /// would have to be read.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn saved(store: Arc<dyn Store>) -> Result<Option<Arc<Directory>>, StoreError> {
        let out = Arc::new(Directory::new(Arc::clone(&store)));
        let Some(mut cursor) = out.resume(&*store) else { return Ok(None) };
        let (held, mut source) = (Arc::clone(&out) as Arc<dyn LiveState>, Source::default());
        loop {
            match store.view(|view| tell(view, &mut source, &[&held], cursor))? {
                Some(at) if at == cursor => return Ok(Some(out)),
                Some(at) => cursor = at,
                None => return Ok(None),
            }
        }
    }

    pub(super) fn read(&self) -> RwLockReadGuard<'_, Option<Columns>> {
        self.columns.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn change_columns(&self, f: impl FnOnce(&mut Columns)) {
        if let Some(c) = self.columns.write().unwrap_or_else(PoisonError::into_inner).as_mut() {
            f(c);
        }
    }

    fn loading(&self) -> MutexGuard<'_, Option<Loading>> {
        self.loading.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn saves(&self) -> MutexGuard<'_, SaveSchedule> {
        self.saves.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn replace_columns(&self, columns: Columns) {
        *self.columns.write().unwrap_or_else(PoisonError::into_inner) = Some(columns);
        self.epoch.fetch_add(1, Ordering::Release);
    }

    /// Saves them where that is due. Only this thread changes them: those who ask are not kept waiting.
    fn save(&self, store: &dyn Store, due: Option<(Seq, Spot)>) {
        if let (Some((cursor, spot)), Some(columns)) = (due, self.read().as_ref()) {
            let _ = save::save(columns, cursor, &spot, store);
        }
    }

    /// Whether everyone is loaded.
    pub fn is_ready(&self) -> bool {
        self.read().is_some()
    }

    /// How many customers were read so far, and of about how many; nothing of nothing before loading began.
    pub fn so_far(&self) -> (u64, u64) {
        (self.so_far.0.load(Ordering::Acquire), self.so_far.1.load(Ordering::Acquire))
    }

    /// How many live customers there are; `None` while loading.
    pub fn count(&self) -> Option<usize> {
        self.read().as_ref().map(Columns::count)
    }

    /// How often they changed since the beginning.
    pub fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::Acquire)
    }

    /// The live customers that meet a query, in its order; without one those heard of last first. `None` while
    /// loading, for an order that no column knows, and for who was put away or merged.
    ///
    /// `view` is read where no column can tell.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn select(
        &self,
        view: &dyn View,
        roster: &Roster,
        bound: &Bound,
        wanted: PageRequest,
    ) -> Result<Option<Selection>, StoreError> {
        let columns = self.read();
        let Some(columns) = columns.as_ref() else { return Ok(None) };
        if bound.asks_for_gone() || bound.sort.as_ref().is_some_and(|s| !columns.can_order(s)) {
            return Ok(None);
        }
        let rows = meeting(columns, view, roster, bound)?;
        let sort = bound.sort.as_ref();
        let limit = bound.limit.unwrap_or(usize::MAX);
        let count = rows.count().min(limit);
        let row = wanted.around.and_then(|id| columns.row(id)).filter(|r| rows.has(*r as usize));
        let place = row.map(|r| columns.place_of(r, &rows, sort)).filter(|p| *p < limit);
        let from = place.map_or(wanted.from, |p| p.saturating_sub(wanted.most / 2));
        let from = from.min(count.saturating_sub(wanted.most));
        let to = from.saturating_add(wanted.most).min(count);
        let page = columns.page(&rows, sort, from, to);
        let ids = page.into_iter().filter_map(|r| columns.id(r)).collect();
        Ok(Some(Selection { count, from, ids, place }))
    }

    /// The different values of a field, where they are not many; the names of custom fields for `custom`.
    pub fn offered(&self, field: &str, most: usize) -> Vec<String> {
        match self.read().as_ref() {
            Some(c) if field == "custom" => c.custom_names().take(most).map(str::to_owned).collect(),
            Some(c) => c.offered(field, most),
            None => Vec::new(),
        }
    }

    /// The bytes that it takes.
    pub fn bytes(&self) -> usize {
        self.read().as_ref().map_or(0, Columns::bytes)
    }
}

pub(super) fn meeting(
    columns: &Columns,
    view: &dyn View,
    roster: &Roster,
    bound: &Bound,
) -> Result<Bits, StoreError> {
    columns.meeting(bound, |id| {
        Ok(customer(view, roster, id, |_, row| eval::matches(bound, row))?.unwrap_or(false))
    })
}

fn roster(view: &dyn View) -> Result<Roster, StoreError> {
    let (mut agents, mut teams) = (Vec::new(), Vec::new());
    records::each(view, |a| {
        agents.push(a);
        true
    })?;
    records::each(view, |t| {
        teams.push(t);
        true
    })?;
    Ok(Roster::new(agents, teams))
}

impl LiveState for Directory {
    fn resume(&self, store: &dyn Store) -> Option<Seq> {
        let spot = store.spot();
        let loaded = save::load(store).and_then(|(mut columns, at)| {
            columns.set_roster(store.view(|view| roster(view)).map_err(|_| Unfit::Store)?);
            self.replace_columns(columns);
            Ok(at)
        });
        self.saves().resumed(spot, loaded)
    }

    fn begin(&self, begun: &Begun) {
        self.saves().begun(begun.spot.clone());
        self.so_far.0.store(0, Ordering::Release);
        self.so_far.1.store(begun.customers, Ordering::Release);
        // What cannot be read now is reported when the follower reads the customers.
        let histories = Histories::read(&*self.store, || true).unwrap_or_default();
        let mut loading = Loading { histories, ..Loading::default() };
        if let Ok(r) = self.store.view(|view| roster(view)) {
            loading.columns.set_roster(r);
        }
        *self.loading() = Some(loading);
    }

    fn load(&self, view: &dyn View, members: &[Member]) {
        let mut loading = self.loading();
        let Some(Loading { columns, histories, organisations }) = loading.as_mut() else { return };
        let no_agents = Roster::default();
        for Member { customer: c, .. } in members {
            for role in &c.roles {
                organisations
                    .entry(role.organisation)
                    .or_insert_with(|| records::get(view, role.organisation).ok().flatten());
            }
            let of = |id: &Id| organisations.get(id).and_then(Option::as_ref);
            let row = CustomerRow {
                customer: c,
                organisations: c.roles.iter().filter_map(|r| of(&r.organisation)).collect(),
                roster: &no_agents,
                facts: histories.take(c),
                // Fields that name other customers are rare: they are not in memory.
                links: &[],
            };
            columns.put_customer(c, &row);
        }
        self.so_far.0.fetch_add(members.len() as u64, Ordering::AcqRel);
    }

    fn loaded(&self, at: Seq) {
        if let Some(mut loading) = self.loading().take() {
            loading.columns.settle();
            self.replace_columns(loading.columns);
            self.saves().loaded(at);
        }
    }

    fn change(&self, view: &dyn View, items: &[FeedItem], changes: &Changes) {
        let staff = |i: &FeedItem| i.touched().any(|(k, _)| matches!(k, Kind::Agent | Kind::Team));
        if items.iter().any(staff)
            && let Ok(r) = roster(view)
        {
            self.change_columns(|c| c.set_roster(r));
        }
        let no_agents = Roster::default();
        for Member { customer: c, .. } in &changes.put {
            // What cannot be read stays as it was; its next change is applied again.
            let _ = customer(view, &no_agents, c.id, |c, row| {
                self.change_columns(|columns| columns.put_customer(c, row));
            });
        }
        for id in &changes.gone {
            self.change_columns(|c| c.remove(*id));
        }
        if !changes.put.is_empty() || !changes.gone.is_empty() {
            self.epoch.fetch_add(1, Ordering::Release);
        }
        self.saves().changed(items);
    }

    fn rest(&self, store: &dyn Store) {
        let due = self.saves().rest();
        self.save(store, due);
    }

    fn end(&self, store: &dyn Store) {
        let due = self.saves().end();
        self.save(store, due);
    }
}
