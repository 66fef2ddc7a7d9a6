//! Drafts of composers and forms: they are saved as one types, and offered when the same one opens again.

use super::Cx;
use crate::{
    desk::drafts::{self, Draft, DraftFile, DraftKind, Origin},
    model::{Id, Stamp},
    store::Reject,
    tui::{
        command::CommandId,
        data::Ask,
        effect::{DraftChange, DraftDone, Effect, FileAsk, Leave},
        model::{About, Choice, Confirm, Form, Layer, Model, Picker, PickerFor, Tone, Writing},
        popups,
    },
};

/// A draft is saved so long after the first letter that is not saved, in milliseconds.
const SAVE_AFTER: Stamp = 2_000;

/// The longest that leaving waits for the store, in milliseconds.
const PATIENCE: Stamp = 1_000;

/// What is being typed now: the topmost form, or else the composer; and what its draft is about.
fn current(m: &mut Model) -> Option<(About, &mut Writing)> {
    let form = m.layers.iter_mut().rev().find_map(|l| if let Layer::Form(f) = l { Some(f) } else { None });
    if let Some(form) = form {
        return Some((form.kind.about()?, &mut form.writing));
    }
    m.composer.as_mut().map(|c| (c.about(), &mut c.writing))
}

/// A composer or form that has just opened gets a new draft, and asks for those that were saved.
pub fn settle(m: &mut Model, cx: &mut Cx) {
    if m.me.is_nil() {
        return;
    }
    let Some(((subject, kind, _), writing)) = current(m).filter(|(_, w)| w.id.is_nil()) else { return };
    writing.id = cx.op();
    if !writing.touched {
        cx.ask(m, Ask::Drafts(subject, kind));
    }
}

/// When the next draft is to be saved.
pub fn due(m: &Model) -> Option<Stamp> {
    let forms = m.layers.iter().filter_map(|l| if let Layer::Form(f) = l { Some(&f.writing) } else { None });
    let all = forms.chain(m.composer.as_ref().map(|c| &c.writing));
    all.filter(|_| !m.me.is_nil())
        .filter_map(|w| w.unsaved_since)
        .min()
        .map(|at| at.saturating_add(SAVE_AFTER))
}

/// When the agent who leaves has waited long enough for the store.
pub fn leave_at(m: &Model) -> Option<Stamp> {
    m.leaving.as_ref().map(|(_, since)| since.saturating_add(PATIENCE))
}

/// Saves what is due.
pub fn tick(m: &mut Model, cx: &mut Cx) {
    if due(m).is_some_and(|at| at <= m.now) {
        save(m, cx);
    }
    if leave_at(m).is_some_and(|at| at <= m.now) {
        rescue(m, cx);
    }
}

/// Saves what is not saved; composer and forms stay open.
pub fn save(m: &mut Model, cx: &mut Cx) {
    save_all(m, cx, true);
}

/// Saves what is not saved, as closed: the session ends, or something else is typed in its place.
pub fn close_all(m: &mut Model, cx: &mut Cx) {
    save_all(m, cx, false);
}

fn save_all(m: &mut Model, cx: &mut Cx, open: bool) {
    let now = m.now;
    let mut due = Vec::new();
    for layer in &mut m.layers {
        if let Layer::Form(f) = layer {
            due.extend(form_to_save(f, now, open));
        }
    }
    if let Some(c) = &mut m.composer
        && c.writing.is_due(open)
    {
        let at = c.writing.next(now, open);
        due.push(c.draft(at, open));
    }
    for draft in due {
        put(m, cx, draft);
    }
}

fn form_to_save(form: &mut Form, now: Stamp, open: bool) -> Option<Draft> {
    if !form.writing.is_due(open) {
        return None;
    }
    let at = form.writing.next(now, open);
    form.draft(at, open)
}

/// A form closes: what was typed in it stays its draft.
pub fn close_form(m: &mut Model, cx: &mut Cx, form: &mut Form) {
    if let Some(draft) = form_to_save(form, m.now, false) {
        put(m, cx, draft);
    }
}

/// What is sent or saved now is made of these drafts: they go once that is stored.
pub fn used(m: &mut Model, subject: Id, writing: &Writing) {
    let versions = writing.versions();
    gone(m, &versions);
    if let Some(asked) = m.under_way.back_mut() {
        asked.drafts = Some((subject, versions));
    }
}

/// Sends a draft to the store.
pub fn put(m: &mut Model, cx: &mut Cx, draft: Draft) {
    if m.me.is_nil() {
        return;
    }
    m.drafts.insert(draft.id, Some(draft.clone()));
    let op = cx.op();
    cx.push(Effect::Draft(op, DraftChange::Save(Box::new(draft))));
}

/// Versions of drafts about a record are done with: they are not offered any more. Once what was made of them is
/// stored, [`remove`] follows.
pub fn gone(m: &mut Model, versions: &[Origin]) {
    m.drafts.extend(versions.iter().map(|v| (v.id, None)));
}

