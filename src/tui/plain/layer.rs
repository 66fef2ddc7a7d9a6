//! What is said of what lies over the panes. A new kind of layer must be given words here.

use super::{
    hints,
    rows::{self, RowContext},
    scene::{At, Utterance, When, times},
    words,
};
use crate::tui::{
    model::{
        Choice, Confirm, FileList, Form, FormField, Input, Layer, MailTest, Model, Picker, Popup, Prompt,
        PromptFor, see_list,
    },
    popups::mailbox,
};

/// What it is, to know it again.
#[must_use]
pub fn name(layer: &Layer) -> String {
    match layer {
        Layer::Picker(p) => format!("picker {}", p.title),
        Layer::Prompt(p) => format!("prompt {} {:?}", p.title, p.purpose),
        Layer::Form(f) => format!("form {} {:?}", f.title, f.kind),
        Layer::Confirm(c) => format!("confirm {}", c.question),
        Layer::Popup(p) => format!("popup {}", p.title),
        Layer::MailTest(t) => format!("test {}", t.address),
        Layer::Files(f) => format!("files {}", f.title),
    }
}

/// Its parts.
#[must_use]
pub fn parts(m: &Model, layer: &Layer, numbered: bool) -> Vec<Utterance> {
    match layer {
        Layer::Picker(p) => picker(m, p, numbered),
        Layer::Prompt(p) => prompt(m, p),
        Layer::Form(f) => form(m, f),
        Layer::Confirm(c) => confirm(c),
        Layer::Popup(p) => popup(p),
        Layer::MailTest(t) => mail_test(m, t),
        Layer::Files(list) => files(m, list),
    }
}

/// How many choices are listed with their numbers.
const LISTED: usize = 9;

fn picker(m: &Model, p: &Picker, numbered: bool) -> Vec<Utterance> {
    let title = words::ended(&words::list([p.title.as_str(), p.note.as_str()]));
    let mut out = vec![Utterance::line(At::Title, When::Here, title).again(Vec::new())];
    let chosen = |c: &Choice| match &p.many {
        Some(many) if many.contains(&c.value) => "selected",
        _ => "",
    };
    if p.many.is_some() {
        let many = p.many.iter().flatten().map(String::as_str);
        let all = words::list(many);
        let all = if all.is_empty() { "Nothing selected.".to_owned() } else { format!("Selected: {all}.") };
        out.push(Utterance::line(At::Marks, When::Here, all));
    }
    let shown = || p.shown.iter().filter_map(|s| p.choices.get(s.at));
    let Some(current) = p.current() else {
        let free = if p.free && !p.input.is_empty() { "Enter takes what was typed." } else { "" };
        out.push(Utterance::line(At::Selection, When::Here, words::list([p.empty.as_str(), free])));
        return out;
    };
    if numbered {
        let rows =
            shown().take(LISTED).enumerate().map(|(i, c)| format!("{}: {}", i + 1, choice(c, chosen(c))));
        let mut rows: Vec<String> = rows.collect();
        if p.shown.len() > LISTED {
            rows.push(format!("{} in all: type to narrow them down.", p.shown.len()));
        }
        out.push(Utterance::new(At::Matches, When::Here, rows.join(" "), rows));
        out.push(Utterance::new(
            At::Selection,
            When::HereSince,
            format!("{}", p.cursor),
            vec![row(p, current, chosen(current))],
        ));
    } else {
        let line = row(p, current, chosen(current));
        out.push(Utterance::line(At::Selection, When::Here, line));
    }
    if !current.detail.is_empty() {
        let lines: Vec<String> = current.detail.clone();
        out.push(Utterance::new(
            At::About,
            When::Here,
            format!("{} {}", current.value, lines.join(" ")),
            lines,
        ));
    }
    let _ = m;
    out
}

fn row(p: &Picker, c: &Choice, mark: &str) -> String {
    words::list([format!("{} of {}:", p.cursor + 1, p.shown.len()), choice(c, mark)])
}

