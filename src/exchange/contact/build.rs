//! From cells to a person.

use std::collections::{HashMap, HashSet};

use super::{AddressRow, ContactError, ContactRow, Labelled};
use crate::{
    exchange::{
        cell::{SEVERAL, lines, one_line, several, unguard},
        dialect::{AddressPart, Dialect, Field, Program, Slot},
        table::Record,
        when::{DateFormat, When},
    },
    model::{Stage, fold, limits, person_name, phone},
};

pub(super) fn row(record: &Record, dialect: &Dialect) -> Result<ContactRow, ContactError> {
    let mut draft = Draft {
        zendesk: dialect.program == Program::Zendesk,
        hubspot: dialect.program == Program::HubSpot,
        dates: dialect.dates,
        ..Draft::default()
    };
    draft.row.line = record.line;
    draft.row.flaws = record.flaws.iter().map(ToString::to_string).collect();
    for (rule, cell) in dialect.columns.iter().zip(&record.cells) {
        let cell = unguard(cell.trim_matches([' ', '\u{feff}', '\u{a0}']));
        let cell = cell.as_ref();
        if cell.trim().is_empty() || is_null(&rule.field, cell.trim()) {
            continue;
        }
        let deleted = dialect.program == Program::Salesforce && rule.header.eq_ignore_ascii_case("IsDeleted");
        if deleted && matches!(cell.to_ascii_lowercase().as_str(), "1" | "true") {
            return Err(ContactError::Deleted);
        }
        draft.take(&rule.header, &rule.field, cell);
    }
    draft.finish()
}

/// An address: which one, which of several in its cells, and its parts.
type AddressDraft = (Slot, usize, Vec<(AddressPart, String)>);

/// Values of one kind before their labels are known.
#[derive(Default)]
struct Several {
    values: Vec<(Slot, String)>,
    labels: HashMap<Slot, String>,
}

#[derive(Default)]
struct Draft {
    row: ContactRow,
    zendesk: bool,
    hubspot: bool,
    dates: Option<DateFormat>,
    /// Year, month and day of birth, as written.
    born: [String; 3],
    shown: String,
    phonetic: [String; 3],
    emails: Several,
    phones: Several,
    websites: Several,
    /// Addresses in the order met; where one cell contains several, the number tells them apart.
    addresses: Vec<AddressDraft>,
    /// Where each of them stands.
    address_places: HashMap<(Slot, usize), usize>,
    address_labels: HashMap<Slot, String>,
    pair_names: HashMap<(String, u16), String>,
    pairs: Vec<((String, u16), String)>,
    /// The next number of each custom name, and the names that are taken.
    custom_names: HashMap<String, u32>,
    custom_taken: HashSet<String>,
    tags_seen: HashSet<String>,
}

