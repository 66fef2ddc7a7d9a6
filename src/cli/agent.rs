//! `frontdesk agent`, `team`, `settings`, `init`: the desk itself and who works at it.

use serde_json::Value;

use super::{
    changed,
    ctx::{Ctx, Start},
    dry_run::DryRun,
    edits,
    fail::Fail,
    json,
    list::{self, Entity, ListArgs},
    out::Form,
    pick, show,
    table::{self, fixed, text},
};
use crate::{
    desk::{Command, Desk, command::NewAgent},
    model::{Id, Kind, Role},
};

/// What can be done with agents.
#[derive(Debug, Clone, clap::Subcommand)]
pub enum AgentVerb {
    /// Add an agent: agent add "Dana Doe" user=dana email=dana@desk.example role=light
    Add(AddArgs),
    /// Change an agent: agent edit @dana role=admin team+=Billing capacity=20 archived=yes
    Edit {
        /// Which.
        who: String,
        /// Changes: field=value.
        #[arg(value_name = "FIELD=VALUE", required = true)]
        words: Vec<String>,
        #[command(flatten)]
        #[allow(missing_docs)]
        dry: DryRun,
    },
    /// Mark an agent as away; you without a name.
    Away {
        /// Which.
        who: Option<String>,
        #[command(flatten)]
        #[allow(missing_docs)]
        dry: DryRun,
    },
    /// Mark an agent as back; you without a name.
    Back {
        /// Which.
        who: Option<String>,
        #[command(flatten)]
        #[allow(missing_docs)]
        dry: DryRun,
    },
    /// List the agents.
    List,
    /// Show an agent.
    Show(show::ShowArgs),
}

/// A new agent.
#[derive(Debug, Clone, clap::Args)]
pub struct AddArgs {
    /// The name that customers see, and fields: handle=…, user=…, email=…, role=…, team=…
    #[arg(value_name = "NAME|FIELD=VALUE", required = true)]
    pub name: Vec<String>,
    /// The short name, typed as @dana.
    #[arg(long)]
    pub handle: Option<String>,
    /// The Unix user.
    #[arg(long, visible_alias = "unix-user")]
    pub user: Option<String>,
    /// An own address; may be repeated.
    #[arg(long)]
    pub email: Vec<String>,
    /// What they may do: agent, admin, owner, light, read_only.
    #[arg(long, default_value = "agent", value_parser = role)]
    pub role: Role,
    /// A team; may be repeated.
    #[arg(long)]
    pub team: Vec<String>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub dry: DryRun,
}

fn role(word: &str) -> Result<Role, String> {
    let word = word.trim().to_lowercase().replace([' ', '-'], "_");
    Role::known(&word).ok_or_else(|| format!("give one of {}", Role::WORDS.join(", ")))
}

/// Runs the command.
///
/// # Errors
/// What the desk refuses, or why the store cannot.
pub fn agent(ctx: &mut Ctx, verb: &AgentVerb) -> Result<(), Fail> {
    match verb {
        AgentVerb::Show(args) => return show::of_kind(ctx, Kind::Agent, args),
        AgentVerb::List => {
            return list::run(ctx, &ListArgs::all(Entity::Agents));
        }
        _ => {}
    }
    let desk = if matches!(verb, AgentVerb::Add(_)) { ctx.desk_or_start()? } else { ctx.desk()? };
    let me = ctx.me(&desk)?.map(|a| a.id);
    let who = |name: &Option<String>| match name {
        Some(name) => pick::agent(&desk, name, me),
        None => Ok(ctx.actor(&desk)?.id),
    };
    let command = match verb {
        AgentVerb::Add(args) => Command::AgentAdd(new_agent(&desk, args)?),
        AgentVerb::Edit { who: name, words, .. } => {
            Command::Edit(Kind::Agent, pick::agent(&desk, name, me)?, edits::all(words)?)
        }
        AgentVerb::Away { who: name, .. } => Command::AgentAway(who(name)?, true),
        AgentVerb::Back { who: name, .. } => Command::AgentAway(who(name)?, false),
        AgentVerb::List | AgentVerb::Show(_) => return Ok(()),
    };
    let done = ctx.run(&desk, command)?;
    changed::print(ctx, &desk, &done)
}

