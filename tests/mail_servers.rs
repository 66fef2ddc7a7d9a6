//! What the desk does at a server besides fetching and sending: copies of sent mail, processed mail, marks for other
//! desks, logins with tokens; and that one server which hangs delays nothing but itself.

#![cfg(all(feature = "imap", feature = "smtp"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

use std::{
    fs,
    os::unix::process::ExitStatusExt,
    process::Stdio,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use base64::Engine as _;
use frontdesk::{
    desk::{Command, mail_health::Health},
    host::mail,
    model::{CopyState, OutboxState},
    store::meta,
};

#[path = "support/bench.rs"]
#[allow(dead_code, reason = "each test takes what it needs")]
mod bench;
#[path = "support/imap_server.rs"]
mod imap_server;
#[path = "support/mail_desk.rs"]
mod mail_desk;
#[path = "support/process.rs"]
mod process;
#[path = "support/smtp_server.rs"]
mod smtp_server;

use imap_server::{Folder, ImapServer};
use mail_desk::{MINUTE, MailDesk, letter, maildir};
use process::{Place, until};
use smtp_server::SmtpServer;

fn servers() -> (ImapServer, SmtpServer, MailDesk) {
    let (imap, smtp) = (ImapServer::start(), SmtpServer::start());
    let d = MailDesk::new(&receive(&imap), &format!("smtp://127.0.0.1:{}", smtp.port));
    (imap, smtp, d)
}

fn receive(imap: &ImapServer) -> String {
    format!("imap://ann@127.0.0.1:{}/INBOX", imap.port)
}

fn copies(imap: &ImapServer) -> Vec<String> {
    let state = imap.state();
    state.folders["Sent"].messages.iter().map(|m| String::from_utf8(m.raw.clone()).unwrap()).collect()
}

#[test]
fn what_was_sent_is_copied_once_and_is_the_same_message() {
    let (imap, smtp, mut d) = servers();
    imap.state().folders.insert("Sent".into(), Folder::default());
    d.set("sent_folder", "Sent");
    let ids = [d.reply(), d.reply()];
    assert_eq!((d.send(false), d.send(false)), (2, 0));
    let mut accepted: Vec<String> =
        smtp.state().accepted.iter().map(|a| a.text.strip_suffix(".\r\n").unwrap().to_owned()).collect();
    let mut copied = copies(&imap);
    accepted.sort();
    copied.sort();
    assert_eq!(copied, accepted);
    assert!(ids.iter().all(|id| d.outbox(*id).copy == CopyState::Done));
    assert_eq!(imap.state().connections, 1, "one connection for both");
    // A process that ended between the copy and its note makes none twice.
    let store = d.b.desk.view(meta::store_id).unwrap();
    let mut copier = mail::copier(&d.config(), store, &d.mailbox()).unwrap();
    let id = d.message_id(ids[0]);
    copier.copy(id.trim_matches(['<', '>']), accepted[0].as_bytes()).unwrap();
    assert_eq!(copies(&imap).len(), 2);
    d.b.assert_clean();
}

#[test]
fn a_copy_that_cannot_be_made_is_tried_again_and_never_sends_the_message_again() {
    let (imap, smtp, mut d) = servers();
    d.set("sent_folder", "Sent");
    let id = d.reply();
    let (sent, problems) = d.post().send(None, false).unwrap();
    assert_eq!(sent.sent, 1);
    assert!(problems["help@desk.example"].contains("no copy in Sent"), "{problems:?}");
    assert_eq!((d.outbox(id).state, d.outbox(id).copy), (OutboxState::Sent, CopyState::Wanted));
    assert!(d.state().copy_problem.contains("no such folder"), "{}", d.state().copy_problem);
    imap.state().folders.insert("Sent".into(), Folder::default());
    d.send(false);
    assert_eq!(copies(&imap).len(), 0, "not before its time");
    d.pass(MINUTE);
    assert_eq!(d.send(false), 0);
    assert_eq!((copies(&imap).len(), smtp.state().accepted.len()), (1, 1));
    assert_eq!((d.outbox(id).copy, d.state().copy_problem.as_str()), (CopyState::Done, ""));
    // After five days it is given up, and the message stays sent.
    d.set("sent_folder", "Nowhere");
    let id = d.reply();
    for _ in 0..40 {
        d.send(false);
        d.pass(4 * 60 * MINUTE);
    }
    assert_eq!((d.outbox(id).state, d.outbox(id).copy), (OutboxState::Sent, CopyState::Failed));
    assert_eq!(smtp.state().accepted.len(), 2);
    d.b.assert_clean();
}

#[test]
fn fetched_mail_moves_also_where_the_server_has_no_move() {
    for (can, left, commands) in [
        ("IMAP4rev1 MOVE UIDPLUS", 0, [1, 0, 0]),
        ("IMAP4rev1 UIDPLUS", 0, [0, 1, 1]),
        // Deleted messages of others are not expunged with ours: it stays, flagged as deleted.
        ("IMAP4rev1", 1, [0, 1, 0]),
    ] {
        let (imap, _, mut d) = servers();
        imap.state().capabilities = can;
        imap.state().folders.insert("Done".into(), Folder::default());
        d.set("move_to", "Done");
        d.set("after_fetch", "move");
        imap.put(letter(1, "One.").as_bytes());
        assert_eq!((d.fetch(), d.fetch()), (1, 0), "{can}");
        assert_eq!(d.state().problem, "");
        let counts = ["UID MOVE", "UID COPY", "UID EXPUNGE"].map(|c| imap.count(c));
        assert_eq!(counts, commands, "{can}");
        let state = imap.state();
        assert_eq!((state.folders["INBOX"].messages.len(), state.folders["Done"].messages.len()), (left, 1));
    }
}

#[test]
fn mail_that_could_not_be_moved_is_moved_by_a_later_fetch() {
    let (imap, _, mut d) = servers();
    d.set("move_to", "Done");
    d.set("after_fetch", "move");
    imap.put(letter(1, "One.").as_bytes());
    assert_eq!(d.fetch(), 1);
    assert!(d.state().problem.contains("cannot be moved to Done"), "{}", d.state().problem);
    imap.state().folders.insert("Done".into(), Folder::default());
    imap.put(letter(2, "Two.").as_bytes());
    assert_eq!((d.fetch(), d.subjects().len()), (1, 2));
    assert_eq!(imap.state().folders["Done"].messages.len(), 2);
    // What was in the folder before mail was to be moved stays there.
    d.set("after_fetch", "leave");
    imap.put(letter(3, "Three.").as_bytes());
    assert_eq!(d.fetch(), 1);
    d.set("after_fetch", "move");
    assert_eq!((d.fetch(), imap.state().folders["INBOX"].messages.len()), (0, 1));
}

#[test]
fn of_two_desks_on_one_folder_the_second_takes_nothing_until_it_is_told_to_take_over() {
    let (imap, _, mut first) = servers();
    let mut second = MailDesk::new(&receive(&imap), "none");
    let mark = |d: &MailDesk| {
        let id = d.b.desk.view(meta::store_id).unwrap().to_string();
        format!("$Frontdesk-{}", &id[id.len() - 8..])
    };
    assert_ne!(mark(&first), mark(&second));
    imap.put(letter(1, "One.").as_bytes());
    assert_eq!(first.fetch(), 1);
    assert!(imap.state().folders["INBOX"].messages[0].flags.contains(&mark(&first)));
    assert_eq!(second.fetch(), 0);
    let said = second.state().problem;
    assert!(said.contains(&mark(&first)) && said.contains("mailbox resume help@desk.example"), "{said}");
    assert!(second.state().failing_since.is_some() && second.subjects().is_empty());
    // The first one goes on.
    imap.put(letter(2, "Two.").as_bytes());
    assert_eq!((first.fetch(), second.fetch()), (1, 0));
    // Told so, the second takes over, and the first one hears of it.
    second.b.run(Command::MailboxPause(second.mailbox, false));
    assert_eq!((second.fetch(), second.fetch()), (2, 0));
    imap.put(letter(3, "Three.").as_bytes());
    assert_eq!((first.fetch(), second.fetch()), (0, 1));
    assert!(first.state().problem.contains(&mark(&second)), "{}", first.state().problem);
    // Where the server keeps no keywords, nothing is marked and nothing is lost.
    let (imap, _, mut d) = servers();
    imap.state().keywords = false;
    imap.put(letter(1, "One.").as_bytes());
    assert_eq!((d.fetch(), imap.count("UID STORE")), (1, 0));
}

#[test]
fn a_token_logs_in_and_what_the_server_has_against_it_is_put_in_words() {
    let (imap, smtp, mut d) = servers();
    imap.state().token = "to.ken";
    d.command("token_command", "echo to.ken");
    imap.put(letter(1, "One.").as_bytes());
    assert_eq!((d.fetch(), imap.count("LOGIN")), (1, 0), "the token goes before the password");
    d.command("token_command", "echo old.token");
    let said = d.test().unwrap_err();
    let wanted =
        "the access token is not valid or has expired (400); it needs the scope https://mail.google.com/";
    assert!(said.contains(wanted) && !said.contains("old.token"), "{said}");
    d.command("token_command", "sh -c 'echo the refresh token was revoked >&2; exit 1'");
    let said = d.test().unwrap_err();
    assert!(said.contains("token_command") && said.contains("was revoked"), "{said}");
    // The same when sending.
    d.command("token_command", "echo old.token");
    let why = r#"{"status":"401","schemes":"bearer","scope":"https://mail.google.com/"}"#;
    let why: &'static str = format!("334 {}", base64::engine::general_purpose::STANDARD.encode(why)).leak();
    smtp.state().instead = vec![
        ("EHLO", "250-mx\r\n250 AUTH XOAUTH2"),
        ("AUTH XOAUTH2", why),
        ("", "535 5.7.8 Username and Password not accepted"),
    ];
    d.set("send", &format!("smtp://ann@127.0.0.1:{}", smtp.port));
    let id = d.reply();
    assert_eq!(d.send(false), 0);
    let said = d.state().send_problem;
    assert!(said.contains("535 5.7.8") && said.contains("not valid or has expired (401)"), "{said}");
    assert_eq!(d.outbox(id).state, OutboxState::Deferred);
}

#[test]
fn tick_sends_and_fetches_for_a_user_who_approved_that_and_leaves_it_to_a_program_that_runs() {
    let smtp = SmtpServer::start();
    let place = Place::new();
    let dir = place.file("Maildir");
    fs::create_dir(&dir).unwrap();
    maildir(&dir);
    let ok = |words: &[&str]| {
        let mut c = place.program(words);
        c.env("PATH", std::env::var("PATH").unwrap_or_default()).env("XDG_CONFIG_HOME", place.file("config"));
        let out = c.output().unwrap();
        assert!(out.status.success(), "{words:?}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap()
    };
    let (receive, send) = (format!("maildir:{}", dir.display()), format!("smtp://127.0.0.1:{}", smtp.port));
    ok(&["mailbox", "add", "help@desk.example", "--history", "--receive", &receive, "--send", &send]);
    fs::write(dir.join("new/1.x"), letter(1, "Hello.")).unwrap();
    ok(&["tick"]);
    assert_eq!(ok(&["list", "tickets", "--json"]), "", "no one approved it");
    ok(&["mailbox", "edit", "help@desk.example", "--password-command", "echo right"]);
    assert!(ok(&["tick"]).contains("0 sent, 1 new messages"));
    ok(&["ticket", "reply", "T-1", "Hello", "--now"]);
    // Another program has the mail: it is left to that.
    let now = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_millis() as i64;
    let other = process::op(7, 7);
    assert_eq!(place.desk.keep_mail(process::op(7, 1), other, now).unwrap(), None);
    ok(&["tick"]);
    assert_eq!(smtp.state().accepted.len(), 0);
    place.desk.leave_mail(process::op(7, 2), other).unwrap();
    assert!(ok(&["tick", "--json"]).contains("\"sent\":1,\"received\":0"));
    assert_eq!(smtp.state().accepted.len(), 1);
}

#[test]
fn a_server_that_hangs_delays_neither_other_mailboxes_nor_the_other_direction_nor_leaving() {
    let (bad, good) = (SmtpServer::start(), SmtpServer::start());
    bad.state().instead.push(("<greeting>", ""));
    let silent = ImapServer::start();
    silent.state().instead.push(("SELECT", "* 1 EXISTS\r\n".into()));
    let place = Place::new();
    let (one, two) = (place.file("one"), place.file("two"));
    for dir in [&one, &two] {
        fs::create_dir(dir).unwrap();
        maildir(dir);
    }
    let program = |words: &[&str]| {
        let mut c = place.program(words);
        c.env("PATH", std::env::var("PATH").unwrap_or_default()).env("XDG_CONFIG_HOME", place.file("config"));
        c.stdin(Stdio::null());
        c
    };
    let ok = |words: &[&str]| {
        let out = program(words).output().unwrap();
        assert!(out.status.success(), "{words:?}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap()
    };
    let add = |address: &str, receive: &str, port: u16| {
        let send = format!("smtp://127.0.0.1:{port}");
        let command = ["--password-command", "echo right"];
        ok(&[
            &["mailbox", "add", "--no-test", address, "--receive", receive, "--send", &send, "--history"][..],
            &command,
        ]
        .concat());
    };
    add("one@desk.example", &format!("maildir:{}", one.display()), bad.port);
    add("two@desk.example", &format!("maildir:{}", two.display()), good.port);
    for (dir, n) in [(&one, 1), (&two, 2)] {
        fs::write(dir.join("new/1.x"), letter(n, "Hello.")).unwrap();
    }
    let mut run = program(&["mail", "run"]).stderr(Stdio::null()).spawn().unwrap();
    let tickets = || ok(&["list", "tickets", "--json"]).lines().count();
    until("both came", || tickets() == 2);
    // A mailbox that is added meanwhile, with its commands, is fetched too.
    add("three@desk.example", &receive(&silent), good.port);
    // The first one's server never answers; that of the second one gets its reply, and both receive mail.
    for t in ["T-1", "T-2"] {
        ok(&["ticket", "reply", t, "Hello", "--now"]);
    }
    until("the reply leaves", || good.state().accepted.len() == 1);
    until("it hangs", || bad.state().connections == 1 && silent.count("SELECT") >= 1);
    fs::write(one.join("new/2.x"), letter(3, "Again.")).unwrap();
    until("it came", || tickets() == 3);
    let begun = Instant::now();
    rustix::process::kill_process(rustix::process::Pid::from_child(&run), rustix::process::Signal::TERM)
        .unwrap();
    let ended = run.wait().unwrap();
    // Servers are waited for half a minute and more. Promised are two seconds; this machine may be busy.
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    println!("left after {:?}", begun.elapsed());
    assert_eq!((ended.code(), ended.signal()), (Some(0), None));
    // Nothing was handed over, and there is no doubt about that.
    let states = ok(&["list", "outbox", "--json"]);
    assert!(states.contains("\"ready\"") && !states.contains("\"sending\""), "{states}");
}

#[test]
fn what_the_server_has_not_answered_when_the_program_is_left_is_unsure_and_said() {
    let smtp = SmtpServer::start();
    smtp.state().instead.push(("<accepted>", ""));
    let mut d = MailDesk::new("none", &format!("smtp://127.0.0.1:{}", smtp.port));
    let id = d.reply();
    let mut post = d.post();
    let stop = Arc::<AtomicBool>::default();
    let stopped = Arc::clone(&stop);
    let run = thread::spawn(move || post.run(&stopped, &mut |_, _| {}).unwrap());
    until("the server has it", || smtp.state().accepted.len() == 1);
    stop.store(true, Ordering::Relaxed);
    run.join().unwrap();
    let out = d.outbox(id);
    assert_eq!(
        (out.state, out.problem.as_str()),
        (OutboxState::Unsure, "the program was left before the server answered")
    );
    let health = d.b.desk.view(|v| Health::load(v, d.now())).unwrap();
    assert!(health.remarks(d.now()).iter().any(|r| r.words == "1 may have been sent or not"));
    // The next process does not send it again.
    smtp.state().instead.clear();
    assert_eq!((d.send(true), smtp.state().accepted.len()), (0, 1));
}
