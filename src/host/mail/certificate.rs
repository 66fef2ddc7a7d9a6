//! Why a server's certificate is not taken, in words that both IMAP and SMTP use.

/// What is wrong with a certificate, by what the TLS library says of it: the name of an error, or its sentence.
pub(super) fn fault(said: &str) -> &'static str {
    let said: String = said.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
    let faults: [(&[&str], &str); 6] = [
        (&["expired"], "has expired"),
        (&["notvalidyet"], "is not valid yet"),
        (&["notvalidforname"], "is for another name"),
        (&["revoked"], "was revoked"),
        (&["causedasendentity"], "is that of an authority, not of a server"),
        // A bad signature, or one of another kind: only the name is that of an authority which the system trusts.
        (
            &["unknownissuer", "badsignature", "unsupportedsignaturealgorithm"],
            "is signed by no authority that this system trusts",
        ),
    ];
    let found = faults.iter().find(|(words, _)| words.iter().any(|w| said.contains(w)));
    found.map_or("cannot be used for a server", |(_, fault)| fault)
}

#[cfg(test)]
mod tests {
    use super::fault;

    #[test]
    fn each_fault_has_its_words_and_none_shows_that_of_the_library() {
        assert_eq!(fault("certificate expired: verification time 2"), "has expired");
        assert_eq!(fault("ExpiredContext { time: 2 }"), "has expired");
        assert_eq!(fault("certificate not valid for name \"a\""), "is for another name");
        assert_eq!(fault("NotValidForNameContext { expected: a }"), "is for another name");
        assert_eq!(fault("certificate not valid yet: 3"), "is not valid yet");
        assert!(fault("UnknownIssuer").contains("no authority"));
        assert!(fault("BadSignature").contains("no authority"));
        assert!(fault("Other(OtherError(CaUsedAsEndEntity))").contains("not of a server"));
        assert!(!fault("Other(OtherError(Strange))").contains("Strange"));
    }
}
