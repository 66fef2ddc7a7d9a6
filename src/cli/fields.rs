//! `frontdesk fields`: what queries may ask for.

use super::{
    ctx::Ctx,
    fail::Fail,
    list::Entity,
    out::Form,
    table::{self, Column, fixed, text},
};
use crate::query;

/// What `frontdesk fields` is given.
#[derive(Debug, Clone, clap::Args)]
pub struct FieldsArgs {
    /// Of which list.
    #[arg(value_enum, value_name = "WHAT")]
    pub what: Entity,
}

/// Prints the fields that queries may ask for.
///
/// # Errors
/// Where nobody reads them.
pub fn run(ctx: &mut Ctx, args: &FieldsArgs) -> Result<(), Fail> {
    const COLUMNS: &[Column] = &[fixed("field"), text("also"), text("takes"), text("help")];
    let Some(schema) = args.what.schema() else {
        return Err(Fail::usage("this list takes words alone, no fields"));
    };
    // Without a desk there is no one with the permission.
    let sensitive = ctx.path()?.exists() && ctx.desk().and_then(|d| ctx.asker(&d)).is_ok_and(|a| a.sensitive);
    let takes = |f: &query::schema::FieldDef| match f.values {
        [] => f.kind.expects().to_owned(),
        words => words.join(", "),
    };
    if ctx.out.form == Form::Json {
        for f in schema.fields_for(sensitive) {
            let value = serde_json::json!({
                "field": f.name, "also": f.aliases, "takes": takes(f), "values": f.values, "help": f.help
            });
            ctx.out.json(&value)?;
        }
        return Ok(());
    }
    let rows: Vec<Vec<String>> = schema
        .fields_for(sensitive)
        .map(|f| vec![f.name.to_owned(), f.aliases.join(", "), takes(f), f.help.to_owned()])
        .collect();
    table::print(&mut ctx.out, COLUMNS, &rows, false)
}
