//! Changes: asked for, made, undone, repeated, copied.

use super::{Cx, compose, drafts, load, open, run};
use crate::{
    desk::{Command, Done, Request, bulk, drafts::DraftFile, outbox::OutboxVerb},
    model::{Kind, OpId, Refusal, number},
    store::{Reject, StoreError},
    tui::{
        command::CommandId,
        effect::{Effect, Then},
        line,
        model::{Confirm, HeldReply, Layer, MailCommands, Model, Pane, Tone, UnderWay, with_list},
        popups,
    },
};

/// Asks for a change by the agent at the keys.
pub(crate) fn change(m: &mut Model, cx: &mut Cx, command: Command, then: Then) {
    let request = Request::new(cx.op(), m.me, m.now, command);
    ask(m, cx, request, then);
}

/// Asks for a message to be sent with files of the agent's disk.
pub fn change_with(m: &mut Model, cx: &mut Cx, command: Command, then: Then, files: Vec<DraftFile>) {
    let request = Request::new(cx.op(), m.me, m.now, command);
    if files.is_empty() {
        return ask(m, cx, request, then);
    }
    begin(m, &request, &then);
    cx.push(Effect::Send(Box::new(request), then, files));
}

/// Asks for a change.
pub(crate) fn ask(m: &mut Model, cx: &mut Cx, request: Request, then: Then) {
    begin(m, &request, &then);
    cx.push(Effect::Run(Box::new(request), then));
}

/// Notes that a change is on its way.
fn begin(m: &mut Model, request: &Request, then: &Then) {
    if matches!(then, Then::Say { .. } | Then::Sent { .. } | Then::Open)
        && let Some(line) = line::of(m, &request.command)
    {
        m.line = Some(line);
    }
    m.saving += 1;
    m.put_off = None;
    if bulk::is_many(&request.command) {
        m.many.get_or_insert(request.op);
    }
    m.under_way.push_back(UnderWay {
        request: request.clone(),
        then: then.clone(),
        composer: None,
        drafts: None,
    });
}

/// With more records than this in a change their rows are not followed individually.
const FEW: usize = 2_000;

/// Stops the change of many that is under way.
pub fn stop(m: &mut Model, cx: &mut Cx) {
    if m.many.is_some() {
        m.say(Tone::Plain, "Stopping: what was changed stays.");
        cx.push(Effect::Stop);
    }
}

/// A change was made, or not.
pub fn ran(m: &mut Model, cx: &mut Cx, op: OpId, then: Then, result: Result<Done, Reject>) {
    m.saving = m.saving.saturating_sub(1);
    // Answers come in the order of the questions, but for that of a change of many.
    let at = m.under_way.iter().position(|u| u.request.op == op);
    let asked = at.and_then(|at| m.under_way.remove(at));
    if asked.as_ref().is_some_and(|u| m.many == Some(u.request.op)) {
        (m.many, m.progress) = (None, None);
    }
    match result {
        Ok(done) => {
            if let Some((subject, versions)) = asked.and_then(|a| a.drafts) {
                drafts::remove(m, cx, subject, versions);
            }
            made(m, cx, then, done);
        }
        Err(why) => {
            if let Some((_, versions)) = asked.as_ref().and_then(|a| a.drafts.as_ref()) {
                drafts::not_gone(m, versions);
            }
            failed(m, &then, &why);
            if matches!(then, Then::TakenBack) {
                compose::too_late(m, cx, matches!(why, Reject::Refused(_)));
            }
            if let Some(asked) = asked {
                keep(m, cx, asked, &why);
            }
        }
    }
}

/// Nothing that was typed is lost where it could not be written: a message opens again, or is kept as the draft that it
/// was; any other change that the store had no time for is asked for again with a key.
fn keep(m: &mut Model, cx: &mut Cx, asked: UnderWay, why: &Reject) {
    if let Some(c) = asked.composer {
        compose::come_back(m, cx, c);
        if let (Reject::Refused(Refusal::Unseen { what, latest }), Command::TicketReply(reply)) =
            (why, &asked.request.command)
        {
            compose::ask_anyway(m, what, *latest, reply.then.as_ref());
        }
        return;
    }
    let later = matches!(why, Reject::Store(StoreError::Busy | StoreError::Full | StoreError::Io(_)));
    if later && m.layers.is_empty() {
        let key = m.keymap.keys_of(CommandId::ChangeRepeat).next().map(ToString::to_string);
        if let (Some(key), Some(status)) = (key, &m.status) {
            let said = format!("{}  {key} again", status.text);
            m.say(Tone::Bad, said);
        }
        m.put_off = Some(asked);
    }
}

