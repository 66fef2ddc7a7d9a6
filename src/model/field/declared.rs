//! The table of each kind.

use super::{FieldDef, FieldSpec, assert_declared, defs, names};
use crate::model::{
    Agent, Customer, ImportBatch, Interaction, Kind, Mailbox, Message, Order, Organisation, Outbox, Record,
    Response, SavedView, Task, Team, Ticket, TicketEvent, Workspace, agent, batch, customer, for_kind,
    interaction, mailbox, message, order, organisation, outbox, response, shape::Shape, task, ticket,
    workspace,
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
}

macro_rules! declared {
    ($($record:ident: $table:expr, $form:expr;)+) => {
        $(
            impl Declared for $record {
                const TABLE: &'static [FieldSpec<Self>] = $table;
                const DEFS: &'static [FieldDef] = &defs::<Self, { $table.len() }>($table);
                const NAMES: &'static [&'static str] = &names::<{ $table.len() }>(Self::DEFS);
                const FORM: &'static [&'static str] = $form;
            }
            const _: () = assert_declared(<$record as Shape>::FIELDS, <$record as Declared>::DEFS);
        )+
    };
}

declared! {
    Customer: customer::FIELDS, customer::FORM;
    Organisation: organisation::FIELDS, organisation::FORM;
    Ticket: ticket::FIELDS, ticket::FORM;
    TicketEvent: ticket::EVENT_FIELDS, &[];
    Message: message::FIELDS, &[];
    Interaction: interaction::FIELDS, &[];
    Outbox: outbox::FIELDS, &[];
    Mailbox: mailbox::FIELDS, &[];
    Order: order::FIELDS, &[];
    Task: task::FIELDS, task::FORM;
    Response: response::FIELDS, &[];
    Agent: agent::FIELDS, &[];
    Team: agent::TEAM_FIELDS, &[];
    Workspace: workspace::FIELDS, &[];
    SavedView: workspace::VIEW_FIELDS, &[];
    ImportBatch: batch::FIELDS, &[];
}

/// Every field of a kind.
pub fn of(kind: Kind) -> &'static [FieldDef] {
    for_kind!(kind, T => T::DEFS)
}

/// The row of a kind that answers for a field of its records, by the name on disk.
pub fn row(kind: Kind, short: &str) -> Option<&'static FieldDef> {
    for_kind!(kind, T => {
        let field = T::FIELDS.iter().find(|f| f.short == short)?;
        T::DEFS.iter().find(|d| d.privacy.is_some() && d.record == field.long)
    })
}
