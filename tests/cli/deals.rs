//! Deals, and with them the verbs that every kind has which is declared in one table.

use std::fs;

use super::help::Place;

const HUBSPOT: &str = "\
Record ID,Deal Name,Deal Stage,Amount,Deal owner,Close Date,Associated Company IDs,Associated Contact IDs,Currency,Create Date
901,Annual plan,proposal,\"1,200.50\",,2026-03-01 10:15,77;78,5;ada@x.example,USD,2026-01-01
902,Renewal,closedwon,99,,2026-01-02,,,EUR,
903,Too small,Closed Lost,,,,,,,
904,,proposal,1,,,,,,
905,Bad stage,appointmentscheduled,1,,,,,,
906,Bad money,,abc,,,,,,
";

fn place() -> Place {
    let place = Place::busy();
    place.ok(&["settings", "currency=EUR"]);
    place
}

#[test]
fn a_deal_is_added_edited_listed_and_shown() {
    let place = place();
    let words =
        ["deal", "add", "Annual plan", "--customer", "C-1", "--organisation", "Acme", "--amount", "1200"];
    assert_eq!(place.ok(&[&words[..], &["--close", "2026-12-31"]].concat()), "deal D-1 Annual plan added\n");
    assert_eq!(
        place.ok(&["deal", "add", "Support", "amount=99.50 USD", "tag=big", "customer=C-2", "-q"]),
        "D-2\n"
    );
    let d = place.json(&["deal", "show", "D-1"]);
    for (field, value) in [
        ("ref", "D-1"),
        ("stage", "Qualified"),
        ("pipeline", "Sales"),
        ("amount", "1200.00"),
        ("currency", "EUR"),
        ("expected_close", "2026-12-31"),
        ("customer_ref", "C-1"),
        ("organisation_name", "Acme"),
    ] {
        assert_eq!(d[field], value, "{field}");
    }
    assert_eq!((&d["worth"], &d["probability"]), (&120_000.into(), &20.into()));
    for (query, found) in [
        ("amount>1000", "D-1\n"),
        ("amount<100", "D-2\n"),
        ("customer:lovelace", "D-1\n"),
        ("org:acme", "D-1\n"),
        ("tag:big", "D-2\n"),
        ("close:2026-12", "D-1\n"),
        ("is:open", "D-1\nD-2\n"),
        ("sort:-number", "D-2\nD-1\n"),
        ("probability:20 annual", "D-1\n"),
        ("owner:none", ""),
    ] {
        assert_eq!(place.ok(&["list", "deals", query, "-q"]), found, "{query}");
    }
    for typed in ["D-2", "d2", "support", "Supp"] {
        assert!(place.ok(&["find", typed, "-q"]).lines().any(|l| l == "D-2"), "{typed}");
    }
    assert!(place.ok(&["show", "C-1"]).contains("D-1 Annual plan  Qualified"));
    assert!(place.ok(&["fields", "deals"]).contains("probability"));
    assert!(
        place.ok(&["list", "deals", "--header"]).starts_with("number\tstage\tamount\tclose\towner\ttitle")
    );
    place.ok(&["check"]);
}

#[test]
fn a_stage_takes_its_probability_along_and_is_kept_with_its_time() {
    let place = place();
    place.ok(&["deal", "add", "Plan", "customer=C-1"]);
    place.ok(&["deal", "edit", "D-1", "stage=PROPOSAL"]);
    assert_eq!(place.json(&["deal", "show", "D-1"])["probability"], 40);
    place.ok(&["deal", "edit", "D-1", "probability=55%"]);
    assert_eq!(place.json(&["deal", "show", "D-1"])["probability"], 55, "an agent knows better");
    let why = place.fails(1, &["deal", "edit", "D-1", "stage=lost"]);
    assert!(why.contains("say why the deal was lost"), "{why}");
    place.ok(&["deal", "edit", "D-1", "--stage", "lost", "--lost-reason", "Too dear"]);
    let d = place.json(&["deal", "show", "D-1"]);
    assert_eq!(
        (&d["stage"], &d["probability"], &d["lost_reason"]),
        (&"Lost".into(), &0.into(), &"Too dear".into())
    );
    let reached: Vec<&str> =
        d["stages"].as_array().unwrap().iter().map(|s| s["to"].as_str().unwrap()).collect();
    assert_eq!(reached, ["Qualified", "Proposal", "Lost"]);
    assert!(d["closed_at"].is_string());
    assert_eq!(place.ok(&["list", "deals", "is:lost", "-q"]), "D-1\n");
    // Open again: neither closed nor lost for a reason.
    place.ok(&["deal", "edit", "D-1", "stage=negotiation"]);
    let d = place.json(&["deal", "show", "D-1"]);
    assert_eq!(
        (&d["closed_at"], &d["lost_reason"], &d["probability"]),
        (&None::<String>.into(), &"".into(), &70.into())
    );
    // Each step can be undone.
    place.ok(&["undo"]);
    assert_eq!(place.json(&["deal", "show", "D-1"])["lost_reason"], "Too dear");
    for _ in 0..4 {
        place.ok(&["undo"]);
    }
    assert_eq!(place.ok(&["list", "deals", "-q"]), "");
    place.ok(&["check"]);
}

