//! Forms: for each its fields here, and the command that its values make in `command`. A new form is an entry in
//! [`FormKind`], its fields here, and an arm in `command`. `check` says at its field what is wrong with a value.

mod check;
mod command;

use crate::{
    desk::Request,
    model::{
        Customer, Id, Kind, Organisation, Preset, Task, Ticket, TicketType,
        field::{self, Declared, FieldDef},
        for_kind, number, phone,
    },
    tui::{
        model::{Form, FormField, FormKind, Layer, Model, Pane, Tone},
        update::{self, Cx},
    },
};

pub use check::check;
use command::command;

/// Opens a form. What was typed into it before and not saved follows: see `update::drafts`.
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

/// How much of a record a form asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extent {
    /// What a new record usually begins with.
    Usual,
    /// All that can be changed.
    Every,
}

/// The fields of a kind as it declares them; the sensitive ones for those who may see them.
fn declared<T: Declared>(extent: Extent, sensitive: bool) -> Vec<FormField> {
    let first = T::FORM.iter().filter_map(|name| T::DEFS.iter().find(|d| d.name == *name));
    let later = T::DEFS.iter().filter(|d| !T::FORM.contains(&d.name));
    let (hidden, open): (Vec<&FieldDef>, Vec<&FieldDef>) = later.partition(|d| d.sensitive);
    let open = open.into_iter().filter(|_| extent == Extent::Every);
    let seen = first.chain(open).chain(hidden).filter(|d| sensitive || !d.sensitive);
    seen.filter_map(|d| Some(form_field(d, d.form?))).collect()
}

fn form_field(def: &'static FieldDef, form: field::FormField) -> FormField {
    let line = FormField::line(def.name, def.title, form.hint);
    let line = if form.required { line.required() } else { line };
    match form.input {
        field::Input::Line => line,
        field::Input::Block => line.block(),
        field::Input::Choice => line.one_of(def.values),
        field::Input::Optional => line.one_of(&[&[""], def.values].concat()),
    }
}

/// A new customer.
pub fn customer_new(m: &mut Model) {
    let fields = declared::<Customer>(Extent::Usual, m.info.sensitive);
    open(m, Form::new(FormKind::CustomerNew, "New customer", fields));
}

/// A new customer with something filled in already: an e-mail address, a telephone number, or else a name.
pub fn customer_new_of(m: &mut Model, known: &str) {
    customer_new(m);
    let now = m.now;
    let Some(Layer::Form(form)) = m.layers.last_mut() else { return };
    let known = known.split_whitespace().collect::<Vec<_>>().join(" ");
    let parts = match () {
        () if known.contains('@') => vec![("email", known.as_str())],
        () if phone::key(&known).is_some() && !known.contains(char::is_alphabetic) => {
            vec![("phone", known.as_str())]
        }
        () => match known.rsplit_once(' ') {
            Some((given, family)) => vec![("given", given), ("family", family)],
            None => vec![("given", known.as_str())],
        },
    };
    for (name, text) in parts {
        if let Some(field) = form.fields.iter_mut().find(|f| f.name == name) {
            field.text.set(text);
        }
    }
    form.writing.typed(now);
}

/// A new organisation.
pub fn organisation_new(m: &mut Model) {
    let fields = declared::<Organisation>(Extent::Usual, m.info.sensitive);
    open(m, Form::new(FormKind::OrganisationNew, "New organisation", fields));
}

/// A new ticket of a customer.
pub fn ticket_new(m: &mut Model, customer: Id) {
    let fields = vec![
        FormField::line("subject", "Subject", "what it is about").required(),
        FormField::line("body", "Comment", "").block(),
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
        FormField::line("assignee", "Assign to", "an agent; empty: unassigned"),
        FormField::line("promise", "Promised by", "tomorrow 5pm, fri, in 4h; empty: no promise"),
        FormField::line("tags", "Tags", "with commas"),
    ];
    let title = format!("New ticket for {}", name_of(m, customer));
    open(m, Form::new(FormKind::TicketNew(customer), title, fields));
}

/// A new task, for the customer or about the current ticket.
pub fn task_new(m: &mut Model) {
    let ticket = m.ticket_at_hand().map(|t| t.id);
    let customer = if m.focus == Pane::Tasks { None } else { m.customer_at_hand() };
    let title = match customer {
        Some(c) => format!("New task for {}", name_of(m, c)),
        None => "New task".to_owned(),
    };
    let me = m.info.agent(m.me).map(|a| format!("@{}", a.handle)).unwrap_or_default();
    let mut fields = declared::<Task>(Extent::Usual, m.info.sensitive);
    for f in &mut fields {
        if f.name == "owner" {
            *f = f.clone().with(&me);
        }
    }
    open(m, Form::new(FormKind::TaskNew(customer, ticket), title, fields));
}

