use std::collections::BTreeSet;

use super::*;

fn on_ticket(ticket: TicketState) -> Snapshot {
    Snapshot {
        focus: Scope::TicketList,
        row: Some(RowKind::Ticket),
        rows: 3,
        ticket: Some(ticket),
        customer: true,
        ..Snapshot::default()
    }
}

#[test]
fn every_command_is_found_by_its_written_name_and_stands_once() {
    assert_eq!(COMMANDS.len(), CommandId::ALL.len());
    let mut seen = BTreeSet::new();
    for (command, def) in CommandId::ALL.iter().zip(COMMANDS) {
        assert_eq!(CommandId::from_id(command.id()), Some(*command));
        assert_eq!(command.def(), def);
        assert_eq!(command.id(), def.id);
        assert!(seen.insert(def.id), "{} stands twice", def.id);
    }
    assert_eq!(CommandId::from_id("none"), None);
}

#[test]
fn the_table_reads_well() {
    for def in COMMANDS {
        assert!(def.help.ends_with('.') && !def.help.contains(". "), "{}: one sentence", def.id);
        assert!(!def.title.is_empty() && !def.title.ends_with('.'), "{}", def.id);
        assert!(def.id.chars().all(|c| c.is_ascii_lowercase() || c == '.' || c == '-'), "{}", def.id);
        assert_eq!(def.hint.is_empty(), def.rank == 0, "{}: word and place of a hint go together", def.id);
        assert!(!(def.outward && (def.repeatable || def.undoable)), "{}: a send is never repeated", def.id);
    }
}

#[test]
fn conditions_scopes_and_rows_share_no_word() {
    let mut words = BTreeSet::new();
    let all = Condition::ALL
        .iter()
        .map(|c| c.name())
        .chain(Scope::ALL.iter().map(|s| s.name()))
        .chain(RowKind::ALL.iter().map(|r| r.name()));
    for word in all {
        assert!(words.insert(word), "{word} means two things");
    }
}

#[test]
fn sentences_name_commands_that_exist() {
    for condition in Condition::ALL {
        let sentence = condition.sentence();
        assert!(sentence.ends_with('.'), "{sentence}");
        for part in sentence.split('{').skip(1) {
            let (id, _) = part.split_once('}').expect("closed brace");
            assert!(CommandId::from_id(id).is_some(), "{id} of {sentence:?}");
        }
    }
}

#[test]
fn a_ticket_at_hand_can_be_replied_to_and_a_merged_one_says_why_not() {
    let open = on_ticket(TicketState::default());
    assert_eq!(CommandId::TicketReply.def().reason(&open), None);
    let merged = on_ticket(TicketState { merged: true, ..TicketState::default() });
    assert_eq!(
        CommandId::TicketReply.def().reason(&merged).as_deref(),
        Some("This ticket is merged: work on the one it was merged into.")
    );
}

#[test]
fn reasons_name_the_key_where_one_is_known() {
    let empty = Snapshot { focus: Scope::TicketList, ..Snapshot::default() };
    let def = CommandId::TicketDone.def();
    assert_eq!(def.reason(&empty).as_deref(), Some("No ticket is selected: use “Down” first."));
    let with = def.reason_with(&empty, |_| Some("j".to_owned()));
    assert_eq!(with.as_deref(), Some("No ticket is selected: press j first."));
}

#[test]
fn a_command_of_another_place_says_where_it_works() {
    let queue = Snapshot::default();
    let reason = CommandId::TicketReply.def().reason(&queue);
    assert_eq!(reason.as_deref(), Some("“Reply” works on a ticket."));
}

#[test]
fn verbs_follow_the_row_of_a_customers_timeline() {
    let mut page = Snapshot { focus: Scope::CustomerPage, customer: true, ..Snapshot::default() };
    assert!(!page.scopes().contains(&Scope::Ticket));
    page.row = Some(RowKind::Ticket);
    assert_eq!(page.scopes().get(..2), Some(&[Scope::CustomerPage, Scope::Ticket][..]));
    assert!(page.scopes().contains(&Scope::Customer));
}

#[test]
fn what_covers_the_panes_rests_their_verbs() {
    for focus in [Scope::Form, Scope::Picker, Scope::Prompt, Scope::Confirm, Scope::Popup, Scope::Files] {
        let over = Snapshot { focus, ..on_ticket(TicketState::default()) };
        assert!(!over.scopes().contains(&Scope::Global), "{focus:?}");
        assert!(!over.scopes().contains(&Scope::Ticket), "{focus:?}");
        assert_eq!(over.scopes().last(), Some(&Scope::Anywhere));
    }
}
