//! Imports of what is made to hurt: many identical rows, one person with thousands of addresses, links and pipes in
//! folders.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

use std::{
    fs,
    os::unix::fs::symlink,
    path::Path,
    process::Command,
    sync::{Mutex, MutexGuard, PoisonError},
};

use frontdesk::{
    exchange::import::{self, ImportKind, Options, Report},
    model::{Customer, Id, Message, limits, steps},
    store::records,
};

mod support;

use support::tiny::{NOW, Tiny};

/// Steps are counted for the whole process: one test at a time.
static ONE: Mutex<()> = Mutex::new(());

fn one() -> MutexGuard<'static, ()> {
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn import(tiny: &Tiny, n: u8, at: &Path, what: Option<ImportKind>) -> Report {
    let options =
        Options { files: vec![at.to_owned()], what, source: Some("book".into()), ..Options::default() };
    import::run(&tiny.desk, tiny.dana, Id([n; 16]), NOW, &options, &mut |_| true).unwrap()
}

fn all<T: frontdesk::model::Record>(tiny: &Tiny) -> Vec<T> {
    let mut out = Vec::new();
    let each = |v: &dyn frontdesk::store::View| {
        out.clear();
        records::each(v, |r| {
            out.push(r);
            true
        })
    };
    tiny.desk.view(each).unwrap();
    out
}

#[test]
fn identical_rows_without_any_identity_take_steps_in_proportion_to_their_number() {
    let _one = one();
    let folder = tempfile::tempdir().unwrap();
    let took = |n: usize, head: &str| {
        let file = folder.path().join(format!("{n}.csv"));
        fs::write(&file, format!("name\n{head}{}", "Guest\n".repeat(n))).unwrap();
        let tiny = Tiny::begun();
        let (report, first) =
            steps::counted_everywhere(|| import(&tiny, 9, &file, Some(ImportKind::Contacts)));
        assert_eq!(report.tally.created, n as u64);
        let (report, again) =
            steps::counted_everywhere(|| import(&tiny, 10, &file, Some(ImportKind::Contacts)));
        assert_eq!((report.tally.created, report.tally.unchanged), (0, n as u64));
        first + again
    };
    // A quote that never closes makes such rows of all that follow.
    for head in ["", "\"open\n"] {
        let (once, twice) = (took(1_000, head), took(2_000, head));
        assert!(twice <= once * 5 / 2, "{once} steps for 1,000 rows, {twice} for 2,000");
    }
}

