//! What is said of a message being written: who reads it, the field one is in, what follows the text.

use super::{
    hints,
    scene::{At, Utterance, When},
    words,
};
use crate::{
    mail::quote::write,
    model::{Channel, Kind, number},
    tui::{
        command::CommandId,
        model::{Composer, ComposerField, ComposerKind, Model, addresses},
        pages::thread::{channel_word, size},
    },
};

/// Its parts.
#[must_use]
pub fn parts(m: &Model, c: &Composer, lines: bool) -> Vec<Utterance> {
    let ticket = number::show(Kind::Ticket, c.number);
    let what = match c.kind {
        ComposerKind::Reply => format!("Public reply to {ticket}: the customer reads this"),
        ComposerKind::Note => format!("Internal note on {ticket}: only the team reads this"),
        ComposerKind::Forward => format!("Forward of {ticket}: someone outside reads this"),
        ComposerKind::Side(_) => {
            let first = addresses(c.to.as_str()).into_iter().next().unwrap_or_default();
            format!("Side thread of {ticket}: {} reads this, not the customer", c.name_of(&first))
        }
    };
    let channel = match &c.basis.channel {
        channel if c.leaves() && c.basis.known && *channel != Channel::Email => {
            format!("by {}", channel_word(channel))
        }
        _ => String::new(),
    };
    let language =
        write::language_name(&c.basis.language).map(|l| format!("written in {l}")).unwrap_or_default();
    let title = words::ended(&words::list([what, channel, language.to_string()]));
    let mut out = vec![Utterance::line(At::Title, When::Here, title)];
    if let Some((field, bad)) = c.bad_recipient(!c.typing) {
        out.push(Utterance::line(At::Error, When::Here, format!("{}: no address: {bad}.", field.label())));
    } else if let Some(why) = c.file_problem() {
        out.push(Utterance::line(At::Error, When::Here, words::ended(&why)));
    } else if c.bounces() {
        out.push(Utterance::line(At::Error, When::Here, "Mail to this address came back before."));
    }
    if c.leaves() {
        let to = c.recipients_shown(",", true);
        let to = if to.is_empty() { "no one yet".to_owned() } else { to };
        let prefers = match c.basis.prefers.as_str() {
            "" => String::new(),
            other => format!("; the customer prefers {}", other.replace('_', " ")),
        };
        // While they are typed one hears them.
        if !c.field.is_recipients() {
            out.push(Utterance::line(At::About, When::Here, format!("To {to}{prefers}.")));
        }
    }
    out.push(Utterance::line(At::Marks, When::Here, below(c)).again(Vec::new()));
    if let Some(a) = c.offers.chosen.and_then(|at| c.offers.all.get(at)) {
        let place = format!("{} of {}:", c.offers.chosen.unwrap_or(0) + 1, c.offers.all.len());
        out.push(Utterance::line(At::Offers, When::Here, words::list([place, a.to_string()])));
    } else if !c.offers.all.is_empty() {
        let n = words::count(c.offers.all.len(), "address");
        out.push(Utterance::line(
            At::Offers,
            When::Here,
            format!("{}, Down chooses.", n.replace("addresss", "addresses")),
        ));
    }
    out.push(match (c.typing, c.field) {
        (false, _) => {
            Utterance::line(At::Selection, When::Here, format!("Not typing. {}", hints::said(m, 6)))
        }
        (true, ComposerField::Body) => Utterance::line(At::Selection, When::Here, start(m, c, lines)),
        // Its line says what it is, see `typing`.
        (true, field) => Utterance::new(At::Selection, When::Here, field.label(), Vec::new()),
    });
    out
}

/// How to write and to send, said when one begins to type.
fn start(m: &Model, c: &Composer, lines: bool) -> String {
    use CommandId as C;
    let keys = |command| super::keys_of(m, command);
    let send = match c.kind {
        ComposerKind::Note => "saves it",
        _ => "sends it",
    };
    let ends = match lines {
        true => "A line with a single dot ends it".to_owned(),
        false => format!("{} stops typing", keys(C::ComposerLeave)),
    };
    let (sends, keeps) = (keys(C::ComposerSend), keys(C::ComposerKeep));
    format!("Type your message. {ends}; then {sends} {send}, {keeps} keeps the draft.")
}

/// What is said when a field gets the focus.
#[must_use]
pub fn about(field: ComposerField) -> &'static str {
    match field {
        ComposerField::Status => "the new status, such as solved, pending, hold or tomorrow 9am",
        ComposerField::Tags => "to add, with a minus before those to take away",
        ComposerField::To
        | ComposerField::Cc
        | ComposerField::Bcc
        | ComposerField::Subject
        | ComposerField::Body => "",
    }
}

/// What goes with the text: files, the signature, the quoted history.
fn below(c: &Composer) -> String {
    let (signature, history) = (&c.below.signature, &c.below.history);
    let files = c.files.iter().map(|f| format!("{} {}", f.file.name, size(f.file.size)));
    let files = if c.files.is_empty() { String::new() } else { format!("attached: {}", words::list(files)) };
    let quoted = match (history.is_folded(), c.kind) {
        (false, _) => String::new(),
        (true, ComposerKind::Forward) => "the thread".to_owned(),
        (true, _) => words::count(history.lines(), "quoted line"),
    };
    let signature = if signature.is_folded() { "your signature" } else { "" };
    let all = words::list([signature, &quoted, &files]);
    if all.is_empty() { String::new() } else { format!("Sent with the text: {all}.") }
}
