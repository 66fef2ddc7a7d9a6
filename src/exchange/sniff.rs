//! What a file is, from its first 64 KiB and its name: for an import that is not told.

use std::{io::Cursor, path::Path};

use super::{
    bytes::{HEAD, Input, OpenError},
    dialect::{Dialect, Field, Map, Program},
    order::OrderField,
    regular,
    table::{Table, TableError},
    when::When,
};
use crate::model::money::{Decimal, DecimalMark};

/// What a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileKind {
    /// A table of people.
    Contacts(Program),
    /// Cards of people.
    Cards,
    /// A table of orders.
    Orders,
    /// Orders in columns separated by spaces: the columns must be named.
    SpacedOrders,
    /// A mailbox of many mails.
    Mbox,
    /// One mail.
    Eml,
    /// A folder with a mail a file.
    Maildir,
    /// A folder of files.
    Folder,
    /// Known, and not read yet: what it is.
    Unsupported(&'static str),
    /// Not known: why, and what would help.
    Unknown(String),
}

impl FileKind {
    /// What a path is; `-` and folders too.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn of_path(path: &Path) -> Result<FileKind, OpenError> {
        match Input::open(path) {
            Ok(input) => Ok(FileKind::of(&input)),
            Err(OpenError::Folder(_))
                if ["cur", "new"].iter().any(|sub| regular::is_folder(&path.join(sub))) =>
            {
                Ok(FileKind::Maildir)
            }
            Err(OpenError::Folder(_)) => Ok(FileKind::Folder),
            Err(e) => Err(e),
        }
    }

    /// Whether a source contains vCards.
    pub fn is_cards(input: &Input) -> bool {
        FileKind::of(input) == FileKind::Cards
    }

    /// What an opened source is.
    pub fn of(input: &Input) -> FileKind {
        let head = input.head();
        if head.is_empty() {
            return FileKind::Unknown("the file is empty".into());
        }
        if let Some(what) = magic(head) {
            return what;
        }
        let text = input.head_text();
        let text = text.trim_start_matches(['\u{feff}', '\r', '\n', ' ']);
        let extension =
            input.name().rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase()).unwrap_or_default();
        mail(text, &extension).or_else(|| named(text)).unwrap_or_else(|| table(text, head.len() < HEAD))
    }
}

/// What a source plainly is that contains no rows of a table, whatever its name says; `None`: it may be a table.
pub fn no_table(input: &Input) -> Option<String> {
    let text = input.head_text();
    let known = magic(input.head()).or_else(|| named(text.trim_start_matches(['\u{feff}', '\r', '\n', ' '])));
    match known? {
        FileKind::Cards => Some("a file of vCards".into()),
        FileKind::Unsupported(what) => Some(what.to_owned()),
        FileKind::Unknown(why) => Some(why),
        _ => None,
    }
}

/// What a source plainly is that contains no mail: another program's packed or binary file.
pub fn no_mail(head: &[u8]) -> Option<String> {
    if let Some(FileKind::Unknown(why)) = magic(head) { Some(why) } else { None }
}

fn magic(head: &[u8]) -> Option<FileKind> {
    const KNOWN: &[(&[u8], &str)] = &[
        (b"PK\x03\x04", "a spreadsheet or an archive: save it as CSV first"),
        (b"\xd0\xcf\x11\xe0", "an old Office file: save it as CSV first"),
        (b"%PDF", "a PDF"),
        (b"\x1f\x8b", "packed with gzip: unpack it first"),
        (b"redb\x1a\x0a", "a store: open it with --store"),
        (b"SQLite format 3\0", "an SQLite database: export its tables as CSV first"),
    ];
    KNOWN.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, what)| FileKind::Unknown((*what).into()))
}

