//! Any text is a query or an error that points into it; what is printed means the same; binding never breaks.
#![no_main]

use frontdesk::{
    model::zone::Zone,
    query::{Context, Schema, compile, parse},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match parse(text) {
        Ok(query) => {
            let printed = query.to_string();
            assert_eq!(parse(&printed).ok(), Some(query), "{printed}");
        }
        Err(e) => assert!(text.is_char_boundary(e.span.start) && text.is_char_boundary(e.span.end)),
    }
    let zone = Zone::utc();
    let context = Context { now: 1_795_000_000_000, zone: &zone, me: None, views: None, sensitive: true, custom: &[] };
    for schema in Schema::all() {
        if let Err(e) = compile(text, schema, &context) {
            assert!(!e.to_string().is_empty());
        }
    }
});
