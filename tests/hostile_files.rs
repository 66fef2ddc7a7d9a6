//! Other users of the machine, and what they or a killed program leave next to a store: nothing acknowledged is lost, no
//! one is locked out without the command that helps, nothing hangs, no name reaches another user's file, and no copy is
//! left behind.
//!
//! The parts with several users need root, as CI has it; elsewhere they say that they are skipped.
//!
//! ```sh
//! FRONTDESK_KILLS=500 cargo test --test hostile_files   # more kills
//! FRONTDESK_SEED=17 cargo test --test hostile_files     # the same dice again
//! ```

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

#[path = "support/dice.rs"]
mod dice;
#[path = "hostile_files/killed.rs"]
mod killed;
#[path = "hostile_files/planted.rs"]
mod planted;
#[path = "support/skip.rs"]
mod skip;
#[path = "hostile_files/unfinished.rs"]
mod unfinished;
#[path = "hostile_files/users.rs"]
mod users;
#[path = "hostile_files/world.rs"]
mod world;
