//! Orders: enter, give money back.

use crate::{
    desk::{command::NewOrder, work::Job},
    model::{
        Customer, Id, Kind, Order, OrderStatus, Refusal,
        money::{Currency, Money},
        order::OrderRefund,
    },
    store::Reject,
};

/// Enters an order.
pub fn add(job: &mut Job, new: &NewOrder) -> Result<(), Reject> {
    let customer: Customer = job.need(new.customer)?;
    if new.lines.is_empty() {
        return Err(
            Refusal::Invalid { field: "lines", why: "an order needs at least one line".into() }.into()
        );
    }
    let code = if new.currency.trim().is_empty() { &job.workspace.currency } else { &new.currency };
    let currency = currency(code)?;
    let id = job.make(Kind::Order);
    let mut order = Order {
        id,
        number: job.next_number(Kind::Order)?,
        customer: customer.id,
        date: new.date,
        currency: currency.as_str().to_owned(),
        lines: new.lines.clone(),
        tax: new.tax,
        shipping: new.shipping,
        discount: new.discount,
        author: job.actor(),
        created_at: job.now(),
        ..Default::default()
    };
    let why = "the amounts are too large to add up".to_owned();
    order.total = order.computed_total().ok_or(Refusal::Invalid { field: "lines", why })?;
    job.put(&order)?;
    let total = Money::new(order.total, currency).short();
    job.say(format!("order O-{} of {total} for {}", order.number, customer.display_name()));
    Ok(())
}

fn currency(code: &str) -> Result<Currency, Refusal> {
    let why = || format!("{code} is no ISO 4217 currency such as EUR");
    Currency::new(&code.trim().to_uppercase())
        .ok_or_else(|| Refusal::Invalid { field: "currency", why: why() })
}

/// Gives money back: never more than was paid.
pub fn refund(job: &mut Job, id: Id, amount: i64, reason: &str) -> Result<(), Reject> {
    let mut order: Order = job.need(id)?;
    let currency = currency(&order.currency)?;
    let left = order.total.saturating_sub(order.refunded());
    if order.status == OrderStatus::Cancelled {
        return Err(
            Refusal::Invalid { field: "order", why: "a cancelled order was never paid".into() }.into()
        );
    }
    if amount <= 0 || amount > left {
        let left = Money::new(left.max(0), currency).short();
        return Err(Refusal::Invalid {
            field: "amount",
            why: format!("give an amount up to the {left} still paid"),
        }
        .into());
    }
    order.refunds.push(OrderRefund { at: job.at(), amount, reason: reason.trim().to_owned() });
    order.status = if amount == left { OrderStatus::Refunded } else { OrderStatus::RefundedPart };
    job.put(&order)?;
    job.say(format!("{} of order O-{} refunded", Money::new(amount, currency).short(), order.number));
    Ok(())
}
