//! Each group of verbs, there and back.

use serde_json::Value;

use super::help::Place;

#[test]
fn customers_are_added_changed_tagged_put_away_and_all_of_it_undone() {
    let place = Place::new();
    assert_eq!(
        place.ok(&["customer", "add", "Ada", "Lovelace", "--email", "ada@x.example", "city=London", "-q"]),
        "C-1\n"
    );
    let before = place.json(&["customer", "show", "C-1"]);
    assert_eq!(before["addresses"][0]["city"], "London");
    place.ok(&[
        "customer",
        "edit",
        "ada@x.example",
        "stage=churned",
        "tag+=vip",
        "--phone",
        "+44 20 7946 0000",
    ]);
    place.ok(&["customer", "tag", "C-1", "late", "loud"]);
    place.ok(&["customer", "untag", "1", "loud"]);
    place.ok(&["customer", "archive", "C-1"]);
    let after = place.json(&["show", "C-1"]);
    assert_eq!(after["tags"], serde_json::json!(["vip", "late"]));
    assert_eq!((&after["stage"], &after["phone"]), (&"churned".into(), &"+44 20 7946 0000".into()));
    assert!(after["archived_at"].is_string());
    for _ in 0..4 {
        place.ok(&["undo"]);
    }
    let mut back = place.json(&["show", "C-1"]);
    for bookkeeping in ["version", "updated_at"] {
        back[bookkeeping] = before[bookkeeping].clone();
    }
    assert_eq!(back, before);
    assert!(place.ok(&["redo"]).starts_with("done again"));
    assert_eq!(place.json(&["show", "C-1"])["stage"], "churned");
    place.is_clean();
}

#[test]
fn what_was_said_is_noted_on_the_history() {
    let place = Place::busy();
    place.ok(&[
        "customer",
        "log",
        "C-1",
        "--channel",
        "phone",
        "--out",
        "--minutes",
        "7",
        "--at",
        "2h",
        "Called about it",
    ]);
    let r = place.fed(&["customer", "log", "C-1", "--channel", "chat", "-"], "line one\nline two\n");
    assert_eq!(r.code, 0, "{}", r.err);
    let rows = place.rows(&["list", "interactions"]);
    assert_eq!((&rows[0]["seconds"], &rows[0]["direction"]), (&420.into(), &"out".into()));
    assert_eq!(rows[1]["body"], "line one\nline two");
    let shown = place.ok(&["show", "C-1"]);
    assert!(shown.contains("Called about it") && shown.contains("Printer on fire"), "{shown}");
    let history = place.json(&["show", "C-1"]);
    assert_eq!(history["history"].as_array().map(Vec::len), Some(4));
    place.fails(2, &["customer", "log", "C-1"]);
}

#[test]
fn organisations_have_people() {
    let place = Place::busy();
    place.ok(&["organisation", "edit", "Acme", "domain=acme.example", "tag+=key"]);
    place.ok(&["org", "add", "Bolt & Co", "city=Oslo"]);
    assert_eq!(place.ok(&["list", "organisations", "tag:key", "-q"]), "G-1\n");
    let acme = place.json(&["show", "G-1"]);
    assert_eq!(acme["people"][0]["name"], "Ada Lovelace");
    place.ok(&["organisation", "archive", "G-2"]);
    assert_eq!(place.ok(&["list", "organisations", "is:live", "-q"]), "G-1\n");
    place.is_clean();
}

