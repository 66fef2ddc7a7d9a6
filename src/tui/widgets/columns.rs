//! Chosen columns of a list: which of them fit, their headers and cells.

use super::{Pen, age};
use crate::{
    desk::list::columns::{Cell, Fit, Pick},
    model::{Currency, Money, Stamp},
    term::safe::Safe,
    tui::look::Ink,
};

/// Cells between two columns.
const GAP: usize = 2;

/// The fewest readable cells of the widest column.
const READ: usize = 36;

/// By what a list is sorted: the head of that column has a sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sorted<'s> {
    /// The column.
    pub column: &'s str,
    /// Downwards.
    pub down: bool,
}

impl Sorted<'_> {
    /// The head of a column, with the sign where the list is sorted by it.
    #[must_use]
    pub fn head(sorted: Option<Sorted<'_>>, name: &str, pen: &Pen<'_>) -> Safe<'static> {
        let same = |s: &Sorted<'_>| crate::tui::update::is_same(s.column, name);
        match sorted.filter(same) {
            Some(s) => {
                let signs = pen.look().signs;
                Safe::line(format!("{name}{}", if s.down { signs.down } else { signs.up }))
            }
            None => Safe::line(name.to_owned()),
        }
    }
}

/// The widths of those columns that have room: the first one always, the others from the left; so those at the end fall
/// away first. Each gets what it likes, and the one that likes most gets the rest.
#[must_use]
pub fn widths(picks: &[Pick], room: usize) -> Vec<usize> {
    let mut out: Vec<usize> = Vec::new();
    let mut used = 0;
    for pick in picks {
        let gap = if out.is_empty() { 0 } else { GAP };
        if !out.is_empty() && used + gap + pick.column.width.0 > room {
            break;
        }
        used += gap + pick.column.width.0;
        out.push(pick.column.width.0);
    }
    let mut spare = room.saturating_sub(used);
    let widest = picks
        .iter()
        .take(out.len())
        .enumerate()
        .filter(|(_, p)| matches!(p.column.fit, Fit::Text | Fit::Aside))
        .max_by_key(|(i, p)| (p.column.width.1, std::cmp::Reverse(*i)))
        .map(|(i, _)| i);
    // What it is about can be read before the others have all that they like.
    if let Some((width, pick)) = widest.and_then(|i| out.get_mut(i).zip(picks.get(i))) {
        let more = pick.column.width.1.min(READ).saturating_sub(*width).min(spare);
        *width += more;
        spare -= more;
    }
    for (i, (width, pick)) in out.iter_mut().zip(picks).enumerate() {
        if Some(i) != widest {
            let more = pick.column.width.1.saturating_sub(*width).min(spare);
            *width += more;
            spare -= more;
        }
    }
    if let Some(width) = widest.and_then(|i| out.get_mut(i)) {
        *width += spare;
    }
    out
}

/// Draws the heads of columns.
pub fn heads(pen: &mut Pen<'_>, picks: &[Pick], sorted: Option<Sorted<'_>>) {
    for (i, (width, pick)) in widths(picks, pen.room()).into_iter().zip(picks).enumerate() {
        if i > 0 {
            pen.gap(2);
        }
        let head = Sorted::head(sorted, pick.head(), pen);
        if pick.column.fit == Fit::Right {
            pen.cell_right(Ink::Dim, head, width);
        } else {
            pen.cell(Ink::Dim, head, width);
        }
    }
}

/// Draws the cells of a row. `special` draws those of which it knows more, and says whether it did.
pub fn cells(
    pen: &mut Pen<'_>,
    picks: &[Pick],
    cells: &[Cell],
    ink: Ink,
    now: Stamp,
    special: &dyn Fn(&mut Pen<'_>, &Pick, usize) -> bool,
) {
    let widths = widths(picks, pen.room());
    for (i, ((width, pick), cell)) in widths.into_iter().zip(picks).zip(cells).enumerate() {
        if i > 0 {
            pen.gap(2);
        }
        if special(pen, pick, width) {
            continue;
        }
        let quiet = if matches!(pick.column.name, "name" | "subject" | "requester") { ink } else { Ink::Dim };
        match (cell, pick.column.fit) {
            (Cell::Nothing, _) => pen.cell(Ink::Text, Safe::fixed(""), width),
            (Cell::At(at), _) => {
                let (ink, text) = age(*at, now);
                pen.cell_right(ink, text, width)
            }
            (Cell::Sums(sums), _) => pen.cell_right(ink, Safe::line(in_short(sums)), width),
            // None is nothing to look at.
            (Cell::Text(text), Fit::Right) if text == "0" => pen.cell(Ink::Text, Safe::fixed(""), width),
            (Cell::Text(text), Fit::Right) => pen.cell_right(ink, Safe::line(text.as_str()), width),
            (Cell::Text(text), _) if pick.column.name == "email" => {
                pen.cell(Ink::Dim, Safe::addr(text.as_str()), width)
            }
            (Cell::Text(text), _) if pick.column.name == "tags" => {
                pen.cell(Ink::Accent, Safe::line(text.as_str()), width)
            }
            (Cell::Text(text), _) => pen.cell(quiet, Safe::line(text.as_str()), width),
        };
    }
}

fn in_short(sums: &[(i64, String)]) -> String {
    let one = |(minor, code): &(i64, String)| {
        Currency::new(code).map_or_else(|| minor.to_string(), |c| Money::new(*minor, c).short())
    };
    sums.iter().map(one).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::list::columns::pick;

    fn of(text: &str) -> Vec<Pick> {
        pick("customers", &[text.to_owned()], true).unwrap()
    }

    #[test]
    fn columns_at_the_end_fall_away_first_and_the_widest_takes_the_rest() {
        let picks = of("number,name,email,city,revenue,seen");
        let wide = widths(&picks, 160);
        assert_eq!(wide.len(), 6);
        assert_eq!(wide.iter().sum::<usize>() + 5 * GAP, 160, "no cell is left over");
        let narrow = widths(&picks, 58);
        assert_eq!(narrow.len(), 4, "{narrow:?}");
        assert_eq!(narrow.iter().sum::<usize>() + 3 * GAP, 58);
        assert_eq!(widths(&picks, 3), [7], "one is always there");
        assert_eq!(widths(&of("number,open"), 40), [8, 5], "what keeps its width does not grow without end");
        assert!(widths(&[], 40).is_empty());
    }
}
