//! Whatever is typed, wherever the cursor stands, what is offered can be written.
#![no_main]

use frontdesk::query::{Schema, complete, complete::Nothing};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (usize, &str)| {
    let (cursor, text) = (input.0 % (input.1.len() + 2), input.1);
    for schema in Schema::all() {
        for offer in complete(text, cursor, schema, &Nothing) {
            let (written, at) = offer.apply(text);
            assert!(written.is_char_boundary(at));
        }
    }
});
