use std::io::{Cursor, Read};

use proptest::prelude::*;

use super::{lines::RAW_LIMIT, *};

fn table(text: &str) -> Table<Cursor<Vec<u8>>> {
    Table::new(Cursor::new(text.as_bytes().to_vec()), None).unwrap()
}

fn rows(text: &str) -> (Vec<Record>, Vec<Problem>) {
    let mut out = (Vec::new(), Vec::new());
    for row in table(text) {
        match row.unwrap() {
            Row::Record(r) => out.0.push(r),
            Row::Problem(p) => out.1.push(p),
        }
    }
    out
}

fn cells(text: &str) -> Vec<Vec<String>> {
    let (records, problems) = rows(text);
    assert_eq!(problems, []);
    records.into_iter().map(|r| r.cells).collect()
}

#[test]
fn delimiters_quotes_and_line_ends_are_found_out() {
    let wanted = vec![vec!["Ann", "x, y; z"], vec!["Bob", "said \"hi\"\nand left"]];
    for (delimiter, end) in [(',', "\n"), (';', "\r\n"), ('\t', "\r"), ('|', "\n")] {
        let text = format!(
            "name{delimiter}note{end}Ann{delimiter}\"x, y; z\"{end}{end}Bob{delimiter} \"said \"\"hi\"\"\nand left\" {end}"
        );
        assert_eq!(cells(&text), wanted, "{text:?}");
        assert_eq!(char::from(table(&text).delimiter()), delimiter);
    }
    assert_eq!(cells("sep=;\r\na;b\r\n1,2;3,4\r\n"), [["1,2", "3,4"]]);
    assert_eq!(cells("price;qty\n1,50;2,00\n3,25;1,00\n"), [["1,50", "2,00"], ["3,25", "1,00"]]);
    assert_eq!(cells("email\na@example.org\nb@example.org"), [["a@example.org"], ["b@example.org"]]);
}

#[test]
fn lines_are_counted_where_rows_begin() {
    let (records, _) = rows("a,b\n\n1,\"two\nlines\"\r\n3,4\n , \n5,6");
    assert_eq!(records.iter().map(|r| r.line).collect::<Vec<_>>(), [3, 5, 7]);
}

#[test]
fn ragged_rows_are_said_and_used_where_nothing_is_misplaced() {
    let (records, problems) = rows("a,b,c\n1,2\n1,2,3,,\n1,2,3,4\n7,8,9\n");
    assert_eq!(records.iter().map(|r| r.line).collect::<Vec<_>>(), [2, 3, 5]);
    assert_eq!(records[0].flaws, [Flaw::TooFew { found: 2 }]);
    assert_eq!(records[0].cells, ["1", "2", ""]);
    assert_eq!(records[1].cells, ["1", "2", "3"]);
    let wanted =
        Problem { line: 4, reason: Reason::TooMany { expected: 3, found: 4 }, raw: "1,2,3,4".into() };
    assert_eq!(problems, [wanted]);
}

#[test]
fn a_quote_that_is_never_closed_costs_one_row() {
    let (records, problems) = rows("a,b\n1,2\n3,\"oops\n5,6\n7,8\n");
    assert_eq!(records.iter().map(|r| r.line).collect::<Vec<_>>(), [2, 4, 5]);
    assert_eq!(problems, [Problem { line: 3, reason: Reason::OpenQuote, raw: "3,\"oops".into() }]);
}

#[test]
fn a_quote_that_a_later_row_closes_costs_one_row() {
    let (records, problems) = rows("a,b\n1,\"oops\n3,4\n5,\"six, really\"\n7,8\n");
    assert_eq!(records.iter().map(|r| r.line).collect::<Vec<_>>(), [3, 4, 5]);
    assert_eq!((problems.len(), problems[0].line, problems[0].reason), (1, 2, Reason::OpenQuote));
    // Here the later quote could close the first; what it swallows looks like rows.
    let (records, problems) = rows("a,b,c\n1,\"oops,2\n3,4,5\n6,7,8\n9,10,\"\n11,12,13\n");
    assert_eq!(problems[0].reason, Reason::Swallowed(3));
    assert_eq!(problems.len(), 2);
    assert_eq!(records.iter().map(|r| r.line).collect::<Vec<_>>(), [3, 4, 6]);
}

#[test]
fn nul_characters_are_taken_out_and_said() {
    let (records, _) = rows("a,b\nx\0y,z\n\0,\n");
    assert_eq!(records.len(), 1);
    assert_eq!((records[0].cells.join(" "), &records[0].flaws), ("xy z".into(), &vec![Flaw::Nul]));
}

