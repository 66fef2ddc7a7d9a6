//! Rows of a hurt table: those of its pages, and loose ones that can only be its.

use std::collections::BTreeMap;

use super::{Hurt, Origin, kind_of, replay::Log};
use crate::{
    model::{Id, KeyReader, Kind, Record, Table, for_kind, log::LogRow},
    store::{pages::Survivors, records},
};

/// The rows of a table that can be reached: all of sound pages, of others those that make sense.
pub fn rows(from: &Survivors, table: Table) -> Hurt {
    let mut out = Hurt::new();
    from.each(table, &mut |row| {
        if row.sound {
            out.insert(row.key.to_vec(), (row.value.to_vec(), Origin::Sound));
        } else if makes_sense(table, row.key, row.value) {
            out.entry(row.key.to_vec()).or_insert((row.value.to_vec(), Origin::Doubtful));
        }
        true
    });
    out
}

/// Whether a row out of a damaged page may be taken.
fn makes_sense(table: Table, key: &[u8], value: &[u8]) -> bool {
    if let Some(kind) = kind_of(table) {
        return is_just(kind, key, value);
    }
    match table {
        Table::Log => is_log_row(key, value),
        // Their digests are held against them later.
        Table::LogBody => key.len() == 8 && value.len() > 16,
        Table::Raw => is_raw(key, value),
        // agent, subject, and which draft; those of older versions end with the subject.
        Table::Draft => key.len() == 48 || key.len() == 32,
        Table::MailState => key.len() == 16,
        // A counter or an op that is wrong does more harm than one that is missing.
        _ => false,
    }
}

fn is_log_row(key: &[u8], value: &[u8]) -> bool {
    LogRow::decode(value).is_some_and(|row| KeyReader(key).u64() == Some(row.seq) && key.len() == 8)
}

fn is_raw(key: &[u8], value: &[u8]) -> bool {
    let mut r = KeyReader(key);
    let chunk = r.id().and_then(|_| r.u64());
    key.len() == 24 && chunk.is_some_and(|n| n < 1 << 16) && !value.is_empty()
}

/// Looks through the whole file for rows that nothing leads to, and adds those that hurt tables lack.
pub fn loose(from: &Survivors, log: &Log, hurt: &mut BTreeMap<Table, Hurt>, progress: &mut dyn FnMut(u64)) {
    from.loose(progress, &mut |row| {
        let Some(table) = table_of(log, hurt, row.key, row.value) else { return };
        // Of a damaged page that nothing leads to, only what proves itself is taken.
        if !row.sound && !matches!(table, Table::Log | Table::LogBody) && kind_of(table).is_none() {
            return;
        }
        let Some(rows) = hurt.get_mut(&table) else { return };
        let kind = kind_of(table);
        let newer = |old: &[u8]| match kind {
            Some(kind) => {
                let version = |b: &[u8]| records::version_of(kind, b).unwrap_or(0);
                version(row.value) > version(old)
            }
            // The body whose digest is in the log.
            None => table == Table::LogBody && log.proves(row.key, row.value) && !log.proves(row.key, old),
        };
        match rows.get(row.key) {
            Some((_, Origin::Sound | Origin::Log)) => {}
            Some((old, _)) if !newer(old) => {}
            _ => {
                rows.insert(row.key.to_vec(), (row.value.to_vec(), Origin::Loose));
            }
        }
    });
}

/// The hurt table that a loose row can only be of; `None` where it is of none, or could be of several.
fn table_of(log: &Log, hurt: &BTreeMap<Table, Hurt>, key: &[u8], value: &[u8]) -> Option<Table> {
    let is_hurt = |t: Table| hurt.contains_key(&t).then_some(t);
    match key.len() {
        16 if value.len() > 3 => {
            let id = Id(key.try_into().ok()?);
            let is_known = |k: &Kind| log.known().contains_key(&(*k, id));
            let fits = |k: &Kind| is_just(*k, key, value);
            let mut known = Kind::ALL.iter().copied().filter(is_known).filter(fits);
            let mut any = Kind::ALL.iter().copied().filter(fits);
            let only = match known.next() {
                Some(kind) => known.next().is_none().then_some(kind),
                None => any.next().filter(|_| any.next().is_none()),
            };
            only.and_then(|kind| is_hurt(kind.table()))
        }
        8 if is_log_row(key, value) => is_hurt(Table::Log),
        8 if value.len() > 16 => is_hurt(Table::LogBody),
        24 if is_raw(key, value) => is_hurt(Table::Raw),
        _ => None,
    }
}

/// Whether exactly these bytes are how a record of a kind is written.
fn is_just(kind: Kind, key: &[u8], value: &[u8]) -> bool {
    for_kind!(kind, T => {
        records::decode::<T>(value)
            .is_ok_and(|r| r.id().bytes() == key && records::encode(&r).get(3..) == value.get(3..))
    })
}
