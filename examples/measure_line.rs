//! Measures how far the screen is behind the keys on a slow line: a real sshd on loopback, and between it and ssh a line
//! of 256 kbit/s with 200 ms there and back, and a buffer in it that is shallow (8 KiB) or deep (4 MiB). A key is held for ten
//! seconds, thirty times a second; then what still arrives is timed.
//!
//! ```sh
//! cargo build --release && cargo run --release --example measure_line
//! ```
//!
//! It needs `sshd`, `ssh` and `ssh-keygen`; what is missing is named. Everything is in a private folder.

use std::{
    collections::VecDeque,
    error::Error,
    fs,
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        mpsc::{Receiver, channel},
    },
    thread,
    time::{Duration, Instant},
};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

type Fault = Box<dyn Error>;

/// Bytes a second: 256 kbit/s.
const RATE: f64 = 32_000.0;
const ONE_WAY: Duration = Duration::from_millis(100);
const HELD: Duration = Duration::from_secs(10);
const BETWEEN_KEYS: Duration = Duration::from_millis(33);
/// So long without a byte, and all has arrived: the page of a record follows the cursor well before.
const SILENT: Duration = Duration::from_millis(1_200);

/// What waits in the line: each piece with the instant from which it may leave, and all its bytes.
#[derive(Default)]
struct Buffer {
    pieces: VecDeque<Vec<u8>>,
    bytes: usize,
    ended: bool,
}

/// Carries bytes one way: not faster than the line, each later by half of its delay, with at most `depth` bytes waiting.
fn carry(mut from: TcpStream, mut to: TcpStream, depth: usize) {
    let line = Arc::new((Mutex::new(Buffer::default()), Condvar::new()));
    let (filled, sent) = (Arc::clone(&line), channel::<(Instant, Vec<u8>)>());
    thread::spawn(move || {
        let mut bytes = [0; 1_400];
        loop {
            let n = from.read(&mut bytes).unwrap_or(0);
            let (buffer, moved) = &*filled;
            let guard = buffer.lock().unwrap_or_else(PoisonError::into_inner);
            let full = |b: &mut Buffer| b.bytes > 0 && b.bytes + n > depth;
            let mut guard = moved.wait_while(guard, full).unwrap_or_else(PoisonError::into_inner);
            guard.ended = n == 0;
            guard.pieces.push_back(bytes.get(..n).unwrap_or_default().to_vec());
            guard.bytes += n;
            moved.notify_all();
            if n == 0 {
                return;
            }
        }
    });
    let (out, late) = sent;
    thread::spawn(move || {
        let mut free = Instant::now();
        loop {
            let (buffer, moved) = &*line;
            let guard = buffer.lock().unwrap_or_else(PoisonError::into_inner);
            let empty = |b: &mut Buffer| b.pieces.is_empty();
            let guard = moved.wait_while(guard, empty).unwrap_or_else(PoisonError::into_inner);
            let Some(piece) = guard.pieces.front().cloned() else { continue };
            drop(guard);
            free = free.max(Instant::now()) + Duration::from_secs_f64(piece.len() as f64 / RATE);
            thread::sleep(free.saturating_duration_since(Instant::now()));
            let mut guard = buffer.lock().unwrap_or_else(PoisonError::into_inner);
            guard.pieces.pop_front();
            guard.bytes -= piece.len();
            moved.notify_all();
            let is_end = piece.is_empty();
            if out.send((free + ONE_WAY, piece)).is_err() || is_end {
                return;
            }
        }
    });
    thread::spawn(move || {
        for (at, piece) in late {
            thread::sleep(at.saturating_duration_since(Instant::now()));
            if piece.is_empty() || to.write_all(&piece).is_err() {
                let _ = to.shutdown(Shutdown::Write);
                return;
            }
        }
    });
}

/// A line to the sshd at `port`: the port of its near end.
fn line(port: u16, depth: usize) -> Result<u16, Fault> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let near = listener.local_addr()?.port();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let Ok(server) = TcpStream::connect(("127.0.0.1", port)) else { return };
            for end in [&client, &server] {
                let _ = end.set_nodelay(true);
            }
            if let (Ok(client_too), Ok(server_too)) = (client.try_clone(), server.try_clone()) {
                carry(client, server_too, depth);
                carry(server, client_too, depth);
            }
        }
    });
    Ok(near)
}

/// An sshd that ends with its value.
struct Sshd(Child);

impl Drop for Sshd {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn sshd(home: &Path) -> Result<(Sshd, u16), Fault> {
    for key in ["host", "user"] {
        let made = Command::new("ssh-keygen")
            .args(["-q", "-t", "ed25519", "-N", "", "-f"])
            .arg(home.join(key))
            .status();
        made.map_err(|e| format!("ssh-keygen: {e}"))?;
    }
    fs::copy(home.join("user.pub"), home.join("allowed"))?;
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let at = home.display();
    fs::write(
        home.join("sshd_config"),
        format!(
            "Port {port}\nListenAddress 127.0.0.1\nHostKey {at}/host\nAuthorizedKeysFile {at}/allowed\nStrictModes no\n\
             PermitRootLogin yes\nUsePAM no\nPidFile none\n"
        ),
    )?;
    // sshd wants to be called by its whole path, and as root this folder.
    let _ = fs::create_dir_all("/run/sshd");
    let mut command = Command::new("/usr/sbin/sshd");
    command.args(["-D", "-f"]).arg(home.join("sshd_config")).stderr(Stdio::null());
    let child = Sshd(command.spawn().map_err(|e| format!("sshd: {e}"))?);
    for _ in 0..100 {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return Ok((child, port));
        }
        thread::sleep(Duration::from_millis(50));
    }
    Err("sshd does not answer".into())
}

