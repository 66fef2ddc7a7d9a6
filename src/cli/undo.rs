//! `frontdesk undo` and `redo`.

use serde_json::json;

use super::{
    changed,
    ctx::Ctx,
    env,
    fail::Fail,
    json, mailbox,
    out::Form,
    table::{self, Column, fixed, right, text},
};
use crate::desk::{
    Command,
    undo::{Place, Whose},
};

/// What `frontdesk undo` is given.
#[derive(Debug, Clone, clap::Args)]
pub struct UndoArgs {
    /// A row of the log, by its number; your last change that can be undone without it.
    #[arg(value_name = "SEQ", conflicts_with = "list")]
    pub seq: Option<u64>,
    /// List your changes, newest first, and whether each can be undone.
    #[arg(long)]
    pub list: bool,
    /// With --list: the changes of all agents.
    #[arg(long, requires = "list", conflicts_with = "automatic")]
    pub everyone: bool,
    /// With --list: what timers, mail and imports did.
    #[arg(long, requires = "list")]
    pub automatic: bool,
    /// With --list: the most entries.
    #[arg(long, requires = "list", value_name = "N", default_value_t = 50)]
    pub limit: usize,
}

/// Undoes a change, or lists those that can be undone.
///
/// # Errors
/// If there is none, or it was changed since.
pub fn undo(ctx: &mut Ctx, args: &UndoArgs) -> Result<(), Fail> {
    if args.list { list(ctx, args) } else { run(ctx, Command::Undo(args.seq)) }
}

/// Does the last undone change again.
///
/// # Errors
/// As [`undo`].
pub fn redo(ctx: &mut Ctx) -> Result<(), Fail> {
    run(ctx, Command::Redo)
}

const COLUMNS: &[Column] =
    &[right("seq"), fixed("at"), text("who"), text("what"), fixed("undoable"), text("why not")];

/// Changes on a page.
const PAGE: usize = 50;

fn list(ctx: &mut Ctx, args: &UndoArgs) -> Result<(), Fail> {
    let desk = ctx.desk()?;
    let asker = ctx.asker(&desk)?;
    let seat = (ctx.actor(&desk)?.id, env::now());
    let whose = match (args.everyone, args.automatic) {
        (true, _) => Whose::Everyone,
        (_, true) => Whose::Automatic,
        _ => Whose::Mine,
    };
    let (mut rows, mut left, mut place) = (Vec::new(), args.limit, Some(Place::default()));
    while let Some(at) = place.take().filter(|_| left > 0) {
        let (entries, next) = desk.history(seat, whose, at, left.min(PAGE))?;
        place = next;
        left = left.saturating_sub(entries.len());
        for e in entries {
            let who = asker.roster.agent(e.actor).map(|a| a.name.clone());
            match ctx.out.form {
                Form::Json => ctx.out.json(&json!({
                    "seq": e.seq,
                    "at": json::time(&asker.zone, e.at),
                    "who": who,
                    "what": e.what,
                    "undoable": e.why_not.is_none(),
                    "why_not": e.why_not,
                }))?,
                Form::Quiet if e.why_not.is_none() => ctx.out.line(&e.seq.to_string())?,
                Form::Quiet => {}
                Form::Table => rows.push(vec![
                    e.seq.to_string(),
                    asker.zone.date_time(e.at),
                    who.unwrap_or_else(|| "automatic".to_owned()),
                    e.what,
                    if e.why_not.is_none() { "yes" } else { "no" }.to_owned(),
                    e.why_not.unwrap_or_default(),
                ]),
            }
        }
    }
    if ctx.out.form == Form::Table {
        table::print(&mut ctx.out, COLUMNS, &rows, true)?;
    }
    ctx.out.flush()
}

fn run(ctx: &mut Ctx, command: Command) -> Result<(), Fail> {
    let desk = ctx.desk()?;
    let done = ctx.run(&desk, command)?;
    changed::print(ctx, &desk, &done)?;
    mailbox::follow(ctx, &desk, &done)?;
    if let Some(draft) = done.draft {
        let me = ctx.actor(&desk)?.id;
        // The text that was held is not lost: it waits as the draft of its ticket.
        desk.save_draft(env::op()?, me, draft)?;
        super::out::say("the text of the reply is kept as a draft of its ticket");
    }
    Ok(())
}
