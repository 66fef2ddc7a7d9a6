//! Measures programs in a real terminal of 120×40: start to whole frame, and bytes and milliseconds of a key. frontdesk on the
//! practice desk, and beside it, through the same reader in the same run, `neomutt` on a mailbox and `tig` on a repository of as
//! many invented entries. What is not installed is skipped.
//!
//! ```sh
//! cargo build --release && cargo run --release --example measure_terminal
//! ```
//!
//! - start: from starting the program until its first frame is whole: the last byte before it falls silent
//! - move: the cursor goes down a row; scroll: the same at the foot of the list; page: a page down or up
//!
//! The median of several presses. The terminal answers what programs ask of it (`CSI 5n`, `CSI 6n`, `CSI c`).

use std::{
    error::Error,
    fmt::Write as _,
    fs,
    io::{Read, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};

use portable_pty::{Child, CommandBuilder, PtySize, native_pty_system};

type Fault = Box<dyn Error>;

const ROWS: u16 = 40;
const COLUMNS: u16 = 120;
/// As many entries as the practice desk has customers.
const ENTRIES: usize = 1_200;
const TRIES: usize = 15;
/// So long without a byte, and a frame is whole.
const SILENT: Duration = Duration::from_millis(45);
/// The same at the start, while files are read.
const STARTED: Duration = Duration::from_millis(600);
const LONGEST: Duration = Duration::from_secs(30);

/// Bytes, and milliseconds until the last of them.
#[derive(Clone, Copy, Default)]
struct Cost {
    bytes: usize,
    ms: f64,
}

/// A program in a terminal.
struct Running {
    child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    output: Receiver<(Instant, Vec<u8>)>,
    _master: Box<dyn portable_pty::MasterPty + Send>,
}

impl Running {
    fn start(command: CommandBuilder) -> Result<(Running, Cost), Fault> {
        let size = PtySize { rows: ROWS, cols: COLUMNS, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size)?;
        let mut reader = pair.master.try_clone_reader()?;
        let (sender, output) = channel();
        thread::spawn(move || {
            let mut buffer = [0; 65_536];
            while let Ok(n @ 1..) = reader.read(&mut buffer) {
                let bytes = buffer.get(..n).unwrap_or(&[]).to_vec();
                if sender.send((Instant::now(), bytes)).is_err() {
                    return;
                }
            }
        });
        let begun = Instant::now();
        let child = pair.slave.spawn_command(command)?;
        drop(pair.slave);
        let keys = pair.master.take_writer()?;
        let mut running = Running { child, keys, output, _master: pair.master };
        let cost = running.listen(begun, STARTED)?;
        Ok((running, cost))
    }

    /// What comes until it falls silent.
    fn listen(&mut self, since: Instant, silent: Duration) -> Result<Cost, Fault> {
        let mut cost = Cost::default();
        loop {
            // At the start the first byte may take longer than that.
            let wait = if cost.bytes == 0 { silent.max(Duration::from_millis(600)) } else { silent };
            match self.output.recv_timeout(wait) {
                Ok((at, bytes)) => {
                    cost.bytes += bytes.len();
                    cost.ms = at.duration_since(since).as_secs_f64() * 1_000.0;
                    self.answer(&bytes)?;
                }
                Err(RecvTimeoutError::Timeout)
                    if cost.bytes > 0 || since.elapsed() > Duration::from_secs(1) =>
                {
                    return Ok(cost);
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err("it ended".into()),
            }
            if since.elapsed() > LONGEST {
                return Err("it never falls silent".into());
            }
        }
    }

    fn answer(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        for (question, answer) in
            [(&b"\x1b[5n"[..], &b"\x1b[0n"[..]), (b"\x1b[6n", b"\x1b[1;1R"), (b"\x1b[c", b"\x1b[?62c")]
        {
            for _ in bytes.windows(question.len()).filter(|w| *w == question) {
                self.keys.write_all(answer)?;
            }
        }
        Ok(self.keys.flush()?)
    }

    fn press(&mut self, keys: &str) -> Result<Cost, Fault> {
        // What follows by itself once the cursor rests, and the pace of frames, are no part of the next key.
        thread::sleep(Duration::from_millis(120));
        while let Ok((_, bytes)) = self.output.try_recv() {
            self.answer(&bytes)?;
        }
        let since = Instant::now();
        self.keys.write_all(keys.as_bytes())?;
        self.keys.flush()?;
        self.listen(since, SILENT)
    }

    fn median(&mut self, keys: &[&str]) -> Result<Cost, Fault> {
        let costs: Result<Vec<Cost>, Fault> =
            keys.iter().cycle().take(TRIES).map(|key| self.press(key)).collect();
        let mut costs = costs?;
        let half = costs.len() / 2;
        costs.sort_by_key(|c| c.bytes);
        let bytes = costs.get(half).map_or(0, |c| c.bytes);
        costs.sort_by(|a, b| a.ms.total_cmp(&b.ms));
        Ok(Cost { bytes, ms: costs.get(half).map_or(0.0, |c| c.ms) })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A program to measure, and the keys that lead to its list.
struct Program {
    name: &'static str,
    command: CommandBuilder,
    before: &'static [&'static str],
}

/// A command in an environment that says nothing but what a terminal is.
fn command(program: impl AsRef<std::ffi::OsStr>, home: &Path) -> CommandBuilder {
    let mut command = CommandBuilder::new(program);
    command.env_clear();
    command.env("PATH", std::env::var("PATH").unwrap_or_default());
    command.env("TERM", "xterm-256color");
    command.env("LANG", "C.UTF-8");
    command.env("HOME", home);
    command.env("USER", "dana");
    command.cwd(home);
    command
}

fn installed(name: &str) -> bool {
    let there =
        std::env::var_os("PATH").is_some_and(|p| std::env::split_paths(&p).any(|d| d.join(name).exists()));
    if !there {
        println!("{name}: skipped, it is not installed");
    }
    there
}

fn frontdesk(home: &Path) -> Result<Program, Fault> {
    let here = std::env::current_exe()?;
    let program = here.parent().and_then(Path::parent).map(|p| p.join("frontdesk")).ok_or("no folder")?;
    if !program.exists() {
        return Err(format!("{} is missing: build it first", program.display()).into());
    }
    let store = home.join("desk.redb");
    let out = Command::new(&program)
        .args(["--store".as_ref(), store.as_os_str(), "demo".as_ref()])
        .env("HOME", home)
        .env("USER", "dana")
        .stdin(Stdio::null())
        .output()?;
    if !store.exists() {
        return Err(String::from_utf8_lossy(&out.stderr).into_owned().into());
    }
    let mut run = command(&program, home);
    run.args(["--store".as_ref(), store.as_os_str()]);
    Ok(Program { name: "frontdesk", command: run, before: &["2"] })
}

fn neomutt(home: &Path) -> Result<Program, Fault> {
    let mut mails = String::new();
    for n in 0..ENTRIES {
        write!(
            mails,
            "From p{n}@example.org Mon Nov 16 {:02}:{:02}:00 2026\nFrom: Person {n} <p{n}@example.org>\nTo: help@desk.example\n\
             Subject: {}\nMessage-ID: <{n}@example.org>\nDate: Mon, 16 Nov 2026 {:02}:{:02}:00 +0000\n\nHello,\n\nnumber {n}.\n\n",
            n / 60,
            n % 60,
            about(n),
            n / 60,
            n % 60
        )?;
    }
    let (mailbox, settings) = (home.join("mailbox"), home.join("muttrc"));
    fs::write(&mailbox, mails)?;
    fs::write(&settings, "set folder=.\nset menu_scroll=yes\nset sort=date\n")?;
    let mut run = command("neomutt", home);
    run.args(["-n", "-R", "-F"]);
    run.args([&settings, Path::new("-f"), &mailbox]);
    Ok(Program { name: "neomutt", command: run, before: &["="] })
}

fn tig(home: &Path) -> Result<Program, Fault> {
    let repository = home.join("repository");
    fs::create_dir(&repository)?;
    let git = |arguments: &[&str], input: String| -> Result<(), Fault> {
        let mut child = Command::new("git")
            .args(arguments)
            .current_dir(&repository)
            .env("HOME", home)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        child.stdin.take().ok_or("no input")?.write_all(input.as_bytes())?;
        if child.wait()?.success() { Ok(()) } else { Err(format!("git {arguments:?} failed").into()) }
    };
    git(&["init", "-q"], String::new())?;
    let mut commits = String::new();
    for n in 0..ENTRIES {
        let text = about(n);
        write!(
            commits,
            "commit refs/heads/main\ncommitter Person {n} <p{n}@example.org> {} +0000\ndata {}\n{text}\n",
            1_795_000_000 + n * 60,
            text.len()
        )?;
    }
    git(&["fast-import", "--quiet"], commits)?;
    git(&["symbolic-ref", "HEAD", "refs/heads/main"], String::new())?;
    let mut run = command("tig", home);
    run.cwd(&repository);
    Ok(Program { name: "tig", command: run, before: &[] })
}

fn about(n: usize) -> String {
    let all = ["Invoice is missing", "Cannot change the address", "Parcel came without its second part"];
    format!("{} ({n})", all.get(n % all.len()).copied().unwrap_or_default())
}

fn measure(program: Program) -> Result<(), Fault> {
    let mut starts = Vec::new();
    for _ in 0..5 {
        starts.push(Running::start(program.command.clone())?.1);
    }
    starts.sort_by(|a, b| a.ms.total_cmp(&b.ms));
    let start = starts.get(starts.len() / 2).copied().unwrap_or_default();
    let mut running = Running::start(program.command)?.0;
    for keys in program.before {
        running.press(keys)?;
    }
    // Few rows are in sight at least; then down to the foot.
    let moves = running.median(&["j", "k"])?;
    running.press(&"j".repeat(45))?;
    let scrolls = running.median(&["j"])?;
    let pages = running.median(&["\x1b[6~", "\x1b[6~", "\x1b[5~"])?;
    let cell = |c: Cost| format!("{:>6} B {:>6.1} ms", c.bytes, c.ms);
    println!("{:<10} {}  {}  {}  {}", program.name, cell(start), cell(moves), cell(scrolls), cell(pages));
    Ok(())
}

/// A folder that is removed at the end.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn main() -> Result<(), Fault> {
    use std::os::unix::fs::DirBuilderExt as _;
    let folder = Folder(std::env::temp_dir().join(format!("measure_terminal-{}", std::process::id())));
    fs::DirBuilder::new().mode(0o700).create(&folder.0)?;
    println!("{:<10} {:>18}  {:>18}  {:>18}  {:>18}", "", "start", "move", "scroll", "page");
    measure(frontdesk(&folder.0)?)?;
    if installed("neomutt") {
        measure(neomutt(&folder.0)?)?;
    }
    if installed("tig") && installed("git") {
        measure(tig(&folder.0)?)?;
    }
    Ok(())
}
