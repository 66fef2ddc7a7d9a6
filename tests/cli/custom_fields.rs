//! Custom fields: declared with a type, checked when they are written, asked for as what they are.

use std::fs;

use super::help::Place;

fn place() -> Place {
    let place = Place::busy();
    place.ok(&["settings", "currency=EUR"]);
    for words in [
        &["Seats", "number"][..],
        &["Budget", "money"],
        &["Renewal", "date"],
        &["Plan", "choice", "--choices", "gold,silver"],
        &["Active", "yes/no"],
        &["Partner", "customer"],
        &["Coach", "agent", "--keep"],
    ] {
        place.ok(&[&["field", "add", "customer"][..], words].concat());
    }
    place
}

#[test]
fn values_are_kept_in_the_form_of_their_type_and_asked_for_by_it() {
    let place = place();
    place.ok(&[
        "customer",
        "edit",
        "C-1",
        "seats=1,204",
        "custom.budget=99.5 USD",
        "renewal=2026-03-31",
        "plan=GOLD",
        "active=true",
        "partner=grace@x.example",
        "coach=@me",
    ]);
    place.ok(&[
        "customer",
        "edit",
        "C-2",
        "Seats=9",
        "Budget=1000",
        "Renewal=2027-01-01",
        "Plan=silver",
        "Active=n",
    ]);
    let c = place.json(&["customer", "show", "C-1"])["custom"].clone();
    for (name, value) in [
        ("Seats", "1204"),
        ("Budget", "99.50 USD"),
        ("Renewal", "2026-03-31"),
        ("Plan", "gold"),
        ("Active", "yes"),
        ("Partner", "C-2"),
        ("Coach", "A-1"),
    ] {
        assert_eq!(c[name], value, "{name}");
    }
    for (query, found) in [
        ("seats>10", "C-1\n"),
        ("custom.seats:9", "C-2\n"),
        ("renewal<2026-06-01", "C-1\n"),
        ("custom.renewal:2027", "C-2\n"),
        ("renewal>=2026-03-31 renewal<=2026-03-31", "C-1\n"),
        ("budget>500", "C-2\n"),
        ("budget:99.50", "C-1\n"),
        ("plan:gold", "C-1\n"),
        ("active:no", "C-2\n"),
        ("partner:none", "C-2\n"),
        ("sort:-seats", "C-1\nC-2\n"),
        ("sort:seats", "C-2\nC-1\n"),
        ("sort:renewal", "C-1\nC-2\n"),
        ("sort:-budget", "C-2\nC-1\n"),
    ] {
        assert_eq!(place.ok(&["list", "customers", query, "-q"]), found, "{query}");
    }
    assert!(place.ok(&["fields", "customers"]).contains("custom.Plan\tPlan\tgold, silver"));
    assert_eq!(place.ok(&["list", "customers", "seats:9", "--columns", "number,custom.seats"]), "C-2\t9\n");
    for (edit, why) in [
        ("seats=many", "Seats: many is not a number"),
        ("budget=much", "not an amount"),
        ("renewal=soon", "not a date"),
        ("plan=bronze", "not one of gold, silver"),
        ("active=maybe", "not yes or no"),
        ("partner=nobody@x.example", "not a customer"),
        ("coach=@zoe", "not an agent"),
    ] {
        let said = place.fails(1, &["customer", "edit", "C-1", edit]);
        assert!(said.contains(why) && said.contains("nothing was changed"), "{edit}: {said}");
    }
    place.ok(&["customer", "edit", "C-1", "seats-=1204"]);
    assert_eq!(place.ok(&["list", "customers", "seats:none", "-q"]), "C-1\n");
    place.ok(&["undo"]);
    assert_eq!(place.ok(&["list", "customers", "seats:1204", "-q"]), "C-1\n");
    place.ok(&["check"]);
}

