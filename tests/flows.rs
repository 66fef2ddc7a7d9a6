//! A working day through the real session: bytes in, workers, frames, bytes out, up to the idle signal. No sleeps.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

mod support;

use std::{
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, unbounded};
use frontdesk::{
    desk::{
        Command, Desk, Edit, Request, TicketChange,
        command::{NewAgent, NewReply},
        drafts::DraftKind,
        mailboxes,
        outbox::letter,
        read,
    },
    host::{
        link::{Disk, FromLink},
        pipe::{PipeEnd, PipeLink},
        session::{self, Clock, Idle, Options},
    },
    mail::parse::parse,
    model::{
        Category, Customer, Delivery, Id, Kind, Outbox, Seq, Stamp, Ticket, Visibility,
        custom_field::{CustomField, CustomType},
        shape,
    },
    store::{
        Options as StoreOptions, Outcome, RedbStore, Reject, Store, StoreError, Tx, View, Weight, records,
    },
    term::caps::Capabilities,
    tui::{
        effect::Leave,
        keymap::{Keymap, layers},
        popups::welcome::Newcomer,
    },
};
use ratatui::layout::Size;
use support::{
    keys::bytes,
    tiny::{NOW, Tiny},
};

/// A session in a thread, and a terminal that shows what it writes.
struct Desktop {
    end: PipeEnd,
    idle: Receiver<Idle>,
    typed: u64,
    screen: vt100::Parser,
    thread: Option<thread::JoinHandle<Leave>>,
    ahead: Arc<AtomicU64>,
    frames: Vec<usize>,
}

impl Desktop {
    fn open(desk: &Desk, me: Id, size: (u16, u16)) -> Desktop {
        let (link, end) = PipeLink::new(Size::new(size.0, size.1), Capabilities::default());
        Desktop::over(link, end, desk, me, size, (None, None))
    }

    fn over(
        mut link: PipeLink,
        end: PipeEnd,
        desk: &Desk,
        me: Id,
        size: (u16, u16),
        (store, state): (Option<PathBuf>, Option<PathBuf>),
    ) -> Desktop {
        let (told, idle) = unbounded();
        let start = Instant::now();
        let ahead = Arc::new(AtomicU64::new(0));
        let wall_ahead = ahead.clone();
        let ops = Mutex::new(0u64);
        // Ids of one session are never drawn in another.
        static SESSIONS: AtomicU64 = AtomicU64::new(0);
        let [.., hi, lo] = SESSIONS.fetch_add(1, Ordering::SeqCst).to_be_bytes();
        let options = Options {
            me,
            store,
            newcomer: Newcomer { name: "Dana Reyes".into(), user: "dana".into(), ..Newcomer::default() },
            keymap: Arc::new(Keymap::build(&layers("default", None).unwrap())),
            look: None,
            plain: None,
            clock: Clock {
                wall: Arc::new(move || {
                    let ms = start.elapsed().as_millis() as Stamp;
                    NOW + ms + wall_ahead.load(Ordering::SeqCst) as Stamp
                }),
                steady: Arc::new(move || start.elapsed().as_millis() as u64),
            },
            ids: Box::new(move || {
                let mut n = ops.lock().unwrap();
                *n += 1;
                let [_, _, _, _, a, b, c, d] = n.to_be_bytes();
                Id::v7(NOW, [2, 2, 2, 2, hi, lo, a, b, c, d])
            }),
            state,
            mail: None,
            idle: Some(told),
        };
        let desk = desk.clone();
        let thread = thread::spawn(move || session::run(&mut link, &desk, options).unwrap());
        let screen = vt100::Parser::new(size.1.try_into().unwrap(), size.0.try_into().unwrap(), 0);
        let mut d = Desktop { end, idle, typed: 0, screen, thread: Some(thread), ahead, frames: Vec::new() };
        d.rest();
        d
    }

    /// Waits until all that was typed is done with.
    fn rest(&mut self) {
        loop {
            let idle = self.idle.recv_timeout(Duration::from_secs(20)).expect("the session becomes idle");
            if idle.bytes >= self.typed {
                break;
            }
        }
        self.show();
    }

    fn show(&mut self) {
        for frame in self.end.sent.try_iter() {
            self.frames.push(frame.len());
            self.screen.process(&frame);
        }
    }

    fn keys(&mut self, names: &str) -> &mut Desktop {
        for name in names.split_whitespace() {
            let bytes = bytes(name);
            self.typed += bytes.len() as u64;
            assert!(self.end.type_bytes(bytes));
            self.rest();
        }
        self
    }

    fn text(&mut self, text: &str) -> &mut Desktop {
        self.typed += text.len() as u64;
        assert!(self.end.type_bytes(text.as_bytes()));
        self.rest();
        self
    }

    /// The clock on the wall goes on; the session wakes by itself.
    fn later(&mut self, ms: u64, until: &str) -> &mut Desktop {
        self.ahead.fetch_add(ms, Ordering::SeqCst);
        // What wakes it is a size that is no other one: the time comes with it.
        let (rows, columns) = self.screen.screen().size();
        self.end.messages.send(FromLink::Resize(Size::new(columns.get(), rows.get()))).unwrap();
        self.await_text(until)
    }

    /// Waits until something stands on the screen.
    #[track_caller]
    fn await_text(&mut self, what: &str) -> &mut Desktop {
        self.await_that(what, true)
    }

