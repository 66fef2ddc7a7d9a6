//! Sending a message, or why it cannot be sent yet.

use super::super::{Cx, change, drafts, tickets};
use crate::{
    desk::{
        Command, TicketChange,
        command::{NewForward, NewReply},
        drafts::DraftFile,
    },
    model::{Category, Id, Stamp},
    tui::{
        command::CommandId,
        effect::Then,
        model::{Composer, ComposerKind, Confirm, Layer, Model, Seek, Tone},
    },
};

/// How a message goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// As the Status field says.
    Send,
    /// The ticket is done with it.
    Done,
    /// The ticket waits with it.
    Wait,
    /// As the Status field says, at a time.
    At(Stamp),
}

/// Sends it, or adds the note.
pub fn send(m: &mut Model, cx: &mut Cx, how: How) {
    let Some(c) = m.composer.clone() else { return };
    if is_kept_back(m, &c) || shown_first(m, &c, how) {
        return;
    }
    let (then, mut changes) = match with_it(m, &c, how) {
        Ok(parts) => parts,
        Err(why) => return m.say(Tone::Refused, why),
    };
    for tag in c.tags.as_str().split([',', ' ']).map(str::trim).filter(|t| !t.is_empty()) {
        changes.push(match tag.strip_prefix('-') {
            Some(gone) => TicketChange::Untag(gone.to_owned()),
            None => TicketChange::Tag(tag.trim_start_matches('+').to_owned()),
        });
    }
    let here = m.here();
    let send_at = if let How::At(at) = how { Some(at) } else { None };
    m.composer = None;
    let sent = Then::Sent { ticket: c.ticket, here, at: send_at };
    match c.kind {
        ComposerKind::Reply | ComposerKind::Side(_) => {
            let reply = NewReply { send_at, then, changes, ..reply_of(&c, m.now) };
            leave(m, cx, &c, Command::TicketReply(Box::new(reply)), sent);
        }
        ComposerKind::Forward => {
            let forward = NewForward { send_at, then, changes, ..forward_of(&c, m.now) };
            leave(m, cx, &c, Command::TicketForward(Box::new(forward)), sent);
        }
        ComposerKind::Note => {
            let body = c.body.as_str().trim_end().to_owned();
            change(m, cx, Command::TicketNote(c.ticket, body), Then::Say { here });
            written(m, &c);
            changes.extend(then.map(TicketChange::Category));
            if !changes.is_empty() {
                change(m, cx, Command::TicketSet(vec![c.ticket], changes), Then::Say { here });
            }
        }
    }
    super::focus_back(m, cx, c.from);
    if matches!(how, How::Done | How::Wait) {
        tickets::advance(m, cx, false);
    }
}

/// Asks for a message with its files: those on the agent's disk are read on the way.
fn leave(m: &mut Model, cx: &mut Cx, c: &Composer, command: Command, then: Then) {
    let files: Vec<DraftFile> =
        c.files.iter().filter(|f| f.file.is_on_disk()).map(|f| f.file.clone()).collect();
    change::change_with(m, cx, command, then, files);
    written(m, c);
}

fn reply_of(c: &Composer, now: Stamp) -> NewReply {
    let d = c.draft(now, false);
    NewReply {
        ticket: c.ticket,
        side: if let ComposerKind::Side(side) = c.kind { Some(side) } else { None },
        body: c.body.as_str().trim_end().to_owned(),
        below: c.basis.known.then(|| c.below.text()),
        subject: c.unusual_subject(),
        to: d.to,
        cc: d.cc,
        bcc: d.bcc,
        existing: c.files.iter().filter_map(|f| f.file.in_store()).collect(),
        seen: c.newest,
        ..NewReply::default()
    }
}

fn forward_of(c: &Composer, now: Stamp) -> NewForward {
    let d = c.draft(now, false);
    NewForward {
        ticket: c.ticket,
        body: c.body.as_str().trim_end().to_owned(),
        below: c.basis.known.then(|| c.below.text()),
        subject: c.unusual_subject(),
        to: d.to,
        cc: d.cc,
        bcc: d.bcc,
        existing: c.basis.known.then(|| c.files.iter().filter_map(|f| f.file.in_store()).collect()),
        ..NewForward::default()
    }
}

