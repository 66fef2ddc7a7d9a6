//! What lies over the panes: typing in it, choosing, saving, closing.

use super::{Cx, compose, drafts, import, lists, outbox, run, tickets};
use crate::{
    model::fold::fold,
    query::{self, bind::Pred, complete::Completion},
    tui::{
        command::CommandId,
        data::Ask,
        insight,
        keymap::{Code, Key},
        model::{Form, Input, Layer, Model, Pane, PickerFor, PromptFor, Tone, with_list},
        popups,
    },
};

/// Something was typed into the topmost layer.
pub fn typed(m: &mut Model, cx: &mut Cx) {
    let Some(layer) = m.layers.last_mut() else { return };
    match layer {
        Layer::Picker(p) if matches!(p.purpose, PickerFor::Find(_)) => popups::find::ask(m, cx),
        Layer::Picker(p) if matches!(p.purpose, PickerFor::House(..)) => {
            let text = p.input.as_str().trim().to_owned();
            cx.ask(m, Ask::OrganisationIndex(text));
        }
        Layer::Picker(p) if p.purpose == PickerFor::Texts => {
            let text = p.input.as_str().to_owned();
            cx.ask(m, Ask::Search(text));
        }
        Layer::Picker(p) => p.narrow(),
        Layer::Prompt(p) => {
            let (purpose, text) = (p.purpose.clone(), p.input.as_str().to_owned());
            let read = match &purpose {
                PromptFor::Filter(pane) => filter_typed(m, cx, *pane, &text),
                _ => reading(m, &purpose, &text).map_err(|why| (why, false)),
            };
            if let Some(Layer::Prompt(p)) = m.layers.last_mut() {
                (p.reading, p.error, p.calm) = match read {
                    Ok(reading) => (reading, None, false),
                    Err((why, calm)) => (String::new(), Some(why), calm),
                };
            }
            ask_offers(m, cx);
        }
        Layer::Form(form) => {
            popups::mailbox::guess(form);
            popups::forms::check(m);
            popups::offers::ask(m, cx);
        }
        Layer::Confirm(_) | Layer::Popup(_) | Layer::MailTest(_) | Layer::Files(_) => {}
    }
}

/// What a line means so far.
fn reading(m: &Model, purpose: &PromptFor, text: &str) -> Result<String, String> {
    match purpose {
        PromptFor::Argument(CommandId::OutboxLater) => outbox::later_means(m, text).map(|(_, words)| words),
        PromptFor::Argument(CommandId::TicketWait) => tickets::waiting(m, text).map(|(_, words)| words),
        PromptFor::Argument(CommandId::ComposerLater) => compose::later_reading(m, text),
        PromptFor::Argument(CommandId::CustomerEraseMe) => popups::person::reading(m, text),
        PromptFor::Argument(CommandId::InsightWindow) => insight::act::reading(text),
        PromptFor::Argument(_) | PromptFor::Filter(_) => Ok(String::new()),
    }
}

/// What the list of a pane lists, as queries name it.
pub fn entity(pane: Pane) -> &'static str {
    match pane {
        Pane::Queue | Pane::AllTickets => "tickets",
        Pane::Tasks => "tasks",
        Pane::Outbox => "outbox",
        Pane::Mailboxes => "mailboxes",
        _ => "customers",
    }
}

/// A filter works while it is typed. What is wrong with it, and whether typing on may put it right: something is
/// missing, or it is the word at the cursor, which may be any that begins so.
fn filter_typed(m: &mut Model, cx: &mut Cx, pane: Pane, text: &str) -> Result<String, (String, bool)> {
    let context = query::Context {
        now: m.now,
        zone: &m.info.zone,
        me: Some(m.me),
        views: None,
        sensitive: m.info.sensitive,
        custom: &m.info.workspace.custom_fields,
    };
    // Whether there are the views that it names the desk knows.
    let parsed = query::parse(text);
    let names = parsed.as_ref().map(query::views_named).unwrap_or_default();
    let all = |name: String| (fold(&name), Ok(Pred::All(Vec::new())));
    let views: query::Views = names.into_iter().map(all).collect();
    let context = query::Context { views: Some(&views), ..context };
    let wrong = query::Schema::of(entity(pane)).and_then(|s| query::compile(text, s, &context).err());
    let Some(wrong) = wrong else {
        lists::set_filter(m, cx, pane, text);
        return Ok(String::new());
    };
    let at = match m.layers.last() {
        Some(Layer::Prompt(p)) => p.input.head().len(),
        _ => text.len(),
    };
    let head = text.get(..at).unwrap_or(text);
    let word = head.rfind(|c: char| c.is_whitespace() || matches!(c, '(' | '|')).map_or(0, |at| at + 1);
    let at_word = wrong.span.end >= word && wrong.span.start <= at && word < at;
    Err((wrong.line(), wrong.unfinished || at_word))
}

