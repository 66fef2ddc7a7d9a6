//! Contacts as they are read from the store, and what a stretch of the log changed of them.

use std::collections::{BTreeSet, HashMap};

use rmpv::Value;

use super::contact::Contact;
use crate::{
    model::{
        Category, Customer, Entries, Id, Key, Kind, Organisation, Seq, Stamp, Table, Ticket,
        log::{Change, ChangeKind},
    },
    store::{Range, Scan, Store, StoreError, View, ViewExt, feed, feed::FeedItem, records, saved::Spot},
};

/// Rows of a page.
const PAGE: usize = 500;

/// Pages that are read of one snapshot: an older one keeps the store from using its freed pages again.
const PAGES: usize = 100;

/// What is remembered to read contacts: open tickets by customer. One writer owns it.
#[derive(Debug, Clone, Default)]
pub struct Source {
    requesters: HashMap<Id, Id>,
    open: HashMap<Id, u16>,
}

/// A live customer as read from the store.
#[derive(Debug, Clone)]
pub struct Member {
    /// The record.
    pub customer: Customer,
    /// What is found of it.
    pub contact: Contact,
}

/// Where a store stood when loading began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    /// Its log's head: what follows comes from the change feed.
    pub head: Seq,
    /// When that was written.
    pub now: Stamp,
    /// How many customers it ever had: about how many there are to load.
    pub customers: u64,
    /// Where what is made of it can be saved.
    pub spot: Option<Spot>,
}

/// What a stretch of the log changed.
#[derive(Debug, Default)]
pub struct Changes {
    /// Customers as they are now.
    pub put: Vec<Member>,
    /// Customers that are no more, or no more live.
    pub gone: Vec<Id>,
    /// When the last row was written.
    pub now: Stamp,
    /// Rows were erased: what they changed cannot be told, and all must be reloaded.
    pub erased: bool,
}

/// Gives all live customers, page by page with the view they were read in, until `each` answers `false`.
pub fn load(
    store: &dyn Store,
    source: &Source,
    each: &mut dyn FnMut(&dyn View, Vec<Member>) -> bool,
) -> Result<(), StoreError> {
    let mut names = HashMap::new();
    let mut range = Range::all();
    loop {
        let more = store.view(|view| {
            for _ in 0..PAGES {
                let page = view.page(Table::Customer, &range, Scan::Forward, PAGE)?;
                let Some((last, _)) = page.last() else { return Ok(false) };
                range.pass(last);
                let mut out = Vec::with_capacity(page.len());
                for (_, bytes) in &page {
                    // A damaged record is for `check` to tell; the others are found.
                    let Ok(customer) = records::decode::<Customer>(bytes) else { continue };
                    if customer.is_live() {
                        let contact = source.contact(view, &customer, &mut names)?;
                        out.push(Member { customer, contact });
                    }
                }
                if !each(view, out) || page.len() < PAGE {
                    return Ok(false);
                }
            }
            Ok(true)
        })?;
        if !more {
            return Ok(());
        }
    }
}

impl Source {
    /// Notes the open tickets, and where the store stands.
    pub fn begin(&mut self, store: &dyn Store) -> Result<Begun, StoreError> {
        // Before the first look: of a file that comes in between it is not said.
        let spot = store.spot();
        store.view(|view| {
            // Before anything else is read: what comes meanwhile is followed.
            let head = view.log_head()?;
            self.note(view)?;
            let now = feed::at(view, head)?.map_or(0, |i| i.row.logged_at);
            let customers = view.counter(Kind::Customer.word())?;
            Ok(Begun { head, now, customers, spot: spot.clone() })
        })
    }

    /// Notes the open tickets of a state. Changes that are older may be told after.
    pub fn note(&mut self, view: &dyn View) -> Result<(), StoreError> {
        *self = Source::default();
        for category in Category::ALL.iter().filter(|c| c.is_unsolved()) {
            let mut range = Range::prefix(Key::new().u8(category.code()).into_bytes());
            loop {
                let page = view.page(Table::IxQueue, &range, Scan::Forward, PAGE)?;
                for (k, _) in &page {
                    let Some(id) = k.last_chunk::<16>().map(|b| Id(*b)) else { continue };
                    if let Ok(Some(t)) = records::get::<Ticket>(view, id) {
                        self.ticket(&t);
                    }
                }
                match page.last() {
                    Some((last, _)) if page.len() == PAGE => range.pass(last),
                    _ => break,
                }
            }
        }
        Ok(())
    }

