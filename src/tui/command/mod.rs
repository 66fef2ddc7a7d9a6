//! The commands of the screen: one table from which the keymaps, the palette, which-key, the hint bar,
//! `frontdesk keys` and the documents are made. Panes receive commands, never keys.
//!
//! - `table`: the table itself, [`CommandId`] and [`COMMANDS`], made by one macro: adding a command is one entry there.
//! - `def`: [`CommandDef`], what the table says of a command.
//! - `role`: the permission that each verb needs.
//! - `scope`: [`Scope`], where a command means something; [`Workspace`], [`RowKind`].
//! - `snapshot`: [`Snapshot`], the plain facts of the screen that conditions are answered from.
//! - `condition`: [`Condition`], a question about the snapshot with the sentence shown when its answer is no.

mod condition;
mod def;
mod note;
mod role;
mod scope;
mod snapshot;
mod table;
#[cfg(test)]
mod tests;

pub use condition::Condition;
pub use def::{ArgDef, CommandDef};
pub use role::permission;
pub use scope::{RowKind, Scope, Workspace};
pub use snapshot::{OutgoingState, Snapshot, TicketState};
pub use table::{COMMANDS, CommandId};
