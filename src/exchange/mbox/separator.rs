//! `From ` lines: which of them part messages, what they say, how they are quoted.

use super::Quoting;
use crate::mail::{date, header};
use crate::model::Stamp;

/// What parts the messages of an MMDF mailbox.
pub(super) const MMDF: &[u8] = b"\x01\x01\x01\x01\n";

/// Whether a message is the folder data that UW IMAP and Pine keep as a mailbox's first message.
pub(super) fn is_folder_data(message: &[u8]) -> bool {
    let head = message.get(..message.len().min(4096)).unwrap_or_default();
    let headers = header::split(head).headers;
    let named = |name: &str, text: &[u8]| {
        headers.raw(name).is_some_and(|v| v.to_ascii_uppercase().windows(text.len()).any(|w| w == text))
    };
    named("Subject", b"FOLDER INTERNAL DATA")
        && (headers.raw("X-IMAP").or(headers.raw("X-IMAPbase")).is_some() || named("From", b"MAILER-DAEMON"))
}

/// The length of the body that the headers of a message name.
pub(super) fn content_length(headers: &[u8]) -> Option<usize> {
    let value = header::split(headers).headers.raw("Content-Length")?.to_vec();
    std::str::from_utf8(&value).ok()?.trim().parse().ok()
}

/// How sure a `From ` line is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// Weekday, month, day, time and year at its end.
    Asctime,
    /// A time, a month's name and a year somewhere.
    Dated,
    /// `From` and one word.
    Bare,
    /// Text.
    None,
}

pub(super) fn mark_of(line: &[u8]) -> Mark {
    // No true separator is longer, and a line may be.
    let Some(Ok(line)) = (line.len() <= 1024).then(|| std::str::from_utf8(line)) else {
        return Mark::None;
    };
    let words: Vec<&str> = line.split_ascii_whitespace().skip(1).collect();
    let time =
        |w: &&str| w.len() >= 4 && w.contains(':') && w.chars().all(|c| c.is_ascii_digit() || c == ':');
    let year = |w: &&str| w.len() == 4 && (w.starts_with("19") || w.starts_with("20")) && all_digits(w);
    if let [.., day, month, n, t, y] = words.as_slice()
        && date::is_weekday(day)
        && date::english_month(month).is_some()
        && all_digits(n)
        && time(t)
        && year(y)
    {
        return Mark::Asctime;
    }
    if words.iter().any(time)
        && words.iter().any(year)
        && words.iter().any(|w| date::english_month(w).is_some())
    {
        return Mark::Dated;
    }
    let iso = words.get(1).is_some_and(|w| date::parse(w).is_some());
    match words.as_slice() {
        [_] => Mark::Bare,
        [who, ..] if iso && who.contains('@') => Mark::Dated,
        _ => Mark::None,
    }
}

fn all_digits(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit())
}

/// Sender and date of a `From ` line.
pub(super) fn envelope(line: &[u8]) -> (Option<String>, Option<Stamp>) {
    let text = String::from_utf8_lossy(line.get(..line.len().min(1024)).unwrap_or_default());
    let rest = text.trim_start_matches('\u{feff}').trim_end();
    let rest = rest.strip_prefix("From ").unwrap_or_default().trim_start();
    let (who, when) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    ((!who.is_empty() && who != "-").then(|| who.to_owned()), date::parse(when))
}

/// Takes one `>` from a quoted `From ` line.
pub(super) fn unquote(line: &[u8], quoting: Quoting) -> &[u8] {
    let marks = line.iter().take_while(|&&b| b == b'>').count();
    let quoted = line.get(marks..).is_some_and(|rest| rest.starts_with(b"From "));
    match quoting {
        Quoting::Mboxrd if quoted && marks >= 1 => line.get(1..).unwrap_or_default(),
        Quoting::Mboxo if quoted && marks == 1 => line.get(1..).unwrap_or_default(),
        _ => line,
    }
}

/// Whether a line is `Name: ...`.
pub(super) fn is_header(line: &[u8]) -> bool {
    let name = line.iter().take_while(|&&b| b != b':').count();
    (1..=76).contains(&name) && name < line.len() && line.iter().take(name).all(|b| b.is_ascii_graphic())
}
