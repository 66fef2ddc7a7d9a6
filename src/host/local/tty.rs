//! The device itself: raw mode, entering and leaving, and doing so from a panic.

use std::{
    fs::{File, OpenOptions},
    io::{self, IsTerminal as _, Write as _},
    os::fd::AsFd as _,
    sync::{
        Arc, Mutex, Once, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, ThreadId},
};

use ratatui::layout::Size;
use rustix::{
    event::{PollFd, PollFlags, poll},
    termios::{OptionalActions, Termios, tcgetattr, tcgetwinsize, tcsetattr},
};

use crate::{
    host::link::LinkError,
    term::{caps::Capabilities, modes, safe::Safe},
};

/// This process's terminal and how it was found.
pub(super) struct Tty {
    pub input: File,
    pub output: File,
    found: Termios,
    caps: Capabilities,
    /// True between entering and leaving.
    inside: AtomicBool,
    /// The session's thread: a panic there ends the session, one elsewhere must not take its screen away.
    owner: ThreadId,
    /// Panics of other threads, told once the screen is back.
    told_later: Mutex<Vec<String>>,
}

impl Tty {
    /// The terminal behind the standard streams, or else `/dev/tty`.
    pub fn open(caps: Capabilities) -> Result<Self, LinkError> {
        let device =
            || OpenOptions::new().read(true).write(true).open("/dev/tty").map_err(|_| LinkError::NoTerminal);
        let (stdin, stdout) = (io::stdin(), io::stdout());
        let input =
            if stdin.is_terminal() { File::from(stdin.as_fd().try_clone_to_owned()?) } else { device()? };
        let output =
            if stdout.is_terminal() { File::from(stdout.as_fd().try_clone_to_owned()?) } else { device()? };
        let found = tcgetattr(&input).map_err(io::Error::from)?;
        Ok(Tty {
            input,
            output,
            found,
            caps,
            inside: AtomicBool::new(false),
            owner: thread::current().id(),
            told_later: Mutex::default(),
        })
    }

    /// Its size; 80×24 when it does not say.
    pub fn size(&self) -> Size {
        match tcgetwinsize(&self.output) {
            Ok(size) if size.ws_col > 0 && size.ws_row > 0 => Size::new(size.ws_col, size.ws_row),
            _ => Size::new(80, 24),
        }
    }

    /// Takes the terminal; once taken, only sets raw mode again.
    pub fn enter(&self) -> io::Result<()> {
        let mut raw = self.found.clone();
        raw.make_raw();
        tcsetattr(&self.input, OptionalActions::Now, &raw)?;
        if !self.inside.swap(true, Ordering::SeqCst) {
            self.write_all(&modes::enter(&self.caps))?;
        }
        Ok(())
    }

    /// Gives the terminal back; harmless when it is not taken. Answers still on their way to us are thrown away,
    /// lest the shell takes them for typing.
    pub fn leave(&self) {
        if !self.inside.swap(false, Ordering::SeqCst) {
            return;
        }
        let _ = self.write_all(&modes::leave(&self.caps));
        if tcsetattr(&self.input, OptionalActions::Flush, &self.found).is_err() {
            let _ = tcsetattr(&self.input, OptionalActions::Now, &self.found);
        }
        let later = std::mem::take(&mut *self.told_later.lock().unwrap_or_else(PoisonError::into_inner));
        for message in later {
            eprintln!("{message}");
        }
    }

    /// Writes all, waiting where someone made the terminal non-blocking.
    pub fn write_all(&self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            match (&self.output).write(bytes) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(n) => bytes = bytes.get(n..).unwrap_or(&[]),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    let _ = poll(&mut [PollFd::new(&self.output, PollFlags::OUT)], None);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// The terminal a panic must give back.
static TAKEN: Mutex<Option<Arc<Tty>>> = Mutex::new(None);
static HOOK: Once = Once::new();

/// From now on a panic gives this terminal back before it is told; `None` ends that.
pub(super) fn guard(tty: Option<Arc<Tty>>) {
    *TAKEN.lock().unwrap_or_else(PoisonError::into_inner) = tty;
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if crate::store::is_catching() {
                return;
            }
            let taken = TAKEN.lock().unwrap_or_else(PoisonError::into_inner).clone();
            if let Some(tty) = taken.filter(|tty| tty.inside.load(Ordering::SeqCst)) {
                if tty.owner != thread::current().id() {
                    let told = Safe::block(info.to_string()).into();
                    tty.told_later.lock().unwrap_or_else(PoisonError::into_inner).push(told);
                    return;
                }
                tty.leave();
                // A message may quote what a customer wrote.
                let told = info.to_string();
                let safe = Safe::block(told.as_str());
                if safe.as_str() != told {
                    eprintln!("{safe}");
                    return;
                }
            }
            before(info);
        }));
    });
}
