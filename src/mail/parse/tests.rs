use std::time::Duration;

use proptest::prelude::*;

use super::super::robot::Verdict;
use super::*;

fn fixture(name: &str) -> Parsed {
    let path = format!("{}/tests/fixtures/mail/{name}", env!("CARGO_MANIFEST_DIR"));
    parse(&std::fs::read(path).unwrap())
}

fn emails(list: &[Address]) -> Vec<&str> {
    list.iter().map(|a| a.email.as_str()).collect()
}

#[test]
fn a_whole_mail_is_read_whole() {
    let m = fixture("alternative.eml");
    assert_eq!(m.problems, [""; 0]);
    let from = m.from.unwrap();
    assert_eq!((from.name.as_str(), from.email.as_str()), ("Zoë Quill", "Zoe.Quill@example.org"));
    assert_eq!(emails(&m.to), ["help@example.com", "bob@example.net"]);
    assert_eq!(emails(&m.cc), ["carol@example.net", "dan@example.net"]);
    assert_eq!(emails(&m.reply_to), ["zoe+reply@example.org"]);
    assert_eq!(m.message_id, "one@example.org");
    assert_eq!(m.in_reply_to, ["zero@example.com"]);
    assert_eq!(m.references, ["minus@example.com", "zero@example.com"]);
    assert_eq!((m.date, m.date_source), (Some(1_740_993_300_000), DateSource::Header));
    assert_eq!(m.subject, "Café order ☕");
    assert_eq!(m.body, "The café order cost €5 and is late.\n\n-- \nA footer of the list.\n");
    assert_eq!(m.body_source, BodySource::Plain);
    let files: Vec<(&str, &str)> =
        m.attachments.iter().map(|a| (a.name.as_str(), a.content_type.as_str())).collect();
    assert_eq!(files, [("Rechnung März.pdf", "application/pdf"), ("mail.eml", "message/rfc822")]);
    assert_eq!(m.attachments[0].bytes, b"%PDF-1");
    assert!(m.attachments[1].bytes.ends_with(b"Enclosed text."));
    assert_eq!(m.robot.verdict, Verdict::Human);
}

#[test]
fn html_alone_becomes_text() {
    let m = fixture("html_only.eml");
    assert_eq!(m.body, "Hello Ann,\n\n> where is it?\n\nHere: track <https://example.com/t/1>\n");
    assert_eq!(m.body_source, BodySource::Html);
}

#[test]
fn bytes_without_a_charset_are_guessed_and_said() {
    let m = fixture("raw_bytes.eml");
    assert_eq!(m.subject, "Straße und Grüße aus München");
    assert_eq!(m.body, "Schöne Grüße, für über Straße.\n");
    assert!(m.problems[0].contains("x-unknown"), "{:?}", m.problems);
}

#[test]
fn broken_mails_keep_what_they_have_and_say_so() {
    let m = fixture("cut_short.eml");
    assert_eq!(m.body, "All that is left");
    assert_eq!(m.attachments[0].name, "a.png");
    assert!(m.attachments[0].bytes.starts_with(b"\x89PNG"));
    assert_eq!(m.problems, ["its last part has no end (cut short?)"]);

    let m = fixture("no_headers.eml");
    assert_eq!(m.body, "Hello, my printer does not print.\n\nAnn\n");
    assert!(m.problems.iter().any(|p| p == "no headers"), "{:?}", m.problems);
    assert_eq!((m.date, m.date_source), (None, DateSource::Missing));

    let m = fixture("only_headers.eml");
    assert_eq!((m.subject.as_str(), m.body.as_str()), ("only headers", ""));
    assert!(m.problems.iter().any(|p| p.contains("cut short")), "{:?}", m.problems);

    assert_eq!(parse(b"").problems.first().map(String::as_str), Some("no headers"));
}

#[test]
fn a_missing_id_is_made_from_the_content_and_stays() {
    let one = parse(b"From: a@b.org\n\nhello\n");
    assert!(one.made_up_id && one.message_id.ends_with("@missing.invalid"), "{}", one.message_id);
    assert_eq!(parse(b"From: a@b.org\r\n\r\nhello\r\n\r\n").message_id, one.message_id);
    assert_ne!(parse(b"From: a@b.org\n\nhallo\n").message_id, one.message_id);
    // Ids that differ only beyond what is read of a field.
    let long =
        |end: &str| parse(format!("Message-ID: <{}{end}@b.org>\n\nx\n", "i".repeat(1 << 20)).as_bytes());
    assert_ne!(long("1").message_id, long("2").message_id);
}

