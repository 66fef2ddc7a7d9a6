//! `frontdesk customer export-me` and `erase-me`: export or erase a customer's data.

use std::{
    collections::BTreeMap,
    io::{IsTerminal, Write},
    path::PathBuf,
};

use serde_json::json;

use super::{
    ctx::{Ctx, look},
    env,
    fail::Fail,
    out::{self, Form, say},
    pick,
};
use crate::{
    desk::{
        Command, Desk,
        permissions::{self, Permission},
        person as held, read,
    },
    exchange::person::{self, BundleError, EraseError, Reach, Step},
    model::Kind,
    store::StoreError,
};

/// What `export-me` is given.
#[derive(Debug, Clone, clap::Args)]
pub struct ExportMeArgs {
    /// Who: C-4, an address.
    pub who: String,
    /// The folder that is made; C-4-export without it.
    #[arg(value_name = "FOLDER")]
    pub out: Option<PathBuf>,
}

/// What `erase-me` is given.
#[derive(Debug, Clone, clap::Args)]
pub struct EraseMeArgs {
    /// Who: C-4, an address.
    pub who: String,
    /// Do not ask.
    #[arg(long)]
    pub yes: bool,
    /// List what would go, and change nothing.
    #[arg(long)]
    pub dry_run: bool,
}

impl From<BundleError> for Fail {
    fn from(e: BundleError) -> Fail {
        match e {
            BundleError::Reject(e) => e.into(),
            e => Fail::failed(e.to_string()),
        }
    }
}

impl From<EraseError> for Fail {
    fn from(e: EraseError) -> Fail {
        match e {
            EraseError::Reject(crate::store::Reject::Store(StoreError::Cancelled)) => {
                Fail::Interrupted("cancelled: run it again to go on".into())
            }
            EraseError::Reject(e) => e.into(),
            e @ EraseError::Rewrite { .. } => Fail::Again(e.to_string()),
            e => Fail::failed(e.to_string()),
        }
    }
}

/// Tells people how far it is.
fn progress() -> impl FnMut(Step) -> bool {
    let people = std::io::stderr().is_terminal();
    let mut next = 100_000;
    move |step| {
        let (word, n) = match step {
            Step::Looking(n) => ("rows looked through", n),
            Step::Scrubbing(n) => ("scrubbed", n),
            Step::Rewriting(n) => ("rows rewritten", n),
        };
        if people && n >= next {
            say(&format!("{n} {word}"));
            next = n + 100_000;
        }
        true
    }
}

/// Writes a customer's data into a folder.
///
/// # Errors
/// If not permitted, or the folder cannot be created.
pub fn export_me(ctx: &mut Ctx, args: &ExportMeArgs) -> Result<(), Fail> {
    let desk = ctx.desk()?;
    let id = pick::one(&desk, Kind::Customer, &args.who)?;
    let name = look(&desk, |v| Ok(read::number_of(v, Kind::Customer, id)?))?;
    let folder = args.out.clone().unwrap_or_else(|| PathBuf::from(format!("{name}-export")));
    if std::fs::symlink_metadata(&folder).is_ok() {
        return Err(BundleError::Exists(folder).into());
    }
    // First the log: nothing is handed out that is not written down.
    ctx.run(&desk, Command::CustomerExport(id))?;
    let plan = person::plan(&desk, id, &mut progress())?;
    let zone = ctx.zone(&desk)?;
    let made = person::bundle(&desk, &plan, &ctx.path()?, &folder, env::now(), &zone)?;
    let shown = out::shown(&folder);
    match ctx.out.form {
        Form::Json => ctx
            .out
            .json(&json!({ "person": name, "folder": folder.display().to_string(), "records": made.records, "files": made.files })),
        Form::Quiet => ctx.out.line(&shown),
        Form::Table => {
            let n: u64 = made.records.values().sum();
            ctx.out.line(&format!(
                "{shown}: {n} records and {} files of {name}; hand it over safely, then delete it",
                made.files
            ))
        }
    }
}

/// Takes a person out of the desk.
///
/// # Errors
/// If not permitted, not confirmed, or the store fails: run again to continue.
pub fn erase_me(ctx: &mut Ctx, args: &EraseMeArgs) -> Result<(), Fail> {
    let path = ctx.path()?;
    let desk = ctx.desk()?;
    let id = match pick::one(&desk, Kind::Customer, &args.who) {
        Ok(id) => id,
        Err(e) => return Err(hint(&desk, e)?),
    };
    let actor = ctx.actor(&desk)?;
    permissions::require(&actor, Permission::Erase)?;
    let pending = person::resume(&desk, id)?;
    let reach = person::reach(&desk, &path, id, &mut progress())?;
    let reach = reach.with_unsaved(&desk, ctx.state_folder().as_deref())?;
    if args.dry_run {
        return tell(ctx, &reach, &reach.copies, None);
    }
    if !args.yes && !pending && !asked(&reach)? {
        return Err(Fail::Interrupted("nothing was erased".into()));
    }
    let by = (actor.id, env::op()?, env::now());
    let done = person::erase_wholly(desk, &path, by, &reach, &mut progress())?;
    for problem in &done.problems {
        say(problem);
    }
    if done.rejected > 0 {
        say(&format!("{} rows of reject files went", done.rejected));
    }
    tell(ctx, &reach, &done.left, Some(&done.done))
}

