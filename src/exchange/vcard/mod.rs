//! vCards 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350): address books of people.
//!
//! - [`Cards`]: the cards of a file or a folder of files, one at a time, however large or broken the file is
//! - [`row`]: a card as a person
//! - [`mod@write`]: a customer as a card
//! - [`folder`]: a folder with a card a file, as vdirsyncer and khard keep them
//!
//! Properties that no field of a customer expresses are kept as text and exported again, up to [`MOST_KEPT`] bytes.

mod cards;
pub mod folder;
mod kind;
mod lines;
mod person;
mod property;
#[cfg(test)]
mod tests;
pub mod write;

pub use cards::{Card, Cards};
pub use person::row;
pub use property::Property;

/// The version of a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Version {
    /// 2.1 of the Versit Consortium.
    V21,
    /// 3.0, RFC 2426.
    #[default]
    V3,
    /// 4.0, RFC 6350.
    V4,
}

impl Version {
    /// As it is written.
    pub fn word(self) -> &'static str {
        match self {
            Version::V21 => "2.1",
            Version::V3 => "3.0",
            Version::V4 => "4.0",
        }
    }

    /// The version of a text; 3.0 where that is none of them.
    pub fn of(text: &str) -> Version {
        match text.trim() {
            "2.1" => Version::V21,
            t if t.starts_with('4') => Version::V4,
            _ => Version::V3,
        }
    }
}

/// The source under which the UIDs of cards are external ids, where none is named.
pub const SOURCE: &str = "vcard";

/// The bytes of properties without a field that are kept of one card.
pub const MOST_KEPT: usize = 32 * 1024;

/// The bytes of one such property.
pub const LONGEST_KEPT: usize = 8 * 1024;
