//! An organisation is found out of the index while one types; then it is edited, merged with another, or one is taken out
//! of it again.

use crate::{
    model::{Id, Kind, number},
    tui::{
        command::CommandId,
        data::{Ask, FoundRecord},
        model::{Choice, Layer, Mark, Model, Picker, PickerFor},
        popups::find,
        update::Cx,
    },
};

/// Asks for the organisation that a command is about. The one of the current customer comes first.
pub fn open(m: &mut Model, cx: &mut Cx, then: CommandId) {
    let title = match then {
        CommandId::OrganisationMerge => "Keep which organisation?",
        CommandId::OrganisationUnmerge => "Unmerge from which organisation?",
        _ => "Which organisation?",
    };
    ask(m, cx, (then, None), title.to_owned());
}

fn ask(m: &mut Model, cx: &mut Cx, (then, with): (CommandId, Option<Id>), title: String) {
    let mut picker = Picker::new(PickerFor::House(then, with), title, Vec::new());
    picker.empty = "Type a name or a mail domain.".to_owned();
    m.layers.push(Layer::Picker(picker));
    cx.ask(m, Ask::OrganisationIndex(String::new()));
}

/// The organisation of the current customer.
fn at_hand(m: &Model) -> Option<String> {
    let row = m.customers_of(m.focus).and_then(|l| l.current()).map(|c| c.organisation.clone());
    let read = || m.page.customer.as_ref()?.page.organisation.as_ref().map(|o| o.name.clone());
    row.or_else(read).filter(|name| !name.is_empty())
}

/// Organisations were found for what was typed; whether it was for this.
pub(crate) fn found(m: &mut Model, text: &str, found: &[FoundRecord]) -> bool {
    let here = at_hand(m).filter(|_| text.is_empty());
    let Some(Layer::Picker(p)) = m.layers.last_mut() else { return false };
    let PickerFor::House(_, with) = p.purpose else { return false };
    if p.input.as_str().trim() != text {
        return true;
    }
    p.empty = "No match. N g adds an organisation.".to_owned();
    (p.shown, p.choices, p.cursor, p.top) = (Vec::new(), Vec::new(), 0, 0);
    let mut found = found.to_vec();
    // One is not merged into itself; the current one comes first.
    found.retain(|f| Some(f.id) != with);
    found.sort_by_key(|f| here.as_ref() != Some(&f.name));
    for (at, f) in found.into_iter().enumerate() {
        let number = number::show(f.kind, f.number);
        let (beside, marks) = find::beside(f.by, f.beside);
        p.shown.push(Mark { at, title: f.marks, beside: marks });
        p.choices.push(Choice {
            value: number.clone(),
            title: f.name,
            beside,
            tail: number,
            record: Some((f.kind, f.id)),
            ..Choice::default()
        });
    }
    true
}

/// One was chosen.
pub fn accept(m: &mut Model, cx: &mut Cx, then: CommandId, with: Option<Id>, choice: Option<&Choice>) {
    let Some((kind, id)) = choice.and_then(|c| c.record) else { return };
    match (then, with) {
        (CommandId::OrganisationMerge, None) => {
            let name = choice.map(|c| c.title.clone()).unwrap_or_default();
            ask(m, cx, (then, Some(id)), format!("Merge {name} with which organisation?"));
        }
        (CommandId::OrganisationMerge, Some(into)) => {
            cx.ask(m, Ask::Plan(Kind::Organisation, into, id, Vec::new()));
        }
        (CommandId::OrganisationUnmerge, _) => cx.ask(m, Ask::Merged(Kind::Organisation, id)),
        _ => cx.ask(m, Ask::Fields(kind, id)),
    }
}
