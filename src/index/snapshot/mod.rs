//! The contacts to find as they are saved beside the store, so that a start takes milliseconds and not a pass over all
//! customers: a head that says of which program, store and place in the log they are, then a part for each block, each
//! with its hash. Blocks are independent: the likeliest contacts are found while the others are being read.
//!
//! - [`write()`], [`Snapshot`]: a book into a file and out of it
//! - [`save()`], `load()`: beside a store, and only what belongs to it
//! - `carry`: how arrays and structs go into a file and come back
//!
//! The hashes are XXH3 of 64 bits (a crate that the store has already): they are to see what was cut short, mixed up or hit by
//! a bad disk, and a start waits for them; whoever can write the file can write the store.

pub mod carry;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    io::{self, Seek, SeekFrom, Write},
    sync::{
        OnceLock,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
};

use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use self::carry::{At, Part, Saved, saved};
use super::{
    block::{Block, pack},
    book::Book,
    contact::{Contact, Field},
    finder::FieldKind,
    grams::{self, ROWS},
    table::Table,
    text,
    vocabulary::{Vocabulary, Words},
    workers::workers,
};
use crate::{
    model::{Id, Seq},
    store::{Store, StoreError, View, ViewExt, feed, meta, saved::Spot},
};

/// With more rows of the log than this since it was saved, loading anew is quicker than following.
pub const BEHIND: Seq = 50_000;

const MAGIC: [u8; 8] = *b"FDFIND01";

/// The most parts of a file: a block each.
const MOST_PARTS: u64 = 1 << 16;

/// Why what was saved is of no use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Nothing was saved.
    #[error("nothing was saved")]
    Absent,
    /// It was cut short or altered.
    #[error("it is damaged")]
    Damaged,
    /// It was saved by another version of this program.
    #[error("another version saved it")]
    Version,
    /// It is not of this store as it is now: the store is another one or was replaced.
    #[error("it is of another store")]
    Store,
    /// The log has gone too far on.
    #[error("too much has changed since")]
    Behind,
}

/// What it is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct About {
    /// The store.
    pub store: Id,
    /// Which file of its path the store was.
    pub generation: u64,
    /// All of the log up to here is held.
    pub cursor: Seq,
    /// The hash of that row: where it is another one, the log is another one.
    pub row: [u8; 32],
}
saved!(About { store, generation, cursor, row });

struct Head {
    made_by: u64,
    about: About,
    live: u64,
    blocks: usize,
    words: usize,
    /// The length and the hash of each part: blocks, words, the rest.
    parts: Vec<(u64, u64)>,
}
saved!(Head { made_by, about, live, blocks, words, parts });

/// What a book holds beside its blocks and those of its words.
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

/// What made it, as a number: the same contacts, held by another version in another way, give another one.
fn made_by() -> u64 {
    static MADE_BY: OnceLock<u64> = OnceLock::new();
    *MADE_BY.get_or_init(|| {
        let mut book = Book::new();
        // Without its rows, which are large: they are told by number.
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
    })
}

/// Writes and hashes.
struct Hashing<W> {
    to: W,
    hash: Xxh3,
    len: u64,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let n = self.to.write(buf)?;
        self.hash.update(buf.get(..n).unwrap_or_default());
        self.len += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
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
    let mut head = Head {
        made_by: made_by(),
        about,
        live: book.len() as u64,
        blocks: blocks.len(),
        words: words.len(),
        parts: vec![(0, 0); blocks.len() + words.len() + 1],
    };
    to.seek(SeekFrom::Start(encoded(&head)?.len() as u64))?;
    let mut parts = Vec::with_capacity(head.parts.len());
    let blocks = blocks.iter().map(|b| b as &dyn Writes);
    let words = words.iter().map(|w| w as &dyn Writes);
    for part in blocks.chain(words).chain([&rest as &dyn Writes]) {
        if stop() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let mut hashing =
            Hashing { to: io::BufWriter::with_capacity(1 << 16, &mut *to), hash: Xxh3::new(), len: 0 };
        part.write_to(&mut hashing)?;
        hashing.flush()?;
        parts.push((hashing.len, hashing.hash.digest()));
    }
    head.parts = parts;
    to.seek(SeekFrom::Start(0))?;
    to.write_all(&encoded(&head)?)
}

trait Writes {
    fn write_to(&self, to: &mut dyn Write) -> io::Result<()>;
}

impl<T: Saved> Writes for T {
    fn write_to(&self, to: &mut dyn Write) -> io::Result<()> {
        self.write(to)
    }
}

/// `magic · length · head · hash of all that`
fn encoded(head: &Head) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    head.write(&mut body)?;
    let mut out = [MAGIC, (body.len() as u64).to_le_bytes()].concat();
    out.extend_from_slice(&body);
    out.extend_from_slice(&xxh3_64(&out).to_le_bytes());
    Ok(out)
}

