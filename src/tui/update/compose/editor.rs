//! The agent's own editor.

use super::super::{Cx, drafts};
use crate::tui::{
    effect::{Effect, FileAsk},
    model::{ComposerField, Model, Tone, parse_edited},
    text::Text,
};

/// The text in the agent's own editor, with the headers above it, as mutt does.
pub fn edit(m: &mut Model, cx: &mut Cx) {
    drafts::save(m, cx);
    let now = m.now;
    let Some(c) = &m.composer else { return };
    let at = c.writing.version.unwrap_or(now);
    cx.push(Effect::Editor(c.for_editor(), Box::new(c.draft(at, true))));
}

/// The text came back from it: it is saved immediately.
pub fn edited(m: &mut Model, cx: &mut Cx, text: &str, trouble: Option<String>) {
    let now = m.now;
    let Some(c) = &mut m.composer else { return };
    let (new, mut body) = {
        let edited = parse_edited(text);
        let body = edited.body.clone();
        (edited, body)
    };
    // An editor wants a newline at the end of the file.
    if c.body.is_empty() && body.ends_with('\n') {
        body.pop();
    }
    let mut look = Vec::new();
    if let Some(named) = new.attach {
        for field in c.fields().iter().filter(|f| **f != ComposerField::Body) {
            let value = new.fields.iter().find(|(f, _)| f == field).map_or("", |(_, v)| v.as_str());
            c.text_mut(*field).set(value);
        }
        // Files that are named as before stay; others are looked at.
        let mut before = std::mem::take(&mut c.files);
        for name in named {
            match before.iter().position(|f| f.written() == name) {
                Some(at) => c.files.push(before.remove(at)),
                None => look.push(name),
            }
        }
    }
    c.body = Text::block(&body);
    c.body.to_end();
    c.writing.typed(now);
    let bad = c.bad_recipient(true).map(|(_, a)| format!("“{a}” is no e-mail address."));
    if !look.is_empty() {
        cx.push(Effect::Files(FileAsk::Attach(look, true)));
    }
    drafts::save(m, cx);
    if let Some(why) = trouble {
        m.say(Tone::Plain, format!("The editor ended with {why}: what it saved is your draft."));
    } else if let Some(why) = new.trouble.or(bad) {
        m.say(Tone::Refused, why);
    }
}
