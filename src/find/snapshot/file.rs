//! A file beside the store of parts that are read each by itself: a head that says of which program, store and place in
//! the log they are, then the parts, each with its hash.
//!
//! The hashes are XXH3 of 64 bits (a crate that the store has already): they are to see what was cut short, mixed up or hit by
//! a bad disk, and a start waits for them; anyone who can write the file can write the store.

use std::{
    io::{self, Seek, SeekFrom, Write},
    sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
};

use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use super::carry::{At, FilePart, Saved, saved};
use crate::{
    find::workers::workers,
    model::{Id, Seq},
    store::{Store, StoreError, View, ViewExt, feed, meta, saved::Spot},
};

/// With more rows of the log than this since it was saved, reloading is quicker than following.
pub const BEHIND: Seq = 50_000;

/// The most parts of a file.
const MOST_PARTS: u64 = 1 << 16;

/// Why what was saved is of no use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Nothing was saved.
    #[error("nothing was saved")]
    Absent,
    /// It is no plain file of the store's owner: nothing is read from it.
    #[error("the file there is another user's, or no plain file")]
    Foreign,
    /// It was cut short or altered.
    #[error("it is damaged")]
    Damaged,
    /// It was saved by another version of this program.
    #[error("another version saved it")]
    Version,
    /// It is not of the current store, which is another one or was replaced.
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

impl About {
    /// What is held of a store up to `cursor`, made of the file that `spot` is of; `None` where the log has no such row.
    pub(crate) fn of(cursor: Seq, spot: &Spot, store: &dyn Store) -> Result<Option<About>, StoreError> {
        store.view(|view| {
            let row = row(view, cursor)?;
            Ok(row.and_then(|row| {
                let store = meta::store_id(view).ok()?;
                Some(About { store, generation: spot.generation(), cursor, row })
            }))
        })
    }

    /// Whether it matches the current store.
    pub(crate) fn fits(&self, spot: &Spot, store: &dyn Store) -> Result<(), Unfit> {
        let (id, head, row) = store
            .view(|view| Ok((meta::store_id(view)?, view.log_head()?, row(view, self.cursor)?)))
            .map_err(|_| Unfit::Store)?;
        if id != self.store || spot.generation() != self.generation || row != Some(self.row) {
            return Err(Unfit::Store);
        }
        if head - self.cursor > BEHIND { Err(Unfit::Behind) } else { Ok(()) }
    }
}

/// The hash of a row of the log; `None` where there is no such row. Before the first one stands nothing.
fn row(view: &dyn View, at: Seq) -> Result<Option<[u8; 32]>, StoreError> {
    if at == 0 {
        return Ok(Some([0; 32]));
    }
    Ok(feed::at(view, at)?.map(|i| i.row.hash()))
}

/// What kind of file it is, and what made it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Made {
    /// Its first bytes.
    pub magic: [u8; 8],
    /// The program, as a number: what another version packs in another way has another one.
    pub by: u64,
}

/// What is said of the parts before them.
struct Head {
    made_by: u64,
    about: About,
    live: u64,
    /// How many parts there are of each kind, kind behind kind.
    kinds: Vec<usize>,
    /// The length and the hash of each part.
    parts: Vec<(u64, u64)>,
}
saved!(Head { made_by, about, live, kinds, parts });

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

/// A part, whatever it is.
pub(crate) trait Writes {
    fn write_to(&self, to: &mut dyn Write) -> io::Result<()>;
}

impl<T: Saved> Writes for T {
    fn write_to(&self, to: &mut dyn Write) -> io::Result<()> {
        self.write(to)
    }
}

