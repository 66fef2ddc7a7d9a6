//! `frontdesk keys`: the keys of a map as a table, TSV or JSON, and `frontdesk keys check`, what is wrong with one.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::term::safe::{Cut, Safe, width_of};
use crate::tui::command::CommandId;
use crate::tui::keymap::{Binding, Keymap, Layer, Problem, SHIPPED, check, layers};

/// What `frontdesk keys` is given.
#[derive(Debug, Clone, Default, PartialEq, Eq, clap::Args)]
pub struct KeysArgs {
    /// The map: default, vim, arrows or emacs.
    #[arg(long, value_name = "NAME", default_value = "default", global = true)]
    pub map: String,
    /// Your own keymap file, laid over the map.
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Prints JSON.
    #[arg(long, global = true)]
    pub json: bool,
    /// Prints tab-separated values with a head line.
    #[arg(long, conflicts_with = "json")]
    pub tsv: bool,
    /// What to do instead of listing.
    #[command(subcommand)]
    pub action: Option<KeysAction>,
}

/// What `frontdesk keys` can do besides listing.
#[derive(Debug, Clone, PartialEq, Eq, clap::Subcommand)]
pub enum KeysAction {
    /// Reports duplicates, unknown commands, keys that hide others, overrides that shadow and keys that do
    /// not arrive on every terminal. Exit code 1 where there are any.
    Check {
        /// Your own keymap file, laid over the map.
        file: Option<PathBuf>,
    },
}

/// Why the keys cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// A name that is no shipped map.
    #[error("there is no keymap “{name}”: choose {choices}")]
    NoMap {
        /// The name, made safe to show.
        name: String,
        /// The names there are.
        choices: String,
    },
    /// The user's file cannot be read.
    #[error("cannot read {file}: {error}")]
    Read {
        /// Its path, made safe to show.
        file: String,
        /// Why not.
        error: io::Error,
    },
    /// The output cannot be written.
    #[error("cannot write: {0}")]
    Write(#[from] io::Error),
}

/// Does what the arguments say and gives the exit code: 1 where a check finds problems, else 0.
///
/// # Errors
/// [`KeysError`], where the map is unknown, the file cannot be read or the output cannot be written.
pub fn run(args: &KeysArgs, out: &mut impl Write) -> Result<u8, KeysError> {
    let checked = match &args.action {
        Some(KeysAction::Check { file }) => file.as_deref(),
        None => None,
    };
    let layers = read(&args.map, checked.or(args.file.as_deref()))?;
    if args.action.is_some() {
        let problems = check(&layers);
        let text = if args.json { problems_json(&problems) } else { problems_text(&layers, &problems) };
        out.write_all(text.as_bytes())?;
        return Ok(u8::from(!problems.is_empty()));
    }
    let rows = rows(&Keymap::build(&layers));
    let text = match (args.json, args.tsv) {
        (true, _) => rows_json(&rows),
        (_, true) => rows_tsv(&rows),
        _ => rows_table(&rows),
    };
    out.write_all(text.as_bytes())?;
    Ok(0)
}

fn read(map: &str, file: Option<&Path>) -> Result<Vec<Layer>, KeysError> {
    let user = match file {
        None => None,
        Some(path) => {
            let name = Safe::line(path.to_string_lossy()).as_str().to_owned();
            match std::fs::read_to_string(path) {
                Ok(text) => Some((name, text)),
                Err(error) => return Err(KeysError::Read { file: name, error }),
            }
        }
    };
    let user = user.as_ref().map(|(name, text)| (name.as_str(), text.as_str()));
    layers(map, user).ok_or_else(|| KeysError::NoMap {
        name: Safe::line(map).as_str().to_owned(),
        choices: SHIPPED.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", "),
    })
}

/// A command in one place with its keys there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The scope of the keys.
    pub scope: &'static str,
    /// The keys, the best first; empty for a command that only the palette runs.
    pub keys: Vec<String>,
    /// The command.
    pub command: CommandId,
    /// What these keys give it.
    pub given: Vec<String>,
}

