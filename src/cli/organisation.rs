//! `frontdesk organisation`.

use super::{
    changed,
    ctx::Ctx,
    customer::{IdsArgs, TagArgs, tagged},
    dry_run::DryRun,
    edits,
    fail::Fail,
    merge, pick, show,
};
use crate::{
    desk::{Command, Edit},
    model::Kind,
};

/// What can be done with organisations.
#[derive(Debug, Clone, clap::Subcommand)]
pub enum OrganisationVerb {
    /// Add an organisation: organisation add "Acme Ltd" domain=acme.example tag=vip
    Add {
        /// The name, and further fields as field=value.
        #[arg(value_name = "NAME|FIELD=VALUE", required = true)]
        words: Vec<String>,
        #[command(flatten)]
        #[allow(missing_docs)]
        dry: DryRun,
    },
    /// Change an organisation.
    Edit {
        /// Which: G-4, or its name.
        id: String,
        /// Changes: field=value, field+=value, field-=value.
        #[arg(value_name = "FIELD=VALUE", required = true)]
        words: Vec<String>,
        #[command(flatten)]
        #[allow(missing_docs)]
        dry: DryRun,
    },
    /// Put organisations away.
    Archive(IdsArgs),
    /// Bring organisations back.
    Unarchive(IdsArgs),
    /// Tag an organisation.
    Tag(TagArgs),
    /// Take tags off an organisation.
    Untag(TagArgs),
    /// Let organisations go into another: organisation merge G-3 G-12. The first stays.
    Merge(merge::MergeArgs),
    /// Put a merged organisation on its own feet again.
    Unmerge {
        /// Which: the number of the one that went.
        id: String,
        #[command(flatten)]
        #[allow(missing_docs)]
        dry: DryRun,
    },
    /// Show an organisation and its people.
    Show(show::ShowArgs),
}

/// Runs the command.
///
/// # Errors
/// What the desk refuses, or why the store cannot.
pub fn run(ctx: &mut Ctx, verb: &OrganisationVerb) -> Result<(), Fail> {
    let kind = Kind::Organisation;
    let desk = match verb {
        OrganisationVerb::Add { .. } => ctx.desk_or_start()?,
        OrganisationVerb::Show(args) => return show::of_kind(ctx, kind, args),
        OrganisationVerb::Merge(args) => return merge::run(ctx, kind, args),
        _ => ctx.desk()?,
    };
    let command = match verb {
        OrganisationVerb::Add { words, .. } => {
            let (mut edits, name) = edits::split(words);
            if !name.is_empty() {
                edits.insert(0, Edit::set("name", name.join(" ")));
            }
            Command::Create(Kind::Organisation, edits)
        }
        OrganisationVerb::Edit { id, words, .. } => {
            Command::Edit(Kind::Organisation, pick::one(&desk, kind, id)?, edits::all(words)?)
        }
        OrganisationVerb::Archive(args) => {
            Command::Archive(Kind::Organisation, pick::all(&desk, kind, &args.ids)?, true)
        }
        OrganisationVerb::Unarchive(args) => {
            Command::Archive(Kind::Organisation, pick::all(&desk, kind, &args.ids)?, false)
        }
        OrganisationVerb::Tag(args) | OrganisationVerb::Untag(args) => {
            let (ids, tags) = tagged(kind, &args.words)?;
            let adds = matches!(verb, OrganisationVerb::Tag(_));
            let edit = |t: &String| if adds { Edit::add("tag", t) } else { Edit::remove("tag", t) };
            let edits: Vec<Edit> = tags.iter().map(edit).collect();
            let ids = pick::all(&desk, kind, ids)?;
            let [id] = ids.as_slice() else {
                return Err(Fail::usage("organisations are tagged one at a time"));
            };
            Command::Edit(Kind::Organisation, *id, edits)
        }
        OrganisationVerb::Unmerge { id, .. } => merge::unmerge(&desk, kind, id)?,
        OrganisationVerb::Show(_) | OrganisationVerb::Merge(_) => return Ok(()),
    };
    let done = ctx.run(&desk, command)?;
    changed::print(ctx, &desk, &done)
}