impl Draft {
    fn take(&mut self, header: &str, field: &Field, cell: &str) {
        let row = &mut self.row;
        match field {
            Field::FullName => row.full_name = Some(one_line(cell)),
            Field::ShownName => self.shown = one_line(cell),
            Field::Given => row.given = one_line(cell),
            Field::Middle => row.middle = one_line(cell),
            Field::Family => row.family = one_line(cell),
            Field::Prefix => row.prefix = one_line(cell),
            Field::Suffix => row.suffix = one_line(cell),
            Field::Nickname => row.nickname = one_line(cell),
            Field::Phonetic(part) => {
                if let Some(place) = self.phonetic.get_mut(usize::from(*part)) {
                    *place = one_line(cell);
                }
            }
            Field::Email(slot) => self.emails.values.extend(addresses(cell).map(|v| (slot.clone(), v))),
            Field::Phone(_) if is_shortened(cell) => {
                self.row.flaws.push(format!(
                    "{header}: {:?} is a number that a spreadsheet has shortened, and no phone; kept as a custom field",
                    cell.trim()
                ));
                self.custom(header, cell);
            }
            Field::Phone(slot) => {
                self.phones.values.extend(several(cell).map(|v| (slot.clone(), one_line(v))))
            }
            Field::Website(slot) => {
                self.websites.values.extend(several(cell).map(|v| (slot.clone(), one_line(v))));
            }
            Field::EmailLabel(slot) => _ = self.emails.labels.insert(slot.clone(), one_line(cell)),
            Field::PhoneLabel(slot) => _ = self.phones.labels.insert(slot.clone(), one_line(cell)),
            Field::WebsiteLabel(slot) => _ = self.websites.labels.insert(slot.clone(), one_line(cell)),
            Field::AddressLabel(slot) => _ = self.address_labels.insert(slot.clone(), one_line(cell)),
            Field::Address(slot, part) => self.address(slot, *part, cell),
            Field::Organisation => row.organisation = one_line(cell),
            Field::Title => row.title = one_line(cell),
            Field::Department => row.department = one_line(cell),
            Field::Birthday => self.birthday(header, cell),
            Field::BirthPart(part) => {
                if let Some(place) = self.born.get_mut(usize::from(*part)) {
                    *place = one_line(cell);
                }
            }
            // What Outlook writes for none.
            Field::Gender if cell.trim().eq_ignore_ascii_case("unspecified") => {}
            Field::Gender => row.gender = one_line(cell),
            Field::IncomeBand => row.income_band = one_line(cell),
            Field::Declared(name) => row.declared.push((name, lines(cell))),
            Field::Notes if row.notes.is_empty() => row.notes = lines(cell),
            Field::Notes => row.notes = format!("{}\n{}", row.notes, lines(cell)),
            Field::Tags => self.tags(cell),
            Field::ExternalId { .. } => row.external_id = Some(one_line(cell)),
            Field::DaysSinceContact => self.row.days_since_contact = self.count(header, cell),
            Field::OpenTickets => self.row.open_tickets = self.count(header, cell),
            Field::Language => row.language = one_line(cell),
            Field::Owner => row.owner = one_line(cell),
            Field::Stage => {
                let (stage, is_all) = stage(cell);
                row.stage = stage.or(row.stage.take());
                // What our stages do not tell apart is kept as it was written.
                if !is_all {
                    self.custom(header, cell);
                }
            }
            Field::Created => match When::parse(cell, self.dates) {
                Ok(When::At(at)) => row.created_at = Some(at),
                _ => self.custom(header, cell),
            },
            Field::PairName(kind, n) => _ = self.pair_names.insert((kind.clone(), *n), one_line(cell)),
            Field::PairValue(kind, n) => self.pairs.push(((kind.clone(), *n), lines(cell))),
            Field::Custom => self.custom(header, cell),
            Field::CustomAs(name) => self.custom(name, cell),
            Field::CustomBut(usual) if !usual.split('|').any(|u| cell.trim().eq_ignore_ascii_case(u)) => {
                self.custom(header, cell)
            }
            Field::CustomBut(_) | Field::Skip => {}
        }
    }

    fn custom(&mut self, name: &str, value: &str) {
        // A table may have a hundred thousand columns, all of one name. `Plan` and `plan` are one name.
        let next = self.custom_names.entry(fold::fold(name)).or_insert(1);
        let mut free = if *next == 1 { name.to_owned() } else { format!("{name} {next}") };
        *next += 1;
        while !self.custom_taken.insert(fold::fold(&free)) {
            let next = self.custom_names.entry(fold::fold(name)).or_insert(1);
            free = format!("{name} {next}");
            *next += 1;
        }
        self.row.custom.push((free, lines(value)));
    }

    fn count(&mut self, header: &str, cell: &str) -> Option<u32> {
        let plain = cell.trim();
        let count = plain
            .split_once('.')
            .map_or(plain, |(n, zeros)| if zeros.trim_matches('0').is_empty() { n } else { plain });
        let count = count.parse().ok();
        if count.is_none() {
            self.row.flaws.push(format!("{header}: {plain:?} is not a whole number; kept as a custom field"));
            self.custom(header, cell);
        }
        count
    }

    fn birthday(&mut self, header: &str, cell: &str) {
        // What Outlook writes for none.
        if matches!(cell.trim(), "0/0/00" | "0/0/0000" | "00/00/00") {
            return;
        }
        match When::parse(cell, self.dates) {
            Ok(when) => self.row.birthday = Some(when.day()),
            Err(e) => {
                self.row.flaws.push(format!("{header}: {e}; kept as a custom field"));
                self.custom(header, cell);
            }
        }
    }

