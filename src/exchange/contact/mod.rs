//! People as files know them, before they are held against the desk.

mod build;
#[cfg(test)]
mod tests;

use std::{
    collections::VecDeque,
    io::{self, Read},
};

pub(in crate::exchange) use build::within_limits;

use super::{
    dialect::{Dialect, DialectError, LOOKED_AT, Map},
    reject::Reject,
    table::{Record, Row, Table},
    when::DateFormat,
};
use crate::model::{Day, Stage, Stamp};

/// One of several values of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Labelled {
    /// Work, home, mobile … in lower case; empty where the file does not say.
    pub label: String,
    /// The value, trimmed and otherwise as written.
    pub value: String,
    /// Whether the file marks it as the main one; at most one of a kind is. Where none is, the first is meant.
    pub primary: bool,
}

/// A postal address. A part that the file does not have is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AddressRow {
    /// Work, home, mailing … in lower case; empty where the file does not say.
    pub label: String,
    /// Whether the file marks it as the main one.
    pub primary: bool,
    /// Street and house; further lines of it behind `\n`. The whole address where the file has no parts.
    pub street: String,
    /// Address details: flat, floor.
    pub extended: String,
    /// Post office box.
    pub po_box: String,
    /// Town.
    pub city: String,
    /// State or province.
    pub region: String,
    /// Postal code.
    pub postal: String,
    /// Country, as written.
    pub country: String,
}

/// A person as one row of a file has it. Empty texts and lists are what the file does not say: they change nothing in
/// a record that exists. Values are trimmed and decoded, spreadsheet apostrophes taken off, and not otherwise changed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ContactRow {
    /// The line it begins on, from 1.
    pub line: u64,
    /// Given name. Where the file has only a full name, taken from that by [`person_name::split`](crate::model::person_name::split).
    pub given: String,
    /// Names between.
    pub middle: String,
    /// Family name; see `given`.
    pub family: String,
    /// Title in front.
    pub prefix: String,
    /// What follows the name.
    pub suffix: String,
    /// Nickname.
    pub nickname: String,
    /// How the name is said.
    pub phonetic: String,
    /// The name in one text, where the file has it so.
    pub full_name: Option<String>,
    /// E-mail addresses in the file's order, each once; every one has an `@` with something on both sides.
    pub emails: Vec<Labelled>,
    /// Telephone numbers in the file's order, each once, raw: E.164 needs the workspace's country.
    pub phones: Vec<Labelled>,
    /// Postal addresses.
    pub addresses: Vec<AddressRow>,
    /// The organisation's name.
    pub organisation: String,
    /// The post held in it.
    pub title: String,
    /// Part of it.
    pub department: String,
    /// Further posts: organisation, post, department.
    pub more_roles: Vec<[String; 3]>,
    /// Date of birth. One without a year is a custom field.
    pub birthday: Option<Day>,
    /// Gender.
    pub gender: String,
    /// Income band.
    pub income_band: String,
    /// Other fields, by the names under which customers declare them.
    pub declared: Vec<(&'static str, String)>,
    /// Notes, lines separated by `\n`.
    pub notes: String,
    /// Further notes.
    pub more_notes: Vec<String>,
    /// Names on other networks: the network, and the name there.
    pub handles: Vec<(String, String)>,
    /// Properties of a vCard that no field expresses, a line each.
    pub kept: Vec<String>,
    /// Tags and labels in the file's order, each once; programs' own groups (`* myContacts`) are left out.
    pub tags: Vec<String>,
    /// Web pages.
    pub websites: Vec<Labelled>,
    /// Everything else that has a value: header, value. Headers that occur twice are numbered.
    pub custom: Vec<(String, String)>,
    /// How the other system names the person.
    pub external_id: Option<String>,
    /// Days since the last contact when the file was written.
    pub days_since_contact: Option<u32>,
    /// How many tickets were open when the file was written.
    pub open_tickets: Option<u32>,
    /// Language, as written.
    pub language: String,
    /// Who looks after them: a name or an address, as written.
    pub owner: String,
    /// How far they have come, in our own words.
    pub stage: Option<Stage>,
    /// When they were first written down.
    pub created_at: Option<Stamp>,
    /// What could not be taken as meant, and what was done instead: for the preview.
    pub flaws: Vec<String>,
}

