//! A message that is too large to be fetched whole: its headers, the beginning of its text, and a note.

use super::session::LARGE;

/// The most that is fetched of the text, in bytes.
pub const TEXT: u32 = 256 * 1024;

/// What was fetched of such a message.
#[derive(Debug, Default)]
pub struct Parts {
    /// Its headers.
    pub header: Vec<u8>,
    /// The headers of its first part.
    pub mime: Vec<u8>,
    /// The beginning of its first part.
    pub text: Vec<u8>,
}

/// The fields of a block of headers, each with its folded lines.
fn fields(block: &[u8]) -> Vec<Vec<u8>> {
    let mut out: Vec<Vec<u8>> = Vec::new();
    for line in block.split_inclusive(|b| *b == b'\n') {
        let folded = line.starts_with(b" ") || line.starts_with(b"\t");
        match out.last_mut() {
            Some(last) if folded => last.extend_from_slice(line),
            _ if !line.trim_ascii().is_empty() => out.push(line.to_vec()),
            _ => {}
        }
    }
    out
}

/// Whether a field says how the content is to be read.
fn is_content(field: &[u8]) -> bool {
    let name: Vec<u8> = field.iter().take_while(|b| **b != b':').map(u8::to_ascii_lowercase).collect();
    name.starts_with(b"content-") || name == b"mime-version"
}

/// The message as imported.
pub fn message(parts: &Parts, size: u32) -> Vec<u8> {
    let all = fields(&parts.header);
    let mut mime: Vec<u8> = fields(&parts.mime).concat();
    if mime.is_empty() {
        // A message of one part, which its own headers describe.
        mime = all
            .iter()
            .filter(|f| is_content(f) && !f.to_ascii_lowercase().starts_with(b"mime-"))
            .flatten()
            .copied()
            .collect();
    }
    let mut number = 0u32;
    let mut boundary = String::from("part");
    while memchr::memmem::find(&parts.text, boundary.as_bytes()).is_some() {
        number += 1;
        boundary = format!("part-{number}");
    }
    let mut out: Vec<u8> = all.iter().filter(|f| !is_content(f)).flatten().copied().collect();
    let top = format!(
        "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"{boundary}\"\r\n\r\n--{boundary}\r\n"
    );
    out.extend_from_slice(top.as_bytes());
    out.extend_from_slice(&mime);
    out.extend_from_slice(b"\r\n");
    out.extend_from_slice(&parts.text);
    let mib = 1024 * 1024;
    out.extend_from_slice(
        format!(
            "\r\n--{boundary}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n[This message has {} MiB, more than the {} MiB \
             that are fetched. The rest of it is on the mail server.]\r\n--{boundary}--\r\n",
            size.div_ceil(mib),
            LARGE / mib
        )
        .as_bytes(),
    );
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_text_and_a_note_make_a_message() {
        let parts = Parts {
            header: b"Subject: Film\r\n of us\r\nContent-Type: multipart/mixed;\r\n boundary=x\r\n\r\n"
                .to_vec(),
            mime: b"Content-Type: text/plain\r\n\r\n".to_vec(),
            text: b"Here it is, part by part.".to_vec(),
        };
        let text = String::from_utf8(message(&parts, 200 << 20)).unwrap();
        assert!(
            text.starts_with("Subject: Film\r\n of us\r\nMIME-Version") && !text.contains("boundary=x"),
            "{text}"
        );
        assert!(
            text.contains("boundary=\"part-1\"") && text.contains("200 MiB") && text.contains("Here it is"),
            "{text}"
        );
    }
}
