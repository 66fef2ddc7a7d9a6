//! What one box for everything finds besides people and organisations: records by any number they go by, tickets by subject,
//! and what an agent had last in hand.

use std::collections::HashMap;

use crate::{
    model::{
        Id, Interaction, Key, KeyReader, Kind, Order, Response, Stamp, Table, Task, Ticket, field, fold,
        number,
    },
    query::{
        bind::TextTest,
        snippet::{Snippet, snippet},
    },
    store::{
        Range, Reject, Scan, StoreError, View, ViewExt, feed, records,
        text::{self, Owner},
    },
};

use super::{
    joined::Joined,
    merge,
    read::{self, TimelineEntry, TimelineItem},
};

/// The kinds that a number without a letter may mean, in the order in which they are shown.
const NUMBERED: [Kind; 5] = [Kind::Ticket, Kind::Customer, Kind::Organisation, Kind::Order, Kind::Task];

/// Whether records of a kind have their own pages, or are part of one.
fn is_shown(kind: Kind) -> bool {
    SHOWN.contains(&kind) || field::is_entity(kind)
}

/// The kinds with rows of their own among them.
const SHOWN: [Kind; 8] = [
    Kind::Ticket,
    Kind::Customer,
    Kind::Organisation,
    Kind::Order,
    Kind::Task,
    Kind::Interaction,
    Kind::Message,
    Kind::Response,
];

/// No more sources of external ids are looked through.
const MOST_SOURCES: usize = 64;

/// Rows of the log, and tickets looked at, of which the latest are an agent's recent items.
const RECENT_ROWS: usize = 200;

/// The most texts that are examined for the best subjects: the best fit comes first, and a later one is hardly meant.
const MOST_TEXTS: usize = 2_000;

/// The most tickets that are read for them.
const MOST_READ: usize = 200;

/// The records that a text names exactly: a number as spoken (`T-911`, `t911`, `C-441`, `O-1397`, `#42`), an id, an
/// external id. For a record that was merged, the survivor is given.
///
/// # Errors
/// Where the file cannot be read.
pub fn exact(view: &dyn View, typed: &str) -> Result<Vec<(Kind, Id)>, StoreError> {
    let typed = typed.trim();
    let mut out = Vec::new();
    let mut add = |kind: Kind, found: Result<Id, Reject>| match found {
        Ok(id) => {
            if !out.contains(&(kind, id)) {
                out.push((kind, id));
            }
            Ok(())
        }
        Err(Reject::Store(e)) => Err(e),
        Err(_) => Ok(()),
    };
    match number::parse(typed) {
        Some((Some(kind), _)) if is_shown(kind) => add(kind, read::resolve(view, kind, typed))?,
        Some((None, n)) => {
            for kind in NUMBERED.into_iter().chain(field::entities()) {
                add(kind, read::resolve(view, kind, &number::show(kind, n)))?;
            }
        }
        _ => {}
    }
    if let Ok(id) = typed.parse::<Id>() {
        for kind in SHOWN.into_iter().chain(field::entities()) {
            if view.get(kind.table(), id.bytes())?.is_some() {
                add(kind, merge::survivor(view, kind, id).map_err(Reject::from))?;
            }
        }
    }
    for (kind, id) in external(view, typed)? {
        add(kind, merge::survivor(view, kind, id).map_err(Reject::from))?;
    }
    Ok(out)
}

/// The records that any source knows by this id.
fn external(view: &dyn View, id: &str) -> Result<Vec<(Kind, Id)>, StoreError> {
    let id = id.strip_prefix('#').unwrap_or(id);
    let mut out = Vec::new();
    let mut range = Range::all();
    for _ in 0..MOST_SOURCES {
        let Some((key, _)) = view.first(Table::IxExternal, &range, Scan::Forward)? else { break };
        let Some(source) = KeyReader(&key).text() else { break };
        let of = Key::new().text(&source);
        // On to the next source.
        let after = Range::prefix(of.clone());
        view.scan(Table::IxExternal, &Range::prefix(of.text(id)), Scan::Forward, &mut |key, value| {
            let kind = key.last().and_then(|code| Kind::of_code(*code)).filter(|k| is_shown(*k));
            let id = value.try_into().ok().map(Id);
            out.extend(kind.zip(id));
            true
        })?;
        match after.end {
            Some(end) => range.start = end,
            None => break,
        }
    }
    Ok(out)
}

