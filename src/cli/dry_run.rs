//! `--dry-run` of the verbs that change records: what would change is printed, and nothing is changed.

use serde_json::json;

use super::{
    ctx::Ctx,
    fail::Fail,
    out::{Form, say},
};
use crate::{
    desk::{Done, preview::Previewed},
    model::Kind,
};

/// The flag.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub struct DryRun {
    /// Print what would change, and change nothing.
    #[arg(long)]
    pub dry_run: bool,
}

/// Whether the verb that was given has the flag: every verb that flattens [`DryRun`] is run as a preview.
pub fn is_asked(matches: &clap::ArgMatches) -> bool {
    match matches.subcommand() {
        Some((_, inner)) => is_asked(inner),
        None => matches.try_get_one::<bool>("dry_run").ok().flatten().copied().unwrap_or(false),
    }
}

/// Prints what a change would do: a line per field, or its JSON.
///
/// # Errors
/// Where no one reads it.
pub fn print(ctx: &mut Ctx, done: &Done, records: &[Previewed]) -> Result<(), Fail> {
    match ctx.out.form {
        Form::Json => {
            let change = |r: &Previewed| {
                let fields = r.fields.iter().map(
                    |(field, before, after)| json!({ "field": field, "before": before, "after": after }),
                );
                json!({
                    "kind": r.kind.word(), "ref": r.name, "what": r.what,
                    "fields": fields.collect::<Vec<_>>(),
                })
            };
            let skipped = done.skipped.iter().map(|(id, why)| json!({ "id": id.to_string(), "why": why }));
            let value = json!({
                "dry_run": true,
                "summary": done.summary,
                "changes": records.iter().map(change).collect::<Vec<_>>(),
                "skipped": skipped.collect::<Vec<_>>(),
            });
            return ctx.out.json(&value);
        }
        Form::Quiet => {
            let made = records.iter().find(|r| r.what == "created" && !r.kind.letter().is_empty());
            if let Some(made) = made {
                ctx.out.safe(&made.name)?;
            }
        }
        Form::Table => {
            for r in records {
                let kind = if r.kind.letter().is_empty() && r.kind != Kind::Workspace {
                    format!("{} ", r.kind.word())
                } else {
                    String::new()
                };
                ctx.out.safe(&format!("{kind}{} {}", r.name, r.what))?;
                for (field, before, after) in &r.fields {
                    let text = |v: &Option<String>| {
                        let v = v.as_deref().unwrap_or_default();
                        if v.is_empty() { "–".to_owned() } else { v.replace('\n', " ⏎ ") }
                    };
                    ctx.out.safe(&format!("{field}: {} → {}", text(before), text(after)))?;
                }
            }
        }
    }
    for (_, why) in &done.skipped {
        say(&format!("would be skipped: {why}"));
    }
    say(&format!("dry run, nothing was changed: {}", done.summary));
    Ok(())
}
