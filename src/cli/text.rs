//! Texts that are long: out of the arguments, from stdin, or written in an editor.

use std::{
    fs,
    io::{IsTerminal, Write},
    path::PathBuf,
    process::Command,
};

use super::{env, fail::Fail, out::say, pick};
use crate::store::files;

/// A text of several words, as the shell gives it.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct TextArgs {
    /// The text; `-` reads it from stdin.
    #[arg(value_name = "TEXT")]
    pub text: Vec<String>,
    /// The same as a flag.
    #[arg(long, value_name = "TEXT", conflicts_with = "text", allow_hyphen_values = true)]
    pub body: Option<String>,
    /// Write it in your editor ($VISUAL, $EDITOR, vi).
    #[arg(long)]
    pub editor: bool,
}

impl TextArgs {
    /// Whether nothing is given, and nothing is to be written.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty() && self.body.is_none() && !self.editor
    }

    /// Whether it is written in an editor.
    pub fn is_edited(&self) -> bool {
        self.editor || self.text.is_empty() && self.body.is_none()
    }

    /// Whether it is read from stdin.
    pub fn is_piped(&self) -> bool {
        matches!(self.text.as_slice(), [dash] if dash == "-") || self.body.as_deref() == Some("-")
    }

    /// The text; where none is given and people are there, out of the editor.
    ///
    /// # Errors
    /// Where there is none.
    pub fn read(&self, what: &str, first: &str) -> Result<String, Fail> {
        match &self.body {
            Some(body) => of(std::slice::from_ref(body), self.editor, what, first),
            None => of(&self.text, self.editor, what, first),
        }
    }
}

/// The text of words, of stdin for `-`, or from the editor, which starts with `first`.
///
/// # Errors
/// Where there is none.
pub fn of(words: &[String], editor: bool, what: &str, first: &str) -> Result<String, Fail> {
    let text = match words {
        [dash] if dash == "-" => pick::stdin()?,
        [] if editor || (std::io::stdin().is_terminal() && std::io::stdout().is_terminal()) => edited(first)?,
        [] => {
            return Err(Fail::usage(format!(
                "there is no {what}: give it as text, or `-` to read it from stdin"
            )));
        }
        words if editor => edited(&words.join(" "))?,
        words => words.join(" "),
    };
    if text.trim().is_empty() {
        return Err(Fail::failed(format!("the {what} is empty; nothing was changed")));
    }
    Ok(text)
}

/// The text after editing in the agent's editor.
fn edited(first: &str) -> Result<String, Fail> {
    let program = env::env("VISUAL").or_else(|| env::env("EDITOR")).unwrap_or_else(|| "vi".to_owned());
    let path = written(first)?;
    let failed = |e: std::io::Error| Fail::failed(format!("{}: {e}", path.display()));
    // The variable may contain arguments, as for other programs: a shell splits it.
    let ended = Command::new("sh").arg("-c").arg(format!("{program} \"$1\"")).arg("sh").arg(&path).status();
    let bytes = fs::read(&path).map_err(failed)?;
    let changed = bytes != first.as_bytes();
    let kept = format!("your text is in {}", path.display());
    let text = String::from_utf8(bytes);
    let why = match (ended, text) {
        (Ok(status), Ok(text)) if status.success() => {
            let _ = fs::remove_file(&path);
            return Ok(text);
        }
        (Ok(status), Err(_)) if status.success() => "the text is not UTF-8".to_owned(),
        (Ok(status), _) => format!("{program} ended with {status}"),
        (Err(e), _) => format!("{program} cannot be started: {e}; set EDITOR to another"),
    };
    // What was saved in the editor is never lost, however it ended.
    if changed {
        return Err(Fail::failed(format!("{why}; nothing was changed; {kept}")));
    }
    let _ = fs::remove_file(&path);
    Err(Fail::failed(format!("{why}; nothing was changed")))
}

/// A text in a new file that only its owner reads.
fn written(text: &str) -> Result<PathBuf, Fail> {
    let tag: [u8; 8] = env::random()?;
    let path = std::env::temp_dir().join(format!("frontdesk-{:016x}.txt", u64::from_be_bytes(tag)));
    let failed = |e: std::io::Error| Fail::failed(format!("{}: {e}", path.display()));
    files::create(&path).and_then(|mut file| file.write_all(text.as_bytes())).map_err(failed)?;
    Ok(path)
}

/// An error after a text was written in an editor: the text is kept in a file, which is named.
pub fn kept(text: &str, error: Fail) -> Fail {
    if let Ok(path) = written(text) {
        say(&format!("your text is in {}", path.display()));
    }
    error
}
