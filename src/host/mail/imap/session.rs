//! A connection to an IMAP server: opened, logged in, and asked one thing at a time, each within time and size.

use std::time::Duration;

use async_imap::{
    Authenticator, Client, Session,
    imap_proto::{MailboxDatum, Outcome, Response, ResponseCode, Status},
};
use tokio::{net::TcpStream, time::timeout};

use super::{
    Account, Secret,
    guard::{Guard, Wire},
    names, tls,
};
use crate::host::mail::secret;

/// The largest message that is fetched whole, in bytes.
pub const LARGE: u32 = 50 * 1024 * 1024;

/// How long a server may be silent.
const SILENCE: Duration = Duration::from_secs(60);

/// How long an answer may take in all.
const LONGEST: Duration = Duration::from_secs(900);

/// How much a server may say where little is expected, in bytes.
const LITTLE: u64 = 1024 * 1024;

type Stream = Guard<Box<dyn Wire>>;

/// A connection after its login.
pub struct Open {
    session: Session<Stream>,
    /// What the server said first.
    pub greeting: String,
}

/// How a folder stands.
#[derive(Debug, Default, Clone, Copy)]
pub struct Folder {
    /// UIDVALIDITY.
    pub validity: Option<u32>,
    /// The UID that comes next.
    pub next: Option<u32>,
    /// How many messages it has.
    pub exists: u32,
}

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
    said.chars().map(|c| if c.is_control() { ' ' } else { c }).take(300).collect::<String>().trim().to_owned()
}

fn said(outcome: &Outcome<'_>) -> String {
    words(outcome.information.as_deref().unwrap_or("no reason is given"))
}

/// In time, or why not.
async fn soon<T, E: std::fmt::Display>(what: impl Future<Output = Result<T, E>>) -> Result<T, String> {
    match timeout(SILENCE, what).await {
        Ok(Ok(v)) => Ok(v),
        Ok(Err(e)) => Err(words(&e.to_string())),
        Err(_) => Err(format!("the server is silent for {} s", SILENCE.as_secs())),
    }
}

fn client(wire: Box<dyn Wire>) -> Client<Stream> {
    let mut guard = Guard::new(wire, u64::from(LARGE) + LITTLE);
    guard.allow(LITTLE);
    Client::new(guard)
}

/// A connection as it is before the login.
async fn connect(account: &Account) -> Result<(Client<Stream>, String), String> {
    let at = format!("{}:{}", account.host, account.port);
    let tcp = soon(TcpStream::connect((account.host.as_str(), account.port)))
        .await
        .map_err(|e| format!("{at}: {e}"))?;
    let local = tcp.peer_addr().is_ok_and(|a| a.ip().is_loopback());
    if account.insecure && !local {
        return Err(format!("{at}: insecure holds on this machine only: take it out of mailboxes.toml"));
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
        // On this machine, no one listens.
        Err(_) if local => Ok((client(Box::new(plain.into_inner().into_inner())), greeting)),
        Err(why) => Err(format!("{at} refuses STARTTLS, and no password is sent without: {why}")),
    }
}

/// What a server says first.
async fn greet<T: Wire>(client: &mut Client<T>) -> Result<String, String> {
    let first = soon(client.read_response()).await?.ok_or("the server closed the connection at once")?;
    match first.parsed() {
        Response::Data { status: Status::Ok, outcome } => Ok(said(outcome)),
        Response::Data { status: Status::PreAuth, .. } => {
            Err("the server lets in whoever comes (PREAUTH): there is no one to log in as".into())
        }
        Response::Data { outcome, .. } => Err(said(outcome)),
        _ => Err("what answers is no IMAP server".into()),
    }
}

/// Logs in with a token; a second question is the server's complaint, which ends with an empty answer.
struct Bearer(Option<String>);

impl Authenticator for Bearer {
    type Response = String;

    fn process(&mut self, _: &[u8]) -> String {
        self.0.take().unwrap_or_default()
    }
}

