//! `frontdesk deal` and the like: the verbs that every kind has which is declared as an
//! [`Entity`](crate::model::field::Entity). Flags come from the table of the kind: one for each field that can be entered.

use clap::{Arg, ArgAction, ArgMatches, FromArgMatches, Subcommand};

use super::{
    changed,
    ctx::Ctx,
    customer::{self, IdsArgs, TagArgs},
    dry_run::DryRun,
    edits,
    fail::Fail,
    list::{self, Entity, ListArgs, QueryArgs},
    pick, show,
};
use crate::{
    desk::{Command, Edit},
    model::{
        Kind,
        field::{self, FieldDef, FieldKind},
    },
};

/// A verb of a kind.
#[derive(Debug, Clone)]
pub struct RecordVerb {
    kind: Kind,
    verb: Verb,
    /// What the flags of `add` and `edit` said.
    flags: Vec<Edit>,
}

/// What can be done with records of any such kind.
#[derive(Debug, Clone, clap::Subcommand)]
enum Verb {
    /// Add one.
    Add(AddArgs),
    /// Change fields.
    Edit(EditArgs),
    /// Show one.
    Show(show::ShowArgs),
    /// List those that meet a query.
    List(Box<QueryArgs>),
    /// Archive them: lists leave them out unless the query says is:archived.
    Archive(IdsArgs),
    /// Restore archived ones.
    Unarchive(IdsArgs),
    /// Add a tag.
    Tag(TagArgs),
    /// Remove a tag.
    Untag(TagArgs),
}

/// A new record.
#[derive(Debug, Clone, clap::Args)]
struct AddArgs {
    /// Its title, and further fields as field=value.
    #[arg(value_name = "TITLE|FIELD=VALUE")]
    words: Vec<String>,
    #[command(flatten)]
    dry: DryRun,
}

/// A record and changes of its fields.
#[derive(Debug, Clone, clap::Args)]
struct EditArgs {
    /// Which.
    #[arg(value_name = "ID")]
    which: String,
    /// Changes: field=value, field+=value, field-=value.
    #[arg(value_name = "FIELD=VALUE")]
    words: Vec<String>,
    /// The version that you looked at (`version` of `show --json`): a field that others changed since is not overwritten.
    #[arg(long = "seen", id = "seen_version", value_name = "VERSION")]
    seen: Option<u64>,
    #[command(flatten)]
    dry: DryRun,
}

impl FromArgMatches for RecordVerb {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let missing = || clap::Error::new(clap::error::ErrorKind::MissingSubcommand);
        let (word, of_kind) = matches.subcommand().ok_or_else(missing)?;
        let kind = field::of_word(word).ok_or_else(missing)?;
        let verb = Verb::from_arg_matches(of_kind)?;
        let mut flags = Vec::new();
        if let Some(("add" | "edit", given)) = of_kind.subcommand() {
            for def in entered(kind) {
                for value in given.get_many::<String>(def.name).into_iter().flatten() {
                    flags.push(match def.kind {
                        FieldKind::Set => Edit::add(def.name, value),
                        _ => Edit::set(def.name, value),
                    });
                }
            }
        }
        Ok(RecordVerb { kind, verb, flags })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Subcommand for RecordVerb {
    fn augment_subcommands(cmd: clap::Command) -> clap::Command {
        field::entities().fold(cmd, |cmd, kind| cmd.subcommand(command(kind)))
    }

    fn augment_subcommands_for_update(cmd: clap::Command) -> clap::Command {
        Self::augment_subcommands(cmd)
    }

    fn has_subcommand(name: &str) -> bool {
        field::of_word(name).is_some()
    }
}

/// The fields of a kind that have flags.
fn entered(kind: Kind) -> impl Iterator<Item = &'static FieldDef> {
    field::of(kind).iter().filter(|d| d.edit && !d.sensitive)
}

fn command(kind: Kind) -> clap::Command {
    let about = format!("{}: add, edit, archive, tag, show, list", field::help(kind));
    let with_flags = |cmd: clap::Command| {
        entered(kind).fold(cmd, |cmd, def| {
            let several = def.kind == FieldKind::Set;
            let arg = Arg::new(def.name)
                .long(def.name.replace('_', "-"))
                .value_name("VALUE")
                .help(def.help)
                .allow_hyphen_values(true)
                .action(if several { ArgAction::Append } else { ArgAction::Set });
            cmd.arg(arg)
        })
    };
    let verbs = Verb::augment_subcommands(clap::Command::new(kind.word()).about(about));
    let verbs = if let Some(plural) = field::plural(kind) { verbs.alias(plural) } else { verbs };
    verbs.subcommand_required(true).mut_subcommand("add", with_flags).mut_subcommand("edit", with_flags)
}

/// Runs a verb of a kind.
///
/// # Errors
/// What the desk rejects, or why the store cannot be written.
pub fn run(ctx: &mut Ctx, args: &RecordVerb) -> Result<(), Fail> {
    let kind = args.kind;
    let desk = match &args.verb {
        Verb::Show(args) => return show::of_kind(ctx, kind, args),
        Verb::List(query) => {
            return list::run(ctx, &ListArgs::of(Entity::Plain(kind), (**query).clone()));
        }
        Verb::Add(_) => ctx.desk_or_start()?,
        _ => ctx.desk()?,
    };
    let some = |ids: &[String]| pick::all(&desk, kind, ids);
    let mut seen = Vec::new();
    let command = match &args.verb {
        Verb::Add(add) => {
            let (mut edits, title) = edits::split(&add.words);
            if !title.is_empty() {
                edits.insert(0, Edit::set(field::main(kind), title.join(" ")));
            }
            edits.extend(args.flags.iter().cloned());
            Command::Create(kind, edits)
        }
        Verb::Edit(edit) => {
            let mut edits = edits::all(&edit.words)?;
            edits.extend(args.flags.iter().cloned());
            if edits.is_empty() {
                return Err(Fail::usage("no change is named: write field=value or --field value"));
            }
            let id = pick::one(&desk, kind, &edit.which)?;
            seen.extend(edit.seen.map(|version| (kind, id, version)));
            Command::Edit(kind, id, edits)
        }
        Verb::Archive(args) => Command::Archive(kind, some(&args.ids)?, true),
        Verb::Unarchive(args) => Command::Archive(kind, some(&args.ids)?, false),
        Verb::Tag(args) => {
            let (ids, tags) = customer::tagged(kind, &args.words)?;
            Command::Tag(kind, some(ids)?, tags, Vec::new())
        }
        Verb::Untag(args) => {
            let (ids, tags) = customer::tagged(kind, &args.words)?;
            Command::Tag(kind, some(ids)?, Vec::new(), tags)
        }
        Verb::Show(_) | Verb::List(_) => return Ok(()),
    };
    let done = ctx.run_seen(&desk, command, seen)?;
    changed::print(ctx, &desk, &done)
}
