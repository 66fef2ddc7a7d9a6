//! Everything of a desk out as JSON Lines and back, equal row for row; and encrypted copies.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

#[path = "support/skip.rs"]
mod skip;

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command as Process, Output},
};

use frontdesk::{
    model::{
        Id, Table,
        log::{self, LogRow},
    },
    store::{Options, Range, RedbStore, Scan, Store, Tx, Weight, backup},
};

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Place {
        let private = fs::Permissions::from_mode(0o700);
        Place { folder: tempfile::Builder::new().permissions(private).tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, store: &str, args: &[&str]) -> Output {
        Process::new(env!("CARGO_BIN_EXE_frontdesk"))
            .args(args)
            .env("FRONTDESK_STORE", self.path(store))
            .env("HOME", self.folder.path())
            .env("TZ", "UTC")
            .current_dir(self.folder.path())
            .output()
            .unwrap()
    }

    fn ok(&self, store: &str, args: &[&str]) -> String {
        let out = self.run(store, args);
        assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap()
    }

    fn fails(&self, code: i32, store: &str, args: &[&str]) -> String {
        let out = self.run(store, args);
        let err = String::from_utf8_lossy(&out.stderr).into_owned();
        assert_eq!(out.status.code(), Some(code), "{args:?}: {err}");
        err
    }

    fn hash(&self, store: &str) -> String {
        let found = backup::verify(&self.path(store), &mut |_| true).unwrap();
        assert!(found.report.is_clean(), "{:?}", found.report.findings);
        frontdesk::store::hash::shown(&found.hash)
    }

    /// No half file, and nothing readable of a sealed one, lies about.
    fn is_tidy(&self) {
        for f in fs::read_dir(self.folder.path()).unwrap() {
            let name = f.unwrap().file_name().into_string().unwrap();
            assert!(!name.starts_with('.') && !name.ends_with(".new") && !name.ends_with(".part"), "{name}");
        }
    }
}

fn private(path: &Path) -> bool {
    fs::metadata(path).unwrap().permissions().mode() & 0o777 == 0o600
}

/// There and back: equal content, whatever was in it.
fn goes_round(place: &Place) {
    let said = place.ok("a.redb", &["export", "--all", "--raw", "-o", "rows.jsonl", "--json"]);
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said["hash"], place.hash("a.redb"));
    place.ok("r.redb", &["import", "--all", "rows.jsonl"]);
    assert_eq!(place.hash("r.redb"), place.hash("a.redb"));
    let said = place.ok("a.redb", &["export", "--all", "-o", "all.jsonl", "--json"]);
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said["hash"], place.hash("a.redb"));
    assert!(private(&place.path("all.jsonl")));
    place.ok("b.redb", &["import", "--all", "all.jsonl"]);
    assert_eq!(place.hash("b.redb"), place.hash("a.redb"));
    // And once more from there: the same rows, and the log row of this export.
    place.ok("b.redb", &["export", "--all", "-o", "again.jsonl"]);
    let read = |name: &str| fs::read_to_string(place.path(name)).unwrap();
    let (again, all) = (read("again.jsonl"), read("all.jsonl"));
    let again: std::collections::BTreeSet<&str> = again.lines().collect();
    let is_row = |l: &&str| !l.starts_with("{\"frontdesk\":") && !l.starts_with("{\"footer\":");
    let rows: Vec<&str> = all.lines().filter(is_row).collect();
    assert!(rows.iter().all(|row| again.contains(row)));
    let more = again.iter().copied().filter(is_row).count() - rows.len();
    assert!((2..=3).contains(&more), "a row of the log with its body and op, not {more} rows");
    place.is_tidy();
}

#[test]
fn the_practice_desk_goes_out_as_lines_and_comes_back_equal() {
    let place = Place::new();
    place.ok("a.redb", &["demo", "--customers", "60", "--no-open"]);
    goes_round(&place);
    let text = fs::read_to_string(place.path("all.jsonl")).unwrap();
    // Records can be read by anything that reads JSON; all of them could be written so.
    for table in ["customer", "ticket", "ticket_event", "message", "order", "agent"] {
        let line = text.lines().find(|l| l.starts_with(&format!("{{\"{table}\":"))).unwrap();
        let v: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(v[table]["id"].is_string(), "{line}");
    }
    assert!(text.contains("{\"log_body\":{\"seq\":1,\"salt\":"));
    assert!(!text.contains("{\"row\":") && !text.contains("{\"ix_"), "everything is said by its fields");
    let rows = fs::read_to_string(place.path("rows.jsonl")).unwrap();
    assert!(
        rows.starts_with("{\"frontdesk\":\"rows\",\"format\":1,") && rows.contains("{\"t\":\"log_body\"")
    );
    // A desk that is there is not written over.
    let err = place.fails(1, "b.redb", &["import", "--all", "all.jsonl"]);
    assert!(err.contains("there is a desk"), "{err}");
    // To stdout, and from stdin's name: as text for other programs.
    assert!(place.ok("a.redb", &["export", "--all"]).lines().count() > text.lines().count());
    let err = place.fails(2, "c.redb", &["import", "all.jsonl"]);
    assert!(err.contains("import --all"), "{err}");
    let err = place.fails(2, "c.redb", &["restore", "all.jsonl"]);
    assert!(err.contains("import --all"), "{err}");
    assert!(!place.path("c.redb").exists());
}

