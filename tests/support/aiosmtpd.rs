//! A real SMTP server, aiosmtpd, where there is one.
#![allow(dead_code, reason = "each test takes what it needs")]

use std::{
    path::{Path, PathBuf},
    process::Command as Process,
};

use super::process::Part;

/// A Python that has aiosmtpd, which `.ci/run` installs.
pub fn python() -> Option<PathBuf> {
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/ci-tools/bin/python");
    let found = [ours, "python3".into()]
        .into_iter()
        .find(|p| Process::new(p).args(["-c", "import aiosmtpd"]).output().is_ok_and(|o| o.status.success()));
    if found.is_none() {
        crate::skip::skipped("no python3 with aiosmtpd (.ci/run installs it)");
    }
    found
}

/// A server that runs, and its port.
pub struct Server {
    part: Part,
    pub port: u16,
}

impl Server {
    pub fn start(words: &[&str]) -> Option<Server> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/smtp_server.py");
        let part = Part::of(Process::new(python()?).arg(script).args(words));
        let port = part.hear().unwrap().strip_prefix("port ").unwrap().parse().unwrap();
        Some(Server { part, port })
    }

    /// All that it said until now.
    pub fn end(self) -> Vec<String> {
        self.part.kill()
    }
}
