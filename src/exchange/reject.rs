//! Rows that were not taken, and the file they land in beside the source.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use super::csv_out::{CsvWriter, Guard};
use crate::store::files;

/// A row that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// The line it begins on, from 1.
    pub line: u64,
    /// Why.
    pub reason: String,
    /// Its cells under the source's headers; empty where it could not be taken apart.
    pub cells: Vec<String>,
    /// Its text where it could not be taken apart.
    pub raw: String,
}

/// Writes rejects as CSV: `reject_line`, `reject_reason`, the source's own columns, `reject_raw`. Once repaired it can be
/// imported directly: those three columns are ignored. Nothing is created before the first reject, and only its
/// owner may read it.
#[derive(Debug)]
pub struct RejectFile {
    path: PathBuf,
    headers: Vec<String>,
    writer: Option<CsvWriter<BufWriter<File>>>,
    count: u64,
}

impl RejectFile {
    /// Rejects of a source go to `FILE.rejects.csv` beside it, of standard input to `stdin.rejects.csv` here.
    pub fn beside(source: &Path, headers: &[String]) -> RejectFile {
        let mut name = if source.as_os_str() == "-" { "stdin".into() } else { source.as_os_str().to_owned() };
        name.push(".rejects.csv");
        RejectFile::at(PathBuf::from(name), headers)
    }

    /// Rejects go to this path.
    pub fn at(path: PathBuf, headers: &[String]) -> RejectFile {
        RejectFile { path, headers: headers.to_vec(), writer: None, count: 0 }
    }

    /// Where they go.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How many there were.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Writes one.
    ///
    /// # Errors
    /// Where the file cannot be made or written.
    pub fn write(&mut self, reject: &Reject) -> io::Result<()> {
        let writer = match &mut self.writer {
            Some(writer) => writer,
            none => none.insert(open(&self.path, &self.headers)?),
        };
        let (line, width) = (reject.line.to_string(), self.headers.len());
        let cells = reject.cells.iter().map(String::as_str).chain(std::iter::repeat("")).take(width);
        let row =
            [line.as_str(), reject.reason.as_str()].into_iter().chain(cells).chain([reject.raw.as_str()]);
        writer.row(row)?;
        self.count += 1;
        Ok(())
    }

    /// Brings all of it to the disk; `None` where there were no rejects and so there is no file.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn finish(self) -> io::Result<Option<PathBuf>> {
        let Some(writer) = self.writer else { return Ok(None) };
        let file = writer.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        Ok(Some(self.path))
    }
}

/// A new file in the place of an older one of its name: never the target of a link, never with an older one's rights.
fn open(path: &Path, headers: &[String]) -> io::Result<CsvWriter<BufWriter<File>>> {
    match fs::symlink_metadata(path) {
        Ok(about) if about.is_file() || about.is_symlink() => fs::remove_file(path)?,
        _ => {}
    }
    let mut file = BufWriter::new(files::create(path)?);
    // A spreadsheet takes a file without a mark for its own old encoding.
    file.write_all("\u{feff}".as_bytes())?;
    let mut writer = CsvWriter::csv(file, Guard::On);
    let headers = headers.iter().map(String::as_str);
    writer.row(["reject_line", "reject_reason"].into_iter().chain(headers).chain(["reject_raw"]))?;
    Ok(writer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::{
        bytes::Input,
        contact::{ContactRow, Contacts},
        dialect::Map,
        table::Table,
    };

    fn reject(line: u64, cells: &[&str]) -> Reject {
        let cells = cells.iter().map(|c| (*c).to_owned()).collect();
        Reject { line, reason: "no".into(), cells, raw: String::new() }
    }

    #[test]
    fn nothing_is_created_without_a_reject() {
        let dir = tempfile::tempdir().unwrap();
        let file = RejectFile::beside(&dir.path().join("people.csv"), &[]);
        assert_eq!(file.finish().unwrap(), None);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_reject_file_can_be_imported_once_mended() {
        let dir = tempfile::tempdir().unwrap();
        let headers = ["name", "email"].map(String::from);
        let path = dir.path().join("people.csv");
        fs::write(dir.path().join("people.csv.rejects.csv"), "older").unwrap();
        let mut file = RejectFile::beside(&path, &headers);
        file.write(&reject(7, &["=Ann", "ann@a.example"])).unwrap();
        file.write(&reject(9, &["Bob"])).unwrap();
        assert_eq!(file.count(), 2);
        let path = file.finish().unwrap().unwrap();
        assert_eq!(path, dir.path().join("people.csv.rejects.csv"));
        #[cfg(unix)]
        assert_eq!(
            std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).unwrap().permissions()) & 0o777,
            0o600
        );
        let table = Table::new(Input::open(&path).unwrap().into_text(None), None).unwrap();
        let people: Vec<ContactRow> =
            Contacts::new(table, &Map::default()).unwrap().map(|row| row.unwrap().unwrap()).collect();
        assert_eq!(people.iter().map(|p| p.given.as_str()).collect::<Vec<_>>(), ["=Ann", "Bob"]);
        assert!(people.iter().all(|p| p.custom.is_empty()));
    }
}
