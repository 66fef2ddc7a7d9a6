//! What scripts rely on: output forms, exit codes, pipes.

use std::{
    io::{BufRead, BufReader},
    process::Stdio,
};

use super::help::{Place, bare, ran};

#[test]
fn every_list_speaks_in_three_forms_and_an_empty_one_is_no_failure() {
    let place = Place::new();
    let entities = [
        "customers",
        "organisations",
        "tickets",
        "messages",
        "interactions",
        "orders",
        "tasks",
        "responses",
        "outbox",
        "mailboxes",
        "teams",
        "batches",
        "views",
    ];
    for what in entities {
        for form in [&["list", what][..], &["list", what, "-q"], &["list", what, "--json"]] {
            assert_eq!(place.ok(form), "", "{form:?}");
        }
    }
    assert_eq!(place.ok(&["list", "agents", "-q"]), "A-1\n");
    assert_eq!(place.ok(&["list", "log", "-q"]), "1\n");
    assert_eq!(place.ok(&["list", "tickets", "is:open", "-tag:spam", "priority>=high", "sort:-updated"]), "");
}

#[test]
fn a_list_has_a_line_a_record_whatever_stands_in_it() {
    let place = Place::busy();
    place.ok(&["customer", "add", "name=Tab\there\nand \u{1b}[2Jthere", "note=x"]);
    let tsv = place.ok(&["list", "customers"]);
    assert_eq!(tsv.lines().count(), 3, "{tsv}");
    assert!(tsv.lines().all(|l| l.split('\t').count() == 7), "{tsv}");
    assert!(!tsv.contains('\u{1b}'), "{tsv}");
    assert_eq!(place.ok(&["list", "customers", "-q"]), "C-1\nC-2\nC-3\n");
    let rows = place.rows(&["list", "customers"]);
    assert_eq!(rows[0]["ref"], "C-1");
    assert_eq!(rows[0]["name"], "Ada Lovelace");
    assert_eq!(rows[0]["organisation_name"], "Acme");
    assert_eq!(rows[2]["name"].as_str().map(|g| g.contains('\u{1b}')), Some(true), "{}", rows[2]);
    // Each row has the same names, set or not.
    let names = |i: usize| rows[i].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(0), names(1));
    let header = place.ok(&["list", "customers", "--header", "--limit", "1"]);
    assert_eq!(header.lines().next().unwrap().split('\t').next(), Some("number"));
    assert_eq!(header.lines().count(), 2);
}

#[test]
fn json_tells_times_with_their_offset_and_names_beside_ids() {
    let place = Place::busy();
    let t = &place.rows(&["list", "tickets"])[0];
    assert_eq!((&t["ref"], &t["category"]), (&"T-1".into(), &"new".into()));
    assert_eq!((&t["requester_name"], &t["requester_ref"]), (&"Ada Lovelace".into(), &"C-1".into()));
    let at = t["created_at"].as_str().unwrap();
    assert!(at.len() == 25 && (at.ends_with("+00:00") || at.ends_with("+01:00")), "{at}");
    let mut other = place.command(&["list", "tickets", "--json"]);
    let other = ran(other.env("TZ", "Asia/Kathmandu").output().unwrap()).out;
    assert!(other.contains("+05:45"), "{other}");
}

