//! What stands under the cursor of a line of the shell: a verb, a flag, the value of one, a word of a query.

use std::path::PathBuf;

use clap::{Arg, ValueHint};

use crate::{cli::list::Entity, query::Schema};

/// What a word is expected to be.
#[derive(Debug, Clone, Copy)]
pub(super) enum WantedWord<'c> {
    /// One of the verbs of a command.
    Verb(&'c clap::Command),
    /// One of a fixed set of values of an argument.
    Choice(&'c Arg),
    /// A word of a query.
    Query(&'static Schema),
    /// A field to sort by.
    Sort(&'static Schema),
    /// The name of a saved view; of any list without a schema.
    View(Option<&'static Schema>),
    /// A value of a field, such as a tag, and a field of which list.
    Value(&'static Schema, &'static str),
    /// The number of a record, of any kind.
    Number,
    /// A file of the message that the word before names.
    Attachment,
    /// A name of a file.
    File,
    /// Nothing that is known here.
    Other,
}

/// A place in a line of the shell.
#[derive(Debug)]
pub(super) struct Place<'c, 'w> {
    /// The verbs that lead there: `customer`, `tag`.
    pub(super) command: &'c clap::Command,
    /// What is expected, for a word that is no flag.
    pub(super) wanted: WantedWord<'c>,
    /// Whether flags may stand here.
    pub(super) flags: bool,
    /// Whether a value may begin with a dash.
    pub(super) dash: bool,
    /// What stands before the value in the same word: `--view=`.
    pub(super) before: &'w str,
    /// What is typed of it.
    pub(super) typed: &'w str,
    /// The first word that is neither verb nor flag.
    pub(super) first: Option<&'w str>,
    /// The store and the folder of settings that the line itself names.
    pub(super) store: Option<PathBuf>,
    pub(super) config: Option<PathBuf>,
}

/// Finds the place of the last word, which is under the cursor. `None` without words.
pub(super) fn place<'c, 'w>(words: &'w [String], root: &'c clap::Command) -> Option<Place<'c, 'w>> {
    let (word, before) = words.split_last()?;
    let (mut command, mut verbs, mut plain) = (root, Vec::new(), Vec::new());
    let (mut pending, mut only_values): (Option<&Arg>, bool) = (None, false);
    let (mut store, mut config) = (None, None);
    let mut note = |arg: &Arg, value: &str| match arg.get_id().as_str() {
        "store" => store = Some(PathBuf::from(value)),
        "config" => config = Some(PathBuf::from(value)),
        _ => {}
    };
    for w in before {
        if let Some(arg) = pending.take() {
            note(arg, w);
        } else if only_values {
            plain.push(w.as_str());
        } else if w == "--" {
            only_values = true;
        } else if let Some(flag) = w.strip_prefix("--") {
            match flag.split_once('=') {
                Some((name, value)) => {
                    if let Some(arg) = long(root, command, name) {
                        note(arg, value);
                    }
                }
                None => pending = long(root, command, flag).filter(|a| a.get_action().takes_values()),
            }
        } else if let Some(arg) = w.strip_prefix('-').and_then(|w| short(root, command, w)) {
            pending = Some(arg);
        } else if let (true, Some(sub)) = (plain.is_empty(), command.find_subcommand(w)) {
            command = sub;
            verbs.push(sub.get_name());
        } else {
            plain.push(w.as_str());
        }
    }
    let glued =
        word.strip_prefix("--").and_then(|w| w.split_once('=')).filter(|_| !only_values && pending.is_none());
    let glued = glued.and_then(|(name, typed)| Some((long(root, command, name)?, typed)));
    let arg = pending.or(glued.map(|(arg, _)| arg));
    let typed = glued.map_or(word.as_str(), |(_, typed)| typed);
    let before = word.strip_suffix(typed).unwrap_or_default();
    let wanted = match arg {
        Some(arg) => of_flag(arg, &plain, &verbs),
        None if plain.is_empty() && command.has_subcommands() => WantedWord::Verb(command),
        None => of_position(command, &verbs, &plain),
    };
    let dash = match arg {
        Some(arg) => glued.is_some() || arg.is_allow_hyphen_values_set(),
        None => only_values || positional(command, plain.len()).is_some_and(Arg::is_allow_hyphen_values_set),
    };
    let flags = arg.is_none() && !only_values;
    let first = plain.first().copied();
    Some(Place { command, wanted, flags, dash, before, typed, first, store, config })
}

/// The flag of a long name, of a command or of all commands.
fn long<'c>(root: &'c clap::Command, command: &'c clap::Command, name: &str) -> Option<&'c Arg> {
    let is =
        |a: &&Arg| a.get_long() == Some(name) || a.get_all_aliases().is_some_and(|all| all.contains(&name));
    command.get_arguments().find(is).or_else(|| root.get_arguments().find(is))
}

/// The short flag that ends a word and takes the next one for its value: `-o`, `-qo`.
fn short<'c>(root: &'c clap::Command, command: &'c clap::Command, letters: &str) -> Option<&'c Arg> {
    let mut last = None;
    for c in letters.chars() {
        let is = |a: &&Arg| a.get_short() == Some(c);
        let arg = command.get_arguments().find(is).or_else(|| root.get_arguments().find(is))?;
        if last.is_some_and(|a: &Arg| a.get_action().takes_values()) {
            return None;
        }
        last = Some(arg);
    }
    last.filter(|a| a.get_action().takes_values())
}

/// Whether a flag, as typed, takes the next word for its value.
pub fn takes_value(root: &clap::Command, verb: Option<&str>, flag: &str) -> bool {
    let command = verb.and_then(|v| root.find_subcommand(v)).unwrap_or(root);
    match flag.strip_prefix("--") {
        Some(name) => long(root, command, name).is_some_and(|a| a.get_action().takes_values()),
        None => flag.strip_prefix('-').and_then(|f| short(root, command, f)).is_some(),
    }
}

/// The argument without a flag at a position; the last one may take several words.
fn positional(command: &clap::Command, at: usize) -> Option<&Arg> {
    let all = || command.get_positionals();
    all().nth(at).or_else(|| {
        let last = all().last()?;
        let many = matches!(last.get_action(), clap::ArgAction::Append)
            || last.get_num_args().is_some_and(|n| n.max_values() > 1);
        many.then_some(last)
    })
}

/// What an argument says of itself: fixed values, files.
fn declared(arg: &Arg) -> Option<WantedWord<'_>> {
    if !arg.get_possible_values().is_empty() {
        return Some(WantedWord::Choice(arg));
    }
    match arg.get_value_hint() {
        ValueHint::AnyPath | ValueHint::FilePath | ValueHint::DirPath => Some(WantedWord::File),
        _ => None,
    }
}

/// The list that a line is about: `list tickets`, `view save NAME tickets`.
fn list_of(verbs: &[&str], plain: &[&str]) -> Option<&'static Schema> {
    let name = match (verbs, plain) {
        (["list" | "export"], [what, ..]) | (["view" | "segment", "save"], [_, what, ..]) => what,
        (["log"], _) => "log",
        _ => return None,
    };
    Entity::named(name).and_then(Entity::schema)
}

fn of_flag<'c>(arg: &'c Arg, plain: &[&str], verbs: &[&str]) -> WantedWord<'c> {
    use crate::query::schema as s;
    if let Some(wanted) = declared(arg) {
        return wanted;
    }
    let tagged = match verbs.first() {
        Some(&"ticket") => &s::TICKETS,
        Some(&"organisation") => &s::ORGANISATIONS,
        _ => &s::CUSTOMERS,
    };
    match (arg.get_id().as_str(), list_of(verbs, plain)) {
        ("sort", Some(schema)) => WantedWord::Sort(schema),
        ("view", Some(schema)) => WantedWord::View(Some(schema)),
        ("tag", _) => WantedWord::Value(tagged, "tag"),
        ("org", _) => WantedWord::Value(&s::CUSTOMERS, "org"),
        ("assignee" | "owner" | "agent", _) => WantedWord::Value(&s::TICKETS, "assignee"),
        ("team", _) => WantedWord::Value(&s::TICKETS, "team"),
        ("customer", _) => WantedWord::Value(&s::TICKETS, "customer"),
        ("ticket", _) => WantedWord::Number,
        ("agents" | "file", _) => WantedWord::File,
        _ => WantedWord::Other,
    }
}

