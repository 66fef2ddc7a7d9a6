//! A connection to a server, encrypted before anything is said that matters.

use std::{
    net::{IpAddr, SocketAddr, ToSocketAddrs},
    time::Duration,
};

use lettre::transport::smtp::{
    client::{SmtpConnection, TlsParameters},
    commands::Ehlo,
    extension::ClientId,
    response::Response,
};

use super::{
    Server,
    reply::{Fault, fault},
};

/// The longest wait for a connection and for each word until it is ready.
const CONNECT: Duration = Duration::from_secs(30);

/// The longest wait for the answer to a command.
const COMMAND: Duration = Duration::from_secs(120);

/// The longest wait for the answer to a whole message: servers scan it meanwhile.
const MESSAGE: Duration = Duration::from_secs(300);

/// The longest wait for a goodbye.
const GOODBYE: Duration = Duration::from_secs(2);

/// What a server offers, by its answer to EHLO.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Offers {
    /// Its first line.
    pub greeting: String,
    /// The largest message that it takes, in bytes. `None`: it does not say.
    pub most: Option<u64>,
    /// Whether it wants to know the size of a message.
    pub size: bool,
    /// Whether bytes above 127 may be in a message.
    pub eight_bit: bool,
    /// Whether addresses may have letters beyond ASCII.
    pub utf8: bool,
    /// The ways of login, in capitals.
    pub auth: Vec<String>,
}

impl Offers {
    /// Of the lines of an answer to EHLO.
    pub fn of<'a>(lines: impl IntoIterator<Item = &'a str>) -> Offers {
        let mut lines = lines.into_iter();
        let mut out =
            Offers { greeting: lines.next().unwrap_or_default().trim().to_owned(), ..Offers::default() };
        for line in lines {
            // Some servers write `AUTH=LOGIN PLAIN`, as a draft of the standard had it.
            let line = line.replacen('=', " ", 1).to_ascii_uppercase();
            let mut words = line.split_whitespace();
            match words.next() {
                Some("SIZE") => {
                    out.size = true;
                    // 0 means that there is no fixed limit (RFC 1870).
                    out.most = words.next().and_then(|n| n.parse().ok()).filter(|n| *n > 0);
                }
                Some("8BITMIME") => out.eight_bit = true,
                Some("SMTPUTF8") => out.utf8 = true,
                Some("AUTH") => out.auth.extend(words.map(str::to_owned)),
                _ => {}
            }
        }
        out
    }
}

/// A connection that is ready.
pub struct Session {
    conn: SmtpConnection,
    /// The server's name.
    pub host: String,
    /// What the server offers.
    pub offers: Offers,
    /// Whether it can be used no more.
    pub broken: bool,
    /// Whether a message was sent over it already: the server may have closed it since.
    pub used: bool,
}

impl Session {
    /// Whether it is encrypted.
    pub fn is_encrypted(&self) -> bool {
        self.conn.is_encrypted()
    }

    /// Says a command, which is given without its line end.
    ///
    /// # Errors
    /// Where the server says no, or nothing.
    pub fn say(&mut self, command: &str) -> Result<Response, Fault> {
        self.conn.command(format_args!("{command}\r\n")).map_err(|e| self.noted(fault(&e)))
    }

    /// Says the text of a message, after DATA. The second value: whether all of it was handed over, its end too, or may
    /// have been.
    pub fn say_message(&mut self, bytes: &[u8]) -> (Result<Response, Fault>, bool) {
        // The client ends the last line itself.
        let text = bytes.strip_suffix(b"\r\n").unwrap_or(bytes);
        let mut whole = false;
        let mut parts = Some(text).into_iter();
        let answer = self.conn.set_timeout(Some(MESSAGE)).map_err(|e| Fault::Lost(e.to_string()));
        let answer = answer.and_then(|()| {
            let parts = std::iter::from_fn(|| {
                let part = parts.next();
                // It is asked for more only once the text was written; next comes the end.
                whole |= part.is_none();
                part
            });
            self.conn.message_iter(parts).map_err(|e| fault(&e))
        });
        if self.conn.set_timeout(Some(COMMAND)).is_err() {
            self.broken = true;
        }
        (answer.map_err(|f| self.noted(f)), whole)
    }

    /// A server that says 421 closes the connection.
    fn noted(&mut self, fault: Fault) -> Fault {
        self.broken |= matches!(fault, Fault::Lost(_) | Fault::Refused(421, _));
        fault
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if !self.broken && self.conn.set_timeout(Some(GOODBYE)).is_ok() {
            let _ = self.conn.quit();
        }
    }
}

/// Whether a host is this machine, by its very name: what a name server says does not count.
pub fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Whether to encrypt a connection that is not, by whether the server offers STARTTLS. Only to this machine it may stay as
/// it is: elsewhere someone between may have taken the offer out.
///
/// # Errors
/// Where nothing may be said to this server.
pub fn must_encrypt(host: &str, offered: bool) -> Result<bool, String> {
    match offered {
        true => Ok(true),
        false if is_loopback(host) => Ok(false),
        false => Err(format!(
            "{host} offers no STARTTLS, so nothing is sent: it would be readable on the way. Use smtps:// where the server has it"
        )),
    }
}

/// Connects and encrypts; the login comes after.
///
/// # Errors
/// Why it cannot, in the server's words where it said any.
pub(super) fn connect(server: &Server) -> Result<Session, String> {
    let Server { host, port, .. } = server;
    let at = |why: String| format!("{host}:{port}: {why}");
    let said = |e: &lettre::transport::smtp::Error| at(fault(e).words());
    let local = is_loopback(host);
    let mut addresses: Vec<SocketAddr> = (host.as_str(), *port)
        .to_socket_addrs()
        .map_err(|e| at(format!("{host} is not found: {e}")))?
        .collect();
    addresses.retain(|a| !local || a.ip().is_loopback());
    let hello = ClientId::Domain(server.hello.clone());
    let tls = TlsParameters::builder(host.clone())
        .dangerous_accept_invalid_certs(local && server.insecure)
        .dangerous_accept_invalid_hostnames(local && server.insecure)
        .build()
        .map_err(|e| said(&e))?;
    let first = server.tls.then_some(&tls);
    let mut conn =
        SmtpConnection::connect(&*addresses, Some(CONNECT), &hello, first, None).map_err(|e| said(&e))?;
    if !conn.is_encrypted() && must_encrypt(host, conn.can_starttls())? {
        conn.starttls(&tls, &hello).map_err(|e| said(&e))?;
    }
    // Asked again, since the client keeps no sizes, and what was said before TLS does not count.
    let answer = conn.command(Ehlo::new(hello)).map_err(|e| said(&e))?;
    conn.set_timeout(Some(COMMAND)).map_err(|e| at(e.to_string()))?;
    Ok(Session { conn, host: host.clone(), offers: Offers::of(answer.message()), broken: false, used: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_offers_is_read_as_servers_write_it() {
        let o = Offers::of([
            "mx.example hello",
            "size 1000",
            "8BITMIME",
            "AUTH=LOGIN PLAIN",
            "AUTH XOAUTH2",
            "SMTPUTF8",
        ]);
        assert_eq!((o.greeting.as_str(), o.most, o.size), ("mx.example hello", Some(1000), true));
        assert_eq!(o.auth, ["LOGIN", "PLAIN", "XOAUTH2"]);
        assert!(o.eight_bit && o.utf8);
        let o = Offers::of(["mx", "SIZE 0"]);
        assert_eq!((o.most, o.size, o.utf8), (None, true, false));
        assert!(!Offers::of(["mx", "SIZE"]).eight_bit);
    }
}
