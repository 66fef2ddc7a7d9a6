//! The secret of a mailbox, asked of the user's own command each time it is needed. It is never kept: not in the desk, not
//! in an argument, not in a message to people.

use std::{
    io::{self, Read},
    os::unix::process::CommandExt,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal};

use super::config::Run;

/// How long a command may take: someone may have to unlock a key.
const LONGEST: Duration = Duration::from_secs(60);

/// The most that is read of what a command prints, in bytes. Tokens of some providers have several thousand.
const MOST: u64 = 64 << 10;

/// The most of its complaint that is shown.
const COMPLAINT: usize = 300;

/// Runs a command and returns the first line that it prints.
///
/// # Errors
/// Why there is none, with what the command wrote to its standard error; never what it printed.
pub fn first_line(run: &Run) -> Result<String, String> {
    within(run, LONGEST)
}

fn within(run: &Run, longest: Duration) -> Result<String, String> {
    let (program, arguments) = run.words.split_first().ok_or("the command is empty")?;
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        // Its own group, so that all that it started ends with it.
        .process_group(0)
        .spawn()
        .map_err(|e| format!("{program} cannot be started: {e}"))?;
    let until = Instant::now() + longest;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let (status, printed, said) = thread::scope(|scope| {
        let printed = scope.spawn(move || all(stdout));
        let said = scope.spawn(move || all(stderr));
        let group = Pid::from_child(&child);
        let status = loop {
            match child.try_wait() {
                Ok(None) if Instant::now() < until => thread::sleep(Duration::from_millis(5)),
                other => break other,
            }
        };
        // What it left running would keep its output open.
        let _ = rustix::process::kill_process_group(group, Signal::KILL);
        let _ = child.wait();
        (status, printed.join().unwrap_or_default(), said.join().unwrap_or_default())
    });
    let said: Vec<&str> = said.split_whitespace().collect();
    let said: String = said.join(" ").chars().take(COMPLAINT).collect();
    let failed = |why: String| {
        if said.is_empty() { format!("{program} {why}") } else { format!("{program} {why}: {said}") }
    };
    match status {
        Err(e) => return Err(failed(format!("was lost: {e}"))),
        Ok(None) => return Err(failed(format!("took longer than {} seconds", longest.as_secs()))),
        Ok(Some(status)) if !status.success() => return Err(failed(format!("failed ({status})"))),
        Ok(Some(_)) => {}
    }
    match printed.lines().next().map(str::trim_end) {
        Some(line) if !line.is_empty() => Ok(line.to_owned()),
        _ => Err(failed("printed nothing".into())),
    }
}

/// All that comes out of a pipe, up to a limit.
fn all(from: Option<impl Read>) -> String {
    let mut out = Vec::new();
    if let Some(mut from) = from {
        let _ = from.by_ref().take(MOST).read_to_end(&mut out);
        let _ = io::copy(&mut from, &mut io::sink());
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(script: &str) -> Result<String, String> {
        let words = ["sh", "-c", script].map(str::to_owned).to_vec();
        within(&Run { words }, Duration::from_secs(1))
    }

    #[test]
    fn the_first_line_is_the_secret_and_failures_never_show_it() {
        assert_eq!(asked("echo 'a b'; echo user: ann").unwrap(), "a b");
        assert_eq!(asked("true").unwrap_err(), "sh printed nothing");
        let why = asked("echo hunter2; echo 'key is locked' >&2; exit 3").unwrap_err();
        assert!(why.contains("key is locked") && why.contains('3') && !why.contains("hunter2"), "{why}");
        assert!(asked("sleep 60").unwrap_err().contains("longer than 1 seconds"));
    }
}
