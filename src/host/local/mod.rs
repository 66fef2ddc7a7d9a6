//! This process's own terminal as a link.
//!
//! - `tty`: the device, entering and leaving it, also from a panic
//! - `reader`, `writer`, `signals`: a thread each
//! - `editor`: `$EDITOR` on a private file
//! - `open`: files that customers sent, in the programs that `mailcap` names; `programs`: running them; `private`: where the
//!   files are meanwhile

mod editor;
mod mailcap;
mod open;
mod private;
mod programs;
mod reader;
mod signals;
mod tty;
mod writer;

use std::{
    path::PathBuf,
    sync::{Arc, PoisonError, atomic::Ordering},
    thread,
    time::Duration,
};

use crossbeam_channel::{Receiver, Sender, unbounded};
use nix::unistd::{getppid, getsid};
use ratatui::layout::Size;
use rustix::process::{Signal, kill_current_process_group};

use super::link::{Disk, Edited, FromLink, LEAVING, Link, LinkError, Opened, ToEdit, ToOpen};
use crate::{
    term::{
        caps::{Capabilities, Env, Preferences},
        decode::Line,
        safe::Safe,
    },
    tui::model::Places,
};
pub use open::OpenSettings;
use open::{Opener, Way};
use reader::Reader;
use signals::{Listener, Mood};
use tty::Tty;
use writer::Writer;

/// What a local link must know beforehand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalSettings {
    /// What the terminal can do.
    pub capabilities: Capabilities,
    /// The editor's command, as a shell reads it.
    pub editor: String,
    /// Where private files for the editor are put: the first folder that takes them.
    pub scratch: Vec<PathBuf>,
    /// How files are opened.
    pub open: OpenSettings,
    /// True when the terminal is at the other end of a network (`SSH_CONNECTION`).
    pub remote: bool,
    /// The agent's home folder (`HOME`).
    pub home: Option<PathBuf>,
    /// Whole lines come in, from the standard streams as they are: whatever is behind them, its modes stay.
    pub lines: bool,
}

impl LocalSettings {
    /// From the environment (`VISUAL`, then `EDITOR`, then `vi`; `XDG_RUNTIME_DIR`, then `TMPDIR`, then `/tmp`; and
    /// what [`Capabilities::detect`] reads) and the agent's preferences. Files for the editor go to `state` where that is
    /// possible: there the next start finds them after a kill.
    pub fn detect(env: Env<'_>, wanted: &Preferences, state: Option<PathBuf>) -> Self {
        let first =
            |names: [&str; 2]| names.into_iter().find_map(|name| env(name).filter(|v| !v.trim().is_empty()));
        LocalSettings {
            capabilities: Capabilities::detect(env, wanted),
            editor: first(["VISUAL", "EDITOR"]).unwrap_or_else(|| "vi".to_owned()),
            scratch: state
                .into_iter()
                .chain([first(["XDG_RUNTIME_DIR", "TMPDIR"]).unwrap_or_else(|| "/tmp".to_owned()).into()])
                .collect(),
            open: OpenSettings::detect(env),
            remote: env("SSH_CONNECTION").is_some(),
            home: env("HOME").filter(|h| !h.is_empty()).map(PathBuf::from),
            lines: false,
        }
    }
}

/// This process's own terminal, taken until closed or dropped.
pub struct LocalLink {
    settings: LocalSettings,
    tty: Arc<Tty>,
    messages: Receiver<FromLink>,
    session: Sender<FromLink>,
    reader: Reader,
    writer: Writer,
    opener: Opener,
    mood: Arc<Mood>,
    _signals: Listener,
}

impl LocalLink {
    /// Takes the terminal: raw mode, alternate screen. Call it on the thread the session runs on: a panic of
    /// that thread gives the terminal back before it is reported.
    ///
    /// # Errors
    /// `NoTerminal`; `Io` where the terminal or a thread is refused.
    pub fn open(settings: LocalSettings) -> Result<Self, LinkError> {
        let tty = Arc::new(Tty::open(settings.capabilities, settings.lines)?);
        let (session, messages) = unbounded();
        let mood = Arc::new(Mood::default());
        // Before anything can panic, and the signals before the screen: `^C` at the wrong moment leaves no ruin.
        tty::guard(Some(tty.clone()));
        let signals = Listener::start(tty.clone(), mood.clone(), session.clone())?;
        let reader = Reader::start(tty.clone(), session.clone())?;
        let writer = Writer::start(tty.clone(), session.clone())?;
        if let Err(error) = tty.enter() {
            tty.leave();
            return Err(error.into());
        }
        let opener = Opener::new(settings.open.clone(), session.clone());
        Ok(LocalLink { settings, tty, messages, session, reader, writer, opener, mood, _signals: signals })
    }

