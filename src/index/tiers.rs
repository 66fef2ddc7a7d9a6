//! What a match is worth, in hundredths of a point, by where in which kind of text it stands.

/// A point, in the hundredths that scores are counted in.
pub const POINT: u32 = 100;

/// The byte on both sides of a word of a name. Folded text holds no control characters.
pub const NAME: u8 = 1;
/// … of another form of a name: nickname, `mueller`, `jsmith`.
pub const ALIAS: u8 = 2;
/// … of a word of an organisation.
pub const ORGANISATION: u8 = 3;
/// … of an address.
pub const EMAIL: u8 = 4;
/// … of the digits of a telephone number.
pub const PHONE: u8 = 5;
/// … of a tag.
pub const TAG: u8 = 6;

/// The most that one word can be worth: a whole word of the name.
pub const BEST: u32 = 100 * POINT;
/// The start of a word of the name.
pub const NAME_START: u32 = 90 * POINT;
/// Another form of the name, whole.
pub const ALIAS_BEST: u32 = 88 * POINT;
/// A word of an organisation, whole.
pub const ORGANISATION_BEST: u32 = 76 * POINT;
/// The end of a telephone number.
pub const PHONE_END: u32 = 80 * POINT;
/// The start of a word of an address.
pub const EMAIL_BEST: u32 = 68 * POINT;
/// The most that anything else than the above can be worth where the word is no number: inside a name.
pub const REST_BEST: u32 = 50 * POINT;
/// … and where no name, other name or organisation has what was typed.
pub const BESIDE_BEST: u32 = 45 * POINT;

/// What stands in front of a word of an address, or of a part of a tag.
pub const JOINTS: &[u8] = b".@-_";

/// Fewer digits end so many numbers that they say nothing.
pub const TAIL_LEAST: usize = 3;

/// The mark of a byte; `None` where it is text.
pub fn mark(b: u8) -> Option<u8> {
    (NAME..=TAG).contains(&b).then_some(b)
}

/// In what kind of text a place is; `text` holds the marks too.
pub fn kind(text: &[u8], at: usize) -> Option<u8> {
    text.get(..at)?.iter().rev().find_map(|b| mark(*b))
}

/// What `found` bytes at `at` of a text between marks are worth. `text` holds the marks too.
pub fn worth(text: &[u8], at: usize, found: usize) -> u32 {
    let before = at.checked_sub(1).and_then(|i| text.get(i)).copied().unwrap_or(0);
    let after = text.get(at + found).copied().unwrap_or(0);
    let whole = mark(after).is_some();
    let start = mark(before).is_some();
    match kind(text, at) {
        Some(NAME) if start && whole => BEST,
        Some(NAME) if start => NAME_START,
        Some(NAME) => REST_BEST,
        Some(ALIAS) if start && whole => ALIAS_BEST,
        Some(ALIAS) if start => 82 * POINT,
        Some(ALIAS) => BESIDE_BEST,
        Some(ORGANISATION) if start && whole => ORGANISATION_BEST,
        Some(ORGANISATION) if start => 72 * POINT,
        Some(ORGANISATION) => 42 * POINT,
        Some(EMAIL) if start || JOINTS.contains(&before) => EMAIL_BEST,
        Some(EMAIL) => 40 * POINT,
        Some(PHONE) if whole && found >= TAIL_LEAST => PHONE_END,
        Some(PHONE) if start => BESIDE_BEST,
        Some(PHONE) => 40 * POINT,
        Some(TAG) if start || before == b' ' || JOINTS.contains(&before) => BESIDE_BEST,
        _ => 38 * POINT,
    }
}
