use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::tui::command::{CommandId, Condition, RowKind, Scope, Snapshot, TicketState, Workspace};

fn shipped_map(name: &str) -> &'static Keymap {
    static MAPS: LazyLock<Vec<(&str, Keymap)>> = LazyLock::new(|| {
        SHIPPED.iter().map(|(n, _)| (*n, Keymap::build(&layers(n, None).expect("shipped")))).collect()
    });
    MAPS.iter().find(|(n, _)| *n == name).map(|(_, map)| map).expect("a shipped name")
}

fn with_user(text: &str) -> (Keymap, Vec<Problem>) {
    let layers = layers("default", Some(("mine.toml", text))).expect("default is shipped");
    (Keymap::build(&layers), check(&layers))
}

fn ticket_list() -> Snapshot {
    Snapshot {
        focus: Scope::TicketList,
        row: Some(RowKind::Ticket),
        rows: 9,
        ticket: Some(TicketState::default()),
        customer: true,
        ..Snapshot::default()
    }
}

/// The outcome of the last of these keys, from nothing pending.
fn press(map: &Keymap, keys: &str, snapshot: &Snapshot) -> Outcome {
    let keys: Keys = keys.parse().expect("keys");
    let mut pending = Pending::default();
    let mut last = Outcome::Cancelled;
    for key in keys.as_slice() {
        last = map.resolve(&mut pending, *key, snapshot);
    }
    last
}

fn ran(map: &Keymap, keys: &str, snapshot: &Snapshot) -> &'static str {
    match press(map, keys, snapshot) {
        Outcome::Run(command, ..) => command.id(),
        Outcome::Pending(_) => "pending",
        Outcome::Unbound(_) => "unbound",
        Outcome::Disabled(..) => "disabled",
        Outcome::Cancelled => "cancelled",
    }
}

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
            }
        }
    }
}

