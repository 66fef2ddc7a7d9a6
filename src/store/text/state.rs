//! How far texts are kept, and how many there are.

use super::KINDS;
use crate::{
    model::{Id, Key, KeyReader, Kind, Table},
    store::{StoreError, Tx, View},
};

/// The name of the row in [`Table::Meta`].
const NAME: &[u8] = b"text";

/// The form of the postings: others are made again.
const FORM: u8 = 3;

/// How far texts are kept: those of records up to a place are, those behind it wait for the rebuild.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct State {
    /// The last record whose text is kept; `None`: all are.
    pub upto: Option<(u8, Id)>,
    /// How many texts there are.
    pub texts: u64,
    /// How many terms they have in all, each as often as it occurs there.
    pub terms: u64,
    /// How many of the texts are in no block yet.
    pub recent: u64,
    /// Another one with each change of a block: goes up alone.
    pub blocks: u64,
    /// Another one with each change of a text: goes up alone.
    pub changes: u64,
}

impl State {
    /// Whether every text is kept.
    pub fn is_complete(&self) -> bool {
        self.upto.is_none()
    }

    /// Whether the text of this record is kept.
    pub fn contains(&self, kind: Kind, id: Id) -> bool {
        KINDS.contains(&kind) && self.upto.is_none_or(|upto| (kind.code(), id) <= upto)
    }

    /// The terms of a text on average; 1 where there are none.
    pub fn average(&self) -> f32 {
        if self.texts == 0 { 1.0 } else { (self.terms as f32 / self.texts as f32).max(1.0) }
    }

    fn encode(&self) -> Vec<u8> {
        let (kind, id) = self.upto.unwrap_or((u8::MAX, Id::NIL));
        let key = Key::new().u8(FORM).u8(kind).id(id).u64(self.changes);
        key.u64(self.texts).u64(self.terms).u64(self.recent).u64(self.blocks).into_bytes()
    }

    /// Writes it.
    pub(super) fn keep(&self, tx: &mut dyn Tx) {
        tx.put(Table::Meta, NAME, &self.encode());
    }
}

/// How far texts are kept; `None` where none are: an older version made the store, or it is empty.
///
/// # Errors
/// Where the file cannot be read.
pub fn state(view: &dyn View) -> Result<Option<State>, StoreError> {
    Ok(view.get(Table::Meta, NAME)?.and_then(|row| {
        let mut r = KeyReader(&row);
        let (form, kind, id) = (r.u8()?, r.u8()?, r.id()?);
        let upto = (kind != u8::MAX).then_some((kind, id));
        if form != FORM {
            return None;
        }
        let changes = r.u64()?;
        let (texts, terms, recent, blocks) = (r.u64()?, r.u64()?, r.u64()?, r.u64()?);
        Some(State { upto, texts, terms, recent, blocks, changes })
    }))
}

/// Whether anything says how far texts are kept, in this form or another.
///
/// # Errors
/// Where the file cannot be read.
pub(super) fn is_told(view: &dyn View) -> Result<bool, StoreError> {
    Ok(view.get(Table::Meta, NAME)?.is_some())
}

/// The state at which a whole store may be asked; `None` where it cannot be, yet.
///
/// # Errors
/// Where the file cannot be read.
pub(super) fn complete(view: &dyn View) -> Result<Option<State>, StoreError> {
    Ok(state(view)?.filter(State::is_complete))
}