#[test]
fn a_ticket_goes_its_way() {
    let place = Place::busy();
    let r = place.fed(
        &["ticket", "create", "--customer", "C-2", "--priority", "high", "--body", "-", "No paper", "-q"],
        "None\nat all",
    );
    assert_eq!((r.code, r.out.as_str()), (0, "T-2\n"), "{}", r.err);
    place.ok(&["ticket", "note", "T-2", "--body", "ask the store room"]);
    place.ok(&["ticket", "create", "--from", "C-2", "--subject", "Other matter", "--body", "-- cut --"]);
    place.ok(&["undo"]);
    let said = place.ok(&["ticket", "reply", "2", "Paper is on its way.", "--pending", "--tag", "paper"]);
    assert!(said.contains("held"), "never said to be sent: {said}");
    let t = place.json(&["show", "T-2"]);
    assert_eq!((&t["category"], &t["assignee_name"].is_string()), (&"pending".into(), &true));
    let messages = t["messages"].as_array().unwrap();
    let told: Vec<(&Value, &Value)> = messages.iter().map(|m| (&m["visibility"], &m["delivery"])).collect();
    assert_eq!(told.len(), 3);
    assert_eq!(told[1], (&"internal".into(), &"received".into()));
    assert_eq!(told[2], (&"public".into(), &"held".into()));
    place.ok(&[
        "ticket",
        "set",
        "T-1",
        "T-2",
        "priority=urgent",
        "type=incident",
        "assignee=@me",
        "tag+=fire,hot",
        "tag-=fire",
    ]);
    place.ok(&["ticket", "snooze", "T-1", "3", "days"]);
    assert_eq!(place.ok(&["list", "tickets", "is:snoozed", "-q"]), "T-1\n");
    place.ok(&["ticket", "wake", "T-1"]);
    place.ok(&["ticket", "promise", "1", "in 2h"]);
    place.ok(&["ticket", "subject", "T-1", "Printer", "was", "on", "fire"]);
    place.ok(&["customer", "add", "name=Cleo Vale", "email=cleo@vale.example"]);
    let said = place.ok(&["ticket", "requester", "T-1", "cleo@vale.example"]);
    assert!(said.contains("T-1 now of") && said.contains("Cleo Vale"), "{said}");
    assert_eq!(place.ok(&["list", "tickets", "requester:cleo", "-q"]), "T-1\n");
    place.ok(&["ticket", "set", "T-1", "requester=C-1"]);
    place.ok(&["ticket", "follow", "T-1"]);
    place.ok(&["ticket", "assign", "T-1", "none"]);
    place.ok(&["ticket", "claim", "T-1"]);
    place.ok(&["ticket", "spam", "T-2"]);
    assert_eq!(place.ok(&["list", "tickets", "is:open", "-q"]), "T-1\n");
    place.ok(&["ticket", "unspam", "T-2"]);
    assert_eq!(place.ok(&["ticket", "solve", "1-2"]), "2 tickets solved\n");
    let t = place.json(&["show", "T-1"]);
    assert_eq!(t["tags"], serde_json::json!(["hot"]));
    assert_eq!(t["subject"], "Printer was on fire");
    let err = place.fails(1, &["ticket", "solve", "T-1"]);
    assert!(err.contains("T-1 is solved already"), "{err}");
    place.ok(&["ticket", "open", "T-1"]);
    place.ok(&["ticket", "close", "T-2"]);
    place.fails(1, &["ticket", "reply", "T-2", "too late"]);
    assert_eq!(place.run(&["ticket", "hold", "T-2,T-1"]).code, 0, "one of them may");
    place.is_clean();
}

#[test]
fn tickets_are_named_in_many_ways_and_from_a_pipe() {
    let place = Place::busy();
    for n in 2..=6 {
        place.ok(&["ticket", "create", "--customer", "C-2", &format!("Matter {n}")]);
    }
    place.ok(&["ticket", "tag", "T-1", "3-4,6", "odd"]);
    assert_eq!(place.ok(&["list", "tickets", "tag:odd", "-q"]), "T-1\nT-3\nT-4\nT-6\n");
    let r = place.fed(&["ticket", "priority", "-", "low"], "T-1\nT-3\n");
    assert_eq!(r.code, 0, "{}", r.err);
    assert_eq!(place.ok(&["list", "tickets", "priority:low", "-q"]), "T-1\nT-3\n");
    place.fails(1, &["ticket", "solve", "T-99"]);
    place.fails(1, &["ticket", "solve", "T-1", "ghost"]);
    place.fails(2, &["ticket", "priority", "T-1", "soonish"]);
    place.fails(2, &["ticket", "solve"]);
    place.fails(2, &["ticket", "set", "T-1", "shoe=42"]);
    place.fails(2, &["ticket", "snooze", "T-1", "yesterday"]);
    assert_eq!(place.ok(&["list", "tickets", "is:solved", "-q"]), "", "a name that is wrong changes nothing");
}

