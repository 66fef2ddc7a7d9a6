//! `mailboxes.toml`: the commands that a Unix user approved for the mailboxes of a store.
//!
//! ```toml
//! ["01890a5d-ac96-774b-bcce-b302099a8057"."help@example.com"]
//! password_command = "pass show mail/help"
//! send_command = ["sendmail", "-t", "-i"]
//! ```
//!
//! It is used only where it belongs to the user and no one else can read or write it, since its commands are run.

mod edit;

use std::{
    collections::BTreeMap,
    fs, io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

pub use crate::mail::words::words;
pub use edit::{Moved, rename, set};

use crate::model::{Id, fold};

/// The name of the file in the folder of settings.
pub const FILE: &str = "mailboxes.toml";

/// A command to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The program and its arguments.
    pub words: Vec<String>,
}

/// The commands of one mailbox.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Commands {
    /// Prints the password.
    pub password_command: Option<Run>,
    /// Prints an OAuth 2.0 access token.
    pub token_command: Option<Run>,
    /// Sends the message on its standard input.
    pub send_command: Option<Run>,
    /// Whether a certificate that cannot be verified is taken; on loopback alone.
    pub insecure: bool,
}

/// The file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Config {
    /// Where it is, or would be.
    pub path: PathBuf,
    all: BTreeMap<(String, String), Commands>,
}

/// Why the file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// It cannot be read or written.
    #[error("{path}: {error}", path = .0.display(), error = .1)]
    Io(PathBuf, io::Error),
    /// Others may read or change it.
    #[error("{path}: others may {what}: run `chmod 600 {path}`", path = .0.display(), what = .1)]
    Mode(PathBuf, &'static str),
    /// It is another user's.
    #[error("{path}: it belongs to another user (uid {uid}), and is not used", path = .0.display(), uid = .1)]
    Owner(PathBuf, u32),
    /// It is not understood.
    #[error("{path}: {why}", path = .0.display(), why = .1)]
    Content(PathBuf, String),
}

impl Config {
    /// The file of a folder of settings; empty where there is none.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn load(folder: &Path) -> Result<Config, ConfigError> {
        let path = folder.join(FILE);
        let uid = rustix::process::geteuid().as_raw();
        match read(&path, uid)? {
            Some(text) => {
                Ok(Config { all: parse(&text).map_err(|e| ConfigError::Content(path.clone(), e))?, path })
            }
            None => Ok(Config { path, all: BTreeMap::new() }),
        }
    }

    /// The commands of a mailbox of a store.
    pub fn of(&self, store: Id, address: &str) -> Option<&Commands> {
        self.all.get(&(store.to_string(), fold::email_key(address)?))
    }

    /// The same with some commands of a mailbox as they were typed, which are not kept yet.
    ///
    /// # Errors
    /// Which of them cannot be run, and why.
    pub fn with(
        mut self,
        store: Id,
        address: &str,
        commands: &[(&'static str, String)],
    ) -> Result<Config, String> {
        let key = fold::email_key(address).ok_or_else(|| format!("{address} is no address"))?;
        let c = self.all.entry((store.to_string(), key)).or_default();
        for (name, line) in commands {
            let run = run(toml::Value::String(line.clone())).map_err(|e| format!("{name}: {e}"))?;
            match *name {
                "password_command" => c.password_command = Some(run),
                "token_command" => c.token_command = Some(run),
                _ => c.send_command = Some(run),
            }
        }
        Ok(self)
    }

    /// The same with the commands of a mailbox whose address changes.
    #[must_use]
    pub fn renamed(mut self, store: Id, from: &str, to: &str) -> Config {
        let key = |address: &str| Some((store.to_string(), fold::email_key(address)?));
        if let (Some(from), Some(to)) = (key(from), key(to))
            && let Some(commands) = self.all.get(&from).cloned()
        {
            self.all.entry(to).or_insert(commands);
        }
        self
    }

    /// Whether there is anything for a store: only then may a process send and fetch for it.
    pub fn knows(&self, store: Id) -> bool {
        let store = store.to_string();
        self.all.keys().any(|(s, _)| *s == store)
    }
}

/// The text of the file, which only its owner may read and write. `None`: there is none.
fn read(path: &Path, uid: u32) -> Result<Option<String>, ConfigError> {
    let failed = |e| ConfigError::Io(path.to_owned(), e);
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(failed(e)),
    };
    // Of the open file, so that none takes its place meanwhile.
    let meta = file.metadata().map_err(failed)?;
    if meta.uid() != uid {
        return Err(ConfigError::Owner(path.to_owned(), meta.uid()));
    }
    if meta.mode() & 0o022 != 0 {
        return Err(ConfigError::Mode(path.to_owned(), "write to it"));
    }
    if meta.mode() & 0o077 != 0 {
        return Err(ConfigError::Mode(path.to_owned(), "read it"));
    }
    io::read_to_string(file).map(Some).map_err(failed)
}

