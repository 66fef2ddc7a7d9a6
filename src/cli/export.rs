//! `frontdesk export`: records out as CSV or JSON lines.

mod cards;

use std::{collections::BTreeSet, io::Write, path::PathBuf};

use serde_json::{Map, Value};

use super::{
    archive,
    ctx::Ctx,
    fail::Fail,
    json,
    list::{self, Entity, QueryArgs, walk},
    out::{Form, json_line, say},
    seal::SealArgs,
};
use crate::{
    desk::{
        Desk, fields,
        joined::Joined,
        list::{CustomerItem, Item, OrderItem, QueryContext, columns::Pick},
    },
    exchange::{
        cell::SEVERAL,
        csv_out::{CsvWriter, Guard},
    },
    model::{
        Customer, Kind, Shape as _,
        field::{self, Datum, Declared as _, FieldDef, FieldKind, FieldSpec},
        limits, number,
        shape::{self, Field},
    },
    query::Bound,
    store::{StoreError, View, dump},
    term::safe::Safe,
};

/// How records are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// A table for spreadsheets.
    Csv,
    /// A record a line, with everything.
    Jsonl,
    /// People as vCards, in one file.
    Vcard,
    /// People as vCards, in a folder with a file each, as vdirsyncer and khard keep them: `--output FOLDER`.
    Vdir,
}

/// Versions of vCards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum CardVersion {
    /// For programs of the nineties and many telephones.
    #[value(name = "2.1")]
    V21,
    /// What nearly all programs read.
    #[value(name = "3.0")]
    V3,
    /// RFC 6350.
    #[value(name = "4.0")]
    V4,
}

/// What `frontdesk export` is given.
#[derive(Debug, Clone, clap::Args)]
pub struct ExportArgs {
    /// What to export; none with `--all`: everything, the log and raw mail included, as JSON lines that
    /// `import --all` takes back.
    #[arg(value_parser = Entity::parser(), value_name = "WHAT", required_unless_present = "all")]
    pub what: Option<Entity>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub seal: SealArgs,
    /// How; without it by the end of the file's name, else CSV.
    #[arg(long, value_enum)]
    pub format: Option<Format>,
    /// The version of vCards.
    #[arg(long, value_enum, value_name = "VERSION", default_value = "3.0")]
    pub vcard_version: CardVersion,
    /// The file; stdout without it. It is put in place whole, readable by you alone.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Leave cells as they are that a spreadsheet would run as formulas. With `--all`: the rows as the engine keeps them,
    /// instead of records with named fields; both are taken back.
    #[arg(long)]
    pub raw: bool,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub query: QueryArgs,
}

/// Exports. Without a kind of record, everything (clap asks for `--all` then).
///
/// # Errors
/// A query that is not understood, a store that cannot be read, a file that cannot be written.
pub fn run(ctx: &mut Ctx, args: &ExportArgs) -> Result<(), Fail> {
    let to = args.output.as_deref().filter(|p| p.as_os_str() != "-");
    let Some(what) = args.what else {
        let form = if args.raw { dump::Form::Rows } else { dump::Form::Records };
        return archive::export(ctx, to, form, &args.seal);
    };
    if args.seal.is_wanted() {
        return Err(Fail::usage("what is sealed is everything: `frontdesk export --all`"));
    }
    let desk = ctx.desk()?;
    let asker = ctx.asker(&desk)?;
    let Some(schema) = what.schema() else {
        return Err(Fail::usage("these are listed, not exported: `frontdesk list … --json`"));
    };
    let query = args.query.with_view(&desk, &asker, schema)?;
    let bound = query.compile(&desk, schema, &asker)?;
    let columns = match &query.columns {
        Some(_) => Some(query.picked(&asker, schema.entity)?),
        None => None,
    };
    let named = to.and_then(|p| p.extension()).is_some_and(|e| e == "jsonl" || e == "json" || e == "ndjson");
    let cards = to.and_then(|p| p.extension()).is_some_and(|e| e == "vcf");
    let format = args.format.unwrap_or(match () {
        () if named || ctx.out.form == Form::Json => Format::Jsonl,
        () if cards => Format::Vcard,
        () => Format::Csv,
    });
    let items = Items { desk: &desk, asker: &asker, bound: &bound, columns };
    let guard = if args.raw { Guard::Off } else { Guard::On };
    if matches!(format, Format::Vcard | Format::Vdir) {
        return cards::run(ctx, args, &items, what, format, to);
    }
    match to {
        None if ctx.out.tty && format == Format::Csv => {
            // For eyes: what a terminal would act on is shown by a sign.
            let mut text = Vec::new();
            write(&mut text, &items, what, format, guard)?;
            let text = String::from_utf8_lossy(&text).replace('\r', "");
            ctx.out.text(Safe::block(text).as_str())
        }
        None => write(&mut ctx.out, &items, what, format, guard).map(drop),
        Some(path) => {
            let written = archive::place(ctx, path, &args.seal, |mut file| {
                write(&mut file, &items, what, format, guard)
            })?;
            say(&format!("{written} {} written to {}", schema.entity, path.display()));
            Ok(())
        }
    }
}

