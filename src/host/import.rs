//! Imports for a screen.

use std::path::Path;

use super::attach::expanded;
use crate::{
    desk::Desk,
    exchange::{
        dialect::Map,
        import::{self, Agents, Options, Progress, Report},
    },
    model::{Id, OpId, Stamp},
    tui::effect::ImportAsk,
};

/// Reads the file as what it is; `progress` says whether it goes on.
///
/// # Errors
/// Why not, in words.
pub fn run(
    desk: &Desk,
    home: Option<&Path>,
    (me, op, now): (Id, OpId, Stamp),
    ask: &ImportAsk,
    progress: &mut dyn FnMut(Progress) -> bool,
) -> Result<Report, String> {
    let options = Options {
        files: vec![expanded(&ask.path, home)],
        what: None,
        map: Map::default(),
        columns: None,
        agents: Agents::Known,
        source: None,
        currency: None,
        date_format: None,
        decimal: None,
        overwrite: false,
        dry_run: ask.dry_run,
        rejects: None,
        scratch: Some(std::env::temp_dir()),
    };
    import::run(desk, me, op, now, &options, progress).map_err(|e| e.to_string())
}