/// Somebody who is half erased is no longer found by name.
fn hint(desk: &Desk, e: Fail) -> Result<Fail, Fail> {
    let begun = look(desk, |v| {
        let mut names = Vec::new();
        for id in held::unfinished(v)? {
            names.push(read::number_of(v, Kind::Customer, id)?);
        }
        Ok(names)
    })?;
    Ok(match (e, begun.first()) {
        (Fail::Failed(why), Some(name)) => Fail::failed(format!(
            "{why}; erasing {name} was cut short: run `frontdesk customer erase-me {name}` to go on"
        )),
        (e, _) => e,
    })
}

/// Asks; what is typed must be the number, so that a typo erases no one.
fn asked(reach: &Reach) -> Result<bool, Fail> {
    if !std::io::stdin().is_terminal() {
        return Err(Fail::usage("erasing cannot be undone: say --yes, or --dry-run to see what would go"));
    }
    for line in lines(reach, &reach.copies) {
        say(&line);
    }
    say(&format!("This cannot be undone. Type {} to erase:", reach.plan.name));
    let _ = std::io::stderr().flush();
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(answer.trim().eq_ignore_ascii_case(&reach.plan.name))
}

fn counts(all: &BTreeMap<&'static str, u64>) -> String {
    let parts: Vec<String> =
        all.iter().map(|(k, n)| format!("{n} {k}{}", if *n == 1 { "" } else { "s" })).collect();
    if parts.is_empty() { "none".into() } else { parts.join(", ") }
}

fn lines(reach: &Reach, copies: &person::Copies) -> Vec<String> {
    let (plan, rejects) = (&reach.plan, &reach.rejects);
    let mut out = vec![
        format!("{}: their records: {}", plan.name, counts(&plan.theirs)),
        format!("records of others that name them: {}", counts(&plan.others)),
        format!(
            "mails of others: {}, log rows: {}, drafts: {}",
            plan.todo.raws.len(),
            plan.todo.logs.len(),
            plan.drafts
        ),
    ];
    if !plan.namesakes.is_empty() {
        out.push(format!("their name stays where it stands alone: {} bear it too", some(&plan.namesakes)));
    }
    if !plan.sharers.is_empty() {
        out.push(format!("what they share with {} stays there", some(&plan.sharers)));
    }
    out.extend(rejects.iter().map(|(f, n)| format!("rows of {}: {n}", out::shown(f))));
    let still = copies.aside.iter().chain(&copies.holding);
    out.extend(still.map(|f| format!("{} contains them too", out::shown(f))));
    out
}

fn some(names: &[String]) -> String {
    let first = names.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > 5 { format!("{first} and {} more", names.len() - 5) } else { first }
}

fn tell(
    ctx: &mut Ctx,
    reach: &Reach,
    copies: &person::Copies,
    done: Option<&person::Erased>,
) -> Result<(), Fail> {
    let (plan, rejects) = (&reach.plan, &reach.rejects);
    let shown = |all: &[PathBuf]| all.iter().map(|p| p.display().to_string()).collect::<Vec<_>>();
    match ctx.out.form {
        Form::Json => {
            let files: BTreeMap<String, u64> =
                rejects.iter().map(|(f, n)| (f.display().to_string(), *n)).collect();
            ctx.out.json(&json!({
                "person": plan.name, "erased": done.is_some(), "records": plan.theirs, "others": plan.others,
                "mails_of_others": plan.todo.raws.len(), "log_rows": plan.todo.logs.len(), "drafts": plan.drafts,
                "rejected_rows": files, "namesakes": plan.namesakes, "sharers": plan.sharers,
                "aside": shown(&copies.aside), "still_holding": shown(&copies.holding),
            }))
        }
        Form::Quiet => ctx.out.line(&plan.name),
        Form::Table => {
            for line in lines(reach, copies) {
                ctx.out.safe(&line)?;
            }
            if let Some(done) = done {
                ctx.out.line(&format!(
                    "{} erased: {} records scrubbed, {} log rows emptied; the store was rewritten",
                    plan.name, done.records, done.log_rows
                ))?;
                if done.dropped > 0 {
                    ctx.out.line(&format!(
                        "{} mails of others could not be kept as they came; their text was",
                        done.dropped
                    ))?;
                }
                say("Earlier backups and exports still contain them: delete those, or make new ones.");
            }
            Ok(())
        }
    }
}
