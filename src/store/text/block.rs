//! Postings: in which texts a term stands, in blocks of neighbours.
//!
//! A block is `[last text u32][count u16]`, then for each text the distance from the one before as a varint (from the first
//! text, which stands in the key, for the first) and a [`Weight`]. A new text has the highest number: it is written at the
//! end of the last block, and nothing else of it is read.

/// The most texts in a block: what an insert rewrites is half of it on average, some 150 bytes.
pub const MOST: usize = 128;

const HEAD: usize = 6;

/// How often a term stands in a text, and how long the text is, in one byte: four bits of count, four of a length's class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Weight(pub u8);

impl Weight {
    /// Of a count, and of the terms of the text in all. Classes of length are two thirds of an octave apart.
    pub fn new(count: u32, length: u32) -> Weight {
        let mut class = 0;
        while class < 15 && f64::from(length) >= Weight(class).length_after() {
            class += 1;
        }
        Weight((u8::try_from(count.clamp(1, 15)).unwrap_or(15) << 4) | class)
    }

    /// How often: 1 to 15, where 15 is that often or more.
    pub fn count(self) -> f32 {
        f32::from(self.0 >> 4)
    }

    /// How long the text is, in the middle of its class.
    pub fn length(self) -> f32 {
        6.0 * 2f32.powf((f32::from(self.0 & 15) + 0.5) * 0.666_667)
    }

    fn length_after(self) -> f64 {
        6.0 * 2f64.powf((f64::from(self.0 & 15) + 1.0) * 0.666_667)
    }
}

/// A text by its number, and the weight of the term in it.
pub type Posting = (u32, Weight);

/// What is known of a block before it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Its last text.
    pub last: u32,
    /// How many texts.
    pub count: u16,
}

/// The head of a block; `None` where it is damaged.
pub fn head(block: &[u8]) -> Option<Head> {
    let (last, rest) = block.split_first_chunk::<4>()?;
    let count = rest.first_chunk::<2>()?;
    Some(Head { last: u32::from_be_bytes(*last), count: u16::from_be_bytes(*count) })
}

/// Gives the postings of a block that begins with that text, as far as they can be read.
pub fn each(first: u32, block: &[u8], mut f: impl FnMut(u32, Weight)) {
    let mut bytes = block.get(HEAD..).unwrap_or_default().iter();
    let mut text = first;
    loop {
        let (mut delta, mut shift) = (0u32, 0);
        loop {
            let Some(b) = bytes.next() else { return };
            delta |= u32::from(b & 0x7f) << shift;
            if b & 0x80 == 0 || shift >= 28 {
                break;
            }
            shift += 7;
        }
        let Some(weight) = bytes.next() else { return };
        text = text.wrapping_add(delta);
        f(text, Weight(*weight));
    }
}

/// The postings of a block.
pub fn read(first: u32, block: &[u8]) -> Vec<Posting> {
    let mut out = Vec::with_capacity(head(block).map_or(0, |h| usize::from(h.count)));
    each(first, block, |text, weight| out.push((text, weight)));
    out
}

fn push(out: &mut Vec<u8>, mut delta: u32, weight: Weight) {
    while delta >= 0x80 {
        // The low seven bits.
        out.push((delta & 0x7f) as u8 | 0x80);
        delta >>= 7;
    }
    out.push(delta as u8);
    out.push(weight.0);
}

fn set_head(block: &mut [u8], last: u32, count: u16) {
    if let Some(head) = block.first_chunk_mut::<HEAD>() {
        let ([l0, l1, l2, l3], [c0, c1]) = (last.to_be_bytes(), count.to_be_bytes());
        *head = [l0, l1, l2, l3, c0, c1];
    }
}

/// Writes postings in ascending order as one block; its key is the first of them.
pub fn write(postings: &[Posting]) -> Vec<u8> {
    let mut out = vec![0; HEAD];
    let mut before = postings.first().map_or(0, |p| p.0);
    for (text, weight) in postings {
        push(&mut out, text.wrapping_sub(before), *weight);
        before = *text;
    }
    set_head(&mut out, before, u16::try_from(postings.len()).unwrap_or(u16::MAX));
    out
}

/// Adds a text behind the last; `false` where the block is full or damaged, or the text does not come after.
pub fn append(block: &mut Vec<u8>, posting: Posting) -> bool {
    let Some(Head { last, count }) = head(block) else { return false };
    if usize::from(count) >= MOST || posting.0 <= last {
        return false;
    }
    push(block, posting.0 - last, posting.1);
    set_head(block, posting.0, count + 1);
    true
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_or_added_is_read_back(all in prop::collection::btree_map(any::<u32>(), any::<u8>(), 1..MOST)) {
            let all: Vec<Posting> = all.into_iter().map(|(t, w)| (t, Weight(w))).collect();
            let block = write(&all);
            prop_assert_eq!(read(all[0].0, &block), all.clone());
            let mut grown = write(&all[..1]);
            for p in &all[1..] {
                prop_assert!(append(&mut grown, *p));
            }
            prop_assert_eq!(&grown, &block);
            prop_assert!(!append(&mut grown, all[0]));
            let h = head(&block).unwrap();
            prop_assert_eq!((h.last, usize::from(h.count)), (all[all.len() - 1].0, all.len()));
        }

        #[test]
        fn any_bytes_are_no_panic(first: u32, bytes: Vec<u8>) {
            let _ = (read(first, &bytes), head(&bytes));
            append(&mut bytes.clone(), (first, Weight(1)));
        }
    }

    #[test]
    fn a_full_block_takes_no_more() {
        let all: BTreeMap<u32, ()> = (0..MOST as u32).map(|t| (t * 3, ())).collect();
        let all: Vec<Posting> = all.into_keys().map(|t| (t, Weight::new(1, 9))).collect();
        assert!(!append(&mut write(&all), (9999, Weight::new(1, 9))));
    }

    #[test]
    fn a_weight_keeps_count_and_length_roughly() {
        for length in [1u32, 20, 100, 500, 2000, 6000] {
            let w = Weight::new(3, length);
            assert!((w.count() - 3.0).abs() < 0.1);
            let ratio = w.length() / length.max(6) as f32;
            assert!((0.7..1.7).contains(&ratio), "{length}: {ratio}");
        }
        assert_eq!(Weight::new(99, 1).count(), 15.0);
    }
}
