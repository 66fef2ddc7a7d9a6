//! A mailbox is added on the screen: both directions are tried against servers on loopback, and nothing is saved before.

#![cfg(all(feature = "imap", feature = "smtp"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

#[path = "support/imap_server.rs"]
mod imap_server;
#[path = "support/smtp_server.rs"]
mod smtp_server;
mod support;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, unbounded};
use frontdesk::{
    desk::{Command, Desk, Edit, mailboxes},
    host::{
        mail::{
            config::{self, Config, Moved},
            setup::Setup,
        },
        pipe::{PipeEnd, PipeLink},
        session::{self, Clock, Idle, Options},
    },
    model::{Id, Kind, Mailbox, OpId, Stamp},
    store::{RedbStore, meta},
    term::caps::Capabilities,
    tui::{
        effect::Leave,
        event::TuiEventKind,
        keymap::{Keymap, layers},
        model::{Layer, Way},
        popups::welcome::Newcomer,
    },
};
use imap_server::ImapServer;
use ratatui::layout::Size;
use smtp_server::SmtpServer;
use support::{
    keys::bytes,
    screen::Screen,
    tiny::{NOW, Tiny},
};

/// A snapshot under a name.
fn shot(name: &str, frame: &str) {
    insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!(name, frame);
    });
}

// The form by itself.

fn form_field(s: &Screen, name: &str) -> String {
    match s.model.layers.last() {
        Some(Layer::Form(f)) => f.value(name).to_owned(),
        other => panic!("no form: {other:?}"),
    }
}

fn test_at(s: &Screen) -> OpId {
    match s.model.layers.last() {
        Some(Layer::MailTest(t)) => t.op,
        other => panic!("no test: {other:?}\n{}", s.text_of_frame()),
    }
}

fn all(desk: &Desk) -> Vec<Mailbox> {
    desk.view(mailboxes::all).unwrap()
}

#[test]
fn the_form_guesses_how_a_mailbox_is_reached_and_keeps_what_was_typed() {
    let t = Tiny::full();
    for (name, size) in [("80x24", (80, 24)), ("120x40", (120, 40))] {
        let mut s = Screen::open(&t.desk, t.dana, size);
        s.keys("N m").text("help@gmail.com");
        shot(&format!("mailbox_form_{name}"), &s.styled_frame());
    }
    let mut s = Screen::open(&t.desk, t.dana, (120, 40));
    s.keys("N m").text("help@harbour.example");
    assert_eq!(form_field(&s, "receive"), "imaps://help@harbour.example@imap.harbour.example/INBOX");
    assert_eq!(form_field(&s, "send"), "smtps://help@harbour.example@smtp.harbour.example");
    s.keys("Tab Tab ctrl-u").text("deliver").keys("shift-Tab shift-Tab").text("x");
    assert_eq!(form_field(&s, "receive"), "deliver", "what was typed is kept");
    assert!(form_field(&s, "send").ends_with("smtp.harbour.examplex"));
}

#[test]
fn what_is_wrong_is_said_while_typing_and_nothing_is_tried() {
    let t = Tiny::full();
    let mut s = Screen::open(&t.desk, t.dana, (120, 40));
    s.keys("N m").text("help").expect("no address").text("@harbour.example").expect_not("no address");
    s.keys("Tab Tab ctrl-u").text("imaps://ann:hunter2@host").expect("no password is kept in the desk");
    s.keys("ctrl-s").expect("no password is kept in the desk");
    s.keys("ctrl-u").text("deliver").keys("Tab Tab").text("pass show x | head").expect("sh -c");
    s.keys("ctrl-s").expect("sh -c");
    assert!(s.tried.is_empty() && all(&t.desk).is_empty());
}

