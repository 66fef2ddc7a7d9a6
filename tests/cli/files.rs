//! Imports, exports and the practice desk.

use std::{fs, os::unix::fs::PermissionsExt, process::Stdio};

use super::help::{Place, ran, real};

const PEOPLE: &str =
    "First Name,Last Name,E-mail,City\nAda,Lovelace,ada@x.example,London\nGrace,Hopper,grace@x.example,\n";

#[test]
fn an_import_makes_a_store_adds_up_and_is_taken_back() {
    let place = Place::empty();
    let file = place.file("people.csv", PEOPLE);
    let made = place.json(&["import", "contacts", &file]);
    for (field, n) in [("read", 2), ("created", 2), ("updated", 0), ("unchanged", 0), ("rejected", 0)] {
        assert_eq!(made[field], n, "{field}");
    }
    assert_eq!(made["batch"], "B-1");
    let again = place.json(&["import", &file]);
    assert_eq!(
        (&again["unchanged"], &again["created"], &again["batch"]),
        (&2.into(), &0.into(), &serde_json::Value::Null)
    );
    assert_eq!(place.ok(&["list", "customers", "city:London", "-q"]), "C-1\n");
    place.is_clean();
    place.ok(&["customer", "edit", "C-2", "city=Oslo"]);
    let back = place.json(&["import", "revert", "B-1"]);
    assert_eq!(back["kept"].as_array().map(Vec::is_empty), Some(false), "{back}");
    assert_eq!(place.ok(&["list", "customers", "-q"]), "C-2\n");
    assert_eq!(place.rows(&["import", "list"])[0]["state"], "reverted");
    place.fails(1, &["import", "revert", "B-1"]);
    place.fails(1, &["import", "revert", "B-9"]);
    place.is_clean();
}

#[test]
fn a_dry_run_changes_nothing_and_makes_no_store() {
    let place = Place::empty();
    let file = place.file("people.csv", PEOPLE);
    let plan = place.json(&["import", &file, "--dry-run"]);
    assert_eq!((&plan["created"], &plan["dry_run"]), (&2.into(), &true.into()));
    assert!(!place.store().exists());
    place.ok(&["init"]);
    let before = fs::read(place.store()).unwrap();
    place.ok(&["import", &file, "--dry-run"]);
    assert_eq!(place.ok(&["list", "customers"]), "");
    assert_eq!(place.json(&["stats"])["log_rows"], 1);
    drop(before);
}

#[test]
fn rejects_are_no_failure_but_where_that_is_asked() {
    let place = Place::new();
    let file = place
        .file("orders.csv", "Customer,Date,Amount\n7,2026-01-02,9.50\n7,never,9.50\n8,2026-01-03,much\n");
    let done = place.json(&["import", "orders", &file]);
    assert_eq!((&done["read"], &done["created"], &done["rejected"]), (&3.into(), &1.into(), &2.into()));
    let rejects = done["files"][0]["rejects"].as_str().unwrap();
    assert!(fs::read_to_string(rejects).unwrap().contains("never"));
    assert_eq!(place.run(&["import", "orders", &file, "--strict", "--json"]).code, 65);
    place.is_clean();
}

#[test]
fn what_is_no_data_is_65_and_what_is_not_there_1() {
    let place = Place::new();
    let noise = place.file("noise.bin", [0u8, 159, 146, 150, 7, 7, 7].repeat(300));
    assert_eq!(place.run(&["import", &noise]).code, 65);
    place.fails(1, &["import", place.path("absent.csv").to_str().unwrap()]);
    place.fails(2, &["import", "contacts"]);
    place.fails(2, &["import", "revert"]);
    place.fails(2, &["import", &noise, "--columns", "shoe hat"]);
    let r = place.fed(&["import", "contacts", "-", "--json"], PEOPLE);
    assert_eq!(r.code, 0, "{}", r.err);
    assert!(
        r.out.starts_with(
            "{\"read\":2,\"created\":2,\"updated\":0,\"unchanged\":0,\"rejected\":0,\"batch\":\"B-"
        ),
        "{}",
        r.out
    );
}

