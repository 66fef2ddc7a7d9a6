//! The last of the tests, by its name: how many were skipped in this run, and why.

#![allow(clippy::expect_used)] // tests may take the short way

#[path = "support/skip.rs"]
#[allow(dead_code, reason = "this one skips nothing")]
mod skip;

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write},
};

#[test]
fn the_number_of_skipped_tests_is_said_at_the_end() {
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    let folder = skip::notes().expect("this is a test");
    if let Ok(all) = fs::read_dir(&folder) {
        for note in all.flatten() {
            *reasons.entry(fs::read_to_string(note.path()).unwrap_or_default()).or_default() += 1;
            let _ = fs::remove_file(note.path());
        }
        let _ = fs::remove_dir(folder);
    }
    let why: Vec<String> = reasons.iter().map(|(why, n)| format!("{n} × {why}")).collect();
    let told = if why.is_empty() { "none".to_owned() } else { why.join("; ") };
    let _ = writeln!(io::stderr(), "tests skipped: {} ({told})", reasons.values().sum::<usize>());
}
