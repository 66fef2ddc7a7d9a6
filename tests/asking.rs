//! What an agent sees while asking: lists by match, offers in forms, half-typed filters, bulk changes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

use frontdesk::{
    desk::{Command, Edit, command::NewTicket},
    find::{LiveState, OrganisationIndex},
    model::{Customer, Id, Kind, Ticket},
    store::{feed, records},
    tui::event::TuiEventKind,
};

mod support;

use support::{screen::Screen, tiny::Tiny};

const DAY: i64 = 86_400_000;

fn customers(t: &Tiny) -> Screen {
    let mut s = Screen::open(&t.desk, t.dana, (120, 40));
    s.keys("g c");
    s
}

fn names(s: &Screen) -> Vec<String> {
    s.model.all_customers.rows().iter().map(|c| c.name.clone()).collect()
}

#[test]
fn a_bare_word_in_the_filter_lists_by_match_with_slips_and_says_so() {
    let t = Tiny::full();
    let mut s = customers(&t);
    s.keys("/").text("grac");
    s.expect("by match");
    assert_eq!(names(&s), ["Gracie Allen", "Grace Hopper", "Mehmet Gracık"], "beginnings of names first");
    assert_eq!(s.model.all_customers.rows()[0].marks, [0, 1, 2, 3]);
    // A typo: no one has that name, so likely matches are shown, and marked as such.
    s.keys("Esc /").text("hoppre");
    s.expect("showing").expect("by match");
    assert_eq!(names(&s), ["Grace Hopper"]);
    // What matched is shown where it is not the name.
    s.keys("Esc /").text("ege.ex");
    assert_eq!(names(&s), ["Mehmet Gracık"]);
    assert_eq!(s.model.all_customers.rows()[0].by.as_ref().unwrap().0, "e-mail");
}

#[test]
fn the_rest_of_the_sentence_is_the_filter_and_an_order_stays_an_order() {
    let t = Tiny::full();
    let mut s = customers(&t);
    s.keys("/").text("grac -tag:vip");
    assert_eq!(names(&s), ["Gracie Allen", "Mehmet Gracık"]);
    // A slip is looked for among those alone.
    s.keys("Esc /").text("hoppre -tag:vip");
    assert!(names(&s).is_empty());
    s.keys("Esc /").text("grac sort:-name").keys("Enter");
    s.expect_not("by match");
    assert_eq!(names(&s), ["Mehmet Gracık", "Gracie Allen", "Grace Hopper"]);
    // All that match are those that are listed.
    s.keys("*");
    assert_eq!(s.model.all_customers.marked(), (3, 0));
}

#[test]
fn a_half_typed_filter_is_hinted_at_calmly_and_refused_by_enter_alone() {
    let t = Tiny::full();
    let mut s = customers(&t);
    let calm = |s: &Screen| match s.model.layers.last() {
        Some(frontdesk::tui::model::Layer::Prompt(p)) => p.error.as_ref().map(|_| p.calm),
        _ => panic!("no prompt"),
    };
    s.keys("/").text("is:");
    assert_eq!(calm(&s), Some(true), "a value is to come");
    s.text("li");
    assert_eq!(calm(&s), Some(true), "live begins so");
    s.text("ve (tag:vi");
    assert_eq!(calm(&s), Some(true), "not closed yet");
    s.text("p)");
    assert_eq!(calm(&s), None);
    s.text(" colour:red");
    assert_eq!(calm(&s), Some(false), "no more letters make a field of it");
    s.keys("ctrl-u").text("stage:xyz");
    assert_eq!(calm(&s), Some(false), "nothing begins so");
    s.keys("ctrl-u").text("stage:le");
    assert_eq!(calm(&s), Some(true));
    s.keys("Enter");
    assert_eq!(calm(&s), Some(false), "Enter does not take it");
}

#[test]
fn a_form_offers_organisations_and_agents_and_takes_what_is_typed() {
    let t = Tiny::full();
    let mut s = customers(&t);
    s.keys("o").text("Linus").keys("Enter Enter Enter Enter").text("habrour");
    s.expect("Harbour Ltd").expect("Down chooses");
    s.keys("Esc").expect("New customer").expect_not("Down chooses");
    s.text("x").keys("Backspace").expect("Down chooses").keys("Down Enter ctrl-s");
    let linus = find(&t, "Linus");
    assert_eq!(linus.roles.len(), 1);
    let harbour =
        t.desk.view(|v| records::get::<frontdesk::model::Organisation>(v, linus.roles[0].organisation));
    assert_eq!(harbour.unwrap().unwrap().name, "Harbour Ltd", "the one that there is, not a new one");
    // An agent by the letters of the name, on a new task.
    s.keys("g k o").text("Water the plants").keys("Enter Enter ctrl-u").text("okaf").expect("Sam Okafor");
    s.keys("Down Enter ctrl-s").expect("Water the plants");
}

