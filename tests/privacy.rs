//! What is held on a person is handed out whole, and erased so that no byte of it is left; what is counted stays.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

#[path = "support/skip.rs"]
mod skip;

use std::{
    cell::Cell,
    collections::BTreeMap,
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command as Program,
    sync::Arc,
    time::Duration,
};

use frontdesk::{
    desk::{
        Command, Desk, Edit, Request,
        command::{NewAgent, NewInteraction, NewReceived, NewReply, NewResponse, NewTicket},
        drafts::{Draft, DraftKind, rescue::Rescue},
        person as held, read,
    },
    exchange::{
        demo,
        import::{self, Agents, ImportKind, Options as ImportOptions},
        person::{self, Plan},
    },
    find::{ContactIndex, Finder, Follower, Unfit},
    insight::{self, By, Measure, Period, Window},
    model::{
        Category, Channel, Customer, Id, Key, Kind, Marks, Message, Outbox, OutboxState, Record, Refusal,
        Role, Table, Ticket, money::Currency, zone::Zone,
    },
    store::{Options, Range, RedbStore, Reject, Store, StoreError, ViewExt, Weight, check, records, text},
};

const NOW: i64 = 1_790_000_000_000;

struct Place {
    folder: tempfile::TempDir,
    owner: Id,
    ops: Cell<u64>,
}

impl Place {
    fn empty() -> Place {
        let private = fs::Permissions::from_mode(0o700);
        let folder = tempfile::Builder::new().permissions(private).tempdir().unwrap();
        let place = Place { folder, owner: Id::NIL, ops: Cell::new(0) };
        drop(RedbStore::open(&Options::at(place.path()).or_create(Id([7; 16]), NOW)).unwrap());
        place
    }

    fn new() -> (Place, Desk) {
        let mut place = Place::empty();
        let desk = place.desk();
        let owner = NewAgent { name: "Dana Doe".into(), ..NewAgent::default() };
        let workspace = vec![Edit::set("address", "help@desk.example"), Edit::set("currency", "EUR")];
        place.owner = place.run(&desk, Command::Start { workspace, owner });
        (place, desk)
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("desk.redb")
    }

    fn desk(&self) -> Desk {
        Desk::new(Arc::new(RedbStore::open(&Options::at(self.path())).unwrap()))
    }

    fn op(&self) -> Id {
        self.ops.set(self.ops.get() + 1);
        let mut random = [9u8; 10];
        random[..8].copy_from_slice(&self.ops.get().to_be_bytes());
        Id::v7(NOW, random)
    }

    fn request(&self, command: Command) -> Request {
        Request::new(self.op(), self.owner, NOW + self.ops.get() as i64, command)
    }

    /// Runs a command and gives the id of what it made.
    fn run(&self, desk: &Desk, command: Command) -> Id {
        desk.run(self.request(command)).unwrap().created.first().map_or(Id::NIL, |c| c.1)
    }

    fn add(&self, desk: &Desk, fields: &[(&str, &str)]) -> Id {
        self.run(
            desk,
            Command::Create(Kind::Customer, fields.iter().map(|(f, v)| Edit::add(f, *v)).collect()),
        )
    }

    fn plan(&self, desk: &Desk, id: Id) -> Plan {
        person::plan(desk, id, &mut |_| true).unwrap()
    }

    /// Erases, and rewrites the file. Gives the desk that was opened after.
    fn erase(&self, desk: Desk, id: Id) -> Desk {
        let plan = self.plan(&desk, id);
        person::erase(&desk, self.owner, self.op(), NOW + 900_000, &plan, &mut |_| true).unwrap();
        drop(desk);
        self.rewrite(id);
        self.desk()
    }

    fn rewrite(&self, id: Id) {
        let by = (self.owner, self.op(), NOW + 900_001);
        person::rewrite(&self.path(), by, id, &mut || Ok(self.desk()), &mut |_| true).unwrap();
    }

    /// The files of the folder in which any of these texts stands, in any case.
    fn found(&self, texts: &[String]) -> Vec<String> {
        let mut out = Vec::new();
        for file in fs::read_dir(self.folder.path()).unwrap().map(|f| f.unwrap().path()) {
            if !file.is_file() {
                continue;
            }
            let bytes = fs::read(&file).unwrap().to_ascii_lowercase();
            for text in texts {
                let text = text.to_ascii_lowercase();
                assert!(text.len() > 4, "{text}");
                if bytes.windows(text.len()).any(|w| w == text.as_bytes()) {
                    out.push(format!("{}: {text}", file.file_name().unwrap().to_string_lossy()));
                }
            }
        }
        out
    }
}

fn clean(desk: &Desk) {
    let report = desk.view(|v| check::check(v, &mut |_| {})).unwrap();
    assert!(report.is_clean(), "{:?}", report.findings);
}

