//! Mail as written, and as read again.

use super::*;
use crate::mail::parse::parse;
use proptest::prelude::*;

fn person(name: &str, email: &str) -> Address {
    Address { name: name.into(), email: email.into() }
}

fn letter() -> Outgoing {
    Outgoing {
        from: person("Help, Desk", "help@example.com"),
        to: vec![person("Zoë Quill", "zoe@example.org"), person("", "bob@example.org")],
        cc: vec![person("Li \"Lee\"", "li@example.org")],
        subject: "[T-7] Café ☕".into(),
        date: 1_740_993_300_000,
        message_id: "m1@desk.example.com".into(),
        in_reply_to: vec!["a@example.org".into()],
        references: vec!["z@example.org".into(), "a@example.org".into()],
        body: "Dear Zoë,\n\n.\nFrom now on = soon \n".into(),
        x_loop: "frontdesk-1".into(),
        ..Outgoing::default()
    }
}

#[test]
fn a_letter_is_written_as_the_standard_says() {
    let text = String::from_utf8(compose(&letter()).unwrap()).unwrap();
    assert_eq!(
        text,
        "From: \"Help, Desk\" <help@example.com>\r\n\
         To: =?UTF-8?B?Wm/DqyBRdWlsbA==?= <zoe@example.org>, <bob@example.org>\r\n\
         Cc: \"Li \\\"Lee\\\"\" <li@example.org>\r\n\
         Subject: =?UTF-8?B?W1QtN10gQ2Fmw6kg4piV?=\r\n\
         Date: Mon, 03 Mar 2025 09:15:00 +0000\r\n\
         Message-ID: <m1@desk.example.com>\r\n\
         In-Reply-To: <a@example.org>\r\n\
         References: <z@example.org> <a@example.org>\r\n\
         X-Loop: frontdesk-1\r\n\
         X-Frontdesk-Desk: frontdesk-1\r\n\
         MIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8; format=flowed\r\n\
         Content-Transfer-Encoding: quoted-printable\r\n\
         \r\n\
         Dear Zo=C3=AB,\r\n\
         \r\n\
         =2E\r\n\
         \x20From now on =3D soon\r\n"
    );
}

#[test]
fn what_cannot_be_sent_is_refused() {
    let with = |change: &dyn Fn(&mut Outgoing)| {
        let mut mail = letter();
        change(&mut mail);
        compose(&mail)
    };
    assert!(matches!(with(&|m| m.from.email = "help".into()), Err(ComposeError::Address(_))));
    assert!(matches!(with(&|m| m.to[0].email = "a@b\r\nBcc: c@d".into()), Err(ComposeError::Address(_))));
    assert!(matches!(with(&|m| m.message_id = "a\r\nX: y".into()), Err(ComposeError::MessageId(_))));
    assert!(matches!(with(&|m| m.date = i64::MAX), Err(ComposeError::Date(_))));
    assert!(matches!(with(&|m| (m.to, m.cc) = (vec![], vec![])), Err(ComposeError::NoRecipient)));
    let long = with(&|m| m.references = (0..100).map(|n| format!("{n}@x")).collect()).unwrap();
    let references = parse(&long).references;
    assert_eq!((references.len(), references[9].as_str(), references[10].as_str()), (20, "9@x", "90@x"));
}

fn field() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{0,120}",
        "(\\r\\nBcc: x@y|\\n\\nbody|\\r|=\\?utf-8\\?q\\?x|é|☕| |a|\"|\\\\|\u{2028}|\\x00){0,20}",
        any::<String>(),
    ]
}

/// What is read of a text that was sent: without spaces at the ends of lines, and quotes in one form.
fn as_read(body: &str) -> String {
    let body = body.replace("\r\n", "\n").replace('\r', "\n");
    let line = |line: &str| {
        let depth = line.bytes().take_while(|&b| b == b'>').count();
        let content = &line[depth..];
        let content = if depth > 0 { content.strip_prefix(' ').unwrap_or(content) } else { content };
        let content = if content == "-- " { content } else { content.trim_end_matches(' ') };
        ">".repeat(depth) + if depth > 0 { " " } else { "" } + content + "\n"
    };
    body.strip_suffix('\n').unwrap_or(&body).split('\n').map(line).collect()
}

#[test]
fn long_lines_flow_and_come_back_whole() {
    let long = "words that go on and on ".repeat(20);
    let body = format!("{long}\n> {long}\n\n  indented\nFrom here\n-- \nDana\n");
    let mail = Outgoing { body: body.clone(), ..letter() };
    let bytes = compose(&mail).unwrap();
    assert_eq!(parse(&bytes).body, as_read(&body));
    assert!(flow(&body).lines().all(|l| l.chars().count() <= 75));
}

