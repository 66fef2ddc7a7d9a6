//! Addresses as mail writes them: lists, groups, comments, encoded names, and what archives make of them.

pub mod typed;

use super::{charset, header};
use crate::model::{fold::email_key, limits, steps};

/// A name and an e-mail address.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Address {
    /// The name, decoded and cleaned; empty where there is none.
    pub name: String,
    /// The address: trimmed, its domain in lower case, the part before `@` as written.
    pub email: String,
}

impl Address {
    /// The address to compare by: all in lower case.
    pub fn key(&self) -> String {
        email_key(&self.email).unwrap_or_default()
    }

    /// The part after the `@`; empty where there is none.
    pub fn domain(&self) -> &str {
        self.email.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

/// The longest address taken, in bytes (RFC 5321 §4.5.3.1 allows 64 + 1 + 255).
const LONGEST: usize = 320;

/// Brings an e-mail address into its one form: trimmed, without `<>` or `mailto:`, domain in lower case.
/// `None` for what is no address.
pub fn normalise(text: &str) -> Option<String> {
    let text = text.trim().trim_start_matches('<').trim_end_matches('>').trim();
    let text = text
        .get(..7)
        .filter(|p| p.eq_ignore_ascii_case("mailto:"))
        .map_or(text, |_| text.get(7..).unwrap_or(""));
    let (local, domain) = text.rsplit_once('@')?;
    let domain = domain.trim().trim_end_matches('.').to_lowercase();
    let local = local.trim();
    let bad = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';' | '"');
    let quoted = local.len() > 2 && local.starts_with('"') && local.ends_with('"');
    let inner = local.get(1..local.len().saturating_sub(1)).unwrap_or_default();
    let local_bad = match quoted {
        true => inner.contains(|c: char| c.is_control() || matches!(c, '"' | '\\')),
        false => local.contains(bad),
    };
    if local.is_empty() || domain.is_empty() || local_bad || domain.contains(bad) || domain.contains('@') {
        return None;
    }
    (local.len() + domain.len() < LONGEST).then(|| format!("{local}@{domain}"))
}

/// Reads an address field (`From`, `To`, `Cc`, ...). Entries without an address are left out. Linear; at most
/// [`limits::RECIPIENTS`].
pub fn parse_list(raw: &[u8]) -> Vec<Address> {
    let mut list = AddressList::default();
    list.add(raw, limits::RECIPIENTS);
    list.kept
}

/// The addresses of one or several fields.
#[derive(Debug, Clone, Default)]
pub struct AddressList {
    /// The first of them.
    pub kept: Vec<Address>,
    /// How many there are in all.
    pub all: usize,
}

impl AddressList {
    /// Adds the addresses of a field; at most `most` are kept.
    pub fn add(&mut self, raw: &[u8], most: usize) {
        entries(&charset::guess(&header::shielded(raw)), &mut |entry| {
            let Some(address) = entry.close() else { return };
            self.all += 1;
            if self.kept.len() < most {
                self.kept.push(address);
            }
        });
    }
}

/// The first name of an address field even where no address is next to it.
pub fn first_name(raw: &[u8]) -> Option<String> {
    let mut first = None;
    entries(&charset::guess(&header::shielded(raw)), &mut |e| {
        if first.is_none() {
            first = Some(clean_name(&e.phrase)).filter(|n| !n.is_empty());
        }
    });
    first
}

/// One entry of a list while it is read.
#[derive(Default)]
struct Entry {
    /// Words outside `<>` and comments.
    phrase: String,
    comment: String,
    angle: Option<String>,
}

impl Entry {
    fn close(self) -> Option<Address> {
        let name = |text: &str| clean_name(&header::words(text));
        if let Some(angle) = &self.angle
            && let Some(email) = normalise(&without_route(angle)).or_else(|| spoken(angle))
        {
            let phrase = name(&self.phrase);
            let named = if phrase.is_empty() { name(&self.comment) } else { phrase };
            return Some(with_name(named, email));
        }
        // No `<>`: the address is the phrase, the name its comment; or one word of the phrase is the address.
        let email = normalise(&self.phrase).or_else(|| spoken(&self.phrase));
        if let Some(email) = email {
            return Some(with_name(name(&self.comment), email));
        }
        if self.phrase.contains("\"@") {
            // A quoted address that was not taken above is none, and neither is its last word.
            return None;
        }
        let mut words = self.phrase.split_whitespace();
        let email = words.find_map(normalise)?;
        let others: Vec<&str> =
            self.phrase.split_whitespace().filter(|w| normalise(w).as_deref() != Some(&email)).collect();
        let phrase = name(&others.join(" "));
        Some(with_name(if phrase.is_empty() { name(&self.comment) } else { phrase }, email))
    }
}

fn with_name(name: String, email: String) -> Address {
    // A name that only repeats the address says nothing.
    let name = if name.eq_ignore_ascii_case(&email) { String::new() } else { name };
    Address { name, email }
}

/// `@relay:ann@example.org` is ann (RFC 5322 §4.4).
fn without_route(angle: &str) -> String {
    let text = angle.trim();
    match text.strip_prefix('@').and_then(|t| t.split_once(':')) {
        Some((_, rest)) => rest.to_owned(),
        None => text.to_owned(),
    }
}

/// `ann at example.org`, as list archives write it.
fn spoken(text: &str) -> Option<String> {
    let mut words = text.split_whitespace();
    let (local, at, domain) = (words.next()?, words.next()?, words.next()?);
    let sound = words.next().is_none() && at.eq_ignore_ascii_case("at") && domain.contains('.');
    sound.then(|| normalise(&format!("{local}@{domain}"))).flatten()
}

/// Gives each entry of a list as it ends.
fn entries(text: &str, each: &mut dyn FnMut(Entry)) {
    steps::count(text.len());
    let mut open = Entry::default();
    let mut depth = 0_u32;
    let mut chars = text.chars();
    let mut quoted = false;
    let mut quote_start = 0;
    let mut in_angle = false;
    while let Some(c) = chars.next() {
        let into = if depth > 0 {
            &mut open.comment
        } else if in_angle {
            open.angle.get_or_insert_default()
        } else {
            &mut open.phrase
        };
        match c {
            '\\' if quoted || depth > 0 => {
                if let Some(next) = chars.next() {
                    into.push(next);
                }
            }
            '"' if depth == 0 => {
                quoted = !quoted;
                if in_angle {
                    into.push(c);
                } else if quoted {
                    quote_start = into.len();
                } else if chars.as_str().starts_with('@') && into.is_char_boundary(quote_start) {
                    // `"ann marie"@example.org`: the quotes are the address's.
                    into.insert(quote_start, '"');
                    into.push('"');
                }
            }
            _ if quoted => into.push(c),
            '(' => {
                if depth > 0 {
                    into.push(c);
                } else if !open.comment.is_empty() {
                    open.comment.push(' ');
                }
                depth += 1;
            }
            ')' if depth > 0 => {
                depth -= 1;
                if depth > 0 {
                    into.push(c);
                }
            }
            _ if depth > 0 => into.push(c),
            '<' if !in_angle => {
                in_angle = true;
                // The last `<...>` counts: "<list> Ann <ann@...>" is broken, and so read.
                open.angle = Some(String::new());
            }
            '>' if in_angle => in_angle = false,
            ',' | ';' if !in_angle => each(std::mem::take(&mut open)),
            // An unclosed `<` ends with its entry.
            ',' | ';' => {
                in_angle = false;
                each(std::mem::take(&mut open));
            }
            // `Group name: a, b;` gives its members.
            ':' if !in_angle
                && into.len() <= limits::NAME_BYTES
                && !into.contains('@')
                && !into.eq_ignore_ascii_case("mailto") =>
            {
                into.clear();
            }
            _ => into.push(c),
        }
    }
    each(open);
}

/// Cleans a name: one space between words, no quotes or brackets around it, no control characters.
pub fn clean_name(name: &str) -> String {
    let words: Vec<&str> =
        name.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect();
    let joined = words.join(" ");
    let mut text = joined.as_str();
    loop {
        steps::count(1);
        let inner = [('"', '"'), ('\'', '\''), ('(', ')'), ('<', '>'), ('[', ']')]
            .iter()
            .find_map(|&(a, b)| text.strip_prefix(a).and_then(|t| t.strip_suffix(b)).map(str::trim));
        match inner {
            Some(inner) => text = inner,
            None => break,
        }
    }
    // Lists rewrite senders to "Ann via Help": the name is Ann's.
    if let Some((who, _)) = text.rsplit_once(" via ")
        && !who.trim().is_empty()
    {
        text = who.trim();
    }
    text.chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::{clean_name, normalise, parse_list};

    fn list(text: &str) -> Vec<(String, String)> {
        parse_list(text.as_bytes()).into_iter().map(|a| (a.name, a.email)).collect()
    }

    fn one(text: &str) -> (String, String) {
        let all = list(text);
        assert_eq!(all.len(), 1, "{text}: {all:?}");
        all.into_iter().next().unwrap()
    }

    #[test]
    fn every_way_to_write_ada_is_ada() {
        let ada = ("Ada Lovelace".to_owned(), "Ada.L@example.org".to_owned());
        for text in [
            "Ada Lovelace <Ada.L@example.org>",
            "\"Ada Lovelace\" <Ada.L@EXAMPLE.org>",
            "'Ada Lovelace' <Ada.L@Example.Org>",
            "Ada.L@example.org (Ada Lovelace)",
            "=?utf-8?q?Ada_Lovelace?= <Ada.L@example.org>",
            "\"=?utf-8?q?Ada_Lovelace?=\" <Ada.L@example.org>",
            "Ada\tLovelace  <mailto:Ada.L@example.org>",
            "Ada Lovelace Ada.L@example.org",
            "Ada.L at example.org (Ada Lovelace)",
            "Ada Lovelace via Help <Ada.L@example.org>",
            "Ada Lovelace <Ada.L@example.org",
            "Ada Lovelace <@relay.example.net:Ada.L@example.org>",
        ] {
            assert_eq!(one(text), ada, "{text}");
        }
    }

    #[test]
    fn a_quoted_local_part_is_one_address() {
        let address = "\"ann marie\"@example.org".to_owned();
        assert_eq!(one("\"ann marie\"@example.org"), (String::new(), address.clone()));
        assert_eq!(one("Ann <\"ann marie\"@example.org>"), ("Ann".into(), address.clone()));
        assert_eq!(one("\"ann marie\"@example.org (Ann)"), ("Ann".into(), address));
        assert_eq!(list("\"a\\\"b c\"@example.org"), []);
    }

    #[test]
    fn lists_groups_and_commas_in_names() {
        let all = list(
            "\"Lovelace, Ada\" <ada@example.org>, bob@example.org;, Team: c@example.org, d@example.org;",
        );
        let mails: Vec<&str> = all.iter().map(|(_, e)| e.as_str()).collect();
        assert_eq!(mails, ["ada@example.org", "bob@example.org", "c@example.org", "d@example.org"]);
        assert_eq!(all[0].0, "Lovelace, Ada");
        assert_eq!(list("undisclosed-recipients:;"), []);
        assert_eq!(list("nobody, <>, ((("), []);
    }

    #[test]
    fn what_is_no_address_is_none() {
        for text in
            ["", "@", "a@", "@b", "a b@c", "a@b\r\nBcc: x@y", "a@b@", &format!("{}@x.org", "a".repeat(400))]
        {
            assert_eq!(normalise(text), None, "{text}");
        }
        assert_eq!(normalise(" <Ann@Example.ORG.> ").as_deref(), Some("Ann@example.org"));
    }

    #[test]
    fn names_are_cleaned() {
        assert_eq!(clean_name("\"'Ada'\"\r\n"), "Ada");
        assert_eq!(clean_name(" (Ada   Lovelace) "), "Ada Lovelace");
        assert_eq!(clean_name("Ada via Help"), "Ada");
    }
}
