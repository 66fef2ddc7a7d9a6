//! The agent's editor on a private file.

use std::{
    fs::{self, File},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
    process::Command,
};

use crossbeam_channel::Receiver;
use rustix::{
    fs::{FlockOperation, flock},
    io::{FdFlags, fcntl_setfd},
};

use super::{private, programs};
use crate::{
    host::{
        edits::{LOCK, MESSAGE, NOTE, PREFIX},
        link::{Edited, LinkError, ToEdit},
    },
    store::files::{self, Access},
    tui::text::MOST,
};

/// Runs `command` (a shell's words, as in `VISUAL`) on a text, in the first of the folders that takes it. What the
/// editor saved counts, however it ended. A message on `hung_up` is passed on to the editor as a hang-up.
pub(super) fn edit(
    command: &str,
    folders: &[PathBuf],
    text: &ToEdit<'_>,
    hung_up: &Receiver<()>,
) -> Result<Edited, LinkError> {
    let mut tried = Err(io::ErrorKind::NotFound.into());
    for folder in folders {
        tried = private::folder(folder, PREFIX).and_then(|f| Ok((write(&f, text)?, f)));
        if tried.is_ok() {
            break;
        }
    }
    let (lock, folder) = tried?;
    let ended = run(command, &folder.join(MESSAGE), &lock, hung_up);
    let edited = match &ended {
        Ok(_) => read(&folder, text.text),
        Err(_) => Ok(None),
    };
    drop(lock);
    match (&ended, &edited) {
        // An editor that still runs may save once more: the next start looks.
        (Ok(None), _) => {}
        // What cannot be taken stays where it is, and is named.
        (_, Err(_)) => drop(fs::remove_file(folder.join(NOTE))),
        _ => drop(fs::remove_dir_all(&folder)),
    }
    let failed = |why: String| LinkError::Editor { command: command.to_owned(), why };
    let trouble = ended.map_err(|e| failed(e.to_string()))?.filter(|s| !s.success()).map(|s| s.to_string());
    Ok(Edited { text: edited.map_err(failed)?, trouble })
}

/// Runs it; `None` where it was hung up and has not ended.
fn run(
    command: &str,
    file: &Path,
    lock: &File,
    hung_up: &Receiver<()>,
) -> io::Result<Option<std::process::ExitStatus>> {
    // The lock is held as long as the editor lives, even if this process is killed.
    fcntl_setfd(lock, FdFlags::empty())?;
    // As git and mutt do it: the value may have arguments and quotes, which are the shell's to read.
    let child = Command::new("sh").arg("-c").arg(format!("{command} \"$1\"")).arg("editor").arg(file).spawn();
    fcntl_setfd(lock, FdFlags::CLOEXEC)?;
    programs::wait(child?, hung_up)
}

/// Writes the text and its note; gives the lock that says that they are in use.
fn write(folder: &Path, text: &ToEdit<'_>) -> io::Result<File> {
    let new = |name| files::create(&folder.join(name));
    let lock = new(LOCK)?;
    flock(&lock, FlockOperation::NonBlockingLockExclusive)?;
    if let Some(note) = text.note {
        new(NOTE)?.write_all(note.as_bytes())?;
    }
    new(MESSAGE)?.write_all(lines(text.text).as_bytes())?;
    Ok(lock)
}

/// A file without its last newline upsets editors; it is taken off again.
fn lines(text: &str) -> String {
    if text.ends_with('\n') { text.to_owned() } else { format!("{text}\n") }
}

/// The text as it was saved; `None` where it is what was written. Nothing of it is changed.
fn read(folder: &Path, text: &str) -> Result<Option<String>, String> {
    let path = folder.join(MESSAGE);
    let kept = |why: &str| format!("{why}; your text is in {}", path.display());
    let mut bytes = Vec::new();
    let file = files::open_here(&path, Access::Read).map_err(|e| e.to_string())?;
    let most = MOST as u64 + 1;
    file.take(most + 1).read_to_end(&mut bytes).map_err(|e| kept(&e.to_string()))?;
    if bytes.len() as u64 > most {
        return Err(kept("the text is longer than 1 MiB"));
    }
    let mut edited = String::from_utf8(bytes).map_err(|_| kept("the text is not UTF-8"))?;
    if edited == lines(text) {
        return Ok(None);
    }
    if !text.ends_with('\n') && edited.ends_with('\n') {
        edited.pop();
    }
    if edited.len() > MOST {
        return Err(kept("the text is longer than 1 MiB"));
    }
    Ok(Some(edited))
}

#[cfg(test)]
mod tests {
    use std::{os::unix::fs::PermissionsExt as _, thread};

    use crossbeam_channel::unbounded;

    use super::*;

    fn run(command: &str, scratch: &Path, text: &str) -> Result<Edited, LinkError> {
        let (_hang, hung_up) = unbounded();
        edit(command, &[scratch.to_owned()], &ToEdit { text, note: None }, &hung_up)
    }

    fn text_of(command: &str, scratch: &Path, text: &str) -> Option<String> {
        run(command, scratch, text).unwrap().text
    }

