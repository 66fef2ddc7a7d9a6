//! What an error of the connection means: the server said no, or there is no answer.

use std::{error::Error as _, io};

use lettre::transport::smtp::Error;

use crate::host::mail::certificate;

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
        // What the library says of an answer that it cannot read is no sentence.
        None if e.is_response() => "what answers there is no SMTP server".into(),
        None if cause.is_empty() => e.to_string(),
        None => cause,
    })
}

/// What is wrong with a certificate, in words.
fn certificate(cause: &str) -> Option<String> {
    let (_, what) = cause.split_once("invalid peer certificate: ")?;
    Some(format!("the server's certificate {}", certificate::fault(what)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_certificate_is_named_with_its_reason() {
        let of = |what: &str| certificate(&format!("invalid peer certificate: {what}")).unwrap_or_default();
        assert_eq!(of("certificate expired: verification time 2"), "the server's certificate has expired");
        assert_eq!(certificate("connection refused"), None);
    }
}
