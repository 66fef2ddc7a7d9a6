//! Mail of a screen: the user's commands, tests of mailboxes, and the thread that fetches and sends.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use super::{
    config::{self, Config},
    post::{Background, Post},
    test_receive, test_send,
};
use crate::{
    desk::{Desk, mailboxes},
    model::{Id, Mailbox, Stamp},
    store::{View, meta},
    tui::model::MailCommands,
};

/// Ids that were never used before; why there are none.
pub type Draw = Box<dyn Fn() -> Result<Id, String> + Send + Sync>;

/// What the mail of a screen is made of.
pub struct Setup {
    desk: Desk,
    /// The folder of the user's settings.
    folder: PathBuf,
    /// Where programs are looked for: `$PATH`.
    path: String,
    now: Arc<dyn Fn() -> Stamp + Send + Sync>,
    draw: Draw,
    running: Mutex<Option<Background>>,
    /// The address of a mailbox that was tried before it was saved, and how large a message its server takes.
    tested: Mutex<Option<(String, Option<u64>)>>,
}

impl Setup {
    /// For a desk and a user. Nothing runs yet.
    #[must_use]
    pub fn new(
        desk: Desk,
        folder: PathBuf,
        path: String,
        now: Arc<dyn Fn() -> Stamp + Send + Sync>,
        draw: Draw,
    ) -> Setup {
        Setup { desk, folder, path, now, draw, running: Mutex::default(), tested: Mutex::default() }
    }

    /// Fetches and sends from now on, once this user has approved commands for the desk; what ran before ends first.
    ///
    /// # Errors
    /// Why it cannot, in words.
    pub fn start(&self) -> Result<(), String> {
        self.finish();
        let config = Config::load(&self.folder).map_err(|e| e.to_string())?;
        let post = Post::new(self.desk.clone(), config, (self.draw)()?, self.now.clone());
        let started = Background::start(post.map_err(|e| e.to_string())?).map_err(|e| e.to_string())?;
        *self.running.lock().unwrap_or_else(PoisonError::into_inner) = Some(started);
        Ok(())
    }

    /// Ends it after the message that is being sent.
    pub fn finish(&self) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(running) = running {
            running.finish();
        }
    }

    /// The user's commands, with those that were only typed so far.
    fn config(&self, address: &str, commands: &MailCommands) -> Result<(Config, Id), String> {
        let store = self.desk.view(meta::store_id).map_err(|e| e.to_string())?;
        let mut config = Config::load(&self.folder).map_err(|e| e.to_string())?;
        if let Some(before) = &commands.before {
            config = config.renamed(store, before, address);
        }
        Ok((config.with(store, address, &commands.typed)?, store))
    }

    /// Tries whether a mailbox can receive, and says how.
    ///
    /// # Errors
    /// Why it cannot, in the server's own words where it has some.
    pub fn try_receive(&self, mailbox: &Mailbox, commands: &MailCommands) -> Result<String, String> {
        let (config, store) = self.config(&mailbox.address, commands)?;
        test_receive(&config, store, mailbox)
    }

    /// Tries whether a mailbox can send, without sending anything, and says how.
    ///
    /// # Errors
    /// As [`Setup::try_receive`].
    pub fn try_send(&self, mailbox: &Mailbox, commands: &MailCommands) -> Result<String, String> {
        let (config, store) = self.config(&mailbox.address, commands)?;
        let found = test_send(&config, store, mailbox, &self.path)?;
        if mailbox.id.is_nil() {
            // It is noted once the mailbox is saved.
            let tested = Some((mailbox.address.clone(), found.size_limit));
            *self.tested.lock().unwrap_or_else(PoisonError::into_inner) = tested;
        } else {
            self.note_size_limit(mailbox.id, found.size_limit)?;
        }
        Ok(found.said)
    }

    fn note_size_limit(&self, mailbox: Id, limit: Option<u64>) -> Result<(), String> {
        self.desk.note_size_limit((self.draw)()?, mailbox, limit).map_err(|e| e.to_string())
    }

    /// Keeps the commands of a mailbox in the user's own file, by which the user approves it, and fetches and sends with
    /// them. Gives what there is to say of commands under an earlier address; empty where nothing is.
    ///
    /// # Errors
    /// Why it cannot, in words.
    pub fn keep(&self, address: &str, commands: &MailCommands) -> Result<String, String> {
        let view = |v: &dyn View| Ok((meta::store_id(v)?, mailboxes::users(v)?));
        let (store, users) = self.desk.view(view).map_err(|e| e.to_string())?;
        let said = match &commands.before {
            Some(before) => config::rename(&self.folder, store, before, address)
                .map_err(|e| e.to_string())?
                .shown(before, address, &users),
            None => String::new(),
        };
        let typed: Vec<(&str, &str)> =
            commands.typed.iter().map(|(name, line)| (*name, line.as_str())).collect();
        if !typed.is_empty() || commands.before.is_none() {
            config::set(&self.folder, store, address, Some(&typed)).map_err(|e| e.to_string())?;
        }
        let tested = self.tested.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((_, limit)) = tested.filter(|(tested, _)| tested == address) {
            let saved = self.desk.view(|v| mailboxes::by_address(v, address)).map_err(|e| e.to_string())?;
            saved.map_or(Ok(()), |m| self.note_size_limit(m.id, limit))?;
        }
        // What runs reads them again by itself.
        let runs = self.running.lock().unwrap_or_else(PoisonError::into_inner).is_some();
        if !runs {
            self.start()?;
        }
        Ok(said)
    }
}
