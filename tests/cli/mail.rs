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
fn a_draft_that_the_editor_begins_with_is_gone_once_it_is_sent() {
    let p = Post::sending();
    p.ok(&["ticket", "reply", "T-1", "Begun before."]);
    p.ok(&["outbox", "edit", "M-2"]);
    let edited = |words: &[&str]| ran(p.command(words).env("VISUAL", "true").output().unwrap());
    let r = edited(&["ticket", "reply", "T-1", "--editor", "--now"]);
    assert_eq!(r.code, 0, "{}{}", r.out, r.err);
    p.ok(&["mail", "send"]);
    assert!(p.sent().contains("Begun before."), "{}", p.sent());
    let r = edited(&["ticket", "reply", "T-1", "--editor", "--now"]);
    assert!(r.code != 0 && r.err.contains("empty"), "it begins with nothing: {}{}", r.out, r.err);
}

#[test]
fn a_file_comes_out_of_a_pipe_and_a_reply_says_what_goes_with_it() {
    let p = Post::sending();
    p.ok(&["mailbox", "edit", "help@desk.example", "signature=Desk Help"]);
    let attach =
        ["ticket", "reply", "T-1", "As a file.", "--attach", "-", "--attach-name", "log.txt", "--now"];
    let r = p.fed(&attach, "the log");
    assert_eq!(r.code, 0, "{}{}", r.out, r.err);
    p.ok(&[
        "ticket",
        "reply",
        "T-1",
        "Bare.",
        "--no-signature",
        "--no-quote",
        "--subject",
        "About it",
        "--now",
    ]);
    p.ok(&["mail", "send"]);
    let sent = p.sent();
    assert!(sent.contains("filename=\"log.txt\"") && sent.contains("Subject: About it [T-1]"), "{sent}");
    assert_eq!(sent.matches("Desk Help").count() - sent.matches("Desk Help <").count(), 1, "{sent}");
    let r = p.fed(&["ticket", "reply", "T-1", "-", "--attach", "-", "--attach-name", "x"], "text");
    assert!(r.code != 0 && r.err.contains("one text or one file"), "{}", r.err);
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

/// What the desk sent last, one field of it.
fn last_field(sent: &str, name: &str) -> String {
    let line = sent.lines().rev().find_map(|l| l.strip_prefix(&format!("{name}: ")));
    line.unwrap_or_default().trim().to_owned()
}

#[test]
fn a_mailbox_acknowledges_by_itself_and_explain_says_so() {
    let p = Post::sending();
    p.ok(&["mailbox", "edit", "help@desk.example", "acknowledgement=Hello {first_name}, {ticket} it is."]);
    let r = p.run(&["mailbox", "edit", "help@desk.example", "hours=9 to 5"]);
    assert!(r.code == 1 && r.err.contains("hours: \"9\" is no time of day"), "{}", r.err);
    let mail = |n: u32| {
        format!(
            "From: Bea Bell <bea@home.example>\nTo: help@desk.example\nSubject: Hi {n}\nMessage-ID: <b{n}@h>\n\nHi {n}\n"
        )
    };
    let told = p.fed(&["mail", "explain", "-"], &mail(1)).out;
    assert!(told.contains("Reply       acknowledgement"), "{told}");
    assert_eq!(p.fed(&["mail", "deliver", "--mailbox", "help@desk.example"], &mail(1)).code, 0);
    assert_eq!(p.ok(&["mail", "send"]), "1 sent\n");
    let sent = p.sent();
    assert!(sent.contains("Hello Bea, T-") && sent.contains("Auto-Submitted: auto-replied"), "{sent}");
    let told = p.fed(&["mail", "explain", "--json", "-"], &mail(2)).out;
    assert!(
        told.contains("\"automatic\":\"none: its sender had an automatic reply within a day\""),
        "{told}"
    );
    p.0.is_clean();
}

#[test]
fn an_address_to_which_mail_came_back_is_said_wherever_it_is_used() {
    let p = Post::sending();
    p.ok(&["ticket", "reply", "T-1", "We are at it.", "--now"]);
    p.ok(&["mail", "send"]);
    let report = |id: &str| {
        format!(
            "From: MAILER-DAEMON@mx.example\nTo: help@desk.example\nSubject: failure notice\nMessage-ID: <d1@mx>\n\n<ada@x.example>:\n550 \
             5.1.1 No such user\n\n--- Below this line is a copy of the message.\n\nMessage-ID: {id}\n"
        )
    };
    let raw = report(&last_field(&p.sent(), "Message-ID"));
    let told = p.fed(&["mail", "explain", "-"], &raw).out;
    assert!(told.contains("the address is marked"), "{told}");
    assert_eq!(p.fed(&["mail", "deliver", "--mailbox", "help@desk.example"], &raw).code, 0);
    let shown = p.ok(&["customer", "show", "ada@x.example"]);
    assert!(shown.contains("ada@x.example (bounced: 550 5.1.1 No such user)"), "{shown}");
    let row = &p.rows(&["list", "customers", "is:bounced"])[0];
    assert_eq!(
        (&row["emails"][0]["bounced"], &row["emails"][0]["bounce"]),
        (&true.into(), &"550 5.1.1 No such user".into())
    );
    assert_eq!(p.rows(&["list", "outbox", "state:failed"]).len(), 1);
    let said = p.ok(&["ticket", "reply", "T-1", "Hello?"]);
    assert!(said.contains("mail to ada@x.example came back: 550 5.1.1 No such user"), "{said}");
    p.ok(&["customer", "edit", "ada@x.example", "bounced_email-=ada@x.example"]);
    assert!(p.ok(&["list", "customers", "is:bounced"]).is_empty());
    // A report about nothing of ours is kept, and shown where messages are.
    let raw = report("<other@elsewhere.example>").replace("<d1@mx>", "<d2@mx>");
    let tickets = p.rows(&["list", "tickets"]).len();
    assert_eq!(p.fed(&["mail", "deliver", "--mailbox", "help@desk.example"], &raw).code, 0);
    assert_eq!(p.rows(&["list", "tickets"]).len(), tickets);
    let kept = p.rows(&["list", "messages", "is:robot", "has:problem"]);
    let kept = kept.last().unwrap();
    assert!(kept["ticket_ref"].is_null() && kept["message_id"] == "d2@mx", "{kept}");
    let number = kept["ref"].as_str().unwrap().to_owned();
    assert!(p.ok(&["show", &number]).contains("kept without a ticket"), "{}", p.ok(&["show", &number]));
    p.ok(&["find", "--text", "failure"]);
    p.ok(&["list", "messages"]);
    p.0.is_clean();
}

#[test]
fn senders_are_let_in_blocked_and_known_again_from_the_shell() {
    let p = Post::sending();
    p.ok(&["mailbox", "edit", "help@desk.example", "screener=yes"]);
    let deliver = |who: &str, n: u32, fields: &str| {
        let raw = format!(
            "From: {who}\nTo: help@desk.example\nSubject: Hi {n}\nMessage-ID: <s{n}@h>\n{fields}\nHi {n}\n"
        );
        assert_eq!(p.fed(&["mail", "deliver", "--mailbox", "help@desk.example"], &raw).code, 0);
    };
    deliver("Bea Bell <bea@home.example>", 1, "");
    deliver("x@spam.example", 2, "");
    let waiting = || -> Vec<String> {
        let rows = p.rows(&["list", "tickets", "is:screened", "sort:number"]);
        rows.iter().map(|r| r["ref"].as_str().unwrap().to_owned()).collect()
    };
    let both = waiting();
    assert_eq!(both.len(), 2);
    assert!(p.ok(&["ticket", "show", &both[0]]).contains("waits in the screener"));
    assert_eq!(p.ok(&["ticket", "accept", &both[0]]), format!("{} let in\n", both[0]));
    assert_eq!(
        p.ok(&["ticket", "block", "--domain", &both[1]]),
        format!("@spam.example blocked; {} is spam\n", both[1])
    );
    assert!(waiting().is_empty());
    assert!(p.ok(&["settings"]).contains("@spam.example"));
    p.ok(&["ticket", "unblock", &both[1]]);
    assert!(!p.ok(&["settings"]).contains("@spam.example"));
    // Ada answers from home.
    p.ok(&["ticket", "reply", "T-1", "We are at it.", "--now"]);
    p.ok(&["mail", "send"]);
    let id = last_field(&p.sent(), "Message-ID");
    let shown = p.ok(&["customer", "show", "ada@x.example"]);
    let name = shown.lines().next().unwrap().split("  ").nth(1).unwrap().to_owned();
    deliver(&format!("{name} <at@home.example>"), 3, &format!("In-Reply-To: {id}\n"));
    let shown = p.ok(&["ticket", "show", "T-1"]);
    assert!(shown.contains("at@home.example may be"), "{shown}");
    let r = p.run(&["ticket", "accept-address", "T-1", "other@home.example"]);
    assert!(r.code == 1 && r.err.contains("no new address is offered on T-1"), "{}", r.err);
    p.ok(&["ticket", "accept-address", "T-1"]);
    assert!(p.ok(&["customer", "show", "ada@x.example"]).contains("at@home.example"));
    assert_eq!(p.run(&["ticket", "decline-address", "T-1"]).code, 1, "there is none left");
    p.0.is_clean();
}

#[test]
fn explain_decides_as_the_mailbox_that_it_is_given() {
    let p = Post::sending();
    p.ok(&["mailbox", "add", "sales@desk.example", "--receive", "deliver"]);
    p.ok(&["mailbox", "edit", "sales@desk.example", "blocked+=@spam.example"]);
    let mail = "From: Eve <eve@spam.example>\nTo: help@desk.example\nSubject: Buy\nMessage-ID: <b1@spam.example>\n\nNow!\n";
    let told = |words: &[&str]| p.fed(&[&["mail", "explain", "-"], words].concat(), mail);
    let help: serde_json::Value = serde_json::from_str(&told(&["--json"]).out).unwrap();
    assert_eq!((&help["mailbox"], &help["then"]), (&"help@desk.example".into(), &"a new ticket".into()));
    let sales = told(&["--mailbox", "sales@desk.example"]).out;
    assert!(sales.contains("sales@desk.example") && sales.contains("the sender is blocked"), "{sales}");
    let r = told(&["--mailbox", "no@desk.example"]);
    assert!(r.code != 0 && r.err.contains("there is no mailbox no@desk.example"), "{}", r.err);
}

#[test]
fn a_mailbox_whose_address_changes_takes_its_commands_along() {
    let p = Post::sending();
    let file = p.0.path("config/frontdesk/mailboxes.toml");
    let text = fs::read_to_string(&file).unwrap();
    let commented = format!("# mine\n{}# the end\n", text.replace("]\n", "]  # the desk's\n"));
    fs::write(&file, &commented).unwrap();
    let r = p.run(&["mailbox", "edit", "help@desk.example", "address=support@desk.example"]);
    assert_eq!(r.code, 0, "{}", r.err);
    assert!(r.err.contains("mailboxes.toml moved to support@desk.example"), "{}", r.err);
    let moved = fs::read_to_string(&file).unwrap();
    assert_eq!(moved, commented.replace("help@desk.example", "support@desk.example"));
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    // An undo moves them back, a redo forth.
    for (word, to, text) in [("undo", "help@", &commented), ("redo", "support@", &moved)] {
        let r = p.run(&[word]);
        assert!(
            r.code == 0 && r.err.contains(&format!("mailboxes.toml moved to {to}desk.example")),
            "{}",
            r.err
        );
        assert_eq!(fs::read_to_string(&file).unwrap(), *text, "{word}");
    }
    p.ok(&["ticket", "reply", "T-1", "Hello", "--now"]);
    assert_eq!(p.ok(&["mail", "send"]), "1 sent\n");
    // Where the new address has a section already, nothing is written over.
    fs::write(&file, format!("{moved}\n{commented}")).unwrap();
    let r = p.run(&["mailbox", "edit", "support@desk.example", "address=help@desk.example"]);
    assert!(r.err.contains("both addresses have a section"), "{}", r.err);
    assert_eq!(fs::read_to_string(&file).unwrap(), format!("{moved}\n{commented}"));
}

#[test]
fn an_editor_shows_the_headers_of_a_reply_and_what_it_saves_counts() {
    let p = Post::sending();
    let plan = p.0.file("plan.txt", "the plan");
    let note = p.0.file("note.txt", "a note");
    let begun = p.0.path("begun");
    let editor = |name: &str, script: &str| {
        let path = p.0.file(name, format!("#!/bin/sh\ncp \"$1\" {}\n{script}\n", begun.display()));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    };
    let run = |editor: &str, words: &[&str]| {
        let mut c = p.command(words);
        ran(c.env("VISUAL", editor).env("TMPDIR", p.0.folder.path()).output().unwrap())
    };
    let changes = format!(
        "sed -e 's/^Cc:.*/Cc: boss@x.example/' -e 's/^Subject:.*/Subject: Your printer/' -e 's|^Attach:.*|Attach: {plan}|' \
         -e 's/^Hello$/Hello Ada/' \"$1\" > \"$1.new\" && mv \"$1.new\" \"$1\""
    );
    let changes = editor("changes", &changes);
    let r =
        run(&changes, &["ticket", "reply", "T-1", "Hello", "--editor", "--bcc", "eve@x.example", "--now"]);
    assert_eq!(r.code, 0, "{}{}", r.out, r.err);
    let shown = fs::read_to_string(&begun).unwrap();
    assert!(shown.starts_with("To: ada@x.example\nCc: \nBcc: eve@x.example\nSubject: Re: "), "{shown}");
    assert!(shown.ends_with("\nAttach: \n\nHello"), "{shown}");
    p.ok(&["mail", "send"]);
    let sent = p.sent();
    assert!(sent.contains("Cc: <boss@x.example>") && sent.contains("Subject: Your printer [T-1]"), "{sent}");
    assert!(sent.contains("filename=\"plan.txt\"") && sent.contains("Hello Ada"), "{sent}");

    // A thread that is sent on.
    let expert =
        editor("expert", "sed -i -e 's/^To:.*/To: expert@y.example/' \"$1\"; echo 'Can you help?' >> \"$1\"");
    let r = run(&expert, &["ticket", "forward", "T-1", "--to", "old@y.example", "--editor", "--now"]);
    assert_eq!(r.code, 0, "{}{}", r.out, r.err);
    assert!(fs::read_to_string(&begun).unwrap().contains("Subject: Fwd: "));
    p.ok(&["mail", "send"]);
    assert!(p.sent().contains("To: <expert@y.example>") && !p.sent().contains("old@y.example"));

    // The files of the ticket are named, and go along unless their line is removed.
    for (name, script, goes) in
        [("all", "true", true), ("less", "sed -i -e '/^Attach: plan/d' \"$1\"", false)]
    {
        let script = format!("{script}; echo Look >> \"$1\"");
        let words = ["ticket", "forward", "T-1", "--to", "old@y.example", "--editor", "--now"];
        let r = run(&editor(name, &script), &[&words[..], &["--attach", &note]].concat());
        assert_eq!(r.code, 0, "{}{}", r.out, r.err);
        let shown = fs::read_to_string(&begun).unwrap();
        assert!(shown.contains("Attach: note.txt\nAttach: plan.txt (in the ticket)\n"), "{shown}");
        let before = p.sent();
        p.ok(&["mail", "send"]);
        let sent = p.sent().split_off(before.len());
        assert!(sent.contains("filename=\"note.txt\"") && sent.contains("Look"), "{sent}");
        assert_eq!(sent.contains("filename=\"plan.txt\""), goes, "{sent}");
    }

    // What cannot be sent is kept.
    for (name, script, why) in [
        ("bad", "sed -i -e 's/^Cc:.*/Cc: no one/' \"$1\"", "no one"),
        ("typo", "sed -i -e 's/^Cc:.*/Ccc: a@x.example/' \"$1\"", "is no header"),
        ("none", "sed -i -e 's/^To:.*/To:/' \"$1\"", "To is empty"),
        ("file", "sed -i -e 's|^Attach:.*|Attach: /no/such/file|' \"$1\"", "/no/such/file"),
    ] {
        let r = run(&editor(name, script), &["ticket", "reply", "T-1", "Precious words", "--editor"]);
        assert!(r.code != 0 && r.err.contains(why), "{name}: {}", r.err);
        let kept = r.err.split("your text is in ").nth(1).unwrap().split_whitespace().next().unwrap();
        assert!(fs::read_to_string(kept).unwrap().contains("Precious words"), "{name}");
    }
    assert_eq!(p.rows(&["list", "outbox"]).len(), 4);
    p.0.is_clean();
}

#[test]
fn what_is_handed_out_to_a_person_has_files_named_as_saved_attachments_are() {
    let p = Post::sending();
    let mail = "From: Eve <eve@x.example>\nTo: help@desk.example\nSubject: Bill\nMessage-ID: <b@x>\nMIME-Version: 1.0\n\
                Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nSee below.\n--b\nContent-Type: \
                application/pdf\nContent-Disposition: attachment; filename=\"../Bill, no+1: paid.pdf\"\n\npdf\n--b--\n";
    assert_eq!(p.fed(&["mail", "deliver", "--mailbox", "help@desk.example"], mail).code, 0);
    let folder = p.0.path("out");
    p.ok(&["customer", "export-me", "eve@x.example", folder.to_str().unwrap()]);
    let mut names: Vec<String> = fs::read_dir(folder.join("files"))
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names.len(), 2);
    assert!(names[0].ends_with("-1-Bill, no+1_ paid.pdf") && names[1].ends_with(".eml"), "{names:?}");
}