/// Why a row identifies no one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ContactError {
    /// Nothing to know the person by.
    #[error("no name, e-mail address, phone, organisation or external id")]
    Nobody,
    /// Several people, not one.
    #[error("a group of people, not a person")]
    Group,
    /// The other system has deleted it.
    #[error("marked as deleted")]
    Deleted,
    /// More values than one person may have.
    #[error("{found} {what}: one person may have {most}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many there may be.
        most: usize,
    },
    /// A name that is none.
    #[error("{what} of {found} bytes: it may have {most}")]
    TooLong {
        /// Of what.
        what: &'static str,
        /// How long it is.
        found: usize,
        /// How long it may be.
        most: usize,
    },
}

impl ContactRow {
    /// Reads a row by its file's dialect.
    ///
    /// # Errors
    /// Where nothing in it identifies a person.
    pub fn read(record: &Record, dialect: &Dialect) -> Result<ContactRow, ContactError> {
        build::row(record, dialect)
    }

    /// The name in one text; empty where the row has none.
    pub fn name(&self) -> String {
        let parts = [&self.given, &self.middle, &self.family];
        parts.into_iter().filter(|p| !p.is_empty()).map(String::as_str).collect::<Vec<_>>().join(" ")
    }

    /// The address to write to: the one marked, else the first.
    pub fn email(&self) -> Option<&str> {
        main(&self.emails)
    }

    /// The number to call: the one marked, else the first.
    pub fn phone(&self) -> Option<&str> {
        main(&self.phones)
    }
}

fn main(values: &[Labelled]) -> Option<&str> {
    values.iter().find(|v| v.primary).or(values.first()).map(|v| v.value.as_str())
}

/// People of a file, one after another.
#[derive(Debug)]
pub struct Contacts<R> {
    table: Table<R>,
    dialect: Dialect,
    /// Rows that were looked at already.
    ahead: VecDeque<io::Result<Row>>,
}

impl<R: Read> Contacts<R> {
    /// People of a table, its columns known by their headers and by `map`.
    ///
    /// # Errors
    /// Where no column identifies people, or the map cannot be followed.
    pub fn new(table: Table<R>, map: &Map) -> Result<Contacts<R>, DialectError> {
        Contacts::dated(table, map, None)
    }

    /// The same, with the order of day, month and year in its dates.
    ///
    /// # Errors
    /// As above.
    pub fn dated(
        mut table: Table<R>,
        map: &Map,
        dates: Option<DateFormat>,
    ) -> Result<Contacts<R>, DialectError> {
        let mut ahead = VecDeque::new();
        let unknown = match Dialect::read(table.headers(), map, dates, &[]) {
            Ok(dialect) => !dialect.unknown().is_empty(),
            Err(e) => matches!(e, DialectError::Nobody(_)),
        };
        while unknown
            && ahead.len() < LOOKED_AT
            && let Some(row) = table.next_row().transpose()
        {
            let end = row.is_err();
            ahead.push_back(row);
            if end {
                break;
            }
        }
        let rows: Vec<Record> = ahead
            .iter()
            .filter_map(|r| if let Ok(Row::Record(record)) = r { Some(record.clone()) } else { None })
            .collect();
        let dialect = Dialect::read(table.headers(), map, dates, &rows)?;
        Ok(Contacts { table, dialect, ahead })
    }

    /// How the columns are read.
    pub fn dialect(&self) -> &Dialect {
        &self.dialect
    }

    /// The table that they are read from: its headers for the reject file, its source for progress.
    pub fn table(&self) -> &Table<R> {
        &self.table
    }

    /// The next person or reject, each of them one row read; `None` at the end.
    ///
    /// # Errors
    /// Where the source cannot be read on.
    pub fn next_contact(&mut self) -> io::Result<Option<Result<ContactRow, Reject>>> {
        let next = match self.ahead.pop_front() {
            Some(row) => Some(row?),
            None => self.table.next_row()?,
        };
        Ok(next.map(|row| match row {
            Row::Problem(problem) => Err(problem.into()),
            Row::Record(record) => ContactRow::read(&record, &self.dialect).map_err(|e| Reject {
                line: record.line,
                reason: e.to_string(),
                cells: record.cells,
                raw: String::new(),
            }),
        }))
    }
}

impl<R: Read> Iterator for Contacts<R> {
    type Item = io::Result<Result<ContactRow, Reject>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_contact().transpose()
    }
}