fn get<T: Record>(desk: &Desk, id: Id) -> T {
    desk.view(|v| records::get::<T>(v, id)).unwrap().unwrap()
}

fn all<T: Record>(desk: &Desk) -> Vec<T> {
    let mut out = Vec::new();
    desk.view(|v| {
        records::each::<T>(v, |r| {
            out.push(r);
            true
        })
    })
    .unwrap();
    out
}

/// Everything that is counted: each number in each window with the rows behind it, split in every way; every fact; how
/// many records there are of each kind.
fn counted(desk: &Desk, now: i64) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    let money = Currency::new("EUR").unwrap();
    desk.view(|v| {
        for word in ["today", "7d", "30d", "90d", "365d"] {
            let period: Period = word.parse().unwrap();
            let window = Window::of(period, now, &Zone::utc());
            for m in Measure::all(money) {
                let number = insight::number(v, m, &window)?;
                out.insert(format!("{word} {}", m.word()), format!("{number:?}"));
                out.insert(
                    format!("{word} {} rows", m.word()),
                    format!("{:?}", insight::rows(v, m, &window)?),
                );
                for by in [By::Agent, By::Channel, By::Tag, By::Priority] {
                    let split = insight::split(v, m, &window, by)?;
                    out.insert(format!("{word} {} {by:?}", m.word()), format!("{split:?}"));
                }
            }
        }
        let mut facts = Vec::new();
        v.scan(Table::Fact, &Range::all(), frontdesk::store::Scan::Forward, &mut |k, f| {
            facts.push((k.to_vec(), f.to_vec()));
            true
        })?;
        out.insert("facts".into(), format!("{facts:?}"));
        for kind in Kind::ALL {
            out.insert(format!("{} records", kind.word()), v.count(kind.table(), &Range::all())?.to_string());
        }
        Ok(())
    })
    .unwrap();
    out
}

/// What is looked for byte by byte: addresses, full names, telephone numbers as written and in their last digits.
fn traces(marks: &Marks, customers: &[Customer]) -> Vec<String> {
    let mut out: Vec<String> = marks.emails.iter().chain(&marks.phones).chain(&marks.ids).cloned().collect();
    out.extend(marks.names.iter().map(|n| n.join(" ")));
    for c in customers {
        out.extend(c.phones.iter().map(|p| p.raw.clone()));
        out.extend(c.addresses.iter().map(|a| a.street.clone()));
        out.push(format!("{}, {}", c.family, c.given));
    }
    out.retain(|t| t.len() > 4);
    out
}

