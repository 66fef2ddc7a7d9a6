use std::{
    io::Write,
    os::unix::fs::{MetadataExt, PermissionsExt, symlink},
};

use super::*;
use crate::store::lock::Places;

fn folder() -> tempfile::TempDir {
    tempfile::Builder::new().permissions(std::fs::Permissions::from_mode(0o700)).tempdir().unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let mut all: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|f| f.unwrap().file_name().into_string().unwrap()).collect();
    all.sort();
    all
}

/// What blocks, and how it gets there.
type Plant<'a> = (&'a str, &'a dyn Fn(&Path));

fn pipe(path: &Path) {
    rustix::fs::mknodat(rustix::fs::CWD, path, rustix::fs::FileType::Fifo, Mode::RUSR | Mode::WUSR, 0)
        .unwrap();
}

/// Both ways to make a file: without a name, and where the file system has no such files.
fn drafts(folder: &Path) -> [Draft; 2] {
    [Draft::new(folder, Owner::me()).unwrap(), Draft::named(folder, Owner::me()).unwrap()]
}

#[test]
fn a_draft_is_seen_once_it_is_complete_and_replaces_nothing_unless_told_to() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    for (n, draft) in drafts(folder.path()).into_iter().enumerate() {
        let (new, taken) = (at(&format!("new-{n}")), at(&format!("taken-{n}")));
        draft.file().write_all(b"whole").unwrap();
        assert_eq!(std::fs::read(draft.path()).unwrap(), b"whole", "it can be opened again");
        assert!(!new.exists());
        draft.place_new(&new).unwrap();
        assert_eq!(std::fs::read(&new).unwrap(), b"whole");
        assert_eq!(std::fs::metadata(&new).unwrap().mode() & 0o7777, 0o600);
        std::fs::write(&taken, "older").unwrap();
        std::fs::set_permissions(&taken, std::fs::Permissions::from_mode(0o644)).unwrap();
    }
    for (n, draft) in drafts(folder.path()).into_iter().enumerate() {
        let refused = draft.place_new(&at(&format!("taken-{n}"))).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists);
    }
    for (n, draft) in drafts(folder.path()).into_iter().enumerate() {
        let taken = at(&format!("taken-{n}"));
        draft.file().write_all(b"newer").unwrap();
        draft.place_over(&taken, 0o400).unwrap();
        assert_eq!(std::fs::read(&taken).unwrap(), b"newer");
        assert_eq!(std::fs::metadata(&taken).unwrap().mode() & 0o7777, 0o400);
    }
    drop(drafts(folder.path()));
    assert_eq!(names(folder.path()), ["new-0", "new-1", "taken-0", "taken-1"], "nothing else is left");
}

#[test]
fn leftovers_are_removed_by_the_next_program_and_never_under_one_that_is_at_work() {
    let folder = folder();
    let left = folder.path().join(".frontdesk-1-1.part");
    std::fs::write(&left, "names").unwrap();
    let at_work = Draft::named(folder.path(), Owner::me()).unwrap();
    leftovers::sweep(folder.path());
    assert!(left.exists() && at_work.path().exists(), "a program is at work");
    drop(at_work);
    drop(Draft::new(folder.path(), Owner::me()).unwrap());
    assert!(names(folder.path()).is_empty());

    // What versions before this one left next to a store; nothing else is touched.
    let places = Places::of(&folder.path().join("desk.redb"));
    for name in
        [".desk.redb.0123abcd", "desk.redb.new", ".desk.redb.swp", ".other.redb.0123abcd", "desk.redb.part"]
    {
        std::fs::write(folder.path().join(name), "names").unwrap();
    }
    let shown: Vec<_> =
        leftovers::beside(&places).iter().map(|p| p.file_name().unwrap().to_owned()).collect();
    assert_eq!(shown, [".desk.redb.0123abcd", "desk.redb.new"]);
    leftovers::sweep_beside(&places);
    assert_eq!(names(folder.path()), [".desk.redb.swp", ".other.redb.0123abcd", "desk.redb.part"]);
}

#[test]
fn a_link_a_pipe_a_folder_and_a_second_name_are_told_with_the_command_that_removes_them() {
    let folder = folder();
    let places = Places::of(&folder.path().join("it's a desk.redb"));
    std::fs::write(&places.store, "").unwrap();
    let precious = folder.path().join("precious");
    std::fs::write(&precious, "precious").unwrap();
    let put: [Plant<'_>; 4] = [
        ("a link", &|p| symlink(&precious, p).unwrap()),
        ("a pipe", &|p| pipe(p)),
        ("a folder", &|p| std::fs::create_dir(p).unwrap()),
        ("a second name", &|p| std::fs::hard_link(&precious, p).unwrap()),
    ];
    for (what, put) in put {
        put(&places.lock);
        let trouble = side(&places.lock, Owner::me()).unwrap_err();
        let told = trouble.told(&places);
        assert!(told.contains(what), "{told}");
        // The command is one that a shell runs, and it helps.
        let command = told.split('`').nth(1).unwrap();
        let done = std::process::Command::new("sh").arg("-c").arg(command).status().unwrap();
        assert!(done.success(), "{command}");
        assert!(matches!(side(&places.lock, Owner::me()), Ok(Side::Open(_))), "{what}");
        std::fs::remove_file(&places.lock).unwrap();
    }
    assert_eq!(std::fs::read(&precious).unwrap(), b"precious");
}

#[test]
fn a_file_that_others_could_open_is_closed_before_it_is_used() {
    let folder = folder();
    let path = folder.path().join("desk.redb.lock");
    std::fs::write(&path, "3\n").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o666)).unwrap();
    assert!(matches!(side(&path, Owner::me()), Ok(Side::Open(_))));
    assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o7777, 0o600);
    assert_eq!(std::fs::read(&path).unwrap(), b"3\n");
}
