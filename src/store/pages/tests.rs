use std::{collections::BTreeMap, path::PathBuf};

use super::*;
use crate::{
    model::{Id, OpId, Table},
    store::{Options, RedbStore, Store, Weight},
};

/// A store with rows of every size, and what it contains.
fn filled(folder: &Path) -> (PathBuf, BTreeMap<Vec<u8>, Vec<u8>>) {
    let path = folder.join("desk.redb");
    let store = RedbStore::open(&Options::at(&path).or_create(Id([7; 16]), 1)).unwrap();
    let mut rows = BTreeMap::new();
    for n in 0..6000u32 {
        rows.insert(n.to_be_bytes().to_vec(), vec![n as u8; (n as usize * 7) % 300]);
    }
    rows.insert(b"long".to_vec(), vec![9; 100_000]);
    for (i, part) in rows.iter().collect::<Vec<_>>().chunks(1000).enumerate() {
        let part: Vec<_> = part.iter().map(|(k, v)| ((*k).clone(), (*v).clone())).collect();
        store
            .write(
                OpId::from(Id([i as u8; 16])),
                Weight::Light,
                Box::new(move |tx| {
                    part.iter().for_each(|(k, v)| tx.put(Table::Seen, k, v));
                    Ok(())
                }),
            )
            .unwrap();
    }
    (path, rows)
}

#[test]
fn every_row_is_read_by_pages_as_the_engine_reads_it() {
    let folder = tempfile::tempdir().unwrap();
    let (path, rows) = filled(folder.path());
    let file = File::open(&path).unwrap();
    assert_eq!(file.header.faults(), Vec::<&str>::new());
    let slot = file.header.newest().unwrap();
    let (mut seen, mut tables) = (Default::default(), Vec::new());
    walk::walk(&file, &Tree::of_names(slot.user), &mut seen, &mut |met| {
        if let walk::Met::Leaf(l) = met {
            tables.extend(l.rows.rows().filter_map(|(k, v)| Tree::parse(k, v)));
        }
        true
    });
    let mut names: Vec<&str> = tables.iter().map(|t| t.name.as_str()).collect();
    let mut expected: Vec<&str> = Table::ALL.iter().map(|t| t.name()).collect();
    names.sort_unstable();
    expected.sort_unstable();
    assert_eq!(names, expected);
    let table = tables.iter().find(|t| t.name == "seen").unwrap();
    let mut found = BTreeMap::new();
    walk::walk(&file, table, &mut seen, &mut |met| {
        if let walk::Met::Leaf(l) = met {
            assert!(l.sound && l.rows.is_whole());
            found.extend(l.rows.rows().map(|(k, v)| (k.to_vec(), v.to_vec())));
        }
        true
    });
    assert!(found == rows, "{} of {}", found.len(), rows.len());
    let verdict = verify_file(&path, &mut |_| {}).unwrap();
    assert!(verdict.is_sound() && verdict.pages > 100, "{verdict:?}");
}

#[test]
fn each_flipped_bit_of_a_page_in_use_is_found_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let (path, _) = filled(folder.path());
    let good = std::fs::read(&path).unwrap();
    let file = File::open(&path).unwrap();
    let mut used = Vec::new();
    let slot = file.header.newest().unwrap().clone();
    let mut tables = Vec::new();
    walk::walk(&file, &Tree::of_names(slot.user), &mut Default::default(), &mut |met| {
        if let walk::Met::Leaf(l) = met {
            tables.extend(l.rows.rows().filter_map(|(k, v)| Tree::parse(k, v)));
        }
        true
    });
    for t in &tables {
        walk::walk(&file, t, &mut Default::default(), &mut |met| {
            if let walk::Met::Leaf(l) = met {
                used.push((t.name.clone(), file.place(l.page).unwrap()));
            }
            true
        });
    }
    for (table, (start, _)) in used.iter().step_by(37) {
        let mut bad = good.clone();
        bad[*start as usize + 5] ^= 16;
        std::fs::write(&path, &bad).unwrap();
        let verdict = verify_file(&path, &mut |_| {}).unwrap();
        assert!(verdict.harms(table), "{table} {start}");
        let place = verdict.damage[0].place();
        assert!(place.contains(table.as_str()) && place.contains(&start.to_string()), "{place}");
    }
}