fn made(m: &mut Model, cx: &mut Cx, then: Then, done: Done) {
    m.imported = None;
    for pane in Pane::LISTS {
        if done.touched.len() > FEW {
            // After a change of many the lists are what they are now.
            with_list!(m, pane, list => list.thaw(), ());
            continue;
        }
        let ids = done.touched.iter().map(|(_, id)| *id);
        with_list!(m, pane, list => list.changed_by_me(ids), ());
    }
    let key = |c| m.keymap.keys_of(c).next().map(ToString::to_string).unwrap_or_default();
    let undo = key(CommandId::ChangeUndo);
    let mut said = sentence(&done.summary);
    if let Some((_, why)) = done.skipped.first() {
        said = format!("{said} ({why})");
    }
    if !matches!(then, Then::Undone) {
        m.undo_past = None;
    }
    if !matches!(then, Then::MailboxSaved { .. }) {
        // The user's commands for a mailbox follow its address back.
        for (before, address) in &done.moved {
            m.saving += 1;
            let commands = MailCommands { typed: Vec::new(), before: Some(before.clone()) };
            cx.push(Effect::KeepMail(address.clone(), commands));
        }
    }
    match then {
        // The text of a reply that was held is not lost, whichever way it was undone.
        Then::Undone | Then::RowUndone if done.draft.is_some() => cancelled(m, cx, &done),
        Then::Say { here } => {
            m.layers.retain(|l| !matches!(l, Layer::Form(f) if f.saving));
            m.changes.push(here);
            m.undone = 0;
            let is_offered = done.touched.iter().any(|(_, id)| m.block_offered.contains(id));
            let block = key(CommandId::TicketBlock);
            if is_offered && !block.is_empty() {
                said = format!("{said}  {block} block sender");
            }
            m.say(Tone::Good, if undo.is_empty() { said } else { format!("{said}  {undo} undo") });
        }
        Then::Sent { ticket, here, at } => {
            m.changes.push(here);
            m.undone = 0;
            let until = m.now.saturating_add(m.info.send_delay());
            m.held.push(HeldReply { seq: done.seq, ticket, until, leaves: at.is_none_or(|at| at <= until) });
            m.say(Tone::Good, said);
        }
        Then::Undone | Then::RowUndone => {
            m.undone += 1;
            let here = if then == Then::Undone { m.changes.pop().flatten() } else { None };
            let back = here.or_else(|| {
                let t = done.touched.iter().find(|(k, _)| *k == Kind::Ticket)?;
                Some((m.leader(), t.1))
            });
            if let Some((pane, id)) = back {
                with_list!(m, pane, list => list.want(id), ());
                if m.leader() == pane {
                    open::follow(m);
                }
            }
            m.held.retain(|h| !done.touched.iter().any(|(_, id)| *id == h.ticket) || h.until > m.now);
            m.say(Tone::Good, said);
        }
        Then::Redone => {
            m.undone = m.undone.saturating_sub(1);
            m.changes.push(None);
            m.say(Tone::Good, said);
        }
        Then::TakenBack => cancelled(m, cx, &done),
        Then::Reopen => {
            m.held.retain(|h| !done.touched.iter().any(|(_, id)| *id == h.ticket));
            m.say(Tone::Good, said);
            if let Some(draft) = done.draft.clone() {
                let version = draft.version();
                compose::reopen(m, cx, draft.subject, Some(draft));
                // The desk keeps the text as a draft: it is gone once this one is sent.
                if let Some(c) = &mut m.composer {
                    c.writing.from.push(version);
                }
            }
        }
        Then::Open => {
            m.changes.push(m.here());
            m.undone = 0;
            m.layers.retain(|l| !matches!(l, Layer::Form(_)));
            m.say(Tone::Good, if undo.is_empty() { said } else { format!("{said}  {undo} undo") });
            let made = done.created.iter().find(|(k, _)| matches!(k, Kind::Ticket | Kind::Customer));
            if let Some((kind, id)) = made {
                let pane = match kind {
                    Kind::Ticket => Pane::AllTickets,
                    _ => Pane::AllCustomers,
                };
                with_list!(m, pane, list => list.want(*id), ());
                open::record(m, cx, *kind, *id);
            }
        }
        Then::MailboxSaved { address, commands, paused } => {
            m.layers.retain(|l| !matches!(l, Layer::Form(f) if f.saving));
            m.changes.push(None);
            m.undone = 0;
            m.say(Tone::Good, if paused { format!("{said}, and paused") } else { said });
            m.saving += 1;
            cx.push(Effect::KeepMail(address, commands));
            let id = done.touched.iter().find(|(kind, _)| *kind == Kind::Mailbox).map(|(_, id)| *id);
            if let Some(id) = id {
                m.mailboxes.want(id);
                if paused {
                    change(m, cx, Command::MailboxPause(id, true), Then::Say { here: None });
                }
            }
        }
        Then::Begun => {
            m.layers.clear();
            if let Some((_, id)) = done.created.iter().find(|(k, _)| *k == Kind::Agent) {
                m.me = *id;
            }
            m.say(Tone::Good, "Your desk is ready.");
            popups::welcome::open(m);
        }
    }
    m.head = m.head.max(done.seq);
    load::refresh(m, cx);
}

