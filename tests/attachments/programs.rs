//! Files in other programs, from the real screen in a terminal: a mailcap, `xdg-open`, a command of the agent's.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use super::{
    help::Place,
    mails::{mail, part, picture},
    support::terminal::{Terminal, program},
};

/// Only a guard against a hang.
const GUARD: Duration = Duration::from_secs(60);

/// The screen on a desk with one mail, on a machine with these programs.
struct Machine {
    place: Place,
    terminal: Terminal,
}

impl Machine {
    fn new(parts: &[String], mailcap: &str, programs: &[(&str, &str)]) -> Machine {
        let place = Place::new();
        place.fed(&["import", "mail", "-"], &mail("a", parts));
        for folder in ["bin", "run"] {
            fs::create_dir(place.path(folder)).unwrap();
        }
        let at = place.path("").to_str().unwrap().to_owned();
        for (name, script) in programs {
            let path = place.path("bin").join(name);
            fs::write(&path, format!("#!/bin/sh\n{}\n", script.replace("HERE", &at))).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        fs::write(place.path("mailcap"), mailcap.replace("HERE", &at)).unwrap();
        let mut command = program(&place.store());
        command.env("PATH", format!("{}:/usr/bin:/bin", place.path("bin").display()));
        command.env("XDG_RUNTIME_DIR", place.path("run"));
        command.env("MAILCAPS", place.path("mailcap"));
        let terminal = Terminal::run(command, (24, 80), ());
        let mut m = Machine { place, terminal };
        m.see("Tickets");
        // What an import brings is over: it is not in the queue.
        m.press("2");
        m.see("All tickets 1");
        m.press("\r");
        m.see("Here they are.");
        m.press("A");
        m.see("Files of M-1");
        m
    }

    fn press(&mut self, keys: &str) {
        self.terminal.press(keys);
    }

    fn contents(&self) -> String {
        self.terminal.screen.lock().unwrap().screen().contents()
    }

    #[track_caller]
    fn see(&self, text: &str) {
        self.wait(text, || self.contents().contains(text));
    }

    #[track_caller]
    fn wait(&self, what: &str, done: impl Fn() -> bool) {
        let end = Instant::now() + GUARD;
        while !done() {
            assert!(Instant::now() < end, "{what:?} does not come:\n{}", self.contents());
            thread::park_timeout(Duration::from_millis(5));
        }
    }

    /// What a program wrote into a file, once its last line is there.
    #[track_caller]
    fn noted(&self, name: &str) -> String {
        let path = self.place.path(name);
        let text = || fs::read_to_string(&path).unwrap_or_default();
        self.wait(name, || text().ends_with("end\n"));
        text()
    }

    fn opened(&self) -> Vec<PathBuf> {
        let folders = fs::read_dir(self.place.path("run")).unwrap().map(|e| e.unwrap().path());
        folders.flat_map(|f| fs::read_dir(f).unwrap().map(|e| e.unwrap().path())).collect()
    }

    /// Closes the list, and leaves.
    fn leave(&mut self) {
        self.press("q");
        self.wait("the thread", || !self.contents().contains("Files of M-1"));
        self.press("\x11");
        let end = Instant::now() + GUARD;
        while self.terminal.child.try_wait().unwrap().is_none() {
            assert!(Instant::now() < end, "it does not end:\n{}", self.contents());
            thread::park_timeout(Duration::from_millis(5));
        }
    }
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn xdg_open_gets_a_private_copy_under_a_name_of_ours_that_goes_with_the_session() {
    let parts = [part("image/png", "$(touch HERE)`id`'\"; x.png", &picture())];
    let log = "cp \"$1\" HERE/copy; echo \"$# $1\" > HERE/log; echo end >> HERE/log";
    let mut m = Machine::new(&parts, "", &[("xdg-open", log)]);
    m.press("\r");
    let said = m.noted("log");
    let path = said.lines().next().unwrap().strip_prefix("1 ").unwrap();
    assert!(
        path.starts_with(m.place.path("run").to_str().unwrap()) && path.ends_with("/attachment-1.png"),
        "{said}"
    );
    assert_eq!(fs::read(m.place.path("copy")).unwrap(), picture());
    assert_eq!((mode(path.as_ref()), mode(Path::new(path).parent().unwrap())), (0o600, 0o700));
    m.see("opened with xdg-open");
    m.leave();
    assert_eq!(m.opened(), Vec::<PathBuf>::new(), "nothing is left");
}

#[test]
fn a_mailcap_entry_is_taken_by_its_test_and_gets_the_terminal_where_it_wants_it() {
    let parts = [part("application/pdf", "'; touch HERE/bad; '.pdf", b"%PDF-1.4 prices")];
    let mailcap = "image/*; touch HERE/wrong %s\n\
application/pdf; touch HERE/wrong %s; test=false\n\
application/pdf; viewer '%s' %t %{name}; test=test -n \"$TERM\"; needsterminal\n";
    let viewer = "echo \"$# $2\" > HERE/log; cat \"$1\"; echo; echo shown by the viewer; read -r _; echo end >> HERE/log";
    let mut m = Machine::new(&parts, mailcap, &[("viewer", viewer)]);
    m.press("\r");
    m.see("shown by the viewer");
    m.see("%PDF-1.4 prices");
    m.press("\r");
    assert_eq!(m.noted("log"), "2 application/pdf\nend\n");
    m.see("Files of M-1");
    assert!(!m.place.path("wrong").exists() && !m.place.path("bad").exists());
    m.leave();
    assert_eq!(m.opened(), Vec::<PathBuf>::new());
}

#[test]
fn what_a_program_prints_is_shown_and_a_program_that_fails_is_named() {
    let parts = [part("application/pdf", "a.pdf", b"%PDF"), part("audio/ogg", "b.ogg", b"OggS\0")];
    let mailcap = "application/pdf; printf 'from the pdf\\n\\033[31mred'; copiousoutput\n";
    let mut m = Machine::new(&parts, mailcap, &[("xdg-open", "exit 3")]);
    m.press("\r");
    m.see("from the pdf");
    m.press("q");
    m.see("Files of M-1");
    m.press("j\r");
    m.see("xdg-open did not open the file");
    m.leave();
}

#[test]
fn a_command_of_the_agents_reads_the_file_and_has_the_terminal() {
    let parts = [part("text/plain", "log.txt", b"one\ntwo\nthree\n")];
    let mut m = Machine::new(&parts, "", &[]);
    m.press("|");
    m.see("Pipe log.txt to");
    m.press("grep -c e | sed 's/^/lines: /'\r");
    m.see("lines: 2");
    m.see("Press Enter to go back");
    m.press("\r");
    m.see("Files of M-1");
    m.see("The command has ended");
    // One that reads nothing of it.
    m.press("|true\r");
    m.see("Press Enter to go back");
    m.press("\r");
    m.see("Files of M-1");
    m.leave();
}
