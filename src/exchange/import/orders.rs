//! Orders of a shop, on their way into the desk.

use std::{collections::HashMap, path::Path};

use sha2::{Digest, Sha256};

use super::{FileReport, ImportError, Runner, STEP, reject, reject_file};
use crate::{
    desk::import::{ImportOrder, ImportStep},
    exchange::{
        order::{OrderItem, OrderOptions, OrderRow, Orders},
        table::Table,
        when::When,
    },
    model::{
        ExternalId, Order, OrderStatus,
        order::{Line, OrderRefund},
        zone::Zone,
    },
};

pub fn import(run: &mut Runner, path: &Path, source: &str, file: &mut FileReport) -> Result<(), ImportError> {
    let name = path.display().to_string();
    let input = run.table(path)?;
    let of = input.size();
    let bad = |why: String| ImportError::Format { file: name.clone(), why };
    let workspace = run.desk.workspace()?;
    let currency = run.options.currency.unwrap_or_else(|| workspace.usual_currency());
    let fresh = OrderOptions::new(currency);
    let decimal = run.options.decimal.unwrap_or(fresh.decimal);
    let options = OrderOptions { date_format: run.options.date_format, decimal, ..fresh };
    let spaced = matches!(
        crate::exchange::sniff::FileKind::of(&input),
        crate::exchange::sniff::FileKind::SpacedOrders
    );
    let text = input.into_text(None);
    let mut orders = match &run.options.columns {
        Some(columns) => Orders::text(text, columns.clone(), options),
        None if spaced => {
            let why = "its columns are separated by spaces: name them, such as --columns 'customer _ date quantity amount' \
                       (_ skips one); nothing was changed";
            return Err(bad(why.into()));
        }
        None => {
            let table = Table::new(text, None).map_err(|e| bad(e.to_string()))?;
            Orders::csv(table, &run.options.map, options).map_err(|e| bad(e.to_string()))?
        }
    };
    "orders".clone_into(&mut file.format);
    file.mapping = orders.describe();
    run.batch.format.clone_from(&file.format);
    run.batch.mapping = file.mapping.join("\n");
    let mut rejects = reject_file(run.options, path, orders.headers());
    let zone = Zone::named(&workspace.zone).unwrap_or_else(|_| Zone::utc());
    let mut occurrences: HashMap<String, u32> = HashMap::new();
    let mut rows = Vec::with_capacity(STEP);
    loop {
        let next =
            orders.next_order().map_err(|e| ImportError::Read { file: name.clone(), what: e.to_string() })?;
        let end = next.is_none();
        match next {
            Some(OrderItem::Order(row)) => {
                for flaw in &row.flaws {
                    file.problem(row.line, flaw.clone());
                }
                match neutral(&row, source, &zone, &mut occurrences) {
                    Some(order) => rows.push(order),
                    None => {
                        file.tally.read += 1;
                        file.tally.rejected += 1;
                        let reason = "its amounts are too large to add up".to_owned();
                        let row = crate::exchange::reject::Reject {
                            line: row.line,
                            reason,
                            cells: Vec::new(),
                            raw: String::new(),
                        };
                        reject(file, &mut rejects, &row);
                    }
                }
            }
            Some(OrderItem::Rejected(all)) => {
                file.tally.read += 1;
                file.tally.rejected += 1;
                for row in &all {
                    reject(file, &mut rejects, row);
                }
            }
            None => {}
        }
        if rows.len() == STEP || (end && !rows.is_empty()) {
            let step = ImportStep::Orders(source.to_owned(), std::mem::take(&mut rows));
            if !run.queue(step, file, orders.source().bytes_read(), of)? {
                break;
            }
        }
        if end {
            break;
        }
    }
    file.rejects = rejects.finish().unwrap_or(None);
    Ok(())
}

/// A row as the desk takes it; `None` where its amounts overflow.
fn neutral(
    row: &OrderRow,
    source: &str,
    zone: &Zone,
    occurrences: &mut HashMap<String, u32>,
) -> Option<ImportOrder> {
    let named = |id: &str| ExternalId { source: source.to_owned(), id: id.to_owned() };
    let external_id = match &row.order_id {
        Some(id) => named(id),
        None => {
            // Lines that say the same are distinguished by which of them it is: all are real orders.
            let hash = Sha256::digest(row.content_key().as_bytes());
            let hash: String = hash.iter().take(12).map(|b| format!("{b:02x}")).collect();
            let n = occurrences.entry(hash.clone()).or_default();
            *n += 1;
            named(&format!("row-{hash}-{n}"))
        }
    };
    let at = match row.date {
        When::Day(_) => None,
        When::At(at) => Some(at),
        When::Local(t) => {
            use chrono::Timelike;
            let hour = u8::try_from(t.hour()).ok()?;
            let minute = u8::try_from(t.minute()).ok()?;
            Some(zone.at(row.date.day(), hour, minute) + i64::from(t.second()) * 1000)
        }
    };
    let mut order = Order {
        date: at.map_or(row.date.day(), |at| zone.day(at)),
        at,
        currency: row.currency.as_str().to_owned(),
        lines: row
            .lines
            .iter()
            .map(|l| Line {
                sku: l.sku.clone(),
                title: l.product.clone(),
                quantity: l.quantity,
                unit_price: l.unit_price,
                amount: l.amount,
            })
            .collect(),
        tax: row.tax,
        shipping: row.shipping,
        discount: row.discount,
        total: row.total()?,
        status: row.status.clone(),
        ..Order::default()
    };
    // A shop that says only that it was refunded means all of it.
    let all = order.status == OrderStatus::Refunded && row.refunded == 0;
    let refunded = if all { order.total.max(0) } else { row.refunded.clamp(0, order.total.max(0)) };
    if refunded > 0 {
        let reason = String::new();
        // A date is a day here, wherever here is.
        let at = order.at.unwrap_or_else(|| zone.start_of_day(order.date));
        order.refunds = vec![OrderRefund { at, amount: refunded, reason }];
        order.status =
            if refunded == order.total { OrderStatus::Refunded } else { OrderStatus::RefundedPart };
    }
    Some(ImportOrder {
        line: row.line,
        order,
        external_id,
        customer_id: row.customer.external_id.as_deref().map(named),
        email: row.customer.email.clone(),
        name: row.customer.name.clone(),
    })
}
