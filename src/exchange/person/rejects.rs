//! The reject files of imports, which contain rows as they came.

use std::{
    collections::BTreeSet,
    fs,
    io::{self, Write},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use crate::{
    desk::Desk,
    model::{ImportBatch, Marks},
    store::{
        StoreError,
        files::{self, Draft, Owner},
        records,
    },
};

/// The end of a reject file's name.
const END: &str = ".rejects.csv";

/// The reject files that can be known of: beside the files that were imported, and beside the store.
///
/// # Errors
/// Where the store cannot be read.
pub fn files(desk: &Desk, store: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let mut named: BTreeSet<PathBuf> = BTreeSet::new();
    desk.view(|v| {
        records::each::<ImportBatch>(v, |b| {
            named.extend(
                b.files.iter().map(|f| {
                    PathBuf::from(if f == "-" { format!("stdin{END}") } else { format!("{f}{END}") })
                }),
            );
            true
        })
    })?;
    let folder = store.parent().filter(|f| !f.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if let Ok(all) = fs::read_dir(folder) {
        named.extend(
            all.filter_map(Result::ok).map(|f| f.path()).filter(|p| p.to_string_lossy().ends_with(END)),
        );
    }
    // One file may be named in two ways.
    let found: BTreeSet<PathBuf> =
        named.iter().filter_map(|p| fs::canonicalize(p).ok()).filter(|p| p.is_file()).collect();
    Ok(found.into_iter().collect())
}

/// Rows of a reject file that name a person, each as its text.
///
/// # Errors
/// Where the file cannot be read.
pub fn rows(path: &Path, marks: &Marks) -> io::Result<Vec<String>> {
    let bytes = fs::read(path)?;
    Ok(parts(&bytes, marks)
        .into_iter()
        .filter(|p| p.1)
        .map(|p| String::from_utf8_lossy(p.0).trim().to_owned())
        .collect())
}

/// Takes the rows that name a person out of a reject file. Gives how many there were; a file without any is left unchanged.
///
/// # Errors
/// Where the file cannot be read or written.
pub fn scrub(path: &Path, marks: &Marks) -> io::Result<u64> {
    let bytes = fs::read(path)?;
    let all = parts(&bytes, marks);
    let gone = all.iter().filter(|p| p.1).count() as u64;
    if gone == 0 {
        return Ok(0);
    }
    let about = fs::metadata(path)?;
    let owner = Owner { uid: about.uid(), gid: Some(about.gid()), mode: 0o600 };
    let draft = Draft::new(&files::folder_of(path), owner)?;
    for (row, _) in all.iter().filter(|p| !p.1) {
        draft.file().write_all(row)?;
    }
    draft.place_over(path, owner.mode)?;
    Ok(gone)
}

/// The rows of a file as they lie, and whether each names the person; the first, its headers, does not.
fn parts<'a>(bytes: &'a [u8], marks: &Marks) -> Vec<(&'a [u8], bool)> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
    let mut out: Vec<(usize, bool)> = Vec::new();
    let mut row = csv::ByteRecord::new();
    while matches!(reader.read_byte_record(&mut row), Ok(true)) {
        let mut start = row.position().map_or(0, |p| usize::try_from(p.byte()).unwrap_or(0));
        // The reader ends a row at `\r` and takes the `\n` for the start of the next.
        while bytes.get(start) == Some(&b'\n') {
            start += 1;
        }
        let cells: Vec<String> = row.iter().map(|c| String::from_utf8_lossy(c).into_owned()).collect();
        // Given and family name may be in their own cells.
        let named =
            !out.is_empty() && (cells.iter().any(|c| marks.finds(c)) || marks.finds(&cells.join(" ")));
        out.push((start, named));
    }
    let ends = out.iter().skip(1).map(|r| r.0).chain([bytes.len()]);
    let starts = out.iter().enumerate().map(|(i, r)| (if i == 0 { 0 } else { r.0 }, r.1));
    starts.zip(ends).map(|((start, named), end)| (bytes.get(start..end).unwrap_or_default(), named)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_name_the_person_go_and_the_others_stay_as_they_lie() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("people.csv.rejects.csv");
        let rows = "\u{feff}reject_line,given,family,note\r\n2,Ada,Lovelace,\"a,\r\nb\"\r\n3,Ada,Byron,\"x \"\"y\"\"\"\r\n4,,,to ADA@x.example\r\n";
        fs::write(&path, rows).unwrap();
        let mut marks = Marks::default();
        marks.add_name("Ada", "", "Lovelace");
        marks.add_email("ada@x.example");
        assert_eq!(super::rows(&path, &marks).unwrap().len(), 2);
        assert_eq!(scrub(&path, &marks).unwrap(), 2);
        let left = fs::read_to_string(&path).unwrap();
        assert_eq!(left, "\u{feff}reject_line,given,family,note\r\n3,Ada,Byron,\"x \"\"y\"\"\"\r\n");
        assert_eq!(scrub(&path, &marks).unwrap(), 0);
    }
}
