//! Undo and redo need the permission for what they change.

use frontdesk::{
    desk::{
        Command, Edit, TicketChange,
        command::{NewAgent, RevertStep},
        import::ImportStep,
    },
    model::{Id, Kind, Refusal, Role, Workspace},
    store::records,
};

use super::desk::Staffed;

fn edit(who: Id, field: &str, value: &str) -> Command {
    Command::Edit(Kind::Agent, who, vec![Edit::set(field, value)])
}

#[test]
fn undoing_a_change_of_roles_makes_no_one_an_admin() {
    let mut s = Staffed::new();
    let up = s.role(s.owner, s.agent, &Role::Admin).seq;
    let down = s.role(s.owner, s.agent, &Role::Agent).seq;
    for row in [up, down] {
        assert_eq!(s.denied(s.agent, Command::Undo(Some(row))), "manage agents");
        assert_eq!(s.denied(s.agent, Command::Import(Box::new(ImportStep::Revert(row)))), "import");
        assert_eq!(s.denied(s.agent, Command::RevertStep(row, RevertStep::Redo)), "bulk");
    }
    assert_eq!(s.role_of(s.agent), Role::Agent);
    // One who may do it, may undo it.
    s.run(s.admin, Command::Undo(Some(down)));
    assert_eq!(s.role_of(s.agent), Role::Admin);
    // An agent's own undo of what they did as admin is checked against the role that they have now.
    s.run(s.agent, edit(s.light, "role", "agent"));
    s.role(s.owner, s.agent, &Role::Agent);
    assert_eq!(s.denied(s.agent, Command::Undo(None)), "manage agents");
    assert_eq!(s.role_of(s.light), Role::Agent);
}

#[test]
fn the_start_is_never_undone() {
    let mut s = Staffed::new();
    for by in [s.owner, s.admin, s.agent, s.light] {
        let rejected = s.rejected(by, Command::Undo(Some(1)));
        assert!(matches!(rejected, Refusal::NoUndo(_)), "{rejected}");
    }
    for step in [Command::Import(Box::new(ImportStep::Revert(1))), Command::RevertStep(1, RevertStep::Undo)] {
        let rejected = s.rejected(s.owner, step);
        assert!(matches!(rejected, Refusal::Final(_)), "{rejected}");
    }
    assert_eq!(s.denied(s.read_only, Command::Undo(Some(1))), "undo");
    assert!(s.desk.view(|v| records::get::<Workspace>(v, Id::NIL)).unwrap().is_some());
    assert_eq!(s.role_of(s.owner), Role::Owner);
    let owner = NewAgent { name: "Mallory".into(), ..NewAgent::default() };
    s.rejected(Id::NIL, Command::Start { workspace: Vec::new(), owner });
}

#[test]
fn no_one_removes_the_last_owner() {
    let mut s = Staffed::new();
    for change in [("role", "admin"), ("role", "read_only"), ("archived", "yes")] {
        let rejected = s.rejected(s.owner, edit(s.owner, change.0, change.1));
        assert!(rejected.to_string().contains("at least one owner"), "{rejected}");
    }
    // The second owner is undone only while the first is one.
    let second = s.role(s.owner, s.admin, &Role::Owner).seq;
    s.role(s.owner, s.owner, &Role::Agent);
    let rejected = s.rejected(s.admin, Command::Undo(Some(second)));
    assert!(rejected.to_string().contains("at least one owner"), "{rejected}");
    assert_eq!(s.role_of(s.admin), Role::Owner);
}

#[test]
fn an_admin_neither_grants_nor_takes_away_the_role_of_owner() {
    let mut s = Staffed::new();
    let change = s.role(s.owner, s.agent, &Role::Owner).seq;
    assert_eq!(s.denied(s.admin, edit(s.agent, "role", "agent")), "manage owners");
    assert_eq!(s.denied(s.admin, edit(s.admin, "role", "owner")), "manage owners");
    assert_eq!(s.denied(s.admin, edit(s.owner, "archived", "yes")), "manage owners");
    assert_eq!(s.denied(s.admin, Command::Undo(Some(change))), "manage owners");
    let new = NewAgent { name: "Mallory".into(), role: Role::Owner, ..NewAgent::default() };
    assert_eq!(s.denied(s.admin, Command::AgentAdd(new)), "manage owners");
    // Nor becomes one by taking an owner's Unix user or handle.
    assert_eq!(s.denied(s.admin, edit(s.owner, "unix_user", "adam")), "manage owners");
    for (field, value) in [("unix_user", "olga"), ("handle", "owner")] {
        let rejected = s.rejected(s.admin, edit(s.admin, field, value));
        assert!(matches!(rejected, Refusal::Taken { .. }), "{rejected}");
    }
}

#[test]
fn agents_undo_others_work_and_light_agents_only_their_own_notes() {
    let mut s = Staffed::new();
    let customer = s.customer("Ada Lovelace");
    let ticket = s.ticket(customer);
    let tag = || Command::TicketSet(vec![ticket], vec![TicketChange::Tag("late".into())]);
    let tagged = s.run(s.owner, tag()).seq;
    assert_eq!(s.denied(s.light, Command::Undo(Some(tagged))), "work");
    s.run(s.agent, Command::Undo(Some(tagged)));
    assert!(s.tags(ticket).is_empty());
    let theirs = s.run(s.agent, Command::TicketNote(ticket, "Called.".into())).seq;
    assert_eq!(s.denied(s.light, Command::Undo(Some(theirs))), "work");
    s.run(s.light, Command::TicketNote(ticket, "Called again.".into()));
    s.run(s.light, Command::Undo(None));
    s.run(s.light, Command::Redo);
    assert_eq!(s.denied(s.light, tag()), "work");
}
