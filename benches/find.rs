//! Finding people for counting instructions: 100,000 made-up contacts, then keystrokes of several kinds, each in a function
//! of its own. See `benches/README.md`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a measurement stops where it cannot go on

use std::hint::black_box;

use frontdesk::{
    find::{Book, Contact, FieldKind, Finder},
    model::Id,
};

const CONTACTS: u64 = 100_000;
const ROUNDS: u64 = 20;

/// A name out of this many, by a small congruential generator (Knuth, MMIX).
fn made_up(state: &mut u64, of: u64) -> String {
    const PARTS: &[&str] = &[
        "ka", "lo", "mi", "ra", "ten", "sto", "ber", "an", "du", "vel", "ny", "os", "ga", "fi", "hu", "ste",
    ];
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    let mut n = (*state >> 33) % of + 17;
    let mut out = String::new();
    while n > 0 {
        out.push_str(PARTS[usize::try_from(n % 16).unwrap()]);
        n /= 16;
    }
    out
}

fn contact(state: &mut u64, n: u64) -> Contact {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&(n + 1).to_be_bytes());
    let (given, family) = (made_up(state, 900), made_up(state, 40_000));
    let company = made_up(state, 20_000);
    let days = i64::try_from(n * 7919 % 1500).unwrap();
    let mut c = Contact { id: Id(id), number: n, contacted: NOW - days * 86_400_000, ..Contact::default() };
    c.add(FieldKind::Name, &format!("{given} {family}"));
    c.add(FieldKind::Organisation, &format!("{company} Ltd"));
    c.add(FieldKind::Email, &format!("{given}.{family}@{company}.test"));
    c.add_phone(&format!("+1 555-{:07}", n * 7919 % 10_000_000), "");
    c
}

const NOW: i64 = 1_790_000_000_000;

fn ask(book: &Book, queries: &[&str]) {
    for _ in 0..ROUNDS {
        for q in queries {
            black_box(book.find(q, Id::NIL, 50));
        }
    }
}

/// The start of a name.
#[inline(never)]
fn keystroke_start(book: &Book) {
    ask(book, &["st", "ber", "kalo", "minyra"]);
}

/// Two words.
#[inline(never)]
fn keystroke_two_words(book: &Book) {
    ask(book, &["kalo m", "lo ber", "mira tenst", "osga ltd"]);
}

/// A word that no contact has, so that everything is searched.
#[inline(never)]
fn keystroke_nobody(book: &Book) {
    ask(book, &["cqr", "torrr", "zx w", "x.y"]);
}

/// A slip.
#[inline(never)]
fn keystroke_slip(book: &Book) {
    ask(book, &["mirta", "kalostenb", "tenrabre", "duvle osga"]);
}

fn main() {
    let mut book = Book::new();
    book.set_now(NOW);
    let mut state = 42;
    (0..CONTACTS).for_each(|n| book.put(&contact(&mut state, n)));
    let sorted = book.sorted();
    book.settle(sorted);
    keystroke_start(&book);
    keystroke_two_words(&book);
    keystroke_nobody(&book);
    keystroke_slip(&book);
}
