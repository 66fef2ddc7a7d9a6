//! Mail that leaves through an SMTP server: each message once, each recipient with its own answer, and nothing in clear.

#![cfg(feature = "smtp")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    process::Output,
    thread,
};

use frontdesk::{
    desk::{
        mailboxes,
        outbox::{Down, Envelope, Outcome, Transport},
    },
    host::mail::{
        config::{self, Config},
        smtp::{Smtp, connect::must_encrypt},
    },
    model::{Id, Mailbox, SendKind, mailbox::Send},
};

#[path = "support/aiosmtpd.rs"]
mod aiosmtpd;
#[path = "support/certificates.rs"]
mod certificates;
#[path = "support/process.rs"]
mod process;
#[path = "support/skip.rs"]
mod skip;
#[path = "support/smtp_server.rs"]
mod smtp_server;

use aiosmtpd::Server;
use certificates::certificates;
use process::Place;
use smtp_server::SmtpServer;

const STORE: Id = Id([7; 16]);

/// A server that answers each line with the next of these, and ends the connection where they end; one connection after
/// the other. `<TEXT>` reads the text of a message first, `<SOME>` a part of it. Gives its port and what was said to it.
fn scripted(connections: Vec<Vec<&'static str>>) -> (u16, thread::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let served = thread::spawn(move || {
        let mut heard = Vec::new();
        for answers in connections {
            let (mut to, _) = listener.accept().unwrap();
            let mut from = BufReader::new(to.try_clone().unwrap());
            for (n, answer) in answers.iter().enumerate() {
                let mut line = String::new();
                if *answer == "<SOME>" {
                    from.read_exact(&mut [0; 1000]).unwrap();
                    break;
                }
                while n > 0 && from.read_line(&mut line).unwrap() > 0 {
                    if !answer.starts_with("<TEXT>") || line == ".\r\n" {
                        break;
                    }
                    line.clear();
                }
                heard.push(line.trim_end().to_owned());
                let answer = answer.trim_start_matches("<TEXT>");
                // A client that has left hears no more.
                if !answer.is_empty() && write!(to, "{answer}\r\n").is_err() {
                    break;
                }
            }
        }
        heard
    });
    (port, served)
}

/// The words of a server until it is asked to take a message.
const READY: [&str; 3] = ["220 mx ESMTP", "250 mx", "250 mx"];

fn mailbox(kind: SendKind, host: &str, port: u16, user: &str) -> Mailbox {
    let send = Send { kind, host: host.into(), port, user: user.into() };
    Mailbox { address: "help@desk.example".into(), send, ..Mailbox::default() }
}

fn smtp(port: u16) -> Smtp {
    Smtp::new(&Config::default(), STORE, &mailbox(SendKind::Smtp, "127.0.0.1", port, "")).unwrap()
}

fn envelope(to: &[&str]) -> Envelope {
    let to = to.iter().map(|t| (*t).to_owned()).collect();
    Envelope { from: "help@desk.example".into(), to, as_headers: true }
}

fn letter(id: &str, body: &str) -> Vec<u8> {
    format!("From: <help@desk.example>\r\nMessage-ID: <{id}>\r\nSubject: Hi\r\n\r\n{body}\r\n.\r\n.. two\r\n")
        .into_bytes()
}

fn messages(said: &[String]) -> Vec<&str> {
    said.iter().filter_map(|l| l.strip_prefix("message ")).collect()
}