#[test]
fn a_failed_direction_is_shown_in_the_servers_words_and_can_be_saved_paused_or_fixed() {
    let t = Tiny::full();
    let failed =
        Err("imap.harbour.example: LOGIN: [AUTHENTICATIONFAILED] Invalid credentials (Failure)".to_owned());
    let good = Ok("smtp.harbour.example says: 220 mx ready; login as help: 235 2.7.0 accepted".to_owned());
    for (name, size) in [("80x24", (80, 24)), ("120x40", (120, 40))] {
        let mut s = Screen::open(&t.desk, t.dana, size);
        s.keys("N m").text("help@harbour.example").keys("ctrl-s").expect("trying");
        let op = test_at(&s);
        s.happened(TuiEventKind::MailTried(op, Way::Send, good.clone()));
        s.expect("220 mx ready");
        s.happened(TuiEventKind::MailTried(op, Way::Receive, failed.clone()));
        shot(&format!("mailbox_test_{name}"), &s.text_of_frame());
    }
    let mut s = Screen::open(&t.desk, t.dana, (120, 40));
    s.keys("N m").text("help@harbour.example").keys("ctrl-s");
    let op = test_at(&s);
    for way in [Way::Receive, Way::Send] {
        s.happened(TuiEventKind::MailTried(op, way, failed.clone()));
    }
    s.keys("n").expect("Add mailbox");
    assert_eq!(form_field(&s, "address"), "help@harbour.example", "it is there to be fixed");
    assert!(all(&t.desk).is_empty());
    s.keys("ctrl-s");
    let again = test_at(&s);
    assert_ne!(op, again);
    s.happened(TuiEventKind::MailTried(op, Way::Receive, good.clone()));
    s.expect("trying").keys("y").expect("Still testing");
    for way in [Way::Receive, Way::Send] {
        s.happened(TuiEventKind::MailTried(again, way, failed.clone()));
    }
    s.keys("y").expect_not("Add mailbox").expect("paused");
    assert!(all(&t.desk)[0].paused_at.is_some());
}

#[test]
fn a_test_is_cancelled_by_a_key_and_its_results_come_to_nothing() {
    let t = Tiny::full();
    let mut s = Screen::open(&t.desk, t.dana, (120, 40));
    s.keys("N m").text("help@harbour.example").keys("ctrl-s");
    let op = test_at(&s);
    s.keys("Esc").expect("Add mailbox").expect("Test cancelled");
    for way in [Way::Receive, Way::Send] {
        s.happened(TuiEventKind::MailTried(op, way, Ok("250 ok".into())));
    }
    assert!(all(&t.desk).is_empty(), "it was cancelled");
}

#[test]
fn commands_typed_into_the_form_go_to_the_users_file_and_never_to_the_desk() {
    let t = Tiny::full();
    let mut s = Screen::open(&t.desk, t.dana, (120, 40));
    s.keys("N m")
        .text("help@harbour.example")
        .keys("Tab Tab Tab ctrl-u")
        .text("command:sendmail -t SECRETWORD");
    s.keys("Tab").text("pass show SECRETWORD").keys("ctrl-s");
    let op = test_at(&s);
    for way in [Way::Receive, Way::Send] {
        s.happened(TuiEventKind::MailTried(op, way, Ok("fine".into())));
    }
    let kept = &s.kept[0];
    assert_eq!(kept.0, "help@harbour.example");
    assert_eq!(
        kept.1,
        [
            ("password_command", "pass show SECRETWORD".to_owned()),
            ("send_command", "sendmail -t SECRETWORD".to_owned())
        ]
    );
    let mut lines = Vec::new();
    t.desk
        .view(|v| {
            lines.clear();
            frontdesk::store::dump::write(v, frontdesk::store::dump::Form::Records, &mut lines, &mut |_| {
                true
            })
            .unwrap();
            Ok(())
        })
        .unwrap();
    assert!(!String::from_utf8_lossy(&lines).contains("SECRETWORD"));
    assert_eq!(all(&t.desk)[0].send.kind.as_str(), "command");
}

#[test]
fn an_edit_that_touches_no_server_tries_none() {
    let mut t = Tiny::full();
    let edits = vec![Edit::set("address", "help@harbour.example"), Edit::set("receive", "deliver")];
    t.run(NOW, Command::Create(Kind::Mailbox, edits));
    let mut s = Screen::open(&t.desk, t.dana, (120, 40));
    s.keys("8 e").expect("Edit mailbox").keys("Tab").text("Harbour help").keys("ctrl-s").expect("changed");
    assert!(s.tried.is_empty());
    assert_eq!(all(&t.desk)[0].name, "Harbour help");
    s.keys("t").expect("trying");
    assert_eq!(s.tried.len(), 1);
}

// Through the real session, against servers.

