//! Someone is erased while others write, and erasing, compacting and restoring are cut short by `kill -9`: nothing
//! acknowledged is lost, nothing of the person is left in the end, and what was cut short is completed by running it again.
//!
//! `FRONTDESK_CUTS=200 cargo test --test processes cut_short` for more than a few, `FRONTDESK_SEED=17` for the same again.

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use frontdesk::{
    desk::{Command, Edit, Request, command::NewTicket},
    model::{Customer, Id, Kind, Table},
    store::{Range, View, ViewExt, records},
};

use super::{
    dice::Dice,
    process::{NOW, Part, Place, clean, number, op},
    replaced::asides,
};

fn people(place: &Place, n: usize) -> String {
    let mut out = String::from("External ID,First Name,Last Name,Email\n");
    (0..n).for_each(|i| writeln!(out, "{i},Ann{i},Bee,a{i}@firm.example").unwrap());
    let path = place.file("people.csv");
    std::fs::write(&path, out).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Someone with a ticket that names them; gives their number.
fn add(place: &Place, n: u64) -> (Id, String) {
    let run =
        |m: u64, command| place.desk.run(Request::new(op(90 + m, n), place.dana, NOW, command)).unwrap();
    let name = vec![
        Edit::set("name", format!("Zebulon{n} Quagmire{n}")),
        Edit::set("email", format!("zebulon{n}@quagmire{n}.example")),
    ];
    let id = run(1, Command::Create(Kind::Customer, name)).created[0].1;
    let new = NewTicket {
        requester: id,
        subject: format!("Quagmire{n} calls"),
        body: format!("It is Zebulon{n} who wrote. ").repeat(40),
        ..Default::default()
    };
    run(2, Command::TicketCreate(Box::new(new)));
    let c: Customer = place.desk.view(|v| records::get(v, id)).unwrap().unwrap();
    (id, format!("C-{}", c.number))
}

/// Whether a word occurs in the file, in any case.
fn contains(path: &Path, word: &str) -> bool {
    let bytes = std::fs::read(path).unwrap().to_ascii_lowercase();
    bytes.windows(word.len()).any(|w| w == word.as_bytes())
}

#[track_caller]
fn verb(place: &Place, words: &[&str]) -> String {
    let out = place.program(words).output().unwrap();
    assert!(out.status.success(), "{words:?}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8_lossy(&out.stdout).into_owned()
}

#[test]
fn somebody_is_erased_while_two_desks_and_an_import_write() {
    let place = Place::new();
    let (_, zebulon) = add(&place, 7);
    let csv = people(&place, 2_000);
    let writers: Vec<Part> = (1..=2).map(|life| Part::start("replaced::adds", &place.path, life)).collect();
    let import = Part::of(&mut place.program(&["import", "contacts", &csv]));
    let mut said: Vec<String> = Vec::new();
    writers.iter().for_each(|w| said.extend((0..3).map(|_| w.hear().unwrap())));
    verb(&place, &["customer", "erase-me", &zebulon, "--yes"]);
    // Each is at work on the file that is there now.
    for w in &writers {
        said.extend(w.heard());
        said.extend((0..3).map(|_| w.hear().unwrap()));
    }
    assert!(import.end().0, "the import goes on, too");
    writers.into_iter().for_each(|w| said.extend(w.kill()));
    // By their records: the program writes at the time that it is, long after these, so that their ops have lapsed.
    let mut names = BTreeSet::new();
    let each = |v: &dyn View| {
        records::each::<Customer>(v, |c| {
            names.insert(c.display_name());
            true
        })
    };
    place.desk.view(each).unwrap();
    for s in &said {
        assert!(names.contains(&format!("Person {s}")), "{s} was acknowledged and is gone");
    }
    let imported = place.desk.view(|v| v.count(Table::IxExternal, &Range::all())).unwrap();
    assert!(imported >= 2_000, "{imported}");
    clean(&place.desk);
    for word in ["zebulon7", "quagmire7"] {
        assert!(!contains(&place.path, word), "{word} is in the file still");
    }
}

#[test]
fn erasing_compacting_and_restoring_are_cut_short_by_a_kill_and_completed_by_another_run() {
    let place = Place::new();
    let seed = number("FRONTDESK_SEED", u64::from(std::process::id()));
    println!("FRONTDESK_SEED={seed}");
    let mut dice = Dice(seed);
    let csv = people(&place, 250);
    verb(&place, &["import", "contacts", &csv]);
    let customers = || place.desk.view(|v| v.count(Table::Customer, &Range::all())).unwrap();
    let (cuts, mut cut, mut longest) = (number("FRONTDESK_CUTS", 12), 0, [Duration::from_millis(600); 3]);
    for n in 0..cuts {
        let (id, zebulon) = add(&place, n);
        let (before, which) = (customers(), (n % 3) as usize);
        let copy = place.file(&format!("copy-{n}"));
        let copy = copy.to_str().unwrap();
        let words = match which {
            0 => vec!["customer", "erase-me", &zebulon, "--yes"],
            1 => vec!["compact"],
            _ => vec!["restore", copy],
        };
        if which == 2 {
            verb(&place, &["backup", copy]);
        }
        let mut process = place.program(&words);
        let mut child =
            process.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().unwrap();
        let most = u64::try_from(longest[which].as_micros()).unwrap();
        thread::park_timeout(Duration::from_micros(dice.below(most)));
        child.kill().unwrap();
        cut += u64::from(!child.wait().unwrap().success());
        // Nothing else is lost for any reader: this desk, which was open all the time, and a new one.
        assert_eq!(customers(), before, "round {n}, {words:?}");
        clean(&place.desk);
        let found: Customer = place.desk.view(|v| records::get(v, id)).unwrap().unwrap();
        let whole = found.email() == Some(format!("zebulon{n}@quagmire{n}.example").as_str());
        assert!(whole || which == 0, "round {n}, {words:?}: {found:?}");
        // Run again, it is completed.
        let begun = Instant::now();
        verb(&place, &words);
        longest[which] = longest[which].max(begun.elapsed());
        assert_eq!(customers(), before, "round {n}, {words:?}");
        clean(&place.desk);
        if which == 0 {
            for word in [format!("zebulon{n}@"), format!("quagmire{n} ")] {
                assert!(!contains(&place.path, &word), "round {n}: {word} is in the file still");
            }
            assert!(!place.file("desk.redb.new").exists(), "nothing half made is left beside it");
        }
        for aside in asides(&place) {
            std::fs::remove_file(aside).unwrap();
        }
    }
    assert!(cuts < 12 || cut > 2, "{cut} of {cuts} were cut short");
    println!("{cut} of {cuts} were cut short");
}
