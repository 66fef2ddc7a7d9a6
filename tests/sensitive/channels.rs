//! Every verb of the shell that shows, lists, exports, completes or takes fields.

use super::place::{OTHERS, Place};

/// What prints records, their changes, or the fields that there are. `MERGE` is checked with a pair of records.
const CHANNELS: &[&[&str]] = &[
    &["show", "C-1"],
    &["show", "C-1", "--json"],
    &["customer", "show", "C-1"],
    &["list", "customers"],
    &["list", "customers", "--header"],
    &["list", "customers", "--json"],
    &["list", "customers", "-q"],
    &["list", "customers", "--columns", "number,name,note", "--header"],
    &["export", "customers"],
    &["export", "customers", "--format", "jsonl"],
    &["log"],
    &["log", "-v"],
    &["log", "--json"],
    &["log", "C-1", "-v"],
    &["log", "C-1", "--json"],
    &["list", "log", "--json"],
    &["undo", "--list"],
    &["undo", "--list", "--everyone"],
    &["undo", "--list", "--everyone", "--json"],
    &["find", "ada"],
    &["find", "ada", "--json"],
    &["find", "--text", "ada"],
    &["complete", "customers"],
    &["complete", "customers", "sort:"],
    &["complete-line", "--", "list", "customers", ""],
    &["complete-line", "--", "list", "customers", "--sort", ""],
    &["complete-line", "--", "export", "customers", ""],
    &["fields", "customers"],
    &["fields", "customers", "--json"],
    &["customer", "duplicates"],
    &["customer", "duplicates", "--json"],
    &["list", "views"],
    &["list", "views", "--json"],
    &["segment", "list"],
    &["segment", "list", "--json"],
    &["report"],
];

/// Changes that a role may make, or may try to: what comes back names nothing either.
const MERGES: &[&[&str]] = &[
    &["customer", "merge", "C-1", "C-3", "--dry-run"],
    &["customer", "merge", "C-1", "C-3", "--dry-run", "--json"],
    &["customer", "merge", "C-2", "C-1", "--dry-run"],
];

#[test]
fn no_channel_shows_a_sensitive_field_to_a_role_without_the_permission() {
    let place = Place::new();
    let mut shown_to_owner = vec![false; place.secrets.len()];
    for words in CHANNELS.iter().chain(MERGES) {
        let owner = place.run("", words);
        for (s, shown) in place.secrets.iter().zip(&mut shown_to_owner) {
            *shown |= s.value_in(&owner.out).is_some();
        }
        for who in OTHERS {
            let r = place.run(who, words);
            for s in &place.secrets {
                if let Some(found) = s.found_in(&format!("{}{}", r.out, r.err)) {
                    panic!("{who} {words:?} tells {found:?}:\n{}{}", r.out, r.err);
                }
            }
            // It is the field that is missing, not the answer.
            assert!(r.ok || !owner.ok, "{who} {words:?}: {}{}", r.out, r.err);
        }
    }
    assert!(shown_to_owner.iter().all(|s| *s), "the channels are such as show them");
}

#[test]
fn an_owner_and_an_admin_see_every_sensitive_field() {
    let place = Place::new();
    for who in ["", "amy"] {
        for words in [
            &["show", "C-1"][..],
            &["show", "C-1", "--json"],
            &["list", "customers", "--json"],
            &["export", "customers"],
            &["export", "customers", "--format", "jsonl"],
            &["log", "-v"],
            &["log", "--json"],
            &["customer", "merge", "C-2", "C-1", "--dry-run"],
        ] {
            let out = place.must(who, words);
            for s in &place.secrets {
                assert!(s.value_in(&out).is_some(), "{who} {words:?} lacks {}:\n{out}", s.name);
            }
        }
        for s in &place.secrets {
            let query = format!("{}:{}", s.name, s.value);
            assert_eq!(place.must(who, &["list", "customers", &query, "-q"]), "C-1\n", "{query}");
            assert_eq!(place.must(who, &["list", "customers", "--columns", s.name, &query]).trim(), s.value);
            let sort = format!("sort:{}", s.name);
            assert_eq!(place.must(who, &["list", "customers", &sort, "-q"]).lines().count(), 3);
            assert!(place.must(who, &["fields", "customers"]).contains(s.name));
            let begun = &s.name[..3];
            assert!(place.must(who, &["complete", "customers", begun]).contains(s.name));
            place.must(who, &["customer", "edit", "C-2", &format!("{}={}", s.name, s.value)]);
            place.must(who, &["undo"]);
        }
    }
}

