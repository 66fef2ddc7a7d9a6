//! A small IMAP server over folders in memory: as correct as the desk needs it, with faults on request.
#![allow(dead_code, reason = "each test takes what it needs")]

use base64::Engine as _;
use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufRead, BufReader, ErrorKind, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex, MutexGuard},
    thread,
    time::Duration,
};

#[derive(Debug, Clone, Default)]
pub struct Stored {
    pub uid: u32,
    pub raw: Vec<u8>,
    pub flags: BTreeSet<String>,
}

#[derive(Debug, Clone)]
pub struct Folder {
    pub validity: u32,
    pub next: u32,
    pub messages: Vec<Stored>,
}

impl Default for Folder {
    fn default() -> Folder {
        Folder { validity: 7, next: 1, messages: Vec::new() }
    }
}

impl Folder {
    pub fn put(&mut self, raw: &[u8]) {
        self.messages.push(Stored { uid: self.next, raw: raw.to_vec(), flags: BTreeSet::new() });
        self.next += 1;
    }
}

pub struct State {
    pub folders: BTreeMap<String, Folder>,
    /// Every command, without its tag.
    pub said: Vec<String>,
    pub capabilities: &'static str,
    /// Whether messages may get new keywords.
    pub keywords: bool,
    pub connections: usize,
    /// What it says of sizes instead of the truth.
    pub false_size: Option<u32>,
    /// What it answers instead, by the beginning of a command; an empty answer closes the connection.
    pub instead: Vec<(&'static str, String)>,
    /// The token that is accepted.
    pub token: &'static str,
    /// The largest piece of a message that was asked for.
    pub largest_piece: usize,
}

/// Called with what happens: each command before it is answered, and `answered` after.
pub type Event = Arc<dyn Fn(&str) + Send + Sync>;

pub struct ImapServer {
    pub port: u16,
    state: Arc<Mutex<State>>,
}

impl ImapServer {
    pub fn start() -> ImapServer {
        ImapServer::with(Arc::new(|_| ()))
    }

    pub fn with(event: Event) -> ImapServer {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(Mutex::new(State {
            folders: BTreeMap::from([("INBOX".to_owned(), Folder::default())]),
            said: Vec::new(),
            capabilities: "IMAP4rev1 IDLE MOVE UIDPLUS",
            keywords: true,
            connections: 0,
            false_size: None,
            instead: Vec::new(),
            token: "",
            largest_piece: 0,
        }));
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (Ok(stream), state, event) = (stream, Arc::clone(&shared), Arc::clone(&event)) else {
                    return;
                };
                state.lock().unwrap().connections += 1;
                thread::spawn(move || {
                    // The other side may be killed at any point.
                    let _ = Connection::new(stream, state, event).and_then(|mut c| c.serve());
                });
            }
        });
        ImapServer { port, state }
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub fn put(&self, raw: &[u8]) {
        self.state().folders.get_mut("INBOX").unwrap().put(raw);
    }

    /// How often a command was given, by its beginning.
    pub fn count(&self, command: &str) -> usize {
        self.state().said.iter().filter(|s| s.starts_with(command)).count()
    }
}

struct Connection {
    from: BufReader<TcpStream>,
    to: TcpStream,
    state: Arc<Mutex<State>>,
    event: Event,
    folder: String,
    known: usize,
}

impl Connection {
    fn new(to: TcpStream, state: Arc<Mutex<State>>, event: Event) -> std::io::Result<Connection> {
        let from = BufReader::new(to.try_clone()?);
        Ok(Connection { from, to, state, event, folder: String::new(), known: 0 })
    }

    fn say(&mut self, text: &str) -> std::io::Result<()> {
        self.to.write_all(text.as_bytes())
    }

    fn serve(&mut self) -> std::io::Result<()> {
        self.say("* OK ready\r\n")?;
        loop {
            let mut line = String::new();
            if self.from.read_line(&mut line)? == 0 {
                return Ok(());
            }
            let line = line.trim_end();
            let Some((tag, command)) = line.split_once(' ') else { return Ok(()) };
            self.state.lock().unwrap().said.push(command.to_owned());
            (self.event)(command);
            let instead = {
                let state = self.state.lock().unwrap();
                state.instead.iter().find(|(c, _)| command.starts_with(c)).map(|(_, a)| a.clone())
            };
            match instead {
                Some(answer) if answer.is_empty() => return Ok(()),
                Some(answer) => self.say(&answer.replace("TAG", tag))?,
                None => self.answer(tag, command)?,
            }
            (self.event)("answered");
        }
    }

