//! Two customers who are one: who stays, which fields are kept, what moves.

use crate::{
    desk::{
        Command, Request,
        merge::{Plan, Side, counted},
    },
    model::{Id, Kind, number},
    tui::{
        command::CommandId,
        data::{Alike, Ask, FoundRecord},
        effect::Then,
        model::{Choice, Layer, Model, Picker, PickerFor, Tone},
        popups::find,
        update::{self, Cx},
    },
};

/// Begins: two marked customers are taken as they are; else the other one is found first.
pub fn open(m: &mut Model, cx: &mut Cx) {
    match m.target_customers().as_slice() {
        [into, from] => cx.ask(m, Ask::Plan(Kind::Customer, *into, *from, Vec::new())),
        [_] => find::open(m, cx, Some(CommandId::CustomerMerge), None),
        [] => m.say(Tone::Refused, "No customer is selected."),
        _ => m.say(Tone::Refused, "Mark exactly two customers, or none."),
    }
}

/// The other one was found.
pub fn with(m: &mut Model, cx: &mut Cx, from: Id) {
    if let Some(into) = m.customer_at_hand() {
        cx.ask(m, Ask::Plan(Kind::Customer, into, from, Vec::new()));
    }
}

/// The desk told what it would do.
pub fn planned(m: &mut Model, plan: Result<Box<Plan>, String>, take: Vec<String>) {
    let plan = match plan {
        Ok(plan) => plan,
        Err(why) => return m.say(Tone::Refused, why),
    };
    let again =
        matches!(m.layers.last(), Some(Layer::Picker(p)) if matches!(p.purpose, PickerFor::Merge(..)));
    let cursor = match m.layers.last() {
        Some(Layer::Picker(p)) if again => p.cursor,
        _ => 0,
    };
    if again {
        m.layers.pop();
    }
    // What has no room in its row is read below.
    let row = |value: &str, title: String, beside: String, tail: &str| Choice {
        value: value.to_owned(),
        detail: vec![
            [title.as_str(), beside.as_str()]
                .into_iter()
                .filter(|t| !t.is_empty())
                .collect::<Vec<_>>()
                .join(": "),
        ],
        title,
        beside,
        tail: tail.to_owned(),
        ..Choice::default()
    };
    let moves = if plan.moves.is_empty() {
        "nothing moves".to_owned()
    } else {
        format!("{} move", counted(&plan.moves))
    };
    let mut choices = vec![
        row("merge", format!("Merge into {}", plan.into.1), moves, ""),
        row("swap", format!("Keep {} instead", plan.from.1), String::new(), ""),
    ];
    if plan.kind == Kind::Customer {
        let again = "not suggested again".to_owned();
        choices.push(row("distinct", "Not duplicates".to_owned(), again, ""));
    }
    for r in &plan.rows {
        let (value, tail) = match (r.side, r.can_choose) {
            (Side::Both, _) => (String::new(), "both"),
            (_, false) => (String::new(), "added"),
            (Side::Ours, true) => (format!("take {}", r.field), "stays"),
            (Side::Theirs, true) => (format!("take {}", r.field), "comes"),
        };
        let side = |text: &str| if text.is_empty() { "nothing".to_owned() } else { text.to_owned() };
        let beside = match r.side {
            Side::Ours => format!("{}   ({})", side(&r.ours), r.theirs),
            Side::Theirs => format!("{}   ({})", r.theirs, side(&r.ours)),
            Side::Both => format!("{} + {}", side(&r.ours), r.theirs),
        };
        choices.push(row(&value, r.field.replace('_', " "), beside, tail));
    }
    let title = format!("Merge {} and {}", plan.into.1, plan.from.1);
    let mut picker = Picker::new(PickerFor::Merge(plan, take), title, choices);
    picker.cursor = cursor;
    picker.note = "Enter on a field swaps its value".to_owned();
    m.layers.push(Layer::Picker(picker));
}

/// A row was taken.
pub fn accept(m: &mut Model, cx: &mut Cx, picker: Picker) {
    let value = picker.current().map(|c| c.value.clone()).unwrap_or_default();
    let PickerFor::Merge(plan, take) = &picker.purpose else { return };
    let (kind, into, from) = (plan.kind, plan.into.0, plan.from.0);
    let here = m.here();
    match value.as_str() {
        "merge" => {
            let command = Command::Merge { kind: plan.kind, into, from, take: take.clone() };
            let mut request = Request::new(cx.op(), m.me, m.now, command);
            request.seen = vec![(plan.kind, into, plan.seen.0), (plan.kind, from, plan.seen.1)];
            update::ask(m, cx, request, Then::Say { here });
        }
        "swap" => {
            m.layers.push(Layer::Picker(Picker { cursor: 0, ..picker }));
            cx.ask(m, Ask::Plan(kind, from, into, Vec::new()));
        }
        "distinct" => update::change(m, cx, Command::CustomerDistinct(into, from), Then::Say { here }),
        field => {
            let mut take = take.clone();
            if let Some(field) = field.strip_prefix("take ") {
                match take.iter().position(|t| t == field) {
                    Some(i) => {
                        take.remove(i);
                    }
                    None => take.push(field.to_owned()),
                }
                cx.ask(m, Ask::Plan(kind, into, from, take));
            }
            m.layers.push(Layer::Picker(picker));
        }
    }
}

