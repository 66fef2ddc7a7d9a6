//! Limits on what a message, a row of a file or a paste expands into: one table, with the reason for each.
//!
//! A limit applies where input becomes a record. The raw mail always keeps everything, and the record's `problems` say
//! what was cut. A row of a file that exceeds a limit goes whole to the file of rejected rows.

/// One limit.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    /// What is limited.
    pub what: &'static str,
    /// The most there may be.
    pub most: usize,
    /// Of what.
    pub unit: &'static str,
    /// Why that many.
    pub why: &'static str,
}

macro_rules! limits {
    ($($name:ident = $most:expr, $unit:literal, $what:literal, $why:literal;)*) => {
        $(
            #[doc = $what]
            #[doc = concat!("(", $unit, "): ", $why)]
            pub const $name: usize = $most;
        )*
        /// Every limit, as `docs/limits.md` lists them.
        pub const TABLE: &[Limit] = &[$(Limit { what: $what, most: $most, unit: $unit, why: $why }),*];
    };
}

limits! {
    SUBJECT_BYTES = 998, "bytes", "Subject of a message or a ticket",
        "RFC 5322 §2.1.1: no line of a sound mail is longer.";
    BODY_BYTES = 1 << 20, "bytes", "Text of a message",
        "As long as what an agent can type; about 250 pages. Longer texts are logs, and stay in the raw mail.";
    RECIPIENTS = 200, "addresses", "Recipients in each of To, Cc and Reply-To",
        "An answer to more people than that is a mailing, which the desk does not send.";
    REFERENCES = 200, "ids", "Message-IDs of the thread (the newest are kept)",
        "A thread is joined by the nearest mail that is known; 200 reach back through years of answers.";
    ATTACHMENTS = 200, "files", "Attachments listed with a message",
        "A mail with more is an archive or a bomb, and no one reads such a list.";
    MEDIA_TYPE_BYTES = 255, "bytes", "Media type of an attachment",
        "RFC 6838 §4.2: 127 for the type, 127 for the subtype and the slash.";
    HEADER_LINES = 2_000, "fields", "Header fields read of one part",
        "Each server on the way adds about ten; more than this is a loop or a bomb.";
    HEADER_BYTES = 1 << 20, "bytes", "One header field read",
        "Room for 10,000 recipients before only 200 of them are kept; servers refuse longer ones.";
    MIME_PARTS = 2_000, "parts", "MIME parts looked into",
        "Ten times the attachments listed, for the texts and wrappers between them.";
    MIME_DEPTH = 24, "levels", "Nesting of MIME parts",
        "Each level reads its part once more, so that this bounds the work per byte.";
    HTML_NODES = 200_000, "tags", "HTML tags read of one part",
        "At five tags a line that is 40,000 lines, more than the text may have.";
    PROBLEMS = 50, "problems", "Problems noted with a message",
        "More say nothing new; the same problem is noted once.";
    NAME_BYTES = 1_000, "bytes", "Name of a person or a company",
        "A longer one is a row that was read wrongly.";
    COLUMNS = 200_000, "columns", "Columns of a CSV file",
        "Spreadsheets end at 16,384; each header costs memory with every row, and more are data without line ends.";
    CELL_BYTES = 1 << 20, "bytes", "Cell of a CSV file",
        "As long as the text of a message; a longer cell is a quote that was never closed.";
    ROW_BYTES = 8 << 20, "bytes", "Row of a CSV file",
        "Eight cells at their limit; memory for reading ahead is a few rows.";
    PERSON_VALUES = 20_000, "values", "E-mail addresses, phone numbers, addresses, websites or notes of one person from files",
        "A row at its limit contains about that many; a person with more, from one row or gathered from many, is a broken merge of rows.";
    CUSTOM_FIELDS = 1_000, "fields", "Custom fields of one person from files",
        "Each becomes a column of an export.";
    TAGS = 200, "tags", "Tags of a record from a file",
        "More are no help in finding anything.";
    EXPORT_VALUES = 20, "columns", "Columns of e-mail addresses, and of phone numbers, in an export",
        "One person with thousands must not widen the table for all: further values share one more column.";
    PASTE_BYTES = 1 << 20, "bytes", "One paste",
        "As long as the text of a message.";
    TEXT_BYTES = 1 << 20, "bytes", "Text typed into one field",
        "As long as the text of a message.";
    SHOWN_LINE_BYTES = 16 << 10, "bytes", "One line as shown",
        "A row of 500 columns of the longest clusters; text beyond is never on the screen.";
    SHOWN_ATTACHMENTS = 20, "files", "Attachments named in a thread",
        "Two rows of names; the window of attachments lists them all.";
    SHOWN_ROWS = 4_000, "rows", "Rows of one message as they are shown",
        "A hundred screens; a log pasted into a mail must not fill the memory of every screen.";
}

/// The text up to `most` bytes, ended between characters.
#[must_use]
pub fn head(text: &str, most: usize) -> &str {
    text.get(..text.floor_char_boundary(most)).unwrap_or_default()
}

/// Cuts a text to `most` bytes. Gives what to say of it where something was cut.
pub fn cut(text: &mut String, most: usize, what: &str) -> Option<String> {
    let of = text.len();
    text.truncate(text.floor_char_boundary(most));
    (text.len() < of).then(|| {
        format!("{what}: {} of {} bytes kept; the raw mail has all", thousands(text.len()), thousands(of))
    })
}

/// What to say of a list of which only some were kept; `None` where all were.
#[must_use]
pub fn of_all(kept: usize, all: usize, what: &str) -> Option<String> {
    (kept < all).then(|| format!("{} of {} {what}; the raw mail has all", thousands(kept), thousands(all)))
}

/// `1998001` as `1,998,001`.
#[must_use]
pub fn thousands(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_stand_between_characters_and_are_named() {
        let mut text = "aéb".to_owned();
        assert_eq!(cut(&mut text, 4, "subject"), None);
        assert_eq!(
            cut(&mut text, 2, "subject").as_deref(),
            Some("subject: 1 of 4 bytes kept; the raw mail has all")
        );
        assert_eq!(text, "a");
        assert_eq!(
            of_all(200, 1_998_001, "attachments listed").as_deref(),
            Some("200 of 1,998,001 attachments listed; the raw mail has all")
        );
        assert_eq!(of_all(2, 2, "attachments listed"), None);
        assert_eq!(thousands(0), "0");
    }
}
