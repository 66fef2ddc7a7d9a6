//! What goes wrong, said clearly, with nothing lost.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use super::help::{Place, bare, ran};

#[test]
fn looking_at_a_store_that_is_not_there_makes_none() {
    let place = Place::empty();
    for words in [
        &["list", "customers"][..],
        &["show", "T-1"],
        &["find", "ada"],
        &["check"],
        &["stats", "--json"],
        &["report"],
        &["export", "orders"],
        &["ticket", "solve", "T-1"],
        &["undo"],
        &["log"],
        &["tick"],
    ] {
        let err = place.fails(1, words);
        assert!(err.contains("there is no store at") && err.contains("frontdesk init"), "{words:?}: {err}");
    }
    assert!(!place.store().exists());
}

#[test]
fn adding_the_first_customer_makes_a_store_and_says_so() {
    let place = Place::empty();
    let r = place.run(&["customer", "add", "Ada"]);
    assert_eq!((r.code, r.out.as_str()), (0, "Ada added as C-1\n"), "{}", r.err);
    assert!(r.err.contains("made a desk at"), "{}", r.err);
    assert_eq!(fs::metadata(place.store()).unwrap().permissions().mode() & 0o777, 0o600);
    let owner = &place.rows(&["list", "agents"])[0];
    assert_eq!(
        (&owner["role"], owner["unix_user"].as_str().map(str::is_empty)),
        (&"owner".into(), Some(false))
    );
    place.fails(1, &["init"]);
}

#[test]
fn a_new_desk_is_as_asked_or_as_the_machine_says() {
    let place = Place::empty();
    let mut c = place.command(&["init", "--json"]);
    let r = ran(c.env("TZ", "Asia/Tokyo").env("LANG", "ja_JP.UTF-8").output().unwrap());
    let told: serde_json::Value = serde_json::from_str(&r.out).unwrap();
    assert_eq!((&told["zone"], &told["currency"]), (&"Asia/Tokyo".into(), &"JPY".into()));
    let place = Place::empty();
    place.fails(2, &["init", "--zone", "Mars/Base"]);
    place.fails(2, &["init", "--currency", "XYZZY"]);
    place.fails(2, &["init", "--address", "nowhere"]);
    assert!(!place.store().exists(), "what is wrong makes nothing");
    place.ok(&["init", "--currency", "gbp", "--owner", "Dana Doe", "--name", "Shop"]);
    assert_eq!(place.json(&["settings"])["currency"], "GBP");
    assert_eq!(place.rows(&["list", "agents"])[0]["name"], "Dana Doe");
}

#[test]
fn a_file_that_is_no_store_is_left_as_it_is() {
    let place = Place::empty();
    let text = "Name,E-mail\nAda,ada@x.example\n";
    fs::write(place.store(), text).unwrap();
    for words in [
        &["list", "customers"][..],
        &["customer", "add", "Ada"],
        &["init"],
        &["check"],
        &["demo", "--no-open"],
    ] {
        let mut c = place.command(words);
        let r = ran(c.arg("--store").arg(place.store()).output().unwrap());
        assert_eq!(r.code, 1, "{words:?}: {}", r.err);
        assert!(r.err.contains("is not a frontdesk store"), "{words:?}: {}", r.err);
        let way_out = r.err.contains("frontdesk restore") && r.err.contains("frontdesk salvage");
        assert_eq!(way_out, words == ["check"], "{words:?}: {}", r.err);
    }
    assert_eq!(fs::read_to_string(place.store()).unwrap(), text);
    fs::write(place.store(), b"redb\x1a\x0a\xa9\x0d\x0acut short").unwrap();
    assert_eq!(place.run(&["list", "customers"]).code, 1);
}

#[test]
fn a_store_beside_a_file_in_the_way_is_refused() {
    let place = Place::empty();
    let file = place.file("way", "x");
    let err = place.fails(1, &["list", "customers", "--store", &format!("{file}/desk.redb")]);
    assert!(err.contains("no store"), "{err}");
    assert_eq!(place.run(&["init", "--store", &format!("{file}/desk.redb")]).code, 1);
}

#[test]
fn an_unknown_user_reads_and_is_told_how_to_write() {
    let place = Place::busy();
    place.ok(&["agent", "edit", "A-1", "unix_user=another-user"]);
    assert_eq!(place.ok(&["list", "customers", "-q"]), "C-1\nC-2\n");
    let err = place.fails(1, &["ticket", "solve", "T-1"]);
    assert!(err.contains("--agent") && err.contains("agent add"), "{err}");
    let name = place.rows(&["list", "agents"])[0]["handle"].as_str().unwrap().to_owned();
    place.ok(&["--agent", &name, "ticket", "solve", "T-1"]);
    let mut c = place.command(&["ticket", "open", "T-1"]);
    assert_eq!(ran(c.env("FRONTDESK_AGENT", &name).output().unwrap()).code, 0);
    place.fails(1, &["--agent", "missing", "ticket", "solve", "T-1"]);
}

