//! The hard inputs of the shared data, where they are there: each must give what its page expects.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

#[path = "support/skip.rs"]
mod skip;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use frontdesk::{
    desk::{Command, Desk, Edit, Request, command::NewAgent, command::NewReply, read},
    exchange::{
        import::{self, ImportKind, Options},
        when::DateFormat,
    },
    model::{Category, Customer, Id, Message, Order, Ticket, Visibility},
    store::{MemStore, ViewExt, records},
};

/// 2026-12-01 12:00 UTC: after every date in the inputs that is not a fault.
const NOW: i64 = 1_796_126_400_000;

struct Bench {
    desk: Desk,
    owner: Id,
    ops: u8,
}

/// What a desk contains after some imports.
struct Held {
    tickets: Vec<Ticket>,
    messages: Vec<Message>,
    customers: Vec<Customer>,
}

impl Bench {
    /// `None`, said aloud, where the inputs are not there.
    fn new() -> Option<Bench> {
        if !folder().exists() {
            crate::skip::skipped(&format!("{} is not there", folder().display()));
            return None;
        }
        let desk = Desk::new(Arc::new(MemStore::new()));
        let owner = NewAgent { name: "Dana Doe".into(), unix_user: "dana".into(), ..Default::default() };
        let workspace = vec![Edit::set("zone", "Europe/Berlin"), Edit::set("address", "help@desk.example")];
        let start = Command::Start { workspace, owner };
        let done = desk.run(Request::new(Id([1; 16]), Id::NIL, NOW, start)).unwrap();
        Some(Bench { desk, owner: done.created[0].1, ops: 1 })
    }

    fn import(&mut self, names: &[&str], what: Option<ImportKind>) -> import::Report {
        self.ops += 1;
        let files = names.iter().map(|n| folder().join(n)).collect();
        let options = Options { files, what, ..Options::default() };
        import::run(&self.desk, self.owner, Id([self.ops; 16]), NOW, &options, &mut |_| true).unwrap()
    }

