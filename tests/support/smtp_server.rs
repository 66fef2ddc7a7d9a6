//! A small SMTP server that counts what it accepts.
#![allow(dead_code, reason = "each test takes what it needs")]

use std::{
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex, MutexGuard},
    thread,
};

#[derive(Debug, Clone)]
pub struct Accepted {
    pub id: String,
    pub to: Vec<String>,
    pub text: String,
}

#[derive(Default)]
pub struct State {
    pub accepted: Vec<Accepted>,
    pub connections: usize,
    /// What it answers instead, by the beginning of a command (`<greeting>`, `<accepted>`); an empty answer: none, ever.
    pub instead: Vec<(&'static str, &'static str)>,
}

/// Called with what happens: each command before it is answered, `accepted` once it has a message, `answered` after.
pub type Event = Arc<dyn Fn(&str) + Send + Sync>;

pub struct SmtpServer {
    pub port: u16,
    state: Arc<Mutex<State>>,
}

impl SmtpServer {
    pub fn start() -> SmtpServer {
        SmtpServer::with(Arc::new(|_| ()))
    }

    pub fn with(event: Event) -> SmtpServer {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (Ok(stream), state, event) = (stream, Arc::clone(&shared), Arc::clone(&event)) else {
                    return;
                };
                state.lock().unwrap().connections += 1;
                thread::spawn(move || {
                    // The other side may be killed at any point.
                    let _ = serve(stream, &state, &event);
                });
            }
        });
        SmtpServer { port, state }
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// How often each message was accepted, by its Message-ID.
    pub fn times(&self, id: &str) -> usize {
        self.state().accepted.iter().filter(|a| a.id == id).count()
    }
}

fn serve(mut to: TcpStream, state: &Mutex<State>, event: &Event) -> std::io::Result<()> {
    let mut from = BufReader::new(to.try_clone()?);
    let instead = |command: &str| {
        let state = state.lock().unwrap();
        let same = |c: &str| c == command || (!c.is_empty() && command.starts_with(c));
        state.instead.iter().find(|(c, _)| same(c)).map(|(_, a)| *a)
    };
    let mut say = |answer: &str| -> std::io::Result<()> {
        if answer.is_empty() {
            // For as long as this test runs.
            loop {
                thread::park();
            }
        }
        to.write_all(format!("{answer}\r\n").as_bytes())?;
        event("answered");
        Ok(())
    };
    say(instead("<greeting>").unwrap_or("220 mx ESMTP"))?;
    let mut recipients = Vec::new();
    loop {
        let mut line = String::new();
        if from.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let command = line.trim_end();
        event(command);
        if let Some(answer) = instead(command) {
            say(answer)?;
            continue;
        }
        match command.split([' ', ':']).next().unwrap_or_default() {
            "MAIL" => recipients.clear(),
            "RCPT" => {
                recipients.push(command.trim_start_matches("RCPT TO:<").split('>').next().unwrap().to_owned())
            }
            "DATA" => {
                say("354 go")?;
                let mut text = String::new();
                while !text.ends_with("\r\n.\r\n") {
                    if from.read_line(&mut text)? == 0 {
                        return Ok(());
                    }
                }
                let id =
                    text.lines().find_map(|l| l.strip_prefix("Message-ID: ")).unwrap_or_default().to_owned();
                // From here on the server has it, whatever the client hears.
                state.lock().unwrap().accepted.push(Accepted { id, to: recipients.clone(), text });
                event("accepted");
                if let Some(answer) = instead("<accepted>") {
                    say(answer)?;
                    continue;
                }
            }
            "QUIT" => return say("221 bye"),
            _ => {}
        }
        say("250 ok")?;
    }
}
