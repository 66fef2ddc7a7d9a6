//! The rows of our tables as they are in the pages of a file, damaged or not.

use std::{
    collections::{BTreeMap, HashSet},
    path::Path,
};

use super::{
    File, Page, PageNumber, Slot, Tree, checksum,
    page::Widths,
    walk::{self, Met, walk},
};
use crate::{model::Table, store::StoreError};

/// A row that is in a page.
#[derive(Debug, Clone, Copy)]
pub struct FoundRow<'a> {
    /// Its key.
    pub key: &'a [u8],
    /// Its value.
    pub value: &'a [u8],
    /// Whether its page, and every page that leads to it, has the checksum that it was written with.
    pub sound: bool,
}

/// The newest commit of a file, as far as it can be reached.
pub struct Survivors {
    file: File,
    /// Tables, and whether what names them can be relied on.
    trees: BTreeMap<Table, (Tree, bool)>,
    /// Tables of which pages are missing or doubtful; all that have no tree, where the list of tables is itself damaged.
    harmed: BTreeMap<Table, u64>,
    /// The pages that its tables lead to: what is not among them may be loose.
    seen: HashSet<PageNumber>,
}

impl Survivors {
    /// Opens a file, whatever its header says, and finds its tables.
    ///
    /// # Errors
    /// Where it cannot be read at all.
    pub fn open(path: &Path) -> Result<Survivors, StoreError> {
        let io = |e: std::io::Error| StoreError::Io(format!("{}: {e}", path.display()));
        let file = File::open(path).map_err(io)?;
        let mut out =
            Survivors { trees: BTreeMap::new(), harmed: BTreeMap::new(), seen: HashSet::new(), file };
        let mut whole = false;
        // The newest sound commit; where none is, each whose list of tables proves itself.
        let mut slots: Vec<Slot> = out.file.header.slots.to_vec();
        slots.sort_by_key(|s| std::cmp::Reverse((s.sound, s.transaction)));
        for (n, slot) in slots.into_iter().enumerate() {
            let (mut trees, mut seen, mut hurt) = (BTreeMap::new(), HashSet::new(), false);
            let mut add = |k: &[u8], v: &[u8], trusted: bool| {
                if let Some(tree) = Tree::parse(k, v)
                    && let Some(table) = Table::ALL.iter().find(|t| t.name() == tree.name)
                {
                    trees.insert(*table, (tree, trusted));
                }
            };
            walk(&out.file, &Tree::of_names(slot.user), &mut seen, &mut |met| {
                match met {
                    Met::Leaf(leaf) => {
                        // The slot before the newest names an older state.
                        let trusted = leaf.sound && leaf.trusted && slot.sound && n == 0;
                        hurt |= !trusted;
                        if leaf.sound || slot.sound {
                            leaf.rows.rows().for_each(|(k, v)| add(k, v, trusted));
                        }
                    }
                    Met::Doubtful(_) | Met::Lost(..) => hurt = true,
                }
                true
            });
            if !trees.is_empty() {
                (out.trees, out.seen, whole) = (trees, seen, !hurt);
                break;
            }
        }
        for table in Table::ALL.iter().copied() {
            let mut wrong = 0;
            match out.trees.get(&table) {
                Some((tree, trusted)) => {
                    wrong += u64::from(!trusted);
                    let (mut rows, mut seen) = (0, std::mem::take(&mut out.seen));
                    walk(&out.file, tree, &mut seen, &mut |met| {
                        match met {
                            Met::Leaf(l) if l.sound && l.trusted => rows += l.rows.count as u64,
                            _ => wrong += 1,
                        }
                        true
                    });
                    out.seen = seen;
                    wrong += u64::from(tree.root.is_some_and(|r| r.length != rows) && wrong == 0);
                }
                None => wrong = u64::from(!whole),
            }
            if wrong > 0 {
                out.harmed.insert(table, wrong);
            }
        }
        Ok(out)
    }

    /// Whether every row of a table is there as it was written.
    pub fn is_whole(&self, table: Table) -> bool {
        !self.harmed.contains_key(&table)
    }

    /// Pages of tables that are missing, or not what was written.
    pub fn harmed(&self) -> &BTreeMap<Table, u64> {
        &self.harmed
    }

    /// Gives the rows of a table that the newest commit leads to, in order as far as that is known, until `f` answers
    /// `false`.
    pub fn each(&self, table: Table, f: &mut dyn FnMut(FoundRow) -> bool) {
        let Some((tree, named)) = self.trees.get(&table) else { return };
        walk(&self.file, tree, &mut HashSet::new(), &mut |met| match met {
            Met::Leaf(walk::Leaf { rows, sound, trusted, .. }) => {
                let sound = sound && trusted && *named;
                rows.rows().all(|(key, value)| f(FoundRow { key, value, sound }))
            }
            Met::Doubtful(_) | Met::Lost(..) => true,
        });
    }

    /// Gives the rows of every page of rows in the file that no table leads to, older states among them. Sound are
    /// those whose page some branch knows by its checksum. `progress` hears how many bytes were looked at.
    pub fn loose(&self, progress: &mut dyn FnMut(u64), f: &mut dyn FnMut(FoundRow)) {
        let known: HashSet<u64> =
            self.seen.iter().filter_map(|p| self.file.place(*p)).map(|(start, _)| start).collect();
        let mut sums: HashSet<u128> = HashSet::new();
        for pass in [false, true] {
            let mut at = super::PAGE;
            while at < self.file.len {
                progress(at);
                let here = at;
                at += super::PAGE;
                let len = usize::try_from((self.file.len - here).min(super::PAGE)).unwrap_or(0);
                let Ok(bytes) = self.file.bytes(here, len) else { continue };
                if !pass {
                    if let Some(Page::Branch(branch)) = Page::parse(&bytes, Widths::default()) {
                        sums.extend(branch.children().map(|(_, sum)| sum));
                    }
                    continue;
                }
                if known.contains(&here) {
                    continue;
                }
                let Some(bytes) = self.leaf_at(here, bytes) else { continue };
                if let Some(page @ Page::Leaf(leaf)) = Page::parse(&bytes, Widths::default())
                    && leaf.is_whole()
                {
                    let sound = page.used().is_some_and(|used| sums.contains(&checksum(used)));
                    leaf.rows().for_each(|(key, value)| f(FoundRow { key, value, sound }));
                }
            }
        }
    }

    /// The bytes of a page of rows that begins there: as many as its own numbers say.
    fn leaf_at(&self, start: u64, first: Vec<u8>) -> Option<Vec<u8>> {
        let Page::Leaf(leaf) = Page::parse(&first, Widths::default())? else { return None };
        let end = leaf.end()?;
        if end <= first.len() {
            return Some(first);
        }
        let fits = (end as u64) <= self.file.len.saturating_sub(start) && (end as u64) < super::LARGEST;
        fits.then(|| self.file.bytes(start, end).ok()).flatten()
    }
}