/// Records that are read before they are written.
const PORTION: usize = 1000;

/// What is exported.
struct Items<'a> {
    desk: &'a Desk,
    asker: &'a QueryContext,
    bound: &'a Bound,
    /// The columns that were asked for; without any, everything.
    columns: Option<Vec<Pick>>,
}

impl Items<'_> {
    /// Gives each in its order and how many there were, holding a portion at a time; the store is not kept waiting for `f`.
    fn each(&self, mut f: impl FnMut(&Item) -> Result<(), Fail>) -> Result<u64, Fail> {
        let mut walk = walk(self.desk, self.asker, self.bound, false)?;
        let mut count = 0;
        loop {
            let items = self.desk.view(|v| walk.next(v, PORTION))?;
            if items.is_empty() {
                return Ok(count);
            }
            items.iter().try_for_each(&mut f)?;
            count += items.len() as u64;
        }
    }
}

/// Writes them and gives how many there were.
fn write(
    out: &mut impl Write,
    items: &Items<'_>,
    what: Entity,
    format: Format,
    guard: Guard,
) -> Result<u64, Fail> {
    let asker = items.asker;
    if let Some(columns) = &items.columns {
        return write_columns(out, items, columns, format, guard);
    }
    if format == Format::Jsonl {
        return items.each(|item| Ok(writeln!(out, "{}", json_line(&json::item(asker, item)?))?));
    }
    let mut csv = CsvWriter::csv(out, guard);
    let mut row = |cells: &[String]| csv.row(cells.iter().map(String::as_str)).map_err(Fail::from);
    let written = match what {
        Entity::Customers => {
            let mut shape = Shape::new(asker.sensitive);
            items.each(|item| {
                if let Item::Customer(c) = item {
                    shape.grow(c);
                }
                Ok(())
            })?;
            row(&shape.heads())?;
            items.each(|item| match item {
                // Somebody gave them another address between the two passes.
                Item::Customer(c) if !shape.fits(c) => Err(Fail::failed(format!(
                    "{} was changed meanwhile: run it again",
                    number::show(Kind::Customer, c.customer.number)
                ))),
                Item::Customer(c) => row(&shape.cells(asker, c)),
                _ => Ok(()),
            })?
        }
        Entity::Orders => {
            row(&ORDER_HEADS.map(str::to_owned))?;
            items.each(|item| match item {
                Item::Order(o) => order_rows(asker, o).iter().try_for_each(|cells| row(cells)),
                _ => Ok(()),
            })?
        }
        Entity::Plain(kind) => {
            let mut custom: BTreeSet<String> = BTreeSet::new();
            items.each(|item| {
                if let Item::Plain(i) = item {
                    custom.extend(i.record.custom().into_iter().flat_map(|c| c.keys().cloned()));
                }
                Ok(())
            })?;
            row(&plain_heads(kind, &custom))?;
            items.each(|item| match item {
                Item::Plain(i)
                    if i.record.custom().is_some_and(|c| c.keys().any(|k| !custom.contains(k))) =>
                {
                    let changed = number::show(kind, i.record.number());
                    Err(Fail::failed(format!("{changed} was changed meanwhile: run it again")))
                }
                Item::Plain(i) => row(&items.desk.view(|v| plain_cells(v, asker, i, &custom))?),
                _ => Ok(()),
            })?
        }
        _ => {
            let mut heads: Vec<String> = Vec::new();
            items.each(|item| {
                let flat = flat(&json::item(asker, item)?);
                if heads.is_empty() {
                    heads = flat.iter().map(|(k, _)| k.clone()).collect();
                    row(&heads)?;
                }
                let cells: Vec<String> = flat.into_iter().map(|(_, v)| v).collect();
                row(&cells)
            })?
        }
    };
    csv.finish()?.flush()?;
    Ok(written)
}

