//! A keyword by which desks that fetch from the same folder learn of each other.
//!
//! A desk leaves its mark on the newest message that it took. One that finds the mark of another takes nothing, and says
//! so; told to take over, it removes that mark, and the other one finds this desk's.

use super::{
    Account,
    fetch::set,
    session::{Folder, Open},
};
use crate::{desk::mailboxes::OTHER_DESK, model::Id};

/// How the keywords of all desks begin.
const PREFIX: &str = "$Frontdesk-";

/// The keyword of a desk: the last digits of its store's id, which are random.
pub fn of(store: Id) -> String {
    let id = store.to_string();
    let short: String = id.chars().skip(id.chars().count().saturating_sub(8)).collect();
    format!("{PREFIX}{short}")
}

/// That no other desk fetches from this folder. `take_over`: none does from now on.
///
/// # Errors
/// Which one does, and what to do about it; or why the server cannot tell.
pub async fn check(
    open: &mut Open,
    account: &Account,
    folder: &Folder,
    take_over: bool,
) -> Result<(), String> {
    let is_other = |f: &&String| {
        f.get(..PREFIX.len()).is_some_and(|p| p.eq_ignore_ascii_case(PREFIX))
            && !f.eq_ignore_ascii_case(&account.mark)
    };
    for mark in folder
        .flags
        .iter()
        .filter(is_other)
        .filter(|f| f.chars().all(|c| c.is_ascii_alphanumeric() || c == '$' || c == '-'))
    {
        // Servers go on naming keywords that no message has any more.
        let marked = open.search(&format!("KEYWORD {mark}")).await?;
        if marked.is_empty() {
            continue;
        }
        if !take_over {
            return Err(format!(
                "{OTHER_DESK}{mark}) fetches from this folder, so this one takes nothing. Pause or remove the mailbox \
                 there, then run `frontdesk mailbox resume {}` here to take over",
                account.address
            ));
        }
        let uids = set(marked);
        open.ask(&format!("UID STORE {uids} -FLAGS.SILENT ({mark})"), 0, &mut |_| {}).await?;
    }
    Ok(())
}

/// Leaves this desk's mark on a message, where the server keeps such. One that does not stops no mail.
pub async fn leave(open: &mut Open, account: &Account, folder: &Folder, uid: u32) {
    if folder.takes_keywords && uid > 0 {
        let command = format!("UID STORE {uid} +FLAGS.SILENT ({})", account.mark);
        let _ = open.ask(&command, 0, &mut |_| {}).await;
    }
}
