//! Forms: for each its fields, and the command that its values make. A new form is an entry in [`FormKind`], its
//! fields here, and an arm in `command`.

use crate::{
    desk::{
        Command, Edit,
        command::{NewAgent, NewInteraction, NewOrder, NewResponse, NewTicket},
        list::columns,
    },
    model::{
        Channel, Currency, Day, Direction, Id, Kind, Money, Preset, Priority, Role, Stamp, TicketType,
        money::DecimalMark, number, order::Line, phrase,
    },
    tui::{
        effect::Then,
        model::{Form, FormField, FormKind, Layer, Model, Pane, Tone},
        update::{self, Cx},
    },
};

/// Opens a form; what was typed into it before and not saved stands there again.
pub(super) fn open(m: &mut Model, mut form: Form) {
    if let Some(typed) = m.kept.remove(&form.kind)
        && typed.len() == form.fields.len()
    {
        for (field, text) in form.fields.iter_mut().zip(typed) {
            field.text.set(&text);
        }
    }
    form.step(0);
    m.layers.push(Layer::Form(form));
}

fn name_of(m: &Model, customer: Id) -> String {
    let rows = m.customers.rows().iter().chain(m.all_customers.rows());
    let row = rows.filter(|c| c.id == customer).map(|c| c.name.clone()).next();
    let read = m.page.customer.as_ref().filter(|v| v.page.customer.id == customer);
    row.or_else(|| read.map(|v| v.page.customer.display_name())).unwrap_or_else(|| "the customer".to_owned())
}

fn customer_fields() -> Vec<FormField> {
    vec![
        FormField::line("given", "First name", ""),
        FormField::line("family", "Last name", ""),
        FormField::line("email", "E-mail", "several with commas; the first is written to"),
        FormField::line("phone", "Phone", "several with commas"),
        FormField::line("organisation", "Organisation", "a new name makes a new one"),
        FormField::line("title", "Post", "what they are there"),
        FormField::line("street", "Street", ""),
        FormField::line("postal", "Postal code", ""),
        FormField::line("city", "Town", ""),
        FormField::line("country", "Country", ""),
        FormField::line("language", "Language", "en, pt-BR …"),
        FormField::line("tag", "Tags", "with commas"),
        FormField::line("note", "Note", "stands at the top of their page"),
    ]
}

/// A new customer.
pub fn customer_new(m: &mut Model) {
    open(m, Form::new(FormKind::CustomerNew, "New customer", customer_fields()));
}

/// A new organisation.
pub fn organisation_new(m: &mut Model) {
    open(m, Form::new(FormKind::OrganisationNew, "New organisation", organisation_fields()));
}

fn organisation_fields() -> Vec<FormField> {
    vec![
        FormField::line("name", "Name", "").required(),
        FormField::line("domain", "Mail domains", "harbour.example: mail from there is theirs"),
        FormField::line("street", "Street", ""),
        FormField::line("city", "Town", ""),
        FormField::line("country", "Country", ""),
        FormField::line("tag", "Tags", "with commas"),
        FormField::line("note", "Note", ""),
    ]
}

/// A new ticket of a customer.
pub fn ticket_new(m: &mut Model, customer: Id) {
    let fields = vec![
        FormField::line("subject", "Subject", "what it is about").required(),
        FormField::line("body", "What they said", "").block(),
        FormField::line("channel", "Came by", "").one_of(&[
            "phone",
            "email",
            "chat",
            "web",
            "in_person",
            "social",
            "sms",
        ]),
        FormField::line("priority", "Priority", "").one_of(&["normal", "low", "high", "urgent"]),
        FormField::line("type", "Type", "").one_of(TicketType::WORDS),
        FormField::line("assignee", "Assign to", "an agent; empty: nobody"),
        FormField::line("promise", "Promised by", "tomorrow 5pm, fri, in 4h; empty: no promise"),
        FormField::line("tags", "Tags", "with commas"),
    ];
    let title = format!("New ticket for {}", name_of(m, customer));
    open(m, Form::new(FormKind::TicketNew(customer), title, fields));
}

