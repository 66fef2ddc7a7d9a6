//! Every field that can be entered comes out again: in `show`, in queries and in exports.

use serde_json::Value;

use super::help::Place;

/// A value that a field takes, unlike that of any other field.
fn value(f: &Value) -> Option<String> {
    let name = f["name"].as_str().unwrap();
    Some(match (name, f["type"].as_str().unwrap()) {
        ("email", _) => "zqemail@x.example".to_owned(),
        ("phone", _) => "+44 20 7946 0123".to_owned(),
        ("domain", _) => "zqdomain.example".to_owned(),
        ("stage", _) => "churned".to_owned(),
        ("owner", _) => "@me".to_owned(),
        ("handle", _) => "net:zqhandle".to_owned(),
        ("external", _) => "shop:zqexternal".to_owned(),
        ("referred_by", _) => "C-1".to_owned(),
        ("parent", _) => "Acme".to_owned(),
        // Marks on addresses, and the parts of a name.
        ("shared_email" | "bounced_email", _) => return None,
        ("name", _) if f["why_not"].is_string() => return None,
        (_, "date") => "1990-02-28".to_owned(),
        (_, "custom") => return None,
        (name, _) => format!("zq{}", name.replace('_', "")),
    })
}

/// What is looked for in what is printed.
fn seen<'a>(name: &str, value: &'a str) -> &'a str {
    match name {
        "owner" => "",
        "handle" => "zqhandle",
        "external" => "zqexternal",
        _ => value,
    }
}

fn comes_out(place: &Place, list: &str, verb: &str, first: &[&str], id: &str) {
    let fields: Vec<Value> = place.rows(&["fields", list]);
    let entered: Vec<(&Value, &str, String)> = fields
        .iter()
        .filter(|f| f["editable"] == true)
        .filter_map(|f| Some((f, f["name"].as_str()?, value(f)?)))
        .collect();
    assert!(entered.len() > 8, "{list}: {}", entered.len());
    let words: Vec<String> = entered.iter().map(|(_, name, value)| format!("{name}={value}")).collect();
    let mut add = vec![verb, "add"];
    add.extend(first);
    add.extend(words.iter().map(String::as_str));
    place.ok(&add);
    let shown = place.ok(&["show", id]).to_lowercase();
    let table = place.ok(&["export", list]).to_lowercase();
    let records = place.ok(&["export", list, "--format", "jsonl"]).to_lowercase();
    for (f, name, value) in &entered {
        let sought = seen(name, value).to_lowercase();
        assert!(shown.contains(&sought), "{list} {name} is not in show: {shown}");
        match (*name, f["why_not"].is_string()) {
            // By its id, which is no word of this test.
            ("referred_by", _) => assert!(records.contains("\"referred_by\":"), "{records}"),
            (_, true) => assert!(records.contains(&sought), "{list} {name} is in no export: {records}"),
            (_, false) => assert!(table.contains(&sought), "{list} {name} is not in the export: {table}"),
        }
        if f["query"] == true {
            let asked = match *name {
                "owner" | "referred_by" => format!("{name}:{value}"),
                name => format!("{name}:\"{}\"", seen(name, value)),
            };
            assert_eq!(place.ok(&["list", list, &asked, "-q"]), format!("{id}\n"), "{list} {asked}");
        }
    }
}

#[test]
fn every_field_of_a_customer_that_can_be_entered_is_shown_asked_for_and_exported() {
    comes_out(&Place::busy(), "customers", "customer", &[], "C-3");
}

#[test]
fn every_field_of_an_organisation_that_can_be_entered_is_shown_asked_for_and_exported() {
    comes_out(&Place::busy(), "organisations", "organisation", &[], "G-2");
}

