//! Where everything stands: a pure function of the model, asked by update for the room that lists and pages have,
//! and by draw for the places to draw at.

use ratatui::layout::Rect;

use super::{
    command::Workspace,
    model::{Model, Pane, Showing},
};

/// Rows that the head of a ticket's page takes.
pub const HEAD: usize = 2;

/// A pane's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The pane.
    pub pane: Pane,
    /// With its border, shared with its neighbours.
    pub outer: Rect,
    /// Where it draws.
    pub inner: Rect,
}

/// Where everything stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Layout {
    /// The line at the top: workspaces, who, the time.
    pub bar: Rect,
    /// The line at the foot: what was done, and the keys that work now.
    pub foot: Rect,
    /// The panes shown.
    pub panes: Vec<Place>,
    /// Whether panes have borders; else one has the screen to itself.
    pub framed: bool,
    /// Where the composer stands.
    pub composer: Option<Rect>,
}

/// Columns and rows from which panes stand side by side.
const WIDE: (u16, u16) = (110, 30);
/// Columns and rows from which panes stand above each other.
const STACKED: (u16, u16) = (60, 34);

impl Layout {
    /// The place of a pane; `None` where it is not shown.
    #[must_use]
    pub fn pane(&self, pane: Pane) -> Option<&Place> {
        self.panes.iter().find(|p| p.pane == pane)
    }

    /// How many rows a pane has to draw in.
    #[must_use]
    pub fn height(&self, pane: Pane) -> usize {
        self.pane(pane).map_or(0, |p| usize::from(p.inner.height))
    }
}

/// Where everything stands now.
#[must_use]
pub fn of(model: &Model) -> Layout {
    if model.plain {
        return said(model);
    }
    let (width, height) = model.size;
    let screen = Rect::new(0, 0, width, height);
    let bar = Rect { height: height.min(1), ..screen };
    let foot = Rect { y: height.saturating_sub(1), height: u16::from(height > 1), ..screen };
    let body = Rect { y: 1, height: height.saturating_sub(2), ..screen };
    let wide = width >= WIDE.0 && height >= WIDE.1;
    let framed = wide || width >= STACKED.0 && height >= STACKED.1;
    let mut layout = Layout { bar, foot, framed, ..Layout::default() };
    // Framed panes close with the line at the foot: it is their lower border.
    let room = if framed { Rect { height: body.height + 1, ..body } } else { body };
    let places = if model.zoomed || !framed {
        vec![(model.focus, room)]
    } else {
        match model.workspace {
            Workspace::Desk if wide => desk_wide(model, room),
            Workspace::Desk => desk_stacked(model, room),
            Workspace::Insight => vec![(Pane::Insight, room)],
            Workspace::Tickets => list_over_page(Pane::AllTickets, room),
            Workspace::Customers => list_over_page(Pane::AllCustomers, room),
            Workspace::Tasks => list_over_page(Pane::Tasks, room),
            Workspace::Outbox => list_over_page(Pane::Outbox, room),
            Workspace::Settings => vec![(Pane::Mailboxes, room)],
        }
    };
    layout.panes = places.into_iter().map(|(pane, outer)| place(pane, outer, framed)).collect();
    compose(model, &mut layout);
    layout
}

/// The rows of a list that is said: so far one goes with the keys for pages.
const SAID: u16 = 20;

/// Panes that are said have no place on a screen: each is as long as one goes in it with the keys for pages. A page goes
/// on by its items.
fn said(model: &Model) -> Layout {
    let place = |pane: &Pane| {
        let rows = match pane {
            Pane::Page => u16::try_from(HEAD + 1).unwrap_or(3),
            _ => SAID + 1,
        };
        let outer = Rect::new(0, 0, 100, rows);
        Place { pane: *pane, outer, inner: outer }
    };
    Layout { panes: Pane::of(model.workspace).iter().map(place).collect(), ..Layout::default() }
}

fn place(pane: Pane, outer: Rect, framed: bool) -> Place {
    let inner = if framed {
        inset(outer, 1, 1)
    } else {
        // The first row is the title; no lines where a pane touches the edges of the screen.
        Rect { y: outer.y + outer.height.min(1), height: outer.height.saturating_sub(1), ..outer }
    };
    Place { pane, outer, inner }
}

fn inset(r: Rect, x: u16, y: u16) -> Rect {
    Rect {
        x: r.x.saturating_add(x),
        y: r.y.saturating_add(y),
        width: r.width.saturating_sub(2 * x),
        height: r.height.saturating_sub(2 * y),
    }
}

