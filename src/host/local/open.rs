//! Opening a file that a customer sent: `$BROWSER` for pages, a mailcap entry, then the desktop's own way.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use crossbeam_channel::{Receiver, Sender};

use super::{
    mailcap::{self, Entry},
    private::{self, Shelf},
    programs,
};
use crate::{
    host::link::{FromLink, LinkError, Opened, ToOpen},
    term::caps::Env,
};

/// What is known of the agent's machine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenSettings {
    /// Mailcap files, the first one wins.
    pub mailcaps: Vec<PathBuf>,
    /// `$BROWSER`: commands, of which the first that is there is taken.
    pub browsers: Vec<String>,
    /// Where programs are: `$PATH`.
    pub path: Vec<PathBuf>,
    /// Where files for other programs are put: the first folder that takes them.
    pub scratch: Vec<PathBuf>,
    /// Where files are saved unless another place is named.
    pub downloads: PathBuf,
}

/// Browsers that want the terminal.
const IN_TERMINAL: [&str; 8] = ["w3m", "lynx", "links", "links2", "elinks", "browsh", "chawan", "cha"];

impl OpenSettings {
    /// From the environment: `MAILCAPS`, `BROWSER`, `PATH`, `XDG_RUNTIME_DIR`, `TMPDIR`, `XDG_DOWNLOAD_DIR`, `HOME`.
    pub fn detect(env: Env<'_>) -> OpenSettings {
        let get = |name: &str| env(name).filter(|v| !v.trim().is_empty());
        let home = get("HOME").map(PathBuf::from);
        let split =
            |text: &str| text.split(':').filter(|p| !p.is_empty()).map(PathBuf::from).collect::<Vec<_>>();
        let usual = ["/etc/mailcap", "/usr/etc/mailcap", "/usr/local/etc/mailcap"].map(PathBuf::from);
        let mailcaps = match get("MAILCAPS") {
            Some(list) => split(&list),
            None => home.iter().map(|h| h.join(".mailcap")).chain(usual).collect(),
        };
        let browsers =
            get("BROWSER").map(|b| b.split(':').map(|c| c.trim().to_owned()).collect()).unwrap_or_default();
        let scratch = [get("XDG_RUNTIME_DIR"), get("TMPDIR"), Some("/tmp".to_owned())];
        OpenSettings {
            mailcaps,
            browsers,
            path: split(&get("PATH").unwrap_or_default()),
            scratch: scratch.into_iter().flatten().map(PathBuf::from).collect(),
            downloads: downloads(env, home.as_deref()),
        }
    }

    fn entries(&self) -> Vec<Entry> {
        let texts = self.mailcaps.iter().filter_map(|p| fs::read_to_string(p).ok());
        texts.flat_map(|t| mailcap::parse(&t)).collect()
    }

    /// A program by its name, where it is.
    fn program(&self, name: &str) -> Option<PathBuf> {
        let is = |p: &PathBuf| fs::metadata(p).is_ok_and(|m| m.is_file());
        if name.contains('/') {
            return Some(PathBuf::from(name)).filter(is);
        }
        self.path.iter().map(|p| p.join(name)).find(is)
    }
}

/// Where files are saved: `XDG_DOWNLOAD_DIR`, from the environment or from `user-dirs.dirs`, else `~/Downloads` where it is
/// there, else the home folder.
fn downloads(env: Env<'_>, home: Option<&Path>) -> PathBuf {
    if let Some(dir) = env("XDG_DOWNLOAD_DIR").filter(|d| d.starts_with('/')) {
        return dir.into();
    }
    let Some(home) = home else { return ".".into() };
    let config =
        env("XDG_CONFIG_HOME").filter(|d| d.starts_with('/')).map_or(home.join(".config"), PathBuf::from);
    let dirs = fs::read_to_string(config.join("user-dirs.dirs")).unwrap_or_default();
    let said = dirs
        .lines()
        .find_map(|l| l.trim().strip_prefix("XDG_DOWNLOAD_DIR="))
        .map(|v| v.trim().trim_matches('"'));
    let said = said.and_then(|v| match v.strip_prefix("$HOME/") {
        Some(rest) => Some(home.join(rest)),
        None => Some(PathBuf::from(v)).filter(|p| p.is_absolute()),
    });
    let usual = home.join("Downloads");
    match said {
        Some(dir) if dir.is_dir() => dir,
        _ if usual.is_dir() => usual,
        _ => home.to_owned(),
    }
}

/// What has to be done with the terminal lent, or without it.
pub(super) enum Way {
    /// A command that wants the terminal, and what it reads.
    Terminal(String, Option<Vec<u8>>),
    /// It is done.
    Done(Opened),
}

/// Opens files, and removes them at the end.
pub(super) struct Opener {
    settings: OpenSettings,
    shelf: Option<Shelf>,
    session: Sender<FromLink>,
}

impl Opener {
    /// Removes first what a killed session left.
    pub(super) fn new(settings: OpenSettings, session: Sender<FromLink>) -> Opener {
        settings.scratch.iter().for_each(|place| private::sweep(place));
        Opener { settings, shelf: None, session }
    }

    fn put(&mut self, bytes: &[u8], ending: Option<&str>) -> io::Result<PathBuf> {
        let shelf = match self.shelf.take() {
            Some(shelf) => shelf,
            None => Shelf::new(&self.settings.scratch)?,
        };
        self.shelf.insert(shelf).put(bytes, ending)
    }

