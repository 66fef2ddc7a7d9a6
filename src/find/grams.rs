//! Which bit rows a contact's text is in, and which rows a typed word asks for: one row per hashed gram (Goodwin et al.
//! 2017, "BitFunnel: Revisiting Signatures for Search"). Rows let through too many, never too few.

use super::{
    bigrams,
    tiers::{ALIAS, EMAIL, END, NAME, ORGANISATION, PHONE, TAG, is_last_label, is_word},
    trigrams,
};

/// A stretch of rows that contain one kind of gram.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    first: u16,
    rows: u16,
    /// Whether it contains only digits.
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

    /// Two rows of two bytes with which a word starts: where both have a match, hardly any other two bytes are meant.
    fn start(self, a: u8, b: u8) -> [u16; 2] {
        [self.two(a, b), self.hashed(a, b, 0x85eb_ca6b)]
    }

    /// The row of two bytes. Figures and signs are rare where letters are, and must not share rows with them.
    fn two(self, a: u8, b: u8) -> u16 {
        let common = self.rows - 2 * (self.rows / 8);
        // Last labels are few, and of common pairs.
        let ranked = !self.figures && self.first != LABEL_PAIR.first;
        match bigrams::row(a, b, common).filter(|_| ranked) {
            Some(row) => self.first + row,
            None => self.hashed(a, b, 0x9e37_79b1),
        }
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

    /// The row of three bytes of a word.
    fn three(self, a: u8, b: u8, c: u8) -> u16 {
        let h = u32::from_be_bytes([0, a, b, c]).wrapping_mul(0x85eb_ca6b) >> 16;
        self.first + u16::try_from((h * u32::from(self.rows)) >> 16).unwrap_or(0)
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
const NAME_PAIR: Span = Span::after(NAME_LETTER, 72);
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
/// Of an address what is before the @, …
const LOCAL_PAIR: Span = Span::after(PHONE_TWO, 80);
/// … its domain: a few of those are half of all, and would let through whatever has their letters, …
const DOMAIN_PAIR: Span = Span::after(LOCAL_PAIR, 72);
/// … and the last label of that.
const LABEL_PAIR: Span = Span::after(DOMAIN_PAIR, 24);
const PAIR: Span = Span::after(LABEL_PAIR, 104);
/// Three letters of anything but numbers and domains.
const TRIPLE: Span = Span::after(PAIR, 96);

/// How many rows there are.
pub const ROWS: usize = TRIPLE.first as usize + TRIPLE.rows as usize;

/// What must be so of a contact.
#[derive(Debug, Clone, Default)]
pub struct Chain {
    /// Rows that must all contain it.
    pub rows: Vec<u16>,
    /// Trigrams that must all be in its group.
    pub trigrams: Vec<u16>,
}

/// Gives the rows of a contact's text, some more than once.
pub fn rows(text: &[u8], mut f: impl FnMut(u16)) {
    let mut kind = END;
    let mut before = END;
    let mut address = Address::default();
    for (i, b) in text.iter().copied().enumerate() {
        let next = text.get(i + 1).copied().unwrap_or(END);
        let starts = !is_word(before);
        before = b;
        if b <= END {
            kind = b;
            if kind == EMAIL {
                address = Address::of(text, i + 1);
            }
            continue;
        }
        if b == b' ' {
            continue;
        }
        // No typed word reaches over a space or into another field.
        let pair = next > b' ';
        if pair && kind != PHONE && (kind != EMAIL || address.is_local(i)) {
            triple(text, i, &mut f);
        }
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
                if pair && kind == EMAIL {
                    address.spans(i).iter().for_each(|s| f(s.two(b, next)));
                } else if pair && !(kind == ALIAS && starts) {
                    // Two initials may be any letters: they would fill the rows of rare pairs.
                    f(pairs_of(kind).two(b, next));
                }
                if starts
                    && !(kind == EMAIL && is_last_label(text, i))
                    && let Some((one, two)) = starts_of(kind)
                {
                    f(one.one(b));
                    if pair {
                        two.start(b, next).into_iter().for_each(&mut f);
                    }
                }
            }
        }
    }
}

fn triple(text: &[u8], i: usize, f: &mut impl FnMut(u16)) {
    if let Some([a, b, c]) = text.get(i..i + 3).filter(|t| t.iter().all(|b| *b > b' ')) {
        f(TRIPLE.three(*a, *b, *c));
    }
}