    /// Waits until a text is on the screen, or no longer is.
    #[track_caller]
    fn await_that(&mut self, what: &str, there: bool) -> &mut Desktop {
        let end = Instant::now() + Duration::from_secs(20);
        loop {
            self.show();
            if self.contents().contains(what) == there {
                return self;
            }
            let left = end.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "“{what}” never came or went:\n{}", self.contents());
            if let Ok(frame) = self.end.sent.recv_timeout(left) {
                self.frames.push(frame.len());
                self.screen.process(&frame);
            }
        }
    }

    fn contents(&self) -> String {
        self.screen.screen().contents()
    }

    #[track_caller]
    fn expect(&mut self, what: &str) -> &mut Desktop {
        assert!(self.contents().contains(what), "“{what}” is not on the screen:\n{}", self.contents());
        self
    }

    #[track_caller]
    fn expect_not(&mut self, what: &str) -> &mut Desktop {
        assert!(!self.contents().contains(what), "“{what}” is on the screen:\n{}", self.contents());
        self
    }

    fn leave(&mut self, keys: &str) -> Leave {
        for name in keys.split_whitespace() {
            self.end.type_bytes(bytes(name));
        }
        self.thread.take().unwrap().join().unwrap()
    }
}

fn ticket(desk: &Desk, number: u64) -> Ticket {
    let id = desk.view(|v| records::by_number(v, frontdesk::model::Kind::Ticket, number)).unwrap().unwrap();
    desk.view(|v| records::get::<Ticket>(v, id)).unwrap().unwrap()
}

#[test]
fn done_goes_on_and_undo_returns_the_cursor() {
    let t = Tiny::full();
    let mut d = Desktop::open(&t.desk, t.dana, (120, 40));
    d.expect("Cannot log in since").keys("d").expect("T-2 solved").expect("T-3 · Export stuck");
    assert_eq!(ticket(&t.desk, 2).category, Category::Solved);
    d.keys("u").expect("Undone: T-2 solved").expect("T-2 · Cannot log in");
    assert_eq!(ticket(&t.desk, 2).category, Category::Open);
    d.keys("ctrl-r").expect("Done again");
    assert_eq!(ticket(&t.desk, 2).category, Category::Solved);
    assert_eq!(d.leave("q"), Leave::Done);
}

#[test]
fn a_reply_is_held_can_be_taken_back_and_then_goes() {
    let t = Tiny::full();
    let mut d = Desktop::open(&t.desk, t.dana, (120, 40));
    d.keys("r")
        .expect("PUBLIC REPLY")
        .text("Please try again.")
        .keys("Esc y")
        .expect("take back")
        .expect("held");
    let sent = |desk: &Desk| {
        let id = ticket(desk, 2).id;
        let all = desk.view(|v| read::thread(v, id)).unwrap();
        all.last().map(|m| (m.body.clone(), m.delivery.clone())).unwrap()
    };
    assert_eq!(sent(&t.desk), ("Please try again.".into(), Delivery::Held));
    d.keys("U").expect("Send cancelled").expect("PUBLIC REPLY").expect("Please try again.");
    d.text(" Now.").keys("Esc d").expect("T-3 · Export stuck");
    assert_eq!(sent(&t.desk), ("Please try again. Now.".into(), Delivery::Held));
    assert_eq!(ticket(&t.desk, 2).category, Category::Solved);
    d.keys("g h").later(11_000, "saved").keys("g h");
    let end = Instant::now() + Duration::from_secs(10);
    while sent(&t.desk).1 != Delivery::Queued {
        assert!(Instant::now() < end, "the message was never released");
        d.later(1_000, "saved");
    }
    d.expect_not("take back");
}

#[test]
fn undo_of_a_held_reply_opens_its_text_again() {
    let t = Tiny::full();
    let mut d = Desktop::open(&t.desk, t.dana, (120, 40));
    d.keys("r").expect("PUBLIC REPLY").text("Please try again.").keys("Esc y").expect("held");
    d.keys("u").expect("Send cancelled").expect("PUBLIC REPLY").expect("Please try again.");
    let id = ticket(&t.desk, 2).id;
    let last = t.desk.view(|v| read::thread(v, id)).unwrap().pop().unwrap();
    assert_ne!(last.body, "Please try again.", "nothing was sent");
    d.text(" Now.").keys("Esc y").expect("held").keys("u").expect("Please try again. Now.");
}

#[test]
fn the_history_shows_what_undoing_a_row_will_do_and_undoes_it() {
    let t = Tiny::full();
    let mut d = Desktop::open(&t.desk, t.dana, (120, 40));
    d.keys("d").expect("T-2 solved").keys("d").expect("T-3 solved");
    d.keys("H").expect("My changes").expect("T-3 solved").expect("Enter shows what undoing it will do");
    d.keys("Down Enter").expect("Undo: T-2 solved").expect("solved → open");
    d.keys("Enter").expect("Undone: T-2 solved");
    assert_eq!(ticket(&t.desk, 2).category, Category::Open);
    assert_eq!(ticket(&t.desk, 3).category, Category::Solved, "the newer change stands");
    // It says of that row why it cannot be undone again, and shows others' changes on request.
    d.keys("H").expect("My changes").text("T-2 solved").expect("it was undone already");
    d.keys("Enter").expect("Cannot be undone: it was undone already").keys("Esc").expect_not("My changes");
    d.keys("H").text("everyone").keys("Enter").expect("Everyone's changes").keys("Esc");
    assert_eq!(d.leave("q"), Leave::Done);
}

