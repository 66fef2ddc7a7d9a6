//! A place for a store, and the binary run on it.

use std::{
    fs,
    io::Write,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde_json::Value;

/// A folder that vanishes, with a store in it.
pub struct Place {
    pub folder: tempfile::TempDir,
}

/// What a run came to.
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Place {
    /// Without a store yet.
    pub fn empty() -> Place {
        let folder = tempfile::tempdir().unwrap();
        // As folders are that people make themselves.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        Place { folder }
    }

    /// With a desk in Dublin.
    pub fn new() -> Place {
        let place = Place::empty();
        place.ok(&["init", "--zone", "Europe/Dublin", "--address", "help@desk.example"]);
        place
    }

    /// With two customers, and a ticket of the first.
    pub fn busy() -> Place {
        let place = Place::new();
        place.ok(&[
            "customer",
            "add",
            "Ada Lovelace",
            "--email",
            "ada@x.example",
            "--tag",
            "vip",
            "--org",
            "Acme",
        ]);
        place.ok(&[
            "customer",
            "add",
            "Grace Hopper",
            "--email",
            "grace@x.example",
            "--phone",
            "+1 202 555 0147",
        ]);
        place.ok(&[
            "ticket",
            "create",
            "--customer",
            "ada@x.example",
            "Printer on fire",
            "--body",
            "It burns.",
        ]);
        place
    }

    pub fn store(&self) -> PathBuf {
        self.folder.path().join("desk.redb")
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A file in the folder.
    pub fn file(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        fs::write(self.path(name), text).unwrap();
        self.path(name).to_str().unwrap().to_owned()
    }

    pub fn command(&self, words: &[&str]) -> Command {
        let mut c = bare(words);
        c.env("FRONTDESK_STORE", self.store()).env("XDG_DATA_HOME", self.folder.path());
        c
    }

    pub fn run(&self, words: &[&str]) -> Ran {
        ran(self.command(words).output().unwrap())
    }

    /// With something on stdin.
    pub fn fed(&self, words: &[&str], input: &str) -> Ran {
        let mut child = self
            .command(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        ran(child.wait_with_output().unwrap())
    }

    /// What it prints where it goes well.
    #[track_caller]
    pub fn ok(&self, words: &[&str]) -> String {
        let r = self.run(words);
        assert_eq!(r.code, 0, "{words:?}: {}{}", r.out, r.err);
        r.out
    }

    /// The one line of JSON that it prints.
    #[track_caller]
    pub fn json(&self, words: &[&str]) -> Value {
        let text = self.ok(&[words, &["--json"]].concat());
        serde_json::from_str(text.trim()).unwrap_or_else(|e| panic!("{words:?}: {e}: {text}"))
    }

    /// The lines of JSON that it prints.
    #[track_caller]
    pub fn rows(&self, words: &[&str]) -> Vec<Value> {
        let text = self.ok(&[words, &["--json"]].concat());
        text.lines().map(|l| serde_json::from_str(l).unwrap()).collect()
    }

    /// What it says where it fails with a code. Nothing of it is on stdout.
    #[track_caller]
    pub fn fails(&self, code: i32, words: &[&str]) -> String {
        let r = self.run(words);
        assert_eq!(r.code, code, "{words:?}: {}{}", r.out, r.err);
        assert_eq!(r.out, "", "{words:?}");
        assert!(!r.err.is_empty(), "{words:?} says nothing");
        r.err
    }

    /// That the store is as it should be.
    #[track_caller]
    pub fn is_clean(&self) {
        assert!(self.json(&["check"])["clean"].as_bool().unwrap());
    }
}

/// The binary without anything of this machine.
pub fn bare(words: &[&str]) -> Command {
    let mut c = Command::new(env!("CARGO_BIN_EXE_frontdesk"));
    for name in [
        "FRONTDESK_STORE",
        "FRONTDESK_AGENT",
        "TZ",
        "LANG",
        "LC_ALL",
        "LC_CTYPE",
        "LC_MONETARY",
        "COLUMNS",
        "VISUAL",
        "EDITOR",
    ] {
        c.env_remove(name);
    }
    c.args(words).stdin(Stdio::null());
    c
}

pub fn ran(o: Output) -> Ran {
    let text = |b: Vec<u8>| String::from_utf8(b).unwrap();
    Ran { code: o.status.code().unwrap_or(-1), out: text(o.stdout), err: text(o.stderr) }
}

/// A file of real data, where it is there.
pub fn real(name: &str) -> Option<String> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data")).join(name);
    if path.exists() {
        Some(path.to_str().unwrap().to_owned())
    } else {
        crate::skip::skipped(&format!("{} is absent", path.display()));
        None
    }
}
