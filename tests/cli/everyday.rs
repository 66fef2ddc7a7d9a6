//! Everyday work from the shell: finding by whatever is known, the examples of the README, small promises.

use std::{fs, process::Command};

use super::help::Place;

#[test]
fn find_takes_every_number_as_it_is_spoken() {
    let place = Place::busy();
    let ada = place.ok(&["find", "lovelace", "-q"]);
    place.ok(&["customer", "edit", ada.trim(), "external_id=shop:9917", "phone=(212) 555-1234"]);
    for typed in [
        "C-1",
        "c1",
        "9917",
        "#9917",
        "+12125551234",
        "+1 (212) 555-1234",
        "mrs lovelace",
        "Frau Dr. Lovelace",
    ] {
        assert_eq!(place.ok(&["find", typed, "-q"]), "C-1\n", "{typed}");
    }
    for typed in ["T-1", "t1", "printer fire", "ada printer"] {
        assert!(place.ok(&["find", typed, "-q"]).lines().any(|l| l == "T-1"), "{typed}");
    }
    // The exact match comes first, even if others have the digits.
    place.ok(&["customer", "add", "Room 1"]);
    assert_eq!(place.ok(&["find", "1", "-q"]).lines().next(), Some("T-1"));
    assert!(place.ok(&["list", "customers", "phone:+12125551234", "-q"]).contains("C-1"));
}

#[test]
fn find_answers_with_the_limit_however_many_tickets_have_the_word() {
    let place = Place::busy();
    for n in 0..30 {
        place.ok(&["ticket", "create", "--customer", "C-1", &format!("Anvil {n} is missing")]);
    }
    let rows = place.ok(&["find", "anvil", "--limit", "5", "-q"]);
    assert!(rows.lines().count() == 5 && rows.lines().all(|r| r.starts_with("T-")), "{rows}");
}

#[test]
fn the_calling_code_is_guessed_from_the_time_zone_and_can_be_set() {
    let place = Place::empty();
    place.ok(&["init", "--zone", "Europe/Berlin"]);
    assert!(place.ok(&["settings"]).contains("calling_code\t49"), "{}", place.ok(&["settings"]));
    place.ok(&["customer", "add", "Nora", "--phone", "030 1234567"]);
    assert!(place.ok(&["customer", "show", "C-1", "--json"]).contains("+49301234567"));
    place.ok(&["settings", "calling_code=+1"]);
    assert!(place.ok(&["settings"]).contains("calling_code\t1\n"));
    for bad in ["calling_code=germany", "calling_code=4", "calling_code=00", "calling_code=4930"] {
        assert!(place.fails(1, &["settings", bad]).contains("calling code"), "{bad}");
    }
    // Stored before it was set, and found as written with it and without.
    for typed in ["+49 30 1234567", "030 1234567", "30 1234567"] {
        assert_eq!(place.ok(&["find", typed, "-q"]), "C-1\n", "{typed}");
    }
}

/// The lines of the block of shell examples.
fn examples() -> Vec<String> {
    let readme = include_str!("../../README.md");
    let block = readme.split("## On the command line").nth(1).unwrap();
    let lines = block.lines().skip_while(|l| !l.starts_with("    ")).take_while(|l| l.starts_with("    "));
    lines.map(|l| l.trim().to_owned()).collect()
}

#[test]
fn the_examples_of_the_readme_work_on_the_practice_desk() {
    let place = Place::empty();
    place.ok(&["demo", "--no-open", "--customers", "40"]);
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_frontdesk"));
    let folder = program.parent().unwrap().to_str().unwrap();
    let path = format!("{folder}:{}", std::env::var("PATH").unwrap_or_default());
    let examples = examples();
    assert!(examples.len() >= 10, "{examples:?}");
    for line in &examples {
        let ran = Command::new("sh")
            .args(["-ec", line])
            .current_dir(place.folder.path())
            .env("PATH", &path)
            .env("FRONTDESK_STORE", place.store())
            .env("XDG_CONFIG_HOME", place.path("config"))
            .output()
            .unwrap();
        let err = String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.success(), "{line}: {err}");
        let silent = line.contains("-o ")
            || line.contains("backup")
            || line.contains(" add ")
            || line.contains(" ticket ");
        assert!(silent || !ran.stdout.is_empty(), "{line} says nothing");
    }
}

