//! What writing a record or a field needs, whichever command, undo or redo writes it.

use std::collections::BTreeSet;

use super::Permission;
use crate::{
    model::{
        Agent, Delivery, EventKind, Kind, Message, Role, TicketEvent, Visibility, field,
        log::{Change, ChangeKind},
    },
    store::{StoreError, View, records},
};

/// Fields of a ticket that follow a note: version, time of the last change, clocks.
const FOLLOW: &[&str] = &["v", "ua", "ti"];

/// The fields of blocked senders, of the workspace and of mailboxes.
const BLOCKED: &[&str] = &["v", "bl"];

/// Whether a change is of these fields alone.
fn is_only(change: &Change, fields: &[&str]) -> bool {
    matches!(&change.what, ChangeKind::Updated(all) if all.iter().all(|f| fields.contains(&f.field.as_str())))
}

/// The permissions that a change of a record needs, all of them. `after` is the state that the change leads to.
///
/// # Errors
/// Where the file cannot be read.
pub fn to_write(after: &dyn View, change: &Change) -> Result<BTreeSet<Permission>, StoreError> {
    let mut needs = BTreeSet::new();
    let Some(kind) = change.kind() else {
        needs.insert(Permission::ManageOwners);
        return Ok(needs);
    };
    match kind {
        // Blocking senders is daily work.
        Kind::Workspace | Kind::Mailbox if is_only(change, BLOCKED) => {
            needs.insert(Permission::Work);
        }
        Kind::Workspace => {
            let whole = !matches!(change.what, ChangeKind::Updated(_));
            needs.insert(if whole { Permission::Begin } else { Permission::ManageWorkspace });
        }
        Kind::Agent => agent(after, change, &mut needs)?,
        // Where mail comes from and goes to is a setting of the desk.
        Kind::Mailbox => {
            needs.insert(Permission::ManageWorkspace);
        }
        Kind::Team => {
            needs.insert(Permission::ManageAgents);
        }
        Kind::Message => message(change, &mut needs)?,
        Kind::Outbox => {
            needs.insert(Permission::Send);
        }
        Kind::TicketEvent => {
            needs.insert(event(change)?);
        }
        Kind::Ticket if is_only(change, FOLLOW) => {}
        Kind::Ticket => {
            needs.insert(Permission::Work);
        }
        Kind::Interaction => {
            let whole = !matches!(change.what, ChangeKind::Updated(_));
            needs.insert(if whole { Permission::LogInteraction } else { Permission::Work });
        }
        Kind::ImportBatch => {
            needs.insert(Permission::ReceiveMail);
        }
        Kind::Customer | Kind::Organisation | Kind::Order | Kind::Task | Kind::Response | Kind::SavedView => {
            needs.insert(Permission::Work);
        }
        kind if field::is_entity(kind) => {
            needs.insert(Permission::Work);
        }
        // A new kind is not open by mistake.
        _ => {
            needs.insert(Permission::ManageOwners);
        }
    }
    Ok(needs)
}

/// An agent's own record: whether they are away is daily work, all else is not; an owner's is an owner's affair.
fn agent(after: &dyn View, change: &Change, needs: &mut BTreeSet<Permission>) -> Result<(), StoreError> {
    if let ChangeKind::Updated(fields) = &change.what
        && fields.iter().all(|f| matches!(f.field.as_str(), "v" | "aw"))
    {
        needs.insert(Permission::Work);
        return Ok(());
    }
    needs.insert(Permission::ManageAgents);
    let (before, after) = agents(after, change)?;
    if [before, after].into_iter().flatten().any(|a| a.role == Role::Owner) {
        needs.insert(Permission::ManageOwners);
    }
    Ok(())
}

/// Whether an agent can act as owner.
pub fn is_owner(agent: &Agent) -> bool {
    agent.role == Role::Owner && agent.archived_at.is_none()
}

/// Whether an agent could act as owner before a change.
///
/// # Errors
/// Where the file cannot be read.
pub fn was_owner(after: &dyn View, change: &Change) -> Result<bool, StoreError> {
    Ok(agents(after, change)?.0.as_ref().is_some_and(is_owner))
}

/// An agent before and after a change.
fn agents(after: &dyn View, change: &Change) -> Result<(Option<Agent>, Option<Agent>), StoreError> {
    Ok(match &change.what {
        ChangeKind::Created(made) => (None, Some(records::decode(made)?)),
        ChangeKind::Deleted(gone) => (Some(records::decode(gone)?), None),
        ChangeKind::Updated(fields) => {
            let Some(now) = after.get(Kind::Agent.table(), change.id.bytes())? else {
                return Ok((None, None));
            };
            let mut all = records::to_fields(&now)?;
            for f in fields {
                all.retain(|(name, _)| *name != f.field);
                all.extend(f.before.clone().map(|value| (f.field.clone(), value)));
            }
            (Some(records::decode(&records::from_fields(all))?), Some(records::decode(&now)?))
        }
    })
}

fn message(change: &Change, needs: &mut BTreeSet<Permission>) -> Result<(), StoreError> {
    match &change.what {
        ChangeKind::Created(bytes) | ChangeKind::Deleted(bytes) => {
            let m: Message = records::decode(bytes)?;
            needs.insert(match (&m.visibility, &m.delivery) {
                (_, Delivery::Held | Delivery::Queued | Delivery::Failed) => Permission::Send,
                (Visibility::Internal, _) => Permission::Note,
                _ => Permission::Work,
            });
        }
        ChangeKind::Updated(fields) => {
            for f in fields.iter().filter(|f| f.field != "v") {
                // Who may read it, and how far it is on its way.
                let sends = matches!(f.field.as_str(), "v_" | "d");
                needs.insert(if sends { Permission::Send } else { Permission::Work });
            }
        }
    }
    Ok(())
}

/// An event is written along with what happened: that a note was written needs no more than the note.
fn event(change: &Change) -> Result<Permission, StoreError> {
    let noted = match &change.what {
        ChangeKind::Created(bytes) | ChangeKind::Deleted(bytes) => {
            records::decode::<TicketEvent>(bytes)?.kind == EventKind::Noted
        }
        ChangeKind::Updated(_) => false,
    };
    Ok(if noted { Permission::Note } else { Permission::Work })
}