    /// What rows of the log changed, as of `view`.
    pub fn changes(&mut self, view: &dyn View, items: &[FeedItem]) -> Result<Changes, StoreError> {
        let mut out = Changes::default();
        let mut touched = BTreeSet::new();
        for item in items {
            out.now = out.now.max(item.row.logged_at);
            let Some(body) = &item.body else {
                out.erased = true;
                continue;
            };
            for change in &body.changes {
                self.touched(view, change, &mut touched)?;
            }
        }
        let mut names = HashMap::new();
        for id in touched {
            match records::get::<Customer>(view, id) {
                Ok(Some(customer)) if customer.is_live() => {
                    let contact = self.contact(view, &customer, &mut names)?;
                    out.put.push(Member { customer, contact });
                }
                Ok(_) | Err(StoreError::Corrupt(_)) => out.gone.push(id),
                Err(e) => return Err(e),
            }
        }
        Ok(out)
    }

    /// Adds the customers that a change touches.
    fn touched(
        &mut self,
        view: &dyn View,
        change: &Change,
        out: &mut BTreeSet<Id>,
    ) -> Result<(), StoreError> {
        let Some(kind) = change.kind() else { return Ok(()) };
        match kind {
            Kind::Customer => {
                out.insert(change.id);
            }
            Kind::Organisation => {
                let members = Key::new().u8(kind.code()).id(change.id).u8(Kind::Customer.code());
                view.scan(Table::IxRef, &Range::prefix(members.into_bytes()), Scan::Forward, &mut |k, _| {
                    out.extend(k.last_chunk::<16>().map(|b| Id(*b)));
                    true
                })?;
            }
            Kind::Ticket | Kind::Message | Kind::Interaction | Kind::Order | Kind::Response => {
                if kind == Kind::Ticket {
                    out.extend(self.no_ticket(change.id));
                    if let Ok(Some(t)) = records::get::<Ticket>(view, change.id) {
                        self.ticket(&t);
                        out.insert(t.requester);
                    }
                }
                match &change.what {
                    ChangeKind::Created(bytes) | ChangeKind::Deleted(bytes) => on_timelines(kind, bytes, out),
                    ChangeKind::Updated(fields) => {
                        if let Some(bytes) = view.get(kind.table(), change.id.bytes())? {
                            on_timelines(kind, &bytes, out);
                        }
                        // The customer it was taken from is among the old values.
                        out.extend(fields.iter().filter_map(|f| match &f.before {
                            Some(Value::Binary(b)) => Some(Id(b.as_slice().try_into().ok()?)),
                            _ => None,
                        }));
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn ticket(&mut self, t: &Ticket) {
        if t.needs_work() && self.requesters.insert(t.id, t.requester).is_none() {
            *self.open.entry(t.requester).or_default() += 1;
        }
    }

    fn no_ticket(&mut self, id: Id) -> Option<Id> {
        let was = self.requesters.remove(&id)?;
        if let Some(n) = self.open.get_mut(&was) {
            *n = n.saturating_sub(1);
            if *n == 0 {
                self.open.remove(&was);
            }
        }
        Some(was)
    }

    fn contact(
        &self,
        view: &dyn View,
        c: &Customer,
        names: &mut HashMap<Id, String>,
    ) -> Result<Contact, StoreError> {
        let mut organisations = Vec::with_capacity(c.roles.len());
        for role in &c.roles {
            let name = match names.get(&role.organisation) {
                Some(name) => name.clone(),
                None => {
                    let o = records::get::<Organisation>(view, role.organisation).ok().flatten();
                    let name = o.map(|o| o.name).unwrap_or_default();
                    names.insert(role.organisation, name.clone());
                    name
                }
            };
            organisations.push(name);
        }
        let mut out = Contact::of(c, organisations);
        // What an import said applies until there is history.
        if let Some(at) = last_contact(view, c.id)? {
            out.contacted = at;
            out.open = self.open.get(&c.id).copied().unwrap_or(0);
        }
        Ok(out)
    }
}

/// The customers on whose timelines a record stands.
fn on_timelines(kind: Kind, bytes: &[u8], out: &mut BTreeSet<Id>) {
    let Entries(rows) = records::derived(kind, bytes).unwrap_or_default();
    let rows = rows.iter().filter(|e| e.table == Table::IxTimeline);
    out.extend(rows.filter_map(|e| e.key.first_chunk::<16>().map(|b| Id(*b))));
}

/// When there was last any contact with a customer; `None` where there never was.
fn last_contact(view: &dyn View, id: Id) -> Result<Option<Stamp>, StoreError> {
    let mut last = None;
    view.scan(Table::IxTimeline, &Range::prefix(id.bytes().to_vec()), Scan::Backward, &mut |k, _| {
        let mut r = crate::model::KeyReader(k);
        let (_, at, kind) = (r.id(), r.at(), r.u8().and_then(Kind::of_code));
        // Our own tasks and a change of stage are none.
        if matches!(kind, Some(Kind::Customer | Kind::Task) | None) {
            return true;
        }
        last = at;
        false
    })?;
    Ok(last)
}
