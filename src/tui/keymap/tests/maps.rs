//! The shipped maps, and a user's file over them.

use crossterm::event::Event;

use super::*;
use crate::term::decode::{Decoder, Input};

#[test]
fn no_shipped_map_reports_problems() {
    for (name, _) in SHIPPED {
        let problems = check(&layers(name, None).expect("shipped"));
        assert!(problems.is_empty(), "{name}: {problems:#?}");
    }
}

#[test]
fn every_shipped_key_arrives_in_the_legacy_encoding() {
    for (name, _) in SHIPPED {
        for binding in shipped_map(name).bindings() {
            for key in binding.on.as_slice() {
                assert_eq!(key.legacy_trouble(), None, "{name}: {key} in {}", binding.on);
                assert_eq!(decoded(&legacy_bytes(*key)), [*key], "{name}: {key} in {}", binding.on);
            }
        }
    }
}

/// What a terminal without any newer protocol sends for the key.
fn legacy_bytes(key: Key) -> Vec<u8> {
    let text = key.to_string();
    if let Some(c) = text.strip_prefix("alt-") {
        return [b"\x1b", c.as_bytes()].concat();
    }
    if let Some(c) = text.strip_prefix("ctrl-") {
        let byte = if c == "Space" { 0 } else { c.to_ascii_uppercase().as_bytes()[0] ^ 0x40 };
        return vec![byte];
    }
    let sequence = match key.code() {
        Code::Tab => {
            if text == "Tab" {
                "\t"
            } else {
                "\x1b[Z"
            }
        }
        Code::Enter => "\r",
        Code::Esc => "\x1b",
        Code::Backspace => "\x7f",
        Code::Insert => "\x1b[2~",
        Code::Delete => "\x1b[3~",
        Code::Home => "\x1b[H",
        Code::End => "\x1b[F",
        Code::PageUp => "\x1b[5~",
        Code::PageDown => "\x1b[6~",
        Code::Up => "\x1b[A",
        Code::Down => "\x1b[B",
        Code::Right => "\x1b[C",
        Code::Left => "\x1b[D",
        Code::F(n) => [
            "\x1bOP", "\x1bOQ", "\x1bOR", "\x1bOS", "\x1b[15~", "\x1b[17~", "\x1b[18~", "\x1b[19~",
            "\x1b[20~", "\x1b[21~",
        ][usize::from(n) - 1],
        Code::Char(c) => return c.to_string().into_bytes(),
    };
    sequence.as_bytes().to_vec()
}

fn decoded(bytes: &[u8]) -> Vec<Key> {
    let (mut decoder, mut inputs) = (Decoder::new(), Vec::new());
    decoder.feed(bytes, &mut inputs);
    decoder.flush(&mut inputs);
    let keys = inputs.iter().filter_map(|input| match input {
        Input::Event(Event::Key(event)) => Key::from_event(event),
        _ => None,
    });
    keys.collect()
}

#[test]
fn every_command_has_a_key_but_those_meant_for_the_palette() {
    let palette_only = [
        "ticket.close",
        "ticket.accept-address",
        "ticket.decline-address",
        "customer.archive",
        "customer.unmerge",
        "customer.duplicates",
        "organisation.edit",
        "organisation.merge",
        "organisation.unmerge",
        "customer.export-me",
        "customer.erase-me",
        "view.compare",
        "view.freeze",
        "view.edit",
        "view.forget",
        "list.unfilter",
        "select.clear",
        "import.revert",
    ];
    for (name, _) in SHIPPED {
        let map = shipped_map(name);
        for command in CommandId::ALL.iter().filter(|c| !palette_only.contains(&c.id())) {
            let suspended = *name == "arrows" && *command == CommandId::AppSuspend;
            assert!(suspended || map.keys_of(*command).next().is_some(), "{name}: {}", command.id());
        }
    }
}