/// Writes parts, kind behind kind. `live`: how many customers they contain. `stop` is polled to cancel.
///
/// # Errors
/// Those of the file; `Interrupted` where it was stopped.
pub(crate) fn write(
    made: Made,
    (about, live): (About, u64),
    kinds: &[&[&dyn Writes]],
    to: &mut (impl Write + Seek),
    stop: &dyn Fn() -> bool,
) -> io::Result<()> {
    let count: usize = kinds.iter().map(|k| k.len()).sum();
    let mut head = Head {
        made_by: made.by,
        about,
        live,
        kinds: kinds.iter().map(|k| k.len()).collect(),
        parts: vec![(0, 0); count],
    };
    to.seek(SeekFrom::Start(encoded(made, &head)?.len() as u64))?;
    let mut parts = Vec::with_capacity(count);
    for part in kinds.iter().copied().flatten() {
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
    to.write_all(&encoded(made, &head)?)
}

/// `magic · length · head · hash of all that`
fn encoded(made: Made, head: &Head) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    head.write(&mut body)?;
    let mut out = [made.magic, (body.len() as u64).to_le_bytes()].concat();
    out.extend_from_slice(&body);
    out.extend_from_slice(&xxh3_64(&out).to_le_bytes());
    Ok(out)
}

/// A file whose head is sound.
pub(crate) struct Parts<'a> {
    file: &'a dyn At,
    head: Head,
    from: u64,
}

impl<'a> Parts<'a> {
    /// Reads the head.
    ///
    /// # Errors
    /// Why it is of no use: damaged, or made by another version.
    pub fn open(made: Made, file: &'a dyn At) -> Result<Parts<'a>, Unfit> {
        let damaged = |_| Unfit::Damaged;
        let length = file.length().map_err(damaged)?;
        let mut start = [[0; 8]; 2];
        file.fill(start.as_flattened_mut(), 0).map_err(damaged)?;
        let [magic, len] = start;
        if magic != made.magic {
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
        let mut by = [0; 8];
        file.fill(&mut by, 16).map_err(damaged)?;
        // The first field of every version's head: what follows is known only where it is ours.
        if u64::from_le_bytes(by) != made.by {
            return Err(Unfit::Version);
        }
        let head = Head::read(&mut FilePart::new(file, 16, len)).map_err(damaged)?;
        let from = len + 24;
        let sum = head.parts.iter().try_fold(from, |sum, (len, _)| sum.checked_add(*len));
        let count = head.kinds.iter().try_fold(0_usize, |sum, n| sum.checked_add(*n));
        if sum != Some(length) || count != Some(head.parts.len()) {
            return Err(Unfit::Damaged);
        }
        Ok(Parts { file, head, from })
    }

    /// What it is of.
    pub fn about(&self) -> About {
        self.head.about
    }

    /// How many customers it contains.
    pub fn live(&self) -> u64 {
        self.head.live
    }

    /// How many parts there are of a kind.
    pub fn of_kind(&self, kind: usize) -> usize {
        self.head.kinds.get(kind).copied().unwrap_or(0)
    }

    /// Reads one part.
    ///
    /// # Errors
    /// Where it is not what was written.
    pub fn read<T: Saved>(&self, n: usize) -> Result<T, Unfit> {
        let before: u64 = self.head.parts.iter().take(n).map(|p| p.0).sum();
        let (len, hash) = self.head.parts.get(n).ok_or(Unfit::Damaged)?;
        let mut part = FilePart::new(self.file, self.from + before, *len);
        let out = T::read(&mut part).map_err(|_| Unfit::Damaged)?;
        if part.hash() == Some(*hash) { Ok(out) } else { Err(Unfit::Damaged) }
    }

    /// Reads parts on all cores, those that stand first in `order` first: `each` is given them as they come.
    ///
    /// # Errors
    /// Where one is not what was written: what `each` was given is of no use then.
    pub fn each<T: Send>(
        &self,
        order: &[usize],
        read: impl Fn(&Self, usize) -> Result<T, Unfit> + Sync,
        mut each: impl FnMut(T),
    ) -> Result<(), Unfit> {
        let next = AtomicUsize::new(0);
        let (send, pieces) = mpsc::channel();
        std::thread::scope(|scope| {
            for _ in 0..workers() {
                let (send, next, read) = (send.clone(), &next, &read);
                scope.spawn(move || {
                    while let Some(n) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
                        if send.send(read(self, *n)).is_err() {
                            break;
                        }
                    }
                });
            }
            drop(send);
            let mut count = 0;
            for piece in pieces {
                each(piece?);
                count += 1;
            }
            if count == order.len() { Ok(()) } else { Err(Unfit::Damaged) }
        })
    }
}