/// Every command with its keys, in the order of the command table, one row for each place and what is given.
#[must_use]
pub fn rows(map: &Keymap) -> Vec<Row> {
    let mut rows = Vec::new();
    for command in CommandId::ALL {
        let first = rows.len();
        for binding in map.bindings().iter().filter(|b| b.run == Some(*command)) {
            add(&mut rows, first, *command, binding);
        }
        if rows.len() == first {
            let scope = command.def().scope.name();
            rows.push(Row { scope, keys: Vec::new(), command: *command, given: Vec::new() });
        }
    }
    rows
}

fn add(rows: &mut Vec<Row>, first: usize, command: CommandId, binding: &Binding) {
    let keys = Safe::line(binding.on.to_string()).as_str().to_owned();
    let scope = binding.scope.name();
    match rows.iter_mut().skip(first).find(|row| row.scope == scope && row.given == binding.args) {
        Some(row) if row.keys.contains(&keys) => {}
        Some(row) => row.keys.push(keys),
        None => rows.push(Row { scope, keys: vec![keys], command, given: binding.args.clone() }),
    }
}

/// Its columns: place, keys, command with what it is given, help.
fn cells(row: &Row, between: &str) -> [String; 4] {
    let mut command = row.command.id().to_owned();
    for given in &row.given {
        command.push(' ');
        command.push_str(Safe::line(given.as_str()).as_str());
    }
    [row.scope.to_owned(), row.keys.join(between), command, row.command.def().help.to_owned()]
}

const HEAD: [&str; 4] = ["scope", "keys", "command", "help"];

/// The rows in columns as wide as they need.
#[must_use]
pub fn rows_table(rows: &[Row]) -> String {
    let mut lines = vec![HEAD.map(str::to_owned)];
    lines.extend(rows.iter().map(|row| {
        let mut cells = cells(row, ", ");
        for cell in cells.iter_mut().filter(|cell| cell.is_empty()) {
            "–".clone_into(cell);
        }
        cells
    }));
    let mut widths = [0; 4];
    for line in &lines {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = width_of(cell).max(*width);
        }
    }
    let mut out = String::new();
    for line in lines {
        let padded: Vec<String> = line
            .iter()
            .zip(widths)
            .map(|(cell, width)| Safe::line(cell.as_str()).fit(width, Cut::Ellipsis).as_str().to_owned())
            .collect();
        out.push_str(padded.join("  ").trim_end());
        out.push('\n');
    }
    out
}

/// The rows as tab-separated values with a header line; keys are separated by `, `.
#[must_use]
pub fn rows_tsv(rows: &[Row]) -> String {
    let mut out = HEAD.join("\t") + "\n";
    for row in rows {
        out.push_str(&cells(row, ", ").join("\t"));
        out.push('\n');
    }
    out
}

/// The rows as a JSON array, with all that the command table says.
#[must_use]
pub fn rows_json(rows: &[Row]) -> String {
    let rows: Vec<Value> = rows
        .iter()
        .map(|row| {
            let def = row.command.def();
            let args: Vec<Value> =
                def.args.iter().map(|arg| json!({ "name": arg.name, "help": arg.help })).collect();
            json!({
                "scope": row.scope,
                "keys": row.keys,
                "command": def.id,
                "given": row.given,
                "title": def.title,
                "help": def.help,
                "args": args,
                "repeatable": def.repeatable,
                "undoable": def.undoable,
                "outward": def.outward,
            })
        })
        .collect();
    format!("{:#}\n", Value::Array(rows))
}

/// The problems, one a line, or that there are none.
#[must_use]
pub fn problems_text(layers: &[Layer], problems: &[Problem]) -> String {
    if problems.is_empty() {
        let files: Vec<&str> = layers.iter().map(|layer| layer.file.as_str()).collect();
        return format!("{}: no problems\n", files.join(" + "));
    }
    problems.iter().map(|problem| format!("{problem}\n")).collect()
}

