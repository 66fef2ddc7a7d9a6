//! Reads mailboxes one message at a time, with bounded memory: mbox (mboxrd and mboxo), one `.eml`, a
//! Maildir, a folder of `.eml` files, or the standard input (`-`).
//!
//! A line is a separator when it begins with `From ` and
//! * it is the first line with text of the mailbox, or
//! * it ends in an asctime date (`From ann@example.org  Fri Jul 19 18:33:25 2002`), or
//! * the line before it is empty and it has a time of day, a month's name and a year, or
//! * the line before it is empty, it is `From` and one word, and the next line is a header.
//!
//! Anything else that begins with `From ` is text, so that an unquoted "From now on ..." does not cut a
//! message in two. A message above the cap is a [`Reject`] with its first bytes; the rest of the mailbox
//! goes on. What a cut file still holds is delivered and marked [`RawMail::truncated`].

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};

use memchr::memchr;
use thiserror::Error;

use crate::mail::date;

/// The greatest message taken, in bytes, unless [`Mails::with_cap`] says otherwise: 50 MiB.
pub const MESSAGE_CAP: usize = 50 * 1024 * 1024;
/// How much of a line is looked at in one step, in bytes: memory stays bounded whatever a line's length.
const STEP: usize = 64 * 1024;
/// How much of a rejected message is kept for the reject file, in bytes.
const REJECT_HEAD: usize = 4 * 1024;

/// Where a message begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file, or `-` for the standard input.
    pub file: PathBuf,
    /// The first line of the message (its `From ` line in an mbox), counted from 1.
    pub line: u64,
    /// The same place in bytes from the start of the file.
    pub offset: u64,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.file.display(), self.line)
    }
}

/// One message as it lies in the mailbox, `From ` quoting undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawMail {
    /// The message: headers, an empty line, body.
    pub bytes: Vec<u8>,
    /// Where it begins.
    pub place: Place,
    /// The date of its `From ` line, milliseconds since 1970 UTC.
    pub envelope_date: Option<i64>,
    /// The sender of its `From ` line, as written.
    pub envelope_sender: Option<String>,
    /// The mailbox ends within this message: its last line has no end.
    pub truncated: bool,
}

/// Why a message could not be taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RejectReason {
    /// The message is larger than the cap.
    #[error("the message has {bytes} bytes, more than the {cap} a message may have")]
    TooLarge {
        /// Its length in bytes.
        bytes: u64,
        /// The most a message may have, in bytes.
        cap: usize,
    },
    /// There is nothing in it.
    #[error("the message is empty")]
    Empty,
    /// Reading failed on the way.
    #[error("reading failed: {0}")]
    Unreadable(String),
}

/// A message that could not be taken: where, why, and its first bytes for the reject file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{place}: {reason}")]
pub struct Reject {
    /// Where it begins.
    pub place: Place,
    /// Why.
    pub reason: RejectReason,
    /// Its first bytes (at most 4 KiB).
    pub head: Vec<u8>,
}

/// Why a mailbox could not be opened.
#[derive(Debug, Error)]
pub enum MailboxError {
    /// There is no such file or folder, or it may not be read.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// What was asked for.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A folder that is neither a Maildir nor holds mail.
    #[error("{} is a folder without mail: expected a Maildir (cur, new) or files named *.eml or *.mbox", path.display())]
    NoMail {
        /// The folder.
        path: PathBuf,
    },
}

/// How `>From ` lines are quoted in an mbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Quoting {
    /// Every `>*From ` line carries one more `>`: undone exactly.
    #[default]
    Mboxrd,
    /// Only `From ` lines carry one: `>>From ` stays.
    Mboxo,
}

/// What a file's first bytes look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A mailbox: begins with a `From ` line.
    Mbox,
    /// One message: begins with a header.
    Message,
}