#[test]
fn the_verbs_of_the_desk_are_where_the_design_puts_them() {
    let map = shipped_map("default");
    let list = ticket_list();
    for (keys, command) in [
        ("j", "move.down"),
        ("g g", "move.top"),
        ("g t", "go.tickets"),
        ("2", "go.tickets"),
        ("r", "ticket.reply"),
        ("d", "ticket.done"),
        ("P u", "ticket.urgent"),
        ("/", "list.filter"),
        ("?", "app.keys"),
        ("g", "pending"),
        ("g x", "go.outbox"),
        ("g y", "unbound"),
        ("u", "disabled"),
        ("g Esc", "cancelled"),
        ("Esc", "app.peel"),
    ] {
        assert_eq!(ran(map, keys, &list), command, "{keys}");
    }
    let thread = Snapshot { focus: Scope::Thread, row: Some(RowKind::Message), ..list };
    assert_eq!(ran(map, "/", &thread), "timeline.filter");
    assert_eq!(ran(map, "J", &thread), "ticket.next");
    let tasks = Snapshot {
        focus: Scope::TaskList,
        row: Some(RowKind::Task),
        task_done: Some(false),
        ..Snapshot::default()
    };
    assert_eq!(ran(map, "d", &tasks), "task.done");
}

#[test]
fn while_typing_letters_and_readline_keys_are_left_alone() {
    let map = shipped_map("default");
    let typing = Snapshot { focus: Scope::Composer, typing: true, has_text: true, ..ticket_list() };
    for keys in ["y", "q", "1", "/", ":", "Space", "ctrl-a", "ctrl-e", "ctrl-k", "ctrl-u", "ctrl-d", "ctrl-r"]
    {
        assert_eq!(ran(map, keys, &typing), "unbound", "{keys}");
    }
    assert_eq!(ran(map, "Esc", &typing), "composer.leave");
    assert_eq!(ran(map, "ctrl-x ctrl-e", &typing), "composer.editor");
    let left = Snapshot { typing: false, has_recipient: true, ..typing };
    assert_eq!(ran(map, "y", &left), "composer.send");
    assert_eq!(ran(map, "q", &left), "composer.keep");
}

#[test]
fn a_disabled_key_says_why_and_names_the_key_of_this_map() {
    let map = shipped_map("default");
    let empty = Snapshot { focus: Scope::TicketList, ..Snapshot::default() };
    assert_eq!(
        press(map, "d", &empty),
        Outcome::Disabled(CommandId::TicketDone, "No ticket is selected: press j first.".to_owned())
    );
    let arrows = shipped_map("arrows");
    assert_eq!(
        press(arrows, "d", &empty),
        Outcome::Disabled(CommandId::TicketDone, "No ticket is selected: press Down first.".to_owned())
    );
}

#[test]
fn counts_are_vims_alone() {
    let list = ticket_list();
    let vim = shipped_map("vim");
    assert_eq!(press(vim, "1 2 0 j", &list), Outcome::Run(CommandId::MoveDown, vec![], Some(120)));
    assert_eq!(press(vim, "3 g g", &list), Outcome::Run(CommandId::MoveTop, vec![], Some(3)));
    assert_eq!(ran(vim, "0", &list), "unbound");
    assert_eq!(ran(vim, "5 Esc", &list), "cancelled");
    assert_eq!(ran(shipped_map("default"), "1", &list), "go.desk");
    let mut pending = Pending::default();
    for _ in 0..40 {
        vim.resolve(&mut pending, Key::char('9'), &list);
    }
    assert_eq!(pending.to_string(), "999999");
}

#[test]
fn which_key_lists_the_ways_on_after_a_prefix() {
    let map = shipped_map("default");
    let Outcome::Pending(ways) = press(map, "P", &ticket_list()) else { panic!("P is a prefix") };
    let shown: Vec<_> = ways.iter().map(|w| (w.keys.as_str(), w.command)).collect();
    assert_eq!(
        shown,
        [
            ("u", CommandId::TicketUrgent),
            ("h", CommandId::TicketHigh),
            ("n", CommandId::TicketNormal),
            ("l", CommandId::TicketLow),
            ("s", CommandId::TicketSeverity)
        ]
    );
}

