//! Copies of sent messages in a folder at the server.

use super::{
    Account,
    line::{Line, lost},
    session::Open,
};
use crate::desk::outbox::Copier;

/// Puts copies of sent messages into a folder, over one connection.
pub struct Sent {
    account: Account,
    folder: String,
    line: Option<Line>,
}

impl Sent {
    /// Of the folder of that name.
    pub fn new(account: Account, folder: String) -> Sent {
        Sent { account, folder, line: None }
    }
}

impl Copier for Sent {
    fn copy(&mut self, message_id: &str, bytes: &[u8]) -> Result<(), String> {
        let mut line = match self.line.take() {
            Some(line) => line,
            None => Line::new(&self.account)?,
        };
        let folder = &self.folder;
        line.run(async |open: &mut Open| {
            open.select(folder).await?;
            // Letters that would end the quotes are in no Message-ID of ours.
            let id: String =
                message_id.chars().filter(|c| !matches!(c, '"' | '\\') && !c.is_control()).collect();
            if open.search(&format!("HEADER Message-ID \"{id}\"")).await?.is_empty() {
                open.append(folder, bytes).await?;
            }
            Ok(())
        })
        .unwrap_or_else(|| Err(lost()))?;
        self.line = Some(line);
        Ok(())
    }
}
