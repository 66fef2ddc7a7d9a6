//! The structure of a mail (RFC 2045, 2046, 2231): its text and its attachments. Each level is one pass and
//! the levels are counted, so the work is linear in the mail's length whatever it says about itself.

mod calendar;
mod enriched;
mod file_name;
mod flowed;
mod smime;
mod tnef;
mod typed;
mod uu;

use std::borrow::Cow;

use flowed::unflow;
pub use typed::{Typed, typed};

use file_name::{ending, file_name};

use super::charset;
use super::compose::type_of;
use super::header::{self, Headers, Split};
use super::html;
use super::most::Most;
use crate::model::{limits, steps};

/// A file that came with a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its name without folders or control characters; made up from its type where the mail gives none.
    pub name: String,
    /// Its type, lower case: `application/pdf`.
    pub content_type: String,
    /// The id that an HTML body refers to it by, without `<>`.
    pub content_id: Option<String>,
    /// Whether the mail shows it within its text.
    pub inline: bool,
    /// Its content, transfer encoding undone.
    pub bytes: Vec<u8>,
}

/// Where a body's text comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BodySource {
    /// There is no text.
    #[default]
    None,
    /// `text/plain`.
    Plain,
    /// `text/html`, made text.
    Html,
    /// The texts of the mails enclosed in it (a digest).
    Enclosed,
}

/// What a mail contains.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Content {
    /// The text, lines ended by `\n`.
    pub body: String,
    /// Where the text comes from.
    pub source: BodySource,
    /// The files, in order: at most [`Most::attachments`].
    pub attachments: Vec<Attachment>,
    /// How many files there are in all.
    pub files: usize,
    /// What was wrong, in words.
    pub problems: Vec<String>,
    /// The markup of the first HTML part, where it was asked for.
    pub html: Option<String>,
}

/// Reads a part's content from its fields and its raw body.
pub fn read(headers: &Headers, body: &[u8], most: &Most) -> Content {
    read_as(headers, body, most, false)
}

/// As [`read`], with the HTML as it came.
pub fn read_with_html(headers: &Headers, body: &[u8], most: &Most) -> Content {
    read_as(headers, body, most, true)
}

fn read_as(headers: &Headers, body: &[u8], most: &Most, keep_html: bool) -> Content {
    let mut walk = Walk { content: Content::default(), parts: 0, has_text: false, keep_html, most };
    let text = walk.part(headers, body, &Around { depth: 0, digest: false, related: false });
    let Walk { mut content, .. } = walk;
    if let Some(text) = text {
        content.body = text.text;
        content.source = text.source;
    }
    if content.body.trim().is_empty() {
        enclosed(&mut content, most);
    }
    let listed = content.attachments.len();
    content.problems.extend(limits::of_all(listed, content.files, "attachments listed"));
    content.problems.extend(limits::cut(&mut content.body, most.body, "text"));
    content.problems.dedup();
    content
}

/// A digest's text: that of the mails enclosed, where there is no other.
fn enclosed(content: &mut Content, most: &Most) {
    let mut texts = Vec::new();
    let mut length = 0;
    for mail in content.attachments.iter().filter(|a| a.content_type == "message/rfc822") {
        let Split { headers, body, .. } = header::split_to(&mail.bytes, most);
        let mut walk =
            Walk { content: Content::default(), parts: 0, has_text: false, keep_html: false, most };
        // One level: mails within mails within mails stay files.
        let around = Around { depth: limits::MIME_DEPTH - 4, digest: false, related: false };
        let Some(text) = walk.part(&headers, body, &around) else { continue };
        let mut lines = String::new();
        for name in ["From", "Date", "Subject"] {
            if let Some(value) = headers.text(name) {
                lines.push_str(&format!("{name}: {value}\n"));
            }
        }
        length += text.text.len();
        texts.push(format!("{lines}\n{}", text.text.trim_end()));
        if length > most.body {
            break;
        }
    }
    if !texts.is_empty() {
        content.body = texts.join("\n\n----\n\n");
        content.body.push('\n');
        content.source = BodySource::Enclosed;
    }
}

struct Text {
    text: String,
    source: BodySource,
}

/// What stands around a part.
struct Around {
    depth: usize,
    /// Parts of a digest are mails unless they say otherwise (RFC 2046 §5.1.5).
    digest: bool,
    /// Within `multipart/related` only the first part is text.
    related: bool,
}

