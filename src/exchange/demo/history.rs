//! What is said and done beside the tickets: talks, tasks, answers to surveys, stages, and tickets closed for good.

use std::collections::BTreeMap;

use super::{
    calendar::{DAY, HOUR, MINUTE},
    people::{Solved, Town},
    plan::Plan,
    rng::Rng,
    talk::Words,
    texts::{
        calls::{TALKS, TASKS},
        comments, recall,
    },
    trade::RECALL,
};
use crate::{
    desk::{
        Command, Edit, TicketChange,
        command::{NewInteraction, NewResponse},
    },
    model::{Category, Channel, Direction, Id, Kind, Preset, Stamp},
};

/// Some moment since another, later ones as likely as earlier ones.
fn since(plan: &Plan, from: Stamp, rng: &mut Rng) -> Stamp {
    from + (rng.unit() * (plan.now() - from) as f64) as i64
}

/// Calls, chats, visits; and the letter about the recall.
pub fn talks(plan: &mut Plan, town: &Town, mut rng: Rng) {
    for _ in 0..town.people.len() * 55 / 100 {
        let at = since(plan, town.start + 3 * DAY, &mut rng);
        let at = plan.calendar.staffed(at, &mut rng);
        let person = town.anyone(at, &mut rng);
        let (Some(p), Some((channel, direction, subject, body))) =
            (town.people.get(person), TALKS.get(rng.below(TALKS.len())))
        else {
            continue;
        };
        if !plan.past(at) || p.at > at {
            continue;
        }
        let words = Words::of(p, at, &plan.calendar, false, &mut rng);
        let spoken = matches!(channel, Channel::Phone | Channel::InPerson);
        let new = NewInteraction {
            customer: p.id,
            channel: channel.clone(),
            direction: direction.clone(),
            subject: words.fill(subject, ""),
            body: words.fill(body, ""),
            seconds: spoken.then(|| u32::try_from(rng.range(40, 1500)).unwrap_or(60)),
            ..NewInteraction::default()
        };
        let by = town.agent(town.on_duty(false, at, &mut rng));
        plan.add(at, by, Command::InteractionLog(new));
    }
    let notice = plan.calendar.midnight(plan.now() - RECALL) + 10 * HOUR;
    let lead = town.agent(1);
    for (i, p) in town.people.iter().filter(|p| p.recalled.is_some()).enumerate() {
        let words = Words::of(p, notice, &plan.calendar, true, &mut rng);
        let new = NewInteraction {
            customer: p.id,
            channel: Channel::Email,
            direction: Direction::Out,
            subject: recall::NOTICE.0.to_owned(),
            body: words.fill(recall::NOTICE.1, ""),
            ..NewInteraction::default()
        };
        plan.add(notice + i64::try_from(i).unwrap_or(0) * 1_500, lead, Command::InteractionLog(new));
    }
}

/// What is to do: much of it done, some due today, some late.
pub fn tasks(plan: &mut Plan, town: &Town, mut rng: Rng) {
    let count = (town.people.len() * 9 / 100).max(12);
    for n in 0..count {
        // The first ones are set for today, so that there is always something to do and something late.
        let (made, due) = match n {
            0..=2 => (plan.now() - 3 * DAY, plan.now() - rng.range(2, 30) * HOUR),
            3..=6 => (plan.now() - 2 * DAY, plan.now() + rng.range(1, 9) * HOUR),
            7..=8 => (plan.now() - DAY, plan.now() + rng.range(24, 90) * HOUR),
            _ => {
                let at = since(plan, town.start + 3 * DAY, &mut rng);
                let made = plan.calendar.staffed(at, &mut rng);
                (made, made + rng.range(1, 12) * DAY)
            }
        };
        if !plan.past(made) {
            continue;
        }
        let Some(p) = town.people.get(town.anyone(made, &mut rng)).filter(|p| p.at < made) else {
            continue;
        };
        let words = Words::of(p, made, &plan.calendar, false, &mut rng);
        let (title, body) = rng.pick(TASKS);
        let by = if n < 9 && n % 2 == 0 { 0 } else { town.on_duty(false, made, &mut rng) };
        let edits = vec![
            Edit::set("title", words.fill(title, "")),
            Edit::set("body", words.fill(body, "")),
            Edit::set("due", utc(due)),
            Edit::set("customer", p.id.to_string()),
        ];
        let task = plan.add(made, town.agent(by), Command::Create(Kind::Task, edits));
        let done = plan.calendar.after(due - rng.range(-6, 40) * HOUR, 0).max(made + HOUR);
        if n > 8 && rng.chance(94) && plan.past(done) {
            plan.add(done, town.agent(by), Command::TaskDone(vec![task], true));
        }
    }
}

/// `2026-03-04T09:00:00Z`.
fn utc(at: Stamp) -> String {
    crate::model::zone::Zone::utc().iso(at).replace("+00:00", "Z")
}