#[test]
fn other_practice_desks_come_back_equal() {
    for seed in ["3", "19"] {
        let place = Place::new();
        place.ok("a.redb", &["demo", "--customers", "15", "--seed", seed, "--no-open"]);
        goes_round(&place);
    }
}

#[test]
fn a_file_that_is_not_whole_is_refused_and_says_what_could_be_kept() {
    let place = Place::new();
    place.ok("a.redb", &["demo", "--customers", "20", "--no-open"]);
    place.ok("a.redb", &["export", "--all", "-o", "all.jsonl"]);
    let text = fs::read_to_string(place.path("all.jsonl")).unwrap();
    let half = text.char_indices().nth(text.chars().count() / 2).unwrap().0;
    fs::write(place.path("cut.jsonl"), &text[..half]).unwrap();
    fs::write(place.path("altered.jsonl"), text.replacen("\"given\":\"", "\"given\":\"X", 1)).unwrap();
    let rows = text[..half].lines().count() - 2;
    for (file, why) in [("cut.jsonl", "cut short"), ("altered.jsonl", "altered")] {
        let err = place.fails(65, "b.redb", &["import", "--all", file]);
        assert!(err.contains(why) && err.contains("nothing was kept") && err.contains("--partial"), "{err}");
        assert!(!place.path("b.redb").exists());
    }
    let err = place.fails(65, "b.redb", &["import", "--all", "cut.jsonl", "--partial"]);
    assert!(err.contains(&format!("the {rows} rows above that were kept")), "{err}");
    assert!(place.ok("b.redb", &["stats"]).contains("customers"));
    place.is_tidy();
}

/// Removes the body of a row of the log behind its back, as one does who can write the file.
fn blank(place: &Place, store: &str, command: &str) -> u64 {
    let store = RedbStore::open(&Options::at(place.path(store))).unwrap();
    let store: &dyn Store = &store;
    let mut found = None;
    store
        .view(|v| {
            v.scan(Table::Log, &Range::all(), Scan::Forward, &mut |_, row| {
                found = LogRow::decode(row).filter(|r| r.command == command).map(|r| r.seq).or(found);
                true
            })
        })
        .unwrap();
    let seq = found.unwrap();
    let del = move |tx: &mut dyn Tx| {
        tx.del(Table::LogBody, &log::key(seq));
        Ok(())
    };
    store.write(Id([9; 16]), Weight::Heavy, Box::new(del)).unwrap();
    seq
}

#[test]
fn an_erased_body_is_accepted_only_where_a_step_of_an_erasure_names_it() {
    let place = Place::new();
    place.ok("a.redb", &["init", "--currency", "USD"]);
    for (name, number) in [("Ada Lovelace", "C-1"), ("Grace Hopper", "C-2")] {
        place.ok("a.redb", &["customer", "add", name]);
        place.ok("a.redb", &["customer", "edit", number, "city=Oslo"]);
    }
    // What an erasure removes is named by it, there and after the way through a file.
    place.ok("a.redb", &["customer", "erase-me", "C-1", "--yes"]);
    place.ok("a.redb", &["check"]);
    place.ok("a.redb", &["export", "--all", "-o", "good.jsonl"]);
    place.ok("good.redb", &["import", "--all", "good.jsonl"]);
    assert!(place.ok("good.redb", &["log", "verify"]).contains("is whole"));
    assert!(!place.ok("good.redb", &["log", "verify"]).contains(" 0 of them erased"));
    // One that goes without an erasure is found, although the chain and every digest are right.
    let seq = blank(&place, "a.redb", "customer edit");
    let said = place.run("a.redb", &["check"]);
    let said = String::from_utf8([said.stdout, said.stderr].concat()).unwrap();
    assert!(
        said.contains(&format!("log row {seq}")) && said.contains("no step of an erasure names it"),
        "{said}"
    );
    place.ok("a.redb", &["export", "--all", "-o", "bad.jsonl"]);
    let err = place.fails(1, "b.redb", &["import", "--all", "bad.jsonl"]);
    assert!(err.contains("1 things are not as they should be"), "{err}");
    let out = place.run("b.redb", &["log", "verify"]);
    let said = String::from_utf8(out.stdout).unwrap();
    assert!(
        out.status.code() == Some(1) && said.contains(&format!("log row {seq}: lost its body")),
        "{said}"
    );
    let err = place.fails(65, "c.redb", &["restore", "b.redb"]);
    assert!(err.contains("lost its body"), "{err}");
}

