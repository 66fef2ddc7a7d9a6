//! Mail that is split over files: tickets and where they came to rest depend on the mails, not on the files.

use super::{
    reports::{ADA, HELP, answer, desk, mail, options, question, report},
    *,
};
use crate::dice::Dice;

/// A ticket as far as it depends on mails: requester, subject, state, assignee, when it began, and its mails.
type Seen = (String, String, String, String, i64, Vec<String>);

fn seen(b: &Bench) -> Vec<Seen> {
    let customers = b.all::<Customer>();
    let agents = b.all::<frontdesk::model::Agent>();
    let messages = b.all::<Message>();
    let mut out: Vec<Seen> = b
        .all::<Ticket>()
        .into_iter()
        .map(|t| {
            let requester = customers.iter().find(|c| c.id == t.requester).unwrap();
            let who = requester.emails.first().map(|e| e.address.clone()).unwrap_or_default();
            let agent = agents.iter().find(|a| Some(a.id) == t.assignee).map(|a| a.handle.clone());
            let mut mails: Vec<String> = messages
                .iter()
                .filter(|m| m.ticket == t.id)
                .map(|m| format!("{} {} {} {}", m.at, m.from, m.body.trim(), m.delivery.as_str()))
                .collect();
            mails.sort();
            (who, t.subject, t.category.as_str().to_owned(), agent.unwrap_or_default(), t.created_at, mails)
        })
        .collect();
    out.sort();
    out
}

/// Some threads: answers, answers to what is missing, people and machines, reports, and Message-IDs that are used twice.
fn mails(dice: &mut Dice) -> Vec<String> {
    let people = [ADA, "Bob <bob@example.org>", "Cy <cy@example.org>"];
    let mut out = Vec::new();
    for thread in 0..1 + dice.below(4) {
        let who = people[dice.place(people.len())];
        let begun = 1 + dice.below(14) as u32;
        let mut known = vec![format!("t{thread}")];
        let has_first = dice.below(5) > 0;
        if has_first {
            out.push(mail(begun, (who, HELP), &known[0], &format!("\nQuestion {thread}.")));
        }
        for n in 1..1 + dice.below(5) {
            let id = format!("t{thread}-{n}");
            let to = known[dice.place(known.len())].clone();
            let day = (begun + 1 + dice.below(6) as u32).min(20);
            let by_us = dice.below(2) == 0;
            let way = if by_us { (HELP, who) } else { (who, HELP) };
            let machine = if dice.below(6) == 0 { "Auto-Submitted: auto-replied\n" } else { "" };
            let rest = format!("{machine}In-Reply-To: <{to}@x.example>\n\nMail {thread}-{n}.");
            out.push(mail(day, way, &id, &rest));
            if by_us && who == ADA && dice.below(3) == 0 {
                out.push(report((day + 1).min(20), &format!("r{thread}-{n}"), &id));
            }
            known.push(id);
        }
    }
    if dice.below(3) == 0 {
        out.push(mail(
            19,
            ("Eve <eve@example.org>", HELP),
            "t0",
            "\nAnother mail under an id that is taken.",
        ));
    }
    out
}

fn shuffle<T>(all: &mut [T], dice: &mut Dice) {
    for n in (1..all.len()).rev() {
        all.swap(n, dice.place(n + 1));
    }
}

#[test]
fn any_split_of_mails_into_files_in_any_order_gives_the_same_tickets_and_states() {
    let seed = std::env::var("FRONTDESK_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(7);
    for round in 0..12 {
        let mut dice = Dice(seed ^ (round * 7919));
        let mut mails = mails(&mut dice);
        let mut whole = desk();
        let (_dir, one) = options(&[mails.concat()]);
        whole.import(one);
        let expected = seen(&whole);
        for split in 0..3 {
            shuffle(&mut mails, &mut dice);
            let mut files = vec![String::new(); 1 + dice.place(4)];
            for m in &mails {
                let n = dice.place(files.len());
                files[n].push_str(m);
            }
            files.retain(|f| !f.is_empty());
            let mut b = desk();
            let before = b.records();
            let (_dir, options) = options(&files);
            let done = b.import(options.clone());
            assert_eq!(seen(&b), expected, "seed {seed}, round {round}, split {split}: {files:#?}");
            assert_eq!(done.tally.created, mails.len() as u64);
            b.assert_clean();
            b.twice_and_back(&options, &before, &done);
        }
    }
}

#[test]
fn an_answer_that_a_later_import_brings_settles_the_question() {
    for (days, state) in [((1, 2), "solved"), ((17, 18), "pending")] {
        for order in [[0, 1], [1, 0]] {
            let mut b = desk();
            let texts = [question(days.0), answer(days.1)];
            for n in order {
                let (_dir, one) = options(&[texts[n].clone()]);
                b.import(one);
            }
            let tickets = b.all::<Ticket>();
            assert_eq!((tickets.len(), tickets[0].category.as_str()), (1, state), "{order:?}");
            assert!(tickets[0].assignee.is_some());
            b.assert_clean();
        }
    }
    // What the customer wrote since is still to be answered.
    let mut b = desk();
    let again = mail(19, (ADA, HELP), "q2", "In-Reply-To: <q@x.example>\n\nAnd it hisses.");
    for text in [format!("{}{again}", question(17)), answer(18)] {
        let (_dir, one) = options(&[text]);
        b.import(one);
    }
    assert_eq!(b.all::<Ticket>()[0].category.as_str(), "open");
}

#[test]
fn files_of_an_import_move_a_ticket_that_was_there_in_any_order() {
    let more = [
        mail(18, (ADA, HELP), "q2", "In-Reply-To: <a@x.example>\n\nThe blue one."),
        mail(19, (HELP, ADA), "a2", "In-Reply-To: <q2@x.example>\n\nIt is on its way."),
    ];
    for order in [[0, 1], [1, 0]] {
        let mut b = desk();
        let (_dir, first) = options(&[format!("{}{}", question(16), answer(17))]);
        b.import(first);
        let (_dir, second) = options(&order.map(|n| more[n].clone()));
        b.import(second);
        let tickets = b.all::<Ticket>();
        assert_eq!((tickets.len(), tickets[0].category.as_str()), (1, "pending"), "{order:?}");
    }
}