#[test]
fn an_erased_person_of_a_lived_in_desk_leaves_no_byte_and_changes_no_number() {
    let place = Place::empty();
    let desk = place.desk();
    let options = demo::Options { customers: 60, ..demo::Options::new("Dana Doe", "dana", NOW) };
    demo::fill(&desk, &options, &mut |_| ()).unwrap();
    let owner = desk.view(read::agents).unwrap().into_iter().find(|a| a.role == Role::Owner).unwrap().id;
    let place = Place { owner, ..place };
    // The person with most records.
    let busiest = |c: &Customer| {
        let theirs = desk.view(|v| held::held(v, &[c.id])).unwrap();
        let kinds: std::collections::BTreeSet<Kind> = theirs.iter().map(|r| r.0).collect();
        (!c.phones.is_empty(), !c.emails.is_empty(), kinds.len(), theirs.len())
    };
    let everyone: Vec<Customer> = all(&desk);
    let ada = everyone.iter().max_by_key(|c| busiest(c)).unwrap().clone();
    let name = format!("{} {}", ada.given, ada.family);
    let email = ada.email().unwrap().to_owned();
    let phone = ada.phones[0].raw.clone();
    let other = everyone.iter().find(|c| c.id != ada.id && !c.family.is_empty()).unwrap().clone();
    // Others quote them: in notes, in their own mail, in answers, in views, in drafts.
    let ticket =
        all::<Ticket>(&desk).into_iter().find(|t| t.requester == other.id || t.requester != ada.id).unwrap();
    let quote = format!("As {name} <{email}> told me (call {phone}), it works.");
    place.run(&desk, Command::Edit(Kind::Customer, other.id, vec![Edit::add("note", quote.clone())]));
    let created = NewTicket {
        requester: other.id,
        subject: format!("What {name} said"),
        body: quote.clone(),
        channel: Channel::Email,
        ..NewTicket::default()
    };
    let told = place.run(&desk, Command::TicketCreate(Box::new(created)));
    place.run(&desk, Command::TicketNote(told, quote.clone()));
    place.run(
        &desk,
        Command::ResponseRecord(NewResponse {
            customer: other.id,
            score: 4,
            comment: quote.clone(),
            ..NewResponse::default()
        }),
    );
    place.run(
        &desk,
        Command::ViewSave(vec![
            Edit::set("name", "Theirs"),
            Edit::set("entity", "tickets"),
            Edit::set("query", format!("\"{email}\"")),
        ]),
    );
    let organisation = place.run(
        &desk,
        Command::Create(
            Kind::Organisation,
            vec![Edit::set("name", "Acme Harbour"), Edit::add("note", format!("Ask for {name}, {phone}"))],
        ),
    );
    place.run(&desk, Command::Edit(Kind::Customer, ada.id, vec![Edit::set("organisation", "Acme Harbour")]));
    // Forms, of every kind and session.
    let typed = |text: &str| std::collections::BTreeMap::from([("note".to_owned(), text.to_owned())]);
    for (subject, about, kind, text) in [
        (Id::NIL, None, DraftKind::CustomerNew, quote.as_str()),
        (ada.id, Some(ticket.id), DraftKind::Log, "she called"),
        (ada.id, None, DraftKind::CustomerEdit, "likes tea"),
        (other.id, Some(ada.id), DraftKind::TaskNew, "both"),
    ] {
        let fields = typed(text);
        let id = place.op();
        let draft = Draft { id, subject, about, kind, fields, at: NOW, ..Draft::default() };
        desk.save_draft(place.op(), owner, draft).unwrap();
    }
    for (subject, body) in [(told, quote.clone()), (ada.id, "call them".into())] {
        let draft = Draft { id: place.op(), subject, body, at: NOW, ..Draft::default() };
        desk.save_draft(place.op(), owner, draft).unwrap();
    }
    // A name that they had before is theirs too.
    let former = "Wilhelmina Quarterstaff";
    place.run(
        &desk,
        Command::Edit(
            Kind::Customer,
            other.id,
            vec![Edit::add("note", format!("{former} is what {name} was called"))],
        ),
    );
    place.run(
        &desk,
        Command::Edit(
            Kind::Customer,
            ada.id,
            vec![Edit::set("given", "Wilhelmina"), Edit::set("family", "Quarterstaff")],
        ),
    );
    place.run(
        &desk,
        Command::Edit(
            Kind::Customer,
            ada.id,
            vec![Edit::set("given", &ada.given), Edit::set("family", &ada.family)],
        ),
    );
    clean(&desk);

    let before = counted(&desk, NOW + 500_000);
    let plan = place.plan(&desk, ada.id);
    assert!(plan.theirs.len() > 3 && plan.others["customer"] == 1 && plan.drafts == 6, "{plan:?}");
    let mut looked_for = traces(&plan.erasing.marks, &[get(&desk, ada.id)]);
    looked_for.push(former.to_owned());
    assert!(!place.found(&looked_for).is_empty(), "they are there to begin with");
    let desk = place.erase(desk, ada.id);

    assert_eq!(place.found(&looked_for), Vec::<String>::new());
    clean(&desk);
    let after = counted(&desk, NOW + 500_000);
    for (what, n) in &before {
        assert_eq!(Some(n), after.get(what), "{what}");
    }
    let c: Customer = get(&desk, ada.id);
    assert_eq!(c.display_name(), format!("Erased person {}", c.number));
    assert!(
        c.emails.is_empty()
            && c.phones.is_empty()
            && c.roles.is_empty()
            && c.notes.is_empty()
            && c.erased_at.is_some()
    );
    // What others wrote stays, without them.
    let o: Customer = get(&desk, other.id);
    assert!(o.notes[0].starts_with("As [erased]") && o.notes[0].ends_with("it works."), "{:?}", o.notes);
    assert_eq!((o.given, o.family), (other.given, other.family));
    let t: Ticket = get(&desk, told);
    assert_eq!(t.subject, "What [erased] said");
    assert_eq!(get::<frontdesk::model::Organisation>(&desk, organisation).name, "Acme Harbour");
    let left = desk.drafts(owner).unwrap();
    assert!(left.iter().all(|d| d.subject != ada.id && d.about != Some(ada.id)), "{left:?}");
    assert!(left.iter().any(|d| d.subject == told && d.body.contains("[erased]")));
    assert!(left.iter().any(|d| d.kind == DraftKind::CustomerNew && d.fields["note"].contains("[erased]")));
    // A composer that was open on them meanwhile cannot write them down again.
    let late = Draft { id: place.op(), subject: ada.id, body: quote.clone(), at: NOW, ..Draft::default() };
    assert!(desk.save_draft(place.op(), owner, late).is_err());
    assert!(get::<Ticket>(&desk, ticket.id).number == ticket.number);
    // Nothing of it comes back.
    let rows = desk.view(|v| v.log_head()).unwrap();
    for command in [Command::Undo(None), Command::Undo(Some(rows))] {
        let refused = desk.run(place.request(command)).unwrap_err();
        // The last change that can be undone: undo passes over all that is erased, and finds none.
        let none = matches!(&refused, Reject::Refused(Refusal::NoUndo(why)) if why.contains("erased"));
        assert!(none || matches!(refused, Reject::Refused(Refusal::Erased(_))), "{refused}");
    }
    let history = desk.view(|v| read::history(v, ada.id, 1000)).unwrap();
    assert!(history.iter().any(|i| i.body.is_none()), "earlier changes are shown as erased");
    for item in history.iter().filter(|i| i.body.is_none()).take(3) {
        let refused = desk.run(place.request(Command::Undo(Some(item.row.seq)))).unwrap_err();
        assert!(matches!(refused, Reject::Refused(Refusal::Erased(_))), "{refused}");
    }
    assert!(desk.view(held::unfinished).unwrap().is_empty());
}

