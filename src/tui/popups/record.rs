//! A record of the history in full: a call, an order, an answer, a task.

use crate::{
    desk::{joined::Joined, read::TimelineEntry},
    model::{
        Currency, Kind, Money,
        field::{Datum, FieldDef},
        number, zone,
    },
    tui::{
        data::Entry,
        look::Ink,
        model::{Layer, Model, Popup, PopupLine},
        pages::{thread::channel_word, timeline},
    },
};

/// The number of an entry's record, where people see one.
#[must_use]
pub fn number_of(entry: &Entry) -> Option<u64> {
    Some(match &entry.entry {
        TimelineEntry::Interaction(i) => i.number,
        TimelineEntry::Message(m, ..) => m.number,
        TimelineEntry::Ticket(t) => t.number,
        TimelineEntry::Order(o) => o.number,
        TimelineEntry::Response(r) => r.number,
        TimelineEntry::Task(t) => t.number,
        TimelineEntry::Plain(i) => i.record.number(),
        TimelineEntry::Stage(_) => return None,
    })
}

fn field(label: &str, text: impl Into<String>) -> PopupLine {
    PopupLine { cells: vec![(Ink::Dim, label.to_owned()), (Ink::Text, text.into())] }
}

fn lines_of(label: &str, text: &str) -> Vec<PopupLine> {
    let lines = text.lines().enumerate();
    lines.map(|(i, line)| field(if i == 0 { label } else { "" }, line)).collect()
}

/// The fields of a record that say something, by their labels.
fn fields_of(m: &Model, i: &Joined) -> Vec<PopupLine> {
    let r = &i.record;
    let show = |d: Datum<'_>| match d {
        Datum::Text(t) => t.to_owned(),
        Datum::Owned(t) => t,
        Datum::Number(n) => n.to_string(),
        Datum::Money(minor, code) => code.parse::<Currency>().map_or_else(
            |_| format!("{minor} {code}"),
            |c| format!("{} {code}", Money::new(minor, c).plain()),
        ),
        Datum::At(at) => m.info.zone.when_exactly(at, m.now),
        Datum::Day(day) => day.to_string(),
        Datum::Duration(ms) => zone::short(ms),
        Datum::Link(Kind::Agent, id) => m.info.agent(id).map(|a| a.name.clone()).unwrap_or_default(),
        Datum::Link(kind, id) => {
            let named = i.links.iter().find(|l| l.id == id);
            named.map(|l| format!("{} {}", number::show(kind, l.number), l.name)).unwrap_or_default()
        }
    };
    let shown = |d: &FieldDef| {
        d.is_known() && !matches!(d.name, "number" | "external") && (m.info.sensitive || !d.sensitive)
    };
    let all = r.defs().iter().enumerate().filter(|(_, d)| shown(d));
    all.flat_map(|(place, d)| lines_of(d.title, &r.text_at(place, &show))).collect()
}

/// Opens an entry.
pub fn entry(m: &mut Model, entry: &Entry) {
    let zone = &m.info.zone;
    let when =
        entry.date().map_or_else(|| zone.when_exactly(entry.at, m.now), |day| zone.when_day(day, m.now));
    let agent = |id: Option<crate::model::Id>| {
        id.and_then(|id| m.info.agent(id)).map(|a| a.name.clone()).unwrap_or_default()
    };
    let (mut lines, mut record) = (vec![field("when", when)], None);
    let title = match &entry.entry {
        TimelineEntry::Interaction(i) => {
            lines.push(field("who", agent(i.author)));
            lines.push(field("about", i.subject.clone()));
            if let Some(s) = i.seconds {
                lines.push(field("took", format!("{} min", s.div_ceil(60))));
            }
            lines.extend(lines_of("said", &i.body));
            format!("{} {}", number::show(Kind::Interaction, i.number), channel_word(&i.channel))
        }
        TimelineEntry::Order(o) => {
            let money = |minor: i64| match o.currency.parse::<Currency>() {
                Ok(c) => Money::new(minor, c).plain(),
                Err(_) => minor.to_string(),
            };
            for (i, l) in o.lines.iter().enumerate() {
                let name = if l.title.is_empty() { &l.sku } else { &l.title };
                let label = if i == 0 { "bought" } else { "" };
                lines.push(field(label, format!("{} × {name}  {}", l.quantity, money(l.amount))));
            }
            for (label, minor) in [("tax", o.tax), ("shipping", o.shipping), ("discount", -o.discount)] {
                if minor != 0 {
                    lines.push(field(label, money(minor)));
                }
            }
            lines.push(field("total", format!("{} {}", money(o.total), o.currency)));
            for r in &o.refunds {
                lines.push(field("refunded", format!("{}  {}", money(r.amount), r.reason)));
            }
            format!("{} order", number::show(Kind::Order, o.number))
        }
        TimelineEntry::Response(r) => {
            lines.push(field("asked", r.preset.as_str().to_uppercase()));
            lines.push(field("answer", r.score.to_string()));
            lines.extend(lines_of("said", &r.comment));
            format!("{} answer", number::show(Kind::Response, r.number))
        }
        TimelineEntry::Task(t) => {
            lines.push(field("task", t.title.clone()));
            lines.push(field("who", agent(t.owner)));
            if let Some(due) = t.due {
                lines.push(field("due", m.info.zone.when_exactly(due, m.now)));
            }
            if let Some(at) = t.done_at {
                lines.push(field("done", m.info.zone.when_exactly(at, m.now)));
            }
            lines.extend(lines_of("more", &t.body));
            format!("{} task", number::show(Kind::Task, t.number))
        }
        TimelineEntry::Plain(i) => {
            let r = &i.record;
            record = Some((r.kind(), entry.id, !r.is_current()));
            lines.clear();
            lines.extend(fields_of(m, i));
            format!("{} {}", number::show(r.kind(), r.number()), r.kind().word())
        }
        TimelineEntry::Stage(s) => {
            lines.push(field("stage", timeline::stage_word(s)));
            "Stage".to_owned()
        }
        TimelineEntry::Message(..) | TimelineEntry::Ticket(_) => return,
    };
    lines.retain(|l| l.cells.last().is_some_and(|(_, t)| !t.trim().is_empty()));
    m.layers.push(Layer::Popup(Popup { title, lines, record, ..Popup::default() }));
}

/// Opens the task under the cursor of the list.
pub fn task(m: &mut Model) {
    let Some(t) = m.tasks.current().cloned() else { return };
    let mut lines = vec![field("task", t.title.clone()), field("who", t.owner_name.clone())];
    if let Some(due) = t.due {
        lines.push(field("due", m.info.zone.when_exactly(due, m.now)));
    }
    lines.retain(|l| l.cells.last().is_some_and(|(_, t)| !t.trim().is_empty()));
    let title = format!("{} task", number::show(Kind::Task, t.number));
    m.layers.push(Layer::Popup(Popup { title, lines, ..Popup::default() }));
}
