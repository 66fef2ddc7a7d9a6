//! Says what changed from one look at the model to the next, as bytes: printable text, line ends, and a backspace while
//! one types.

use std::collections::HashMap;

use super::{
    scene::{self, At, Utterance, When},
    typing::{self, Echo},
    words,
};
use crate::{
    model::Stamp,
    term::safe::ascii,
    tui::model::{Model, Tone},
};

/// How it is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Voice {
    /// Whether text may go out as UTF-8; else it is folded to ASCII.
    pub utf8: bool,
    /// Whether whole lines come in. Then the terminal echoes what is typed, ends lines itself, and choices have numbers.
    pub lines: bool,
}

/// How long what there is to say may wait for more of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// Not at all.
    None,
    /// Until what was asked for is there, if that is soon.
    Answer,
    /// Until one stops typing.
    Rest,
}

/// Says a session.
#[derive(Debug)]
pub struct Speaker {
    voice: Voice,
    out: String,
    /// Sentences that are not said yet.
    heard: Vec<String>,
    status: Option<(String, Stamp)>,
    /// The parts that were said, by context.
    said: HashMap<(String, At), Utterance>,
    context: String,
    base: String,
    /// The text that is typed in as it was last: the field, the text, the cursor.
    typed: Option<(String, String, usize)>,
    /// The field whose line is open at the end of the output: what is typed goes on there.
    open: Option<String>,
    /// The field whose label was said last.
    prompted: Option<String>,
    /// Something was typed that the scene has not taken in yet.
    typing: bool,
    /// Whether anything was said.
    begun: bool,
}

impl Speaker {
    /// A session of which nothing was said.
    #[must_use]
    pub fn new(voice: Voice) -> Speaker {
        Speaker {
            voice,
            out: String::new(),
            heard: Vec::new(),
            status: None,
            said: HashMap::new(),
            context: String::new(),
            base: String::new(),
            typed: None,
            open: None,
            prompted: None,
            typing: false,
            begun: false,
        }
    }

    /// Takes in what one event changed: a sentence of the foot, which the next event may replace, and typed characters.
    pub fn hear(&mut self, m: &Model) {
        let status = m.status.as_ref().map(|s| (s.text.clone(), s.at));
        if let Some(s) = m.status.as_ref().filter(|_| status != self.status) {
            let lead = if s.tone == Tone::Bad { "Error: " } else { "" };
            // Two blanks stand between what was done and what can be done about it.
            self.heard.push(format!("{lead}{}", words::ended(&s.text.replace("  ", ", "))));
        }
        self.status = status;
        self.echo(m);
    }

    fn echo(&mut self, m: &Model) {
        let field = typing::field(m);
        if let Some((field, name)) = &field
            && let Some((before, text, at)) = &self.typed
            && before == name
        {
            // What is spelled by itself, not by keys, is heard as offers.
            let echo = typing::echo(&(text.clone(), *at), field.text);
            self.typing |= echo != Echo::Nothing;
            if !self.voice.lines && self.open.as_ref() == Some(name) {
                self.print(echo);
            }
        }
        let new = field.map(|(field, name)| (name, field.text.as_str().to_owned(), field.text.head().len()));
        if new.as_ref().map(|n| &n.0) != self.typed.as_ref().map(|t| &t.0) {
            self.typing = false;
        }
        self.typed = new;
    }

    fn print(&mut self, echo: Echo) {
        match echo {
            Echo::Nothing => {}
            Echo::Typed(text) => {
                for (i, line) in text.split('\n').enumerate() {
                    if i > 0 {
                        self.newline();
                    }
                    let shown = typing::shown(line);
                    self.push(&shown);
                }
            }
            Echo::Rubbed(columns) => {
                for part in ["\u{8}", " ", "\u{8}"] {
                    self.out.push_str(&part.repeat(columns));
                }
            }
            Echo::Line(line) => {
                self.newline();
                let shown = typing::shown(&line);
                self.push(&shown);
            }
        }
    }

    fn newline(&mut self) {
        self.out.push_str(if self.voice.lines { "\n" } else { "\r\n" });
    }

    fn push(&mut self, text: &str) {
        let text = if self.voice.utf8 { text.into() } else { ascii(text) };
        self.out.push_str(&text);
    }

    /// A line by itself; what is being typed is broken off, and printed again behind it.
    fn line(&mut self, text: &str) {
        for line in words::lines(text) {
            self.end();
            self.push(&line);
            self.newline();
        }
    }

