//! A customer in a few lines: who they are, how to reach them, the totals of the history.

use super::{Line, thread::Made, timeline::stage_word};
use crate::{
    desk::sensitive,
    model::{Money, Stamp},
    term::safe::Safe,
    tui::{data::CustomerPage, look::Ink, widgets},
};

/// The line of facts: `14 orders · €3,204 · 2 open · CSAT 4.5 (n 6) · last seen Tue`.
#[must_use]
pub fn facts(page: &CustomerPage, made: Made<'_>) -> Line {
    let f = &page.facts;
    let mut parts: Vec<(Ink, String)> = Vec::new();
    if f.orders > 0 {
        parts.push((Ink::Text, count(f.orders, "order")));
        for (currency, minor) in &f.revenue {
            if let Ok(c) = currency.parse() {
                parts.push((Ink::Text, Money::new(*minor, c).short()));
            }
        }
    }
    match (f.open, f.tickets) {
        (0, 0) => {}
        (0, n) => parts.push((Ink::Dim, count(n, "ticket"))),
        (open, _) => parts.push((Ink::New, format!("{open} open"))),
    }
    if f.csat.1 > 0 {
        let tenths = f.csat.0 * 10 / i64::try_from(f.csat.1).unwrap_or(1).max(1);
        parts.push((Ink::Text, format!("CSAT {}.{} (n {})", tenths / 10, tenths % 10, f.csat.1)));
    }
    if let Some(nps) = f.nps {
        parts.push((Ink::Text, format!("NPS {nps}")));
    }
    if let Some(at) = f.seen_at {
        parts.push((Ink::Dim, format!("last seen {}", seen(at, made))));
    }
    if parts.is_empty() {
        parts.push((Ink::Dim, "no history yet: L logs a call, N t opens a ticket".to_owned()));
    }
    let mut line = Line::default();
    for (i, (ink, text)) in parts.into_iter().enumerate() {
        if i > 0 {
            line = line.and(Ink::Dim, Safe::line(format!(" {} ", made.signs.dot)));
        }
        line = line.and(ink, Safe::line(text));
    }
    line
}

/// The day of a last contact as people say it.
fn seen(at: Stamp, made: Made<'_>) -> String {
    let text = made.info.zone.when(at, made.now);
    // The hour of a day last week is noise here.
    match text.split_once(' ') {
        Some((day, time)) if time.contains(':') => day.to_owned(),
        _ => text,
    }
}

fn count(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

/// How to reach them, and what they are called by: the line of the card beneath a ticket.
#[must_use]
pub fn reach(page: &CustomerPage, made: Made<'_>) -> Line {
    let c = &page.customer;
    let mut line = Line::default();
    let mut add = |ink, text: Safe<'_>| {
        if !text.is_empty() {
            let gap = if line.parts.is_empty() { "" } else { "  " };
            line = std::mem::take(&mut line).and(Ink::Dim, Safe::fixed(gap)).and(ink, text);
        }
    };
    add(Ink::Text, Safe::addr(c.email().unwrap_or_default().to_owned()));
    add(Ink::Text, Safe::line(c.phone().unwrap_or_default().to_owned()));
    add(Ink::Accent, Safe::line(c.tags.join(" ")));
    add(Ink::Dim, Safe::line(stage_word(&c.stage)));
    let months = widgets::spark(&page.facts.months, made.signs);
    if page.facts.months.iter().any(|n| *n > 0) {
        line = line.right(Ink::Dim, Safe::fixed("12 months ")).right(Ink::Dim, months);
    }
    line
}

/// The whole card of a customer's own page: everything known, the facts last.
#[must_use]
pub fn lines(page: &CustomerPage, made: Made<'_>) -> Vec<Line> {
    let c = &page.customer;
    let mut out = Vec::new();
    let label = |text: &'static str| Line::of(Ink::Dim, Safe::fixed(text).fit(10, made.signs.cut));
    let mark = |text: String, on: bool, what: &str| if on { format!("{text} ({what})") } else { text };
    let emails: Vec<String> = c
        .emails
        .iter()
        .map(|e| {
            let text = Safe::addr(e.address.as_str()).as_str().to_owned();
            mark(mark(text, e.shared, "shared"), e.bounced, "bounces")
        })
        .collect();
    let phones: Vec<String> =
        c.phones.iter().map(|p| mark(p.raw.clone(), !p.kind.is_empty(), &p.kind)).collect();
    let place = c.addresses.first().map(|a| {
        let parts = [&a.street, &a.postal, &a.city, &a.country];
        parts.into_iter().map(|p| p.trim()).filter(|p| !p.is_empty()).collect::<Vec<_>>().join(", ")
    });
    let work = c.roles.first().map(|r| {
        let name = page.organisation.as_ref().map_or("", |o| o.name.as_str());
        let parts = [name, r.title.as_str(), r.department.as_str()];
        parts.into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(", ")
    });
    // Absent for viewers without the permission.
    let personal: Vec<String> = sensitive::shown(c)
        .into_iter()
        .map(|(name, value)| format!("{} {value}", name.replace('_', " ")))
        .collect();
    for (name, text) in [
        ("mail", emails.join("  ")),
        ("phone", phones.join("  ")),
        ("works at", work.unwrap_or_default()),
        ("address", place.unwrap_or_default()),
        ("language", c.language.clone()),
        ("personal", personal.join("  ")),
    ] {
        if !text.trim().is_empty() {
            out.push(label(name).and(Ink::Text, Safe::line(text)));
        }
    }
    for (name, text) in &page.fields {
        let label = Line::of(Ink::Dim, Safe::line(name.to_lowercase()).fit(10, made.signs.cut));
        out.push(label.and(Ink::Text, Safe::line(text.replace('\n', " "))));
    }
    let owner = c.owner.and_then(|o| made.info.agent(o)).map(|a| a.name.clone()).unwrap_or_default();
    let mut about = label("stage").and(Ink::Text, Safe::line(stage_word(&c.stage)));
    about = about.and_some("  owner ", Ink::Text, Safe::line(owner));
    about = about.and_some("  ", Ink::Accent, Safe::line(c.tags.join(" ")));
    if c.archived_at.is_some() {
        about = about.and(Ink::Soon, Safe::fixed("  archived"));
    }
    out.push(about);
    for note in &c.notes {
        let rows = Safe::block(note.as_str());
        for row in rows.wrap(usize::from(made.width).saturating_sub(11)) {
            out.push(label("note").and(Ink::Internal, row));
        }
    }
    let months = widgets::spark(&page.facts.months, made.signs);
    let mut sum = facts(page, made);
    if page.facts.months.iter().any(|n| *n > 0) {
        sum = sum.right(Ink::Dim, Safe::fixed("12 months ")).right(Ink::Dim, months);
    }
    sum.parts.insert(0, (Ink::Dim, Safe::fixed("summary").fit(10, made.signs.cut)));
    out.push(sum);
    out
}
