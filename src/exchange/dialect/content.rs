//! What a column means by what is in it, where its header says nothing.

use std::collections::HashSet;

use super::{Dialect, Field, Slot, header};
use crate::{
    exchange::{table::Record, when::When},
    model::fold,
};

/// Rows that are looked at.
pub const LOOKED_AT: usize = 50;

/// Headers that say nothing, with a number or without.
const EMPTY: [&str; 17] = [
    "column", "col", "field", "unnamed", "untitled", "spalte", "feld", "colonne", "champ", "columna",
    "campo", "colonna", "kolom", "kolumn", "kolonne", "c", "f",
];

/// What the cells of a column have in common.
struct Cells<'a>(Vec<&'a str>);

impl Cells<'_> {
    fn all(&self, is: impl Fn(&str) -> bool) -> bool {
        !self.0.is_empty() && self.0.iter().all(|c| is(c))
    }

    fn are_distinct(&self) -> bool {
        let mut seen = HashSet::new();
        self.0.iter().all(|c| seen.insert(c.to_lowercase()))
    }
}

/// Gives columns that are custom fields a meaning, where the first rows are plain.
pub fn learn(dialect: &mut Dialect, rows: &[Record]) {
    let mailed = dialect.columns.iter().any(|c| matches!(c.field, Field::Email(_)));
    let born = dialect.columns.iter().any(|c| matches!(c.field, Field::Birthday | Field::BirthPart(_)));
    for at in 0..dialect.columns.len() {
        let Some(column) = dialect.columns.get(at) else { return };
        if column.field != Field::Custom || dialect.said.contains(&at) {
            continue;
        }
        let cells = rows.iter().filter_map(|r| r.cells.get(at)).map(|c| c.trim()).filter(|c| !c.is_empty());
        let cells = Cells(cells.collect());
        let silent = is_silent(&column.header);
        let slot = || Slot { label: String::new(), n: 1 };
        let field = match () {
            // Under a word that is not known, too, but not where it may be that of who added the row.
            () if cells.all(is_email) && (silent || (!mailed && cells.are_distinct())) => {
                Field::Email(slot())
            }
            () if silent && cells.all(is_url) => Field::Website(slot()),
            () if silent && cells.all(is_phone) && cells.are_distinct() => Field::Phone(slot()),
            () if silent && !born && cells.all(|c| is_birthday(c, dialect)) => Field::Birthday,
            () => continue,
        };
        let field = super::free(&field, dialect.columns.iter().map(|c| &c.field));
        if let Some(column) = dialect.columns.get_mut(at) {
            column.field = field;
        }
    }
}

/// Whether a header says nothing: it is empty, or `Column 7`.
fn is_silent(header: &str) -> bool {
    let words = header::words(header);
    words.split(' ').all(|w| w.is_empty() || w.parse::<u32>().is_ok() || EMPTY.contains(&w))
}

fn is_email(cell: &str) -> bool {
    fold::email_key(cell).is_some_and(|key| key.rsplit_once('@').is_some_and(|(_, host)| host.contains('.')))
        && !cell.contains([' ', ',', ';'])
}

fn is_url(cell: &str) -> bool {
    let cell = cell.to_lowercase();
    cell.starts_with("http://") || cell.starts_with("https://") || cell.starts_with("www.")
}

/// A number that is written as people write those: international, with a leading zero, or in parentheses.
fn is_phone(cell: &str) -> bool {
    let digits = cell.chars().filter(char::is_ascii_digit).count();
    let plain = cell.chars().all(|c| c.is_ascii_digit() || " +-/().".contains(c));
    plain
        && (6..=15).contains(&digits)
        && cell.starts_with(['+', '0', '('])
        && When::parse(cell, None).is_err()
}

/// A date so long ago that it is no date of an order.
fn is_birthday(cell: &str, dialect: &Dialect) -> bool {
    let old = |w: When| w.day().to_string().as_str() < "2010";
    matches!(When::parse(cell, dialect.dates), Ok(w @ When::Day(_)) if old(w))
}