/// Notes what the change that was just asked for was written as. Once it is stored, it is no draft any more.
fn written(m: &mut Model, c: &Composer) {
    drafts::used(m, c.ticket, &c.writing);
    if let Some(asked) = m.under_way.back_mut() {
        asked.composer = Some(c.clone());
    }
}

/// Whether something is wrong with it: then that is said, at its field where it has one.
fn is_kept_back(m: &mut Model, c: &Composer) -> bool {
    if !c.leaves() {
        return false;
    }
    let bad = c.bad_recipient(true).map(|(field, a)| (field, format!("“{a}” is no e-mail address.")));
    if let Some((field, why)) = bad {
        if let Some(c) = &mut m.composer {
            c.go_to(field);
            c.typing = true;
        }
        m.say(Tone::Refused, why);
        return true;
    }
    if let Some(why) = c.file_problem() {
        m.say(Tone::Refused, format!("Not sent. {why}"));
        return true;
    }
    false
}

/// Something came on the ticket while it was written: whether it is sent all the same is asked.
pub fn ask_anyway(m: &mut Model, what: &str, latest: Id, then: Option<&Category>) {
    let Some(c) = m.composer.as_mut() else { return };
    c.newest = Some(latest);
    let yes = match then {
        Some(Category::Solved) => CommandId::ComposerSendDone,
        Some(Category::Pending) => CommandId::ComposerSendWait,
        _ => CommandId::ComposerSend,
    };
    m.status = None;
    m.layers.push(Layer::Confirm(Confirm {
        question: format!("{what}. Send anyway?"),
        detail: "No shows the thread; your text is kept.".to_owned(),
        yes,
        args: Vec::new(),
    }));
}

/// Where the ticket goes with the message.
fn with_it(m: &Model, c: &Composer, how: How) -> Result<(Option<Category>, Vec<TicketChange>), String> {
    match how {
        How::Done => Ok((Some(Category::Solved), Vec::new())),
        How::Wait => Ok((Some(Category::Pending), Vec::new())),
        How::Send | How::At(_) => match c.status.as_str().trim() {
            "" => Ok((None, Vec::new())),
            "solved" | "done" => Ok((Some(Category::Solved), Vec::new())),
            "open" => Ok((Some(Category::Open), Vec::new())),
            text => match tickets::waiting(m, text)? {
                (TicketChange::Category(c), _) => Ok((Some(c), Vec::new())),
                (snooze, _) => Ok((None, vec![snooze])),
            },
        },
    }
}

/// Whether the customer wrote since this began: then that is shown before anything is sent.
fn shown_first(m: &mut Model, c: &Composer, how: How) -> bool {
    if !matches!(c.kind, ComposerKind::Reply | ComposerKind::Side(_)) {
        return false;
    }
    let Some(view) = m.page.ticket.as_ref().filter(|v| v.page.ticket.id == c.ticket) else { return false };
    let Some(newest) = c.newest else { return false };
    let since = view.page.messages.iter().skip_while(|x| x.id != newest).skip(1);
    let n = since.filter(|x| x.agent != Some(m.me)).count();
    let latest = view.page.messages.last().map(|x| x.id);
    if n == 0 {
        return false;
    }
    let (yes, args) = match how {
        How::Send => (CommandId::ComposerSend, Vec::new()),
        How::Done => (CommandId::ComposerSendDone, Vec::new()),
        How::Wait => (CommandId::ComposerSendWait, Vec::new()),
        How::At(at) => (CommandId::ComposerLater, vec![m.info.zone.date_time(at)]),
    };
    // What is shown now is asked about once.
    if let Some(c) = &mut m.composer {
        c.newest = latest;
    }
    if let Some(v) = &mut m.page.ticket {
        v.seek = Some(Seek::End);
    }
    let what = if n == 1 { "A message".to_owned() } else { format!("{n} messages") };
    m.layers.push(Layer::Confirm(Confirm {
        question: format!("{what} came since you began. Send all the same?"),
        detail: "No shows the thread; your text is kept.".to_owned(),
        yes,
        args,
    }));
    true
}
