//! Copying through the terminal (OSC 52): works over any line, where the terminal allows it.

use base64::{Engine as _, engine::general_purpose::STANDARD};

/// The longest text copied, in bytes: what terminals commonly take is 100 kB of base64.
pub const LONGEST: usize = 74_000;

/// The bytes that put `text` on the clipboard; `None` when it is too long for terminals to take. Whether the
/// terminal obeyed is not told: say so.
pub fn copy(text: &str) -> Option<Vec<u8>> {
    if text.len() > LONGEST {
        return None;
    }
    Some(format!("\x1b]52;c;{}\x07", STANDARD.encode(text)).into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_copied_whole_or_not_at_all() {
        assert_eq!(copy("T-10423").unwrap(), b"\x1b]52;c;VC0xMDQyMw==\x07");
        assert!(copy(&"x".repeat(LONGEST)).is_some());
        assert!(copy(&"x".repeat(LONGEST + 1)).is_none());
        let bytes = copy("\x07\x1b\\hostile\u{9c}").unwrap();
        assert!(bytes[7..bytes.len() - 1].iter().all(|b| b.is_ascii_graphic()));
    }
}
