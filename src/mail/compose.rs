//! A mail to send, as bytes (RFC 5322). No field's content can begin another field: what is not text within a
//! line becomes a space, and addresses and ids that are none are refused.

use base64::Engine as _;
use chrono::DateTime;
use thiserror::Error;

use super::address::{self, Address};
use super::subject;
use crate::model::Stamp;

/// What a mail to send is made of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outgoing {
    /// Who writes.
    pub from: Address,
    /// Where answers go, where not to `from`.
    pub reply_to: Option<Address>,
    /// To whom.
    pub to: Vec<Address>,
    /// Copies, for all to see. Hidden copies are the envelope's and stand in no field.
    pub cc: Vec<Address>,
    /// The subject.
    pub subject: String,
    /// When, written in UTC and whole seconds.
    pub date: Stamp,
    /// Its id, without `<>`.
    pub message_id: String,
    /// The ids of the mails it answers.
    pub in_reply_to: Vec<String>,
    /// The ids of its thread, oldest first; of many, the first and the newest are written.
    pub references: Vec<String>,
    /// The text.
    pub body: String,
    /// The mark by which we know our own mail; none where empty.
    pub x_loop: String,
    /// Whether no person wrote it (RFC 3834): it says so.
    pub automatic: bool,
}

/// Why a mail cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ComposeError {
    /// An address that mail cannot go to or come from.
    #[error("{0:?} is not a mail address")]
    Address(String),
    /// Nobody to send it to.
    #[error("a mail needs someone to go to")]
    NoRecipient,
    /// An id that is none: it needs letters and signs without blanks or `<>`.
    #[error("{0:?} is not a message id")]
    MessageId(String),
    /// A date before the year 0 or after 9999.
    #[error("{0} is no date that a mail can bear")]
    Date(Stamp),
}

/// How many ids `References` has at most.
const MOST_REFERENCES: usize = 30;
/// How long a line should be at most, in bytes (RFC 5322 §2.1.1).
const LINE: usize = 76;

/// Makes the mail's bytes, lines ended by CRLF.
///
/// # Errors
/// [`ComposeError`] for an address or an id that is none, no recipient, or an impossible date.
pub fn compose(mail: &Outgoing) -> Result<Vec<u8>, ComposeError> {
    if mail.to.is_empty() && mail.cc.is_empty() {
        return Err(ComposeError::NoRecipient);
    }
    let mut out = Fields::default();
    out.addresses("From", std::slice::from_ref(&mail.from))?;
    if let Some(reply_to) = &mail.reply_to {
        out.addresses("Reply-To", std::slice::from_ref(reply_to))?;
    }
    out.addresses("To", &mail.to)?;
    out.addresses("Cc", &mail.cc)?;
    out.words("Subject", text_words(&subject::one_line(&on_a_line(&mail.subject))));
    let date = DateTime::from_timestamp_millis(mail.date).ok_or(ComposeError::Date(mail.date))?;
    let year = date.format("%Y").to_string();
    if year.len() != 4 {
        return Err(ComposeError::Date(mail.date));
    }
    out.words("Date", vec![date.format("%a, %d %b %Y %H:%M:%S +0000").to_string()]);
    out.words(
        "Message-ID",
        vec![id(&mail.message_id).ok_or_else(|| ComposeError::MessageId(mail.message_id.clone()))?],
    );
    // Ids that others made and that are none are left out: the mail goes without them.
    out.words("In-Reply-To", mail.in_reply_to.iter().filter_map(|i| id(i)).collect());
    let mut references: Vec<String> = mail.references.iter().filter_map(|i| id(i)).collect();
    if references.len() > MOST_REFERENCES {
        references.drain(1..=references.len() - MOST_REFERENCES);
    }
    out.words("References", references);
    if !mail.x_loop.trim().is_empty() {
        out.words("X-Loop", text_words(&subject::one_line(&on_a_line(&mail.x_loop))));
    }
    if mail.automatic {
        out.words("Auto-Submitted", vec!["auto-replied".into()]);
        out.words("X-Auto-Response-Suppress", vec!["All".into()]);
    }
    out.words("MIME-Version", vec!["1.0".into()]);
    out.words("Content-Type", vec!["text/plain;".into(), "charset=utf-8".into()]);
    out.words("Content-Transfer-Encoding", vec!["quoted-printable".into()]);
    let mut bytes = out.0;
    bytes.push_str("\r\n");
    quoted_printable(&mail.body, &mut bytes);
    Ok(bytes.into_bytes())
}

/// The header block so far.
#[derive(Default)]
struct Fields(String);

impl Fields {
    /// Writes a field of words, folded between them; no field where there are none.
    fn words(&mut self, name: &str, words: Vec<String>) {
        if words.is_empty() {
            return;
        }
        self.0.push_str(name);
        self.0.push(':');
        let mut used = name.len() + 1;
        for (at, word) in words.iter().enumerate() {
            // The first word stays on the field's line: a line of blanks alone would end the block for some.
            if at > 0 && used + 1 + word.len() > LINE {
                self.0.push_str("\r\n");
                used = 0;
            }
            self.0.push(' ');
            self.0.push_str(word);
            used += 1 + word.len();
        }
        self.0.push_str("\r\n");
    }