/// Tells a mailbox and a single message by their first bytes (some hundred are enough); `None` for what is
/// neither.
pub fn sniff(head: &[u8]) -> Option<Kind> {
    let head = skip_blank(head);
    if head.starts_with(b"From ") {
        return Some(Kind::Mbox);
    }
    let line = head.split(|&b| b == b'\n').next().unwrap_or_default();
    const USUAL: [&[u8]; 14] = [
        b"received",
        b"return-path",
        b"from",
        b"to",
        b"subject",
        b"date",
        b"message-id",
        b"delivered-to",
        b"mime-version",
        b"content-type",
        b"x-",
        b"dkim-signature",
        b"reply-to",
        b"arc-",
    ];
    let name = line.split(|&b| b == b':').next().unwrap_or_default().to_ascii_lowercase();
    let usual = USUAL.iter().any(|u| if u.ends_with(b"-") { name.starts_with(u) } else { name == *u });
    (is_header(line) && usual).then_some(Kind::Message)
}

fn skip_blank(mut head: &[u8]) -> &[u8] {
    head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    while let Some((b'\n' | b'\r', rest)) = head.split_first() {
        head = rest;
    }
    head
}

/// The messages of a mailbox, one at a time.
pub struct Mails {
    files: VecDeque<PathBuf>,
    open: Option<Reader<Box<dyn BufRead + Send>>>,
    cap: usize,
    quoting: Quoting,
    done: u64,
    total: Option<u64>,
}

/// Opens a mailbox: an mbox file, an `.eml` file, a Maildir, a folder of such files, or `-`.
///
/// # Errors
/// [`MailboxError`] when it cannot be read or is a folder without mail.
pub fn open(path: &Path) -> Result<Mails, MailboxError> {
    if path == Path::new("-") {
        return Ok(from_reader(Box::new(BufReader::new(io::stdin())), path));
    }
    let fail = |source| MailboxError::Unreadable { path: path.to_path_buf(), source };
    let meta = fs::metadata(path).map_err(fail)?;
    let files = if meta.is_dir() { folder(path).map_err(fail)? } else { vec![path.to_path_buf()] };
    if files.is_empty() {
        return Err(MailboxError::NoMail { path: path.to_path_buf() });
    }
    let total = files.iter().map(|f| fs::metadata(f).map_or(0, |m| m.len())).sum();
    let mut mails = Mails {
        files: files.into(),
        open: None,
        cap: MESSAGE_CAP,
        quoting: Quoting::default(),
        done: 0,
        total: Some(total),
    };
    // A single file that cannot be opened is an error at once, not a reject later.
    if !meta.is_dir() {
        let file = File::open(path).map_err(fail)?;
        mails.files.clear();
        mails.open = Some(Reader::new(Box::new(BufReader::new(file)), path));
    }
    Ok(mails)
}

/// Reads the messages of anything that can be read; `name` stands in their [`Place`].
pub fn from_reader(input: Box<dyn BufRead + Send>, name: &Path) -> Mails {
    Mails {
        files: VecDeque::new(),
        open: Some(Reader::new(input, name)),
        cap: MESSAGE_CAP,
        quoting: Quoting::default(),
        done: 0,
        total: None,
    }
}

/// The mail files of a folder in reading order: a Maildir's `cur` and `new`, else `.eml`, `.mbox` and MH's
/// numbered files.
fn folder(path: &Path) -> io::Result<Vec<PathBuf>> {
    let inside = |dir: &Path| -> io::Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        for entry in fs::read_dir(dir)? {
            let entry = entry?;
            let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
            if !hidden && fs::metadata(entry.path()).is_ok_and(|m| m.is_file()) {
                files.push(entry.path());
            }
        }
        files.sort();
        Ok(files)
    };
    let (cur, new) = (path.join("cur"), path.join("new"));
    if cur.is_dir() || new.is_dir() {
        let mut files = Vec::new();
        for dir in [cur, new] {
            if dir.is_dir() {
                files.extend(inside(&dir)?);
            }
        }
        return Ok(files);
    }
    let number = |f: &Path| f.file_name().and_then(|n| n.to_str()).and_then(|n| n.parse::<u64>().ok());
    let mut files = inside(path)?;
    files.retain(|f| {
        let kind = f.extension().map(|e| e.to_ascii_lowercase());
        kind.is_some_and(|e| e == "eml" || e == "mbox" || e == "mbx") || number(f).is_some()
    });
    files.sort_by_key(|f| number(f));
    Ok(files)
}

impl Mails {
    /// Sets the most bytes a message may have.
    pub fn with_cap(mut self, cap: usize) -> Self {
        self.cap = cap;
        self
    }