/// The agent that the words and options describe; a field in the words counts as the option of its name.
fn new_agent(desk: &Desk, args: &AddArgs) -> Result<NewAgent, Fail> {
    let (edits, name) = edits::split(&args.name);
    let mut new = NewAgent {
        name: name.join(" "),
        handle: args.handle.clone().unwrap_or_default(),
        unix_user: args.user.clone().unwrap_or_default(),
        emails: args.email.clone(),
        role: args.role.clone(),
        teams: Vec::new(),
    };
    let mut teams = args.team.clone();
    for edit in edits {
        let value = edit.value.trim().to_owned();
        match edit.field.as_str() {
            "name" => new.name = value,
            "handle" => new.handle = value,
            "user" | "unix_user" => new.unix_user = value,
            "email" => new.emails.push(value),
            "role" => new.role = role(&value).map_err(|why| Fail::usage(format!("role: {why}")))?,
            "team" => teams.push(value),
            other => {
                return Err(Fail::usage(format!(
                    "{other}: an agent is added with name, handle, user, email, role and team"
                )));
            }
        }
    }
    new.teams = teams.iter().map(|t| pick::one(desk, Kind::Team, t)).collect::<Result<_, _>>()?;
    Ok(new)
}

/// What can be done with teams.
#[derive(Debug, Clone, clap::Subcommand)]
pub enum TeamVerb {
    /// Add a team.
    Add {
        /// Its name.
        #[arg(required = true)]
        name: Vec<String>,
        #[command(flatten)]
        #[allow(missing_docs)]
        dry: DryRun,
    },
    /// List the teams.
    List,
}

/// Runs the command.
///
/// # Errors
/// As [`agent`].
pub fn team(ctx: &mut Ctx, verb: &TeamVerb) -> Result<(), Fail> {
    match verb {
        TeamVerb::List => list::run(ctx, &ListArgs::all(Entity::Teams)),
        TeamVerb::Add { name, .. } => {
            let desk = ctx.desk_or_start()?;
            let done = ctx.run(&desk, Command::TeamAdd(name.join(" ")))?;
            changed::print(ctx, &desk, &done)
        }
    }
}

/// What `frontdesk init` is given.
#[derive(Debug, Clone, clap::Args)]
pub struct InitArgs {
    /// Its time zone, such as Europe/Dublin; this machine's without it.
    #[arg(long, value_name = "ZONE")]
    pub zone: Option<String>,
    /// Its currency, such as EUR; your locale's without it.
    #[arg(long, value_name = "CODE")]
    pub currency: Option<String>,
    /// The address that its mail comes from.
    #[arg(long, value_name = "ADDRESS")]
    pub address: Option<String>,
    /// Its name.
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// The name of its owner; yours, as the system knows it, without it.
    #[arg(long, value_name = "NAME")]
    pub owner: Option<String>,
}

/// Makes a desk.
///
/// # Errors
/// Where there is one, or it cannot be made.
pub fn init(ctx: &mut Ctx, args: &InitArgs) -> Result<(), Fail> {
    let start = Start {
        zone: args.zone.clone(),
        currency: args.currency.clone(),
        address: args.address.clone(),
        name: args.name.clone(),
        owner: args.owner.clone(),
    };
    let desk = ctx.start(&start)?;
    if ctx.out.form == Form::Json { print_settings(ctx, &desk) } else { Ok(()) }
}

/// What `frontdesk settings` is given.
#[derive(Debug, Clone, clap::Args)]
pub struct SettingsArgs {
    /// Changes: name=…, zone=…, currency=…, address=…, own_address+=…, calling_code=…, hold_seconds=…, storm_limit=…, blocked+=…
    #[arg(value_name = "FIELD=VALUE")]
    pub words: Vec<String>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub dry: DryRun,
}

/// Shows the desk's settings, or changes them.
///
/// # Errors
/// What the desk refuses, or why the store cannot.
pub fn settings(ctx: &mut Ctx, args: &SettingsArgs) -> Result<(), Fail> {
    let desk = ctx.desk()?;
    if args.words.is_empty() {
        return print_settings(ctx, &desk);
    }
    let done = ctx.run(&desk, Command::Edit(Kind::Workspace, Id::NIL, edits::all(&args.words)?))?;
    changed::print(ctx, &desk, &done)
}

fn print_settings(ctx: &mut Ctx, desk: &crate::desk::Desk) -> Result<(), Fail> {
    let settings = desk.workspace()?;
    let mut record = json::record(&ctx.asker(desk)?, &settings, 0);
    for not_a_setting in ["id", "version", "external_ids"] {
        record.shift_remove(not_a_setting);
    }
    record.insert("storm_limit".into(), settings.storm_limit().into());
    record.insert("hold_seconds".into(), (settings.hold_ms() / 1000).into());
    record.insert("store".into(), ctx.path()?.display().to_string().into());
    if ctx.out.form == Form::Json {
        return ctx.out.json(&Value::Object(record));
    }
    let rows: Vec<Vec<String>> = record
        .into_iter()
        .map(|(field, value)| {
            let value = match value {
                Value::String(s) => s,
                Value::Array(a) => a.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "),
                v => v.to_string(),
            };
            vec![field, value]
        })
        .collect();
    table::print(&mut ctx.out, &[fixed("setting"), text("value")], &rows, false)
}
