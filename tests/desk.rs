//! The desk: every command, its rules, its undo, over the engine in memory.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

use frontdesk::{
    desk::{
        Command, Edit, TicketChange, clock,
        command::{
            NewAgent, NewForward, NewInteraction, NewOrder, NewReceived, NewReply, NewResponse, NewTicket,
        },
        read, undo,
    },
    model::{
        Category, Channel, Customer, Day, Delivery, EventKind, Id, Kind, Message, Order, OrderStatus,
        Organisation, Outbox, OutboxState, Preset, Priority, Refusal, Ticket, order::Line,
    },
    store::{Reject, check, records},
};
use proptest::prelude::*;

mod support;

use support::bench::{Bench, Everything};

#[test]
fn a_reply_is_held_then_queued_and_can_be_taken_back_only_while_held() {
    let mut b = Bench::new();
    let ada = b.customer("Ada Lovelace", "ada@example.org");
    let t = b.ticket(ada, "Invoice is blank");
    let then = Some(Category::Pending);
    let reply = NewReply { ticket: t, body: "Which browser?".into(), then, ..Default::default() };
    b.run(Command::TicketReply(Box::new(reply)));
    let ticket: Ticket = b.get(t);
    assert_eq!((ticket.category, ticket.assignee), (Category::Pending, Some(b.owner)));
    assert!(ticket.timers.first_reply_at.is_some());

    let undone = b.run(Command::Undo(None));
    assert_eq!(undone.draft.unwrap().body, "Which browser?");
    let ticket: Ticket = b.get(t);
    assert_eq!((ticket.category, ticket.timers.first_reply_at), (Category::New, None));

    b.run(Command::Redo);
    let thread = b.desk.view(|v| read::thread(v, t)).unwrap();
    assert_eq!(thread.last().unwrap().delivery, Delivery::Held);
    b.now += 20_000;
    let mut tick = b.request(Command::Tick);
    tick.actor = Id::NIL;
    b.desk.run(tick).unwrap();
    let thread = b.desk.view(|v| read::thread(v, t)).unwrap();
    assert_eq!(thread.last().unwrap().delivery, Delivery::Queued, "queued, and not sent");
    let sent = b.desk.store().head().unwrap() - 1;
    assert!(matches!(b.refused(Command::Undo(Some(sent))), Refusal::Final(_)));
    b.assert_clean();
}

#[test]
fn undo_passes_over_what_cannot_be_undone_and_says_so() {
    let mut b = Bench::new();
    let ada = b.customer("Ada Lovelace", "ada@example.org");
    let (t, other) = (b.ticket(ada, "Invoice is blank"), b.ticket(ada, "Lamp"));
    b.run(Command::TicketSet(vec![other], vec![TicketChange::Tag("one".into())]));
    for text in ["Which browser?", "Which version?"] {
        b.run(Command::TicketReply(Box::new(NewReply {
            ticket: t,
            body: text.into(),
            ..Default::default()
        })));
    }
    b.now += 60_000;
    let mut tick = b.request(Command::Tick);
    tick.actor = Id::NIL;
    b.desk.run(tick).unwrap();
    b.run(Command::CustomerExport(ada));
    let undone = b.run(Command::Undo(None));
    assert_eq!(
        undone.summary,
        "undone: T-2 tagged one (skipped 2 replies that have left the desk, 1 export or backup)"
    );
    assert!(b.get::<Ticket>(other).tags.is_empty());
    b.run(Command::Redo);
    assert_eq!(b.get::<Ticket>(other).tags, ["one"], "an export does not end what can be redone");
    b.run(Command::Undo(None));
    b.run(Command::Undo(None));

    // The answered ticket blocks the undo, and says so; the next undo goes past it.
    let Refusal::InTheWay { seq, what, why } = b.refused(Command::Undo(None)) else { panic!() };
    assert_eq!(what, "T-1 opened for Ada Lovelace");
    assert!(matches!(*why, Refusal::ChangedSince(_)), "{why}");
    let Refusal::InTheWay { seq, .. } = b.refused(Command::UndoBefore(seq)) else { panic!() };
    let last = b.refused(Command::UndoBefore(seq));
    assert_eq!(last, Refusal::NothingTo("undo"), "the set-up of the desk is not among them");
    assert_eq!(
        b.refused(Command::Undo(Some(1))),
        Refusal::NoUndo("setting up the desk cannot be undone".into())
    );
    b.assert_clean();
}

#[test]
fn the_history_says_of_each_change_whether_it_can_be_undone_and_why_not() {
    let mut b = Bench::new();
    let ada = b.customer("Ada Lovelace", "ada@example.org");
    let t = b.ticket(ada, "Invoice is blank");
    let tag = |word: &str| Command::TicketSet(vec![t], vec![TicketChange::Tag(word.into())]);
    let subject = |word: &str| Command::TicketSet(vec![t], vec![TicketChange::Subject(word.into())]);
    let (one, two) = (b.run(tag("one")).seq, b.run(tag("two")).seq);
    let first = b.run(subject("Lamp")).seq;
    b.run(subject("Lamp is dark"));
    b.run(Command::Undo(Some(two)));
    let reply = NewReply { ticket: t, body: "Which browser?".into(), ..Default::default() };
    let reply = b.run(Command::TicketReply(Box::new(reply))).seq;
    b.now += 60_000;
    let mut tick = b.request(Command::Tick);
    tick.actor = Id::NIL;
    b.desk.run(tick).unwrap();

    // In pages of two, the newest first.
    let (who, mut all, mut place) = ((b.owner, b.now), Vec::new(), Some(undo::Place::default()));
    while let Some(at) = place {
        let (page, next) = b.desk.history(who, undo::Whose::Mine, at, 2).unwrap();
        assert!(page.len() <= 2);
        all.extend(page);
        place = next;
    }
    let whole = b.desk.history(who, undo::Whose::Mine, undo::Place::default(), 100).unwrap();
    assert_eq!((all.as_slice(), whole.1), (whole.0.as_slice(), None));
    let of = |seq| all.iter().find(|e| e.seq == seq).unwrap().why_not.clone();
    assert_eq!(of(one), None);
    assert_eq!(of(two).as_deref(), Some("it was undone already"));
    assert_eq!(of(reply).as_deref(), Some("the reply has left the desk"));
    assert!(of(first).unwrap().contains("subject should be Lamp and is Lamp is dark"));
    assert_eq!(all.len(), 7, "the set-up of the desk and undos are not in it: {all:#?}");
    let automatic = b.desk.history(who, undo::Whose::Automatic, undo::Place::default(), 100).unwrap().0;
    assert_eq!(automatic.len(), 1);
    assert_eq!(automatic[0].actor, Id::NIL);

    // What undoing one would do, and that it does that.
    let lines = b.desk.preview_undo(who, one).unwrap();
    let line = lines.iter().find(|l| l.field == "tags").unwrap();
    assert_eq!((line.record.as_str(), line.now.as_str(), line.then.as_str()), ("T-1", "one", ""));
    assert!(b.desk.preview_undo(who, first).is_err());
    b.run(Command::Undo(Some(one)));
    assert!(b.get::<Ticket>(t).tags.is_empty());
    assert_eq!(
        b.refused(Command::Undo(Some(one))),
        Refusal::NoUndo("it was undone already".into()),
        "undone once"
    );
    b.run(Command::Redo);
    b.run(Command::Undo(Some(one)));
    assert!(b.get::<Ticket>(t).tags.is_empty(), "what was done again is undone by its own row");
    b.assert_clean();
}

