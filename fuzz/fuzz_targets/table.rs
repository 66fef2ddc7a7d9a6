//! Any bytes are a table or an error: every row ends, whatever the quotes and the encoding.
#![no_main]

use std::io::Cursor;

use frontdesk::exchange::table::Table;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for delimiter in [None, Some(b','), Some(b';')] {
        let Ok(mut table) = Table::new(Cursor::new(bytes.to_vec()), delimiter) else { continue };
        while let Ok(Some(_)) = table.next_row() {}
    }
});
