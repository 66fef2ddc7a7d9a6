//! Another process has the write lock and hangs: the desk says so, loses nothing that was typed, goes on
//! reading, and does it all once it can.

use std::time::{Duration, Instant};

use frontdesk::{
    desk::{Command, Edit, Request, command::NewTicket},
    model::{Category, Kind, Message, Ticket},
    store::records,
};

use super::{
    desks::opened,
    holder,
    process::{NOW, Place, clean, op, until},
};

/// Two seconds of patience each for what was asked for, and a busy machine.
const MOST: Duration = Duration::from_secs(15);

#[test]
#[ignore = "a part of another test"]
fn holds_the_write_lock() {
    holder::lock();
}

fn notes(place: &Place) -> Vec<String> {
    let mut all = Vec::new();
    place
        .desk
        .view(|v| {
            records::each::<Message>(v, |m| {
                all.push(m.body.clone());
                true
            })
        })
        .unwrap();
    all.retain(|b| b.starts_with("Note"));
    all
}

#[test]
fn a_desk_beside_a_writer_that_stands_still_says_so_and_loses_nothing_typed() {
    let place = Place::new();
    let run = |n, command| place.desk.run(Request::new(op(3, n), place.dana, NOW, command)).unwrap();
    let ada = run(1, Command::Create(Kind::Customer, vec![Edit::set("name", "Ada Lovelace")])).created[0].1;
    let mut n = 1;
    for (subject, body) in
        [("Printer jams", "It does it every time."), ("Lamp flickers", "Only in the evening.")]
    {
        n += 1;
        let new = NewTicket {
            requester: ada,
            subject: subject.into(),
            body: body.into(),
            assignee: Some(place.dana),
            ..Default::default()
        };
        run(n, Command::TicketCreate(Box::new(new)));
    }
    let mut desk = opened(&place);
    desk.see("every time");

    let mut other = holder::start("busy::holds_the_write_lock", &place.path);
    // A note: it cannot be written, and its text is there again.
    let begun = Instant::now();
    desk.press("n");
    desk.see("INTERNAL NOTE");
    desk.press("Note the first, and longer than one would type twice.");
    desk.see("type twice");
    desk.press("\x1b");
    until("typing ends", || !desk.shows("leave typing"));
    desk.press("y");
    desk.see("store is busy");
    desk.see("type twice");
    assert!(begun.elapsed() < MOST, "{:?}", begun.elapsed());
    // Reading goes on: for this one, and for who opens the desk only now.
    let late = opened(&place);
    late.see("every time");
    late.see("Lamp flickers");
    late.leave();
    // Put aside, the text is the draft; another change is offered again.
    desk.press("\x1b");
    until("the note is put aside", || !desk.shows("INTERNAL NOTE"));
    let begun = Instant::now();
    desk.press("j");
    desk.see("Only in the evening");
    desk.press("d");
    desk.see(". again");
    assert!(begun.elapsed() < MOST, "{:?}", begun.elapsed());
    assert!(notes(&place).is_empty());

    other.kill().unwrap();
    other.wait().unwrap();
    desk.press(".");
    desk.see("solved");
    until("the change is made", || {
        let category = |n| {
            let id = place.desk.view(|v| records::by_number(v, Kind::Ticket, n)).unwrap().unwrap();
            place.desk.view(|v| records::get::<Ticket>(v, id)).unwrap().unwrap().category
        };
        category(2) == Category::Solved && category(1) != Category::Solved
    });
    // The draft comes by itself into the next note there.
    desk.see("T-1 · Printer jams");
    desk.press("n");
    desk.see("type twice");
    desk.press("\x1b");
    until("typing ends", || !desk.shows("leave typing"));
    desk.press("y");
    until("the note is written", || !desk.shows("INTERNAL NOTE"));
    until("it stands", || notes(&place) == ["Note the first, and longer than one would type twice."]);
    desk.leave();
    clean(&place.desk);
}
