//! What is wrong with a map of layers, each with the file and line that is to blame.

use std::collections::{BTreeMap, BTreeSet};

use super::condition::Flag;
use super::map::{clash, effective};
use super::{Bind, Binding, Key, Keymap, Layer, Problem, ProblemKind, When};
use crate::tui::command::{CommandId, Condition, RowKind, Scope, Snapshot};

/// Everything wrong with the layers, the first lowest, in the order of files and lines.
#[must_use]
pub fn check(layers: &[Layer]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (number, layer) in layers.iter().enumerate() {
        let mut found = layer.problems.clone();
        duplicates(layer, &mut found);
        for bind in &layer.binds {
            unreachable(layer, bind, &mut found);
            eats_text(layer, bind, &mut found);
        }
        if let (Some(below), Some(with)) = (layers.get(..number), layers.get(..=number)) {
            overrides(layer, &Keymap::build(below), &Keymap::build(with), &mut found);
        }
        found.sort();
        found.dedup();
        problems.append(&mut found);
    }
    hides(layers, &Keymap::build(layers), &mut problems);
    problems
}

fn problem(layer: &Layer, line: usize, kind: ProblemKind, message: String) -> Problem {
    Problem { file: layer.file.clone(), line, kind, message }
}

fn name(run: Option<CommandId>) -> &'static str {
    run.map_or("none", CommandId::id)
}

/// The same keys twice in one file where both could be active. One with a condition goes before one without.
fn duplicates(layer: &Layer, problems: &mut Vec<Problem>) {
    for (i, later) in layer.binds.iter().enumerate() {
        let twin = layer.binds.iter().take(i).find(|earlier| {
            earlier.on == later.on
                && earlier.scope == later.scope
                && earlier.conditional == later.conditional
                && earlier.when.meets(&later.when)
        });
        if let Some(twin) = twin {
            let message =
                format!("“{}” is bound already, to {} in line {}", later.on, name(twin.run), twin.line);
            problems.push(problem(layer, later.line, ProblemKind::Duplicate, message));
        }
    }
}

fn unreachable(layer: &Layer, bind: &Bind, problems: &mut Vec<Problem>) {
    if bind.run.is_none() {
        return;
    }
    let trouble = bind.on.as_slice().iter().find_map(|key| key.legacy_trouble().map(|why| (key, why)));
    if let Some((key, why)) = trouble {
        let message = format!("“{key}” does not arrive on every terminal: {why}");
        problems.push(problem(layer, bind.line, ProblemKind::Unreachable, message));
    }
}

/// A key that would be text where it is bound.
fn eats_text(layer: &Layer, bind: &Bind, problems: &mut Vec<Problem>) {
    let (Some(scope), Some(_)) = (bind.scope, bind.run) else { return };
    let typed = When::Is(Flag::Condition(Condition::Typing));
    let first = bind.on.as_slice().first().copied().and_then(Key::text);
    if let Some(text) = first
        && !matches!(scope, Scope::Confirm | Scope::Popup | Scope::Files)
        && effective(bind, scope).meets(&typed)
    {
        let message = format!("“{text}” is text while typing: add when = \"!typing\", or take another key");
        problems.push(problem(layer, bind.line, ProblemKind::EatsText, message));
    }
}

/// Commands this layer leaves without a key, and keys it takes away that nothing was bound to.
fn overrides(layer: &Layer, below: &Keymap, with: &Keymap, problems: &mut Vec<Problem>) {
    for bind in layer.binds.iter().filter(|b| b.run.is_none()) {
        let was = |b: &Binding| b.on == bind.on && bind.scope.is_none_or(|scope| b.scope == scope);
        if !below.bindings().iter().any(was) {
            let message = format!("nothing is bound to “{}” here", bind.on);
            problems.push(problem(layer, bind.line, ProblemKind::UnbindsNothing, message));
        }
    }
    let had: BTreeSet<CommandId> = below.bindings().iter().filter_map(|b| b.run).collect();
    for command in had.into_iter().filter(|command| with.keys_of(*command).next().is_none()) {
        let lost: Vec<&Binding> = below.bindings().iter().filter(|b| b.run == Some(command)).collect();
        let taker = layer.binds.iter().rev().find(|bind| {
            bind.run.is_some() && lost.iter().any(|b| Some(b.scope) == bind.scope && clash(&b.on, &bind.on))
        });
        // Keys taken away by `none` are meant to go.
        if let Some(bind) = taker {
            let message =
                format!("“{}” now runs {}, and {} has no key left", bind.on, name(bind.run), command.id());
            problems.push(problem(layer, bind.line, ProblemKind::Shadows, message));
        }
    }
}

/// Keys that begin others where both could be active, and digits where they count.
fn hides(layers: &[Layer], map: &Keymap, problems: &mut Vec<Problem>) {
    let over = together();
    let counting = layers.iter().enumerate().rev().find(|(_, layer)| layer.counts == Some(true));
    let counting = counting.map(|(number, layer)| (number, layer.counts_line));
    let mut found: BTreeMap<(usize, usize, String), String> = BTreeMap::new();
    let all: Vec<&Binding> = map.bindings().iter().filter(|b| b.run.is_some()).collect();
    for short in &all {
        for long in all.iter().filter(|long| short.on.hides(&long.on)) {
            let places = (short.scope, long.scope);
            if !(over.contains(&places) && short.when.meets(&long.when)) {
                continue;
            }
            // The more specific wins, then the higher layer, then the shorter.
            let long_wins = match places.0.cmp(&places.1) {
                std::cmp::Ordering::Equal => long.layer > short.layer,
                order => order == std::cmp::Ordering::Greater,
            };
            let (winner, loser) = if long_wins { (long, short) } else { (short, long) };
            let blame = if winner.layer >= loser.layer { winner } else { loser };
            let message =
                format!("“{}” ({}) hides “{}” ({})", winner.on, name(winner.run), loser.on, name(loser.run));
            found.insert((blame.layer, blame.line, message.clone()), message);
        }
        let digit = short.on.as_slice().first().copied().and_then(Key::digit).is_some_and(|d| d > 0);
        if map.counts() && digit && !short.scope.takes_text() {
            let message = format!("digits count here, which hides “{}” ({})", short.on, name(short.run));
            let (layer, line) = counting.filter(|c| c.0 > short.layer).unwrap_or((short.layer, short.line));
            found.insert((layer, line, message.clone()), message);
        }
    }
    for ((number, line, _), message) in found {
        if let Some(layer) = layers.get(number) {
            problems.push(problem(layer, line, ProblemKind::Hides, message));
        }
    }
}

/// Which scopes can be active together.
fn together() -> BTreeSet<(Scope, Scope)> {
    let mut pairs = BTreeSet::new();
    for focus in Scope::ALL {
        for row in RowKind::ALL {
            let scopes = Snapshot { focus: *focus, row: Some(*row), ..Snapshot::default() }.scopes();
            for one in &scopes {
                pairs.extend(scopes.iter().map(|two| (*one, *two)));
            }
        }
    }
    pairs
}
