//! What a column of orders means.

use std::fmt;

use crate::exchange::dialect::{Map, MapError, header};

/// What a column of orders means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OrderField {
    /// The order's id.
    Order,
    /// The customer's id in the other system.
    Customer,
    /// The customer's e-mail address.
    Email,
    /// The customer's name.
    Name,
    /// When it was placed.
    Date,
    /// The product's code.
    Sku,
    /// The product in words.
    Product,
    /// How many.
    Quantity,
    /// The price of one.
    Price,
    /// The price of all of them.
    Amount,
    /// What the whole order came to.
    Total,
    /// The currency's code.
    Currency,
    /// Tax.
    Tax,
    /// Shipping.
    Shipping,
    /// Discount.
    Discount,
    /// Money given back.
    Refunded,
    /// How far it is.
    Status,
    /// Not read.
    Skip,
}

/// The fields of orders that `--map` and `--columns` take.
pub const ORDER_FIELDS: &str = "order, customer, email, name, date, sku, product, quantity, price, amount, total, \
currency, tax, shipping, discount, refunded, status, skip";

/// Why a file is not read as orders.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OrderMapError {
    /// The `--map` cannot be followed.
    #[error(transparent)]
    Map(#[from] MapError),
    /// Nothing says who bought.
    #[error("no column says who bought: name it with --map customer=HEADER or email=HEADER")]
    NoCustomer,
    /// Nothing says when.
    #[error("no column is a date: name it with --map date=HEADER")]
    NoDate,
    /// Nothing says how much.
    #[error("no column is an amount: name it with --map amount=HEADER, price=HEADER or total=HEADER")]
    NoAmount,
}

impl OrderField {
    /// What a header means; `None` where it is unknown.
    pub fn of(text: &str) -> Option<OrderField> {
        let words = header::words(text);
        let words = words.strip_prefix("lineitem ").or(words.strip_prefix("line item ")).unwrap_or(&words);
        Some(match words {
            "order" | "order id" | "order number" | "order no" | "order name" | "invoice" | "invoice id"
            | "invoice number" | "invoice no" | "transaction id" | "basket id" | "receipt" | "receipt id"
            | "bestellnummer" | "auftrag" | "auftragsnummer" => OrderField::Order,
            "customer"
            | "customer id"
            | "customerid"
            | "customer number"
            | "customer no"
            | "customer external id"
            | "client"
            | "client id"
            | "household id"
            | "user id"
            | "member id"
            | "buyer id"
            | "kunde"
            | "kundennummer"
            | "external id" => OrderField::Customer,
            "email" | "email address" | "customer email" | "billing email" | "buyer email"
            | "contact email" => OrderField::Email,
            "name" | "customer name" | "billing name" | "buyer" | "buyer name" => OrderField::Name,
            "date"
            | "order date"
            | "created at"
            | "created"
            | "purchase date"
            | "purchased at"
            | "paid at"
            | "invoice date"
            | "transaction date"
            | "transaction timestamp"
            | "timestamp"
            | "time"
            | "day"
            | "datum"
            | "bestelldatum"
            | "placed at"
            | "processed at" => OrderField::Date,
            "sku" | "product id" | "stock code" | "item code" | "product code" | "item id" | "article"
            | "article number" | "artikelnummer" => OrderField::Sku,
            "product" | "product name" | "item" | "item name" | "title" | "description" | "artikel"
            | "produkt" => OrderField::Product,
            "quantity" | "qty" | "units" | "count" | "pieces" | "menge" | "anzahl" => OrderField::Quantity,
            "price" | "unit price" | "item price" | "price each" | "preis" | "einzelpreis" => {
                OrderField::Price
            }
            "amount" | "line total" | "line amount" | "sales value" | "sales" | "revenue" | "spend"
            | "dollars" | "betrag" | "value" | "umsatz" => OrderField::Amount,
            "total" | "order total" | "grand total" | "invoice total" | "total price" | "total amount"
            | "gesamtbetrag" | "summe" => OrderField::Total,
            "currency" | "currency code" | "wahrung" | "waehrung" => OrderField::Currency,
            "tax" | "taxes" | "vat" | "sales tax" | "tax amount" | "mwst" | "steuer" => OrderField::Tax,
            "shipping" | "shipping cost" | "shipping amount" | "freight" | "delivery" | "versand"
            | "postage" => OrderField::Shipping,
            "discount" | "discount amount" | "coupon" | "rebate" | "rabatt" => OrderField::Discount,
            "refunded" | "refunded amount" | "refund" | "refund amount" => OrderField::Refunded,
            "status" | "order status" | "financial status" | "payment status" => OrderField::Status,
            "skip" | "ignore" => OrderField::Skip,
            _ => return None,
        })
    }