#[test]
fn pipelines_are_settings_and_what_is_none_is_rejected() {
    let place = place();
    place.ok(&["settings", "pipeline+=Renewals: Talks 30%, Kept 100%, Gone 0%"]);
    place.ok(&["deal", "add", "R", "pipeline=renewals"]);
    assert_eq!(place.json(&["deal", "show", "D-1"])["stage"], "Talks");
    place.ok(&["deal", "edit", "D-1", "stage=won"]);
    assert_eq!(place.json(&["deal", "show", "D-1"])["stage"], "Kept");
    // The usual pipeline stays where one is added.
    place.ok(&["deal", "add", "S", "pipeline=sales"]);
    for (words, why) in [
        (
            &["deal", "edit", "D-1", "stage=proposal"][..],
            "Renewals has no stage proposal; it has Talks, Kept, Gone",
        ),
        (&["deal", "add", "x", "pipeline=y"], "there is no pipeline y; there are Sales, Renewals"),
        (&["settings", "pipeline=Sales: A 10%"], "needs an open stage, a won one (100%) and a lost one (0%)"),
        (&["deal", "add"], "a deal needs a title"),
        (&["deal", "add", "x", "amount=abc"], "not an amount"),
        (&["deal", "add", "x", "close=never"], "is not a time"),
        (&["deal", "add", "x", "owner=zoe"], "no agent zoe"),
        (&["deal", "add", "x", "customer=C-99"], "no customer C-99"),
        (&["deal", "add", "x", "probability=150"], "from 0 to 100"),
        (&["deal", "add", "x", "amuont=3"], "did you mean amount?"),
        (&["deal", "edit", "D-9", "stage=won"], "no deal D-9"),
    ] {
        let said = place.fails(1, words);
        assert!(said.contains(why), "{words:?}: {said}");
    }
    place.ok(&["settings", "pipeline-=Renewals"]);
    assert!(place.fails(1, &["deal", "edit", "D-1", "title=Q"]).contains("there is no pipeline Renewals"));
}

#[test]
fn deals_are_archived_tagged_and_tried_without_a_change() {
    let place = place();
    place.ok(&["deal", "add", "One"]);
    place.ok(&["deal", "add", "Two"]);
    place.ok(&["deal", "tag", "D-1", "D-2", "hot"]);
    place.ok(&["deal", "untag", "D-2", "hot"]);
    assert_eq!(place.ok(&["list", "deals", "tag:hot", "-q"]), "D-1\n");
    place.ok(&["deal", "archive", "D-1"]);
    assert_eq!(place.ok(&["deal", "list", "-q"]), "D-2\n");
    assert_eq!(place.ok(&["list", "deals", "is:archived", "-q"]), "D-1\n");
    assert_eq!(place.run(&["find", "one", "-q"]).out, "", "archived deals are not found by their title");
    place.ok(&["deal", "unarchive", "D-1"]);
    for words in [
        &["deal", "add", "Three", "--dry-run"][..],
        &["deal", "edit", "D-1", "amount=5", "--dry-run"],
        &["deal", "archive", "D-1", "--dry-run"],
        &["deal", "tag", "D-1", "cold", "--dry-run"],
    ] {
        let before = place.ok(&["list", "deals", "--json"]);
        assert!(!place.ok(words).is_empty());
        assert_eq!(place.ok(&["list", "deals", "--json"]), before, "{words:?}");
    }
    let version = place.json(&["deal", "show", "D-1"])["version"].to_string();
    place.ok(&["deal", "edit", "D-1", "title=Uno"]);
    let stale = place.fails(1, &["deal", "edit", "D-1", "title=Eins", "--seen", &version]);
    assert!(stale.contains("title"), "{stale}");
    assert!(place.ok(&["log", "D-1"]).contains("deal archive"));
}

