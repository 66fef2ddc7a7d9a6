//! What drafts promise, over the store in memory.

use std::{fs, os::unix::fs::PermissionsExt as _, sync::Arc};

use super::{rescue::Rescue, *};
use crate::{model::Stamp, store::MemStore};

const AGENT: Id = Id([1; 16]);
const TICKET: Id = Id([2; 16]);

fn desk() -> Desk {
    Desk::new(Arc::new(MemStore::new()))
}

fn op(n: u8) -> OpId {
    Id([n; 16])
}

fn draft(id: u8, at: Stamp, kind: DraftKind, body: &str) -> Draft {
    Draft { id: Id([id; 16]), subject: TICKET, kind, body: body.into(), at, ..Draft::default() }
}

fn bodies(desk: &Desk, kind: DraftKind) -> Vec<String> {
    desk.drafts_about(AGENT, TICKET, &kind).unwrap().into_iter().map(|d| d.body).collect()
}

#[test]
fn a_saved_reply_survives_a_note_on_the_same_ticket() {
    let desk = desk();
    desk.save_draft(op(1), AGENT, draft(1, 1, DraftKind::Reply, "Dear Ada")).unwrap();
    desk.save_draft(op(2), AGENT, draft(2, 2, DraftKind::Note, "She called")).unwrap();
    // A letter typed and deleted in a note removes the note.
    desk.save_draft(op(3), AGENT, draft(2, 3, DraftKind::Note, "")).unwrap();
    assert_eq!(bodies(&desk, DraftKind::Reply), ["Dear Ada"]);
    assert!(bodies(&desk, DraftKind::Note).is_empty());
}

#[test]
fn two_terminals_never_overwrite_each_other() {
    let desk = desk();
    let open = |d: Draft| Draft { open: true, ..d };
    desk.save_draft(op(1), AGENT, open(draft(1, 1, DraftKind::Reply, "first"))).unwrap();
    // The second terminal takes the first one's text over, and changes it.
    let from = vec![Origin { id: Id([1; 16]), at: 1 }];
    let second = Draft { from, ..open(draft(2, 2, DraftKind::Reply, "second")) };
    desk.save_draft(op(2), AGENT, second.clone()).unwrap();
    assert_eq!(bodies(&desk, DraftKind::Reply), ["second", "first"], "both are offered");
    // As long as it only goes on from it, there is one text.
    let longer = Draft { body: "first, and more".into(), at: 3, ..second };
    desk.save_draft(op(3), AGENT, longer.clone()).unwrap();
    assert_eq!(bodies(&desk, DraftKind::Reply), ["first, and more"]);
    // The first one types on: both again. What was sent from the second removes only what it began with.
    desk.save_draft(op(4), AGENT, open(draft(1, 4, DraftKind::Reply, "first!"))).unwrap();
    let sent = [vec![longer.version()], longer.from].concat();
    desk.remove_drafts(op(5), AGENT, TICKET, sent).unwrap();
    assert_eq!(bodies(&desk, DraftKind::Reply), ["first!"]);
}

#[test]
fn a_closed_draft_moves_to_whoever_goes_on_with_it() {
    let desk = desk();
    desk.save_draft(op(1), AGENT, draft(1, 1, DraftKind::Reply, "one")).unwrap();
    let from = vec![Origin { id: Id([1; 16]), at: 1 }];
    desk.save_draft(op(2), AGENT, Draft { from, ..draft(2, 2, DraftKind::Reply, "other") }).unwrap();
    assert_eq!(bodies(&desk, DraftKind::Reply), ["other"]);
}

#[test]
fn drafts_of_older_versions_are_read_and_replaced() {
    let desk = desk();
    #[derive(serde::Serialize)]
    struct Old {
        s: Id,
        p: bool,
        b: &'static str,
        a: Stamp,
    }
    let bytes = rmp_serde::to_vec_named(&Old { s: TICKET, p: true, b: "old", a: 5 }).unwrap();
    let old = Key::new().id(AGENT).id(TICKET).into_bytes();
    desk.aside(op(1), move |tx| {
        tx.put(Table::Draft, &old, &bytes);
        Ok(())
    })
    .unwrap();
    let found = desk.drafts_about(AGENT, TICKET, &DraftKind::Reply).unwrap();
    assert_eq!((found.len(), found[0].body.as_str()), (1, "old"));
    assert!(bodies(&desk, DraftKind::Note).is_empty());
    let new = Draft { from: vec![found[0].version()], ..draft(3, 6, DraftKind::Reply, "new") };
    desk.save_draft(op(2), AGENT, new).unwrap();
    assert_eq!(bodies(&desk, DraftKind::Reply), ["new"]);
}

#[test]
fn a_rescued_draft_is_private_and_comes_back_once() {
    let desk = desk();
    let home = tempfile::tempdir().unwrap();
    let rescue = Rescue::of(&desk, home.path().join("state/frontdesk")).unwrap();
    let text = "tab\there, ZWJ \u{200d}, soft\u{ad}hyphen, \"quoted\"\r\n";
    let mut lost = draft(1, 7, DraftKind::Log, text);
    lost.fields.insert("subject".into(), "Called".into());
    lost.open = true;
    rescue.keep(AGENT, &[draft(1, 6, DraftKind::Log, "older")]).unwrap();
    let files = rescue.keep(AGENT, &[lost.clone(), draft(2, 7, DraftKind::Note, " ")]).unwrap();
    assert_eq!(files.len(), 1, "an empty one is not kept");
    assert_eq!(fs::metadata(&files[0]).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::metadata(rescue.folder()).unwrap().permissions().mode() & 0o777, 0o700);
    let mut n = 100;
    let mut ops = || {
        n += 1;
        op(n)
    };
    assert!(rescue.take_in(&desk, Id([8; 16]), &mut ops).is_empty(), "not another agent's");
    let back = rescue.take_in(&desk, AGENT, &mut ops);
    assert_eq!(back, [Draft { open: false, ..lost }]);
    assert_eq!(bodies(&desk, DraftKind::Log), [text]);
    assert_eq!(fs::read_dir(rescue.folder()).unwrap().count(), 0);
    assert!(rescue.take_in(&desk, AGENT, &mut ops).is_empty());
}

#[test]
fn a_link_in_place_of_a_rescue_file_is_not_followed() {
    let desk = desk();
    let home = tempfile::tempdir().unwrap();
    let rescue = Rescue::of(&desk, home.path()).unwrap();
    let files = rescue.keep(AGENT, &[draft(1, 7, DraftKind::Note, "mine")]).unwrap();
    let elsewhere = home.path().join("elsewhere");
    fs::rename(&files[0], &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, &files[0]).unwrap();
    assert!(rescue::all(home.path()).is_empty());
}
