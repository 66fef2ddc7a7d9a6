//! Which pane has the focus, which workspace is shown, and the ways back.

use super::{Cx, drafts, load, open};
use crate::tui::{
    command::{CommandId, Workspace},
    effect::{Effect, Leave},
    insight, layout,
    model::{Confirm, Layer, Model, Pane, Place, Showing, see_list, with_list},
};

/// Gives a pane the focus. What waits in the list that is left comes in.
pub fn focus(m: &mut Model, cx: &mut Cx, pane: Pane) {
    if m.focus == pane {
        return;
    }
    let left = std::mem::replace(&mut m.focus, pane);
    if pane != Pane::Page {
        with_list!(m, left, list => list.refresh(), ());
    }
    match pane {
        // The page belongs to the list that is worked in.
        Pane::Queue | Pane::Customers => open::follow(m),
        Pane::Page => open::looked(m, cx),
        _ => {}
    }
}

/// The next pane in the order of `Tab`.
pub fn cycle(m: &mut Model, cx: &mut Cx, by: isize) {
    let panes: Vec<Pane> = shown(m);
    let n = panes.len().cast_signed().max(1);
    let at = panes.iter().position(|p| *p == m.focus).unwrap_or(0).cast_signed();
    if let Some(pane) = panes.get((at + by).rem_euclid(n).cast_unsigned()) {
        focus(m, cx, *pane);
    }
}

/// The panes of this workspace that can be seen, or could be where one has the screen to itself.
fn shown(m: &Model) -> Vec<Pane> {
    let has_card = m.page.customer.is_some() && !matches!(m.page.showing, Showing::Customer(_));
    Pane::of(m.workspace).iter().copied().filter(|p| *p != Pane::Card || has_card).collect()
}

/// The pane to the right or to the left, by where they stand; where one has the screen, the next in order.
pub fn sideways(m: &mut Model, cx: &mut Cx, right: bool) {
    if m.focus == Pane::Insight && insight::act::sideways(m, right) {
        return;
    }
    let layout = layout::of(m);
    if layout.panes.len() < 2 {
        return cycle(m, cx, if right { 1 } else { -1 });
    }
    let Some(here) = layout.pane(m.focus).map(|p| p.outer) else { return };
    let middle = here.y + here.height / 2;
    let beside = layout
        .panes
        .iter()
        .filter(|p| if right { p.outer.x + 1 >= here.right() } else { p.outer.right() <= here.x + 1 });
    // Of those beside, the one whose rows are nearest to the middle of this one.
    let near = beside.min_by_key(|p| {
        let (top, bottom) = (p.outer.y, p.outer.bottom());
        if middle < top { top - middle } else { middle.saturating_sub(bottom.saturating_sub(1)) }
    });
    match near.map(|p| p.pane) {
        Some(pane) => focus(m, cx, pane),
        // Panes above each other: right goes down, left goes up.
        None => {
            let at = layout.panes.iter().position(|p| p.pane == m.focus).unwrap_or(0);
            let next = if right { at + 1 } else { at.wrapping_sub(1) };
            let stacked = layout.panes.iter().all(|p| p.outer.x == here.x);
            if let Some(p) = layout.panes.get(next).filter(|_| stacked) {
                let pane = p.pane;
                focus(m, cx, pane);
            }
        }
    }
}

/// Maximises the focused pane, or restores the layout.
pub fn zoom(m: &mut Model) {
    m.zoomed = !m.zoomed;
}

/// The current place, to come back to.
pub fn remember(m: &mut Model) {
    let place = Place { workspace: m.workspace, focus: m.focus, showing: m.page.showing };
    if m.back.last() != Some(&place) {
        m.back.push(place);
    }
    if m.back.len() > 100 {
        m.back.remove(0);
    }
}

/// Goes to a workspace.
pub fn go(m: &mut Model, cx: &mut Cx, workspace: Workspace) {
    let first = Pane::first(workspace);
    if m.workspace == workspace && m.focus == first {
        return;
    }
    remember(m);
    enter(m, cx, workspace, first);
}

