//! The file is compacted and restored while others write: nothing acknowledged is lost, and everyone goes on.

use std::{path::PathBuf, sync::Arc};

use frontdesk::{
    desk::{Command, Desk, Edit, Request},
    find::{Finder, Follower},
    model::{Customer, Id, Kind},
    store::{Reject, Store, StoreError, records},
};

use super::process::{NOW, Part, Place, clean, given, op, open, owner, say, until};

#[test]
#[ignore = "a part of another test"]
fn adds() {
    let (path, life) = given();
    let desk = open(&path);
    let dana = owner(&desk);
    for n in 0u64.. {
        let edits = vec![Edit::set("name", format!("Person {life} {n}"))];
        match desk.run(Request::new(op(life, n), dana, NOW, Command::Create(Kind::Customer, edits))) {
            Ok(_) => say(format!("{life} {n}")),
            Err(Reject::Store(StoreError::Busy)) => {}
            Err(e) => panic!("{e}"),
        }
    }
}

/// Whether a desk has what a part said that it added. Not by the op: maintenance is logged at today's time, and ops as
/// old as these are forgotten then.
fn has(desk: &Desk, said: &str) -> bool {
    let name = format!("Person {said}");
    let mut found = false;
    desk.view(|v| {
        records::each::<Customer>(v, |c| {
            found |= c.display_name() == name;
            !found
        })
    })
    .unwrap();
    found
}

fn program(place: &Place, words: &[&str]) {
    let out = place.program(words).output().unwrap();
    assert!(out.status.success(), "{words:?}: {}", String::from_utf8_lossy(&out.stderr));
}

pub fn asides(place: &Place) -> Vec<PathBuf> {
    let files = std::fs::read_dir(place.folder.path()).unwrap().map(|f| f.unwrap().path());
    files.filter(|p| p.to_string_lossy().contains(".before-")).collect()
}

#[test]
fn compacting_and_restoring_while_others_write_loses_nothing() {
    let place = Place::new();
    let all: Vec<Part> = (1..=3).map(|life| Part::start("replaced::adds", &place.path, life)).collect();
    let mut said: Vec<String> = Vec::new();
    let more = |said: &mut Vec<String>| {
        // Each is at work on the file that is there now.
        for p in &all {
            said.extend(p.heard());
            said.extend((0..3).map(|_| p.hear().unwrap()));
        }
    };
    more(&mut said);
    for _ in 0..3 {
        program(&place, &["compact"]);
        more(&mut said);
    }
    for s in &said {
        assert!(has(&place.desk, s), "{s} was acknowledged and is gone");
    }
    let to = place.file("copy.backup");
    program(&place, &["backup", to.to_str().unwrap()]);
    more(&mut said);
    program(&place, &["restore", to.to_str().unwrap()]);
    more(&mut said);
    all.into_iter().for_each(|p| said.extend(p.kill()));
    // What was written after the backup and before the restore is in the store that was put aside.
    let aside = asides(&place);
    assert_eq!(aside.len(), 1, "{aside:?}");
    let aside = open(&aside[0]);
    for s in &said {
        assert!(has(&place.desk, s) || has(&aside, s), "{s} was acknowledged and is gone");
    }
    clean(&place.desk);
    clean(&aside);
}

#[test]
fn who_follows_loads_anew_after_a_restore_and_from_far_behind() {
    let place = Place::new();
    let add = |n: u64, name: &str| {
        let edits = vec![Edit::set("name", name)];
        place
            .desk
            .run(Request::new(op(5, n), place.dana, NOW, Command::Create(Kind::Customer, edits)))
            .unwrap();
    };
    add(1, "Ada Lovelace");
    let to = place.file("copy.backup");
    program(&place, &["backup", to.to_str().unwrap()]);
    let store: Arc<dyn Store> = open(&place.path).shared_store();
    let follower = Follower::start_within(store.clone(), Vec::new(), 20);
    let finds = |name: &str| !follower.find(name, Id::NIL, 5).hits.is_empty();
    until("it loads", || follower.cursor().is_some() && finds("lovelace"));
    add(2, "Grace Hopper");
    until("it follows", || finds("hopper"));
    assert_eq!((follower.loads(), store.generation()), (1, 0));
    program(&place, &["restore", to.to_str().unwrap()]);
    until("it knows what was restored", || follower.loads() > 1 && !finds("hopper") && finds("lovelace"));
    assert!(store.generation() > 0);
    // More in one go than it follows step by step.
    let loads = follower.loads();
    let many = (0..50).map(|n| {
        let edits = vec![Edit::set("name", format!("Rear {n}"))];
        Request::new(op(6, n), place.dana, NOW, Command::Create(Kind::Customer, edits))
    });
    place.desk.run_all(many.collect()).unwrap();
    until("it finds the last", || finds("rear 49") && follower.cursor() == store.head().ok());
    assert_eq!(follower.loads(), loads + 1);
    assert!(follower.trouble().is_none());
}
