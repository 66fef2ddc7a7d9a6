//! Waits at the server for news (IDLE, RFC 2177).

use std::time::Duration;

use async_imap::imap_proto::{MailboxDatum, Response, Status};
use tokio::time::timeout;

use super::{
    reply::{said, soon, words},
    session::{LITTLE, Open},
};

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

/// How often it is checked whether to go on.
const STEP: Duration = Duration::from_millis(250);

/// After how many of these the wait is over, lest a router forgets the connection: nine minutes.
const STEPS: u32 = 9 * 60 * 4;

/// How many of these a server has to end the wait.
const GRACE: u32 = 60 * 4;

impl Open {
    /// Waits for news of the folder for as long as `go_on` says.
    ///
    /// # Errors
    /// Where the connection ends.
    pub async fn idle(&mut self, go_on: &(dyn Fn() -> bool + Sync)) -> Result<Waited, String> {
        if std::mem::take(&mut self.news) {
            return Ok(Waited::News);
        }
        if !self.can("IDLE") {
            return Ok(Waited::Unable);
        }
        self.session.get_mut().allow(LITTLE);
        let tag = soon(self.session.run_command("IDLE")).await?;
        let (mut steps, mut waits, mut ended, mut news) = (0, false, false, false);
        loop {
            if waits && !ended && (news || steps >= STEPS || !go_on()) {
                soon(self.session.run_command_untagged("DONE")).await?;
                (ended, steps) = (true, 0);
            }
            let Ok(next) = timeout(STEP, self.session.read_response()).await else {
                steps += 1;
                let silent = (ended || !waits) && (steps > GRACE || !go_on());
                if silent {
                    return Err("the server does not answer IDLE".into());
                }
                continue;
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
