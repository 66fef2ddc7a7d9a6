//! Measures the first contact with a full mailbox: `frontdesk mail fetch` of all that is in it, next to `mbsync`.
//!
//! ```sh
//! cargo build --release && cargo run --release --example measure_mail -- --messages 50000
//! cargo run --release --example measure_mail -- --messages 5000 --source maildir [--program PATH]
//! ```
//!
//! It generates a Maildir of invented messages (threads, a few kilobytes each), which a separate Dovecot serves on
//! loopback, and runs the `frontdesk` next to it (of the same profile) and `mbsync` on it, each in a separate process. It
//! prints JSON: messages per second, the most memory, and processor seconds per thousand messages, of each and as a ratio. A
//! second `frontdesk` is stopped half way and run again, and must take the rest and nothing twice.
//! Dovecot has to be started as root; without it, and without `mbsync`, the rest is measured.

use std::{
    error::Error,
    fs,
    os::unix::fs::chown,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
use serde_json::{Value, json};

#[path = "../tests/support/certificates.rs"]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "shared with the tests")]
mod certificates;
#[path = "../tests/support/dovecot.rs"]
#[allow(clippy::unwrap_used, clippy::panic, reason = "shared with the tests")]
mod dovecot;
#[path = "../tests/support/skip.rs"]
mod skip;

use dovecot::Dovecot;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Ticks of the processor's clock per second in `/proc`, on every Linux.
const TICKS: f64 = 100.0;

/// What a process needed.
struct Cost {
    seconds: f64,
    cpu: f64,
    peak_mib: u64,
}

impl Cost {
    fn json(&self, messages: usize) -> Value {
        let n = messages as f64;
        json!({
            "seconds": round(self.seconds), "messages_per_second": (n / self.seconds).round(),
            "cpu_seconds_per_thousand": round(self.cpu / n * 1000.0), "peak_mib": self.peak_mib,
        })
    }
}

fn round(n: f64) -> f64 {
    (n * 1000.0).round() / 1000.0
}

/// Runs a process to its end, and looks at what it needs meanwhile.
fn watch(command: &mut Command) -> Result<Cost> {
    let begun = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn()?;
    let (pid, mut peak) = (Pid::from_child(&child), 0);
    let file = |name: &str| fs::read_to_string(format!("/proc/{}/{name}", child.id())).unwrap_or_default();
    loop {
        let hwm = file("status")
            .lines()
            .find_map(|l| l.strip_prefix("VmHWM:")?.trim().split(' ').next()?.parse::<u64>().ok());
        peak = peak.max(hwm.unwrap_or_default());
        let look = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
        if waitid(WaitId::Pid(pid), look)?.is_some() {
            break;
        }
        thread::sleep(Duration::from_millis(5));
    }
    let seconds = begun.elapsed().as_secs_f64();
    // It has ended and was not waited for yet: its times are complete.
    let stat = file("stat");
    let times = stat.rsplit(") ").next().unwrap_or_default().split(' ').skip(11).take(2);
    let ticks: f64 = times.filter_map(|t| t.parse::<f64>().ok()).sum();
    let status = child.wait()?;
    if !status.success() {
        return Err(format!("{command:?} ended with {status}").into());
    }
    Ok(Cost { seconds, cpu: ticks / TICKS, peak_mib: peak / 1024 })
}

/// SplitMix64: the same messages each time.
struct Rng(u64);

impl Rng {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % n.max(1) as u64).unwrap_or(0)
    }

    fn word(&mut self) -> String {
        let syllables = ["ka", "lo", "mi", "ren", "sta", "ve", "tor", "qui", "ba", "nel", "dro", "shi"];
        (0..2 + self.below(2)).filter_map(|_| syllables.get(self.below(syllables.len()))).copied().collect()
    }

    fn words(&mut self, n: usize) -> String {
        (0..n).map(|_| self.word()).collect::<Vec<_>>().join(" ")
    }
}

