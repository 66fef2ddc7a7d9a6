//! Where the locale is not UTF-8 all that is printed is ASCII; what ends or breaks a program from outside has a message.

use std::{os::unix::process::ExitStatusExt, process::Command};

use super::help::{Place, ran};

/// A desk with names that are not ASCII, one of which a terminal of such a locale would take for a control sequence.
fn abroad() -> Place {
    let place = Place::busy();
    place.ok(&["customer", "add", "Zoë Û31m Weiß", "--org", "Café 山", "--tag", "größe"]);
    place.ok(&["view", "save", "Späte", "tickets", "is:open"]);
    place
}

#[test]
fn in_a_locale_that_is_not_utf_8_every_verb_writes_ascii() {
    let place = abroad();
    for words in [
        &["list", "customers"][..],
        &["list", "customers", "--json"],
        &["list", "customers", "--columns", "größe"],
        &["list", "views"],
        &["list", "log"],
        &["list", "tickets", "--view", "Müll"],
        &["list", "tickets", "größe:1"],
        &["show", "C-3"],
        &["show", "C-3", "--json"],
        &["find", "zoe"],
        &["log", "--verbose"],
        &["report"],
        &["keys"],
        &["fields", "tickets"],
        &["ticket", "--help"],
        &["customer", "tag", "C-9", "größe"],
        &["größe"],
        &["customer", "export-me", "C-3", "--json"],
        &["complete-line", "--", "list", "customers", "org:"],
        &["complete-line", "--shell=bash", "--line=frontdesk list customers org:", "--word="],
    ] {
        for (name, value) in [("LANG", "C"), ("LC_CTYPE", "POSIX"), ("LC_ALL", "de_DE.ISO-8859-1")] {
            let mut command = place.command(words);
            command.env(name, value).current_dir(place.folder.path());
            let ran = ran(command.output().unwrap());
            assert!(ran.out.is_ascii() && ran.err.is_ascii(), "{words:?}: {}{}", ran.out, ran.err);
            assert!(!ran.out.is_empty() || !ran.err.is_empty(), "{words:?}");
        }
    }
}

#[test]
fn what_is_folded_stays_readable_json_means_the_same_and_files_keep_their_characters() {
    let place = abroad();
    let in_c = |words: &[&str]| ran(place.command(words).env("LC_ALL", "C").output().unwrap()).out;
    assert!(in_c(&["list", "customers"]).contains("Zoe U31m Weiss"));
    let shown: serde_json::Value = serde_json::from_str(&in_c(&["show", "C-3", "--json"])).unwrap();
    assert_eq!(shown["name"], "Zoë Û31m Weiß");
    assert!(in_c(&["export", "customers"]).contains("Weiß"), "a file is UTF-8 in every locale");
    // The first that is set decides, as in setlocale(3).
    let mut command = place.command(&["list", "customers"]);
    let utf8 = ran(command.env("LC_ALL", "C.UTF-8").env("LANG", "C").output().unwrap()).out;
    assert!(utf8.contains("Zoë Û31m Weiß"));
    let mut command = place.command(&["list", "customers"]);
    let utf8 =
        ran(command.env("LC_ALL", "").env("LC_CTYPE", "de_DE.utf8").env("LANG", "C").output().unwrap()).out;
    assert!(utf8.contains("Weiß"));
}

#[test]
fn a_file_that_may_not_grow_is_a_failure_with_a_message() {
    let place = Place::busy();
    let program = env!("CARGO_BIN_EXE_frontdesk");
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -f 8; exec \"$@\"", "sh", program, "customer", "add", "Late Comer"]);
    let out = command.env("FRONTDESK_STORE", place.store()).output().unwrap();
    assert_eq!(out.status.signal(), None, "SIGXFSZ ends nothing");
    assert_eq!(out.status.code(), Some(1));
    assert!(!out.stderr.is_empty());
    place.is_clean();
}

#[test]
fn a_path_is_shown_without_what_a_terminal_would_act_on() {
    let place = Place::busy();
    for (i, form) in [&[][..], &["-q"], &["--json"]].iter().enumerate() {
        let path = place.folder.path().join(format!("copy{i}\u{1b}[31m\u{9b}1m.redb"));
        let path = path.to_str().unwrap();
        let told = place.ok(&[&["backup", path], *form].concat());
        assert!(told.contains("copy") && !told.contains(['\u{1b}', '\u{9b}']), "{told:?}");
        let folder = place.folder.path().join(format!("me{i}\u{1b}[31m"));
        let told = place.ok(&[&["customer", "export-me", "C-1", folder.to_str().unwrap()], *form].concat());
        assert!(told.contains("me") && !told.contains('\u{1b}'), "{told:?}");
    }
}
