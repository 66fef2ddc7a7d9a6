//! Files that go with a mail.

use base64::Engine as _;

use super::{Fields, on_a_line};

/// A file that goes with a mail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct File {
    /// Its name.
    pub name: String,
    /// Its media type; what is none becomes `application/octet-stream`.
    pub content_type: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The media type of a file by its name; one that is not known is `application/octet-stream`.
pub fn type_of(name: &str) -> &'static str {
    let end = name.rsplit_once('.').map_or("", |(_, e)| e).to_ascii_lowercase();
    match end.as_str() {
        "txt" | "log" => "text/plain",
        "csv" => "text/csv",
        "html" | "htm" => "text/html",
        "pdf" => "application/pdf",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "svg" => "image/svg+xml",
        "zip" => "application/zip",
        "gz" | "tgz" => "application/gzip",
        "json" => "application/json",
        "xml" => "application/xml",
        "doc" => "application/msword",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xls" => "application/vnd.ms-excel",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "odt" => "application/vnd.oasis.opendocument.text",
        "ods" => "application/vnd.oasis.opendocument.spreadsheet",
        "ics" => "text/calendar",
        "vcf" => "text/vcard",
        _ => "application/octet-stream",
    }
}

/// A file with the fields that say what it is.
pub(super) fn file_part(out: &mut Fields, file: &File) {
    let token =
        |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b));
    let typed = file.content_type.split_once('/').is_some_and(|(a, b)| token(a) && token(b));
    // A message or a multipart cannot be written as base64 (RFC 2046 §5.2.1).
    let typed =
        typed && !file.content_type.starts_with("message/") && !file.content_type.starts_with("multipart/");
    let content_type = if typed { file.content_type.as_str() } else { "application/octet-stream" };
    out.words("Content-Type", vec![content_type.to_owned()]);
    let mut disposition = vec!["attachment;".to_owned()];
    disposition.extend(file_name(&on_a_line(&file.name)));
    out.words("Content-Disposition", disposition);
    out.words("Content-Transfer-Encoding", vec!["base64".into()]);
    out.0.push_str("\r\n");
    for line in file.bytes.chunks(57) {
        base64::engine::general_purpose::STANDARD.encode_string(line, &mut out.0);
        out.0.push_str("\r\n");
    }
}

/// A file's name as parameters: plain where it can be, else by RFC 2231, in pieces that fit on a line.
fn file_name(name: &str) -> Vec<String> {
    let name = if name.trim().is_empty() { "file" } else { name };
    let plain = |c: char| c.is_ascii_alphanumeric() || " !#$&+-.^_`{}~()@,'".contains(c);
    if name.len() <= 60 && name.chars().all(plain) {
        return vec![format!("filename=\"{name}\"")];
    }
    let mut pieces = vec![String::new()];
    for b in name.bytes() {
        let unit = if b.is_ascii_alphanumeric() || b"!#$&+-.^_`{|}~".contains(&b) {
            char::from(b).to_string()
        } else {
            format!("%{b:02X}")
        };
        match pieces.last_mut() {
            Some(last) if last.len() + unit.len() <= 48 => last.push_str(&unit),
            _ => pieces.push(unit),
        }
    }
    let last = pieces.len() - 1;
    let piece = |(n, p): (usize, String)| {
        let charset = if n == 0 { "utf-8''" } else { "" };
        format!("filename*{n}*={charset}{p}{}", if n < last { ";" } else { "" })
    };
    pieces.into_iter().enumerate().map(piece).collect()
}
