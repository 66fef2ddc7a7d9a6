//! `-tag:spam` on a command line, where a shell's flags begin with a dash too.

use std::ffi::OsString;

use super::complete::takes_value;

/// Words of a query in which a shell's flags could be seen: `-tag:spam` becomes `not tag:spam`, which means the same.
pub fn negations(words: impl Iterator<Item = OsString>, command: &clap::Command) -> Vec<OsString> {
    let mut out: Vec<OsString> = Vec::new();
    // Whether the verb is not named yet; then, whether it takes a query.
    let (mut before, mut asks) = (true, false);
    let mut verb: Option<String> = None;
    for word in words {
        let text = word.to_str().unwrap_or_default();
        let last = out.last().and_then(|l| l.to_str()).unwrap_or_default();
        let is_value = takes_value(command, verb.as_deref(), last);
        if before && !out.is_empty() && !is_value && !text.starts_with('-') {
            before = false;
            verb = Some(text.to_owned());
            asks = matches!(text, "list" | "export" | "log");
        } else if asks && !is_value && is_negation(text) {
            out.push(format!("not {}", text.trim_start_matches('-')).into());
            continue;
        }
        out.push(word);
    }
    out
}

/// Flags after words that can begin with a dash themselves, as tags can, moved in front of them:
/// `customer tag C-1 -late --dry-run`. What follows `--` stays what it is.
pub fn hoisted(words: Vec<OsString>) -> Vec<OsString> {
    const FLAGS: [&str; 3] = ["--dry-run", "--json", "--quiet"];
    let is = |w: &OsString, all: &[&str]| all.iter().any(|a| w == a);
    let Some(verb) = words.iter().position(|w| is(w, &["tag", "untag"])) else { return words };
    let end = words.iter().position(|w| is(w, &["--"])).unwrap_or(words.len());
    if end <= verb {
        return words;
    }
    let (head, rest) = words.split_at(verb + 1);
    let (typed, literal) = rest.split_at(end - verb - 1);
    let (flags, others): (Vec<&OsString>, Vec<&OsString>) = typed.iter().partition(|w| is(w, &FLAGS));
    head.iter().chain(flags).chain(others).chain(literal).cloned().collect()
}

/// `-tag:spam`, `-(a or b)`, `-"a b"` and `-word`; not `-q`, `--limit`, `-oFILE` and `-5`.
fn is_negation(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('-') else { return false };
    let mut chars = rest.chars();
    let first = chars.next().is_some_and(|c| c != '-' && !c.is_ascii_digit());
    let output = rest.starts_with('o') && !rest.contains([':', '<', '>', '=']);
    first && chars.next().is_some() && !output
}

#[cfg(test)]
mod tests {
    use super::*;

    fn negated(text: &str) -> String {
        let command = super::super::app::command();
        let words = negations(text.split(' ').map(OsString::from), &command);
        words.iter().map(|w| w.to_str().unwrap()).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn flags_behind_tags_are_flags() {
        let hoist = |text: &str| {
            let words = hoisted(text.split(' ').map(OsString::from).collect());
            words.iter().map(|w| w.to_str().unwrap()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(
            hoist("frontdesk customer tag C-1 -late --dry-run"),
            "frontdesk customer tag --dry-run C-1 -late"
        );
        let literal = "frontdesk customer tag C-1 -- --dry-run";
        assert_eq!(hoist(literal), literal);
        let other = "frontdesk list tickets --json is:open";
        assert_eq!(hoist(other), other);
    }

    #[test]
    fn a_leading_dash_of_a_query_says_not_and_flags_stay() {
        assert_eq!(
            negated("frontdesk list tickets is:open -tag:spam -q --limit 5"),
            "frontdesk|list|tickets|is:open|not tag:spam|-q|--limit|5"
        );
        assert_eq!(
            negated("frontdesk --store list list tickets -late"),
            "frontdesk|--store|list|list|tickets|not late"
        );
        assert_eq!(
            negated("frontdesk export orders -ofile -org:acme -o -x --sort -date"),
            "frontdesk|export|orders|-ofile|not org:acme|-o|-x|--sort|-date"
        );
        assert_eq!(
            negated("frontdesk list tickets --view -evil -late --columns -x"),
            "frontdesk|list|tickets|--view|-evil|not late|--columns|-x"
        );
        for other in ["frontdesk customer log C-1 -abc", "frontdesk -q list", "frontdesk list tickets -- -5"]
        {
            assert_eq!(negated(other), other.replace(' ', "|"));
        }
    }
}
