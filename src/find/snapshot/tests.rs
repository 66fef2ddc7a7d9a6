//! What is saved comes back, or is refused.

use std::io::Cursor;

use proptest::prelude::*;

use super::*;
use crate::find::{
    Arena, Finder,
    tests::{a_contact, a_query, both, person, scores},
};

const ABOUT: About = About { store: Id([7; 16]), generation: 3, cursor: 9, row: [5; 32] };

fn written(book: &Book) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    write(book, ABOUT, &mut out, &|| false).unwrap();
    out.into_inner()
}

fn read(file: &Vec<u8>) -> Result<Book, Unfit> {
    let (mut book, mut here) = (Book::new(), 0);
    let snapshot = Snapshot::open(file)?;
    snapshot.read_into(&mut book, &mut |b: &Book| {
        // Anyone who is there already is found.
        let found = b.find("", Id::NIL, 3);
        assert!(found.loaded.0 >= here && found.loaded.1 == snapshot.live());
        here = found.loaded.0;
    })?;
    Ok(book)
}

fn equal(book: &Book, plain: &Arena, queries: &[String], me: Id) {
    assert_eq!(book.len(), plain.len());
    for q in queries {
        assert_eq!(scores(&book.find(q, me, 50)), scores(&plain.find(q, me, 50)), "{q:?}");
    }
}

#[test]
fn an_empty_book_and_a_small_one_take_little_room() {
    let empty = written(&Book::new());
    assert_eq!(read(&empty).unwrap().len(), 0);
    let mut book = Book::new();
    for n in 1..100 {
        book.put(&person(
            n,
            "John Smith",
            "Acme Ltd",
            "john@acme.example",
            ("+1-212-555-1234", "+12125551234"),
        ));
    }
    let file = written(&book);
    assert!(file.len() < 80_000, "{}", file.len());
    let back = read(&file).unwrap();
    assert_eq!(back.find("jon smith", Id::NIL, 50), book.find("jon smith", Id::NIL, 50));
    assert_eq!(Snapshot::open(&file).unwrap().about(), ABOUT);
    assert_eq!(Snapshot::open(&file).unwrap().live(), 99);
    // A block that was read takes more without growing.
    let mut back = back;
    let room = back.blocks[0].data.capacity();
    back.put(&person(200, "Eve Newcomer", "", "", ("", "")));
    assert_eq!(back.blocks[0].data.capacity(), room);
    assert_eq!(back.find("newcomer", Id::NIL, 5).hits.len(), 1);
}

#[test]
fn another_version_and_another_file_are_told_from_damage() {
    let mut book = Book::new();
    book.put(&person(1, "John Smith", "", "", ("", "")));
    let file = written(&book);
    assert_eq!(read(&vec![]).unwrap_err(), Unfit::Damaged);
    assert_eq!(read(&vec![b'x'; 500]).unwrap_err(), Unfit::Version);
    let mut other = file.clone();
    other[16] ^= 1;
    assert_eq!(read(&other).unwrap_err(), Unfit::Damaged);
    let len = u64::from_le_bytes(*other[8..].first_chunk::<8>().unwrap()) as usize;
    let hash = xxh3_64(&other[..len + 16]);
    other[len + 16..len + 24].copy_from_slice(&hash.to_le_bytes());
    assert_eq!(read(&other).unwrap_err(), Unfit::Version);
    // Stopped on the way, there is no head.
    let mut cut = Cursor::new(Vec::new());
    let stopped = write(&book, ABOUT, &mut cut, &|| true).unwrap_err();
    assert_eq!(stopped.kind(), io::ErrorKind::Interrupted);
    assert!(read(&cut.into_inner()).is_err());
}

#[test]
fn nothing_of_who_was_taken_out_is_saved() {
    let mut book = Book::new();
    let ada = person(
        1,
        "Ada Lovelace",
        "Analytical Ltd",
        "ada@engine.example",
        ("+44 20 7946 0958", "+442079460958"),
    );
    book.put(&ada);
    book.put(&person(2, "Grace Hopper", "Navy", "grace@navy.example", ("", "")));
    let stands =
        |file: &[u8], text: &str| file.to_ascii_lowercase().windows(text.len()).any(|w| w == text.as_bytes());
    let said = ["lovelace", "analytical", "ada@engine", "442079460958", "alovelace"];
    let before = written(&book);
    assert!(said.iter().all(|t| stands(&before, t)));
    book.remove(ada.id);
    let after = written(&book);
    assert_eq!(said.iter().filter(|t| stands(&after, t)).collect::<Vec<_>>(), Vec::<&&str>::new());
    assert!(!after.windows(16).any(|w| w == ada.id.bytes()) && stands(&after, "hopper"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn what_was_saved_answers_as_before_and_goes_on(
        before in proptest::collection::vec((a_contact(), 0u8..9), 0..60),
        after in proptest::collection::vec((a_contact(), 0u8..9), 0..30),
        queries in proptest::collection::vec(a_query(), 1..5),
        most in prop_oneof![Just(16usize), Just(99)],
        me in 0u8..4,
    ) {
        let me = Id([me; 16]);
        let (book, mut plain) = both(&before, most, 5, 86_400_000 * 150);
        let file = written(&book);
        let mut back = read(&file).unwrap();
        equal(&back, &plain, &queries, me);
        prop_assert_eq!(back.words.all(), book.words.all());
        prop_assert_eq!(back.find(&queries[0], me, 50), book.find(&queries[0], me, 50));
        for (c, what) in &after {
            match what {
                0 => prop_assert_eq!(back.remove(c.id), plain.remove(c.id)),
                1 => {
                    let s = back.sorted();
                    back.settle(s);
                }
                2 => back = read(&written(&back)).unwrap(),
                _ => {
                    back.put(c);
                    plain.put(c);
                }
            }
        }
        equal(&back, &plain, &queries, me);
    }

    #[test]
    fn a_file_that_was_hit_is_refused_or_answers_the_same(
        steps in proptest::collection::vec((a_contact(), 0u8..9), 0..30),
        hits in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 0..4),
        cut in proptest::option::of(any::<proptest::sample::Index>()),
        longer in proptest::collection::vec(any::<u8>(), 0..3),
        query in a_query(),
    ) {
        let (book, _) = both(&steps, 8, 5, 0);
        let mut file = written(&book);
        for (at, with) in &hits {
            let at = at.index(file.len());
            file[at] ^= with;
        }
        if let Some(cut) = cut {
            file.truncate(cut.index(file.len()));
        }
        file.extend(&longer);
        let whole = file == written(&book);
        match read(&file) {
            Ok(back) => {
                prop_assert!(whole);
                prop_assert_eq!(back.find(&query, Id::NIL, 50), book.find(&query, Id::NIL, 50));
            }
            Err(_) => prop_assert!(!whole),
        }
    }
}
