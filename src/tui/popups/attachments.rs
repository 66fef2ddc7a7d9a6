//! The files of a ticket or a message: the list, and what is done with a file of it. A worker reads the file; a program that
//! opens it is run by the link.

use std::path::{Path, PathBuf};

use crate::{
    desk::attachments::AttachmentPart,
    mail::disk_name::disk_name,
    model::{Id, Kind, limits, number},
    term::safe::Safe,
    tui::{
        command::CommandId,
        effect::{Effect, FileJob, FileWhat},
        event::FileDone,
        look::Ink,
        model::{Confirm, FileList, FileRow, Layer, Model, Pane, Popup, PopupLine, Prompt, PromptFor, Tone},
        pages::thread::Item,
        popups::popup_columns,
        text::Text,
        update::{Cx, ask_offers},
    },
};

/// The message under the cursor of the thread that has the focus.
fn message_at_hand(m: &Model) -> Option<Id> {
    match m.page.ticket_shown()?.current()? {
        Item::Message(message) if m.focus == Pane::Page => Some(message.id),
        _ => None,
    }
}

/// Opens the list: the files of the message under the cursor where it has some, else those of the ticket.
pub fn open(m: &mut Model) {
    let Some(view) = m.page.ticket_shown() else { return };
    let all = &view.page.messages;
    let here = message_at_hand(m);
    let one = all.iter().filter(|x| Some(x.id) == here && !x.attachments.is_empty());
    let list = match one.clone().next() {
        Some(x) => FileList::of(format!("Files of {}", number::show(Kind::Message, x.number)), one),
        None => {
            let ticket = number::show(Kind::Ticket, view.page.ticket.number);
            FileList::of(format!("Files of {ticket}"), all.iter())
        }
    };
    m.layers.push(Layer::Files(list));
}

/// The list on top, or beneath a prompt that asks about it.
fn list(m: &Model) -> Option<&FileList> {
    m.layers.iter().rev().find_map(|l| match l {
        Layer::Files(list) => Some(list),
        _ => None,
    })
}

fn current(m: &Model) -> Option<FileRow> {
    list(m)?.current().cloned()
}

fn job(cx: &mut Cx, row: FileRow, what: FileWhat) {
    let FileRow { message, part, name, content_type, .. } = row;
    cx.push(Effect::File(Box::new(FileJob { message, part, name, content_type, what })));
}

/// Does something with the file under the cursor that needs no more to be said.
pub fn act(m: &mut Model, cx: &mut Cx, what: FileWhat) {
    let Some(row) = current(m) else { return };
    if what == FileWhat::Open {
        m.say(Tone::Plain, format!("Opening {} …", row.name));
    }
    job(cx, row, what);
}

/// Opens the HTML of the message of the row under the cursor, or of the thread.
pub fn html(m: &mut Model, cx: &mut Cx) {
    let row = current(m);
    let Some(id) = row.as_ref().map(|r| r.message).or_else(|| message_at_hand(m)) else {
        return m.say(Tone::Refused, "Select a message first.");
    };
    let messages = m.page.ticket_shown().map(|v| v.page.messages.as_slice()).unwrap_or_default();
    let Some(message) = messages.iter().find(|x| x.id == id) else { return };
    let row = FileRow {
        message: id,
        part: AttachmentPart::Html,
        name: format!("{}.html", number::show(Kind::Message, message.number)),
        content_type: "text/html".to_owned(),
        size: None,
        about: "",
        at: message.at,
    };
    m.say(Tone::Plain, format!("Opening the HTML part of {} …", number::show(Kind::Message, message.number)));
    job(cx, row, FileWhat::Open);
}

fn prompt(command: CommandId, title: String, text: &str, help: &str) -> Layer {
    Layer::Prompt(Prompt {
        purpose: PromptFor::Argument(command),
        title,
        input: Text::line(text),
        help: help.to_owned(),
        reading: String::new(),
        error: None,
        calm: false,
        before: String::new(),
        offers: Vec::new(),
        offer: None,
    })
}

/// Saves the file under the cursor; asks where. `over`: in the place of what is there.
pub fn save(m: &mut Model, cx: &mut Cx, path: Option<String>, over: bool) {
    let Some(row) = current(m) else { return };
    match path.filter(|p| !p.is_empty()) {
        Some(path) => {
            let path = expanded(m, &path);
            job(cx, row, FileWhat::Save(path, over));
        }
        None => {
            let to = m.places.downloads.join(disk_name(&row.name));
            let title = format!("Save {}", Safe::line(row.name.as_str()).truncate(40));
            let to = shortened(m, &to);
            m.layers.push(prompt(CommandId::FileSave, title, &to, "a new file, or a folder; Tab completes"));
            ask_offers(m, cx);
        }
    }
}