struct Walk<'m> {
    content: Content,
    parts: usize,
    /// Whether a text was met already: a text with a file's name after it is a file.
    has_text: bool,
    keep_html: bool,
    most: &'m Most,
}

impl Walk<'_> {
    fn problem(&mut self, text: impl Into<String>) {
        let text = text.into();
        if self.content.problems.len() < limits::PROBLEMS && !self.content.problems.contains(&text) {
            self.content.problems.push(text);
        }
    }

    /// Gives a part's text; its files go to the attachments.
    fn part(&mut self, headers: &Headers, body: &[u8], around: &Around) -> Option<Text> {
        self.parts += 1;
        for problem in headers.cut() {
            self.problem(problem);
        }
        let mut kind = headers.raw("Content-Type").map(typed).unwrap_or_default();
        let disposition = headers.raw("Content-Disposition").map(typed).unwrap_or_default();
        if kind.value.is_empty() || !kind.value.contains('/') {
            let usual = if around.digest { "message/rfc822" } else { "text/plain" };
            // `Content-Type: text` and the like are text.
            kind.value = usual.to_owned();
        }
        if kind.value.starts_with("multipart/") {
            match kind.param("boundary").map(str::trim_end).filter(|b| !b.is_empty()) {
                Some(_) if around.depth >= limits::MIME_DEPTH => {
                    self.problem("parts are nested too deep; the inner ones are kept as a file");
                    self.attach(headers, &kind, &disposition, body);
                    return None;
                }
                Some(boundary) => {
                    let (pieces, closed) = pieces(body, boundary.as_bytes());
                    if !pieces.is_empty() {
                        if !closed {
                            self.problem("its last part has no end (cut short?)");
                        }
                        return self.multipart(&kind.value, &pieces, around.depth);
                    }
                    self.problem("says it has parts, but none begins");
                }
                None => self.problem("says it has parts, but no boundary"),
            }
            kind.value = "text/plain".to_owned();
        }
        let (bytes, footer) = self.transferred(headers, body);
        if let Some(inner) = smime::Kind::of(&kind, &bytes) {
            return self.smime(inner, headers, &kind, &disposition, bytes, around);
        }
        let named = disposition.param("filename").or(kind.param("name")).is_some();
        let text =
            matches!(kind.value.as_str(), "text/plain" | "text/html" | "text/enriched" | "text/richtext");
        // Apple Mail and web mailers give the text itself a name; after the text, one with a name is a file.
        let file = disposition.value == "attachment" || (named && around.depth > 0 && self.has_text);
        if !text || file {
            if kind.value == "text/calendar"
                && let Some(about) = calendar::about(&charset::decode(kind.param("charset"), &bytes).text)
            {
                self.problem(about);
            }
            self.attach(headers, &kind, &disposition, bytes);
            return None;
        }
        self.has_text = true;
        steps::count(bytes.len());
        let decoded = charset::decode(kind.param("charset"), &bytes);
        if let Some(problem) = decoded.problem {
            self.problem(problem);
        }
        let mut text = lines_ended_by_newline(decoded.text);
        if kind.value == "text/html" {
            if self.keep_html && self.content.html.is_none() {
                self.content.html = Some(text.clone());
            }
            let (text, whole) = html::to_text_to(&text, self.most);
            if !whole {
                self.problem("its HTML is too long; the text ends early and the raw mail has all");
            }
            return Some(Text { text, source: BodySource::Html });
        }
        if let Some(to_text) = enriched::reader(&kind.value) {
            return Some(Text { text: to_text(&text), source: BodySource::Plain });
        }
        let flowed = kind.param("format").is_some_and(|f| f.eq_ignore_ascii_case("flowed"));
        if flowed {
            let delete = kind.param("delsp").is_some_and(|f| f.eq_ignore_ascii_case("yes"));
            text = unflow(&text, delete);
        }
        if !footer.is_empty() {
            text.push('\n');
            text.push_str(&lines_ended_by_newline(charset::guess(footer)));
        }
        if text.starts_with("-----BEGIN PGP MESSAGE-----") {
            self.problem("is encrypted with PGP, so its text cannot be shown here");
        }
        for file in uu::take(&mut text) {
            self.attach_named(&file.name, file.bytes);
        }
        Some(Text { text, source: BodySource::Plain })
    }

    /// Undoes the transfer encoding; gives what follows the encoded lines apart.
    fn transferred<'b>(&mut self, headers: &Headers, body: &'b [u8]) -> (Vec<u8>, &'b [u8]) {
        let given = headers.text("Content-Transfer-Encoding").unwrap_or_default().to_ascii_lowercase();
        // The word alone: `base64;` and `"base64" (as usual)` are written too.
        let token = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let way: String = given.chars().skip_while(|c| !token(*c)).take_while(|c| token(*c)).collect();
        match way.as_str() {
            "base64" | "base-64" | "b64" => {
                let decoded = header::base64(body);
                if decoded.plain {
                    self.problem("says base64, but is plain text");
                }
                (decoded.bytes, decoded.footer)
            }
            "quoted-printable" | "quotedprintable" | "qp" => (header::quoted_printable(body), &[][..]),
            "" | "7bit" | "8bit" | "binary" | "7-bit" | "8-bit" | "none" => (body.to_vec(), &[][..]),
            // Its `begin` line is looked for in every text.
            "x-uuencode" | "uuencode" | "x-uue" | "uue" => (body.to_vec(), &[][..]),
            _ => {
                let shown: String = given.chars().filter(char::is_ascii_graphic).take(40).collect();
                self.problem(format!("unknown transfer encoding {shown}"));
                (body.to_vec(), &[][..])
            }
        }
    }

    /// S/MIME: what is signed is shown, what is encrypted says so; either way it stays as a file.
    fn smime(
        &mut self,
        kind: smime::Kind,
        headers: &Headers,
        content_type: &Typed,
        disposition: &Typed,
        bytes: Vec<u8>,
        around: &Around,
    ) -> Option<Text> {
        let text = match &kind {
            smime::Kind::Signed(entity) if around.depth < limits::MIME_DEPTH => {
                self.problem("is signed with S/MIME; the signature was not checked");
                let Split { headers, body, .. } = header::split_to(entity, self.most);
                self.part(&headers, body, &Around { depth: around.depth + 1, digest: false, related: false })
            }
            smime::Kind::Signed(_) => None,
            smime::Kind::Encrypted => {
                self.problem("is encrypted with S/MIME, so its text cannot be shown here");
                None
            }
        };
        self.attach(headers, content_type, disposition, bytes);
        text
    }

    fn attach_named(&mut self, name: &str, bytes: Vec<u8>) {
        self.content.files += 1;
        if self.content.attachments.len() >= self.most.attachments {
            return;
        }
        let name = match file_name(name) {
            n if n.is_empty() => format!("part-{}.bin", self.content.attachments.len() + 1),
            n => n,
        };
        let content_type = type_of(&name).to_owned();
        self.content.attachments.push(Attachment {
            name,
            content_type,
            content_id: None,
            inline: false,
            bytes,
        });
    }

    fn multipart(&mut self, kind: &str, pieces: &[&[u8]], depth: usize) -> Option<Text> {
        let mut texts = Vec::new();
        for (at, piece) in pieces.iter().enumerate() {
            if self.parts >= limits::MIME_PARTS {
                let most = limits::thousands(limits::MIME_PARTS);
                self.problem(format!("has more than {most} parts; the others count as files"));
                self.attach(&Headers::default(), &Typed::default(), &Typed::default(), *piece);
                continue;
            }
            // A part may begin with its empty line: no fields, all body.
            let Split { headers, body, .. } = match header::line(piece) {
                ([], rest) => Split { headers: Headers::default(), body: rest, problem: None },
                _ => header::split_to(piece, self.most),
            };
            let related = kind == "multipart/related";
            let around = Around { depth: depth + 1, digest: kind == "multipart/digest", related };
            if let Some(text) = self.part(&headers, body, &around) {
                if around.related && at > 0 && !texts.is_empty() {
                    let kind = headers.raw("Content-Type").map(typed).unwrap_or_default();
                    self.attach(&headers, &kind, &Typed::default(), text.text.into_bytes());
                } else {
                    texts.push(text);
                }
            }
        }
        if kind == "multipart/encrypted" {
            self.problem("is encrypted with PGP, so its text cannot be shown here");
        }
        if kind == "multipart/alternative" {
            // The same said in several ways: plain text where it says anything.
            let best = texts.iter().position(|t| t.source == BodySource::Plain && says_something(&t.text));
            let best = best.or_else(|| texts.iter().position(|t| says_something(&t.text)));
            return best.map(|at| texts.swap_remove(at));
        }
        let source = texts.iter().map(|t| t.source).find(|&s| s == BodySource::Plain);
        let source = source.or(texts.first().map(|t| t.source))?;
        let several = texts.len() > 1;
        let texts: Vec<String> = texts
            .into_iter()
            .map(|t| if several { t.text.trim_end_matches('\n').to_owned() + "\n" } else { t.text })
            .filter(|t| !several || says_something(t))
            .collect();
        Some(Text { text: texts.join("\n"), source })
    }

    fn attach<'b>(
        &mut self,
        headers: &Headers,
        kind: &Typed,
        disposition: &Typed,
        bytes: impl Into<Cow<'b, [u8]>>,
    ) {
        self.content.files += 1;
        steps::count(1);
        if self.content.attachments.len() >= self.most.attachments {
            return;
        }
        let bytes = bytes.into().into_owned();
        let mut content_type =
            if kind.value.is_empty() { "application/octet-stream".to_owned() } else { kind.value.clone() };
        content_type.truncate(content_type.floor_char_boundary(limits::MEDIA_TYPE_BYTES));
        let given =
            disposition.param("filename").or(kind.param("name")).map(file_name).filter(|n| !n.is_empty());
        let name = given.unwrap_or_else(|| {
            let at = self.content.attachments.len() + 1;
            let subject = (content_type == "message/rfc822")
                .then(|| header::split(&bytes).headers.text("Subject"))
                .flatten()
                .map(|s| file_name(&s));
            match subject.filter(|s| !s.is_empty()) {
                Some(subject) => format!("{subject}.eml"),
                None => format!("part-{at}.{}", ending(&content_type)),
            }
        });
        let content_id = headers.text("Content-ID").map(|id| id.trim_matches(['<', '>', ' ']).to_owned());
        let inline =
            disposition.value != "attachment" && (disposition.value == "inline" || content_id.is_some());
        let inner = if tnef::is(&bytes) {
            tnef::files(&bytes, self.most.attachments.saturating_sub(self.content.attachments.len()))
        } else {
            Vec::new()
        };
        self.content.attachments.push(Attachment { name, content_type, content_id, inline, bytes });
        for file in inner {
            self.attach_named(&file.name, file.bytes);
        }
    }
}

