//! `frontdesk fields`: what records have, what queries can ask for and what can be entered.

use super::{
    ctx::Ctx,
    fail::Fail,
    list::Entity,
    out::Form,
    table::{self, Column, fixed, text},
};
use crate::model::field::{self, FieldDef};

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
    if ctx.out.form == Form::Json {
        for f in shown {
            ctx.out.json(&as_json(f))?;
        }
        return Ok(());
    }
    let yes = |is: bool| if is { "yes" } else { "no" }.to_owned();
    let row = |f: &FieldDef| {
        vec![f.name.to_owned(), f.aliases.join(", "), takes(f), f.help.to_owned(), yes(f.query), yes(f.edit)]
    };
    let rows: Vec<Vec<String>> = shown.map(row).collect();
    table::print(&mut ctx.out, COLUMNS, &rows, false)
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
