//! People as vCards: one file of all, or a folder with a file each.

use std::{io::Write, path::Path};

use serde_json::json;

use super::{CardVersion, ExportArgs, Format, Items, datum};
use crate::{
    cli::{
        archive,
        ctx::Ctx,
        fail::Fail,
        list::Entity,
        out::{Form, say},
    },
    desk::list::{CustomerItem, Item, QueryContext},
    exchange::vcard::{
        Version,
        folder::{Folder, Written},
        write::{self, Person},
    },
    model::{Customer, field::Declared as _},
    term::safe::Safe,
};

/// Exports cards.
///
/// # Errors
/// Where these are no people, columns were asked for, or it cannot be written.
pub fn run(
    ctx: &mut Ctx,
    args: &ExportArgs,
    items: &Items<'_>,
    what: Entity,
    format: Format,
    to: Option<&Path>,
) -> Result<(), Fail> {
    if what != Entity::Customers {
        return Err(Fail::usage("only customers are exported as vCards"));
    }
    if items.columns.is_some() {
        return Err(Fail::usage("a vCard has no columns: leave --columns out"));
    }
    let version = match args.vcard_version {
        CardVersion::V21 => Version::V21,
        CardVersion::V3 => Version::V3,
        CardVersion::V4 => Version::V4,
    };
    let one = |item: &Item| match item {
        Item::Customer(c) => Some(card(items.asker, c, version)),
        _ => None,
    };
    if format == Format::Vdir {
        let Some(to) = to else { return Err(Fail::usage("name the folder: --output FOLDER")) };
        return folder(ctx, items, to, version);
    }
    match to {
        None if ctx.out.tty => {
            let mut text = String::new();
            items.each(|item| {
                text.extend(one(item));
                Ok(())
            })?;
            ctx.out.text(Safe::block(text.replace('\r', "")).as_str())
        }
        None => {
            items.each(|item| Ok(ctx.out.write_all(one(item).unwrap_or_default().as_bytes())?))?;
            Ok(())
        }
        Some(path) => {
            let written = archive::place(ctx, path, &args.seal, |file| {
                items.each(|item| Ok(file.write_all(one(item).unwrap_or_default().as_bytes())?))
            })?;
            say(&format!("{written} customers written to {}", path.display()));
            Ok(())
        }
    }
}

/// A card a file. One that cannot be written stops none of the others.
fn folder(ctx: &mut Ctx, items: &Items<'_>, to: &Path, version: Version) -> Result<(), Fail> {
    let cannot = |e: std::io::Error| Fail::failed(format!("{}: {e}", to.display()));
    let mut folder = Folder::open(to).map_err(cannot)?;
    let (mut new, mut replaced, mut same, mut failed) = (0_u64, 0_u64, 0_u64, 0_u64);
    items.each(|item| {
        let Item::Customer(c) = item else { return Ok(()) };
        match folder.write(&write::uid(&c.customer), &card(items.asker, c, version)) {
            Ok(Written::New) => new += 1,
            Ok(Written::Replaced) => replaced += 1,
            Ok(Written::Same) => same += 1,
            Err(e) => {
                failed += 1;
                if failed <= 20 {
                    say(&e.to_string());
                }
            }
        }
        Ok(())
    })?;
    match ctx.out.form {
        Form::Json => ctx.out.json(&json!({
            "folder": to.display().to_string(), "new": new, "replaced": replaced, "same": same, "failed": failed,
        }))?,
        _ => say(&format!("{}: {new} new cards, {replaced} replaced, {same} as they were", to.display())),
    }
    if failed > 0 {
        return Err(Fail::failed(format!("{failed} cards could not be written; the others were")));
    }
    Ok(())
}

fn card(asker: &QueryContext, item: &CustomerItem, version: Version) -> String {
    let c = &item.customer;
    let specs = Customer::TABLE.iter().filter(|s| !s.def.head.is_empty() && !s.def.sensitive);
    let fields: Vec<(&'static str, String)> =
        specs.map(|s| (s.def.name, s.read.text(c, &|d| datum(item, d)))).collect();
    let owner = c.owner.and_then(|id| asker.roster.agent(id)).map(|a| a.name.as_str()).unwrap_or_default();
    write::card(
        &Person {
            customer: c,
            organisations: &item.organisations.iter().map(|o| o.name.as_str()).collect::<Vec<_>>(),
            owner,
            created: &asker.zone.iso(c.created_at),
            fields: &fields,
            sensitive: asker.sensitive,
        },
        version,
    )
}