    /// Sets how `From ` lines were quoted.
    pub fn with_quoting(mut self, quoting: Quoting) -> Self {
        self.quoting = quoting;
        self
    }

    /// Bytes read so far, for progress.
    pub fn bytes_read(&self) -> u64 {
        self.done + self.open.as_ref().map_or(0, |r| r.offset)
    }

    /// Bytes there are in all; `None` for the standard input.
    pub fn bytes_total(&self) -> Option<u64> {
        self.total
    }
}

impl Iterator for Mails {
    type Item = Result<RawMail, Reject>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(reader) = &mut self.open {
                if let Some(item) = reader.next_mail(self.cap, self.quoting) {
                    return Some(item);
                }
                self.done += reader.offset;
                self.open = None;
            }
            let file = self.files.pop_front()?;
            match File::open(&file) {
                Ok(input) => self.open = Some(Reader::new(Box::new(BufReader::new(input)), &file)),
                Err(e) => {
                    let place = Place { file, line: 1, offset: 0 };
                    return Some(Err(Reject {
                        place,
                        reason: RejectReason::Unreadable(e.to_string()),
                        head: Vec::new(),
                    }));
                }
            }
        }
    }
}

/// A message being read.
struct Building {
    place: Place,
    envelope_date: Option<i64>,
    envelope_sender: Option<String>,
    bytes: Vec<u8>,
    size: u64,
}

/// A piece of a line of at most [`STEP`] bytes.
#[derive(Default)]
struct Piece {
    bytes: Vec<u8>,
    starts_line: bool,
    ends_line: bool,
    line: u64,
    offset: u64,
}

/// Reads one input.
struct Reader<R> {
    input: io::Chain<Cursor<Vec<u8>>, R>,
    file: PathBuf,
    /// `None` until the first bytes are seen.
    kind: Option<Kind>,
    piece: Piece,
    line: u64,
    offset: u64,
    at_line_start: bool,
    after_blank: bool,
    building: Option<Building>,
    /// A `From ` line without a date, kept until the next line tells what it is.
    doubtful: Option<Piece>,
    failed: Option<String>,
    ended: bool,
}

impl<R: BufRead> Reader<R> {
    fn new(input: R, file: &Path) -> Self {
        Reader {
            input: Cursor::new(Vec::new()).chain(input),
            file: file.to_path_buf(),
            kind: None,
            piece: Piece::default(),
            line: 1,
            offset: 0,
            at_line_start: true,
            after_blank: true,
            building: None,
            doubtful: None,
            failed: None,
            ended: false,
        }
    }

    /// Looks at the first bytes without taking them; a pipe may give them one by one.
    fn kind(&mut self) -> Kind {
        if let Some(kind) = self.kind {
            return kind;
        }
        let mut head = Vec::new();
        loop {
            let (_, input) = self.input.get_mut();
            let got = match input.fill_buf() {
                Ok(buf) => buf.get(..buf.len().min(STEP)).unwrap_or_default().to_vec(),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(e) => {
                    self.failed = Some(e.to_string());
                    break;
                }
            };
            if got.is_empty() {
                break;
            }
            input.consume(got.len());
            head.extend_from_slice(&got);
            // A start of nothing but empty lines is not worth more memory than this.
            if skip_blank(&head).len() >= 5 || head.len() > STEP {
                break;
            }
        }
        let kind = if skip_blank(&head).starts_with(b"From ") { Kind::Mbox } else { Kind::Message };
        let (start, _) = self.input.get_mut();
        *start = Cursor::new(head);
        self.kind = Some(kind);
        kind
    }

