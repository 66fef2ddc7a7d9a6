//! A connection after its login, asked one thing at a time, each within time and size.

use std::{collections::BTreeSet, time::Duration};

use async_imap::{
    Session,
    imap_proto::{Capability, MailboxDatum, Outcome, Response, ResponseCode, Status},
};
use tokio::{io::AsyncWriteExt, time::timeout};

use super::{
    Account, connect, names,
    reply::{said, soon},
};

/// The largest message that is fetched whole, in bytes.
pub const LARGE: u32 = 50 * 1024 * 1024;

/// How long an answer may take in all.
const LONGEST: Duration = Duration::from_secs(900);

/// How much a server may say where little is expected, in bytes.
pub const LITTLE: u64 = 1024 * 1024;

/// A connection after its login.
pub struct Open {
    pub(super) session: Session<connect::Stream>,
    /// What the server said first.
    pub greeting: String,
    /// What the server can do, in capitals.
    can: BTreeSet<String>,
    /// How many messages the folder has, as far as the server told.
    exists: u32,
    /// Whether the server told of messages since the folder was last read.
    pub news: bool,
}

/// How a folder stands.
#[derive(Debug, Default, Clone)]
pub struct Folder {
    /// UIDVALIDITY.
    pub validity: Option<u32>,
    /// The UID that comes next.
    pub next: Option<u32>,
    /// How many messages it has.
    pub exists: u32,
    /// The flags and keywords that its messages have.
    pub flags: Vec<String>,
    /// Whether messages may get new keywords.
    pub takes_keywords: bool,
}

impl Open {
    /// Connects and logs in.
    ///
    /// # Errors
    /// Why it cannot, in the server's own words where it has some.
    pub async fn new(account: &Account) -> Result<Open, String> {
        let (session, greeting) = connect::login(account).await?;
        let mut open = Open { session, greeting, can: BTreeSet::new(), exists: 0, news: false };
        let mut can = BTreeSet::new();
        open.ask("CAPABILITY", 0, &mut |r| {
            let Response::Capabilities(all) = r else { return };
            can.extend(all.iter().filter_map(|c| match c {
                Capability::Atom(name) => Some(name.to_ascii_uppercase()),
                _ => None,
            }));
        })
        .await?;
        open.can = can;
        Ok(open)
    }

    /// Whether the server says that it can do something.
    pub fn can(&self, what: &str) -> bool {
        self.can.contains(what)
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
            self.until_done(&tag.0, each).await
        };
        timeout(LONGEST, answer).await.unwrap_or_else(|_| Err("the server takes too long".into()))
    }

    /// Gives every answer to `each` until the command of this tag is done.
    async fn until_done(
        &mut self,
        tag: &str,
        each: &mut (dyn FnMut(&Response<'_>) + Send),
    ) -> Result<(), String> {
        loop {
            let Some(next) = soon(self.session.read_response()).await? else {
                return Err("the server closed the connection".to_owned());
            };
            match next.parsed() {
                Response::Done { tag: done, status, outcome } if done.0 == tag => {
                    return if *status == Status::Ok { Ok(()) } else { Err(said(outcome)) };
                }
                Response::Data { status: Status::Bye, outcome } => return Err(said(outcome)),
                other => {
                    self.news |= self.noted(other);
                    each(other);
                }
            }
        }
    }

    /// Goes into a folder.
    ///
    /// # Errors
    /// As [`Open::ask`].
    pub async fn select(&mut self, folder: &str) -> Result<Folder, String> {
        let mut out = Folder::default();
        let command = format!("SELECT {}", names::quoted(folder)?);
        self.ask(&command, 0, &mut |r| match r {
            Response::Data { outcome: Outcome { code: Some(code), .. }, .. } => match code {
                ResponseCode::UidValidity(n) => out.validity = Some(*n).filter(|n| *n > 0),
                ResponseCode::UidNext(n) => out.next = Some(*n).filter(|n| *n > 0),
                ResponseCode::PermanentFlags(all) => out.takes_keywords = all.iter().any(|f| f == "\\*"),
                _ => {}
            },
            Response::MailboxData(MailboxDatum::Exists(n)) => out.exists = *n,
            Response::MailboxData(MailboxDatum::Flags(all)) => {
                out.flags = all.iter().map(ToString::to_string).collect();
            }
            _ => {}
        })
        .await
        .map_err(|e| format!("the folder {folder} cannot be opened: {e}"))?;
        self.exists = out.exists;
        self.news = false;
        Ok(out)
    }

    /// The UIDs of the messages in the folder that a search finds.
    ///
    /// # Errors
    /// As [`Open::ask`].
    pub async fn search(&mut self, what: &str) -> Result<Vec<u32>, String> {
        let mut out = Vec::new();
        self.ask(&format!("UID SEARCH {what}"), LITTLE, &mut |r| {
            if let Response::MailboxData(MailboxDatum::Search(uids)) = r {
                out.extend(uids);
            }
        })
        .await?;
        Ok(out)
    }

    /// Puts a message into a folder, as one that was seen.
    ///
    /// # Errors
    /// As [`Open::ask`].
    pub async fn append(&mut self, folder: &str, bytes: &[u8]) -> Result<(), String> {
        let command = format!("APPEND {} (\\Seen) {{{}}}", names::quoted(folder)?, bytes.len());
        let answer = async {
            self.session.get_mut().allow(LITTLE);
            let tag = soon(self.session.run_command(&command)).await?;
            loop {
                let next =
                    soon(self.session.read_response()).await?.ok_or("the server closed the connection")?;
                match next.parsed() {
                    Response::Continue(_) => break,
                    Response::Done { outcome, .. } => return Err(said(outcome)),
                    Response::Data { status: Status::Bye, outcome } => return Err(said(outcome)),
                    _ => {}
                }
            }
            let to = self.session.get_mut();
            for piece in [bytes, b"\r\n"] {
                to.write_all(piece).await.map_err(|e| e.to_string())?;
            }
            to.flush().await.map_err(|e| e.to_string())?;
            self.until_done(&tag.0, &mut |_| {}).await
        };
        timeout(LONGEST, answer).await.unwrap_or_else(|_| Err("the server takes too long".into()))
    }

    /// Notes what the server tells of the number of messages, which it may do at any time. Gives whether there are more.
    pub(super) fn noted(&mut self, response: &Response<'_>) -> bool {
        match response {
            Response::MailboxData(MailboxDatum::Exists(n)) => {
                let more = *n > self.exists;
                self.exists = *n;
                more
            }
            Response::Expunge(_) => {
                self.exists = self.exists.saturating_sub(1);
                false
            }
            _ => false,
        }
    }
}