#[test]
fn prose_in_reply_fields_names_no_mail_but_the_one_it_means() {
    let m = fixture("old_reply.eml");
    assert_eq!(m.in_reply_to, ["20020719.GA2506@example.org"]);
    for (field, expected) in [
        ("Your message of \"Thu, 25 Jul 2002\" <a@b>", &["a@b"][..]),
        ("Your message of \"Thu, 25 Jul 2002 21:13:51 MDT.\"", &[]),
        ("Message from p@x.com of Fri, 26 Jul 2002 <a@b>\n <c@d>", &["a@b", "c@d"]),
        ("Message from\n \"J. M. (Jim)\"\n <j@x.com> of\n \"Wed\"\n <a@b>", &["a@b"]),
        ("message-id <a@b> of Wed, Aug 21", &["a@b"]),
        ("Message from Ann <ann@x.com>", &[]),
        ("<a@\n b>, <c@d", &["a@b", "c@d"]),
        ("a@b", &["a@b"]),
        ("<>", &[]),
    ] {
        assert_eq!(answered(field), expected, "{field}");
    }
}

#[test]
fn a_date_is_found_where_there_is_one() {
    let m = fixture("old_reply.eml");
    assert_eq!((m.date, m.date_source), (Some(1_027_100_003_000), DateSource::Received));
    let hints = Hints { envelope_date: Some(1_027_100_003_000), ..Hints::default() };
    let m = parse_with(b"From: a@b.org\nDate: 1 Jan 1970 00:00:00 +0000\n\nx", &hints);
    assert_eq!((m.date, m.date_source, m.date_absurd), (hints.envelope_date, DateSource::Envelope, true));
    let m = parse(b"From: a@b.org\nDate: 1 Jan 1970 00:00:01 +0000\n\nx");
    assert_eq!((m.date, m.date_source, m.date_absurd), (Some(1000), DateSource::Header, true));
}

#[test]
fn bounces_tell_whom_and_how() {
    let m = fixture("bounce.eml");
    assert_eq!(m.robot.verdict, Verdict::Bounce);
    let b = m.robot.bounce.unwrap();
    assert_eq!(b.recipients, ["Ann@example.org", "full@example.org"]);
    assert_eq!((b.hard, b.status.as_str(), b.diagnostic.as_str()), (true, "5.1.1", "550 5.1.1 no such user"));
    assert_eq!(b.original_id.as_deref(), Some("sent-1@example.com"));
    assert_eq!(m.in_reply_to, ["sent-1@example.com"]);

    let b = fixture("bounce_plain.eml").robot.bounce.unwrap();
    assert_eq!(b.recipients, ["ann@example.org"]);
    assert_eq!((b.hard, b.status.as_str()), (false, "4.2.2"));
}

#[test]
fn a_digest_is_the_text_of_its_mails() {
    let m = fixture("digest.eml");
    assert_eq!(
        m.body,
        "From: ann@example.org\nSubject: Black\n\nBlack tea.\n\n----\n\nFrom: bob@example.org\nSubject: Green\n\nGreen tea.\n"
    );
    assert_eq!(m.body_source, BodySource::Enclosed);
    assert_eq!(m.list.id, "tea.example.org");
    assert_eq!(m.robot.verdict, Verdict::List);
}

#[test]
fn hostile_mails_are_read_in_linear_time_and_no_depth() {
    let nested = |n: usize| {
        let mut text = String::from("From: a@b.org\n");
        for i in 0..n {
            text.push_str(&format!("Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n"));
        }
        text
    };
    let bombs = [
        nested(20_000),
        "Content-Type: message/rfc822\n\n".repeat(50_000),
        format!(
            "Content-Type: multipart/mixed; boundary=b\n\n{}",
            "--b\nContent-Type: multipart/mixed; boundary=c\n\n".repeat(20_000)
        ),
        format!("Content-Type: multipart/mixed; boundary=b\n\n{}", "--b\n\n".repeat(200_000)),
        format!("Content-Type: text/plain{}\n\nx", "; a*1*=x'y'z".repeat(100_000)),
        format!("Subject: {}\n\nx", "=?utf-8?q?a".repeat(100_000)),
        format!("Subject: {}\n\nx", "=?utf-8?b?4piV?= ".repeat(50_000)),
        format!("From: {}\n\nx", "(\"<@,;:".repeat(100_000)),
        format!("References: {}\n\nx", "<a@b>".repeat(200_000)),
        format!("A: b\n{}", " folded\n".repeat(200_000)),
        format!("{}\n\nx", "A: b\n".repeat(200_000)),
        format!("Content-Transfer-Encoding: quoted-printable\n\n{}", "= ".repeat(500_000)),
        format!(
            "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n{}",
            "Final-Recipient: x;a@b\nAction: failed\n\n".repeat(20_000)
        ),
    ];
    let started = std::time::Instant::now();
    for bomb in &bombs {
        let m = parse(bomb.as_bytes());
        assert!(m.body.len() + m.attachments.iter().map(|a| a.bytes.len()).sum::<usize>() <= bomb.len() * 2);
    }
    // About 20 MB of malice; seconds would mean that something is quadratic.
    assert!(started.elapsed() < Duration::from_secs(30), "{:?}", started.elapsed());
}

