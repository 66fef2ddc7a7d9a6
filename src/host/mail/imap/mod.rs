//! Mail that comes by IMAP.
//!
//! - `session`: a connection, its login, and one question at a time, each within time and size
//! - `guard`: bounds for what a server sends, since the parser believes its lengths
//! - `tls`: encryption, with the certificates that the system trusts
//! - `fetch`: what came since the last time, message by message
//! - `large`: what is taken of a message that is too large
//! - `names`: folder names

mod fetch;
mod guard;
mod large;
mod names;
mod session;
mod tls;

use tokio::runtime::{Builder, Runtime};

use super::config::{Config, Run};
use crate::{
    exchange::receive::{Incoming, Position, Source, SourceError},
    model::{AfterFetch, Id, MailState, Mailbox, ReceiveKind},
    store::Reject,
};
use session::Open;

/// What proves who one is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Secret {
    Password(Run),
    Token(Run),
}

/// A folder of a user at a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    host: String,
    port: u16,
    user: String,
    folder: String,
    /// TLS from the first byte, otherwise STARTTLS.
    tls: bool,
    secret: Secret,
    insecure: bool,
    after: AfterFetch,
    move_to: String,
}

/// A runtime of this thread alone.
fn runtime() -> Result<Runtime, String> {
    Builder::new_current_thread().enable_all().build().map_err(|e| format!("IMAP cannot be started: {e}"))
}

/// Runs to its end what a connection does; a name that is still being looked up is not waited for.
fn run<T>(what: impl Future<Output = T>) -> Result<T, String> {
    let runtime = runtime()?;
    let out = runtime.block_on(what);
    runtime.shutdown_background();
    Ok(out)
}

impl Account {
    /// Of a mailbox, with the commands that this user approved.
    ///
    /// # Errors
    /// What is missing.
    pub fn new(config: &Config, store: Id, mailbox: &Mailbox) -> Result<Account, String> {
        let receive = &mailbox.receive;
        let tls = receive.kind == ReceiveKind::Imaps;
        let commands = config.of(store, &mailbox.address).cloned().unwrap_or_default();
        let secret = match (commands.token_command, commands.password_command) {
            (Some(run), _) => Secret::Token(run),
            (None, Some(run)) => Secret::Password(run),
            (None, None) => {
                return Err(format!(
                    "{} has no password_command or token_command in [\"{store}\".\"{}\"]",
                    config.path.display(),
                    mailbox.address
                ));
            }
        };
        let port = match receive.port {
            0 if tls => 993,
            0 => 143,
            port => port,
        };
        Ok(Account {
            host: receive.host.clone(),
            port,
            user: receive.user.clone(),
            folder: receive.folder.clone(),
            tls,
            secret,
            insecure: commands.insecure,
            after: mailbox.after_fetch.clone(),
            move_to: mailbox.move_to.clone(),
        })
    }

    /// Connects, logs in and opens the folder, and says what it found.
    ///
    /// # Errors
    /// Why it cannot, in the server's own words where it has some.
    pub fn test(&self) -> Result<String, String> {
        run(async {
            let mut open = Open::new(self).await?;
            let folder = open.select(&self.folder).await?;
            if self.after == AfterFetch::Move {
                names::quoted(&self.move_to)?;
            }
            Ok(format!("{}: {}; {} has {} messages", self.host, open.greeting, self.folder, folder.exists))
        })?
    }

    /// Waits for news until `go_on` says no, and calls `news` for each. Gives whether the server can do that.
    ///
    /// # Errors
    /// Why the connection ended.
    pub fn idle(
        &self,
        news: &(dyn Fn() + Send + Sync),
        go_on: &(dyn Fn() -> bool + Send + Sync),
    ) -> Result<bool, String> {
        run(async {
            let mut open = Open::new(self).await?;
            open.select(&self.folder).await?;
            open.idle(news, go_on).await
        })?
    }
}

impl Source for Account {
    fn fetch(
        &mut self,
        state: &MailState,
        take: &mut dyn FnMut(Incoming) -> Result<bool, Reject>,
    ) -> Result<Option<Position>, SourceError> {
        run(async {
            let mut open = Open::new(self).await.map_err(SourceError::Down)?;
            fetch::all(&mut open, self, state, take).await
        })
        .map_err(SourceError::Down)?
    }
}
