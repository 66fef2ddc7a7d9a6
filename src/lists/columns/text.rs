//! Texts of rows: coded where few are different, one behind the other where most are.

use std::{
    collections::HashMap,
    io::{self, Write},
    sync::{Arc, OnceLock},
};

use memchr::memmem::Finder;

use super::{
    bits::Bits,
    number::{put, words},
    plain::{END, Plain},
};
use crate::{
    find::snapshot::carry::{FilePart, Saved},
    model::fold::{fold, is_unspaced},
    query::{
        Value,
        bind::{Test, TextTest},
        eval,
        schema::FieldDef,
    },
};

/// More different lists of values than this are not coded.
pub(super) const MOST_CODES: usize = u16::MAX as usize;

/// The values of a row, as they are in the record.
type List = Arc<[Box<str>]>;

/// The rows that a condition certainly matches, and those that it may match.
#[derive(Debug, Clone)]
pub(super) struct Meets {
    pub sure: Bits,
    pub maybe: Bits,
}

impl Meets {
    pub fn certain(bits: Bits) -> Meets {
        Meets { maybe: bits.clone(), sure: bits }
    }

    pub fn perhaps(bits: Bits) -> Meets {
        Meets { sure: Bits::none(bits.len()), maybe: bits }
    }

    pub fn or(&mut self, other: &Meets) {
        self.sure.or(&other.sure);
        self.maybe.or(&other.maybe);
    }
}

/// One field of texts.
#[derive(Debug, Clone)]
pub(super) enum Texts {
    Coded(Coded),
    Plain(Plain),
}

impl Default for Texts {
    fn default() -> Self {
        Texts::Coded(Coded::default())
    }
}

/// The different lists of values, and which of them each row has.
#[derive(Debug, Clone, Default)]
pub(super) struct Coded {
    lists: Vec<List>,
    /// The same, folded: a row each.
    folded: Plain,
    code_of: HashMap<List, u16>,
    rows: Vec<u16>,
    /// The order of the codes; made when it is asked for first.
    ranks: OnceLock<Vec<u64>>,
}

impl Coded {
    fn code(&mut self, values: &[&str], most: usize) -> Option<u16> {
        let list: List = values.iter().map(|v| Box::from(*v)).collect();
        if let Some(code) = self.code_of.get(&list) {
            return Some(*code);
        }
        let code = u16::try_from(self.lists.len()).ok().filter(|c| usize::from(*c) < most)?;
        self.ranks = OnceLock::new();
        self.folded.set(usize::from(code), &folded(values));
        self.lists.push(list.clone());
        self.code_of.insert(list, code);
        Some(code)
    }

    /// For each code its place among all of them as `sort:` orders, equal ones alike; none: [`NONE`].
    pub fn ranks(&self, def: &FieldDef) -> &[u64] {
        self.ranks.get_or_init(|| {
            let key = |l: &List| l.first().map(|v| eval::part(&Value::text(v), def));
            let keys: Vec<_> = self.lists.iter().map(key).collect();
            let mut order: Vec<usize> = (0..keys.len()).collect();
            order.sort_by(|a, b| keys.get(*a).cmp(&keys.get(*b)));
            let mut out = vec![NONE; keys.len()];
            let (mut rank, mut before) = (0, None);
            for at in order {
                let key = keys.get(at).and_then(Option::as_ref);
                if key.is_some() && key != before {
                    rank += 1;
                    before = key;
                }
                if let (Some(place), Some(_)) = (out.get_mut(at), key) {
                    *place = rank;
                }
            }
            out
        })
    }

    pub fn rank(&self, ranks: &[u64], row: usize) -> u64 {
        self.rows.get(row).and_then(|c| ranks.get(usize::from(*c))).copied().unwrap_or(NONE)
    }

    /// The rows whose code is one of a set.
    fn of_codes(&self, codes: &Bits, len: usize) -> Bits {
        if codes.is_empty() {
            return Bits::none(len);
        }
        let table: Vec<bool> = (0..self.lists.len()).map(|c| codes.has(c)).collect();
        Bits::of(words(&self.rows, |c| table.get(usize::from(c)) == Some(&true)), len)
    }

