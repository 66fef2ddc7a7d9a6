//! A real disk of 16 MiB runs full: changes are refused and said to be, reading goes on, and with room again all goes on.

use std::{
    fs::File,
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
    process::Command as Process,
};

use frontdesk::{
    desk::{Command, Edit, Request, command::NewTicket},
    model::{Id, Kind, Table},
    store::{Range, Reject, StoreError, ViewExt},
    tui::event::TuiEventKind,
};

use super::{
    process::{NOW, Part, begin, clean, given, op, open, owner, say},
    support::screen::Screen,
};

#[test]
fn a_small_disk_runs_full_and_goes_on_when_there_is_room() {
    let private = <std::fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o700);
    let folder = tempfile::Builder::new().permissions(private).tempdir().unwrap();
    let script = r#"mount -t tmpfs -o size=16m,mode=700 tmpfs "$1" && echo "> mounted" && exec "$2" --exact full::fills_a_small_disk --ignored --nocapture"#;
    for flags in ["-Urm", "-m"] {
        let mut process = Process::new("unshare");
        process
            .args([flags, "sh", "-c", script, "sh"])
            .arg(folder.path())
            .arg(std::env::current_exe().unwrap());
        process.env("FRONTDESK_TEST_STORE", folder.path().join("desk.redb"));
        if process.get_program().is_empty() || Process::new("unshare").arg("--version").output().is_err() {
            break;
        }
        let part = Part::of(&mut process);
        if part.hear().as_deref() == Some("mounted") {
            let (well, said) = part.end();
            assert!(well && said.last().map(String::as_str) == Some("done"), "it said: {said:?}");
            return;
        }
    }
    crate::skip::skipped("nothing may be mounted here, not even in a user namespace");
}

/// Takes all the room that is left.
fn fill(path: &Path) {
    let mut file = File::options().create(true).append(true).open(path).unwrap();
    for size in [1 << 16, 1 << 12, 1] {
        let piece = vec![1; size];
        loop {
            match file.write(&piece) {
                Ok(_) => {}
                Err(e) if e.kind() == ErrorKind::StorageFull => break,
                Err(e) => panic!("{e}"),
            }
        }
    }
}

#[test]
#[ignore = "a part of another test"]
fn fills_a_small_disk() {
    let (path, _) = given();
    let ballast: PathBuf = path.with_file_name("ballast");
    let desk = begin(&path);
    let dana = owner(&desk);
    let mut ops = 0;
    let mut run = |command| {
        ops += 1;
        desk.run(Request::new(op(1, ops), dana, NOW, command))
    };
    let made = |command, run: &mut dyn FnMut(Command) -> Result<frontdesk::desk::Done, Reject>| -> Id {
        run(command).unwrap().created[0].1
    };
    let ada = made(Command::Create(Kind::Customer, vec![Edit::set("name", "Ada Lovelace")]), &mut run);
    for subject in ["Printer jams", "Lamp flickers"] {
        let new = NewTicket {
            requester: ada,
            subject: subject.into(),
            body: "It does it every time.".into(),
            assignee: Some(dana),
            ..Default::default()
        };
        made(Command::TicketCreate(Box::new(new)), &mut run);
    }
    let mut s = Screen::open(&desk, dana, (120, 40));
    s.expect("Printer jams").expect("Lamp flickers");
    let notes = |desk: &frontdesk::desk::Desk| desk.view(|v| v.count(Table::Message, &Range::all())).unwrap();
    let big = "All of this was said. ".repeat(20_000);
    for round in 0..3 {
        fill(&ballast);
        let before = notes(&desk);
        // What the file has left in itself is used up first.
        let mut stood = 0;
        let refused = loop {
            match run(Command::Edit(
                Kind::Customer,
                ada,
                vec![Edit::set("note", format!("{stood} {round} {big}"))],
            )) {
                Ok(_) => stood += 1,
                Err(e) => break e,
            }
            assert!(stood < 10_000, "it never runs full");
        };
        assert!(matches!(refused, Reject::Store(StoreError::Full)), "{refused:?}");
        // The screen says so.
        s.keys("n").expect("INTERNAL NOTE");
        s.happened(TuiEventKind::Paste(big.clone(), 0));
        s.keys("Esc y").expect("disk is full");
        assert_eq!(notes(&desk), before);
        // Reading goes on, here and for who comes now.
        s.keys("Esc j").expect("every time");
        s.keys("k").expect("every time");
        assert_eq!(notes(&open(&path)), before);
        // With room again it writes again, by itself.
        File::options().write(true).open(&ballast).unwrap().set_len(0).unwrap();
        let person = format!("Person {round}");
        run(Command::Create(Kind::Customer, vec![Edit::set("name", &person)])).unwrap();
        run(Command::TicketNote(ticket(&desk), format!("After round {round}."))).unwrap();
        assert_eq!(notes(&desk), before + 1);
        clean(&desk);
    }
    s.keys("d").expect("solved");
    drop((s, desk));
    clean(&open(&path));
    say("done");
}

fn ticket(desk: &frontdesk::desk::Desk) -> Id {
    let found = desk.view(|v| frontdesk::store::records::by_number(v, frontdesk::model::Kind::Ticket, 1));
    found.unwrap().unwrap()
}
