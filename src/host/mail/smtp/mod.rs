//! Sending through an SMTP server, with one connection for several messages.
//!
//! - [`connect`]: TLS, and when a connection may stay unencrypted; what the server offers
//! - `login`: AUTH, with the secret of the user's own command
//! - `transaction`: MAIL, RCPT and DATA individually, so that it is known which of them failed
//! - `reply`: what an error of the connection means

pub mod connect;
mod login;
mod reply;
mod transaction;

use connect::Session;

use super::{
    SendTest,
    config::{Commands, Config, Run},
};
use crate::{
    desk::outbox::{Down, Envelope, Outcome, Transport},
    model::{Id, Mailbox, SendKind},
};

/// What prints the secret.
#[derive(Debug, Clone)]
enum Secret {
    Password(Run),
    Token(Run),
}

/// A server, and how to log in there.
#[derive(Debug, Clone)]
pub struct Server {
    /// TLS from the first byte; otherwise STARTTLS.
    tls: bool,
    host: String,
    port: u16,
    /// Empty: no login.
    user: String,
    secret: Option<Secret>,
    /// Whether any certificate is taken; on loopback alone.
    insecure: bool,
    /// The name that we give ourselves.
    hello: String,
}

/// Hands messages to an SMTP server.
pub struct Smtp {
    server: Server,
    session: Option<Session>,
}

impl Smtp {
    /// Of a mailbox, with the commands that the user approved for it.
    ///
    /// # Errors
    /// Where it has a user and no command that prints a password or a token.
    pub fn new(config: &Config, store: Id, mailbox: &Mailbox) -> Result<Smtp, String> {
        let send = &mailbox.send;
        let tls = send.kind == SendKind::Smtps;
        let approved = config.of(store, &mailbox.address);
        let secret = match approved {
            _ if send.user.is_empty() => None,
            Some(Commands { token_command: Some(run), .. }) => Some(Secret::Token(run.clone())),
            Some(Commands { password_command: Some(run), .. }) => Some(Secret::Password(run.clone())),
            _ => {
                return Err(format!(
                    "{} has no password_command and no token_command in [\"{store}\".\"{}\"]",
                    config.path.display(),
                    mailbox.address
                ));
            }
        };
        let port = match (send.port, tls) {
            (0, true) => 465,
            (0, false) => 587,
            (port, _) => port,
        };
        let domain = mailbox.address.rsplit_once('@').map_or("", |(_, d)| d);
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
        // Where the address has no domain that can be said, an address literal is what RFC 5321 wants.
        let hello = if !domain.is_empty() && domain.chars().all(plain) { domain } else { "[127.0.0.1]" };
        let server = Server {
            tls,
            host: send.host.clone(),
            port,
            user: send.user.clone(),
            secret,
            insecure: approved.is_some_and(|c| c.insecure),
            hello: hello.to_owned(),
        };
        Ok(Smtp { server, session: None })
    }

    /// Connects and logs in, and returns what the server said, and how large a message it takes. Nothing is sent.
    ///
    /// # Errors
    /// Why it cannot, in the server's words where it said any.
    pub fn test(&self) -> Result<SendTest, String> {
        let (session, mut said) = open(&self.server)?;
        let size_limit = session.offers.most;
        if let Some(most) = size_limit {
            said.push_str(&format!("; messages of at most {}", transaction::shown(most)));
        }
        Ok(SendTest { said, size_limit })
    }
}

/// A connection that is logged in, and what the server said to that.
fn open(server: &Server) -> Result<(Session, String), String> {
    // Before the connection is made: a server does not wait while someone unlocks a key.
    let secret = login::secret(server)?;
    let mut session = connect::connect(server)?;
    let mut said = format!("{} says: {}", server.host, session.offers.greeting);
    if !session.is_encrypted() {
        said.push_str(", not encrypted (loopback)");
    }
    if let Some(secret) = secret {
        let answer = login::login(&mut session, &server.user, &secret)?;
        said.push_str(&format!("; login as {}: {answer}", server.user));
    }
    Ok((session, said))
}

impl Transport for Smtp {
    fn connect(&mut self) -> Result<(), Down> {
        if self.session.is_none() {
            self.session = Some(open(&self.server).map_err(Down)?.0);
        }
        Ok(())
    }

    fn size_limit(&self) -> Option<u64> {
        self.session.as_ref().and_then(|s| s.offers.most)
    }

    fn deliver(&mut self, envelope: &Envelope, bytes: &[u8]) -> Result<Vec<Outcome>, Down> {
        loop {
            let kept = self.session.take();
            let reused = kept.as_ref().is_some_and(|s| s.used);
            let mut session = match kept {
                Some(session) => session,
                None => open(&self.server).map_err(Down)?.0,
            };
            let result = transaction::send(&mut session, envelope, bytes);
            session.used = true;
            match result {
                Ok(outcomes) => {
                    self.session = (!session.broken).then_some(session);
                    return Ok(outcomes);
                }
                // The server closed a connection that was open for a while; nothing of this message was said.
                Err(_) if reused => {}
                Err(why) => return Err(Down(why)),
            }
        }
    }
}
