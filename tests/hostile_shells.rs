//! Names that customers wrote, completed in real shells: nothing in them runs, nothing expands, and the verb gets exactly
//! what was completed. Each shell sits in a real terminal and is driven by keys.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    process::Command,
    sync::OnceLock,
    thread,
    time::{Duration, Instant},
};

use frontdesk::query::value_text;
use portable_pty::CommandBuilder;

#[path = "support/skip.rs"]
mod skip;
#[path = "support/terminal.rs"]
mod terminal;

use terminal::Terminal;

const PROGRAM: &str = env!("CARGO_BIN_EXE_frontdesk");

/// What would run, expand or end a word somewhere, were it not quoted. `touch pwned` leaves a file that is looked for.
const HOSTILE: &[&str] = &[
    "`touch pwned`",
    "`touch${IFS}pwned`",
    "$(touch pwned)",
    "${IFS}x",
    "$HOME",
    "$((1+1))",
    "it's",
    "'$(touch pwned)'",
    "\"`touch pwned`\"",
    "say \"hi\"",
    "two words",
    "  spaces  ",
    "!!",
    "!touch",
    "a!b'c\"d",
    "*",
    "?[a-z]*",
    "~",
    "~root",
    "#comment",
    " #comment",
    ";touch pwned;",
    "&&touch pwned",
    "|touch pwned",
    ">pwned",
    "<(touch pwned)",
    "(touch pwned)",
    "{a,b}",
    "\\",
    "\\\\n",
    "end\\",
    "%s%n",
    "^a^b^",
    "=ls",
    "a=b:c=d",
    "é山ß",
    "\u{1f600}",
    "-rf",
    "--help",
    "a,b",
    "a..b",
    "none",
    "/x/",
    "\u{3000}wide",
    "\u{a0}",
    "\u{202e}rtl",
    "\u{200b}zero",
];

/// Control characters: also line ends, which would run the line.
const CONTROL: &[&str] = &[
    "\n",
    "a\ntouch pwned\n",
    "\r",
    "tab\there",
    "\u{1b}[31m",
    "\u{7}",
    "\u{7f}",
    "\u{85}",
    "\u{9b}31m",
    "\u{3}x",
];

