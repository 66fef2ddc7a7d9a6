//! `frontdesk backup`, `restore`, `compact`: copies of the store that can be relied on.

use std::{io::IsTerminal, path::PathBuf};

use serde_json::json;

use super::{
    ctx::Ctx,
    fail::Fail,
    out::{Form, say},
    world,
};
use crate::store::{
    StoreError,
    backup::{self, BackupError, Step, Verified},
    hash,
};

/// What `frontdesk backup` is given.
#[derive(Debug, Clone, clap::Args)]
pub struct BackupArgs {
    /// The new file. Nothing is written over.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// What `frontdesk restore` is given.
#[derive(Debug, Clone, clap::Args)]
pub struct RestoreArgs {
    /// The backup.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

impl From<BackupError> for Fail {
    fn from(e: BackupError) -> Fail {
        match e {
            BackupError::Store(StoreError::Cancelled) => Fail::Interrupted("cancelled".into()),
            BackupError::Store(e) => e.into(),
            e @ BackupError::Damaged { .. } => Fail::Data(e.to_string()),
            e => Fail::failed(e.to_string()),
        }
    }
}

/// Tells people how far it is.
fn progress() -> impl FnMut(Step) -> bool {
    let people = std::io::stderr().is_terminal();
    move |step| {
        let (word, n, often) = match step {
            Step::Copying(n) => ("copied", n, 500_000),
            Step::Hashing(n) => ("compared", n, 500_000),
            Step::Checking(n) => ("checked", n, 100_000),
        };
        if people && n % often == 0 {
            say(&format!("{n} {word}"));
        }
        true
    }
}

fn print(ctx: &mut Ctx, path: &std::path::Path, v: &Verified, aside: Option<&PathBuf>) -> Result<(), Fail> {
    match ctx.out.form {
        Form::Json => ctx.out.json(&json!({
            "file": path.display().to_string(),
            "rows": v.rows,
            "bytes": v.bytes,
            "hash": hash::shown(&v.hash),
            "log_head": v.head,
            "clean": v.report.is_clean(),
            "aside": aside.map(|a| a.display().to_string()),
        })),
        Form::Quiet => ctx.out.line(&path.display().to_string()),
        Form::Table => ctx.out.line(&format!(
            "{}: {} rows, {} bytes, log row {}, hash {}",
            path.display(),
            v.rows,
            v.bytes,
            v.head,
            hash::shown(&v.hash)
        )),
    }
}

/// Copies the store into a new file and verifies it.
///
/// # Errors
/// Where there is no verified copy; [`Fail::No`] where the store itself is not as it should be, after it was said.
pub fn backup(ctx: &mut Ctx, args: &BackupArgs) -> Result<(), Fail> {
    let desk = ctx.desk()?;
    let made = backup::backup(desk.store(), &args.file, world::op()?, world::now(), &mut progress())?;
    print(ctx, &args.file, &made, None)?;
    if made.report.is_clean() {
        return Ok(());
    }
    say(&format!(
        "the backup holds what the store holds, and {} of that is wrong: run `frontdesk check`",
        made.report.wrong
    ));
    Err(Fail::No)
}

/// Puts a backup in the place of the store.
///
/// # Errors
/// Where the backup is not as it should be, or others do not let go of the store.
pub fn restore(ctx: &mut Ctx, args: &RestoreArgs) -> Result<(), Fail> {
    let path = ctx.path()?;
    let done = backup::restore(&args.file, &path, world::now(), &mut progress())?;
    print(ctx, &path, &done.now, done.aside.as_ref())?;
    if let Some(aside) = done.aside {
        say(&format!("the store that was there is kept as {}", aside.display()));
    }
    Ok(())
}

/// Writes the store into a fresh file without what was deleted.
///
/// # Errors
/// Where others do not let go of the store, or the disk has no room for a second file.
pub fn compact(ctx: &mut Ctx) -> Result<(), Fail> {
    let done = backup::compact(&ctx.path()?, &mut progress())?;
    match ctx.out.form {
        Form::Json => ctx.out.json(&json!({ "before": done.before, "after": done.after })),
        _ => ctx.out.line(&format!("{} bytes before, {} now", done.before, done.after)),
    }
}