/// A new task, for the customer or about the ticket at hand.
pub fn task_new(m: &mut Model) {
    let ticket = m.ticket_at_hand().map(|t| t.id);
    let customer = if m.focus == Pane::Tasks { None } else { m.customer_at_hand() };
    let title = match customer {
        Some(c) => format!("New task for {}", name_of(m, c)),
        None => "New task".to_owned(),
    };
    let me = m.info.agent(m.me).map(|a| format!("@{}", a.handle)).unwrap_or_default();
    let mut fields = task_fields();
    for f in &mut fields {
        if f.name == "owner" {
            *f = f.clone().with(&me);
        }
    }
    open(m, Form::new(FormKind::TaskNew(customer, ticket), title, fields));
}

fn task_fields() -> Vec<FormField> {
    vec![
        FormField::line("title", "What", "").required(),
        FormField::line("due", "Due", "tomorrow 9am, next wed, in 2h; empty: some day"),
        FormField::line("owner", "Who", "an agent"),
        FormField::line("body", "More", "").block(),
    ]
}

/// A call, a visit, a chat with the customer at hand.
pub fn log(m: &mut Model, channel: Option<String>) {
    let Some(customer) = m.customer_at_hand() else { return };
    let ticket = m.ticket_at_hand().map(|t| t.id);
    let channel = channel.map(|c| if c == "visit" { "in_person".to_owned() } else { c }).unwrap_or_default();
    let mut by = FormField::line("channel", "By", "").one_of(&[
        "phone",
        "in_person",
        "chat",
        "sms",
        "social",
        "web",
        "direct",
        "email",
    ]);
    if !channel.is_empty() {
        by = by.with(&channel);
    }
    let fields = vec![
        by,
        FormField::line("direction", "Who began", "").one_of(&["they", "we"]),
        FormField::line("subject", "About", "in a word").required(),
        FormField::line("body", "What was said", "").block(),
        FormField::line("minutes", "Minutes", "how long it took"),
        FormField::line("at", "When", "yesterday 4pm; empty: now"),
    ];
    let title = format!("Log a contact with {}", name_of(m, customer));
    open(m, Form::new(FormKind::Log(customer, ticket), title, fields));
}

/// An order of the customer at hand.
pub fn order_new(m: &mut Model) {
    let Some(customer) = m.customer_at_hand() else { return };
    let today = m.info.zone.day(m.now).to_string();
    let fields = vec![
        FormField::line("what", "What", "an article, or its code").required(),
        FormField::line("quantity", "How many", "").with("1").required(),
        FormField::line("price", "Price of one", "12.50").required(),
        FormField::line("discount", "Discount", "on the whole"),
        FormField::line("date", "Date", "2026-11-22").with(&today).required(),
    ];
    let title = format!("New order of {}", name_of(m, customer));
    open(m, Form::new(FormKind::OrderNew(customer), title, fields));
}

/// A refund of the order under the cursor.
pub fn refund(m: &mut Model) {
    let Some((Kind::Order, order)) = m.record_at_hand() else { return };
    let number = m.entry_at_hand().and_then(super::record::number_of).unwrap_or(0);
    let fields =
        vec![FormField::line("amount", "How much", "12.50").required(), FormField::line("reason", "Why", "")];
    let title = format!("Refund of {}", number::show(Kind::Order, number));
    open(m, Form::new(FormKind::Refund(order), title, fields));
}

/// A survey answer of the customer at hand.
pub fn answer(m: &mut Model) {
    let Some(customer) = m.customer_at_hand() else { return };
    let ticket = m.ticket_at_hand().map(|t| t.id);
    let fields = vec![
        FormField::line("preset", "Asked", "").one_of(Preset::WORDS),
        FormField::line("score", "Answer", "CSAT 1–5, NPS 0–10, CES 1–5 or 1–7").required(),
        FormField::line("comment", "In their words", "").block(),
    ];
    let title = format!("An answer of {}", name_of(m, customer));
    open(m, Form::new(FormKind::Answer(customer, ticket), title, fields));
}

