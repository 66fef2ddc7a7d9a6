//! `frontdesk fields`: what records have, what queries can ask for and what can be entered.

use super::{
    ctx::Ctx,
    fail::Fail,
    list::Entity,
    out::Form,
    table::{self, Column, fixed, text},
};
use crate::{
    desk::custom,
    model::{
        Kind,
        custom_field::CustomField,
        field::{self, FieldDef},
    },
};

/// What `frontdesk fields` is given.
#[derive(Debug, Clone, clap::Args)]
pub struct FieldsArgs {
    /// Of which list.
    #[arg(value_parser = super::list::Entity::parser(), value_name = "WHAT")]
    pub what: Entity,
}

/// Prints the fields of a kind: those that queries can ask for, and those that can be entered.
///
/// # Errors
/// Where no one reads them.
pub fn run(ctx: &mut Ctx, args: &FieldsArgs) -> Result<(), Fail> {
    const COLUMNS: &[Column] =
        &[fixed("field"), text("also"), text("takes"), text("help"), fixed("query"), fixed("edit")];
    let defs = match (args.what.kind(), args.what.schema()) {
        (Some(kind), _) => field::of(kind),
        (None, Some(schema)) => schema.fields,
        (None, None) => &[],
    };
    // Without a desk there is no one with the permission.
    let sensitive = ctx.path()?.exists() && ctx.desk().and_then(|d| ctx.asker(&d)).is_ok_and(|a| a.sensitive);
    let shown = defs.iter().filter(|f| f.is_known() && (sensitive || !f.sensitive));
    let declared = declared(ctx, args.what.kind())?;
    if ctx.out.form == Form::Json {
        for f in shown {
            ctx.out.json(&as_json(f))?;
        }
        for f in &declared {
            let name = format!("custom.{}", f.name);
            ctx.out.json(&serde_json::json!({
                "name": name, "type": f.of.as_str(), "aliases": [&f.name], "query": true, "column": name,
                "editable": true, "sensitive": false, "title": f.name, "values": f.choices, "help": "custom field",
            }))?;
        }
        return Ok(());
    }
    let yes = |is: bool| if is { "yes" } else { "no" }.to_owned();
    let row = |f: &FieldDef| {
        vec![f.name.to_owned(), f.aliases.join(", "), takes(f), f.help.to_owned(), yes(f.query), yes(f.edit)]
    };
    let mut rows: Vec<Vec<String>> = shown.map(row).collect();
    rows.extend(declared.iter().map(|f| {
        let takes = if f.choices.is_empty() { f.of.to_string() } else { f.choices.join(", ") };
        vec![format!("custom.{}", f.name), f.name.clone(), takes, "custom field".into(), yes(true), yes(true)]
    }));
    table::print(&mut ctx.out, COLUMNS, &rows, false)
}

/// The custom fields that the desk declared for a kind; none without a desk.
fn declared(ctx: &mut Ctx, kind: Option<Kind>) -> Result<Vec<CustomField>, Fail> {
    let Some(kind) = kind.filter(|_| ctx.path().is_ok_and(|p| p.exists())) else { return Ok(Vec::new()) };
    Ok(custom::of_kind(&ctx.desk()?.workspace()?, kind).cloned().collect())
}

/// What to write as its value in a query.
fn takes(f: &FieldDef) -> String {
    match f.values {
        [] if !f.query => String::new(),
        [] => f.kind.expects().to_owned(),
        words => words.join(", "),
    }
}

fn as_json(f: &FieldDef) -> serde_json::Value {
    let some = |text: &str| if text.is_empty() { serde_json::Value::Null } else { text.into() };
    serde_json::json!({
        "name": f.name, "type": f.kind.word(), "aliases": f.aliases, "query": f.query, "column": f.column.map(|c| c.name),
        "editable": f.edit, "sensitive": f.sensitive, "title": f.title, "values": f.values, "help": f.help,
        "takes": takes(f), "why_not": some(f.why_not),
        // The names of the first version.
        "field": f.name, "also": f.aliases,
    })
}
