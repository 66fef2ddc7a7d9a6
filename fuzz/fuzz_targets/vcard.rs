//! Any bytes are cards, rejects or nothing: each card ends, and becomes a person or a reason why not.
#![no_main]

use std::io::Cursor;

use frontdesk::exchange::{
    bytes::Input,
    vcard::{self, Cards},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(input) = Input::new("fuzz.vcf", None, Box::new(Cursor::new(bytes.to_vec()))) else { return };
    let mut cards = Cards::of(input);
    while let Ok(Some(card)) = cards.next_card() {
        if let Ok(card) = card {
            let _ = (vcard::row(&card), card.shown());
        }
    }
});