fn choice(c: &Choice, mark: &str) -> String {
    let tail =
        if c.record.is_none() && c.tail.chars().count() <= 3 { words::key(&c.tail) } else { c.tail.clone() };
    let off = c.disabled.as_ref().map(|why| format!("unavailable: {why}")).unwrap_or_default();
    let beside = if c.disabled.as_deref() == Some(c.beside.as_str()) { "" } else { c.beside.as_str() };
    words::list([mark, c.title.as_str(), &tail, beside, &off])
}

fn prompt(m: &Model, p: &Prompt) -> Vec<Utterance> {
    // Its title is before what is typed.
    let mut out = Vec::new();
    match &p.error {
        // What typing on may put right is no mistake yet.
        Some(why) if !p.calm => out.push(Utterance::line(At::Error, When::Here, words::ended(why))),
        _ if !p.reading.is_empty() => {
            out.push(Utterance::line(At::Error, When::Here, words::ended(&p.reading)))
        }
        _ => {}
    }
    if let (PromptFor::Filter(pane), None) = (&p.purpose, &p.error)
        && !p.input.is_empty()
    {
        // The list is filtered while one types.
        let count = see_list!(m, *pane, list => (list.loaded && list.is_settled()).then(|| list.len()), None);
        if let Some(n) = count {
            out.push(Utterance::line(At::Matches, When::Here, format!("{}.", words::count(n, "row"))));
        }
    }
    if let Some(c) = p.offer.and_then(|at| p.offers.get(at)) {
        let place = format!("{} of {}:", p.offer.unwrap_or(0) + 1, p.offers.len());
        out.push(Utterance::line(
            At::Offers,
            When::Here,
            words::list([place.as_str(), c.text.as_str(), c.about.as_str()]),
        ));
    } else if let (Some(first), false) = (p.offers.first(), p.input.is_empty()) {
        let n = words::count(p.offers.len(), "suggestion");
        out.push(Utterance::line(
            At::Offers,
            When::Here,
            format!("{n}, first {}. Tab takes it.", first.text),
        ));
    }
    out
}

fn form(m: &Model, f: &Form) -> Vec<Utterance> {
    let title = words::list([words::ended(&f.title), words::count(f.fields.len(), "field")]);
    let intro = words::ended(&f.intro);
    let keys = hints::said(m, 3);
    let lines = vec![words::ended(&title), intro, keys].into_iter().filter(|l| !l.is_empty()).collect();
    let mut out = vec![
        Utterance::new(At::Title, When::Here, f.title.clone(), lines).again(vec![words::ended(&f.title)]),
    ];
    let field = f.fields.get(f.at);
    if let Some(why) = f.error.as_ref().or(field.and_then(|x| x.error.as_ref())) {
        // At another field it is another mistake.
        out.push(Utterance::new(
            At::Error,
            When::Here,
            format!("{} {why}", f.at),
            vec![format!("Error: {}", words::ended(why))],
        ));
    }
    let Some(field) = field else { return out };
    // Other fields are announced by their line, see `typing`; a choice of words has none.
    if let Input::OneOf(all) = &field.input {
        out.push(Utterance::line(At::Selection, When::Here, format!("{}: {}", field.label, value(field))));
        let all = all.iter().map(|w| if w.is_empty() { "none".to_owned() } else { w.replace('_', " ") });
        let all =
            format!("{}; one of {}: letters or the arrow keys choose.", about(f, field), words::list(all));
        out.push(Utterance::new(At::About, When::Here, f.at.to_string(), vec![all]).again(Vec::new()));
    }
    if let Some((c, _)) = f.offer.and_then(|at| f.offers.get(at)) {
        let place = format!("{} of {}:", f.offer.unwrap_or(0) + 1, f.offers.len());
        out.push(Utterance::line(At::Offers, When::Here, words::list([place, choice(c, "")])));
    } else if let Some((c, _)) = f.offers.first() {
        let n = words::count(f.offers.len(), "suggestion");
        out.push(Utterance::line(
            At::Offers,
            When::Here,
            format!("{n}, first {}. Down chooses, Enter accepts.", choice(c, "")),
        ));
    }
    out
}

