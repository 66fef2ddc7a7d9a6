//! Importing a file on the screen: its path, what would happen, how far it is, what came of it.

use super::{Cx, compose, load};
use crate::{
    exchange::import::Report,
    tui::{
        command::CommandId,
        effect::{Effect, ImportAsk},
        look::Ink,
        model::{Choice, Layer, Model, Picker, PickerFor, Popup, PopupLine, Prompt, PromptFor, Tone},
        text::Text,
    },
};

/// Asks for the path, or reads what would happen with the file at it.
pub fn ask(m: &mut Model, cx: &mut Cx, path: Option<String>) {
    if let Some(path) = path {
        return begin(m, cx, ImportAsk { path, dry_run: true });
    }
    m.layers.push(Layer::Prompt(Prompt {
        purpose: PromptFor::Argument(CommandId::AppImport),
        title: "Import".to_owned(),
        input: Text::line(""),
        help: "a CSV, mbox or .eml file, or a Maildir; Tab completes the path".to_owned(),
        reading: String::new(),
        error: None,
        calm: false,
        before: String::new(),
        offers: Vec::new(),
        offer: None,
    }));
    compose::complete_path(cx, "");
}

fn begin(m: &mut Model, cx: &mut Cx, ask: ImportAsk) {
    if m.many.is_some() {
        return m.say(Tone::Refused, "A change of many records is under way: wait for it, or stop it.");
    }
    let op = cx.op();
    m.many = Some(op);
    m.saving += 1;
    m.say(Tone::Plain, format!("{} {} …", if ask.dry_run { "Reading" } else { "Importing" }, ask.path));
    cx.push(Effect::Import(op, m.now, ask));
}

/// It is imported, or was only read.
pub fn done(m: &mut Model, cx: &mut Cx, ask: ImportAsk, came: Result<Box<Report>, String>) {
    m.saving = m.saving.saturating_sub(1);
    (m.many, m.progress) = (None, None);
    match came {
        Err(why) => m.say(Tone::Bad, why),
        Ok(report) if report.cancelled && ask.dry_run => m.say(Tone::Plain, "Stopped: nothing was changed."),
        Ok(report) if ask.dry_run => offer(m, ask.path, &report),
        Ok(report) => {
            told(m, &report);
            load::refresh_all(m, cx);
        }
    }
}

/// Shows what would happen, to go on or not.
fn offer(m: &mut Model, path: String, report: &Report) {
    m.status = None;
    let made = report.made_line().map_or("nothing is new".to_owned(), |made| format!("new: {made}"));
    let mut detail = vec![report.rows_line()];
    detail.extend(report.file_lines(true));
    let choice = |value: &str, title: &str, beside: String| Choice {
        value: value.to_owned(),
        title: title.to_owned(),
        beside,
        ..Choice::default()
    };
    let import = choice("import", "Import", made);
    let columns = choice("details", "Show columns and problems", problems(report));
    let cancel = choice("cancel", "Cancel", "nothing is changed".to_owned());
    let purpose = PickerFor::Import(path.clone(), detail);
    m.layers.push(Layer::Picker(Picker::new(
        purpose,
        format!("Import {path}"),
        vec![import, columns, cancel],
    )));
}

fn problems(report: &Report) -> String {
    match report.files.iter().map(|f| f.problem_count).sum::<u64>() {
        0 => "no problems".to_owned(),
        1 => "1 problem".to_owned(),
        n => format!("{n} problems"),
    }
}

/// What was chosen.
pub fn accept(m: &mut Model, cx: &mut Cx, path: &str, detail: &[String], chosen: Option<&str>) {
    match chosen {
        Some("import") => begin(m, cx, ImportAsk { path: path.to_owned(), dry_run: false }),
        Some("details") => popup(m, format!("Import {path}"), detail.to_vec()),
        _ => m.say(Tone::Plain, "Nothing was changed."),
    }
}

/// Says what came of it, and how it is taken back.
fn told(m: &mut Model, report: &Report) {
    m.status = None;
    let mut lines = vec![report.rows_line()];
    lines.extend(report.made_line().map(|made| format!("new: {made}")));
    if report.cancelled {
        lines.push("Stopped: what was read is in. Import the file again to go on.".to_owned());
    }
    if let Some(batch) = &report.batch {
        lines.push(format!("This is import {batch}. To take it back: frontdesk import revert {batch}"));
    }
    lines.push(String::new());
    lines.extend(report.file_lines(false));
    let title = if report.cancelled { "Import stopped" } else { "Imported" };
    popup(m, title.to_owned(), lines);
}

fn popup(m: &mut Model, title: String, lines: Vec<String>) {
    let lines = lines.into_iter().map(|line| PopupLine { cells: vec![(Ink::Text, line)] }).collect();
    m.layers.push(Layer::Popup(Popup { title, lines, top: 0 }));
}
