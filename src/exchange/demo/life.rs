//! One ticket from its first letter on: answers, waits, solves, reopens. What would come after now has not come yet.

use super::{
    calendar::{DAY, HOUR, MINUTE},
    people::{Solved, Town},
    plan::Plan,
    rng::Rng,
    talk::{self, Matter, Turn, Words},
    texts::topics,
};
use crate::{
    desk::{
        Command, TicketChange,
        command::{NewReceived, NewReply, NewTicket},
    },
    model::{Category, Channel, Id, Priority, Stamp, TicketType},
};

/// What a ticket begins with.
pub struct Case {
    /// Who brings it.
    pub person: usize,
    /// When.
    pub at: Stamp,
    /// What it is about.
    pub matter: Matter,
    /// What it is.
    pub kind: TicketType,
    /// Whether it is the workshop's.
    pub workshop: bool,
    /// The priority.
    pub priority: Priority,
    /// How it comes.
    pub channel: Channel,
    /// Tags.
    pub tags: Vec<String>,
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

/// Plans a ticket and what comes of it. `load` is how busy the desk is: 1 as usual.
pub fn live(plan: &mut Plan, town: &mut Town, case: Case, load: f64, rng: &mut Rng) {
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
        let rounds = rng.weighted(&[34, 38, 18, 10]).min(talk::patience(self.words.language));
        for round in 0..=rounds {
            let last = round == rounds;
            if rng.chance(20) && !self.notes(rng) {
                return;
            }
            let turn = match round {
                0 => Turn::First,
                _ if last => Turn::Last,
                _ => Turn::Meanwhile,
            };
            let then = if turn == Turn::Last && rng.chance(78) {
                Some(Category::Solved)
            } else if rng.chance(62) {
                Some(Category::Pending)
            } else {
                None
            };
            let solved = then == Some(Category::Solved);
            if !self.answers(then, turn, rng) {
                return;
            }
            if solved {
                return self.ends(slow, rng);
            }
            if last {
                break;
            }
            if self.case.workshop && rng.chance(14) && !self.put_on_hold(rng) {
                return;
            }
            if rng.chance(11) {
                // Without further replies it is closed after some days.
                self.at = self.plan.calendar.after(self.at + 4 * DAY, rng.range(0, 4 * HOUR));
                let quiet = self.words.fill(rng.pick(topics::QUIET), self.town.agent_name(self.by));
                return if self.replies(quiet, Some(Category::Solved), Vec::new()) {
                    self.ends(slow, rng)
                };
            }
            let wait = rng.time(if self.case.channel == Channel::Chat { 12.0 } else { 260.0 }, 1.2);
            self.at = self.awake(self.at + wait.min(5 * DAY), rng);
            let agent = self.town.agent_name(self.by).to_owned();
            let text = talk::follow_up(self.case.matter, turn, &self.words, &agent, &self.answered, rng);
            if !self.receives(text) {
                return;
            }
            self.at = self.plan.calendar.after(self.at, rng.time(75.0 * load * pace, 0.9).min(30 * HOUR));
        }
        if rng.chance(70) && !self.thanks(rng) {
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

    fn thanks(&mut self, rng: &mut Rng) -> bool {
        self.at = self.awake(self.at + rng.time(180.0, 1.0).min(3 * DAY), rng);
        let agent = self.town.agent_name(self.by).to_owned();
        let text = talk::thanks(&self.words, &agent, &self.answered, rng);
        self.receives(text)
    }

    fn sets(&mut self, changes: Vec<TicketChange>) -> bool {
        self.plans(self.town.agent(self.by), Command::TicketSet(vec![self.ticket], changes))
    }

    /// An agent goes through new tickets and assigns them.
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

    fn answers(&mut self, then: Option<Category>, turn: Turn, rng: &mut Rng) -> bool {
        let agent = self.town.agent_name(self.by).to_owned();
        let body = talk::answer(self.case.matter, turn, &self.words, &agent, rng);
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
    fn put_on_hold(&mut self, rng: &mut Rng) -> bool {
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
            if !self.answers(Some(Category::Solved), Turn::Last, rng) {
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
