use std::io::{BufReader, Cursor, Read};
use std::path::Path;

use proptest::prelude::*;

use super::*;

fn read(bytes: &[u8]) -> Vec<Result<RawMail, Reject>> {
    // A buffer of three bytes: what a pipe may give.
    let input = BufReader::with_capacity(3, Cursor::new(bytes.to_vec()));
    from_reader(Box::new(input), Path::new("box")).collect()
}

fn bodies(bytes: &[u8]) -> Vec<String> {
    read(bytes).into_iter().map(|m| String::from_utf8(m.unwrap().bytes).unwrap()).collect()
}

const FROM: &str = "From ann@example.org  Fri Jul 19 18:33:25 2002\n";

#[test]
fn mails_are_parted_and_unquoted() {
    let text = format!("{FROM}A: b\n\none\n>From you\n>>From me\n\n{FROM}A: c\n\ntwo\n\n");
    assert_eq!(bodies(text.as_bytes()), ["A: b\n\none\nFrom you\n>From me\n", "A: c\n\ntwo\n"]);
    let all = read(text.as_bytes());
    let second = all[1].as_ref().unwrap();
    assert_eq!((second.place.line, second.place.offset), (8, 78));
    assert_eq!(second.envelope_date, Some(1_027_103_605_000));
    assert_eq!(second.envelope_sender.as_deref(), Some("ann@example.org"));
    let mboxo = from_reader(Box::new(Cursor::new(text.clone().into_bytes())), Path::new("b"))
        .with_quoting(Quoting::Mboxo);
    let first = mboxo.into_iter().next().unwrap().unwrap();
    assert!(first.bytes.ends_with(b"\nFrom you\n>>From me\n"));
}

#[test]
fn text_that_begins_with_from_parts_nothing() {
    let text = format!(
        "{FROM}A: b\n\nFrom now on we meet at 10:30, said Ann in May 2002 but\n\nFrom\n\nFrom here\nwe go\nFrom x\n"
    );
    // The first has a time and a month but no separate year: `2002` is a word, so it is split by the date rule alone.
    let all = bodies(text.as_bytes());
    assert_eq!(all.len(), 1, "{all:?}");
}

#[test]
fn separators_of_other_mailers_part() {
    for from in [
        "From - Fri Jul 19 18:33:25 2002\n",
        "From 1234@xxx Fri Jul 19 18:33:25 +0000 2002\n",
        "From ann@example.org 2002-07-19T18:33:25Z\n",
        "From MAILER-DAEMON\n",
        "From ann@example.org Fri Jul 19 18:33 MET DST 2002\n",
    ] {
        let text = format!("{from}A: b\n\none\n\n{from}A: c\n\ntwo\n");
        assert_eq!(bodies(text.as_bytes()), ["A: b\n\none\n", "A: c\n\ntwo\n"], "{from}");
    }
    // No empty line before, line ends of another system.
    let text = format!("{FROM}A: b\n\none\n{FROM}A: c\n\ntwo\n").replace('\n', "\r\n");
    assert_eq!(bodies(text.as_bytes()), ["A: b\r\n\r\none\r\n", "A: c\r\n\r\ntwo\r\n"]);
}

#[test]
fn a_cut_mail_is_delivered_and_marked() {
    let all = read(format!("{FROM}A: b\n\none\n\n{FROM}A: c\n\ntw").as_bytes());
    let marks: Vec<bool> = all.iter().map(|m| m.as_ref().unwrap().truncated).collect();
    assert_eq!(marks, [false, true]);
    assert_eq!(all[1].as_ref().unwrap().bytes, b"A: c\n\ntw");
}

#[test]
fn one_message_needs_no_separator() {
    assert_eq!(bodies(b"\nSubject: x\n\n>From here\n"), ["\nSubject: x\n\n>From here\n"]);
    assert_eq!(bodies(b""), [""; 0]);
    assert!(matches!(read(b"\n\n")[0], Err(Reject { reason: RejectReason::Empty, .. })));
}

#[test]
fn a_message_over_the_cap_is_rejected_and_the_rest_goes_on() {
    // A line of 8 MiB in steps, never held.
    let line = std::io::repeat(b'x').take(8 << 20);
    let start = Cursor::new(format!("{FROM}A: b\n\n").into_bytes());
    let end = Cursor::new(format!("\n\n{FROM}A: c\n\ntwo\n").into_bytes());
    let input = BufReader::new(start.chain(line).chain(end));
    let all: Vec<_> = from_reader(Box::new(input), Path::new("box")).with_cap(1 << 20).collect();
    assert_eq!(all.len(), 2);
    let reject = all[0].as_ref().unwrap_err();
    assert_eq!(reject.reason, RejectReason::TooLarge { bytes: (8 << 20) + 8, cap: 1 << 20 });
    assert!(reject.head.starts_with(b"A: b\n\nxxx") && reject.head.len() == REJECT_HEAD);
    assert_eq!(all[1].as_ref().unwrap().bytes, b"A: c\n\ntwo\n");
}

