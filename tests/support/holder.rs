//! A process that has the lock of writers and does nothing.

use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Stdio},
};

/// What the process does: a test of this very file, ignored, calls it.
pub fn lock() {
    let path = std::env::var_os("FRONTDESK_TEST_STORE").unwrap();
    let mut b = redb::Builder::new();
    b.set_concurrency_mode(redb::ConcurrencyMode::MultiWriter);
    let db = b.open(path).unwrap();
    let tx = db.begin_write().unwrap();
    println!("held");
    std::io::stdout().flush().unwrap();
    // Until it is killed, or its parent exits.
    let _ = std::io::stdin().read_line(&mut String::new());
    drop(tx);
}

/// Starts it, by the name of that test; comes back when the lock is held.
pub fn start(test: &str, store: &Path) -> Child {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--ignored", "--nocapture"])
        .env("FRONTDESK_TEST_STORE", store)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let said = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(said.map_while(Result::ok).any(|l| l.ends_with("held")));
    child
}
