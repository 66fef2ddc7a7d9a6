//! What each command needs.

use std::collections::BTreeSet;

use super::Permission;
use crate::{
    desk::{Command, import::ImportStep},
    model::{Id, Kind, field},
};

/// The most records that one command may change without [`Permission::Bulk`].
pub const BULK: usize = 50;

/// What a command needs before it runs. What it writes is looked at afterwards: [`super::to_write`].
pub fn of_command(command: &Command) -> Permission {
    match command {
        Command::Start { .. } => Permission::Begin,
        Command::MailboxPause(..) | Command::MailboxRemove(..) => Permission::ManageWorkspace,
        Command::AgentAdd(_) | Command::TeamAdd(_) => Permission::ManageAgents,
        Command::AgentAway(..)
        | Command::CustomerDistinct(..)
        | Command::TicketCreate(_)
        | Command::TicketReceive(_)
        | Command::TicketSet(..)
        | Command::TicketBlock(..)
        | Command::OrderAdd(_)
        | Command::OrderRefund(..)
        | Command::TaskDone(..)
        | Command::ResponseRecord(_)
        | Command::ViewSave(_)
        | Command::ViewDelete(_)
        | Command::ViewFreeze(..) => Permission::Work,
        Command::Create(kind, _)
        | Command::Edit(kind, ..)
        | Command::Archive(kind, ..)
        | Command::Tag(kind, ..) => of_kind(*kind),
        Command::CustomerExport(_) => Permission::ExportPerson,
        Command::CustomerErase(_) => Permission::Erase,
        Command::Merge { .. } | Command::Unmerge(..) => Permission::Merge,
        Command::InteractionLog(_) => Permission::LogInteraction,
        Command::TicketReply(_)
        | Command::TicketForward(_)
        | Command::Outbox(..)
        | Command::OutboxSent(_) => Permission::Send,
        Command::OutboxClaim { .. } | Command::OutboxSettle { .. } | Command::OutboxCopied(..) => {
            Permission::Deliver
        }
        Command::MailReceive(_) => Permission::ReceiveMail,
        Command::TicketNote(..) => Permission::Note,
        Command::Import(step) => of_step(step),
        Command::Undo(_) | Command::UndoBefore(_) | Command::Redo => Permission::Undo,
        // Only changes of many have steps.
        Command::RevertStep(..) => Permission::Bulk,
        Command::Tick => Permission::RunTimers,
    }
}

/// What adding, changing, archiving and tagging records of a kind needs. One that is not listed needs what only owners
/// have, so that a new kind is not open by mistake.
fn of_kind(kind: Kind) -> Permission {
    match kind {
        Kind::Workspace | Kind::Mailbox => Permission::ManageWorkspace,
        Kind::Agent => Permission::ManageAgents,
        Kind::Customer | Kind::Organisation | Kind::Task => Permission::Work,
        kind if field::is_entity(kind) => Permission::Work,
        _ => Permission::ManageOwners,
    }
}

/// What a step of an import needs: piped mail is daily work, all else is not.
fn of_step(step: &ImportStep) -> Permission {
    match step {
        ImportStep::Begin(_)
        | ImportStep::End(_)
        | ImportStep::Drop(_)
        | ImportStep::Mails(_)
        | ImportStep::Settle(_)
        | ImportStep::Reports(_) => Permission::ReceiveMail,
        ImportStep::Contacts(..)
        | ImportStep::Orders(..)
        | ImportStep::Records(..)
        | ImportStep::Revert(_) => Permission::Import,
    }
}

/// What undoing a log row needs, besides the permissions for the fields that this writes; by the word of its command.
/// A word that is not listed needs what only owners have, so that a new command is not open by mistake.
pub fn of_word(word: &str) -> Permission {
    match word {
        "start" => Permission::Begin,
        "mailbox pause" | "mailbox resume" | "mailbox remove" => Permission::ManageWorkspace,
        "team add" => Permission::ManageAgents,
        "agent away" | "customer distinct" | "ticket create" | "ticket receive" | "ticket set"
        | "ticket block" | "ticket unblock" | "order add" | "order refund" | "task done"
        | "response record" | "view save" | "view delete" | "view freeze" => Permission::Work,
        "customer export-me" => Permission::ExportPerson,
        "customer erase-me" => Permission::Erase,
        "customer merge" | "organisation merge" | "customer unmerge" | "organisation unmerge" => {
            Permission::Merge
        }
        "interaction log" => Permission::LogInteraction,
        "ticket reply" | "ticket forward" | "outbox sent" | "outbox hold" | "outbox now" | "outbox later"
        | "outbox cancel" | "outbox retry" | "outbox edit" => Permission::Send,
        "outbox claim" | "outbox settle" => Permission::Deliver,
        "mail receive" => Permission::ReceiveMail,
        "ticket note" => Permission::Note,
        "import" => Permission::Import,
        "undo" | "redo" => Permission::Undo,
        "tick" => Permission::RunTimers,
        _ => match shared(word) {
            Some(kind) => of_kind(kind),
            None => Permission::ManageOwners,
        },
    }
}

/// The kind that a word of the shared commands is of: `deal edit`.
fn shared(word: &str) -> Option<Kind> {
    Kind::ALL.iter().copied().find(|k| {
        let verbs = k.verbs();
        [verbs.add, verbs.edit, verbs.archive, verbs.tag].contains(&word)
    })
}

/// How many different records a command changes.
pub fn record_count(command: &Command) -> usize {
    match command {
        Command::TicketSet(ids, _)
        | Command::TicketBlock(ids, _)
        | Command::Tag(_, ids, ..)
        | Command::Archive(_, ids, _)
        | Command::Outbox(ids, _)
        | Command::TaskDone(ids, _) => ids.iter().copied().collect::<BTreeSet<Id>>().len(),
        _ => 1,
    }
}

/// The kind of records that a change of many changes, by the word of its command; `None` where it is of one.
pub fn bulk_kind(word: &str) -> Option<Kind> {
    match word {
        "ticket set" => Some(Kind::Ticket),
        "task done" => Some(Kind::Task),
        _ => shared(word).filter(|k| [k.verbs().archive, k.verbs().tag].contains(&word)),
    }
}