/// A message; every other one answers an earlier one.
fn message(n: usize, rng: &mut Rng) -> String {
    let from = rng.below(5000);
    let (subject, more) = match n {
        0 => (rng.words(4), String::new()),
        _ if n.is_multiple_of(2) => (rng.words(4), String::new()),
        _ => {
            let earlier = n - 1 - rng.below(n.min(40));
            ("Re: it".to_owned(), format!("In-Reply-To: <{earlier}@measure.example>\r\n"))
        }
    };
    let body: Vec<String> = (0..10 + rng.below(40)).map(|_| rng.words(10)).collect();
    let minutes = n % 1440;
    format!(
        "From: {} <p{from}@firm{}.example>\r\nTo: help@desk.example\r\nSubject: {subject}\r\nMessage-ID: <{n}@measure.example>\r\n\
         {more}Date: Mon, 05 Jan 2026 {:02}:{:02}:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{}\r\n",
        rng.words(2),
        from % 700,
        minutes / 60,
        minutes % 60,
        body.join("\r\n"),
    )
}

fn fill(maildir: &Path, messages: usize, owner: Option<u32>) -> Result<u64> {
    let mut rng = Rng(7);
    let mut bytes = 0;
    for n in 0..messages {
        let text = message(n, &mut rng);
        let path = maildir.join(format!("cur/{}.{n}.measure:2,", 1_767_600_000 + n));
        fs::write(&path, &text)?;
        if let Some(owner) = owner {
            chown(&path, Some(owner), Some(owner))?;
        }
        bytes += text.len() as u64;
    }
    Ok(bytes)
}

/// A desk in a folder, with a mailbox.
struct Desk {
    folder: PathBuf,
    program: PathBuf,
}

impl Desk {
    fn new(program: &Path, folder: PathBuf, receive: &str) -> Result<Desk> {
        fs::create_dir(&folder)?;
        let desk = Desk { folder, program: program.to_owned() };
        desk.ok(&["init", "--name", "Measure", "--owner", "Dana"])?;
        desk.ok(&[
            "mailbox",
            "add",
            "help@desk.example",
            "--history",
            "--receive",
            receive,
            "--password-command",
            "echo right",
        ])?;
        let settings = desk.folder.join("config/frontdesk/mailboxes.toml");
        let text = fs::read_to_string(&settings)?;
        fs::write(settings, format!("{text}insecure = true\n"))?;
        Ok(desk)
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut c = Command::new(&self.program);
        c.arg("--store").arg(self.folder.join("desk.redb")).args(words);
        c.env("XDG_CONFIG_HOME", self.folder.join("config")).env("HOME", &self.folder);
        c
    }

    fn ok(&self, words: &[&str]) -> Result<String> {
        let out = self.command(words).output()?;
        if !out.status.success() {
            return Err(format!("{words:?}: {}", String::from_utf8_lossy(&out.stderr)).into());
        }
        Ok(String::from_utf8(out.stdout)?)
    }

    fn messages(&self) -> Result<usize> {
        let stats: Value = serde_json::from_str(&self.ok(&["stats", "--json"])?)?;
        let n = stats.pointer("/records/messages").or_else(|| stats.get("messages")).and_then(Value::as_u64);
        Ok(usize::try_from(n.ok_or("stats does not count messages")?)?)
    }
}

/// Stops a fetch half way, runs it again, and says how that went.
fn resumed(desk: &Desk, messages: usize, whole: f64) -> Result<Value> {
    let mut child: Child = desk.command(&["mail", "fetch"]).stdout(Stdio::null()).spawn()?;
    thread::sleep(Duration::from_secs_f64(whole / 2.0));
    child.kill()?;
    child.wait()?;
    let before = desk.messages()?;
    let again = watch(&mut desk.command(&["mail", "fetch"]))?;
    let after = desk.messages()?;
    if after != messages {
        return Err(format!("{after} messages of {messages} after it was stopped and run again").into());
    }
    Ok(
        json!({ "had_when_stopped": before, "has": after, "seconds": round(again.seconds), "peak_mib": again.peak_mib }),
    )
}

