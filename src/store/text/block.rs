//! Postings: in which texts a term stands, in blocks of neighbours, and where in them.
//!
//! A block is `[how many u8]`; for a single text then its [`Weight`] and its places. For several:
//!
//! ```text
//! [last − first u32][bytes of postings u16][how many peaks u8] peaks · postings · places
//! ```
//!
//! - peaks: weights of which each of the block is at best one, so that blocks that cannot matter are not read
//! - postings: for each text the distance from the previous one as a varint (0 for the first: it is in the key), and a
//!   weight
//! - places: for each text how many bytes follow, and the numbers of its words that are the term: distances as varints. Who
//!   asks for no phrase does not read them. A full block has them in a row of their own ([`apart`]), so that the postings of a
//!   common word lie close together: fifteen blocks to a page where it was one.
//!
//! A new text has the highest number: it is written at the end of the last block, and nothing else of it is read.

/// The most texts in a block.
pub const MOST: usize = if cfg!(test) { 4 } else { 128 };

const HEAD: usize = 8;

/// How often a term occurs in a text, and how long the text is, in one byte: four bits of count, four of a length's class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Weight(pub u8);

impl Weight {
    /// Of a count, and the class of the text's length.
    pub fn of(count: u32, class: Class) -> Weight {
        Weight((u8::try_from(count.clamp(1, 15)).unwrap_or(15) << 4) | class.0)
    }

    /// How often: 1 to 15, where 15 is that often or more.
    pub fn count(self) -> f32 {
        f32::from(self.0 >> 4)
    }

    /// How long the text is, in the middle of its class.
    pub fn length(self) -> f32 {
        6.0 * 2f32.powf((f32::from(self.0 & 15) + 0.5) * 0.666_667)
    }

    /// Whether no text of the other weight is a better fit than one of this.
    fn is_no_worse(self, other: Weight) -> bool {
        self.0 >> 4 >= other.0 >> 4 && self.0 & 15 <= other.0 & 15
    }
}

/// How long a text is, roughly: classes are two thirds of an octave apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Class(u8);

impl Class {
    /// Of the terms of a text in all.
    pub fn of(length: u32) -> Class {
        let after = |class: u8| 6.0 * 2f64.powf((f64::from(class) + 1.0) * 0.666_667);
        Class((0..15).find(|class| f64::from(length) < after(*class)).unwrap_or(15))
    }
}

/// One text that contains a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Posting<'a> {
    /// The text.
    pub text: u32,
    /// How often the term occurs there, and how long the text is.
    pub weight: Weight,
    /// As [`read_places`] reads them.
    pub places: &'a [u8],
}

/// A block, in its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block<'a> {
    /// Its first text.
    pub first: u32,
    /// Its last text.
    pub last: u32,
    /// How many texts.
    pub count: usize,
    /// The best weights: no text in it is a better fit than all of these.
    pub peaks: &'a [u8],
    /// A single text has none: its weight is the peak.
    postings: &'a [u8],
    places: &'a [u8],
}