fn mail(text: &str, extension: &str) -> Option<FileKind> {
    if text.starts_with("\u{1}\u{1}\u{1}\u{1}\n") {
        return Some(FileKind::Mbox);
    }
    // Apple Mail writes the message's length on a line before it.
    if extension == "emlx" {
        return Some(FileKind::Eml);
    }
    if text.starts_with("From ") && text.lines().next().is_some_and(|l| l.contains(':') || l.contains('@')) {
        return Some(FileKind::Mbox);
    }
    // Header fields (RFC 5322) up to the first empty line, of which mails have certain ones.
    const TELLING: &[&str] = &[
        "from",
        "to",
        "subject",
        "date",
        "received",
        "message-id",
        "return-path",
        "delivered-to",
        "mime-version",
        "content-type",
        "reply-to",
        "sender",
    ];
    let mut told = 0;
    for (i, line) in text.lines().take(60).enumerate() {
        if line.trim().is_empty() {
            break;
        }
        if line.starts_with([' ', '\t']) && i > 0 {
            continue;
        }
        let field = line.split_once(':').map(|(name, _)| name.trim_end());
        match field.filter(|f| !f.is_empty() && f.bytes().all(|b| b.is_ascii_graphic())) {
            Some(name) => told += usize::from(TELLING.contains(&name.to_ascii_lowercase().as_str())),
            None => break,
        }
    }
    let enough = if matches!(extension, "eml" | "msg" | "mbox" | "mbx") { 1 } else { 2 };
    match () {
        () if told >= enough => Some(FileKind::Eml),
        // Mail without headers is mail all the same where its name says so.
        () if extension == "eml" => Some(FileKind::Eml),
        () => None,
    }
}

fn named(text: &str) -> Option<FileKind> {
    let start: String = text.chars().take(16).collect::<String>().to_ascii_uppercase();
    match () {
        () if start.starts_with("BEGIN:VCARD") => Some(FileKind::Cards),
        () if start.starts_with("BEGIN:VCALENDAR") => Some(FileKind::Unsupported("iCalendar")),
        () if start.starts_with(['{', '[']) => Some(FileKind::Unsupported("JSON")),
        () if start.starts_with('<') => Some(FileKind::Unsupported("HTML or XML")),
        () => None,
    }
}

fn table(text: &str, whole: bool) -> FileKind {
    // What the end of the head cuts would be a broken last row.
    let cut = if whole { text.len() } else { text.rfind('\n').map_or(text.len(), |at| at + 1) };
    let text = text.get(..cut).unwrap_or(text);
    if is_spaced_orders(text) {
        return FileKind::SpacedOrders;
    }
    let table = match Table::new(Cursor::new(text.as_bytes()), None) {
        Ok(table) => table,
        Err(TableError::Empty) => return FileKind::Unknown("the file is empty".into()),
        Err(e) => return FileKind::Unknown(e.to_string()),
    };
    let headers = table.headers();
    let has = |wanted: &str| headers.iter().any(|h| h.eq_ignore_ascii_case(wanted));
    if has("Summation column") || (has("Ticket ID") && has("Subject")) || (has("Requester") && has("Subject"))
    {
        return FileKind::Unsupported("tickets as CSV");
    }
    if has("Deal Name") {
        return FileKind::Unsupported("deals as CSV");
    }
    let contacts = Dialect::of(headers, &Map::default());
    let orders = OrderField::columns(headers, &Map::default());
    match (contacts, orders) {
        (Ok(dialect), Ok(_)) if is_people(&dialect) => FileKind::Contacts(dialect.program),
        (_, Ok(_)) => FileKind::Orders,
        (Ok(dialect), Err(_)) => FileKind::Contacts(dialect.program),
        (Err(_), Err(_)) if headers.len() < 2 => FileKind::Unknown("no table, mail or mailbox".into()),
        (Err(_), Err(_)) => FileKind::Unknown(format!(
            "a table whose columns are neither people nor orders; say which with `contacts` or `orders` and --map; there are: {}",
            headers.join(", ")
        )),
    }
}

/// Whether a table that could be orders is one of people with sums beside them.
fn is_people(dialect: &Dialect) -> bool {
    let has = |wanted: Field| dialect.columns.iter().any(|c| c.field == wanted);
    dialect.program != Program::Generic || has(Field::Given) || has(Field::Family)
}

