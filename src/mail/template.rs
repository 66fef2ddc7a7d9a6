//! Texts with places that are filled in: `Hello {first_name}, we have your message {ticket}.`

/// The places that a text may have, with what fills them.
pub const PLACES: &[(&str, &str)] = &[
    ("first_name", "the customer's first name"),
    ("name", "the customer's name"),
    ("ticket", "the ticket's number"),
    ("subject", "the subject of the message"),
    ("mailbox", "the name of the mailbox, or its address"),
];

/// The longest value that is filled in, in characters: a subject is what a stranger wrote.
const LONGEST: usize = 120;

/// The first place that a text names and that does not exist.
pub fn unknown(text: &str) -> Option<&str> {
    parts(text).find_map(|part| match part {
        TemplatePart::Place(name) if !PLACES.iter().any(|(known, _)| *known == name) => Some(name),
        _ => None,
    })
}

/// The text with its places filled in. What is filled in is not read again. An empty value takes the blank before it
/// along: `Hello {first_name},` becomes `Hello,`.
pub fn fill(text: &str, value: &dyn Fn(&str) -> String) -> String {
    let mut out = String::new();
    for part in parts(text) {
        match part {
            TemplatePart::Text(t) => out.push_str(t),
            TemplatePart::Place(name) => {
                let filled: String = value(name).split_whitespace().collect::<Vec<_>>().join(" ");
                let filled: String = filled.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
                if filled.is_empty() && out.ends_with(' ') {
                    out.pop();
                }
                out.push_str(&filled);
            }
        }
    }
    out
}

enum TemplatePart<'a> {
    Text(&'a str),
    Place(&'a str),
}

/// The text in parts. A brace that opens no place is text.
fn parts(text: &str) -> impl Iterator<Item = TemplatePart<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some(inner) = rest.strip_prefix('{')
            && let Some((name, after)) = inner.split_once('}')
            && !name.is_empty()
            && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
        {
            rest = after;
            return Some(TemplatePart::Place(name));
        }
        let first = rest.chars().next().map_or(1, char::len_utf8);
        let end = rest.get(first..).and_then(|r| r.find('{')).map_or(rest.len(), |i| first + i);
        let (part, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        rest = after;
        Some(TemplatePart::Text(part))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(text: &str, name: &str, subject: &str) -> String {
        fill(text, &|place| match place {
            "first_name" => name.to_owned(),
            "ticket" => "T-7".to_owned(),
            "subject" => subject.to_owned(),
            _ => String::new(),
        })
    }

    #[test]
    fn places_are_filled_in_once() {
        assert_eq!(filled("Hello {first_name}: {ticket}.", "Ada", ""), "Hello Ada: T-7.");
        assert_eq!(filled("Hello {first_name},", "", ""), "Hello,");
        assert_eq!(filled("“{subject}”", "", "{ticket}\r\nBcc: x"), "“{ticket} Bcc: x”");
        assert_eq!(filled("{}, {A}, { ticket } and {", "", ""), "{}, {A}, { ticket } and {");
        assert_eq!(filled("{subject}", "", &"x".repeat(500)).len(), LONGEST);
    }

    #[test]
    fn a_place_that_does_not_exist_is_named() {
        assert_eq!(unknown("Hi {first_name}, {ticket}, {subject}, {mailbox} {x y}"), None);
        assert_eq!(unknown("Hi {firstname}"), Some("firstname"));
    }
}
