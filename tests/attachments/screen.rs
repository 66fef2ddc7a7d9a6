//! The list of files on the screen: what its keys do, over a desk in memory.

use std::{fs, os::unix::fs::PermissionsExt};

use super::{
    mails::{mail, part, picture, winmail},
    support::{screen::Screen, tiny::Tiny},
};

/// A desk with a ticket whose mail has these parts, and that ticket being read.
fn reading(parts: &[String], size: (u16, u16)) -> (Tiny, Screen) {
    let mut t = Tiny::begun();
    t.mail(&mail("a", parts));
    let mut s = Screen::open(&t.desk, t.dana, size);
    s.keys("2 Enter");
    (t, s)
}

const USUAL: (u16, u16) = (120, 40);

fn files() -> Vec<String> {
    vec![
        part("text/plain", "log \u{1b}[31m.txt", b"one\ntwo\n"),
        part("image/png", "shot.png", &picture()),
        part("application/x-msdownload", "invoice.pdf.exe", b"MZ"),
        part("text/calendar", "call.ics", b"BEGIN:VCALENDAR"),
        part("application/ms-tnef", "winmail.dat", &winmail("plan.pdf", b"%PDF-1.4")),
    ]
}

#[test]
fn the_list_shows_each_file_with_its_size_and_what_it_is() {
    let (_t, mut s) = reading(&files(), USUAL);
    s.keys("A").expect("Files of M-1").expect("shot.png").expect("plan.pdf").expect("invitation");
    s.expect("program: saved, not opened").expect("the mail as received").expect("1 of 7");
    assert!(!s.text_of_frame().contains('\u{1b}'));
    s.keys("G").expect("7 of 7").keys("g g").expect("1 of 7").keys("q").expect_not("Files of M-1");
}

#[test]
fn a_file_is_saved_where_it_is_said_and_replaced_only_when_confirmed() {
    let (_t, mut s) = reading(&files(), USUAL);
    let folder = tempfile::tempdir().unwrap();
    s.model.places.downloads = folder.path().to_owned();
    let path = folder.path().join("shot.png");
    s.keys("A j s").expect("Save shot.png").keys("Enter").expect("Saved as");
    assert_eq!(fs::read(&path).unwrap(), picture());
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    fs::write(&path, "mine").unwrap();
    s.keys("s Enter").expect("There is a file of that name. Replace it?").keys("n");
    assert_eq!(fs::read(&path).unwrap(), b"mine");
    s.keys("s Enter y").expect("Saved as");
    assert_eq!(fs::read(&path).unwrap(), picture());
    // All that was attached, into a folder that is made; a taken name gets a number.
    s.model.places.downloads = folder.path().join("all");
    s.keys("S").expect("Save 6 files in").keys("Enter").expect("Saved 6 files in");
    assert_eq!(fs::read_dir(folder.path().join("all")).unwrap().count(), 6);
}

#[test]
fn paths_are_completed_while_they_are_typed() {
    let (_t, mut s) = reading(&files(), USUAL);
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("invoices/2026")).unwrap();
    fs::write(folder.path().join("invoices.txt"), "").unwrap();
    s.model.places.downloads = folder.path().to_owned();
    s.model.places.home = Some(folder.path().to_owned());
    s.keys("A j s").expect("~/shot.png").keys("ctrl-u");
    let at = folder.path().display();
    s.text(&format!("{at}/inv"))
        .expect(&format!("{at}/invoices.txt"))
        .keys("Tab")
        .expect(&format!("{at}/invoices/2026/"));
    s.keys("Tab Enter").expect("Saved as");
    assert!(folder.path().join("invoices/2026/shot.png").exists());
}

#[test]
fn a_program_is_not_opened_but_offered_to_be_saved() {
    let (_t, mut s) = reading(&files(), USUAL);
    s.keys("A j j Enter").expect("Save invoice.pdf.exe");
    assert!(s.opened.is_empty(), "{:?}", s.opened);
    s.keys("Esc Esc");
    // Whatever it says it is.
    let (_t, mut s) = reading(&[part("image/png", "holiday.png", b"#!/bin/sh\nrm -rf ~\n")], USUAL);
    s.keys("A Enter").expect("Save holiday.png");
    assert!(s.opened.is_empty());
}

#[test]
fn files_go_to_programs_and_commands_and_text_to_the_clipboard() {
    let (_t, mut s) = reading(&files(), USUAL);
    s.keys("A j Enter");
    assert_eq!(s.opened, ["shot.png image/png"]);
    s.keys("k y").expect("8 bytes copied");
    assert_eq!(s.copied, ["one\ntwo\n"]);
    s.keys("j y").expect("shot.png is not text: nothing was copied.");
    s.keys("|").expect("Pipe shot.png to").text("wc -c").keys("Enter");
    assert_eq!(s.piped, [("wc -c".to_owned(), picture())]);
    s.keys("k v").expect("two").keys("q").expect("Files of M-1");
}

#[test]
fn an_attached_mail_is_read_in_a_window_and_saved_as_eml() {
    let inner = "From: Bob <bob@y.example>\r\nTo: ada@x.example\r\nSubject: Prices\r\n\r\nTen each.\r\n";
    let (_t, mut s) = reading(&[format!("Content-Type: message/rfc822\r\n\r\n{inner}")], USUAL);
    s.keys("A").expect("Prices.eml").keys("Enter");
    s.expect("From: Bob <bob@y.example>").expect("Subject: Prices").expect("Ten each.");
    assert!(s.opened.is_empty());
    s.keys("q").expect("Files of M-1");
    let folder = tempfile::tempdir().unwrap();
    s.model.places.downloads = folder.path().to_owned();
    s.keys("s Enter");
    assert_eq!(fs::read_to_string(folder.path().join("Prices.eml")).unwrap(), inner);
}

#[test]
fn the_html_part_opens_without_anything_remote_and_says_so_where_there_is_none() {
    let html = "Content-Type: text/html\r\n\r\n<p>Hi <img src=\"https://spy.example/p.gif\"></p>\r\n";
    let (_t, mut s) = reading(&[html.to_owned()], USUAL);
    s.keys("A h");
    assert_eq!(s.opened, ["M-1.html text/html"]);
    let page = String::from_utf8(s.opened_bytes.pop().unwrap()).unwrap();
    assert!(page.contains("<p>Hi <img>") && !page.contains("spy"), "{page}");
    let (_t, mut s) = reading(&files(), USUAL);
    s.keys("A h").expect("M-1 has no HTML part");
}

#[test]
fn what_no_program_opens_is_shown_as_text_or_offered_to_be_saved() {
    let (_t, mut s) = reading(&files(), USUAL);
    s.no_programs = true;
    s.keys("A Enter").expect("one").expect("two").keys("q");
    s.keys("j Enter").expect("No program opens image/png: save it instead.");
}

#[test]
fn a_ticket_without_files_says_so() {
    let t = Tiny::full();
    let mut s = Screen::open(&t.desk, t.dana, USUAL);
    s.keys("A").expect("This ticket has no attachments.");
}

#[test]
fn snapshots_of_the_list() {
    for size in [(80, 24), USUAL] {
        let (_t, mut s) = reading(&files(), size);
        s.keys("A j");
        insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => false, snapshot_path => "../snapshots"}, {
            insta::assert_snapshot!(format!("files_{}x{}", size.0, size.1), s.text_of_frame());
        });
    }
}
