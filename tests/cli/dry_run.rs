//! `--dry-run` of the verbs that change records: what would change, the exit code of the real run, and nothing changed.

use super::help::Place;

/// Every verb that adds, edits, archives or tags records of a kind, in an order in which the real run works too.
const VERBS: &[&[&str]] = &[
    &["customer", "add", "Katherine Johnson", "email=kj@x.example"],
    &["customer", "edit", "C-1", "city=Oslo", "tag+=late"],
    &["customer", "edit", "C-1", "--email", "second@x.example"],
    &["customer", "tag", "C-1", "C-2", "loud"],
    &["customer", "untag", "C-1", "loud"],
    &["customer", "archive", "C-2"],
    &["customer", "unarchive", "C-2"],
    &["customer", "log", "C-1", "Called about it"],
    &["organisation", "add", "Harbour Ltd", "domain=harbour.example"],
    &["organisation", "edit", "Acme", "city=Cork"],
    &["organisation", "tag", "Acme", "vip"],
    &["organisation", "untag", "Acme", "vip"],
    &["organisation", "archive", "Acme"],
    &["organisation", "unarchive", "Acme"],
    &["ticket", "create", "--customer", "C-1", "Second fire", "--body", "Again."],
    &["ticket", "add", "--customer", "C-1", "Third fire"],
    &["ticket", "edit", "T-1", "priority=high"],
    &["ticket", "set", "T-1", "subject=Still on fire"],
    &["ticket", "tag", "T-1", "late"],
    &["ticket", "untag", "T-1", "late"],
    &["ticket", "assign", "T-1", "@me"],
    &["ticket", "solve", "T-1"],
    &["ticket", "note", "T-1", "Seen."],
    &["order", "add", "--customer", "C-1", "2 x Tea pot @ 19.90"],
    &["order", "refund", "O-1", "5.00"],
    &["task", "add", "Call Ada", "--customer", "C-1"],
    &["task", "edit", "K-1", "title=Write to Ada"],
    &["task", "done", "K-1"],
    &["response", "record", "--customer", "C-1", "--score", "5", "Quick"],
    &["team", "add", "Billing"],
    &["agent", "add", "Dana Doe", "handle=dana"],
    &["agent", "edit", "@dana", "role=admin"],
    &["agent", "away", "@dana"],
    &["agent", "edit", "@dana", "archived=yes"],
    &["mailbox", "add", "help@desk.example", "--name", "Help"],
    &["mailbox", "edit", "help@desk.example", "name=Help desk"],
    &["mailbox", "pause", "help@desk.example"],
    &["mailbox", "remove", "help@desk.example"],
    &["view", "save", "Loud ones", "customers", "tag:loud"],
    &["view", "delete", "Loud ones"],
    &["settings", "name=The desk"],
];

#[test]
fn a_dry_run_of_every_verb_says_what_would_change_and_changes_nothing() {
    let place = Place::busy();
    for verb in VERBS {
        let before = place.ok(&["list", "log", "--json"]);
        let dry = [verb, &["--dry-run"][..]].concat();
        let shown = place.run(&dry);
        assert_eq!(shown.code, 0, "{verb:?}: {}{}", shown.out, shown.err);
        assert!(shown.out.contains(" → "), "{verb:?}: {}", shown.out);
        assert!(shown.err.contains("nothing was changed"), "{verb:?}: {}", shown.err);
        let told = place.json(&dry);
        assert_eq!(told["dry_run"], true, "{verb:?}");
        assert!(!told["changes"].as_array().unwrap().is_empty(), "{verb:?}: {told}");
        assert_eq!(place.ok(&["list", "log", "--json"]), before, "{verb:?} wrote something");
        let real = place.run(verb);
        assert_eq!(real.code, 0, "{verb:?}: {}{}", real.out, real.err);
        assert_ne!(
            place.ok(&["list", "log", "--json"]),
            before,
            "{verb:?} changes something when it is real"
        );
    }
    place.is_clean();
}

