//! Records of a kind that is declared in one table, on their way into the desk: each column is a field, by its name, its
//! title, or its header in the files of other systems.

use std::{collections::BTreeMap, path::Path};

use super::{FileReport, ImportError, Options, Runner, STEP, reject, reject_file, write_reject};
use crate::{
    desk::import::{ImportRecord, ImportStep},
    exchange::{
        cell::unguard,
        dialect::Map,
        reject::{Reject, RejectFile},
        table::{Record, Row, Table},
        when::When,
    },
    model::{
        ExternalId, Kind,
        custom_field::{self, CustomField},
        field::{self, FieldDef, FieldKind},
        fold::fold_name,
    },
};

/// The most rows whose cells are remembered until they have landed: more than are ever on their way.
const PENDING: usize = 20_000;

/// What a column is.
#[derive(Debug, Clone, PartialEq)]
enum Column {
    /// The source's name for the record.
    ExternalId,
    /// The currency of amounts.
    Currency,
    /// A field.
    Field(&'static FieldDef),
    /// A custom field, by its name.
    Custom(String),
    /// Nothing that the record has.
    Unknown,
}

pub fn import(
    run: &mut Runner,
    path: &Path,
    kind: Kind,
    source: &str,
    file: &mut FileReport,
) -> Result<(), ImportError> {
    let name = path.display().to_string();
    let input = run.table(path)?;
    let of = input.size();
    let bad = |why: String| ImportError::Format { file: name.clone(), why };
    let mut table = Table::new(input.into_text(None), None).map_err(|e| bad(e.to_string()))?;
    let headers = table.headers().to_vec();
    let declared = run.desk.workspace()?.custom_fields;
    let columns: Vec<Column> = headers.iter().map(|h| column(kind, h, &run.options.map, &declared)).collect();
    let plural = field::plural(kind).unwrap_or_default();
    if !columns.iter().any(|c| matches!(c, Column::Field(_))) {
        let fields: Vec<&str> = field::of(kind).iter().filter(|d| d.edit).map(|d| d.name).collect();
        return Err(bad(format!(
            "none of its columns is a field of {plural}: there are {}; name them with --map FIELD=HEADER",
            fields.join(", ")
        )));
    }
    plural.clone_into(&mut file.format);
    file.mapping = headers.iter().zip(&columns).map(|(h, c)| described(h, c)).collect();
    run.batch.format.clone_from(&file.format);
    run.batch.mapping = file.mapping.join("\n");
    let mut rejects = reject_file(run.options, path, &headers);
    let mut rows = Vec::with_capacity(STEP);
    // The cells of rows that are on their way: what the desk rejects lands in the reject file as it came.
    let mut pending: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    loop {
        let next =
            table.next_row().map_err(|e| ImportError::Read { file: name.clone(), what: e.to_string() })?;
        let end = next.is_none();
        match next {
            Some(Row::Record(row)) => {
                rows.push(neutral(&columns, &row, source, run.options));
                pending.insert(row.line, row.cells);
            }
            Some(Row::Problem(problem)) => {
                file.tally.read += 1;
                file.tally.rejected += 1;
                let reason = problem.reason.to_string();
                let row = Reject { line: problem.line, reason, cells: Vec::new(), raw: problem.raw };
                reject(file, &mut rejects, &row);
            }
            None => {}
        }
        if rows.len() == STEP || (end && !rows.is_empty()) {
            let step = ImportStep::Records(kind, source.to_owned(), std::mem::take(&mut rows));
            let more = run.queue(step, file, table.source().bytes_read(), of)?;
            rejected(file, &mut rejects, &mut pending);
            if !more {
                break;
            }
        }
        if end {
            break;
        }
    }
    run.settle(file, true)?;
    rejected(file, &mut rejects, &mut pending);
    file.rejects = rejects.finish().unwrap_or(None);
    Ok(())
}

/// Writes the rows that the desk did not take to the reject file, as they came.
fn rejected(file: &mut FileReport, rejects: &mut RejectFile, pending: &mut BTreeMap<u64, Vec<String>>) {
    for (line, reason) in std::mem::take(&mut file.rejected) {
        let cells = pending.remove(&line).unwrap_or_default();
        write_reject(file, rejects, &Reject { line, reason, cells, raw: String::new() });
    }
    while pending.len() > PENDING {
        pending.pop_first();
    }
}

/// A row as the desk takes it.
fn neutral(columns: &[Column], row: &Record, source: &str, options: &Options) -> ImportRecord {
    let mut out = ImportRecord { line: row.line, ..ImportRecord::default() };
    let cells = || {
        let cells = row.cells.iter().map(|c| unguard(c.trim()).trim().to_owned());
        columns.iter().zip(cells).filter(|(_, cell)| !cell.is_empty())
    };
    let named = cells().find(|(column, _)| **column == Column::Currency).map(|(_, cell)| cell);
    let currency = named.or_else(|| options.currency.map(|c| c.to_string()));
    for (column, cell) in cells() {
        match column {
            Column::ExternalId => out.external_id = Some(ExternalId { source: source.to_owned(), id: cell }),
            Column::Field(def) => out.fields.push((def.name, value(def, cell, currency.as_deref(), options))),
            Column::Custom(name) => out.custom.push((name.clone(), cell)),
            Column::Currency | Column::Unknown => {}
        }
    }
    out
}

/// A cell as it is typed: dates in one form, amounts with their currency.
fn value(def: &FieldDef, cell: String, currency: Option<&str>, options: &Options) -> String {
    match def.kind {
        FieldKind::Day(_) => {
            When::parse(&cell, options.date_format).map_or(cell, |when| when.day().to_string())
        }
        FieldKind::Money if !cell.chars().any(char::is_alphabetic) => match currency {
            Some(currency) => format!("{cell} {currency}"),
            None => cell,
        },
        _ => cell,
    }
}

/// What a column is, by its header: the first that fits of what the agent says, the field's names and its headers elsewhere.
/// A custom field is its declared name, or `custom.NAME` as exports write it.
fn column(kind: Kind, header: &str, map: &Map, declared: &[CustomField]) -> Column {
    let named =
        map.pairs.iter().find(|(_, h)| fold_name(h) == fold_name(header)).map(|(field, _)| field.as_str());
    let wanted = fold_name(named.unwrap_or(header));
    let named = named.unwrap_or(header).trim();
    let custom = |name: &str| {
        let own = declared.iter().find(|f| f.kind == kind.word() && f.is_called(name));
        own.map(|f| Column::Custom(f.name.clone()))
    };
    if let Some(name) = named.strip_prefix("custom.").map(str::trim).filter(|n| !n.is_empty())
        && custom_field::KINDS.contains(&kind)
    {
        return custom(name).unwrap_or_else(|| Column::Custom(name.to_owned()));
    }
    let entered = || field::of(kind).iter().filter(|d| d.edit);
    let is = |d: &&FieldDef| {
        let names = [d.name, d.title].into_iter().chain(d.aliases.iter().copied());
        names.chain(d.heads.iter().copied()).any(|n| fold_name(n) == wanted)
    };
    match wanted.as_str() {
        "recordid" | "externalid" | "id" => Column::ExternalId,
        "currency" => Column::Currency,
        _ if wanted == fold_name(&format!("{} id", kind.word())) => Column::ExternalId,
        _ => entered().find(is).map(Column::Field).or_else(|| custom(named)).unwrap_or(Column::Unknown),
    }
}

fn described(header: &str, column: &Column) -> String {
    match column {
        Column::ExternalId => format!("{header} → id of the source"),
        Column::Currency => format!("{header} → currency"),
        Column::Field(def) => format!("{header} → {}", def.name),
        Column::Custom(name) => format!("{header} → custom.{name}"),
        Column::Unknown => format!("{header} → not imported"),
    }
}
