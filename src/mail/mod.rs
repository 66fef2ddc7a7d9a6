//! MIME, threading, robots, quotes, sending. No I/O here: bytes in, plain values out.
//!
//! * [`parse`]: a raw mail made readable, whatever it is ([`parse::parse`] → [`parse::Parsed`])
//! * [`thread`]: which ticket a mail belongs to ([`thread::decide`]), and the threads of a whole mailbox ([`thread::Threads`])
//! * [`robot`]: person, list, automatic answer, bounce or our own mail
//! * [`quote`]: a text's visible part, its quotes and its signature
//! * [`compose`]: a mail to send; [`template`]: a text with places to fill in
//! * [`automatic`]: whether a mail gets an automatic reply
//! * [`same_person`]: whether a new address may be a known person's
//! * [`endpoint`]: how a mailbox receives and sends, as people write it
//! * [`provider`]: how a mailbox is probably reached; [`words`]: command lines split into words
//! * [`address`], [`subject`], [`date`], [`html`]: their parts, of use by themselves
//! * [`header`], [`charset`], [`mime`]: what the above stand on
//! * [`disk_name`], [`file_kind`]: how files are named when they are saved, and what may be opened
//! * [`most`]: how much of a mail is read
//!
//! Mail is read by our own code rather than a parsing crate's: bytes that lie about their charset must be
//! guessed from the raw part, every pass must be linear in hostile input, and nothing may panic or nest without
//! bound. `mail-parser` is the oracle in the tests.

pub mod address;
pub mod automatic;
pub mod charset;
pub mod compose;
pub mod date;
pub mod disk_name;
pub mod endpoint;
pub mod file_kind;
pub mod header;
pub mod html;
pub mod markdown;
pub mod mime;
pub mod most;
pub mod parse;
pub mod provider;
pub mod quote;
pub mod robot;
pub mod same_person;
pub mod subject;
pub mod template;
pub mod thread;
pub mod words;