#[test]
fn every_command_has_a_key_but_those_meant_for_the_palette() {
    let palette_only = ["ticket.close", "customer.archive", "list.unfilter", "select.clear"];
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
        ("g x", "unbound"),
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
            ("l", CommandId::TicketLow)
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

fn kinds(text: &str) -> Vec<(usize, ProblemKind)> {
    with_user(text).1.into_iter().map(|p| (p.line, p.kind)).collect()
}

#[test]
fn check_names_each_problem_with_its_line() {
    let one = |on: &str, run: &str, more: &str| format!("\n[[bind]]\non = {on:?}\nrun = {run:?}\n{more}\n");
    for (text, expected) in [
        (one("s", "ticket.rply", ""), ProblemKind::UnknownCommand),
        (one("hyper-s", "ticket.reply", ""), ProblemKind::UnknownKey),
        (one("", "ticket.reply", ""), ProblemKind::UnknownKey),
        (one("s", "ticket.reply", "scope = \"tickets\""), ProblemKind::UnknownScope),
        (one("s", "ticket.reply", "when = \"has-selektion\""), ProblemKind::Condition),
        (one("s", "ticket.reply", "when = \"(list\""), ProblemKind::Condition),
        (one("s", "ticket.reply", "args = [\"x\"]"), ProblemKind::Arguments),
        (one("ctrl-i", "ticket.reply", ""), ProblemKind::Unreachable),
        (one("shift-Enter", "ticket.reply", ""), ProblemKind::Unreachable),
        (one("Q", "none", ""), ProblemKind::UnbindsNothing),
        (one("s", "ticket.reply", "when = \"typing\""), ProblemKind::EatsText),
        (one("s", "composer.send", ""), ProblemKind::EatsText),
        (one("d", "ticket.note", ""), ProblemKind::Shadows),
    ] {
        assert_eq!(kinds(&text), [(2, expected)], "{text}");
    }
    assert_eq!(kinds("\n\n[[bind]]\non = 3\n").first().map(|p| p.1), Some(ProblemKind::Syntax));
    assert_eq!(
        kinds("[[bind]]\non = \"s\"\nrun = \"go.desk\"\nwhat = 1\n").first().map(|p| p.1),
        Some(ProblemKind::Syntax)
    );
}

#[test]
fn check_finds_the_same_keys_twice() {
    let text = "[[bind]]\non = \"s\"\nrun = \"ticket.note\"\n[[bind]]\non = \"s\"\nrun = \"ticket.done\"\n";
    assert_eq!(kinds(text), [(4, ProblemKind::Duplicate)]);
    let apart = "[[bind]]\non = \"s\"\nrun = \"ticket.note\"\nwhen = \"zoomed\"\n[[bind]]\non = \"s\"\nrun = \"ticket.done\"\nwhen = \"!zoomed\"\n";
    assert_eq!(kinds(apart), []);
}

#[test]
fn check_finds_prefixes_that_hide_others() {
    let (_, problems) = with_user("[[bind]]\non = \"g\"\nrun = \"go.back\"\nwhen = \"zoomed\"\n");
    assert!(problems.iter().all(|p| p.kind == ProblemKind::Hides && p.line == 1), "{problems:#?}");
    assert!(problems.iter().any(|p| p.message == "“g” (go.back) hides “g t” (go.tickets)"), "{problems:#?}");
    let counted = kinds("counts = true\n");
    assert_eq!(counted, [(1, ProblemKind::Hides); 5]);
}

#[test]
fn check_suggests_the_nearest_word() {
    let (_, problems) = with_user("[[bind]]\non = \"s\"\nrun = \"ticket.rply\"\n");
    assert_eq!(
        problems.first().map(ToString::to_string).as_deref(),
        Some("mine.toml:1: “ticket.rply” is not a command: did you mean “ticket.reply”?")
    );
}

#[test]
fn what_a_file_says_reaches_the_screen_without_control_characters() {
    let (_, problems) = with_user("[[bind]]\non = \"\\u001b]0;x\\u0007\"\nrun = \"\\u009b31m\"\n");
    assert!(!problems.is_empty());
    for problem in problems {
        assert!(!problem.to_string().chars().any(char::is_control), "{problem:?}");
    }
}

#[test]
fn hints_are_keys_that_work_now_most_useful_first() {
    let map = shipped_map("default");
    let list = ticket_list();
    let bar = hints(map, &list, 99);
    assert_eq!(bar.len(), 10);
    assert_eq!(bar.first().map(|h| (h.keys.as_str(), h.label)), Some(("r", "reply")));
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

#[test]
fn conditions_read_as_written() {
    let list = ticket_list();
    for (text, holds) in [
        ("", true),
        ("ticket-list", true),
        ("list && !typing", true),
        ("typing || in-desk", true),
        ("!(list && has-row)", false),
        ("typing && typing || list", true),
        ("typing && (typing || list)", false),
        ("ticket-row&&!!list", true),
    ] {
        assert_eq!(When::parse(text).map(|w| w.holds(&list)), Ok(holds), "{text}");
    }
    assert_eq!(When::parse("list &&"), Err(WhenError::End));
    assert_eq!(When::parse("list list"), Err(WhenError::Unexpected("list".to_owned())));
    assert_eq!(When::parse(&"!".repeat(100_000)), Err(WhenError::Deep));
    assert_eq!(When::parse(&"(".repeat(100_000)), Err(WhenError::Deep));
}

#[test]
fn keys_have_one_spelling() {
    for (written, printed) in [
        ("shift-g", "G"),
        ("C-D", "ctrl-d"),
        ("CTRL-alt-x", "ctrl-alt-x"),
        ("space", "Space"),
        ("pgup", ""),
        ("-", "-"),
        ("ctrl--", "ctrl--"),
        ("<", "<"),
        ("f2", "F2"),
        ("F25", ""),
        ("F0", ""),
        ("é", "é"),
        ("shift-tab", "shift-Tab"),
    ] {
        let got = written.parse::<Key>().map(|k| k.to_string()).unwrap_or_default();
        assert_eq!(got, printed, "{written}");
    }
}

#[test]
fn terminal_events_become_the_keys_that_files_name() {
    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
    for (code, modifiers, key) in [
        (KeyCode::Char('G'), KeyModifiers::SHIFT, "G"),
        (KeyCode::Char('G'), KeyModifiers::NONE, "G"),
        (KeyCode::Char('d'), KeyModifiers::CONTROL, "ctrl-d"),
        (KeyCode::Char('?'), KeyModifiers::SHIFT, "?"),
        (KeyCode::BackTab, KeyModifiers::SHIFT, "shift-Tab"),
        (KeyCode::BackTab, KeyModifiers::NONE, "shift-Tab"),
        (KeyCode::Char('7'), KeyModifiers::CONTROL, "ctrl-_"),
        (KeyCode::Char(' '), KeyModifiers::NONE, "Space"),
        (KeyCode::Char('x'), KeyModifiers::ALT, "alt-x"),
    ] {
        let got = Key::from_event(&KeyEvent::new(code, modifiers)).map(|k| k.to_string());
        assert_eq!(got.as_deref(), Some(key));
    }
}

fn any_key() -> impl Strategy<Value = Key> {
    let code = prop_oneof![
        4 => any::<char>().prop_filter("typed", |c| !c.is_control() && !c.is_whitespace()).prop_map(Code::Char),
        4 => prop::sample::select("jkghldwrnPNuxZ19 0/?:.".chars().collect::<Vec<_>>()).prop_map(Code::Char),
        1 => (1_u8..=24).prop_map(Code::F),
        3 => prop::sample::select(vec![
            Code::Enter, Code::Tab, Code::Esc, Code::Backspace, Code::Delete, Code::Insert, Code::Home, Code::End,
            Code::PageUp, Code::PageDown, Code::Up, Code::Down, Code::Left, Code::Right,
        ]),
    ];
    (code, prop::bool::weighted(0.2), prop::bool::weighted(0.1), prop::bool::weighted(0.1))
        .prop_map(|(code, ctrl, alt, shift)| Key::new(code, ctrl, alt, shift))
}

fn any_snapshot() -> impl Strategy<Value = Snapshot> {
    (
        prop::sample::select(Scope::ALL),
        prop::option::of(prop::sample::select(RowKind::ALL)),
        prop::sample::select(Workspace::ALL),
        0_usize..3,
        any::<u16>(),
    )
        .prop_map(|(focus, row, workspace, selected, bits)| {
            let bit = |n: u16| bits >> n & 1 == 1;
            Snapshot {
                workspace,
                focus,
                typing: bit(0),
                row,
                rows: selected * 2,
                selected,
                ticket: bit(1).then(|| TicketState {
                    solved: bit(2),
                    merged: bit(3),
                    spam: bit(4),
                    closed: bit(5),
                    ..TicketState::default()
                }),
                customer: bit(6),
                task_done: bit(7).then(|| bit(8)),
                can_edit: bit(9),
                has_undo: bit(10),
                held_send: bit(11),
                has_text: bit(12),
                filtered: bit(13),
                ..Snapshot::default()
            }
        })
}

proptest! {
    #[test]
    fn printed_keys_read_back(keys in prop::collection::vec(any_key(), 1..5)) {
        let text = keys.iter().map(Key::to_string).collect::<Vec<_>>().join(" ");
        let read: Keys = text.parse().expect("printed keys are keys");
        prop_assert_eq!(read.as_slice(), keys.as_slice());
        prop_assert_eq!(read.to_string(), text);
    }

    #[test]
    fn any_text_is_a_layer_or_a_problem(text in "(?s).{0,200}") {
        let layers = layers("default", Some(("any.toml", &text))).expect("shipped");
        let _ = (Keymap::build(&layers), check(&layers));
    }

    #[test]
    fn any_entry_is_a_binding_or_a_problem(on in ".{0,12}", run in ".{0,12}", when in "[a-z!&|() -]{0,24}") {
        let text = format!("[[bind]]\non = {}\nrun = {}\nwhen = {}\n", toml::Value::from(on), toml::Value::from(run), toml::Value::from(when));
        let layer = Layer::parse("any.toml", &text);
        prop_assert!(!layer.problems.is_empty() || !layer.binds.is_empty());
    }

    #[test]
    fn any_condition_text_is_read_or_refused(text in "(typing|list|!|&&|\\|\\||\\(|\\)| |x|-){0,12}") {
        if let Ok(when) = When::parse(&text) {
            let _ = when.holds(&Snapshot::default());
            let not = When::Not(Box::new(when.clone()));
            prop_assert!(!when.meets(&not));
        }
    }

    #[test]
    fn no_sequence_of_keys_panics_and_what_runs_may_run(
        name in prop::sample::select(SHIPPED),
        steps in prop::collection::vec((any_key(), any_snapshot()), 1..40),
    ) {
        let map = shipped_map(name.0);
        let mut pending = Pending::default();
        for (key, snapshot) in steps {
            match map.resolve(&mut pending, key, &snapshot) {
                Outcome::Run(command, ..) => {
                    prop_assert_eq!(command.def().reason(&snapshot), None);
                    prop_assert!(pending.is_empty());
                }
                Outcome::Disabled(_, reason) => {
                    let filled = !reason.is_empty() && !reason.contains('{');
                    prop_assert!(filled, "{}", reason);
                }
                Outcome::Pending(_) => prop_assert!(!pending.is_empty()),
                Outcome::Unbound(keys) => prop_assert!(!keys.is_empty() && pending.is_empty()),
                Outcome::Cancelled => prop_assert!(pending.is_empty()),
            }
            prop_assert!(hints(map, &snapshot, 10).len() <= 10);
        }
    }

    #[test]
    fn a_single_character_is_never_a_command_while_typing(c in any::<char>(), snapshot in any_snapshot()) {
        prop_assume!(!c.is_control());
        let typing = Snapshot { typing: true, ..snapshot };
        prop_assume!(!matches!(typing.focus, Scope::Confirm | Scope::Popup));
        for (name, _) in SHIPPED {
            let outcome = shipped_map(name).resolve(&mut Pending::default(), Key::char(c), &typing);
            prop_assert_eq!(outcome, Outcome::Unbound(vec![Key::char(c)]));
        }
    }
}

#[test]
fn conditions_that_speak_of_typing_are_left_as_written() {
    let layer = Layer::parse("x.toml", "[[bind]]\non = \"F6\"\nrun = \"app.palette\"\nwhen = \"typing\"\n");
    let map = Keymap::build(&[layer]);
    let binding = map.bindings().first().expect("one");
    assert!(binding.when.mentions(Flag::Condition(Condition::Typing)));
    let typing = Snapshot { typing: true, ..ticket_list() };
    assert_eq!(ran(&map, "F6", &typing), "app.palette");
}
