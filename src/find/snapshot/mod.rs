//! The contacts to find as they are saved beside the store, so that a start takes milliseconds and not a pass over all
//! customers: a head that says of which program, store and place in the log they are, then a part for each block, each
//! with its hash. Blocks are independent: the likeliest contacts are found while the others are being read.
//!
//! - [`write()`], [`Snapshot`]: a book into a file and out of it
//! - [`save()`], `load()`: beside a store, and only what belongs to it
//! - `file`: a file of parts, and what it is of
//! - `carry`: how arrays and structs go into a file and come back

pub mod carry;
pub(crate) mod file;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    io::{self, Seek, Write},
    sync::OnceLock,
};

use xxhash_rust::xxh3::xxh3_64;

pub use self::file::{About, BEHIND, Unfit};
use self::{
    carry::{At, Saved, saved},
    file::{Made, Parts, Writes},
};
use super::{
    block::{Block, pack},
    book::Book,
    contact::{Contact, Field},
    finder::FieldKind,
    grams::{self, ROWS},
    table::Table,
    text,
    vocabulary::{Vocabulary, Words},
};
use crate::{
    model::{Id, Seq},
    store::{Store, StoreError, saved::Spot},
};

const MAGIC: [u8; 8] = *b"FDFIND02";

/// The kinds of parts, in their order; the rest is one.
const BLOCKS: usize = 0;
const WORDS: usize = 1;

/// What a book contains beside its blocks and those of its words.
struct Rest {
    most: usize,
    direct: usize,
    table: Table,
    word_table: Table,
    word_free: Vec<u32>,
    owners: Vec<Id>,
    today: u16,
    wanted: u16,
    stirred: usize,
}
saved!(Rest { most, direct, table, word_table, word_free, owners, today, wanted, stirred });

impl Rest {
    /// Takes a book apart: every field, so that none is forgotten here.
    fn of(book: &Book) -> (Rest, &[Block], &[Words]) {
        let Book { most, direct, blocks, table, words, owners, today, wanted, stirred, of: _ } = book;
        let Vocabulary { blocks: word_blocks, table: word_table, free } = words;
        let rest = Rest {
            most: *most,
            direct: *direct,
            table: table.clone(),
            word_table: word_table.clone(),
            word_free: free.clone(),
            owners: owners.clone(),
            today: *today,
            wanted: *wanted,
            stirred: *stirred,
        };
        (rest, blocks, word_blocks)
    }

    /// Completes a book that has its blocks.
    fn complete(self, book: &mut Book, words: Vec<Words>) {
        let mut blocks = std::mem::take(&mut book.blocks);
        blocks.iter_mut().rev().take(1).for_each(Block::make_room);
        let words = Vocabulary { blocks: words, table: self.word_table, free: self.word_free };
        *book = Book {
            most: self.most,
            direct: self.direct,
            blocks,
            table: self.table,
            words,
            owners: self.owners,
            today: self.today,
            wanted: self.wanted,
            stirred: self.stirred,
            of: 0,
        };
    }
}

/// What made it: the same contacts, held by another version in another way, give another number.
fn made() -> Made {
    static MADE_BY: OnceLock<u64> = OnceLock::new();
    let by = *MADE_BY.get_or_init(|| {
        let mut book = Book::new();
        // Without its rows, which are large: they are identified by number.
        book.blocks.push(Block::default());
        let mut bytes = env!("CARGO_PKG_VERSION").as_bytes().to_vec();
        bytes.extend(ROWS.to_le_bytes());
        for (n, name, company, email, phone) in [
            (1, "Anna-Lena Müller O'Neil", "Blue Harbor GmbH", "a.l+x@harbor.example", "+49 (030) 123-4567"),
            (2, "Юлия Соколова", "3M & Söhne", "ys@post.example", "555 0199"),
            (3, "王 Wei 7", "", "", ""),
        ] {
            let name = Field { kind: FieldKind::Name, text: name.into(), dial: String::new() };
            let mut c =
                Contact { id: Id([n; 16]), number: n.into(), fields: vec![name], ..Contact::default() };
            (c.owner, c.contacted, c.open) = (Id([n / 2; 16]), i64::from(n) << 33, n.into());
            c.add(FieldKind::Organisation, company);
            c.add(FieldKind::Email, email);
            c.add_phone(phone, "+49301234567");
            c.add(FieldKind::Tag, "vip 2");
            c.add(FieldKind::Nickname, "Änne");
            c.add(FieldKind::Phonetic, "Anna");
            book.put(&c);
            if let Some((_, text, _)) = text::open(&pack(&c)) {
                grams::rows(text, |row| bytes.extend(row.to_le_bytes()));
            }
        }
        book.remove(Id([3; 16]));
        let (rest, blocks, words) = Rest::of(&book);
        // Into memory, where writing does not fail.
        let _ = blocks.iter().try_for_each(|b| b.write(&mut bytes));
        let _ = words.iter().try_for_each(|w| w.write(&mut bytes)).and_then(|()| rest.write(&mut bytes));
        xxh3_64(&bytes)
    });
    Made { magic: MAGIC, by }
}

