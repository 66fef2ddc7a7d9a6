//! What `check` finds.

use super::*;

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
    assert_eq!(counted, [(1, ProblemKind::Hides); 6]);
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
