//! Mails with files, made up.

use std::fmt::Write as _;

use base64::{Engine as _, engine::general_purpose::STANDARD};

/// A part that is a file: type, name as `filename*` has it, bytes.
pub fn part(content_type: &str, name: &str, bytes: &[u8]) -> String {
    let mut name_escaped = String::new();
    for b in name.bytes() {
        if b.is_ascii_alphanumeric() {
            name_escaped.push(char::from(b));
        } else {
            let _ = write!(name_escaped, "%{b:02X}");
        }
    }
    let body = STANDARD
        .encode(bytes)
        .as_bytes()
        .chunks(76)
        .map(|l| String::from_utf8_lossy(l) + "\r\n")
        .collect::<String>();
    format!(
        "Content-Type: {content_type}\r\nContent-Disposition: attachment; filename*=utf-8''{name_escaped}\r\n\
Content-Transfer-Encoding: base64\r\n\r\n{body}"
    )
}

/// A mail of Ada with a text and parts.
pub fn mail(id: &str, parts: &[String]) -> String {
    let mut out = format!(
        "From: Ada Lovelace <ada@x.example>\r\nTo: help@desk.example\r\nSubject: The files\r\nMessage-ID: <{id}@x.example>\r\n\
Date: Mon, 3 Mar 2025 10:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"xxx\"\r\n\r\n\
--xxx\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHere they are.\r\n"
    );
    for part in parts {
        out.push_str(&format!("--xxx\r\n{part}\r\n"));
    }
    out + "--xxx--\r\n"
}

/// A PNG by its first bytes, and no text in any charset.
pub fn picture() -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    bytes.extend((0..=255).cycle().take(3_000));
    bytes
}

/// A TNEF stream with one file in it.
pub fn winmail(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut out = 0x223e_9f78_u32.to_le_bytes().to_vec();
    out.extend([1, 0]);
    for (id, value) in [
        (0x0006_9002_u32, vec![0; 14]),
        (0x0001_8010, [name.as_bytes(), b"\0"].concat()),
        (0x0006_800f, bytes.to_vec()),
    ] {
        out.push(2);
        out.extend(id.to_le_bytes());
        out.extend(u32::try_from(value.len()).unwrap().to_le_bytes());
        out.extend(value);
        out.extend([0, 0]);
    }
    out
}
