//! Two terminals, an import of people, one of mail and a backup on one file at once.

use std::{
    fmt::Write as _,
    io::{Read, Write},
    sync::{Arc, Mutex},
    thread,
};

use frontdesk::{
    desk::{Command, Edit, Request, command::NewTicket},
    model::{Kind, Message, Table},
    store::{Range, ViewExt, backup, records},
};
use portable_pty::{CommandBuilder, MasterPty, PtySize, native_pty_system};

use super::process::{NOW, PROGRAM, Part, Place, clean, op, until};

/// The program in a terminal.
struct Terminal {
    _master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    screen: Arc<Mutex<vt100::Parser>>,
    child: Box<dyn portable_pty::Child + Send + Sync>,
}

impl Terminal {
    fn open(place: &Place) -> Terminal {
        let (rows, cols) = (40, 120);
        let size = PtySize { rows, cols, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(PROGRAM);
        command.args(["--store", place.path.to_str().unwrap(), "--agent", "Dana"]);
        command.env_clear();
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        command.env("HOME", place.folder.path());
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let at_least = |n: u16| std::num::NonZeroU16::new(n).unwrap();
        let screen = Arc::new(Mutex::new(vt100::Parser::new(at_least(rows), at_least(cols), 0)));
        let mut reader = pair.master.try_clone_reader().unwrap();
        let shown = screen.clone();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(n) = reader.read(&mut buffer) {
                if n == 0 {
                    break;
                }
                shown.lock().unwrap().process(&buffer[..n]);
            }
        });
        let keys = pair.master.take_writer().unwrap();
        Terminal { _master: pair.master, keys, screen, child }
    }

    fn shows(&self, text: &str) -> bool {
        self.screen.lock().unwrap().screen().contents().contains(text)
    }

    fn see(&self, text: &str) {
        until(text, || self.shows(text));
    }

    fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// Writes a note on the ticket that is open.
    fn note(&mut self, text: &str) {
        self.press("n");
        self.see("INTERNAL NOTE");
        self.press(text);
        self.see(text);
        self.press("\x1b");
        until("typing ends", || !self.shows("leave typing"));
        self.press("y");
        until("the note is written", || !self.shows("INTERNAL NOTE"));
    }

    fn leave(mut self) {
        self.press("\x11");
        until("it ends", || match self.child.try_wait().unwrap() {
            Some(status) => {
                assert!(status.success());
                true
            }
            None => false,
        });
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

fn people(n: usize) -> String {
    let mut out = String::from("External ID,First Name,Last Name,Email\n");
    (0..n).for_each(|i| writeln!(out, "{i},Ann{i},Bee,a{i}@firm.example").unwrap());
    out
}

fn mailbox(n: usize) -> String {
    let mut out = String::new();
    for i in 0..n {
        writeln!(
            out,
            "From c{i}@mail.example Mon Nov  2 10:00:00 2026\nFrom: Cust Omer {i} <c{i}@mail.example>\n\
             To: help@desk.example\nSubject: Question {i}\nMessage-ID: <m{i}@mail.example>\n\
             Date: Mon, 2 Nov 2026 10:00:00 +0000\n\nWhat about number {i}?\n"
        )
        .unwrap();
    }
    out
}

#[test]
fn two_terminals_two_imports_and_a_backup_at_once_all_succeed() {
    let place = Place::new();
    let run = |n, command| place.desk.run(Request::new(op(3, n), place.dana, NOW, command)).unwrap();
    let ada = run(1, Command::CustomerAdd(vec![Edit::set("name", "Ada Lovelace")])).created[0].1;
    let new = NewTicket {
        requester: ada,
        subject: "Printer jams".into(),
        body: "It does it every time.".into(),
        assignee: Some(place.dana),
        ..Default::default()
    };
    run(2, Command::TicketCreate(Box::new(new)));
    let (csv, mbox, to) = (place.file("people.csv"), place.file("support.mbox"), place.file("copy.backup"));
    std::fs::write(&csv, people(1500)).unwrap();
    std::fs::write(&mbox, mailbox(80)).unwrap();

    let mut terminals = [Terminal::open(&place), Terminal::open(&place)];
    terminals.iter().for_each(|t| t.see("every time"));
    let words = [
        vec!["import", "contacts", csv.to_str().unwrap()],
        vec!["import", "mail", mbox.to_str().unwrap()],
        vec!["backup", to.to_str().unwrap()],
    ];
    let jobs: Vec<_> = words.iter().map(|w| Part::of(&mut place.program(w))).collect();
    thread::scope(|s| {
        for (i, t) in terminals.iter_mut().enumerate() {
            s.spawn(move || (0..3).for_each(|n| t.note(&format!("Note {n} of terminal {i}."))));
        }
    });
    for (job, words) in jobs.into_iter().zip(&words) {
        assert!(job.end().0, "{words:?}");
    }
    // Each sees what the other wrote.
    terminals[0].see("Note 2 of terminal 1.");
    terminals[1].see("Note 2 of terminal 0.");
    terminals.into_iter().for_each(Terminal::leave);

    let mut notes = 0;
    let (customers, tickets) = place
        .desk
        .view(|v| {
            records::each::<Message>(v, |m| {
                notes += usize::from(m.body.starts_with("Note "));
                true
            })?;
            Ok((v.count(Table::Customer, &Range::all())?, v.count(Kind::Ticket.table(), &Range::all())?))
        })
        .unwrap();
    assert_eq!((notes, customers, tickets), (6, 1 + 1500 + 80, 1 + 80));
    clean(&place.desk);
    assert!(backup::verify(&to, &mut |_| true).unwrap().report.is_clean());
    assert!(!place.folder.path().join("copy.backup.part").exists());
}
