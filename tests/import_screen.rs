//! Imports on the screen, and taking one back there.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

mod support;

use frontdesk::{
    desk::{Command, Edit, Request, read},
    model::{Id, Kind},
};
use support::{screen::Screen, tiny::Tiny};
use tempfile::TempDir;

/// A screen on which three people were imported, and the folder of their file.
fn imported(tiny: &Tiny) -> (Screen, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.csv");
    std::fs::write(
        &path,
        "name,email\nIda Holm,ida@holm.example\nOle Berg,ole@berg.example\nEva Lund,eva@lund.example\n",
    )
    .unwrap();
    let mut screen = Screen::open(&tiny.desk, tiny.dana, (120, 40));
    screen.keys("N i").text(path.to_str().unwrap()).keys("Enter").expect("Import /").keys("Enter");
    screen
        .expect("3 contacts read = 3 created")
        .expect("people.csv: contacts")
        .expect_not("contacts, contacts")
        .expect("This is import B-1. Press u to revert it, or later : and “Revert an import”.");
    (screen, folder)
}

#[test]
fn an_import_is_taken_back_from_its_summary_after_a_question_that_says_how_much() {
    let tiny = Tiny::full();
    let (mut screen, _folder) = imported(&tiny);
    screen
        .keys("u")
        .expect("Revert import B-1 of")
        .expect("This removes 3 customers. What was changed since stays.");
    screen.keys("n q").keys("3").expect("Ida Holm");
    screen
        .keys(": r e v e r t Space a n Enter")
        .expect("Revert an import")
        .expect("3 created, 0 updated · applied");
    screen.keys("Enter y").expect("B-1 reverted: 3 records are as before").expect_not("Ida Holm");
    screen.keys(": r e v e r t Space a n Enter").expect("3 created, 0 updated · reverted");
    screen.keys("Enter").expect("B-1 is reverted already");
}

#[test]
fn undo_right_after_an_import_offers_to_revert_it_and_later_undoes_what_came_later() {
    let tiny = Tiny::full();
    let (mut screen, _folder) = imported(&tiny);
    screen.keys("q u").expect("Revert import B-1").keys("n");
    // A change after it is what undo is about from then on.
    screen.keys("1 P u").expect("u undo").keys("u").expect("Undone: T-2").expect_not("Revert import");
}

#[test]
fn what_was_changed_since_an_import_is_kept_and_named() {
    let tiny = Tiny::full();
    let (mut screen, _folder) = imported(&tiny);
    let ida = tiny.desk.view(|v| Ok(read::resolve(v, Kind::Customer, "ida@holm.example"))).unwrap().unwrap();
    let edit = Command::Edit(Kind::Customer, ida, vec![Edit::set("city", "Bergen")]);
    tiny.desk.run(Request::new(Id([7; 16]), tiny.dana, screen.now, edit)).unwrap();
    screen.keys("u y").expect("Import reverted").expect("Changed since the import, and left unchanged:");
    screen.expect("Bergen").keys("q").keys("3").expect("Ida Holm").expect_not("Ole Berg");
}
