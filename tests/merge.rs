//! Merging customers and organisations, and taking them apart again.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests may take the short way

mod support;

use frontdesk::{
    desk::{
        Command, Edit,
        command::{NewInteraction, NewOrder},
        duplicates,
        merge::{self, Side},
        read,
    },
    model::{
        Channel, Customer, Day, Id, Interaction, Kind, Order, Organisation, Refusal, Ticket, order::Line,
    },
};
use support::bench::Bench;

fn order(customer: Id) -> Command {
    let lines = vec![Line { amount: 500, quantity: 1, ..Default::default() }];
    Command::OrderAdd(NewOrder { customer, date: Day(20_000), lines, ..Default::default() })
}

fn into(kind: Kind, into: Id, from: Id, take: &[&str]) -> Command {
    Command::Merge { kind, into, from, take: take.iter().map(|t| (*t).to_owned()).collect() }
}

/// Ada with two records, each with its own ticket; the second with an order and a phone too.
fn two(b: &mut Bench) -> (Id, Id) {
    let ada = b.customer("Ada Lovelace", "ada@example.org");
    let twin = b.customer("Augusta Ada King", "ada@home.example");
    b.run(Command::Edit(
        Kind::Customer,
        twin,
        vec![
            Edit::add("phone", "+44 20 7946 0000"),
            Edit::add("tag", "vip"),
            Edit::set("external_id", "crm:7"),
            Edit::set("language", "en"),
            Edit::set("custom.plan", "gold"),
            Edit::set("organisation", "Engines Ltd"),
        ],
    ));
    b.run(Command::Edit(
        Kind::Customer,
        ada,
        vec![Edit::set("custom.plan", "basic"), Edit::set("city", "London")],
    ));
    b.ticket(ada, "Hers");
    (ada, twin)
}

#[test]
fn what_hangs_on_the_one_that_goes_moves_and_comes_back() {
    let mut b = Bench::new();
    let (ada, twin) = two(&mut b);
    let ticket = b.ticket(twin, "The twin's");
    let sold = b.run(order(twin)).created[0].1;
    let log =
        NewInteraction { customer: twin, channel: Channel::Phone, body: "rang".into(), ..Default::default() };
    let call = b.run(Command::InteractionLog(log)).created[0].1;
    let before = b.records();

    let done = b.run(into(Kind::Customer, ada, twin, &[]));
    assert_eq!(
        done.summary,
        "Augusta Ada King (C-2) merged into Ada Lovelace (C-1): 1 interaction, 1 ticket, 2 messages, 1 order moved"
            .replace("2 messages", "1 message")
    );
    b.assert_clean();
    let c: Customer = b.get(ada);
    let addresses: Vec<&str> = c.emails.iter().map(|e| e.address.as_str()).collect();
    assert_eq!(addresses, ["ada@example.org", "ada@home.example"]);
    assert_eq!(c.emails.iter().filter(|e| e.primary).count(), 1);
    assert_eq!((c.given.as_str(), c.language.as_str(), c.custom["plan"].as_str()), ("Ada", "en", "basic"));
    assert!(c.phones[0].primary, "the only phone is the one to call");
    assert_eq!(b.get::<Ticket>(ticket).requester, ada);
    assert_eq!(b.get::<Order>(sold).customer, ada);
    assert_eq!(b.get::<Interaction>(call).customer, ada);
    let (timeline, _) =
        b.desk.view(|v| read::timeline(v, ada, &frontdesk::model::zone::Zone::utc(), None, 50)).unwrap();
    assert!(timeline.len() >= 5, "both histories in one: {timeline:?}");
    for name in ["C-2", "ada@home.example", "crm:7"] {
        assert_eq!(
            b.desk.view(|v| Ok(read::resolve(v, Kind::Customer, name).ok())).unwrap(),
            Some(ada),
            "{name}"
        );
    }

    let done = b.run(Command::Unmerge(Kind::Customer, twin));
    assert!(
        done.summary.contains("on its own again, with 1 interaction, 1 ticket, 1 message, 1 order"),
        "{}",
        done.summary
    );
    b.assert_clean();
    let strip = |mut all: support::bench::Everything| {
        all.values_mut().for_each(|f| f.retain(|(n, _)| n != "ua"));
        all
    };
    assert_eq!(strip(b.records()), strip(before.clone()));
    b.run(Command::Undo(None));
    assert_eq!(b.get::<Ticket>(ticket).requester, ada, "the unmerge is undone as anything is");
    b.run(Command::Undo(None));
    assert_eq!(strip(b.records()), strip(before));
    b.assert_clean();
}

