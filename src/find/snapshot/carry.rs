//! How what is held goes into a file and comes back: little-endian, long arrays as they lie in memory. What a struct is
//! saved as is said in one place, `saved!`, and every field has to be there.

use std::{
    fs::File,
    io::{self, Write},
    os::unix::fs::FileExt,
};

use xxhash_rust::xxh3::Xxh3;

use crate::{
    find::bits::{NONE, Row},
    model::Id,
};

/// Read and hashed together: what is hashed is still in the cache.
const STEP: usize = 256 << 10;

/// More rows of bits than this no block has.
const MOST_ROWS: usize = 1 << 13;

/// Bytes of a row.
const ROW: usize = size_of::<Row>();

/// A file, or what replaces one.
pub trait At: Sync {
    /// Fills all of `buf` from a place on.
    ///
    /// # Errors
    /// Where it ends before, or cannot be read.
    fn fill(&self, buf: &mut [u8], at: u64) -> io::Result<()>;

    /// Its length in bytes.
    ///
    /// # Errors
    /// Where it cannot be told.
    fn length(&self) -> io::Result<u64>;
}

impl At for File {
    fn fill(&self, buf: &mut [u8], at: u64) -> io::Result<()> {
        self.read_exact_at(buf, at)
    }

    fn length(&self) -> io::Result<u64> {
        self.metadata().map(|m| m.len())
    }
}

impl At for Vec<u8> {
    fn fill(&self, buf: &mut [u8], at: u64) -> io::Result<()> {
        let from = usize::try_from(at).map_err(|_| short())?;
        let bytes = self.get(from..).and_then(|b| b.get(..buf.len())).ok_or_else(short)?;
        buf.copy_from_slice(bytes);
        Ok(())
    }

    fn length(&self) -> io::Result<u64> {
        Ok(self.len() as u64)
    }
}

fn short() -> io::Error {
    io::ErrorKind::UnexpectedEof.into()
}

/// A part of a file that is being read.
pub struct FilePart<'a> {
    file: &'a dyn At,
    at: u64,
    end: u64,
    hash: Xxh3,
    /// What was read ahead, and how much of it is taken.
    ahead: Vec<u8>,
    taken: usize,
}

impl<'a> FilePart<'a> {
    /// From `at` on, so long.
    pub fn new(file: &'a dyn At, at: u64, len: u64) -> FilePart<'a> {
        FilePart { file, at, end: at.saturating_add(len), hash: Xxh3::new(), ahead: Vec::new(), taken: 0 }
    }

    /// The next bytes.
    ///
    /// # Errors
    /// Where the part is shorter, or cannot be read.
    pub fn fill(&mut self, buf: &mut [u8]) -> io::Result<()> {
        if self.left() < buf.len() as u64 {
            return Err(short());
        }
        if buf.len() < STEP {
            buf.copy_from_slice(self.take(buf.len())?);
            return Ok(());
        }
        let ahead = self.ahead.get(self.taken..).unwrap_or_default();
        let n = ahead.len().min(buf.len());
        let (first, rest) = buf.split_at_mut(n);
        first.copy_from_slice(ahead.get(..n).unwrap_or_default());
        self.taken += n;
        for step in rest.chunks_mut(STEP) {
            self.file.fill(step, self.at)?;
            self.hash.update(step);
            self.at += step.len() as u64;
        }
        Ok(())
    }

    /// The next bytes where they are not many: at most [`STEP`].
    fn take(&mut self, n: usize) -> io::Result<&[u8]> {
        let ahead = self.ahead.len() - self.taken;
        if ahead < n {
            let more = usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(STEP).min(STEP);
            self.ahead.copy_within(self.taken.., 0);
            self.ahead.resize(ahead + more, 0);
            let fresh = self.ahead.get_mut(ahead..).unwrap_or_default();
            self.file.fill(fresh, self.at)?;
            self.hash.update(fresh);
            (self.at, self.taken) = (self.at + more as u64, 0);
        }
        let from = self.taken;
        self.taken = (from + n).min(self.ahead.len());
        self.ahead.get(from..from + n).ok_or_else(short)
    }

    /// Bytes that are left of it.
    pub fn left(&self) -> u64 {
        self.end.saturating_sub(self.at) + (self.ahead.len() - self.taken) as u64
    }

    /// The hash of what was read, where that is all of it.
    pub fn hash(&self) -> Option<u64> {
        (self.left() == 0).then(|| self.hash.digest())
    }

    fn array<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        self.take(N)?.try_into().map_err(io::Error::other)
    }
}

