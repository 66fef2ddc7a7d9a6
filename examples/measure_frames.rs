//! Measures frames of the real session at 120×40 on the practice desk: bytes written, and microseconds from the key to
//! the frame's bytes. The median of several tries of each.
//!
//! ```sh
//! cargo run --release --example measure_frames -- --json
//! ```
//!
//! - `first_paint`: from the start of the session until its first frame; bytes until the screen is whole
//! - `unchanged`: a key that changes nothing
//! - `selection_move`: the cursor goes down a row
//! - `detail_change`: the ticket beside it follows, once the cursor rests; the 60 ms of its rest are counted
//! - `page_turn`: the list goes a page down and up
//! - `typing`: a letter in the composer
//! - `long_subject`, `long_line`, `many_marks`, `many_lines`: the page of a ticket with a subject of 45 MB, a text of one
//!   line of 10 MB, 5,000 combining marks, 100,000 lines: the cursor goes down and up in it

use std::{
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use crossbeam_channel::{Receiver, unbounded};
use frontdesk::{
    desk::{
        Command, Desk, Edit, Request,
        command::{NewAgent, NewTicket},
    },
    exchange::demo,
    host::{
        pipe::{PipeEnd, PipeLink},
        session::{self, Clock, Idle, Options},
    },
    model::{Id, Kind, Stamp},
    store::MemStore,
    term::caps::Capabilities,
    tui::{keymap, keymap::Keymap, popups::welcome::Newcomer},
};
use ratatui::layout::Size;

const TRIES: usize = 21;

type Fault = Box<dyn std::error::Error>;

/// Bytes and microseconds.
#[derive(Clone, Copy, Default)]
struct Cost {
    bytes: usize,
    micros: u128,
}

struct Screen {
    end: PipeEnd,
    idle: Receiver<Idle>,
    frames: u64,
}

impl Screen {
    /// Waits until nothing is left to do.
    fn rest(&mut self) -> Result<(), Fault> {
        let told = self.idle.recv_timeout(Duration::from_secs(60))?;
        self.frames = told.frames;
        while let Ok(told) = self.idle.try_recv() {
            self.frames = told.frames;
        }
        Ok(())
    }

    /// The first frame after a key, and what follows by itself until the session rests: each with the time since the key,
    /// or since the frame before.
    fn press(&mut self, keys: &str) -> Result<(Cost, Cost), Fault> {
        // Frames keep a distance; a key after a pause is drawn immediately, and that is what is measured.
        std::thread::sleep(Duration::from_millis(40));
        let clock = Instant::now();
        if !self.end.type_bytes(keys.as_bytes()) {
            return Err("the session is gone".into());
        }
        let (mut first, mut after) = (Cost::default(), Cost::default());
        loop {
            crossbeam_channel::select! {
                recv(self.end.sent) -> bytes => {
                    let (bytes, micros) = (bytes?.len(), clock.elapsed().as_micros());
                    if first.bytes == 0 {
                        first = Cost { bytes, micros };
                    } else {
                        after = Cost { bytes: after.bytes + bytes, micros };
                    }
                }
                recv(self.idle) -> told => {
                    self.frames = told?.frames;
                    if self.end.sent.is_empty() {
                        break;
                    }
                }
                default(Duration::from_secs(60)) => return Err("the session does not rest".into()),
            }
        }
        if first.bytes == 0 {
            first.micros = clock.elapsed().as_micros();
        }
        Ok((first, after))
    }

    /// The median of pressing keys in turn.
    fn median(&mut self, keys: &[&str]) -> Result<(Cost, Cost), Fault> {
        let mut costs = Vec::new();
        for key in keys.iter().cycle().take(TRIES) {
            costs.push(self.press(key)?);
        }
        Ok((middle(costs.iter().map(|c| c.0)), middle(costs.iter().map(|c| c.1).filter(|c| c.bytes > 0))))
    }
}

fn middle(costs: impl Iterator<Item = Cost>) -> Cost {
    let mut all: Vec<Cost> = costs.collect();
    let half = all.len() / 2;
    all.sort_by_key(|c| c.bytes);
    let bytes = all.get(half).map_or(0, |c| c.bytes);
    all.sort_by_key(|c| c.micros);
    Cost { bytes, micros: all.get(half).map_or(0, |c| c.micros) }
}

fn wall() -> Stamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Stamp::try_from(since.as_millis()).unwrap_or(Stamp::MAX)
}

fn options(me: Id, idle: crossbeam_channel::Sender<Idle>) -> Result<Options, Fault> {
    let start = Instant::now();
    let layers = keymap::layers("default", None).ok_or("there is no default keymap")?;
    let mut ops = 0u64;
    Ok(Options {
        store: None,
        me,
        newcomer: Newcomer::default(),
        keymap: Arc::new(Keymap::build(&layers)),
        look: None,
        plain: None,
        clock: Clock {
            wall: Arc::new(wall),
            steady: Arc::new(move || u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX)),
        },
        ids: Box::new(move || {
            ops += 1;
            let [a, b, c, d, e, f, g, h] = ops.to_be_bytes();
            Id::v7(wall(), [0, 0, a, b, c, d, e, f, g, h])
        }),
        state: None,
        mail: None,
        idle: Some(idle),
    })
}

