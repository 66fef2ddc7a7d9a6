//! The table of each kind.

use super::{
    Column, Columns, Entity, FieldDef, FieldSpec, assert_declared, columns, count_columns, count_queried,
    defs, names, queried,
};
use crate::model::{
    Agent, Customer, Deal, ImportBatch, Interaction, Kind, Mailbox, Message, Order, Organisation, Outbox,
    Record, Response, SavedView, Task, Team, Ticket, TicketEvent, Workspace, agent, batch, customer, deal,
    for_kind, interaction, mailbox, message, order, organisation, outbox, response, shape::Shape, task,
    ticket, workspace,
};

/// A record whose fields are declared.
pub trait Declared: Record {
    /// Every field, with how it is read and written.
    const TABLE: &'static [FieldSpec<Self>];
    /// Every field.
    const DEFS: &'static [FieldDef];
    /// The names of all of them, in the same order.
    const NAMES: &'static [&'static str];
    /// The fields that stand first in forms.
    const FORM: &'static [&'static str];
    /// The columns that stand first in lists.
    const LIST: Columns;
    /// The columns that lists can have, in the order in which they are offered.
    const COLUMNS: &'static [Column];
    /// The fields that queries can ask for.
    const QUERIED: &'static [FieldDef];
    /// What else it declares, where what all kinds share serves it whole.
    const ENTITY: Option<&'static Entity<Self>>;
}

macro_rules! declared {
    (@entity) => { None };
    (@entity $entity:expr) => { Some(&$entity) };
    ($($record:ident: $table:expr, $form:expr, $list:expr $(, $entity:expr)?;)+) => {
        $(
            impl Declared for $record {
                const TABLE: &'static [FieldSpec<Self>] = $table;
                const DEFS: &'static [FieldDef] = &defs::<Self, { $table.len() }>($table);
                const NAMES: &'static [&'static str] = &names::<{ $table.len() }>(Self::DEFS);
                const FORM: &'static [&'static str] = $form;
                const LIST: Columns = $list;
                const COLUMNS: &'static [Column] = &columns::<{ count_columns(Self::DEFS) }>(Self::DEFS, $list);
                const QUERIED: &'static [FieldDef] = &queried::<{ count_queried(Self::DEFS) }>(Self::DEFS);
                const ENTITY: Option<&'static Entity<Self>> = declared!(@entity $($entity)?);
            }
            const _: () = assert_declared(<$record as Shape>::FIELDS, <$record as Declared>::DEFS);
        )+
    };
}

declared! {
    Customer: customer::FIELDS, customer::FORM, customer::LIST;
    Organisation: organisation::FIELDS, organisation::FORM, organisation::LIST;
    Ticket: ticket::FIELDS, ticket::FORM, ticket::LIST;
    TicketEvent: ticket::EVENT_FIELDS, &[], Columns::NONE;
    Message: message::FIELDS, &[], message::LIST;
    Interaction: interaction::FIELDS, &[], interaction::LIST;
    Outbox: outbox::FIELDS, &[], outbox::LIST;
    Mailbox: mailbox::FIELDS, &[], mailbox::LIST;
    Order: order::FIELDS, &[], order::LIST;
    Task: task::FIELDS, task::FORM, task::LIST;
    Response: response::FIELDS, &[], response::LIST;
    Deal: deal::FIELDS, deal::FORM, deal::LIST, deal::ENTITY;
    Agent: agent::FIELDS, &[], agent::LIST;
    Team: agent::TEAM_FIELDS, &[], agent::TEAM_LIST;
    Workspace: workspace::FIELDS, &[], Columns::NONE;
    SavedView: workspace::VIEW_FIELDS, &[], workspace::VIEW_LIST;
    ImportBatch: batch::FIELDS, &[], batch::LIST;
}

/// Every field of a kind.
pub fn of(kind: Kind) -> &'static [FieldDef] {
    for_kind!(kind, T => T::DEFS)
}

/// The fields of a kind that queries can ask for.
pub fn queried_of(kind: Kind) -> &'static [FieldDef] {
    for_kind!(kind, T => T::QUERIED)
}

/// The columns that lists of a kind can have, and how many of them are shown where no one chose.
pub fn list(kind: Kind) -> (&'static [Column], usize) {
    for_kind!(kind, T => (T::COLUMNS, T::LIST.usual.len()))
}

/// The row of a kind that answers for a field of its records, by the name on disk.
pub fn row(kind: Kind, short: &str) -> Option<&'static FieldDef> {
    for_kind!(kind, T => {
        let field = T::FIELDS.iter().find(|f| f.short == short)?;
        T::DEFS.iter().find(|d| d.privacy.is_some() && d.record == field.long)
    })
}

/// The kinds that are declared as an [`Entity`].
pub fn entities() -> impl Iterator<Item = Kind> {
    Kind::ALL.iter().copied().filter(|kind| is_entity(*kind))
}

/// Whether a kind is declared as an [`Entity`].
pub fn is_entity(kind: Kind) -> bool {
    for_kind!(kind, T => T::ENTITY.is_some())
}

/// What lists call the records of a kind that is declared so.
pub fn plural(kind: Kind) -> Option<&'static str> {
    for_kind!(kind, T => T::ENTITY.map(|e| e.plural))
}

/// What a kind that is declared as an [`Entity`] is, for the help of the command line; empty for others.
pub fn help(kind: Kind) -> &'static str {
    for_kind!(kind, T => T::ENTITY.map_or("", |e| e.help))
}

/// The field that a word without a name is, of a kind that is declared as an [`Entity`].
pub fn main(kind: Kind) -> &'static str {
    for_kind!(kind, T => T::ENTITY.map_or("", |e| e.main))
}

/// The kind of a plural or singular word.
pub fn of_word(word: &str) -> Option<Kind> {
    entities().find(|k| k.word() == word || plural(*k) == Some(word))
}
