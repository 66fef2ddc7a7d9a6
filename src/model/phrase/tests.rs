//! Phrases against a calendar of November 2026: the 18th is a Wednesday.

use proptest::prelude::*;

use super::*;

fn zone() -> Zone {
    Zone::named("Europe/Berlin").unwrap()
}

/// Wednesday 2026-11-18, 10:30 in Berlin.
fn now() -> Stamp {
    zone().at(Day::new(2026, 11, 18).unwrap(), 10, 30)
}

/// What a phrase means, as text.
fn say(text: &str, lean: Lean) -> String {
    match parse(text, now(), &zone(), lean) {
        Ok(When::Moment(at)) => zone().date_time(at),
        Ok(When::Away(at)) => format!("~{}", zone().date_time(at)),
        Ok(When::Days(a, b)) if a == b => a.to_string(),
        Ok(When::Days(a, b)) => format!("{a}..{b}"),
        Err(e) => e.to_string(),
    }
}

#[test]
fn what_is_to_come() {
    for (text, meaning) in [
        ("tomorrow", "2026-11-19"),
        ("tomorrow 9am", "2026-11-19 09:00"),
        ("9am tomorrow", "2026-11-19 09:00"),
        ("Tomorrow at 3pm", "2026-11-19 15:00"),
        ("tomorrow morning", "2026-11-19 09:00"),
        ("tonight", "2026-11-18 20:00"),
        ("next wed", "2026-11-25"),
        ("next Wednesday", "2026-11-25"),
        ("next-wed", "2026-11-25"),
        ("next mon", "2026-11-23"),
        ("wed", "2026-11-25"),
        ("thu", "2026-11-19"),
        ("monday 9:30", "2026-11-23 09:30"),
        ("this fri", "2026-11-20"),
        ("in 2h", "~2026-11-18 12:30"),
        ("in 2 hours", "~2026-11-18 12:30"),
        ("in an hour", "~2026-11-18 11:30"),
        ("in half an hour", "~2026-11-18 11:00"),
        ("1h30m", "~2026-11-18 12:00"),
        ("1.5h", "~2026-11-18 12:00"),
        ("in 3 days", "~2026-11-21 10:30"),
        ("2w", "~2026-12-02 10:30"),
        ("in two weeks", "~2026-12-02 10:30"),
        ("3mo", "~2027-02-18 10:30"),
        ("2d ago", "~2026-11-16 10:30"),
        ("-2d", "~2026-11-16 10:30"),
        ("9am", "2026-11-19 09:00"),
        ("11am", "2026-11-18 11:00"),
        ("at 9", "2026-11-19 09:00"),
        ("12am", "2026-11-19 00:00"),
        ("12pm", "2026-11-18 12:00"),
        ("17:45", "2026-11-18 17:45"),
        ("noon", "2026-11-18 12:00"),
        ("next week", "2026-11-23..2026-11-29"),
        ("next month", "2026-12-01..2026-12-31"),
        ("march", "2027-03-01..2027-03-31"),
        ("5 mar", "2027-03-05"),
        ("mar 5th, 2028", "2028-03-05"),
        ("5th of March", "2027-03-05"),
        ("the 1st", "2026-12-01"),
        ("31st", "2026-12-31"),
        ("29 feb", "2028-02-29"),
        ("2026-12-24", "2026-12-24"),
        ("2026-12-24 18:00", "2026-12-24 18:00"),
        ("2026-12-24T18:00", "2026-12-24 18:00"),
        ("2026-12-24T18:00:30Z", "2026-12-24 19:00"),
        ("2026-12-24T18:00-05:00", "2026-12-25 00:00"),
        ("2026-03", "2026-03-01..2026-03-31"),
        ("2026", "2026-01-01..2026-12-31"),
        ("2026-W10", "2026-03-02..2026-03-08"),
        ("2026-q1", "2026-01-01..2026-03-31"),
        ("end of month", "2026-11-30"),
        ("end of next week", "2026-11-29"),
        ("next 7 days", "2026-11-18..2026-11-24"),
        ("this weekend", "2026-11-21..2026-11-22"),
    ] {
        assert_eq!(say(text, Lean::Future), meaning, "{text}");
    }
}