#[test]
fn the_sample_mails_are_read_as_another_parser_reads_them() {
    let dir = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/mail_lists"));
    if !dir.exists() {
        println!("skipped: no sample data at {}", dir.display());
        return;
    }
    let squeeze = |t: &str| t.split_whitespace().collect::<Vec<_>>().join(" ");
    let (mut all, mut bodies_differ) = (0, Vec::new());
    for file in ["exmh-users", "ilug", "rpm-list"] {
        let raw = std::fs::read(dir.join(format!("{file}.mbox"))).unwrap();
        let mut starts: Vec<usize> = memchr::memmem::find_iter(&raw, b"\n\nFrom ").map(|at| at + 2).collect();
        starts.insert(0, 0);
        let ends = starts.iter().skip(1).copied().chain([raw.len()]);
        for (start, end) in starts.iter().copied().zip(ends) {
            let mail = &raw[start..end];
            let mail = &mail[memchr::memchr(b'\n', mail).unwrap() + 1..];
            let (ours, theirs) = (parse(mail), mail_parser::MessageParser::default().parse(mail).unwrap());
            let id = ours.message_id.clone();
            all += 1;
            assert_eq!(Some(ours.message_id.as_str()), theirs.message_id(), "{id}");
            assert_eq!(squeeze(&ours.subject), squeeze(theirs.subject().unwrap_or_default()), "{id}");
            assert_eq!(ours.date, theirs.date().map(|d| d.to_timestamp() * 1000), "{id}");
            let address = theirs.from().and_then(|f| f.first()).and_then(|a| a.address());
            assert_eq!(ours.from.map(|a| a.email.to_lowercase()), address.map(str::to_lowercase), "{id}");
            assert_eq!(ours.robot.verdict, Verdict::List, "{id}");
            let body = theirs.body_text(0).unwrap_or_default();
            // Flowed lines are joined here and not there: their quote marks differ.
            let letters = |t: &str| t.chars().filter(|c| !c.is_whitespace() && *c != '>').collect::<String>();
            if !letters(&ours.body).starts_with(&letters(&body)) {
                bodies_differ.push(id);
            }
            assert!(!ours.body.trim().is_empty());
        }
    }
    assert_eq!(all, 1052);
    assert!(bodies_differ.is_empty(), "{bodies_differ:?}");
}

