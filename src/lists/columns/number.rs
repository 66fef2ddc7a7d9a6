//! Numbers of rows: counts, moments, days; sums of money.

use std::{
    collections::HashMap,
    io::{self, Write},
};

use super::bits::Bits;
use crate::{
    find::snapshot::carry::{FilePart, Saved},
    model::Currency,
    query::{Value, bind::Test, eval},
};

/// A number a row, or none.
#[derive(Debug, Clone)]
pub(super) enum Numbers {
    /// Small ones; the least value means none.
    Small(Vec<i32>),
    /// Any; the least value means none.
    Wide(Vec<i64>),
}

impl Default for Numbers {
    fn default() -> Self {
        Numbers::Small(Vec::new())
    }
}

impl Numbers {
    pub fn get(&self, row: usize) -> Option<i64> {
        match self {
            Numbers::Small(all) => all.get(row).filter(|n| **n != i32::MIN).map(|n| i64::from(*n)),
            Numbers::Wide(all) => all.get(row).filter(|n| **n != i64::MIN).copied(),
        }
    }

    pub fn set(&mut self, row: usize, n: Option<i64>) {
        if let Numbers::Small(all) = self
            && n.is_some_and(|n| i32::try_from(n).map_or(true, |n| n == i32::MIN))
        {
            let wide = all.iter().map(|n| if *n == i32::MIN { i64::MIN } else { i64::from(*n) });
            *self = Numbers::Wide(wide.collect());
        }
        match self {
            Numbers::Small(all) => {
                let n = n.and_then(|n| i32::try_from(n).ok()).unwrap_or(i32::MIN);
                put(all, row, n, i32::MIN);
            }
            // The least of all moments and none are one: no record has it.
            Numbers::Wide(all) => put(all, row, n.unwrap_or(i64::MIN), i64::MIN),
        }
    }

    /// The rows that one of the tests matches.
    pub fn meeting(&self, tests: &[Test], len: usize) -> Bits {
        let mut out = Bits::none(len);
        for test in tests {
            let range = match test {
                Test::Missing => None,
                Test::Present => Some((i64::MIN, i64::MAX)),
                Test::Between(from, to) => Some((*from, *to)),
                _ => continue,
            };
            let words = match self {
                Numbers::Small(all) => words(all, |n| {
                    let none = n == i32::MIN;
                    range.map_or(none, |(from, to)| !none && (from..=to).contains(&i64::from(n)))
                }),
                Numbers::Wide(all) => words(all, |n| {
                    let none = n == i64::MIN;
                    range.map_or(none, |(from, to)| !none && (from..=to).contains(&n))
                }),
            };
            out.or(&Bits::of(words, len));
        }
        out
    }

    pub fn bytes(&self) -> usize {
        match self {
            Numbers::Small(all) => all.capacity() * 4,
            Numbers::Wide(all) => all.capacity() * 8,
        }
    }

    pub fn shrink(&mut self) {
        match self {
            Numbers::Small(all) => all.shrink_to_fit(),
            Numbers::Wide(all) => all.shrink_to_fit(),
        }
    }
}

/// Puts a value in its place; the places before it that are not there yet are filled.
pub(super) fn put<T: Copy>(all: &mut Vec<T>, row: usize, value: T, none: T) {
    if all.len() <= row {
        all.resize(row + 1, none);
    }
    if let Some(place) = all.get_mut(row) {
        *place = value;
    }
}

/// A bit for each value.
pub(super) fn words<T: Copy>(all: &[T], matches: impl Fn(T) -> bool) -> Vec<u64> {
    let word = |part: &[T]| part.iter().enumerate().fold(0, |w, (i, n)| w | u64::from(matches(*n)) << i);
    all.chunks(64).map(word).collect()
}

impl Saved for Numbers {
    fn write(&self, to: &mut dyn Write) -> io::Result<()> {
        match self {
            Numbers::Small(all) => {
                0_u8.write(to)?;
                all.write(to)
            }
            Numbers::Wide(all) => {
                1_u8.write(to)?;
                all.write(to)
            }
        }
    }

    fn read(from: &mut FilePart<'_>) -> io::Result<Numbers> {
        match u8::read(from)? {
            0 => Vec::read(from).map(Numbers::Small),
            1 => Vec::read(from).map(Numbers::Wide),
            _ => Err(io::ErrorKind::InvalidData.into()),
        }
    }
}

/// Sums of money of rows: one of one currency for most.
#[derive(Debug, Clone, Default)]
pub(super) struct Sums {
    minor: Vec<i64>,
    /// Place among the codes, from one; none: 0; several sums: 255.
    code: Vec<u8>,
    codes: Vec<String>,
    /// Ten-thousandths of a unit in a minor unit of each.
    scales: Vec<i128>,
    several: HashMap<usize, Vec<(i64, String)>>,
}

const SEVERAL: u8 = u8::MAX;

