//! `frontdesk list`: records by query.

mod plain;

use std::fmt::Write as _;

use clap::{
    ValueEnum,
    builder::{PossibleValue, PossibleValuesParser, TypedValueParser},
};

use super::{
    ctx::Ctx,
    fail::Fail,
    json,
    out::{Form, json_line, say, tsv_cell},
    table::{self, Column},
};
use crate::{
    desk::{
        Desk,
        list::{
            self, CustomerItem, Item, QueryContext, Walk,
            columns::{self, Pick},
            plan::{Plan, plan},
        },
    },
    lists::{Directory, PageRequest},
    model::{Kind, field},
    query::{self, Bound, Query, Schema},
    store::{StoreError, View},
};

/// The most rows of a table for people, unless they say.
pub(super) const SCREEN: usize = 200;

/// What is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Entity {
    /// People.
    #[value(aliases = ["customer", "contacts"])]
    Customers,
    /// Organisations.
    #[value(aliases = ["organisation", "organizations", "organization"])]
    Organisations,
    /// Tickets.
    #[value(alias = "ticket")]
    Tickets,
    /// Messages of tickets.
    #[value(alias = "message")]
    Messages,
    /// What was said outside of tickets.
    #[value(alias = "interaction")]
    Interactions,
    /// Orders.
    #[value(alias = "order")]
    Orders,
    /// Tasks.
    #[value(alias = "task")]
    Tasks,
    /// What was changed, and who changed it.
    Log,
    /// Survey answers.
    #[value(alias = "response")]
    Responses,
    /// Outgoing messages.
    Outbox,
    /// Mailboxes.
    #[value(alias = "mailbox")]
    Mailboxes,
    /// Agents.
    #[value(alias = "agent")]
    Agents,
    /// Teams.
    #[value(alias = "team")]
    Teams,
    /// Imports.
    #[value(aliases = ["batch", "imports"])]
    Batches,
    /// Saved queries.
    #[value(alias = "view")]
    Views,
    /// A kind that is declared as an [`Entity`](field::Entity).
    #[value(skip)]
    Plain(Kind),
}

impl Entity {
    /// What can be listed, as the command line takes it.
    pub fn parser() -> impl TypedValueParser<Value = Entity> {
        let own = Entity::value_variants().iter().filter_map(ValueEnum::to_possible_value);
        let plain = field::entities().filter_map(|kind| {
            Some(PossibleValue::new(field::plural(kind)?).alias(kind.word()).help(field::help(kind)))
        });
        PossibleValuesParser::new(own.chain(plain)).try_map(|word| Entity::named(&word).ok_or("no such list"))
    }

    /// What is listed under a word, singular or plural.
    pub fn named(word: &str) -> Option<Entity> {
        let plain = || field::of_word(&word.to_lowercase()).map(Entity::Plain);
        Entity::from_str(word, true).ok().or_else(plain)
    }

    /// The kind of its records; `None` for the log, which has none.
    pub fn kind(self) -> Option<Kind> {
        Some(match self {
            Entity::Customers => Kind::Customer,
            Entity::Organisations => Kind::Organisation,
            Entity::Tickets => Kind::Ticket,
            Entity::Messages => Kind::Message,
            Entity::Interactions => Kind::Interaction,
            Entity::Orders => Kind::Order,
            Entity::Tasks => Kind::Task,
            Entity::Responses => Kind::Response,
            Entity::Outbox => Kind::Outbox,
            Entity::Mailboxes => Kind::Mailbox,
            Entity::Agents => Kind::Agent,
            Entity::Teams => Kind::Team,
            Entity::Batches => Kind::ImportBatch,
            Entity::Views => Kind::SavedView,
            Entity::Plain(kind) => kind,
            Entity::Log => return None,
        })
    }