    /// Does something with the terminal given back, then takes it again.
    fn lend<T>(&mut self, something: impl FnOnce(&mut Self) -> T) -> Result<T, LinkError> {
        self.reader.pause();
        self.writer.settle();
        self.tty.leave();
        let result = something(self);
        let entered = self.tty.enter();
        self.reader.resume();
        // Whatever was resized meanwhile was resized for someone else.
        let _ = self.session.send(FromLink::Resize(self.tty.size()));
        entered?;
        Ok(result)
    }

    /// Lends the terminal to a program, which a hang-up reaches.
    fn lend_to<T>(
        &mut self,
        program: impl FnOnce(&mut Self, &Receiver<()>) -> Result<T, LinkError>,
    ) -> Result<T, LinkError> {
        self.lend(|link| {
            let (hang, hung_up) = unbounded();
            *link.mood.editor.lock().unwrap_or_else(PoisonError::into_inner) = Some(hang);
            link.mood.away.store(true, Ordering::SeqCst);
            let done = program(link, &hung_up);
            link.mood.away.store(false, Ordering::SeqCst);
            *link.mood.editor.lock().unwrap_or_else(PoisonError::into_inner) = None;
            done
        })?
    }
}

impl Link for LocalLink {
    fn messages(&self) -> &Receiver<FromLink> {
        &self.messages
    }

    fn size(&self) -> Size {
        self.tty.size()
    }

    fn capabilities(&self) -> Capabilities {
        self.settings.capabilities
    }

    fn line(&self) -> Line {
        if self.settings.remote { Line::Remote } else { Line::Local }
    }

    fn write(&mut self, bytes: Vec<u8>) {
        self.writer.write(bytes);
    }

    fn suspend(&mut self) -> Result<(), LinkError> {
        // Without a shell of our session above us no one could continue us; and a parent of number zero is
        // outside our container, whose first process, us, would not even stop.
        let parent = getppid();
        if parent.as_raw() == 0 || getsid(Some(parent)).ok() != getsid(None).ok() {
            return Err(LinkError::Refused("there is no shell here to come back from"));
        }
        self.lend(|link| {
            link.mood.stopping.store(true, Ordering::SeqCst);
            // The whole job, as the terminal's own `^Z` would: a shell waits for the job's leader.
            kill_current_process_group(Signal::STOP).map_err(|error| LinkError::Io(error.into()))?;
            // The signal may stop another thread first and let this one run on: only SIGCONT tells it is over.
            while link.mood.stopping.load(Ordering::SeqCst) {
                thread::sleep(Duration::from_millis(5));
            }
            Ok(())
        })?
    }

    fn resume(&mut self) -> Result<(), LinkError> {
        self.lend(|_| ())
    }

    fn disk(&self) -> Option<Disk> {
        Some(Disk { home: self.settings.home.clone() })
    }

    fn can_edit(&self) -> bool {
        true
    }

    fn run_editor(&mut self, text: &ToEdit<'_>) -> Result<Edited, LinkError> {
        self.lend_to(|link, hung_up| {
            editor::edit(&link.settings.editor, &link.settings.scratch, text, hung_up)
        })
    }

    fn places(&self) -> Places {
        Places { downloads: self.settings.open.downloads.clone(), home: self.settings.home.clone() }
    }

    fn open_file(&mut self, file: &ToOpen<'_>) -> Result<Opened, LinkError> {
        match self.opener.open(file)? {
            Way::Done(opened) => Ok(opened),
            Way::Terminal(command, stdin) => {
                self.lend_to(|_, hung_up| open::with_terminal(&command, stdin, false, hung_up))
            }
        }
    }

    fn pipe(&mut self, command: &str, bytes: Vec<u8>) -> Result<Opened, LinkError> {
        self.lend_to(|_, hung_up| open::with_terminal(command, Some(bytes), true, hung_up))
    }

    fn can_spawn(&self) -> bool {
        true
    }

    fn leaving(&mut self, code: u8) {
        let tty = self.tty.clone();
        // Where no thread is to be had, leaving takes as long as it takes.
        let _ = thread::Builder::new().name("leaving".to_owned()).spawn(move || {
            thread::sleep(LEAVING);
            tty.restore();
            std::process::exit(code.into());
        });
    }

    fn close(&mut self, last_words: Option<&Safe<'_>>) {
        if self.tty.is_taken() {
            self.reader.pause();
            self.writer.settle();
        }
        self.tty.leave();
        if let Some(words) = last_words {
            self.tty.say(&format!("{words}\n"));
        }
    }
}

impl Drop for LocalLink {
    fn drop(&mut self) {
        if self.tty.is_taken() {
            self.writer.settle();
        }
        self.tty.leave();
        tty::guard(None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_editor_is_visual_then_editor_then_vi() {
        let editor = |vars: &[(&str, &str)]| {
            let env = |name: &str| vars.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
            LocalSettings::detect(&env, &Preferences::default(), None).editor
        };
        assert_eq!(editor(&[("VISUAL", "code --wait"), ("EDITOR", "ed")]), "code --wait");
        assert_eq!(editor(&[("VISUAL", " "), ("EDITOR", "ed")]), "ed");
        assert_eq!(editor(&[]), "vi");
    }
}