/// The fields of a kind that is declared in one table that a table for spreadsheets has: those that an import takes. Custom
/// fields have a column each behind them.
fn exported(kind: Kind) -> impl Iterator<Item = (usize, &'static FieldDef)> {
    field::of(kind).iter().enumerate().filter(|(_, d)| d.edit && !d.sensitive && d.kind != FieldKind::Custom)
}

/// Heads that an import understands.
fn plain_heads(kind: Kind, custom: &BTreeSet<String>) -> Vec<String> {
    let titles = exported(kind).map(|(_, d)| d.title.to_owned());
    let custom = custom.iter().map(|name| format!("custom.{name}"));
    ["ID".to_owned()].into_iter().chain(titles).chain(["Created".to_owned()]).chain(custom).collect()
}

/// The cells of a record, each as typed.
fn plain_cells(
    view: &dyn View,
    asker: &QueryContext,
    i: &Joined,
    custom: &BTreeSet<String>,
) -> Result<Vec<String>, StoreError> {
    let r = &*i.record;
    let mut out = vec![number::show(r.kind(), r.number())];
    for (place, _) in exported(r.kind()) {
        out.push(fields::typed_at(view, &asker.zone, r, place)?);
    }
    out.push(r.moment("created").map(|at| asker.zone.iso(at)).unwrap_or_default());
    let own = r.custom();
    out.extend(custom.iter().map(|name| own.and_then(|c| c.get(name)).cloned().unwrap_or_default()));
    Ok(out)
}

/// Writes the columns that were asked for, as `frontdesk list` shows them, under their names.
fn write_columns(
    out: &mut impl Write,
    items: &Items<'_>,
    columns: &[Pick],
    format: Format,
    guard: Guard,
) -> Result<u64, Fail> {
    let heads: Vec<String> = columns.iter().map(|p| p.head().to_owned()).collect();
    let cells = |item: &Item| items.desk.view(|v| list::cells_of(v, items.asker, item, columns));
    if format == Format::Jsonl {
        return items.each(|item| {
            let row: Map<String, Value> =
                heads.iter().cloned().zip(cells(item)?.into_iter().map(Value::String)).collect();
            Ok(writeln!(out, "{}", json_line(&Value::Object(row)))?)
        });
    }
    let mut csv = CsvWriter::csv(out, guard);
    csv.row(heads.iter().map(String::as_str))?;
    let written = items.each(|item| Ok(csv.row(cells(item)?.iter().map(String::as_str))?))?;
    csv.finish()?.flush()?;
    Ok(written)
}

/// A record's fields as cells: lists of texts with commas, structures inside them as JSON, times of tickets apart.
fn flat(value: &Value) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let empty = Map::new();
    for (name, value) in value.as_object().unwrap_or(&empty) {
        match value {
            Value::Object(inner) if name == "timers" => {
                out.extend(inner.iter().map(|(k, v)| (format!("{name}.{k}"), cell(v))));
            }
            value => out.push((name.clone(), cell(value))),
        }
    }
    out
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(s) => s.clone(),
        Value::Array(all) if all.is_empty() => String::new(),
        Value::Array(all) if all.iter().all(Value::is_string) => {
            all.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
        }
        Value::Object(o) if o.is_empty() => String::new(),
        value => value.to_string(),
    }
}

/// The name of a field as the header of a column: `income_band` is `Income Band`.
fn head(name: &str) -> String {
    let word = |w: &str| {
        let mut letters = w.chars();
        letters.next().map(|c| c.to_uppercase().chain(letters).collect::<String>()).unwrap_or_default()
    };
    name.split('_').map(word).collect::<Vec<_>>().join(" ")
}

/// How many columns of each kind the people of a table need.
struct Shape {
    sensitive: bool,
    emails: usize,
    phones: usize,
    custom: BTreeSet<String>,
}

/// The number of columns needed once a customer has `values` values: at most one more than [`limits::EXPORT_VALUES`],
/// whose cells then contain all further values.
fn columns_for(columns: usize, values: usize) -> usize {
    columns.max(values.min(limits::EXPORT_VALUES + 1))
}

