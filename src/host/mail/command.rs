//! Sending through a command such as `sendmail -t -i`, `msmtp` or any other that takes a message on its input.

use std::{
    io::{self, Read, Write},
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal};

use super::config::Run;
use crate::desk::outbox::{Down, Envelope, Outcome, Transport};

/// How long the command may take: well within the lease of an attempt.
const LONGEST: Duration = Duration::from_secs(300);

/// The most of what it says that is kept, in bytes.
const SAID: u64 = 4096;

/// Hands messages to a command.
pub struct Sendmail {
    run: Run,
    longest: Duration,
}

impl Sendmail {
    /// Of that command.
    pub fn new(run: Run) -> Sendmail {
        Sendmail { run, longest: LONGEST }
    }
}

/// Programs that take `-f SENDER`, as sendmail does.
const LIKE_SENDMAIL: &[&str] = &["sendmail", "msmtp", "exim", "exim4", "esmtp", "ssmtp", "nullmailer-inject"];

/// The words to run. Where `-t` has it read the recipients out of the headers and these are exactly those, it does; hidden
/// recipients, and those of a second attempt, are given as arguments instead.
///
/// # Errors
/// A recipient that cannot be given as an argument.
fn words(run: &Run, envelope: &Envelope) -> Result<Vec<String>, String> {
    let mut words = run.words.clone();
    let program = words.first().map(Path::new).and_then(Path::file_name).and_then(|n| n.to_str());
    if program.is_some_and(|p| LIKE_SENDMAIL.contains(&p)) && !words.iter().any(|w| w.starts_with("-f")) {
        words.splice(1..1, ["-f".to_owned(), envelope.from.clone()]);
    }
    let reads_headers = words.iter().any(|w| w == "-t");
    if reads_headers && envelope.as_headers {
        return Ok(words);
    }
    words.retain(|w| w != "-t");
    words.push("--".into());
    for to in &envelope.to {
        // The command may hand its arguments on to a shell somewhere (ssh does).
        let plain = |c: char| c.is_alphanumeric() || "@.!#%+-/=?^_{}~".contains(c);
        if !to.chars().all(plain) {
            return Err(format!("{to} cannot be given to a command"));
        }
        words.push(to.clone());
    }
    Ok(words)
}

impl Transport for Sendmail {
    fn deliver(&mut self, envelope: &Envelope, bytes: &[u8]) -> Result<Vec<Outcome>, Down> {
        let all = |outcome: Outcome| envelope.to.iter().map(|_| outcome.clone()).collect();
        let words = match words(&self.run, envelope) {
            Ok(words) => words,
            Err(why) => return Ok(all(Outcome::Rejected(why))),
        };
        let (program, arguments) = words.split_first().ok_or_else(|| Down("there is no command".into()))?;
        let child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            // Its own group, so that all that it started ends with it.
            .process_group(0)
            .spawn()
            .map_err(|e| Down(format!("{program} cannot be started: {e}")))?;
        let ended = feed(child, bytes, self.longest);
        Ok(all(verdict(program, &ended)))
    }
}

/// How the command ended.
struct Ended {
    status: io::Result<Option<ExitStatus>>,
    /// Whether it read the whole message.
    whole: bool,
    said: String,
}

/// Gives the message to the command and waits for its end; kills it where that takes too long.
fn feed(mut child: Child, bytes: &[u8], longest: Duration) -> Ended {
    let until = Instant::now() + longest;
    let (stdin, stderr) = (child.stdin.take(), child.stderr.take());
    thread::scope(|scope| {
        let writes = scope.spawn(move || stdin.is_some_and(|mut to| to.write_all(bytes).is_ok()));
        let reads = scope.spawn(move || {
            let mut said = Vec::new();
            if let Some(mut from) = stderr {
                let _ = from.by_ref().take(SAID).read_to_end(&mut said);
                let _ = io::copy(&mut from, &mut io::sink());
            }
            String::from_utf8_lossy(&said).into_owned()
        });
        let mut pause = Duration::from_millis(2);
        let status = loop {
            match child.try_wait() {
                Ok(None) if Instant::now() < until => {
                    thread::sleep(pause);
                    pause = (pause * 2).min(Duration::from_millis(100));
                }
                Ok(None) => {
                    let _ = rustix::process::kill_process_group(Pid::from_child(&child), Signal::KILL);
                    let _ = child.wait();
                    break Ok(None);
                }
                other => break other,
            }
        };
        let whole = writes.join().unwrap_or(false);
        Ended { status, whole, said: reads.join().unwrap_or_default() }
    })
}