impl Saved for Sums {
    fn write(&self, to: &mut dyn Write) -> io::Result<()> {
        let Sums { minor, code, codes, scales: _, several } = self;
        minor.write(to)?;
        code.write(to)?;
        codes.write(to)?;
        let mut several: Vec<_> = several.iter().map(|(row, sums)| (*row, sums.clone())).collect();
        several.sort_unstable_by_key(|(row, _)| *row);
        several.write(to)
    }

    fn read(from: &mut FilePart<'_>) -> io::Result<Sums> {
        let (minor, code, codes): (_, _, Vec<String>) =
            (Vec::read(from)?, Vec::read(from)?, Vec::read(from)?);
        let scales = codes.iter().map(|c| scale(c)).collect();
        let several = Vec::<(usize, Vec<(i64, String)>)>::read(from)?.into_iter().collect();
        Ok(Sums { minor, code, codes, scales, several })
    }
}

impl Sums {
    pub fn set(&mut self, row: usize, sums: Vec<(i64, String)>) {
        self.several.remove(&row);
        let (minor, code) = match sums.as_slice() {
            [] => (0, 0),
            [(minor, code)] => match self.code_of(code) {
                Some(at) => (*minor, at),
                None => {
                    self.several.insert(row, sums);
                    (0, SEVERAL)
                }
            },
            _ => {
                self.several.insert(row, sums);
                (0, SEVERAL)
            }
        };
        put(&mut self.minor, row, minor, 0);
        put(&mut self.code, row, code, 0);
    }

    fn code_of(&mut self, code: &str) -> Option<u8> {
        let at = self.codes.iter().position(|c| c == code).unwrap_or(self.codes.len());
        if at == self.codes.len() && at + 1 < usize::from(SEVERAL) {
            self.codes.push(code.to_owned());
            self.scales.push(scale(code));
        }
        u8::try_from(at + 1).ok().filter(|at| *at != SEVERAL)
    }

    /// The first sum's rank, as [`Value::rank`] has it.
    pub fn rank(&self, row: usize) -> Option<i128> {
        match (self.code.get(row)?, self.minor.get(row)?) {
            (0, _) => None,
            (&SEVERAL, _) => {
                let (minor, code) = self.several.get(&row)?.first()?;
                Value::Money(*minor, code.as_str().into()).rank()
            }
            (at, minor) => Some(i128::from(*minor) * self.scales.get(usize::from(*at) - 1)?),
        }
    }

    pub fn meeting(&self, tests: &[Test], len: usize) -> Bits {
        let mut out = Bits::none(len);
        for test in tests {
            // For each code: the least and the greatest minor units that meet it.
            let ranges: Vec<Option<(i64, i64)>> = std::iter::once(None)
                .chain(self.codes.iter().map(|code| match test {
                    Test::Present => Some((i64::MIN, i64::MAX)),
                    Test::Amount(from, to, currency) => {
                        let fits = currency.is_none_or(|c| Currency::new(code) == Some(c));
                        fits.then(|| minor_range(*from, *to, scale(code)))
                    }
                    _ => None,
                }))
                .collect();
            let missing = matches!(test, Test::Missing);
            let matches = |minor: i64, code: u8| match code {
                0 => missing,
                at => {
                    let range = ranges.get(usize::from(at)).copied().flatten();
                    range.is_some_and(|(from, to)| (from..=to).contains(&minor))
                }
            };
            let word = |(minor, code): (&[i64], &[u8])| {
                let both = minor.iter().zip(code).enumerate();
                both.fold(0, |w, (i, (m, c))| w | u64::from(matches(*m, *c)) << i)
            };
            out.or(&Bits::of(self.minor.chunks(64).zip(self.code.chunks(64)).map(word).collect(), len));
            for (row, sums) in &self.several {
                let value = |(minor, code): &(i64, String)| Value::Money(*minor, code.clone().into());
                if sums.iter().any(|s| eval::passes(test, &value(s))) {
                    out.set(*row, true);
                }
            }
        }
        out
    }

    pub fn bytes(&self) -> usize {
        self.minor.capacity() * 8 + self.code.capacity() + self.several.len() * 64
    }

    pub fn shrink(&mut self) {
        self.minor.shrink_to_fit();
        self.code.shrink_to_fit();
    }
}

/// Ten-thousandths of a unit in a minor unit, as [`Value::rank`] has it.
fn scale(code: &str) -> i128 {
    let exponent = Currency::new(code).map_or(2, Currency::exponent);
    10_i128.pow(4_u32.saturating_sub(exponent))
}

/// The minor units whose rank is from one to another.
fn minor_range(from: i64, to: i64, scale: i128) -> (i64, i64) {
    let clamp = |n: i128| i64::try_from(n.clamp(i64::MIN.into(), i64::MAX.into())).unwrap_or(0);
    let (from, to) = (i128::from(from), i128::from(to));
    let up = from.div_euclid(scale) + i128::from(from.rem_euclid(scale) != 0);
    (clamp(up), clamp(to.div_euclid(scale)))
}
