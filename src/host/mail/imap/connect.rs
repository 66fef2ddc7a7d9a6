//! A connection to a server, encrypted before anything is said that matters, and the login.

use std::sync::{Arc, Mutex, PoisonError};

use async_imap::{
    Authenticator, Client, Session,
    imap_proto::{Response, Status},
};
use tokio::net::TcpStream;

use super::{
    Account, Secret,
    guard::{Guard, Wire},
    reply::{said, soon},
    session::{LARGE, LITTLE},
    tls,
};
use crate::host::mail::{oauth, secret};

pub type Stream = Guard<Box<dyn Wire>>;

fn client(wire: Box<dyn Wire>) -> Client<Stream> {
    let mut guard = Guard::new(wire, u64::from(LARGE) + LITTLE);
    guard.allow(LITTLE);
    Client::new(guard)
}

/// Whether a connection may stay unencrypted where the server refuses STARTTLS: only to this machine. Elsewhere someone between
/// may have taken it out.
fn may_stay_plain(at: &str, is_this_machine: bool, why: &str) -> Result<(), String> {
    if is_this_machine {
        return Ok(());
    }
    Err(format!("{at} refuses STARTTLS, and no password is sent without: {why}"))
}

/// A connection before the login, and what the server said first.
async fn connect(account: &Account) -> Result<(Client<Stream>, String), String> {
    let at = format!("{}:{}", account.host, account.port);
    let tcp = soon(TcpStream::connect((account.host.as_str(), account.port)))
        .await
        .map_err(|e| format!("{at}: {e}"))?;
    let local = tcp.peer_addr().is_ok_and(|a| a.ip().is_loopback());
    if account.insecure && !local {
        return Err(format!(
            "{at}: insecure is for servers on this machine only: take it out of mailboxes.toml"
        ));
    }
    if account.tls {
        let tls = soon(tls::encrypt(tcp, &account.host, account.insecure)).await?;
        let mut client = client(Box::new(tls));
        let greeting = greet(&mut client).await?;
        return Ok((client, greeting));
    }
    // The buffer of this client is dropped with it: what came before TLS is not believed after it.
    let mut plain = Client::new(Guard::new(tcp, LITTLE));
    plain.get_mut().allow(LITTLE);
    let greeting = greet(&mut plain).await?;
    match soon(plain.run_command_and_check_ok("STARTTLS", None)).await {
        Ok(()) => {
            let tcp = plain.into_inner().into_inner();
            let tls = soon(tls::encrypt(tcp, &account.host, account.insecure)).await?;
            Ok((client(Box::new(tls)), greeting))
        }
        Err(why) => {
            may_stay_plain(&at, local, &why)?;
            Ok((client(Box::new(plain.into_inner().into_inner())), greeting))
        }
    }
}

/// What a server says first.
async fn greet<T: Wire>(client: &mut Client<T>) -> Result<String, String> {
    let first = soon(client.read_response()).await?.ok_or("the server closed the connection immediately")?;
    match first.parsed() {
        Response::Data { status: Status::Ok, outcome } => Ok(said(outcome)),
        Response::Data { status: Status::PreAuth, .. } => {
            Err("the server lets in any user (PREAUTH): there is no one to log in as".into())
        }
        Response::Data { outcome, .. } => Err(said(outcome)),
        _ => Err("what answers is no IMAP server".into()),
    }
}

/// Logs in with a token; a second question is the server's complaint, which ends with an empty answer.
struct Bearer {
    first: Option<String>,
    complaint: Arc<Mutex<Option<String>>>,
}

impl Authenticator for Bearer {
    type Response = String;

    fn process(&mut self, asked: &[u8]) -> String {
        if let Some(first) = self.first.take() {
            return first;
        }
        *self.complaint.lock().unwrap_or_else(PoisonError::into_inner) = oauth::complaint(asked);
        String::new()
    }
}

/// Connects and logs in; also gives what the server said first.
///
/// # Errors
/// Why it cannot, in the server's own words where it has some.
pub async fn login(account: &Account) -> Result<(Session<Stream>, String), String> {
    // Before the server starts to count.
    let secret = match &account.secret {
        Secret::Password(run) => secret::first_line(run).map_err(|why| format!("password_command: {why}"))?,
        Secret::Token(run) => secret::first_line(run).map_err(|why| format!("token_command: {why}"))?,
    };
    let (client, greeting) = connect(account).await?;
    let (user, complaint) = (&account.user, Arc::default());
    let login = async {
        match &account.secret {
            Secret::Password(_) => client.login(user, secret).await,
            Secret::Token(_) => {
                let first = Some(oauth::xoauth2(user, &secret));
                let bearer = Bearer { first, complaint: Arc::clone(&complaint) };
                client.authenticate("XOAUTH2", bearer).await
            }
        }
        .map_err(|(e, _)| e)
    };
    let session = soon(login).await.map_err(|said| {
        let why = complaint.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or(said);
        format!("{} rejects the login of {user}: {why}", account.host)
    })?;
    Ok((session, greeting))
}

#[cfg(test)]
mod tests {
    use super::may_stay_plain;

    #[test]
    fn without_starttls_no_password_is_sent_but_to_this_machine() {
        assert_eq!(may_stay_plain("localhost:143", true, "BAD"), Ok(()));
        let why = may_stay_plain("imap.example.com:143", false, "BAD no").unwrap_err();
        assert!(why.contains("refuses STARTTLS") && why.contains("BAD no"), "{why}");
    }
}
