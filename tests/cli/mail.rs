//! Mailboxes, mail in and mail out, as scripts see them.

use std::{fs, os::unix::fs::PermissionsExt, process::Stdio};

use super::help::{Place, Ran, ran};

/// A place whose settings are its own.
struct Post(Place);

impl Post {
    fn new() -> Post {
        Post(Place::busy())
    }

    /// With a mailbox that sends into a file, `sent`.
    fn sending() -> Post {
        let p = Post::new();
        let script = p.0.file("mta", format!("#!/bin/sh\ncat >> {}\n", p.0.path("sent").display()));
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
        let send = format!("command:{script} -t SECRETWORD");
        p.ok(&["mailbox", "add", "help@desk.example", "--receive", "deliver", "--send", &send]);
        p
    }

    fn run(&self, words: &[&str]) -> Ran {
        ran(self.command(words).output().unwrap())
    }

    fn command(&self, words: &[&str]) -> std::process::Command {
        let mut c = self.0.command(words);
        c.env("XDG_CONFIG_HOME", self.0.path("config"));
        c
    }

    #[track_caller]
    fn ok(&self, words: &[&str]) -> String {
        let r = self.run(words);
        assert_eq!(r.code, 0, "{words:?}: {}{}", r.out, r.err);
        r.out
    }

    #[track_caller]
    fn rows(&self, words: &[&str]) -> Vec<serde_json::Value> {
        let text = self.ok(&[words, &["--json"]].concat());
        text.lines().map(|l| serde_json::from_str(l).unwrap()).collect()
    }

    fn fed(&self, words: &[&str], input: &str) -> Ran {
        use std::io::Write;
        let mut c = self.command(words);
        let mut child =
            c.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        ran(child.wait_with_output().unwrap())
    }

    fn sent(&self) -> String {
        fs::read_to_string(self.0.path("sent")).unwrap_or_default()
    }
}

#[test]
fn a_reply_leaves_with_its_file_and_the_outbox_says_so() {
    let p = Post::sending();
    let file = p.0.file("plan.txt", "the plan");
    p.ok(&["ticket", "reply", "T-1", "We are at it.", "--attach", &file, "--cc", "bob@x.example", "--now"]);
    let rows = p.rows(&["list", "outbox"]);
    assert_eq!((&rows[0]["state"], &rows[0]["ticket_ref"]), (&"ready".into(), &"T-1".into()));
    assert_eq!(p.ok(&["mail", "send"]), "1 sent\n");
    let sent = p.sent();
    assert!(sent.contains("To: <ada@x.example>") && sent.contains("Cc: <bob@x.example>"), "{sent}");
    assert!(sent.contains("filename=\"plan.txt\"") && sent.contains("[T-1]"), "{sent}");
    assert_eq!(p.rows(&["list", "outbox", "state:sent"]).len(), 1);
    assert_eq!(p.ok(&["mail", "send", "help@desk.example"]), "0 sent\n");
    assert_eq!(p.sent(), sent, "nothing leaves twice");
    p.0.is_clean();
}

#[test]
fn no_command_line_is_kept_in_the_store_or_told_of() {
    let p = Post::sending();
    p.ok(&["mailbox", "edit", "help@desk.example", "--password-command", "pass show SECRETWORD"]);
    for entry in fs::read_dir(p.0.folder.path()).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_file()) {
        let bytes = fs::read(&entry).unwrap();
        assert!(!bytes.windows(10).any(|w| w == b"SECRETWORD"), "{}", entry.display());
    }
    let told = [p.ok(&["list", "log", "--json"]), p.ok(&["list", "mailboxes", "--json"])].concat();
    assert!(!told.contains("SECRETWORD"));
    let file = p.0.path("config/frontdesk/mailboxes.toml");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(fs::read_to_string(&file).unwrap().contains("pass show SECRETWORD"));
    // What others may read is not used.
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    let r = p.run(&["mail", "send"]);
    assert!(r.code == 1 && r.err.contains("chmod 600"), "{}", r.err);
    let r = p.run(&["mailbox", "add", "x@desk.example", "--receive", "imaps://u:hunter2@h/INBOX"]);
    assert!(r.code != 0 && !r.err.contains("hunter2"), "{}", r.err);
}