/// Where the parts of an address end.
#[derive(Default)]
struct Address {
    /// The place of its @, where it has just one.
    at: Option<usize>,
    /// The place of the last dot behind that.
    dot: Option<usize>,
}

const PARTS: [Span; 3] = [LOCAL_PAIR, DOMAIN_PAIR, LABEL_PAIR];

impl Address {
    /// Of the address that starts here in a text.
    fn of(text: &[u8], start: usize) -> Address {
        let rest = text.get(start..).unwrap_or_default();
        let end = rest.iter().position(|b| *b <= END).unwrap_or(rest.len());
        let field = rest.get(..end).unwrap_or_default();
        let at = memchr::memchr(b'@', field).filter(|at| memchr::memrchr(b'@', field) == Some(*at));
        let dot = at.and_then(|at| memchr::memrchr(b'.', field).filter(|dot| *dot > at));
        Address { at: at.map(|at| start + at), dot: dot.map(|dot| start + dot) }
    }

    fn is_local(&self, i: usize) -> bool {
        self.at.is_none_or(|at| i <= at)
    }

    /// Where the pair that begins here belongs: everywhere, where it is no address.
    fn spans(&self, i: usize) -> &'static [Span] {
        let (local, rest) = PARTS.split_at(1);
        let (domain, label) = rest.split_at(1);
        match self.at {
            None => &PARTS,
            Some(_) if self.is_local(i) => local,
            _ if self.dot.is_some_and(|dot| i > dot) => label,
            _ => domain,
        }
    }
}

/// The pairs of these bytes, wherever in an address they stand; `start`: at the start of a word.
fn address(bytes: &[u8], start: bool) -> Vec<Chain> {
    let of = |parts: &[(&[u8], Span)]| {
        let mut out = Chain::default();
        if start && let [a, b, ..] = bytes {
            out.rows.extend(EMAIL_TWO.start(*a, *b));
        }
        let local = parts.iter().find(|(_, span)| has_triples(*span)).map_or(&[][..], |(part, _)| part);
        triples(bytes, local, &mut out);
        for (part, span) in parts {
            pairs(part, *span, &mut out);
        }
        out
    };
    // Of what is behind a dot it cannot be told whether it is the last label.
    let to_dot =
        |bytes: &[u8]| memchr::memrchr(b'.', bytes).map_or(bytes.len(), |dot| bytes.len().min(dot + 2));
    if let Some(at) = memchr::memchr(b'@', bytes) {
        let domain = bytes.get(at + 1..).unwrap_or_default();
        let local = bytes.get(..bytes.len().min(at + 2)).unwrap_or_default();
        return vec![of(&[
            (local, LOCAL_PAIR),
            (domain.get(..to_dot(domain)).unwrap_or_default(), DOMAIN_PAIR),
        ])];
    }
    let mut out = vec![
        of(&[(bytes, LOCAL_PAIR)]),
        of(&[(bytes.get(..to_dot(bytes)).unwrap_or_default(), DOMAIN_PAIR)]),
    ];
    if !start && !bytes.contains(&b'.') {
        out.push(of(&[(bytes, LABEL_PAIR)]));
    }
    out
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
        _ => PAIR,
    }
}

fn pairs(bytes: &[u8], span: Span, out: &mut Chain) {
    let mut rows: Vec<u16> =
        bytes.windows(2).filter_map(|w| Some(span.two(*w.first()?, *w.last()?))).collect();
    // The rarest first: the others need not be read where nothing is left.
    rows.sort_unstable_by(|a, b| b.cmp(a));
    rows.dedup();
    out.rows.extend(rows);
}

/// What three letters say of these bytes, `known` of which stand outside numbers and domains.
fn triples(bytes: &[u8], known: &[u8], out: &mut Chain) {
    out.trigrams.extend(trigrams::of_word(bytes));
    let three = |w: &[u8]| match *w {
        [a, b, c] if a.min(b).min(c) > b' ' => Some(TRIPLE.three(a, b, c)),
        _ => None,
    };
    out.rows.extend(known.windows(3).filter_map(three));
}

/// Whether the three letters of these pairs are known too.
fn has_triples(span: Span) -> bool {
    !span.figures && span.first != DOMAIN_PAIR.first && span.first != LABEL_PAIR.first
}

/// The pairs, with what three letters say.
fn stretch(bytes: &[u8], span: Span, out: &mut Chain) {
    if !span.figures {
        triples(bytes, if has_triples(span) { bytes } else { &[] }, out);
    }
    pairs(bytes, span, out);
}

