//! `frontdesk salvage`: what survives of a damaged store.

use std::{
    io::{BufWriter, IsTerminal},
    path::PathBuf,
};

use serde_json::{Map, Value, json};

use super::{
    ctx::Ctx,
    env,
    fail::Fail,
    out::{Form, say, shown},
    table::{self, fixed, right},
};
use crate::{
    desk::maintenance::Verb,
    store::{
        StoreError,
        files::{self, Draft, Owner},
        salvage,
    },
};

/// What `frontdesk salvage` is given.
#[derive(Debug, Clone, clap::Args)]
pub struct SalvageArgs {
    /// The new file of rows. Nothing is written over.
    #[arg(value_name = "OUT")]
    pub out: PathBuf,
}

/// Writes what survives of a store into a file that a new store takes in.
///
/// # Errors
/// Where the store cannot be read at all, or the file not be written; [`Fail::No`] where nothing survives.
pub fn salvage(ctx: &mut Ctx, args: &SalvageArgs) -> Result<(), Fail> {
    let path = ctx.path()?;
    if !path.exists() {
        return Err(StoreError::Missing(path.display().to_string()).into());
    }
    let permit = ctx.permit(Verb::Salvage)?;
    let shown = args.out.display();
    let made_by = format!("{} (Unix user {})", permit.name(), env::user().login);
    let failed = |e: std::io::Error| match e.kind() {
        std::io::ErrorKind::AlreadyExists => {
            Fail::failed(format!("{shown} is there already: name another file"))
        }
        _ => Fail::failed(format!("{shown}: {e}")),
    };
    if std::fs::symlink_metadata(&args.out).is_ok() {
        return Err(failed(std::io::ErrorKind::AlreadyExists.into()));
    }
    let folder = files::folder_of(&args.out);
    let draft = Draft::new(&folder, Owner::of_copy(&path, &folder)).map_err(failed)?;
    let people = std::io::stderr().is_terminal();
    let mut next = 256 << 20;
    let mut out = BufWriter::with_capacity(1 << 20, draft.file());
    let saved = salvage::salvage(&path, &mut out, Some(&made_by), &mut |done| {
        if people && done >= next {
            say("still reading …");
            next = done + (256 << 20);
        }
    });
    drop(out);
    let saved = saved.map_err(|e| Fail::failed(e.to_string()))?;
    draft.place_new(&args.out).map_err(failed)?;
    // A damaged store is not written.
    let what = format!("salvaged to {shown}");
    let (op, now) = (env::op()?, env::now());
    let noted = saved.hurt.is_empty()
        && ctx.desk().is_ok_and(|desk| permit.note(desk.store(), op, now, &what).is_ok());
    if !noted {
        say("the store cannot be written: who salvaged it is only in the footer of the file");
    }
    print(ctx, args, &saved)?;
    ctx.out.flush()?;
    if saved.rows == 0 {
        say(
            "nothing that can be read is left: put the last backup in its place with `frontdesk restore FILE`",
        );
        return Err(Fail::No);
    }
    if ctx.out.form == Form::Table {
        say(&format!(
            "go on with: frontdesk --store NEW.redb import --all {shown}, then frontdesk --store NEW.redb check --repair"
        ));
    }
    Ok(())
}

fn print(ctx: &mut Ctx, args: &SalvageArgs, saved: &salvage::Salvaged) -> Result<(), Fail> {
    let lost: u64 = saved.missing.values().sum();
    if ctx.out.form == Form::Quiet {
        return ctx.out.line(&shown(&args.out));
    }
    if ctx.out.form == Form::Json {
        let tables: Map<String, Value> = saved
            .tables
            .iter()
            .map(|(t, c)| {
                let count =
                    json!({ "sound": c.sound, "doubtful": c.doubtful, "loose": c.loose, "log": c.log });
                (t.name().to_owned(), count)
            })
            .collect();
        let hurt: Map<String, Value> =
            saved.hurt.iter().map(|(t, n)| (t.name().to_owned(), Value::from(*n))).collect();
        let missing: Map<String, Value> =
            saved.missing.iter().map(|(k, n)| (k.word().to_owned(), Value::from(*n))).collect();
        return ctx.out.json(&json!({
            "file": args.out.display().to_string(),
            "rows": saved.rows,
            "tables": tables,
            "damaged_pages": hurt,
            "lost": missing,
            "log_gaps": saved.gaps,
        }));
    }
    let rows: Vec<Vec<String>> = saved
        .tables
        .iter()
        .map(|(t, c)| {
            let cells = [c.all(), c.sound, c.doubtful, c.loose, c.log].map(|n| n.to_string());
            std::iter::once(t.name().to_owned()).chain(cells).collect()
        })
        .collect();
    let columns =
        [fixed("table"), right("rows"), right("sound"), right("doubtful"), right("loose"), right("log")];
    table::print(&mut ctx.out, &columns, &rows, true)?;
    ctx.out.flush()?;
    for (kind, n) in &saved.missing {
        say(&format!("lost: {n} of kind {}", kind.word()));
    }
    if saved.gaps > 0 {
        say(&format!("{} rows of the log are missing or damaged", saved.gaps));
    }
    let verdict = match (saved.hurt.is_empty(), lost) {
        (true, _) => "the file is sound: nothing had to be saved".to_owned(),
        (false, 0) => format!("{} rows saved; no record is known to be lost", saved.rows),
        (false, n) => format!("{} rows saved, {n} records lost", saved.rows),
    };
    say(&verdict);
    Ok(())
}
