//! What must be true between records, and between their fields.

use super::{Report, Scope, named};
use crate::{
    model::{
        Customer, EventKind, Id, Key, KeyReader, Kind, Message, Order, Outbox, Record, Table, Ticket,
        TicketEvent, number, timers,
    },
    store::{Range, Scan, StoreError, View, ViewExt, records},
};

/// Every record of a kind that can be read; unreadable ones are separate findings.
fn each<T: Record>(view: &dyn View, mut f: impl FnMut(T) -> bool) -> Result<(), StoreError> {
    view.scan(T::KIND.table(), &Range::all(), Scan::Forward, &mut |_, v| {
        records::decode(v).map_or(true, &mut f)
    })
}

/// What records refer to is there.
pub(super) fn references(
    scope: &Scope,
    report: &mut Report,
    _: &mut dyn FnMut(u64),
) -> Result<(), StoreError> {
    if !scope.may(Table::IxRef) {
        return Ok(());
    }
    let mut failed = None;
    scope.view.scan(Table::IxRef, &Range::all(), Scan::Forward, &mut |k, _| {
        let mut r = KeyReader(k);
        let parts = (r.u8().and_then(Kind::of_code), r.id(), r.u8().and_then(Kind::of_code), r.id());
        let (Some(to), Some(to_id), Some(from), Some(from_id)) = parts else {
            report.add(Table::IxRef.name(), "a key that cannot be read");
            return true;
        };
        if !scope.may(to.table()) {
            return true;
        }
        match scope.view.get(to.table(), to_id.bytes()) {
            Ok(Some(_)) => {}
            Ok(None) => report.add(named(from, from_id), format!("names a {} that is gone", to.word())),
            Err(e) => failed = Some(e),
        }
        failed.is_none()
    })?;
    failed.map_or(Ok(()), Err)
}

/// The clocks of every ticket are those of its events.
pub(super) fn tickets(scope: &Scope, report: &mut Report, _: &mut dyn FnMut(u64)) -> Result<(), StoreError> {
    if !scope.may_all(&[Table::Ticket, Table::TicketEvent, Table::IxEvent]) {
        return Ok(());
    }
    let mut failed = None;
    each::<Ticket>(scope.view, |t| {
        let place = || format!("ticket {}", number::show(Kind::Ticket, t.number));
        match events_of(scope.view, t.id) {
            Ok(events) => {
                let made = events.iter().filter(|e| e.kind == EventKind::Created).count();
                if timers::of_events(&events) != t.timers {
                    report.add(place(), "its clocks are not those of its events");
                }
                if made != 1 {
                    report.add(place(), format!("was opened {made} times"));
                }
            }
            // The event is a finding already.
            Err(StoreError::Corrupt(_)) => {}
            Err(e) => failed = Some(e),
        }
        failed.is_none()
    })?;
    failed.map_or(Ok(()), Err)
}

/// The events of a ticket, in the order of their time.
///
/// # Errors
/// Where the file cannot be read, or an event is damaged.
pub fn events_of(view: &dyn View, ticket: Id) -> Result<Vec<TicketEvent>, StoreError> {
    let mut ids = Vec::new();
    view.scan(Table::IxEvent, &Range::prefix(Key::new().id(ticket)), Scan::Forward, &mut |k, _| {
        let mut r = KeyReader(k);
        let (_, _, id) = (r.id(), r.at(), r.id());
        ids.extend(id);
        true
    })?;
    ids.into_iter().filter_map(|id| records::get(view, id).transpose()).collect()
}

/// What must be true between fields and records.
pub(super) fn rules(scope: &Scope, report: &mut Report, _: &mut dyn FnMut(u64)) -> Result<(), StoreError> {
    if scope.may(Table::Order) {
        each::<Order>(scope.view, |o| {
            let place = || format!("order {}", number::show(Kind::Order, o.number));
            if o.computed_total() != Some(o.total) {
                report.add(place(), "its lines do not add up to its total");
            }
            if o.refunded() > o.total.max(0) {
                report.add(place(), "more was given back than was paid");
            }
            true
        })?;
    }
    if scope.may(Table::Customer) {
        each::<Customer>(scope.view, |c| {
            if c.emails.iter().filter(|e| e.primary).count() > 1
                || c.phones.iter().filter(|p| p.primary).count() > 1
            {
                let place = format!("customer {}", number::show(Kind::Customer, c.number));
                report.add(place, "has two primary addresses of one kind");
            }
            true
        })?;
    }
    if !scope.may(Table::IxEmail) {
        return Ok(());
    }
    let mut last: Option<String> = None;
    scope.view.scan(Table::IxEmail, &Range::all(), Scan::Forward, &mut |k, v| {
        let email = KeyReader(k).text().unwrap_or_default();
        let shared = v.first() == Some(&1);
        if !shared {
            if last.as_deref() == Some(email.as_str()) {
                report.add(Table::IxEmail.name(), format!("{email} has two owners and is not marked shared"));
            }
            last = Some(email);
        }
        true
    })
}

/// What a message says of its delivery is what its way out says.
pub(super) fn outbox(scope: &Scope, report: &mut Report, _: &mut dyn FnMut(u64)) -> Result<(), StoreError> {
    if !scope.may_all(&[Table::Outbox, Table::Message]) {
        return Ok(());
    }
    let mut failed = None;
    each::<Outbox>(scope.view, |o| {
        match records::get::<Message>(scope.view, o.id) {
            Ok(Some(m)) if m.delivery != o.state.delivery() => {
                let what = format!("says {}, and is {}", m.delivery, o.state);
                report.add(format!("message {}", number::show(Kind::Message, m.number)), what);
            }
            // One that is gone, or cannot be read, is a finding already.
            Ok(_) | Err(StoreError::Corrupt(_)) => {}
            Err(e) => failed = Some(e),
        }
        failed.is_none()
    })?;
    failed.map_or(Ok(()), Err)
}

/// The highest number of a kind that is in use; 0 where there is none.
pub(in crate::store) fn highest(view: &dyn View, kind: Kind) -> Result<u64, StoreError> {
    let last = view.first(Table::IxNumber, &Range::prefix(Key::new().u8(kind.code())), Scan::Backward)?;
    Ok(last
        .and_then(|(k, _)| {
            let mut r = KeyReader(&k);
            r.u8().and_then(|_| r.u64())
        })
        .unwrap_or(0))
}

/// The next number of each kind is unused.
pub(super) fn counters(scope: &Scope, report: &mut Report, _: &mut dyn FnMut(u64)) -> Result<(), StoreError> {
    if !scope.may_all(&[Table::Counter, Table::IxNumber]) {
        return Ok(());
    }
    for kind in Kind::ALL.iter().copied() {
        let (used, counted) = (highest(scope.view, kind)?, scope.view.counter(kind.word())?);
        if used > counted {
            let what =
                format!("is at {counted}, but {used} is in use: the next number would be assigned twice");
            report.add(format!("counter {}", kind.word()), what);
        }
    }
    Ok(())
}