/// Where a word starts with these bytes in a kind of field (not of tags): one of these.
pub fn starting(kind: u8, bytes: &[u8]) -> Vec<Chain> {
    if kind == EMAIL && bytes.len() > 1 { address(bytes, true) } else { vec![start(kind, bytes)] }
}

fn start(kind: u8, bytes: &[u8]) -> Chain {
    let mut out = Chain::default();
    let Some((one, two)) = starts_of(kind) else { return out };
    match bytes {
        [] => {}
        [b] => out.rows.push(one.one(*b)),
        [a, b, ..] => {
            out.rows.extend(two.start(*a, *b));
            if kind != PHONE {
                triples(bytes, bytes, &mut out);
            }
            pairs(bytes.get(1..).unwrap_or_default(), pairs_of(kind), &mut out);
        }
    }
    out
}

/// Where these bytes are a word of a name.
pub fn whole_name(bytes: &[u8]) -> Chain {
    match bytes {
        [] => Chain::default(),
        [b] => Chain { rows: vec![NAME_SHORT.one(*b), NAME_ONE.one(*b)], ..Chain::default() },
        [a, b] => {
            let mut rows = vec![NAME_SHORT.two(*a, *b)];
            rows.extend(NAME_TWO.start(*a, *b));
            Chain { rows, ..Chain::default() }
        }
        [.., y, z] => {
            let mut out = start(NAME, bytes);
            out.rows.insert(0, NAME_LAST.two(*y, *z));
            out
        }
    }
}

/// Where these digits end a telephone number.
pub fn ending(digits: &[u8]) -> Chain {
    let mut out = Chain::default();
    if let [.., y, z] = digits {
        out.rows.push(TAIL.two(*y, *z));
        pairs(digits, DIGITS, &mut out);
    }
    out
}

/// Where these bytes stand anywhere in a kind of field; of all kinds but [`NAME`], [`EMAIL`]
/// and [`PHONE`] together, the starts of other forms of names left out: one of these. Empty ones where that cannot be told.
pub fn inside(kind: u8, bytes: &[u8]) -> Vec<Chain> {
    if kind == EMAIL {
        return address(bytes, false);
    }
    let mut out = Chain::default();
    match (kind, bytes) {
        (NAME, [b]) => out.rows.push(NAME_LETTER.one(*b)),
        _ => stretch(bytes, pairs_of(kind), &mut out),
    }
    vec![out]
}

/// Where all these bytes are in a name, one of its words starting with the first.
pub fn letters(bytes: &[u8]) -> Chain {
    let mut rows: Vec<u16> = bytes.iter().map(|b| NAME_LETTER.one(*b)).collect();
    rows.extend(bytes.first().map(|b| NAME_ONE.one(*b)));
    rows.sort_unstable();
    rows.dedup();
    Chain { rows, ..Chain::default() }
}

/// Where a typo of these bytes may be in a kind of field: the pairs that one edit cannot harm, wherever it is. Nothing
/// where too little is left.
pub fn slipping(kind: u8, bytes: &[u8]) -> Vec<Chain> {
    let n = bytes.len();
    // A word of an address is in one of its parts.
    let spans = if kind == EMAIL { PARTS.to_vec() } else { vec![pairs_of(kind)] };
    let of = |group: usize, span: Span| {
        let (from, to) = (n * group / GROUPS, n * (group + 1) / GROUPS);
        // The edit is at one of `from..to`, or swaps the last of them with the next.
        let before = bytes.get(..from).unwrap_or_default();
        let mut out = Chain::default();
        if let ([a, b, ..], Some((_, two))) = (before, starts_of(kind)) {
            // The last label of an address starts no word.
            let starts = two.start(*a, *b).into_iter().filter(|_| span.first != LABEL_PAIR.first);
            out.rows.extend(starts);
            triples(before, if has_triples(span) { before } else { &[] }, &mut out);
            pairs(before.get(1..).unwrap_or_default(), span, &mut out);
        }
        stretch(bytes.get(to + 1..).unwrap_or_default(), span, &mut out);
        out
    };
    (0..GROUPS)
        .flat_map(|group| spans.iter().map(move |s| (group, *s)))
        .map(|(group, s)| of(group, s))
        .collect()
}

/// Parts of a word in one of which the edit is.
const GROUPS: usize = 4;

/// A field of which nothing but pairs is known.
pub const ELSEWHERE: u8 = TAG;
