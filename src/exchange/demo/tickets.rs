//! What people write about, day by day, and how it goes on: answers, waits, solves, reopens.

use super::{
    calendar::{DAY, HOUR, MINUTE},
    people::{Solved, Town},
    plan::Plan,
    rng::Rng,
    talk::{self, Matter, Words},
    texts::topics::{self, SPAM, TOPICS},
    trade::RECALL,
};
use crate::{
    desk::{
        Command, TicketChange,
        command::{NewReceived, NewReply, NewTicket},
    },
    model::{Category, Channel, Id, Priority, Stamp, TicketType},
};

/// For how many days there are tickets.
const DAYS: i64 = 90;

/// One ticket's way.
struct Case {
    person: usize,
    at: Stamp,
    matter: Matter,
    kind: TicketType,
    workshop: bool,
    priority: Priority,
    channel: Channel,
    tags: Vec<String>,
}

/// Plans the tickets of every day.
pub fn daily(plan: &mut Plan, town: &mut Town, mut rng: Rng) {
    let weights: Vec<u64> = TOPICS.iter().map(|t| t.weight).collect();
    let total = town.people.len() * 72 / 100;
    for (noon, at) in spread(plan, total, &mut rng) {
        let person = town.somebody(at, &mut rng);
        if at < town.start + 4 * DAY || !plan.past(at) {
            continue;
        }
        if rng.chance(3) {
            junk(plan, town, person, at, &mut rng);
            continue;
        }
        let Some(topic) = TOPICS.get(rng.weighted(&weights)) else { continue };
        let cafe = town.people.get(person).is_some_and(|p| p.firm.is_some());
        let priority = priority(topic.pressing + if cafe { 8 } else { 0 }, &mut rng);
        let case = Case {
            person,
            at,
            matter: Matter::Topic(topic),
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
            _ => town.somebody(at, &mut rng),
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

/// Rubbish, thrown out when somebody sees it.
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

/// A ticket on its way, and where it stands.
struct Life<'a> {
    plan: &'a mut Plan,
    town: &'a mut Town,
    case: Case,
    words: Words,
    ticket: Id,
    by: usize,
    at: Stamp,
    answered: String,
}

fn live(plan: &mut Plan, town: &mut Town, case: Case, load: f64, rng: &mut Rng) {
    let Some(p) = town.people.get(case.person) else { return };
    let recalled = matches!(case.matter, Matter::Recall | Matter::Omen);
    let words = Words::of(p, case.at, &plan.calendar, recalled, rng);
    let (subject, body) = talk::letter(case.matter, &words, rng);
    let [support, workshop] = town.teams;
    let promised = rng.chance(9) && !recalled;
    let due = plan.calendar.after(case.at, 9 * HOUR + rng.range(0, 9 * HOUR));
    let new = NewTicket {
        requester: p.id,
        subject,
        body,
        ticket_type: case.kind.clone(),
        priority: case.priority.clone(),
        channel: case.channel.clone(),
        team: rng.chance(82).then_some(if case.workshop { workshop } else { support }),
        tags: case.tags.clone(),
        promised_by: promised.then_some(due),
        assignee: None,
    };
    let at = case.at;
    let ticket = plan.add(at, town.letterbox, Command::TicketCreate(Box::new(new)));
    let by = town.on_duty(case.workshop, at, rng);
    let mut life = Life { plan, town, case, words, ticket, by, at, answered: String::new() };
    life.run(load, rng);
}

impl Life<'_> {
    fn run(&mut self, load: f64, rng: &mut Rng) {
        let pace = match self.case.priority {
            Priority::Urgent => 0.35,
            Priority::High => 0.65,
            Priority::Low => 1.7,
            Priority::Normal | Priority::Unknown(_) => 1.0,
        };
        let pace =
            if matches!(self.case.channel, Channel::Chat | Channel::Phone) { pace * 0.25 } else { pace };
        if rng.chance(7) && !self.says(HOUR, 0.9, topics::NUDGES, rng) {
            return;
        }
        if rng.chance(25) && !self.triage(rng) {
            return;
        }
        // A few fall through the cracks, for a while.
        let lost = if rng.chance(2) { 40.0 } else { 1.0 };
        let wait = rng.time(42.0 * load * pace * lost, 0.95);
        let slow = wait > 10 * HOUR;
        self.at = self.plan.calendar.after(self.at, wait.min(120 * HOUR));
        let rounds = rng.weighted(&[34, 38, 18, 10]);
        for round in 0..=rounds {
            let last = round == rounds;
            if rng.chance(20) && !self.notes(rng) {
                return;
            }
            let then = if last && rng.chance(72) {
                Some(Category::Solved)
            } else if rng.chance(62) {
                Some(Category::Pending)
            } else {
                None
            };
            let solved = then == Some(Category::Solved);
            if !self.answers(then, last, rng) {
                return;
            }
            if solved {
                return self.ends(slow, rng);
            }
            if last {
                break;
            }
            if self.case.workshop && rng.chance(14) && !self.holds(rng) {
                return;
            }
            if rng.chance(11) {
                // Nobody answers any more: after some days it is tidied away.
                self.at = self.plan.calendar.after(self.at + 4 * DAY, rng.range(0, 4 * HOUR));
                let quiet = self.words.fill(rng.pick(topics::QUIET), self.town.agent_name(self.by));
                return if self.replies(quiet, Some(Category::Solved), Vec::new()) {
                    self.ends(slow, rng)
                };
            }
            let wait = rng.time(if self.case.channel == Channel::Chat { 12.0 } else { 260.0 }, 1.2);
            self.at = self.awake(self.at + wait.min(5 * DAY), rng);
            let agent = self.town.agent_name(self.by).to_owned();
            let text = talk::follow_up(self.case.matter, &self.words, &agent, &self.answered, rng);
            if !self.receives(text) {
                return;
            }
            self.at = self.plan.calendar.after(self.at, rng.time(75.0 * load * pace, 0.9).min(30 * HOUR));
        }
        if rng.chance(70) && !self.says(3 * HOUR, 1.0, topics::THANKS, rng) {
            return;
        }
        self.at = self.plan.calendar.after(self.at + MINUTE, rng.time(45.0, 0.8));
        if self.sets(vec![TicketChange::Category(Category::Solved)]) {
            self.ends(slow, rng);
        }
    }

    /// People sleep: what would be written at night is written in the morning, mostly.
    fn awake(&self, at: Stamp, rng: &mut Rng) -> Stamp {
        let hour = (at - self.plan.calendar.midnight(at)) / HOUR;
        if hour < 7 && !rng.chance(8) { at + (7 - hour) * HOUR + rng.range(0, 2 * HOUR) } else { at }
    }

    fn plans(&mut self, actor: Id, command: Command) -> bool {
        let been = self.plan.past(self.at);
        if been {
            self.plan.add(self.at, actor, command);
        }
        been
    }

    fn receives(&mut self, body: String) -> bool {
        let new = NewReceived { ticket: self.ticket, author: None, channel: None, body };
        self.plans(self.town.letterbox, Command::TicketReceive(Box::new(new)))
    }

    fn says(&mut self, median: i64, spread: f64, of: &[&'static str], rng: &mut Rng) -> bool {
        self.at = self.awake(self.at + rng.time((median / MINUTE) as f64, spread).min(3 * DAY), rng);
        let agent = self.town.agent_name(self.by).to_owned();
        let text = talk::line(of, &self.words, &agent, &self.answered, rng);
        self.receives(text)
    }

    fn sets(&mut self, changes: Vec<TicketChange>) -> bool {
        self.plans(self.town.agent(self.by), Command::TicketSet(vec![self.ticket], changes))
    }

    /// Somebody looks through what is new, and gives it to whom it concerns.
    fn triage(&mut self, rng: &mut Rng) -> bool {
        self.at = self.plan.calendar.after(self.at, rng.time(14.0, 0.8));
        let mut changes = vec![TicketChange::Assignee(Some(self.town.agent(self.by)))];
        if rng.chance(20) && self.case.priority == Priority::Normal {
            changes.push(TicketChange::Priority(Priority::High));
        }
        if rng.chance(15) {
            changes.push(TicketChange::Tag(
                rng.pick(&["call-back", "photo", "wren", "heron", "first-year"]).to_owned(),
            ));
        }
        if rng.chance(10) {
            changes.push(TicketChange::Follow(self.town.agent(1)));
        }
        let lead = self.town.agent(1);
        self.plans(lead, Command::TicketSet(vec![self.ticket], changes))
    }

    fn notes(&mut self, rng: &mut Rng) -> bool {
        let text = talk::note(self.case.matter, &self.words, self.town, rng);
        let actor =
            if rng.chance(70) { self.by } else { self.town.on_duty(self.case.workshop, self.at, rng) };
        let noted = self.plans(self.town.agent(actor), Command::TicketNote(self.ticket, text));
        self.at += rng.range(MINUTE, 12 * MINUTE);
        noted
    }

    fn answers(&mut self, then: Option<Category>, last: bool, rng: &mut Rng) -> bool {
        let agent = self.town.agent_name(self.by).to_owned();
        let body = talk::answer(self.case.matter, last, &self.words, &agent, rng);
        // What waits for the customer is sometimes put out of sight meanwhile.
        let snooze = then == Some(Category::Pending) && rng.chance(6);
        let until = self.plan.calendar.midnight(self.at + rng.range(2, 6) * DAY) + 9 * HOUR;
        let changes = if snooze { vec![TicketChange::Snooze(Some(until))] } else { Vec::new() };
        self.replies(body, then, changes)
    }

    fn replies(&mut self, body: String, then: Option<Category>, changes: Vec<TicketChange>) -> bool {
        self.answered.clone_from(&body);
        let reply = NewReply { ticket: self.ticket, body, then, changes, ..NewReply::default() };
        self.plans(self.town.agent(self.by), Command::TicketReply(Box::new(reply)))
    }

    /// A third party is asked, and takes its time.
    fn holds(&mut self, rng: &mut Rng) -> bool {
        self.at += 2 * MINUTE;
        let held = self.sets(vec![TicketChange::Category(Category::OnHold)]);
        self.at = self.plan.calendar.after(self.at + rng.range(2, 9) * DAY, 0);
        held
    }

    /// It is solved; or it was not.
    fn ends(&mut self, slow: bool, rng: &mut Rng) {
        let recall = matches!(self.case.matter, Matter::Recall | Matter::Omen);
        if rng.chance(if recall { 9 } else { 5 }) {
            let solved = self.at;
            if !self.says(20 * HOUR, 0.8, topics::AGAIN, rng) {
                self.done(solved, recall, true);
                return;
            }
            self.at = self.plan.calendar.after(self.at, rng.time(90.0, 0.9));
            if !self.answers(Some(Category::Solved), true, rng) {
                return;
            }
        }
        self.done(self.at, recall, slow);
    }

    fn done(&mut self, at: Stamp, recall: bool, slow: bool) {
        let solved = Solved { ticket: self.ticket, person: self.case.person, by: self.by, at, recall, slow };
        self.town.solved.push(solved);
    }
}