#[test]
fn what_was_imported_goes_out_as_lines_and_comes_back_equal() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    if !data.exists() {
        crate::skip::skipped(&format!("{} is not there", data.display()));
        return;
    }
    let place = Place::new();
    place.ok("a.redb", &["init", "--currency", "USD"]);
    let mut taken = 0;
    for (what, folder) in
        [("orders", "orders_cdnow"), ("mail", "mail_lists"), ("contacts", "contacts"), ("contacts", "vcards")]
    {
        let Ok(files) = fs::read_dir(data.join(folder)) else { continue };
        let mut files: Vec<PathBuf> = files.map(|f| f.unwrap().path()).filter(|p| p.is_file()).collect();
        files.sort();
        for file in files.iter().filter(|f| f.metadata().unwrap().len() < 1 << 20) {
            let file = file.to_str().unwrap();
            let mut args = vec!["import", what, file];
            if what == "orders" {
                args.extend(["--columns", "customer _ date quantity amount"]);
            }
            taken += u32::from(place.run("a.redb", &args).status.success());
        }
    }
    println!("{taken} files");
    assert!(taken > 2, "{taken}");
    goes_round(&place);
}

#[cfg(feature = "age")]
#[test]
fn a_sealed_copy_opens_with_its_key_alone() {
    use age::secrecy::ExposeSecret;
    let place = Place::new();
    place.ok("a.redb", &["demo", "--customers", "20", "--no-open"]);
    let (key, other) = (age::x25519::Identity::generate(), age::x25519::Identity::generate());
    let write = |name: &str, k: &age::x25519::Identity| {
        fs::write(place.path(name), format!("# a key\n{}\n", k.to_string().expose_secret())).unwrap();
    };
    write("key", &key);
    write("other", &other);
    let to = key.to_public().to_string();
    place.ok("a.redb", &["backup", "sealed.age", "--age-recipient", &to]);
    place.ok("a.redb", &["export", "--all", "-o", "lines.age", "--age-recipient", &to]);
    for file in ["sealed.age", "lines.age"] {
        let bytes = fs::read(place.path(file)).unwrap();
        assert!(bytes.starts_with(b"age-encryption.org/v1\n") && private(&place.path(file)));
    }
    place.is_tidy();
    let whole = place.hash("a.redb");
    place.ok("b.redb", &["restore", "sealed.age", "--age-identity", "key"]);
    // The restored store has its own row in the log, and all records.
    assert_eq!(place.ok("b.redb", &["list", "customers"]), place.ok("a.redb", &["list", "customers"]));
    place.ok("c.redb", &["import", "--all", "lines.age", "--age-identity", "key"]);
    assert_eq!(place.hash("c.redb"), whole);
    for args in [&["restore", "sealed.age"][..], &["import", "--all", "lines.age"]] {
        let err = place.fails(2, "d.redb", args);
        assert!(err.contains("--age-identity"), "{err}");
        let args: Vec<&str> = args.iter().copied().chain(["--age-identity", "other"]).collect();
        place.fails(65, "d.redb", &args);
    }
    // Cut short or altered, nothing of it is taken.
    let mut bytes = fs::read(place.path("sealed.age")).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(place.path("altered.age"), &bytes).unwrap();
    place.fails(65, "d.redb", &["restore", "altered.age", "--age-identity", "key"]);
    assert!(!place.path("d.redb").exists());
    place.fails(2, "a.redb", &["backup", "x.age", "--age-recipient", "age1nobody"]);
    assert!(!place.path("x.age").exists());
    place.is_tidy();
    assert!(place.ok("a.redb", &["stats", "--json"]).contains("\"last_backup\":\"20"));
}

#[test]
fn stats_tell_sizes_rows_and_growth() {
    let place = Place::new();
    place.ok("a.redb", &["demo", "--customers", "20", "--no-open"]);
    let stats = |place: &Place| -> serde_json::Value {
        serde_json::from_str(&place.ok("a.redb", &["stats", "--json"])).unwrap()
    };
    let first = stats(&place);
    assert_eq!((&first["growth"], &first["last_backup"]), (&serde_json::Value::Null, &"never".into()));
    assert_eq!(first["tables"]["customer"]["rows"], first["records"]["customers"]);
    assert!(first["tables"]["customer"]["bytes"].as_u64() > Some(1000));
    place.ok("a.redb", &["backup", "one"]);
    place.ok("a.redb", &["--agent", "A-1", "customer", "add", "Ada Lovelace"]);
    place.ok("a.redb", &["backup", "two"]);
    let second = stats(&place);
    // The new customer, and who made the second backup.
    assert_eq!(second["growth"]["log_rows"], 2);
    assert!(second["growth"]["rows"].as_i64() > Some(1));
    assert!(place.ok("a.redb", &["stats"]).contains("growth"));
}