#[test]
fn a_reply_sent_while_anothers_is_held_asks_first() {
    let t = Tiny::full();
    let mut d = Desktop::open(&t.desk, t.dana, (120, 40));
    d.keys("r").expect("PUBLIC REPLY").text("Mine.");
    let id = ticket(&t.desk, 2).id;
    let reply = NewReply { ticket: id, body: "Sam's.".into(), ..NewReply::default() };
    t.desk.run(Request::new(Id([78; 16]), t.sam, NOW, Command::TicketReply(Box::new(reply)))).unwrap();
    let last = |desk: &Desk| desk.view(|v| read::thread(v, id)).unwrap().pop().unwrap().body;
    d.keys("Esc y").expect("Send").expect("y yes");
    assert_eq!(last(&t.desk), "Sam's.");
    d.keys("n").expect("Mine.").keys("y").expect("Reply to T-2 held");
    assert_eq!(last(&t.desk), "Mine.");
}

#[test]
fn an_edit_of_what_someone_else_changed_meanwhile_shows_both_values() {
    let t = Tiny::full();
    let mut d = Desktop::open(&t.desk, t.dana, (120, 40));
    d.expect("Cannot log in since").keys("e").expect("Edit ticket").text(" (mine)");
    let id = ticket(&t.desk, 2).id;
    let theirs = Command::TicketSet(vec![id], vec![TicketChange::Subject("Theirs".into())]);
    let number = ticket(&t.desk, 2).number;
    t.desk.run(Request::new(Id([79; 16]), t.sam, NOW, theirs)).unwrap();
    d.keys("ctrl-s").expect("is now “Theirs”").expect("Yes keeps yours");
    assert_eq!(ticket(&t.desk, number).subject, "Theirs");
    d.keys("n").expect("Edit ticket").keys("ctrl-s").expect("renamed");
    assert!(ticket(&t.desk, number).subject.ends_with("(mine)"));
}

#[test]
fn undo_goes_past_what_stands_in_the_way() {
    let t = Tiny::full();
    let mut d = Desktop::open(&t.desk, t.dana, (120, 40));
    d.keys("P h").expect("T-2 priority high").keys("d").expect("T-2 solved");
    let id = ticket(&t.desk, 2).id;
    let open = Command::TicketSet(vec![id], vec![TicketChange::Category(Category::Open)]);
    t.desk.run(Request::new(Id([77; 16]), t.sam, NOW, open)).unwrap();
    d.keys("u").expect("Cannot undo").expect("(u skips it)");
    d.keys("u").expect("Undone: T-2 priority high");
    assert_eq!(ticket(&t.desk, 2).category, Category::Open);
}

#[test]
fn a_draft_survives_and_opens_again() {
    let t = Tiny::full();
    let mut d = Desktop::open(&t.desk, t.dana, (120, 40));
    d.keys("n").expect("INTERNAL NOTE").text("Half a thought").keys("Esc q").expect("Draft kept");
    assert_eq!(d.leave("q q"), Leave::Done);
    let mut d = Desktop::open(&t.desk, t.dana, (120, 40));
    d.keys("n").expect("Half a thought");
    d.text(", now whole.").keys("Esc y");
    let id = ticket(&t.desk, 2).id;
    let thread = t.desk.view(|v| read::thread(v, id)).unwrap();
    let note = thread.last().unwrap();
    assert_eq!((note.body.as_str(), &note.visibility), ("Half a thought, now whole.", &Visibility::Internal));
    assert_eq!(t.desk.drafts(t.dana).unwrap(), []);
}

#[test]
fn the_line_breaks_and_what_was_typed_is_kept() {
    let t = Tiny::full();
    let mut d = Desktop::open(&t.desk, t.dana, (80, 24));
    d.keys("r").text("Dear Gracie");
    d.end.messages.send(FromLink::Hangup).unwrap();
    d.leave("");
    let id = ticket(&t.desk, 2).id;
    let drafts = t.desk.drafts_about(t.dana, id, &DraftKind::Reply).unwrap();
    assert_eq!((drafts.len(), drafts[0].body.as_str(), drafts[0].open), (1, "Dear Gracie", false));
}

type Change = Box<dyn FnMut(&mut dyn Tx) -> Result<(), Reject> + Send>;

/// A store whose disk is full on demand.
struct FullDisk {
    inner: Arc<dyn Store>,
    full: Arc<AtomicBool>,
}

impl Store for FullDisk {
    fn look(&self) -> Result<Box<dyn View + '_>, StoreError> {
        self.inner.look()
    }

    fn write(&self, op: Id, weight: Weight, f: Change) -> Result<Outcome, Reject> {
        if self.full.load(Ordering::SeqCst) {
            return Err(StoreError::Full.into());
        }
        self.inner.write(op, weight, f)
    }

    fn head(&self) -> Result<Seq, StoreError> {
        self.inner.head()
    }

    fn wait(&self, after: Seq, max: Duration) -> Result<Seq, StoreError> {
        self.inner.wait(after, max)
    }
}

