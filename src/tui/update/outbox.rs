//! Verbs on outgoing messages: on the row under the cursor, or on all marked ones.

use super::{Cx, change, tickets};
use crate::{
    desk::{
        Command,
        outbox::{OutboxVerb as Verb, may_be_chosen},
    },
    model::{OutboxState, Refusal, phrase},
    tui::{
        command::CommandId,
        effect::Then,
        model::{Confirm, Layer, Model, Prompt, PromptFor, Tone, see_list},
        text::Text,
    },
};

/// Applies a verb to the targets.
fn act(m: &mut Model, cx: &mut Cx, verb: Verb, then: Then) {
    let ids = m.outbox.target_ids();
    let (many, reopens) = (ids.len() > 1, then == Then::Reopen);
    let hidden = see_list!(m, m.focus, list => list.marked().1, 0);
    change(m, cx, Command::Outbox(ids, verb), then);
    if hidden > 0 {
        m.say(Tone::Plain, format!("{hidden} marked but hidden by the filter: left alone"));
    }
    if !reopens {
        tickets::advance(m, cx, many);
    }
}

/// Whether it may be done: what leaves for good is asked about where there are several, or it is old.
fn is_sure(m: &mut Model, what: &str, command: CommandId) -> bool {
    let n = m.outbox.target_ids().len();
    let old = m.outbox.targets().iter().any(|o| o.state == OutboxState::Queued);
    if n == 0 {
        m.say(Tone::Refused, "No message is selected.");
        return false;
    }
    if n == 1 && !old || std::mem::take(&mut m.sure) {
        return true;
    }
    let messages = if n == 1 { "1 message".to_owned() } else { format!("{n} messages") };
    let detail = if old {
        "Written before there was a mailbox. Sent mail cannot be recalled."
    } else {
        "Sent mail cannot be recalled."
    };
    m.layers.push(Layer::Confirm(Confirm {
        question: format!("{what} {messages} now?"),
        detail: detail.to_owned(),
        yes: command,
        args: Vec::new(),
    }));
    false
}

/// Sends now.
pub fn now(m: &mut Model, cx: &mut Cx) {
    if is_sure(m, "Send", CommandId::OutboxNow) {
        let here = m.here();
        act(m, cx, Verb::Now, Then::Say { here });
    }
}

/// Sends again what failed or perhaps did not arrive.
pub fn retry(m: &mut Model, cx: &mut Cx) {
    if is_sure(m, "Retry", CommandId::OutboxRetry) {
        let here = m.here();
        act(m, cx, Verb::Retry, Then::Say { here });
    }
}

/// Holds it until it is sent manually.
pub fn hold(m: &mut Model, cx: &mut Cx) {
    let here = m.here();
    act(m, cx, Verb::Hold, Then::Say { here });
}

/// Sends at a time; without one it is asked for.
pub fn later(m: &mut Model, cx: &mut Cx, at: Option<String>) {
    let Some(at) = at else {
        let n = m.outbox.target_ids().len();
        let title = if n > 1 { format!("Send {n} messages later") } else { "Send later".to_owned() };
        m.layers.push(Layer::Prompt(Prompt {
            purpose: PromptFor::Argument(CommandId::OutboxLater),
            title,
            input: Text::line(""),
            help: "tomorrow 9am, next wed, in 2h · hold: until sent manually".to_owned(),
            reading: String::new(),
            error: None,
            calm: false,
            before: String::new(),
            offers: Vec::new(),
            offer: None,
        }));
        return;
    };
    match later_means(m, &at) {
        Ok((verb, _)) => {
            let here = m.here();
            act(m, cx, verb, Then::Say { here });
        }
        Err(why) => m.say(Tone::Refused, why),
    }
}

/// What a phrase means: the verb, and in words.
///
/// # Errors
/// The sentence that says what is wrong with it.
pub fn later_means(m: &Model, text: &str) -> Result<(Verb, String), String> {
    match text.trim() {
        "" => Err("say when: tomorrow 9am".to_owned()),
        "hold" => Ok((Verb::Hold, "held until sent manually".to_owned())),
        text => {
            let at = phrase::moment(text, m.now, &m.info.zone).map_err(|e| e.to_string())?;
            may_be_chosen(at, m.now).map_err(|e| match e {
                Refusal::Invalid { why, .. } => why,
                e => e.to_string(),
            })?;
            Ok((Verb::At(at), format!("sent {}", m.info.zone.when_exactly(at, m.now))))
        }
    }
}

/// Cancels the message under the cursor and opens its text.
pub fn edit(m: &mut Model, cx: &mut Cx) {
    if m.outbox.target_ids().len() > 1 {
        return m.say(Tone::Refused, "Edit one message at a time: clear the marks first.");
    }
    act(m, cx, Verb::Edit, Then::Reopen);
}

/// Never sends: the text of one message opens again, those of several become drafts of their tickets.
pub fn cancel(m: &mut Model, cx: &mut Cx) {
    if m.outbox.target_ids().len() > 1 {
        let here = m.here();
        act(m, cx, Verb::Edit, Then::Say { here });
    } else {
        edit(m, cx);
    }
}
