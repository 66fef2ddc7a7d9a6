//! Waits at the server for news (IDLE, RFC 2177).

use std::time::{Duration, Instant};

use async_imap::imap_proto::{MailboxDatum, Response, Status};
use tokio::time::timeout;

use super::{
    reply::{said, soon, words},
    session::{LITTLE, Open},
};
use crate::host::mail::stop::Stop;

/// What a wait came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waited {
    /// There may be something new.
    News,
    /// It was to end, or lasted long enough: the folder is read again, lest something was missed.
    Over,
    /// The server cannot do it.
    Unable,
}

/// After this the wait is over, lest a router forgets the connection.
const LONGEST: Duration = Duration::from_secs(9 * 60);

/// How long a server has to begin the wait, and to end it.
const GRACE: Duration = Duration::from_secs(60);

/// The same where the program is left.
const HURRY: Duration = Duration::from_millis(250);

impl Open {
    /// Waits for news of the folder until there is some, or it is to end.
    ///
    /// # Errors
    /// Where the connection ends.
    pub async fn idle(&mut self, stop: &Stop) -> Result<Waited, String> {
        if std::mem::take(&mut self.news) {
            return Ok(Waited::News);
        }
        if !self.can("IDLE") {
            return Ok(Waited::Unable);
        }
        self.session.get_mut().allow(LITTLE);
        let tag = soon(self.session.run_command("IDLE")).await?;
        let (mut since, mut waits, mut ended, mut news) = (Instant::now(), false, false, false);
        loop {
            let over = stop.is_over();
            if waits && !ended && (news || over || since.elapsed() >= LONGEST) {
                soon(self.session.run_command_untagged("DONE")).await?;
                (ended, since) = (true, Instant::now());
            }
            let most = match (waits && !ended, over) {
                (true, _) => LONGEST,
                (false, false) => GRACE,
                (false, true) => HURRY,
            };
            let left = most.saturating_sub(since.elapsed());
            let next = tokio::select! {
                next = timeout(left, self.session.read_response()) => next,
                () = stop.noticed(), if !over => continue,
            };
            let Ok(next) = next else {
                if waits && !ended {
                    continue;
                }
                return Err("the server does not answer IDLE".into());
            };
            let next = next.map_err(|e| words(&e.to_string()))?.ok_or("the server closed the connection")?;
            match next.parsed() {
                Response::Continue(_) => waits = true,
                // How many there are now; fewer than before are no news.
                Response::MailboxData(MailboxDatum::Exists(_)) | Response::Expunge(_) => {
                    news |= self.noted(next.parsed());
                }
                Response::Done { tag: done, status, .. } if *done == tag => {
                    return Ok(match status {
                        Status::Ok if news => Waited::News,
                        Status::Ok => Waited::Over,
                        _ => Waited::Unable,
                    });
                }
                Response::Data { status: Status::Bye, outcome } => return Err(said(outcome)),
                _ => {}
            }
        }
    }
}
