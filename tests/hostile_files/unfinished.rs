//! An erasure after which the file could not be rewritten: users are notified, and it is completed.

use std::{fs, path::Path};

use super::world::{ADA, World};

fn contains(path: &Path, word: &str) -> bool {
    fs::read(path).unwrap().windows(word.len()).any(|w| w == word.as_bytes())
}

#[test]
fn an_erasure_without_its_rewrite_is_told_by_check_log_and_stats_and_completed_by_tick() {
    let world = World::new();
    let folder = world.folder("own", ADA, ADA, 0o700);
    let store = world.desk(&folder, ADA);
    world
        .run(ADA, &store, &["customer", "add", "Zebulon Quagmire", "--email", "zebulon@quagmire.example"])
        .ok();
    world.run(ADA, &store, &["customer", "add", "Grace"]).ok();
    assert!(contains(&store, "Quagmire"));
    // A program that does not let go: as a program that was stopped with Ctrl-Z.
    let holder = fs::File::open(store.with_file_name("desk.redb.lock")).unwrap();
    holder.lock_shared().unwrap();
    let refused = world.run(ADA, &store, &["customer", "erase-me", "C-1", "--yes"]);
    assert_eq!(refused.code, Some(75), "{}", refused.err);
    assert!(contains(&store, "Quagmire"), "the old pages are there still");
    let told = |words: &[&str]| {
        let ran = world.run(ADA, &store, words);
        let both = format!("{}{}", ran.out, ran.err);
        let told = both.contains("frontdesk customer erase-me C-1") && both.contains("frontdesk tick");
        ran.ok();
        told
    };
    let verbs: [&[&str]; 4] = [&["check"], &["log"], &["stats"], &["stats", "--json"]];
    assert!(verbs.iter().all(|words| told(words)));
    // Nothing else is held up by it, and one that cannot be completed yet is no failure of the tick.
    world.run(ADA, &store, &["customer", "add", "Joan"]).ok();
    world.run(ADA, &store, &["tick"]).ok();
    assert!(told(&["check"]));
    drop(holder);
    world.run(ADA, &store, &["tick"]).ok();
    assert!(!verbs.iter().any(|words| told(words)));
    assert!(!contains(&store, "Quagmire") && !contains(&store, "quagmire"));
    let mut left = world.customers(ADA, &store);
    left.retain(|n| n == "Grace" || n == "Joan");
    assert_eq!(left.len(), 2);
}
