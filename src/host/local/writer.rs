//! The thread that writes the terminal, so that a slow line never blocks the session.

use std::{io, sync::Arc, thread};

use crossbeam_channel::{Sender, bounded, unbounded};

use super::tty::Tty;
use crate::host::link::{FromLink, LAST_WRITE};

enum Order {
    Write(Vec<u8>),
    Tell(Sender<()>),
}

/// The link's handle of the writer.
pub(super) struct Writer(Sender<Order>);

impl Writer {
    /// Starts to write.
    pub fn start(tty: Arc<Tty>, session: Sender<FromLink>) -> io::Result<Self> {
        let (orders, taken) = unbounded();
        thread::Builder::new().name("terminal output".to_owned()).spawn(move || {
            for order in taken {
                match order {
                    Order::Write(bytes) => {
                        let done = tty.write_frame(&bytes).map_or(FromLink::Hangup, |()| FromLink::Written);
                        if session.send(done).is_err() {
                            return;
                        }
                    }
                    Order::Tell(done) => drop(done.send(())),
                }
            }
        })?;
        Ok(Writer(orders))
    }

    /// Hands bytes over.
    pub fn write(&self, bytes: Vec<u8>) {
        let _ = self.0.send(Order::Write(bytes));
    }

    /// Returns once all is out, or the terminal has had its time.
    pub fn settle(&self) {
        let (done, wait) = bounded(1);
        if self.0.send(Order::Tell(done)).is_ok() {
            let _ = wait.recv_timeout(LAST_WRITE);
        }
    }
}