    /// The fields that queries over it have; `None` for those that take no queries.
    pub fn schema(self) -> Option<&'static Schema> {
        use crate::query::schema as s;
        Some(match self {
            Entity::Customers => &s::CUSTOMERS,
            Entity::Organisations => &s::ORGANISATIONS,
            Entity::Tickets => &s::TICKETS,
            Entity::Messages => &s::MESSAGES,
            Entity::Interactions => &s::INTERACTIONS,
            Entity::Orders => &s::ORDERS,
            Entity::Tasks => &s::TASKS,
            Entity::Log => &s::LOG,
            Entity::Responses => &s::RESPONSES,
            Entity::Outbox => &s::OUTBOX,
            Entity::Plain(kind) => return Schema::of_kind(kind),
            Entity::Mailboxes | Entity::Agents | Entity::Teams | Entity::Batches | Entity::Views => {
                return None;
            }
        })
    }
}

/// What `frontdesk list` is given.
#[derive(Debug, Clone, clap::Args)]
pub struct ListArgs {
    /// What to list.
    #[arg(value_parser = Entity::parser(), value_name = "WHAT")]
    pub what: Entity,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub query: QueryArgs,
    /// Print how many match, and not the list: `--limit` counts too.
    #[arg(long, conflicts_with_all = ["all", "columns", "header"])]
    pub count: bool,
    /// Say on stderr how the list is read: which index, text, columns or scan, and what is filtered and sorted afterwards.
    #[arg(long)]
    pub explain: bool,
}

impl ListArgs {
    /// All of a list.
    pub fn all(what: Entity) -> ListArgs {
        ListArgs::of(what, QueryArgs::default())
    }

    /// What a query asks for of a list.
    pub fn of(what: Entity, query: QueryArgs) -> ListArgs {
        ListArgs { what, query, count: false, explain: false }
    }
}

/// A query, as every command that takes one is given it.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct QueryArgs {
    /// A query, such as: is:open assignee:@me priority>=high created:2w.. sort:-updated
    ///
    /// Words are looked for in the text. Fields, and their values: `frontdesk fields WHAT`. A leading `-` says not.
    #[arg(value_name = "QUERY")]
    pub words: Vec<String>,
    /// The most rows. Without it a pipe gets all of them, and a terminal the first 200.
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// All rows, on a terminal too.
    #[arg(long, conflicts_with = "limit")]
    pub all: bool,
    /// Order by a field; -FIELD: the largest first.
    #[arg(long, value_name = "FIELD", allow_hyphen_values = true)]
    pub sort: Option<String>,
    /// Begin with a saved view: its query, its order, its columns.
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    pub view: Option<String>,
    /// Only these columns of the table, with commas, in this order.
    #[arg(long, value_name = "COLUMNS")]
    pub columns: Option<String>,
    /// Name the columns in the first line of what is piped.
    #[arg(long)]
    pub header: bool,
    /// The query of the saved view, with its text: set by [`QueryArgs::with_view`].
    #[arg(skip)]
    pub(super) base: Option<Query>,
    /// Whether the plan is said: set by `frontdesk list --explain`.
    #[arg(skip)]
    pub(super) explain: bool,
}

impl QueryArgs {
    /// The same with a saved view's query in front, where one is named.
    ///
    /// # Errors
    /// There is no such view of this list, or its query is not understood.
    pub fn with_view(
        &self,
        desk: &Desk,
        asker: &QueryContext,
        schema: &'static Schema,
    ) -> Result<QueryArgs, Fail> {
        let mut out = self.clone();
        let Some(name) = &self.view else { return Ok(out) };
        let of = desk.view(|v| list::segment::named(v, asker.me, name))?;
        let of = of
            .filter(|v| v.entity == schema.entity && v.frozen_at.is_none())
            .ok_or_else(|| Fail::failed(format!("there is no view {name} of {}", schema.entity)))?;
        desk.view(|v| list::allowed(v, asker, &of))??;
        let base = query::parse(&of.query)?;
        // Asked alone first, so that an error points into the view's own text.
        desk.view(|v| list::bind(v, asker, &base, schema))?.map_err(|e| e.within(&of.query))?;
        out.base = Some(base);
        if out.columns.is_none() && !of.columns.is_empty() {
            out.columns = Some(of.columns.join(","));
        }
        Ok(out)
    }