    fn addresses(&mut self, name: &str, list: &[Address]) -> Result<(), ComposeError> {
        let mut words = Vec::new();
        for (at, one) in list.iter().enumerate() {
            let email = mailbox(&one.email).ok_or_else(|| ComposeError::Address(one.email.clone()))?;
            words.extend(phrase(&address::clean_name(&on_a_line(&one.name))));
            let comma = if at + 1 < list.len() { "," } else { "" };
            words.push(format!("<{email}>{comma}"));
        }
        self.words(name, words);
        Ok(())
    }
}

/// Control characters, line and paragraph separators become spaces.
fn on_a_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c })
        .collect()
}

/// An address of ASCII letters, digits and signs (RFC 5322 `addr-spec` without quoted parts).
fn mailbox(email: &str) -> Option<String> {
    let email = address::normalise(email)?;
    let plain = |c: char| {
        c.is_ascii_graphic() && !matches!(c, '(' | ')' | '<' | '>' | '[' | ']' | ':' | ';' | ',' | '"' | '\\')
    };
    email.chars().all(plain).then_some(email)
}

fn id(id: &str) -> Option<String> {
    let id = id.trim();
    let plain = |b: u8| b.is_ascii_graphic() && !matches!(b, b'<' | b'>');
    (!id.is_empty() && id.len() <= 900 && id.bytes().all(plain)).then(|| format!("<{id}>"))
}

/// A name as words of a field: quoted where it has signs, encoded where it is not ASCII.
fn phrase(name: &str) -> Vec<String> {
    if name.is_empty() {
        return Vec::new();
    }
    if !plain(name) {
        return encoded(name);
    }
    let simple = |c: char| c.is_ascii_alphanumeric() || " !#$%&'*+-/=?^_`{|}~".contains(c);
    if name.chars().all(simple) {
        return name.split(' ').map(str::to_owned).collect();
    }
    let escaped = name.replace('\\', "\\\\").replace('"', "\\\"");
    vec![format!("\"{escaped}\"")]
}

/// A text as words of a field: as they are, or encoded where they would not come out the same.
fn text_words(text: &str) -> Vec<String> {
    if text.is_empty() {
        return Vec::new();
    }
    if plain(text) { text.split(' ').map(str::to_owned).collect() } else { encoded(text) }
}

/// Whether a text comes out of a field as it went in: ASCII, no encoded word's look, no word longer than a line.
fn plain(text: &str) -> bool {
    text.is_ascii() && !text.contains("=?") && text.split(' ').all(|w| w.len() < LINE)
}

/// RFC 2047 words of at most 75 bytes, cut between characters.
fn encoded(text: &str) -> Vec<String> {
    /// As many bytes as base64 makes 60 letters of.
    const MOST: usize = 45;
    let mut words = Vec::new();
    let mut chunk = String::new();
    let close = |chunk: &mut String, words: &mut Vec<String>| {
        let letters = base64::engine::general_purpose::STANDARD.encode(chunk.as_bytes());
        words.push(format!("=?UTF-8?B?{letters}?="));
        chunk.clear();
    };
    for c in text.chars() {
        if chunk.len() + c.len_utf8() > MOST {
            close(&mut chunk, &mut words);
        }
        chunk.push(c);
    }
    close(&mut chunk, &mut words);
    words
}

