//! Handing out what is held on a customer, and erasing them: asked for here, done by a worker.

use crate::{
    model::{Id, Kind, number},
    tui::{
        command::CommandId,
        effect::{Effect, Person},
        model::{Layer, Model, Prompt, PromptFor, Tone},
        text::Text,
        update::Cx,
    },
};

/// The current customer: id, number as people see it, name.
fn who(m: &Model) -> Option<(Id, String, String)> {
    let id = m.customer_at_hand()?;
    let rows = m.customers.rows().iter().chain(m.all_customers.rows());
    let row = rows.filter(|c| c.id == id).map(|c| (c.number, c.name.clone())).next();
    let page = || {
        let customer = m.page.customer.as_ref().map(|v| &v.page.customer).filter(|c| c.id == id)?;
        Some((customer.number, customer.display_name()))
    };
    let (n, name) = row.or_else(page)?;
    Some((id, number::show(Kind::Customer, n), name))
}

/// Writes all that is held on the customer into a folder, which is asked for.
pub fn export(m: &mut Model, cx: &mut Cx, folder: Option<String>) {
    let Some((id, number, name)) = who(m) else {
        return m.say(Tone::Refused, "Open the customer first.");
    };
    let Some(folder) = folder.filter(|f| !f.is_empty()) else {
        return m.layers.push(Layer::Prompt(Prompt {
            purpose: PromptFor::Argument(CommandId::CustomerExportMe),
            title: format!("Export the data of {name}"),
            input: Text::line(&format!("{number}-export")),
            help: "a new folder, yours alone: records, messages and notes to be read, mail and attachments"
                .to_owned(),
            reading: String::new(),
            error: None,
            calm: false,
            before: String::new(),
            offers: Vec::new(),
            offer: None,
        }));
    };
    m.saving += 1;
    m.say(Tone::Plain, format!("Exporting the data of {number} …"));
    let op = cx.op();
    cx.push(Effect::Person(op, m.now, Person::Export { who: id, folder: folder.into() }));
}

/// Erases the customer, once their number was typed.
pub fn erase(m: &mut Model, cx: &mut Cx, typed: Option<String>) {
    let Some((id, number, name)) = who(m) else {
        return m.say(Tone::Refused, "Open the customer first.");
    };
    match typed {
        Some(typed) if typed.eq_ignore_ascii_case(&number) => {
            m.saving += 1;
            m.rewriting = true;
            m.say(Tone::Plain, format!("Erasing {number} …"));
            let op = cx.op();
            cx.push(Effect::Person(op, m.now, Person::Erase { who: id }));
        }
        Some(_) => m.say(Tone::Refused, format!("Nothing was erased: that is not {number}.")),
        None => m.layers.push(Layer::Prompt(Prompt {
            purpose: PromptFor::Argument(CommandId::CustomerEraseMe),
            title: format!("Erase {name} permanently?"),
            input: Text::line(""),
            help: format!("Type {number}: every text, address and name is deleted; totals stay; no undo"),
            reading: String::new(),
            error: Some(format!("type {number}")),
            calm: false,
            before: String::new(),
            offers: Vec::new(),
            offer: None,
        })),
    }
}

/// What was typed so far means.
///
/// # Errors
/// What is to be typed.
pub fn reading(m: &Model, typed: &str) -> Result<String, String> {
    let Some((_, number, name)) = who(m) else { return Err("no customer is selected".to_owned()) };
    if typed.trim().eq_ignore_ascii_case(&number) {
        Ok(format!("{name} is erased; nothing brings them back"))
    } else {
        Err(format!("type {number}"))
    }
}

/// It is done, or not.
pub fn done(m: &mut Model, said: Result<String, String>) {
    m.saving = m.saving.saturating_sub(1);
    match said {
        Ok(said) => m.say(Tone::Good, said),
        Err(why) => m.say(Tone::Bad, why),
    }
}
