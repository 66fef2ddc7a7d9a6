//! Dialects: what the columns of a file of people mean, found by its headers, said by `--map`, shown before anything
//! is written. No column is dropped: what is not known is kept as a custom field under its header.

mod content;
mod detect;
mod field;
pub(in crate::exchange) mod header;
mod local;
mod map;

use std::collections::{HashMap, HashSet};

use super::{table::Record, when::DateFormat};

pub use content::LOOKED_AT;
pub use detect::Program;
pub use field::{AddressPart, Field, Slot};
pub use map::{CONTACT_FIELDS, Map, MapError};

/// What one column means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnRule {
    /// Its header; `column 7` where that is empty.
    pub header: String,
    /// What it means.
    pub field: Field,
}

/// What all columns of a file mean, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialect {
    /// Whose way of writing it is.
    pub program: Program,
    /// One rule a column.
    pub columns: Vec<ColumnRule>,
    /// The order of day, month and year in its dates, where that was said.
    pub dates: Option<DateFormat>,
    /// The columns whose meaning was said.
    said: Vec<usize>,
}

/// Why a file is not read as people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DialectError {
    /// The `--map` cannot be followed.
    #[error(transparent)]
    Map(#[from] MapError),
    /// No column identifies people.
    #[error("no column is a name, an e-mail address, a phone or an organisation; say which with --map email=HEADER; there are: {}", .0.join(", "))]
    Nobody(Vec<String>),
}

impl Dialect {
    /// The dialect of a file with these headers; `map` goes before what they would mean.
    ///
    /// # Errors
    /// As [`DialectError`] says.
    pub fn of(headers: &[String], map: &Map) -> Result<Dialect, DialectError> {
        Dialect::read(headers, map, None, &[])
    }

    /// The same, with the order of day, month and year, and the first rows: they say what a column means whose header does
    /// not.
    ///
    /// # Errors
    /// As [`DialectError`] says.
    pub fn read(
        headers: &[String],
        map: &Map,
        dates: Option<DateFormat>,
        rows: &[Record],
    ) -> Result<Dialect, DialectError> {
        let english = local::english(headers);
        let program = Program::of(&english);
        let mut fields: Vec<Field> = english.iter().map(|h| program.meaning(h)).collect();
        let mut said = Vec::new();
        for (at, name) in map.columns(headers)? {
            if let Some(field) = fields.get_mut(at) {
                *field = map::contact_field(name)?;
                said.push(at);
            }
        }
        // Of a date in three columns, this is the day.
        if fields.contains(&Field::BirthPart(0)) {
            fields.iter_mut().filter(|f| **f == Field::Birthday).for_each(|f| *f = Field::BirthPart(2));
        }
        settle(&mut fields, &said);
        let header =
            |(i, h): (usize, &String)| if h.is_empty() { format!("column {}", i + 1) } else { h.clone() };
        let names = headers.iter().enumerate().map(header);
        let columns = names.zip(fields).map(|(header, field)| ColumnRule { header, field }).collect();
        let mut dialect = Dialect { program, columns, dates, said };
        content::learn(&mut dialect, rows);
        if !dialect.columns.iter().any(|c| c.field.identifies()) {
            return Err(DialectError::Nobody(headers.to_vec()));
        }
        Ok(dialect)
    }

    /// Its name for people.
    pub fn name(&self) -> &'static str {
        self.program.name()
    }

    /// The mapping for people, a line a column: `First Name → given name`.
    pub fn describe(&self) -> Vec<String> {
        self.columns.iter().map(|c| format!("{} → {}", c.header, c.field)).collect()
    }

    /// Headers that mean nothing known and are kept as custom fields.
    pub fn unknown(&self) -> Vec<&str> {
        self.columns.iter().filter(|c| c.field.is_custom()).map(|c| c.header.as_str()).collect()
    }
}

/// Where several columns mean a thing of which there is one, one of them keeps the meaning: that of `--map`, else of an
/// external id the surest, else the first. The others are custom fields, but for further addresses, numbers and pages.
fn settle(fields: &mut [Field], said: &[usize]) {
    let meaning = |field: &Field| match field {
        Field::ExternalId { .. } => Field::ExternalId { rank: 0 },
        other => other.clone(),
    };
    let weight = |at: usize, field: &Field| {
        let rank = if let Field::ExternalId { rank } = field { *rank } else { 0 };
        (!said.contains(&at), rank, at)
    };
    // Said columns are few; of a hundred thousand columns each is looked at twice.
    let mut winners: HashMap<Field, (bool, u8, usize)> = HashMap::new();
    for (at, field) in fields.iter().enumerate().filter(|(_, f)| !f.repeats()) {
        let own = weight(at, field);
        winners.entry(meaning(field)).and_modify(|best| *best = own.min(*best)).or_insert(own);
    }
    let mut taken: HashSet<Field> = fields.iter().cloned().collect();
    for (at, field) in fields.iter_mut().enumerate() {
        if winners.get(&meaning(field)).is_some_and(|(_, _, best)| *best != at) {
            *field = next_free(field, |f| taken.contains(f));
            taken.insert(field.clone());
        }
    }
}

