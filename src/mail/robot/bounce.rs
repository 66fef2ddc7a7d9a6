//! Delivery reports: RFC 3464 where the report has its parts, and the texts of Exchange, Gmail, qmail, exim, postfix and
//! sendmail where it has not.

use super::{automatic, is_report, null_path, said};
use crate::mail::{
    address::{self, Address},
    header::{self, Headers},
    mime::Attachment,
    parse,
};

/// What a delivery report says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bounce {
    /// The addresses that it speaks of, those that they were forwarded to and those that we wrote to. A report in words may name
    /// others beside them.
    pub recipients: Vec<String>,
    /// Whether the server gave up: the mail will not arrive. Otherwise it goes on trying.
    pub gave_up: bool,
    /// Whether the address is of no use: a status of class 5 but for a full mailbox, a mail that is too long, and what
    /// the server does not want to take from us.
    pub hard: bool,
    /// The status code, as `5.1.1`; empty where none is given.
    pub status: String,
    /// What the other side said, for showing.
    pub diagnostic: String,
    /// The Message-ID of the mail that failed, without `<>`.
    pub original_id: Option<String>,
}

impl Bounce {
    /// Whether it says of what mail it speaks, or of which recipients. What says neither is from a machine that has no
    /// address to return mail to, and reports nothing.
    pub fn names_mail(&self) -> bool {
        !self.recipients.is_empty() || self.original_id.is_some()
    }
}

/// How many addresses a report is read for.
const MOST: usize = 50;

/// What the subjects of reports say that nothing was delivered, in lower case.
const UNDELIVERED: [&str; 22] = [
    "undeliver",
    "failure notice",
    "delivery status",
    "delivery failure",
    "delivery has failed",
    "delivery notification",
    "delivery delayed",
    "delivery incomplete",
    "delayed mail",
    "mail delivery",
    "could not be delivered",
    "returned mail",
    "returned to sender",
    "returning message",
    "unzustellbar",
    "nicht zugestellt",
    "non remis",
    "non distribuable",
    "no se puede entregar",
    "non recapitabile",
    "onbestelbaar",
    "não entregue",
];

/// What reports of a delay say, in lower case: the server goes on trying.
const STILL_TRYING: [&str; 9] = [
    "not yet been delivered",
    "has been delayed",
    "delivery delayed",
    "delayed mail",
    "still being retried",
    "will be retried",
    "will continue to be attempted",
    "delivery attempts will continue",
    "will keep trying",
];

/// What is said of a mailbox that is full: it may be emptied.
const FULL: [&str; 5] =
    ["mailbox full", "mailbox is full", "over quota", "quota exceeded", "insufficient storage"];

/// How the line above the returned mail reads, in a report of one part.
const RETURNED: [&str; 9] = [
    "below this line is a copy",
    "this is a copy of",
    "original message",
    "original mail",
    "unsent message",
    "message header follows",
    "message headers follow",
    "undelivered message",
    "returned message",
];

/// Reads a report; `None` where it is none. With it the field that says so.
pub fn bounced(headers: &Headers, body: &str, attachments: &[Attachment]) -> Option<(String, Bounce)> {
    let content_type = headers.text("Content-Type").unwrap_or_default();
    let report = is_report(&content_type, "delivery-status");
    let status = attachments.iter().find(|a| {
        matches!(a.content_type.as_str(), "message/delivery-status" | "message/global-delivery-status")
    });
    let failed = headers.text("X-Failed-Recipients");
    let from = headers.raw("From").map(address::parse_list).unwrap_or_default();
    let subject = headers.text("Subject").unwrap_or_default();
    let plain = subject.to_lowercase();
    let undelivered = UNDELIVERED.iter().any(|s| plain.contains(s)) || is_delay(&plain, "");
    let reason = if report {
        said("Content-Type", &content_type)
    } else if let Some(failed) = &failed {
        said("X-Failed-Recipients", failed)
    } else if from.first().is_some_and(|f| reports(f, headers, undelivered, status.is_some())) {
        said("Subject", &subject)
    } else {
        return None;
    };
    let (told, returned) = separated(body);
    let mut bounce = match status {
        Some(a) => delivery_status(&a.bytes),
        None => in_words(told, &plain),
    };
    if status.is_none() || bounce.recipients.is_empty() {
        let listed = failed.as_deref().map(|f| address::parse_list(f.as_bytes())).unwrap_or_default();
        bounce.recipients.splice(0..0, listed.into_iter().map(|a| a.email));
    }
    bounce.recipients.truncate(MOST);
    let part = attachments.iter().find(|a| {
        matches!(
            a.content_type.as_str(),
            "message/rfc822" | "message/global" | "text/rfc822-headers" | "message/rfc822-headers"
        )
    });
    bounce.original_id = match part {
        Some(a) => header::split(&a.bytes)
            .headers
            .text("Message-ID")
            .and_then(|id| parse::ids(&id).into_iter().next()),
        None => message_id_in(returned),
    };
    Some((reason, bounce))
}

