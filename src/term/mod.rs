//! The terminal as bytes: what comes in becomes events, what goes out becomes bytes.
//!
//! Stands on `model` alone and touches no device: a link (see `host`) carries the bytes.
//!
//! - [`caps`]: what a session's terminal can do
//! - [`decode`]: bytes in → events and replies
//! - [`safe`]: the only text a view may show
//! - [`backend`]: ratatui's cells → bytes out

pub mod backend;
pub mod caps;
pub mod decode;
pub mod safe;