/// Begins to split off a customer.
pub fn unmerge(m: &mut Model, cx: &mut Cx) {
    match m.customer_at_hand() {
        Some(id) => cx.ask(m, Ask::Merged(Kind::Customer, id)),
        None => m.say(Tone::Refused, "No customer is selected."),
    }
}

/// The desk told who was merged into them.
pub fn merged(m: &mut Model, kind: Kind, all: Vec<FoundRecord>) {
    if all.is_empty() {
        let said = match kind {
            Kind::Organisation => "No organisation was merged into this one.",
            _ => "No customer was merged into this one.",
        };
        return m.say(Tone::Plain, said);
    }
    let choices = all.into_iter().map(|f| Choice {
        value: number::show(f.kind, f.number),
        title: f.name,
        beside: f.beside,
        tail: number::show(f.kind, f.number),
        record: Some((f.kind, f.id)),
        ..Choice::default()
    });
    m.layers.push(Layer::Picker(Picker::new(PickerFor::Unmerge, "Split off again", choices.collect())));
}

/// The customer to split off was chosen.
pub fn unmerge_accept(m: &mut Model, cx: &mut Cx, choice: Option<&Choice>) {
    if let Some((kind, id)) = choice.and_then(|c| c.record) {
        let here = m.here();
        update::change(m, cx, Command::Unmerge(kind, id), Then::Say { here });
    }
}

/// Asks who may be one.
pub fn duplicates(m: &mut Model, cx: &mut Cx) {
    if !m.suggested.is_empty() {
        let pairs = std::mem::take(&mut m.suggested);
        return show(m, pairs);
    }
    m.say(Tone::Plain, "Looking for duplicates …");
    cx.ask(m, Ask::Duplicates);
}

/// The desk told who may be one.
pub fn suggested(m: &mut Model, pairs: Vec<Alike>) {
    m.looking = None;
    if pairs.is_empty() {
        return m.say(Tone::Good, "No likely duplicates.");
    }
    if !m.layers.is_empty() || m.composer.is_some() {
        // Who types something else does not type into this.
        let n = if pairs.len() == 1 { "A pair".to_owned() } else { format!("{} pairs", pairs.len()) };
        m.suggested = pairs;
        return m.say(Tone::Good, format!("{n} may be one person: Duplicates in the palette shows them."));
    }
    show(m, pairs);
}

fn show(m: &mut Model, pairs: Vec<Alike>) {
    m.status = None;
    let ids = pairs.iter().map(|p| (p.stays.id, p.goes.id)).collect();
    let choices = pairs.into_iter().map(|p| {
        let number = |f: &FoundRecord| number::show(f.kind, f.number);
        let line = |f: &FoundRecord| format!("{} {}  {}", number(f), f.name, f.beside).trim_end().to_owned();
        let why = p.reasons.join(", ");
        Choice {
            value: format!("{} {}", number(&p.stays), number(&p.goes)),
            detail: vec![line(&p.stays), line(&p.goes), why.clone()],
            also: format!("{} {} {} {}", number(&p.stays), number(&p.goes), p.stays.beside, p.goes.beside),
            title: if p.stays.name == p.goes.name {
                p.stays.name
            } else {
                format!("{} / {}", p.stays.name, p.goes.name)
            },
            beside: why,
            tail: p.score.to_string(),
            ..Choice::default()
        }
    });
    let mut picker = Picker::new(PickerFor::Duplicates(ids), "Likely duplicates", choices.collect());
    picker.note = "likeliest first".to_owned();
    m.layers.push(Layer::Picker(picker));
}

/// A pair was chosen.
///
/// The others stay open beneath: one goes through them all.
pub fn pair(m: &mut Model, cx: &mut Cx, mut picker: Picker) {
    let at = picker.shown.get(picker.cursor).map(|s| s.at);
    let PickerFor::Duplicates(ids) = &mut picker.purpose else { return };
    let Some(at) = at.filter(|at| *at < ids.len() && *at < picker.choices.len()) else { return };
    let (into, from) = ids.remove(at);
    picker.choices.remove(at);
    let (cursor, top) = (picker.cursor, picker.top);
    picker.narrow();
    (picker.cursor, picker.top) = (cursor.min(picker.shown.len().saturating_sub(1)), top);
    if !picker.choices.is_empty() {
        m.layers.push(Layer::Picker(picker));
    }
    cx.ask(m, Ask::Plan(Kind::Customer, into, from, Vec::new()));
}
