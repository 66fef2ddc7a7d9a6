//! The desk and a real Postfix of this test alone: a reply arrives, and one that cannot be delivered comes back.

#![cfg(feature = "smtp")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

use std::{
    fs,
    net::{TcpListener, TcpStream},
    os::unix::fs::{PermissionsExt, chown},
    path::{Path, PathBuf},
    process::{Child, Command as Process, Stdio},
};

#[path = "support/process.rs"]
mod process;
#[path = "support/skip.rs"]
mod skip;

use process::{Place, until};

const NOBODY: u32 = 65534;

struct Postfix {
    folder: tempfile::TempDir,
    child: Child,
    port: u16,
}

impl Drop for Postfix {
    fn drop(&mut self) {
        let conf = self.folder.path().join("conf");
        let _ = Process::new("postfix").arg("-c").arg(conf).arg("stop").stderr(Stdio::null()).status();
        let _ = self.child.wait();
    }
}

fn id_of(user: &str) -> Option<u32> {
    let all = fs::read_to_string("/etc/passwd").ok()?;
    let line = all.lines().find(|l| l.starts_with(&format!("{user}:")))?;
    line.split(':').nth(2)?.parse().ok()
}

impl Postfix {
    /// `None`, with one line, where there is none.
    fn start() -> Option<Postfix> {
        let there = Path::new("/usr/sbin/postfix").exists() && rustix::process::geteuid().is_root();
        let owner = id_of("postfix").filter(|_| there);
        let Some(owner) = owner else {
            crate::skip::skipped("needs /usr/sbin/postfix, and root to start it");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path();
        fs::set_permissions(dir, fs::Permissions::from_mode(0o755)).unwrap();
        for part in ["conf", "spool", "data", "mail"] {
            fs::create_dir(dir.join(part)).unwrap();
        }
        chown(dir.join("data"), Some(owner), None).unwrap();
        chown(dir.join("mail"), Some(NOBODY), Some(NOBODY)).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let d = dir.display();
        let main = format!(
            "compatibility_level = 3.6\nqueue_directory = {d}/spool\ndata_directory = {d}/data\nmaillog_file = {d}/log\n\
             maillog_file_prefixes = {d}\nmyhostname = mx.desk.example\nmydestination =\ninet_interfaces = 127.0.0.1\n\
             inet_protocols = ipv4\nmynetworks = 127.0.0.0/8\nsmtpd_relay_restrictions = permit_mynetworks, reject\n\
             smtpd_reject_unlisted_recipient = no\nsmtpd_tls_security_level = none\nalias_maps =\nlocal_recipient_maps =\n\
             virtual_mailbox_domains = desk.example, x.example\nvirtual_mailbox_base = {d}/mail\n\
             virtual_mailbox_maps = texthash:{d}/conf/boxes\nvirtual_uid_maps = static:{NOBODY}\n\
             virtual_gid_maps = static:{NOBODY}\nvirtual_minimum_uid = 1\nlocal_transport = error:no local mail\n\
             default_transport = error:nothing leaves this test\n"
        );
        fs::write(dir.join("conf/main.cf"), main).unwrap();
        fs::write(dir.join("conf/boxes"), "help@desk.example help/\nada@x.example ada/\n").unwrap();
        let services = format!(
            "127.0.0.1:{port} inet n - n - - smtpd\npickup unix n - n 60 1 pickup\ncleanup unix n - n - 0 cleanup\n\
             qmgr unix n - n 300 1 qmgr\nrewrite unix - - n - - trivial-rewrite\nbounce unix - - n - 0 bounce\n\
             defer unix - - n - 0 bounce\ntrace unix - - n - 0 bounce\nverify unix - - n - 1 verify\n\
             proxymap unix - - n - - proxymap\nerror unix - - n - - error\nretry unix - - n - - error\n\
             virtual unix - n n - - virtual\nanvil unix - - n - 1 anvil\nscache unix - - n - 1 scache\n\
             postlog unix-dgram n - n - 1 postlogd\n"
        );
        fs::write(dir.join("conf/master.cf"), services).unwrap();
        let conf = dir.join("conf");
        let child = Process::new("postfix")
            .arg("-c")
            .arg(&conf)
            .arg("start-fg")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut server = Postfix { folder, child, port };
        until("Postfix starts", || {
            assert!(server.child.try_wait().unwrap().is_none(), "it ended: {}", server.log());
            TcpStream::connect(("127.0.0.1", port)).is_ok()
        });
        Some(server)
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    fn maildir(&self, name: &str) -> PathBuf {
        self.folder.path().join("mail").join(name)
    }

    /// The messages in a mailbox.
    fn messages(&self, name: &str) -> Vec<String> {
        let all = fs::read_dir(self.maildir(name).join("new")).into_iter().flatten();
        all.map(|e| fs::read_to_string(e.unwrap().path()).unwrap()).collect()
    }
}

#[test]
fn a_reply_leaves_through_postfix_and_one_that_bounces_comes_back_as_failed() {
    let Some(server) = Postfix::start() else { return };
    let place = Place::new();
    let ok = |words: &[&str]| {
        let mut c = place.program(words);
        c.env("PATH", std::env::var("PATH").unwrap_or_default()).env("XDG_CONFIG_HOME", place.file("config"));
        let out = c.output().unwrap();
        let said = String::from_utf8_lossy(&out.stderr);
        assert!(out.status.success(), "{words:?}: {said}\n{}", server.log());
        String::from_utf8(out.stdout).unwrap()
    };
    let maildir = server.maildir("help");
    for part in ["", "new", "cur", "tmp"] {
        fs::create_dir(maildir.join(part)).unwrap();
        chown(maildir.join(part), Some(NOBODY), Some(NOBODY)).unwrap();
    }
    let send = format!("smtp://127.0.0.1:{}", server.port);
    let receive = format!("maildir:{}", maildir.display());
    ok(&["mailbox", "add", "help@desk.example", "--receive", &receive, "--send", &send, "--history"]);
    for (name, address) in [("Ada", "ada@x.example"), ("Gone", "gone@x.example")] {
        ok(&["customer", "add", name, "--email", address]);
    }
    for (customer, ticket) in [("C-1", "T-1"), ("C-2", "T-2")] {
        ok(&["ticket", "create", "--customer", customer, "--subject", "Invoice is blank"]);
        ok(&["ticket", "reply", ticket, "Which browser? Grüße", "--now"]);
    }
    assert_eq!(ok(&["mail", "send"]), "2 sent\n");
    until("the reply arrives", || server.messages("ada").len() == 1);
    let arrived = server.messages("ada").concat();
    assert!(arrived.contains("Return-Path: <help@desk.example>") && arrived.contains("[T-1]"), "{arrived}");
    until("the bounce comes back", || server.messages("help").len() == 1);
    let bounce = server.messages("help").concat();
    assert!(bounce.contains("Final-Recipient: rfc822; gone@x.example"), "{bounce}");
    let file = fs::read_dir(server.maildir("help").join("new")).unwrap().next().unwrap().unwrap().path();
    let told = ok(&["mail", "explain", file.to_str().unwrap(), "--json"]);
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_ne!(told["robot"], "", "no person wrote it: {told}");
    ok(&["mail", "fetch"]);
    // No customer wrote it: the desk has the two tickets that it had, and the reply did not arrive.
    let lines = |words: &[&str]| ok(words).lines().count();
    assert_eq!((lines(&["list", "tickets", "--json"]), lines(&["list", "customers", "--json"])), (2, 2));
    let outbox = ok(&["list", "outbox", "--json"]);
    let states: Vec<&str> =
        ["failed", "sent"].into_iter().filter(|s| outbox.contains(&format!("\"state\":\"{s}\""))).collect();
    assert_eq!(states, ["failed", "sent"], "{outbox}");
    assert!(ok(&["list", "outbox", "state:failed", "--json"]).contains("gone@x.example"), "{outbox}");
}