/// A file whose head is sound.
pub struct Snapshot<'a> {
    file: &'a dyn At,
    head: Head,
    from: u64,
}

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
        let damaged = |_| Unfit::Damaged;
        let length = file.length().map_err(damaged)?;
        let mut start = [[0; 8]; 2];
        file.fill(start.as_flattened_mut(), 0).map_err(damaged)?;
        let [magic, len] = start;
        if magic != MAGIC {
            return Err(Unfit::Version);
        }
        let len = u64::from_le_bytes(len);
        if len > length || len > MOST_PARTS * 16 {
            return Err(Unfit::Damaged);
        }
        let mut all = vec![0; usize::try_from(len + 16).map_err(|_| Unfit::Damaged)?];
        file.fill(&mut all, 0).map_err(damaged)?;
        let mut hash = [0; 8];
        file.fill(&mut hash, len + 16).map_err(damaged)?;
        if xxh3_64(&all) != u64::from_le_bytes(hash) {
            return Err(Unfit::Damaged);
        }
        let mut made = [0; 8];
        file.fill(&mut made, 16).map_err(damaged)?;
        // The first field of every version's head: what follows is known only where it is ours.
        if u64::from_le_bytes(made) != made_by() {
            return Err(Unfit::Version);
        }
        let head = Head::read(&mut Part::new(file, 16, len)).map_err(damaged)?;
        let from = len + 24;
        let sum = head.parts.iter().try_fold(from, |sum, (len, _)| sum.checked_add(*len));
        if sum != Some(length)
            || head.blocks.checked_add(head.words).is_none_or(|n| n + 1 != head.parts.len())
        {
            return Err(Unfit::Damaged);
        }
        Ok(Snapshot { file, head, from })
    }

    /// What it is of.
    pub fn about(&self) -> About {
        self.head.about
    }

    /// How many contacts it holds.
    pub fn live(&self) -> u64 {
        self.head.live
    }

    /// Reads all into a book with nobody in it; `each` is shown it with every block.
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
        let (blocks, words) = (self.head.blocks, self.head.words);
        // The likeliest contacts first, then what slips are judged by, then all the others.
        let order: Vec<usize> = (0..blocks.min(1)).chain(blocks..=blocks + words).chain(1..blocks).collect();
        let next = AtomicUsize::new(0);
        let (send, pieces) = mpsc::channel();
        std::thread::scope(|scope| {
            let workers = workers();
            for _ in 0..workers {
                let (send, order, next) = (send.clone(), &order, &next);
                scope.spawn(move || {
                    while let Some(n) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
                        if send.send(self.piece(*n)).is_err() {
                            break;
                        }
                    }
                });
            }
            drop(send);
            let (mut early, mut spoken) = (BTreeMap::new(), BTreeMap::new());
            let (mut given, mut rest) = (0, None);
            for piece in pieces {
                match piece? {
                    Piece::Block(n, b) => drop(early.insert(n, b)),
                    Piece::Words(n, w) => drop(spoken.insert(n, w)),
                    Piece::Rest(r) => rest = Some(*r),
                }
                while let Some(b) = early.remove(&given) {
                    each(b);
                    given += 1;
                }
            }
            match rest {
                Some(rest) if given == blocks && spoken.len() == words => {
                    Ok((rest, spoken.into_values().collect()))
                }
                _ => Err(Unfit::Damaged),
            }
        })
    }

    fn piece(&self, n: usize) -> Result<Piece, Unfit> {
        let (blocks, words) = (self.head.blocks, self.head.words);
        let before: u64 = self.head.parts.iter().take(n).map(|p| p.0).sum();
        let (len, hash) = self.head.parts.get(n).ok_or(Unfit::Damaged)?;
        let mut part = Part::new(self.file, self.from + before, *len);
        let piece = if n < blocks {
            Block::read(&mut part).map(|b| Piece::Block(n, b))
        } else if n < blocks + words {
            Words::read(&mut part).map(|w| Piece::Words(n - blocks, w))
        } else {
            Rest::read(&mut part).map(|r| Piece::Rest(Box::new(r)))
        };
        let piece = piece.map_err(|_| Unfit::Damaged)?;
        if part.hash() == Some(*hash) { Ok(piece) } else { Err(Unfit::Damaged) }
    }
}

/// Saves a book beside its store: all of the log up to `cursor` is in it, and `spot` is that of the file that it was
/// made of. Gives whether it was saved.
///
/// # Errors
/// Where the store cannot be read, or the file not be written.
pub fn save(book: &Book, cursor: Seq, spot: &Spot, store: &dyn Store) -> Result<bool, StoreError> {
    let about = store.view(|view| {
        let row = row(view, cursor)?;
        Ok(row.and_then(|row| {
            let store = meta::store_id(view).ok()?;
            Some(About { store, generation: spot.generation(), cursor, row })
        }))
    })?;
    let Some(about) = about else { return Ok(false) };
    spot.save(&mut |mut file, stop| write(book, about, &mut file, stop))
}

/// The hash of a row of the log; `None` where there is no such row. Before the first one stands nothing.
fn row(view: &dyn View, at: Seq) -> Result<Option<[u8; 32]>, StoreError> {
    if at == 0 {
        return Ok(Some([0; 32]));
    }
    Ok(feed::at(view, at)?.map(|i| i.row.hash()))
}

/// Reads what was saved beside a store, and gives where in the log it stands. The book has the blocks
/// in their order as soon as they are read.
///
/// # Errors
/// Why it is of no use: all must be read from the store.
pub(super) fn load(store: &dyn Store, into: &dyn Into) -> Result<Seq, Unfit> {
    let spot = store.spot().ok_or(Unfit::Absent)?;
    let file = spot.open().ok_or(Unfit::Absent)?;
    let snapshot = Snapshot::open(&file)?;
    let about = snapshot.about();
    let (id, head, row) = store
        .view(|view| Ok((meta::store_id(view)?, view.log_head()?, row(view, about.cursor)?)))
        .map_err(|_| Unfit::Store)?;
    if id != about.store || spot.generation() != about.generation || row != Some(about.row) {
        return Err(Unfit::Store);
    }
    if head - about.cursor > BEHIND {
        return Err(Unfit::Behind);
    }
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
