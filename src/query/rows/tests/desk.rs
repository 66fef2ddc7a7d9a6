//! An invented desk: one of each record.

use super::*;
use crate::model::ExternalId;

pub const HOUR: i64 = 3_600_000;
pub const DAY: i64 = 24 * HOUR;
/// Wednesday 2026-11-18, 10:30 UTC.
pub const NOW: i64 = 20_775 * DAY + 10 * HOUR + HOUR / 2;

pub const DANA: Id = Id([1; 16]);
pub const OMAR: Id = Id([2; 16]);
pub const FRIEND: Id = Id([7; 16]);

/// What a record names, of whatever kind.
pub fn linked() -> Vec<Linked> {
    vec![Linked { id: FRIEND, number: 7, name: "Howard Aiken".into() }]
}

pub fn roster() -> Roster {
    let agent = |id, name: &str, handle: &str| Agent {
        id,
        name: name.into(),
        handle: handle.into(),
        ..Agent::default()
    };
    let team = Team { id: Id([9; 16]), name: "Billing".into(), ..Team::default() };
    Roster::new([agent(DANA, "Dana Scully", "dana"), agent(OMAR, "Omar Üzüm", "omar")], [team])
}

pub fn bound(text: &str, schema: &'static Schema) -> Bound {
    let zone = Zone::utc();
    compile(
        text,
        schema,
        &Context { now: NOW, zone: &zone, me: Some(DANA), views: None, sensitive: true, custom: &[] },
    )
    .unwrap_or_else(|e| panic!("{e}"))
}

pub fn external() -> Vec<ExternalId> {
    vec![ExternalId { source: "shop".into(), id: "77".into() }]
}

pub fn address() -> Address {
    Address {
        street: "Long Lane 1".into(),
        postal: "90-001".into(),
        city: "Łódź".into(),
        region: "LD".into(),
        country: "Poland".into(),
        ..Address::default()
    }
}

pub fn custom() -> BTreeMap<String, String> {
    BTreeMap::from([
        ("Favourite Colour".to_owned(), "Teal".to_owned()),
        ("Seats".to_owned(), "12".to_owned()),
    ])
}

pub fn customer() -> Customer {
    Customer {
        number: 104,
        given: "Grace".into(),
        family: "Hopper".into(),
        emails: vec![Email { address: "Grace@Example.org".into(), shared: true, ..Email::default() }],
        phones: vec![Phone { raw: "030 123-4567".into(), e164: "+49301234567".into(), ..Phone::default() }],
        addresses: vec![address()],
        roles: vec![OrganisationRole {
            title: "Admiral".into(),
            department: "Fleet".into(),
            ..OrganisationRole::default()
        }],
        middle: "Brewster".into(),
        prefix: "Dr".into(),
        suffix: "PhD".into(),
        nickname: "Amazing".into(),
        phonetic: "greis".into(),
        websites: vec!["https://hopper.example".into()],
        zone: "Europe/Warsaw".into(),
        preferred_channel: "phone".into(),
        contact_hours: "mornings".into(),
        preferences: vec!["short answers".into()],
        needs: vec!["a compiler".into()],
        expectations: vec!["a call back".into()],
        referred_by: Some(FRIEND),
        handles: vec![Handle { network: "x".into(), handle: "amazing".into() }],
        language: "en".into(),
        owner: Some(DANA),
        tags: vec!["vip".into(), "vip-old".into()],
        custom: custom(),
        notes: vec!["likes ships".into()],
        source: "fair".into(),
        birthday: Some(Day(-23_033)),
        gender: "female".into(),
        income_band: "high".into(),
        created_at: NOW - 10 * DAY,
        updated_at: NOW - DAY,
        external_ids: external(),
        ..Customer::default()
    }
}

pub fn organisation() -> Organisation {
    Organisation {
        number: 3,
        name: "Harbour Ltd".into(),
        domains: vec!["harbour.example".into()],
        parent: Some(FRIEND),
        addresses: vec![address()],
        tags: vec!["partner".into()],
        custom: custom(),
        notes: vec!["pays late".into()],
        external_ids: external(),
        ..Organisation::default()
    }
}

pub fn ticket() -> Ticket {
    Ticket {
        number: 10423,
        subject: "Invoice PDF comes out blank".into(),
        category: Category::Open,
        priority: Priority::High,
        severity: "major".into(),
        channel: Channel::Email,
        assignee: Some(DANA),
        team: Some(Id([9; 16])),
        tags: vec!["billing".into()],
        followers: vec![OMAR],
        status: "with printer".into(),
        problem: Some(FRIEND),
        parent: Some(FRIEND),
        custom: custom(),
        snoozed_until: Some(NOW + DAY),
        promised_by: Some(NOW + HOUR),
        timers: Timers {
            first_reply_at: Some(NOW - DAY),
            solves: vec![Solve { at: NOW - HOUR, by: None }],
            reopens: vec![NOW - HOUR / 2],
            last_customer_at: Some(NOW - HOUR / 2),
            last_agent_at: Some(NOW - DAY),
            unanswered_since: Some(NOW - HOUR / 2),
            ..Timers::default()
        },
        created_at: NOW - 2 * DAY,
        updated_at: NOW - HOUR / 2,
        external_ids: external(),
        ..Ticket::default()
    }
}