/// The commands of each (store, address); or what is wrong, with the place.
fn parse(text: &str) -> Result<BTreeMap<(String, String), Commands>, String> {
    // Not the line itself: it may contain a password by mistake.
    let table: toml::Table = toml::from_str(text).map_err(|e: toml::de::Error| {
        let before = e.span().and_then(|s| text.get(..s.start)).unwrap_or_default();
        format!("line {}: {}", before.matches('\n').count() + 1, e.message())
    })?;
    let mut out = BTreeMap::new();
    for (store, mailboxes) in table {
        let id: Id = store.parse().map_err(|_| {
            format!("[{store}] is no store: sections are named [\"STORE-ID\".\"ADDRESS\"]; `frontdesk stats` names the id")
        })?;
        let toml::Value::Table(mailboxes) = mailboxes else {
            return Err(format!(
                "{store} contains no mailboxes: sections are named [\"STORE-ID\".\"ADDRESS\"]"
            ));
        };
        for (address, fields) in mailboxes {
            let place = format!("[\"{store}\".\"{address}\"]");
            let key = fold::email_key(&address).ok_or_else(|| format!("{place}: {address} is no address"))?;
            let toml::Value::Table(fields) = fields else {
                return Err(format!("{place}: each address needs its own section"));
            };
            let mut c = Commands::default();
            for (name, value) in fields {
                let slot = match name.as_str() {
                    "password_command" => &mut c.password_command,
                    "token_command" => &mut c.token_command,
                    "send_command" => &mut c.send_command,
                    "insecure" => {
                        c.insecure =
                            value.as_bool().ok_or_else(|| format!("{place}: insecure is true or false"))?;
                        continue;
                    }
                    "password" | "token" | "secret" => {
                        return Err(format!(
                            "{place}: this file has no secrets; name a command that prints it: {name}_command"
                        ));
                    }
                    _ => {
                        return Err(format!(
                            "{place}: there is no {name}; there are password_command, token_command, send_command, insecure"
                        ));
                    }
                };
                *slot = Some(run(value).map_err(|e| format!("{place}: {name}: {e}"))?);
            }
            out.insert((id.to_string(), key), c);
        }
    }
    Ok(out)
}

/// A list of words as given; a text as a shell would split it into words, without running one.
fn run(value: toml::Value) -> Result<Run, String> {
    let words = match value {
        toml::Value::String(line) => words(&line)?,
        toml::Value::Array(all) => all
            .into_iter()
            .map(|v| v.as_str().map(str::to_owned).ok_or("give texts, as in [\"pass\", \"show\", \"mail\"]"))
            .collect::<Result<Vec<String>, _>>()?,
        _ => return Err("give a command as a text or a list of texts".into()),
    };
    if words.first().is_none_or(|w| w.is_empty()) {
        return Err("the command is empty".into());
    }
    Ok(Run { words })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    const STORE: Id = Id([7; 16]);

    #[test]
    fn commands_are_set_beside_what_stands_in_the_file_and_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let set = |a: &str, c: Option<&[(&str, &str)]>| set(folder.path(), STORE, a, c).unwrap();
        assert!(!Config::load(folder.path()).unwrap().knows(STORE));
        set("help@x.org", Some(&[("password_command", "pass show 'a b'")]));
        set("sales@x.org", Some(&[("send_command", "sendmail -t -i")]));
        let path = folder.path().join(FILE);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, format!("# mine\n{text}")).unwrap();
        set("HELP@x.org", Some(&[("token_command", "token")]));
        let c = Config::load(folder.path()).unwrap();
        let help = c.of(STORE, "help@X.org").unwrap();
        assert_eq!(help.password_command.as_ref().unwrap().words, ["pass", "show", "a b"]);
        assert_eq!(help.token_command.as_ref().unwrap().words, ["token"]);
        assert!(c.of(STORE, "sales@x.org").unwrap().send_command.is_some());
        assert!(c.of(Id([8; 16]), "help@x.org").is_none() && c.knows(STORE));
        set("help@x.org", None);
        let c = Config::load(folder.path()).unwrap();
        assert!(c.of(STORE, "help@x.org").is_none() && c.of(STORE, "sales@x.org").is_some());
        assert!(fs::read_to_string(&path).unwrap().starts_with("# mine\n"));
    }

    #[test]
    fn a_file_that_others_may_read_or_that_is_anothers_is_not_used() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        fs::write(&path, "").unwrap();
        for (mode, good) in [(0o600, true), (0o400, true), (0o640, false), (0o604, false), (0o620, false)] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let loaded = Config::load(folder.path());
            assert_eq!(loaded.is_ok(), good, "{mode:o}");
            if let Err(e) = loaded {
                assert!(e.to_string().contains("chmod 600"), "{e}");
            }
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        let other = fs::metadata(&path).unwrap().uid() + 1;
        assert!(matches!(read(&path, other), Err(ConfigError::Owner(..))));
    }

    #[test]
    fn mistakes_are_named_with_their_place() {
        let section = format!("[\"{STORE}\".\"help@x.org\"]\n");
        for (text, word) in [
            ("[\"x\".\"a@b\"]\n".to_owned(), "no store"),
            (format!("{section}password = \"hunter2\""), "password_command"),
            (format!("{section}password = hunter2 x"), "line 2"),
            (format!("{section}pasword_command = \"x\""), "there is no pasword_command"),
            (format!("{section}send_command = 7"), "send_command"),
            (format!("{section}send_command = \"\""), "empty"),
            (format!("[\"{STORE}\".\"nothing\"]\n"), "no address"),
        ] {
            let why = parse(&text).unwrap_err();
            assert!(why.contains(word) && !why.contains("hunter2"), "{why}");
        }
    }
}