/// Values with their labels in `columns` pairs of cells. Values beyond [`limits::EXPORT_VALUES`] share the last pair, with
/// the separator that an import splits at.
fn value_cells(values: &[(&str, &str)], columns: usize) -> Vec<String> {
    let mut out = Vec::with_capacity(columns * 2);
    for n in 0..columns {
        let end = if n == limits::EXPORT_VALUES { values.len() } else { values.len().min(n + 1) };
        let here = values.get(n..end).unwrap_or_default();
        out.push(here.iter().map(|(value, _)| *value).collect::<Vec<_>>().join(SEVERAL));
        let labelled = here.iter().any(|(_, label)| !label.is_empty());
        let labels = here.iter().map(|(_, label)| *label).collect::<Vec<_>>().join(SEVERAL);
        out.push(if labelled { labels } else { String::new() });
    }
    out
}

impl Shape {
    /// For no customers yet; with sensitive fields only for those with the permission.
    fn new(sensitive: bool) -> Shape {
        Shape { sensitive, emails: 1, phones: 1, custom: BTreeSet::new() }
    }

    /// Grows where a customer needs more.
    fn grow(&mut self, c: &CustomerItem) {
        self.emails = columns_for(self.emails, c.customer.emails.len());
        self.phones = columns_for(self.phones, c.customer.phones.len());
        for name in c.customer.custom.keys() {
            if !self.custom.contains(name) {
                self.custom.insert(name.clone());
            }
        }
    }

    /// Whether all of a customer fits in.
    fn fits(&self, c: &CustomerItem) -> bool {
        let c = &c.customer;
        columns_for(self.emails, c.emails.len()) == self.emails
            && columns_for(self.phones, c.phones.len()) == self.phones
            && c.custom.keys().all(|name| self.custom.contains(name))
    }

    /// The sensitive fields, which only those see who may.
    fn sensitive(&self) -> impl Iterator<Item = &'static Field> {
        Customer::FIELDS.iter().filter(|f| f.sensitive && self.sensitive)
    }

    /// The fields that have a header and no columns of a form of their own.
    fn declared(&self) -> impl Iterator<Item = &'static FieldSpec<Customer>> {
        Customer::TABLE.iter().filter(|s| !s.def.head.is_empty() && (self.sensitive || !s.def.sensitive))
    }

    /// Heads that an import understands.
    fn heads(&self) -> Vec<String> {
        let mut out: Vec<String> = [
            "ID",
            "First Name",
            "Middle Name",
            "Last Name",
            "Prefix",
            "Suffix",
            "Nickname",
            "Organization",
            "Title",
            "Department",
        ]
        .map(str::to_owned)
        .to_vec();
        for n in 1..=self.emails {
            out.push(format!("E-mail {n} - Value"));
            out.push(format!("E-mail {n} - Label"));
        }
        for n in 1..=self.phones {
            out.push(format!("Phone {n} - Value"));
            out.push(format!("Phone {n} - Label"));
        }
        out.extend(["Street", "City", "Region", "Postal Code", "Country", "Website"].map(str::to_owned));
        out.extend(self.sensitive().map(|f| head(f.long)));
        out.extend(["Language", "Tags", "Notes", "Owner", "Stage", "Created"].map(str::to_owned));
        out.extend(self.declared().map(|s| s.def.head.to_owned()));
        out.extend(self.custom.iter().cloned());
        out
    }

    fn cells(&self, asker: &QueryContext, item: &CustomerItem) -> Vec<String> {
        let c = &item.customer;
        let role = c.roles.first();
        let mut out = vec![
            number::show(Kind::Customer, c.number),
            c.given.clone(),
            c.middle.clone(),
            c.family.clone(),
            c.prefix.clone(),
            c.suffix.clone(),
            c.nickname.clone(),
            item.organisations.first().map(|o| o.name.clone()).unwrap_or_default(),
            role.map(|r| r.title.clone()).unwrap_or_default(),
            role.map(|r| r.department.clone()).unwrap_or_default(),
        ];
        let emails: Vec<_> = c.emails.iter().map(|m| (m.address.as_str(), m.kind.as_str())).collect();
        out.extend(value_cells(&emails, self.emails));
        let phones: Vec<_> = c.phones.iter().map(|p| (p.raw.as_str(), p.kind.as_str())).collect();
        out.extend(value_cells(&phones, self.phones));
        let address = c.addresses.first().cloned().unwrap_or_default();
        out.extend([address.street, address.city, address.region, address.postal, address.country]);
        out.push(c.websites.first().cloned().unwrap_or_default());
        let fields = shape::to_json(c);
        out.extend(self.sensitive().map(|f| fields.get(f.long).map(cell).unwrap_or_default()));
        out.push(c.language.clone());
        out.push(c.tags.join(", "));
        out.push(c.notes.join("\n"));
        out.push(c.owner.and_then(|id| asker.roster.agent(id)).map(|a| a.name.clone()).unwrap_or_default());
        out.push(c.stage.as_str().to_owned());
        out.push(asker.zone.iso(c.created_at));
        out.extend(self.declared().map(|s| s.read.text(c, &|d| datum(item, d))));
        out.extend(self.custom.iter().map(|k| c.custom.get(k).cloned().unwrap_or_default()));
        out
    }
}