#[test]
fn a_sensitive_field_is_rejected_in_filters_sorts_columns_views_and_edits() {
    let place = Place::new();
    for s in &place.secrets {
        let (name, value) = (s.name, s.value.as_str());
        let (has, any, sort) =
            (format!("{name}:{value}"), format!("-{name}:any"), format!("sort:-name,{name}"));
        let (set, columns) = (format!("{name}={value}"), format!("number,{name}"));
        let tried: Vec<Vec<&str>> = vec![
            vec!["list", "customers", &has],
            vec!["list", "customers", &any],
            vec!["list", "customers", "(", "name:ada", "or", &has, ")"],
            vec!["list", "customers", &sort],
            vec!["list", "customers", "--sort", name],
            vec!["list", "customers", "--columns", &columns],
            vec!["list", "customers", "-q", &has, "--limit", "1"],
            vec!["export", "customers", &has],
            vec!["view", "save", "Mine", "customers", &has],
            vec!["view", "save", "Mine", "customers", "name:ada", "--columns", &columns],
            vec!["segment", "save", "Mine", "customers", &has],
            vec!["customer", "edit", "C-2", &set],
            vec!["customer", "edit", "C-1", &set],
            vec!["customer", "add", "Cy Cole", &set],
            vec!["customer", "merge", "C-1", "C-3", "--take", name],
        ];
        for who in OTHERS {
            for words in &tried {
                let r = place.run(who, words);
                assert!(!r.ok, "{who} {words:?} went well: {}", r.out);
                assert_eq!(r.out, "", "{who} {words:?}");
            }
        }
        for words in &tried[..tried.len() - 1] {
            let err = place.run("mia", words).err;
            assert!(err.contains("an owner or admin"), "{words:?} says who helps: {err}");
        }
    }
    // None of it was written.
    assert!(!place.owner(&["list", "customers", "name:cy", "-q"]).contains("C-"));
}

#[test]
fn a_view_that_names_a_sensitive_field_works_for_no_role_without_the_permission() {
    let place = Place::new();
    for (n, s) in place.secrets.iter().enumerate() {
        let (live, frozen, over) = (format!("Live {n}"), format!("Frozen {n}"), format!("Over {n}"));
        place.owner(&["segment", "save", &live, "customers", &format!("{}:{}", s.name, s.value)]);
        place.owner(&["segment", "snapshot", &live, "--as", &frozen]);
        place.owner(&["segment", "save", &over, "customers", &format!("in:\"{live}\"")]);
        for name in [&live, &frozen, &over] {
            let within = format!("in:\"{name}\"");
            assert_eq!(place.owner(&["list", "customers", &within, "-q"]), "C-1\n");
            for words in [
                vec!["list", "customers", &within, "-q"],
                vec!["list", "customers", "not", &within, "-q"],
                vec!["export", "customers", &within],
                vec!["segment", "members", name],
                vec!["segment", "overlap", name, name],
                vec!["segment", "snapshot", name, "--as", "Mine"],
            ] {
                let r = place.run("mia", &words);
                assert!(!r.ok && r.out.is_empty(), "{words:?}: {}", r.out);
                assert!(s.value_in(&r.err).is_none(), "{words:?}: {}", r.err);
            }
        }
        let r = place.run("mia", &["list", "customers", "--view", &live]);
        assert!(!r.ok && s.value_in(&r.err).is_none(), "{}", r.err);
    }
    let listed = place.must("mia", &["segment", "list", "--json"]);
    assert!(!listed.contains("Live") && !listed.contains("Frozen"), "{listed}");
    assert!(!listed.contains("Over") && !listed.contains("Club"), "{listed}");
    // A view with such a column works without it.
    let plain = place.must("mia", &["list", "customers", "--view", "Plain 0"]);
    assert_eq!(plain, "C-1\nC-3\n");
}

