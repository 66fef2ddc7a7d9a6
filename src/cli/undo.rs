//! `frontdesk undo` and `redo`.

use super::{changed, ctx::Ctx, fail::Fail};
use crate::desk::Command;

/// What `frontdesk undo` is given.
#[derive(Debug, Clone, clap::Args)]
pub struct UndoArgs {
    /// A row of the log, by its place; your last change without it.
    #[arg(value_name = "SEQ")]
    pub seq: Option<u64>,
}

/// Takes a change back.
///
/// # Errors
/// Where there is none, or somebody changed it since.
pub fn undo(ctx: &mut Ctx, args: &UndoArgs) -> Result<(), Fail> {
    run(ctx, Command::Undo(args.seq))
}

/// Does the last undone change again.
///
/// # Errors
/// As [`undo`].
pub fn redo(ctx: &mut Ctx) -> Result<(), Fail> {
    run(ctx, Command::Redo)
}

fn run(ctx: &mut Ctx, command: Command) -> Result<(), Fail> {
    let desk = ctx.desk()?;
    let done = ctx.run(&desk, command)?;
    changed::print(ctx, &desk, &done)?;
    if let Some(draft) = done.draft {
        let me = ctx.actor(&desk)?.id;
        // The text that was held is not lost: it waits as the draft of its ticket.
        desk.save_draft(super::world::op()?, me, draft)?;
        super::out::say("the text of the reply is kept as a draft of its ticket");
    }
    Ok(())
}
