//! Root, the owner and another user run the program, in any order and in folders of every kind.

use std::{
    fs,
    os::unix::fs::{MetadataExt, chown},
    path::Path,
    thread,
};

use super::world::{ADA, EVE, ROOT, Ran, User, World, has_users, names, number};

/// Everything next to a store is its owner's, and no one else can read it.
#[track_caller]
fn all_are(folder: &Path, owner: User) {
    for name in names(folder) {
        let about = fs::symlink_metadata(folder.join(&name)).unwrap();
        assert_eq!((about.uid(), about.mode() & 0o077), (owner.id, 0), "{name}");
    }
}

#[test]
fn what_root_creates_is_the_owners_and_nothing_is_lost_beside_a_compact() {
    if !has_users("what root creates") {
        return;
    }
    let world = World::new();
    let folder = world.folder("theirs", ADA, ADA, 0o700);
    let store = world.desk(&folder, ADA);
    // Root comes first: it recreates every file next to the store.
    for name in names(&folder).iter().filter(|n| *n != "desk.redb") {
        fs::remove_file(folder.join(name)).unwrap();
    }
    world.run(ROOT, &store, &["find", "missing"]);
    world.run(ROOT, &store, &["stats"]).ok();
    assert!(folder.join("desk.redb.lock").exists());
    all_are(&folder, ADA);
    // The owner writes while root and the owner compact.
    let rounds = number("FRONTDESK_ROUNDS", 6);
    let acknowledged: Vec<String> = thread::scope(|s| {
        let compacts = s.spawn(|| {
            for n in 0..rounds {
                let ran = world.run(if n % 2 == 0 { ROOT } else { ADA }, &store, &["compact"]);
                assert!(matches!(ran.code, Some(0 | 75)), "{}", ran.err);
            }
        });
        let mut said = Vec::new();
        for n in 0u64.. {
            let name = format!("Person {n}");
            let ran = world.run(ADA, &store, &["customer", "add", &name]);
            assert!(matches!(ran.code, Some(0 | 75)), "{}", ran.err);
            said.extend((ran.code == Some(0)).then_some(name));
            if compacts.is_finished() && said.len() > 5 {
                break;
            }
        }
        compacts.join().unwrap();
        said
    });
    let there = world.customers(ADA, &store);
    assert!(acknowledged.iter().all(|name| there.contains(name)), "{acknowledged:?} {there:?}");
    all_are(&folder, ADA);
    // What root makes of the store, and in its place, is the owner's too.
    let copy = folder.join("copy");
    world.run(ROOT, &store, &["backup", copy.to_str().unwrap()]).ok();
    world.run(ROOT, &store, &["export", "customers", "-o", folder.join("out.csv").to_str().unwrap()]).ok();
    world.run(ROOT, &store, &["restore", copy.to_str().unwrap()]).ok();
    all_are(&folder, ADA);
    assert_eq!(world.customers(ADA, &store).len(), there.len());
}