impl<'a> Block<'a> {
    /// The block that begins with that text; `None` where it is damaged.
    pub fn parse(first: u32, bytes: &'a [u8]) -> Option<Block<'a>> {
        let (&count, rest) = bytes.split_first()?;
        let count = usize::from(count);
        if count == 1 {
            let (peaks, places) = rest.split_at_checked(1)?;
            return Some(Block { first, last: first, count, peaks, postings: &[], places });
        }
        let (span, rest) = rest.split_first_chunk::<4>()?;
        let (length, rest) = rest.split_first_chunk::<2>()?;
        let (&peaks, rest) = rest.split_first()?;
        let (peaks, rest) = rest.split_at_checked(usize::from(peaks))?;
        let (postings, places) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        let last = first.checked_add(u32::from_be_bytes(*span))?;
        (count > 1).then_some(Block { first, last, count, peaks, postings, places })
    }

    /// How many bytes of a block stand before its places.
    fn before_places(&self) -> usize {
        if self.count == 1 { 2 } else { HEAD + self.peaks.len() + self.postings.len() }
    }

    /// Whether its places are in their own row: several texts have at least a byte each.
    pub fn is_apart(&self) -> bool {
        self.count > 1 && self.places.is_empty()
    }

    /// The same with the places of that row.
    pub fn with(self, places: &'a [u8]) -> Block<'a> {
        Block { places, ..self }
    }

    /// Gives its texts, as far as they can be read.
    #[inline]
    pub fn each(&self, mut f: impl FnMut(u32, Weight)) {
        let mut text = self.first;
        if self.count == 1 {
            return self.peaks.first().into_iter().for_each(|w| f(text, Weight(*w)));
        }
        let (two, rest) = self.postings.as_chunks::<2>();
        // Of a common word no text is far from the previous one: a byte of distance, a byte of weight.
        if rest.is_empty() && two.len() == self.count && two.iter().fold(0, |all, [d, _]| all | d) < 0x80 {
            for [delta, weight] in two {
                text = text.wrapping_add(u32::from(*delta));
                f(text, Weight(*weight));
            }
            return;
        }
        let mut bytes = self.postings;
        while let Some(delta) = varint(&mut bytes)
            && let Some((&weight, rest)) = bytes.split_first()
        {
            bytes = rest;
            text = text.wrapping_add(delta);
            f(text, Weight(weight));
        }
    }

    /// Gives its texts with their places, where those are not apart.
    #[inline]
    pub fn whole(&self, mut f: impl FnMut(Posting<'a>)) {
        let mut places = self.places();
        self.each(|text, weight| f(Posting { text, weight, places: places.next().unwrap_or_default() }));
    }

    /// The places in each of its texts.
    pub fn places(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let (single, mut bytes) = (self.count == 1, self.places);
        let mut left = self.count;
        std::iter::from_fn(move || {
            left = left.checked_sub(1)?;
            if single {
                return Some(bytes);
            }
            let length = varint(&mut bytes)? as usize;
            let (some, rest) = bytes.split_at_checked(length)?;
            bytes = rest;
            Some(some)
        })
    }
}

/// The numbers of the words that are written as places, in order.
pub fn read_places(mut bytes: &[u8]) -> impl Iterator<Item = u32> + '_ {
    let mut place = 0u32;
    std::iter::from_fn(move || {
        place = place.wrapping_add(varint(&mut bytes)?);
        Some(place)
    })
}

/// Writes a distance, as [`read_places`] and blocks read it.
pub fn put_varint(out: &mut Vec<u8>, mut delta: u32) {
    while delta >= 0x80 {
        // The low seven bits.
        out.push((delta & 0x7f) as u8 | 0x80);
        delta >>= 7;
    }
    out.push(delta as u8);
}

/// Takes a varint off the front; `None` at the end, or where it is longer than any.
#[inline]
pub fn varint(bytes: &mut &[u8]) -> Option<u32> {
    let (&b, rest) = bytes.split_first()?;
    if b < 0x80 {
        *bytes = rest;
        return Some(u32::from(b));
    }
    longer(bytes)
}

fn longer(bytes: &mut &[u8]) -> Option<u32> {
    let (&b, mut rest) = bytes.split_first()?;
    let mut value = u32::from(b & 0x7f);
    let (mut more, mut shift) = (b & 0x80 != 0, 7);
    while more {
        let (&b, after) = rest.split_first()?;
        rest = after;
        value |= u32::from(b & 0x7f).checked_shl(shift)?;
        more = b & 0x80 != 0;
        shift += 7;
    }
    *bytes = rest;
    Some(value)
}

/// Takes a weight in, where it is one of the best; the best stay in the order of their bytes.
fn peak(peaks: &mut Vec<u8>, new: Weight) {
    if peaks.iter().any(|p| Weight(*p).is_no_worse(new)) {
        return;
    }
    peaks.retain(|p| !new.is_no_worse(Weight(*p)));
    let at = peaks.partition_point(|p| *p < new.0);
    peaks.insert(at, new.0);
}

/// The best of some weights.
pub fn peaks(weights: impl IntoIterator<Item = Weight>) -> Vec<u8> {
    let mut out = Vec::new();
    weights.into_iter().for_each(|w| peak(&mut out, w));
    out
}

fn put_places(out: &mut Vec<u8>, places: &[u8]) {
    put_varint(out, u32::try_from(places.len()).unwrap_or(u32::MAX));
    out.extend_from_slice(places);
}

/// Writes at most [`MOST`] postings in ascending order as one block; its key is the first of them.
pub fn write(some: &[Posting<'_>]) -> Vec<u8> {
    let (Some(first), Some(last)) = (some.first(), some.last()) else { return Vec::new() };
    if some.len() == 1 {
        return [&[1, first.weight.0], first.places].concat();
    }
    let (mut postings, mut places) = (Vec::with_capacity(some.len() * 3), Vec::new());
    let mut before = first.text;
    for p in some {
        put_varint(&mut postings, p.text.wrapping_sub(before));
        postings.push(p.weight.0);
        put_places(&mut places, p.places);
        before = p.text;
    }
    let peaks = peaks(some.iter().map(|p| p.weight));
    let mut out = Vec::with_capacity(HEAD + peaks.len() + postings.len() + places.len());
    put_head(&mut out, some.len(), last.text.wrapping_sub(first.text), postings.len(), &peaks);
    out.extend(postings);
    out.extend(places);
    out
}

/// The places of a full block, to be in their own row; what is left is the block without them. Nothing where it is
/// not full, or damaged.
pub fn apart(first: u32, bytes: &mut Vec<u8>) -> Option<Vec<u8>> {
    let block = Block::parse(first, bytes)?;
    let at = block.before_places();
    (block.count >= MOST && !block.is_apart()).then(|| bytes.split_off(at))
}

fn put_head(out: &mut Vec<u8>, count: usize, span: u32, postings: usize, peaks: &[u8]) {
    out.push(u8::try_from(count).unwrap_or(u8::MAX));
    out.extend(span.to_be_bytes());
    out.extend(u16::try_from(postings).unwrap_or(u16::MAX).to_be_bytes());
    out.push(u8::try_from(peaks.len()).unwrap_or(u8::MAX));
    out.extend(peaks);
}

/// Adds texts behind the last, as many of them as it takes; gives how many, and the block. None where it is full or damaged,
/// or the next does not come after, or its places stand apart.
pub fn append(first: u32, bytes: &[u8], more: &[Posting<'_>]) -> Option<(usize, Vec<u8>)> {
    let block = Block::parse(first, bytes).filter(|b| !b.is_apart())?;
    let room = MOST.checked_sub(block.count)?.min(more.len());
    let (more, _) = more.split_at_checked(room)?;
    let (new, last) = (more.first()?, more.last()?);
    if new.text <= block.last {
        return None;
    }
    if block.count == 1 {
        let weight = Weight(*block.peaks.first()?);
        let mut all = vec![Posting { text: first, weight, places: block.places }];
        all.extend(more);
        return Some((room, write(&all)));
    }
    let mut peaks = block.peaks.to_vec();
    let (mut postings, mut places) = (Vec::with_capacity(more.len() * 3), Vec::new());
    let mut before = block.last;
    for p in more {
        peak(&mut peaks, p.weight);
        put_varint(&mut postings, p.text.wrapping_sub(before));
        postings.push(p.weight.0);
        put_places(&mut places, p.places);
        before = p.text;
    }
    let mut out = Vec::with_capacity(bytes.len() + postings.len() + places.len() + 16);
    let length = block.postings.len() + postings.len();
    put_head(&mut out, block.count + room, last.text - first, length, &peaks);
    for part in [block.postings, &postings, block.places, &places] {
        out.extend_from_slice(part);
    }
    Some((room, out))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Own = (u32, u8, Vec<u8>);

    fn some() -> impl Strategy<Value = Vec<Own>> {
        let place = prop::collection::vec(1u32..400, 0..4).prop_map(|all| {
            let mut out = Vec::new();
            all.into_iter().for_each(|p| put_varint(&mut out, p));
            out
        });
        let near = (0u32..300, any::<bool>()).prop_map(|(n, far)| if far { n * 1_000_000 } else { n });
        prop::collection::btree_map(near, (any::<u8>(), place), 1..=MOST)
            .prop_map(|all| all.into_iter().map(|(t, (w, p))| (t, w, p)).collect())
    }

    fn borrowed(all: &[Own]) -> Vec<Posting<'_>> {
        all.iter().map(|(text, w, places)| Posting { text: *text, weight: Weight(*w), places }).collect()
    }

    proptest! {
        #[test]
        fn what_is_written_or_added_is_read_back(all in some(), at in 1usize..=MOST) {
            let all = borrowed(&all);
            let bytes = write(&all);
            let block = Block::parse(all[0].text, &bytes).unwrap();
            let mut back = Vec::new();
            block.whole(|p| back.push(p));
            prop_assert_eq!(&back, &all);
            prop_assert_eq!((block.last, block.count), (all[all.len() - 1].text, all.len()));
            prop_assert_eq!(block.peaks, peaks(all.iter().map(|p| p.weight)));
            for p in &all {
                prop_assert!(block.peaks.iter().any(|w| Weight(*w).is_no_worse(p.weight)));
            }
            let at = at.min(all.len());
            let (begun, rest) = all.split_at(at);
            let grown = write(begun);
            match append(all[0].text, &grown, rest) {
                Some((n, grown)) => {
                    prop_assert_eq!(n, rest.len());
                    prop_assert_eq!(&grown, &bytes);
                }
                None => prop_assert!(rest.is_empty()),
            }
            prop_assert_eq!(append(all[0].text, &bytes, &all[..1]), None);
            let mut head = bytes.clone();
            let places = apart(all[0].text, &mut head);
            prop_assert_eq!(places.is_some(), all.len() == MOST);
            if let Some(places) = places {
                let block = Block::parse(all[0].text, &head).unwrap();
                prop_assert!(block.is_apart());
                prop_assert_eq!(apart(all[0].text, &mut head.clone()), None, "once is enough");
                let mut back = Vec::new();
                block.with(&places).whole(|p| back.push(p));
                prop_assert_eq!(back, all);
            }
        }

        #[test]
        fn any_bytes_are_no_panic(first: u32, bytes: Vec<u8>) {
            if let Some(block) = Block::parse(first, &bytes) {
                block.whole(|p| {
                    read_places(p.places).count();
                });
            }
            append(first, &bytes, &[Posting { text: first, weight: Weight(1), places: &[1] }]);
        }
    }

    #[test]
    fn a_full_block_takes_no_more() {
        let weight = Weight::of(1, Class::of(9));
        let all: Vec<Posting<'_>> =
            (0..MOST as u32).map(|t| Posting { text: t * 3, weight, places: &[] }).collect();
        assert_eq!(append(0, &write(&all), &[Posting { text: 9999, weight, places: &[] }]), None);
        let (begun, rest) = all.split_at(MOST - 2);
        let more = [rest, &[Posting { text: 9999, weight, places: &[] }]].concat();
        assert_eq!(append(0, &write(begun), &more), Some((2, write(&all))));
    }

    #[test]
    fn a_weight_keeps_count_and_length_roughly() {
        for length in [1u32, 20, 100, 500, 2000, 6000] {
            let w = Weight::of(3, Class::of(length));
            assert!((w.count() - 3.0).abs() < 0.1);
            let ratio = w.length() / length.max(6) as f32;
            assert!((0.7..1.7).contains(&ratio), "{length}: {ratio}");
        }
        assert_eq!(Weight::of(99, Class::of(1)).count(), 15.0);
    }
}
