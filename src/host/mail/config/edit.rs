//! Changes of `mailboxes.toml`: of one section, with all else left unchanged.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::{Config, ConfigError, parse};
use crate::{
    model::{Id, fold},
    store::files::{self, Owner},
};

/// Sets the commands of a mailbox in the file of a folder, and leaves all else in it unchanged; `None` takes them out.
///
/// # Errors
/// Where the file is another's or cannot be understood or written.
pub fn set(
    folder: &Path,
    store: Id,
    address: &str,
    commands: Option<&[(&str, &str)]>,
) -> Result<(), ConfigError> {
    let (path, text) = read(folder)?;
    write(folder, path, &edited(&text, store, address, commands))
}

/// What became of the section of a mailbox whose address has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Moved {
    /// It has the new address.
    Moved(PathBuf),
    /// This user has none.
    None,
    /// It could not be renamed: why, and that the user has to.
    ByHand(PathBuf, &'static str),
}

impl Moved {
    /// In words; empty where there is nothing to say. `users` fetched before, and may have one.
    pub fn shown(&self, from: &str, to: &str, users: &[String]) -> String {
        let rename = format!("rename the section of {from} to {to}");
        match self {
            Moved::Moved(path) => format!("its commands in {} moved to {to}", path.display()),
            Moved::ByHand(path, why) => format!("{}: {why}; {rename} there", path.display()),
            Moved::None if users.is_empty() => String::new(),
            Moved::None => {
                format!(
                    "you have no commands for it; in the {} of {}: {rename}",
                    super::FILE,
                    users.join(", ")
                )
            }
        }
    }
}

/// Gives the section of a mailbox its new address, in the file of a folder; comments and all else stay.
///
/// # Errors
/// As [`set`].
pub fn rename(folder: &Path, store: Id, from: &str, to: &str) -> Result<Moved, ConfigError> {
    let config = Config::load(folder)?;
    let (path, text) = read(folder)?;
    let same = fold::email_key(from) == fold::email_key(to);
    let Some(commands) = config.of(store, from).filter(|_| !same) else { return Ok(Moved::None) };
    if config.of(store, to).is_some() {
        return Ok(Moved::ByHand(path, "both addresses have a section"));
    }
    let renamed = text.lines().map(|line| match header(line, store, from) {
        Some(address) => with_address(line, &address, to) + "\n",
        None => format!("{line}\n"),
    });
    let renamed: String = renamed.collect();
    let key = |address: &str| Some((store.to_string(), fold::email_key(address)?));
    let moved = parse(&renamed)
        .is_ok_and(|all| key(to).and_then(|k| all.get(&k).cloned()).as_ref() == Some(commands));
    if !moved {
        return Ok(Moved::ByHand(path, "the section is not written as [\"STORE-ID\".\"ADDRESS\"]"));
    }
    write(folder, path.clone(), &renamed)?;
    Ok(Moved::Moved(path))
}

/// The address of a line that begins the section of a mailbox, as written; `None`: another line.
fn header(line: &str, store: Id, address: &str) -> Option<String> {
    if !line.trim_start().starts_with('[') {
        return None;
    }
    let table: toml::Table = toml::from_str(line).ok()?;
    let (s, inner) = table.iter().next()?;
    let (a, _) = inner.as_table()?.iter().next()?;
    let ours = s.parse::<Id>().ok()? == store && fold::email_key(a) == fold::email_key(address);
    ours.then(|| a.clone())
}

/// The line with another address; what follows the brackets stays.
fn with_address(line: &str, from: &str, to: &str) -> String {
    let end = line.find(']').unwrap_or(line.len());
    let (head, tail) = line.split_at_checked(end).unwrap_or((line, ""));
    match head.rfind(from).and_then(|at| Some((head.get(..at)?, head.get(at + from.len()..)?))) {
        Some((before, after)) => format!("{before}{to}{after}{tail}"),
        None => line.to_owned(),
    }
}

/// The file and its text; empty where there is none. What cannot be understood is not written over either.
fn read(folder: &Path) -> Result<(PathBuf, String), ConfigError> {
    let path = Config::load(folder)?.path;
    match fs::read_to_string(&path) {
        Ok(text) => Ok((path, text)),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok((path, String::new())),
        Err(e) => Err(ConfigError::Io(path, e)),
    }
}

fn write(folder: &Path, path: PathBuf, text: &str) -> Result<(), ConfigError> {
    let failed = |e| ConfigError::Io(path.clone(), e);
    parse(text).map_err(|e| ConfigError::Content(path.clone(), e))?;
    files::make_folders(folder).map_err(failed)?;
    let draft = files::Draft::new(folder, Owner::me()).map_err(failed)?;
    draft.file().write_all(text.as_bytes()).map_err(failed)?;
    draft.place_over(&path, 0o600).map_err(failed)
}

/// The text with the section of a mailbox set, or taken out.
fn edited(text: &str, store: Id, address: &str, commands: Option<&[(&str, &str)]>) -> String {
    let mut out = String::new();
    let mut inside = false;
    let mut known: Vec<String> = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with('[') {
            inside = header(line, store, address).is_some();
        }
        if inside {
            known.push(line.to_owned());
        } else {
            out.push_str(line);
            out.push('\n');
        }
    }
    let Some(commands) = commands else { return out };
    if !out.is_empty() && !out.ends_with("\n\n") {
        out.push('\n');
    }
    if known.is_empty() {
        out.push_str(&format!("[\"{store}\".{}]\n", toml::Value::String(address.to_owned())));
    }
    let set = |line: &str| {
        commands.iter().any(|(name, _)| line.split('=').next().is_some_and(|n| n.trim() == *name))
    };
    for line in known.iter().filter(|l| !set(l) && !l.trim().is_empty()) {
        out.push_str(line);
        out.push('\n');
    }
    for (name, line) in commands {
        out.push_str(&format!("{name} = {}\n", toml::Value::String((*line).to_owned())));
    }
    out
}
