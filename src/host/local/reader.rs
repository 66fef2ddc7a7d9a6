//! The thread that reads the terminal. It waits in poll(2), so that it can be made to stop reading while an
//! editor has the terminal.

use std::{
    io::{self, Read as _, Write as _},
    sync::Arc,
    thread,
};

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use rustix::event::{PollFd, PollFlags, poll};

use super::tty::Tty;
use crate::host::link::FromLink;

enum Order {
    Pause(Sender<()>),
    Resume,
    Stop,
}

/// The link's handle of the reader.
pub(super) struct Reader {
    orders: Sender<Order>,
    bell: io::PipeWriter,
}

impl Reader {
    /// Starts to read.
    pub fn start(tty: Arc<Tty>, session: Sender<FromLink>) -> io::Result<Self> {
        let (ring, bell) = io::pipe()?;
        let (orders, taken) = unbounded();
        thread::Builder::new()
            .name("terminal input".to_owned())
            .spawn(move || read(&tty, ring, &taken, &session))?;
        Ok(Reader { orders, bell })
    }

    /// Returns once nothing is read any more.
    pub fn pause(&mut self) {
        let (done, wait) = bounded(1);
        self.order(Order::Pause(done));
        let _ = wait.recv();
    }

    /// Reads again.
    pub fn resume(&mut self) {
        self.order(Order::Resume);
    }

    fn order(&mut self, order: Order) {
        if self.orders.send(order).is_ok() {
            let _ = self.bell.write_all(b".");
        }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.order(Order::Stop);
    }
}

fn read(tty: &Tty, mut ring: io::PipeReader, orders: &Receiver<Order>, session: &Sender<FromLink>) {
    let mut buffer = vec![0; 64 * 1024];
    let mut paused = false;
    loop {
        let (mut rung, mut typed) = (true, false);
        if !paused {
            let mut waiting = [PollFd::new(&ring, PollFlags::IN), PollFd::new(&tty.input, PollFlags::IN)];
            match poll(&mut waiting, None) {
                Ok(_) => {
                    let [bell, keys] = waiting.map(|fd| !fd.revents().is_empty());
                    (rung, typed) = (bell, keys);
                }
                Err(rustix::io::Errno::INTR) => continue,
                Err(_) => break,
            }
        }
        if rung {
            let _ = ring.read(&mut [0]);
            match orders.recv() {
                Ok(Order::Pause(done)) => {
                    paused = true;
                    let _ = done.send(());
                }
                Ok(Order::Resume) => paused = false,
                Ok(Order::Stop) | Err(_) => return,
            }
        } else if typed {
            match (&tty.input).read(&mut buffer) {
                Ok(0) => break,
                Ok(n) => {
                    let bytes = buffer.get(..n).unwrap_or(&[]).to_vec();
                    if session.send(FromLink::Bytes(bytes)).is_err() {
                        return;
                    }
                }
                Err(error)
                    if matches!(error.kind(), io::ErrorKind::Interrupted | io::ErrorKind::WouldBlock) => {}
                Err(_) => break,
            }
        }
    }
    let _ = session.send(if tty.has_lines() { FromLink::EndOfLines } else { FromLink::Hangup });
    // Orders are still answered: a caller that asks for a pause waits for it.
    for order in orders {
        match order {
            Order::Pause(done) => drop(done.send(())),
            Order::Resume => {}
            Order::Stop => return,
        }
    }
}