fn find(t: &Tiny, name: &str) -> Customer {
    let mut out = None;
    t.desk
        .view(|v| {
            records::each::<Customer>(v, |c| {
                if c.display_name() == name {
                    out = Some(c);
                }
                true
            })
        })
        .unwrap();
    out.unwrap_or_else(|| panic!("no one is called {name}"))
}

#[test]
fn organisations_are_found_with_slips_and_kept_as_they_are() {
    let mut t = Tiny::begun();
    let add = |t: &mut Tiny, name: &str, domain: &str| -> Id {
        let edits = vec![Edit::set("name", name), Edit::set("domain", domain)];
        t.run(support::tiny::NOW, Command::Create(Kind::Organisation, edits)).created[0].1
    };
    let harbour = add(&mut t, "Harbour Ltd", "harbour.example");
    add(&mut t, "Hansen & Sons", "hansen.example");
    let houses = OrganisationIndex::new(t.desk.shared_store());
    let names = |houses: &OrganisationIndex, query: &str| {
        houses.find(query, 5).hits.into_iter().map(|h| h.name).collect::<Vec<_>>()
    };
    assert!(names(&houses, "harb").is_empty(), "not read yet");
    houses.rest(t.desk.store());
    assert_eq!(names(&houses, "harb"), ["Harbour Ltd"]);
    assert_eq!(names(&houses, "habrour"), ["Harbour Ltd"], "a slip");
    assert_eq!(names(&houses, "hansen.ex"), ["Hansen & Sons"], "by its domain");

    let before = t.desk.store().head().unwrap();
    t.run(
        support::tiny::NOW,
        Command::Edit(Kind::Organisation, harbour, vec![Edit::set("name", "Haven Ltd")]),
    );
    add(&mut t, "Quay & Co", "quay.example");
    t.desk
        .view(|view| {
            houses.change(view, &feed::since(view, before, 100)?, &Default::default());
            Ok(())
        })
        .unwrap();
    assert_eq!(names(&houses, "haven"), ["Haven Ltd"]);
    assert!(!names(&houses, "harbour ltd").contains(&"Harbour Ltd".to_owned()));
    assert_eq!(names(&houses, "quay"), ["Quay & Co"]);
}

#[test]
fn many_tickets_are_asked_about_changed_at_once_and_taken_back_by_one_undo() {
    let mut t = Tiny::full();
    let ada = find(&t, "Ada King-Lovelace").id;
    let tickets: Vec<Id> = (0..60)
        .map(|n| {
            let subject = format!("Loom {n}");
            t.ticket(DAY, NewTicket { requester: ada, subject, ..NewTicket::default() })
        })
        .collect();
    let assignees = |t: &Tiny| {
        let get = |id: &Id| t.desk.view(|v| records::get::<Ticket>(v, *id)).unwrap().unwrap().assignee;
        tickets.iter().map(get).collect::<Vec<_>>()
    };
    let mut s = Screen::open(&t.desk, t.dana, (120, 40));
    s.keys("g t /").text("subject:loom").keys("Enter *");
    assert_eq!(s.model.all_tickets.marked().0, 60);
    // While they are marked someone else opens another one, and closes one of them.
    t.run(
        support::tiny::NOW,
        Command::TicketSet(vec![tickets[7]], vec![frontdesk::desk::TicketChange::Tag("x".into())]),
    );
    t.ticket(0, NewTicket { requester: ada, subject: "Loom, a new one".into(), ..NewTicket::default() });
    let head = t.desk.store().head().unwrap();
    s.happened(TuiEventKind::Moved(head));
    assert_eq!(s.model.all_tickets.marked(), (60, 0), "marks and rows stay");
    s.keys("a").text("sam").keys("Enter").expect("60 tickets: sam?");
    assert!(assignees(&t).iter().all(Option::is_none), "not before it is said");
    s.keys("y").expect("60 tickets");
    assert!(assignees(&t).iter().all(|a| *a == Some(t.sam)));
    s.keys("u");
    assert!(assignees(&t).iter().all(Option::is_none), "one undo");
    // A no changes nothing.
    s.keys("d").expect("Done 60 tickets?").keys("n");
    assert_eq!(s.model.all_tickets.marked().0, 60);
}

