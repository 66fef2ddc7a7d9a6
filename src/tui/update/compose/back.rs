//! Messages that open again: a send that was cancelled, or that could not be made.

use super::super::{Cx, drafts, focus};
use crate::{
    desk::drafts::Draft,
    model::{Id, Kind},
    tui::model::{Composer, ComposerField, ComposerKind, Model, Pane, Showing, Tone, Writing, with_list},
};

/// For so long after a reply has left, the key that takes it back opens a new one, in milliseconds.
const LATE: i64 = 5_000;

/// The ticket whose reply left a moment ago.
pub fn just_left(m: &Model) -> Option<Id> {
    m.left.filter(|(_, at)| m.now.saturating_sub(*at) <= LATE).map(|(ticket, _)| ticket)
}

/// A send could not be cancelled because it has left. The agent who pressed the key types on, and that text must not run
/// as commands: a new reply opens for it.
pub fn too_late(m: &mut Model, cx: &mut Cx, sent: bool) {
    let back = m.taking_back.as_ref().map(|b| b.ticket);
    let Some(ticket) = back.or(just_left(m)) else { return };
    if let Some(c) = &mut m.composer {
        // Another message was opened meanwhile: what was typed is in it.
        let typed = m.taking_back.take().map(|b| b.typed).unwrap_or_default();
        if c.body.insert(&typed) == 0 && !typed.is_empty() {
            c.writing.typed(m.now);
        }
        return;
    }
    if sent {
        m.say(Tone::Refused, "That reply has been sent already. This is a new one.");
    }
    reopen(m, cx, ticket, None);
    if let Some(c) = m.composer.as_mut().filter(|c| c.body.is_empty()) {
        c.writing = Writing::default();
    }
}

/// A send was taken back: its text opens again.
pub fn reopen(m: &mut Model, cx: &mut Cx, ticket: Id, draft: Option<Draft>) {
    let from = m.focus;
    // What is being written meanwhile stays: as the draft of its ticket, or below the text that comes back.
    drafts::close_all(m, cx);
    let open = m.composer.take();
    let mine = open.filter(|c| c.ticket == ticket && c.leaves() && !c.body.as_str().trim().is_empty());
    super::super::open::record(m, cx, Kind::Ticket, ticket);
    let rows = m.queue.rows().iter().chain(m.all_tickets.rows());
    let number = rows.filter(|r| r.id == ticket).map(|r| r.number).next();
    let read = m.page.ticket.as_ref().filter(|v| v.page.ticket.id == ticket).map(|v| v.page.ticket.number);
    let kind =
        draft.as_ref().and_then(|d| ComposerKind::of_draft(&d.kind, d.about)).unwrap_or(ComposerKind::Reply);
    let mut c = Composer::new(ticket, number.or(read).unwrap_or(0), kind, from);
    c.go_to(ComposerField::Body);
    if let Some(view) = m.page.ticket.as_ref().filter(|v| v.page.ticket.id == ticket) {
        super::fill::fill(&mut c, &view.page, &m.info, m.me);
    }
    if let Some(draft) = draft {
        c.restore(&draft);
        c.writing = Writing::default();
    }
    if let Some(mine) = mine {
        c.body.append(&format!("\n\n{}", mine.body.as_str()));
        c.writing.from = mine.writing.versions();
    }
    c.writing.typed(m.now);
    if let Some(back) = m.taking_back.take() {
        c.body.insert(&back.typed);
    }
    m.composer = Some(c);
    // Its row comes back, and the cursor to it.
    with_list!(m, m.leader(), list => list.want(ticket), ());
}

/// A message that could not be written opens again; where something else is being typed meanwhile, it is its ticket's
/// draft again.
pub fn come_back(m: &mut Model, cx: &mut Cx, mut c: Composer) {
    if m.composer.is_some() || !m.layers.is_empty() {
        let at = c.writing.next(m.now, false);
        drafts::put(m, cx, c.draft(at, false));
        let said = m.status.as_ref().map(|s| s.text.clone()).unwrap_or_default();
        let what = c.kind.word();
        m.say(Tone::Bad, format!("{said}  The {what} on T-{} is its draft.", c.number));
        return;
    }
    if m.page.showing != Showing::Ticket(c.ticket) {
        super::super::open::record(m, cx, Kind::Ticket, c.ticket);
    }
    c.writing.typed(m.now);
    m.composer = Some(Composer { typing: false, ..c });
    focus::focus(m, cx, Pane::Page);
}
