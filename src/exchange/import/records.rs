//! Records of a kind that is declared in one table, on their way into the desk: each column is a field, by its name, its
//! title, or its header in the files of other systems.

use std::{collections::BTreeMap, path::Path};

use super::{FileReport, ImportError, Runner, STEP, reject_file};
use crate::{
    desk::import::{ImportRecord, ImportStep},
    exchange::{
        cell::unguard,
        dialect::Map,
        reject::Reject,
        table::{Row, Table},
        when::When,
    },
    model::{
        ExternalId, Kind,
        custom_field::{self, CustomField},
        field::{self, FieldDef, FieldKind},
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
    let date_format = run.options.date_format;
    let mut rows = Vec::with_capacity(STEP);
    // The cells of rows that are on their way: what the desk rejects lands in the reject file as it came.
    let mut pending: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    let mut write_rejected = |file: &mut FileReport, pending: &mut BTreeMap<u64, Vec<String>>| {
        for (line, reason) in std::mem::take(&mut file.rejected) {
            let cells = pending.remove(&line).unwrap_or_default();
            let row = Reject { line, reason, cells, raw: String::new() };
            if let Err(e) = rejects.write(&row) {
                file.problem(line, format!("{} cannot be written: {e}", rejects.path().display()));
            }
        }
        while pending.len() > PENDING {
            pending.pop_first();
        }
    };
    loop {
        let next =
            table.next_row().map_err(|e| ImportError::Read { file: name.clone(), what: e.to_string() })?;
        let end = next.is_none();
        match next {
            Some(Row::Record(row)) => {
                let mut record = ImportRecord { line: row.line, ..ImportRecord::default() };
                let mut currency = run.options.currency.map(|c| c.to_string()).unwrap_or_default();
                for (column, cell) in columns.iter().zip(&row.cells) {
                    let cell = unguard(cell.trim());
                    let cell = cell.trim();
                    match column {
                        _ if cell.is_empty() => {}
                        Column::ExternalId => {
                            record.external_id =
                                Some(ExternalId { source: source.to_owned(), id: cell.to_owned() });
                        }
                        Column::Currency => cell.clone_into(&mut currency),
                        Column::Field(def) => {
                            let value = match (def.kind, When::parse(cell, date_format)) {
                                (FieldKind::Day(_), Ok(when)) => when.day().to_string(),
                                _ => cell.to_owned(),
                            };
                            record.fields.push((def.name, value));
                        }
                        Column::Custom(name) => record.custom.push((name.clone(), cell.to_owned())),
                        Column::Unknown => {}
                    }
                }
                for (name, value) in &mut record.fields {
                    let is_money =
                        field::of(kind).iter().any(|d| d.name == *name && d.kind == FieldKind::Money);
                    if is_money && value.chars().all(|c| !c.is_alphabetic()) && !currency.is_empty() {
                        *value = format!("{value} {currency}");
                    }
                }
                rows.push(record);
                pending.insert(row.line, row.cells);
            }
            Some(Row::Problem(problem)) => {
                file.tally.read += 1;
                file.tally.rejected += 1;
                file.problem(problem.line, problem.reason.to_string());
                pending.insert(problem.line, vec![problem.raw]);
                file.rejected.push((problem.line, problem.reason.to_string()));
            }
            None => {}
        }
        if rows.len() == STEP || (end && !rows.is_empty()) {
            let step = ImportStep::Records(kind, source.to_owned(), std::mem::take(&mut rows));
            let more = run.queue(step, file, table.source().bytes_read(), of)?;
            write_rejected(file, &mut pending);
            if !more {
                break;
            }
        }
        if end {
            break;
        }
    }
    run.settle(file)?;
    write_rejected(file, &mut pending);
    file.rejects = rejects.finish().unwrap_or(None);
    Ok(())
}

/// What a column is, by its header: the first that fits of what the agent says, the field's names and its headers elsewhere.
/// A custom field is its declared name, or `custom.NAME` as exports write it.
fn column(kind: Kind, header: &str, map: &Map, declared: &[CustomField]) -> Column {
    let plain = |text: &str| -> String {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let named = map.pairs.iter().find(|(_, h)| plain(h) == plain(header)).map(|(field, _)| field.as_str());
    let wanted = plain(named.unwrap_or(header));
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
        names.chain(d.heads.iter().copied()).any(|n| plain(n) == wanted)
    };
    match wanted.as_str() {
        "recordid" | "externalid" | "id" => Column::ExternalId,
        "currency" => Column::Currency,
        _ if wanted == plain(&format!("{} id", kind.word())) => Column::ExternalId,
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
