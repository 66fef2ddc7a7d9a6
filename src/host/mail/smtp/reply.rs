//! What an error of the connection means: the server said no, or there is no answer.

use std::{error::Error as _, io};

use lettre::transport::smtp::Error;

/// Why a command was not carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The server said no: its code, and its words with the code before them.
    Refused(u16, String),
    /// No answer, or none that is understood.
    Lost(String),
}

impl Fault {
    /// What to tell people.
    pub fn words(self) -> String {
        match self {
            Fault::Refused(_, words) | Fault::Lost(words) => words,
        }
    }
}

/// What an error means.
pub fn fault(e: &Error) -> Fault {
    let cause = e.source().map(ToString::to_string).unwrap_or_default();
    if let Some(code) = e.status() {
        return Fault::Refused(code.into(), format!("{code} {cause}").trim_end().to_owned());
    }
    let kind = e.source().and_then(|s| s.downcast_ref::<io::Error>()).map(io::Error::kind);
    let timed_out = matches!(kind, Some(io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut));
    Fault::Lost(match certificate(&cause) {
        Some(why) => why,
        None if timed_out => "the server does not answer".into(),
        None if cause == "incomplete response" => "the server closed the connection".into(),
        None if cause.is_empty() => e.to_string(),
        None => cause,
    })
}

/// What is wrong with a certificate, in words.
fn certificate(cause: &str) -> Option<String> {
    let (_, what) = cause.split_once("invalid peer certificate: ")?;
    let lower = what.to_lowercase();
    let why = if lower.contains("expired") {
        "it has expired"
    } else if lower.contains("unknownissuer") || lower.contains("unsupportedsignaturealgorithmforpublickey") {
        "this system does not trust its issuer"
    } else if lower.contains("not valid for name") || lower.contains("notvalidforname") {
        "it is for another name"
    } else if lower.contains("not valid yet") || lower.contains("notvalidyet") {
        "it is not valid yet"
    } else {
        what
    };
    Some(format!("the server's certificate is not accepted: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_certificate_is_named_with_its_reason() {
        let of = |what: &str| certificate(&format!("invalid peer certificate: {what}")).unwrap_or_default();
        assert!(of("certificate expired: verification time 2").ends_with("it has expired"));
        assert!(of("UnknownIssuer").contains("does not trust"));
        assert!(of("certificate not valid for name \"a\"").ends_with("another name"));
        assert!(of("BadSignature").ends_with("BadSignature"));
        assert_eq!(certificate("connection refused"), None);
    }
}
