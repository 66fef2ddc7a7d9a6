//! The strip of the desk and the sections of the Insight page.

use super::{Bands, By, Measure, Number, Window, facts::Facts, split::split};
use crate::{
    model::money::Currency,
    store::{StoreError, View},
};

/// What a section is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Topic {
    /// How much comes and goes.
    Volume,
    /// How fast.
    Speed,
    /// How well.
    Quality,
    /// What it brings.
    Sales,
    /// How mail stands.
    Mail,
    /// How old what is left is.
    Age,
    /// The agent, the channel and the subject.
    Split(By),
}

/// Bars: one measure, split.
#[derive(Debug, Clone, PartialEq)]
pub struct Bars {
    /// The measure.
    pub measure: Measure,
    /// What it is split by.
    pub by: By,
    /// The groups, the largest first; `others` last.
    pub groups: Vec<(String, Number)>,
}

/// Numbers that belong together.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// What it is about.
    pub topic: Topic,
    /// Its title.
    pub title: &'static str,
    /// Its numbers.
    pub numbers: Vec<Number>,
    /// Its bands of times.
    pub bands: Option<Bands>,
    /// Its bars.
    pub bars: Vec<Bars>,
}

/// The Insight page.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Its window.
    pub window: Window,
    /// The numbers of the strip.
    pub strip: Vec<Number>,
    /// Its sections, in their order.
    pub sections: Vec<Section>,
}

/// The strip's measures, the most telling first: a narrow screen shows as many as it has room for.
pub(super) fn strip_measures(currency: Option<Currency>) -> Vec<Measure> {
    vec![
        Measure::Open,
        Measure::FirstReply,
        Measure::Csat,
        Measure::Nps,
        Measure::New,
        Measure::Solved,
        Measure::Resolution,
        Measure::Revenue(currency.unwrap_or(Currency::EUR)),
        Measure::Repeat,
        Measure::Backlog,
    ]
}

/// The strip's numbers, the revenue in the currency of the workspace or of most orders.
pub(super) fn strip(facts: &Facts) -> Vec<Number> {
    strip_measures(facts.currencies().first().copied()).into_iter().map(|m| facts.number(m)).collect()
}

/// The whole page: one pass over the facts, then sections of it.
///
/// # Errors
/// Where the file cannot be read.
pub fn page(view: &dyn View, window: &Window) -> Result<Page, StoreError> {
    let all: Vec<Measure> = Measure::all(Currency::EUR).collect();
    let facts = Facts::load(view, window, &all)?;
    let section = |topic: Topic, title: &'static str| {
        let of = |all: &mut dyn Iterator<Item = Measure>| {
            let numbers = all.filter(|m| m.spec().topic == topic).map(|m| facts.number(m));
            let shown = |n: &Number| !n.id.spec().where_used || n.value.is_some() || n.previous.is_some();
            numbers.filter(shown).collect::<Vec<_>>()
        };
        let mut numbers = Vec::new();
        for c in facts.currencies() {
            numbers.extend(of(&mut Measure::money(c)));
        }
        numbers.extend(of(&mut Measure::plain()));
        Section { topic, title, numbers, bands: None, bars: Vec::new() }
    };
    let mut sections = vec![
        section(Topic::Volume, "Volume"),
        Section { bands: Some(facts.reply_times()), ..section(Topic::Speed, "Speed") },
        section(Topic::Quality, "Quality"),
        section(Topic::Sales, "Sales"),
        Section { bands: Some(facts.ages()), ..section(Topic::Age, "Backlog by age") },
    ];
    // Without a mailbox they would say nothing, and a window that is over has no mail of now.
    if facts.mail.has_mailbox && window.is_running() {
        sections.push(section(Topic::Mail, "Mail"));
    }
    for (by, title, measures) in [
        (By::Agent, "By agent", &[Measure::Solved, Measure::FirstReply, Measure::Csat][..]),
        (By::Channel, "By channel", &[Measure::New, Measure::FirstReply]),
        (By::Tag, "By tag", &[Measure::New, Measure::Resolution]),
        (By::Priority, "By priority", &[Measure::Backlog]),
    ] {
        let mut section = section(Topic::Split(by), title);
        for measure in measures.iter().copied() {
            section.bars.push(Bars { measure, by, groups: split(view, &facts, measure, by)? });
        }
        // Where nothing has an agent or a tag the bars would say nothing.
        section.bars.retain(|b| b.groups.iter().any(|(label, _)| label != by.none()));
        sections.push(section);
    }
    let strip = strip(&facts);
    Ok(Page { window: window.clone(), strip, sections })
}