/// A folder with a store full of hostile names, and a `frontdesk` on the path that notes what it is given.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Place {
        let mut builder = tempfile::Builder::new();
        let folder = builder.permissions(fs::Permissions::from_mode(0o700)).tempdir().unwrap();
        for made in ["bin", "work", "home", "given"] {
            fs::create_dir(folder.path().join(made)).unwrap();
        }
        let place = Place { folder };
        // What the shell really passed on, each word ended by a NUL. Completion asks the program itself.
        let script = format!(
            "#!/bin/sh\n[ \"$1\" = complete-line ] && exec {PROGRAM} \"$@\"\n\
             n=$(ls \"$GIVEN\" | wc -l)\nprintf '%s\\0' \"$@\" >\"$GIVEN/.new\"\nmv \"$GIVEN/.new\" \"$GIVEN/$(printf %04d $n)\"\n"
        );
        let wrapper = place.path("bin/frontdesk");
        fs::write(&wrapper, script).unwrap();
        fs::set_permissions(&wrapper, fs::Permissions::from_mode(0o755)).unwrap();
        place.frontdesk(&["init"]);
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn frontdesk(&self, args: &[&str]) -> String {
        let out = Command::new(PROGRAM)
            .args(args)
            .env("FRONTDESK_STORE", self.path("desk.redb"))
            .env("LANG", "C.UTF-8")
            .env("HOME", self.path("home"))
            .output()
            .unwrap();
        assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap()
    }

    /// The words of each command that the shell ran, in order.
    fn given(&self) -> Vec<Vec<String>> {
        let mut files: Vec<PathBuf> =
            fs::read_dir(self.path("given")).unwrap().map(|e| e.unwrap().path()).collect();
        files.retain(|f| !f.ends_with(".new"));
        files.sort();
        let words = |f: &PathBuf| {
            let text = String::from_utf8(fs::read(f).unwrap()).unwrap();
            text.split_terminator('\0').map(str::to_owned).collect()
        };
        files.iter().map(words).collect()
    }

    /// Types each line in a shell, with a tab at its end, and gives the words that the commands then got.
    fn complete(&self, shell: &Shell, lines: &[String]) -> Vec<Vec<String>> {
        let script = self.path("script");
        fs::write(&script, self.frontdesk(&["completions", shell.name])).unwrap();
        let mut command = CommandBuilder::new(shell.name);
        command.args((shell.args)(self));
        command.cwd(self.path("work"));
        command.env_clear();
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        command.env("HOME", self.path("home"));
        command.env("XDG_CONFIG_HOME", self.path("home"));
        command.env("ZDOTDIR", self.path("home"));
        command.env("GIVEN", self.path("given"));
        command.env("FRONTDESK_STORE", self.path("desk.redb"));
        let path = std::env::var("PATH").unwrap_or_default();
        command.env("PATH", format!("{}:{path}", self.path("bin").display()));
        let mut terminal: Terminal = Terminal::run(command, (40, 200), ());
        self.wait("ready", &terminal, || self.path("home/ready").exists());
        for (done, line) in lines.iter().enumerate() {
            // A line that is still there (one that a tab left open) does not reach into the next one.
            terminal.press(&format!("\x15{line}\t\r"));
            self.wait(line, &terminal, || self.given().len() > done);
        }
        self.given()
    }

    fn wait(&self, what: &str, terminal: &Terminal, done: impl Fn() -> bool) {
        let end = Instant::now() + Duration::from_secs(60);
        while !done() {
            assert!(
                Instant::now() < end,
                "{what:?} does not come:\n{}",
                terminal.screen.lock().unwrap().screen().contents()
            );
            thread::park_timeout(Duration::from_millis(5));
        }
    }

    fn nothing_ran(&self) {
        for folder in ["work", "home", "given", "bin"] {
            assert!(!self.path(folder).join("pwned").exists(), "a name was run in {folder}");
        }
    }
}

/// A shell, and how it is started with the completions loaded.
struct Shell {
    name: &'static str,
    args: fn(&Place) -> Vec<String>,
    /// Whether it can insert a value with a tab in it, or with a tilde at its start; what it cannot is not offered.
    exact: bool,
}

const BASH: Shell = Shell {
    name: "bash",
    args: |place| {
        let rc = place.path("home/rc");
        let text = format!(
            "set -H; set -o history; bind 'set enable-bracketed-paste off'; source {}; : >{}\n",
            place.path("script").display(),
            place.path("home/ready").display()
        );
        fs::write(&rc, text).unwrap();
        vec!["--noprofile".into(), "--rcfile".into(), rc.display().to_string(), "-i".into()]
    },
    exact: true,
};

const ZSH: Shell = Shell {
    name: "zsh",
    args: |place| {
        let text = format!(
            "setopt banghist extendedglob interactivecomments; unset zle_bracketed_paste\n\
             autoload -Uz compinit; compinit -u -d {}; source {}; : >{}\n",
            place.path("home/dump").display(),
            place.path("script").display(),
            place.path("home/ready").display()
        );
        fs::write(place.path("home/.zshrc"), text).unwrap();
        vec!["-d".into(), "-i".into()]
    },
    exact: true,
};

const FISH: Shell = Shell {
    name: "fish",
    args: |place| {
        let load = format!(
            "function fish_greeting; end; source {}; true >{}",
            place.path("script").display(),
            place.path("home/ready").display()
        );
        vec!["--no-config".into(), "-i".into(), "-C".into(), load]
    },
    exact: false,
};

/// Whether a shell is there; a line says so where it is not.
fn present(shell: &Shell) -> bool {
    let there = Command::new(shell.name).arg("--version").output().is_ok();
    if !there {
        crate::skip::skipped(&format!("there is no {}", shell.name));
    }
    there
}

