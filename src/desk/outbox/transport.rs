//! What hands a message to the mail system. The host implements it; the desk knows no network.

/// Who a message goes to and comes from, beside what its headers say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Envelope {
    /// Where bounces go.
    pub from: String,
    /// The recipients, hidden ones among them.
    pub to: Vec<String>,
    /// Whether these are all the recipients that the headers name, and no others.
    pub as_headers: bool,
}

/// What became of a message for one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The mail system took it.
    Accepted,
    /// The mail system said: later (4xx).
    Deferred(String),
    /// The mail system said: never (5xx).
    Rejected(String),
    /// It was handed over, and no answer came.
    Unsure(String),
}

/// The mail system could not be reached: nothing was handed over, and the next message would fare no better.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Down(pub String);

/// Hands messages to the mail system.
pub trait Transport {
    /// Makes ready for a message, so that a server which does not answer is waited for before the message is taken: a
    /// process that ends meanwhile leaves no doubt about it.
    ///
    /// # Errors
    /// Where the mail system cannot be reached.
    fn connect(&mut self) -> Result<(), Down> {
        Ok(())
    }

    /// Hands over one message, and tells what became of it for each recipient of the envelope, in its order. Once
    /// the whole text may have been handed over and the answer did not come, that is [`Outcome::Unsure`], never
    /// [`Outcome::Deferred`].
    ///
    /// # Errors
    /// Where the mail system cannot be reached.
    fn deliver(&mut self, envelope: &Envelope, bytes: &[u8]) -> Result<Vec<Outcome>, Down>;

    /// The most bytes of a message that the mail system takes, where it said so.
    fn size_limit(&self) -> Option<u64> {
        None
    }
}

/// A text from outside, short enough to be kept.
pub(in crate::desk) fn brief(text: &str) -> String {
    const MOST: usize = 300;
    let line: Vec<&str> = text.split_whitespace().collect();
    line.join(" ").chars().take(MOST).collect()
}
