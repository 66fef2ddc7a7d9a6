//! A machine with users, a folder of each kind, and the program run by any of them.

use std::{
    fs::{self, Permissions},
    io::Read,
    os::unix::{
        fs::{MetadataExt, PermissionsExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// How long anything may take before it counts as hanging.
const PATIENCE: Duration = Duration::from_secs(60);

/// An account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct User {
    pub name: &'static str,
    pub id: u32,
}

pub const ROOT: User = User { name: "root", id: 0 };
/// Accounts that every Linux system has: the owner of the store, and another user.
pub const ADA: User = User { name: "daemon", id: 1 };
pub const EVE: User = User { name: "bin", id: 2 };

pub fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default)
}

/// Whether programs can be run as other users; says so where not.
pub fn has_users(test: &str) -> bool {
    let root = rustix::process::geteuid().is_root();
    if !root {
        crate::skip::skipped(&format!("{test} runs programs as other users, which takes root"));
    }
    root
}

/// What a program said.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ran {
    #[track_caller]
    pub fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "{}", self.err);
        self.out
    }

    /// The command that the message names, between backticks.
    #[track_caller]
    pub fn command(&self) -> &str {
        self.err.split('`').nth(1).unwrap_or_else(|| panic!("no command is named: {}", self.err))
    }
}

pub struct World {
    top: tempfile::TempDir,
    program: PathBuf,
}

impl World {
    pub fn new() -> World {
        let open = Permissions::from_mode(0o755);
        let top = tempfile::Builder::new().permissions(open.clone()).tempdir().unwrap();
        // Where other users can reach it.
        let program = top.path().join("frontdesk");
        // Copied by another process: a descriptor of ours that another test's child inherits would keep it busy.
        let copied = Command::new("cp").arg(env!("CARGO_BIN_EXE_frontdesk")).arg(&program).status().unwrap();
        assert!(copied.success());
        fs::set_permissions(&program, open).unwrap();
        World { top, program }
    }

    pub fn folder(&self, name: &str, of: User, group: User, mode: u32) -> PathBuf {
        let path = self.top.path().join(name);
        fs::create_dir(&path).unwrap();
        // A mode is set last: giving a folder away clears bits of it.
        if rustix::process::geteuid().is_root() {
            chown(&path, Some(of.id), Some(group.id)).unwrap();
        }
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        path
    }

    pub fn command(&self, user: User, store: &Path, words: &[&str]) -> Command {
        let mut c = Command::new(&self.program);
        c.arg("--store").arg(store).args(["--agent", "Dana"]).args(words).current_dir(self.top.path());
        c.env_clear().env("HOME", "/nonexistent").env("USER", user.name).env("LANG", "C.UTF-8");
        c.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        if rustix::process::geteuid().is_root() {
            c.uid(user.id).gid(user.id);
        }
        c
    }

    /// Runs the program as a user; one that hangs fails the test.
    #[track_caller]
    pub fn run(&self, user: User, store: &Path, words: &[&str]) -> Ran {
        let child = self.command(user, store, words).spawn().unwrap();
        ended(child, words)
    }

    /// Runs a command that a message named, as root: `sudo` is what a person types to get there.
    #[track_caller]
    pub fn follow(&self, command: &str) {
        let done = Command::new("sh").arg("-c").arg(command.replace("sudo ", "")).status().unwrap();
        assert!(done.success(), "{command}");
    }

    /// A desk of Dana's in a folder, which belongs to a user.
    pub fn desk(&self, folder: &Path, of: User) -> PathBuf {
        let store = folder.join("desk.redb");
        // In a folder that is not theirs, root made it for them.
        let maker = if fs::metadata(folder).unwrap().uid() == of.id { of } else { ROOT };
        let words = ["init", "--owner", "Dana", "--zone", "UTC", "--currency", "EUR"];
        self.run(maker, &store, &words).ok();
        if maker != of {
            names(folder)
                .iter()
                .filter(|n| **n != "desk.redb")
                .for_each(|n| fs::remove_file(folder.join(n)).unwrap());
            chown(&store, Some(of.id), Some(of.id)).unwrap();
        }
        store
    }

    /// The names of all customers, as root sees them.
    #[track_caller]
    pub fn customers(&self, user: User, store: &Path) -> Vec<String> {
        let out = self.run(user, store, &["list", "customers", "--json"]).ok();
        let name = |line: &str| {
            serde_json::from_str::<serde_json::Value>(line).unwrap()["name"].as_str().unwrap().to_owned()
        };
        out.lines().map(name).collect()
    }
}

/// Waits for its end, reading what it says meanwhile.
#[track_caller]
pub fn ended(mut child: Child, words: &[&str]) -> Ran {
    let (mut out, mut err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let read = |from: &mut dyn Read| {
        let mut text = Vec::new();
        from.read_to_end(&mut text).unwrap();
        String::from_utf8_lossy(&text).into_owned()
    };
    let said = thread::spawn(move || (read(&mut out), read(&mut err)));
    let begun = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if begun.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("{words:?} hangs");
        }
        thread::park_timeout(Duration::from_millis(2));
    };
    let (out, err) = said.join().unwrap();
    Ran { code: status.code(), out, err }
}

/// The files of a folder, hidden ones too.
pub fn names(folder: &Path) -> Vec<String> {
    let all = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = all.map(|f| f.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// What stands next to a store of this name when all is well.
pub fn is_usual(name: &str) -> bool {
    ["", ".lock", ".swap", ".turn", ".bell", ".find", ".list"]
        .iter()
        .any(|end| name == format!("desk.redb{end}"))
}
