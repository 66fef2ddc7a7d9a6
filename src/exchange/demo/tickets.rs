//! What people write about, day by day, and in the week of the recall.

use super::{
    calendar::{DAY, HOUR, MINUTE},
    life::{Case, live},
    people::Town,
    plan::Plan,
    rng::Rng,
    talk::{self, Matter},
    texts::topics::SPAM,
    trade::RECALL,
};
use crate::{
    desk::{Command, TicketChange, command::NewTicket},
    model::{Channel, Priority, Stamp, TicketType},
};

/// For how many days there are tickets.
const DAYS: i64 = 90;

/// Plans the tickets of every day.
pub fn daily(plan: &mut Plan, town: &mut Town, mut rng: Rng) {
    let total = town.people.len() * 72 / 100;
    for (noon, at) in spread(plan, total, &mut rng) {
        let person = town.anyone(at, &mut rng);
        if at < town.start + 4 * DAY || !plan.past(at) {
            continue;
        }
        if rng.chance(3) {
            junk(plan, town, person, at, &mut rng);
            continue;
        }
        let language = town.people.get(person).map_or("en", |p| p.language);
        let Some(matter @ Matter::Topic(topic, ..)) = talk::usual(language, &mut rng) else { continue };
        let cafe = town.people.get(person).is_some_and(|p| p.firm.is_some());
        let priority = priority(topic.pressing + if cafe { 8 } else { 0 }, &mut rng);
        let case = Case {
            person,
            at,
            matter,
            kind: topic.kind.clone(),
            workshop: topic.workshop,
            priority,
            channel: channel(&mut rng),
            tags: topic.tags.iter().filter(|_| rng.chance(75)).map(|t| (*t).to_owned()).collect(),
        };
        // In the week of the recall everything else waited too.
        let since = noon - (plan.now() - RECALL);
        let load = if (0..6 * DAY).contains(&since) { 2.6 } else { 1.25 - 0.45 * age(plan, at) };
        live(plan, town, case, load, &mut rng);
    }
}

/// How far through the days a moment is: 0 at their beginning, 1 now.
fn age(plan: &Plan, at: Stamp) -> f64 {
    (1.0 - (plan.now() - at) as f64 / (DAYS * DAY) as f64).clamp(0.0, 1.0)
}

/// Moments over the days: more each week, few at the end of it.
fn spread(plan: &Plan, total: usize, rng: &mut Rng) -> Vec<(Stamp, Stamp)> {
    let dates = plan.calendar.dates_since(plan.now() - DAYS * DAY);
    let n = dates.len().max(1) as u64;
    let weights: Vec<u64> = dates
        .iter()
        .enumerate()
        .map(|(i, (_, lively))| lively.unsigned_abs() * (2 * n + i as u64) / n)
        .collect();
    (0..total)
        .filter_map(|_| {
            let (noon, _) = dates.get(rng.weighted(&weights))?;
            Some((*noon, plan.calendar.moment(*noon, rng)))
        })
        .collect()
}

fn priority(pressing: u64, rng: &mut Rng) -> Priority {
    if rng.chance(pressing) {
        if rng.chance(28) { Priority::Urgent } else { Priority::High }
    } else if rng.chance(14) {
        Priority::Low
    } else {
        Priority::Normal
    }
}

fn channel(rng: &mut Rng) -> Channel {
    match rng.weighted(&[58, 16, 12, 8, 3, 2, 1]) {
        1 => Channel::Web,
        2 => Channel::Chat,
        3 => Channel::Phone,
        4 => Channel::Social,
        5 => Channel::Sms,
        6 => Channel::Direct,
        _ => Channel::Email,
    }
}

/// Plans the letters about the recall: a few signs, then very many, then ever fewer.
pub fn recall(plan: &mut Plan, town: &mut Town, mut rng: Rng) {
    let came_out = plan.calendar.midnight(plan.now() - RECALL) + 9 * HOUR + 40 * MINUTE;
    let mut affected: Vec<usize> = (0..town.people.len())
        .filter(|i| town.people.get(*i).is_some_and(|p| p.recalled.is_some()))
        .collect();
    for _ in 0..affected.len() / 2 {
        let (a, b) = (rng.below(affected.len()), rng.below(affected.len()));
        affected.swap(a, b);
    }
    let count = (town.people.len() * 65 / 1000).max(12);
    for n in 0..count + 3 {
        let omen = n < 3;
        let at = if omen {
            plan.calendar.moment(came_out - (2 + n as i64) * DAY, &mut rng)
        } else {
            // Half of them within a day and a half; most in the daytime.
            let at = came_out + rng.time(1.3 * 1440.0, 1.25);
            if rng.chance(70) { plan.calendar.moment(at, &mut rng).max(came_out) } else { at }
        };
        let person = match affected.get(n) {
            Some(i) if town.people.get(*i).is_some_and(|p| p.at < at) => *i,
            _ => town.anyone(at, &mut rng),
        };
        if !plan.past(at) {
            continue;
        }
        let kind = match rng.weighted(&[50, 35, 15]) {
            0 => TicketType::Incident,
            1 => TicketType::Question,
            _ => TicketType::Complaint,
        };
        let case = Case {
            person,
            at,
            matter: if omen { Matter::Omen } else { Matter::Recall },
            kind,
            workshop: omen || rng.chance(25),
            priority: if omen { Priority::Normal } else { priority(60, &mut rng) },
            channel: if rng.chance(75) { Channel::Email } else { channel(&mut rng) },
            tags: vec!["recall-0417".to_owned()],
        };
        let load =
            if omen { 1.0 } else { 3.2 - 1.8 * ((at - came_out) as f64 / (14 * DAY) as f64).clamp(0.0, 1.0) };
        live(plan, town, case, load, &mut rng);
    }
}

/// Spam, marked when an agent sees it.
fn junk(plan: &mut Plan, town: &Town, person: usize, at: Stamp, rng: &mut Rng) {
    let Some(p) = town.people.get(person) else { return };
    let (subject, body) = rng.pick(SPAM);
    let new = NewTicket {
        requester: p.id,
        subject: subject.into(),
        body: body.into(),
        team: town.teams.first().copied(),
        ..NewTicket::default()
    };
    let ticket = plan.add(at, town.letterbox, Command::TicketCreate(Box::new(new)));
    let seen = plan.calendar.after(at, rng.time(40.0, 0.8));
    if plan.past(seen) {
        let by = town.agent(town.on_duty(false, seen, rng));
        plan.add(seen, by, Command::TicketSet(vec![ticket], vec![TicketChange::Spam(true)]));
    }
}
