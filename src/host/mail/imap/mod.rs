//! Mail that comes by IMAP.
//!
//! - `connect`: a connection, its encryption, and the login
//! - `session`: one question at a time, each within time and size; `idle`: waiting for news
//! - `guard`: bounds for what a server sends, since the parser believes its lengths
//! - `tls`: encryption, with the certificates that the system trusts
//! - `fetch`: what came since the last time, message by message; `bodies`: the messages, in pieces
//! - `settle`: what becomes of fetched messages at the server
//! - `marks`: how desks that fetch from the same folder learn of each other
//! - `line`: a connection that is kept from one fetch to the next; `sent`: copies of sent messages
//! - `large`: what is taken of a message that is too large
//! - `names`: folder names; `reply`: what a server answers

mod bodies;
mod connect;
mod fetch;
mod guard;
mod idle;
mod large;
mod line;
mod marks;
mod names;
mod reply;
mod sent;
mod session;
mod settle;
mod tls;

pub use line::Imap;
pub use sent::Sent;

use super::config::{Config, Run};
use crate::model::{AfterFetch, Id, Mailbox, ReceiveKind};

/// What proves who one is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Secret {
    Password(Run),
    Token(Run),
}

/// A folder of a user at a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    address: String,
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
    /// The keyword by which other desks know this one.
    mark: String,
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
            address: mailbox.address.clone(),
            mark: marks::of(store),
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
}
