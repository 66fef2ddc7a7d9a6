//! The thread that hears signals and tells the session.

use std::{
    io,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use crossbeam_channel::Sender;
use signal_hook::{
    consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGWINCH},
    iterator::{Handle, Signals},
    low_level::emulate_default_handler,
};

use super::tty::Tty;
use crate::host::link::FromLink;

/// What the thread must know of the link.
#[derive(Default)]
pub(super) struct Mood {
    /// The terminal is lent to an editor, which hears the same keys and signals.
    pub away: AtomicBool,
    /// Hangs the editor up that has the terminal.
    pub editor: Mutex<Option<Sender<()>>>,
    /// We stopped ourselves: being continued is no news.
    pub stopping: AtomicBool,
}

impl Mood {
    /// The session ends: an editor that has the terminal ends, too.
    fn hang_up(&self) {
        if let Some(editor) = &*self.editor.lock().unwrap_or_else(PoisonError::into_inner) {
            let _ = editor.send(());
        }
    }
}

/// Listens until dropped.
pub(super) struct Listener(Handle);

impl Listener {
    /// Starts to listen.
    pub fn start(tty: Arc<Tty>, mood: Arc<Mood>, session: Sender<FromLink>) -> io::Result<Self> {
        let mut signals = Signals::new([SIGWINCH, SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGTSTP, SIGCONT])?;
        let handle = signals.handle();
        thread::Builder::new().name("signals".to_owned()).spawn(move || {
            for signal in signals.forever() {
                let away = mood.away.load(Ordering::SeqCst);
                if matches!(signal, SIGHUP | SIGTERM) {
                    mood.hang_up();
                }
                let message = match signal {
                    SIGWINCH => FromLink::Resize(tty.size()),
                    SIGHUP => FromLink::Hangup,
                    // `^C` in the editor is for the editor.
                    SIGINT | SIGQUIT if away => continue,
                    SIGINT | SIGQUIT | SIGTERM => FromLink::Terminate(signal),
                    // The editor stops with its whole job, and so do we.
                    SIGTSTP if away => {
                        let _ = emulate_default_handler(SIGTSTP);
                        continue;
                    }
                    SIGTSTP => FromLink::Suspend,
                    SIGCONT if away || mood.stopping.swap(false, Ordering::SeqCst) => continue,
                    SIGCONT => FromLink::Resumed,
                    _ => continue,
                };
                if session.send(message).is_err() {
                    return;
                }
            }
        })?;
        Ok(Listener(handle))
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.0.close();
    }
}
