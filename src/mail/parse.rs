//! A raw mail made readable: [`parse`] never fails; what is wrong is in [`Parsed::problems`].

use std::collections::HashSet;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

use super::address::{self, Address, AddressList};
use super::header::{self, Headers};
use super::mime::{self, Attachment, BodySource};
use super::most::Most;
use super::robot::{self, Ours, Robot};
use super::{date, subject};
use crate::model::{Stamp, limits, steps};

/// Where a mail's date comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DateSource {
    /// Its `Date` field.
    Header,
    /// The last `Received` field: the mail names no date, or an absurd one.
    Received,
    /// The `From ` line of its mailbox.
    Envelope,
    /// Nowhere.
    #[default]
    Missing,
}

/// What a list's mail says of its list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListInfo {
    /// `List-Id`: the part in `<>`, else all of it; empty for other mail.
    pub id: String,
    /// `List-Post`: where one writes to it.
    pub post: String,
    /// `List-Unsubscribe`.
    pub unsubscribe: String,
}

/// A mail, read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parsed {
    /// Its Message-ID without `<>`; made from its content where it has none, the same at every reading.
    pub message_id: String,
    /// Whether the Message-ID was made by us.
    pub made_up_id: bool,
    /// The ids it answers, as in `In-Reply-To`.
    pub in_reply_to: Vec<String>,
    /// The ids of its thread, oldest first, as in `References`.
    pub references: Vec<String>,
    /// Who wrote it.
    pub from: Option<Address>,
    /// Who sent it, where that is another.
    pub sender: Option<Address>,
    /// Where answers go, if not to `from`.
    pub reply_to: Vec<Address>,
    /// Recipients.
    pub to: Vec<Address>,
    /// Copies.
    pub cc: Vec<Address>,
    /// When, in milliseconds since 1970 UTC.
    pub date: Option<Stamp>,
    /// Where the date comes from.
    pub date_source: DateSource,
    /// Whether the date cannot be true (outside 1990 to 2100, or in the future), or the mail's own was and another
    /// was taken.
    pub date_absurd: bool,
    /// The subject, decoded, on one line.
    pub subject: String,
    /// The text, lines ended by `\n`.
    pub body: String,
    /// Where the text comes from.
    pub body_source: BodySource,
    /// The files: at most [`Most::attachments`].
    pub attachments: Vec<Attachment>,
    /// Of which list it is.
    pub list: ListInfo,
    /// Who wrote it: a person, a list, a machine.
    pub robot: Robot,
    /// What was wrong with it, in words.
    pub problems: Vec<String>,
}

/// What is known of a mail from elsewhere.
#[derive(Debug, Clone, Default)]
pub struct Hints {
    /// The date of its `From ` line, milliseconds since 1970 UTC.
    pub envelope_date: Option<Stamp>,
    /// How our own mail is known.
    pub ours: Ours,
    /// Now, milliseconds since 1970 UTC: no mail is from later.
    pub now: Option<Stamp>,
    /// How much of it is read.
    pub most: Most,
}

/// 1990-01-01 and 2100-01-01: mail from outside them has a broken clock.
const SANE: std::ops::Range<Stamp> = 631_152_000_000..4_102_444_800_000;
/// How much later than its arrival a mail may be dated, and how far the two may lie apart for a date in doubt to count
/// as confirmed: a day and an hour, in milliseconds.
const LATE: Stamp = 86_400_000;
const NEAR: Stamp = 3_600_000;

/// The HTML of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Html {
    /// Its markup, unchanged: not to be given to a browser before [`page`](super::html::inert::page) has made it harmless.
    pub markup: String,
    /// The files that came with it, the images that it shows among them.
    pub files: Vec<Attachment>,
}

/// The most bytes of one image that is put into the page itself.
const IMAGE: usize = 4 << 20;

impl Html {
    /// An image that came with the mail as a `data:` address, by its Content-ID; `None` for what is no plain image.
    #[must_use]
    pub fn image(&self, id: &str) -> Option<String> {
        let of = |a: &&Attachment| a.content_id.as_deref() == Some(id) && a.bytes.len() <= IMAGE;
        let image = self.files.iter().find(of)?;
        let plain =
            matches!(image.content_type.as_str(), "image/png" | "image/jpeg" | "image/gif" | "image/webp");
        plain.then(|| format!("data:{};base64,{}", image.content_type, STANDARD.encode(&image.bytes)))
    }
}

/// The HTML of a mail; `None` where it has none.
pub fn html(raw: &[u8]) -> Option<Html> {
    let most = Most::RECORD;
    let split = header::split_to(raw, &most);
    let content = mime::read_with_html(&split.headers, split.body, &most);
    Some(Html { markup: content.html?, files: content.attachments })
}

/// Reads a mail of which nothing else is known.
pub fn parse(raw: &[u8]) -> Parsed {
    parse_with(raw, &Hints::default())
}

