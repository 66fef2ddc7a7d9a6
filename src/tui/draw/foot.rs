//! The line at the foot: what was just done, what is held, and the keys that work now, most useful first.

use ratatui::{buffer::Buffer, layout::Rect};

use crate::{
    term::safe::Safe,
    tui::{
        command::CommandId,
        keymap::{self, Hint},
        look::Ink,
        model::{Layer, Model, Tone},
        widgets::Pen,
    },
};

/// The hints that say something new here.
fn shown(m: &Model) -> Vec<Hint> {
    let one_only = matches!(m.layers.last(), Some(Layer::Picker(p)) if p.many.is_none());
    let mut hints = keymap::hints(&m.keymap, &m.snapshot(), 10);
    hints.retain(|h| match h.command {
        // What is held says so itself.
        CommandId::SendTakeBack => !m.held.iter().any(|h| h.leaves),
        CommandId::ChangeStop => false,
        // A note goes to no one, at no other time, and without files.
        CommandId::ComposerLater | CommandId::ComposerAttach | CommandId::ComposerRecipients => {
            m.composer.as_ref().is_none_or(crate::tui::model::Composer::leaves)
        }
        // Nothing is marked where one is chosen.
        CommandId::PickerToggle => !one_only,
        // The sentence of a change names the key.
        CommandId::ChangeUndo => m.status.as_ref().is_none_or(|s| s.tone != Tone::Good),
        _ => true,
    });
    hints
}

/// While a message is typed, the key that shows the others: it begins them.
fn more(m: &Model) -> Option<Hint> {
    m.composer.as_ref().filter(|c| c.typing && c.leaves() && m.layers.is_empty())?;
    let keys = m.keymap.keys_of(CommandId::ComposerAttach).next()?.to_string();
    let (prefix, _) = keys.split_once(' ')?;
    Some(Hint { keys: prefix.to_owned(), label: "more", command: CommandId::ComposerAttach })
}

fn one(pen: &mut Pen<'_>, hint: &Hint, first: bool) {
    pen.text(Ink::Text, Safe::fixed(if first { " " } else { "  " }));
    pen.text(Ink::Accent, Safe::line(hint.keys.clone())).text(Ink::Text, Safe::fixed(" "));
    pen.text(Ink::Dim, Safe::line(hint.label));
}

/// Draws the foot. Where panes have borders it lies on the lowest one.
pub fn draw(buf: &mut Buffer, m: &Model, area: Rect, framed: bool) {
    let inner =
        if framed { Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area } } else { area };
    let mut pen = Pen::new(buf, &m.look, inner, 0);
    let mut first = true;
    // A reply for which a later time was chosen is not sent when its delay ends.
    if let Some(held) = m.held.iter().filter(|h| h.leaves).map(|h| h.until).max() {
        let left = (held.saturating_sub(m.now) + 999).div_euclid(1_000).max(0);
        let key =
            m.keymap.keys_of(CommandId::SendTakeBack).next().map(ToString::to_string).unwrap_or_default();
        let n = if m.held.len() > 1 { format!("{} replies ", m.held.len()) } else { String::new() };
        pen.text(Ink::Soon, Safe::line(format!(" {n}held {left:>2} s ")));
        pen.text(Ink::Accent, Safe::line(key)).text(Ink::Text, Safe::fixed(" take back "));
        first = false;
    }
    if let Some(far) = m.looking {
        pen.text(Ink::Soon, Safe::line(format!(" {} ", far.line())));
        first = false;
    }
    if let Some(far) = m.progress {
        pen.text(Ink::Soon, Safe::line(format!(" {} ", far.line())));
        // Over the panes the key takes away what lies there.
        let key = m.keymap.keys_of(CommandId::ChangeStop).next().filter(|_| m.layers.is_empty());
        if let Some(key) = key.filter(|_| m.composer.is_none()) {
            pen.text(Ink::Accent, Safe::line(format!(" {key}"))).text(Ink::Text, Safe::fixed(" stop "));
        }
        first = false;
    }
    if let Some(s) = &m.status {
        let signs = m.look.signs;
        let (ink, sign) = match s.tone {
            Tone::Plain => (Ink::Text, signs.dot),
            Tone::Good => (Ink::Good, signs.done),
            Tone::Refused => (Ink::Soon, signs.failed),
            Tone::Bad => (Ink::Bad, signs.failed),
        };
        if !first {
            pen.text(Ink::Text, Safe::fixed(" "));
        }
        pen.text(Ink::Text, Safe::fixed(" ")).text(ink, Safe::fixed(sign)).text(Ink::Text, Safe::fixed(" "));
        let ink = if s.tone == Tone::Bad { Ink::Bad } else { Ink::Text };
        // The keys yield to what must be read.
        let text = Safe::line(s.text.as_str());
        let room = pen.room().saturating_sub(1);
        pen.text(ink, text.truncate_with(room, m.look.cut())).text(Ink::Text, Safe::fixed(" "));
        first = false;
    }
    let hints = shown(m);
    let wide = |h: &Hint| Safe::line(h.keys.as_str()).width() + h.label.len() + 3;
    // The way to all others keeps its place where not all have room.
    let more = more(m);
    let help = hints.iter().find(|h| h.command == CommandId::AppKeys).or(more.as_ref());
    let mut kept = help.map_or(0, wide);
    for hint in &hints {
        let is_help = hint.command == CommandId::AppKeys;
        if is_help {
            kept = 0;
        }
        if pen.room() < wide(hint) + kept + 1 {
            if let Some(help) = help.filter(|help| kept > 0 && pen.room() > wide(help)) {
                one(&mut pen, help, first);
            }
            break;
        }
        one(&mut pen, hint, first);
        first = false;
    }
    pen.text(Ink::Text, Safe::fixed(" "));
}
