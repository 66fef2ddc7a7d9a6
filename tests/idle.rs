//! Idle: the screen wants to be woken only for what changes on it. (`docs/measured.md` has the processor time of the program.)

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

use std::{fs, thread, time::Duration};

use frontdesk::{
    host::mail::post::Background,
    term::{backend::ByteBackend, caps::Capabilities},
    tui::{self, event::TuiEventKind, look::Appearance},
};
use ratatui::{Terminal, layout::Size};

#[path = "support/imap_server.rs"]
mod imap_server;
#[path = "support/mail_desk.rs"]
mod mail_desk;
#[path = "support/process.rs"]
mod process;
mod support;

use imap_server::ImapServer;
use mail_desk::{MailDesk, letter, maildir};
use process::until;
use support::{
    bench,
    screen::Screen,
    tiny::{NOW, Tiny},
};

const MINUTE: i64 = 60_000;

#[test]
fn no_wake_up_of_an_idle_screen_changes_nothing() {
    let tiny = Tiny::full();
    for workspace in ["1", "2", "3", "4", "5", "8", "2 Enter", "3 Enter", "?", ":"] {
        let mut screen = Screen::open(&tiny.desk, tiny.dana, (120, 40));
        screen.keys(workspace).wait(MINUTE);
        let backend = ByteBackend::new(Size::new(120, 40), Capabilities::default());
        let mut terminal = Terminal::new(backend).unwrap();
        let mut frame = |screen: &Screen| {
            terminal.draw(|frame| tui::draw(&screen.model, frame)).unwrap();
            terminal.backend_mut().take_frame().len()
        };
        frame(&screen);
        let (end, mut wakes) = (screen.now + 10 * MINUTE, Vec::new());
        while let Some(at) = tui::wake_at(&screen.model).filter(|at| *at <= end) {
            screen.now = at.max(screen.now + 1);
            screen.happened(TuiEventKind::Tick);
            wakes.push((at - NOW, frame(&screen)));
        }
        assert!(wakes.iter().all(|(_, bytes)| *bytes > 0), "{workspace}: {wakes:?}");
        assert!(wakes.len() <= 12, "{workspace}: {wakes:?}");
    }
}

#[test]
fn without_colours_the_hint_of_an_empty_field_is_in_brackets() {
    let tiny = Tiny::full();
    for (look, hint) in
        [(Appearance::shipped(false, true), "(needed)"), (Appearance::shipped(true, true), " needed")]
    {
        let mut screen = Screen::with_look(&tiny.desk, tiny.dana, (120, 40), look);
        // A new task: its title is needed, and the cursor is moved off it.
        screen.keys("4 o Tab").expect(hint);
    }
}

/// How often the threads of this process that fetch and send gave up the processor: each wake-up is once.
fn waits_of_mail() -> u64 {
    let mut n = 0;
    for task in fs::read_dir("/proc/self/task").unwrap().flatten() {
        // One that has just ended waits no more.
        let read = |name: &str| fs::read_to_string(task.path().join(name)).unwrap_or_default();
        if !["frontdesk-fetch", "frontdesk-mail"].contains(&read("comm").trim()) {
            continue;
        }
        let status = read("status");
        let waits = status.lines().find_map(|l| l.strip_prefix("voluntary_ctxt_switches:"));
        n += waits.map_or(0, |n| n.trim().parse::<u64>().unwrap());
    }
    n
}

/// Whether the threads of a desk sleep: a window in which none of them wakes up more than once in two seconds.
fn sleeps(d: &mut MailDesk, news: impl FnOnce(), came: impl Fn(&MailDesk) -> bool) {
    let background = Background::start(d.post()).unwrap();
    until("it was read once", || d.state().uid_validity != 0);
    // They become idle.
    until("they sleep", || {
        let before = waits_of_mail();
        thread::sleep(Duration::from_secs(2));
        let woken = waits_of_mail() - before;
        println!("{woken} wake-ups in 2 s");
        woken <= 1
    });
    // And yet respond immediately.
    news();
    until("the news is there", || came(d));
    background.finish();
}

#[test]
fn a_desk_with_mailboxes_sleeps_until_there_is_news() {
    let mail = letter(1, "Is it open?");
    let has_mail = |d: &MailDesk| d.subjects() == ["Letter 1"];

    let folder = tempfile::tempdir().unwrap();
    let path = maildir(folder.path());
    let mut d = MailDesk::new(&format!("maildir:{}", path.display()), "none");
    let deliver = || {
        fs::write(path.join("tmp/1.a.b"), &mail).unwrap();
        fs::rename(path.join("tmp/1.a.b"), path.join("new/1.a.b")).unwrap();
    };
    sleeps(&mut d, deliver, has_mail);

    let server = ImapServer::start();
    let mut d = MailDesk::new(&format!("imap://ann@127.0.0.1:{}/INBOX", server.port), "none");
    d.insecure();
    sleeps(&mut d, || server.put(mail.as_bytes()), has_mail);
}