#[test]
fn fields_come_from_the_side_that_is_asked_for() {
    let mut b = Bench::new();
    let (ada, twin) = two(&mut b);
    let take = ["name".to_owned(), "custom.plan".to_owned()];
    let plan = b.desk.view(|v| Ok(merge::plan(v, Kind::Customer, ada, twin, &take).unwrap())).unwrap();
    let row = |f: &str| plan.rows.iter().find(|r| r.field == f).unwrap();
    assert_eq!(
        (row("name").ours.as_str(), row("name").theirs.as_str()),
        ("Ada Lovelace", "Augusta Ada King")
    );
    assert_eq!((row("name").side, row("name").can_choose), (Side::Theirs, true));
    assert_eq!((row("emails").ours.as_str(), row("emails").side), ("ada@example.org", Side::Both));
    assert_eq!((row("roles").theirs.as_str(), row("roles").can_choose), ("Engines Ltd", false));
    assert_eq!(plan.seen, (2, 2));
    b.run(into(Kind::Customer, ada, twin, &["name", "custom.plan"]));
    let c: Customer = b.get(ada);
    assert_eq!((c.display_name().as_str(), c.custom["plan"].as_str()), ("Augusta Ada King", "gold"));
}

#[test]
fn unmerge_leaves_what_came_since_with_the_one_that_stayed() {
    let mut b = Bench::new();
    let (ada, twin) = two(&mut b);
    let old = b.ticket(twin, "Before");
    b.run(into(Kind::Customer, ada, twin, &["name"]));
    let new = b.ticket(ada, "Since");
    b.run(Command::Edit(
        Kind::Customer,
        ada,
        vec![
            Edit::set("given", "Countess"),
            Edit::add("email", "countess@example.org"),
            Edit::add("tag", "noble"),
        ],
    ));
    let done = b.run(Command::Unmerge(Kind::Customer, twin));
    assert!(done.summary.ends_with("what came since stays with Countess King: 1 ticket"), "{}", done.summary);
    assert_eq!((b.get::<Ticket>(old).requester, b.get::<Ticket>(new).requester), (twin, ada));
    let c: Customer = b.get(ada);
    let addresses: Vec<&str> = c.emails.iter().map(|e| e.address.as_str()).collect();
    assert_eq!(addresses, ["ada@example.org", "countess@example.org"]);
    assert_eq!(c.tags, ["noble"], "vip went back with the twin");
    let kept: Vec<&str> = done.kept.iter().map(|k| k.field.as_str()).collect();
    assert_eq!(kept, ["given"], "what was changed since is said");
    b.assert_clean();
}

#[test]
fn unmerge_refuses_where_an_address_was_given_away() {
    let mut b = Bench::new();
    let (ada, twin) = two(&mut b);
    b.run(into(Kind::Customer, ada, twin, &[]));
    b.run(Command::Edit(Kind::Customer, ada, vec![Edit::remove("email", "ada@home.example")]));
    b.customer("Byron", "ada@home.example");
    match b.refused(Command::Unmerge(Kind::Customer, twin)) {
        Refusal::Taken { what, owner } => {
            assert_eq!((what.as_str(), owner.as_str()), ("ada@home.example", "Byron"))
        }
        other => panic!("{other}"),
    }
    assert_eq!(b.get::<Customer>(twin).merged_into, Some(ada));
    b.assert_clean();
}

