//! `frontdesk find`: people, organisations and tickets by whatever is known of them.

use serde_json::Value;

use super::{
    columns,
    ctx::Ctx,
    fail::Fail,
    json,
    out::{Form, say},
    table::{self, Column, fixed, text},
};
use crate::{
    desk::list::{self, Asker, Item},
    model::Kind,
    query::{self, Bound, Schema, ast, schema},
};

/// What `frontdesk find` is given.
#[derive(Debug, Clone, clap::Args)]
pub struct FindArgs {
    /// What is known: parts of names, addresses, phone numbers, organisations, tags, subjects.
    #[arg(value_name = "TEXT", required = true, allow_hyphen_values = true)]
    pub text: Vec<String>,
    /// At most so many.
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub limit: usize,
}

const COLUMNS: &[Column] = &[fixed("number"), fixed("kind"), text("name"), text("about")];

/// Finds.
///
/// # Errors
/// [`Fail::No`] where nothing is found.
pub fn run(ctx: &mut Ctx, args: &FindArgs) -> Result<(), Fail> {
    let desk = ctx.desk()?;
    let asker = ctx.asker(&desk)?;
    let text = args.text.join(" ");
    let mut found = Vec::new();
    for schema in [&schema::CUSTOMERS, &schema::ORGANISATIONS, &schema::TICKETS] {
        let bound = bound(&text, schema, &asker)?;
        found.extend(desk.view(|v| list::list(v, &asker, &bound))?);
    }
    found.truncate(args.limit);
    match ctx.out.form {
        Form::Quiet => found.iter().try_for_each(|i| ctx.out.line(&columns::number(i)))?,
        Form::Json => {
            for item in &found {
                let mut value = json::item(&asker, item)?;
                if let Some(o) = value.as_object_mut() {
                    o.insert("kind".into(), Value::from(kind(item).word()));
                }
                ctx.out.json(&value)?;
            }
        }
        Form::Table => {
            let rows: Vec<Vec<String>> = found.iter().map(row).collect();
            table::print(&mut ctx.out, COLUMNS, &rows, false)?;
        }
    }
    ctx.out.flush()?;
    if found.is_empty() {
        say(&format!("nothing is found for {text}"));
        return Err(Fail::No);
    }
    Ok(())
}

/// All words of the text, none of them a field.
fn bound(text: &str, schema: &'static Schema, asker: &Asker) -> Result<Bound, Fail> {
    let word = |w: &str| {
        let span = query::Span::new(0, 0);
        ast::Expr::Text(ast::Text { text: w.to_owned(), phrase: true, span })
    };
    let words: Vec<ast::Expr> = text.split_whitespace().map(word).collect();
    let expr = if words.is_empty() { None } else { Some(ast::Expr::And(words)) };
    Ok(query::bind(&ast::Query { expr, ..Default::default() }, schema, &asker.context())?)
}

fn kind(item: &Item) -> Kind {
    match item {
        Item::Organisation(_) => Kind::Organisation,
        Item::Ticket(_) => Kind::Ticket,
        _ => Kind::Customer,
    }
}

fn row(item: &Item) -> Vec<String> {
    let (name, about) = match item {
        Item::Customer(i) => {
            let c = &i.customer;
            let organisation = i.organisations.first().map(|o| o.name.as_str());
            let about = [c.email(), c.phone(), organisation];
            (c.display_name(), about.into_iter().flatten().collect::<Vec<_>>().join("  "))
        }
        Item::Organisation(i) => (i.organisation.name.clone(), i.organisation.domains.join(" ")),
        Item::Ticket(i) => {
            let who = i.requester.as_ref().map(crate::model::Customer::display_name).unwrap_or_default();
            (i.ticket.subject.clone(), format!("{}  {who}", i.ticket.category.label()))
        }
        _ => (String::new(), String::new()),
    };
    vec![columns::number(item), kind(item).word().to_owned(), name, about]
}