#[test]
fn what_comes_through_a_pipe_is_told_by_its_first_lines() {
    let place = Place::empty();
    let mail = "From ada@x.example Sat Jul 20 03:29:20 2002\nFrom: Ada <ada@x.example>\nTo: help@desk.example\n\
                Subject: Fire\nDate: Sat, 20 Jul 2002 03:29:20 +0000\nMessage-ID: <1@x.example>\n\nIt burns.\n";
    for (input, what) in [
        (mail, "mail"),
        ("Order ID,Email,Date,Total\n1,ada@x.example,2026-01-02,9.50\n", "orders"),
        ("First Name,E-mail\nGrace,grace@x.example\n", "contacts"),
    ] {
        let r = place.fed(&["import", "-", "--json"], input);
        let done: serde_json::Value =
            serde_json::from_str(&r.out).unwrap_or_else(|e| panic!("{e}: {}", r.err));
        assert_eq!((r.code, &done["created"]), (0, &1.into()), "{what}: {}", r.err);
        assert!(done["files"][0]["format"].as_str().unwrap().starts_with(what), "{done}");
    }
    assert_eq!(place.fed(&["import", "-"], "nothing that anybody knows").code, 65);
    assert_eq!(place.ok(&["list", "tickets", "-q"]), "T-1\n");
    place.is_clean();
}