    /// The columns that are wanted, of those of a list.
    ///
    /// # Errors
    /// [`Fail::Usage`] where a list has none of that name.
    pub(super) fn picked(&self, asker: &QueryContext, entity: &str) -> Result<Vec<Pick>, Fail> {
        match &self.columns {
            Some(wanted) => {
                columns::pick(entity, std::slice::from_ref(wanted), asker.sensitive).map_err(Fail::usage)
            }
            None => Ok(columns::usual(entity)),
        }
    }

    /// The query with that of the view and the order, understood.
    ///
    /// # Errors
    /// [`Fail::Usage`], pointing at the place.
    pub fn compile(&self, desk: &Desk, schema: &'static Schema, asker: &QueryContext) -> Result<Bound, Fail> {
        let text = self.words.join(" ");
        let mut query = query::parse(&text)?;
        if let Some(base) = &self.base {
            query = base.clone().and(query);
        }
        let mut within = text;
        if let Some(sort) = &self.sort {
            let order = format!("sort:{sort}");
            let by = query::parse(&order)?;
            // Asked alone first, so that an error points into it; how well words fit is nothing without them.
            if sort == query::bind::RELEVANCE {
                desk.view(|v| list::bind(v, asker, &query, schema))?.map_err(|e| e.within(&within))?;
                within = order;
            } else {
                query::compile(&order, schema, &asker.context())?;
            }
            query = query.and(by);
        }
        let bound = desk.view(|v| list::bind(v, asker, &query, schema))?;
        let mut bound = bound.map_err(|e| e.within(&within))?;
        if let Some(n) = self.limit {
            bound.limit = Some(bound.limit.map_or(n, |was| was.min(n)));
        }
        Ok(bound)
    }
}

/// Lists.
///
/// # Errors
/// A query that is not understood, a store that cannot be read.
pub fn run(ctx: &mut Ctx, args: &ListArgs) -> Result<(), Fail> {
    let desk = ctx.desk()?;
    let asker = ctx.asker(&desk)?;
    match args.what.schema() {
        Some(schema) => {
            let mut query = args.query.with_view(&desk, &asker, schema)?;
            query.explain = args.explain;
            let bound = query.compile(&desk, schema, &asker)?;
            if args.count {
                return count(ctx, &desk, &asker, &bound, args.explain);
            }
            print(ctx, &desk, &asker, bound, &query)
        }
        None => plain::print(ctx, &desk, &asker, args),
    }
}

/// Prints how many meet a query.
fn count(ctx: &mut Ctx, desk: &Desk, asker: &QueryContext, bound: &Bound, explain: bool) -> Result<(), Fail> {
    // Nothing is put in order to be counted.
    let unordered = Bound { sort: None, relevance: false, ..bound.clone() };
    let plan = plan_of(desk, asker, &unordered)?;
    if explain {
        say(&plan.to_string());
    }
    let n = desk.view(|v| list::count(v, asker, &unordered, plan))?;
    print_count(ctx, n)
}

fn print_count(ctx: &mut Ctx, n: usize) -> Result<(), Fail> {
    match ctx.out.form {
        Form::Json => ctx.out.json(&serde_json::json!({ "count": n })),
        Form::Table | Form::Quiet => ctx.out.line(&n.to_string()),
    }
}

/// Prints what meets a query.
///
/// # Errors
/// Where the store cannot be read or the reader has gone.
pub fn print(
    ctx: &mut Ctx,
    desk: &Desk,
    asker: &QueryContext,
    mut bound: Bound,
    args: &QueryArgs,
) -> Result<(), Fail> {
    let pick = args.picked(asker, bound.schema.entity)?;
    let columns: Vec<Column> = pick.iter().map(Column::of).collect();
    let columns = columns.as_slice();
    if ctx.out.form != Form::Table || ctx.out.width.is_none() {
        if args.header && ctx.out.form == Form::Table {
            table::head(&mut ctx.out, columns)?;
        }
        return stream(ctx, desk, asker, &bound, &pick, args.explain);
    }
    let bounded = bound.limit.is_some() || args.all;
    if !bounded {
        bound.limit = Some(SCREEN + 1);
    }
    let mut walk = walk(desk, asker, &bound, args.explain)?;
    let (items, rows) = desk.view(|v| {
        let items = walk.next(v, usize::MAX)?;
        let shown = items.iter().take(if bounded { usize::MAX } else { SCREEN });
        let rows = shown.map(|i| cells_of(v, asker, i, &pick)).collect::<Result<Vec<_>, _>>()?;
        Ok((items, rows))
    })?;
    let more = !bounded && items.len() > SCREEN;
    table::print(&mut ctx.out, columns, &rows, args.header)?;
    ctx.out.flush()?;
    if more {
        say(&format!("the first {SCREEN} are shown: --all shows all, --limit N the first N, a query fewer"));
    } else if rows.is_empty() {
        say(&format!("no {}", bound.schema.entity));
    }
    Ok(())
}