#[test]
fn a_change_of_many_is_one_change_of_the_history_and_undone_whole() {
    let mut b = Bench::new();
    let many: Vec<Id> =
        (0..1_100).map(|i| b.customer(&format!("N {i}"), &format!("n{i}@example.org"))).collect();
    let seq = b.run(Command::Tag(Kind::Customer, many.clone(), vec!["spring".into()], vec![])).seq;
    let (page, _) = b.desk.history((b.owner, b.now), undo::Whose::Mine, undo::Place::default(), 2).unwrap();
    assert_eq!((page[0].seq, page[0].what.as_str()), (seq, "100 customers tagged, in 3 steps"));
    assert_eq!(page[1].what, "N 1099 added as C-1100");
    let done = b.run(Command::Undo(Some(seq)));
    assert_eq!(done.summary, "undone: 1100 customers tagged");
    assert!(many.iter().all(|id| b.get::<Customer>(*id).tags.is_empty()));
    assert!(matches!(b.refused(Command::Undo(Some(seq))), Refusal::NoUndo(_)));
    b.run(Command::Redo);
    assert!(many.iter().all(|id| b.get::<Customer>(*id).tags == ["spring"]));
}

#[test]
fn of_two_agents_who_answer_at_once_the_later_is_told() {
    let mut b = Bench::new();
    let ada = b.customer("Ada Lovelace", "ada@example.org");
    let t = b.ticket(ada, "Invoice is blank");
    let sam = NewAgent { name: "Sam Roe".into(), unix_user: "sam".into(), ..Default::default() };
    let sam = b.run(Command::AgentAdd(sam)).created[0].1;
    let thread = |b: &Bench| b.desk.view(|v| read::thread(v, t)).unwrap();
    let began = thread(&b).last().map(|m| m.id);
    let by = |b: &mut Bench, who: Id, seen: Option<Id>| {
        let reply = NewReply { ticket: t, body: "Which browser?".into(), seen, ..Default::default() };
        let request = b.request(Command::TicketReply(Box::new(reply)));
        b.desk.run(frontdesk::desk::Request { actor: who, ..request })
    };
    let owner = b.owner;
    by(&mut b, sam, began).unwrap();
    let unseen = |r: Result<_, Reject>| match r {
        Err(Reject::Refused(Refusal::Unseen { what, latest })) => (what, latest),
        Err(other) => panic!("{other}"),
        Ok::<frontdesk::desk::Done, _>(done) => panic!("{}", done.summary),
    };
    // Whether or not the other says what was seen.
    for seen in [began, None] {
        let (what, latest) = unseen(by(&mut b, owner, seen));
        assert!(what.starts_with("Sam Roe's reply to T-1 is held until"), "{what}");
        assert_eq!(Some(latest), thread(&b).last().map(|m| m.id));
    }
    assert_eq!(thread(&b).len(), 2, "nothing was sent");
    by(&mut b, sam, began).expect("one's own reply is no news");
    let latest = thread(&b).last().map(|m| m.id);
    by(&mut b, owner, latest).expect("who has seen it may send");
    // A customer who wrote meanwhile is shown first, too.
    b.now += 60_000;
    b.run(Command::Tick);
    let seen = thread(&b).last().map(|m| m.id);
    b.run(Command::TicketReceive(Box::new(NewReceived {
        ticket: t,
        body: "Firefox.".into(),
        ..Default::default()
    })));
    assert_eq!(unseen(by(&mut b, owner, seen)).0, "Ada Lovelace wrote on T-1 since you began");
    b.assert_clean();
}

#[test]
fn a_hold_does_not_trust_a_clock_that_was_wrong() {
    let day = 86_400_000;
    let held = |b: &Bench, id: Id| b.get::<Outbox>(id).state == OutboxState::Held;
    let reply = |b: &mut Bench, t: Id| {
        let new = NewReply { ticket: t, body: "Which browser?".into(), ..Default::default() };
        b.run(Command::TicketReply(Box::new(new))).created[0].1
    };
    let tick = |b: &mut Bench| {
        let mut tick = b.request(Command::Tick);
        tick.actor = Id::NIL;
        b.desk.run(tick).unwrap();
    };
    // A day ahead: due once the clock is right again.
    let mut b = Bench::new();
    let ada = b.customer("Ada", "ada@example.org");
    let t = b.ticket(ada, "Help");
    b.now += day;
    let ahead = reply(&mut b, t);
    b.now -= day;
    assert!(b.desk.view(|v| clock::is_due(v, b.now)).unwrap());
    assert_eq!(b.desk.view(|v| clock::next(v, b.now)).unwrap(), Some(b.now));
    tick(&mut b);
    assert!(!held(&b, ahead));
    assert_eq!(b.desk.view(|v| clock::next(v, b.now)).unwrap(), None);
    // A day behind: held for its time from when the clock is right again, and then due.
    let mut b = Bench::new();
    let ada = b.customer("Ada", "ada@example.org");
    let t = b.ticket(ada, "Help");
    b.now -= day;
    let behind = reply(&mut b, t);
    b.now += day;
    tick(&mut b);
    assert!(held(&b, behind), "not due immediately");
    b.now += 11_000;
    tick(&mut b);
    assert!(!held(&b, behind));
    b.assert_clean();
}

