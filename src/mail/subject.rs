//! Subjects: one line, without what replies and lists put before them, and the ticket they name.

/// A subject on one line, one space between words.
pub fn one_line(subject: &str) -> String {
    let words: Vec<&str> = subject.split(|c: char| c.is_whitespace()).filter(|w| !w.is_empty()).collect();
    words.join(" ")
}

/// A subject to compare by.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Base {
    /// What is left in lower case once `Re:`, `Fwd:`, `[list]` and their kind are taken off.
    pub text: String,
    /// Whether it was marked as a reply.
    pub reply: bool,
    /// Whether it was marked as forwarded.
    pub forward: bool,
}

/// How mailers mark a reply in English, German, Scandinavian, Dutch, Finnish, Italian, Portuguese, Polish, Turkish,
/// Hungarian, Greek, Icelandic, Hebrew and Chinese.
const REPLY: [&str; 21] = [
    "re", "aw", "antw", "antwort", "sv", "svar", "vs", "vá", "rif", "rép", "res", "odp", "ynt", "yan", "bls",
    "atb", "απ", "σχετ", "השב", "回复", "回覆",
];
/// How they mark what is forwarded.
const FORWARD: [&str; 14] =
    ["fw", "fwd", "wg", "tr", "vl", "vb", "doorst", "vid", "rv", "enc", "i", "továbbítás", "转发", "轉寄"];

/// Takes the marks off a subject: any number of them, in any order, as `Re[2]: [help] AW: Fwd: printer`.
pub fn base(subject: &str) -> Base {
    let whole = one_line(subject).to_lowercase();
    let mut base = Base::default();
    let mut text = whole.as_str();
    loop {
        text = text.trim_start();
        // `[list]` at the start, but not the whole of the subject, and not a ticket's number.
        if let Some((tag, rest)) = text.strip_prefix('[').and_then(|t| t.split_once(']'))
            && !rest.trim().is_empty()
            && tag.chars().count() <= 60
        {
            text = rest;
            continue;
        }
        let Some((mark, rest)) = text.split_once([':', '：']) else { break };
        // `Re[2]`, `Re(2)`, `Re^2`.
        let word =
            mark.trim_end().trim_end_matches([']', ')']).trim_end_matches(|c: char| c.is_ascii_digit());
        let word = word.trim_end_matches(['[', '(', '^', '*']).trim_end();
        if REPLY.contains(&word) {
            base.reply = true;
        } else if FORWARD.contains(&word) {
            base.forward = true;
        } else {
            break;
        }
        text = rest;
    }
    // Some mailers mark a forward at the end.
    let text = text.trim().strip_suffix("(fwd)").inspect(|_| base.forward = true).unwrap_or(text.trim());
    base.text = text.trim().to_owned();
    base
}

/// The ticket numbers that a subject names as `[T-10423]`, in order; any letter case.
pub fn hooks(subject: &str) -> Vec<u64> {
    let mut found = Vec::new();
    let mut rest = subject;
    while let Some((_, inner)) = rest.split_once('[') {
        let number = inner.strip_prefix("T-").or_else(|| inner.strip_prefix("t-"));
        if let Some((digits, _)) = number.and_then(|n| n.get(..n.len().min(24)).unwrap_or(n).split_once(']'))
            && !digits.is_empty()
            && digits.bytes().all(|b| b.is_ascii_digit())
            && let Ok(number) = digits.parse()
        {
            found.push(number);
        }
        rest = inner;
    }
    found
}

/// The ticket number in the tag of a plus address, `T-12` of `help+T-12@example.com`; any letter case.
pub fn ticket_tag(tag: &str) -> Option<u64> {
    let digits = tag.strip_prefix("T-").or_else(|| tag.strip_prefix("t-"))?;
    digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::{base, hooks, ticket_tag};

    #[test]
    fn every_mark_comes_off() {
        for subject in [
            "Printer broken",
            "Re: Printer broken",
            "RE: Re[2]: [ILUG] printer  broken",
            "[ILUG] Re: printer\r\n broken",
            "AW: WG: Printer broken",
            "SV: Vs: printer broken (fwd)",
            "Re : Printer broken",
            "回复：Printer broken",
        ] {
            assert_eq!(base(subject).text, "printer broken", "{subject}");
        }
        assert!(base("Re: x").reply && !base("x").reply && base("Fwd: x").forward);
    }

    #[test]
    fn words_that_look_like_marks_stay() {
        assert_eq!(base("Reminder: pay").text, "reminder: pay");
        assert_eq!(base("[urgent]").text, "[urgent]");
        assert_eq!(base("Re:").text, "");
    }

    #[test]
    fn hooks_are_read_and_nothing_else() {
        assert_eq!(hooks("Re: [T-10423] printer [t-7]"), [10423, 7]);
        assert_eq!(
            hooks("[T-] [T-x] T-5 [T-99999999999999999999999] [é-12345678901234567890123456"),
            [0_u64; 0]
        );
    }

    #[test]
    fn a_plus_address_names_a_ticket_and_nothing_else_does() {
        assert_eq!(ticket_tag("T-12"), Some(12));
        assert_eq!(ticket_tag("t-0000012"), Some(12));
        for tag in ["", "12", "T-", "T--1", "T-+1", "T-1x", "shop", "T-99999999999999999999999"] {
            assert_eq!(ticket_tag(tag), None, "{tag}");
        }
    }
}
