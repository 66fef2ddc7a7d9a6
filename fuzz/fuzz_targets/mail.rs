//! Any bytes are a message: headers, structure, text and thread are read without a fault.
#![no_main]

use frontdesk::mail::{header, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|raw: &[u8]| {
    let _ = header::split(raw);
    let _ = header::text(raw);
    let _ = parse::parse(raw);
});