#[test]
fn what_is_written_to_a_merged_record_follows_and_to_an_erased_one_is_rejected() {
    let c = |id: Id| {
        vec![
            Command::Edit(Kind::Customer, id, vec![Edit::set("city", "Oslo")]),
            Command::Archive(Kind::Customer, vec![id], true),
            Command::Tag(Kind::Customer, vec![id], vec!["vip".into()], vec![]),
            Command::InteractionLog(NewInteraction { customer: id, ..Default::default() }),
            Command::TicketCreate(Box::new(NewTicket {
                requester: id,
                subject: "Lamp".into(),
                ..Default::default()
            })),
            Command::OrderAdd(NewOrder {
                customer: id,
                date: Day(20_000),
                lines: vec![Line { amount: 500, quantity: 1, ..Default::default() }],
                ..Default::default()
            }),
            Command::ResponseRecord(NewResponse {
                customer: id,
                preset: Preset::Nps,
                score: 9,
                ..Default::default()
            }),
            Command::Create(
                Kind::Task,
                vec![Edit::set("title", "Call"), Edit::set("customer", id.to_string())],
            ),
        ]
    };
    let on = |id: Id| {
        vec![
            Command::TicketReply(Box::new(NewReply { ticket: id, body: "x".into(), ..Default::default() })),
            Command::TicketNote(id, "x".into()),
            Command::TicketForward(Box::new(NewForward {
                ticket: id,
                to: vec!["x@example.org".into()],
                ..Default::default()
            })),
            Command::TicketReceive(Box::new(NewReceived {
                ticket: id,
                body: "x".into(),
                ..Default::default()
            })),
            Command::TicketSet(vec![id], vec![TicketChange::Subject("x".into())]),
            Command::TicketSet(vec![id], vec![TicketChange::Tag("x".into())]),
            Command::Create(
                Kind::Task,
                vec![Edit::set("title", "Call"), Edit::set("ticket", id.to_string())],
            ),
        ]
    };
    let mut b = Bench::new();
    let (ada, twin) = (b.customer("Ada", "ada@example.org"), b.customer("Ada L", "adal@example.org"));
    b.run(Command::Merge { kind: Kind::Customer, into: ada, from: twin, take: vec![] });
    let gone = b.get::<Customer>(twin);
    for command in c(twin) {
        let word = command.word();
        let done = b.run(command);
        let names = !matches!(word, "task add");
        assert!(!names || done.summary.contains("C-2 was merged into C-1"), "{word}: {}", done.summary);
        assert!(!done.touched.iter().any(|(_, id)| *id == twin), "{word}");
    }
    assert_eq!(b.get::<Customer>(twin), gone);
    assert_eq!(b.get::<Customer>(ada).tags, ["vip"]);
    let acme = b.run(Command::Create(Kind::Organisation, vec![Edit::set("name", "Acme")])).created[0].1;
    let part = b.run(Command::Create(Kind::Organisation, vec![Edit::set("name", "Part")])).created[0].1;
    b.run(Command::Merge { kind: Kind::Organisation, into: acme, from: part, take: vec![] });
    b.run(Command::Edit(Kind::Organisation, part, vec![Edit::set("note", "Calls on Mondays")]));
    b.run(Command::Archive(Kind::Organisation, vec![part], true));
    assert_eq!(b.get::<Organisation>(acme).notes, ["Calls on Mondays"]);

    let bob = b.customer("Bob", "bob@example.org");
    let t = b.ticket(bob, "Help");
    let mut erased = b.get::<Customer>(bob);
    erased.erased_at = Some(b.now);
    let op = b.request(Command::Tick).op;
    let write = move |tx: &mut dyn frontdesk::store::Tx| -> Result<(), Reject> {
        records::Work::new(tx).put(&erased)?;
        Ok(())
    };
    b.desk.store().write(op, frontdesk::store::Weight::Light, Box::new(write)).unwrap();
    let head = b.desk.store().head().unwrap();
    for mut command in c(bob).into_iter().chain(on(t)) {
        let word = command.word();
        assert!(matches!(b.refused(command.clone()), Refusal::Gone { .. }), "{word}");
        let mut named = 0;
        command
            .subjects(&mut |_: frontdesk::desk::subjects::Subject<'_>| {
                named += 1;
                Ok(())
            })
            .unwrap();
        assert!(named > 0 || word == "task add", "{word} names nothing");
    }
    assert_eq!(b.desk.store().head().unwrap(), head, "nothing was written");
    // What says nothing of them may still be done, and of several the others are changed.
    b.run(Command::TicketSet(vec![t], vec![TicketChange::Category(Category::Solved)]));
    let done = b.run(Command::Tag(Kind::Customer, vec![bob, ada], vec!["late".into()], vec![]));
    assert_eq!(done.skipped.len(), 1);
    assert_eq!(b.get::<Customer>(ada).tags, ["vip", "late"]);
}

#[test]
fn a_ticket_goes_to_another_requester_with_its_answers_and_comes_back() {
    let mut b = Bench::new();
    let (ada, bob) = (b.customer("Ada", "ada@example.org"), b.customer("Bob", "bob@example.org"));
    b.run(Command::Edit(Kind::Customer, bob, vec![Edit::set("organisation", "Harbour")]));
    let t = b.ticket(ada, "Help");
    let done = b.run(Command::TicketSet(vec![t], vec![TicketChange::Requester(bob)]));
    assert!(done.summary.contains("now of") && done.summary.contains("Bob"), "{}", done.summary);
    let organisation = b.get::<Customer>(bob).organisation();
    let ticket: Ticket = b.get(t);
    assert_eq!(
        (ticket.requester, ticket.organisation),
        (bob, organisation),
        "with the requester's organisation"
    );
    let events = b.desk.view(|v| read::events(v, t)).unwrap();
    let last = events.iter().find(|e| e.kind == EventKind::Requester).unwrap();
    assert_eq!((last.from.clone(), last.to.clone()), (ada.to_string(), bob.to_string()));
    b.run(Command::TicketReply(Box::new(NewReply { ticket: t, body: "Hello".into(), ..Default::default() })));
    let thread = b.desk.view(|v| read::thread(v, t)).unwrap();
    assert_eq!(thread.last().unwrap().to, ["bob@example.org"]);
    b.run(Command::Undo(None));
    b.run(Command::Undo(None));
    let ticket: Ticket = b.get(t);
    assert_eq!((ticket.requester, ticket.organisation), (ada, None));
    assert!(b.desk.view(|v| read::events(v, t)).unwrap().iter().all(|e| e.kind != EventKind::Requester));
    // A merged customer resolves to the surviving one; an unknown one is rejected.
    b.run(Command::Merge { kind: Kind::Customer, into: ada, from: bob, take: Vec::new() });
    let cleo = b.customer("Cleo", "cleo@example.org");
    b.run(Command::TicketSet(vec![t], vec![TicketChange::Requester(cleo)]));
    b.run(Command::TicketSet(vec![t], vec![TicketChange::Requester(bob)]));
    assert_eq!(b.get::<Ticket>(t).requester, ada);
    let unknown = Command::TicketSet(vec![t], vec![TicketChange::Requester(Id([3; 16]))]);
    assert!(matches!(b.refused(unknown), Refusal::NotFound { .. }));
    b.assert_clean();
}