#[test]
fn a_users_file_adds_replaces_and_takes_away() {
    let (map, problems) = with_user(
        r#"
[[bind]]
on = "s"
run = "ticket.wait"
args = ["tomorrow 9am"]
[[bind]]
on = "d"
run = "ticket.note"
[[bind]]
on = ["D"]
run = "ticket.done"
[[bind]]
on = "f"
run = "none"
[[bind]]
on = "F"
run = "find.customer"
[[bind]]
on = "n"
when = "has-selection"
run = "none"
"#,
    );
    assert_eq!(problems, []);
    let list = ticket_list();
    assert_eq!(
        press(&map, "s", &list),
        Outcome::Run(CommandId::TicketWait, vec!["tomorrow 9am".to_owned()], None)
    );
    assert_eq!(ran(&map, "d", &list), "ticket.note");
    assert_eq!(ran(&map, "D", &list), "ticket.done");
    assert_eq!(ran(&map, "f", &list), "unbound");
    assert_eq!(ran(&map, "n", &list), "ticket.note");
}

#[test]
fn taking_keys_away_under_a_condition_holds_only_then() {
    let (map, problems) =
        with_user("[[bind]]\non = \"n\"\nrun = \"none\"\nscope = \"ticket\"\nwhen = \"has-selection\"\n");
    assert_eq!(problems, []);
    let one = ticket_list();
    let many = Snapshot { selected: 3, ..one.clone() };
    assert_eq!(ran(&map, "n", &one), "ticket.note");
    assert_eq!(ran(&map, "n", &many), "unbound");
}

#[test]
fn a_users_longer_keys_take_the_place_of_a_shipped_short_one() {
    let (map, problems) = with_user("[[bind]]\non = \"d d\"\nrun = \"ticket.done\"\n");
    assert_eq!(problems, []);
    assert_eq!(ran(&map, "d", &ticket_list()), "pending");
    assert_eq!(ran(&map, "d d", &ticket_list()), "ticket.done");
}

#[test]
fn hints_are_keys_that_work_now_most_useful_first() {
    let map = shipped_map("default");
    let list = ticket_list();
    let bar = hints(map, &list, 99);
    let keys: Vec<&str> = bar.iter().map(|h| h.keys.as_str()).collect();
    assert_eq!(keys, ["r", "n", "d", "w", "a", "c", "/", "f", ":", "?"]);
    for hint in &bar {
        assert_eq!(ran(map, &hint.keys, &list), hint.command.id());
    }
    let held = Snapshot { held_send: true, ..list.clone() };
    assert_eq!(hints(map, &held, 1).first().map(|h| h.keys.clone()).as_deref(), Some("U"));
    let merged = Snapshot { ticket: Some(TicketState { merged: true, ..TicketState::default() }), ..list };
    assert!(hints(map, &merged, 10).iter().all(|h| h.command != CommandId::TicketReply));
}

#[test]
fn the_palette_is_the_help_with_keys_and_reasons() {
    let map = shipped_map("default");
    let entries = palette(map, &ticket_list());
    let reply = entries.iter().find(|e| e.command == CommandId::TicketReply).expect("listed");
    assert_eq!((reply.keys.as_slice(), &reply.disabled), (&["r".to_owned()][..], &None));
    let undo = entries.iter().find(|e| e.command == CommandId::ChangeUndo).expect("listed");
    assert_eq!(undo.disabled.as_deref(), Some("Nothing of yours to undo."));
    assert!(entries.iter().all(|e| e.command != CommandId::ComposerSend));
    let first_disabled = entries.iter().position(|e| e.disabled.is_some()).expect("some rest");
    assert!(entries.iter().skip(first_disabled).all(|e| e.disabled.is_some()), "what can run stands first");
}
