//! A program in a real terminal: its keys, and what a screen makes of what it writes.
#![allow(dead_code, reason = "each test takes what it needs")]

use std::{
    io::{Read, Write},
    num::NonZeroU16,
    path::Path,
    sync::{Arc, Mutex},
    thread,
};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// A program in a terminal. Dropping it ends the program.
pub struct Terminal<C: vt100::Callbacks = ()> {
    pub master: Box<dyn MasterPty + Send>,
    pub screen: Arc<Mutex<vt100::Parser<C>>>,
    pub child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
}

impl<C: vt100::Callbacks + Send + 'static> Terminal<C> {
    /// Runs a command in its own terminal. `heard` receives what is asked of the terminal besides showing cells.
    pub fn run(command: CommandBuilder, (rows, cols): (u16, u16), heard: C) -> Terminal<C> {
        let pair =
            native_pty_system().openpty(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }).unwrap();
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let (rows, cols) = (NonZeroU16::new(rows).unwrap(), NonZeroU16::new(cols).unwrap());
        let screen = Arc::new(Mutex::new(vt100::Parser::new_with_callbacks(rows, cols, 0, heard)));
        let mut reader = pair.master.try_clone_reader().unwrap();
        let shown = screen.clone();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(n @ 1..) = reader.read(&mut buffer) {
                shown.lock().unwrap().process(&buffer[..n]);
            }
        });
        let keys = pair.master.take_writer().unwrap();
        Terminal { master: pair.master, screen, child, keys }
    }
}

impl<C: vt100::Callbacks> Terminal<C> {
    pub fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }
}

impl<C: vt100::Callbacks> Drop for Terminal<C> {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

/// frontdesk on a store, in an environment that says nothing but what a terminal is.
pub fn program(store: &Path) -> CommandBuilder {
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_frontdesk"));
    command.arg("--store");
    command.arg(store);
    command.env_clear();
    command.env("TERM", "xterm-256color");
    command.env("LANG", "C.UTF-8");
    command.env("HOME", store.parent().unwrap());
    command
}
