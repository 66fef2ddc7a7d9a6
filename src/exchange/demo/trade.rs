//! What is bought and what is given back.

use super::{
    Options,
    calendar::{DAY, HOUR},
    people::{Bought, Person, Town},
    plan::Plan,
    rng::Rng,
    texts::goods::{self, Good},
};
use crate::{
    desk::{Command, command::NewOrder},
    model::{Id, Stamp, money::Currency, order::Line},
};

/// How long ago the recall came out.
pub const RECALL: Stamp = 21 * DAY;

/// One order before it is numbered.
struct Sale {
    person: usize,
    at: Stamp,
    lines: Vec<(Good, i64)>,
}

/// Plans every order, in the order of time, so that its number is known to those who write about it.
pub fn orders(plan: &mut Plan, town: &mut Town, options: &Options, mut rng: Rng) {
    let mut sales = Vec::new();
    for (i, person) in town.people.iter().enumerate().filter(|(_, p)| p.buys) {
        shop(plan, i, person, &mut rng, &mut sales);
    }
    sales.sort_by_key(|s| s.at);
    let money = scale(&options.currency);
    for (n, sale) in sales.iter().enumerate() {
        sell(plan, town, sale, n + 1, &money, &mut rng);
    }
    refunds(plan, town, &mut rng);
}

fn shop(plan: &Plan, i: usize, person: &Person, rng: &mut Rng, sales: &mut Vec<Sale>) {
    let now = plan.now();
    let cafe = person.firm.is_some();
    let count = if cafe {
        2 + rng.weighted(&[8, 14, 16, 12, 8, 5, 3, 2, 2])
    } else {
        1 + rng.weighted(&[44, 27, 15, 8, 4, 2])
    };
    let first = if person.old {
        // Those in the old book bought before and buy again when they need something.
        person.at + HOUR + (rng.unit().powf(1.3) * (now - person.at - 2 * HOUR) as f64) as i64
    } else {
        person.at + rng.range(HOUR / 2, 3 * DAY)
    };
    let mut at = first;
    for n in 0..count {
        let when = plan.calendar.moment(at, rng).max(person.at + HOUR / 4);
        let machine = if n == 0 { !person.old || rng.chance(35) } else { rng.chance(9) };
        let quiet = when > now - RECALL && when < now - RECALL + 9 * DAY && machine && rng.chance(55);
        if plan.past(when) && !quiet {
            sales.push(Sale { person: i, at: when, lines: basket(machine, cafe, rng) });
        }
        at += if cafe { rng.time(17.0 * 1440.0, 0.6) } else { rng.time(38.0 * 1440.0, 0.7) };
    }
}

fn basket(machine: bool, cafe: bool, rng: &mut Rng) -> Vec<(Good, i64)> {
    let mut out: Vec<(Good, i64)> = Vec::new();
    let mut add = |good: Good, quantity: i64| {
        if !out.iter().any(|(g, _)| g.sku == good.sku) {
            out.push((good, quantity));
        }
    };
    let one_of = |goods: &[Good], rng: &mut Rng| {
        let weights: Vec<u64> = goods.iter().map(|g| if cafe { g.weight.1 } else { g.weight.0 }).collect();
        goods.get(rng.weighted(&weights)).copied().unwrap_or(goods::HERON)
    };
    if machine {
        add(one_of(goods::MACHINES, rng), if cafe && rng.chance(25) { 2 } else { 1 });
    }
    let more = if machine { rng.below(3) } else { 1 + rng.below(3) };
    for _ in 0..more {
        let quantity = if cafe { rng.range(2, 11) } else { rng.range(1, 4) };
        add(one_of(goods::SUPPLIES, rng), quantity);
    }
    out
}

/// Cents in a currency's own minor units: those without any count wholes.
fn scale(currency: &str) -> impl Fn(i64) -> i64 + use<> {
    let exponent = Currency::new(&currency.trim().to_uppercase()).map_or(2, Currency::exponent);
    let by = 10i64.pow(exponent.saturating_sub(2).min(6));
    move |cents| cents * by
}

fn sell(
    plan: &mut Plan,
    town: &mut Town,
    sale: &Sale,
    number: usize,
    money: &impl Fn(i64) -> i64,
    rng: &mut Rng,
) {
    let at = sale.at;
    let lines: Vec<Line> = sale
        .lines
        .iter()
        .map(|(g, quantity)| Line {
            sku: g.sku.to_owned(),
            title: g.title.to_owned(),
            quantity: *quantity,
            unit_price: Some(money(g.cents)),
            amount: money(g.cents) * quantity,
        })
        .collect();
    let sum: i64 = lines.iter().map(|l| l.amount).sum();
    let Some(person) = town.people.get_mut(sale.person) else { return };
    let discount = if person.firm.is_some() {
        sum * 8 / 100
    } else if rng.chance(9) {
        sum / 10
    } else {
        0
    };
    let shipping = if sum >= money(6_000) { 0 } else { money(490) };
    let tax = (sum - discount) / 5;
    let order = NewOrder {
        customer: person.id,
        date: plan.calendar.day(at),
        currency: String::new(),
        lines,
        tax,
        shipping,
        discount,
    };
    let id = plan.add(at, town.letterbox, Command::OrderAdd(order));
    let heron = sale.lines.iter().any(|(g, _)| g.sku == goods::HERON.sku);
    let batch = at > plan.now() - 80 * DAY && at < plan.now() - RECALL - 3 * DAY;
    if heron && batch && person.recalled.is_none() {
        person.recalled = Some(person.orders.len());
    }
    let title =
        sale.lines.iter().max_by_key(|(g, q)| g.cents * q).map_or("Wren hand grinder", |(g, _)| g.title);
    person.orders.push(Bought { id, number, at, title, total: sum - discount + shipping + tax });
}

fn refunds(plan: &mut Plan, town: &Town, rng: &mut Rng) {
    for person in &town.people {
        for (i, order) in person.orders.iter().enumerate() {
            let recalled = person.recalled == Some(i);
            let (at, amount, why) = if recalled && rng.chance(46) {
                let at = plan.now() - RECALL + rng.time(4.0 * 1440.0, 0.8);
                if rng.chance(45) {
                    (at, order.total, "recall HR-0417")
                } else {
                    (at, order.total / 10, "recall HR-0417, for the trouble")
                }
            } else if rng.chance(2) {
                (order.at + rng.time(8.0 * 1440.0, 0.5), order.total, "returned")
            } else if rng.chance(1) {
                (order.at + rng.time(4.0 * 1440.0, 0.5), order.total / 4, "arrived damaged")
            } else {
                continue;
            };
            let at = plan.calendar.after(at, 0) + rng.range(0, 4 * HOUR);
            if plan.past(at) && amount > 0 {
                let by: Id = town.agent(town.on_duty(false, at, rng));
                plan.add(at, by, Command::OrderRefund(order.id, amount, why.to_owned()));
            }
        }
    }
}
