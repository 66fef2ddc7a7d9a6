//! A desk with a secret in every sensitive field, an owner, and agents of lower roles; the binary run on it.

use std::{
    os::unix::fs::PermissionsExt,
    process::{Command, Stdio},
};

use frontdesk::{
    model::{Customer, Kind, Record, shape::Field},
    store::records,
};

/// A sensitive field, its value, and every way in which that could be printed.
pub struct Secret {
    pub name: &'static str,
    pub value: String,
    shown: Vec<String>,
}

/// The sensitive fields of customers, each with a value that stands nowhere else.
pub fn secrets() -> Vec<Secret> {
    // The fixture is a customer: another kind of record with such a field needs one, too.
    for kind in Kind::ALL.iter().filter(|k| **k != Customer::KIND) {
        assert!(!records::fields(*kind).iter().any(is_sensitive), "{}: give it a secret here", kind.word());
    }
    let secrets: Vec<Secret> =
        records::fields(Kind::Customer).iter().filter(|f| is_sensitive(f)).map(secret).collect();
    assert!(secrets.len() >= 3, "birthday, gender and income band are sensitive");
    secrets
}

fn is_sensitive(f: &Field) -> bool {
    f.sensitive || f.inner.iter().any(is_sensitive)
}

fn secret(f: &Field) -> Secret {
    let (value, also) = match f.ty {
        // The record contains days since 1970.
        "Option<Day>" => ("1907-05-04".to_owned(), vec!["22888".to_owned()]),
        "String" => (format!("zq{}", f.long.replace('_', "")), Vec::new()),
        ty => panic!("{}: say here what a {ty} looks like", f.long),
    };
    let shown = [vec![value.clone()], also].concat();
    Secret { name: f.long, value, shown }
}

impl Secret {
    /// The part of it that a text contains: its value or its name.
    pub fn found_in(&self, text: &str) -> Option<String> {
        self.value_in(text).or_else(|| {
            let text = text.to_lowercase();
            let names = [self.name.to_owned(), self.name.replace('_', " ")];
            names.into_iter().find(|n| text.contains(n))
        })
    }

    /// The form of its value that a text contains.
    pub fn value_in(&self, text: &str) -> Option<String> {
        self.shown.iter().find(|s| text.contains(*s)).cloned()
    }
}

/// Roles without the permission, as agents of the desk.
pub const OTHERS: [&str; 3] = ["mia", "lia", "ron"];

/// A folder with a store.
pub struct Place {
    pub folder: tempfile::TempDir,
    pub secrets: Vec<Secret>,
}

/// What a run printed and said, and whether it went well.
pub struct Ran {
    pub ok: bool,
    pub out: String,
    pub err: String,
}

impl Place {
    /// Ada is C-1, with all secrets; Bea, C-2, has none; C-3 is another Ada with other values.
    pub fn new() -> Place {
        let folder = tempfile::tempdir().unwrap();
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let place = Place { folder, secrets: secrets() };
        place.owner(&["init", "--zone", "Europe/Dublin", "--address", "help@desk.example"]);
        place.owner(&["agent", "add", "Mia Moe", "--handle", "mia", "--role", "agent"]);
        place.owner(&["agent", "add", "Lia Loe", "--handle", "lia", "--role", "light"]);
        place.owner(&["agent", "add", "Ron Roe", "--handle", "ron", "--role", "read_only"]);
        place.owner(&["agent", "add", "Amy Poe", "--handle", "amy", "--role", "admin"]);
        place.owner(&[
            "customer",
            "add",
            "Ada Lovelace",
            "--email",
            "ada@x.example",
            "--phone",
            "+12025550147",
        ]);
        place.owner(&["customer", "add", "Bea Benz", "--email", "bea@x.example"]);
        place.owner(&[
            "customer",
            "add",
            "Ada Lovelace",
            "--email",
            "ada@y.example",
            "--phone",
            "+12025550147",
        ]);
        for s in &place.secrets {
            place.owner(&["customer", "edit", "C-1", &format!("{}={}", s.name, s.value)]);
            let other = if s.value.starts_with("19") { "1908-06-05" } else { "other" };
            place.owner(&["customer", "edit", "C-3", &format!("{}={other}", s.name)]);
        }
        // What names the fields and tells who has them, said before and shown since.
        for (n, s) in place.secrets.iter().enumerate() {
            let (club, then) = (format!("Club {n}"), format!("Club {n} then"));
            let query = format!("{}:{}", s.name, s.value);
            let columns = format!("number,{}", s.name);
            place.owner(&["view", "save", &club, "customers", &query, "--columns", &columns]);
            place.owner(&["segment", "snapshot", &club, "--as", &then]);
            place.owner(&[
                "view",
                "save",
                &format!("Plain {n}"),
                "customers",
                "name:ada",
                "--columns",
                &columns,
            ]);
        }
        place
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut c = Command::new(env!("CARGO_BIN_EXE_frontdesk"));
        for name in ["FRONTDESK_AGENT", "TZ", "LANG", "LC_ALL", "COLUMNS", "VISUAL", "EDITOR"] {
            c.env_remove(name);
        }
        c.env("FRONTDESK_STORE", self.folder.path().join("desk.redb"))
            .env("XDG_DATA_HOME", self.folder.path())
            .args(words)
            .stdin(Stdio::null());
        c
    }

    /// What someone gets.
    pub fn run(&self, who: &str, words: &[&str]) -> Ran {
        let mut c = self.command(words);
        if !who.is_empty() {
            c.env("FRONTDESK_AGENT", who);
        }
        let o = c.output().unwrap();
        let text = |b: Vec<u8>| String::from_utf8(b).unwrap();
        Ran { ok: o.status.success(), out: text(o.stdout), err: text(o.stderr) }
    }

    /// What the owner gets, which goes well.
    #[track_caller]
    pub fn owner(&self, words: &[&str]) -> String {
        self.must("", words)
    }

    /// What someone gets where it goes well.
    #[track_caller]
    pub fn must(&self, who: &str, words: &[&str]) -> String {
        let r = self.run(who, words);
        assert!(r.ok, "{who} {words:?}: {}{}", r.out, r.err);
        r.out
    }
}
