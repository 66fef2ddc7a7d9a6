//! What parts the cells: found by trying.

use super::parse::{self, Parsed};

const CANDIDATES: [u8; 4] = *b",;\t|";
/// How many rows are looked at.
const ROWS: usize = 30;

/// The delimiter under which the first rows are most alike, and have most cells; a comma where none parts anything.
pub(super) fn guess(text: &[u8], end: bool) -> u8 {
    let mut best = (0, b',');
    for delimiter in CANDIDATES {
        let score = score(text, end, delimiter);
        if score > best.0 {
            best = (score, delimiter);
        }
    }
    best.1
}

fn score(text: &[u8], end: bool, delimiter: u8) -> usize {
    let mut rest = text;
    let mut width = 0;
    let (mut alike, mut rows) = (0_usize, 0_usize);
    while rows <= ROWS && !rest.is_empty() {
        match parse::record(rest, end, delimiter) {
            Parsed::Record { cells, used, .. } => {
                rest = rest.get(used.max(1)..).unwrap_or_default();
                if cells.iter().all(|c| c.trim_ascii().is_empty()) {
                    continue;
                }
                if width == 0 {
                    width = cells.len();
                }
                rows += 1;
                alike += usize::from(cells.len() == width);
            }
            // A head that the end of the buffer cuts: what was seen decides.
            Parsed::More => break,
            Parsed::Bad { from, .. } => {
                rows += 1;
                let Some(next) = parse::line_end(rest, from, end) else { break };
                rest = rest.get(next..).unwrap_or_default();
            }
        }
    }
    if width < 2 { 0 } else { width.min(100) * alike * 1000 / rows.max(1) }
}
