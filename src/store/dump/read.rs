//! Lines in, rows out, the footer verified.

use std::{
    collections::BTreeMap,
    io::{BufRead, Read},
};

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::{
    DumpError, Form, Header, line,
    record::{self, Row},
};
use crate::{
    model::Id,
    store::{
        SCHEMA,
        hash::{self, Content},
    },
};

/// The longest line that is taken: a chunk of raw mail is 64 KiB, a record some megabytes at the very most.
const LONGEST: u64 = 256 << 20;

/// What a footer says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Footer {
    /// The rows above it.
    pub rows: u64,
    /// What the whole state hashed to; `None` where that was not known.
    pub content: Option<Content>,
}

/// Reads rows out of lines, in the order written.
pub struct Reader<R: BufRead> {
    from: R,
    header: Header,
    sha: Sha256,
    line: u64,
    rows: u64,
    tables: BTreeMap<String, u64>,
    footer: Option<Footer>,
}

impl<R: BufRead> Reader<R> {
    /// Reads the header.
    ///
    /// # Errors
    /// Where it is something else, or too new.
    pub fn new(from: R) -> Result<Reader<R>, DumpError> {
        let header = Header { form: Form::Rows, schema: 0, store_id: Id::NIL, created_at: 0, log_head: 0 };
        let (sha, tables) = (Sha256::new(), BTreeMap::new());
        let mut r = Reader { from, header, sha, line: 0, rows: 0, tables, footer: None };
        let first = r.next_line()?.ok_or(DumpError::Other)?;
        r.sha.update(&first);
        r.header = r.read_header(&first)?;
        Ok(r)
    }

    fn read_header(&self, first: &[u8]) -> Result<Header, DumpError> {
        let v: Value = serde_json::from_slice(first).map_err(|_| DumpError::Other)?;
        let word = v.get("frontdesk").and_then(Value::as_str);
        let form = Form::ALL.into_iter().find(|f| word == Some(f.word())).ok_or(DumpError::Other)?;
        let wrong = |what: &str| DumpError::Line { line: 1, what: format!("says no {what}") };
        let number = |name| v.get(name).and_then(Value::as_u64).ok_or_else(|| wrong(name));
        let format = number("format")?;
        if format > form.format() {
            return Err(DumpError::NewerFormat(format));
        }
        let schema = u16::try_from(number("schema")?).map_err(|_| wrong("schema"))?;
        if schema > SCHEMA {
            return Err(DumpError::Newer { found: schema, known: SCHEMA });
        }
        let id = v.get("store_id").and_then(Value::as_str).and_then(|t| t.parse().ok());
        Ok(Header {
            form,
            schema,
            store_id: id.ok_or_else(|| wrong("store_id"))?,
            created_at: v.get("created_at").and_then(Value::as_i64).ok_or_else(|| wrong("created_at"))?,
            log_head: number("log_head")?,
        })
    }

    /// What it says of the store that it was.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The rows read so far.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// The footer, once the rows have end.
    pub fn footer(&self) -> Option<&Footer> {
        self.footer.as_ref()
    }

    /// A whole line with its end; `None` at the end of the file.
    fn next_line(&mut self) -> Result<Option<Vec<u8>>, DumpError> {
        let mut out = Vec::new();
        Read::take(&mut self.from, LONGEST).read_until(b'\n', &mut out)?;
        if out.is_empty() {
            return Ok(None);
        }
        if out.last() != Some(&b'\n') {
            return Err(match self.line {
                0 => DumpError::Other,
                line => DumpError::CutShort { line },
            });
        }
        self.line += 1;
        Ok(Some(out))
    }

    /// The next row; `None` after the last, when the footer was found and fits.
    ///
    /// # Errors
    /// Where the file was cut short or altered: the rows given so far stood above that.
    pub fn next_row(&mut self) -> Result<Option<Row>, DumpError> {
        if self.footer.is_some() {
            return Ok(None);
        }
        let Some(text) = self.next_line()? else { return Err(DumpError::CutShort { line: self.line }) };
        let at = self.line;
        let wrong = |what: String| DumpError::Line { line: at, what };
        let mut v: Map<String, Value> =
            serde_json::from_slice(&text).map_err(|e| wrong(format!("no JSON: {e}")))?;
        if let Some(footer) = v.remove("footer") {
            self.end(&footer)?;
            return Ok(None);
        }
        self.sha.update(&text);
        let to_row = match self.header.form {
            Form::Records => record::to_row,
            Form::Rows => line::to_row,
        };
        let row = to_row(self.header.schema, v).map_err(wrong)?;
        self.rows += 1;
        match self.tables.get_mut(row.0.name()) {
            Some(n) => *n += 1,
            None => drop(self.tables.insert(row.0.name().to_owned(), 1)),
        }
        Ok(Some(row))
    }

    fn end(&mut self, footer: &Value) -> Result<(), DumpError> {
        let rows = footer.get("rows").and_then(Value::as_u64);
        if rows != Some(self.rows) {
            return Err(DumpError::Altered("its footer counts other rows than stand above it"));
        }
        let found: BTreeMap<String, u64> = footer
            .get("tables")
            .and_then(Value::as_object)
            .map(|o| o.iter().filter_map(|(k, n)| Some((k.clone(), n.as_u64()?))).collect())
            .unwrap_or_default();
        if found != self.tables {
            return Err(DumpError::Altered("its footer counts other rows than stand above it"));
        }
        let said = footer.get("content").unwrap_or(&Value::Null);
        let sha = hash::shown(&self.sha.clone().chain_update(said.to_string()).finalize().into());
        if footer.get("sha256").and_then(Value::as_str) != Some(sha.as_str()) {
            return Err(DumpError::Altered("its hash is not that of the lines above it"));
        }
        let content = match said {
            Value::Null => None,
            c => Some(content(c).ok_or(DumpError::Altered("its footer cannot be read"))?),
        };
        if self.next_line().map_or(true, |l| l.is_some()) {
            return Err(DumpError::Altered("something stands below its footer"));
        }
        self.footer = Some(Footer { rows: self.rows, content });
        Ok(())
    }
}

fn content(v: &Value) -> Option<Content> {
    let text = v.get("hash")?.as_str()?;
    let mut hash = [0; 32];
    if text.len() != 64 {
        return None;
    }
    for (n, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * n..2 * n + 2)?, 16).ok()?;
    }
    Some(Content { rows: v.get("rows")?.as_u64()?, hash })
}
