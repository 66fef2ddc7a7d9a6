//! Which bit rows a contact's text stands in, and which rows a typed word asks for: one row per hashed gram (Goodwin et al.
//! 2017, "BitFunnel: Revisiting Signatures for Search"). Rows let through too many, never too few.

use super::tiers::{ALIAS, EMAIL, END, NAME, ORGANISATION, PHONE, TAG, is_word};

/// A stretch of rows that hold one kind of gram.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    first: u16,
    rows: u16,
    /// Whether it holds figures alone.
    figures: bool,
}

fn is_letter(b: u8) -> bool {
    b.is_ascii_alphabetic() || b >= 0x80
}

impl Span {
    const fn after(before: Span, rows: u16) -> Span {
        Span { first: before.first + before.rows, rows, figures: false }
    }

    const fn figures(before: Span, rows: u16) -> Span {
        Span { first: before.first + before.rows, rows, figures: true }
    }

    /// The row of a byte: letters and, where there is room, digits have one each.
    fn one(self, b: u8) -> u16 {
        let b = u16::from(b);
        let (a, zero) = (u16::from(b'a'), u16::from(b'0'));
        let row = if self.rows < 28 {
            b % self.rows
        } else if (a..a + 26).contains(&b) {
            b - a
        } else if self.rows >= 40 && (zero..zero + 10).contains(&b) {
            26 + b - zero
        } else {
            let taken = if self.rows >= 40 { 36 } else { 26 };
            taken + b % (self.rows - taken)
        };
        self.first + row
    }

    /// Two rows of two bytes with which a word starts: where both hold somebody, hardly any other two bytes are meant.
    fn start(self, a: u8, b: u8) -> [u16; 2] {
        [self.two(a, b), self.hashed(a, b, 0x85eb_ca6b)]
    }

    /// The row of two bytes. Figures and signs are rare where letters are, and must not share rows with them.
    fn two(self, a: u8, b: u8) -> u16 {
        self.hashed(a, b, 0x9e37_79b1)
    }

    fn hashed(self, a: u8, b: u8, by: u32) -> u16 {
        let rare = if self.figures { 0 } else { self.rows / 8 };
        let common = self.rows - 2 * rare;
        let (skip, rows) = match (is_letter(a) && is_letter(b), a.is_ascii_digit() || b.is_ascii_digit()) {
            _ if self.figures => (0, self.rows),
            // Hardly anything but an address has it.
            _ if self.first == PAIR.first && (a == b'@' || b == b'@') => (self.rows - 1, 1),
            (true, _) => (0, common),
            (_, true) => (common, rare),
            _ => (common + rare, rare),
        };
        let h = (u32::from(a) << 8 | u32::from(b)).wrapping_mul(by) >> 16;
        self.first + skip + u16::try_from((h * u32::from(rows)) >> 16).unwrap_or(0)
    }

    /// The row of a number.
    pub fn of(self, n: u16) -> u16 {
        self.first + n % self.rows
    }
}

/// Everybody who is there.
pub const LIVE: u16 = 0;
/// By owner.
pub const OWNER: Span = Span { first: 1, rows: 7, figures: false };
const NAME_ONE: Span = Span::after(OWNER, 40);
const NAME_TWO: Span = Span::after(NAME_ONE, 80);
const NAME_SHORT: Span = Span::after(NAME_TWO, 16);
const NAME_LAST: Span = Span::after(NAME_SHORT, 56);
const NAME_LETTER: Span = Span::after(NAME_LAST, 40);
const NAME_PAIR: Span = Span::after(NAME_LETTER, 120);
const ALIAS_ONE: Span = Span::after(NAME_PAIR, 28);
const ALIAS_TWO: Span = Span::after(ALIAS_ONE, 48);
const ORG_ONE: Span = Span::after(ALIAS_TWO, 28);
const ORG_TWO: Span = Span::after(ORG_ONE, 56);
const EMAIL_ONE: Span = Span::after(ORG_TWO, 28);
const EMAIL_TWO: Span = Span::after(EMAIL_ONE, 56);
const DIGITS: Span = Span::figures(EMAIL_TWO, 56);
const TAIL: Span = Span::figures(DIGITS, 40);
const PHONE_ONE: Span = Span::figures(TAIL, 10);
const PHONE_TWO: Span = Span::figures(PHONE_ONE, 20);
const EMAIL_PAIR: Span = Span::after(PHONE_TWO, 136);
const PAIR: Span = Span::after(EMAIL_PAIR, 152);

/// How many rows there are.
pub const ROWS: usize = PAIR.first as usize + PAIR.rows as usize;

/// Rows that all must hold a contact.
pub type Chain = Vec<u16>;

