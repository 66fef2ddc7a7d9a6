//! Letters made of the texts: greeting, sentences, farewell, and sometimes what they answer.

use super::{
    calendar::{Calendar, DAY},
    people::{Person, Town},
    rng::Rng,
    texts::{
        recall,
        tongues::{self, Tongue},
        topics::{self, TOPICS, Topic},
    },
};
use crate::model::{Day, Stamp};

/// What is filled in.
#[derive(Clone)]
pub struct Words {
    first: String,
    name: String,
    city: &'static str,
    good: &'static str,
    order: String,
    serial: String,
    weekday: String,
    /// The language.
    pub language: &'static str,
}

const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

impl Words {
    /// What a person would say at that time.
    pub fn of(person: &Person, at: Stamp, calendar: &Calendar, recalled: bool, rng: &mut Rng) -> Words {
        let bought: Vec<_> = person.orders.iter().filter(|o| o.at < at).collect();
        let order = match person.recalled.filter(|_| recalled).and_then(|i| person.orders.get(i)) {
            Some(o) => Some(o),
            None => bought.last().copied(),
        };
        let made = rng.range(1, 1000);
        let serial = if recalled {
            format!("HR-0417-{made:03}")
        } else {
            format!("WR-{:04}-{made:03}", rng.range(120, 980))
        };
        let day = calendar.day(at - DAY * rng.range(2, 5));
        let weekday = match person.language {
            "en" => WEEKDAYS
                .get(usize::try_from((day.0 + 3).rem_euclid(7)).unwrap_or(0))
                .copied()
                .unwrap_or("Monday")
                .to_owned(),
            _ => short(day),
        };
        Words {
            first: person.first.clone(),
            name: person.name.clone(),
            city: person.city,
            good: order.map(|o| o.title).filter(|t| t.contains("grinder")).unwrap_or("Wren hand grinder"),
            order: order.map_or_else(|| "O-7".to_owned(), |o| format!("O-{}", o.number)),
            serial,
            weekday,
            language: person.language,
        }
    }

    /// A text with everything filled in.
    pub fn fill(&self, text: &str, agent: &str) -> String {
        let mut out = String::with_capacity(text.len() + 32);
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let Some((word, more)) = after.split_once('}') else {
                out.push('{');
                rest = after;
                continue;
            };
            out.push_str(match word {
                "first" => &self.first,
                "name" => &self.name,
                "city" => self.city,
                "good" => self.good,
                "order" => &self.order,
                "serial" => &self.serial,
                "weekday" => &self.weekday,
                _ => agent,
            });
            rest = more;
        }
        out.push_str(rest);
        out
    }
}

fn short(day: Day) -> String {
    day.date().map_or_else(|| day.to_string(), |d| d.format("%-d.%-m.").to_string())
}

/// What a conversation is about.
#[derive(Clone, Copy)]
pub enum Matter {
    /// Something usual: the place in the topic's lists, and the letter where it is in another language.
    Topic(&'static Topic, usize, Option<(&'static Tongue, usize)>),
    /// The recall.
    Recall,
    /// The first signs of it.
    Omen,
}

/// Where in a conversation an answer stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It is the first.
    First,
    /// Neither first nor last.
    Meanwhile,
    /// It is the last.
    Last,
}

/// Something usual that people of a language write about.
pub fn usual(language: &str, rng: &mut Rng) -> Option<Matter> {
    if let Some(tongue) = tongues::of(language)
        && rng.chance(88)
    {
        let letter = rng.below(tongue.letters.len());
        let (tag, place, ..) = tongue.letters.get(letter)?;
        let topic = TOPICS.iter().find(|t| t.tags.contains(tag))?;
        return Some(Matter::Topic(topic, *place, Some((tongue, letter))));
    }
    let weights: Vec<u64> = TOPICS.iter().map(|t| t.weight).collect();
    let topic = TOPICS.get(rng.weighted(&weights))?;
    Some(Matter::Topic(topic, rng.below(topic.openings.len()), None))
}