/// What its end means (sysexits.h).
fn verdict(program: &str, ended: &Ended) -> Outcome {
    let said = |what: &str| {
        let said = ended.said.trim();
        if said.is_empty() { format!("{program} {what}") } else { format!("{program} {what}: {said}") }
    };
    match &ended.status {
        Err(e) => Outcome::Unsure(said(&format!("was lost: {e}"))),
        Ok(None) => Outcome::Unsure(said("took too long")),
        Ok(Some(status)) => match status.code() {
            Some(0) if ended.whole => Outcome::Accepted,
            Some(0) => Outcome::Unsure(said("ended before it had read the message")),
            // Data, recipient and host: the message is at fault. Everything else is a problem of this machine that can be fixed.
            Some(code @ (65 | 67 | 68)) => Outcome::Rejected(said(&format!("ended with {code}"))),
            Some(code) => Outcome::Deferred(said(&format!("ended with {code}"))),
            None => Outcome::Unsure(said("was killed")),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn envelope(to: &[&str], as_headers: bool) -> Envelope {
        let to = to.iter().map(|t| (*t).to_owned()).collect();
        Envelope { from: "help@x.org".into(), to, as_headers }
    }

    fn deliver(script: &str, bytes: &[u8]) -> Outcome {
        let words = ["sh", "-c", script, "-t"].map(str::to_owned).to_vec();
        let mut sendmail = Sendmail::new(Run { words });
        sendmail.longest = Duration::from_millis(300);
        let all = sendmail.deliver(&envelope(&["a@b.org", "c@d.org"], true), bytes).unwrap();
        assert_eq!(all.len(), 2);
        all[0].clone()
    }

    #[test]
    fn ends_mean_what_sysexits_says() {
        let large = vec![b'x'; 1 << 20];
        assert_eq!(deliver("cat > /dev/null", &large), Outcome::Accepted);
        assert!(
            matches!(deliver("cat >/dev/null; echo full >&2; exit 75", b"x"), Outcome::Deferred(w) if w.contains("full"))
        );
        assert!(matches!(deliver("exit 67", b"x"), Outcome::Rejected(_)));
        assert!(matches!(deliver("exit 78", b"x"), Outcome::Deferred(_)), "its configuration can be fixed");
        assert!(matches!(deliver("exit 0", &large), Outcome::Unsure(_)), "it did not read the message");
        assert!(matches!(deliver("cat >/dev/null; kill -9 $$", b"x"), Outcome::Unsure(_)));
        assert!(
            matches!(deliver("cat >/dev/null; sleep 60", b"x"), Outcome::Unsure(w) if w.contains("too long"))
        );
    }

    #[test]
    fn a_command_that_is_not_there_is_down_and_nothing_was_sent() {
        let mut s = Sendmail::new(Run { words: vec!["/nonexistent/sendmail".into()] });
        assert!(s.deliver(&envelope(&["a@b.org"], true), b"x").is_err());
    }

    #[test]
    fn hidden_recipients_are_given_as_arguments_and_no_shell_is_fooled() {
        let run = Run { words: ["/usr/sbin/sendmail", "-t", "-i"].map(str::to_owned).to_vec() };
        let of = |e: &Envelope| words(&run, e).map(|w| w.join(" "));
        assert_eq!(of(&envelope(&["a@b.org"], true)).unwrap(), "/usr/sbin/sendmail -f help@x.org -t -i");
        assert_eq!(
            of(&envelope(&["-oQ/tmp@b.org", "h@b.org"], false)).unwrap(),
            "/usr/sbin/sendmail -f help@x.org -i -- -oQ/tmp@b.org h@b.org"
        );
        for bad in ["`id`@b.org", "$(id)@b.org", "a;b@c.org", "a'b@c.org", "a b@c.org"] {
            assert!(of(&envelope(&[bad], false)).is_err(), "{bad}");
        }
        let other = Run { words: vec!["mine".into()] };
        assert_eq!(words(&other, &envelope(&["a@b.org"], true)).unwrap(), ["mine", "--", "a@b.org"]);
    }
}
