//! What a server says of an OAuth 2.0 token that it does not accept.

use serde_json::Value;

/// The first answer of XOAUTH2: who logs in, and with which token.
pub fn xoauth2(user: &str, token: &str) -> String {
    format!("user={user}\x01auth=Bearer {token}\x01\x01")
}

/// The server's explanation in words; it is sent as JSON (`{"status":"400","schemes":"bearer","scope":"…"}`). `None`: it
/// explains nothing.
pub fn complaint(said: &[u8]) -> Option<String> {
    let Ok(Value::Object(all)) = serde_json::from_slice::<Value>(said) else { return None };
    let text = |name: &str| match all.get(name) {
        Some(Value::String(t)) => super::one_line(t),
        Some(Value::Number(n)) => n.to_string(),
        _ => String::new(),
    };
    let (status, scope, more) = (text("status"), text("scope"), text("error_description"));
    let error = if status.is_empty() { text("error") } else { status };
    let mut out = match error.as_str() {
        "400" | "401" | "invalid_token" | "invalid_request" => {
            "the access token is not valid or has expired".to_owned()
        }
        "403" | "insufficient_scope" => "the access token does not permit mail".to_owned(),
        _ => "the access token is not accepted".to_owned(),
    };
    if !error.is_empty() {
        out.push_str(&format!(" ({error})"));
    }
    if !more.is_empty() {
        out.push_str(&format!(": {more}"));
    }
    if !scope.is_empty() {
        out.push_str(&format!("; it needs the scope {scope}"));
    }
    out.push_str(". Run the token command by hand to see whether it still gets one");
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::complaint;

    #[test]
    fn what_servers_say_of_a_token_is_put_in_words() {
        let google = br#"{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}"#;
        let said = complaint(google).unwrap();
        assert!(said.starts_with(
            "the access token is not valid or has expired (400); it needs the scope https://mail"
        ));
        let standard = br#"{"error":"insufficient_scope","error_description":"no\u001b[2J mail"}"#;
        let said = complaint(standard).unwrap();
        assert!(said.starts_with("the access token does not permit mail (insufficient_scope): no"), "{said}");
        assert!(!said.contains('\u{1b}'));
        for nothing in [&b""[..], b"[]", b"no", b"\xff"] {
            assert_eq!(complaint(nothing), None);
        }
    }
}
