//! What merging would do, who was merged, who may be one.

use crate::{
    desk::{
        Desk,
        bulk::{Doing, Progress},
        duplicates, merge,
    },
    model::{Customer, Id, Kind, Organisation},
    store::{Reject, StoreError, View, ViewExt, records},
    tui::data::{Alike, Answer, FoundRecord},
};

/// As many pairs are shown: who has more merges these first.
const MOST: usize = 500;

/// With fewer customers than this no progress is shown.
const TOLD_FROM: u64 = 5_000;

/// What merging one record into another would do.
pub fn plan(
    view: &dyn View,
    kind: Kind,
    (into, from): (Id, Id),
    take: &[String],
) -> Result<Answer, StoreError> {
    match merge::plan(view, kind, into, from, take) {
        Ok(plan) => Ok(Answer::Plan(Ok(Box::new(plan)), take.to_vec())),
        Err(Reject::Refused(why)) => Ok(Answer::Plan(Err(why.to_string()), Vec::new())),
        Err(Reject::Store(e)) => Err(e),
    }
}

/// Who was merged into a customer or an organisation.
pub fn merged(view: &dyn View, kind: Kind, into: Id) -> Result<Answer, StoreError> {
    if kind == Kind::Organisation {
        let mut all: Vec<Organisation> = records::referring(view, (kind, into))?;
        all.retain(|o| o.merged_into == Some(into));
        return Ok(Answer::Merged(kind, all.iter().map(house).collect()));
    }
    let mut all: Vec<Customer> = records::referring(view, (Kind::Customer, into))?;
    all.retain(|c| c.merged_into == Some(into));
    Ok(Answer::Merged(kind, all.iter().map(|c| found(view, c)).collect::<Result<_, _>>()?))
}

fn house(o: &Organisation) -> FoundRecord {
    FoundRecord {
        kind: Kind::Organisation,
        id: o.id,
        number: o.number,
        name: o.name.clone(),
        beside: o.domains.join(" "),
        marks: Vec::new(),
        by: None,
    }
}

/// Who may be one.
pub fn duplicates(desk: &Desk, tell: &mut dyn FnMut(Progress)) -> Answer {
    let of = desk.view(|v| v.counter(Kind::Customer.word())).unwrap_or_default();
    let mut told = 0;
    let far = |done: u64| {
        // Some hundred times in all, and never for few.
        if done >= told + (of / 100).max(TOLD_FROM) {
            told = done;
            let count = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
            tell(Progress { doing: Doing::Comparing, done: count(done), of: count(of) });
        }
    };
    let pairs = match duplicates::find(desk, duplicates::LEAST, far) {
        Ok(pairs) => pairs,
        Err(e) => return Answer::Failed(e.to_string()),
    };
    let shown = desk.view(|view| {
        let mut out = Vec::new();
        for p in pairs.iter().take(MOST) {
            let one = |id| records::get::<Customer>(view, id);
            if let (Some(stays), Some(goes)) = (one(p.stays)?, one(p.goes)?) {
                out.push(Alike {
                    stays: reached(view, &stays)?,
                    goes: reached(view, &goes)?,
                    score: p.score,
                    reasons: p.reasons.clone(),
                });
            }
        }
        Ok(out)
    });
    shown.map_or_else(|e| Answer::Failed(e.to_string()), Answer::Duplicates)
}

/// A customer with what tells them apart from one of the same name: where they are, and how they are reached.
fn reached(view: &dyn View, c: &Customer) -> Result<FoundRecord, StoreError> {
    let mut row = found(view, c)?;
    let ways = [c.email(), c.phone()].into_iter().flatten().filter(|way| !way.is_empty());
    let mut parts: Vec<String> = Vec::new();
    for part in std::iter::once(std::mem::take(&mut row.beside)).chain(ways.map(str::to_owned)) {
        if !part.is_empty() && !parts.contains(&part) {
            parts.push(part);
        }
    }
    row.beside = parts.join(" · ");
    Ok(row)
}

fn found(view: &dyn View, c: &Customer) -> Result<FoundRecord, StoreError> {
    let beside = match c.organisation() {
        Some(o) => crate::desk::read::name_of(view, Kind::Organisation, o)?,
        None => c.email().unwrap_or_default().to_owned(),
    };
    Ok(FoundRecord {
        kind: Kind::Customer,
        id: c.id,
        number: c.number,
        name: c.display_name(),
        beside,
        marks: Vec::new(),
        by: None,
    })
}