/// A held send was cancelled: its text opens again.
fn cancelled(m: &mut Model, cx: &mut Cx, done: &Done) {
    m.changes.pop();
    m.held.retain(|h| !done.touched.iter().any(|(_, id)| *id == h.ticket));
    m.say(Tone::Good, "Send cancelled. Edit it and send again.");
    if let Some(draft) = done.draft.clone() {
        compose::reopen(m, cx, draft.subject, Some(draft));
    }
}

/// A summary as its own sentence.
fn sentence(summary: &str) -> String {
    let mut chars = summary.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => "Done".to_owned(),
    }
}

fn failed(m: &mut Model, then: &Then, why: &Reject) {
    let said = sentence(&why.to_string());
    if let Some(Layer::Form(form)) = m.layers.last_mut()
        && form.saving
    {
        // What was typed stays; the field that is wrong is named where it can be.
        form.saving = false;
        form.error = Some(said);
        if let Reject::Refused(Refusal::Conflict { clashes, version }) = why {
            // Both values are shown: who saves again has seen what is there now.
            form.seen = form.seen.map(|(kind, id, _)| (kind, id, *version));
            let Some(first) = clashes.first() else { return };
            let more = match clashes.len() {
                1 => String::new(),
                n => format!(" ({} more fields, too)", n - 1),
            };
            let field = first.field.replace('_', " ");
            m.layers.push(Layer::Confirm(Confirm {
                question: format!("Changed meanwhile: {field} is now “{}”{more}", first.found),
                detail: format!("Yours is “{}”. Yes keeps yours, No goes back to the form.", first.expected),
                yes: CommandId::FormSave,
                args: Vec::new(),
            }));
        }
        return;
    }
    let tone = match why {
        Reject::Refused(_) => Tone::Refused,
        Reject::Store(_) => Tone::Bad,
    };
    if let (Then::Undone, Reject::Refused(Refusal::InTheWay { seq, what, why })) = (then, why) {
        m.undo_past = Some(*seq);
        let key = m.keymap.keys_of(CommandId::ChangeUndo).next().map(ToString::to_string);
        let skip = key.map(|key| format!(" ({key} skips it)")).unwrap_or_default();
        return m.say(tone, format!("Cannot undo “{what}”{skip}: {why}"));
    }
    match (then, why) {
        // What the store says of itself says so, too.
        (Then::Undone | Then::RowUndone | Then::Redone, _) | (_, Reject::Store(_)) => m.say(tone, said),
        _ => m.say(tone, format!("Nothing was changed: {why}")),
    }
}

/// Undoes this agent's last change that can be undone; past the one that stood in the way before. An import is reverted
/// as a whole, after a question.
pub fn undo(m: &mut Model, cx: &mut Cx) {
    if let Some(batch) = m.imported.clone() {
        return run::run(m, cx, CommandId::ImportRevert, vec![batch], None);
    }
    change(m, cx, m.undo_past.map_or(Command::Undo(None), Command::UndoBefore), Then::Undone);
}

/// Does it again.
pub fn redo(m: &mut Model, cx: &mut Cx) {
    change(m, cx, Command::Redo, Then::Redone);
}

