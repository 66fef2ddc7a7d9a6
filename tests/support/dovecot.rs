//! A Dovecot of one test alone, where there is one.
#![allow(dead_code, reason = "each test takes what it needs")]

use std::{
    fs,
    net::{TcpListener, TcpStream},
    os::unix::fs::{PermissionsExt, chown},
    path::{Path, PathBuf},
    process::{Child, Command as Program},
    thread,
    time::Duration,
};

use super::certificates::certificates;

/// `nobody`, the owner of the mail.
const NOBODY: u32 = 65534;

pub struct Dovecot {
    pub folder: tempfile::TempDir,
    child: Child,
    pub imap: u16,
    pub imaps: u16,
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        self.stop();
    }
}

pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Dovecot {
    /// `None`, with one line, where there is none.
    pub fn start() -> Option<Dovecot> {
        Dovecot::start_with("good")
    }

    /// With a certificate that is `good` or `old`; no authority signed either.
    pub fn start_with(which: &str) -> Option<Dovecot> {
        let binary = Path::new("/usr/sbin/dovecot");
        if !binary.exists() || !rustix::process::geteuid().is_root() {
            crate::skip::skipped("needs /usr/sbin/dovecot, and root to start it");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path();
        fs::set_permissions(dir, fs::Permissions::from_mode(0o755)).unwrap();
        certificates(dir)?;
        let (imap, imaps, d) = (free_port(), free_port(), dir.display());
        let text = format!(
            "protocols = imap\nlisten = 127.0.0.1\nbase_dir = {d}/run\nstate_dir = {d}/state\nlog_path = {d}/log\n\
             ssl = yes\nssl_cert = <{d}/{which}\nssl_key = <{d}/key\ndisable_plaintext_auth = no\nfirst_valid_uid = 1\n\
             auth_failure_delay = 0\nmail_location = maildir:{d}/mail/%u\n\
             passdb {{\n  driver = static\n  args = password=right\n}}\n\
             userdb {{\n  driver = static\n  args = uid=nobody gid=nogroup home={d}/mail/%u\n}}\n\
             service imap-login {{\n  inet_listener imap {{\n    port = {imap}\n  }}\n  inet_listener imaps {{\n    port = {imaps}\n    ssl = yes\n  }}\n}}\n"
        );
        fs::write(dir.join("conf"), text).unwrap();
        for part in ["mail", "mail/ann", "mail/ann/new", "mail/ann/cur", "mail/ann/tmp"] {
            fs::create_dir(dir.join(part)).unwrap();
            chown(dir.join(part), Some(NOBODY), Some(NOBODY)).unwrap();
        }
        let child = Dovecot::run(dir);
        let mut server = Dovecot { folder, child, imap, imaps };
        server.wait();
        Some(server)
    }

    fn run(dir: &Path) -> Child {
        Program::new("/usr/sbin/dovecot").arg("-F").arg("-c").arg(dir.join("conf")).spawn().unwrap()
    }

    fn wait(&mut self) {
        for _ in 0..1500 {
            if TcpStream::connect(("127.0.0.1", self.imap)).is_ok() {
                return;
            }
            assert!(self.child.try_wait().unwrap().is_none(), "{}", self.log());
            thread::sleep(Duration::from_millis(20));
        }
        panic!("Dovecot does not start: {}", self.log());
    }

    pub fn stop(&mut self) {
        let _ = Program::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }

    /// Starts it again, on the same ports.
    pub fn start_again(&mut self) {
        self.child = Dovecot::run(self.folder.path());
        self.wait();
    }

    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    pub fn box_of_ann(&self) -> PathBuf {
        self.folder.path().join("mail/ann")
    }

    /// Makes a folder of Ann's.
    pub fn make_folder(&self, name: &str) {
        for part in ["", "/new", "/cur", "/tmp"] {
            let path = self.box_of_ann().join(format!(".{name}{part}"));
            fs::create_dir(&path).unwrap();
            chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
        }
    }

    /// The files in a folder of Ann's; "" is the inbox.
    pub fn files(&self, folder: &str) -> Vec<PathBuf> {
        let dir =
            if folder.is_empty() { self.box_of_ann() } else { self.box_of_ann().join(format!(".{folder}")) };
        let all = ["new", "cur"].into_iter().flat_map(|part| fs::read_dir(dir.join(part)).unwrap());
        let mut all: Vec<PathBuf> = all.map(|e| e.unwrap().path()).collect();
        all.sort();
        all
    }

    /// Puts a message into Ann's inbox.
    pub fn put(&self, name: &str, text: &str) {
        self.put_for("ann", name, text);
    }

    /// Puts a message into the inbox of a user who has logged in before.
    pub fn put_for(&self, user: &str, name: &str, text: &str) {
        let inbox = self.folder.path().join("mail").join(user);
        let (draft, path) = (inbox.join(format!("tmp/{name}.x")), inbox.join(format!("new/{name}.x")));
        fs::write(&draft, text).unwrap();
        chown(&draft, Some(NOBODY), Some(NOBODY)).unwrap();
        fs::rename(draft, path).unwrap();
    }
}
