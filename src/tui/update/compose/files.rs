//! Files that go with the message that is written: from the agent's disk, from the ticket.

use super::super::Cx;
use crate::{
    desk::drafts::DraftFile,
    model::Visibility,
    tui::{
        command::CommandId,
        data::TicketPage,
        effect::{Effect, FileAsk},
        event::FilesFound,
        model::{Choice, ComposerFile, Layer, Model, Picker, PickerFor, Prompt, PromptFor, Tone},
        pages::thread::size,
        text::Text,
    },
};

/// Attaches a file from the agent's disk; without a path it is asked for.
pub fn attach(m: &mut Model, cx: &mut Cx, path: Option<String>) {
    if m.composer.as_ref().is_none_or(|c| !c.leaves()) {
        return m.say(Tone::Refused, "Attach files to a reply or a forward: a note has none.");
    }
    if let Some(path) = path {
        return cx.push(Effect::Files(FileAsk::Attach(vec![path], false)));
    }
    m.layers.push(Layer::Prompt(Prompt {
        purpose: PromptFor::Argument(CommandId::ComposerAttach),
        title: "Attach".to_owned(),
        input: Text::line(""),
        help: "the path of a file; Tab completes it".to_owned(),
        reading: String::new(),
        error: None,
        calm: false,
        before: String::new(),
        offers: Vec::new(),
        offer: None,
    }));
    complete(cx, "");
}

/// Asks what paths begin so.
pub fn complete(cx: &mut Cx, text: &str) {
    cx.push(Effect::Files(FileAsk::Complete(text.to_owned())));
}

/// What was asked of the agent's disk.
pub fn came(m: &mut Model, found: FilesFound) {
    match found {
        FilesFound::Paths(text, offers) => super::super::layers::offered(m, &text, offers),
        FilesFound::Files(all, keep_bad) => {
            let now = m.now;
            let Some(c) = &mut m.composer else { return };
            let mut said = (Tone::Plain, String::new());
            for file in all {
                said = match &file.problem {
                    Some(why) => (Tone::Refused, format!("{}: {why}", file.file.path)),
                    None if said.0 == Tone::Plain => {
                        (Tone::Plain, format!("Attached {}, {}.", file.file.name, size(file.file.size)))
                    }
                    None => said,
                };
                if (file.problem.is_none() || keep_bad) && !c.files.contains(&file) {
                    c.attach(file);
                    c.writing.typed(now);
                }
            }
            let problem = c.file_problem();
            match problem {
                Some(why) if said.0 == Tone::Plain => m.say(Tone::Refused, why),
                _ if said.1.is_empty() => {}
                _ => m.say(said.0, said.1),
            }
        }
        FilesFound::Failed(why) => m.say(Tone::Refused, why),
    }
}

/// The files of a ticket. Those of notes and side threads are not sent by themselves.
pub fn of_thread(page: &TicketPage, all: bool) -> Vec<ComposerFile> {
    let wanted = page.messages.iter().filter(|m| all || m.visibility == Visibility::Public);
    let mut out = Vec::new();
    for m in wanted {
        for (number, a) in (0u32..).zip(&m.attachments) {
            let file = DraftFile {
                name: a.name.clone(),
                content_type: a.content_type.clone(),
                size: a.size,
                message: Some(m.id),
                number,
                added: all,
                ..DraftFile::default()
            };
            out.push(ComposerFile { file, problem: None });
        }
    }
    out
}

/// Attaches a file that the ticket has; without one it is chosen.
pub fn attach_from_ticket(m: &mut Model, chosen: Option<&str>) {
    let now = m.now;
    let Some(view) = m.page.ticket_shown() else { return };
    let all = of_thread(&view.page, true);
    let Some(c) = m.composer.as_mut().filter(|c| c.leaves()) else {
        return m.say(Tone::Refused, "Attach files to a reply or a forward: a note has none.");
    };
    if let Some(at) = chosen.and_then(|n| n.parse::<usize>().ok()) {
        if let Some(file) = all.into_iter().nth(at) {
            m.status = None;
            let said = format!("Attached {}, {}.", file.file.name, size(file.file.size));
            c.attach(file);
            c.writing.typed(now);
            match c.file_problem() {
                Some(why) => m.say(Tone::Refused, why),
                None => m.say(Tone::Plain, said),
            }
        }
        return;
    }
    if all.is_empty() {
        return m.say(Tone::Refused, "This ticket has no files.");
    }
    let choices = choices(&all);
    let purpose = PickerFor::Argument(CommandId::ComposerAttachTicket);
    m.layers.push(Layer::Picker(Picker::new(purpose, "Attach a file of the ticket", choices)));
}

/// Takes a file away; of several it is chosen.
pub fn detach(m: &mut Model, chosen: Option<&str>) {
    let now = m.now;
    let Some(c) = &mut m.composer else { return };
    let only = (c.files.len() == 1).then_some(0);
    if let Some(at) = chosen.and_then(|n| n.parse::<usize>().ok()).or(only) {
        if at < c.files.len() {
            let gone = c.files.remove(at);
            c.writing.typed(now);
            m.say(Tone::Plain, format!("{} does not go with it.", gone.file.name));
        }
        return;
    }
    if c.files.is_empty() {
        return m.say(Tone::Refused, "No file is attached.");
    }
    let choices = choices(&c.files);
    let purpose = PickerFor::Argument(CommandId::ComposerDetach);
    m.layers.push(Layer::Picker(Picker::new(purpose, "Remove a file", choices)));
}

fn choices(files: &[ComposerFile]) -> Vec<Choice> {
    let choice = |(n, f): (usize, &ComposerFile)| Choice {
        value: n.to_string(),
        title: f.file.name.clone(),
        beside: f.file.path.clone(),
        tail: size(f.file.size),
        ..Choice::default()
    };
    files.iter().enumerate().map(choice).collect()
}