#[test]
fn orders_add_up_and_are_given_back() {
    let place = Place::busy();
    place.ok(&[
        "order",
        "add",
        "--customer",
        "C-1",
        "--date",
        "2026-03-01",
        "2 x Tea pot @ 19.90",
        "Box = 5",
        "--shipping",
        "3",
    ]);
    let o = place.json(&["show", "O-1"]);
    assert_eq!((&o["total"], &o["amount"], &o["currency"]), (&4780.into(), &"47.80".into(), &"EUR".into()));
    place.ok(&["order", "refund", "O-1", "7.80", "--reason", "chipped"]);
    assert_eq!(place.json(&["show", "O-1"])["status"], "refunded_part");
    place.fails(1, &["order", "refund", "O-1", "40.01"]);
    place.ok(&["order", "refund", "O-1"]);
    assert_eq!(place.json(&["show", "O-1"])["status"], "refunded");
    place.fails(2, &["order", "add", "--customer", "C-1", "no price"]);
    place.is_clean();
}

#[test]
fn tasks_answers_agents_teams_and_views() {
    let place = Place::busy();
    place.ok(&["task", "add", "Call", "Ada", "--due", "tomorrow", "--customer", "C-1", "--ticket", "T-1"]);
    place.ok(&["task", "edit", "K-1", "title=Call her"]);
    place.ok(&["task", "done", "K-1"]);
    assert_eq!(place.ok(&["list", "tasks", "is:done", "-q"]), "K-1\n");
    place.ok(&["task", "undone", "K-1"]);
    assert_eq!(place.json(&["show", "K-1"])["title"], "Call her");
    place.ok(&[
        "survey",
        "record",
        "--customer",
        "C-1",
        "--score",
        "5",
        "--ticket",
        "T-1",
        "Quick",
        "and",
        "kind",
    ]);
    place.fails(1, &["response", "record", "--customer", "C-1", "--survey", "nps", "--score", "11"]);
    assert_eq!(place.rows(&["list", "responses"])[0]["comment"], "Quick and kind");
    place.ok(&["team", "add", "Billing"]);
    place.ok(&[
        "agent",
        "add",
        "Dana Doe",
        "--user",
        "dana",
        "--email",
        "dana@desk.example",
        "--team",
        "Billing",
    ]);
    place.ok(&["ticket", "assign", "T-1", "@dana"]);
    place.ok(&["ticket", "team", "T-1", "Billing"]);
    place.ok(&["agent", "away", "@dana"]);
    assert!(place.json(&["agent", "show", "dana"])["away_since"].is_string());
    place.ok(&["agent", "back", "dana"]);
    place.ok(&["--agent", "dana", "ticket", "note", "T-1", "mine now"]);
    assert_eq!(place.rows(&["list", "messages", "kind:internal"])[0]["agent_name"], "Dana Doe");
    place.ok(&["view", "save", "Late and loud", "tickets", "is:overdue"]);
    place.fails(2, &["view", "save", "Wrong", "tickets", "shoe:42"]);
    place.fails(2, &["view", "save", "Wrong", "tickets", "is:open", "--columns", "number,shoe"]);
    place.ok(&["view", "save", "Told", "customers", "ada", "--columns", "number,Name,open,custom.plan,org"]);
    place.ok(&["customer", "edit", "C-1", "custom.plan=gold"]);
    let told = place.ok(&["list", "customers", "--view", "told", "--header"]);
    assert_eq!(told, "number\tname\topen\tplan\torganisation\nC-1\tAda Lovelace\t1\tgold\tAcme\n");
    place.ok(&["view", "delete", "told"]);
    assert!(place.ok(&["list", "views"]).contains("Late and loud"));
    place.ok(&["view", "delete", "late and loud"]);
    assert_eq!(place.ok(&["list", "views"]), "");
    place.ok(&["settings", "hold_seconds=0", "name=Our desk"]);
    assert_eq!(place.json(&["settings"])["name"], "Our desk");
    place.is_clean();
}

