//! `frontdesk task`.

use super::{changed, ctx::Ctx, customer::IdsArgs, dry_run::DryRun, edits, fail::Fail, pick, show};
use crate::{
    desk::{Command, Edit},
    model::Kind,
};

/// What can be done with tasks.
#[derive(Debug, Clone, clap::Subcommand)]
pub enum TaskVerb {
    /// Add a task: task add "Call Ada" --due tomorrow --customer C-4
    Add(AddArgs),
    /// Change a task: task edit K-3 due="next wed" owner=@dana
    Edit {
        /// Which.
        id: String,
        /// Changes: field=value.
        #[arg(value_name = "FIELD=VALUE", required = true)]
        words: Vec<String>,
        #[command(flatten)]
        #[allow(missing_docs)]
        dry: DryRun,
    },
    /// Tick tasks off.
    Done(IdsArgs),
    /// Tick tasks back on.
    Undone(IdsArgs),
    /// Show a task.
    Show(show::ShowArgs),
}

/// A new task.
#[derive(Debug, Clone, clap::Args)]
pub struct AddArgs {
    /// What, and further fields as field=value.
    #[arg(value_name = "TITLE|FIELD=VALUE", required = true)]
    pub words: Vec<String>,
    /// By when: tomorrow, "fri 17:00", 2d.
    #[arg(long, value_name = "WHEN")]
    pub due: Option<String>,
    /// Who; you without it.
    #[arg(long, value_name = "AGENT")]
    pub owner: Option<String>,
    /// The customer.
    #[arg(long, value_name = "WHO")]
    pub customer: Option<String>,
    /// About which ticket.
    #[arg(long, value_name = "T-N")]
    pub ticket: Option<String>,
    /// More about it.
    #[arg(long, value_name = "TEXT")]
    pub body: Option<String>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub dry: DryRun,
}

/// Runs the command.
///
/// # Errors
/// What the desk refuses, or why the store cannot.
pub fn run(ctx: &mut Ctx, verb: &TaskVerb) -> Result<(), Fail> {
    let kind = Kind::Task;
    let desk = match verb {
        TaskVerb::Show(args) => return show::of_kind(ctx, kind, args),
        TaskVerb::Add(_) => ctx.desk_or_start()?,
        _ => ctx.desk()?,
    };
    let command = match verb {
        TaskVerb::Add(args) => {
            let (mut edits, title) = edits::split(&args.words);
            if !title.is_empty() {
                edits.push(Edit::set("title", title.join(" ")));
            }
            let flags = [
                ("due", &args.due),
                ("owner", &args.owner),
                ("customer", &args.customer),
                ("ticket", &args.ticket),
                ("body", &args.body),
            ];
            edits.extend(flags.iter().filter_map(|(f, v)| v.as_ref().map(|v| Edit::set(f, v))));
            Command::Create(Kind::Task, edits)
        }
        TaskVerb::Edit { id, words, .. } => {
            Command::Edit(Kind::Task, pick::one(&desk, kind, id)?, edits::all(words)?)
        }
        TaskVerb::Done(args) => Command::TaskDone(pick::all(&desk, kind, &args.ids)?, true),
        TaskVerb::Undone(args) => Command::TaskDone(pick::all(&desk, kind, &args.ids)?, false),
        TaskVerb::Show(_) => return Ok(()),
    };
    let done = ctx.run(&desk, command)?;
    changed::print(ctx, &desk, &done)
}
