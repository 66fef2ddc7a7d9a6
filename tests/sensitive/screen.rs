//! The same on the screen: every answer that the screen can get, and the frames drawn of them.

use std::sync::Arc;

use frontdesk::{
    desk::{
        Command, Desk, Edit, Request,
        command::NewAgent,
        undo::{Place, Whose},
    },
    model::{Id, Kind, Role},
    store::MemStore,
    tui::{data::Ask, load::Loader},
};

use super::{
    place::{Secret, secrets},
    support::{screen::Screen, tiny::NOW},
};

/// A desk in memory with a secret in every field of Ada; its owner, an agent, and Ada.
fn desk() -> (Desk, [Id; 3], Vec<Secret>) {
    let desk = Desk::new(Arc::new(MemStore::new()));
    let mut n = 0u8;
    let mut run = |actor: Id, command: Command| {
        n += 1;
        let op = Id::v7(NOW, [n; 10]);
        desk.run(Request::new(op, actor, NOW - 1_000_000 + i64::from(n), command)).unwrap()
    };
    let owner = NewAgent { name: "Dana Doe".into(), ..NewAgent::default() };
    let workspace = vec![Edit::set("zone", "Europe/Dublin"), Edit::set("currency", "EUR")];
    let owner = run(Id::NIL, Command::Start { workspace, owner }).created[0].1;
    let mia = NewAgent { name: "Mia Moe".into(), role: Role::Agent, ..NewAgent::default() };
    let mia = run(owner, Command::AgentAdd(mia)).created[0].1;
    let secrets = secrets();
    let mut edits = vec![Edit::set("name", "Ada Lovelace"), Edit::set("email", "ada@x.example")];
    let ada = run(owner, Command::CustomerAdd(edits.clone())).created[0].1;
    run(owner, Command::CustomerAdd(vec![Edit::set("name", "Ada Lovelace"), Edit::set("note", "b")]));
    edits.clear();
    for s in &secrets {
        run(owner, Command::CustomerEdit(ada, vec![Edit::set(s.name, s.value.as_str())]));
    }
    (desk, [owner, mia, ada], secrets)
}

#[test]
fn no_answer_to_the_screen_holds_a_sensitive_value_for_a_role_without_the_permission() {
    let (desk, [owner, mia, ada], secrets) = desk();
    let loader = Loader::new(desk.clone());
    loader.ready();
    let other = {
        let all = desk.view(|v| {
            frontdesk::desk::read::resolve(v, Kind::Customer, "C-2").map_or_else(|_| Ok(Id::NIL), Ok)
        });
        all.unwrap()
    };
    let asks = [
        Ask::Customer(ada),
        Ask::Blame(Kind::Customer, ada),
        Ask::Fields(Kind::Customer, ada),
        Ask::Find("ada".into()),
        Ask::Search("ada".into()),
        Ask::Plan(Kind::Customer, other, ada, Vec::new()),
        Ask::Duplicates,
        Ask::Numbers,
        Ask::History(Whose::Everyone, Place::default()),
        Ask::UndoPreview(5, String::new()),
        Ask::UndoPreview(6, String::new()),
    ];
    let mut seen = vec![false; secrets.len()];
    for ask in asks {
        let (theirs, ours) = (loader.answer(&ask, mia, NOW), loader.answer(&ask, owner, NOW));
        let (theirs, ours) = (format!("{theirs:?}"), format!("{ours:?}"));
        for (s, seen) in secrets.iter().zip(&mut seen) {
            assert!(s.value_in(&theirs).is_none(), "{ask:?}: {theirs}");
            *seen |= s.value_in(&ours).is_some();
        }
    }
    assert!(seen.iter().all(|s| *s), "the owner is shown them");
    for s in &secrets {
        let ask = Ask::Complete("customers", s.name[..3].to_owned(), 3);
        assert!(!format!("{:?}", loader.answer(&ask, mia, NOW)).contains(&format!("{}:", s.name)));
        assert!(format!("{:?}", loader.answer(&ask, owner, NOW)).contains(&format!("{}:", s.name)));
    }
}

#[test]
fn no_frame_shows_a_sensitive_field_to_a_role_without_the_permission() {
    let (desk, [owner, mia, _], secrets) = desk();
    // The page of the first customer; the history of changes there; its form.
    for (keys, shown) in [("3 Enter", true), ("3 Enter b", true), ("3 Enter e", false)] {
        let mut theirs = Screen::open(&desk, mia, (120, 40));
        let mut ours = Screen::open(&desk, owner, (120, 40));
        let (theirs, ours) = (theirs.keys(keys).text_of_frame(), ours.keys(keys).text_of_frame());
        assert!(theirs.contains("Lovelace"), "{keys}:\n{theirs}");
        for s in &secrets {
            assert!(s.found_in(&theirs).is_none(), "{keys} shows {}:\n{theirs}", s.name);
            assert!(!shown || s.value_in(&ours).is_some(), "{keys} lacks {}:\n{ours}", s.name);
        }
    }
}