/// A name that is found by its first letters: `k07` and what is hostile.
fn named(at: usize, hostile: &str) -> String {
    format!("k{at:02}{hostile}")
}

fn names() -> Vec<String> {
    let all = HOSTILE.iter().chain(CONTROL);
    all.enumerate().map(|(i, h)| named(i, h)).collect()
}

/// Completes organisations in a query, typed without quotes and behind either quote.
fn organisations(shell: &Shell) {
    if !present(shell) {
        return;
    }
    // Made once for all shells: the store is copied.
    static STORE: OnceLock<Vec<u8>> = OnceLock::new();
    let place = Place::new();
    let names = names();
    let store = STORE.get_or_init(|| {
        for name in &names {
            place.frontdesk(&["customer", "add", "Someone", "--org", name]);
        }
        fs::read(place.path("desk.redb")).unwrap()
    });
    fs::write(place.path("desk.redb"), store).unwrap();
    let stored: Vec<serde_json::Value> = place
        .frontdesk(&["list", "customers", "--json"])
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    let mut lines = Vec::new();
    let mut expected = Vec::new();
    for (i, _) in names.iter().enumerate() {
        let customer = stored.iter().find(|c| c["number"] == i + 1).unwrap();
        let name = customer["organisation_name"].as_str().unwrap();
        let word = format!("org:{}", value_text(name));
        let quote = ["", "'", "\""][i % 3];
        for quote in if i < 6 { vec!["", "'", "\""] } else { vec!["", quote] } {
            lines.push(format!("frontdesk list customers {quote}org:k{i:02}"));
            expected.push((format!("C-{}", i + 1), word.clone()));
        }
    }
    let given = place.complete(shell, &lines);
    place.nothing_ran();
    for ((line, given), (number, word)) in lines.iter().zip(&given).zip(&expected) {
        assert_eq!(given, &["list", "customers", word.as_str()], "{} after {line}", shell.name);
        // Each shell gives the same word: once is enough to know that it finds the record.
        if shell.name == "bash" {
            let found = place.frontdesk(&["list", "customers", "-q", word]);
            assert_eq!(found, format!("{number}\n"), "{word} is found as it was completed");
        }
    }
}

/// Completes tags, views and teams as values of flags and of verbs, with names that begin badly too.
fn names_of_flags(shell: &Shell) {
    if !present(shell) {
        return;
    }
    let place = Place::new();
    place.frontdesk(&["customer", "add", "Someone"]);
    let mut lines = Vec::new();
    let mut expected: Vec<Vec<String>> = Vec::new();
    let hostile = HOSTILE.iter().chain(CONTROL.iter().filter(|c| shell.exact || !c.contains('\t')));
    for (i, h) in hostile.enumerate().filter(|(i, _)| i % 2 == 0) {
        let name = named(i, h);
        place.frontdesk(&["view", "save", &name, "tickets", "is:open"]);
        let name = name.trim().to_owned();
        lines.push(format!("frontdesk list tickets --view k{i:02}"));
        expected.push(["list", "tickets", "--view", &name].map(str::to_owned).to_vec());
    }
    // One view per list: there is nothing to type before the name itself.
    let alone = [
        ("customers", "-evil"),
        ("organisations", "$(touch pwned)"),
        ("messages", "~root"),
        ("interactions", "!!"),
        ("orders", "#x"),
        ("tasks", "=ls"),
        ("responses", "*"),
    ];
    for (list, name) in alone.into_iter().filter(|(_, name)| shell.exact || !name.starts_with('~')) {
        place.frontdesk(&["view", "save", "--", name, list, "x"]);
        lines.push(format!("frontdesk list {list} --view "));
        expected.push(["list", list, "--view", name].map(str::to_owned).to_vec());
    }
    for (i, h) in ["`touch pwned`", "$HOME", "it's", "a;touch${IFS}pwned", "!!"].iter().enumerate() {
        let tag = format!("t{i}{h}");
        place.frontdesk(&["customer", "tag", "C-1", &tag]);
        let stored = place.frontdesk(&["show", "C-1", "--json"]);
        let stored: serde_json::Value = serde_json::from_str(&stored).unwrap();
        let mut stored = stored["tags"].as_array().unwrap().iter().filter_map(|t| t.as_str());
        let tag = stored.rfind(|t| t.starts_with(&format!("t{i}"))).unwrap().to_owned();
        lines.push(format!("frontdesk customer untag C-1 t{i}"));
        expected.push(vec!["customer".into(), "untag".into(), "C-1".into(), tag.clone()]);
        lines.push(format!("frontdesk list customers tag:t{i}"));
        expected.push(vec!["list".into(), "customers".into(), format!("tag:{}", value_text(&tag))]);
        lines.push(format!("frontdesk customer add --tag=t{i}"));
        expected.push(vec!["customer".into(), "add".into(), format!("--tag={tag}")]);
    }
    let given = place.complete(shell, &lines);
    place.nothing_ran();
    for ((line, given), expected) in lines.iter().zip(&given).zip(&expected) {
        assert_eq!(given, expected, "{} after {line}", shell.name);
        if given[0] == "list" {
            place.frontdesk(&given.iter().map(String::as_str).collect::<Vec<_>>());
        }
    }
}

