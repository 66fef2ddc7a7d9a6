//! What came of an import, in words: the same for the shell and the screen.

use super::{FileReport, Report};
use crate::desk::import::Made;

/// Columns of a mapping that are shown to people.
const MAPPING: usize = 100;

impl Report {
    /// What became of the rows: `981 contacts read = 900 created + 81 updated + 0 unchanged + 0 rejected`.
    #[must_use]
    pub fn rows_line(&self) -> String {
        let t = &self.tally;
        format!(
            "{} {} read = {} created + {} updated + {} unchanged + {} rejected",
            t.read,
            self.rows(),
            t.created,
            t.updated,
            t.unchanged,
            t.rejected
        )
    }

    /// What the rows are: contacts, messages, orders.
    #[must_use]
    pub fn rows(&self) -> &'static str {
        let mut kinds: Vec<&str> = self.files.iter().filter_map(|f| f.format.split(',').next()).collect();
        kinds.dedup();
        match kinds.as_slice() {
            ["contacts"] => "contacts",
            ["mail"] => "messages",
            ["orders"] => "orders",
            _ => "entries",
        }
    }

    /// The new records: `900 customers, 12 organisations`; `None`: nothing is new.
    #[must_use]
    pub fn made_line(&self) -> Option<String> {
        made_line(self.tally.made)
    }

    /// What each file was read as, with its columns where `mapping` says so, and what was wrong with it.
    #[must_use]
    pub fn file_lines(&self, mapping: bool) -> Vec<String> {
        self.files.iter().flat_map(|f| f.lines(mapping)).collect()
    }
}

pub(super) fn made_line(made: Made) -> Option<String> {
    let one = |(n, name): (u64, &str)| {
        let name = if n == 1 { name.strip_suffix('s').unwrap_or(name) } else { name };
        (n > 0).then(|| format!("{n} {name}"))
    };
    let all: Vec<String> = made.each().into_iter().filter_map(one).collect();
    (!all.is_empty()).then(|| all.join(", "))
}

impl FileReport {
    fn lines(&self, mapping: bool) -> Vec<String> {
        let mut out = vec![format!("{}: {}", self.file, self.format)];
        if mapping {
            out.extend(self.mapping.iter().take(MAPPING).map(|line| format!("  {line}")));
            let more = self.mapping.len().saturating_sub(MAPPING);
            if more > 0 {
                out.push(format!("  and {more} more columns"));
            }
        }
        out.extend(self.problems.iter().map(|(line, what)| match line {
            0 => format!("  {what}"),
            line => format!("  line {line}: {what}"),
        }));
        let more = self.problem_count.saturating_sub(self.problems.len() as u64);
        if more > 0 {
            out.push(format!("  and {more} more"));
        }
        if let Some(path) = &self.rejects {
            out.push(format!("  rows that could not be taken: {}", path.display()));
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_records_are_counted_in_words() {
        assert_eq!(made_line(Made::default()), None);
        let made = Made { customers: 1, tickets: 2, ..Made::default() };
        assert_eq!(made_line(made).unwrap(), "1 customer, 2 tickets");
    }
}
