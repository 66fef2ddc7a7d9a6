//! What might be meant, while one types: customers and organisations out of the index in memory, other records by their
//! numbers, tickets by their subjects.

use std::collections::HashMap;

use super::LoadContext;
use crate::{
    desk::{fields, lookup, read},
    find::{self, FieldKind, Finder, Hit, OrganisationIndex, Unfit, places},
    mail::address::{Address, normalise},
    model::{
        Customer, Id, Interaction, Kind, Message, Order, Organisation, Response, Task, Ticket,
        field::{self, AnyRecord},
    },
    store::{StoreError, View, records},
    tui::data::{Answer, FoundRecord, Lookup, Matches},
};

/// How many are shown.
const MOST: usize = 50;

/// The most organisations among them.
const MOST_HOUSES: usize = 10;

/// The most tickets found by their subjects.
const MOST_TICKETS: usize = 20;

/// Tickets found by their subjects come after this many other rows, where the box still shows them.
const BEFORE_TICKETS: usize = 7;

/// The most recent items shown when nothing is typed.
const RECENT: usize = 12;

/// Likely matches, best first; `rebuilt`: why the saved index of customers could not be used.
pub fn find(
    view: &dyn View,
    (index, houses): (&dyn Finder, &OrganisationIndex),
    asked: &Lookup,
    seat: &LoadContext,
    rebuilt: Option<Unfit>,
) -> Result<Answer, StoreError> {
    let text = asked.text.as_str();
    let mut first = match text.trim().is_empty() {
        true => asked.opened.iter().copied().chain(lookup::recent(view, seat.me, RECENT)?).collect(),
        false => lookup::exact(view, text)?,
    };
    first.retain(|(kind, _)| !asked.customers || *kind == Kind::Customer);
    let mut rows: Vec<FoundRecord> = Vec::new();
    for (kind, id) in first {
        let known = |f: &FoundRecord| (f.kind, f.id) == (kind, id);
        if rows.len() < RECENT && !rows.iter().any(known) {
            rows.extend(record(view, seat, kind, id)?);
        }
    }
    let named = rows.len();
    let found = index.find(text, seat.me, MOST);
    let note = match (said(&found), found.is_loading()) {
        (note, true) if note.is_empty() => {
            let why = rebuilt.map(|why| format!("; rebuilt: {why}")).unwrap_or_default();
            format!("{} of {} looked through{why}", found.loaded.0, found.loaded.1)
        }
        (note, _) => note,
    };
    let typed = !text.trim().is_empty();
    let others = match asked.customers || !typed {
        true => Vec::new(),
        false => houses.find(text, MOST_HOUSES).hits,
    };
    let slips = found.correction.is_some();
    for f in merged(found.hits, others) {
        if rows.len() < MOST && !rows.iter().take(named).any(|r| (r.kind, r.id) == (f.kind, f.id)) {
            rows.push(f);
        }
    }
    tell_apart(view, &mut rows)?;
    let tickets_at = if slips { named } else { rows.len().min(BEFORE_TICKETS).max(named) };
    Ok(Answer::Found(Matches { note, rows, tickets_at, exact: typed && named > 0 }))
}

/// Customers and organisations in one order, the best first; of equals the customers.
fn merged(people: Vec<Hit>, houses: Vec<Hit>) -> impl Iterator<Item = FoundRecord> {
    let mut people = people.into_iter().peekable();
    let mut houses = houses.into_iter().peekable();
    std::iter::from_fn(move || match (people.peek(), houses.peek()) {
        (Some(p), Some(h)) if h.score > p.score => houses.next().map(house),
        (None, Some(_)) => houses.next().map(house),
        _ => people.next().map(row),
    })
}

