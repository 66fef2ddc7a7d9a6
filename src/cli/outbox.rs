//! `frontdesk outbox`: messages on their way.

use super::{changed, ctx::Ctx, customer::IdsArgs, env, fail::Fail, pick, when};
use crate::{
    desk::{Command, outbox::OutboxVerb as Verb},
    model::Kind,
};

/// What can be done with messages on their way.
#[derive(Debug, Clone, clap::Subcommand)]
pub enum OutboxVerb {
    /// Send messages now, those that were written before there was a mailbox too: outbox now M-5
    Now(IdsArgs),
    /// Resend messages that failed or whose delivery is uncertain, under the same Message-ID.
    Retry(IdsArgs),
    /// Never send messages.
    Cancel(IdsArgs),
    /// Keep messages here until they are let go.
    Hold(IdsArgs),
    /// Cancel a message; its text becomes your draft for the ticket.
    Edit(IdsArgs),
    /// Send messages at a time: outbox later M-5 --at "tomorrow 9am"
    Later(LaterArgs),
}

/// Messages and a time.
#[derive(Debug, Clone, clap::Args)]
pub struct LaterArgs {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub ids: IdsArgs,
    /// When: "tomorrow 9am", "2h".
    #[arg(long, value_name = "WHEN")]
    pub at: String,
}

/// Runs the verb.
///
/// # Errors
/// What the desk refuses, or why the store cannot.
pub fn run(ctx: &mut Ctx, verb: &OutboxVerb) -> Result<(), Fail> {
    let desk = ctx.desk()?;
    let (ids, verb) = match verb {
        OutboxVerb::Now(args) => (args, Verb::Now),
        OutboxVerb::Retry(args) => (args, Verb::Retry),
        OutboxVerb::Cancel(args) => (args, Verb::Cancel),
        OutboxVerb::Hold(args) => (args, Verb::Hold),
        OutboxVerb::Edit(args) => (args, Verb::Edit),
        OutboxVerb::Later(args) => {
            (&args.ids, Verb::At(when::ahead(&args.at, env::now(), &ctx.zone(&desk)?)?))
        }
    };
    let ids = pick::all(&desk, Kind::Message, &ids.ids)?;
    let done = ctx.run(&desk, Command::Outbox(ids, verb))?;
    changed::print(ctx, &desk, &done)?;
    if done.summary == "nothing to change" { Err(Fail::No) } else { Ok(()) }
}
