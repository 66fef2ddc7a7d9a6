//! `frontdesk field`: the fields that a desk declares for its own records.

use serde_json::json;

use super::{
    changed,
    ctx::Ctx,
    fail::Fail,
    list::Entity,
    out::{Form, say},
    table::{self, Column, fixed, text},
};
use crate::{
    desk::{Command, Desk, Edit, custom},
    model::{
        Id, Kind,
        custom_field::{self, CustomField, CustomType},
        shape,
    },
};

/// What can be done with custom fields.
#[derive(Debug, Clone, clap::Subcommand)]
pub enum FieldVerb {
    /// Declare a field: field add customer Plan choice --choices gold,silver
    Add(FieldArgs),
    /// Change a declared field: field edit customer Plan choice --choices gold,silver,bronze
    Edit(FieldArgs),
    /// List the declared fields; of one of them, the values that do not fit its type.
    List {
        /// Of which kind: customer, organisation, ticket, deal.
        kind: Option<String>,
        /// Which field.
        name: Option<String>,
    },
    /// Remove a declaration. The values stay, as text.
    Remove {
        /// Of which kind.
        kind: String,
        /// Which field.
        name: String,
    },
}

/// A declaration.
#[derive(Debug, Clone, clap::Args)]
pub struct FieldArgs {
    /// Of which kind: customer, organisation, ticket, deal.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// What its values are: text, number, money, date, choice, yes_no, customer, agent.
    #[arg(value_name = "TYPE")]
    pub of: String,
    /// The words of a choice, separated by commas.
    #[arg(long, value_delimiter = ',', value_name = "WORDS")]
    pub choices: Vec<String>,
    /// Keep the values when the customer is erased: for what is no personal data. --keep=false erases them again.
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_name = "BOOL")]
    pub keep: Option<bool>,
    /// Answer queries from an index: all fields of customers are; other kinds have none yet.
    #[arg(long)]
    pub index: bool,
}

/// So many values that do not fit are listed.
const UNFIT: usize = 1000;

