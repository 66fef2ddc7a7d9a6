//! Where a command writes: data to stdout and nothing else, all the rest to stderr.
//!
//! What came from records is made harmless on its way: a terminal gets [`Safe`] text, a pipe gets escapes, since what
//! is piped often ends on a terminal. Where the locale is not UTF-8, all of it is ASCII; only files, and the content of
//! a file that is piped (`export`), keep their characters.

use std::{
    borrow::Cow,
    fmt::Write as _,
    io::{self, BufWriter, IsTerminal, Stdout, Write},
    path::Path,
};

use serde_json::Value;

use super::{env, fail::Fail};
use crate::term::safe::{Safe, ascii};

/// Whether colours are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Color {
    /// On terminals that have them, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Everywhere.
    Always,
    /// Nowhere.
    Never,
}

/// How data is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A table for people, or tab-separated values for a pipe.
    Table,
    /// JSON, one line a record.
    Json,
    /// Numbers alone, one a line.
    Quiet,
}

/// The output of a command.
#[derive(Debug)]
pub struct Out {
    to: BufWriter<Stdout>,
    /// How data is written.
    pub form: Form,
    /// Whether people read stdout.
    pub tty: bool,
    /// Columns of the terminal; `None` for pipes.
    pub width: Option<usize>,
    /// Whether stdout has colours.
    pub color: bool,
    /// Whether all that is written is folded to ASCII.
    ascii: bool,
}

impl Out {
    /// Plain stdout.
    pub fn new(form: Form, color: Color) -> Out {
        let stdout = io::stdout();
        let tty = stdout.is_terminal();
        let asked = env::env("COLUMNS").and_then(|c| c.parse().ok());
        let measured = rustix::termios::tcgetwinsize(&stdout).ok().map(|s| usize::from(s.ws_col));
        let width = tty.then(|| asked.or(measured).filter(|w| *w > 0).unwrap_or(80));
        let plain = env::env("NO_COLOR").is_some() || env::env("TERM").is_some_and(|t| t == "dumb");
        let forced = env::env("CLICOLOR_FORCE").is_some_and(|v| v != "0");
        let color = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => forced || (tty && !plain),
        };
        Out {
            to: BufWriter::with_capacity(64 << 10, stdout),
            form,
            tty,
            width,
            color,
            ascii: env::is_ascii(),
        }
    }

    /// Writes a line that is safe to show.
    ///
    /// # Errors
    /// If the reader has gone.
    pub fn line(&mut self, text: &str) -> Result<(), Fail> {
        self.text(text)?;
        self.to.write_all(b"\n")?;
        Ok(())
    }

    /// Writes text that is safe to show.
    ///
    /// # Errors
    /// As [`Out::line`].
    pub fn text(&mut self, text: &str) -> Result<(), Fail> {
        let text = if self.ascii { ascii(text) } else { Cow::Borrowed(text) };
        Ok(self.to.write_all(text.as_bytes())?)
    }

    /// Writes a line of text that came from records.
    ///
    /// # Errors
    /// As [`Out::line`].
    pub fn safe(&mut self, text: &str) -> Result<(), Fail> {
        self.line(Safe::line(text).as_str())
    }

    /// Writes a value as one line of JSON.
    ///
    /// # Errors
    /// As [`Out::line`].
    pub fn json(&mut self, value: &Value) -> Result<(), Fail> {
        let text = json_line(value);
        self.line(&text)
    }

    /// Writes the content of a file, unchanged but for a terminal that takes only ASCII.
    ///
    /// # Errors
    /// As [`Out::line`].
    pub fn bytes(&mut self, bytes: &[u8]) -> Result<(), Fail> {
        Ok(self.write_all(bytes)?)
    }

    /// Writes bytes as they are, whatever stdout is.
    ///
    /// # Errors
    /// As [`Out::line`].
    pub fn raw(&mut self, bytes: &[u8]) -> Result<(), Fail> {
        Ok(self.to.write_all(bytes)?)
    }

    /// Hands on what waits.
    ///
    /// # Errors
    /// As [`Out::line`].
    pub fn flush(&mut self) -> Result<(), Fail> {
        Ok(self.to.flush()?)
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.ascii && self.tty && !bytes.is_ascii() {
            self.to.write_all(ascii(&String::from_utf8_lossy(bytes)).as_bytes())?;
            return Ok(bytes.len());
        }
        self.to.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// Prints a message for people: a line on stderr. Without a reader, nothing happens.
pub fn say(text: &str) {
    let text = Safe::block(text);
    let text = if env::is_ascii() { ascii(text.as_str()) } else { Cow::Borrowed(text.as_str()) };
    let _ = writeln!(io::stderr(), "{text}");
}

/// A path as people are shown it.
pub fn shown(path: &Path) -> String {
    Safe::line(path.to_string_lossy()).into()
}

/// JSON in one line, with what a terminal would act on escaped (RFC 8259 leaves some of it bare), and all beyond ASCII
/// where the locale is not UTF-8.
pub fn json_line(value: &Value) -> String {
    json_text(value, env::is_ascii())
}

fn json_text(value: &Value, only_ascii: bool) -> String {
    let text = value.to_string();
    let escaped = |c: char| is_active(c) || (only_ascii && !c.is_ascii());
    if !text.chars().any(escaped) {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if escaped(c) {
            // All of these are inside strings, where an escape means the same: UTF-16, in which some take two.
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// A cell of tab-separated values: one line without tabs, `\t`, `\n`, `\r` and `\\` escaped, and so is what a terminal
/// would act on.
pub fn tsv_cell(text: &str) -> String {
    if !text.chars().any(|c| c.is_control() || c == '\\' || is_active(c)) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() || is_active(c) => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

/// C1 controls, DEL, and marks that turn the direction of text.
fn is_active(c: char) -> bool {
    matches!(c, '\u{7f}'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::term::safe::corpus;

    #[test]
    fn nothing_that_is_written_acts_on_a_terminal_and_json_means_the_same() {
        for text in corpus() {
            let value = json!({ "name": text });
            let line = json_line(&value);
            assert!(!line.chars().any(|c| c.is_control() || is_active(c)), "{line}");
            assert_eq!(serde_json::from_str::<Value>(&line).unwrap(), value);
            let line = json_text(&value, true);
            assert!(line.is_ascii(), "{line}");
            assert_eq!(serde_json::from_str::<Value>(&line).unwrap(), value);
            let cell = tsv_cell(&text);
            assert!(!cell.chars().any(|c| c.is_control() || is_active(c)), "{cell}");
        }
    }

    #[test]
    fn cells_stay_in_their_line_and_can_be_read_back() {
        assert_eq!(tsv_cell("a\tb\nc\\d\u{1b}[2J"), "a\\tb\\nc\\\\d\\u001b[2J");
        assert_eq!(tsv_cell("Zoë 山"), "Zoë 山");
    }
}
