//! The glyphs, in Unicode and in ASCII, each one column wide in both; and as words, for a screen that is said.

use ratatui::symbols::border;

use crate::term::safe::Cut;

/// A set of glyphs.
#[derive(Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it, the two sets show it")]
pub struct Signs {
    /// Before the row under the cursor.
    pub bar: &'static str,
    /// Before the title of the focused pane, and before the chosen queue.
    pub focus: &'static str,
    /// A marked row.
    pub marked: &'static str,
    /// Something new to me.
    pub new: &'static str,
    pub urgent: &'static str,
    pub high: &'static str,
    pub low: &'static str,
    /// Before a time until something is due.
    pub due: &'static str,
    pub done: &'static str,
    pub todo: &'static str,
    pub failed: &'static str,
    pub up: &'static str,
    pub down: &'static str,
    pub same: &'static str,
    /// Between parts of a title.
    pub dot: &'static str,
    /// From sender to recipient.
    pub arrow: &'static str,
    /// Folded lines.
    pub folded: &'static str,
    /// A text that was begun and not sent.
    pub draft: &'static str,
    /// Something attached.
    pub clip: &'static str,
    /// Asleep until a date.
    pub asleep: &'static str,
    /// What is not known.
    pub none: &'static str,
    pub rule: &'static str,
    pub open_quote: &'static str,
    pub close_quote: &'static str,
    /// Bars of a sparkline, low to high.
    pub spark: [&'static str; 8],
    /// A horizontal bar: full, and the empty track.
    pub full: &'static str,
    pub track: &'static str,
    /// Before a line of quoted mail.
    pub quote: &'static str,
    /// Borders.
    pub border: border::Set<'static>,
    pub cut: Cut,
}

impl Signs {
    /// The signs of rows and pages with what they mean, for the list of keys.
    #[must_use]
    pub fn meanings(&self) -> [(&'static str, &'static str); 12] {
        [
            (self.new, "new to you since you last looked"),
            (self.marked, "selected; in a thread: done, or sent"),
            (self.todo, "to be done"),
            (self.failed, "failed, or not sent"),
            (self.urgent, "urgent priority, or overdue"),
            (self.high, "high priority"),
            (self.low, "low priority"),
            (self.draft, "a text was begun and not sent"),
            (self.clip, "has attachments"),
            (self.asleep, "snoozed until a date"),
            (self.folded, "folded lines"),
            (self.none, "not known, or none"),
        ]
    }
}

/// Glyphs of terminals that know Unicode.
pub static UNICODE: Signs = Signs {
    bar: "▌",
    focus: "▸",
    marked: "✓",
    new: "•",
    urgent: "!",
    high: "↑",
    low: "↓",
    due: "›",
    done: "✓",
    todo: "○",
    failed: "✗",
    up: "▲",
    down: "▼",
    same: "=",
    dot: "·",
    arrow: "→",
    folded: "▸",
    draft: "¶",
    clip: "⊕",
    asleep: "z",
    none: "–",
    rule: "─",
    open_quote: "“",
    close_quote: "”",
    spark: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
    full: "█",
    track: "░",
    quote: "│",
    border: border::PLAIN,
    cut: Cut::Ellipsis,
};

/// The border of terminals that need ASCII.
const ASCII_BORDER: border::Set<'static> = border::Set {
    top_left: "+",
    top_right: "+",
    bottom_left: "+",
    bottom_right: "+",
    vertical_left: "|",
    vertical_right: "|",
    horizontal_top: "-",
    horizontal_bottom: "-",
};

/// Glyphs of terminals that need ASCII.
pub static ASCII: Signs = Signs {
    bar: ">",
    focus: ">",
    marked: "x",
    new: "*",
    urgent: "!",
    high: "^",
    low: "v",
    due: "<",
    done: "+",
    todo: "o",
    failed: "x",
    up: "^",
    down: "v",
    same: "=",
    dot: "-",
    arrow: ">",
    folded: "+",
    draft: "~",
    clip: "@",
    asleep: "z",
    none: "-",
    rule: "-",
    open_quote: "\"",
    close_quote: "\"",
    spark: [".", ".", ":", "-", "=", "+", "*", "#"],
    full: "#",
    track: ".",
    quote: "|",
    border: ASCII_BORDER,
    cut: Cut::Tilde,
};

/// Words, where the screen is said line by line. What only draws is empty.
pub static WORDS: Signs = Signs {
    bar: "",
    focus: "",
    marked: "selected",
    new: "new",
    urgent: "urgent",
    high: "high",
    low: "low",
    due: "in ",
    done: "done",
    todo: "to do",
    failed: "failed",
    up: "up ",
    down: "down ",
    same: "same",
    dot: ",",
    arrow: "to",
    folded: "Not shown:",
    draft: "draft",
    clip: "Attached:",
    asleep: "asleep",
    none: "none",
    rule: "",
    open_quote: "\"",
    close_quote: "\"",
    spark: [""; 8],
    full: "",
    track: "",
    quote: "quoted:",
    border: ASCII_BORDER,
    cut: Cut::Tilde,
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::term::safe::width_of;

    #[test]
    fn every_sign_is_one_column_wide() {
        for s in [&UNICODE, &ASCII] {
            let singles = [
                s.bar,
                s.focus,
                s.marked,
                s.new,
                s.urgent,
                s.high,
                s.low,
                s.due,
                s.done,
                s.todo,
                s.failed,
                s.up,
                s.down,
                s.same,
                s.dot,
                s.arrow,
                s.folded,
                s.draft,
                s.clip,
                s.asleep,
                s.none,
                s.rule,
                s.full,
                s.track,
                s.quote,
                s.open_quote,
                s.close_quote,
            ];
            for sign in singles.into_iter().chain(s.spark) {
                assert_eq!(width_of(sign), 1, "{sign:?}");
            }
        }
    }
}
