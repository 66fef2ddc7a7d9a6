//! After every event: pages are made into lines, lists scroll to their cursors. And what the time brings.

use super::{Cx, MINUTE, compose, drafts, load, open};
use crate::{
    desk::clock::{LEASE, Ticked},
    model::Stamp,
    store::Reject,
    tui::{
        effect::Effect,
        insight, layout,
        model::{Layer, Model, Pane, STANDS, Seek, Showing, Tone, with_list},
        pages::{card, thread},
        popups,
        widgets::lists,
    },
};

/// Makes what is shown fit its room.
pub fn settle(m: &mut Model, cx: &mut Cx) {
    compose::put_aside(m, cx);
    let layout = layout::of(m);
    if layout.pane(m.focus).is_none() && layout.framed {
        // The focused pane is not shown here: its neighbour has the focus.
        let first = Pane::first(m.workspace);
        m.focus = if layout.pane(Pane::Page).is_some() && matches!(m.focus, Pane::Card) {
            Pane::Page
        } else {
            first
        };
    }
    let rows = layout.height(Pane::Queues);
    let q = &mut m.queues;
    q.top = scrolled(q.top, q.cursor, rows, q.rows.len());
    for pane in Pane::LISTS {
        let rows = layout.pane(pane).map_or(0, |p| lists::rows(p.inner));
        with_list!(m, pane, list => list.scroll(rows), ());
    }
    super::lists::reach(m, cx);
    pages(m, &layout);
    if let Some(Layer::Picker(p)) = m.layers.last_mut() {
        let rows = popups::picker_rows(m.size, p);
        p.top = scrolled(p.top, p.cursor, rows, p.shown.len());
    }
    if let Some(Layer::Popup(p)) = m.layers.last_mut() {
        // Where a window is said, one goes through it line by line.
        let rows = if m.plain { 1 } else { popups::popup_rows(m.size, p.lines.len()) };
        p.top = p.top.min(p.lines.len().saturating_sub(rows));
    }
    if let Some(Layer::Files(list)) = m.layers.last_mut() {
        let rows = popups::file_rows(m.size, list.rows.len());
        list.top = scrolled(list.top, list.cursor, rows, list.rows.len());
    }
    insight::act::settle(m);
}

/// The first row shown, so that the cursor is among them.
fn scrolled(top: usize, cursor: usize, rows: usize, all: usize) -> usize {
    let top = if cursor < top { cursor } else { top.max((cursor + 1).saturating_sub(rows)) };
    top.min(all.saturating_sub(rows))
}

fn pages(m: &mut Model, layout: &layout::Layout) {
    let page = layout.pane(Pane::Page).map(|p| p.inner).unwrap_or_default();
    let card = layout.pane(Pane::Card).map(|p| p.inner);
    let made = |width| thread::Made { info: &m.info, signs: m.look.signs, width, now: m.now, me: m.me };
    let (kinds, plain) = (m.page.kinds, m.plain);
    if let Some(v) = &mut m.page.ticket
        && page.width > 0
    {
        if v.made_for != (page.width, kinds) {
            v.lines = match plain {
                true => thread::outline(&v.page, kinds),
                false => thread::lines(&v.page, kinds, &v.unfolded, made(page.width)),
            };
            v.made_for = (page.width, kinds);
        }
        let rows = usize::from(page.height).saturating_sub(layout::HEAD).max(1);
        let most = v.lines.len().saturating_sub(rows);
        let last = v.items().saturating_sub(1);
        match v.seek.take() {
            Some(Seek::End) => {
                v.item = last;
                // The last item is read from its beginning where it has no room.
                v.top = most.min(v.span(last).0.saturating_sub(1));
            }
            Some(Seek::Item(item)) => {
                v.item = item.min(last);
                // The rule above what is new is seen with it.
                v.top = v.span(v.item).0.saturating_sub(2).min(most);
            }
            None => {}
        }
        v.item = v.item.min(last);
        v.top = v.top.min(most);
    }
    let own = matches!(m.page.showing, Showing::Customer(_));
    let area = if own { Some(page) } else { card };
    if let Some(v) = &mut m.page.customer
        && let Some(area) = area.filter(|a| a.width > 0)
    {
        if v.made_for != area.width || v.card.is_empty() {
            let made = made(area.width);
            v.card = if own {
                card::lines(&v.page, made)
            } else {
                vec![card::facts(&v.page, made), card::reach(&v.page, made)]
            };
            v.made_for = area.width;
        }
        let entries = v.entries(kinds).len();
        v.cursor = v.cursor.min(entries.saturating_sub(1));
        let rows = usize::from(area.height).saturating_sub(v.card.len() + 1);
        v.top = scrolled(v.top, v.cursor, rows, entries);
    }
}

/// A time that was waited for has come.
pub fn tick(m: &mut Model, cx: &mut Cx) {
    if m.follow_at.is_some_and(|at| at <= m.now) {
        open::follow_now(m, cx);
    }
    if m.look_at.is_some_and(|at| at <= m.now) {
        // What is not in sight was not looked at.
        if layout::of(m).pane(Pane::Page).is_some() {
            open::looked(m, cx);
        }
        if m.look_at.is_some_and(|at| at <= m.now) {
            m.look_at = None; // its page is still on the way: it counts when it is opened
        }
    }
    drafts::tick(m, cx);
    super::mail::tick(m, cx);
    if m.status.as_ref().is_some_and(|s| s.at + STANDS <= m.now) {
        m.status = None;
    }
    if m.stale && m.refresh_at.is_some_and(|at| at <= m.now) {
        load::refresh_for_others(m, cx);
    }
    let over = m.held.iter().any(|h| h.until <= m.now);
    let timer = m.info.timer.is_some_and(|at| at <= m.now);
    if over || timer {
        let now = m.now;
        m.left = m
            .held
            .iter()
            .filter(|h| h.until <= now && h.leaves)
            .map(|h| (h.ticket, h.until))
            .next_back()
            .or(m.left);
        m.held.retain(|h| h.until > now);
        m.info.timer = None;
        m.saving += 1;
        let op = cx.op();
        cx.push(Effect::Tick(op, now));
    }
}

/// What was due was fired, here or elsewhere.
pub fn ticked(m: &mut Model, cx: &mut Cx, result: Result<Ticked, Reject>) {
    m.saving = m.saving.saturating_sub(1);
    match result {
        Ok(Ticked::Fired(done)) => {
            m.head = m.head.max(done.seq);
            load::refresh(m, cx);
        }
        // Should that process die, this one takes over.
        Ok(Ticked::Kept(until)) => m.info.timer = Some(until),
        Err(why) => {
            // Again in a while: what is due stays due.
            m.info.timer = Some(m.now.saturating_add(LEASE));
            m.say(Tone::Bad, why.to_string());
        }
    }
}

/// When the screen wants to be woken though nothing happens; `None`: never.
pub fn wake_at(m: &Model) -> Option<Stamp> {
    let minute = (m.now.div_euclid(MINUTE) + 1).saturating_mul(MINUTE);
    let second = (!m.held.is_empty()).then(|| (m.now.div_euclid(1_000) + 1).saturating_mul(1_000));
    [
        Some(minute),
        second,
        m.follow_at,
        m.look_at,
        m.mail_look_at,
        drafts::due(m),
        drafts::leave_at(m),
        m.status.as_ref().map(|s| s.at + STANDS),
        m.held.iter().map(|h| h.until).min(),
        m.info.timer,
        m.refresh_at.filter(|_| m.stale),
    ]
    .into_iter()
    .flatten()
    .min()
}
