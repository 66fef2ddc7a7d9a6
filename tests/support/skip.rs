//! Tests that cannot run here say so: in one line each, and in one with their number at the end of the run.

use std::{
    fs,
    io::{self, Write},
    path::PathBuf,
};

/// Where a run of the tests notes what it skipped: all its programs are children of the same process. `None`: this is no
/// test.
pub fn notes() -> Option<PathBuf> {
    let run = std::os::unix::process::parent_id();
    Some(PathBuf::from(option_env!("CARGO_TARGET_TMPDIR")?).join("skipped").join(run.to_string()))
}

/// Says that the test that asks is skipped, and why. Written past the capture of the test harness, which shows nothing of
/// what a passing test prints.
pub fn skipped(why: &str) {
    let name = std::thread::current().name().unwrap_or("a test").replace("::", ".");
    let _ = writeln!(io::stderr(), "skipped: {name}: {why}");
    let program = std::env::current_exe().ok();
    let program =
        program.as_deref().and_then(|p| p.file_name()).unwrap_or_default().to_string_lossy().into_owned();
    let Some(folder) = notes() else { return };
    let _ =
        fs::create_dir_all(&folder).and_then(|()| fs::write(folder.join(format!("{program} {name}")), why));
}
