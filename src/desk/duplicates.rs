//! Customers who may be the same person: suggested in pairs, each with its reasons and a score. Nothing is merged by itself.
//!
//! Every customer is looked up by the keys that duplicates share (name, telephone,
//! organisation); only those who meet are compared. Work and memory grow with the customers, not with their pairs.

use std::collections::{HashMap, HashSet};

use super::Desk;
use crate::{
    model::{Customer, Day, Id, Table, customer::Phone, fold, phone},
    query,
    store::{Range, Scan, StoreError, ViewExt, records},
};

/// Two customers who may be one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// The one who is here longer.
    pub stays: Id,
    /// The other.
    pub goes: Id,
    /// How likely, from 0 to 99: an order of suggestions, not a probability.
    pub score: u8,
    /// Why, the weightiest first.
    pub reasons: Vec<String>,
}

/// Pairs below this are not suggested unless asked for.
pub const LEAST: u8 = 50;

/// How many customers are read in one look at the store.
const PAGE: usize = 500;

/// A number that this many have is a switchboard, not a person's.
const SWITCHBOARD: usize = 6;

/// A name that this many have says nothing by itself, and comparing all of them would not end.
const COMMON: usize = 60;

/// The most people of one organisation that are compared with each other.
const COLLEAGUES: usize = 300;

/// Everyone who may be someone else too, the likeliest pair first; `progress` hears how many customers were looked at.
///
/// Of a person with many records each is named once with the one it is likeliest to belong to, so that merging the pairs
/// from the top leaves one.
///
/// # Errors
/// Where the file cannot be read.
pub fn find(desk: &Desk, least: u8, mut progress: impl FnMut(u64)) -> Result<Vec<Pair>, StoreError> {
    let keys = keys(desk, &mut progress)?;
    let mut candidates: HashSet<(u32, u32)> = HashSet::new();
    for group in &keys.groups {
        meet(group, &mut candidates);
    }
    // Colleagues are looked at some thousand at a time: everyone may be a colleague.
    let mut next = keys.colleagues.iter().peekable();
    while next.peek().is_some() {
        let mut some: Vec<&Vec<u32>> = Vec::new();
        while some.iter().map(|g| g.len()).sum::<usize>() < 10 * PAGE
            && let Some(group) = next.next()
        {
            some.push(group);
        }
        let wanted: Vec<u32> = some.iter().copied().flatten().copied().collect();
        let people = load(desk, &keys.ids, &wanted)?;
        some.iter().for_each(|group| near(group, &people, &mut candidates));
    }
    let mut wanted: Vec<u32> = candidates.iter().flat_map(|(a, b)| [*a, *b]).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let people = load(desk, &keys.ids, &wanted)?;
    let mut pairs: Vec<Pair> = candidates
        .into_iter()
        .filter_map(|(a, b)| Some(compare(people.get(&a)?, people.get(&b)?)))
        .flatten()
        .filter(|p| p.score >= least)
        .collect();
    pairs.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| (a.stays, a.goes).cmp(&(b.stays, b.goes))));
    Ok(connecting(pairs))
}

/// Where people meet: places in the list of ids.
struct Keys {
    ids: Vec<Id>,
    groups: Vec<Vec<u32>>,
    colleagues: Vec<Vec<u32>>,
}

fn keys(desk: &Desk, progress: &mut impl FnMut(u64)) -> Result<Keys, StoreError> {
    let mut ids = Vec::new();
    let mut met: Vec<(u64, u32)> = Vec::new();
    let mut rung: Vec<(u64, u32)> = Vec::new();
    let mut at_work: Vec<(Id, u32)> = Vec::new();
    let mut range = Range::all();
    loop {
        let page = desk.view(|v| v.page(Table::Customer, &range, Scan::Forward, PAGE))?;
        let Some((last, _)) = page.last() else { break };
        range.pass(last);
        for (_, bytes) in &page {
            let c: Customer = records::decode(bytes)?;
            if !c.is_live() {
                continue;
            }
            let place = u32::try_from(ids.len()).unwrap_or(u32::MAX);
            ids.push(c.id);
            let words = words(&c);
            if !words.is_empty() {
                met.push((hash(&words.join(" ")), place));
            }
            rung.extend(c.phones.iter().filter_map(Phone::key).map(|k| (hash(&k), place)));
            at_work.extend(c.organisation().map(|o| (o, place)));
        }
        progress(ids.len() as u64);
    }
    let mut groups = together(met, COMMON);
    groups.extend(together(rung, SWITCHBOARD));
    let colleagues = together(at_work, COLLEAGUES);
    Ok(Keys { ids, groups, colleagues })
}

/// Those who meet under one key, where they are two or more and not too many.
fn together<K: Ord>(mut met: Vec<(K, u32)>, most: usize) -> Vec<Vec<u32>> {
    met.sort_unstable();
    met.dedup();
    let groups = met.chunk_by(|a, b| a.0 == b.0).filter(|g| (2..=most).contains(&g.len()));
    groups.map(|g| g.iter().map(|k| k.1).collect()).collect()
}

/// FNV-1a, 64 bits: a meeting place, checked when people are compared.
fn hash(s: &str) -> u64 {
    s.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
}

/// All pairs of a small group; of a large one, everyone with the first.
fn meet(group: &[u32], out: &mut HashSet<(u32, u32)>) {
    for (i, a) in group.iter().enumerate() {
        let far = if group.len() <= 8 || i == 0 { group.len() } else { i + 2 };
        for b in group.iter().take(far).skip(i + 1) {
            out.insert((*a, *b));
        }
    }
}