#[test]
fn on_a_full_disk_text_goes_to_a_private_file_and_is_offered_at_the_next_start() {
    let t = Tiny::full();
    let full = Arc::new(AtomicBool::new(false));
    let desk = Desk::new(Arc::new(FullDisk { inner: t.desk.shared_store(), full: full.clone() }));
    let home = tempfile::tempdir().unwrap();
    let state = home.path().join("frontdesk");
    let open = || {
        let (link, end) = PipeLink::new(Size::new(120, 40), Capabilities::default());
        Desktop::over(link, end, &desk, t.dana, (120, 40), (None, Some(state.clone())))
    };
    let files = || std::fs::read_dir(&state).map_or(0, Iterator::count);
    let hangup = |mut d: Desktop| {
        d.end.messages.send(FromLink::Hangup).unwrap();
        d.leave("");
        d.end.closed.recv().unwrap().unwrap()
    };
    let quit = |mut d: Desktop| {
        assert_eq!(d.keys("Esc").leave("ctrl-q"), Leave::Done);
        d.end.closed.recv().unwrap().unwrap()
    };
    let ends: [&dyn Fn(Desktop) -> String; 2] = [&quit, &hangup];
    for (n, end) in ends.into_iter().enumerate() {
        let text = format!("Not lost {n}");
        let mut d = open();
        d.keys("r").text(&text);
        full.store(true, Ordering::SeqCst);
        let said = end(d);
        assert!(said.contains(&state.display().to_string()), "{said}");
        let file = std::fs::read_dir(&state).unwrap().next().unwrap().unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert!(std::fs::read_to_string(file.path()).unwrap().contains(&text));
        // As long as the disk is full it stays there.
        open().leave("ctrl-q");
        assert_eq!(files(), 1);
        full.store(false, Ordering::SeqCst);
        let mut d = open();
        d.await_text("recovered").keys("r").expect(&text);
        assert_eq!(files(), 0);
        d.keys("Esc y").expect("held");
        d.leave("ctrl-q y");
    }
}

#[test]
fn what_others_do_comes_in_and_never_moves_the_row_under_the_finger() {
    let t = Tiny::full();
    let mut d = Desktop::open(&t.desk, t.dana, (120, 40));
    d.keys("j").expect("T-3 · Export stuck");
    let urgent = TicketChange::Assignee(Some(t.dana));
    let other = ticket(&t.desk, 4).id;
    let op = Id::v7(NOW, [5; 10]);
    let command = Command::TicketSet(vec![other], vec![urgent]);
    t.desk.run(Request::new(op, t.sam, NOW, command)).unwrap();
    d.await_text("1 new above").expect("T-3 · Export stuck");
    d.keys("g g").expect_not("new above").expect("注文について");
}

#[test]
fn a_customer_is_found_called_and_asked_back() {
    let t = Tiny::full();
    let mut d = Desktop::open(&t.desk, t.dana, (120, 40));
    d.keys("f")
        .text("hopper")
        .expect("Grace Hopper")
        .keys("Enter")
        .expect("grace@harbour.example")
        .expect("NPS");
    d.keys("L")
        .expect("Log a contact with Grace Hopper")
        .keys("Tab Tab")
        .text("Winter rates again")
        .keys("ctrl-s");
    d.expect("Winter rates again");
    d.keys("N k")
        .text("Write to Grace")
        .keys("Tab")
        .text("tomorrow 9am")
        .keys("ctrl-s")
        .expect("Write to Grace");
    d.keys("4").expect("Write to Grace").keys("q").expect("[1 Desk]");
}

#[test]
fn two_who_are_one_are_merged_field_by_field_and_taken_apart() {
    let t = Tiny::full();
    let add = |op: u8, name: &str, email: &str| {
        let edits = vec![Edit::set("name", name), Edit::set("email", email), Edit::set("language", "de")];
        let request = Request::new(Id([op; 16]), t.dana, NOW, Command::Create(Kind::Customer, edits));
        t.desk.run(request).unwrap().created[0].1
    };
    let (first, second) =
        (add(81, "Iris Vale", "iris@vale.example"), add(82, "Iris Vale", "iris.v@home.example"));
    let live = |id| t.desk.view(|v| records::get::<Customer>(v, id)).unwrap().unwrap();
    let mut d = Desktop::open(&t.desk, t.dana, (120, 40));
    d.keys(":").text("duplicates").keys("Enter").await_text("Likely duplicates");
    d.expect("Iris Vale").keys("Enter").await_text("Merge Iris Vale (C-").expect("emails").expect("both");
    d.keys("Enter").await_text("merged into Iris Vale");
    let (one, other) = if live(first).merged_into.is_some() { (second, first) } else { (first, second) };
    assert_eq!((live(other).merged_into, live(one).emails.len()), (Some(one), 2));
    d.keys("u").await_text("Undone");
    assert_eq!((live(other).merged_into, live(one).emails.len()), (None, 1));
    // The other way: from the list, the survivor swapped, and taken out again from the page.
    d.keys("3").keys("/").text("name:iris").keys("Enter").await_text("Iris Vale");
    d.keys("M")
        .expect("Merge with which customer?")
        .text("iris.v@home")
        .keys("Enter")
        .await_text("Merge Iris Vale");
    d.keys("Down Enter").await_text("Keep Iris Vale").keys("Enter").await_text("merged into Iris Vale");
    assert_eq!([live(first), live(second)].iter().filter(|c| c.merged_into.is_some()).count(), 1);
    d.keys("Esc").keys(":").text("unmerge").keys("Enter").await_text("Split off again").keys("Enter");
    d.await_text("on its own again");
    assert_eq!([live(first), live(second)].iter().filter(|c| c.merged_into.is_some()).count(), 0);
}

