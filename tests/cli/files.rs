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

const CARDS: &str = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:one\r\nN:Lovelace;Ada;;;\r\nFN:Ada Lovelace\r\nEMAIL;TYPE=work:ada@x.example\r\n\
TEL;TYPE=cell:+44 20 1\r\nORG:Engines;Sums\r\nTITLE:Countess\r\nBDAY:1815-12-10\r\nNOTE:Likes \\nnumbers\r\nCATEGORIES:vip,maths\r\n\
IMPP:xmpp:ada@im.example\r\nANNIVERSARY:1835-07-08\r\nEND:VCARD\r\nBEGIN:VCARD\r\nVERSION:2.1\r\nN:Hopper;Grace\r\n\
EMAIL;INTERNET:grace@x.example\r\nEND:VCARD\r\nBEGIN:VCARD\r\nVERSION:4.0\r\nKIND:group\r\nFN:Both\r\nEND:VCARD\r\n";

#[test]
fn cards_come_in_like_any_contacts_and_are_taken_back() {
    let place = Place::empty();
    let file = place.file("people.vcf", CARDS);
    let plan = place.json(&["import", "contacts", &file, "--dry-run"]);
    assert_eq!((&plan["created"], &plan["rejected"]), (&2.into(), &1.into()));
    assert!(!place.store().exists());
    // What it is, is found out.
    let made = place.json(&["import", &file]);
    assert_eq!(made["files"][0]["format"], "contacts, vCard");
    assert_eq!((&made["read"], &made["created"], &made["rejected"]), (&3.into(), &2.into(), &1.into()));
    assert_eq!(made["files"][0]["problems"][0]["what"], "a group of people, not a person");
    let rejects = fs::read_to_string(made["files"][0]["rejects"].as_str().unwrap()).unwrap();
    assert!(rejects.contains("FN:Both"), "{rejects}");
    let ada = &place.rows(&["list", "customers", "ada"])[0];
    assert_eq!(ada["emails"][0]["kind"], "work");
    assert_eq!(ada["tags"], serde_json::json!(["vip", "maths"]));
    assert_eq!(ada["birthday"], "1815-12-10");
    assert_eq!(ada["handles"][0], serde_json::json!({ "network": "xmpp", "handle": "ada@im.example" }));
    assert_eq!(ada["vcard"], serde_json::json!(["ANNIVERSARY:1835-07-08"]));
    assert_eq!(place.json(&["import", &file])["unchanged"], 2);
    place.is_clean();
    place.fails(65, &["import", "orders", &file]);
    place.ok(&["import", "revert", "B-1"]);
    assert_eq!(place.ok(&["list", "customers", "-q"]), "");
    place.is_clean();
}

/// Customers without what a desk gives them itself.
fn bare(place: &Place) -> Vec<serde_json::Value> {
    let mut rows = place.rows(&["list", "customers", "--sort", "name"]);
    for row in &mut rows {
        let own = [
            "id",
            "ref",
            "number",
            "version",
            "external_ids",
            "updated_at",
            "stages",
            "roles",
            "source",
            "created_at",
        ];
        own.iter().for_each(|f| drop(row.as_object_mut().unwrap().remove(*f)));
    }
    rows
}

#[test]
fn customers_go_out_as_cards_and_come_back_the_same() {
    let place = Place::empty();
    place.ok(&["import", &place.file("people.vcf", CARDS)]);
    place.ok(&[
        "customer",
        "edit",
        "C-1",
        "city=London",
        "website+=https://x.example",
        "custom.Shoe size=37",
        "zone=Europe/London",
    ]);
    let before = bare(&place);
    assert_eq!(before.len(), 2);
    for version in ["2.1", "3.0", "4.0"] {
        let other = Place::empty();
        let text = place.ok(&["export", "contacts", "--format", "vcard", "--vcard-version", version]);
        assert!(text.contains(&format!("VERSION:{version}")), "{text}");
        other.ok(&["import", &other.file("all.vcf", &text)]);
        assert_eq!(bare(&other), before, "{version}");
        other.is_clean();
    }
    // A folder with a card a file: again changes nothing, an edit changes one, another program's file stays.
    let book = place.path("book");
    let shown = book.to_str().unwrap();
    place.fails(2, &["export", "customers", "--format", "vdir"]);
    let out = place.json(&["export", "customers", "--format", "vdir", "-o", shown]);
    assert_eq!((&out["new"], &out["same"]), (&2.into(), &0.into()));
    fs::write(book.join("color"), "#ff0000").unwrap();
    fs::write(book.join("theirs.vcf"), "BEGIN:VCARD\nVERSION:3.0\nUID:t\nFN:Their Friend\nEND:VCARD\n")
        .unwrap();
    place.ok(&["customer", "edit", "C-2", "nickname=Amazing"]);
    let out = place.json(&["export", "customers", "--format", "vdir", "-o", shown]);
    assert_eq!((&out["new"], &out["replaced"], &out["same"]), (&0.into(), &1.into(), &1.into()));
    let other = Place::empty();
    let made = other.json(&["import", "contacts", shown]);
    assert_eq!((&made["created"], &made["rejected"]), (&3.into(), &0.into()), "{made}");
    // Cards that this desk wrote are known by their UIDs, without an address too.
    assert_eq!(place.json(&["import", "contacts", shown])["created"], 1);
    place.fails(2, &["export", "orders", "--format", "vcard"]);
    place.is_clean();
}

#[test]
fn real_cards_lose_nothing_on_their_way_through() {
    let Some(folder) = real("vcards") else { return };
    let place = Place::empty();
    let made =
        place.json(&["import", "contacts", &folder, "--rejects", place.path("r.csv").to_str().unwrap()]);
    let n = |field: &str| made[field].as_u64().unwrap();
    assert_eq!(n("read"), n("created") + n("updated") + n("unchanged") + n("rejected"));
    assert!(n("read") > 1_290 && n("created") > 1_180, "{made}");
    // Groups, cards without a name or an address, and text outside of any card.
    assert!(n("rejected") <= 31, "{made}");
    place.is_clean();
    let before = place.ok(&["list", "customers", "-q"]).lines().count();
    let text = place.ok(&["export", "contacts", "--format", "vcard"]);
    let other = Place::empty();
    let again = other.json(&["import", &other.file("all.vcf", &text)]);
    assert_eq!((again["created"].as_u64(), again["rejected"].as_u64()), (Some(before as u64), Some(0)));
    let second = other.ok(&["export", "contacts", "--format", "vcard"]);
    let lines = |text: &str| {
        let gone = ["UID", "REV", "X-FRONTDESK-CREATED"];
        let unfolded = text.replace("\r\n ", "");
        let mut all: Vec<String> =
            unfolded.lines().filter(|l| !gone.iter().any(|g| l.starts_with(g))).map(str::to_owned).collect();
        all.sort();
        all
    };
    let (first, second) = (lines(&text), lines(&second));
    let differ: Vec<&String> = first.iter().filter(|l| second.binary_search(l).is_err()).collect();
    assert!(differ.len() < 5, "{differ:?}");
    other.is_clean();
}
