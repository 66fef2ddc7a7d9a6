//! The layers: an import points down, never up.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

#[path = "support/imports.rs"]
mod imports;

/// Lowest first. A layer may import those before it.
const LAYERS: &[&str] = &[
    "model", "mail", "query", "store", "find", "lists", "desk", "insight", "exchange", "tui", "host", "cli",
];

/// Whether a layer may import another. `term` stands on `model` alone and serves the screen and what carries it; the desk
/// decides by what it reads in its transaction, never by the indexes in memory.
fn may(from: &str, to: &str) -> bool {
    let rank = |f: &str| LAYERS.iter().position(|x| *x == f);
    match (from, to) {
        (a, b) if a == b => true,
        ("term", to) => to == "model",
        (from, "term") => matches!(from, "tui" | "host" | "cli" | "exchange" | "insight"),
        ("desk", "find" | "lists") => false,
        (from, to) => matches!((rank(from), rank(to)), (Some(a), Some(b)) if b < a),
    }
}

fn sources(dir: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

/// The layers that a source names: `crate::model::…`, and those inside `use crate::{…}`.
fn named(text: &str) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    let code: String =
        text.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            // The first word of each part at the first depth of the braces.
            let (mut depth, mut word, mut fresh) = (0, String::new(), true);
            for c in group.chars() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => {
                        out.insert(std::mem::take(&mut word));
                        fresh = true;
                    }
                    c if depth == 0 && fresh && (c.is_alphanumeric() || c == '_') => word.push(c),
                    ':' if depth == 0 => fresh = false,
                    _ => {}
                }
            }
            out.insert(word);
        } else {
            out.insert(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
        }
    }
    out.remove("");
    out
}

#[test]
fn imports_point_down_only() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for layer in LAYERS.iter().copied().chain(["term"]) {
        let mut files = Vec::new();
        sources(&src.join(layer), &mut files);
        assert!(!files.is_empty(), "there is no layer {layer}");
        for file in files {
            for to in named(&fs::read_to_string(&file).unwrap()) {
                if LAYERS.contains(&to.as_str()) || to == "term" {
                    seen.insert((layer, to.clone()));
                    if !may(layer, &to) {
                        wrong.push(format!("{} imports {to}", file.strip_prefix(&src).unwrap().display()));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(
        seen.contains(&("desk", "store".into())) && seen.contains(&("store", "model".into())),
        "{seen:?}"
    );
}

/// Files of a layer that import each other: one of them, how many they are at most, and the reason. Splitting one off is
/// welcome; a new one needs a reason.
const CYCLES: &[(&str, usize, &str)] = &[
    (
        "desk/work",
        61,
        "a command, the rules that follow from it and what they write run inside one transaction",
    ),
    ("tui/update", 46, "what a key does opens a popup, and what a popup gives back changes the model"),
    ("find/engine", 14, "the index and the plan of a search share the types of its keys"),
    (
        "store/engine",
        14,
        "locks, side files and the full text stand on the engine, which tells them of commits",
    ),
    ("insight/measure", 9, "the row of a number has the function that reads its rows"),
    ("store/redb", 8, "opening a file may upgrade it, which checks and backs it up first"),
    ("tui/plain/scene", 6, "a scene is made of what its kinds of pane describe"),
    ("host/mail/imap/fetch", 4, "the parts of one conversation with a server"),
    ("mail/charset", 4, "headers have words in charsets, and seven-bit charsets are detected from headers"),
    ("model/kind", 4, "a kind has tables, whose rows are of kinds"),
    ("mail/parse", 3, "a bounce contains the mail that it is about"),
    ("model/phrase/parse", 3, "days are parts of phrases"),
    ("tui/model/page", 3, "a page of a record keeps where its timeline is scrolled to"),
    ("cli/backup", 2, "both verbs share the printing of progress and the place of a file"),
    ("cli/screen", 2, "`demo` opens the screen, whose arguments it has"),
    ("exchange/demo/people", 2, "agents are people too"),
    ("host/mail/imap/connect", 2, "a session reconnects"),
    ("model/ticket", 2, "a ticket has timers, which are derived from it"),
    ("query/bind", 2, "binding asks what an index can serve, which depends on the bound tests"),
    ("tui/popups/find", 2, "merging asks for a person, and the box of all offers to merge"),
];

#[test]
fn files_of_a_layer_import_each_other_only_where_listed() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    let mut left: Vec<_> = CYCLES.iter().collect();
    for group in imports::cycles(&imports::imports(&src, &files)) {
        let names: BTreeSet<String> = group.iter().map(|m| m.join("/")).collect();
        let listed = left.iter().position(|(one, ..)| names.contains(*one));
        let Some(listed) = listed else { panic!("a new cycle: {names:#?}") };
        let (one, most, _) = left.remove(listed);
        assert!(
            names.len() <= *most,
            "the cycle of {one} has grown from {most} to {}: {names:#?}",
            names.len()
        );
    }
    assert!(left.is_empty(), "these cycles are gone: take them off the list: {left:#?}");
}

/// What opens for writing, creates or gives a second name to a file.
const CREATES: &[&str] = &[
    "OpenOptions",
    "File::create",
    "File::options",
    "fs::write(",
    "fs::copy(",
    "hard_link(",
    "DirBuilder",
    "fs::create_dir",
];

/// Who does so outside of `store/files`, with the reason.
const MAY_CREATE: &[(&str, &str)] = &[
    ("host/local/tty.rs", "the terminal is no file"),
    ("host/local/private.rs", "the private folders in which editors and viewers find their files"),
    ("exchange/regular.rs", "opens what is imported, to read"),
    ("exchange/person/bundle.rs", "the folder that a person names for what is handed out"),
    ("store/backup.rs", "a second name for an old store that is put aside: no new file"),
];

/// The code of a source without its tests and comments.
fn code(text: &str) -> String {
    let end = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
    text[..end].lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn files_are_created_in_one_place_only() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut all = Vec::new();
    sources(&src, &mut all);
    let (mut wrong, mut used) = (Vec::new(), BTreeSet::new());
    for file in all {
        let name = file.strip_prefix(&src).unwrap().to_str().unwrap().to_owned();
        if name.starts_with("store/files/") || name.ends_with("tests.rs") || name.contains("/tests/") {
            continue;
        }
        let code = code(&fs::read_to_string(&file).unwrap());
        let opens = name.starts_with("store/") && code.contains("fs::File::open(");
        let found: Vec<&str> = CREATES.iter().copied().filter(|c| code.contains(c)).collect();
        if MAY_CREATE.iter().any(|(may, _)| *may == name) {
            assert!(!found.is_empty(), "{name} creates no file any more: take it off the list");
            used.insert(name);
        } else if opens || !found.is_empty() {
            wrong.push(format!("{name} uses {found:?}: take store::files"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(used.len(), MAY_CREATE.len(), "{used:?}");
}

#[test]
fn imports_that_point_up_are_seen() {
    let text = "use crate::{\n    model::{Id, Kind},\n    tui::Model,\n};\nlet x = crate::cli::run();\n// crate::host in prose";
    let found: Vec<String> = named(text).into_iter().collect();
    assert_eq!(found, ["cli", "model", "tui"]);
    assert!(!may("desk", "tui") && !may("desk", "index") && !may("term", "desk") && may("desk", "store"));
}

#[test]
fn every_folder_has_a_contents_page() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for layer in LAYERS.iter().copied().chain(["term"]) {
        let page = fs::read_to_string(src.join(layer).join("mod.rs")).unwrap();
        assert!(page.starts_with("//!"), "{layer}/mod.rs says what lives there");
    }
}