/// What can be saved.
pub trait Saved: Sized {
    /// The fewest bytes that one takes.
    const LEAST: usize = 1;

    /// Writes it.
    ///
    /// # Errors
    /// Those of the file.
    fn write(&self, to: &mut dyn Write) -> io::Result<()>;

    /// Reads it.
    ///
    /// # Errors
    /// Where it cannot be one, or the file cannot be read.
    fn read(from: &mut FilePart<'_>) -> io::Result<Self>;

    /// Writes many.
    ///
    /// # Errors
    /// Those of the file.
    fn write_many(all: &[Self], to: &mut dyn Write) -> io::Result<()> {
        all.iter().try_for_each(|one| one.write(to))
    }

    /// Reads many: there is room for them.
    ///
    /// # Errors
    /// As [`Saved::read`].
    fn read_many(n: usize, from: &mut FilePart<'_>) -> io::Result<Vec<Self>> {
        (0..n).map(|_| Self::read(from)).collect()
    }
}

impl<T: Saved> Saved for Vec<T> {
    const LEAST: usize = 8;

    fn write(&self, to: &mut dyn Write) -> io::Result<()> {
        (self.len() as u64).write(to)?;
        T::write_many(self, to)
    }

    fn read(from: &mut FilePart<'_>) -> io::Result<Self> {
        let n = usize::read(from)?;
        // Nothing is reserved for what cannot be there: the hash is known only at the end.
        if n.checked_mul(T::LEAST).is_none_or(|bytes| bytes as u64 > from.left()) {
            return Err(short());
        }
        T::read_many(n, from)
    }
}

macro_rules! numbers {
    ($($t:ty),*) => {$(
        impl Saved for $t {
            const LEAST: usize = size_of::<$t>();

            fn write(&self, to: &mut dyn Write) -> io::Result<()> {
                to.write_all(&self.to_le_bytes())
            }

            fn read(from: &mut FilePart<'_>) -> io::Result<$t> {
                from.array().map(<$t>::from_le_bytes)
            }

            fn write_many(all: &[$t], to: &mut dyn Write) -> io::Result<()> {
                for some in all.chunks(STEP / size_of::<$t>()) {
                    let bytes: Vec<u8> = some.iter().flat_map(|n| n.to_le_bytes()).collect();
                    to.write_all(&bytes)?;
                }
                Ok(())
            }

            fn read_many(n: usize, from: &mut FilePart<'_>) -> io::Result<Vec<$t>> {
                let mut out = Vec::with_capacity(n);
                while out.len() < n {
                    let some = (n - out.len()).min(STEP / size_of::<$t>());
                    let (each, _) = from.take(some * size_of::<$t>())?.as_chunks::<{ size_of::<$t>() }>();
                    out.extend(each.iter().map(|b| <$t>::from_le_bytes(*b)));
                }
                Ok(out)
            }
        }
    )*};
}

numbers!(u16, u32, u64, i32, i64);

impl Saved for u8 {
    fn write(&self, to: &mut dyn Write) -> io::Result<()> {
        to.write_all(&[*self])
    }

    fn read(from: &mut FilePart<'_>) -> io::Result<u8> {
        from.array().map(|[b]| b)
    }

    fn write_many(all: &[u8], to: &mut dyn Write) -> io::Result<()> {
        to.write_all(all)
    }