/// What people say when they are asked.
pub fn answers(plan: &mut Plan, town: &Town, mut rng: Rng) {
    for s in &town.solved {
        if rng.chance(if s.recall { 52 } else { 37 }) {
            satisfaction(plan, town, s, &mut rng);
        }
        if rng.chance(6) {
            let score = 7 - i64::try_from(rng.weighted(&[40, 30, 15, 7, 4, 2, 2])).unwrap_or(0);
            respond(plan, town, s.person, Some(s.ticket), s.by, s.at + 2 * HOUR, (Preset::Ces2, score), "");
        }
    }
    for _ in 0..town.people.len() * 34 / 100 {
        let at = since(plan, town.start + 8 * DAY, &mut rng);
        let at = plan.calendar.moment(at, &mut rng);
        let person = town.anyone(at - DAY, &mut rng);
        let Some(p) = town.people.get(person) else { continue };
        let hurt = p.recalled.is_some() && at > plan.now() - RECALL;
        let shaken = at > plan.now() - RECALL && at < plan.now() - RECALL + 10 * DAY;
        let weights: [u64; 3] = if hurt {
            [34, 30, 36]
        } else if shaken {
            [46, 30, 24]
        } else {
            [59, 28, 13]
        };
        let (score, comment) = match rng.weighted(&weights) {
            0 => (if rng.chance(55) { 10 } else { 9 }, rng.pick(comments::PROMOTERS)),
            1 => (rng.range(7, 9), rng.pick(comments::PASSIVES)),
            _ => {
                let recall = hurt || shaken;
                let most = comments::DETRACTORS.len() - if recall { 0 } else { 3 };
                (
                    rng.range(if recall { 0 } else { 3 }, 7),
                    rng.pick(comments::DETRACTORS.get(..most).unwrap_or_default()),
                )
            }
        };
        respond(plan, town, person, None, 1, at, (Preset::Nps, score), comment);
    }
}

fn satisfaction(plan: &mut Plan, town: &Town, s: &Solved, rng: &mut Rng) {
    let (score, comment) = if s.recall {
        rng.pick(recall::RATINGS)
    } else if s.slow {
        match rng.weighted(&[25, 30, 45]) {
            0 => (4, rng.pick(comments::GOOD)),
            1 => (3, rng.pick(comments::MIDDLING)),
            _ => (rng.range(1, 3), rng.pick(comments::BAD)),
        }
    } else {
        match rng.weighted(&[66, 22, 8, 4]) {
            0 => (5, rng.pick(comments::GOOD)),
            1 => (4, rng.pick(comments::GOOD)),
            2 => (3, rng.pick(comments::MIDDLING)),
            _ => (rng.range(1, 3), rng.pick(comments::BAD)),
        }
    };
    let at = s.at + rng.time(7.0 * 60.0, 1.1).min(6 * DAY);
    respond(plan, town, s.person, Some(s.ticket), s.by, at, (Preset::Csat, score), comment);
}

#[allow(clippy::too_many_arguments)]
fn respond(
    plan: &mut Plan,
    town: &Town,
    person: usize,
    ticket: Option<Id>,
    by: usize,
    at: Stamp,
    (preset, score): (Preset, i64),
    comment: &str,
) {
    let Some(p) = town.people.get(person).filter(|p| p.at < at) else { return };
    if plan.past(at) {
        let comment = comment.replace("{agent}", town.agent_name(by));
        let new = NewResponse { customer: p.id, ticket, preset, score, comment, at: None };
        plan.add(at, town.letterbox, Command::ResponseRecord(new));
    }
}

/// How far people come: leads buy, buyers fall silent, some come back.
pub fn stages(plan: &mut Plan, town: &Town, mut rng: Rng) {
    let lead = town.agent(1);
    for p in town.people.iter().filter(|p| p.buys) {
        let to = |plan: &mut Plan, at: Stamp, stage: &str| {
            let been = plan.past(at);
            if been {
                plan.add(at, lead, Command::Edit(Kind::Customer, p.id, vec![Edit::set("stage", stage)]));
            }
            been
        };
        let Some(first) = p.orders.first() else { continue };
        if !p.old {
            to(plan, first.at + MINUTE, "customer");
        }
        let mut silent = false;
        let mut last = first.at;
        for next in p.orders.iter().map(|o| o.at).skip(1).chain([plan.now() + DAY]) {
            // An agent checks the silent ones now and then; some are missed.
            if next - last > 95 * DAY && rng.chance(60) && to(plan, last + rng.range(88, 94) * DAY, "at_risk")
            {
                silent = true;
            }
            if silent && next - last > 150 * DAY && rng.chance(50) {
                to(plan, last + rng.range(140, 149) * DAY, "churned");
            }
            if silent && next < plan.now() {
                to(plan, next + MINUTE, "won_back");
                silent = false;
            }
            last = next;
        }
    }
}

/// Each morning what was solved four days before is closed for good.
pub fn closing(plan: &mut Plan, town: &Town) {
    let mut mornings: BTreeMap<Stamp, Vec<Id>> = BTreeMap::new();
    for s in &town.solved {
        let morning = plan.calendar.midnight(s.at + 5 * DAY) + 8 * HOUR;
        if plan.past(s.at) && plan.past(morning) {
            mornings.entry(morning).or_default().push(s.ticket);
        }
    }
    let lead = town.agent(1);
    for (at, tickets) in mornings {
        for (i, some) in tickets.chunks(40).enumerate() {
            let close = vec![TicketChange::Category(Category::Closed)];
            let at = at + i64::try_from(i).unwrap_or(0) * 1_000;
            plan.add(at, lead, Command::TicketSet(some.to_vec(), close));
        }
    }
}