/// Whether who wrote is a mail system that reports. People write from some of its addresses too, about mail that did not
/// arrive at that: those need a sign that only machines give.
fn reports(from: &Address, headers: &Headers, undelivered: bool, status: bool) -> bool {
    let key = from.key();
    let local = key.split('@').next().unwrap_or_default();
    let name = from.name.to_lowercase();
    let no_path = null_path(headers).is_some();
    let machine = matches!(local, "mailer-daemon" | "mail-daemon" | "mailerdaemon" | "maildaemon")
        || local.starts_with("microsoftexchange");
    if machine {
        return undelivered || status || no_path;
    }
    let may_be = local == "postmaster" || name.starts_with("mail delivery s");
    may_be && (status || no_path || (undelivered && automatic(headers).is_some()))
}

/// Reads `message/delivery-status`: groups of fields separated by empty lines.
fn delivery_status(bytes: &[u8]) -> Bounce {
    let mut bounce = Bounce::default();
    let mut rest = bytes;
    // Each group is one recipient; the first speaks of the mail as a whole.
    for _ in 0..200 {
        while let Some((b'\r' | b'\n', after)) = rest.split_first() {
            rest = after;
        }
        if rest.is_empty() {
            break;
        }
        let group = header::split(rest);
        let field = |name: &str| group.headers.text(name).unwrap_or_default();
        let action = field("Action").trim().to_ascii_lowercase();
        let named = [field("Final-Recipient"), field("Original-Recipient")];
        let named = named
            .iter()
            .filter_map(|r| address::normalise(r.split_once(';').map_or(r.as_str(), |(_, address)| address)));
        let mut named = named.peekable();
        if named.peek().is_some() && !matches!(action.as_str(), "delivered" | "relayed" | "expanded") {
            let status = status_in(&field("Status")).unwrap_or_default();
            let said = field("Diagnostic-Code");
            let said = said.split_once(';').map_or(said.as_str(), |(_, text)| text).trim();
            let gave_up = action != "delayed";
            let hard = gave_up && is_hard(&status, said, action == "failed");
            // The worst is what is shown.
            if bounce.recipients.is_empty() || (hard, gave_up) > (bounce.hard, bounce.gave_up) {
                said.clone_into(&mut bounce.diagnostic);
                bounce.status = status;
            }
            bounce.hard |= hard;
            bounce.gave_up |= gave_up;
            for email in named {
                if !bounce.recipients.iter().any(|r| r.eq_ignore_ascii_case(&email)) {
                    bounce.recipients.push(email);
                }
            }
        }
        if group.body.len() >= rest.len() {
            break;
        }
        rest = group.body;
    }
    bounce
}

/// Reads a report that is written for people.
fn in_words(told: &str, subject: &str) -> Bounce {
    let lower = told.to_lowercase();
    let mut recipients: Vec<String> = Vec::new();
    let mut diagnostic = "";
    let mut behind = "";
    let mut lines = told.lines().map(str::trim).peekable();
    while let Some(line) = lines.next() {
        for word in line.split(|c: char| {
            c.is_whitespace() || matches!(c, '<' | '>' | '(' | ')' | '"' | ',' | ';' | '[' | ']')
        }) {
            let word = word.trim_matches([':', '.', '\'']);
            if word.contains('@')
                && recipients.len() < MOST
                && let Some(email) = address::normalise(word.strip_prefix("mailto:").unwrap_or(word))
                && !recipients.contains(&email)
            {
                if recipients.is_empty() {
                    // qmail and its kind write what was said behind the address, or below it.
                    behind = line.split_once(">:").map_or("", |(_, said)| said.trim());
                    if behind.is_empty() {
                        behind = lines.peek().copied().unwrap_or_default();
                    }
                }
                recipients.push(email);
            }
        }
        if diagnostic.is_empty() && (reply_code(line).is_some() || status_in(line).is_some()) {
            diagnostic = line;
        }
    }
    let diagnostic = if diagnostic.is_empty() { behind } else { diagnostic };
    let status = status_in(diagnostic).or_else(|| status_in(told)).unwrap_or_default();
    let code = reply_code(diagnostic);
    let gave_up = !is_delay(subject, &lower);
    let class =
        if status.is_empty() { code.map(|c| format!("{c}.0.0")).unwrap_or_default() } else { status.clone() };
    let hard = gave_up && is_hard(&class, &lower, true);
    Bounce { recipients, gave_up, hard, status, diagnostic: diagnostic.to_owned(), original_id: None }
}