/// A record's fields came: its form opens with what stands there now.
pub fn edit(m: &mut Model, kind: Kind, id: Id, values: &[(&'static str, String)]) {
    let (form, title, mut fields) = match kind {
        Kind::Customer => (FormKind::CustomerEdit(id), format!("Edit {}", name_of(m, id)), customer_fields()),
        Kind::Organisation => {
            (FormKind::OrganisationEdit(id), "Edit organisation".to_owned(), organisation_fields())
        }
        Kind::Task => (FormKind::TaskEdit(id), "Edit task".to_owned(), task_fields()),
        Kind::Ticket => (
            FormKind::TicketEdit(id),
            "Edit ticket".to_owned(),
            vec![
                FormField::line("subject", "Subject", "").required(),
                FormField::line("priority", "Priority", "").one_of(&["low", "normal", "high", "urgent"]),
                FormField::line("type", "Type", "").one_of(TicketType::WORDS),
                FormField::line("status", "Own status", "the house's own word"),
                FormField::line("promise", "Promised by", "tomorrow 5pm, fri, in 4h; empty: no promise"),
            ],
        ),
        _ => return,
    };
    for f in &mut fields {
        if let Some((_, value)) = values.iter().find(|(name, _)| *name == f.name) {
            *f = f.clone().with(value);
        }
    }
    open(m, Form::new(form, title, fields));
}

/// Checks the fields of the topmost form as one types: what is wrong is said at its field.
pub fn check(m: &mut Model) {
    let (now, zone, currency) = (m.now, m.info.zone.clone(), m.info.currency());
    let Some(Layer::Form(form)) = m.layers.last_mut() else { return };
    form.error = None;
    for f in &mut form.fields {
        let text = f.text.as_str().trim();
        f.error = if text.is_empty() || !f.changed() && f.error.is_none() {
            None
        } else {
            wrong(f.name, text, now, &zone, currency)
        };
    }
}

/// What is wrong with a value; `None` where nothing is.
fn wrong(
    name: &str,
    text: &str,
    now: Stamp,
    zone: &crate::model::zone::Zone,
    currency: Currency,
) -> Option<String> {
    let moment = || phrase::moment(text, now, zone).err().map(|e| e.to_string());
    match name {
        "due" | "promise" => moment(),
        "at" => past(text, now, zone).err(),
        "zone" => crate::model::zone::Zone::named(text).err().map(|e| e.to_string()),
        "currency" => text.parse::<Currency>().err().map(|e| e.to_string()),
        "date" => text.parse::<Day>().err().map(|e| e.to_string()),
        "quantity" => text.parse::<i64>().map_or(true, |n| n < 1).then(|| "a whole number from 1".to_owned()),
        "minutes" => text.parse::<u32>().is_err().then(|| "a whole number".to_owned()),
        "score" => text.parse::<i64>().is_err().then(|| "a whole number".to_owned()),
        "price" | "discount" | "amount" => money(text, currency).err(),
        "email" => {
            let bad = text
                .split(',')
                .map(str::trim)
                .find(|a| !a.is_empty() && crate::model::fold::email_key(a).is_none());
            bad.map(|a| format!("“{a}” is no address"))
        }
        _ => None,
    }
}

fn money(text: &str, currency: Currency) -> Result<i64, String> {
    let m = Money::parse(text, currency, DecimalMark::Auto).map_err(|e| e.to_string())?;
    if m.minor < 0 { Err("an amount from 0".to_owned()) } else { Ok(m.minor) }
}

/// A moment that may lie behind us.
fn past(text: &str, now: Stamp, zone: &crate::model::zone::Zone) -> Result<Stamp, String> {
    let when = phrase::parse(text, now, zone, phrase::Lean::Past).map_err(|e| e.to_string())?;
    Ok(when.range(now, zone).start.min(now))
}

/// Saves the topmost form; what is missing or wrong is said at its field.
pub(crate) fn save(m: &mut Model, cx: &mut Cx) {
    check(m);
    let Some(Layer::Form(form)) = m.layers.last_mut() else { return };
    if form.saving {
        return;
    }
    for f in &mut form.fields {
        if f.required && f.text.as_str().trim().is_empty() {
            f.error = Some("this is needed".to_owned());
        }
    }
    if let Some(at) = form.fields.iter().position(|f| f.error.is_some()) {
        form.at = at;
        return;
    }
    let form = form.clone();
    match command(m, &form) {
        Ok(Some((command, then))) => {
            if let Some(Layer::Form(f)) = m.layers.last_mut() {
                f.saving = true;
            }
            update::change(m, cx, command, then);
            if matches!(form.kind, FormKind::ViewSave(_)) {
                super::views::saved(m, cx, &form);
            }
        }
        // Nothing was changed: nothing is written.
        Ok(None) => {
            m.layers.pop();
        }
        Err(why) => {
            if let Some(Layer::Form(f)) = m.layers.last_mut() {
                f.error = Some(why);
            }
        }
    }
}

/// Every field that was filled in or changed, as an edit.
fn edits(form: &Form) -> Vec<Edit> {
    let changed = form.fields.iter().filter(|f| f.changed());
    changed.map(|f| Edit::set(f.name, f.text.as_str().trim())).collect()
}

/// The command that a form makes; `None` where nothing was changed.
fn command(m: &Model, form: &Form) -> Result<Option<(Command, Then)>, String> {
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
            let workspace = vec![set("zone"), set("currency"), set("address")];
            Ok(Some((Command::Start { workspace, owner }, Then::Begun)))
        }
        FormKind::CustomerNew => some(Command::CustomerAdd(edits(form))),
        FormKind::OrganisationNew => some(Command::OrganisationAdd(edits(form))),
        FormKind::TaskNew(customer, ticket) => {
            let mut all = edits(form);
            all.push(Edit::set("owner", text("owner")));
            all.extend(customer.map(|c| Edit::set("customer", c.to_string())));
            all.extend(ticket.map(|t| Edit::set("ticket", t.to_string())));
            some(Command::TaskAdd(all))
        }
        FormKind::ViewSave(entity) => {
            let set = |name| Edit::set(name, text(name));
            crate::query::parse(form.value("query")).map_err(|e| e.line())?;
            // What else there is to list is printed: whoever prints it knows its columns.
            if !columns::of(entity).is_empty() {
                columns::pick(entity, &[text("columns")])?;
            }
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
        FormKind::CustomerEdit(id) => Ok(changed(form).map(|e| (Command::CustomerEdit(id, e), Then::Open))),
        FormKind::OrganisationEdit(id) => {
            Ok(changed(form).map(|e| (Command::OrganisationEdit(id, e), Then::Open)))
        }
        FormKind::TaskEdit(id) => Ok(changed(form).map(|e| (Command::TaskEdit(id, e), Then::Open))),
        FormKind::TicketEdit(id) => ticket_edit(form, id, moment("promise")?),
        FormKind::TicketNew(customer) => {
            let wanted = text("assignee").trim_start_matches('@').to_lowercase();
            let assignee = match wanted.as_str() {
                "" => None,
                "me" => Some(m.me),
                w => {
                    let found = m.info.agents.iter().find(|a| a.handle == w || a.name.to_lowercase() == w);
                    Some(found.map(|a| a.id).ok_or(format!("nobody here is called “{wanted}”"))?)
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
            "status" => C::Status(text),
            "promise" => C::Promise(promise),
            _ => continue,
        });
    }
    let command = Command::TicketSet(vec![id], changes.clone());
    Ok((!changes.is_empty()).then_some((command, Then::Open)))
}

/// Says why a form cannot be opened here.
pub fn refuse(m: &mut Model, why: &str) {
    m.say(Tone::Refused, why);
}