/// Tickets with what was typed in their subjects.
pub fn subjects(view: &dyn View, seat: &LoadContext, text: &str) -> Result<Answer, StoreError> {
    let mut rows = Vec::new();
    for (ticket, subject) in lookup::subjects(view, text, MOST_TICKETS)? {
        let marks = places(&subject.text, &subject.marks);
        rows.push(FoundRecord { marks, name: subject.text, ..of_ticket(view, seat, &ticket)? });
    }
    for (kind, id) in lookup::titled(view, text, MOST_TICKETS)? {
        rows.extend(record(view, seat, kind, id)?);
    }
    Ok(Answer::Subjects(text.to_owned(), rows))
}

/// A record as a row of the box; `None` where it is gone.
fn record(
    view: &dyn View,
    seat: &LoadContext,
    kind: Kind,
    id: Id,
) -> Result<Option<FoundRecord>, StoreError> {
    let blank = |number: u64, name: String, beside: String| FoundRecord {
        kind,
        id,
        number,
        name,
        beside,
        marks: Vec::new(),
        by: None,
    };
    let who = |c: Option<Id>| c.map_or(Ok(String::new()), |c| read::name_of(view, Kind::Customer, c));
    Ok(match kind {
        Kind::Customer => match records::get::<Customer>(view, id)? {
            Some(c) => {
                let house = c.roles.first().map(|r| records::get::<Organisation>(view, r.organisation));
                let house = house.transpose()?.flatten().map(|o| o.name);
                let beside = house.or_else(|| c.email().map(str::to_owned)).unwrap_or_default();
                Some(blank(c.number, c.display_name(), beside))
            }
            None => None,
        },
        Kind::Organisation => {
            records::get::<Organisation>(view, id)?.map(|o| blank(o.number, o.name, o.domains.join(" ")))
        }
        Kind::Ticket => match records::get::<Ticket>(view, id)? {
            Some(t) => Some(of_ticket(view, seat, &t)?),
            None => None,
        },
        // A message is read on its ticket.
        Kind::Message => match records::get::<Message>(view, id)? {
            Some(m) => record(view, seat, Kind::Ticket, m.ticket)?,
            None => None,
        },
        Kind::Order => match records::get::<Order>(view, id)? {
            Some(o) => {
                let items: Vec<&str> = o
                    .lines
                    .iter()
                    .map(|l| if l.title.is_empty() { &l.sku } else { &l.title })
                    .map(String::as_str)
                    .collect();
                let name = if items.is_empty() { "order".to_owned() } else { items.join(", ") };
                Some(blank(o.number, name, who(Some(o.customer))?))
            }
            None => None,
        },
        Kind::Task => match records::get::<Task>(view, id)? {
            Some(t) => Some(blank(t.number, t.title, who(t.customer)?)),
            None => None,
        },
        Kind::Interaction => match records::get::<Interaction>(view, id)? {
            Some(i) => Some(blank(i.number, i.subject, who(Some(i.customer))?)),
            None => None,
        },
        Kind::Response => match records::get::<Response>(view, id)? {
            Some(r) => Some(blank(r.number, r.comment, who(Some(r.customer))?)),
            None => None,
        },
        kind if field::is_entity(kind) => match records::any(view, kind, id)? {
            Some(r) => Some(of_record(view, &*r)?),
            None => None,
        },
        _ => None,
    })
}

/// A record of a kind that is declared in one table: what its first columns say next to its title.
pub fn of_record(view: &dyn View, r: &dyn AnyRecord) -> Result<FoundRecord, StoreError> {
    let (columns, usual) = field::list(r.kind());
    let mut parts: Vec<String> = Vec::new();
    for column in
        columns.iter().take(usual).filter(|c| !matches!(c.name, "number" | "title" | "close" | "owner"))
    {
        if let Some(place) = r.place(column.field) {
            parts.push(fields::named(view, r, place)?);
        }
    }
    parts.retain(|p| !p.is_empty());
    Ok(FoundRecord {
        kind: r.kind(),
        id: r.record_id(),
        number: r.number(),
        name: r.title().to_owned(),
        beside: parts.join("  "),
        marks: Vec::new(),
        by: None,
    })
}