#[test]
fn a_list_is_counted_and_says_how_it_is_read() {
    let place = Place::busy();
    assert_eq!(place.ok(&["list", "customers", "--count"]), "2\n");
    assert_eq!(place.ok(&["list", "customers", "tag:vip", "--count", "--json"]), "{\"count\":1}\n");
    assert_eq!(place.ok(&["list", "customers", "--count", "--limit", "1"]), "1\n");
    assert_eq!(place.ok(&["list", "agents", "--count"]), "1\n");
    assert_eq!(place.ok(&["list", "log", "seq:1", "--count"]), "1\n");
    let said = |query: &str| {
        let out = ran(place.command(&["list", "tickets", query, "--explain", "-q"]).output().unwrap());
        assert_eq!(out.code, 0, "{}", out.err);
        (out.out, out.err)
    };
    let (listed, plan) = said("number:1");
    assert_eq!(listed, "T-1\n");
    assert!(plan.contains("source: ix_number, 1 tickets; filter: none"), "{plan}");
    let (listed, plan) = said("customer.email:ada subject:a");
    assert_eq!(listed, place.ok(&["list", "tickets", "email:ada subject:a", "-q"]));
    assert!(plan.contains("source: join by ix_ref") && plan.contains("filter: customer, subject"), "{plan}");
    let (_, plan) = said("subject:a");
    assert!(plan.contains("source: scan of all tickets; filter: subject"), "{plan}");
    for (not, minus) in [("not is:open", "-is:open"), ("not (is:open)", "-is:open"), ("not tag:x", "-tag:x")]
    {
        let count = |query: &str| place.ok(&["list", "tickets", query, "--count"]);
        assert_eq!(count(not), count(minus), "{not}");
    }
    place.fails(2, &["list", "tickets", "customer.shoe:9"]);
    place.fails(2, &["list", "customers", "has:wings"]);
    place.fails(2, &["list", "tickets", "--count", "--header"]);
}

#[test]
fn queries_limits_and_orders_do_what_they_say() {
    let place = Place::busy();
    assert_eq!(place.ok(&["list", "customers", "tag:vip", "-q"]), "C-1\n");
    assert_eq!(place.ok(&["list", "customers", "-tag:vip", "-q"]), "C-2\n");
    assert_eq!(place.ok(&["list", "customers", "--limit", "1", "-q"]), "C-1\n");
    assert_eq!(place.ok(&["list", "customers", "limit:1", "sort:-name", "-q"]), "C-2\n");
    assert_eq!(place.ok(&["list", "customers", "--sort", "-name", "-q"]), "C-2\nC-1\n");
    assert_eq!(place.ok(&["list", "customers", "--limit", "0", "-q"]), "");
    assert_eq!(place.ok(&["list", "tickets", "burns", "-q"]), "T-1\n");
    assert_eq!(place.ok(&["list", "tickets", "assignee:none", "and", "is:new", "-q"]), "T-1\n");
    assert_eq!(place.ok(&["list", "agents", "missing"]), "");
    place.ok(&["agent", "add", "Aaron", "--handle", "aaron"]);
    assert_eq!(place.ok(&["list", "agents", "--sort", "name", "-q"]), "A-2\nA-1\n");
    assert_eq!(
        place.ok(&["list", "agents", "--sort", "-number", "--columns", "handle", "--limit", "1"]),
        "@aaron\n"
    );
    assert_eq!(place.ok(&["list", "customers", "sort:stage,-name", "-q"]), "C-2\nC-1\n");
}

#[test]
fn a_query_that_is_wrong_is_shown_its_place_and_ends_with_2() {
    let place = Place::busy();
    let err = place.fails(2, &["list", "tickets", "is:open", "prioity:high"]);
    assert!(err.contains("did you mean `priority`?"), "{err}");
    let caret = err.lines().last().unwrap();
    assert_eq!(caret.trim(), "^^^^^^^", "{err}");
    assert_eq!(caret.find('^'), err.lines().nth(1).unwrap().find("prioity"), "{err}");
    place.fails(2, &["list", "tickets", "(is:open"]);
    place.fails(2, &["list", "nothing"]);
    place.fails(2, &["list", "agents", "role:admin"]);
    place.fails(2, &["list", "agents", "--sort", "shoe"]);
    place.fails(2, &["list", "agents", "--columns", "shoe"]);
    place.fails(2, &["list", "agents", "--view", "mine"]);
    place.fails(2, &["list", "customers", "--sort", "shoe"]);
    place.fails(2, &["nonsense"]);
    place.fails(2, &["list", "customers", "--json", "-q"]);
}