/// Asks what may be written at the cursor of a query.
pub fn ask_offers(m: &mut Model, cx: &mut Cx) {
    let Some(Layer::Prompt(p)) = m.layers.last_mut() else { return };
    use CommandId::{AppImport, ComposerAttach, FileSave, FileSaveAll};
    if matches!(p.purpose, PromptFor::Argument(AppImport | ComposerAttach | FileSave | FileSaveAll)) {
        p.offer = None;
        let text = p.input.as_str().to_owned();
        return compose::complete_path(cx, &text);
    }
    let PromptFor::Filter(pane) = p.purpose else { return };
    let entity = entity(pane);
    p.offer = None;
    let (text, at) = (p.input.as_str().to_owned(), p.input.head().len());
    cx.ask(m, Ask::Complete(entity, text, at));
}

/// What may be written came: it is shown where the query still is the one it was asked for.
pub fn offered(m: &mut Model, text: &str, offers: Vec<Completion>) {
    if let Some(Layer::Prompt(p)) = m.layers.last_mut()
        && p.input.as_str() == text
    {
        // A word that none begins with cannot become one.
        let unfinished = query::parse(text).is_err_and(|e| e.unfinished);
        p.calm = p.calm && (unfinished || !offers.is_empty());
        p.offers = offers;
        p.offer = None;
    }
}

/// Chooses another of what is offered.
pub fn prompt_step(m: &mut Model, by: isize) {
    if let Some(Layer::Prompt(p)) = m.layers.last_mut()
        && !p.offers.is_empty()
    {
        let last = p.offers.len() - 1;
        p.offer = Some(match p.offer {
            None if by < 0 => last,
            None => 0,
            Some(at) => at.saturating_add_signed(by).min(last),
        });
    }
}

/// Writes what is offered: the chosen one, else the first.
pub fn prompt_complete(m: &mut Model, cx: &mut Cx) {
    let Some(Layer::Prompt(p)) = m.layers.last_mut() else { return };
    let Some(offer) = p.offers.get(p.offer.unwrap_or(0)) else { return };
    let (text, at) = offer.apply(p.input.as_str());
    p.input.set(text.get(..at).unwrap_or_default());
    let rest = text.get(at..).unwrap_or_default().to_owned();
    p.input.append(&rest);
    p.offers.clear();
    typed(m, cx);
}

/// Closes the topmost layer.
pub fn close(m: &mut Model) {
    m.layers.pop();
}

// Prompts.

/// Takes what was typed.
pub fn prompt_accept(m: &mut Model, cx: &mut Cx) {
    let Some(Layer::Prompt(p)) = m.layers.last_mut() else { return };
    if let Some(error) = p.error.clone() {
        p.calm = false;
        return m.say(Tone::Refused, error);
    }
    let Some(Layer::Prompt(p)) = m.layers.pop() else { return };
    match p.purpose {
        PromptFor::Filter(pane) => {
            if p.input.as_str().trim().is_empty() {
                // Without a filter it is no view any more.
                with_list!(m, pane, list => list.view = None, ());
            }
            lists::set_filter(m, cx, pane, p.input.as_str());
            with_list!(m, pane, list => list.freeze(), ());
        }
        PromptFor::Argument(command) => run(m, cx, command, vec![p.input.as_str().trim().to_owned()], None),
    }
}

/// Closes it and changes nothing.
pub fn prompt_cancel(m: &mut Model, cx: &mut Cx) {
    if let Some(Layer::Prompt(p)) = m.layers.pop()
        && let PromptFor::Filter(pane) = p.purpose
        && p.before != p.input.as_str()
    {
        lists::set_filter(m, cx, pane, &p.before);
    }
}

// Pickers.

/// Goes some choices down, or up where negative.
pub fn picker_step(m: &mut Model, by: isize) {
    if let Some(Layer::Picker(p)) = m.layers.last_mut() {
        p.step(by);
    }
}