/// Completes names of files, which the sender chose.
fn files(shell: &Shell) {
    if !present(shell) {
        return;
    }
    let place = Place::new();
    let mut lines = Vec::new();
    let mut expected: Vec<String> = Vec::new();
    for (i, h) in HOSTILE.iter().enumerate().filter(|(_, h)| !h.contains('/')) {
        let name = named(i, h);
        fs::write(place.path("work").join(&name), "").unwrap();
        lines.push(format!("frontdesk restore k{i:02}"));
        expected.push(name);
    }
    let given = place.complete(shell, &lines);
    place.nothing_ran();
    for ((line, given), expected) in lines.iter().zip(&given).zip(&expected) {
        assert_eq!(given, &["restore", expected], "{} after {line}", shell.name);
    }
}

/// Several names that fit: what they have in common is inserted and the others are listed, and nothing runs.
fn several(shell: &Shell) {
    if !present(shell) {
        return;
    }
    let place = Place::new();
    for name in ["same`touch pwned`1", "same`touch pwned`2", "same$(touch pwned)", "same;touch pwned"] {
        place.frontdesk(&["customer", "add", "Someone", "--org", name]);
    }
    let line = |q: &str| format!("frontdesk list customers {q}org:same\t\t\x15frontdesk list tickets is:ov");
    let lines = ["", "'", "\""].map(line);
    let given = place.complete(shell, &lines);
    place.nothing_ran();
    for given in given {
        assert_eq!(given, ["list", "tickets", "is:overdue"], "{}", shell.name);
    }
}

#[test]
fn bash_runs_nothing_that_a_completed_organisation_is_called() {
    organisations(&BASH);
}

#[test]
fn zsh_runs_nothing_that_a_completed_organisation_is_called() {
    organisations(&ZSH);
}

#[test]
fn fish_runs_nothing_that_a_completed_organisation_is_called() {
    organisations(&FISH);
}

#[test]
fn bash_completes_names_of_views_and_tags_exactly() {
    names_of_flags(&BASH);
}

#[test]
fn zsh_completes_names_of_views_and_tags_exactly() {
    names_of_flags(&ZSH);
}

#[test]
fn fish_completes_names_of_views_and_tags_exactly() {
    names_of_flags(&FISH);
}

#[test]
fn bash_completes_names_of_files_exactly() {
    files(&BASH);
}

#[test]
fn zsh_completes_names_of_files_exactly() {
    files(&ZSH);
}

#[test]
fn fish_completes_names_of_files_exactly() {
    files(&FISH);
}

#[test]
fn bash_runs_nothing_where_several_names_fit() {
    several(&BASH);
}

#[test]
fn zsh_runs_nothing_where_several_names_fit() {
    several(&ZSH);
}

#[test]
fn fish_runs_nothing_where_several_names_fit() {
    several(&FISH);
}