fn of_position<'c>(command: &'c clap::Command, verbs: &[&str], plain: &[&str]) -> WantedWord<'c> {
    use crate::query::schema as s;
    let Some(arg) = positional(command, plain.len()) else { return WantedWord::Other };
    if let Some(wanted) = declared(arg) {
        return wanted;
    }
    if let Some(schema) = list_of(verbs, plain) {
        return WantedWord::Query(schema);
    }
    match (verbs, plain) {
        (["view", "delete"] | ["segment", "snapshot" | "overlap" | "members"], _) => WantedWord::View(None),
        (["view" | "segment", "save"], _) => WantedWord::Other,
        (["attachment", "save"], [_]) => WantedWord::Attachment,
        (_, []) if !matches!(verbs, ["agent", ..]) => WantedWord::Number,
        (["ticket", "tag" | "untag"], _) => WantedWord::Value(&s::TICKETS, "tag"),
        (["customer", "tag" | "untag"], _) => WantedWord::Value(&s::CUSTOMERS, "tag"),
        (["organisation", "tag" | "untag"], _) => WantedWord::Value(&s::ORGANISATIONS, "tag"),
        (["ticket", "assign" | "follow" | "unfollow"], _) => WantedWord::Value(&s::TICKETS, "assignee"),
        (["ticket", "team"], _) => WantedWord::Value(&s::TICKETS, "team"),
        (["agent", "edit" | "away" | "back" | "show"], []) => WantedWord::Value(&s::TICKETS, "assignee"),
        _ => WantedWord::Number,
    }
}
