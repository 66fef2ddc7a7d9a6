//! HTML mail made text: one pass, whatever the markup.

mod entities;
pub mod inert;

use super::most::Most;
use crate::model::steps;
use entities::decode as decode_entities;

/// Makes text of HTML: paragraphs, lists, quotes as `> `, links as `text <url>`, tables a row a line; no
/// scripts, styles or comments. Linear in the length of `html`.
pub fn to_text(html: &str) -> String {
    to_text_to(html, &Most::RECORD).0
}

/// As [`to_text`], reading at most `most`, and whether that was everything.
pub fn to_text_to(html: &str, most: &Most) -> (String, bool) {
    steps::count(html.len());
    let mut whole = true;
    let mut tags = 0;
    let mut out = Writer::default();
    let mut rest = html;
    // Once an end is not found, it is not in what remains either: never look for it twice.
    let mut no_comment_end = false;
    let mut no_tag_end = false;
    let mut hidden = ["script", "style", "head", "title", "template", "noscript"].map(|name| (name, false));
    while let Some(at) = memchr::memchr(b'<', rest.as_bytes()) {
        let (text, tag) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.text(text);
        if let Some(comment) = tag.strip_prefix("<!--").filter(|_| !no_comment_end) {
            if let Some(end) = memchr::memmem::find(comment.as_bytes(), b"-->") {
                rest = comment.get(end + 3..).unwrap_or_default();
                continue;
            }
            no_comment_end = true;
        }
        let inner = tag.get(1..).unwrap_or_default();
        let begins = inner.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
        let end = if begins && !no_tag_end { tag_end(inner) } else { None };
        let Some(end) = end else {
            no_tag_end |= begins;
            out.text("<");
            rest = inner;
            continue;
        };
        let (markup, after) = inner.split_at_checked(end).unwrap_or((inner, ""));
        rest = after.strip_prefix('>').unwrap_or(after);
        let name = tag_name(markup);
        if let Some((hidden, unending)) = hidden.iter_mut().find(|(h, _)| *h == name) {
            if !*unending {
                match skip_element(rest, hidden) {
                    Some(after) => rest = after,
                    None => *unending = true,
                }
            }
            continue;
        }
        out.tag(&name, markup);
        tags += 1;
        if tags >= most.html_nodes || out.out.len() > most.body {
            (whole, rest) = (rest.is_empty(), "");
        }
    }
    out.text(rest);
    (out.finish(), whole)
}

/// The `>` that ends a tag: the first outside quotes, else, where a quote does not end, the first.
fn tag_end(inner: &str) -> Option<usize> {
    let mut quote = None;
    // A quote is looked into no further than this, so that broken ones cannot make the whole quadratic.
    for (at, b) in inner.bytes().enumerate().take(64 * 1024) {
        match (b, quote) {
            (b'>', None) => return Some(at),
            (b'"' | b'\'', None) => quote = Some(b),
            (b, Some(q)) if b == q => quote = None,
            _ => {}
        }
    }
    memchr::memchr(b'>', inner.as_bytes())
}

fn tag_name(markup: &str) -> String {
    let closing = markup.starts_with('/');
    let name: String = markup
        .trim_start_matches('/')
        .chars()
        .take(16)
        .take_while(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    if closing { format!("/{name}") } else { name }
}

/// What follows `</name>`; `None` where it is missing (an unclosed `<head>` hides nothing).
fn skip_element<'a>(rest: &'a str, name: &str) -> Option<&'a str> {
    let mut at = 0;
    while let Some(found) = memchr::memmem::find(rest.as_bytes().get(at..).unwrap_or_default(), b"</") {
        let start = at + found + 2;
        let here = rest.as_bytes().get(start..).unwrap_or_default();
        if here.get(..name.len()).is_some_and(|n| n.eq_ignore_ascii_case(name.as_bytes())) {
            let end = memchr::memchr(b'>', here).map_or(rest.len(), |i| start + i + 1);
            return rest.get(end..);
        }
        at = start;
    }
    None
}