    /// The codes whose list one of the tests matches.
    fn codes(&self, tests: &[Test]) -> Bits {
        let all = Bits::all(self.lists.len());
        let mut out = Bits::none(self.lists.len());
        for t in tests {
            match t {
                Test::Text(t) if t.wants_folded() => out.or(&plain_text(&self.folded, t, &all)),
                t => {
                    for (code, list) in self.lists.iter().enumerate() {
                        let matched = match t {
                            Test::Missing => list.is_empty(),
                            Test::Present => !list.is_empty(),
                            t => list.iter().any(|v| eval::passes(t, &Value::text(v))),
                        };
                        if matched {
                            out.set(code, true);
                        }
                    }
                }
            }
        }
        out
    }
}

/// A list of values goes out and comes back as texts; what is made of them is made again.
impl Saved for Coded {
    fn write(&self, to: &mut dyn Write) -> io::Result<()> {
        let Coded { lists, folded, code_of: _, rows, ranks: _ } = self;
        lists.len().write(to)?;
        for list in lists {
            list.iter().map(|v| v.to_string()).collect::<Vec<_>>().write(to)?;
        }
        folded.write(to)?;
        rows.write(to)
    }

    fn read(from: &mut FilePart<'_>) -> io::Result<Coded> {
        let lists = Vec::<Vec<String>>::read(from)?.into_iter();
        let lists: Vec<List> = lists.map(|l| l.into_iter().map(String::into_boxed_str).collect()).collect();
        let code_of = lists.iter().cloned().zip(0..=u16::MAX).collect();
        let (folded, rows) = (Plain::read(from)?, Vec::read(from)?);
        Ok(Coded { lists, folded, code_of, rows, ranks: OnceLock::new() })
    }
}

impl Saved for Texts {
    fn write(&self, to: &mut dyn Write) -> io::Result<()> {
        match self {
            Texts::Coded(c) => {
                0_u8.write(to)?;
                c.write(to)
            }
            Texts::Plain(p) => {
                1_u8.write(to)?;
                p.write(to)
            }
        }
    }

    fn read(from: &mut FilePart<'_>) -> io::Result<Texts> {
        match u8::read(from)? {
            0 => Coded::read(from).map(Texts::Coded),
            1 => Plain::read(from).map(Texts::Plain),
            _ => Err(io::ErrorKind::InvalidData.into()),
        }
    }
}

/// The rank of what has no value: after all others, whichever way the order goes.
pub(super) const NONE: u64 = u64::MAX;

/// Values folded, each with its end behind it.
pub(super) fn folded(values: &[&str]) -> String {
    let mut out = String::new();
    for v in values {
        out.push_str(&fold(v));
        out.push(END);
    }
    out
}

/// The values of a row of folded ones.
fn parts(row: &str) -> impl Iterator<Item = &str> {
    row.split_terminator(END)
}

impl Texts {
    /// Puts the values of a row; coded while there are no more than this many different ones.
    pub fn set(&mut self, row: usize, values: &[&str], most: usize) {
        if let Texts::Coded(c) = self {
            // The empty list has a code from the start: rows that are not put yet have it.
            if let (Some(none), Some(code)) = (c.code(&[], MOST_CODES), c.code(values, most)) {
                put(&mut c.rows, row, code, none);
                return;
            }
            let mut plain = Plain::default();
            for (row, code) in c.rows.iter().enumerate() {
                plain.set(row, c.folded.get(usize::from(*code)));
            }
            *self = Texts::Plain(plain);
        }
        if let Texts::Plain(p) = self {
            p.set(row, &folded(values));
        }
    }

    /// The rows that one of the tests matches, or may match; `within`: those that matter.
    pub fn meeting(&self, tests: &[Test], within: &Bits) -> Meets {
        let len = within.len();
        match self {
            Texts::Coded(c) => Meets::certain(c.of_codes(&c.codes(tests), len)),
            Texts::Plain(p) => {
                let mut out = Meets::certain(Bits::none(len));
                for t in tests {
                    out.or(&plain_meeting(p, t, within));
                }
                out
            }
        }
    }

    /// The rows with a folded needle in one of their values; at the beginning of a word where that is asked for.
    pub fn having(&self, needle: &str, word: bool, within: &Bits) -> Bits {
        let test = if word { TextTest::Word(needle.into()) } else { TextTest::Part(needle.into()) };
        match self {
            Texts::Coded(c) => {
                let all = Bits::all(c.lists.len());
                c.of_codes(&plain_text(&c.folded, &test, &all), within.len())
            }
            Texts::Plain(p) => plain_text(p, &test, within),
        }
    }

    /// The first value folded, where texts are not coded.
    pub fn plain(&self, row: usize) -> Option<&str> {
        match self {
            Texts::Plain(p) => parts(p.get(row)).next(),
            Texts::Coded(_) => None,
        }
    }

