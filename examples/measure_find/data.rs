//! The people to find, what is typed, and who is meant.

use std::{error::Error, fs, path::Path};

use frontdesk::{
    find::{Contact, FieldKind},
    model::{Id, fold::fold},
};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// The moment at which all is measured.
pub const NOW: i64 = 1_790_000_000_000;

/// A person.
#[derive(Debug, Clone, Default)]
pub struct Person {
    pub given: String,
    pub family: String,
    pub company: String,
    pub email: String,
    pub phone: String,
    pub days: i64,
    pub open: u16,
}

/// A query, who is meant, and what counts as them.
pub struct Labelled {
    pub class: String,
    pub query: String,
    pub meant: usize,
    pub rule: String,
}

/// All of it.
pub struct Set {
    pub people: Vec<Person>,
    pub sessions: Vec<String>,
    pub labelled: Vec<Labelled>,
}

/// A person as a contact; the number is the line.
pub fn contact(i: usize, p: &Person) -> Contact {
    let mut id = [0; 16];
    id.iter_mut().zip((i as u64 + 1).to_be_bytes()).for_each(|(to, b)| *to = b);
    let contacted = NOW - p.days * DAY_MS;
    let mut c = Contact { id: Id(id), number: i as u64, contacted, open: p.open, ..Contact::default() };
    c.add(FieldKind::Name, &format!("{} {}", p.given, p.family));
    c.add(FieldKind::Organisation, &p.company);
    c.add(FieldKind::Email, &p.email);
    c.add_phone(&p.phone, "");
    c
}

/// All that was typed on the way to each query. A space at the end changes nothing and is left out.
pub fn keystrokes(sessions: &[String]) -> Vec<String> {
    let of = |q: &String| {
        let ends: Vec<usize> = q.char_indices().map(|(at, c)| at + c.len_utf8()).collect();
        let typed = ends.iter().filter_map(|end| q.get(..*end)).filter(|t| !t.ends_with(' '));
        typed.map(str::to_owned).collect::<Vec<_>>()
    };
    sessions.iter().flat_map(of).collect()
}

pub fn read(dir: &Path, most: usize) -> Result<Set, Box<dyn Error>> {
    let cells = |name: &str| fs::read_to_string(dir.join(name));
    let mut people = Vec::new();
    for line in cells("contacts.tsv")?.lines().take(most) {
        let mut cells = line.split('\t');
        let mut next = || cells.next().unwrap_or_default().to_owned();
        people.push(Person {
            given: next(),
            family: next(),
            company: next(),
            email: next(),
            phone: next(),
            days: next().parse().unwrap_or(0),
            open: next().parse().unwrap_or(0),
        });
    }
    let sessions =
        cells("sessions.tsv")?.lines().filter_map(|l| Some(l.split_once('\t')?.1.to_owned())).collect();
    let labelled = cells("labelled.tsv")?
        .lines()
        .filter_map(|l| {
            let mut cells = l.split('\t').map(str::to_owned);
            let (class, query) = (cells.next()?, cells.next()?);
            Some(Labelled { class, query, meant: cells.next()?.parse().ok()?, rule: cells.next()? })
        })
        .collect();
    Ok(Set { people, sessions, labelled })
}