/// Tickets with some word of what was typed in the subject and the others in the subject or the names on it, those that
/// still need work first, then the best fit: at most `limit`, each with its subject and the places of the words in it. None
/// while texts are not gathered yet.
///
/// # Errors
/// Where the file cannot be read.
pub fn subjects(view: &dyn View, typed: &str, limit: usize) -> Result<Vec<(Ticket, Snippet)>, StoreError> {
    let words = tests(typed);
    if words.is_empty() || limit == 0 {
        return Ok(Vec::new());
    }
    let tests: Vec<&TextTest> = words.iter().collect();
    let mut found: Vec<Ticket> = Vec::new();
    let (mut seen, mut read) = (0, 0);
    let mut failed = None;
    let mut wanted = |owner: &Owner| {
        seen += 1;
        // True gives up looking: the search ends with as many as it may find.
        if failed.is_some() || seen > MOST_TEXTS || read >= MOST_READ {
            return true;
        }
        if owner.kind != Kind::Ticket {
            return false;
        }
        read += 1;
        match records::get::<Ticket>(view, owner.id) {
            Ok(Some(t)) if is_meant(&t, &tests) => {
                found.push(t);
                true
            }
            Ok(_) => false,
            Err(e) => {
                failed = Some(e);
                true
            }
        }
    };
    let asked = text::Asked { tests: &tests, without: &[], whole: WHOLE, limit };
    text::rank(view, &asked, &mut wanted)?;
    if let Some(e) = failed {
        return Err(e);
    }
    found.sort_by_key(|t| !t.category.is_unsolved());
    let marked = |t: Ticket| {
        let subject = snippet(&t.subject, &tests, MOST_LETTERS);
        (t, subject)
    };
    Ok(found.into_iter().map(marked).collect())
}

/// The most titles that are looked through for what was typed.
const MOST_TITLES: usize = 20_000;

/// Records of kinds that are declared as an [`Entity`](field::Entity) whose title has every word that was typed, at most
/// `limit`, in the order of their titles. Archived ones are left out.
///
/// # Errors
/// Where the file cannot be read.
pub fn titled(view: &dyn View, typed: &str, limit: usize) -> Result<Vec<(Kind, Id)>, StoreError> {
    let words = tests(typed);
    let mut out = Vec::new();
    if words.is_empty() {
        return Ok(out);
    }
    for kind in field::entities() {
        let mut ids = Vec::new();
        let mut left = MOST_TITLES;
        view.scan(
            Table::IxName,
            &Range::prefix(Key::new().u8(kind.code())),
            Scan::Forward,
            &mut |key, _| {
                let mut r = KeyReader(key);
                let (_, title, id) = (r.u8(), r.text(), r.id());
                if let (Some(title), Some(id)) = (title, id)
                    && words.iter().all(|t| t.matches(&title, &title))
                {
                    ids.push(id);
                }
                left -= 1;
                left > 0 && ids.len() < limit.saturating_mul(2)
            },
        )?;
        for id in ids {
            if out.len() < limit && records::any(view, kind, id)?.is_some_and(|r| r.is_current()) {
                out.push((kind, id));
            }
        }
    }
    Ok(out)
}

/// Of a longer subject the piece with the words is shown.
const MOST_LETTERS: usize = 200;

/// Words up to this many bytes must match a whole word: nearly everything begins with some two letters.
const WHOLE: usize = 2;

