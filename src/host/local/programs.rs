//! Other programs: with the terminal, without it, and for what they print.

use std::{
    fs,
    io::{self, Read as _, Write as _},
    os::unix::process::CommandExt as _,
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::Duration,
};

use crossbeam_channel::{Receiver, bounded, select};
use rustix::process::{Pid, Signal, kill_process, test_kill_process};

/// How long a hung-up program may take to end.
const LAST: Duration = Duration::from_secs(1);
/// How long one look at the processes of a hung-up program is from the next.
const STEP: Duration = Duration::from_millis(10);
/// How long a test of a mailcap entry, or a program that prints, may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// The most that is taken of what a program prints, in bytes.
const PRINTED: u64 = 1 << 20;

/// Runs a command with the terminal and with bytes on its standard input, then waits for Enter where `pause` says so.
pub(super) fn with_terminal(
    command: &str,
    stdin: Option<Vec<u8>>,
    pause: bool,
    hung_up: &Receiver<()>,
) -> io::Result<Option<ExitStatus>> {
    // The command is an argument, so that no part of it ends what stands around it.
    const THEN_WAIT: &str = "eval \"$1\"; status=$?; printf '\\n-- Press Enter to go back to frontdesk. -- ' > /dev/tty; \
read -r _ < /dev/tty; exit $status";
    let mut sh = Command::new("sh");
    sh.arg("-c");
    if pause {
        sh.args([THEN_WAIT, "frontdesk", command]);
    } else {
        sh.arg(command);
    }
    sh.stdin(if stdin.is_some() { Stdio::piped() } else { Stdio::inherit() });
    let mut child = sh.spawn()?;
    feed(&mut child, stdin);
    wait(child, hung_up)
}

/// Starts a command without the terminal; `failed` gets the reason where it ends badly.
pub(super) fn detached(mut command: Command, failed: impl FnOnce(String) + Send + 'static) -> io::Result<()> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // What the keys of our terminal mean is not for it.
        .process_group(0)
        .spawn()?;
    thread::Builder::new().name("opened".to_owned()).spawn(move || match child.wait() {
        Ok(status) if status.success() => {}
        Ok(status) => failed(status.to_string()),
        Err(e) => failed(e.to_string()),
    })?;
    Ok(())
}

/// What a command prints, a mebibyte at most; `None` where it fails or takes too long.
pub(super) fn printed(command: &str, stdin: Option<Vec<u8>>) -> Option<Vec<u8>> {
    let mut sh = Command::new("sh");
    sh.arg("-c").arg(command).stdout(Stdio::piped()).stderr(Stdio::null()).process_group(0);
    sh.stdin(if stdin.is_some() { Stdio::piped() } else { Stdio::null() });
    let mut child = sh.spawn().ok()?;
    feed(&mut child, stdin);
    let mut out = child.stdout.take()?;
    let (told, read) = bounded(1);
    let reader = move || {
        let mut bytes = Vec::new();
        let _ = out.by_ref().take(PRINTED).read_to_end(&mut bytes);
        // The rest is read, so that the program is not stopped in the middle.
        let _ = io::copy(&mut out, &mut io::sink());
        let _ = told.send(bytes);
    };
    thread::Builder::new().name("printed".to_owned()).spawn(reader).ok()?;
    let bytes = read.recv_timeout(PATIENCE);
    if bytes.is_err() {
        let _ = child.kill();
    }
    let status = child.wait().ok()?;
    bytes.ok().filter(|_| status.success())
}

/// Whether a test of a mailcap entry succeeds.
pub(super) fn succeeds(command: &str) -> bool {
    printed(command, None).is_some()
}

/// Writes to a program that may read only a part of it.
fn feed(child: &mut Child, bytes: Option<Vec<u8>>) {
    if let (Some(mut to), Some(bytes)) = (child.stdin.take(), bytes) {
        let _ = thread::Builder::new().name("feed".to_owned()).spawn(move || {
            let _ = to.write_all(&bytes);
        });
    }
}

/// Waits for a program; a message on `hung_up` is passed on to it and all below it as a hang-up. `None` where it has not
/// ended then.
pub(super) fn wait(mut child: Child, hung_up: &Receiver<()>) -> io::Result<Option<ExitStatus>> {
    let shell = child.id();
    let (told, ended) = bounded(1);
    thread::Builder::new().name("program".to_owned()).spawn(move || {
        let _ = told.send(child.wait());
    })?;
    let gone = |_| io::Error::from(io::ErrorKind::BrokenPipe);
    select! {
        recv(ended) -> status => status.map_err(gone)?.map(Some),
        recv(hung_up) -> _ => {
            let below: Vec<Pid> = descendants(shell).into_iter().filter_map(pid_of).collect();
            for pid in below.iter().copied().chain(pid_of(shell)) {
                let _ = kill_process(pid, Signal::HUP);
            }
            let Ok(status) = ended.recv_timeout(LAST) else { return Ok(None) };
            // The shell may end before the program below it has saved.
            for _ in 0..LAST.as_millis() / STEP.as_millis() {
                if below.iter().all(|pid| test_kill_process(*pid).is_err()) {
                    break;
                }
                thread::sleep(STEP);
            }
            status.map(Some)
        }
    }
}

fn pid_of(process: u32) -> Option<Pid> {
    i32::try_from(process).ok().and_then(Pid::from_raw)
}

/// The processes below a process, where `/proc` tells.
fn descendants(of: u32) -> Vec<u32> {
    let mut parents = Vec::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().filter_map(Result::ok) {
        let Some(pid) = entry.file_name().to_str().and_then(|n| n.parse::<u32>().ok()) else { continue };
        let stat = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        // proc(5): the name, in parentheses, may itself contain some; behind it stand the state and the parent.
        let parent =
            stat.rsplit_once(')').and_then(|(_, rest)| rest.split_whitespace().nth(1)?.parse::<u32>().ok());
        parents.extend(parent.map(|parent| (pid, parent)));
    }
    let mut found = vec![of];
    let mut at = 0;
    while let Some(parent) = found.get(at).copied() {
        found.extend(parents.iter().filter(|(_, p)| *p == parent).map(|(pid, _)| *pid));
        at += 1;
    }
    found.split_off(1)
}
