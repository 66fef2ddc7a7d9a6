//! What is kept of a contact to find and to show it: the folded text that is searched, and what brings the fields back from
//! it. Most fields are their folded form with some capitals, so they take a byte or two more.

use super::{
    contact::{Contact, Field},
    finder::FieldKind,
    fold::texts,
    tiers::{END, is_word},
};

/// How a field is brought back from its folded text.
const AS_IT_IS: u8 = 0;
const CAPITALS: u8 = 1;
const MASKED: u8 = 2;
const APART: u8 = 3;
/// Of telephone numbers: the signs around the digits; without an international form, or with that which is searched.
const SIGNS: u8 = 1;
const SIGNS_DIALLED: u8 = 2;

/// The most folded texts of a field.
const MOST_TEXTS: u8 = 7;

/// The text to search: a mark and a folded text for each form of each field, and [`END`].
pub fn searched(c: &Contact) -> Vec<u8> {
    let mut out = Vec::with_capacity(128);
    for f in &c.fields {
        texts(f.kind, &f.text, &f.dial, &mut |mark, text| {
            out.push(mark);
            out.extend_from_slice(text.as_bytes());
        });
    }
    out.push(END);
    out
}

/// How many texts of a field are searched.
pub fn texts_of(f: &Field) -> usize {
    let mut n = 0;
    texts(f.kind, &f.text, &f.dial, &mut |_, _| n += 1);
    n
}

/// Text and fields packed: `length of the text u16 · number varint · text · fields`. A contact is cut off before its text
/// gets longer than that.
pub fn pack(c: &Contact, out: &mut Vec<u8>) {
    out.extend_from_slice(&[0, 0]);
    varint(c.number, out);
    let begun = out.len();
    let mut back = Vec::with_capacity(24);
    for f in &c.fields {
        let start = out.len();
        let mut n = 0u8;
        texts(f.kind, &f.text, &f.dial, &mut |mark, text| {
            out.push(mark);
            out.extend_from_slice(text.as_bytes());
            n = n.saturating_add(1);
        });
        if out.len() - begun > usize::from(u16::MAX) - 1 {
            out.truncate(start);
            break;
        }
        give_back(f, out.get(start..).unwrap_or_default(), n, &mut back);
    }
    out.push(END);
    let len = u16::try_from(out.len() - begun).unwrap_or(u16::MAX);
    if let Some((head, _)) =
        out.get_mut(begun - varint_len(c.number) - 2..).and_then(|o| o.split_first_chunk_mut::<2>())
    {
        *head = len.to_le_bytes();
    }
    out.extend_from_slice(&back);
}

/// The number, the text and the rest of a packed contact.
pub fn open(packed: &[u8]) -> Option<(u64, &[u8], &[u8])> {
    let (len, rest) = packed.split_first_chunk::<2>()?;
    let (number, rest) = read_varint(rest)?;
    let (text, back) = rest.split_at_checked(usize::from(u16::from_le_bytes(*len)))?;
    Some((number, text, back))
}

/// The fields of a packed contact, as they were put in, and how many texts of each are searched.
pub fn fields(text: &[u8], back: &[u8]) -> Vec<(Field, usize)> {
    take_back(text, back).unwrap_or_default()
}

fn take_back(text: &[u8], back: &[u8]) -> Option<Vec<(Field, usize)>> {
    let mut out = Vec::new();
    let mut texts =
        text.split_inclusive(|b| *b <= END).skip(1).map(|t| t.get(..t.len() - 1).unwrap_or_default());
    let mut rest = back;
    while let Some((code, more)) = rest.split_first() {
        rest = more;
        let kind = *FieldKind::ALL.get(usize::from(code & 7))?;
        let n = usize::from(code >> 5);
        let main =
            texts.by_ref().take(n).enumerate().fold(&[][..], |main, (i, t)| if i == 0 { t } else { main });
        let mut dial = String::new();
        let text = match code >> 3 & 3 {
            AS_IT_IS => main.to_vec(),
            how @ (SIGNS | SIGNS_DIALLED) if kind == FieldKind::Phone => {
                if how == SIGNS_DIALLED {
                    dial = dialled(main)?;
                }
                filled(chunk(&mut rest)?, main)?
            }
            CAPITALS => capitals(main),
            MASKED => {
                let (mask, more) = rest.split_at_checked(main.len().div_ceil(8))?;
                rest = more;
                masked(main, mask)
            }
            _ => {
                let text = chunk(&mut rest)?.to_vec();
                dial = String::from_utf8(chunk(&mut rest)?.to_vec()).ok()?;
                text
            }
        };
        out.push((Field { kind, text: String::from_utf8(text).ok()?, dial }, n));
    }
    Some(out)
}