proptest! {
    #[test]
    fn garbage_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = parse(&bytes);
    }

    #[test]
    fn garbled_mails_never_panic(
        name in prop::sample::select(&["alternative.eml", "bounce.eml", "digest.eml", "old_reply.eml", "raw_bytes.eml", "html_only.eml"][..]),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0_u8..3), 1..12),
    ) {
        let mut raw = std::fs::read(format!("{}/tests/fixtures/mail/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap();
        for (at, byte, what) in cuts {
            if raw.is_empty() {
                break;
            }
            let at = at.index(raw.len());
            match what {
                0 => raw[at] = byte,
                1 => raw.truncate(at.max(raw.len() / 2)),
                _ => drop(raw.remove(at)),
            }
        }
        let m = parse(&raw);
        prop_assert!(!m.message_id.is_empty());
        prop_assert!(!m.subject.contains('\n'));
    }
}

fn mail(fields: &str, body: &str) -> Parsed {
    parse(format!("From: Betula <betula@kettle.example>\n{fields}\n\n{body}").as_bytes())
}

#[test]
fn a_text_with_the_name_of_a_file_is_the_text_unless_one_stood_before_it() {
    let named = "Content-Type: text/plain; name=body.txt\nContent-Disposition: inline; filename=body.txt\n\n";
    let first = mail(
        "Content-Type: multipart/mixed; boundary=b",
        &format!("--b\n{named}My kettle leaks.\n--b\nContent-Type: image/png; name=k.png\n\nx\n--b--\n"),
    );
    assert_eq!(first.body, "My kettle leaks.");
    assert_eq!(first.attachments.iter().map(|a| a.name.as_str()).collect::<Vec<_>>(), ["k.png"]);
    let second = mail(
        "Content-Type: multipart/mixed; boundary=b",
        &format!("--b\n\nSee the log.\n--b\n{named}line 1\n--b--\n"),
    );
    assert_eq!(second.body, "See the log.");
    assert_eq!(second.attachments.iter().map(|a| a.name.as_str()).collect::<Vec<_>>(), ["body.txt"]);
}

#[test]
fn a_plain_part_that_shows_nothing_gives_way_to_the_html_one() {
    let parts =
        "--b\n\n\u{200b}\n\u{a0}\n\u{feff}\n--b\nContent-Type: text/html\n\n<p>Kettle leaks</p>\n--b--\n";
    assert_eq!(mail("Content-Type: multipart/alternative; boundary=b", parts).body.trim(), "Kettle leaks");
}

#[test]
fn transfer_encodings_that_programs_get_wrong_are_read() {
    let of = |encoding: &str, body: &str| mail(&format!("Content-Transfer-Encoding: {encoding}"), body);
    assert_eq!(of("base64;", "TXkga2V0dGxlIGxlYWtzLgo=\n").body, "My kettle leaks.\n");
    assert_eq!(of("\"base64\"", "TXkga2V0dGxlIGxlYWtzLgo=\n").body, "My kettle leaks.\n");
    let plain = of("base64", "Dear desk, my kettle leaks.\nPlease help.\n");
    assert_eq!(plain.body, "Dear desk, my kettle leaks.\nPlease help.\n");
    assert!(plain.problems.iter().any(|p| p.contains("plain text")), "{:?}", plain.problems);
    assert_eq!(of("base64", "SGVsbG8gZGVzaywg\nIGxlYWs=\ncyBub3cuCg==\n").body, "Hello desk,  leaks now.\n");
}

#[test]
fn what_is_signed_is_shown_and_what_is_encrypted_says_so() {
    let pgp = mail(
        "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b",
        "--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--b\nContent-Type: application/octet-stream\n\nx\n--b--\n",
    );
    assert!(pgp.problems.iter().any(|p| p.contains("encrypted with PGP")), "{:?}", pgp.problems);
    let smime = mail("Content-Type: application/pkcs7-mime; name=smime.p7m", "\u{1}\u{2}");
    assert!(smime.problems.iter().any(|p| p.contains("encrypted with S/MIME")), "{:?}", smime.problems);
    assert_eq!(smime.attachments.len(), 1);
    let signed = mail(
        "Content-Type: application/pkcs7-mime; name=smime.p7m",
        "0Content-Type: text/plain\n\nSigned.\n",
    );
    assert_eq!(signed.body, "Signed.\n");
}

#[test]
fn a_date_that_cannot_be_true_gives_way_to_the_arrival_and_it_is_said() {
    let received = "Received: from a by b; Tue, 04 Mar 2025 10:16:00 +0100\n";
    let arrival = Some(1_741_079_760_000);
    let of = |date: &str, now| {
        let raw = format!("{received}Date: {date}\nFrom: a@b.example\n\nx");
        parse_with(raw.as_bytes(), &Hints { now, ..Hints::default() })
    };
    for date in ["Mon, 04 Mar 2047 10:15:00 +0100", "Tue, 04 Mar 2025 20:15:00 XYZT", "someday"] {
        let m = of(date, None);
        assert_eq!((m.date, m.date_source), (arrival, DateSource::Received), "{date}");
        assert!(m.problems.iter().any(|p| p.contains("arrival")), "{date}: {:?}", m.problems);
    }
    // A zone in doubt that the arrival confirms needs no word.
    let m = of("Tue, 04 Mar 2025 14:45:00 IST", None);
    assert_eq!((m.date, m.problems.len()), (Some(1_741_079_700_000), 0));
    // Without an arrival, now is the latest that anything can be.
    let raw = b"Date: Mon, 04 Mar 2047 10:15:00 +0100\nFrom: a@b.example\n\nx";
    let m = parse_with(raw, &Hints { now: arrival, ..Hints::default() });
    assert_eq!((m.date, m.date_absurd), (arrival, true));
}

#[test]
fn a_sender_without_an_address_keeps_the_name() {
    let m = parse(b"From: Betula Ostrow\nSubject: x\n\ny");
    assert_eq!(m.from.map(|a| (a.name, a.email)), Some(("Betula Ostrow".into(), String::new())));
}