#[test]
fn an_erased_writer_of_a_real_mailbox_leaves_no_byte() {
    let mbox = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/mail_lists/exmh-users.mbox");
    if !mbox.exists() {
        crate::skip::skipped(&format!("{} is not there", mbox.display()));
        return;
    }
    let (place, desk) = Place::new();
    let options = ImportOptions {
        files: vec![mbox],
        what: Some(ImportKind::Mail),
        agents: Agents::Repliers,
        ..ImportOptions::default()
    };
    import::run(&desk, place.owner, place.op(), NOW, &options, &mut |_| true).unwrap();
    let mut written: BTreeMap<Id, usize> = BTreeMap::new();
    for m in all::<Message>(&desk) {
        *written.entry(m.author.unwrap_or_default()).or_default() += 1;
    }
    let named = |c: &&Customer| !c.given.is_empty() && !c.family.is_empty();
    let people = all::<Customer>(&desk);
    let who =
        people.iter().filter(named).max_by_key(|c| written.get(&c.id).copied().unwrap_or(0)).unwrap().clone();
    let plan = place.plan(&desk, who.id);
    let looked_for = traces(&plan.erasing.marks, std::slice::from_ref(&who));
    assert!(place.found(&looked_for).len() > 2);
    let (messages, strangers) = (all::<Message>(&desk).len(), plan.todo.raws.len());
    let before = counted(&desk, NOW);
    let desk = place.erase(desk, who.id);
    assert_eq!(place.found(&looked_for), Vec::<String>::new());
    clean(&desk);
    assert_eq!(counted(&desk, NOW), before);
    assert_eq!(all::<Message>(&desk).len(), messages);
    assert!(place.plan(&desk, who.id).todo.is_empty());
    eprintln!("{} of {messages} mails were theirs, {strangers} of others named them", written[&who.id]);
}

#[test]
fn strangers_and_namesakes_keep_their_words() {
    let (place, desk) = Place::new();
    let will = place
        .add(&desk, &[("name", "Will Rose"), ("email", "will@x.example"), ("phone", "+44 20 7946 0958")]);
    let twin = place
        .add(&desk, &[("name", "Ada Lovelace"), ("email", "ada@x.example"), ("phone", "+44 20 7946 0958")]);
    let ada = place.add(&desk, &[("name", "Ada Lovelace"), ("email", "lovelace@y.example")]);
    let note = "I will. Rose, will you? Will said the price rose; ask notwill@x.example or Ada Lovelace, lovelace@y.example, +44 20 7946 0958.";
    let bob = place.add(&desk, &[("name", "Bob Byron"), ("note", note)]);
    let plan = place.plan(&desk, will);
    assert_eq!((plan.sharers.as_slice(), plan.namesakes.len()), (&["C-2".to_owned()][..], 0));
    let desk = place.erase(desk, will);
    assert_eq!(get::<Customer>(&desk, bob).notes[0], note, "nothing of it names Will Rose alone");
    assert_eq!(get::<Customer>(&desk, twin).phones.len(), 1);
    assert_eq!(
        get::<Customer>(&desk, twin).phones[0].raw,
        "+44 20 7946 0958",
        "what is shared stays with who has it"
    );
    let plan = place.plan(&desk, ada);
    assert_eq!(plan.namesakes, ["C-2"]);
    let desk = place.erase(desk, ada);
    let left = &get::<Customer>(&desk, bob).notes[0];
    assert_eq!(*left, note.replace("lovelace@y.example", "[erased]"));
    assert_eq!(get::<Customer>(&desk, twin).display_name(), "Ada Lovelace");
    clean(&desk);
}

