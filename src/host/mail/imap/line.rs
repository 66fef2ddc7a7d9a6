//! A connection that is kept from one fetch to the next.

use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};

use super::{Account, fetch, idle::Waited, names, session::Open};
use crate::{
    exchange::receive::{Position, Source, SourceError, Take},
    host::mail::{Inbox, pause, stop::Stop},
    model::{AfterFetch, MailState, Stamp},
};

/// The wait between two fetches where the server does not tell of news.
const POLL: Duration = Duration::from_secs(60);

/// A connection with the runtime that it needs.
pub struct Line {
    open: Option<Open>,
    runtime: Option<Runtime>,
}

impl Drop for Line {
    fn drop(&mut self) {
        self.open = None;
        // A name that is still being looked up is not waited for.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Line {
    /// Connected and logged in.
    pub fn new(account: &Account) -> Result<Line, String> {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|e| format!("IMAP cannot be started: {e}"))?;
        let mut line = Line { open: None, runtime: Some(runtime) };
        let open = line.runtime.as_ref().map(|r| r.block_on(Open::new(account)));
        line.open = open.transpose()?;
        Ok(line)
    }

    /// Runs what it does; `None`: there is no connection.
    pub fn run<T>(&mut self, what: impl AsyncFnOnce(&mut Open) -> T) -> Option<T> {
        let (Some(runtime), Some(open)) = (&self.runtime, &mut self.open) else { return None };
        Some(runtime.block_on(what(open)))
    }
}

/// Runs to its end what one connection does.
///
/// # Errors
/// Why there is none; what it came to.
pub fn once<T>(
    account: &Account,
    what: impl AsyncFnOnce(&mut Open) -> Result<T, String>,
) -> Result<T, String> {
    Line::new(account)?.run(what).unwrap_or_else(|| Err(lost()))
}

/// What a connection that is not there any more is called.
pub fn lost() -> String {
    "the connection is lost".into()
}

impl Account {
    /// Connects, logs in and opens the folder, and says what it found.
    ///
    /// # Errors
    /// Why it cannot, in the server's own words where it has some.
    pub fn test(&self) -> Result<String, String> {
        once(self, async |open: &mut Open| {
            let folder = open.select(&self.folder).await?;
            if self.after == AfterFetch::Move {
                names::quoted(&self.move_to)?;
            }
            let greeting = open.greeting.trim_end_matches('.');
            let folder = match folder.exists {
                1 => format!("{} has 1 message", self.folder),
                n => format!("{} has {n} messages", self.folder),
            };
            Ok(format!("{} says: {greeting}; {folder}", self.host))
        })
    }
}

/// Reads a folder, over one connection for as long as that lasts.
pub struct Imap {
    account: Account,
    line: Option<Line>,
    /// When the server was last asked.
    asked: Option<Instant>,
}

impl Imap {
    /// Of a folder at a server.
    pub fn new(account: Account) -> Imap {
        Imap { account, line: None, asked: None }
    }

    /// Fetches over the connection, which is kept where all went well.
    fn over(
        &mut self,
        mut line: Line,
        state: &MailState,
        take: Take<'_>,
    ) -> Result<Option<Position>, SourceError> {
        let account = &self.account;
        let out = line.run(async |open: &mut Open| fetch::all(open, account, state, take).await);
        let out = out.unwrap_or_else(|| Err(SourceError::Down(lost())));
        if out.is_ok() {
            self.line = Some(line);
        }
        out
    }
}

impl Source for Imap {
    fn fetch(
        &mut self,
        state: &MailState,
        _: Stamp,
        take: Take<'_>,
    ) -> Result<Option<Position>, SourceError> {
        self.asked = Some(Instant::now());
        if let Some(line) = self.line.take() {
            let mut taken = false;
            let out = self.over(line, state, &mut |mails| {
                taken = true;
                take(mails)
            });
            match out {
                // The server closed a connection that was open for a while: another one may fare better.
                Err(SourceError::Down(_)) if !taken => {}
                out => return out,
            }
        }
        let line = Line::new(&self.account).map_err(SourceError::Down)?;
        self.over(line, state, take)
    }
}

impl Inbox for Imap {
    fn wait(&mut self, stop: &Stop) {
        let since = self.asked.unwrap_or_else(Instant::now);
        if let Some(line) = self.line.as_mut() {
            match line.run(async |open: &mut Open| open.idle(stop).await) {
                Some(Ok(Waited::News | Waited::Over)) => return,
                Some(Ok(Waited::Unable)) => {}
                // The next fetch connects again, but no more than once a minute.
                Some(Err(_)) | None => self.line = None,
            }
        }
        pause(POLL.saturating_sub(since.elapsed()), &|| !stop.is_over());
    }
}
