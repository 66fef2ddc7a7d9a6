//! Numbers and dates of orders, and the columns of exports.

use super::help::{Place, ran};

/// A desk at a place, with orders from a file: one as usual, two that the shop calls refunded, one partly so.
fn shop(zone: &str) -> Place {
    let place = Place::empty();
    place.ok(&["init", "--zone", zone, "--currency", "EUR", "--address", "help@desk.example"]);
    let file = place.file(
        "orders.csv",
        "order,email,date,amount,refunded,status\n\
         1,ada@x.example,2024-05-02,100.00,,paid\n\
         2,ada@x.example,2024-05-02,40.00,,refunded\n\
         3,ada@x.example,2024-05-02,30.00,10.00,partially refunded\n",
    );
    place.ok(&["import", "orders", &file]);
    place
}

#[test]
fn an_order_imported_as_refunded_counts_for_nothing() {
    let place = shop("Europe/Dublin");
    let orders = place.rows(&["list", "orders", "sort:number"]);
    let refunded: Vec<i64> = orders.iter().map(|o| o["refunded"].as_i64().unwrap()).collect();
    assert_eq!(refunded, [0, 4000, 1000]);
    assert_eq!(orders[1]["status"], "refunded");
    let shown = place.json(&["show", "C-1"]);
    assert_eq!(shown["revenue"][0]["total"], 12_000, "100 and 20 of 30: {shown}");
    assert_eq!(place.ok(&["list", "customers", "revenue:120", "-q"]), "C-1\n");
    // A second import of the same file changes nothing, and one that says so later takes the money off.
    place.ok(&["import", "orders", place.path("orders.csv").to_str().unwrap()]);
    assert_eq!(place.json(&["show", "C-1"])["revenue"][0]["total"], 12_000);
    let later = place
        .file("orders.csv", "order,email,date,amount,status\n1,ada@x.example,2024-05-02,100.00,refunded\n");
    place.ok(&["import", "orders", &later]);
    assert_eq!(place.json(&["show", "C-1"])["revenue"][0]["total"], 2_000);
    place.is_clean();
}

#[test]
fn a_civil_date_is_the_same_date_in_every_zone() {
    for zone in ["America/Los_Angeles", "Pacific/Kiritimati", "Europe/Dublin"] {
        let place = shop(zone);
        place.ok(&["customer", "edit", "C-1", "birthday=1990-02-03"]);
        let text = place.ok(&["show", "C-1"]);
        let orders: Vec<&str> = text.lines().filter(|l| l.contains("  O-")).collect();
        assert_eq!(orders.len(), 3, "{text}");
        assert!(orders.iter().all(|l| l.trim().starts_with("2024-05-02  O-")), "{zone}: {text}");
        let refund = place.ok(&["show", "O-2"]);
        assert!(!refund.contains("2024-05-01") && !refund.contains("2024-05-03"), "{zone}: {refund}");
        for entry in place.json(&["show", "C-1"])["history"].as_array().unwrap() {
            if entry["what"] == "order" {
                assert!(entry["at"].as_str().unwrap().starts_with("2024-05-02T00:00:00"), "{zone}: {entry}");
            }
        }
        assert_eq!(place.ok(&["list", "orders", "date:2024-05-02", "-q"]).lines().count(), 3, "{zone}");
        // Also where a field of a change is shown, and for anyone who reads in another zone.
        assert!(place.ok(&["log", "C-1", "-v"]).contains("1990-02-03"), "{zone}");
        let mut west = place.command(&["show", "C-1"]);
        let west = ran(west.env("TZ", "America/Los_Angeles").output().unwrap()).out;
        assert!(west.contains("2024-05-02  O-1") && west.contains("1990-02-03"), "{zone}: {west}");
    }
}

#[test]
fn an_export_has_the_columns_and_the_view_that_were_asked_for() {
    let place = Place::busy();
    let csv = place.ok(&["export", "customers", "--columns", "email,number,city"]);
    assert_eq!(csv.replace('\r', ""), "email,number,city\nada@x.example,C-1,\ngrace@x.example,C-2,\n");
    let lines =
        place.ok(&["export", "customers", "--format", "jsonl", "--columns", "number,name", "name:ada"]);
    assert_eq!(lines, "{\"number\":\"C-1\",\"name\":\"Ada Lovelace\"}\n");
    place.ok(&["view", "save", "Important", "customers", "tag:vip", "--columns", "name,tags"]);
    let viewed = place.ok(&["export", "customers", "--view", "Important"]);
    assert_eq!(viewed.replace('\r', ""), "name,tags\nAda Lovelace,vip\n");
    let tickets = place.ok(&["export", "tickets", "--columns", "subject,status"]);
    assert_eq!(tickets.replace('\r', ""), "subject,status\nPrinter on fire,new\n");
    let err = place.fails(2, &["export", "customers", "--columns", "shoe"]);
    assert!(err.contains("there is no column shoe"), "{err}");
}