struct Live {
    end: PipeEnd,
    idle: Receiver<Idle>,
    typed: u64,
    screen: vt100::Parser,
    thread: Option<thread::JoinHandle<Leave>>,
    setup: Arc<Setup>,
    desk: Desk,
    folder: tempfile::TempDir,
}

impl Live {
    fn new() -> Live {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("desk.redb");
        let options = frontdesk::store::Options::at(&store).or_create(Id([3; 16]), NOW);
        let desk = Desk::new(Arc::new(RedbStore::open(&options).unwrap())).for_user("dana");
        let begun = Tiny::begun_in(desk.clone());
        let ids = Arc::new(AtomicU64::new(1));
        let draw = move || {
            let [_, _, _, _, a, b, c, d] = ids.fetch_add(1, Ordering::SeqCst).to_be_bytes();
            Id::v7(NOW, [6, 6, 6, 6, 6, 6, a, b, c, d])
        };
        let start = Instant::now();
        let wall = Arc::new(move || NOW + start.elapsed().as_millis() as Stamp);
        let drawn = draw.clone();
        let config = folder.path().join("config");
        let setup = Arc::new(Setup::new(
            desk.clone(),
            config,
            "/bin:/usr/bin".into(),
            wall.clone(),
            Box::new(move || Ok(drawn())),
        ));
        let (told, idle) = unbounded();
        let (mut link, end) = PipeLink::new(Size::new(120, 40), Capabilities::default());
        let options = Options {
            me: begun.dana,
            store: None,
            newcomer: Newcomer::default(),
            keymap: Arc::new(Keymap::build(&layers("default", None).unwrap())),
            look: None,
            plain: None,
            clock: Clock { wall, steady: Arc::new(move || start.elapsed().as_millis() as u64) },
            ids: Box::new(draw),
            state: None,
            mail: Some(setup.clone()),
            idle: Some(told),
        };
        let at = desk.clone();
        let thread = thread::spawn(move || session::run(&mut link, &at, options).unwrap());
        let screen = vt100::Parser::new(40.try_into().unwrap(), 120.try_into().unwrap(), 0);
        let mut live = Live { end, idle, typed: 0, screen, thread: Some(thread), setup, desk, folder };
        live.rest();
        live
    }

    /// Waits until all that was typed is done with, tests among it.
    fn rest(&mut self) {
        loop {
            let idle = self.idle.recv_timeout(Duration::from_secs(20)).expect("the session becomes idle");
            if idle.bytes >= self.typed {
                break;
            }
        }
        for frame in self.end.sent.try_iter() {
            self.screen.process(&frame);
        }
    }

    fn keys(&mut self, names: &str) -> &mut Live {
        for name in names.split_whitespace() {
            self.typed += bytes(name).len() as u64;
            assert!(self.end.type_bytes(bytes(name)));
            self.rest();
        }
        self
    }

    fn text(&mut self, text: &str) -> &mut Live {
        self.typed += text.len() as u64;
        assert!(self.end.type_bytes(text.as_bytes()));
        self.rest();
        self
    }

    #[track_caller]
    fn expect(&mut self, what: &str) -> &mut Live {
        let shown = self.screen.screen().contents();
        assert!(shown.contains(what), "“{what}” is not on the screen:\n{shown}");
        self
    }

    /// Fills the form in for two servers.
    fn form(&mut self, imap: u16, smtp: u16) -> &mut Live {
        self.keys("N m").text("help@harbour.example").keys("Tab Tab ctrl-u");
        self.text(&format!("imap://help@127.0.0.1:{imap}/INBOX")).keys("Tab ctrl-u");
        self.text(&format!("smtp://127.0.0.1:{smtp}")).keys("Tab").text("echo right")
    }

    fn leave(mut self) {
        self.end.type_bytes(bytes("ctrl-q"));
        assert_eq!(self.thread.take().unwrap().join().unwrap(), Leave::Done);
        self.setup.finish();
    }
}

