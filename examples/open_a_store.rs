//! Opens a store (making it where there is none), writes a customer, and reads it back.
//!
//! ```sh
//! cargo run --example open_a_store -- /tmp/example/desk.redb
//! ```

use frontdesk::{
    model::{Customer, Id, log::LogBody, log::LogDraft},
    store::{Options, RedbStore, Stats, Store, Weight, records, records::Work},
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("which file?")?;
    // Time and ids come from the edge: here fixed ones, so that a second run finds the first one's work done.
    let (now, customer, op) = (1_750_000_000_000, Id([1; 16]), Id([2; 16]));
    let store = RedbStore::open(&Options::at(path).or_create(Id([9; 16]), now))?;

    let outcome = store.write(
        op,
        Weight::Light,
        Box::new(move |tx| {
            let number = tx.add("number.customer", 1)?;
            let mut work = Work::new(tx);
            work.put(&Customer { id: customer, number, given: "Ada".into(), ..Customer::default() })?;
            let changes = work.changes()?;
            tx.log(LogDraft {
                actor: Id::NIL,
                logged_at: now,
                effective_at: now,
                command: "customer new".into(),
                op,
                batch: None,
                undo_of: None,
                redo_of: None,
                via: None,
                unix_user: None,
                salt: [0; 16],
                body: LogBody { summary: "Ada".into(), changes, ..LogBody::default() },
            });
            Ok(())
        }),
    )?;
    println!("log row {}{}", outcome.seq, if outcome.replayed { ", made before" } else { "" });

    let store: &dyn Store = &store;
    let found: Option<Customer> = store.view(|v| records::get(v, customer))?;
    println!("{:?}", found.map(|c| (c.number, c.given)));
    for t in store.view(|v| Stats::of(v, None))?.tables.iter().filter(|t| t.rows > 0) {
        println!("{:>14} {:>4} rows {:>6} bytes", t.table, t.rows, t.bytes);
    }
    Ok(())
}