#[test]
fn a_process_without_the_users_commands_sends_nothing() {
    let p = Post::sending();
    p.ok(&["ticket", "reply", "T-1", "Hello", "--now"]);
    let mut other = p.0.command(&["mail", "send"]);
    let r = ran(other.env("XDG_CONFIG_HOME", p.0.path("another")).output().unwrap());
    assert!(r.code == 1 && r.err.contains("send_command"), "{}", r.err);
    let mut other = p.0.command(&["mail", "run"]);
    let r = ran(other.env("XDG_CONFIG_HOME", p.0.path("another")).output().unwrap());
    assert!(r.code == 1 && r.err.contains("mailboxes.toml"), "{}", r.err);
    assert_eq!(p.sent(), "");
    assert_eq!(p.ok(&["mail", "send"]), "1 sent\n");
}

#[test]
fn delivered_mail_becomes_a_ticket_and_trouble_is_tried_again() {
    let p = Post::sending();
    let mail = "From: Bob <bob@new.example>\nTo: help@desk.example\nSubject: Broken\nMessage-ID: <1@new.example>\n\nIt is.\n";
    let deliver = ["mail", "deliver", "--mailbox", "help@desk.example"];
    assert_eq!(p.fed(&deliver, mail).code, 0);
    assert_eq!(p.fed(&deliver, mail).code, 0, "the same again is no trouble");
    let tickets = p.rows(&["list", "tickets", "Broken"]);
    assert_eq!((tickets.len(), &tickets[0]["requester_email"]), (1, &"bob@new.example".into()));
    let messages = p.rows(&["list", "messages", "from:bob"]);
    assert_eq!(messages[0]["via"], "mailbox");
    assert!(messages[0]["received_at"].is_string() && messages[0]["mailbox"].is_string());
    let other = p.fed(&["mail", "deliver", "--mailbox", "other@desk.example"], mail);
    assert_eq!(other.code, 75, "{}", other.err);
    let none = p.fed(
        &["--store", "/nonexistent/desk.redb", "mail", "deliver", "--mailbox", "help@desk.example"],
        mail,
    );
    assert_eq!(none.code, 75, "{}", none.err);
    p.ok(&["mailbox", "pause", "help@desk.example"]);
    assert_eq!(p.fed(&deliver, mail).code, 75);
    p.0.is_clean();
}

#[test]
fn status_is_for_monitoring() {
    let p = Post::sending();
    assert_eq!(p.run(&["mailbox", "status"]).code, 0);
    p.ok(&["mailbox", "test", "help@desk.example"]);
    let script = p.0.file("mta", "#!/bin/sh\ncat >/dev/null\necho no such user >&2\nexit 67\n");
    p.ok(&["ticket", "reply", "T-1", "Hello", "--now"]);
    let r = p.run(&["mail", "send"]);
    assert_eq!((r.code, r.out.as_str()), (1, "0 sent, 1 failed\n"), "{}", r.err);
    let r = p.run(&["mailbox", "status", "--json"]);
    let told: serde_json::Value = serde_json::from_str(r.out.trim()).unwrap();
    assert_eq!((r.code, &told["failed"], &told["ok"]), (1, &1.into(), &false.into()), "{told}");
    let row = &p.rows(&["list", "outbox", "state:failed"])[0];
    assert!(row["problem"].as_str().unwrap().contains("no such user"), "{row}");
    assert_eq!(p.rows(&["list", "tickets", "is:open"])[0]["category"], "open");
    fs::write(&script, format!("#!/bin/sh\ncat >> {}\n", p.0.path("sent").display())).unwrap();
    let name = row["ref"].as_str().unwrap();
    p.ok(&["outbox", "retry", name]);
    assert_eq!(p.ok(&["mail", "send"]), "1 sent\n");
    assert_eq!(p.run(&["mailbox", "status"]).code, 0);
    assert_eq!(p.run(&["outbox", "cancel", name]).code, 1, "it was sent");
}