fn enter(m: &mut Model, cx: &mut Cx, workspace: Workspace, pane: Pane) {
    let left = m.focus;
    with_list!(m, left, list => list.refresh(), ());
    let other = m.workspace != workspace;
    m.workspace = workspace;
    m.focus = pane;
    m.zoomed = false;
    if other {
        load::lists(m, cx);
        open::follow_now(m, cx);
    }
}

/// Back where one was before the last jump.
pub fn go_back(m: &mut Model, cx: &mut Cx) {
    let Some(place) = m.back.pop() else { return };
    enter(m, cx, place.workspace, place.focus);
    if place.showing != m.page.showing && place.showing != Showing::Nothing {
        open::show(m, cx, place.showing);
    }
}

/// One step back; from the outermost one leaves.
pub fn back(m: &mut Model, cx: &mut Cx) {
    match m.focus {
        Pane::Page | Pane::Card => {
            let home = home(m);
            // What was opened from elsewhere goes back there.
            if let (Some(place), Showing::Customer(_)) = (m.back.last(), m.page.showing)
                && place.workspace == m.workspace
                && place.focus == Pane::Page
            {
                return go_back(m, cx);
            }
            focus(m, cx, home);
        }
        _ if m.workspace != Workspace::Desk => {
            enter(m, cx, Workspace::Desk, Pane::Queue);
        }
        _ => quit(m, cx, None),
    }
}

/// The list that one came to the page from.
fn home(m: &Model) -> Pane {
    match (m.workspace, m.page.showing) {
        (Workspace::Desk, Showing::Customer(id)) if m.customers.rows().iter().any(|c| c.id == id) => {
            Pane::Customers
        }
        (workspace, _) => Pane::first(workspace),
    }
}

/// Takes one layer off: marks, filter, zoom, then back; never out of the program.
pub fn dismiss(m: &mut Model, cx: &mut Cx) {
    let pane = m.focus;
    if see_list!(m, pane, list => list.marked().0 > 0, false) {
        with_list!(m, pane, list => list.unmark(), ());
    } else if see_list!(m, pane, list => !list.filter.is_empty(), false) {
        super::lists::unfilter(m, cx);
    } else if m.page.kinds != crate::tui::model::Kinds::All && matches!(pane, Pane::Page | Pane::Card) {
        m.page.kinds = crate::tui::model::Kinds::All;
    } else if m.zoomed {
        m.zoomed = false;
    } else if matches!(pane, Pane::Page | Pane::Card) || m.workspace != Workspace::Desk {
        back(m, cx);
    }
}

/// Leaves; asks while a reply is held, unless it was asked: `now`; and where text cannot be saved: `lose`.
pub fn quit(m: &mut Model, cx: &mut Cx, how: Option<&str>) {
    let lose = how == Some("lose");
    let now = lose || how == Some("now");
    if !m.held.is_empty() && !now {
        let n = m.held.len();
        let what = if n == 1 { "A reply is".to_owned() } else { format!("{n} replies are") };
        m.layers.push(Layer::Confirm(Confirm {
            question: format!("{what} still held. Leave?"),
            detail: "It is kept, and is sent when frontdesk runs again.".to_owned(),
            yes: CommandId::AppQuit,
            args: vec!["now".to_owned()],
        }));
        return;
    }
    if let Some(far) = m.progress
        && !now
    {
        m.layers.push(Layer::Confirm(Confirm {
            question: format!("Still {}. Leave?", far.line()),
            detail: "What was changed stays; the rest is unchanged.".to_owned(),
            yes: CommandId::AppQuit,
            args: vec!["now".to_owned()],
        }));
        return;
    }
    drafts::close_all(m, cx);
    if now && m.many.is_some() {
        cx.push(Effect::Stop);
    }
    if lose {
        cx.push(Effect::Quit(Leave::Done));
    } else {
        drafts::leave(m, cx, Leave::Done);
    }
}
