//! Drafts: what an agent has written and not sent or saved yet. They are stored as they are typed, next to the log.
//!
//! Every opening of a composer or a form has a separate draft, so that two terminals of one agent never overwrite
//! each other. Where a draft goes on from another one, it names it as its origin: see [`Draft::from`].
//!
//! - [`Draft`], [`DraftKind`]: what is stored
//! - [`offered`]: which drafts are offered when a composer or a form opens
//! - [`merged`]: drafts about records that were merged
//! - [`rescue`]: where drafts go that the store cannot take

mod file;
pub mod merged;
pub mod rescue;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use crate::model::draft::{Draft, DraftFile, DraftKind, Origin};

use super::Desk;
use crate::{
    model::{Customer, Id, Key, Message, OpId, Refusal, Table, Ticket},
    store::{Range, Reject, Scan, StoreError, Tx, View, ViewExt, records},
};

/// The most drafts of one agent that are read.
const MOST: usize = 500;

impl Draft {
    /// A draft as stored; `None` where that cannot be read.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Draft> {
        let mut draft: Draft = rmp_serde::from_slice(bytes).ok()?;
        if draft.id.is_nil() {
            draft.kind = if draft.public { DraftKind::Reply } else { DraftKind::Note };
        }
        Some(draft)
    }

    /// As it is stored.
    ///
    /// # Errors
    /// Where it cannot be written as bytes: never, as far as is known.
    pub fn encode(&self) -> Result<Vec<u8>, StoreError> {
        rmp_serde::to_vec_named(self).map_err(|e| StoreError::Io(e.to_string()))
    }

    /// Whether nothing was typed. Recipients are filled in by themselves and do not count.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.body.trim().is_empty()
            && self.fields.values().all(|v| v.trim().is_empty())
            && self.was.is_empty()
            && !self.files.iter().any(|f| f.added)
    }

    /// The version that it is now.
    #[must_use]
    pub fn version(&self) -> Origin {
        Origin { id: self.id, at: self.at }
    }

    /// The first line of what was typed, to tell it from others.
    #[must_use]
    pub fn first_line(&self) -> &str {
        let texts = std::iter::once(&self.body).chain(self.fields.values());
        let texts = texts.chain(self.files.iter().map(|f| &f.name));
        texts.flat_map(|t| t.lines()).map(str::trim).find(|l| !l.is_empty()).unwrap_or_default()
    }

    /// Everything in it that an agent typed: for erasure.
    pub fn texts(&self) -> impl Iterator<Item = &String> {
        let lists = self.to.iter().chain(&self.cc).chain(&self.bcc);
        let files = self.files.iter().flat_map(|f| [&f.name, &f.path]);
        let texts = lists.chain(std::iter::once(&self.body)).chain(self.fields.values());
        texts.chain(self.was.values()).chain(files).chain(&self.below)
    }

    /// The same, to be changed.
    pub fn texts_mut(&mut self) -> impl Iterator<Item = &mut String> {
        let lists = self.to.iter_mut().chain(&mut self.cc).chain(&mut self.bcc);
        let files = self.files.iter_mut().flat_map(|f| [&mut f.name, &mut f.path]);
        let texts = lists.chain(std::iter::once(&mut self.body));
        texts.chain(self.fields.values_mut()).chain(self.was.values_mut()).chain(files).chain(&mut self.below)
    }

    /// Whether all that was typed in another one is in this one, too.
    fn includes(&self, other: &Draft) -> bool {
        let field =
            |(name, text): (&String, &String)| self.fields.get(name).is_some_and(|t| t.contains(text.trim()));
        let file = |f: &DraftFile| self.files.contains(f);
        self.body.contains(other.body.trim())
            && other.fields.iter().all(field)
            && other.files.iter().all(file)
    }
}

/// The drafts of a kind to be offered when its composer or form opens, the newest first. A version that another draft
/// goes on from, and still contains, is left out.
#[must_use]
pub fn offered(all: &[Draft], kind: &DraftKind) -> Vec<Draft> {
    let goes_on =
        |d: &Draft| all.iter().any(|e| e.id != d.id && e.from.contains(&d.version()) && e.includes(d));
    let mut out: Vec<Draft> = all.iter().filter(|d| d.kind == *kind && !goes_on(d)).cloned().collect();
    out.sort_by_key(|d| std::cmp::Reverse((d.at, d.id)));
    out
}

/// An agent's drafts about a record, of all kinds.
///
/// # Errors
/// Where the file cannot be read.
pub fn about(view: &dyn View, agent: Id, subject: Id) -> Result<Vec<Draft>, StoreError> {
    read(view, Key::new().id(agent).id(subject))
}

