//! The terminal as bytes: what comes in becomes events, what goes out becomes bytes.
//!
//! Stands on `model` alone and touches no device: a link (see `host`) carries the bytes.
//!
//! - [`caps`]: what a session's terminal can do
//! - [`modes`]: taking the terminal and giving it back
//! - [`decode`]: bytes in → events and replies
//! - [`safe`]: the only text a view may show
//! - [`backend`]: ratatui's cells → bytes out
//! - [`output`]: frames and what else goes out; [`pace`]: when to draw; [`fence`]: how much may be on its way
//! - [`clipboard`], [`notify`]: copying, the title, the bell

pub mod backend;
pub mod caps;
pub mod clipboard;
pub mod decode;
pub mod fence;
pub mod modes;
pub mod notify;
pub mod output;
pub mod pace;
pub mod safe;
