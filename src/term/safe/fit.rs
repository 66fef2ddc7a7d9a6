//! Measuring, cutting and wrapping by cluster, with the widths ratatui draws by.

use std::borrow::Cow;

use ratatui::buffer::CellWidth;
use unicode_segmentation::UnicodeSegmentation;

use super::Safe;
use crate::model::steps;

/// What shows that a text was cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cut {
    /// `…`
    #[default]
    Ellipsis,
    /// `~`, for terminals without Unicode.
    Tilde,
}

impl Cut {
    /// The mark as text, one column wide.
    pub const fn mark(self) -> &'static str {
        match self {
            Cut::Ellipsis => "…",
            Cut::Tilde => "~",
        }
    }
}

/// Columns of one line of clean text, cluster by cluster.
pub fn width_of(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    text.graphemes(true).map(cluster_width).inspect(|_| steps::count(1)).sum()
}

/// Whether a line has at most `width` columns. Looks no further than necessary.
fn fits(text: &str, width: usize) -> bool {
    if text.is_ascii() {
        return text.len() <= width;
    }
    let mut used = 0;
    text.graphemes(true).all(|cluster| {
        steps::count(1);
        used += cluster_width(cluster);
        used <= width
    })
}

fn cluster_width(cluster: &str) -> usize {
    usize::from(cluster.cell_width())
}

impl<'a> Safe<'a> {
    /// Columns it takes; of several lines the widest.
    pub fn width(&self) -> usize {
        self.0.split('\n').map(width_of).max().unwrap_or(0)
    }

    /// At most `width` columns, `…` at the end where something was cut. Of several lines the first.
    pub fn truncate(self, width: usize) -> Safe<'a> {
        self.truncate_with(width, Cut::Ellipsis)
    }

    /// As [`Safe::truncate`], with the mark of the caller's character set.
    pub fn truncate_with(self, width: usize, cut: Cut) -> Safe<'a> {
        let first = self.0.split('\n').next().unwrap_or("");
        if first.len() == self.0.len() && (self.0.len() <= width && self.0.is_ascii() || fits(first, width)) {
            return self;
        }
        if width == 0 {
            return Safe::default();
        }
        let (mut end, mut used) = (0, 0);
        for (at, cluster) in first.grapheme_indices(true) {
            steps::count(1);
            used += cluster_width(cluster);
            if used >= width {
                break;
            }
            end = at + cluster.len();
        }
        let mut text = first.get(..end).unwrap_or("").to_owned();
        text.push_str(cut.mark());
        Safe(Cow::Owned(text))
    }

    /// Exactly `width` columns: cut with `cut`, or spaces behind it.
    pub fn fit(self, width: usize, cut: Cut) -> Safe<'a> {
        self.pad(width, cut, false)
    }

    /// Exactly `width` columns, as numbers stand: cut with `cut`, or spaces before it.
    pub fn fit_right(self, width: usize, cut: Cut) -> Safe<'a> {
        self.pad(width, cut, true)
    }

    fn pad(self, width: usize, cut: Cut, right: bool) -> Safe<'a> {
        let text = self.truncate_with(width, cut);
        let missing = width.saturating_sub(text.width());
        if missing == 0 {
            return text;
        }
        let blanks = " ".repeat(missing);
        Safe(Cow::Owned(if right { blanks + &text.0 } else { text.0.into_owned() + &blanks }))
    }

    /// Its lines broken at words to at most `width` columns; a longer word is broken where it must be, and a
    /// cluster wider than `width` shows as `…`. No lines for width 0.
    pub fn wrap(&self, width: usize) -> Vec<Safe<'_>> {
        let mut rows = Vec::new();
        if width > 0 {
            for line in self.0.split('\n') {
                wrap_line(line, width, &mut rows);
            }
        }
        rows.into_iter().map(|row| Safe(Cow::Borrowed(row))).collect()
    }
}

/// Where a row may end: text up to `end`, the next row from `next`, which is `used` columns in.
struct Break {
    end: usize,
    next: usize,
    used: usize,
}

fn wrap_line<'t>(line: &'t str, width: usize, rows: &mut Vec<&'t str>) {
    let slice = |from: usize, to: usize| line.get(from..to).unwrap_or("").trim_end_matches(' ');
    if line.len() <= width && line.is_ascii() {
        rows.push(line);
        return;
    }
    let first_row = rows.len();
    let (mut start, mut used) = (0, 0);
    let mut possible: Option<Break> = None;
    let mut ink = false; // something other than blanks is in this row
    for (at, cluster) in line.grapheme_indices(true) {
        steps::count(1);
        let (room, after) = (cluster_width(cluster), at + cluster.len());
        let blank = cluster == " ";
        if blank && at == start && rows.len() > first_row {
            start = after; // blanks at a break belong to no row
            continue;
        }
        if room >= 2 && ink {
            possible = Some(Break { end: at, next: at, used }); // East Asian text breaks anywhere
        }
        if used + room > width {
            if blank {
                rows.push(slice(start, at));
                (start, used, possible, ink) = (after, 0, None, false);
                continue;
            }
            if let Some(Break { end, next, used: before }) = possible.take() {
                rows.push(slice(start, end));
                (start, used) = (next, used - before);
            }
            if used + room > width {
                if at > start {
                    rows.push(slice(start, at));
                }
                (start, used) = (at, 0);
            }
            if room > width {
                rows.push(Cut::Ellipsis.mark());
                (start, used, ink) = (after, 0, false);
                continue;
            }
        }
        used += room;
        ink |= !blank;
        if ink && (blank || cluster == "-") {
            let end = if blank { at } else { after };
            possible = Some(Break { end, next: after, used });
        }
    }
    if start < line.len() || rows.len() == first_row {
        rows.push(slice(start, line.len()));
    }
}
