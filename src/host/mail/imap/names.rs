//! Folder names as IMAP writes them: modified UTF-7 (RFC 3501, 5.1.3), in quotes.

use base64::{
    Engine, alphabet,
    engine::general_purpose::{GeneralPurpose, NO_PAD},
};

const UTF7: GeneralPurpose = GeneralPurpose::new(&alphabet::IMAP_MUTF7, NO_PAD);

/// The name as a word of a command.
///
/// # Errors
/// A name that cannot be one.
pub fn quoted(name: &str) -> Result<String, String> {
    if name.is_empty() || name.chars().any(char::is_control) {
        return Err(format!("{name:?} cannot be the name of a folder"));
    }
    let mut out = String::from("\"");
    let mut wide: Vec<u8> = Vec::new();
    let flush = |wide: &mut Vec<u8>, out: &mut String| {
        if !wide.is_empty() {
            out.push('&');
            out.push_str(&UTF7.encode(std::mem::take(wide)));
            out.push('-');
        }
    };
    for c in name.chars() {
        if !c.is_ascii() {
            wide.extend(c.encode_utf16(&mut [0; 2]).iter().flat_map(|u| u.to_be_bytes()));
            continue;
        }
        flush(&mut wide, &mut out);
        match c {
            '&' => out.push_str("&-"),
            '"' | '\\' => out.extend(['\\', c]),
            _ => out.push(c),
        }
    }
    flush(&mut wide, &mut out);
    out.push('"');
    Ok(out)
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_are_written_as_the_standard_has_them() {
        assert_eq!(super::quoted("INBOX/a\"b&c").unwrap(), "\"INBOX/a\\\"b&-c\"");
        assert_eq!(super::quoted("~peter/mail/台北/日本語").unwrap(), "\"~peter/mail/&U,BTFw-/&ZeVnLIqe-\"");
        assert!(super::quoted("a\r\nb").is_err());
    }
}
