//! Who a ticket is assigned to.

use crate::tui::{
    command::CommandId,
    model::{Choice, Layer, Model, Picker, PickerFor},
};

/// Opens it: myself, the others, the teams, unassigned.
pub fn open(m: &mut Model) {
    let has = m.ticket_at_hand().and_then(|t| t.assignee);
    let choice = |value: String, title: String, beside: &str| Choice {
        value,
        title,
        beside: beside.to_owned(),
        ..Choice::default()
    };
    let mut choices = Vec::new();
    let (me, others): (Vec<_>, Vec<_>) = m.info.agents.iter().partition(|a| a.id == m.me);
    for a in me.into_iter().chain(others) {
        let beside = match (has == Some(a.id), a.id == m.me, a.away_since.is_some()) {
            (true, _, _) => "current",
            (_, true, _) => "you",
            (_, _, true) => "away",
            _ => "",
        };
        choices.push(choice(a.handle.clone(), a.name.clone(), beside));
    }
    for t in &m.info.teams {
        choices.push(choice(t.name.clone(), t.name.clone(), "team"));
    }
    choices.push(choice("-".to_owned(), "Unassigned".to_owned(), if has.is_none() { "current" } else { "" }));
    let purpose = PickerFor::Argument(CommandId::TicketAssign);
    let mut picker = Picker::new(purpose, "Assign to", choices);
    picker.empty = "No match.".to_owned();
    m.layers.push(Layer::Picker(picker));
}
