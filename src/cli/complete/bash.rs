//! A line of bash, read as bash reads it, and words quoted for a place in it.

use std::fmt::Write as _;

use crate::term::safe::clean::{self, Kind};

/// The quotes that are open at a place of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quote {
    None,
    /// `'`
    Single,
    /// `"`
    Double,
    /// `$'`
    Dollar,
    /// Behind a backslash.
    Backslash,
}

/// A line up to the cursor.
#[derive(Debug)]
pub(super) struct Line {
    /// Its words without their quotes; the last one is under the cursor, and may be empty.
    words: Vec<String>,
    /// The quotes open at its end.
    pub(super) quote: Quote,
}

impl Line {
    /// Takes a line apart. Variables and substitutions stay as they are written: nothing is run to complete a word.
    pub(super) fn read(line: &str) -> Line {
        let (mut words, mut word, mut began) = (Vec::new(), Vec::new(), false);
        let mut quote = Quote::None;
        let mut chars = line.chars().peekable();
        let put = |word: &mut Vec<u8>, c: char| word.extend(c.encode_utf8(&mut [0; 4]).bytes());
        while let Some(c) = chars.next() {
            match (quote, c) {
                (Quote::None, ' ' | '\t' | '\n' | ';' | '|' | '&' | '<' | '>' | '(' | ')') => {
                    if std::mem::take(&mut began) {
                        words.push(text(&mut word));
                    }
                    continue;
                }
                (Quote::None, '\'') => quote = Quote::Single,
                (Quote::None, '"') => quote = Quote::Double,
                (Quote::None, '$') if chars.next_if_eq(&'\'').is_some() => quote = Quote::Dollar,
                (Quote::None, '$') if chars.next_if_eq(&'"').is_some() => quote = Quote::Double,
                (Quote::None, '\\') => match chars.next() {
                    Some('\n') => {}
                    Some(c) => put(&mut word, c),
                    None => quote = Quote::Backslash,
                },
                (Quote::Single | Quote::Dollar, '\'') | (Quote::Double, '"') => quote = Quote::None,
                (Quote::Double, '\\') => {
                    match chars.next_if(|c| matches!(c, '$' | '`' | '"' | '\\' | '\n')) {
                        Some('\n') => {}
                        Some(c) => put(&mut word, c),
                        None if chars.peek().is_none() => quote = Quote::Backslash,
                        None => word.push(b'\\'),
                    }
                }
                (Quote::Dollar, '\\') if chars.peek().is_none() => quote = Quote::Backslash,
                (Quote::Dollar, '\\') => escape(&mut chars, &mut word),
                (_, c) => put(&mut word, c),
            }
            began = true;
        }
        words.push(text(&mut word));
        Line { words, quote }
    }

    /// The word under the cursor.
    pub(super) fn word(&self) -> &str {
        self.words.last().map_or("", String::as_str)
    }

    /// The words behind a command: of the last one on the line, whatever path it is called by.
    pub(super) fn words_of(&self, command: &str) -> &[String] {
        let is = |w: &String| w.rsplit('/').next() == Some(command);
        let typed = self.words.len().saturating_sub(1);
        let at = self.words.iter().take(typed).position(is).unwrap_or(0);
        self.words.get(at.saturating_add(1)..).unwrap_or_default()
    }
}

/// The bytes of a word as text; the word is empty afterwards.
fn text(word: &mut Vec<u8>) -> String {
    String::from_utf8_lossy(&std::mem::take(word)).into_owned()
}

/// An escape of `$'…'`, behind its backslash.
fn escape(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, word: &mut Vec<u8>) {
    let Some(c) = chars.next() else { return };
    let mut digits = |first: u32, most: usize, radix: u32| {
        let mut n = first;
        for _ in 0..most {
            let Some(d) = chars.peek().and_then(|c| c.to_digit(radix)) else { break };
            n = n.wrapping_mul(radix).wrapping_add(d);
            chars.next();
        }
        n
    };
    let byte = match c {
        'a' => 7,
        'b' => 8,
        'e' | 'E' => 0x1b,
        'f' => 12,
        'n' => b'\n',
        'r' => b'\r',
        't' => b'\t',
        'v' => 11,
        '\\' | '\'' | '"' | '?' => u8::try_from(c).unwrap_or_default(),
        '0'..='7' => digits(c.to_digit(8).unwrap_or_default(), 2, 8).to_le_bytes()[0],
        'x' => digits(0, 2, 16).to_le_bytes()[0],
        'u' | 'U' => {
            let n = digits(0, if c == 'u' { 4 } else { 8 }, 16);
            let c = char::from_u32(n).unwrap_or(char::REPLACEMENT_CHARACTER);
            return word.extend(c.encode_utf8(&mut [0; 4]).bytes());
        }
        c => {
            word.push(b'\\');
            return word.extend(c.encode_utf8(&mut [0; 4]).bytes());
        }
    };
    word.push(byte);
}