#[test]
fn what_was() {
    for (text, meaning) in [
        ("2w", "~2026-11-04 10:30"),
        ("in 2w", "~2026-12-02 10:30"),
        ("+2d", "~2026-11-20 10:30"),
        ("monday", "2026-11-16"),
        ("wed", "2026-11-18"),
        ("last wed", "2026-11-11"),
        ("fri", "2026-11-13"),
        ("yesterday", "2026-11-17"),
        ("last month", "2026-10-01..2026-10-31"),
        ("last-month", "2026-10-01..2026-10-31"),
        ("last week", "2026-11-09..2026-11-15"),
        ("this year", "2026-01-01..2026-12-31"),
        ("last quarter", "2026-07-01..2026-09-30"),
        ("last 7 days", "2026-11-12..2026-11-18"),
        ("march", "2026-03-01..2026-03-31"),
        ("dec", "2025-12-01..2025-12-31"),
        ("last november", "2025-11-01..2025-11-30"),
        ("dec 24", "2025-12-24"),
        ("9am", "2026-11-18 09:00"),
        ("5pm", "2026-11-17 17:00"),
    ] {
        assert_eq!(say(text, Lean::Past), meaning, "{text}");
    }
}

#[test]
fn what_is_no_time_says_so_with_examples() {
    for text in [
        "",
        "soon",
        "13pm",
        "25:00",
        "2026-02-30",
        "03/04/2026",
        "feb 30",
        "in",
        "next",
        "tomorrow today",
        "+",
        "3m%",
    ] {
        let e = parse(text, now(), &zone(), Lean::Future).unwrap_err().to_string();
        assert!(e.contains("next wed"), "{text}: {e}");
    }
    let e = say("tomorrow nein", Lean::Future);
    assert!(e.contains("what is `nein`?"), "{e}");
    assert!(say("in 999999999 years", Lean::Future).contains("too far"));
}

#[test]
fn a_snooze_is_a_moment_to_come() {
    let at = |t| moment(t, now(), &zone()).map(|at| zone().date_time(at));
    assert_eq!(at("tomorrow"), Ok("2026-11-19 09:00".to_owned()));
    assert_eq!(at("this week"), Ok("2026-11-19 09:00".to_owned()));
    assert_eq!(at("next week"), Ok("2026-11-23 09:00".to_owned()));
    assert_eq!(at("2h"), Ok("2026-11-18 12:30".to_owned()));
    assert!(matches!(at("yesterday"), Err(PhraseError::Past(_))));
    assert!(matches!(at("2h ago"), Err(PhraseError::Past(_))));
}

#[test]
fn lengths_are_read_alone() {
    assert_eq!(length("1h30m").map(Step::rough_ms), Some(5_400_000));
    assert_eq!(length("2 days").map(Step::rough_ms), Some(172_800_000));
    assert_eq!(length("2 days ago"), None);
    assert_eq!(length(""), None);
}

proptest! {
    #[test]
    fn no_text_panics(text in "[ -~äÄ1-9]{0,24}", t: i64, lean: bool) {
        let lean = if lean { Lean::Future } else { Lean::Past };
        if let Ok(when) = parse(&text, t, &zone(), lean) {
            when.range(t, &zone());
            when.days(t, &zone());
        }
        let _ = (moment(&text, t, &zone()), length(&text));
    }

    #[test]
    fn no_words_panic(
        words in proptest::collection::vec(
            proptest::sample::select(vec![
                "next", "last", "this", "mon", "march", "9", "30", "2026", "2026-03", "am", "at", "in", "the", "5th", "of",
                "end", "week", "month", "day", "hours", "ago", "99999", "999999999", "0", "tomorrow", "T10:00", "a", "half",
            ]), 1..6),
        t in -70_000_000_000_000i64..260_000_000_000_000,
        glue: bool,
    ) {
        let text = words.join(if glue { "" } else { " " });
        if let Ok(when) = parse(&text, t, &zone(), Lean::Past) {
            when.range(t, &zone());
        }
        if let Ok(at) = moment(&text, t, &zone()) {
            prop_assert!(at > t);
        }
    }
}
