//! Rows of bits: a bit a record, 32,768 records a row. Plain loops over bytes, which compilers turn into wide instructions.

/// Records of a block.
pub const BLOCK: usize = 32_768;

/// Rows are worked through by pieces of this many bytes: where nothing is left of one, its other rows are not read.
const PIECE: usize = 512;

const PIECES: usize = BLOCK / 8 / PIECE;

/// A bit a record.
pub type Row = [[u8; PIECE]; PIECES];

/// No record.
pub const NONE: Row = [[0; PIECE]; PIECES];

/// Every record.
pub const ALL: Row = [[u8::MAX; PIECE]; PIECES];

/// Sets or clears a bit.
pub fn set(row: &mut Row, at: usize, to: bool) {
    let byte = row.get_mut(at / 8 / PIECE).and_then(|p| p.get_mut(at / 8 % PIECE));
    if let Some(byte) = byte {
        let bit = 1 << (at % 8);
        if to { *byte |= bit } else { *byte &= !bit }
    }
}

/// Whether none is set.
pub fn is_empty(row: &Row) -> bool {
    row.iter().all(is_zero)
}

fn is_zero(piece: &[u8; PIECE]) -> bool {
    let (words, _) = piece.as_chunks::<32>();
    words.iter().fold([0u8; 32], |mut all, w| {
        all.iter_mut().zip(w).for_each(|(a, b)| *a |= b);
        all
    }) == [0; 32]
}

fn and_piece(to: &mut [u8; PIECE], from: &[u8; PIECE]) {
    to.iter_mut().zip(from).for_each(|(a, b)| *a &= b);
}

fn or_piece(to: &mut [u8; PIECE], from: &[u8; PIECE]) {
    to.iter_mut().zip(from).for_each(|(a, b)| *a |= b);
}

/// Keeps what the other has too.
pub fn and(to: &mut Row, from: &Row) {
    to.iter_mut().zip(from).for_each(|(a, b)| and_piece(a, b));
}

/// Takes out what the other has.
pub fn minus(to: &mut Row, from: &Row) {
    to.iter_mut().zip(from).for_each(|(a, b)| a.iter_mut().zip(b).for_each(|(a, b)| *a &= !b));
}

/// Records that are left out or not together.
const GROUP: usize = PIECE / GROUPS;

/// Such groups of a piece.
const GROUPS: usize = u128::BITS as usize / PIECES;

/// The records within `within` that are in all rows of one of the chains, among those of the groups that are set for it (a
/// bit each of 128 in a row). A chain without rows matches everyone.
pub fn any_chain(rows: &[Row], chains: &[(&[u16], u128)], within: &Row, out: &mut Row) {
    *out = NONE;
    for (p, (out, within)) in out.iter_mut().zip(within).enumerate() {
        if is_zero(within) {
            continue;
        }
        for (chain, groups) in chains {
            let groups = groups >> (p * GROUPS) & ((1 << GROUPS) - 1);
            if groups == 0 {
                continue;
            }
            let mut all = *within;
            if groups != (1 << GROUPS) - 1 {
                for (g, part) in all.chunks_exact_mut(GROUP).enumerate() {
                    if groups >> g & 1 == 0 {
                        part.fill(0);
                    }
                }
            }
            let mut gone = false;
            for row in *chain {
                let Some(piece) = rows.get(usize::from(*row)).and_then(|r| r.get(p)) else { continue };
                and_piece(&mut all, piece);
                if is_zero(&all) {
                    gone = true;
                    break;
                }
            }
            if !gone {
                or_piece(out, &all);
            }
        }
    }
}

/// How many bits are set, as far as `most`.
pub fn count(row: &Row, most: usize) -> usize {
    let mut n = 0;
    for piece in row {
        let (words, _) = piece.as_chunks::<8>();
        for w in words {
            let w = u64::from_le_bytes(*w);
            if w != 0 {
                n += w.count_ones() as usize;
            }
        }
        if n >= most {
            break;
        }
    }
    n
}

/// The bits that are set, ascending.
pub fn each(row: &Row, mut f: impl FnMut(usize) -> bool) {
    for (p, piece) in row.iter().enumerate() {
        let (words, _) = piece.as_chunks::<8>();
        for (i, w) in words.iter().enumerate() {
            let mut w = u64::from_le_bytes(*w);
            while w != 0 {
                let at = (p * PIECE + i * 8) * 8 + w.trailing_zeros() as usize;
                w &= w - 1;
                if !f(at) {
                    return;
                }
            }
        }
    }
}
