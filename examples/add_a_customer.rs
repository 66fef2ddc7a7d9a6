//! Starts a desk in a store (where there is none), adds a customer and opens a ticket, then takes the ticket back.
//!
//! ```sh
//! cargo run --example add_a_customer -- /tmp/example/desk.redb
//! ```

use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use frontdesk::{
    desk::{
        Command, Desk, Edit, Request,
        command::{NewAgent, NewTicket},
        read,
    },
    model::{Id, Kind, Stamp},
    store::{Options, RedbStore},
};

fn now() -> Stamp {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(0))
}

fn op() -> Result<Id, getrandom::Error> {
    let mut random = [0; 10];
    getrandom::fill(&mut random)?;
    Ok(Id::v7(now(), random))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("which file?")?;
    let desk = Desk::new(Arc::new(RedbStore::open(&Options::at(path).or_create(op()?, now()))?));
    if desk.workspace()?.created_at == 0 {
        let owner = NewAgent { name: "Dana".into(), unix_user: "dana".into(), ..NewAgent::default() };
        desk.run(Request::new(op()?, Id::NIL, now(), Command::Start { workspace: vec![], owner }))?;
    }
    let dana = desk.view(|v| Ok(read::agents(v)?.first().map(|a| a.id)))?.ok_or("there are no agents")?;

    let who = vec![Edit::set("name", "Grace Hopper"), Edit::add("tag", "vip")];
    let done = desk.run(Request::new(op()?, dana, now(), Command::Create(Kind::Customer, who)))?;
    println!("{}", done.summary);
    let requester = done.created.first().map(|(_, id)| *id).ok_or("no customer was added")?;

    let new = NewTicket { requester, subject: "A moth in the relay".into(), ..NewTicket::default() };
    println!("{}", desk.run(Request::new(op()?, dana, now(), Command::TicketCreate(Box::new(new))))?.summary);
    println!("{}", desk.run(Request::new(op()?, dana, now(), Command::Undo(None)))?.summary);
    Ok(())
}
