//! `frontdesk attachment list` and `save`.

use std::{
    fs,
    os::unix::{fs::PermissionsExt, fs::symlink},
    path::Path,
    process::Output,
};

use frontdesk::{
    desk::attachments::permitted,
    model::{Agent, Id, Message},
    store::{RedbStore, Store, Weight, raw, records, redb::Options},
};

use super::{
    help::Place,
    mails::{mail, part, picture, winmail},
    names::{hostile, is_safe},
};

/// A desk that got a mail with these parts: T-1, M-1.
fn desk(parts: &[String]) -> Place {
    let p = Place::new();
    p.fed(&["import", "mail", "-"], &mail("a", parts));
    assert_eq!(p.rows(&["list", "messages"]).len(), 1);
    p
}

fn bytes(p: &Place, words: &[&str]) -> Output {
    p.command(words).output().unwrap()
}

fn names_in(folder: &Path) -> Vec<String> {
    let mut all: Vec<String> =
        fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    all.sort();
    all
}

#[test]
fn files_are_listed_with_message_number_name_type_and_size() {
    let p = desk(&[
        part("image/png", "shot.png", &picture()),
        part("text/calendar", "call.ics", b"BEGIN:VCALENDAR"),
    ]);
    let size = picture().len();
    assert_eq!(
        p.ok(&["attachment", "list", "M-1"]),
        format!("M-1\t1\tshot.png\timage/png\t{size}\t\nM-1\t2\tcall.ics\ttext/calendar\t15\tinvitation\n")
    );
    let rows = p.rows(&["attachment", "list", "T-1"]);
    assert_eq!(
        (&rows[0]["name"], &rows[0]["number"], &rows[0]["message"]),
        (&"shot.png".into(), &1.into(), &"M-1".into())
    );
    assert_eq!((&rows[1]["type"], &rows[1]["about"]), (&"text/calendar".into(), &"invitation".into()));
    assert!(
        p.ok(&["attachment", "list", "M-1", "--header"])
            .starts_with("message\tnumber\tname\ttype\tsize\tabout\n")
    );
    assert!(p.fails(1, &["attachment", "list", "C-1"]).contains("give a message (M-5) or a ticket (T-1)"));
}

#[test]
fn a_file_is_saved_byte_for_byte_and_for_its_owner_alone() {
    let p =
        desk(&[part("image/png", "shot.png", &picture()), part("text/plain", "log.txt", b"one\r\ntwo\r\n")]);
    let to = p.path("out.png");
    assert_eq!(
        p.ok(&["attachment", "save", "M-1", "1", "-o", to.to_str().unwrap()]),
        format!("{}\n", to.display())
    );
    assert_eq!(fs::read(&to).unwrap(), picture());
    assert_eq!(fs::metadata(&to).unwrap().permissions().mode() & 0o777, 0o600);
    // By name into a folder, to stdout, and into a pipe.
    let folder = p.path("");
    p.ok(&["attachment", "save", "M-1", "log.txt", "-o", folder.to_str().unwrap()]);
    assert_eq!(fs::read(p.path("log.txt")).unwrap(), b"one\r\ntwo\r\n");
    assert_eq!(bytes(&p, &["attachment", "save", "M-1", "1", "-o", "-"]).stdout, picture());
    assert_eq!(bytes(&p, &["attachment", "save", "M-1", "SHOT.PNG"]).stdout, picture());
    // All of them, into a folder that is made.
    let all = p.path("all");
    let saved = p.rows(&["attachment", "save", "T-1", "-o", all.to_str().unwrap()]);
    assert_eq!(names_in(&all), ["log.txt", "shot.png"]);
    assert_eq!((&saved[0]["number"], &saved[1]["size"]), (&1.into(), &10.into()));
    assert_eq!(fs::metadata(&all).unwrap().permissions().mode() & 0o777, 0o700);
    assert!(p.fails(2, &["attachment", "save", "M-1", "-o", "-"]).contains("stdout takes one file"));
    assert!(p.fails(1, &["attachment", "save", "M-1", "3"]).contains("M-1 has 2 files, and none is 3"));
}

