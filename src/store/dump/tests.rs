use std::io::Cursor;

use super::*;
use crate::{
    model::{Customer, Table},
    store::{MemStore, Store, hash, records},
};

fn seeded() -> MemStore {
    let store = MemStore::new();
    let id = Id([1; 16]);
    let ada =
        Customer { id, version: 3, given: "Ada".into(), tags: vec!["vip".into()], ..Default::default() };
    let mut later =
        records::to_fields(&records::encode(&Customer { id: Id([2; 16]), ..ada.clone() })).unwrap();
    later.push(("zz".into(), rmpv::Value::from("from the future")));
    let derived = records::derived(crate::model::Kind::Customer, &records::encode(&ada)).unwrap().0;
    store.seed(derived.into_iter().map(|e| (e.table, e.key, e.value)));
    store.seed([
        (Table::Customer, vec![1; 16], records::encode(&ada)),
        (Table::Customer, vec![2; 16], records::from_fields(later)),
        (Table::Customer, vec![3; 16], b"no record".to_vec()),
        (Table::Raw, vec![9; 24], vec![0, 255, 10]),
        (Table::Meta, b"schema".to_vec(), vec![0, 1]),
    ]);
    store
}

fn text_of(store: &MemStore) -> String {
    let mut out = Vec::new();
    (store as &dyn Store)
        .read(&mut |v| {
            write(v, &mut out, &mut |_| true).unwrap();
            Ok(())
        })
        .unwrap();
    String::from_utf8(out).unwrap()
}

type Rows = Vec<(Table, Vec<u8>, Vec<u8>)>;

fn read(text: &[u8]) -> (Rows, Result<Option<Footer>, DumpError>) {
    let mut reader = match Reader::new(Cursor::new(text)) {
        Ok(r) => r,
        Err(e) => return (Vec::new(), Err(e)),
    };
    let mut rows = Vec::new();
    loop {
        match reader.next_row() {
            Ok(Some(row)) => rows.push(row),
            Ok(None) => return (rows, Ok(reader.footer().cloned())),
            Err(e) => return (rows, Err(e)),
        }
    }
}

#[test]
fn every_row_comes_back_byte_for_byte_and_records_can_be_read_by_people() {
    let store = seeded();
    let text = text_of(&store);
    assert!(text.starts_with(MAGIC), "{text}");
    assert!(text.contains(r#""given":"Ada""#), "{text}");
    let (rows, footer) = read(text.as_bytes());
    let content = (&store as &dyn Store).view(|v| hash::content(v, &mut |_| {})).unwrap();
    assert_eq!(footer.unwrap(), Some(Footer { rows: 4, content: Some(content) }));
    let store: &dyn Store = &store;
    for (table, key, value) in &rows {
        assert_eq!(store.view(|v| v.get(*table, key)).unwrap().as_ref(), Some(value));
    }
    assert_eq!(rows.len(), 4, "what records derive, and what the store says of itself, is left out");
}

#[test]
fn a_file_cut_short_anywhere_says_so_and_gives_what_stands_above() {
    let text = text_of(&seeded());
    let whole = read(text.as_bytes()).0;
    for end in 0..text.len() {
        let (rows, footer) = read(&text.as_bytes()[..end]);
        assert!(footer.is_err(), "cut at {end}");
        assert_eq!(rows, whole[..rows.len()], "cut at {end}");
    }
}

#[test]
fn a_file_altered_anywhere_is_refused() {
    let text = text_of(&seeded());
    for at in 0..text.len() {
        for flip in [1u8, 32] {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= flip;
            assert!(read(&bytes).1.is_err(), "byte {at}");
        }
    }
}

#[test]
fn newer_files_are_refused_with_both_numbers() {
    let text = text_of(&seeded());
    let newer = text.replacen(r#""schema":1"#, r#""schema":9"#, 1);
    let said = read(newer.as_bytes()).1.unwrap_err().to_string();
    assert!(said.contains("schema 9") && said.contains("knows 1"), "{said}");
    let newer = text.replacen(r#""format":1"#, r#""format":7"#, 1);
    assert!(matches!(read(newer.as_bytes()).1, Err(DumpError::NewerFormat(7))));
    assert!(matches!(read(b"{}\n").1, Err(DumpError::Other)));
    assert!(matches!(read(b"name,email\nAda,a@x.example\n").1, Err(DumpError::Other)));
}
