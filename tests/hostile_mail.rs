//! A hundred mail bombs: mails that are small to send and would be huge as records, or slow to read. They import in
//! linear time, their records stay small, and the raw mail is complete.
//!
//! ```sh
//! cargo test --test hostile_mail                                    # 40 kB each
//! FRONTDESK_BOMB_KB=20000 cargo test --release --test hostile_mail  # 20 MB each
//! FRONTDESK_SEED=17 cargo test --test hostile_mail                  # other bombs
//! ```

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

use std::fmt::Write as _;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use frontdesk::{
    exchange::import::{self, ImportKind, Options},
    mail::parse::parse,
    model::{Id, Message, Ticket, limits, steps},
    store::{raw, records},
};

#[path = "support/dice.rs"]
mod dice;
mod support;

use dice::Dice;
use support::tiny::{NOW, Tiny};

/// What one message record may take, encoded: its text, 200 addresses in two fields, 400 ids, 200 files.
const RECORD_BYTES: usize = 2 << 20;
/// Steps for each byte of a mail: each level of parts reads it once, and decoding, charsets and HTML once more each.
const STEPS_PER_BYTE: u64 = 60;

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default)
}

/// Repeats what `each` writes until there are `bytes`.
fn filled(bytes: usize, mut each: impl FnMut(&mut String, usize)) -> String {
    let mut out = String::with_capacity(bytes + 256);
    let mut n = 0;
    while out.len() < bytes {
        each(&mut out, n);
        n += 1;
    }
    out
}

fn base64(bytes: &[u8]) -> String {
    let text = STANDARD.encode(bytes);
    text.as_bytes().chunks(76).map(|l| std::str::from_utf8(l).unwrap().to_owned() + "\r\n").collect()
}

const FROM: &str = "From: Eve <eve@example.net>\r\nDate: Tue, 24 Nov 2026 10:00:00 +0000\r\n";

fn with_header(name: &str, value: &str) -> String {
    format!("{FROM}{name}: {value}\r\n\r\nHello\r\n")
}

fn with_body(kind: &str, body: &str) -> String {
    format!("{FROM}MIME-Version: 1.0\r\nContent-Type: {kind}\r\n\r\n{body}\r\n")
}