#[test]
fn a_value_is_asked_for_whole_by_its_type() {
    let place = place();
    place.ok(&["customer", "edit", "C-1", "seats=5", "budget=10", "partner=C-2", "coach=@me", "plan=gold"]);
    for n in 3..=22 {
        place.ok(&["customer", "add", &format!("Person {n}")]);
    }
    place.ok(&["customer", "edit", "C-2", "seats=50", "budget=100", "partner=C-22", "active=1"]);
    for (query, found) in [
        ("seats:5", "C-1\n"),
        ("seats:5.0", "C-1\n"),
        ("-seats:5 seats:any", "C-2\n"),
        ("seats:5,50 sort:number", "C-1\nC-2\n"),
        ("seats=5", "C-1\n"),
        ("custom.budget:10", "C-1\n"),
        ("budget>=10EUR sort:number", "C-1\nC-2\n"),
        ("budget>50EUR", "C-2\n"),
        ("budget>50USD", ""),
        ("budget:\"10 EUR\"", "C-1\n"),
        ("budget:10EUR..20EUR", "C-1\n"),
        ("partner:C-2", "C-1\n"),
        ("partner:22", "C-2\n"),
        ("coach:A-1", "C-1\n"),
        ("active:true", "C-2\n"),
        ("plan:Gold", "C-1\n"),
        ("plan:go", ""),
        ("plan:go*", "C-1\n"),
    ] {
        assert_eq!(place.ok(&["list", "customers", query, "-q"]), found, "{query}");
    }
    for (query, takes) in [
        ("seats:many", "it takes a number; in quotes it is a text"),
        ("active:perhaps", "it takes yes or no"),
        ("coach:@me", "a number such as A-2"),
        ("partner:A-1", "a number such as C-2"),
        ("seats>5EUR", "no value of"),
    ] {
        let said = place.run(&["list", "customers", query, "-q"]);
        assert!(said.code != 0 && said.err.contains(takes), "{query}: {}", said.err);
    }
}

#[test]
fn a_change_of_a_declaration_leaves_what_it_does_not_name() {
    let place = Place::busy();
    place.ok(&["field", "add", "customer", "Plan", "choice", "--choices", "gold,silver", "--keep"]);
    place.ok(&["field", "edit", "customer", "plan", "choice"]);
    assert_eq!(place.ok(&["field", "list"]), "customer\tPlan\tchoice\tgold, silver\tkept\n");
    place.ok(&["field", "edit", "customer", "plan", "choice", "--choices", "gold"]);
    assert_eq!(place.ok(&["field", "list"]), "customer\tPlan\tchoice\tgold\tkept\n");
    place.ok(&["field", "edit", "customer", "plan", "text", "--keep=false"]);
    assert_eq!(place.ok(&["field", "list"]), "customer\tPlan\ttext\t\terased\n");
}

#[test]
fn a_table_of_deals_has_their_custom_fields() {
    let place = Place::busy();
    place.ok(&["field", "add", "deal", "Seats", "number"]);
    place.ok(&["deal", "add", "One", "seats=1,200", "custom.colour=red"]);
    place.ok(&["deal", "add", "Two"]);
    let out = place.path("deals.csv");
    let out = out.to_str().unwrap();
    place.ok(&["export", "deals", "-o", out]);
    let again = place.json(&["import", "deals", out]);
    assert_eq!((&again["unchanged"], &again["created"]), (&2.into(), &0.into()));
    let other = Place::busy();
    assert_eq!(other.json(&["import", "deals", out])["created"], 2);
    assert_eq!(
        other.json(&["deal", "show", "D-1"])["custom"],
        serde_json::json!({ "Seats": "1200", "colour": "red" })
    );
    let theirs = place.file("theirs.csv", "Deal Name,SEATS,Other\nThree,\"1,300\",x\nFour,many,y\n");
    let done = place.run(&["import", "deals", &theirs]);
    assert!(
        done.code == 0
            && done.err.contains("line 3: Seats: many is not a number such as 12 or 3.5: kept as text"),
        "{}",
        done.err
    );
    assert_eq!(place.ok(&["list", "deals", "seats:1300", "-q"]), "D-3\n");
    assert_eq!(place.ok(&["field", "list", "deal", "seats"]), "D-4\tmany\n");
    place.ok(&["check"]);
}

#[test]
fn tickets_organisations_and_deals_have_them_too() {
    let place = Place::busy();
    for kind in ["ticket", "organisation", "deal"] {
        place.ok(&["field", "add", kind, "Seats", "number"]);
    }
    place.ok(&["ticket", "edit", "T-1", "seats=12"]);
    place.ok(&["organisation", "edit", "Acme", "seats=13"]);
    place.ok(&["deal", "add", "Plan", "seats=14"]);
    for (list, query, found) in [
        ("tickets", "seats>11", "T-1\n"),
        ("organisations", "seats:13", "G-1\n"),
        ("deals", "custom.seats>=14", "D-1\n"),
        ("deals", "seats<14", ""),
    ] {
        assert_eq!(place.ok(&["list", list, query, "-q"]), found, "{list} {query}");
    }
    assert!(place.fails(1, &["deal", "edit", "D-1", "seats=x"]).contains("not a number"));
    assert_eq!(place.ok(&["list", "deals", "--columns", "number,custom.seats"]), "D-1\t14\n");
    place.ok(&["check"]);
}