#[test]
fn fields_are_printed_with_all_that_scripts_rely_on_for_every_kind() {
    let place = Place::new();
    let kinds = [
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
        "agents",
        "teams",
        "views",
    ];
    for kind in kinds {
        for f in place.rows(&["fields", kind]) {
            for name in
                ["name", "type", "aliases", "query", "column", "editable", "sensitive", "field", "also"]
            {
                assert!(f.get(name).is_some(), "{kind} {f}: {name}");
            }
        }
    }
    let birthday =
        |place: &Place| place.rows(&["fields", "customers"]).into_iter().find(|f| f["name"] == "birthday");
    let f = birthday(&place).unwrap();
    assert_eq!((&f["sensitive"], &f["type"], &f["editable"]), (&true.into(), &"date".into(), &true.into()));
    // Without a desk there is no one with the permission.
    assert_eq!(birthday(&Place::empty()), None);
    assert_eq!(place.rows(&["fields", "mailboxes"])[0]["name"], "address");
}

#[test]
fn a_field_is_edited_by_any_of_its_names() {
    let place = Place::busy();
    place.ok(&[
        "customer",
        "edit",
        "C-1",
        "timezone=Europe/Oslo",
        "likes+=short answers",
        "first_name=Augusta",
    ]);
    let c = place.json(&["show", "C-1"]);
    assert_eq!((&c["zone"], &c["given"]), (&"Europe/Oslo".into(), &"Augusta".into()));
    assert_eq!(c["preferences"][0], "short answers");
    assert_eq!(place.ok(&["list", "customers", "zone:oslo", "-q"]), "C-1\n");
    place.ok(&["customer", "edit", "C-2", "referred_by=C-1"]);
    assert_eq!(place.ok(&["list", "customers", "referrer:C-1", "-q"]), "C-2\n");
    assert_eq!(place.ok(&["list", "customers", "referred_by:augusta", "-q"]), "C-2\n");
    assert!(place.ok(&["show", "C-2"]).contains("referrer"));
    place.ok(&["organisation", "add", "Harbour", "parent=Acme"]);
    assert_eq!(place.ok(&["list", "organisations", "parent:acme", "-q"]), "G-2\n");
}

#[test]
fn a_severity_is_set_asked_for_shown_listed_undone_and_goes_to_another_desk() {
    let place = Place::busy();
    assert_eq!(place.ok(&["list", "tickets", "severity:none", "-q"]), "T-1\n");
    place.ok(&["ticket", "edit", "T-1", "severity=major"]);
    assert_eq!(place.ok(&["list", "tickets", "severity>minor", "-q"]), "T-1\n");
    assert_eq!(place.ok(&["list", "tickets", "severity:critical", "-q"]), "");
    place.ok(&["ticket", "severity", "T-1", "none"]);
    assert_eq!(place.ok(&["list", "tickets", "severity:none", "-q"]), "T-1\n");
    place.ok(&["ticket", "severity", "T-1", "major"]);
    assert_eq!(place.ok(&["list", "tickets", "--columns", "number,severity"]), "T-1\tmajor\n");
    assert!(place.ok(&["show", "T-1"]).lines().any(|l| l.starts_with("severity") && l.ends_with("major")));
    assert!(place.ok(&["export", "tickets"]).lines().any(|l| l.split(',').any(|c| c == "major")));
    assert_eq!(place.json(&["show", "T-1"])["severity"], "major");
    for word in ["minor", "major", "critical"] {
        let offered = place.ok(&["complete", "tickets", "--", &format!("severity:{}", &word[..2])]);
        assert!(offered.contains(word), "{offered}");
    }
    let told = place.json(&["ticket", "edit", "T-1", "severity=critical", "--dry-run"]);
    assert_eq!(told["changes"][0]["fields"][0]["field"], "severity");
    assert!(place.fails(1, &["ticket", "edit", "T-1", "severity=huge"]).contains("minor, major, critical"));
    let fields = place.rows(&["fields", "tickets"]);
    let field = fields.iter().find(|f| f["name"] == "severity").unwrap();
    assert_eq!(
        (&field["column"], &field["editable"], &field["query"]),
        (&"severity".into(), &true.into(), &true.into())
    );

    place.ok(&["export", "--all", "-o", place.path("all.jsonl").to_str().unwrap()]);
    let other = Place::empty();
    other.ok(&["import", "--all", place.path("all.jsonl").to_str().unwrap()]);
    assert_eq!(other.ok(&["list", "tickets", "severity:major", "-q"]), "T-1\n");

    place.ok(&["undo"]);
    assert_eq!(place.ok(&["list", "tickets", "severity:none", "-q"]), "T-1\n");
}
