//! The agent's editor on a private file.

use std::{
    fs::{self, DirBuilder},
    io::{self, Write as _},
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{host::link::LinkError, store::files};

/// The longest text taken back, in bytes.
const LONGEST: u64 = 16 * 1024 * 1024;

/// Runs `command` (a shell's words, as in `VISUAL`) on `text`; `None` when it comes back as it was.
pub(super) fn edit(command: &str, scratch: &Path, text: &str) -> Result<Option<String>, LinkError> {
    let folder = private_folder(scratch)?;
    let result = edit_in(&folder, command, text);
    let _ = fs::remove_dir_all(&folder);
    result
}

fn edit_in(folder: &Path, command: &str, text: &str) -> Result<Option<String>, LinkError> {
    let file = folder.join("message.eml");
    // A file without its last newline upsets editors; it is taken off again.
    let written = if text.ends_with('\n') { text.to_owned() } else { format!("{text}\n") };
    files::create(&file)?.write_all(written.as_bytes())?;
    let failed = |why: String| LinkError::Editor { command: command.to_owned(), why };
    // As git and mutt do it: the value may have arguments and quotes, which are the shell's to read.
    let status = Command::new("sh")
        .arg("-c")
        .arg(format!("{command} \"$1\""))
        .arg("editor")
        .arg(&file)
        .status()
        .map_err(|error| failed(error.to_string()))?;
    if !status.success() {
        return Err(failed(status.to_string()));
    }
    if fs::metadata(&file)?.len() > LONGEST {
        return Err(failed("the text is longer than 16 MiB".to_owned()));
    }
    let mut edited = String::from_utf8_lossy(&fs::read(&file)?).into_owned();
    if edited == written {
        return Ok(None);
    }
    if !text.ends_with('\n') && edited.ends_with('\n') {
        edited.pop();
    }
    Ok(Some(edited))
}

/// A folder nobody else can look into: editors put swap and backup files beside the text.
fn private_folder(scratch: &Path) -> io::Result<PathBuf> {
    let process = std::process::id();
    let mut result = Err(io::ErrorKind::AlreadyExists.into());
    for number in 0..1_000 {
        let folder = scratch.join(format!("frontdesk-{process}-{number}"));
        result = DirBuilder::new().mode(0o700).create(&folder).map(|()| folder);
        match &result {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            _ => break,
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn the_editor_gets_the_text_and_gives_it_back() {
        let scratch = tempfile::tempdir().unwrap();
        let run = |command: &str, text: &str| edit(command, scratch.path(), text);
        assert_eq!(run("true", "Dear Grace").unwrap(), None);
        assert_eq!(
            run("printf 'and so on\\n' >>", "Dear Grace").unwrap().as_deref(),
            Some("Dear Grace\nand so on")
        );
        assert_eq!(run("sed -i 's/Grace/Ada/'", "Dear Grace").unwrap().as_deref(), Some("Dear Ada"));
        assert!(matches!(run("false", "x"), Err(LinkError::Editor { .. })));
        assert!(matches!(run("no-such-editor-here", "x"), Err(LinkError::Editor { .. })));
        assert_eq!(fs::read_dir(scratch.path()).unwrap().count(), 0, "nothing is left behind");
    }

    #[test]
    fn nobody_else_can_read_the_text() {
        let scratch = tempfile::tempdir().unwrap();
        let folder = private_folder(scratch.path()).unwrap();
        assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
        let noted = scratch.path().join("mode");
        let command = format!("f() {{ ls -l \"$1\" > {}; }}; f", noted.display());
        edit(&command, scratch.path(), "secret").unwrap();
        assert!(fs::read_to_string(noted).unwrap().starts_with("-rw-------"));
    }
}