#[test]
fn no_file_is_overwritten_and_no_link_is_followed() {
    let p = desk(&[part("text/plain", "a.txt", b"theirs"), part("text/plain", "a.txt", b"theirs too")]);
    let folder = p.path("in");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("a.txt"), "mine").unwrap();
    symlink(p.path("elsewhere"), folder.join("a-2.txt")).unwrap();
    p.ok(&["attachment", "save", "M-1", "-o", folder.to_str().unwrap()]);
    assert_eq!(names_in(&folder), ["a-2.txt", "a-3.txt", "a-4.txt", "a.txt"]);
    assert_eq!(fs::read(folder.join("a.txt")).unwrap(), b"mine");
    assert_eq!(fs::read(folder.join("a-3.txt")).unwrap(), b"theirs");
    assert!(!p.path("elsewhere").exists());
    for (name, said) in [("a.txt", "--force replaces it"), ("a-2.txt", "exists already")] {
        let to = folder.join(name);
        assert!(p.fails(1, &["attachment", "save", "M-1", "1", "-o", to.to_str().unwrap()]).contains(said));
    }
    let to = folder.join("a.txt");
    p.ok(&["attachment", "save", "M-1", "1", "--force", "-o", to.to_str().unwrap()]);
    assert_eq!(fs::read(&to).unwrap(), b"theirs");
    let link = folder.join("a-2.txt");
    let said = p.fails(1, &["attachment", "save", "M-1", "1", "--force", "-o", link.to_str().unwrap()]);
    assert!(said.contains("no plain file") && !p.path("elsewhere").exists(), "{said}");
    assert!(p.fails(1, &["attachment", "save", "M-1", "a.txt"]).contains("give one of M-1 1, M-1 2"));
    let nowhere = p.path("no/such/file");
    assert!(
        p.fails(1, &["attachment", "save", "M-1", "1", "-o", nowhere.to_str().unwrap()])
            .contains("no folder")
    );
}

#[test]
fn whatever_files_are_called_they_stay_in_their_folder_under_safe_names() {
    let named = hostile();
    let parts: Vec<String> = named
        .iter()
        .enumerate()
        .map(|(n, name)| part("text/plain", name, n.to_string().as_bytes()))
        .collect();
    let p = desk(&parts);
    let listed = p.ok(&["attachment", "list", "M-1"]);
    assert!(!listed.contains(|c: char| c.is_control() && !"\t\n".contains(c)), "{listed:?}");
    assert_eq!(listed.lines().count(), named.len());
    let folder = p.path("deep/in");
    p.ok(&["attachment", "save", "M-1", "-o", folder.to_str().unwrap()]);
    let saved = names_in(&folder);
    assert_eq!(saved.len(), named.len());
    assert!(saved.iter().all(|n| is_safe(n)), "{saved:?}");
    let mut contents: Vec<usize> =
        saved.iter().map(|n| fs::read_to_string(folder.join(n)).unwrap().parse().unwrap()).collect();
    contents.sort_unstable();
    assert_eq!(contents, (0..named.len()).collect::<Vec<_>>(), "each file once");
    assert_eq!(names_in(&p.path("deep")), ["in"]);
}

#[test]
fn hundreds_of_files_are_listed_up_to_the_limit_and_all_of_those_saved() {
    let parts: Vec<String> = (0..300).map(|n| part("text/plain", &format!("f{n}.txt"), b"x")).collect();
    let p = desk(&parts);
    assert_eq!(p.rows(&["attachment", "list", "T-1"]).len(), 200);
    let folder = p.path("many");
    assert_eq!(p.ok(&["attachment", "save", "M-1", "-o", folder.to_str().unwrap()]).lines().count(), 200);
    assert_eq!(names_in(&folder).len(), 200);
    // Beyond the limit nothing is lost.
    let mail = bytes(&p, &["attachment", "save", "M-1", "message.eml", "-o", "-"]).stdout;
    assert!(String::from_utf8(mail).unwrap().contains("f299%2Etxt"));
}