/// The value of an attribute.
fn attribute(markup: &str, name: &str) -> Option<String> {
    let mut rest = markup;
    // Tags are short; one that is not has no link worth keeping.
    while let Some(at) = rest.get(..rest.len().min(8 * 1024)).unwrap_or(rest).find('=') {
        let (before, after) = rest.split_at_checked(at)?;
        let key = before.trim_end().rsplit(|c: char| c.is_whitespace() || matches!(c, '"' | '\'')).next()?;
        let after = after.get(1..)?.trim_start();
        let (value, next) = match after.chars().next() {
            Some(q @ ('"' | '\'')) => after.get(1..)?.split_once(q)?,
            _ => after.split_at_checked(after.find(char::is_whitespace).unwrap_or(after.len()))?,
        };
        if key.eq_ignore_ascii_case(name) {
            return Some(decode_entities(value));
        }
        rest = next;
    }
    None
}

/// How deep quotes and lists are shown.
const DEEPEST: usize = 8;

#[derive(Default)]
struct Writer {
    out: String,
    /// Line ends due before the next text: 1 a new line, 2 an empty line between.
    due: usize,
    /// A space is due before the next text.
    space: bool,
    quotes: usize,
    /// The lists open: the number of the next item, 0 for bullets.
    lists: Vec<usize>,
    pre: usize,
    /// Open links: where their text began, and where they lead.
    link: Option<(usize, String)>,
    /// Whether a cell stands before this one in its row.
    in_row: bool,
}

