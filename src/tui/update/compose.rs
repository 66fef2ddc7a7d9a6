//! Writing a reply or a note: the draft, its fields, sending.

use super::{Cx, change, drafts, focus, tickets};
use crate::{
    desk::{Command, TicketChange, command::NewReply, drafts::Draft},
    model::{Category, EventKind, Id, Kind, Stamp, Visibility, number},
    tui::{
        command::CommandId,
        effect::{Effect, Then},
        model::{
            Composer, ComposerField as Field, Confirm, Layer, Model, Pane, Seek, Showing, Tone, Writing,
            parse_edited, with_list,
        },
        text::Text,
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
}

/// Opens the composer under the thread.
pub fn open(m: &mut Model, cx: &mut Cx, public: bool) {
    let Some(t) = m.ticket_at_hand() else { return };
    let from = m.focus;
    if m.page.showing != Showing::Ticket(t.id) {
        super::open::show(m, cx, Showing::Ticket(t.id));
    }
    focus::focus(m, cx, Pane::Page);
    super::open::looked(m, cx);
    let view = m.page.ticket.as_ref().filter(|v| v.page.ticket.id == t.id);
    let newest = view.and_then(|v| v.page.messages.last()).map(|l| l.id);
    let to = view.map(recipients).unwrap_or_default();
    m.composer = Some(composer(t.id, t.number, public, from, newest, &to));
    // What is answered is in sight: the end of the thread.
    if let Some(v) = m.page.ticket.as_mut().filter(|v| v.page.ticket.id == t.id) {
        v.seek = Some(Seek::End);
    }
    if view_missing(m, t.id) {
        // The page is on its way: the recipients are filled in when it comes.
        m.look_at = Some(m.now);
    }
}

fn view_missing(m: &Model, id: Id) -> bool {
    m.page.ticket.as_ref().is_none_or(|v| v.page.ticket.id != id)
}

fn composer(
    ticket: Id,
    number: u64,
    public: bool,
    from: Pane,
    newest: Option<Id>,
    to: &(String, String),
) -> Composer {
    Composer {
        ticket,
        number,
        public,
        from,
        to: Text::line(&to.0),
        cc: Text::line(&to.1),
        bcc: Text::line(""),
        status: Text::line(""),
        tags: Text::line(""),
        body: Text::block(""),
        field: Field::Body,
        typing: true,
        top: 0,
        writing: Writing::default(),
        newest,
    }
}

/// To whom an answer goes: who wrote last, and whoever had a copy of it; where the ticket was given to another customer
/// since, to them.
fn recipients(view: &crate::tui::model::TicketView) -> (String, String) {
    let page = &view.page;
    let given = page.events.iter().filter(|e| e.kind == EventKind::Requester).map(|e| e.at).max();
    let since = |at: Stamp| given.is_none_or(|given| at > given);
    let theirs = page.messages.iter().rev().find(|m| m.is_inbound() && m.visibility == Visibility::Public);
    let last = theirs.filter(|m| since(m.at));
    let to = match last.map(|m| m.from.trim()).filter(|f| !f.is_empty()) {
        Some(from) => from.to_owned(),
        None => page.customer.email().unwrap_or_default().to_owned(),
    };
    let cc = last.map(|m| m.cc.iter().filter(|a| **a != to).cloned().collect::<Vec<_>>().join(", "));
    (to, cc.unwrap_or_default())
}

/// The page came: what an empty composer did not know is filled in.
pub fn arrived(m: &mut Model) {
    let Some(view) = &m.page.ticket else { return };
    let Some(c) = m.composer.as_mut().filter(|c| c.ticket == view.page.ticket.id) else { return };
    if c.newest.is_none() {
        c.newest = view.page.messages.last().map(|m| m.id);
    }
    c.number = view.page.ticket.number;
    if c.to.is_empty() && c.public {
        let (to, cc) = recipients(view);
        c.to.set(&to);
        if c.cc.is_empty() {
            c.cc.set(&cc);
        }
    }
}

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
    let mine = open.filter(|c| c.ticket == ticket && c.public && !c.body.as_str().trim().is_empty());
    super::open::record(m, cx, Kind::Ticket, ticket);
    let rows = m.queue.rows().iter().chain(m.all_tickets.rows());
    let number = rows.filter(|r| r.id == ticket).map(|r| r.number).next();
    let read = m.page.ticket.as_ref().filter(|v| v.page.ticket.id == ticket).map(|v| v.page.ticket.number);
    let mut c = composer(ticket, number.or(read).unwrap_or(0), true, from, None, &Default::default());
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
    }
}

/// Goes from field to field.
pub fn step(m: &mut Model, by: isize) {
    if let Some(c) = &mut m.composer {
        c.step(by);
    }
}

