//! Every checksum of the commit in use.

use std::collections::{BTreeSet, HashSet};

use super::{
    File, PageNumber, Slot, Tree,
    walk::{self, Met},
};
use crate::store::StoreError;

/// What the names of redb's own tables are shown with.
const ENGINE: &str = "engine ";

/// A page, or the header, that is not what was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// The table: ours by its name, redb's own with `engine` before it; `None`: the header, or a whole tree of tables.
    pub table: Option<String>,
    /// The page's first byte in the file.
    pub at: Option<u64>,
    /// What is wrong.
    pub what: String,
}

impl Damage {
    /// Where, in words.
    pub fn place(&self) -> String {
        match (&self.table, self.at) {
            (Some(t), Some(at)) => format!("file, table {t}, page at byte {at}"),
            (Some(t), None) => format!("file, table {t}"),
            (None, Some(at)) => format!("file, page at byte {at}"),
            (None, None) => "file, header".to_owned(),
        }
    }
}

/// What verifying found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Pages whose checksums were worked out.
    pub pages: u64,
    /// What is damaged, the first thousand.
    pub damage: Vec<Damage>,
    /// How much is damaged in all.
    pub wrong: u64,
    /// The tables that are; `None`: the header, or the list of tables.
    tables: BTreeSet<Option<String>>,
}

impl Verdict {
    /// Whether every byte that is in use is the one that was written.
    pub fn is_sound(&self) -> bool {
        self.wrong == 0
    }

    /// Whether anything of a table is damaged, or the way to it.
    pub fn harms(&self, table: &str) -> bool {
        self.tables.iter().any(|t| t.as_deref().is_none_or(|t| t == table))
    }

    fn add(&mut self, table: Option<&str>, at: Option<u64>, what: impl Into<String>) {
        let table = table.map(str::to_owned);
        self.wrong += 1;
        self.tables.insert(table.clone());
        if self.damage.len() < 1000 {
            self.damage.push(Damage { table, at, what: what.into() });
        }
    }
}

/// Verifies a file on its own, header and all: for files that the engine refuses.
///
/// # Errors
/// Where it cannot be opened or read at all.
pub fn verify_file(path: &std::path::Path, progress: &mut dyn FnMut(u64)) -> Result<Verdict, StoreError> {
    let file = File::open(path).map_err(|e| StoreError::Io(format!("{}: {e}", path.display())))?;
    let mut verdict = Verdict::default();
    for fault in file.header.faults() {
        verdict.add(None, None, fault);
    }
    let slot = file.header.newest().cloned();
    match slot {
        Some(slot) => trees(&file, &slot, &mut verdict, progress),
        None => verdict.add(None, None, "no commit slot has its checksum: nothing leads to the tables"),
    }
    Ok(verdict)
}

/// Verifies the commit that is in use now. The caller keeps a read transaction of the file open, so that others who write
/// meanwhile do not use its pages again.
///
/// # Errors
/// Where the file cannot be read.
pub fn verify(path: &std::path::Path, progress: &mut dyn FnMut(u64)) -> Result<Verdict, StoreError> {
    let io = |e: std::io::Error| StoreError::Io(format!("{}: {e}", path.display()));
    let mut verdict = Verdict::default();
    for _ in 0..50 {
        let file = File::open(path).map_err(io)?;
        let [primary, secondary] = file.header.in_order();
        // As the engine does: a commit that might not be on the disk yet is not looked at.
        let slot = if file.header.unflushed { secondary } else { primary };
        if !slot.sound {
            // Someone may be writing it just now.
            std::thread::sleep(std::time::Duration::from_millis(2));
            continue;
        }
        let slot = slot.clone();
        trees(&file, &slot, &mut verdict, progress);
        let ours = verdict.tables.iter().any(|t| t.as_deref().is_none_or(|t| !t.starts_with(ENGINE)));
        if verdict.is_sound() || ours || File::open(path).map_err(io)?.header == file.header {
            return Ok(verdict);
        }
        // The engine reuses the pages of its internal tables, even with readers: a commit came in between.
        verdict = Verdict { pages: verdict.pages, ..Verdict::default() };
    }
    if verdict.pages > 0 {
        // Others never stopped writing: our own tables were sound each time.
        return Ok(verdict);
    }
    verdict.add(None, None, "the commit slot in use does not have its checksum");
    Ok(verdict)
}

fn trees(file: &File, slot: &Slot, verdict: &mut Verdict, progress: &mut dyn FnMut(u64)) {
    let mut seen = HashSet::new();
    for (root, ours) in [(slot.user, true), (slot.system, false)] {
        let mut tables = Vec::new();
        let names = Tree::of_names(root);
        let shown = (!ours).then_some("engine tables");
        let before = verdict.wrong;
        let found = tree(file, &names, shown, verdict, &mut seen, progress, &mut |k, v| {
            tables.push(Tree::parse(k, v));
        });
        if verdict.wrong == before && root.is_some_and(|r| r.length != found) {
            verdict.add(shown, None, "the list of tables does not have as many as it says");
        }
        for table in tables {
            let Some(table) = table else {
                verdict.add(shown, None, "the list of tables has a row that cannot be read");
                continue;
            };
            let shown = if ours { table.name.clone() } else { format!("{ENGINE}{}", table.name) };
            let before = verdict.wrong;
            let found = tree(file, &table, Some(&shown), verdict, &mut seen, progress, &mut |_, _| {});
            if verdict.wrong == before && table.root.is_some_and(|r| r.length != found) {
                verdict.add(Some(&shown), None, "does not have as many rows as it says");
            }
        }
    }
}

/// Verifies one tree, gives its rows to `f` and their number back.
fn tree(
    file: &File,
    tree: &Tree,
    shown: Option<&str>,
    verdict: &mut Verdict,
    seen: &mut HashSet<PageNumber>,
    progress: &mut dyn FnMut(u64),
    f: &mut dyn FnMut(&[u8], &[u8]),
) -> u64 {
    let mut rows = 0;
    let at = |page| file.place(page).map(|(start, _)| start);
    walk::walk(file, tree, seen, &mut |met| {
        verdict.pages += 1;
        if verdict.pages.is_multiple_of(10_000) {
            progress(verdict.pages);
        }
        match met {
            Met::Leaf(leaf) => {
                rows += leaf.rows.count as u64;
                if !leaf.sound {
                    verdict.add(shown, at(leaf.page), "does not have its checksum");
                } else if !leaf.rows.is_whole() {
                    verdict.add(shown, at(leaf.page), "has rows that cannot be read, or not in order");
                }
                leaf.rows.rows().for_each(|(k, v)| f(k, v));
            }
            Met::Doubtful(page) => verdict.add(shown, at(page), "does not have its checksum"),
            Met::Lost(page, why) => verdict.add(shown, at(page), why),
        }
        true
    });
    rows
}