/// Colleagues whose names are a slip apart.
fn near(group: &[u32], people: &HashMap<u32, Person>, out: &mut HashSet<(u32, u32)>) {
    for (i, a) in group.iter().enumerate() {
        let Some(one) = people.get(a) else { continue };
        for b in group.iter().skip(i + 1) {
            if people.get(b).is_some_and(|other| slip(one, other)) {
                out.insert((*a, *b));
            }
        }
    }
}

/// What is compared of a customer.
struct Person {
    id: Id,
    words: Vec<String>,
    name: String,
    phones: Vec<String>,
    organisation: Option<Id>,
    emails: Vec<(String, String)>,
    birthday: Option<Day>,
    distinct: Vec<Id>,
}

/// The words of a name, in the order of the alphabet: `Lovelace, Ada` is `Ada Lovelace`.
fn words(c: &Customer) -> Vec<String> {
    let name = fold::fold(&format!("{} {} {}", c.given, c.middle, c.family));
    let mut words: Vec<String> =
        name.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect();
    words.sort_unstable();
    words
}

fn person(c: &Customer) -> Person {
    let words = words(c);
    let emails = c.emails.iter().filter_map(|e| {
        let key = fold::email_key(&e.address)?;
        key.rsplit_once('@').map(|(l, d)| (l.to_owned(), d.to_owned()))
    });
    Person {
        id: c.id,
        name: words.join(" "),
        words,
        phones: c
            .phones
            .iter()
            .filter_map(|p| phone::key(if p.e164.is_empty() { &p.raw } else { &p.e164 }))
            .collect(),
        organisation: c.organisation(),
        emails: emails.collect(),
        birthday: c.birthday,
        distinct: c.distinct_from.clone(),
    }
}

fn load(desk: &Desk, ids: &[Id], wanted: &[u32]) -> Result<HashMap<u32, Person>, StoreError> {
    let mut out = HashMap::with_capacity(wanted.len());
    for part in wanted.chunks(PAGE) {
        desk.view(|v| {
            for place in part {
                if let Some(id) = ids.get(*place as usize)
                    && let Some(c) = records::get::<Customer>(v, *id)?
                {
                    out.insert(*place, person(&c));
                }
            }
            Ok(())
        })?;
    }
    Ok(out)
}

/// Whether two different names are a slip of the finger apart.
fn slip(a: &Person, b: &Person) -> bool {
    let (short, long) = (a.name.len().min(b.name.len()), a.name.len().max(b.name.len()));
    let allowed = if short >= 12 { 2 } else { 1 };
    a.words.len() == b.words.len()
        && a.words.len() >= 2
        && short >= 8
        && long - short <= allowed
        && a.words.iter().zip(&b.words).filter(|(x, y)| x != y).count() == 1
        && query::edits(&a.name, &b.name) <= allowed
}

/// What speaks for two customers being one, and against.
fn compare(a: &Person, b: &Person) -> Option<Pair> {
    if a.distinct.contains(&b.id) || b.distinct.contains(&a.id) {
        return None;
    }
    let mut reasons: Vec<(i32, &str)> = Vec::new();
    let same_name = !a.words.is_empty() && a.words == b.words;
    let same_phone = a.phones.iter().any(|p| b.phones.contains(p));
    let colleagues = a.organisation.is_some() && a.organisation == b.organisation;
    if same_name {
        reasons.push(if a.words.len() > 1 { (80, "the same name") } else { (50, "the same one-word name") });
    } else if slip(a, b) {
        reasons.push((if same_phone || colleagues { 65 } else { 40 }, "nearly the same name"));
    }
    if same_phone {
        // Two names on one number are a household more often than one person.
        reasons.push((if reasons.is_empty() { 45 } else { 18 }, "the same telephone"));
    }
    let speaks = !reasons.is_empty();
    if colleagues && speaks {
        reasons.push((10, "the same organisation"));
    }
    if speaks && a.emails.iter().any(|(x, _)| b.emails.iter().any(|(y, _)| alike(x, y))) {
        reasons.push((9, "a similar e-mail address"));
    } else if speaks && a.emails.iter().any(|(_, x)| b.emails.iter().any(|(_, y)| x == y)) {
        reasons.push((4, "addresses at the same place"));
    }
    let mut score: i32 = reasons.iter().map(|(s, _)| s).sum();
    let mut against = None;
    if let (Some(x), Some(y)) = (a.birthday, b.birthday)
        && x != y
    {
        score -= 50;
        against = Some("but other birthdays");
    }
    let reasons = reasons.iter().map(|(_, r)| *r).chain(against).map(str::to_owned).collect();
    let (stays, goes) = if a.id <= b.id { (a.id, b.id) } else { (b.id, a.id) };
    Some(Pair { stays, goes, score: u8::try_from(score.clamp(0, 99)).unwrap_or(99), reasons })
}

/// Whether the parts of two addresses before the `@` are of one making: `ada.l` and `ada.lovelace`.
fn alike(a: &str, b: &str) -> bool {
    let letters = |s: &str| s.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let (a, b) = (letters(a), letters(b));
    let same = a.chars().zip(b.chars()).take_while(|(x, y)| x == y).count();
    a == b || same >= 4
}

/// Of all pairs those that are needed to connect who belongs together, the likeliest first.
fn connecting(pairs: Vec<Pair>) -> Vec<Pair> {
    let mut head: HashMap<Id, Id> = HashMap::new();
    fn top(head: &HashMap<Id, Id>, id: Id) -> Id {
        let mut at = id;
        while let Some(next) = head.get(&at) {
            at = *next;
        }
        at
    }
    pairs
        .into_iter()
        .filter(|p| {
            let (a, b) = (top(&head, p.stays), top(&head, p.goes));
            if a != b {
                head.insert(b, a);
            }
            a != b
        })
        .collect()
}