#[test]
fn empty_and_damaged_files_are_saved_as_they_are() {
    let damaged = "Content-Type: application/pdf; name=bad.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBE*@!Ri0x\r\n====\r\n";
    let p = desk(&[part("text/plain", "empty.txt", b""), damaged.to_owned()]);
    let folder = p.path("in");
    p.ok(&["attachment", "save", "M-1", "-o", folder.to_str().unwrap()]);
    assert_eq!(fs::read(folder.join("empty.txt")).unwrap(), b"");
    assert!(fs::read(folder.join("bad.pdf")).unwrap().starts_with(b"%PDF"));
    assert_eq!(p.rows(&["attachment", "list", "M-1"])[0]["size"], 0);
}

#[test]
fn a_file_whose_bytes_are_gone_says_so_and_the_others_are_saved() {
    let p = desk(&[part("text/plain", "a.txt", b"x")]);
    p.file("b.txt", "ours");
    p.ok(&["ticket", "reply", "T-1", "See the file.", "--attach", p.path("b.txt").to_str().unwrap()]);
    {
        let store = RedbStore::open(&Options::at(p.store())).unwrap();
        let store: &dyn Store = &store;
        let mut first = None;
        store
            .view(|v| {
                records::each::<Message>(v, |m| {
                    first = first.or(m.raw);
                    true
                })
            })
            .unwrap();
        let gone = first.unwrap();
        store.write(Id([3; 16]), Weight::Heavy, Box::new(move |tx| Ok(raw::del(tx, gone)?))).unwrap();
    }
    let folder = p.path("in");
    let r = p.run(&["attachment", "save", "T-1", "-o", folder.to_str().unwrap()]);
    assert!(r.code == 1 && r.err.contains("the bytes of a.txt are not in the store"), "{}", r.err);
    assert_eq!(names_in(&folder), ["b.txt"]);
    assert!(p.fails(1, &["attachment", "save", "M-1", "1", "-o", "-"]).contains("not in the store"));
}

#[test]
fn an_erased_message_has_no_files() {
    let p = desk(&[part("text/plain", "secret.txt", b"x")]);
    p.ok(&["customer", "erase-me", "C-1", "--yes"]);
    assert_eq!(p.ok(&["attachment", "list", "T-1"]), "");
    assert!(p.fails(1, &["attachment", "save", "M-1", "-o", "."]).contains("M-1 has no files"));
    assert!(
        p.fails(1, &["attachment", "save", "M-1", "message.eml", "-o", "-"]).contains("no mail as it came")
    );
}

#[test]
fn who_may_not_read_messages_gets_none_of_their_files() {
    let p = desk(&[part("text/plain", "a.txt", b"x")]);
    p.ok(&["agent", "add", "Mallory", "--handle", "m"]);
    for (role, may) in [("read_only", true), ("light", true)] {
        p.ok(&["agent", "edit", "@m", &format!("role={role}")]);
        let r = p.run(&["--agent", "@m", "attachment", "list", "T-1"]);
        assert_eq!(r.code == 0, may, "{role}: {}", r.err);
    }
    p.ok(&["agent", "edit", "@m", "archived=yes"]);
    for words in [&["attachment", "list", "T-1"][..], &["attachment", "save", "M-1", "1", "-o", "-"]] {
        let said = p.fails(1, &[&["--agent", "@m"], words].concat());
        assert!(said.contains("there is no agent @m"), "{said}");
    }
    let said = p.fails(1, &["--agent", "stranger", "attachment", "list", "T-1"]);
    assert!(!said.contains("a.txt"), "{said}");
    // Whatever names the caller: the desk itself asks for the permission.
    let store = RedbStore::open(&Options::at(p.store())).unwrap();
    let store: &dyn Store = &store;
    store
        .view(|v| {
            let mut left = None;
            records::each::<Agent>(v, |a| {
                left = a.archived_at.map(|_| a.id).or(left);
                true
            })?;
            let why = permitted(v, left.unwrap()).unwrap_err().to_string();
            assert!(why.contains("the permission *read*"), "{why}");
            assert!(permitted(v, Id::NIL).is_err());
            Ok(())
        })
        .unwrap();
}