#[test]
fn nothing_and_headers_alone_are_told_apart() {
    let empty = |text: &str| Table::new(Cursor::new(text.as_bytes().to_vec()), None).map(|_| ());
    assert!(matches!(empty(""), Err(TableError::Empty)));
    assert!(matches!(empty("\r\n\n"), Err(TableError::Empty)));
    assert!(matches!(empty("\"name,email\nAnn,a@example.org\n"), Err(TableError::Headers { line: 1, .. })));
    assert_eq!(rows("name,email\n"), (vec![], vec![]));
    assert_eq!(table("Name,email,Email,,\n1,2,3\n").duplicates(), ["Email"]);
    assert_eq!(table("Name,email,,\n1,2\n").headers(), ["Name", "email"]);
}

#[test]
fn a_line_of_200_mb_is_passed_over_in_little_memory() {
    let head = Cursor::new(b"a,b\n1,2\n3,".to_vec());
    let tail = Cursor::new(b"\n5,6\n".to_vec());
    let mut table =
        Table::new(head.chain(std::io::repeat(b'x').take(200_000_000)).chain(tail), None).unwrap();
    let mut lines = Vec::new();
    let mut most = 0;
    while let Some(row) = table.next_row().unwrap() {
        most = most.max(table.lines.buffer.capacity());
        lines.push(match row {
            Row::Record(r) => (r.line, None),
            Row::Problem(p) => (p.line, Some((p.reason, p.raw.len()))),
        });
    }
    assert_eq!(lines, [(2, None), (3, Some((Reason::CellTooLong, RAW_LIMIT))), (4, None)]);
    assert!(most < 16 << 20, "{most}");
}

#[test]
fn a_quoted_cell_over_the_limit_costs_its_first_line() {
    let big = "line of a note\n".repeat(100_000);
    let (records, problems) = rows(&format!("a,b\n1,\"{big}\n5,6\n"));
    assert_eq!((problems[0].line, problems[0].reason), (2, Reason::OpenQuote));
    assert_eq!(records.last().map(|r| r.cells.join(" ")), Some("5 6".into()));
}

#[test]
fn a_record_over_the_limit_is_given_up() {
    let wide = format!("{},", "y".repeat(1_000_000)).repeat(10);
    let (records, problems) = rows(&format!("a,b\n{wide}\n5,6\n"));
    assert_eq!((problems.len(), problems[0].reason), (1, Reason::RecordTooLong));
    assert_eq!((records.len(), records[0].line), (1, 3));
}

/// A reader that gives a few bytes at a time.
struct Drip<'a>(&'a [u8], usize);

impl Read for Drip<'_> {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let n = self.1.min(buf.len()).min(self.0.len());
        let (now, later) = self.0.split_at(n);
        buf[..n].copy_from_slice(now);
        self.0 = later;
        Ok(n)
    }
}

proptest! {
    #[test]
    fn no_bytes_panic_and_no_line_is_counted_twice(bytes in prop::collection::vec(prop_oneof![
        Just(b','), Just(b'"'), Just(b'\n'), Just(b'\r'), Just(b' '), Just(b'a'), Just(0), any::<u8>()
    ], 0..400), drip in 1..50_usize) {
        let Ok(table) = Table::new(Drip(&bytes, drip), Some(b',')) else { return Ok(()) };
        let mut last = 0;
        for row in table {
            let line = match row.unwrap() { Row::Record(r) => r.line, Row::Problem(p) => p.line };
            prop_assert!(line > last);
            last = line;
        }
        prop_assert!(last <= super::parse::line_ends(&bytes) + 1);
    }

    #[test]
    fn what_a_csv_writer_writes_comes_back(
        written in prop::collection::vec(prop::collection::vec("[a-z\",; \n\r]{0,12}", 3), 1..20),
    ) {
        let mut writer = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
        writer.write_record(["a", "b", "c"]).unwrap();
        written.iter().for_each(|r| writer.write_record(r).unwrap());
        let bytes = writer.into_inner().unwrap();
        let mut read = Vec::new();
        let mut table = Table::new(Cursor::new(bytes), Some(b',')).unwrap();
        while let Some(row) = table.next_row().unwrap() {
            match row {
                Row::Record(r) => read.push(r.cells),
                Row::Problem(p) => return Err(TestCaseError::fail(format!("{p:?}"))),
            }
        }
        let blank = |r: &Vec<String>| r.iter().all(|c| c.trim().is_empty());
        let wanted: Vec<_> = written.iter().filter(|r| !blank(r)).cloned().collect();
        prop_assert_eq!(read, wanted);
    }
}
