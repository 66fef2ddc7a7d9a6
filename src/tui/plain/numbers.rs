//! What is said of numbers: each with its change and of how many, and what it means.

use super::{
    scene::{At, Utterance, When},
    words,
};
use crate::tui::{
    command::CommandId,
    data::{Tile, Trend},
    insight::{Bar, Line, Row},
    model::Model,
    panes,
};

/// A change in words: `up 12 %, better`.
fn change(text: &str, up: i8, better: Option<bool>) -> String {
    if text.trim().is_empty() {
        return String::new();
    }
    let way = match up {
        1.. => "up ",
        0 => "",
        _ => "down ",
    };
    let good = match better {
        Some(true) => ", better",
        Some(false) => ", worse",
        None => "",
    };
    format!("{way}{text}{good}")
}

/// A value, or that there is none.
fn value(text: &str) -> String {
    match text.trim() {
        "" | "–" | "-" => "no data".to_owned(),
        text => units(text),
    }
}

/// Units that are a letter, in words: `38 m` is `38 minutes`, `4:10 h` is `4 hours 10 minutes`.
fn units(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let plural = |n: &str, unit: &str| format!("{n} {unit}{}", if n == "1" { "" } else { "s" });
    let mut out: Vec<String> = Vec::new();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let number = word
            .trim_start_matches(['-', '−', '('])
            .chars()
            .all(|c| c.is_ascii_digit() || c == '.' || c == ':');
        let unit = words.get(at + 1).map(|u| u.trim_end_matches([',', ')']));
        let unit = match unit.filter(|_| number) {
            Some("m" | "min") => "minute",
            Some("h") => "hour",
            Some("d") => "day",
            Some("w") => "week",
            Some("y") => "year",
            _ => "",
        };
        match (unit, word.split_once(':')) {
            ("", _) => out.push((*word).to_owned()),
            ("hour", Some((hours, minutes))) => {
                let minutes = minutes.trim_start_matches('0');
                let minutes = if minutes.is_empty() { String::new() } else { plural(minutes, "minute") };
                out.push(format!("{} {minutes}", plural(hours, "hour")).trim().to_owned());
                at += 1;
            }
            (unit, _) => {
                out.push(plural(word, unit));
                at += 1;
            }
        }
        at += 1;
    }
    out.join(" ")
}

fn tile(t: &Tile) -> String {
    let up = match t.trend {
        Trend::Up => 1,
        Trend::Down => -1,
        Trend::Same => 0,
    };
    // Few make no trend.
    let better = t.is_good().filter(|_| t.n.is_none_or(|n| n >= 30));
    let n = t.n.map(|n| format!("of {n}")).unwrap_or_default();
    words::list([format!("{}: {}", t.label, value(&t.value)), change(&t.change, up, better), n])
}

/// The numbers of today, or what to do first where there are none.
#[must_use]
pub fn today(m: &Model) -> Vec<Utterance> {
    if !m.known {
        return Vec::new();
    }
    let name = panes::titles(m, crate::tui::model::Pane::Today);
    let name: String = name.left.iter().map(|(_, t)| t.as_str()).collect();
    let Some(steps) = panes::today::steps(m) else {
        let Some(numbers) = &m.numbers else { return Vec::new() };
        let mut lines = vec![words::ended(&format!("Numbers of {name}"))];
        lines.extend(numbers.strip.iter().map(|t| words::ended(&tile(t))));
        return vec![Utterance::new(At::Title, When::Here, lines.join(" "), lines)];
    };
    let mut lines = vec![words::ended(&name)];
    lines.extend(
        steps.into_iter().map(|(done, what)| format!("{}: {what}.", if done { "Done" } else { "To do" })),
    );
    vec![Utterance::new(At::Title, When::Here, lines.join(" "), lines)]
}

fn line(l: &Line) -> String {
    let n = l.n.map(|n| format!("of {n}")).unwrap_or_default();
    words::list([
        format!("{}: {}", l.label, value(&l.value)),
        units(&l.beside),
        change(&l.change, l.sign, l.better),
        n,
        units(&l.also),
    ])
}

fn bar(b: &Bar) -> String {
    words::list([format!("{}: {}", b.label, value(&b.value)), units(&b.note)])
}

/// The number that one is at: its section where that is another, the number, what it means.
#[must_use]
pub fn insight(m: &Model) -> Vec<Utterance> {
    let Some(page) = &m.insight.page else { return Vec::new() };
    let mut out = vec![Utterance::line(At::Title, When::Arriving, format!("Insight, {}.", page.window))];
    let mut at = 0;
    let mut group = "";
    for section in &page.sections {
        for row in &section.rows {
            let said = match row {
                Row::Line(l) => line(l),
                Row::Bar(b) => bar(b),
                Row::Head(text) => {
                    group = text;
                    continue;
                }
                // Courses and shapes say what the numbers beside them say.
                Row::Chart(_) | Row::Stack(_) | Row::Whisker(..) => continue,
            };
            if at == m.insight.cursor {
                let group = if matches!(row, Row::Bar(_)) { group } else { "" };
                let place = words::list([section.title.as_str(), group]);
                out.push(Utterance::line(At::About, When::Here, words::ended(&place)).again(Vec::new()));
                let count = format!("{} of {}:", at + 1, m.insight.len());
                let mut lines = vec![words::ended(&words::list([count, said.clone()]))];
                lines.extend(m.insight.current().map(|(about, _)| words::ended(about)));
                out.push(Utterance::new(At::Selection, When::Here, format!("{at} {said}"), lines));
                return out;
            }
            at += 1;
        }
    }
    let key = panes::key(m, CommandId::GoDesk);
    out.push(Utterance::line(
        At::Selection,
        When::Here,
        format!(
            "Nothing to count yet. Tickets, orders and answers make the numbers. {key} goes back to the desk."
        ),
    ));
    out
}
