//! The text of a mail: flowed, and as quoted-printable.

use super::LINE;

/// A text as `format=flowed` (RFC 3676): long lines are broken after a space, which says that the line goes on; spaces at
/// the end of a line are left out, so that none says so by chance.
pub(super) fn flow(text: &str) -> String {
    /// Characters of a line.
    const WIDTH: usize = 72;
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut out = String::with_capacity(text.len());
    for line in text.strip_suffix('\n').unwrap_or(&text).split('\n') {
        let depth = line.bytes().take_while(|&b| b == b'>').count();
        let quote = ">".repeat(depth) + if depth > 0 { " " } else { "" };
        let content = line.get(depth..).unwrap_or_default();
        let content = if depth > 0 { content.strip_prefix(' ').unwrap_or(content) } else { content };
        if content == "-- " {
            out.push_str(&quote);
            out.push_str("-- \n");
            continue;
        }
        let mut rest = content.trim_end_matches(' ');
        loop {
            out.push_str(&quote);
            // A space in front is taken off by who reads it.
            if depth == 0 && (rest.starts_with([' ', '>']) || rest.starts_with("From ")) {
                out.push(' ');
            }
            let Some(at) = break_at(rest, WIDTH) else { break };
            let (now, later) = rest.split_at(at);
            out.push_str(now);
            out.push('\n');
            rest = later;
        }
        out.push_str(rest);
        out.push('\n');
    }
    out
}

/// Where a long line is broken: behind the last space within the width, else behind the first one; never at its end, and
/// not where what remains begins with a sign that would be read as a quote.
fn break_at(line: &str, width: usize) -> Option<usize> {
    line.char_indices().nth(width)?;
    let mut best = None;
    for (n, (at, c)) in line.char_indices().enumerate() {
        if n >= width && best.is_some() {
            break;
        }
        let rest = line.get(at + 1..).unwrap_or_default();
        if c == ' ' && !rest.is_empty() && !line.get(..at).unwrap_or_default().trim().is_empty() {
            best = Some(at + 1);
        }
    }
    // `-- ` alone on a line would be a signature.
    best.filter(|at| line.get(..*at) != Some("-- "))
}

/// Writes a text as quoted-printable, lines ended by CRLF, the last one too.
pub(super) fn quoted_printable(text: &str, out: &mut String) {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    for line in text.strip_suffix('\n').unwrap_or(&text).split('\n') {
        let mut used = 0;
        let mut bytes = line.bytes().enumerate().peekable();
        while let Some((at, b)) = bytes.next() {
            let last = bytes.peek().is_none();
            // A mailbox keeps `From ` at a line's start by changing it, and SMTP doubles a dot: neither where encoded.
            let start = used == 0 && (b == b'.' || line.get(at..).is_some_and(|l| l.starts_with("From ")));
            let keep = match b {
                b' ' | b'\t' => !last,
                b'=' => false,
                _ => b.is_ascii_graphic() && !start,
            };
            let width = if keep { 1 } else { 3 };
            // Room for the soft break's own sign.
            if used + width > LINE - 1 {
                out.push_str("=\r\n");
                used = 0;
            }
            if keep {
                out.push(char::from(b));
            } else {
                out.push_str(&format!("={b:02X}"));
            }
            used += width;
        }
        out.push_str("\r\n");
    }
}
