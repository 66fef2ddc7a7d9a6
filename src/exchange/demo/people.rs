//! Who there is: firms and customers, beside those who work at the desk.

use std::collections::HashSet;

use super::{
    Options,
    calendar::{DAY, HOUR, MINUTE},
    plan::Plan,
    rng::Rng,
    staff,
    texts::{calls, firms, names},
};
use crate::{
    desk::{Command, Edit},
    model::{Id, Kind, Stamp, fold},
};

/// An agent.
pub struct Colleague {
    /// The agent.
    pub id: Id,
    /// The name.
    pub name: String,
    /// The short name.
    pub handle: String,
}

/// Something that was bought.
pub struct Bought {
    /// The order.
    pub id: Id,
    /// The number that it will get.
    pub number: usize,
    /// When.
    pub at: Stamp,
    /// What came to most in it.
    pub title: &'static str,
    /// What it came to, in minor units.
    pub total: i64,
}

/// A customer.
pub struct Person {
    /// The record.
    pub id: Id,
    /// Since when they are known.
    pub at: Stamp,
    /// Given name.
    pub first: String,
    /// The whole name, in the order of their language.
    pub name: String,
    /// Their language.
    pub language: &'static str,
    /// Their town.
    pub city: &'static str,
    /// Their firm.
    pub firm: Option<usize>,
    /// Whether they buy at all.
    pub buys: bool,
    /// Whether they were known from the start.
    pub old: bool,
    /// The order in which they got a grinder of the recalled batch.
    pub recalled: Option<usize>,
    /// What they bought, oldest first.
    pub orders: Vec<Bought>,
}

/// A ticket that was solved.
pub struct Solved {
    /// The ticket.
    pub ticket: Id,
    /// Whose.
    pub person: usize,
    /// By which colleague.
    pub by: usize,
    /// When.
    pub at: Stamp,
    /// Whether it was about the recall.
    pub recall: bool,
    /// Whether it took too long.
    pub slow: bool,
}

/// Everybody.
pub struct Town {
    /// Agents; the first is who opened the demo.
    pub colleagues: Vec<Colleague>,
    /// The agent who takes in what arrives by itself: mail, the shop, answers.
    pub letterbox: Id,
    /// The two teams: support and workshop.
    pub teams: [Id; 2],
    /// Customers, oldest first.
    pub people: Vec<Person>,
    /// Tickets that ended well.
    pub solved: Vec<Solved>,
    /// When the desk was opened.
    pub start: Stamp,
    /// Since when the last colleague is away.
    pub away_since: Stamp,
}

impl Town {
    /// Who opened the demo.
    pub fn me(&self) -> Id {
        self.agent(0)
    }

    /// An agent.
    pub fn agent(&self, i: usize) -> Id {
        self.colleagues.get(i).map_or(Id::NIL, |c| c.id)
    }

    /// The name under which an agent writes.
    pub fn agent_name(&self, i: usize) -> &str {
        self.colleagues.get(i).map_or("", |c| c.name.split_whitespace().next().unwrap_or(""))
    }

    /// An agent of a team on duty at that time.
    pub fn on_duty(&self, workshop: bool, at: Stamp, rng: &mut Rng) -> usize {
        let weights: &[u64] = if workshop { &[2, 1, 0, 8, 0, 6] } else { &[8, 6, 8, 1, 7, 1] };
        match rng.weighted(weights) {
            5 if at > self.away_since => 3,
            i => i,
        }
    }

    /// A customer known by then; some write far more often than others.
    pub fn anyone(&self, at: Stamp, rng: &mut Rng) -> usize {
        let known = self.people.partition_point(|p| p.at < at - HOUR).max(1);
        let u = rng.unit();
        // Squaring leaves a few at one end; the scramble spreads those over all ages.
        let i = (u * u * known as f64) as usize;
        i.wrapping_mul(7919) % known
    }
}

/// Plans the desk, its people and those that it serves.
pub fn town(plan: &mut Plan, options: &Options, mut rng: Rng) -> Town {
    let now = plan.now();
    let start = plan.calendar.midnight(now - i64::from(super::BACK) * DAY) + 8 * HOUR + 30 * MINUTE;
    let mut town = Town {
        colleagues: Vec::new(),
        letterbox: Id::NIL,
        teams: [Id::NIL; 2],
        people: Vec::new(),
        solved: Vec::new(),
        start,
        away_since: now - 2 * DAY,
    };
    staff::staff(plan, options, &mut town);
    let firms = firms(plan, options, town.me(), start + HOUR);
    customers(plan, options, &mut town, &firms, &mut rng);
    town
}

