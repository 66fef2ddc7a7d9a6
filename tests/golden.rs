//! One store of every released schema, opened for ever.
//!
//! ```sh
//! FRONTDESK_GOLDEN=1 cargo test --test golden      # regenerates the one of this schema: only before its release
//! ```
//!
//! `tests/golden/schema-N.redb` is a small invented desk, `schema-N.txt` beside it what it held when it was made.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use frontdesk::{
    desk::{
        Command, Desk, Edit, Request, read,
        search::{Ask, Words, search},
    },
    model::{Customer, Id, Kind, Table, Ticket},
    store::{
        Options, Range, RedbStore, SCHEMA, Scan, Store, Weight, backup, check, dump, hash, meta, raw,
        records, text,
    },
};

#[path = "support/tiny.rs"]
#[allow(dead_code, reason = "each test takes what it needs")]
mod tiny;

use tiny::{NOW, Tiny};

/// As large as one may be: it stays in the repository.
const LARGEST: u64 = 300 * 1024;
const RAW: &[u8] = b"From: grace@harbour.example\r\nSubject: Berth\r\n\r\nIs one free?\r\n";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

fn private() -> tempfile::TempDir {
    tempfile::Builder::new().permissions(fs::Permissions::from_mode(0o700)).tempdir().unwrap()
}

/// The contents of a store as comparable text.
fn told(store: &dyn Store) -> String {
    let (content, schema, id) = store
        .view(|v| Ok((hash::content(v, &mut |_| {})?, meta::schema(v)?.unwrap(), meta::store_id(v)?)))
        .unwrap();
    format!("schema {schema}\nstore {id}\nrows {}\nhash {}\n", content.rows, hash::shown(&content.hash))
}

/// A store with everything in it, made of the invented desk of the screens.
fn make() {
    let place = private();
    let tiny = Tiny::full();
    let (lines, path) = (place.path().join("lines"), place.path().join("desk.redb"));
    let mut out = Vec::new();
    tiny.desk
        .view(|v| {
            out.clear();
            dump::write(v, dump::Form::Records, &mut out, &mut |_| true).unwrap();
            Ok(())
        })
        .unwrap();
    // The store in memory has neither id nor schema.
    let text = String::from_utf8(out).unwrap();
    fs::write(&lines, &text).unwrap();
    dump::load(&mut text.as_bytes(), &path, false, &mut |_| true).unwrap();
    let store = RedbStore::open(&Options::at(&path)).unwrap();
    let mut n = 0;
    let mut ops = || {
        n += 1;
        Id([n; 16])
    };
    text::rebuild(&store, &mut ops, &mut |_| ()).unwrap();
    store.write(Id([8; 16]), Weight::Heavy, Box::new(|tx| Ok(raw::put(tx, Id([8; 16]), RAW)?))).unwrap();
    drop(store);
    let to = folder().join(format!("schema-{SCHEMA}.redb"));
    let _ = fs::remove_file(&to);
    let store = RedbStore::open(&Options::at(&path)).unwrap();
    let made = backup::make(&store, &to, Id([9; 16]), NOW, &mut |_| true).unwrap();
    assert!(made.report.is_clean(), "{:?}", made.report.findings);
    fs::write(to.with_extension("txt"), told(&store)).unwrap();
    println!("{}: {} bytes", to.display(), made.bytes);
}

#[test]
fn every_released_store_opens_and_holds_what_it_held() {
    if std::env::var_os("FRONTDESK_GOLDEN").is_some() {
        make();
    }
    for schema in 1..=SCHEMA {
        let from = folder().join(format!("schema-{schema}.redb"));
        let recorded = fs::read_to_string(from.with_extension("txt")).unwrap();
        assert!(fs::metadata(&from).unwrap().len() <= LARGEST);
        let place = private();
        let path = place.path().join("desk.redb");
        fs::copy(&from, &path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        // The rows as they were written, before anything brings them up to date.
        let found = backup::verify(&path, &mut |_| true).unwrap();
        assert!(recorded.contains(&format!("hash {}\n", hash::shown(&found.hash))), "{recorded}");
        assert!(recorded.contains(&format!("rows {}\n", found.rows)), "{recorded}");
        let store = Arc::new(RedbStore::open(&Options::at(&path)).unwrap());
        if schema == SCHEMA {
            assert_eq!(told(&*store), recorded);
        }
        let desk = Desk::new(store);
        check_contents(&desk);
        works(&desk);
        is_searched(&desk);
    }
}

/// Postings in the form of that version are made again beside it, and found by.
fn is_searched(desk: &Desk) {
    let mut n = 100;
    let mut ops = || {
        n += 1;
        Id([n; 16])
    };
    assert!(text::gather(desk.store(), &mut ops, &mut |_| true).unwrap());
    let words = Words::parse("\"pdf comes\" blank").unwrap();
    let found = desk.view(|v| search(v, &words, Ask::default())).unwrap().unwrap();
    assert!(found.iter().any(|f| f.about == "Invoice PDF comes out blank"), "{found:?}");
    let compared = desk.view(text::compare).unwrap();
    assert!(compared.postings > 100 && compared.wrong.is_empty(), "{compared:?}");
}

/// What people put in is there.
fn check_contents(desk: &Desk) {
    desk.view(|v| {
        let report = check::check(v, &mut |_| {})?;
        assert!(report.is_clean(), "{:?}", report.findings);
        let mut names = Vec::new();
        records::each::<Customer>(v, |c| {
            names.push(c.display_name());
            true
        })?;
        names.sort();
        assert_eq!(
            names,
            ["Ada King-Lovelace", "Grace Hopper", "Gracie Allen", "Mehmet Gracık", "豆田 陽葵"]
        );
        let mut subjects = Vec::new();
        records::each::<Ticket>(v, |t| {
            subjects.push(t.subject.clone());
            true
        })?;
        assert!(subjects.contains(&"Invoice PDF comes out blank".to_owned()), "{subjects:?}");
        assert_eq!(raw::get(v, Id([8; 16]))?.as_deref(), Some(RAW));
        let mut log = 0;
        v.scan(Table::Log, &Range::all(), Scan::Forward, &mut |_, _| {
            log += 1;
            true
        })?;
        assert!(log > 30, "{log}");
        Ok(())
    })
    .unwrap();
}

/// It can be worked with: a change, its undo, and all is as it should be.
fn works(desk: &Desk) {
    let dana = desk.view(|v| Ok(read::agents(v)?.first().map(|a| a.id))).unwrap().unwrap();
    let grace = desk.view(|v| records::by_number(v, Kind::Customer, 1)).unwrap().unwrap();
    let edit = Command::Edit(Kind::Customer, grace, vec![Edit::set("language", "en")]);
    desk.run(Request::new(Id([11; 16]), dana, NOW + 1, edit)).unwrap();
    desk.run(Request::new(Id([12; 16]), dana, NOW + 2, Command::Undo(None))).unwrap();
    let report = desk.view(|v| check::check(v, &mut |_| {})).unwrap();
    assert!(report.is_clean(), "{:?}", report.findings);
}
