//! Writing a reply or a note: the draft, its fields, sending.

use super::{Cx, change, focus, tickets};
use crate::{
    desk::{Command, TicketChange, command::NewReply, drafts::Draft},
    model::{Category, EventKind, Id, Kind, Stamp, Visibility, number},
    tui::{
        command::CommandId,
        effect::{Effect, Then},
        model::{
            Composer, ComposerField as Field, Confirm, Layer, Model, Pane, Seek, Showing, Tone, with_list,
        },
        text::Text,
    },
};

/// A draft is saved after so long, in milliseconds.
pub const SAVE_AFTER: i64 = 2_000;

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
    let draft = view.and_then(|v| v.page.draft.clone()).filter(|d| d.public == public);
    let to = view.map(recipients).unwrap_or_default();
    m.composer = Some(composer(t.id, t.number, public, from, newest, &to, draft));
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
    draft: Option<Draft>,
) -> Composer {
    let saved = draft.is_some();
    let d = draft.unwrap_or_default();
    let list = |all: &[String], or: &str| if all.is_empty() { or.to_owned() } else { all.join(", ") };
    let mut body = Text::block(&d.body);
    body.to_end();
    Composer {
        ticket,
        number,
        public,
        from,
        to: Text::line(&list(&d.to, &to.0)),
        cc: Text::line(&list(&d.cc, &to.1)),
        bcc: Text::line(&d.bcc.join(", ")),
        status: Text::line(""),
        tags: Text::line(""),
        body,
        field: Field::Body,
        typing: true,
        top: 0,
        unsaved_since: None,
        saved,
        newest,
        warned: false,
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
    let untouched = c.body.is_empty() && c.unsaved_since.is_none();
    if untouched && let Some(d) = view.page.draft.clone().filter(|d| d.public == c.public) {
        *c = composer(c.ticket, c.number, c.public, c.from, c.newest, &recipients(view), Some(d));
    } else if c.to.is_empty() && c.public {
        let (to, cc) = recipients(view);
        c.to.set(&to);
        if c.cc.is_empty() {
            c.cc.set(&cc);
        }
    }
}

/// A send was taken back: its text opens again.
pub fn reopen(m: &mut Model, cx: &mut Cx, ticket: Id, draft: Option<Draft>) {
    let from = m.focus;
    // What is being written meanwhile stays: as the draft of its ticket, or below the text that comes back.
    save(m, cx);
    let open = m.composer.take();
    let mine = open.filter(|c| c.ticket == ticket && c.public && !c.body.as_str().trim().is_empty());
    super::open::record(m, cx, Kind::Ticket, ticket);
    let rows = m.queue.rows().iter().chain(m.all_tickets.rows());
    let number = rows.filter(|r| r.id == ticket).map(|r| r.number).next();
    let read = m.page.ticket.as_ref().filter(|v| v.page.ticket.id == ticket).map(|v| v.page.ticket.number);
    let mut c = composer(ticket, number.or(read).unwrap_or(0), true, from, None, &Default::default(), draft);
    if let Some(mine) = mine {
        c.body.append(&format!("\n\n{}", mine.body.as_str()));
    }
    c.unsaved_since = Some(m.now);
    c.saved = false;
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

/// Saves what is not saved.
pub fn save(m: &mut Model, cx: &mut Cx) {
    let now = m.now;
    if let Some(c) = &mut m.composer
        && c.unsaved_since.take().is_some()
    {
        let draft = c.draft(now);
        put(m, cx, draft);
    }
}

/// Sends a draft to the store.
fn put(m: &mut Model, cx: &mut Cx, draft: Draft) {
    m.drafts.insert(draft.subject, draft.clone());
    m.drafting += 1;
    let op = cx.op();
    cx.push(Effect::SaveDraft(op, Box::new(draft)));
}

/// A draft could not be saved yet: it is tried again.
pub fn not_saved(m: &mut Model, why: &str) {
    m.drafting = m.drafting.saturating_sub(1);
    m.say(Tone::Bad, format!("the draft is not saved yet: {why}"));
}

/// A draft is in the store.
pub fn saved(m: &mut Model) {
    m.drafting = m.drafting.saturating_sub(1);
    if m.drafting == 0 {
        m.drafts.clear();
    }
    if let Some(c) = &mut m.composer {
        c.saved = c.unsaved_since.is_none();
    }
}

/// Closes the composer and keeps the draft.
pub fn keep(m: &mut Model, cx: &mut Cx) {
    save(m, cx);
    let Some(c) = m.composer.take() else { return };
    if let Some(v) = m.page.ticket.as_mut().filter(|v| v.page.ticket.id == c.ticket) {
        v.page.draft = Some(c.draft(m.now)).filter(|d| !d.body.trim().is_empty());
    }
    if !c.body.as_str().trim().is_empty() {
        m.say(Tone::Plain, "The draft is kept: it opens again with the next reply here.");
    }
    focus_back(m, cx, c.from);
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
    save(m, cx);
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
    let Some(c) = &m.composer else { return };
    let mut text = String::new();
    for field in c.fields().iter().filter(|f| **f != Field::Body) {
        text.push_str(&format!("{}: {}\n", field.label(), c.text(*field).as_str()));
    }
    text.push('\n');
    text.push_str(c.body.as_str());
    cx.push(Effect::Editor(text));
}

/// The text came back from it.
pub fn edited(m: &mut Model, text: &str) {
    let now = m.now;
    let Some(c) = &mut m.composer else { return };
    let text = text.replace("\r\n", "\n");
    let (head, body) = text.split_once("\n\n").unwrap_or(("", text.as_str()));
    let mut in_head = true;
    for line in head.lines() {
        let Some((name, value)) = line.split_once(':') else {
            in_head = false;
            break;
        };
        let field = Field::PUBLIC
            .iter()
            .find(|f| !f.label().is_empty() && f.label().eq_ignore_ascii_case(name.trim()));
        match field {
            Some(field) => c.text_mut(*field).set(value.trim()),
            None => in_head = false,
        }
    }
    // Whoever took the headers away meant the text.
    c.body = Text::block(if in_head { body.trim_end_matches('\n') } else { text.trim_end_matches('\n') });
    c.body.to_end();
    c.unsaved_since = Some(now);
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
    if let Some(v) = m.page.ticket.as_mut().filter(|v| v.page.ticket.id == c.ticket) {
        v.page.draft = None;
    }
    if c.public {
        let d = c.draft(m.now);
        let reply =
            NewReply { ticket: c.ticket, body, to: d.to, cc: d.cc, bcc: d.bcc, then: then.clone(), changes };
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
    // What was sent is no draft any more.
    put(m, cx, Draft { subject: c.ticket, public: c.public, ..Draft::default() });
    focus_back(m, cx, c.from);
    if how != How::Send {
        tickets::advance(m, cx, false);
    }
}

/// Notes what the change that was just asked for was written as.
fn written(m: &mut Model, c: &Composer) {
    if let Some(asked) = m.under_way.back_mut() {
        asked.composer = Some(c.clone());
    }
}

/// A message that could not be written opens again; where something else is being typed meanwhile, it is its ticket's
/// draft again.
pub fn come_back(m: &mut Model, cx: &mut Cx, c: Composer) {
    if m.composer.is_some() || !m.layers.is_empty() {
        let draft = c.draft(m.now);
        put(m, cx, draft);
        let said = m.status.as_ref().map(|s| s.text.clone()).unwrap_or_default();
        let what = if c.public { "reply" } else { "note" };
        m.say(Tone::Bad, format!("{said}  The {what} on T-{} is its draft.", c.number));
        return;
    }
    if m.page.showing != Showing::Ticket(c.ticket) {
        super::open::record(m, cx, Kind::Ticket, c.ticket);
    }
    let since = Some(m.now);
    m.composer = Some(Composer { typing: false, unsaved_since: since, saved: false, ..c });
    focus::focus(m, cx, Pane::Page);
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
    if !c.public || c.warned {
        return false;
    }
    let Some(view) = m.page.ticket.as_ref().filter(|v| v.page.ticket.id == c.ticket) else { return false };
    let Some(newest) = c.newest else { return false };
    let since = view.page.messages.iter().skip_while(|x| x.id != newest).skip(1);
    let n = since.filter(|x| x.agent != Some(m.me)).count();
    if n == 0 {
        return false;
    }
    let yes = match how {
        How::Send => CommandId::ComposerSend,
        How::Done => CommandId::ComposerSendDone,
        How::Wait => CommandId::ComposerSendWait,
    };
    if let Some(c) = &mut m.composer {
        c.warned = true;
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
