//! Verbs of the shell: what a role lacks is named, with who can grant it, before anything is touched; maintenance leaves
//! one row that says who did it.

use std::fs;

use super::help::Place;

/// With an agent of each role that is not the owner, without Unix users.
fn staffed() -> Place {
    let place = Place::busy();
    for role in ["admin", "agent", "light", "read_only"] {
        place.ok(&["agent", "add", &role.replace('_', ""), &format!("role={role}")]);
    }
    place
}

/// The Unix user who runs this, which is the owner's.
fn login(place: &Place) -> String {
    let owner = place.rows(&["list", "agents"]).into_iter().find(|a| a["role"] == "owner").unwrap();
    owner["unix_user"].as_str().unwrap().to_owned()
}

fn log_rows(place: &Place, command: &str) -> Vec<serde_json::Value> {
    place.rows(&["log"]).into_iter().filter(|row| row["command"] == command).collect()
}

#[test]
fn agents_are_added_and_changed_with_fields() {
    let place = staffed();
    place.ok(&["agent", "add", "Rita Moreno", "role=read_only", "user=rita", "email=rita@desk.example"]);
    let rita = || place.rows(&["list", "agents"]).into_iter().find(|a| a["name"] == "Rita Moreno").unwrap();
    assert_eq!((&rita()["role"], &rita()["unix_user"]), (&"read_only".into(), &"rita".into()));
    for role in ["owner", "admin", "agent", "light", "read_only"] {
        place.ok(&["agent", "edit", "@rita", &format!("role={role}")]);
        assert_eq!(rita()["role"], role);
    }
    place.ok(&["agent", "edit", "rita", "role=light"]);
    assert_eq!(rita()["role"], "light");
    let err = place.fails(2, &["agent", "add", "Sam", "role=wizard"]);
    assert!(err.contains("light"), "{err}");
    let err = place.fails(2, &["agent", "add", "Sam", "salary=3"]);
    assert!(err.contains("salary"), "{err}");
}

#[test]
fn a_denied_action_exits_1_and_names_the_permission_and_who_can_grant_it() {
    let place = staffed();
    for (who, words, permission, role) in [
        ("readonly", &["customer", "merge", "C-1", "C-2"][..], "merge", "agent"),
        ("light", &["ticket", "reply", "T-1", "--body", "Hello"][..], "send", "agent"),
        ("light", &["ticket", "tag", "T-1", "late"][..], "work", "agent"),
        ("readonly", &["ticket", "note", "T-1", "seen"][..], "note", "light"),
        ("agent", &["agent", "edit", "@agent", "role=admin"][..], "manage agents", "admin"),
        ("agent", &["settings", "name=Mine"][..], "manage workspace", "admin"),
        ("agent", &["customer", "erase-me", "C-1", "--yes"][..], "erase", "admin"),
        ("admin", &["agent", "edit", "@admin", "role=owner"][..], "manage owners", "owner"),
    ] {
        let err = place.fails(1, &[&["--agent", who], words].concat());
        assert!(err.contains(&format!("@{who} lacks the permission *{permission}*")), "{err}");
        assert!(err.contains(&format!("`frontdesk agent edit @{who} role={role}`")), "{err}");
        assert!(err.contains("nothing was changed"), "{err}");
    }
    place.ok(&["ticket", "note", "T-1", "seen", "--agent", "light"]);
}

#[test]
fn a_role_without_the_permission_runs_no_maintenance() {
    let place = staffed();
    place.ok(&["backup", place.path("good").to_str().unwrap()]);
    let before = place.rows(&["log"]);
    let (good, out) = (place.path("good"), place.path("out"));
    let (good, out) = (good.to_str().unwrap(), out.to_str().unwrap());
    for who in ["readonly", "light", "agent"] {
        for (words, permission) in [
            (&["backup", out][..], "backup"),
            (&["restore", good][..], "restore"),
            (&["compact"][..], "compact"),
            (&["check", "--repair"][..], "repair"),
            (&["salvage", out][..], "salvage"),
            (&["export", "--all", "-o", out][..], "export everything"),
            (&["export", "--all"][..], "export everything"),
            (&["customer", "export-me", "C-1", out][..], "export one person"),
        ] {
            let err = place.fails(1, &[&["--agent", who], words].concat());
            assert!(err.contains(&format!("lacks the permission *{permission}*")), "{words:?}: {err}");
            assert!(!place.path("out").exists(), "{words:?}");
        }
    }
    assert_eq!(place.rows(&["log"]), before);
}

#[test]
fn each_maintenance_verb_leaves_one_row_that_says_who_did_it_and_survives_the_swap() {
    let place = staffed();
    let login = login(&place);
    let (good, all, saved) = (place.path("good"), place.path("all"), place.path("saved"));
    let text = |p: &std::path::Path| p.to_str().unwrap().to_owned();
    for (words, command) in [
        (vec!["backup".into(), text(&good)], "backup"),
        (vec!["export".into(), "--all".into(), "-o".into(), text(&all)], "export all"),
        (vec!["salvage".into(), text(&saved)], "salvage"),
        (vec!["compact".into()], "compact"),
        (vec!["restore".into(), text(&good)], "restore"),
    ] {
        let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
        words.extend(["--agent", "admin"]);
        place.ok(&words);
        let rows = log_rows(&place, command);
        assert_eq!(rows.len(), 1, "{words:?}: {rows:?}");
        assert_eq!(rows[0]["actor_name"], "admin", "{rows:?}");
        assert_eq!(rows[0]["unix_user"], login.as_str(), "{rows:?}");
    }
    // The backup was made before the others: it contains the row of itself, and the restored store that of the restore.
    assert_eq!(log_rows(&place, "backup").len(), 1);
    assert!(place.ok(&["log", "--limit", "1"]).contains(&format!("admin (Unix user {login})")));
    assert!(fs::read_to_string(&saved).unwrap().contains(&format!("admin (Unix user {login})")));
    assert_eq!(place.json(&["log", "verify"])["clean"], true);
    // There is nothing in them to undo: what comes back is the change before.
    let undone = place.ok(&["undo"]);
    assert!(undone.contains("undone"), "{undone}");
    let seq = log_rows(&place, "restore")[0]["seq"].to_string();
    place.fails(1, &["undo", &seq]);
    place.is_clean();
}

#[test]
fn the_unix_user_stands_next_to_the_agent_that_was_claimed() {
    let place = staffed();
    place.ok(&["ticket", "note", "T-1", "seen"]);
    assert_eq!(place.rows(&["log", "--limit", "1"])[0]["unix_user"], serde_json::Value::Null);
    place.ok(&["ticket", "note", "T-1", "seen again", "--agent", "agent"]);
    let row = &place.rows(&["log", "--limit", "1"])[0];
    assert_eq!((&row["actor_name"], &row["unix_user"]), (&"agent".into(), &login(&place).into()));
}

#[test]
fn where_no_agent_can_be_read_the_owner_of_the_file_decides_and_is_told() {
    let place = Place::busy();
    let mut bytes = fs::read(place.store()).unwrap();
    bytes[..64].fill(0xee);
    fs::write(place.store(), &bytes).unwrap();
    let out = place.path("out");
    let r = place.run(&["salvage", out.to_str().unwrap(), "--agent", "unknown"]);
    assert_eq!(r.code, 0, "{}", r.err);
    assert!(
        r.err.contains("no agent can be read from") && r.err.contains("as the owner of the file"),
        "{}",
        r.err
    );
    assert!(r.err.contains("in the footer of the file"), "{}", r.err);
    assert!(fs::read_to_string(out).unwrap().contains("made_by"));
}
