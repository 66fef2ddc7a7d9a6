//! What a file of a mail is, for people and for the choice of a program: by its name, its type and its first bytes, since
//! any of the three may lie.

use super::{compose::type_of, disk_name::ending};

/// Endings of files that run, or make something else run, when a desktop opens them.
#[rustfmt::skip]
const PROGRAMS: &[&str] = &[
    "action", "ade", "adp", "apk", "app", "appimage", "application", "appref", "bash", "bat", "bin", "bz2sh", "chm", "class",
    "cmd", "com", "command", "cpl", "csh", "deb", "desktop", "dll", "dmg", "dylib", "elf", "exe", "fish", "gadget", "hta",
    "inf", "ins", "iso", "jar", "jnlp", "js", "jse", "ksh", "lnk", "mjs", "mobileconfig", "msc", "msi", "msix", "msp", "mst",
    "out", "php", "pif", "pkg", "pl", "ps1", "ps1xml", "psc1", "psm1", "py", "pyc", "pyw", "pyz", "rb", "reg", "rpm", "run",
    "scf", "scpt", "scr", "sct", "service", "sh", "snap", "so", "svg", "svgz", "url", "vb", "vbe", "vbs", "vhd", "vhdx",
    "wasm", "webloc", "workflow", "ws", "wsc", "wsf", "wsh", "xhtml", "xht", "xll", "xpi", "xsl", "xslt", "zsh", "mht",
    "mhtml", "docm", "dotm", "xlsm", "xltm", "xlam", "pptm", "potm", "ppam", "ppsm", "sldm",
];

/// Types of the same.
#[rustfmt::skip]
const PROGRAM_TYPES: &[&str] = &[
    "application/hta", "application/java-archive", "application/javascript", "application/mac-binary",
    "application/vnd.android.package-archive", "application/vnd.appimage", "application/vnd.debian.binary-package",
    "application/vnd.microsoft.portable-executable", "application/x-apple-diskimage", "application/x-bat",
    "application/x-csh", "application/x-deb", "application/x-debian-package", "application/x-desktop",
    "application/x-dosexec", "application/x-elf", "application/x-executable", "application/x-iso9660-image",
    "application/x-java-archive", "application/x-java-jnlp-file", "application/x-javascript", "application/x-mach-binary",
    "application/x-ms-dos-executable", "application/x-ms-installer", "application/x-ms-shortcut", "application/x-msdos-program",
    "application/x-msdownload", "application/x-msi", "application/x-perl", "application/x-pie-executable",
    "application/x-python-code", "application/x-redhat-package-manager", "application/x-rpm", "application/x-sh",
    "application/x-sharedlib", "application/x-shellscript", "application/xhtml+xml", "image/svg+xml", "multipart/related",
    "text/javascript", "text/vbscript", "text/x-perl", "text/x-python", "text/x-script", "text/x-sh", "text/x-shellscript",
];

/// Why a file is not opened, only saved; `None` where it may be opened.
#[must_use]
pub fn danger(name: &str, content_type: &str, bytes: &[u8]) -> Option<&'static str> {
    let end = ending(name).unwrap_or_default();
    let begins = |marks: &[&[u8]]| marks.iter().any(|m| bytes.starts_with(m));
    if begins(&[
        b"\x7fELF",
        b"MZ",
        b"#!",
        b"\xca\xfe\xba\xbe",
        b"\xfe\xed\xfa",
        b"\xcf\xfa\xed\xfe",
        b"\xce\xfa\xed\xfe",
    ]) || PROGRAMS.contains(&end.as_str())
        || PROGRAM_TYPES.contains(&content_type)
    {
        return Some("it can run commands");
    }
    let text = bytes.get(..bytes.len().min(1024)).unwrap_or_default().trim_ascii_start();
    text.starts_with(b"[Desktop Entry]").then_some("it can run commands")
}

/// The type by which a file is opened: what it says of itself, else what its name says.
#[must_use]
pub fn opened_as<'t>(name: &str, content_type: &'t str) -> &'t str {
    match content_type {
        ""
        | "application/octet-stream"
        | "application/x-download"
        | "application/download"
        | "application/force-download"
        | "application/unknown" => type_of(name),
        given => given,
    }
}

