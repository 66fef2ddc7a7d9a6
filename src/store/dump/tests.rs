use std::io::Cursor;

use super::*;
use crate::{
    model::{
        Customer, Key, MailState, Table, Via,
        draft::{Draft, DraftKind},
        log::{self, Change, ChangeKind, FieldChange, LogBody, LogDraft},
    },
    store::{MemStore, Store, ViewExt, hash, records},
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

/// A log of four rows, the second of which lost its body, and everything besides the records.
fn lived_in() -> MemStore {
    let store = seeded();
    let (ada, agent) = (Id([1; 16]), Id([8; 16]));
    let bytes = (&store as &dyn Store).view(|v| v.get(Table::Customer, &[1; 16])).unwrap().unwrap();
    let changed = |field: &str, before: rmpv::Value, after: rmpv::Value| FieldChange {
        field: field.into(),
        before: Some(before),
        after: Some(after),
    };
    let bodies = [
        ChangeKind::Created(bytes.clone()),
        ChangeKind::Updated(vec![changed("g", "Ada".into(), "Ida".into())]),
        ChangeKind::Updated(vec![
            changed("zz", 1.into(), rmpv::Value::Binary(vec![0, 200])),
            changed("x", rmpv::Value::Array(vec![]), rmpv::Value::Map(vec![("s".into(), "crm".into())])),
        ]),
        ChangeKind::Deleted(b"no record".to_vec()),
    ];
    let mut prev = [0; 32];
    for (seq, what) in (1..).zip(bodies) {
        let draft = LogDraft {
            actor: agent,
            logged_at: 10,
            effective_at: -5,
            command: "customer edit".into(),
            op: Id([seq as u8; 16]),
            batch: (seq > 2).then_some(Id([7; 16])),
            undo_of: None,
            redo_of: Some(1),
            via: Some(Via::Import),
            unix_user: None,
            salt: [seq as u8; 16],
            body: LogBody {
                summary: "a \"change\"".into(),
                changes: vec![
                    Change { kind: 10, id: ada, what },
                    Change { kind: 99, id: agent, what: ChangeKind::Updated(vec![]) },
                ],
                erased: (seq == 3).then(|| vec![2]),
            },
        };
        let (row, body) = draft.seal(seq, prev);
        prev = row.hash();
        let at = |id: Id| Key::new().id(id).u64(seq).into_bytes();
        store.seed([(Table::Log, log::key(seq), row.encode())]);
        if seq != 2 {
            store.seed([(Table::LogBody, log::key(seq), body)]);
        }
        store.seed([(Table::IxHistory, at(ada), vec![]), (Table::IxHistory, at(agent), vec![])]);
        store.seed(row.batch.map(|b| (Table::IxBatch, at(b), vec![])));
    }
    let draft = Draft {
        subject: ada,
        to: vec!["ada@kettle.example".into()],
        kind: DraftKind::Reply,
        at: 5,
        ..Draft::default()
    };
    let state = MailState { last_uid: 70_000, problem: "no".into(), ..MailState::default() };
    store.seed([
        (Table::Counter, b"customer".to_vec(), 7u64.to_be_bytes().to_vec()),
        (Table::Counter, b"odd".to_vec(), b"no number".to_vec()),
        (Table::AppliedOp, vec![5; 16], Key::new().u64(4).at(-9).into_bytes()),
        (Table::Seen, vec![5; 32], (-4i64).to_be_bytes().to_vec()),
        (Table::Draft, vec![6; 32], draft.encode().unwrap()),
        (Table::Draft, vec![6; 48], draft.encode().unwrap()),
        (Table::Raw, vec![9; 24], b"From: a@kettle.example\r\n\r\n\"\xc3\xa4\"".to_vec()),
        (Table::Raw, vec![10; 24], vec![0xff, 0, 1]),
        (Table::MailState, vec![5; 16], rmp_serde::to_vec_named(&state).unwrap()),
        (Table::Recent, Key::new().u8(1).id(Id([3; 16])).at(77).id(Id([4; 16])).into_bytes(), vec![2; 16]),
    ]);
    store
}

#[test]
fn a_record_a_line_comes_back_byte_for_byte() {
    let store = lived_in();
    let text = text_of(&store, Form::Records);
    assert!(is_begun(text.as_bytes()) && text.starts_with(r#"{"frontdesk":"records","format":2,"#), "{text}");
    for said in [
        r#"{"customer":{"id":"01010101-0101-0101-0101-010101010101","version":3,"given":"Ada","#,
        r#""~zz":"from the future"}}"#,
        r#"{"counter":{"name":"customer","n":7}}"#,
        r#"{"seen":{"agent":"05050505-0505-0505-0505-050505050505","subject":"#,
        r#""fields":{"subject":"01010101-0101-0101-0101-010101010101","to":["ada@kettle.example"],"#,
        r#""text":"From: a@kettle.example\r\n\r\n\"ä\""}}"#,
        r#""base64":"/wAB"}}"#,
        r#""fields":{"last_uid":70000,"problem":"no"}}}"#,
        r#"{"log":{"seq":1,"actor":"08080808-0808-0808-0808-080808080808","logged_at":10,"effective_at":-5,"#,
        r#"{"log_body":{"seq":1,"salt":"01010101010101010101010101010101","summary":"a \"change\"","changes":[{"kind":"customer","#,
        r#""created":{"id":"#,
        r#""updated":[{"field":"~zz","before":1,"after":{"~bytes":"AMg="}},{"field":"external_ids","before":[],"after":{"source":"crm"}}]"#,
        r#""deleted_bytes":"bm8gcmVjb3Jk""#,
        r#"{"kind":99,"id":"#,
        r#""erased":[2]}}"#,
        // What no fields say is there as bytes.
        r#"{"row":{"table":"counter","key":"b2Rk","value":"#,
        r#"{"row":{"table":"customer","#,
        // Only the rows of the body that was erased cannot be derived.
        r#"{"ix_history":{"record":"01010101-0101-0101-0101-010101010101","seq":2}}"#,
    ] {
        assert!(text.contains(said), "{said}\n{text}");
    }
    assert_eq!(text.matches("{\"row\":").count(), 2, "{text}");
    assert_eq!(text.matches("{\"ix_history\":").count(), 2, "{text}");
    assert!(!text.contains("ix_batch"), "{text}");
    let (rows, footer) = read(text.as_bytes());
    let content = (&store as &dyn Store).view(|v| hash::content(v, &mut |_| {})).unwrap();
    assert_eq!(footer.unwrap().unwrap().content, Some(content));
    // With what is derived, it is the store that it was, row for row.
    let again = MemStore::new();
    for (table, key, value) in rows {
        again.seed(derived::of_row(table, &key, &value).into_iter().map(|e| (e.table, e.key, e.value)));
        if let Some(kind) = kind_of(table) {
            let derived = records::derived(kind, &value).unwrap_or_default().0;
            again.seed(derived.into_iter().map(|e| (e.table, e.key, e.value)));
        }
        again.seed([(table, key, value)]);
    }
    // The second customer's derived rows were never written: it came from a newer version.
    let count =
        |s: &MemStore, t: Table| (s as &dyn Store).view(|v| v.count(t, &crate::store::Range::all())).unwrap();
    for table in hash::tables().filter(|t| !t.is_derived()) {
        assert_eq!(count(&again, table), count(&store, table), "{}", table.name());
    }
}

#[test]
fn a_line_that_cannot_be_taken_says_why() {
    let text = text_of(&lived_in(), Form::Records);
    let said = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        read(text.replacen(from, to, 1).as_bytes()).1.unwrap_err().to_string()
    };
    let newer = said("{\"customer\":", "{\"warehouse\":");
    assert!(newer.contains("a kind that this version does not know: warehouse"), "{newer}");
    let newer = said("\"given\":", "\"aura\":");
    assert!(newer.contains("a customer with a field that this version does not know: aura"), "{newer}");
    let newer = said("\"last_uid\":", "\"aura\":");
    assert!(newer.contains("aura"), "{newer}");
    let newer = said("\"summary\":", "\"aura\":1,\"summary\":");
    assert!(newer.contains("aura"), "{newer}");
    let derived = said("{\"ix_history\":", "{\"ix_email\":");
    assert!(derived.contains("ix_email is derived"), "{derived}");
    assert!(said("\"salt\":\"0", "\"salt\":\"").contains("salt"));
    assert!(said("\"given\":\"Ada\"", "\"given\":1.5").contains("not a whole one"));
    assert!(said("{\"counter\":{", "{\"counter\":").contains("no JSON"));
    assert!(said("{\"counter\":{", "{\"a\":1,\"counter\":{").contains("not one record"));
}

fn text_of(store: &MemStore, form: Form) -> String {
    let mut out = Vec::new();
    (store as &dyn Store)
        .read(&mut |v| {
            write(v, form, &mut out, &mut |_| true).unwrap();
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
    let text = text_of(&store, Form::Rows);
    assert!(is_begun(text.as_bytes()), "{text}");
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
    for form in Form::ALL {
        let text = text_of(&seeded(), form);
        let whole = read(text.as_bytes()).0;
        for end in 0..text.len() {
            let (rows, footer) = read(&text.as_bytes()[..end]);
            assert!(footer.is_err(), "cut at {end}");
            assert_eq!(rows, whole[..rows.len()], "cut at {end}");
        }
    }
}

#[test]
fn a_file_altered_anywhere_is_refused() {
    for form in Form::ALL {
        let text = text_of(&seeded(), form);
        for at in 0..text.len() {
            for flip in [1u8, 32] {
                let mut bytes = text.clone().into_bytes();
                bytes[at] ^= flip;
                assert!(read(&bytes).1.is_err(), "byte {at}");
            }
        }
    }
}

#[test]
fn newer_files_are_refused_with_both_numbers() {
    let text = text_of(&seeded(), Form::Rows);
    let newer = text.replacen(r#""schema":1"#, r#""schema":9"#, 1);
    let said = read(newer.as_bytes()).1.unwrap_err().to_string();
    assert!(said.contains("schema 9") && said.contains("knows 1"), "{said}");
    let newer = text.replacen(r#""format":1"#, r#""format":7"#, 1);
    assert!(matches!(read(newer.as_bytes()).1, Err(DumpError::NewerFormat(7))));
    let text = text_of(&seeded(), Form::Records);
    let newer = text.replacen(r#""schema":1"#, r#""schema":9"#, 1);
    assert!(matches!(read(newer.as_bytes()).1, Err(DumpError::Newer { found: 9, .. })));
    let newer = text.replacen(r#""format":2"#, r#""format":3"#, 1);
    assert!(matches!(read(newer.as_bytes()).1, Err(DumpError::NewerFormat(3))));
    assert!(matches!(read(b"{}\n").1, Err(DumpError::Other)));
    assert!(matches!(read(b"name,email\nAda,a@x.example\n").1, Err(DumpError::Other)));
}