fn mbsync(folder: &Path, port: u16) -> Result<Option<Cost>> {
    if Command::new("mbsync").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_err() {
        return Ok(None);
    }
    let near = folder.join("near");
    fs::create_dir(&near)?;
    let d = near.display();
    let text = format!(
        "IMAPAccount a\nHost 127.0.0.1\nPort {port}\nUser ann\nPass right\nSSLType None\nAuthMechs LOGIN\n\n\
         IMAPStore far\nAccount a\n\nMaildirStore near\nPath {d}/\nInbox {d}/INBOX\n\n\
         Channel c\nFar :far:INBOX\nNear :near:INBOX\nSync Pull\nCreate Near\nSyncState *\n"
    );
    let config = folder.join("mbsyncrc");
    fs::write(&config, text)?;
    Ok(Some(watch(Command::new("mbsync").arg("-q").arg("-c").arg(config).arg("c"))?))
}

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| words.iter().position(|w| w == name).and_then(|at| words.get(at + 1));
    let messages: usize = value("--messages").map_or(Ok(2000), |n| n.parse())?;
    let wanted = value("--source").map(String::as_str);
    let beside =
        std::env::current_exe()?.parent().and_then(Path::parent).ok_or("no folder")?.join("frontdesk");
    let program = value("--program").map_or(beside, PathBuf::from);
    if !program.exists() {
        return Err(format!("{} is not there: build it first", program.display()).into());
    }
    let folder = tempfile::tempdir()?;
    let mut out = serde_json::Map::new();
    out.insert("messages".into(), json!(messages));
    if wanted != Some("imap") {
        let maildir = folder.path().join("maildir");
        for part in ["", "new", "cur", "tmp"] {
            fs::create_dir(maildir.join(part))?;
        }
        fill(&maildir, messages, None)?;
        let desk = Desk::new(&program, folder.path().join("a"), &format!("maildir:{}", maildir.display()))?;
        let cost = watch(&mut desk.command(&["mail", "fetch"]))?;
        if desk.messages()? != messages {
            return Err("not all messages came from the Maildir".into());
        }
        out.insert("maildir".into(), cost.json(messages));
    }
    if wanted != Some("maildir")
        && let Some(server) = Dovecot::start()
    {
        out.insert("bytes".into(), json!(fill(&server.box_of_ann(), messages, Some(65534))?));
        let receive = format!("imap://ann@localhost:{}/INBOX", server.imap);
        // The server reads its folder once before anyone is measured.
        let desk = Desk::new(&program, folder.path().join("b"), &receive)?;
        desk.ok(&["mailbox", "test", "help@desk.example"])?;
        let peer = mbsync(folder.path(), server.imap)?;
        let cost = watch(&mut desk.command(&["mail", "fetch"]))?;
        if desk.messages()? != messages {
            return Err("not all messages came from the server".into());
        }
        out.insert("imap".into(), cost.json(messages));
        if let Some(peer) = peer {
            out.insert("mbsync".into(), peer.json(messages));
            out.insert("cpu_ratio".into(), json!(round(cost.cpu / peer.cpu)));
            out.insert("time_ratio".into(), json!(round(cost.seconds / peer.seconds)));
        }
        let second = Desk::new(&program, folder.path().join("c"), &receive)?;
        // It finds the mark of the first desk, and takes over.
        let _ = second.command(&["mail", "fetch"]).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
        second.ok(&["mailbox", "resume", "help@desk.example"])?;
        out.insert("stopped_and_resumed".into(), resumed(&second, messages, cost.seconds)?);
    }
    println!("{}", serde_json::to_string_pretty(&out)?);
    Ok(())
}