impl Writer {
    fn text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        let text = decode_entities(text);
        if self.pre > 0 {
            for (n, line) in text.split('\n').enumerate() {
                if n > 0 {
                    self.flush();
                    self.out.push('\n');
                    self.prefix();
                }
                if !line.is_empty() {
                    self.flush();
                    self.out.push_str(line.trim_end_matches('\r'));
                }
            }
            return;
        }
        // A no-break space is its own character, not white space that folds.
        let white = |c: char| c.is_ascii_whitespace();
        for word in text.split_inclusive(white) {
            let bare = word.trim_end_matches(white);
            if !bare.is_empty() {
                self.flush();
                self.out.push_str(bare);
            }
            self.space |= bare.len() < word.len();
        }
    }

    /// Writes the line ends or the space that are due.
    fn flush(&mut self) {
        if self.due > 0 {
            if !self.out.is_empty() {
                let blanks = self.out.trim_end_matches([' ', '\t']).len();
                self.out.truncate(blanks);
                for n in 0..self.due {
                    self.out.push('\n');
                    if n + 1 < self.due && self.quotes > 0 {
                        self.out.push_str(&">".repeat(self.quotes.min(DEEPEST)));
                    }
                }
            }
            self.prefix();
        } else if self.space && !self.out.is_empty() && !self.out.ends_with([' ', '\n']) {
            self.out.push(' ');
        } else if self.out.is_empty() {
            self.prefix();
        }
        self.due = 0;
        self.space = false;
    }

    fn prefix(&mut self) {
        if self.quotes > 0 {
            self.out.push_str(&">".repeat(self.quotes.min(DEEPEST)));
            self.out.push(' ');
        }
    }

    fn lines(&mut self, due: usize) {
        self.due = self.due.max(due);
        self.space = false;
        self.in_row = false;
    }

    fn tag(&mut self, name: &str, markup: &str) {
        match name {
            "br" => {
                // Two of them are an empty line; a hundred are not a hundred.
                self.due = (self.due + 1).min(2);
                self.space = false;
            }
            "p" | "/p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "/h1" | "/h2" | "/h3" | "/h4" | "/h5"
            | "/h6" | "table" | "/table" | "dl" | "/dl" => self.lines(2),
            "div" | "/div" | "tr" | "/tr" | "/li" | "dt" | "/dt" | "/dd" | "section" | "/section"
            | "article" | "/article" | "header" | "/header" | "footer" | "/footer" | "center" | "/center"
            | "form" | "/form" | "address" | "/address" | "caption" | "/caption" | "option" => self.lines(1),
            "dd" => {
                self.lines(1);
                self.flush();
                self.out.push_str("  ");
            }
            "li" => self.item(),
            "ul" | "ol" => {
                self.lines(if self.lists.is_empty() { 2 } else { 1 });
                self.lists.push(usize::from(name == "ol"));
            }
            "/ul" | "/ol" => {
                self.lists.pop();
                self.lines(if self.lists.is_empty() { 2 } else { 1 });
            }
            "blockquote" => {
                self.lines(2);
                // The empty line before a quote is not quoted.
                self.break_now();
                self.quotes += 1;
            }
            "/blockquote" => {
                self.quotes = self.quotes.saturating_sub(1);
                self.lines(2);
            }
            "pre" => {
                self.lines(2);
                self.pre += 1;
            }
            "/pre" => {
                self.pre = self.pre.saturating_sub(1);
                self.lines(2);
            }
            "hr" => {
                self.lines(1);
                self.flush();
                self.out.push_str("----------");
                self.lines(1);
            }
            "td" | "th" => {
                if self.in_row {
                    self.flush();
                    self.out.push_str(" | ");
                    self.space = false;
                }
                self.in_row = true;
            }
            "a" => {
                self.close_link();
                if let Some(url) = attribute(markup, "href").filter(|u| worth(u)) {
                    self.link = Some((self.out.len(), url));
                }
            }
            "/a" => self.close_link(),
            "img" => {
                if let Some(alt) = attribute(markup, "alt").filter(|a| !a.trim().is_empty()) {
                    self.flush();
                    self.out.push_str(&format!("[{}]", alt.trim()));
                }
            }
            _ => {}
        }
    }

    fn break_now(&mut self) {
        if self.out.is_empty() {
            return;
        }
        let blanks = self.out.trim_end_matches([' ', '\t']).len();
        self.out.truncate(blanks);
        for _ in 1..self.due {
            self.out.push('\n');
            self.out.push_str(&">".repeat(self.quotes.min(DEEPEST)));
        }
        self.due = 1;
    }

    fn item(&mut self) {
        self.lines(1);
        self.flush();
        let depth = self.lists.len().clamp(1, DEEPEST);
        self.out.push_str(&"  ".repeat(depth - 1));
        match self.lists.last_mut() {
            Some(n) if *n > 0 => {
                self.out.push_str(&format!("{n}. "));
                *n += 1;
            }
            _ => self.out.push_str("- "),
        }
    }

    fn close_link(&mut self) {
        let Some((start, url)) = self.link.take() else { return };
        let shown = self.out.get(start..).unwrap_or_default().trim();
        let target = url.strip_prefix("mailto:").unwrap_or(&url);
        let bare = |u: &str| {
            let u = u.trim_start_matches("https://").trim_start_matches("http://").trim_start_matches("www.");
            u.trim_end_matches('/').to_lowercase()
        };
        // The address is said once where it is its own text.
        if bare(shown) == bare(target) {
            return;
        }
        let target = target.to_owned();
        self.flush_space_for_link(start);
        self.out.push_str(&format!("<{target}>"));
    }

    fn flush_space_for_link(&mut self, start: usize) {
        if self.out.len() > start {
            if !self.out.ends_with([' ', '\n']) {
                self.out.push(' ');
            }
        } else {
            self.flush();
        }
    }

    fn finish(mut self) -> String {
        self.close_link();
        let end = self.out.trim_end().len();
        self.out.truncate(end);
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        self.out
    }
}

/// Links that tell a reader something: not fragments, not scripts, not endless tracking.
fn worth(url: &str) -> bool {
    let url = url.trim();
    let lower = url.get(..url.len().min(11)).unwrap_or_default().to_ascii_lowercase();
    ["http:", "https:", "mailto:", "ftp:", "tel:"].iter().any(|s| lower.starts_with(s)) && url.len() <= 2_000
}

#[cfg(test)]
mod tests;