fn main() -> Result<(), Fault> {
    let desk = Desk::new(Arc::new(MemStore::new()));
    let made = demo::fill(&desk, &demo::Options::new("Dana Doe", "dana", wall()), &mut |_| ())?;
    let (told, idle) = unbounded();
    let (mut link, end) = PipeLink::new(Size::new(120, 40), Capabilities::default());
    let options = options(made.owner, told)?;
    let clock = Instant::now();
    let running = {
        let desk = desk.clone();
        std::thread::spawn(move || {
            session::run(&mut link, &desk, options).map(|_| ()).map_err(|e| e.to_string())
        })
    };
    let mut screen = Screen { end, idle, frames: 0 };
    // What comes before the first frame (title, questions to the terminal) is a few bytes; a frame of the desk is not.
    let mut first_paint = Cost::default();
    while first_paint.micros == 0 {
        let bytes = screen.end.sent.recv_timeout(Duration::from_secs(60))?.len();
        first_paint.bytes += bytes;
        if bytes > 1000 {
            first_paint.micros = clock.elapsed().as_micros();
        }
    }
    screen.rest()?;
    first_paint.bytes += screen.end.take().len();

    // Of the queues, the one of all open tickets: there are pages to turn.
    screen.press("\x1b[Z")?;
    screen.press("jjjjj")?;
    screen.press("\t")?;
    let unchanged = screen.median(&["k"])?.0;
    let (selection_move, detail_change) = screen.median(&["j"])?;
    let page_turn = screen.median(&["\x1b[6~", "\x1b[5~"])?.0;
    screen.press("r")?;
    let typing = screen.median(&["a", "b", "c"])?.0;

    drop(screen);
    running.join().map_err(|_| "the session panicked")??;

    let mut hostile = Vec::new();
    for (name, subject, body) in [
        ("long_subject", "Subject ".repeat(45_000_000 / 8), "x".to_owned()),
        ("long_line", "s".to_owned(), "word ".repeat(2_000_000)),
        ("many_marks", "s".to_owned(), format!("e{}", "\u{301}".repeat(5_000))),
        ("many_lines", "s".to_owned(), "> line\nline\n".repeat(50_000)),
    ] {
        hostile.push((name, on_a_record(subject, body)?));
    }
    let all: Vec<(&str, Cost)> = [
        ("first_paint", first_paint),
        ("unchanged", unchanged),
        ("selection_move", selection_move),
        ("detail_change", detail_change),
        ("page_turn", page_turn),
        ("typing", typing),
    ]
    .into_iter()
    .chain(hostile)
    .collect();
    if std::env::args().any(|a| a == "--json") {
        let each = all
            .iter()
            .map(|(name, c)| format!("\"{name}\":{{\"bytes\":{},\"micros\":{}}}", c.bytes, c.micros));
        println!("{{{}}}", each.collect::<Vec<_>>().join(","));
    } else {
        for (name, c) in all {
            println!("{name:<16}{:>8} bytes{:>10} µs", c.bytes, c.micros);
        }
    }
    Ok(())
}

/// The median of moving in the page of a ticket that says so.
fn on_a_record(subject: String, body: String) -> Result<Cost, Fault> {
    let desk = Desk::new(Arc::new(MemStore::new()));
    let mut op = 0u8;
    let mut run = |actor: Id, command: Command| {
        op += 1;
        desk.run(Request::new(Id([op; 16]), actor, wall(), command))
    };
    let owner = NewAgent { name: "Dana Doe".into(), ..NewAgent::default() };
    let me = run(Id::NIL, Command::Start { workspace: Vec::new(), owner })?
        .created
        .first()
        .map_or(Id::NIL, |c| c.1);
    let eve = run(me, Command::Create(Kind::Customer, vec![Edit::set("given", "Eve")]))?;
    let requester = eve.created.first().map_or(Id::NIL, |c| c.1);
    let new = NewTicket { requester, subject, body, ..NewTicket::default() };
    run(me, Command::TicketCreate(Box::new(new)))?;
    let (told, idle) = unbounded();
    let (mut link, end) = PipeLink::new(Size::new(120, 40), Capabilities::default());
    let options = options(me, told)?;
    let running = {
        let desk = desk.clone();
        std::thread::spawn(move || {
            session::run(&mut link, &desk, options).map(|_| ()).map_err(|e| e.to_string())
        })
    };
    let mut screen = Screen { end, idle, frames: 0 };
    screen.rest()?;
    screen.end.take();
    screen.press("2")?;
    screen.press("\r")?;
    let cost = screen.median(&["\x1b[6~", "\x1b[5~"])?.0;
    drop(screen);
    running.join().map_err(|_| "the session panicked")??;
    Ok(cost)
}
