//! Lets go of a file that others want to replace while this process neither reads nor writes: an import that waits for its input, a
//! screen that no one uses.

use std::{
    sync::Arc,
    thread::{self, JoinHandle},
    time::Duration,
};

use crossbeam_channel::{RecvTimeoutError, Sender, bounded};

use super::shared::Shared;

/// How often it looks where nothing tells it of others, and while the file is wanted.
const LOOK: Duration = Duration::from_millis(500);

/// The longest that it waits where a process that wants the file rings the bell.
const REST: Duration = Duration::from_secs(3600);

/// The thread that looks, for the life of a store that is open.
pub struct Keeper(Option<Running>);

struct Running {
    end: Sender<()>,
    thread: JoinHandle<()>,
    shared: Arc<Shared>,
}

impl Keeper {
    /// Starts it; without a thread a replacer waits until the store is next used.
    pub fn start(shared: Arc<Shared>) -> Keeper {
        let (end, ended) = bounded(0);
        let kept = Arc::clone(&shared);
        let keep = move || {
            let mut wanted = false;
            loop {
                // A watch costs a thread: this one does not ask for it, but uses it where others wait for commits.
                let look = wanted || !kept.bell.is_watched();
                if ended.recv_timeout(if look { LOOK } else { Duration::ZERO })
                    != Err(RecvTimeoutError::Timeout)
                {
                    return;
                }
                let heard = kept.bell.is_watched().then(|| kept.bell.heard());
                wanted = kept.give_way();
                if let Some(heard) = heard.filter(|_| !wanted) {
                    kept.bell.wait(heard, REST);
                }
            }
        };
        let thread = thread::Builder::new().name("keeper".into()).spawn(keep);
        Keeper(thread.ok().map(|thread| Running { end, thread, shared }))
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        if let Some(Running { end, thread, shared }) = self.0.take() {
            drop(end);
            while !thread.is_finished() {
                shared.bell.rouse();
                thread::sleep(Duration::from_millis(1));
            }
            let _ = thread.join();
        }
    }
}
