//! Bars: of groups, of bands of times, and one of all ages.

use super::{
    Bar,
    line::{is_unicode, plain},
};
use crate::{
    term::safe::Safe,
    tui::{
        look::{Appearance, Ink},
        widgets::Pen,
    },
};

/// Fills of the parts of a stack, the youngest lightest; in ASCII.
const SHADES: [&str; 5] = ["·", "░", "▒", "▓", "█"];
const SHADES_ASCII: [&str; 5] = [".", "-", "+", "%", "#"];
const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

fn shade(look: &Appearance, i: usize) -> &'static str {
    let shades = if is_unicode(look) { SHADES } else { SHADES_ASCII };
    shades.get(i).copied().unwrap_or(look.signs.full)
}

/// Draws a bar in the rest of a row.
pub(super) fn draw(pen: &mut Pen<'_>, b: &Bar) {
    let look = pen.look();
    let (label, value, note) = b.widths;
    if let Some(i) = b.shade {
        pen.text(Ink::Dim, Safe::fixed(shade(look, i))).gap(1);
    }
    let label = label.clamp(8, (pen.room() / 2).max(8));
    pen.cell(Ink::Text, plain(look, &b.label), label).gap(1);
    pen.cell_right(Ink::Head, plain(look, &b.value), value.max(4)).gap(1);
    // Notes are in one column behind the longest bar, where bars keep some room.
    let keep = if note > 0 && pen.room() > note + 7 { note + 1 } else { 0 };
    let width = pen.room().saturating_sub(keep);
    pen.cell(Ink::Dim, Safe::line(fill(look, b.share, width)), width);
    if keep > 0 {
        pen.gap(1).text(Ink::Dim, plain(look, &b.note));
    }
}

/// So much of a width, to an eighth of a cell.
fn fill(look: &Appearance, share: f64, width: usize) -> String {
    let share = share.clamp(0.0, 1.0);
    if !is_unicode(look) {
        return look.signs.full.repeat((share * width as f64).ceil() as usize);
    }
    let eighths = ((share * width as f64 * 8.0).round() as usize).max(usize::from(share > 0.0));
    let mut out = look.signs.full.repeat(eighths / 8);
    out.extend(EIGHTHS.get(eighths % 8).copied());
    out
}

/// Draws shares of a whole as one bar: the largest remainders get the cells that are over, and nothing that is there is
/// without a cell where there is room.
pub(super) fn stack(pen: &mut Pen<'_>, counts: &[u64]) {
    let look = pen.look();
    let width = pen.room();
    for (i, cells) in cells_of(counts, width).into_iter().enumerate() {
        pen.text(Ink::Dim, Safe::line(shade(look, i).repeat(cells)));
    }
}

fn cells_of(counts: &[u64], width: usize) -> Vec<usize> {
    let total = counts.iter().sum::<u64>();
    if total == 0 || width == 0 {
        return vec![0; counts.len()];
    }
    let exact = |n: u64| n as f64 * width as f64 / total as f64;
    let mut cells: Vec<usize> =
        counts.iter().map(|n| (exact(*n) as usize).max(usize::from(*n > 0))).collect();
    // What rounding gave or took too much is settled where it shows least.
    while cells.iter().sum::<usize>() > width {
        let largest = cells.iter_mut().max();
        let Some(c) = largest.filter(|c| **c > 1) else { break };
        *c -= 1;
    }
    while cells.iter().sum::<usize>() < width {
        let worst = cells
            .iter_mut()
            .zip(counts)
            .max_by(|(a, n), (b, m)| (exact(**n) - **a as f64).total_cmp(&(exact(**m) - **b as f64)));
        let Some((c, _)) = worst else { break };
        *c += 1;
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_fill_the_whole_and_none_is_lost() {
        assert_eq!(cells_of(&[1, 1, 1], 10).iter().sum::<usize>(), 10);
        assert_eq!(cells_of(&[1000, 1, 0, 1], 10), [8, 1, 0, 1]);
        assert_eq!(cells_of(&[0, 0], 10), [0, 0]);
        assert_eq!(
            cells_of(&[5, 5, 5, 5], 2).iter().filter(|c| **c > 0).count(),
            4,
            "cut by the row, not here"
        );
    }

    #[test]
    fn bars_are_as_long_as_their_share() {
        let look = Appearance::default();
        assert_eq!(fill(&look, 0.5, 4), "██");
        assert_eq!(fill(&look, 0.001, 4), "▏");
        assert_eq!(fill(&look, 0.0, 4), "");
        assert_eq!(fill(&Appearance::shipped(false, false), 0.5, 4), "##");
    }
}
