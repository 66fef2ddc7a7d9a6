//! `frontdesk backup`, `restore`, `compact`: copies of the store that can be relied on.

use std::{
    io::{BufReader, IsTerminal},
    path::PathBuf,
};

use serde_json::json;

use super::{
    archive,
    ctx::Ctx,
    env,
    fail::Fail,
    out::{Form, say, shown},
    seal::{self, OpenArgs, SealArgs},
};
use crate::{
    desk::{
        Desk,
        maintenance::{Permit, Verb},
    },
    model::log::LogDraft,
    store::{
        Reject, StoreError,
        backup::{self, BackupError, Step, Verified},
        dump,
        files::{self, Access, Draft, Owner},
        hash,
        lock::Places,
        redb::make_folder,
    },
};

/// What `frontdesk backup` is given.
#[derive(Debug, Clone, clap::Args)]
pub struct BackupArgs {
    /// The new file. Nothing is written over.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub seal: SealArgs,
}

/// What `frontdesk restore` is given.
#[derive(Debug, Clone, clap::Args)]
pub struct RestoreArgs {
    /// The backup.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub open: OpenArgs,
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
pub(super) fn progress() -> impl FnMut(Step) -> bool {
    let people = std::io::stderr().is_terminal();
    move |step| {
        let (word, n, often) = match step {
            Step::Copying(n) => ("copied", n, 500_000),
            Step::Hashing(n) => ("compared", n, 500_000),
            Step::Checking(n) => ("checked", n, 100_000),
            Step::Writing(n) => ("written", n, 500_000),
        };
        if people && n % often == 0 {
            say(&format!("{n} {word}"));
        }
        true
    }
}

/// Prints what was verified.
pub(super) fn print(
    ctx: &mut Ctx,
    path: &std::path::Path,
    v: &Verified,
    aside: Option<&PathBuf>,
) -> Result<(), Fail> {
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
        Form::Quiet => ctx.out.line(&shown(path)),
        Form::Table => ctx.out.line(&format!(
            "{}: {} rows, {} bytes, log row {}, hash {}",
            shown(path),
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
    let permit = ctx.permit(Verb::Backup)?;
    let desk = ctx.desk()?;
    let (op, now) = (env::op()?, env::now());
    if std::fs::symlink_metadata(&args.file).is_ok() {
        return Err(BackupError::Exists(args.file.clone()).into());
    }
    let what = format!("backup to {}", args.file.display());
    let unsaid = note(&permit, &desk, &what)?;
    let made = if args.seal.is_wanted() {
        let made = sealed(ctx, &desk, args, unsaid.as_ref())?;
        // The backup stands, whether or not the store could write that down.
        let _ = backup::note(desk.store(), op, now, &made);
        made
    } else {
        let made = backup::backup(desk.store(), &args.file, op, now, &mut progress())?;
        match &unsaid {
            Some(row) => backup::sign(&args.file, row, &mut progress())?,
            None => made,
        }
    };
    print(ctx, &args.file, &made, None)?;
    if made.report.is_clean() {
        return Ok(());
    }
    say(&format!(
        "the backup is a faithful copy of the store, but {} in it is wrong: run `frontdesk check`",
        made.report.wrong
    ));
    Err(Fail::No)
}

/// Records in the log who makes a copy of everything, before that is made. Where the store cannot be written, gives
/// the row, which then goes into the log of the copy, and says so.
///
/// # Errors
/// Where the system gives no randomness.
pub(super) fn note(permit: &Permit, desk: &Desk, what: &str) -> Result<Option<LogDraft>, Fail> {
    let (op, now) = (env::op()?, env::now());
    match permit.note(desk.store(), op, now, what) {
        Ok(()) => Ok(None),
        Err(Reject::Store(_)) => {
            say("the store cannot be written: who made this copy is only in the log of the copy");
            Ok(Some(permit.row(op, now, what)))
        }
        Err(e) => Err(e.into()),
    }
}

/// A backup that only the recipients read: made and verified next to the store, without a name.
fn sealed(ctx: &Ctx, desk: &Desk, args: &BackupArgs, unsaid: Option<&LogDraft>) -> Result<Verified, Fail> {
    let path = ctx.path()?;
    let (op, now) = (env::op()?, env::now());
    let (open, mut made) =
        backup::verified(desk.store(), &files::folder_of(&path), op, now, &mut progress())?;
    if let Some(row) = unsaid {
        made = backup::sign(&open.path(), row, &mut progress())?;
    }
    archive::place(ctx, &args.file, &args.seal, |out| {
        let mut file = files::open(&open.path(), Access::Read)?;
        std::io::copy(&mut file, out).map(drop).map_err(Fail::from)
    })?;
    let bytes = std::fs::metadata(&args.file).map_or(made.bytes, |m| m.len());
    Ok(Verified { bytes, ..made })
}

/// Puts a backup in the place of the store.
///
/// # Errors
/// Where the backup is not as it should be, or others do not let go of the store.
pub fn restore(ctx: &mut Ctx, args: &RestoreArgs) -> Result<(), Fail> {
    let permit = ctx.permit(Verb::Restore)?;
    let path = ctx.path()?;
    let shown = args.file.display();
    let head = archive::head(&args.file);
    if dump::is_begun(&head) {
        return Err(Fail::usage(format!(
            "{shown} is an export: take it into an empty store with `frontdesk import --all {shown} --store NEW`"
        )));
    }
    let mut open = None;
    if seal::is_sealed(&head) {
        let failed = |e: std::io::Error| Fail::failed(format!("{shown}: {e}"));
        let file = files::open(&args.file, Access::Read).map_err(failed)?;
        let mut held = seal::opened(Box::new(BufReader::new(file)), &args.open)?;
        make_folder(&Places::of(&path))?;
        let plain = Draft::new(&files::folder_of(&path), Owner::me()).map_err(failed)?;
        std::io::copy(&mut held, &mut plain.file()).map_err(|e| Fail::Data(format!("{shown}: {e}")))?;
        open = Some(plain);
    }
    let from = open.as_ref().map_or_else(|| args.file.clone(), Draft::path);
    let now = env::now();
    let row = permit.row(env::op()?, now, &format!("restored from {shown}"));
    let done = backup::restore(&from, &path, now, Some(&row), &mut progress())?;
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
    let permit = ctx.permit(Verb::Compact)?;
    let row = permit.row(env::op()?, env::now(), "compacted");
    let done = backup::compact(&ctx.path()?, Some(&row), &mut progress())?;
    match ctx.out.form {
        Form::Json => ctx.out.json(&json!({ "before": done.before, "after": done.after })),
        _ => ctx.out.line(&format!("{} bytes before, {} now", done.before, done.after)),
    }
}