#[test]
fn finding_nothing_is_1_and_something_0() {
    let place = Place::busy();
    assert!(place.ok(&["find", "lovelace"]).starts_with("C-1\tcustomer\tAda Lovelace\t"));
    assert_eq!(place.ok(&["find", "grace@x", "-q"]), "C-2\n");
    assert_eq!(place.ok(&["find", "555", "0147", "-q"]), "C-2\n");
    assert_eq!(place.ok(&["find", "printer", "-q"]), "T-1\n");
    assert_eq!(place.ok(&["find", "t-1", "-q"]), "T-1\n");
    let rows = place.rows(&["find", "lovelcae"]);
    assert_eq!(rows[0]["ref"], "C-1", "a slip of the finger");
    assert!(place.fails(1, &["find", "zzqqxx"]).contains("zzqqxx"));
    let r = place.fed(&["find", "--batch"], "lovelcae\n\nzzqqxx\n");
    let answers: Vec<serde_json::Value> = r.out.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!((r.code, answers.len()), (0, 3), "{}", r.err);
    assert_eq!((&answers[0]["query"], &answers[0]["refs"][0]), (&"lovelcae".into(), &"C-1".into()));
    assert!(answers[0]["micros"].is_u64() && answers[0]["ids"][0].is_string());
    assert_eq!(answers[2]["ids"], serde_json::json!([]));
    for odd in ["\"", "\\", "(", "name:", "-q-", "*", "/(/", "\u{202e}"] {
        let r = place.run(&["find", "--", odd]);
        let nothing = !odd.contains(char::is_alphanumeric);
        assert!(if nothing { r.code == 2 } else { matches!(r.code, 0 | 1) }, "{odd}: {} {}", r.code, r.err);
    }
    // An empty line of a script matches no one, not the last match.
    place.fails(2, &["find", ""]);
    let no_one = place.fed(&["find", "--batch"], "\n \n\\\n");
    assert!(no_one.out.lines().all(|l| l.contains("\"ids\":[]")), "{}", no_one.out);
    // A number without a letter is a ticket, a customer, an organisation.
    assert_eq!(place.ok(&["find", "#1", "-q"]), "T-1\nC-1\nG-1\n");
    for n in 0..6 {
        place.ok(&["customer", "add", &format!("Harbour Person {n}")]);
    }
    let house = place.ok(&["organisation", "add", "Harbour Ltd", "-q"]);
    let found = place.ok(&["find", "harbour", "--limit", "4", "-q"]);
    assert!(found.lines().count() == 4 && found.ends_with(&house), "people do not crowd it out: {found}");
}

