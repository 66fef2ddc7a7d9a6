//! The command line of a change: what `Y` copies.

use super::model::Model;
use crate::{
    desk::{Command, TicketChange},
    model::{Id, Kind, number},
};

/// The command line that makes the same change; `None` where there is none.
#[must_use]
pub fn of(m: &Model, command: &Command) -> Option<String> {
    Some(match command {
        Command::TicketSet(ids, changes) => {
            let what: Vec<String> = changes.iter().map(|c| change(m, c)).collect();
            format!("frontdesk ticket {} {}", what.join(" "), tickets(m, ids))
        }
        Command::TicketNote(id, text) => {
            format!("frontdesk ticket note {} --body {}", tickets(m, &[*id]), quoted(text))
        }
        Command::TicketReply(reply) => {
            format!("frontdesk ticket reply {} --body {}", tickets(m, &[reply.ticket]), quoted(&reply.body))
        }
        Command::TaskDone(ids, true) => {
            let rows = m.tasks.rows().iter().filter(|t| ids.contains(&t.id));
            let all: Vec<String> = rows.map(|t| number::show(Kind::Task, t.number)).collect();
            format!("frontdesk task done {}", all.join(" "))
        }
        Command::CustomerTag(ids, add, remove) => {
            let tags = add.iter().map(|t| format!("+{t}")).chain(remove.iter().map(|t| format!("-{t}")));
            let tags: Vec<String> = tags.map(|t| quoted(&t)).collect();
            format!("frontdesk customer tag {} {}", customers(m, ids), tags.join(" "))
        }
        Command::CustomerArchive(ids, true) => format!("frontdesk customer archive {}", customers(m, ids)),
        _ => return None,
    })
}

fn change(m: &Model, change: &TicketChange) -> String {
    match change {
        TicketChange::Category(c) => format!("status {}", c.as_str()),
        TicketChange::Status(s) => format!("status {}", quoted(s)),
        TicketChange::Priority(p) => format!("priority {}", p.as_str()),
        TicketChange::Assignee(Some(id)) => {
            let handle = m.info.agent(*id).map(|a| a.handle.as_str()).unwrap_or_default();
            format!("assign @{handle}")
        }
        TicketChange::Assignee(None) => "assign -".to_owned(),
        TicketChange::Team(team) => {
            let name = team.and_then(|t| m.info.team(t)).map(|t| t.name.as_str()).unwrap_or("-");
            format!("team {}", quoted(name))
        }
        TicketChange::Type(t) => format!("type {}", t.as_str()),
        TicketChange::Tag(t) => format!("tag {}", quoted(t)),
        TicketChange::Untag(t) => format!("untag {}", quoted(t)),
        TicketChange::Follow(_) => "follow".to_owned(),
        TicketChange::Unfollow(_) => "unfollow".to_owned(),
        TicketChange::Spam(true) => "spam".to_owned(),
        TicketChange::Spam(false) => "unspam".to_owned(),
        TicketChange::Snooze(Some(at)) => format!("snooze {}", quoted(&m.info.zone.date_time(*at))),
        TicketChange::Snooze(None) => "wake".to_owned(),
        TicketChange::Subject(s) => format!("subject {}", quoted(s)),
        TicketChange::Promise(Some(at)) => format!("promise {}", quoted(&m.info.zone.date_time(*at))),
        TicketChange::Promise(None) => "promise -".to_owned(),
    }
}

fn tickets(m: &Model, ids: &[Id]) -> String {
    let rows = m.queue.rows().iter().chain(m.all_tickets.rows()).map(|t| (t.id, t.number));
    let read = m.page.ticket.iter().map(|v| (v.page.ticket.id, v.page.ticket.number));
    let known: std::collections::HashMap<Id, u64> = rows.chain(read).collect();
    let each = ids.iter().filter_map(|id| known.get(id)).map(|n| number::show(Kind::Ticket, *n));
    each.collect::<Vec<_>>().join(" ")
}

fn customers(m: &Model, ids: &[Id]) -> String {
    let rows = m.customers.rows().iter().chain(m.all_customers.rows()).map(|c| (c.id, c.number));
    let read = m.page.customer.iter().map(|v| (v.page.customer.id, v.page.customer.number));
    let known: std::collections::HashMap<Id, u64> = rows.chain(read).collect();
    let each = ids.iter().filter_map(|id| known.get(id)).map(|n| number::show(Kind::Customer, *n));
    each.collect::<Vec<_>>().join(" ")
}

/// As a shell takes it.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.@+:/,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_takes_it_as_it_was() {
        assert_eq!(quoted("vip"), "vip");
        assert_eq!(quoted("it's $HOME"), r"'it'\''s $HOME'");
        assert_eq!(quoted(""), "''");
    }
}
