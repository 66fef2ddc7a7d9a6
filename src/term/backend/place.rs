//! Where the terminal's cursor is, and the shortest way elsewhere.

use std::io::Write as _;

use super::glyph::Trust;

/// What is known of the cursor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// Its row, if known.
    row: Option<u16>,
    /// Its column, if known for certain or nearly so (`likely`).
    column: Option<u16>,
    likely: bool,
}

impl Place {
    /// The cursor is known to be there.
    pub fn at(column: u16, row: u16) -> Self {
        Place { row: Some(row), column: Some(column), likely: false }
    }

    /// The cursor has moved right over a glyph of `width` columns on a screen of `columns`.
    pub fn printed(&mut self, width: u16, columns: u16, trust: Trust) {
        self.column = match (self.column, trust) {
            // At the right edge terminals differ in where the cursor waits.
            (Some(column), Trust::Sure | Trust::Likely) if column + width < columns => Some(column + width),
            _ => None,
        };
        self.likely = trust == Trust::Likely;
    }

    /// Appends the shortest bytes that take the cursor to `(x, y)`, where something of `next` trust is printed.
    pub fn go(&mut self, x: u16, y: u16, next: Trust, out: &mut Vec<u8>) {
        // Within a run of glyphs that are all likely the drift, if any, is the terminal's own idea of the run.
        let sure = self.column.filter(|column| !self.likely || (*column == x && next == Trust::Likely));
        if self.row == Some(y) && sure == Some(x) {
            return;
        }
        let start = out.len();
        match (x, y) {
            (0, 0) => out.extend(b"\x1b[H"),
            (0, _) => csi(&[y + 1], b'H', out),
            _ => csi(&[y + 1, x + 1], b'H', out),
        }
        let mut shorter = |write: &dyn Fn(&mut Vec<u8>)| {
            let other = out.len();
            write(out);
            if out.len() - other < other - start {
                out.drain(start..other);
            } else {
                out.truncate(other);
            }
        };
        if let Some(row) = self.row {
            let down = y.checked_sub(row);
            if down == Some(0) {
                shorter(&|out| csi(&[x + 1], b'G', out));
            }
            if let Some(down @ 0..=4) = down {
                // To the row's start by `\r`, down by `\n`: the target exists, so nothing scrolls.
                shorter(&|out| {
                    out.push(b'\r');
                    out.extend(std::iter::repeat_n(b'\n', usize::from(down)));
                    if x > 0 {
                        csi(&[x], b'C', out);
                    }
                });
            }
            if let Some(column) = sure {
                shorter(&|out| {
                    match (down, row.saturating_sub(y)) {
                        (Some(0), _) => {}
                        (Some(down), _) => csi(&[down], b'B', out),
                        (None, up) => csi(&[up], b'A', out),
                    }
                    match (x.checked_sub(column), column.saturating_sub(x)) {
                        (Some(0), _) => {}
                        (Some(right), _) => csi(&[right], b'C', out),
                        (None, left @ 1..=3) => out.extend(std::iter::repeat_n(8, usize::from(left))),
                        (None, left) => csi(&[left], b'D', out),
                    }
                });
            }
        }
        *self = Place::at(x, y);
    }
}

/// `CSI numbers final`, without the numbers where they are 1 alone.
pub(super) fn csi(numbers: &[u16], last: u8, out: &mut Vec<u8>) {
    out.extend(b"\x1b[");
    if numbers != [1] {
        for (index, number) in numbers.iter().enumerate() {
            let _ = if index == 0 { write!(out, "{number}") } else { write!(out, ";{number}") };
        }
    }
    out.push(last);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(from: Place, x: u16, y: u16) -> String {
        let (mut place, mut out) = (from, Vec::new());
        place.go(x, y, Trust::Sure, &mut out);
        String::from_utf8(out)
            .unwrap()
            .escape_debug()
            .to_string()
            .replace("\\u{1b}", "E")
            .replace("\\u{8}", "<")
    }

    #[test]
    fn the_shortest_way_is_taken() {
        let at = |x, y| Place { row: Some(y), column: Some(x), likely: false };
        assert_eq!(way(Place::default(), 0, 0), "E[H");
        assert_eq!(way(Place::default(), 30, 11), "E[12;31H");
        assert_eq!(way(at(5, 5), 5, 5), "");
        assert_eq!(way(at(5, 5), 6, 5), "E[C");
        assert_eq!(way(at(5, 5), 3, 5), "<<");
        assert_eq!(way(at(50, 5), 40, 5), "E[41G");
        assert_eq!(way(at(50, 5), 0, 6), "\\r\\n");
        assert_eq!(way(at(50, 15), 2, 16), "\\r\\nE[2C");
        assert_eq!(way(at(50, 5), 50, 6), "E[B");
        assert_eq!(way(at(50, 5), 50, 2), "E[3A");
        assert_eq!(way(Place { likely: true, ..at(7, 5) }, 7, 5), "E[8G");
        assert_eq!(way(Place { column: None, ..at(7, 5) }, 9, 5), "E[10G");
    }
}