struct Firm {
    name: String,
    domain: String,
}

fn firms(plan: &mut Plan, options: &Options, owner: Id, start: Stamp) -> Vec<Firm> {
    let most = firms::FIRST.len() * firms::KIND.len();
    let count = (6 + options.customers / 28).min(most).min(600);
    let mut slugs = HashSet::new();
    let mut out: Vec<Firm> = Vec::new();
    for i in 0..count {
        // Both lists are walked together, so that no pair comes twice before all have come.
        let first = firms::FIRST.get(i % firms::FIRST.len()).copied().unwrap_or("Third Cup");
        let kind = (i * 7 + i / firms::FIRST.len()) % firms::KIND.len();
        let kind = firms::KIND.get(kind).copied().unwrap_or("Café");
        let name = format!("{first} {kind}");
        let mut slug: String = fold::fold(first).chars().filter(char::is_ascii_alphanumeric).collect();
        if !slugs.insert(slug.clone()) {
            slug = format!("{slug}-{}", i + 1);
            slugs.insert(slug.clone());
        }
        let domain = format!("{slug}.example");
        let mut edits = vec![Edit::set("name", name.as_str()), Edit::set("domain", domain.as_str())];
        if i % 3 == 0 {
            edits.push(Edit::add("tag", "wholesale"));
        }
        if i % 5 == 0 {
            let note = firms::NOTES.get(i / 5 % firms::NOTES.len()).copied().unwrap_or_default();
            edits.push(Edit::add("note", note));
        }
        let at = start + i64::try_from(i).unwrap_or(0) * 20_000;
        plan.add(at, owner, Command::Create(Kind::Organisation, edits));
        out.push(Firm { name, domain });
    }
    out
}

fn customers(plan: &mut Plan, options: &Options, town: &mut Town, firms: &[Firm], rng: &mut Rng) {
    let now = plan.now();
    let count = options.customers.max(1);
    let old = (count * 42 / 100).max(1);
    let book = town.start + 5 * HOUR;
    let mut times: Vec<(Stamp, bool)> = (0..old)
        .map(|i| (book + i64::try_from(i).unwrap_or(0) * 2 * DAY / i64::try_from(old).unwrap_or(1), true))
        .collect();
    let grown = book + 2 * DAY;
    times.extend((old..count).map(|_| {
        // Each month brings a few more than the previous one.
        let u = rng.unit().powf(0.78);
        let at = plan.calendar.moment(grown + (u * (now - grown) as f64) as i64, rng);
        (at.clamp(grown, now - 20 * MINUTE), false)
    }));
    times.sort_unstable();
    let weights: Vec<u64> = names::PEOPLE.iter().map(|p| p.weight).collect();
    let mut taken = HashSet::new();
    let mut people_of = vec![0usize; firms.len()];
    for (i, (at, old)) in times.into_iter().enumerate() {
        let from = if i < names::PEOPLE.len() { i } else { rng.weighted(&weights) };
        let Some(from) = names::PEOPLE.get(from) else { continue };
        let firm = rng.chance(17).then(|| rng.below(firms.len()));
        let slot = firm.and_then(|f| people_of.get_mut(f));
        let nth = slot.map_or(0, |n| {
            *n += 1;
            *n
        });
        customer(
            plan,
            town,
            rng,
            &mut taken,
            New { from, at, old, firm: firm.and_then(|f| Some((f, firms.get(f)?, nth))) },
        );
    }
}

struct New<'a> {
    from: &'static names::People,
    at: Stamp,
    old: bool,
    firm: Option<(usize, &'a Firm, usize)>,
}

/// A name and its Latin spelling.
fn spelt(name: &'static str) -> (&'static str, String) {
    let (shown, latin) = name.split_once('|').unwrap_or((name, name));
    (shown, fold::fold(latin).chars().filter(char::is_ascii_alphanumeric).collect())
}