/// Reads a mail. Never fails and never panics; the work is linear in its length.
pub fn parse_with(raw: &[u8], hints: &Hints) -> Parsed {
    let most = &hints.most;
    let split = header::split_to(raw, most);
    let headers = &split.headers;
    let mut problems: Vec<String> = split.problem.map(str::to_owned).into_iter().collect();

    let content = mime::read(headers, split.body, most);
    problems.extend(content.problems);

    let given = headers
        .raw("Message-ID")
        .filter(|v| v.len() < LONGEST_ID_FIELD)
        .and_then(|v| ids(&header::text(v)).into_iter().next());
    let made_up_id = given.is_none();
    let message_id = given.unwrap_or_else(|| content_id(raw));

    let mut list = |name: &str| -> Vec<Address> {
        let mut list = AddressList::default();
        headers.all(name).for_each(|raw| list.add(raw, most.recipients));
        problems.extend(limits::of_all(list.kept.len(), list.all, &format!("addresses of {name} kept")));
        list.kept
    };
    let mut from = list("From").into_iter().next();
    let sender = list("Sender").into_iter().next();
    let (to, cc, reply_to) = (list("To"), list("Cc"), list("Reply-To"));
    if from.is_none() {
        let name = headers.raw("From").and_then(address::first_name);
        problems.push(match &name {
            Some(_) => "its sender has a name and no address".to_owned(),
            None => "no sender that could be read".to_owned(),
        });
        from = name.map(|name| Address { name, email: String::new() });
    }
    let Dated { at: date, source: date_source, absurd: date_absurd, problem } = dated(headers, hints);
    problems.extend(problem);

    let robot = robot::judge(headers, &content.body, &content.attachments, &hints.ours);
    let people: HashSet<String> =
        from.iter().chain(&sender).chain(&to).chain(&cc).map(Address::key).collect();
    let mut in_reply_to = headers.raw("In-Reply-To").map(|v| answered(&header::text(v))).unwrap_or_default();
    // `Message from Ann <ann@example.org>` names a person, not a mail.
    in_reply_to.retain(|id| !people.contains(&id.to_lowercase()));
    let answered = in_reply_to.len();
    in_reply_to.drain(..answered.saturating_sub(most.references));
    problems.extend(limits::of_all(in_reply_to.len(), answered, "ids of In-Reply-To kept"));
    if in_reply_to.is_empty()
        && let Some(original) = robot.bounce.as_ref().and_then(|b| b.original_id.clone())
    {
        in_reply_to.push(original);
    }
    let mut references: Vec<String> = headers.all("References").flat_map(|v| ids(&header::text(v))).collect();
    let named = references.len();
    references.drain(..named.saturating_sub(most.references));
    problems.extend(limits::of_all(references.len(), named, "ids of References kept"));
    let mut subject = headers.text("Subject").map(|s| subject::one_line(&s)).unwrap_or_default();
    problems.extend(limits::cut(&mut subject, most.subject, "subject"));
    let noted = problems.len();
    problems.truncate(limits::PROBLEMS);
    problems.extend((noted > problems.len()).then(|| format!("{} more problems", noted - limits::PROBLEMS)));

    Parsed {
        message_id,
        made_up_id,
        in_reply_to,
        references,
        from: from.clone(),
        sender: sender.filter(|s| from.as_ref().is_none_or(|f| f.key() != s.key())),
        reply_to,
        to,
        cc,
        date,
        date_source,
        date_absurd,
        subject,
        body: content.body,
        body_source: content.source,
        attachments: content.attachments,
        list: list_info(headers),
        robot,
        problems,
    }
}

fn list_info(headers: &Headers) -> ListInfo {
    let inner = |name: &str| {
        let text = headers.text(name).unwrap_or_default();
        let inner = text.split_once('<').and_then(|(_, t)| t.split_once('>')).map(|(t, _)| t.trim());
        limits::head(inner.unwrap_or(text.trim()), limits::SUBJECT_BYTES).to_owned()
    };
    ListInfo { id: inner("List-Id"), post: inner("List-Post"), unsubscribe: inner("List-Unsubscribe") }
}

/// A mail's date.
struct Dated {
    at: Option<Stamp>,
    source: DateSource,
    absurd: bool,
    problem: Option<String>,
}