#[test]
fn two_of_one_name_are_told_apart_where_they_are_found() {
    let t = Tiny::full();
    for (op, email) in [(83, "ivale@post.example"), (84, "iris@home.example")] {
        let edits = vec![Edit::set("name", "Iris Vale"), Edit::set("email", email)];
        t.desk.run(Request::new(Id([op; 16]), t.dana, NOW, Command::Create(Kind::Customer, edits))).unwrap();
    }
    let mut d = Desktop::open(&t.desk, t.dana, (80, 24));
    d.keys("f").text("iris val").await_text("ivale@post.example").expect("iris@home.example");
}

#[test]
fn two_organisations_become_one_and_two_again() {
    let t = Tiny::full();
    let mut d = Desktop::open(&t.desk, t.dana, (80, 24));
    d.keys(":").text("merge organisations").keys("Enter").await_text("Keep which organisation?");
    // A slip is forgiven here, too; what matched is said.
    d.text("harbuor").await_text("Harbour Ltd").keys("Enter");
    d.await_text("Merge Harbour Ltd with which organisation?")
        .text("burns")
        .await_text("Burns & Co")
        .keys("Enter");
    d.await_text("Merge into Harbour Ltd").expect("1 customer").expect_not("two people");
    d.keys("Enter").await_text("merged into Harbour Ltd");
    let org = |d: &Desktop, name: &str| {
        d.contents().lines().any(|l| l.contains("Gracie Allen") && l.contains(name))
    };
    d.keys("3").await_text("Gracie Allen").keys("j j");
    assert!(org(&d, "Harbour Ltd"), "{}", d.contents());
    d.keys(":").text("unmerge an organisation").keys("Enter").await_text("Unmerge from which organisation?");
    // The one of the current customer is first.
    assert!(d.contents().lines().any(|l| l.contains("▌Harbour Ltd")), "{}", d.contents());
    d.keys("Enter").await_text("Split off again");
    d.expect("Burns & Co").keys("Enter").await_text("on its own again").await_text("Burns & Co");
    assert!(org(&d, "Burns & Co"), "{}", d.contents());
}

#[test]
fn why_two_may_be_one_is_read_whole_in_a_narrow_window() {
    let t = Tiny::full();
    for (op, name, email) in
        [(81, "Iris Vale", "iris@harbour.example"), (82, "Irys Vale", "iris.v@harbour.example")]
    {
        let edits = [
            ("name", name),
            ("email", email),
            ("organisation", "Harbour Ltd"),
            ("phone", "+44 20 7946 0999"),
        ];
        let edits = edits.iter().map(|(f, v)| Edit::set(f, *v)).collect();
        t.desk.run(Request::new(Id([op; 16]), t.dana, NOW, Command::Create(Kind::Customer, edits))).unwrap();
    }
    let mut d = Desktop::open(&t.desk, t.dana, (80, 24));
    d.keys(":").text("duplicates").keys("Enter").await_text("Likely duplicates");
    d.expect("C-6 Iris Vale  Harbour Ltd · iris@harbour.example");
    d.expect("C-7 Irys Vale  Harbour Ltd · iris.v@harbour.example");
    let shown = d.contents().split_whitespace().collect::<Vec<_>>().join(" ").replace("│ │ ", "");
    let why = "nearly the same name, the same telephone, the same organisation, a similar e-mail address";
    assert!(shown.contains(why), "{}", d.contents());
}