/// Saves all files that were attached; asks for the folder.
pub fn save_all(m: &mut Model, cx: &mut Cx, folder: Option<String>) {
    let Some(list) = list(m) else { return };
    let all: Vec<(Id, usize, String)> = list
        .attached()
        .filter_map(|r| match r.part {
            AttachmentPart::File(at) => Some((r.message, at, r.name.clone())),
            AttachmentPart::Html | AttachmentPart::Mail => None,
        })
        .collect();
    let Some(first) = list.rows.first().cloned() else { return };
    if all.is_empty() {
        return m.say(Tone::Refused, "Nothing was attached: s saves the mail itself.");
    }
    match folder.filter(|f| !f.is_empty()) {
        Some(folder) => {
            let folder = expanded(m, &folder);
            job(cx, first, FileWhat::SaveAll(folder, all));
        }
        None => {
            let n = all.len();
            let title = if n == 1 {
                "Save 1 file in".to_owned()
            } else {
                format!("Save {} files in", limits::thousands(n))
            };
            let to = shortened(m, &m.places.downloads.clone());
            m.layers.push(prompt(
                CommandId::FileSaveAll,
                title,
                &to,
                "a folder, which is made where there is none; Tab completes",
            ));
            ask_offers(m, cx);
        }
    }
}

/// Gives the file under the cursor to a command; asks for it.
pub fn pipe(m: &mut Model, cx: &mut Cx, command: Option<String>) {
    let Some(row) = current(m) else { return };
    match command.filter(|c| !c.is_empty()) {
        Some(command) => job(cx, row, FileWhat::Pipe(command)),
        None => {
            let title = format!("Pipe {} to", Safe::line(row.name.as_str()).truncate(40));
            m.layers.push(prompt(
                CommandId::FilePipe,
                title,
                "",
                "a shell command, which reads the file: less, wc -l, pdftotext - - | less",
            ));
        }
    }
}

/// `~/x` as a path.
pub(crate) fn expanded(m: &Model, typed: &str) -> PathBuf {
    match (typed.strip_prefix("~/"), &m.places.home) {
        (Some(rest), Some(home)) => home.join(rest),
        (None, Some(home)) if typed == "~" => home.clone(),
        _ => PathBuf::from(typed),
    }
}

/// A path with `~/` in the place of the home folder.
fn shortened(m: &Model, path: &Path) -> String {
    let within = m.places.home.as_deref().and_then(|home| path.strip_prefix(home).ok());
    match within {
        Some(rest) => format!("~/{}", rest.display()),
        None => path.display().to_string(),
    }
}

/// What came of it.
pub fn done(m: &mut Model, cx: &mut Cx, done: FileDone) {
    match done {
        FileDone::Said(said) => m.say(Tone::Good, said),
        FileDone::Refused(why) => m.say(Tone::Refused, why),
        FileDone::Failed(why) => m.say(Tone::Bad, why),
        FileDone::Copy(text) => {
            m.say(
                Tone::Plain,
                format!("{} bytes copied, where the terminal takes copies.", limits::thousands(text.len())),
            );
            cx.push(Effect::Copy(text));
        }
        FileDone::Text { title, text } => {
            m.status = None;
            let lines = wrapped(&text, popup_columns(m.size));
            m.layers.push(Layer::Popup(Popup { title, lines, ..Popup::default() }));
        }
        FileDone::Danger(why) => {
            m.say(Tone::Refused, why);
            // It is offered to be saved, where the list is still what one looks at.
            if matches!(m.layers.last(), Some(Layer::Files(_))) {
                let why = m.status.take().map(|s| s.text).unwrap_or_default();
                save(m, cx, None, false);
                if let Some(Layer::Prompt(p)) = m.layers.last_mut() {
                    p.help = format!("{why} Save it, or Esc.");
                }
            }
        }
        FileDone::Exists(path) if matches!(m.layers.last(), Some(Layer::Files(_))) => {
            m.layers.push(Layer::Confirm(Confirm {
                question: "There is a file of that name. Replace it?".to_owned(),
                detail: path.display().to_string(),
                yes: CommandId::FileSave,
                args: vec![path.to_string_lossy().into_owned(), "replace".to_owned()],
            }));
        }
        FileDone::Exists(path) => {
            m.say(Tone::Refused, format!("{} exists already: nothing was saved.", path.display()))
        }
    }
}

/// A text as lines of a window.
fn wrapped(text: &str, width: usize) -> Vec<PopupLine> {
    let mut out = Vec::new();
    'all: for line in text.lines() {
        let line = Safe::line(limits::head(line, limits::SHOWN_LINE_BYTES));
        for row in line.wrap(width.max(8)) {
            out.push(PopupLine { cells: vec![(Ink::Text, row.as_str().to_owned())] });
            if out.len() >= limits::SHOWN_ROWS {
                let more = "The text goes on: save it, or pipe it to less.".to_owned();
                out.push(PopupLine { cells: vec![(Ink::Dim, more)] });
                break 'all;
            }
        }
    }
    if out.is_empty() {
        out.push(PopupLine { cells: vec![(Ink::Dim, "It is empty.".to_owned())] });
    }
    out
}
