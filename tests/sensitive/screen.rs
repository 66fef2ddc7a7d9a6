//! The same on the screen: every answer that the screen can get, and the frames drawn of them.

use std::sync::Arc;

use frontdesk::{
    desk::{
        Command, Desk, Edit, Request,
        command::{NewAgent, NewTicket},
        permissions::Holder,
        undo::{Place, Whose},
    },
    model::{Customer, Id, Kind, Role},
    store::MemStore,
    tui::{
        command::{CommandId, Scope, Snapshot},
        data::{Ask, Lookup},
        load::Loader,
    },
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
    let ada = run(owner, Command::Create(Kind::Customer, edits.clone())).created[0].1;
    run(
        owner,
        Command::Create(Kind::Customer, vec![Edit::set("name", "Ada Lovelace"), Edit::set("note", "b")]),
    );
    edits.clear();
    for s in &secrets {
        run(owner, Command::Edit(Kind::Customer, ada, vec![Edit::set(s.name, s.value.as_str())]));
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
        Ask::Find(Lookup { text: "ada".into(), customers: true, opened: Vec::new() }),
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
    for (keys, shown) in [("3 Enter", true), ("3 Enter b", true), ("3 Enter e", true)] {
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

#[test]
fn the_form_of_a_customer_has_the_sensitive_fields_for_who_may_see_them_and_for_no_one_else() {
    let (desk, [owner, mia, ada], secrets) = desk();
    let mut ours = Screen::open(&desk, owner, (120, 40));
    ours.keys("3 Enter e").expect("Birthday").expect("Gender").expect("Income band");
    for s in &secrets {
        assert!(s.value_in(&ours.text_of_frame()).is_some(), "{}:\n{}", s.name, ours.text_of_frame());
    }
    // From the last field: a date that is none is said at its field, one that is is saved.
    ours.keys("shift-Tab shift-Tab shift-Tab ctrl-u").text("soon").expect("a date such as 1990-02-28");
    ours.keys("ctrl-u").text("1991-03-04").keys("ctrl-s");
    let c = desk.view(|v| Ok(frontdesk::store::records::get::<Customer>(v, ada)?.unwrap())).unwrap();
    assert_eq!(c.birthday.map(|d| d.to_string()).as_deref(), Some("1991-03-04"));
    for keys in ["3 Enter e", "3 N c"] {
        let mut theirs = Screen::open(&desk, mia, (120, 40));
        theirs
            .keys(keys)
            .expect("First name")
            .expect_not("Birthday")
            .expect_not("Gender")
            .expect_not("Income");
    }
    // What they save leaves the fields that they do not see as they are.
    let mut theirs = Screen::open(&desk, mia, (120, 40));
    theirs.keys("3 Enter e ctrl-u").text("Augusta").keys("ctrl-s");
    let c = desk.view(|v| Ok(frontdesk::store::records::get::<Customer>(v, ada)?.unwrap())).unwrap();
    assert_eq!(
        (c.given.as_str(), c.birthday.map(|d| d.to_string()).as_deref()),
        ("Augusta", Some("1991-03-04"))
    );
}

#[test]
fn verbs_that_a_role_lacks_are_disabled_with_the_permission_and_who_can_grant_it() {
    let (desk, [owner, _, ada], _) = desk();
    let mut n = 100u8;
    let mut run = |command: Command| {
        n += 1;
        desk.run(Request::new(Id::v7(NOW, [n; 10]), owner, NOW - 500_000 + i64::from(n), command))
            .unwrap()
            .created
    };
    let new = NewTicket {
        requester: ada,
        subject: "Printer".into(),
        body: "It burns.".into(),
        ..Default::default()
    };
    run(Command::TicketCreate(Box::new(new)));
    let mut agent = |name: &str, role: Role| {
        run(Command::AgentAdd(NewAgent { name: name.into(), role, ..NewAgent::default() }))[0].1
    };
    let (light, reader) = (agent("Lee Light", Role::Light), agent("Rita Reader", Role::ReadOnly));
    let before = desk.store().head().unwrap();
    for (who, keys, word) in [
        (light, "2 Enter r", "Your role (light) lacks the permission “send”"),
        (light, "2 d", "Your role (light) lacks the permission “work”"),
        (light, "3 e", "Your role (light) lacks the permission “work”"),
        (light, "3 M", "Your role (light) lacks the permission “merge”"),
        (reader, "2 Enter n", "Your role (read-only) lacks the permission “note”"),
        (reader, "3 L", "Your role (read-only) lacks the permission “log interaction”"),
        (reader, "2 a", "an owner or admin can change it."),
    ] {
        let mut s = Screen::open(&desk, who, (140, 40));
        s.keys(keys).expect(word);
        assert!(s.model.layers.is_empty() && s.model.composer.is_none(), "{keys} opens nothing");
    }
    assert_eq!(desk.store().head().unwrap(), before, "the desk was not even asked");
    // The palette says so, too; what the role has works.
    let mut s = Screen::open(&desk, light, (140, 40));
    s.keys("2 :").text("assign").expect("Assign").keys("Enter").expect("lacks the permission");
    let mut s = Screen::open(&desk, light, (140, 40));
    s.keys("2 Enter n").text("Ask Sam.").keys("Esc y");
    assert!(desk.store().head().unwrap() > before, "a light agent writes notes");
}

#[test]
fn every_verb_that_changes_or_sends_something_names_the_permission_that_it_needs() {
    // The composer opens only for those who may send what is written in it.
    const BY_THE_COMPOSER: [&str; 2] = ["composer.send", "composer.later"];
    for id in CommandId::ALL {
        let def = id.def();
        if !(def.undoable || def.outward) || BY_THE_COMPOSER.contains(&def.id) {
            continue;
        }
        let reader = Snapshot { focus: def.scope, role: Some(Holder::ReadOnly), ..Snapshot::default() };
        let why = def.reason(&reader).unwrap_or_default();
        assert!(why.contains("lacks the permission"), "{}: {why:?}: add it to tui::command::role", def.id);
        let owner = Snapshot { role: Some(Holder::Owner), ..reader };
        assert!(!def.reason(&owner).unwrap_or_default().contains("permission"), "{}", def.id);
    }
    // Bulk changes need a separate permission.
    let many =
        Snapshot { focus: Scope::TicketList, selected: 51, role: Some(Holder::Agent), ..Snapshot::default() };
    let why = CommandId::TicketUrgent.def().reason(&many).unwrap();
    assert!(why.contains("lacks the permission “bulk”"), "{why}");
}