/// The problems as a JSON array.
#[must_use]
pub fn problems_json(problems: &[Problem]) -> String {
    let problems: Vec<Value> = problems
        .iter()
        .map(|p| json!({ "file": p.file, "line": p.line, "kind": p.kind.name(), "message": p.message }))
        .collect();
    format!("{:#}\n", Value::Array(problems))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        keys: KeysArgs,
    }

    fn keys(words: &[&str]) -> (Result<u8, KeysError>, String) {
        let line = Line::try_parse_from(std::iter::once(&"keys").chain(words)).expect("arguments");
        let mut out = Vec::new();
        let code = run(&line.keys, &mut out);
        (code, String::from_utf8(out).expect("text"))
    }

    #[test]
    fn the_table_lists_every_command_in_columns() {
        let (code, text) = keys(&[]);
        assert_eq!(code.expect("listed"), 0);
        assert!(text.starts_with("scope "), "{text}");
        for command in CommandId::ALL {
            assert!(text.contains(command.id()), "{}", command.id());
        }
        let column =
            |line: &str, word: &str| line.find(word).map(|at| width_of(line.get(..at).unwrap_or("")));
        let head = text.lines().next().and_then(|line| column(line, "command"));
        let reply = text.lines().find_map(|line| column(line, "ticket.reply"));
        assert!(head.is_some() && head == reply, "{text}");
    }

    #[test]
    fn tsv_and_json_tell_the_same_rows() {
        let (_, tsv) = keys(&["--tsv", "--map", "vim"]);
        let (_, json) = keys(&["--json", "--map", "vim"]);
        let json: Vec<Value> = serde_json::from_str(&json).expect("json");
        assert_eq!(tsv.lines().count(), json.len() + 1);
        assert!(tsv.lines().all(|line| line.split('\t').count() == 4));
        assert!(tsv.contains("move\tctrl-f, PageDown\tmove.page-down\t"), "{tsv}");
        let reply = json.iter().find(|row| row["command"] == "ticket.reply").expect("listed");
        assert_eq!((&reply["keys"], &reply["outward"]), (&json!(["r"]), &json!(true)));
    }

    #[test]
    fn check_is_clean_for_shipped_maps_and_fails_for_a_bad_file() {
        for (name, _) in SHIPPED {
            let (code, text) = keys(&["check", "--map", name]);
            assert_eq!(code.expect("checked"), 0, "{text}");
            assert!(text.ends_with("no problems\n"));
        }
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("mine.toml");
        std::fs::write(&path, "[[bind]]\non = \"s\"\nrun = \"ticket.rply\"\n").expect("written");
        let path = path.to_str().expect("path");
        let (code, text) = keys(&["check", path]);
        assert_eq!(code.expect("checked"), 1);
        assert!(text.contains("mine.toml:1: “ticket.rply” is not a command"), "{text}");
        let (code, text) = keys(&["check", "--json", path]);
        assert_eq!(code.expect("checked"), 1);
        let problems: Vec<Value> = serde_json::from_str(&text).expect("json");
        assert_eq!(problems.first().map(|p| p["kind"].clone()), Some(json!("unknown-command")));
    }

    #[test]
    fn a_users_file_shows_in_the_list_with_what_it_gives() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("mine.toml");
        let text = "[[bind]]\non = \"s\"\nrun = \"ticket.wait\"\nargs = [\"a\\tb\\u001b[2J\"]\n";
        std::fs::write(&path, text).expect("written");
        let (code, text) = keys(&["--tsv", "--file", path.to_str().expect("path")]);
        assert_eq!(code.expect("listed"), 0);
        let line = text.lines().find(|line| line.contains("ticket.wait ")).expect("the user's");
        assert!(line.starts_with("ticket\ts\tticket.wait a b"), "{line}");
        assert!(!line.contains('\u{1b}'));
    }

    #[test]
    fn unknown_maps_and_missing_files_are_clear_errors() {
        let (code, _) = keys(&["--map", "dvorak"]);
        let error = code.expect_err("no such map").to_string();
        assert_eq!(error, "there is no keymap “dvorak”: choose default, vim, arrows, emacs");
        let (code, _) = keys(&["check", "/nowhere/keys.toml"]);
        assert!(code.expect_err("no such file").to_string().starts_with("cannot read /nowhere/keys.toml: "));
    }
}
