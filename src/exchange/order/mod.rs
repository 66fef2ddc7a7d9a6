//! Orders as files know them, before they are held against the desk: from CSV with headers, or from columns of text
//! separated by spaces.

mod build;
mod field;
mod read;
#[cfg(test)]
mod tests;
mod text;

pub use field::{ORDER_FIELDS, OrderField, OrderMapError};
pub use read::Orders;
pub use text::parse_columns;

use super::{
    reject::Reject,
    when::{DateFormat, When},
};
use crate::model::{Currency, OrderStatus, money::DecimalMark};

/// How numbers and dates of a file are read.
#[derive(Debug, Clone, Copy)]
pub struct OrderOptions {
    /// The currency of amounts that name none: the workspace's.
    pub currency: Currency,
    /// Which sign parts decimals.
    pub decimal: DecimalMark,
    /// The order of day, month and year.
    pub date_format: Option<DateFormat>,
}

impl OrderOptions {
    /// Amounts in this currency; numbers and dates as they say themselves.
    pub fn new(currency: Currency) -> OrderOptions {
        OrderOptions { currency, decimal: DecimalMark::Auto, date_format: None }
    }
}

/// Who bought: at least one of id and address is there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CustomerRef {
    /// The id in the other system.
    pub external_id: Option<String>,
    /// The e-mail address, as written.
    pub email: Option<String>,
    /// The name, as written.
    pub name: String,
}

/// A line of an order. Amounts in minor units of the order's currency.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OrderLineRow {
    /// The product's code.
    pub sku: String,
    /// The product in words.
    pub product: String,
    /// How many; 1 where the file does not say, or says a fraction.
    pub quantity: i64,
    /// The price of one, where the file has it in whole minor units.
    pub unit_price: Option<i64>,
    /// The price of all of them.
    pub amount: i64,
}

/// An order as consecutive rows of a file have it. Amounts in minor units of `currency`;
/// Σ lines + tax + shipping − discount = [`OrderRow::total`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderRow {
    /// The line its first row begins on, from 1.
    pub line: u64,
    /// Its id in the other system. Without one it is known by [`OrderRow::content_key`] and occurrence.
    pub order_id: Option<String>,
    /// Who bought.
    pub customer: CustomerRef,
    /// When it was placed.
    pub date: When,
    /// The currency of all its amounts.
    pub currency: Currency,
    /// What was bought: one line a row that names goods or money.
    pub lines: Vec<OrderLineRow>,
    /// Tax on top of the lines.
    pub tax: i64,
    /// Shipping.
    pub shipping: i64,
    /// Discount, positive.
    pub discount: i64,
    /// Money given back, positive, where the file says so.
    pub refunded: i64,
    /// How far it is; paid where the file does not say.
    pub status: OrderStatus,
    /// What could not be taken as meant, and what was done instead: for the preview.
    pub flaws: Vec<String>,
}

impl OrderRow {
    /// Lines, tax and shipping less discount; `None` beyond 64 bits.
    pub fn total(&self) -> Option<i64> {
        let lines = self.lines.iter().try_fold(0_i64, |sum, l| sum.checked_add(l.amount))?;
        lines.checked_add(self.tax)?.checked_add(self.shipping)?.checked_sub(self.discount)
    }

    /// What it says, in one text: two orders without ids that say the same share it, and only their occurrence in the
    /// file tells them apart.
    pub fn content_key(&self) -> String {
        let who = self.customer.external_id.as_deref().or(self.customer.email.as_deref()).unwrap_or_default();
        let mut key = format!("{who}|{}|{}", self.date, self.currency);
        for line in &self.lines {
            key.push_str(&format!("|{}*{}*{}*{}", line.sku, line.product, line.quantity, line.amount));
        }
        key.push_str(&format!("|{}|{}|{}", self.tax, self.shipping, self.discount));
        key
    }
}

/// What comes next in a file of orders. Each counts as one read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderItem {
    /// An order.
    Order(Box<OrderRow>),
    /// Rows that make none: all rows of one order, or one row of which that is not known.
    Rejected(Vec<Reject>),
}
