//! The first five minutes: three questions, then what to begin with.

use crate::{
    model::zone::Zone,
    tui::{
        effect::{Effect, Leave},
        model::{Choice, Form, FormField, FormKind, Layer, Model, Picker, PickerFor, Tone},
        popups::forms,
        update::Cx,
    },
};

/// What the session knows of the one at the keys, to fill the questions in with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Newcomer {
    /// The name, from the system.
    pub name: String,
    /// The Unix user.
    pub user: String,
    /// The zone of this machine.
    pub zone: String,
    /// The currency of its locale.
    pub currency: String,
    /// The address, where one is known.
    pub address: String,
}

/// Asks the three questions of a new desk.
pub fn begin(m: &mut Model) {
    let n = m.newcomer.clone();
    let or = |text: &str, default: &str| if text.is_empty() { default.to_owned() } else { text.to_owned() };
    let zone = Zone::named("system").map(|z| z.name().to_owned()).unwrap_or_default();
    let fields = vec![
        FormField::line("owner", "Your name", "as customers see it").with(&or(&n.name, &n.user)).required(),
        FormField::line("address", "Your e-mail", "mail from this address is yours; may stay empty")
            .with(&n.address),
        FormField::line("zone", "Time zone", "a city such as Berlin, or a name such as Europe/Dublin")
            .with(&or(&n.zone, &or(&zone, "UTC")))
            .required(),
        FormField::line("currency", "Currency", "EUR, USD, JPY …").with(&or(&n.currency, "EUR")).required(),
    ];
    let mut form = Form::new(FormKind::Begin, "Welcome to frontdesk", fields);
    form.intro = "A few settings first; all can be changed later.".to_owned();
    m.layers.push(Layer::Form(form));
}

/// Offers what to begin with.
pub fn open(m: &mut Model) {
    let choice = |value: &str, title: &str, beside: &str| Choice {
        value: value.to_owned(),
        title: title.to_owned(),
        beside: beside.to_owned(),
        ..Choice::default()
    };
    let choices = vec![
        choice("customer", "Add your first customer", "a name is enough"),
        choice("import", "Import contacts, mail or orders", "from CSV, mbox, .eml or Maildir"),
        choice("practice", "Try the practice desk first", "an invented company; yours stays empty"),
        choice("look", "Just look around", "? shows the keys, : finds any command"),
    ];
    m.layers.push(Layer::Picker(Picker::new(PickerFor::Welcome, "Where to begin", choices)));
}

/// What was chosen.
pub(crate) fn accept(m: &mut Model, cx: &mut Cx, choice: Option<&str>) {
    match choice {
        Some("customer") => forms::customer_new(m),
        Some("import") => crate::tui::update::import::ask(m, cx, None),
        Some("practice") => cx.push(Effect::Quit(Leave::Practice)),
        _ => {}
    }
}

/// Without a desk there is nothing to show: the questions come again, unless nothing was begun and one leaves.
pub fn after_cancel(m: &mut Model, form: &Form) {
    if form.kind == FormKind::Begin {
        m.say(Tone::Plain, "The desk is not set up yet: any command that needs it asks again.");
    }
}