#[test]
fn what_the_desk_refuses_changes_nothing() {
    let place = Place::busy();
    let log = place.ok(&["log", "-q"]);
    assert!(place.fails(1, &["customer", "add", "Eve", "--email", "ada@x.example"]).contains("Ada Lovelace"));
    assert!(place.fails(1, &["customer", "edit", "C-1", "givn=Ada"]).contains("given"));
    place.fails(1, &["customer", "edit", "C-9", "given=Ada"]);
    place.fails(2, &["customer", "edit", "C-1", "Ada"]);
    place.fails(1, &["customer", "add"]);
    place.fails(2, &["ticket", "create", "Nobody's"]);
    place.fails(1, &["ticket", "create", "--customer", "missing@x.example", "Matter"]);
    place.fails(1, &["ticket", "reply", "T-1", "  "]);
    place.fails(2, &["ticket", "reply", "T-1"]);
    place.fails(1, &["show", "T-99"]);
    place.fails(1, &["undo", "999"]);
    assert_eq!(place.ok(&["log", "-q"]), log);
}

#[test]
fn a_store_that_may_not_be_written_is_read() {
    let place = Place::busy();
    fs::set_permissions(place.store(), fs::Permissions::from_mode(0o400)).unwrap();
    fs::set_permissions(place.folder.path(), fs::Permissions::from_mode(0o500)).unwrap();
    let read = place.run(&["list", "customers", "-q"]);
    let written = place.run(&["customer", "add", "Eve"]);
    fs::set_permissions(place.folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
    assert_eq!((read.code, read.out.as_str()), (0, "C-1\nC-2\n"), "{}", read.err);
    if Path::new("/proc/self").exists() && rustix::process::geteuid().is_root() {
        crate::skip::skipped("root may write everywhere");
    } else {
        assert_eq!(written.code, 1, "{}", written.err);
        assert!(written.err.contains("read-only"), "{}", written.err);
    }
}

#[test]
fn hostile_names_reach_no_terminal_as_they_are() {
    let place = Place::new();
    let name = "Eve\u{1b}]0;owned\u{7}\u{202e}\u{9b}31m";
    place.ok(&["customer", "add", &format!("name={name}"), "--email", "eve@x.example"]);
    place.ok(&["ticket", "create", "--customer", "C-1", &format!("About {name}"), "--body", name]);
    for words in [
        &["list", "customers"][..],
        &["list", "customers", "--json"],
        &["list", "tickets"],
        &["show", "C-1"],
        &["show", "T-1"],
        &["show", "T-1", "--json"],
        &["find", "eve"],
        &["find", "eve", "--json"],
        &["log"],
        &["log", "--verbose"],
        &["customer", "edit", "C-1", "city=Oslo"],
        &["undo"],
        &["customer", "add", "name=Other", "--email", "eve@x.example"],
    ] {
        let r = place.run(words);
        let bad = |c: char| matches!(c, '\u{1b}' | '\u{7}' | '\u{202e}' | '\u{9b}');
        assert!(!r.out.contains(bad) && !r.err.contains(bad), "{words:?}: {:?} {:?}", r.out, r.err);
    }
    let kept = place.rows(&["list", "customers"])[0].clone();
    assert_eq!(
        format!("{} {}", kept["given"].as_str().unwrap(), kept["family"].as_str().unwrap()).trim(),
        name
    );
}

#[test]
fn a_store_of_a_newer_version_is_refused() {
    use frontdesk::{
        model::{Id, Table},
        store::{RedbStore, Store, Weight, meta},
    };
    let place = Place::busy();
    let store = RedbStore::open(&frontdesk::store::Options::at(place.store())).unwrap();
    let newer = |tx: &mut dyn frontdesk::store::Tx| {
        tx.put(Table::Meta, meta::SCHEMA_KEY.as_bytes(), &999u16.to_be_bytes());
        Ok(())
    };
    store.write(Id([9; 16]), Weight::Light, Box::new(newer)).unwrap();
    drop(store);
    for words in [&["list", "customers"][..], &["customer", "add", "Ada"], &["check"]] {
        assert!(place.fails(1, words).contains("install the newer frontdesk"), "{words:?}");
    }
}

#[test]
fn a_store_that_somebody_holds_alone_is_75() {
    let place = Place::busy();
    let options =
        frontdesk::store::Options { exclusive: true, ..frontdesk::store::Options::at(place.store()) };
    let held = frontdesk::store::RedbStore::open(&options).unwrap();
    for words in [&["list", "customers"][..], &["customer", "add", "Eve"], &["import", "list"]] {
        assert!(place.fails(75, words).contains("busy"), "{words:?}");
    }
    drop(held);
    assert_eq!(place.ok(&["list", "customers", "-q"]), "C-1\nC-2\n");
}

#[test]
fn what_holds_is_shown_with_where_it_was_said() {
    let place = Place::new();
    let rows = place.rows(&["config", "show"]);
    let origin = |name: &str| rows.iter().find(|r| r["name"] == name).unwrap()["origin"].clone();
    assert_eq!(
        (origin("store"), origin("zone"), origin("config")),
        ("environment".into(), "desk".into(), "default".into())
    );
    let shown = place.ok(&["config", "show", "--origin", "--store", "/no/where/desk.redb"]);
    assert!(shown.starts_with("store\t/no/where/desk.redb\tflag\n"), "{shown}");
}

#[test]
fn a_path_that_is_a_folder_means_the_store_in_it() {
    let place = Place::empty();
    let folder = place.folder.path().to_str().unwrap();
    assert_eq!(ran(bare(&["init", "--store", folder]).output().unwrap()).code, 0);
    assert!(place.store().is_file());
}