/// The plan of a query. Customers of whom all would have to be read are taken out of the columns that were saved beside
/// the store.
pub(super) fn plan_of(desk: &Desk, asker: &QueryContext, bound: &Bound) -> Result<Plan, Fail> {
    let all_read = bound.sort.is_some() || (bound.pred.is_some() && bound.limit.is_none());
    let customers = bound.schema.kind == Some(Kind::Customer) && all_read && !bound.asks_for_gone();
    let columns = |v: &dyn View, bound: &Bound| {
        if !customers {
            return Ok(None);
        }
        let Some(columns) = Directory::saved(desk.shared_store())? else { return Ok(None) };
        let wanted = PageRequest { most: usize::MAX, ..PageRequest::default() };
        Ok(columns.select(v, &asker.roster, bound, wanted)?.map(|found| found.ids))
    };
    Ok(desk.view(|v| plan(v, asker, bound, Some(&columns)))?)
}

/// What meets a query, by its plan, which is said where that is wanted.
pub(super) fn walk<'q>(
    desk: &Desk,
    asker: &'q QueryContext,
    bound: &'q Bound,
    explain: bool,
) -> Result<Walk<'q>, Fail> {
    let plan = plan_of(desk, asker, bound)?;
    if explain {
        say(&plan.to_string());
    }
    Ok(desk.view(|v| Walk::planned(v, asker, bound, plan))?)
}

/// Rows that are read before they are written.
const PORTION: usize = 1000;

/// Writes rows portion by portion, without holding more: the store is not kept waiting for whoever reads.
fn stream(
    ctx: &mut Ctx,
    desk: &Desk,
    asker: &QueryContext,
    bound: &Bound,
    pick: &[Pick],
    explain: bool,
) -> Result<(), Fail> {
    let form = ctx.out.form;
    let mut walk = walk(desk, asker, bound, explain)?;
    loop {
        let mut text = String::new();
        let more = desk.view(|v| {
            let items = walk.next(v, PORTION)?;
            items.iter().try_for_each(|item| write(v, &mut text, form, asker, item, pick))?;
            Ok(!items.is_empty())
        })?;
        if !more {
            return Ok(());
        }
        ctx.out.text(&text)?;
    }
}

/// The cells of the columns that are wanted. Totals of a history are looked up where a column shows them.
pub(super) fn cells_of(
    v: &dyn View,
    asker: &QueryContext,
    item: &Item,
    pick: &[Pick],
) -> Result<Vec<String>, StoreError> {
    let history = pick.iter().any(Pick::needs_history);
    let whole = match item {
        Item::Customer(c) if history => {
            Some(Item::Customer(Box::new(CustomerItem::of(v, c.customer.clone(), true)?)))
        }
        _ => None,
    };
    let item = whole.as_ref().unwrap_or(item);
    Ok(pick.iter().map(|p| columns::cell(asker, item, p).text(asker)).collect())
}

fn write(
    v: &dyn View,
    text: &mut String,
    form: Form,
    asker: &QueryContext,
    item: &Item,
    pick: &[Pick],
) -> Result<(), StoreError> {
    match form {
        Form::Json => text.push_str(&json_line(&json::item(asker, item)?)),
        Form::Quiet => text.push_str(&item.number()),
        Form::Table => {
            for (i, cell) in cells_of(v, asker, item, pick)?.iter().enumerate() {
                if i > 0 {
                    text.push('\t');
                }
                let _ = text.write_str(&tsv_cell(cell));
            }
        }
    }
    text.push('\n');
    Ok(())
}
