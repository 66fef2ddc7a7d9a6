//! The text of a record.

use std::collections::HashMap;

use crate::{
    model::{Customer, Id, Interaction, Kind, Message, Organisation, Record, Ticket},
    query::{
        Row,
        rows::{InteractionRow, MessageRow, Roster, TicketRow},
    },
    store::{
        StoreError, View,
        records::{decode, payload},
    },
};

/// A text, and the record that it is shown with: a message's ticket, an interaction's customer, else the record itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    pub text: String,
    pub owner: Id,
}

/// Where the names in a text are taken from.
pub trait Names {
    /// A customer.
    fn customer(&mut self, id: Id) -> Result<Option<&Customer>, StoreError>;
    /// An organisation.
    fn organisation(&mut self, id: Id) -> Result<Option<&Organisation>, StoreError>;
}

/// Names out of records as some view has them, each read once.
pub struct Read<F> {
    get: F,
    customers: HashMap<Id, Option<Box<Customer>>>,
    organisations: HashMap<Id, Option<Box<Organisation>>>,
}

impl<F: FnMut(Kind, Id) -> Result<Option<Vec<u8>>, StoreError>> Read<F> {
    /// Out of the bytes that `get` gives.
    pub fn new(get: F) -> Self {
        Read { get, customers: HashMap::new(), organisations: HashMap::new() }
    }
}

/// A walk over a store must not load everyone into memory.
const MOST_NAMES: usize = 10_000;

fn once<T: Record>(
    known: &mut HashMap<Id, Option<Box<T>>>,
    id: Id,
    get: impl FnOnce() -> Result<Option<Vec<u8>>, StoreError>,
) -> Result<Option<&T>, StoreError> {
    if id.is_nil() {
        return Ok(None);
    }
    if !known.contains_key(&id) {
        if known.len() >= MOST_NAMES {
            known.clear();
        }
        let record = get()?.map(|b| decode::<T>(&b)).transpose()?.map(Box::new);
        known.insert(id, record);
    }
    Ok(known.get(&id).and_then(|r| r.as_deref()))
}

impl<F: FnMut(Kind, Id) -> Result<Option<Vec<u8>>, StoreError>> Names for Read<F> {
    fn customer(&mut self, id: Id) -> Result<Option<&Customer>, StoreError> {
        once(&mut self.customers, id, || (self.get)(Kind::Customer, id))
    }

    fn organisation(&mut self, id: Id) -> Result<Option<&Organisation>, StoreError> {
        once(&mut self.organisations, id, || (self.get)(Kind::Organisation, id))
    }
}

/// What of a customer is in the texts of others.
pub fn names_of(c: &Customer) -> (String, Vec<&str>) {
    (c.display_name(), c.emails.iter().map(|e| e.address.as_str()).collect())
}

/// The text of a record's bytes; `None` for one that says nothing.
///
/// # Errors
/// Where the file cannot be read, or a record is damaged.
pub fn text(kind: Kind, bytes: &[u8], names: &mut dyn Names) -> Result<Option<Text>, StoreError> {
    let roster = Roster::default();
    let found = match kind {
        Kind::Message => {
            let message: Message = decode(bytes)?;
            let row = MessageRow { message: &message, ticket: None, customer: None, roster: &roster };
            Text { text: row.text().into_owned(), owner: message.ticket }
        }
        Kind::Ticket => {
            let ticket: Ticket = decode(bytes)?;
            let organisation = match ticket.organisation {
                Some(o) => names.organisation(o)?.cloned(),
                None => None,
            };
            let row = TicketRow {
                ticket: &ticket,
                requester: names.customer(ticket.requester)?,
                organisation: organisation.as_ref(),
                roster: &roster,
                now: 0,
                unread: false,
                held: false,
                text: None,
                links: &[],
            };
            Text { text: row.text().into_owned(), owner: ticket.id }
        }
        Kind::Interaction => {
            let interaction: Interaction = decode(bytes)?;
            let organisation = match interaction.organisation {
                Some(o) => names.organisation(o)?.cloned(),
                None => None,
            };
            let row = InteractionRow {
                interaction: &interaction,
                customer: names.customer(interaction.customer)?,
                organisation: organisation.as_ref(),
                ticket: None,
                roster: &roster,
            };
            Text { text: row.text().into_owned(), owner: interaction.customer }
        }
        Kind::Customer => {
            let c: Customer = decode(bytes)?;
            Text { text: c.notes.join("\n"), owner: c.id }
        }
        Kind::Organisation => {
            let o: Organisation = decode(bytes)?;
            Text { text: o.notes.join("\n"), owner: o.id }
        }
        _ => return Ok(None),
    };
    Ok(Some(found).filter(|t| !t.text.trim().is_empty()))
}

/// The text of a record as it stands: what its postings are made of.
///
/// # Errors
/// Where the file cannot be read, or the record is damaged.
pub fn text_of(view: &dyn View, kind: Kind, id: Id) -> Result<Option<String>, StoreError> {
    let Some(bytes) = view.get(kind.table(), id.bytes())? else { return Ok(None) };
    let mut names = Read::new(|kind, id| view.get(kind.table(), id.bytes()));
    Ok(text(kind, &bytes, &mut names)?.map(|t| t.text))
}

/// What is in a message's bytes, read without the rest.
#[derive(serde::Deserialize)]
struct Brief<'a> {
    #[serde(rename = "s", borrow, default)]
    subject: &'a str,
    #[serde(rename = "fn", borrow, default)]
    from_name: &'a str,
    #[serde(rename = "f", borrow, default)]
    from: &'a str,
    #[serde(rename = "b", borrow, default)]
    body: &'a str,
    #[serde(rename = "at", default)]
    files: Vec<serde::de::IgnoredAny>,
}

/// The text of a message's bytes in lower case, where it is ASCII and has no names of files: most are, and most that are
/// read for a phrase do not contain it.
pub fn plain_message(bytes: &[u8]) -> Option<String> {
    let m: Brief<'_> = rmp_serde::from_slice(payload(bytes).ok()?).ok()?;
    let parts = [m.subject, m.from_name, m.from, m.body];
    if !m.files.is_empty() || !parts.iter().all(|p| p.is_ascii()) {
        return None;
    }
    let mut out = String::with_capacity(m.body.len() + m.subject.len() + 100);
    for part in parts.into_iter().filter(|p| !p.is_empty()) {
        out.push_str(part);
        out.push('\n');
    }
    out.make_ascii_lowercase();
    Some(out)
}
