//! Scripted mail servers on loopback, in clear.
#![allow(dead_code, reason = "each test takes what it needs")]

use std::{
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    thread,
};

/// A server that greets, and answers each line; its port.
fn serve(greeting: &'static str, answer: impl Fn(&str) -> String + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let _ = talk(stream.unwrap(), greeting, &answer);
        }
    });
    port
}

fn talk(mut to: TcpStream, greeting: &str, answer: &dyn Fn(&str) -> String) -> std::io::Result<()> {
    let from = BufReader::new(to.try_clone()?);
    to.write_all(format!("{greeting}\r\n").as_bytes())?;
    for line in from.lines() {
        to.write_all(answer(&line?).as_bytes())?;
    }
    Ok(())
}

/// An SMTP server with this greeting: `220 …` takes mail, any other does not.
pub fn smtp(greeting: &'static str) -> u16 {
    serve(greeting, |line| match line.split(' ').next().unwrap_or_default() {
        "QUIT" => "221 bye\r\n".to_owned(),
        "STARTTLS" => "502 no\r\n".to_owned(),
        _ => "250 mx.desk.example\r\n".to_owned(),
    })
}

/// An IMAP server with this number of messages that accepts any login, or none.
pub fn imap(messages: usize, login: &'static str) -> u16 {
    serve("* OK IMAP4rev1 ready", move |line| {
        let (tag, command) = line.split_once(' ').unwrap_or((line, ""));
        match command.split(' ').next().unwrap_or_default() {
            "STARTTLS" => format!("{tag} BAD no\r\n"),
            "CAPABILITY" => format!("* CAPABILITY IMAP4rev1\r\n{tag} OK done\r\n"),
            "LOGIN" | "AUTHENTICATE" if login != "OK" => format!("{tag} {login}\r\n"),
            "SELECT" | "EXAMINE" => format!(
                "* {messages} EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 10] x\r\n{tag} OK done\r\n"
            ),
            _ => format!("{tag} OK done\r\n"),
        }
    })
}
