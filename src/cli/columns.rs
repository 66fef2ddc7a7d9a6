//! Which columns each list has, and what stands in them.

use super::{
    json,
    table::{Column, aside, fixed, right, text},
};
use crate::{
    desk::list::{Asker, Item},
    model::{Customer, Id, Kind, Message, Order, Stamp, Ticket, Visibility, log::LogRow, number},
};

/// The columns of an entity, as `frontdesk list` names it.
pub fn of(entity: &str) -> &'static [Column] {
    match entity {
        "customers" => CUSTOMERS,
        "organisations" => ORGANISATIONS,
        "tickets" => TICKETS,
        "messages" => MESSAGES,
        "interactions" => INTERACTIONS,
        "orders" => ORDERS,
        "tasks" => TASKS,
        "responses" => RESPONSES,
        "outbox" => OUTBOX,
        _ => LOG,
    }
}

const CUSTOMERS: &[Column] = &[
    fixed("number"),
    text("name"),
    text("email"),
    fixed("phone"),
    aside("organisation"),
    fixed("stage"),
    aside("tags"),
];
const ORGANISATIONS: &[Column] =
    &[fixed("number"), text("name"), text("domains"), aside("tags"), fixed("created")];
const TICKETS: &[Column] = &[
    fixed("number"),
    fixed("status"),
    fixed("priority"),
    text("requester"),
    aside("assignee"),
    text("subject"),
    fixed("updated"),
    aside("tags"),
];
const MESSAGES: &[Column] = &[
    fixed("number"),
    fixed("ticket"),
    fixed("at"),
    fixed("kind"),
    fixed("delivery"),
    text("from"),
    text("text"),
];
const INTERACTIONS: &[Column] = &[
    fixed("number"),
    fixed("at"),
    fixed("channel"),
    fixed("direction"),
    text("customer"),
    aside("author"),
    text("text"),
];
const ORDERS: &[Column] = &[
    fixed("number"),
    fixed("date"),
    text("customer"),
    right("amount"),
    fixed("currency"),
    fixed("status"),
    text("items"),
];
const TASKS: &[Column] = &[
    fixed("number"),
    fixed("due"),
    text("owner"),
    text("title"),
    text("customer"),
    fixed("ticket"),
    fixed("done"),
];
const RESPONSES: &[Column] = &[
    fixed("number"),
    fixed("at"),
    fixed("survey"),
    right("score"),
    text("customer"),
    fixed("ticket"),
    text("comment"),
];
const OUTBOX: &[Column] = &[
    fixed("number"),
    fixed("state"),
    fixed("ticket"),
    text("to"),
    text("subject"),
    fixed("next"),
    right("attempts"),
    text("problem"),
];
const LOG: &[Column] =
    &[right("seq"), fixed("at"), text("agent"), fixed("command"), text("what"), aside("records")];

/// The number of a row, as it is typed: `T-12`; for the log its place.
pub fn number(item: &Item) -> String {
    match item {
        Item::Customer(i) => number::show(Kind::Customer, i.customer.number),
        Item::Organisation(i) => number::show(Kind::Organisation, i.organisation.number),
        Item::Ticket(i) => number::show(Kind::Ticket, i.ticket.number),
        Item::Message(i) => number::show(Kind::Message, i.message.number),
        Item::Interaction(i) => number::show(Kind::Interaction, i.interaction.number),
        Item::Order(i) => number::show(Kind::Order, i.order.number),
        Item::Task(i) => number::show(Kind::Task, i.task.number),
        Item::Response(i) => number::show(Kind::Response, i.response.number),
        Item::Outbox(i) => number::show(Kind::Message, i.message.as_ref().map_or(0, |m| m.number)),
        Item::Log(i) => i.item.row.seq.to_string(),
    }
}

/// What stands in the columns of a row.
pub fn cells(asker: &Asker, item: &Item) -> Vec<String> {
    let mut out = vec![number(item)];
    match item {
        Item::Customer(i) => {
            let c = &i.customer;
            out.extend([
                c.display_name(),
                c.email().unwrap_or_default().to_owned(),
                c.phone().unwrap_or_default().to_owned(),
                i.organisations.iter().map(|o| o.name.as_str()).collect::<Vec<_>>().join(", "),
                c.stage.as_str().to_owned(),
                c.tags.join(" "),
            ]);
        }
        Item::Organisation(i) => {
            let o = &i.organisation;
            out.extend([
                o.name.clone(),
                o.domains.join(" "),
                o.tags.join(" "),
                asker.zone.date(o.created_at),
            ]);
        }
        Item::Ticket(i) => {
            let t = &i.ticket;
            out.extend([
                t.category.as_str().to_owned(),
                t.priority.as_str().to_owned(),
                name(i.requester.as_ref()),
                agent(asker, t.assignee),
                t.subject.clone(),
                asker.zone.date_time(t.updated_at),
                t.tags.join(" "),
            ]);
        }
        Item::Message(i) => {
            let m = &i.message;
            out.extend([
                ticket(i.ticket.as_ref()),
                asker.zone.date_time(m.at),
                m.visibility.as_str().to_owned(),
                m.delivery.as_str().to_owned(),
                from(m),
                first_line(&m.body),
            ]);
        }
        Item::Interaction(i) => {
            let x = &i.interaction;
            let text = if x.subject.is_empty() { first_line(&x.body) } else { x.subject.clone() };
            out.extend([
                asker.zone.date_time(x.at),
                x.channel.as_str().to_owned(),
                x.direction.as_str().to_owned(),
                name(i.customer.as_ref()),
                agent(asker, x.author),
                text,
            ]);
        }
        Item::Order(i) => {
            let o = &i.order;
            out.extend([
                o.date.to_string(),
                name(i.customer.as_ref()),
                json::amount(o.total, &o.currency),
                o.currency.clone(),
                o.status.as_str().to_owned(),
                items(o),
            ]);
        }
        Item::Task(i) => {
            let t = &i.task;
            out.extend([
                time(asker, t.due),
                agent(asker, t.owner),
                t.title.clone(),
                name(i.customer.as_ref()),
                ticket(i.ticket.as_ref()),
                time(asker, t.done_at),
            ]);
        }
        Item::Response(i) => {
            let r = &i.response;
            out.extend([
                asker.zone.date_time(r.at),
                r.preset.as_str().to_owned(),
                r.score.to_string(),
                name(i.customer.as_ref()),
                ticket(i.ticket.as_ref()),
                first_line(&r.comment),
            ]);
        }
        Item::Outbox(i) => {
            let m = i.message.as_ref();
            out.extend([
                i.outbox.state.to_string(),
                ticket(i.ticket.as_ref()),
                m.map(|m| m.to.join(", ")).unwrap_or_default(),
                m.map(|m| m.subject.clone()).unwrap_or_default(),
                time(asker, i.outbox.next_at()),
                i.outbox.attempts.to_string(),
                i.outbox.problem.clone(),
            ]);
        }
        Item::Log(i) => {
            let row = &i.item.row;
            out.extend([
                asker.zone.date_time(row.logged_at),
                logged_by(asker, row),
                row.command.clone(),
                i.item.body.as_ref().map_or("(erased)", |b| &b.summary).to_owned(),
                i.records.join(" "),
            ]);
        }
    }
    out
}