    /// How long what there is to say may wait.
    #[must_use]
    pub fn wait(&self, m: &Model) -> Wait {
        if !self.voice.lines && (self.typing || !m.which.is_empty()) && self.heard.is_empty() {
            return Wait::Rest;
        }
        if crate::tui::is_busy(m) { Wait::Answer } else { Wait::None }
    }

    /// Says what changed since the last time; where a key was `pressed` and nothing did, what one is at.
    pub fn say(&mut self, m: &Model, pressed: bool) {
        let silent = pressed && !self.typing && self.out.is_empty();
        self.typing = false;
        if !std::mem::replace(&mut self.begun, true) {
            self.line(&super::greeting(m));
        }
        for sentence in std::mem::take(&mut self.heard) {
            self.line(&sentence);
        }
        let scene = scene::of(m, self.voice.lines);
        let moved = self.base != scene.base;
        let entered = self.context != scene.context;
        let is_here = |p: &&Utterance| matches!(p.at, At::Selection | At::Error) && !p.lines.is_empty();
        let here = scene.parts.iter().rfind(is_here).cloned();
        for part in scene.parts {
            self.part(&scene.context, part, entered, moved);
        }
        if let Some(here) = here.filter(|_| silent && self.out.is_empty()) {
            self.all(&here.again.unwrap_or(here.lines));
        }
        // What was closed is new when it opens again.
        let (context, base) = (&scene.context, &scene.base);
        let is_list = |of: &String| of.contains('/') && !of.contains(' ');
        self.said.retain(|(of, _), _| of.is_empty() || of == context || of == base || is_list(of));
        (self.context, self.base) = (scene.context, scene.base);
        self.prompt(m);
    }

    fn part(&mut self, context: &str, part: Utterance, entered: bool, moved: bool) {
        let everywhere = matches!(part.when, When::Changed | When::ChangedSince);
        let of = if everywhere { "" } else { context };
        let before = self.said.insert((of.to_owned(), part.at), part.clone());
        let same = before.as_ref().is_some_and(|b| b.key == part.key);
        let lines = match part.when {
            When::ChangedSince if before.is_none() => return,
            When::HereSince if entered || before.is_none() => return,
            When::Changed | When::ChangedSince | When::HereSince if same => return,
            When::Arriving if same && !moved => return,
            When::Here if same && !entered => return,
            When::Arriving if same => part.again.unwrap_or(part.lines),
            // Back from what lay over it; from elsewhere all of it is said.
            When::Here if same && !moved => part.again.unwrap_or(part.lines),
            // Of what one knows already, what is new in it.
            When::Arriving if !moved => {
                let known = before.map(|b| b.lines).unwrap_or_default();
                part.lines.into_iter().filter(|l| !known.contains(l)).collect()
            }
            _ => part.lines,
        };
        self.all(&lines);
    }

    fn all(&mut self, lines: &[String]) {
        lines.iter().filter(|l| !l.trim().is_empty()).for_each(|l| self.line(l));
    }

    /// Opens the line that is typed in, where it is another or something was said meanwhile.
    fn prompt(&mut self, m: &Model) {
        let Some((field, name)) = typing::field(m) else {
            self.prompted = None;
            return self.end();
        };
        if self.open.as_ref() == Some(&name) {
            return;
        }
        self.end();
        let line = typing::current_line(field.text);
        if field.block && self.prompted.as_ref() != Some(&name) {
            // A text that was begun before is read up to where one goes on.
            let before = field.text.head().rsplit_once('\n').map(|(before, _)| before);
            before.into_iter().for_each(|text| self.line(text));
        }
        // What is said of it is said once; of several lines only the first one has the label before it.
        let new = self.prompted.as_ref() != Some(&name);
        let about = if new { field.about.as_str() } else { "" };
        let label = if field.block && !new { "" } else { field.label };
        let prompt = typing::prompt(label, about, line);
        self.prompted = Some(name.clone());
        if self.voice.lines {
            if !prompt.trim().is_empty() {
                self.push(prompt.trim_end());
                self.newline();
            }
        } else {
            self.push(&prompt);
        }
        self.open = Some(name);
    }

    /// Ends the line that is open: the session ends, or another program has the terminal.
    pub fn end(&mut self) {
        if self.open.take().is_some() && !self.voice.lines {
            self.newline();
        }
    }

    /// Forgets what was said of where one is: it is said once more.
    pub fn forget(&mut self) {
        self.end();
        self.said.retain(|(of, _), _| of.is_empty());
        self.context.clear();
        self.base.clear();
        self.prompted = None;
    }

    /// What is to be written since the last time.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out).into_bytes()
    }
}
