//! The command line of a change: what `Y` copies.

use super::model::Model;
use crate::{
    desk::{Command, TicketChange, bulk, incoming::screener::Block, outbox::OutboxVerb},
    model::{Category, Id, Kind, Stamp, number},
};

/// The command line that makes the same change; `None` where there is none.
#[must_use]
pub fn of(m: &Model, command: &Command) -> Option<String> {
    // Of many not all are here, and no line of a shell names them all.
    if bulk::is_many(command) {
        return None;
    }
    Some(match command {
        Command::TicketSet(ids, changes) => {
            let ids = tickets(m, ids);
            changes.iter().map(|c| change(m, c, &ids)).collect::<Vec<_>>().join(" && ")
        }
        Command::TicketBlock(ids, Block::Lift) => format!("frontdesk ticket unblock {}", tickets(m, ids)),
        Command::TicketBlock(ids, how) => {
            let domain = if *how == Block::Domain { " --domain" } else { "" };
            format!("frontdesk ticket block {}{domain}", tickets(m, ids))
        }
        Command::TicketNote(id, text) => {
            format!("frontdesk ticket note {} --body {}", tickets(m, &[*id]), quoted(text))
        }
        Command::TicketReply(r) => {
            let side =
                r.side.and_then(|id| message(m, id)).map(|n| format!(" --side {n}")).unwrap_or_default();
            let who = recipients(&r.to, &r.cc, &r.bcc);
            let rest = letter(m, r.subject.as_deref(), r.send_at, &r.body);
            format!("frontdesk ticket reply {}{side}{who}{rest}", tickets(m, &[r.ticket]))
        }
        Command::TicketForward(f) => {
            let who = recipients(&f.to, &f.cc, &f.bcc);
            let rest = letter(m, f.subject.as_deref(), f.send_at, &f.body);
            format!("frontdesk ticket forward {}{who}{rest}", tickets(m, &[f.ticket]))
        }
        Command::TaskDone(ids, true) => {
            let rows = m.tasks.rows().iter().filter(|t| ids.contains(&t.id));
            let all: Vec<String> = rows.map(|t| number::show(Kind::Task, t.number)).collect();
            format!("frontdesk task done {}", all.join(" "))
        }
        Command::Tag(Kind::Customer, ids, add, remove) => {
            let ids = customers(m, ids);
            let line = |verb: &str, tags: &[String]| {
                let tags: Vec<String> = tags.iter().map(|t| quoted(t)).collect();
                (!tags.is_empty()).then(|| format!("frontdesk customer {verb} {ids} {}", tags.join(" ")))
            };
            let both: Vec<String> = [line("tag", add), line("untag", remove)].into_iter().flatten().collect();
            both.join(" && ")
        }
        Command::Archive(Kind::Customer, ids, true) => {
            format!("frontdesk customer archive {}", customers(m, ids))
        }
        Command::Merge { kind: Kind::Customer, into, from, take } => {
            let take: String = take.iter().map(|t| format!(" --take {}", quoted(t))).collect();
            format!("frontdesk customer merge {} {}{take}", customers(m, &[*into]), customers(m, &[*from]))
        }
        Command::Outbox(ids, verb) => {
            let rows = m.outbox.rows().iter().filter(|o| ids.contains(&o.id));
            let all: Vec<String> = rows.map(|o| number::show(Kind::Message, o.number)).collect();
            let at = match verb {
                OutboxVerb::At(at) => format!(" --at {}", quoted(&m.info.zone.date_time(*at))),
                _ => String::new(),
            };
            format!("frontdesk {} {}{at}", verb.word(), all.join(" "))
        }
        _ => return None,
    })
}

fn recipients(to: &[String], cc: &[String], bcc: &[String]) -> String {
    let all = [("to", to), ("cc", cc), ("bcc", bcc)].into_iter();
    let each = all.flat_map(|(flag, list)| list.iter().map(move |a| format!(" --{flag} {}", quoted(a))));
    each.collect()
}

fn letter(m: &Model, subject: Option<&str>, at: Option<Stamp>, body: &str) -> String {
    let subject = subject.map(|s| format!(" --subject {}", quoted(s))).unwrap_or_default();
    let at = at.map(|at| format!(" --at {}", quoted(&m.info.zone.date_time(at)))).unwrap_or_default();
    format!("{subject}{at} --body {}", quoted(body))
}

/// The number of a message of the ticket that is read.
fn message(m: &Model, id: Id) -> Option<String> {
    let read = &m.page.ticket.as_ref()?.page.messages;
    read.iter().find(|x| x.id == id).map(|x| number::show(Kind::Message, x.number))
}

fn change(m: &Model, change: &TicketChange, ids: &str) -> String {
    let when = |at: Stamp| quoted(&m.info.zone.date_time(at));
    let handle = |id: Id| m.info.agent(id).map_or_else(|| "none".to_owned(), |a| format!("@{}", a.handle));
    let (verb, value) = match change {
        TicketChange::Category(Category::Solved) => ("solve", String::new()),
        TicketChange::Category(Category::Open) => ("open", String::new()),
        TicketChange::Category(Category::Pending) => ("pending", String::new()),
        TicketChange::Category(Category::OnHold) => ("hold", String::new()),
        TicketChange::Category(Category::Closed) => ("close", String::new()),
        TicketChange::Category(c) => ("set", format!("category={}", c.as_str())),
        TicketChange::Field(e) => ("set", quoted(&format!("{}={}", e.field, e.value))),
        TicketChange::Priority(p) => ("priority", p.as_str().to_owned()),
        TicketChange::Assignee(who) => ("assign", who.map_or_else(|| "none".to_owned(), handle)),
        TicketChange::Team(team) => {
            ("team", quoted(team.and_then(|t| m.info.team(t)).map_or("none", |t| t.name.as_str())))
        }
        TicketChange::Type(t) => ("type", t.as_str().to_owned()),
        TicketChange::Tag(t) => ("tag", quoted(t)),
        TicketChange::Untag(t) => ("untag", quoted(t)),
        TicketChange::Follow(who) => ("follow", handle(*who)),
        TicketChange::Unfollow(who) => ("unfollow", handle(*who)),
        TicketChange::Spam(true) => ("spam", String::new()),
        TicketChange::Spam(false) => ("unspam", String::new()),
        TicketChange::Accept => ("accept", String::new()),
        TicketChange::Snooze(Some(at)) => ("snooze", when(*at)),
        TicketChange::Snooze(None) => ("wake", String::new()),
        TicketChange::Subject(s) => ("subject", quoted(s)),
        TicketChange::Requester(id) => {
            let known = customers(m, &[*id]);
            ("requester", if known.is_empty() { id.to_string() } else { known })
        }
        TicketChange::Promise(Some(at)) => ("promise", when(*at)),
        TicketChange::Promise(None) => ("promise", "none".to_owned()),
    };
    format!("frontdesk ticket {verb} {ids} {value}").trim_end().to_owned()
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