#[test]
fn merges_of_merges_come_apart_in_order() {
    let mut b = Bench::new();
    let (ada, twin) = two(&mut b);
    let third = b.customer("Ada L", "al@example.org");
    let before = b.get::<Customer>(ada).emails;
    b.run(into(Kind::Customer, ada, twin, &[]));
    b.run(into(Kind::Customer, third, ada, &[]));
    assert_eq!(b.desk.view(|v| merge::survivor(v, Kind::Customer, twin)).unwrap(), third);
    let no = b.refused(Command::Unmerge(Kind::Customer, twin)).to_string();
    assert!(no.contains("unmerge Ada Lovelace first"), "{no}");
    let no = b.refused(into(Kind::Customer, third, twin, &[])).to_string();
    assert!(no.contains("already"), "{no}");
    b.run(Command::Unmerge(Kind::Customer, ada));
    b.run(Command::Unmerge(Kind::Customer, twin));
    assert_eq!(b.get::<Customer>(ada).emails, before);
    b.assert_clean();
}

#[test]
fn what_two_that_went_both_had_stays_until_both_left() {
    let mut b = Bench::new();
    let ada = b.customer("Ada Lovelace", "ada@example.org");
    let twins = ["a@home.example", "b@home.example"].map(|address| {
        let twin = b.customer("Ada Lovelace", address);
        let edits = vec![
            Edit::add("phone", "+44 20 7946 0000"),
            Edit::add("tag", "vip"),
            Edit::set("language", "en"),
            Edit::set("custom.plan", "gold"),
        ];
        b.run(Command::Edit(Kind::Customer, twin, edits));
        twin
    });
    let has = |b: &Bench| {
        let c: Customer = b.get(ada);
        (c.phones.len(), c.tags.len(), c.language, c.custom.get("plan").cloned().unwrap_or_default())
    };
    let was = has(&b);
    for twin in twins {
        b.run(into(Kind::Customer, ada, twin, &[]));
    }
    let all = (1, 1, "en".to_owned(), "gold".to_owned());
    assert_eq!(has(&b), all);
    b.run(Command::Unmerge(Kind::Customer, twins[0]));
    assert_eq!(has(&b), all, "the second one, who is still here, has it all too");
    b.assert_clean();
    b.run(Command::Unmerge(Kind::Customer, twins[1]));
    assert_eq!(has(&b), was);
    b.assert_clean();
}

#[test]
fn unmerge_refuses_where_an_external_id_was_given_away() {
    let mut b = Bench::new();
    let (ada, twin) = two(&mut b);
    b.run(into(Kind::Customer, ada, twin, &[]));
    b.run(Command::Edit(Kind::Customer, ada, vec![Edit::remove("external_id", "crm:7")]));
    let byron = b.customer("Byron", "byron@example.org");
    b.run(Command::Edit(Kind::Customer, byron, vec![Edit::add("external_id", "crm:7")]));
    match b.refused(Command::Unmerge(Kind::Customer, twin)) {
        Refusal::Taken { what, owner } => assert_eq!((what.as_str(), owner.as_str()), ("crm 7", "Byron")),
        other => panic!("{other}"),
    }
    b.assert_clean();
}

#[test]
fn nobody_comes_to_have_referred_themselves() {
    let mut b = Bench::new();
    let (ada, twin) = two(&mut b);
    let friend = b.customer("Charles Babbage", "charles@example.org");
    b.run(Command::Edit(Kind::Customer, friend, vec![Edit::set("referred_by", "ada@home.example")]));
    b.run(Command::Edit(Kind::Customer, ada, vec![Edit::set("referred_by", "charles@example.org")]));
    b.run(into(Kind::Customer, ada, twin, &[]));
    let up = |b: &Bench, id| b.get::<Customer>(id).referred_by;
    assert_eq!((up(&b, friend), up(&b, ada)), (Some(ada), None));
    b.assert_clean();
    b.run(Command::Unmerge(Kind::Customer, twin));
    assert_eq!((up(&b, friend), up(&b, ada)), (Some(twin), Some(friend)));
}

