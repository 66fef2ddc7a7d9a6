//! The names of attachments.

/// A file's name as one may keep it: no folders, no control or direction marks, at most 120 characters.
pub(super) fn file_name(given: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let direction =
        |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let plain: String = last.chars().filter(|&c| !c.is_control() && !direction(c)).collect();
    let plain = plain.trim().trim_start_matches('.').trim();
    let many = plain.chars().count().saturating_sub(120);
    // What tells a file's kind is its end.
    match plain.rsplit_once('.') {
        Some((stem, end)) if many > 0 && end.len() <= 10 => {
            let keep = stem.chars().count().saturating_sub(many);
            format!("{}.{end}", stem.chars().take(keep).collect::<String>())
        }
        _ => plain.chars().take(120).collect(),
    }
}

/// The ending of a made-up name, by the type.
pub(super) fn ending(content_type: &str) -> &'static str {
    match content_type {
        "text/plain" => "txt",
        "text/html" => "html",
        "text/calendar" => "ics",
        "text/csv" => "csv",
        "text/x-vcard" | "text/vcard" => "vcf",
        "text/x-patch" | "text/x-diff" => "patch",
        "image/png" => "png",
        "image/jpeg" => "jpg",
        "image/gif" => "gif",
        "application/pdf" => "pdf",
        "application/zip" => "zip",
        "application/pgp-signature" => "asc",
        "application/pkcs7-signature" | "application/x-pkcs7-signature" => "p7s",
        "message/rfc822" => "eml",
        t if t.starts_with("text/") || t.starts_with("message/") => "txt",
        _ => "bin",
    }
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn file_names_cannot_leave_their_folder() {
        assert_eq!(file_name("../../etc/passwd"), "passwd");
        assert_eq!(file_name("C:\\temp\\a\u{202e}b.exe"), "ab.exe");
        assert_eq!(file_name("..."), "");
        let long = file_name(&format!("{}.pdf", "ä".repeat(500)));
        assert!(long.ends_with(".pdf") && long.chars().count() == 120, "{long}");
    }
}
