//! One keymap file, read: its entries with the lines they stand on, and what is wrong with it.
//!
//! ```toml
//! counts = true            # digits count: `5 j`
//!
//! [[bind]]
//! on = ["g g", "Home"]     # one sequence of keys, or several
//! run = "move.top"         # a command; "none" takes the keys away
//! args = ["mine"]          # what the command is given
//! scope = "list"           # where it applies; the command's own scope by default
//! when = "!has-selection"  # a condition
//! desc = "To the top"      # shown in which-key instead of the command's title
//! ```

use std::fmt;

use serde::Deserialize;
use toml::Spanned;

use super::condition::nearest;
use super::{Keys, When};
use crate::term::safe::Safe;
use crate::tui::command::{CommandId, Scope};

/// What kind of thing is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemKind {
    /// The file is not TOML, or has entries that are none of a keymap's.
    Syntax,
    /// No such command.
    UnknownCommand,
    /// No such key.
    UnknownKey,
    /// No such scope.
    UnknownScope,
    /// A `when` that is no condition.
    Condition,
    /// More arguments than the command takes.
    Arguments,
    /// The same keys twice in one file, where both could be active.
    Duplicate,
    /// Keys that begin others, which can then never be typed to their end.
    Hides,
    /// An override that leaves a command without any key.
    Shadows,
    /// `none` for keys that nothing was bound to.
    UnbindsNothing,
    /// A key that terminals in the legacy encoding cannot send.
    Unreachable,
    /// A key that would be text where it is bound.
    EatsText,
}

impl ProblemKind {
    /// Its written name, as in `frontdesk keys check --json`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            ProblemKind::Syntax => "syntax",
            ProblemKind::UnknownCommand => "unknown-command",
            ProblemKind::UnknownKey => "unknown-key",
            ProblemKind::UnknownScope => "unknown-scope",
            ProblemKind::Condition => "condition",
            ProblemKind::Arguments => "arguments",
            ProblemKind::Duplicate => "duplicate",
            ProblemKind::Hides => "hides",
            ProblemKind::Shadows => "shadows",
            ProblemKind::UnbindsNothing => "unbinds-nothing",
            ProblemKind::Unreachable => "unreachable",
            ProblemKind::EatsText => "eats-text",
        }
    }
}

/// Something wrong with a keymap. Printed as `FILE:LINE: message`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file's name, as given.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What kind of thing is wrong.
    pub kind: ProblemKind,
    /// What is wrong, in a sentence.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

/// One entry of a file for one sequence of keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bind {
    /// The keys.
    pub on: Keys,
    /// The command; `None` takes the keys away.
    pub run: Option<CommandId>,
    /// What the command is given.
    pub args: Vec<String>,
    /// Its scope; `None` only where it unbinds keys everywhere.
    pub scope: Option<Scope>,
    /// Its condition. Outside forms, pickers and prompts `!typing` is part of it unless it speaks of `typing`.
    pub when: When,
    /// Whether the file gave a `when`.
    pub conditional: bool,
    /// What it is called instead of the command's title.
    pub desc: Option<String>,
    /// The line of its entry, from 1.
    pub line: usize,
}

/// One keymap file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// Its name, made safe to show: a path, or `vim.toml`.
    pub file: String,
    /// Whether digits count; `None` where it does not say.
    pub counts: Option<bool>,
    /// The line where it says so, from 1; 0 where it does not.
    pub counts_line: usize,
    /// Its good entries, in order.
    pub binds: Vec<Bind>,
    /// What is wrong with the others.
    pub problems: Vec<Problem>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    counts: Option<Spanned<bool>>,
    #[serde(default)]
    bind: Vec<Spanned<RawBind>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawBind {
    on: OneOrMany,
    run: String,
    #[serde(default)]
    args: Vec<String>,
    scope: Option<String>,
    when: Option<String>,
    desc: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl Layer {
    /// Reads a file. An invalid entry is left out and listed in `problems`; the rest applies.
    #[must_use]
    pub fn parse(file: &str, text: &str) -> Layer {
        let mut layer = Layer {
            file: Safe::line(file).as_str().to_owned(),
            counts: None,
            counts_line: 0,
            binds: Vec::new(),
            problems: Vec::new(),
        };
        match toml::from_str::<RawFile>(text) {
            Ok(raw) => {
                if let Some(counts) = raw.counts {
                    layer.counts_line = line_of(text, counts.span().start);
                    layer.counts = Some(counts.into_inner());
                }
                for bind in raw.bind {
                    let line = line_of(text, bind.span().start);
                    layer.take(bind.into_inner(), line);
                }
            }
            Err(error) => {
                let line = line_of(text, error.span().map_or(0, |span| span.start));
                layer.problem(line, ProblemKind::Syntax, error.message().to_owned());
            }
        }
        layer
    }

    fn problem(&mut self, line: usize, kind: ProblemKind, message: String) {
        // The message quotes the file, which can contain anything.
        let message = Safe::line(message).as_str().to_owned();
        self.problems.push(Problem { file: self.file.clone(), line, kind, message });
    }

    fn take(&mut self, raw: RawBind, line: usize) {
        let run = match raw.run.as_str() {
            "none" => None,
            id => match CommandId::from_id(id) {
                Some(command) => Some(command),
                None => {
                    let near = nearest(id, CommandId::ALL.iter().map(|c| c.id().to_owned()));
                    let near = near.map(|n| format!(": did you mean “{n}”?")).unwrap_or_default();
                    let message = format!("“{id}” is not a command{near}");
                    return self.problem(line, ProblemKind::UnknownCommand, message);
                }
            },
        };
        let scope = match raw.scope.as_deref() {
            None => run.map(|command| command.def().scope),
            Some(name) => match Scope::from_name(name) {
                Some(scope) => Some(scope),
                None => {
                    let near = nearest(name, Scope::ALL.iter().map(|s| s.name().to_owned()));
                    let near = near.map(|n| format!(": did you mean “{n}”?")).unwrap_or_default();
                    let message = format!("“{name}” is not a scope{near}");
                    return self.problem(line, ProblemKind::UnknownScope, message);
                }
            },
        };
        let conditional = raw.when.is_some();
        let when = match When::parse(raw.when.as_deref().unwrap_or_default()) {
            Ok(when) => when,
            Err(error) => return self.problem(line, ProblemKind::Condition, error.to_string()),
        };
        if let Some(command) = run {
            let most = command.def().args.len();
            if raw.args.len() > most {
                let message = format!("“{}” takes {most} arguments, not {}", command.id(), raw.args.len());
                self.problem(line, ProblemKind::Arguments, message);
            }
        }
        let written = match raw.on {
            OneOrMany::One(one) => vec![one],
            OneOrMany::Many(many) => many,
        };
        if written.is_empty() {
            self.problem(line, ProblemKind::UnknownKey, "no key is written here".to_owned());
        }
        for text in written {
            match text.parse::<Keys>() {
                Ok(on) => self.binds.push(Bind {
                    on,
                    run,
                    args: raw.args.clone(),
                    scope,
                    when: when.clone(),
                    conditional,
                    desc: raw.desc.clone(),
                    line,
                }),
                Err(error) => self.problem(line, ProblemKind::UnknownKey, error.to_string()),
            }
        }
    }
}

/// The line a byte stands on, from 1.
fn line_of(text: &str, byte: usize) -> usize {
    text.bytes().take(byte).filter(|b| *b == b'\n').count() + 1
}
