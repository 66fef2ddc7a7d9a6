//! The queues: their names, how many tickets wait in each, how many of them are overdue.

use ratatui::{buffer::Buffer, layout::Rect};

use crate::{
    term::safe::Safe,
    tui::{
        look::Ink,
        model::{Model, Pane},
        widgets::{frame::Titles, lists::row_pen},
    },
};

/// Its titles.
pub fn titles(m: &Model) -> Titles<'_> {
    let _ = m;
    Titles::new(Safe::fixed("Queues"))
}

/// Draws this part.
pub fn draw(buf: &mut Buffer, m: &Model, area: Rect, focused: bool) {
    let rows = m.queues.rows.iter().enumerate().skip(m.queues.top).take(usize::from(area.height));
    for (i, (at, queue)) in rows.enumerate() {
        let here = at == m.queues.cursor;
        let mut pen = row_pen(buf, &m.look, area, u16::try_from(i).unwrap_or(0), here, focused);
        let chosen = here && m.focus != Pane::Queues;
        let name = match (here, queue.count) {
            (true, _) => Ink::Head,
            (_, 0) => Ink::Dim,
            _ => Ink::Text,
        };
        let _ = chosen;
        pen.rest(name, Safe::line(queue.name.as_str()), 10);
        let count =
            Safe::line(if queue.count == 0 { m.look.signs.none.to_owned() } else { queue.count.to_string() });
        pen.cell_right(if queue.count == 0 { Ink::Dim } else { Ink::Text }, count, 5);
        let late = if queue.overdue > 0 {
            format!("{}{}", m.look.signs.urgent, queue.overdue)
        } else {
            String::new()
        };
        pen.gap(1).cell_right(Ink::Bad, Safe::line(late), 4);
    }
}
