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
    desk::Desk,
    model::{Id, Mailbox, Stamp},
    store::meta,
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
        Setup { desk, folder, path, now, draw, running: Mutex::default() }
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
    fn config(&self, address: &str, commands: &[(&'static str, String)]) -> Result<(Config, Id), String> {
        let store = self.desk.view(meta::store_id).map_err(|e| e.to_string())?;
        let config = Config::load(&self.folder).map_err(|e| e.to_string())?;
        Ok((config.with(store, address, commands)?, store))
    }

    /// Tries whether a mailbox can receive, and says how.
    ///
    /// # Errors
    /// Why it cannot, in the server's own words where it has some.
    pub fn try_receive(
        &self,
        mailbox: &Mailbox,
        commands: &[(&'static str, String)],
    ) -> Result<String, String> {
        let (config, store) = self.config(&mailbox.address, commands)?;
        test_receive(&config, store, mailbox)
    }

    /// Tries whether a mailbox can send, without sending anything, and says how.
    ///
    /// # Errors
    /// As [`Setup::try_receive`].
    pub fn try_send(&self, mailbox: &Mailbox, commands: &[(&'static str, String)]) -> Result<String, String> {
        let (config, store) = self.config(&mailbox.address, commands)?;
        test_send(&config, store, mailbox, &self.path)
    }

    /// Keeps the commands of a mailbox in the user's own file, by which the user approves it, and fetches and sends with
    /// them.
    ///
    /// # Errors
    /// Why it cannot, in words.
    pub fn keep(&self, address: &str, commands: &[(&'static str, String)]) -> Result<(), String> {
        let store = self.desk.view(meta::store_id).map_err(|e| e.to_string())?;
        let commands: Vec<(&str, &str)> =
            commands.iter().map(|(name, line)| (*name, line.as_str())).collect();
        config::set(&self.folder, store, address, Some(&commands)).map_err(|e| e.to_string())?;
        // What runs reads them again by itself.
        let runs = self.running.lock().unwrap_or_else(PoisonError::into_inner).is_some();
        if runs { Ok(()) } else { self.start() }
    }
}