/// A field, or where that is taken the next one of its kind: the second e-mail address.
fn free<'a>(field: &Field, taken: impl Iterator<Item = &'a Field> + Clone) -> Field {
    if taken.clone().any(|f| f == field) {
        next_free(field, |f| taken.clone().any(|t| t == f))
    } else {
        field.clone()
    }
}

/// The most columns of one kind; more are custom fields.
const MOST: u16 = 200;

fn next_free(field: &Field, taken: impl Fn(&Field) -> bool) -> Field {
    let again = |n: u16| match field {
        Field::Email(s) => Some(Field::Email(Slot { n, ..s.clone() })),
        Field::Phone(s) => Some(Field::Phone(Slot { n, ..s.clone() })),
        Field::Website(s) => Some(Field::Website(Slot { n, ..s.clone() })),
        Field::Address(s, part) => Some(Field::Address(Slot { n, ..s.clone() }, *part)),
        _ => None,
    };
    (2..=MOST).filter_map(again).find(|f| !taken(f)).unwrap_or(Field::Custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(line: &str) -> Vec<String> {
        line.split(',').map(String::from).collect()
    }

    fn dialect(line: &str) -> Dialect {
        Dialect::of(&headers(line), &Map::default()).unwrap()
    }

    fn unknown(line: &str) -> Vec<String> {
        dialect(line).unknown().into_iter().map(String::from).collect()
    }

    #[test]
    fn programs_are_known_by_their_headers() {
        for (line, program) in [
            ("First Name,Last Name,File As,Labels,E-mail 1 - Label,E-mail 1 - Value", Program::Google),
            (
                "Name,Given Name,Family Name,Group Membership,E-mail 1 - Type,E-mail 1 - Value",
                Program::GoogleOld,
            ),
            (
                "Title,First Name,Last Name,Business Street,E-mail Address,E-mail Display Name",
                Program::Outlook,
            ),
            (
                "name,email,external_id,details,notes,phone,role,restriction,organization,tags",
                Program::Zendesk,
            ),
            ("Record ID,First Name,Last Name,Email,Phone Number,Lifecycle Stage", Program::HubSpot),
            ("Id,IsDeleted,AccountId,LastName,FirstName,Salutation,MailingStreet,Email", Program::Salesforce),
            ("login,firstname,lastname,email,web,active,roles", Program::Zammad),
            (
                "last_name,first_name,title,org,phone,email,website,street,city,p_code,country",
                Program::Csv2Vcard,
            ),
            ("Name,Email,Days Since Contact", Program::Generic),
        ] {
            assert_eq!(dialect(line).program, program, "{line}");
        }
    }

    #[test]
    fn unknown_headers_are_listed_and_kept() {
        assert_eq!(unknown("name,email,Shoe size,Shoe size"), ["Shoe size", "Shoe size"]);
        assert_eq!(
            unknown("last_name,first_name,title,org,phone,email,website,street,city,p_code,country"),
            [""; 0]
        );
        assert_eq!(dialect("name,email,,x").columns[2].header, "column 3");
        assert_eq!(dialect("Vorname,PLZ").describe(), ["Vorname → given name", "PLZ → postal code"]);
    }

    #[test]
    fn one_of_several_columns_keeps_a_single_meaning() {
        let d = dialect("id,external_id,name,full name,notes,comment");
        assert_eq!(d.unknown(), ["id", "full name"]);
        let map = "name=full name".parse().unwrap();
        let d = Dialect::of(&headers("name,full name,email"), &map).unwrap();
        assert_eq!(d.unknown(), ["name"]);
    }

    #[test]
    fn a_file_of_nobody_asks_for_a_map() {
        assert!(matches!(Dialect::of(&headers("a,b"), &Map::default()), Err(DialectError::Nobody(_))));
        let map = "email=b".parse().unwrap();
        assert_eq!(Dialect::of(&headers("a,b"), &map).unwrap().unknown(), ["a"]);
        let wrong = "email=c".parse().unwrap();
        assert!(matches!(Dialect::of(&headers("a,b"), &wrong), Err(DialectError::Map(_))));
    }
}