/// What a text has to have: every word typed, from its beginning.
fn tests(typed: &str) -> Vec<TextTest> {
    let test = |word: &str| {
        let folded = fold::fold_text(word.trim_matches(|c: char| !c.is_alphanumeric()));
        let unspaced = folded.chars().any(fold::is_unspaced);
        // One letter alone says nothing.
        let says = unspaced || folded.chars().count() > 1;
        says.then(|| if unspaced { TextTest::Part(folded) } else { TextTest::Word(folded) })
    };
    typed.split_whitespace().filter_map(test).take(8).collect()
}

fn is_meant(ticket: &Ticket, tests: &[&TextTest]) -> bool {
    let folded = fold::fold_text(&ticket.subject);
    ticket.merged_into.is_none() && !ticket.spam && tests.iter().any(|t| t.matches(&ticket.subject, &folded))
}

/// What an agent last changed or looked at, the latest first: tickets, customers and organisations.
///
/// # Errors
/// Where the file cannot be read.
pub fn recent(view: &dyn View, me: Id, limit: usize) -> Result<Vec<(Kind, Id)>, StoreError> {
    let mut last: HashMap<(Kind, Id), Stamp> = HashMap::new();
    let mut note = |record: (Kind, Id), at: Stamp| {
        let known = last.entry(record).or_insert(at);
        *known = (*known).max(at);
    };
    for item in feed::rows(view, &Range::all(), Scan::Backward, RECENT_ROWS)? {
        // A batch is no work of anyone's hands.
        if item.row.actor == me && item.row.batch.is_none() {
            let kinds = [Kind::Ticket, Kind::Customer, Kind::Organisation];
            item.touched().filter(|(kind, _)| kinds.contains(kind)).for_each(|r| note(r, item.row.logged_at));
        }
    }
    // Ids are in the order in which records were made: of the newest tickets those looked at last.
    for (key, value) in
        view.page(Table::Seen, &Range::prefix(Key::new().id(me)), Scan::Backward, RECENT_ROWS)?
    {
        let ticket = key.last_chunk::<16>().map(|b| Id(*b));
        let at = value.try_into().ok().map(Stamp::from_be_bytes);
        if let Some((ticket, at)) = ticket.zip(at) {
            note((Kind::Ticket, ticket), at);
        }
    }
    let mut all: Vec<((Kind, Id), Stamp)> = last.into_iter().collect();
    all.sort_by(|(a, x), (b, y)| y.cmp(x).then(a.cmp(b)));
    all.truncate(limit);
    Ok(all.into_iter().map(|(record, _)| record).collect())
}

/// The entry that a record is on its customer's timeline, with the customer, where it has one; of messages there is none.
///
/// # Errors
/// Where the file cannot be read.
pub fn entry(view: &dyn View, kind: Kind, id: Id) -> Result<Option<(Option<Id>, TimelineItem)>, StoreError> {
    let boxed = |at: Stamp, entry: TimelineEntry| TimelineItem { at, id, entry };
    Ok(match kind {
        Kind::Order => records::get::<Order>(view, id)?
            .map(|o| (Some(o.customer), boxed(o.when(), TimelineEntry::Order(Box::new(o))))),
        Kind::Task => records::get::<Task>(view, id)?
            .map(|t| (t.customer, boxed(t.created_at, TimelineEntry::Task(Box::new(t))))),
        Kind::Interaction => records::get::<Interaction>(view, id)?
            .map(|i| (Some(i.customer), boxed(i.at, TimelineEntry::Interaction(Box::new(i))))),
        Kind::Response => records::get::<Response>(view, id)?
            .map(|r| (Some(r.customer), boxed(r.at, TimelineEntry::Response(Box::new(r))))),
        kind if field::is_entity(kind) => match records::any(view, kind, id)? {
            Some(r) => {
                let (at, customer) = (r.moment("created").unwrap_or_default(), r.customer());
                Some((customer, boxed(at, TimelineEntry::Plain(Box::new(Joined::of(view, r)?)))))
            }
            None => None,
        },
        _ => None,
    })
}