#[test]
fn an_external_id_has_one_owner() {
    let mut b = Bench::new();
    let (ada, bob) = (b.customer("Ada", "ada@example.org"), b.customer("Bob", "bob@example.org"));
    let named = |who| Command::Edit(Kind::Customer, who, vec![Edit::set("external_id", "crm:7")]);
    b.run(named(ada));
    match b.refused(named(bob)) {
        Refusal::Taken { what, owner } => assert_eq!((what.as_str(), owner.as_str()), ("crm 7", "Ada")),
        other => panic!("{other}"),
    }
    let found = |b: &Bench| b.desk.view(|v| Ok(read::resolve(v, Kind::Customer, "crm:7").ok())).unwrap();
    assert_eq!(found(&b), Some(ada));
    b.assert_clean();
    // Once it is free it may be given.
    b.run(Command::Edit(Kind::Customer, ada, vec![Edit::remove("external_id", "crm:7")]));
    b.run(named(bob));
    assert_eq!(found(&b), Some(bob));
    b.run(Command::Undo(None));
    b.run(named(ada));
    b.assert_clean();
}

#[test]
fn two_stages_of_one_moment_stand_on_the_timeline() {
    let mut b = Bench::new();
    let ada = b.customer("Ada", "ada@example.org");
    b.run(Command::Edit(
        Kind::Customer,
        ada,
        vec![Edit::set("stage", "lead"), Edit::set("stage", "churned")],
    ));
    b.assert_clean();
}

#[test]
fn an_address_has_one_owner_unless_it_is_shared() {
    let mut b = Bench::new();
    let ada = b.customer("Ada", "info@example.org");
    let bob = vec![Edit::set("name", "Bob"), Edit::set("email", "INFO@example.org")];
    let taken = b.refused(Command::Create(Kind::Customer, bob.clone()));
    assert!(matches!(taken, Refusal::Taken { .. }), "{taken}");
    b.run(Command::Edit(Kind::Customer, ada, vec![Edit::add("shared_email", "info@example.org")]));
    b.run(Command::Create(Kind::Customer, bob));
    b.customer("Cleo", "cleo@example.org");
    let older = Command::Edit(Kind::Customer, ada, vec![Edit::add("email", "cleo@example.org")]);
    let taken = b.refused(older);
    assert!(matches!(taken, Refusal::Taken { .. }), "an older customer does not get it either: {taken}");
    b.assert_clean();
}

#[test]
fn undo_refuses_only_where_its_own_fields_changed_since() {
    let mut b = Bench::new();
    let ada = b.customer("Ada", "ada@example.org");
    let t = b.ticket(ada, "Help");
    let tagged = b.run(Command::TicketSet(vec![t], vec![TicketChange::Tag("one".into())])).seq;
    let urgent = b.run(Command::TicketSet(vec![t], vec![TicketChange::Priority(Priority::Urgent)])).seq;
    b.run(Command::TicketSet(vec![t], vec![TicketChange::Tag("two".into())]));
    b.run(Command::TicketSet(vec![t], vec![TicketChange::Priority(Priority::Low)]));
    b.run(Command::Undo(Some(tagged)));
    assert_eq!(b.get::<Ticket>(t).tags, ["two"]);
    match b.refused(Command::Undo(Some(urgent))) {
        Refusal::ChangedSince(c) => {
            let c = c.first().unwrap();
            assert_eq!(
                (c.field.as_str(), c.expected.as_str(), c.found.as_str()),
                ("priority", "urgent", "low")
            );
        }
        other => panic!("{other}"),
    }
    b.assert_clean();
}

#[test]
fn undo_and_redo_walk_ones_own_changes_in_order() {
    let mut b = Bench::new();
    let ada = b.customer("Ada", "ada@example.org");
    for given in ["B", "C", "D"] {
        b.run(Command::Edit(Kind::Customer, ada, vec![Edit::set("given", given)]));
    }
    let given = |b: &Bench| b.get::<Customer>(ada).given;
    b.run(Command::Undo(None));
    b.run(Command::Undo(None));
    assert_eq!(given(&b), "B");
    b.run(Command::Redo);
    assert_eq!(given(&b), "C");
    b.run(Command::Undo(None));
    assert_eq!(given(&b), "B");
    b.run(Command::Redo);
    b.run(Command::Redo);
    assert_eq!(given(&b), "D");
    assert_eq!(b.refused(Command::Redo), Refusal::NothingTo("redo"));
    b.run(Command::Undo(None));
    b.run(Command::Edit(Kind::Customer, ada, vec![Edit::set("given", "E")]));
    assert_eq!(b.refused(Command::Redo), Refusal::NothingTo("redo"), "a new change ends what can be redone");
    b.run(Command::Undo(None));
    assert_eq!(given(&b), "C");
    b.assert_clean();
}

#[test]
fn of_several_tickets_those_that_cannot_are_skipped_and_said() {
    let mut b = Bench::new();
    let ada = b.customer("Ada", "ada@example.org");
    let (one, two) = (b.ticket(ada, "One"), b.ticket(ada, "Two"));
    b.run(Command::TicketSet(vec![one], vec![TicketChange::Category(Category::Solved)]));
    let done = b.run(Command::TicketSet(vec![one, two], vec![TicketChange::Category(Category::Solved)]));
    assert_eq!(done.skipped.len(), 1);
    assert_eq!(done.summary, "T-2 solved, 1 skipped");
    let pending = Command::TicketSet(vec![one], vec![TicketChange::Category(Category::Pending)]);
    assert!(matches!(b.refused(pending), Refusal::Transition { .. }));
    b.assert_clean();
}

#[test]
fn a_refund_is_never_more_than_was_paid() {
    let mut b = Bench::new();
    let ada = b.customer("Ada", "ada@example.org");
    let line = Line { sku: "CD".into(), quantity: 2, amount: 2933, ..Default::default() };
    let new = NewOrder { customer: ada, date: Day(20_000), lines: vec![line], tax: 67, ..Default::default() };
    let o = b.run(Command::OrderAdd(new)).created[0].1;
    assert_eq!(b.get::<Order>(o).total, 3000);
    assert!(matches!(b.refused(Command::OrderRefund(o, 3001, String::new())), Refusal::Invalid { .. }));
    b.run(Command::OrderRefund(o, 1000, "scratched".into()));
    b.run(Command::OrderRefund(o, 2000, String::new()));
    assert_eq!(b.get::<Order>(o).status, OrderStatus::Refunded);
    assert!(matches!(b.refused(Command::OrderRefund(o, 1, String::new())), Refusal::Invalid { .. }));
    b.assert_clean();
}