/// Does the last change again, on the row under the cursor. Never a send. One that the store had no time for is asked for
/// once more as it was.
pub fn repeat(m: &mut Model, cx: &mut Cx) {
    if let Some(UnderWay { request, then, .. }) = m.put_off.take() {
        return ask(m, cx, request, then);
    }
    let Some((command, args)) = m.repeat.clone() else { return };
    let reason = m.keymap.reason(command, &m.snapshot());
    match reason {
        Some(reason) => m.say(Tone::Refused, reason),
        None => run(m, cx, command, args, None),
    }
}

/// Takes back the newest send that is still held: of this session, else of the ticket that is read.
pub fn take_back(m: &mut Model, cx: &mut Cx) {
    let here = m.held_here();
    let (ticket, command) = match (m.held.pop(), here) {
        (Some(held), _) => (held.ticket, Command::Undo(Some(held.seq))),
        (None, Some((ticket, message))) => (ticket, Command::Outbox(vec![message], OutboxVerb::Edit)),
        (None, None) => return,
    };
    m.taking_back = Some(crate::tui::model::TakingBack { ticket, typed: String::new() });
    change(m, cx, command, Then::TakenBack);
}

/// Copies what names the row: an address, a number.
pub fn copy(m: &mut Model, cx: &mut Cx) {
    let read = m.page.customer.as_ref().map(|v| &v.page.customer);
    let text = match m.record_at_hand() {
        Some((Kind::Ticket, id)) => {
            let t = m.ticket_at_hand().filter(|t| t.id == id);
            t.map(|t| number::show(Kind::Ticket, t.number))
        }
        Some((Kind::Customer, id)) => {
            let rows = m.customers.rows().iter().chain(m.all_customers.rows());
            let row = rows.filter(|c| c.id == id).map(|c| c.email.clone()).next();
            row.or_else(|| read.filter(|c| c.id == id).and_then(|c| c.email()).map(str::to_owned))
        }
        Some((Kind::Task, id)) => {
            let row = m.tasks.rows().iter().find(|t| t.id == id);
            row.map(|t| number::show(Kind::Task, t.number))
        }
        Some((kind, _)) => {
            m.entry_at_hand().and_then(popups::record::number_of).map(|n| number::show(kind, n))
        }
        None => None,
    };
    match text.filter(|t| !t.trim().is_empty()) {
        Some(text) => {
            m.say(Tone::Plain, format!("Copied {text}, if the terminal allows it."));
            cx.push(Effect::Copy(text));
        }
        None => m.say(Tone::Refused, "There is nothing here to copy."),
    }
}