    /// The field that a name in `--map` or `--columns` means; `_` is none.
    ///
    /// # Errors
    /// [`MapError::NoSuchField`].
    pub fn named(name: &str) -> Result<OrderField, MapError> {
        if name == "_" {
            return Ok(OrderField::Skip);
        }
        OrderField::of(name)
            .ok_or_else(|| MapError::NoSuchField { field: name.to_owned(), fields: ORDER_FIELDS })
    }

    /// The meanings of a file's columns; the first of several columns for one thing has it.
    ///
    /// # Errors
    /// As [`OrderMapError`] says.
    pub fn columns(headers: &[String], map: &Map) -> Result<Vec<OrderField>, OrderMapError> {
        let mut fields = vec![OrderField::Skip; headers.len()];
        let mut said = vec![false; headers.len()];
        for (at, name) in map.columns(headers)? {
            if let (Some(field), Some(said)) = (fields.get_mut(at), said.get_mut(at)) {
                (*field, *said) = (OrderField::named(name)?, true);
            }
        }
        let shopify = is_shopify(headers);
        for (at, header) in headers.iter().enumerate() {
            let field = if shopify { of_shopify(header) } else { OrderField::of(header) };
            let Some(field) = field.filter(|f| !fields.contains(f)) else { continue };
            if let (Some(place), Some(false)) = (fields.get_mut(at), said.get(at)) {
                *place = field;
            }
        }
        OrderField::check(&fields)?;
        Ok(fields)
    }

    /// Whether the fields make orders.
    ///
    /// # Errors
    /// Where who, when or how much is missing.
    pub fn check(fields: &[OrderField]) -> Result<(), OrderMapError> {
        let any = |wanted: &[OrderField]| wanted.iter().any(|w| fields.contains(w));
        if !any(&[OrderField::Customer, OrderField::Email]) {
            return Err(OrderMapError::NoCustomer);
        }
        if !any(&[OrderField::Date]) {
            return Err(OrderMapError::NoDate);
        }
        if !any(&[OrderField::Amount, OrderField::Price, OrderField::Total]) {
            return Err(OrderMapError::NoAmount);
        }
        Ok(())
    }
}

/// Whether these are the headers of Shopify's orders, whose `Name` is the order's number.
fn is_shopify(headers: &[String]) -> bool {
    let words: Vec<String> = headers.iter().map(|h| header::words(h)).collect();
    ["name", "financial status", "lineitem name", "lineitem quantity"]
        .iter()
        .all(|w| words.iter().any(|h| h == w))
}

/// What a header of Shopify's means.
fn of_shopify(text: &str) -> Option<OrderField> {
    Some(match header::words(text).as_str() {
        "name" => OrderField::Order,
        "billing name" => OrderField::Name,
        "created at" => OrderField::Date,
        "lineitem name" => OrderField::Product,
        "lineitem discount" | "lineitem compare at price" | "lineitem fulfillment status" => return None,
        // When it was paid, and what Shopify itself calls it, are not read.
        "paid at" | "id" | "subtotal" | "customer" => return None,
        _ => return OrderField::of(text),
    })
}

impl fmt::Display for OrderField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            OrderField::Order => "order id",
            OrderField::Customer => "customer id",
            OrderField::Email => "customer's e-mail",
            OrderField::Name => "customer's name",
            OrderField::Date => "date",
            OrderField::Sku => "sku",
            OrderField::Product => "product",
            OrderField::Quantity => "quantity",
            OrderField::Price => "unit price",
            OrderField::Amount => "amount",
            OrderField::Total => "order total",
            OrderField::Currency => "currency",
            OrderField::Tax => "tax",
            OrderField::Shipping => "shipping",
            OrderField::Discount => "discount",
            OrderField::Refunded => "refunded",
            OrderField::Status => "status",
            OrderField::Skip => "left out",
        })
    }
}
