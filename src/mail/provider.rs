//! How the mail of well-known providers is reached, and a guess for all others.

use super::endpoint;
use crate::model::{
    ReceiveKind, SendKind, fold,
    mailbox::{Receive, Send},
};

/// How a mailbox is probably reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guess {
    /// How its mail comes in, as one types it.
    pub receive: String,
    /// How mail leaves, as one types it.
    pub send: String,
    /// What its provider wants to know; empty: nothing that is known of.
    pub note: &'static str,
}

/// A provider: its domains, its servers, the port for sending (0: TLS at the usual one, else STARTTLS there), what it
/// wants.
struct Provider(&'static [&'static str], &'static str, &'static str, u16, &'static str);

const APP_PASSWORD: &str = "It wants an app password: name a command that prints it.";
const TOKEN: &str = "It wants an OAuth token: name a command that prints one.";

/// As their help pages say (2026).
static PROVIDERS: &[Provider] = &[
    Provider(&["gmail.com", "googlemail.com"], "imap.gmail.com", "smtp.gmail.com", 0, APP_PASSWORD),
    Provider(
        &["outlook.com", "hotmail.com", "live.com", "msn.com"],
        "outlook.office365.com",
        "smtp-mail.outlook.com",
        587,
        TOKEN,
    ),
    Provider(&["fastmail.com", "fastmail.fm"], "imap.fastmail.com", "smtp.fastmail.com", 0, APP_PASSWORD),
    Provider(&["icloud.com", "me.com", "mac.com"], "imap.mail.me.com", "smtp.mail.me.com", 587, APP_PASSWORD),
    Provider(&["yahoo.com"], "imap.mail.yahoo.com", "smtp.mail.yahoo.com", 0, APP_PASSWORD),
    Provider(&["zoho.com"], "imap.zoho.com", "smtp.zoho.com", 0, APP_PASSWORD),
    Provider(&["gmx.net", "gmx.de", "gmx.at", "gmx.ch"], "imap.gmx.net", "mail.gmx.net", 0, ""),
    Provider(&["gmx.com"], "imap.gmx.com", "mail.gmx.com", 0, ""),
    Provider(&["web.de"], "imap.web.de", "smtp.web.de", 0, ""),
    Provider(&["mailbox.org"], "imap.mailbox.org", "smtp.mailbox.org", 0, ""),
    Provider(&["posteo.de", "posteo.net"], "posteo.de", "posteo.de", 0, ""),
];

/// How the mailbox of an address is probably reached; `None` for what is no address yet.
#[must_use]
pub fn guess(address: &str) -> Option<Guess> {
    let address = address.trim();
    let key = fold::email_key(address)?;
    let (_, domain) = key.rsplit_once('@')?;
    if !domain.contains('.') {
        return None;
    }
    let known = PROVIDERS.iter().find(|p| p.0.contains(&domain));
    let (imap, smtp, port, note) = match known {
        Some(Provider(_, imap, smtp, port, note)) => ((*imap).to_owned(), (*smtp).to_owned(), *port, *note),
        None => (format!("imap.{domain}"), format!("smtp.{domain}"), 0, ""),
    };
    let receive = Receive {
        kind: ReceiveKind::Imaps,
        host: imap,
        user: address.to_owned(),
        folder: "INBOX".to_owned(),
        port: 0,
    };
    let kind = if port == 0 { SendKind::Smtps } else { SendKind::Smtp };
    let send = Send { kind, host: smtp, port, user: address.to_owned() };
    Some(Guess { receive: endpoint::show_receive(&receive), send: endpoint::show_send(&send), note })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_guessed_is_understood_and_of_the_address() {
        for address in ["help@firm.example", "ann@gmail.com", "a/b@hotmail.com", "x@me.com"] {
            let g = guess(address).unwrap();
            let (receive, send) = (endpoint::receive(&g.receive).unwrap(), endpoint::send(&g.send).unwrap());
            assert_eq!((receive.user.as_str(), send.user.as_str()), (address, address));
        }
        let own = guess("help@firm.example").unwrap();
        assert_eq!(own.receive, "imaps://help@firm.example@imap.firm.example/INBOX");
        assert_eq!(own.send, "smtps://help@firm.example@smtp.firm.example");
        assert_eq!(guess("x@hotmail.com").unwrap().send, "smtp://x@hotmail.com@smtp-mail.outlook.com:587");
    }

    #[test]
    fn nothing_is_guessed_of_what_is_no_address_yet() {
        for text in ["", "help", "help@", "help@firm"] {
            assert_eq!(guess(text), None, "{text}");
        }
    }
}