#[test]
fn a_change_of_what_was_changed_since_one_looked_is_refused() {
    let mut b = Bench::new();
    let ada = b.customer("Ada", "ada@example.org");
    let mut r = b.request(Command::Edit(Kind::Customer, ada, vec![Edit::set("given", "X")]));
    r.seen = vec![(Kind::Customer, ada, 1)];
    b.run(Command::Edit(Kind::Customer, ada, vec![Edit::set("given", "Y")]));
    assert!(matches!(b.desk.run(r), Err(Reject::Refused(Refusal::Conflict { .. }))));
    // Where it is not single fields that change, any change counts.
    let bob = b.customer("Bob", "bob@example.org");
    let mut r = b.request(Command::Merge { kind: Kind::Customer, into: ada, from: bob, take: vec![] });
    r.seen = vec![(Kind::Customer, ada, 1)];
    assert!(matches!(b.desk.run(r), Err(Reject::Refused(Refusal::Stale { .. }))));
}

#[test]
fn who_saves_a_field_second_sees_both_values_and_different_fields_merge() {
    let mut b = Bench::new();
    let ada = b.customer("Ada", "ada@example.org");
    let edit = |b: &mut Bench, edits: Vec<Edit>, seen: u64| {
        let mut r = b.request(Command::Edit(Kind::Customer, ada, edits));
        r.seen = vec![(Kind::Customer, ada, seen)];
        b.desk.run(r)
    };
    let seen = b.get::<Customer>(ada).version;
    edit(&mut b, vec![Edit::set("language", "en")], seen).unwrap();
    b.run(Command::Tag(Kind::Customer, vec![ada], vec!["vip".into()], vec![]));
    b.run(Command::CustomerExport(ada));
    // Another field than the others: both stand.
    edit(&mut b, vec![Edit::set("source", "fair")], seen).unwrap();
    let c = b.get::<Customer>(ada);
    assert_eq!((c.language.as_str(), c.source.as_str(), c.tags.len()), ("en", "fair", 1));
    // The same field: both values are shown, and nothing is changed.
    let now = b.get::<Customer>(ada);
    let both = vec![Edit::set("language", "de"), Edit::set("given", "Augusta")];
    match edit(&mut b, both.clone(), seen) {
        Err(Reject::Refused(Refusal::Conflict { clashes, version })) => {
            assert_eq!((clashes.len(), version), (1, now.version));
            let c = &clashes[0];
            assert_eq!((c.field.as_str(), c.expected.as_str(), c.found.as_str()), ("language", "de", "en"));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(b.get::<Customer>(ada), now);
    // Who has seen that may overwrite it; the same value is no conflict.
    edit(&mut b, both, now.version).unwrap();
    edit(&mut b, vec![Edit::set("language", "de")], seen).unwrap();
    assert_eq!(b.get::<Customer>(ada).language, "de");
    b.assert_clean();
}

#[test]
fn the_first_address_is_the_one_that_is_written_to_and_what_is_not_shown_stays() {
    let mut b = Bench::new();
    let ada = b.customer("Ada", "ada@example.org");
    let set = |field: &str, value: &str| Command::Edit(Kind::Customer, ada, vec![Edit::set(field, value)]);
    b.run(set("email", "ada@example.org, a@work.example"));
    b.run(Command::Edit(Kind::Customer, ada, vec![Edit::add("shared_email", "ada@example.org")]));
    b.run(set("email", "a@work.example, ada@example.org"));
    let c = b.get::<Customer>(ada);
    assert_eq!(c.email(), Some("a@work.example"));
    assert!(c.emails[1].shared && !c.emails[1].primary, "what is known of an address stays");
    b.run(set("phone", "+49 30 555 0101, +49 30 555 0102"));
    b.run(set("phone", "+49 30 555 0102, +49 30 555 0101"));
    assert_eq!(b.get::<Customer>(ada).phone(), Some("+49 30 555 0102"));
    b.run(Command::Edit(
        Kind::Customer,
        ada,
        vec![Edit::add("note", "Two cats"), Edit::add("note", "Calls early")],
    ));
    b.run(set("note", "Two cats\n\nCalls late"));
    assert_eq!(b.get::<Customer>(ada).notes, ["Two cats", "Calls late"]);
    b.assert_clean();
}

#[test]
fn a_record_that_is_changed_behind_the_log_is_found() {
    let mut b = Bench::new();
    let ada = b.customer("Ada", "ada@example.org");
    b.run(Command::Edit(Kind::Customer, ada, vec![Edit::set("city", "Oslo"), Edit::set("given", "Augusta")]));
    b.run(Command::Undo(None));
    b.run(Command::Redo);
    b.assert_clean();
    let mut changed = b.get::<Customer>(ada);
    changed.language = "de".into();
    let op = b.request(Command::Tick).op;
    let write = move |tx: &mut dyn frontdesk::store::Tx| -> Result<(), Reject> {
        records::Work::new(tx).put(&changed)?;
        Ok(())
    };
    b.desk.store().write(op, frontdesk::store::Weight::Light, Box::new(write)).unwrap();
    let report = b.desk.view(|v| check::check(v, &mut |_| ())).unwrap();
    let [found] = report.findings.as_slice() else { panic!("{:?}", report.findings) };
    assert!(found.place.contains("customer") && found.what.contains("behind the log"), "{found:?}");
    let chain = b.desk.view(|v| check::log::verify_records(v, &mut |_, _| Ok(()))).unwrap();
    assert_eq!(chain.breaks.len(), 1, "log verify finds it, too: {:?}", chain.breaks);
}

#[test]
fn the_same_op_is_applied_once() {
    let mut b = Bench::new();
    let r = b.request(Command::Create(Kind::Customer, vec![Edit::set("name", "Ada")]));
    b.desk.run(r.clone()).unwrap();
    assert!(b.desk.run(r).unwrap().replayed);
    assert_eq!(b.records().keys().filter(|(k, _)| *k == Kind::Customer).count(), 1);
}

#[test]
fn the_history_of_a_customer_comes_in_pages() {
    let mut b = Bench::new();
    let ada = b.customer("Ada", "ada@example.org");
    let t = b.ticket(ada, "Help");
    b.run(Command::TicketNote(t, "called back".into()));
    let (items, next) =
        b.desk.view(|v| read::timeline(v, ada, &frontdesk::model::zone::Zone::utc(), None, 10)).unwrap();
    assert_eq!((items.len(), next), (3, None), "the ticket, its message, the note");
    let (page, next) =
        b.desk.view(|v| read::timeline(v, ada, &frontdesk::model::zone::Zone::utc(), None, 2)).unwrap();
    let (rest, _) = b
        .desk
        .view(|v| read::timeline(v, ada, &frontdesk::model::zone::Zone::utc(), next.as_ref(), 2))
        .unwrap();
    assert_eq!(page.into_iter().chain(rest).collect::<Vec<_>>(), items);
    let m: Vec<Message> = b.desk.view(|v| read::thread(v, t)).unwrap();
    assert_eq!(m.len(), 2);
}

/// One command of a random sequence: which, and two numbers to choose with.
fn command(b: &mut Bench, (which, x, y): (u8, usize, usize)) -> Option<Command> {
    let pick = |kind: Kind, n: usize| {
        let all: Vec<Id> = b
            .records()
            .keys()
            .filter(|(k, _)| *k == kind)
            .map(|(_, k)| Id(k[..].try_into().unwrap()))
            .collect();
        (!all.is_empty()).then(|| all[n % all.len()])
    };
    let customer = pick(Kind::Customer, x);
    let ticket = pick(Kind::Ticket, x);
    let words = ["ada", "bob", "cleo", "dora", "emil"];
    let word = words[y % words.len()];
    let email = format!("{word}{x}@example.org");
    Some(match which % 20 {
        18 => match pick(Kind::Deal, x) {
            Some(d) if y.is_multiple_of(3) => Command::Archive(Kind::Deal, vec![d], y.is_multiple_of(2)),
            Some(d) if y.is_multiple_of(2) => {
                Command::Tag(Kind::Deal, vec![d], vec![word.into()], vec![words[x % words.len()].into()])
            }
            _ => Command::Create(
                Kind::Deal,
                vec![Edit::set("title", word), Edit::set("customer", customer?.to_string())],
            ),
        },
        19 => {
            let stage = ["proposal", "won", "lost", "negotiation"][y % 4];
            let mut edits = vec![Edit::set("stage", stage), Edit::set("amount", (x * 7).to_string())];
            edits.extend((stage == "lost").then(|| Edit::set("lost_reason", word)));
            Command::Edit(Kind::Deal, pick(Kind::Deal, x)?, edits)
        }
        0 => Command::Create(
            Kind::Customer,
            vec![Edit::set("name", format!("{word} {x}")), Edit::set("email", email)],
        ),
        1 => Command::Edit(
            Kind::Customer,
            customer?,
            vec![
                Edit::set("given", word),
                Edit::add("tag", word),
                Edit::set("organisation", word),
                Edit::set("stage", "churned"),
            ],
        ),
        2 => Command::Archive(Kind::Customer, vec![customer?], y.is_multiple_of(2)),
        3 => Command::Create(
            Kind::Organisation,
            vec![Edit::set("name", format!("{word} Ltd")), Edit::add("tag", "x")],
        ),
        4 => {
            let channel = Channel::Phone;
            Command::InteractionLog(NewInteraction {
                customer: customer?,
                ticket,
                channel,
                ..Default::default()
            })
        }
        5 | 6 => Command::TicketCreate(Box::new(NewTicket {
            requester: customer?,
            subject: word.into(),
            body: if y.is_multiple_of(3) { String::new() } else { word.into() },
            ..Default::default()
        })),
        7 => Command::TicketReply(Box::new(NewReply {
            ticket: ticket?,
            body: word.into(),
            then: [None, Some(Category::Solved), Some(Category::Pending)][y % 3].clone(),
            ..Default::default()
        })),
        8 => Command::TicketNote(ticket?, word.into()),
        9 | 10 => {
            let to = [Category::Open, Category::Solved, Category::OnHold, Category::Closed][y % 4].clone();
            let changes = vec![TicketChange::Category(to), TicketChange::Tag(word.into())];
            Command::TicketSet(vec![ticket?, pick(Kind::Ticket, y)?], changes)
        }
        11 => Command::TicketSet(
            vec![ticket?],
            vec![
                TicketChange::Priority([Priority::Low, Priority::Urgent][y % 2].clone()),
                TicketChange::Spam(y.is_multiple_of(3)),
                TicketChange::Assignee(y.is_multiple_of(2).then_some(b.owner)),
                TicketChange::Snooze(y.is_multiple_of(5).then_some(b.now + 1_000_000)),
            ],
        ),
        12 => Command::OrderAdd(NewOrder {
            customer: customer?,
            date: Day(20_000),
            lines: vec![Line { amount: 500, quantity: 1, ..Default::default() }],
            ..Default::default()
        }),
        13 => Command::OrderRefund(pick(Kind::Order, x)?, 1 + y as i64, word.into()),
        14 => match pick(Kind::Task, x) {
            Some(t) if y.is_multiple_of(2) => Command::TaskDone(vec![t], y.is_multiple_of(4)),
            _ => Command::Create(Kind::Task, vec![Edit::set("title", word)]),
        },
        15 => Command::Merge {
            kind: Kind::Customer,
            into: customer?,
            from: pick(Kind::Customer, y)?,
            take: vec![["name", "stage"][y % 2].into()],
        },
        16 if y.is_multiple_of(2) => Command::Merge {
            kind: Kind::Organisation,
            into: pick(Kind::Organisation, x)?,
            from: pick(Kind::Organisation, y)?,
            take: Vec::new(),
        },
        16 => Command::Unmerge(Kind::Customer, customer?),
        _ => Command::ResponseRecord(NewResponse {
            customer: customer?,
            ticket,
            preset: Preset::Nps,
            score: (y % 11) as i64,
            ..Default::default()
        }),
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_of_commands_undone_gives_the_starting_records(
        steps in proptest::collection::vec((any::<u8>(), 0usize..20, 0usize..20), 1..25),
    ) {
        let mut b = Bench::new();
        let start = b.records();
        let mut made = 0;
        for step in steps {
            if let Some(c) = command(&mut b, step)
                && let Ok(done) = b.attempt(c)
                && !done.touched.is_empty()
            {
                made += 1;
            }
        }
        b.assert_clean();
        let end = b.records();
        for _ in 0..made {
            b.run(Command::Undo(None));
        }
        b.assert_clean();
        // The owner was made by the first command, which nothing here undid.
        prop_assert_eq!(b.records(), start);
        for _ in 0..made {
            b.run(Command::Redo);
        }
        b.assert_clean();
        // Replies that are done again are held again, from then.
                let held = |mut all: Everything| {
            for (_, f) in all.iter_mut().filter(|((k, _), _)| *k == Kind::Outbox) {
                f.retain(|(n, _)| n != "h");
            }
            all
        };
        prop_assert_eq!(held(b.records()), held(end));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 30, ..ProptestConfig::default() })]

    #[test]
    fn undo_never_gets_stuck(
        steps in proptest::collection::vec((any::<u8>(), 0usize..20, 0usize..20), 1..25),
    ) {
        let mut b = Bench::new();
        for (n, step) in steps.into_iter().enumerate() {
            match step {
                // Replies leave, customers are handed their data, and the clock changes what it must.
                (0..30, ..) => {
                    b.now += 60_000;
                    let mut tick = b.request(Command::Tick);
                    tick.actor = Id::NIL;
                    b.desk.run(tick).unwrap();
                }
                (30..50, ..) => {
                    let one = b.records().keys().filter(|(k, _)| *k == Kind::Customer).nth(n % 3).cloned();
                    if let Some((_, id)) = one {
                        // One who was merged is rejected: the record that stays is to be named.
                        let _ = b.attempt(Command::CustomerExport(Id(id[..].try_into().unwrap())));
                    }
                }
                step => {
                    if let Some(c) = command(&mut b, step) {
                        let _ = b.attempt(c);
                    }
                }
            }
        }
        // Each press undoes a change or names the one in the way, which the next goes past.
        let head = b.desk.store().head().unwrap();
        let mut before = None;
        let mut presses = 0;
        loop {
            presses += 1;
            prop_assert!(presses <= head + 1, "more presses than there are changes");
            match b.attempt(before.map_or(Command::Undo(None), Command::UndoBefore)) {
                Ok(done) => prop_assert!(!done.touched.is_empty()),
                Err(Reject::Refused(Refusal::InTheWay { seq, .. })) => {
                    prop_assert!(before.is_none_or(|b| seq < b));
                    before = Some(seq);
                }
                Err(Reject::Refused(Refusal::NothingTo(_) | Refusal::NoUndo(_))) => break,
                Err(e) => panic!("{e}"),
            }
        }
        b.assert_clean();
    }
}

#[test]
fn requests_run_together_stand_or_fall_together() {
    let mut b = Bench::new();
    let ada = b.customer("Ada Lovelace", "ada@example.org");
    let t = b.ticket(ada, "Invoice is blank");
    let head = b.desk.store().head().unwrap();
    let note = |t, text: &str| Command::TicketNote(t, text.into());
    let bad = vec![b.request(note(t, "one")), b.request(note(t, " ")), b.request(note(t, "three"))];
    match b.desk.run_all(bad) {
        Err(Reject::Refused(Refusal::Part { part: 2, of: 3, .. })) => {}
        other => panic!("expected a refusal of the second, not {other:?}"),
    }
    assert_eq!(b.desk.store().head().unwrap(), head);

    let done = Command::TicketSet(vec![t], vec![]);
    let good = vec![b.request(note(t, "one")), b.request(done), b.request(note(t, "three"))];
    let all = b.desk.run_all(good.clone()).unwrap();
    assert_eq!(all.iter().map(|d| d.seq).collect::<Vec<_>>(), [head + 1, head + 1, head + 2]);
    assert!(b.desk.run_all(good).unwrap().iter().all(|d| d.replayed));
    assert_eq!(b.desk.store().head().unwrap(), head + 2);
    assert_eq!(b.desk.view(|v| read::thread(v, t)).unwrap().len(), 3);
    b.run(Command::Undo(None));
    assert_eq!(b.desk.view(|v| read::thread(v, t)).unwrap().len(), 2, "each is undone by itself");
    b.assert_clean();
}

#[test]
fn a_customer_who_writes_again_opens_what_waited_and_undo_lets_it_wait_again() {
    let mut b = Bench::new();
    let ada = b.customer("Ada Lovelace", "ada@example.org");
    let t = b.ticket(ada, "Invoice is blank");
    b.run(Command::TicketSet(vec![t], vec![TicketChange::Category(Category::Pending)]));
    let until = b.now + 86_400_000;
    b.run(Command::TicketSet(vec![t], vec![TicketChange::Snooze(Some(until))]));
    let before = b.records();
    let new = NewReceived { ticket: t, body: "Firefox.".into(), ..Default::default() };
    b.run(Command::TicketReceive(Box::new(new.clone())));
    let ticket: Ticket = b.get(t);
    assert_eq!((ticket.category, ticket.snoozed_until), (Category::Open, None));
    assert_eq!(ticket.timers.last_customer_at, Some(b.now));
    b.run(Command::Undo(None));
    let ticket: Ticket = b.get(t);
    assert_eq!((ticket.category, ticket.snoozed_until), (Category::Pending, Some(until)));
    assert_eq!(b.records().len(), before.len());
    b.run(Command::TicketSet(vec![t], vec![TicketChange::Category(Category::Solved)]));
    b.run(Command::TicketSet(vec![t], vec![TicketChange::Category(Category::Closed)]));
    b.refused(Command::TicketReceive(Box::new(new)));
    b.assert_clean();
}

#[test]
fn a_reply_looks_sent_only_after_it_was_queued_and_handed_on() {
    let mut b = Bench::new();
    let ada = b.customer("Ada Lovelace", "ada@example.org");
    let t = b.ticket(ada, "Invoice is blank");
    let reply = NewReply { ticket: t, body: "Which browser?".into(), ..Default::default() };
    let id = b.run(Command::TicketReply(Box::new(reply))).created[0].1;
    let done = b.run(Command::OutboxSent(vec![id]));
    assert_eq!(done.skipped.len(), 1);
    assert_eq!(b.get::<Message>(id).delivery, Delivery::Held);
    b.now += 60_000;
    b.run(Command::Tick);
    let mut mail = b.request(Command::OutboxSent(vec![id]));
    mail.actor = Id::NIL;
    b.desk.run(mail).unwrap();
    assert_eq!(b.get::<Message>(id).delivery, Delivery::Sent);
    b.assert_clean();
}

#[test]
fn a_queue_counts_what_it_lists() {
    use frontdesk::{
        desk::list::{self, QueryContext},
        model::zone::Zone,
    };
    let mut b = Bench::new();
    let ada = b.customer("Ada", "ada@example.org");
    let tickets: Vec<Id> = (0..6).map(|i| b.ticket(ada, &format!("Number {i}"))).collect();
    let (owner, now) = (b.owner, b.now);
    b.run(Command::TicketSet(tickets[..3].to_vec(), vec![TicketChange::Assignee(Some(owner))]));
    b.run(Command::TicketSet(vec![tickets[0]], vec![TicketChange::Category(Category::Solved)]));
    b.run(Command::TicketSet(vec![tickets[1]], vec![TicketChange::Snooze(Some(now + 86_400_000))]));
    b.run(Command::TicketSet(vec![tickets[5]], vec![TicketChange::Promise(Some(now + 60_000))]));
    b.run(Command::TicketSet(vec![tickets[4]], vec![TicketChange::Spam(true)]));
    let found = b.desk.view(|v| {
        let asker = QueryContext::new(v, now + 120_000, Zone::utc(), Some(owner))?;
        let queues = list::queues(v, Some(owner))?;
        let counts = list::queue_counts(v, &asker, &queues)?;
        let mut found = Vec::new();
        for (q, n) in queues.iter().zip(&counts) {
            let items =
                list::in_queue_order(v, &asker, &q.query)?.unwrap_or_else(|e| panic!("{}: {e}", q.name));
            assert_eq!(items.len(), n.tickets, "{}", q.name);
            found.push((q.name.clone(), n.tickets, n.overdue));
        }
        assert_eq!(
            list::in_queue_order(v, &asker, "is:open")?.unwrap()[0].ticket.id,
            tickets[5],
            "overdue first"
        );
        Ok(found)
    });
    let found = found.unwrap();
    let of = |name: &str| found.iter().find(|f| f.0 == name).map(|f| (f.1, f.2)).unwrap();
    assert_eq!((of("Mine"), of("Unassigned"), of("Due soon")), ((1, 0), (2, 1), (1, 1)));
    assert_eq!((of("All open"), of("Snoozed"), of("Solved")), ((3, 1), (1, 0), (1, 0)));
}

#[test]
fn undo_leads_nobody_above_themselves() {
    let mut b = Bench::new();
    let (ada, bob) = (b.customer("Ada", "ada@example.org"), b.customer("Bob", "bob@example.org"));
    let by = |who: Id, email: &str| Command::Edit(Kind::Customer, who, vec![Edit::set("referred_by", email)]);
    b.run(by(ada, "bob@example.org"));
    let cleared = b.run(by(ada, "")).seq;
    b.run(by(bob, "ada@example.org"));
    let why = b.refused(Command::Undo(Some(cleared))).to_string();
    assert!(why.contains("directly or indirectly"), "{why}");
    // One more who comes by them does not go round for ever.
    let eve = b.customer("Eve", "eve@example.org");
    b.run(by(eve, "ada@example.org"));
    assert_eq!(b.get::<Customer>(eve).referred_by, Some(ada));

    let add = |name: &str| Command::Create(Kind::Organisation, vec![Edit::set("name", name)]);
    let (acme, part) = (b.run(add("Acme")).created[0].1, b.run(add("Part")).created[0].1);
    let of = |id: Id, name: &str| Command::Edit(Kind::Organisation, id, vec![Edit::set("parent", name)]);
    b.run(of(acme, "Part"));
    let cleared = b.run(of(acme, "")).seq;
    b.run(of(part, "Acme"));
    assert!(b.refused(of(acme, "Part")).to_string().contains("no part of itself"));
    assert!(b.refused(Command::Undo(Some(cleared))).to_string().contains("no part of itself"));
    b.assert_clean();
}

#[test]
fn a_domain_has_one_owner_though_it_is_given_away_and_undone() {
    let mut b = Bench::new();
    let add = |name: &str| Command::Create(Kind::Organisation, vec![Edit::set("name", name)]);
    let (acme, other) = (b.run(add("Acme")).created[0].1, b.run(add("Other")).created[0].1);
    let domain = |id: Id, d: &str| Command::Edit(Kind::Organisation, id, vec![Edit::set("domain", d)]);
    b.run(domain(acme, "acme.example"));
    assert!(b.refused(domain(other, "acme.example")).to_string().contains("Acme"));
    let given_up = b.run(domain(acme, "")).seq;
    b.run(domain(other, "acme.example"));
    assert!(b.refused(Command::Undo(Some(given_up))).to_string().contains("Other"));
}

#[test]
fn a_title_needs_an_organisation_and_a_tag_is_a_change() {
    let mut b = Bench::new();
    let ada = b.customer("Ada", "ada@example.org");
    let edit = |edits: Vec<Edit>| Command::Edit(Kind::Customer, ada, edits);
    assert!(b.refused(edit(vec![Edit::set("title", "CEO")])).to_string().contains("organisation"));
    b.run(edit(vec![Edit::set("title", "CEO"), Edit::set("organisation", "Acme")]));
    assert_eq!(b.get::<Customer>(ada).roles[0].title, "CEO");
    let before = b.get::<Customer>(ada).updated_at;
    let tag = |word: &str| Command::Tag(Kind::Customer, vec![ada], vec![word.into()], vec![]);
    b.run(tag("vip"));
    let tagged = b.get::<Customer>(ada).updated_at;
    assert!(tagged > before);
    b.run(tag("vip"));
    assert_eq!(b.get::<Customer>(ada).updated_at, tagged, "a tag that is there changes nothing");
}

#[test]
fn the_commands_of_all_kinds_have_the_words_of_older_logs_and_are_rejected_where_a_kind_has_rules_of_its_own()
{
    let mut b = Bench::new();
    let edits = vec![Edit::set("name", "Acme")];
    let acme = b.run(Command::Create(Kind::Organisation, edits.clone())).created[0].1;
    let task = b.run(Command::Create(Kind::Task, vec![Edit::set("title", "Call")])).created[0].1;
    let words = [
        (Command::Create(Kind::Organisation, Vec::new()), "organisation add"),
        (Command::Edit(Kind::Organisation, acme, Vec::new()), "organisation edit"),
        (Command::Archive(Kind::Organisation, vec![acme], true), "organisation archive"),
        (Command::Archive(Kind::Customer, Vec::new(), true), "customer archive"),
        (Command::Tag(Kind::Customer, Vec::new(), Vec::new(), Vec::new()), "customer tag"),
        (Command::Create(Kind::Task, Vec::new()), "task add"),
        (Command::Edit(Kind::Task, task, Vec::new()), "task edit"),
        (Command::Create(Kind::Deal, Vec::new()), "deal add"),
        (Command::Tag(Kind::Deal, Vec::new(), Vec::new(), Vec::new()), "deal tag"),
    ];
    for (command, word) in words {
        assert_eq!(command.word(), word);
    }
    for command in [Command::Create(Kind::Ticket, edits), Command::Archive(Kind::Task, vec![task], true)] {
        let why = b.refused(command).to_string();
        assert!(why.contains("no command does that"), "{why}");
    }
    b.assert_clean();
}