    fn answer(&mut self, tag: &str, command: &str) -> std::io::Result<()> {
        let state = Arc::clone(&self.state);
        let mut out: Vec<u8> = Vec::new();
        let verdict = match command.split(' ').next().unwrap_or_default() {
            "CAPABILITY" => {
                out.extend(format!("* CAPABILITY {}\r\n", state.lock().unwrap().capabilities).bytes());
                "OK done"
            }
            "STARTTLS" => "BAD no",
            "AUTHENTICATE" => {
                self.say("+ \r\n")?;
                let mut line = String::new();
                self.from.read_line(&mut line)?;
                let given = base64::engine::general_purpose::STANDARD.decode(line.trim_end()).unwrap();
                if String::from_utf8(given)
                    .unwrap()
                    .contains(&format!("auth=Bearer {}\u{1}", state.lock().unwrap().token))
                {
                    "OK done"
                } else {
                    let why = r#"{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}"#;
                    self.say(&format!("+ {}\r\n", base64::engine::general_purpose::STANDARD.encode(why)))?;
                    line.clear();
                    self.from.read_line(&mut line)?;
                    assert_eq!(line, "\r\n", "it ends the exchange");
                    "NO authentication failed"
                }
            }
            "SELECT" => {
                let name = unquoted(command.trim_start_matches("SELECT "));
                let state = state.lock().unwrap();
                match state.folders.get(&name) {
                    None => "NO there is no such folder",
                    Some(f) => {
                        let flags: BTreeSet<&str> =
                            f.messages.iter().flat_map(|m| m.flags.iter()).map(String::as_str).collect();
                        let flags: Vec<&str> = flags.into_iter().collect();
                        let may = if state.keywords { "\\Seen \\Deleted \\*" } else { "\\Seen \\Deleted" };
                        out.extend(
                            format!(
                                "* FLAGS (\\Seen \\Deleted {})\r\n* {} EXISTS\r\n* OK [UIDVALIDITY {}] x\r\n* OK [UIDNEXT {}] x\r\n* OK [PERMANENTFLAGS ({may})] x\r\n",
                                flags.join(" "),
                                f.messages.len(),
                                f.validity,
                                f.next
                            )
                            .bytes(),
                        );
                        (self.folder, self.known) = (name, f.messages.len());
                        "OK done"
                    }
                }
            }
            "APPEND" => {
                let size: usize =
                    command.rsplit_once('{').unwrap().1.trim_end_matches(['}', '+']).parse().unwrap();
                self.say("+ go\r\n")?;
                let mut raw = vec![0; size + 2];
                self.from.read_exact(&mut raw)?;
                raw.truncate(size);
                let name = unquoted(command.trim_start_matches("APPEND "));
                (self.event)("appending");
                match state.lock().unwrap().folders.get_mut(&name) {
                    None => "NO [TRYCREATE] there is no such folder",
                    Some(f) => {
                        f.put(&raw);
                        "OK done"
                    }
                }
            }
            "IDLE" => {
                self.idle()?;
                "OK done"
            }
            "UID" => self.uid(command, &mut out),
            _ => "OK done",
        };
        self.to.write_all(&out)?;
        self.say(&format!("{tag} {verdict}\r\n"))
    }