    /// A date of birth in three columns. One without a year is no date.
    fn birth_parts(&mut self) {
        let [year, month, day] = std::mem::take(&mut self.born);
        if (month.is_empty() && day.is_empty()) || self.row.birthday.is_some() {
            return;
        }
        let padded = |t: &str| format!("{t:0>2}");
        match format!("{year:0>4}-{}-{}", padded(&month), padded(&day)).parse() {
            Ok(date) if !year.is_empty() => self.row.birthday = Some(date),
            _ => {
                let all = [year.as_str(), &month, &day];
                let text = all.into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join("-");
                self.row.flaws.push(format!("birthday: {text:?} is no whole date; kept as a custom field"));
                self.custom("Birthday", &text);
            }
        }
    }

    fn tags(&mut self, cell: &str) {
        let parts: Vec<&str> = if cell.contains(":::") {
            cell.split(":::").collect()
        } else if cell.contains(';') {
            cell.split(';').collect()
        } else if self.zendesk {
            cell.split([',', ' ']).collect()
        } else {
            cell.split(',').collect()
        };
        for tag in parts {
            let tag = one_line(tag);
            let plain = tag.strip_prefix("* ").unwrap_or(&tag).to_owned();
            let system = plain.len() < tag.len() && matches!(plain.as_str(), "myContacts" | "My Contacts");
            if !plain.is_empty() && !system && self.tags_seen.insert(plain.clone()) {
                self.row.tags.push(plain);
            }
        }
    }

    fn address(&mut self, slot: &Slot, part: AddressPart, cell: &str) {
        for (i, value) in several(cell).enumerate() {
            let value = lines(value);
            let next = self.addresses.len();
            let at = *self.address_places.entry((slot.clone(), i)).or_insert(next);
            match self.addresses.get_mut(at) {
                Some((_, _, parts)) => parts.push((part, value)),
                None => self.addresses.push((slot.clone(), i, vec![(part, value)])),
            }
        }
    }

    fn finish(mut self) -> Result<ContactRow, ContactError> {
        self.emails();
        self.birth_parts();
        self.row.phones = std::mem::take(&mut self.phones).labelled(phone::key);
        self.row.websites = std::mem::take(&mut self.websites).labelled(|w| Some(w.to_lowercase()));
        self.row.addresses = self.addresses.iter().map(|a| address(a, &self.address_labels)).collect();
        one_primary(self.row.addresses.iter_mut().map(|a| &mut a.primary));
        for (key, value) in std::mem::take(&mut self.pairs) {
            let label = self.pair_names.get(&key).map(|l| l.trim_start_matches('*').trim().to_owned());
            let fallback = if key.1 == 1 { key.0.clone() } else { format!("{} {}", key.0, key.1) };
            self.custom(&label.filter(|l| !l.is_empty()).unwrap_or(fallback), &value);
        }
        self.names();
        let row = self.row;
        let known = !row.name().is_empty()
            || !row.nickname.is_empty()
            || !row.emails.is_empty()
            || !row.phones.is_empty()
            || !row.organisation.is_empty()
            // Other programs' users go by their logins; HubSpot's record number alone says nothing of anyone.
            || (row.external_id.is_some() && !self.hubspot);
        if !known {
            return Err(ContactError::Nobody);
        }
        within_limits(&row)?;
        Ok(row)
    }

    fn names(&mut self) {
        let row = &mut self.row;
        row.phonetic = one_line(&self.phonetic.join(" "));
        if !row.given.is_empty() || !row.family.is_empty() || !row.middle.is_empty() {
            return;
        }
        // A display name that is the address itself is no name.
        let shown = Some(std::mem::take(&mut self.shown)).filter(|s| !s.is_empty() && !s.contains('@'));
        row.full_name = row.full_name.take().or(shown);
        if let Some(full) = &row.full_name {
            (row.given, row.family) = person_name::split(full);
        }
    }

