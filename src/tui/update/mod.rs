//! What happens changes the model and asks for effects. Pure: no clock, no dice, no store.
//!
//! - `keys`: a key becomes a command, or text where one types
//! - `run`: each command and what it does
//! - `moves`, `focus`, `open`, `lists`: getting about
//! - `tickets`, `compose`, `change`: changing things
//! - `outbox`: verbs on outgoing messages; `mail`: how mail stands
//! - `drafts`: what is typed is saved, and offered again
//! - `layers`: pickers, prompts, forms, questions, windows
//! - `load`: what is asked of the desk, and what came of it
//! - `settle`: after every event: scrolling, wrapping, what the time brings

mod change;
mod compose;
mod drafts;
mod focus;
pub(crate) mod import;
mod keys;
mod layers;
mod lists;
mod load;
mod mail;
mod mouse;
mod moves;
mod open;
mod outbox;
mod run;
mod settle;
mod tickets;

use super::{
    data::Ask,
    effect::Effect,
    event::{Event, TuiEventKind},
    model::{Model, Tone},
};
use crate::model::{Ids, OpId, Stamp};

pub(crate) use change::{ask, change};
pub(crate) use focus::go;
pub(crate) use layers::{ask_offers, entity};
pub(crate) use lists::{combine, is_same, query_of as list_query, set_filter, show_view, sort_field};
pub(crate) use open::record as open_record;
pub(crate) use run::run;
pub use settle::wake_at;

/// What one event gathers: effects, and ids drawn from its op.
pub struct Cx {
    effects: Vec<Effect>,
    ids: Ids,
}

impl Cx {
    pub(crate) fn op(&mut self) -> OpId {
        self.ids.id()
    }

    pub(crate) fn push(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// Asks the desk: of several questions for one place only the newest one's answer counts.
    pub(crate) fn ask(&mut self, m: &mut Model, ask: Ask) {
        let slot = ask.slot();
        let generation = m.asked.get(&slot).copied().unwrap_or(0) + 1;
        m.asked.insert(slot, generation);
        m.waiting.insert(slot, generation);
        self.effects.push(Effect::Load(ask, generation));
    }
}

/// Takes one event in.
pub fn update(m: &mut Model, event: Event) -> Vec<Effect> {
    m.now = event.now;
    let mut cx = Cx { effects: Vec::new(), ids: Ids::new(event.op, event.now) };
    match event.what {
        TuiEventKind::Start => load::start(m, &mut cx),
        TuiEventKind::Key(key) => keys::key(m, &mut cx, &key),
        TuiEventKind::Paste(text, lost) => keys::paste(m, &mut cx, &text, lost),
        TuiEventKind::Burst(text) => keys::burst(m, &mut cx, &text),
        TuiEventKind::Mouse(mouse) => mouse::mouse(m, &mut cx, mouse),
        TuiEventKind::Resize(width, height) => m.size = (width, height),
        TuiEventKind::Answer(slot, generation, answer) => {
            if m.waiting.get(&slot) == Some(&generation) {
                m.waiting.remove(&slot);
                load::answered(m, &mut cx, slot, answer);
            }
        }
        TuiEventKind::Ran(op, then, result) => change::ran(m, &mut cx, op, *then, *result),
        TuiEventKind::Progress(far) => m.progress = Some(far),
        TuiEventKind::Looking(far) => m.looking = Some(far),
        TuiEventKind::Ticked(result) => settle::ticked(m, &mut cx, *result),
        TuiEventKind::Moved(seq) => load::moved(m, &mut cx, seq),
        TuiEventKind::Replaced(seq) => load::replaced(m, &mut cx, seq),
        TuiEventKind::Loaded => load::loaded(m, &mut cx),
        TuiEventKind::Draft(done, result) => {
            drafts::done(m, &mut cx, &done, result);
            // Rows say what was begun and not sent.
            if m.composer.is_none() && m.layers.is_empty() {
                load::lists(m, &mut cx);
            }
        }
        TuiEventKind::Recovered(taken) => drafts::recovered(m, &taken),
        TuiEventKind::Rescued(result) => drafts::rescued(m, &mut cx, result),
        TuiEventKind::Person(said) => {
            crate::tui::popups::person::done(m, said);
            // What is on the screen of them is no more.
            load::refresh_all(m, &mut cx);
        }
        TuiEventKind::MailTried(op, way, result) => {
            crate::tui::popups::mailbox::tried(m, &mut cx, op, way, result)
        }
        TuiEventKind::MailKept(result) => crate::tui::popups::mailbox::kept(m, result),
        TuiEventKind::Imported(ask, came) => import::done(m, &mut cx, ask, came),
        TuiEventKind::Reverted(came) => import::reverted(m, &mut cx, came),
        TuiEventKind::Files(found) => compose::files_came(m, found),
        TuiEventKind::Edited(Ok((text, trouble))) => compose::edited(m, &mut cx, &text, trouble),
        TuiEventKind::Edited(Err(why)) => m.say(Tone::Refused, why),
        TuiEventKind::File(done) => crate::tui::popups::attachments::done(m, &mut cx, done),
        TuiEventKind::End => drafts::close_all(m, &mut cx),
        TuiEventKind::Tick => settle::tick(m, &mut cx),
    }
    drafts::settle(m, &mut cx);
    settle::settle(m, &mut cx);
    cx.effects
}

pub use drafts::unsaved;
pub(crate) use drafts::{remove as drafts_done, used as drafts_used};
pub use load::is_first_frame_ready;

/// Whether an answer or a change is pending.
pub fn is_busy(m: &Model) -> bool {
    !m.waiting.is_empty() || m.saving > 0 || crate::tui::popups::mailbox::is_trying(m)
}

/// A minute, in milliseconds.
pub(crate) const MINUTE: Stamp = 60_000;
