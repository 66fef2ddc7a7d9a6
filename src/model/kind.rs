//! The kinds of records, and what every record gives.

use serde::{Serialize, de::DeserializeOwned};

use super::{Entries, Id, Table, shape::Shape};

/// The words of the commands that every kind can have, as the log has them: `task add`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verbs {
    /// A record is added.
    pub add: &'static str,
    /// Fields of a record are changed.
    pub edit: &'static str,
    /// Records are archived, or brought back.
    pub archive: &'static str,
    /// Tags are added and removed.
    pub tag: &'static str,
}

macro_rules! kinds {
    ($d:tt $($kind:ident $word:literal $letter:literal $code:literal),+ $(,)?) => {
        /// A kind of record: an entity of the domain.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $(
                #[doc = concat!("`", $word, "`")]
                $kind,
            )+
        }

        impl Kind {
            /// Every kind.
            pub const ALL: &'static [Kind] = &[$(Kind::$kind),+];

            /// The word of the code, the screen and the CLI.
            pub fn word(self) -> &'static str {
                match self { $(Kind::$kind => $word),+ }
            }

            /// What the log calls the commands that every kind can have.
            pub fn verbs(self) -> Verbs {
                match self {
                    $(Kind::$kind => Verbs {
                        add: concat!($word, " add"),
                        edit: concat!($word, " edit"),
                        archive: concat!($word, " archive"),
                        tag: concat!($word, " tag"),
                    }),+
                }
            }

            /// The letter in front of its number (`T-104`); empty where people see no number.
            pub fn letter(self) -> &'static str {
                match self { $(Kind::$kind => $letter),+ }
            }

            /// The byte that represents it in keys and in the log.
            pub fn code(self) -> u8 {
                match self { $(Kind::$kind => $code),+ }
            }

            /// The kind of a byte.
            pub fn of_code(code: u8) -> Option<Kind> {
                match code { $($code => Some(Kind::$kind),)+ _ => None }
            }

            /// The kind of a letter, in either case.
            pub fn of_letter(letter: &str) -> Option<Kind> {
                Kind::ALL.iter().copied().find(|k| !k.letter().is_empty() && k.letter().eq_ignore_ascii_case(letter))
            }

            /// The table of its records.
            pub fn table(self) -> Table {
                match self { $(Kind::$kind => Table::$kind),+ }
            }
        }

        /// Runs a body with a type name standing for the record type of a kind.
        macro_rules! for_kind {
            ($d kind:expr, $d T:ident => $d body:expr) => {
                match $d kind {
                    $($crate::model::Kind::$kind => { type $d T = $crate::model::$kind; $d body })+
                }
            };
        }
        pub(crate) use for_kind;
    };
}

kinds! { $
    Workspace "workspace" "" 1,
    Agent "agent" "A" 2,
    Team "team" "" 3,
    Customer "customer" "C" 10,
    Organisation "organisation" "G" 11,
    Interaction "interaction" "I" 12,
    Ticket "ticket" "T" 20,
    TicketEvent "ticket_event" "" 21,
    Message "message" "M" 22,
    Outbox "outbox" "" 23,
    Mailbox "mailbox" "E" 24,
    Order "order" "O" 30,
    Task "task" "K" 40,
    Response "response" "R" 41,
    Deal "deal" "D" 42,
    SavedView "view" "" 50,
    ImportBatch "batch" "B" 60,
}

/// What every record gives.
pub trait Record:
    Serialize + DeserializeOwned + Shape + Clone + PartialEq + Default + std::fmt::Debug + Send + Sync + 'static
{
    /// Its kind.
    const KIND: Kind;
    /// Its id.
    fn id(&self) -> Id;
    /// Sets the id of a new record.
    fn set_id(&mut self, id: Id);
    /// How often it was written.
    fn version(&self) -> u64;
    /// Sets how often it was written: the desk's work.
    fn set_version(&mut self, v: u64);
    /// The same, to change.
    fn external_ids_mut(&mut self) -> &mut Vec<super::ExternalId>;
    /// How other systems name it.
    fn external_ids(&self) -> &[super::ExternalId];
    /// All rows that are derived from it.
    fn entries(&self, out: &mut Entries);
}
