//! The customers that both sides store: the nth is always the same.

use frontdesk::model::{
    Customer, Entries, ExternalId, Id, Ids, Record, Table,
    customer::{Email, Phone},
};
use frontdesk::store::records;

const GIVEN: [&str; 16] = [
    "Ada", "Björn", "Chen", "Dana", "Elif", "Farid", "Grace", "Hana", "Ines", "Jan", "Kofi", "Lena", "Mira",
    "Noor", "Olga", "Piotr",
];
const FAMILY: [&str; 16] = [
    "Abbott", "Becker", "Costa", "Dietrich", "Evans", "Fischer", "Garcia", "Hansen", "Ivanov", "Jensen",
    "Kowalski", "Lindholm", "Moreau", "Novak", "Okafor", "Petrov",
];

/// Numbers that look random and are the same each time (splitmix64, Steele et al. 2014).
pub struct Random(pub u64);

impl Random {
    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// One below.
    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n.max(1)
    }
}

/// The id of the nth customer.
pub fn id(n: u64) -> Id {
    let mut random = [0; 10];
    // Ids grow with time, as the desk's do.
    let noise = Random(n).next().to_be_bytes();
    for (to, from) in random.iter_mut().skip(2).zip(noise) {
        *to = from;
    }
    Id::v7(1_700_000_000_000 + n as i64, random)
}

/// An op that was never used before.
pub fn op(what: u64, n: u64) -> Id {
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(what.to_be_bytes().into_iter().chain(n.to_be_bytes())) {
        *to = from;
    }
    Ids::new(Id(bytes), 0).id()
}

fn parts(n: u64) -> (&'static str, String) {
    let mut r = Random(n ^ 0x5eed);
    let pick =
        |of: &[&'static str; 16], r: &mut Random| of.get(r.below(16) as usize).copied().unwrap_or_default();
    let given = pick(&GIVEN, &mut r);
    (given, format!("{}{:x}", pick(&FAMILY, &mut r), r.below(1 << 20)))
}

/// The folded name of the nth customer, as its index has it.
pub fn name(n: u64) -> String {
    let (given, family) = parts(n);
    frontdesk::model::fold::fold(&format!("{family} {given}"))
}

/// The nth customer.
pub fn customer(n: u64) -> Customer {
    let (given, family) = parts(n);
    let number = format!("+49{:010}", Random(n ^ 0xca11).below(10_000_000_000));
    Customer {
        id: id(n),
        version: 1,
        number: n + 1,
        emails: vec![Email {
            address: format!("{}.{}@example{}.org", given.to_lowercase(), family.to_lowercase(), n % 97),
            primary: true,
            ..Email::default()
        }],
        phones: vec![Phone { raw: number.clone(), e164: number, primary: true, ..Phone::default() }],
        external_ids: vec![ExternalId { source: "contacts".into(), id: n.to_string() }],
        tags: vec![if n.is_multiple_of(10) { "vip".into() } else { "newsletter".into() }],
        notes: vec!["Prefers a call in the morning; asked about the spring catalogue.".into()],
        source: "contacts".into(),
        created_at: 1_700_000_000_000 + n as i64,
        updated_at: 1_700_000_000_000 + n as i64,
        given: given.into(),
        family,
        ..Customer::default()
    }
}

/// All rows of a customer: its record, and what is derived from it.
pub fn rows(c: &Customer) -> Vec<(Table, Vec<u8>, Vec<u8>)> {
    let mut entries = Entries::default();
    c.entries(&mut entries);
    let record = (Table::Customer, c.id.bytes().to_vec(), records::encode(c));
    std::iter::once(record).chain(entries.0.into_iter().map(|e| (e.table, e.key, e.value))).collect()
}