#[test]
fn a_mailbox_whose_servers_answer_is_saved_and_fetched_without_a_restart() {
    let mut live = Live::new();
    let (imap, smtp) = (ImapServer::start(), SmtpServer::start());
    live.form(imap.port, smtp.port).keys("ctrl-s");
    live.expect("Mailbox help@harbour.example added").keys("8").expect("help@harbour.example");
    let mailbox = all(&live.desk)[0].clone();
    assert!(mailbox.paused_at.is_none());
    let config = Config::load(&live.folder.path().join("config")).unwrap();
    let store = live.desk.view(meta::store_id).unwrap();
    let commands = config.of(store, "help@harbour.example").unwrap();
    assert_eq!(commands.password_command.as_ref().unwrap().words, ["echo", "right"]);
    // The process approved it a moment ago, and fetches by now.
    let end = Instant::now() + Duration::from_secs(20);
    while live.desk.view(|v| mailboxes::state(v, mailbox.id)).unwrap().last_contact.is_none() {
        assert!(Instant::now() < end, "no one fetched");
        let _ = live.idle.recv_timeout(Duration::from_millis(20));
    }
    live.leave();
}

#[test]
fn a_server_that_refuses_is_quoted_and_the_mailbox_can_be_saved_paused() {
    let mut live = Live::new();
    let (imap, smtp) = (ImapServer::start(), SmtpServer::start());
    imap.state().instead.push(("LOGIN", "TAG NO [AUTHENTICATIONFAILED] wrong password\r\n".into()));
    smtp.state().instead.push(("<greeting>", "554 5.7.1 your address is blocked"));
    live.form(imap.port, smtp.port).keys("ctrl-s");
    live.expect("[AUTHENTICATIONFAILED] wrong").expect("your address is blocked").expect("save it, paused");
    assert!(all(&live.desk).is_empty());
    live.keys("n").expect("Add mailbox").keys("ctrl-s").keys("y").expect("paused");
    assert!(all(&live.desk)[0].paused_at.is_some());
    live.leave();
}

#[test]
fn a_test_notes_how_large_a_message_the_server_takes_before_any_is_sent() {
    let mut live = Live::new();
    let (imap, smtp) = (ImapServer::start(), SmtpServer::start());
    smtp.state().instead.push(("EHLO", "250-mx\r\n250 SIZE 20480"));
    live.form(imap.port, smtp.port).keys("ctrl-s");
    live.expect("Mailbox help@harbour.example added");
    let mailbox = all(&live.desk)[0].clone();
    let limit = |live: &Live| live.desk.view(|v| mailboxes::state(v, mailbox.id)).unwrap().size_limit;
    assert_eq!(limit(&live), Some(20480), "of a mailbox that was tested before it was saved");
    smtp.state().instead[0].1 = "250-mx\r\n250 SIZE 1000000";
    live.keys("8 t").expect("messages of at most").expect("1.0 MB").keys("Esc");
    assert_eq!(limit(&live), Some(1_000_000));
    live.leave();
}

#[test]
fn a_new_address_takes_the_commands_of_the_old_one_along() {
    let mut live = Live::new();
    let (imap, smtp) = (ImapServer::start(), SmtpServer::start());
    live.form(imap.port, smtp.port).keys("ctrl-s");
    live.keys("8 e ctrl-u").text("care@harbour.example").keys("ctrl-s");
    live.expect("moved to care@harbour.example");
    let config = Config::load(&live.folder.path().join("config")).unwrap();
    let store = live.desk.view(meta::store_id).unwrap();
    assert!(config.of(store, "help@harbour.example").is_none());
    assert_eq!(
        config.of(store, "care@harbour.example").unwrap().password_command.as_ref().unwrap().words,
        ["echo", "right"]
    );
    assert_eq!(all(&live.desk)[0].address, "care@harbour.example", "tested with the commands that it had");
    for (key, now, before) in [("u", "help", "care"), ("ctrl-r", "care", "help")] {
        live.keys(key).expect(&format!("moved to {now}@harbour.example"));
        let config = Config::load(&live.folder.path().join("config")).unwrap();
        let of = |name: &str| config.of(store, &format!("{name}@harbour.example")).is_some();
        assert!(of(now) && !of(before), "{key}");
    }
    live.leave();
}

#[test]
fn a_section_of_another_user_is_named_with_what_that_user_has_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let moved = config::rename(folder.path(), Id([7; 16]), "help@x.org", "care@x.org").unwrap();
    assert_eq!(moved, Moved::None);
    assert_eq!(moved.shown("help@x.org", "care@x.org", &[]), "");
    let said = moved.shown("help@x.org", "care@x.org", &["dana".to_owned()]);
    assert!(
        said.contains("mailboxes.toml of dana: rename the section of help@x.org to care@x.org"),
        "{said}"
    );
}