fn is_delay(subject: &str, told: &str) -> bool {
    (subject.contains("warning") && subject.contains("delayed"))
        || STILL_TRYING.iter().any(|s| subject.contains(s) || told.contains(s))
}

/// A report's own words and the mail that it returns, where both are one text.
fn separated(body: &str) -> (&str, &str) {
    let mut at = 0;
    for line in body.split_inclusive('\n') {
        let lower = line.to_lowercase();
        let begins = lower.starts_with("return-path:")
            || lower.starts_with("received:")
            || (lower.trim_start().starts_with('-') && RETURNED.iter().any(|r| lower.contains(r)));
        if begins {
            return body.split_at_checked(at).unwrap_or((body, ""));
        }
        at += line.len();
    }
    (body, body)
}

/// The Message-ID of a mail within a text.
fn message_id_in(text: &str) -> Option<String> {
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let line = line.trim_start_matches(['>', ' ', '\t']);
        let Some(name) = line.get(..11) else { continue };
        if name.eq_ignore_ascii_case("message-id:") {
            let rest = line.get(11..).unwrap_or_default();
            let rest = if rest.trim().is_empty() { lines.next().unwrap_or_default() } else { rest };
            return parse::ids(rest).into_iter().next();
        }
    }
    None
}

/// The first enhanced status code (RFC 3463) in a text.
fn status_in(text: &str) -> Option<String> {
    text.split(|c: char| !(c.is_ascii_digit() || c == '.'))
        .map(|w| w.trim_matches('.'))
        .find(|w| {
            let parts: Vec<&str> = w.split('.').collect();
            matches!(parts.as_slice(), ["2" | "4" | "5", b, c] if (1..=3).contains(&b.len()) && (1..=3).contains(&c.len()))
        })
        .map(str::to_owned)
}

/// The class, 4 or 5, of the first reply code of a server (RFC 5321) in a text: `550`, `451-`.
fn reply_code(text: &str) -> Option<char> {
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, '-' | ':' | '(' | '#'));
    let code = |w: &&str| w.len() == 3 && w.starts_with(['4', '5']) && w.bytes().all(|b| b.is_ascii_digit());
    words.into_iter().find(code).and_then(|w| w.chars().next())
}

/// Whether a server's words say that there is no such address, by its status code (RFC 3463 §3.2): unknown mailbox or
/// domain, moved, disabled. Words alone are no proof: servers refuse for many reasons.
pub fn says_no_address(said: &str) -> bool {
    matches!(status_in(said).as_deref(), Some("5.1.1" | "5.1.2" | "5.1.3" | "5.1.6" | "5.1.10" | "5.2.1"))
}

/// Whether trying this address again is of no use. A full mailbox (x.2.2) may be emptied; a mail that is too long (x.2.3,
/// x.3.4), of a kind that is not read (x.6) or that is not wanted (x.7) says nothing about the address.
fn is_hard(status: &str, said: &str, failed: bool) -> bool {
    let said = said.to_lowercase();
    if FULL.iter().any(|f| said.contains(f)) {
        return false;
    }
    if status.is_empty() {
        return failed;
    }
    let about = status.split_once('.').map_or("", |(_, about)| about);
    status.starts_with('5')
        && !matches!(about, "2.2" | "2.3" | "3.4")
        && !about.starts_with("6.")
        && !about.starts_with("7.")
}

#[cfg(test)]
mod tests;
