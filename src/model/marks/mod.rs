//! What names a person in a text: full names, addresses, telephone numbers, ids; found and taken out.
//!
//! Texts that are about someone else are searched too, so the rules err towards leaving a stranger's words alone:
//!
//! - a **name** counts in full only, in either order (`Ada Lovelace`, `Lovelace, Ada`, `ada.lovelace`, `Ada B. Lovelace`),
//!   whatever its case and accents; one word (`Will`, `Rose`) never does
//! - an **e-mail address** counts whole, also with a `+tag` and as `%40` in a link
//! - a **telephone number** counts by its last nine digits however they are set apart, and in full where it is shorter;
//!   fewer than seven digits never count
//! - a **street line**, a **page** with a path, an **id** of another system of eight characters or more, a **handle**
//!   behind its `@`, and the **Message-IDs** of their mail count as they are written

mod find;
mod words;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use self::words::Words;
use super::{Customer, fold, phone};

/// What stands where something was taken out.
pub const ERASED: &str = "[erased]";

/// Digits of a telephone number that identify someone.
const DIGITS: usize = 9;
/// Fewer digits than this identify no one.
const LEAST_DIGITS: usize = 7;
/// Ids shorter than this are in strangers' texts by chance.
const LEAST_ID: usize = 8;

/// What names a person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marks {
    /// Full names as folded words, in each order.
    pub names: BTreeSet<Vec<String>>,
    /// Names in scripts that put no space between words.
    pub joined: BTreeSet<String>,
    /// E-mail addresses, in lower case.
    pub emails: BTreeSet<String>,
    /// Telephone numbers, digits alone: the last nine, or all of seven or eight.
    pub phones: BTreeSet<String>,
    /// Street lines as folded words.
    pub streets: BTreeSet<Vec<String>>,
    /// Pages, in lower case, without scheme.
    pub pages: BTreeSet<String>,
    /// Ids at other systems, and Message-IDs.
    pub ids: BTreeSet<String>,
    /// Handles, in lower case, without `@`.
    pub handles: BTreeSet<String>,
}

/// The words of a text as they are matched.
pub fn words(text: &str) -> Vec<String> {
    let mut out = Words::default();
    out.read(text);
    (0..out.spans.len()).map(|i| out.word(i).to_owned()).collect()
}

impl Marks {
    /// Whether nothing is known that could be found.
    pub fn is_empty(&self) -> bool {
        *self == Marks::default()
    }

    /// Adds all that a record says of its person.
    pub fn add(&mut self, c: &Customer) {
        self.add_name(&c.given, &c.middle, &c.family);
        self.add_full_name(&c.phonetic);
        self.add_full_name(&c.nickname);
        c.emails.iter().for_each(|e| self.add_email(&e.address));
        for p in &c.phones {
            self.add_phone(&p.raw);
            self.add_phone(&p.e164);
        }
        for a in &c.addresses {
            self.add_street(&a.street);
            self.add_street(&a.extended);
        }
        c.websites.iter().for_each(|w| self.add_page(w));
        c.external_ids.iter().for_each(|x| {
            self.add_id(&x.id);
            if x.source == "mail" {
                self.add_full_name(&x.id);
            }
        });
        c.handles.iter().for_each(|h| self.add_handle(&h.handle));
    }

    /// Adds a name in its parts.
    pub fn add_name(&mut self, given: &str, middle: &str, family: &str) {
        let (given_words, middle_words, family_words) = (words(given), words(middle), words(family));
        if !family_words.is_empty() && !given_words.is_empty() {
            self.add_words([&given_words, &family_words]);
            self.add_words([&family_words, &given_words]);
            if !middle_words.is_empty() {
                self.add_words([&given_words, &middle_words, &family_words]);
                self.add_words([&family_words, &given_words, &middle_words]);
            }
            let parts = [given.trim(), family.trim()];
            if parts.iter().all(|p| !p.is_empty() && p.chars().all(is_unspaced)) {
                self.joined.insert(format!("{}{}", parts[0], parts[1]));
                self.joined.insert(format!("{}{}", parts[1], parts[0]));
            }
        } else {
            self.add_full_name(given);
            self.add_full_name(family);
        }
    }

    /// Adds a name as it was written, where it has two words or more.
    pub fn add_full_name(&mut self, name: &str) {
        if name.contains('@') {
            return self.add_email(name);
        }
        let all = words(name);
        self.add_words([&all]);
        if let ([first @ .., last], true) = (all.as_slice(), all.len() > 1) {
            self.add_words([std::slice::from_ref(last), first]);
        }
    }

    fn add_words<const N: usize>(&mut self, parts: [&[String]; N]) {
        let all: Vec<String> = parts.into_iter().flatten().cloned().collect();
        if all.iter().filter(|w| w.chars().count() > 1).count() > 1 {
            self.names.insert(all);
        }
    }

    /// Adds an e-mail address.
    pub fn add_email(&mut self, address: &str) {
        self.emails.extend(fold::email_key(address));
    }

    /// Adds a telephone number.
    pub fn add_phone(&mut self, raw: &str) {
        let key = phone::key(raw).unwrap_or_default();
        if key.len() >= LEAST_DIGITS {
            self.phones.insert(key.chars().rev().collect());
        }
    }

    /// Adds a line of a postal address: one with a house number in it.
    pub fn add_street(&mut self, line: &str) {
        let all = words(line);
        let letters = all.iter().any(|w| w.chars().filter(|c| c.is_alphabetic()).count() > 2);
        if letters && all.len() > 1 && line.chars().any(|c| c.is_numeric()) {
            self.streets.insert(all);
        }
    }

    /// Adds a page, where more than its host is given: a host is often an organisation's.
    pub fn add_page(&mut self, page: &str) {
        let page = page.trim().to_lowercase();
        let page = page.split_once("://").map_or(page.as_str(), |(_, rest)| rest);
        let page = page.trim_start_matches("www.").trim_end_matches('/');
        if page.split_once('/').is_some_and(|(host, path)| host.contains('.') && path.len() > 2) {
            self.pages.insert(page.to_owned());
        }
    }

    /// Adds an id at another system, where it is long enough to be no one else's by chance.
    pub fn add_id(&mut self, id: &str) {
        let id = id.trim();
        if id.contains('@') {
            self.add_email(id);
        } else if id.chars().count() >= LEAST_ID && id.chars().all(in_id) {
            self.ids.insert(id.to_owned());
        }
    }

    /// Adds the Message-ID of a mail of theirs.
    pub fn add_message_id(&mut self, id: &str) {
        if id.chars().count() >= LEAST_ID {
            self.ids.insert(id.to_owned());
        }
    }

    /// Adds a handle on another network.
    pub fn add_handle(&mut self, handle: &str) {
        let handle = handle.trim().trim_start_matches('@').to_lowercase();
        if handle.contains('/') {
            self.add_page(&handle);
        } else if handle.chars().count() > 3 && handle.chars().all(in_id) {
            self.handles.insert(handle);
        }
    }
}

fn in_id(c: char) -> bool {
    c.is_alphanumeric() || "_.:-".contains(c)
}

/// Scripts that put no space between words: Han, Kana, Hangul.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}')
}

#[cfg(test)]
mod tests;
