//! Finding, as people try it.

use proptest::prelude::*;

use std::collections::HashSet;

use super::{
    Arena, Book, Contact, FieldKind, Finder, FoundContacts, Hit, Matched,
    among::{Among, ContactsPart},
    contact::Field,
    engine::Engine,
    score::WantedWord,
};
use crate::model::Id;

pub(super) fn person(n: u8, name: &str, organisation: &str, email: &str, phone: (&str, &str)) -> Contact {
    let name = Field { kind: FieldKind::Name, text: name.into(), dial: String::new() };
    let mut c = Contact { id: Id([n; 16]), number: n.into(), fields: vec![name], ..Contact::default() };
    c.add(FieldKind::Organisation, organisation);
    c.add(FieldKind::Email, email);
    c.add_phone(phone.0, phone.1);
    c
}

fn people() -> Book {
    let mut a = Book::new();
    for mut c in [
        person(1, "John Smith", "Acme Ltd", "john.smith@acme.example", ("+1-212-555-1234", "+12125551234")),
        person(
            2,
            "Jürgen Weiß",
            "Müller & Söhne GmbH",
            "jw@mueller.example",
            ("030 1234567", "+49301234567"),
        ),
        person(3, "Ayşe Gracık", "Anadolu Tekstil", "ayse@anadolu.example", ("", "")),
        person(4, "Юлия Соколова", "", "sokolova@post.example", ("", "")),
        person(5, "Grace Heathews", "Blue Harbor", "grace@harbor.example", ("", "")),
        person(6, "Anna-Lena O'Neil", "Blue Harbor", "a.l@harbor.example", ("", "")),
        person(7, "Rene\u{301}e Dupont", "", "", ("", "")),
        person(8, "Smilla Joost", "", "smilla@joost.example", ("", "")),
    ] {
        if c.number == 5 {
            c.add(FieldKind::Tag, "vip");
            c.add(FieldKind::Nickname, "Gracie");
        }
        a.put(&c);
    }
    a
}

fn numbers(f: &FoundContacts) -> Vec<u64> {
    f.hits.iter().map(|h| h.number).collect()
}

fn find(query: &str) -> Vec<u64> {
    numbers(&people().find(query, Id::NIL, 50))
}

fn marked(text: &str, marks: &[std::ops::Range<usize>]) -> Vec<String> {
    marks.iter().map(|m| text[m.clone()].to_owned()).collect()
}

fn first(query: &str) -> Hit {
    people().find(query, Id::NIL, 5).hits.remove(0)
}

fn field(query: &str) -> (FieldKind, Vec<String>) {
    let h = first(query);
    let Matched { kind, text, marks } = &h.fields[0];
    (*kind, marked(text, marks))
}

#[test]
fn what_was_half_heard_finds_the_one_meant() {
    for (query, number) in [
        ("smi jo", 1),
        ("jo smi", 1),
        ("smith, john", 1),
        ("555 1234", 1),
        ("(212) 555-1234", 1),
        ("5551234 smith", 1),
        ("jsmith", 1),
        ("acme joh", 1),
        ("john.smith@acme", 1),
        ("weiss", 2),
        ("WEIß", 2),
        ("jurgen", 2),
        ("juergen", 2),
        ("mueller", 2),
        ("030 12345", 2),
        ("0049 30 1234567", 2),
        ("gracik", 3),
        ("юлия", 4),
        ("yuliya sok", 4),
        ("harbor grace", 5),
        ("vip", 5),
        ("gracie", 5),
        ("oneil", 6),
        ("neil anna", 6),
        ("annalena", 6),
        ("renee", 7),
        ("dupont rene\u{301}e", 7),
    ] {
        assert_eq!(find(query).first(), Some(&number), "{query}");
    }
    assert_eq!(find("smi jo"), [1, 8]);
    assert!(find("smith acme missing").is_empty());
}

#[test]
fn a_better_place_comes_first_and_the_prior_breaks_ties_only() {
    let mut a = Book::new();
    a.set_now(1_790_000_000_000);
    let mut old = person(1, "Ann Lee", "", "", ("", ""));
    let mut new = person(2, "Annabel Lee", "", "", ("", ""));
    new.contacted = 1_790_000_000_000;
    new.open = 3;
    let other = person(3, "Bo Hann", "", "", ("", ""));
    for c in [&old, &new, &other] {
        a.put(c);
    }
    assert_eq!(numbers(&a.find("ann", Id::NIL, 9)), [1, 2, 3]);
    assert_eq!(numbers(&a.find("lee", Id::NIL, 9)), [2, 1]);
    old.owner = Id([9; 16]);
    new.open = 0;
    new.contacted = 0;
    a.put(&old);
    a.put(&new);
    assert_eq!(numbers(&a.find("lee", Id([9; 16]), 9)), [1, 2]);
    assert_eq!(numbers(&a.find("", Id([9; 16]), 1)), [1]);
}