#[test]
fn lists_in_a_pipe_have_a_header_only_where_one_is_asked_for() {
    let place = Place::new();
    for n in 1..3 {
        place.ok(&["customer", "add", "Ada Lovelace", "--email", &format!("ada{n}@x.example")]);
    }
    place.ok(&["segment", "save", "All", "customers", "is:live"]);
    let pairs = ["customer", "duplicates"];
    assert!(place.ok(&pairs).lines().all(|l| l.contains("Ada Lovelace")), "{}", place.ok(&pairs));
    assert!(place.ok(&["customer", "duplicates", "--header"]).starts_with("score\tstays\t"));
    assert!(place.ok(&["segment", "list"]).starts_with("All\t"));
    assert!(place.ok(&["segment", "list", "--header"]).starts_with("name\tentity\t"));
}

#[test]
fn assigning_to_an_agent_who_is_away_says_so() {
    let place = Place::busy();
    place.ok(&["agent", "add", "Rita Moreno"]);
    let assign = ["ticket", "assign", "T-1", "rita"];
    assert!(!place.run(&assign).out.contains("away"));
    place.ok(&["ticket", "create", "--customer", "C-1", "Lamp broken"]);
    place.ok(&["agent", "away", "rita"]);
    let told = place.run(&["ticket", "assign", "T-2", "rita"]);
    assert_eq!(told.code, 0, "{}", told.err);
    assert!(
        format!("{}{}", told.out, told.err).contains("assigned to Rita Moreno, who is away"),
        "{}",
        told.out
    );
}

#[test]
fn keys_check_reads_the_keymap_that_the_screen_uses() {
    let place = Place::new();
    let config = place.path("config");
    fs::create_dir_all(&config).unwrap();
    let check = ["keys", "check", "--config", config.to_str().unwrap()];
    assert_eq!(place.run(&check).code, 0, "without a file of one's own there is nothing wrong");
    fs::write(config.join("keymap.toml"), "[[bind]]\non = \"z z\"\nrun = \"no.such.command\"\n").unwrap();
    let r = place.run(&check);
    assert_eq!(r.code, 1, "{}{}", r.out, r.err);
    assert!(r.out.contains("keymap.toml"), "{}", r.out);
}

const HUBSPOT: &str = "Record ID,First Name,Last Name,Email,Phone Number,Lifecycle Stage\n\
    101,Grace,Hopper,grace@navy.example,,Customer\n\
    102,Ada,Lovelace,ada@x.example,,Marketing Qualified Lead\n\
    103,,,,,Lead\n";

#[test]
fn hubspot_rows_get_their_stage_and_a_bare_record_number_is_no_customer() {
    let place = Place::new();
    fs::write(place.path("hubspot.csv"), HUBSPOT).unwrap();
    let r = place.run(&["import", "contacts", place.path("hubspot.csv").to_str().unwrap()]);
    assert!(r.out.contains("2 created") && r.out.contains("1 rejected"), "{}{}", r.out, r.err);
    assert_eq!(place.ok(&["list", "customers", "stage:customer", "-q"]), "C-1\n");
    assert_eq!(place.ok(&["list", "customers", "stage:lead", "-q"]), "C-2\n");
    // What our stages do not tell apart is kept.
    assert_eq!(place.ok(&["list", "customers", "custom.lifecycle_stage:marketing", "-q"]), "C-2\n");
    assert!(!place.ok(&["customer", "show", "C-1", "--json"]).contains("Lifecycle Stage"));
}

#[test]
fn custom_fields_that_differ_in_capitals_are_one() {
    let place = Place::new();
    place.ok(&["customer", "add", "Ada Lovelace", "--email", "ada@x.example"]);
    place.ok(&["customer", "edit", "C-1", "custom.Plan=gold"]);
    place.ok(&["customer", "edit", "C-1", "custom.plan=silver"]);
    fs::write(place.path("more.csv"), "name,email,PLAN\nAda Lovelace,ada@x.example,bronze\n").unwrap();
    place.run(&["import", "contacts", place.path("more.csv").to_str().unwrap()]);
    let shown = place.ok(&["customer", "show", "C-1", "--json"]);
    let custom = shown.split("\"custom\":").nth(1).unwrap().split('}').next().unwrap();
    assert_eq!(custom.matches("lan\"").count(), 1, "{custom}");
    place.ok(&["customer", "edit", "C-1", "custom.PLAN="]);
    assert!(place.ok(&["customer", "show", "C-1", "--json"]).contains("\"custom\":{}"));
}

#[test]
fn an_import_says_what_it_read() {
    let place = Place::new();
    let contacts = place.file("a.csv", "name,email\nAda Lovelace,ada@x.example\n");
    assert!(place.ok(&["import", &contacts]).starts_with("1 contacts read = 1 created"));
    let mail = place.file("a.eml", "From: b@x.example\nSubject: Hi\nMessage-ID: <1@x>\n\nHello\n");
    assert!(place.ok(&["import", &mail]).starts_with("1 messages read = 1 created"));
}