/// A desk with a person who has every kind of record. Gives the person and a ticket of theirs.
fn full() -> (Place, Desk, Id, Id) {
    let (place, desk) = Place::new();
    let fields = [
        ("name", "Ada Lovelace"),
        ("email", "ada@x.example"),
        ("phone", "+44 20 7946 0958"),
        ("street", "12 St James's Square"),
        ("note", "likes engines"),
    ];
    let ada = place.add(&desk, &fields);
    let bob = place.add(&desk, &[("name", "Bob Byron"), ("note", "sent by Ada Lovelace")]);
    place.run(&desk, Command::Edit(Kind::Customer, bob, vec![Edit::set("referred_by", "C-1")]));
    let new = NewTicket {
        requester: ada,
        subject: "Engine on fire".into(),
        body: "It burns, Ada".into(),
        ..NewTicket::default()
    };
    let ticket = place.run(&desk, Command::TicketCreate(Box::new(new)));
    place.run(&desk, Command::TicketNote(ticket, "She sounds angry".into()));
    let received = NewReceived { ticket, body: "Please hurry".into(), ..NewReceived::default() };
    place.run(&desk, Command::TicketReceive(Box::new(received)));
    let reply = NewReply {
        ticket,
        body: "Dear Ada, water it.".into(),
        then: Some(Category::Pending),
        ..NewReply::default()
    };
    place.run(&desk, Command::TicketReply(Box::new(reply)));
    let call = NewInteraction {
        customer: ada,
        channel: Channel::Phone,
        subject: "Called".into(),
        body: "Wants water".into(),
        ..NewInteraction::default()
    };
    place.run(&desk, Command::InteractionLog(call));
    place.run(
        &desk,
        Command::Create(Kind::Task, vec![Edit::set("title", "Call Ada back"), Edit::set("customer", "C-1")]),
    );
    place.run(
        &desk,
        Command::ResponseRecord(NewResponse {
            customer: ada,
            score: 2,
            comment: "Too hot".into(),
            ..NewResponse::default()
        }),
    );
    let draft =
        Draft { id: place.op(), subject: ticket, body: "Dear Ada, ".into(), at: NOW, ..Draft::default() };
    desk.save_draft(place.op(), place.owner, draft).unwrap();
    desk.mark_seen(place.op(), place.owner, ticket, NOW).unwrap();
    (place, desk, ada, ticket)
}

/// All that was said of or by the person of [`full`].
fn said() -> Vec<String> {
    [
        "Lovelace",
        "ada@x.example",
        "7946 0958",
        "207946",
        "James's Square",
        "likes engines",
        "on fire",
        "It burns",
        "sounds angry",
        "Please hurry",
        "water it",
        "Wants water",
        "Ada back",
        "Too hot",
        "Dear Ada",
    ]
    .map(String::from)
    .to_vec()
}

#[test]
fn all_that_was_said_goes_with_the_person_and_no_mail_leaves() {
    let (place, desk, ada, ticket) = full();
    assert!(place.found(&said()).len() >= said().len() - 2);
    let desk = place.erase(desk, ada);
    assert_eq!(place.found(&said()), Vec::<String>::new());
    clean(&desk);
    let t: Ticket = get(&desk, ticket);
    assert_eq!((t.subject.as_str(), &t.category), ("[erased]", &Category::Pending));
    for o in all::<Outbox>(&desk) {
        assert_eq!(o.state, OutboxState::Cancelled, "what was held for them does not go");
    }
    desk.run(Request::new(place.op(), Id::NIL, NOW + 100_000_000, Command::Tick)).ok();
    assert!(all::<Outbox>(&desk).iter().all(|o| o.state == OutboxState::Cancelled));
    assert!(all::<Message>(&desk).iter().all(|m| m.body == "[erased]" && m.to.is_empty()));
}

#[test]
fn what_a_server_said_of_a_copy_goes_with_the_person() {
    let outbox = Outbox {
        problem: "550 ada@x.example: no such user".into(),
        copy_problem: "cannot append a mail to ada@x.example".into(),
        copy_tries: 3,
        ..Outbox::default()
    };
    let left = held::wiped(Kind::Outbox, &records::encode(&outbox), NOW).unwrap();
    let left: Outbox = records::decode(&left).unwrap();
    assert_eq!((left.problem.as_str(), left.copy_problem.as_str()), ("[erased]", "[erased]"));
    assert_eq!(left.copy_tries, 3, "what is counted stays");
}

#[test]
fn postings_of_an_older_version_keep_nobody_either() {
    let (place, desk, ada, _) = full();
    let older = |tx: &mut dyn frontdesk::store::Tx| -> Result<(), Reject> {
        // The form before this one, and two of its rows: the term occurs in a key, and among all words.
        let form = Key::new().u8(1).u8(u8::MAX).id(Id::NIL).u64(1).u64(3);
        tx.put(Table::Meta, b"text", form.as_bytes());
        tx.put(Table::Post, b"lovelace\0\0\0\0\0\x01", &[0, 0, 0, 1, 0, 1, 0, 0x10]);
        tx.put(Table::PostWord, &[0, 0, 0, 0], b"\nlovelace\n");
        Ok(())
    };
    desk.store().write(place.op(), Weight::Heavy, Box::new(older)).unwrap();
    let desk = place.erase(desk, ada);
    assert_eq!(place.found(&said()), Vec::<String>::new());
    clean(&desk);
    let complete = desk.view(|v| Ok(text::state(v)?.unwrap().is_complete())).unwrap();
    assert!(complete, "they were made again on the way");
}

