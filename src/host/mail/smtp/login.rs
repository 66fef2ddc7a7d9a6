//! AUTH: with a password (PLAIN, LOGIN), or with an OAuth 2.0 token (XOAUTH2).

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{Secret, Server, connect::Session};
use crate::host::mail::{oauth, secret};

/// A secret, for one login.
pub enum Given {
    /// A password.
    Password(String),
    /// An access token.
    Token(String),
}

/// The secret, as the user's command prints it now; `None` where no login is wanted.
///
/// # Errors
/// Why the command gives none.
pub fn secret(server: &Server) -> Result<Option<Given>, String> {
    let of = |name: &str, run| secret::first_line(run).map_err(|why| format!("{name}: {why}"));
    Ok(match &server.secret {
        None => None,
        Some(Secret::Password(run)) => Some(Given::Password(of("password_command", run)?)),
        Some(Secret::Token(run)) => Some(Given::Token(of("token_command", run)?)),
    })
}

/// Logs in, and returns the server's words.
///
/// # Errors
/// Why it cannot, in the server's words.
pub fn login(session: &mut Session, user: &str, secret: &Given) -> Result<String, String> {
    let host = session.host.clone();
    let offered = |session: &Session, how: &str| session.offers.auth.iter().any(|a| a == how);
    let steps: Vec<String> = match secret {
        Given::Token(token) if offered(session, "XOAUTH2") => {
            // Where the token is not accepted, the server first explains in JSON (334), and says no after an empty line.
            vec![format!("AUTH XOAUTH2 {}", STANDARD.encode(oauth::xoauth2(user, token))), String::new()]
        }
        Given::Password(password) if offered(session, "PLAIN") => {
            vec![format!("AUTH PLAIN {}", STANDARD.encode(format!("\0{user}\0{password}")))]
        }
        Given::Password(password) if offered(session, "LOGIN") => {
            vec!["AUTH LOGIN".into(), STANDARD.encode(user), STANDARD.encode(password)]
        }
        _ => {
            let wanted = if matches!(secret, Given::Token(_)) { "XOAUTH2" } else { "PLAIN or LOGIN" };
            let has = match session.offers.auth.as_slice() {
                [] => "no login at all".to_owned(),
                all => format!("only {}", all.join(", ")),
            };
            return Err(format!("{host} does not offer a login by {wanted}; it offers {has}"));
        }
    };
    let mut complaint = None;
    for step in steps {
        match session.say(&step) {
            Ok(answer) if answer.has_code(235) => {
                let words: Vec<&str> = answer.message().collect();
                return Ok(format!("235 {}", words.join(" ")));
            }
            Ok(answer) if answer.has_code(334) => {
                let said: Vec<&str> = answer.message().collect();
                complaint = STANDARD.decode(said.concat()).ok().and_then(|json| oauth::complaint(&json));
            }
            Ok(answer) => return Err(format!("{host} answers the login with {}", answer.code())),
            Err(fault) => {
                let mut why = format!("{host} does not accept the login: {}", fault.words());
                if let Some(complaint) = complaint {
                    why.push_str(&format!(": {complaint}"));
                }
                return Err(why);
            }
        }
    }
    Err(format!("{host} asks for more than it should at the login"))
}