#[test]
fn values_from_before_stay_are_listed_where_they_do_not_fit_and_become_text_again() {
    let place = Place::busy();
    place.ok(&["customer", "edit", "C-1", "custom.seats=12"]);
    place.ok(&["customer", "edit", "C-2", "custom.Seats=a dozen"]);
    let added = place.run(&["field", "add", "customer", "Seats", "number"]);
    assert!(
        added.code == 0 && added.err.contains("1 of 2 values do not fit and stay as they are"),
        "{}",
        added.err
    );
    assert_eq!(place.ok(&["field", "list", "customer", "seats"]), "C-2\ta dozen\n");
    assert_eq!(place.ok(&["list", "customers", "seats>10", "-q"]), "C-1\n");
    assert_eq!(place.ok(&["field", "list"]), "customer\tSeats\tnumber\t\terased\n");
    place.ok(&["field", "edit", "customer", "seats", "text"]);
    assert_eq!(place.json(&["field", "list"])["type"], "text");
    let removed = place.ok(&["field", "remove", "customer", "SEATS"]);
    assert_eq!(removed, "field SEATS of customers removed; its values stay as text\n");
    assert_eq!(place.ok(&["field", "list"]), "");
    assert_eq!(place.json(&["customer", "show", "C-2"])["custom"]["Seats"], "a dozen");
    place.ok(&["undo"]);
    assert_eq!(place.ok(&["field", "list"]), "customer\tSeats\ttext\t\terased\n");
}

#[test]
fn what_is_no_declaration_is_rejected() {
    let place = place();
    for (words, why) in [
        (&["add", "customer", "SEATS", "text"][..], "there is a field SEATS already"),
        (&["add", "customer", "Email", "text"], "has a field email already"),
        (&["add", "customer", "Tier", "choice"], "--choices"),
        (&["add", "customer", "Tier", "colour"], "there is no type colour"),
        (&["add", "customer", "a=b", "text"], "none of"),
        (&["add", "customer", "Sort", "text"], "means something else in queries"),
        (&["add", "customer", "custom.x", "text"], "means something else in queries"),
        (&["edit", "customer", "Tier", "text"], "there is no field Tier"),
        (&["remove", "customer", "Tier"], "there is no field Tier"),
    ] {
        let said = place.fails(1, &[&["field"][..], words].concat());
        assert!(said.contains(why), "{words:?}: {said}");
    }
    assert!(place.fails(2, &["field", "add", "ticket", "x", "text", "--index"]).contains("no index yet"));
    place.ok(&["field", "add", "customer", "Area", "text", "--index"]);
    assert!(place.fails(2, &["field", "add", "message", "x", "text"]).contains("no custom fields"));
    place.ok(&["agent", "add", "Rita"]);
    assert_ne!(place.run(&["--agent", "rita", "field", "add", "customer", "Mine", "text"]).code, 0);
}

#[test]
fn imports_keep_what_does_not_fit_and_exports_bring_all_of_it_back() {
    let place = place();
    let file = place.file(
        "p.csv",
        "First Name,E-mail,seats,Plan\nZoe,zoe@x.example,\"1,000\",Silver\nYan,yan@x.example,some,gold\n",
    );
    let done = place.run(&["import", "contacts", &file]);
    assert!(
        done.err.contains("line 3: Seats: some is not a number such as 12 or 3.5: kept as text"),
        "{}",
        done.err
    );
    assert_eq!(place.ok(&["list", "customers", "seats:1000 plan:silver", "-q"]), "C-3\n");
    assert_eq!(place.ok(&["field", "list", "customer", "seats"]), "C-4\tsome\n");
    let out = place.path("out.csv");
    place.ok(&["export", "customers", "-o", out.to_str().unwrap()]);
    let other = Place::new();
    other.ok(&["field", "add", "customer", "Seats", "number"]);
    other.ok(&["import", "contacts", out.to_str().unwrap()]);
    assert_eq!(other.ok(&["list", "customers", "seats:1000", "-q"]).lines().count(), 1);
}

#[test]
fn erasure_takes_custom_fields_except_those_declared_to_be_kept() {
    let place = place();
    place.ok(&["customer", "edit", "C-1", "seats=4", "coach=@me"]);
    place.ok(&["customer", "erase-me", "C-1", "--yes"]);
    let c = place.json(&["list", "customers", "is:archived"]);
    assert_eq!((&c["custom"]["Coach"], &c["custom"]["Seats"]), (&"A-1".into(), &serde_json::Value::Null));
    assert!(!fs::read_to_string(place.store()).is_ok_and(|t| t.contains("Lovelace")));
    place.ok(&["check"]);
}