/// Notes how to bring a field back from its folded texts, of which there are `n`.
fn give_back(f: &Field, folded: &[u8], n: u8, out: &mut Vec<u8>) {
    let kind =
        FieldKind::ALL.iter().position(|k| *k == f.kind).and_then(|k| u8::try_from(k).ok()).unwrap_or(0);
    let n = n.min(MOST_TEXTS);
    let code = |how: u8| kind | how << 3 | n << 5;
    let main = folded.get(1..).unwrap_or_default().split(|b| *b <= END).next().unwrap_or_default();
    let text = f.text.as_bytes();
    if f.kind == FieldKind::Phone
        && n == 1
        && let Some(signs) = signs(text)
        && filled(&signs, main).as_deref() == Some(text)
        && (f.dial.is_empty() || dialled(main).as_ref() == Some(&f.dial))
    {
        out.push(code(if f.dial.is_empty() { SIGNS } else { SIGNS_DIALLED }));
        varint(signs.len() as u64, out);
        return out.extend_from_slice(&signs);
    }
    if f.dial.is_empty() && n > 0 && f.kind != FieldKind::Phone {
        if text == main {
            return out.push(code(AS_IT_IS));
        }
        if text == capitals(main) {
            return out.push(code(CAPITALS));
        }
        if text.eq_ignore_ascii_case(main) && main.iter().all(u8::is_ascii) {
            out.push(code(MASKED));
            for eight in text.chunks(8) {
                out.push(eight.iter().rev().fold(0, |m, b| m << 1 | u8::from(b.is_ascii_uppercase())));
            }
            return;
        }
    }
    out.push(code(APART));
    for s in [text, f.dial.as_bytes()] {
        varint(s.len() as u64, out);
        out.extend_from_slice(s);
    }
}

/// A number as written without its digits: where some stood, how many, with the high bit. `None` for other scripts.
fn signs(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(12);
    for b in text {
        match out.last_mut() {
            _ if !b.is_ascii() => return None,
            Some(run @ 0x81..=0xfe) if b.is_ascii_digit() => *run += 1,
            _ if b.is_ascii_digit() => out.push(0x81),
            _ => out.push(*b),
        }
    }
    Some(out)
}

/// A number as written, out of its signs and the digits that are searched: those at the end.
fn filled(signs: &[u8], digits: &[u8]) -> Option<Vec<u8>> {
    let written = signs.iter().filter(|s| **s > 0x80).map(|s| usize::from(s & 0x7f)).sum();
    let mut digits = digits.get(digits.len().checked_sub(written)?..)?;
    let mut out = Vec::with_capacity(signs.len() + written);
    for s in signs {
        match s {
            0x81.. => {
                let (run, rest) = digits.split_at_checked(usize::from(s & 0x7f))?;
                out.extend_from_slice(run);
                digits = rest;
            }
            s => out.push(*s),
        }
    }
    Some(out)
}

/// The international form whose digits these are.
fn dialled(digits: &[u8]) -> Option<String> {
    String::from_utf8([b"+", digits].concat()).ok()
}

fn capitals(folded: &[u8]) -> Vec<u8> {
    let mut before = b' ';
    let one = |b: &u8| {
        let up = if is_word(before) { *b } else { b.to_ascii_uppercase() };
        before = *b;
        up
    };
    folded.iter().map(one).collect()
}

fn masked(folded: &[u8], mask: &[u8]) -> Vec<u8> {
    let up = |i: usize| mask.get(i / 8).is_some_and(|m| m >> (i % 8) & 1 == 1);
    folded.iter().enumerate().map(|(i, b)| if up(i) { b.to_ascii_uppercase() } else { *b }).collect()
}

fn chunk<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (len, more) = read_varint(rest)?;
    let (chunk, more) = more.split_at_checked(usize::try_from(len).ok()?)?;
    *rest = more;
    Some(chunk)
}

fn varint(mut n: u64, out: &mut Vec<u8>) {
    while n >= 0x80 {
        out.push(u8::try_from(n & 0x7f).unwrap_or(0) | 0x80);
        n >>= 7;
    }
    out.push(u8::try_from(n).unwrap_or(0));
}

fn varint_len(n: u64) -> usize {
    (64 - n.max(1).leading_zeros() as usize).div_ceil(7)
}

fn read_varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut n = 0;
    for (i, b) in bytes.iter().enumerate().take(10) {
        n |= u64::from(b & 0x7f).checked_shl(u32::try_from(i * 7).ok()?)?;
        if b & 0x80 == 0 {
            return Some((n, bytes.get(i + 1..)?));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_takes_its_signs_and_its_digits_once() {
        let mut c = Contact::default();
        c.add_phone("+1 277-897-4077", "+12778974077");
        c.add_phone("(030) 123 45", "+493012345");
        c.add_phone("531-667-7709", "");
        let mut packed = Vec::new();
        pack(&c, &mut packed);
        let (_, text, back) = open(&packed).unwrap();
        assert_eq!(
            back.len(),
            (2 + 8) + (2 + 12 + 1 + 10) + (2 + 5),
            "the nought of the second is nowhere else"
        );
        assert_eq!(fields(text, back).into_iter().map(|f| f.0).collect::<Vec<_>>(), c.fields);
    }

    proptest! {
        #[test]
        fn fields_come_back_as_they_were(
            number in any::<u64>(),
            all in proptest::collection::vec((0usize..7, "\\PC{0,12}|[A-Za-z]{1,6}( [A-Z][a-z]{1,6}){0,3}|[+0-9 ()/-]{0,12}|\\+49 30 [0-9]{5}|030[0-9]{5}|[0-9]{1,200}", "(\\+[0-9]{5,12}|\\+493012345)?"), 0..9),
        ) {
            let mut c = Contact { number, ..Contact::default() };
            for (k, text, dial) in all {
                match FieldKind::ALL[k] {
                    FieldKind::Phone => c.add_phone(&text, &dial),
                    kind => c.add(kind, &text),
                }
            }
            let mut packed = Vec::new();
            pack(&c, &mut packed);
            let (n, text, back) = open(&packed).unwrap();
            prop_assert_eq!(n, number);
            prop_assert_eq!(text, searched(&c));
            let back = fields(text, back);
            prop_assert!(back.iter().all(|(f, n)| texts_of(f) == *n));
            prop_assert_eq!(back.into_iter().map(|f| f.0).collect::<Vec<_>>(), c.fields);
        }
    }
}
