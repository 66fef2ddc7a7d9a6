//! Snoozes end once, however many programs are open.

use std::{collections::BTreeMap, time::SystemTime};

use frontdesk::{
    desk::{
        Command, Desk, Edit, Request, TicketChange,
        clock::{LEASE, Ticked},
        command::NewTicket,
    },
    model::{EventKind, Id, Kind, Stamp, TicketEvent},
    store::{meta, records},
};

use super::process::{NOW, Part, Place, clean, given, op, open, say, told};

/// Tickets that sleep until a time, asked for before.
fn sleepers(place: &Place, n: u64, asked: Stamp, until: Stamp) -> Vec<Id> {
    let request = |k: u64, command| Request::new(op(until as u64, k), place.dana, asked, command);
    let person = Command::Create(Kind::Customer, vec![Edit::set("name", "Ada")]);
    let ada = place.desk.run(request(0, person)).unwrap().created[0].1;
    let new = |k: u64| {
        let new = NewTicket { requester: ada, subject: format!("Later {k}"), ..Default::default() };
        request(k, Command::TicketCreate(Box::new(new)))
    };
    let made = place.desk.run_all((1..=n).map(new).collect()).unwrap();
    let ids: Vec<Id> = made
        .iter()
        .filter_map(|d| d.created.iter().find(|(k, _)| *k == Kind::Ticket).map(|(_, id)| *id))
        .collect();
    let snooze = Command::TicketSet(ids.clone(), vec![TicketChange::Snooze(Some(until))]);
    place.desk.run(request(n + 1, snooze)).unwrap();
    assert_eq!(ids.len() as u64, n);
    ids
}

/// How often each ticket was woken.
fn woken(desk: &Desk, ids: &[Id]) -> BTreeMap<u32, usize> {
    let mut times: BTreeMap<Id, u32> = ids.iter().map(|id| (*id, 0)).collect();
    desk.view(|v| {
        records::each::<TicketEvent>(v, |e| {
            if e.kind == EventKind::Snooze && e.to.is_empty() {
                times.entry(e.ticket).and_modify(|n| *n += 1);
            }
            true
        })
    })
    .unwrap();
    let mut out = BTreeMap::new();
    for n in times.values() {
        *out.entry(*n).or_default() += 1;
    }
    out
}

#[test]
#[ignore = "a part of another test"]
fn keeps_time() {
    let (path, life) = given();
    let desk = open(&path);
    let mut n = 0;
    say("ready");
    for line in told() {
        let now = line.parse().unwrap();
        loop {
            n += 1;
            match desk.tick(op(life, n), op(life, 0), now) {
                Ok(Ticked::Fired(done)) if done.touched.is_empty() => break say("all"),
                Ok(Ticked::Fired(done)) => say(format!("fired {}", done.touched.len())),
                Ok(Ticked::Kept(until)) => break say(format!("kept {until}")),
                Err(e) => panic!("{e}"),
            }
        }
    }
}

fn parts(place: &Place) -> Vec<Part> {
    let all: Vec<Part> = (1..=4).map(|life| Part::start("clocks::keeps_time", &place.path, life)).collect();
    all.iter().for_each(|p| p.expect("ready"));
    all
}

/// What one says until it ends: whether it fired anything, and what it ended with.
fn answer(part: &Part) -> (bool, String) {
    let mut fired = false;
    loop {
        let line = part.hear().unwrap();
        if !line.starts_with("fired") {
            return (fired, line);
        }
        fired = true;
    }
}

#[test]
fn each_timer_fires_once_whoever_is_in() {
    let place = Place::new();
    let ids = sleepers(&place, 500, NOW, NOW + 1000);
    let mut all = parts(&place);
    all.iter_mut().for_each(|p| p.tell(&(NOW + 2000).to_string()));
    let answers: Vec<_> = all.iter().map(answer).collect();
    assert_eq!(woken(&place.desk, &ids), BTreeMap::from([(1, 500)]), "{answers:?}");
    assert_eq!(answers.iter().filter(|(fired, _)| *fired).count(), 1, "one for all: {answers:?}");
    let at = place.desk.view(|v| meta::moment_of(v, meta::LAST_TICK)).unwrap().unwrap().0;
    assert_eq!(at, NOW + 2000);
    clean(&place.desk);
}

#[test]
fn a_holder_of_the_clocks_that_dies_is_followed_by_another() {
    let place = Place::new();
    let first = sleepers(&place, 1, NOW, NOW + 500);
    let ids = sleepers(&place, 500, NOW, NOW + 1000);
    let mut all = parts(&place);
    // One takes them, and has more to do when it dies.
    let mut holder = all.remove(0);
    holder.tell(&(NOW + 600).to_string());
    assert_eq!(answer(&holder), (true, "all".to_owned()));
    holder.tell(&(NOW + 2000).to_string());
    assert!(holder.hear().unwrap().starts_with("fired"), "its first step");
    drop(holder.kill());
    let after = woken(&place.desk, &ids);
    assert!(after.keys().all(|times| *times <= 1), "{after:?}");
    // Until its lease runs out no one else does it; then one does the rest, each once.
    let until = NOW + 2000 + LEASE;
    for p in &mut all {
        p.tell(&(until - 1).to_string());
        assert_eq!(answer(p), (false, format!("kept {until}")));
    }
    assert_eq!(woken(&place.desk, &ids), after);
    all.iter_mut().for_each(|p| p.tell(&until.to_string()));
    let fired = all.iter().map(answer).filter(|(fired, _)| *fired).count();
    assert!(fired <= 1);
    assert_eq!(woken(&place.desk, &ids), BTreeMap::from([(1, 500)]));
    assert_eq!(woken(&place.desk, &first), BTreeMap::from([(1, 1)]));
    clean(&place.desk);
}

#[test]
fn frontdesk_tick_fires_once_though_four_come_at_once() {
    let place = Place::new();
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_millis() as Stamp;
    let ids = sleepers(&place, 20, now - 7_200_000, now - 3_600_000);
    let all: Vec<_> = (0..4)
        .map(|_| place.program(&["tick"]).stdout(std::process::Stdio::piped()).spawn().unwrap())
        .collect();
    for one in all {
        let out = one.wait_with_output().unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stdout));
    }
    assert_eq!(woken(&place.desk, &ids), BTreeMap::from([(1, 20)]));
    let said = place.program(&["tick"]).output().unwrap();
    assert_eq!(
        String::from_utf8_lossy(&said.stdout),
        "0 records brought up to date\n",
        "none is left holding it"
    );
    clean(&place.desk);
}