/// Marks the choice under the cursor, where several may be taken, and goes on.
pub fn picker_toggle(m: &mut Model) {
    let Some(Layer::Picker(p)) = m.layers.last_mut() else { return };
    let typed = p.input.as_str().trim().to_owned();
    let value = p.current().map(|c| c.value.clone()).or(Some(typed).filter(|t| p.free && !t.is_empty()));
    let (Some(value), Some(many)) = (value, &mut p.many) else { return p.step(1) };
    match many.iter().position(|v| *v == value) {
        Some(i) => {
            many.remove(i);
        }
        None => {
            if !p.choices.iter().any(|c| c.value == value) {
                let new = crate::tui::model::Choice {
                    value: value.clone(),
                    title: value.clone(),
                    ..Default::default()
                };
                p.choices.insert(0, new);
            }
            many.push(value);
        }
    }
    if p.input.is_empty() {
        p.step(1);
    } else {
        p.input.set("");
        p.narrow();
    }
}

/// Takes the choice under the cursor, or all that are marked.
pub fn picker_accept(m: &mut Model, cx: &mut Cx) {
    let Some(Layer::Picker(p)) = m.layers.last_mut() else { return };
    let typed = p.input.as_str().trim().to_owned();
    if let Some(why) = p.current().and_then(|c| c.disabled.clone()) {
        return m.say(Tone::Refused, why);
    }
    if p.many.is_some() && !typed.is_empty() {
        picker_toggle(m);
    }
    let Some(Layer::Picker(p)) = m.layers.pop() else { return };
    let value = p.current().map(|c| c.value.clone());
    match &p.purpose {
        PickerFor::Palette => {
            if let Some(command) = value.as_deref().and_then(CommandId::from_id) {
                run(m, cx, command, Vec::new(), None);
            }
        }
        PickerFor::Find(then) => popups::find::accept(m, cx, *then, p.current()),
        PickerFor::House(then, with) => popups::house::accept(m, cx, *then, *with, p.current()),
        PickerFor::Texts => popups::texts::accept(m, cx, p.current()),
        PickerFor::Record => popups::find::accept(m, cx, None, p.current()),
        PickerFor::Welcome => popups::welcome::accept(m, cx, value.as_deref()),
        PickerFor::Import(path, detail) => import::accept(m, cx, path, detail, value.as_deref()),
        PickerFor::Merge(..) => popups::merge::accept(m, cx, p),
        PickerFor::Unmerge => popups::merge::unmerge_accept(m, cx, p.current()),
        PickerFor::Duplicates(_) => popups::merge::pair(m, cx, p),
        PickerFor::History(_) => popups::history::accept(m, cx, p),
        PickerFor::UndoRow(_) => popups::history::confirmed(m, cx, p),
        PickerFor::Draft(all) => {
            if let Some(draft) = all.iter().find(|d| Some(d.id.to_string()) == value) {
                drafts::take(m, cx, draft);
            }
        }
        PickerFor::View(command, args, rows) => {
            let at = p.shown.get(p.cursor).map(|s| s.at);
            if let Some(row) = at.and_then(|at| rows.get(at)) {
                popups::views::chosen(m, cx, *command, args, row);
            }
        }
        PickerFor::Argument(CommandId::RowTags) => popups::tags::accept(m, cx, &p),
        PickerFor::Argument(command) => {
            let typed = Some(typed).filter(|t| p.free && !t.is_empty());
            match value.or(typed) {
                Some(value) => run(m, cx, *command, vec![value], None),
                None => m.say(Tone::Refused, p.empty.clone()),
            }
        }
    }
}

/// Closes it without choosing.
pub fn picker_cancel(m: &mut Model, cx: &mut Cx) {
    // Of what is typed the text goes first: Esc takes one layer off.
    m.layers.pop();
    let _ = cx;
}

// Questions.

/// Yes or no.
pub fn confirm(m: &mut Model, cx: &mut Cx, yes: bool) {
    if matches!(m.layers.last(), Some(Layer::MailTest(_))) {
        return popups::mailbox::answered(m, cx, yes);
    }
    if let Some(Layer::Confirm(c)) = m.layers.pop()
        && yes
    {
        m.sure = true;
        run(m, cx, c.yes, c.args, None);
        m.sure = false;
    }
}

// Forms.

