//! Letters made of the texts: greeting, sentences, farewell, and sometimes what they answer.

use super::{
    calendar::{Calendar, DAY},
    people::{Person, Town},
    rng::Rng,
    texts::{
        recall,
        tongues::{self, Tongue},
        topics::{self, Topic},
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
    /// Something usual.
    Topic(&'static Topic),
    /// The recall.
    Recall,
    /// The first signs of it.
    Omen,
}

/// Subject and first letter.
pub fn letter(matter: Matter, words: &Words, rng: &mut Rng) -> (String, String) {
    let tongue = tongues::of(words.language).filter(|_| rng.chance(88));
    let (subject, body) = match (matter, tongue) {
        (Matter::Omen, _) => {
            let (subject, body) = rng.pick(recall::OMENS);
            (subject.to_owned(), body.to_owned())
        }
        (Matter::Recall, Some(t)) => (t.recall.0.to_owned(), t.recall.1.to_owned()),
        (Matter::Recall, None) => {
            (rng.pick(recall::SUBJECTS).to_owned(), english(recall::OPENINGS, recall::DETAILS, rng))
        }
        (Matter::Topic(_), Some(t)) => {
            let (subject, body) = rng.pick(t.letters);
            (subject.to_owned(), body.to_owned())
        }
        (Matter::Topic(t), None) => (rng.pick(t.subjects).to_owned(), english(t.openings, t.details, rng)),
    };
    (words.fill(&subject, ""), words.fill(&body, "").trim().to_owned())
}

fn english(openings: &[&'static str], details: &[&'static str], rng: &mut Rng) -> String {
    let mut out = String::new();
    let hello = rng.pick(topics::HELLO);
    if !hello.is_empty() {
        out.push_str(hello);
        out.push_str("\n\n");
    }
    out.push_str(rng.pick(openings));
    if rng.chance(78) {
        out.push(if rng.chance(50) { ' ' } else { '\n' });
        out.push_str(rng.pick(details));
    }
    out.push_str("\n\n");
    out.push_str(rng.pick(topics::BYE));
    out
}

/// An answer of ours: the first, or the last.
pub fn answer(matter: Matter, last: bool, words: &Words, agent: &str, rng: &mut Rng) -> String {
    let tongue: Option<&Tongue> = tongues::of(words.language);
    let (from, own): (&[&'static str], bool) = match (matter, tongue) {
        (Matter::Topic(_), Some(t)) if !last && !t.answers.is_empty() => (t.answers, true),
        (Matter::Topic(t), _) => (if last { t.closings } else { t.answers }, false),
        (Matter::Recall | Matter::Omen, _) => (if last { recall::CLOSINGS } else { recall::ANSWERS }, false),
    };
    let hello = match tongue {
        Some(t) if own || rng.chance(80) => t.hello,
        _ => rng.pick(topics::AGENT_HELLO),
    };
    let text = format!("{hello}\n\n{}\n\n{}", rng.pick(from), rng.pick(topics::AGENT_BYE));
    words.fill(&text, agent)
}

/// What the customer says to an answer; some leave our words standing below theirs.
pub fn follow_up(matter: Matter, words: &Words, agent: &str, answered: &str, rng: &mut Rng) -> String {
    let from = match (matter, tongues::of(words.language)) {
        (_, Some(t)) => t.follow_ups,
        (Matter::Topic(t), None) => t.follow_ups,
        (Matter::Recall | Matter::Omen, None) => recall::FOLLOW_UPS,
    };
    quoted(words.fill(rng.pick(from), agent), answered, agent, rng)
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
        Matter::Topic(t) => rng.pick(t.notes),
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
