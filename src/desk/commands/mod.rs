//! The commands, one file a verb group. Each works on a [`Job`](super::work::Job) inside the transaction.

mod customer;
pub(super) mod entity;
mod erase;
mod files;
mod forward;
mod interaction;
pub(super) mod mailbox;
mod order;
mod organisation;
mod people;
mod receive;
mod reply;
mod response;
mod task;
mod ticket;
mod view;

pub use customer::{one_primary, organisation_named};
pub(super) use reply::{Leaving, leave};
pub use ticket::move_to;

use super::{Command, clock, import, incoming, merge, outbox, undo, work::Job};
use crate::{
    model::{
        Kind, Refusal,
        field::{Declared, Entity},
        for_kind,
    },
    store::Reject,
};

/// Runs the command of a job.
///
/// # Errors
/// What it is refused for.
pub fn run(job: &mut Job) -> Result<(), Reject> {
    match &job.request.command {
        Command::Start { workspace, owner } => people::start(job, workspace, owner),
        Command::AgentAdd(new) => people::agent_add(job, new),
        Command::AgentAway(id, away) => people::agent_away(job, *id, *away),
        Command::TeamAdd(name) => people::team_add(job, name),
        Command::CustomerExport(id) => erase::export(job, *id),
        Command::CustomerErase(step) => erase::run(job, step),
        Command::Create(Kind::Customer, edits) => customer::add(job, edits),
        Command::Create(Kind::Mailbox, edits) => mailbox::add(job, edits),
        Command::Create(Kind::Organisation, edits) => organisation::add(job, edits),
        Command::Create(Kind::Task, edits) => task::add(job, edits),
        Command::Edit(Kind::Workspace, _, edits) => people::workspace_edit(job, edits),
        Command::Edit(Kind::Agent, id, edits) => people::agent_edit(job, *id, edits),
        Command::Edit(Kind::Customer, id, edits) => customer::edit(job, *id, edits),
        Command::Edit(Kind::Mailbox, id, edits) => mailbox::edit(job, *id, edits),
        Command::Edit(Kind::Organisation, id, edits) => organisation::edit(job, *id, edits),
        Command::Edit(Kind::Task, id, edits) => task::edit(job, *id, edits),
        Command::Archive(Kind::Customer, ids, away) => customer::archive(job, ids, *away),
        Command::Archive(Kind::Organisation, ids, away) => organisation::archive(job, ids, *away),
        Command::Tag(Kind::Customer, ids, add, remove) => customer::tag(job, ids, add, remove),
        Command::Create(kind, _)
        | Command::Edit(kind, ..)
        | Command::Archive(kind, ..)
        | Command::Tag(kind, ..) => {
            let kind = *kind;
            for_kind!(kind, T => match T::ENTITY {
                Some(of) => shared(job, of),
                None => {
                    let why = format!("no command does that to a record of the kind {}", kind.word());
                    Err(Refusal::Invalid { field: "kind", why }.into())
                }
            })
        }
        Command::Merge { kind, into, from, take } => merge::merge(job, *kind, *into, *from, take),
        Command::CustomerDistinct(a, b) => customer::distinct(job, *a, *b),
        Command::Unmerge(kind, id) => merge::unmerge(job, *kind, *id),
        Command::InteractionLog(new) => interaction::log(job, new),
        Command::TicketCreate(new) => ticket::create(job, new),
        Command::TicketReply(new) => reply::reply(job, new),
        Command::TicketReceive(new) => receive::receive(job, new),
        Command::TicketNote(id, body) => reply::note(job, *id, body),
        Command::TicketSet(ids, changes) => ticket::set(job, ids, changes),
        Command::OrderAdd(new) => order::add(job, new),
        Command::OrderRefund(id, amount, reason) => order::refund(job, *id, *amount, reason),
        Command::TaskDone(ids, done) => task::done(job, ids, *done),
        Command::ResponseRecord(new) => response::record(job, new),
        Command::ViewSave(edits) => view::save(job, edits),
        Command::ViewDelete(id) => view::delete(job, *id),
        Command::ViewFreeze(id, name) => view::freeze(job, *id, name),
        Command::Import(step) => import::run(job, step),
        Command::Undo(Some(seq)) => undo::undo(job, *seq),
        Command::Undo(None) => undo::undo_last(job, None),
        Command::UndoBefore(seq) => undo::undo_last(job, Some(*seq)),
        Command::Redo => undo::redo(job),
        Command::RevertStep(seq, step) => undo::revert_step(job, *seq, *step),
        Command::Tick => clock::tick(job),
        Command::OutboxSent(ids) => reply::sent(job, ids),
        Command::Outbox(ids, verb) => outbox::verb(job, ids, *verb),
        Command::OutboxClaim { message, mailbox, holder } => {
            outbox::attempt::claim(job, *message, *mailbox, *holder)
        }
        Command::OutboxSettle { message, holder, attempt, outcomes, down } => {
            outbox::attempt::settle(job, *message, (*holder, *attempt), outcomes, down.as_deref())
        }
        Command::OutboxCopied(id, problem) => outbox::copy::note(job, *id, problem.as_deref()),
        Command::MailReceive(new) => import::mail::receive(job, new),
        Command::MailboxPause(id, paused) => mailbox::pause(job, *id, *paused),
        Command::MailboxRemove(id, gone) => mailbox::remove(job, *id, *gone),
        Command::TicketForward(new) => forward::forward(job, new),
        Command::TicketBlock(ids, how) => incoming::screener::block(job, ids, *how),
    }
}

/// The commands that all kinds share.
fn shared<T: Declared>(job: &mut Job, of: &Entity<T>) -> Result<(), Reject> {
    match &job.request.command {
        Command::Create(_, edits) => entity::add(job, of, edits),
        Command::Edit(_, id, edits) => entity::edit(job, of, *id, edits),
        Command::Archive(_, ids, away) => entity::archive(job, of, ids, *away),
        Command::Tag(_, ids, add, remove) => entity::tag(job, of, ids, add, remove),
        _ => Ok(()),
    }
}
