//! Folding: the form of a text in which it is searched and matched.

/// The text in lower-case ASCII where it can be written so (diacritics dropped, ß as ss, other scripts transliterated),
/// without control and zero-width characters, with single spaces.
pub fn fold(s: &str) -> String {
    let mut out = String::with_capacity(s.len());
    for c in s.chars() {
        fold_char(c, |c| out.push(c));
    }
    if out.contains("  ") || out.starts_with(' ') || out.ends_with(' ') {
        out = out.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
    }
    out
}

/// A name without what does not tell two names apart: case, accents, spaces and signs.
pub fn fold_name(name: &str) -> String {
    fold(name).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Folds a running text: as [`fold`], but letters of scripts that put no space between words stay as they are. Written in
/// Latin letters a whole sentence of theirs would be one word, and many words would sound alike.
pub fn fold_text(s: &str) -> String {
    let mut out = String::with_capacity(s.len());
    fold_text_with(s, |_, c| {
        if c != ' ' || !(out.is_empty() || out.ends_with(' ')) {
            out.push(c);
        }
    });
    if out.ends_with(' ') {
        out.pop();
    }
    out
}

/// Gives every character of a folded text with the place, in bytes, of the character that it was made of. Spaces are not
/// drawn together yet.
pub fn fold_text_with(s: &str, mut out: impl FnMut(usize, char)) {
    for (at, c) in s.char_indices() {
        if c.is_ascii() {
            out(at, if c.is_ascii_control() { ' ' } else { c.to_ascii_lowercase() });
        } else if is_unspaced(c) {
            out(at, c);
        } else {
            fold_char(c, |c| out(at, if c.is_ascii_control() { ' ' } else { c }));
        }
    }
}

/// Letters of scripts that put no space between words: Thai, Lao, Myanmar, Khmer, kana, Han.
pub fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Gives what one character is folded to: nothing, one character, or several.
pub fn fold_char(c: char, mut out: impl FnMut(char)) {
    if c.is_ascii_alphanumeric() {
        out(c.to_ascii_lowercase());
    } else if c.is_ascii() {
        out(if c.is_ascii_control() { ' ' } else { c });
    } else if !is_invisible(c) && !is_combining(c) {
        let plain = any_ascii::any_ascii_char(c);
        if plain.is_empty() && !c.is_control() {
            c.to_lowercase().for_each(out);
        } else {
            plain.chars().for_each(|c| out(c.to_ascii_lowercase()));
        }
    }
}

/// Accents that follow their letter as their own character: `é` written in two.
fn is_combining(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

/// Characters that take no place on paper: zero-width, bidi controls, byte order marks.
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{ad}')
}

/// An e-mail address in the form in which it is matched: trimmed, in lower case. `None` where it is none.
pub fn email_key(address: &str) -> Option<String> {
    let a = address.trim().trim_matches(['<', '>']).to_lowercase();
    let (local, domain) = a.rsplit_once('@')?;
    // `"ann marie"@example.org` is one address (RFC 5321 §4.1.2).
    let quoted = local.len() > 2 && local.starts_with('"') && local.ends_with('"');
    let bad = |t: &str| t.contains(|c: char| c.is_whitespace() || c.is_control());
    let local_bad = if quoted { local.contains(char::is_control) } else { bad(local) };
    (!local.is_empty() && !domain.is_empty() && !local_bad && !bad(domain)).then(|| a.clone())
}

/// An [`email_key`] without its tag, and the tag: `help@example.com` and `t-12` of `help+t-12@example.com`.
pub fn without_plus(key: &str) -> Option<(String, &str)> {
    let (local, domain) = key.rsplit_once('@')?;
    let (base, tag) = local.split_once('+')?;
    (!base.is_empty()).then(|| (format!("{base}@{domain}"), tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_drops_marks_and_case() {
        assert_eq!(fold("  Łukasz  Weiß "), "lukasz weiss");
        assert_eq!(fold("Zoë\u{200b} O'Neil"), "zoe o'neil");
        assert_eq!(fold("Юлия"), "yuliya");
        assert_eq!(fold("Rene\u{301}e"), "renee");
    }

    #[test]
    fn a_running_text_keeps_what_has_no_spaces() {
        assert_eq!(fold_text(" Łukasz\n\t fährt nach  北京市 "), "lukasz fahrt nach 北京市");
        assert_eq!(fold_text("Юлия\u{a0}iPhone手机"), "yuliya iphone手机");
    }

    proptest::proptest! {
        #[test]
        fn a_running_text_of_other_scripts_is_folded_like_a_name(s in "\\PC{0,40}|[ \\ta-cäßЮ\u{301}]{0,12}") {
            if !s.chars().any(is_unspaced) {
                proptest::prop_assert_eq!(fold_text(&s), fold(&s));
            }
        }
    }

    #[test]
    fn an_address_is_matched_in_lower_case() {
        assert_eq!(email_key(" <Grace@Example.ORG> "), Some("grace@example.org".into()));
        assert_eq!(email_key("no address"), None);
        assert_eq!(email_key("a b@example.org"), None);
    }
}