    /// Opens a file, or says which command wants the terminal for it.
    pub(super) fn open(&mut self, file: &ToOpen<'_>) -> Result<Way, LinkError> {
        if file.page
            && let Some(way) = self.browse(file)?
        {
            return Ok(way);
        }
        for entry in self.settings.entries().iter().filter(|e| e.is_for(file.content_type)) {
            let path = self.put(file.bytes, entry.ending(file.ending))?;
            if entry.tests(&path, file.content_type).is_some_and(|test| !programs::succeeds(&test.command)) {
                let _ = fs::remove_file(path);
                continue;
            }
            let run = entry.run(&path, file.content_type);
            let stdin = run.from_stdin.then(|| file.bytes.to_vec());
            if entry.prints {
                let Some(text) = programs::printed(&run.command, stdin) else { continue };
                return Ok(Way::Done(Opened::Text(text)));
            }
            if entry.needs_terminal || run.from_stdin {
                return Ok(Way::Terminal(run.command, stdin));
            }
            let mut sh = Command::new("sh");
            sh.arg("-c").arg(&run.command);
            return self.start(sh, first_word(&run.command));
        }
        let desktop = if std::env::consts::OS == "macos" { "open" } else { "xdg-open" };
        match self.settings.program(desktop).filter(|_| !file.text) {
            Some(program) => {
                let path = self.put(file.bytes, file.ending)?;
                let mut command = Command::new(program);
                command.arg(path);
                self.start(command, desktop)
            }
            None => Ok(Way::Done(Opened::NoProgram)),
        }
    }

    /// Opens a page in the first of `$BROWSER` that is there.
    fn browse(&mut self, file: &ToOpen<'_>) -> Result<Option<Way>, LinkError> {
        let there =
            self.settings.browsers.iter().find(|b| self.settings.program(first_word(b)).is_some()).cloned();
        let Some(browser) = there else { return Ok(None) };
        let path = self.put(file.bytes, Some("html"))?;
        // The path needs no quotes: see `Shelf`.
        let shown = path.to_string_lossy();
        let command =
            if browser.contains("%s") { browser.replace("%s", &shown) } else { format!("{browser} {shown}") };
        let name = first_word(&browser);
        if IN_TERMINAL.contains(&name.rsplit('/').next().unwrap_or(name)) {
            return Ok(Some(Way::Terminal(command, None)));
        }
        let mut sh = Command::new("sh");
        sh.arg("-c").arg(command);
        self.start(sh, name).map(Some)
    }

    fn start(&self, command: Command, name: &str) -> Result<Way, LinkError> {
        let (session, shown) = (self.session.clone(), name.to_owned());
        programs::detached(command, move |why| {
            let _ = session.send(FromLink::Trouble(format!("{shown} did not open the file: {why}")));
        })
        .map_err(|e| LinkError::Program { command: name.to_owned(), why: e.to_string() })?;
        Ok(Way::Done(Opened::Started(name.to_owned())))
    }
}

fn first_word(command: &str) -> &str {
    command.split_whitespace().next().unwrap_or_default()
}

/// Runs what wants the terminal, which is lent for it.
pub(super) fn with_terminal(
    command: &str,
    stdin: Option<Vec<u8>>,
    pause: bool,
    hung_up: &Receiver<()>,
) -> Result<Opened, LinkError> {
    let name = first_word(command);
    let failed = |why: String| LinkError::Program { command: name.to_owned(), why };
    let ended = programs::with_terminal(command, stdin, pause, hung_up).map_err(|e| failed(e.to_string()))?;
    Ok(Opened::Ended(ended.filter(|s| !s.success()).map(|s| format!("{name} ended with {s}"))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(vars: &[(&str, &str)]) -> OpenSettings {
        OpenSettings::detect(&|name: &str| {
            vars.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned())
        })
    }

    #[test]
    fn files_are_saved_where_the_desktop_says_downloads_go() {
        let home = tempfile::tempdir().unwrap();
        let at = home.path().to_str().unwrap();
        assert_eq!(settings(&[("HOME", at)]).downloads, home.path());
        fs::create_dir(home.path().join("Downloads")).unwrap();
        assert_eq!(settings(&[("HOME", at)]).downloads, home.path().join("Downloads"));
        fs::create_dir_all(home.path().join(".config")).unwrap();
        fs::create_dir_all(home.path().join("in")).unwrap();
        fs::write(home.path().join(".config/user-dirs.dirs"), "# x\nXDG_DOWNLOAD_DIR=\"$HOME/in\"\n")
            .unwrap();
        assert_eq!(settings(&[("HOME", at)]).downloads, home.path().join("in"));
        assert_eq!(
            settings(&[("HOME", at), ("XDG_DOWNLOAD_DIR", "/srv/in")]).downloads,
            PathBuf::from("/srv/in")
        );
        assert_eq!(settings(&[]).downloads, PathBuf::from("."));
    }

    #[test]
    fn mailcaps_are_looked_for_where_rfc_1524_says() {
        assert_eq!(
            settings(&[("HOME", "/h")]).mailcaps,
            ["/h/.mailcap", "/etc/mailcap", "/usr/etc/mailcap", "/usr/local/etc/mailcap"].map(PathBuf::from)
        );
        assert_eq!(settings(&[("MAILCAPS", "/a:/b")]).mailcaps, ["/a", "/b"].map(PathBuf::from));
    }
}
