//! Lets go of a file that others want to replace though nobody here reads or writes: an import that waits for its input, a
//! screen at which nobody sits.

use std::{
    sync::Arc,
    thread::{self, JoinHandle},
    time::Duration,
};

use crossbeam_channel::{RecvTimeoutError, Sender, bounded};

use super::shared::Shared;

/// How often it looks.
const LOOK: Duration = Duration::from_millis(500);

/// The thread that looks, for the life of a store that is open.
pub struct Keeper(Option<(Sender<()>, JoinHandle<()>)>);

impl Keeper {
    /// Starts it; without a thread a replacer waits until the store is next used.
    pub fn start(shared: Arc<Shared>) -> Keeper {
        let (end, ended) = bounded(0);
        let keep = move || {
            while ended.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
                shared.give_way();
            }
        };
        Keeper(thread::Builder::new().name("keeper".into()).spawn(keep).ok().map(|thread| (end, thread)))
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        if let Some((end, thread)) = self.0.take() {
            drop(end);
            let _ = thread.join();
        }
    }
}
