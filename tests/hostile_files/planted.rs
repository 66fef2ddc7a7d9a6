//! Pipes, folders, links and other users' files in the place of the small files next to a store.

use std::{
    fs::{self, Permissions},
    os::unix::fs::{PermissionsExt, chown, symlink},
    path::Path,
};

use rustix::fs::{CWD, FileType, Mode, mknodat};

use super::world::{ADA, EVE, ROOT, World, has_users};

const SIDES: [&str; 8] = ["lock", "swap", "turn", "bell", "find", "list", "find.new", "list.new"];

/// The obstacle, and how it is created.
type Plant<'a> = (&'static str, Box<dyn Fn(&Path) + 'a>);

/// What another user puts there.
fn plants(victim: &Path) -> Vec<Plant<'_>> {
    let own = |path: &Path| chown(path, Some(EVE.id), Some(EVE.id)).unwrap();
    vec![
        (
            "a pipe",
            Box::new(move |p| {
                mknodat(CWD, p, FileType::Fifo, Mode::from_raw_mode(0o666), 0).unwrap();
                own(p);
            }),
        ),
        (
            "a folder",
            Box::new(move |p| {
                fs::create_dir(p).unwrap();
                own(p);
            }),
        ),
        ("a link", Box::new(move |p| symlink(victim, p).unwrap())),
        ("a link to nowhere", Box::new(move |p| symlink(victim.with_file_name("nowhere"), p).unwrap())),
        (
            "a file",
            Box::new(move |p| {
                fs::write(p, "hers").unwrap();
                fs::set_permissions(p, Permissions::from_mode(0o666)).unwrap();
                own(p);
            }),
        ),
    ]
}

#[test]
fn what_another_user_put_next_to_a_store_never_hangs_it_and_receives_no_name() {
    if !has_users("what another user put next to a store") {
        return;
    }
    let world = World::new();
    let folder = world.folder("sticky", ROOT, ROOT, 0o1777);
    let store = world.desk(&folder, ADA);
    world.run(ADA, &store, &["customer", "add", "Lovelace", "--email", "ada@x.example"]).ok();
    let victim = world.folder("victim", ADA, ADA, 0o755).join("precious");
    fs::write(&victim, "precious").unwrap();
    chown(&victim, Some(ADA.id), None).unwrap();
    for side in SIDES {
        let path = store.with_file_name(format!("desk.redb.{side}"));
        for (what, plant) in plants(&victim) {
            let at = format!("{what} in the place of .{side}");
            let _ = fs::remove_file(&path);
            plant(&path);
            let stops = matches!(side, "lock" | "swap");
            for words in [
                &["find", "lovelace", "-q"][..],
                &["list", "customers", "-q"],
                &["customer", "tag", "C-1", "+x"],
            ] {
                let ran = world.run(ADA, &store, words);
                if stops {
                    assert_eq!(ran.code, Some(1), "{at}, {words:?}: {}", ran.err);
                    assert!(ran.command().contains(&format!("desk.redb.{side}")), "{at}: {}", ran.err);
                } else {
                    assert_eq!(ran.code, Some(0), "{at}, {words:?}: {}", ran.err);
                    assert!(words[0] == "customer" || ran.out == "C-1\n", "{at}, {words:?}: {}", ran.out);
                }
            }
            if stops {
                world.follow(world.run(ADA, &store, &["stats"]).command());
                world.run(ADA, &store, &["stats"]).ok();
            } else {
                // In this folder it cannot be removed: it is as it was planted, and is named.
                assert!(what != "a file" || fs::read(&path).unwrap() == b"hers", "{at}");
                let told = world.run(ADA, &store, &["stats"]);
                assert!(told.err.contains(&format!("desk.redb.{side}")), "{at}: {}", told.err);
                told.ok();
            }
            assert_eq!(fs::read(&victim).unwrap(), b"precious", "{at}");
            assert!(!victim.with_file_name("nowhere").exists(), "{at}");
            let _ = fs::remove_dir(&path);
        }
        let _ = fs::remove_file(&path);
    }
    // Nothing of it stays in the way.
    world.run(ADA, &store, &["customer", "add", "Hopper"]).ok();
    assert_eq!(world.customers(ADA, &store).len(), 2);
}

#[test]
fn a_broken_or_foreign_index_is_told_left_out_and_replaced_where_that_is_possible() {
    let world = World::new();
    let folder = world.folder("own", ADA, ADA, 0o700);
    let store = world.desk(&folder, ADA);
    world.run(ADA, &store, &["customer", "add", "Lovelace"]).ok();
    let saved = store.with_file_name("desk.redb.find");
    let find = || world.run(ADA, &store, &["find", "lovelace", "-q"]);
    let plants: [Plant<'_>; 3] = [
        ("damaged", Box::new(|p| fs::write(p, "broken").unwrap())),
        ("no plain file", Box::new(|p| symlink("/etc/passwd", p).unwrap())),
        ("no plain file", Box::new(|p| mknodat(CWD, p, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap())),
    ];
    for (why, plant) in plants {
        let _ = fs::remove_file(&saved);
        plant(&saved);
        if rustix::process::geteuid().is_root() && saved.symlink_metadata().unwrap().is_file() {
            chown(&saved, Some(ADA.id), Some(ADA.id)).unwrap();
            fs::set_permissions(&saved, Permissions::from_mode(0o600)).unwrap();
        }
        let ran = find();
        assert_eq!((ran.code, ran.out.as_str()), (Some(0), "C-1\n"), "{}", ran.err);
        assert!(ran.err.contains("rebuilt"), "{why}: {}", ran.err);
        let ran = find();
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "it was replaced");
        assert!(saved.symlink_metadata().unwrap().is_file());
    }
}
