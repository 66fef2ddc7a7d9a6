//! Importing a file on the screen: its path, what would happen, how far it is, what came of it; taking an import back.

use super::{Cx, compose, load};
use crate::{
    exchange::import::{Report, Reverted},
    tui::{
        command::CommandId,
        data::Ask,
        effect::{Effect, ImportAsk},
        look::Ink,
        model::{Choice, Layer, Model, Picker, PickerFor, Popup, PopupLine, Prompt, PromptFor, Tone},
        text::Text,
    },
};

/// Said where one import, revert or change of many is asked for during another.
const BUSY: &str = "A change of many records is under way: wait for it, or stop it.";

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
        return m.say(Tone::Refused, BUSY);
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
            m.imported.clone_from(&report.batch);
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
        Some("details") => popup(m, format!("Import {path}"), detail.to_vec(), None),
        _ => m.say(Tone::Plain, "Nothing was changed."),
    }
}

/// Says what came of it, and how it is taken back.
fn told(m: &mut Model, report: &Report) {
    m.status = None;
    let mut lines = vec![report.rows_line()];
    lines.extend(report.made_line().map(|made| format!("new: {made}")));
    if report.cancelled {
        lines.push("Stopped: what was read is imported. Import the file again to continue.".to_owned());
    }
    if let Some(batch) = &report.batch {
        let key = |c| m.keymap.keys_of(c).next().map(ToString::to_string).unwrap_or_default();
        let (revert, later) = (key(CommandId::PopupRevert), key(CommandId::AppPalette));
        let title = CommandId::ImportRevert.def().title;
        lines.push(format!(
            "This is import {batch}. Press {revert} to revert it, or later {later} and “{title}”."
        ));
    }
    lines.push(String::new());
    lines.extend(report.file_lines(false));
    let title = if report.cancelled { "Import stopped" } else { "Imported" };
    popup(m, title.to_owned(), lines, report.batch.clone());
}

fn popup(m: &mut Model, title: String, lines: Vec<String>, import: Option<String>) {
    let lines = lines.into_iter().map(|line| PopupLine { cells: vec![(Ink::Text, line)] }).collect();
    m.layers.push(Layer::Popup(Popup { title, lines, import, ..Popup::default() }));
}

/// Lists the imports, asks whether to revert the one that is named, or reverts it.
pub fn revert(m: &mut Model, cx: &mut Cx, batch: Option<String>) {
    if m.many.is_some() {
        return m.say(Tone::Refused, BUSY);
    }
    let Some(batch) = batch else { return cx.ask(m, Ask::Imports) };
    if !m.sure {
        return cx.ask(m, Ask::Extent(batch));
    }
    let op = cx.op();
    m.many = Some(op);
    m.saving += 1;
    m.say(Tone::Plain, format!("Reverting {batch} …"));
    cx.push(Effect::Revert(op, m.now, batch));
}

/// Asks whether to revert the import that the window tells of.
pub fn revert_shown(m: &mut Model, cx: &mut Cx) {
    if let Some(Layer::Popup(Popup { import: Some(batch), .. })) = m.layers.last() {
        let batch = batch.clone();
        m.layers.pop();
        revert(m, cx, Some(batch));
    }
}

/// It is reverted, or not.
pub fn reverted(m: &mut Model, cx: &mut Cx, came: Result<Reverted, String>) {
    m.saving = m.saving.saturating_sub(1);
    (m.many, m.progress) = (None, None);
    let done = match came {
        Err(why) => return m.say(Tone::Bad, why),
        Ok(done) => done,
    };
    load::refresh_all(m, cx);
    let n = done.records;
    let records = if n == 1 { "1 record is".to_owned() } else { format!("{n} records are") };
    if done.cancelled {
        return m.say(
            Tone::Plain,
            format!("Stopped: {records} restored. Revert {} again to continue.", done.batch),
        );
    }
    m.imported = None;
    let said = format!("{} reverted: {records} as before", done.batch);
    if done.kept.is_empty() {
        return m.say(Tone::Good, said);
    }
    m.status = None;
    let mut lines = vec![said, String::new(), "Changed since the import, and left unchanged:".to_owned()];
    lines.extend(done.kept.iter().map(|k| {
        let (record, field, now, was) = (&k.record, &k.field, &k.found, &k.expected);
        format!("  {record} {field}: {now}; the import left {was}")
    }));
    popup(m, "Import reverted".to_owned(), lines, None);
}