#[test]
fn replies_of_before_wait_and_the_shell_says_so() {
    let p = Post::new();
    p.ok(&["ticket", "reply", "T-1", "Hello", "--now"]);
    assert_eq!(p.rows(&["list", "outbox"])[0]["state"], "queued");
    let r = p.run(&["mailbox", "add", "help@desk.example", "--send", "command:true -t"]);
    assert!(
        r.code == 0 && r.err.contains("mailbox: 1, sent only") && r.err.contains("outbox now"),
        "{}",
        r.err
    );
    assert_eq!(p.ok(&["mail", "send"]), "0 sent\n");
    let name = p.rows(&["list", "outbox"])[0]["ref"].as_str().unwrap().to_owned();
    p.ok(&["outbox", "later", &name, "--at", "tomorrow 9am"]);
    assert_eq!(p.rows(&["list", "outbox", "due:tomorrow"]).len(), 1);
    p.ok(&["outbox", "edit", &name]);
    assert_eq!(p.rows(&["list", "outbox"])[0]["state"], "cancelled");
    assert_eq!(p.ok(&["mail", "send"]), "0 sent\n");
}

#[test]
fn explain_says_what_would_become_of_a_message_and_changes_nothing() {
    let p = Post::sending();
    let mail = |id: &str, subject: &str| {
        format!(
            "From: Ada <ada@x.example>\nTo: help@desk.example\nSubject: {subject}\n\
             Date: Tue, 04 Mar 2025 10:15:00 +0100\nMessage-ID: <{id}@x.example>\n\nIt burns again.\n"
        )
    };
    let told = |text: &str| -> serde_json::Value {
        let r = p.fed(&["mail", "explain", "-", "--json"], text);
        assert_eq!(r.code, 0, "{}", r.err);
        serde_json::from_str(&r.out).unwrap()
    };
    let before = p.ok(&["list", "tickets", "--json"]);
    let hook = told(&mail("a1", "Re: [T-1] Printer"));
    assert_eq!((&hook["decision"], &hook["ticket"]), (&"follows".into(), &"T-1".into()), "{hook}");
    assert_eq!(hook["mailboxes"][0], "help@desk.example");
    assert!(hook["because"].as_str().unwrap().contains("T-1"), "{hook}");
    let new = told(&mail("a1", "Another thing"));
    assert_eq!((&new["decision"], &new["then"]), (&"new".into(), &"a new ticket".into()), "{new}");
    assert_eq!(p.ok(&["list", "tickets", "--json"]), before);

    // What it says is what happens.
    assert_eq!(
        p.fed(&["mail", "deliver", "--mailbox", "help@desk.example"], &mail("a1", "Re: [T-1] Printer")).code,
        0
    );
    assert_eq!(told(&mail("a1", "Re: [T-1] Printer"))["decision"], "known");
}

#[test]
fn mail_to_the_plus_address_of_a_ticket_reaches_it_from_who_is_on_it_alone() {
    let p = Post::sending();
    let mail = |from: &str, to: &str| {
        format!(
            "From: {from}\nTo: {to}\nSubject: The printer\nDate: Tue, 04 Mar 2025 10:15:00 +0100\n\
             Message-ID: <{from}{to}>\n\nIt burns again.\n"
        )
    };
    let told = |from: &str, to: &str| -> serde_json::Value {
        let r = p.fed(&["mail", "explain", "-", "--json"], &mail(from, to));
        assert_eq!(r.code, 0, "{}", r.err);
        serde_json::from_str(&r.out).unwrap()
    };
    let here = told("ada@x.example", "Help <Help+t-1@desk.example>");
    assert_eq!((&here["decision"], &here["ticket"]), (&"follows".into(), &"T-1".into()), "{here}");
    assert_eq!(here["because"], "it was sent to the address of T-1");
    assert_eq!(here["mailboxes"][0], "help@desk.example");
    for (from, to) in [
        ("eve@x.example", "help+T-1@desk.example"),
        ("ada@x.example", "help+T-999@desk.example"),
        ("ada@x.example", "help+shop@desk.example"),
        ("ada@x.example", "other+T-1@desk.example"),
    ] {
        assert_eq!(told(from, to)["decision"], "new", "{from} to {to}");
    }
}