/// The date: the mail's own; where that is missing, absurd, in the future or in doubt, that of its arrival.
fn dated(headers: &Headers, hints: &Hints) -> Dated {
    let own = headers.text("Date").and_then(|d| date::read(&d));
    // The last hop's time stands after the last `;`, and the last hop's field is the first.
    let received = headers.text("Received").and_then(|r| date::parse(r.rsplit_once(';')?.1));
    let sane = |at: &Stamp| SANE.contains(at) && hints.now.is_none_or(|now| *at <= now + LATE);
    let arrivals = [(received, DateSource::Received), (hints.envelope_date, DateSource::Envelope)];
    let arrival = arrivals.iter().find_map(|&(at, source)| Some((at.filter(sane)?, source)));
    let instead = |why: &str, absurd: bool| {
        let (at, source) = match arrival {
            Some((at, source)) => (Some(at), source),
            None => {
                let any = own.map(|o| (o.at, DateSource::Header));
                let any = any.or_else(|| arrivals.iter().find_map(|&(at, source)| Some((at?, source))));
                // The future is judged by the reader's clock: there is nothing better.
                let future = any.is_some_and(|(at, _)| SANE.contains(&at));
                match any {
                    Some((at, source)) => (Some(if future { hints.now.unwrap_or(at) } else { at }), source),
                    None => (None, DateSource::Missing),
                }
            }
        };
        let taken = if arrival.is_some() { "; the time of its arrival was taken" } else { "" };
        Dated { at, source, absurd, problem: Some(format!("{why}{taken}")) }
    };
    let Some(date::Read { at, doubt }) = own else {
        let absurd = arrival.is_none() && arrivals.iter().any(|(at, _)| at.is_some());
        return instead("no date that could be read", absurd);
    };
    if !SANE.contains(&at) {
        return instead("a date outside 1990 to 2100", true);
    }
    if hints.now.is_some_and(|now| at > now + LATE) || arrival.is_some_and(|(came, _)| at > came + LATE) {
        return instead("a date in the future", true);
    }
    match (doubt, arrival) {
        (Some(why), Some((came, _))) if (came - at).abs() > NEAR => instead(why, false),
        (Some(why), None) => {
            Dated { at: Some(at), source: DateSource::Header, absurd: false, problem: Some(why.to_owned()) }
        }
        _ => Dated { at: Some(at), source: DateSource::Header, absurd: false, problem: None },
    }
}

/// A Message-ID for a mail without one: its content's, so that reading it again finds it again, in whatever
/// mailbox and with whatever line ends it lies.
pub fn content_id(raw: &[u8]) -> String {
    let mut hash = Sha256::new();
    for part in raw.trim_ascii_end().split(|&b| b == b'\r') {
        hash.update(part);
    }
    format!("{}@missing.invalid", hex(&hash.finalize()))
}

/// Whether a Message-ID was made of a mail's content: two of one such id are one mail.
pub fn is_content_id(id: &str) -> bool {
    id.ends_with("@missing.invalid")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().take(16).map(|b| format!("{b:02x}")).collect()
}

/// The ids of a field: what is in `<>`, white space taken out; without any `<>`, its words with an `@`.
pub fn ids(text: &str) -> Vec<String> {
    bracketed(text).into_iter().map(|(id, _, _)| id).collect()
}

/// The ids with the text before and after each.
fn bracketed(text: &str) -> Vec<(String, &str, &str)> {
    steps::count(text.len());
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((before, inner)) = rest.split_once('<') {
        // An id that a cut line left open ends with its word.
        let end = inner.find(['<', '>']).unwrap_or(inner.len());
        let (id, after) = inner.split_at_checked(end).unwrap_or((inner, ""));
        let after = after.strip_prefix('>').unwrap_or(after);
        if let Some(id) = tidy(id) {
            found.push((id, before, after));
        }
        rest = after;
    }
    if found.is_empty() {
        let words = text.split(|c: char| c.is_whitespace() || c == ',').filter(|w| w.contains('@'));
        found.extend(
            words.filter_map(|w| Some((tidy(w.trim_matches(['"', '(', ')', ';', '>'].as_slice()))?, "", ""))),
        );
    }
    found
}

/// The longest id kept unchanged, in bytes (RFC 5322 lines have 998 at most).
const LONGEST_ID: usize = 900;

/// A longer field names no message: it may have been cut, and two ids that begin alike would be one.
const LONGEST_ID_FIELD: usize = 64 << 10;

fn tidy(id: &str) -> Option<String> {
    let id: String = id.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
    if id.len() > LONGEST_ID {
        return Some(format!("{}@long.invalid", hex(&Sha256::digest(id.as_bytes()))));
    }
    (!id.is_empty()).then_some(id)
}

/// The ids that `In-Reply-To` answers. Old mailers write prose there (RFC 822 §4.6.2 allowed it): `Message from
/// Ann <ann@example.org> of "Sun, ..." <id@host>`; the address after `from` is left out.
fn answered(text: &str) -> Vec<String> {
    let mut from_open = false;
    let mut found = Vec::new();
    for (id, before, _) in bracketed(text) {
        let before = before.to_lowercase();
        let mut person = false;
        for word in before.split(|c: char| !c.is_alphanumeric()) {
            match word {
                "from" | "von" | "de" => from_open = true,
                // The date begins: what follows is the mail's id.
                "of" | "vom" | "du" | "date" => from_open = false,
                _ => {}
            }
        }
        if from_open {
            person = true;
            from_open = false;
        }
        if !person {
            found.push(id);
        }
    }
    // `Message from ann@example.org of Fri` has no id at all.
    if !text.contains('<') && text.split_whitespace().count() > 3 {
        found.clear();
    }
    found
}

#[cfg(test)]
mod tests;