#[test]
fn a_held_reply_is_queued_by_the_clock_and_taken_back_before() {
    let place = Place::busy();
    place.ok(&["ticket", "reply", "T-1", "A first try"]);
    let undone = place.run(&["undo"]);
    assert!(undone.err.contains("draft"), "{}", undone.err);
    assert_eq!(place.ok(&["list", "messages", "delivery:held", "-q"]), "");
    place.ok(&["settings", "hold_seconds=0"]);
    place.ok(&["ticket", "reply", "T-1", "At once"]);
    place.ok(&["tick"]);
    assert_eq!(place.rows(&["list", "messages", "delivery:queued"])[0]["body"], "At once");
    place.is_clean();
}

#[test]
fn the_log_tells_who_changed_what() {
    let place = Place::busy();
    place.ok(&["customer", "edit", "C-1", "city=Oslo", "stage=churned"]);
    let first = place.ok(&["log"]);
    assert!(first.lines().next().unwrap().contains("customer edit"), "the newest first: {first}");
    assert_eq!(place.ok(&["log", "C-2"]).lines().count(), 1);
    let told = place.ok(&["log", "C-1", "--verbose", "--limit", "1"]);
    let stage = told.lines().find(|l| l.contains("stage")).unwrap();
    assert!(stage.ends_with("customer edit\tC-1\tstage\tcustomer\tchurned"), "{told}");
    // Who, when, what, and all of them.
    let many = |words: &[&str]| place.ok(&[&["log", "-q"], words].concat()).lines().count();
    assert_eq!(many(&["at:today", "command:customer edit"]), 1);
    assert_eq!(many(&["command:edit", "record:C-1"]), 1);
    assert_eq!(many(&["at:<=yesterday"]), 0);
    // No one was there yet when the desk was made.
    assert_eq!(many(&["agent:@me"]) + 1, many(&[]));
    let rows = place.rows(&["log", "--limit", "1"]);
    let fields = rows[0]["changes"][0]["fields"].as_array().unwrap();
    assert!(fields.iter().any(|f| f["field"] == "stage" && f["after"] == "churned"), "{fields:?}");
    place.ok(&["undo", &rows[0]["seq"].to_string()]);
    assert_eq!(place.json(&["show", "C-1"])["stage"], "customer");
}

#[test]
fn the_chain_of_the_log_is_verified_and_held_against_what_was_written_down() {
    use frontdesk::{
        model::{Table, log},
        store::{Options, RedbStore, Store, Weight},
    };
    let place = Place::busy();
    let before = place.ok(&["log", "verify", "-q"]).trim().to_owned();
    place.ok(&["customer", "edit", "C-1", "city=Oslo"]);
    let said = place.json(&["log", "verify", "--expect", &before]);
    assert_eq!((&said["clean"], &said["as_expected"]), (&true.into(), &true.into()), "{said}");
    let (seq, hash) = before.split_once(':').unwrap();
    let other = format!("{seq}:{}", hash.chars().rev().collect::<String>());
    let r = place.run(&["log", "verify", "--expect", &other]);
    assert!(r.code == 1 && r.out.contains(hash), "{}{}", r.out, r.err);
    assert_eq!(place.run(&["log", "verify", "--expect", "12"]).code, 2);

    // Someone writes into a row past the program.
    let store = RedbStore::open(&Options::at(place.store())).unwrap();
    let forge = |tx: &mut dyn frontdesk::store::Tx| {
        let mut row = log::LogRow::decode(&tx.get(Table::Log, &log::key(2))?.unwrap()).unwrap();
        row.command = "nothing at all".into();
        tx.put(Table::Log, &log::key(2), &row.encode());
        Ok(())
    };
    store.write(frontdesk::model::Id([9; 16]), Weight::Heavy, Box::new(forge)).unwrap();
    drop(store);
    let r = place.run(&["log", "verify"]);
    assert_eq!(r.code, 1, "{}", r.out);
    assert!(r.out.starts_with("log row 3: does not carry the hash of the row before it\n"), "{}", r.out);
    assert!(r.out.contains("first at row 3"), "{}", r.out);
    assert_eq!(place.run(&["log", "verify", "--expect", &before]).code, 1);
    assert_eq!(place.run(&["check"]).code, 1);
    // A repair does not gloss over it.
    assert_eq!(place.run(&["check", "--repair"]).code, 1);
}

