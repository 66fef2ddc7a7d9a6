//! Mail as it came that somebody else wrote: whether it names a person, and what is left of it without that.

use crate::{
    mail::{
        header,
        parse::{self, Parsed},
    },
    model::Marks,
};

/// Whether a mail names a person, as it lies or decoded.
pub fn names(bytes: &[u8], marks: &Marks) -> bool {
    chunks(bytes).any(|(text, _)| marks.finds(text)) || read(bytes, marks)
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

/// Whether what a reader sees of it names the person: fields, text, attached texts and mails.
fn read(bytes: &[u8], marks: &Marks) -> bool {
    let parsed = parse::parse(bytes);
    let Parsed { from, sender, reply_to, to, cc, subject, body, attachments, .. } = &parsed;
    let people = from.iter().chain(sender).chain(reply_to).chain(to).chain(cc);
    let headers = header::split(bytes).headers;
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
                    && read(&a.bytes, marks))
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
    fn what_is_encoded_is_found_and_not_kept() {
        let base64 = b"From: bob@y.example\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\nQWRhIExvdmVsYWNlIGNhbGxlZA==\n";
        assert!(names(base64, &ada()));
        assert_eq!(without(base64, &ada()), None);
        let word = b"From: =?utf-8?q?Ada_Lovelace?= <bob@y.example>\n\nx\n";
        assert!(names(word, &ada()));
    }
}
