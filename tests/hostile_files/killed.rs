//! Programs that are killed while they copy the store: nothing readable is left that no one knows of.

use std::{fs, path::Path, process::Stdio, thread, time::Duration};

use super::{
    dice::Dice,
    world::{ADA, World, ended, is_usual, names, number},
};

fn dice() -> Dice {
    let seed = number("FRONTDESK_SEED", u64::from(std::process::id()));
    println!("FRONTDESK_SEED={seed}");
    Dice(seed)
}

/// Starts a program, kills it at a random moment and gives whether it was still at work.
fn kill(world: &World, store: &Path, words: &[&str], dice: &mut Dice, longest: Duration) -> bool {
    let mut child =
        world.command(ADA, store, words).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    thread::park_timeout(Duration::from_micros(dice.below(longest.as_micros() as u64)));
    child.kill().unwrap();
    !child.wait().unwrap().success()
}

#[test]
fn a_killed_backup_export_compact_or_salvage_leaves_no_copy() {
    let world = World::new();
    let folder = world.folder("own", ADA, ADA, 0o700);
    let store = world.desk(&folder, ADA);
    let csv = world.folder("in", ADA, ADA, 0o755).join("people.csv");
    let rows: String = (0..400).map(|n| format!("Ann{n},Bee,a{n}@firm.example\n")).collect();
    fs::write(&csv, format!("First Name,Last Name,Email\n{rows}")).unwrap();
    world.run(ADA, &store, &["import", "contacts", csv.to_str().unwrap()]).ok();
    let out = world.folder("out", ADA, ADA, 0o700);
    let (mut dice, mut cut) = (dice(), 0);
    for n in 0..number("FRONTDESK_KILLS", 16) {
        let to = out.join(format!("{n}"));
        let to = to.to_str().unwrap();
        // Next to the store, and elsewhere.
        let near = folder.join(format!("near-{n}"));
        let verbs: [&[&str]; 5] = [
            &["backup", to],
            &["backup", near.to_str().unwrap()],
            &["export", "--all", "-o", to],
            &["compact"],
            &["salvage", to],
        ];
        let words = verbs[(n % 5) as usize];
        cut += u64::from(kill(&world, &store, words, &mut dice, Duration::from_millis(900)));
        // The next program that opens either folder removes what may be left.
        world.run(ADA, &store, &["stats"]).ok();
        let last = out.join("last");
        world.run(ADA, &store, &["export", "customers", "-o", last.to_str().unwrap()]).ok();
        let near = names(&folder);
        let strange = near.iter().filter(|f| !is_usual(f) && !f.starts_with("near-"));
        assert_eq!(strange.count(), 0, "{words:?}: {near:?}");
        let hidden: Vec<String> =
            names(&out).into_iter().filter(|f| f.parse::<u64>().is_err() && f != "last").collect();
        assert!(hidden.is_empty(), "{words:?}: {hidden:?}");
    }
    println!("{cut} were cut short");
    // What has its name is complete, and the store is whole.
    for copy in names(&folder).iter().filter(|f| f.starts_with("near-")) {
        assert_eq!(world.customers(ADA, &folder.join(copy)).len(), 400);
    }
    world.run(ADA, &store, &["check"]).ok();
}

#[test]
fn an_interrupted_practice_desk_is_never_opened_as_if_complete() {
    let world = World::new();
    let folder = world.folder("own", ADA, ADA, 0o700);
    let store = folder.join("desk.redb");
    let words = ["demo", "--no-open", "--customers", "30"];
    let (mut dice, mut whole) = (dice(), None);
    for _ in 0..number("FRONTDESK_KILLS", 12) / 4 {
        let cut = kill(&world, &store, &words, &mut dice, Duration::from_secs(4));
        let ran = world.run(ADA, &store, &["stats"]);
        if cut && ran.code != Some(0) {
            assert!(ran.err.contains("no store"), "{}", ran.err);
            assert!(!store.exists());
        }
        // Run again it is made, and only then is it there.
        let child = world.command(ADA, &store, &words).spawn().unwrap();
        let again = ended(child, &words);
        assert!(again.code == Some(0) || again.err.contains("already"), "{}", again.err);
        let made = world.run(ADA, &store, &["stats", "--json"]).ok();
        let made: serde_json::Value = serde_json::from_str(&made).unwrap();
        let counts = (made["records"]["customers"].as_u64(), made["records"]["agents"].as_u64());
        assert!(whole.is_none_or(|first| first == counts), "{counts:?}, and {whole:?} before");
        assert!(counts.0 >= Some(30), "{counts:?}");
        whole = Some(counts);
        world.run(ADA, &store, &["check"]).ok();
        let left = names(&folder);
        assert!(left.iter().all(|f| is_usual(f)), "{left:?}");
        for name in left {
            fs::remove_file(folder.join(name)).unwrap();
        }
    }
}