    /// Takes the next piece of a line; `false` at the end.
    fn read_piece(&mut self) -> bool {
        self.piece.bytes.clear();
        self.piece.starts_line = self.at_line_start;
        self.piece.ends_line = false;
        self.piece.line = self.line;
        self.piece.offset = self.offset;
        while self.piece.bytes.len() < STEP && !self.piece.ends_line {
            let room = STEP - self.piece.bytes.len();
            let taken = match self.input.fill_buf() {
                Ok([]) => break,
                Ok(buf) => {
                    let buf = buf.get(..buf.len().min(room)).unwrap_or_default();
                    let end = memchr(b'\n', buf).map_or(buf.len(), |i| i + 1);
                    let part = buf.get(..end).unwrap_or_default();
                    self.piece.ends_line = part.ends_with(b"\n");
                    self.piece.bytes.extend_from_slice(part);
                    part.len()
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(e) => {
                    self.failed = Some(e.to_string());
                    break;
                }
            };
            self.input.consume(taken);
            self.offset += taken as u64;
        }
        if !self.piece.bytes.is_empty() {
            self.at_line_start = self.piece.ends_line;
        }
        self.line += u64::from(self.piece.ends_line);
        !self.piece.bytes.is_empty()
    }

    fn next_mail(&mut self, cap: usize, quoting: Quoting) -> Option<Result<RawMail, Reject>> {
        let kind = self.kind();
        while !self.ended {
            if !self.read_piece() {
                self.ended = true;
                if let Some(doubtful) = self.doubtful.take() {
                    self.add(&doubtful, cap, quoting);
                }
                let last = self.building.take();
                if let Some(done) = last.and_then(|b| finish(b, cap, kind, !self.at_line_start)) {
                    return Some(done);
                }
                break;
            }
            let piece = std::mem::take(&mut self.piece);
            let done = match kind {
                Kind::Message => {
                    self.add(&piece, cap, quoting);
                    None
                }
                Kind::Mbox => self.take(&piece, cap, quoting),
            };
            self.piece = piece;
            if let Some(done) = done.and_then(|b| finish(b, cap, kind, false)) {
                return Some(done);
            }
        }
        self.failed.take().map(|why| {
            let place = Place { file: self.file.clone(), line: self.line, offset: self.offset };
            Err(Reject { place, reason: RejectReason::Unreadable(why), head: Vec::new() })
        })
    }

    /// Takes a piece of an mbox; gives the message that it ended.
    fn take(&mut self, piece: &Piece, cap: usize, quoting: Quoting) -> Option<Building> {
        let mut done = None;
        if let Some(doubtful) = self.doubtful.take() {
            if piece.starts_line && is_header(&piece.bytes) {
                done = self.begin(&doubtful);
            } else {
                self.add(&doubtful, cap, quoting);
            }
        }
        let blank = matches!(piece.bytes.as_slice(), b"\n" | b"\r\n");
        let text = piece.bytes.as_slice();
        let marked = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text).starts_with(b"From ");
        if piece.starts_line && marked && piece.ends_line {
            let first = self.building.is_none();
            let mark = mark_of(text);
            if first || mark == Mark::Asctime || (mark == Mark::Dated && self.after_blank) {
                self.after_blank = false;
                return self.begin(piece).or(done);
            }
            if mark == Mark::Bare && self.after_blank {
                self.doubtful = Some(Piece { bytes: text.to_vec(), ..*piece });
                self.after_blank = false;
                return done;
            }
        }
        self.after_blank = blank && piece.starts_line;
        // Empty lines before the first message belong to none.
        if self.building.is_some() || !blank {
            self.add(piece, cap, quoting);
        }
        done
    }

    fn begin(&mut self, piece: &Piece) -> Option<Building> {
        let (envelope_sender, envelope_date) = envelope(&piece.bytes);
        let place = Place { file: self.file.clone(), line: piece.line, offset: piece.offset };
        self.building.replace(Building { place, envelope_date, envelope_sender, bytes: Vec::new(), size: 0 })
    }

    fn add(&mut self, piece: &Piece, cap: usize, quoting: Quoting) {
        let building = self.building.get_or_insert_with(|| Building {
            place: Place { file: self.file.clone(), line: piece.line, offset: piece.offset },
            envelope_date: None,
            envelope_sender: None,
            bytes: Vec::new(),
            size: 0,
        });
        let mut bytes = piece.bytes.as_slice();
        if self.kind == Some(Kind::Mbox) && piece.starts_line {
            bytes = unquote(bytes, quoting);
        }
        let before = building.size;
        building.size += bytes.len() as u64;
        if building.size <= cap as u64 {
            building.bytes.extend_from_slice(bytes);
        } else if before <= cap as u64 {
            // Over the cap: give the memory back, keep the head, go on counting.
            let head: Vec<u8> = building.bytes.iter().chain(bytes).copied().take(REJECT_HEAD).collect();
            building.bytes = head;
        }
    }
}