#[test]
fn each_recipient_has_its_own_answer_and_the_others_get_the_message_once() {
    let Some(server) = Server::start(&[]) else { return };
    let mut smtp = smtp(server.port);
    let to =
        envelope(&["ada@x.example", "never@x.example", "later@x.example", "bob@x.example", "a b@x.example"]);
    let bytes = letter("1@desk.example", "Hello");
    let got = smtp.deliver(&to, &bytes).unwrap();
    assert_eq!((&got[0], &got[3]), (&Outcome::Accepted, &Outcome::Accepted));
    assert_eq!(got[1], Outcome::Rejected("550 5.1.1 no such user".into()));
    assert_eq!(got[2], Outcome::Deferred("451 4.3.0 try again later".into()));
    assert!(matches!(&got[4], Outcome::Rejected(why) if why.contains("no address")), "{got:?}");
    // Where no one is taken, nothing is sent, and the connection serves the next message.
    let none = smtp.deliver(&envelope(&["never@x.example"]), &letter("2@desk.example", "No")).unwrap();
    assert!(matches!(none[0], Outcome::Rejected(_)));
    let last = smtp.deliver(&envelope(&["ada@x.example"]), &letter("3@desk.example", "Last")).unwrap();
    assert_eq!(last, [Outcome::Accepted]);
    drop(smtp);
    let said = server.end();
    let whole = format!("<1@desk.example> ada@x.example,bob@x.example {}", bytes.len());
    assert_eq!(messages(&said)[0], whole, "unchanged, dots and last line too");
    assert_eq!(messages(&said).len(), 2, "{said:?}");
    assert_eq!(said.iter().filter(|l| *l == "connected").count(), 1, "one connection for all");
}

#[test]
fn a_message_that_is_too_large_is_rejected_with_both_sizes_and_not_sent() {
    let Some(server) = Server::start(&["--size", "20480"]) else { return };
    let mut smtp = smtp(server.port);
    let got = smtp.deliver(&envelope(&["ada@x.example"]), &letter("1@x", &"x".repeat(30_000))).unwrap();
    let why = "the message has 30 kB; 127.0.0.1 takes at most 20 kB";
    assert_eq!(got, [Outcome::Rejected(why.into())]);
    assert_eq!(
        smtp.deliver(&envelope(&["ada@x.example"]), &letter("2@x", "small")).unwrap(),
        [Outcome::Accepted]
    );
    assert_eq!(messages(&server.end()).len(), 1);
}

#[test]
fn without_starttls_nothing_is_said_but_to_this_machine() {
    for host in ["mail.example.com", "localhost.example.com", "10.0.0.1", "127.0.0.1.example.com", "::2"] {
        assert_eq!(must_encrypt(host, true), Ok(true));
        assert!(must_encrypt(host, false).unwrap_err().contains("no STARTTLS"), "{host}");
    }
    for host in ["localhost", "127.0.0.1", "127.1.2.3", "::1"] {
        assert_eq!((must_encrypt(host, false), must_encrypt(host, true)), (Ok(false), Ok(true)), "{host}");
    }
}

#[test]
fn a_remote_server_without_starttls_hears_no_login_and_no_message() {
    let folder = tempfile::tempdir().unwrap();
    config::set(folder.path(), STORE, "help@desk.example", Some(&[("password_command", "echo hunter2")]))
        .unwrap();
    let config = Config::load(folder.path()).unwrap();
    let (without, with) =
        ("250-mx\r\n250 AUTH PLAIN LOGIN", "250-mx\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN");
    for (answers, why) in [
        (vec!["220 mx ESMTP", without, without, without], "no STARTTLS"),
        (vec!["220 mx ESMTP", with, "454 4.7.0 TLS not available", without], ""),
    ] {
        let (port, served) = scripted(vec![answers]);
        // By its name it is another machine; its packets come here.
        let remote = mailbox(SendKind::Smtp, "0.0.0.0", port, "help@desk.example");
        let mut smtp = Smtp::new(&config, STORE, &remote).unwrap();
        let Err(Down(said)) = smtp.deliver(&envelope(&["ada@x.example"]), &letter("1@x", "Hello")) else {
            panic!("it was sent");
        };
        assert!(said.contains(why), "{said}");
        drop(smtp);
        let heard = served.join().unwrap();
        let secret = |l: &String| l.contains("AUTH") || l.contains("MAIL") || l.contains("hunter2");
        assert!(heard.len() > 1 && !heard.iter().any(secret), "{heard:?}");
    }
}

