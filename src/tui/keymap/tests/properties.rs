//! Properties for any keys, texts and snapshots.

use proptest::prelude::*;

use super::*;

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
            let _ = when.is_met(&Snapshot::default());
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
        prop_assume!(!matches!(typing.focus, Scope::Confirm | Scope::Popup | Scope::Files));
        for (name, _) in SHIPPED {
            let outcome = shipped_map(name).resolve(&mut Pending::default(), Key::char(c), &typing);
            prop_assert_eq!(outcome, Outcome::Unbound(vec![Key::char(c)]));
        }
    }
}