/// Writes a book. `stop` is asked now and then whether to give up.
///
/// # Errors
/// Those of the file; `Interrupted` where it was stopped.
pub fn write(
    book: &Book,
    about: About,
    to: &mut (impl Write + Seek),
    stop: &dyn Fn() -> bool,
) -> io::Result<()> {
    let (rest, blocks, words) = Rest::of(book);
    let blocks: Vec<&dyn Writes> = blocks.iter().map(|b| b as &dyn Writes).collect();
    let words: Vec<&dyn Writes> = words.iter().map(|w| w as &dyn Writes).collect();
    file::write(made(), (about, book.len() as u64), &[&blocks, &words, &[&rest]], to, stop)
}

/// A file whose head is sound.
pub struct Snapshot<'a>(Parts<'a>);

/// A part that was read.
enum Piece {
    Block(usize, Block),
    Words(usize, Words),
    Rest(Box<Rest>),
}

impl<'a> Snapshot<'a> {
    /// Reads the head.
    ///
    /// # Errors
    /// Why it is of no use: damaged, or made by another version.
    pub fn open(file: &'a dyn At) -> Result<Snapshot<'a>, Unfit> {
        Parts::open(made(), file).map(Snapshot)
    }

    /// What it is of.
    pub fn about(&self) -> About {
        self.0.about()
    }

    /// How many contacts it contains.
    pub fn live(&self) -> u64 {
        self.0.live()
    }

    /// Reads all into an empty book; `each` sees it after every block.
    ///
    /// # Errors
    /// Where a part is not what was written: the book is of no use then.
    pub fn read_into(&self, book: &mut Book, each: &mut dyn FnMut(&Book)) -> Result<(), Unfit> {
        book.set_of(self.live());
        let (rest, words) = self.load(&mut |b| {
            book.blocks.push(b);
            each(book);
        })?;
        rest.complete(book, words);
        Ok(())
    }

    /// Reads everything, on all cores: `each` is given the blocks in their order, as soon as they are there.
    ///
    /// # Errors
    /// Where a part is not what was written: what `each` was given is of no use then.
    fn load(&self, each: &mut dyn FnMut(Block)) -> Result<(Rest, Vec<Words>), Unfit> {
        let (blocks, words) = (self.0.of_kind(BLOCKS), self.0.of_kind(WORDS));
        // The likeliest contacts first, then what slips are judged by, then all the others.
        let order: Vec<usize> = (0..blocks.min(1)).chain(blocks..=blocks + words).chain(1..blocks).collect();
        let piece = |parts: &Parts<'_>, n: usize| {
            Ok(if n < blocks {
                Piece::Block(n, parts.read(n)?)
            } else if n < blocks + words {
                Piece::Words(n - blocks, parts.read(n)?)
            } else {
                Piece::Rest(Box::new(parts.read(n)?))
            })
        };
        let (mut early, mut spoken) = (BTreeMap::new(), BTreeMap::new());
        let (mut given, mut rest) = (0, None);
        self.0.each(&order, piece, |piece| {
            match piece {
                Piece::Block(n, b) => drop(early.insert(n, b)),
                Piece::Words(n, w) => drop(spoken.insert(n, w)),
                Piece::Rest(r) => rest = Some(*r),
            }
            while let Some(b) = early.remove(&given) {
                each(b);
                given += 1;
            }
        })?;
        match rest {
            Some(rest) if given == blocks && spoken.len() == words => {
                Ok((rest, spoken.into_values().collect()))
            }
            _ => Err(Unfit::Damaged),
        }
    }
}

/// Saves a book beside its store: all of the log up to `cursor` is in it, and `spot` is that of the file that it was
/// made of. Gives whether it was saved.
///
/// # Errors
/// Where the store cannot be read, or the file not be written.
pub fn save(book: &Book, cursor: Seq, spot: &Spot, store: &dyn Store) -> Result<bool, StoreError> {
    let Some(about) = About::of(cursor, spot, store)? else { return Ok(false) };
    spot.save(&mut |mut file, stop| write(book, about, &mut file, stop))
}

/// Reads what was saved beside a store, and gives where in the log it stands. The book has the blocks
/// in their order as soon as they are read.
///
/// # Errors
/// Why it is of no use: all must be read from the store.
pub(super) fn load(store: &dyn Store, into: &dyn Into) -> Result<Seq, Unfit> {
    let spot = store.spot().ok_or(Unfit::Absent)?;
    let file = spot.open().map_err(|_| Unfit::Foreign)?.ok_or(Unfit::Absent)?;
    let snapshot = Snapshot::open(&file)?;
    let about = snapshot.about();
    about.fits(&spot, store)?;
    into.change(&mut |book| {
        *book = Book::new();
        book.set_of(snapshot.live());
    });
    let (rest, words) = snapshot.load(&mut |block| {
        let mut block = Some(block);
        into.change(&mut |book| book.blocks.extend(block.take()));
    })?;
    let mut all = Some((rest, words));
    into.change(&mut |book| {
        if let Some((rest, words)) = all.take() {
            rest.complete(book, words);
        }
    });
    Ok(about.cursor)
}

/// Where a book is that others may ask meanwhile.
pub(super) trait Into {
    /// Changes it: others wait only so long.
    fn change(&self, f: &mut dyn FnMut(&mut Book));
}