    /// The values of a row, folded, each with its end behind it.
    pub fn folded(&self, row: usize) -> &str {
        match self {
            Texts::Coded(c) => c.rows.get(row).map_or("", |code| c.folded.get(usize::from(*code))),
            Texts::Plain(p) => p.get(row),
        }
    }

    /// The different values, where they are coded and so few that they can be offered.
    pub fn offered(&self) -> impl Iterator<Item = &str> {
        let lists = match self {
            Texts::Coded(c) => c.lists.as_slice(),
            Texts::Plain(_) => &[],
        };
        lists.iter().flat_map(|l| l.iter().map(|v| &**v))
    }

    pub fn bytes(&self) -> usize {
        match self {
            Texts::Coded(c) => {
                let list = |l: &List| l.iter().map(|v| v.len() + 16).sum::<usize>() + 72;
                let texts: usize = c.lists.iter().map(list).sum();
                texts + c.folded.bytes() + c.rows.capacity() * 2
            }
            Texts::Plain(p) => p.bytes(),
        }
    }

    /// Gives back what was reserved, and makes ready what `sort:` needs.
    pub fn settle(&mut self, def: &FieldDef) {
        match self {
            Texts::Coded(c) => {
                c.rows.shrink_to_fit();
                c.ranks(def);
            }
            Texts::Plain(p) => p.shrink(),
        }
    }
}

/// What is folded answers what is asked of folded texts; what is asked of the texts themselves it can but narrow down.
fn plain_meeting(p: &Plain, test: &Test, within: &Bits) -> Meets {
    let len = within.len();
    match test {
        Test::Present => Meets::certain(p.present(len)),
        Test::Missing => {
            let mut out = within.clone();
            out.minus(&p.present(len));
            Meets::certain(out)
        }
        Test::Text(TextTest::Exact(t)) => Meets::perhaps(plain_text(p, &TextTest::Whole(fold(t)), within)),
        Test::Text(TextTest::Regex(_)) | Test::Amount(..) => Meets::perhaps(p.present(len)),
        Test::Text(TextTest::Digits(d)) => {
            // Each value is short: those with all of the digits at all are few enough to be read.
            let mut out = Bits::none(len);
            for row in within.iter() {
                if parts(p.get(row)).any(|v| TextTest::Digits(d.clone()).matches(v, "")) {
                    out.set(row, true);
                }
            }
            Meets::perhaps(out)
        }
        Test::Text(t) => Meets::certain(plain_text(p, t, within)),
        Test::OneOf(_) => Meets::perhaps(p.present(len)),
        Test::Between(..) | Test::Agent(_) | Test::Handle(_) => Meets::certain(Bits::none(len)),
    }
}

/// The rows that a test of folded texts matches.
pub(super) fn plain_text(p: &Plain, test: &TextTest, within: &Bits) -> Bits {
    let len = within.len();
    let row_meets = |row: usize| parts(p.get(row)).any(|v| test.matches("", v));
    let one_by_one = || {
        let mut out = Bits::none(len);
        within.iter().filter(|r| row_meets(*r)).for_each(|r| out.set(r, true));
        out
    };
    // Where few matter they are looked at alone.
    if within.count() < len / 16 {
        return one_by_one();
    }
    match test {
        TextTest::Word(t) => p.scan(&Finder::new(t), begins, within),
        TextTest::Part(t) => p.scan(&Finder::new(t), |_, _| true, within),
        TextTest::Whole(t) => {
            let needle = format!("{t}{END}");
            let begins = |text: &str, at: usize| at == 0 || text.as_bytes().get(at - 1) == Some(&(END as u8));
            p.scan(&Finder::new(&needle), begins, within)
        }
        TextTest::Glob(g) if !g.longest().is_empty() => {
            let mut out = p.scan(&Finder::new(g.longest()), |_, _| true, within);
            let wrong: Vec<usize> = out.iter().filter(|r| !row_meets(*r)).collect();
            wrong.into_iter().for_each(|r| out.set(r, false));
            out
        }
        _ => one_by_one(),
    }
}

/// Whether a word begins at a place.
fn begins(text: &str, at: usize) -> bool {
    match at.checked_sub(1).and_then(|b| text.as_bytes().get(b)) {
        None => true,
        Some(b) if b.is_ascii() => !b.is_ascii_alphanumeric(),
        Some(_) => {
            let before = text.get(..at).and_then(|t| t.chars().next_back());
            !before.is_some_and(|c| c.is_alphanumeric() && !is_unspaced(c))
        }
    }
}