#[test]
fn a_connection_lost_within_the_text_is_tried_again_and_one_lost_after_its_end_is_unsure() {
    let to = envelope(&["ada@x.example"]);
    let large = letter("1@x", &"x".repeat(40 << 20));
    let small = letter("1@x", "small");
    let until_data = |last: &'static str| [&READY[..], &["250 ok", "250 ok", "354 go", last]].concat();
    for (answers, bytes, wanted) in [
        (until_data("<SOME>"), &large, "deferred"),
        (until_data("<TEXT>"), &small, "unsure"),
        (until_data("<TEXT>354 what"), &small, "unsure"),
        (until_data("<TEXT>250 ok"), &small, "accepted"),
        (until_data("<TEXT>554 no"), &small, "rejected"),
        (until_data("<TEXT>452 full"), &small, "deferred"),
        ([&READY[..], &["250 ok", "250 ok", "250 what"]].concat(), &small, "deferred"),
        ([&READY[..], &["250 ok", "250 ok", ""]].concat(), &small, "deferred"),
        ([&READY[..], &["250 ok", ""]].concat(), &small, "deferred"),
        ([&READY[..], &["250 ok", "421 closing"]].concat(), &small, "deferred"),
        ([&READY[..], &["550 you may not"]].concat(), &small, "rejected"),
        ([&READY[..], &["530 log in first"]].concat(), &small, "down"),
        ([&READY[..], &[""]].concat(), &small, "down"),
        (vec!["554 go away"], &small, "down"),
    ] {
        let shown = format!("{answers:?}");
        let (port, served) = scripted(vec![answers]);
        let mut smtp = smtp(port);
        let got = smtp.deliver(&to, bytes);
        let got = match &got {
            Err(_) => "down",
            Ok(all) => match &all[0] {
                Outcome::Accepted => "accepted",
                Outcome::Deferred(_) => "deferred",
                Outcome::Rejected(_) => "rejected",
                Outcome::Unsure(_) => "unsure",
            },
        };
        assert_eq!(got, wanted, "{shown}");
        drop(smtp);
        served.join().unwrap();
    }
}

#[test]
fn a_connection_that_the_server_closed_meanwhile_is_opened_anew() {
    let one = [&READY[..], &["250 ok", "250 ok", "354 go", "<TEXT>250 ok"]].concat();
    let (port, served) = scripted(vec![one.clone(), one]);
    let mut smtp = smtp(port);
    for id in ["1@x", "2@x"] {
        let got = smtp.deliver(&envelope(&["ada@x.example"]), &letter(id, "Hello")).unwrap();
        assert_eq!(got, [Outcome::Accepted], "{id}");
    }
    drop(smtp);
    assert_eq!(
        served.join().unwrap().iter().filter(|l| l.starts_with("MAIL FROM:<help@desk.example>")).count(),
        2
    );
}

/// A desk with a customer, a ticket and a mailbox, whose commands are the user's own.
struct Post(Place);

impl Post {
    fn new(send: &str, commands: &[&str]) -> Post {
        let p = Post(Place::new());
        p.ok(&["customer", "add", "Ada Lovelace", "--email", "ada@x.example"]);
        p.ok(&["ticket", "create", "--customer", "C-1", "--subject", "Invoice is blank"]);
        p.ok(&[&["mailbox", "add", "--no-test", "help@desk.example", "--send", send][..], commands].concat());
        p
    }

    fn run(&self, words: &[&str]) -> (Option<i32>, String) {
        let mut c = self.0.program(words);
        c.env("PATH", std::env::var("PATH").unwrap_or_default());
        c.env("XDG_CONFIG_HOME", self.0.file("config")).env("SSL_CERT_FILE", self.0.file("trusted.pem"));
        let Output { status, stdout, stderr } = c.output().unwrap();
        (status.code(), format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr)))
    }

    #[track_caller]
    fn ok(&self, words: &[&str]) -> String {
        let (code, said) = self.run(words);
        assert_eq!(code, Some(0), "{words:?}: {said}");
        said
    }

    fn reply(&self, text: &str) {
        self.ok(&["ticket", "reply", "T-1", text, "--now"]);
    }

    fn states(&self) -> Vec<String> {
        let rows = self.ok(&["list", "outbox", "--json"]);
        let rows = rows.lines().map(|l| serde_json::from_str::<serde_json::Value>(l).unwrap());
        rows.map(|r| r["state"].as_str().unwrap().to_owned()).collect()
    }
}

fn trust(p: &Post, certificate: &str) {
    fs::copy(certificate, p.0.file("trusted.pem")).unwrap();
}

