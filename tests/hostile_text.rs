//! Kills while one types, in a real terminal: what the screen called saved is in the store afterwards, in composer and
//! form, and so is what an editor had saved.
//!
//! That a draft is saved at most two seconds after the first letter is shown with a set clock in `tests/drafts.rs`; here
//! the screen's own "draft saved" says what must survive, so that no clock decides.
//!
//! ```sh
//! cargo test --test hostile_text                                # 10 kills
//! FRONTDESK_KILLS=500 cargo test --test hostile_text            # many
//! FRONTDESK_SEED=17 cargo test --test hostile_text              # the same dice again
//! ```

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use frontdesk::{
    desk::{
        Desk,
        drafts::{Draft, DraftKind, offered},
        read,
    },
    model::Id,
    store::{Options, RedbStore},
};

use rustix::process::{Pid, Signal, kill_process};

#[path = "support/dice.rs"]
mod dice;
#[path = "support/terminal.rs"]
mod terminal;

use dice::Dice;
use terminal::{Terminal, program};

const PROGRAM: &str = env!("CARGO_BIN_EXE_frontdesk");

fn until<T>(what: &str, mut f: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + Duration::from_secs(60);
    loop {
        if let Some(done) = f() {
            return done;
        }
        assert!(Instant::now() < end, "waited too long: {what}");
        thread::park_timeout(Duration::from_millis(3));
    }
}

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Place {
        let mut builder = tempfile::Builder::new();
        let folder = builder.permissions(fs::Permissions::from_mode(0o700)).tempdir().unwrap();
        let place = Place { folder };
        place.run(&["init", "--address", "help@desk.example"]);
        place.run(&["customer", "add", "Grace Hopper", "--email", "grace@example.org"]);
        place.run(&[
            "ticket",
            "create",
            "--customer",
            "grace@example.org",
            "Invoice is blank",
            "--body",
            "Since Monday.",
        ]);
        place
    }

    fn store(&self) -> PathBuf {
        self.folder.path().join("desk.redb")
    }

    fn run(&self, args: &[&str]) {
        let mut command = Command::new(PROGRAM);
        command
            .arg("--store")
            .arg(self.store())
            .args(args)
            .env("USER", "dana")
            .env("HOME", self.folder.path());
        let out = command.output().unwrap();
        assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
    }

    fn open(&self, editor: &Path) -> Terminal {
        let mut command = program(&self.store());
        command.env("USER", "dana");
        command.env("PATH", std::env::var("PATH").unwrap_or_default());
        command.env("VISUAL", editor);
        let desk = Terminal::run(command, (40, 120), ());
        until("the desk opens", || shown(&desk).contains("Invoice is blank").then_some(()));
        desk
    }

    fn desk(&self) -> (Desk, Id) {
        let desk = Desk::new(Arc::new(RedbStore::open(&Options::at(self.store())).unwrap()));
        let me = desk.view(read::agents).unwrap()[0].id;
        (desk, me)
    }

    fn drafts(&self, kind: &DraftKind) -> Vec<Draft> {
        let (desk, me) = self.desk();
        offered(&desk.drafts(me).unwrap(), kind)
    }

    /// The next round begins without drafts.
    fn forget(&self) {
        let (desk, me) = self.desk();
        for draft in desk.drafts(me).unwrap() {
            desk.remove_drafts(draft.id, me, draft.subject, vec![draft.version()]).unwrap();
        }
    }
}

fn shown(desk: &Terminal) -> String {
    desk.screen.lock().unwrap().screen().contents()
}

/// Without a word of warning: what a hang-up would save is not saved.
fn kill(mut desk: Terminal) {
    let pid = desk.child.process_id().and_then(|pid| Pid::from_raw(pid.try_into().unwrap())).unwrap();
    kill_process(pid, Signal::KILL).unwrap();
    desk.child.wait().unwrap();
}

