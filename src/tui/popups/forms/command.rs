//! The command that the values of a form make.

use super::check::{money, past};
use crate::{
    desk::{
        Command, Edit,
        command::{NewAgent, NewInteraction, NewOrder, NewResponse, NewTicket},
        list::columns,
    },
    model::{
        Channel, Direction, Id, Kind, Preset, Priority, Role, Stamp, TicketType, order::Line, phone, phrase,
        zone::Zone,
    },
    tui::{
        effect::Then,
        model::{Form, FormKind, Model},
    },
};

/// Every field that was filled in or changed, as an edit.
fn edits(form: &Form) -> Vec<Edit> {
    let changed = form.fields.iter().filter(|f| f.changed());
    changed.map(|f| Edit::set(f.name, f.text.as_str().trim())).collect()
}

/// The command that a form makes; `None` where nothing was changed.
pub(super) fn command(m: &Model, form: &Form) -> Result<Option<(Command, Then)>, String> {
    let text = |name| form.value(name).to_owned();
    let currency = m.info.currency();
    let moment = |name| match form.value(name) {
        "" => Ok(None),
        t => phrase::moment(t, m.now, &m.info.zone).map(Some).map_err(|e| e.to_string()),
    };
    let some = |command: Command| Ok(Some((command, Then::Open)));
    match form.kind {
        FormKind::Begin => {
            let set = |name| Edit::set(name, text(name));
            let owner = NewAgent {
                name: text("owner"),
                unix_user: m.newcomer.user.clone(),
                emails: Some(text("address")).filter(|a| !a.is_empty()).into_iter().collect(),
                role: Role::Owner,
                ..NewAgent::default()
            };
            let mut workspace = vec![set("zone"), set("currency"), set("address")];
            let zone = Zone::named(form.value("zone")).ok();
            // Numbers that are written without a calling code are of this country.
            let code = zone.and_then(|z| phone::code_of_zone(z.name())).map(|c| c.to_string());
            workspace.extend(code.map(|c| Edit::set("calling_code", c)));
            Ok(Some((Command::Start { workspace, owner }, Then::Begun)))
        }
        FormKind::CustomerNew => some(Command::Create(Kind::Customer, edits(form))),
        FormKind::OrganisationNew => some(Command::Create(Kind::Organisation, edits(form))),
        FormKind::TaskNew(customer, ticket) => {
            let mut all = edits(form);
            all.push(Edit::set("owner", text("owner")));
            all.extend(customer.map(|c| Edit::set("customer", c.to_string())));
            all.extend(ticket.map(|t| Edit::set("ticket", t.to_string())));
            some(Command::Create(Kind::Task, all))
        }
        FormKind::RecordNew(kind, customer) => {
            let mut all = edits(form);
            if !all.iter().any(|e| e.field == "customer") && form.value("customer").is_empty() {
                all.extend(customer.map(|c| Edit::set("customer", c.to_string())));
            }
            some(Command::Create(kind, all))
        }
        FormKind::RecordEdit(kind, id) => Ok(changed(form).map(|e| (Command::Edit(kind, id, e), Then::Open))),
        FormKind::ViewSave(entity) => {
            let set = |name| Edit::set(name, text(name));
            crate::query::parse(form.value("query")).map_err(|e| e.line())?;
            // What is sensitive the desk decides, which is asked anyway.
            columns::pick(entity, &[text("columns")], true)?;
            let mine = if form.value("whose") == "only me" { "yes" } else { "no" };
            let said = Then::Say { here: None };
            let edits = vec![
                set("name"),
                set("query"),
                set("columns"),
                Edit::set("entity", entity),
                Edit::set("mine", mine),
            ];
            Ok(Some((Command::ViewSave(edits), said)))
        }
        // They are tried first: see `popups::mailbox`.
        FormKind::MailboxNew | FormKind::MailboxEdit(_) => Ok(None),
        FormKind::CustomerEdit(id) => {
            Ok(changed(form).map(|e| (Command::Edit(Kind::Customer, id, e), Then::Open)))
        }
        FormKind::OrganisationEdit(id) => {
            Ok(changed(form).map(|e| (Command::Edit(Kind::Organisation, id, e), Then::Open)))
        }
        FormKind::TaskEdit(id) => Ok(changed(form).map(|e| (Command::Edit(Kind::Task, id, e), Then::Open))),
        FormKind::TicketEdit(id) => {
            // A past one stays unless it is changed.
            let changed = form.fields.iter().any(|f| f.name == "due" && f.changed());
            ticket_edit(form, id, if changed { moment("due")? } else { None })
        }
        FormKind::TicketNew(customer) => {
            let wanted = text("assignee").trim_start_matches('@').to_lowercase();
            let assignee = match wanted.as_str() {
                "" => None,
                "me" => Some(m.me),
                w => {
                    let found = m.info.agents.iter().find(|a| a.handle == w || a.name.to_lowercase() == w);
                    Some(found.map(|a| a.id).ok_or(format!("no agent is called “{wanted}”"))?)
                }
            };
            some(Command::TicketCreate(Box::new(NewTicket {
                requester: customer,
                subject: text("subject"),
                body: text("body"),
                ticket_type: TicketType::from(form.value("type")),
                priority: Priority::from(form.value("priority")),
                channel: Channel::from(form.value("channel")),
                assignee,
                team: None,
                tags: text("tags")
                    .split(',')
                    .map(|t| t.trim().to_owned())
                    .filter(|t| !t.is_empty())
                    .collect(),
                promised_by: moment("promise")?,
            })))
        }
        FormKind::OrderNew(customer) => {
            let each = money(form.value("price"), currency)?;
            let quantity: i64 = text("quantity").parse().map_err(|_| "how many?".to_owned())?;
            let amount = each.checked_mul(quantity).ok_or("that is too much")?;
            let what = text("what");
            let discount =
                if form.value("discount").is_empty() { 0 } else { money(form.value("discount"), currency)? };
            some(Command::OrderAdd(NewOrder {
                customer,
                date: text("date").parse().map_err(|_| "give a date such as 2026-11-22".to_owned())?,
                currency: currency.as_str().to_owned(),
                lines: vec![Line {
                    title: what,
                    quantity,
                    unit_price: Some(each),
                    amount,
                    ..Line::default()
                }],
                discount,
                ..NewOrder::default()
            }))
        }
        FormKind::Refund(order) => {
            some(Command::OrderRefund(order, money(form.value("amount"), currency)?, text("reason")))
        }
        FormKind::Log(customer, ticket) => {
            let at = match form.value("at") {
                "" => None,
                t => Some(past(t, m.now, &m.info.zone)?),
            };
            some(Command::InteractionLog(NewInteraction {
                customer,
                ticket,
                channel: Channel::from(form.value("channel")),
                direction: if form.value("direction") == "we" { Direction::Out } else { Direction::In },
                at,
                subject: text("subject"),
                body: text("body"),
                seconds: text("minutes").parse::<u32>().ok().map(|n| n.saturating_mul(60)),
            }))
        }
        FormKind::Answer(customer, ticket) => {
            let preset = Preset::from(form.value("preset"));
            let score: i64 = text("score").parse().map_err(|_| "the answer is a number".to_owned())?;
            if let Some((low, high)) = preset.scale()
                && !(low..=high).contains(&score)
            {
                return Err(format!("{} goes from {low} to {high}", preset.as_str().to_uppercase()));
            }
            let comment = text("comment");
            some(Command::ResponseRecord(NewResponse { customer, ticket, preset, score, comment, at: None }))
        }
    }
}

fn changed(form: &Form) -> Option<Vec<Edit>> {
    Some(edits(form)).filter(|e| !e.is_empty())
}

fn ticket_edit(form: &Form, id: Id, promise: Option<Stamp>) -> Result<Option<(Command, Then)>, String> {
    use crate::desk::TicketChange as C;
    let mut changes = Vec::new();
    for f in form.fields.iter().filter(|f| f.changed()) {
        let text = f.text.as_str().trim().to_owned();
        changes.push(match f.name {
            "subject" => C::Subject(text),
            "priority" => C::Priority(Priority::from(text.as_str())),
            "type" => C::Type(TicketType::from(text.as_str())),
            "due" => C::Promise(promise),
            name => C::Field(Edit::set(name, text)),
        });
    }
    let command = Command::TicketSet(vec![id], changes.clone());
    Ok((!changes.is_empty()).then_some((command, Then::Open)))
}
