//! The feed: what changed since a place in the log, gap-free and in commit order.

use super::{Range, Scan, StoreError, View};
use crate::model::{
    Id, Kind, Seq, Table,
    log::{self, LogBody, LogRow},
};

/// One row of the log, as a follower sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct FeedItem {
    /// The row.
    pub row: LogRow,
    /// Its sentence and changes; `None` where they were erased: reload what depends on them.
    pub body: Option<LogBody>,
}

impl FeedItem {
    /// The records that it touched, of the kinds that this version knows.
    pub fn touched(&self) -> impl Iterator<Item = (Kind, Id)> + '_ {
        self.body.iter().flat_map(|b| b.changes.iter().filter_map(|c| Some((c.kind()?, c.id))))
    }
}

/// At most `limit` rows after `after`.
///
/// # Errors
/// Where the file cannot be read, or a row is damaged.
pub fn since(view: &dyn View, after: Seq, limit: usize) -> Result<Vec<FeedItem>, StoreError> {
    rows(view, &Range::from(log::key(after.saturating_add(1))), Scan::Forward, limit)
}

/// At most `limit` rows of a range of the log.
///
/// # Errors
/// Where the file cannot be read, or a row is damaged.
pub fn rows(view: &dyn View, range: &Range, scan: Scan, limit: usize) -> Result<Vec<FeedItem>, StoreError> {
    let mut out = Vec::new();
    let mut failed = None;
    if limit == 0 {
        return Ok(out);
    }
    view.scan(Table::Log, range, scan, &mut |k, v| {
        match item(view, k, v) {
            Ok(i) => out.push(i),
            Err(e) => failed = Some(e),
        }
        failed.is_none() && out.len() < limit
    })?;
    failed.map_or(Ok(out), Err)
}

/// The row at a place; `None` where there is none.
///
/// # Errors
/// Where the file cannot be read, or the row is damaged.
pub fn at(view: &dyn View, seq: Seq) -> Result<Option<FeedItem>, StoreError> {
    let key = log::key(seq);
    view.get(Table::Log, &key)?.map(|v| item(view, &key, &v)).transpose()
}

fn item(view: &dyn View, key: &[u8], value: &[u8]) -> Result<FeedItem, StoreError> {
    let damaged = || StoreError::Corrupt("a row of the log".into());
    let row = LogRow::decode(value).ok_or_else(damaged)?;
    let body = match view.get(Table::LogBody, key)? {
        Some(b) => Some(LogBody::decode(&b).ok_or_else(damaged)?),
        None => None,
    };
    Ok(FeedItem { row, body })
}
