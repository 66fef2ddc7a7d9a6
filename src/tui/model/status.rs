//! The sentence at the foot of the screen.

use crate::model::Stamp;

/// How long a sentence stands, in milliseconds, unless a key takes it away.
pub const STANDS: Stamp = 8_000;

/// What kind of sentence it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// For your information.
    Plain,
    /// It was done.
    Good,
    /// It could not be done, and why.
    Refused,
    /// Something is wrong.
    Bad,
}

/// A sentence and since when it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Its kind.
    pub tone: Tone,
    /// The sentence, as it came: made safe when drawn.
    pub text: String,
    /// Since when.
    pub at: Stamp,
}