/// Copies the command line of the last change.
pub fn copy_line(m: &mut Model, cx: &mut Cx) {
    if let Some(line) = m.line.clone() {
        m.say(Tone::Plain, format!("Copied, if the terminal allows it: {line}"));
        cx.push(Effect::Copy(line));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

    use crate::{
        desk::{
            Command, Done,
            bulk::{Doing, Progress},
        },
        model::{Id, Kind},
        tui::{
            self,
            effect::{Effect, Then},
            event::{Event, TuiEventKind},
            keymap::{Keymap, layers},
            look::Appearance,
            model::Model,
        },
    };

    fn happened(m: &mut Model, what: TuiEventKind) -> Vec<Effect> {
        tui::update(m, Event { now: 1, op: Id([9; 16]), what })
    }

    fn foot(m: &Model) -> String {
        let mut t = ratatui::Terminal::new(ratatui::backend::TestBackend::new(80, 24)).unwrap();
        t.draw(|f| tui::draw(m, f)).unwrap();
        t.backend().to_string()
    }

    #[test]
    fn a_change_of_many_says_how_far_it_is_and_is_stopped_by_a_key_while_others_work() {
        let keymap = Keymap::build(&layers("default", None).unwrap());
        let mut m = Model::new(Id::NIL, (80, 24), Appearance::default(), Arc::new(keymap));
        let ids: Vec<Id> = (0..4_000_u128).map(|i| Id(i.to_be_bytes())).collect();
        let mut cx =
            crate::tui::update::Cx { effects: Vec::new(), ids: crate::model::Ids::new(Id([8; 16]), 1) };
        let tag = Command::Tag(Kind::Customer, ids, vec!["spring".into()], Vec::new());
        super::change(&mut m, &mut cx, tag, Then::Say { here: None });
        let many = m.many.unwrap();
        let far = Progress { doing: Doing::Changing("customers"), done: 1_500, of: 4_000 };
        happened(&mut m, TuiEventKind::Progress(far));
        let shown = foot(&m);
        assert!(shown.contains("changing 1500 of 4000 customers  ctrl-c stop"), "{shown}");
        happened(&mut m, TuiEventKind::Key(KeyEvent::new(KeyCode::Char('f'), KeyModifiers::NONE)));
        let shown = foot(&m);
        assert!(
            shown.contains("1500 of 4000") && !shown.contains("ctrl-c stop"),
            "there it closes the list: {shown}"
        );
        happened(&mut m, TuiEventKind::Key(KeyEvent::new(KeyCode::Esc, KeyModifiers::NONE)));
        // Another change is made meanwhile: its answer is not taken for that of the many.
        let mut cx =
            crate::tui::update::Cx { effects: Vec::new(), ids: crate::model::Ids::new(Id([7; 16]), 1) };
        super::change(
            &mut m,
            &mut cx,
            Command::TicketNote(Id([1; 16]), "x".into()),
            Then::Say { here: None },
        );
        let note = m.under_way.back().unwrap().request.op;
        let ran =
            |op| TuiEventKind::Ran(op, Box::new(Then::Say { here: None }), Box::new(Ok(Done::default())));
        happened(&mut m, ran(note));
        assert_eq!((m.many, m.under_way.len()), (Some(many), 1));
        let key = KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
        let effects = happened(&mut m, TuiEventKind::Key(key));
        assert!(effects.iter().any(|e| matches!(e, Effect::Stop)), "{effects:?}");
        happened(&mut m, ran(many));
        assert!(m.many.is_none() && !foot(&m).contains("4000"));
        // Without one the key does what it does otherwise.
        let effects = happened(&mut m, TuiEventKind::Key(key));
        assert!(effects.iter().any(|e| matches!(e, Effect::Quit(_))), "{effects:?} {}", foot(&m));
    }

    #[test]
    fn a_long_look_says_how_far_it_is_and_never_opens_under_the_fingers() {
        use crate::{
            model::Kind,
            tui::data::{Alike, Answer, Ask, FoundRecord, Slot},
        };
        let keymap = Keymap::build(&layers("default", None).unwrap());
        let mut m = Model::new(Id::NIL, (80, 24), Appearance::default(), Arc::new(keymap));
        let one = |n: u8| FoundRecord {
            kind: Kind::Customer,
            id: Id([n; 16]),
            number: n.into(),
            name: "Ada".into(),
            beside: String::new(),
            marks: Vec::new(),
            by: None,
        };
        let pair = Alike { stays: one(1), goes: one(2), score: 90, reasons: vec!["the same name".into()] };
        let ask = |m: &mut Model| {
            let mut cx =
                crate::tui::update::Cx { effects: Vec::new(), ids: crate::model::Ids::new(Id([8; 16]), 1) };
            cx.ask(m, Ask::Duplicates);
            *m.waiting.get(&Slot::Merge).unwrap()
        };
        let asked = ask(&mut m);
        happened(&mut m, TuiEventKind::Looking(Progress { doing: Doing::Comparing, done: 40, of: 100 }));
        assert!(foot(&m).contains("looking for duplicates 40 %"));
        // Meanwhile a search is open: the keys stay where they are.
        happened(&mut m, TuiEventKind::Key(KeyEvent::new(KeyCode::Char('f'), KeyModifiers::NONE)));
        happened(&mut m, TuiEventKind::Answer(Slot::Merge, asked, Answer::Duplicates(vec![pair])));
        let shown = foot(&m);
        assert!(shown.contains("Find anything") && !shown.contains("Likely duplicates"), "{shown}");
        assert!(shown.contains("A pair may be one") && !shown.contains("40 %"), "{shown}");
        happened(&mut m, TuiEventKind::Key(KeyEvent::new(KeyCode::Esc, KeyModifiers::NONE)));
        let mut cx =
            crate::tui::update::Cx { effects: Vec::new(), ids: crate::model::Ids::new(Id([8; 16]), 1) };
        crate::tui::popups::merge::duplicates(&mut m, &mut cx);
        assert!(
            cx.effects.is_empty() && foot(&m).contains("Likely duplicates"),
            "they are shown immediately"
        );
    }
}
