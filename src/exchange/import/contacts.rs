//! People of an address book, on their way into the desk.

use std::{
    collections::{HashMap, HashSet},
    hash::{DefaultHasher, Hash, Hasher},
    io,
    path::Path,
};

use sha2::{Digest, Sha256};

use super::{FileReport, ImportError, Runner, STEP, ahead::ahead, modified, reject, reject_file};
use crate::{
    desk::{
        Edit, edit,
        import::{ImportContact, ImportStep},
    },
    exchange::{
        bytes::Text,
        contact::{ContactRow, Contacts},
        reject::Reject,
        sniff::FileKind,
        table::Table,
        vcard::{self, Cards},
    },
    model::{
        Customer, ExternalId, Stamp,
        customer::{Address, Email, Handle, Phone},
        fold, phone, steps,
    },
};

pub fn import(run: &mut Runner, path: &Path, source: &str, file: &mut FileReport) -> Result<(), ImportError> {
    let name = path.display().to_string();
    let (mut people, of) = People::open(run, path)?;
    (file.format, file.mapping) = people.described();
    // A UID is one everywhere: it does not belong to the file.
    let ids = match &people {
        People::Cards(_) if run.options.source.is_none() => vcard::SOURCE,
        _ => source,
    };
    run.batch.format.clone_from(&file.format);
    run.batch.mapping = file.mapping.join("\n");
    let mut rejects = reject_file(run.options, path, people.headers());
    let as_of = modified(path, run.now);
    let code = run.desk.workspace()?.calling_code.parse().ok();
    let overwrite = run.options.overwrite;
    let read = |give: &mut dyn FnMut(Piece) -> bool| {
        let mut seen = Seen::default();
        let mut some = Piece::default();
        loop {
            let next =
                people.next().map_err(|e| ImportError::Read { file: name.clone(), what: e.to_string() })?;
            let end = next.is_none();
            match next {
                Some(Ok(mut row)) => {
                    let line = row.line;
                    some.notes.extend(row.flaws.drain(..).map(|flaw| Note::Flaw(line, flaw)));
                    let mut contact = neutral(row, ids, as_of, code);
                    contact.overwrite = overwrite;
                    seen.mark(&mut contact, ids);
                    some.rows.push(contact);
                }
                Some(Err(row)) => some.notes.push(Note::Reject(row)),
                None => {}
            }
            if end || some.rows.len() == STEP || some.notes.len() >= STEP {
                some.bytes = people.bytes_read();
                if !give(std::mem::take(&mut some)) || end {
                    return Ok(people.replaced());
                }
            }
        }
    };
    let replaced = ahead(read, |piece| {
        for note in piece.notes {
            match note {
                Note::Flaw(line, flaw) => file.problem(line, flaw),
                Note::Reject(row) => {
                    file.tally.read += 1;
                    file.tally.rejected += 1;
                    reject(file, &mut rejects, &row);
                }
            }
        }
        if piece.rows.is_empty() {
            return Ok(true);
        }
        run.queue(ImportStep::Contacts(source.to_owned(), piece.rows), file, piece.bytes, of)
    });
    file.rejects = rejects.finish().unwrap_or(None);
    let replaced = replaced?.unwrap_or(0);
    if replaced > 0 {
        file.problem(0, format!("{replaced} bytes that are no text stand as \u{fffd}"));
    }
    Ok(())
}

/// People of a table, or of cards.
enum People {
    Table(Box<Contacts<Text>>),
    Cards(Cards),
}

impl People {
    /// Opens a file or a folder of cards; with its bytes, where they are known.
    fn open(run: &mut Runner, path: &Path) -> Result<(People, Option<u64>), ImportError> {
        let name = path.display().to_string();
        if path.is_dir() {
            let cannot = |e: io::Error| ImportError::Read { file: name.clone(), what: e.to_string() };
            let files = vcard::folder::cards(path).map_err(cannot)?;
            let size = files.iter().filter_map(|f| f.metadata().ok()).map(|m| m.len()).sum();
            return Ok((People::Cards(Cards::of_files(files)), Some(size)));
        }
        let input = run.open(path)?;
        let of = input.size();
        if FileKind::is_cards(&input) {
            return Ok((People::Cards(Cards::of(input)), of));
        }
        let bad = |why: String| ImportError::Format { file: name.clone(), why };
        let input = Runner::is_table(path, input)?;
        let table = Table::new(input.into_text(None), None).map_err(|e| bad(e.to_string()))?;
        let contacts = Contacts::dated(table, &run.options.map, run.options.date_format)
            .map_err(|e| bad(e.to_string()))?;
        Ok((People::Table(Box::new(contacts)), of))
    }

    /// What it is, and how columns are read.
    fn described(&self) -> (String, Vec<String>) {
        match self {
            People::Cards(_) => ("contacts, vCard".to_owned(), Vec::new()),
            People::Table(t) => {
                let format = match t.dialect().name() {
                    "contacts" => "contacts".to_owned(),
                    name => format!("contacts, {name}"),
                };
                (format, t.dialect().describe())
            }
        }
    }

    fn headers(&self) -> &[String] {
        match self {
            People::Cards(_) => &[],
            People::Table(t) => t.table().headers(),
        }
    }

    fn next(&mut self) -> io::Result<Option<Result<ContactRow, Reject>>> {
        match self {
            People::Table(t) => t.next_contact(),
            People::Cards(cards) => Ok(cards.next_card()?.map(|card| {
                let card = card?;
                vcard::row(&card).map_err(|e| {
                    let reason =
                        if card.file.is_empty() { e.to_string() } else { format!("{}: {e}", card.file) };
                    Reject { line: card.line, reason, cells: Vec::new(), raw: card.shown() }
                })
            })),
        }
    }