#[test]
fn folders_are_read_in_order() {
    let dir = tempfile::tempdir().unwrap();
    let put = |path: &str, text: &str| {
        let path = dir.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    put("m/cur/2:2,S", "A: 2\n\n");
    put("m/cur/1:2,S", "A: 1\n\n");
    put("m/new/3", "A: 3\n\n");
    put("m/tmp/4", "A: 4\n\n");
    put("m/.hidden", "A: 5\n\n");
    put("plain/b.eml", "A: 2\n\n");
    put("plain/a.EML", "A: 1\n\n");
    put("plain/notes.txt", "A: 4\n\n");
    put("plain/10", "A: 10\n\n");
    put("plain/9", "A: 9\n\n");
    std::fs::create_dir_all(dir.path().join("empty/new")).unwrap();
    put("none/notes.txt", "A: 4\n\n");
    let read = |path: &str| -> Vec<Vec<u8>> {
        open(&dir.path().join(path)).unwrap().map(|m| m.unwrap().bytes).collect()
    };
    assert_eq!(read("m"), [b"A: 1\n\n", b"A: 2\n\n", b"A: 3\n\n"]);
    assert_eq!(read("plain"), [&b"A: 1\n\n"[..], b"A: 2\n\n", b"A: 9\n\n", b"A: 10\n\n"]);
    assert!(read("empty").is_empty());
    assert!(matches!(open(&dir.path().join("none")), Err(MailboxError::NoMail { .. })));
    assert!(matches!(open(&dir.path().join("absent")), Err(MailboxError::Unreadable { .. })));
}

#[test]
fn the_sample_mailboxes_hold_what_they_hold() {
    let dir = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/mail_lists"));
    if !dir.exists() {
        println!("skipped: no sample data at {}", dir.display());
        return;
    }
    for (file, count) in [("exmh-users.mbox", 111), ("ilug.mbox", 544), ("rpm-list.mbox", 397)] {
        let mails = open(&dir.join(file)).unwrap();
        let total = mails.bytes_total();
        let all: Vec<RawMail> = mails.map(|m| m.unwrap()).collect();
        assert_eq!(all.len(), count, "{file}");
        assert!(all.iter().all(|m| m.envelope_date.is_some() && !m.truncated));
        assert!(total > Some(500_000));
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read(texts in prop::collection::vec("[a-z]: [a-z]{1,5}\\n\\n(>{0,2}From [a-z ]{0,9}\\n|[a-z]{0,5}\\n){0,6}[a-z]\\n", 1..5)) {
        let mut file = String::new();
        for text in &texts {
            file.push_str(FROM);
            for line in text.split_inclusive('\n') {
                if line.trim_start_matches('>').starts_with("From ") {
                    file.push('>');
                }
                file.push_str(line);
            }
            file.push('\n');
        }
        prop_assert_eq!(bodies(file.as_bytes()), texts);
    }

    #[test]
    fn garbage_is_read_to_its_end(bytes in prop::collection::vec(any::<u8>(), 0..300), froms in 0_usize..3) {
        let mut file = FROM.repeat(froms).into_bytes();
        file.extend_from_slice(&bytes);
        for item in read(&file) {
            let _ = item.map(|m| crate::mail::parse::parse(&m.bytes));
        }
    }
}

#[test]
fn a_content_length_that_holds_keeps_pasted_mail_in_its_message() {
    let body = format!("I paste a mail:\n\n{FROM}Subject: old\n\nold text\n");
    let with = |length: usize| format!("{FROM}Content-Length: {length}\n\n{body}\n{FROM}A: c\n\ntwo\n");
    assert_eq!(bodies(with(body.len()).as_bytes()).len(), 2);
    // The separator may also follow immediately, and the last message ends with the file.
    assert_eq!(bodies(with(body.len() + 1).as_bytes()).len(), 2);
    // Counted as it was sent, each line end two bytes.
    assert_eq!(bodies(with(body.len() + body.lines().count()).as_bytes()).len(), 2);
    let last = format!("{FROM}Content-Length: {}\n\n{body}", body.len());
    assert_eq!(bodies(last.as_bytes()), [format!("Content-Length: {}\n\n{body}", body.len())]);
    // One that leads elsewhere is not believed, and loses nothing.
    for lie in [1, body.len() - 3, body.len() + 7, 5_000_000] {
        assert_eq!(bodies(with(lie).as_bytes()).len(), 3, "{lie}");
    }
}

#[test]
fn what_programs_keep_in_a_mailbox_is_no_message() {
    let data = "From: MAILER-DAEMON@host.example\nSubject: DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA\n\
                X-IMAP: 1 2\n\nThis text is part of the internal format\n\n";
    assert_eq!(bodies(format!("{FROM}{data}{FROM}A: c\n\ntwo\n").as_bytes()), ["A: c\n\ntwo\n"]);
    assert_eq!(bodies(format!("\u{feff}\n\n{FROM}A: c\n\ntwo\n").as_bytes()), ["A: c\n\ntwo\n"]);
}

#[test]
fn other_kinds_of_mailboxes_are_read() {
    let mmdf = "\x01\x01\x01\x01\nA: b\n\none\n\x01\x01\x01\x01\n\x01\x01\x01\x01\nA: c\n\nFrom two\n\x01\x01\x01\x01\n";
    assert_eq!(bodies(mmdf.as_bytes()), ["A: b\n\none\n", "A: c\n\nFrom two\n"]);
    let mail = "A: b\n\none\n";
    let emlx = format!("{}      \n{mail}<?xml version=\"1.0\"?>\n<plist/>\n", mail.len());
    assert_eq!(bodies(emlx.as_bytes()), [mail]);
    // A count that is too large takes what there is.
    assert_eq!(bodies(format!("999\n{mail}").as_bytes()), [mail]);
}
