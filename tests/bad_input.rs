//! Bad input through the real program: broken files, hostile texts, wrong stores, interruptions. What cannot be taken is
//! said, the rest goes on, nothing is lost, nothing panics.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

use std::{
    fs,
    io::{Read, Write},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;

/// A folder with a store in it, and the program at work on it.
struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Desk {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
        let desk = Desk { folder };
        assert!(desk.run(&["init"]).status.success());
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self) -> Command {
        let mut c = Command::new(env!("CARGO_BIN_EXE_frontdesk"));
        c.env("FRONTDESK_STORE", self.path("desk.redb")).env("HOME", self.folder.path());
        c.current_dir(self.folder.path()).stdin(Stdio::null());
        c
    }

    fn run(&self, words: &[&str]) -> Output {
        let out = self.command().args(words).output().unwrap();
        assert!(!text(&out.stderr).contains("panicked"), "{words:?}: {}", text(&out.stderr));
        out
    }

    /// What a command says that must succeed.
    fn says(&self, words: &[&str]) -> String {
        let out = self.run(words);
        assert!(out.status.success(), "{words:?}: {}", text(&out.stderr));
        text(&out.stdout)
    }

    fn piped(&self, words: &[&str], input: &[u8]) -> Output {
        let mut child = self
            .command()
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut to = child.stdin.take().unwrap();
        // Who refuses by the first lines does not read the rest.
        let _ = to.write_all(input);
        drop(to);
        child.wait_with_output().unwrap()
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        fs::write(self.path(name), bytes).unwrap();
        self.path(name).display().to_string()
    }

    /// Imports, checks that the totals agree, and checks the store.
    fn import(&self, words: &[&str]) -> Tally {
        let out = self.run(&[&["--json", "import"], words].concat());
        assert!(out.status.success(), "{words:?}: {}", text(&out.stderr));
        let tally = Tally::of(&out);
        self.check();
        tally
    }

    fn check(&self) {
        let out = self.run(&["check"]);
        assert!(out.status.success(), "{}", text(&out.stdout));
    }

    fn count(&self, what: &str) -> usize {
        self.says(&["list", what, "-q"]).lines().count()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[derive(Debug, PartialEq)]
struct Tally {
    read: u64,
    created: u64,
    updated: u64,
    unchanged: u64,
    rejected: u64,
    batch: Option<String>,
}

impl Tally {
    fn of(out: &Output) -> Tally {
        let v: Value = serde_json::from_slice(&out.stdout).unwrap_or_else(|e| panic!("{e}: {out:?}"));
        let n = |field: &str| v[field].as_u64().unwrap_or_else(|| panic!("{field} in {v}"));
        let t = Tally {
            read: n("read"),
            created: n("created"),
            updated: n("updated"),
            unchanged: n("unchanged"),
            rejected: n("rejected"),
            batch: v["batch"].as_str().map(String::from),
        };
        assert_eq!(t.read, t.created + t.updated + t.unchanged + t.rejected, "{t:?}");
        t
    }

    fn counts(&self) -> [u64; 5] {
        [self.read, self.created, self.updated, self.unchanged, self.rejected]
    }
}

#[test]
fn broken_tables_are_read_as_far_as_they_go() {
    let cases: &[(&str, &[u8], [u64; 5], &str)] = &[
        ("quote", b"name,email\nAnn,\"a@x.example\nBob,b@x.example\n", [2, 1, 0, 0, 1], "Bob"),
        ("ragged", b"name,email\nAnn\nBob,b@x.example,1,2\n\nCy,c@x.example\n", [3, 2, 0, 0, 1], "Cy"),
        ("nul", b"name,email\nAn\0n,a@x.example\n\0,\0\n", [1, 1, 0, 0, 0], "Ann"),
        ("heads", b"name,email\n", [0, 0, 0, 0, 0], ""),
        (
            "twice",
            b"name,name,email,email\nAnn,Bee,a@x.example,b@x.example\n",
            [1, 1, 0, 0, 0],
            "b@x.example",
        ),
        ("latin", b"name,email\r\nJos\xe9 M\xfcller,j@x.example\r\n", [1, 1, 0, 0, 0], "M\u{fc}ller"),
        ("mac", b"name,email\rAnn,a@x.example\rBob,b@x.example\r", [2, 2, 0, 0, 0], "Bob"),
    ];
    for (name, bytes, counts, shown) in cases {
        let desk = Desk::new();
        let file = desk.file(&format!("{name}.csv"), bytes);
        let dry = desk.import(&["contacts", "--dry-run", &file]);
        assert_eq!((dry.counts(), dry.batch), (*counts, None), "{name}: the dry run");
        assert_eq!(desk.import(&["contacts", &file]).counts(), *counts, "{name}");
        assert!(desk.says(&["export", "customers"]).contains(shown), "{name}");
        let again = desk.import(&["contacts", &file]).counts();
        assert_eq!(again, [counts[0], 0, 0, counts[1], counts[4]], "{name}, once more");
    }
}

#[test]
fn every_encoding_gives_the_same_people() {
    let table = "name,email\r\nJosé Müller,jose@x.example\r\nŁódź Żak,l@x.example\r\n";
    let utf16 = |le: bool, mark: bool| -> Vec<u8> {
        let units = mark.then_some(0xfeff).into_iter().chain(table.encode_utf16());
        units.flat_map(|u| if le { u.to_le_bytes() } else { u.to_be_bytes() }).collect()
    };
    let files = [
        table.as_bytes().to_vec(),
        format!("\u{feff}{table}").into_bytes(),
        utf16(true, true),
        utf16(false, true),
        utf16(true, false),
        utf16(false, false),
    ];
    for bytes in files {
        let desk = Desk::new();
        let out = desk.piped(&["--json", "import", "-"], &bytes);
        assert_eq!(Tally::of(&out).counts(), [2, 2, 0, 0, 0]);
        let names = desk.says(&["list", "customers", "sort:email"]);
        assert!(names.contains("José Müller") && names.contains("Łódź Żak"), "{names}");
    }
}

#[test]
fn a_line_without_end_takes_no_memory_and_stops_nothing() {
    let desk = Desk::new();
    for (name, opening) in [("plain", ""), ("quoted", "\""), ("cells", "x,")] {
        let mut child = desk
            .command()
            .args(["--json", "import", "contacts", "--source", name, "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut to = child.stdin.take().unwrap();
        let id = child.id();
        let (opening, part) =
            (opening.to_owned(), if name == "cells" { "x,".repeat(1 << 19) } else { "x".repeat(1 << 20) });
        let writer = std::thread::spawn(move || {
            write!(to, "name,email\nAnn,a@{}.example\n{opening}", opening.len()).unwrap();
            (0..200).for_each(|_| to.write_all(part.as_bytes()).unwrap());
            let peak = peak_kib(id);
            write!(to, "\nBob,b@{}.example\n", opening.len()).unwrap();
            peak
        });
        let peak = writer.join().unwrap();
        let out = child.wait_with_output().unwrap();
        assert_eq!(Tally::of(&out).rejected, 1, "{name}");
        if let Some(kib) = peak {
            assert!(kib < 400 * 1024, "{name}: {kib} KiB");
        }
    }
    assert!(desk.count("customers") >= 4);
    desk.check();
}

/// The most memory that a process ever held, in KiB; `None` where the system does not say.
fn peak_kib(id: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find(|l| l.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[test]
fn a_hundred_thousand_columns_are_read_in_seconds() {
    let desk = Desk::new();
    let wide = |word: &str| -> String { (0..100_000).map(|n| format!(",{word}{n}")).collect() };
    let same = ",Phone".repeat(100_000);
    let numbers: String = (0..100_000).map(|n| format!(",E-mail {n} - Value")).collect();
    for (name, heads) in [("other", wide("c")), ("same", same), ("numbers", numbers)] {
        let cells = ",".repeat(100_000);
        let file = desk.file(
            &format!("{name}.csv"),
            format!("name,email{heads}\nAnn,{name}@x.example{}\nBob,b{name}@x.example{cells}\n", wide("v")),
        );
        let began = Instant::now();
        let t = desk.import(&["contacts", &file]);
        // Ann has a hundred thousand values, which no person may have; Bob has none of them.
        assert_eq!((t.created, t.rejected), (1, 1), "{name}");
        let rejects = fs::read_to_string(desk.path(&format!("{name}.csv.rejects.csv"))).unwrap();
        assert!(rejects.contains("one person may have") && rejects.contains("v99999"), "{name}");
        assert!(began.elapsed() < Duration::from_secs(30), "{name}: {:?}", began.elapsed());
    }
}

#[test]
fn rejected_rows_are_mended_in_their_file_and_imported() {
    let desk = Desk::new();
    let file =
        desk.file("people.csv", "name,email\nAnn,a@x.example\n,\nBob,b@x.example,1,2\nCy,c@x.example\n");
    assert_eq!(desk.import(&["contacts", &file]).counts(), [3, 2, 0, 0, 1]);
    let rejects = desk.path("people.csv.rejects.csv");
    let said = fs::read_to_string(&rejects).unwrap();
    assert!(said.contains("Bob,b@x.example,1,2") && said.contains("4 cells under 2 headers"), "{said}");
    let fixed: Vec<String> = said
        .lines()
        .map(|l| match l.contains("Bob") {
            true => "4,fixed,Bob,b@x.example,".to_owned(),
            false => l.to_owned(),
        })
        .collect();
    fs::write(&rejects, fixed.join("\n")).unwrap();
    assert_eq!(desk.import(&["contacts", rejects.to_str().unwrap()]).counts(), [1, 1, 0, 0, 0]);
    let bob = desk.says(&["show", "C-3", "--json"]);
    assert!(bob.contains("Bob") && !bob.contains("fixed"), "{bob}");
    let strict = desk.run(&["import", "contacts", "--strict", &file]);
    assert_eq!(strict.status.code(), Some(65));
}

#[test]
fn somebody_twice_in_a_file_is_one_and_stays_so() {
    let desk = Desk::new();
    let file = desk.file(
        "twice.csv",
        "name,email,phone,shoe\nAnn Lee,a@x.example,,1\nAnna Leeds,A@X.example,,2\nCy Roe,,+49 30 555 0101,3\nCy Roe,,+49 30 555 0101,4\n",
    );
    let first = desk.import(&["contacts", &file]);
    assert_eq!((first.created, first.rejected), (2, 0));
    let before = desk.says(&["export", "customers", "--format", "jsonl"]);
    assert_eq!(desk.import(&["contacts", &file]).counts(), [4, 0, 0, 4, 0]);
    assert_eq!(desk.says(&["export", "customers", "--format", "jsonl"]), before);
    assert!(before.contains("Ann") && !before.contains("Leeds"), "{before}");

    let orders = desk.file(
        "orders.csv",
        "order,email,date,amount\n1,a@x.example,2024-01-02,10.00\n2,a@x.example,2024-01-03,11.00\n1,a@x.example,2024-01-02,12.00\n",
    );
    // The third row would take the place of the first: it is shown, and both sums are kept.
    assert_eq!(desk.import(&["orders", &orders]).counts(), [3, 2, 0, 0, 1]);
    assert!(fs::read_to_string(desk.path("orders.csv.rejects.csv")).unwrap().contains("12.00"));
    let before = desk.says(&["export", "orders"]);
    let again = desk.import(&["orders", &orders]);
    assert_eq!((again.created, again.updated), (0, 0), "{again:?}");
    assert_eq!(desk.says(&["export", "orders"]), before);
}

#[test]
fn a_field_is_written_over_only_by_its_source() {
    let desk = Desk::new();
    let row = |shoe: &str| format!("name,email,shoe\nAnn Lee,a@x.example,{shoe}\n");
    desk.import(&["contacts", &desk.file("crm.csv", row("1"))]);
    assert_eq!(desk.import(&["contacts", &desk.file("crm.csv", row("2"))]).updated, 1);
    assert_eq!(desk.import(&["contacts", "--source", "other", &desk.file("b.csv", row("3"))]).updated, 0);
    assert!(desk.says(&["show", "C-1", "--json"]).contains("\"shoe\":\"2\""));
    desk.import(&["contacts", "--source", "other", "--overwrite", &desk.file("b.csv", row("3"))]);
    assert!(desk.says(&["show", "C-1", "--json"]).contains("\"shoe\":\"3\""));
}

const MAIL: &str = "From a@x.example Mon Jan  1 00:00:00 2024\nFrom: a@x.example\nSubject: same\nMessage-ID: <s1@x>\n\
    Date: Mon, 1 Jan 2024 00:00:00 +0000\n\nbody ONE\n\n";

#[test]
fn mails_under_one_message_id_are_all_kept() {
    let desk = Desk::new();
    let other = "From b@x.example Mon Jan  1 00:00:00 2024\nFrom: b@x.example\nSubject: other\nMessage-ID: <s1@x>\n\
        Date: Mon, 1 Jan 2024 02:00:00 +0000\n\nbody TWO\n\n";
    let last = "From c@x.example Mon Jan  1 00:00:00 2024\nFrom: c@x.example\nSubject: last\nMessage-ID: <s2@x>\n\
        Date: Mon, 1 Jan 2024 03:00:00 +0000\n\nbody THREE\n";
    // One mail, another under its id, a copy of each, and one more.
    let file = desk.file("box.mbox", format!("{MAIL}{other}{MAIL}{other}{last}"));
    assert_eq!(desk.import(&["mail", &file]).counts(), [5, 3, 0, 2, 0]);
    let all = desk.says(&["list", "messages", "--json"]);
    for body in ["ONE", "TWO", "THREE"] {
        assert!(all.contains(&format!("body {body}")), "{body}: {all}");
    }
    assert_eq!(desk.import(&["mail", &file]).counts(), [5, 0, 0, 5, 0]);
}

#[test]
fn broken_mail_is_taken_with_a_mark() {
    let cases: &[(&str, &str, [u64; 5])] = &[
        (
            "cut.eml",
            "From: a@x.example\nSubject: Cut\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nhello\n--b\nContent-Transfer-Encoding: base64\n\niVBOR",
            [1, 1, 0, 0, 0],
        ),
        ("bare.eml", "a text without headers\n\nand more\n", [1, 1, 0, 0, 0]),
        ("empty.eml", "", [0, 0, 0, 0, 0]),
        (
            "ring.mbox",
            "From a Mon Jan  1 00:00:00 2024\nFrom: a@x.example\nMessage-ID: <1@x>\nReferences: <2@x> <1@x>\n\none\n\nFrom b Mon Jan  1 00:00:00 2024\nFrom: b@x.example\nMessage-ID: <2@x>\nReferences: <1@x>\n\ntwo\n",
            [2, 2, 0, 0, 0],
        ),
        (
            "crlf.mbox",
            "From a Mon Jan  1 00:00:00 2024\r\nFrom: a@x.example\r\nSubject: CRLF\r\n\r\none\r\n\r\nFrom b Mon Jan  1 00:00:00 2024\r\nFrom: b@x.example\r\nSubject: two\r\n\r\ntwo\r\n",
            [2, 2, 0, 0, 0],
        ),
    ];
    for (name, mail, counts) in cases {
        let desk = Desk::new();
        let file = desk.file(name, mail);
        assert_eq!(desk.import(&["mail", &file]).counts(), *counts, "{name}");
        assert_eq!(
            desk.import(&["mail", &file]).counts(),
            [counts[0], 0, 0, counts[1], 0],
            "{name} once more"
        );
    }
    let desk = Desk::new();
    fs::create_dir(desk.path("folder.mbox")).unwrap();
    let out = desk.run(&["import", "mail", "folder.mbox"]);
    assert_eq!(out.status.code(), Some(1));
    assert!(text(&out.stderr).contains("is a folder without mail"), "{}", text(&out.stderr));
    // A packed mailbox is no mail without headers.
    let out = desk.run(&["import", "mail", &desk.file("box.mbox.gz", b"\x1f\x8b\x08\x00rest")]);
    assert_eq!(out.status.code(), Some(65));
    assert_eq!(desk.count("tickets"), 0);
}

#[test]
fn stdin_is_known_by_what_comes() {
    let desk = Desk::new();
    let json = |input: &str| Tally::of(&desk.piped(&["--json", "import", "-"], input.as_bytes())).counts();
    assert_eq!(json("name,email\nAnn,a@x.example\n"), [1, 1, 0, 0, 0]);
    assert_eq!(json(MAIL), [1, 1, 0, 0, 0]);
    assert_eq!(json("order,email,date,amount\n7,a@x.example,2024-01-02,10.00\n"), [1, 1, 0, 0, 0]);
    assert_eq!((desk.count("customers"), desk.count("tickets"), desk.count("orders")), (1, 1, 1));
    for (input, said) in [("", "empty"), ("{\"a\":1}\n", "JSON"), ("no table at all\n", "say what it is")] {
        let out = desk.piped(&["import", "-"], input.as_bytes());
        assert_eq!(out.status.code(), Some(65), "{input:?}");
        assert!(text(&out.stderr).contains(said), "{input:?}: {}", text(&out.stderr));
    }
    let told = desk.piped(
        &["--json", "import", "orders", "--columns", "_ customer date quantity amount", "-"],
        b"1 2 19970101 1 11.77\n",
    );
    assert_eq!(Tally::of(&told).created, 1);
    desk.check();
}

#[test]
fn one_bad_file_stops_none_of_the_others() {
    let desk = Desk::new();
    let a = desk.file("a.csv", "name,email\nAnn,a@x.example\n");
    let bad = desk.file("bad.csv", "{\"name\":\"json\",\"email\":\"j@x.example\"}\n");
    let c = desk.file("c.csv", "name,email\nCy,c@x.example\n");
    let out = desk.run(&["--json", "import", "contacts", &a, &bad, &c]);
    assert_eq!(out.status.code(), Some(65));
    assert!(text(&out.stderr).contains("bad.csv: this is JSON"), "{}", text(&out.stderr));
    let t = Tally::of(&out);
    assert_eq!(t.created, 2);
    desk.says(&["import", "revert", &t.batch.unwrap()]);
    assert_eq!(desk.count("customers"), 0);
    let alone = desk.run(&["import", "contacts", &bad]);
    assert_eq!((alone.status.code(), desk.count("customers")), (Some(65), 0));

    // A folder of several kinds, and what is none beside them.
    fs::create_dir(desk.path("mixed")).unwrap();
    for (name, what) in [
        ("a.csv", "name,email\nAnn,a@x.example\n"),
        ("b.mbox", MAIL),
        ("c.csv", "order,email,date,amount\n7,a@x.example,2024-01-02,10.00\n"),
        ("notes.txt", "buy milk\n"),
    ] {
        desk.file(&format!("mixed/{name}"), what);
    }
    assert_eq!(desk.import(&["mixed"]).counts(), [3, 3, 0, 0, 0]);
    assert_eq!((desk.count("customers"), desk.count("tickets"), desk.count("orders")), (1, 1, 1));
}

#[test]
fn an_import_that_is_stopped_or_killed_stands_and_goes_back() {
    let desk = Desk::new();
    let rows: String = (0..20_000).map(|n| format!("Person{n},p{n}@x.example\n")).collect();
    let file = desk.file("many.csv", format!("name,email\n{rows}"));
    for signal in ["-INT", "-KILL"] {
        let child = desk
            .command()
            .args(["--json", "import", "contacts", &file])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let until = Instant::now() + Duration::from_secs(60);
        while desk.count("customers") == 0 && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(50));
        }
        assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
        let out = child.wait_with_output().unwrap();
        desk.check();
        let part = desk.count("customers");
        assert!(part > 0 && part < 20_000, "{part} of it were in when it was stopped");
        if signal == "-INT" {
            assert_eq!(out.status.code(), Some(130));
            assert_eq!(Tally::of(&out).created, part as u64);
        }
        let batch = desk.says(&["import", "list", "-q"]).lines().last().unwrap().to_owned();
        desk.says(&["import", "revert", &batch]);
        assert_eq!(desk.count("customers"), 0, "{signal}");
        desk.check();
        let twice = desk.run(&["import", "revert", &batch]);
        assert_eq!(twice.status.code(), Some(1));
        assert!(text(&twice.stderr).contains("is reverted already"), "{}", text(&twice.stderr));
    }
}

#[test]
fn a_revert_leaves_what_was_changed_since() {
    let desk = Desk::new();
    let file = desk.file("a.csv", "name,email\nAnn Lee,a@x.example\nBob Ray,b@x.example\n");
    let batch = desk.import(&["contacts", &file]).batch.unwrap();
    desk.says(&["customer", "edit", "C-1", "given=Anna"]);
    let out = desk.run(&["import", "revert", &batch]);
    assert!(out.status.success());
    assert!(text(&out.stderr).contains("left alone"), "{}", text(&out.stderr));
    assert_eq!(desk.says(&["list", "customers", "-q"]), "C-1\n");
    desk.check();
}

/// Names, notes and headers that try to take a terminal over.
fn hostile(desk: &Desk) {
    let names = [
        "\u{1b}]0;pwn\u{7}\u{1b}[31mEvil",
        "a\u{202e}gnp.exe",
        "zero\u{200b}width\u{feff}",
        "\u{9b}31mC1\u{85}nel",
        "tab\there",
        "new\nline",
        "=cmd|calc",
        "\u{2066}iso\u{2069}",
    ];
    let long = format!("e{}", "\u{301}".repeat(5000));
    let mut table = String::from("name,email,notes,organization,weird\u{1b}[31m,tags\n");
    for (n, name) in names.iter().copied().chain([long.as_str()]).enumerate() {
        table
            .push_str(&format!("\"{name}\",evil{n}@x.example,\"{name}\",\"{name}\",\"{name}\",\"{name}\"\n"));
    }
    desk.import(&["contacts", &desk.file("evil.csv", table)]);
    let mail = "From: \"\u{1b}]0;pwn\u{7}Evil\" <evil@x.example>\nSubject: \u{1b}[2J\u{9b}31m \u{202e} =?utf-8?q?=1B[5mblink=00nul?=\n\
        Message-ID: <e1@x>\nDate: Mon, 1 Jan 2024 00:00:00 +0000\n\nbody \u{1b}[31m \u{9d} C1\n\u{1}\u{2}\r bare\n";
    desk.import(&["mail", &desk.file("evil.eml", mail)]);
    desk.says(&["task", "add", "\u{1b}[31mtask\u{202e}"]);
}

#[test]
fn hostile_texts_stay_in_their_cells() {
    let desk = Desk::new();
    hostile(&desk);
    for what in ["customers", "organisations", "tickets", "messages", "tasks", "log"] {
        let table = desk.says(&["list", what]);
        let widths: Vec<usize> = table.lines().map(|l| l.split('\t').count()).collect();
        assert!(!widths.is_empty() && widths.iter().all(|w| *w == widths[0]), "{what}: {table}");
        assert!(!table.chars().any(|c| c.is_control() && c != '\t' && c != '\n'), "{what}");
        let lines = desk.says(&["list", what, "--json"]);
        assert_eq!(lines.lines().filter(|l| serde_json::from_str::<Value>(l).is_ok()).count(), widths.len());
        let csv = desk.says(&["export", what]);
        let mut reader = csv::ReaderBuilder::new().from_reader(csv.as_bytes());
        assert_eq!(reader.records().filter(Result::is_ok).count(), widths.len(), "{what}");
    }
}

/// What a terminal of 100 columns gets of a command.
fn on_a_terminal(desk: &Desk, words: &[&str]) -> Vec<u8> {
    let size = portable_pty::PtySize { rows: 30, cols: 100, pixel_width: 0, pixel_height: 0 };
    let pair = portable_pty::native_pty_system().openpty(size).unwrap();
    let mut c = portable_pty::CommandBuilder::new(env!("CARGO_BIN_EXE_frontdesk"));
    c.args(words);
    c.env("FRONTDESK_STORE", desk.path("desk.redb"));
    c.env("TERM", "xterm-256color");
    let mut child = pair.slave.spawn_command(c).unwrap();
    drop(pair.slave);
    let mut reader = pair.master.try_clone_reader().unwrap();
    let mut out = Vec::new();
    // The end of a terminal is an error on some systems.
    let _ = reader.read_to_end(&mut out);
    child.wait().unwrap();
    out
}

#[test]
fn no_command_hands_a_terminal_what_it_would_act_on() {
    let desk = Desk::new();
    hostile(&desk);
    let bad = "\u{1b}]0;x\u{7}\u{9b}2J";
    let mut commands: Vec<Vec<&str>> = vec![
        vec!["find", "evil"],
        vec!["find", bad],
        vec!["log", "--verbose"],
        vec!["log", "T-1"],
        vec!["show", bad],
        vec!["show", "T-1"],
        vec!["show", "K-1"],
        vec!["customer", "tag", bad, "x"],
        vec!["customer", "edit", "C-1", bad],
        vec!["import", bad],
        vec!["import", "list"],
        vec!["--store", bad, "list", "tickets"],
        vec!["--agent", bad, "list", "tickets"],
        vec!["ticket", "assign", "T-1", bad],
        vec!["ticket", "reply", "T-1", bad],
        vec!["ticket", "snooze", "T-1", bad],
        vec!["list", "customers", bad],
        vec!["list", bad],
        vec![bad],
        vec!["customer", "add", bad, "--email", bad],
        vec!["undo"],
        vec!["redo"],
        vec!["report"],
        vec!["stats"],
        vec!["check"],
    ];
    for what in ["customers", "organisations", "tickets", "messages", "tasks", "log", "batches", "agents"] {
        commands.extend([
            vec!["list", what],
            vec!["list", what, "--json"],
            vec!["export", what],
            vec!["export", what, "--format", "jsonl"],
        ]);
    }
    for n in ["C-1", "C-2", "C-3", "C-4", "C-9", "M-1", "G-1"] {
        commands.extend([vec!["show", n], vec!["show", n, "--json"]]);
    }
    for words in commands {
        let out = text(&on_a_terminal(&desk, &words));
        assert!(!out.contains("panicked"), "{words:?}: {out}");
        let mut rest = out.as_str();
        while let Some(at) = rest.find(|c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            // Our own colours, and the end of a progress line.
            let own = rest[at..].strip_prefix("\u{1b}[").is_some_and(|r| {
                r.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';').starts_with(['m', 'K'])
            });
            assert!(own, "{words:?}: {:?}", &rest[at..].chars().take(20).collect::<String>());
            rest = &rest[at + 1..];
        }
        assert!(
            !out.chars().any(|c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')),
            "{words:?}"
        );
    }
}

#[test]
fn customers_come_back_from_their_export() {
    let desk = Desk::new();
    let people = "First Name,Last Name,E-mail 1 - Value,E-mail 2 - Value,Phone 1 - Value,Organization Name,Organization Title,Birthday,Notes,Labels,City of birth\n\
        José,Müller,jose@x.example,j2@x.example,+49 30 5550101,Acme,CEO,1990-02-28,\"two\nlines\",vip ::: late,=1+1\n\
        =cmd,O'Neil,on@x.example,,,,,,,,\n,,nameless@x.example,,,,,,,,\nOnly,Name,,,,,,,,,\n";
    desk.import(&["contacts", &desk.file("google.csv", people)]);
    desk.says(&["customer", "edit", "C-2", "stage=lead"]);
    desk.says(&["export", "customers", "-o", "out.csv"]);
    let other = Desk::new();
    let file = desk.path("out.csv").display().to_string();
    assert_eq!(other.import(&["contacts", &file]).counts(), [4, 4, 0, 0, 0]);
    assert_eq!(other.says(&["export", "customers"]), fs::read_to_string(&file).unwrap());
    assert_eq!(other.import(&["contacts", &file]).counts(), [4, 0, 0, 4, 0]);
}

#[test]
fn scripts_get_the_exit_codes_that_they_rely_on() {
    let desk = Desk::new();
    desk.says(&["customer", "add", "Ann Lee", "--email", "a@x.example"]);
    let code = |words: &[&str]| desk.run(words).status.code().unwrap();
    for what in
        ["customers", "organisations", "tickets", "messages", "interactions", "orders", "tasks", "log"]
    {
        assert_eq!(code(&["list", what, "--limit", "0"]), 0, "{what}");
        assert_eq!(desk.says(&["list", what, "--limit", "0"]), "", "{what}");
    }
    assert_eq!(code(&["list", "customers", "name:missing"]), 0);
    assert_eq!(code(&["find", "missing-name"]), 1);
    assert_eq!(code(&["find", "ann", "--json"]), 0, "an option behind the text is an option");
    assert_eq!(desk.says(&["find", "ann", "-q"]), "C-1\n");
    let out = desk.run(&["list", "custmers"]);
    assert_eq!(out.status.code(), Some(2));
    assert!(text(&out.stderr).contains("customers"));
    let out = desk.run(&["list", "customers", "emial:x"]);
    assert_eq!(out.status.code(), Some(2));
    assert!(text(&out.stderr).contains("did you mean `email`"), "{}", text(&out.stderr));
    assert_eq!(code(&["show", "C-99"]), 1);
    // No one reads on: that is no failure, and nothing is said.
    let rows: String = (0..3000).map(|n| format!("Person{n},p{n}@x.example\n")).collect();
    desk.import(&["contacts", &desk.file("many.csv", format!("name,email\n{rows}"))]);
    let mut child = desk
        .command()
        .args(["list", "customers"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0u8; 10];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let out = child.wait_with_output().unwrap();
    assert_eq!((out.status.code(), text(&out.stderr)), (Some(0), String::new()));
    assert_eq!(desk.count("customers"), 3001, "no limit when piped");
}

#[test]
fn what_is_no_store_is_left_alone_and_said() {
    let desk = Desk::new();
    let plain = fs::read(desk.path("desk.redb")).unwrap();
    let damaged = {
        let mut b = plain.clone();
        b.iter_mut().skip(5000).step_by(97).for_each(|x| *x ^= 0xff);
        b
    };
    let cases: &[(&str, &[u8], &str)] = &[
        ("empty.redb", b"", "not a frontdesk store"),
        ("text.redb", b"hello", "not a frontdesk store"),
        ("magic.redb", b"redb\x1a\x0a\xa9\x0d\x0agarbage", "damaged"),
        ("half.redb", &plain[..plain.len() / 3], "damaged"),
        ("flipped.redb", &damaged, "damaged"),
    ];
    for (name, bytes, said) in cases {
        let at = desk.file(name, bytes);
        fs::set_permissions(&at, fs::Permissions::from_mode(0o600)).unwrap();
        for words in [&["list", "customers"] as &[&str], &["customer", "add", "Zoe"], &["check"], &["stats"]]
        {
            let out = desk.run(&[&["--store", &at], words].concat());
            assert_eq!(out.status.code(), Some(1), "{name} {words:?}: {out:?}");
            assert!(text(&out.stderr).contains(said), "{name} {words:?}: {}", text(&out.stderr));
        }
        assert_eq!(fs::read(&at).unwrap(), *bytes, "{name} was written");
    }
    // An empty variable is none; an option goes before the variable; names may have blanks.
    let empty = desk.command().env("FRONTDESK_STORE", "").args(["list", "customers"]).output().unwrap();
    assert_eq!(empty.status.code(), Some(1));
    assert!(text(&empty.stderr).contains("there is no store at"), "{}", text(&empty.stderr));
    fs::create_dir(desk.path("a b ü")).unwrap();
    let odd = desk.path("a b ü/my desk.redb").display().to_string();
    desk.says(&["--store", &odd, "customer", "add", "Zoe"]);
    assert!(desk.says(&["--store", &odd, "list", "customers"]).contains("Zoe"));
    assert_eq!(desk.count("customers"), 0);
    assert_eq!(mode(Path::new(&odd)), 0o600);
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn many_processes_write_at_once_and_nothing_is_lost() {
    let desk = Desk::new();
    std::thread::scope(|s| {
        for p in 0..3 {
            let desk = &desk;
            s.spawn(move || {
                for n in 0..10 {
                    desk.says(&[
                        "customer",
                        "add",
                        &format!("P{p} N{n}"),
                        "--email",
                        &format!("p{p}n{n}@x.example"),
                        "-q",
                    ]);
                }
            });
        }
    });
    assert_eq!(desk.count("customers"), 30);
    desk.check();
}
