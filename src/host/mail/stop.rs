//! Tells a thread to end, whatever it waits for.

use std::sync::atomic::{AtomicBool, Ordering};

/// Whether a thread is to end, and what wakes it where it waits at a server. Where it is parked, setting this unparks it.
#[derive(Debug, Default)]
pub struct Stop {
    over: AtomicBool,
    #[cfg(feature = "imap")]
    notice: tokio::sync::Notify,
}

impl Stop {
    /// Says that it is to end.
    pub fn now(&self) {
        self.over.store(true, Ordering::SeqCst);
        // Kept for a wait that has yet to begin.
        #[cfg(feature = "imap")]
        self.notice.notify_one();
    }

    /// Whether it is to end.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.over.load(Ordering::SeqCst)
    }

    /// Waits until it is to end.
    #[cfg(feature = "imap")]
    pub async fn noticed(&self) {
        while !self.is_over() {
            self.notice.notified().await;
        }
    }
}