/// Lines of equally many words, one of them always a date and one a number with decimals.
fn is_spaced_orders(text: &str) -> bool {
    let rows: Vec<Vec<&str>> = text
        .lines()
        .map(|l| l.split_whitespace().collect::<Vec<_>>())
        .filter(|r| !r.is_empty())
        .take(20)
        .collect();
    let width = rows.first().map_or(0, Vec::len);
    if width < 3 || rows.iter().any(|r| r.len() != width) {
        return false;
    }
    let column = |at: usize, is: &dyn Fn(&str) -> bool| rows.iter().all(|r| r.get(at).is_some_and(|w| is(w)));
    let date = (0..width).any(|at| column(at, &|w| w.len() >= 8 && When::parse(w, None).is_ok()));
    let amount = (0..width)
        .any(|at| column(at, &|w| w.contains(['.', ',']) && Decimal::parse(w, DecimalMark::Auto).is_ok()));
    date && amount
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn what(name: &str, bytes: &[u8]) -> FileKind {
        FileKind::of(&Input::new(name, None, Box::new(Cursor::new(bytes.to_vec()))).unwrap())
    }

    #[test]
    fn files_are_known_by_what_is_in_them() {
        let contacts = FileKind::Contacts(Program::Generic);
        assert_eq!(what("a.csv", b"Name;E-Mail\nAnn;a@b.example\n"), contacts);
        assert_eq!(what("a.txt", b"\xff\xfeN\0a\0m\0e\0,\0E\0m\0a\0i\0l\0\n\0"), contacts);
        assert_eq!(what("a.csv", b"first name,email,created at,revenue\n"), contacts);
        assert_eq!(what("a", b"Order ID,Email,Date,Total\n"), FileKind::Orders);
        assert_eq!(
            what("a", b"household_id,basket_id,transaction_timestamp,sales_value\n"),
            FileKind::Orders
        );
        assert_eq!(
            what("a", b" 00004 0001 19970101  2   29.33\n 00004 0001 19970118  2   29.73\n"),
            FileKind::SpacedOrders
        );
        assert_eq!(what("a", b"From ann@a.example  Mon Jul 22 18:12:27 2002\nReceived: x\n"), FileKind::Mbox);
        assert_eq!(
            what("a", b"Return-Path: <a@b.example>\nX-Odd: y\n z\nSubject: hi\n\nbody"),
            FileKind::Eml
        );
        assert_eq!(what("cut.eml", b"no headers at all"), FileKind::Eml);
        assert_eq!(what("a", b"BEGIN:VCARD\r\nVERSION:3.0\r\n"), FileKind::Cards);
        assert_eq!(what("a", b"Ticket ID,Subject,Status\n"), FileKind::Unsupported("tickets as CSV"));
        for bytes in [
            b"".as_slice(),
            b"ID,x,t_x,T,zbar\n1,2,3,4,5\n",
            b"PK\x03\x04..",
            b"Dear Ann,\n\nhello\n",
            b"\n\n",
        ] {
            assert!(matches!(what("a", bytes), FileKind::Unknown(_)), "{bytes:?}");
        }
    }

    #[test]
    fn folders_are_told_apart() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(FileKind::of_path(dir.path()).unwrap(), FileKind::Folder);
        std::fs::create_dir(dir.path().join("new")).unwrap();
        assert_eq!(FileKind::of_path(dir.path()).unwrap(), FileKind::Maildir);
        assert!(FileKind::of_path(&dir.path().join("none")).is_err());
    }

    #[test]
    fn the_real_files_are_known() {
        let data = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data"));
        if !data.exists() {
            return eprintln!("skipped: {} is absent", data.display());
        }
        for (name, wanted) in [
            ("contacts/derived_google_layout.csv", FileKind::Contacts(Program::Google)),
            ("contacts/derived_outlook_layout.csv", FileKind::Contacts(Program::Outlook)),
            ("contacts/csv2vcard_valid_contacts.csv", FileKind::Contacts(Program::Csv2Vcard)),
            ("orders_cdnow/CDNOW_sample.txt", FileKind::SpacedOrders),
            ("baskets/basket_lines.csv", FileKind::Orders),
            ("mail_lists/ilug.mbox", FileKind::Mbox),
            ("mail_lists/rpm-list.mbox", FileKind::Mbox),
            ("mail_lists/exmh-users.mbox", FileKind::Mbox),
            ("vcards/042.vcf", FileKind::Cards),
            ("mail_lists", FileKind::Folder),
        ] {
            assert_eq!(FileKind::of_path(&data.join(name)).unwrap(), wanted, "{name}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_something(bytes in prop::collection::vec(any::<u8>(), 0..500)) {
            let _ = what("x", &bytes);
        }
    }
}
