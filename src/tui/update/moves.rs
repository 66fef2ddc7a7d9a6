//! Moving: in lists, in pages, in windows.

use super::{Cx, open};
use crate::tui::{
    insight, layout,
    model::{Layer, Model, Pane, Showing, TicketView, with_list},
};

/// Goes some rows down, or up where negative.
pub fn step(m: &mut Model, cx: &mut Cx, by: isize) {
    if let Some(Layer::Popup(p)) = m.layers.last_mut() {
        p.top = p.top.saturating_add_signed(by);
        return;
    }
    if let Some(Layer::Files(list)) = m.layers.last_mut() {
        return list.step(by);
    }
    match m.focus {
        Pane::Queues => queue(m, cx, m.queues.cursor.saturating_add_signed(by)),
        Pane::Page if matches!(m.page.showing, Showing::Ticket(_)) => {
            let height = open::page_rows(m);
            if let Some(v) = &mut m.page.ticket {
                for _ in 0..by.unsigned_abs().min(10_000) {
                    thread_step(v, height, by > 0);
                }
            }
        }
        Pane::Page | Pane::Card => timeline(m, |at, _| at.saturating_add_signed(by)),
        Pane::Insight => insight::act::step(m, by),
        Pane::Today => {}
        pane => {
            if with_list!(m, pane, list => list.step(by), false) {
                open::follow(m);
            }
        }
    }
}

/// Goes to the first row, and takes in what waits above.
pub fn top(m: &mut Model, cx: &mut Cx) {
    if let Some(Layer::Popup(p)) = m.layers.last_mut() {
        p.top = 0;
        return;
    }
    if let Some(Layer::Files(list)) = m.layers.last_mut() {
        list.cursor = 0;
        return;
    }
    match m.focus {
        Pane::Queues => queue(m, cx, 0),
        Pane::Page if matches!(m.page.showing, Showing::Ticket(_)) => {
            if let Some(v) = &mut m.page.ticket {
                (v.top, v.item) = (0, 0);
            }
        }
        Pane::Page | Pane::Card => timeline(m, |_, _| 0),
        Pane::Insight => insight::act::to(m, 0),
        Pane::Today => {}
        pane => {
            with_list!(m, pane, list => { list.refresh(); list.reach(0); list.refresh(); }, ());
            open::follow(m);
        }
    }
}

/// Goes to the last row, or to the row of a count.
pub fn bottom(m: &mut Model, cx: &mut Cx, count: Option<u32>) {
    let to = count.map_or(usize::MAX, |n| usize::try_from(n).unwrap_or(usize::MAX).saturating_sub(1));
    if let Some(Layer::Popup(p)) = m.layers.last_mut() {
        p.top = to.min(p.lines.len());
        return;
    }
    if let Some(Layer::Files(list)) = m.layers.last_mut() {
        list.cursor = to.min(list.rows.len().saturating_sub(1));
        return;
    }
    match m.focus {
        Pane::Queues => queue(m, cx, to),
        Pane::Page if matches!(m.page.showing, Showing::Ticket(_)) => {
            let height = open::page_rows(m);
            if let Some(v) = &mut m.page.ticket {
                v.item = v.items().saturating_sub(1).min(to);
                v.top = v.lines.len().saturating_sub(height);
            }
        }
        Pane::Page | Pane::Card => timeline(m, |_, n| to.min(n)),
        Pane::Insight => insight::act::to(m, to),
        Pane::Today => {}
        pane => {
            if with_list!(m, pane, list => list.reach(to), false) {
                open::follow(m);
            }
        }
    }
}

/// Goes half pages down, or up where negative.
pub fn page(m: &mut Model, cx: &mut Cx, halves: isize) {
    let layout = layout::of(m);
    let half = |rows: usize| (rows / 2).max(1).cast_signed();
    if let Some(Layer::Popup(p)) = m.layers.last_mut() {
        p.top = p.top.saturating_add_signed(halves * half(usize::from(m.size.1) / 2));
        return;
    }
    if let Some(Layer::Files(list)) = m.layers.last_mut() {
        return list.step(halves * half(usize::from(m.size.1) / 2));
    }
    if m.focus == Pane::Page && matches!(m.page.showing, Showing::Ticket(_)) {
        let height = open::page_rows(m);
        if let Some(v) = &mut m.page.ticket {
            scroll(v, height, halves * half(height));
        }
        return;
    }
    step(m, cx, halves * half(layout.height(m.focus)));
}

/// Chooses a queue: its tickets are loaded immediately, the previous ones stay until then.
pub fn queue(m: &mut Model, cx: &mut Cx, to: usize) {
    let to = to.min(m.queues.rows.len().saturating_sub(1));
    if std::mem::replace(&mut m.queues.cursor, to) != to {
        m.queue.reset();
        if let Some(ask) = super::list_query(m, crate::tui::data::Slot::Queue) {
            cx.ask(m, ask);
        }
    }
}

fn timeline(m: &mut Model, to: impl Fn(usize, usize) -> usize) {
    let kinds = m.page.kinds;
    if let Some(v) = &mut m.page.customer {
        let last = v.entries(kinds).len().saturating_sub(1);
        v.cursor = to(v.cursor, last).min(last);
    }
}

/// One row on: through a long message line by line, else to the next one.
fn thread_step(v: &mut TicketView, height: usize, down: bool) {
    let (first, last) = v.span(v.item);
    if down {
        if last > v.top + height {
            v.top += 1;
        } else if v.item + 1 < v.items() {
            v.item += 1;
            let (first, last) = v.span(v.item);
            if last > v.top + height {
                v.top = first.min(last.saturating_sub(height)).max(v.top);
                if first >= v.top + height {
                    v.top = first;
                }
            }
        }
    } else if first < v.top {
        v.top -= 1;
    } else if v.item > 0 {
        v.item -= 1;
        let (first, last) = v.span(v.item);
        if first < v.top {
            v.top = if last - first <= height { first } else { last - height };
        }
    } else {
        v.top = v.top.saturating_sub(1);
    }
}

/// Scrolls by lines; the cursor goes along to what is in sight. Whether anything moved.
pub fn scroll(v: &mut TicketView, height: usize, by: isize) -> bool {
    let most = v.lines.len().saturating_sub(height);
    let to = v.top.saturating_add_signed(by).min(most);
    let moved = std::mem::replace(&mut v.top, to) != to;
    let shown = v.lines.iter().enumerate().skip(v.top).take(height.max(1));
    let heads: Vec<usize> = shown.filter(|(_, l)| l.head).filter_map(|(_, l)| l.item).collect();
    let (first, last) = v.span(v.item);
    if last <= v.top || first >= v.top + height {
        v.item = match heads.first() {
            Some(head) => *head,
            None => v.lines.get(v.top).and_then(|l| l.item).unwrap_or(v.item),
        };
    }
    moved
}