#[test]
fn replies_leave_once_over_one_encrypted_connection_and_the_password_is_kept_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let Some([key, good, _]) = certificates(folder.path()) else { return };
    let login = ["--login", "help@desk.example", "hunter2"];
    let token = ["--token", "help@desk.example", "to.ken"];
    for (tls, scheme, login, commands) in [
        ("--tls", "smtps", login, ["--password-command", "echo hunter2"]),
        ("--starttls", "smtp", login, ["--password-command", "echo hunter2"]),
        ("--starttls", "smtp", token, ["--token-command", "echo to.ken"]),
    ] {
        let words = [&[tls, "--cert", &good, "--key", &key][..], &login].concat();
        let Some(server) = Server::start(&words) else { return };
        let send = format!("{scheme}://help@desk.example@localhost:{}", server.port);
        let p = Post::new(&send, &commands);
        trust(&p, &good);
        for text in ["One", "Two", "Three"] {
            p.reply(text);
        }
        let tested = p.ok(&["mailbox", "test", "help@desk.example"]);
        assert!(
            tested.contains("send: ok, localhost says: mx.example") && tested.contains("235 "),
            "{tested}"
        );
        assert_eq!(p.ok(&["mail", "send"]), "3 sent\n");
        assert_eq!(p.ok(&["mail", "send"]), "0 sent\n");
        assert_eq!(p.states(), ["sent"; 3]);
        let said = server.end();
        let mut all = messages(&said);
        all.sort_unstable();
        all.dedup();
        assert_eq!((all.len(), messages(&said).len()), (3, 3), "{said:?}");
        assert_eq!(
            said.iter().filter(|l| *l == "connected").count(),
            2,
            "one for the test, one for all: {said:?}"
        );
        assert_eq!(said.iter().filter(|l| l.contains("accepted")).count(), 2, "{said:?}");
        let store = fs::read(&p.0.path).unwrap();
        for secret in [&b"hunter2"[..], b"to.ken"] {
            assert!(!store.windows(secret.len()).any(|w| w == secret));
        }
    }
}

#[test]
fn a_reply_without_an_answer_is_unsure_and_leaves_again_only_by_hand_with_the_same_message_id() {
    let Some(server) = Server::start(&[]) else { return };
    let p = Post::new(&format!("smtp://127.0.0.1:{}", server.port), &[]);
    p.reply("Please drop after the dot");
    let (code, said) = p.run(&["mail", "send"]);
    assert!(code == Some(1) && said.contains("1 unsure"), "{said}");
    assert_eq!(p.states(), ["unsure"]);
    assert_eq!(p.ok(&["mail", "send"]), "0 sent\n", "never by itself");
    let rows = p.ok(&["list", "outbox", "--json"]);
    let row: serde_json::Value = serde_json::from_str(rows.lines().next().unwrap()).unwrap();
    p.ok(&["outbox", "retry", row["ref"].as_str().unwrap()]);
    assert_eq!(p.ok(&["mail", "send"]), "1 sent\n");
    let said = server.end();
    let all = messages(&said);
    assert_eq!(all.len(), 2, "{said:?}");
    assert_eq!(all[0], all[1], "the same Message-ID and the same text");
}

#[test]
fn a_bad_certificate_or_password_stops_the_mail_with_the_reason_and_the_reply_waits() {
    let folder = tempfile::tempdir().unwrap();
    let Some([key, good, old]) = certificates(folder.path()) else { return };
    let case = |certificate: &str, trusted: &str, host: &str, command: &str, wanted: &str| {
        let words = ["--tls", "--cert", certificate, "--key", &key, "--login", "ann", "right"];
        let Some(server) = Server::start(&words) else { return };
        let p = Post::new(&format!("smtps://ann@{host}:{}", server.port), &["--password-command", command]);
        trust(&p, trusted);
        p.reply("Hello");
        for words in [&["mailbox", "test", "help@desk.example"][..], &["mail", "send"]] {
            let (code, said) = p.run(words);
            assert!(code == Some(1) && said.contains(wanted), "{words:?}: {said}");
            assert!(!said.contains("hunter2"), "{said}");
        }
        assert_eq!(p.states(), ["deferred"]);
        // On this machine, its user may take any certificate.
        let path = p.0.file("config/frontdesk/mailboxes.toml");
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, format!("{text}insecure = true\n")).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let insecure = p.run(&["mailbox", "test", "help@desk.example"]);
        assert_eq!(insecure.0 == Some(0), command == "echo right", "{insecure:?}");
        assert!(messages(&server.end()).is_empty());
    };
    // A store of trust cannot be empty, so the other certificate is all the system trusts.
    let other = tempfile::tempdir().unwrap();
    let Some([_, stranger, _]) = certificates(other.path()) else { return };
    case(&old, &old, "localhost", "echo right", "certificate has expired");
    case(&good, &stranger, "localhost", "echo right", "signed by no authority that this system trusts");
    case(&good, &good, "127.0.0.1", "echo right", "certificate is for another name");
    case(&good, &good, "localhost", "echo hunter2", "does not accept the login: 535");
    case(&good, &good, "localhost", "sh -c 'echo hunter2; echo locked >&2; exit 2'", "locked");
}