type Bomb = (&'static str, fn(usize, &mut Dice) -> Vec<u8>);

/// Each kind of bomb, of about `n` bytes.
const BOMBS: &[Bomb] = &[
    ("empty parts", |n, _| {
        with_body("multipart/mixed; boundary=b", &filled(n, |s, _| s.push_str("--b\r\n\r\n"))).into()
    }),
    ("small files", |n, d| {
        let each = |s: &mut String, i| {
            let _ = write!(
                s,
                "--b\r\nContent-Disposition: attachment; filename=\"{}{i}.pdf\"\r\n\r\nx\r\n",
                d.next()
            );
        };
        with_body("multipart/mixed; boundary=b", &filled(n, each)).into()
    }),
    ("long file names", |n, _| {
        let each = |s: &mut String, i| {
            let name = "n".repeat(5_000);
            let _ = write!(
                s,
                "--b\r\nContent-Type: a/{name}\r\nContent-Disposition: attachment; filename={i}{name}\r\n\r\nx\r\n"
            );
        };
        with_body("multipart/mixed; boundary=b", &filled(n, each)).into()
    }),
    ("recipients", |n, d| {
        with_header(
            "To",
            &filled(n, |s, i| {
                let _ = write!(s, "a{i}.{}@example.net, ", d.below(9));
            }),
        )
        .into()
    }),
    ("named recipients", |n, _| {
        with_header(
            "Cc",
            &filled(n, |s, i| {
                let _ = write!(s, "\"{} {i}\" <r{i}@example.net>, ", "ß".repeat(150));
            }),
        )
        .into()
    }),
    ("lines of recipients", |n, _| {
        filled(n, |s, i| {
            let _ = write!(s, "To: r{i}@example.net\r\n");
        })
        .into()
    }),
    ("groups", |n, _| with_header("To", &filled(n, |s, _| s.push_str("g: a@b.example; "))).into()),
    ("colons behind an address", |n, _| {
        with_header("To", &format!("{}@{}", "x".repeat(n / 2), ":".repeat(n / 2))).into()
    }),
    ("open comments", |n, _| with_header("To", &"(".repeat(n)).into()),
    ("nested brackets in a name", |n, _| {
        with_header("To", &format!("\"{}{}\" <a@b.example>", "[".repeat(n / 2), "]".repeat(n / 2))).into()
    }),
    ("quotes in a name", |n, _| with_header("Reply-To", &format!("{} <a@b.example>", "'".repeat(n))).into()),
    ("open angles", |n, _| with_header("From", &"<".repeat(n)).into()),
    ("references", |n, d| {
        with_header(
            "References",
            &filled(n, |s, i| {
                let _ = write!(s, "<{i}.{}@ref.example> ", d.next());
            }),
        )
        .into()
    }),
    ("long references", |n, _| {
        with_header(
            "References",
            &filled(n, |s, i| {
                let _ = write!(s, "<{i}{}@ref.example> ", "r".repeat(880));
            }),
        )
        .into()
    }),
    ("answers", |n, _| {
        with_header(
            "In-Reply-To",
            &filled(n, |s, i| {
                let _ = write!(s, "<{i}@ref.example>\r\n\t");
            }),
        )
        .into()
    }),
    ("prose in In-Reply-To", |n, _| {
        with_header("In-Reply-To", &filled(n, |s, _| s.push_str("message from of date "))).into()
    }),
    ("a long id", |n, _| with_header("Message-ID", &format!("<{}@long.example>", "i".repeat(n))).into()),
    ("a long subject", |n, _| with_header("Subject", &"s".repeat(n)).into()),
    ("a wide subject", |n, _| with_header("Subject", &"報".repeat(n / 3)).into()),
    ("marks of replies", |n, _| with_header("Subject", &"Re: ".repeat(n / 4)).into()),
    ("lists in a subject", |n, _| with_header("Subject", &"[a]".repeat(n / 3)).into()),
    ("a folded subject", |n, _| with_header("Subject", &"x\r\n ".repeat(n / 4)).into()),
    ("combining marks", |n, _| with_header("Subject", &format!("e{}", "\u{301}".repeat(n / 2))).into()),
    ("header lines", |n, _| {
        (filled(n, |s, i| {
            let _ = write!(s, "X-{i}: y\r\n");
        }) + FROM
            + "\r\nx")
            .into()
    }),
    ("a long header", |n, d| {
        with_header(
            "X-Long",
            &filled(n, |s, _| {
                let _ = write!(s, "{} ", d.next());
            }),
        )
        .into()
    }),
    ("a header without an end", |n, _| format!("{FROM}X: {}", "y".repeat(n)).into()),
    ("continuations", |n, _| format!("{FROM}X: y\r\n{}\r\n\r\nx", " z\r\n".repeat(n / 4)).into()),
    ("parameters", |n, _| {
        with_body(
            &format!(
                "text/plain{}",
                filled(n, |s, i| {
                    let _ = write!(s, "; p{i}=v");
                })
            ),
            "x",
        )
        .into()
    }),
    ("continued parameters", |n, _| {
        with_body(
            &format!(
                "text/plain{}",
                filled(n, |s, i| {
                    let _ = write!(s, "; name*{i}*=%41");
                })
            ),
            "x",
        )
        .into()
    }),
    ("HTML tags", |n, _| with_body("text/html", &"<b>".repeat(n / 3)).into()),
    ("HTML rules", |n, _| with_body("text/html", &"<hr>".repeat(n / 4)).into()),
    ("HTML lists", |n, _| with_body("text/html", &"<ul><li>".repeat(n / 8)).into()),
    ("HTML quotes", |n, _| with_body("text/html", &"<blockquote>a<p>".repeat(n / 16)).into()),
    ("HTML cells", |n, _| with_body("text/html", &"<td>".repeat(n / 4)).into()),
    ("open HTML comments", |n, _| with_body("text/html", &"<!--".repeat(n / 4)).into()),
    ("open HTML tags", |n, _| with_body("text/html", &"<a href=\"".repeat(n / 9)).into()),
    ("open HTML styles", |n, _| with_body("text/html", &"<style></styl".repeat(n / 13)).into()),
    ("HTML entities", |n, _| with_body("text/html", &"&nbsp;&#x41;&nothing".repeat(n / 20)).into()),
    ("HTML links", |n, _| {
        with_body(
            "text/html",
            &filled(n, |s, i| {
                let _ = write!(s, "<a href='http://{}/{i}'>x</a>", "u".repeat(900));
            }),
        )
        .into()
    }),
    ("HTML attributes", |n, _| with_body("text/html", &format!("<a {}>x</a>", "a=b ".repeat(n / 4))).into()),
    ("nested parts", |n, _| {
        let levels = (n / 120).clamp(10, 2_000);
        let open = |i| format!("Content-Type: multipart/mixed; boundary=b{i}\r\n\r\n--b{i}\r\n");
        let inner: String = (0..levels).map(open).collect();
        format!("{FROM}{inner}\r\n{}", "x".repeat(n / 2)).into()
    }),
    ("nested parts around much", |n, _| {
        let open = |i| format!("Content-Type: multipart/mixed; boundary=b{i}\r\n\r\n--b{i}\r\n");
        let inner: String = (0..40).map(open).collect();
        format!("{FROM}{inner}\r\n{}", "line\r\n".repeat(n / 6)).into()
    }),
    ("the same boundary at each level", |n, _| {
        let open = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n";
        format!("{FROM}{}", open.repeat(n / open.len())).into()
    }),
    ("boundaries that begin alike", |n, _| {
        with_body("multipart/mixed; boundary=bb", &"--bbb\r\n--b\r\n--bb\r\n".repeat(n / 18)).into()
    }),
    ("a long boundary", |n, _| {
        let boundary = "b".repeat(n / 4);
        let body = format!("--{boundary}\r\n\r\nx\r\n").repeat(3);
        with_body(&format!("multipart/mixed; boundary=\"{boundary}\""), &body).into()
    }),
    ("boundaries without line ends", |n, _| {
        with_body("multipart/mixed; boundary=b", &"--b".repeat(n / 3)).into()
    }),
    ("alternatives", |n, _| {
        with_body("multipart/alternative; boundary=b", &"--b\r\n\r\ntext\r\n".repeat(n / 13)).into()
    }),
    ("a digest", |n, _| {
        with_body("multipart/digest; boundary=b", &"--b\r\n\r\nSubject: s\r\n\r\nHello\r\n".repeat(n / 32))
            .into()
    }),
    ("mails within mails", |n, _| {
        let open = "Content-Type: message/rfc822\r\n\r\nSubject: s\r\n";
        format!("{FROM}{}\r\nx", open.repeat(n / open.len())).into()
    }),
    ("related parts", |n, _| {
        with_body("multipart/related; boundary=b", &"--b\r\n\r\ntext\r\n".repeat(n / 13)).into()
    }),
    ("encoded words", |n, _| with_header("Subject", &"=?utf-8?q?=C3=A9?= ".repeat(n / 19)).into()),
    ("encoded words in many charsets", |n, d| {
        let sets = ["utf-8", "iso-2022-jp", "big5", "x-none", "utf-7", "windows-1252"];
        let each = |s: &mut String, _| {
            let _ =
                write!(s, "=?{}?b?{}?= ", sets[d.place(sets.len())], STANDARD.encode(d.next().to_be_bytes()));
        };
        with_header("Subject", &filled(n, each)).into()
    }),
    ("open encoded words", |n, _| with_header("Subject", &"=?utf-8?q?".repeat(n / 10)).into()),
    ("starts of encoded words", |n, _| with_header("Subject", &"=?".repeat(n / 2)).into()),
    ("encoded words in encoded words", |n, _| {
        let mut text = "x".to_owned();
        while text.len() < n.min(20_000) {
            text = format!("=?utf-8?b?{}?=", STANDARD.encode(&text));
        }
        with_header("Subject", &text).into()
    }),
    ("base64 in base64", |n, _| {
        let mut text = vec![b'x'; n / 8];
        while text.len() < n {
            text = base64(&text).into_bytes();
        }
        with_body("text/plain\r\nContent-Transfer-Encoding: base64", std::str::from_utf8(&text).unwrap())
            .into()
    }),
    ("broken base64", |n, _| {
        with_body("text/plain\r\nContent-Transfer-Encoding: base64", &"a _\r\n=\r\n".repeat(n / 9)).into()
    }),
    ("quoted-printable", |n, _| {
        with_body("text/plain\r\nContent-Transfer-Encoding: quoted-printable", &"= \t \t".repeat(n / 5))
            .into()
    }),
    ("soft line breaks", |n, _| {
        with_body("text/plain\r\nContent-Transfer-Encoding: quoted-printable", &"=\r\n".repeat(n / 3)).into()
    }),
    ("an unknown encoding", |n, _| {
        with_body("text/plain\r\nContent-Transfer-Encoding: x-unknown", &"u".repeat(n)).into()
    }),
    ("an unknown charset", |n, d| {
        let mut mail = with_body("text/plain; charset=x-none", "").into_bytes();
        mail.extend((0..n).map(|_| (d.below(128) + 128) as u8));
        mail
    }),
    ("a charset that lies", |n, d| {
        let mut mail = with_body("text/plain; charset=utf-16", "").into_bytes();
        mail.extend((0..n).map(|_| d.below(256) as u8));
        mail
    }),
    ("shifts of a charset", |n, _| {
        with_body("text/plain; charset=iso-2022-jp", &"\x1b$B\x1b(B".repeat(n / 6)).into()
    }),
    ("one long line", |n, _| with_body("text/plain", &"l".repeat(n)).into()),
    ("many lines", |n, _| with_body("text/plain", &("\n".repeat(n) + "x")).into()),
    ("carriage returns", |n, _| with_body("text/plain", &("\r".repeat(n) + "x")).into()),
    ("flowed text", |n, _| with_body("text/plain; format=flowed", &"> > x \n".repeat(n / 7)).into()),
    ("deep quotes", |n, _| {
        with_body("text/plain; format=flowed", &(">".repeat(2_000) + "\n").repeat(n / 2_001 + 1)).into()
    }),
    ("a bounce of many", |n, _| {
        let status =
            "Final-Recipient: rfc822; a@b.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n".repeat(n / 80);
        let body =
            format!("--b\r\n\r\nx\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n{status}\r\n--b--");
        with_body("multipart/report; report-type=delivery-status; boundary=b", &body).into()
    }),
    ("failed recipients", |n, _| with_header("X-Failed-Recipients", &"a@b.example, ".repeat(n / 13)).into()),
    ("a list's name", |n, _| with_header("List-Id", &format!("<{}>", "l".repeat(n))).into()),
    ("a long date", |n, _| with_header("Date", &"Tue, 24 Nov 2026 ".repeat(n / 17)).into()),
    ("Received lines", |n, _| {
        filled(n, |s, _| s.push_str("Received: from a by b; Tue, 24 Nov 2026 10:00:00 +0000\r\n")).into()
    }),
    ("NUL", |n, _| {
        let mut m = with_body("text/plain", "").into_bytes();
        m.extend(vec![0; n]);
        m
    }),
    ("noise", |n, d| (0..n).map(|_| d.below(256) as u8).collect()),
    ("noise of a mail's own words", |n, d| {
        let words = [
            "\r\n",
            "--b",
            "--",
            ":",
            "From",
            "To",
            "<",
            ">",
            "=?",
            "?=",
            "\"",
            "(",
            ")",
            ";",
            "boundary=b",
            "multipart/mixed",
            "Content-Type",
            " ",
            "@",
            ",",
        ];
        let mail = with_body(
            "multipart/mixed; boundary=b",
            &filled(n, |s, _| s.push_str(words[d.place(words.len())])),
        );
        mail.into()
    }),
];

/// A hundred bombs and more: each kind in its own size, and the kinds with dice in others.
fn bombs(bytes: usize, seed: u64) -> Vec<(String, Vec<u8>)> {
    let mut dice = Dice(seed);
    let mut out: Vec<(String, Vec<u8>)> =
        BOMBS.iter().map(|(name, make)| ((*name).to_owned(), make(bytes, &mut dice))).collect();
    while out.len() < 110 {
        let (name, make) = BOMBS[dice.place(BOMBS.len())];
        let n = bytes / 4 + dice.place(bytes);
        out.push((format!("{name}, {n} bytes"), make(n, &mut dice)));
    }
    out
}

fn kilobytes() -> usize {
    usize::try_from(number("FRONTDESK_BOMB_KB", 40)).unwrap() * 1_000
}

fn seed() -> u64 {
    let seed = number("FRONTDESK_SEED", 9);
    println!("FRONTDESK_SEED={seed}");
    seed
}

#[test]
fn reading_a_bomb_takes_steps_in_proportion_to_its_length() {
    let (bytes, seed) = (kilobytes(), seed());
    for (name, make) in BOMBS {
        let took = |n: usize| {
            let mail = make(n, &mut Dice(seed));
            let (_, steps) = steps::counted(|| parse(&mail));
            (steps, mail.len() as u64)
        };
        let (once, length) = took(bytes);
        assert!(once <= STEPS_PER_BYTE * length + 1_000, "{name}: {once} steps for {length} bytes");
        let (twice, double) = took(bytes * 2);
        let most = once.saturating_mul(5) / 2 * double.div_ceil(length).max(2) / 2 + 10_000;
        assert!(twice <= most, "{name}: {once} steps for {length} bytes, {twice} for {double}");
    }
}

#[test]
fn a_hundred_bombs_become_small_records_and_their_raw_mail_is_complete() {
    let folder = tempfile::tempdir().unwrap();
    let bombs = bombs(kilobytes(), seed());
    assert!(bombs.len() >= 100);
    for (i, (_, mail)) in bombs.iter().enumerate() {
        std::fs::write(folder.path().join(format!("{i:03}.eml")), mail).unwrap();
    }
    let tiny = Tiny::begun();
    let options =
        Options { files: vec![folder.path().to_owned()], what: Some(ImportKind::Mail), ..Options::default() };
    let report = import::run(&tiny.desk, tiny.dana, Id([9; 16]), NOW, &options, &mut |_| true).unwrap();
    assert_eq!(report.tally.rejected, 0, "{:?}", report.files);
    let mut kept: Vec<(Message, Vec<u8>, usize)> = Vec::new();
    tiny.desk
        .view(|v| {
            let mut all = Vec::new();
            records::each::<Message>(v, |m| {
                all.push(m);
                true
            })?;
            for m in all {
                let size = records::encode(&m).len();
                let mail = raw::get(v, m.raw.unwrap())?.unwrap();
                kept.push((m, mail, size));
            }
            records::each::<Ticket>(v, |t| {
                assert!(records::encode(&t).len() < 4_096, "{}", t.subject.len());
                true
            })
        })
        .unwrap();
    assert_eq!(kept.len() as u64, report.tally.created);
    for (name, mail) in &bombs {
        // Two bombs may be the same mail: it is there once.
        let (message, _, size) = kept
            .iter()
            .find(|(_, raw, _)| raw == mail)
            .unwrap_or_else(|| panic!("{name}: no raw mail is complete, byte for byte"));
        assert!(*size <= RECORD_BYTES, "{name}: a record of {size} bytes");
        assert!(message.subject.len() <= limits::SUBJECT_BYTES, "{name}");
        assert!(message.body.len() <= limits::BODY_BYTES + 1, "{name}");
        assert!(message.to.len().max(message.cc.len()) <= limits::RECIPIENTS, "{name}");
        assert!(message.references.len().max(message.in_reply_to.len()) <= limits::REFERENCES, "{name}");
        assert!(message.attachments.len() <= limits::ATTACHMENTS, "{name}");
        assert!(message.problems.len() <= limits::PROBLEMS + 3, "{name}: {:?}", message.problems);
    }
}

#[test]
fn a_record_says_what_was_cut() {
    let parts = with_body(
        "multipart/mixed; boundary=b",
        &"--b\r\nContent-Type: image/png\r\n\r\nx\r\n".repeat(2_500),
    );
    let parsed = parse(parts.as_bytes());
    assert_eq!(parsed.attachments.len(), limits::ATTACHMENTS);
    let said = "200 of 2,500 attachments listed; the raw mail has all";
    assert!(parsed.problems.iter().any(|p| p == said), "{:?}", parsed.problems);

    let parsed = parse(with_header("To", &"a@b.example, ".repeat(900)).as_bytes());
    assert_eq!(parsed.to.len(), limits::RECIPIENTS);
    assert!(parsed.problems.iter().any(|p| p == "200 of 900 addresses of To kept; the raw mail has all"));

    let parsed = parse(with_header("Subject", &"s".repeat(5_000)).as_bytes());
    assert!(parsed.problems.iter().any(|p| p == "subject: 998 of 5,000 bytes kept; the raw mail has all"));

    let parsed = parse(with_body("text/plain", &"line\n".repeat(400_000)).as_bytes());
    assert!(parsed.body.len() <= limits::BODY_BYTES);
    assert!(parsed.problems.iter().any(|p| p.starts_with("text: 1,048,576 of 2,")), "{:?}", parsed.problems);

    let refs: String = (0..1_000).map(|i| format!("<{i}@ref.example> ")).collect();
    let parsed = parse(with_header("References", &refs).as_bytes());
    assert_eq!(parsed.references.last().map(String::as_str), Some("999@ref.example"), "the newest are kept");
    assert_eq!(parsed.references.len(), limits::REFERENCES);
    assert!(parsed.problems.iter().any(|p| p == "200 of 1,000 ids of References kept; the raw mail has all"));
}