#[test]
fn an_erasure_that_is_cut_short_goes_on_where_it_was() {
    let mut stops = 0;
    loop {
        let (place, desk, ada, _) = full();
        let plan = place.plan(&desk, ada);
        let mut left = stops;
        let cut = person::erase(&desk, place.owner, place.op(), NOW + 1, &plan, &mut |_| {
            left -= 1;
            left >= 0
        });
        let finished = cut.is_ok();
        if !finished {
            let text = cut.unwrap_err().to_string();
            assert!(text.contains("cancelled"), "{text}");
            clean(&desk);
            assert_eq!(desk.view(held::unfinished).unwrap(), [ada]);
            // Another name since then changes nothing: what was known at the beginning still applies.
            let again = place.plan(&desk, ada);
            assert_eq!(again.erasing, plan.erasing);
            person::erase(&desk, place.owner, place.op(), NOW + 2, &again, &mut |_| true).unwrap();
        }
        // And between the last step and the fresh file.
        assert!(person::resume(&desk, ada).unwrap());
        drop(desk);
        let desk = place.desk();
        assert_eq!(desk.view(held::unfinished).unwrap(), [ada]);
        drop(desk);
        place.rewrite(ada);
        let desk = place.desk();
        assert_eq!(place.found(&said()), Vec::<String>::new(), "stopped after {stops}");
        assert!(desk.view(held::unfinished).unwrap().is_empty());
        clean(&desk);
        if finished {
            break;
        }
        stops += 1;
    }
    assert!(stops > 1, "it was stopped on its way");
}

#[test]
fn a_second_terminal_forgets_them_and_loses_nothing_of_its_own() {
    let (place, desk, ada, _) = full();
    let store: Arc<dyn Store> = Arc::new(RedbStore::open(&Options::at(place.path())).unwrap());
    let follower = Follower::start(Arc::clone(&store));
    let until = |what: &str, done: &dyn Fn() -> bool| {
        for _ in 0..600 {
            if done() {
                return;
            }
            std::thread::park_timeout(Duration::from_millis(20));
        }
        panic!("{what}");
    };
    let find = |text: &str| follower.find(text, Id::NIL, 10).hits.len();
    until("they are found at first", &|| find("lovelace") > 0);
    // The other terminal keeps the file open all the time, and writes as soon as it can.
    let other = Desk::new(store);
    let desk = place.erase(desk, ada);
    let eve = place.add(&other, &[("name", "Eve Newcomer")]);
    until("they are forgotten", &|| find("lovelace") == 0);
    until("what comes after is found", &|| find("newcomer") == 1);
    assert_eq!(get::<Customer>(&desk, eve).given, "Eve");
    assert_eq!(place.found(&said()), Vec::<String>::new());
    clean(&desk);
}

#[test]
fn the_saved_index_of_people_goes_and_is_made_without_them() {
    let (place, desk, ada, _) = full();
    let saved = place.folder.path().join("desk.redb.find");
    let save = |desk: &Desk| {
        let mut opened = ContactIndex::open(desk.store(), &mut |_, _| ()).unwrap();
        assert!(opened.index.save(desk.store()).unwrap());
        opened
    };
    assert_eq!(save(&desk).rebuilt, Some(Unfit::Absent));
    let old = fs::read(&saved).unwrap();
    let stands = place.found(&said()).into_iter().filter(|f| f.starts_with("desk.redb.find")).count();
    assert_eq!(stands, 3, "name, address and number");
    let desk = place.erase(desk, ada);
    assert!(!saved.exists());
    assert_eq!(place.found(&said()), Vec::<String>::new());
    assert_eq!(save(&desk).rebuilt, Some(Unfit::Absent));
    assert!(saved.exists());
    assert_eq!(place.found(&said()), Vec::<String>::new());
    // Put back by hand, it is not believed.
    fs::write(&saved, &old).unwrap();
    let opened = ContactIndex::open(desk.store(), &mut |_, _| ()).unwrap();
    assert_eq!(opened.rebuilt, Some(Unfit::Store));
    assert!(opened.index.find("lovelace", Id::NIL, 9).hits.is_empty());
    assert_eq!(opened.index.find("byron", Id::NIL, 9).hits.len(), 1);
}

#[test]
fn what_others_write_while_somebody_is_erased_is_scrubbed_too() {
    let (place, desk, ada, _) = full();
    let plan = place.plan(&desk, ada);
    let (mut written, other) = (Id::NIL, place.desk());
    person::erase(&desk, place.owner, place.op(), NOW + 1, &plan, &mut |_| {
        if written.is_nil() {
            written = place
                .add(&other, &[("name", "Late Comer"), ("note", "Ada Lovelace, ada@x.example, sent me")]);
        }
        true
    })
    .unwrap();
    drop((desk, other));
    place.rewrite(ada);
    let desk = place.desk();
    assert_eq!(get::<Customer>(&desk, written).notes, ["[erased], [erased], sent me"]);
    assert_eq!(place.found(&said()), Vec::<String>::new());
    clean(&desk);
}

