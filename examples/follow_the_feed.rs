//! Follows a store: prints each change as made, by this process or any other, until it is stopped.
//!
//! ```sh
//! cargo run --example follow_the_feed -- /tmp/example/desk.redb
//! ```

use std::time::Duration;

use frontdesk::store::{Options, RedbStore, Store, feed};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("which file?")?;
    let store = RedbStore::open(&Options::at(path))?;
    let store: &dyn Store = &store;
    let mut after = store.head()?;
    println!("the log is at {after}");
    let mut life = store.generation();
    loop {
        let head = store.wait(after, Duration::from_secs(60))?;
        if std::mem::replace(&mut life, store.generation()) != life {
            // A restore, say: what was known of the old file is worth nothing now.
            after = head;
        }
        // A page at a time: no read transaction is held for long.
        for item in store.view(|v| feed::since(v, after, 500))? {
            after = item.row.seq;
            let said = item.body.as_ref().map_or("(erased)", |b| b.summary.as_str());
            println!("{after} {}: {said}", item.row.command);
        }
    }
}
