//! Trees, page by page, from a root downwards.

use std::collections::HashSet;

use super::{
    File, Page, PageNumber, checksum,
    page::{LeafPage, Widths},
    u32_at, u64_at, u128_at,
};

/// No tree is deeper: what seems to be leads in a circle.
const DEEPEST: usize = 24;

/// The root of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Root {
    /// Its page.
    pub page: PageNumber,
    /// The checksum of that page.
    pub checksum: u128,
    /// The rows of the tree.
    pub length: u64,
}

/// A tree of the file: a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    /// Its name.
    pub name: String,
    /// Its root; `None` where it has no rows.
    pub root: Option<Root>,
    /// How long its keys and values are.
    pub widths: Widths,
}

impl Tree {
    /// The tree that maps names to tables.
    pub fn of_names(root: Option<Root>) -> Tree {
        Tree { name: "tables".to_owned(), root, widths: Widths::default() }
    }

    /// The table of a row of that tree; `None` where the row cannot be read.
    pub fn parse(name: &[u8], b: &[u8]) -> Option<Tree> {
        let name = std::str::from_utf8(name).ok()?.to_owned();
        // kind, rows, root, width of keys, width of values …; 4 would be a kind of table that we do not make
        (*b.first()? == 3).then_some(())?;
        let root = match b.get(9)? {
            0 => None,
            _ => Some(Root {
                page: PageNumber::parse(u64_at(b, 10)?),
                checksum: u128_at(b, 18)?,
                length: u64_at(b, 34)?,
            }),
        };
        let width = |at: usize| -> Option<Option<usize>> {
            match b.get(at)? {
                0 => Some(None),
                _ => Some(Some(u32_at(b, at + 1)? as usize)),
            }
        };
        Some(Tree { name, root, widths: Widths { key: width(42)?, value: width(47)? } })
    }
}

/// A page of rows that was found.
pub struct Leaf<'a> {
    /// Where.
    pub page: PageNumber,
    /// Its rows.
    pub rows: LeafPage<'a>,
    /// Whether its checksum is the one that leads to it.
    pub sound: bool,
    /// Whether every page above it has its own: else it may be of another table, or of an older state.
    pub trusted: bool,
}

/// What is met on the way through a tree.
pub enum Met<'a> {
    /// Rows.
    Leaf(Leaf<'a>),
    /// A branch whose checksum is not the one that leads to it: its children are followed all the same.
    Doubtful(PageNumber),
    /// A page that cannot be read, or is none.
    Lost(PageNumber, &'static str),
}

/// Goes through a tree in the order of its keys, telling `f` what it meets until that answers `false`. No page is met
/// twice: `seen` contains those that were.
pub fn walk(
    file: &File,
    tree: &Tree,
    seen: &mut HashSet<PageNumber>,
    f: &mut dyn FnMut(Met) -> bool,
) -> bool {
    let Some(root) = tree.root else { return true };
    descend(file, tree.widths, (root.page, root.checksum), (0, true), seen, f)
}

fn descend(
    file: &File,
    widths: Widths,
    (page, sum): (PageNumber, u128),
    (depth, trusted): (usize, bool),
    seen: &mut HashSet<PageNumber>,
    f: &mut dyn FnMut(Met) -> bool,
) -> bool {
    if depth > DEEPEST || !seen.insert(page) {
        return f(Met::Lost(page, "is led to twice"));
    }
    let bytes = match file.read(page) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return f(Met::Lost(page, "is past the end of the file")),
        Err(_) => return f(Met::Lost(page, "cannot be read from the disk")),
    };
    let Some(parsed) = Page::parse(&bytes, widths) else {
        return f(Met::Lost(page, "is no page of a table"));
    };
    let sound = parsed.used().is_some_and(|used| checksum(used) == sum);
    match parsed {
        Page::Leaf(rows) => f(Met::Leaf(Leaf { page, rows, sound, trusted })),
        Page::Branch(branch) => {
            if !sound && !f(Met::Doubtful(page)) {
                return false;
            }
            for child in branch.children() {
                // Where the branch is damaged, most of what it seems to lead to may be noise: only what proves itself by
                // its checksum is followed.
                if !sound && !proves(file, widths, child) {
                    if !f(Met::Lost(child.0, "is not where the damaged page above it leads")) {
                        return false;
                    }
                    continue;
                }
                if !descend(file, widths, child, (depth + 1, trusted && sound), seen, f) {
                    return false;
                }
            }
            true
        }
    }
}

fn proves(file: &File, widths: Widths, (page, sum): (PageNumber, u128)) -> bool {
    let Ok(Some(bytes)) = file.read(page) else { return false };
    Page::parse(&bytes, widths).and_then(|p| p.used().map(checksum)) == Some(sum)
}
