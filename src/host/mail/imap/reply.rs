//! What a server answers, in time and in words that can be shown.

use std::time::Duration;

use async_imap::imap_proto::Outcome;
use tokio::time::timeout;

use crate::host::mail::one_line;

/// How long a server may be silent.
const SILENCE: Duration = Duration::from_secs(60);

/// What a server says, in one line that can be shown.
pub fn words(said: &str) -> String {
    let said = match said.find("during parsing of") {
        Some(_) => "the server sends what is no IMAP",
        None => said,
    };
    // As `async-imap` wraps what a server said: `no response: code: None, info: Some("…")`.
    let said = match said.split_once("info: Some(\"") {
        Some((_, rest)) => rest.trim_end_matches(')').trim_end_matches('"'),
        None => said,
    };
    one_line(said)
}

/// What a status says.
pub fn said(outcome: &Outcome<'_>) -> String {
    words(outcome.information.as_deref().unwrap_or("no reason is given"))
}

/// In time, or why not.
///
/// # Errors
/// What went wrong, in words.
pub async fn soon<T, E: std::fmt::Display>(what: impl Future<Output = Result<T, E>>) -> Result<T, String> {
    match timeout(SILENCE, what).await {
        Ok(Ok(v)) => Ok(v),
        Ok(Err(e)) => Err(words(&e.to_string())),
        Err(_) => Err(format!("the server is silent for {} s", SILENCE.as_secs())),
    }
}