    fn held(&self) -> Held {
        self.desk
            .view(|v| {
                let (mut tickets, mut messages, mut customers) = (Vec::new(), Vec::new(), Vec::new());
                records::each::<Ticket>(v, |t| {
                    tickets.push(t);
                    true
                })?;
                records::each::<Message>(v, |m| {
                    messages.push(m);
                    true
                })?;
                records::each::<Customer>(v, |c| {
                    customers.push(c);
                    true
                })?;
                tickets.sort_by_key(|t| t.number);
                messages.sort_by_key(|m| m.number);
                Ok(Held { tickets, messages, customers })
            })
            .unwrap()
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/hard_mail")
}

/// What the desk contains after one `import mail` each of these.
fn after(imports: &[&[&str]]) -> Option<Held> {
    let mut bench = Bench::new()?;
    for names in imports {
        bench.import(names, Some(ImportKind::Mail));
    }
    Some(bench.held())
}

#[test]
fn another_mail_under_a_known_message_id_is_kept() {
    let ways: [&[&[&str]]; 3] = [
        &[&["01-reused-id/a.eml", "01-reused-id/b.eml"]],
        &[&["01-reused-id/a.eml"], &["01-reused-id/b.eml"]],
        &[&["01-reused-id"]],
    ];
    for imports in ways {
        let Some(held) = after(imports) else { return };
        assert_eq!((held.messages.len(), held.tickets.len()), (2, 2), "{imports:?}");
        assert_eq!(held.messages[1].problems, ["its Message-ID belongs to another mail"]);
    }
    let mut bench = Bench::new().unwrap();
    bench.import(&["01-reused-id/a.eml", "01-reused-id/b.eml"], Some(ImportKind::Mail));
    let again = bench.import(&["01-reused-id/a.eml", "01-reused-id/b.eml"], Some(ImportKind::Mail));
    assert_eq!(again.tally.unchanged, 2);
    assert_eq!(bench.held().messages.len(), 2);
}

#[test]
fn the_person_in_reply_to_is_the_customer_of_a_web_form() {
    let Some(held) = after(&[&["02-web-form.eml"]]) else { return };
    assert_eq!(held.tickets[0].category, Category::New);
    assert_eq!(held.messages[0].agent, None);
    assert_eq!(held.customers[0].email(), Some("betula@kettle.example"));
}

#[test]
fn an_answer_goes_to_reply_to() {
    let Some(mut bench) = Bench::new() else { return };
    bench.import(&["02-reply-to.eml"], Some(ImportKind::Mail));
    let ticket = bench.held().tickets[0].id;
    let reply = NewReply { ticket, body: "We are on it.".into(), ..NewReply::default() };
    let command = Command::TicketReply(Box::new(reply));
    bench.desk.run(Request::new(Id([9; 16]), bench.owner, NOW, command)).unwrap();
    let thread = bench.desk.view(|v| read::thread(v, ticket)).unwrap();
    let sent = thread.iter().find(|m| m.agent.is_some() && m.visibility == Visibility::Public).unwrap();
    assert!(sent.to.iter().all(|a| a.contains("orders@kettle.example")), "{:?}", sent.to);
}

#[test]
fn one_thread_in_several_files_is_one_ticket() {
    let Some(held) = after(&[&["04-sent-and-inbox/Sent.mbox", "04-sent-and-inbox/Inbox.mbox"]]) else {
        return;
    };
    assert_eq!((held.tickets.len(), held.messages.len()), (1, 3));
    let betula = held.customers.iter().find(|c| c.email() == Some("betula@kettle.example")).unwrap();
    assert_eq!(held.tickets[0].requester, betula.id);

    let mut bench = Bench::new().unwrap();
    bench.import(&["04-folder-of-eml"], None);
    assert_eq!(bench.held().tickets.len(), 1);
}

#[test]
fn the_hook_in_a_subject_threads() {
    let Some(held) = after(&[&["05-hook/a.eml"], &["05-hook/b.eml"]]) else { return };
    assert_eq!((held.tickets.len(), held.messages.len()), (1, 2));
}

#[test]
fn texts_and_subjects_are_read_whatever_programs_did_to_them() {
    let kettle = "Hello desk,\n\nmy kettle leaks.\n\nBetula";
    for (file, subject, body) in [
        ("03-inline-named-text.eml", "Kettle leaks", "My kettle leaks, please help."),
        ("06-jp-subject-two-words.eml", "やかん", kettle),
        ("06-iso2022jp-ms.eml", "やかん", "やかんが漏れます"),
        ("06-utf7.eml", "Übermittlung", "Übermittlung läuft, 5 + 3"),
        ("06-charset-unicode.eml", "Hello", "Hello desk, my kettle leaks."),
        ("06-latin1-is-utf8.eml", "Hello", "Grüße aus Köln – Wasserkocher für 20 €"),
        ("06-raw-byte-in-word.eml", "Grüße", kettle),
        ("06-cp850.eml", "Hello", "Grüße aus Köln"),
        ("07-question-mark.eml", "Can you help, Bärbel?", kettle),
        (
            "08-base64-is-plain.eml",
            "Kettle leaks",
            "Dear desk, my kettle leaks since Monday.\nPlease send a new one to Elm Road 7.",
        ),
        ("08-base64-semicolon.eml", "Kettle leaks", "My kettle leaks."),
        ("08-base64-padded-lines.eml", "Kettle leaks", "Hello desk, my kettle leaks now."),
        ("11-mail.emlx", "Kettle leaks", kettle),
        ("14-zero-width-plain.eml", "Kettle leaks", "Kettle leaks"),
        ("14-enriched.eml", "Kettle leaks", "Kettle leaks \n\nnow < ok"),
        ("14-p7m.eml", "Kettle leaks", "My kettle leaks, signed."),
    ] {
        let Some(held) = after(&[&[file]]) else { return };
        assert_eq!(held.tickets[0].subject, subject, "{file}");
        assert_eq!(held.messages[0].body.trim(), body, "{file}");
    }
    let held = after(&[&["06-raw-byte-in-word.eml"]]).unwrap();
    assert_eq!(held.messages[0].from_name, "Bärbel");
    let held = after(&[&["06-latin1-is-utf8.eml"]]).unwrap();
    assert!(!held.messages[0].problems.is_empty());
    let held = after(&[&["03-inline-named-text.eml"]]).unwrap();
    assert_eq!(held.messages[0].attachments.iter().map(|a| a.name.as_str()).collect::<Vec<_>>(), ["k.png"]);
    let held = after(&[&["13-windows-path.eml"]]).unwrap();
    assert_eq!(held.messages[0].attachments[0].name, "bill.pdf");
}

#[test]
fn dates_are_read_or_the_doubt_is_said() {
    for (file, at, said) in [
        ("09-gmt-plus.eml", 1_741_079_700_000, false),
        ("09-future.eml", 1_741_079_760_000, true),
        ("09-german.eml", 1_116_325_860_000, false),
    ] {
        let Some(held) = after(&[&[file]]) else { return };
        assert_eq!(held.messages[0].at, at, "{file}");
        assert_eq!(!held.messages[0].problems.is_empty(), said, "{file}");
    }
}

#[test]
fn people_reopen_a_ticket_and_machines_do_not() {
    for (folder, category) in [("10-human", Category::Open), ("10-machine", Category::Solved)] {
        let (a, b) = (format!("{folder}/a.mbox"), format!("{folder}/b.eml"));
        let Some(held) = after(&[&[&a], &[&b]]) else { return };
        assert_eq!((held.tickets.len(), held.tickets[0].category.clone()), (1, category), "{folder}");
    }
}

#[test]
fn mailboxes_hold_the_messages_that_they_hold() {
    for (file, messages, tickets) in [
        ("11-content-length.mbox", 2, 2),
        ("11-bom.mbox", 2, 1),
        ("11-folder-data.mbox", 1, 1),
        ("11-mail.emlx", 1, 1),
        ("11-mmdf.mbox", 2, 2),
    ] {
        let Some(held) = after(&[&[file]]) else { return };
        assert_eq!((held.messages.len(), held.tickets.len()), (messages, tickets), "{file}");
    }
}

#[test]
fn a_name_without_an_address_is_kept_and_makes_no_two_people_one() {
    let Some(held) = after(&[&["12-name-only.eml"]]) else { return };
    assert_eq!(held.customers[0].display_name(), "Betula Ostrow");
    let held = after(&[&["12-quoted-local.eml"]]).unwrap();
    assert_eq!(held.customers[0].email(), Some("\"betula ostrow\"@kettle.example"));
    // One desk, both: two people.
    let held = after(&[&["12-name-only.eml"], &["12-quoted-local.eml"]]).unwrap();
    assert_eq!((held.messages.len(), held.customers.len()), (2, 2));
}

/// What a table gives, with the order of day and month where that is said.
fn table(file: &str, what: ImportKind, dates: Option<DateFormat>) -> Option<(import::Report, Held, Desk)> {
    let mut bench = Bench::new()?;
    bench.ops += 1;
    let rejects = std::env::temp_dir().join(format!("hard-mail-{file}.rejects.csv"));
    let options = Options {
        files: vec![folder().join(file)],
        what: Some(what),
        date_format: dates,
        rejects: Some(rejects),
        ..Options::default()
    };
    let report = import::run(&bench.desk, bench.owner, Id([9; 16]), NOW, &options, &mut |_| true).unwrap();
    let held = bench.held();
    Some((report, held, bench.desk))
}

fn addresses(c: &Customer) -> Vec<&str> {
    c.emails.iter().map(|e| e.address.as_str()).collect()
}

#[test]
fn address_books_in_other_languages_lose_nothing() {
    let Some((report, held, _)) = table("15-outlook-fr.csv", ImportKind::Contacts, None) else { return };
    assert_eq!(report.files[0].problems, []);
    let c = &held.customers[0];
    assert_eq!(addresses(c), ["a@kettle.example", "a2@kettle.example"]);
    // Five telephones and two faxes, each another number.
    assert_eq!((c.phones.len(), c.addresses.len()), (7, 2), "{c:?}");
    assert_eq!(c.birthday.map(|d| d.to_string()).as_deref(), Some("1980-05-18"));
    assert_eq!((c.prefix.as_str(), c.given.as_str(), c.family.as_str()), ("Mme", "Aurélie", "Bertin"));
    assert_eq!(c.custom.len(), 0, "{:?}", c.custom);
    let (report, held, _) = table("15-thunderbird-de.csv", ImportKind::Contacts, None).unwrap();
    assert_eq!(report.files[0].problems, []);
    let c = &held.customers[0];
    assert_eq!(addresses(c), ["b@kettle.example", "b2@kettle.example"]);
    assert_eq!((c.phones.len(), c.addresses.len()), (4, 2), "{c:?}");
    assert_eq!(c.birthday.map(|d| d.to_string()).as_deref(), Some("1980-05-18"));
}

#[test]
fn tables_with_the_faults_of_their_programs_give_the_right_people() {
    let Some((_, held, _)) = table("15-duplicate-headers.csv", ImportKind::Contacts, None) else { return };
    assert_eq!((held.customers[0].emails.len(), held.customers[0].phones.len()), (2, 2));
    let people = |file| table(file, ImportKind::Contacts, None).unwrap();
    let (_, held, desk) = people("15-null-words.csv");
    assert_eq!(held.customers.len(), 3);
    assert!(
        held.customers
            .iter()
            .all(|c| c.phones.is_empty() && c.roles.is_empty() && c.display_name() != "NULL")
    );
    let organisations =
        desk.view(|v| v.count(frontdesk::model::Table::Organisation, &frontdesk::store::Range::all()));
    assert_eq!(organisations.unwrap(), 0);
    let (report, held, _) = people("15-header-again.csv");
    assert_eq!((report.tally.read, held.customers.len()), (2, 2));
    assert!(held.customers.iter().all(|c| c.display_name() != "Name"));
    let (report, held, _) = people("15-phone-broken.csv");
    assert!(held.customers.iter().all(|c| c.phones.is_empty()));
    let said: Vec<&str> = report.files[0].problems.iter().map(|(_, what)| what.as_str()).collect();
    assert!(
        said.len() == 2 && said.iter().all(|s| s.contains("shortened") && s.contains("E+11")),
        "{said:?}"
    );
    let (_, held, _) = table("15-date-format.csv", ImportKind::Contacts, Some(DateFormat::Dmy)).unwrap();
    assert_eq!(held.customers[0].birthday.map(|d| d.to_string()).as_deref(), Some("1980-04-03"));
}

#[test]
fn an_order_of_shopify_is_one_order() {
    let Some((report, held, desk)) = table("15-shopify-orders.csv", ImportKind::Orders, None) else { return };
    assert_eq!((report.tally.created, report.tally.rejected), (1, 0), "{:?}", report.files);
    let mut orders: Vec<Order> = Vec::new();
    desk.view(|v| {
        records::each(v, |o: Order| {
            orders.push(o);
            true
        })
    })
    .unwrap();
    assert_eq!((orders.len(), orders[0].lines.len(), orders[0].total), (1, 2, 3_500));
    assert_eq!(orders[0].external_ids[0].id, "#1001");
    assert_eq!((orders[0].lines[0].title.as_str(), orders[0].lines[0].sku.as_str()), ("Kettle", "K-1"));
    assert_eq!(held.customers[0].display_name(), "Ann Lee");
    // What it is, is found out.
    let mut bench = Bench::new().unwrap();
    assert_eq!(bench.import(&["15-shopify-orders.csv"], None).tally.created, 1);
}