#[test]
fn organisations_merge_with_their_people_and_domains() {
    let mut b = Bench::new();
    let add = |name: &str, domain: &str| {
        Command::Create(Kind::Organisation, vec![Edit::set("name", name), Edit::add("domain", domain)])
    };
    let acme = b.run(add("Acme Ltd", "acme.example")).created[0].1;
    let twin = b.run(add("ACME Limited", "acme.test")).created[0].1;
    let part = b.run(add("Acme Paints", "paints.example")).created[0].1;
    b.run(Command::Edit(Kind::Organisation, part, vec![Edit::set("parent", "ACME Limited")]));
    let ada = b.customer("Ada", "ada@example.org");
    b.run(Command::Edit(Kind::Customer, ada, vec![Edit::set("organisation", "ACME Limited")]));
    let before = b.records();
    b.run(into(Kind::Organisation, acme, twin, &[]));
    assert_eq!(b.get::<Organisation>(acme).domains, ["acme.example", "acme.test"]);
    assert_eq!(b.get::<Customer>(ada).roles[0].organisation, acme);
    assert_eq!(b.get::<Organisation>(part).parent, Some(acme));
    let bob = b.customer("Bob", "bob@example.org");
    b.run(Command::Edit(Kind::Customer, bob, vec![Edit::set("organisation", "ACME Limited")]));
    assert_eq!(
        b.get::<Customer>(bob).roles[0].organisation,
        acme,
        "its old name leads to the one that stayed"
    );
    b.assert_clean();
    b.run(Command::Unmerge(Kind::Organisation, twin));
    b.assert_clean();
    assert_eq!(b.get::<Customer>(ada).roles[0].organisation, twin);
    assert_eq!(b.get::<Customer>(bob).roles[0].organisation, acme);
    assert_eq!(b.get::<Organisation>(acme).domains, ["acme.example"]);
    let part_was = before.get(&(Kind::Organisation, part.0.to_vec())).unwrap();
    let parent = part_was.iter().find(|(f, _)| f == "pa").unwrap().1.clone();
    let now = b.records();
    assert!(now[&(Kind::Organisation, part.0.to_vec())].contains(&("pa".to_owned(), parent)));
}

#[test]
fn pairs_are_suggested_with_their_reasons() {
    let mut b = Bench::new();
    let mut person = |name: &str, edits: &[(&str, &str)]| {
        let mut all = vec![Edit::set("name", name)];
        all.extend(edits.iter().map(|(f, v)| Edit::add(f, *v)));
        b.run(Command::Create(Kind::Customer, all)).created[0].1
    };
    let org = ("organisation", "Engines Ltd");
    let ada = person("Ada Lovelace", &[("phone", "+44 20 7946 0000"), org]);
    let comma = person("Lovelace, Ada", &[("phone", "020 7946 0000")]);
    let typo = person("Ada Lovelcae", &[org, ("email", "ada@example.org")]);
    let partner = person("William King", &[("phone", "+442079460000")]);
    let grace = person("Grace Hopper", &[("birthday", "1906-12-09")]);
    let other = person("Grace Hopper", &[("birthday", "1950-01-01")]);
    for i in 0..8 {
        person(&format!("Clerk {i}"), &[("phone", "+44 20 7946 0999")]);
    }
    let found = duplicates::find(&b.desk, 0, |_| ()).unwrap();
    let pair = |x: Id, y: Id| {
        found.iter().find(|p| (p.stays, p.goes) == (x, y)).map(|p| (p.score, p.reasons.join(", ")))
    };
    assert_eq!(pair(ada, comma).unwrap(), (98, "the same name, the same telephone".into()));
    assert_eq!(pair(ada, typo).unwrap(), (75, "nearly the same name, the same organisation".into()));
    assert_eq!(pair(ada, partner).unwrap(), (45, "the same telephone".into()));
    assert_eq!(pair(grace, other).unwrap(), (30, "the same name, but other birthdays".into()));
    assert_eq!(found.len(), 4, "a switchboard's number identifies no one: {found:?}");
    let worth = duplicates::find(&b.desk, duplicates::LEAST, |_| ()).unwrap();
    assert_eq!(worth.len(), 2);

    b.run(Command::CustomerDistinct(ada, typo));
    let left = duplicates::find(&b.desk, duplicates::LEAST, |_| ()).unwrap();
    assert_eq!(left.iter().map(|p| p.goes).collect::<Vec<_>>(), [comma]);
    b.run(Command::Undo(None));
    b.run(into(Kind::Customer, ada, comma, &[]));
    let left = duplicates::find(&b.desk, duplicates::LEAST, |_| ()).unwrap();
    assert_eq!(left.iter().map(|p| p.goes).collect::<Vec<_>>(), [typo], "who is merged is not suggested");
}