    #[test]
    fn the_editor_gets_the_text_and_gives_it_back() {
        let scratch = tempfile::tempdir().unwrap();
        let run_it = |command: &str, text: &str| text_of(command, scratch.path(), text);
        assert_eq!(run_it("true", "Dear Grace"), None);
        let longer = run_it("printf 'and so on\\n' >>", "Dear Grace");
        assert_eq!(longer.as_deref(), Some("Dear Grace\nand so on"));
        assert_eq!(run_it("sed -i 's/Grace/Ada/'", "Dear Grace").as_deref(), Some("Dear Ada"));
        assert_eq!(fs::read_dir(scratch.path()).unwrap().count(), 0, "nothing is left behind");
    }

    #[test]
    fn what_was_saved_counts_however_the_editor_ends() {
        let scratch = tempfile::tempdir().unwrap();
        for ends in ["false", "exit 3", "kill -9 $$", "kill -HUP $$"] {
            let command = format!("f() {{ printf saved > \"$1\"; {ends}; }}; f");
            let edited = run(&command, scratch.path(), "before").unwrap();
            assert_eq!(edited.text.as_deref(), Some("saved"), "{ends}");
            assert!(edited.trouble.is_some(), "{ends}");
        }
        let missing = run("no-such-editor-here", scratch.path(), "x").unwrap();
        assert!(missing.text.is_none() && missing.trouble.is_some());
    }

    #[test]
    fn text_goes_to_the_editor_and_back_byte_for_byte() {
        let scratch = tempfile::tempdir().unwrap();
        let odd = "a\ttab, \u{2764}\u{fe0f} \u{200f}bidi\u{202e} soft\u{ad}hyphen \u{feff} e\u{301} \u{1b}[31m\r\nend";
        let copy = scratch.path().join("copy");
        let command = format!("f() {{ cp \"$1\" {}; printf x >> \"$1\"; }}; f", copy.display());
        let back = text_of(&command, scratch.path(), odd).unwrap();
        assert_eq!(fs::read_to_string(&copy).unwrap(), format!("{odd}\n"));
        assert_eq!(back, format!("{odd}\nx"));
    }

    #[test]
    fn a_text_over_one_mebibyte_is_rejected_and_kept_where_it_says() {
        let scratch = tempfile::tempdir().unwrap();
        for (command, why) in
            [("head -c 1048578 /dev/zero >", "longer than 1 MiB"), ("printf '\\377' >", "not UTF-8")]
        {
            let Err(LinkError::Editor { why: said, .. }) = run(command, scratch.path(), "x") else {
                panic!()
            };
            assert!(said.contains(why), "{said}");
            let path = said.split_once("your text is in ").unwrap().1;
            assert!(fs::metadata(path).unwrap().len() > 0, "{said}");
        }
        let most = "x".repeat(MOST);
        assert_eq!(text_of("sed -i s/^x/y/", scratch.path(), &most).map(|t| t.len()), Some(MOST));
    }

    #[test]
    fn a_hang_up_reaches_the_editor_and_what_it_saves_then_counts() {
        let scratch = tempfile::tempdir().unwrap();
        let (hang, hung_up) = unbounded();
        let ready = scratch.path().join("ready");
        rustix::fs::mknodat(rustix::fs::CWD, &ready, rustix::fs::FileType::Fifo, rustix::fs::Mode::RWXU, 0)
            .unwrap();
        let script = scratch.path().join("editor.sh");
        let lines = format!(
            "trap 'printf \"saved at the last moment\" > \"$1\"; exit 1' HUP\necho > {}\nwhile :; do sleep 0.01; done\n",
            ready.display()
        );
        fs::write(&script, lines).unwrap();
        // Not the shell that runs the command: a process below it.
        let command = format!("sh {} \"$1\"; true", script.display());
        let waiting = thread::spawn(move || {
            fs::read(&ready).unwrap();
            hang.send(()).unwrap();
        });
        let command = format!("f() {{ {command}; }}; f");
        let to_edit = ToEdit { text: "x", note: None };
        let edited = edit(&command, &[scratch.path().to_owned()], &to_edit, &hung_up).unwrap();
        waiting.join().unwrap();
        assert_eq!(edited.text.as_deref(), Some("saved at the last moment"));
    }

    #[test]
    fn nobody_else_can_read_the_text() {
        let scratch = tempfile::tempdir().unwrap();
        let folder = private::folder(scratch.path(), PREFIX).unwrap();
        assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
        let noted = scratch.path().join("mode");
        let command = format!("f() {{ ls -l \"$1\" > {}; }}; f", noted.display());
        run(&command, scratch.path(), "secret").unwrap();
        assert!(fs::read_to_string(noted).unwrap().starts_with("-rw-------"));
    }

    #[test]
    fn a_folder_that_cannot_be_made_gives_way_to_the_next() {
        let scratch = tempfile::tempdir().unwrap();
        let (_hang, hung_up) = unbounded();
        let folders = [PathBuf::from("/dev/null/state"), scratch.path().to_owned()];
        let edited = edit("printf y >", &folders, &ToEdit { text: "x", note: None }, &hung_up).unwrap();
        assert_eq!(edited.text.as_deref(), Some("y"));
    }
}