/// Closes the composer and keeps the draft.
pub fn keep(m: &mut Model, cx: &mut Cx) {
    drafts::close_all(m, cx);
    let has_text = m.composer.as_ref().is_some_and(|c| !c.body.as_str().trim().is_empty());
    close(m, cx);
    if has_text {
        m.say(Tone::Plain, "The draft is kept: it opens again with the next reply here.");
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
    if !c.body.as_str().trim().is_empty() {
        let kept = format!("The draft for {} is kept", number::show(Kind::Ticket, c.number));
        match m.status.take() {
            Some(said) => m.say(said.tone, format!("{}  {kept}", said.text)),
            None => m.say(Tone::Plain, format!("{kept}: it opens again with the next reply there.")),
        }
    }
}

/// The text in the agent's own editor, with the headers above it, as mutt does.
pub fn editor(m: &mut Model, cx: &mut Cx) {
    drafts::save(m, cx);
    let now = m.now;
    let Some(c) = &m.composer else { return };
    let at = c.writing.version.unwrap_or(now);
    cx.push(Effect::Editor(c.for_editor(), Box::new(c.draft(at, true))));
}

/// The text came back from it: it is saved immediately.
pub fn edited(m: &mut Model, cx: &mut Cx, text: &str, trouble: Option<String>) {
    let now = m.now;
    let Some(c) = &mut m.composer else { return };
    let (fields, mut body) = parse_edited(text);
    // An editor wants a newline at the end of the file.
    if c.body.is_empty() && body.ends_with('\n') {
        body.pop();
    }
    for (field, value) in fields {
        c.text_mut(field).set(&value);
    }
    c.body = Text::block(&body);
    c.body.to_end();
    c.writing.typed(now);
    drafts::save(m, cx);
    if let Some(why) = trouble {
        m.say(Tone::Plain, format!("The editor ended with {why}: what it saved is your draft."));
    }
}

/// Sends it, or adds the note.
pub fn send(m: &mut Model, cx: &mut Cx, how: How) {
    let Some(c) = m.composer.clone() else { return };
    if shown_first(m, &c, how) {
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
    let body = c.body.as_str().trim_end().to_owned();
    m.composer = None;
    if c.public {
        let d = c.draft(m.now, false);
        let reply = NewReply {
            ticket: c.ticket,
            body,
            to: d.to,
            cc: d.cc,
            bcc: d.bcc,
            then: then.clone(),
            changes,
            seen: c.newest,
            ..NewReply::default()
        };
        change(m, cx, Command::TicketReply(Box::new(reply)), Then::Sent { ticket: c.ticket, here });
        written(m, &c);
    } else {
        change(m, cx, Command::TicketNote(c.ticket, body), Then::Say { here });
        written(m, &c);
        changes.extend(then.clone().map(TicketChange::Category));
        if !changes.is_empty() {
            change(m, cx, Command::TicketSet(vec![c.ticket], changes), Then::Say { here });
        }
    }
    focus_back(m, cx, c.from);
    if how != How::Send {
        tickets::advance(m, cx, false);
    }
}

/// Notes what the change that was just asked for was written as. Once it is stored, it is no draft any more.
fn written(m: &mut Model, c: &Composer) {
    drafts::used(m, c.ticket, &c.writing);
    if let Some(asked) = m.under_way.back_mut() {
        asked.composer = Some(c.clone());
    }
}

/// A message that could not be written opens again; where something else is being typed meanwhile, it is its ticket's
/// draft again.
pub fn come_back(m: &mut Model, cx: &mut Cx, mut c: Composer) {
    if m.composer.is_some() || !m.layers.is_empty() {
        let at = c.writing.next(m.now, false);
        drafts::put(m, cx, c.draft(at, false));
        let said = m.status.as_ref().map(|s| s.text.clone()).unwrap_or_default();
        let what = if c.public { "reply" } else { "note" };
        m.say(Tone::Bad, format!("{said}  The {what} on T-{} is its draft.", c.number));
        return;
    }
    if m.page.showing != Showing::Ticket(c.ticket) {
        super::open::record(m, cx, Kind::Ticket, c.ticket);
    }
    c.writing.typed(m.now);
    m.composer = Some(Composer { typing: false, ..c });
    focus::focus(m, cx, Pane::Page);
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
        How::Send => match c.status.as_str().trim() {
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
    if !c.public {
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
    let yes = match how {
        How::Send => CommandId::ComposerSend,
        How::Done => CommandId::ComposerSendDone,
        How::Wait => CommandId::ComposerSendWait,
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
        args: Vec::new(),
    }));
    true
}
