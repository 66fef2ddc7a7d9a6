//! The printed result of a change.

use serde_json::{Value, json};

use super::{
    ctx::Ctx,
    dry_run,
    fail::Fail,
    out::{Form, say},
};
use crate::{
    desk::{Desk, Done, read},
    model::{Id, Kind},
    store::StoreError,
};

/// Prints what a change came to: its sentence, its JSON, or the number of what it made.
///
/// # Errors
/// If the reader has gone, or the file cannot be read.
pub fn print(ctx: &mut Ctx, desk: &Desk, done: &Done) -> Result<(), Fail> {
    if let Some(records) = &done.preview {
        return dry_run::print(ctx, done, records);
    }
    match ctx.out.form {
        Form::Table => ctx.out.safe(&done.summary)?,
        Form::Quiet => {
            if let Some((kind, id)) = done.created.first() {
                let name = name(desk, *kind, *id)?;
                ctx.out.safe(&name)?;
            }
        }
        Form::Json => {
            let value = as_json(desk, done)?;
            ctx.out.json(&value)?;
        }
    }
    if ctx.out.form != Form::Json {
        for (_, why) in &done.skipped {
            say(&format!("skipped: {why}"));
        }
        for k in &done.kept {
            say(&format!(
                "left unchanged: {} {} should be {} and is {}",
                k.record, k.field, k.expected, k.found
            ));
        }
    }
    Ok(())
}

/// The number of a record, `T-12`; its name where it has none.
///
/// # Errors
/// Where the file cannot be read.
pub fn name(desk: &Desk, kind: Kind, id: Id) -> Result<String, StoreError> {
    desk.view(|v| read::number_of(v, kind, id))
}

/// What a change came to, as JSON.
///
/// # Errors
/// Where the file cannot be read.
pub fn as_json(desk: &Desk, done: &Done) -> Result<Value, StoreError> {
    desk.view(|v| {
        let records = |all: &[(Kind, Id)]| {
            all.iter()
                .map(|(kind, id)| {
                    let number = read::number_of(v, *kind, *id)?;
                    Ok(json!({ "kind": kind.word(), "ref": number, "id": id.to_string() }))
                })
                .collect::<Result<Vec<Value>, StoreError>>()
        };
        let skipped: Vec<Value> =
            done.skipped.iter().map(|(id, why)| json!({ "id": id.to_string(), "why": why })).collect();
        let kept: Vec<Value> = done
            .kept
            .iter()
            .map(
                |k| json!({ "record": k.record, "field": k.field, "expected": k.expected, "found": k.found }),
            )
            .collect();
        Ok(json!({
            "seq": done.seq,
            "summary": done.summary,
            "created": records(&done.created)?,
            "touched": records(&done.touched)?,
            "skipped": skipped,
            "kept": kept,
        }))
    })
}
