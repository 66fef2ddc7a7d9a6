//! Totals of customers' tickets, orders and interactions: of all in one pass, or of one.

use std::collections::HashMap;

use crate::{
    model::{Customer, Id, Interaction, Kind, Order, Organisation, Record, Ticket},
    query::rows::{CustomerFacts, CustomerRow, History, Roster},
    store::{Range, Scan, Store, StoreError, View, ViewExt, links, records},
};

/// Rows of a page.
const PAGE: usize = 1000;

/// The histories of all customers that have one.
#[derive(Debug, Clone, Default)]
pub struct Histories(HashMap<Id, History>);

impl Histories {
    /// Reads tickets, orders and interactions, page by page: no snapshot is held for long.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn read(store: &dyn Store, mut on: impl FnMut() -> bool) -> Result<Histories, StoreError> {
        let mut out = Histories::default();
        pages(store, &mut on, |t: Ticket| out.0.entry(t.requester).or_default().ticket(&t))?;
        pages(store, &mut on, |o: Order| out.0.entry(o.customer).or_default().order(&o))?;
        pages(store, &mut on, |i: Interaction| out.0.entry(i.customer).or_default().interaction(&i))?;
        Ok(out)
    }

    /// The totals of one customer; not cached.
    pub fn take(&mut self, c: &Customer) -> CustomerFacts {
        self.0.remove(&c.id).unwrap_or_default().facts(c)
    }
}

/// Gives all records of a kind while `on` is true; damaged ones are for the check to tell.
fn pages<T: Record>(
    store: &dyn Store,
    on: &mut dyn FnMut() -> bool,
    mut each: impl FnMut(T),
) -> Result<(), StoreError> {
    let mut range = Range::all();
    loop {
        let page = store.view(|view| view.page(T::KIND.table(), &range, Scan::Forward, PAGE))?;
        page.iter().filter_map(|(_, bytes)| records::decode::<T>(bytes).ok()).for_each(&mut each);
        match page.last() {
            Some((last, _)) if page.len() == PAGE && on() => range.pass(last),
            _ => return Ok(()),
        }
    }
}

/// A customer as stored, with organisations and history, given as the row that queries ask; `None` where
/// there is no such record or it is damaged.
///
/// # Errors
/// Where the file cannot be read.
pub fn customer<R>(
    view: &dyn View,
    roster: &Roster,
    id: Id,
    f: impl FnOnce(&Customer, &CustomerRow<'_>) -> R,
) -> Result<Option<R>, StoreError> {
    let c = match records::get::<Customer>(view, id) {
        Ok(Some(c)) => c,
        Ok(None) | Err(StoreError::Corrupt(_)) => return Ok(None),
        Err(e) => return Err(e),
    };
    let mut history = History::default();
    for t in records::referring::<Ticket>(view, (Kind::Customer, id))?.iter().filter(|t| t.requester == id) {
        history.ticket(t);
    }
    records::referring::<Order>(view, (Kind::Customer, id))?.iter().for_each(|o| history.order(o));
    records::referring::<Interaction>(view, (Kind::Customer, id))?
        .iter()
        .for_each(|i| history.interaction(i));
    let mut organisations: Vec<Organisation> = Vec::new();
    for role in c.roles.iter().filter(|r| !r.organisation.is_nil()) {
        organisations.extend(records::get(view, role.organisation)?);
    }
    let facts = history.facts(&c);
    let links = links::of(view, &c)?;
    let organisations = organisations.iter().collect();
    let row = CustomerRow { customer: &c, organisations, roster, facts, links: &links };
    Ok(Some(f(&c, &row)))
}
