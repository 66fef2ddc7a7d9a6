//! Tags: those it has are marked; marking and typing adds, unmarking takes away.

use std::collections::BTreeMap;

use crate::tui::{
    command::{CommandId, Scope},
    model::{Choice, Layer, Model, Picker, PickerFor},
    update::{self, Cx},
};

/// The tags of what a verb acts on.
fn current(m: &Model) -> Vec<String> {
    let tickets = m.target_tickets();
    if m.scope() != Scope::CustomerList && !tickets.is_empty() {
        return tickets.first().map(|t| t.tags.clone()).unwrap_or_default();
    }
    let rows = m.customers_of(m.focus).and_then(|l| l.current()).map(|c| c.tags.clone());
    rows.or_else(|| m.page.customer.as_ref().map(|v| v.page.customer.tags.clone())).unwrap_or_default()
}

/// Opens this popup.
pub fn open(m: &mut Model) {
    let has = current(m);
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    let tickets = m.queue.rows().iter().chain(m.all_tickets.rows()).flat_map(|t| &t.tags);
    let customers = m.customers.rows().iter().chain(m.all_customers.rows()).flat_map(|c| &c.tags);
    for tag in has.iter().chain(tickets).chain(customers) {
        *known.entry(tag).or_default() += 1;
    }
    let mut all: Vec<(&str, usize)> = known.into_iter().collect();
    all.sort_by_key(|(tag, n)| (!has.iter().any(|h| h == tag), std::cmp::Reverse(*n)));
    let choices = all.into_iter().map(|(tag, _)| Choice {
        value: tag.to_owned(),
        title: tag.to_owned(),
        ..Choice::default()
    });
    let mut picker = Picker::new(PickerFor::Argument(CommandId::RowTags), "Tags", choices.collect());
    picker.many = Some(has);
    picker.free = true;
    picker.empty = "Enter adds this as a new tag.".to_owned();
    m.layers.push(Layer::Picker(picker));
}

/// What was marked and unmarked becomes the arguments.
pub(crate) fn accept(m: &mut Model, cx: &mut Cx, picker: &Picker) {
    let had = current(m);
    let marked = picker.many.clone().unwrap_or_default();
    let added = marked.iter().filter(|t| !had.contains(t)).cloned();
    let gone = had.iter().filter(|t| !marked.contains(t)).map(|t| format!("-{t}"));
    let mut args: Vec<String> = added.chain(gone).collect();
    // Enter on a choice without having marked anything means that choice.
    if args.is_empty()
        && let Some(c) = picker.current().filter(|c| !had.contains(&c.value))
    {
        args.push(c.value.clone());
    }
    if !args.is_empty() {
        update::run(m, cx, CommandId::RowTags, args, None);
    }
}
