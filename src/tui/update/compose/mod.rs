//! Writing a message: opening and closing it, going from field to field.
//!
//! - `fill`: what a message begins with, once its ticket is known
//! - `recipients`: addresses, while they are typed
//! - `below`: the signature and the quoted history
//! - `files`: what goes with it
//! - `later`: sending at a chosen time
//! - `send`: sending it, or why not
//! - `back`: messages that open again
//! - `editor`: the agent's own editor

mod back;
mod below;
mod editor;
mod files;
mod fill;
mod later;
mod recipients;
mod send;

pub use back::{come_back, just_left, reopen, too_late};
pub use below::{turn_below, turn_history, turn_signature};
pub use editor::{edit, edited};
pub use files::{attach, attach_from_ticket, came as files_came, complete as complete_path, detach};
pub use fill::arrived;
pub use later::{later, reading as later_reading};
pub use recipients::{found as addresses_found, key, typed};
pub use send::{How, ask_anyway, send};

use super::{Cx, drafts, focus};
use crate::{
    model::{Kind, number},
    tui::model::{Composer, ComposerField, ComposerKind, Model, Offers, Pane, Seek, Showing, Tone},
};

/// Opens the composer under the thread.
pub fn open(m: &mut Model, cx: &mut Cx, kind: ComposerKind) {
    let Some(t) = m.ticket_at_hand() else { return };
    let from = m.focus;
    let shown = m.page.showing == Showing::Ticket(t.id);
    // An answer to what is under the cursor: in the side thread that it is in.
    let aside = m.page.ticket_shown().filter(|_| shown && from == Pane::Page).and_then(|v| v.side_thread());
    let kind = match (kind, aside) {
        (ComposerKind::Reply, Some(side)) => ComposerKind::Side(side),
        _ => kind,
    };
    if !shown {
        super::open::show(m, cx, Showing::Ticket(t.id));
    }
    focus::focus(m, cx, Pane::Page);
    super::open::looked(m, cx);
    m.composer = Some(Composer::new(t.id, t.number, kind, from));
    fill::arrived(m);
    // What is answered is in sight: the end of the thread.
    if let Some(v) = m.page.ticket.as_mut().filter(|v| v.page.ticket.id == t.id) {
        v.seek = Some(Seek::End);
    } else {
        // The page is on its way: the recipients are filled in when it comes.
        m.look_at = Some(m.now);
    }
}

/// Back to typing.
pub fn write(m: &mut Model) {
    if let Some(c) = &mut m.composer {
        c.typing = true;
    }
}

/// Stops typing: letters are commands now.
pub fn leave(m: &mut Model) {
    if let Some(c) = &mut m.composer {
        c.typing = false;
        c.offers = Offers::default();
    }
}

/// Goes from field to field; an address that was chosen of the offers is written first.
pub fn step(m: &mut Model, by: isize) {
    let now = m.now;
    if let Some(c) = &mut m.composer {
        if by > 0 && c.take_offer() {
            return c.writing.typed(now);
        }
        c.step(by);
    }
}

/// Shows all fields, or as few as are needed.
pub fn unfold(m: &mut Model) {
    if let Some(c) = &mut m.composer {
        c.unfolded = !c.unfolded;
        if c.unfolded && c.leaves() && c.field == ComposerField::Body {
            c.go_to(ComposerField::To);
            c.typing = true;
        } else if !c.unfolded {
            c.go_to(ComposerField::Body);
        }
    }
}

/// Closes the composer and keeps the draft.
pub fn keep(m: &mut Model, cx: &mut Cx) {
    drafts::close_all(m, cx);
    let has_text = m.composer.as_ref().is_some_and(Composer::has_something);
    close(m, cx);
    if has_text {
        m.say(Tone::Plain, "Draft kept: it opens again with the next reply here.");
    }
}

/// Closes the composer; the focus goes back to where it was.
pub fn close(m: &mut Model, cx: &mut Cx) {
    if let Some(c) = m.composer.take() {
        focus_back(m, cx, c.from);
    }
}

/// The focus goes back to the list that the message was begun from, if that is still in sight.
fn focus_back(m: &mut Model, cx: &mut Cx, from: Pane) {
    if m.focus == Pane::Page && Pane::of(m.workspace).contains(&from) {
        focus::focus(m, cx, from);
    }
}

/// Another record came into the place of the ticket that is answered: its draft is put aside, so that no message
/// ever stands under a thread that it does not belong to.
pub fn put_aside(m: &mut Model, cx: &mut Cx) {
    let elsewhere = |c: &Composer| {
        m.page.showing != Showing::Ticket(c.ticket) || !Pane::of(m.workspace).contains(&Pane::Page)
    };
    if !m.composer.as_ref().is_some_and(elsewhere) {
        return;
    }
    drafts::close_all(m, cx);
    let Some(c) = m.composer.take() else { return };
    if c.has_something() {
        let kept = format!("The draft for {} is kept", number::show(Kind::Ticket, c.number));
        match m.status.take() {
            Some(said) => m.say(said.tone, format!("{}  {kept}", said.text)),
            None => m.say(Tone::Plain, format!("{kept}: it opens again with the next reply there.")),
        }
    }
}