/// Whether a file is a page for a browser.
#[must_use]
pub fn is_page(name: &str, content_type: &str) -> bool {
    opened_as(name, content_type) == "text/html" || matches!(ending(name).as_deref(), Some("html" | "htm"))
}

/// Whether a file is a mail that is attached to another.
#[must_use]
pub fn is_mail(name: &str, content_type: &str) -> bool {
    content_type == "message/rfc822"
        || (opened_as(name, content_type) == "application/octet-stream"
            && ending(name).as_deref() == Some("eml"))
}

/// Whether the bytes are text that can be shown.
#[must_use]
pub fn is_text(content_type: &str, bytes: &[u8]) -> bool {
    let says = content_type.starts_with("text/")
        || content_type.ends_with("json")
        || content_type.ends_with("xml")
        || content_type == "message/delivery-status"
        || content_type == "application/pgp-encrypted";
    let odd = |b: &u8| *b < 0x20 && !matches!(b, b'\n' | b'\r' | b'\t' | 0x0c | 0x1b);
    let wide = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    !bytes.iter().take(64 << 10).any(|b| odd(b) && !wide) && (says || std::str::from_utf8(bytes).is_ok())
}

/// What a file is, in a few words, where its type says more than its name.
#[must_use]
pub fn about(name: &str, content_type: &str) -> &'static str {
    let end = ending(name).unwrap_or_default();
    match (content_type, end.as_str()) {
        ("message/rfc822", _) => "attached mail",
        ("message/delivery-status" | "message/disposition-notification", _) => "delivery report",
        ("text/calendar", _) | (_, "ics") => "invitation",
        ("text/vcard" | "text/x-vcard" | "text/directory", _) | (_, "vcf") => "contact",
        ("application/pkcs7-mime" | "application/x-pkcs7-mime", _) | (_, "p7m") => "S/MIME message",
        ("application/pkcs7-signature" | "application/x-pkcs7-signature", _) | (_, "p7s") => {
            "S/MIME signature"
        }
        ("application/pgp-signature", _) | (_, "sig") => "PGP signature",
        ("application/pgp-encrypted", _) => "PGP version",
        ("application/pgp-keys", _) => "PGP key",
        (_, "pgp" | "gpg") => "PGP message",
        ("application/ms-tnef" | "application/vnd.ms-tnef", _) => "Outlook files, listed below",
        _ if danger(name, content_type, b"").is_some() => "program: saved, not opened",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_run_is_known_by_any_of_its_signs() {
        for (name, kind, bytes) in [
            ("invoice.pdf.exe", "application/pdf", &b"%PDF"[..]),
            ("photo.jpg", "application/x-msdownload", b"\xff\xd8"),
            ("photo.jpg", "image/jpeg", b"MZ\x90"),
            ("notes.txt", "text/plain", b"#!/bin/sh\nrm -rf ~"),
            ("Invoice.DESKTOP", "text/plain", b""),
            ("invoice", "text/plain", b"\n[Desktop Entry]\nExec=x"),
            ("logo.svg", "image/png", b""),
            ("offer.docm", "application/octet-stream", b""),
        ] {
            assert!(danger(name, kind, bytes).is_some(), "{name}");
        }
        for (name, kind, bytes) in [
            ("a.pdf", "application/pdf", &b"%PDF"[..]),
            ("a.txt", "text/plain", b"hello"),
            ("no ending", "image/png", b"\x89PNG"),
        ] {
            assert_eq!(danger(name, kind, bytes), None, "{name}");
        }
    }

    #[test]
    fn a_type_that_says_nothing_gives_way_to_the_name() {
        assert_eq!(opened_as("a.pdf", "application/octet-stream"), "application/pdf");
        assert_eq!(opened_as("a.pdf", "image/png"), "image/png");
        assert!(is_page("a.HTM", "text/plain") && is_mail("a.eml", "application/octet-stream"));
        assert!(is_text("application/octet-stream", "größe".as_bytes()) && !is_text("text/plain", b"a\0b"));
    }
}