#[test]
fn deals_of_hubspot_are_imported_once_and_reverted() {
    let place = place();
    place.ok(&["customer", "edit", "C-2", "external_id=hs:5"]);
    let file = place.file("deals.csv", HUBSPOT);
    let words = ["import", "deals", &file, "--source", "hs"];
    let dry = place.json(&[&words[..], &["--dry-run"]].concat());
    assert_eq!((&dry["created"], &dry["rejected"]), (&3.into(), &3.into()));
    assert_eq!(place.ok(&["list", "deals", "-q"]), "");
    let done = place.json(&words);
    assert_eq!((&done["read"], &done["created"], &done["rejected"]), (&6.into(), &3.into(), &3.into()));
    let rows = place.rows(&["list", "deals", "sort:number"]);
    let of = |n: usize, field: &str| rows[n][field].clone();
    assert_eq!((of(0, "title"), of(0, "amount")), ("Annual plan".into(), "1200.50".into()));
    assert_eq!((of(0, "currency"), of(0, "stage")), ("USD".into(), "Proposal".into()));
    // The first of several that is known, by the source's id.
    assert_eq!((of(0, "customer_ref"), of(0, "expected_close")), ("C-2".into(), "2026-03-01".into()));
    assert_eq!((of(1, "stage"), of(2, "stage")), ("Won".into(), "Lost".into()));
    let rejects = fs::read_to_string(format!("{file}.rejects.csv")).unwrap();
    for part in
        ["5,title: a deal needs a title,904", "6,", "has no stage appointmentscheduled", "906,Bad money"]
    {
        assert!(rejects.contains(part), "{part}: {rejects}");
    }
    let again = place.json(&words);
    assert_eq!((&again["unchanged"], &again["created"]), (&3.into(), &0.into()));
    place.ok(&["import", "revert", "B-1"]);
    assert_eq!(place.ok(&["list", "deals", "-q"]), "");
    place.ok(&["check"]);
    let broken = place.file("broken.csv", "Deal Name,Amount\nGood,1\nBad,2,3,4\n");
    assert_eq!(place.json(&["import", "deals", &broken])["rejected"], 1);
    let rejects = fs::read_to_string(format!("{broken}.rejects.csv")).unwrap();
    assert!(rejects.lines().last().is_some_and(|l| l.ends_with(",,,\"Bad,2,3,4\"")), "{rejects}");
    let none = place.file("none.csv", "Colour,Size\nred,3\n");
    assert!(place.fails(65, &["import", "deals", &none]).contains("none of its columns is a field of deals"));
}

#[test]
fn an_export_of_deals_says_nothing_new_to_its_own_desk_and_fills_another() {
    let place = place();
    let plan = [
        "deal",
        "add",
        "Plan; \"A\"",
        "customer=C-1",
        "amount=12.50",
        "tag=a,b",
        "note=Line\ntwo",
        "stage=won",
    ];
    place.ok(&plan);
    place.ok(&["deal", "add", "=1+1", "close=2026-05-05"]);
    let file = place.path("out.csv");
    let file = file.to_str().unwrap();
    place.ok(&["export", "deals", "-o", file]);
    let again = place.json(&["import", "deals", file]);
    assert_eq!((&again["unchanged"], &again["created"]), (&2.into(), &0.into()));
    let other = Place::busy();
    assert_eq!(other.json(&["import", "deals", file])["created"], 2);
    let fields =
        ["title", "amount", "stage", "tags", "notes", "expected_close", "customer_ref", "probability"];
    let read = |p: &Place| -> Vec<Vec<serde_json::Value>> {
        let rows = p.rows(&["list", "deals", "sort:number"]);
        rows.iter().map(|r| fields.iter().map(|f| r[f].clone()).collect()).collect()
    };
    assert_eq!(read(&place), read(&other));
}

#[test]
fn deals_of_an_erased_customer_keep_their_amount_and_lose_their_words() {
    let place = place();
    place.ok(&["deal", "add", "Plan of Ada", "customer=C-1", "amount=100", "note=She likes tea"]);
    place.ok(&["deal", "add", "Other", "customer=C-2"]);
    place.ok(&["customer", "export-me", "C-1", place.path("ada").to_str().unwrap()]);
    let person = fs::read_to_string(place.path("ada").join("person.json")).unwrap();
    assert!(person.contains("Plan of Ada") && !person.contains("\"Other\""), "{person}");
    place.ok(&["customer", "erase-me", "C-1", "--yes"]);
    let all = place.ok(&["list", "deals", "--json"]);
    assert!(!all.contains("Ada") && !all.contains("tea") && all.contains("100.00"), "{all}");
    place.ok(&["check"]);
}

#[test]
fn deals_follow_a_merged_customer() {
    let place = place();
    place.ok(&["deal", "add", "Plan", "customer=C-2"]);
    place.ok(&["customer", "merge", "C-1", "C-2"]);
    assert_eq!(place.json(&["deal", "show", "D-1"])["customer_ref"], "C-1");
    place.ok(&["customer", "unmerge", "C-2"]);
    assert_eq!(place.json(&["deal", "show", "D-1"])["customer_ref"], "C-2");
    place.ok(&["check"]);
}

#[test]
fn agents_who_only_read_change_no_deal() {
    let place = place();
    place.ok(&["deal", "add", "Plan"]);
    place.ok(&["agent", "add", "Rita", "role=read_only"]);
    for words in [
        &["--agent", "rita", "deal", "add", "Mine"][..],
        &["--agent", "rita", "deal", "edit", "D-1", "title=Mine"],
        &["--agent", "rita", "deal", "archive", "D-1"],
        &["--agent", "rita", "undo", "1"],
    ] {
        assert_ne!(place.run(words).code, 0, "{words:?}");
    }
    assert!(place.ok(&["--agent", "rita", "list", "deals"]).contains("Plan"));
}
