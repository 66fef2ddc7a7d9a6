//! The stream of orders.

use std::{
    collections::{HashMap, VecDeque, hash_map::Entry},
    hash::{DefaultHasher, Hash, Hasher},
    io,
    io::Read,
};

use super::{
    OrderField, OrderItem, OrderMapError, OrderOptions, OrderRow,
    build::{self, Cells},
    text::TextLines,
};
use crate::exchange::{
    dialect::Map,
    reject::Reject,
    table::{Row, Table},
};

/// Most rows of one order: a file in which every row has the same id is not held whole.
const ROWS: usize = 10_000;
/// How much of a broken line is kept.
const RAW: usize = 64 * 1024;

/// Orders of a file, one after another. Consecutive rows with one order id are one order.
pub struct Orders<R> {
    rows: Rows<R>,
    fields: Vec<OrderField>,
    headers: Vec<String>,
    options: OrderOptions,
    /// Rows read that may belong to an order that goes on.
    held: Vec<Cells>,
    /// The line of a row that could not be read behind them, and whether the order went on behind that.
    gap: Option<(u64, bool)>,
    /// The line of each order number met, and what stood there, as hashes.
    met: HashMap<u64, (u64, u64)>,
    ready: VecDeque<OrderItem>,
    done: bool,
}

enum Rows<R> {
    Csv(Table<R>),
    Text(TextLines<R>),
}

impl<R: Read> Orders<R> {
    /// Orders of a table, its columns known by their headers and by `map`.
    ///
    /// # Errors
    /// Where the columns do not make orders.
    pub fn csv(table: Table<R>, map: &Map, options: OrderOptions) -> Result<Orders<R>, OrderMapError> {
        let fields = OrderField::columns(table.headers(), map)?;
        let headers = table.headers().to_vec();
        Ok(Orders::new(Rows::Csv(table), fields, headers, options))
    }

    /// Orders of text in columns separated by spaces; `columns` is of [`super::parse_columns`].
    pub fn text(text: R, columns: Vec<OrderField>, options: OrderOptions) -> Orders<R> {
        let headers = columns.iter().map(ToString::to_string).collect();
        Orders::new(Rows::Text(TextLines::new(text)), columns, headers, options)
    }

    fn new(rows: Rows<R>, fields: Vec<OrderField>, headers: Vec<String>, options: OrderOptions) -> Orders<R> {
        Orders {
            rows,
            fields,
            headers,
            options,
            held: Vec::new(),
            gap: None,
            met: HashMap::new(),
            ready: VecDeque::new(),
            done: false,
        }
    }

    /// The columns' headers: for the reject file.
    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// The mapping for people, a line a column: `Total → order total`.
    pub fn describe(&self) -> Vec<String> {
        self.headers.iter().zip(&self.fields).map(|(h, f)| format!("{h} → {f}")).collect()
    }

    /// What is read from: for progress.
    pub fn source(&self) -> &R {
        match &self.rows {
            Rows::Csv(table) => table.source(),
            Rows::Text(lines) => lines.source(),
        }
    }

    /// The next order or reject; `None` at the end.
    ///
    /// # Errors
    /// Where the source cannot be read on.
    pub fn next_order(&mut self) -> io::Result<Option<OrderItem>> {
        loop {
            if let Some(item) = self.ready.pop_front() {
                return Ok(Some(item));
            }
            if self.done {
                return Ok(None);
            }
            match self.row()? {
                None => {
                    self.done = true;
                    self.close();
                }
                Some(Err(reject)) => {
                    if self.held.iter().any(|c| c.get(OrderField::Order).is_none()) {
                        self.close();
                    }
                    self.gap = self.gap.or(Some((reject.line, false)));
                    self.ready.push_back(OrderItem::Rejected(vec![reject]));
                }
                Some(Ok(cells)) => self.take(cells),
            }
        }
    }

    fn take(&mut self, cells: Cells) {
        let id = |c: &Cells| c.get(OrderField::Order).map(str::to_owned);
        let goes_on = match self.held.last().map(id) {
            Some(Some(before)) => Some(before) == id(&cells) && self.held.len() < ROWS,
            _ => false,
        };
        if goes_on {
            self.gap = self.gap.map(|(line, _)| (line, true));
        } else {
            self.close();
        }
        self.held.push(cells);
    }

    /// Makes an order of the rows held.
    fn close(&mut self) {
        let rows = std::mem::take(&mut self.held);
        if rows.is_empty() {
            self.gap = None;
            return;
        }
        // Without the row in its middle an order would be too small and no one would notice.
        let order = match self.gap.take() {
            Some((line, true)) => Err(format!("a row of this order, in line {line}, cannot be read")),
            _ => build::order(&rows, &self.options).and_then(|order| self.known(order)),
        };
        let item = match order {
            Ok(order) => OrderItem::Order(Box::new(order)),
            Err(reason) => OrderItem::Rejected(
                rows.into_iter()
                    .map(|r| Reject {
                        line: r.line,
                        reason: reason.clone(),
                        cells: r.all,
                        raw: String::new(),
                    })
                    .collect(),
            ),
        };
        self.ready.push_back(item);
    }

    /// Refuses another order under a number that stood further up: it would take the place of the first.
    fn known(&mut self, order: OrderRow) -> Result<OrderRow, String> {
        let Some(id) = &order.order_id else { return Ok(order) };
        let hash = |text: &str| {
            let mut h = DefaultHasher::new();
            text.hash(&mut h);
            h.finish()
        };
        let said = hash(&format!("{}|{}|{}", order.content_key(), order.refunded, order.status));
        match self.met.entry(hash(id)) {
            Entry::Occupied(first) if first.get().1 != said => {
                Err(format!("order {id} is in line {} too: put its rows next to each other", first.get().0))
            }
            Entry::Occupied(_) => Ok(order),
            Entry::Vacant(place) => {
                place.insert((order.line, said));
                Ok(order)
            }
        }
    }

    fn row(&mut self) -> io::Result<Option<Result<Cells, Reject>>> {
        match &mut self.rows {
            Rows::Csv(table) => Ok(table.next_row()?.map(|row| match row {
                Row::Record(r) => Ok(Cells::new(r.line, r.cells, &self.fields)),
                Row::Problem(p) => Err(p.into()),
            })),
            Rows::Text(lines) => loop {
                let Some(line) = lines.next_line()? else { return Ok(None) };
                let cells: Vec<String> = line.text.split_whitespace().map(str::to_owned).collect();
                if cells.is_empty() {
                    continue;
                }
                let (expected, found) = (self.fields.len(), cells.len());
                let reason = match () {
                    () if !line.whole => "a line of more than 1 MiB".to_owned(),
                    () if expected != found => format!("{found} columns where {expected} were named"),
                    () => return Ok(Some(Ok(Cells::new(line.number, cells, &self.fields)))),
                };
                let raw = line.text.chars().take(RAW).collect();
                return Ok(Some(Err(Reject { line: line.number, reason, cells: Vec::new(), raw })));
            },
        }
    }
}

impl<R: Read> Iterator for Orders<R> {
    type Item = io::Result<OrderItem>;

    fn next(&mut self) -> Option<io::Result<OrderItem>> {
        self.next_order().transpose()
    }
}
