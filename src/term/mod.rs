//! The terminal as bytes: what comes in becomes events, what goes out becomes bytes.
//!
//! Stands on `model` alone and touches no device: a link (see `host`) carries the bytes.
//!
//! - [`decode`]: bytes in → events and replies
//! - [`safe`]: the only text a view may show

pub mod decode;
pub mod safe;
