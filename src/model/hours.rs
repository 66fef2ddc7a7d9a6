//! The hours of a week in which the desk answers: `Mon-Fri 09:00-17:00, Sat 10:00-12:00`.

use super::zone::Civil;

/// Minutes of a day.
const DAY: u16 = 24 * 60;

/// The days, Monday first, as they begin.
const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Opening hours of a week.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hours {
    /// Of each day, Monday first: from and to in minutes since midnight. One that ends before it begins goes on after
    /// midnight.
    slots: [Vec<(u16, u16)>; 7],
}

/// Why hours cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HoursError {
    /// Neither a day nor a time.
    #[error("{0:?} is neither a day nor a time; write hours as in `Mon-Fri 09:00-17:00, Sat 10:00-12:00`")]
    Word(String),
    /// A time such as 25:00, or one that ends when it begins.
    #[error("{0:?} is no time of day; write times as in 09:00-17:00")]
    Time(String),
    /// Days without a time.
    #[error("the time of {0} is missing; write hours as in `Mon-Fri 09:00-17:00`")]
    NoTime(String),
}

impl Hours {
    /// Reads hours; `None` where the text is empty: always open. Days without a name before them are all days.
    ///
    /// # Errors
    /// [`HoursError`] with the word that is not understood.
    pub fn parse(text: &str) -> Result<Option<Hours>, HoursError> {
        let plain = text.to_lowercase().replace(['–', '—'], "-").replace(" - ", "-");
        let mut hours = Hours::default();
        let mut days: Vec<usize> = Vec::new();
        let mut timed = true;
        let mut named = String::new();
        for word in plain.split([' ', '\t', '\n', ',', ';', '&']).filter(|w| !w.is_empty()) {
            if let Some(these) = days_of(word) {
                // Behind a time, days begin the next clause.
                if timed {
                    days.clear();
                }
                days.extend(these);
                timed = false;
                named = word.to_owned();
                continue;
            }
            if !word.starts_with(|c: char| c.is_ascii_digit()) {
                return Err(HoursError::Word(word.to_owned()));
            }
            let slot = slot_of(word).ok_or_else(|| HoursError::Time(word.to_owned()))?;
            let all = (0..DAYS.len()).collect::<Vec<_>>();
            for day in if days.is_empty() { &all } else { &days } {
                if let Some(slots) = hours.slots.get_mut(*day) {
                    slots.push(slot);
                }
            }
            timed = true;
        }
        if !timed {
            return Err(HoursError::NoTime(named));
        }
        Ok((hours != Hours::default()).then_some(hours))
    }

    /// Whether a local time lies within them.
    pub fn contains(&self, at: &Civil) -> bool {
        let minute = u16::from(at.hour) * 60 + u16::from(at.minute);
        let today = usize::from(at.weekday) % 7;
        let of = |day: usize| self.slots.get(day).map_or(&[] as &[(u16, u16)], Vec::as_slice);
        let now = of(today).iter().any(
            |&(from, to)| {
                if from < to { (from..to).contains(&minute) } else { minute >= from }
            },
        );
        // What began yesterday and goes on after midnight.
        now || of((today + 6) % 7).iter().any(|&(from, to)| from >= to && minute < to)
    }
}

/// The days that a word names: `mon`, `fri-mon`, `daily`.
fn days_of(word: &str) -> Option<Vec<usize>> {
    let one = |w: &str| {
        let w = w.trim_end_matches(['.', ':']);
        (w.len() >= 2).then(|| DAYS.iter().position(|d| d.starts_with(w))).flatten()
    };
    if matches!(word, "daily" | "everyday") {
        return Some((0..DAYS.len()).collect());
    }
    match word.split_once('-') {
        None => one(word).map(|d| vec![d]),
        Some((from, to)) => {
            let (from, to) = (one(from)?, one(to)?);
            let many = (to + 7 - from) % 7;
            Some((0..=many).map(|n| (from + n) % 7).collect())
        }
    }
}