impl Open {
    /// Connects and logs in.
    ///
    /// # Errors
    /// Why it cannot, in the server's own words where it has some.
    pub async fn new(account: &Account) -> Result<Open, String> {
        // Before the server starts to count.
        let secret = match &account.secret {
            Secret::Password(run) | Secret::Token(run) => secret::first_line(run)?,
        };
        let (client, greeting) = connect(account).await?;
        let user = &account.user;
        let login = async {
            match &account.secret {
                Secret::Password(_) => client.login(user, secret).await,
                Secret::Token(_) => {
                    let first = format!("user={user}\x01auth=Bearer {secret}\x01\x01");
                    client.authenticate("XOAUTH2", Bearer(Some(first))).await
                }
            }
            .map_err(|(e, _)| e)
        };
        let session =
            soon(login).await.map_err(|e| format!("{} rejects the login of {user}: {e}", account.host))?;
        Ok(Open { session, greeting })
    }

    /// Asks, and gives every answer to `each` until the server is done.
    ///
    /// # Errors
    /// Why there is no answer; what the server says where it rejects.
    pub async fn ask(
        &mut self,
        command: &str,
        most: u64,
        each: &mut (dyn FnMut(&Response<'_>) + Send),
    ) -> Result<(), String> {
        let answer = async {
            self.session.get_mut().allow(most.saturating_add(LITTLE));
            let tag = soon(self.session.run_command(command)).await?;
            loop {
                let Some(next) = soon(self.session.read_response()).await? else {
                    return Err("the server closed the connection".to_owned());
                };
                match next.parsed() {
                    Response::Done { tag: done, status, outcome } if *done == tag => {
                        return if *status == Status::Ok { Ok(()) } else { Err(said(outcome)) };
                    }
                    Response::Data { status: Status::Bye, outcome } => return Err(said(outcome)),
                    other => each(other),
                }
            }
        };
        timeout(LONGEST, answer).await.unwrap_or_else(|_| Err("the server takes too long".into()))
    }

    /// Goes into a folder.
    ///
    /// # Errors
    /// As [`Open::ask`].
    pub async fn select(&mut self, folder: &str) -> Result<Folder, String> {
        let mut out = Folder::default();
        let command = format!("SELECT {}", names::quoted(folder)?);
        self.ask(&command, 0, &mut |r| match r {
            Response::Data { outcome: Outcome { code: Some(ResponseCode::UidValidity(n)), .. }, .. } => {
                out.validity = Some(*n).filter(|n| *n > 0);
            }
            Response::Data { outcome: Outcome { code: Some(ResponseCode::UidNext(n)), .. }, .. } => {
                out.next = Some(*n).filter(|n| *n > 0);
            }
            Response::MailboxData(MailboxDatum::Exists(n)) => out.exists = *n,
            _ => {}
        })
        .await
        .map_err(|e| format!("the folder {folder} cannot be opened: {e}"))?;
        Ok(out)
    }

    /// Waits for news of the folder until `go_on` says no, and calls `news` for each. Gives whether the server can do that.
    ///
    /// # Errors
    /// Where the connection ends.
    pub async fn idle(
        &mut self,
        news: &(dyn Fn() + Send + Sync),
        go_on: &(dyn Fn() -> bool + Send + Sync),
    ) -> Result<bool, String> {
        /// How often it is checked whether to go on.
        const STEP: Duration = Duration::from_millis(250);
        /// After how many of these the server is asked anew, lest a router forgets the connection: nine minutes.
        const STEPS: u32 = 9 * 60 * 4;
        loop {
            self.session.get_mut().allow(LITTLE);
            let tag = soon(self.session.run_command("IDLE")).await?;
            let (mut steps, mut ended) = (0, false);
            loop {
                if !ended && (steps >= STEPS || !go_on()) {
                    soon(self.session.run_command_untagged("DONE")).await?;
                    ended = true;
                }
                let Ok(next) = timeout(STEP, self.session.read_response()).await else {
                    steps += 1;
                    if steps > STEPS + 240 || (ended && !go_on()) {
                        return Err("the server does not end its IDLE".into());
                    }
                    continue;
                };
                let next =
                    next.map_err(|e| words(&e.to_string()))?.ok_or("the server closed the connection")?;
                match next.parsed() {
                    // From here on nothing is missed, but something may have come before.
                    Response::Continue(_) | Response::MailboxData(MailboxDatum::Exists(_)) => news(),
                    Response::Done { tag: done, status, .. } if *done == tag => {
                        if *status != Status::Ok {
                            return Ok(false);
                        }
                        break;
                    }
                    Response::Data { status: Status::Bye, outcome } => return Err(said(outcome)),
                    _ => {}
                }
            }
            if !go_on() {
                return Ok(true);
            }
        }
    }
}