#[test]
fn a_dry_run_shows_each_field_before_and_after() {
    let place = Place::busy();
    let text = place.ok(&["ticket", "edit", "T-1", "priority=high", "assignee=@me", "--dry-run"]);
    assert!(text.lines().any(|l| l == "priority: – → high"), "{text}");
    assert!(text.lines().any(|l| l.starts_with("assignee: – → ")), "{text}");
    let told = place.json(&["customer", "edit", "C-1", "stage=churned", "--dry-run"]);
    let change = &told["changes"][0];
    assert_eq!((&change["ref"], &change["what"]), (&"C-1".into(), &"updated".into()));
    let stage = change["fields"].as_array().unwrap().iter().find(|f| f["field"] == "stage").unwrap();
    assert_eq!(stage["after"], "churned");
    assert_eq!(place.ok(&["customer", "add", "New One", "--dry-run", "-q"]), "C-3\n");
    assert_eq!(place.ok(&["list", "customers", "-q"]), "C-1\nC-2\n");
}

#[test]
fn a_dry_run_names_fields_as_they_were_entered() {
    let place = Place::busy();
    let fields = |verb: &[&str]| -> Vec<String> {
        let told = place.json(&[verb, &["--dry-run"][..]].concat());
        let all = told["changes"][0]["fields"].as_array().unwrap();
        all.iter().map(|f| f["field"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(fields(&["customer", "edit", "C-1", "--email", "second@x.example"]), ["email"]);
    assert_eq!(fields(&["customer", "edit", "C-1", "city=Oslo", "country=Norway"]), ["city", "country"]);
    assert_eq!(fields(&["customer", "edit", "C-1", "tag+=late", "note=Rings late."]), ["tag", "note"]);
    assert_eq!(fields(&["ticket", "edit", "T-1", "custom_status=printer"]), ["custom_status"]);
    assert_eq!(fields(&["ticket", "edit", "T-1", "due=tomorrow"]), ["due"]);
    assert_eq!(fields(&["organisation", "edit", "Acme", "domain=acme.example"]), ["domain"]);
    let text = place.ok(&["customer", "edit", "C-1", "street=Kirkegata 1", "--dry-run"]);
    assert!(text.lines().any(|l| l == "street: – → Kirkegata 1"), "{text}");
}

#[test]
fn a_dry_run_ends_with_the_exit_code_of_the_real_run() {
    let place = Place::busy();
    let rejected: &[&[&str]] = &[
        &["customer", "add", "--email", "no address"],
        &["customer", "add", "Other", "--email", "ada@x.example"],
        &["customer", "edit", "C-99", "city=Oslo"],
        &["customer", "edit", "C-1", "shoe_size=44"],
        &["customer", "edit", "C-1", "city"],
        &["ticket", "edit", "T-1", "priority=enormous"],
        &["order", "refund", "O-99"],
        &["task", "add"],
        &["agent", "edit", "@not-here", "role=admin"],
        &["organisation", "add", "domain=x.example"],
    ];
    for verb in rejected {
        let (real, dry) = (place.run(verb), place.run(&[verb, &["--dry-run"][..]].concat()));
        assert_ne!(real.code, 0, "{verb:?}");
        assert_eq!((dry.code, &dry.out), (real.code, &real.out), "{verb:?}: {} / {}", real.err, dry.err);
        assert_eq!(dry.err.lines().next(), real.err.lines().next(), "{verb:?}");
    }
}

#[test]
fn a_dry_run_makes_no_store_where_there_is_none() {
    let place = Place::empty();
    let text = place.ok(&["customer", "add", "Ada Lovelace", "city=London", "--dry-run"]);
    assert!(text.contains("given: – → Ada"), "{text}");
    assert!(!place.store().exists());
    assert_eq!(std::fs::read_dir(place.folder.path()).unwrap().count(), 0);
}

#[test]
fn a_dry_run_of_a_mailbox_keeps_no_command() {
    let place = Place::new();
    let config = place.path("config");
    let config = config.to_str().unwrap();
    place.ok(&[
        "--config",
        config,
        "mailbox",
        "add",
        "help@desk.example",
        "--password-command",
        "pass x",
        "--dry-run",
    ]);
    assert!(!place.path("config").exists());
}