/// A key into the field under the cursor; whether it was one.
pub fn form_key(form: &mut Form, key: Key) -> bool {
    let Some(field) = form.fields.get_mut(form.at) else { return false };
    let Input::OneOf(words) = &field.input else { return field.text.key(key) };
    let at = words.iter().position(|w| w == field.text.as_str()).unwrap_or(0);
    let n = words.len().max(1);
    let to = match key.code() {
        Code::Left => Some((at + n - 1) % n),
        Code::Right | Code::Char(' ') => Some((at + 1) % n),
        // Letters spell a word, as far as one begins so; else the last one jumps to the next that begins with it.
        Code::Char(c) => {
            let begun = |with: &str| {
                let from = usize::from(with.len() == c.len_utf8());
                (from..n + from)
                    .map(|i| (at + i) % n)
                    .find(|i| words.get(*i).is_some_and(|w| w.starts_with(with)))
            };
            let mut spelt = std::mem::take(&mut field.spelt);
            spelt.extend(c.to_lowercase());
            let found = begun(&spelt).map(|i| (i, spelt));
            let found = found.or_else(|| begun(&c.to_string()).map(|i| (i, c.to_string())));
            found.map(|(i, spelt)| {
                field.spelt = spelt;
                i
            })
        }
        _ => None,
    };
    if !matches!(key.code(), Code::Char(c) if c != ' ') {
        field.spelt.clear();
    }
    let Some(word) = to.and_then(|i| words.get(i)).cloned() else { return false };
    field.text.set(&word);
    true
}

/// A paste into the field under the cursor; how many bytes found no room.
pub fn form_paste(form: &mut Form, text: &str) -> usize {
    match form.fields.get_mut(form.at) {
        Some(field) if !matches!(field.input, Input::OneOf(_)) => field.text.insert(text),
        _ => 0,
    }
}

/// The next field, or one before.
pub fn form_step(m: &mut Model, by: isize) {
    if let Some(Layer::Form(f)) = m.layers.last_mut() {
        f.step(by);
    }
}

/// The next field; what was chosen of the offers is written first.
pub fn form_next(m: &mut Model) {
    if let Some(Layer::Form(f)) = m.layers.last_mut() {
        if f.take_offer() {
            f.writing.typed(m.now);
        }
        f.step(1);
    }
    popups::forms::check(m);
}

/// Chooses another of what is offered; without offers goes to another field.
pub fn form_choose(m: &mut Model, by: isize) {
    let Some(Layer::Form(f)) = m.layers.last_mut() else { return };
    if f.offers.is_empty() {
        return f.step(by);
    }
    let last = f.offers.len() - 1;
    f.offer = match f.offer {
        None if by < 0 => Some(last),
        None => Some(0),
        // Before the first one stands what was typed.
        Some(0) if by < 0 => None,
        Some(at) => Some(at.saturating_add_signed(by).min(last)),
    };
}

/// The next field; from the last one it is saved. In a text of several lines a new line. What was chosen of the offers
/// is written first.
pub fn form_advance(m: &mut Model, cx: &mut Cx) {
    let Some(Layer::Form(f)) = m.layers.last_mut() else { return };
    if f.take_offer() {
        f.writing.typed(m.now);
        f.step(1);
        return popups::forms::check(m);
    }
    let last = f.at + 1 >= f.fields.len();
    let block = f.fields.get(f.at).is_some_and(|f| f.input == Input::Block);
    if block {
        if let Some(f) = f.fields.get_mut(f.at) {
            f.text.insert("\n");
        }
        f.writing.typed(m.now);
    } else if last {
        form_save(m, cx);
    } else {
        f.step(1);
    }
}

/// Saves it; what is wrong is shown at its field.
pub fn form_save(m: &mut Model, cx: &mut Cx) {
    popups::forms::save(m, cx);
}

/// Closes it, what is offered first; what was typed is kept for the next time.
pub fn form_cancel(m: &mut Model, cx: &mut Cx) {
    if let Some(Layer::Form(f)) = m.layers.last_mut()
        && !f.offers.is_empty()
    {
        return f.close_offers();
    }
    if let Some(Layer::Form(mut f)) = m.layers.pop() {
        drafts::close_form(m, cx, &mut f);
        if f.touched() {
            if f.kind.about().is_none() {
                let typed = f.fields.iter().map(|f| f.text.as_str().to_owned()).collect();
                m.kept.insert(f.kind, typed);
            }
            m.say(Tone::Plain, "What you typed is kept: it is there when this form opens again.");
        }
        popups::welcome::after_cancel(m, &f);
    }
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

    use super::*;
    use crate::tui::model::{FormField, FormKind};

    #[test]
    fn letters_spell_a_word_of_a_choice() {
        let by = FormField::line("by", "By", "").one_of(&["phone", "visit", "email", "person"]);
        let mut form = Form::new(FormKind::CustomerNew, "Log", vec![by]);
        let mut typed = |text: &str| {
            for c in text.chars() {
                let event = KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE);
                form_key(&mut form, Key::from_event(&event).unwrap());
            }
            form.value("by").to_owned()
        };
        assert_eq!(typed("visit"), "visit");
        assert_eq!(typed("phone"), "phone", "no letter of it jumps elsewhere");
        assert_eq!(typed("p"), "person", "a letter again goes on to the next");
    }
}
