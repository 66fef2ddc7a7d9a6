//! The model on the screen. Draws from plain data, queries nothing, changes nothing.
//!
//! - `bar`: the line at the top
//! - `foot`: the line at the foot: what was done, the keys that work now
//! - `composer`: a message being written

mod bar;
mod composer;
mod foot;

use ratatui::{Frame, layout::Position};

use super::{
    layout,
    model::{Layer, Model},
    panes, popups,
    widgets::frame,
};

/// Draws the screen.
pub fn draw(m: &Model, frame: &mut Frame<'_>) {
    let area = frame.area();
    let layout = layout::of(m);
    let buf = frame.buffer_mut();
    let mut cursor: Option<Position> = None;
    let covered = m.composer.is_some();
    let is_focused = |p: &layout::Place| p.pane == m.focus && !covered;
    if layout.framed {
        // The focused pane last: the border that it shares is its own.
        let (focused, others): (Vec<_>, Vec<_>) = layout.panes.iter().partition(|p| is_focused(p));
        others.into_iter().for_each(|p| panes::border(buf, m, p, false));
        focused.into_iter().for_each(|p| panes::border(buf, m, p, true));
        if let Some(place) = layout.composer {
            frame::border(buf, &m.look, place, true);
        }
    }
    for place in &layout.panes {
        panes::draw(buf, m, place, &layout, is_focused(place));
    }
    if let (Some(c), Some(place)) = (&m.composer, layout.composer) {
        cursor = composer::draw(buf, m, c, place, layout.framed);
    }
    bar::draw(buf, m, layout.bar);
    foot::draw(buf, m, layout.foot, layout.framed);
    if !m.which.is_empty() {
        popups::which(buf, m, area);
    }
    for (at, layer) in m.layers.iter().enumerate() {
        // A text opened from the list of files takes the list's place: no window within a window.
        let read = matches!((layer, m.layers.get(at + 1)), (Layer::Files(_), Some(Layer::Popup(_))));
        if !read {
            cursor = popups::draw(buf, m, layer, area);
        }
    }
    // A cell behind a wide cluster is never drawn over by itself.
    crate::term::backend::finish(buf);
    if let Some(at) = cursor.filter(|at| area.contains(*at)) {
        frame.set_cursor_position(at);
    }
}