#[test]
fn a_view_shows_its_own_columns_in_a_wide_and_a_narrow_window() {
    let t = Tiny::full();
    let mut d = Desktop::open(&t.desk, t.dana, (120, 40));
    d.keys("3 /").text("open>0 sort:name").keys("Enter").await_text("Customers 5");
    d.keys("v")
        .expect("Save a view")
        .text("At work")
        .keys("Tab Tab")
        .text("number, name, emial, revenue, cit");
    d.expect("city").keys("Down Enter").keys("ctrl-s").expect("did you mean email?");
    d.keys("shift-Tab").keys("ctrl-u").text("number, name, email, revenue, created").keys("ctrl-s");
    d.await_text("View At work saved").await_text("Customers 5 · At work");
    let head = |d: &Desktop| {
        let all = d.contents();
        let line =
            all.lines().find(|l| l.contains("number") && (l.contains("name") || l.contains("subject")));
        line.unwrap_or_else(|| panic!("no heads: {all}")).split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert!(head(&d).contains("number name▲ email revenue created"), "{}", head(&d));
    d.expect("€1,795.50").expect("grace@harbour.example");
    // The desk sorts by a computed column.
    d.keys("S").text("revenue").keys("Enter").await_text("by revenue").await_text("revenue▲");
    d.keys("S").text("revenue").keys("Enter").await_text("revenue▼");
    let first = d.contents().lines().position(|l| l.contains("Grace Hopper")).unwrap();
    let other = d.contents().lines().position(|l| l.contains("Ada King")).unwrap();
    assert!(first < other, "{}", d.contents());
    // What has no room falls away from the end; without the filter the usual columns are there again.
    let mut d = Desktop::open(&t.desk, t.dana, (60, 24));
    d.keys("3 g v").await_text("At work").keys("Enter").await_text("· At work");
    assert_eq!(head(&d), "number name▲ email revenue");
    d.keys("Esc").await_that("At work", false).expect("organisation");
    // A view of tickets is a queue, with its columns.
    let mut d = Desktop::open(&t.desk, t.dana, (80, 24));
    d.keys("2 /").text("is:open").keys("Enter v").text("All work").keys("Tab Tab");
    d.text("number, priority, requester, subject, due, team").keys("ctrl-s").await_text("· All work");
    assert_eq!(head(&d), "number priority requester subject due team");
    d.expect("urgent").keys("1 h").await_text("All work").keys("G l").await_text("requester");
}

#[test]
fn a_person_is_handed_out_and_erased_once_their_number_is_typed() {
    let private = std::fs::Permissions::from_mode(0o700);
    let folder = tempfile::Builder::new().permissions(private).tempdir().unwrap();
    let path = folder.path().join("desk.redb");
    let store = RedbStore::open(&StoreOptions::at(&path).or_create(Id([7; 16]), NOW)).unwrap();
    let desk = Desk::new(Arc::new(store));
    let run = |op: u8, who: Id, command: Command| {
        desk.run(Request::new(Id([op; 16]), who, NOW, command)).unwrap().created[0].1
    };
    let owner = NewAgent { name: "Dana Reyes".into(), ..NewAgent::default() };
    let workspace = vec![Edit::set("zone", "UTC"), Edit::set("currency", "EUR")];
    let dana = run(1, Id::NIL, Command::Start { workspace, owner });
    let add =
        |op: u8, name: &str| run(op, dana, Command::Create(Kind::Customer, vec![Edit::set("name", name)]));
    let (iris, _) = (add(2, "Iris Vale"), add(3, "Otto Quist"));
    let (link, end) = PipeLink::new(Size::new(120, 40), Capabilities::default());
    let mut d = Desktop::over(link, end, &desk, dana, (120, 40), (Some(path.clone()), None));
    d.keys("3 /").text("name:iris").keys("Enter").await_text("Iris Vale");
    let out = folder.path().join("iris");
    d.keys(":").text("export this").keys("Enter").expect("Export the data of Iris Vale").keys("ctrl-u");
    d.text(out.to_str().unwrap()).keys("Enter").await_text("records and 0 files of C-1");
    assert!(std::fs::read_to_string(out.join("person.md")).unwrap().contains("Iris"));
    d.keys(":")
        .text("erase permanently")
        .keys("Enter")
        .expect("Erase Iris Vale permanently?")
        .text("C-2")
        .keys("Enter");
    d.expect("type C-1").keys("Esc").expect("Iris Vale");
    d.keys(":")
        .text("erase permanently")
        .keys("Enter")
        .text("C-1")
        .expect("nothing brings them back")
        .keys("Enter");
    d.await_text("C-1 is erased");
    let gone = desk.view(|v| records::get::<Customer>(v, iris)).unwrap().unwrap();
    assert_eq!(gone.display_name(), "Erased person 1");
    assert!(!std::fs::read(&path).unwrap().windows(4).any(|w| w == b"Iris"), "no byte of them is left");
    // The lists are reread from the file that is there now.
    d.await_that("Iris Vale", false);
}

#[test]
fn a_ticket_is_given_to_another_customer_found_by_half_a_name() {
    let t = Tiny::full();
    let mut d = Desktop::open(&t.desk, t.dana, (120, 40));
    let before = ticket(&t.desk, 1).requester;
    d.keys("j j Enter").expect("T-1 · Invoice PDF").keys("C").expect("Move the ticket to which customer?");
    // A slip of the finger is forgiven, and what matched is said.
    d.text("lovelaxe").await_text("Ada King-Lovelace").expect("showing");
    d.keys("Enter").await_text("T-1 now of").expect("Dana → Grace Hopper").keys("G");
    d.await_text("ticket of Grace Hopper → Ada King-Lovelace");
    assert_ne!(ticket(&t.desk, 1).requester, before);
    d.keys("r").await_text("To").expect("ada@engine.example").keys("Esc q");
    d.keys("u").await_text("Undone: T-1 now of");
    assert_eq!(ticket(&t.desk, 1).requester, before);
}

#[test]
fn a_deal_is_added_found_edited_and_archived() {
    let t = Tiny::full();
    let mut d = Desktop::open(&t.desk, t.dana, (120, 40));
    d.keys("N d").expect("New deal").text("Annual plan").keys("Tab Tab Tab").text("1200").keys("ctrl-s");
    d.await_text("Deal D-1 Annual plan added").keys("g d").await_text("newest first").expect("Annual plan");
    d.keys("Enter").await_text("D-1 deal").expect("Qualified").keys("e").await_text("Edit deal");
    // The stage comes fifth.
    d.keys("Tab Tab Tab Tab")
        .keys("ctrl-u")
        .text("proposal")
        .keys("ctrl-s")
        .await_text("D-1 Annual plan changed");
    d.keys("f").text("annual").await_text("deal D-1").keys("Enter").await_text("D-1 deal").expect("Proposal");
    d.keys("a").await_text("D-1 Annual plan archived").keys("g d").await_text("There are no deals yet.");
    d.keys("u").await_text("Undone: D-1 Annual plan archived").keys("g d").await_text("newest first");
}

#[test]
fn many_at_once_and_one_undo() {
    let t = Tiny::full();
    let mut d = Desktop::open(&t.desk, t.dana, (120, 40));
    d.keys("* a").expect("Assign to").text("sam").keys("Enter");
    for n in [1, 2, 3] {
        assert_eq!(ticket(&t.desk, n).assignee, Some(t.sam), "T-{n}");
    }
    d.keys("u");
    for n in [1, 2, 3] {
        assert_eq!(ticket(&t.desk, n).assignee, Some(t.dana), "T-{n}");
    }
}

#[test]
fn all_that_match_are_changed_in_steps_while_the_keys_go_on() {
    let t = Tiny::full();
    let add = |i: u32| {
        let edits = vec![Edit::set("name", format!("Person {i}")), Edit::set("tag", "old")];
        Request::new(
            Id::v7(NOW, [(i >> 8) as u8, i as u8, 3, 3, 3, 3, 3, 3, 3, 3]),
            t.dana,
            NOW,
            Command::Create(Kind::Customer, edits),
        )
    };
    for part in (0..1_300).collect::<Vec<_>>().chunks(325) {
        t.desk.run_all(part.iter().map(|i| add(*i)).collect()).unwrap();
    }
    let mut d = Desktop::open(&t.desk, t.dana, (120, 40));
    d.keys("3 /").text("tag:old").keys("Enter").await_text("Customers 1300").keys("*");
    d.await_text("All 1300 that match are marked").keys("t").text("spring").keys("Enter");
    d.await_text("Tags 1300 customers: spring?").keys("y").await_text("1300 customers tagged");
    let spring = || {
        let mut n = 0;
        t.desk
            .view(|v| {
                records::each::<Customer>(v, |c| {
                    n += usize::from(c.tags.contains(&"spring".to_owned()));
                    true
                })
            })
            .unwrap();
        n
    };
    assert_eq!(spring(), 1300);
    d.keys("u").await_text("Undone: 1300 customers tagged");
    assert_eq!(spring(), 0);
}

#[test]
fn wait_takes_a_phrase_and_dot_repeats_it() {
    let t = Tiny::full();
    let mut d = Desktop::open(&t.desk, t.dana, (120, 40));
    d.keys("w").text("in 2h").expect("asleep until 16:02").keys("Enter").keys(".");
    assert!(ticket(&t.desk, 2).is_snoozed(NOW + 3_600_000));
    assert!(ticket(&t.desk, 3).is_snoozed(NOW + 3_600_000));
}

#[test]
fn the_first_five_minutes_end_at_a_desk_with_a_customer() {
    let t = Tiny::empty();
    let mut d = Desktop::open(&t.desk, Id::NIL, (120, 40));
    d.expect("Welcome to frontdesk").keys("ctrl-s").expect("Where to begin");
    d.keys("Enter").expect("New customer").text("Grace").keys("Tab").text("Hopper").keys("ctrl-s");
    d.expect("Grace Hopper").expect("C-1").keys("N t").expect("New ticket for Grace Hopper");
    d.text("Blank invoices").keys("ctrl-s").expect("T-1 · Blank invoices");
    let agents = t.desk.view(|v| read::agents(v)).unwrap();
    assert_eq!((agents.len(), agents[0].unix_user.as_str()), (1, "dana"));
}

#[test]
fn the_own_editor_takes_the_headers_too() {
    let t = Tiny::full();
    let (link, end) = PipeLink::new(Size::new(100, 30), Capabilities::default());
    let link = link.with_editor(|text| {
        assert!(text.contains("To: gracie@burns.example"), "{text}");
        Some(text.replace("Cc: ", "Cc: boss@burns.example") + "From the editor.\n")
    });
    let mut d = Desktop::over(link, end, &t.desk, t.dana, (100, 30), (None, None));
    d.keys("r ctrl-x ctrl-e").expect("From the editor.").expect("boss@burns.example");
}

#[test]
fn a_paste_is_text_and_never_keys() {
    let t = Tiny::full();
    let mut d = Desktop::open(&t.desk, t.dana, (80, 24));
    let paste = "\x1b[200~dddq\x1b[201~";
    d.text(paste).expect("the paste was ignored");
    d.keys("n").text(paste).expect("dddq");
    assert_eq!(ticket(&t.desk, 2).category, Category::Open);
}

#[test]
fn frames_are_small_and_nothing_is_written_when_nothing_changed() {
    let t = Tiny::full();
    let mut d = Desktop::open(&t.desk, t.dana, (120, 40));
    let first: usize = d.frames.iter().sum();
    assert!(first <= 10_240, "first paint: {first} bytes");
    d.frames.clear();
    // A key that does nothing says so; the same again changes nothing.
    d.keys("ctrl-t ctrl-t");
    d.frames.clear();
    d.keys("ctrl-t");
    assert_eq!(d.frames.iter().sum::<usize>(), 0, "an unchanged frame");
}

#[test]
fn a_message_never_stands_under_another_thread() {
    let t = Tiny::full();
    let mut d = Desktop::open(&t.desk, t.dana, (120, 40));
    d.keys("r").text("Half a reply").keys("Esc").expect("PUBLIC REPLY").keys("3");
    d.expect("[3 Customers]").expect_not("PUBLIC REPLY").expect("The draft for T-2 is kept");
    d.keys("1 r").expect("PUBLIC REPLY").expect("Half a reply").keys("Esc q").expect("Draft kept");
    // The focus is in the list again, where it was.
    d.keys("j").expect("T-3 · Export stuck");
}

#[test]
fn marks_and_a_filter_typed_fast_change_only_what_matches() {
    let t = Tiny::full();
    let mut d = Desktop::open(&t.desk, t.dana, (120, 40));
    d.keys("* /");
    // In one piece: the rows of the filter come after the key that would act on the old ones.
    d.text("subject:stuck\rd").expect("still being filtered");
    d.keys("d").expect("T-3 solved");
    assert_eq!(ticket(&t.desk, 3).category, Category::Solved);
    assert_ne!(ticket(&t.desk, 2).category, Category::Solved);
}

#[test]
fn a_filter_asks_for_declared_custom_fields_by_their_names_and_types() {
    let mut t = Tiny::full();
    for (name, of) in [("Seats", CustomType::Number), ("Renewal", CustomType::Date)] {
        let f = CustomField { kind: "customer".into(), name: name.into(), of, ..CustomField::default() };
        let edit = Edit::add("custom_field", shape::to_json(&f).to_string());
        t.run(NOW - 1, Command::Edit(Kind::Workspace, Id::NIL, vec![edit]));
    }
    for (who, seats, renewal) in [("C-1", "5", "2020-01-01"), ("C-2", "50", "2020-03-01")] {
        let id = t.desk.view(|v| Ok(read::resolve(v, Kind::Customer, who))).unwrap().unwrap();
        let edits = vec![Edit::set("seats", seats), Edit::set("renewal", renewal)];
        t.run(NOW - 1, Command::Edit(Kind::Customer, id, edits));
    }
    let name = |who: &str| {
        let id = t.desk.view(|v| Ok(read::resolve(v, Kind::Customer, who))).unwrap().unwrap();
        t.desk.view(|v| records::get::<Customer>(v, id)).unwrap().unwrap().display_name()
    };
    let (first, second) = (name("C-1"), name("C-2"));
    let mut d = Desktop::open(&t.desk, t.dana, (120, 40));
    d.keys("3 /").text("seats:5").keys("Enter").await_that(&second, false).await_text(&first);
    d.keys("/ ctrl-u").text("renewal>2020-02-01").keys("Enter").await_that(&first, false).await_text(&second);
}

#[test]
fn a_reply_with_a_copy_and_a_file_leaves_with_exactly_these() {
    let mut t = Tiny::full();
    let edits = [("address", "help@desk.example"), ("send", "command"), ("signature", "Desk Help")];
    t.run(NOW - 1, Command::Create(Kind::Mailbox, edits.iter().map(|(f, v)| Edit::set(f, *v)).collect()));
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("plan.txt"), "the plan").unwrap();
    let (link, end) = PipeLink::new(Size::new(120, 40), Capabilities::default());
    let link = link.with_disk(Disk { home: Some(folder.path().to_owned()) });
    let mut d = Desktop::over(link, end, &t.desk, t.dana, (120, 40), (None, None));
    d.keys("r").text("The plan.").keys("ctrl-x r Tab").text("bob@x.example").expect("Cc      bob@x.example");
    d.keys("ctrl-x a")
        .text("~/pl")
        .await_text("plan.txt")
        .keys("Tab Enter")
        .expect("Attached plan.txt, 8 B.");
    d.expect("signature · Desk Help").keys("Esc").keys("y").expect("held");
    let ticket = t.desk.view(|v| records::by_number(v, Kind::Ticket, 2)).unwrap().unwrap();
    let m = t.desk.view(|v| read::thread(v, ticket)).unwrap().pop().unwrap();
    let mailbox = t.desk.view(mailboxes::all).unwrap().remove(0);
    let out: Outbox = t.desk.view(|v| records::get(v, m.id)).unwrap().unwrap();
    let letter = t.desk.view(|v| letter::letter(v, &mailbox, &out, &m)).unwrap().unwrap();
    let mail = parse(&letter.bytes);
    assert_eq!(mail.to.iter().map(|a| a.email.as_str()).collect::<Vec<_>>(), ["gracie@burns.example"]);
    assert_eq!(mail.cc.iter().map(|a| a.email.as_str()).collect::<Vec<_>>(), ["bob@x.example"]);
    assert!(mail.body.starts_with("The plan.\n\n-- \nDesk Help\n"), "{}", mail.body);
    assert!(mail.body.contains("> It says my password is wrong."), "{}", mail.body);
    assert_eq!(mail.attachments.iter().map(|a| a.bytes.as_slice()).collect::<Vec<_>>(), [b"the plan"]);
}

