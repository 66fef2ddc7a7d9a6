//! A mail to send, as bytes (RFC 5322). No field's content can begin another field: what is not text within a
//! line becomes a space, and addresses and ids that are none are refused.

mod file;
mod text;

use base64::Engine as _;
use chrono::DateTime;
use thiserror::Error;

use super::address::{self, Address};
use super::{markdown, robot, subject};
use crate::model::Stamp;
use file::file_part;
use text::{flow, quoted_printable};

pub use file::{File, type_of};

/// What a mail to send is made of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outgoing {
    /// Who writes.
    pub from: Address,
    /// Where answers go, where not to `from`.
    pub reply_to: Option<Address>,
    /// Recipients.
    pub to: Vec<Address>,
    /// Copies, for all to see. Hidden copies are the envelope's and are in no field.
    pub cc: Vec<Address>,
    /// The subject.
    pub subject: String,
    /// When, written in UTC and whole seconds.
    pub date: Stamp,
    /// Its id, without `<>`.
    pub message_id: String,
    /// The ids of the mails it answers.
    pub in_reply_to: Vec<String>,
    /// The ids of its thread, oldest first; of many, the first and the last ten are written.
    pub references: Vec<String>,
    /// The text.
    pub body: String,
    /// Whether an HTML part goes with it, made of the text as Markdown.
    pub markdown: bool,
    /// The mark by which we know our own mail; none where empty.
    pub x_loop: String,
    /// Whether no person wrote it (RFC 3834): it says so.
    pub automatic: bool,
    /// Files that go with it.
    pub files: Vec<File>,
}

/// Why a mail cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ComposeError {
    /// An address that mail cannot go to or come from.
    #[error("{0:?} is not a mail address")]
    Address(String),
    /// No one to send it to.
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
const MOST_REFERENCES: usize = 20;
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
        // The first and the last ten: the root finds the thread, the newest its place in it.
        let half = MOST_REFERENCES / 2;
        references.drain(half..references.len() - half);
    }
    out.words("References", references);
    if !mail.x_loop.trim().is_empty() {
        let mark = subject::one_line(&on_a_line(&mail.x_loop));
        out.words("X-Loop", text_words(&mark));
        let automatic = if mail.automatic { format!("; {}", robot::DESK_AUTOMATIC) } else { String::new() };
        out.words(robot::DESK_FIELD, text_words(&format!("{mark}{automatic}")));
    }
    if mail.automatic {
        out.words("Auto-Submitted", vec!["auto-replied".into()]);
        out.words("X-Auto-Response-Suppress", vec!["All".into()]);
        // Programs older than RFC 3834 look at this alone.
        out.words("Precedence", vec!["bulk".into()]);
    }
    out.words("MIME-Version", vec!["1.0".into()]);
    // No part can contain a boundary: `=_` occurs in neither base64 nor quoted-printable.
    let id: String =
        mail.message_id.bytes().filter(u8::is_ascii_alphanumeric).map(char::from).take(40).collect();
    if mail.files.is_empty() {
        body_part(&mut out, mail, &id);
        return Ok(out.0.into_bytes());
    }
    let boundary = format!("=_{id}");
    out.words("Content-Type", vec!["multipart/mixed;".into(), format!("boundary=\"{boundary}\"")]);
    out.0.push_str(&format!("\r\n--{boundary}\r\n"));
    body_part(&mut out, mail, &id);
    for file in &mail.files {
        out.0.push_str(&format!("\r\n--{boundary}\r\n"));
        file_part(&mut out, file);
    }
    out.0.push_str(&format!("\r\n--{boundary}--\r\n"));
    Ok(out.0.into_bytes())
}

/// The text; where it is Markdown, as text and as HTML.
fn body_part(out: &mut Fields, mail: &Outgoing, id: &str) {
    let plain = ["text/plain;", "charset=utf-8;", "format=flowed"];
    if !mail.markdown {
        return text_part(out, &plain, &flow(&mail.body));
    }
    let boundary = format!("=_a_{id}");
    out.words("Content-Type", vec!["multipart/alternative;".into(), format!("boundary=\"{boundary}\"")]);
    out.0.push_str(&format!("\r\n--{boundary}\r\n"));
    text_part(out, &plain, &flow(&mail.body));
    out.0.push_str(&format!("\r\n--{boundary}\r\n"));
    text_part(out, &["text/html;", "charset=utf-8"], &markdown::to_html(&mail.body));
    out.0.push_str(&format!("\r\n--{boundary}--\r\n"));
}

/// A text with the fields that say how it is written.
fn text_part(out: &mut Fields, kind: &[&str], text: &str) {
    out.words("Content-Type", kind.iter().map(|&word| word.to_owned()).collect());
    out.words("Content-Transfer-Encoding", vec!["quoted-printable".into()]);
    out.0.push_str("\r\n");
    quoted_printable(text, &mut out.0);
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

/// Whether mail can be made that goes to an address.
pub fn can_go_to(email: &str) -> bool {
    mailbox(email).is_some()
}

/// An address of ASCII letters, digits and signs (RFC 5322 `addr-spec` without quoted parts).
fn mailbox(email: &str) -> Option<String> {
    let email = address::normalise(email)?;
    let plain = |c: char| {
        c.is_ascii_graphic() && !matches!(c, '(' | ')' | '<' | '>' | '[' | ']' | ':' | ';' | ',' | '"' | '\\')
    };
    (email.chars().all(plain) && email.matches('@').count() == 1).then_some(email)
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

#[cfg(test)]
mod tests;