#[test]
fn an_undo_neither_shows_nor_writes_a_sensitive_field_of_another() {
    let place = Place::new();
    let rows = place.owner(&["log", "C-1", "-q"]);
    for seq in rows.lines() {
        let r = place.run("mia", &["undo", seq]);
        for s in &place.secrets {
            assert!(s.found_in(&format!("{}{}", r.out, r.err)).is_none(), "{seq}: {}{}", r.out, r.err);
        }
    }
    let shown = place.owner(&["show", "C-1", "--json"]);
    assert!(place.secrets.iter().all(|s| s.value_in(&shown).is_some()), "nothing was undone: {shown}");
}

#[test]
fn a_merge_by_a_role_without_the_permission_keeps_sensitive_fields_and_shows_none() {
    let place = Place::new();
    let said =
        [&["customer", "merge", "C-2", "C-1"][..], &["undo"], &["redo"], &["customer", "unmerge", "C-1"]];
    for (step, words) in said.iter().enumerate() {
        let r = place.run("mia", words);
        assert!(r.ok, "{words:?}: {}", r.err);
        for s in &place.secrets {
            assert!(s.found_in(&format!("{}{}", r.out, r.err)).is_none(), "{words:?}: {}{}", r.out, r.err);
            let at = if step == 0 || step == 2 { "C-2" } else { "C-1" };
            assert!(s.value_in(&place.owner(&["show", at, "--json"])).is_some(), "{words:?}: kept in {at}");
        }
    }
}

#[test]
fn an_import_takes_sensitive_columns_from_no_role_without_the_permission() {
    let place = Place::new();
    let file = place.folder.path().join("people.csv");
    let heads: Vec<String> = place.secrets.iter().map(|s| s.name.replace('_', " ")).collect();
    let cells: Vec<&str> = place.secrets.iter().map(|s| s.value.as_str()).collect();
    let (heads, cells) = (heads.join(","), cells.join(","));
    let rows = format!("name,email,{heads}\nCy Cole,cy@x.example,{cells}\nBea,bea@x.example,{cells}\n");
    std::fs::write(&file, rows).unwrap();
    let file = file.to_str().unwrap();
    for who in OTHERS {
        assert!(!place.run(who, &["import", "contacts", file]).ok, "{who}");
    }
    let bea = place.owner(&["show", "C-2", "--json"]);
    assert!(place.secrets.iter().all(|s| s.value_in(&bea).is_none()), "{bea}");
    place.owner(&["import", "contacts", file]);
    let new = place.owner(&["list", "customers", "email:cy@x.example", "--json"]);
    assert!(place.secrets.iter().all(|s| s.value_in(&new).is_some()), "{new}");
}

#[test]
fn what_a_role_sees_follows_the_role_at_once() {
    let place = Place::new();
    let s = &place.secrets[0];
    assert!(s.value_in(&place.must("mia", &["show", "C-1"])).is_none());
    place.owner(&["agent", "edit", "@mia", "role=admin"]);
    assert!(s.value_in(&place.must("mia", &["show", "C-1"])).is_some());
    place.owner(&["agent", "edit", "@mia", "role=agent"]);
    assert!(s.value_in(&place.must("mia", &["show", "C-1"])).is_none());
    assert!(s.value_in(&place.must("mia", &["export", "customers"])).is_none());
}