    fn emails(&mut self) {
        let all = std::mem::take(&mut self.emails).labelled(|a| Some(a.to_lowercase()));
        for email in all {
            if fold::email_key(&email.value).is_some() {
                self.row.emails.push(email);
            } else {
                let value = email.value;
                self.row.flaws.push(format!("{value:?} is not an e-mail address; kept as a custom field"));
                self.custom("E-mail", &value);
            }
        }
    }
}

/// Whether a cell is what programs write for nothing. People are called Null and None, and notes may say so.
fn is_null(field: &Field, cell: &str) -> bool {
    const WORDS: [&str; 15] = [
        "null",
        "(null)",
        "<null>",
        "nan",
        "none",
        "nil",
        "n/a",
        "#n/a",
        "#null!",
        "#value!",
        "#ref!",
        "#name?",
        "#div/0!",
        "\\n",
        "undefined",
    ];
    let plain = cell.to_ascii_lowercase();
    let name = matches!(field, Field::FullName | Field::Given | Field::Middle | Field::Family | Field::Notes);
    let as_a_name =
        name && cell.starts_with(|c: char| c.is_uppercase()) && cell.chars().any(char::is_lowercase);
    WORDS.contains(&plain.as_str()) && !(as_a_name && plain.chars().all(char::is_alphabetic))
}

/// Whether a spreadsheet took a telephone number for a quantity: `4.9E+11`.
fn is_shortened(cell: &str) -> bool {
    let cell = cell.trim().trim_start_matches('+');
    let Some((front, power)) = cell.split_once(['E', 'e']) else { return false };
    let power = power.trim_start_matches('+');
    !power.is_empty()
        && power.bytes().all(|b| b.is_ascii_digit())
        && front.starts_with(|c: char| c.is_ascii_digit())
        && front.chars().all(|c| c.is_ascii_digit() || c == '.' || c == ',')
}

/// The stage that a word of ours or of HubSpot's life cycle means, and whether that says all of it.
fn stage(word: &str) -> (Option<Stage>, bool) {
    let word = word.trim();
    match word.to_lowercase().as_str() {
        "subscriber" => (Some(Stage::Subscriber), true),
        "lead" => (Some(Stage::Lead), true),
        "customer" => (Some(Stage::Customer), true),
        "marketing qualified lead"
        | "sales qualified lead"
        | "marketingqualifiedlead"
        | "salesqualifiedlead"
        | "opportunity" => (Some(Stage::Lead), false),
        "evangelist" => (Some(Stage::Customer), false),
        _ => match Stage::from(word) {
            Stage::Unknown(_) => (None, false),
            stage => (Some(stage), true),
        },
    }
}

/// Whether a row is small enough for a record. One that is not goes whole to the rejected rows, where nothing of it is
/// lost.
pub(in crate::exchange) fn within_limits(row: &ContactRow) -> Result<(), ContactError> {
    let counts = [
        ("e-mail addresses", row.emails.len(), limits::PERSON_VALUES),
        ("phone numbers", row.phones.len(), limits::PERSON_VALUES),
        ("addresses", row.addresses.len(), limits::PERSON_VALUES),
        ("websites", row.websites.len(), limits::PERSON_VALUES),
        ("organisations", row.more_roles.len(), limits::PERSON_VALUES),
        ("notes", row.more_notes.len(), limits::PERSON_VALUES),
        ("names on networks", row.handles.len(), limits::PERSON_VALUES),
        ("custom fields", row.custom.len(), limits::CUSTOM_FIELDS),
        ("tags", row.tags.len(), limits::TAGS),
    ];
    if let Some(&(what, found, most)) = counts.iter().find(|(_, found, most)| found > most) {
        return Err(ContactError::TooMany { what, found, most });
    }
    let lengths = [
        ("a first name", &row.given),
        ("a middle name", &row.middle),
        ("a last name", &row.family),
        ("a nickname", &row.nickname),
        ("an organisation", &row.organisation),
        ("a job title", &row.title),
    ];
    let most = limits::NAME_BYTES;
    match lengths.iter().find(|(_, text)| text.len() > most) {
        Some((what, text)) => Err(ContactError::TooLong { what, found: text.len(), most }),
        None => Ok(()),
    }
}