    /// Reports new messages until the client ends it.
    fn idle(&mut self) -> std::io::Result<()> {
        self.say("+ idling\r\n")?;
        (self.event)("idling");
        self.to.set_read_timeout(Some(Duration::from_millis(5)))?;
        let mut line = String::new();
        loop {
            match self.from.read_line(&mut line) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(_) => break,
                Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                    let now =
                        self.state.lock().unwrap().folders.get(&self.folder).map_or(0, |f| f.messages.len());
                    if now != self.known {
                        self.known = now;
                        self.say(&format!("* {now} EXISTS\r\n"))?;
                    }
                }
                Err(e) => return Err(e),
            }
        }
        self.to.set_read_timeout(None)
    }

    fn uid(&mut self, command: &str, out: &mut Vec<u8>) -> &'static str {
        let mut state = self.state.lock().unwrap();
        let State { folders, false_size, largest_piece, .. } = &mut *state;
        let words: Vec<&str> = command.splitn(4, ' ').collect();
        let Some(folder) = folders.get_mut(&self.folder) else { return "BAD no folder" };
        let set = wanted(words[2], folder);
        match words[1] {
            "FETCH" => {
                for (n, m) in folder.messages.iter().enumerate().filter(|(_, m)| set.contains(&m.uid)) {
                    out.extend(format!("* {} FETCH (", n + 1).bytes());
                    for (at, item) in items(words[3]).iter().enumerate() {
                        if at > 0 {
                            out.push(b' ');
                        }
                        fetched(m, item, *false_size, largest_piece, out);
                    }
                    out.extend(b")\r\n");
                }
            }
            "STORE" => {
                let (what, flags) = words[3].split_once(' ').unwrap();
                for flag in flags.trim_matches(['(', ')']).split(' ') {
                    for m in folder.messages.iter_mut().filter(|m| set.contains(&m.uid)) {
                        if what.starts_with('+') {
                            m.flags.insert(flag.to_owned());
                        } else {
                            m.flags.remove(flag);
                        }
                    }
                }
            }
            "SEARCH" => {
                let asked = command.trim_start_matches("UID SEARCH ");
                let found = folder.messages.iter().filter(|m| match asked.split_once(' ') {
                    Some(("KEYWORD", flag)) => m.flags.contains(flag.trim()),
                    Some(("HEADER", rest)) => {
                        let id = unquoted(rest.split_once(' ').unwrap().1);
                        String::from_utf8_lossy(&m.raw).contains(&format!("Message-ID: <{id}>"))
                    }
                    _ => panic!("{command}"),
                });
                let found: Vec<String> = found.map(|m| m.uid.to_string()).collect();
                out.extend(format!("* SEARCH {}\r\n", found.join(" ")).bytes());
            }
            "EXPUNGE" => folder.messages.retain(|m| !(set.contains(&m.uid) && m.flags.contains("\\Deleted"))),
            "COPY" | "MOVE" => {
                if !folders.contains_key(&unquoted(words[3])) {
                    return "NO [TRYCREATE] no such folder";
                }
                let Some(folder) = folders.get_mut(&self.folder) else { return "BAD no folder" };
                let gone: Vec<Stored> =
                    folder.messages.iter().filter(|m| set.contains(&m.uid)).cloned().collect();
                if words[1] == "MOVE" {
                    folder.messages.retain(|m| !set.contains(&m.uid));
                }
                let Some(to) = folders.get_mut(&unquoted(words[3])) else {
                    return "NO [TRYCREATE] no such folder";
                };
                for m in gone {
                    to.put(&m.raw);
                    if let Some(last) = to.messages.last_mut() {
                        last.flags = m.flags;
                    }
                }
            }
            _ => panic!("{command}"),
        }
        "OK done"
    }
}

fn unquoted(text: &str) -> String {
    match text.strip_prefix('"') {
        Some(rest) => rest.split('"').next().unwrap().to_owned(),
        None => text.split(' ').next().unwrap().to_owned(),
    }
}

/// The UIDs that a set names.
fn wanted(set: &str, folder: &Folder) -> BTreeSet<u32> {
    let last = folder.messages.last().map_or(0, |m| m.uid);
    let number = |n: &str| if n == "*" { last } else { n.parse().unwrap_or(0) };
    let mut out = BTreeSet::new();
    for part in set.split(',') {
        let (a, b) =
            part.split_once(':').map_or((number(part), number(part)), |(a, b)| (number(a), number(b)));
        out.extend(a.min(b)..=a.max(b));
    }
    out
}

/// `(UID BODY.PEEK[])`, item by item.
fn items(text: &str) -> Vec<String> {
    text.trim_matches(['(', ')']).split(' ').map(str::to_owned).collect()
}

fn fetched(m: &Stored, item: &str, false_size: Option<u32>, largest: &mut usize, out: &mut Vec<u8>) {
    let head_end = m.raw.windows(4).position(|w| w == b"\r\n\r\n").map_or(m.raw.len(), |at| at + 4);
    match item {
        "UID" => out.extend(format!("UID {}", m.uid).bytes()),
        "RFC822.SIZE" => {
            let size = false_size.unwrap_or(u32::try_from(m.raw.len()).unwrap());
            out.extend(format!("RFC822.SIZE {size}").bytes());
        }
        "INTERNALDATE" => out.extend(b"INTERNALDATE \"05-Jan-2026 10:00:00 +0000\""),
        "FLAGS" => {
            let flags: Vec<&str> = m.flags.iter().map(String::as_str).collect();
            out.extend(format!("FLAGS ({})", flags.join(" ")).bytes());
        }
        part => {
            let (section, range) = part.split_once(']').unwrap();
            let section = section.trim_start_matches("BODY.PEEK[");
            let all: &[u8] = match section {
                "" => &m.raw,
                "HEADER" => &m.raw[..head_end],
                "1.MIME" => b"",
                "1" => &m.raw[head_end..],
                other => panic!("{other}"),
            };
            let range = range.trim_matches(['<', '>']).split_once('.');
            let (from, most) =
                range.map_or((0, usize::MAX), |(a, b)| (a.parse().unwrap(), b.parse().unwrap()));
            let rest = all.get(from..).unwrap_or_default();
            let piece = &rest[..rest.len().min(most)];
            *largest = (*largest).max(piece.len());
            let at = if range.is_some() { format!("<{from}>") } else { String::new() };
            out.extend(format!("BODY[{section}]{at} {{{}}}\r\n", piece.len()).bytes());
            out.extend(piece);
        }
    }
}