    fn read_many(n: usize, from: &mut FilePart<'_>) -> io::Result<Vec<u8>> {
        let mut out = vec![0; n];
        from.fill(&mut out)?;
        Ok(out)
    }
}

impl Saved for usize {
    const LEAST: usize = 8;

    fn write(&self, to: &mut dyn Write) -> io::Result<()> {
        (*self as u64).write(to)
    }

    fn read(from: &mut FilePart<'_>) -> io::Result<usize> {
        usize::try_from(u64::read(from)?).map_err(io::Error::other)
    }
}

impl<const N: usize> Saved for [u8; N] {
    const LEAST: usize = N;

    fn write(&self, to: &mut dyn Write) -> io::Result<()> {
        to.write_all(self)
    }

    fn read(from: &mut FilePart<'_>) -> io::Result<[u8; N]> {
        from.array()
    }

    fn read_many(n: usize, from: &mut FilePart<'_>) -> io::Result<Vec<[u8; N]>> {
        let mut out = vec![[0; N]; n];
        from.fill(out.as_flattened_mut())?;
        Ok(out)
    }

    fn write_many(all: &[[u8; N]], to: &mut dyn Write) -> io::Result<()> {
        to.write_all(all.as_flattened())
    }
}

impl<const N: usize> Saved for [u64; N] {
    const LEAST: usize = N * 8;

    fn write(&self, to: &mut dyn Write) -> io::Result<()> {
        u64::write_many(self, to)
    }

    fn read(from: &mut FilePart<'_>) -> io::Result<[u64; N]> {
        u64::read_many(N, from)?.try_into().map_err(|_| short())
    }
}

impl Saved for String {
    const LEAST: usize = 8;

    fn write(&self, to: &mut dyn Write) -> io::Result<()> {
        self.len().write(to)?;
        to.write_all(self.as_bytes())
    }

    fn read(from: &mut FilePart<'_>) -> io::Result<String> {
        String::from_utf8(Vec::read(from)?).map_err(io::Error::other)
    }
}

impl Saved for Id {
    const LEAST: usize = 16;

    fn write(&self, to: &mut dyn Write) -> io::Result<()> {
        self.0.write(to)
    }

    fn read(from: &mut FilePart<'_>) -> io::Result<Id> {
        from.array().map(Id)
    }

    fn read_many(n: usize, from: &mut FilePart<'_>) -> io::Result<Vec<Id>> {
        // The same memory: the compiler sees that nothing changes.
        Ok(<[u8; 16]>::read_many(n, from)?.into_iter().map(Id).collect())
    }
}

impl<A: Saved, B: Saved> Saved for (A, B) {
    const LEAST: usize = A::LEAST + B::LEAST;

    fn write(&self, to: &mut dyn Write) -> io::Result<()> {
        self.0.write(to)?;
        self.1.write(to)
    }

    fn read(from: &mut FilePart<'_>) -> io::Result<(A, B)> {
        Ok((A::read(from)?, B::read(from)?))
    }
}

/// Rows of bits, as far as bits are set in any of them: a desk of a hundred people saves kilobytes.
impl Saved for Row {
    const LEAST: usize = 0;

    fn write(&self, to: &mut dyn Write) -> io::Result<()> {
        to.write_all(self.as_flattened())
    }

    fn read(from: &mut FilePart<'_>) -> io::Result<Row> {
        let mut out = NONE;
        from.fill(out.as_flattened_mut())?;
        Ok(out)
    }

    fn write_many(all: &[Row], to: &mut dyn Write) -> io::Result<()> {
        let mut any = NONE;
        for row in all {
            any.as_flattened_mut().iter_mut().zip(row.as_flattened()).for_each(|(a, b)| *a |= b);
        }
        let width = any.as_flattened().iter().rposition(|b| *b != 0).map_or(0, |last| last + 1);
        width.write(to)?;
        if width == ROW {
            return to.write_all(all.as_flattened().as_flattened());
        }
        all.iter().try_for_each(|row| to.write_all(row.as_flattened().get(..width).unwrap_or_default()))
    }