#[test]
fn one_person_with_20_000_addresses_widens_no_export_and_comes_back_whole() {
    let _one = one();
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let run = |store: &str, words: &[&str]| {
        let mut c = Command::new(env!("CARGO_BIN_EXE_frontdesk"));
        c.env("FRONTDESK_STORE", at(store)).env("HOME", folder.path()).current_dir(folder.path());
        let out = c.args(words).output().unwrap();
        assert!(out.status.success(), "{words:?}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap()
    };
    let mails: Vec<String> = (0..limits::PERSON_VALUES).map(|n| format!("a{n}@x.example")).collect();
    let labels: Vec<&str> = (0..limits::PERSON_VALUES).map(|n| ["work", "", "home"][n % 3]).collect();
    let rows = format!(
        "First Name,E-mail 1 - Value,E-mail 1 - Label\nAda,{},{}\nBob,bob@x.example,\n",
        mails.join(" ::: "),
        labels.join(" ::: ")
    );
    fs::write(at("book.csv"), rows).unwrap();
    run("one.redb", &["init"]);
    run("one.redb", &["import", "contacts", &at("book.csv")]);
    run("one.redb", &["export", "customers", "-o", &at("out.csv")]);
    let out = fs::read_to_string(at("out.csv")).unwrap();
    let columns = out.lines().next().unwrap().split(',').count();
    assert!(columns < 100, "{columns} columns");
    run("two.redb", &["init"]);
    run("two.redb", &["import", "contacts", &at("out.csv")]);
    let ada = |store: &str| -> Vec<(String, String)> {
        let shown: serde_json::Value = serde_json::from_str(&run(store, &["show", "C-1", "--json"])).unwrap();
        let text = |v: &serde_json::Value| v.as_str().unwrap_or_default().to_owned();
        shown["emails"].as_array().unwrap().iter().map(|e| (text(&e["address"]), text(&e["kind"]))).collect()
    };
    let (before, after) = (ada("one.redb"), ada("two.redb"));
    assert_eq!(before.len(), limits::PERSON_VALUES);
    assert_eq!(before[1].1, "");
    assert_eq!(before[2].1, "home");
    assert_eq!(before, after);
}

#[test]
fn a_person_gathers_no_more_values_from_many_rows_than_from_one() {
    let _one = one();
    let folder = tempfile::tempdir().unwrap();
    let tiny = Tiny::begun();
    let half = limits::PERSON_VALUES / 2;
    let row = |from: usize, n: usize| {
        let mails: Vec<String> = (from..from + n).map(|n| format!("a{n}@x.example")).collect();
        format!("7,Ada,{}\n", mails.join(" ::: "))
    };
    // Half of them, the other half and one more, and again what is there already.
    let rows =
        format!("Id,First Name,E-mail 1 - Value\n{}{}{}", row(0, half), row(half, half + 1), row(0, 2));
    fs::write(folder.path().join("book.csv"), rows).unwrap();
    let report = import(&tiny, 9, &folder.path().join("book.csv"), Some(ImportKind::Contacts));
    let file = &report.files[0];
    assert_eq!((file.tally.created, file.tally.rejected), (1, 1), "{:?}", file.tally);
    let (line, why) = &file.problems[0];
    assert_eq!(*line, 3);
    assert!(why.contains("more than 20,000 e-mail addresses") && why.contains("was not taken"), "{why}");
    assert_eq!(all::<Customer>(&tiny)[0].emails.len(), half);
}

#[test]
fn a_table_has_no_more_columns_than_the_limit() {
    let _one = one();
    let folder = tempfile::tempdir().unwrap();
    let tiny = Tiny::begun();
    let path = folder.path().join("wide.csv");
    let cells = ",x".repeat(limits::COLUMNS);
    // Too many headers: the file is no table. Too many cells: the row is rejected, and the next is read.
    fs::write(&path, format!("name{cells}\nAnn\n")).unwrap();
    let options =
        Options { files: vec![path.clone()], what: Some(ImportKind::Contacts), ..Options::default() };
    let failed = import::run(&tiny.desk, tiny.dana, Id([9; 16]), NOW, &options, &mut |_| true);
    let failed = failed.unwrap_err().to_string();
    assert!(failed.contains("more than 200,000 columns"), "{failed}");
    fs::write(&path, format!("name,email\nAnn{cells}\nBob,bob@x.example\n")).unwrap();
    let report = import(&tiny, 10, &path, Some(ImportKind::Contacts));
    assert_eq!((report.files[0].tally.created, report.files[0].tally.rejected), (1, 1));
    assert!(format!("{:?}", report.files[0].problems).contains("more than 200,000 columns"));
}

#[test]
fn links_pipes_and_devices_in_a_folder_are_reported_and_stop_nothing() {
    let _one = one();
    let folder = tempfile::tempdir().unwrap();
    let within = |name: &str| folder.path().join(name);
    let secret = tempfile::NamedTempFile::new().unwrap();
    fs::write(secret.path(), "name,email\nSecret,secret@x.example\n").unwrap();
    fs::write(within("a.csv"), "name,email\nAnn,ann@x.example\n").unwrap();
    fs::write(within("z.csv"), "name,email\nZoe,zoe@x.example\n").unwrap();
    symlink(secret.path(), within("link.csv")).unwrap();
    symlink("/etc", within("etc")).unwrap();
    symlink(within("gone"), within("broken.csv")).unwrap();
    assert!(Command::new("mkfifo").arg(within("pipe.csv")).status().unwrap().success());
    let _socket = std::os::unix::net::UnixListener::bind(within("socket.csv")).unwrap();
    for what in [None, Some(ImportKind::Contacts)] {
        let tiny = Tiny::begun();
        let report = import(&tiny, 9, folder.path(), what);
        let mut names: Vec<String> = all::<Customer>(&tiny).into_iter().map(|c| c.given).collect();
        names.sort();
        assert_eq!(names, ["Ann", "Zoe"]);
        assert_eq!(report.failed.len(), 5, "{:?}", report.failed);
        assert!(report.failed.iter().any(|f| f.contains("link.csv") && f.contains("symbolic link")));
        assert!(report.failed.iter().any(|f| f.contains("pipe.csv") && f.contains("not a file")));
    }
}

#[test]
fn links_and_pipes_in_a_maildir_are_rejected_and_the_rest_is_read() {
    let _one = one();
    let folder = tempfile::tempdir().unwrap();
    let secret = tempfile::NamedTempFile::new().unwrap();
    fs::write(secret.path(), "From: root@x.example\nSubject: secret\n\nroot:x:0:0\n").unwrap();
    for sub in ["cur", "new", "tmp"] {
        fs::create_dir(folder.path().join(sub)).unwrap();
    }
    let mail = |n: u8| format!("From: ann@x.example\nMessage-ID: <{n}@x.example>\nSubject: s{n}\n\nHello\n");
    fs::write(folder.path().join("cur/1"), mail(1)).unwrap();
    fs::write(folder.path().join("cur/9"), mail(9)).unwrap();
    symlink(secret.path(), folder.path().join("cur/5")).unwrap();
    assert!(Command::new("mkfifo").arg(folder.path().join("cur/6")).status().unwrap().success());
    symlink("/dev/zero", folder.path().join("new/7")).unwrap();
    for what in [None, Some(ImportKind::Mail)] {
        let tiny = Tiny::begun();
        let report = import(&tiny, 9, folder.path(), what);
        let mut subjects: Vec<String> = all::<Message>(&tiny).into_iter().map(|m| m.subject).collect();
        subjects.sort();
        assert_eq!(subjects, ["s1", "s9"]);
        assert_eq!(report.tally.rejected, 3);
        let said = &report.files[0].problems;
        assert!(said.iter().any(|(_, p)| p.contains("symbolic link")), "{said:?}");
    }
    // A folder of mail that is a link is no folder of this Maildir.
    let other = tempfile::tempdir().unwrap();
    symlink(folder.path().join("cur"), other.path().join("cur")).unwrap();
    let options =
        Options { files: vec![other.path().to_owned()], what: Some(ImportKind::Mail), ..Options::default() };
    let tiny = Tiny::begun();
    assert!(import::run(&tiny.desk, tiny.dana, Id([9; 16]), NOW, &options, &mut |_| true).is_err());
}

#[test]
fn a_pipe_that_is_named_does_not_hang() {
    let _one = one();
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe.csv");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let options = Options { files: vec![pipe], what: Some(ImportKind::Contacts), ..Options::default() };
    let tiny = Tiny::begun();
    // No one writes to it: it is empty.
    assert!(import::run(&tiny.desk, tiny.dana, Id([9; 16]), NOW, &options, &mut |_| true).is_err());
}