impl Several {
    /// The values with their labels, each once; `same` gives what two spellings of one value share.
    fn labelled(self, same: impl Fn(&str) -> Option<String>) -> Vec<Labelled> {
        let mut out: Vec<Labelled> = Vec::new();
        let mut place: HashMap<String, usize> = HashMap::new();
        let mut labels_of: HashMap<Slot, Vec<&str>> = HashMap::new();
        let mut met: Option<Slot> = None;
        let mut nth = 0;
        for (slot, value) in self.values {
            nth = if met.as_ref() == Some(&slot) { nth + 1 } else { 0 };
            let written = self.labels.get(&slot).map(String::as_str).unwrap_or_default();
            // Several values of one cell may have a label each.
            let each = labels_of.entry(slot.clone()).or_insert_with(|| written.split(":::").collect());
            let written = if each.len() > 1 { each.get(nth).map_or("", |l| l.trim()) } else { written };
            // Of several values under one label the mark belongs to the first.
            let marked = written.starts_with('*') && met.as_ref() != Some(&slot);
            let written = written.trim_start_matches('*').trim().to_lowercase();
            let (label, primary) = match slot.label.as_str() {
                "primary" => (String::new(), true),
                _ if written.is_empty() => (slot.label.clone(), marked),
                _ => (written, marked),
            };
            met = Some(slot);
            let key = same(&value).unwrap_or_else(|| value.clone());
            match place.get(&key).and_then(|at| out.get_mut(*at)) {
                Some(twin) => {
                    twin.primary |= primary;
                    if twin.label.is_empty() {
                        twin.label = label;
                    }
                }
                None => {
                    place.insert(key, out.len());
                    out.push(Labelled { label, value, primary });
                }
            }
        }
        one_primary(out.iter_mut().map(|v| &mut v.primary));
        out
    }
}

fn one_primary<'a>(marks: impl Iterator<Item = &'a mut bool>) {
    marks.filter(|m| **m).skip(1).for_each(|m| *m = false);
}

/// The addresses in a cell: several, `Name <address>`, `mailto:`.
fn addresses(cell: &str) -> impl Iterator<Item = String> {
    let many = !cell.contains(SEVERAL) && cell.matches('@').count() > 1;
    let parts = several(cell).flat_map(move |v| {
        let parts: Vec<&str> = if many { v.split([';', ',']).collect() } else { vec![v] };
        parts
    });
    parts.filter(|p| !p.trim().is_empty()).map(|part| {
        let part = part.trim();
        let inner = part.rsplit_once('<').and_then(|(_, a)| a.split_once('>')).map(|(a, _)| a);
        inner.unwrap_or(part).trim().trim_start_matches("mailto:").to_owned()
    })
}

fn address(draft: &AddressDraft, labels: &HashMap<Slot, String>) -> AddressRow {
    let (slot, nth, parts) = draft;
    let written = labels.get(slot).map(String::as_str).unwrap_or_default();
    let label = written.trim_start_matches('*').trim().to_lowercase();
    let mut out = AddressRow {
        label: if label.is_empty() { slot.label.clone() } else { label },
        primary: written.starts_with('*') && *nth == 0,
        ..AddressRow::default()
    };
    let mut streets: Vec<(u8, &str)> = Vec::new();
    let mut formatted = "";
    for (part, value) in parts {
        match part {
            AddressPart::Street(n) => streets.push((*n, value)),
            AddressPart::Extended => out.extended.clone_from(value),
            AddressPart::PoBox => out.po_box.clone_from(value),
            AddressPart::City => out.city.clone_from(value),
            AddressPart::Region => out.region.clone_from(value),
            AddressPart::Postal => out.postal.clone_from(value),
            AddressPart::Country => out.country.clone_from(value),
            AddressPart::Formatted => formatted = value,
        }
    }
    streets.sort_by_key(|(n, _)| *n);
    out.street = streets.into_iter().map(|(_, s)| s).collect::<Vec<_>>().join("\n");
    let empty =
        [&out.street, &out.extended, &out.po_box, &out.city, &out.postal].iter().all(|p| p.is_empty());
    if empty {
        formatted.clone_into(&mut out.street);
    }
    out
}
