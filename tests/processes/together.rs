//! Two terminals, an import of people, one of mail and a backup on one file at the same time.

use std::{fmt::Write as _, thread};

use super::{
    desks::opened,
    process::{NOW, Part, Place, clean, op},
    support::terminal::Terminal,
};
use frontdesk::{
    desk::{Command, Edit, Request, command::NewTicket},
    model::{Kind, Message, Table},
    store::{Range, ViewExt, backup, records},
};

fn people(n: usize) -> String {
    let mut out = String::from("External ID,First Name,Last Name,Email\n");
    (0..n).for_each(|i| writeln!(out, "{i},Ann{i},Bee,a{i}@firm.example").unwrap());
    out
}

fn mailbox(n: usize) -> String {
    let mut out = String::new();
    for i in 0..n {
        writeln!(
            out,
            "From c{i}@mail.example Mon Nov  2 10:00:00 2026\nFrom: Cust Omer {i} <c{i}@mail.example>\n\
             To: help@desk.example\nSubject: Question {i}\nMessage-ID: <m{i}@mail.example>\n\
             Date: Mon, 2 Nov 2026 10:00:00 +0000\n\nWhat about number {i}?\n"
        )
        .unwrap();
    }
    out
}

#[test]
fn two_terminals_two_imports_and_a_backup_at_once_all_succeed() {
    let place = Place::new();
    let run = |n, command| place.desk.run(Request::new(op(3, n), place.dana, NOW, command)).unwrap();
    let ada = run(1, Command::Create(Kind::Customer, vec![Edit::set("name", "Ada Lovelace")])).created[0].1;
    let new = NewTicket {
        requester: ada,
        subject: "Printer jams".into(),
        body: "It does it every time.".into(),
        assignee: Some(place.dana),
        ..Default::default()
    };
    run(2, Command::TicketCreate(Box::new(new)));
    let (csv, mbox, to) = (place.file("people.csv"), place.file("support.mbox"), place.file("copy.backup"));
    std::fs::write(&csv, people(1500)).unwrap();
    std::fs::write(&mbox, mailbox(80)).unwrap();

    let mut terminals = [opened(&place), opened(&place)];
    terminals.iter().for_each(|t| t.see("every time"));
    let words = [
        vec!["import", "contacts", csv.to_str().unwrap()],
        vec!["import", "mail", mbox.to_str().unwrap()],
        vec!["backup", to.to_str().unwrap()],
    ];
    let jobs: Vec<_> = words.iter().map(|w| Part::of(&mut place.program(w))).collect();
    thread::scope(|s| {
        for (i, t) in terminals.iter_mut().enumerate() {
            s.spawn(move || (0..3).for_each(|n| t.note(&format!("Note {n} of terminal {i}."))));
        }
    });
    for (job, words) in jobs.into_iter().zip(&words) {
        assert!(job.end().0, "{words:?}");
    }
    // Each sees what the other wrote.
    terminals[0].see("Note 2 of terminal 1.");
    terminals[1].see("Note 2 of terminal 0.");
    terminals.into_iter().for_each(Terminal::leave);

    let mut notes = 0;
    let (customers, tickets) = place
        .desk
        .view(|v| {
            records::each::<Message>(v, |m| {
                notes += usize::from(m.body.starts_with("Note "));
                true
            })?;
            Ok((v.count(Table::Customer, &Range::all())?, v.count(Kind::Ticket.table(), &Range::all())?))
        })
        .unwrap();
    assert_eq!((notes, customers, tickets), (6, 1 + 1500 + 80, 1 + 80));
    clean(&place.desk);
    assert!(backup::verify(&to, &mut |_| true).unwrap().report.is_clean());
    assert!(!place.folder.path().join("copy.backup.part").exists());
}