#[test]
fn files_go_with_a_mail_and_come_back_the_same() {
    let files: Vec<File> = [
        "invoice.pdf",
        "Rechnung für März 2026 — endgültige Fassung, geprüft und unterschrieben.pdf",
        "a\"b\r\nX: y;.txt",
    ]
    .iter()
    .zip([b"%PDF".to_vec(), (0..=255).cycle().take(5000).collect(), Vec::new()])
    .map(|(name, bytes)| File { name: (*name).into(), content_type: "application/pdf".into(), bytes })
    .collect();
    let bytes = compose(&Outgoing { files: files.clone(), ..letter() }).unwrap();
    assert!(std::str::from_utf8(&bytes).unwrap().split("\r\n").all(|l| l.is_ascii() && l.len() <= 78));
    let read = parse(&bytes);
    assert_eq!(read.problems, Vec::<String>::new());
    assert_eq!(read.body, as_read(&letter().body));
    let back: Vec<_> = read.attachments.iter().map(|a| (a.name.clone(), a.bytes.to_vec())).collect();
    let sent: Vec<_> = files.into_iter().map(|f| (on_a_line(&f.name), f.bytes)).collect();
    assert_eq!(back.len(), 3);
    assert_eq!(back[..2], sent[..2]);
    assert_eq!(back[2].1, sent[2].1);
}

#[test]
fn a_markdown_text_goes_as_text_and_as_html_with_or_without_files() {
    let file = File { name: "a.txt".into(), content_type: "text/plain".into(), bytes: b"file".to_vec() };
    for files in [Vec::new(), vec![file]] {
        let body = "Turn it *off*.\n\n> <b>It leaks</b>".to_owned();
        let mail = Outgoing { body: body.clone(), markdown: true, files: files.clone(), ..letter() };
        let bytes = compose(&mail).unwrap();
        assert!(std::str::from_utf8(&bytes).unwrap().split("\r\n").all(|l| l.is_ascii() && l.len() <= 78));
        let read = parse(&bytes);
        assert_eq!(read.problems, Vec::<String>::new());
        assert_eq!(read.body, as_read(&body));
        assert_eq!(read.attachments.len(), files.len());
        let html = crate::mail::parse::html(&bytes).unwrap().markup;
        assert!(
            html.contains("Turn it <em>off</em>.") && html.contains("&lt;b&gt;It leaks&lt;/b&gt;"),
            "{html}"
        );
    }
    assert!(crate::mail::parse::html(&compose(&letter()).unwrap()).is_none());
}

proptest! {
    #[test]
    fn every_field_comes_back_and_none_makes_another(name in field(), subject in field(), body in field(), x_loop in field(), reference in field()) {
        let mail = Outgoing {
            from: person(&name, "help@example.com"),
            to: vec![person(&name, "ann@example.org"), person(&name, "bob@example.org")],
            cc: vec![],
            subject: subject.clone(),
            references: vec![reference],
            body: body.clone(),
            x_loop,
            ..letter()
        };
        let bytes = compose(&mail).unwrap();
        let text = std::str::from_utf8(&bytes).unwrap();
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        for line in text.split("\r\n") {
            prop_assert!(line.is_ascii() && !line.contains(['\r', '\n']));
            // Names that are quoted stay whole; all else is folded.
            prop_assert!(line.len() <= 998);
        }
        let allowed = ["From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "X-Loop", "X-Frontdesk-Desk", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"];
        for line in head.split("\r\n").filter(|l| !l.starts_with(' ')) {
            let name = line.split(':').next().unwrap();
            prop_assert!(allowed.contains(&name), "{}", line);
        }
        let read = parse(&bytes);
        let name = address::clean_name(&on_a_line(&name));
        let name = if name.eq_ignore_ascii_case("help@example.com") { String::new() } else { name };
        let from = read.from.unwrap();
        prop_assert_eq!(from.email, "help@example.com");
        prop_assert_eq!(from.name, name);
        prop_assert_eq!(read.to.len(), 2);
        prop_assert_eq!(read.subject, subject::one_line(&on_a_line(&subject)));
        let sent = as_read(&body);
        prop_assert_eq!(read.body, sent);
        prop_assert_eq!(read.date, Some(1_740_993_300_000));
        prop_assert_eq!(read.problems, Vec::<String>::new());
    }
}
