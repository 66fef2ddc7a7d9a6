//! What a terminal answers when asked.

/// An answer of the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Primary device attributes (`CSI c`): the conformance level and features.
    Attributes(Vec<u32>),
    /// Secondary device attributes (`CSI > c`): terminal type, version, keyboard.
    Terminal(Vec<u32>),
    /// Ready (`CSI 5 n`): everything sent before the question has been read.
    Ready,
    /// Where the cursor is, from 1.
    Cursor {
        /// Row, from 1.
        row: u32,
        /// Column, from 1.
        column: u32,
    },
    /// The state of a mode (DECRQM): 1 set, 2 reset, 3 and 4 for good, 0 not known.
    Mode {
        /// A DEC private mode.
        private: bool,
        /// Its number.
        mode: u32,
        /// Its state.
        state: u32,
    },
    /// The kitty keyboard flags in force (`CSI ? u`).
    KeyboardFlags(u32),
    /// A report on the window (`CSI t`).
    Window(Vec<u32>),
    /// An OSC answer: colours (10, 11), the clipboard (52).
    Osc {
        /// The number before the first `;`.
        number: u32,
        /// What follows it. Unsafe to show unescaped.
        text: String,
    },
    /// The terminal's name and version (XTVERSION). Unsafe to show unescaped.
    Version(String),
    /// Another device control string. Unsafe to show unescaped.
    Dcs(String),
    /// An answer to a question no one here asks.
    Other,
}

/// The answer in an OSC (`]`), DCS (`P`) or APC (`_`) string.
pub(super) fn text(opener: u8, body: &[u8]) -> Option<Reply> {
    let text = String::from_utf8_lossy(body);
    match opener {
        b']' => {
            let (number, rest) = text.split_once(';').unwrap_or((&text, ""));
            Some(match number.parse() {
                Ok(number) => Reply::Osc { number, text: rest.to_owned() },
                Err(_) => Reply::Other,
            })
        }
        b'P' => Some(match text.strip_prefix(">|") {
            Some(version) => Reply::Version(version.to_owned()),
            None => Reply::Dcs(text.into_owned()),
        }),
        _ => Some(Reply::Other),
    }
}