/// Types words until the screen has called some of them saved, and then a few more; gives what was called saved. What
/// was called saved before a word does not speak for it: either the screen has called it unsaved in between, or, where
/// that was too short to be seen, the store has it.
fn typed(desk: &mut Terminal, dice: &mut Dice, round: u64, stored: &dyn Fn(&str) -> bool) -> String {
    let mut all = format!("r{round}");
    desk.press(&all);
    for _ in 0..=dice.below(2) {
        let word = format!("w{}", dice.below(1_000_000));
        desk.press(&word);
        all.push_str(&word);
        until("it is typed", || shown(desk).contains(&all).then_some(()));
        let mut unsaved = false;
        until("it is saved", || {
            let called_saved = shown(desk).contains("draft saved");
            unsaved |= !called_saved;
            (called_saved && (unsaved || stored(&all))).then_some(())
        });
    }
    let saved = all.clone();
    // The kill comes somewhere in these.
    for _ in 0..dice.below(6) {
        desk.press(&format!("x{}", dice.below(10)));
        thread::park_timeout(Duration::from_micros(dice.below(20_000)));
    }
    saved
}

fn dice() -> (u64, Dice) {
    let number = |name: &str| std::env::var(name).ok().and_then(|v| v.parse::<u64>().ok());
    let seed = number("FRONTDESK_SEED").unwrap_or(1);
    let kills = number("FRONTDESK_KILLS").unwrap_or(10);
    println!("FRONTDESK_SEED={seed} FRONTDESK_KILLS={kills}");
    (kills, Dice(seed))
}

#[test]
fn a_kill_while_one_types_loses_nothing_that_was_saved() {
    let (kills, mut dice) = dice();
    let place = Place::new();
    let editor = place.folder.path().join("editor.sh");
    let ready = place.folder.path().join("ready");
    // Saves, says so, and stays open until the terminal hangs up.
    let lines = format!(
        "#!/bin/sh\nprintf %s \"edited $(cat {0}.text)\" > \"$1\"\ntouch {0}\nexec cat\n",
        ready.display()
    );
    fs::write(&editor, lines).unwrap();
    fs::set_permissions(&editor, fs::Permissions::from_mode(0o700)).unwrap();
    for round in 0..kills {
        let mut desk = place.open(&editor);
        let begin = |desk: &mut Terminal, keys: &str, title: &str| {
            desk.press(keys);
            until(title, || shown(desk).contains(title).then_some(()));
        };
        match dice.below(3) {
            0 => {
                begin(&mut desk, "n", "INTERNAL NOTE");
                let has = |d: &Draft, text: &str| d.body.contains(text);
                let stored = |text: &str| place.drafts(&DraftKind::Note).iter().any(|d| has(d, text));
                let saved = typed(&mut desk, &mut dice, round, &stored);
                kill(desk);
                let found = place.drafts(&DraftKind::Note);
                assert!(found.iter().any(|d| has(d, &saved)), "{round}: {saved} is not in {found:?}");
            }
            1 => {
                begin(&mut desk, "Nc", "New customer");
                let has = |d: &Draft, text: &str| d.fields.values().any(|v| v.contains(text));
                let stored = |text: &str| place.drafts(&DraftKind::CustomerNew).iter().any(|d| has(d, text));
                let saved = typed(&mut desk, &mut dice, round, &stored);
                kill(desk);
                let found = place.drafts(&DraftKind::CustomerNew);
                assert!(found.iter().any(|d| has(d, &saved)), "{round}: {saved} is not in {found:?}");
            }
            _ => {
                let text = format!("text {round} {}", dice.below(1_000_000));
                fs::write(ready.with_extension("text"), &text).unwrap();
                let _ = fs::remove_file(&ready);
                begin(&mut desk, "n", "INTERNAL NOTE");
                desk.press("\x18\x05");
                until("the editor has saved", || ready.exists().then_some(()));
                kill(desk);
                // The next start stores it, as soon as the editor is gone.
                let wanted = format!("edited {text}");
                until("it is recovered", || {
                    open_and_leave(&place, &editor);
                    place.drafts(&DraftKind::Note).iter().any(|d| d.body.contains(&wanted)).then_some(())
                });
            }
        }
        place.forget();
    }
    place.run(&["check"]);
}

/// Opens the desk and leaves it.
fn open_and_leave(place: &Place, editor: &Path) {
    let mut desk = place.open(editor);
    desk.press("\x11");
    until("it ends", || desk.child.try_wait().unwrap());
}
