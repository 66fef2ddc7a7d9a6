//! Waits at servers for news, so that mail comes in at once and not only once a minute.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use super::config::Config;
use crate::model::{Id, Mailbox};

/// What waits for the news of one mailbox.
struct Watch {
    mailbox: Mailbox,
    stop: Arc<AtomicBool>,
    news: Arc<AtomicBool>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// What waits for the news of all mailboxes. Dropped, each ends soon.
#[derive(Default)]
pub struct Watches(BTreeMap<Id, Watch>);

impl Watches {
    /// Waits for the news of these mailboxes from now on, and of no others.
    pub fn keep(&mut self, config: &Config, store: Id, mailboxes: &[Mailbox]) {
        self.0.retain(|id, w| mailboxes.iter().any(|m| m.id == *id && *m == w.mailbox));
        for m in mailboxes {
            self.0.entry(m.id).or_insert_with(|| {
                let (stop, news) = (Arc::<AtomicBool>::default(), Arc::<AtomicBool>::default());
                start(config, store, m, &stop, &news);
                Watch { mailbox: m.clone(), stop, news }
            });
        }
    }

    /// The mailboxes that have news since this was last asked.
    pub fn news(&self) -> Vec<Id> {
        self.0.iter().filter(|(_, w)| w.news.swap(false, Ordering::Relaxed)).map(|(id, _)| *id).collect()
    }
}

#[cfg(feature = "imap")]
fn start(config: &Config, store: Id, mailbox: &Mailbox, stop: &Arc<AtomicBool>, news: &Arc<AtomicBool>) {
    use std::{thread, time::Duration};

    use super::imap::Account;
    use crate::model::ReceiveKind;

    if !matches!(mailbox.receive.kind, ReceiveKind::Imap | ReceiveKind::Imaps) {
        return;
    }
    let Ok(account) = Account::new(config, store, mailbox) else { return };
    let (stop, news) = (Arc::clone(stop), Arc::clone(news));
    let work = move || {
        let go_on = || !stop.load(Ordering::Relaxed);
        while go_on() {
            // Without IDLE, one fetch a minute has to do. What fails is noted by the fetch.
            if let Ok(false) = account.idle(&|| news.store(true, Ordering::Relaxed), &go_on) {
                return;
            }
            for _ in 0..240 {
                if !go_on() {
                    return;
                }
                thread::sleep(Duration::from_millis(250));
            }
        }
    };
    // Where the system has no thread for it, one fetch a minute has to do.
    let _ = thread::Builder::new().name("frontdesk-idle".into()).spawn(work);
}

#[cfg(not(feature = "imap"))]
fn start(_: &Config, _: Id, _: &Mailbox, _: &Arc<AtomicBool>, _: &Arc<AtomicBool>) {}
