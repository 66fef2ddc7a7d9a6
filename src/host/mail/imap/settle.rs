//! What becomes of messages at the server once the desk has them: they stay, are flagged, or move.

use super::{Account, fetch::set, names, session::Open};
use crate::model::AfterFetch;

/// How many messages are named in one command.
const BATCH: usize = 100;

/// Does with messages that were taken what the mailbox says.
///
/// # Errors
/// Why it cannot: they are fetched, and tried again at the next fetch.
pub async fn settle(open: &mut Open, account: &Account, uids: &[u32]) -> Result<(), String> {
    for uids in uids.chunks(BATCH) {
        let uids = set(uids.iter().copied());
        match account.after {
            AfterFetch::Flag => say(open, &format!("UID STORE {uids} +FLAGS.SILENT (\\Seen)"))
                .await
                .map_err(|e| format!("messages were fetched but cannot be flagged: {e}"))?,
            AfterFetch::Move => {
                let to = names::quoted(&account.move_to)?;
                moved(open, &uids, &to).await.map_err(|e| {
                    format!("messages were fetched but cannot be moved to {}: {e}", account.move_to)
                })?;
            }
            _ => return Ok(()),
        }
    }
    Ok(())
}

async fn moved(open: &mut Open, uids: &str, to: &str) -> Result<(), String> {
    if open.can("MOVE") {
        return say(open, &format!("UID MOVE {uids} {to}")).await;
    }
    say(open, &format!("UID COPY {uids} {to}")).await?;
    say(open, &format!("UID STORE {uids} +FLAGS.SILENT (\\Deleted)")).await?;
    // Without UIDPLUS only all that is flagged as deleted could be expunged, which others may have done on purpose.
    if open.can("UIDPLUS") { say(open, &format!("UID EXPUNGE {uids}")).await } else { Ok(()) }
}

async fn say(open: &mut Open, command: &str) -> Result<(), String> {
    open.ask(command, 0, &mut |_| {}).await
}
