//! What the people of the demo are called, and what they say. All of it is invented; addresses are of domains that can
//! are reserved (RFC 2606), telephone numbers of ranges that are kept for stories.

pub mod calls;
pub mod comments;
pub mod firms;
pub mod goods;
pub mod names;
pub mod recall;
pub mod scenes;
pub mod tongues;
pub mod topics;
