//! Whether the words of a phrase follow each other, for many texts together: each row of places is read once for all of
//! them, the rarest word first, and of the others those alone whose texts are still in question.

use super::{
    block::{Posting, read_places},
    list::List,
    postings::Row,
};
use crate::store::{StoreError, View};

/// No text in question.
const NONE: u32 = u32::MAX;

/// Texts in question, found by their numbers.
#[derive(Debug, Default)]
pub struct Slots(Vec<u32>);

impl Slots {
    /// For texts up to this one.
    pub fn up_to(last: u32) -> Slots {
        Slots(vec![NONE; last as usize + 1])
    }

    fn of(&self, text: u32) -> Option<usize> {
        self.0.get(text as usize).filter(|s| **s != NONE).map(|s| *s as usize)
    }

    fn set(&mut self, text: u32, slot: u32) {
        if let Some(s) = self.0.get_mut(text as usize) {
            *s = slot;
        }
    }
}

/// Where a phrase may begin in each of the texts: a number for both, the text's in the upper half.
#[derive(Debug, Default)]
struct Begins {
    all: Vec<u64>,
    /// Where those of each text start, and behind the last of them where they end.
    starts: Vec<usize>,
    /// Which of them the word follows that is looked for now.
    stand: Vec<bool>,
}

impl Begins {
    fn put(&mut self, mut all: Vec<u64>, texts: usize) {
        // Those of each term came in order: a stable sort puts them together.
        all.sort();
        self.starts.clear();
        let mut at = 0;
        for text in 0..=texts as u64 {
            while all.get(at).is_some_and(|b| b >> 32 < text) {
                at += 1;
            }
            self.starts.push(at);
        }
        self.stand.clear();
        self.stand.resize(all.len(), false);
        self.all = all;
    }

    /// Marks those of a text that the word at these places follows.
    fn mark(&mut self, slot: usize, places: &[u8], behind: u32) {
        let (Some(&from), Some(&to)) = (self.starts.get(slot), self.starts.get(slot + 1)) else { return };
        let (Some(all), Some(stand)) = (self.all.get(from..to), self.stand.get_mut(from..to)) else { return };
        let mut begins = all.iter().zip(stand).peekable();
        for place in read_places(places) {
            let Some(begin) = place.checked_sub(behind) else { continue };
            while begins.next_if(|(b, _)| (**b as u32) < begin).is_some() {}
            match begins.peek_mut() {
                Some((b, stand)) if **b as u32 == begin => **stand = true,
                Some(_) => {}
                None => return,
            }
        }
    }

    /// Leaves those that were marked.
    fn narrow(&mut self, texts: usize) {
        let stand = std::mem::take(&mut self.stand);
        let mut stand = stand.into_iter();
        let mut all = std::mem::take(&mut self.all);
        all.retain(|_| stand.next().unwrap_or(false));
        self.put(all, texts);
    }

    fn has(&self, slot: usize) -> bool {
        matches!(self.starts.get(slot..slot + 2), Some([from, to]) if from < to)
    }
}

/// Whether a phrase may be in each of some texts, which come in order: of each of its words the list, and how far behind
/// the beginning the word stands. Where it is not known where a word stands, it may.
///
/// # Errors
/// Where the file cannot be read.
pub fn stands(
    view: &dyn View,
    mut words: Vec<(u32, &List<'_>)>,
    texts: &[u32],
    slots: &mut Slots,
) -> Result<Vec<bool>, StoreError> {
    words.sort_by_key(|(_, list)| list.count());
    let mut anywhere = vec![false; texts.len()];
    let mut begins = Begins::default();
    let mut left: Vec<u32> = texts.to_vec();
    (0..).zip(texts).for_each(|(slot, text)| slots.set(*text, slot));
    for (n, (behind, list)) in words.into_iter().enumerate() {
        let mut found = Vec::new();
        let mut take = |p: Posting<'_>| {
            let Some(slot) = slots.of(p.text) else { return };
            if p.places.is_empty() {
                anywhere.get_mut(slot).into_iter().for_each(|a| *a = true);
            } else if n == 0 {
                let places = read_places(p.places).filter_map(|place| place.checked_sub(behind));
                found.extend(places.map(|begin| (slot as u64) << 32 | u64::from(begin)));
            } else {
                begins.mark(slot, p.places, behind);
            }
        };
        list.postings().places(view, &left, |row| holds_any(list, row, &left, slots), &mut take)?;
        match n {
            0 => begins.put(found, texts.len()),
            _ => begins.narrow(texts.len()),
        }
        left.retain(|text| {
            let stays = slots.of(*text).is_some_and(|slot| begins.has(slot));
            if !stays {
                slots.set(*text, NONE);
            }
            stays
        });
    }
    texts.iter().for_each(|text| slots.set(*text, NONE));
    Ok(anywhere.into_iter().enumerate().map(|(slot, anywhere)| anywhere || begins.has(slot)).collect())
}

/// Whether any of the texts that are left is in a row; where its places are loaded, it is enough that one may.
fn holds_any(list: &List<'_>, row: &Row, left: &[u32], slots: &Slots) -> bool {
    let from = left.partition_point(|text| *text < row.first);
    if left.get(from).is_none_or(|text| *text > row.last) {
        return false;
    }
    // Where many are left it is hardly worth asking.
    let mut any = !row.apart || left.len() > list.rows().len() * 4;
    if !any {
        list.each(row, |text, _| any |= slots.of(text).is_some());
    }
    any
}