#[test]
fn how_large_a_message_the_server_takes_is_noted_when_a_mailbox_is_added_or_changed() {
    let server = SmtpServer::start();
    server.state().instead.push(("EHLO", "250-mx\r\n250 SIZE 20480"));
    let send = format!("smtp://127.0.0.1:{}", server.port);
    let p = Post::new("smtp://127.0.0.1:1", &[]);
    let limit = |p: &Post, address: &str| {
        p.0.desk
            .view(|v| {
                let m = mailboxes::by_address(v, address)?.unwrap();
                Ok(mailboxes::state(v, m.id)?.size_limit)
            })
            .unwrap()
    };
    p.ok(&["mailbox", "edit", "help@desk.example", "name=Help"]);
    assert_eq!((limit(&p, "help@desk.example"), server.state().connections), (None, 0), "no server is asked");
    let said = p.ok(&["mailbox", "edit", "help@desk.example", &format!("send={send}")]);
    assert!(said.contains("send: ok, ") && said.contains("messages of at most"), "{said}");
    assert_eq!(limit(&p, "help@desk.example"), Some(20_480));
    p.ok(&["mailbox", "add", "sales@desk.example", "--send", &send]);
    assert_eq!(limit(&p, "sales@desk.example"), Some(20_480));
    p.ok(&["mailbox", "add", "--no-test", "info@desk.example", "--send", &send]);
    assert_eq!(limit(&p, "info@desk.example"), None);
    // One that cannot be reached yet is saved all the same, and what fails is said.
    let said = p.ok(&["mailbox", "add", "new@desk.example", "--send", "smtp://127.0.0.1:1"]);
    assert!(said.contains("send: fails: 127.0.0.1:1: "), "{said}");
    assert!(said.contains("`frontdesk mailbox test new@desk.example`"), "{said}");
}

#[test]
fn a_ticket_says_of_its_replies_what_the_outbox_says() {
    let server = SmtpServer::start();
    let p = Post::new(&format!("smtp://127.0.0.1:{}", server.port), &[]);
    for (command, answer, state) in [
        ("RCPT", "450 4.2.0 greylisted", "[deferred]\n    ! ada@x.example: 450 4.2.0 greylisted"),
        ("RCPT", "550 5.7.1 not welcome", "[failed]\n    ! ada@x.example: 550 5.7.1 not welcome"),
        ("", "", "[sent]\n"),
    ] {
        server.state().instead.clear();
        server.state().instead.extend((!command.is_empty()).then_some((command, answer)));
        p.reply("We are at it.");
        p.run(&["mail", "send"]);
        let shown = p.ok(&["ticket", "show", "T-1"]);
        assert!(shown.contains(state), "{state}: {shown}");
    }
}

#[test]
fn another_server_on_the_port_is_named_as_such() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let send = format!("smtp://127.0.0.1:{}", listener.local_addr().unwrap().port());
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.write_all(b"* OK [CAPABILITY IMAP4rev1] Dovecot ready.\r\n");
        }
    });
    let p = Post::new(&send, &[]);
    let (_, said) = p.run(&["mailbox", "test", "help@desk.example"]);
    assert!(said.contains("what answers there is no SMTP server"), "{said}");
}