/// Writes a text as quoted-printable, lines ended by CRLF, the last one too.
fn quoted_printable(text: &str, out: &mut String) {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    for line in text.strip_suffix('\n').unwrap_or(&text).split('\n') {
        let mut used = 0;
        let mut bytes = line.bytes().enumerate().peekable();
        while let Some((at, b)) = bytes.next() {
            let last = bytes.peek().is_none();
            // A mailbox keeps `From ` at a line's start by changing it, and SMTP doubles a dot: neither where encoded.
            let start = used == 0 && (b == b'.' || line.get(at..).is_some_and(|l| l.starts_with("From ")));
            let keep = match b {
                b' ' | b'\t' => !last,
                b'=' => false,
                _ => b.is_ascii_graphic() && !start,
            };
            let width = if keep { 1 } else { 3 };
            // Room for the soft break's own sign.
            if used + width > LINE - 1 {
                out.push_str("=\r\n");
                used = 0;
            }
            if keep {
                out.push(char::from(b));
            } else {
                out.push_str(&format!("={b:02X}"));
            }
            used += width;
        }
        out.push_str("\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse::parse;
    use super::*;
    use proptest::prelude::*;

    fn person(name: &str, email: &str) -> Address {
        Address { name: name.into(), email: email.into() }
    }

    fn letter() -> Outgoing {
        Outgoing {
            from: person("Help, Desk", "help@example.com"),
            to: vec![person("Zoë Quill", "zoe@example.org"), person("", "bob@example.org")],
            cc: vec![person("Li \"Lee\"", "li@example.org")],
            subject: "[T-7] Café ☕".into(),
            date: 1_740_993_300_000,
            message_id: "m1@desk.example.com".into(),
            in_reply_to: vec!["a@example.org".into()],
            references: vec!["z@example.org".into(), "a@example.org".into()],
            body: "Dear Zoë,\n\n.\nFrom now on = soon \n".into(),
            x_loop: "frontdesk-1".into(),
            ..Outgoing::default()
        }
    }

    #[test]
    fn a_letter_is_written_as_the_standard_says() {
        let text = String::from_utf8(compose(&letter()).unwrap()).unwrap();
        assert_eq!(
            text,
            "From: \"Help, Desk\" <help@example.com>\r\n\
             To: =?UTF-8?B?Wm/DqyBRdWlsbA==?= <zoe@example.org>, <bob@example.org>\r\n\
             Cc: \"Li \\\"Lee\\\"\" <li@example.org>\r\n\
             Subject: =?UTF-8?B?W1QtN10gQ2Fmw6kg4piV?=\r\n\
             Date: Mon, 03 Mar 2025 09:15:00 +0000\r\n\
             Message-ID: <m1@desk.example.com>\r\n\
             In-Reply-To: <a@example.org>\r\n\
             References: <z@example.org> <a@example.org>\r\n\
             X-Loop: frontdesk-1\r\n\
             MIME-Version: 1.0\r\n\
             Content-Type: text/plain; charset=utf-8\r\n\
             Content-Transfer-Encoding: quoted-printable\r\n\
             \r\n\
             Dear Zo=C3=AB,\r\n\
             \r\n\
             =2E\r\n\
             =46rom now on =3D soon=20\r\n"
        );
    }

    #[test]
    fn what_cannot_be_sent_is_refused() {
        let with = |change: &dyn Fn(&mut Outgoing)| {
            let mut mail = letter();
            change(&mut mail);
            compose(&mail)
        };
        assert!(matches!(with(&|m| m.from.email = "help".into()), Err(ComposeError::Address(_))));
        assert!(matches!(with(&|m| m.to[0].email = "a@b\r\nBcc: c@d".into()), Err(ComposeError::Address(_))));
        assert!(matches!(with(&|m| m.message_id = "a\r\nX: y".into()), Err(ComposeError::MessageId(_))));
        assert!(matches!(with(&|m| m.date = i64::MAX), Err(ComposeError::Date(_))));
        assert!(matches!(with(&|m| (m.to, m.cc) = (vec![], vec![])), Err(ComposeError::NoRecipient)));
        let long = with(&|m| m.references = (0..100).map(|n| format!("{n}@x")).collect()).unwrap();
        let references = parse(&long).references;
        assert_eq!((references.len(), references[0].as_str(), references[29].as_str()), (30, "0@x", "99@x"));
    }

    fn field() -> impl Strategy<Value = String> {
        prop_oneof![
            "[ -~]{0,120}",
            "(\\r\\nBcc: x@y|\\n\\nbody|\\r|=\\?utf-8\\?q\\?x|é|☕| |a|\"|\\\\|\u{2028}|\\x00){0,20}",
            any::<String>(),
        ]
    }

    proptest! {
        #[test]
        fn every_field_comes_back_and_none_makes_another(name in field(), subject in field(), body in field(), x_loop in field(), reference in field()) {
            let mail = Outgoing {
                from: person(&name, "help@example.com"),
                to: vec![person(&name, "ann@example.org"), person(&name, "bob@example.org")],
                cc: vec![],
                subject: subject.clone(),
                references: vec![reference],
                body: body.clone(),
                x_loop,
                ..letter()
            };
            let bytes = compose(&mail).unwrap();
            let text = std::str::from_utf8(&bytes).unwrap();
            let (head, _) = text.split_once("\r\n\r\n").unwrap();
            for line in text.split("\r\n") {
                prop_assert!(line.is_ascii() && !line.contains(['\r', '\n']));
                // Names that are quoted stay whole; all else is folded.
                prop_assert!(line.len() <= 998);
            }
            let allowed = ["From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "X-Loop", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"];
            for line in head.split("\r\n").filter(|l| !l.starts_with(' ')) {
                let name = line.split(':').next().unwrap();
                prop_assert!(allowed.contains(&name), "{}", line);
            }
            let read = parse(&bytes);
            let name = address::clean_name(&on_a_line(&name));
            let name = if name.eq_ignore_ascii_case("help@example.com") { String::new() } else { name };
            let from = read.from.unwrap();
            prop_assert_eq!(from.email, "help@example.com");
            prop_assert_eq!(from.name, name);
            prop_assert_eq!(read.to.len(), 2);
            prop_assert_eq!(read.subject, subject::one_line(&on_a_line(&subject)));
            let mut sent = body.replace("\r\n", "\n").replace('\r', "\n");
            if !sent.ends_with('\n') {
                sent.push('\n');
            }
            prop_assert_eq!(read.body, sent);
            prop_assert_eq!(read.date, Some(1_740_993_300_000));
            prop_assert_eq!(read.problems, Vec::<String>::new());
        }
    }
}
