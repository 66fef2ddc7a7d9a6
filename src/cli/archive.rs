//! Files that are put in place whole, readable by their owner alone; and everything of a desk as one such file:
//! `frontdesk export --all`, `frontdesk import --all`.

use std::{
    fs::File,
    io::{BufRead, BufReader, BufWriter, Read, Write},
    path::Path,
};

use serde_json::json;

use super::{
    backup::{note, print, progress},
    ctx::{Ctx, options},
    env,
    fail::Fail,
    out::{self, Form, say},
    seal::{self, OpenArgs, SealArgs},
};
use crate::{
    desk::maintenance::Verb,
    model::{Key, KeyReader},
    store::{
        RedbStore, StoreError, backup,
        dump::{self, DumpError, LoadError},
        files::{self, Access, Draft, Owner},
        hash, text,
    },
};

/// Writes a file that is put in place once it is complete, sealed where that is asked for; a sealed one is opened and
/// compared first. In the folder of the store, or in another one of its owner's, it is the owner's of the store.
///
/// # Errors
/// What `f` gives, or where it cannot be written: then what was there stays.
pub fn place<R>(
    ctx: &Ctx,
    path: &Path,
    seal: &SealArgs,
    f: impl FnOnce(&mut dyn Write) -> Result<R, Fail>,
) -> Result<R, Fail> {
    let failed = |e: std::io::Error| Fail::failed(format!("{}: {e}", path.display()));
    if path.file_name().is_none() || path.is_dir() {
        return Err(Fail::usage(format!("{} is no name for a file", path.display())));
    }
    let folder = files::folder_of(path);
    let draft = Draft::new(&folder, Owner::of_copy(&ctx.path()?, &folder)).map_err(failed)?;
    let mut file = BufWriter::new(draft.file());
    let (done, proof) = if seal.is_wanted() {
        let (done, proof) = seal::sealed(&mut file, seal, f)?;
        (done, Some(proof))
    } else {
        (f(&mut file)?, None)
    };
    file.into_inner().map_err(|e| failed(e.into_error()))?;
    if let Some(proof) = proof
        && !proof.is_of(BufReader::new(files::open(&draft.path(), Access::Read).map_err(failed)?))?
    {
        return Err(Fail::failed(format!("{}: what was sealed is not what went in", path.display())));
    }
    draft.place_over(path, 0o600).map_err(failed)?;
    Ok(done)
}

/// Writes everything as JSON Lines: records by their fields, or rows as the engine keeps them.
///
/// # Errors
/// A store that cannot be read, a file that cannot be written.
pub fn export(ctx: &mut Ctx, to: Option<&Path>, form: dump::Form, seal: &SealArgs) -> Result<(), Fail> {
    if to.is_none() && seal.is_wanted() {
        return Err(Fail::usage("a sealed export is no text: name a file with -o FILE"));
    }
    let permit = ctx.permit(Verb::ExportAll)?;
    let desk = ctx.desk()?;
    let place_of = to.map_or("stdout".to_owned(), |path| path.display().to_string());
    let unsaid = note(&permit, &desk, &format!("everything exported to {place_of}"))?;
    let scratch = files::folder_of(&ctx.path()?);
    let mut told = progress();
    let (op, now) = (env::op()?, env::now());
    let mut write = |out: &mut dyn Write| {
        backup::export(desk.store(), &scratch, op, now, unsaid.as_ref(), (form, out), &mut told)
            .map_err(failed)
    };
    let Some(path) = to else {
        write(&mut ctx.out)?;
        return Ok(());
    };
    let written = place(ctx, path, seal, write)?;
    let shown = hash::shown(&written.content.hash);
    match ctx.out.form {
        Form::Json => ctx.out.json(&json!({
            "file": path.display().to_string(),
            "rows": written.rows,
            "hash": shown,
        })),
        Form::Quiet => ctx.out.line(&out::shown(path)),
        Form::Table => ctx.out.line(&format!("{}: {} rows, hash {shown}", out::shown(path), written.rows)),
    }
}

fn failed(e: DumpError) -> Fail {
    match e {
        DumpError::Store(StoreError::Cancelled) => Fail::Interrupted("cancelled".into()),
        DumpError::Store(e) => e.into(),
        DumpError::Io(e) => e.into(),
        e => Fail::Data(e.to_string()),
    }
}

/// Takes a file of everything into a store that is empty or not there yet.
///
/// # Errors
/// Where the file is not whole (nothing is kept, unless `partial`), or there is a desk already; [`Fail::No`] where what
/// is there is not what was exported, after a message.
pub fn import(ctx: &mut Ctx, from: &Path, key: &OpenArgs, partial: bool) -> Result<(), Fail> {
    let shown = from.display().to_string();
    let named = |e: Fail| match e {
        Fail::Data(why) => Fail::Data(format!("{shown}: {why}")),
        Fail::Usage(why) => Fail::Usage(format!("{shown}: {why}")),
        e => e,
    };
    let opened = seal::opened(read(from)?, key).map_err(named)?;
    let to = ctx.path()?;
    let loaded = dump::load(&mut BufReader::with_capacity(1 << 20, opened), &to, partial, &mut progress());
    let loaded = loaded.map_err(|e| match e {
        LoadError::Backup(e) => e.into(),
        e @ LoadError::NotEmpty(_) => Fail::failed(e.to_string()),
        e => named(Fail::Data(e.to_string())),
    })?;
    texts(&to)?;
    print(ctx, &to, &loaded.now, None)?;
    ctx.out.flush()?;
    if let Some(lost) = &loaded.lost {
        let why = format!("{shown}: {lost}; the {} rows above that were kept", loaded.rows);
        return Err(Fail::Data(why));
    }
    if loaded.same == Some(false) {
        say(
            "every row of the file was kept, and what is derived from them is not what was exported: that store was not as it should be",
        );
        return Err(Fail::No);
    }
    if !loaded.now.report.is_clean() {
        say(&format!("{} things are not as they should be: run `frontdesk check`", loaded.now.report.wrong));
        return Err(Fail::No);
    }
    Ok(())
}

/// What texts are found by is no part of the file: it is made again.
fn texts(store: &Path) -> Result<(), Fail> {
    let store = RedbStore::open(&options(store))?;
    // One name drawn at random, then counted up: each step is another attempt.
    let (seed, mut n) = (u64::from_be_bytes(env::random()?), 0);
    let mut next = || {
        n += 1;
        let id = Key::new().u64(seed).u64(n);
        KeyReader(id.as_bytes()).id().unwrap_or_default()
    };
    text::rebuild(&store, &mut next, &mut |_| ())?;
    Ok(())
}

fn read(from: &Path) -> Result<Box<dyn BufRead>, Fail> {
    if from.as_os_str() == "-" {
        return Ok(Box::new(BufReader::new(std::io::stdin())));
    }
    let file = File::open(from).map_err(|e| Fail::failed(format!("{}: {e}", from.display())))?;
    Ok(Box::new(BufReader::new(file)))
}

/// How a file begins; nothing where it cannot be read.
pub fn head(from: &Path) -> Vec<u8> {
    let mut head = Vec::new();
    // A pipe is not even opened: its writer would find no reader afterwards.
    if from.is_file()
        && let Ok(file) = files::open(from, Access::Read)
    {
        let _ = file.take(32).read_to_end(&mut head);
    }
    head
}

/// Whether this is a file of everything.
pub fn is_whole(from: &Path) -> bool {
    dump::is_begun(&head(from))
}