fn save(t: &mut Tiny, name: &str, entity: &str, query: &str) -> Id {
    let edits = vec![Edit::set("name", name), Edit::set("entity", entity), Edit::set("query", query)];
    t.run(support::tiny::NOW, Command::ViewSave(edits)).created[0].1
}

#[test]
fn a_snapshot_opens_beside_what_it_is_now_with_who_came_and_went() {
    let mut t = Tiny::full();
    save(&mut t, "Good ones", "customers", "tag:vip or tag:newsletter");
    let mut s = customers(&t);
    // Frozen from the screen, under its name with the day.
    s.keys(":").text("freeze a view").keys("Enter Enter").expect("2 members frozen as Good ones 20");
    let (ada, gracie) = (find(&t, "Ada King-Lovelace"), find(&t, "Gracie Allen"));
    t.run(support::tiny::NOW, Command::Tag(Kind::Customer, vec![ada.id], vec![], vec!["newsletter".into()]));
    t.run(support::tiny::NOW, Command::Tag(Kind::Customer, vec![gracie.id], vec!["vip".into()], vec![]));
    let head = t.desk.store().head().unwrap();
    s.happened(TuiEventKind::Moved(head));
    s.wait(1_000).keys("g v").expect("snapshot of").text("20").keys("Enter");
    let frame = s.expect("came since").text_of_frame();
    for (what, count) in [("then", "2"), ("now", "2"), ("came since", "1"), ("went since", "1")] {
        let row = |l: &&str| l.replace('▌', " ").contains(&format!("│ {what}   "));
        let line = frame.lines().find(row);
        let line = line.unwrap_or_else(|| panic!("no {what}:\n{frame}"));
        assert!(line.contains(&format!(" {count} ")), "{line}");
    }
    s.keys("Down Down Enter");
    assert_eq!(names(&s), ["Gracie Allen"], "who came since");
    s.keys("g v").text("20").keys("Enter Down Down Down Enter");
    assert_eq!(names(&s), ["Ada King-Lovelace"], "who went since");
}

#[test]
fn two_views_are_compared_and_a_part_becomes_the_filter() {
    let mut t = Tiny::full();
    save(&mut t, "Known", "customers", "phone:any or tag:newsletter");
    save(&mut t, "Of vips", "customers", "tag:vip");
    let mut s = customers(&t);
    s.keys(":").text("compare views").keys("Enter").text("known").keys("Enter").expect("Compare Known with");
    s.keys("Enter").expect("only in Known").expect("only in Of vips");
    s.keys("Down Enter");
    assert_eq!(names(&s), ["Ada King-Lovelace"]);
    s.expect("in:Known");
}

#[test]
fn a_view_is_edited_with_its_columns_and_forgotten() {
    let mut t = Tiny::full();
    save(&mut t, "Of vips", "customers", "tag:vip");
    let mut s = customers(&t);
    s.keys(":").text("edit a view").keys("Enter Enter").expect("Edit the view Of vips").expect("tag:vip");
    s.keys("Enter Enter").text("name, email").keys("ctrl-s").expect("View Of vips saved");
    let all = t.desk.view(|v| frontdesk::desk::list::segment::views(v, Some(t.dana))).unwrap();
    assert_eq!(
        (all.len(), all[0].columns.as_slice()),
        (1, ["name".to_owned(), "email".to_owned()].as_slice())
    );
    s.keys(":").text("delete a view").keys("Enter Enter").expect("forgotten");
    assert!(t.desk.view(|v| frontdesk::desk::list::segment::views(v, Some(t.dana))).unwrap().is_empty());
    s.keys("u");
    assert_eq!(t.desk.view(|v| frontdesk::desk::list::segment::views(v, Some(t.dana))).unwrap().len(), 1);
}

#[test]
fn views_may_name_views_but_not_themselves() {
    let mut t = Tiny::full();
    save(&mut t, "Known", "customers", "phone:any or tag:newsletter");
    save(&mut t, "Quiet", "customers", "in:known -tag:vip");
    save(&mut t, "First", "customers", "sort:name limit:1");
    save(&mut t, "Round", "customers", "in:round");
    save(&mut t, "Urgent", "tickets", "priority:urgent");
    let mut s = customers(&t);
    s.keys("/").text("in:quiet");
    assert_eq!(names(&s), ["Ada King-Lovelace"]);
    s.keys("ctrl-u").text("-in:quiet,first");
    assert_eq!(names(&s).len(), 4, "Ada is in both");
    s.keys("ctrl-u").text("in:round ").expect("names itself");
    s.keys("ctrl-u").text("in:urgent ").expect("there is no view of customers");
    s.keys("ctrl-u").text("in:").expect("Quiet").expect("in:known -tag:vip");
}
