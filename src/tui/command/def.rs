//! What the table says of a command, and why a command cannot run now.

use super::{CommandId, Condition, Scope, Snapshot, permission};
use crate::desk::permissions::{BULK, Permission};

/// An argument of a command. All are optional: what a binding does not give is asked for on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArgDef {
    /// Its name, as in `frontdesk keys --json`.
    pub name: &'static str,
    /// The values allowed, in a few words.
    pub help: &'static str,
}

/// One command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommandDef {
    /// Its written name, as in keymap files: `ticket.reply`.
    pub id: &'static str,
    /// Its name on the screen.
    pub title: &'static str,
    /// What it does, in one sentence.
    pub help: &'static str,
    /// Other words by which the palette finds it.
    pub also: &'static str,
    /// Where it means something.
    pub scope: Scope,
    /// What a binding may give it.
    pub args: &'static [ArgDef],
    /// Whether `.` runs it again. Never a send.
    pub repeatable: bool,
    /// Whether `u` takes it back.
    pub undoable: bool,
    /// Whether it can send something to a customer: held first, final afterwards.
    pub outward: bool,
    /// What must be true for it to run, in the order the reasons are given.
    pub needs: &'static [Condition],
    /// Its word in the hint bar; empty where it is never shown.
    pub hint: &'static str,
    /// Its place in the hint bar: the higher the further left.
    pub rank: u8,
}

impl CommandDef {
    /// A command that moves or shows, without arguments, conditions or hint.
    pub(super) const fn new(
        id: &'static str,
        scope: Scope,
        title: &'static str,
        help: &'static str,
    ) -> CommandDef {
        CommandDef {
            id,
            title,
            help,
            also: "",
            scope,
            args: &[],
            repeatable: false,
            undoable: false,
            outward: false,
            needs: &[],
            hint: "",
            rank: 0,
        }
    }

    /// A change of records: it can be undone and repeated.
    pub(super) const fn change(self) -> CommandDef {
        CommandDef { undoable: true, repeatable: true, ..self }
    }

    /// A change of records that is made again each time: it can be undone, but repeating it makes no sense.
    pub(super) const fn once(self) -> CommandDef {
        CommandDef { undoable: true, ..self }
    }

    /// It can send something to a customer.
    pub(super) const fn outward(self) -> CommandDef {
        CommandDef { outward: true, ..self }
    }

    /// Other words that people have for it.
    pub(super) const fn also(self, also: &'static str) -> CommandDef {
        CommandDef { also, ..self }
    }

    /// What must be true.
    pub(super) const fn needs(self, needs: &'static [Condition]) -> CommandDef {
        CommandDef { needs, ..self }
    }

    /// What a binding may give.
    pub(super) const fn args(self, args: &'static [ArgDef]) -> CommandDef {
        CommandDef { args, ..self }
    }

    /// Its word and place in the hint bar.
    pub(super) const fn hint(self, rank: u8, hint: &'static str) -> CommandDef {
        CommandDef { hint, rank, ..self }
    }

    /// Why it cannot run now; `None` where it can. A key named in the sentence is given by the command's
    /// title, without a keymap: see [`Keymap::reason`](crate::tui::keymap::Keymap::reason).
    #[must_use]
    pub fn reason(&self, snapshot: &Snapshot) -> Option<String> {
        self.reason_with(snapshot, |_| None)
    }

    /// Which permission the agent's role lacks for it, and who can change that.
    fn lacks(&self, snapshot: &Snapshot) -> Option<String> {
        let role = snapshot.role?;
        let needed = CommandId::from_id(self.id).and_then(permission);
        let many = self.repeatable && snapshot.selected > BULK;
        let lacking = needed.into_iter().chain(many.then_some(Permission::Bulk)).find(|p| !role.has(*p))?;
        let (word, role) = (lacking.word(), role.word().replace('_', "-"));
        Some(format!("Your role ({role}) lacks the permission “{word}”: an owner or admin can change it."))
    }

    /// Why it cannot run now, with the keys named by `key_of`.
    pub fn reason_with(
        &self,
        snapshot: &Snapshot,
        key_of: impl Fn(CommandId) -> Option<String>,
    ) -> Option<String> {
        if !snapshot.scopes().contains(&self.scope) {
            return Some(format!("“{}” works {}.", self.title, self.scope.place()));
        }
        if let Some(why) = self.lacks(snapshot) {
            return Some(why);
        }
        let failed = self.needs.iter().find(|need| !need.is_met(snapshot))?;
        Some(fill(failed.sentence(), key_of))
    }
}

/// Puts keys, or titles where there is no key, in the place of `{command.id}`.
fn fill(sentence: &str, key_of: impl Fn(CommandId) -> Option<String>) -> String {
    let mut out = String::with_capacity(sentence.len());
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((id, tail)) = after.split_once('}') else {
            rest = after;
            break;
        };
        match CommandId::from_id(id) {
            Some(command) => match key_of(command) {
                Some(key) => out.push_str(&format!("press {key}")),
                None => out.push_str(&format!("use “{}”", command.def().title)),
            },
            None => out.push_str(id),
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}