#[test]
fn find_takes_up_what_it_saved_and_says_where_it_cannot() {
    let place = Place::busy();
    let first = place.run(&["find", "lovelace", "-q"]);
    assert_eq!((first.code, first.out.as_str(), first.err.as_str()), (0, "C-1\n", ""));
    let saved = place.path("desk.redb.find");
    let good = std::fs::read(&saved).unwrap();
    place.ok(&["customer", "add", "Zoe Newcomer"]);
    let r = place.run(&["find", "newcomer", "-q"]);
    assert_eq!((r.code, r.err.as_str()), (0, ""));
    assert_eq!(std::fs::read(&saved).unwrap(), good, "one row more is not worth saving");
    std::fs::write(&saved, &good[..good.len() - 5]).unwrap();
    let r = place.run(&["find", "newcomer", "-q"]);
    assert_eq!((r.code, r.out.lines().count()), (0, 1));
    assert!(r.err.contains("rebuilt") && r.err.contains("damaged"), "{}", r.err);
    let r = place.run(&["find", "newcomer", "-q"]);
    assert_eq!((r.code, r.err.as_str()), (0, ""), "once");
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let place = Place::busy();
    let lines: String = (0..4000).map(|n| format!("Person {n},p{n}@x.example\n")).collect();
    let file = place.file("many.csv", format!("Name,E-mail\n{lines}"));
    place.ok(&["import", &file]);
    for words in [&["list", "customers", "--json"][..], &["list", "customers"], &["export", "customers"]] {
        let mut child = place.command(words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        assert!(!first.is_empty());
        let r = ran(child.wait_with_output().unwrap());
        assert_eq!((r.code, r.err.as_str()), (0, ""), "{words:?}");
    }
}

#[test]
fn the_store_is_where_the_flag_says_before_the_environment() {
    let (one, other) = (Place::new(), Place::busy());
    let mut c = bare(&["--store", other.store().to_str().unwrap(), "list", "customers", "-q"]);
    assert_eq!(ran(c.env("FRONTDESK_STORE", one.store()).output().unwrap()).out, "C-1\nC-2\n");
    // Behind the verb too, and a folder means the store in it.
    let mut c = bare(&["list", "customers", "-q", "--store", other.folder.path().to_str().unwrap()]);
    assert_eq!(ran(c.output().unwrap()).out, "C-1\nC-2\n");
    // Without either it is in the data folder.
    let mut c = bare(&["init"]);
    let r = ran(c.env("XDG_DATA_HOME", one.path("data")).env("FRONTDESK_STORE", "").output().unwrap());
    assert_eq!(r.code, 0, "{}", r.err);
    assert!(one.path("data/frontdesk/desk.redb").is_file());
}

#[test]
fn help_is_on_stdout_and_every_verb_has_it() {
    let place = Place::empty();
    let help = place.ok(&["--help"]);
    for verb in ["list", "show", "find", "import", "export", "demo", "check", "undo"] {
        assert!(help.contains(verb), "{verb}");
        assert!(place.ok(&[verb, "--help"]).contains("Usage"), "{verb}");
    }
    assert!(place.ok(&["--version"]).starts_with("frontdesk "));
    for shell in ["bash", "zsh", "fish"] {
        assert!(place.ok(&["completions", shell]).contains("frontdesk"));
    }
    assert!(place.ok(&["fields", "tickets"]).contains("assignee\t"));
    assert!(!place.store().exists(), "looking makes nothing");
}

/// The script that bash is given, asked as readline asks it: with the end of the line that it would replace.
#[test]
fn bash_completes_queries_after_a_list() {
    let place = Place::busy();
    let script = place.file("completions.bash", place.ok(&["completions", "bash"]));
    let ask = place.file(
        "ask.bash",
        r#"source "$1"; COMP_LINE="$2"; COMP_POINT=${#2}; COMPREPLY=()
        compopt() { :; }
        _frontdesk frontdesk "${2##*[[:space:]:=@\'\"]}" ""
        printf '%s\n' "${COMPREPLY[@]}""#,
    );
    let binary = std::path::Path::new(env!("CARGO_BIN_EXE_frontdesk"));
    let path =
        format!("{}:{}", binary.parent().unwrap().display(), std::env::var("PATH").unwrap_or_default());
    let offered = |line: &str| -> Option<Vec<String>> {
        let mut bash = std::process::Command::new("bash");
        bash.args(["--norc", &ask, &script, line]).env("PATH", &path).env("FRONTDESK_STORE", place.store());
        bash.env("XDG_DATA_HOME", place.folder.path());
        let out = String::from_utf8(bash.output().ok()?.stdout).unwrap();
        Some(out.lines().map(str::to_owned).filter(|l| !l.is_empty()).collect())
    };
    let Some(fields) = offered("frontdesk list tickets prio") else {
        return crate::skip::skipped("there is no bash");
    };
    assert_eq!(fields, ["priority:"], "the word alone, without what it is");
    let states = offered("frontdesk list tickets is:o").unwrap();
    assert_eq!(states[..2], ["open", "on_hold"], "behind a colon only the rest");
    assert_eq!(offered("frontdesk list customers tag:v").unwrap(), ["vip"], "what there is on the desk");
    assert_eq!(offered("frontdesk export tickets is:open priority=u").unwrap(), ["urgent"]);
    assert_eq!(offered("frontdesk list cust").unwrap(), ["customers"]);
    assert_eq!(offered("frontdesk cust").unwrap(), ["customer"], "verbs");
    assert_eq!(offered("frontdesk list tickets --lim").unwrap(), ["--limit"], "flags");
    assert_eq!(offered("frontdesk export tickets --format js").unwrap(), ["jsonl"], "values of flags");
    place.ok(&["organisation", "add", "Night Owl Café"]);
    assert_eq!(
        offered("frontdesk list customers org:Ni").unwrap(),
        [r#"'"Night Owl Café"'"#],
        "quotes of the query survive the shell"
    );
    assert_eq!(
        offered("frontdesk list customers 'org:Ni").unwrap(),
        [r#"'"Night Owl Café"'"#],
        "in its quotes"
    );
    assert_eq!(offered("frontdesk show T-").unwrap(), ["T-1"], "numbers that there are");
    assert_eq!(offered("frontdesk list --limit 5 tickets is:ov").unwrap(), ["overdue"]);
    assert_eq!(offered("frontdesk backup fi").unwrap(), [""; 0], "files are the shell's");
    let other = Place::new();
    let elsewhere = format!("frontdesk --store {} list customers tag:v", other.store().display());
    let there = offered(&elsewhere).unwrap();
    assert!(!there.contains(&"vip".to_owned()), "of the store that the line names: {there:?}");
    let told = place.ok(&["complete", "tickets", "--", "prio"]);
    assert_eq!(told, "priority:\thow soon\n", "the word, and what it is behind a tab");
}

#[test]
fn a_line_of_the_shell_is_completed_with_what_is_there() {
    let place = Place::busy();
    place.ok(&["view", "save", "Of \"late\"", "tickets", "created:2w"]);
    let offered = |words: &[&str]| -> Vec<String> {
        let out = place.ok(&[&["complete-line", "--"], words].concat());
        out.lines().map(|l| l.split('\t').next().unwrap().to_owned()).collect()
    };
    assert_eq!(offered(&["list", "cu"]), ["customers"]);
    assert!(offered(&["export", ""]).contains(&"tickets".to_owned()));
    assert_eq!(offered(&["list", "tickets", "--view", ""]), ["Of \"late\""]);
    assert_eq!(offered(&["list", "tickets", "--sort", "-u"])[0], "-updated");
    assert_eq!(offered(&["list", "tickets", "sort:-priority,u"])[0], "sort:-priority,updated");
    assert_eq!(offered(&["view", "save", "x", "tickets", "is:ov"]), ["is:overdue"]);
    assert_eq!(
        offered(&["list", "customers", "\"tag:v"]),
        ["tag:vip"; 0],
        "a quote that is given is the query's own"
    );
    for n in 0..12 {
        place.ok(&["ticket", "create", "--customer", "C-1", "--body", "x", &format!("Number {n}")]);
    }
    assert_eq!(offered(&["show", "T-1"]), ["T-1", "T-13", "T-12", "T-11", "T-10"]);
    assert_eq!(offered(&["list", "tickets", "number:1"]).len(), 5);
    assert_eq!(offered(&["list", "tickets", "--lim"]), ["--limit"]);
    assert_eq!(offered(&["customer", "ar"]), ["archive"]);
    for none in [&["list", "tickets", "--limit", "1"][..], &["show", "sho"], &[]] {
        assert_eq!(offered(none), Vec::<String>::new(), "{none:?}");
    }
}

#[test]
fn the_screen_wants_a_terminal() {
    let place = Place::new();
    assert!(place.fails(2, &[]).contains("terminal"));
}

#[test]
fn keys_are_listed_and_checked() {
    let place = Place::empty();
    assert!(place.ok(&["keys"]).contains("ticket.reply"));
    assert!(place.ok(&["keys", "check"]).contains("no problems"));
    let keys: serde_json::Value = serde_json::from_str(&place.ok(&["keys", "--json"])).unwrap();
    assert!(keys.as_array().is_some_and(|k| k.len() > 20));
    let bad = place.file("bad.toml", "[[bind]]\non = \"s\"\nrun = \"ticket.rply\"\n");
    assert_eq!(place.run(&["keys", "check", &bad]).code, 1);
    place.fails(2, &["keys", "--map", "dvorak"]);
}