/// A value of a customer's field as a cell; another customer by the number.
fn datum(item: &CustomerItem, d: Datum<'_>) -> String {
    match d {
        Datum::Text(t) => t.to_owned(),
        Datum::Owned(t) => t,
        Datum::Day(day) => day.to_string(),
        Datum::Link(kind, id) => {
            let found = item.links.iter().find(|l| l.id == id);
            found.map(|l| number::show(kind, l.number)).unwrap_or_default()
        }
        Datum::Number(n) | Datum::Duration(n) | Datum::At(n) | Datum::Money(n, _) => n.to_string(),
    }
}

/// Heads that an import of orders understands: a row a line, what belongs to the whole order on its first.
const ORDER_HEADS: [&str; 16] = [
    "Order", "Customer", "Name", "Email", "Date", "Sku", "Product", "Quantity", "Price", "Amount",
    "Currency", "Tax", "Shipping", "Discount", "Refunded", "Status",
];

fn order_rows(asker: &QueryContext, item: &OrderItem) -> Vec<Vec<String>> {
    let o = &item.order;
    let money = |minor: i64| json::amount(minor, &o.currency);
    let customer = item.customer.as_ref();
    let date = o.at.map_or_else(|| o.date.to_string(), |at| asker.zone.iso(at));
    let row = |(i, line): (usize, &crate::model::order::Line)| {
        let first = |minor: i64| if i == 0 && minor != 0 { money(minor) } else { String::new() };
        vec![
            number::show(Kind::Order, o.number),
            customer.map(|c| number::show(Kind::Customer, c.number)).unwrap_or_default(),
            customer.map(crate::model::Customer::display_name).unwrap_or_default(),
            customer.and_then(|c| c.email()).unwrap_or_default().to_owned(),
            date.clone(),
            line.sku.clone(),
            line.title.clone(),
            line.quantity.to_string(),
            line.unit_price.map(money).unwrap_or_default(),
            money(line.amount),
            o.currency.clone(),
            first(o.tax),
            first(o.shipping),
            first(o.discount),
            first(o.refunded()),
            o.status.as_str().to_owned(),
        ]
    };
    o.lines.iter().enumerate().map(row).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn structures_become_cells() {
        let record = json!({
            "name": "Ada", "tags": ["a", "b"], "none": null, "n": 3, "lines": [{ "x": 1 }], "timers": { "at": "t" },
            "custom": {}
        });
        let cells: Vec<(String, String)> = flat(&record);
        let cells: Vec<(&str, &str)> = cells.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        assert_eq!(
            cells,
            [
                ("name", "Ada"),
                ("tags", "a, b"),
                ("none", ""),
                ("n", "3"),
                ("lines", "[{\"x\":1}]"),
                ("timers.at", "t"),
                ("custom", "")
            ]
        );
    }

    #[test]
    fn heads_of_people_are_as_many_as_their_cells() {
        let mut item = CustomerItem::default();
        item.customer.custom.insert("Shoe size".into(), "42".into());
        let mut shape = Shape::new(true);
        assert!(!shape.fits(&item));
        shape.grow(&item);
        assert!(shape.fits(&item));
        let asker = QueryContext {
            now: 0,
            zone: crate::model::zone::Zone::utc(),
            me: None,
            roster: crate::query::rows::Roster::default(),
            sensitive: true,
            custom: Vec::new(),
        };
        assert_eq!(shape.heads().len(), shape.cells(&asker, &item).len());
        assert_eq!(shape.heads().last().map(String::as_str), Some("Shoe size"));
    }
}
