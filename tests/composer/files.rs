//! Files that go with a message.

use std::{fs, path::PathBuf};

use frontdesk::desk::{Command, command::NewReply};

use crate::{
    post::{Post, written},
    support::tiny::NOW,
};

struct Disk(tempfile::TempDir);

impl Disk {
    fn new() -> Disk {
        Disk(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    }
}

#[test]
fn a_path_is_completed_and_its_file_goes_with_the_reply() {
    let p = Post::new();
    let disk = Disk::new();
    fs::create_dir(disk.0.path().join("plans")).unwrap();
    disk.file("plans/winter.pdf", b"winter");
    let mut s = p.screen();
    s.keys("r").text("The plan.").keys("ctrl-x a").text(&format!("{}/pl", disk.0.path().display()));
    s.keys("Tab").text("win").expect("winter.pdf").keys("Tab Enter").expect("Attached winter.pdf, 6 B.");
    s.expect("winter.pdf 6 B").expect("1 file, 6 B").keys("Esc y").expect("held");
    let m = p.ours(2);
    assert_eq!((m.attachments.len(), m.attachments[0].name.as_str()), (1, "winter.pdf"));
    let letter = p.letter(&m);
    assert_eq!(
        (letter.attachments[0].bytes.as_slice(), letter.attachments[0].content_type.as_str()),
        (&b"winter"[..], "application/pdf")
    );
}

#[test]
fn a_file_that_is_gone_or_changed_is_named_and_the_text_is_kept() {
    let p = Post::new();
    let disk = Disk::new();
    let path = disk.file("plan.txt", b"one");
    let mut s = p.screen();
    s.keys("r").text("The plan.").keys("ctrl-x a").text("/no/such/thing").keys("Enter");
    s.expect("there is no such file");
    assert!(written(&s).files.is_empty());
    s.keys("ctrl-x a").text(&path.display().to_string()).keys("Enter");
    fs::write(&path, "another").unwrap();
    s.keys("Esc y").expect("it changed since it was attached");
    assert_eq!(written(&s).body.as_str(), "The plan.");
    assert!(p.thread(2).iter().all(|m| m.agent.is_none()));
    s.keys("ctrl-x a").text(&path.display().to_string()).keys("Enter");
    assert_eq!(written(&s).files.len(), 1, "it replaces itself");
    fs::remove_file(&path).unwrap();
    // A message that came back is not typed in: letters are commands.
    s.keys("y").expect("there is no such file").keys("ctrl-x x").expect("plan.txt does not go with it.");
    s.keys("y").expect("held");
    assert_eq!((p.ours(2).body.as_str(), p.ours(2).attachments.len()), ("The plan.", 0));
}

#[test]
fn the_server_s_limit_is_said_before_anything_is_sent() {
    let mut p = Post::new();
    p.edit_mailbox("size_limit", "1");
    let disk = Disk::new();
    let path = disk.file("film.mpg", &vec![7; 900_000]);
    let mut s = p.screen();
    s.keys("r").text("The film.").keys("ctrl-x a").text(&path.display().to_string()).keys("Enter");
    s.expect("The message would have 1.2 MB, and the server takes 1.0 MB");
    s.keys("Esc y").expect("Not sent.");
    assert!(p.thread(2).iter().all(|m| m.agent.is_none()));
    // The desk says the same where no one asked first.
    let file = frontdesk::mail::compose::File {
        name: "film.mpg".into(),
        bytes: vec![7; 900_000],
        ..Default::default()
    };
    let reply = NewReply { ticket: p.ticket(2), body: "x".into(), files: vec![file], ..NewReply::default() };
    let request = frontdesk::desk::Request::new(
        frontdesk::model::Id([3; 16]),
        p.t.dana,
        NOW,
        Command::TicketReply(Box::new(reply)),
    );
    let why = p.t.desk.run(request).unwrap_err().to_string();
    assert!(why.contains("the server takes 1.0 MB"), "{why}");
}

#[test]
fn a_file_of_the_ticket_goes_again_and_drafts_keep_files_and_recipients() {
    let p = Post::new();
    let disk = Disk::new();
    let path = disk.file("a.txt", b"one");
    let mut s = p.screen();
    s.keys("r").text("First.").keys("ctrl-x a").text(&path.display().to_string()).keys("Enter Esc y");
    let mut s = p.screen_of(2, (120, 40));
    s.keys("r")
        .text("Again.")
        .keys("ctrl-x t")
        .expect("Attach a file of the ticket")
        .expect("a.txt")
        .keys("Enter");
    s.expect("Attached a.txt, 3 B.")
        .keys("ctrl-x r")
        .text(", eve@x.example")
        .keys("Esc q")
        .expect("Draft kept");
    let mut s = p.screen_of(3, (120, 40));
    s.keys("r").expect("Again.").expect("a.txt 3 B").expect("and 1 more").keys("Esc y");
    let m = p.ours(2);
    assert_eq!(m.to, ["gracie@burns.example", "eve@x.example"]);
    assert_eq!(p.letter(&m).attachments[0].bytes, b"one");
    // A cancelled send keeps them as well.
    s.keys("U").expect("a.txt 3 B").keys("Esc y");
    assert_eq!(p.letter(&p.ours(2)).attachments[0].bytes, b"one");
}