const GIVEN: &[&str] = &[
    "Ada",
    "Ben",
    "Chloé",
    "Dmitri",
    "Eva",
    "Farid",
    "Grace",
    "Hans",
    "Inês",
    "John",
    "Kofi",
    "Lena",
    "María",
    "Nils",
    "Olga",
    "Pavel",
    "Quinn",
    "Renée",
    "Siobhán",
    "Tomás",
    "Uwe",
    "Vera",
    "Wei",
    "Ximena",
    "Yuki",
    "Zoë",
    "Юлия",
    "Дмитрий",
    "美咲",
    "伟",
];
const STARTS: &[&str] = &[
    "Smi", "Weiß", "Gar", "Mül", "Kow", "O'Ne", "Sok", "Hea", "Lin", "Ander", "Fer", "Nak", "Bau", "Ro",
    "Tre", "Val", "Mc", "Dela", "Stein", "Bru", "Ola", "Pet", "Qua", "Wil", "Zim", "Cor",
];
const MIDDLES: &[&str] = &["", "", "ra", "li", "ne", "do", "ba", "mi", "ste", "ver", "gan", "ol", "ti", "ko"];
const ENDS: &[&str] = &[
    "th", "cia", "ler", "alski", "il", "olov", "thews", "dberg", "son", "reira", "amura", "mann", "er", "ez",
    "ini", "ard", "wood", "ley", "sen", "vic",
];
const COMPANIES: &[&str] =
    &["Northern", "Blue", "Summit", "Pioneer", "Golden", "Evergreen", "Rapid", "Apex", "Quantum"];
const TRADES: &[&str] =
    &["Logistics", "Foods", "Medical", "Energy", "Freight", "Bakery", "Design", "Software", "Tools"];
const FORMS: &[&str] = &["Ltd", "GmbH", "Inc", "S.p.A.", "LLC", ""];

/// The same people each time: a small congruential generator (Knuth, MMIX) picks them.
pub fn invent(n: usize) -> Set {
    let mut state = 42u64;
    let mut pick = |of: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap_or(0) % of.max(1)
    };
    let mut people = Vec::with_capacity(n);
    for _ in 0..n {
        let mut word = |from: &[&'static str]| from.get(pick(from.len())).copied().unwrap_or_default();
        let given = word(GIVEN).to_owned();
        let family = format!("{}{}{}", word(STARTS), word(MIDDLES), word(ENDS));
        let company = format!("{}{} {} {}", word(STARTS), word(ENDS), word(TRADES), word(FORMS));
        let company = if pick(3) == 0 {
            let mut word = |from: &[&'static str]| from.get(pick(from.len())).copied().unwrap_or_default();
            format!("{} {} {}", word(COMPANIES), word(TRADES), word(FORMS))
        } else {
            company
        };
        let email =
            format!("{}.{}@{}.example", fold(&given), fold(&family), fold(&company).replace(' ', "-"));
        let phone = format!("+1-{:03}-555-{:04}", 200 + pick(700), pick(10_000));
        let days = i64::try_from(pick(900)).unwrap_or(0);
        people.push(Person { given, family, company, email, phone, days, open: u16::from(pick(16) == 0) });
    }
    let some: Vec<usize> = (0..people.len()).step_by(people.len() / 300 + 1).collect();
    let mut sessions = Vec::new();
    let mut labelled = Vec::new();
    for (n, i) in some.into_iter().enumerate() {
        let Some(p) = people.get(i) else { continue };
        let (given, family) = (fold(&p.given), fold(&p.family));
        let slip = swapped(&family);
        let (class, query) = match n % 6 {
            0 => ("full name", format!("{given} {family}")),
            1 => ("last first", format!("{family} {given}")),
            2 => ("email local", p.email.split('@').next().unwrap_or_default().to_owned()),
            3 => ("phone last 7", p.phone.chars().filter(char::is_ascii_digit).skip(4).collect()),
            4 => ("typo transpose", format!("{given} {slip}")),
            _ => ("first + company", format!("{given} {}", fold(&p.company))),
        };
        let rule = match n % 6 {
            0 | 1 | 4 => "name",
            2 => "emaillocal",
            3 => "phone",
            _ => "firstcomp",
        };
        sessions.push(query.clone());
        labelled.push(Labelled { class: class.into(), query, meant: i, rule: rule.into() });
    }
    Set { people, sessions, labelled }
}

/// Two letters in the middle of a word the wrong way round.
fn swapped(word: &str) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let at = letters.len() / 2;
    if at > 0 && at < letters.len() {
        letters.swap(at - 1, at);
    }
    letters.into_iter().collect()
}
