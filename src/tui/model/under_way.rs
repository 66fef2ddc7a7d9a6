//! A change on its way to the store.

use super::Composer;
use crate::{
    desk::{Request, drafts::Origin},
    model::Id,
    tui::effect::Then,
};

/// What was asked for, to be asked for again where the store had no time for it: the same request is made once.
#[derive(Debug, Clone)]
pub struct UnderWay {
    /// The change.
    pub request: Request,
    /// What comes after it.
    pub then: Then,
    /// What was written, where it was a message: it opens again where it could not be sent.
    pub composer: Option<Composer>,
    /// The drafts that it is made of, and what they are about: they go once it is stored.
    pub drafts: Option<(Id, Vec<Origin>)>,
}
