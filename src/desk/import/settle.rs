//! Threads that are at rest once all mail of an import is in.

use super::{Sender, mail::agent, placing};
use crate::{
    desk::{read, work::Job},
    model::{Category, Delivery, EventKind, Id, Message, Stamp, Ticket, Visibility},
    store::Reject,
};

/// How long a thread is quiet before it counts as ended: 14 days, in milliseconds.
pub const QUIET: i64 = 14 * 86_400_000;

/// A thread at rest.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImportThread {
    /// The thread.
    pub thread: Id,
    /// The ticket on which the desk had mail of it before.
    pub joins: Option<Id>,
    /// Where it came to rest.
    pub category: Category,
    /// When.
    pub at: Stamp,
    /// The address of the agent who answered last.
    pub solver: Option<Sender>,
}

/// Brings new tickets to rest.
pub(super) fn apply(job: &mut Job, threads: &[ImportThread]) -> Result<(), Reject> {
    let mut n = 0;
    for thread in threads {
        let own = job.work.get::<Ticket>(thread.thread)?.filter(|t| t.merged_into.is_none());
        let (mut t, category) = match (own, thread.joins) {
            (Some(t), _) => (t, thread.category.clone()),
            (None, Some(id)) => {
                let Some(t) = placing::live(job.view(), id)? else { continue };
                let category = with_what_was_here(job, &t, thread)?;
                (t, category)
            }
            (None, None) => continue,
        };
        if t.category == category || t.category != Category::New {
            continue;
        }
        let solver = match &thread.solver {
            Some(who) => Some(agent(job, who)?),
            None => None,
        };
        t.assignee = t.assignee.or(solver);
        t.category = category;
        t.updated_at = t.updated_at.max(thread.at);
        job.put(&t)?;
        job.event_at(t.id, thread.at, solver, EventKind::Category, "new", t.category.as_str())?;
        n += 1;
    }
    job.say(format!("{n} tickets came to rest"));
    Ok(())
}

/// The final state of a ticket with mail from before the import: the last message may be here already.
fn with_what_was_here(job: &Job, t: &Ticket, thread: &ImportThread) -> Result<Category, Reject> {
    let messages = read::thread(job.view(), t.id)?;
    let Some(last) = newest(&messages).filter(|m| m.at > thread.at) else {
        return Ok(thread.category.clone());
    };
    Ok(if job.now() - last.at > QUIET {
        Category::Solved
    } else if last.delivery == Delivery::Received {
        Category::Open
    } else {
        Category::Pending
    })
}

/// What a person said last on a ticket, to the customer or by them.
pub(super) fn newest(messages: &[Message]) -> Option<&Message> {
    let said = |m: &&Message| m.visibility == Visibility::Public && m.robot.is_empty();
    messages.iter().filter(said).max_by_key(|m| m.at)
}