#[test]
fn an_import_that_is_stopped_ends_with_130_and_goes_on_when_it_is_run_again() {
    let place = Place::new();
    let lines: String = (0..30_000).map(|n| format!("Person {n},p{n}@x.example\n")).collect();
    let file = place.file("many.csv", format!("Name,E-mail\n{lines}"));
    let child = place
        .command(&["import", &file, "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Once the first people are in, in the middle of all others.
    while place.ok(&["list", "customers", "--limit", "1"]).is_empty() {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let pid = rustix::process::Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    let r = ran(child.wait_with_output().unwrap());
    assert_eq!(r.code, 130, "{}{}", r.out, r.err);
    assert!(r.err.contains("import revert B-1"), "{}", r.err);
    let done: serde_json::Value = serde_json::from_str(&r.out).unwrap();
    let stopped = done["created"].as_u64().unwrap();
    assert!(stopped > 0 && stopped < 30_000, "{stopped}");
    assert_eq!(place.json(&["import", &file])["unchanged"], stopped);
    assert_eq!(place.json(&["stats"])["records"]["customers"], 30_000);
}

#[test]
fn exports_go_to_files_whole_and_come_back_as_the_same_people() {
    let place = Place::busy();
    place.ok(&["customer", "add", "=1+1", "--email", "evil@x.example"]);
    let csv = place.ok(&["export", "customers"]);
    assert_eq!(csv.lines().count(), 4);
    assert!(csv.contains("'=1+1") && !place.ok(&["export", "customers", "--raw"]).contains("'=1+1"), "{csv}");
    let to = place.path("out.csv");
    place.ok(&["export", "customers", "-o", to.to_str().unwrap()]);
    assert_eq!(fs::read_to_string(&to).unwrap(), csv);
    assert_eq!(fs::metadata(&to).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(place.ok(&["export", "customers", "tag:vip"]).lines().count(), 2);
    let lines = place.path("out.jsonl");
    place.ok(&["export", "tickets", "-o", lines.to_str().unwrap()]);
    assert_eq!(fs::read_to_string(&lines).unwrap(), place.ok(&["list", "tickets", "--json"]));
    assert_eq!(place.ok(&["export", "orders", "--format", "jsonl"]), "");
    for what in ["organisations", "tickets", "messages", "log"] {
        let csv = place.ok(&["export", what]);
        assert!(csv.lines().count() > 1, "{what}: {csv}");
    }
    place.fails(1, &["export", "customers", "-o", "/no/such/folder/x.csv"]);
    let other = Place::empty();
    let back = other.json(&["import", to.to_str().unwrap()]);
    assert_eq!((&back["read"], &back["created"]), (&3.into(), &3.into()));
    let names = |p: &Place| {
        p.rows(&["list", "customers"])
            .iter()
            .map(|c| (c["name"].clone(), c["emails"][0]["address"].clone(), c["tags"].clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&other), names(&place));
}

#[test]
fn orders_that_are_exported_add_up_when_they_come_back() {
    let place = Place::busy();
    place.ok(&[
        "order",
        "add",
        "--customer",
        "C-1",
        "--date",
        "2026-03-01",
        "2 x Pot @ 19.90",
        "Box = 5",
        "--shipping",
        "3",
        "--discount",
        "1",
    ]);
    place.ok(&["order", "add", "--customer", "C-2", "--date", "2026-03-02", "4.50"]);
    let to = place.path("orders.csv");
    place.ok(&["export", "orders", "-o", to.to_str().unwrap()]);
    let other = Place::empty();
    other.ok(&["import", "orders", to.to_str().unwrap()]);
    let totals =
        |p: &Place| p.rows(&["list", "orders"]).iter().map(|o| o["total"].clone()).collect::<Vec<_>>();
    assert_eq!(totals(&other), totals(&place));
    other.is_clean();
}

#[test]
fn the_practice_desk_is_made_and_never_over_another() {
    let place = Place::empty();
    let store = place.path("practice.redb");
    let store = store.to_str().unwrap();
    let made = place.json(&["demo", "--customers", "30", "--seed", "7", "--store", store, "--no-open"]);
    assert_eq!(made["customers"], 30);
    let r = ran(place.command(&["check", "--store", store, "--json"]).output().unwrap());
    assert!(r.code == 0 && r.out.contains("\"clean\":true"), "{}{}", r.out, r.err);
    assert_eq!(place.run(&["demo", "--store", store, "--no-open"]).code, 1, "there is a desk");
    let real = Place::new();
    real.fails(1, &["demo", "--no-open"]);
    assert_eq!(real.ok(&["list", "customers"]), "", "the real desk is left alone");
    let mut c = super::help::bare(&["demo", "--no-open", "--customers", "5"]);
    let r = ran(c.env("XDG_DATA_HOME", real.path("data")).output().unwrap());
    assert_eq!(r.code, 0, "{}", r.err);
    assert!(real.path("data/frontdesk/demo.redb").is_file());
}

#[test]
fn real_contacts_mail_and_orders_come_in_whole() {
    let (Some(contacts), Some(mail), Some(orders)) = (
        real("contacts/derived_google_layout.csv"),
        real("mail_lists"),
        real("orders_cdnow/CDNOW_sample.txt"),
    ) else {
        return;
    };
    let place = Place::empty();
    assert_eq!(place.json(&["import", &contacts])["created"], 437);
    assert_eq!(place.json(&["import", "mail", &mail, "--agents", "repliers"])["read"], 1052);
    let columns = ["--columns", "customer _ date quantity amount", "--currency", "USD"];
    let done = place.json(&[&["import", "orders", &orders], &columns[..]].concat());
    assert_eq!((&done["read"], &done["created"]), (&6919.into(), &6919.into()));
    assert_eq!(place.ok(&["list", "messages", "-q"]).lines().count(), 1052);
    let sum: i64 = place.rows(&["list", "orders"]).iter().map(|o| o["total"].as_i64().unwrap()).sum();
    let wanted: i64 = fs::read_to_string(&orders)
        .unwrap()
        .lines()
        .filter_map(|l| l.split_whitespace().last())
        .map(|a| a.replace('.', "").parse::<i64>().unwrap())
        .sum();
    assert_eq!(sum, wanted);
    place.is_clean();
}