/// What was made of them could not be stored: they are drafts again.
pub fn not_gone(m: &mut Model, versions: &[Origin]) {
    for v in versions {
        if m.drafts.get(&v.id) == Some(&None) {
            m.drafts.remove(&v.id);
        }
    }
}

/// Removes them from the store.
pub fn remove(m: &mut Model, cx: &mut Cx, subject: Id, versions: Vec<Origin>) {
    if versions.is_empty() {
        return;
    }
    gone(m, &versions);
    let op = cx.op();
    cx.push(Effect::Draft(op, DraftChange::Remove(subject, versions)));
}

/// A draft is in the store, or out of it; or not yet.
pub fn done(m: &mut Model, cx: &mut Cx, done: &DraftDone, result: Result<(), Reject>) {
    match result {
        Ok(()) => {}
        Err(Reject::Store(_)) if m.leaving.is_some() => return rescue(m, cx),
        Err(Reject::Store(why)) => return m.say(Tone::Bad, format!("the draft is not saved yet: {why}")),
        // It is about a record that was erased: it is kept nowhere.
        Err(Reject::Refused(why)) => m.say(Tone::Refused, why.to_string()),
    }
    match done {
        DraftDone::Removed(versions) => not_gone(m, versions),
        DraftDone::Saved(version) => {
            let is_it = |d: &Option<Draft>| d.as_ref().is_some_and(|d| d.at == version.at);
            if m.drafts.get(&version.id).is_some_and(is_it) {
                m.drafts.remove(&version.id);
            }
            for w in all_writing(m) {
                if w.id == version.id && w.version == Some(version.at) {
                    w.saved = w.unsaved_since.is_none();
                }
            }
        }
    }
    if m.drafts.values().flatten().next().is_none()
        && let Some((leave, _)) = m.leaving.take()
    {
        cx.push(Effect::Quit(leave));
    }
}

fn all_writing(m: &mut Model) -> impl Iterator<Item = &mut Writing> {
    fn form(l: &mut Layer) -> Option<&mut Writing> {
        match l {
            Layer::Form(f) => Some(&mut f.writing),
            _ => None,
        }
    }
    m.layers.iter_mut().filter_map(form).chain(m.composer.as_mut().map(|c| &mut c.writing))
}

/// Leaves once all drafts are stored, or are in their own files.
pub fn leave(m: &mut Model, cx: &mut Cx, leave: Leave) {
    if m.drafts.values().flatten().next().is_none() {
        return cx.push(Effect::Quit(leave));
    }
    m.leaving = Some((leave, m.now));
    m.say(Tone::Plain, "Saving your text.");
}

fn rescue(m: &mut Model, cx: &mut Cx) {
    cx.push(Effect::Rescue(unsaved(m)));
}

/// The drafts are in their own files: the session ends. Where they cannot be, the agent is asked.
pub fn rescued(m: &mut Model, cx: &mut Cx, result: Result<(), String>) {
    let Some((leave, _)) = m.leaving.take() else { return };
    match result {
        Ok(()) => cx.push(Effect::Quit(leave)),
        Err(why) => m.layers.push(Layer::Confirm(Confirm {
            question: "Your text cannot be saved. Quit and lose it?".to_owned(),
            detail: why,
            yes: CommandId::AppQuit,
            args: vec!["lose".to_owned()],
        })),
    }
}

/// Texts of an earlier session are drafts now.
pub fn recovered(m: &mut Model, taken: &[Draft]) {
    let Some(first) = taken.first() else { return };
    let n = taken.len();
    let what = if n == 1 { "A text was".to_owned() } else { format!("{n} texts were") };
    let kind = first.kind.as_str().replace('_', " ");
    m.say(
        Tone::Good,
        format!("{what} recovered ({kind}: {}). Open the same message or form again.", first.first_line()),
    );
}

/// What the store has not acknowledged, with what was typed since: all that would be lost if the session ended now.
#[must_use]
pub fn unsaved(m: &Model) -> Vec<Draft> {
    let forms = m.layers.iter().filter_map(|l| if let Layer::Form(f) = l { Some(f) } else { None });
    let forms = forms.filter(|f| f.writing.unsaved_since.is_some()).filter_map(|f| f.draft(m.now, false));
    let composer =
        m.composer.iter().filter(|c| c.writing.unsaved_since.is_some()).map(|c| c.draft(m.now, false));
    let mut out: Vec<Draft> = forms.chain(composer).collect();
    let typed: Vec<Id> = out.iter().map(|d| d.id).collect();
    out.extend(m.drafts.values().flatten().filter(|d| !typed.contains(&d.id)).cloned());
    out.retain(|d| !d.is_empty());
    out
}