/// Whether a text has anything to see: blanks, and letters without width, say nothing.
fn says_something(text: &str) -> bool {
    let unseen = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{feff}')
    };
    !text.chars().all(unseen)
}

/// The parts between boundary lines, and whether the last one is closed. One pass over `body`.
fn pieces<'a>(body: &'a [u8], boundary: &[u8]) -> (Vec<&'a [u8]>, bool) {
    let mut pieces = Vec::new();
    let mut start: Option<usize> = None;
    let mut at = 0;
    steps::count(body.len());
    while at < body.len() {
        let rest = body.get(at..).unwrap_or_default();
        let len = memchr::memchr(b'\n', rest).map_or(rest.len(), |i| i + 1);
        let mark = rest.get(..len).and_then(|l| l.strip_prefix(b"--")).and_then(|l| l.strip_prefix(boundary));
        if let Some(after) = mark {
            let closing = after.starts_with(b"--");
            // `--abc` is not `--abcdef`.
            if closing || after.trim_ascii().is_empty() {
                if let Some(start) = start.take() {
                    let piece = body.get(start..at).unwrap_or_default();
                    // The line end before a boundary belongs to it (RFC 2046 §5.1.1).
                    let piece = piece.strip_suffix(b"\n").unwrap_or(piece);
                    pieces.push(piece.strip_suffix(b"\r").unwrap_or(piece));
                }
                if closing {
                    return (pieces, true);
                }
                start = Some(at + len);
            }
        }
        at += len;
    }
    if let Some(last) = start.and_then(|s| body.get(s..)).filter(|l| !l.is_empty()) {
        pieces.push(last);
    }
    (pieces, false)
}

fn lines_ended_by_newline(text: String) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text }
}
