//! Plans the tickets written by hand.

use super::{
    calendar::{HOUR, MINUTE},
    people::Town,
    plan::Plan,
    rng::Rng,
    talk::Words,
    texts::scenes::{Act, Owner, SCENES, Scene, Step, Then, Who},
};
use crate::{
    desk::{
        Command, TicketChange,
        command::{NewReceived, NewReply, NewTicket},
    },
    model::{Category, Channel, Id, Kind, Stamp},
};

/// Plans all of them, each with a different person where there are enough.
pub fn scenes(plan: &mut Plan, town: &mut Town, mut rng: Rng) {
    let mut met = Vec::new();
    for scene in SCENES {
        let at = plan.now() - MINUTE * scene.steps.first().map_or(0, ago);
        let who = anyone(town, scene, at, &met, &mut rng);
        met.push(who);
        play(plan, town, scene, who, &mut rng);
    }
    // The last thing that the opener did can be taken back, so that the first `u` shows what undo is.
    if let Some(p) = town.people.get(rng.below(town.people.len())) {
        let tag = Command::Tag(Kind::Customer, vec![p.id], vec!["call-back".into()], Vec::new());
        plan.add(plan.now() - 2 * MINUTE, town.me(), tag);
    }
}

fn ago(step: &Step) -> i64 {
    match step {
        Step::In(ago, _) | Step::Out(ago, ..) | Step::Note(ago, ..) | Step::Act(ago, _) => *ago,
    }
}

fn anyone(town: &Town, scene: &Scene, at: Stamp, met: &[usize], rng: &mut Rng) -> usize {
    let known = town.people.partition_point(|p| p.at < at - HOUR).max(1);
    let from = rng.below(known);
    let fits = |i: &usize| {
        town.people.get(*i).is_some_and(|p| match scene.who {
            Who::Home(language) => p.language == language && p.firm.is_none(),
            Who::Cafe => p.firm.is_some() && p.language == "en",
        })
    };
    let all = || (0..known).map(|i| (from + i) % known);
    all().find(|i| fits(i) && !met.contains(i)).or_else(|| all().find(|i| !met.contains(i))).unwrap_or(from)
}

fn play(plan: &mut Plan, town: &Town, scene: &Scene, who: usize, rng: &mut Rng) {
    let Some(person) = town.people.get(who) else { return };
    let now = plan.now();
    let owner = match scene.owner {
        Owner::Nobody => None,
        Owner::Me => Some(0),
        Owner::Agent(i) => Some(i),
    };
    let actor = owner.unwrap_or(1);
    let agent = town.agent_name(actor);
    let recalled = scene.tags.contains(&"recall-0417");
    let words = Words::of(person, now, &plan.calendar, recalled, rng);
    let mut ticket: Option<Id> = None;
    for step in scene.steps {
        let at = now - MINUTE * ago(step) + rng.range(0, 40_000);
        let me = town.agent(actor);
        match (step, ticket) {
            (Step::In(_, text), None) => {
                let [support, workshop] = town.teams;
                let new = NewTicket {
                    requester: person.id,
                    subject: words.fill(scene.subject, agent),
                    body: words.fill(text, agent),
                    ticket_type: scene.kind.clone(),
                    priority: scene.priority.clone(),
                    channel: scene.channel.clone(),
                    assignee: None,
                    team: Some(if scene.workshop { workshop } else { support }),
                    tags: scene.tags.iter().map(|t| (*t).to_owned()).collect(),
                    promised_by: scene.promise.map(|m| now + m * MINUTE),
                };
                ticket = Some(plan.add(at, town.letterbox, Command::TicketCreate(Box::new(new))));
            }
            (Step::In(_, text), Some(ticket)) => {
                // Who called writes afterwards.
                let channel =
                    matches!(scene.channel, Channel::Phone | Channel::InPerson).then_some(Channel::Email);
                let new = NewReceived { ticket, author: None, channel, body: words.fill(text, agent) };
                plan.add(at, town.letterbox, Command::TicketReceive(Box::new(new)));
            }
            (Step::Out(_, text, then), Some(ticket)) => {
                let then = match then {
                    Then::Stay => None,
                    Then::Wait => Some(Category::Pending),
                    Then::Done => Some(Category::Solved),
                };
                let reply = NewReply { ticket, body: words.fill(text, agent), then, ..NewReply::default() };
                plan.add(at, me, Command::TicketReply(Box::new(reply)));
            }
            (Step::Note(_, by, text), Some(ticket)) => {
                plan.add(at, town.agent(*by), Command::TicketNote(ticket, words.fill(text, agent)));
            }
            (Step::Act(_, act), Some(ticket)) => {
                let changes = match act {
                    Act::Take => vec![TicketChange::Assignee(Some(me))],
                    Act::Hold => vec![TicketChange::Category(Category::OnHold)],
                    Act::Snooze(hours) => vec![TicketChange::Snooze(Some(now + hours * HOUR))],
                    Act::Spam => vec![TicketChange::Spam(true)],
                };
                plan.add(at, me, Command::TicketSet(vec![ticket], changes));
            }
            (_, None) => {}
        }
    }
}