/// Gives the rows of a contact's text, some more than once.
pub fn rows(text: &[u8], mut f: impl FnMut(u16)) {
    let mut kind = END;
    let mut before = END;
    for (i, b) in text.iter().copied().enumerate() {
        let next = text.get(i + 1).copied().unwrap_or(END);
        let starts = !is_word(before);
        before = b;
        if b <= END {
            kind = b;
            continue;
        }
        if b == b' ' {
            continue;
        }
        // No typed word reaches over a space or into another field.
        let pair = next > b' ';
        match kind {
            NAME => {
                f(NAME_LETTER.one(b));
                if starts {
                    f(NAME_ONE.one(b));
                    if !is_word(next) {
                        f(NAME_SHORT.one(b));
                    }
                }
                if pair {
                    f(NAME_PAIR.two(b, next));
                    let ends = !is_word(text.get(i + 2).copied().unwrap_or(END));
                    if ends {
                        f(NAME_LAST.two(b, next));
                    }
                    if starts {
                        NAME_TWO.start(b, next).into_iter().for_each(&mut f);
                        if ends {
                            f(NAME_SHORT.two(b, next));
                        }
                    }
                }
            }
            PHONE => {
                if starts {
                    f(PHONE_ONE.one(b));
                    if pair {
                        PHONE_TWO.start(b, next).into_iter().for_each(&mut f);
                    }
                }
                if pair {
                    f(DIGITS.two(b, next));
                    if text.get(i + 2).is_none_or(|b| *b <= END) {
                        f(TAIL.two(b, next));
                    }
                }
            }
            _ => {
                if pair {
                    f(pairs_of(kind).two(b, next));
                }
                if starts && let Some((one, two)) = starts_of(kind) {
                    f(one.one(b));
                    if pair {
                        two.start(b, next).into_iter().for_each(&mut f);
                    }
                }
            }
        }
    }
}

fn starts_of(kind: u8) -> Option<(Span, Span)> {
    match kind {
        NAME => Some((NAME_ONE, NAME_TWO)),
        ALIAS => Some((ALIAS_ONE, ALIAS_TWO)),
        ORGANISATION => Some((ORG_ONE, ORG_TWO)),
        EMAIL => Some((EMAIL_ONE, EMAIL_TWO)),
        PHONE => Some((PHONE_ONE, PHONE_TWO)),
        _ => None,
    }
}

fn pairs_of(kind: u8) -> Span {
    match kind {
        NAME => NAME_PAIR,
        PHONE => DIGITS,
        EMAIL => EMAIL_PAIR,
        _ => PAIR,
    }
}

fn pairs(bytes: &[u8], span: Span, out: &mut Chain) {
    out.extend(bytes.windows(2).filter_map(|w| Some(span.two(*w.first()?, *w.last()?))));
}

/// Where a word starts with these bytes in a kind of field (not of tags).
pub fn starting(kind: u8, bytes: &[u8]) -> Chain {
    let mut out = Chain::new();
    let Some((one, two)) = starts_of(kind) else { return out };
    match bytes {
        [] => {}
        [b] => out.push(one.one(*b)),
        [a, b, ..] => {
            out.extend(two.start(*a, *b));
            pairs(bytes.get(1..).unwrap_or_default(), pairs_of(kind), &mut out);
        }
    }
    out
}

/// Where these bytes are a word of a name.
pub fn whole_name(bytes: &[u8]) -> Chain {
    let mut out = Chain::new();
    match bytes {
        [] => {}
        [b] => out.extend([NAME_SHORT.one(*b), NAME_ONE.one(*b)]),
        [a, b] => {
            out.push(NAME_SHORT.two(*a, *b));
            out.extend(NAME_TWO.start(*a, *b));
        }
        [.., y, z] => {
            out.push(NAME_LAST.two(*y, *z));
            out.extend(starting(NAME, bytes));
        }
    }
    out
}

/// Where these digits end a telephone number.
pub fn ending(digits: &[u8]) -> Chain {
    let mut out = Chain::new();
    if let [.., y, z] = digits {
        out.push(TAIL.two(*y, *z));
        pairs(digits, DIGITS, &mut out);
    }
    out
}

/// Where these bytes stand anywhere in a kind of field; of all kinds but [`NAME`], [`EMAIL`]
/// and [`PHONE`] together. Empty where that cannot be told.
pub fn inside(kind: u8, bytes: &[u8]) -> Chain {
    let mut out = Chain::new();
    match (kind, bytes) {
        (NAME, [b]) => out.push(NAME_LETTER.one(*b)),
        _ => pairs(bytes, pairs_of(kind), &mut out),
    }
    out
}

/// Where all these bytes stand in a name, one of its words starting with the first.
pub fn letters(bytes: &[u8]) -> Chain {
    let mut out: Chain = bytes.iter().map(|b| NAME_LETTER.one(*b)).collect();
    out.extend(bytes.first().map(|b| NAME_ONE.one(*b)));
    out.sort_unstable();
    out.dedup();
    out
}

/// Where a slip of these bytes may stand in a kind of field: the pairs that one edit cannot harm, wherever it is. Nothing
/// where too little is left.
pub fn slipping(kind: u8, bytes: &[u8]) -> Vec<Chain> {
    let n = bytes.len();
    let of = |group: usize| {
        let (from, to) = (n * group / GROUPS, n * (group + 1) / GROUPS);
        // The edit is at one of `from..to`, or swaps the last of them with the next.
        let before = bytes.get(..from).unwrap_or_default();
        let mut out = if from >= 2 { starting(kind, before) } else { Chain::new() };
        pairs(bytes.get(to + 1..).unwrap_or_default(), pairs_of(kind), &mut out);
        out
    };
    (0..GROUPS).map(of).collect()
}

/// Parts of a word in one of which the edit is.
const GROUPS: usize = 4;

/// A field of which nothing but pairs is known.
pub const ELSEWHERE: u8 = TAG;