#[test]
fn a_store_with_lost_indexes_is_repaired_and_says_so() {
    use frontdesk::{
        model::Table,
        store::{Options, Range, RedbStore, Scan, Store, ViewExt, Weight},
    };
    let place = Place::busy();
    let store = RedbStore::open(&Options::at(place.store())).unwrap();
    let forget = |tx: &mut dyn frontdesk::store::Tx| {
        for (key, _) in tx.page(Table::IxName, &Range::all(), Scan::Forward, 100)? {
            tx.del(Table::IxName, &key);
        }
        Ok(())
    };
    store.write(frontdesk::model::Id([9; 16]), Weight::Heavy, Box::new(forget)).unwrap();
    drop(store);
    let r = place.run(&["check"]);
    assert!(r.code == 1 && r.err.contains("frontdesk check --repair"), "{}{}", r.out, r.err);
    let out = place.ok(&["check", "--repair"]);
    assert!(out.contains("repaired: ix_name: ") && out.contains("all is as it should be"), "{out}");
    assert!(place.ok(&["log", "--limit", "1"]).contains("repaired for "));
    assert!(!place.ok(&["check", "--repair"]).contains("repaired"));
    place.is_clean();
}

#[test]
fn what_survives_of_a_damaged_store_is_saved() {
    let place = Place::busy();
    let out = place.path("survivors.jsonl");
    let mut bytes = std::fs::read(place.store()).unwrap();
    // Neither its first bytes nor the sizes in its header can be read any more.
    bytes[..64].fill(0xee);
    std::fs::write(place.store(), &bytes).unwrap();
    let r = place.run(&["list", "customers"]);
    assert!(r.code == 1 && r.err.contains("damaged"), "{}", r.err);
    assert!(place.run(&["check"]).err.contains("frontdesk salvage"));
    let said = place.json(&["salvage", out.to_str().unwrap()]);
    assert_eq!(said["tables"]["customer"]["sound"], 2, "{said}");
    assert_eq!(said["lost"], serde_json::json!({}));
    assert!(std::fs::read_to_string(&out).unwrap().contains("ada@x.example"));
    let again = place.run(&["salvage", out.to_str().unwrap()]);
    assert!(again.code == 1 && again.err.contains("there already"), "{}", again.err);
}

#[test]
fn the_editor_writes_what_is_not_given() {
    let place = Place::busy();
    let editor = place.file("editor", "#!/bin/sh\nprintf 'out of %s' \"$1\" > \"$2\"\n");
    let mut c = place.command(&["ticket", "note", "T-1", "--editor"]);
    let out = super::help::ran(c.env("VISUAL", format!("sh {editor} 'an editor'")).output().unwrap());
    assert_eq!(out.code, 0, "{}", out.err);
    assert_eq!(place.rows(&["list", "messages", "kind:internal"])[0]["body"], "out of an editor");
    let mut c = place.command(&["ticket", "note", "T-1", "--editor"]);
    assert_eq!(super::help::ran(c.env("VISUAL", "false").output().unwrap()).code, 1);
    // What the editor saved is kept where it says, however it ended.
    let mut c = place.command(&["ticket", "note", "T-1", "--editor"]);
    let out = super::help::ran(c.env("VISUAL", "f() { printf saved > \"$1\"; false; }; f").output().unwrap());
    let file = out.err.trim().rsplit_once("your text is in ").unwrap().1.to_owned();
    assert_eq!((out.code, std::fs::read_to_string(&file).unwrap().as_str()), (1, "saved"));
    std::fs::remove_file(file).unwrap();
}

