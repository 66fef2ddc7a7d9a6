//! How mail stands, for the line at the top: looked at when something changed, and at the full minute that may change its
//! words.

use super::{Cx, lists};
use crate::{
    desk::mail_health::Health,
    model::Stamp,
    tui::{
        command::Workspace,
        data::{Ask, Slot},
        model::Model,
    },
};

/// A process that has just begun fetches within this time, in milliseconds: no one is blamed before.
const BEGINS_WITHIN: Stamp = 3_000;

/// It is known how mail stands.
pub fn came(m: &mut Model, health: Health) {
    let first = m.mail.is_none();
    m.mail_look_at = health.next_look(m.now);
    if first && health.no_one(m.now).is_some() {
        m.mail_look_at = m.mail_look_at.map(|at| at.min(m.now.saturating_add(BEGINS_WITHIN)));
    }
    m.mail = Some(health);
}

/// A time has come: mail is looked at where its words may have changed.
pub fn tick(m: &mut Model, cx: &mut Cx) {
    if m.mail_look_at.is_some_and(|at| at <= m.now) {
        m.mail_look_at = None;
        cx.ask(m, Ask::Mail);
        // What is fetched without anything new is no change that a list follows.
        if m.workspace == Workspace::Settings
            && let Some(ask) = lists::query_of(m, Slot::Mailboxes)
        {
            cx.ask(m, ask);
        }
    }
}