#[test]
fn a_session_that_does_not_run_on_the_agent_s_machine_reads_no_files() {
    let t = Tiny::full();
    let mut d = Desktop::open(&t.desk, t.dana, (120, 40));
    d.keys("r").text("x").keys("ctrl-x a").text("/etc/passwd").keys("Enter");
    d.expect("files of yours cannot be read from this session");
}

#[test]
fn a_severity_is_chosen_by_its_key_and_undone() {
    let t = Tiny::full();
    let mut d = Desktop::open(&t.desk, t.dana, (120, 40));
    d.expect("Cannot log in since").keys("P s").expect("Severity").keys("m a j Enter").expect("major");
    assert_eq!(ticket(&t.desk, 2).severity, "major");
    d.keys("P s").keys("n o n e Enter").expect_not("no severity");
    assert_eq!(ticket(&t.desk, 2).severity, "");
    d.keys("u").expect("ndone");
    assert_eq!(ticket(&t.desk, 2).severity, "major");
}

#[test]
fn a_severity_is_chosen_in_the_form_of_a_ticket_and_undone() {
    let t = Tiny::full();
    let mut d = Desktop::open(&t.desk, t.dana, (120, 40));
    d.expect("Cannot log in since").keys("e").expect("Edit ticket").expect("Severity");
    d.keys("Tab Tab Tab Tab Tab").expect("none  minor  major  critical").keys("Space Space ctrl-s");
    assert_eq!(ticket(&t.desk, 2).severity, "major");
    d.keys("u").expect("ndone");
    assert_eq!(ticket(&t.desk, 2).severity, "");
}
