//! Parts of a test in their own processes: started, spoken with over pipes, stopped and killed.
#![allow(dead_code, reason = "each test takes what it needs")]

use std::{
    io::{BufRead, BufReader, Write},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command as Process, Stdio},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, unbounded};
use frontdesk::{
    desk::{Command, Desk, Request, command::NewAgent},
    model::{Agent, Id, Stamp},
    store::{Options, RedbStore, check, records},
};
use rustix::process::{Pid, Signal, kill_process};

pub const NOW: Stamp = 1_790_000_000_000;
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_frontdesk");

/// How long anything may take before the test gives up on it.
pub const PATIENCE: Duration = Duration::from_secs(120);

pub fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default)
}

/// A process that says lines which begin with `> `, and receives lines.
pub struct Part {
    child: Child,
    told: Option<ChildStdin>,
    said: Receiver<String>,
}

impl Part {
    /// Runs an ignored test of this very file in its own process, on a store.
    pub fn start(part: &str, store: &Path, given: u64) -> Part {
        Part::of(
            Process::new(std::env::current_exe().unwrap())
                .args(["--exact", part, "--ignored", "--nocapture"])
                .env("FRONTDESK_TEST_STORE", store)
                .env("FRONTDESK_TEST_GIVEN", given.to_string()),
        )
    }

    pub fn of(process: &mut Process) -> Part {
        let mut child =
            process.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
        let (told, out) = (child.stdin.take(), child.stdout.take().unwrap());
        let (sender, said) = unbounded();
        thread::spawn(move || {
            for line in BufReader::new(out).split(b'\n') {
                let Ok(line) = line else { return };
                if let Some((_, ours)) = String::from_utf8_lossy(&line).split_once("> ")
                    && sender.send(ours.to_owned()).is_err()
                {
                    return;
                }
            }
        });
        Part { child, told, said }
    }

    pub fn tell(&mut self, line: &str) {
        writeln!(self.told.as_mut().unwrap(), "{line}").unwrap();
    }

    /// The next line; `None` where it has ended.
    pub fn hear(&self) -> Option<String> {
        match self.said.recv_timeout(PATIENCE) {
            Ok(line) => Some(line),
            Err(e) if e.is_disconnected() => None,
            Err(_) => panic!("it says nothing more"),
        }
    }

    #[track_caller]
    pub fn expect(&self, line: &str) {
        assert_eq!(self.hear().as_deref(), Some(line));
    }

    /// What it said so far, without waiting.
    pub fn heard(&self) -> Vec<String> {
        self.said.try_iter().collect()
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Waits until it has stopped, by SIGSTOP.
    pub fn until_stopped(&self) {
        let stat = format!("/proc/{}/stat", self.child.id());
        until("it stops", || {
            let text = std::fs::read_to_string(&stat).unwrap();
            let state = text.rsplit(") ").next().unwrap().chars().next();
            assert_ne!(state, Some('Z'), "it ended by itself");
            state == Some('T')
        });
    }

    /// Kills it, and gives what it had said and no one heard yet. A line cut short by the kill counts as not said.
    pub fn kill(mut self) -> Vec<String> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        std::iter::from_fn(|| self.said.recv().ok()).collect()
    }

    /// Waits for its end; whether all was well, and what it said.
    pub fn end(mut self) -> (bool, Vec<String>) {
        drop(self.told.take());
        let said = std::iter::from_fn(|| self.hear()).collect();
        let well = self.child.wait().unwrap().success();
        (well, said)
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Says a line to the test that started this part.
pub fn say(line: impl std::fmt::Display) {
    let mut out = std::io::stdout().lock();
    // A kill in the midst of this leaves a line without an end.
    let _ = out.write_all(format!("> {line}\n").as_bytes());
    let _ = out.flush();
}

/// The lines that this part receives.
pub fn told() -> impl Iterator<Item = String> {
    std::io::stdin().lines().map_while(Result::ok)
}

/// The store and the number that this part was given.
pub fn given() -> (PathBuf, u64) {
    (std::env::var_os("FRONTDESK_TEST_STORE").unwrap().into(), number("FRONTDESK_TEST_GIVEN", 0))
}

/// Polls until it is true; for events that no pipe reports.
pub fn until(what: &str, mut f: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !f() {
        assert!(begun.elapsed() < PATIENCE, "waited too long: {what}");
        thread::park_timeout(Duration::from_millis(1));
    }
}

pub fn op(a: u64, b: u64) -> Id {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&a.to_be_bytes());
    id[8..].copy_from_slice(&b.to_be_bytes());
    Id(id)
}

pub fn open(path: &Path) -> Desk {
    Desk::new(Arc::new(RedbStore::open(&Options::at(path)).unwrap()))
}

/// A desk that has begun, in a folder that vanishes.
pub struct Place {
    pub folder: tempfile::TempDir,
    pub path: PathBuf,
    pub desk: Desk,
    pub dana: Id,
}

impl Place {
    pub fn new() -> Place {
        let private = std::fs::Permissions::from_mode(0o700);
        let folder = tempfile::Builder::new().permissions(private).tempdir().unwrap();
        let path = folder.path().join("desk.redb");
        let desk = begin(&path);
        let dana = owner(&desk);
        Place { folder, path, desk, dana }
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The program on this store.
    pub fn program(&self, words: &[&str]) -> Process {
        let mut process = Process::new(PROGRAM);
        process.arg("--store").arg(&self.path).args(["--agent", "Dana"]).args(words);
        process.env_clear().env("HOME", self.folder.path()).env("USER", "dana").env("LANG", "C.UTF-8");
        process
    }
}

pub fn begin(path: &Path) -> Desk {
    let store = RedbStore::open(&Options::at(path).or_create(Id([7; 16]), NOW)).unwrap();
    let desk = Desk::new(Arc::new(store));
    let owner = NewAgent { name: "Dana".into(), ..NewAgent::default() };
    let start = Command::Start { workspace: vec![], owner };
    desk.run(Request::new(Id([1; 16]), Id::NIL, NOW, start)).unwrap();
    desk
}

pub fn owner(desk: &Desk) -> Id {
    desk.view(|v| {
        let mut id = Id::NIL;
        records::each::<Agent>(v, |a| {
            id = a.id;
            false
        })?;
        Ok(id)
    })
    .unwrap()
}

/// Everything derived is as it should be; gives how many rows the log has.
#[track_caller]
pub fn clean(desk: &Desk) -> u64 {
    let report = check::check_store(desk.store(), &mut |_| {}).unwrap();
    assert!(report.is_clean(), "{:?}", report.findings);
    report.log_rows
}
