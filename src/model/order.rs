//! Orders: what was bought, and what was given back.

mod fields;

pub use fields::{FIELDS, LIST};

use super::{
    Day, Derive, Entries, Fact, Id, Kind, Metric, Stamp, shape::fields, shape::record, words::words,
};

words! {
    /// How far an order is.
    OrderStatus {
        /// Paid.
        Paid = "paid",
        /// Some of it was given back.
        RefundedPart = "refunded_part",
        /// All of it was given back.
        Refunded = "refunded",
        /// Never paid.
        Cancelled = "cancelled",
    }
}

fields! {
    /// A line of an order. Amounts in minor units of the order's currency.
    Line {
        /// What, by its code.
        sku = "s": String,
        /// What, in words.
        title = "t": String,
        /// How many.
        quantity = "q": i64,
        /// The price of one, where it was given.
        unit_price = "u": Option<i64>,
        /// The price of all of them.
        amount = "a": i64,
    }
}

fields! {
    /// Money given back.
    OrderRefund {
        /// When.
        at = "a": Stamp,
        /// How much, in minor units.
        amount = "m": i64,
        /// Why.
        reason = "r": String,
    }
}

record! {
    /// A purchase. Amounts in minor units of its currency; Σ lines + tax + shipping − discount = total.
    Order {
        /// The number people see, after `O-`.
        number = "n": u64,
        /// Who bought.
        customer = "c": Id,
        /// The civil date.
        date = "d": Day,
        /// The moment, where it is known.
        at = "a": Option<Stamp>,
        /// ISO 4217.
        currency = "cu": String,
        /// What was bought.
        lines = "l": Vec<Line>,
        /// Tax.
        tax = "tx": i64,
        /// Shipping.
        shipping = "sp": i64,
        /// Discount, positive.
        discount = "di": i64,
        /// What was to pay.
        total = "to": i64,
        /// What was given back.
        refunds = "r": Vec<OrderRefund>,
        /// How far it is.
        status = "st": OrderStatus,
        /// Where it came from.
        source = "s": String,
        /// The agent who entered it.
        author = "au": Option<Id>,
        /// When the record was made.
        created_at = "ca": Stamp,
    }
}

impl Order {
    /// The sum of its lines, tax, shipping and discount; `None` where that overflows.
    pub fn computed_total(&self) -> Option<i64> {
        let lines = self.lines.iter().try_fold(0i64, |sum, l| sum.checked_add(l.amount))?;
        lines.checked_add(self.tax)?.checked_add(self.shipping)?.checked_sub(self.discount)
    }

    /// What was given back.
    pub fn refunded(&self) -> i64 {
        self.refunds.iter().map(|r| r.amount).fold(0, i64::saturating_add)
    }

    /// Where it stands on timelines and in facts: its moment, else its date's midnight UTC.
    pub fn when(&self) -> Stamp {
        self.at.unwrap_or(self.date.utc_ms())
    }
}

impl Derive for Order {
    fn derive(&self, out: &mut Entries) {
        let me = (Kind::Order, self.id);
        out.number(Kind::Order, self.number, self.id);
        out.external(Kind::Order, &self.external_ids, self.id);
        out.timeline(self.customer, self.when(), Kind::Order, self.id);
        out.refer((Kind::Customer, self.customer), me);
        if let Some(a) = self.author {
            out.refer((Kind::Agent, a), me);
        }
        if self.status == OrderStatus::Cancelled {
            return;
        }
        let fact = |value| Fact {
            value,
            customer: Some(self.customer),
            kind: self.currency.clone(),
            ..Fact::default()
        };
        out.fact(Metric::Revenue, self.when(), self.id, &fact(self.total));
        // Two refunds in one millisecond are one fact.
        let mut refunds: Vec<(Stamp, i64)> = Vec::new();
        for r in &self.refunds {
            match refunds.iter_mut().find(|(at, _)| *at == r.at) {
                Some((_, sum)) => *sum = sum.saturating_add(r.amount),
                None => refunds.push((r.at, r.amount)),
            }
        }
        for (at, amount) in refunds {
            out.fact(Metric::Refund, at, self.id, &fact(amount.saturating_neg()));
        }
    }
}
