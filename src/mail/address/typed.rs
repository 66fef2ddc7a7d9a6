//! Addresses as people type them into a field: `Grace Hopper <grace@example.org>, bob@example.org`. Unlike what mail brings,
//! these are read strictly: what is no address is rejected.

use std::fmt;

use super::{Address, normalise};
use crate::mail::compose;

impl fmt::Display for Address {
    /// As a field has it; a name with signs is quoted, so that [`split`] and [`read`] give the same again.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name.trim();
        let plain = |c: char| c.is_alphanumeric() || " .'-_&".contains(c);
        match name {
            "" => f.write_str(&self.email),
            name if name.chars().all(plain) => write!(f, "{name} <{}>", self.email),
            name => write!(f, "\"{}\" <{}>", name.replace(['"', '\\'], "'"), self.email),
        }
    }
}

/// The entries of a field, trimmed: what stands between commas, semicolons and ends of lines. Those within quotes or `<>`
/// belong to an entry.
pub fn split(text: &str) -> Vec<&str> {
    let (mut quoted, mut angle, mut start) = (false, false, 0);
    let mut out = Vec::new();
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '<' if !quoted => angle = true,
            '>' if !quoted => angle = false,
            '\n' => (quoted, angle) = (false, false),
            _ => {}
        }
        if c == '\n' || matches!(c, ',' | ';') && !quoted && !angle {
            out.push(text.get(start..at).unwrap_or_default());
            start = at + c.len_utf8();
        }
    }
    out.push(text.get(start..).unwrap_or_default());
    out.into_iter().map(str::trim).filter(|entry| !entry.is_empty()).collect()
}

/// The address of one entry; `None` where mail cannot go to it.
pub fn read(entry: &str) -> Option<Address> {
    let entry = entry.trim();
    let named = entry.strip_suffix('>').and_then(|e| e.rsplit_once('<'));
    let (name, email) = named.unwrap_or(("", entry));
    let email = normalise(email).filter(|email| compose::can_go_to(email))?;
    let name = name.trim();
    let bare = name.strip_prefix('"').and_then(|n| n.strip_suffix('"')).unwrap_or(name);
    Some(Address { name: bare.trim().to_owned(), email })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_field_is_split_at_commas_that_stand_in_no_name() {
        let field = "\"Hopper, Grace\" <grace@x.example>, bob@x.example;; Ann <ann@x.example>\n";
        assert_eq!(
            split(field),
            ["\"Hopper, Grace\" <grace@x.example>", "bob@x.example", "Ann <ann@x.example>"]
        );
        assert_eq!(split(" , ; "), [""; 0]);
    }

    #[test]
    fn what_is_no_address_is_none() {
        for bad in [
            "grace",
            "grace@",
            "@x.example",
            "a b@x.example",
            "a@b c",
            "Ann <ann>",
            "a@b@c>",
            "zoë@x.example",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
        let read = read("\"Hopper, Grace\" <Grace@X.example>").unwrap();
        assert_eq!((read.name.as_str(), read.email.as_str()), ("Hopper, Grace", "Grace@x.example"));
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_again(names in proptest::collection::vec("[a-zé,.;<>()@ ]{0,12}", 1..4)) {
            let all: Vec<Address> = names
                .iter()
                .map(|n| Address { name: n.trim().to_owned(), email: "ann@x.example".into() })
                .collect();
            let field = all.iter().map(Address::to_string).collect::<Vec<_>>().join(", ");
            let again: Vec<Address> = split(&field).into_iter().filter_map(read).collect();
            prop_assert_eq!(again, all);
        }
    }
}
