//! Whether an answer from an address that no one knows may be from the person we wrote to: only a reason to ask an agent.

use crate::model::fold;

/// Names before the `@` that many people have.
const SHARED: [&str; 16] = [
    "info", "office", "mail", "contact", "support", "sales", "help", "service", "admin", "team", "hello",
    "kontakt", "buero", "post", "me", "noreply",
];

/// A name and an address, of a mail or a record.
#[derive(Debug, Clone, Copy)]
pub struct Who<'a> {
    /// The name; empty where none is known.
    pub name: &'a str,
    /// The address.
    pub address: &'a str,
}

/// Whether two may be one person: the same full name in either order, or the same personal name before the `@`.
pub fn may_be(a: Who<'_>, b: Who<'_>) -> bool {
    let (one, other) = (words(a.name), words(b.name));
    // One word (`Ann`) is a name that many have.
    (one.len() > 1 && one == other)
        || local(a.address).is_some_and(|l| local(b.address).as_deref() == Some(l.as_str()))
}

/// The words of a name, sorted.
fn words(name: &str) -> Vec<String> {
    let plain = fold::fold(name);
    let mut words: Vec<String> = plain
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| w.chars().count() > 1)
        .map(str::to_owned)
        .collect();
    words.sort();
    words
}

/// The part before the `@`, where it names a person.
fn local(address: &str) -> Option<String> {
    let key = fold::email_key(address)?;
    let local = key.rsplit_once('@')?.0;
    let local = local.split_once('+').map_or(local, |(name, _)| name);
    let plain: String = local.chars().filter(char::is_ascii_alphanumeric).collect();
    (plain.len() >= 5 && !SHARED.contains(&plain.as_str())).then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_full_name_or_the_same_personal_address_may_be_one_person() {
        let ada = Who { name: "Ada Lovelace", address: "ada.lovelace@example.org" };
        for (name, address) in [
            ("Ada Lovelace", "al@home.example"),
            ("LOVELACE, Ada", "al@home.example"),
            ("Ada B. Lovelace", "al@home.example"),
            ("", "ada.lovelace@home.example"),
            ("Countess", "adalovelace+desk@home.example"),
        ] {
            assert!(may_be(ada, Who { name, address }), "{name} {address}");
        }
        for (name, address) in [
            ("Ada", "ada@home.example"),
            ("Bob Lovelace", "bob@example.org"),
            ("", ""),
            ("", "lovelace@x.example"),
        ] {
            assert!(!may_be(ada, Who { name, address }), "{name} {address}");
        }
        let office = Who { name: "", address: "office@example.org" };
        assert!(!may_be(office, Who { name: "", address: "office@other.example" }));
    }
}