/// What arrived: when, and how many bytes.
type Arrived = (Instant, usize);

/// Holds down keys in a session behind the near end of a line, and says how long after the last one the last byte came, and how many
/// bytes came while they were held.
fn held(home: &Path, program: &Path, near: u16, before: &str, keys: &[&str]) -> Result<(f64, usize), Fault> {
    let pty =
        native_pty_system().openpty(PtySize { rows: 40, cols: 120, pixel_width: 0, pixel_height: 0 })?;
    let at = home.display();
    let mut ssh = CommandBuilder::new("ssh");
    ssh.env("TERM", "xterm-256color");
    ssh.args(["-tt", "-o", "StrictHostKeyChecking=no", "-o"]);
    ssh.arg(format!("UserKnownHostsFile={at}/known"));
    ssh.args(["-o", "LogLevel=ERROR", "-i", &format!("{at}/user"), "-p", &near.to_string(), "127.0.0.1"]);
    let shown = program.display();
    ssh.arg(format!("HOME={at} USER=dana LANG=C.UTF-8 {shown} --store {at}/desk.redb"));
    let mut child = pty.slave.spawn_command(ssh)?;
    let mut reader = pty.master.try_clone_reader()?;
    let writer = Arc::new(Mutex::new(pty.master.take_writer()?));
    let write = |bytes: &[u8]| -> Result<(), Fault> {
        let mut to = writer.lock().unwrap_or_else(PoisonError::into_inner);
        to.write_all(bytes)?;
        Ok(to.flush()?)
    };
    let (sender, arrived) = channel::<Arrived>();
    let answers = Arc::clone(&writer);
    thread::spawn(move || {
        let mut bytes = [0; 65_536];
        while let Ok(n @ 1..) = reader.read(&mut bytes) {
            let got = bytes.get(..n).unwrap_or_default();
            // What a terminal answers to the questions behind frames.
            let asked = got.windows(4).filter(|w| *w == b"\x1b[5n").count();
            let mut to = answers.lock().unwrap_or_else(PoisonError::into_inner);
            let _ = to.write_all(&b"\x1b[0n".repeat(asked));
            let _ = to.flush();
            if sender.send((Instant::now(), n)).is_err() {
                return;
            }
        }
    });
    // The first byte takes as long as ssh needs to log in.
    arrived.recv_timeout(Duration::from_secs(30))?;
    quiet(&arrived);
    write(before.as_bytes())?;
    quiet(&arrived);
    let begun = Instant::now();
    let mut next = begun;
    for key in keys.iter().cycle() {
        if begun.elapsed() > HELD {
            break;
        }
        write(key.as_bytes())?;
        next += BETWEEN_KEYS;
        thread::sleep(next.saturating_duration_since(Instant::now()));
    }
    let let_go = Instant::now();
    let all = quiet(&arrived);
    let last = all.iter().map(|(at, _)| *at).max().unwrap_or(let_go);
    let bytes = all.iter().filter(|(at, _)| *at <= let_go).map(|(_, n)| n).sum();
    let _ = child.kill();
    let _ = child.wait();
    Ok((last.saturating_duration_since(let_go).as_secs_f64(), bytes))
}

/// What arrives until nothing does for a while.
fn quiet(arrived: &Receiver<Arrived>) -> Vec<Arrived> {
    let mut all = Vec::new();
    while let Ok(one) = arrived.recv_timeout(SILENT) {
        all.push(one);
    }
    all
}

/// A folder that is removed at the end.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn main() -> Result<(), Fault> {
    let folder = Folder(std::env::temp_dir().join(format!("measure_line-{}", std::process::id())));
    let home = folder.0.as_path();
    fs::DirBuilder::new().mode(0o700).create(home)?;
    let here = std::env::current_exe()?;
    let program = here.parent().and_then(Path::parent).map(|p| p.join("frontdesk")).ok_or("no folder")?;
    if !program.exists() {
        return Err(format!("{} is missing: build it first", program.display()).into());
    }
    let store = home.join("desk.redb");
    let made = Command::new(&program)
        .args(["--store".as_ref(), store.as_os_str(), "demo".as_ref()])
        .env("HOME", home)
        .env("USER", "dana")
        .stdin(Stdio::null())
        .output()?;
    if !store.exists() {
        return Err(String::from_utf8_lossy(&made.stderr).into_owned().into());
    }
    let (_sshd, port) = sshd(home)?;
    let all: [(&str, &str, &[&str]); 3] = [
        ("a selection, scrolling", "2", &["j"]),
        ("workspaces in turn", "1", &["2", "3", "4", "5", "1"]),
        ("pages", "2", &["\x1b[6~", "\x1b[6~", "\x1b[5~"]),
    ];
    for (name, before, keys) in all {
        for (depth, buffer) in [(8 << 10, "shallow"), (4 << 20, "deep")] {
            let (behind, bytes) = held(home, &program, line(port, depth)?, before, keys)?;
            println!("{name:<24} {buffer:<8} {behind:>5.2} s behind, {bytes:>7} bytes while held");
        }
    }
    Ok(())
}
