//! What a match is worth, in hundredths of a point, by where in which kind of text it stands.

use crate::model::phone;

/// A point, in the hundredths that scores are counted in.
pub const POINT: u32 = 100;

/// The byte in front of a name. Folded text contains no control characters.
pub const NAME: u8 = 1;
/// … of other forms of a name: nickname, `mueller`, `jsmith`.
pub const ALIAS: u8 = 2;
/// … of an organisation.
pub const ORGANISATION: u8 = 3;
/// … of an address.
pub const EMAIL: u8 = 4;
/// … of the digits of a telephone number.
pub const PHONE: u8 = 5;
/// … of a tag.
pub const TAG: u8 = 6;
/// Behind the last field of a contact.
pub const END: u8 = 7;

/// The most that one word can be worth: a whole word of the name.
pub const BEST: u32 = 100 * POINT;
/// The start of a word of the name.
pub const NAME_START: u32 = 90 * POINT;
/// What a start is worth less where the word was typed to its end: another word follows it.
pub const UNFINISHED: u32 = 3 * POINT;
/// Another form of the name, whole.
pub const ALIAS_BEST: u32 = 88 * POINT;
/// … and its start.
pub const ALIAS_START: u32 = 82 * POINT;
/// The end of a telephone number.
pub const PHONE_END: u32 = 80 * POINT;
/// A word of an organisation, whole.
pub const ORGANISATION_BEST: u32 = 76 * POINT;
/// … and its start.
pub const ORGANISATION_START: u32 = 72 * POINT;
/// A word of an address, whole; what stands before the @ and where its start is counts a bit more.
pub const EMAIL_BEST: u32 = 70 * POINT;
/// … and its start.
pub const EMAIL_START: u32 = 68 * POINT;
/// Inside a name.
pub const NAME_INSIDE: u32 = 50 * POINT;
/// The most that anything else is worth.
pub const REST_BEST: u32 = 45 * POINT;
/// … and inside an address or a number.
pub const INSIDE_BEST: u32 = 40 * POINT;

/// Fewer digits end too many numbers to be useful.
pub const TAIL_LEAST: usize = 3;

/// Whether a byte is part of a word: a letter, a digit, any character that is not ASCII.
pub fn is_word(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b >= 0x80
}

/// Whether the last label of an address starts here, as `com`: half of all addresses have it, and it identifies no one.
pub fn is_last_label(text: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|i| text.get(i));
    let rest = text.get(at..).unwrap_or_default();
    before == Some(&b'.')
        && rest.iter().find(|b| **b <= END || matches!(**b, b'.' | b'@')).is_none_or(|b| *b <= END)
}

/// Whether these bytes of a text are a telephone number in national format: from its start, behind the digit
/// that is dialled in some countries, or all that is behind a calling code, which a desk in another country may have added.
pub fn is_national(text: &[u8], at: usize, len: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let Some(mark) = before.iter().rposition(|b| *b <= END).filter(|m| before.get(*m) == Some(&PHONE)) else {
        return false;
    };
    match before.get(mark + 1..).unwrap_or_default() {
        b"" | b"0" | b"8" => true,
        code => {
            let ends = text.get(at + len).is_none_or(|b| *b <= END);
            ends && std::str::from_utf8(code).is_ok_and(phone::is_code)
        }
    }
}

/// What a number found without its calling code is worth less: the one with all its digits comes first.
pub const OTHER_CODE: u32 = 4 * POINT;

/// In what kind of field a place is; `text` contains the marks too.
pub fn kind(text: &[u8], at: usize) -> u8 {
    let before = text.get(..at).unwrap_or_default();
    before.iter().rev().copied().find(|b| *b <= END).unwrap_or(END)
}

/// What `found` bytes at `at` of a text are worth. `text` contains the marks too: one in front of each field, [`END`] behind
/// the last. `finished`: the word was typed to its end.
pub fn worth(text: &[u8], at: usize, found: usize, finished: bool) -> u32 {
    let before = at.checked_sub(1).and_then(|i| text.get(i)).copied().unwrap_or(END);
    let after = text.get(at + found).copied().unwrap_or(END);
    let start = !is_word(before);
    let whole = start && !is_word(after);
    match kind(text, at) {
        NAME if whole => BEST,
        NAME if start && finished => NAME_START - UNFINISHED,
        NAME if start => NAME_START,
        NAME => NAME_INSIDE,
        ALIAS if whole => ALIAS_BEST,
        ALIAS if start => ALIAS_START,
        ALIAS => REST_BEST,
        ORGANISATION if whole => ORGANISATION_BEST,
        ORGANISATION if start => ORGANISATION_START,
        ORGANISATION => 42 * POINT,
        EMAIL if before == EMAIL && after == b'@' => EMAIL_BEST,
        EMAIL if start && !is_last_label(text, at) => EMAIL_START,
        EMAIL => INSIDE_BEST,
        PHONE if after <= END && found >= TAIL_LEAST => PHONE_END,
        PHONE if start => REST_BEST,
        PHONE => INSIDE_BEST,
        TAG if start => REST_BEST,
        _ => 38 * POINT,
    }
}
