//! How often the one meant, or one who counts as them, came first and among the first ten, by class.

use std::collections::BTreeMap;

use frontdesk::{
    find::{Book, Finder},
    model::{Id, fold::fold_char},
};
use serde_json::{Value, json};

use super::data::{Labelled, Person, Set};

/// Queries, right in first place, right among ten.
type Classes = BTreeMap<String, [usize; 3]>;

/// Folded as the queries are: other scripts as they are.
fn fold(s: &str) -> String {
    let mut out = String::new();
    for c in s.chars() {
        let latin = u32::from(c) < 0x370 || ('\u{1e00}'..'\u{1f00}').contains(&c);
        if latin { fold_char(c, |c| out.push(c)) } else { out.extend(c.to_lowercase()) }
    }
    out
}

fn first_word(s: &str) -> &str {
    s.split([' ', '-']).next().unwrap_or_default()
}

fn digits(s: &str) -> String {
    s.chars().filter(char::is_ascii_digit).collect()
}

fn initial(s: &str) -> char {
    s.chars().next().unwrap_or(' ')
}

/// Whether a contact answers a query.
fn counts(l: &Labelled, meant: &Person, found: &Person) -> bool {
    let of = |p: &Person| (fold(&p.given), fold(&p.family), fold(&p.company));
    let (k, m) = (of(found), of(meant));
    let q: Vec<&str> = l.query.split(' ').collect();
    let head = q.first().copied().unwrap_or_default();
    let rest = q.get(1..).unwrap_or_default();
    match l.rule.as_str() {
        "name" => k.0 == m.0 && first_word(&k.1) == first_word(&m.1),
        "last" => first_word(&k.1) == first_word(&m.1),
        "firstcomp" => k.0 == m.0 && k.2 == m.2,
        "prefixes" => {
            let all = format!("{} {} {}", k.0, k.1, k.2);
            let starts = |x: &str| all.split(|c: char| !c.is_alphanumeric()).any(|w| w.starts_with(x));
            q.iter().all(|x| starts(x) || k.2.contains(x) || k.0.starts_with(x))
        }
        "initials" => {
            let initials: String = [initial(&k.0), initial(&k.1)].into_iter().collect();
            initials == head && rest.iter().all(|x| k.2.contains(x))
        }
        "initlast" => {
            format!("{}{}", initial(&k.0), first_word(&k.1)) == head && rest.iter().all(|x| k.2.contains(x))
        }
        "emaillocal" => found.email.split('@').next() == meant.email.split('@').next(),
        "emailsub" => found.email.contains(&l.query),
        "phone" => digits(&found.phone).contains(&digits(&l.query)),
        _ => false,
    }
}

/// The rank, from 1, of the first that counts; 0: none of ten.
fn rank(book: &Book, set: &Set, l: &Labelled) -> usize {
    let Some(meant) = set.people.get(l.meant) else { return 0 };
    let right = |n: u64| {
        let n = usize::try_from(n).unwrap_or(usize::MAX);
        n == l.meant || set.people.get(n).is_some_and(|p| counts(l, meant, p))
    };
    let found = book.find(&l.query, Id::NIL, 50).hits;
    found.iter().take(10).position(|h| right(h.number)).map_or(0, |p| p + 1)
}

pub fn judge(book: &Book, set: &Set) -> Classes {
    let mut out = Classes::new();
    for l in &set.labelled {
        let rank = rank(book, set, l);
        let [n, first, ten] = out.entry(l.class.clone()).or_default();
        *n += 1;
        *first += usize::from(rank == 1);
        *ten += usize::from(rank > 0);
    }
    out
}

/// The shares of right ones over some classes.
pub fn share(classes: &Classes, pick: impl Fn(&str) -> bool) -> (f64, f64) {
    let mut sum = [0; 3];
    for (_, counts) in classes.iter().filter(|(class, _)| pick(class)) {
        sum.iter_mut().zip(counts).for_each(|(s, c)| *s += c);
    }
    let [n, first, ten] = sum.map(|n| n as f64);
    (first / n.max(1.0), ten / n.max(1.0))
}

pub fn table(classes: &Classes) -> Value {
    classes.iter().map(|(class, [n, first, ten])| (class.clone(), json!([n, first, ten]))).collect()
}

/// Lists what did not come first, with what did instead.
pub fn misses(book: &Book, set: &Set) {
    for l in &set.labelled {
        let rank = rank(book, set, l);
        if rank == 1 {
            continue;
        }
        let found = book.find(&l.query, Id::NIL, 50);
        let who = |p: &Person| {
            format!("{} {}, {}, {}, {} {}d", p.given, p.family, p.company, p.email, p.phone, p.days)
        };
        let meant = set.people.get(l.meant).map(who).unwrap_or_default();
        let hit = found.hits.first();
        let first = hit.and_then(|h| set.people.get(usize::try_from(h.number).ok()?)).map(who);
        let score = hit.map_or(0, |h| h.score);
        let at = found.hits.iter().find(|h| h.number == l.meant as u64).map_or(0, |h| h.score);
        eprintln!(
            "{rank} {}: {}\n    meant {meant} ({at})\n    first {} ({score}) of {} {:?}",
            l.class,
            l.query,
            first.unwrap_or_default(),
            found.hits.len(),
            found.correction
        );
    }
}