fn customer(plan: &mut Plan, town: &mut Town, rng: &mut Rng, taken: &mut HashSet<String>, new: New) {
    let New { from, at, old, firm } = new;
    let ((given, given_latin), (family, family_latin)) =
        (spelt(rng.pick(from.given)), spelt(rng.pick(from.family)));
    let city = rng.pick(from.cities);
    let buys = firm.is_some() || rng.chance(80);
    let mut edits = vec![Edit::set("given", given), Edit::set("family", family)];
    if given_latin != fold::fold(given) && matches!(from.language, "ja" | "zh" | "ko") {
        edits.push(Edit::set("phonetic", format!("{given_latin} {family_latin}")));
    }
    let domain = match firm {
        Some((_, f, _)) => f.domain.clone(),
        None => rng.pick(names::HOMES).to_owned(),
    };
    let local = match rng.below(4) {
        0 => format!("{given_latin}{}", family_latin.get(..1).unwrap_or_default()),
        1 => format!("{family_latin}.{given_latin}"),
        _ => format!("{given_latin}.{family_latin}"),
    };
    let mut address = format!("{local}@{domain}");
    let mut n = 1;
    while !taken.insert(address.clone()) {
        n += 1;
        address = format!("{local}{n}@{domain}");
    }
    edits.push(Edit::set("email", address));
    if let Some((_, f, nth)) = firm {
        edits.push(Edit::set("organisation", f.name.as_str()));
        edits.push(Edit::set("title", rng.pick(firms::POSTS)));
        if nth <= 2 {
            edits.push(Edit::add("email", format!("info@{}", f.domain)));
            edits.push(Edit::set("shared_email", format!("info@{}", f.domain)));
        }
        if rng.chance(70) {
            edits.push(Edit::add("tag", "wholesale"));
        }
    }
    if !from.phones.is_empty() && rng.chance(72) {
        let (begin, digits) = rng.pick(from.phones);
        let most = 10i64.pow(u32::try_from(digits).unwrap_or(3));
        edits.push(Edit::set("phone", format!("{begin}{:0digits$}", rng.range(0, most))));
    }
    edits.push(Edit::set("city", city));
    edits.push(Edit::set("country", from.country));
    edits.push(Edit::set("language", from.language));
    edits.push(Edit::set("zone", from.zone));
    details(town, rng, &mut edits, at, old, buys);
    // Birthdays are sensitive: the lead enters them.
    let is_private = edits.iter().any(|e| e.field == "birthday");
    let lead = town.colleagues.get(1).filter(|_| is_private);
    let actor = lead.map_or(town.letterbox, |c| c.id);
    let id = plan.add(at, actor, Command::Create(Kind::Customer, edits));
    town.people.push(Person {
        id,
        at,
        first: given.to_owned(),
        name: match from.language {
            "ja" => format!("{family} {given}"),
            "zh" | "ko" => format!("{family}{given}"),
            _ => format!("{given} {family}"),
        },
        language: from.language,
        city,
        firm: firm.map(|(i, ..)| i),
        buys,
        old,
        recalled: None,
        orders: Vec::new(),
    });
}

/// What is known of some and not of others.
fn details(town: &Town, rng: &mut Rng, edits: &mut Vec<Edit>, at: Stamp, old: bool, buys: bool) {
    let stage = match (buys, old) {
        (true, true) => "customer",
        (true, false) => "lead",
        _ if rng.chance(55) => "subscriber",
        _ => "lead",
    };
    edits.push(Edit::set("stage", stage));
    edits.push(Edit::set(
        "source",
        rng.pick(&["shop", "shop", "fair", "friend", "workshop", "newsletter", "search"]),
    ));
    if rng.chance(5) {
        edits.push(Edit::add("tag", "vip"));
    }
    for (tag, often) in
        [("newsletter", 34), ("restorer", 2), ("press", 1), ("coffee-club", 4), ("early-wren", 5)]
    {
        if rng.chance(often) {
            edits.push(Edit::add("tag", tag));
        }
    }
    if rng.chance(30)
        && let Some(owner) = town.colleagues.get(1 + rng.below(5))
    {
        edits.push(Edit::set("owner", owner.handle.as_str()));
    } else if rng.chance(14) {
        edits.push(Edit::set("owner", town.me().to_string()));
    }
    if rng.chance(7) {
        edits.push(Edit::add("note", rng.pick(calls::NOTES).replace("{city}", "the town")));
    }
    if rng.chance(8) {
        edits.push(Edit::add("preference", rng.pick(calls::PREFERENCES)));
    }
    if rng.chance(12) {
        edits.push(Edit::set("preferred_channel", rng.pick(&["email", "phone", "chat", "sms"])));
    }
    if rng.chance(9) {
        let (year, month, day) = (rng.range(1948, 2006), rng.range(1, 13), rng.range(1, 29));
        edits.push(Edit::set("birthday", format!("{year}-{month:02}-{day:02}")));
    }
    // Friends bring friends, and were here before them.
    let before = town.people.partition_point(|p| p.at < at);
    if rng.chance(6)
        && let Some(friend) = town.people.get(rng.below(before)).filter(|_| before > 0)
    {
        edits.push(Edit::set("referred_by", friend.id.to_string()));
    }
}
