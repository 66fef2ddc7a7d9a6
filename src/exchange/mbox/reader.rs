//! Reads one input piece by piece.

use std::io::{self, BufRead};
use std::path::{Path, PathBuf};

use memchr::memchr;

use super::pushback::Pushback;
use super::separator::{MMDF, Mark, content_length, envelope, is_folder_data, is_header, mark_of, unquote};
use super::{Kind, Place, Quoting, REJECT_HEAD, RawMail, Reject, RejectReason, skip_blank};
use crate::model::Stamp;

/// How much of a line is looked at in one step, in bytes: memory stays bounded whatever a line's length.
const STEP: usize = 64 * 1024;

/// How far a `Content-Length` is followed to see whether it tells the truth, in bytes.
const FURTHEST: usize = 8 * 1024 * 1024;

/// A message being read.
struct Building {
    place: Place,
    envelope_date: Option<Stamp>,
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
pub(super) struct Reader<R> {
    input: Pushback<R>,
    file: PathBuf,
    /// `None` until the first bytes are seen.
    kind: Option<Kind>,
    piece: Piece,
    line: u64,
    /// Bytes read so far.
    pub(super) offset: u64,
    at_line_start: bool,
    after_blank: bool,
    building: Option<Building>,
    /// A `From ` line without a date, kept until the next line tells what it is.
    doubtful: Option<Piece>,
    failed: Option<String>,
    ended: bool,
    /// Whether the headers of the message being read go on.
    in_headers: bool,
    /// Bytes of the message being read in which no separator stands, as its `Content-Length` said.
    sealed: u64,
    /// Whether a `Content-Length` is looked at: until the first that lies, so that lies cost one look in all.
    lengths_hold: bool,
    /// Bytes of an `.emlx` that are still the message's; `None`: its first line was not read yet.
    emlx_left: Option<u64>,
}

impl<R: BufRead> Reader<R> {
    pub(super) fn new(input: R, file: &Path) -> Self {
        Reader {
            input: Pushback::new(input),
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
            in_headers: false,
            sealed: 0,
            lengths_hold: true,
            emlx_left: None,
        }
    }

    /// Looks at the first bytes without taking them; a pipe may give them one at a time.
    fn kind(&mut self) -> Kind {
        if let Some(kind) = self.kind {
            return kind;
        }
        let mut head = Vec::new();
        loop {
            let input = self.input.rest();
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
            if skip_blank(&head).len() >= 16 || head.len() > STEP {
                break;
            }
        }
        let kind = Kind::of(&head);
        self.input.give_back(head);
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

    /// The next message or its substitute; `None` at the end.
    pub(super) fn next_mail(&mut self, cap: usize, quoting: Quoting) -> Option<Result<RawMail, Reject>> {
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
                Kind::Mmdf => self.take_mmdf(&piece, cap, quoting),
                Kind::Emlx => {
                    self.take_emlx(&piece, cap, quoting);
                    None
                }
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

    /// Takes a piece of an MMDF mailbox; gives the message that it ended.
    fn take_mmdf(&mut self, piece: &Piece, cap: usize, quoting: Quoting) -> Option<Building> {
        if piece.starts_line && piece.bytes == MMDF {
            return self.building.take();
        }
        self.add(piece, cap, quoting);
        None
    }

    /// Takes a piece of an `.emlx`: its first line says how many bytes the message has; what follows is Apple's.
    fn take_emlx(&mut self, piece: &Piece, cap: usize, quoting: Quoting) {
        let Some(left) = self.emlx_left else {
            let text = skip_blank(&piece.bytes);
            let count = std::str::from_utf8(text).ok().and_then(|t| t.trim().parse().ok());
            if count.is_some() || !text.is_empty() {
                self.emlx_left = Some(count.unwrap_or(u64::MAX));
            }
            return;
        };
        let own = piece.bytes.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        self.emlx_left = Some(left - own as u64);
        if own > 0 {
            let bytes = piece.bytes.get(..own).unwrap_or_default().to_vec();
            self.add(&Piece { bytes, ..*piece }, cap, quoting);
        }
    }

    /// Where the headers of a message end: how many bytes follow that are its body for certain. They are read ahead and
    /// given back.
    fn sealed_by_length(&mut self) -> u64 {
        let headers = self.building.as_ref().map(|b| b.bytes.as_slice()).unwrap_or_default();
        let Some(length) = content_length(headers).filter(|n| self.lengths_hold && (1..FURTHEST).contains(n))
        else {
            return 0;
        };
        let (ahead, read) = self.input.peek(length + 256);
        if let Err(e) = read {
            self.failed = Some(e.to_string());
        }
        let leads = |end: usize| {
            ahead.get(end..).is_some_and(|after| {
                let after = skip_blank(after);
                let line =
                    after.get(..memchr(b'\n', after).map_or(after.len(), |at| at + 1)).unwrap_or_default();
                after.is_empty() || (line.starts_with(b"From ") && mark_of(line) != Mark::None)
            })
        };
        // Some programs count each line end as two bytes, as it was on its way.
        let end =
            [Some(length), counted_as_crlf(&ahead, length)].into_iter().flatten().find(|end| leads(*end));
        let found = end.is_some();
        self.lengths_hold = found;
        end.unwrap_or(0) as u64
    }

    /// Takes a piece of an mbox; gives the message that it ended.
    fn take(&mut self, piece: &Piece, cap: usize, quoting: Quoting) -> Option<Building> {
        if self.sealed > 0 {
            self.sealed = self.sealed.saturating_sub(piece.bytes.len() as u64);
            self.after_blank = matches!(piece.bytes.as_slice(), b"\n" | b"\r\n") && piece.starts_line;
            self.add(piece, cap, quoting);
            return None;
        }
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
        // Empty lines before the first message, a byte order mark among them, belong to none.
        let mark = self.building.is_none() && text.trim_ascii() == b"\xef\xbb\xbf";
        if self.building.is_some() || !(blank || mark) {
            self.add(piece, cap, quoting);
        }
        if self.in_headers && blank && piece.starts_line {
            self.in_headers = false;
            self.sealed = self.sealed_by_length();
        }
        done
    }

    fn begin(&mut self, piece: &Piece) -> Option<Building> {
        let (envelope_sender, envelope_date) = envelope(&piece.bytes);
        let place = Place { file: self.file.clone(), line: piece.line, offset: piece.offset };
        self.in_headers = true;
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

/// Where a body of this many bytes ends, line ends counted as two.
fn counted_as_crlf(bytes: &[u8], length: usize) -> Option<usize> {
    let (mut at, mut counted) = (0, 0);
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        let bare = line.ends_with(b"\n") && !line.ends_with(b"\r\n");
        at += line.len();
        counted += line.len() + usize::from(bare);
        if counted >= length {
            return (counted == length).then_some(at);
        }
    }
    None
}

/// Closes a message; `None` for what is none: folder data, the space between two separators of MMDF.
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
    if is_folder_data(&b.bytes) {
        return None;
    }
    if b.bytes.iter().all(u8::is_ascii_whitespace) {
        if kind == Kind::Mmdf {
            return None;
        }
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