#[test]
fn numbers_come_with_how_they_are_made() {
    let place = Place::busy();
    let report = place.json(&["report", "--window", "7d"]);
    let numbers = report["numbers"].as_array().unwrap();
    let new = numbers.iter().find(|n| n["number"] == "new").unwrap();
    assert_eq!((&new["value"], &new["n"]), (&1.into(), &1.into()));
    assert!(new["formula"].is_string());
    place.fails(2, &["report", "--window", "sometime"]);
    let stats = place.json(&["stats"]);
    assert_eq!(stats["records"]["customers"], 2);
}

#[test]
fn undo_lists_what_can_be_undone_and_undoes_a_row() {
    let place = Place::new();
    place.ok(&["customer", "add", "Ada", "Lovelace", "--email", "ada@x.example"]);
    place.ok(&["customer", "tag", "C-1", "vip"]);
    place.ok(&["customer", "tag", "C-1", "late"]);
    place.ok(&["undo"]);
    let list = || -> Vec<Value> {
        let out = place.ok(&["undo", "--list", "--json"]);
        out.lines().map(|l| serde_json::from_str(l).unwrap()).collect()
    };
    let rows = list();
    assert_eq!(rows.len(), 3, "the set-up of the desk is not in it: {rows:#?}");
    let told = |row: &Value| (row["undoable"].as_bool().unwrap(), row["why_not"].as_str().map(str::to_owned));
    assert_eq!(told(&rows[0]), (false, Some("it was undone already".into())));
    assert_eq!((rows[1]["what"].as_str(), told(&rows[1])), (Some("Ada Lovelace tagged"), (true, None)));
    assert!(rows[1]["at"].is_string() && rows[1]["seq"].is_u64());
    assert!(told(&rows[2]).1.unwrap().contains("changed since"), "{rows:#?}");
    assert_eq!(place.ok(&["undo", "--list", "-q"]), format!("{}\n", rows[1]["seq"]));
    place.ok(&["undo", &rows[1]["seq"].to_string()]);
    assert_eq!(place.json(&["show", "C-1"])["tags"], serde_json::json!([]));
    assert_eq!(told(&list()[2]), (true, None), "now nothing blocks it");
    place.fails(1, &["undo", &rows[1]["seq"].to_string()]);
    place.fails(2, &["undo", "--everyone"]);
    place.is_clean();
}

#[test]
fn an_edit_of_a_field_that_changed_meanwhile_shows_both_values() {
    let place = Place::new();
    place.ok(&["customer", "add", "Ada", "Lovelace", "--email", "ada@x.example"]);
    let seen = place.json(&["show", "C-1"])["version"].to_string();
    place.ok(&["customer", "edit", "C-1", "language=en"]);
    place.ok(&["customer", "edit", "C-1", "source=fair", "--seen", &seen]);
    let out = place.run(&["customer", "edit", "C-1", "language=de", "--seen", &seen]);
    assert_eq!(out.code, 1);
    assert!(out.err.contains("language is now") && out.err.contains("yours is"), "{}", out.err);
    assert_eq!(place.json(&["show", "C-1"])["language"], "en");
    let seen = place.json(&["show", "C-1"])["version"].to_string();
    place.ok(&["customer", "edit", "C-1", "language=de", "--seen", &seen]);
    place.is_clean();
}

#[test]
fn every_row_of_the_log_and_every_event_of_a_ticket_says_by_which_way_it_came() {
    let place = Place::busy();
    let file = place.file("people.csv", "Name,Email\nNew Person,new@x.example\n");
    place.ok(&["import", &file]);
    place.ok(&["ticket", "solve", "T-1"]);
    let rows = place.rows(&["log"]);
    assert!(rows.iter().all(|r| r["via"].is_string()), "{rows:?}");
    let of = |via: &str| rows.iter().filter(|r| r["via"] == via).count();
    assert!(of("agent") > 3 && of("import") > 0, "{rows:?}");
    assert_eq!(place.rows(&["list", "log", "via:import"]).len(), of("import"));
    let events = place.json(&["show", "T-1"])["events"].clone();
    assert!(events.as_array().unwrap().len() > 2);
    assert!(events.as_array().unwrap().iter().all(|e| e["via"] == "agent"), "{events}");
}