#[test]
fn the_letters_that_matched_are_marked_as_written() {
    let h = first("smi jo");
    assert_eq!(marked(&h.name, &h.marks), ["Jo", "Smi"]);
    assert!(h.fields.is_empty());
    let h = first("weiss");
    assert_eq!(marked(&h.name, &h.marks), ["Weiß"]);
    let h = first("juerg");
    assert_eq!(marked(&h.name, &h.marks), ["Jürg"]);
    let h = first("rene");
    assert_eq!(marked(&h.name, &h.marks), ["Rene\u{301}"]);
    let h = first("jsmith");
    assert_eq!(marked(&h.name, &h.marks), ["J", "Smith"]);
    let h = first("юлия");
    assert_eq!(marked(&h.name, &h.marks), ["Юлия"]);
    assert_eq!(super::places(&h.name, &h.marks), [0, 1, 2, 3]);
    assert_eq!(field("555 1234"), (FieldKind::Phone, vec!["555".into(), "1234".into()]));
    assert_eq!(field("49 30 123"), (FieldKind::Phone, vec!["30".into(), "123".into()]));
    assert_eq!(field("mueller"), (FieldKind::Email, vec!["mueller".into()]));
    assert_eq!(field("sohne"), (FieldKind::Organisation, vec!["Söhne".into()]));
    assert_eq!(field("vip"), (FieldKind::Tag, vec!["vip".into()]));
}

#[test]
fn typos_are_corrected_below_what_was_typed_and_said() {
    let a = people();
    let f = a.find("heahtews grace", Id::NIL, 9);
    assert_eq!(numbers(&f), [5]);
    assert_eq!(f.correction.as_deref(), Some("Heathews Grace"));
    assert_eq!(marked(&f.hits[0].name, &f.hits[0].marks), ["Grace", "Heathews"]);
    assert_eq!(numbers(&a.find("jonh.smith", Id::NIL, 9)), [1]);
    assert_eq!(a.find("john", Id::NIL, 9).correction, None);
    // Letters in order come last.
    let f = a.find("jnsmth", Id::NIL, 9);
    assert_eq!(numbers(&f).first(), Some(&1));
    let mut both = people();
    both.put(&person(20, "Graca Lima", "", "", ("", "")));
    both.put(&person(21, "Grazia Neri", "", "", ("", "")));
    let f = both.find("graca", Id::NIL, 9);
    assert_eq!(numbers(&f).first(), Some(&20), "as typed, before all corrections");
    assert!(f.hits.windows(2).all(|w| w[0].score >= w[1].score));
}

pub(super) fn a_contact() -> impl Strategy<Value = Contact> {
    let name = prop_oneof![
        "(John|Jo|Anna-Lena|Ödön|J\\.|Юлия|王) (Smith|Smi|Weiß|O'Neil|Lee|Y)",
        "\\PC{0,12}",
        "[a-c]{1,3} [a-c]{1,3}"
    ];
    let company = prop_oneof!["(Acme|Blue Harbor|3M|a b c)( Ltd)?", "\\PC{0,8}"];
    let email = prop_oneof!["[a-c.]{1,4}@[a-c]{1,3}\\.(com|de)", "\\PC{0,8}"];
    let phone = prop_oneof![Just((String::new(), String::new())), ("[0-9 ()/x-]{0,14}", "(\\+[0-9]{7,12})?")];
    (0u8..40, name, company, email, phone, "(vip|\\PC{0,5})", 0i64..9, 0u16..5).prop_map(
        |(n, name, company, email, phone, tag, days, open)| {
            let mut c = person(n, &name, &company, &email, (&phone.0, &phone.1));
            c.add(FieldKind::Tag, &tag);
            c.contacted = days * 86_400_000 * 20;
            c.open = open;
            c.owner = Id([n % 4; 16]);
            c
        },
    )
}

pub(super) fn a_query() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,12}",
        "[a-cjs]{1,2}",
        "[0-9]{1,3}",
        "[a-c]{1,3} [a-c]{1,2}",
        "(jo|smi|smith|lee|anna|acme|blue|weiss|юлия|王)( (jo|smi|o'n|lee|y|har|[0-9]{2,4}))?",
        "[+0-9 ()-]{1,9}",
        "(jonh|simth|weis|annalna|acem|harbro|abca|jon smih|haror jhon|smithlee|neilo)( [a-c]{1,3})?",
    ]
}

