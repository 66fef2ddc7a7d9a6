//! A screen driven without threads and clocks: effects are run immediately, time is what the test says.

use std::{collections::BTreeMap, sync::Arc};

use frontdesk::{
    desk::Desk,
    exchange::import::revert,
    host::{
        attach,
        files::{self, Given},
        import,
    },
    model::{Id, OpId, Stamp},
    term::{backend::ByteBackend, caps::Capabilities},
    tui::{
        self,
        effect::{Effect, Leave},
        event::{Event, FileDone, TuiEventKind},
        keymap::{Keymap, layers},
        load::Loader,
        look::Appearance,
        model::Model,
    },
};
use ratatui::{
    Terminal,
    backend::TestBackend,
    buffer::{Buffer, CellWidth},
    layout::Size,
    style::{Color, Modifier, Style},
};

use super::{keys::key, tiny::NOW};

/// A screen and what it stands on.
pub struct Screen {
    pub model: Model,
    pub desk: Desk,
    loader: Loader,
    pub now: Stamp,
    ops: u64,
    /// Which terminal it is: ids drawn in one are not drawn in another.
    pub terminal: u8,
    /// What was copied.
    pub copied: Vec<String>,
    /// What went to the agent's own editor.
    pub edited: Vec<String>,
    /// The mailboxes that were tried: the test feeds the results.
    pub tried: Vec<OpId>,
    /// The commands that went to the user's own file, by address.
    pub kept: Vec<(String, Vec<(&'static str, String)>)>,
    /// Files that went to a program: name and type; and their bytes.
    pub opened: Vec<String>,
    pub opened_bytes: Vec<Vec<u8>>,
    /// Files that went to a command: the command and the bytes.
    pub piped: Vec<(String, Vec<u8>)>,
    /// Whether there is no program for any file.
    pub no_programs: bool,
    /// Set when it was left.
    pub left: Option<Leave>,
}

impl Screen {
    /// A screen of a size for an agent, with everything loaded.
    pub fn open(desk: &Desk, me: Id, size: (u16, u16)) -> Screen {
        Screen::with_look(desk, me, size, Appearance::default())
    }

    pub fn with_look(desk: &Desk, me: Id, size: (u16, u16), look: Appearance) -> Screen {
        let keymap = Keymap::build(&layers("default", None).expect("the shipped map"));
        let model = Model::new(me, size, look, Arc::new(keymap));
        let loader = Loader::new(desk.clone());
        loader.ready();
        let mut s = Screen {
            model,
            desk: desk.clone(),
            loader,
            now: NOW,
            ops: 0,
            terminal: 1,
            copied: Vec::new(),
            edited: Vec::new(),
            tried: Vec::new(),
            kept: Vec::new(),
            opened: Vec::new(),
            opened_bytes: Vec::new(),
            piped: Vec::new(),
            no_programs: false,
            left: None,
        };
        s.happened(TuiEventKind::Start);
        s.settle();
        s
    }

    /// Types keys by name, blanks between them.
    pub fn keys(&mut self, names: &str) -> &mut Screen {
        for name in names.split_whitespace() {
            self.happened(TuiEventKind::Key(key(name)));
            self.settle();
        }
        self
    }

    /// Types text.
    pub fn text(&mut self, text: &str) -> &mut Screen {
        for c in text.chars() {
            let name = if c == ' ' { "Space".to_owned() } else { c.to_string() };
            self.happened(TuiEventKind::Key(key(&name)));
        }
        self.settle();
        self
    }

    /// Lets time go by, waking the screen whenever it wants.
    pub fn wait(&mut self, ms: Stamp) -> &mut Screen {
        let end = self.now + ms;
        while let Some(at) = tui::wake_at(&self.model).filter(|at| *at <= end) {
            self.now = at.max(self.now + 1);
            self.happened(TuiEventKind::Tick);
        }
        self.now = end;
        self
    }

    /// The page follows the selection.
    fn settle(&mut self) {
        while let Some(at) = self.model.follow_at {
            self.now = self.now.max(at);
            self.happened(TuiEventKind::Tick);
        }
    }

    /// Takes something in, and runs all that comes of it.
    pub fn happened(&mut self, what: TuiEventKind) {
        let mut todo = vec![what];
        let mut turns = 0;
        while !todo.is_empty() {
            turns += 1;
            assert!(turns < 10_000, "it never becomes idle");
            let what = todo.remove(0);
            self.ops += 1;
            let [_, _, _, _, a, b, c, d] = self.ops.to_be_bytes();
            let op = Id::v7(self.now, [self.terminal, 1, 1, 1, 1, 1, a, b, c, d]);
            for effect in tui::update(&mut self.model, Event { now: self.now, op, what }) {
                todo.extend(self.run(effect));
            }
        }
    }

    fn run(&mut self, effect: Effect) -> Option<TuiEventKind> {
        let me = self.model.me;
        match effect {
            Effect::Load(ask, generation) => {
                Some(TuiEventKind::Answer(ask.slot(), generation, self.loader.answer(&ask, me, self.now)))
            }
            Effect::Run(request, then) => {
                let op = request.op;
                let done = self.desk.run(*request);
                self.loader.ready();
                Some(TuiEventKind::Ran(op, Box::new(then), Box::new(done)))
            }
            Effect::Send(mut request, then, files) => {
                let op = request.op;
                let done = attach::read(&files).and_then(|files| {
                    request.command.attach(files);
                    self.desk.run(*request)
                });
                self.loader.ready();
                Some(TuiEventKind::Ran(op, Box::new(then), Box::new(done)))
            }
            Effect::Files(ask) => Some(TuiEventKind::Files(attach::answer(&ask, None))),
            Effect::Tick(op, now) => {
                let ticked = self.desk.tick(op, Id([9; 16]), now);
                self.loader.ready();
                Some(TuiEventKind::Ticked(Box::new(ticked)))
            }
            Effect::Draft(op, change) => {
                let done = change.done();
                Some(TuiEventKind::Draft(done, change.store(&self.desk, op, me)))
            }
            Effect::Rescue(_) => Some(TuiEventKind::Rescued(Err("there is no folder for it".to_owned()))),
            Effect::MarkSeen(op, ticket, at) => {
                // A look that cannot be written down is looked at again.
                let _ = self.desk.mark_seen(op, me, ticket, at);
                None
            }
            Effect::Editor(text, _) => {
                self.edited.push(text);
                None
            }
            Effect::Copy(text) => {
                self.copied.push(text);
                None
            }
            Effect::Quit(leave) => {
                self.left = Some(leave);
                None
            }
            Effect::TryMail(op, ..) => {
                self.tried.push(op);
                None
            }
            Effect::KeepMail(address, commands) => {
                self.kept.push((address, commands.typed));
                Some(TuiEventKind::MailKept(Ok(String::new())))
            }
            Effect::File(job) => Some(TuiEventKind::File(match files::run(&self.desk, me, &job) {
                Given::Done(done) => done,
                Given::Open(file) if self.no_programs => file.as_text(),
                Given::Open(file) => {
                    let open = file.to_open();
                    self.opened.push(format!("{} {}", file.name, open.content_type));
                    self.opened_bytes.push(open.bytes.to_vec());
                    FileDone::Said("opened".to_owned())
                }
                Given::Pipe(command, bytes) => {
                    self.piped.push((command, bytes));
                    FileDone::Said("piped".to_owned())
                }
            })),
            Effect::Import(op, now, ask) => {
                let came = import::run(&self.desk, None, (me, op, now), &ask, &mut |_| true);
                self.loader.ready();
                Some(TuiEventKind::Imported(ask, came.map(Box::new)))
            }
            Effect::Revert(op, now, batch) => {
                let came = revert(&self.desk, me, op, now, &batch, &mut |_, _| true);
                self.loader.ready();
                Some(TuiEventKind::Reverted(came.map_err(|e| e.to_string())))
            }
            Effect::Person(..) => Some(TuiEventKind::Person(Err("this desk is in no file".to_owned()))),
            Effect::Stop | Effect::Bell | Effect::Suspend | Effect::Redraw => None,
        }
    }

    /// The frame.
    pub fn buffer(&self) -> Buffer {
        let (width, height) = self.model.size;
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|frame| tui::draw(&self.model, frame)).unwrap();
        terminal.backend().buffer().clone()
    }

    /// The bytes of a first paint.
    pub fn bytes(&self) -> Vec<u8> {
        let (width, height) = self.model.size;
        let backend = ByteBackend::new(Size::new(width, height), Capabilities::default());
        let Ok(mut terminal) = Terminal::new(backend);
        let Ok(_) = terminal.draw(|frame| tui::draw(&self.model, frame));
        terminal.backend_mut().take_frame()
    }

    /// The frame as text.
    pub fn text_of_frame(&self) -> String {
        text(&self.buffer())
    }

    /// The frame as text, and a letter for the style of every cell, with what the letters mean.
    pub fn styled_frame(&self) -> String {
        let buffer = self.buffer();
        format!("{}\n{}", text(&buffer), styles(&buffer))
    }

    /// Whether something stands on the screen.
    pub fn shows(&self, what: &str) -> bool {
        self.text_of_frame().contains(what)
    }

    #[track_caller]
    pub fn expect(&mut self, what: &str) -> &mut Screen {
        assert!(self.shows(what), "“{what}” is not on the screen:\n{}", self.text_of_frame());
        self
    }

    #[track_caller]
    pub fn expect_not(&mut self, what: &str) -> &mut Screen {
        assert!(!self.shows(what), "“{what}” is on the screen:\n{}", self.text_of_frame());
        self
    }
}

/// A buffer as text, without blanks at the ends of lines.
pub fn text(buffer: &Buffer) -> String {
    let mut out = String::new();
    for row in buffer.content.chunks(usize::from(buffer.area.width)) {
        let mut line = String::new();
        let mut cells = row.iter();
        while let Some(cell) = cells.next() {
            line.push_str(cell.symbol());
            for _ in 1..cell.symbol().cell_width() {
                cells.next();
            }
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// A letter for the style of every cell: rows that are all plain are left out.
fn styles(buffer: &Buffer) -> String {
    let mut letters: BTreeMap<String, char> = BTreeMap::new();
    let mut rows = String::new();
    let mut names = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".chars();
    for (y, row) in buffer.content.chunks(usize::from(buffer.area.width)).enumerate() {
        let mut line = String::new();
        for cell in row {
            let name = style_name(cell.style());
            let letter = match (name.as_str(), letters.get(&name)) {
                ("", _) => '.',
                (_, Some(letter)) => *letter,
                _ => {
                    let letter = names.next().expect("few styles");
                    letters.insert(name, letter);
                    letter
                }
            };
            line.push(letter);
        }
        if line.contains(|c| c != '.') {
            rows.push_str(&format!("{y:>3} {}\n", line.trim_end_matches('.')));
        }
    }
    let legend: Vec<String> = letters.iter().map(|(name, letter)| format!("{letter} {name}")).collect();
    format!("{rows}{}\n", legend.join("\n"))
}

fn style_name(style: Style) -> String {
    let mut parts: Vec<String> = Vec::new();
    for (what, colour) in [("", style.fg), ("on ", style.bg)] {
        if let Some(colour) = colour.filter(|c| *c != Color::Reset) {
            parts.push(format!("{what}{colour}").to_lowercase());
        }
    }
    for (modifier, word) in [
        (Modifier::BOLD, "bold"),
        (Modifier::DIM, "dim"),
        (Modifier::ITALIC, "italic"),
        (Modifier::UNDERLINED, "underlined"),
        (Modifier::REVERSED, "reversed"),
    ] {
        if style.add_modifier.contains(modifier) {
            parts.push(word.to_owned());
        }
    }
    parts.join(" ")
}
