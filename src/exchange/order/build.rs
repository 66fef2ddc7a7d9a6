//! From cells to an order.

use super::{CustomerRef, OrderField, OrderLineRow, OrderOptions, OrderRow};
use crate::{
    exchange::{
        cell::{one_line, unguard},
        when::When,
    },
    model::{
        Currency, OrderStatus,
        money::{Decimal, Money, MoneyError},
    },
};

/// A row of a file of orders, its values by their meaning.
#[derive(Debug, Clone)]
pub(super) struct Cells {
    /// The line it begins on.
    pub line: u64,
    /// Its cells in the file's order: for rejects.
    pub all: Vec<String>,
    values: Vec<(OrderField, String)>,
}

impl Cells {
    pub fn new(line: u64, all: Vec<String>, fields: &[OrderField]) -> Cells {
        let pairs = fields.iter().zip(&all).filter(|(field, _)| **field != OrderField::Skip);
        let values = pairs.map(|(field, cell)| (*field, one_line(&unguard(cell.trim()))));
        let values = values.filter(|(_, value)| !value.is_empty()).collect();
        Cells { line, all, values }
    }

    pub fn get(&self, field: OrderField) -> Option<&str> {
        self.values.iter().find(|(f, _)| *f == field).map(|(_, value)| value.as_str())
    }
}

/// A value and the field it belongs to, for messages.
fn of<T, E: std::fmt::Display>(field: OrderField, value: Result<T, E>) -> Result<T, String> {
    value.map_err(|e| format!("{field}: {e}"))
}

/// The order that rows make together. The error is for people.
pub(super) fn order(rows: &[Cells], options: &OrderOptions) -> Result<OrderRow, String> {
    let first = |field| rows.iter().find_map(|r| r.get(field));
    let customer = customer(first(OrderField::Customer), first(OrderField::Email), first(OrderField::Name))?;
    let date = first(OrderField::Date).ok_or("no date")?;
    let date = of(OrderField::Date, When::parse(date, options.date_format))?;
    let currency = currency(rows, options)?;
    let mut draft = Draft { rows, options, currency, flaws: Vec::new() };
    let mut lines = Vec::new();
    for row in rows {
        lines.extend(draft.line(row)?);
    }
    let mut order = OrderRow {
        line: rows.first().map_or(0, |r| r.line),
        order_id: first(OrderField::Order).map(str::to_owned),
        customer,
        date,
        currency,
        lines,
        tax: draft.once(OrderField::Tax)?,
        shipping: draft.once(OrderField::Shipping)?,
        discount: draft.once(OrderField::Discount)?.checked_abs().ok_or("discount: amount out of range")?,
        refunded: draft.once(OrderField::Refunded)?.checked_abs().ok_or("refunded: amount out of range")?,
        status: first(OrderField::Status).map_or(OrderStatus::Paid, status),
        flaws: Vec::new(),
    };
    let total = first(OrderField::Total).map(|t| draft.money(OrderField::Total, t)).transpose()?;
    draft.settle(&mut order, total)?;
    order.flaws = draft.flaws;
    Ok(order)
}

fn customer(id: Option<&str>, email: Option<&str>, name: Option<&str>) -> Result<CustomerRef, String> {
    let (id, email) = match (id, email) {
        (Some(id), None) if id.contains('@') => (None, Some(id)),
        other => other,
    };
    if id.is_none() && email.is_none() {
        return Err("no customer: no customer id and no e-mail address".into());
    }
    if let Some(email) = email.filter(|e| crate::model::fold::email_key(e).is_none()) {
        return Err(format!("{email:?} is not an e-mail address"));
    }
    Ok(CustomerRef {
        external_id: id.map(str::to_owned),
        email: email.map(str::to_owned),
        name: name.unwrap_or_default().to_owned(),
    })
}

/// The currency of the order: said in its column, or by the first amount with a mark, or the default.
fn currency(rows: &[Cells], options: &OrderOptions) -> Result<Currency, String> {
    if let Some(code) = rows.iter().find_map(|r| r.get(OrderField::Currency)) {
        let mark = || Currency::of_mark(code, options.currency);
        return Currency::new(code).or_else(mark).ok_or_else(|| format!("unknown currency: {code}"));
    }
    let amounts = [OrderField::Total, OrderField::Amount, OrderField::Price];
    let mut marked = amounts.into_iter().flat_map(|f| rows.iter().filter_map(move |r| r.get(f)));
    let named = marked.find_map(|text| {
        let money = Money::parse(text, options.currency, options.decimal).ok()?;
        (money.currency != options.currency).then_some(money.currency)
    });
    Ok(named.unwrap_or(options.currency))
}

fn status(word: &str) -> OrderStatus {
    match word.to_lowercase().replace(['-', '_'], " ").as_str() {
        "paid" | "complete" | "completed" | "shipped" | "fulfilled" | "delivered" | "closed" | "done"
        | "bezahlt" => OrderStatus::Paid,
        "refunded" | "returned" | "erstattet" => OrderStatus::Refunded,
        "partially refunded" | "refunded part" | "refunded in part" | "partly refunded" => {
            OrderStatus::RefundedPart
        }
        "cancelled" | "canceled" | "voided" | "void" | "failed" | "storniert" => OrderStatus::Cancelled,
        _ => OrderStatus::from(word),
    }
}

struct Draft<'a> {
    rows: &'a [Cells],
    options: &'a OrderOptions,
    currency: Currency,
    flaws: Vec<String>,
}