/// A book of all that was put and not taken, in small blocks, and the plain engine with the same.
pub(super) fn both(steps: &[(Contact, u8)], most: usize, direct: usize, now: i64) -> (Book, Arena) {
    let (mut book, mut plain) = (Book::small(most, direct), Arena::new());
    book.set_now(now);
    plain.set_now(now);
    for (c, what) in steps {
        match what {
            0 => assert_eq!(book.remove(c.id), plain.remove(c.id)),
            1 => {
                let s = book.sorted();
                book.settle(s);
            }
            _ => {
                book.put(c);
                plain.put(c);
            }
        }
    }
    (book, plain)
}

pub(super) fn scores(f: &FoundContacts) -> Vec<u32> {
    f.hits.iter().map(|h| h.score).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn any_text_is_answered_with_marks_inside_the_texts(
        all in proptest::collection::vec(a_contact(), 0..12),
        query in prop_oneof![a_query(), "\\PC{0,60}", any::<String>()],
    ) {
        let mut a = Book::new();
        all.iter().for_each(|c| a.put(c));
        let f = a.find(&query, Id::NIL, 50);
        for h in &f.hits {
            for (text, marks) in [(&h.name, &h.marks)].into_iter().chain(h.fields.iter().map(|m| (&m.text, &m.marks))) {
                let mut end = 0;
                for m in marks {
                    prop_assert!(m.start >= end && m.start < m.end && m.end <= text.len());
                    prop_assert!(text.is_char_boundary(m.start) && text.is_char_boundary(m.end));
                    end = m.end;
                }
            }
        }
    }

    #[test]
    fn the_fast_engine_answers_as_the_plain_one(
        steps in proptest::collection::vec((a_contact(), 0u8..9), 0..90),
        queries in proptest::collection::vec(a_query(), 1..5),
        limit in prop_oneof![Just(50usize), 1usize..8],
        most in prop_oneof![Just(4usize), Just(16), Just(99)],
        direct in prop_oneof![Just(0usize), Just(5), Just(999)],
        me in 0u8..4,
    ) {
        let (book, plain) = both(&steps, most, direct, 86_400_000 * 150);
        let me = Id([me; 16]);
        prop_assert_eq!(book.len(), plain.len());
        for query in &queries {
            for words in super::asked::readings(query).iter().chain([&Vec::new()]) {
                let loosely = [1, 2].map(|edits| WantedWord::loosely(&plain, words, edits));
                for wanted in [Some(WantedWord::strictly(words))].into_iter().chain(loosely).flatten() {
                    let of = |e: &dyn Engine| {
                        e.seek(&wanted, me, limit, &HashSet::new()).iter().map(|s| s.score).collect::<Vec<_>>()
                    };
                    prop_assert_eq!(of(&ContactsPart::new(&book, Among::Everybody)), of(&plain), "{}", query);
                }
            }
            prop_assert_eq!(scores(&book.find(query, me, limit)), scores(&plain.find(query, me, limit)), "{}", query);
        }
    }

    #[test]
    fn what_was_put_and_taken_is_as_if_only_the_rest_had_come(
        steps in proptest::collection::vec((a_contact(), 0u8..5), 0..40),
        query in a_query(),
    ) {
        let (book, _) = both(&steps, 8, 9, 0);
        let mut last = std::collections::BTreeMap::new();
        for (c, what) in &steps {
            match what {
                0 => drop(last.remove(&c.id)),
                1 => {}
                _ => drop(last.insert(c.id, c.clone())),
            }
        }
        let mut fresh = Book::new();
        last.values().for_each(|c| fresh.put(c));
        prop_assert_eq!(book.words.all(), fresh.words.all());
        let (a, b) = (book.find(&query, Id::NIL, 50), fresh.find(&query, Id::NIL, 50));
        prop_assert_eq!(scores(&a), scores(&b));
        prop_assert_eq!(a.loaded, b.loaded);
        // Nothing of what was taken out stays.
        let held: usize = book.blocks.iter().map(|b| b.data.iter().filter(|b| **b != 0).count()).sum();
        let kept: usize = fresh.blocks.iter().map(|b| b.data.iter().filter(|b| **b != 0).count()).sum();
        prop_assert_eq!(held, kept);
        let bits = |b: &Book| b.blocks.iter().flat_map(|b| b.rows.iter().flatten().flatten()).map(|b| b.count_ones()).sum::<u32>();
        prop_assert_eq!(bits(&book), bits(&fresh));
    }
}

#[test]
fn long_and_odd_queries_are_answered() {
    let a = people();
    for query in
        ["x".repeat(10_000), "a ".repeat(5_000), "é".repeat(5_000), "\0\u{1}\u{7f}".into(), "👑".repeat(900)]
    {
        a.find(&query, Id::NIL, 50);
    }
    assert!(a.find("john", Id::NIL, 0).hits.is_empty());
}
