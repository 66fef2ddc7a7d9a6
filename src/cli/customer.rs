//! `frontdesk customer`.

use super::{
    changed, ctx::Ctx, dry_run::DryRun, edits, env, fail::Fail, merge, person, pick, show, text, when,
};
use crate::{
    desk::{Command, Edit, command::NewInteraction},
    model::{Channel, Direction, Kind},
};

/// What can be done with customers.
#[derive(Debug, Clone, clap::Subcommand)]
pub enum CustomerVerb {
    /// Add a customer: customer add "Ada Lovelace" --email ada@example.com city=London
    Add(FieldArgs),
    /// Change a customer: customer edit C-4 --tag vip city=Oslo phone+=… tag-=late
    Edit(EditArgs),
    /// Put customers away.
    Archive(IdsArgs),
    /// Bring customers back.
    Unarchive(IdsArgs),
    /// Tag customers: customer tag C-1 C-4 vip
    Tag(TagArgs),
    /// Take tags off customers.
    Untag(TagArgs),
    /// Let customers go into another: customer merge C-3 C-12. The first stays; `customer unmerge` takes them apart.
    Merge(merge::MergeArgs),
    /// Put a merged customer on its own feet again.
    Unmerge {
        /// Which: the number of the one that went.
        id: String,
        #[command(flatten)]
        #[allow(missing_docs)]
        dry: DryRun,
    },
    /// Say that two customers who look alike are two people: they are not suggested again.
    Distinct {
        /// One.
        one: String,
        /// The other.
        other: String,
        #[command(flatten)]
        #[allow(missing_docs)]
        dry: DryRun,
    },
    /// Suggest pairs of customers who may be the same person, with the reasons.
    Duplicates(merge::DuplicatesArgs),
    /// Note something said outside of tickets: customer log C-4 --channel phone "asked about …"
    Log(LogArgs),
    /// Show a customer and the whole history.
    Show(show::ShowArgs),
    /// Export a customer's data to a folder: customer export-me C-4 ada
    ExportMe(person::ExportMeArgs),
    /// Erase a customer permanently; totals stay: customer erase-me C-4 --dry-run
    EraseMe(person::EraseMeArgs),
}

/// Names of records.
#[derive(Debug, Clone, clap::Args)]
pub struct IdsArgs {
    /// Which: C-1 C-4, 1-5,9, an address; `-` reads them from stdin.
    #[arg(value_name = "ID", required = true)]
    pub ids: Vec<String>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub dry: DryRun,
}

/// Names of records, then tags.
#[derive(Debug, Clone, clap::Args)]
pub struct TagArgs {
    /// Which records, then which tags.
    #[arg(value_name = "ID… TAG", required = true, num_args = 2.., allow_hyphen_values = true)]
    pub words: Vec<String>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub dry: DryRun,
}

/// The fields of a customer that have a flag of their own.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct FieldArgs {
    /// The name, and further fields as field=value.
    #[arg(value_name = "NAME|FIELD=VALUE")]
    pub words: Vec<String>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub flags: Flags,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub dry: DryRun,
}

/// A record and changes of its fields.
#[derive(Debug, Clone, clap::Args)]
pub struct EditArgs {
    /// Which.
    pub id: String,
    /// Changes: field=value, field+=value, field-=value.
    #[arg(value_name = "FIELD=VALUE")]
    pub words: Vec<String>,
    /// The version that you looked at (`version` of `show --json`): a field that others changed since is not overwritten.
    #[arg(long, value_name = "VERSION")]
    pub seen: Option<u64>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub flags: Flags,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub dry: DryRun,
}

/// Flags for what is said most.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Flags {
    /// An e-mail address; may be repeated.
    #[arg(long, value_name = "ADDRESS")]
    pub email: Vec<String>,
    /// A telephone number; may be repeated.
    #[arg(long, value_name = "NUMBER")]
    pub phone: Vec<String>,
    /// The organisation, made where there is none.
    #[arg(long, visible_alias = "organisation", value_name = "NAME", allow_hyphen_values = true)]
    pub org: Option<String>,
    /// A tag; may be repeated.
    #[arg(long, value_name = "TAG", allow_hyphen_values = true)]
    pub tag: Vec<String>,
    /// A note to pin; may be repeated.
    #[arg(long, value_name = "TEXT")]
    pub note: Vec<String>,
    /// The stage: lead, customer …
    #[arg(long, value_name = "STAGE")]
    pub stage: Option<String>,
    /// The agent who looks after them.
    #[arg(long, value_name = "AGENT")]
    pub owner: Option<String>,
}

impl Flags {
    fn edits(&self) -> Vec<Edit> {
        let mut out = Vec::new();
        let lists =
            [("email", &self.email), ("phone", &self.phone), ("tag", &self.tag), ("note", &self.note)];
        for (field, values) in lists {
            out.extend(values.iter().map(|v| Edit::add(field, v)));
        }
        let singles = [("organisation", &self.org), ("stage", &self.stage), ("owner", &self.owner)];
        for (field, value) in singles {
            out.extend(value.iter().map(|v| Edit::set(field, v)));
        }
        out
    }
}