/// The drafts about a record came: the only one opens, of several the agent chooses. What is being typed already stays.
pub fn came(m: &mut Model, cx: &mut Cx, subject: Id, kind: &DraftKind, mut all: Vec<Draft>) {
    // What is on its way to the store counts as it will be.
    all.retain(|d| !m.drafts.contains_key(&d.id));
    all.extend(m.drafts.values().flatten().filter(|d| d.subject == subject && !d.is_empty()).cloned());
    let Some(((s, k, about), writing)) = current(m).filter(|((s, k, _), _)| *s == subject && k == kind)
    else {
        return;
    };
    let wanted = std::mem::take(&mut writing.wanted);
    let (touched, id) = (writing.touched, writing.id);
    let mut found = drafts::offered(&all, &k);
    // A ticket may have several side threads.
    found.retain(|d| d.id != id && d.subject == s && (k != DraftKind::Side || d.about == about));
    match (found.len(), wanted, touched) {
        (0, true, _) => m.say(Tone::Plain, "There is no other saved text here."),
        (0, ..) => {}
        (1, false, false) => found.into_iter().for_each(|d| take(m, cx, &d)),
        (n, false, true) => {
            let what = if n == 1 { "A saved text is".to_owned() } else { format!("{n} saved texts are") };
            let key = m.keymap.keys_of(CommandId::DraftChoose).next().map(ToString::to_string);
            m.say(Tone::Plain, format!("{what} here, too: {} opens it.", key.unwrap_or_default()));
        }
        _ => choose(m, found),
    }
}

fn choose(m: &mut Model, found: Vec<Draft>) {
    let zone = &m.info.zone;
    let choice = |d: &Draft| Choice {
        value: d.id.to_string(),
        title: d.first_line().to_owned(),
        tail: zone.date_time(d.at),
        ..Choice::default()
    };
    let choices = found.iter().map(choice).collect();
    let mut picker = Picker::new(PickerFor::Draft(found), "Which saved text?", choices);
    picker.note = "Esc starts a new one; all are kept".to_owned();
    m.layers.push(Layer::Picker(picker));
}

/// Asks for the drafts of what is being typed.
pub fn ask(m: &mut Model, cx: &mut Cx) {
    match current(m) {
        Some(((subject, kind, _), writing)) => {
            writing.wanted = true;
            cx.ask(m, Ask::Drafts(subject, kind));
        }
        None => m.say(Tone::Refused, "No message or form is open."),
    }
}

/// Goes on with a draft. What was typed so far stays a separate draft.
pub fn take(m: &mut Model, cx: &mut Cx, draft: &Draft) {
    let Some((_, writing)) = current(m) else { return };
    let touched = std::mem::take(&mut writing.touched);
    if touched {
        close_all(m, cx);
    }
    let fresh = Writing { id: cx.op(), ..Writing::default() };
    if let Some(Layer::Form(form)) = m.layers.iter_mut().rev().find(|l| matches!(l, Layer::Form(_))) {
        form.writing = fresh;
        for field in &mut form.fields {
            let before = field.before.clone();
            field.text.set(&before);
        }
        form.restore(draft);
        form.step(0);
        popups::forms::check(m);
    } else if let Some(c) = &mut m.composer {
        c.writing = fresh;
        c.restore(draft);
        // What is on the disk may have changed since.
        let on_disk: Vec<DraftFile> =
            c.files.iter().map(|f| f.file.clone()).filter(DraftFile::is_on_disk).collect();
        if !on_disk.is_empty() {
            cx.push(Effect::Files(FileAsk::Check(on_disk)));
        }
    }
}

/// Closes what is being typed and removes its draft. It can be restored until another is discarded.
pub fn discard(m: &mut Model, cx: &mut Cx) {
    let now = m.now;
    let Some(((subject, ..), writing)) = current(m) else {
        return m.say(Tone::Refused, "No message or form is open.");
    };
    let (versions, at) = (writing.versions(), writing.next(now, false));
    let draft = match m.layers.iter().rposition(|l| matches!(l, Layer::Form(_))) {
        Some(i) => match m.layers.remove(i) {
            Layer::Form(form) => form.draft(at, false),
            _ => None,
        },
        None => {
            let draft = m.composer.as_ref().map(|c| c.draft(at, false));
            super::compose::close(m, cx);
            draft
        }
    };
    remove(m, cx, subject, versions);
    let key = m.keymap.keys_of(CommandId::DraftRestore).next().map(ToString::to_string).unwrap_or_default();
    m.discarded = draft.filter(|d| !d.is_empty());
    match m.discarded {
        Some(_) => m.say(Tone::Plain, format!("Discarded. {key} restores it.")),
        None => m.say(Tone::Plain, "Closed: there was nothing in it."),
    }
}

/// Restores what was discarded last, as a draft.
pub fn restore(m: &mut Model, cx: &mut Cx) {
    let Some(draft) = m.discarded.take() else {
        return m.say(Tone::Refused, "Nothing was discarded in this session.");
    };
    // A new draft: the removal of the old one may still be on its way.
    let draft = Draft { id: cx.op(), at: m.now, from: Vec::new(), ..draft };
    put(m, cx, draft);
    m.say(Tone::Good, "Restored: it opens again with the same message or form.");
}
