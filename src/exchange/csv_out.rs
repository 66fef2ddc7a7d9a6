//! Rows out as CSV or TSV.

use std::{
    borrow::Cow,
    io::{self, Write},
};

use super::cell::guard;

/// Whether cells that a spreadsheet would run are made harmless.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Guard {
    /// They get an apostrophe in front, which an import takes off again.
    #[default]
    On,
    /// They stay as they are (`--raw`).
    Off,
}

/// Writes rows as they come.
pub struct CsvWriter<W: Write> {
    inner: csv::Writer<W>,
    guard: Guard,
    tabs: bool,
}

impl<W: Write> std::fmt::Debug for CsvWriter<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CsvWriter")
            .field("guard", &self.guard)
            .field("tabs", &self.tabs)
            .finish_non_exhaustive()
    }
}

impl<W: Write> CsvWriter<W> {
    /// Commas, quotes where they are needed, `\n` at line ends.
    pub fn csv(out: W, guard: Guard) -> CsvWriter<W> {
        let inner = csv::WriterBuilder::new().flexible(true).from_writer(out);
        CsvWriter { inner, guard, tabs: false }
    }

    /// Tabs and one line a row: tabs and line ends inside cells become spaces, and nothing is quoted.
    pub fn tsv(out: W, guard: Guard) -> CsvWriter<W> {
        let inner = csv::WriterBuilder::new()
            .flexible(true)
            .delimiter(b'\t')
            .quote_style(csv::QuoteStyle::Never)
            .from_writer(out);
        CsvWriter { inner, guard, tabs: true }
    }

    /// Writes a row, the headers among them.
    ///
    /// # Errors
    /// Where the output cannot be written.
    pub fn row<'a>(&mut self, cells: impl IntoIterator<Item = &'a str>) -> io::Result<()> {
        for cell in cells {
            let cell: Cow<'_, str> =
                if self.tabs { cell.replace(['\t', '\n', '\r'], " ").into() } else { cell.into() };
            let guarded = if self.guard == Guard::On { guard(&cell) } else { Cow::Borrowed(cell.as_ref()) };
            self.inner.write_field(guarded.as_ref()).map_err(io)?;
        }
        self.inner.write_record(None::<&[u8]>).map_err(io)?;
        Ok(())
    }

    /// Ends the output and gives it back.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn finish(self) -> io::Result<W> {
        self.inner.into_inner().map_err(csv::IntoInnerError::into_error)
    }
}

/// The error of the output itself, so that a reader that went away is seen as that.
fn io(e: csv::Error) -> io::Error {
    match e.into_kind() {
        csv::ErrorKind::Io(e) => e,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// Writes headers and rows as CSV.
///
/// # Errors
/// Where the output cannot be written.
pub fn write_csv<W: Write>(
    out: W,
    headers: &[&str],
    rows: impl IntoIterator<Item = Vec<String>>,
    guard: Guard,
) -> io::Result<W> {
    let mut writer = CsvWriter::csv(out, guard);
    writer.row(headers.iter().copied())?;
    for row in rows {
        writer.row(row.iter().map(String::as_str))?;
    }
    writer.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(guard: Guard) -> String {
        let rows = vec![vec!["=1+1".into(), "a,\"b\"\nc".into(), "-12.50".into()], vec![String::new()]];
        String::from_utf8(write_csv(Vec::new(), &["x", "y", "z"], rows, guard).unwrap()).unwrap()
    }

    #[test]
    fn cells_are_quoted_and_made_harmless() {
        assert_eq!(written(Guard::On), "x,y,z\n'=1+1,\"a,\"\"b\"\"\nc\",-12.50\n\"\"\n");
        assert_eq!(written(Guard::Off), "x,y,z\n=1+1,\"a,\"\"b\"\"\nc\",-12.50\n\"\"\n");
    }

    #[test]
    fn tsv_has_one_line_a_row() {
        let mut writer = CsvWriter::tsv(Vec::new(), Guard::On);
        writer.row(["a\tb", "c\nd", "\"e\"", "@f"]).unwrap();
        assert_eq!(String::from_utf8(writer.finish().unwrap()).unwrap(), "a b\tc d\t\"e\"\t'@f\n");
    }
}
