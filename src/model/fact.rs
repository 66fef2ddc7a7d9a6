//! Facts: the rows behind every number, derived from records like index entries.

use serde::{Deserialize, Serialize};

use super::{Id, shape};

macro_rules! metrics {
    ($($(#[$doc:meta])* $metric:ident $word:literal $code:literal),+ $(,)?) => {
        /// What a fact counts or measures.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Metric { $($(#[$doc])* $metric,)+ }

        impl Metric {
            /// Every metric.
            pub const ALL: &'static [Metric] = &[$(Metric::$metric),+];

            /// Its word.
            pub fn word(self) -> &'static str {
                match self { $(Metric::$metric => $word),+ }
            }

            /// Its byte in keys.
            pub fn code(self) -> u8 {
                match self { $(Metric::$metric => $code),+ }
            }
        }
    };
}

metrics! {
    /// A ticket was opened; value 1, the row is the ticket.
    Created "created" 1,
    /// The first public human reply to a ticket; value: milliseconds since it was opened.
    FirstReply "first_reply" 2,
    /// The first solve of a ticket; value: milliseconds since it was opened.
    FirstSolve "first_solve" 3,
    /// The last solve of a ticket that is solved; value: milliseconds since it was opened; agent: the solver.
    Solved "solved" 4,
    /// A solved ticket was opened again; value 1.
    Reopened "reopened" 5,
    /// The unsolved tickets changed: +1 or −1.
    Backlog "backlog" 6,
    /// A CSAT rating, 1 to 5; the row is the response.
    Csat "csat" 10,
    /// An NPS rating, 0 to 10; the row is the response.
    Nps "nps" 11,
    /// A CES rating; the row is the response, the preset in `kind`.
    Ces "ces" 12,
    /// An order was placed; value: its total in minor units; the row is the order.
    Revenue "revenue" 20,
    /// An order was refunded; value: minor units, negative; the row is the order.
    Refund "refund" 21,
}

/// The value of a fact and what it can be split by.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Fact {
    /// Milliseconds, minor units, a score or a count: as its metric says.
    #[serde(rename = "v", default)]
    pub value: i64,
    /// The agent it is counted for.
    #[serde(rename = "a", default, skip_serializing_if = "shape::is_default")]
    pub agent: Option<Id>,
    /// The customer it is about.
    #[serde(rename = "c", default, skip_serializing_if = "shape::is_default")]
    pub customer: Option<Id>,
    /// The channel, the currency, or the preset.
    #[serde(rename = "k", default, skip_serializing_if = "shape::is_default")]
    pub kind: String,
    /// The tags of the ticket.
    #[serde(rename = "t", default, skip_serializing_if = "shape::is_default")]
    pub tags: Vec<String>,
}

impl Fact {
    /// The bytes of its row.
    pub fn encode(&self) -> Vec<u8> {
        // A structure of plain values always encodes.
        rmp_serde::to_vec_named(self).unwrap_or_default()
    }

    /// The fact of a row; `None` where the row is damaged.
    pub fn decode(bytes: &[u8]) -> Option<Fact> {
        rmp_serde::from_slice(bytes).ok()
    }
}
