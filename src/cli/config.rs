//! `frontdesk config show`: the effective configuration and its sources.

use serde_json::json;

use super::{
    ctx::Ctx,
    env,
    fail::Fail,
    out::Form,
    table::{self, Column, fixed, text},
};

/// What can be done with the configuration.
#[derive(Debug, Clone, clap::Subcommand)]
pub enum ConfigVerb {
    /// Show the effective configuration: store, settings folder, agent, time zone; and the source of each.
    Show {
        /// Say where each was said: a flag, the environment, the desk, or nowhere.
        #[arg(long)]
        origin: bool,
    },
}

const COLUMNS: &[Column] = &[fixed("name"), text("value"), text("origin")];

/// Runs the command.
///
/// # Errors
/// If the reader has gone, or there is no home folder.
pub fn run(ctx: &mut Ctx, verb: &ConfigVerb) -> Result<(), Fail> {
    let ConfigVerb::Show { origin } = verb;
    let rows = rows(ctx)?;
    if ctx.out.form == Form::Json {
        return rows.iter().try_for_each(|[name, value, origin]| {
            ctx.out.json(&json!({ "name": name, "value": value, "origin": origin }))
        });
    }
    let shown = if *origin { 3 } else { 2 };
    let columns = COLUMNS.get(..shown).unwrap_or(COLUMNS);
    let rows: Vec<Vec<String>> = rows.into_iter().map(|r| r.into_iter().take(shown).collect()).collect();
    table::print(&mut ctx.out, columns, &rows, false)
}

fn rows(ctx: &Ctx) -> Result<Vec<[String; 3]>, Fail> {
    let row = |name: &str, value: String, origin: &str| [name.to_owned(), value, origin.to_owned()];
    // What clap took from the environment equals it; a flag that says the same is as good.
    let from = |said: Option<String>, variable: &str| match said {
        None => "default",
        Some(said) if env::env(variable).as_ref() == Some(&said) => "environment",
        Some(_) => "flag",
    };
    let said = |p: &Option<std::path::PathBuf>| {
        p.as_ref().filter(|p| !p.as_os_str().is_empty()).map(|p| p.display().to_string())
    };
    let global = &ctx.global;
    let mut out = vec![
        row("store", ctx.path()?.display().to_string(), from(said(&global.store), "FRONTDESK_STORE")),
        row("config", ctx.config_folder()?.display().to_string(), from(said(&global.config), "")),
    ];
    let Ok(desk) = ctx.desk() else {
        out.push(row("zone", env::zone().name().to_owned(), "machine"));
        return Ok(out);
    };
    let me = ctx.me(&desk)?.map_or_else(|| "no agent".to_owned(), |a| format!("{} (@{})", a.name, a.handle));
    let named = global.agent.clone().filter(|a| !a.trim().is_empty());
    let origin = if named.is_none() { "Unix user" } else { from(named, "FRONTDESK_AGENT") };
    out.push(row("agent", me, origin));
    let asked = env::asked_zone().is_some();
    out.push(row("zone", ctx.zone(&desk)?.name().to_owned(), if asked { "environment" } else { "desk" }));
    out.push(row("currency", desk.workspace()?.currency, "desk"));
    Ok(out)
}
