//! The map made of layers: a binding of a higher layer goes before those below it and takes the place of
//! those it covers.

use super::condition::Flag;
use super::{Bind, Keys, Layer, When};
use crate::tui::command::{CommandId, Condition, Scope, Snapshot};

/// One sequence of keys and what it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// The keys.
    pub on: Keys,
    /// The command; `None` where a condition takes the keys away.
    pub run: Option<CommandId>,
    /// What the command is given.
    pub args: Vec<String>,
    /// Its scope.
    pub scope: Scope,
    /// Its condition, `!typing` in panes included.
    pub when: When,
    /// What it is called, where not by the command's title.
    pub desc: Option<String>,
    /// The layer it comes from, 0 the lowest.
    pub layer: usize,
    /// The line of its entry in that layer's file, from 1.
    pub line: usize,
    /// Whether its file gave it a condition.
    pub(super) conditional: bool,
}

impl Binding {
    fn new(bind: &Bind, scope: Scope, layer: usize) -> Binding {
        Binding {
            on: bind.on.clone(),
            run: bind.run,
            args: bind.args.clone(),
            scope,
            when: effective(bind, scope),
            desc: bind.desc.clone(),
            layer,
            line: bind.line,
            conditional: bind.conditional,
        }
    }

    /// What it is called: its own words, or the command's title.
    #[must_use]
    pub fn title(&self) -> &str {
        match (&self.desc, self.run) {
            (Some(desc), _) => desc,
            (None, Some(command)) => command.def().title,
            (None, None) => "",
        }
    }
}

/// The effective condition: a key of a pane is no command while text is typed, unless the binding speaks of it.
pub(super) fn effective(bind: &Bind, scope: Scope) -> When {
    const TYPING: Flag = Flag::Condition(Condition::Typing);
    let is_pane = !(scope.is_modal() || matches!(scope, Scope::Composer | Scope::Anywhere));
    if is_pane && bind.run.is_some() && !bind.when.mentions(TYPING) {
        bind.when.clone().and(When::Not(Box::new(When::Is(TYPING))))
    } else {
        bind.when.clone()
    }
}

/// What keys mean: layers laid over each other.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Keymap {
    /// Higher layers first, each in the order of its file.
    bindings: Vec<Binding>,
    counts: bool,
}

impl Keymap {
    /// Lays the layers over each other, the first lowest. What is wrong with them is left out: [`check`](super::check()) tells.
    #[must_use]
    pub fn build(layers: &[Layer]) -> Keymap {
        let mut map = Keymap::default();
        for (number, layer) in layers.iter().enumerate() {
            map.counts = layer.counts.unwrap_or(map.counts);
            let mut top = Vec::new();
            for bind in &layer.binds {
                match bind.scope {
                    Some(scope) => top.push(Binding::new(bind, scope, number)),
                    None => top.extend(Scope::ALL.iter().map(|scope| Binding::new(bind, *scope, number))),
                }
            }
            map.bindings.retain(|low| !top.iter().any(|high| replaces(high, low)));
            // Keys that are taken away for good have done their work.
            top.retain(|high| {
                high.run.is_some()
                    || high.conditional
                        && map.bindings.iter().any(|low| (low.scope, &low.on) == (high.scope, &high.on))
            });
            top.append(&mut map.bindings);
            map.bindings = top;
        }
        map
    }

    /// Every binding, higher layers first.
    #[must_use]
    pub fn bindings(&self) -> &[Binding] {
        &self.bindings
    }

    /// Whether digits count.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.counts
    }

    /// The keys of a command in any scope, the best first.
    pub fn keys_of(&self, command: CommandId) -> impl Iterator<Item = &Keys> {
        self.bindings.iter().filter(move |b| b.run == Some(command)).map(|b| &b.on)
    }

    /// Why a command cannot run now, naming the keys of this map; `None` where it can.
    #[must_use]
    pub fn reason(&self, command: CommandId, snapshot: &Snapshot) -> Option<String> {
        command.def().reason_with(snapshot, |id| self.keys_of(id).next().map(Keys::to_string))
    }

    /// The bindings in force now, in the order of the map; no keys stand twice in it and none begin others.
    /// Of two that clash the one of the more specific scope wins, then that of the higher layer, then the
    /// one with a condition, then the shorter.
    pub(super) fn live(&self, snapshot: &Snapshot) -> Vec<&Binding> {
        let mut live: Vec<(usize, &Binding)> = Vec::new();
        for scope in snapshot.scopes() {
            let here = self.bindings.iter().enumerate().filter(|(_, b)| b.scope == scope);
            let mut here: Vec<_> = here.filter(|(_, b)| b.when.is_met(snapshot)).collect();
            here.sort_by_key(|(_, b)| (std::cmp::Reverse(b.layer), !b.conditional, b.on.as_slice().len()));
            for (order, binding) in here {
                if !live.iter().any(|(_, taken)| clash(&taken.on, &binding.on)) {
                    live.push((order, binding));
                }
            }
        }
        live.sort_by_key(|(order, _)| *order);
        live.into_iter().map(|(_, binding)| binding).collect()
    }
}

/// Whether both cannot be in force at the same time: the same keys, or one begins the other.
pub(super) fn clash(one: &Keys, two: &Keys) -> bool {
    one == two || one.hides(two) || two.hides(one)
}

/// Whether a binding of a higher layer leaves one of a lower layer nothing: wherever the lower would be active, the higher is.
/// Taking keys away touches these keys alone; binding them also ends what they begin and what begins them.
fn replaces(high: &Binding, low: &Binding) -> bool {
    let keys = if high.run.is_some() { clash(&high.on, &low.on) } else { high.on == low.on };
    high.scope == low.scope && keys && !low.when.meets(&When::Not(Box::new(high.when.clone())))
}