/// What is said when a field gets the focus: its place, whether it is needed, what it may be.
#[must_use]
pub fn about(f: &Form, field: &FormField) -> String {
    let needed = if field.required && field.text.is_empty() { "needed" } else { "" };
    words::list([&format!("{} of {}", f.at + 1, f.fields.len()), needed, field.help])
}

fn value(field: &FormField) -> String {
    match field.text.as_str() {
        "" => "none".to_owned(),
        text => text.replace('_', " "),
    }
}

fn confirm(c: &Confirm) -> Vec<Utterance> {
    let mut lines = vec![words::ended(&c.question)];
    if !c.detail.is_empty() {
        lines.push(words::ended(&c.detail));
    }
    lines.push("y: yes. n: no.".to_owned());
    vec![Utterance::new(At::Title, When::Here, c.question.clone(), lines)]
}

/// It is read in full when it opens, and again line by line by moving in it.
fn popup(p: &Popup) -> Vec<Utterance> {
    let line = |l: &crate::tui::model::PopupLine| {
        let cells: Vec<&str> = l.cells.iter().map(|(_, t)| t.trim()).collect();
        match cells.split_first() {
            // A key, then what it does.
            Some((first, rest)) if cells.len() > 1 => {
                words::list([format!("{}:", words::key(first)), words::list(rest)])
            }
            _ => words::ended(&words::list(cells)),
        }
    };
    let mut lines = vec![words::ended(&p.title)];
    lines.extend(p.lines.iter().map(line).filter(|l| !l.is_empty()));
    let here = p.lines.get(p.top).map(line).unwrap_or_default();
    vec![
        Utterance::new(At::Title, When::Here, lines.join("\n"), lines).again(vec![words::ended(&p.title)]),
        Utterance::new(At::Selection, When::HereSince, format!("{} {here}", p.top), vec![here]),
    ]
}

fn mail_test(m: &Model, t: &MailTest) -> Vec<Utterance> {
    let mut out = vec![Utterance::line(At::Title, When::Here, format!("Test of {}.", t.address))];
    let said = |what: &str, of: &Option<Result<String, String>>| match of {
        None => format!("{what}: trying …"),
        Some(Ok(said)) => format!("{what} works: {}", words::ended(said)),
        Some(Err(why)) => format!("{what} failed: {}", words::ended(why)),
    };
    out.push(Utterance::line(At::About, When::Here, said("Receiving", &t.receive)));
    out.push(Utterance::line(At::Matches, When::Here, said("Sending", &t.send)));
    let keys = match (t.is_over(), t.wish.is_some()) {
        (false, _) => format!("{}: cancel.", mailbox::keys(m, false)),
        (true, true) => {
            format!(
                "{}: save it, paused. {}: back to the form.",
                mailbox::keys(m, true),
                mailbox::keys(m, false)
            )
        }
        (true, false) => format!("{}: close.", mailbox::keys(m, false)),
    };
    out.push(Utterance::line(At::Selection, When::Here, keys));
    out
}

fn files(m: &Model, list: &FileList) -> Vec<Utterance> {
    let title = words::list([list.title.as_str(), &words::count(list.rows.len(), "file")]);
    let lines = vec![words::ended(&title), hints::said(m, 6)];
    let mut out = vec![Utterance::new(At::Title, When::Here, title.clone(), lines).again(Vec::new())];
    let [now, never] = times(m);
    let told = |time| RowContext { info: &m.info, time, marked: false, picks: &[] };
    out.push(match list.current() {
        None => Utterance::line(At::Selection, When::Here, "No files."),
        Some(f) => {
            let place = format!("{} of {}:", list.cursor + 1, list.rows.len());
            let key = format!("{} {}", list.cursor, rows::file(f, &told(never)));
            Utterance::new(
                At::Selection,
                When::Here,
                key,
                vec![words::list([place, rows::file(f, &told(now))])],
            )
        }
    });
    out
}