/// The composer takes the lower part of the page, under the thread.
fn compose(model: &Model, layout: &mut Layout) {
    let Some(composer) = &model.composer else { return };
    let at = layout.panes.iter().position(|p| p.pane == Pane::Page);
    let Some(page) = at.and_then(|i| layout.panes.get_mut(i)) else { return };
    // Header lines, the text, what follows it, one row of air for the title.
    let lines = composer.shown_fields().len() + composer.below_rows();
    let fields = u16::try_from(lines).unwrap_or(6);
    let rows = u16::try_from(composer.body.as_str().lines().count() + 1).unwrap_or(u16::MAX);
    let half = page.outer.height.div_ceil(2);
    let wanted = (fields + 2).saturating_add(rows.max(4)).max(half).min(page.outer.height * 2 / 3).max(half);
    let height = wanted.min(page.outer.height.saturating_sub(2));
    let lower = Rect { y: page.outer.bottom().saturating_sub(height), height, ..page.outer };
    page.outer.height = page.outer.height - height + u16::from(layout.framed && height > 0);
    let framed = layout.framed;
    *page = place(Pane::Page, page.outer, framed);
    layout.composer = Some(lower);
}

/// Four panes and today's numbers beneath.
fn desk_wide(model: &Model, room: Rect) -> Vec<(Pane, Rect)> {
    let today = strip_height(room);
    let upper = Rect { height: room.height - today + 1, ..room };
    let left = (room.width * 3 / 10).clamp(34, 56);
    let column = Rect { width: left, ..upper };
    let right = Rect { x: left - 1, width: room.width - left + 1, ..upper };
    let mut out = left_column(model, column);
    out.extend(right_column(model, right));
    out.push((Pane::Today, Rect { y: upper.bottom() - 1, height: today, ..room }));
    out
}

fn strip_height(room: Rect) -> u16 {
    if room.height >= 46 { 4 } else { 3 }
}

fn left_column(model: &Model, r: Rect) -> Vec<(Pane, Rect)> {
    let rows = u16::try_from(model.queues.rows.len()).unwrap_or(u16::MAX).clamp(4, 10);
    let queues = rows.min(r.height / 4).max(3) + 2;
    let customers = (r.height / 4).clamp(6, 14);
    let tickets = r.height.saturating_sub(queues + customers) + 2;
    let parts = [(Pane::Queues, queues), (Pane::Queue, tickets), (Pane::Customers, customers)];
    stack(r, &parts)
}

fn right_column(model: &Model, r: Rect) -> Vec<(Pane, Rect)> {
    // A customer's own page needs no card beneath it.
    if matches!(model.page.showing, Showing::Customer(_)) {
        return vec![(Pane::Page, r)];
    }
    let card = (r.height / 4).clamp(5, 14);
    stack(r, &[(Pane::Page, r.height.saturating_sub(card) + 1), (Pane::Card, card)])
}

/// Panes above each other: half a wide screen.
fn desk_stacked(model: &Model, room: Rect) -> Vec<(Pane, Rect)> {
    let today = 3;
    let upper = Rect { height: room.height - today + 1, ..room };
    let lists = (upper.height * 2 / 5).max(8);
    let half = (room.width * 2 / 5).clamp(22, 40);
    let left = Rect { width: half, height: lists, ..upper };
    let right = Rect { x: half - 1, width: room.width - half + 1, height: lists, ..upper };
    let queues = u16::try_from(model.queues.rows.len()).unwrap_or(u16::MAX).clamp(4, 8) + 2;
    let queues = queues.min(lists.saturating_sub(5));
    let mut out = stack(left, &[(Pane::Queues, queues), (Pane::Customers, lists - queues + 1)]);
    out.push((Pane::Queue, right));
    let below = Rect { y: upper.y + lists - 1, height: upper.height - lists + 1, ..upper };
    out.extend(right_column(model, below));
    out.push((Pane::Today, Rect { y: upper.bottom() - 1, height: today, ..room }));
    out
}

/// A list with the room, and what is selected beneath it.
fn list_over_page(list: Pane, room: Rect) -> Vec<(Pane, Rect)> {
    let upper = (room.height * 2 / 5).max(8).min(room.height);
    stack(room, &[(list, upper), (Pane::Page, room.height.saturating_sub(upper) + 1)])
}

/// Panes above each other, each sharing a border with the next.
fn stack(r: Rect, parts: &[(Pane, u16)]) -> Vec<(Pane, Rect)> {
    let mut y = r.y;
    let mut out = Vec::new();
    for (i, (pane, height)) in parts.iter().enumerate() {
        let left = r.bottom().saturating_sub(y);
        let height = if i + 1 == parts.len() { left } else { (*height).min(left) };
        out.push((*pane, Rect { y, height, ..r }));
        y += height.saturating_sub(1);
    }
    out
}
