//! What there is to say of a model: parts, each with a key by which it is compared with what was said before.

use super::{
    composer, layer, pane,
    words::{self, Time},
};
use crate::{
    desk::mail_health::Level,
    tui::{
        command::CommandId,
        model::{Model, Pane, STANDS},
    },
};

/// Which part of a scene: of each there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum At {
    /// How mail stands.
    Mail,
    /// How far a long change or question is.
    Progress,
    /// Replies that are held.
    Held,
    /// What has opened, or where one has come.
    Title,
    /// What is wrong.
    Error,
    /// What else belongs to it.
    About,
    /// How many rows are marked.
    Marks,
    /// What came meanwhile.
    News,
    /// How the list was narrowed.
    Matches,
    /// The row, message or field that one is at.
    Selection,
    /// What is offered.
    Offers,
    /// How a begun sequence of keys goes on.
    Keys,
}

/// When a part is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// When it changes, wherever one is.
    Changed,
    /// When it changes after it was there before: what has always been so is no news.
    ChangedSince,
    /// When it changes, and when another pane gets the focus.
    Arriving,
    /// When it changes, and whenever this place gets the focus: also back from what lay over it.
    Here,
    /// When it changes while one is here.
    HereSince,
}

/// Something to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Utterance {
    /// Which.
    pub at: At,
    /// What it is, apart from the time: the same key is no news.
    pub key: String,
    /// The lines to say.
    pub lines: Vec<String>,
    /// What is said where it is as before and one only comes back to it.
    pub again: Option<Vec<String>>,
    /// When it is said.
    pub when: When,
}

impl Utterance {
    /// A part of some lines.
    #[must_use]
    pub fn new(at: At, when: When, key: impl Into<String>, lines: Vec<String>) -> Utterance {
        Utterance { at, key: key.into(), lines, again: None, when }
    }

    /// A part of one line that is its own key.
    #[must_use]
    pub fn line(at: At, when: When, line: impl Into<String>) -> Utterance {
        let line = line.into();
        Utterance::new(at, when, line.clone(), vec![line])
    }

    /// With other lines where one only comes back.
    #[must_use]
    pub fn again(self, lines: Vec<String>) -> Utterance {
        Utterance { again: Some(lines), ..self }
    }
}

/// What there is to say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scene {
    /// Where one is: a pane, or what lies over it.
    pub context: String,
    /// The pane beneath.
    pub base: String,
    /// The parts, in the order in which they are said.
    pub parts: Vec<Utterance>,
}

impl Scene {
    fn add(&mut self, at: At, when: When, key: String, lines: Vec<String>) {
        self.parts.push(Utterance::new(at, when, key, lines));
    }
}

/// What there is to say of a model now. `numbered`: choices are numbered, to be taken by number.
#[must_use]
pub fn of(m: &Model, numbered: bool) -> Scene {
    let base = match &m.composer {
        Some(c) => c.from,
        None => m.focus,
    };
    // Another ticket is another page.
    let page = if base == Pane::Page { format!(" {:?}", m.page.showing) } else { String::new() };
    let base = format!("{}/{base:?}{page}", m.workspace.name());
    let mut scene = Scene { base, ..Scene::default() };
    everywhere(m, &mut scene);
    match (m.layers.last(), &m.composer) {
        (Some(over), _) => {
            scene.context = format!("{} {}", m.layers.len(), layer::name(over));
            scene.parts.extend(layer::parts(m, over, numbered));
        }
        (None, Some(c)) => {
            scene.context = format!("composer {:?} {}", c.kind, c.ticket);
            scene.parts.extend(composer::parts(m, c, numbered));
        }
        (None, None) => {
            scene.context.clone_from(&scene.base);
            scene.parts.extend(pane::parts(m, m.focus));
        }
    }
    keys(m, &mut scene);
    scene
}

/// What is said wherever one is.
fn everywhere(m: &Model, scene: &mut Scene) {
    let remarks = m.mail.as_ref().map(|h| h.remarks(m.now)).unwrap_or_default();
    // Only what needs someone; that there is more of it, or that it gets older, is no news.
    match remarks.into_iter().find(|r| r.level != Level::Fine) {
        Some(worst) => {
            scene.add(
                At::Mail,
                When::Changed,
                format!("{:?}", worst.level),
                vec![format!("Mail: {}", worst.words)],
            );
        }
        None if m.mail.is_some() => {
            scene.add(At::Mail, When::ChangedSince, "fine".to_owned(), vec!["Mail works again.".to_owned()]);
        }
        None => {}
    }
    let far = m.progress.or(m.looking).map(crate::desk::bulk::Progress::line).unwrap_or_default();
    // At the beginning and at each quarter.
    let quarter = m.progress.or(m.looking).map_or(0, |p| p.done.saturating_mul(4) / p.of.max(1));
    if !far.is_empty() {
        scene.add(At::Progress, When::Changed, quarter.to_string(), vec![far]);
    }
    held(m, scene);
}

/// What is held and can be taken back; and that it went.
fn held(m: &Model, scene: &mut Scene) {
    let leaving = m.held.iter().filter(|h| h.leaves);
    if let Some(until) = leaving.clone().map(|h| h.until).max() {
        let seconds = usize::try_from((until.saturating_sub(m.now) + 999) / 1_000).unwrap_or(0);
        let key = super::keys_of(m, CommandId::SendTakeBack);
        let line = format!("Held for {}: {key} cancels it.", words::count(seconds, "second"));
        scene.add(At::Held, When::Changed, format!("{} {until}", leaving.count()), vec![line]);
    } else {
        let went = m.left.filter(|(_, at)| m.now.saturating_sub(*at) < STANDS);
        let line = went.map(|_| "The held reply is being sent.".to_owned());
        let key = went.map(|(ticket, at)| format!("{ticket} {at}")).unwrap_or_default();
        scene.add(At::Held, When::ChangedSince, key, line.into_iter().collect());
    }
}

/// How a begun sequence of keys may go on.
fn keys(m: &Model, scene: &mut Scene) {
    if m.which.is_empty() {
        return;
    }
    let live = m.which.iter().filter(|w| w.disabled.is_none());
    let lines: Vec<String> = live.map(|w| format!("{}: {}", words::key(&w.keys), w.title)).collect();
    scene.add(At::Keys, When::Here, lines.join(" "), lines);
}

/// The times to say, and none, to compare.
#[must_use]
pub fn times(m: &Model) -> [Time; 2] {
    [Time(Some(m.now)), Time(None)]
}
