//! The numbers that people see and type: `C-104`, `T-10423`.

use super::Kind;

/// The number as people see it: `T-104`.
pub fn show(kind: Kind, number: u64) -> String {
    format!("{}-{number}", kind.letter())
}

/// The kind and number of `T-104`, `t104`, `t-104`; a bare `#104` or `104` has no kind.
pub fn parse(text: &str) -> Option<(Option<Kind>, u64)> {
    let t = text.trim();
    let digits = t.find(|c: char| c.is_ascii_digit())?;
    let (head, number) = t.split_at_checked(digits)?;
    let number = number.parse().ok()?;
    match head {
        "" | "#" => Some((None, number)),
        head => Some((Some(Kind::of_letter(head.strip_suffix('-').unwrap_or(head))?), number)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_type_them() {
        assert_eq!(parse("T-104"), Some((Some(Kind::Ticket), 104)));
        assert_eq!(parse("c7"), Some((Some(Kind::Customer), 7)));
        assert_eq!(parse("#42"), Some((None, 42)));
        assert_eq!(parse("Q-1"), None);
        assert_eq!(parse("T-"), None);
        assert_eq!(parse("é1"), None);
    }
}
