//! `frontdesk response` and `view`: survey answers and saved queries.

use super::{changed, ctx::Ctx, dry_run::DryRun, env, fail::Fail, pick, when};
use crate::{
    desk::{Command, Edit, command::NewResponse},
    model::{Kind, Preset, SavedView, fold},
    store::records,
};

/// What can be done with survey answers.
#[derive(Debug, Clone, clap::Subcommand)]
pub enum ResponseVerb {
    /// Record an answer: response record --customer C-4 --survey csat --score 5 "Quick and kind"
    #[command(visible_alias = "add")]
    Record(RecordArgs),
}

/// A survey answer.
#[derive(Debug, Clone, clap::Args)]
pub struct RecordArgs {
    /// Who answered.
    #[arg(long, value_name = "WHO")]
    pub customer: String,
    /// What was asked: csat (1–5), nps (0–10), ces1 (1–5, low is good), ces2 (1–7).
    #[arg(long, visible_alias = "preset", default_value = "csat", value_parser = preset)]
    pub survey: Preset,
    /// The answer.
    #[arg(long, allow_hyphen_values = true)]
    pub score: i64,
    /// About which ticket.
    #[arg(long, value_name = "T-N")]
    pub ticket: Option<String>,
    /// When; now without it.
    #[arg(long, value_name = "WHEN")]
    pub at: Option<String>,
    /// In their words.
    #[arg(value_name = "COMMENT")]
    pub comment: Vec<String>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub dry: DryRun,
}

fn preset(word: &str) -> Result<Preset, String> {
    Preset::known(&word.trim().to_lowercase())
        .ok_or_else(|| format!("give one of {}", Preset::WORDS.join(", ")))
}

/// Runs the command.
///
/// # Errors
/// What the desk refuses, or why the store cannot.
pub fn response(ctx: &mut Ctx, verb: &ResponseVerb) -> Result<(), Fail> {
    let ResponseVerb::Record(args) = verb;
    let desk = ctx.desk()?;
    let (now, zone) = (env::now(), ctx.zone(&desk)?);
    let command = Command::ResponseRecord(NewResponse {
        customer: pick::one(&desk, Kind::Customer, &args.customer)?,
        ticket: pick::maybe(&desk, Kind::Ticket, args.ticket.as_deref())?,
        preset: args.survey.clone(),
        score: args.score,
        comment: args.comment.join(" "),
        at: args.at.as_deref().map(|at| when::past(at, now, &zone)).transpose()?,
    });
    let done = ctx.run(&desk, command)?;
    changed::print(ctx, &desk, &done)
}

/// What can be done with saved queries.
#[derive(Debug, Clone, clap::Subcommand)]
pub enum ViewVerb {
    /// Save a query as a view: view save "Late and loud" tickets is:overdue priority>=high
    Save {
        /// Its name.
        name: String,
        /// What it lists.
        #[arg(value_parser = super::list::Entity::parser())]
        what: super::list::Entity,
        /// The query.
        #[arg(required = true)]
        query: Vec<String>,
        /// The columns of its table, with commas, in this order.
        #[arg(long, value_name = "COLUMNS")]
        columns: Option<String>,
        /// Only for you.
        #[arg(long)]
        mine: bool,
        #[command(flatten)]
        #[allow(missing_docs)]
        dry: DryRun,
    },
    /// Forget a view.
    Delete {
        /// Its name.
        #[arg(allow_hyphen_values = true)]
        name: String,
        #[command(flatten)]
        #[allow(missing_docs)]
        dry: DryRun,
    },
}

/// Runs the command.
///
/// # Errors
/// What the desk refuses, or why the store cannot.
pub fn view(ctx: &mut Ctx, verb: &ViewVerb) -> Result<(), Fail> {
    let desk = ctx.desk()?;
    let command = match verb {
        ViewVerb::Save { name, what, query, columns, mine, .. } => {
            let asker = ctx.asker(&desk)?;
            let schema = what.schema().ok_or_else(|| Fail::usage("that list takes no queries"))?;
            let args = super::list::QueryArgs {
                words: query.clone(),
                columns: columns.clone(),
                ..Default::default()
            };
            // Told here, where it was typed, rather than when it is opened.
            args.compile(&desk, schema, &asker)?;
            args.picked(&asker, schema.entity)?;
            Command::ViewSave(vec![
                Edit::set("name", name),
                Edit::set("entity", schema.entity),
                Edit::set("query", query.join(" ")),
                Edit::set("columns", columns.clone().unwrap_or_default()),
                Edit::set("mine", if *mine { "yes" } else { "no" }),
            ])
        }
        ViewVerb::Delete { name, .. } => {
            let wanted = fold::fold(name);
            let mut found = None;
            desk.view(|v| {
                records::each::<SavedView>(v, |s| {
                    if fold::fold(&s.name) == wanted || s.id.to_string() == *name {
                        found = Some(s.id);
                    }
                    found.is_none()
                })
            })?;
            Command::ViewDelete(found.ok_or_else(|| Fail::failed(format!("there is no view {name}")))?)
        }
    };
    let done = ctx.run(&desk, command)?;
    changed::print(ctx, &desk, &done)
}