fn name(c: Option<&Customer>) -> String {
    c.map(Customer::display_name).unwrap_or_default()
}

fn ticket(t: Option<&Ticket>) -> String {
    t.map(|t| number::show(Kind::Ticket, t.number)).unwrap_or_default()
}

/// The agent of a log row, and the Unix user where that is another.
fn logged_by(asker: &Asker, row: &LogRow) -> String {
    let claimed = agent(asker, Some(row.actor).filter(|a| !a.is_nil()));
    match &row.unix_user {
        None => claimed,
        Some(user) if claimed.is_empty() => user.clone(),
        Some(user) => format!("{claimed} (Unix user {user})"),
    }
}

fn agent(asker: &Asker, id: Option<Id>) -> String {
    id.and_then(|id| asker.roster.agent(id)).map(|a| a.name.clone()).unwrap_or_default()
}

fn time(asker: &Asker, at: Option<Stamp>) -> String {
    at.map(|at| asker.zone.date_time(at)).unwrap_or_default()
}

/// Who wrote a message: name, else address.
pub fn from(m: &Message) -> String {
    let who = if m.from_name.is_empty() { &m.from } else { &m.from_name };
    match m.visibility {
        Visibility::Internal => format!("{who} (note)"),
        Visibility::Side => format!("{who} (side thread)"),
        _ => who.clone(),
    }
}

/// What an order is of, in a line.
pub fn items(o: &Order) -> String {
    let lines = o.lines.iter().map(|l| {
        let what = if l.title.is_empty() { &l.sku } else { &l.title };
        match (what.is_empty(), l.quantity) {
            (true, n) => format!("{n} ×"),
            (false, 1) => what.clone(),
            (false, n) => format!("{n} × {what}"),
        }
    });
    lines.collect::<Vec<_>>().join(", ")
}

/// The first line of a text that says something.
pub fn first_line(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|l| !l.is_empty()).unwrap_or_default();
    line.chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::list::LogItem;
    use crate::model::zone::Zone;
    use crate::query::{Schema, rows::Roster};
    use crate::store::feed::FeedItem;

    #[test]
    fn every_entity_has_as_many_cells_as_columns() {
        let asker = Asker { now: 0, zone: Zone::utc(), me: None, roster: Roster::default(), sensitive: true };
        let draft = crate::model::log::LogDraft {
            actor: Id::NIL,
            logged_at: 0,
            effective_at: 0,
            command: "x".into(),
            op: Id::NIL,
            batch: None,
            undo_of: None,
            redo_of: None,
            via: None,
            unix_user: None,
            salt: [0; 16],
            body: crate::model::log::LogBody::default(),
        };
        let row = draft.seal(7, [0; 32]).0;
        let all = [
            Item::Customer(Box::default()),
            Item::Organisation(Box::default()),
            Item::Ticket(Box::default()),
            Item::Message(Box::default()),
            Item::Interaction(Box::default()),
            Item::Order(Box::default()),
            Item::Task(Box::default()),
            Item::Response(Box::default()),
            Item::Outbox(Box::default()),
            Item::Log(Box::new(LogItem {
                item: FeedItem { row, body: None },
                records: Vec::new(),
                batch: None,
            })),
        ];
        let entities = [
            "customers",
            "organisations",
            "tickets",
            "messages",
            "interactions",
            "orders",
            "tasks",
            "responses",
            "outbox",
            "log",
        ];
        for (item, entity) in all.iter().zip(entities) {
            assert!(Schema::of(entity).is_some());
            assert_eq!(cells(&asker, item).len(), of(entity).len(), "{entity}");
            assert!(json::item(&asker, item).unwrap().is_object());
        }
        assert_eq!(number(&all[0]), "C-0");
        assert_eq!(number(&all[9]), "7");
    }

    #[test]
    fn a_line_of_a_text_is_its_first_that_says_something() {
        assert_eq!(first_line("\n  \n hello \nworld"), "hello");
        assert_eq!(first_line(""), "");
    }
}
