//! `frontdesk`: see the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(frontdesk::cli::main(std::env::args_os()))
}