fn read(view: &dyn View, prefix: Key) -> Result<Vec<Draft>, StoreError> {
    let rows = view.page(Table::Draft, &Range::prefix(prefix), Scan::Forward, MOST)?;
    Ok(rows.iter().filter_map(|(_, b)| Draft::decode(b)).collect())
}

/// agent16 · subject16 · draft16; drafts of older versions have no id.
fn key(agent: Id, subject: Id, id: Id) -> Vec<u8> {
    let key = Key::new().id(agent).id(subject);
    if id.is_nil() { key.into_bytes() } else { key.id(id).into_bytes() }
}

/// Whether a record belongs to someone who was erased: nothing may be written about them again.
fn is_erased(view: &dyn View, subject: Id) -> Result<bool, StoreError> {
    let customer = match records::get::<Ticket>(view, subject)? {
        Some(ticket) => ticket.requester,
        None => subject,
    };
    Ok(records::get::<Customer>(view, customer)?.is_some_and(|c| c.erased_at.is_some()))
}

/// Removes a draft if it is still that version.
fn remove(
    tx: &mut dyn Tx,
    agent: Id,
    subject: Id,
    version: &Origin,
    even_open: bool,
) -> Result<(), StoreError> {
    let key = key(agent, subject, version.id);
    let row = tx.view().get(Table::Draft, &key)?.and_then(|b| Draft::decode(&b));
    if row.is_some_and(|d| d.at == version.at && (even_open || !d.open)) {
        tx.del(Table::Draft, &key);
    }
    Ok(())
}

/// Writes an agent's draft within a change; an empty one is not kept.
///
/// # Errors
/// Where it cannot be written as bytes.
pub fn put(tx: &mut dyn Tx, agent: Id, draft: &Draft) -> Result<(), StoreError> {
    if !draft.is_empty() {
        tx.put(Table::Draft, &key(agent, draft.subject, draft.id), &draft.encode()?);
    }
    Ok(())
}

/// The draft that a message of ours was.
pub fn of_message(m: &Message) -> Draft {
    let (kind, about) = match m.side {
        Some(side) if side == m.id => (DraftKind::Forward, None),
        Some(side) => (DraftKind::Side, Some(side)),
        None => (DraftKind::Reply, None),
    };
    // The ticket's number is added again when it is sent.
    let subject = m.subject.rsplit_once(" [T-").map_or(m.subject.as_str(), |(subject, _)| subject);
    Draft {
        id: m.id,
        subject: m.ticket,
        kind,
        about,
        to: m.to.clone(),
        cc: m.cc.clone(),
        bcc: m.bcc.clone(),
        body: m.body.clone(),
        below: m.below.clone(),
        fields: BTreeMap::from([("subject".to_owned(), subject.to_owned())]),
        files: m.attachments.iter().map(DraftFile::of_message).collect(),
        at: m.at,
        ..Draft::default()
    }
}

impl Desk {
    /// Saves an agent's draft; an empty one is removed. The closed drafts that it goes on from are removed with the same
    /// write; one that may still be open elsewhere stays.
    ///
    /// # Errors
    /// Where it is about someone who was erased; where the store cannot write.
    pub fn save_draft(&self, op: OpId, agent: Id, draft: Draft) -> Result<(), Reject> {
        self.aside(op, move |tx| {
            let mut draft = draft.clone();
            draft.subject = merged::subject(tx.view(), draft.subject)?;
            let bytes = draft.encode()?;
            let key = key(agent, draft.subject, draft.id);
            if is_erased(tx.view(), draft.subject)? {
                return Err(Refusal::Erased("the customer".to_owned()).into());
            }
            for origin in &draft.from {
                remove(tx, agent, draft.subject, origin, false)?;
            }
            if draft.is_empty() {
                tx.del(Table::Draft, &key);
            } else {
                tx.put(Table::Draft, &key, &bytes);
            }
            Ok(())
        })
    }

    /// Removes versions of an agent's drafts about a record: what was sent, saved or discarded. A draft that was saved
    /// again since stays.
    ///
    /// # Errors
    /// Where the store cannot write.
    pub fn remove_drafts(
        &self,
        op: OpId,
        agent: Id,
        subject: Id,
        versions: Vec<Origin>,
    ) -> Result<(), Reject> {
        self.aside(op, move |tx| {
            let subject = merged::subject(tx.view(), subject)?;
            for version in &versions {
                remove(tx, agent, subject, version, true)?;
            }
            Ok(())
        })
    }

    /// An agent's drafts of a kind about a record, the newest first.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn drafts_about(&self, agent: Id, subject: Id, kind: &DraftKind) -> Result<Vec<Draft>, StoreError> {
        self.view(|v| Ok(offered(&about(v, agent, subject)?, kind)))
    }

    /// All drafts of an agent.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn drafts(&self, agent: Id) -> Result<Vec<Draft>, StoreError> {
        self.view(|v| read(v, Key::new().id(agent)))
    }
}
