//! The columns as they are saved beside the store, so that a start takes milliseconds and not a pass over all customers.

use std::{
    io::{self, Seek, Write},
    sync::OnceLock,
};

use xxhash_rust::xxh3::xxh3_64;

use super::{Bits, Column, Columns, People, number, plain::Plain, text::Texts};
use crate::{
    find::snapshot::{
        carry::{At, FilePart, Saved, saved},
        file::{self, About, Made, Parts, Unfit, Writes},
    },
    model::{
        Customer, Id, Organisation, Seq,
        customer::{Email, Phone},
    },
    query::{
        rows::{CustomerFacts, CustomerRow, Roster},
        schema::CUSTOMERS,
    },
    store::{
        Store, StoreError,
        saved::{Kept, Spot},
    },
};

const MAGIC: [u8; 8] = *b"FDLIST01";

/// The kinds of parts, in their order; the digits and the rest are one each.
const FIELDS: usize = 0;
const CUSTOM: usize = 1;

/// What columns contain beside their texts and numbers.
struct Rest {
    ids: Vec<Id>,
    in_order: usize,
    there: Bits,
    begins: Vec<u64>,
    unspaced: Bits,
    whole: Plain,
    custom_names: Vec<String>,
    most_codes: usize,
}
saved!(Rest { ids, in_order, there, begins, unspaced, whole, custom_names, most_codes });

impl Saved for Column {
    fn write(&self, to: &mut dyn Write) -> io::Result<()> {
        let tag: u8 = match self {
            Column::Texts(_) => 0,
            Column::Numbers(_) => 1,
            Column::Sums(_) => 2,
            Column::People(_) => 3,
        };
        tag.write(to)?;
        match self {
            Column::Texts(c) => c.write(to),
            Column::Numbers(c) => c.write(to),
            Column::Sums(c) => c.write(to),
            Column::People(c) => c.write(to),
        }
    }

    fn read(from: &mut FilePart<'_>) -> io::Result<Column> {
        match u8::read(from)? {
            0 => Texts::read(from).map(Column::Texts),
            1 => number::Numbers::read(from).map(Column::Numbers),
            2 => number::Sums::read(from).map(Column::Sums),
            3 => People::read(from).map(Column::People),
            _ => Err(io::ErrorKind::InvalidData.into()),
        }
    }
}

/// What made them: the same customers, held by another version in another way, give another number.
fn made() -> Made {
    static MADE_BY: OnceLock<u64> = OnceLock::new();
    let by = *MADE_BY.get_or_init(|| {
        let mut bytes = format!("{} {:?}", env!("CARGO_PKG_VERSION"), CUSTOMERS.fields).into_bytes();
        let (mut columns, roster) = (Columns::new(), Roster::default());
        for (n, given, family, house) in
            [(1, "Anna-Lena", "Müller O\u{2019}Neil", "Blue Harbor GmbH"), (2, "王", "", "3M & Söhne")]
        {
            let mut c = Customer {
                id: Id([n; 16]),
                number: n.into(),
                given: given.into(),
                family: family.into(),
                ..Customer::default()
            };
            c.emails = vec![Email { address: "a.l+x@harbor.example".into(), ..Email::default() }];
            c.phones = vec![Phone { raw: "+49 (030) 123-4567".into(), ..Phone::default() }];
            (c.tags, c.created_at) = (vec!["vip".into()], i64::from(n) << 40);
            c.custom.insert("Höhe 2".into(), "Zwölf".into());
            let house = Organisation { name: house.into(), ..Organisation::default() };
            let (organisations, facts) = (vec![&house], CustomerFacts::default());
            columns.put_customer(
                &c,
                &CustomerRow { customer: &c, organisations, roster: &roster, facts, links: &[] },
            );
        }
        let (rest, fields, custom) = taken_apart(&columns);
        let parts = fields.into_iter().chain(custom.iter().map(|c| c as &dyn Writes));
        // Into memory, where writing does not fail.
        let _ = parts.chain([&columns.digits as &dyn Writes, &rest]).try_for_each(|p| p.write_to(&mut bytes));
        xxh3_64(&bytes)
    });
    Made { magic: MAGIC, by }
}

/// Every field, so that none is forgotten here. Agents and teams are read from the store at each start.
fn taken_apart(columns: &Columns) -> (Rest, Vec<&dyn Writes>, Vec<(&String, &Texts)>) {
    let Columns {
        ids,
        in_order,
        later: _,
        there,
        fields,
        begins,
        unspaced,
        whole,
        digits: _,
        custom,
        custom_names,
        roster: _,
        most_codes,
    } = columns;
    let rest = Rest {
        ids: ids.clone(),
        in_order: *in_order,
        there: there.clone(),
        begins: begins.clone(),
        unspaced: unspaced.clone(),
        whole: whole.clone(),
        custom_names: custom_names.iter().cloned().collect(),
        most_codes: *most_codes,
    };
    (rest, fields.iter().map(|f| f as &dyn Writes).collect(), custom.iter().collect())
}

/// A custom field as it goes out.
impl Writes for (&String, &Texts) {
    fn write_to(&self, to: &mut dyn Write) -> io::Result<()> {
        self.0.write(to)?;
        self.1.write(to)
    }
}