/// From and to in minutes: `09:00-17:00`, `9-17`, `22:00-06:00`, `00:00-24:00`.
fn slot_of(word: &str) -> Option<(u16, u16)> {
    let minutes = |w: &str| -> Option<u16> {
        let (h, m) = w.split_once([':', '.']).unwrap_or((w, "0"));
        let digits = |t: &str| (1..=2).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_digit());
        let (h, m) = if digits(h) && digits(m) {
            (h.parse::<u16>().ok()?, m.parse::<u16>().ok()?)
        } else {
            return None;
        };
        let at = h * 60 + m;
        (m < 60 && at <= DAY).then_some(at)
    };
    let (from, to) = word.split_once('-')?;
    let (from, to) = (minutes(from)?, minutes(to)?);
    (from != to && from < DAY).then_some((from, to))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(weekday: u8, hour: u8, minute: u8) -> Civil {
        Civil { day: crate::model::Day(0), hour, minute, second: 0, weekday }
    }

    fn open(hours: &str, weekday: u8, hour: u8, minute: u8) -> bool {
        Hours::parse(hours).unwrap().unwrap().contains(&at(weekday, hour, minute))
    }

    #[test]
    fn hours_are_read_as_people_write_them() {
        for hours in
            ["Mon-Fri 09:00-17:00", "mon-fri 9-17", "Monday–Friday 9.00 - 17.00", "Mo,Tu,We,Th,Fr 9:00-17:00"]
        {
            assert!(open(hours, 0, 9, 0) && open(hours, 4, 16, 59), "{hours}");
            assert!(!open(hours, 0, 8, 59) && !open(hours, 4, 17, 0) && !open(hours, 5, 12, 0), "{hours}");
        }
        let lunch = "Mon-Thu 09:00-12:00 13:00-17:00; Fri 9-12, Sat 10-11";
        assert!(open(lunch, 0, 11, 59) && open(lunch, 0, 13, 0) && open(lunch, 5, 10, 30));
        assert!(!open(lunch, 0, 12, 30) && !open(lunch, 4, 13, 0) && !open(lunch, 6, 10, 0));
        assert!(open("9-17", 6, 12, 0), "no day: every day");
        assert_eq!(Hours::parse(" "), Ok(None));
    }

    #[test]
    fn hours_may_go_on_after_midnight_and_over_the_weekend() {
        let night = "Fri-Sun 22:00-06:00";
        assert!(open(night, 4, 23, 0) && open(night, 5, 5, 59) && open(night, 0, 1, 0));
        assert!(!open(night, 4, 5, 0) && !open(night, 1, 1, 0) && !open(night, 0, 22, 0));
        assert!(open("daily 00:00-24:00", 3, 23, 59) && open("Sat-Mon 8-20", 0, 8, 0));
    }

    proptest! {
        #[test]
        fn any_hours_are_those_of_a_walk_over_the_week(
            slots in prop::collection::vec((0usize..7, 0usize..7, 0u16..1440, 1u16..1441), 1..5),
            minute in 0u16..10_080,
        ) {
            let slots: Vec<_> = slots.into_iter().filter(|s| s.2 != s.3).collect();
            prop_assume!(!slots.is_empty());
            let clock = |m: u16| format!("{:02}:{:02}", m / 60, m % 60);
            let clause = |(from, to, begin, end): &(usize, usize, u16, u16)| {
                format!("{}-{} {}-{}", &DAYS[*from][..3], &DAYS[*to][..3], clock(*begin), clock(*end))
            };
            let text = slots.iter().map(clause).collect::<Vec<_>>().join("; ");
            // Every open minute of the week.
            let mut open = vec![false; 10_080];
            for (from, to, begin, end) in &slots {
                let mut day = *from;
                loop {
                    let length = (usize::from(*end) + 1440 - usize::from(*begin) - 1) % 1440 + 1;
                    for n in 0..length {
                        open[(day * 1440 + usize::from(*begin) + n) % 10_080] = true;
                    }
                    if day == *to {
                        break;
                    }
                    day = (day + 1) % 7;
                }
            }
            let (weekday, rest) = (minute / 1440, minute % 1440);
            let at = at(u8::try_from(weekday).unwrap(), u8::try_from(rest / 60).unwrap(), u8::try_from(rest % 60).unwrap());
            let read = Hours::parse(&text).unwrap().unwrap();
            prop_assert_eq!(read.contains(&at), open[usize::from(minute)], "{} at {:?}", text, at);
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,60}", likely in "[mtwfsa-u0-9:., ;-]{0,40}") {
            let _ = (Hours::parse(&text), Hours::parse(&likely));
        }
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for (text, word) in [
            ("Mon-Fri", "mon-fri"),
            ("Mon-Fry 9-17", "mon-fry"),
            ("nine to five", "nine"),
            ("9-25", "9-25"),
            ("9-9", "9-9"),
            ("9:60-17", "9:60-17"),
            ("Mon 9", "9"),
            ("Mon 9-17 Tue", "tue"),
        ] {
            let why = Hours::parse(text).unwrap_err().to_string();
            assert!(why.contains(word), "{text}: {why}");
        }
    }
}