    fn bytes_read(&self) -> u64 {
        match self {
            People::Table(t) => t.table().source().bytes_read(),
            People::Cards(cards) => cards.bytes_read(),
        }
    }

    fn replaced(&self) -> u64 {
        match self {
            People::Table(t) => t.table().source().replaced(),
            People::Cards(_) => 0,
        }
    }
}

/// Some rows, as they are read.
#[derive(Default)]
struct Piece {
    rows: Vec<ImportContact>,
    notes: Vec<Note>,
    /// How far the file is read.
    bytes: u64,
}

/// What is to be said of a row.
enum Note {
    /// The line of a row that was not taken as it stands, and why.
    Flaw(u64, String),
    /// A row that cannot be taken.
    Reject(Reject),
}

/// What the file said before, so that a second row about a person only fills what is empty, and so that rows without any
/// identity are known again the next time.
#[derive(Default)]
struct Seen {
    keys: HashSet<u64>,
    /// How many rows without any identity said the same.
    nameless: HashMap<[u8; 8], u32>,
}

impl Seen {
    fn mark(&mut self, c: &mut ImportContact, source: &str) {
        if c.external_id.is_none() && c.customer.emails.is_empty() && c.customer.phones.is_empty() {
            c.external_id = Some(ExternalId { source: source.to_owned(), id: self.content_id(c) });
        }
        let mut keys: Vec<String> =
            c.customer.emails.iter().filter_map(|e| fold::email_key(&e.address)).collect();
        keys.extend(c.external_id.iter().map(|x| format!("{} {}", x.source, x.id)));
        // A number and a name together are someone too.
        let name = fold::fold(&format!("{} {}", c.customer.given, c.customer.family));
        keys.extend(c.customer.phones.iter().filter_map(|p| p.key()).map(|p| format!("{p} {name}")));
        for key in keys {
            let mut h = DefaultHasher::new();
            key.hash(&mut h);
            c.repeated |= !self.keys.insert(h.finish());
        }
    }

    /// A name for a row that has none: the hash of what it says, and which of several alike it is.
    fn content_id(&mut self, c: &ImportContact) -> String {
        let text = format!("{:?} {}", c.customer, c.organisation);
        steps::count(1);
        let hash = Sha256::digest(text.as_bytes());
        let key = hash.first_chunk().copied().unwrap_or_default();
        let hash: String = key.iter().map(|b| format!("{b:02x}")).collect();
        let n = self.nameless.entry(key).or_default();
        *n += 1;
        if *n == 1 { format!("row-{hash}") } else { format!("row-{hash}-{n}") }
    }
}

/// A row as the desk takes it.
fn neutral(row: ContactRow, source: &str, as_of: Stamp, code: Option<u16>) -> ImportContact {
    let mut c = Customer {
        given: row.given,
        middle: row.middle,
        family: row.family,
        prefix: row.prefix,
        suffix: row.suffix,
        nickname: row.nickname,
        phonetic: row.phonetic,
        birthday: row.birthday,
        gender: row.gender,
        income_band: row.income_band,
        language: row.language,
        ..Customer::default()
    };
    if let (true, true, Some(full)) = (c.given.is_empty(), c.family.is_empty(), &row.full_name) {
        (c.given, c.family) = crate::model::person_name::split(full);
    }
    for (name, value) in &row.declared {
        // They are declared as texts: such an edit is never rejected.
        let _ = edit::declared(&mut c, &Edit::set(name, value), &[]);
    }
    let kind = |label: &str| label.trim().trim_start_matches('*').trim().to_owned();
    c.emails = row
        .emails
        .into_iter()
        .map(|e| Email { kind: kind(&e.label), address: e.value, primary: e.primary, ..Email::default() })
        .collect();
    c.phones = row
        .phones
        .into_iter()
        .map(|p| Phone {
            kind: kind(&p.label),
            e164: phone::e164(&p.value, code).unwrap_or_default(),
            raw: p.value,
            primary: p.primary,
        })
        .collect();
    c.addresses = row
        .addresses
        .into_iter()
        .map(|a| Address {
            kind: kind(&a.label),
            street: a.street,
            extended: a.extended,
            po_box: a.po_box,
            city: a.city,
            region: a.region,
            postal: a.postal,
            country: a.country,
        })
        .collect();
    c.websites = row.websites.into_iter().map(|w| w.value).collect();
    c.tags = row.tags.iter().map(|t| crate::desk::edit::tag(t)).filter(|t| !t.is_empty()).collect();
    let mut seen = HashSet::new();
    c.tags.retain(|t| seen.insert(t.clone()));
    if !row.notes.trim().is_empty() {
        c.notes = vec![row.notes.trim().to_owned()];
    }
    c.notes.extend(row.more_notes);
    c.handles = row.handles.into_iter().map(|(network, handle)| Handle { network, handle }).collect();
    c.vcard = row.kept;
    c.custom = row.custom.into_iter().collect();
    if row.organisation.trim().is_empty() {
        // A post needs an organisation: without one it is kept all the same.
        for (name, value) in [("Job title", &row.title), ("Department", &row.department)] {
            if !value.is_empty() {
                c.custom.entry(name.to_owned()).or_insert_with(|| value.clone());
            }
        }
    }
    c.contacted_hint = row.days_since_contact.map(|d| as_of.saturating_sub(i64::from(d) * 86_400_000));
    c.open_hint = row.open_tickets;
    ImportContact {
        line: row.line,
        customer: c,
        organisation: row.organisation,
        title: row.title,
        department: row.department,
        more_roles: row.more_roles,
        external_id: row.external_id.map(|id| ExternalId { source: source.to_owned(), id }),
        owner: row.owner,
        repeated: false,
        overwrite: false,
        stage: row.stage,
        created_at: row.created_at,
    }
}