#[test]
fn a_lock_of_another_user_is_an_error_that_names_the_command_and_the_command_helps() {
    if !has_users("a lock of another user") {
        return;
    }
    let world = World::new();
    let folder = world.folder("theirs", ADA, ADA, 0o700);
    let store = world.desk(&folder, ADA);
    let taken = |by: User| {
        for name in names(&folder).iter().filter(|n| *n != "desk.redb") {
            chown(folder.join(name), Some(by.id), Some(by.id)).unwrap();
        }
    };
    taken(ROOT);
    for words in
        [&["customer", "add", "Ada"][..], &["list", "customers"], &["compact"], &["backup", "/dev/null/x"]]
    {
        let ran = world.run(ADA, &store, words);
        assert_eq!(ran.code, Some(1), "{words:?}: {}", ran.err);
        assert!(ran.command().starts_with("sudo chown daemon:daemon "), "{}", ran.err);
        assert!(!ran.err.contains("Added"), "{}", ran.err);
    }
    let ran = world.run(ADA, &store, &["customer", "add", "Ada"]);
    world.follow(ran.command());
    all_are(&folder, ADA);
    world.run(ADA, &store, &["customer", "add", "Ada"]).ok();
    // Root gives back by itself what root once took.
    taken(ROOT);
    world.run(ROOT, &store, &["stats"]).ok();
    world.run(ADA, &store, &["customer", "add", "Grace"]).ok();
    all_are(&folder, ADA);
    // Even root does not use another user's.
    taken(EVE);
    let ran = world.run(ROOT, &store, &["customer", "add", "Joan"]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    world.follow(ran.command());
    assert_eq!(world.customers(ADA, &store), ["Ada", "Grace"]);
}

#[test]
fn a_store_that_root_made_in_their_folder_is_theirs_and_one_that_is_roots_names_the_command() {
    if !has_users("a store that root made") {
        return;
    }
    let world = World::new();
    let folder = world.folder("theirs", ADA, ADA, 0o755);
    let store = folder.join("new/folder/desk.redb");
    world.run(ROOT, &store, &["init", "--owner", "Dana"]).ok();
    world.run(ADA, &store, &["customer", "add", "Ada"]).ok();
    all_are(&folder, ADA);
    // An older version left it to root.
    chown(&store, Some(0), Some(0)).unwrap();
    for file in names(store.parent().unwrap()) {
        chown(store.with_file_name(file), Some(0), Some(0)).unwrap();
    }
    let mut tries = 0;
    let ran = loop {
        let ran = world.run(ADA, &store, &["customer", "add", "Grace"]);
        if ran.code == Some(0) || tries == 2 {
            break ran;
        }
        tries += 1;
        world.follow(ran.command());
    };
    ran.ok();
    assert_eq!(world.customers(ADA, &store), ["Ada", "Grace"]);
}

#[test]
fn in_any_order_and_in_folders_of_every_kind_nothing_is_lost_and_no_one_is_locked_out() {
    if !has_users("in any order") {
        return;
    }
    let world = World::new();
    // Whose they are, and their mode: theirs; sticky, as /tmp; of a group, which new files take; only to be read.
    let kinds = [
        ("theirs", ADA, ADA, 0o700),
        ("sticky", ROOT, ROOT, 0o1777),
        ("setgid", ROOT, ADA, 0o2775),
        ("fixed", ROOT, ROOT, 0o755),
    ];
    let orders = [
        [ROOT, ADA, EVE],
        [ROOT, EVE, ADA],
        [ADA, ROOT, EVE],
        [ADA, EVE, ROOT],
        [EVE, ROOT, ADA],
        [EVE, ADA, ROOT],
    ];
    for (kind, owner, group, mode) in kinds {
        for (n, order) in orders.iter().enumerate() {
            let folder = world.folder(&format!("{kind}-{n}"), owner, group, mode);
            let store = world.desk(&folder, ADA);
            let mut acknowledged = Vec::new();
            for user in *order {
                let at = format!("{kind}, {order:?}, {user:?}");
                let name = format!("By {}", user.name);
                let add = || world.run(user, &store, &["customer", "add", &name]);
                let ran = add();
                if user == EVE {
                    // Never hers: neither to read, nor to write, nor to replace.
                    assert_eq!(ran.code, Some(1), "{at}: {}", ran.err);
                    for words in [&["compact"][..], &["tick"], &["list", "customers"]] {
                        assert_eq!(world.run(EVE, &store, words).code, Some(1), "{at}, {words:?}");
                    }
                    let left = names(&folder)
                        .into_iter()
                        .find(|n| fs::symlink_metadata(folder.join(n)).unwrap().uid() == EVE.id);
                    assert_eq!(left, None, "{at}");
                    continue;
                }
                helped(&world, ran, &at, add).ok();
                acknowledged.push(name);
                // To the owner it is open, to be read and to be written.
                helped(&world, world.run(ADA, &store, &["stats"]), &at, || {
                    world.run(ADA, &store, &["stats"])
                })
                .ok();
            }
            let mut there = world.customers(ADA, &store);
            there.sort();
            acknowledged.sort();
            assert_eq!(there, acknowledged, "{kind}, {order:?}");
            all_are(&folder, ADA);
        }
    }
}

/// Where it was refused: follows the one command that the message names, and tries again.
#[track_caller]
fn helped(world: &World, ran: Ran, at: &str, again: impl Fn() -> Ran) -> Ran {
    if ran.code == Some(0) {
        return ran;
    }
    assert!(ran.err.contains('`'), "{at}: {}", ran.err);
    world.follow(ran.command());
    again()
}

#[test]
fn another_user_cannot_put_their_store_in_the_place_of_one() {
    if !has_users("another user") {
        return;
    }
    let world = World::new();
    // A folder of a group that both may write.
    let folder = world.folder("shared", ROOT, EVE, 0o2775);
    let store = world.desk(&folder, ADA);
    world.run(ROOT, &store, &["customer", "add", "Ada"]).ok();
    let hers = world.folder("hers", EVE, EVE, 0o700);
    let other = world.desk(&hers, EVE);
    let copy = hers.join("copy");
    world.run(EVE, &other, &["backup", copy.to_str().unwrap()]).ok();
    let everything = hers.join("all.jsonl");
    world.run(EVE, &other, &["export", "--all", "-o", everything.to_str().unwrap()]).ok();
    for words in [
        ["restore", copy.to_str().unwrap()].as_slice(),
        &["import", "--all", everything.to_str().unwrap()],
        &["demo", "--no-open", "--customers", "10"],
    ] {
        let ran = world.run(EVE, &store, words);
        assert_eq!(ran.code, Some(1), "{words:?}: {}", ran.err);
    }
    assert_eq!(world.customers(ROOT, &store), ["Ada"]);
    all_are(&folder, ADA);
}