#[test]
fn a_merged_record_is_the_same_person() {
    let (place, desk, ada, _) = full();
    let old = place.add(&desk, &[("name", "Augusta Kingfisher"), ("email", "augusta@z.example")]);
    place.run(&desk, Command::Merge { kind: Kind::Customer, into: ada, from: old, take: Vec::new() });
    let refused = person::plan(&desk, old, &mut |_| true).unwrap_err();
    assert!(refused.to_string().contains("C-1"), "{refused}");
    let desk = place.erase(desk, ada);
    let mut texts = said();
    texts.extend(["Kingfisher", "augusta@z.example"].map(String::from));
    assert_eq!(place.found(&texts), Vec::<String>::new());
    clean(&desk);
}

#[test]
fn only_those_who_may_hand_out_or_erase() {
    let (place, desk, ada, _) = full();
    let new = NewAgent { name: "Ben".into(), ..NewAgent::default() };
    let ben = place.run(&desk, Command::AgentAdd(new));
    let denied = |command| {
        let refused = desk.run(Request::new(place.op(), ben, NOW, command)).unwrap_err();
        assert!(matches!(refused, Reject::Refused(Refusal::Denied { .. })), "{refused}");
    };
    denied(Command::CustomerExport(ada));
    let plan = place.plan(&desk, ada);
    let refused = person::erase(&desk, ben, place.op(), NOW, &plan, &mut |_| true).unwrap_err();
    assert!(refused.to_string().contains("*erase*"), "{refused}");
    assert_eq!(get::<Customer>(&desk, ada).given, "Ada");
    let head = desk.view(|v| v.log_head()).unwrap();
    place.run(&desk, Command::CustomerExport(ada));
    assert_eq!(desk.view(|v| v.log_head()).unwrap(), head + 1, "who handed it out is written down");
    clean(&desk);
}

#[test]
fn a_bundle_holds_everything_and_nothing_of_strangers() {
    let (place, desk, ada, _) = full();
    let plan = place.plan(&desk, ada);
    let folder = place.folder.path().join("out");
    let made = person::bundle(&desk, &plan, &place.path(), &folder, NOW, &Zone::utc()).unwrap();
    assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    let json = fs::read_to_string(folder.join("person.json")).unwrap();
    let text = fs::read_to_string(folder.join("person.md")).unwrap();
    for said in [
        "Ada",
        "Lovelace",
        "ada@x.example",
        "+44 20 7946 0958",
        "likes engines",
        "Engine on fire",
        "It burns, Ada",
        "She sounds angry",
        "Please hurry",
        "Dear Ada, water it.",
        "Wants water",
        "Call Ada back",
        "Too hot",
        "Dear Ada, ",
    ] {
        assert!(json.contains(said), "{said} in the JSON");
        assert!(text.contains(said), "{said} in the text");
    }
    assert!(text.contains("internal note: it was not sent"));
    assert!(!json.contains("sent by Ada Lovelace"), "what others wrote of them is others'");
    let all: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(all["mentioned_in"][0]["record"], "C-2");
    for section in [
        "customers",
        "tickets",
        "messages",
        "interactions",
        "tasks",
        "survey_answers",
        "ticket_events",
        "outbox",
        "drafts",
        "looked_at",
        "log",
    ] {
        assert!(!all[section].as_array().unwrap().is_empty(), "{section}");
    }
    assert!(made.records["message"] == 4 && made.records["customer"] == 1);
    assert!(
        person::bundle(&desk, &plan, &place.path(), &folder, NOW, &Zone::utc()).is_err(),
        "nothing is written over"
    );
}

