//! Mail as it came that someone else wrote: whether it names a person, and what is left of it without that.

use crate::{
    mail::{
        header,
        most::Most,
        parse::{self, Hints, Parsed},
    },
    model::{Marks, limits},
};

/// Whether a mail names a person, as it lies or decoded.
pub fn names(bytes: &[u8], marks: &Marks) -> bool {
    chunks(bytes).any(|(text, _)| marks.finds(text)) || read(bytes, marks, 0)
}

/// The mail without what names a person, in the same encoding; `None` where it does so in a way that cannot be taken out
/// (in Base64, say): then nothing of it can be kept.
pub fn without(bytes: &[u8], marks: &Marks) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(bytes.len());
    for (text, rest) in chunks(bytes) {
        match marks.scrubbed(text) {
            Some(clean) => out.extend_from_slice(clean.as_bytes()),
            None => out.extend_from_slice(text.as_bytes()),
        }
        out.extend_from_slice(rest);
    }
    (!names(&out, marks)).then_some(out)
}

fn chunks(bytes: &[u8]) -> impl Iterator<Item = (&str, &[u8])> {
    bytes.utf8_chunks().map(|c| (c.valid(), c.invalid()))
}

/// Whether what a reader sees of it names the person: fields, text, attached texts and mails. All of it is read, beyond
/// what a record keeps; mails enclosed deeper than parts may be count as naming everyone.
fn read(bytes: &[u8], marks: &Marks, depth: usize) -> bool {
    if depth > limits::MIME_DEPTH {
        return true;
    }
    let parsed = parse::parse_with(bytes, &Hints { most: Most::ALL, ..Hints::default() });
    let Parsed { from, sender, reply_to, to, cc, subject, body, attachments, .. } = &parsed;
    let people = from.iter().chain(sender).chain(reply_to).chain(to).chain(cc);
    let headers = header::split_to(bytes, &Most::ALL).headers;
    marks.finds(subject)
        || marks.finds(body)
        || people.into_iter().any(|a| marks.finds(&a.name) || marks.finds(&a.email))
        || ["Bcc", "Resent-To", "Resent-From", "Delivered-To", "X-Original-To", "Return-Path"]
            .iter()
            .any(|f| headers.text(f).is_some_and(|t| marks.finds(&t)))
        || attachments.iter().any(|a| {
            marks.finds(&a.name)
                || (is_text(&a.content_type) && std::str::from_utf8(&a.bytes).is_ok_and(|t| marks.finds(t)))
                || (a.content_type == "message/rfc822"
                    && a.bytes.len() < bytes.len()
                    && read(&a.bytes, marks, depth + 1))
        })
}

fn is_text(content_type: &str) -> bool {
    content_type.starts_with("text/") || content_type.ends_with("json") || content_type.ends_with("xml")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ada() -> Marks {
        let mut m = Marks::default();
        m.add_name("Ada", "", "Lovelace");
        m.add_email("ada@x.example");
        m
    }

    #[test]
    fn a_strangers_mail_keeps_all_but_what_names_the_person() {
        let mail = b"From: bob@y.example\nTo: Ada Lovelace <ada@x.example>\nSubject: caf\xe9\n\nOn Monday Ada Lovelace wrote:\n> hello\n";
        assert!(names(mail, &ada()));
        let left = without(mail, &ada()).unwrap();
        assert_eq!(
            left,
            b"From: bob@y.example\nTo: [erased] <[erased]>\nSubject: caf\xe9\n\nOn Monday [erased] wrote:\n> hello\n"
        );
        assert!(!names(b"From: bob@y.example\n\nAda will come\n", &ada()));
    }

    #[test]
    fn what_a_record_does_not_keep_is_searched_too() {
        let part = "--x\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n";
        let last = "QWRhIExvdmVsYWNlIGNhbGxlZA==\n";
        let files =
            format!("{part}eA==\n").replace("text/plain", "image/png").repeat(limits::ATTACHMENTS + 5);
        let head = "From: bob@y.example\nContent-Type: multipart/mixed; boundary=x\n\n";
        let mail = format!("{head}{files}{}{last}--x--\n", part.replace("plain", "csv; name=a.csv"));
        assert!(names(mail.as_bytes(), &ada()));
        let many = "eve@y.example, ".repeat(limits::RECIPIENTS + 5);
        let mail = format!("From: bob@y.example\nTo: {many}=?utf-8?q?Ada_Lovelace?= <z@y.example>\n\nx\n");
        assert!(names(mail.as_bytes(), &ada()));
        assert!(!names(mail.replace("Ada_", "Eva_").as_bytes(), &ada()));
    }

    #[test]
    fn mails_within_mails_without_end_are_not_followed() {
        let mut mail = b"From: bob@y.example\n\nx\n".to_vec();
        for _ in 0..200 {
            let outer = b"From: bob@y.example\nContent-Type: message/rfc822\n\n";
            mail = [outer.as_slice(), &mail].concat();
        }
        assert!(names(&mail, &ada()));
    }

    #[test]
    fn what_is_encoded_is_found_and_not_kept() {
        let base64 = b"From: bob@y.example\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\nQWRhIExvdmVsYWNlIGNhbGxlZA==\n";
        assert!(names(base64, &ada()));
        assert_eq!(without(base64, &ada()), None);
        let word = b"From: =?utf-8?q?Ada_Lovelace?= <bob@y.example>\n\nx\n";
        assert!(names(word, &ada()));
    }
}