/// Declares, changes, lists and removes custom fields.
///
/// # Errors
/// What the desk rejects, or why the store cannot be read.
pub fn run(ctx: &mut Ctx, verb: &FieldVerb) -> Result<(), Fail> {
    let desk = if matches!(verb, FieldVerb::Add(_)) { ctx.desk_or_start()? } else { ctx.desk()? };
    match verb {
        FieldVerb::Add(args) | FieldVerb::Edit(args) => {
            let is_new = matches!(verb, FieldVerb::Add(_));
            let choices =
                args.choices.iter().map(|c| c.trim().to_owned()).filter(|c| !c.is_empty()).collect();
            let of = CustomType::from(args.of.trim().to_lowercase().replace(['/', '-', ' '], "_").as_str());
            let kind = kind(&args.kind)?;
            if args.index && kind != Kind::Customer {
                let why = format!("custom fields of {}s have no index yet: leave --index out", kind.word());
                return Err(Fail::usage(why));
            }
            let kind = kind.word().to_owned();
            let name = args.name.trim().to_owned();
            let there = declared(&desk, &kind, &name)?;
            // A change keeps the name as it was declared.
            let name = there.as_ref().filter(|_| !is_new).map_or(name, |f| f.name.clone());
            // A change that does not say otherwise leaves the words and what becomes of the values when a person is erased.
            let was = there.as_ref().filter(|_| !is_new);
            let keep = args.keep.unwrap_or_else(|| was.is_some_and(|f| f.keep));
            let choices = match was {
                Some(f) if args.choices.is_empty() && of == CustomType::Choice => f.choices.clone(),
                _ => choices,
            };
            let f = CustomField { kind, name, of, choices, keep };
            match (is_new, &there) {
                (true, Some(_)) => {
                    return Err(Fail::failed(format!("there is a field {} already: `field edit`", f.name)));
                }
                (false, None) => {
                    return Err(Fail::failed(format!("there is no field {} of {}s", f.name, f.kind)));
                }
                _ => {}
            }
            let edit = Edit::add("custom_field", shape::to_json(&f).to_string());
            let done = ctx.run(&desk, Command::Edit(Kind::Workspace, Id::NIL, vec![edit]))?;
            changed::print(ctx, &desk, &done)?;
            ctx.out.flush()?;
            let (unfit, count) = unfit(&desk, &f)?;
            if !unfit.is_empty() {
                say(&format!(
                    "{} of {count} values do not fit and stay as they are: frontdesk field list {} \"{}\"",
                    unfit.len(),
                    f.kind,
                    f.name
                ));
            }
            Ok(())
        }
        FieldVerb::List { kind: Some(word), name: Some(name) } => {
            let kind = kind(word)?;
            let f = declared(&desk, kind.word(), name)?
                .ok_or_else(|| Fail::failed(format!("there is no field {name} of {}s", kind.word())))?;
            let (unfit, _) = unfit(&desk, &f)?;
            if ctx.out.form == Form::Json {
                return unfit.iter().try_for_each(|(r, v)| ctx.out.json(&json!({ "ref": r, "value": v })));
            }
            let rows: Vec<Vec<String>> = unfit.into_iter().map(|(r, v)| vec![r, v]).collect();
            if rows.is_empty() {
                say(&format!("every value of {} fits", f.name));
            }
            table::print(&mut ctx.out, &[fixed("record"), text("value")], &rows, false)
        }
        FieldVerb::List { kind: word, .. } => {
            let wanted = word.as_deref().map(kind).transpose()?;
            let all = desk.workspace()?.custom_fields;
            let all = all.into_iter().filter(|f| wanted.is_none_or(|k| k.word() == f.kind));
            if ctx.out.form == Form::Json {
                return all.into_iter().try_for_each(|f| {
                    ctx.out.json(&json!({
                        "kind": f.kind, "name": f.name, "type": f.of.as_str(), "choices": f.choices, "keep": f.keep,
                    }))
                });
            }
            const COLUMNS: &[Column] =
                &[fixed("kind"), text("name"), fixed("type"), text("choices"), fixed("erased")];
            let row = |f: CustomField| {
                let erased = if f.keep { "kept" } else { "erased" };
                vec![f.kind, f.name, f.of.to_string(), f.choices.join(", "), erased.to_owned()]
            };
            let rows: Vec<Vec<String>> = all.map(row).collect();
            table::print(&mut ctx.out, COLUMNS, &rows, false)
        }
        FieldVerb::Remove { kind: word, name } => {
            let kind = kind(word)?.word().to_owned();
            let f = CustomField { kind, name: name.clone(), ..CustomField::default() };
            let edit = Edit::remove("custom_field", shape::to_json(&f).to_string());
            let done = ctx.run(&desk, Command::Edit(Kind::Workspace, Id::NIL, vec![edit]))?;
            changed::print(ctx, &desk, &done)
        }
    }
}

/// The kind of a word, singular or plural.
fn kind(word: &str) -> Result<Kind, Fail> {
    let found = Entity::named(word).and_then(Entity::kind);
    found.filter(|k| custom_field::KINDS.contains(k)).ok_or_else(|| {
        let all: Vec<&str> = custom_field::KINDS.iter().map(|k| k.word()).collect();
        Fail::usage(format!("{word} has no custom fields: give one of {}", all.join(", ")))
    })
}

fn declared(desk: &Desk, kind: &str, name: &str) -> Result<Option<CustomField>, Fail> {
    let all = desk.workspace()?.custom_fields;
    Ok(all.into_iter().find(|f| f.kind == kind && f.is_called(name)))
}

fn unfit(desk: &Desk, f: &CustomField) -> Result<(Vec<(String, String)>, u64), Fail> {
    let workspace = desk.workspace()?;
    Ok(desk.view(|v| custom::unfit(v, &workspace, f, UNFIT))?)
}