/// A ticket: its requester, state and assignee next to its subject.
fn of_ticket(view: &dyn View, seat: &LoadContext, t: &Ticket) -> Result<FoundRecord, StoreError> {
    let who = read::name_of(view, Kind::Customer, t.requester)?;
    let assignee = seat.first_name(t.assignee);
    let state = t.category.label();
    let parts = [who, state, assignee];
    let beside = parts.iter().filter(|p| !p.is_empty()).map(String::as_str).collect::<Vec<_>>().join("  ");
    Ok(FoundRecord {
        kind: Kind::Ticket,
        id: t.id,
        number: t.number,
        name: t.subject.clone(),
        beside,
        marks: Vec::new(),
        by: None,
    })
}

/// Addresses of customers who might be meant, the likeliest first.
pub fn addresses(view: &dyn View, index: &dyn Finder, text: &str, me: Id) -> Result<Answer, StoreError> {
    let mut out: Vec<Address> = Vec::new();
    let begun = text.to_lowercase();
    for hit in index.find(text, me, 8).hits {
        let Some(c) = records::get::<Customer>(view, hit.id)?.filter(|c| c.archived_at.is_none()) else {
            continue;
        };
        // The one that is being typed, else the one that is written to.
        let typed =
            c.emails.iter().map(|e| e.address.as_str()).find(|a| a.to_lowercase().starts_with(&begun));
        let email = typed.or(c.email()).and_then(normalise);
        out.extend(email.map(|email| Address { name: c.display_name(), email }));
    }
    Ok(Answer::Addresses(text.to_owned(), out))
}

/// Two of the same name without other details are distinguished by their address or number.
fn tell_apart(view: &dyn View, rows: &mut [FoundRecord]) -> Result<(), StoreError> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let silent = |f: &FoundRecord| f.kind == Kind::Customer && f.beside.is_empty() && f.by.is_none();
    for f in rows.iter() {
        *seen.entry(f.name.clone()).or_default() += 1;
    }
    for f in rows.iter_mut().filter(|f| silent(f) && seen.get(&f.name).is_some_and(|n| *n > 1)) {
        if let Some(c) = records::get::<Customer>(view, f.id)? {
            f.beside = c.email().or(c.phone()).unwrap_or_default().to_owned();
        }
    }
    Ok(())
}

/// What is shown instead of what was typed.
pub fn said(found: &find::FoundContacts) -> String {
    found.correction.as_ref().map_or_else(String::new, |read| format!("showing {read}"))
}

/// What matched, where that is not the name: the field, its text, and the places of its letters.
pub fn by(hit: &Hit) -> Option<(&'static str, String, Vec<usize>)> {
    // The organisation is next to the name anyway: among matches it is shown last.
    let other = hit.fields.iter().find(|f| f.kind != FieldKind::Organisation).or(hit.fields.first());
    other.map(|f| (f.kind.word(), f.text.clone(), places(&f.text, &f.marks)))
}

/// Which organisation might be meant.
pub fn houses(index: &OrganisationIndex, text: &str) -> Answer {
    Answer::OrganisationIndex(text.to_owned(), index.find(text, MOST).hits.into_iter().map(house).collect())
}

fn house(hit: Hit) -> FoundRecord {
    let found = FoundRecord { kind: Kind::Organisation, ..row(hit) };
    match found.by {
        // The mail domain of a house stands where the address of a person does.
        Some(("e-mail", text, marks)) => FoundRecord { by: Some(("domain", text, marks)), ..found },
        _ => found,
    }
}

fn row(hit: Hit) -> FoundRecord {
    let by = by(&hit);
    FoundRecord {
        kind: Kind::Customer,
        id: hit.id,
        number: hit.number,
        marks: places(&hit.name, &hit.marks),
        name: hit.name,
        beside: hit.organisation,
        by,
    }
}