/// Writes columns. `stop` is asked now and then whether to give up.
fn write(
    columns: &Columns,
    about: About,
    to: &mut (impl Write + Seek),
    stop: &dyn Fn() -> bool,
) -> io::Result<()> {
    let (rest, fields, custom) = taken_apart(columns);
    let custom: Vec<&dyn Writes> = custom.iter().map(|c| c as &dyn Writes).collect();
    let kinds: &[&[&dyn Writes]] = &[&fields, &custom, &[&columns.digits], &[&rest]];
    file::write(made(), (about, columns.count() as u64), kinds, to, stop)
}

/// A part that was read.
enum Piece {
    Field(usize, Column),
    Custom(String, Texts),
    Digits(Texts),
    Rest(Box<Rest>),
}

fn open(file: &dyn At) -> Result<Parts<'_>, Unfit> {
    Parts::open(made(), file)
}

/// Reads all parts, on all cores.
fn read(parts: &Parts<'_>) -> Result<Columns, Unfit> {
    let (fields, custom) = (parts.of_kind(FIELDS), parts.of_kind(CUSTOM));
    let order: Vec<usize> = (0..fields + custom + 2).collect();
    let piece = |parts: &Parts<'_>, n: usize| {
        Ok(if n < fields {
            Piece::Field(n, parts.read(n)?)
        } else if n < fields + custom {
            let (name, texts) = parts.read(n)?;
            Piece::Custom(name, texts)
        } else if n == fields + custom {
            Piece::Digits(parts.read(n)?)
        } else {
            Piece::Rest(Box::new(parts.read(n)?))
        })
    };
    let (mut out, mut there) = (Columns::new(), 0);
    parts.each(&order, piece, |piece| match piece {
        Piece::Field(n, column) => {
            if let Some(place) = out.fields.get_mut(n) {
                (*place, there) = (column, there + 1);
            }
        }
        Piece::Custom(name, texts) => drop(out.custom.insert(name, texts)),
        Piece::Digits(texts) => out.digits = texts,
        Piece::Rest(rest) => {
            let Rest { ids, in_order, there, begins, unspaced, whole, custom_names, most_codes } = *rest;
            let later = ids.iter().zip(0_u32..).skip(in_order);
            out.later = later.map(|(id, row)| (*id, row)).collect();
            (out.ids, out.in_order, out.there, out.begins) = (ids, in_order, there, begins);
            (out.unspaced, out.whole, out.most_codes) = (unspaced, whole, most_codes);
            out.custom_names = custom_names.into_iter().collect();
        }
    })?;
    if there != out.fields.len() || out.custom.len() != custom {
        return Err(Unfit::Damaged);
    }
    out.settle();
    Ok(out)
}

/// Saves columns beside their store: all of the log up to `cursor` is in them, and `spot` is that of the file that they
/// were made of. Gives whether they were saved.
///
/// # Errors
/// Where the store cannot be read, or the file not be written.
pub(crate) fn save(
    columns: &Columns,
    cursor: Seq,
    spot: &Spot,
    store: &dyn Store,
) -> Result<bool, StoreError> {
    let Some(about) = About::of(cursor, spot, store)? else { return Ok(false) };
    spot.of(Kept::Columns).save(&mut |mut file, stop| write(columns, about, &mut file, stop))
}

/// Reads what was saved beside a store, and gives where in the log it stands.
///
/// # Errors
/// Why it is of no use: all must be read from the store.
pub(crate) fn load(store: &dyn Store) -> Result<(Columns, Seq), Unfit> {
    let spot = store.spot().ok_or(Unfit::Absent)?.of(Kept::Columns);
    let file = spot.open().map_err(|_| Unfit::Foreign)?.ok_or(Unfit::Absent)?;
    let parts = open(&file)?;
    parts.about().fits(&spot, store)?;
    Ok((read(&parts)?, parts.about().cursor))
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::Cursor;

    use super::*;

    const ABOUT: About = About { store: Id([7; 16]), generation: 3, cursor: 9, row: [5; 32] };

    /// As it comes back from a file.
    pub fn again(columns: &Columns) -> Columns {
        let file = written(columns);
        let parts = open(&file).unwrap();
        assert_eq!((parts.about(), parts.live()), (ABOUT, columns.count() as u64));
        let mut out = read(&parts).unwrap();
        out.set_roster(columns.roster.clone());
        out
    }

    fn written(columns: &Columns) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        write(columns, ABOUT, &mut out, &|| false).unwrap();
        out.into_inner()
    }

    #[test]
    fn what_was_hit_or_of_another_version_is_refused() {
        let good = written(&Columns::new());
        assert!(read(&open(&good).unwrap()).unwrap().ids.is_empty());
        for at in [9, 20, good.len() / 2, good.len() - 1] {
            let mut hit = good.clone();
            hit[at] ^= 1;
            assert!(open(&hit).and_then(|p| read(&p)).is_err(), "{at}");
        }
        assert!(open(&good[..good.len() - 1].to_vec()).is_err());
        assert_eq!(open(&vec![b'x'; 500]).map(|_| ()).unwrap_err(), Unfit::Version);
    }
}
