//! A line of a card taken apart: `item1.TEL;TYPE=work,pref:+49 221 1`.

use encoding_rs::{Encoding, UTF_8};

use super::lines::Line;
use crate::exchange::charset::Charset;

/// A property.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Property {
    /// What ties it to others; mostly empty.
    pub group: String,
    /// Its name in upper case.
    pub name: String,
    /// Its parameters, names in upper case; a word without a name is a `TYPE`, as in version 2.1.
    pub params: Vec<(String, String)>,
    /// Its value as written, decoded and not unescaped.
    pub value: String,
    /// Bytes of it that were too many.
    pub lost: u64,
}

impl Property {
    /// Reads a line; bytes that are no UTF-8 are in `otherwise`. `None` where it has no name.
    pub fn read(line: &Line, otherwise: &'static Encoding) -> Option<Property> {
        let colon = colon(&line.bytes)?;
        let head = text(line.bytes.get(..colon)?, otherwise);
        let value = line.bytes.get(colon + 1..)?;
        let mut parts = split(&head, ';', true).into_iter();
        let full = parts.next()?.trim().to_owned();
        let (group, name) = full.rsplit_once('.').unwrap_or(("", &full));
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_graphic()) {
            return None;
        }
        let mut out = Property {
            group: group.to_owned(),
            name: name.to_ascii_uppercase(),
            lost: line.lost,
            ..Property::default()
        };
        for part in parts {
            let (name, value) = match part.split_once('=') {
                Some((name, value)) => (name.trim().to_ascii_uppercase(), value),
                None if is_encoding(&part) => ("ENCODING".to_owned(), part.as_str()),
                None => ("TYPE".to_owned(), part.as_str()),
            };
            let value = caret(value.trim());
            if !value.is_empty() {
                out.params.push((name, value));
            }
        }
        let quoted = out.param("ENCODING").is_some_and(|e| e.eq_ignore_ascii_case("quoted-printable"));
        let unquoted = if quoted { unquote(value) } else { value.to_vec() };
        let named = out.param("CHARSET").and_then(Charset::named).map(|c| c.encoding);
        out.value = match named {
            Some(encoding) if encoding != UTF_8 => {
                encoding.decode_without_bom_handling(&unquoted).0.into_owned()
            }
            _ => text(&unquoted, otherwise),
        };
        if quoted {
            out.value = out.value.replace("\r\n", "\n").replace(['\r', '\n'], "\\n");
        }
        out.params.retain(|(name, value)| {
            let binary = matches!(value.to_ascii_uppercase().as_str(), "B" | "BASE64");
            name != "CHARSET" && (name != "ENCODING" || binary)
        });
        Some(out)
    }

    /// The first value of a parameter, without quotes.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(n, _)| n == name).map(|(_, v)| v.trim_matches('"'))
    }

    /// All its types, in lower case.
    pub fn types(&self) -> Vec<String> {
        let all = self.params.iter().filter(|(n, _)| n == "TYPE");
        all.flat_map(|(_, v)| v.split(',')).map(|t| t.trim().trim_matches('"').to_lowercase()).collect()
    }

    /// Whether it is marked as the main one of several.
    pub fn is_preferred(&self) -> bool {
        self.types().iter().any(|t| t == "pref") || self.param("PREF").is_some_and(|p| p.trim() == "1")
    }

    /// Its value as one text.
    pub fn text(&self) -> String {
        unescape(&self.value).trim().to_owned()
    }

    /// The components of its value.
    pub fn components(&self) -> Vec<String> {
        split(&self.value, ';', false).iter().map(|c| unescape(c).trim().to_owned()).collect()
    }

    /// The members of its value that are no empty texts.
    pub fn list(&self) -> Vec<String> {
        let all = split(&self.value, ',', false);
        all.iter().map(|c| unescape(c).trim().to_owned()).filter(|c| !c.is_empty()).collect()
    }

    /// As a line, unfolded.
    pub fn line(&self) -> String {
        let mut out = String::new();
        if !self.group.is_empty() {
            out.push_str(&self.group);
            out.push('.');
        }
        out.push_str(&self.name);
        for (name, value) in &self.params {
            out.push_str(&format!(";{name}={}", uncaret(value)));
        }
        out.push(':');
        out.push_str(&self.value.replace("\r\n", "\n").replace(['\r', '\n'], "\\n"));
        out
    }
}

fn is_encoding(word: &str) -> bool {
    matches!(word.trim().to_ascii_uppercase().as_str(), "QUOTED-PRINTABLE" | "BASE64" | "8BIT" | "7BIT" | "B")
}

/// Where the value begins: the first colon outside of quotes; with a quote that never ends, the first one.
fn colon(bytes: &[u8]) -> Option<usize> {
    let mut quoted = false;
    let outside = bytes.iter().position(|b| {
        quoted ^= *b == b'"';
        *b == b':' && !quoted
    });
    outside.or_else(|| bytes.iter().position(|b| *b == b':'))
}

fn text(bytes: &[u8], otherwise: &'static Encoding) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => otherwise.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

/// The parts of a text between separators that are neither escaped nor, where that counts, in quotes.
pub fn split(text: &str, at: char, quotes: bool) -> Vec<String> {
    let quotes = quotes && text.matches('"').count().is_multiple_of(2);
    let (mut out, mut quoted, mut escaped) = (vec![String::new()], false, false);
    for c in text.chars() {
        quoted ^= quotes && c == '"';
        if c == at && !quoted && !escaped {
            out.push(String::new());
            continue;
        }
        escaped = c == '\\' && !escaped;
        if let Some(last) = out.last_mut() {
            last.push(c);
        }
    }
    out
}

/// A text without its escapes.
pub fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n' | 'N') => out.push('\n'),
            Some(c @ (',' | ';' | ':' | '\\')) => out.push(c),
            // An escape of nothing is a backslash, as in a path of Windows.
            Some(c) => out.extend(['\\', c]),
            None => out.push('\\'),
        }
    }
    out
}

/// A text with what separates escaped.
pub fn escape(text: &str, comma: bool) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.replace("\r\n", "\n").chars() {
        match c {
            '\n' | '\r' => out.push_str("\\n"),
            '\\' | ';' => out.extend(['\\', c]),
            ',' if comma => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}

/// The escapes of parameters (RFC 6868).
fn caret(text: &str) -> String {
    text.replace("^n", "\n").replace("^'", "\"").replace("^^", "^")
}

fn uncaret(text: &str) -> String {
    let quoted = text.len() > 1 && text.starts_with('"') && text.ends_with('"');
    let inner = if quoted { text.trim_matches('"') } else { text };
    let inner = inner.replace('^', "^^").replace('\n', "^n").replace('"', "^'");
    if quoted || inner.contains([';', ':']) { format!("\"{inner}\"") } else { inner }
}

fn unquote(bytes: &[u8]) -> Vec<u8> {
    let digit = |at: usize| bytes.get(at).and_then(|b| char::from(*b).to_digit(16));
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(b) = bytes.get(at) {
        if *b == b'='
            && let (Some(high), Some(low)) = (digit(at + 1), digit(at + 2))
        {
            out.extend(u8::try_from(high << 4 | low));
            at += 3;
        } else {
            out.push(*b);
            at += 1;
        }
    }
    out
}
