//! Rows in, lines out.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::{DumpError, Form, Header, derived::Derived, is_left_out, line, record};
use crate::{
    model::Table,
    store::{
        Range, SCHEMA, Scan, StoreError, View, ViewExt,
        hash::{self, Content, Hasher},
        meta,
    },
};

/// Writes rows as lines; the footer with [`Writer::finish`].
pub struct Writer<W: Write> {
    out: W,
    form: Form,
    schema: u16,
    sha: Sha256,
    rows: u64,
    tables: BTreeMap<Table, u64>,
}

impl<W: Write> Writer<W> {
    /// Writes the header.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn new(out: W, header: &Header) -> io::Result<Writer<W>> {
        let form = header.form;
        let mut w =
            Writer { out, form, schema: header.schema, sha: Sha256::new(), rows: 0, tables: BTreeMap::new() };
        let first = json!({
            "frontdesk": header.form.word(),
            "format": header.form.format(),
            "schema": header.schema,
            "store_id": header.store_id.to_string(),
            "created_at": header.created_at,
            "log_head": header.log_head,
        });
        w.line(&first.to_string())?;
        Ok(w)
    }

    fn line(&mut self, text: &str) -> io::Result<()> {
        self.sha.update(text);
        self.sha.update("\n");
        self.out.write_all(text.as_bytes())?;
        self.out.write_all(b"\n")
    }

    /// Writes a row; one that is derived, or says something of the store itself, is left out.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn row(&mut self, table: Table, key: &[u8], value: &[u8]) -> io::Result<()> {
        if is_left_out(table) || !hash::is_held(table, key) {
            return Ok(());
        }
        let of_row = match self.form {
            Form::Records => record::of_row,
            Form::Rows => line::of_row,
        };
        self.line(&of_row(self.schema, table, key, value))?;
        self.rows += 1;
        *self.tables.entry(table).or_default() += 1;
        Ok(())
    }

    /// The rows written so far.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Writes the footer and gives back where it was written to. `content` is what the whole state hashes to; `made_by`
    /// says who wrote the file, where its store cannot.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn finish(mut self, content: Option<Content>, made_by: Option<&str>) -> io::Result<W> {
        let tables: Map<String, Value> =
            self.tables.iter().map(|(t, n)| (t.name().to_owned(), Value::from(*n))).collect();
        let content = json!(content.map(|c| json!({ "rows": c.rows, "hash": hash::shown(&c.hash) })));
        let sha256 = hash::shown(&self.sha.clone().chain_update(content.to_string()).finalize().into());
        let mut footer = json!({ "rows": self.rows, "tables": tables, "sha256": sha256, "content": content });
        if let (Some(by), Some(footer)) = (made_by, footer.as_object_mut()) {
            footer.insert("made_by".into(), by.into());
        }
        self.line(&json!({ "footer": footer }).to_string())?;
        self.out.flush()?;
        Ok(self.out)
    }
}

/// What a written file contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Its rows.
    pub rows: u64,
    /// The hash over all rows of the state, those left out among them.
    pub content: Content,
}

/// Writes one state. `progress` hears how many rows are done; `false` cancels.
///
/// # Errors
/// Where one cannot be read or the other not written.
pub fn write(
    view: &dyn View,
    form: Form,
    out: &mut dyn Write,
    progress: &mut dyn FnMut(u64) -> bool,
) -> Result<Written, DumpError> {
    let header = Header {
        form,
        schema: meta::schema(view)?.unwrap_or(SCHEMA),
        store_id: meta::store_id(view)?,
        created_at: meta::created_at(view)?,
        log_head: view.log_head()?,
    };
    let mut writer = Writer::new(out, &header)?;
    let (mut hasher, mut rows, mut failed) = (Hasher::default(), 0, None);
    let mut derived = Derived::new(view);
    for table in hash::tables() {
        view.scan(table, &Range::all(), Scan::Forward, &mut |k, v| {
            if !hash::is_held(table, k) {
                return true;
            }
            hasher.row(table, k, v);
            rows += 1;
            let written = if rows % 10_000 == 0 && !progress(rows) {
                Err(StoreError::Cancelled.into())
            } else {
                match form {
                    Form::Records => derived.is_left_out(table, k, v).map_err(DumpError::from),
                    Form::Rows => Ok(false),
                }
            };
            let written = written.and_then(|out| if out { Ok(()) } else { Ok(writer.row(table, k, v)?) });
            failed = written.err();
            failed.is_none()
        })?;
        if let Some(e) = failed {
            return Err(e);
        }
    }
    let content = Content { rows, hash: hasher.finish() };
    let written = writer.rows();
    writer.finish(Some(content), None)?;
    Ok(Written { rows: written, content })
}
