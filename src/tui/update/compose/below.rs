//! The signature and the quoted history of the message that is written.

use crate::tui::model::{Model, Tone};

/// Puts what follows the text into it, or folds it again.
pub fn turn_below(m: &mut Model) {
    let now = m.now;
    let Some(c) = &mut m.composer else { return };
    match c.turn_below() {
        Ok(()) => c.writing.typed(now),
        Err(why) => m.say(Tone::Refused, why),
    }
}

/// Leaves the quoted history out, or puts it back.
pub fn turn_history(m: &mut Model) {
    let now = m.now;
    let Some(c) = &mut m.composer else { return };
    let turned = c.turn_part(|below| &mut below.history);
    said(m, now, turned, "The quoted text");
}

/// Leaves the signature out, or puts it back.
pub fn turn_signature(m: &mut Model) {
    let now = m.now;
    let Some(c) = &mut m.composer else { return };
    let turned = c.turn_part(|below| &mut below.signature);
    said(m, now, turned, "The signature");
}

fn said(m: &mut Model, now: i64, turned: Result<bool, &'static str>, what: &str) {
    match turned {
        Ok(there) => {
            if let Some(c) = &mut m.composer {
                c.writing.typed(now);
            }
            m.say(Tone::Plain, format!("{what} is {}.", if there { "sent again" } else { "left out" }));
        }
        Err(why) => m.say(Tone::Refused, why),
    }
}