/// Closes a message; `None` for a lone input without a byte.
fn finish(mut b: Building, cap: usize, kind: Kind, unended: bool) -> Option<Result<RawMail, Reject>> {
    if b.size > cap as u64 {
        let reason = RejectReason::TooLarge { bytes: b.size, cap };
        return Some(Err(Reject { place: b.place, reason, head: b.bytes }));
    }
    if kind == Kind::Mbox {
        // The empty line before the next `From ` belongs to the mailbox.
        for blank in [&b"\r\n"[..], b"\n"] {
            let before = b.bytes.strip_suffix(blank);
            if before.is_some_and(|before| before.ends_with(b"\n") || before.is_empty()) {
                b.bytes.truncate(b.bytes.len() - blank.len());
                break;
            }
        }
    }
    if b.bytes.iter().all(u8::is_ascii_whitespace) {
        return Some(Err(Reject { place: b.place, reason: RejectReason::Empty, head: b.bytes }));
    }
    Some(Ok(RawMail {
        bytes: b.bytes,
        place: b.place,
        envelope_date: b.envelope_date,
        envelope_sender: b.envelope_sender,
        truncated: unended && kind == Kind::Mbox,
    }))
}

/// How sure a `From ` line is.
#[derive(Debug, PartialEq, Eq)]
enum Mark {
    /// Weekday, month, day, time and year at its end.
    Asctime,
    /// A time, a month's name and a year somewhere.
    Dated,
    /// `From` and one word.
    Bare,
    /// Text.
    None,
}

fn mark_of(line: &[u8]) -> Mark {
    // No true separator is longer, and a line may be.
    let Some(Ok(line)) = (line.len() <= 1024).then(|| std::str::from_utf8(line)) else {
        return Mark::None;
    };
    let words: Vec<&str> = line.split_ascii_whitespace().skip(1).collect();
    let time =
        |w: &&str| w.len() >= 4 && w.contains(':') && w.chars().all(|c| c.is_ascii_digit() || c == ':');
    let year = |w: &&str| w.len() == 4 && (w.starts_with("19") || w.starts_with("20")) && all_digits(w);
    if let [.., day, month, n, t, y] = words.as_slice()
        && date::is_weekday(day)
        && date::month(month).is_some()
        && all_digits(n)
        && time(t)
        && year(y)
    {
        return Mark::Asctime;
    }
    if words.iter().any(time) && words.iter().any(year) && words.iter().any(|w| date::month(w).is_some()) {
        return Mark::Dated;
    }
    let iso = words.get(1).is_some_and(|w| date::parse(w).is_some());
    match words.as_slice() {
        [_] => Mark::Bare,
        [who, ..] if iso && who.contains('@') => Mark::Dated,
        _ => Mark::None,
    }
}

fn all_digits(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit())
}

/// Sender and date of a `From ` line.
fn envelope(line: &[u8]) -> (Option<String>, Option<i64>) {
    let text = String::from_utf8_lossy(line.get(..line.len().min(1024)).unwrap_or_default());
    let rest = text.trim_start_matches('\u{feff}').trim_end();
    let rest = rest.strip_prefix("From ").unwrap_or_default().trim_start();
    let (who, when) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    ((!who.is_empty() && who != "-").then(|| who.to_owned()), date::parse(when))
}

/// Takes one `>` from a quoted `From ` line.
fn unquote(line: &[u8], quoting: Quoting) -> &[u8] {
    let marks = line.iter().take_while(|&&b| b == b'>').count();
    let quoted = line.get(marks..).is_some_and(|rest| rest.starts_with(b"From "));
    match quoting {
        Quoting::Mboxrd if quoted && marks >= 1 => line.get(1..).unwrap_or_default(),
        Quoting::Mboxo if quoted && marks == 1 => line.get(1..).unwrap_or_default(),
        _ => line,
    }
}

/// Whether a line is `Name: ...`.
fn is_header(line: &[u8]) -> bool {
    let name = line.iter().take_while(|&&b| b != b':').count();
    (1..=76).contains(&name) && name < line.len() && line.iter().take(name).all(|b| b.is_ascii_graphic())
}

#[cfg(test)]
mod tests;
