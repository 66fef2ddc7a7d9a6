//! Sending at a chosen time.

use super::{
    super::Cx,
    send::{How, send},
};
use crate::{
    desk::outbox,
    model::{Stamp, phrase, zone::Zone},
    tui::{
        command::CommandId,
        model::{Layer, Model, Prompt, PromptFor, Tone},
        text::Text,
    },
};

/// How a time in the reader's own hours ends.
const THEIRS: &str = "their time";

/// Sends the message at a time; without one it is asked for.
pub fn later(m: &mut Model, cx: &mut Cx, when: Option<String>) {
    let Some(c) = &m.composer else { return };
    if !c.leaves() {
        return m.say(Tone::Refused, "A note is saved immediately: it is not sent.");
    }
    let Some(when) = when else {
        let theirs = if c.basis.zone.is_empty() { String::new() } else { format!(", 9am {THEIRS}") };
        m.layers.push(Layer::Prompt(Prompt {
            purpose: PromptFor::Argument(CommandId::ComposerLater),
            title: "Send later".to_owned(),
            input: Text::line(""),
            help: format!("tomorrow 9am, next mon 8:00, in 2h{theirs}"),
            reading: String::new(),
            error: None,
            calm: true,
            before: String::new(),
            offers: Vec::new(),
            offer: None,
        }));
        return;
    };
    match at(m, &when) {
        Ok(at) => send(m, cx, How::At(at)),
        Err(why) => m.say(Tone::Refused, why),
    }
}

/// When a phrase is, in our hours or the reader's.
fn at(m: &Model, text: &str) -> Result<Stamp, String> {
    let text = text.trim();
    let theirs = text.strip_suffix(THEIRS);
    let zone = match theirs {
        Some(_) => reader_zone(m).ok_or_else(|| "The customer's time zone is not known.".to_owned())?,
        None => m.info.zone.clone(),
    };
    let phrase = theirs.unwrap_or(text).trim();
    if phrase.is_empty() {
        return Err("Say when: tomorrow 9am".to_owned());
    }
    let at = phrase::moment(phrase, m.now, &zone).map_err(|e| e.to_string())?;
    outbox::may_be_chosen(at, m.now).map_err(|why| why.to_string())?;
    Ok(at)
}

fn reader_zone(m: &Model) -> Option<Zone> {
    let name = &m.composer.as_ref()?.basis.zone;
    if name.is_empty() { None } else { Zone::named(name).ok() }
}

/// What a phrase means, in words.
pub fn reading(m: &Model, text: &str) -> Result<String, String> {
    let at = at(m, text)?;
    let here = format!("leaves {}", m.info.zone.when_exactly(at, m.now));
    let there = reader_zone(m).filter(|z| z.name() != m.info.zone.name());
    Ok(match (there, &m.composer) {
        (Some(zone), Some(c)) => {
            format!("{here} here, {} for {}", zone.when_exactly(at, m.now), c.basis.customer)
        }
        _ => here,
    })
}
