//! The mouse, where it is wanted: the wheel scrolls what is under it, a click gives the focus and chooses a row.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use super::{Cx, focus, moves, open};
use crate::tui::{
    insight, layout,
    model::{Layer, Model, Pane, see_list, with_list},
    widgets::lists,
};

/// Rows that one step of the wheel scrolls.
const WHEEL: isize = 3;

/// Takes what the mouse did.
pub fn mouse(m: &mut Model, cx: &mut Cx, event: MouseEvent) {
    match event.kind {
        MouseEventKind::ScrollDown => wheel(m, cx, event, WHEEL),
        MouseEventKind::ScrollUp => wheel(m, cx, event, -WHEEL),
        MouseEventKind::Down(MouseButton::Left) => click(m, cx, event),
        _ => {}
    }
}

fn under(m: &Model, event: MouseEvent) -> Option<layout::Place> {
    let at = Position::new(event.column, event.row);
    layout::of(m).panes.into_iter().find(|p| p.inner.contains(at))
}

fn wheel(m: &mut Model, cx: &mut Cx, event: MouseEvent, by: isize) {
    match m.layers.last_mut() {
        Some(Layer::Picker(p)) => return p.step(by),
        Some(Layer::Popup(p)) => return p.top = p.top.saturating_add_signed(by),
        Some(Layer::Files(list)) => return list.step(by),
        Some(_) => return,
        None => {}
    }
    // The wheel never takes one away from what is being written.
    if let Some(place) = under(m, event).filter(|p| m.composer.is_none() || p.pane == m.focus) {
        focus::focus(m, cx, place.pane);
        moves::step(m, cx, by);
    }
}

fn click(m: &mut Model, cx: &mut Cx, event: MouseEvent) {
    if !m.layers.is_empty() || m.composer.is_some() {
        return;
    }
    let Some(place) = under(m, event) else { return };
    focus::focus(m, cx, place.pane);
    if place.pane == Pane::Insight {
        return insight::act::click(m, Position::new(event.column, event.row));
    }
    let row = usize::from(event.row - place.inner.y);
    if place.pane == Pane::Queues {
        return moves::queue(m, cx, m.queues.top + row);
    }
    let head = usize::from(place.inner.height).saturating_sub(lists::rows(place.inner));
    let Some(row) = row.checked_sub(head) else { return };
    let to = see_list!(m, place.pane, list => Some(list.top + row).filter(|to| *to < list.len()), None);
    if let Some(to) = to {
        with_list!(m, place.pane, list => list.go(to), false);
        open::follow(m);
    }
}