impl Draft<'_> {
    fn money(&self, field: OrderField, text: &str) -> Result<i64, String> {
        let money = of(field, Money::parse(text, self.currency, self.options.decimal))?;
        if money.currency != self.currency {
            return Err(format!("{field}: {text:?} in an order in {}", self.currency));
        }
        Ok(money.minor)
    }

    /// The line that a row is; `None` for a row that names neither goods nor money.
    fn line(&mut self, row: &Cells) -> Result<Option<OrderLineRow>, String> {
        let get = |field| row.get(field);
        let text = |field| get(field).unwrap_or_default().to_owned();
        let quantity = match get(OrderField::Quantity) {
            Some(text) => of(OrderField::Quantity, Decimal::parse(text, self.options.decimal))?,
            None => Decimal { units: 1, scale: 0 },
        };
        let whole = quantity.exact(0).ok();
        let price = get(OrderField::Price);
        let amount = get(OrderField::Amount).map(|t| self.money(OrderField::Amount, t)).transpose()?;
        let product = price.map(|p| self.product(p, quantity)).transpose()?;
        let unit_price =
            price.and_then(|p| self.money(OrderField::Price, p).ok()).filter(|_| whole.is_some());
        if let (None, Some(text)) = (whole, get(OrderField::Quantity)) {
            self.flaws.push(format!("quantity {text} is not whole; taken as one at the whole amount"));
        }
        let goods = [OrderField::Sku, OrderField::Product, OrderField::Quantity]
            .into_iter()
            .any(|f| get(f).is_some());
        let amount = match (amount, product) {
            // What was paid, where the row says both: see `settle`.
            (Some(amount), Some(product)) if self.is_charged(row, amount, product)? => product,
            (Some(amount), _) => amount,
            (None, Some(product)) => product,
            (None, None) if self.rows.len() == 1 && get(OrderField::Total).is_some() => {
                self.rest_of_total(row)?
            }
            (None, None) if goods => return Err("no amount".into()),
            (None, None) => return Ok(None),
        };
        Ok(Some(OrderLineRow {
            sku: text(OrderField::Sku),
            product: text(OrderField::Product),
            quantity: whole.unwrap_or(1),
            unit_price,
            amount,
        }))
    }

    /// Quantity × price, to the minor unit: prices may be finer than that.
    fn product(&self, price: &str, quantity: Decimal) -> Result<i64, String> {
        let number = match Money::parse(price, self.currency, self.options.decimal) {
            Err(MoneyError::TooFine) => {
                let plain: String =
                    price.chars().filter(|c| c.is_ascii_digit() || ".,-'( )".contains(*c)).collect();
                of(OrderField::Price, Decimal::parse(&plain, self.options.decimal))?
            }
            _ => {
                let minor = self.money(OrderField::Price, price)?;
                Decimal { units: minor, scale: self.currency.exponent() }
            }
        };
        of(OrderField::Price, number.times(quantity, self.currency.exponent()))
    }

    /// Whether the amount of an order's only row is what was paid in all, rather than the price of its goods.
    fn is_charged(&self, row: &Cells, amount: i64, product: i64) -> Result<bool, String> {
        if self.rows.len() > 1 || amount == product {
            return Ok(false);
        }
        let part = |f| row.get(f).map_or(Ok(0), |t| self.money(f, t));
        let (tax, shipping, discount) =
            (part(OrderField::Tax)?, part(OrderField::Shipping)?, part(OrderField::Discount)?);
        let charged =
            || product.checked_add(tax)?.checked_add(shipping)?.checked_sub(discount.checked_abs()?);
        Ok(charged() == Some(amount))
    }

    /// The price of the goods where only the total is known.
    fn rest_of_total(&self, row: &Cells) -> Result<i64, String> {
        let part = |f| row.get(f).map_or(Ok(0), |t| self.money(f, t));
        let (total, tax, shipping) =
            (part(OrderField::Total)?, part(OrderField::Tax)?, part(OrderField::Shipping)?);
        let discount = part(OrderField::Discount)?;
        let rest = || total.checked_sub(tax)?.checked_sub(shipping)?.checked_add(discount.checked_abs()?);
        rest().ok_or_else(|| "total: amount out of range".into())
    }

    /// An amount of the whole order. Files write it on the first row, or the same on every row; where rows differ
    /// each has its own and they add up.
    fn once(&self, field: OrderField) -> Result<i64, String> {
        let amounts: Result<Vec<i64>, String> =
            self.rows.iter().filter_map(|r| r.get(field)).map(|t| self.money(field, t)).collect();
        let amounts = amounts?;
        let first = amounts.first().copied().unwrap_or_default();
        if amounts.iter().all(|a| *a == first) {
            return Ok(first);
        }
        let sum = amounts.iter().try_fold(0_i64, |sum, a| sum.checked_add(*a));
        sum.ok_or_else(|| format!("{field}: amount out of range"))
    }

    /// Compares the order with the total that the file names.
    fn settle(&mut self, order: &mut OrderRow, total: Option<i64>) -> Result<(), String> {
        if order.lines.is_empty() {
            return Err("no amount".into());
        }
        let computed = order.total().ok_or("amount out of range")?;
        let Some(total) = total.filter(|t| *t != computed) else { return Ok(()) };
        // Prices with tax inside, and tax named beside them.
        if order.tax != 0 && computed.checked_sub(order.tax) == Some(total) {
            let tax = Money::new(std::mem::take(&mut order.tax), self.currency).plain();
            self.flaws.push(format!("tax of {tax} is inside the prices; not added to them"));
            return Ok(());
        }
        let plain = |minor| Money::new(minor, self.currency).plain();
        Err(format!("the order adds up to {} and its total says {}", plain(computed), plain(total)))
    }
}