/// Whether a character is literal anywhere in a word of bash.
fn is_plain(c: char) -> bool {
    match c {
        '_' | '-' | '.' | '/' | ':' | ',' | '@' | '+' | '%' | '=' => true,
        c => c.is_alphanumeric() && !is_hidden(c),
    }
}

/// Whether a character is better written by its bytes: what a terminal would act on, and what no one sees.
fn is_hidden(c: char) -> bool {
    matches!(clean::kind(c), Kind::Control | Kind::Bidi(_) | Kind::Invisible | Kind::Nothing | Kind::Joiner)
}

/// A text as readline inserts it where these quotes are open, so that bash reads exactly this text: nothing in it is run
/// or expanded, by the history either. `None` behind a backslash, where only one character fits.
///
/// With `only_ascii` other characters are written by their bytes. An open quote is written again: readline then drops the one on the line, and adds none where the text ends with one.
pub(super) fn quote(text: &str, open: Quote, only_ascii: bool) -> Option<String> {
    Some(match open {
        Quote::None
            if !text.is_empty() && text.chars().all(|c| is_plain(c) && (c.is_ascii() || !only_ascii)) =>
        {
            text.to_owned()
        }
        Quote::None | Quote::Single => format!("'{}'", inner(text, Quote::Single, only_ascii)),
        Quote::Double => format!("\"{}\"", inner(text, open, only_ascii)),
        Quote::Dollar => format!("'{}'", inner(text, open, only_ascii)),
        Quote::Backslash => return None,
    })
}

/// A text as written after an open quote, which is still open at its end.
fn inner(text: &str, open: Quote, only_ascii: bool) -> String {
    let is_hidden = |c: char| is_hidden(c) || (only_ascii && !c.is_ascii());
    let mut out = String::new();
    for c in text.chars() {
        match (open, c) {
            (Quote::Single, c) if is_hidden(c) => {
                out.push_str("'$'");
                bytes(&mut out, c);
                out.push_str("''");
            }
            (Quote::Double, c) if is_hidden(c) => {
                out.push_str("\"$'");
                bytes(&mut out, c);
                out.push_str("'\"");
            }
            (Quote::Single, '\'') => out.push_str("'\\''"),
            (Quote::Double, '$' | '`' | '"' | '\\') => out.extend(['\\', c]),
            // A backslash before it would stay in the word.
            (Quote::Double, '!') => out.push_str("\"'!'\""),
            (Quote::Dollar, '\'' | '\\') => out.extend(['\\', c]),
            (Quote::Dollar, c) if c == '!' || is_hidden(c) => bytes(&mut out, c),
            (_, c) => out.push(c),
        }
    }
    out
}

/// A character as escapes of `$'…'`, which mean the same in every locale.
fn bytes(out: &mut String, c: char) {
    for b in c.encode_utf8(&mut [0; 4]).bytes() {
        let _ = write!(out, "\\{b:03o}");
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_line_is_read_as_bash_reads_it() {
        let read = |line: &str| {
            let line = Line::read(line);
            (line.words.join("|"), line.quote)
        };
        assert_eq!(read("frontdesk list "), ("frontdesk|list|".into(), Quote::None));
        assert_eq!(read("a b\\ c'd e'\"f\\\"\\g\""), ("a|b cd ef\"\\g".into(), Quote::None));
        assert_eq!(read("a $'x\\n\\303\\251\\'"), ("a|x\né'".into(), Quote::Dollar));
        assert_eq!(read("a 'b c"), ("a|b c".into(), Quote::Single));
        assert_eq!(read("a \"b c"), ("a|b c".into(), Quote::Double));
        assert_eq!(read("a b\\"), ("a|b".into(), Quote::Backslash));
        assert_eq!(read("a '' "), ("a||".into(), Quote::None));
        assert_eq!(Line::read("X=1 /usr/bin/frontdesk show T-").words_of("frontdesk"), ["show", "T-"]);
    }

    #[test]
    fn a_plain_word_stays_and_any_other_is_quoted() {
        let quoted = |text: &str| quote(text, Quote::None, false).unwrap();
        assert_eq!(quoted("tag:vip"), "tag:vip");
        assert_eq!(quoted("org:Café"), "org:Café");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted("`x`"), "'`x`'");
        assert_eq!(quoted("a\nb"), r"'a'$'\012''b'");
        assert_eq!(quote("a\"!", Quote::Double, false).unwrap(), r#""a\""'!'"""#);
    }

    proptest! {
        #[test]
        fn what_is_quoted_reads_as_itself_whatever_quote_is_open(text in "(.|[\\n\\t\\x1b`$!'\"\\\\*~#; ]){0,24}", only_ascii in any::<bool>()) {
            for (open, before) in
                [(Quote::None, ""), (Quote::Single, ""), (Quote::Double, ""), (Quote::Dollar, "$")]
            {
                let line = format!("x {before}{}", quote(&text, open, only_ascii).unwrap());
                let read = Line::read(&line);
                prop_assert_eq!(read.word(), &text);
                prop_assert_eq!(read.words.len(), 2, "{}", line);
                prop_assert_eq!(read.quote, Quote::None);
            }
        }
    }
}