#[test]
fn attached_mails_outlook_containers_and_uuencoded_files_are_files() {
    let inner = "From: Bob <bob@y.example>\r\nSubject: Prices / May\r\n\r\nTen.\r\n";
    let p = desk(&[
        format!("Content-Type: message/rfc822\r\n\r\n{inner}"),
        part("application/ms-tnef", "winmail.dat", &winmail("plan.pdf", b"%PDF-1.4")),
    ]);
    let rows = p.rows(&["attachment", "list", "M-1"]);
    let names: Vec<&str> = rows.iter().map(|r| r["name"].as_str().unwrap()).collect();
    assert_eq!(names, [" May.eml", "winmail.dat", "plan.pdf"].map(str::trim_start));
    assert_eq!(rows[0]["about"], "attached mail");
    assert_eq!(bytes(&p, &["attachment", "save", "M-1", "1", "-o", "-"]).stdout, inner.as_bytes());
    assert_eq!(bytes(&p, &["attachment", "save", "M-1", "plan.pdf", "-o", "-"]).stdout, b"%PDF-1.4");
    assert_eq!(
        bytes(&p, &["attachment", "save", "M-1", "2", "-o", "-"]).stdout,
        winmail("plan.pdf", b"%PDF-1.4")
    );

    let p = Place::new();
    let uu = "From: Ada <ada@x.example>\r\nSubject: old\r\n\r\nSee file.\r\nbegin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\n";
    p.fed(&["import", "mail", "-"], uu);
    assert_eq!(bytes(&p, &["attachment", "save", "M-1", "cat.txt", "-o", "-"]).stdout, b"Cat");
}

#[test]
fn the_html_part_is_saved_without_anything_remote() {
    let html = "From: Ada <ada@x.example>\r\nSubject: html\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=r\r\n\r\n\
--r\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Hello <img src=\"https://spy.example/p.gif\"><img src='cid:logo'><script>spy()</script></p>\r\n\
--r\r\nContent-Type: image/png\r\nContent-ID: <logo>\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0=\r\n--r--\r\n";
    let p = Place::new();
    p.fed(&["import", "mail", "-"], html);
    let page = String::from_utf8(bytes(&p, &["attachment", "save", "M-1", "message.html", "-o", "-"]).stdout)
        .unwrap();
    assert!(page.contains("Content-Security-Policy") && page.contains("default-src 'none'"), "{page}");
    assert!(page.contains("<p>Hello <img><img src=\"data:image/png;base64,iVBORw0=\">"), "{page}");
    assert!(!page.contains("spy"), "{page}");
    let p = desk(&[]);
    assert!(
        p.fails(1, &["attachment", "save", "M-1", "message.html", "-o", "-"])
            .contains("M-1 has no HTML part")
    );
}

#[test]
fn files_of_a_message_are_completed_by_number_and_name() {
    let p = desk(&[part("text/plain", "a b.txt", b"x"), part("text/plain", "-rf", b"x")]);
    let offered = p.ok(&["complete-line", "--", "attachment", "save", "M-1", ""]);
    assert!(offered.contains("1\ta b.txt\n") && offered.contains("a b.txt\ttext/plain\n"), "{offered}");
    assert!(!offered.lines().any(|l| l.starts_with('-')), "{offered}");
    assert!(p.ok(&["complete-line", "--", "attachment", ""]).contains("save\t"));
}