fn at(list: &[&'static str], place: usize) -> &'static str {
    list.get(place).copied().unwrap_or_default()
}

/// Subject and first letter.
pub fn letter(matter: Matter, words: &Words, rng: &mut Rng) -> (String, String) {
    let (subject, body) = match matter {
        Matter::Topic(_, _, Some((tongue, letter))) => {
            let (_, _, subject, body) = tongue.letters.get(letter).copied().unwrap_or_default();
            (subject, body.to_owned())
        }
        Matter::Topic(t, place, None) => {
            (at(t.subjects, place), english(at(t.openings, place), t.details, rng))
        }
        Matter::Omen => {
            let (subject, body) = rng.pick(recall::OMENS);
            (subject, body.to_owned())
        }
        Matter::Recall => match tongues::of(words.language).filter(|_| rng.chance(88)) {
            Some(t) => (t.recall.0, t.recall.1.to_owned()),
            None => (rng.pick(recall::SUBJECTS), english(rng.pick(recall::OPENINGS), recall::DETAILS, rng)),
        },
    };
    (words.fill(subject, ""), words.fill(&body, "").trim().to_owned())
}

fn english(opening: &str, details: &[&'static str], rng: &mut Rng) -> String {
    let mut out = String::new();
    let hello = rng.pick(topics::HELLO);
    if !hello.is_empty() {
        out.push_str(hello);
        out.push_str("\n\n");
    }
    out.push_str(opening);
    if rng.chance(78) {
        out.push(if rng.chance(50) { ' ' } else { '\n' });
        out.push_str(rng.pick(details));
    }
    out.push_str("\n\n");
    out.push_str(rng.pick(topics::BYE));
    out
}

/// An answer of ours.
pub fn answer(matter: Matter, turn: Turn, words: &Words, agent: &str, rng: &mut Rng) -> String {
    let tongue = tongues::of(words.language);
    let own = match (matter, turn) {
        (Matter::Topic(_, _, Some((t, letter))), Turn::First) => t.answers.get(letter).copied(),
        _ => None,
    };
    let text = match (matter, turn) {
        _ if own.is_some() => own.unwrap_or_default(),
        (Matter::Topic(t, place, _), Turn::First) => at(t.answers, place),
        (Matter::Topic(t, place, _), Turn::Last) => at(t.closings, place),
        (_, Turn::Meanwhile) => rng.pick(topics::MEANWHILE),
        (_, Turn::First) => rng.pick(recall::ANSWERS),
        (_, Turn::Last) => rng.pick(recall::CLOSINGS),
    };
    let hello = match tongue {
        Some(t) if own.is_some() || rng.chance(80) => t.hello,
        _ => rng.pick(topics::AGENT_HELLO),
    };
    words.fill(&format!("{hello}\n\n{text}\n\n{}", rng.pick(topics::AGENT_BYE)), agent)
}

/// What the customer says to an answer; some leave our words standing below theirs.
pub fn follow_up(
    matter: Matter,
    turn: Turn,
    words: &Words,
    agent: &str,
    answered: &str,
    rng: &mut Rng,
) -> String {
    let text = match (matter, tongues::of(words.language)) {
        // The first of them is thanks, which ends a conversation.
        (_, Some(t)) => rng.pick(t.follow_ups.get(1..).unwrap_or_default()),
        (_, None) if turn == Turn::Meanwhile => rng.pick(topics::PATIENCE),
        (Matter::Topic(t, place, _), None) => at(t.follow_ups, place),
        (Matter::Recall | Matter::Omen, None) => rng.pick(recall::FOLLOW_UPS),
    };
    quoted(words.fill(text, agent), answered, agent, rng)
}

/// How often people of a language write back at most: only those whose words there are more of go on.
pub fn patience(language: &str) -> usize {
    tongues::of(language).map_or(3, |t| t.follow_ups.len().saturating_sub(1).min(1))
}

/// Thanks, in the customer's language.
pub fn thanks(words: &Words, agent: &str, answered: &str, rng: &mut Rng) -> String {
    let own = tongues::of(words.language).and_then(|t| t.follow_ups.first().copied());
    let text = own.unwrap_or_else(|| rng.pick(topics::THANKS));
    quoted(words.fill(text, agent), answered, agent, rng)
}

/// A short line of the customer.
pub fn line(of: &[&'static str], words: &Words, agent: &str, answered: &str, rng: &mut Rng) -> String {
    quoted(words.fill(rng.pick(of), agent), answered, agent, rng)
}

fn quoted(mut text: String, answered: &str, agent: &str, rng: &mut Rng) -> String {
    if !answered.is_empty() && rng.chance(30) {
        text.push_str(&format!("\n\n{agent} (Lantern & Burr) wrote:\n"));
        for l in answered.lines().take(8) {
            text.push_str(if l.is_empty() { ">" } else { "> " });
            text.push_str(l);
            text.push('\n');
        }
    }
    text
}

/// A note among ourselves.
pub fn note(matter: Matter, words: &Words, town: &Town, rng: &mut Rng) -> String {
    let text = match matter {
        Matter::Topic(t, ..) => rng.pick(t.notes),
        Matter::Recall | Matter::Omen => rng.pick(recall::NOTES),
    };
    let mut out = words.fill(text, "");
    if rng.chance(18)
        && let Some(c) = town.colleagues.get(1 + rng.below(5))
    {
        out.push_str(&format!(" @{}", c.handle));
    }
    out
}