    fn read_many(n: usize, from: &mut FilePart<'_>) -> io::Result<Vec<Row>> {
        let width = usize::read(from)?;
        if n > MOST_ROWS || width > ROW || (n * width) as u64 > from.left() {
            return Err(short());
        }
        if width == ROW {
            // Memory that the system gives is zero already and is written once: that is half of what a start costs.
            let mut bytes = vec![0; n * ROW];
            from.fill(&mut bytes)?;
            return bytemuck::allocation::try_cast_vec(bytes).map_err(|_| short());
        }
        let mut out = vec![NONE; n];
        let each = out.iter_mut().filter_map(|row| row.as_flattened_mut().get_mut(..width));
        each.into_iter().try_for_each(|row| from.fill(row))?;
        Ok(out)
    }
}

/// Saves a struct field by field: none can be forgotten, since all of them are taken apart and put together.
macro_rules! saved {
    ($t:ident { $($field:ident),* $(,)? }) => {
        impl $crate::find::snapshot::carry::Saved for $t {
            fn write(&self, to: &mut dyn std::io::Write) -> std::io::Result<()> {
                let $t { $($field),* } = self;
                $($crate::find::snapshot::carry::Saved::write($field, to)?;)*
                Ok(())
            }

            fn read(from: &mut $crate::find::snapshot::carry::FilePart<'_>) -> std::io::Result<Self> {
                $(let $field = $crate::find::snapshot::carry::Saved::read(from)?;)*
                Ok($t { $($field),* })
            }
        }
    };
}

pub(crate) use saved;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn round<T: Saved>(what: &T) -> T {
        let mut bytes = Vec::new();
        what.write(&mut bytes).unwrap();
        let len = bytes.len() as u64;
        let mut part = FilePart::new(&bytes, 0, len);
        let back = T::read(&mut part).unwrap();
        assert_eq!(part.hash(), Some(xxhash_rust::xxh3::xxh3_64(&bytes)));
        back
    }

    #[test]
    fn rows_are_saved_as_far_as_bits_are_set() {
        let mut rows = vec![NONE; 3];
        rows[1][0][2] = 5;
        let mut bytes = Vec::new();
        rows.write(&mut bytes).unwrap();
        assert_eq!(bytes.len(), 8 + 8 + 3 * 3);
        assert_eq!(round(&rows), rows);
        rows[2][7][511] = 1;
        assert_eq!(round(&rows), rows);
        assert_eq!(round(&vec![NONE; 2]), vec![NONE; 2]);
    }

    proptest! {
        #[test]
        fn what_is_written_comes_back(
            words in proptest::collection::vec((any::<u32>(), any::<u8>()), 0..9),
            shorts in proptest::collection::vec(any::<u16>(), 0..300),
            ids in proptest::collection::vec(any::<[u8; 16]>(), 0..9),
            long in proptest::collection::vec(any::<u64>(), 0..9),
            texts in proptest::collection::vec((any::<i32>(), any::<String>()), 0..9),
        ) {
            prop_assert_eq!(round(&texts), texts);
            prop_assert_eq!(round(&words), words);
            prop_assert_eq!(round(&shorts), shorts);
            prop_assert_eq!(round(&long), long);
            let ids: Vec<Id> = ids.into_iter().map(Id).collect();
            prop_assert_eq!(round(&ids), ids);
        }

        #[test]
        fn garbage_is_refused_before_room_is_made_for_it(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let len = bytes.len() as u64;
            let _ = Vec::<Row>::read(&mut FilePart::new(&bytes, 0, len));
            let _ = Vec::<Vec<u64>>::read(&mut FilePart::new(&bytes, 0, len));
            let _ = Vec::<u8>::read(&mut FilePart::new(&bytes, 0, len));
        }
    }
}