#[test]
fn the_shell_erases_with_rejects_and_old_stores_and_names_what_is_left() {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
    let store = folder.path().join("desk.redb");
    let run = |words: &[&str], code: i32| {
        let out = Program::new(env!("CARGO_BIN_EXE_frontdesk"))
            .args(words)
            .env("FRONTDESK_STORE", &store)
            .env("HOME", folder.path())
            .env("TZ", "UTC")
            .current_dir(folder.path())
            .stdin(std::process::Stdio::null())
            .output()
            .unwrap();
        let text = |b: &[u8]| String::from_utf8_lossy(b).into_owned();
        let (out, err, was) = (text(&out.stdout), text(&out.stderr), out.status.code());
        assert_eq!(was, Some(code), "{words:?}: {out}{err}");
        (out, err)
    };
    run(&["init"], 0);
    let file = folder.path().join("people.csv");
    let row = "Ada,Lovelace,ada@x.example,\"+44 20 7946 0958\"\n";
    fs::write(&file, format!("First Name,Last Name,E-mail,Phone\n{row}Grace,Hopper,grace@x.example,\n"))
        .unwrap();
    run(&["import", "contacts", "people.csv"], 0);
    fs::remove_file(&file).unwrap();
    fs::write(
        folder.path().join("people.csv.rejects.csv"),
        format!("reject_line,First Name,Last Name,E-mail,Phone\n3,{row}4,Bob,Byron,,\n"),
    )
    .unwrap();
    run(&["customer", "edit", "C-2", "note+=Ada Lovelace sent her"], 0);
    // A restore leaves the old store aside; a backup is next to it.
    run(&["backup", "first.backup"], 0);
    run(&["restore", "first.backup"], 0);
    let dry = run(&["customer", "erase-me", "ada@x.example", "--dry-run", "--json"], 0).0;
    let dry: serde_json::Value = serde_json::from_str(&dry).unwrap();
    assert_eq!(
        (&dry["erased"], &dry["records"]["customer"], &dry["others"]["customer"]),
        (&false.into(), &1.into(), &1.into())
    );
    assert!(dry["still_holding"][0].as_str().unwrap().ends_with("first.backup"), "{dry}");
    run(&["customer", "erase-me", "C-1"], 2);
    run(&["find", "lovelace"], 0);
    let (out, _) = run(&["customer", "export-me", "C-1", "ada"], 0);
    assert!(out.contains("C-1"), "{out}");
    let bundle = fs::read_to_string(folder.path().join("ada/person.json")).unwrap();
    assert!(bundle.contains("people.csv.rejects.csv"));
    fs::remove_dir_all(folder.path().join("ada")).unwrap();
    let (out, err) = run(&["customer", "erase-me", "C-1", "--yes"], 0);
    assert!(out.contains("C-1 erased") && out.contains("first.backup contains them too"), "{out}{err}");
    fs::remove_file(folder.path().join("first.backup")).unwrap();
    let place = Place { folder, owner: Id::NIL, ops: Cell::new(0) };
    let texts = ["lovelace", "ada@x.example", "7946 0958", "207946"].map(String::from);
    assert_eq!(place.found(&texts), Vec::<String>::new());
    let names: Vec<String> = fs::read_dir(place.folder.path())
        .unwrap()
        .map(|f| f.unwrap().file_name().into_string().unwrap())
        .collect();
    assert!(names.iter().any(|n| n.starts_with("desk.redb.before-")), "{names:?}");
    let rejects = fs::read_to_string(place.path().with_file_name("people.csv.rejects.csv")).unwrap();
    assert_eq!(rejects, "reject_line,First Name,Last Name,E-mail,Phone\n4,Bob,Byron,,\n");
    let desk = place.desk();
    clean(&desk);
    assert!(matches!(desk.view(|v| v.get(Table::Customer, &[0; 16])), Ok(None) | Err(StoreError::Io(_))));
}

#[test]
fn an_erasure_names_the_files_of_drafts_that_the_store_could_not_take() {
    let (place, desk) = Place::new();
    let person = |name: &str, email: &str| {
        place.run(
            &desk,
            Command::Create(Kind::Customer, vec![Edit::set("name", name), Edit::set("email", email)]),
        )
    };
    let (ada, grace) = (person("Ada Lovelace", "ada@x.example"), person("Grace Hopper", "grace@x.example"));
    let state = place.folder.path().join(".local/state/frontdesk");
    let rescue = Rescue::of(&desk, &state).unwrap();
    let keep = |n: u8, subject: Id, body: &str| {
        let draft = Draft { id: Id([n; 16]), subject, body: body.into(), at: NOW, ..Draft::default() };
        rescue.keep(place.owner, &[draft]).unwrap().remove(0)
    };
    let about = keep(1, ada, "Her lamp is on its way.");
    let named = keep(2, grace, "As I wrote to ada@x.example yesterday.");
    let other = keep(3, grace, "The crane is free on Monday.");
    drop(desk);
    let erase = |more: &str| {
        let out = Program::new(env!("CARGO_BIN_EXE_frontdesk"))
            .args(["customer", "erase-me", "ada@x.example", "--agent", "Dana", "--json", more])
            .env("FRONTDESK_STORE", place.path())
            .env("HOME", place.folder.path())
            .env_remove("XDG_STATE_HOME")
            .output()
            .unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        let said: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
        let mut files: Vec<PathBuf> = said["still_holding"]
            .as_array()
            .unwrap()
            .iter()
            .map(|f| PathBuf::from(f.as_str().unwrap()))
            .collect();
        files.sort();
        files
    };
    let mut expected = vec![about, named];
    expected.sort();
    assert_eq!(erase("--dry-run"), expected);
    assert_eq!(erase("--yes"), expected, "they are named, not removed: they are the agent's own text");
    assert!(other.exists());
}