/// What is noted of something said.
#[derive(Debug, Clone, clap::Args)]
pub struct LogArgs {
    /// The customer.
    pub id: String,
    /// How: email, phone, chat, sms, social, web, in_person, direct, note.
    #[arg(long, default_value = "phone", value_parser = channel)]
    pub channel: Channel,
    /// We reached them; without it they reached us.
    #[arg(long)]
    pub out: bool,
    /// When it was: "yesterday 15:00", 2h; now without it.
    #[arg(long, value_name = "WHEN")]
    pub at: Option<String>,
    /// How many minutes it took.
    #[arg(long, value_name = "N")]
    pub minutes: Option<u32>,
    /// The subject.
    #[arg(long, value_name = "TEXT")]
    pub subject: Option<String>,
    /// About which ticket.
    #[arg(long, value_name = "T-N")]
    pub ticket: Option<String>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub text: text::TextArgs,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub dry: DryRun,
}

/// A channel of its word.
///
/// # Errors
/// With the words there are.
pub fn channel(word: &str) -> Result<Channel, String> {
    let word = word.trim().to_lowercase().replace([' ', '-'], "_");
    Channel::known(&word).ok_or_else(|| format!("give one of {}", Channel::WORDS.join(", ")))
}

/// Runs the command.
///
/// # Errors
/// What the desk refuses, or why the store cannot.
pub fn run(ctx: &mut Ctx, verb: &CustomerVerb) -> Result<(), Fail> {
    let desk = match verb {
        CustomerVerb::Add(_) => ctx.desk_or_start()?,
        CustomerVerb::Show(args) => return show::of_kind(ctx, Kind::Customer, args),
        CustomerVerb::Merge(args) => return merge::run(ctx, Kind::Customer, args),
        CustomerVerb::Duplicates(args) => return merge::duplicates(ctx, args),
        CustomerVerb::ExportMe(args) => return person::export_me(ctx, args),
        CustomerVerb::EraseMe(args) => return person::erase_me(ctx, args),
        _ => ctx.desk()?,
    };
    let some = |ids: &[String]| pick::all(&desk, Kind::Customer, ids);
    let mut seen = Vec::new();
    let command = match verb {
        CustomerVerb::Add(args) => {
            let (mut edits, name) = edits::split(&args.words);
            if !name.is_empty() {
                edits.insert(0, Edit::set("name", name.join(" ")));
            }
            edits.extend(args.flags.edits());
            Command::Create(Kind::Customer, edits)
        }
        CustomerVerb::Edit(args) => {
            let mut edits = edits::all(&args.words)?;
            edits.extend(args.flags.edits());
            let id = pick::one(&desk, Kind::Customer, &args.id)?;
            seen.extend(args.seen.map(|version| (Kind::Customer, id, version)));
            Command::Edit(Kind::Customer, id, edits)
        }
        CustomerVerb::Archive(args) => Command::Archive(Kind::Customer, some(&args.ids)?, true),
        CustomerVerb::Unarchive(args) => Command::Archive(Kind::Customer, some(&args.ids)?, false),
        CustomerVerb::Tag(args) | CustomerVerb::Untag(args) => {
            let (ids, tags) = tagged(Kind::Customer, &args.words)?;
            let (add, remove) =
                if matches!(verb, CustomerVerb::Tag(_)) { (tags, Vec::new()) } else { (Vec::new(), tags) };
            Command::Tag(Kind::Customer, some(ids)?, add, remove)
        }
        CustomerVerb::Log(args) => {
            let (now, zone) = (env::now(), ctx.zone(&desk)?);
            let at = args.at.as_deref().map(|at| when::past(at, now, &zone)).transpose()?;
            let body = if args.text.is_empty() && args.subject.is_some() {
                String::new()
            } else {
                args.text.read("text", "")?
            };
            Command::InteractionLog(NewInteraction {
                customer: pick::one(&desk, Kind::Customer, &args.id)?,
                ticket: pick::maybe(&desk, Kind::Ticket, args.ticket.as_deref())?,
                channel: args.channel.clone(),
                direction: if args.out { Direction::Out } else { Direction::In },
                at,
                subject: args.subject.clone().unwrap_or_default(),
                body,
                seconds: args.minutes.map(|m| m.saturating_mul(60)),
            })
        }
        CustomerVerb::Unmerge { id, .. } => merge::unmerge(&desk, Kind::Customer, id)?,
        CustomerVerb::Distinct { one, other, .. } => Command::CustomerDistinct(
            pick::one(&desk, Kind::Customer, one)?,
            pick::one(&desk, Kind::Customer, other)?,
        ),
        CustomerVerb::Show(_)
        | CustomerVerb::Merge(_)
        | CustomerVerb::Duplicates(_)
        | CustomerVerb::ExportMe(_)
        | CustomerVerb::EraseMe(_) => return Ok(()),
    };
    let done = ctx.run_seen(&desk, command, seen)?;
    changed::print(ctx, &desk, &done)
}

/// The records, then the tags of words.
///
/// # Errors
/// Where there is no tag.
pub fn tagged(kind: Kind, words: &[String]) -> Result<(&[String], Vec<String>), Fail> {
    let (ids, tags) = pick::split(kind, words, true);
    if tags.is_empty() {
        return Err(Fail::usage("no tag is named"));
    }
    Ok((ids, tags.to_vec()))
}