/// A new record of a kind that is declared in one table, for the current customer.
pub fn record_new(m: &mut Model, kind: Kind) {
    let customer = m.customer_at_hand();
    let fields = for_kind!(kind, T => declared::<T>(Extent::Usual, m.info.sensitive));
    let title = match customer {
        Some(c) => format!("New {} for {}", kind.word(), name_of(m, c)),
        None => format!("New {}", kind.word()),
    };
    open(m, Form::new(FormKind::RecordNew(kind, customer), title, fields));
}

/// A call, a visit, a chat with the current customer.
pub fn log(m: &mut Model, channel: Option<String>) {
    let Some(customer) = m.customer_at_hand() else { return };
    let ticket = m.ticket_at_hand().map(|t| t.id);
    let channel = channel.map(|c| if c == "visit" { "in_person".to_owned() } else { c }).unwrap_or_default();
    let mut by = FormField::line("channel", "Channel", "").one_of(&[
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
        FormField::line("direction", "Started by", "").one_of(&["they", "we"]),
        FormField::line("subject", "Subject", "in short").required(),
        FormField::line("body", "What was said", "").block(),
        FormField::line("minutes", "Minutes", "how long it took"),
        FormField::line("at", "When", "yesterday 4pm; empty: now"),
    ];
    let title = format!("Log a contact with {}", name_of(m, customer));
    open(m, Form::new(FormKind::Log(customer, ticket), title, fields));
}

/// An order of the current customer.
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

/// A survey answer of the current customer.
pub fn answer(m: &mut Model) {
    let Some(customer) = m.customer_at_hand() else { return };
    let ticket = m.ticket_at_hand().map(|t| t.id);
    let fields = vec![
        FormField::line("preset", "Asked", "").one_of(Preset::WORDS),
        FormField::line("score", "Answer", "CSAT 1–5, NPS 0–10, CES 1–5 or 1–7").required(),
        FormField::line("comment", "Comment", "").block(),
    ];
    let title = format!("Survey answer from {}", name_of(m, customer));
    open(m, Form::new(FormKind::Answer(customer, ticket), title, fields));
}

/// A record's fields came: its form opens with the current values.
pub fn edit(m: &mut Model, kind: Kind, id: Id, values: &[(&'static str, String)]) {
    let sensitive = m.info.sensitive;
    let (form, title, mut fields) = match kind {
        Kind::Customer => {
            let fields = declared::<Customer>(Extent::Every, sensitive);
            (FormKind::CustomerEdit(id), format!("Edit {}", name_of(m, id)), fields)
        }
        Kind::Organisation => {
            let fields = declared::<Organisation>(Extent::Every, sensitive);
            (FormKind::OrganisationEdit(id), "Edit organisation".to_owned(), fields)
        }
        Kind::Task => {
            (FormKind::TaskEdit(id), "Edit task".to_owned(), declared::<Task>(Extent::Every, sensitive))
        }
        Kind::Ticket => {
            (FormKind::TicketEdit(id), "Edit ticket".to_owned(), declared::<Ticket>(Extent::Every, sensitive))
        }
        kind if field::is_entity(kind) => {
            let fields = for_kind!(kind, T => declared::<T>(Extent::Every, sensitive));
            (FormKind::RecordEdit(kind, id), format!("Edit {}", kind.word()), fields)
        }
        Kind::Mailbox => {
            (FormKind::MailboxEdit(id), "Edit mailbox".to_owned(), super::mailbox::fields(false))
        }
        _ => return,
    };
    for f in &mut fields {
        if let Some((_, value)) = values.iter().find(|(name, _)| *name == f.name) {
            // Several notes are shown as several lines.
            let field = if value.contains('\n') { f.clone().block() } else { f.clone() };
            *f = field.with(value);
        }
    }
    let version = values.iter().find(|(name, _)| *name == "version").and_then(|(_, v)| v.parse().ok());
    let seen = version.map(|version| (kind, id, version));
    open(m, Form { seen, ..Form::new(form, title, fields) });
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
    if matches!(form.kind, FormKind::MailboxNew | FormKind::MailboxEdit(_)) {
        return super::mailbox::submit(m, cx, &form);
    }
    match command(m, &form) {
        Ok(Some((command, then))) => {
            if let Some(Layer::Form(f)) = m.layers.last_mut() {
                f.saving = true;
            }
            let mut request = Request::new(cx.op(), m.me, m.now, command);
            request.seen = form.seen.into_iter().collect();
            update::ask(m, cx, request, then);
            if let Some((subject, ..)) = form.kind.about() {
                update::drafts_used(m, subject, &form.writing);
            }
            if matches!(form.kind, FormKind::ViewSave(_)) {
                super::views::saved(m, cx, &form);
            }
        }
        // Nothing was changed: nothing is written.
        Ok(None) => {
            m.layers.pop();
            if let Some((subject, ..)) = form.kind.about() {
                update::drafts_done(m, cx, subject, form.writing.versions());
            }
        }
        Err(why) => {
            if let Some(Layer::Form(f)) = m.layers.last_mut() {
                f.error = Some(why);
            }
        }
    }
}

/// Says why a form cannot be opened here.
pub fn refuse(m: &mut Model, why: &str) {
    m.say(Tone::Refused, why);
}
