//! How a mailbox receives and sends, as people write it: `imaps://ann@example.com@imap.example.com/INBOX`,
//! `smtp://ann@smtp.example.com:587`, `maildir:/var/mail/help`, `deliver`, `command`, `none`.

use crate::model::{
    ReceiveKind, SendKind,
    mailbox::{Receive, Send},
};

/// What a server's address says.
struct Server {
    user: String,
    host: String,
    port: u16,
    folder: String,
}

/// How mail comes in.
///
/// # Errors
/// What is wrong with the text, in words; never the text itself, in which a password may stand.
pub fn receive(text: &str) -> Result<Receive, String> {
    let text = text.trim();
    if let Some(path) = text.strip_prefix("maildir:") {
        if !path.starts_with('/') {
            return Err("a Maildir is named by its whole path: maildir:/home/ann/Maildir".into());
        }
        return Ok(Receive { kind: ReceiveKind::Maildir, folder: path.to_owned(), ..Receive::default() });
    }
    let kind = match text.split_once("://") {
        Some(("imaps", _)) => ReceiveKind::Imaps,
        Some(("imap", _)) => ReceiveKind::Imap,
        None if text == "deliver" => {
            return Ok(Receive { kind: ReceiveKind::Deliver, ..Receive::default() });
        }
        None if text.is_empty() || text == "none" => return Ok(Receive::default()),
        _ => {
            return Err("give imaps://USER@HOST/FOLDER, imap://USER@HOST/FOLDER (STARTTLS), maildir:PATH, \
                        deliver or none"
                .into());
        }
    };
    let s = server(text)?;
    let folder = if s.folder.is_empty() { "INBOX".to_owned() } else { s.folder };
    Ok(Receive { kind, host: s.host, port: s.port, user: s.user, folder })
}

/// How mail leaves. The command line of `command` is in the configuration of the user who runs it.
///
/// # Errors
/// As [`receive`].
pub fn send(text: &str) -> Result<Send, String> {
    let text = text.trim();
    let kind = match text.split_once("://") {
        Some(("smtps", _)) => SendKind::Smtps,
        Some(("smtp", _)) => SendKind::Smtp,
        None if text == "command" => return Ok(Send { kind: SendKind::Command, ..Send::default() }),
        None if text.is_empty() || text == "none" => return Ok(Send::default()),
        _ if text.starts_with("command:") => {
            return Err("a command line is not kept in the desk: it belongs in mailboxes.toml".into());
        }
        _ => return Err("give smtps://USER@HOST, smtp://USER@HOST (STARTTLS), command or none".into()),
    };
    let s = server(text)?;
    if !s.folder.is_empty() {
        return Err("a server that sends has no folder".into());
    }
    Ok(Send { kind, host: s.host, port: s.port, user: s.user })
}

/// A receiving end as written.
pub fn show_receive(r: &Receive) -> String {
    match r.kind {
        ReceiveKind::Imaps | ReceiveKind::Imap => {
            format!("{}://{}/{}", r.kind, authority(&r.user, &r.host, r.port), encoded(&r.folder))
        }
        ReceiveKind::Maildir => format!("maildir:{}", r.folder),
        _ => r.kind.to_string(),
    }
}

/// A sending end as written.
pub fn show_send(s: &Send) -> String {
    match s.kind {
        SendKind::Smtps | SendKind::Smtp => format!("{}://{}", s.kind, authority(&s.user, &s.host, s.port)),
        _ => s.kind.to_string(),
    }
}

fn authority(user: &str, host: &str, port: u16) -> String {
    let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    let user = if user.is_empty() { String::new() } else { format!("{}@", encoded(user)) };
    if port == 0 { format!("{user}{host}") } else { format!("{user}{host}:{port}") }
}

fn server(text: &str) -> Result<Server, String> {
    let (_, rest) = text.split_once("://").unwrap_or(("", text));
    let (authority, folder) = rest.split_once('/').unwrap_or((rest, ""));
    // Users are often addresses themselves: the last sign parts them from the host.
    let (user, place) = authority.rsplit_once('@').unwrap_or(("", authority));
    if user.contains(':') {
        return Err("no password is kept in the desk: leave it out, and give --password-command".into());
    }
    let (host, port) = match place.strip_prefix('[').and_then(|p| p.split_once(']')) {
        Some((host, port)) => (host, port.strip_prefix(':')),
        None => match place.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (place, None),
        },
    };
    let port = match port {
        Some(p) => p.parse().ok().filter(|p| *p > 0).ok_or("a port is a number from 1 to 65535")?,
        None => 0,
    };
    let good = |c: char| c.is_ascii_alphanumeric() || ".-_:".contains(c) || !c.is_ascii();
    if host.is_empty() || !host.chars().all(good) {
        return Err("there is no host: write USER@HOST".into());
    }
    let (user, folder) = (decoded(user), decoded(folder));
    // A line end would begin another command at the server.
    if [&user, &folder].into_iter().any(|t| t.contains(char::is_control)) {
        return Err("a user or a folder has no control characters".into());
    }
    Ok(Server { user, host: host.to_lowercase(), port, folder })
}

/// Without `%2F` and the like.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(b) = bytes.get(at) {
        let hex = bytes.get(at + 1..at + 3).and_then(|h| std::str::from_utf8(h).ok());
        match hex.filter(|_| *b == b'%').and_then(|h| u8::from_str_radix(h, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(*b);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// With what would be read as something else written as `%2F` and the like.
fn encoded(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '%' => out.push_str("%25"),
            '/' => out.push_str("%2F"),
            ':' => out.push_str("%3A"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_and_host_part_at_the_last_sign() {
        let r = receive("imaps://ann@example.com@imap.Example.com:1993/Support/In").unwrap();
        assert_eq!(
            (r.user.as_str(), r.host.as_str(), r.port, r.folder.as_str()),
            ("ann@example.com", "imap.example.com", 1993, "Support/In")
        );
        assert_eq!(receive("imap://ann@[::1]").unwrap().host, "::1");
        assert_eq!(receive("imap://ann@h").unwrap().folder, "INBOX");
        assert_eq!(receive("imaps://u@h/a@b").unwrap().folder, "a@b");
        assert_eq!(send("smtp://DOM%2Fann@h:587").unwrap().user, "DOM/ann");
    }

    #[test]
    fn what_is_shown_is_read_again() {
        for text in ["imaps://a@b@c:7/INBOX", "imap://a%3Ab@[::1]/x%2Fy", "maildir:/m", "deliver", "none"] {
            let r = receive(text).unwrap();
            assert_eq!(receive(&show_receive(&r)).unwrap(), r, "{text}");
        }
        for text in ["smtps://a@h", "smtp://h:25", "command", "none"] {
            let s = send(text).unwrap();
            assert_eq!((send(&show_send(&s)).unwrap(), show_send(&s).as_str()), (s, text));
        }
    }

    #[test]
    fn no_password_and_no_command_line_is_taken() {
        let why = receive("imaps://ann:hunter2@host/INBOX").unwrap_err();
        assert!(why.contains("--password-command") && !why.contains("hunter2"), "{why}");
        assert!(send("smtps://ann:hunter2@host").is_err());
        assert!(send("command:sendmail -t").unwrap_err().contains("mailboxes.toml"));
        for bad in [
            "ftp://x@y",
            "imaps://",
            "imaps://u@",
            "imaps://u@h:0/x",
            "imaps://u@h:x",
            "maildir:here",
            "imaps://u%0D%0A@h/x",
        ] {
            assert!(receive(bad).is_err(), "{bad}");
        }
        assert!(send("smtp://u@h/folder").is_err());
    }
}
