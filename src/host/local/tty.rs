//! The device itself: raw mode, entering and leaving, and doing so from a panic.

use std::{
    ffi::OsStr,
    fs::{File, OpenOptions},
    io::{self, IsTerminal as _, Write as _},
    os::{fd::AsFd as _, unix::ffi::OsStrExt as _},
    sync::{
        Arc, Mutex, MutexGuard, Once, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, ThreadId},
    time::Instant,
};

use ratatui::layout::Size;
use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    fs::{Mode, OFlags},
    termios::{
        OptionalActions, QueueSelector, Termios, isatty, tcflush, tcgetattr, tcgetwinsize, tcsetattr, ttyname,
    },
};

use crate::{
    host::link::{LAST_WRITE, LinkError},
    term::{caps::Capabilities, modes, safe::Safe},
};

/// This process's terminal and how it was found.
pub(super) struct Tty {
    pub input: File,
    /// Not blocking, where the system allows it: a terminal that no longer reads must not block anything.
    pub output: File,
    /// Held while bytes go out, lest a frame is written into a terminal that was given back.
    writes: Mutex<Frames>,
    /// The modes that were found; `None`: they stay as they are, and whole lines come in.
    found: Option<Termios>,
    caps: Capabilities,
    /// True between entering and leaving.
    inside: AtomicBool,
    /// The session's thread: a panic there ends the session, one elsewhere must not take its screen away.
    owner: ThreadId,
    /// Panics of other threads, told once the screen is back.
    told_later: Mutex<Vec<String>>,
}

impl Tty {
    /// The terminal behind the standard streams, or else `/dev/tty`. For whole lines the standard streams, whatever they
    /// are, as they are.
    pub fn open(caps: Capabilities, lines: bool) -> Result<Self, LinkError> {
        let device =
            || OpenOptions::new().read(true).write(true).open("/dev/tty").map_err(|_| LinkError::NoTerminal);
        let (stdin, stdout) = (io::stdin(), io::stdout());
        let input = if lines || stdin.is_terminal() {
            File::from(stdin.as_fd().try_clone_to_owned()?)
        } else {
            device()?
        };
        let output = if lines || stdout.is_terminal() {
            File::from(stdout.as_fd().try_clone_to_owned()?)
        } else {
            device()?
        };
        let found = if lines { None } else { Some(tcgetattr(&input).map_err(io::Error::from)?) };
        Ok(Tty {
            input,
            output: not_blocking(&output).unwrap_or(output),
            writes: Mutex::default(),
            found,
            caps,
            inside: AtomicBool::new(false),
            owner: thread::current().id(),
            told_later: Mutex::default(),
        })
    }

    /// Whether whole lines come in.
    pub fn has_lines(&self) -> bool {
        self.found.is_none()
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
        if let Some(found) = &self.found {
            let mut raw = found.clone();
            raw.make_raw();
            tcsetattr(&self.input, OptionalActions::Now, &raw)?;
        }
        if !self.inside.swap(true, Ordering::SeqCst) {
            *self.frames() = Frames::Whole;
            self.write_frame(&modes::enter(&self.caps))?;
        }
        Ok(())
    }

    /// Gives the terminal back; harmless when it is not taken. Answers still on their way to us are thrown away,
    /// lest the shell takes them for typing.
    pub fn leave(&self) {
        if !self.inside.swap(false, Ordering::SeqCst) {
            return;
        }
        let mut bytes = modes::leave(&self.caps);
        if *self.frames() == Frames::Cut && !self.caps.prints {
            // Ends a control sequence of which only a part went out (CAN, ECMA-48).
            bytes.insert(0, 0x18);
        }
        self.write_soon(&bytes);
        self.restore();
        let later = std::mem::take(&mut *self.told_later.lock().unwrap_or_else(PoisonError::into_inner));
        for message in later {
            self.say(&format!("{message}\r\n"));
        }
    }

    /// Whether the terminal is taken.
    pub fn is_taken(&self) -> bool {
        self.inside.load(Ordering::SeqCst)
    }

    /// Sets the modes that were found, and nothing else: it never waits for the terminal.
    pub fn restore(&self) {
        if let Some(found) = &self.found {
            let _ = tcflush(&self.input, QueueSelector::IFlush);
            let _ = tcsetattr(&self.input, OptionalActions::Now, found);
        }
    }

    /// Writes a text for people after the terminal was given back.
    pub fn say(&self, text: &str) {
        self.write_soon(text.as_bytes());
    }

    /// Writes bytes of the screen, however long the terminal takes. What is left once the terminal was given back is
    /// dropped: the next frame is drawn in full.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn write_frame(&self, mut bytes: &[u8]) -> io::Result<()> {
        let whole = bytes.len();
        while !bytes.is_empty() {
            let mut frames = self.frames();
            if !self.is_taken() {
                return Ok(());
            }
            match (&self.output).write(bytes) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(n) => bytes = bytes.get(n..).unwrap_or(&[]),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    *frames = if bytes.len() < whole { Frames::Cut } else { Frames::Whole };
                    drop(frames);
                    let _ = poll(&mut [PollFd::new(&self.output, PollFlags::OUT)], None);
                    continue;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
            *frames = if bytes.is_empty() { Frames::Whole } else { Frames::Cut };
        }
        Ok(())
    }

    /// Writes bytes, or what of them the terminal takes within [`LAST_WRITE`].
    fn write_soon(&self, mut bytes: &[u8]) {
        let _alone = self.frames();
        let end = Instant::now() + LAST_WRITE;
        while !bytes.is_empty() {
            let left = end.saturating_duration_since(Instant::now());
            let wait = Timespec { tv_sec: 0, tv_nsec: left.subsec_nanos().into() };
            match poll(&mut [PollFd::new(&self.output, PollFlags::OUT)], Some(&wait)) {
                Ok(0) => return,
                Err(rustix::io::Errno::INTR) => continue,
                _ => {}
            }
            match (&self.output).write(bytes) {
                Ok(n @ 1..) => bytes = bytes.get(n..).unwrap_or(&[]),
                Err(error)
                    if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted)
                        && !left.is_zero() => {}
                _ => return,
            }
        }
    }

    fn frames(&self) -> MutexGuard<'_, Frames> {
        self.writes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether all of the last frame went out.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum Frames {
    #[default]
    Whole,
    Cut,
}

/// The same terminal once more, not blocking. The flag belongs to an open file: set on the one that we were given, it
/// would change the shell's own.
fn not_blocking(terminal: &File) -> Option<File> {
    let name = ttyname(terminal, Vec::new()).ok()?;
    let path = OsStr::from_bytes(name.as_bytes());
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let again = rustix::fs::open(path, OFlags::RDWR | flags, Mode::empty()).ok()?;
    isatty(&again).then(|| File::from(again))
}

/// The terminal a panic must give back.
static TAKEN: Mutex<Option<Arc<Tty>>> = Mutex::new(None);
static HOOK: Once = Once::new();

/// From now on a panic gives this terminal back before it is reported; `None` ends that.
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
